"""Rank 1 is the lowest: everything that goes by the order of the scores follows, and nothing else.

An index of which rank 1 is the lowest orders the cities as the same index turned round does from the highest down.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from pydantic import TypeAdapter

import indexcalc as ic
from indexcalc.analysis.claims import hold
from indexcalc.analysis.explain import find_next_place
from indexcalc.analysis.integration import integration
from indexcalc.analysis.obstacles import obstacles
from indexcalc.claims import Claim
from indexcalc.computed import Computed
from indexcalc.report.charts.findings import gains, over_time
from indexcalc.report.charts.subject import subject_of
from indexcalc.report.findings import findings, headline
from indexcalc.report.model.formulas import ranked
from indexcalc.robustness.bounds import rank_bounds
from indexcalc.robustness.smallest_change import smallest_changes
from indexcalc.uncertainty import Uncertainty, WeightSet
from indexcalc.voice import Voice
from tests.conftest import make_panel

DIMENSIONS = {"one": {"indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}, "d": {}}}}
RISK = ic.Framework.model_validate({"name": {"zh": "风险", "en": "Risk"}, "dimensions": DIMENSIONS})
SAFETY = ic.Framework.model_validate(
    {"name": {"zh": "安全", "en": "Safety"}, "direction": "negative", "scale": [1, 10], "dimensions": DIMENSIONS}
)
SCALE = {"normalisation": {"method": "min_max", "lower": 1, "upper": 10}}
LOW = ic.Methodology.model_validate({**SCALE, "rank_on": {"order": "ascending"}})
HIGH = ic.Methodology.model_validate(SCALE)
CLAIMS = [
    {"kind": "in_top", "cities": ["甲"], "n": 2},
    {"kind": "rank_is", "city": "乙", "rank": 3},
    *({"kind": "largest_rank_gain", "city": city} for city in "甲乙丙丁"),
    *({"kind": "overtakes", "city": a, "other": b} for a in "甲乙丙丁" for b in "甲乙丙丁" if a != b),
]


@pytest.fixture(scope="module")
def panel():
    return make_panel()


@pytest.fixture(scope="module")
def both(panel):
    return ic.build_index(panel, RISK, LOW), ic.build_index(panel, SAFETY, HIGH)


def claims():
    return [TypeAdapter(Claim).validate_python(claim) for claim in CLAIMS]


def test_ranks_and_places_gained(both):
    low, high = both
    assert_allclose(low.score(), 11 - high.score(), rtol=1e-13)
    assert (low.rank()[low.score().argmin(axis=0), range(3)] == 1).all()
    assert_array_equal(low.rank(), high.rank())
    assert_array_equal(low.rank_gain(), high.rank_gain())
    assert_array_equal(low.rank("one"), 5 - ic.build_index(low.panel, RISK, HIGH).rank("one"))


def test_ties_share_the_lower_number():
    panel = make_panel({"a": [2.0, 1.0, 1.0, 3.0]})
    framework = ic.Framework.model_validate({"indicators": {"a": {}}})
    methodology = ic.Methodology.model_validate({"normalisation": "none", "rank_on": {"order": "ascending"}})
    assert_array_equal(ic.build_index(panel, framework, methodology).rank()[:, 0], [3, 1, 1, 4])


def test_claims(both):
    low, high = both
    found = [[holding.verdict for holding in hold(one, claims())] for one in both]
    assert found[0] == found[1]
    assert len(set(found[0])) > 1
    assert low.years == high.years


def test_draws(panel):
    options = Uncertainty.model_validate({"weights": {"spread": 0.9}})
    low, high = (
        ic.robustness.uncertainty(panel, framework, methodology, claims(), options, draws=400)
        for framework, methodology in ((RISK, LOW), (SAFETY, HIGH))
    )
    for name in ("rank_counts", "gain_counts", "beats", "claim_counts"):
        assert_array_equal(getattr(low, name), getattr(high, name), err_msg=name)
    assert (low.rank_counts > 0).sum() > 3 * 4  # ranks do change


def test_bounds_and_smallest_changes(both, panel):
    """The best rank is n + 1 less the worst one of the same scores, ranked from the highest down."""
    weights, up = WeightSet(spread=0.9), ic.build_index(panel, RISK, HIGH)
    low, plain = rank_bounds(both[0], weights), rank_bounds(up, weights)
    assert not (plain.best_tied.any() or plain.worst_tied.any())
    assert_array_equal(low.best, 5 - plain.worst)
    assert_array_equal(low.worst, 5 - plain.best)
    assert_array_equal(low.always_above, np.swapaxes(plain.always_above, 1, 2))
    sizes = [sorted(round(one.size, 9) for one in smallest_changes(index)) for index in (both[0], up)]
    assert sizes[0] == sizes[1]


def test_the_next_place_is_gained_by_a_lower_score(both):
    low = both[0]
    c, t = int(np.flatnonzero(low.rank()[:, -1] == 3)[0]), -1
    found = find_next_place(low, low.cities[c], rebuild=lambda panel: ic.build_index(panel, RISK, LOW))
    ahead = int(np.flatnonzero(low.rank()[:, -1] == 2)[0])
    assert found.targets == (low.cities[ahead],)
    assert found.gap == pytest.approx(low.score()[c, t] - low.score()[ahead, t])
    assert found.found and all(one.after < one.before for one in found.found)


def test_nobody_leads_in_risk(both):
    run = Computed.of(both[0])
    first = both[0].cities[int(both[0].score()[:, -1].argmin())]
    assert headline(run, Voice("en", RISK)).startswith(f"Risk 2021: {first} has the lowest score of the 4 cities")
    assert headline(run, Voice("zh", RISK)).startswith(f"2021年风险：{first}得分在4个城市中最低")


@pytest.mark.parametrize(("lang", "praise"), [("en", ("gained", "lost")), ("zh", ("提高",))])
def test_a_rising_risk_is_no_gain(both, lang, praise):
    """Nor is a falling one a loss: in titles, below them, and among the findings."""
    run = Computed.of(both[0])
    subject = subject_of(run, Voice(lang, RISK))
    ends, names, facts = subject.compared[0], subject.cities.names, subject.facts
    levels = [one.text for one in findings(run, Voice(lang, RISK)) if one.kind == "level"]
    said = [
        over_time(*subject.compared, names, facts, subject.voice),
        gains(ends, names, facts, subject.voice),
        *levels,
    ]
    assert len(said) == 3
    assert not [text for text in said for word in praise if word in text]
    assert facts["worse"] == subject.voice.say("charts.lower_is_better")


def test_what_praises_high_scores_is_refused(both):
    for analysis in (obstacles, integration):
        with pytest.raises(ic.ChoiceError, match="order: ascending"):
            analysis(both[0])


def test_the_formula_of_the_model():
    assert ranked("C8", "C$8:C$20", 9, ascending=True) == (
        '=IF(weights_ok,1+SUMPRODUCT(--(ROUND(C$8:C$20,9)<ROUND(C8,9))),"")'
    )
