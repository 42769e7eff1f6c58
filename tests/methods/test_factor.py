"""Correlations, principal components, varimax: against numpy, by hand, and what must not change them."""

import numpy as np
import pytest
from hypothesis import given as property_of
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from indexcalc.methods.factor import correlations, principal_components, varies, varimax

SEEDS = st.integers(0, 10_000)


def drawn(seed, n_obs=30, n_indicator=5):
    """Figures that hang together, in units from 0.001 to 1000."""
    rng = np.random.default_rng(seed)
    mixed = rng.normal(size=(n_obs, n_indicator)) @ rng.normal(size=(n_indicator, n_indicator))
    return 10.0 ** rng.uniform(-3, 3, n_indicator) * mixed + rng.normal(size=n_indicator)


def test_varies():
    nothing, once = [np.nan] * 3, [np.nan, 4.0, np.nan]
    x = np.array([[0.1] * 3, [1.0, np.nan, 1.0], [1.0, np.nan, 2.0], nothing, once]).T
    assert varies(x).tolist() == [False, False, True, False, False]
    assert varies(x[:0]).tolist() == [False] * 5


@property_of(SEEDS)
def test_correlations_of_complete_figures_are_numpys(seed):
    x = drawn(seed)
    assert_allclose(correlations(x), np.corrcoef(x.T), atol=1e-13)


@property_of(SEEDS)
def test_correlations_pair_by_pair(seed):
    """Each pair as numpy has it on the city-years where both are present."""
    rng = np.random.default_rng(seed)
    x = np.where(rng.uniform(size=(30, 5)) < 0.3, np.nan, drawn(seed))
    r = correlations(x)
    for j in range(5):
        for k in range(5):
            both = ~np.isnan(x[:, [j, k]]).any(axis=1)
            assert r[j, k] == pytest.approx(np.corrcoef(x[both][:, [j, k]].T)[0, 1], abs=1e-11)


def test_undefined_correlations():
    """A constant column; a pair never together; a pair of which one is constant where both are present."""
    gap = np.nan
    x = np.array([[0.1, 1, gap, 5], [0.1, 2, gap, 5], [0.1, gap, 1, 6], [0.1, gap, 3, 7]])
    r = correlations(x)
    assert np.isnan(r[0]).all()
    assert np.isnan(r[1, 2])  # never together
    assert np.isnan(r[1, 3])  # 5 and 5
    assert r[2, 3] == pytest.approx(1.0)
    assert_allclose(np.diag(r), [gap, 1, 1, 1], rtol=0)


@property_of(SEEDS)
def test_components_rebuild_the_correlations(seed):
    x = drawn(seed)
    eigenvalues, loadings = principal_components(x)
    assert (np.diff(eigenvalues) <= 0).all()
    assert eigenvalues.sum() == pytest.approx(5.0)
    assert_allclose(loadings @ loadings.T, np.corrcoef(x.T), atol=1e-12)
    assert_allclose((loadings**2).sum(axis=0), eigenvalues, rtol=1e-10)
    assert (loadings.sum(axis=0) >= 0).all()


@property_of(SEEDS)
def test_units_and_order_do_not_matter(seed):
    x = drawn(seed)
    eigenvalues, loadings = principal_components(x)
    order = np.random.default_rng(seed).permutation(5)
    again, turned = principal_components((1e6 * x + 1.0)[::-1][:, order])
    assert_allclose(again, eigenvalues, atol=1e-9)
    assert_allclose(np.abs(turned[:, 0]), np.abs(loadings[order, 0]), atol=1e-6)


def test_two_indicators_by_hand():
    """Correlation 0.5: eigenvalues 1.5 and 0.5, all first loadings sqrt(0.75)."""
    eigenvalues, loadings = principal_components(np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]]))
    assert_allclose(eigenvalues, [1.5, 0.5], rtol=1e-14)
    assert_allclose(loadings[:, 0], np.sqrt([0.75, 0.75]), rtol=1e-14)


def test_varimax_leaves_its_worst_start():
    """Equal squares everywhere are a minimum of the criterion, where some algorithms stay."""
    assert_allclose(varimax(np.array([[0.5, 0.5], [0.5, -0.5]])) ** 2, [[0.5, 0], [0, 0.5]], atol=1e-15)


@property_of(SEEDS, st.booleans(), st.integers(1, 4))
def test_varimax_is_a_rotation_that_cannot_be_bettered(seed, kaiser, n_factor):
    loadings = principal_components(drawn(seed, n_indicator=6))[1][:, :n_factor]
    rotated = varimax(loadings, kaiser=kaiser)
    assert_allclose(rotated @ rotated.T, loadings @ loadings.T, atol=1e-12)
    explained = (rotated**2).sum(axis=0)
    assert (np.diff(explained) <= 1e-12).all()
    assert (rotated.sum(axis=0) >= 0).all()

    def criterion(a):
        return ((a / np.linalg.norm(a, axis=1, keepdims=True) if kaiser else a) ** 2).var(axis=0).sum()

    best = criterion(rotated)
    for f in range(n_factor):
        for g in range(f):
            for angle in np.linspace(0.0, np.pi, 37):
                turn = np.eye(n_factor)
                turn[[f, f, g, g], [f, g, f, g]] = np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)
                assert criterion(rotated @ turn) <= best + 1e-10


def test_varimax_edges():
    """One factor stays; a row of zeros stays; the argument is not changed."""
    one = np.array([[0.9], [-0.2]])
    assert_allclose(varimax(one), one, rtol=1e-15)
    two = np.array([[0.6, 0.6], [0.0, 0.0], [0.5, -0.5]])
    before = two.copy()
    assert_allclose(varimax(two)[1], [0.0, 0.0], rtol=0)
    assert_allclose(two, before, rtol=0)
