"""Best and worst ranks: against the listed corners of tiny cases, random weights, and the ordinary pipeline."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

import indexcalc as ic
from indexcalc.methods.ranking import competition_rank
from indexcalc.robustness.bounds import exact_rank, extreme_ranks, rank_bounds, whole_numbers
from indexcalc.robustness.design import given_weights
from indexcalc.robustness.linear_index import linear_index
from indexcalc.robustness.polytope import Polytope, simplex, within
from indexcalc.spec.uncertainty import WeightSet
from tests.conftest import ROOT, build, make_framework, make_panel

RAW = {"normalisation": "none"}


def of_scores(z, **more):
    """The index of cities (city, indicator) in one year, all indicators on one level, scores as given."""
    codes = "abcdefg"[: z.shape[1]]
    panel = make_panel(
        {code: z[:, [k]] for k, code in enumerate(codes)}, cities="甲乙丙丁戊己"[: len(z)], years=(2020,)
    )
    return build(panel, make_framework(indicators={code: {} for code in codes}, **more), **RAW)


def bounds_of(result, spread):
    index = linear_index(result)
    sets = tuple(within(branch.nominal, spread) for branch in index.branches)
    return index, extreme_ranks(index, Polytope(index.branches, index.leaves, sets), str(spread))


# --- against every cell of the weights --------------------------------------------------------------------------------


def cells(z, spread):
    """Points of every cell into which ties cut the weights of three indicators: all corners, and inner points.

    Edges of the set and lines of ties are lines over the first two weights; every cell has three corners whose mean is
    inside it.
    """
    ratio = (1.0 + spread) / (1.0 - spread)
    edges = [np.eye(3)[i] - ratio * np.eye(3)[j] for i in range(3) for j in range(3) if i != j]
    lines = edges + [z[a] - z[b] for a, b in combinations(range(len(z)), 2)]
    flat = np.array([[w[0] - w[2], w[1] - w[2], w[2]] for w in lines])
    corners = []
    for one, two in combinations(flat, 2):
        matrix = np.array([one[:2], two[:2]])
        if abs(np.linalg.det(matrix)) > 1e-9:
            x, y = np.linalg.solve(matrix, [-one[2], -two[2]])
            weights = np.array([x, y, 1.0 - x - y])
            if all(edge @ weights <= 1e-9 for edge in edges):
                corners.append(weights)
    corners = np.unique(np.round(corners, 12), axis=0)
    triples = np.array(list(combinations(range(len(corners)), 3)))
    return corners, corners[triples].mean(axis=1)


@pytest.mark.slow
@settings(max_examples=25)
@given(arrays(float, (4, 3), elements=st.integers(0, 12)))
def test_bounds_are_those_of_every_cell_of_tiny_cases(z):
    _, bounds = bounds_of(of_scores(z), 0.25)
    corners, inner = cells(z, 0.25)
    for i in range(4):
        gap = np.delete(z, i, axis=0) - z[i]
        best = 1 + ((corners @ gap.T) > 1e-9).sum(axis=1).min()
        inside = inner @ gap.T
        worst = 1 + (inside > 1e-9).sum(axis=1).max()
        assert (bounds.best[i, 0], bounds.worst[i, 0]) == (best, worst)
        strictly = 1 + (inside > -1e-9).sum(axis=1).min()
        assert bounds.best_tied[i, 0] == (strictly > best)


def test_a_rank_reached_only_as_a_tie_is_told_apart():
    """甲 leads in a, 乙 in b; within 25 % the greatest share is 0.625: 丙 there has 62.5, and no more, as 甲 has."""
    z = np.array([[100.0, 0.0], [0.0, 100.0], [62.5, 62.5]])
    _, bounds = bounds_of(of_scores(z), 0.25)
    assert bounds.best[:, 0].tolist() == [1, 1, 1]
    assert bounds.best_tied[:, 0].tolist() == [True, True, False]
    assert bounds.worst[:, 0].tolist() == [3, 3, 1]
    assert_allclose(bounds.best_weights[0, 0], [0.625, 0.375])


def test_an_enclosed_rank_that_its_weights_reach_in_a_tie_says_so(monkeypatch):
    for limit in ("MANY", "NODES", "GIVEN_UP"):
        monkeypatch.setattr(f"indexcalc.robustness.bounds.{limit}", 0)
    told, random = 0, np.random.default_rng(7)
    for _ in range(20):
        z = random.integers(1, 5, (16, 4)).astype(float)
        panel = make_panel(
            {code: z[:, [k]] for k, code in enumerate("abcd")}, cities=[f"c{k}" for k in range(16)], years=(2020,)
        )
        index, found = bounds_of(build(panel, make_framework(indicators={code: {} for code in "abcd"}), **RAW), 0.5)
        scores = np.einsum("ak,ck->ac", found.best_weights[:, 0], index.values[:, 0])
        level = np.abs(scores - np.diag(scores)[:, None]) <= index.margin / 2
        open_ = found.ever_above[0] & found.ever_above[0].T  # each above the other under some weights
        tied = (level & open_).any(axis=1) & (found.best != found.best_limit)[:, 0]
        assert found.best_tied[tied, 0].all()
        told += tied.sum()
    assert told


def test_cities_that_are_always_level_share_their_worst_rank():
    z = np.array([[1.0, 5.0], [1.0, 5.0], [4.0, 0.0]])
    _, bounds = bounds_of(of_scores(z), 0.5)
    assert bounds.worst[:, 0].tolist() == [2, 2, 3]
    assert bounds.worst_tied[:, 0].tolist() == [True, True, False]
    assert bounds.best_tied[:, 0].tolist() == [True, True, False]
    assert not bounds.ever_above[0, 0, 1] and not bounds.always_above[0, 0, 1]


def test_above_always_ever_and_never():
    """Shares run from 0.25 to 0.75: 丙 has 2.25 at least, which is always above 2, and above 3 at some weights."""
    z = np.array([[3.0, 3.0], [2.0, 2.0], [0.0, 9.0]])
    _, bounds = bounds_of(of_scores(z), 0.5)
    assert bounds.always_above[0].tolist() == [[False, True, False], [False, False, False], [False, True, False]]
    assert bounds.ever_above[0].tolist() == [[False, True, True], [False, False, False], [True, True, False]]


def test_two_that_can_each_be_passed_but_never_both():
    """丙 passes 甲 where a weighs little, 乙 where it weighs much: second at best, though each pair allows first."""
    z = np.array([[10.0, 0.0], [0.0, 10.0], [4.0, 4.0]])
    _, bounds = bounds_of(of_scores(z), 0.9)
    assert bounds.ever_above[0, 2].tolist() == [True, True, False]
    assert bounds.best[2, 0] == 2 and not bounds.best_tied[2, 0]


# --- random weights never outside -------------------------------------------------------------------------------------


@given(seed=st.integers(0, 10**6), spread=st.sampled_from([0.1, 0.25, 0.6]))
@settings(max_examples=12)
def test_no_weights_of_the_set_rank_a_city_outside_its_bounds(seed, spread):
    random = np.random.default_rng(seed)
    result = build(make_panel(dict(zip("abcd", random.uniform(1, 100, (4, 4, 3)), strict=True))))
    index, bounds = bounds_of(result, spread)
    for _ in range(200):
        written = random.uniform(1 - spread, 1 + spread, 6)
        upper, one, two = (w / w.sum() for w in (written[:2], written[2:4], written[4:]))
        weights = np.concatenate([upper[0] * one, upper[1] * two])
        ranks = competition_rank(index.values @ weights)
        assert ((bounds.best <= ranks) & (ranks <= bounds.worst)).all()


def test_no_spread_gives_the_nominal_ranks():
    result = build(make_panel())
    _, bounds = bounds_of(result, 0.0)
    assert (bounds.best == result.rank()).all() and (bounds.worst == result.rank()).all()


def test_a_wider_set_never_gives_narrower_bounds():
    before = None
    for spread in (0.1, 0.3, 0.6, 1.0):
        _, bounds = bounds_of(build(make_panel()), spread)
        if before is not None:
            assert (bounds.best <= before.best).all() and (bounds.worst >= before.worst).all()
        before = bounds


# --- certificates -----------------------------------------------------------------------------------------------------


def weighted(weights, codes):
    """`--weight` edits that give indicators these effective weights."""
    dimension = {"a": "one", "b": "one", "c": "two", "d": "two"}
    total = {
        name: sum(w for code, w in zip(codes, weights, strict=True) if dimension[code] == name)
        for name in ("one", "two")
    }
    return {
        name: {
            "weight": total[name],
            "indicators": {c: {"weight": w} for c, w in zip(codes, weights, strict=True) if dimension[c] == name},
        }
        for name in total
    }


@pytest.mark.parametrize("aggregation", ["arithmetic", "geometric"])
def test_the_ordinary_pipeline_confirms_every_rank_with_the_weights_that_reach_it(aggregation):
    choices = {"aggregation": aggregation, "normalisation": {"method": "min_max", "lower": 1, "upper": 100}}
    index, bounds = bounds_of(build(make_panel(), **choices), 0.4)
    assert (bounds.best < bounds.worst).any()
    for ranks, reached in ((bounds.best, bounds.best_weights), (bounds.worst, bounds.worst_weights)):
        for i, t in np.ndindex(ranks.shape):
            again = build(make_panel(), make_framework(weighted(reached[i, t], index.codes)), **choices)
            assert again.rank()[i, t] == ranks[i, t]
            assert exact_rank(whole_numbers(index.values[:, t]), reached[i, t], i, index.margin / 2) == ranks[i, t]


def test_rational_arithmetic_sees_a_difference_of_the_last_bit_and_a_margin():
    z = np.array([[1.0, 0.1], [1.0, np.nextafter(0.1, 1.0)], [0.0, 0.0]])
    weights = np.array([0.5, 0.5])
    assert [exact_rank(whole_numbers(z), weights, i, 0.0) for i in range(3)] == [2, 1, 3]
    assert [exact_rank(whole_numbers(z), weights, i, 1e-12) for i in range(3)] == [1, 1, 3]


@pytest.mark.slow
def test_the_shipped_index_within_25_percent_certified_in_every_year():
    specification = ic.load_specification(ROOT / "indicators.yaml")
    panel = ic.read_workbook(ROOT / "data" / "cities.xlsx", specification.framework)
    index, bounds = bounds_of(ic.build_index(panel, specification.framework, specification.methodology), 0.25)
    for ranks, reached in ((bounds.best, bounds.best_weights), (bounds.worst, bounds.worst_weights)):
        for i, t in np.ndindex(ranks.shape):
            assert exact_rank(whole_numbers(index.values[:, t]), reached[i, t], i, index.margin / 2) == ranks[i, t]
            assert competition_rank(index.values[:, t] @ reached[i, t])[i] == ranks[i, t]
    assert (bounds.best <= index.rank).all() and (index.rank <= bounds.worst).all()


@pytest.mark.slow
def test_the_ordinary_pipeline_confirms_the_shipped_bounds_of_the_last_year():
    specification = ic.load_specification(ROOT / "indicators.yaml")
    panel = ic.read_workbook(ROOT / "data" / "cities.xlsx", specification.framework)
    result = ic.build_index(panel, specification.framework, specification.methodology)
    bounds = rank_bounds(result, specification.uncertainty.weights, years=[2022])
    at = {node.code: i for i, node in enumerate(result.nodes)}
    for ranks, reached in ((bounds.best, bounds.best_weights), (bounds.worst, bounds.worst_weights)):
        for i in range(len(result.cities)):
            weights = np.zeros(len(result.nodes))
            weights[[at[code] for code in bounds.codes]] = reached[i, -1]
            for position in range(len(weights) - 1, 0, -1):
                weights[result.nodes[position].parent] += weights[position]
            framework, methodology = given_weights(result.framework, result.methodology, result.nodes, weights)
            assert ic.build_index(panel, framework, methodology).rank()[i, -1] == ranks[i, -1]


def test_a_city_without_a_score_has_no_bounds_and_stands_above_nobody():
    panel = make_panel({"a": [[1.0], [np.nan], [3.0]], "b": [[1.0], [2.0], [0.0]]}, cities="甲乙丙", years=(2020,))
    result = build(panel, make_framework(indicators={"a": {}, "b": {}}), missing="propagate", **RAW)
    _, bounds = bounds_of(result, 0.5)
    assert np.isnan(bounds.best[1, 0]) and np.isnan(bounds.worst_weights[1, 0]).all()
    assert bounds.worst[0, 0] == 2
    assert not bounds.ever_above[0, 1].any()


def test_some_years_alone_are_the_same_there():
    result = build(make_panel())
    every, one = (rank_bounds(result, WeightSet(spread=0.4), years=years) for years in (None, [2020]))
    assert (one.best[:, 1] == every.best[:, 1]).all() and (one.worst[:, 1] == every.worst[:, 1]).all()
    assert np.isnan(one.best[:, [0, 2]]).all() and not one.ever_above[[0, 2]].any()


@pytest.mark.parametrize("seed", range(12))
def test_chosen_weights_outside_the_set_prove_nothing(seed):
    """The first of four weighs 6 of 9, and may weigh 0.4 at most: against each set of cities that could be ahead."""
    linprog = pytest.importorskip("scipy.optimize").linprog
    z, low, high = np.random.default_rng(seed).uniform(1.0, 100.0, (4, 4)), 0.05, 0.4

    def possible(gains):
        rows = np.hstack([-gains, np.ones((len(gains), 1))])
        ends = [(low, high)] * 4 + [(None, 1.0)]
        found = linprog([0, 0, 0, 0, -1], rows, np.zeros(len(gains)), [[1, 1, 1, 1, 0]], [1], ends)
        return -found.fun > 1e-7

    codes = "abcd"
    panel = make_panel({code: z[:, [k]] for k, code in enumerate(codes)}, cities="甲乙丙丁", years=(2020,))
    framework = make_framework(indicators={code: {"weight": 6.0 if code == "a" else 1.0} for code in codes})
    bounds = rank_bounds(build(panel, framework, **RAW), WeightSet(bounds=dict.fromkeys(codes, (low, high))))
    for i in range(4):
        others = [np.array(some) for n in (1, 2, 3) for some in combinations([j for j in range(4) if j != i], n)]
        ahead = max((len(some) for some in others if possible(z[some] - z[i])), default=0)
        behind = max((len(some) for some in others if possible(z[i] - z[some])), default=0)
        assert (bounds.best[i, 0], bounds.worst[i, 0]) == (4 - behind, 1 + ahead)
    for reached in (bounds.best_weights, bounds.worst_weights):
        assert reached.min() >= low - 1e-12 and reached.max() <= high + 1e-12


def test_all_weights_allow_the_extremes_of_the_best_and_the_worst_column():
    """乙 leads 甲 by -4a + 4b - c and 丙 by the opposite: both only at a = b, c = 0, where all three are level."""
    z = np.array([[9.0, 1.0, 5.0], [5.0, 5.0, 4.0], [1.0, 9.0, 3.0]])
    index = linear_index(of_scores(z))
    bounds = extreme_ranks(index, Polytope(index.branches, index.leaves, (simplex(3),)), "all")
    assert bounds.best[:, 0].tolist() == [1, 1, 1] and bounds.worst[:, 0].tolist() == [3, 2, 3]
    assert bounds.best_tied[:, 0].tolist() == [False, True, False]
