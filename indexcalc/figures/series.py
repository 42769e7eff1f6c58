"""Series of a database in which one name gives place and indicator (GDP: Chengdu): they become two columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from indexcalc.errors import InputError, Problem
from indexcalc.figures.grid import Cell, Grid
from indexcalc.figures.headers import (
    ColumnNames,
    fold,
    header_of,
    is_day,
    is_indicator_word,
    is_known_place,
    known,
    looks_like_place,
)
from indexcalc.figures.table import (
    LOOKED_THROUGH,
    are_places,
    is_blank,
    is_place,
    is_year_header,
    padded,
)
from indexcalc.spec.framework import Workbook, one_line

_NO_PLACE_HEADERS = tuple(
    known("identifier", *(f"header.{name}" for name in ("unit", "source", "note", "flag", "code", "year", "serial")))
)
_COLON = r"[:\uff1a]"
_PLACE_FIRST = re.compile(rf"(?P<place>[^:\uff1a]+){_COLON}(?P<name>.+)")
_PLACE_LAST = re.compile(rf"(?P<name>.+){_COLON}(?P<place>[^:\uff1a]+)")


def with_place(
    grid: Grid, names: ColumnNames, declared: Workbook, cities: Collection[str], place_of: tuple[str, dict[str, Any]]
) -> tuple[Grid, str]:
    """A sheet with a series in each row, the years across, with a last column of places taken from the names of the
    series, and the first of these names; any other sheet as it is.

    Only where all names have a colon, what is before it, or behind it, are places, no name has two of them, and no
    other column may be one of places; refused where each of several names has each of several others behind it, and
    nothing shows which are places. cities: those of the framework, folded. place_of: the sheet, as problems name it.
    """
    first = ((h, row) for h, row in enumerate(grid.rows[:LOOKED_THROUGH]) if any(is_year_header(c.value) for c in row))
    h, head = next(first, (0, ()))
    said = {c: cell.value for c, cell in enumerate(head) if isinstance(cell.value, str)}
    column = next((c for c, text in said.items() if is_indicator_word(text)), None)
    if column is None or any(is_place(text, names, declared) for text in said.values()):
        return grid, ""
    rows = padded(grid.rows)
    figures = {r: row for r, row in enumerate(rows) if r > h and any(isinstance(c.value, (int, float)) for c in row)}
    texts = {r: one_line(str(row[column].value or "")) for r, row in figures.items()}
    beside = ((text, [row[c].value for row in figures.values()]) for c, text in said.items() if c != column)
    if not texts or any(_may_be_places(*told) for told in beside):
        return grid, ""
    found: dict[int, re.Match[str]] = {}
    for pattern in (_PLACE_FIRST, _PLACE_LAST):
        found = {r: match for r, text in texts.items() if (match := pattern.fullmatch(text)) is not None}
        places = [match["place"].strip() for match in found.values()]
        if len(found) == len(texts) and are_places(places, cities):
            break
    else:
        sides = [{match[side].strip() for match in found.values()} for side in ("place", "name")]
        if len(found) == len(texts) == len(sides[0]) * len(sides[1]) and min(map(len, sides)) > 1:
            raise InputError(Problem("series_unclear", {"found": texts[min(texts)]}, place_of))
        return grid, ""
    parts = ([part.strip() for part in re.split(_COLON, text)] for text in texts.values())
    if any(sum(is_known_place(part, cities) or looks_like_place(part) for part in own) > 1 for own in parts):
        return grid, ""
    wider = []
    for r, row in enumerate(rows):
        match = found.get(r)
        place = match["place"].strip() if match else declared.city or header_of("city") if r == h else None
        cells = list(row)
        if match is not None:
            cells[column] = cells[column]._replace(value=match["name"].strip())
        wider.append((*cells, Cell(place, row[column].row, row[column].column)))
    return replace(grid, rows=tuple(wider)), texts[min(texts)]


def _may_be_places(header: str, values: Sequence[Any]) -> bool:
    """Whether a column beside the names of series may be one of places: it holds several texts, other than days, and no
    number, and its header is none of years, units, sources, notes or codes."""
    texts = {fold(value) for value in values if isinstance(value, str) and not is_blank(value) and not is_day(value)}
    figures = is_year_header(header) or any(isinstance(value, (int, float)) for value in values)
    return len(texts) > 1 and not figures and not fold(header).endswith(_NO_PLACE_HEADERS)
