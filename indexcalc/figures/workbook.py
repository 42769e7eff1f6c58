"""Reading a workbook into a Panel: which sheets hold figures, and what each cell means.

Nothing is guessed: what a sheet does not show is declared under `framework.workbook`, or read because `tidy` asks for
it; what is left unread is reported.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from indexcalc.errors import InputError, Problem, calling, in_words, nearest, suggestion
from indexcalc.figures.blocks import apart, times_within
from indexcalc.figures.folding import SHOWN, folded, listed
from indexcalc.figures.grid import Book, Cell, Grid
from indexcalc.figures.headers import (
    LONG_HEADERS,
    SOURCE_HEADERS,
    SOURCE_SHEETS,
    aggregates,
    bare,
    columns_named,
    fold,
    folded_unit,
    has_other_unit,
    indicator_columns,
    is_measure,
    is_total,
    place_name,
    split_mark,
    split_year,
    unit_alone,
    unit_said,
    year_in,
)
from indexcalc.figures.layouts import MOST_LISTED, OTHER_YEAR, Place, Sheets, Unread, layout_word
from indexcalc.figures.numbers import in_parentheses, is_marked, is_text, read_text, says_number
from indexcalc.figures.panel import CellRead, Panel, Seen, Source, city_years
from indexcalc.figures.plainrows import plain
from indexcalc.figures.table import (
    Table,
    filled_merges,
    is_blank,
    is_filled,
    is_serial,
    is_year_header,
    lies_within,
    looks_like_note,
    may_count_columns,
    merged_within,
    texts,
    top_of,
    unit_above,
)
from indexcalc.paths import shown
from indexcalc.spec.document import control_character
from indexcalc.spec.framework import MOST_YEARS, Framework, Workbook, one_line
from indexcalc.voice import Row, Word

MOST_FIGURES = 20_000_000
"""Cells of a panel: cities times years times columns."""
LONGEST_NUMBER = 24
"""Characters of a number that a message quotes in full."""
OTHER_CITY = ""
"""In place of a city of the file that the YAML does not select."""


def read_workbook(path: str | Path, framework: Framework, *, tidy: bool = False, aside: Collection[str] = ()) -> Panel:
    """Read a workbook into a Panel of the framework's columns.

    Seven layouts are read: a panel sheet (one row per city and year, one column per indicator or series), one sheet per
    year (named after it; one row per city, one column per indicator), one sheet per indicator (named after it; cities
    down, years across), one sheet per city (named after it; one row per year, one column per indicator; only where
    `layout: cities` declares it), a long sheet (one row per figure: city, year, indicator, value, and optionally unit,
    source, note, flag), a sheet with a row per city and indicator and the years across, or a wide one (one row per
    city, one column per indicator and year). Titles may be above the header and notes below the table; the header may
    have groups in a row above it; a row of units may follow it, or it may have a unit in brackets. Headers and sheet
    names are codes, Chinese or English names; cities may use their aliases. Cities, years and columns that the
    framework does not name are left unread, which is reported once. Values are numbers; empty is missing. An optional
    sheet 来源/sources says where figures were read.

    tidy: numbers as text, units inside cells, merged cells and marks for missing values are read, and each is reported;
    otherwise they are problems. aside: sheets that hold no figures and are read elsewhere. What `framework.workbook`
    declares about the file takes precedence. Raises InputError with every problem, each with its cells.
    """
    with calling(framework), Book(path) as book:
        return Reader(shown(path), framework, book, tidy, aside).read()


@dataclass
class _Figure:
    """One figure of a sheet, with what it belongs to."""

    code: str
    city: str
    year: int
    value: float
    sheet: str
    address: str


@dataclass
class _Row:
    """A row of plain numbers, as it is on its sheet; columns: of the sheet, by code."""

    sheet: str
    number: int
    columns: Mapping[str, int]
    values: array[float]


class _Cells(Mapping[tuple[str, str, int], tuple[str, str]]):
    """The cell of each figure (code, city, year), as (sheet, address): made when it is asked for.

    single: those that are known one by one. rows: by (city, year), the row in which the others are.
    """

    def __init__(self, single: dict[tuple[str, str, int], tuple[str, str]], rows: dict[tuple[str, int], _Row]) -> None:
        self._single, self._rows = single, rows

    def __getitem__(self, key: tuple[str, str, int]) -> tuple[str, str]:
        if key in self._single:
            return self._single[key]
        code, city, year = key
        row = self._rows[city, year]
        k = list(row.columns).index(code) if code in row.columns else -1
        if k < 0 or math.isnan(row.values[k]):
            raise KeyError(key)
        return row.sheet, Cell(None, row.number, row.columns[code]).address

    def __iter__(self) -> Iterator[tuple[str, str, int]]:
        yield from self._single
        for (city, year), row in self._rows.items():
            yield from (
                (code, city, year) for code, x in zip(row.columns, row.values, strict=True) if not math.isnan(x)
            )

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass
class Reader(Sheets):
    """Reads the figures of a workbook, sheet by sheet; everything found on the way is kept until all is read."""

    figures: list[_Figure] = field(default_factory=list)
    plain_rows: dict[tuple[str, int], _Row] = field(default_factory=dict)
    rows: set[tuple[str, int]] = field(default_factory=set)
    seen_codes: dict[str, str] = field(default_factory=dict)
    seen_cities: set[tuple[str, str]] = field(default_factory=set)
    cities: dict[str, None] = field(default_factory=dict)
    sources: dict[tuple[str, str, int], Source] = field(default_factory=dict)
    columns_of: dict[str, set[str]] = field(default_factory=dict)
    cities_on: dict[str, set[str]] = field(default_factory=dict)
    years_above: dict[str, set[frozenset[int | str]]] = field(default_factory=dict)
    shared_years: set[int] = field(default_factory=set)
    other_indicators: dict[str, list[Unread]] = field(default_factory=dict)
    other_cities: dict[str, list[Unread]] = field(default_factory=dict)
    by_suffix: dict[str, tuple[str, Place]] = field(default_factory=dict)
    declared_spellings: set[str] = field(default_factory=set)
    units_seen: dict[str, str] = field(default_factory=dict)
    one_lines: dict[object, str] = field(default_factory=dict)
    known_cities: dict[str, str | None] = field(default_factory=dict)
    shown_as: dict[tuple[str, str], dict[bool, list[str]]] = field(default_factory=dict)
    rows_unread: list[str] = field(default_factory=list)
    merged_inside: set[str] = field(default_factory=set)
    given_up: bool = False
    coded: set[str] = field(default_factory=set)
    placed: dict[tuple[str, str, int], str] = field(default_factory=dict)
    measures: dict[str, list[int]] = field(default_factory=dict)
    long_seen: frozenset[tuple[str, str, int | None]] = frozenset()

    def __post_init__(self) -> None:
        super().__post_init__()
        self.units = {code: column.unit for code, column in self.framework.columns.items()}
        self.ignored_rows = tuple(map(fold, self.declared.ignore.rows))

    # -- the whole

    def read(self) -> Panel:
        layout, sheets, unread = self.find_layout()
        times = Counter(seen.meant for seen in sheets.values()) if layout == "years" else {}
        self.shared_years = {year for year, n in times.items() if n > 1}
        headers: dict[int, list[Table]] = {}
        grouped: dict[tuple[str, str], list[str]] = {}
        units: dict[str, dict[str, str]] = {}
        for title, seen in sheets.items():
            table = self.table(title, seen)
            if not self._is_alone(table):
                self.given_up = True
                continue
            counting = None if self.city_of else may_count_columns(table)
            if counting is not None and fold(counting.value) not in self.ignored_rows:
                facts = {"found": str(counting.value), "row": counting.row}
                self.notices.append(Problem("row_may_count", facts, self._sheet(title)))
            self.coded |= set() if self.city_of else self.groups_by_code(table)
            if table.groups:
                groups = dict.fromkeys(one_line(str(cell.value)) for cell in table.groups if cell is not None)
                rows = listed([(seen.groups or 0) + 1, seen.header + 1])
                grouped.setdefault((rows, listed(groups, MOST_LISTED)), []).append(title)
            elif not self.blocks.get(title) and (table.above or (table.head and table.head[0].row > 1)):
                headers.setdefault(seen.header + 1, []).append(table)
            if (unit := unit_above(table)) is not None:
                codes = (self.names.code(split_year(str(cell.value))[0]) for cell in table.head)
                for code in dict.fromkeys(code for code in codes if code is not None):
                    units.setdefault(code, {}).setdefault(folded_unit(unit), f"'{title}' {unit}")
            if layout == "long":
                self._read_long(table)
            elif layout == "across":
                self._read_across(table)
            elif layout == "wide":
                self._read_wide(table)
            elif layout == "indicators":
                self._read_indicator(table, seen.meant)
            else:
                self._read_rows(table, seen.meant)
        if layout == "years":
            self._check_year_sheets({title: seen.meant for title, seen in sheets.items()})
        for said in dict.fromkeys(tuple(of.values()) for of in units.values() if len(of) > 1):
            self.problems.append(Problem("sheet_units", {"sheets": listed(said)}, ("in_file", {"file": self.file})))
        self._settle(layout)
        self._check_percents()
        if self.problems:
            raise InputError(folded(self.problems, by_row=self.declared.orientation == "columns"))
        across = self.declared.orientation == "columns"
        for row, tables in headers.items():
            above = listed(dict.fromkeys(f"'{texts(one)}'" for table in tables for one in table.above), SHOWN)
            below = any(one[0].row > row for table in tables for one in table.above) and not across
            which = Word(f"errors.header_rows.{'below' if below else 'above'}")
            facts = {"sheets": listed(f"'{table.title}'" for table in tables), "row": row, "rows": which}
            self.notices.append(Problem("header_row", {**facts, "above": above or "-"}))
        self.notices += self.told_blocks(sheets)
        for (numbers, names), titles in grouped.items():
            facts = {"sheets": listed(f"'{title}'" for title in titles), "rows": numbers, "groups": names}
            self.notices.append(Problem("header_of_two", facts))
        if self.unheaded:
            unheaded = listed(f"'{title}'" for title in self.unheaded)
            self.notices.append(Problem("city_unheaded", {"sheets": unheaded}))
        if self.rows_unread:
            facts = {"n": len(self.rows_unread), "rows": listed(self.rows_unread)}
            self.notices.append(Problem("rows_unread", facts))
        self._read_sources()
        declared = self.framework.workbook or Workbook()
        return self._panel(layout_word(layout, declared, list(sheets)), unread)

    def _is_alone(self, table: Table) -> bool:
        """Whether a sheet has no further table that nothing joins to the first; one is refused, and nothing else said
        of the sheet."""
        across = self.declared.orientation == "columns"
        grid = self.book.grid(table.title) if across else table.grid
        found = None if self.blocks.get(table.title) else apart(grid, self.names, self.declared)
        if found is None or (across and found[0] != "beside"):
            return True
        facts = {"row": found[1], "why": Word(f"errors.apart.{found[0]}")}
        self.problems.append(Problem("table_apart", facts, self._sheet(table.title)))
        return False

    def _check_percents(self) -> None:
        """Refuse figures shown as percents beside plain ones, unless the unit shows that percents are meant."""
        for (title, code), kinds in self.shown_as.items():
            if len(kinds) == 2:
                facts = {"code": code, "n": len(kinds[True]), "cells": listed(kinds[True])}
                self.problems.append(Problem("percent_beside_numbers", facts, self._sheet(title)))

    def _panel(self, layout: Word, unread: list[str]) -> Panel:
        cities = tuple(self.framework.cities) or tuple(self.cities)
        years = tuple(sorted(self.framework.years or {year for _, year in self.rows}))
        self._check_size(len(cities), len(years))
        codes = tuple(self.framework.columns)
        at = [{label: i for i, label in enumerate(labels)} for labels in (cities, years, codes)]
        values = np.full((len(cities), len(years), len(codes)), np.nan)
        addresses = {}
        for figure in self.figures:
            values[at[0][figure.city], at[1][figure.year], at[2][figure.code]] = figure.value
            addresses[figure.code, figure.city, figure.year] = (figure.sheet, figure.address)
        places: dict[int, list[int]] = {}
        for (city, year), row in self.plain_rows.items():
            if id(row.columns) not in places:
                places[id(row.columns)] = [at[2][code] for code in row.columns]
            values[at[0][city], at[1][year], places[id(row.columns)]] = row.values
        present = np.zeros(values.shape[:2], bool)
        for city, year in self.rows:
            present[at[0][city], at[1][year]] = True
        panel = Panel.from_values(
            cities,
            years,
            codes,
            values,
            present=present,
            sources=self.sources,
            cells=_Cells(addresses, self.plain_rows),
            file=self.file,
        )
        read = {
            "file": self.file,
            "layout": layout,
            "cities": len(cities),
            "years": len(years),
            "columns": len(self.seen_codes),
        }
        notices = [Problem("read_layout", read), *self.book.notices, *self.notices]
        notices += self.told_readings()
        notices += self.told_unread(unread)
        if not present.all():
            notices.append(Problem("absent_city_years", {"where": city_years(panel, ~present)}))
        seen = Seen(self.units_seen, tuple(one for cells in self.readings.values() for one in cells))
        return Panel(**{**panel.__dict__, "notices": tuple(notices), "seen": seen})

    def _check_size(self, cities: int, years: int) -> None:
        """Refuse more years, or more figures in all, than can be computed: a panel has a cell for every one."""
        columns = len(self.framework.columns)
        n, place = cities * years * columns, ("in_file", {"file": self.file})
        if years > MOST_YEARS:
            raise InputError(Problem("bound_years", {"n": years, "most": MOST_YEARS}, place))
        if n > MOST_FIGURES:
            facts = {"cities": cities, "years": years, "columns": columns, "n": f"{n:,}", "most": f"{MOST_FIGURES:,}"}
            raise InputError(Problem("bound_panel", facts, place))

    # -- a row per city and year, or per city on the sheet of a year

    def _read_rows(self, table: Table, year_of_sheet: int | None) -> None:
        year_column = self.year_column(table) if year_of_sheet is None else None
        city_column = self.city_column(table, year_column)
        if city_column is None or (year_column is None and year_of_sheet is None):
            self.given_up = True
            return
        if year_of_sheet is not None and not self._selected(year_of_sheet):
            return
        above = (table.title, *(str(cell.value) for row in table.above for cell in row if not is_blank(cell.value)))
        self.years_above[table.title] = {*map(times_within, above)} - {frozenset()}
        codes = self._codes(table, {city_column, year_column})
        labels = [column for column in (city_column, year_column) if column is not None]
        body = self._body(table, city_column, year_column, codes)
        self._check_sheet(table, body, [*labels, *codes])
        first_seen: dict[tuple[str, int], int] = {}
        cities_on = self.cities_on.setdefault(table.title, set())
        at, columns = tuple(codes), {code: column + 1 for column, code in codes.items()}
        singly = len(self.declared.sheet) > 1 or any(not isinstance(mark, str) for mark in self.declared.missing)
        singly = singly or year_of_sheet in self.shared_years
        for i, row in enumerate(body):
            if i == 0 and row is table.rows[0] and self.is_unit_row(row, city_column, year_column):
                self._check_units(table.grid, row, codes)
                continue
            year = year_of_sheet if year_column is None else self._year(table.grid, row[year_column])
            if is_blank(row[city_column].value) and self._is_of_measure(table, row):
                continue
            city = self._city(table.grid, row[city_column], None if year == OTHER_YEAR else year)
            if city:
                cities_on.add(city)
            if city == OTHER_CITY or year == OTHER_YEAR:
                continue
            if city is None or year is None:
                city_label = _label(row[city_column].value)
                year_label = _label(year_of_sheet if year_column is None else row[year_column].value)
            else:
                city_label, year_label = city, str(year)
                if (city, year) in first_seen and self._is_of_measure(table, row):
                    continue
                if (city, year) in first_seen:
                    facts = {"city": city, "year": year, "first": first_seen[city, year]}
                    self._problem("duplicate_city_year", facts, table.grid, row[city_column].address)
                    continue
                first_seen[city, year] = row[city_column].row
                self.rows.add((city, year))
            numbers = None if singly or city is None or year is None else plain(row, at)
            if numbers is not None and city is not None and year is not None:
                self.plain_rows[city, year] = _Row(table.title, first_seen[city, year], columns, numbers)
                continue
            for column, code in codes.items():
                value = self._number(table.grid, row[column], city_label, year_label, code)
                if value is not None and city is not None and year is not None:
                    other = self._placed(code, city, year, table.title) if year_of_sheet is None else table.title
                    if other != table.title:
                        facts = {"city": city, "year": year, "code": code, "other": other}
                        self._problem("figure_on_two_sheets", facts, table.grid, row[column].address)
                        continue
                    self.figures.append(_Figure(code, city, year, value, table.title, row[column].address))
        self._note_plain(table, columns)

    def _is_of_measure(self, table: Table, row: Sequence[Cell]) -> bool:
        """Whether a row says what is measured, as below a city that of its growth; it is refused."""
        columns = self.measures.get(table.title)
        if columns is None:
            columns = self.measures[table.title] = _columns_of_measures(table)
        cell = next((row[c] for c in columns if _says_measure(row[c].value)), None)
        if cell is not None:
            self._problem("row_of_measure", {"found": in_words(cell.value)}, table.grid, cell.address)
        return cell is not None

    def _note_plain(self, table: Table, columns: Mapping[str, int]) -> None:
        """Note that a column has plain numbers, with which percents must not be mixed."""
        rows = [row.values for row in self.plain_rows.values() if row.columns is columns]
        there = ~np.isnan(np.array(rows)).all(axis=0) if rows else ()
        for code, any_there in zip(columns, there, strict=False):
            if any_there:
                self.shown_as.setdefault((table.title, code), {}).setdefault(False, [])

    def _placed(self, code: str, city: str, year: int, title: str) -> str:
        """The sheet on which a figure was first found; with one sheet nothing need be remembered."""
        return self.placed.setdefault((code, city, year), title) if len(self.declared.sheet) > 1 else title

    def _body(
        self, table: Table, city_column: int, year_column: int | None, codes: Collection[int]
    ) -> list[Sequence[Cell]]:
        """The rows that are read: those that hold anything, without notes, repeated headers and ignored rows."""
        kept, passed = [], []
        for i, row in enumerate(table.rows):
            if not is_filled(row):
                continue
            city = row[city_column].value
            if self.ignored_rows and self._is_ignored(row, city):
                continue
            empty = all(is_blank(row[column].value) for column in codes) and not table.grid.formulas
            if (i and table.repeats_head(row)) or (empty and self._is_note(row, city, year_column)):
                passed.append(row)
            else:
                kept.append(row)
        self.rows_unread += [f"'{table.title}' {row[0].row} '{texts(row)}'" for row in passed]
        return kept

    def _is_ignored(self, row: Sequence[Cell], city: object) -> bool:
        first = next((cell.value for cell in row if not is_blank(cell.value)), "")
        return any(fold(text).startswith(self.ignored_rows) for text in (first, city or ""))

    def _is_note(self, row: Sequence[Cell], city: object, year_column: int | None) -> bool:
        """Whether a row without figures is not that of a city: it has no city or no year, or reads like a note."""
        if is_blank(city):
            return year_column is None or year_in(row[year_column].value) is None
        if year_column is not None:
            return year_in(row[year_column].value) is None
        text = one_line(str(city))
        known = fold(text) in self.city_of or bare(text) in self.bare_of
        return not known and (bool(self.city_of) or looks_like_note(text))

    def _codes(self, table: Table, labels: set[int | None]) -> dict[int, str]:
        """Column position to code; duplicate and empty headers are problems, and unknown ones are left unread."""
        codes: dict[int, str] = {}
        seen: dict[str, str] = {}
        for column, cell in enumerate(table.head):
            if column in labels or (not is_blank(cell.value) and fold(cell.value) in self.ignored_columns):
                continue
            text = "" if is_blank(cell.value) else one_line(str(cell.value))
            if not text:
                self._check_unheaded(table, column, table.rows)
                continue
            code, unit = self.names.find(text)
            if code is None:
                self._unknown_header(text, self._cell(table.grid, cell.address), table.title)
            elif code in seen:
                self._problem("header_twice", {"code": code, "other": seen[code]}, table.grid, cell.address)
            else:
                seen[code] = cell.address
                self.seen_codes.setdefault(code, cell.address)
                codes[column] = code
                if self._differs(unit, code):
                    facts = {"code": code, "found": unit, "expected": self.units[code]}
                    self._problem("unit_in_header", facts, table.grid, cell.address)
        self.columns_of[table.title] = set(seen)
        return codes

    def _check_unheaded(self, table: Table, column: int, rows: Sequence[Sequence[Cell]]) -> None:
        """Refuse figures of some rows below an empty header, unless they count the rows."""
        header, below = table.head[column], [row[column] for row in rows]
        texts_too = (cell.value for cell in below if isinstance(cell.value, (int, float, str)))
        filled = [value for value in texts_too if not is_blank(value)]
        said = [value for value in filled if says_number(value, self.declared.parentheses)]
        figures = any(isinstance(value, (int, float)) for value in said)
        if (figures or (said and not self._only_notes(table, column))) and not is_serial(header, below):
            self._problem("empty_header", {}, table.grid, header.address)

    def _check_units(self, grid: Grid, row: Sequence[Cell], codes: Mapping[int, str]) -> None:
        for column, code in codes.items():
            self._check_unit(grid, row[column], code)

    def _check_unit(self, grid: Grid, cell: Cell, code: str) -> None:
        if not is_blank(cell.value) and self._differs(str(cell.value).strip(), code):
            facts = {"code": code, "found": str(cell.value).strip(), "expected": self.units[code]}
            self._problem("unit_differs", facts, grid, cell.address)

    def _differs(self, unit: str | None, code: str) -> bool:
        """Whether the unit that the file gives for a column differs from the framework's; the file's unit is kept."""
        if unit is None:
            return False
        self.units_seen.setdefault(code, unit)
        return bool(self.units[code]) and folded_unit(unit) != folded_unit(self.units[code])

    def _check_year_sheets(self, sheets: Mapping[str, int]) -> None:
        """Check that the sheets of a year give no figure twice, and that those of all years have the same columns."""
        of_year: dict[int, list[str]] = {}
        for title, year in sheets.items():
            before = of_year.setdefault(year, [])
            again = (other for other in before if self._may_repeat(title, other))
            if (other := next(again, None)) is not None and year == OTHER_YEAR:
                facts = {"sheets": listed(f"'{title}'" for title in sheets)}
                self.problems.append(Problem("year_sheets_undated", facts, ("in_file", {"file": self.file})))
                return
            if other is not None:
                self.problems.append(Problem("year_sheet_twice", {"year": year, "other": other}, self._sheet(title)))
            before.append(title)
        for titles in of_year.values():
            held = set().union(*(self.columns_of.get(title, self.seen_codes) for title in titles))
            missing = (code for code in self.seen_codes if code not in held)
            self.problems += [Problem("year_sheet_column", {"code": code}, self._sheet(titles[0])) for code in missing]

    def _may_repeat(self, title: str, other: str) -> bool:
        """Whether two sheets of a year share a column and a city, or name different years, or parts of one, above."""
        columns = self.columns_of.get(title, set()) & self.columns_of.get(other, set())
        cities = self.cities_on.get(title, set()) & self.cities_on.get(other, set())
        years = [self.years_above.get(one, set()) for one in (title, other)]
        return bool(columns and cities) or not (years[0] <= years[1] or years[1] <= years[0])

    # -- a row per figure

    def _read_long(self, table: Table) -> None:
        grid = table.grid
        at = columns_named([cell.value for cell in table.head], LONG_HEADERS)
        year_column = self.year_column(table)
        city_column = self.city_column(table, None) if at["city"] is None else at["city"]
        if self.declared.city is not None:
            city_column = self.city_column(table, None)
        if city_column is None or year_column is None:
            self.given_up = True
            return
        at |= {"city": city_column, "year": year_column}
        named = indicator_columns([cell.value for cell in table.head])
        indicator_column = named[0]
        for column, cell in enumerate(table.head):
            label = column in at.values() or column in named
            if not is_blank(cell.value) and not label and fold(cell.value) not in self.ignored_columns:
                text = one_line(str(cell.value))
                self.other_columns.setdefault(text, Unread(self._cell(grid, cell.address), table.title))
        assert at["value"] is not None
        body = self._body(table, city_column, year_column, [indicator_column, at["value"]])
        self._check_sheet(table, body, [column for column in at.values() if column is not None])
        first_seen: dict[tuple[str, str, int], int] = {}
        for row in body:
            found = {name: row[column] for name, column in at.items() if column is not None}
            known = (row[column] for column in named if self.names.code(row[column].value or "") is not None)
            indicator = next(known, row[indicator_column])
            year = self._year(grid, found["year"])
            city = self._city(grid, found["city"], None if year == OTHER_YEAR else year)
            if city == OTHER_CITY or year == OTHER_YEAR:
                continue
            code = self._code(grid, indicator, city, year)
            if code == "":
                continue
            labels = [str(cell.value) for cell in (found["city"], found["year"], indicator)]
            value = self._number(grid, found["value"], labels[0], labels[1], code or labels[2])
            if code is not None and "unit" in found:
                self._check_unit(grid, found["unit"], code)
            if code is None or city is None or year is None:
                continue
            if (code, city, year) in first_seen:
                facts: dict[str, Any] = {"city": city, "year": year, "code": code}
                facts["first"] = first_seen[code, city, year]
                self._problem("duplicate_figure", facts, grid, indicator.address)
                continue
            first_seen[code, city, year] = indicator.row
            self.rows.add((city, year))
            self.seen_codes.setdefault(code, indicator.address)
            if value is not None:
                self.figures.append(_Figure(code, city, year, value, grid.title, found["value"].address))
            if "source" in found:
                self.sources[code, city, year] = _source({name: cell.value for name, cell in found.items()})
        self.long_seen = frozenset(first_seen)

    def _code(self, grid: Grid, cell: Cell, city: str | None, year: int | None) -> str | None:
        """The indicator or series that a cell of a long sheet names; "" where the framework does not name it."""
        if is_blank(cell.value):
            self._empty("empty_indicator", {}, grid, cell)
            return None
        text = one_line(str(cell.value))
        code, unit = self.names.find(text)
        if code is not None:
            if self._differs(unit, code):
                facts = {"code": code, "found": unit, "expected": self.units[code]}
                self._problem("unit_in_header", facts, grid, cell.address)
            return code
        if fold(text) in self.ignored_rows:
            return ""
        derived = self.names.derived(text)
        if derived is not None:
            self._problem("derived_rows", {"found": text, "code": derived}, grid, cell.address)
            return None
        unread = Unread(self._cell(grid, cell.address), grid.title, city, year)
        self.other_indicators.setdefault(text, []).append(unread)
        return ""

    # -- years across

    def _read_indicator(self, table: Table, code: str) -> None:
        """A sheet per indicator: cities down, years across."""
        grid = table.grid
        if code in self.seen_codes:
            twice = {"code": code, "other": f"sheet '{self.seen_codes[code]}'"}
            self.problems.append(Problem("header_twice", twice, self._sheet(grid.title)))
            return
        self.seen_codes[code] = grid.title
        _, unit = self.names.find(grid.title)
        if self._differs(unit, code):
            facts: dict[str, Any] = {"code": code, "found": unit, "expected": self.units[code]}
            self.problems.append(Problem("unit_in_header", facts, self._sheet(grid.title)))
        if not table.head:
            return
        for cell in (cell for row in table.above for cell in row if isinstance(cell.value, str)):
            unit = unit_said(cell.value)
            if self._differs(unit, code):
                facts = {"code": code, "found": unit, "expected": self.units[code]}
                self._problem("unit_in_header", facts, grid, cell.address)
        city_column, serial = self.place_and_serial(table)
        years = self.year_columns(table, {city_column, *serial})
        self._read_crossed(table, city_column, {column: (code, year) for column, year in years.items()})

    def _read_across(self, table: Table) -> None:
        """A row for each city and indicator, the years across."""
        at = columns_named([cell.value for cell in table.head], LONG_HEADERS)
        city_column = self.city_column(table, None)
        if city_column is None:
            self.given_up = True
            return
        named = indicator_columns([cell.value for cell in table.head])
        labels = {city_column, *named} | ({at["unit"]} if at["unit"] is not None else set())
        years = self.year_columns(table, labels)
        self._read_crossed(
            table, city_column, {column: ("", year) for column, year in years.items()}, named, at["unit"]
        )

    def _read_wide(self, table: Table) -> None:
        """A row for each city, a column for each indicator and year."""
        city_column = self.city_column(table, None)
        if city_column is None:
            self.given_up = True
            return
        columns: dict[int, tuple[str, int]] = {}
        first: dict[tuple[str, int], str] = {}
        for column, cell in enumerate(table.head):
            if is_blank(cell.value) and column != city_column and not _is_of_codes(table, column, city_column):
                self._check_unheaded(table, column, _rows_of_places(table, city_column))
            if column == city_column or is_blank(cell.value) or fold(cell.value) in self.ignored_columns:
                continue
            text, year = name_and_year(cell, table.groups[column] if table.groups else None)
            if year is None or not text:
                self._unknown_header(one_line(str(cell.value)), self._cell(table.grid, cell.address), table.title)
                continue
            code, unit = self.names.find(text)
            if code is None:
                self._unknown_header(text, self._cell(table.grid, cell.address), table.title)
                continue
            if unit is not None and self.units[code] and folded_unit(unit) != folded_unit(self.units[code]):
                facts = {"code": code, "found": unit, "expected": self.units[code]}
                self._problem("unit_in_header", facts, table.grid, cell.address)
            self.seen_codes.setdefault(code, cell.address)
            if text != split_mark(one_line(str(cell.value)))[0]:  # the mark is no name
                self._note_mark(table.grid, cell, year)
            if not self._selected(year):
                continue
            if (code, year) in first:
                facts = {"code": code, "other": first[code, year]}
                self._problem("header_twice", facts, table.grid, cell.address)
                continue
            first[code, year] = cell.address
            columns[column] = (code, year)
        self._read_crossed(table, city_column, columns)

    def _read_crossed(
        self,
        table: Table,
        city_column: int,
        columns: Mapping[int, tuple[str, int]],
        named: Sequence[int] = (),
        unit_column: int | None = None,
    ) -> None:
        """Read figures with the years across. columns: the code and year of each column; named: the columns, if any,
        that give the code of a row."""
        grid = table.grid
        body = self._body(table, city_column, None, columns)
        self._check_sheet(table, body, [city_column, *columns])
        first_seen: dict[tuple[str, str], int] = {}
        for i, row in enumerate(body):
            if i == 0 and row is table.rows[0] and self.is_unit_row(row, city_column, None):
                self._check_units(grid, row, {} if named else {column: code for column, (code, _) in columns.items()})
                continue
            city = self._city(grid, row[city_column], None)
            if city is None or city == OTHER_CITY:
                continue
            of_row = self._code_of_row(grid, row, named, city) if named else ""
            if of_row is None or (named and not of_row):
                continue
            if (of_row, city) in first_seen:
                facts: dict[str, Any] = {"city": city, "year": "", "first": first_seen[of_row, city]}
                key = "duplicate_figure" if named else "duplicate_city_year"
                self._problem(key, {**facts, "code": of_row} if named else facts, grid, row[city_column].address)
                continue
            first_seen[of_row, city] = row[city_column].row
            if of_row:
                self.seen_codes.setdefault(of_row, row[named[0]].address)
                if unit_column is not None:
                    self._check_unit(grid, row[unit_column], of_row)
            for column, (of_column, year) in columns.items():
                code, cell = of_row or of_column, row[column]
                value = self._number(grid, cell, city, str(year), code)
                if value is not None:
                    self.rows.add((city, year))
                    self.figures.append(_Figure(code, city, year, value, grid.title, cell.address))
        if named:
            self.long_seen = frozenset((code, city, None) for code, city in first_seen)

    def _code_of_row(self, grid: Grid, row: Sequence[Cell], named: Sequence[int], city: str) -> str | None:
        """The indicator that a row is about: by the first of its cells that the framework knows."""
        known = next((column for column in named if self.names.code(row[column].value or "") is not None), named[0])
        return self._code(grid, row[known], city, None)

    # -- cells

    def _city(self, grid: Grid, cell: Cell, year: int | None) -> str | None:
        """The city of a cell; None where it is a problem, OTHER_CITY where the framework does not select it."""
        if is_blank(cell.value):
            if cell.address not in self.merged_inside:
                self._empty("empty_city", {}, grid, cell)
            return None
        text = self.one_lines.get(cell.value)
        if text is None:
            if (code := control_character(str(cell.value))) is not None:
                self._problem("control_character", {"found": str(cell.value), "code": code}, grid, cell.address)
                return None
            text = self.one_lines[cell.value] = place_name(cell.value)
        if text not in self.known_cities:
            self.known_cities[text] = self._first_seen(text, self._cell(grid, cell.address))
        city = self.known_cities[text]
        if city is None:
            self._problem("total_row", {"found": text}, grid, cell.address)
        elif city == OTHER_CITY:
            unread = Unread(self._cell(grid, cell.address), grid.title, None, year)
            self.other_cities.setdefault(text, []).append(unread)
        else:
            self.cities.setdefault(city)
            self.seen_cities.add((grid.title, city))
        return city

    def _first_seen(self, text: str, place: Place) -> str | None:
        """The city that a name means, when it first occurs; None where it is a total and the framework lists no
        cities."""
        if not self.city_of:
            if is_total(text):
                return None
            self.by_suffix.setdefault(text, (text, place))
            return text
        city = self.city_of.get(fold(text))
        if city is not None:
            self.declared_spellings.add(city)
            return city
        city = self._city_by_suffix(text)
        if city is None:
            return OTHER_CITY
        self.by_suffix.setdefault(text, (city, place))
        return city

    def _city_by_suffix(self, text: str) -> str | None:
        """The only city of the framework that a name means, its suffix aside: 合肥市 for 合肥, or the reverse."""
        name = bare(text)
        city = self.bare_of.get(name)
        if city is None:
            return None
        spellings = {fold(spelling) for spelling in (city, *self.framework.cities[city].spellings)}
        return city if name == fold(text) or name in spellings else None

    def _number(self, grid: Grid, cell: Cell, city: str, year: str, code: str) -> float | None:
        """The number in a cell; None where it is empty, missing or a problem."""
        value = cell.value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if self.declared.missing and is_marked(value, self.declared.missing):
                return self._noted(grid, cell, code, "missing", None)
            if (isinstance(value, float) or abs(value) < 1e300) and math.isfinite(value):
                if cell.percent and folded_unit(self.units.get(code, "")) == "%":  # 0.5 that the sheet shows as 50%
                    return self._noted(grid, cell, code, "percent_format", float(f"{100.0 * value:.15g}"))
                self.shown_as.setdefault((grid.title, code), {}).setdefault(cell.percent, []).append(cell.address)
                return float(value)
        elif value is None and not (grid.formulas and cell.address in grid.formulas):
            return None
        if value is not None and self.declared.missing and is_marked(value, self.declared.missing):
            return self._noted(grid, cell, code, "missing", None)
        facts: dict[str, Any]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            key, facts = "cell_not_finite", {"found": _number_in_words(value)}
        elif value is None:
            key, facts = "cell_formula", {"found": grid.formulas[cell.address]}
        elif cell.is_error:
            key, facts = "cell_error", {"found": str(value)}
        elif isinstance(value, str):
            declared = self.declared
            reading = read_text(value, self.units.get(code, ""), declared.decimal, declared.parentheses)
            by_declaration = reading is not None and reading.value is not None and declared.decimal == ","
            if reading is not None and (self.tidy or by_declaration or reading.how == "parentheses"):
                if reading.how == "percent" and not self.units.get(code):  # 30% beside 0.3
                    self.shown_as.setdefault((grid.title, code), {}).setdefault(True, []).append(cell.address)
                return self._noted(grid, cell, code, reading.how, reading.value)
            key = "cell_mark" if reading is not None and reading.value is None else "cell_text_number"
            if reading is None:
                key = "cell_number_within" if re.search(r"\d", value) else "cell_text"
                key = "cell_parentheses" if in_parentheses(value) else key
            facts = {"found": value if len(value) <= 40 else f"{value[:40]}..."}
        else:
            key, facts = "cell_kind", {"found": in_words(value)}
        place = {"file": self.file, "sheet": grid.title, "cell": cell.address}
        self.problems.append(
            Problem(key, facts, ("in_panel_cell", {**place, "city": city, "year": year, "code": code}))
        )
        return None

    def _noted(self, grid: Grid, cell: Cell, code: str, how: str, number: float | None) -> float | None:
        """The number of a reading, which is reported with its cell."""
        found = CellRead(grid.title, cell.address, code, how, str(cell.value), number)
        self.readings.setdefault((grid.title, f"'{code}'", how), []).append(found)
        return number

    # -- the sheet as a whole

    def _check_sheet(self, table: Table, body: Sequence[Sequence[Cell]], columns: Iterable[int]) -> None:
        """Refuse merged cells and what is hidden among the rows and columns that are read."""
        grid = table.grid
        used = list(columns)
        cells = [table.head[column] for column in used] + [row[used[0]] for row in body]
        rows, letters = {cell.row for cell in cells}, {cell.column for cell in cells}
        header = {cell.row for cell in (*table.head, *table.groups) if cell is not None} if table.groups else set()
        ranges = (found for found in grid.merged if merged_within(found, rows))
        merged = sorted((found for found in ranges if not lies_within(found, header)), key=top_of)
        if merged:
            self.merged_inside |= set(filled_merges(grid)[1])
            facts = {"range": listed(merged), "n": len(merged)}
            self._problem("merged_cells", facts, grid, merged[0].partition(":")[0])
        hidden = [number for number in grid.hidden_rows if number in rows]
        if hidden:
            self.problems.append(Problem("hidden_row", {"row": listed(hidden)}, self._sheet(grid.title)))
        if not grid.visible:
            self.problems.append(Problem("hidden_sheet", {}, self._sheet(grid.title)))
        for number in grid.hidden_columns:
            if number in letters:
                column = re.sub(r"\d", "", Cell(None, 1, number).address)
                self.problems.append(Problem("hidden_column", {"column": column}, self._sheet(grid.title)))

    # -- what the framework does not name, and what it names in vain

    def _settle(self, layout: str) -> None:
        """Distinguish what is left unread by choice from what is misspelt, once every sheet has been read."""
        missing = frozenset() if self.given_up else frozenset(self._missing())
        self._settle_columns(missing)
        self._settle_indicators(missing)
        self._settle_cities()
        self._settle_years()
        for code in missing:
            facts = {"code": code, "name": self.framework.named(code) or code}
            self.problems.append(Problem("missing_column", facts, ("in_file", {"file": self.file})))

    def _missing(self) -> Iterator[str]:
        for code, column in self.framework.columns.items():
            optional = getattr(column, "optional", False) or getattr(column, "weight", 1.0) == 0
            if code not in self.seen_codes and not optional:
                yield code

    def _settle_columns(self, missing: frozenset[str]) -> None:
        wanted = self.names.spellings(missing)
        unread = []
        for text, found in self.other_columns.items():
            near = nearest(fold(text), wanted) or nearest(fold(text).partition("(")[0], wanted)
            if near is None:
                unread.append(text)
                continue
            hints = suggestion(wanted[near], [wanted[near]])
            self.problems.append(Problem("unknown_header", {"found": text, **hints}, found.place))
        unread = [text for text in unread if text not in self.book.titles]
        if unread:
            facts = {"n": len(unread), "columns": listed((f"'{text}'" for text in unread), MOST_LISTED)}
            self.notices.append(Problem("columns_unread", facts))

    def _settle_indicators(self, missing: frozenset[str]) -> None:
        """On a long sheet, a name similar to that of a column without this figure is misspelt; any other is left
        unread."""
        wanted = self.names.spellings(frozenset(self.framework.columns))
        unread = []
        for text, found in self.other_indicators.items():
            near = nearest(fold(text), wanted)
            code = None if near is None else self.names.code(wanted[near])
            if near is None or any((code, one.city, one.year) in self.long_seen for one in found):
                unread.append(text)
                continue
            hints = suggestion(wanted[near], [wanted[near]])
            self.problems += [Problem("unknown_indicator", {"found": text, **hints}, one.place) for one in found]
        if unread:
            facts = {"n": len(unread), "columns": listed((f"'{text}'" for text in unread), MOST_LISTED)}
            self.notices.append(Problem("columns_unread", facts))

    def _settle_cities(self) -> None:
        """A city with a name similar to one without a row in those years is misspelt; any other is left unread."""
        self._refuse_spellings()
        for text in () if self.city_of else aggregates(self.cities, self.coded):
            self.problems.append(Problem("total_row", {"found": text}, self.by_suffix[text][1]))
        unread = []
        for text, found in self.other_cities.items():
            near = nearest(fold(text), self.city_of)
            city = None if near is None else self.city_of[near]
            apart = any(
                (one.sheet, city) in self.seen_cities if one.year is None else (city, one.year) in self.rows
                for one in found
            )
            if city is None or apart or is_total(text):
                unread.append(text)
                continue
            hints = suggestion(city, [city])
            self.problems += [Problem("unknown_city", {"found": text, **hints}, one.place) for one in found]
        if self.city_of and not self.cities and self.other_cities and not self.problems:
            facts = {"found": listed(f"'{city}'" for city in unread), "cities": listed(self.framework.cities)}
            self.problems.append(Problem("no_city_found", facts, ("in_file", {"file": self.file})))
        if unread:
            told = {"n": len(unread), "cities": listed(unread, MOST_LISTED)}
            self.notices.append(Problem("cities_unread", told))

    def _refuse_spellings(self) -> None:
        """Refuse two spellings of one city that are not declared to be the same."""
        first: dict[str, str] = {city: city for city in self.declared_spellings}
        if not self.city_of:
            first = {bare(text): text for text in self.by_suffix if bare(text) == fold(text)}
        for text, (city, place) in self.by_suffix.items():
            key = city if self.city_of else bare(text)
            other = first.setdefault(key, text) if self.city_of or key in first else text
            if other != text:
                self.problems.append(Problem("city_spellings", {"found": text, "other": other}, place))

    def _settle_years(self) -> None:
        if not self.other_years:
            return
        years = listed(sorted(self.other_years), MOST_LISTED)
        if self.rows or self.problems:
            self.notices.append(Problem("years_unread", {"n": len(self.other_years), "years": years}))
            return
        facts = {"found": years, "years": Row(self.framework.years)}
        self.problems.append(Problem("unknown_year", facts, ("in_file", {"file": self.file})))

    def _unknown_header(self, text: str, place: Place, sheet: str) -> None:
        derived = self.names.derived(text)
        if derived is not None:
            self.problems.append(Problem("derived_header", {"found": text, "code": derived}, place))
            return
        self.other_columns.setdefault(text, Unread(place, sheet))

    # -- sources

    def _read_sources(self) -> None:
        """Read the sources sheet, if there is one; rows about other cities, years or indicators are ignored.

        Of two rows about one figure the later counts. Both kinds are reported.
        """
        title = next((title for title in self.book.titles if fold(title) in SOURCE_SHEETS), None)
        if title is None:
            return
        rows: Iterator[Any] = self.book.values(title)
        headers = {**SOURCE_HEADERS, "city": SOURCE_HEADERS["city"] | self.names.places}
        at = {name: c for name, c in columns_named(next(rows, ()), headers).items() if c is not None}
        strange, twice = list[str](), list[str]()
        for row in rows:
            found = {name: row[column] if column < len(row) else None for name, column in at.items()}
            city = place_name(found.get("city") or "")
            code = self.names.code(found.get("code") or found.get("indicator") or "")
            known = self.city_of.get(fold(city)) or self._city_by_suffix(city) if self.city_of else city
            year = year_in(found.get("year"))
            if code is not None and known is not None and year is not None:
                if (code, known, year) in self.sources:
                    twice.append(_about(found))
                self.sources[code, known, year] = _source(found)
            elif any(value is not None for value in row):
                strange.append(_about(found) or "-")
        for key, names in (("sources_passed_over", strange), ("sources_twice", twice)):
            shown = list(dict.fromkeys(names))
            text = "; ".join(shown[:MOST_LISTED]) + ("; ..." if len(shown) > MOST_LISTED else "")
            if names:
                self.notices.append(Problem(key, {"sheet": title, "n": len(names), "names": text}))


def _rows_of_places(table: Table, city_column: int) -> list[Sequence[Cell]]:
    """The rows that name a place and hold a figure below a header."""
    headed = [c for c, cell in enumerate(table.head) if c != city_column and not is_blank(cell.value)]
    rows = (row for row in table.rows if not is_blank(row[city_column].value))
    return [row for row in rows if any(not is_blank(v := row[c].value) and says_number(v) for c in headed)]


def _is_of_codes(table: Table, column: int, city_column: int) -> bool:
    """Whether a column before that of the places holds a code for each: digits, always as many, none twice."""
    codes = [str(row[column].value).removesuffix(".0") for row in _rows_of_places(table, city_column)]
    alike = len(set(map(len, codes))) == 1 and all(map(str.isdigit, codes))
    return column < city_column and alike and len(set(codes)) == len(codes)


def _columns_of_measures(table: Table) -> list[int]:
    """The columns in which rows say what is measured: growth, or a share, in one of them at least."""
    rows = [row for row in table.rows if is_filled(row)]
    columns = (c for c, cell in enumerate(table.head) if fold(cell.value) not in SOURCE_HEADERS["note"])
    return [c for c in columns if any(_says_growth(row[c].value) for row in rows)]


def _says_growth(value: object) -> bool:
    return _says_measure(value) and has_other_unit(str(value).rstrip("%\u2030 "), "")


def _says_measure(value: object) -> bool:
    """Whether a text is the name of a measure, rather than a remark with a figure in it."""
    return isinstance(value, str) and is_text(value) and is_measure(one_line(value)) and not re.search(r"\d", value)


def _label(value: object) -> str:
    """What a message calls a place or a year that is not known."""
    return "-" if is_blank(value) else str(value)


def _number_in_words(value: float) -> str | Word:
    """A number as it is written; for a long one, how it begins and how many digits it has."""
    written = str(getattr(value, "written", repr(value)))
    if len(written) <= LONGEST_NUMBER:
        return written
    return Word("errors.found.long_number", start=written[:12], n=sum(map(str.isdigit, written)))


def name_and_year(cell: Cell, group: Cell | None) -> tuple[str, int | None]:
    """What the header of a wide sheet says: the indicator and the year, in one cell or in two; beside names, the mark
    of a year (2019 Actual beside 2019 Target) is one too."""
    texts = [one_line(str(one.value)) for one in (group, cell) if one is not None]
    years = [year for one in (group, cell) if one is not None and is_year_header(one.value)
             and (year := year_in(one.value)) is not None]  # fmt: skip
    if len(texts) == 2 and len(years) == 1:
        return next(text for text in texts if year_in(text) != years[0]), years[0]
    text, year = split_year(texts[-1])
    text, year = split_mark(text) if year is None else (text, year)
    unit = unit_alone(text) if len(texts) == 2 and year is not None else None
    return (text, year) if unit is None else (f"{texts[0]} ({unit})", year)


def _about(found: Mapping[str, Any]) -> str:
    """What a row of the sources sheet is about, as it is written."""
    return " ".join(one_line(str(found[name])) for name in ("code", "indicator", "city", "year") if found.get(name))


def _source(found: Mapping[str, Any]) -> Source:
    return Source(*("" if found.get(name) is None else str(found[name]).strip() for name in ("source", "note", "flag")))
