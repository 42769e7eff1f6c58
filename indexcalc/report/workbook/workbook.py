"""The workbook for people (`index.xlsx`): a cover with the findings, then a sheet for every question, formatted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from indexcalc.computed import Computed
from indexcalc.report.tables import printed, sheets, technical
from indexcalc.report.tables.table import Sheet
from indexcalc.report.text.findings import Sentence, coverage_sentences, findings, headline, method_sentences
from indexcalc.report.workbook.cover import write_cover, write_divider
from indexcalc.report.workbook.sheets import PALE, Style, styles, write_sheet
from indexcalc.report.xlsx import workbook
from indexcalc.voice import Voice


def write_index_workbook(run: Computed, path: Path, voice: Voice) -> None:
    """Write the workbook for people; the same results give the same bytes."""
    shown, home = sheets(run), voice.say("sheets.cover")
    index = voice.name(run.result.framework.name)
    behind = technical(shown)
    with _book(run, path, voice) as (book, style):
        write_cover(
            book.add_worksheet(home),
            list(shown),
            behind,
            style,
            title=index,
            headline=headline(run, voice) + voice.mark("stop").strip(),
            findings=findings(run, voice),
            method=(
                *method_sentences(run, voice),
                *coverage_sentences(run, voice),
                *(Sentence("refused", voice.problem(problem)) for problem in run.refused),
            ),
            voice=voice,
        )
        for key, one in shown.items():
            if key in behind[:1]:
                write_divider(book.add_worksheet(voice.say("sheets.technical")), behind, style, home, voice)
            for sheet in write_sheet(book, one, style, (_title(run, one, voice), index, home), voice):
                if key in behind:
                    sheet.set_tab_color(PALE)


def write_checked_workbook(run: Computed, path: Path, voice: Voice) -> None:
    """Write the sheet of the figures alone, as a check does."""
    with _book(run, path, voice) as (book, style):
        for one in printed(run, "check").values():
            write_sheet(book, one, style, (_title(run, one, voice), voice.name(run.result.framework.name), ""), voice)


@contextmanager
def _book(run: Computed, path: Path, voice: Voice) -> Iterator[tuple[Any, Style]]:
    """A workbook with its properties and styles, written at the end."""
    stream = BytesIO()
    with workbook(stream, voice.name(run.result.framework.name)) as book:
        yield book, styles(book, voice)
    path.write_bytes(stream.getvalue())


def _title(run: Computed, one: Sheet, voice: Voice) -> str:
    """The title above a sheet: the index, the sheet, the years."""
    years = run.result.years
    about = {"name": voice.name(run.result.framework.name), "first": years[0], "last": years[-1]}
    return voice.say(
        "sheets.title_year" if len(years) == 1 else "sheets.title_years", **about, sheet=voice.say(f"sheets.{one.key}")
    )
