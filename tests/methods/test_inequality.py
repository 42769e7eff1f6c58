"""Inequality and convergence kernels: hand-worked, against their definitions, against scipy.stats, as properties."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from indexcalc.methods.inequality import _student, beta_convergence, coefficient_of_variation, dagum, gini, theil

values = st.lists(st.floats(0.1, 100.0), min_size=1, max_size=15)


def array(*y):
    return np.array(y, float)


def split(y, groups, **more):
    return dagum(np.array(y, float), np.array(groups), **more)


@st.composite
def grouped(draw):
    """Scores, some of them missing or 0, in up to four groups."""
    n = draw(st.integers(2, 12))
    one = st.one_of(st.floats(0.1, 100.0), st.just(0.0), st.just(np.nan))
    y = np.array(draw(st.lists(one, min_size=n, max_size=n)))
    assume(np.nansum(y) > 0)
    return y, np.array(draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))


# --- σ ---


def test_coefficient_of_variation_by_hand():
    """y = 1, 3: mean 2; population sd 1, sample sd sqrt(2)."""
    assert_allclose(coefficient_of_variation(array(1, 3, np.nan)), 0.5)
    assert_allclose(coefficient_of_variation(array(1, 3), ddof=1), np.sqrt(2) / 2)


@pytest.mark.parametrize(("y", "ddof"), [((), 0), ((np.nan,), 0), ((2,), 1), ((0, 0), 0), ((-1, 1), 0)])
def test_coefficient_of_variation_undefined(y, ddof):
    assert np.isnan(coefficient_of_variation(array(*y), ddof=ddof))


# --- Gini ---


def test_gini_by_hand():
    """y = 1, 2, 3, 6: distances 1 2 5 1 4 3, twice 16 = 32; over 2 × 16 × mean 3 = 96: a third."""
    assert_allclose(gini(array(6, 1, np.nan, 3, 2)), 1 / 3)


@given(values)
def test_gini_is_half_the_relative_mean_difference(y):
    y = np.array(y)
    apart = np.abs(y[:, None] - y[None, :]).mean()
    assert_allclose(gini(y), apart / (2 * y.mean()), atol=1e-12)


@given(values, st.floats(0.1, 10.0))
def test_gini_knows_no_unit_and_has_its_bounds(y, factor):
    found = gini(np.array(y))
    assert -1e-15 <= found <= 1 - 1 / len(y) + 1e-12
    assert_allclose(gini(factor * np.array(y)), found, atol=1e-12)


def test_gini_at_the_edges():
    assert gini(array(5)) == 0
    assert gini(array(0.1 + 0.2, 0.3, 0.3)) == pytest.approx(0, abs=1e-15)
    assert_allclose(gini(array(0, 0, 0, 1)), 0.75)
    assert np.isnan(gini(array(np.nan))) and np.isnan(gini(array(0, 0)))


# --- Theil ---


def test_theil_by_hand():
    """y = 1, 3 | 4, 4; mean 3. T = [1/3 ln 1/3 + 1 ln 1 + 2 × 4/3 ln 4/3]/4 = (-.366204 + .767152)/4 = .100237.

    Groups: means 2 and 4, shares 4/12 and 8/12. Between: 1/3 ln 2/3 + 2/3 ln 4/3 = .056633. Within: the first has
    [1/2 ln 1/2 + 3/2 ln 3/2]/2 = .130812, a third of it .043604; the second 0. Together .100237.
    """
    found = theil(array(1, 3, 4, 4), np.array([0, 0, 1, 1]))
    assert_allclose(found[:3], [0.100237, 0.056633, 0.043604], atol=5e-7)
    assert_allclose(found.group, [0.130812, 0.0], atol=5e-7)
    assert_allclose(found.share, [1 / 3, 2 / 3])
    assert_array_equal(found.n, [2, 2])


def test_theil_of_zero_is_its_limit():
    """0 ln 0 = 0: all of it in one of n hands gives ln n."""
    assert_allclose(theil(array(0, 0, 0, 5)).total, np.log(4))


def test_theil_without_groups_is_all_within():
    found = theil(array(1, 2, 6))
    assert found.between == pytest.approx(0, abs=1e-15)
    assert_allclose(found.within, found.total)


@given(grouped())
def test_theil_adds_up(drawn):
    y, groups = drawn
    found = theil(y, groups, n_group=5)
    assert_allclose(found.between + found.within, found.total, atol=1e-12)
    assert found.between >= -1e-12
    assert_allclose(found.share.sum(), 1)
    assert np.isnan(found.group[4]) and found.n[4] == 0


@pytest.mark.parametrize("y", [(np.nan, np.nan), (0, 0)])
def test_theil_of_nothing(y):
    found = theil(array(*y), np.array([0, 1]))
    assert np.isnan(found[:3]).all() and np.isnan(found.share).all()


# --- Dagum ---


def test_dagum_by_hand():
    """Groups 1, 3 and 2, 6: means 2 and 4, n/N = 1/2 each, shares of the total 1/3 and 2/3.

    Within: G_11 = mean distance 1 over 2 × 2 = .25, G_22 = 2/(2 × 4) = .25: G_w = .25/6 + .25/3 = .125.
    Between: distances |1-2| |1-6| |3-2| |3-6| = 1 5 1 3, mean 2.5, over 2 + 4: G_12 = .416667. The second is ahead by
    1 + 5 + 3 over 4 pairs: d = 2.25, and behind by 1 over 4: p = .25; D = 2/2.5 = .8. Weight 1/2 × 2/3 + 1/2 × 1/3 =
    1/2: G_nb = .416667 × .5 × .8 = .166667, G_t = .416667 × .5 × .2 = .041667. Together 1/3, as is the Gini by hand.
    """
    found = split([1, 3, 2, 6], [0, 0, 1, 1])
    assert_allclose(found[:4], [1 / 3, 0.125, 1 / 6, 1 / 24])
    assert_allclose(found.gini, [[0.25, 5 / 12], [5 / 12, 0.25]])
    assert_allclose([found.d[0, 1], found.p[0, 1], found.D[0, 1]], [2.25, 0.25, 0.8])
    assert_allclose(found.share, [1 / 3, 2 / 3])


@given(grouped())
def test_the_three_parts_add_up_to_gini(drawn):
    y, groups = drawn
    found = split(y, groups, n_group=5)
    assert_allclose(found.within + found.between + found.overlap, gini(y), atol=1e-12)
    assert min(found.within, found.between, found.overlap) >= -1e-12


@given(grouped())
def test_pairs_of_groups_against_their_definition(drawn):
    y, groups = drawn
    found = split(y, groups)
    for j in range(len(found.n)):
        for h in range(j):
            own, other = (y[(groups == g) & ~np.isnan(y)] for g in (j, h))
            if len(own) and len(other) and own.sum() + other.sum() > 0:
                apart = own[:, None] - other[None, :]
                assert_allclose(found.gini[j, h], np.abs(apart).mean() / (own.mean() + other.mean()), atol=1e-12)
                ahead, behind = np.maximum(apart, 0).mean(), np.maximum(-apart, 0).mean()
                assert_allclose([found.d[j, h], found.p[j, h]], sorted([ahead, behind])[::-1], atol=1e-10)


def test_one_group_has_all_within():
    found = split([1, 2, 6], [0, 0, 0])
    assert_allclose(found.within, found.total)
    assert found.between == found.overlap == 0


def test_groups_of_one_have_nothing_within():
    found = split([1, 2, 6], [0, 1, 2])
    assert found.within == 0
    assert_allclose(found.between, found.total)  # groups of one never overlap
    assert_array_equal(np.diag(found.gini), [0, 0, 0])


def test_groups_that_do_not_differ():
    found = split([4, 4, 4], [0, 0, 1])
    assert found.total == 0 and found.D[0, 1] == 0
    equal_means = split([1, 3, 2, 2], [0, 0, 1, 1])
    assert equal_means.between == pytest.approx(0, abs=1e-15)


def test_a_group_without_a_city():
    found = split([1, 2, np.nan], [0, 0, 1], n_group=3)
    assert_array_equal(found.n, [2, 0, 0])
    assert np.isnan(found.gini[0, 1]) and np.isnan(found.gini[1, 1])
    assert_allclose(found.within, found.total)


def test_dagum_of_nothing():
    assert np.isnan(split([np.nan, 0], [0, 1])[:4]).all()


# --- β ---


def test_beta_by_hand():
    """y_0 = 1, 4, 16 and y_2 = 1, 2, 4, its roots: ln(y_2/y_0)/2 = -1/4 ln y_0, so that α = 0 and β = -1/4 exactly.

    Speed -ln(1 - 1/4 × 2)/2 = ln 2/2; half-life ln 2 over that: 2 years (the distance in logarithms was halved).
    """
    found = beta_convergence(array(1, 4, 16), array(1, 2, 4), 2)
    assert_allclose([found.alpha, found.beta, found.speed, found.half_life], [0, -0.25, np.log(2) / 2, 2], atol=1e-15)
    assert_allclose([found.low, found.high, found.r_squared], [-0.25, -0.25, 1.0])


@given(st.lists(st.tuples(st.floats(0.1, 100.0), st.floats(0.1, 100.0)), min_size=3, max_size=15), st.integers(1, 10))
def test_beta_is_that_of_scipy(pairs, span):
    first, last = np.array(pairs).T
    x = np.log(first)
    assume(np.ptp(x) > 0.01)
    found = beta_convergence(first, last, span)
    expected = stats.linregress(x, np.log(last / first) / span)
    assert_allclose([found.beta, found.alpha], [expected.slope, expected.intercept], rtol=1e-7, atol=1e-9)
    assert_allclose(found.standard_error, expected.stderr, rtol=1e-5, atol=1e-6)  # near 0, scipy's own rounding
    t = stats.t.ppf(0.975, len(first) - 2)
    wide = expected.slope + np.array([-t, t]) * expected.stderr
    assert_allclose([found.low, found.high], wide, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("freedom", "level", "printed"), [(1, 0.95, 12.706), (10, 0.95, 2.228), (30, 0.99, 2.750)])
def test_students_t_is_that_of_printed_tables(freedom, level, printed):
    assert_allclose(_student(freedom, level), printed, atol=5e-4)


def test_the_level_of_the_interval():
    first, last = array(1, 2, 4, 8), array(2, 3, 7, 9)
    narrow, wide = (beta_convergence(first, last, 5, level=level) for level in (0.5, 0.99))
    assert wide.low < narrow.low < narrow.beta < narrow.high < wide.high


def test_cities_without_a_score_are_left_out():
    whole = beta_convergence(array(1, 2, 4), array(2, 3, 5), 5)
    found = beta_convergence(array(1, 2, np.nan, 4, 9), array(2, 3, 9, 5, np.nan), 5)
    assert found == whole and found.n == 3


@pytest.mark.parametrize(
    ("first", "last"), [((1, 0, 2), (1, 2, 3)), ((1, 2, 3), (0, 2, 3)), ((1,), (2,)), ((), ()), ((2, 2, 2), (1, 2, 3))]
)
def test_beta_undefined(first, last):
    found = beta_convergence(array(*first), array(*last), 5)
    assert found.n == len(first)
    assert np.isnan(found[1:]).all()


def test_two_cities_have_no_interval():
    found = beta_convergence(array(1, 2), array(2, 3), 5)
    assert found.beta < 0 and np.isnan([found.standard_error, found.low, found.high]).all()


def test_those_that_diverge_have_no_half_life():
    found = beta_convergence(array(1, 2, 4), array(1, 3, 9), 5)
    assert found.beta > 0 and found.speed < 0 and np.isnan(found.half_life)


def test_an_order_turned_round_has_no_speed():
    """y_0 = 1, 2, 4 becomes 4, 2, 1 in a year: β = -2, and 1 + βT below 0."""
    found = beta_convergence(array(1, 2, 4), array(4, 2, 1), 1)
    assert_allclose(found.beta, -2)
    assert np.isnan([found.speed, found.half_life]).all()


def test_growth_that_does_not_vary_has_nothing_to_explain():
    assert np.isnan(beta_convergence(array(1, 2, 4), array(2, 4, 8), 1).r_squared)
