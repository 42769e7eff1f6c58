"""The cover: findings, method, and a link to every sheet."""

import openpyxl
import pytest

from indexcalc.computed import Computed
from indexcalc.report.tables import SHEETS as TABLES
from indexcalc.report.tables import technical
from indexcalc.report.text.findings import headline
from indexcalc.report.workbook.cover import SHEETS
from indexcalc.report.workbook.workbook import write_index_workbook
from indexcalc.spec.claims import InTop
from indexcalc.voice import Voice, languages
from tests.conftest import build, make_framework, make_panel


@pytest.fixture(scope="module", params=languages())
def cover(request, tmp_path_factory):
    """The cover of a small index with one claim, its voice, the run, and the names of the sheets."""
    framework = make_framework(name={"zh": "指数", "en": "Index"}, note={"zh": "复现。", "en": "Ours."})
    claim = InTop(kind="in_top", cities=("甲",), n=1)
    run, voice = Computed.of(build(make_panel(), framework), claims=(claim,)), Voice(request.param, framework)
    path = tmp_path_factory.mktemp("cover") / "index.xlsx"
    write_index_workbook(run, path, voice)
    book = openpyxl.load_workbook(path)
    return book[voice.say("sheets.cover")], voice, run, book


def test_it_opens_with_name_note_and_headline(cover):
    sheet, voice, run, _ = cover
    said = [cell.value for cell in sheet["A"] if cell.value]
    framework, stop = run.result.framework, {"zh": "。", "en": "."}[voice.lang]
    assert said[:3] == [voice.told(framework.name), voice.told(framework.note), headline(run, voice) + stop]


def test_every_sheet_is_linked_with_what_it_answers_the_technical_ones_from_the_divider(cover):
    sheet, voice, _, book = cover
    divider, names = voice.say("sheets.technical"), book.sheetnames
    answers = {voice.say(f"sheets.{key}"): voice.say(f"sheets.answers_{key}") for key in (*TABLES, "technical")}
    listed = []
    for here in (sheet, book[divider]):
        start = next(cell.row for cell in here["A"] if cell.value == voice.say("sheets.cover_contents")) + 1
        rows = [row for row in here.iter_rows(min_row=start) if row[0].value]
        assert [row[0].hyperlink.location for row in rows] == [f"'{row[0].value}'!A1" for row in rows]
        assert [row[1].value for row in rows] == [answers[row[0].value] for row in rows]
        listed += [row[0].value for row in rows]
    assert listed == names[1:]
    behind = {voice.say(f"sheets.{key}") for key in technical(TABLES)}
    at = names.index(divider)
    assert not set(names[:at]) & behind and set(names[at + 1 :]) <= behind and names[at + 1 :]


def test_findings_lead_to_the_sheet_that_has_more_if_it_is_there(cover):
    sheet, voice, _, book = cover
    names = book.sheetnames
    links = [cell.hyperlink.location for cell in sheet["C"] if cell.hyperlink]
    assert links and {location.split("'")[1] for location in links} <= set(names)
    assert f"'{voice.say('sheets.claims')}'!A1" in links


def test_every_kind_of_sentence_has_a_word_and_its_sheet_is_one_there_is():
    for voice in map(Voice, languages()):
        assert all(voice.knows(f"sheets.about_{kind}_sentence") for kind in (*SHEETS, "refused"))
    assert set(SHEETS.values()) <= set(TABLES)


def test_an_analysis_that_is_refused_is_said_to_be_missing(tmp_path):
    result = build(make_panel(), make_framework(indicators={"a": {}, "b": {}}), normalisation="z_score")
    run, voice = Computed.of(result), Voice("zh", result.framework)
    write_index_workbook(run, tmp_path / "index.xlsx", voice)
    book = openpyxl.load_workbook(tmp_path / "index.xlsx")
    rows = [[cell.value for cell in row] for row in book["封面"].iter_rows()]
    assert "耦合协调" not in book.sheetnames
    refused = [voice.problem(problem) for problem in run.refused]
    said = [row[1] for row in rows if row[1] in refused]
    assert len(said) == len(refused) > 0
    assert "未作的分析" in [row[0] for row in rows]
