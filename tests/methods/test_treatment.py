"""Treatment of outliers: winsorising against numpy's quantiles."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods.treatment import none, winsorise

NAN = np.nan
COLUMNS = hnp.arrays(float, st.tuples(st.integers(1, 12), st.integers(1, 3)), elements=st.integers(-50, 50).map(float))


def test_none_changes_nothing():
    x = np.array([[1.0, NAN], [1e9, 2.0]])
    assert_array_equal(none(x).x, x)


def test_winsorise_by_hand():
    """Of 0, 1, ..., 10 the 5 % quantile is 0.5 and the 95 % quantile 9.5 (type 7)."""
    found = winsorise(np.arange(11.0)[:, None]).x.ravel()
    assert_allclose(found, [0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9.5], rtol=1e-14)


def test_missing_stays_missing_and_is_not_looked_at():
    x = np.array([[0.0], [NAN], [1.0], [2.0], [3.0], [100.0]])
    found = winsorise(x, lower=0.25, upper=0.75).x
    assert_allclose(found.ravel(), [1.0, NAN, 1.0, 2.0, 3.0, 3.0], rtol=1e-14)


@given(COLUMNS, st.sampled_from([(0.0, 1.0), (0.05, 0.95), (0.1, 0.8), (0.25, 0.5)]))
def test_against_numpy_quantiles(x, shares):
    lower, upper = shares
    found = winsorise(x, lower=lower, upper=upper).x
    for k in range(x.shape[1]):
        low, high = np.quantile(x[:, k], lower), np.quantile(x[:, k], upper)
        assert_allclose(found[:, k], [min(max(value, low), high) for value in x[:, k]], rtol=1e-14)


@given(COLUMNS)
def test_the_order_of_the_values_is_kept(x):
    found = winsorise(x).x
    for k in range(x.shape[1]):
        assert (np.diff(found[np.argsort(x[:, k], kind="stable"), k]) >= 0).all()
