"""The rankings of greatest support, against every permutation; cycles, ties, and where no proof is made."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods import median_ranking as m
from indexcalc.methods.aggregation import best_rankings, kemeny


def total(support, order):
    return sum(support[i, k] for i, k in combinations(order, 2))


def by_permutation(support):
    """The greatest support, and which pairs all the rankings that have it agree in."""
    n = len(support)
    every = {order: total(support, order) for order in permutations(range(n))}
    best = max(every.values())
    among = [order for order, value in every.items() if value > best - 1e-7]
    before = np.zeros((n, n))
    for i, k in permutations(range(n), 2):
        first = [order.index(i) < order.index(k) for order in among]
        before[i, k] = 1.0 if all(first) else -1.0 if not any(first) else 0.0
    return best, before


@st.composite
def supports(draw):
    """What cities have over each other by a few children of few values: cycles and ties abound."""
    n, children = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    z = np.array([[float(draw(st.integers(0, 3))) for _ in range(children)] for _ in range(n)])
    weights = np.array([float(draw(st.integers(1, 4))) for _ in range(children)])
    return z, weights / weights.sum()


@settings(max_examples=150, deadline=None)
@given(supports())
def test_the_best_of_all_permutations(case):
    z, weights = case
    net = np.sign(z[:, None] - z[None]) @ weights
    best, before = by_permutation(np.round(net, 9))
    found = best_rankings(z, weights)
    assert found.proven
    assert_allclose(found.total, best, atol=1e-7)
    assert_allclose(total(net, found.order.tolist()), best, atol=1e-7)
    assert_array_equal(found.before, before)


@settings(max_examples=40, deadline=None)
@given(supports(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(case, random):
    z, weights = case
    rows = list(range(len(z)))
    random.shuffle(rows)
    year = np.full(len(z), 2020)
    assert_array_equal(kemeny(z[rows], weights, year), kemeny(z, weights, year)[rows])


def test_the_handbooks_example_of_condorcet():
    """Tables 28 and 30: a beats b 33 to 27, b beats c 42 to 18, c beats a 35 to 25; b c a has 104 of 180."""
    e = np.array([[0, 33, 25], [27, 0, 42], [35, 18, 0]], float)
    found = m.median_ranking(e - e.T)
    assert found.order.tolist() == [1, 2, 0]
    assert (found.total + 3 * 60) / 2 == 104


def test_a_cycle_inside_a_greater_order_is_a_tie_there_alone():
    cycle = np.array([[0, 1, -1], [-1, 0, 1], [1, -1, 0]], float)
    support = np.zeros((5, 5))
    support[1:4, 1:4] = cycle
    support[0, 1:], support[1:, 0] = 1, -1
    support[1:4, 4], support[4, 1:4] = 1, -1
    assert_array_equal(m.median_ranking(support).before.sum(axis=1), [4, 0, 0, 0, -4])


def circle(n):
    """Each of n beats the next half of the others."""
    ahead = (np.arange(n)[None] - np.arange(n)[:, None]) % n
    return np.where(ahead == 0, 0.0, np.where(ahead <= n // 2, 1.0, -1.0))


def test_a_large_circle_is_ordered_and_reported_as_unproven():
    found = m.median_ranking(circle(m.LARGE + 1))
    assert sorted(found.order.tolist()) == list(range(m.LARGE + 1))
    assert not found.proven and found.bound > found.total > 0
    assert_array_equal(np.sort(found.before.sum(axis=1)), np.arange(-m.LARGE, m.LARGE + 1, 2))


def test_a_search_that_grows_too_large_is_not_called_a_proof(monkeypatch):
    """A bound, and the best order found; here the relaxation leaves fractions and no node may be searched."""
    found = m.median_ranking(circle(9))
    assert found.proven
    monkeypatch.setattr(m, "ROUNDS", 1)
    cut_short = m.median_ranking(circle(9))
    assert not cut_short.proven and cut_short.bound >= found.total >= cut_short.total


def test_weights_of_many_draws_and_years_by_themselves():
    z = np.array([[3.0, 1.0], [1.0, 2.0], [2.0, 3.0], [1.0, 1.0]])
    years = np.array([2020, 2021, 2020, 2021])
    weights = np.array([[0.7, 0.2], [0.3, 0.8]])
    both = kemeny(z, weights, years)
    assert_array_equal(both, [[1, -1], [1, 1], [-1, 1], [-1, -1]])
    assert_array_equal(kemeny(z, weights[:, 0], years), both[:, 0])


@pytest.mark.parametrize("n", [1, 2])
def test_few_cities(n):
    assert_array_equal(kemeny(np.ones((n, 2)), np.array([0.5, 0.5]), np.full(n, 2020)), np.zeros(n))
