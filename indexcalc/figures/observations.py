"""Files of observations (SDMX) in which no column is that of the indicator: the dimensions that vary name it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from indexcalc.figures.grid import Cell, Grid
from indexcalc.figures.headers import PLACE_CODES, UNIT_WORDS, ColumnNames, fold, header_of, indicator_columns
from indexcalc.figures.table import LOOKED_THROUGH, is_blank, is_filled, is_place, padded
from indexcalc.spec.framework import Workbook, one_line

TIME, VALUE = "time_period", "obs_value"
"""The headers that all such files share, folded."""


def with_indicator(grid: Grid, names: ColumnNames, declared: Workbook) -> tuple[Grid, tuple[str, ...]]:
    """A file of observations with a last column that names what was observed, and the headers that it is taken from;
    any other sheet as it is.

    Taken are the columns before the time that vary, unless the others imply them: of a code and its name, the name.
    """
    first = islice(grid.rows, LOOKED_THROUGH)
    head: Sequence[Cell] = next((row for row in first if {TIME, VALUE} <= {fold(cell.value) for cell in row}), ())
    if not head or indicator_columns([cell.value for cell in head]):
        return grid, ()
    texts = [fold(cell.value) for cell in head]
    time = texts.index(TIME)
    places = [c for c, cell in enumerate(head) if is_place(str(cell.value), names, declared) or texts[c] in PLACE_CODES]
    rows = padded(grid.rows)
    figures = [row for row in rows[head[0].row :] if is_filled(row)]

    def distinct(columns: Iterable[int]) -> int:
        return len({tuple(row[c].value for c in columns) for row in figures})

    taken = [c for c in range(time) if c not in places and distinct([c]) > 1]
    for column in sorted(
        taken, key=lambda c: (texts[c] not in UNIT_WORDS, sum(len(str(row[c].value)) for row in figures))
    ):
        rest = [c for c in taken if c != column]
        taken = rest if rest and distinct(rest) == distinct(taken) else taken
    if not places or distinct([*places, time]) == len(figures) or distinct([*places, time, *taken]) < len(figures):
        return grid, ()
    said: dict[int, str | None] = {}
    for row in figures:
        names_of = (one_line(str(row[c].value)) for c in taken if not is_blank(row[c].value))
        said[row[0].row] = ", ".join(names_of) or None
    said[head[0].row] = header_of("indicator")
    longer = ((*row, Cell(said.get(r), r, len(row) + 1)) for r, row in enumerate(rows, start=1))
    return replace(grid, rows=tuple(longer)), tuple(one_line(str(head[c].value)) for c in taken)
