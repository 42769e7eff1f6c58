"""Where a table stands on its sheet."""

import pytest

from indexcalc.figures.grid import Cell, Grid
from indexcalc.figures.headers import ColumnNames
from indexcalc.figures.table import (
    Sight,
    filled_merges,
    has_years,
    is_serial,
    looks_like_note,
    merged_within,
    sight,
    table_of,
    texts,
    transposed,
)
from indexcalc.spec.framework import Workbook
from tests.conftest import make_framework


def grid_of(*rows, **more):
    cells = tuple(tuple(Cell(v, r, c) for c, v in enumerate(row, 1)) for r, row in enumerate(rows, 1))
    return Grid("s", cells, **more)


@pytest.fixture
def names():
    return ColumnNames(make_framework(indicators={"gdp": {"name": "生产总值"}, "region": {}}), {})


@pytest.mark.parametrize(
    ("title", "rows", "seen"),
    [
        ("s", [["t"], ["地区", "年份", "gdp"]], Sight("panel", None, 1)),
        ("s", [["area", "year", "gdp"]], Sight("panel", None, 0)),
        ("s", [["region", "year", "gdp"]], Sight("")),
        ("s", [["城市", "年份", "指标", "数值"]], Sight("long", None, 0)),
        ("2019年", [["t"], [], ["城市", "gdp"]], Sight("years", 2019, 2)),
        ("生产总值", [["表1"], ["x", 2019, "2020年"], ["甲", 1, 2]], Sight("indicators", "gdp", 1)),
        ("s", [["城市", "gdp"]], Sight("")),
        ("s", [], Sight("")),
    ],
)
def test_what_a_sheet_is(names, title, rows, seen):
    assert sight(title, rows, names, Workbook()) == seen


def test_what_is_declared_goes_first(names):
    rows = [["城市", "年份"], ["地市名", "时点", "gdp"]]
    assert sight("s", rows, names, Workbook(header=2, city="地市名", year="时点")) == Sight("panel", None, 1)
    assert sight("s", rows, names, Workbook(layout="long")) == Sight("")
    assert sight("s", rows, names, Workbook(header=9)) == Sight("")


def test_a_table_is_of_one_width_and_knows_what_is_above():
    table = table_of(grid_of(["t"], [], ["a", "b"], [1]), 2)
    assert [cell.value for cell in table.head] == ["a", "b"]
    assert [[cell.value for cell in row] for row in table.rows] == [[1, None]]
    assert [texts(row) for row in table.above] == ["t"]


def test_a_turned_sheet_keeps_its_addresses():
    turned = transposed(grid_of([1, 2], [3]))
    assert [[(cell.value, cell.address) for cell in row] for row in turned.rows] == [
        [(1, "A1"), (3, "A2")],
        [(2, "B1"), (None, "B2")],
    ]


def test_merged_cells_are_filled_from_the_header_on():
    grid, taken = filled_merges(grid_of(["t", None], ["a", "b"], [1, 2], [None, 3], merged=("A1:B1", "A3:A4")), 2)
    assert [[cell.value for cell in row] for row in grid.rows] == [["t", None], ["a", "b"], [1, 2], [1, 3]]
    assert taken == {"A4": "A3"}
    assert merged_within("A3:A4", [4])
    assert not merged_within("A3:A4", [5])


@pytest.mark.parametrize(
    ("row", "found"), [(["x", 2019, "2020年"], True), (["x", 5, 6], False), (["x"], False), ([], False)]
)
def test_a_row_of_years(row, found):
    assert has_years(row) is found


@pytest.mark.parametrize(
    ("header", "values", "found"),
    [
        ("序号", [7, 3], True),
        (None, [1, 2, 3], True),
        (None, [0, 1], True),
        (None, [2, 3], False),
        ("gdp", [1, 2], False),
    ],
)
def test_a_column_that_counts_the_rows(header, values, found):
    assert is_serial(Cell(header, 1, 1), [Cell(value, 2, 1) for value in values]) is found


@pytest.mark.parametrize(
    ("text", "found"), [("注：年鉴", True), ("Source: x", True), ("数据为快报数。", True), ("成都", False)]
)
def test_notes(text, found):
    assert looks_like_note(text) is found


def test_a_long_row_is_cut():
    assert len(texts([Cell("x" * 90, 1, 1)])) == 43


def test_what_is_merged_beyond_the_figures_costs_nothing():
    grid, taken = filled_merges(grid_of(["a"], [1], [None], merged=("A2:XFD1048576",)))
    assert (grid.rows[2][0].value, taken) == (1, {"A3": "A2"})
