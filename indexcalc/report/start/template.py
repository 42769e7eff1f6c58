"""An empty workbook for a framework: its columns, units and city-years laid out, and a sheet for the sources."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from indexcalc.errors import InputError, Problem
from indexcalc.paths import place_unwritable, shown
from indexcalc.report.xlsx import workbook
from indexcalc.spec.framework import Framework, Indicator, Series
from indexcalc.voice import Voice

Columns = Mapping[str, Indicator | Series]
SPARE_ROWS = 200  # rows made ready where the framework does not say which cities and years there are


def write_template(framework: Framework, path: Path, voice: Voice, *, awaited: bool = False) -> None:
    """Write an empty workbook in the panel layout: a column per indicator and series, a row per city and year.

    Headers are names (codes where there are none), the second row has the units, and a note on each header its code,
    direction and publisher. `read_workbook` reads it as the panel with every value missing. Refuses to overwrite a
    file. awaited: only the columns that phrases under `coverage` await; refused where none does.
    """
    option = ("in_option", {"option": "--out"})
    try:
        if path.exists():
            raise InputError(Problem("would_overwrite", {"files": shown(path)}, option))
        if path.suffix.casefold() != ".xlsx":
            raise InputError(Problem("wrong_suffix", {"found": shown(path.name)}, option))
        if not path.parent.is_dir():
            raise InputError(Problem("folder_missing", place=("in_file", {"file": str(path.parent)})))
        columns: Columns = framework.columns
        if awaited:
            wanted = dict.fromkeys(code for phrase in framework.coverage for code in phrase.awaits)
            columns = {code: columns[code] for code in wanted}
            if not columns:
                raise InputError(Problem("nothing_awaited", place=("in_option", {"option": "--awaited"})))
        path.write_bytes(_template(framework, columns, voice.of(framework)))
    except OSError as error:
        raise place_unwritable(error, path) from None


def _template(framework: Framework, columns: Columns, voice: Voice) -> bytes:
    stream = BytesIO()
    with workbook(stream, voice.name(framework.name)) as book:
        plain = {"font_name": voice.say("template.font"), "font_size": 10, "valign": "vcenter"}
        head = book.add_format(
            {**plain, "bold": True, "bg_color": "#E6EDF4", "bottom": 1, "text_wrap": True, "align": "center"}
        )
        soft = book.add_format({**plain, "font_color": "#5a5a5a", "align": "center"})
        label = book.add_format(plain)
        declared = framework.workbook.sheet if framework.workbook is not None else ()
        name = declared[0] if len(declared) == 1 else voice.say("template.sheet")
        _write_panel(book.add_worksheet(name), framework, columns, voice, head, soft, label)
        sources = book.add_worksheet(voice.say("template.sources"))
        heads = ("indicator", "city", "year", "source", "note")
        sources.write_row(0, 0, [voice.say(f"template.{column}") for column in heads], head)
        sources.set_column(0, 0, 26, label)
        sources.set_column(1, 2, 10, label)
        sources.set_column(3, 4, 50, label)
        sources.freeze_panes(1, 0)
    return stream.getvalue()


def _write_panel(
    sheet: Any, framework: Framework, columns: Columns, voice: Voice, head: Any, soft: Any, label: Any
) -> None:
    sheet.write_row(0, 0, [voice.say("template.city"), voice.say("template.year")], head)
    sheet.write_row(1, 0, [voice.say("template.unit"), ""], soft)
    sheet.set_column(0, 1, 10, label)
    for c, (code, column) in enumerate(columns.items(), start=2):
        sheet.write_string(0, c, voice.node(code), head)
        sheet.write_string(1, c, column.unit, soft)
        sheet.write_comment(0, c, _note(framework, code, column, voice), {"x_scale": 1.6, "font_size": 9})
    rows = [(city, year) for city in framework.cities for year in sorted(framework.years)]
    for r, (city, year) in enumerate(rows, start=2):
        sheet.write_string(r, 0, voice.city(city), label)
        sheet.write_number(r, 1, year, label)
    last = len(columns) + 1
    if last > 1:
        sheet.set_column(2, last, 14, label)
        sheet.data_validation(
            *(2, 2, 1 + (len(rows) or SPARE_ROWS), last),
            {"validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15}
            | {"error_title": "indexcalc", "error_message": voice.say("template.wrong")},
        )
    sheet.set_row(0, 42)
    sheet.freeze_panes(2, 2)


def _note(framework: Framework, code: str, column: Indicator | Series, voice: Voice) -> str:
    """What someone who fills in a column needs to know about it."""
    lines = [voice.say("template.code", code=code)]
    if isinstance(column, Indicator):
        lines.append(voice.say(f"template.direction.{column.direction.name}"))
    else:
        lines.append(voice.say("template.series"))
    if column.publisher is not None:
        lines.append(voice.say("template.publisher", publisher=framework.publishers[column.publisher]))
    if getattr(column, "optional", False) or getattr(column, "weight", 1.0) == 0:
        lines.append(voice.say("template.optional"))
    return "\n".join(lines)
