"""What can be reached together over a set of weights: hand-worked programmes, and nothing on standard output."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from indexcalc.robustness.polytope import Branch, Polytope, simplex, within
from indexcalc.robustness.solver import Demand, Programme, _quiet, smallest_move

EQUAL = np.array([0.5, 0.5])
ALL = Polytope((Branch(0, (1, 2), EQUAL),), (1, 2), (simplex(2),))
NEAR = Polytope((Branch(0, (1, 2), EQUAL),), (1, 2), (within(EQUAL, 0.2),))


def test_the_least_of_two_gains_is_greatest_where_they_are_equal():
    """v and 1 - v times 3: equal at v = 0.75."""
    least, weights = Programme(ALL).least_gap(np.array([[1.0, 0.0], [0.0, 3.0]]))
    assert_allclose(least, 0.75)
    assert_allclose(weights, [0.75, 0.25])


def test_within_the_spread_the_weight_stops_at_its_limit():
    """0.75 is outside: the most is 1.2 / (1.2 + 0.8) = 0.6."""
    least, weights = Programme(NEAR).least_gap(np.array([[1.0, 0.0], [0.0, 3.0]]))
    assert_allclose([least, *weights], [0.6, 0.6, 0.4])


def test_the_most_gains_at_once():
    """The first two need v >= 0.6 and v >= 0.7, the third v <= 0.4: two of three."""
    gains = np.array([[0.4, -0.6], [0.3, -0.7], [-0.6, 0.4]])
    chosen, weights = Programme(ALL).most_together(gains, 0.0)
    assert chosen.tolist() == [True, True, False]
    assert (gains[:2] @ weights >= 0).all()


@given(seed=st.integers(0, 10**6))
@settings(max_examples=40)
def test_prices_say_what_the_solver_says(seed):
    """Gains of three on three weights: where prices settle the count, it is that of the programme."""
    random = np.random.default_rng(seed)
    third = np.full(3, 1 / 3)
    weights = Polytope((Branch(0, (1, 2, 3), third),), (1, 2, 3), (within(third, 0.5),))
    gains = random.normal(size=(3, 3))
    gains = gains[weights.most(gains) > 0.01]
    priced = Programme(weights)._priced(gains, 1e-9) if len(gains) else None
    if priced is not None:
        chosen, reached_at = priced
        solved = Programme(weights)
        solved._priced = lambda *_: None
        assert chosen.sum() == solved.most_together(gains, 1e-9)[0].sum()
        assert (gains[chosen] @ reached_at >= 1e-9).all() and weights.inside(reached_at) == pytest.approx(reached_at)


def test_demands_are_met_together_or_not_at_all():
    first, second = np.array([[0.4, -0.6]]), np.array([[-0.6, 0.4], [-0.2, 0.8]])
    weights = Programme(ALL).reach([Demand(first, 1), Demand(second, 1)], 0.0)
    assert weights is not None and 0.6 <= weights[0] <= 0.8
    assert Programme(ALL).reach([Demand(first, 1), Demand(second, 2)], 0.0) is None


def test_the_smallest_move_is_the_nearest_weight():
    """From 0.5 to 0.6: 0.1 leaves the second and 0.1 comes to the first."""
    weights = smallest_move(EQUAL, [Demand(np.array([[0.4, -0.6]]), 1)], 0.0)
    assert_allclose(weights, [0.6, 0.4])
    assert smallest_move(EQUAL, [Demand(np.array([[-1.0, -2.0]]), 1)], 0.0) is None


def test_what_the_solver_prints_is_no_part_of_the_answer(capfd):
    print("before")
    with _quiet():
        os.write(1, b"HighsMipSolverData\n")
    print("after")
    assert capfd.readouterr().out == "before\nafter\n"
