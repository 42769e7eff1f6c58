"""The cover: findings, method, and a link to every sheet."""

import openpyxl
import pytest

from indexcalc.analysis.claims import hold
from indexcalc.analysis.tables import analysis_tables
from indexcalc.claims import InTop
from indexcalc.report.findings_text import headline
from indexcalc.report.workbook.cover import SHEETS
from indexcalc.report.workbook.words import WORDS, word
from indexcalc.report.workbook.workbook import write_index_workbook
from indexcalc.specification import Specification
from tests.conftest import build, make_framework, make_panel


@pytest.fixture(scope="module", params=["zh", "en"])
def cover(request, tmp_path_factory):
    """The cover of a small index with one claim, its language, the result, and the names of the sheets."""
    lang = request.param
    framework = make_framework(name={"zh": "指数", "en": "Index"}, note={"zh": "复现。", "en": "Ours."})
    result = build(make_panel(), framework)
    path = tmp_path_factory.mktemp("cover") / "index.xlsx"
    claim = InTop(kind="in_top", cities=("甲",), n=1)
    write_index_workbook(result, path, lang, holdings=hold(result, [claim]))
    book = openpyxl.load_workbook(path)
    return book[word("cover", lang)], lang, result, book.sheetnames


def test_it_opens_with_name_note_and_headline(cover):
    sheet, lang, result, _ = cover
    said = [cell.value for cell in sheet["A"] if cell.value]
    stop = {"zh": "。", "en": "."}[lang]
    note = {"zh": "复现。", "en": "Ours."}[lang]
    assert said[:3] == [result.framework.name[lang], note, headline(result, lang) + stop]


def test_every_sheet_is_linked_with_what_it_answers(cover):
    sheet, lang, _, names = cover
    start = next(cell.row for cell in sheet["A"] if cell.value == word("cover_contents", lang)) + 1
    rows = list(sheet.iter_rows(min_row=start))
    assert [row[0].value for row in rows] == names[1:]
    assert [row[0].hyperlink.location for row in rows] == [f"'{name}'!A1" for name in names[1:]]
    assert all(row[1].value for row in rows)


def test_findings_lead_to_the_sheet_that_has_more_if_it_is_there(cover):
    sheet, lang, _, names = cover
    links = [cell.hyperlink.location for cell in sheet["C"] if cell.hyperlink]
    assert links and {location.split("'")[1] for location in links} <= set(names)
    assert f"'{word('claims', lang)}'!A1" in links


def test_every_kind_of_sentence_has_a_word_and_its_sheet_a_question():
    assert all(f"about_{kind}_sentence" in WORDS for kind in SHEETS)
    assert all(f"answers_{key}" in WORDS and key in WORDS for key in SHEETS.values())


def test_an_analysis_that_is_refused_is_said_to_be_missing(tmp_path):
    result = build(make_panel(), make_framework(indicators={"a": {}, "b": {}}), normalisation="z_score")
    tables, _, refused = analysis_tables(result, Specification(framework=result.framework))
    write_index_workbook(result, tmp_path / "index.xlsx", "zh", tables=tables, refused=refused)
    book = openpyxl.load_workbook(tmp_path / "index.xlsx")
    rows = [[cell.value for cell in row] for row in book["封面"].iter_rows()]
    assert "耦合协调" not in book.sheetnames
    said = [row[1] for row in rows if row[1] in [problem.text("zh") for problem in refused]]
    assert len(said) == len(refused) > 0
    assert "未作的分析" in [row[0] for row in rows]
