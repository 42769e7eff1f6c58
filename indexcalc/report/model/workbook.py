"""The index as live formulas (`model.xlsx`): change a weight in a yellow cell, and scores, ranks and charts follow.

Every formula carries its value, so that previewers show it. Where the formulas could not be right for a result the file
is not written, and a notice says why (`formulas.not_written`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter.worksheet import Worksheet

from indexcalc.errors import Problem
from indexcalc.report.model.about import write_about
from indexcalc.report.model.formulas import OK, not_written
from indexcalc.report.model.layout import FIRST, SHARES, Layout
from indexcalc.report.model.ranking import USABLE, write_weights, write_years
from indexcalc.report.model.sheet import BAND, Model
from indexcalc.report.model.stages import (
    write_normalised,
    write_oriented,
    write_ranks,
    write_reference,
    write_scores,
    write_values,
)
from indexcalc.report.workbook.sheets import PAGE_WIDTH, styles
from indexcalc.report.xlsx import workbook
from indexcalc.steps.result import IndexResult
from indexcalc.voice import Voice

WRITERS: dict[str, Callable[[Model, Any], None]] = {
    "weights": write_weights,
    "years": write_years,
    "values": write_values,
    "oriented": write_oriented,
    "reference": write_reference,
    "normalised": write_normalised,
    "scores": write_scores,
    "ranks": write_ranks,
}
"""The sheets after the first, in their order."""
ONE_PAGE = ("about", "weights", "years")
NARROW = ("scores", "ranks")


def write_model_workbook(result: IndexResult, path: Path, voice: Voice) -> list[Problem]:
    """Write the index as live formulas; the same result gives the same bytes.

    Returns the notice that says why it is not written, where it is not.
    """
    gaps = not_written(result)
    if gaps:
        return gaps
    keys = [key for key in WRITERS if key != "years" or len(result.years) > 1]
    stream = BytesIO()
    with workbook(stream, voice.name(result.framework.name)) as book:
        model = Model(book, Layout(result, voice), styles(book, voice))
        sheets = {key: book.add_worksheet(model.word(key), _Worksheet) for key in ("about", *keys)}
        write_about(model, sheets["about"], keys)
        for key in keys:
            WRITERS[key](model, sheets[key])
        for key, sheet in sheets.items():
            _set_print(model, sheet, key)
        book.define_name(OK, f"={model.layout.names['weights']}$B${USABLE}")
    path.write_bytes(stream.getvalue())
    return []


class _Worksheet(Worksheet):  # type: ignore[misc]
    """A sheet that takes formulas as they are: searching each for newer functions, none of which is used here, would
    take longer than writing it."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


def _set_print(model: Model, sheet: Any, key: str) -> None:
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    wide = math.ceil((22 + 13 * len(model.layout.columns)) / PAGE_WIDTH)
    sheet.fit_to_pages(1 if key in (*ONE_PAGE, *NARROW) else wide, 1 if key in ONE_PAGE else 0)
    if key not in ONE_PAGE:
        sheet.repeat_rows(BAND - 1, SHARES - 1)
        sheet.repeat_columns(0, FIRST - 1)
    said = model.voice.name(model.result.framework.name)[:80].replace("&", "&&")
    sheet.set_footer(f"&L&8 {said}&C&8 {model.word(key)}&R&8 {model.word('page')}")
