"""Series of a database in which one name gives place and indicator (GDP: Chengdu): they become two columns."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from indexcalc.errors import InputError, Problem
from indexcalc.figures.grid import Cell, Grid
from indexcalc.figures.headers import ColumnNames, bare, fold, header_of, is_indicator_word, looks_like_place
from indexcalc.figures.table import LOOKED_THROUGH, is_place, is_year_header, padded
from indexcalc.spec.framework import Workbook, one_line

_COLON = r"[:\uff1a]"
_PLACE_FIRST = re.compile(rf"(?P<place>[^:\uff1a]+){_COLON}(?P<name>.+)")
_PLACE_LAST = re.compile(rf"(?P<name>.+){_COLON}(?P<place>[^:\uff1a]+)")


def with_place(
    grid: Grid, names: ColumnNames, declared: Workbook, cities: Collection[str], place_of: tuple[str, dict[str, Any]]
) -> tuple[Grid, str]:
    """A sheet with a series in each row, the years across, with a last column of places taken from the names of the
    series, and the first of these names; any other sheet as it is.

    Only where all names have a colon, and half of what is before it, or behind it, is known as places, or all else is
    one indicator; refused where each of several names has each of several others behind it, and nothing shows which
    are places. cities: those of the framework, folded. place_of: the sheet, as problems name it.
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
    if not texts:
        return grid, ""
    found: dict[int, re.Match[str]] = {}
    for pattern in (_PLACE_FIRST, _PLACE_LAST):
        found = {r: match for r, text in texts.items() if (match := pattern.fullmatch(text)) is not None}
        places = [match["place"].strip() for match in found.values()]
        sure = [p for p in places if looks_like_place(p) or fold(p) in cities or bare(p) in cities]
        alone = len({match["name"].strip() for match in found.values()}) == 1 < len(set(places))
        if len(found) == len(texts) and (2 * len(sure) >= len(places) or alone):
            break
    else:
        sides = [{match[side].strip() for match in found.values()} for side in ("place", "name")]
        if len(found) == len(texts) == len(sides[0]) * len(sides[1]) and min(map(len, sides)) > 1:
            raise InputError(Problem("series_unclear", {"found": texts[min(texts)]}, place_of))
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
