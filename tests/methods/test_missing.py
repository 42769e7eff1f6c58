"""Missing rules: propagate, refuse, renormalise; the last against a literal loop over the rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods.aggregation import arithmetic, geometric
from indexcalc.methods.missing import propagate, refuse, renormalise

NAN = np.nan
HALF = np.array([0.5, 0.5])
Z = np.array([[2.0, 8.0], [NAN, 8.0], [2.0, NAN], [NAN, NAN]])


@st.composite
def gaps(draw):
    """Scores above 0 with gaps, and weights that sum to 1."""
    n_obs, n_child = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    score = st.one_of(st.just(NAN), st.integers(1, 100).map(float))
    z = np.array([[draw(score) for _ in range(n_child)] for _ in range(n_obs)])
    weights = np.array([draw(st.integers(1, 9)) for _ in range(n_child)], float)
    return z, weights / weights.sum()


def literal_renormalise(z, weights, kernel, minimum_share):
    """The rule restated one row at a time."""
    scores = []
    for row in z:
        children = [(score, weight) for score, weight in zip(row, weights, strict=True) if not np.isnan(score)]
        total = sum(weight for _, weight in children)
        if not children or total < minimum_share - 1e-12:
            scores.append(NAN)
            continue
        present = np.array([[score for score, _ in children]])
        scores.append(kernel(present, np.array([weight / total for _, weight in children]))[0])
    return np.array(scores)


@pytest.mark.parametrize("rule", [propagate, refuse])
def test_a_missing_child_makes_the_node_missing(rule):
    assert_allclose(rule(Z, HALF, geometric), [4.0, NAN, NAN, NAN], rtol=1e-15)


def test_renormalise_by_hand():
    assert_allclose(renormalise(Z, HALF, geometric), [4.0, 8.0, 2.0, NAN], rtol=1e-15)


def test_renormalise_scales_the_weights_of_those_present():
    """Weights 0.2 and 0.3 become 0.4 and 0.6: 0.4 * 10 + 0.6 * 20 = 16."""
    z = np.array([[10.0, 20.0, NAN]])
    assert_allclose(renormalise(z, np.array([0.2, 0.3, 0.5]), arithmetic), [16.0], rtol=1e-14)


def test_minimum_share_counts_weight_not_children():
    """Two of three children hold weight 0.4 only; with 0.4 asked for they suffice, with 0.41 they do not."""
    z, weights = np.array([[10.0, 20.0, NAN]]), np.array([0.1, 0.3, 0.6])
    assert_allclose(renormalise(z, weights, arithmetic, minimum_share=0.4), [17.5], rtol=1e-14)
    assert_array_equal(renormalise(z, weights, arithmetic, minimum_share=0.41), [NAN])


def test_a_share_that_is_reached_exactly_suffices():
    """Ten weights of 0.1: three of them sum to 0.30000000000000004 or 0.3, and 0.3 was asked for."""
    z = np.full((1, 10), NAN)
    z[0, :3] = 5.0
    assert_allclose(renormalise(z, np.full(10, 0.1), arithmetic, minimum_share=0.3), [5.0], rtol=1e-14)


@given(gaps(), st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]))
def test_renormalise_against_a_literal_loop(case, minimum_share):
    z, weights = case
    for kernel in (arithmetic, geometric):
        found = renormalise(z, weights, kernel, minimum_share=minimum_share)
        assert_allclose(found, literal_renormalise(z, weights, kernel, minimum_share), rtol=1e-12)


@given(gaps())
def test_all_rules_agree_where_nothing_is_missing(case):
    z, weights = case
    complete = ~np.isnan(z).any(axis=1)
    plain = arithmetic(z[complete], weights)
    for rule in (propagate, refuse, renormalise):
        assert_allclose(rule(z, weights, arithmetic)[complete], plain, rtol=1e-12)
