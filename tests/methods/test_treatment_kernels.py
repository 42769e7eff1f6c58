"""Outliers: the rule of COINr and the COIN Tool against a plain transcription, and what no treatment may do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods import METHODS, get_method
from indexcalc.methods.treatment import (
    kurtosis,
    log,
    none,
    skew_kurtosis,
    skewness,
    winsorise,
    winsorise_points,
)

NAN = np.nan
TAILED = st.one_of(
    st.just(NAN), st.integers(-9, 9).map(float), st.sampled_from([40.0, 55.5, 300.0, -80.0, 1e4, 2e6, -3e5])
)
COLUMNS = hnp.arrays(float, st.tuples(st.integers(1, 40), st.integers(1, 3)), elements=TAILED)

# R package COINr 1.1.14, ASEM Sustainable Connectivity, 51 countries, after denomination and imputation: cost to import
# and export [USD], public debt [% of GDP]. Winsorised by COINr at one point each: 992 to 595, 247.98 to 176.94.
COST = [
    *(364, 0, 0, 595, 52, 140, 150, 255.5, 100, 0, 45, 0, 0, 0, 70, 0, 25, 30, 0, 0, 303.2, 226.7, 150, 0, 161, 320),
    *(220, 38, 350, 28, 0, 35, 25, 350, 147, 105, 0, 0, 147, 992, 103, 0, 0, 0, 244.5, 77, 0, 0, 40, 140, 322),
]
DEBT = [
    *(37.64, 86.19, 106.05, 31.67, 26.3, 2.81, 45.66, 42.92, 108.87, 40.31, 70.99, 45.53, 99.26, 9.74, 62.51, 96.14),
    *(88.98, 176.94, 86.67, 75.33, 27.3, 69.07, 78.68, 132.71, 247.98, 21.89, 32.54, 37.89, 61.86, 42.78, 21.45),
    *(34.94, 63.96, 34.34, 52.784, 57.39, 65.12, 27.94, 29.95, 63.57, 34.79, 51.28, 128.98, 39.3, 16.42, 104.68),
    *(52.91, 83.15, 43.4, 42.72, 58.25),
]


def col(*values):
    return np.array(values, float)[:, None]


def one_city_each(x):
    return np.arange(len(x))


def passes(column, a=2.0, b=3.5):
    return round(abs(skewness(column[:, None])[0]), 9) < a or round(kurtosis(column[:, None])[0], 9) < b


def by_the_letter(column, *, a=2.0, b=3.5, points=None, cities=None, most=None, forced=False):
    """COINr's loop, a point at a time: the column it leaves, and whether it passes."""
    x, high, low = column.copy(), np.zeros(len(column), bool), np.zeros(len(column), bool)
    while forced or not passes(x, a, b):
        if points is not None and high.sum() + low.sum() >= points:
            return x, False
        half = 2 * (x == np.nanmax(x)).sum() >= (~np.isnan(x)).sum()  # then skewness is below 0, be it by 1e-20
        up = round(skewness(x[:, None])[0], 9) >= 0 and not half
        outer = x == (np.nanmax(x) if up else np.nanmin(x))
        inner = x[~outer & ~np.isnan(x)]
        if most is not None and len(set(cities[outer | (low if up else high)])) > most:
            return x, False
        next_value = inner.max() if up else inner.min()
        if (inner == next_value).all() and not (x == (np.nanmin(x) if up else np.nanmax(x))).sum() < len(inner):
            return x, False  # one value only would be left
        if up:
            high = outer
        else:
            low = outer
        x[outer] = next_value
    return x, True


# --- skewness and kurtosis --------------------------------------------------------------------------------------------


def test_shape_as_in_excel():
    """Microsoft's own example for SKEW and KURT: 3, 4, 5, 2, 3, 4, 5, 6, 4, 7."""
    x = col(3, 4, 5, 2, 3, 4, 5, 6, 4, 7)
    assert_allclose(skewness(x), [0.359543071], rtol=1e-8)
    assert_allclose(kurtosis(x), [-0.151799637], rtol=1e-8)


def test_shape_as_in_coinr():
    """COINr 1.1.14 on the ASEM columns above."""
    x = np.array([COST, DEBT]).T
    assert_allclose(skewness(x), [2.6914260137109611, 2.0289286655089014], rtol=1e-12)
    assert_allclose(kurtosis(x), [9.8426332308269764, 6.1600215726060927], rtol=1e-12)


@given(hnp.arrays(float, (20, 3), elements=st.one_of(st.just(NAN), st.integers(-1000, 1000).map(float))))
def test_shape_against_scipy(x):
    from scipy import stats

    skew, kurt = skewness(x), kurtosis(x)
    for k in range(3):
        column = x[~np.isnan(x[:, k]), k]
        varied = np.unique(column).size > 1
        assert np.isnan(skew[k]) == (not varied or len(column) < 3)
        assert np.isnan(kurt[k]) == (not varied or len(column) < 4)
        if not np.isnan(kurt[k]):
            assert_allclose(skew[k], stats.skew(column, bias=False), rtol=1e-9, atol=1e-12)
            assert_allclose(kurt[k], stats.kurtosis(column, bias=False), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("scale", [1e-150, 1e-9, 1.0, 1e9, 1e200])
@pytest.mark.parametrize("offset", [0.0, 1e7])
def test_shape_does_not_see_the_unit(scale, offset):
    x = np.random.default_rng(1).gamma(1.0, 1.0, (500, 2))
    moved = (x + offset) * scale
    assert_allclose(skewness(moved), skewness(x), rtol=1e-7)
    assert_allclose(kurtosis(moved), kurtosis(x), rtol=1e-7)


def test_one_value_up_to_rounding_has_no_shape():
    assert np.isnan(skewness(np.full((60, 1), 0.1))).all()
    assert np.isnan(kurtosis(np.array([[0.1 + 0.2], *[[0.3]] * 50]))).all()


def test_shape_of_many_rows_and_many_columns_is_that_of_each():
    """Columns are read in blocks: one column at a time, and all at once, is the same."""
    x = np.random.default_rng(2).lognormal(size=(7000, 23))
    x[::7, ::2] = NAN
    assert_array_equal(skewness(x), [skewness(x[:, [k]])[0] for k in range(23)])
    assert_array_equal(kurtosis(np.asfortranarray(x)), kurtosis(x))


def test_an_empty_table_has_no_shape():
    assert skewness(np.empty((0, 2))).shape == (2,)
    assert np.isnan(skewness(np.empty((0, 2)))).all()
    assert kurtosis(np.empty((5, 0))).shape == (0,)


# --- the rule ---------------------------------------------------------------------------------------------------------


def test_as_coinr_treats_two_asem_columns():
    x = np.array([COST, DEBT]).T
    treated, what = skew_kurtosis(x, one_city_each(x))
    assert what == ["winsorised", "winsorised"]
    assert_array_equal(treated[:, 0], np.minimum(COST, 595.0))
    assert_array_equal(treated[:, 1], np.minimum(DEBT, 176.94))
    assert_allclose(skewness(treated), [1.5897483623175317, 1.2594988050088864], rtol=1e-12)
    assert_allclose(kurtosis(treated), [2.3584454371022279, 1.7916144323634582], rtol=1e-12)


def test_points_before_a_step_are_counted_so_a_tie_can_pass_the_limit():
    """Four points at 100 and then three at 90: with a limit of five the second step is made, on seven points."""
    x = col(*range(60), *[1000] * 4, *[900] * 3)
    treated, what = skew_kurtosis(x, one_city_each(x), maximum_skewness=0.0, maximum_kurtosis=-2.0, last_resort="none")
    assert what == ["failing"]
    assert treated.max() == 59.0
    fewer = skew_kurtosis(
        x, one_city_each(x), maximum_skewness=0.0, maximum_kurtosis=-2.0, points=4, last_resort="none"
    )
    assert fewer.x.max() == 900.0


def test_the_logarithm_is_of_the_untreated_values():
    x = col(*np.exp(np.linspace(0, 12, 60)))
    treated, what = skew_kurtosis(x, one_city_each(x), points=2)
    assert what == ["log"]
    assert_allclose(treated, np.log(x - 1.0 + 0.01 * (np.exp(12) - 1.0)), rtol=1e-12)
    assert passes(treated[:, 0])


def test_failing_is_told_and_the_logarithm_stays():
    """One of a hundred cities has what no other has: no logarithm mends that, and no step leaves one value only."""
    x = col(*[0.0] * 99, 1.0)
    treated, what = skew_kurtosis(x, one_city_each(x), points=None)
    assert what == ["failing"]
    assert_allclose(treated, log(x).x, rtol=0)
    kept, what = skew_kurtosis(x, one_city_each(x), points=None, last_resort="none")
    assert what == ["failing"]
    assert_array_equal(kept, x)


def test_a_share_of_the_cities_moves_all_years_of_the_outlying_city():
    """Twenty cities over ten years, one far out in all of them: five points are not enough, 5 % of the cities are."""
    x = np.random.default_rng(4).normal(size=(20, 10))
    x[7] = 500.0 + np.arange(10.0)
    x, cities = x.reshape(-1, 1), np.repeat(np.arange(20), 10)
    assert skew_kurtosis(x, cities, last_resort="none").what == ["failing"]
    treated, what = skew_kurtosis(x, cities, cities_share=0.05)
    assert what == ["winsorised"]
    assert_array_equal(np.unique(cities[(treated != x)[:, 0]]), [7])
    assert skew_kurtosis(x, cities, cities_share=0.04, last_resort="none").x is not x
    assert_array_equal(skew_kurtosis(x, cities, cities_share=0.04, last_resort="none").x, x)


def test_the_share_is_of_the_cities_that_have_a_figure():
    """Of twenty cities ten report the indicator: 10 % of those is one city."""
    x = np.random.default_rng(4).normal(size=(20, 4))
    x[10:] = NAN
    x[0] = 300.0
    x, cities = x.reshape(-1, 1), np.repeat(np.arange(100, 120), 4)
    assert skew_kurtosis(x, cities, cities_share=0.1).what == ["winsorised"]
    assert skew_kurtosis(x, cities, cities_share=0.09, last_resort="none").what == ["failing"]


def test_indicators_that_pass_share_the_table_with_those_that_do_not():
    x = np.column_stack([COST, np.arange(51.0), np.full(51, 3.0), np.full(51, NAN), DEBT])
    treated, what = skew_kurtosis(x, one_city_each(x))
    assert what == ["winsorised", "", "", "", "winsorised"]
    assert_array_equal(treated[:, 1:4], x[:, 1:4])


def test_too_few_figures_to_test_are_left_alone():
    x = np.array([[1.0, 1.0], [2.0, NAN], [1e9, 2.0], [NAN, 1e9]])
    treated, what = skew_kurtosis(x, one_city_each(x))
    assert treated is x
    assert what == ["", ""]


@pytest.mark.parametrize("points", [1, 3, 5, None])
@given(x=COLUMNS)
def test_against_the_rule_by_the_letter(points, x):
    treated, what = skew_kurtosis(x, one_city_each(x), points=points, last_resort="none")
    for k in range(x.shape[1]):
        if np.isnan(kurtosis(x[:, [k]])[0]):
            assert_array_equal(treated[:, k], x[:, k])
            continue
        expected, passed = by_the_letter(x[:, k], points=points)
        assert_array_equal(treated[:, k], expected)
        assert what[k] == (
            "failing" if not passed else "winsorised" if (treated != x)[~np.isnan(x[:, k]), k].any() else ""
        )


@given(COLUMNS, st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]), st.integers(1, 8))
def test_the_share_of_cities_against_the_rule_by_the_letter(x, share, n_city):
    cities = np.arange(len(x)) * 7 % n_city
    treated, _ = skew_kurtosis(x, cities, cities_share=share, last_resort="none")
    for k in range(x.shape[1]):
        if not np.isnan(kurtosis(x[:, [k]])[0]):
            there = len(set(cities[~np.isnan(x[:, k])]))
            expected, _ = by_the_letter(x[:, k], cities=cities, most=int(share * there + 1e-9))
            assert_array_equal(treated[:, k], expected)


@pytest.mark.parametrize("seed", range(4))
def test_long_columns_against_the_rule_by_the_letter(seed):
    """More steps than an end holds at first, from either side, ties and gaps among them."""
    drawn = np.random.default_rng(seed)
    x = np.round(drawn.standard_t(1.2 if seed % 2 else 0.8, (3000, 1)), 1) * (1.0 if seed < 2 else np.nan_to_num(1e3))
    x[drawn.random(x.shape) < 0.05] = NAN
    treated, what = skew_kurtosis(x, one_city_each(x), points=None, maximum_skewness=0.5, maximum_kurtosis=0.5)
    expected, _ = by_the_letter(x[:, 0], a=0.5, b=0.5)
    assert what == ["winsorised"]
    assert_array_equal(treated[:, 0], expected)


@given(COLUMNS)
def test_a_column_passes_after_what_is_said_of_it(x):
    treated, what = skew_kurtosis(x, one_city_each(x))
    for k, said in enumerate(what):
        if said in ("winsorised", "log"):
            assert passes(treated[:, k])
        elif said == "failing":
            assert not passes(treated[:, k])
        else:
            assert_array_equal(treated[:, k], x[:, k])


@given(COLUMNS)
def test_nothing_to_do_hands_on_the_same_array(x):
    assert skew_kurtosis(x, one_city_each(x), maximum_skewness=1000.0).x is x
    assert none(x).x is x


# --- every treatment --------------------------------------------------------------------------------------------------

EVERY = {
    "none": none,
    "winsorise": winsorise,
    "skew_kurtosis": lambda x: skew_kurtosis(x, one_city_each(x)),
    "skew_kurtosis, no last resort": lambda x: skew_kurtosis(x, one_city_each(x), last_resort="none"),
    "skew_kurtosis, cities": lambda x: skew_kurtosis(x, one_city_each(x), cities_share=0.1),
    "winsorise_points": lambda x: winsorise_points(x, points=3),
    "log": log,
}


def test_every_treatment_is_held_here():
    assert {name.partition(",")[0] for name in EVERY} == set(METHODS["treatment"])


@pytest.mark.parametrize("name", EVERY)
@given(x=COLUMNS)
def test_order_count_and_input_are_kept(name, x):
    """The values present keep their number and their order; the input is not edited; what is said is so."""
    before = x.copy()
    treated, what = EVERY[name](x)
    assert_array_equal(x, before)
    assert treated.shape == x.shape
    assert_array_equal(np.isnan(treated), np.isnan(x))
    assert len(what) == x.shape[1]
    for k, said in enumerate(what):
        assert said in ("", "winsorised", "log", "failing")
        present = ~np.isnan(x[:, k])
        in_order = treated[present, k][np.argsort(x[present, k], kind="stable")]
        assert (np.diff(in_order) >= -1e-12).all()
        if said == "":
            assert_array_equal(treated[:, k], x[:, k])
        if said == "winsorised":
            assert set(treated[present, k]) <= set(x[present, k]) or name == "winsorise"
            assert (treated[present, k] != x[present, k]).any()


@pytest.mark.parametrize("name", EVERY)
@given(x=COLUMNS)
def test_shuffled_rows_give_shuffled_results(name, x):
    order = np.random.default_rng(6).permutation(len(x))
    treated, what = EVERY[name](x)
    again, what_again = EVERY[name](x[order])
    assert what_again == what
    assert_allclose(again, treated[order], rtol=1e-12)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("layout", ["C", "F"])
def test_the_layout_in_memory_does_not_matter(name, layout):
    x = np.random.default_rng(8).lognormal(sigma=2, size=(70, 5))
    treated, what = EVERY[name](np.array(x, order=layout))
    expected, expected_what = EVERY[name](x)
    assert_array_equal(treated, expected)
    assert what == expected_what


# --- forced -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("points", [1, 2, 4])
@given(x=COLUMNS)
def test_winsorise_points_against_the_rule_by_the_letter(points, x):
    treated, _ = winsorise_points(x, points=points)
    for k in range(x.shape[1]):
        if not np.isnan(skewness(x[:, [k]])[0]):
            assert_array_equal(treated[:, k], by_the_letter(x[:, k], points=points, forced=True)[0])


def test_winsorise_points_of_one_value_only_or_few_figures():
    x = np.array([[3.0, 1.0], [3.0, 50.0], [3.0, NAN]])
    treated, what = winsorise_points(x, points=2)
    assert treated is x
    assert what == ["", ""]


def test_log_by_hand_and_one_value_only():
    treated, what = log(np.array([[0.0, 7.0], [100.0, 7.0]]))
    assert what == ["log", ""]
    assert_allclose(treated, [[0.0, 7.0], [np.log(101.0), 7.0]], rtol=1e-14)


def test_winsorise_says_what_it_moved_and_bears_an_empty_column():
    x = np.column_stack([np.arange(5.0), np.full(5, 2.0), np.full(5, NAN)])
    treated, what = winsorise(x, lower=0.25, upper=0.75)
    assert what == ["winsorised", "", ""]
    assert_allclose(treated[:, 0], [1, 1, 2, 3, 3], rtol=1e-15)
    assert winsorise(x, lower=0, upper=1).x is x


def test_traits_that_the_pipeline_reads():
    found = get_method("treatment", "skew_kurtosis")
    assert found.traits["needs_cities"]
    assert found.positional == ("x", "cities")
    assert found.traits["exclusive"] == (("points", "cities_share"),)
    for method in METHODS["treatment"].values():
        assert set(method.traits.get("within", {})) <= set(method.parameters)


def test_a_shape_at_its_bound_fails_in_every_order_of_the_rows():
    """The skewness of 0, 0, 0, 1 is 2 exactly, computed as a little less or a little more."""
    for place in range(4):
        x = np.zeros((4, 1))
        x[place] = 1.0
        assert skew_kurtosis(x, one_city_each(x)).what == ["failing"]
        assert skew_kurtosis(x, one_city_each(x), maximum_skewness=2.00001).what == [""]


def test_a_symmetric_column_moves_its_maximum():
    """After 55.5 has moved to 9 the column is symmetric; the maximum is next, then the minimum."""
    x = col(9, -3, 6, -6, 55.5, -6, 9, -6)
    assert_array_equal(winsorise_points(x, points=4).x.ravel(), [6, -3, 6, -3, 6, -3, 6, -3])


def test_half_of_the_points_at_the_maximum_lean_down():
    """The skewness is below 0, though only by 1e-12: the minimum moves."""
    x = col(0, 1, 2e6, 2e6)
    assert_array_equal(winsorise_points(x, points=1).x.ravel(), [1, 1, 2e6, 2e6])


def test_a_far_outlier_does_not_hide_the_rest():
    """After 2e6 has moved to 1 the others lean down by 1: what they do is not lost beside what it was."""
    x = col(0.0, 0.0, -1.0, 1.0, 2e6)
    assert_array_equal(winsorise_points(x, points=4).x.ravel(), [0.0, 0.0, 0.0, 1.0, 1.0])
