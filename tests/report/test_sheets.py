"""Tables that others made, as sheets of the workbook for people: opened again, value by value."""

import numpy as np
import openpyxl
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from indexcalc.analysis.influence import influence
from indexcalc.analysis.lenses import lens
from indexcalc.analysis.structure import structure
from indexcalc.analysis.tables import analysis_tables
from indexcalc.report.index_workbook import write_index_workbook
from indexcalc.report.sheets import (
    COLUMN_KINDS,
    HINTS,
    KINDS,
    Sheet,
    analysis_sheets,
    correlation_sheet,
    frame_sheet,
    sheet_page,
    tab_name,
)
from indexcalc.report.workbook_words import COLUMNS, ENTRIES
from indexcalc.specification import Specification
from tests.conftest import build, make_framework, make_panel
from tests.report.test_index_workbook import HOSTILE, body_of, column_of, header_of, rows_of

NAN = np.nan
LANGS = ("zh", "en")


@pytest.fixture(scope="module")
def result():
    """Two dimensions of two indicators; b follows a closely, d runs against c; a lens over three of them."""
    rng = np.random.default_rng(5)
    a, c = rng.uniform(1, 9, (2, 4, 3))
    panel = make_panel(
        {"a": a, "b": a + 0.01 * rng.uniform(size=(4, 3)), "c": c, "d": 10 - c + rng.normal(size=(4, 3))}
    )
    tags = {"a": "scale", "b": "scale", "c": "quality"}
    framework = make_framework(
        {
            "one": {"name": {"zh": "一", "en": "One"}, "indicators": {x: {"tags": {"stage": tags[x]}} for x in "ab"}},
            "two": {
                "indicators": {"c": {"name": {"zh": "丙标", "en": "Gamma"}, "tags": {"stage": "quality"}}, "d": {}}
            },
        },
        cities={"甲": {"en": "Jia"}, "乙": {"en": "Yi"}, "丙": {"en": "Bing"}, "丁": {"en": "Ding"}},
        lenses={
            "stage": {"groups": {"scale": {"zh": "规模", "en": "Scale"}, "quality": {"zh": "质量", "en": "Quality"}}}
        },
    )
    return build(panel, framework, normalisation={"method": "min_max", "lower": 1, "upper": 100})


def written(result, tmp_path, *extra, lang="zh"):
    write_index_workbook(result, tmp_path / "index.xlsx", lang, extra)
    return openpyxl.load_workbook(tmp_path / "index.xlsx")


def test_every_value_is_written_as_it_is(result, tmp_path):
    table = pd.DataFrame(
        {
            "城市": ["甲", "甲", "乙"],
            "年份": [2020, 2021, 2020],
            "位次": pd.array([1, None, 3], dtype="Int64"),
            "得分": [12.3456789012345, NAN, -1.0],
            "在": [True, False, True],
            "无限": [np.inf, -np.inf, 0.5],
        }
    )
    book = written(result, tmp_path, Sheet("试表", table, ("一句。",), {"位次": "rank", "得分": "score"}, labels=2))
    sheet = book["试表"]
    assert rows_of(sheet) == [
        ["甲", 2020, 1, 12.3456789012345, "是", "∞"],
        ["甲", 2021, None, None, "否", "−∞"],
        ["乙", 2020, 3, -1, "是", 0.5],
    ]
    top, labels = body_of(sheet)
    assert labels == 2
    assert sheet.auto_filter.ref == f"A{top - 1}:F{top + 2}"
    assert sheet.cell(top, 3).number_format == "0"
    assert sheet.cell(top, 4).number_format == "0.00"
    assert [sheet.cell(row, 1).value for row in (1, 2)] == ["综合指数：试表（2019—2021年）", "一句。"]
    assert [bool(sheet.cell(top + r, 1).border.top.style) for r in range(3)] == [False, False, True]


def test_chinese_titles_and_texts_have_room(result, tmp_path):
    table = pd.DataFrame({"很长的列标题十个字": ["城市产业生态一体化发展指数", "乙"], "b": [1.5, 2.5]})
    sheet = written(result, tmp_path, Sheet("宽", table))["宽"]
    assert sheet.column_dimensions["A"].width >= 26


def test_texts_that_look_like_formulas_stay_text(result, tmp_path):
    table = pd.DataFrame({title: [text] for title, text in zip(HOSTILE, reversed(HOSTILE), strict=True)})
    sheet = written(result, tmp_path, Sheet(HOSTILE[0], table, HOSTILE))[tab_name(HOSTILE[0])]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert header_of(sheet) == list(HOSTILE)
    assert rows_of(sheet) == [list(reversed(HOSTILE))]
    assert all(cell.quotePrefix for cell in cells if cell.data_type == "s" and cell.value[0] in "=+-@")


def test_a_table_without_rows_is_a_sheet_with_titles(result, tmp_path):
    sheet = written(result, tmp_path, Sheet("空", pd.DataFrame({"甲": [], "乙": []})))["空"]
    assert [cell.value for cell in sheet[body_of(sheet)[0] - 1]] == ["甲", "乙"]


@pytest.mark.parametrize("lang", LANGS)
def test_tables_of_analyses_are_put_into_words(result, tmp_path, lang):
    found, of_lens = structure(result), lens(result, "stage")
    extra = [
        frame_sheet("parents", found.parent_table(), result.framework, lang),
        frame_sheet("pairs", found.correlation_table(), result.framework, lang),
        frame_sheet("growth", of_lens.growth_table(), result.framework, lang, names=of_lens.names),
        frame_sheet("groups", of_lens.group_table(), result.framework, lang, names=of_lens.names),
    ]
    book = written(result, tmp_path, *extra, lang=lang)
    pairs = found.correlation_table()
    assert column_of(book["pairs"], "甲" if lang == "zh" else "First") == [
        {"one": {"zh": "一", "en": "One"}[lang], "c": {"zh": "丙标", "en": "Gamma"}[lang]}.get(x, x)
        for x in pairs["first"]
    ]
    assert_allclose(column_of(book["pairs"], COLUMNS["pearson"][lang]), pairs["pearson"], rtol=1e-15)
    assert ENTRIES["redundant"][lang] in column_of(book["pairs"], COLUMNS["flag"][lang])
    growth = of_lens.growth_table()
    assert column_of(book["growth"], COLUMNS["city"][lang])[0] == {"zh": "甲", "en": "Jia"}[lang]
    assert column_of(book["growth"], COLUMNS["first_year"][lang]) == [2019] * len(growth)
    shares = np.array(column_of(book["growth"], COLUMNS["share"][lang]), float)
    assert_allclose(shares, growth["share"], rtol=1e-15)
    assert column_of(book["groups"], COLUMNS["group"][lang])[:2] == [{"zh": z, "en": e}[lang] for z, e in NAMED]
    assert not [title for title in header_of(book["groups"]) if "_" in str(title)]


@pytest.mark.parametrize(("lang", "title"), [("zh", "α（截距）"), ("en", "Alpha (intercept)")])
def test_a_table_may_mean_something_else_by_a_column(result, lang, title):
    table = pd.DataFrame({"alpha": [0.5], "level": [0.95]})
    (sheet,) = analysis_sheets({"convergence_beta": table, "none": table[:0]}, result.framework, lang)
    assert sheet.table.columns[0] == title
    assert sheet.kinds[sheet.table.columns[1]] == "share"


NAMED = (("规模", "Scale"), ("质量", "Quality"))


@pytest.mark.parametrize("lang", LANGS)
def test_every_table_of_the_analyses_has_a_sheet_and_titles(result, tmp_path, lang):
    specification = Specification(framework=result.framework, methodology=result.methodology)
    tables = analysis_tables(result, specification)[0]
    sheets = list(analysis_sheets(tables, result.framework, lang))
    assert len(sheets) == sum(len(table) > 0 for table in tables.values()) > 15
    written(result, tmp_path, *sheets, lang=lang)
    for sheet in sheets:
        titles = [*map(str, sheet.table.columns), str(sheet.name)]
        assert not [title for title in titles if "." in title]
        assert not [title for title in titles if "_" in title]
        if lang == "zh":
            assert not [title for title in titles if title.isascii() and title.isalpha() and len(title) > 3], titles


@pytest.mark.parametrize("lang", LANGS)
def test_correlations_are_a_matrix_with_what_is_too_close_flagged(result, tmp_path, lang):
    found = structure(result)
    sheet = written(result, tmp_path, correlation_sheet("r", found, result.framework, lang), lang=lang)["r"]
    top, _ = body_of(sheet)
    at = [i for i, node in enumerate(found.nodes) if node.is_indicator]
    rows = rows_of(sheet)
    assert_allclose(np.array([row[1:] for row in rows], float), found.pearson[np.ix_(at, at)], rtol=1e-15)
    assert [row[0] for row in rows] == ["1 a", "2 b", {"zh": "3 丙标", "en": "3 Gamma"}[lang], "4 d"]
    bold = [[bool(sheet.cell(top + i, 2 + j).font.b) for j in range(4)] for i in range(4)]
    assert bold == [[{i, j} == {0, 1} for j in range(4)] for i in range(4)]
    (rules,) = sheet.conditional_formatting
    assert str(rules.sqref) == f"B{top}:E{top + 3}"
    assert [limit.val for limit in rules.rules[0].colorScale.cfvo] == [-1, 0, 1]


def test_the_weights_stand_beside_the_influence(result, tmp_path):
    sheet = written(result, tmp_path)["权重"]
    shown = dict(zip(column_of(sheet, "代码"), column_of(sheet, "实际影响（与指数相关的r²）"), strict=True))
    assert_allclose([shown[code] for code in result.normalised.codes], influence(result), rtol=1e-15)


def test_sheets_stand_before_the_records_and_no_two_are_called_alike(result, tmp_path):
    table = pd.DataFrame({"x": [1]})
    names = written(result, tmp_path, Sheet("排名", table), Sheet({"zh": "方法", "en": "m"}, table)).sheetnames
    assert names[-4:] == ["排名(2)", "方法(2)", "插补记录", "方法"]


@pytest.mark.parametrize("name", ["a" * 60, "a/b:c[d]*?", "'quoted'", "", "History", "很长" * 30])
def test_names_of_tabs_are_such_as_excel_takes(name):
    taken = []
    for _ in range(12):
        found = tab_name(name, taken)
        assert 0 < len(found) <= 31
        assert not set(found) & set("[]:*?/\\'")
        assert found.casefold() not in {other.casefold() for other in taken} | {"history"}
        taken.append(found)


def test_every_kind_of_a_column_is_one_there_is():
    assert set(COLUMN_KINDS.values()) | set(HINTS.values()) <= set(KINDS) | {"score", "value"}
    assert set(COLUMN_KINDS) <= set(COLUMNS)


def test_whole_numbers_and_fractions_are_formatted_by_their_size():
    table = pd.DataFrame({"n": [1, 2000], "x": [0.25, 0.5], "text": ["a", "b"]})
    page = sheet_page(Sheet("t", table), "en")
    assert [column.kind for column in page.columns] == ["#,##0", "0.0000", "text"]
