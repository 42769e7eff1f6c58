"""Reading a workbook: four layouts, one panel; and one broken workbook for every sentence, with its cell."""

import datetime
import re
import zipfile

import numpy as np
import pytest
import xlsxwriter
from numpy.testing import assert_array_equal
from openpyxl.worksheet.formula import ArrayFormula

import indexcalc as ic
from indexcalc.errors import InputError
from indexcalc.figures.panel import Source
from indexcalc.spec.framework import Workbook
from tests.conftest import build, make_framework, write_workbook
from tests.libreoffice import converted
from tests.strange_files import ods_rows, strict, write_ods, write_parts

NAN = np.nan
SOURCE_HEAD = ["indicator", "city", "year"]
HEAD = ["城市", "年份", "gdp", "人口"]
ROWS = [["北京", 2019, 10, 1], ["北京", 2020, 11, 2], ["上海", 2019, 12, 3], ["上海", 2020, 13, None]]


@pytest.fixture
def framework():
    """GDP in 亿元 and a derived ratio; population as a series; one optional series."""
    return make_framework(
        indicators={
            "gdp": {"name": {"zh": "生产总值", "en": "Output"}, "unit": "亿元"},
            "per_head": {
                "name": {"zh": "人均生产总值", "en": "Output per head"},
                "ratio": {"of": "gdp", "to": "people"},
            },
        },
        series={
            "people": {"name": {"zh": "人口", "en": "Population"}, "unit": "万人"},
            "trade": {"name": {"zh": "贸易", "en": "Trade"}, "unit": "%", "optional": True},
        },
        years=[2019, 2020],
        cities={"北京": {"en": "Beijing", "aliases": ["北京市"]}, "上海": {"en": "Shanghai"}},
    )


@pytest.fixture
def read(tmp_path, framework):
    """Write the sheets, read them back."""

    def reader(sheets, tweak=None, framework=framework):
        return ic.read_workbook(write_workbook(tmp_path / "w.xlsx", sheets, tweak), framework)

    return reader


def panel_sheet(*rows, head=HEAD):
    return {"panel": [head, *(rows or ROWS)]}


def changed(row, column, value):
    """The panel sheet with one cell replaced; row and column as in Excel (row 2 is the first of the figures)."""
    rows = [list(r) for r in [HEAD, *ROWS]]
    rows[row - 1]["ABCD".index(column)] = value
    return {"panel": rows}


def merge(book):
    book["panel"].merge_cells("C2:C3")


def hide_row(book):
    book["panel"].row_dimensions[3].hidden = True


def hide_column(book):
    book["panel"].column_dimensions["C"].hidden = True


def hide_sheet(book):
    book.create_sheet("front", 0)
    book["panel"].sheet_state = "hidden"


def sheets(**figures):
    """One sheet per indicator: cities down, years across."""
    return {
        name: [["城市", 2019, 2020], *([city, *row] for city, row in zip(("北京", "上海"), rows, strict=True))]
        for name, rows in figures.items()
    }


BOTH = sheets(gdp=[[10, 11], [12, 13]], people=[[1, 2], [3, None]])

YEARS = {
    "2019": [["城市", "gdp", "人口"], ["北京", 10, 1], ["上海", 12, 3]],
    "2020年": [["城市", "人口", "gdp"], ["北京", 2, 11], ["上海", None, 13]],
}
LONG_HEAD = ["城市", "年份", "指标", "数值"]
LONG = [
    *(["北京", year, "gdp", value] for year, value in ((2019, 10), (2020, 11))),
    *(["shanghai", year, "生产总值", value] for year, value in ((2019, 12), (2020, 13))),
    *(["北京", year, "Population", value] for year, value in ((2019, 1), (2020, 2))),
    *(["上海", year, "people", value] for year, value in ((2019, 3), (2020, None))),
]


def long_sheet(*rows, head=LONG_HEAD):
    return {"figures": [head, *(rows or LONG)]}


def said(panel, key):
    """What the notice of a key says."""
    return str(next(notice for notice in panel.notices if notice.key == key))


# key: (sheets, tweak, what is told after the file's name)
CASES = {
    "no_cells": ({"a": [], "b": [[None, " "]]}, None, ": the file is empty: no sheet holds anything"),
    "no_layout": (
        {"notes": [["hello"]]},
        None,
        r": no sheet holds the figures; found the sheets 'notes'\. Seen first: notes: hello\. Expected a header",
    ),
    "two_panels": (
        {**panel_sheet(), "copy": [HEAD, *ROWS]},
        None,
        ": several sheets look like the panel: 'panel', 'copy'",
    ),
    "two_layouts": (
        {**panel_sheet(), **BOTH},
        None,
        r": figures are in more than one layout: panel layout \(panel\); one sheet per indicator \(gdp, people\)\. ",
    ),
    "year_sheet_twice": (
        {**YEARS, "2019年": YEARS["2019"]},
        None,
        r", sheet '2019年': year 2019 already has a sheet \('2019'\)\. Keep one",
    ),
    "row_of_measure": (
        {
            **YEARS,
            "2019": [
                ["城市", "口径", "gdp", "人口"],
                ["北京", "总量", 10, 1],
                [None, "增速(%)", 5, 6],
                ["上海", None, 12, 3],
            ],
        },
        None,
        r", sheet '2019', cell B3: '增速\(%\)' says what is measured, not where or when, .*one name",
    ),
    "year_sheet_column": (
        {**YEARS, "2019": [row[:2] for row in YEARS["2019"]]},
        None,
        ", sheet '2019': column 'people' is missing here, but is on the sheets of other years",
    ),
    "year_sheet_city": (
        {**YEARS, "2020": [["gdp", "人口"], [1, 2]]},
        None,
        ", sheet '2020': the sheet is named after a year, but its first rows have no header for places",
    ),
    "empty_indicator": (
        long_sheet(*LONG, ["北京", 2019, None, 5]),
        None,
        ", sheet 'figures', cell C10: the indicator is empty",
    ),
    "unknown_indicator": (
        long_sheet(*LONG[1:], ["北京", 2019, "gpd", 5]),
        None,
        r", sheet 'figures', cell C9: 'gpd' is not an indicator or series of the framework\. Did you mean 'gdp'\?",
    ),
    "derived_rows": (
        long_sheet(*LONG, ["北京", 2019, "per_head", 5]),
        None,
        r", sheet 'figures', cell C10: 'per_head' is a derived indicator \('per_head'\)",
    ),
    "duplicate_figure": (
        long_sheet(*LONG, ["Beijing", 2019, "Output", 5]),
        None,
        r", sheet 'figures', cell C10: 'gdp' of Beijing \(北京\) 2019 appears twice \(first in row 2\)",
    ),
    "unknown_header": (
        panel_sheet(head=["城市", "年份", "gpd", "人口"]),
        None,
        r", sheet 'panel', cell C1: header 'gpd' is not an indicator or series of the framework\. Did you mean 'gdp'\?",
    ),
    "derived_header": (
        panel_sheet(head=["城市", "年份", "gdp", "人均生产总值"]),
        None,
        r", sheet 'panel', cell D1: header '人均生产总值' is a derived indicator \('per_head'\)",
    ),
    "empty_header": (
        panel_sheet(["北京", 2019, 1, 2, 7], head=HEAD),
        None,
        ", sheet 'panel', cell E1: found figures below an empty header",
    ),
    "header_twice": (
        panel_sheet(["北京", 2019, 1, 2, 3], head=[*HEAD, "Population"]),
        None,
        r", sheet 'panel', cell E1: 'people' is in two columns \(also D1\)",
    ),
    "merged_cells": (panel_sheet(), merge, ", sheet 'panel', cell C2: cells C2:C3 are merged"),
    "hidden_row": (panel_sheet(), hide_row, ", sheet 'panel': hidden rows: 3"),
    "hidden_column": (panel_sheet(), hide_column, ", sheet 'panel': column C is hidden"),
    "hidden_sheet": (panel_sheet(), hide_sheet, ", sheet 'panel': the sheet is hidden. Show it, or delete it"),
    "missing_column": (panel_sheet(["北京", 2019, 1], head=HEAD[:3]), None, r": 'people' \(Population\) is missing"),
    "unknown_city": (
        changed(2, "A", "北平市"),
        None,
        ", sheet 'panel', cell A2: city '北平市' is not in the framework. Did you",
    ),
    "empty_city": (changed(3, "A", None), None, ", sheet 'panel', cell A3: the city is empty"),
    "bad_year": (
        changed(3, "B", "2020?"),
        None,
        r", sheet 'panel', cell B3: year: found '2020\?', expected a year such as 2020",
    ),
    "unknown_year": (
        panel_sheet(["北京", 2031, 1, 2], ["上海", 2030, 1, 2]),
        None,
        r": found the years 2030, 2031, none of which is a year of the framework \(2019, 2020\)",
    ),
    "no_city_found": (
        panel_sheet(["成都", 2019, 1, 2], ["武汉", 2019, 1, 2]),
        None,
        r": none of the cities of the framework \(北京, 上海\) is in the workbook, which has '成都', '武汉'\.",
    ),
    "city_candidates": (
        {"panel": [["地区", *HEAD], *([row[0], *row] for row in ROWS)]},
        None,
        ", sheet 'panel': any of the columns '地区', '城市' could hold the places",
    ),
    "year_candidates": (
        {"panel": [[*HEAD[:2], "时间", *HEAD[2:]], *([*row[:2], row[1] - 1, *row[2:]] for row in ROWS)]},
        None,
        ", sheet 'panel': any of the columns '年份', '时间' could hold the years",
    ),
    "city_spellings": (
        panel_sheet(*ROWS[:3], ["上海市", 2020, 13, 4]),
        None,
        ", sheet 'panel', cell A5: '上海市' and '上海' look like one city in two spellings",
    ),
    "unit_in_header": (
        panel_sheet(head=["城市", "年份", "生产总值（万元）", "人口"]),
        None,
        ", sheet 'panel', cell C1: 'gdp': the header gives the unit '万元', the framework says '亿元'",
    ),
    "cell_mark": (
        changed(5, "C", "—"),
        None,
        r", sheet 'panel', cell C5 \(Shanghai, 2020\), 'gdp': found '—', a mark for a missing value",
    ),
    "duplicate_city_year": (
        changed(3, "B", 2019),
        None,
        r", sheet 'panel', cell A3: Beijing \(北京\) 2019 appears twice \(first in row 2\)",
    ),
    "duplicate_year_column": (
        {"gdp": [["城市", 2019, 2019], ["北京", 1, 2]], "people": [["城市", 2019], ["北京", 3]]},
        None,
        r", sheet 'gdp', cell C1: year 2019 appears twice \(first in column B\)",
    ),
    "cell_text": (
        changed(5, "C", "soon"),
        None,
        r", sheet 'panel', cell C5 \(Shanghai, 2020\), 'gdp': found 'soon', expected a number\. Leave the cell empty",
    ),
    "cell_number_within": (
        changed(5, "C", "117万元"),
        None,
        r", sheet 'panel', cell C5 \(Shanghai, 2020\), 'gdp': found '117万元', expected a number alone\. Write only",
    ),
    "cell_text_number": (
        changed(5, "C", "1,234.5"),
        None,
        r", sheet 'panel', cell C5 \(Shanghai, 2020\), 'gdp': found '1,234\.5', a number stored as text",
    ),
    "cell_error": (
        changed(4, "D", "#DIV/0!"),
        None,
        r", sheet 'panel', cell D4 \(Shanghai, 2019\), 'people': found the error #DIV/0!",
    ),
    "cell_formula": (
        changed(4, "D", "=C4/4"),
        None,
        r", sheet 'panel', cell D4 \(Shanghai, 2019\), 'people': found the formula =C4/4 without a stored value",
    ),
    "cell_kind": (
        changed(4, "C", datetime.datetime(2019, 1, 5)),
        None,
        r", sheet 'panel', cell C4 \(Shanghai, 2019\), 'gdp': found the date 2019-01-05, expected a number",
    ),
    "unit_differs": (
        panel_sheet(["单位", None, "万元", "万人"], *ROWS),
        None,
        ", sheet 'panel', cell C2: 'gdp': the unit row says '万元', the framework says '亿元'",
    ),
}
PANELS = {"一": [HEAD[:3], *(row[:3] for row in ROWS)], "二": [HEAD[:3], ROWS[0][:3]]}
NOTICES = {
    "header_of_two": (
        {"panel": [["城市", "年份", "经济", None], [None, None, "gdp", "人口"], *ROWS]},
        r"Sheet 'panel': rows 1, 2 are the header; the upper one groups the columns: 经济\.",
    ),
    "read_layout": (
        panel_sheet(),
        r"Read .*w\.xlsx: panel layout, sheet 'panel' \(cities: 2, years: 2, columns: 2\)\.",
    ),
    "sheets_unread": ({**panel_sheet(), "notes": [["x"]], "more": []}, r"Sheets not read: notes, more\."),
    "city_unheaded": (
        panel_sheet(head=[None, *HEAD[1:]]),
        r"Sheet 'panel': the places are those of the first column, which has no header\.",
    ),
    "header_row": (
        {"panel": [["表1"], ["单位：亿元"], HEAD, *ROWS]},
        r"Sheet 'panel': row 3 is the header; the rows above are not read: '表1', '单位：亿元'\.",
    ),
    "rows_unread": (
        panel_sheet(*ROWS, ["注：年鉴"]),
        r"Rows without figures are not read \(1\): 'panel' 6 '注：年鉴'\.",
    ),
    "columns_unread": (
        panel_sheet(*([*row, 7] for row in ROWS), head=[*HEAD, "邮编"]),
        r"Columns of the workbook that the YAML does not list are not read \(1\): '邮编'\.",
    ),
    "cities_unread": (
        panel_sheet(*ROWS, ["成都", 2019, 1, 2], ["合计", 2019, 1, 2]),
        r"Cities of the workbook that the YAML does not list are not read \(2\): 成都, 合计\.",
    ),
    "years_unread": (panel_sheet(*ROWS, ["北京", 2018, 1, 2]), r"Years of the workbook .* not read \(1\): 2018\."),
    "absent_city_years": (panel_sheet(*ROWS[:3]), "No row for 上海 2020: "),
    "sources_passed_over": (
        {
            **panel_sheet(),
            "sources": [SOURCE_HEAD, ["gpd", "北京", 2019], ["gdp", "成都", 2019], ["gdp", "北京", "soon"]],
        },
        r"Rows of the sheet 'sources' .* are ignored \(3 in all\): gpd 北京 2019; gdp 成都 2019; gdp 北京 soon\.",
    ),
    "sources_twice": (
        {**panel_sheet(), "来源": [SOURCE_HEAD, *[["gdp", "北京", 2019]] * 3, [None, None, None]]},
        r"Rows of the sheet '来源' that repeat an earlier one replace it \(2 in all\): gdp 北京 2019\.",
    ),
}


@pytest.mark.parametrize("key", CASES)
def test_one_broken_workbook_for_every_sentence(read, key):
    """The sentence, its sheet and cell, and the same in Chinese with every fact filled in."""
    broken, tweak, told = CASES[key]
    with pytest.raises(InputError, match=rf"w\.xlsx{told}") as refused:
        read(broken, tweak)
    keys = [problem.key for problem in refused.value.problems]
    assert keys == [key] or (keys == [key, "missing_column"] and key.endswith("_header")), str(refused.value)
    chinese = refused.value.text("zh")
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert not re.search(r"\{[a-z_]+\}", chinese)


@pytest.mark.parametrize("key", NOTICES)
def test_what_the_reader_should_know_is_a_notice(read, key):
    good, told = NOTICES[key]
    notice = next(notice for notice in read(good).notices if notice.key == key)
    assert re.search(told, str(notice))
    assert notice.text("zh")


def test_problems_of_the_whole_workbook_are_told_at_once(read):
    rows = [["北京", "20l9", 1, 2], ["北京是", 2020, 3, 4], ["上海", 2019, "?", "7"], ["上海", 2019, 5, "#N/A"]]
    with pytest.raises(InputError, match="B2") as refused:
        read(panel_sheet(*rows, head=["城市", "年份", "gdp", "人口"]), hide_row)
    found = [problem.key for problem in refused.value.problems]
    assert found == ["hidden_row", "bad_year", "cell_text", "cell_text_number", "duplicate_city_year", "unknown_city"]


def test_a_workbook_that_is_not_there(tmp_path, framework):
    with pytest.raises(InputError, match=r"nowhere\.xlsx: the file does not exist"):
        ic.read_workbook(tmp_path / "nowhere.xlsx", framework)


def not_a_zip(path):
    path.write_bytes(b"city,year\n")
    return path


def a_web_page(path):
    path = path.with_suffix(".xls")
    path.write_bytes("\n<html><table><tr><td>城市</td></tr></table></html>".encode("gb18030"))
    return path


def an_old_xls(path):
    path = path.with_suffix(".xls")
    path.write_bytes(b"\xd0\xcf\x11\xe0")
    return path


def a_folder(path):
    path.mkdir()
    return path


def an_empty_zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no workbook")
    return path


def damaged(member):
    """A good workbook, one member of which is cut off in the middle."""

    def make(path):
        write_workbook(path, panel_sheet())
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        members[member] = members[member][: len(members[member]) // 2]
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return path

    return make


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (not_a_zip, "workbook_unknown"),
        (a_web_page, "workbook_page"),
        (an_old_xls, "workbook_unknown"),
        (a_folder, "not_a_file"),
        (an_empty_zip, "workbook_damaged"),
        (damaged("xl/worksheets/sheet1.xml"), "workbook_damaged"),
        (damaged("xl/workbook.xml"), "workbook_damaged"),
        (damaged("xl/styles.xml"), "workbook_damaged"),
    ],
    ids=["no zip", "web page", "xls", "folder", "empty zip", "damaged sheet", "damaged workbook", "damaged styles"],
)
def test_what_cannot_be_opened_is_told_in_a_sentence(tmp_path, framework, make, key):
    """Never in a traceback, nor in the words of a library."""
    path = make(tmp_path / "w.xlsx")
    with pytest.raises(InputError, match=rf"^\S*{path.name}: ") as refused:
        ic.read_workbook(path, framework)
    assert [problem.key for problem in refused.value.problems] == [key]


# --- two layouts, one panel -----------------------------------------------------------------------------------------


def test_the_panel_layout(read):
    panel = read(panel_sheet())
    assert (panel.cities, panel.years, panel.codes) == (("北京", "上海"), (2019, 2020), ("gdp", "people", "trade"))
    assert_array_equal(panel.series("gdp"), [[10, 11], [12, 13]])
    assert_array_equal(panel.series("people"), [[1, 2], [3, NAN]])
    assert panel.present.all()
    assert panel.cells["gdp", "上海", 2020] == ("panel", "C5")
    assert ("people", "上海", 2020) not in panel.cells


def test_one_sheet_per_indicator_gives_the_same_panel(read):
    panel, other = read(panel_sheet()), read(BOTH)
    assert (other.cities, other.years, other.codes) == (panel.cities, panel.years, panel.codes)
    assert_array_equal(other.values, panel.values)
    assert_array_equal(other.origin, panel.origin)
    assert_array_equal(other.present, panel.present)
    assert other.cells["gdp", "上海", 2020] == ("gdp", "C3")
    assert "one sheet per indicator" in str(other.notices[0])


@pytest.mark.parametrize(
    ("layout", "named_en", "named_zh"),
    [
        (YEARS, "one sheet per year", "每年一张工作表"),
        (long_sheet(), r"long layout, sheet 'figures' \(a row per figure\)", "长表布局，工作表“figures”"),
    ],
)
def test_the_other_layouts_give_the_same_panel_and_are_named(read, layout, named_en, named_zh):
    panel, expected = read(layout), read(panel_sheet())
    assert_array_equal(panel.values, expected.values)
    assert_array_equal(panel.present, expected.present)
    assert re.search(rf"w\.xlsx: {named_en} \(cities: 2, years: 2, columns: 2\)\.", str(panel.notices[0]))
    assert named_zh in panel.notices[0].text("zh")


def test_figures_of_every_layout_remember_their_cell(read):
    assert read(YEARS).cells["gdp", "北京", 2020] == ("2020年", "C2")
    assert read(long_sheet()).cells["people", "上海", 2019] == ("figures", "D8")


def test_a_year_sheet_may_have_a_row_of_units(read):
    units = {
        title: [rows[0], ["单位", *({"gdp": "亿元"}.get(h, "万人") for h in rows[0][1:])], *rows[1:]]
        for title, rows in YEARS.items()
    }
    assert_array_equal(read(units).values, read(YEARS).values)
    units["2019"][1][1] = "万元"
    with pytest.raises(InputError, match="sheet '2019', cell B2: 'gdp': the unit row says '万元'"):
        read(units)


def test_a_year_sheet_of_a_year_that_is_not_meant_is_left_unread(read):
    panel = read({**YEARS, "2031": YEARS["2019"]})
    assert_array_equal(panel.values, read(YEARS).values)
    assert "not read (1): 2031." in said(panel, "years_unread")


def test_a_city_twice_on_a_year_sheet(read):
    doubled = {**YEARS, "2019": [*YEARS["2019"], ["北京市", 1, 2]]}
    with pytest.raises(
        InputError, match=r"sheet '2019', cell A4: Beijing \(北京\) 2019 appears twice \(first in row 2\)"
    ):
        read(doubled)


def test_a_long_sheet_may_carry_units_and_sources(read):
    head = ["city", "year", "code", "value", "unit", "source", "note", "flag"]
    rows = [[*row, {"gdp": "亿元", "生产总值": "亿元"}.get(row[2], "万人"), "年鉴", "初步", "B"] for row in LONG]
    panel = read(long_sheet(*rows, head=head))
    assert panel.sources["gdp", "北京", 2019] == Source("年鉴", "初步", "B")
    rows[1][4] = "万元"
    with pytest.raises(InputError, match="sheet 'figures', cell E3: 'gdp': the unit row says '万元'"):
        read(long_sheet(*rows, head=head))


def test_a_long_sheet_may_be_broken_too(read):
    rows = [
        ["北京", "20l9", "gdp", 1],
        ["北京是", 2019, "gdp", 1],
        ["上海", 2019, "gdp", "?"],
        ["上海", 2020, "people", 1],
    ]
    with pytest.raises(InputError, match=r"cell D4 \(Shanghai, 2019\), 'gdp': found '[?]'") as refused:
        read(long_sheet(*rows))
    assert [problem.key for problem in refused.value.problems] == ["bad_year", "cell_text", "unknown_city"]


def test_both_layouts_give_the_same_index(read, framework):
    choices = {"imputation": "linear"}
    first, second = (build(read(layout), framework, **choices) for layout in (panel_sheet(), BOTH))
    assert_array_equal(first.scores, second.scores)


@pytest.mark.parametrize(
    "head",
    [
        ["城市", "年份", "gdp", "people"],
        ["城市", "年份", "生产总值", "人口"],
        ["city", "year", "Output", "Population"],
        ["City", "YEAR", "GDP", "POPULATION"],
        ["城市", "年度", " 生产总值 ", "Population"],
        ["城市", "年", "output", "人口"],
    ],
)
def test_headers_are_codes_or_names_in_either_language(read, head):
    assert_array_equal(read(panel_sheet(head=head)).values, read(panel_sheet()).values)


@pytest.mark.parametrize("names", [("生产总值", "人口"), ("Output", "population"), (" gdp", "People")])
def test_sheet_names_are_codes_or_names_in_either_language(read, names):
    renamed = dict(zip(names, BOTH.values(), strict=True))
    assert_array_equal(read(renamed).values, read(BOTH).values)


def test_the_order_of_rows_and_columns_does_not_matter(read):
    turned = [[row[3], row[1], row[0], row[2]] for row in [HEAD, *reversed(ROWS)]]
    assert_array_equal(read({"panel": turned}).values, read(panel_sheet()).values)


@pytest.mark.parametrize("spelling", ["北京市", "Beijing", "beijing", " 北京 ", "BEIJING"])
def test_a_city_may_be_spelled_by_its_aliases(read, spelling):
    rows = [[spelling if row[0] == "北京" else row[0], *row[1:]] for row in ROWS]
    assert read(panel_sheet(*rows)).cities == ("北京", "上海")


def test_a_city_spelled_two_ways_is_one_city(read):
    """北京 2019 and 北京市 2019 are one city-year twice."""
    with pytest.raises(InputError, match=r"cell A3: Beijing \(北京\) 2019 appears twice \(first in row 2\)"):
        read(panel_sheet(["北京", 2019, 1, 2], ["北京市", 2019, 3, 4]))


@pytest.mark.parametrize("label", ["单位", "unit", "Units", None])
def test_a_unit_row_is_passed_over(read, label):
    """Brackets, spaces and the width of the percent sign do not count."""
    sheet = panel_sheet(
        [label, None, "（亿元）", "[ 万人 ]", "％"], *[[*row, 5] for row in ROWS], head=[*HEAD, "trade"]
    )
    panel = read(sheet)
    assert_array_equal(panel.series("gdp"), [[10, 11], [12, 13]])
    assert panel.cells["gdp", "北京", 2019] == ("panel", "C3")


def test_a_first_row_with_figures_but_without_city_and_year_is_no_unit_row(read, framework):
    """Its figures must not vanish because the column has no declared unit to hold against them."""
    unitless = make_framework(indicators={"gdp": {}}, series={"people": {"name": "人口"}})
    with pytest.raises(InputError, match="cell A2: the city is empty"):
        read(panel_sheet([None, None, 10, 1], *ROWS[1:]), framework=unitless)


def test_empty_rows_are_passed_over(read):
    assert_array_equal(read(panel_sheet(*ROWS[:2], [], [], *ROWS[2:])).values, read(panel_sheet()).values)


def test_a_row_without_figures_is_present(read):
    panel = read(panel_sheet(*ROWS[:3], ["上海", 2020, None, None]))
    assert panel.present.all()
    assert np.isnan(panel.series("gdp")[1, 1])


def test_an_optional_series_may_be_left_out_and_a_required_one_not(read):
    assert np.isnan(read(panel_sheet()).series("trade")).all()
    with pytest.raises(InputError, match=r"'gdp' \(Output\) is missing: no column or sheet has its code or name"):
        read(panel_sheet(["北京", 2019, 2], head=["城市", "年份", "人口"]))


def test_an_indicator_of_weight_0_may_be_left_out(read):
    framework = make_framework(indicators={"gdp": {}, "out": {"weight": 0}}, series={"people": {"name": "人口"}})
    assert np.isnan(read(panel_sheet(), framework=framework).series("out")).all()


def test_cities_and_years_that_are_not_declared_are_those_of_the_workbook(read):
    framework = make_framework(indicators={"gdp": {}}, series={"people": {"name": "人口"}})
    panel = read(panel_sheet(["乙", 2021, 1, 2], ["甲", 2019, 3, 4]), framework=framework)
    assert panel.cities == ("乙", "甲")
    assert panel.years == (2019, 2021)


def test_declared_cities_without_a_row_stay_without_figures(read):
    panel = read(panel_sheet(*ROWS[:2]))
    assert panel.cities == ("北京", "上海")
    assert_array_equal(panel.present, [[True, True], [False, False]])


def test_zero_is_a_figure_and_empty_is_missing(read):
    panel = read(changed(2, "C", 0))
    assert panel.series("gdp")[0, 0] == 0.0
    assert np.isnan(panel.series("people")[1, 1])


# --- cells ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["1,5", "12人", "true", "1-2", "1 23", "inf", "約3"])
def test_text_is_never_guessed(read, value):
    with pytest.raises(
        InputError,
        match=r"cell C2 \(Beijing, 2019\), 'gdp': found '.*', expected a number"
        r"(?: alone\. Write only the number|\. Leave the cell)",
    ):
        read(changed(2, "C", value))


@pytest.mark.parametrize(
    "value", ["12", "1.5", " 7 ", "1,234", "1，234", "-3", "1e3", "85%", "1 234", "１０９", "12亿元"]
)
def test_numbers_stored_as_text_are_told_as_such(read, value):
    with pytest.raises(InputError, match=r"cell C2 \(Beijing, 2019\), 'gdp': found '.*', a number stored as text"):
        read(changed(2, "C", value))


@pytest.mark.parametrize("mark", ["—", "…", "n/a", "暂无", " ", "nan", "-"])
def test_marks_for_missing_values_are_told_as_such(read, mark):
    with pytest.raises(InputError, match=r"cell C2 \(Beijing, 2019\), 'gdp': found '.*', a mark for a missing value"):
        read(changed(2, "C", mark))


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
def test_error_cells_are_told_as_such(read, error):
    with pytest.raises(
        InputError, match=rf"cell C2 \(Beijing, 2019\), 'gdp': found the error {re.escape(error)}, expected"
    ):
        read(changed(2, "C", error))


def test_truth_values_are_no_numbers(read):
    with pytest.raises(InputError, match=r"found true, expected a number"):
        read(changed(2, "C", True))


@pytest.mark.parametrize(
    ("year", "told"),
    [(None, "读到空值"), (True, "读到逻辑值true")],
)
def test_what_was_found_instead_of_a_year_is_said_in_words(read, year, told):
    with pytest.raises(InputError) as refused:
        read(changed(3, "B", year))
    assert f"年份：{told}，应为年份" in refused.value.text("zh")


@pytest.mark.parametrize("cell", ["A3", "B3"])
def test_a_label_that_is_a_formula_without_a_value_is_not_called_empty(read, cell):
    with pytest.raises(InputError, match=rf"cell {cell}: found the formula =Z9 without a stored value") as refused:
        read(changed(3, cell[0], "=Z9"))
    assert len(refused.value.problems) == 1


@pytest.mark.parametrize("year", [2020.5, "20", 20, 1e300, "二〇二〇", "①", True, None])
def test_what_is_no_year_is_refused(read, year):
    with pytest.raises(InputError, match=r"cell B3: year: found .*, expected a year such as 2020"):
        read(changed(3, "B", year))


@pytest.mark.parametrize(
    "year", ["2020", "2020年", " ２０２０ 年度", "2020.0", datetime.datetime(2020, 12, 31), "2020-12-31", "2020/1/1"]
)
def test_years_as_text_and_dates_are_read(read, year):
    assert_array_equal(read(changed(3, "B", year)).values, read(panel_sheet()).values)


def test_an_unusual_year_is_read_where_the_yaml_lists_it(read):
    framework = make_framework(indicators={"gdp": {}}, series={"people": {"name": "人口"}}, years=[19, 20])
    panel = read(panel_sheet(["甲", 19, 1, 2], ["甲", 20, 3, 4]), framework=framework)
    assert_array_equal(panel.series("gdp"), [[1, 3]])


def test_a_year_stored_as_a_decimal_is_a_year(read):
    assert_array_equal(read(changed(3, "B", 2020.0)).values, read(panel_sheet()).values)


def test_an_array_formula_without_a_stored_value(read):
    def tweak(book):
        book["panel"]["C2"] = ArrayFormula("C2:C2", "=SUM(D2:D3)")

    with pytest.raises(InputError, match=r"cell C2 .*found the formula =SUM\(D2:D3\) without a stored value"):
        read(panel_sheet(), tweak)


def formulas(path, stored):
    """A workbook as Excel leaves it: formulas with their values beside them."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("panel")
        for row, values in enumerate([HEAD, *ROWS]):
            sheet.write_row(row, 0, values)
        sheet.write_formula(1, 2, "=5*2", None, stored)
    return path


def test_a_formula_with_its_value_is_a_number(tmp_path, framework):
    panel = ic.read_workbook(formulas(tmp_path / "w.xlsx", 10), framework)
    assert panel.series("gdp")[0, 0] == 10.0


def test_a_formula_that_gives_an_error(tmp_path, framework):
    with pytest.raises(InputError, match=r"cell C2 \(Beijing, 2019\), 'gdp': found the error #DIV/0!"):
        ic.read_workbook(formulas(tmp_path / "w.xlsx", "#DIV/0!"), framework)


def test_a_formula_that_gives_text(tmp_path, framework):
    with pytest.raises(InputError, match=r"cell C2 \(Beijing, 2019\), 'gdp': found 'soon', expected a number"):
        ic.read_workbook(formulas(tmp_path / "w.xlsx", "soon"), framework)


# --- the sheet as a whole -------------------------------------------------------------------------------------------


def test_a_misspelt_indicator_sheet_is_told_and_not_passed_over(read):
    misspelt = {"gdp": BOTH["gdp"], "peopel": BOTH["people"]}
    with pytest.raises(
        InputError, match=r"(?s)sheet 'peopel': header 'peopel' .*Did you mean 'people'.*'people' .*missing"
    ):
        read(misspelt)


def test_the_same_indicator_on_two_sheets(read):
    with pytest.raises(InputError, match=r"sheet '生产总值': 'gdp' is in two columns \(also sheet 'gdp'\)"):
        read({**BOTH, "生产总值": BOTH["gdp"]})


def test_a_city_twice_on_an_indicator_sheet(read):
    doubled = {**BOTH, "gdp": [*BOTH["gdp"], ["北京市", 1, 2]]}
    with pytest.raises(InputError, match=r"sheet 'gdp', cell A4: Beijing \(北京\) +appears twice \(first in row 2\)"):
        read(doubled)


def test_figures_below_an_empty_year_header_are_told(read):
    """As in the panel layout: they must not vanish."""
    gap = {**BOTH, "gdp": [["城市", 2019, None], ["北京", 10, 11], ["上海", 12, 13]]}
    with pytest.raises(InputError, match="sheet 'gdp', cell C1: found figures below an empty header"):
        read(gap)


def test_an_indicator_sheet_may_be_broken_too(read):
    broken = {**BOTH, "gdp": [["城市", 2019, "20l0"], ["北京是", 1, 2], [None, 3, 4], ["上海", "?", 5]]}
    with pytest.raises(InputError, match=r"cell C1: year: found '20l0'") as refused:
        read(broken)
    assert [problem.key for problem in refused.value.problems] == [
        "bad_year",
        "empty_city",
        "cell_text",
        "unknown_city",
    ]


def test_hidden_columns_beyond_the_figures_are_nobodys_business(read):
    """People hide all unused columns, F to XFD; as with rows, only what is computed must be seen."""

    def tweak(book):
        book["panel"].column_dimensions.group("F", "XFD", hidden=True)

    assert_array_equal(read(panel_sheet(), tweak).values, read(panel_sheet()).values)


def test_hidden_rows_below_the_figures_are_nobodys_business(read):
    def tweak(book):
        book["panel"].row_dimensions[900].hidden = True

    assert_array_equal(read(panel_sheet(), tweak).values, read(panel_sheet()).values)


def test_a_hidden_group_of_columns_among_the_figures_is_told(read):
    def tweak(book):
        book["panel"].column_dimensions.group("C", "D", hidden=True)

    with pytest.raises(InputError, match="column C is hidden"):
        read(panel_sheet(), tweak)


@pytest.mark.parametrize("declared", [True, False])
def test_line_breaks_and_tabs_in_names_are_blanks(read, declared):
    """Alt+Enter in a cell of Excel: what is drawn and compared has one line."""
    cities = {"上海 浦东": {}, "北京": {}} if declared else {}
    framework = make_framework(indicators={"a": {"name": "total output\n"}}, cities=cities)
    rows = [["城市", "年份", "total\noutput"], ["上海\r\n浦东", 2020, 1], [" 北京\t", 2020, 2]]
    assert read({"panel": rows}, framework=framework).cities == ("上海 浦东", "北京")


# --- sources --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("来源", ["指标", "城市", "年份", "来源", "说明", "标记"]),
        ("sources", ["indicator", "city", "year", "source", "note", "flag"]),
        ("Sources", ["Code", "City", "Year", "Source", "Note", "Flag"]),
    ],
)
def test_the_sources_sheet(read, name, head):
    first = "gdp" if head[0] == "Code" else "生产总值"
    rows = [
        [first, "北京市", 2019, "https://example.org", "p. 7", "minor: rounded"],
        [first, "上海", 2020, "yearbook", None, None],
        ["unknown", "北京", 2019, "x", None, None],
        [first, "成都", 2019, "x", None, None],
        [first, "北京", "soon", "x", None, None],
    ]
    panel = read({**panel_sheet(), name: [head, *rows]})
    assert panel.sources == {
        ("gdp", "北京", 2019): Source("https://example.org", "p. 7", "minor: rounded"),
        ("gdp", "上海", 2020): Source("yearbook", "", ""),
    }
    assert not [notice for notice in panel.notices if notice.key == "sheets_unread"]


def test_a_workbook_without_sources(read):
    assert read(panel_sheet()).sources == {}


# --- what no figure can be ------------------------------------------------------------------------------------------


def read_csv(tmp_path, framework, *lines):
    path = tmp_path / "w.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return ic.read_workbook(path, framework)


@pytest.mark.parametrize(
    ("line", "key", "cell"),
    [
        ("北京,2019," + "9" * 400 + ",2", "cell_not_finite", "C2"),
        ("北京,2019,-1e999,2", "cell_not_finite", "C2"),
        ("北京,1e999,1,2", "bad_year", "B2"),
        ("北京,1e300,1,2", "bad_year", "B2"),
        ("北京,①,1,2", "bad_year", "B2"),
        ("北\x02京,2019,1,2", "control_character", "A2"),
        (",,,,", None, None),
    ],
)
def test_strange_cells_are_refused_by_cell(tmp_path, framework, line, key, cell):
    lines = ("城市,年份,gdp,people", line, "上海,2020,3,4")
    if key is None:
        assert read_csv(tmp_path, framework, *lines).cities == ("北京", "上海")
        return
    with pytest.raises(InputError) as refused:
        read_csv(tmp_path, framework, *lines)
    found = next(problem for problem in refused.value.problems if problem.key == key)
    assert found.place[1]["cell"] == cell
    assert "\x02" not in found.text("en") + found.text("zh")


def test_a_note_in_a_row_that_ends_before_the_city_is_no_traceback(tmp_path, framework):
    lines = ("年份,城市,gdp,people", "2019,北京,1,2", "注：来源")
    notices = read_csv(tmp_path, framework, *lines).notices
    assert [notice.facts["rows"] for notice in notices if notice.key == "rows_unread"] == ["'w' 3 '注：来源'"]


def test_a_circled_year_among_the_sources_is_passed_over(read):
    panel = read({**panel_sheet(), "sources": [SOURCE_HEAD, ["gdp", "北京", "①"]]})
    assert "sources_passed_over" in {notice.key for notice in panel.notices}


def test_a_panel_has_bounds(tmp_path):
    """Ten thousand cities of a year each would want a place for every pair of them."""
    framework = make_framework(indicators={"x": {}})
    years = ["city,year,x", *(f"c{i},{1000 + i},1" for i in range(1001))]
    with pytest.raises(InputError, match="1001 years are named; at most 1000"):
        read_csv(tmp_path, framework, *years)
    pairs = ["city,year,x", *(f"c{i},{1000 + i % 999},1" for i in range(21_000))]
    with pytest.raises(InputError, match=r"21000 cities, 999 years and 1 columns make 20,979,000 figures"):
        read_csv(tmp_path, framework, *pairs)


def test_what_a_kind_of_file_does_not_show_is_told_once(tmp_path, framework):
    path = write_ods(tmp_path / "w.ods", ods_rows([["城市", "年份", "gdp", "people"], ["北京", 2019, 1, 2]]))
    notices = ic.read_workbook(path, framework).notices
    assert [notice.key for notice in notices].count("cells_only") == 1


def test_the_telling_of_problems_has_an_end(tmp_path, framework):
    framework = make_framework(indicators={"gdp": {}, "people": {}})
    lines = ["城市,年份,gdp,people", *(f"成都{i},2019,p,q" for i in range(50_000))]
    with pytest.raises(InputError) as refused:
        read_csv(tmp_path, framework, *lines)
    assert [problem.key for problem in refused.value.problems] == ["cell_text", "cell_text", "bound_problems"]


# --- people's own workbooks -----------------------------------------------------------------------------------------


@pytest.fixture
def loose():
    """The two columns without declared cities and years."""
    return make_framework(
        indicators={"gdp": {"name": {"zh": "生产总值", "en": "Output"}, "unit": "亿元"}},
        series={"people": {"name": {"zh": "人口", "en": "Population"}, "unit": "μg/m³"}},
    )


@pytest.mark.parametrize(
    "city", ["地区", "省份", "城市名称", "地级市", "省 市", "Region", "COUNTRY", "province", "area", "unit"]
)
@pytest.mark.parametrize("year", ["年度", "时间", "Year", "date"])
def test_headers_of_places_and_years_are_known(read, loose, city, year):
    rows = panel_sheet(head=[city, year, "gdp", "人口"])
    assert_array_equal(read(rows, framework=loose).values, read(panel_sheet(), framework=loose).values)


def test_a_header_that_the_framework_names_is_its_own(read):
    """`region` is an indicator here, and `city` the places."""
    framework = make_framework(indicators={"region": {}})
    panel = read({"panel": [["region", "city", "year"], [5, "甲", 2019]]}, framework=framework)
    assert panel.series("region").tolist() == [[5.0]]


def test_of_two_columns_of_places_the_one_that_can_be_them_is_taken(read, loose):
    """Every year names the province twice, the city once."""
    rows = [["省份", *HEAD], *(["某省", *row] for row in ROWS)]
    assert read({"panel": rows}, framework=loose).cities == ("北京", "上海")


@pytest.mark.parametrize("column", ["A", "C"])
def test_a_note_below_the_table_may_stand_in_any_column(read, column):
    rows = panel_sheet(*ROWS, [None] * "ABC".index(column) + ["注：数据来源于年鉴。"])
    if column == "C":  # the note would be a figure without a city
        with pytest.raises(InputError, match="cell A6: the city is empty"):
            read(rows)
    else:
        assert_array_equal(read(rows).values, read(panel_sheet()).values)


def test_notes_in_year_and_indicator_sheets(read):
    noted = {title: [*rows, ["注：数据来源于年鉴。"]] for title, rows in YEARS.items()}
    assert_array_equal(read(noted).values, read(YEARS).values)
    noted = {title: [*rows, ["资料来源：年鉴"]] for title, rows in BOTH.items()}
    assert_array_equal(read(noted).values, read(BOTH).values)


@pytest.mark.parametrize("layout", [panel_sheet(), BOTH, YEARS, long_sheet()], ids=["panel", "sheets", "years", "long"])
def test_title_rows_stand_above_the_header_in_every_layout(read, layout):
    titled = {title: [["表2-1 主要指标"], [], *rows] for title, rows in layout.items()}
    panel = read(titled)
    assert_array_equal(panel.values, read(layout).values)
    assert "row 3 is the header" in said(panel, "header_row")


def test_serial_numbers_and_blank_tails_are_passed_over(read):
    rows = [[None, *HEAD, None], *([i, *row, " "] for i, row in enumerate(ROWS, start=1)), [" "] * 6]
    assert_array_equal(read({"panel": rows}).values, read(panel_sheet()).values)
    numbered = {
        title: [["序号", *rows[0]], *([i, *row] for i, row in enumerate(rows[1:], start=1))]
        for title, rows in BOTH.items()
    }
    assert_array_equal(read(numbered).values, read(BOTH).values)


@pytest.mark.parametrize(
    "head", ["生产总值（亿元）", "Output (亿元)", "gdp [亿元]", "生产总值(单位：亿元)", "GDP 【 亿元 】"]
)
def test_a_unit_may_stand_in_brackets_in_the_header(read, head):
    assert_array_equal(read(panel_sheet(head=["城市", "年份", head, "人口"])).values, read(panel_sheet()).values)


@pytest.mark.parametrize("unit", ["微克/立方米", "µg/m³", "ug/m3", "μg/m^3", "（微克／立方米）", "微克每立方米"])
def test_equal_units_may_be_spelled_otherwise(read, loose, unit):
    panel = read(panel_sheet(["单位", None, "亿元", unit], *ROWS), framework=loose)
    assert panel.series("people")[0, 0] == 1.0


def test_totals_are_no_cities_unless_they_are_listed(read, loose):
    rows = panel_sheet(*ROWS, ["全省合计", 2019, 22, 4], ["全省合计", 2020, 24, 4])
    with pytest.raises(
        InputError, match=r"2 cells \(A6, A7\): '全省合计' is a total, a mean or a group of places"
    ) as refused:
        read(rows, framework=loose)
    assert [problem.key for problem in refused.value.problems] == ["total_row"]
    with pytest.raises(InputError, match=r"cell A2: '东部地区' is a total, a mean or a group of places"):
        read(panel_sheet(["东部地区", 2019, 1, 2], ["北京", 2019, 1, 2], ["天津", 2019, 3, 2]), framework=loose)
    with pytest.raises(InputError, match=r"cell A3: '四川省' is a total, a mean or a group of places"):
        cities = (["成都市", 2019, 1, 2], ["四川省", 2019, 5, 9], ["绵阳市", 2019, 3, 2], ["宜宾市", 2019, 2, 2])
        read(panel_sheet(*cities), framework=loose)
    provinces = panel_sheet(["四川省", 2019, 1, 2], ["河北省", 2019, 5, 9], ["北京市", 2019, 3, 2])
    assert len(read(provinces, framework=loose).cities) == 3
    listed = make_framework(indicators={"gdp": {}}, cities=["北京", "全省合计"])
    assert read(rows, framework=listed).cities == ("北京", "全省合计")


@pytest.mark.parametrize(("declared", "written"), [("合肥", "合肥市"), ("合肥市", "合肥"), ("吉林省", "吉林")])
def test_a_suffix_does_not_make_another_city(read, declared, written):
    framework = make_framework(indicators={"gdp": {}}, cities=[declared])
    assert read(panel_sheet([written, 2019, 1, 2]), framework=framework).series("gdp").tolist() == [[1.0]]


def test_another_suffix_is_another_city(read):
    framework = make_framework(indicators={"gdp": {}}, cities=["吉林省"])
    panel = read(panel_sheet(["吉林市", 2019, 1, 2], ["吉林省", 2019, 3, 4]), framework=framework)
    assert panel.series("gdp").tolist() == [[3.0]]


def test_two_spellings_of_one_city_are_refused_where_no_city_is_declared(read, loose):
    with pytest.raises(InputError, match="cell A3: '合肥市' and '合肥' look like one city in two spellings"):
        read(panel_sheet(["合肥", 2019, 1, 2], ["合肥市", 2020, 1, 2]), framework=loose)


def test_fewer_cities_and_years_are_a_selection_that_is_told_once(read):
    rows = [
        [city, year, 1, "x" if city == "成都" else 2] for city in ("北京", "成都", "武汉") for year in range(2015, 2021)
    ]
    framework = make_framework(
        indicators={"gdp": {}}, series={"people": {"name": "人口"}}, years=[2019], cities=["北京"]
    )
    panel = read(panel_sheet(*rows), framework=framework)
    assert panel.values.shape == (1, 1, 2)
    assert [notice.key for notice in panel.notices] == ["read_layout", "cities_unread", "years_unread"]


def test_a_city_near_one_that_lacks_the_row_is_misspelt(read):
    with pytest.raises(InputError, match=r"2 cells \(A4, A5\): city 'Shanghia' is not in .* Did you mean '上海'\?"):
        read(panel_sheet(*ROWS[:2], *(["Shanghia", *row[1:]] for row in ROWS[2:])))


def test_problems_of_a_column_are_one(read):
    rows = [[f"城{i}", 2019, str(i), i] for i in range(30)]
    framework = make_framework(indicators={"gdp": {}}, series={"people": {"name": "人口"}})
    with pytest.raises(InputError) as refused:
        read(panel_sheet(*rows), framework=framework)
    (problem,) = refused.value.problems
    assert "30 cells (C2, C3, C4, ...), 'gdp': found '0', '1', '2', a number stored as text" in str(problem)


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (
            ["地市名", "年份", "gdp"],
            "Row 2 of sheet 's' looks like the header, but no column of places .* name one of '地市名'",
        ),
        (
            ["城市", "时点", "gdp"],
            "Row 2 of sheet 's' looks like the header, but no column of years .* name one of '时点'",
        ),
        (["地市名", "时点", "gdp"], "neither places nor years are known in it: name them among '地市名', '时点'"),
    ],
)
def test_the_closest_reading_is_told_where_no_sheet_holds_the_figures(read, head, told):
    with pytest.raises(InputError, match=rf"Seen first: s: 表1 / .*{told}"):
        read({"s": [["表1"], head, ["甲", 2019, 1]]})


def test_a_sheet_that_can_be_swapped_is_told_so_before_what_else_it_holds(read):
    sheet = [["城市", "甲", "乙"], ["年份", 2019, 2019], ["gdp", 1, 2], ["people", 3, 4], ["男", "女"]]
    with pytest.raises(InputError, match="can be read with rows and columns swapped"):
        read({"s": sheet})


def test_a_turned_table_is_told_as_one(read):
    with pytest.raises(
        InputError,
        match=r"Sheet 's' can be read with rows and columns swapped: write framework\.workbook: \{orientation: col",
    ):
        read({"s": [list(row) for row in zip(*[HEAD, *ROWS], strict=True)]})


# --- the tidy mode --------------------------------------------------------------------------------------------------


def tidied(read, sheets, framework, tweak=None, **declared):
    framework = framework.model_copy(update={"workbook": Workbook(**{"tidy": True, **declared})})
    panel = read(sheets, tweak, framework)
    return panel, [str(notice) for notice in panel.notices if notice.key == "tidied"]


@pytest.mark.parametrize(
    ("text", "value", "told"),
    [
        ("１０９", 109, "full-width digits read in cells: 1 (C2 '１０９' = 109)"),
        ("12 300", 12300, "thousands separators left out in cells: 1 (C2 '12 300' = 12300)"),
        ("1,234.5", 1234.5, "thousands separators left out"),
        ("117.0亿元", 117, "the unit beside the number left out"),
        ("118 ", 118, "numbers stored as text read"),
        ("85%", 85, "a percent sign left out, though the column has another unit,"),
        ("—", NAN, "a mark read as missing in cells: 1 (C2 '—')"),
    ],
)
def test_the_tidy_mode_reads_and_reports(read, framework, text, value, told):
    panel, notices = tidied(read, changed(2, "C", text), framework)
    assert_array_equal(panel.series("gdp")[0, 0], value)
    assert len(notices) == 1
    assert f"Sheet 'panel', 'gdp': {told}" in notices[0]


@pytest.mark.parametrize("text", ["117.0万元", "1,5", "1-2", "soon", "12 3"])
def test_the_tidy_mode_does_not_guess(read, framework, text):
    with pytest.raises(InputError, match="cell C2"):
        tidied(read, changed(2, "C", text), framework)


def test_merged_cells_hold_for_their_range_in_the_tidy_mode(read, framework):
    def tweak(book):
        book["panel"].merge_cells("A2:A3")

    sheet = changed(3, "A", None)
    with pytest.raises(InputError, match=r"cells A2:A3 are merged.*--tidy") as refused:
        read(sheet, tweak)
    assert len(refused.value.problems) == 1
    panel, notices = tidied(read, sheet, framework, tweak)
    assert_array_equal(panel.values, read(panel_sheet()).values)
    assert "A2:A3: the value of merged cells taken for all of them in cells: 1 (A3 = A2)" in notices[0]


def test_the_tidy_mode_is_an_argument_too(tmp_path, framework):
    path = write_workbook(tmp_path / "w.xlsx", changed(2, "C", "１０"))
    assert ic.read_workbook(path, framework, tidy=True).series("gdp")[0, 0] == 10.0


# --- what the YAML declares of the file -----------------------------------------------------------------------------


def declared(framework, **written):
    return framework.model_copy(update={"workbook": Workbook(**written)})


def test_the_header_the_places_and_the_years_may_be_declared(read, framework):
    rows = [["城市", "年份"], ["地市名", "时点", "gdp", "人口"], *ROWS]
    panel = read({"panel": rows}, framework=declared(framework, header=2, city="地市名", year="时点"))
    assert_array_equal(panel.values, read(panel_sheet()).values)


def test_the_sheet_may_be_declared(read, framework):
    sheets = {**panel_sheet(), "copy": [HEAD, *ROWS[:2]], **BOTH}
    panel = read(sheets, framework=declared(framework, sheet="copy"))
    assert panel.present.sum() == 2
    with pytest.raises(InputError, match=r"w\.xlsx: there is no sheet 'cpy'\. Did you mean 'copy'\?"):
        read(sheets, framework=declared(framework, sheet="cpy"))


def test_the_layout_may_be_declared(read, framework):
    panel = read({**panel_sheet(), **BOTH}, framework=declared(framework, layout="indicators"))
    assert panel.cells["gdp", "上海", 2020] == ("gdp", "C3")


@pytest.mark.parametrize("layout", [panel_sheet(), BOTH, YEARS, long_sheet()], ids=["panel", "sheets", "years", "long"])
def test_a_turned_table_is_declared(read, framework, layout):
    turned = {title: [list(row) for row in zip(*rows, strict=True)] for title, rows in layout.items()}
    panel = read(turned, framework=declared(framework, orientation="columns"))
    assert_array_equal(panel.values, read(layout).values)
    assert panel.cells["gdp", "上海", 2020][1] == {"gdp": "C3", "panel": "E3"}.get(
        next(iter(layout)), panel.cells["gdp", "上海", 2020][1]
    )


def test_columns_and_rows_may_be_ignored(read, framework):
    rows = [[*HEAD, "per_head"], *([*row, 9] for row in ROWS), ["江苏合计", 2019, "x", "y", 1]]
    panel = read({"panel": rows}, framework=declared(framework, ignore={"columns": ["per_head"], "rows": ["江苏"]}))
    assert_array_equal(panel.values, read(panel_sheet()).values)
    assert [notice.key for notice in panel.notices] == ["read_layout"]


@pytest.mark.parametrize("mark", ["暂缺", "p", -99])
def test_marks_for_missing_values_may_be_declared(read, framework, mark):
    panel = read(changed(2, "C", mark), framework=declared(framework, missing=[mark]))
    assert np.isnan(panel.series("gdp")[0, 0])
    assert "a mark read as missing in cells: 1 (C2" in said(panel, "tidied")


def test_a_decimal_comma_may_be_declared(read, framework):
    panel = read(changed(2, "C", "1.234,5"), framework=declared(framework, decimal=","))
    assert panel.series("gdp")[0, 0] == 1234.5


def test_headers_may_have_aliases(read, framework):
    rows = panel_sheet(head=["城市", "年份", "GDP总量", "人口"])
    assert_array_equal(
        read(rows, framework=declared(framework, aliases={"GDP总量": "gdp"})).values, read(panel_sheet()).values
    )


LAYOUTS = {"panel": panel_sheet(), "indicators": BOTH, "years": YEARS, "long": long_sheet()}
STYLES = {
    "as it is": lambda text: text,
    "in full": {"城市": "地区名称", "年份": "年 度", "gdp": "生产总值（亿元）", "人口": "Population [万人]"}.get,
    "in English": {"城市": "Country", "年份": "DATE", "gdp": "Output", "人口": "population"}.get,
}


def laid_out(layout, style, titles, orientation):
    """The one panel as sheets of rows."""
    renamed = {}
    for title, rows in LAYOUTS[layout].items():
        head = [STYLES[style](text) or text if isinstance(text, str) else f"{text}年" for text in rows[0]]
        sheet = [*[["表1"]] * titles, head, *rows[1:], *[["注：年鉴"]] * titles]
        if orientation == "columns":
            width = max(map(len, sheet))
            sheet = [
                list(column) for column in zip(*([*row, *[None] * (width - len(row))] for row in sheet), strict=True)
            ]
        renamed[title] = sheet
    return renamed


def by_xlsxwriter(path, sheets):
    """Texts shared, numbers without a type: as Excel writes them."""
    with xlsxwriter.Workbook(path) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for r, row in enumerate(rows):
                sheet.write_row(r, 0, row)


def as_strict(path, sheets):
    by_xlsxwriter(path, sheets)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    write_parts(path, strict(parts))


def as_ods(path, sheets):
    first, *rest = sheets.items()
    write_ods(path, ods_rows(first[1]), **{title: ods_rows(rows) for title, rows in rest})


def as_text(encoding, delimiter):
    def write(path, sheets):
        (rows,) = sheets.values()
        lines = [delimiter.join("" if value is None else str(value) for value in row) for row in rows]
        path.write_text("\n".join(lines), encoding=encoding, newline="")

    return write


FORMATS = {
    "openpyxl": (".xlsx", write_workbook),
    "xlsxwriter": (".xlsx", by_xlsxwriter),
    "xlsm": (".xlsm", by_xlsxwriter),
    "strict": (".xlsx", as_strict),
    "ods": (".ods", as_ods),
    **{
        f"{encoding} {name}": (".csv", as_text(encoding, delimiter))
        for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16")
        for name, delimiter in (("comma", ","), ("semicolon", ";"), ("tab", "\t"))
    },
}


WRITABLE = [
    (kind, layout)
    for kind, (suffix, _) in FORMATS.items()
    for layout, sheets in LAYOUTS.items()
    if suffix != ".csv" or len(sheets) == 1  # a CSV file is one sheet
]


@pytest.mark.parametrize("orientation", ["rows", "columns"])
@pytest.mark.parametrize(("kind", "layout"), WRITABLE)
def test_one_panel_reads_back_from_every_format_layout_orientation_and_style(
    tmp_path, read, framework, kind, layout, orientation
):
    suffix, write = FORMATS[kind]
    expected = read(panel_sheet())
    for style in STYLES:
        for titles in (0, 2):
            sheets = laid_out(layout, style, titles, orientation)
            if kind == "ods":  # the first sheet that is written is named data
                sheets = {"notes": [["x"]], **sheets}
            write(tmp_path / f"f{suffix}", sheets)
            own = declared(framework, orientation=orientation)
            panel = ic.read_workbook(tmp_path / f"f{suffix}", own)
            assert_array_equal(panel.values, expected.values)
            assert_array_equal(panel.present, expected.present)
            if orientation == "rows" and layout == "panel":
                assert panel.cells["gdp", "上海", 2020][1] == f"C{5 + titles}"


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_the_same_panel_as_libreoffice_writes_it(tmp_path, read, framework, suffix):
    paths = [write_workbook(tmp_path / f"{layout}.xlsx", sheets) for layout, sheets in LAYOUTS.items()]
    for made in converted(paths, suffix, tmp_path):
        assert_array_equal(ic.read_workbook(made, framework).values, read(panel_sheet()).values)


def test_a_unit_above_the_sheet_of_an_indicator_is_compared(read):
    titled = {**BOTH, "gdp": [["单位：亿元"], *BOTH["gdp"]]}
    assert_array_equal(read(titled).values, read(BOTH).values)
    with pytest.raises(InputError, match="sheet 'gdp', cell A1: 'gdp': the header gives the unit '万元'"):
        read({**titled, "gdp": [["（单位：万元）"], *BOTH["gdp"]]})


# --- cells formatted as percents --------------------------------------------------------------------------------------


def as_percent(*cells):
    def tweak(book):
        for cell in cells:
            book["panel"][cell].number_format = "0%"

    return tweak


def test_a_cell_formatted_as_a_percent_is_read_as_the_percent_it_shows(read):
    """0.5 that the sheet shows as 50%, beside 40 and 60: the order is 60, 50, 40; and it is told with its cell."""
    framework = make_framework(indicators={"rate": {"unit": "%"}})
    sheet = {"panel": [["city", "year", "rate"], ["A", 2020, 0.5], ["B", 2020, 40], ["C", 2020, 60]]}
    panel = read(sheet, as_percent("C2"), framework)
    assert panel.values.ravel().tolist() == [50.0, 40.0, 60.0]
    (told,) = [notice for notice in panel.notices if notice.key == "tidied"]
    assert told.facts["cells"] == "C2 '0.5' = 50"


def test_percents_beside_plain_numbers_are_refused_where_no_unit_says_what_is_meant(read):
    framework = make_framework(indicators={"rate": {}})
    sheet = {"panel": [["city", "year", "rate"], ["A", 2020, 0.5], ["B", 2020, 40], ["C", 2020, 60]]}
    with pytest.raises(InputError, match=r"sheet 'panel': some figures of 'rate' are shown as percentages \(1: C2\)"):
        read(sheet, as_percent("C2"), framework)
    alike = read(sheet, as_percent("C2", "C3", "C4"), framework)
    assert alike.values.ravel().tolist() == [0.5, 40.0, 60.0]


def test_a_place_that_is_not_known_is_not_called_none(read):
    with pytest.raises(InputError, match=r"cell C2 \(-, 2020\), 'rate': found 'y z'"):
        read(
            {"panel": [["city", "year", "rate"], [None, 2020, "y z"], ["B", 2020, 1]]},
            framework=make_framework(indicators={"rate": {}}),
        )


def test_a_percent_sign_beside_plain_numbers_is_no_less_unclear(read):
    """30% beside 0.3 was read as 30 and 0.3."""
    sheet = {"panel": [["city", "year", "rate"], ["A", 2020, 0.5], ["B", 2020, "40%"], ["C", 2020, 60]]}
    tidy = {"workbook": {"file": "w.xlsx", "tidy": True}}
    with pytest.raises(InputError, match=r"some figures of 'rate' are shown as percentages \(1: C3\)"):
        read(sheet, framework=make_framework(indicators={"rate": {}}, **tidy))
    panel = read(sheet, framework=make_framework(indicators={"rate": {"unit": "%"}}, **tidy))
    assert panel.values.ravel().tolist() == [0.5, 40.0, 60.0]


# --- years across, wide tables, headers of two rows, several panels -------------------------------------------------

WIDE = [["北京", 10, 11, 1, 2], ["上海", 12, 13, 3, None]]
SAME = {
    "years across, an indicator a row": {
        "Data": [
            ["Country Name", "Country Code", "Series Name", "2019 [YR2019]", "2020 [YR2020]"],
            ["Beijing", "BJ", "Output", 10, 11],
            ["Beijing", "BJ", "Population", 1, 2],
            ["Shanghai", "SH", "Output", 12, 13],
            ["Shanghai", "SH", "Population", 3, None],
            [],
            ["Data from database: World Development Indicators"],
        ]
    },
    "a column for each indicator and year": {
        "s": [["城市", "gdp_2019", "gdp_2020", "2019年人口", "2020年人口"], *WIDE]
    },
    "indicators over years": {
        "s": [["城市", "gdp（亿元）", None, "人口", None], [None, 2019, 2020, "2019年", "2020年"], *WIDE]
    },
    "years over indicators": {
        "s": [["城市", 2019, None, 2020, None], [None, "gdp", "人口", "gdp", "人口"]]
        + [[c, a, n, b, m] for c, a, b, n, m in WIDE]
    },
    "groups above": {"s": [["表1"], [None, None, "经济", "社会"], HEAD, *ROWS]},
    "names below": {
        "s": [["城市", "年份", "经济", None], [None, None, "gdp", "人口"], ["", "", "亿元", "万人"], *ROWS]
    },
    "sheets whose titles hold the year": {
        f"{year}年指标": [["城市", "gdp", "人口"], *([c, g, n] for c, y, g, n in ROWS if y == year)]
        for year in (2019, 2020)
    },
}


@pytest.mark.parametrize("name", SAME)
def test_further_layouts_give_the_same_panel(read, name):
    panel, plain = read(SAME[name]), read(panel_sheet())
    assert (panel.cities, panel.years) == (plain.cities, plain.years)
    assert_array_equal(panel.values, plain.values)


def test_merged_cells_of_a_header_of_two_rows_are_no_merged_figures(read):
    def merge(book):
        for cells in ("A1:A2", "B1:B2", "C1:D1"):
            book.worksheets[0].merge_cells(cells)

    panel = read({"s": [["城市", "年份", "经济", None], [None, None, "gdp", "人口"], *ROWS]}, merge)
    assert_array_equal(panel.values, read(panel_sheet()).values)
    with pytest.raises(InputError, match=r"cells A3:A4 are merged"):
        read(
            {"s": [["城市", "年份", "经济", None], [None, None, "gdp", "人口"], *ROWS]},
            lambda b: (merge(b), b.worksheets[0].merge_cells("A3:A4")),
        )


def test_a_name_below_several_groups_bears_its_group(tmp_path):
    rows = [
        ["城市", "年份", "男", None, "女", None],
        [None, None, "人数", "比重", "人数", "比重"],
        ["甲", 2020, 1, 2, 3, 4],
    ]
    indicators = {"a": {"name": "男 人数"}, "b": {"name": "女人数"}}
    path = write_workbook(tmp_path / "w.xlsx", {"s": rows})
    panel = ic.read_workbook(path, make_framework(indicators=indicators))
    assert panel.values.ravel().tolist() == [1, 3]


def test_a_row_of_units_is_no_second_row_of_the_header(read):
    assert [n.key for n in read(panel_sheet(["", "", "亿元", "万人"], *ROWS)).notices] == ["read_layout"]


def test_all_figures_are_of_the_year_that_is_declared(tmp_path):
    path = write_workbook(tmp_path / "w.xlsx", {"s": [["国家", "a"], ["甲", 1], ["乙", 2]]})
    panel = ic.read_workbook(path, make_framework(indicators={"a": {}}, workbook={"year": 2021}))
    assert (panel.years, panel.values.ravel().tolist()) == ((2021,), [1, 2])
    assert "figures of 2021, sheet 's'" in str(panel.notices[0])


def test_several_panels_are_one_where_all_are_named(tmp_path):
    columns = {
        "gdp": [HEAD[:3], *(row[:3] for row in ROWS)],
        "人口": [["城市", "年份", "people"], *(row[:2] + row[3:] for row in ROWS)],
    }
    path = write_workbook(tmp_path / "w.xlsx", columns)
    indicators = {"gdp": {}, "people": {}}
    with pytest.raises(InputError, match="several sheets look like the panel"):
        ic.read_workbook(path, make_framework(indicators=indicators))
    panel = ic.read_workbook(path, make_framework(indicators=indicators, workbook={"sheet": ["gdp", "人口"]}))
    assert panel.values[:, :, 0].ravel().tolist() == [10, 11, 12, 13]
    assert np.nansum(panel.values[:, :, 1]) == 6


def test_a_figure_on_two_sheets_is_refused(tmp_path):
    """figure_on_two_sheets: neither counts more."""
    framework = make_framework(indicators={"gdp": {}}, workbook={"sheet": ["一", "二"]})
    with pytest.raises(InputError, match=r"sheet '二', cell C2: 'gdp' of 北京 2019 is also on sheet '一'"):
        ic.read_workbook(write_workbook(tmp_path / "w.xlsx", PANELS), framework)


def test_a_country_is_a_city_wherever_places_are_read(read):
    """On the panel, and on the sheet of the sources."""
    panel = read(
        {
            "panel": [["Country", *HEAD[1:]], *ROWS],
            "sources": [["indicator", "country", "year", "source"], ["gdp", "Beijing", 2019, "book"]],
        }
    )
    assert panel.sources == {("gdp", "北京", 2019): Source("book", "", "")}


def test_a_mark_in_many_columns_is_one_notice(tmp_path):
    """Four columns with it are told together, two one by one; every cell of it counts."""
    rows = [["甲", 2019, 1, "n/a", 3, 4], ["乙", 2019, "n/a", 2, 5, "n/a"], ["丙", 2019, 3, 4, "n/a", 1]]
    for columns, n in (("abcd", 1), ("ab", 2)):
        framework = make_framework(
            indicators={code: {} for code in columns}, workbook={"file": "w.xlsx", "missing": ["n/a"]}
        )
        book = write_workbook(tmp_path / f"{columns}.xlsx", {"panel": [["城市", "年份", *"abcd"], *rows]})
        told = [one for one in ic.read_workbook(book, framework).notices if one.key == "tidied"]
        assert (len(told), sum(one.facts["n"] for one in told)) == (n, len(columns))
