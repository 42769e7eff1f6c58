"""Normalisation kernels: hand-worked cases, and what holds for every set of figures."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import rankdata, zscore

from indexcalc.methods.normalisation import goalposts, min_max, none, percentile_rank, z_score

NAN = np.nan
KERNELS = {"min_max": min_max, "z_score": z_score, "percentile_rank": percentile_rank}
COLUMNS = hnp.arrays(
    float, st.tuples(st.integers(2, 10), st.integers(1, 3)), elements=st.integers(-500, 500).map(float)
)


def spread(x):
    """Only columns with at least two values can be normalised (others are refused by the pipeline)."""
    assume((np.nanmin(x, axis=0) < np.nanmax(x, axis=0)).all())
    return x


def col(*figures):
    return np.array(figures, float)[:, None]


def test_none_is_the_value_itself():
    assert_array_equal(none(col(0.4, NAN), col(0.4, NAN)), col(0.4, NAN))


def test_min_max_by_hand():
    """2, 4, 10 on 1..100: 1, 1 + 99/4 = 25.75, 100."""
    x = col(2.0, 4.0, 10.0)
    assert_allclose(min_max(x, x, lower=1, upper=100), col(1.0, 25.75, 100.0), rtol=1e-15)


def test_min_max_beyond_the_reference_leaves_the_bounds():
    """Against 0..10, the values -5 and 20 score -0.5 and 2."""
    assert_allclose(min_max(col(-5.0, 20.0), col(0.0, 10.0)), col(-0.5, 2.0), rtol=1e-15)


def test_z_score_by_hand():
    """2, 4, 4, 4, 5, 5, 7, 9: mean 5, sample variance 32/7."""
    x = col(2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0)
    assert_allclose(z_score(x, x), (x - 5.0) / np.sqrt(32.0 / 7.0), rtol=1e-14)
    assert_allclose(z_score(x, x, mean=100, sd=10), 100 + 10 * (x - 5.0) / np.sqrt(32.0 / 7.0), rtol=1e-14)


def test_percentile_rank_gives_ties_the_lowest_rank():
    """5, 7, 7, 9 of four: (1-1)/3, (2-1)/3, (2-1)/3, (4-1)/3."""
    x = col(7.0, 5.0, 9.0, 7.0)
    assert_allclose(percentile_rank(x, x), col(1 / 3, 0.0, 1.0, 1 / 3), rtol=1e-15)
    assert_allclose(percentile_rank(x, x, lower=1, upper=100), col(34.0, 1.0, 100.0, 34.0), rtol=1e-15)


def test_percentile_rank_beyond_the_reference_stays_in_bounds():
    """Against 10, 20, 30: below all 0, above all 1 (not 3/2), between 10 and 20 one half."""
    assert_allclose(percentile_rank(col(1.0, 99.0, 15.0), col(10.0, 20.0, 30.0)), col(0.0, 1.0, 0.5), rtol=1e-15)


def test_goalposts_by_hand():
    """Switzerland 2021 lives 83.9872 years: (83.9872 - 20)/65 = 0.984418 (UNDP, HDR 2021/22, technical note 1)."""
    assert_allclose(goalposts(col(83.9872), np.empty((0, 1)), low=20, high=85), col(0.984418), atol=5e-7)


def test_goalposts_cap_unless_told_otherwise():
    x = col(0.0, 15.0, 18.0, 27.0, NAN)
    none_looked_at = np.empty((0, 1))
    capped = goalposts(x, none_looked_at, low=9, high=18, lower=1, upper=100)
    assert_allclose(capped, col(1.0, 67.0, 100.0, 100.0, NAN), rtol=1e-14)
    open_ended = goalposts(x, none_looked_at, low=9, high=18, cap=False)
    assert_allclose(open_ended, col(-1.0, 2 / 3, 1.0, 2.0, NAN), rtol=1e-14)


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)
def test_missing_stays_missing_and_is_not_looked_at(kernel):
    x = col(3.0, NAN, 1.0, 8.0)
    there = ~np.isnan(x.ravel())
    found = kernel(x, x)
    assert_array_equal(np.isnan(found), np.isnan(x))
    assert_allclose(found[there], kernel(x[there], x[there]), rtol=1e-15)


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)
def test_columns_do_not_see_each_other(kernel):
    x = np.random.default_rng(4).normal(size=(9, 3))
    together = kernel(x, x)
    for k in range(3):
        assert_allclose(together[:, [k]], kernel(x[:, [k]], x[:, [k]]), rtol=1e-13)


@given(COLUMNS, st.floats(0.01, 100.0), st.integers(-1000, 1000))
def test_a_change_of_unit_changes_no_score(x, a, b):
    """min-max, z-scores and percentile ranks of a x + b, a > 0, are those of x."""
    spread(x)
    changed = a * x + b
    for kernel in KERNELS.values():
        assert_allclose(kernel(changed, changed), kernel(x, x), rtol=1e-9, atol=1e-9)


@given(COLUMNS, st.floats(-10.0, 10.0), st.floats(0.5, 100.0))
def test_min_max_stays_in_bounds_and_reaches_both(x, lower, width):
    z = min_max(spread(x), x, lower=lower, upper=lower + width)
    tolerance = 1e-9 * (abs(lower) + width)
    assert_allclose(z.min(axis=0), lower, atol=tolerance)
    assert_allclose(z.max(axis=0), lower + width, atol=tolerance)


@given(COLUMNS)
def test_a_higher_value_never_scores_lower(x):
    spread(x)
    for kernel in KERNELS.values():
        z = kernel(x, x)
        for k in range(x.shape[1]):
            assert (np.diff(z[np.argsort(x[:, k], kind="stable"), k]) >= 0).all()


@given(COLUMNS)
def test_z_scores_against_scipy(x):
    assert_allclose(z_score(spread(x), x), zscore(x, axis=0, ddof=1), rtol=1e-9, atol=1e-12)


@given(COLUMNS)
def test_percentile_ranks_against_scipy(x):
    expected = (rankdata(spread(x), method="min", axis=0) - 1.0) / (len(x) - 1.0)
    assert_allclose(percentile_rank(x, x), expected, rtol=1e-12)


@given(COLUMNS, st.integers(-100, 100), st.integers(1, 200))
def test_goalposts_do_not_look_at_the_sample(x, low, width):
    """Each score depends on its own value alone: leaving rows out, or changing the reference, moves nothing."""
    high = low + width
    z = goalposts(x, x, low=low, high=high)
    assert_array_equal(goalposts(x[:1], np.empty((0, x.shape[1])), low=low, high=high), z[:1])
    assert ((z >= 0) & (z <= 1)).all()


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)
def test_the_arrays_are_not_changed(kernel):
    x = np.random.default_rng(5).normal(size=(6, 2))
    x.setflags(write=False)
    kernel(x, x)
