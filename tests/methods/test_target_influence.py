"""Weights solved for a target influence: by hand, beside a solver used directly, and what cannot be reached."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize

import indexcalc as ic
from indexcalc.methods.weighting import influence, influence_missed, target_influence
from tests.conftest import build, make_framework, make_panel
from tests.golden.published import read


def squared(z, weights):
    """Influence as the paper writes it, from the scores and nothing else."""
    y = z @ weights
    s = np.array([np.corrcoef(y, column)[0, 1] ** 2 for column in z.T])
    return s / s.sum()


def drawn(seed, n):
    """Children of different spread that have something in common."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(60, n)) * rng.uniform(0.3, 3.0, n) + rng.normal(size=(60, 1))


def test_two_children_alike_in_influence_weigh_by_their_spread():
    """Whatever their correlation, equal influence of two is w_1 : w_2 = σ_2 : σ_1."""
    z = drawn(3, 2)
    spread = z.std(axis=0)
    assert_allclose(target_influence(z, np.ones(2)), spread[::-1] / spread.sum(), rtol=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_a_solver_used_directly_comes_no_nearer(seed):
    n = 2 + seed % 4
    z, rng = drawn(seed, n), np.random.default_rng(seed)
    targets = rng.dirichlet(np.full(n, 8.0))
    found = target_influence(z, targets)
    assert_allclose(influence(z, found), squared(z, found), rtol=1e-9)

    def miss(w):
        w = np.abs(w) / np.abs(w).sum()
        return ((squared(z, w) - targets) ** 2).sum()

    start = [rng.dirichlet(np.ones(n)) for _ in range(4)]
    best = min(minimize(miss, w, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-14}).fun for w in start)
    assert miss(found) <= best + 1e-9
    assert (found >= 0).all() and found.sum() == pytest.approx(1.0)


def test_the_two_sub_indices_of_coinr():
    """Its own test of get_opt_weights at the level of Conn and Sust: correlations in equal parts are reached; 1 to 2,
    squares of 1 to 4, it reaches with a weight below 0, which is told here, with Sust alone for the nearest."""
    scores = read("asem/scores").pivot(index="country", columns="node", values="score")
    z = scores[["Conn", "Sust"]].to_numpy()
    assert_allclose(squared(z, target_influence(z, np.ones(2))), [0.5, 0.5], atol=1e-9)
    r = np.corrcoef(z.T)[0, 1]
    assert r > 0.5  # of Sust alone; with 0.5 the correlations would be 1 to 2
    wanted = np.array([1.0, 4.0])
    found = target_influence(z, wanted)
    assert_allclose(found, [0.0, 1.0], atol=1e-6)
    ((_, facts),) = influence_missed(z, wanted, found)
    assert facts["target"] == pytest.approx(0.8) and facts["found"] == pytest.approx(1 / (1 + r**2), abs=1e-6)


def test_what_no_weights_reach_is_told():
    """Two that say the same, of which one is to have nine tenths."""
    column = np.array([1.0, 4.0, 2.0, 8.0])
    z = np.column_stack([column, column])
    found = target_influence(z, np.array([9.0, 1.0]))
    ((key, facts),) = influence_missed(z, np.array([9.0, 1.0]), found)
    assert key == "influence_missed" and facts["target"] == pytest.approx(0.9)
    assert facts["found"] == pytest.approx(0.5)
    assert influence_missed(z, np.array([9.0, 1.0]), found, tolerance=0.5) == []


TWINS = {"a": [1.0, 4.0, 2.0, 8.0], "b": [1.0, 4.0, 2.0, 8.0], "c": [2.0, 1.0, 5.0, 3.0]}


def made(weighting, columns=None, **methodology):
    panel = make_panel({code: [[x] for x in column] for code, column in (columns or TWINS).items()}, years=(2020,))
    framework = make_framework(indicators={"a": {"weight": 8}, "b": {}, "c": {}})
    return build(panel, framework, weighting=weighting, **methodology)


def test_the_index_refuses_a_target_out_of_reach_by_name_and_takes_the_nearest_where_that_will_do():
    with pytest.raises(
        ic.ChoiceError, match=r"no weights at or above 0 give '[abc]' its target, 0\.\d+ of the influence"
    ):
        made("target_influence")
    nearest = made({"method": "target_influence", "tolerance": 0.5})
    assert nearest.weights[1:].sum() == pytest.approx(1.0)


def test_targets_may_be_another_weighting():
    free = {"a": [1.0, 4.0, 2.0, 8.0, 3.0], "b": [2.0, 1.0, 5.0, 3.0, 9.0], "c": [7.0, 3.0, 1.0, 6.0, 4.0]}
    weighting = {"method": "target_influence", "targets": "equal"}
    panel = make_panel(
        {code: [[x] for x in column] for code, column in free.items()}, years=(2020,), cities="甲乙丙丁戊"
    )
    result = build(panel, make_framework(indicators={"a": {"weight": 8}, "b": {}, "c": {}}), weighting=weighting)
    assert_allclose(squared(result.normalised.values[:, 0], result.weights[1:]), [1 / 3] * 3, atol=1e-9)


@pytest.mark.parametrize(
    ("weighting", "methodology", "said"),
    [
        ({"method": "target_influence", "scope": "indicators"}, {}, "scope: indicators does not apply"),
        ("target_influence", {"aggregation": "maximum"}, "solves for a weighted arithmetic mean"),
    ],
)
def test_where_it_does_not_belong(weighting, methodology, said):
    with pytest.raises(ic.ChoiceError, match=said):
        made(weighting, **methodology)
