"""Aggregation kernels: hand-worked means, and the inequalities that hold between them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from indexcalc.methods.aggregation import arithmetic, geometric

POSITIVE = st.floats(1e-3, 1e3, allow_subnormal=False)


@st.composite
def scores_and_weights(draw):
    """Positive scores (n_obs, n_child) and weights that sum to 1."""
    n_obs, n_child = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    z = [[draw(POSITIVE) for _ in range(n_child)] for _ in range(n_obs)]
    weights = np.array([draw(st.floats(0.01, 1.0)) for _ in range(n_child)])
    return np.array(z), weights / weights.sum()


def test_arithmetic_by_hand():
    """0.2 * 10 + 0.3 * 20 + 0.5 * 40 = 28."""
    assert_allclose(arithmetic(np.array([[10.0, 20.0, 40.0]]), np.array([0.2, 0.3, 0.5])), [28.0], rtol=1e-15)


def test_geometric_by_hand():
    """2^0.5 * 8^0.5 = 4; 1^0.25 * 16^0.75 = 8."""
    assert_allclose(geometric(np.array([[2.0, 8.0]]), np.array([0.5, 0.5])), [4.0], rtol=1e-15)
    assert_allclose(geometric(np.array([[1.0, 16.0]]), np.array([0.25, 0.75])), [8.0], rtol=1e-15)


def test_geometric_of_the_human_development_index():
    """Switzerland 2021: health .9844, education .9207, income .9830 give .962 (UNDP, HDR 2021/22, Table 1)."""
    third = np.full(3, 1.0 / 3.0)
    assert_allclose(geometric(np.array([[0.98442, 0.92033, 0.98286]]), third), [0.962], atol=0.0005)


@pytest.mark.parametrize("kernel", [arithmetic, geometric])
def test_one_column_of_weights_per_draw(kernel):
    """Weights (n_child, n_draw) give (n_obs, n_draw), each column as if computed by itself."""
    rng = np.random.default_rng(1)
    z, weights = rng.uniform(1, 100, (7, 4)), rng.dirichlet(np.ones(4), 5).T
    together = kernel(z, weights)
    assert together.shape == (7, 5)
    for j in range(5):
        assert_allclose(together[:, j], kernel(z, weights[:, j]), rtol=1e-13)


@given(scores_and_weights())
def test_means_lie_between_the_least_and_the_greatest_child(case):
    z, weights = case
    for kernel in (arithmetic, geometric):
        mean = kernel(z, weights)
        assert (mean >= z.min(axis=1) * (1 - 1e-12)).all()
        assert (mean <= z.max(axis=1) * (1 + 1e-12)).all()


@given(scores_and_weights())
def test_geometric_never_exceeds_arithmetic(case):
    z, weights = case
    assert (geometric(z, weights) <= arithmetic(z, weights) * (1 + 1e-12)).all()


@given(scores_and_weights(), st.floats(0.01, 100.0))
def test_scaling_every_child_scales_the_mean(case, factor):
    z, weights = case
    for kernel in (arithmetic, geometric):
        assert_allclose(kernel(factor * z, weights), factor * kernel(z, weights), rtol=1e-10)


@given(scores_and_weights(), st.randoms(use_true_random=False))
def test_order_of_the_children_does_not_matter(case, random):
    z, weights = case
    order = list(range(len(weights)))
    random.shuffle(order)
    for kernel in (arithmetic, geometric):
        assert_allclose(kernel(z[:, order], weights[order]), kernel(z, weights), rtol=1e-12)
