"""The first sheet of the workbook for people: the findings, the method in sentences, and the way to every sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indexcalc.report.text.findings import Sentence
from indexcalc.report.workbook.sheets import HEAD, Style, row_height, write_cell
from indexcalc.voice import Voice

WIDTHS = (16.0, 92.0, 16.0)
"""Of the three columns: what a sentence is about, the sentence, the sheet that has more."""

SHEETS = {
    "top": "ranking",
    "moved": "changes",
    "level": "ranking",
    "claim": "claims",
    "robustness": "robustness",
    "joint": "robustness",
    "lens": "lenses",
    "prices": "lenses",
    "integration": "integration",
    "convergence": "convergence",
    "yardstick": "yardsticks",
    "structure": "structure",
    "method": "method",
    "cells": "imputed",
    "theory": "coverage",
}
"""The sheet that has more on each kind of sentence."""
NOTES = ("note", "caution")
"""Kinds of sentences that stand above the headline."""


def write_cover(
    sheet: Any,
    sheets: Sequence[str],
    behind: Sequence[str],
    style: Style,
    *,
    title: str,
    headline: str,
    findings: Sequence[Sentence],
    method: Sequence[Sentence],
    voice: Voice,
) -> None:
    """Fill the first sheet: name of the index, headline, findings, method, contents. behind: sheets that stand behind
    the divider, which lists them."""
    for c, width in enumerate(WIDTHS):
        sheet.set_column(c, c, width)
    sheet.set_row(0, 34)
    write_cell(sheet, 0, 0, title, style, "cover")
    notes = [sentence for sentence in findings if sentence.kind in NOTES]
    row = 1
    for note in notes:
        row = _line(sheet, row, note.text, style, "sentence", 9)
    sheet.set_row(row, 8)
    row = _line(sheet, row + 1, headline, style, "headline", 13)
    found = [sentence for sentence in findings if sentence.kind not in NOTES]
    row = _section(sheet, row, voice.say("sheets.cover_findings"), found, sheets, style, voice)
    row = _section(sheet, row, voice.say("sheets.cover_method"), method, sheets, style, voice)
    read = [key for key in sheets if key not in behind]
    if behind:
        read.append("technical")
    _contents(sheet, row, voice.say("sheets.cover_contents"), read, style, voice)
    _set_print(sheet, voice)


def write_divider(sheet: Any, behind: Sequence[str], style: Style, home: str, voice: Voice) -> None:
    """Fill the sheet that stands before the technical ones: what they are, and the way to each and back."""
    for c, width in enumerate(WIDTHS):
        sheet.set_column(c, c, width)
    sheet.set_row(0, 34)
    write_cell(sheet, 0, 0, voice.say("sheets.technical"), style, "cover")
    sheet.write_url(
        1, 0, f"internal:'{home}'!A1", style("link"), voice.say("sheets.back"), voice.say("sheets.back_tip")
    )
    row = _line(sheet, 2, voice.say("sheets.answers_technical"), style, "sentence", 9)
    _contents(sheet, row, voice.say("sheets.cover_contents"), behind, style, voice)
    sheet.set_tab_color(HEAD)
    _set_print(sheet, voice)


def _set_print(sheet: Any, voice: Voice) -> None:
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&R&8 {voice.say('sheets.page')}")


def _line(sheet: Any, row: int, text: str, style: Style, kind: str, size: float) -> int:
    """A sentence over all columns; the row after it."""
    sheet.set_row(row, row_height(text, sum(WIDTHS) - 4, size))
    sheet.merge_range(row, 0, row, len(WIDTHS) - 1, "", style(kind))
    write_cell(sheet, row, 0, text, style, kind)
    return row + 1


def _section(
    sheet: Any, row: int, title: str, said: Sequence[Sentence], sheets: Sequence[str], style: Style, voice: Voice
) -> int:
    """Sentences below a title, each with what it is about and the sheet that has more; the row after them."""
    if not said:
        return row
    sheet.set_row(row, 10)
    row = _title(sheet, row + 1, title, style)
    before = ""
    for sentence in said:
        about = voice.say(f"sheets.about_{sentence.kind}_sentence")
        sheet.set_row(row, row_height(sentence.text, WIDTHS[1] - 2, 10))
        write_cell(sheet, row, 0, about if about != before else "", style, "topic")
        write_cell(sheet, row, 1, sentence.text, style, "said")
        key = SHEETS.get(sentence.kind, "")
        more = voice.say(f"sheets.{key}") if key in sheets and about != before else ""
        _write_link(sheet, row, 2, more, style, "more")
        before, row = about, row + 1
    return row


def _contents(sheet: Any, row: int, title: str, sheets: Sequence[str], style: Style, voice: Voice) -> int:
    """A link to every sheet below a title, each with what it answers; the row after them."""
    sheet.set_row(row, 10)
    row = _title(sheet, row + 1, title, style)
    for key in sheets:
        answers = voice.say(f"sheets.answers_{key}")
        sheet.set_row(row, row_height(answers, WIDTHS[1] - 2, 10))
        _write_link(sheet, row, 0, voice.say(f"sheets.{key}"), style)
        write_cell(sheet, row, 1, answers, style, "said")
        write_cell(sheet, row, 2, "", style, "said")
        row += 1
    return row


def _title(sheet: Any, row: int, title: str, style: Style) -> int:
    sheet.set_row(row, 20)
    for c in range(len(WIDTHS)):
        write_cell(sheet, row, c, title if c == 0 else "", style, "section")
    return row + 1


def _write_link(sheet: Any, row: int, column: int, name: str, style: Style, kind: str = "linked") -> None:
    if name:
        sheet.write_url(row, column, f"internal:'{name}'!A1", style(kind), name)
    else:
        write_cell(sheet, row, column, "", style, kind)
