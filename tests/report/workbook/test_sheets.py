"""Sheets drawn and opened again: tables below each other, texts with room, links, native charts."""

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter

from indexcalc.report.tables.table import KINDS as FIGURES
from indexcalc.report.tables.table import Column, Lines, Sheet, Table
from indexcalc.report.workbook.sheets import (
    BARE,
    HEADS,
    KINDS,
    MARKS,
    TEXTS,
    WIDTHS,
    row_height,
    styles,
    text_width,
    write_sheet,
)
from indexcalc.report.xlsx import OPTIONS
from indexcalc.voice import City, Voice, Word, languages
from tests.conftest import make_framework

NAN = float("nan")
HOSTILE = ("=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "-2+3", "http://x.cn", "{=1+1}", "&P & 8")
CITY, SCORE, SHARE = Word("sheets.city"), Word("sheets.score"), "占比"


def drawn(*tables, voice=None, **look):
    """The file of a workbook with one sheet, which is that of the ranking."""
    stream, voice = BytesIO(), voice or Voice("zh")
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        book.add_worksheet("封面")
        shown = Sheet("ranking", tables, **look)
        write_sheet(book, shown, styles(book, voice), ("指数：表", "指数 & 表", "封面"), voice)
    return stream


def opened(*tables, **look):
    return openpyxl.load_workbook(drawn(*tables, **look)).worksheets[1]


def table(*columns, **look):
    return Table(tuple(Column(head, values, kind) for head, values, kind in columns), **look)


ONE = table((CITY, ["甲", "乙"], "text"), (SCORE, [1.5, NAN], "score"), question="谁高？", notes=("一句。",))
TWO = table((CITY, ["甲"], "text"), (SHARE, [0.25], "part"), ("次数", [3], "whole"), question="多少？")


def row_of(sheet, text, column="A"):
    return next(cell.row for cell in sheet[column] if cell.value == text)


def test_tables_are_below_each_other_each_with_its_question():
    sheet = opened(ONE, TWO, notes=("总说。",))
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
    assert sheet.title == "排名"
    assert sheet.freeze_panes == "B2"  # title and city stay in sight
    assert sheet.print_title_rows == "$1:$1"


def test_facts_are_in_the_words_of_the_language():
    framework = make_framework(indicators={"a": {}}, cities={"甲": {"en": "Jia"}})
    shown = Table(
        (Column(CITY, [City("甲")]), Column(SHARE, [Word("sheets.yes")], "word")), notes=(Word("sheets.yes"),)
    )
    for lang, texts in (("zh", ["城市", "甲", "是"]), ("en", ["City", "Jia", "yes"])):
        sheet = opened(shown, voice=Voice(lang, framework))
        cells = {cell.value for row in sheet.iter_rows() for cell in row}
        assert cells >= set(texts), lang
    assert sheet.title == "Ranking"


def test_the_sheet_shows_its_own_columns():
    screen = Column(SCORE, [9.0], "score", on=("screen",))
    brief = Column("长", [1.0], "whole", band="带", brief="短")
    sheet = opened(Table((Column(CITY, ["甲"]), screen, brief)))
    values = {cell.value for row in sheet.iter_rows() for cell in row}
    assert 9.0 not in values and "短" not in values and {"带", "长"} <= values


def test_one_table_keeps_its_header_in_sight_and_on_every_page():
    sheet = opened(Table(ONE.columns), notes=("总说。",), filtered=True)
    row = row_of(sheet, "城市")
    assert sheet.freeze_panes == f"B{row + 1}"
    assert sheet.auto_filter.ref == f"A{row}:B{row + 2}"
    assert sheet.print_title_rows == f"${row}:${row}"
    assert sheet.page_setup.paperSize == 9 and sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert "指数 && 表" in sheet.oddFooter.left.text


def test_equal_bands_are_one_cell_and_a_name_without_one_fills_the_height():
    years = [Column(year, [1.0], "score", SCORE) for year in (2020, 2021)]
    sheet = opened(Table((Column(CITY, ["甲"]), *years)))
    row = row_of(sheet, "城市")
    assert {f"A{row}:A{row + 1}", f"B{row}:C{row}"} <= set(map(str, sheet.merged_cells.ranges))
    assert [sheet.cell(row + 1, k).value for k in (2, 3)] == [2020, 2021]


def test_a_table_too_wide_for_a_page_is_broken_between_bands_and_no_heading_runs_over_the_edge():
    wide = [
        Column(f"{band}{k}", [1.0], "score", band) for band, n in (("年", 15), ("分", 20), ("率", 60)) for k in range(n)
    ]
    sheet = opened(Table((Column(CITY, ["甲"]), *wide)), labels=1)
    breaks = [each.id for each in sheet.col_breaks.brk]
    assert breaks[0] == 1 + 15  # the first two would fit on one page only in pieces
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage  # a fitted page would not keep to the breaks
    assert 30 < int(sheet.page_setup.scale) < 100
    assert sheet.print_title_cols == "$A:$A" and sheet.print_title_rows
    row = row_of(sheet, "城市")
    joined = [each for each in sheet.merged_cells.ranges if each.min_row == row and each.min_col > 1]
    for edge in breaks:
        assert not [each for each in joined if each.min_col <= edge < each.max_col], edge
    heads = [cell.value for cell in sheet[row] if cell.value and cell.column > 1]
    assert list(dict.fromkeys(heads)) == ["年", "分", "率"] and len(heads) == len(joined) > 3


@pytest.mark.parametrize("columns", [2, 60])  # on one page across, and on several
def test_a_table_that_would_be_cut_by_the_end_of_a_page_begins_the_next(columns):
    rows = [f"城{k}" for k in range(20)]
    some = [
        table((CITY, rows, "text"), *((f"列{k}", [1.0] * 20, "score") for k in range(columns)), question=f"问{n}？")
        for n in range(5)
    ]
    sheet = opened(*some, labels=1)
    assert bool(sheet.col_breaks.brk) == (columns == 60)
    questions = [row_of(sheet, f"问{n}？", "B" if columns == 60 else "A") for n in range(5)]
    breaks = [each.id + 1 for each in sheet.row_breaks.brk]
    assert breaks and set(breaks) <= set(questions[1:])
    assert all(b - a < 60 for a, b in zip([1, *breaks], [*breaks, sheet.max_row], strict=True))


def test_tables_longer_than_a_page_have_sheets_of_their_own_each_with_its_header_repeated():
    long = table((CITY, [f"城{k}" for k in range(61)], "text"), (SCORE, [1.0] * 61, "score"))
    book = openpyxl.load_workbook(drawn(long, TWO, long, ONE, TWO))
    assert book.sheetnames == ["封面", "排名", "排名 2", "排名 3", "排名 4"]
    for name, rows in (("排名", 61), ("排名 2", 1), ("排名 3", 61)):
        sheet = book[name]
        top = row_of(sheet, "城市")
        assert (sheet.print_title_rows, sheet.max_row) == (f"${top}:${top}", top + rows)
        assert sheet["A1"].value == "指数：表" and sheet["A2"].value == "← 返回封面"
    assert [cell.value for cell in book["排名 4"]["A"]].count("城市") == 2
    assert openpyxl.load_workbook(drawn(long, TWO)).sheetnames == ["封面", "排名", "排名 2"]
    named = replace(long, name="信度")
    assert openpyxl.load_workbook(drawn(long, named)).sheetnames == ["封面", "排名", "信度"]
    assert openpyxl.load_workbook(drawn(long, named, long)).sheetnames == ["封面", "排名", "信度", "排名 2"]
    beside = openpyxl.load_workbook(
        drawn(long, replace(TWO, name="信度"), ONE)
    )  # its name would not be that of the other
    assert beside.sheetnames == ["封面", "排名", "排名 2"]
    assert openpyxl.load_workbook(drawn(ONE, TWO)).sheetnames == ["封面", "排名"]


def test_texts_above_a_sheet_of_several_pages_begin_after_the_columns_that_are_repeated():
    """A title that began in a repeated column was cut at its edge on every page but the first."""
    wide = table(
        (CITY, ["甲"], "text"), *((f"列{k}", [1.0], "score") for k in range(60)), question="问？", notes=("句。",)
    )
    sheet = opened(replace(wide, legend=("interpolated",)), notes=("总说。",), labels=1)
    assert sheet.print_title_cols == "$A:$A"
    first_page = sheet.col_breaks.brk[0].id
    above = [cell for row in sheet.iter_rows(max_row=row_of(sheet, "城市") - 1) for cell in row if cell.value]
    assert [cell.value for cell in above if cell.column == 1] == ["← 返回封面"]  # short enough
    assert {"指数：表", "总说。", "问？", "句。", "图例", "内插"} == {cell.value for cell in above if cell.column > 1}
    joined = [each for each in sheet.merged_cells.ranges if each.max_row < row_of(sheet, "城市")]
    assert joined and all(1 < each.min_col <= each.max_col <= first_page for each in joined)


@pytest.mark.parametrize(("columns", "orientation"), [(3, "portrait"), (11, "portrait"), (20, "landscape")])
def test_a_table_beside_others_is_made_small_enough_for_one_page(columns, orientation):
    """Its header is not repeated: on the next page nothing would say what the figures are."""
    rows = [f"城{k}" for k in range(55)]
    tall = table((CITY, rows, "text"), *((f"列{k}", [1.0] * 55, "score") for k in range(columns)))
    sheet = opened(tall, TWO)
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.orientation == orientation
    down = 72 * ((11.69 if orientation == "portrait" else 8.27) - 1.1)
    assert 56 * 16.5 * int(sheet.page_setup.scale) / 100 < down
    assert int(sheet.page_setup.scale) > 35
    twice = opened(tall, tall)
    second = [cell.row for cell in twice["A"] if cell.value == "城市"][1]
    assert [each.id + 2 for each in twice.row_breaks.brk] == [second]  # a small row is above a header


def test_equal_values_of_a_merged_column_are_one_cell():
    groups = Column(CITY, ["一", "一", "二"], "group", merged=True)
    sheet = opened(Table((groups, Column(SCORE, [1.0, 2.0, 3.0], "score"))))
    row = row_of(sheet, "一")
    assert f"A{row}:A{row + 1}" in set(map(str, sheet.merged_cells.ranges))
    assert [sheet.cell(row + k, 1).value for k in range(3)] == ["一", None, "二"]


def test_narrow_tables_are_printed_upright_and_wide_ones_across():
    wide = Table(tuple(Column(f"c{k}", [1.0], "value") for k in range(12)))
    assert opened(ONE).page_setup.orientation in (None, "portrait")
    assert opened(wide).page_setup.orientation == "landscape"


def test_the_way_back_leads_to_the_cover():
    (link,) = [cell.hyperlink for row in opened(ONE, TWO).iter_rows() for cell in row if cell.hyperlink]
    assert (link.location, link.target) == ("'封面'!A1", None)


def test_a_column_is_as_wide_as_its_widest_table_needs():
    long = table((CITY, ["城市产业生态一体化发展"], "text"))
    assert opened(ONE, long).column_dimensions["A"].width >= 22


def test_long_texts_are_broken_and_their_rows_high_enough():
    text = "很长的说明" * 30
    sheet = opened(table(("说明", [text], "text")))
    row = row_of(sheet, text)
    width, height = sheet.column_dimensions["A"].width, sheet.row_dimensions[row].height
    assert width <= 50 and height >= text_width(text) / width * 12
    assert sheet.cell(row, 1).alignment.wrap_text
    assert row_height("a" * 40, 20) > row_height("a" * 10, 20)


def test_texts_that_look_like_formulas_stay_text():
    hostile = Table(tuple(Column(title, [text]) for title, text in zip(HOSTILE, reversed(HOSTILE), strict=True)))
    sheet = opened(hostile, notes=HOSTILE)
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.value for cell in cells} >= set(HOSTILE)
    assert all(cell.quotePrefix for cell in cells if cell.value[0] in "=+-@")


def test_figures_have_the_format_of_their_kind():
    columns = [Column(kind, [0.25], kind) for kind in FIGURES if kind not in TEXTS and kind != "moved"]
    sheet = opened(Table((*columns, Column("own", [1234.5], "#,##0.0"))))
    formats = [cell.number_format for cell in sheet[sheet.max_row]]
    assert formats == [*(FIGURES[column.kind].excel for column in columns), "#,##0.0"]


def test_marks_bold_rows_and_the_legend():
    marked = Column(SCORE, [1.0, 2.0], "score", marks=["interpolated", ""])
    name = Column(CITY, ["甲", "乙"], marks=["", "below_2"])
    sheet = opened(Table((name, marked), strong=frozenset({1}), starts=frozenset({1}), legend=("interpolated",)))
    row = row_of(sheet, "甲")
    assert sheet.cell(row, 2).fill.fgColor.rgb[2:] == MARKS["interpolated"]["bg_color"][1:]
    assert (sheet.cell(row, 1).font.b, sheet.cell(row + 1, 1).font.b) == (False, True)
    assert sheet.cell(row + 1, 1).alignment.indent == 2 and sheet.cell(row + 1, 1).border.top.style == "thin"
    assert {"图例", "内插"} <= {cell.value for line in sheet.iter_rows(max_row=row) for cell in line}


def test_colour_scales_go_over_their_columns():
    """Neighbours that share a scale are one block of colours; those on their own are not."""
    one, two = (Column(f"c{k}", [1.0, 2.0], "score", scale="score") for k in "12")
    alone = [Column(f"o{k}", [1.0, 2.0], "score", scale="own") for k in "12"]
    signed = [Column(f"s{k}", [1.0, -2.0], "change", signed=limit) for k, limit in (("1", 5.0), ("2", 5.0), ("3", 1.0))]
    sheet = opened(Table((Column(CITY, ["甲", "乙"]), one, two, *alone, *signed)))
    rules = {str(area.sqref): area.rules[0].colorScale.cfvo for area in sheet.conditional_formatting}
    r = row_of(sheet, "甲")
    assert set(rules) == {f"{a}{r}:{b}{r + 1}" for a, b in ("BC", "DD", "EE", "FG", "HH")}
    assert [limit.val for limit in rules[f"F{r}:G{r + 1}"]] == [-5, 0, 5]
    assert [limit.type for limit in rules[f"B{r}:C{r + 1}"]] == ["min", "max"]


# --- charts -----------------------------------------------------------------------------------------------------------


def lined(*colours, ranks=False, n=2):
    """The chart over two years of a table of n cities."""
    years = (Column(year, [1.0] * n, "whole", SCORE) for year in (2020, 2021))
    lines = Lines("图", "轴", "score", colours, ranks=ranks, named=ranks)
    stream = drawn(Table((Column(CITY, [f"c{k}" for k in range(n)]), *years)), charts=(lines,))
    with ZipFile(stream) as archive:
        return archive.read("xl/charts/chart1.xml").decode()


def test_a_chart_reads_the_cells_and_has_the_first_rank_on_top():
    xml = lined("#FF0000", "", ranks=True)
    assert "<c:f>排名!$B$6:$C$6</c:f>" in xml and "<c:f>排名!$A$6</c:f>" in xml
    assert "<c:f>排名!$B$5:$C$5</c:f>" in xml  # the years
    assert '<c:orientation val="maxMin"/>' in xml
    assert xml.index('<a:srgbClr val="B8C0C8"/>') < xml.index('<a:srgbClr val="FF0000"/>')  # colours on top


def test_a_chart_of_scores_is_the_right_way_up_and_names_those_in_colour_only():
    xml = lined("#FF0000", "")
    assert "maxMin" not in xml
    assert xml.count("<c:dLbls>") == 1


def test_cities_that_are_not_to_be_drawn_are_not():
    xml = lined("", None, "#FF0000", n=3)
    assert xml.count("<c:ser>") == 2 and "FF0000" in xml and "$A$7" not in xml


def test_a_table_without_rows_is_a_header():
    sheet = opened(table((CITY, [], "text"), (SCORE, [], "score")))
    assert [cell.value for cell in sheet[sheet.max_row]] == ["城市", "得分"]


# --- looks ------------------------------------------------------------------------------------------------------------


def test_every_kind_is_one_there_is():
    assert set(WIDTHS) | set(BARE) <= set(KINDS)
    assert not set(HEADS) & set(KINDS)
    assert set(FIGURES) - {"moved", "weight"} <= set(KINDS)  # which the workbook does not show


@pytest.mark.parametrize("lang", languages())
def test_every_mark_has_a_word_if_it_is_explained(lang):
    silent = {"", "up", "down", *(f"below_{k}" for k in range(1, 16))}
    assert {mark for mark in MARKS if not Voice(lang).knows(f"sheets.cell_{mark}")} == silent


def test_a_chinese_character_takes_two_columns():
    assert text_width("甲a") == 3
