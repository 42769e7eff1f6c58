"""Pages drawn and opened again: tables below each other, texts with room, links, native charts."""

from io import BytesIO
from zipfile import ZipFile

import numpy as np
import openpyxl
import pytest
import xlsxwriter
from numpy.testing import assert_allclose

from indexcalc.report.workbook.sheets import (
    BARE,
    HEADS,
    KINDS,
    WIDTHS,
    Block,
    Column,
    Lines,
    Page,
    number_format,
    one_table,
    score_kind,
    styles,
    text_width,
    write_page,
)
from tests.report.workbook.test_workbook import HOSTILE

NAN = np.nan


def drawn(page, lang="zh"):
    """The file of a workbook with one page."""
    stream = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.add_worksheet("封面")
        write_page(book, page, styles(book, lang), "指数", "指数：表", "封面", lang)
    return stream


def opened(page, lang="zh"):
    return openpyxl.load_workbook(drawn(page, lang))[page.name]


def table(*columns, **look):
    return Block(tuple(Column((title,), values, kind) for title, values, kind in columns), **look)


TWO = (
    table(("城市", ["甲", "乙"], "text"), ("得分", [1.5, NAN], "score"), question="谁高？", notes=("一句。",)),
    table(("城市", ["甲"], "text"), ("占比", [0.25], "part"), ("次数", [3], "whole"), question="多少？"),
)


def test_tables_stand_below_each_other_each_with_its_question():
    sheet = opened(Page("表", "?", ("总说。",), TWO))
    said = [[cell.value for cell in row] for row in sheet.iter_rows(max_col=3)]
    texts = [row for row in said if any(value is not None for value in row)]
    assert texts == [
        ["指数：表", None, None],
        ["← 返回封面", None, None],
        ["总说。", None, None],
        ["谁高？", None, None],
        ["一句。", None, None],
        ["城市", "得分", None],
        ["甲", 1.5, None],
        ["乙", None, None],
        ["多少？", None, None],
        ["城市", "占比", "次数"],
        ["甲", 0.25, 3],
    ]
    assert sheet.freeze_panes == "B2"  # title and city stay in sight
    assert sheet.print_title_rows == "$1:$1"


def test_one_table_keeps_its_header_in_sight_and_on_every_page():
    page = one_table("表", "?", ("总说。",), TWO[0].columns, labels=1, filtered=True)
    sheet = opened(page)
    row = next(cell.row for cell in sheet["A"] if cell.value == "城市")
    assert sheet.freeze_panes == f"B{row + 1}"
    assert sheet.auto_filter.ref == f"A{row}:B{row + 2}"
    assert sheet.print_title_rows == f"${row}:${row}"
    assert sheet.page_setup.paperSize == 9 and sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_narrow_tables_are_printed_upright_and_wide_ones_across():
    wide = Block(tuple(Column((f"c{k}",), [1.0], "value") for k in range(12)))
    assert opened(Page("表", "?", (), (TWO[0],))).page_setup.orientation in (None, "portrait")
    assert opened(Page("表", "?", (), (wide,))).page_setup.orientation == "landscape"


def test_the_way_back_leads_to_the_cover():
    (link,) = [cell.hyperlink for row in opened(Page("表", "?", (), TWO)).iter_rows() for cell in row if cell.hyperlink]
    assert (link.location, link.target) == ("'封面'!A1", None)


def test_a_column_is_as_wide_as_its_widest_table_needs():
    long = table(("城市", ["城市产业生态一体化发展"], "text"))
    sheet = opened(Page("表", "?", (), (TWO[0], long)))
    assert sheet.column_dimensions["A"].width >= 22


def test_long_texts_are_broken_and_their_rows_high_enough():
    text = "很长的说明" * 30
    sheet = opened(Page("表", "?", (), (table(("说明", [text], "text")),)))
    row = next(cell.row for cell in sheet["A"] if cell.value == text)
    width, height = sheet.column_dimensions["A"].width, sheet.row_dimensions[row].height
    assert width <= 50 and height >= text_width(text) / width * 12
    assert sheet.cell(row, 1).alignment.wrap_text


def test_texts_that_look_like_formulas_stay_text():
    block = Block(tuple(Column((title,), [text]) for title, text in zip(HOSTILE, reversed(HOSTILE), strict=True)))
    sheet = opened(Page("表", "?", HOSTILE, (block,)))
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.value for cell in cells} >= set(HOSTILE)
    assert all(cell.quotePrefix for cell in cells if cell.value[0] in "=+-@")


def test_colour_scales_go_over_their_columns():
    block = Block(TWO[1].columns, scales=((1, 1),), signed=((2, 2, 5.0),))
    rules = {
        str(area.sqref): area.rules[0].colorScale
        for area in opened(Page("表", "?", (), (block,))).conditional_formatting
    }
    (one, two) = sorted(rules)
    assert one[0] == "B" and two[0] == "C"
    assert [limit.val for limit in rules[two].cfvo] == [-5, 0, 5]


LINES = Lines("位次", "位", 0, 1, 2, ("#FF0000", ""), ranks=True)


def chart_of(page):
    with ZipFile(drawn(page)) as archive:
        return archive.read("xl/charts/chart1.xml").decode()


def test_a_chart_reads_the_cells_and_has_the_first_rank_on_top():
    block = Block((Column(("城市",), ["甲", "乙"]), Column((2020,), [1, 2], "whole"), Column((2021,), [2, 1], "whole")))
    xml = chart_of(Page("表", "?", (), (block,), charts=(LINES,)))
    assert "<c:f>表!$B$5:$C$5</c:f>" in xml and "<c:f>表!$A$5</c:f>" in xml
    assert "<c:f>表!$B$4:$C$4</c:f>" in xml  # the years
    assert '<c:orientation val="maxMin"/>' in xml
    assert xml.index('<a:srgbClr val="B8C0C8"/>') < xml.index('<a:srgbClr val="FF0000"/>')  # colours on top


def test_a_chart_of_scores_is_the_right_way_up_and_names_those_in_colour_only():
    block = Block((Column(("城市",), ["甲", "乙"]), Column((2020,), [1, 2], "whole"), Column((2021,), [2, 1], "whole")))
    xml = chart_of(Page("表", "?", (), (block,), charts=(Lines("得分", "分", 0, 1, 2, ("#FF0000", "")),)))
    assert "maxMin" not in xml
    assert xml.count("<c:dLbls>") == 1


def test_more_cities_than_can_be_told_apart_are_not_drawn():
    n = 60
    block = Block((Column(("城市",), [f"c{k}" for k in range(n)]), *(Column((y,), [1.0] * n) for y in (1, 2))))
    xml = chart_of(
        Page("表", "?", (), (block,), charts=(Lines("得分", "分", 0, 1, 2, ("",) * (n - 1) + ("#FF0000",)),))
    )
    assert xml.count("<c:ser>") == 40 and "FF0000" in xml


def test_a_table_without_rows_is_a_header():
    sheet = opened(Page("空", "?", (), (table(("甲", [], "text"), ("乙", [], "score")),)))
    assert [cell.value for cell in sheet[sheet.max_row]] == ["甲", "乙"]


def test_every_kind_is_one_there_is():
    assert set(WIDTHS) | set(BARE) <= set(KINDS)
    assert not set(HEADS) & set(KINDS)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1, 2000], "#,##0"), ([0.25, NAN], "0.0000"), ([1.5], "#,##0.00"), ([1234.5], "#,##0.0"), ([12345.6], "#,##0")],
)
def test_decimals_go_by_the_size_of_the_values(values, expected):
    assert number_format(np.array(values)) == expected


def test_scores_on_a_short_scale_have_four_decimals():
    assert (score_kind(np.array([0.5, -1.0])), score_kind(np.array([NAN, 10.0]))) == ("fine_score", "score")
    assert_allclose(text_width("甲a"), 3)
