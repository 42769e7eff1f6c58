"""Sheets with rows and columns swapped: the indicators down; places, years or both across."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from indexcalc.figures.blocks import Joined, holds, joined, row_texts
from indexcalc.figures.grid import Cell, Grid
from indexcalc.figures.headers import (
    LONG_HEADERS,
    UNIT_WORDS,
    ColumnNames,
    bare,
    fold,
    header_of,
    is_indicator_word,
    is_known_place,
    is_measure,
    looks_like_place,
    unit_said,
)
from indexcalc.figures.numbers import in_parentheses, is_text, may_name, says_number
from indexcalc.figures.table import (
    LOOKED_THROUGH,
    is_blank,
    is_filled,
    is_place,
    is_serial,
    is_year,
    is_year_header,
    lies_within,
    padded,
    spread,
    texts,
    transposed,
    year_of_title,
    years_within,
)
from indexcalc.spec.framework import Workbook

NOTES = LONG_HEADERS["note"] | LONG_HEADERS["source"] | LONG_HEADERS["flag"]

Row = Sequence[Cell]


@dataclass(frozen=True)
class _Part:
    """One of the tables of a sheet: the rows above its header, those of the header, of figures, and below them."""

    above: Sequence[Row]
    head: Sequence[Row]
    body: Sequence[Row]
    below: Sequence[Row]


def turned(
    grid: Grid, names: ColumnNames, declared: Workbook, cities: Collection[str], *, alone: bool
) -> tuple[Grid, Joined | None]:
    """A sheet with its rows and columns swapped back; each cell keeps its address.

    Beside a header that names the indicators, the labels across are years or places, in one row or, as years over
    places, in two. Tables beneath one another are swapped one by one, and joined. Without such a header the sheet is
    swapped as it is, and so is one with a row of years among the indicators. cities: those of the framework, folded;
    alone: whether the sheet is that of one city.
    """
    rows = padded(grid.rows)
    found = _header(rows, names, declared)
    if found is None or not _across_places(rows, *found, declared, cities, alone):
        return transposed(grid), None
    at, corner = found
    head = rows[at.start : at.stop]
    if _dated(rows, corner, names, declared):
        rows[at.start] = _named(head[0], corner, declared, alone)
        return transposed(replace(grid, rows=tuple(rows))), None
    if len(head) > 1:
        over = spread(head[0], head[1], grid.merged)
        upper = (
            cell if group is None else cell._replace(value=group.value)
            for cell, group in zip(head[0], over, strict=True)
        )
        head = [tuple(upper), head[1]]
    merged = tuple(one for one in grid.merged if not lies_within(one, range(1, at.stop + 1)))
    parts = [] if alone or len(head) > 1 else list(_parts(rows, at.start, corner))
    if len(parts) > 1:
        several = tuple(row for part in _aligned(parts, corner) for row in _swapped(part, corner, declared, alone))
        whole, how = joined(replace(grid, rows=several, merged=merged), names, declared)
        if how is not None and not (how.kind == "same" and _with_further_indicators(parts, corner)):
            return whole, how
    text = row_texts(head[-1])
    body = [row for row in rows[at.stop :] if not holds(row, text)]
    again = [row for row in body[:1] if _says_again(row, head[-1], corner)]
    body = body[len(again) :]
    last = _last_of_figures(body, corner)
    one = _Part([*again, *rows[: at.start]], head, body[:last], body[last:])
    return replace(grid, rows=tuple(_swapped(one, corner, declared, alone)), merged=merged), None


def _header(rows: Sequence[Row], names: ColumnNames, declared: Workbook) -> tuple[range, int] | None:
    """The positions of the one or two rows of the header, and of the column of the indicators; None where no header
    names them."""
    for h, row in enumerate(rows[:LOOKED_THROUGH] if declared.header is None else ()):
        said = [cell.value for cell in row if isinstance(cell.value, str)]
        named = [c for c, cell in enumerate(row) if isinstance(cell.value, str) and is_indicator_word(cell.value)]
        corner = max(named, default=0)  # of two levels, the lower
        if not named or names.code(row[corner].value) or sum(not is_blank(cell.value) for cell in row) < 3:
            continue
        others = [text for text in said if text != row[corner].value]
        down = [one[corner].value for one in rows if isinstance(one[corner].value, str)]
        down = [text for text in down if fold(text) != fold(row[corner].value)]
        if any(is_place(text, names, declared) for text in (*others, *down)):
            return None
        if any(is_year(text, names, declared) for text in others):
            return None
        if _dated(rows, corner, names, declared):
            return None if _mostly_years(row[corner + 1 :]) else (range(h, h + 1), corner)
        return _with_second(rows, h, corner)
    return None


def _with_second(rows: Sequence[Row], h: int, corner: int) -> tuple[range, int] | None:
    """A header, with the row below or above it where one of the two holds years and the other names; None where
    neither tells what the other is. Names above names are a title, and below them those in a second language."""
    years = _mostly_years(rows[h][corner + 1 :])
    for other in (h + 1, h - 1):
        if not 0 <= other < len(rows) or not _labels_alone(rows[other], corner):
            continue
        if years != _mostly_years(rows[other][corner + 1 :]):
            return range(min(h, other), max(h, other) + 1), corner
        if years or (other > h and not _says_again(rows[other], rows[h], corner)):
            return None
    return range(h, h + 1), corner


def _says_again(row: Row, head: Row, corner: int) -> bool:
    """Whether a row below a header holds names in a second language: nothing but texts, each below one of a header."""
    covered = all(is_blank(cell.value) or not is_blank(over.value) for cell, over in zip(row, head, strict=True))
    return covered and _labels_alone(row, corner)


def _dated(rows: Sequence[Row], corner: int, names: ColumnNames, declared: Workbook) -> bool:
    """Whether a header of years is among those of the indicators."""
    down = (row[corner].value for row in rows)
    return any(isinstance(text, str) and is_year(text, names, declared) for text in down)


def _mostly_years(cells: Sequence[Cell]) -> bool:
    """Whether most labels across are years."""
    labels = [cell.value for cell in cells if not is_blank(cell.value) and fold(cell.value) not in UNIT_WORDS]
    return 2 * sum(map(is_year_header, labels)) > len(labels)


def _across_places(
    rows: Sequence[Row], heads: range, corner: int, declared: Workbook, cities: Collection[str], alone: bool
) -> bool:
    """Whether the labels across that are no years may be places: those of the framework, or as the YAML says. Others
    must not say what is measured, and below years most must show by themselves that they are places. alone:
    whether the sheet is that of one city, and there are no places."""
    ignored = {*UNIT_WORDS, *NOTES, *map(fold, declared.ignore.rows)}
    if alone:
        return len(heads) == 1
    named = [rows[r][corner + 1 :] for r in heads if not _mostly_years(rows[r][corner + 1 :])]
    labels = {str(cell.value) for row in named for cell in row if may_name(cell.value)}
    labels = {label for label in labels if fold(label) not in ignored}
    if declared.city is not None or any(fold(label) in cities or bare(label) in cities for label in labels):
        return True
    below = len(heads) > 1 and _mostly_years(rows[heads.start][corner + 1 :])
    shown = sum(map(looks_like_place, labels))
    down = [str(row[corner].value) for row in rows[heads.stop :] if may_name(row[corner].value)]
    if not shown and 2 * sum(map(is_known_place, down)) > len(down):
        return False
    return not any(map(is_measure, labels)) and (not below or 2 * shown > len(labels))


def _labels_alone(row: Row, corner: int) -> bool:
    """Whether a row holds nothing but years or names: no indicator, no unit, nor a year beside a title."""
    labels = [cell.value for cell in row[corner + 1 :] if not is_blank(cell.value)]
    told = any(unit_said(str(label)) is not None for label in labels)
    alike = _mostly_years(row[corner + 1 :]) or not any(map(is_year_header, labels))
    words = all(is_year_header(label) or may_name(label) for label in labels)
    return is_blank(row[corner].value) and len(labels) > 1 and words and alike and not told


def _parts(rows: Sequence[Row], first: int, corner: int) -> Iterator[_Part]:
    """The tables of a sheet: each with a header of its own, or each below a row that gives its year alone."""
    word = fold(rows[first][corner].value)
    starts = [r for r in range(first, len(rows)) if fold(rows[r][corner].value) == word]
    years = [r for r in range(first + 1, len(rows)) if _year_alone(rows[r])]
    headed = len(starts) == 1 and bool(years) and not _last_of_figures(rows[first + 1 : years[0]], corner)
    starts = years if headed else starts
    above = rows[:first]
    for start, end in pairwise([*starts, len(rows)]):
        head = rows[first] if headed else rows[start]
        body = [row for row in rows[start + 1 : end] if is_filled(row)]
        again = [row for row in body[:1] if _says_again(row, head, corner)]
        body = body[len(again) :]
        last = _last_of_figures(body, corner)
        titles = [*again, *above, rows[start]] if headed else [*again, *above]
        yield _Part(titles, [head], body[:last], body[last:] if end == len(rows) else [])
        above = body[last:]


def _with_further_indicators(parts: Sequence[_Part], corner: int) -> bool:
    """Whether tables have the same labels, and each its own indicators, as a table on several pages has."""
    every = [fold(row[corner].value or "") for part in parts for row in part.body]
    same = all(row_texts(part.head[0]) == row_texts(parts[0].head[0]) for part in parts)
    return same and len(set(every)) == len(every)


def _aligned(parts: list[_Part], corner: int) -> list[_Part]:
    """The same, each with the indicators of all in one order; as they are where one has an indicator twice."""
    held = [{fold(row[corner].value or ""): row for row in part.body} for part in parts]
    if any(len(own) < len(part.body) for own, part in zip(held, parts, strict=True)):
        return parts
    every = {name: row for own in reversed(held) for name, row in own.items()}
    names = dict.fromkeys(name for own in held for name in own)

    def row_of(part: _Part, own: dict[str, Row], name: str) -> Row:
        at = part.head[0]
        absent = (cell._replace(value=every[name][c].value if c == corner else None) for c, cell in enumerate(at))
        return own[name] if name in own else tuple(absent)

    return [
        replace(part, body=[row_of(part, own, name) for name in names]) for part, own in zip(parts, held, strict=True)
    ]


def _year_alone(row: Row) -> bool:
    filled = [cell.value for cell in row if not is_blank(cell.value)]
    return len(filled) == 1 and year_of_title(str(filled[0])) is not None


def _last_of_figures(rows: Sequence[Row], corner: int) -> int:
    """The number of rows up to the last that holds a number, or a mark for a missing one, or texts instead of them."""
    values = [[cell.value for cell in row[corner + 1 :] if not is_blank(cell.value)] for row in rows]
    most = max(map(len, values), default=0)
    held = (
        i
        for i, (row, texts) in enumerate(zip(rows, values, strict=True), start=1)
        if not all(map(_is_word, texts)) or 1 < most < 2 * len(texts) or (texts and _is_of_texts(row, corner))
    )
    return max(held, default=0)


def _is_word(value: object) -> bool:
    return is_text(value) and in_parentheses(str(value)) is None


def _is_of_texts(row: Row, corner: int) -> bool:
    """Whether a row of texts has a label as that of an indicator has one, and is no title with its unit or year."""
    said = [str(cell.value) for cell in row if not is_blank(cell.value)]
    return not is_blank(row[corner].value) and not any(unit_said(text) or years_within(text) for text in said)


def _swapped(part: _Part, corner: int, declared: Workbook, alone: bool) -> Iterator[Row]:
    """The rows of a table, swapped, between the titles above and the notes below it."""
    yield from _titles(part.above)
    heads = [_named(row, corner, declared, alone) for row in part.head]
    for c, cells in enumerate(zip(*heads, *part.body, strict=True)):
        labels, figures = cells[: len(heads)], cells[len(heads) :]
        said = [fold(label.value) for label in labels if not is_blank(label.value)]
        if c > corner and said and NOTES.issuperset(said) and not any(_is_number(cell) for cell in figures):
            yield (*labels, *(cell._replace(value=None) for cell in figures))
        elif is_filled(cells) and not any(is_serial(label, figures) for label in labels if not is_blank(label.value)):
            yield (*(label._replace(value=None) for label in labels), *figures) if c < corner else cells
    yield from _titles(part.below)


def _titles(rows: Sequence[Row]) -> Iterator[Row]:
    """What stands above or below a table, in rows of one cell, since beside one another they would be above its
    columns: of each row the first text, the nearest to the table, then units, then the others together."""
    for row in filter(is_filled, rows):
        first, *more = [cell for cell in row if not is_blank(cell.value)]
        units = [cell for cell in more if unit_said(str(cell.value)) is not None]
        others = [cell for cell in more if cell not in units]
        if others:
            yield (others[0]._replace(value=texts(others, sys.maxsize)),)
        yield from ((cell,) for cell in (*units, first))


def _is_number(cell: Cell) -> bool:
    return not is_blank(cell.value) and says_number(cell.value)


def _named(row: Row, corner: int, declared: Workbook, alone: bool) -> Row:
    """A row of labels with a header that says whether they are years or places, in place of that of the indicators."""
    if _mostly_years(row[corner + 1 :]):
        word = declared.year if isinstance(declared.year, str) else header_of("year")
    elif alone:
        return row
    else:
        word = declared.city or header_of("city")
    return (*row[:corner], row[corner]._replace(value=word), *row[corner + 1 :])
