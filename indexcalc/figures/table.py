"""Where the table of a sheet is: its header among title rows, its columns of places and years, the notes below."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from openpyxl.utils import range_boundaries

from indexcalc.figures.grid import Cell, Grid
from indexcalc.figures.headers import (
    UNIT_WORDS,
    WEAK_CITY_HEADERS,
    ColumnNames,
    fold,
    folded_unit,
    has_other_unit,
    indicator_columns,
    is_city_header,
    is_day,
    is_indicator_word,
    is_known_place,
    is_marked_year,
    is_measure,
    is_total,
    is_usual_year,
    is_value_word,
    is_year_word,
    known,
    looks_like_place,
    split_unit,
    split_year,
    unit_alone,
    unit_said,
    year_in,
)
from indexcalc.figures.numbers import may_name, read_text, says_number
from indexcalc.figures.sheet import MOST_COLUMNS, PlainRow
from indexcalc.spec.framework import Workbook, one_line
from indexcalc.voice import known_words

FAR = 10_000
"""Empty rows that are more than lie between the parts of a sheet: something is by itself far below."""
LOOKED_THROUGH = 30
"""Rows among which a header is looked for."""
SERIAL_HEADERS, COUNTERS = known("header.serial"), known("counter")
YEAR_SHEET = re.compile(rf"((?:19|20)\d\d)(?:{'|'.join(map(re.escape, sorted(known('after_year'))))})?")
_YEAR_WITHIN = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_SPAN_WITHIN = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/\u2013\u2014](\d\d)(?![-/.\d])")
_UPDATED = re.compile(
    rf"(?:{'|'.join(map(re.escape, sorted(known('updated'))))})[^\d()]{{0,12}}{_SPAN_WITHIN.pattern}", re.IGNORECASE
)
"""The month in which a file was updated, where it may look like a span of years."""
_CHINESE = re.compile(r"[\u3400-\u9fff]")
NOTE_BEGINNINGS = tuple(known("note_beginning"))
_SAME_UNITS = known_words("workbook.same_unit") | known_words("workbook.unit_part")
_UNITS = known("signed_unit") | {fold(side) for said in _SAME_UNITS for side in said.split("=")} - {"", "/", "per"}

Values = Sequence[Any]
"""The values of a row."""


@dataclass(frozen=True)
class Sight:
    """What a sheet is, judged by its first rows: its layout ("" where it holds no figures), the year or the code it is
    about, the position of its header, counted from 0, and of the row of groups above it (None where there is none)."""

    layout: str
    meant: Any = None
    header: int = 0
    groups: int | None = None


def sight(
    title: str, rows: Sequence[Values], names: ColumnNames, declared: Workbook, *, loosely: bool = False
) -> Sight:
    """What a sheet is: the first row that can be a header of figures decides, or the one that the YAML declares.

    loosely: the year of a sheet may be anywhere in its title.
    """
    at = range(len(rows)) if declared.header is None else range(declared.header - 1, min(declared.header, len(rows)))
    year = declared.year if isinstance(declared.year, int) else year_of_title(title, loosely=loosely)
    code = names.code(title)
    for i in at:
        labels, layout = _labels(rows[i], names, declared, year)
        if (
            not layout
            and declared.city is None
            and _has_empty_corner(rows, i)
            and not _names_indicators(rows[i - 1 : i])
        ):
            dated = {c for c, v in enumerate(rows[i]) if isinstance(v, str) and is_year(v, names, declared)}
            labels, layout = {0, *dated}, "panel" if dated else "years" if year is not None else ""
        if not layout or declared.layout not in (None, layout):
            continue
        if layout in ("long", "across"):
            return Sight(layout, None, i)
        if layout == "wide":
            groups = _rows_of_groups(rows, i, labels)
            if groups is None or not _years_across(rows, groups):
                years = [split_year(text)[1] for text in _texts_of(rows[i], labels)]
                if len({*years} - {None}) < 2 or 2 * years.count(None) > len(years):
                    continue
                return Sight(layout, None, i)
            return Sight(layout, None, groups[1], groups[0])
        upper, lower = _rows_of_groups(rows, i, labels) or (None, i)
        return Sight(layout, year if layout == "years" else None, lower, upper)
    if code is None or declared.layout not in (None, "indicators"):
        return Sight("")
    across = row_of_years([rows[i] for i in at])
    return Sight("indicators", code, at[across or 0] if at else 0)


def _names_indicators(above: Sequence[Values]) -> bool:
    """Whether the first column is one of indicators, as the row above an empty corner says."""
    return any(isinstance(text, str) and is_indicator_word(text) for row in above for text in row[:1])


def _has_empty_corner(rows: Sequence[Values], i: int) -> bool:
    """Whether a row of headers leaves its first cell empty, with names and figures below it."""
    head, below = rows[i], rows[i + 1 : i + 4]
    texts = [v for v in head[1:] if not is_blank(v)]
    if not head or not is_blank(head[0]) or len(texts) < 2 or not all(isinstance(v, str) for v in texts):
        return False
    named = all(row and not is_blank(row[0]) and may_name(row[0]) for row in below)
    return len(below) > 1 and named and all(any(isinstance(v, (int, float)) for v in row[1:]) for row in below)


def _labels(row: Values, names: ColumnNames, declared: Workbook, year: int | None) -> tuple[set[int], str]:
    """The positions of the headers of places and years in a row, and the layout that they suggest."""
    texts = {c: value for c, value in enumerate(row) if isinstance(value, str) and value.strip()}
    places = {c for c, text in texts.items() if is_place(text, names, declared)}
    places = {c for c in places if fold(texts[c]) not in WEAK_CITY_HEADERS} or places
    years = {c for c, text in texts.items() if is_year(text, names, declared)}
    weak = {c for c, text in texts.items() if fold(text) in WEAK_CITY_HEADERS and names.code(text) is None}
    valued = any(is_value_word(text) for text in texts.values() if names.code(text) is None)
    indicator = indicator_columns([value for value in row if names.code(value or "") is None])
    if years and (places or weak):
        return places | years or weak, "long" if places and indicator and valued else "panel"
    if places and indicator and any(is_year_header(value) for value in row):
        return places, "across"
    if places and year is not None:
        return places, "years"
    return places, "wide" if places else ""


def year_of_title(title: str, *, loosely: bool = False) -> int | None:
    """The year that a sheet is about; loosely: the only one in its title.

    >>> year_of_title("2018年"), year_of_title("2018年主要指标"), year_of_title("2018年主要指标", loosely=True)
    (2018, None, 2018)
    """
    found = YEAR_SHEET.fullmatch(fold(title))
    if found is not None:
        return int(found[1])
    within = years_within(title) if loosely else set()
    return within.pop() if len(within) == 1 else None


def years_within(text: str) -> set[int]:
    """The years that a text names; of a span, the one that stands outside it too, if there is one.

    >>> years_within("表1 2018年主要指标"), years_within("2018-2020年"), years_within("120180")
    ({2018}, {2018, 2020}, set())
    >>> years_within("2017-18"), years_within("FY2017/18"), years_within("2017-18-31"), years_within("2010-15")
    ({2017, 2018}, {2017, 2018}, {2017}, {2010})
    >>> years_within("Yearbook 2019-20: data for 2019"), years_within("2010年主要指标（更新于2011-12）")
    ({2019}, {2010})
    >>> years_within("截至2019-12人口"), years_within("updated: 2011-12")
    ({2019}, set())
    >>> sorted(years_within("2017-18 and 2018-19"))
    [2017, 2018, 2019]
    """
    narrow = unicodedata.normalize("NFKC", text)
    narrow = _UPDATED.sub(lambda one: "" if _is_span(one) else one[0], narrow)
    spans = list(filter(_is_span, _SPAN_WITHIN.finditer(narrow)))
    starts = {one.start() for one in spans}
    outside = {int(one[1]) for one in _YEAR_WITHIN.finditer(narrow) if one.start() not in starts}
    within = ({int(one[1]), int(one[1]) + 1} for one in spans)
    return outside.union(*(years for years in within if not years & outside))


def _is_span(found: re.Match[str]) -> bool:
    return (int(found[1]) + 1) % 100 == int(found[2])


def is_year_header(value: object) -> bool:
    """Whether a header is a year."""
    year = year_in(value)
    return year is not None and is_usual_year(year)


def _texts_of(row: Values, labels: Collection[int]) -> list[str]:
    return [value for c, value in enumerate(row) if c not in labels and isinstance(value, str) and value.strip()]


def _rows_of_groups(rows: Sequence[Values], i: int, labels: Collection[int]) -> tuple[int, int] | None:
    """The rows of groups and of names where a header has two; i: the one with the headers of places and years.

    Names follow below, or below the same in another language, where that row leaves some of their columns empty, or
    repeats what is beside years; groups are above where the row before holds two or more, the first of them over the
    first column that is neither places nor years.
    """

    def filled(r: int) -> dict[int, Any]:
        return {c: v for c, v in enumerate(rows[r]) if not is_blank(v)} if 0 <= r < len(rows) else {}

    here, above = filled(i), filled(i - 1)
    own = {c for c in here if c not in labels}
    lower = i + 1 + _is_second_language(here, filled(i + 1), labels)
    below, further = filled(lower), filled(lower + 1)
    named = {c for c in below if c not in labels}
    as_labels = all(
        c in here and (fold(below[c]) == fold(here[c]) or _is_same_label(here[c], below[c]))
        for c in below
        if c in labels
    )
    words = all(may_name(below[c]) or is_year_header(below[c]) for c in named)
    units = named >= own and bool(further) and further.keys() <= named  # two rows of texts without places
    units = units and not any(isinstance(v, (int, float)) or read_text(str(v)) for v in further.values())
    dated = any(all(is_year_header(line[c]) for c in own) for line in (here, below)) if named == own else False
    again = dated and len({fold(here[c]) for c in own}) < len(own)  # a group written above each of its columns
    if as_labels and words and named & here.keys() and (named - here.keys() or units or again):
        return i, lower
    groups = [c for c in above if c not in labels]
    first = next((c for c in here if c not in labels), None)
    if len(groups) > 1 and groups[0] == first and all(c not in above for c in labels):
        texts = [v for c, v in above.items() if isinstance(v, str) and not unit_said(v)]
        if len(texts) == len(above) or all(map(is_year_header, above.values())):
            return i - 1, i
    return None


def _is_second_language(here: Mapping[int, Any], below: Mapping[int, Any], labels: Collection[int]) -> bool:
    """Whether a row below a header with groups is the same in another language: a text below each, and a label below
    each label."""
    return (
        here.keys() == below.keys()
        and bool(labels)
        and all(c in here and _is_same_label(here[c], below[c]) and fold(here[c]) != fold(below[c]) for c in labels)
        and all(map(may_name, below.values()))
    )


def _years_across(rows: Sequence[Values], groups: tuple[int, int]) -> bool:
    """Whether one of the two rows of a header holds years, also such as have a unit behind them."""
    return any(sum(is_year_header(v) or _is_year_with_unit(v) for v in rows[r]) > 1 for r in groups)


def _is_year_with_unit(value: object) -> bool:
    rest, year = split_year(value) if isinstance(value, str) else ("", None)
    return year is not None and unit_alone(rest) is not None


def is_place(text: str, names: ColumnNames, declared: Workbook) -> bool:
    """Whether a header is that of places; what the YAML or the framework says of it takes precedence."""
    if declared.city is not None:
        return fold(text) == fold(declared.city)
    return (is_city_header(text) or fold(text) in names.places) and names.code(text) is None


def is_year(text: str, names: ColumnNames, declared: Workbook) -> bool:
    """Whether a header is that of years; what the YAML or the framework says of it takes precedence."""
    if declared.year is not None:
        return isinstance(declared.year, str) and fold(text) == fold(declared.year)
    return is_year_word(text) and names.code(text) is None


def has_years(row: Values) -> bool:
    """Whether most cells after the first of a row are years."""
    filled = [value for value in row[1:] if value is not None]
    years = [value for value in filled if (year := year_in(value)) is not None and is_usual_year(year)]
    return bool(years) and 2 * len(years) >= len(filled)


def row_of_years(rows: Sequence[Values]) -> int | None:
    """The position of the first row with years across; one with a year alone, unless below places, is that of a remark
    (updated: 2024-01-05) where such a row follows, and one with a day alone where a year does; figures of a place that
    look like years, such as 1500 and 1800, are below the names of their columns."""
    found = [i for i, row in enumerate(rows) if has_years(row) and not _is_below_names(rows, i)]
    certain = (i for i in found if sum(v is not None for v in rows[i][1:]) > 1 or is_city_header(str(rows[i][0])))
    dated = (i for i in found if not any(map(is_day, rows[i])))
    return next(certain, next(dated, found[0] if found else None))


def _is_below_names(rows: Sequence[Values], i: int) -> bool:
    """Whether a row begins with a label that is no header, and another above it names all its columns: each otherwise,
    where it has a header of places or the row does not hold years in order; or with the same label."""
    first, *columns = [c for c, value in enumerate(rows[i]) if not is_blank(value)]
    label = str(rows[i][first])
    heads = (is_city_header, is_year_word, is_indicator_word, lambda text: fold(text) in UNIT_WORDS)
    if is_year_header(rows[i][first]) or not columns or any(is_kind(label) for is_kind in heads):
        return False
    in_order = _are_years_in_order([rows[i][c] for c in columns])
    for row in rows[:i]:
        named = {c: fold(v) for c, v in enumerate(row) if isinstance(v, str) and v.strip() and year_in(v) is None}
        headed = any(is_city_header(row[c]) for c in named)
        distinct = len({named.get(c) for c in columns}) == len(columns) or (headed and looks_like_place(label))
        below_head = distinct and (headed or not in_order)
        if named.keys() >= {*columns} and (below_head or named.get(first) == fold(label)):
            return True
    return False


def _are_years_in_order(values: Values) -> bool:
    """Whether the numbers among some values are distinct years of one century, from the first on or back to it."""
    years = [year for value in values if (year := year_in(value)) is not None]
    other = any(isinstance(value, float) and year_in(value) is None for value in values)
    usual = all(map(is_usual_year, years)) and max(years, default=0) - min(years, default=0) < 100
    return not other and usual and years in (sorted({*years}), sorted({*years}, reverse=True))


@dataclass(frozen=True)
class Table:
    """The table of a sheet: its header, the rows below it, all of one width, and the rows above that belong to none.

    groups: the group above each column, where the header has two rows, spread over the columns that it covers; empty
    where the header has one row.
    """

    grid: Grid
    head: Sequence[Cell]
    rows: tuple[Sequence[Cell], ...]
    above: tuple[Sequence[Cell], ...] = ()
    groups: tuple[Cell | None, ...] = ()

    @property
    def title(self) -> str:
        return self.grid.title

    def repeats_head(self, row: Sequence[Cell]) -> bool:
        """Whether a row holds the header once more."""
        first = next((c for c, cell in enumerate(self.head) if not is_blank(cell.value)), 0)
        return bool(self.head) and row[first].value == self.head[first].value and _filled(row) == _filled(self.head)


def transposed(grid: Grid) -> Grid:
    """A sheet with rows and columns swapped; each cell keeps its address."""
    return replace(grid, rows=tuple(zip(*padded(grid.rows), strict=True)))


def titled_above(table: Table) -> Table:
    """A table with rows and columns swapped, of which the first columns hold titles alone: these are above it."""
    filled = (c for c in range(len(table.head)) if any(not is_blank(row[c].value) for row in table.rows))
    first = next(filled, 0)
    titles = [cell for cell in table.head[:first] if not is_blank(cell.value)]
    blank = [cell._replace(value=None) for cell in table.head[:first]]
    return replace(table, head=(*blank, *table.head[first:]), above=(*table.above, *((cell,) for cell in titles)))


def table_of(grid: Grid, header: int, groups: int | None = None) -> Table:
    """The table of a sheet whose header is at a position, counted from 0, below a row of groups where there is one.

    A name that occurs more than once has the name of its group put before it.
    """
    rows = padded(grid.rows)
    head = rows[header] if header < len(rows) else ()
    over = [] if groups is None else spread(rows[groups], head, grid.merged)
    above = [row for r, row in enumerate(rows[:header]) if is_filled(row) and r != groups]
    units = [any(cell and split_unit(str(cell.value))[1] for cell in cells) for cells in zip_longest(head, over)]
    while header + 1 < len(rows) and (
        _says_head_again(rows[header + 1], head, units) or _counts_columns(head, *rows[header + 1 : header + 3])
    ):
        header += 1
        above.append(rows[header])
    body = rows[header + 1 :]
    if len(body) > FAR:
        body = [row for row in body if isinstance(row, PlainRow) or is_filled(row)]
    if len(body) > 1 and _counts_columns(head, *body[1:3]) and not any(map(says_number, _values(body[0]))):
        above.append(body.pop(1))  # below a row of units
    if groups is None:
        return Table(grid, head, tuple(body), tuple(above))
    times = Counter(fold(cell.value) for cell in head if not is_blank(cell.value))
    named = []
    for cell, upper, group in zip(head, rows[groups], over, strict=True):
        if is_blank(cell.value):
            named.append(upper)
        elif group is None or _says_year(cell, group):
            named.append(cell)
        elif (unit := unit_alone(str(cell.value))) is not None:
            named.append(cell._replace(value=f"{one_line(str(group.value))} ({unit})"))
        elif times[fold(cell.value)] > 1:
            named.append(cell._replace(value=f"{one_line(str(group.value))} {one_line(str(cell.value))}"))
        else:
            named.append(cell)
    return Table(grid, tuple(named), tuple(body), tuple(above), tuple(over))


def _says_head_again(row: Sequence[Cell], head: Sequence[Cell], units: Sequence[bool]) -> bool:
    """Whether a row is the header in another language: below a header of places or years is one of the same, or, where
    each name has its unit or some occur again, a capitalised name, not a unit, below each Chinese one.

    units: whether each column has a unit in its header, or in that of its group."""
    held = [(a.value, b.value, unit) for a, b, unit in zip(head, row, units, strict=True) if not is_blank(a.value)]
    pairs = [(a, b) for a, b, _ in held]
    again = [_is_same_label(a, b) for a, b in pairs if _is_label(a)]
    other = {fold(b) for _, b in pairs} - {fold(a) for a, _ in pairs}
    if not other or any(isinstance(cell.value, (int, float)) for cell in row):
        return False
    named = [(a, b) for a, b in pairs if not _is_label(a)]
    translated = all(_CHINESE.search(str(a)) and may_name(b) and _is_english_name(str(b)) for a, b in named)
    alike = len({(fold(a), fold(b)) for a, b in named}) == len({fold(b) for _, b in named}) < len(named)
    with_units = all(unit for a, _, unit in held if not _is_label(a))
    further = (with_units or alike) and translated and 1 < len(named) == len(_filled(row))
    return (bool(again) and all(again)) or further


def _is_english_name(text: str) -> bool:
    """Whether a text may be the name of an indicator in English, and is no unit: Land area, but not sq km or CNY."""
    return text.isascii() and text.strip()[:1].isupper() and not is_known_unit(split_unit(text)[0])


def are_places(labels: Sequence[str], cities: Collection[str] = ()) -> bool:
    """Whether half of some labels are places or end like some, and one is known; or, where none is, all end so.

    >>> are_places(["Oslo", "Chengdu"], ["chengdu"]), are_places(["Oslo", "Chengdu"]), are_places([])
    (True, False, False)
    """
    known_ones = [is_known_place(label, cities) for label in labels]
    like = sum(known or looks_like_place(label) for known, label in zip(known_ones, labels, strict=True))
    return 2 * like >= len(labels) > 0 if any(known_ones) else like == len(labels) > 0


def is_known_unit(text: str) -> bool:
    """Whether a text is a unit, or names a currency.

    >>> [is_known_unit(text) for text in ("km2", "sq km", "100 million yuan", "bn EUR", "mn yuan", "%")]
    [True, True, True, True, True, True]
    >>> [is_known_unit(text) for text in ("Consumer price index", "France", "TX", "Portugal", "persons")]
    [False, False, False, False, False]
    """
    words = re.findall(r"[^\W\d_]+|[^\w\s]", text)
    told = {w.casefold() for w in words if not w.isascii() or not w.isalpha() or w.isupper() or text[:1].islower()}
    return not _UNITS.isdisjoint({fold(text), *folded_unit(text).split("/"), *told})


def _counts_columns(head: Sequence[Cell], row: Sequence[Cell], later: Sequence[Cell] = ()) -> bool:
    """Whether a row below a header numbers its columns, as forms do: 1, 2, 3, below a blank, a word for such a row, or
    several signs, of which one alone may be a place."""
    said, first, counted = _counted(row)
    blank = next((is_blank(below.value) for cell, below in zip(head, row, strict=True) if is_filled([cell])), False)
    following = _values(later)
    if not following or not counted:
        return False
    if first == 1 and len(said[0]) > 1:
        return True
    signs = first > 1 and all(year_in(value) is not None for value in following[1:first])
    return (signs or (first == 0 and blank)) and fold(following[0]) not in COUNTERS


def _counted(row: Sequence[Cell]) -> tuple[list[str], int, bool]:
    """What a row says, at which of its values the signs end that number columns of words, and whether two numbers or
    more follow that count the others."""
    said = [fold(f"{value:g}" if isinstance(value, float) else value) for value in _values(row)]
    first = next((k for k, text in enumerate(said) if text not in COUNTERS), len(said))
    numbers = [text.strip("()") for text in said[first:]]
    counted = any(numbers == [str(n + k) for k in range(len(numbers))] for n in (1, first + 1))
    return said, first, counted and len(numbers) > 1


def may_count_columns(table: Table) -> Cell | None:
    """The first cell of a table whose first row may number the columns, though it is read: one sign, then 1, 2, 3, and
    no other row begins with a sign."""
    if len(table.rows) < 3:
        return None
    said, first, counted = _counted(table.rows[0])
    others = (next(iter(_values(row)), "") for row in table.rows[1:])
    if first != 1 or not counted or any(fold(value) in COUNTERS for value in others):
        return None
    return next(cell for cell in table.rows[0] if fold(cell.value) == said[0])


def _is_same_label(header: object, other: object) -> bool:
    """Whether two headers are both of places, or both of years."""
    return any(is_kind(str(header)) and is_kind(str(other)) for is_kind in (is_city_header, is_year_word))


def _is_label(header: object) -> bool:
    return _is_same_label(header, header)


def _says_year(cell: Cell, group: Cell) -> bool:
    """Whether one of two headers is a year that needs the other beside it rather than in one cell."""
    return is_year_header(group.value) or is_marked_year(cell.value)


def with_two_headers(grid: Grid, names: ColumnNames, declared: Workbook) -> Grid:
    """A sheet whose header has three rows, the lowest of years, with the upper two as one: an indicator and its unit
    (GDP, bn EUR), or an indicator below its group; any other sheet as it is. Cells keep their addresses."""
    rows = padded(tuple(grid.rows[: LOOKED_THROUGH + 2]))
    for i in range(len(rows) - 2 if declared.header is None else 0):
        here, below, years = ({c for c, cell in enumerate(row) if not is_blank(cell.value)} for row in rows[i : i + 3])
        labels = {c for c in here if isinstance(v := rows[i][c].value, str) and is_place(v, names, declared)}
        dated = len(years) > 1 and all(is_year_header(rows[i + 2][c].value) for c in years)
        words = all(isinstance(rows[i + 1][c].value, str) and may_name(rows[i + 1][c].value) for c in below)
        if not (labels and dated and words and here - labels <= below < years and len(here) > len(labels) < len(years)):
            continue
        over = [spread(rows[r], rows[i + 2], grid.merged) for r in (i, i + 1)]
        pairs = {c: (over[0][c], over[1][c]) for c in years}
        lower = [str(rows[i + 1][c].value) for c in sorted(below)]
        units = len(here - labels) == len(below) and any(map(_says_unit, lower))
        doubtful = not units and any(map(_says_unit, lower))
        if labels & years or doubtful or any(None in pair for pair in pairs.values()):
            return grid
        again = Counter(map(fold, lower))
        parts = {id(group) for group, own in pairs.values() if own is not None and _is_part(str(own.value))}
        named = [cell._replace(value=None) if c not in labels else cell for c, cell in enumerate(rows[i])]
        for c, (group, own) in pairs.items():
            said = [one_line(str(cell.value)) for cell in (group, own) if cell is not None]
            both = f"{said[0]} ({unit_alone(said[1]) or said[1]})" if units else _joined(*said)
            alone = not units and again[fold(said[1])] == 1 and id(group) not in parts
            named[c] = rows[i + 1][c]._replace(value=said[1] if alone else both)
        blank = tuple(cell._replace(value=None) for cell in rows[i])
        kept = tuple(one for one in grid.merged if not merged_within(one, range(rows[i][0].row, rows[i][0].row + 3)))
        return replace(grid, rows=(*rows[:i], blank, tuple(named), *grid.rows[i + 2 :]), merged=kept)
    return grid


def _joined(group: str, name: str) -> str:
    """The name of a group and one below it as one, with the unit of the group at its end, where it holds."""
    whole, unit = split_unit(group)
    of_group = unit is not None and split_unit(name)[1] is None and not has_other_unit(name, whole)
    return f"{whole} {name} ({unit})" if of_group else f"{group} {name}"


def _is_part(text: str) -> bool:
    """Whether a name says nothing without that of its group: a measure of it, or the whole beside its parts."""
    return is_measure(text) or is_total(text)


def _says_unit(text: str) -> bool:
    return unit_alone(text) is not None or is_known_unit(text)


def spread(upper: Sequence[Cell], lower: Sequence[Cell], merged: Iterable[str]) -> list[Cell | None]:
    """The group above each column: as far as its cells are merged, or, where none are, up to the next group."""
    ends = {}
    for left, top, right, bottom in map(range_boundaries, merged):
        if upper and top <= upper[0].row <= bottom:
            ends[left] = right
    over: list[Cell | None] = []
    group, last = None, 0
    for cell, below in zip(upper, lower, strict=True):
        if not is_blank(cell.value):
            group, last = cell, ends.get(cell.column, cell.column if ends else MOST_COLUMNS)
        same = fold(below.value) == fold(cell.value) or _is_same_label(cell.value, below.value)
        own = is_blank(below.value) or (group is cell and same)
        if own:
            group = None
        over.append(group if group is not None and cell.column <= last else None)
    return over


def padded(rows: tuple[Sequence[Cell], ...]) -> list[Sequence[Cell]]:
    """Rows of one length. Empty ones, if there are very many, are one and the same."""
    width = max(map(len, rows), default=0)
    filled = [r for r, row in enumerate(rows) if row]
    if len(rows) - len(filled) > FAR:
        found: list[Sequence[Cell]] = [tuple(Cell(None, len(rows), c + 1) for c in range(width))] * len(rows)
    else:
        filled, found = list(range(len(rows))), list(rows)
    for r in filled:
        row = rows[r]
        if len(row) < width:
            rest = (Cell(None, r + 1, c + 1) for c in range(len(row), width))
            found[r] = row.padded(width) if isinstance(row, PlainRow) else (*row, *rest)
        else:
            found[r] = row
    return found


def _values(row: Iterable[Cell]) -> list[Any]:
    return [cell.value for cell in row if not is_blank(cell.value)]


def _filled(row: Iterable[Cell]) -> list[str]:
    return list(map(fold, _values(row)))


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
    """Whether a text in the place of a city is a note: it begins as notes do, or is a sentence."""
    return fold(text).startswith(NOTE_BEGINNINGS) or len(text) > 40 or bool(re.search(r"[\u3002\uff1b]", text))


def filled_merges(grid: Grid, header: int = 1, *, of_header: bool = False) -> tuple[Grid, dict[str, str]]:
    """A sheet with the value of merged cells in each of them, from the row of its header on; and, by the address of
    each of the rest, that of the first.

    of_header: cells merged from the header downwards are headers, whose text belongs to no row below it.
    """
    rows = [list(row) for row in padded(grid.rows)]
    by_place = {(cell.row, cell.column): (i, j) for i, row in enumerate(rows) for j, cell in enumerate(row)}
    last, rightmost = (max((place[k] for place in by_place), default=0) for k in (0, 1))
    origin: dict[tuple[int, int], tuple[int, int]] = {}
    for merged in grid.merged:
        left, top, right, bottom = range_boundaries(merged)
        if bottom >= header:  # cells merged outside the figures do not matter
            across = range(left, min(right, rightmost) + 1)
            bottom = header if of_header and top <= header else bottom
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


def lies_within(merged: str, rows: Collection[int]) -> bool:
    """Whether merged cells touch none but these rows of the file."""
    _, top, _, bottom = range_boundaries(merged)
    return all(number in rows for number in range(top, bottom + 1))


def top_of(merged: str) -> tuple[int, str]:
    """The row of the first of merged cells, and its column."""
    first = merged.partition(":")[0]
    return int(re.sub(r"\D", "", first)), re.sub(r"\d", "", first)


def unit_above(table: Table) -> str | None:
    """The one unit that a row above a table gives for all of it."""
    for row in table.above:
        texts = [one_line(str(cell.value)) for cell in row if isinstance(cell.value, str) and cell.value.strip()]
        said = next(filter(None, map(unit_said, texts)), None)
        if said is not None:
            return None if re.search(r"[,;\u3001\uff0c\uff1b]", said) else said
        if len(texts) > 1 and fold(texts[0]).rstrip(":") in UNIT_WORDS:
            return texts[1]
    return None
