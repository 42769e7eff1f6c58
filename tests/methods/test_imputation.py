"""Imputation: linear within a city between its own figures, flat beyond them, and every filled cell remembers how."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods.imputation import linear, linear_inside, none
from indexcalc.origin import Origin

NAN = np.nan
FIGURE = st.one_of(st.just(NAN), st.integers(-1000, 1000).map(float))


def column(*figures):
    """One city, one indicator: (1, n_year, 1)."""
    return np.array(figures, float)[None, :, None]


@st.composite
def panels(draw):
    """Figures [city, year, indicator] with gaps, and ascending years with gaps of their own."""
    years = sorted(draw(st.sets(st.integers(1990, 2030), min_size=1, max_size=7)))
    shape = (draw(st.integers(1, 3)), len(years), draw(st.integers(1, 3)))
    figures = draw(st.lists(FIGURE, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    return np.array(figures).reshape(shape), np.array(years)


def test_none_fills_nothing():
    x = column(1.0, NAN)
    filled, how = none(x, np.array([2019, 2020]))
    assert_array_equal(filled, x)
    assert not how.any()


def test_uneven_years_by_hand():
    """2010: 10 and 2020: 30 put 2013 at 16 and 2018 at 26."""
    filled, how = linear(column(10.0, NAN, NAN, 30.0), np.array([2010, 2013, 2018, 2020]))
    assert_allclose(filled.ravel(), [10.0, 16.0, 26.0, 30.0], rtol=1e-14)
    assert_array_equal(how.ravel(), [0, Origin.INTERPOLATED, Origin.INTERPOLATED, 0])


def test_ends_are_carried_flat_and_marked_extrapolated():
    filled, how = linear(column(NAN, NAN, 5.0, 9.0, NAN), np.arange(2017, 2022))
    assert_allclose(filled.ravel(), [5.0, 5.0, 5.0, 9.0, 9.0], rtol=0)
    expected = [Origin.EXTRAPOLATED, Origin.EXTRAPOLATED, 0, 0, Origin.EXTRAPOLATED]
    assert_array_equal(how.ravel(), expected)


def test_a_city_without_any_figure_stays_missing():
    x = np.array([[[NAN], [NAN]], [[1.0], [NAN]]])
    filled, how = linear(x, np.array([2019, 2020]))
    assert_array_equal(filled, [[[NAN], [NAN]], [[1.0], [1.0]]])
    assert_array_equal(how, [[[0], [0]], [[0], [Origin.EXTRAPOLATED]]])


def test_cities_do_not_lend_to_each_other():
    x = np.array([[[1.0], [NAN], [3.0]], [[100.0], [NAN], [300.0]]])
    assert_allclose(linear(x, np.arange(3))[0][:, 1, 0], [2.0, 200.0], rtol=1e-15)


def test_complete_figures_pass_unchanged():
    x = column(1.0, 2.0)
    filled, how = linear(x, np.array([2019, 2020]))
    assert filled is x
    assert not how.any()


@given(panels())
def test_against_numpy_interp(case):
    x, years = case
    filled, how = linear(x, years)
    for c, k in np.ndindex(x.shape[0], x.shape[2]):
        there = ~np.isnan(x[c, :, k])
        if not there.any():
            assert np.isnan(filled[c, :, k]).all()
            assert not how[c, :, k].any()
            continue
        assert_allclose(filled[c, :, k], np.interp(years, years[there], x[c, there, k]), rtol=1e-12, atol=1e-9)


@given(panels())
def test_every_filled_cell_says_how(case):
    """Between two figures of its city: interpolated. Outside them: extrapolated. Observed: 0."""
    x, years = case
    _, how = linear(x, years)
    for c, t, k in np.ndindex(x.shape):
        series = x[c, :, k]
        before, after = ~np.isnan(series[:t]), ~np.isnan(series[t + 1 :])
        if not np.isnan(series[t]) or np.isnan(series).all():
            expected = 0
        elif before.any() and after.any():
            expected = Origin.INTERPOLATED
        else:
            expected = Origin.EXTRAPOLATED
        assert how[c, t, k] == expected


@given(panels())
def test_observed_figures_never_move_and_the_input_is_not_changed(case):
    x, years = case
    before = x.copy()
    filled, _ = linear(x, years)
    assert_array_equal(x, before)
    assert_array_equal(filled[~np.isnan(x)], x[~np.isnan(x)])


@given(panels())
def test_filled_figures_stay_within_those_of_the_city(case):
    x, years = case
    filled, how = linear(x, years)
    for c, t, k in zip(*np.nonzero(how), strict=True):
        assert np.nanmin(x[c, :, k]) - 1e-9 <= filled[c, t, k] <= np.nanmax(x[c, :, k]) + 1e-9


@given(panels())
def test_linear_inside_is_linear_without_what_it_carries_beyond_the_ends(figures):
    x, years = figures
    whole, how = linear(x, years)
    inside, where = linear_inside(x, years)
    carried = how == Origin.EXTRAPOLATED
    assert_array_equal(inside[~carried], whole[~carried])
    assert np.isnan(inside[carried]).all() and not where[carried].any()
