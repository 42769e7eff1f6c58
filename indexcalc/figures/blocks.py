"""Tables below one another, or side by side, on one sheet: what sets them apart becomes a column of one table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from indexcalc.figures.grid import Cell, Grid
from indexcalc.figures.headers import (
    CITY_SUFFIXES,
    ColumnNames,
    fold,
    folded_unit,
    header_of,
    is_known_place,
    is_total,
    known,
    looks_like_place,
    split_unit,
    unit_said,
)
from indexcalc.figures.numbers import is_text, says_number
from indexcalc.figures.sheet import PlainRow
from indexcalc.figures.table import (
    LOOKED_THROUGH,
    are_places,
    is_blank,
    is_known_unit,
    is_place,
    is_serial,
    is_year,
    is_year_header,
    looks_like_note,
    padded,
    year_of_title,
    years_within,
)
from indexcalc.spec.framework import Workbook, one_line

MOST_ROWS = 5_000
"""Rows of a sheet on which blocks are looked for: nobody prints more."""
_ENDING = re.compile(r"[\u3400-\u9fff]{4,}")
"""What is long enough to say what a table is about."""
_SPAN = re.compile(r"\s*[(\uff08][\d\s\-\u2013\u2014~]{4,}\u5e74?[)\uff09]\s*$")
"""The years of a table, in brackets at the end of its title."""


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_CONTINUED = re.compile(_any_of(known("further_page")))
_PARTS = _any_of(filter(str.isascii, known("part_of_year")))
_UNSPACED_PARTS = _any_of(part for part in known("part_of_year") if not part.isascii())
_PART = re.compile(rf"(?:\w+[\s-]+)?(?<![a-z])(?:[qh][1-4]|{_PARTS})(?![a-z\d])|\S{{0,6}}(?:{_UNSPACED_PARTS})")
"""A part of a year, with what says which: 1st quarter, Jan-Jun."""
_YEAR = rf"(?<!\d)(?:19|20)\d\d(?!\d)(?:{_any_of(known('after_year'))})?"
_NUMBER = rf"(?!{_YEAR})\d+(?:[.-]\d+)*(?![.-]?\d|(?:st|nd|rd|th)\b|\s*(?:(?:{_PARTS})\b|{_UNSPACED_PARTS}))"
_NUMBERED = re.compile(
    rf"{_YEAR}|^{_NUMBER}|(?:{_any_of(known('further_page', 'table'))})(?:\W*{_NUMBER})?|\(\d\d?\)|[()\[\].:,\-\s]"
)
"""What titles of one table on several pages may differ by; their years are compared by themselves."""
_BETWEEN = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")

Row = Sequence[Cell]


@dataclass
class Block:
    """A part of a sheet: the texts above it, the nearest first, and its rows."""

    above: list[str]
    rows: list[Row]


@dataclass(frozen=True)
class Joined:
    """How the blocks of a sheet were joined. arranged: "below" one another, each with its header, "beside" one another,
    or "headed" by a row below one header. kind: what each block is, "year", "indicator" or "city", with their names; or
    "same", where a block continues the one before.
    """

    arranged: str
    kind: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Head:
    """The header of all blocks: its row on the sheet, and its columns of places and of years, counted from 0.

    parentheses: what a number in parentheses below it is, as `read_text` takes it.
    """

    at: int
    row: Row
    places: tuple[int, ...]
    years: tuple[int, ...]
    parentheses: str | None = None

    @property
    def label(self) -> int:
        return (*self.places, *self.years)[0]

    def figures(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Those of some rows that hold a figure beside their label."""
        return (row for row in rows if _n_filled(row) > 1 and any(map(self._is_figure, enumerate(row))))

    def filled(self, rows: Iterable[Row]) -> list[Row]:
        """Those of some rows that hold a label, and a figure or a mark for a missing one beside it."""
        return [row for row in rows if not is_blank(row[self.label].value) and any(map(self._is_read, enumerate(row)))]

    def further(self, rows: Sequence[Row]) -> list[Row]:
        """The rows that belong to the header below its first: those of units, or of names below groups."""
        first = next(self.figures(rows), None)
        before = takewhile(lambda row: row is not first, rows)
        return [row for row in before if _n_filled(row) > (not is_blank(row[self.label].value))]

    def _is_figure(self, held: tuple[int, Cell]) -> bool:
        return self._is_read(held) and says_number(held[1].value, self.parentheses)

    def _is_read(self, held: tuple[int, Cell]) -> bool:
        c, value = held[0], held[1].value
        return c not in (*self.places, *self.years) and not is_blank(value) and not is_text(value, self.parentheses)


def joined(grid: Grid, names: ColumnNames, declared: Workbook) -> tuple[Grid, Joined | None]:
    """A sheet of several blocks as one table with a column for what sets them apart; any other sheet as it is.

    Only where one reading is left: every block has a name of its own, and blocks of indicators or cities have the same
    labels (places, years).
    """
    if len(grid.rows) > MOST_ROWS:
        return grid, None
    rows = padded(grid.rows)
    head = _head(rows, names, declared)
    if head is None:
        return grid, None
    for arranged, blocks, of_block in _arrangements(rows, head):
        places = _places_across(blocks, of_block)
        if places is not False:
            hidden = grid.hidden_rows or grid.hidden_columns
            upright = _upright(blocks, of_block, declared) if places and not hidden else None
            if upright is None:
                continue
            blocks, of_block = upright
        found = _kind(arranged, blocks, of_block)
        if found is None or (found.kind == "year" and isinstance(declared.year, int)):
            continue
        if arranged != "beside" or not grid.hidden_columns:
            return replace(grid, rows=tuple(_as_one(rows[: head.at], blocks, of_block, found, declared))), found
    wider = None if grid.hidden_rows or grid.hidden_columns else _wider(rows, head)
    if wider is not None:
        return replace(grid, rows=(*rows[: head.at], *wider[0])), Joined("below", "wider", wider[1])
    return grid, None


def _head(rows: Sequence[Row], names: ColumnNames, declared: Workbook) -> _Head | None:
    """The first row with a header of places or of years among others."""
    at = range(LOOKED_THROUGH) if declared.header is None else (declared.header - 1,)
    for h in (h for h in at if h < len(rows)):
        texts = {c: cell.value for c, cell in enumerate(rows[h]) if isinstance(cell.value, str)}
        places = tuple(c for c, text in texts.items() if is_place(text, names, declared))
        years = tuple(c for c, text in texts.items() if is_year(text, names, declared))
        if (places or years) and _n_filled(rows[h]) > 1:
            return _Head(h, rows[h], places, years, declared.parentheses)
    return None


def _arrangements(rows: Sequence[Row], head: _Head) -> Iterator[tuple[str, list[Block], _Head]]:
    """The ways in which a sheet may hold more than one block, each with the header of its blocks."""
    for arranged, (blocks, of_block) in (
        ("beside", _beside(rows, head)),
        ("below", (_below(rows, head), head)),
        ("headed", (_headed(rows, head), head)),
    ):
        if len(blocks) > 1:
            yield arranged, blocks, of_block


def _below(rows: Sequence[Row], head: _Head) -> list[Block]:
    """Blocks with their own headers, and titles above these."""
    text = row_texts(head.row)
    return _from(rows, head, [r for r in range(head.at + 1, len(rows)) if holds(rows[r], text)])


def _from(rows: Sequence[Row], head: _Head, later: Sequence[int]) -> list[Block]:
    """The blocks below the header and the later ones, at these positions."""
    starts, blocks = [head.at, *later], list[Block]()
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        blocks.append(Block(_titles(rows[:start], head), list(rows[start + 1 : end])))
    for block, following in pairwise(blocks):
        while block.rows and (not _n_filled(block.rows[-1]) or _is_title(block.rows[-1], following.above)):
            block.rows.pop()
    return blocks


def _wider(rows: Sequence[Row], head: _Head) -> tuple[list[Row], tuple[str, ...]] | None:
    """The rows of blocks with the same labels and further columns, from the header on, as those of one table, and the
    names of the further columns; None where a title, a unit, a label or the name of a column leaves a doubt."""
    labels = (*head.places, *head.years)
    later = [r for r in range(head.at + 1, len(rows)) if _is_head_of_others(rows[r], head, labels)]
    blocks = _from(rows, head, later)
    titled = any(_subjects(block) - _subjects(blocks[0]) for block in blocks) or _dated_apart(blocks)
    if not later or titled or not all(_has_units_of(block, blocks[0]) for block in blocks[1:]):
        return None
    pages = [_Page(rows[at], block.rows, head, labels) for at, block in zip((head.at, *later), blocks, strict=True)]
    first, *others = pages
    names = [text for page in pages for text in row_texts([page.head[c] for c in page.columns])]
    clear = all(page.is_clear and len(page.further) <= len(first.further) for page in pages)
    held = {key for page in pages for key in page.figures if not is_total(key[0])}
    if not clear or "" in names or len(set(names)) < len(names) or any(held - page.by_label.keys() for page in pages):
        return None
    joined_rows = [first.wider(row, others) for row in (first.head, *first.rows)]
    for page in others:
        for row in page.rows:
            key = page.key(row)
            if key in page.figures and key not in first.by_label:  # a total
                place = (row[c] if c in labels else Cell(None, row[0].row, c + 1) for c in range(len(row)))
                joined_rows.append(first.wider(tuple(place), others))
            elif _n_filled(row) and key not in first.by_label and row not in page.further:  # a note
                joined_rows.append(row)
    said = (one_line(str(page.head[c].value)) for page in others for c in page.columns)
    return joined_rows, tuple(said)


class _Page:
    """A block whose rows are those of another with the same labels."""

    def __init__(self, head: Row, rows: Sequence[Row], of: _Head, labels: Sequence[int]) -> None:
        self.head, self.rows, self.labels, self.further = head, rows, labels, of.further(rows)
        figures = of.filled(rows)
        below = [(cell, [row[c] for row in figures]) for c, cell in enumerate(head)]
        self.columns = [
            c
            for c, (cell, cells) in enumerate(below)
            if c not in labels and any(not is_blank(one.value) for one in (cell, *cells)) and not is_serial(cell, cells)
        ]
        self.figures = {self.key(row): row for row in figures}
        self.by_label = {self.key(row): row for row in reversed(rows) if all(self.key(row))} | self.figures
        self.is_clear = len(self.figures) == len(figures) > 0 and all(map(all, self.figures)) and len(self.further) < 2

    def key(self, row: Row) -> tuple[str, ...]:
        return tuple("" if is_blank(row[c].value) else fold(row[c].value) for c in self.labels)

    def wider(self, row: Row, others: Sequence[_Page]) -> Row:
        """One of its rows, or of its header, with the cells of others that belong to it."""
        more = list[Cell]()
        for page in others:
            beside = page.further[0] if row in self.further and page.further else page.by_label.get(self.key(row))
            at = page.head if row is self.head else beside
            more += (at[c] if at is not None else Cell(None, row[0].row, c + 1) for c in page.columns)
        return (*row, *more)


def _is_head_of_others(row: Row, head: _Head, labels: Sequence[int]) -> bool:
    """Whether a row has the same labels as the header, and other names of columns."""
    same = all(row_texts([row[c]]) == row_texts([head.row[c]]) for c in labels)
    others = [cell.value for c, cell in enumerate(row) if c not in labels and not is_blank(cell.value)]
    words = all(is_year_header(value) or is_text(value, head.parentheses) for value in others)
    return same and bool(others) and words


def _headed(rows: Sequence[Row], head: _Head) -> list[Block]:
    """Blocks below one header, each headed by a row with nothing but its name: by years, if there are any."""
    body = [row for row in rows[head.at + 1 :] if _n_filled(row)]
    figures = {id(row) for row in head.figures(body)}
    alone = [k for k, row in enumerate(body[:-1]) if _n_filled(row) == 1 and id(body[k + 1]) in figures]
    alone = [k for k in alone if year_of_title(_text(body[k])) is not None] or alone
    if not alone or any(id(row) in figures for row in body[: alone[0]]):
        return []
    blocks = [Block([_text(body[k])], body[k + 1 : end]) for k, end in zip(alone, [*alone[1:], len(body)], strict=True)]
    return [Block(blocks[0].above, [*body[: alone[0]], *blocks[0].rows]), *blocks[1:]]


def _beside(rows: Sequence[Row], head: _Head) -> tuple[list[Block], _Head]:
    """Blocks next to one another with the same headers, and the header of the first."""
    texts = [fold(cell.value) if not is_blank(cell.value) else "" for cell in head.row]
    again = [c for c, text in enumerate(texts) if text == texts[head.label]]
    first = next(c for c, text in enumerate(texts) if text)
    wide = again[1] - again[0] if len(again) > 1 else 0
    starts = [first + k * wide for k in range(len(again))]
    if not wide or again != [start + again[0] - first for start in starts]:
        return [], head
    parts = [texts[start : start + wide] for start in starts]
    parts[-1] += [""] * (wide - len(parts[-1]))
    if any(part != parts[0] for part in parts) or any(
        not is_blank(c.value) for r in rows for c in r[starts[-1] + wide :]
    ):
        return [], head

    def part(row: Row, start: int) -> Row:
        found = tuple(row[start : start + wide])
        return (*found, *(Cell(None, row[0].row, start + 1 + c) for c in range(len(found), wide)))

    def own(columns: Iterable[int]) -> tuple[int, ...]:
        return tuple(c - first for c in columns if c < first + wide)

    of_block = _Head(head.at, part(head.row, first), own(head.places), own(head.years), head.parentheses)
    blocks = []
    for start in starts:
        body = [part(row, start) for row in rows[head.at + 1 :]]
        body = body if start == first else [row for row in body if _n_filled(row)]
        above = _titles([part(row, start) for row in rows[: head.at]], of_block)
        blocks.append(Block(above, body))
    return blocks, of_block


def _places_across(blocks: Sequence[Block], head: _Head) -> bool | None:
    """Whether a header of years has places beside it: its labels are some, and no block is titled with one (or only
    with what ends like one, and the labels are known); or the blocks are titled with different units, as indicators
    are, and no label has one. None where all titles have the same unit. A name in brackets, Paris (France), is none."""
    labels = [str(cell.value) for c, cell in enumerate(head.row) if c not in head.years and not is_blank(cell.value)]
    titles = [split_unit(name) for name in _names(blocks)]
    names = _without_ending([name for name, _ in titles])
    if head.places:
        return False
    if any(map(looks_like_place, names)):
        return 2 * sum(map(is_known_place, labels)) >= len(labels) > 0 and not any(map(is_known_place, names))
    if are_places(labels):
        return True
    units = [unit for _, unit in titles if unit and not years_within(unit) and not _is_proper(unit)]
    if len(units) < len(titles) or any(split_unit(text)[1] for text in labels):
        return False
    return any(map(is_known_unit, units)) if len(set(map(folded_unit, units))) > 1 else None


def _is_proper(unit: str) -> bool:
    """Whether what is in brackets behind a title may be a name rather than a unit: France, TX."""
    return not is_known_unit(unit) and (unit[:1].isupper() or looks_like_place(unit))


def _upright(blocks: Sequence[Block], head: _Head, declared: Workbook) -> tuple[list[Block], _Head] | None:
    """Blocks with the years down and places across as such with the places down, and the header of the first; None
    where their years differ, or a row below a header says more."""
    columns = [list(zip(head.row, *head.filled(block.rows), strict=True)) for block in blocks]
    heads = [own.pop(head.label) for own in columns]
    if any(row_texts(row) != row_texts(heads[0]) for row in heads) or any(head.further(one.rows) for one in blocks):
        return None
    word = heads[0][0]._replace(value=declared.city or header_of("city"))
    upright = [
        Block(block.above, [row for row in own if not is_blank(row[0].value)])
        for block, own in zip(blocks, columns, strict=True)
    ]
    return upright, replace(head, row=(word, *heads[0][1:]), places=(0,), years=())


def _titles(rows: Sequence[Row], head: _Head) -> list[str]:
    """The texts in the rows right above a header, the nearest first."""
    found: list[str] = []
    for row in reversed(rows):
        texts = [one_line(str(cell.value)) for cell in row if not is_blank(cell.value)]
        if any(head.figures([row])) or (found and not texts):
            break
        found += [text for text in texts if not looks_like_note(text)]
    return found


def _kind(arranged: str, blocks: Sequence[Block], head: _Head) -> Joined | None:
    """What the blocks of a sheet are; None where that is not certain."""
    across = sum(is_year_header(cell.value) for cell in head.row) > 1
    further = [[row_texts(row) for row in head.further(block.rows)] for block in blocks]
    if any(rows not in ([], further[0]) for rows in further):
        return None  # other units, perhaps
    if len(_units(blocks)) > 1 and not across:
        return None
    titles = [_title_with_year(block.above) for block in blocks]
    years = [_year(title) for title in titles]
    alike = len(set(map(_subject, titles))) == 1
    if not head.years and not across and alike and len({*years} - {None}) == len(blocks):
        return Joined(arranged, "year", tuple(map(str, years)))
    continued = arranged != "headed" and not _titled_apart(blocks) and not _dated_apart(blocks)
    if continued and (head.years or not across) and head.places:
        return Joined(arranged, "same")
    names = _names(blocks)
    kind = "indicator" if across and head.places else "city" if head.years and not head.places else None
    names = _without_ending([_SPAN.sub("", name) for name in names]) if kind == "city" else names
    if kind is None or "" in names or len(set(map(fold, names))) < len(names) or any(map(year_of_title, names)):
        return None
    labels = [[fold(row[head.label].value) for row in head.figures(block.rows)] for block in blocks]
    every = set().union(*labels)
    alike = all(len(set(own)) == len(own) and 2 * len(own) > len(every) for own in labels)
    return Joined(arranged, kind, tuple(names)) if alike else None


def apart(grid: Grid, names: ColumnNames, declared: Workbook) -> tuple[str, int] | None:
    """Why a sheet that nothing joins holds a further table, and the row of its header: it is "beside" the first, the
    "units" or the "titles" above it differ, or the "header" itself. None where there is none."""
    rows = padded(grid.rows[:MOST_ROWS])
    head = _head(rows, names, declared)
    if head is None:
        return None
    if (head.years and not head.places and _beside(rows, head)[0]) or _has_table_beside(rows[head.at :], head):
        return "beside", head.row[0].row
    text, first_figures = row_texts(head.row), next(head.figures(rows[head.at + 1 :]), None)
    first, *later = _below(rows, head)
    starts = [row[0].row for row in rows[head.at + 1 :] if holds(row, text)]
    units = [row_texts(row) for row in head.further(first.rows)]
    for block, start in zip(later, starts, strict=True):
        if _titled_apart([first, block]):
            return "titles", start
        if len(_units([first, block])) > 1 or [row_texts(row) for row in head.further(block.rows)] not in ([], units):
            return "units", start
        single = all(_year(_title_with_year(one.above)) for one in (first, block))
        if not head.years and _dated_apart([first, block]) and not (declared.year and single):
            return "titles", start
    if (headed := _headed_apart(rows, head)) is not None:
        return "titles", headed
    for row in rows[first_figures[0].row :] if first_figures and head.places else ():
        said = row[head.places[0]].value
        if not isinstance(said, str) or not is_place(said, names, declared) or holds(row, text):
            continue
        others = [c.value for k, c in enumerate(row) if k not in (*head.places, *head.years) and not is_blank(c.value)]
        if others and all(is_year_header(value) or is_text(value, head.parentheses) for value in others):
            return "header", row[0].row
    return None


def _headed_apart(rows: Sequence[Row], head: _Head) -> int | None:
    """The first row below a header that heads those below it with other years, or another part of a year, than the
    rows before have."""
    headed = [] if head.years else _headed(rows, head)
    times = [frozenset[int | str]().union(*map(times_within, block.above)) for block in headed]
    for block, named in zip(headed, times, strict=True):
        if any(map(years_within, block.above)) and named != times[0]:
            return next(row[0].row for row in rows[head.at + 1 :] if fold(block.above[0]) in row_texts(row))
    return None


def _has_table_beside(rows: Sequence[Row], head: _Head) -> bool:
    """Whether behind a blank column are figures with texts before them, in fewer rows than the figures of the table and
    without a gap; a column with gaps is one of the table."""
    unnamed = [c for c in range(head.label + 2, len(head.row)) if is_blank(head.row[c].value)]
    blank = next((c for c in unnamed if all(is_blank(row[c].value) for row in rows)), None)
    if blank is None:
        return False
    right = [row[blank + 1 :] for row in head.figures(rows[1:])]
    held = list(takewhile(_n_filled, right))
    first = [next(cell.value for cell in row if not is_blank(cell.value)) for row in held]
    figures = any(isinstance(cell.value, (int, float)) for row in held for cell in row)
    whole = len(held) < len(right) and not any(map(_n_filled, right[len(held) :]))
    return figures and whole and all(is_text(value) for value in first)


def _names(blocks: Sequence[Block]) -> list[str]:
    """The nearest title of each block, "" where it has none."""
    return [next((text for text in block.above if unit_said(text) is None), "") for block in blocks]


def _has_units_of(block: Block, first: Block) -> bool:
    """Whether a block has the units of the first: it says so, or is titled as its continuation; what stands above the
    first alone does not hold for another table."""
    own, units = _units([block]), _units([first])
    return own == units or (not own and any(_CONTINUED.search(_plain(text)) for text in block.above))


def _units(blocks: Sequence[Block]) -> set[str]:
    """The units that the titles of some blocks give, alone or in brackets at their end."""
    said = (unit_said(text) or split_unit(text)[1] for block in blocks for text in block.above)
    return {folded_unit(unit) for unit in said if unit and _subject(unit) and not years_within(unit)}


def _titled_apart(blocks: Sequence[Block]) -> bool:
    """Whether a block has a title, its unit and the number of the table aside, that is not that of the first."""
    first, *later = map(_subjects, blocks)
    return any(own and own != first for own in later)


def _dated_apart(blocks: Sequence[Block]) -> bool:
    """Whether a block is titled with years that are not those of the first."""
    first, *later = (years_within(_title_with_year(block.above)) for block in blocks)
    return any(years and years != first for years in later)


def _subjects(block: Block) -> set[str]:
    return {_subject(text) for text in block.above if unit_said(text) is None} - {""}


def _subject(title: str) -> str:
    """A title without its unit in brackets, years, the number of the table and words for a further page, to be compared
    with another.

    >>> _subject("表2-1 2020年人口（续）") == _subject("2-2 人口（万人）"), _subject("Table 1: 2020 Q1")
    (True, 'q1')
    >>> _subject("Table 2 Marriages"), _subject("1st half 2020"), _subject("2020年1-6月")
    ('marriages', '1sthalf', '16月')
    """
    name, unit = split_unit(title)
    return _NUMBERED.sub("", _plain(title if unit and years_within(unit) else name))


def _plain(title: str) -> str:
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", one_line(title)).casefold())


def times_within(text: str) -> frozenset[int | str]:
    """The years, and the parts of a year, that a text names.

    >>> sorted(map(str, times_within("2020 Q1"))), times_within("2020年1-6月") == times_within("2020年1-12月")
    (['2020', '2020 q1'], False)
    """
    return frozenset({*years_within(text), *_PART.findall(_plain(text))})


def _without_ending(names: Sequence[str]) -> list[str]:
    """Names of cities without a Chinese ending that all of them share and that is no suffix of cities.

    >>> _without_ending(["北京市主要指标", "天津市主要指标"]), _without_ending(["New York City", "Mexico City"])
    (['北京市', '天津市'], ['New York City', 'Mexico City'])
    """
    ending = names[0]
    while not all(name.endswith(ending) for name in names):
        ending = ending[1:]
    ending = ending.removeprefix(next(filter(ending.startswith, CITY_SUFFIXES), ""))
    shared = len(ending) if _ENDING.fullmatch(ending) else 0
    return [name[: len(name) - shared] for name in names]


def _title_with_year(above: Sequence[str]) -> str:
    """The nearest of some texts that names a year."""
    return next((text for text in above if years_within(text)), "")


def _year(title: str) -> int | None:
    """The year that a title names, and no other."""
    years = years_within(title)
    return years.pop() if len(years) == 1 else None


def _as_one(
    above: Sequence[Row], blocks: Sequence[Block], head: _Head, found: Joined, declared: Workbook
) -> Iterator[Row]:
    """The rows of all blocks below one header, with what sets them apart; cells keep their addresses."""
    units = [next(filter(None, map(unit_said, block.above)), None) for block in blocks]
    said = {"year": declared.year, "city": declared.city}.get(found.kind) or (
        header_of(found.kind) if found.names else None
    )
    with_units = found.kind == "indicator" and any(units)

    def longer(row: Row, *values: object) -> Row:
        more = (*([values[0]] if said else []), *([values[1]] if with_units else []))
        return (*row, *(Cell(value, row[0].row, len(row) + k) for k, value in enumerate(more, start=1)))

    yield from (longer(row, None, None) for row in above)
    yield longer(head.row, said, header_of("unit"))
    for k, (block, unit) in enumerate(zip(blocks, units, strict=True)):
        name = (int(found.names[k]) if found.kind == "year" else found.names[k]) if found.names else None
        with_figures = {id(row) for row in (*head.figures(block.rows), *head.filled(block.rows))}
        said_before = {id(row) for row in head.further(block.rows)} if k else set()
        for row in block.rows:
            if id(row) not in said_before:
                yield longer(row, *((name, unit) if id(row) in with_figures else (None, None)))


# -- rows


def _n_filled(row: Row) -> int:
    return row.n_filled if isinstance(row, PlainRow) else sum(not is_blank(cell.value) for cell in row)


def row_texts(row: Row) -> list[str]:
    """What a row holds, to be compared with another."""
    return ["" if is_blank(cell.value) else fold(cell.value) for cell in row]


def holds(row: Row, texts: Sequence[str]) -> bool:
    """Whether these are the `row_texts` of a row; it looks no further than the first that differs."""
    return len(row) == len(texts) and all(
        text == ("" if is_blank(cell.value) else fold(cell.value)) for cell, text in zip(row, texts, strict=True)
    )


def _text(row: Row) -> str:
    """The first text or number of a row."""
    return next(one_line(str(cell.value)) for cell in row if not is_blank(cell.value))


def _is_title(row: Row, above: Sequence[str]) -> bool:
    return all(one_line(str(cell.value)) in above for cell in row if not is_blank(cell.value))
