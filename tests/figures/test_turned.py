"""Sheets with the indicators down are read like their mirrors: one or two rows of labels, one table or several."""

import numpy as np
import pytest

from indexcalc.errors import InputError
from indexcalc.figures.recognise import recognise
from indexcalc.figures.workbook import read_workbook
from indexcalc.spec.framework import Workbook
from tests.conftest import write_workbook

CITIES, YEARS, NAMES = ("甲市", "乙市", "丙市"), (2019, 2020), ("产值（亿元）", "人口（万人）")
FIGURE = {(n, c, y): 100 * i + 10 * j + k for i, n in enumerate(NAMES, 1) for j, c in enumerate(CITIES, 1)
          for k, y in enumerate(YEARS, 1)}  # fmt: skip
OF_YEAR = {y: [[n, *(FIGURE[n, c, y] for c in CITIES)] for n in NAMES] for y in YEARS}
OF_CITY = {c: [[n, *(FIGURE[n, c, y] for y in YEARS)] for n in NAMES] for c in CITIES}
YEARS_OVER_CITIES = [
    ["指标", *(v for y in YEARS for v in (f"{y}年", None, None))],
    [None, *CITIES, *CITIES],
    *([n, *(FIGURE[n, c, y] for y in YEARS for c in CITIES)] for n in NAMES),
]
CITIES_OVER_YEARS = [
    ["指标", *(v for c in CITIES for v in (c, None))],
    [None, *YEARS, *YEARS, *YEARS],
    *([n, *(FIGURE[n, c, y] for c in CITIES for y in YEARS)] for n in NAMES),
]
UNITS = [
    ["序号", "项目", "单位", *YEARS_OVER_CITIES[0][1:]],
    [None, None, None, *CITIES, *CITIES],
    *([k, row[0][:2], row[0][3:5], *row[1:]] for k, row in enumerate(YEARS_OVER_CITIES[2:], 1)),
]
SHEETS = {
    "years over cities": YEARS_OVER_CITIES,
    "cities over years": CITIES_OVER_YEARS,
    "below the corner": [[None, *YEARS_OVER_CITIES[0][1:]], ["指标", *CITIES * 2], *YEARS_OVER_CITIES[2:]],
    "titles, units, notes": [["表1 主要指标"], *UNITS, [], ["注：初步核算数"]],
    "tables of years": [row for y in YEARS for row in ([f"{y}年主要指标"], ["指标", *CITIES], *OF_YEAR[y], [])],
    "tables with blank rows": [
        row for y in YEARS for row in ([f"{y}年"], ["指标", *CITIES], OF_YEAR[y][0], [], [], OF_YEAR[y][1], [])
    ],
    "a column of notes": [
        *([*row, "备注"] for row in YEARS_OVER_CITIES[:1]),
        [*YEARS_OVER_CITIES[1], None],
        [*YEARS_OVER_CITIES[2], "年鉴"],
        YEARS_OVER_CITIES[3],
    ],
    "rows of years": [["指标", *CITIES], *(row for y in YEARS for row in ([y], *OF_YEAR[y]))],
    "tables of cities": [row for c in CITIES for row in ([c], ["指标", *YEARS], *OF_CITY[c])],
    "two levels of indicators": [
        ["一级指标", "二级指标", *(v for y in YEARS for v in (f"{y}年", None, None))],
        [None, None, *CITIES * 2],
        *(["经济", *row] for row in YEARS_OVER_CITIES[2:]),
    ],
    "cities in other order": [
        *([f"{YEARS[0]}年"], ["指标", *CITIES], *OF_YEAR[YEARS[0]]),
        *([f"{YEARS[1]}年"], ["指标", *CITIES[::-1]], *([n, *row[::-1]] for n, *row in OF_YEAR[YEARS[1]])),
    ],
}


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("merged", [False, True])
def test_every_figure_is_where_it_belongs(tmp_path, name, merged):
    def merge(book):
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(max_row=3):
            for cell in row:
                end = cell.column
                while end < sheet.max_column and sheet.cell(cell.row, end + 1).value is None:
                    end += 1
                if cell.value is not None and end > cell.column:
                    sheet.merge_cells(start_row=cell.row, end_row=cell.row, start_column=cell.column, end_column=end)

    path = write_workbook(tmp_path / "w.xlsx", {"s": SHEETS[name]}, merge if merged else None)
    found = recognise(path)
    assert found.problems == () and found.declared.orientation == "columns" and not found.declared.tidy
    assert [(column.name, column.unit) for column in found.columns] == [("产值", "亿元"), ("人口", "万人")]
    panel = read_workbook(path, found.framework)
    assert (set(panel.cities), panel.years) == (set(CITIES), YEARS)
    wanted = [[[FIGURE[n, c, y] for n in NAMES] for y in YEARS] for c in panel.cities]
    assert np.array_equal(panel.values, wanted)


def test_years_are_no_places(tmp_path):
    rows = [["地区：甲市"], ["指标", "2019年", "2020年"], *OF_CITY["甲市"]]
    with pytest.raises(InputError, match="no sheet holds the figures"):
        recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))


def test_what_stands_in_a_swapped_sheet_is_told_in_one_line_for_each_row(tmp_path):
    rows = [list(row) for row in YEARS_OVER_CITIES]
    rows[3] = [rows[3][0], *(f"约{value}" for value in rows[3][1:])]
    path = write_workbook(tmp_path / "w.xlsx", {"s": YEARS_OVER_CITIES})
    framework = recognise(path).framework
    with pytest.raises(InputError) as refused:
        read_workbook(write_workbook(path, {"s": rows}), framework)
    assert [(p.key, str(p.place[1]["cells"])) for p in refused.value.problems] == [
        ("cell_number_within", "B4, C4, D4, ...")
    ]


def test_the_header_of_the_indicators_may_be_declared_as_before(tmp_path):
    path = write_workbook(tmp_path / "w.xlsx", {"2019": [["指标", *CITIES], *OF_YEAR[2019]]})
    framework = recognise(path).framework
    declared = framework.workbook.model_copy(update={"city": "指标"})
    panel = read_workbook(path, framework.model_copy(update={"workbook": declared}))
    assert panel.values[:, 0, 0].tolist() == [FIGURE[NAMES[0], c, 2019] for c in CITIES]


def test_an_indicator_that_enters_later_is_missing_before(tmp_path):
    rows = [["2019年"], ["指标", *CITIES], OF_YEAR[2019][0], ["2020年"], ["指标", *CITIES], *OF_YEAR[2020][::-1]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert found.problems == () and sorted(c.name for c in found.columns) == ["产值", "人口"]
    panel = read_workbook(found.file, found.framework)
    at = [column.name for column in found.columns]
    assert np.isnan(panel.values[:, 0, at.index("人口")]).all()
    assert panel.values[:, 1, at.index("人口")].tolist() == [FIGURE[NAMES[1], c, 2020] for c in panel.cities]
    assert panel.values[:, 0, at.index("产值")].tolist() == [FIGURE[NAMES[0], c, 2019] for c in panel.cities]


@pytest.mark.parametrize(
    ("title", "labels"), [("成都市", ["产值（亿元）", "路（km）"]), ("data", ["产值（亿元）", "占比（%）"])]
)
def test_indicators_below_an_unknown_header_are_no_places(tmp_path, title, labels):
    rows = [["口径", "2019年", "2020年"], [labels[0], 1, 2], [labels[1], 3, 4]]
    with pytest.raises(InputError, match="no sheet holds the figures"):
        recognise(write_workbook(tmp_path / "w.xlsx", {title: rows}))
    places = [["口径", "2019年", "2020年"], ["Austin (TX)", 1, 2], ["Boise (ID)", 3, 4]]
    assert recognise(write_workbook(tmp_path / "w.xlsx", {"产值": places})).cities == ("Austin (TX)", "Boise (ID)")


def test_labels_that_are_no_years_beside_years_are_told_and_may_be_ignored(tmp_path):
    growth = ["平均增速", None, None], CITIES, *((5, 6, 7) for _ in NAMES)
    rows = [[*row, *more] for row, more in zip(YEARS_OVER_CITIES, growth, strict=True)]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert [(p.key, str(p.place[1]["cells"])) for p in found.problems] == [("bad_year", "H1, I1, J1")]
    again = recognise(found.file, Workbook(ignore={"rows": ["平均增速"]}, orientation="columns"))
    assert (again.cities, again.years, again.problems) == (CITIES, YEARS, ())


def test_indicators_on_a_next_page_are_further_columns(tmp_path):
    first, second = OF_YEAR[2019]
    rows = [["2019年主要指标"], ["指标", *CITIES], first, ["续表"], ["指标", *CITIES], second]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    panel = read_workbook(found.file, found.framework)
    assert panel.values[:, 0].tolist() == [[FIGURE[n, c, 2019] for n in NAMES] for c in CITIES]


DATED = {
    "below": [["指标", *(c for c in CITIES for _ in YEARS)], ["年份", *YEARS * 3], *CITIES_OVER_YEARS[2:]],
    "above": [["Year", *YEARS * 3], ["Indicator", *(c for c in CITIES for _ in YEARS)], *CITIES_OVER_YEARS[2:]],
    "as if merged": [["指标", *CITIES_OVER_YEARS[0][1:]], ["年份", *YEARS * 3], *CITIES_OVER_YEARS[2:]],
}


@pytest.mark.parametrize("name", DATED)
def test_a_row_of_years_among_the_indicators_dates_the_figures(tmp_path, name):
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": DATED[name]}))
    assert found.problems == () and [column.name for column in found.columns] == ["产值", "人口"]
    panel = read_workbook(found.file, found.framework)
    assert (panel.cities, panel.years) == (CITIES, YEARS)
    assert panel.values.tolist() == [[[FIGURE[n, c, y] for n in NAMES] for y in YEARS] for c in CITIES]


def test_a_row_of_one_year_among_the_indicators_dates_the_figures(tmp_path):
    rows = [["指标", *CITIES], ["年份", 2020, 2020, 2020], *OF_YEAR[2020]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert (found.years, found.unused) == ((2020,), ())
    assert [column.name for column in found.columns] == ["产值", "人口"]


@pytest.mark.parametrize(
    "title", [["表1", "单位：亿元", 2020], ["Table 1", "Key indicators", 2020], ["表1", *range(2020, 2060)]]
)
def test_what_stands_beside_a_title_is_above_no_column(tmp_path, title):
    rows = [title, ["指标", *CITIES], *OF_YEAR[2020]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert (found.problems, found.cities, found.unused) == ((), CITIES, ())
    cells = {column.name: [(city, cell.value) for city, _, cell in column.cells] for column in found.columns}
    assert cells == {n.partition("（")[0]: [(c, FIGURE[n, c, 2020]) for c in CITIES] for n in NAMES}


@pytest.mark.parametrize(
    "labels",
    [
        ("绝对数", "比上年增长(%)"),
        ("数值", "位次"),
        ("H1", "H2"),
        ("Male", "Female"),
        ("城镇", "农村"),
        ("Alpha", "Beta"),
    ],
)
def test_labels_below_years_are_places_only_where_they_show_it_or_are_declared(tmp_path, labels):
    rows = [
        ["指标", "2019年", None, "2020年", None],
        [None, *labels * 2],
        ["产值（亿元）", 1, 2, 3, 4],
        ["人口", 5, 6, 7, 8],
    ]
    path = write_workbook(tmp_path / "w.xlsx", {"s": rows})
    with pytest.raises(InputError, match="no sheet holds the figures"):
        recognise(path)
    found = recognise(path, Workbook(city="指标", orientation="columns"))
    assert (found.cities, found.years, found.problems) == (labels, YEARS, ())
    assert read_workbook(path, found.framework).values[:, :, 0].tolist() == [[1, 3], [2, 4]]
    unnamed = found.framework.workbook.model_copy(update={"city": None})
    panel = read_workbook(path, found.framework.model_copy(update={"workbook": unnamed}))
    assert panel.cities == labels  # those of the framework


@pytest.mark.parametrize("labels", [("绝对数", "比上年增长(%)"), ("数值", "位次"), ("甲市", "排名")])
def test_measures_across_are_no_places(tmp_path, labels):
    rows = [["指标", *labels], ["产值（亿元）", 1, 2], ["人口（万人）", 5, 6]]
    for sheet in (rows, [["2019年"], *rows, ["2020年"], *rows]):
        with pytest.raises(InputError, match="no sheet holds the figures"):
            recognise(write_workbook(tmp_path / "w.xlsx", {"s": sheet}))


def test_short_names_of_provinces_are_places(tmp_path):
    rows = [
        [{"甲市": "新疆", "乙市": "西藏", "丙市": "青海"}.get(cell, cell) for cell in row] for row in YEARS_OVER_CITIES
    ]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert (found.cities, found.years, found.problems) == (("新疆", "西藏", "青海"), YEARS, ())


AGAIN = [None, "Jia", "Yi", "Bing"]
SECOND = {
    "below": [["指标", *CITIES], AGAIN, *OF_YEAR[2020]],
    "above": [AGAIN, ["指标", *CITIES], *OF_YEAR[2020]],
    "a unit and a year": [[None, "单位：亿元", "2020年"], ["指标", *CITIES], *OF_YEAR[2020]],
    "groups": [[None, "东部", None, "西部"], ["指标", *CITIES], *OF_YEAR[2020]],
}


@pytest.mark.parametrize("name", SECOND)
def test_what_stands_above_or_below_names_across_is_left_unread_and_named(tmp_path, name):
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"2020": SECOND[name]}))
    assert (found.problems, found.cities, found.unused) == ((), CITIES, ())
    panel = read_workbook(found.file, found.framework)
    assert panel.values[:, 0].tolist() == [[FIGURE[n, c, 2020] for n in NAMES] for c in CITIES]
    told = next(notice.text() for notice in panel.notices if notice.key == "header_row")
    unread = [text for row in SECOND[name] if row[0] is None for text in row if text]
    assert all(text in told for text in unread)


@pytest.mark.parametrize("years", [(2020,), YEARS])
def test_a_last_row_of_few_texts_is_a_column(tmp_path, years):
    rows = [row for y in years for row in ([f"{y}年"], ["指标", *CITIES], *OF_YEAR[y], ["评级", "优"])]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert (found.problems, found.cities, [header for header, _ in found.unused]) == ((), CITIES, ["评级"])
    panel = read_workbook(found.file, found.framework)
    assert "cities_unread" not in {notice.key for notice in panel.notices}


def test_a_last_row_of_few_numbers_in_parentheses_is_a_column(tmp_path):
    rows = [row for y in YEARS for row in ([f"{y}年"], ["指标", *CITIES], *OF_YEAR[y], ["差额", f"({y})"])]
    path = write_workbook(tmp_path / "w.xlsx", {"s": rows[:5]})
    assert [header for header, _ in recognise(path).unused] == ["差额"]
    path = write_workbook(tmp_path / "w.xlsx", {"s": rows})
    found = recognise(path, Workbook(parentheses="negative"))
    assert (found.problems, found.cities, found.unused) == ((), CITIES, ())
    balance = read_workbook(path, found.framework).values[:, :, -1]
    assert balance[0].tolist() == [-2019, -2020] and np.isnan(balance[1:]).all()
