"""How little has to change: hand-worked thresholds, just short of them nothing happens, impossibility is proven."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import indexcalc as ic
from indexcalc.analysis.claims import Verdict, hold
from indexcalc.methods.ranking import competition_rank
from indexcalc.robustness import smallest_change
from indexcalc.robustness.linear_index import linear_index
from indexcalc.robustness.polytope import Polytope, within
from indexcalc.robustness.smallest_change import smallest_claim_changes, smallest_overtakings
from indexcalc.robustness.solver import Unsettled
from indexcalc.spec.claims import InTop, Overtakes, RankIs
from tests.conftest import ROOT, build, make_framework, make_panel
from tests.robustness.test_bounds import of_scores, weighted

# 甲 80, 40: 60 on average; 乙 30, 70: 50; 丙 20, 30
Z = np.array([[80.0, 40.0], [30.0, 70.0], [20.0, 30.0]])


def overtakings(result, year=-1):
    found = smallest_overtakings(linear_index(result), range(len(result.years))[year])
    return {(x.others[0], x.city, x.measure): x for x in found}


def claims(result, claim):
    return {x.measure: x for x in smallest_claim_changes(linear_index(result), claim)}


def test_the_change_at_which_one_city_overtakes_another_by_hand():
    """Level where 50 a = 30 b: a = 0.375. Written weights 1 - s and 1 + s: (1 - s) / 2 = 0.375, so s = 0.25."""
    found = overtakings(of_scores(Z))["乙", "甲", "relative"]
    assert_allclose(found.size, 0.25, rtol=1e-7)
    assert_allclose(found.weights, [0.375, 0.625], rtol=1e-7)
    total = overtakings(of_scores(Z))["乙", "甲", "total"]
    assert_allclose(total.size, 0.25, rtol=1e-7)
    assert_allclose(total.weights, [0.375, 0.625], rtol=1e-7)
    assert (found.claim, found.outcome, found.year) == (None, "overtakes", 2020)


def test_what_no_weights_bring_about_is_infinite():
    found = overtakings(of_scores(Z))
    for measure in ("relative", "total"):
        assert found["丙", "乙", measure].size == np.inf and np.isnan(found["丙", "乙", measure].weights).all()
        assert found["丙", "乙", measure].others == ("丙",)


def test_the_total_change_takes_from_the_worst_first():
    """Lead of 乙 over 甲: -6 a + 4 c, short by 2/3 at equal weights; each point moved from a to c brings 10."""
    z = np.array([[6.0, 0.0, 0.0], [0.0, 0.0, 4.0]])
    found = overtakings(of_scores(z))["乙", "甲", "total"]
    moved = (2.0 / 3.0) / 10.0
    assert_allclose(found.weights, [1 / 3 - moved, 1 / 3, 1 / 3 + moved], rtol=1e-6)
    assert_allclose(found.size, 2 * moved, rtol=1e-6)


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_just_short_of_the_change_nothing_happens_and_at_it_the_pipeline_sees_it(seed):
    random = np.random.default_rng(seed)
    result = build(make_panel(dict(zip("abcd", random.uniform(1, 100, (4, 4, 2)), strict=True)), years=(2020, 2021)))
    index = linear_index(result)
    position = {city: i for i, city in enumerate(index.cities)}
    for (above, below, measure), change in overtakings(result).items():
        lead = index.values[position[above], -1] - index.values[position[below], -1]
        if measure == "relative":
            short = min(change.size, 1.0) * (1 - 1e-6)
            sets = tuple(within(branch.nominal, short) for branch in index.branches)
            assert Polytope(index.branches, index.leaves, sets).most(lead[None])[0] < index.margin
        if np.isfinite(change.size):
            ranks = competition_rank(index.values[:, -1] @ change.weights)
            assert ranks[position[above]] < ranks[position[below]]
            assert_allclose(change.weights.sum(), 1.0)
            assert (change.weights >= 0).all()
            if measure == "total":
                assert_allclose(np.abs(change.weights - index.nominal).sum(), change.size, rtol=1e-9)
                assert all(np.abs(w - index.nominal).sum() >= change.size for w in _overtaking_weights(lead, random))


def _overtaking_weights(lead, random):
    for weights in random.dirichlet(np.ones(len(lead)), 300):
        if weights @ lead > 0:
            yield weights


# --- claims -----------------------------------------------------------------------------------------------------------


def verdict(result, index, weights, claim):
    from tests.conftest import make_framework

    again = build(result.panel, make_framework(weighted(weights, index.codes)))
    return hold(again, [claim])[0].verdict


CLAIMS = {
    "in_top": InTop(kind="in_top", cities=("甲", "丙"), n=3),
    "in_top of one year": InTop(kind="in_top", cities=("乙",), n=2, years=(2020,)),
    "overtakes": Overtakes(kind="overtakes", city="甲", other="丁", **{"from": 2019, "to": 2021}),
    "overtakes the other way": Overtakes(kind="overtakes", city="丁", other="甲"),
}


@pytest.mark.parametrize("measure", ["relative", "total"])
@pytest.mark.parametrize("name", CLAIMS)
def test_the_ordinary_pipeline_sees_the_claim_come_out_the_other_way(name, measure):
    result, claim = build(make_panel()), CLAIMS[name]
    before = hold(result, [claim])[0].verdict
    change = claims(result, claim)[measure]
    assert change.outcome == ("holds" if before is Verdict.FAILS else "fails")
    if np.isfinite(change.size):
        expected = Verdict.HOLDS if change.outcome == "holds" else Verdict.FAILS
        assert verdict(result, linear_index(result), change.weights, claim) is expected
    assert change.size > 0


def test_a_claim_with_one_rival_fails_at_the_pairs_own_change():
    result = of_scores(Z)
    change = claims(result, InTop(kind="in_top", cities=("甲",), n=1))["relative"]
    assert (change.outcome, change.city, change.others, change.year) == ("fails", "甲", ("乙",), 2020)
    assert_allclose(change.size, 0.25, rtol=1e-7)


def test_several_at_once_need_more_than_each_alone():
    """丙 falls to third where both others pass it: 甲 needs a >= 0.5 ..., 乙 a <= 0.5 - ...: never both."""
    z = np.array([[10.0, 0.0], [0.0, 10.0], [5.5, 5.5]])
    found = claims(of_scores(z), InTop(kind="in_top", cities=("丙",), n=2))
    assert found["relative"].size == np.inf and found["total"].size == np.inf


def test_a_search_given_up_is_no_number(monkeypatch):
    def give_up(*_):
        raise Unsettled

    monkeypatch.setattr(smallest_change, "_reached", give_up)
    z = np.array([[10.0, 0.0], [0.0, 10.0], [5.5, 5.5]])
    change = claims(of_scores(z), InTop(kind="in_top", cities=("丙",), n=2))["relative"]
    assert np.isnan(change.size) and np.isnan(change.weights).all()


def test_a_last_step_that_the_solver_leaves_open_does_not_lose_what_is_found():
    """So near the least spread its tolerance lets more choices pass than are tried: 0.76 stands, to five digits."""
    z = np.array([[11, 2, 7, 3], [8, 6, 8, 11], [5, 0, 2, 1], [8, 10, 11, 9], [10, 3, 4, 6]], float)
    panel = ic.Panel.from_values("甲乙丙丁戊", (2020,), "abcd", z[:, None])
    dimensions = {
        "p": {"weight": 3, "indicators": {"a": {}, "b": {}}},
        "q": {"weight": 1, "indicators": {"c": {}, "d": {"weight": 2}}},
    }
    index = build(panel, ic.Framework.model_validate({"dimensions": dimensions}), normalisation="none")
    change = claims(index, InTop(kind="in_top", cities=("甲", "乙"), n=2))["relative"]
    assert change.outcome == "holds"
    assert_allclose(change.size, 0.75978, atol=2e-5)
    assert (competition_rank(np.round(z @ change.weights, 9)[:, None].T)[0, :2] <= 2).all()


def test_other_claims_have_no_such_change():
    assert not claims(of_scores(Z), RankIs(kind="rank_is", city="甲", rank=1))


@pytest.mark.slow
def test_the_shipped_claim_of_the_top_five_holds_within_a_small_change_and_the_pipeline_says_so():
    specification = ic.load_specification(ROOT / "indicators.yaml")
    panel = ic.read_workbook(ROOT / "data" / "cities.xlsx", specification.framework)
    result = ic.build_index(panel, specification.framework, specification.methodology)
    (claim,) = [claim for claim in specification.claims if isinstance(claim, InTop)]
    change = claims(result, claim)["relative"]
    assert change.outcome == "holds" and 0 < change.size < 0.05
    effective = dict(zip(change.codes, change.weights.tolist(), strict=True))
    edits = [f"{code}={weight!r}" for code, weight in effective.items()]
    edits += [
        f"{name}={sum(effective[code] for code in dimension.indicators)!r}"
        for name, dimension in specification.framework.dimensions.items()
    ]
    edited = ic.load_specification(ROOT / "indicators.yaml", weights=edits)
    again = ic.build_index(panel, edited.framework, edited.methodology)
    assert hold(again, [claim])[0].verdict is Verdict.HOLDS


def level(first, last):
    """甲 and 乙, over two indicators, in two years."""
    x, y = (np.array([[first[k], last[k]], [2.0, 2.0]]) for k in (0, 1))
    panel = make_panel({"x": x, "y": y}, cities="甲乙", years=(2020, 2021))
    return build(panel, make_framework(indicators={"x": {}, "y": {}}), normalisation="none")


def test_who_is_level_in_both_years_has_not_overtaken_and_needs_weights_to():
    claim = Overtakes(kind="overtakes", city="甲", other="乙")
    for result, size in ((level((2, 2), (2, 2)), np.inf), (level((1, 3), (3, 1)), 0.0)):
        assert hold(result, [claim])[0].verdict is Verdict.FAILS
        change = claims(result, claim)["relative"]
        assert change.outcome == "holds" and not change.tied
        assert change.size == size or size == 0.0, "any more weight on x: behind at first, then ahead"
    assert change.size < 1e-6


def test_a_claim_that_holds_with_a_tie_says_so():
    result = level((1, 1), (2, 2))
    overtakes = Overtakes(kind="overtakes", city="甲", other="乙")
    assert hold(result, [overtakes])[0].verdict is Verdict.TIED
    assert claims(result, overtakes)["total"].tied
    assert claims(result, InTop(kind="in_top", cities=("甲",), n=1, years=(2021,)))["total"].tied
    assert not claims(result, InTop(kind="in_top", cities=("乙",), n=1, years=(2020,)))["total"].tied
