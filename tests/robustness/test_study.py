"""The analyses on demand together: those asked for, and a refusal of one that leaves the others standing."""

import numpy as np
import pytest
from joblib import parallel_config

from indexcalc.robustness.bounds import GIVEN_UP, rank_bounds
from indexcalc.robustness.linear_index import linear_index
from indexcalc.robustness.one_by_one import alternatives
from indexcalc.robustness.solver import Unsettled
from indexcalc.robustness.study import PARTS, proven, study
from indexcalc.spec.claims import InTop
from indexcalc.spec.uncertainty import Uncertainty
from tests.conftest import build, make_framework, make_panel

OPTIONS = {
    "weights": {"spread": 0.5},
    "normalisation": [
        {"method": "min_max", "lower": 1, "upper": 100},
        {"method": "percentile_rank", "lower": 1, "upper": 100},
    ],
    "aggregation": ["arithmetic", "geometric"],
}
CLAIMS = (InTop(kind="in_top", cities=("甲",), n=2, years=(2021,)),)


def made(options=OPTIONS, parts=PARTS, **choices):
    choices = {"normalisation": OPTIONS["normalisation"][0], **choices}
    return study(build(make_panel(), **choices), CLAIMS, Uncertainty.model_validate(options), parts=parts, draws=256)


def test_all_parts():
    found = made()
    assert found.year == 2021 and not found.refused
    assert found.bounds is not None and found.sensitivity is not None and found.alternatives is not None
    assert len(found.changes) == 2 * (6 + 1)  # every pair, and the claim


@pytest.mark.parametrize("part", PARTS)
def test_one_part(part):
    found = made(parts=(part,))
    there = {"bounds": found.bounds, "sensitivity": found.sensitivity, "alternatives": found.alternatives}
    assert [name for name, result in there.items() if result is not None] == [part]


def test_what_cannot_be_proven_is_told_once_and_the_rest_is_made():
    found = made(aggregation="minimum")
    assert [problem.key for problem in found.refused] == ["bounds_aggregation"]
    assert found.bounds is None and found.changes == () and found.alternatives is not None


def test_no_weights_no_bounds_but_the_smallest_changes():
    found = made({"aggregation": ["arithmetic", "geometric"]})
    (problem,) = found.refused
    assert "uncertainty.weights is not given" in problem.text("en") and "缺少uncertainty.weights" in problem.text("zh")
    assert found.bounds is None and found.changes


def test_what_every_run_proves_is_that_of_the_last_year_with_a_score():
    drawn = np.random.default_rng(4).uniform(1.0, 9.0, (2, 4, 3))
    drawn[:, :, 2] = np.nan
    panel = make_panel(dict(zip("ab", drawn, strict=True)))
    result = build(panel, make_framework(indicators={"a": {}, "b": {}}), missing="propagate")
    options = Uncertainty.model_validate(OPTIONS)
    found, whole = proven(result, options), study(result, (), options, parts=("bounds",), year=2020)
    assert found.year == 2020 and found.changes and found.sensitivity is None
    np.testing.assert_array_equal(found.bounds.best[:, 1], whole.bounds.best[:, 1])
    assert np.isnan(found.bounds.best[:, [0, 2]]).all()
    assert [change.size for change in found.changes] == [change.size for change in whole.changes]


def test_of_many_cities_bounds_are_proven_on_demand_alone(monkeypatch):
    monkeypatch.setattr("indexcalc.robustness.study.MANY", 3)
    found = proven(build(make_panel(), normalisation=OPTIONS["normalisation"][0]), Uncertainty.model_validate(OPTIONS))
    (problem,) = found.refused
    assert found.bounds is None and found.changes == ()
    assert "With 4 cities (more than 3)" in problem.text("en") and "城市有4个（超过3个）" in problem.text("zh")
    whole = made(parts=("bounds",))
    monkeypatch.setattr("indexcalc.robustness.study.MANY", 100)
    every = made(parts=("bounds",))
    np.testing.assert_array_equal(whole.bounds.best[:, -1], every.bounds.best[:, -1])
    assert np.isnan(whole.bounds.best[:, :-1]).all() and not np.isnan(every.bounds.best).any()
    (problem,) = whole.refused
    assert problem.key == "bounds_one_year" and problem.facts["year"] == 2021 and not every.refused
    near = {(one.city, one.others[0], one.measure): one.size for one in whole.changes if one.claim is None}
    assert len(near) == 2 * 3  # neighbours only
    sizes = {(one.city, one.others[0], one.measure): one.size for one in every.changes if one.claim is None}
    assert near == pytest.approx({pair: sizes[pair] for pair in near})


def test_the_share_of_the_bounds_that_is_done_is_told():
    told = []
    study(
        build(make_panel(), normalisation=OPTIONS["normalisation"][0]),
        (),
        Uncertainty.model_validate(OPTIONS),
        parts=("bounds",),
        progress=lambda part, share: told.append((part, share)),
    )
    shares = [share for _, share in told]
    assert {part for part, _ in told} == {"bounds"} and shares == sorted(shares) and shares[-1] == 1.0
    assert len(shares) == 1 + 4 * 3  # the start, and each city in each year


def test_of_many_cities_a_search_that_does_not_end_is_given_up_and_its_rank_enclosed(monkeypatch):
    figures = np.random.default_rng(3).uniform(1.0, 9.0, (6, 40, 1))
    panel = make_panel(dict(zip("abcdef", figures, strict=True)), cities=[f"c{i}" for i in range(40)])
    result = build(panel, make_framework(indicators={code: {} for code in "abcdef"}))
    options = Uncertainty.model_validate({"weights": {"spread": 0.5}})
    whole = study(result, (), options, parts=("bounds",)).bounds
    begun = []

    def endless(*_, nodes, **__):
        begun.append(nodes)
        raise Unsettled

    monkeypatch.setattr("indexcalc.robustness.bounds.MANY", 39)
    monkeypatch.setattr("indexcalc.robustness.solver.Programme._proposed", endless)
    some = study(result, (), options, parts=("bounds",))
    found, lost = some.bounds, some.bounds.unsettled
    assert len(begun) >= GIVEN_UP and None not in begun
    assert GIVEN_UP <= lost.sum() < 40 and not whole.unsettled.any()
    np.testing.assert_array_equal(found.best[~lost], whole.best[~lost])
    np.testing.assert_array_equal(found.worst[~lost], whole.worst[~lost])
    assert (found.best_limit <= whole.best).all() and (whole.best <= found.best).all()
    assert (found.worst <= whole.worst).all() and (whole.worst <= found.worst_limit).all()
    index = linear_index(result)
    for which in ("best", "worst"):  # what is said to be reached is reached by weights of the set
        weights = getattr(found, f"{which}_weights")[:, 0]
        assert (np.abs(weights / index.nominal - 1.0) <= 1.5 / 0.5).all()
        scores = np.einsum("ak,ck->ac", weights, index.values[:, 0])
        ranks = 1 + (scores > np.diag(scores)[:, None] + index.margin / 2).sum(axis=1)
        np.testing.assert_array_equal(ranks, getattr(found, which)[:, 0])
    (problem,) = some.refused
    assert problem.key == "bounds_unsettled" and problem.facts == {"n": lost.sum(), "of": 40}


def test_bounds_and_alternatives_are_the_same_with_any_number_of_workers(monkeypatch):
    monkeypatch.setattr("indexcalc.robustness.design.Design.block_size", 2)
    result, options = (
        build(make_panel(), normalisation=OPTIONS["normalisation"][0]),
        Uncertainty.model_validate(OPTIONS),
    )
    about = result.panel, result.framework, result.methodology, CLAIMS, options
    alone, every = rank_bounds(result, options.weights), alternatives(*about)
    with parallel_config(backend="threading"):
        shared, each = rank_bounds(result, options.weights, jobs=2), alternatives(*about, jobs=2)
    for name in ("best", "worst", "best_tied", "best_weights", "worst_weights"):
        np.testing.assert_array_equal(getattr(shared, name), getattr(alone, name))
    assert len(every.rows) > 2 and [row.verdicts for row in each.rows] == [row.verdicts for row in every.rows]
    np.testing.assert_array_equal([row.ranks for row in each.rows], [row.ranks for row in every.rows])
