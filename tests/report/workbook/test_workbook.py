"""The workbook for people, opened again: the result's own numbers, each at its place, in both languages."""

import string
import time

import numpy as np
import openpyxl
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.analyses import Yardstick
from indexcalc.analysis.claims import hold
from indexcalc.analysis.tables import analysis_tables
from indexcalc.claims import InTop
from indexcalc.framework import Indicator
from indexcalc.panel import Panel, Source
from indexcalc.report.provenance import derivation_words
from indexcalc.report.workbook import words
from indexcalc.report.workbook.sheets import MARKS
from indexcalc.report.workbook.words import WORDS, word
from indexcalc.report.workbook.workbook import PAGES, RECORDS, write_index_workbook
from indexcalc.specification import Specification
from tests.conftest import build, make_framework, make_panel

NAN = np.nan
FIXED = {"method": "min_max", "lower": 1, "upper": 100}
HOSTILE = ("=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "-2+3", "http://x.cn", "{=1+1}", "&P & 8")


def open_again(result, tmp_path, lang="zh", **more):
    path = tmp_path / f"{lang}.xlsx"
    write_index_workbook(result, path, lang, **more)
    return openpyxl.load_workbook(path)


def sheet_of(book, key, lang="zh"):
    return book[word(key, lang)]


def body_of(sheet):
    """First row and column below and beside what stays in sight: (row of the first values, number of label columns)."""
    cell = sheet[sheet.freeze_panes]
    return cell.row, cell.column - 1


def header_of(sheet):
    """Titles of the last header row, with those that are joined from above."""
    top = body_of(sheet)[0] - 1
    titles = [sheet.cell(top, c).value for c in range(1, sheet.max_column + 1)]
    for area in sheet.merged_cells.ranges:
        if area.max_row == top and area.min_row < top:
            titles[area.min_col - 1] = area.start_cell.value
    named = [any(sheet.cell(row, c + 1).value for row in range(max(top - 3, 1), top + 1)) for c in range(len(titles))]
    return [title for title, here in zip(titles, named, strict=True) if here]


def rows_of(sheet):
    top, width = body_of(sheet)[0], len(header_of(sheet))
    return [list(row) for row in sheet.iter_rows(min_row=top, max_col=width, values_only=True)]


def column_of(sheet, title):
    k = header_of(sheet).index(title)
    return [row[k] for row in rows_of(sheet)]


@pytest.fixture(scope="module")
def result():
    """Four cities, three years; b is derived, c negative and imputed, d logged; 丁 has no row in 2019."""
    panel = make_panel(
        {
            "a": [[1, 2, 3], [4, 5, 6], [2, 2, 900], [NAN, 1, 1]],
            "x": [[2, 4, 6], [3, 3, 3], [5, 5, 1], [NAN, 2, 2]],
            "y": [[1, 1, 2], [1, 2, 3], [5, 4, 1], [NAN, 4, 1]],
            "c": [[9, NAN, 7], [8, 7, NAN], [1, 2, 3], [NAN, 5, 6]],
            "d": [[10, 100, 1000], [20, NAN, 40], [30, 20, 10], [NAN, 50, 60]],
        }
    )
    sources = {("x", "甲", 2019): Source("yearbook", "p. 3", ""), ("c", "甲", 2020): Source("web", "", "break: scope")}
    panel = Panel(**{**panel.__dict__, "sources": sources, "cells": {("x", "甲", 2019): ("panel", "C3")}})
    framework = make_framework(
        {
            "one": {
                "name": {"zh": "一", "en": "One"},
                "weight": 3,
                "indicators": {
                    "a": {"name": {"zh": "甲标", "en": "Alpha"}, "unit": "亿元", "tags": {"stage": "scale"}},
                    "b": {
                        "name": {"zh": "乙标", "en": "Beta"},
                        "unit": "%",
                        "ratio": {"of": "x", "to": "y", "scale": 100},
                    },
                },
            },
            "two": {
                "indicators": {
                    "c": {"direction": "negative", "publisher": "p", "trust": "A"},
                    "d": {"transform": "log", "weight": 2},
                },
            },
        },
        name={"zh": "试验指数", "en": "Trial index"},
        note={"zh": "仅供试验。", "en": "A trial only."},
        cities={"甲": {"en": "Jia", "group": "g"}, "乙": {"en": "Yi"}, "丙": {"en": "Bing"}, "丁": {"en": "Ding"}},
        groups={"g": {"zh": "组", "en": "Group"}},
        publishers={"p": {"zh": "统计局", "en": "Bureau"}},
        series={"x": {"publisher": "p", "trust": "A"}, "y": {"publisher": "q", "trust": "B"}},
        lenses={"stage": {"name": {"zh": "阶段", "en": "Stage"}, "groups": {"scale": {"zh": "规模", "en": "Scale"}}}},
        coverage=[
            {"theme": "t", "phrase": "p1", "indicators": ["a"]},
            {"theme": "t", "phrase": "p2", "indicators": [], "awaits": ["y"]},
        ],
    )
    treatment = {"method": "winsorise", "lower": 0, "upper": 0.9}
    return build(panel, framework, imputation="linear", treatment=treatment, normalisation=FIXED)


@pytest.fixture(scope="module")
def book(result, tmp_path_factory):
    return open_again(result, tmp_path_factory.mktemp("zh"))


def test_every_page_is_there_in_both_languages(result, book, tmp_path):
    english = open_again(result, tmp_path, "en")
    assert len(book.sheetnames) == len(english.sheetnames) == 3 + len((*PAGES, *RECORDS))
    assert book.sheetnames[:2] == ["封面", "排名"]
    assert english.sheetnames[:2] == ["Cover", "Ranking"]


def test_ranking_holds_the_ranks_and_scores_of_the_result(result, book):
    sheet = sheet_of(book, "ranking")
    rows, n = rows_of(sheet), len(result.years)
    order = [result.cities.index(row[1]) for row in rows]
    last = result.rank()[order, -1]
    assert_array_equal(last, np.sort(last))
    assert_array_equal([row[0] for row in rows], last)
    assert_array_equal(np.array([row[3 : 3 + n] for row in rows], float), result.rank()[order])
    assert_array_equal(np.array([row[3 + n] for row in rows], float), result.rank_gain_total()[order, -1])
    assert_allclose(np.array([row[4 + n : 4 + 2 * n] for row in rows], float), result.score()[order], rtol=1e-15)
    coverage = result.coverage_table()[["observed", "interpolated", "extrapolated"]].to_numpy()[order]
    assert_allclose(np.array([row[4 + 2 * n :] for row in rows], float), coverage, rtol=1e-15)


def test_ranking_is_headed_by_what_it_is(book):
    said = [cell.value for cell in sheet_of(book, "ranking")["A"][:5]]
    assert said[0] == "试验指数：排名（2019—2021年）"
    assert said[2] == "仅供试验。"
    assert "正数为上升" in said[3]


def test_scores_hold_the_nodes_below_the_index(result, book):
    sheet = sheet_of(book, "scores")
    c, t = np.nonzero(result.present)
    assert column_of(sheet, "城市") == [result.cities[i] for i in c]
    assert column_of(sheet, "年份") == [result.years[i] for i in t]
    for code, name in (("index", "综合指数"), ("one", "一"), ("two", "two")):
        assert_allclose(column_of(sheet, f"{name} 得分"), result.score(code)[c, t], rtol=1e-15)
        assert_array_equal(column_of(sheet, f"{name} 位次"), result.rank(code)[c, t])


@pytest.mark.parametrize("key", ["normalised", "raw"])
def test_values_that_are_not_as_published_are_marked(result, book, key):
    sheet = sheet_of(book, key)
    top, labels = body_of(sheet)
    c, t = np.nonzero(result.present)
    marks = {2: "interpolated", 3: "extrapolated", 4: "treated"}
    for row, (city, year) in enumerate(zip(c, t, strict=True), start=top):
        for k in range(len(result.normalised.codes)):
            fill = sheet.cell(row, labels + 1 + k).fill
            mark = marks.get(result.treated.origin[city, year, k], "")
            expected = MARKS[mark].get("bg_color", "#000000")[1:]
            assert fill.fgColor.rgb[2:] == expected, (result.cities[city], result.years[year], k)
    assert {cell.value for row in sheet.iter_rows(max_row=top - 3) for cell in row} >= {"内插", "外推", "已处理"}


def test_values_are_those_of_the_stages(result, book):
    c, t = np.nonzero(result.present)
    found = np.array([row[2:] for row in rows_of(sheet_of(book, "normalised"))], float)
    assert_allclose(found, result.normalised.values[c, t], rtol=1e-15)
    found = np.array([row[2:] for row in rows_of(sheet_of(book, "raw"))], float)
    assert_allclose(found[:, :3], result.treated.values[c, t, :3], rtol=1e-15)
    assert_allclose(found[:, 3], result.imputed.values[c, t, 3], rtol=1e-15)
    assert any("变换" in str(cell.value) and "：d。" in str(cell.value) for cell in sheet_of(book, "raw")["A"])


def test_headers_give_dimension_name_code_and_unit(book):
    sheet = sheet_of(book, "raw")
    top = body_of(sheet)[0]
    assert [sheet.cell(row, 3).value for row in range(top - 4, top)] == ["一", "甲标", "a", "亿元"]
    assert [sheet.cell(row, 6).value for row in range(top - 3, top)] == ["d", "d", None]


def test_weights_are_given_shared_and_effective(result, book):
    sheet = sheet_of(book, "weights")
    below = [i for i, node in enumerate(result.nodes) if node.parent >= 0]
    assert column_of(sheet, "代码")[:-1] == [result.nodes[i].code for i in below]
    assert column_of(sheet, "给定权重")[:-1] == [result.nodes[i].weight for i in below]
    assert_allclose(column_of(sheet, "在上级内的权重")[:-1], result.weights[below], rtol=1e-15)
    dimensions, indicators = column_of(sheet, "维度综合权重"), column_of(sheet, "指标综合权重")
    assert dimensions == [0.75, None, None, 0.25, None, None, None]
    assert_allclose(sum(x for x in indicators[:-1] if x is not None), 1, rtol=1e-15)
    assert_allclose(indicators[-1], 1, rtol=1e-15)


def test_changes_of_rank_are_blank_where_a_year_is_missing(result, book):
    rows = rows_of(sheet_of(book, "changes"))
    for row in rows:
        expected = [
            *result.rank_gain()[result.cities.index(row[1]), 1:],
            result.rank_gain_total()[result.cities.index(row[1]), -1],
        ]
        assert_array_equal(np.array(row[2:], float), expected)
    (absent,) = (row for row in rows if row[1] == "丁")
    assert absent[2] is None and absent[4] is None and absent[3] is not None


def test_indicator_table_says_how_each_is_obtained(book):
    sheet = sheet_of(book, "indicators")
    assert header_of(sheet)[:3] == ["目标层", "准则层", "指标层"]
    assert [row[0] for row in rows_of(sheet)] == ["试验指数", None, None, None]
    assert [row[1] for row in rows_of(sheet)] == ["一", None, "two", None]
    assert column_of(sheet, "属性") == ["+", "+", "−", "+"]
    assert column_of(sheet, "取得方式") == ["原始数据", "x ÷ y × 100", "原始数据", "原始数据"]
    assert column_of(sheet, "原始发布者") == [None, "统计局；q", "统计局", None]
    assert column_of(sheet, "可信度") == [None, "B", "A", None]
    assert column_of(sheet, "阶段") == ["规模", None, None, None]
    assert_allclose(sum(column_of(sheet, "权重")), 1, rtol=1e-15)


def test_what_nothing_stands_for_is_said(book):
    rows = rows_of(sheet_of(book, "coverage"))
    assert rows == [["t", "p1", "甲标", "是", None], [None, "p2", None, "未覆盖", "y"]]


def test_every_filled_cell_is_listed(result, book):
    sheet = sheet_of(book, "imputed")
    rows = list(zip(*(column_of(sheet, title) for title in ("代码", "城市", "年份", "方式")), strict=True))
    assert ("c", "甲", 2020, "内插") in rows
    assert ("c", "乙", 2021, "外推") in rows
    assert ("a", "丙", 2021, "已处理") in rows
    assert len(rows) == np.isin(result.treated.origin, (2, 3, 4))[result.present].sum()
    assert column_of(sheet, "数值")[rows.index(("c", "甲", 2020, "内插"))] == 8
    assert column_of(sheet, "原数据标记")[rows.index(("c", "甲", 2020, "内插"))] == "break: scope"
    assert column_of(sheet, "处理前")[rows.index(("a", "丙", 2021, "已处理"))] == 900


def test_method_is_said_in_words_and_as_written(book):
    sheet = sheet_of(book, "method")
    words = dict(
        zip(
            column_of(sheet, "步骤"),
            zip(column_of(sheet, "说明"), column_of(sheet, "YAML写法"), strict=True),
            strict=True,
        )
    )
    assert words["标准化"] == (
        "极差标准化：参照范围内的最小值为1，最大值为100，其间线性",
        "normalisation: {method: min_max, lower: 1, upper: 100}",
    )
    assert words["d：变换"] == ("取自然对数", "transform: log")
    assert words["排名精度"][0] == "得分四舍五入到9位小数后排名"


def test_sources_are_of_the_figures_used(result, book):
    sheet = sheet_of(book, "sources")
    rows = rows_of(sheet)
    assert len(rows) == (~np.isnan(result.panel.values)).sum()
    assert rows[column_of(sheet, "指标／数据列").index("x")] == [
        "x",
        "甲",
        2019,
        2,
        None,
        "yearbook",
        "p. 3",
        "panel!C3",
    ]


def test_series_say_who_published_them_and_what_they_are_used_for(result, book):
    sheet = sheet_of(book, "series_sheet")
    assert column_of(sheet, "代码") == list(result.panel.codes)
    assert column_of(sheet, "原始发布者") == [None, "统计局", "q", "统计局", None]
    assert column_of(sheet, "可信度") == [None, "A", "B", "A", None]
    assert column_of(sheet, "用于指标") == ["甲标", "乙标", "乙标", "c", "d"]
    assert column_of(sheet, "数据个数") == [11, 11, 11, 9, 10]


def test_languages_differ_in_words_only(result, book, tmp_path):
    english = open_again(result, tmp_path, "en")
    for ours, theirs in list(zip(book, english, strict=True))[1:]:
        assert body_of(ours) == body_of(theirs)
        pairs = [(a, b) for x, y in zip(rows_of(ours), rows_of(theirs), strict=True) for a, b in zip(x, y, strict=True)]
        assert all(type(a) is type(b) for a, b in pairs), ours.title
        assert all(a == b for a, b in pairs if not isinstance(a, str)), ours.title


def test_english_has_no_chinese_of_ours(result, tmp_path):
    book = open_again(result, tmp_path, "en")
    texts = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert not [text for text in texts if any("一" <= letter <= "鿿" for letter in text)]


def test_same_result_same_bytes(result, tmp_path):
    write_index_workbook(result, tmp_path / "one.xlsx")
    time.sleep(1.1)
    write_index_workbook(result, tmp_path / "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_text_that_looks_like_a_formula_stays_text(tmp_path, lang):
    a, b, c, d, e, f, g = HOSTILE
    indicators = {"i": {"name": a, "unit": b, "publisher": e}, "j": {"name": f, "unit": d, "tags": {"t": c}}}
    framework = make_framework(
        {"k": {"name": d, "indicators": indicators}},
        name=g,
        note=a,
        cities={a: {"group": c}, b: {}, c: {"en": d}},
        lenses={"t": {"name": b, "groups": {}}},
    )
    panel = make_panel({"i": [[1, 2], [3, NAN], [5, 7]], "j": [[3, 1], [1, 2], [5, 6]]}, cities=(a, b, c))
    panel = Panel(**{**panel.__dict__, "sources": {("i", a, 2019): Source(a, b, c)}})
    result = build(panel, framework, imputation="linear", normalisation=FIXED)
    listed = {"name": c, "kind": "rank", "values": {2019: {a: 1, b: 2, c: 3}}, "source": d}
    yardsticks = {"y": Yardstick.model_validate(listed)}
    tables = analysis_tables(result, Specification(framework=framework, yardsticks=yardsticks))[0]
    claims = [InTop(kind="in_top", cities=(a, b), n=1)]
    more = {"tables": tables, "holdings": hold(result, claims), "yardsticks": yardsticks}
    book = open_again(result, tmp_path, lang, **more)
    assert len(book.sheetnames) > 18
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert {cell.value for cell in cells} >= set(HOSTILE) - {g}
    risky = [cell for cell in cells if cell.data_type == "s" and cell.value[0] in "=+-@"]
    assert risky and all(cell.quotePrefix for cell in risky)
    links = [cell.hyperlink for cell in cells if cell.hyperlink is not None]
    assert links and all(link.target is None and link.location for link in links)  # within the workbook only


def test_an_index_of_bare_indicators(tmp_path):
    book = open_again(build(make_panel(), make_framework(indicators={"a": {}, "b": {"weight": 3}})), tmp_path)
    assert column_of(sheet_of(book, "weights"), "指标综合权重") == [0.25, 0.75, 1]
    assert header_of(sheet_of(book, "indicators"))[:3] == ["目标层", "指标层", "属性"]
    assert "a 得分" in header_of(sheet_of(book, "scores"))
    assert word("none_imputed", "zh") in [cell.value for cell in sheet_of(book, "imputed")["A"]]
    assert not {word("sources", "zh"), word("coverage", "zh")} & set(book.sheetnames)


def test_three_levels_and_an_indicator_beside_them(tmp_path):
    deep = {"top": {"dimensions": {"mid": {"indicators": {"a": {}, "b": {}}}}, "indicators": {"c": {}}}}
    book = open_again(build(make_panel(), make_framework(deep, indicators={"d": {}})), tmp_path)
    sheet = sheet_of(book, "indicators")
    assert header_of(sheet)[:4] == ["目标层", "准则层（1级）", "准则层（2级）", "指标层"]
    assert [row[1:4] for row in rows_of(sheet)] == [
        ["top", "mid", "a"],
        [None, None, "b"],
        [None, None, "c"],
        [None, None, "d"],
    ]
    indents = [
        sheet_of(book, "weights").cell(row, 1).alignment.indent
        for row in range(body_of(sheet_of(book, "weights"))[0], 20)
    ]
    assert indents[:6] == [0, 1, 2, 2, 1, 0]


def test_a_direction_with_a_best_place_is_said(tmp_path):
    framework = make_framework(
        indicators={"a": {"direction": {"interval": [2.0, 3.5]}}, "b": {"direction": "negative"}}
    )
    book = open_again(build(make_panel(), framework, normalisation=FIXED), tmp_path)
    assert column_of(sheet_of(book, "indicators"), "属性") == ["适度（2—3.5最好）", "−"]
    assert not any("direction" in str(row) for row in rows_of(sheet_of(book, "method")))


def test_one_year(tmp_path):
    book = open_again(
        build(
            make_panel(years=(2020,), columns={"a": [[1], [2]], "b": [[2], [1]]}),
            make_framework(indicators={"a": {}, "b": {}}),
        ),
        tmp_path,
    )
    assert word("one_year", "zh") in [cell.value for cell in sheet_of(book, "changes")["A"]]
    assert header_of(sheet_of(book, "ranking"))[:4] == ["2020年位次", "城市", 2020, 2020]


def test_scores_from_0_to_1_show_more_decimals(tmp_path):
    book = open_again(build(make_panel(), normalisation="min_max"), tmp_path)
    sheet = sheet_of(book, "scores")
    assert sheet.cell(body_of(sheet)[0], 3).number_format == "0.0000"


def test_many_cities_and_years_are_written_whole(tmp_path):
    drawn = np.random.default_rng(1).uniform(1, 9, (4, 195, 32))
    panel = make_panel(
        dict(zip("abcd", drawn, strict=True)), cities=[f"c{i}" for i in range(195)], years=range(1990, 2022)
    )
    write_index_workbook(build(panel), tmp_path / "large.xlsx")
    book = openpyxl.load_workbook(tmp_path / "large.xlsx", read_only=True)
    rows = sheet_of(book, "normalised").iter_rows(max_col=2, values_only=True)
    assert sum(year in range(1990, 2022) for _, year in rows) == 195 * 32


def test_words_are_in_both_languages_and_name_the_same_facts():
    tables = [value for name, value in vars(words).items() if name.isupper()]
    entries = [entry for table in tables for entry in table.values()]
    assert len(entries) > 100
    for entry in entries:
        assert set(entry) == {"zh", "en"} and all(entry.values())
        named = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in entry.values()]
        assert named[0] == named[1], entry


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_names_of_sheets_are_such_as_excel_takes(lang):
    names = [entry[lang] for key, entry in WORDS.items() if f"answers_{key}" in WORDS]
    assert len(names) > 20
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_words_used_are_words_there_are():
    assert set(MARKS) - {""} - {key.removeprefix("cell_") for key in WORDS} <= {
        "up",
        "down",
        *(f"below_{k}" for k in range(1, 16)),
    }


def test_what_lies_behind_a_derived_indicator_is_followed_to_the_workbook(tmp_path):
    panel = make_panel({"x": [[1, 2], [3, 4]], "y": [[4, NAN], [5, 3]], "z": [[1, 1], [2, 2]]})
    panel = Panel(**{**panel.__dict__, "sources": {("z", "甲", 2019): Source("web")}})
    indicators = {"a": {"ratio": {"of": "x", "to": "y"}}, "b": {"ratio": {"of": "a", "to": "z"}}}
    series = {"x": {"trust": "A"}, "y": {"trust": "C", "publisher": "p"}, "z": {"publisher": "q"}}
    framework = make_framework(indicators=indicators, series=series)
    book = open_again(build(panel, framework, imputation="linear"), tmp_path)
    assert column_of(sheet_of(book, "indicators"), "可信度") == ["C", "C"]
    assert column_of(sheet_of(book, "indicators"), "原始发布者") == ["p", "p；q"]
    assert column_of(sheet_of(book, "imputed"), "所缺数据列") == ["y", "y"]
    assert set(column_of(sheet_of(book, "sources"), "指标／数据列")) == {"x", "y", "z"}
    assert column_of(sheet_of(book, "series_sheet"), "代码") == ["x", "y", "z"]
    assert column_of(sheet_of(book, "series_sheet"), "用于指标") == ["a、b", "a、b", "b"]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"per_capita": {"of": "x", "population": "y"}}, "X ÷ Y × 10000"),
        ({"difference": {"of": "x", "minus": "y"}}, "X - Y"),
        ({"sum": ["x", "y"]}, "X + Y"),
        ({"product": {"of": ["x", "y"], "scale": 0.5}}, "X × Y × 0.5"),
    ],
)
def test_how_an_indicator_is_obtained_is_told_as_a_formula(written, told):
    assert derivation_words(Indicator.model_validate(written).derived, {"x": "X", "y": "Y"}, "en") == told
