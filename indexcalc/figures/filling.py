"""Labels written once for a group of rows, as yearbooks print them: a year beside its first city alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from indexcalc.figures.grid import Cell
from indexcalc.figures.headers import fold, is_total
from indexcalc.figures.numbers import is_text
from indexcalc.figures.table import Table, is_blank

MOST_ROWS = 20_000
"""Rows of a table in which labels are looked for that hold for several: nobody prints more."""

Row = Sequence[Cell]


def filled_down(
    table: Table, labels: Collection[int], parentheses: str | None = None
) -> tuple[Table, dict[int, list[Cell]]]:
    """A table with the labels (positions of columns) that are written in the first row of their group in every row of
    it; and the cells that were filled, by column.

    A label alone in a row is that of the row below. Only where one reading is left: each label is written once, no
    other label (a city, a year) occurs twice below it, and more than half of these occur below each. A label left out
    by mistake would make two rows of one city and year. parentheses: as `read_text` takes it.
    """
    if len(table.rows) > MOST_ROWS or not any(is_blank(row[c].value) for row in table.rows for c in labels):
        return table, {}
    figures = {k: row for k, row in enumerate(table.rows) if _has_figures(row, labels, parentheses)}
    written = {k: row for k, row in figures.items() if not _is_sum(row, labels)}
    alone = _alone(table.rows, written, labels)
    for k, label in alone.values():
        written[k] = _with(written[k], label)
    columns = {c for c in labels if any(is_blank(row[c].value) for row in written.values())}
    while columns:
        rows = _forward(written, columns)
        doubtful = {c for c in columns if not _is_certain(_groups(written, rows, c), c, [o for o in labels if o != c])}
        if not doubtful:
            cells = {c: [rows[k][c] for k in rows if is_blank(table.rows[k][c].value)] for c in sorted(columns)}
            kept = (rows.get(k, row) for k, row in enumerate(table.rows) if k not in alone)
            return replace(table, rows=tuple(kept)), cells
        columns -= doubtful
    return table, {}


def _forward(written: Mapping[int, Row], columns: Collection[int]) -> dict[int, Row]:
    """The rows with what is written last above in their blank cells of some columns."""
    rows, last = dict[int, Row](), dict[int, Any]()
    for k, row in written.items():
        last |= {c: row[c].value for c in columns if not is_blank(row[c].value)}
        blank = {c: last[c] for c in columns if is_blank(row[c].value) and c in last}
        rows[k] = _with(row, blank) if blank else row
    return rows


def _alone(
    rows: Sequence[Row], written: Collection[int], labels: Collection[int]
) -> dict[int, tuple[int, dict[int, Any]]]:
    """The rows that hold nothing but a label, above rows of figures without it; with the first of these, and the label
    by its column."""
    found = {}
    filled = [k for k, row in enumerate(rows) if not all(is_blank(cell.value) for cell in row)]
    for k, later in pairwise(filled):
        held = {c: cell.value for c, cell in enumerate(rows[k]) if not is_blank(cell.value)}
        if len(held) == 1 and later in written and all(c in labels and is_blank(rows[later][c].value) for c in held):
            found[k] = later, held
    return found


def _with(row: Row, values: Mapping[int, Any]) -> Row:
    """A row with other values in some columns."""
    return tuple(cell._replace(value=values[c]) if c in values else cell for c, cell in enumerate(row))


def _has_figures(row: Row, labels: Collection[int], parentheses: str | None) -> bool:
    """Whether a row holds a label, and a number or a mark for a missing one."""
    values = [cell.value for c, cell in enumerate(row) if c not in labels and not is_blank(cell.value)]
    return any(not is_blank(row[c].value) for c in labels) and not all(is_text(value, parentheses) for value in values)


def _is_sum(row: Row, labels: Collection[int]) -> bool:
    """Whether a row is that of a total, as pivot tables put below each group: its word, and no label behind it."""
    first = next((c for c in sorted(labels) if not is_blank(row[c].value)), None)
    behind = [row[c].value for c in labels if first is not None and c > first]
    return first is not None and bool(behind) and all(map(is_blank, behind)) and is_total(str(row[first].value))


def _groups(written: Mapping[int, Row], rows: Mapping[int, Row], column: int) -> list[list[Row]]:
    """The rows from each label that is written in a column to the next; none where the first row has no label."""
    groups: list[list[Row]] = []
    for k, row in rows.items():
        if not is_blank(written[k][column].value):
            groups.append([])
        if not groups:
            return []
        groups[-1].append(row)
    return groups


def _is_certain(groups: list[list[Row]], column: int, others: Sequence[int]) -> bool:
    """Whether the labels of a column can only be those of the rows down to the next."""

    def key(row: Row, columns: Iterable[int]) -> tuple[str, ...]:
        return tuple(fold(row[c].value) for c in columns)

    same = [c for c in others if all(len({fold(row[c].value) for row in group}) == 1 for group in groups)]
    free = [c for c in others if c not in same]
    heads = {key(group[0], [column, *same]) for group in groups}
    keys = [{key(row, free) for row in group} for group in groups]
    once = len(heads) == len(groups) and all(len(k) == len(group) for k, group in zip(keys, groups, strict=True))
    every = len(set().union(*keys))
    return bool(groups and free) and once and all(2 * len(k) > every for k in keys)
