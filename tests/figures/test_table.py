"""Where a table stands on its sheet."""

import pytest

from indexcalc.figures.grid import Cell, Grid
from indexcalc.figures.headers import ColumnNames
from indexcalc.figures.recognise import recognise
from indexcalc.figures.table import (
    Sight,
    filled_merges,
    has_years,
    is_serial,
    looks_like_note,
    merged_within,
    padded,
    row_of_years,
    sight,
    table_of,
    texts,
    transposed,
)
from indexcalc.figures.workbook import read_workbook
from indexcalc.spec.framework import Ignored, Workbook
from tests.conftest import make_framework, write_workbook


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


UNITS = [None, "亿元", "万人"]


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ([["城市", "产值", "人口"], ["栏次", 1, 2], ["成都", 7, 8]], ["成都"]),
        ([["城市", "产值", "人口"], ["Column", "(1)", "(2)"], ["成都", 7, 8]], ["成都"]),
        ([["城市", "产值", "人口"], [None, 1, 2], ["成都", 7, 8]], ["成都"]),
        ([["城市", "产值", "人口"], ["栏次", 2, 3], ["成都", 7, 8]], ["成都"]),
        ([["城市", "产值", "人口"], ["栏次", 1, 2], ["甲", 7, 8]], ["甲"]),
        ([["城市", "年份", "产值", "人口"], ["甲", "乙", 1, 2], ["成都", 2019, 7, 8]], ["成都"]),
        ([["城市", "产值", "人口"], UNITS, ["列次", 1.0, 2.0], ["成都", 7, 8]], [None, "成都"]),
        ([["City", "x", "y"], ["A", 1, 2], ["Lyon", 7, 8]], ["A", "Lyon"]),  # one letter may be a place
        ([["城市", "产值", "人口"], ["甲", 1, 2], ["成都", 7, 8]], ["甲", "成都"]),
        ([["城市", "产值", "人口"], ["甲", 2, 3], ["成都", 7, 8]], ["甲", "成都"]),
        ([["城市", "组", "产值", "人口"], ["甲", "乙", 1, 2], ["成都", "丙", 7, 8]], ["甲", "成都"]),
        ([["City", "Group", "x", "y"], ["A", "B", 1, 2], ["Lyon", "C", 7, 8]], ["A", "Lyon"]),
        ([["城市", "产值", "人口"], ["甲", 1, 2], ["乙", 3, 4]], ["甲", "乙"]),
        ([["城市", "产值", "人口"], ["甲", 1, 2]], ["甲"]),
        ([["城市", "产值", "人口"], ["甲", 1, 3], ["成都", 7, 8]], ["甲", "成都"]),
        ([["城市", "产值", "人口"], ["成都", 1, 2], ["武汉", 7, 8]], ["成都", "武汉"]),
        ([["城市", "产值"], ["甲", 1], ["成都", 7]], ["甲", "成都"]),
        ([["城市", "产值", "人口"], ["武汉", 7, 8], ["甲", 1, 2], ["成都", 7, 8]], ["武汉", "甲", "成都"]),
    ],
)
def test_a_row_that_numbers_the_columns_is_above_the_table(rows, kept):
    """It would be a city called 栏次 whose figures are 1, 2 and 3; a city called A with such figures is not lost."""
    table = table_of(grid_of(*rows), 0)
    assert [row[0].value for row in table.rows] == kept
    assert len(table.above) == len(rows) - 1 - len(kept)


def test_a_row_below_the_header_is_not_said_to_be_above_it(tmp_path):
    for more, told in ([["栏次", 1, 2]], "or those below that number its columns"), ([], None):
        rows = [["城市", "产值", "人口"], *more, ["甲", 7, 8], ["乙", 5, 3]]
        found = recognise(write_workbook(tmp_path / "w.xlsx", {"2020": rows}))
        said = [
            note.text("en") for note in read_workbook(found.file, found.framework).notices if note.key == "header_row"
        ]
        assert [told in text and "'栏次 | 1 | 2'" in text for text in said] == [True] * len(more)


GROUPS = ["城市", "人口", None, "面积", None], [None, "全市", "市辖区", "全市", "市辖区"]
IN_UNITS = ["城市", "人口（万人）", None, "面积（km2）", None], GROUPS[1]
ENGLISH = ["City", "Population", None, "Area", None], [None, *["Total City", "Districts"] * 2]


@pytest.mark.parametrize(
    ("rows", "at"),
    [
        ((GROUPS[0], ENGLISH[0], GROUPS[1], ENGLISH[1]), (0, 2)),
        ((IN_UNITS[0], ENGLISH[0], GROUPS[1], ENGLISH[1]), (0, 2)),
        ((GROUPS[0], ["City", *GROUPS[1][1:]], ENGLISH[1]), (0, 1)),
        ((IN_UNITS[0], ["City", *GROUPS[1][1:]]), (0, 1)),
        ((IN_UNITS[0], GROUPS[1], [None, "Whole", "Core", "Whole", "Inner"]), (0, 1)),
    ],
)
def test_a_second_language_between_or_below_the_rows_of_a_header_is_no_unit(names, rows, at):
    figures = ["甲市", 1, 2, 3, 4], ["乙市", 5, 6, 7, 8]
    cells = [*rows, *figures]
    seen = sight("2020", cells, names, Workbook())
    assert (seen.layout, seen.groups, seen.header) == ("years", *at)
    table = table_of(grid_of(*cells), seen.header, seen.groups)
    assert [row[0].value for row in table.rows] == ["甲市", "乙市"]
    head = [str(cell.value) for cell in table.head[1:]]
    assert [text.partition("（")[0].partition(" ")[0] for text in head] == ["人口", "人口", "面积", "面积"]
    assert [text.split(" ")[-1] for text in head] == ["全市", "市辖区"] * 2


def test_a_row_of_units_remains_one():
    for names, units in (
        (["产值", "人口"], ["bn yuan", "mn"]),
        (["产值（亿元）", "面积"], ["100 million yuan", "sq km"]),  # not all have one above
        (["产值（亿元）", "面积"], ["Output", "Area"]),
        (["产值（现价）", "人口（年末）"], ["CNY", "persons"]),  # what is in brackets is none
        (["人口（年末）", "耕地（年末）"], ["persons", "hectares"]),
        (["产值（现价）", "产值（不变价）"], ["CNY", "USD"]),
    ):
        table = table_of(grid_of(["城市", *names], [None, *units], ["甲市", 1, 2]), 0)
        assert [row[0].value for row in table.rows] == [None, "甲市"], names
    table = table_of(grid_of(["城市", "产值（亿元）", "面积（km2）"], [None, "Output", "Area"], ["甲市", 1, 2]), 0)
    assert [row[0].value for row in table.rows] == ["甲市"]


def test_a_unit_alone_below_a_group_is_that_of_its_name():
    rows = ["城市", "人口", "比重", "产值"], [None, "（万人）", "%", "总量"], ["甲市", 1, 2, 3]
    assert [cell.value for cell in table_of(grid_of(*rows), 1, 0).head] == ["城市", "人口 (万人)", "比重 (%)", "总量"]


@pytest.mark.parametrize(
    "rows",
    [
        (["城市", "产值", "产值", "人口", "人口"], [None, 2019, 2020, 2019, 2020]),
        (["城市", "2019年", "2019年", "2020年", "2020年"], [None, *["产值", "人口"] * 2]),
    ],
)
def test_a_group_may_be_written_above_each_of_its_columns(names, rows):
    assert sight("s", [*rows, ["甲市", 1, 2, 3, 4]], names, Workbook()) == Sight("wide", None, 1, 0)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([["updated:", "2024-01-05"], ["城市", 2019, 2020], ["甲", 1, 2]], 1),
        ([["updated:", "2024-01-05"], ["城市", 2019], ["甲", 1]], 1),
        ([["x"], ["y", 2019], ["甲", 1]], 1),
        ([["updated:", "2024-01-05"], ["y", 2019], ["甲", 2100]], 1),
        ([["y", "2024-01-05"], ["甲", 1]], 0),
        ([["城市", 2019], ["甲", 2100, 2200]], 0),
        ([["x"], ["甲", 1]], None),
    ],
)
def test_the_row_of_years_is_no_remark_above_it(rows, found):
    assert row_of_years(rows) == found


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


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["甲", 1, 2], ["成都", 7, 8], ["武汉", 5, 3]], True),
        ([["A", 1, 2], ["Lyon", 7, 8], ["Graz", 5, 3]], False),
        ([["甲", 1, 2], ["乙", 7, 8], ["武汉", 5, 3]], False),
        ([["甲", 1, 3], ["成都", 7, 8], ["武汉", 5, 3]], False),
        ([["甲", 1, 2], ["成都", 7, 8]], False),
        ([["成都", 1, 2], ["甲", 7, 8], ["武汉", 5, 3]], False),
    ],
)
def test_a_place_that_may_be_a_row_of_numbers_is_read_and_told(tmp_path, rows, told):
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"2020": [["城市", "产值", "人口"], *rows]}))
    panel = read_workbook(found.file, found.framework.model_copy(update={"cities": {}}))
    assert panel.cities == tuple(row[0] for row in rows)
    assert [note.facts["row"] for note in panel.notices if note.key == "row_may_count"] == [2] * told
    ignoring = found.framework.workbook.model_copy(update={"ignore": Ignored(rows=("甲", "A"))})
    panel = read_workbook(found.file, found.framework.model_copy(update={"cities": {}, "workbook": ignoring}))
    assert "row_may_count" not in [note.key for note in panel.notices]


def test_a_cell_far_below_takes_no_row_of_its_own_for_every_empty_one():
    """A stray cell in the last row of a sheet, a million rows below the figures."""
    above = grid_of(["city", "gdp"], ["A", 1], ["B"]).rows
    rows = (*above, *([()] * 20_000), (Cell("stray", 20_004, 1),))
    wide = padded(rows)
    assert [len(row) for row in wide] == [2] * 20_004 and len(set(map(id, wide))) == 5
    found = table_of(Grid("s", rows), 0)
    assert [[cell.value for cell in row] for row in found.rows] == [["A", 1], ["B", None], ["stray", None]]
    assert [row[0].row for row in found.rows] == [2, 3, 20_004]
