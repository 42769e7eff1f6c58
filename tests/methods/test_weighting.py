"""Weighting kernels: relative numbers in, shares that sum to 1 out."""

import numpy as np
from hypothesis import given as property_of
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from indexcalc.methods.weighting import equal, given

NO_SCORES = np.empty((0, 3))
WRITTEN = st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=12)


def test_given_by_hand():
    """0.4 beside three 0.25 is 34.8 %."""
    shares = given(np.empty((0, 4)), np.array([0.4, 0.25, 0.25, 0.25]))
    assert_allclose(shares, [0.347826, 0.217391, 0.217391, 0.217391], atol=5e-7)


def test_equal_ignores_what_is_written():
    assert_allclose(equal(NO_SCORES, np.array([7.0, 1.0, 2.0])), [1 / 3, 1 / 3, 1 / 3], rtol=1e-15)


@property_of(WRITTEN)
def test_weights_sum_to_one(written):
    for kernel in (given, equal):
        shares = kernel(np.empty((0, len(written))), np.array(written))
        assert_allclose(shares.sum(), 1.0, rtol=1e-12)
        assert (shares > 0).all()


@property_of(WRITTEN, st.floats(1e-3, 1e3))
def test_only_the_proportions_count(written, factor):
    z, weights = np.empty((0, len(written))), np.array(written)
    assert_allclose(given(z, factor * weights), given(z, weights), rtol=1e-12)


def test_the_written_weights_are_not_changed():
    written = np.array([1.0, 3.0])
    given(np.empty((0, 2)), written)
    assert_allclose(written, [1.0, 3.0], rtol=0)
