"""Each draw of a sample as the ordinary pipeline computes it, in the order of the sample."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from pydantic import TypeAdapter

import indexcalc as ic
from indexcalc.analysis.claims import Frame, hold
from indexcalc.robustness import design as design_module
from indexcalc.robustness.design import design
from indexcalc.robustness.engine import Engine
from indexcalc.robustness.outcomes import outcomes
from indexcalc.spec.claims import Claim, InTop, Rising
from indexcalc.spec.uncertainty import Uncertainty
from tests.conftest import make_framework, make_methodology, make_panel

OPTIONS = Uncertainty.model_validate(
    {
        "weights": {"spread": 0.5},
        "normalisation": [{"method": "min_max", "lower": 1, "upper": 100}, "z_score"],
        "reference": ["pooled", "year"],
        "aggregation": ["arithmetic"],
        "leave_out": ["city"],
    }
)
CLAIMS = (Rising(kind="rising", cities=("甲",)), InTop(kind="in_top", cities=("甲", "乙"), n=2))


def test_every_draw_is_what_the_pipeline_gives(monkeypatch):
    monkeypatch.setattr(design_module, "BLOCK", 50)  # several parts
    panel, framework, methodology = make_panel(), make_framework(), make_methodology()
    made = design(panel, framework, methodology, OPTIONS)
    engine, sample = Engine(made), made.block(0, 120)
    frame = Frame.of(ic.build_index(panel, framework, methodology))
    found = outcomes(engine, sample, CLAIMS, frame)
    assert found.ranks.shape == (120, 4, 3) and not found.refused
    for i in range(0, 120, 7):
        draw = engine.single(sample.choices[i], sample.uniforms[i])
        result = ic.build_index(draw.panel, draw.framework, draw.methodology)
        assert_array_equal(found.ranks[i], result.rank())
        verdicts = [holding.verdict for holding in hold(result, CLAIMS)]
        assert found.verdicts[:, i].tolist() == verdicts


def test_what_the_figures_forbid_is_kept_with_its_reason():
    """Year by year one year has no spread in a: refused for the draws that take that reference."""
    panel = make_panel(
        {"a": [[1.0, 2.0], [1.0, 3.0]], "b": [[1.0, 2.0], [2.0, 5.0]]}, cities="甲乙", years=(2020, 2021)
    )
    framework = make_framework(indicators={"a": {}, "b": {}})
    options = Uncertainty.model_validate({"reference": ["pooled", "year"]})
    made = design(panel, framework, make_methodology(), options)
    sample = made.block(0, 40)
    frame = Frame.of(ic.build_index(panel, framework, make_methodology()))
    found = outcomes(Engine(made), sample, CLAIMS[:1], frame)
    assert set(found.refused) == set(np.flatnonzero(sample.choices[:, 0] == 1).tolist())
    assert {problem.key for problem in found.refused.values()} == {"constant"}
    assert np.isnan(found.ranks[list(found.refused)]).all()


GAPPY = {
    "indicators": {"a": {}, "b": {"weight": 2}},
    "dimensions": {"one": {"indicators": {"c": {}, "d": {}}}, "two": {"indicators": {"e": {}, "f": {}}}},
}
LEVELS = [
    TypeAdapter(Claim).validate_python(written)
    for written in (
        {"kind": "rising", "cities": ["丁"]},
        {"kind": "rising", "cities": ["丁", "戊"], "every_year": True},
        {"kind": "falling", "cities": ["乙"], "from": 2019, "to": 2020},
        {"kind": "gap_narrows", "city": "甲", "other": "丙"},
    )
]


@pytest.mark.parametrize("aggregation", [["arithmetic", "geometric"], ["arithmetic", "median"], ["topsis"]], ids=str)
@pytest.mark.parametrize("weighting", [["given"], ["given", "entropy"]], ids=str)
def test_steps_between_different_indicators_are_judged_in_draws_as_in_one_index(aggregation, weighting):
    """Draw by draw against the ordinary pipeline, gaps at random; some draws leave out what is missing."""
    random = np.random.default_rng(3)
    values = random.uniform(1, 9, (5, 3, 6)) + np.arange(3)[None, :, None]
    values[random.uniform(size=values.shape) < 0.12] = np.nan
    panel = ic.Panel.from_values("甲乙丙丁戊", (2019, 2020, 2021), "abcdef", values)
    missing = "propagate" if aggregation == ["topsis"] else "renormalise"
    framework, methodology = make_framework(**GAPPY), make_methodology(imputation="linear_inside", missing=missing)
    written = {
        "weights": {"spread": 0.3},
        "imputation": ["linear", "linear_inside"],
        "normalisation": [{"method": "min_max", "lower": 1, "upper": 9}],
        "aggregation": aggregation,
        "weighting": weighting,
        "leave_out": [] if aggregation == ["topsis"] else ["indicator"],
    }
    made = design(panel, framework, methodology, Uncertainty.model_validate(written))
    engine, sample = Engine(made), made.block(0, 90)
    found = outcomes(engine, sample, LEVELS, Frame.of(ic.build_index(panel, framework, methodology)))
    apart = 0
    for i in range(90):
        if i in found.refused:
            continue
        draw = engine.single(sample.choices[i], sample.uniforms[i])
        holdings = hold(ic.build_index(draw.panel, draw.framework, draw.methodology), LEVELS)
        assert found.verdicts[:, i].tolist() == [holding.verdict for holding in holdings]
        apart += sum(bool(fact.once) for holding in holdings for fact in holding.facts)
    assert apart > 0 or missing == "propagate"
