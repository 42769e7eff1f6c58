"""Each draw of a sample as the ordinary pipeline computes it, in the order of the sample."""

import numpy as np
from numpy.testing import assert_array_equal

import indexcalc as ic
from indexcalc.analysis.claims import Frame, hold
from indexcalc.claims import InTop, Rising
from indexcalc.robustness import design as design_module
from indexcalc.robustness.design import design
from indexcalc.robustness.engine import Engine
from indexcalc.robustness.outcomes import outcomes
from indexcalc.uncertainty import Uncertainty
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
