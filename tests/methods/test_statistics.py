"""Descriptive statistics, correlations and Cronbach's alpha: published figures, scipy.stats, and definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from indexcalc.methods import statistics
from indexcalc.methods.statistics import (
    covariance,
    cronbach_alpha,
    describe,
    kendall,
    kurtosis,
    pairs,
    pearson,
    skewness,
    spearman,
    varies,
)

# OECD/JRC Handbook (2008), table A.2: 23 countries x PATENTS, ROYALTIES, INTERNET, EXPORTS, log TELEPHONES, log
# ELECTRICITY, SCHOOLING, UNIVERSITY (Technology Achievement Index).
TAI = np.fromstring(
    """
    187 125.6 200.2 50.7 3.08 4.15 10.0 27.4   289 130.0 179.1 66.2 3.00 4.07 12.0 13.9
    271 156.6 125.8 59.7 3.10 4.14 11.4 15.3   994  64.6  49.0 80.8 3.00 3.86  9.5 10.0
    779   9.8   4.8 66.7 2.97 3.65 10.8 23.2   189 151.2 136.0 50.9 3.02 3.77  9.4  9.5
     82 134.0  57.4 61.9 3.02 3.73  9.4 14.9    31  38.6 108.0 48.7 2.94 4.18 11.6 14.2
     75  18.2 125.9 16.2 2.94 3.94 10.9 25.3     8  25.5  72.3 74.9 2.95 3.83  7.1 24.2
    235  36.8  41.2 64.2 2.94 3.75 10.2 14.4   103  20.2 193.6 19.0 3.12 4.39 11.9 11.2
    106 110.3  48.6 53.6 2.97 3.68  9.4 12.3    72  73.9  58.9 47.6 2.91 3.86  9.3 13.6
    103  13.0 146.7 15.4 2.86 3.91 11.7 13.1   165  14.8  84.2 50.3 2.99 3.79  8.4 13.6
    205  33.6  36.4 58.9 2.97 3.80  7.9 12.6    74  43.6  43.2 45.0 2.96 3.74  9.6 11.0
     42   8.6  21.0 53.4 2.86 3.62  7.3 15.6    13   9.8  30.4 51.0 3.00 3.65  7.2 13.0
     28   4.2  25.0 51.7 2.75 3.68  9.5  8.2    26   6.2  21.6 63.5 2.73 3.46  9.1  7.7
    105   4.0  20.3 49.5 2.84 3.71  7.1 10.6
    """,
    sep=" ",
).reshape(23, 8)

# R package COINr 1.1.14 (MIT), ASEM example, normalised to 0..100 and printed here with two decimals: LPI of the 51
# countries, then Flights.
ASEM = (
    np.fromstring(
        """
    79.96 94.07 94.56 27.64 34.3 37.21 88.94 73.83 43.16 74.45 100 81 76.9 60.05 85.86 84.94 92.76
    54.3 50.66 63.08 42.49 62.67 80.03 78.2 88.16 31.72 33.97 76.43 0 72.47 99.7 58.36 46.42 18.13
    20.33 62.96 98.22 77.13 61.18 39.65 36.55 62.94 62.17 42.89 23.33 96.19 58.81 51.76 99.01 55.03 42.13
    12.32 27.88 23.4 0.12 10.88 39.56 51.35 0.59 62.4 12.05 17.79 48.03 30.96 20.03 28.66 12.56 26.73
    26.19 18.49 11.18 1.01 0.06 60.34 15.55 4.46 1.77 4.91 11.44 3.68 15.58 69.82 29.19 100 0.96
    2.61 14.11 31.34 40.62 23.83 0 1.47 7.36 32.89 7.95 1.9 100 3.11 6.05 26.88 8.92 2.42
    """,
        sep=" ",
    )
    .reshape(2, 51)
    .T
)

# Few different values, so that ties are common; some are missing.
TIED = st.one_of(st.integers(-3, 3).map(float), st.just(np.nan))
COMPLETE = hnp.arrays(float, st.tuples(st.integers(3, 12), st.integers(2, 4)), elements=st.floats(-1e6, 1e6, width=32))
GAPPED = hnp.arrays(float, st.tuples(st.integers(0, 14), st.integers(1, 5)), elements=TIED)


def by_pair(x, measure):
    """The definition, restated slowly: one pair of columns at a time, on the rows in which both are there."""
    found = np.full((x.shape[1], x.shape[1]), np.nan)
    for i in range(x.shape[1]):
        for j in range(x.shape[1]):
            here = ~np.isnan(x[:, i]) & ~np.isnan(x[:, j])
            a, b = x[here, i], x[here, j]
            if len(set(a)) > 1 and len(set(b)) > 1:
                found[i, j] = measure(a, b).statistic
    return found


# --- published ---


def test_correlations_of_the_technology_achievement_index():
    """OECD/JRC Handbook (2008), table 6, rows PATENTS and INTERNET; the printed data reach it to 0.007."""
    r = pearson(TAI)
    assert_allclose(r[0], [1.00, 0.13, -0.09, 0.45, 0.28, 0.03, 0.22, 0.08], atol=0.0071)
    assert_allclose(r[2], [-0.09, 0.46, 1.00, -0.45, 0.56, 0.84, 0.63, 0.27], atol=0.0071)


def test_cronbach_alpha_of_the_technology_achievement_index():
    """OECD/JRC Handbook (2008), table 11: standardised alpha; alpha if deleted; correlation with the others."""
    found = cronbach_alpha(TAI)
    assert_allclose(found.standardised, 0.7035, atol=5e-5)
    deleted = [0.704, 0.645, 0.636, 0.774, 0.603, 0.624, 0.662, 0.706]
    assert_allclose(found.standardised_if_deleted, deleted, atol=0.00145)
    rest = [0.261, 0.527, 0.566, -0.108, 0.701, 0.614, 0.451, 0.249]
    assert_allclose(found.standardised_rest, rest, atol=0.0056)


def test_correlations_of_the_asem_example():
    """COINr 1.1.14, get_corr of LPI and Flights: Pearson 0.40444, Spearman 0.57001289636526287."""
    assert_allclose(pearson(ASEM)[0, 1], 0.40444, atol=1e-4)
    assert_allclose(spearman(ASEM)[0, 1], 0.57001289636526287, rtol=1e-12)


# --- against scipy.stats ---


@pytest.mark.parametrize(
    ("ours", "theirs"), [(pearson, stats.pearsonr), (spearman, stats.spearmanr), (kendall, stats.kendalltau)]
)
class TestAgainstScipy:
    @given(x=GAPPED)
    def test_with_ties_and_gaps(self, ours, theirs, x):
        assert_allclose(ours(x), by_pair(x, theirs), atol=1e-12)

    @given(x=COMPLETE)
    def test_complete(self, ours, theirs, x):
        x = np.round(x, 3)
        assert_allclose(ours(x), by_pair(x, theirs), atol=1e-9)

    @pytest.mark.parametrize("n", [2, 3, 78, 700])
    @pytest.mark.parametrize("decimals", [1, 15])
    def test_drawn(self, ours, theirs, n, decimals):
        drawn = np.random.default_rng(n).normal(size=(n, 4)) @ np.triu(np.ones((4, 4)))
        assert_allclose(ours(drawn.round(decimals)), by_pair(drawn.round(decimals), theirs), atol=1e-12)


@given(x=hnp.arrays(float, st.tuples(st.integers(0, 40), st.integers(1, 4)), elements=TIED))
def test_kendall_is_the_same_both_ways(x):
    by_lags = kendall(x)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statistics, "BY_LAGS", -1)
        assert_array_equal(kendall(x), by_lags)


@pytest.mark.parametrize("n", [1001, 4096, 5000, 40_000, 70_000])
def test_kendall_of_many_rows(n):
    drawn = np.random.default_rng(n).normal(size=(n, 3)).cumsum(axis=1).round(2)
    drawn[::7, 1] = np.nan
    assert_allclose(kendall(drawn), by_pair(drawn, stats.kendalltau), atol=1e-12)


@given(x=GAPPED)
def test_description_agrees_with_scipy_and_numpy(x):
    found = describe(x)
    for k in range(x.shape[1]):
        here = x[~np.isnan(x[:, k]), k]
        assert (found.n[k], found.missing[k]) == (len(here), len(x) - len(here))
        quartiles = [found.minimum[k], found.lower_quartile[k], found.median[k], found.upper_quartile[k]]
        expected = np.quantile(here, [0, 0.25, 0.5, 0.75, 1]) if len(here) else np.full(5, np.nan)
        assert_allclose([*quartiles, found.maximum[k]], expected)
        assert_allclose(found.mean[k], here.mean() if len(here) else np.nan, atol=1e-12)
        assert_allclose(found.sd[k], here.std(ddof=1) if len(here) > 1 else np.nan, atol=1e-12)
        spread = len(set(here)) > 1
        skew = stats.skew(here, bias=False) if spread and len(here) > 2 else np.nan
        kurt = stats.kurtosis(here, bias=False) if spread and len(here) > 3 else np.nan
        assert_allclose([skewness(x)[k], kurtosis(x)[k]], [skew, kurt], atol=1e-9)


# --- Cronbach's alpha by its definition ---


def test_alpha_of_items_by_hand():
    """Variances 1, 1, 4; covariances .5, 2, 1; total 13: raw 3/2 (1 - 6/13)."""
    found = cronbach_alpha(np.array([[1.0, 2.0, 2.0], [2.0, 1.0, 4.0], [3.0, 3.0, 6.0]]))
    assert_allclose(found.raw, 1.5 * (1 - 6 / 13), rtol=1e-14)
    assert_allclose(found.standardised, 1.5 * (1 - 3 / 7), rtol=1e-14)  # correlations .5, 1, .5


@given(x=hnp.arrays(float, st.tuples(st.integers(4, 12), st.integers(3, 5)), elements=st.integers(-50, 50).map(float)))
def test_alpha_by_its_definitions(x):
    found, k = cronbach_alpha(x), x.shape[1]
    total = x.sum(axis=1)
    if np.ptp(total) > 0:
        assert_allclose(found.raw, k / (k - 1) * (1 - x.var(axis=0, ddof=1).sum() / total.var(ddof=1)), rtol=1e-9)
    r = pearson(x)
    if not np.isnan(r).any() and r.sum() > 1e-6:
        mean = r[np.triu_indices(k, 1)].mean()
        assert_allclose(found.standardised, k * mean / (1 + (k - 1) * mean), rtol=1e-6, atol=1e-9)
    for j in range(k):
        others = np.delete(x, j, axis=1)
        assert_allclose(found.raw_if_deleted[j], cronbach_alpha(others).raw, rtol=1e-9)
        if np.ptp(x[:, j]) > 0 and np.ptp(others.sum(axis=1)) > 0:
            expected = stats.pearsonr(x[:, j], others.sum(axis=1)).statistic
            assert_allclose(found.raw_rest[j], expected, atol=1e-9)


def test_alpha_is_undefined_by_name_never_infinite():
    opposite = cronbach_alpha(np.array([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]]))
    assert np.isnan([opposite.raw, opposite.standardised, *opposite.raw_if_deleted]).all()
    assert_allclose(opposite.raw_rest, [-1.0, -1.0])
    one = cronbach_alpha(np.array([[1.0], [2.0]]))
    assert np.isnan([one.raw, one.standardised, *one.raw_if_deleted, *one.raw_rest]).all()
    none = cronbach_alpha(np.empty((5, 0)))
    assert np.isnan([none.raw, none.standardised]).all() and none.raw_rest.shape == (0,)


def test_alpha_of_an_item_without_spread():
    """It adds its k to the raw alpha, and leaves the standardised one undefined."""
    found = cronbach_alpha(np.array([[1.0, 2.0, 7.0], [2.0, 1.0, 7.0], [3.0, 3.0, 7.0]]))
    assert_allclose(found.raw, 1.5 * (1 - 2 / 3), rtol=1e-14)
    assert np.isnan(found.standardised) and np.isnan(found.raw_rest[2])


# --- properties and edges ---


@given(x=GAPPED, by=st.floats(0.001, 1000), plus=st.floats(-1000, 1000))
def test_a_change_of_unit_changes_no_correlation(x, by, plus):
    for measure in (pearson, spearman, kendall):
        assert_allclose(measure(by * x + plus), measure(x), atol=1e-9)


@given(x=GAPPED)
def test_a_growing_transform_changes_no_rank_correlation(x):
    for measure in (spearman, kendall):
        assert_array_equal(measure(np.exp(x)), measure(x))


@given(x=GAPPED)
def test_a_turned_column_turns_its_correlations(x):
    sign = np.ones(x.shape[1])
    sign[0] = -1.0
    for measure in (pearson, spearman, kendall):
        assert_allclose(measure(x * sign), measure(x) * np.outer(sign, sign), atol=1e-12)


@given(x=GAPPED)
def test_matrices_are_symmetric_and_bounded(x):
    for measure in (pearson, spearman, kendall):
        found = measure(x)
        assert_array_equal(found, found.T)
        assert (np.abs(found[~np.isnan(found)]) <= 1).all()
        assert_array_equal(np.diag(found), np.where(varies(x), 1.0, np.nan))


@given(x=GAPPED)
def test_covariance_agrees_with_numpy(x):
    for i in range(x.shape[1]):
        for j in range(x.shape[1]):
            here = ~np.isnan(x[:, i]) & ~np.isnan(x[:, j])
            expected = np.cov(x[here, i], x[here, j])[0, 1] if here.sum() > 1 else np.nan
            assert_allclose(covariance(x)[i, j], expected, atol=1e-12)
            assert pairs(x)[i, j] == here.sum()


@pytest.mark.parametrize("rows", [0, 1])
def test_no_row_or_one_row_gives_missing_statistics(rows):
    x = np.ones((rows, 2))
    for measure in (pearson, spearman, kendall, covariance):
        assert np.isnan(measure(x)).all()
    found = describe(x)
    assert_array_equal(found.n, [rows, rows])
    assert np.isnan([*found.sd, *found.skewness, *found.kurtosis]).all()


def test_two_rows_correlate_fully():
    x = np.array([[1.0, 5.0], [2.0, 4.0]])
    for measure in (pearson, spearman, kendall):
        assert_allclose(measure(x), [[1, -1], [-1, 1]], rtol=1e-15)


def test_columns_that_share_no_row():
    x = np.array([[1.0, np.nan], [2.0, np.nan], [np.nan, 1.0], [np.nan, 2.0]])
    for measure in (pearson, spearman, kendall):
        assert_array_equal(measure(x), [[1, np.nan], [np.nan, 1]])


def test_a_column_constant_up_to_rounding_has_no_correlation():
    x = np.column_stack([[0.3, 0.1 + 0.2, 0.3, 0.3], [1.0, 2.0, 3.0, 4.0]])
    assert_array_equal(varies(x), [False, True])
    for measure in (pearson, spearman, kendall):
        assert_array_equal(measure(x), [[np.nan, np.nan], [np.nan, 1]])
    assert describe(x).sd[0] == 0.0


@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_very_small_and_very_large_units(unit):
    assert_allclose(pearson(TAI * unit), pearson(TAI), atol=1e-12)
    assert_allclose(skewness(TAI * unit), skewness(TAI), rtol=1e-9)
    assert_allclose(kurtosis(TAI * unit), kurtosis(TAI), rtol=1e-9)


def test_a_small_spread_far_from_zero_keeps_its_correlation():
    """A thousand millionths, on a base of one million: no digits are lost in the mean."""
    drawn = np.random.default_rng(1).normal(size=(50, 2)).cumsum(axis=1)
    assert_allclose(pearson(1e6 + 1e-3 * drawn), pearson(drawn), atol=1e-5)


def test_no_argument_is_changed():
    x = np.array([[1.0, np.nan], [2.0, 3.0], [4.0, 1.0]])
    before = x.copy()
    for kernel in (describe, pearson, spearman, kendall, covariance, pairs, cronbach_alpha):
        kernel(x)
    assert_array_equal(x, before)
