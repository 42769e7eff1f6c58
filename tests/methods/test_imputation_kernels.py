"""Further imputations: from the city's own years, from its group, from a constant; every filled cell says how."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods import METHODS
from indexcalc.methods.imputation import (
    constant,
    fitted,
    group_mean,
    group_median,
    last,
    left_out,
    linear,
    linear_inside,
    nearest,
    none,
    regression,
)
from indexcalc.origin import Origin

NAN = np.nan
FIGURE = st.one_of(st.just(NAN), st.integers(-1000, 1000).map(float))


def column(*figures):
    """One city, one indicator: (1, n_year, 1)."""
    return np.array(figures, float)[None, :, None]


@st.composite
def panels(draw):
    """Figures [city, year, indicator] with gaps, ascending years with gaps, and a group per city, -1 for none."""
    years = sorted(draw(st.sets(st.integers(1990, 2030), min_size=1, max_size=7)))
    shape = (draw(st.integers(1, 5)), len(years), draw(st.integers(1, 3)))
    figures = draw(st.lists(FIGURE, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    groups = draw(st.lists(st.integers(-1, 2), min_size=shape[0], max_size=shape[0]))
    return np.array(figures).reshape(shape), np.array(years), np.array(groups)


EVERY = {
    "none": lambda x, years, groups: none(x, years),
    "linear": lambda x, years, groups: linear(x, years),
    "linear_inside": lambda x, years, groups: linear_inside(x, years),
    "last": lambda x, years, groups: last(x, years),
    "last, 2 years": lambda x, years, groups: last(x, years, limit=2),
    "nearest": lambda x, years, groups: nearest(x, years),
    "group_mean": group_mean,
    "group_median": group_median,
    "constant": lambda x, years, groups: constant(x, years, value=7.5),
    "regression": lambda x, years, groups: regression(x, years, predictors(years, groups), on=("p", "q")),
}


def predictors(years, groups):
    """Two of them, which follow from the group of a city and the year."""
    c, t = np.meshgrid(groups, years, indexing="ij")
    return np.stack([3.0 * c + t, np.sin(7.0 * c + t)], axis=2)


# --- each by hand -----------------------------------------------------------------------------------------------------


def test_last_carries_forward_only():
    filled, how = last(column(NAN, 2.0, NAN, NAN, 5.0, NAN), np.arange(2015, 2021))
    assert_array_equal(filled.ravel(), [NAN, 2.0, 2.0, 2.0, 5.0, 5.0])
    assert_array_equal(how.ravel(), [0, 0, Origin.CARRIED, Origin.CARRIED, 0, Origin.CARRIED])


def test_last_counts_calendar_years_not_columns():
    """From 2010: 2012 is 2 years off, 2015 is 5."""
    x, years = column(1.0, NAN, NAN), np.array([2010, 2012, 2015])
    assert_array_equal(last(x, years, limit=1)[0].ravel(), [1.0, NAN, NAN])
    assert_array_equal(last(x, years, limit=2)[0].ravel(), [1.0, 1.0, NAN])
    assert_array_equal(last(x, years, limit=5)[0].ravel(), [1.0, 1.0, 1.0])


def test_nearest_takes_the_earlier_of_two_equally_near():
    filled, how = nearest(column(NAN, 1.0, NAN, 3.0, NAN), np.array([2000, 2010, 2012, 2014, 2020]))
    assert_array_equal(filled.ravel(), [1.0, 1.0, 1.0, 3.0, 3.0])
    assert_array_equal(how.ravel(), [Origin.NEAREST, 0, Origin.NEAREST, 0, Origin.NEAREST])


def test_nearest_looks_at_the_calendar():
    """2013 is three years from 2010 and one from 2014."""
    assert_array_equal(nearest(column(1.0, NAN, 3.0), np.array([2010, 2013, 2014]))[0].ravel(), [1.0, 3.0, 3.0])


def test_group_mean_looks_at_the_same_year_and_group_only():
    x = np.array([[1.0, 10.0], [3.0, NAN], [NAN, NAN], [100.0, 200.0], [NAN, NAN]])[:, :, None]
    filled, how = group_mean(x, np.array([2019, 2020]), np.array([0, 0, 0, 1, 1]))
    assert_allclose(filled[:, :, 0], [[1, 10], [3, 10], [2, 10], [100, 200], [100, 200]], rtol=1e-15)
    assert_array_equal(how[:, :, 0], np.array([[0, 0], [0, 1], [1, 1], [0, 0], [1, 1]]) * Origin.GROUP)


def test_group_median_of_an_even_number_is_the_middle():
    x = np.array([1.0, 2.0, 4.0, 90.0, NAN])[:, None, None]
    assert_allclose(group_median(x, np.array([2020]), np.zeros(5, int))[0][4, 0, 0], 3.0, rtol=1e-15)


@pytest.mark.parametrize("kernel", [group_mean, group_median])
def test_a_city_in_no_group_is_neither_filled_nor_looked_at(kernel):
    x = np.array([1.0, NAN, 50.0, NAN])[:, None, None]
    filled, how = kernel(x, np.array([2020]), np.array([0, 0, -1, -1]))
    assert_array_equal(filled.ravel(), [1.0, 1.0, 50.0, NAN])
    assert_array_equal(how.ravel(), [0, Origin.GROUP, 0, 0])


@pytest.mark.parametrize("kernel", [group_mean, group_median])
def test_a_group_without_a_figure_that_year_stays_missing(kernel):
    x = np.array([[NAN, 1.0], [NAN, NAN]])[:, :, None]
    filled, how = kernel(x, np.array([2019, 2020]), np.array([4, 4]))
    assert_array_equal(filled[:, :, 0], [[NAN, 1.0], [NAN, 1.0]])
    assert_array_equal(how[:, :, 0], [[0, 0], [0, Origin.GROUP]])


def test_constant_fills_everything():
    filled, how = constant(column(NAN, 0.5), np.array([2019, 2020]), value=-3)
    assert_array_equal(filled.ravel(), [-3.0, 0.5])
    assert_array_equal(how.ravel(), [Origin.CONSTANT, 0])


# --- properties -------------------------------------------------------------------------------------------------------


def test_every_imputation_is_held_here():
    assert {name.partition(",")[0] for name in EVERY} == set(METHODS["imputation"])


@pytest.mark.parametrize("name", EVERY)
@given(case=panels())
def test_observed_figures_never_change_and_every_filled_cell_says_how(name, case):
    x, years, groups = case
    before = x.copy()
    filled, how = EVERY[name](x, years, groups)
    assert_array_equal(x, before)
    assert_array_equal(filled[~np.isnan(x)], x[~np.isnan(x)])
    assert how.dtype == np.uint8
    assert_array_equal(how > 0, np.isnan(x) & ~np.isnan(filled))


@pytest.mark.parametrize("name", EVERY)
@given(case=panels())
def test_shuffled_cities_give_shuffled_results(name, case):
    x, years, groups = case
    order = np.random.default_rng(5).permutation(len(x))
    filled, how = EVERY[name](x, years, groups)
    again, how_again = EVERY[name](x[order], years, groups[order])
    assert_allclose(again, filled[order], rtol=1e-12, atol=1e-12)
    assert_array_equal(how_again, how[order])


@pytest.mark.parametrize("name", EVERY)
def test_complete_figures_pass_unchanged(name):
    x = np.arange(12.0).reshape(2, 3, 2)
    filled, how = EVERY[name](x, np.array([2018, 2019, 2020]), np.array([0, 0]))
    assert_array_equal(filled, x)
    assert not how.any()


@given(panels(), st.integers(1, 12))
def test_last_and_nearest_against_a_plain_search(case, limit):
    x, years, _ = case
    carried, near = last(x, years, limit=limit)[0], nearest(x, years)[0]
    for c, t, k in zip(*np.nonzero(np.isnan(x)), strict=True):
        there = [s for s in range(len(years)) if not np.isnan(x[c, s, k])]
        earlier = [s for s in there if s < t and years[t] - years[s] <= limit]
        assert_array_equal(carried[c, t, k], x[c, earlier[-1], k] if earlier else NAN)
        nearest_first = sorted(there, key=lambda s: (abs(years[s] - years[t]), years[s]))
        assert_array_equal(near[c, t, k], x[c, nearest_first[0], k] if there else NAN)


@pytest.mark.parametrize(("kernel", "average"), [(group_mean, np.mean), (group_median, np.median)])
@given(case=panels())
def test_groups_against_numpy(kernel, average, case):
    x, years, groups = case
    filled, _ = kernel(x, years, groups)
    for c, t, k in zip(*np.nonzero(np.isnan(x)), strict=True):
        mates = x[(groups == groups[c]) & (groups >= 0), t, k]
        mates = mates[~np.isnan(mates)]
        expected = average(mates) if mates.size and groups[c] >= 0 else NAN
        assert_allclose(filled[c, t, k], expected, rtol=1e-12, atol=1e-12)


def test_the_numbers_of_origins_never_change():
    """They are stored in results: a new one goes to the end."""
    assert [(kind.name, int(kind)) for kind in Origin][:11] == [
        ("MISSING", 0),
        ("OBSERVED", 1),
        ("INTERPOLATED", 2),
        ("EXTRAPOLATED", 3),
        ("TREATED", 4),
        ("CARRIED", 5),
        ("NEAREST", 6),
        ("GROUP", 7),
        ("CONSTANT", 8),
        ("LEFT_OUT", 9),
        ("REGRESSION", 10),
    ]


# --- regression -------------------------------------------------------------------------------------------------------


@st.composite
def regressions(draw):
    """y (n_city, n_year) with some gaps, two predictors, and the rows where all are there, five at least."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape = draw(st.sampled_from([(4, 3), (2, 5), (9, 1)]))
    p = random.normal(size=(*shape, 2)) * [1.0, 1e6] + [0.0, 1e7]
    y = 3.0 + 2.0 * p[..., 0] - 1e-6 * p[..., 1] + random.normal(size=shape)
    y.flat[random.permutation(y.size)[: draw(st.integers(0, y.size - 5))]] = NAN
    return y, p


@given(regressions())
def test_a_regression_is_least_squares_by_numpy(case):
    y, p = case
    rows = ~np.isnan(y)
    design = np.column_stack([np.ones(rows.sum()), (p[rows] - [0.0, 1e7]) / [1.0, 1e6]])
    beta, *_ = np.linalg.lstsq(design, y[rows], rcond=None)
    filled, how = regression(y[:, :, None], np.arange(y.shape[1]), p, on=("p", "q"))
    expected = beta[0] + ((p - [0.0, 1e7]) / [1.0, 1e6]) @ beta[1:]
    assert_allclose(filled[:, :, 0], np.where(rows, y, expected), rtol=1e-7, atol=1e-7)
    assert_array_equal(how[:, :, 0] == Origin.REGRESSION, ~rows)
    assert fitted(y, p) == (rows.sum(), 2)


@given(regressions())
def test_leverage_gives_what_a_regression_without_the_city_year_says(case):
    y, p = case
    found = left_out(y, p)
    for cell in zip(*np.nonzero(~np.isnan(y)), strict=True):
        without = y.copy()
        without[cell] = NAN
        again = regression(without[:, :, None], np.arange(y.shape[1]), p, on=("p", "q"))[0][(*cell, 0)]
        assert_allclose(found[cell], again, rtol=1e-6, atol=1e-6)
    assert np.isnan(found[np.isnan(y)]).all()


def test_predictors_that_say_the_same_twice_have_a_lower_rank():
    p = np.arange(6.0).reshape(2, 3)
    y = p**2
    assert fitted(y, np.stack([p, 2.0 * p + 5.0], axis=2)) == (6, 1)
    assert fitted(y, np.stack([p, np.full(p.shape, 1e9)], axis=2)) == (6, 1)
    assert fitted(np.full(p.shape, NAN), p[:, :, None]) == (0, 0)
