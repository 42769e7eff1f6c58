"""Where the table of a sheet stands: its header among title rows, its columns of places and years, the notes below."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openpyxl.utils import range_boundaries

from indexcalc.figures.headers import (
    CITY_HEADERS,
    LONG_HEADERS,
    VALUE_HEADERS,
    WEAK_CITY_HEADERS,
    YEAR_HEADERS,
    ColumnNames,
    fold,
    is_usual_year,
    known,
    year_in,
)
from indexcalc.framework import Workbook, one_line
from indexcalc.grid import Cell, Grid

LOOKED_THROUGH = 30
"""Rows among which a header is looked for."""
SERIAL_HEADERS = known("header.serial")
YEAR_SHEET = re.compile(rf"((?:19|20)\d\d)(?:{'|'.join(map(re.escape, sorted(known('after_year'))))})?")
NOTE_BEGINNINGS = tuple(known("note_beginning"))

Values = Sequence[Any]
"""The values of a row."""


@dataclass(frozen=True)
class Sight:
    """What a sheet is, seen from its first rows: its layout ("" where it holds no figures), the year or the code it is
    about, and the position of its header, counted from 0."""

    layout: str
    meant: Any = None
    header: int = 0


def sight(title: str, rows: Sequence[Values], names: ColumnNames, declared: Workbook) -> Sight:
    """What a sheet is: the first row that can be a header of figures decides, or the one that the YAML declares."""
    at = range(len(rows)) if declared.header is None else range(declared.header - 1, min(declared.header, len(rows)))
    year = YEAR_SHEET.fullmatch(fold(title))
    code = names.code(title)
    for i in at:
        texts = header_texts(rows[i])
        places = [text for text in texts if is_place(text, names, declared)]
        years = [text for text in texts if is_year(text, names, declared)]
        weak = [text for text in texts if text in WEAK_CITY_HEADERS and names.code(text) is None]
        if years and (places or weak):
            indicator = LONG_HEADERS["code"] | LONG_HEADERS["indicator"]
            long = set(texts) & VALUE_HEADERS and any(t in indicator and names.code(t) is None for t in texts)
            layout = "long" if long and places else "panel"
            if declared.layout in (None, layout):
                return Sight(layout, None, i)
        elif places and year and declared.layout in (None, "years"):
            return Sight("years", int(year[1]), i)
    if code is None or declared.layout not in (None, "indicators"):
        return Sight("")
    return Sight("indicators", code, next((i for i in at if has_years(rows[i])), at[0] if at else 0))


def header_texts(row: Values) -> list[str]:
    """The texts of a row, folded."""
    return [fold(value) for value in row if isinstance(value, str) and value.strip()]


def is_place(text: str, names: ColumnNames, declared: Workbook) -> bool:
    """Whether a header stands above places; what the YAML or the framework says of it goes first."""
    if declared.city is not None:
        return fold(text) == fold(declared.city)
    return fold(text) in CITY_HEADERS and names.code(text) is None


def is_year(text: str, names: ColumnNames, declared: Workbook) -> bool:
    """Whether a header stands above years; what the YAML or the framework says of it goes first."""
    if declared.year is not None:
        return fold(text) == fold(declared.year)
    return fold(text) in YEAR_HEADERS and names.code(text) is None


def has_years(row: Values) -> bool:
    """Whether most of what stands behind the first cell of a row are years."""
    filled = [value for value in row[1:] if value is not None]
    years = [value for value in filled if (year := year_in(value)) is not None and is_usual_year(year)]
    return bool(years) and 2 * len(years) >= len(filled)


@dataclass(frozen=True)
class Table:
    """The table of a sheet: its header, the rows below it, all of one width, and the rows above that belong to none."""

    grid: Grid
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    above: tuple[tuple[Cell, ...], ...] = ()

    @property
    def title(self) -> str:
        return self.grid.title


def transposed(grid: Grid) -> Grid:
    """A sheet turned over its diagonal; each cell keeps its address."""
    return replace(grid, rows=tuple(zip(*_padded(grid.rows), strict=True)))


def table_of(grid: Grid, header: int) -> Table:
    """The table of a sheet whose header is at a position, counted from 0."""
    rows = _padded(grid.rows)
    head = rows[header] if header < len(rows) else ()
    return Table(grid, head, tuple(rows[header + 1 :]), tuple(row for row in rows[:header] if is_filled(row)))


def _padded(rows: tuple[tuple[Cell, ...], ...]) -> list[tuple[Cell, ...]]:
    width = max(map(len, rows), default=0)
    return [
        row if len(row) == width else (*row, *(Cell(None, r, c + 1) for c in range(len(row), width)))
        for r, row in enumerate(rows, start=1)
    ]


def is_filled(row: Iterable[Cell]) -> bool:
    """Whether a row holds anything but blanks."""
    return any(not is_blank(cell.value) for cell in row)


def is_blank(value: object) -> bool:
    """Whether a cell is empty, or holds only blanks."""
    return value is None or (isinstance(value, str) and not value.strip())


def texts(row: Iterable[Cell], most: int = 40) -> str:
    """What a row says, in a line that fits on a screen."""
    said = " | ".join(one_line(str(cell.value)) for cell in row if not is_blank(cell.value))
    return said if len(said) <= most else f"{said[:most].rstrip()}..."


def is_serial(header: Cell, cells: Sequence[Cell]) -> bool:
    """Whether a column counts the rows: its header says so, or it has none and counts from 0 or 1."""
    if not is_blank(header.value):
        return fold(header.value) in SERIAL_HEADERS
    numbers = [cell.value for cell in cells if not is_blank(cell.value)]
    return bool(numbers) and numbers in (list(range(len(numbers))), list(range(1, len(numbers) + 1)))


def looks_like_note(text: str) -> bool:
    """Whether a text in place of a city is rather a note: it begins as notes do, or is a sentence."""
    return fold(text).startswith(NOTE_BEGINNINGS) or len(text) > 40 or bool(re.search(r"[\u3002\uff1b]", text))


def filled_merges(grid: Grid, header: int = 1) -> tuple[Grid, dict[str, str]]:
    """A sheet with the value of merged cells in each of them, from the row of its header on; the address of the first
    by that of the rest."""
    rows = [list(row) for row in _padded(grid.rows)]
    by_place = {(cell.row, cell.column): (i, j) for i, row in enumerate(rows) for j, cell in enumerate(row)}
    last, rightmost = (max((place[k] for place in by_place), default=0) for k in (0, 1))
    origin: dict[tuple[int, int], tuple[int, int]] = {}
    for merged in grid.merged:
        left, top, right, bottom = range_boundaries(merged)
        if bottom >= header:  # what is merged beyond the figures is nobody's business
            across = range(left, min(right, rightmost) + 1)
            origin.update({(r, c): (top, left) for r in range(top, min(bottom, last) + 1) for c in across})
    taken: dict[str, str] = {}
    for place, first in origin.items():
        if place != first and place in by_place and first in by_place:
            i, j = by_place[place]
            value = rows[by_place[first][0]][by_place[first][1]]
            if value.value is not None and rows[i][j].value is None:
                rows[i][j] = rows[i][j]._replace(value=value.value, is_error=value.is_error)
                taken[rows[i][j].address] = value.address
    return replace(grid, rows=tuple(map(tuple, rows)), merged=()), taken


def merged_within(merged: str, rows: Collection[int]) -> bool:
    """Whether merged cells touch any of these rows of the file."""
    _, top, _, bottom = range_boundaries(merged)
    return any(number in rows for number in range(top, bottom + 1))
