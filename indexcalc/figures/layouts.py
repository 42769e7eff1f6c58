"""Where the figures of a workbook are: which sheets hold them, in which layout, and their columns of places and years.

Nothing is read here but labels; `workbook.py` reads the figures, `recognise.py` what the columns are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from indexcalc.errors import InputError, Problem, in_words, suggestion
from indexcalc.figures.blocks import Joined, apart, joined
from indexcalc.figures.filling import filled_down
from indexcalc.figures.folding import SHOWN, folded, listed
from indexcalc.figures.grid import Book, Cell, Grid, values_of
from indexcalc.figures.headers import (
    PLACE_CODES,
    SOURCE_SHEETS,
    UNIT_WORDS,
    WEAK_CITY_HEADERS,
    ColumnNames,
    bare,
    fold,
    has_marked_year,
    indicator_columns,
    is_city_header,
    is_code_of_group,
    is_indicator_word,
    is_known_place,
    is_measure,
    is_usual_year,
    known,
    looks_like_place,
    may_be_of_measure,
    names_span,
    place_name,
    split_year,
    year_in,
)
from indexcalc.figures.numbers import says_number
from indexcalc.figures.observations import with_indicator
from indexcalc.figures.panel import CellRead
from indexcalc.figures.series import with_place
from indexcalc.figures.table import (
    LOOKED_THROUGH,
    YEAR_SHEET,
    Sight,
    Table,
    filled_merges,
    has_years,
    is_blank,
    is_filled,
    is_place,
    is_serial,
    is_year,
    is_year_header,
    merged_within,
    padded,
    sight,
    table_of,
    texts,
    titled_above,
    top_of,
    transposed,
    with_two_headers,
)
from indexcalc.figures.turned import turned
from indexcalc.spec.framework import Framework, Workbook, one_line
from indexcalc.voice import Clauses, Row, Word

MOST_PROBLEMS = 20_000
"""Problems of a workbook that are collected."""
MOST_LISTED = 10
"""Rows or cells that a notice names."""
MOST_COLUMNS = 3
"""Columns that have a notice each of one kind of reading; if there are more, one covers them all."""
OTHER_YEAR = 0
"""In place of a year of the file that the YAML does not select."""
OF_SHEET = "(sheet)"
"""The header of the column that a sheet per city is given."""
LAYOUTS = ("panel", "long", "across", "wide", "years", "indicators")
"""The layouts that are recognised, as `errors.layout` names them; a sheet per city has to be declared."""

Place = tuple[str, dict[str, Any]]


class Told(list[Problem]):
    """Problems as they are found; at MOST_PROBLEMS reading ends, since nobody reads more."""

    def append(self, problem: Problem) -> None:
        super().append(problem)
        if len(self) >= MOST_PROBLEMS:
            _, facts = problem.place or ("", {})
            last = Problem(
                "bound_problems", {"most": f"{MOST_PROBLEMS:,}"}, ("in_file", {"file": facts.get("file", "")})
            )
            raise InputError([*folded(self), last])


@dataclass
class Unread:
    """Something in the file that the framework does not name: where it is, and to which city and year it belongs."""

    place: Place
    sheet: str
    city: str | None = None
    year: int | None = None


@dataclass
class Sheets:
    """The sheets of a workbook and their tables. tidy: merged cells are filled. aside: sheets that hold no figures."""

    file: str
    framework: Framework
    book: Book
    tidy: bool = False
    aside: Collection[str] = ()
    problems: list[Problem] = field(default_factory=Told)
    notices: list[Problem] = field(default_factory=list)
    readings: dict[tuple[str, str, str], list[CellRead]] = field(default_factory=dict)
    other_columns: dict[str, Unread] = field(default_factory=dict)
    other_years: dict[int, None] = field(default_factory=dict)
    unheaded: list[str] = field(default_factory=list)
    blocks: dict[str, Joined | None] = field(default_factory=dict)
    dimensions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    series: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.declared = self.framework.workbook or Workbook()
        self.by_city = self.declared.layout == "cities"
        if self.by_city:  # panels, once each has a column with its city
            self.declared = self.declared.model_copy(update={"layout": "panel", "city": OF_SHEET})
        self.tidy = self.tidy or self.declared.tidy
        self.names = ColumnNames(self.framework, self.declared.aliases)
        self.ignored_columns = set(map(fold, self.declared.ignore.columns))
        self.city_of: dict[str, str] = {}
        bare_of: dict[str, set[str]] = {}
        for city, about in self.framework.cities.items():
            for name in (city, *about.spellings):
                self.city_of[fold(name)] = city
                bare_of.setdefault(bare(name), set()).add(city)
        self.bare_of = {name: next(iter(cities)) for name, cities in bare_of.items() if len(cities) == 1}

    def find_layout(self) -> tuple[str, dict[str, Sight], list[str]]:
        """The layout, the sheets that hold the figures with what they are, and those not read.

        Where no sheet holds any, the year of a sheet is looked for anywhere in its title.
        """
        found, unread, suspects, rows = self._sights(loosely=False)
        if not any(found.values()):
            loose = self._sights(loosely=True)
            found, unread, suspects, rows = loose if any(loose[0].values()) else (found, unread, suspects, rows)
        titles = self._titles()
        layouts = [layout for layout, sheets in found.items() if sheets]
        self._refuse_layouts(found, layouts, rows)
        layout = layouts[0]
        if layout == "indicators":
            for title in suspects:
                self.other_columns[title] = Unread(self._sheet(title), title)
        if layout == "years":
            for title in [title for title in unread if title in titles and YEAR_SHEET.fullmatch(fold(title))]:
                self.problems.append(Problem("year_sheet_city", {}, self._sheet(title)))
                unread.remove(title)
        return layout, found[layout], unread

    def _sights(
        self, *, loosely: bool
    ) -> tuple[dict[str, dict[str, Sight]], list[str], list[str], dict[str, list[tuple[Any, ...]]]]:
        """What each sheet is, by layout; the sheets not read, those of them with years across, and their first rows."""
        found: dict[str, dict[str, Sight]] = {layout: {} for layout in LAYOUTS}
        unread, suspects = list[str](), list[str]()
        rows: dict[str, list[tuple[Any, ...]]] = {}
        titles = self._titles()
        for title in self.book.titles:
            if title in self.aside or (fold(title) in SOURCE_SHEETS and title not in self.declared.sheet):
                continue
            if title not in titles:
                continue  # the YAML names the sheets that it wants
            rows[title] = self.first_rows(title)
            seen = sight(title, rows[title], self.names, self.declared, loosely=loosely)
            if seen.layout:
                found[seen.layout][title] = seen
                continue
            unread.append(title)
            if any(has_years(row) for row in rows[title][:1]):
                suspects.append(title)
        for layout in ("panel", "long", "across", "wide"):  # of several sheets one is meant: one that is seen
            hidden = [title for title in found[layout] if not self.book.is_visible(title)]
            if len(found[layout]) > len(hidden) and not self.declared.sheet:
                unread += hidden
                found[layout] = {title: seen for title, seen in found[layout].items() if title not in hidden}
        return found, unread, suspects, rows

    def _titles(self) -> list[str]:
        """The sheets that may hold figures: those that the YAML names, else all."""
        if not self.declared.sheet:
            return self.book.titles
        known = {fold(title): title for title in reversed(self.book.titles)}
        strange = [title for title in self.declared.sheet if fold(title) not in known]
        if strange:
            place = ("in_file", {"file": self.file})
            raise InputError(
                Problem("sheet_unknown", {"found": title, **suggestion(title, self.book.titles)}, place)
                for title in strange
            )
        return [known[fold(title)] for title in self.declared.sheet]

    def _refuse_layouts(
        self, found: Mapping[str, Mapping[str, Sight]], layouts: list[str], rows: Mapping[str, list[tuple[Any, ...]]]
    ) -> None:
        """Refuse a workbook with figures in no sheet, in more than one layout, or in two sheets where one is meant."""
        place = ("in_file", {"file": self.file})
        if not layouts and not any(not is_blank(v) for first in rows.values() for row in first for v in row):
            raise InputError(Problem("no_cells", {}, place))
        if not layouts:
            hint = self._closest(rows)
            swapped = isinstance(hint, Word) and hint.key == "errors.closest.turned"
            hindrance = None if swapped else self._hindrance(rows, hinted=bool(hint))
            if hindrance is not None:
                raise InputError(Problem("no_layout_since", {"reason": hindrance}, place))
            sheets = Row(f"'{title}'" for title in self.book.titles)
            facts = {"sheets": sheets, "seen": _as_seen(rows), "hint": hint}
            raise InputError(Problem("no_layout", facts, place))
        if len(layouts) > 1:
            named = Clauses(Word(f"errors.layouts.{layout}", sheets=Row(found[layout])) for layout in layouts)
            raise InputError(Problem("two_layouts", {"found": named}, place))
        listed_ones = layouts[0] == "panel" and (self.declared.sheet or self.by_city)  # each of them is meant
        if layouts[0] in ("panel", "long", "across", "wide") and len(found[layouts[0]]) > 1 and not listed_ones:
            sheets = Row(f"'{title}'" for title in found[layouts[0]])
            raise InputError(Problem("two_panels", {"sheets": sheets}, place))

    def _closest(self, rows: Mapping[str, list[tuple[Any, ...]]]) -> Word | str:
        """The reading that comes closest where no sheet holds the figures, and what it lacks."""
        best: tuple[int, Word | str] = (0, "")
        for title, first in rows.items():
            width = max(map(len, first), default=0)
            square = [(*row, *[None] * (width - len(row))) for row in first]
            if sight(title, list(zip(*square, strict=True)), self.names, self.declared).layout:
                return Word("errors.closest.turned", sheet=title)
            for number, row in enumerate(first, start=1):
                cells = [one_line(str(value)) for value in row if isinstance(value, str) and value.strip()]
                places = [text for text in cells if is_place(text, self.names, self.declared)]
                years = [text for text in cells if is_year(text, self.names, self.declared)]
                named = [text for text in cells if self.names.code(text) is not None]
                score = 2 * (bool(places) + bool(years)) + len(named)
                if score > best[0]:
                    lacks = "header" if places and years else "year" if places else "city" if years else "both"
                    others = [text for text in cells if text not in (*places, *years, *named)]
                    lacks = "undated" if lacks == "year" and not others else lacks
                    facts = {"sheet": title, "row": number, "others": listed((f"'{t}'" for t in others), 6) or "-"}
                    best = score, Word(f"errors.closest.{lacks}", **facts)
        return best[1]

    def _hindrance(self, rows: Mapping[str, Sequence[Sequence[Any]]], *, hinted: bool) -> Word | None:
        """What a sheet with figures is that cannot be read as it is, where its labels show it; hinted: whether it is
        known what the reading that comes closest lacks."""
        for title, first in rows.items():
            if not any(not is_blank(value) and says_number(value) for row in first for value in row):
                continue
            if len(rows) == 1 and is_known_place(title) and self._without_places(first):
                return Word("errors.hindrance.one_place", sheet=title, row=1, found=f"'{title}'")
            further = apart(self.book.grid(title), self.names, self.declared)
            if further is not None:
                why = Word(f"errors.apart.{further[0]}")
                return Word("errors.hindrance.apart", sheet=title, row=further[1], why=why)
            over: Sequence[Any] = ()
            for number, row in enumerate(first, start=1):
                cells = [one_line(str(value)) for value in row if isinstance(value, str) and value.strip()]
                facts = {"sheet": title, "row": number, "found": listed((f"'{text}'" for text in cells), SHOWN)}
                if cells and fold(cells[0]) in known("pivot"):
                    return Word("errors.hindrance.pivot", **facts)
                if len(cells) > 1 and all(map(is_measure, cells)) and self._of_places_or_years(over):
                    return Word("errors.hindrance.measures", **facts)
                word, *said = re.split(r"[:\uff1a]", cells[0], maxsplit=1) if len(cells) == 1 else ("",)
                if said and is_city_header(word) and (not hinted or self._without_places(first)):
                    return Word("errors.hindrance.one_place", **facts)
                over = over if all(map(is_blank, row)) else row
        return None

    def _of_places_or_years(self, row: Sequence[Any]) -> bool:
        """Whether a row holds years, or names of places that are known as such."""
        names = [value for value in row if isinstance(value, str)]
        places = (looks_like_place(name) or fold(name) in self.city_of for name in names)
        return any(map(is_year_header, row)) or any(places)

    def _without_places(self, rows: Sequence[Sequence[Any]]) -> bool:
        """Whether a header begins with a word for years or indicators, and nothing but numbers is beside these."""
        at = next(
            (i for i, row in enumerate(rows) if row and (self.is_year(row[0]) or is_indicator_word(str(row[0])))), None
        )
        return at is not None and not any(isinstance(value, str) for row in rows[at + 1 :] for value in row[1:])

    def told_readings(self, *kinds: str) -> list[Problem]:
        """What was read as something other than it is, one notice for each kind and column, or for all columns if they
        are many, and for all years; kinds: those of interest, without any all of them."""
        of_kind: dict[str, list[tuple[str, str, list[CellRead]]]] = {}
        for (sheet, column, how), cells in self.readings.items():
            if how in kinds or not kinds:
                of_kind.setdefault(how, []).append((sheet, column, cells))
        told = []
        for how, found in of_kind.items():
            columns = list(dict.fromkeys(column for _, column, _ in found))
            together = how == "year" or len(columns) > MOST_COLUMNS
            for named in [columns] if together else [[column] for column in columns]:
                group = [one for one in found if one[1] in named]
                read_as = [cell for _, _, cells in group for cell in cells]
                facts = {
                    "sheets": listed(dict.fromkeys(f"'{sheet}'" for sheet, _, _ in group)),
                    "column": listed(named),
                    "cells": listed(map(_as_read, read_as[: MOST_LISTED + 1]), MOST_LISTED),
                }
                told.append(Problem("tidied", {**facts, "n": len(read_as), "how": Word(f"errors.reading.{how}")}))
        return told

    def told_unread(self, titles: Sequence[str]) -> list[Problem]:
        """Sheets that were not read; the hidden ones apart, since nobody sees them."""
        kinds = {"sheets_unread": True, "sheets_hidden": False}
        named = {key: [t for t in titles if self.book.is_visible(t) is seen] for key, seen in kinds.items()}
        return [Problem(key, {"sheets": Row(sheets)}) for key, sheets in named.items() if sheets]

    def first_rows(self, title: str) -> list[tuple[Any, ...]]:
        """The rows of a sheet among which its header is looked for."""
        grid = self._grid(title)
        first = (self._of_city(grid) if self.by_city else grid).rows
        return list(map(values_of, first[: max(LOOKED_THROUGH, self.declared.header or 0)]))

    def _grid(self, title: str) -> Grid:
        """A sheet with its rows and columns as the YAML says, and tables below one another or side by side as one."""
        grid, cities = self.book.grid(title), {*self.city_of, *self.bare_of}
        across = self.declared.orientation == "columns"
        grid = grid if across else with_two_headers(grid, self.names, self.declared)
        if not self.by_city:
            upright = transposed(grid) if across else grid
            found, self.series[title] = with_place(upright, self.names, self.declared, cities, self._sheet(title))
            if self.series[title]:
                return found
        if across:
            grid, self.blocks[title] = turned(grid, self.names, self.declared, cities, alone=self.by_city)
            return grid
        if self.by_city:
            return grid
        grid, self.dimensions[title] = with_indicator(grid, self.names, self.declared)
        grid, self.blocks[title] = joined(grid, self.names, self.declared)
        return grid

    def told_blocks(self, titles: Collection[str]) -> list[Problem]:
        """What the tables of some sheets were taken for: those below one another or side by side, one notice for each
        way, and those of observations."""
        alike: dict[Joined, list[str]] = {}
        for title, found in self.blocks.items():
            if found is not None and title in titles:
                alike.setdefault(found, []).append(title)
        told = []
        for found, sheets in alike.items():
            names = listed((f"'{name}'" for name in found.names), MOST_LISTED)
            kind = Word(f"errors.blocks.{found.kind}", names=names)
            facts = {"arranged": Word(f"errors.blocks.{found.arranged}"), "kind": kind}
            told.append(Problem("blocks_joined", {"sheets": listed(f"'{title}'" for title in sheets), **facts}))
        for title, columns in self.dimensions.items():
            if columns and title in titles:
                names = listed((f"'{column}'" for column in columns), MOST_LISTED)
                told.append(Problem("indicator_from", {"sheet": title, "columns": names}))
        named = ((title, name) for title, name in self.series.items() if name and title in titles)
        return [*told, *(Problem("place_from", {"sheet": title, "found": name}) for title, name in named)]

    def table(self, title: str, seen: Sight) -> Table:
        """The table of a sheet as it is read, with merged cells filled under `tidy`."""
        grid = self._grid(title)
        across = self.declared.orientation == "columns"
        if self.tidy and grid.merged:
            header = 1 if across else seen.header + 1
            below_it = range(header + 1, 10**7)
            ranges = sorted((found for found in grid.merged if merged_within(found, below_it)), key=top_of)
            grid, taken = filled_merges(grid, header, of_header=not across)
            column, below = listed(ranges), [cell for cell in taken if int(re.sub(r"\D", "", cell)) > header]
            if below:
                cells = [CellRead(title, cell, column, "merged", taken[cell], None) for cell in below]
                self.readings[title, column, "merged"] = cells
        table = table_of(self._of_city(grid) if self.by_city else grid, seen.header, seen.groups)
        return self._filled(titled_above(table) if across else table)

    def _filled(self, table: Table) -> Table:
        """The same, with the labels that are written once for a group of rows in each of them."""
        head = [cell.value for cell in table.head]
        named = indicator_columns(head)
        labels = {c for c, text in enumerate(head) if c in named or self.is_place(text) or self.is_year(text)}
        table, filled = filled_down(table, labels, self.declared.parentheses)
        for column, cells in filled.items():
            header = f"'{one_line(str(head[column]))}'"
            self.readings[table.title, header, "filled"] = [
                CellRead(table.title, cell.address, header, "filled", one_line(str(cell.value)), None) for cell in cells
            ]
        return table

    def _of_city(self, grid: Grid) -> Grid:
        """The sheet of a city with a last column that names the city in every row of a year or of figures."""
        header = self.declared.header
        at = slice(0, LOOKED_THROUGH) if header is None else slice(header - 1, header)
        found = (
            (i, k)
            for i, row in enumerate(grid.rows[at], start=at.start)
            for k, cell in enumerate(row)
            if isinstance(cell.value, str) and is_year(cell.value, self.names, self.declared)
        )
        head, column = next(found, (None, 0))
        if head is None:
            return grid
        rows = []
        for i, row in enumerate(padded(grid.rows)):
            figures = year_in(row[column].value) is not None or any(isinstance(c.value, (int, float)) for c in row)
            city = OF_SHEET if i == head else grid.title if i > head and figures else None
            rows.append((*row, Cell(city, row[column].row, row[column].column)))
        return replace(grid, rows=tuple(rows))

    def city_column(self, table: Table, year_column: int | None) -> int | None:
        """The column of the places: the one under a header of places, or of several the only one that can be them."""
        found = [i for i, cell in enumerate(table.head) if self.is_place(cell.value)]
        if not found:
            found = [i for i, cell in enumerate(table.head) if not is_blank(cell.value) and self._is_weak(cell.value)]
        if len(found) > 1:  # "City" takes precedence over "Economy", which may be a group of indicators
            found = [i for i in found if not self._is_weak(table.head[i].value)] or found
        if not found and table.head and is_blank(table.head[0].value) and self.declared.city is None:
            found = [0]  # names below an empty corner
            if table.title not in self.unheaded:
                self.unheaded.append(table.title)
        if len(found) > 1:
            fitting = [i for i in found if self._can_be_places(table, i, year_column)]
            found = fitting if len(fitting) == 1 else found
        if len({fold(table.head[i].value) for i in found}) < len(found):
            if all(_names_same(row[found[0]], row[i]) for row in table.rows for i in found):
                return found[0]  # printed at both ends of a wide table
            first, again = _alike([table.head[i] for i in found])
            facts = {"code": one_line(str(first.value)), "other": first.address}
            self._problem("header_twice", facts, table.grid, again.address)
            return None
        if len(found) > 1:
            headers = Row(f"'{one_line(str(table.head[i].value))}'" for i in found)
            self.problems.append(Problem("city_candidates", {"headers": headers}, self._sheet(table.title)))
            return None
        return found[0]

    def year_column(self, table: Table) -> int | None:
        """The column of the years, likewise."""
        found = [
            i
            for i, cell in enumerate(table.head)
            if isinstance(cell.value, str) and is_year(cell.value, self.names, self.declared)
        ]
        if len(found) > 1:
            fitting = [i for i in found if all(_is_year_cell(row[i]) for row in table.rows[:50] if is_filled(row))]
            same = all(year_in(row[i].value) == year_in(row[found[0]].value) for row in table.rows for i in found)
            found = fitting if len(fitting) == 1 else found[:1] if same else found
        if len(found) > 1:
            headers = Row(f"'{one_line(str(table.head[i].value))}'" for i in found)
            self.problems.append(Problem("year_candidates", {"headers": headers}, self._sheet(table.title)))
            return None
        return found[0]

    def year_columns(self, table: Table, labels: set[int]) -> dict[int, int]:
        """Column position to year, of a sheet with the years across."""
        years: dict[int, int] = {}
        address: dict[int, str] = {}
        plain = {year_in(cell.value) for cell in table.head if not may_be_of_measure(str(cell.value))}
        for column, cell in enumerate(table.head):
            if column in labels:
                continue
            if is_blank(cell.value):
                below = [row[column].value for row in table.rows if not is_blank(row[column].value)]
                if any(says_number(value, self.declared.parentheses) for value in below) and not self._only_notes(
                    table, column
                ):
                    self._problem("empty_header", {}, table.grid, cell.address)
                continue
            text = one_line(str(cell.value))
            beside, own = split_year(text) if isinstance(cell.value, str) else ("0", None)
            alone = not re.search(r"\d", beside) and (own is None or own in plain)  # or a growth rate of such a year
            if alone or names_span(text):
                if fold(text) not in self.ignored_columns:
                    self.other_columns.setdefault(text, Unread(self._cell(table.grid, cell.address), table.title))
                continue
            year = self._year(table.grid, cell)
            if year is None or year == OTHER_YEAR:
                continue
            if year in address:
                first = re.sub(r"\d", "", address[year])
                self._problem("duplicate_year_column", {"year": year, "first": first}, table.grid, cell.address)
            else:
                years[column], address[year] = year, cell.address
        return years

    def is_unit_row(self, row: Sequence[Cell], city_column: int, year_column: int | None) -> bool:
        city = row[city_column].value
        year = None if year_column is None else row[year_column].value
        if not is_blank(city) and fold(city) in UNIT_WORDS:
            return True
        figures = any(isinstance(cell.value, (int, float)) for cell in row)
        return is_blank(city) and not figures and (is_blank(year) or fold(year) in UNIT_WORDS)

    def groups_by_code(self, table: Table) -> set[str]:
        """The names of places whose code, in a column beside theirs, is that of a group of places."""
        head = [cell.value for cell in table.head]
        names = [c for c, text in enumerate(head) if self.is_place(text)]
        pairs = [
            (n, c)
            for c, text in enumerate(head)
            if not is_blank(text) and fold(text) in PLACE_CODES
            for n in names
            if n != c
        ]
        return {
            place_name(row[n].value)
            for n, c in pairs
            for row in table.rows
            if not is_blank(row[n].value) and is_code_of_group(str(row[c].value or ""), (str(head[n]), str(head[c])))
        }

    def place_and_serial(self, table: Table) -> tuple[int, list[int]]:
        """On a sheet with the years across, the column of places and those of serial numbers."""
        columns = range(len(table.head))
        serial = [i for i in columns if is_serial(table.head[i], [row[i] for row in table.rows])]
        places = [i for i in columns if self.is_place(table.head[i].value)]
        named = (i for i in columns if i not in serial and any(not is_blank(row[i].value) for row in table.rows))
        return next(iter(places), next(named, 0)), serial

    def is_year(self, value: object) -> bool:
        return isinstance(value, str) and is_year(value, self.names, self.declared)

    def is_place(self, value: object) -> bool:
        return isinstance(value, str) and is_place(value, self.names, self.declared)

    def _is_weak(self, value: object) -> bool:
        return fold(value) in WEAK_CITY_HEADERS and self.names.code(value) is None

    def _can_be_places(self, table: Table, column: int, year_column: int | None) -> bool:
        """Whether a column can hold the places: cities of the framework, or at least no place twice in a year."""
        rows = [row for row in table.rows if year_column is None or year_in(row[year_column].value) is not None]
        cells = [(fold(row[column].value or ""), row) for row in rows]
        if self.city_of:
            return 2 * sum(text in self.city_of or text in self.bare_of for text, _ in cells) >= len(cells)
        seen = {(text, None if year_column is None else year_in(row[year_column].value)) for text, row in cells}
        return len(seen) == len(cells) and all(text for text, _ in cells)

    def _only_notes(self, table: Table, column: int) -> bool:
        """Whether everything below an empty header is in rows that hold nothing else."""
        rows = [row for row in table.rows if not is_blank(row[column].value)]
        return all(sum(not is_blank(cell.value) for cell in row) == 1 for row in rows)

    def _year(self, grid: Grid, cell: Cell) -> int | None:
        """The year of a cell; None where it is a problem, OTHER_YEAR where the framework does not select it."""
        year = year_in(cell.value)
        if year is None or (not is_usual_year(year) and year not in self.framework.years):
            key, facts = ("empty_year", {}) if is_blank(cell.value) else ("bad_year", {"found": in_words(cell.value)})
            self._empty(key, facts, grid, cell)
            return None
        self._note_mark(grid, cell, year)
        return year if self._selected(year) else OTHER_YEAR

    def _note_mark(self, grid: Grid, cell: Cell, year: int) -> None:
        """Report a year that has a mark behind it."""
        if has_marked_year(cell.value):
            column = re.sub(r"\d", "", cell.address)
            read = CellRead(grid.title, cell.address, column, "year", str(cell.value), year)
            self.readings.setdefault((grid.title, column, "year"), []).append(read)

    def _selected(self, year: int) -> bool:
        """Whether the framework selects a year; the others are reported once."""
        selected = not self.framework.years or year in self.framework.years
        if not selected:
            self.other_years.setdefault(year)
        return selected

    def _sheet(self, title: str) -> Place:
        return "in_sheet", {"file": self.file, "sheet": title}

    def _cell(self, grid: Grid, address: str) -> Place:
        return "in_cell", {"file": self.file, "sheet": grid.title, "cell": address}

    def _empty(self, key: str, facts: dict[str, Any], grid: Grid, cell: Cell) -> None:
        """A problem of an empty label; where its cell only looks empty, that of a formula without a value."""
        if cell.value is None and cell.address in grid.formulas:
            key, facts = "cell_formula", {"found": grid.formulas[cell.address]}
        self._problem(key, facts, grid, cell.address)

    def _problem(self, key: str, facts: dict[str, Any], grid: Grid, address: str) -> None:
        self.problems.append(Problem(key, facts, self._cell(grid, address)))


def layout_word(layout: str, declared: Workbook, sheets: Sequence[str], *, undated: bool = False) -> Word:
    """What a layout is called; undated: the only year of the figures is still to be given."""
    key = "one_year" if layout == "years" and isinstance(declared.year, int) else layout
    key = "some_year" if layout == "years" and undated else key
    key = "panels" if layout == "panel" and len(sheets) > 1 else key
    key = "cities" if declared.layout == "cities" else key
    named = Row(Word("errors.layout.sheet", title=title) for title in sheets)
    return Word(f"errors.layout.{key}", sheet=named, n=len(sheets), year=declared.year or "")


def _as_seen(rows: Mapping[str, Sequence[Sequence[Any]]]) -> str:
    """The first rows of the first sheets, as they were read."""
    said = []
    for title, first in islice(rows.items(), 2):
        filled = [[value for value in row if not is_blank(value)] for row in first]
        shown = islice((row for row in filled if row), SHOWN)
        said += [f"{title}: " + " / ".join(texts(Cell(value, 1, 1) for value in row) for row in shown)]
    return "; ".join(said) or "-"


def _names_same(first: Cell, again: Cell) -> bool:
    """Whether a second column repeats the place of a first, or holds nothing."""
    return is_blank(again.value) or (not is_blank(first.value) and place_name(first.value) == place_name(again.value))


def _alike(headers: Sequence[Cell]) -> tuple[Cell, Cell]:
    """The first two of some headers that are the same."""
    return next((a, b) for k, b in enumerate(headers) for a in headers[:k] if fold(a.value) == fold(b.value))


def _is_year_cell(cell: Cell) -> bool:
    year = year_in(cell.value)
    return year is not None and is_usual_year(year)


def _as_read(one: CellRead) -> str:
    """A cell with its content and what it was read as."""
    if one.how in ("merged", "filled"):
        return f"{one.cell} = {one.found}"
    return f"{one.cell} '{one.found}'" + ("" if one.value is None else f" = {one.value:.12g}")
