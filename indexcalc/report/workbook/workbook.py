"""The workbook for people (`index.xlsx`): a cover with the findings, then a sheet for every question, formatted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path

import xlsxwriter

from indexcalc.computed import Computed
from indexcalc.report.findings import Sentence, coverage_sentences, findings, headline, method_sentences
from indexcalc.report.tables import sheets
from indexcalc.report.tables.table import Sheet
from indexcalc.report.workbook.cover import write_cover
from indexcalc.report.workbook.sheets import styles, write_sheet
from indexcalc.voice import Voice

CREATED = datetime(2000, 1, 1)  # fixed, so that the file does not carry the clock
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_index_workbook(run: Computed, path: Path, voice: Voice, shown: Mapping[str, Sheet] | None = None) -> None:
    """Write the workbook for people; the same results give the same bytes. shown: its sheets, if they are made."""
    shown = sheets(run) if shown is None else shown
    index, stream = voice.name(run.result.framework.name), BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        book.set_properties({"title": index, "author": "indexcalc", "created": CREATED})
        style, home = styles(book, voice), voice.say("sheets.cover")
        write_cover(
            book.add_worksheet(home),
            list(shown),
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
        years = run.result.years
        key = "title_year" if len(years) == 1 else "title_years"
        about = {"name": index, "first": years[0], "last": years[-1]}
        for one in shown.values():
            title = voice.say(f"sheets.{key}", **about, sheet=voice.say(f"sheets.{one.key}"))
            write_sheet(book, one, style, (title, index, home), voice)
    path.write_bytes(stream.getvalue())
