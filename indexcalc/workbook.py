"""Reading a workbook into a Panel: which sheets hold figures, and what each cell means. Nothing is guessed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl.utils import get_column_letter

from indexcalc.document import control_character, scalar
from indexcalc.errors import InputError, Problem, in_words, nearest, suggestion
from indexcalc.framework import LATEST_YEAR, MOST_YEARS, Framework, one_line
from indexcalc.grid import Book, Cell, Grid
from indexcalc.panel import Panel, Source, city_years
from indexcalc.voice import Clauses, Word, known_words

CITY_HEADERS, YEAR_HEADERS, VALUE_HEADERS, UNIT_WORDS = (
    known_words(f"workbook.header.{name}") for name in ("city", "year", "value", "unit")
)
SOURCE_SHEETS = known_words("workbook.source_sheet")
SOURCE_HEADERS = {
    name: known_words(f"workbook.header.{name}")
    for name in ("code", "indicator", "city", "year", "source", "note", "flag")
}
LONG_HEADERS = {**SOURCE_HEADERS, "value": VALUE_HEADERS, "unit": UNIT_WORDS}
MOST_FIGURES = 20_000_000
"""Places of a panel: cities, times years, times columns."""
MOST_PROBLEMS = 2000
"""Problems of a workbook that are told."""
MOST_LISTED = 10
"""Rows that a notice names."""
YEAR_SHEET = re.compile(rf"((?:19|20)\d\d)(?:{'|'.join(map(re.escape, sorted(known_words('workbook.after_year'))))})?")

LAYOUTS = ("panel", "long", "years", "indicators")
"""The layouts that are read, as `errors.layout` names them."""


def read_workbook(path: str | Path, framework: Framework) -> Panel:
    """Read an .xlsx workbook into a Panel of the framework's columns.

    Four layouts are read: a panel sheet (one row per city and year, one column per indicator or series), one sheet per
    year (named after it; one row per city, one column per indicator), one sheet per indicator (named after it; cities
    down, years across), or a long sheet (one row per figure: city, year, indicator, value, and if wished unit, source,
    note, flag). Below the header of the first two a row of units may follow. Headers and sheet names are codes, Chinese
    or English names; cities may use their aliases. Values are numbers; empty is missing. An optional sheet 来源/sources
    says where figures were read. Raises InputError with every problem, each with its cell.
    """
    with Book(path) as book:
        return _Reader(str(Path(path)), framework, book).read()


@dataclass
class _Figure:
    """One figure of a sheet, with what it belongs to."""

    code: str
    city: str
    year: int
    value: float
    sheet: str
    address: str


class _Told(list[Problem]):
    """Problems as they are found; at MOST_PROBLEMS reading ends, for nobody reads more of them."""

    def append(self, problem: Problem) -> None:
        super().append(problem)
        if len(self) >= MOST_PROBLEMS:
            _, facts = problem.place or ("", {})
            last = Problem(
                "bound_problems", {"most": f"{MOST_PROBLEMS:,}"}, ("in_file", {"file": facts.get("file", "")})
            )
            raise InputError([*self, last])


@dataclass
class _Reader:
    file: str
    framework: Framework
    book: Book
    problems: list[Problem] = field(default_factory=_Told)
    figures: list[_Figure] = field(default_factory=list)
    rows: set[tuple[str, int]] = field(default_factory=set)
    seen_codes: dict[str, str] = field(default_factory=dict)
    cities: dict[str, None] = field(default_factory=dict)
    sources: dict[tuple[str, str, int], Source] = field(default_factory=dict)
    columns_of: dict[str, set[str]] = field(default_factory=dict)
    notices: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        columns = self.framework.columns
        self.code_of = {code.casefold(): code for code in columns}
        for code, column in columns.items():
            if column.name is not None:
                self.code_of.update(dict.fromkeys(map(str.casefold, column.name.spellings), code))
        self.derived_of = {}
        for code, indicator in self.framework.all_indicators.items():
            if indicator.derived is not None:
                names = (code, *(indicator.name.spellings if indicator.name else ()))
                self.derived_of.update({name.casefold(): code for name in names})
        self.city_of = {}
        for city, declared in self.framework.cities.items():
            for name in (city, *declared.spellings):
                self.city_of[name.casefold()] = city

    # -- the whole

    def read(self) -> Panel:
        layout, sheets, unread = self._layout()
        for title, meant in sheets.items():
            grid = self.book.grid(title)
            self._check_sheet(grid)
            if layout == "long":
                self._read_long(grid)
            elif layout == "indicators":
                self._read_indicator(grid, meant)
            else:
                self._read_rows(grid, meant)
        if layout == "years":
            self._check_year_sheets(sheets)
        self._check_columns()
        if self.problems:
            raise InputError(self.problems)
        self._read_sources()
        return self._panel(Word(f"errors.layout.{layout}", sheet=next(iter(sheets))), unread)

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
        present = np.zeros(values.shape[:2], bool)
        for city, year in self.rows:
            present[at[0][city], at[1][year]] = True
        panel = Panel.from_values(
            cities, years, codes, values, present=present, sources=self.sources, cells=addresses, file=self.file
        )
        read = {
            "file": self.file,
            "layout": layout,
            "cities": len(cities),
            "years": len(years),
            "columns": len(self.seen_codes),
        }
        notices = [Problem("read_layout", read), *self.book.notices, *self.notices]
        if unread:
            notices.append(Problem("sheets_unread", {"sheets": ", ".join(unread)}))
        if not present.all():
            notices.append(Problem("absent_city_years", {"where": city_years(panel, ~present)}))
        return Panel(**{**panel.__dict__, "notices": tuple(notices)})

    def _check_size(self, cities: int, years: int) -> None:
        """Refuse more years, or more figures in all, than are computed: a panel has a place for every one."""
        columns = len(self.framework.columns)
        n, place = cities * years * columns, ("in_file", {"file": self.file})
        if years > MOST_YEARS:
            raise InputError(Problem("bound_years", {"n": years, "most": MOST_YEARS}, place))
        if n > MOST_FIGURES:
            facts = {"cities": cities, "years": years, "columns": columns, "n": f"{n:,}", "most": f"{MOST_FIGURES:,}"}
            raise InputError(Problem("bound_panel", facts, place))

    def _layout(self) -> tuple[str, dict[str, Any], list[str]]:
        """The layout, the sheets that hold the figures (with the year or code each is about), and those not read."""
        found: dict[str, dict[str, Any]] = {layout: {} for layout in LAYOUTS}
        unread, suspects = [], []
        for title in self.book.titles:
            if title.casefold() in SOURCE_SHEETS:
                continue
            head = self.book.head(title)
            layout, meant = self._layout_of(
                title, {str(value).strip().casefold() for value in head if value is not None}
            )
            if layout:
                found[layout][title] = meant
                continue
            unread.append(title)
            if any(1900 <= value <= 2100 for value in head[1:] if isinstance(value, (int, float))):
                suspects.append(title)
        layouts = [layout for layout, sheets in found.items() if sheets]
        self._refuse_layouts(found, layouts, suspects)
        layout = layouts[0] if layouts else "indicators"
        if layout == "indicators":
            for title in suspects:
                self._unknown_header(title, self._sheet(title))
                unread.remove(title)
        if layout == "years":
            for title in [title for title in unread if YEAR_SHEET.fullmatch(title.strip())]:
                self.problems.append(Problem("year_sheet_city", {}, self._sheet(title)))
                unread.remove(title)
        return layout, found[layout], unread

    def _layout_of(self, title: str, head: set[str]) -> tuple[str, Any]:
        """The layout that a sheet is of, and the year or the code it is about; "" where it holds no figures."""
        year = YEAR_SHEET.fullmatch(title.strip())
        named = LONG_HEADERS["code"] | LONG_HEADERS["indicator"]
        if head & CITY_HEADERS and head & YEAR_HEADERS:
            return ("long" if head & VALUE_HEADERS and head & named else "panel"), None
        if head & CITY_HEADERS and year:
            return "years", int(year[1])
        code = self.code_of.get(title.strip().casefold())
        return ("indicators", code) if code is not None else ("", None)

    def _refuse_layouts(self, found: Mapping[str, Mapping[str, Any]], layouts: list[str], suspects: list[str]) -> None:
        """Refuse a workbook with figures in no sheet, in more than one layout, or in two sheets meant to be the one."""
        place = ("in_file", {"file": self.file})
        if not layouts and not suspects:
            sheets = ", ".join(f"'{title}'" for title in self.book.titles)
            raise InputError(Problem("no_layout", {"sheets": sheets}, place))
        if len(layouts) > 1:
            named = Clauses(Word(f"errors.layouts.{layout}", sheets=", ".join(found[layout])) for layout in layouts)
            raise InputError(Problem("two_layouts", {"found": named}, place))
        if layouts and layouts[0] in ("panel", "long") and len(found[layouts[0]]) > 1:
            sheets = ", ".join(f"'{title}'" for title in found[layouts[0]])
            raise InputError(Problem("two_panels", {"sheets": sheets}, place))

    # -- a row per city and year, or per city on the sheet of a year

    def _read_rows(self, grid: Grid, year_of_sheet: int | None) -> None:
        folded = ["" if cell.value is None else str(cell.value).strip().casefold() for cell in grid.head]
        city_column = next(i for i, text in enumerate(folded) if text in CITY_HEADERS)
        year_column = None
        if year_of_sheet is None:
            year_column = next(i for i, text in enumerate(folded) if text in YEAR_HEADERS)
        elif not self._known_year(year_of_sheet, self._sheet(grid.title)):
            return
        codes = self._codes(grid, {city_column, year_column})
        first_seen: dict[tuple[str, int], int] = {}
        for row in _filled(grid.rows[1:]):
            if row[0].row == 2 and self._is_unit_row(row, city_column, year_column):
                self._check_units(grid, row, codes)
                continue
            city = self._city(grid, _at(row, city_column))
            year = year_of_sheet if year_column is None else self._year(grid, _at(row, year_column))
            if city is None or year is None:
                city_label = str(_at(row, city_column).value)
                year_label = str(year_of_sheet if year_column is None else _at(row, year_column).value)
            else:
                city_label, year_label = city, str(year)
                if (city, year) in first_seen:
                    facts = {"city": city, "year": year, "first": first_seen[city, year]}
                    self._problem("duplicate_city_year", facts, grid, _at(row, city_column).address)
                    continue
                first_seen[city, year] = row[0].row
                self.rows.add((city, year))
            for column, code in codes.items():
                if column < len(row):
                    value = self._number(grid, row[column], city_label, year_label, code)
                    if value is not None and city is not None and year is not None:
                        self.figures.append(_Figure(code, city, year, value, grid.title, row[column].address))

    def _codes(self, grid: Grid, labels: set[int | None]) -> dict[int, str]:
        """Column position to code; unknown, doubled and empty headers are problems."""
        codes: dict[int, str] = {}
        seen: dict[str, str] = {}
        for column in range(max((len(row) for row in grid.rows), default=0)):
            if column in labels:
                continue
            address = f"{get_column_letter(column + 1)}1"
            text = one_line(str(_at(grid.head, column).value or ""))
            code = self.code_of.get(text.casefold())
            if not text:
                if any(_at(row, column).value is not None for row in grid.rows[1:]):
                    self._problem("empty_header", {}, grid, address)
            elif code is None:
                self._unknown_header(text, self._cell(grid, address))
            elif code in seen:
                self._problem("header_twice", {"code": code, "other": seen[code]}, grid, address)
            else:
                seen[code] = address
                self.seen_codes.setdefault(code, address)
                codes[column] = code
        self.columns_of[grid.title] = set(seen)
        return codes

    def _is_unit_row(self, row: tuple[Cell, ...], city_column: int, year_column: int | None) -> bool:
        city = _at(row, city_column).value
        year = None if year_column is None else _at(row, year_column).value
        word = "" if city is None else str(city).strip().casefold()
        if word in UNIT_WORDS:
            return True
        figures = any(isinstance(cell.value, (int, float)) for cell in row)
        return city is None and not figures and (year is None or str(year).strip().casefold() in UNIT_WORDS)

    def _check_units(self, grid: Grid, row: tuple[Cell, ...], codes: Mapping[int, str]) -> None:
        for column, code in codes.items():
            self._check_unit(grid, _at(row, column), code)

    def _check_unit(self, grid: Grid, cell: Cell, code: str) -> None:
        expected = self.framework.columns[code].unit
        if cell.value is not None and expected and _folded_unit(str(cell.value)) != _folded_unit(expected):
            facts = {"code": code, "found": str(cell.value).strip(), "expected": expected}
            self._problem("unit_differs", facts, grid, cell.address)

    def _check_year_sheets(self, sheets: Mapping[str, int]) -> None:
        """The sheets of the years bear different years, and the same columns: a column must not vanish from one."""
        first: dict[int, str] = {}
        for title, year in sheets.items():
            if first.setdefault(year, title) != title:
                self.problems.append(
                    Problem("year_sheet_twice", {"year": year, "other": first[year]}, self._sheet(title))
                )
            for code in self.seen_codes:
                if title in self.columns_of and code not in self.columns_of[title]:
                    self.problems.append(Problem("year_sheet_column", {"code": code}, self._sheet(title)))

    # -- a row per figure

    def _read_long(self, grid: Grid) -> None:
        at = _columns_named(grid.head, LONG_HEADERS)
        for cell in grid.head:
            if cell.value is not None and cell.column - 1 not in at.values():
                self._problem("long_header", {"found": str(cell.value).strip()}, grid, cell.address)
        indicator_column = at["indicator"] if at["code"] is None else at["code"]
        first_seen: dict[tuple[str, str, int], int] = {}
        for row in _filled(grid.rows[1:]):
            found = {name: _at(row, column) for name, column in at.items() if column is not None}
            indicator = _at(row, indicator_column or 0)
            city, year = self._city(grid, found["city"]), self._year(grid, found["year"])
            code = self._code(grid, indicator)
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
            first_seen[code, city, year] = row[0].row
            self.rows.add((city, year))
            self.seen_codes.setdefault(code, indicator.address)
            if value is not None:
                self.figures.append(_Figure(code, city, year, value, grid.title, found["value"].address))
            if "source" in found:
                self.sources[code, city, year] = _source({name: cell.value for name, cell in found.items()})

    def _code(self, grid: Grid, cell: Cell) -> str | None:
        """The indicator or series that a cell of a long sheet names."""
        text = "" if cell.value is None else one_line(str(cell.value))
        code = self.code_of.get(text.casefold())
        if not text:
            self._empty("empty_indicator", {}, grid, cell)
        elif code is None and text.casefold() in self.derived_of:
            self._problem("derived_rows", {"found": text, "code": self.derived_of[text.casefold()]}, grid, cell.address)
        elif code is None:
            near = nearest(text.casefold(), self.code_of)
            hints = suggestion(near or text, [near] if near else [])
            self._problem("unknown_indicator", {"found": text, **hints}, grid, cell.address)
        return code

    # -- one sheet per indicator

    def _read_indicator(self, grid: Grid, code: str) -> None:
        if code in self.seen_codes:
            twice = {"code": code, "other": f"sheet '{self.seen_codes[code]}'"}
            self.problems.append(Problem("header_twice", twice, self._sheet(grid.title)))
            return
        self.seen_codes[code] = grid.title
        years = self._year_columns(grid)
        first_seen: dict[str, int] = {}
        for row in _filled(grid.rows[1:]):
            city = self._city(grid, row[0])
            if city is None:
                continue
            if city in first_seen:
                facts: dict[str, Any] = {"city": city, "year": "", "first": first_seen[city]}
                self._problem("duplicate_city_year", facts, grid, row[0].address)
                continue
            first_seen[city] = row[0].row
            for column, year in years.items():
                cell = _at(row, column)
                value = self._number(grid, cell, city, str(year), code)
                if value is not None:
                    self.rows.add((city, year))
                    self.figures.append(_Figure(code, city, year, value, grid.title, cell.address))

    def _year_columns(self, grid: Grid) -> dict[int, int]:
        """Column position to year, of a sheet with the years across."""
        years: dict[int, int] = {}
        for column in range(1, max((len(row) for row in grid.rows), default=0)):
            cell = Cell(_at(grid.head, column).value, 1, column + 1)
            if cell.value is None:
                if any(_at(row, column).value is not None for row in grid.rows[1:]):
                    self._problem("empty_header", {}, grid, cell.address)
                continue
            year = self._year(grid, cell)
            if year is None:
                continue
            if year in years.values():
                first = next(get_column_letter(c + 1) for c, y in years.items() if y == year)
                self._problem("duplicate_year_column", {"year": year, "first": first}, grid, cell.address)
            else:
                years[column] = year
        return years

    # -- cells

    def _city(self, grid: Grid, cell: Cell) -> str | None:
        text = "" if cell.value is None else one_line(str(cell.value))
        if not text:
            self._empty("empty_city", {}, grid, cell)
            return None
        if (code := control_character(str(cell.value))) is not None:
            self._problem("control_character", {"found": str(cell.value), "code": code}, grid, cell.address)
            return None
        if not self.framework.cities:
            self.cities.setdefault(text)
            return text
        city = self.city_of.get(text.casefold())
        if city is None:
            known = nearest(text, self.city_of)
            hints = suggestion(text, [self.city_of[known]] if known else self.framework.cities)
            if known:
                hints = suggestion(self.city_of[known], [self.city_of[known]])
            self._problem("unknown_city", {"found": text, **hints}, grid, cell.address)
        else:
            self.cities.setdefault(city)
        return city

    def _year(self, grid: Grid, cell: Cell) -> int | None:
        value = cell.value
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not _is_whole(value):
            self._empty("bad_year", {"found": in_words(value)}, grid, cell)
            return None
        return int(value) if self._known_year(int(value), self._cell(grid, cell.address)) else None

    def _known_year(self, year: int, place: tuple[str, dict[str, Any]]) -> bool:
        years = self.framework.years
        if years and year not in years:
            facts = {"found": year, "years": ", ".join(map(str, years))}
            self.problems.append(Problem("unknown_year", facts, place))
            return False
        return True

    def _number(self, grid: Grid, cell: Cell, city: str, year: str, code: str) -> float | None:
        """The number in a cell; None where it is empty or a problem."""
        value = cell.value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if math.isfinite(value):
                return float(value)
        elif value is None and not (grid.formulas and cell.address in grid.formulas):
            return None
        facts: dict[str, Any]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            key, facts = "cell_not_finite", {"found": in_words(value)}
        elif value is None:
            key, facts = "cell_formula", {"found": grid.formulas[cell.address]}
        elif cell.is_error:
            key, facts = "cell_error", {"found": str(value)}
        elif isinstance(value, str):
            number = scalar(value.strip().replace(",", "").replace("，", "").removesuffix("%"))
            is_number = isinstance(number, (int, float)) and not isinstance(number, bool)
            key, facts = ("cell_text_number" if is_number else "cell_text"), {"found": value}
        else:
            key, facts = "cell_kind", {"found": in_words(value)}
        place = {"file": self.file, "sheet": grid.title, "cell": cell.address}
        self.problems.append(
            Problem(key, facts, ("in_panel_cell", {**place, "city": city, "year": year, "code": code}))
        )
        return None

    # -- the sheet as a whole

    def _check_sheet(self, grid: Grid) -> None:
        for merged in grid.merged:
            self._problem("merged_cells", {"range": merged}, grid, merged.partition(":")[0])
        for number in grid.hidden_rows:
            if number <= len(grid.rows):
                self.problems.append(Problem("hidden_row", {"row": number}, self._sheet(grid.title)))
        if not grid.visible:
            self.problems.append(Problem("hidden_sheet", {}, self._sheet(grid.title)))
        for column in grid.hidden_columns:
            if _at(grid.head, column - 1).value is not None:
                letter = get_column_letter(column)
                self.problems.append(Problem("hidden_column", {"column": letter}, self._sheet(grid.title)))

    def _check_columns(self) -> None:
        for code, column in self.framework.columns.items():
            optional = getattr(column, "optional", False) or getattr(column, "weight", 1.0) == 0
            if code not in self.seen_codes and not optional:
                facts = {"code": code, "name": self.framework.named(code) or code}
                self.problems.append(Problem("missing_column", facts, ("in_file", {"file": self.file})))

    def _unknown_header(self, text: str, place: tuple[str, dict[str, Any]]) -> None:
        derived = self.derived_of.get(text.casefold())
        if derived is not None:
            self.problems.append(Problem("derived_header", {"found": text, "code": derived}, place))
            return
        near = nearest(text.casefold(), self.code_of)
        known = [near] if near else []
        hints = suggestion(near or text, known)
        self.problems.append(Problem("unknown_header", {"found": text, **hints}, place))

    def _read_sources(self) -> None:
        """The sources sheet, as far as it is there; rows about other cities, years or indicators are passed over.

        Of two rows about one figure the later counts. Both are told.
        """
        title = next((title for title in self.book.titles if title.casefold() in SOURCE_SHEETS), None)
        if title is None:
            return
        rows: Iterator[Any] = self.book.values(title)
        head = tuple(Cell(value, 1, c) for c, value in enumerate(next(rows, ()), start=1))
        at = {name: column for name, column in _columns_named(head, SOURCE_HEADERS).items() if column is not None}
        strange, twice = list[str](), list[str]()
        for row in rows:
            found = {name: row[column] if column < len(row) else None for name, column in at.items()}
            city = one_line(str(found.get("city") or ""))
            code = self.code_of.get(str(found.get("code") or found.get("indicator") or "").strip().casefold())
            known = self.city_of.get(city.casefold(), city if not self.framework.cities else None)
            year = str(found.get("year") or "").strip()
            named = " ".join(
                one_line(str(found[name])) for name in ("code", "indicator", "city", "year") if found.get(name)
            )
            if code is not None and known is not None and year.isdecimal() and len(year) <= 4:
                if (code, known, int(year)) in self.sources:
                    twice.append(named)
                self.sources[code, known, int(year)] = _source(found)
            elif any(value is not None for value in row):
                strange.append(named or "-")
        for key, names in (("sources_passed_over", strange), ("sources_twice", twice)):
            listed = list(dict.fromkeys(names))
            shown = "; ".join(listed[:MOST_LISTED]) + ("; ..." if len(listed) > MOST_LISTED else "")
            if names:
                self.notices.append(Problem(key, {"sheet": title, "n": len(names), "names": shown}))

    # -- places

    def _sheet(self, title: str) -> tuple[str, dict[str, Any]]:
        return "in_sheet", {"file": self.file, "sheet": title}

    def _cell(self, grid: Grid, address: str) -> tuple[str, dict[str, Any]]:
        return "in_cell", {"file": self.file, "sheet": grid.title, "cell": address}

    def _empty(self, key: str, facts: dict[str, Any], grid: Grid, cell: Cell) -> None:
        """A problem of a label; where its cell only looks empty, that of a formula without a value."""
        if cell.value is None and cell.address in grid.formulas:
            key, facts = "cell_formula", {"found": grid.formulas[cell.address]}
        self._problem(key, facts, grid, cell.address)

    def _problem(self, key: str, facts: dict[str, Any], grid: Grid, address: str) -> None:
        self.problems.append(Problem(key, facts, self._cell(grid, address)))


def _is_whole(value: float) -> bool:
    """Whether a number is whole and may be a year at all."""
    return math.isfinite(value) and value == int(value) and 1 <= value <= LATEST_YEAR


def _at(row: tuple[Cell, ...], column: int) -> Cell:
    """The cell of a row in a column, counted from 0; rows end with their last cell."""
    return row[column] if column < len(row) else Cell(None, row[0].row if row else 1, column + 1)


def _filled(rows: tuple[tuple[Cell, ...], ...]) -> Iterator[tuple[Cell, ...]]:
    """Rows that hold anything."""
    return (row for row in rows if any(cell.value is not None for cell in row))


def _columns_named(head: tuple[Cell, ...], words: Mapping[str, frozenset[str]]) -> dict[str, int | None]:
    """Position of the first column under each name's words; None where there is none."""
    folded = ["" if cell.value is None else str(cell.value).strip().casefold() for cell in head]
    return {name: next((i for i, text in enumerate(folded) if text in known), None) for name, known in words.items()}


def _source(found: Mapping[str, Any]) -> Source:
    return Source(*("" if found.get(name) is None else str(found[name]).strip() for name in ("source", "note", "flag")))


def _folded_unit(unit: str) -> str:
    """A unit without its brackets, spaces and width variants."""
    return re.sub(r"[\s()（）\[\]【】]", "", unit).replace("％", "%").casefold()
