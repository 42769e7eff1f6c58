"""Tables as they are printed: how sheets are arranged, and what is said of it."""

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.errors import InputError
from indexcalc.recognise import recognise
from tests.conftest import make_framework, write_workbook

CITIES, YEARS = ("甲", "乙", "丙"), (2019, 2020)
FIGURES = {(c, y, k): 100 * i + 10 * j + k for i, c in enumerate(CITIES) for j, y in enumerate(YEARS) for k in (1, 2)}
VALUES = np.array([[[FIGURES[c, y, k] for k in (1, 2)] for y in YEARS] for c in CITIES], float)
HEAD = ["城市", "年份", "产值", "人口"]


def of(city, year):
    return [FIGURES[city, year, k] for k in (1, 2)]


@pytest.fixture
def entered(tmp_path):
    """What a workbook holds, read by a framework that lists it and by one that is drafted from it; its notices."""

    def enter(sheets, tweak=None):
        path = write_workbook(tmp_path / "w.xlsx", sheets, tweak)
        framework = make_framework(
            indicators={"产值": {}, "人口": {}}, cities={c: {} for c in CITIES}, years=list(YEARS)
        )
        panel = ic.read_workbook(path, framework)
        found = recognise(path)
        assert (found.cities, found.years, found.problems) == (CITIES, YEARS, ())
        again = ic.read_workbook(path, found.framework)
        np.testing.assert_array_equal(panel.values, VALUES)
        np.testing.assert_array_equal(again.values, VALUES)
        return [str(notice) for notice in panel.notices], [str(notice) for notice in found.notices]

    return enter


YEAR_ONCE = [HEAD, *([c, y if c == "甲" else None, *of(c, y)] for y in YEARS for c in CITIES)]
CITY_ONCE = [HEAD, *([c if y == 2019 else None, y, *of(c, y)] for c in CITIES for y in YEARS)]


@pytest.mark.parametrize(("rows", "column", "n"), [(YEAR_ONCE, "'年份'", 4), (CITY_ONCE, "'城市'", 3)])
def test_a_label_written_once_for_its_group_is_told_with_its_column_and_count(entered, rows, column, n):
    told = f"{column}: a value written once for its group taken for the blank cells below it in cells: {n}"
    read, drafted = entered({"s": rows})
    assert told in " ".join(read)
    assert told in " ".join(drafted)


def test_a_label_that_may_have_been_left_out_is_asked_for(tmp_path):
    rows = [*CITY_ONCE[:3], [None, *CITY_ONCE[3][1:]], *CITY_ONCE[4:]]
    framework = make_framework(indicators={"产值": {}, "人口": {}})
    with pytest.raises(InputError, match=r"4 cells \(A3, A4, A5, ...\): the city is empty"):
        ic.read_workbook(write_workbook(tmp_path / "w.xlsx", {"s": rows}), framework)
