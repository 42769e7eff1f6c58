"""The panel: labels, read-only figures, and what it refuses to be."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from indexcalc.errors import InputError
from indexcalc.figures.panel import Panel, city_years
from indexcalc.origin import Origin
from tests.conftest import make_panel

NAN = np.nan

CASES = {
    "panel_years": (
        lambda: Panel.from_values(["A"], [2021, 2020], ["x"], [[[1.0], [2.0]]]),
        r"The years are 2021, 2020; expected ascending years\. Sort them",
    ),
    "panel_year": (
        lambda: Panel.from_columns(["A", "B"], [2020, 2020.5], {"x": [1, 2]}),
        r"Row 2: year: found 2020\.5, expected a whole number such as 2020",
    ),
    "panel_column": (
        lambda: Panel.from_columns(["A", "B"], [2020, 2020], {"x": [1, 2, 3]}),
        "Column 'x' has 3 figures, expected 2, one for each row",
    ),
    "panel_city": (
        lambda: Panel.from_columns(["A", None], [2020, 2020], {"x": [1, 2]}),
        r"Row 2 has no city\. Fill it in, or leave the row out",
    ),
    "panel_shape": (
        lambda: Panel.from_values(["A"], [2020], ["x", "y"], [[[1.0]]]),
        r"Values have the shape \(1, 1, 1\), expected \(cities, years, codes\) = \(1, 1, 2\)",
    ),
    "panel_label_twice": (
        lambda: Panel.from_values(["A", "A"], [2020], ["x"], [[[1.0]], [[2.0]]]),
        "City 'A' appears twice. Keep one.",
    ),
    "duplicate_city_year": (
        lambda: Panel.from_columns(["A", "B", "A"], [2020, 2020, 2020], {"x": [1, 2, 3]}),
        r"A 2020 appears twice \(first in row 1\)",
    ),
}


@pytest.mark.parametrize("key", CASES)
def test_what_a_panel_refuses(key):
    make, told = CASES[key]
    with pytest.raises(InputError, match=told) as refused:
        make()
    assert [problem.key for problem in refused.value.problems] == [key]
    assert refused.value.text("zh")


def test_every_doubled_label_is_told_at_once():
    with pytest.raises(InputError, match=r"(?s)Year '2020' appears twice.*Code 'x' appears twice"):
        Panel.from_values(["A"], [2020, 2020], ["x", "x"], np.zeros((1, 2, 2)))


@pytest.mark.parametrize("values", [[1.0, 2.0], [[1.0]], np.zeros((1, 1, 1, 1))], ids=["1", "2", "4"])
def test_figures_of_the_wrong_dimension_are_refused(values):
    with pytest.raises(InputError, match="Values have the shape"):
        Panel.from_values(["A"], [2020], ["x"], values)


def test_a_panel_of_rows():
    """Cities in order of appearance, years ascending, None and NaN missing."""
    panel = Panel.from_columns(["B", "A", "B"], [2021, 2020, 2020], {"x": [1, None, 3], "y": [NAN, 5, 6]})
    assert (panel.cities, panel.years, panel.codes) == (("B", "A"), (2020, 2021), ("x", "y"))
    assert_array_equal(panel.series("x"), [[3, 1], [NAN, NAN]])
    assert_array_equal(panel.series("y"), [[6, NAN], [5, NAN]])
    assert_array_equal(panel.present, [[True, True], [True, False]])


def test_a_panel_of_a_data_frame():
    """Also one with pandas' own mark of missing."""
    import pandas as pd

    frame = pd.DataFrame({"city": ["A", "B"], "year": [2020, 2020], "x": [1.0, NAN]})
    panel = Panel.from_columns(frame["city"], frame["year"], {"x": frame["x"]})
    assert_array_equal(panel.series("x"), [[1], [NAN]])
    frame = frame.convert_dtypes()
    panel = Panel.from_columns(frame["city"], frame["year"], {"x": frame["x"]})
    assert_array_equal(panel.series("x"), [[1], [NAN]])


@pytest.mark.parametrize("year", [2020.5, NAN, None, "soon"])
def test_a_year_that_is_no_year_is_refused(year):
    with pytest.raises((InputError, ValueError), match=r"(?i)year|int"):
        Panel.from_columns(["A"], [year], {"x": [1.0]})


@pytest.mark.parametrize("city", [None, NAN])
def test_a_row_without_a_city_is_not_a_city_called_nan(city):
    with pytest.raises(InputError, match="Row 1 has no city"):
        Panel.from_columns([city, "A"], [2020, 2020], {"x": [1.0, 2.0]})


def test_whole_years_may_come_as_decimals_or_numpy_integers():
    """A column of pandas with a gap turns 2020 into 2020.0."""
    panel = Panel.from_columns(["A", "A"], [2020.0, np.int64(2021)], {"x": [1, 2]})
    assert panel.years == (2020, 2021)
    assert all(type(year) is int for year in panel.years)


def test_origins_say_observed_or_missing():
    panel = make_panel({"a": [[1, NAN]], "b": [[2, 3]]})
    assert_array_equal(panel.origin[0], [[Origin.OBSERVED, Origin.OBSERVED], [Origin.MISSING, Origin.OBSERVED]])
    assert panel.origin.dtype == np.uint8


def test_a_city_year_without_any_figure_is_not_present_unless_said_so():
    values = [[[1.0], [NAN]]]
    assert_array_equal(Panel.from_values(["A"], [2020, 2021], ["x"], values).present, [[True, False]])
    there = Panel.from_values(["A"], [2020, 2021], ["x"], values, present=np.ones((1, 2), bool))
    assert there.present.all()


def test_the_arrays_are_read_only():
    panel = make_panel()
    for array in (panel.values, panel.origin, panel.present, panel.series("a")):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_panel_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign"):
        make_panel().cities = ()


def test_the_callers_array_is_copied_and_stays_writable():
    values = np.ones((1, 1, 1))
    panel = Panel.from_values(["A"], [2020], ["x"], values)
    values[...] = 9.0
    assert panel.values[0, 0, 0] == 1.0


def test_other_values_under_the_same_labels():
    panel = make_panel()
    doubled = panel.with_values(panel.values * 2)
    assert_array_equal(doubled.values, panel.values * 2)
    assert doubled.origin is panel.origin
    assert doubled.cities == panel.cities


def test_how_many_figures_are_there():
    assert make_panel({"a": [[1, NAN], [NAN, 4]], "b": [[1, 2], [3, 4]]}).observed("a") == 2


def test_an_unknown_code_is_an_error():
    with pytest.raises(InputError, match=r"'z' is not a column of the panel\. Known: a, b, c, d"):
        make_panel().position("z")


# --- city-years in words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "told"),
    [
        ([2017, 2018, 2019], "甲 2017-2019"),
        ([2017, 2018, 2020], "甲 2017-2018/2020"),
        ([2019], "甲 2019"),
        ([2017, 2019, 2021, 2022], "甲 2017/2019/2021-2022"),
        ([], ""),
    ],
)
def test_runs_of_years(years, told):
    every = tuple(range(2017, 2023))
    panel = make_panel({"a": np.ones((1, 6))}, years=every)
    assert city_years(panel, np.isin([every], years)) == told


def test_many_cities_are_cut_off_with_their_number():
    panel = make_panel({"a": np.ones((9, 1))}, cities="ABCDEFGHI", years=(2020,))
    assert city_years(panel, np.ones((9, 1), bool)) == "A 2020, B 2020, C 2020, D 2020, E 2020, F 2020 and 3 more"
    assert city_years(panel, np.ones((9, 1), bool), limit=9).endswith("I 2020")


@given(st.sets(st.integers(2000, 2030), min_size=1))
def test_the_words_hold_exactly_the_years(years):
    every = tuple(range(2000, 2031))
    panel = make_panel({"a": np.ones((1, 31))}, years=every)
    told = city_years(panel, np.isin([every], sorted(years))).removeprefix("甲 ")
    back = set()
    for run in told.split("/"):
        first, _, last = run.partition("-")
        back |= set(range(int(first), int(last or first) + 1))
    assert back == years
