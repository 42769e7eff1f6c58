"""Reading a workbook into a Panel: the only file that knows Excel's cells. Nothing is guessed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from indexcalc.document import scalar
from indexcalc.errors import InputError, Problem, nearest, suggestion
from indexcalc.framework import Framework
from indexcalc.panel import Panel, Source, city_years

CITY_HEADERS = {"城市", "city"}
YEAR_HEADERS = {"年份", "年", "年度", "year"}
UNIT_WORDS = {"单位", "unit", "units"}
SOURCE_SHEETS = {"来源", "sources"}
SOURCE_HEADERS = {
    "code": {"指标代码", "code", "indicator_code"},
    "indicator": {"指标", "indicator"},
    "city": CITY_HEADERS,
    "year": YEAR_HEADERS,
    "source": {"来源", "读取来源", "source"},
    "note": {"说明", "备注", "note"},
    "flag": {"标记", "flag"},
}


def read_workbook(path: str | Path, framework: Framework) -> Panel:
    """Read an .xlsx workbook into a Panel of the framework's columns.

    Two layouts are read: a panel sheet (one row per city and year, one column per indicator or series, an optional unit
    row), or one sheet per indicator (cities down, years across). Headers and sheet names are codes, Chinese or English
    names; cities may use their aliases. Values are numbers; empty is missing. An optional sheet 来源/sources says where
    figures were read. Raises InputError with every problem, each with its cell.
    """
    path = Path(path)
    try:
        book = load_workbook(path, data_only=True)
        formulas = load_workbook(path) if _has_formulas(path) else None
    except FileNotFoundError:
        raise InputError(Problem("file_missing", place=("in_file", {"file": str(path)}))) from None
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        place = ("in_file", {"file": str(path)})
        raise InputError(Problem("workbook_not_xlsx", {"reason": reason}, place)) from None
    return _Reader(str(path), framework, book, formulas).read()


def _has_formulas(path: Path) -> bool:
    """Whether any sheet holds a formula, without parsing the sheets."""
    with zipfile.ZipFile(path) as archive:
        return any(
            re.search(rb"<(\w+:)?f[ >/]", archive.read(name))
            for name in archive.namelist()
            if name.startswith("xl/worksheets/")
        )


@dataclass
class _Cell:
    """One figure of a sheet, with what it belongs to."""

    code: str
    city: str
    year: int
    value: float
    sheet: str
    address: str


@dataclass
class _Reader:
    file: str
    framework: Framework
    book: Any
    formulas: Any
    problems: list[Problem] = field(default_factory=list)
    cells: list[_Cell] = field(default_factory=list)
    rows: set[tuple[str, int]] = field(default_factory=set)
    seen_codes: dict[str, str] = field(default_factory=dict)
    cities: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = self.framework.columns
        self.code_of = {code.casefold(): code for code in columns}
        for code, column in columns.items():
            if column.name is not None:
                self.code_of[column.name.zh.casefold()] = code
                self.code_of[column.name.en.casefold()] = code
        self.derived_of = {}
        for code, indicator in self.framework.all_indicators.items():
            if indicator.derived is not None:
                names = (code, *((indicator.name.zh, indicator.name.en) if indicator.name else ()))
                self.derived_of.update({name.casefold(): code for name in names})
        self.city_of = {}
        for city, declared in self.framework.cities.items():
            for name in (city, *declared.aliases, *((declared.en,) if declared.en else ())):
                self.city_of[name.casefold()] = city

    # -- the whole

    def read(self) -> Panel:
        panel_sheets, indicator_sheets, unread = self._layout()
        if panel_sheets:
            self._read_panel(self.book[panel_sheets[0]])
            layout = {
                "layout_en": f"panel layout, sheet '{panel_sheets[0]}'",
                "layout_zh": f"面板布局，工作表“{panel_sheets[0]}”",
            }
        else:
            for name, code in indicator_sheets.items():
                self._read_indicator(self.book[name], code)
            layout = {"layout_en": "one sheet per indicator", "layout_zh": "每个指标一张工作表"}
        self._check_columns()
        if self.problems:
            raise InputError(self.problems)
        return self._panel(layout, unread)

    def _panel(self, layout: dict[str, str], unread: list[str]) -> Panel:
        cities = tuple(self.framework.cities) or tuple(self.cities)
        years = tuple(sorted(self.framework.years or {year for _, year in self.rows}))
        codes = tuple(self.framework.columns)
        at = [{label: i for i, label in enumerate(labels)} for labels in (cities, years, codes)]
        values = np.full((len(cities), len(years), len(codes)), np.nan)
        addresses = {}
        for cell in self.cells:
            values[at[0][cell.city], at[1][cell.year], at[2][cell.code]] = cell.value
            addresses[cell.code, cell.city, cell.year] = (cell.sheet, cell.address)
        present = np.zeros(values.shape[:2], bool)
        for city, year in self.rows:
            present[at[0][city], at[1][year]] = True
        panel = Panel.from_values(
            cities, years, codes, values, present=present, sources=self._sources(), cells=addresses, file=self.file
        )
        read = {
            "file": self.file,
            **layout,
            "cities": len(cities),
            "years": len(years),
            "columns": len(self.seen_codes),
        }
        notices = [Problem("read_layout", read)]
        if unread:
            notices.append(Problem("sheets_unread", {"sheets": ", ".join(unread)}))
        if not present.all():
            notices.append(Problem("absent_city_years", {"where": city_years(panel, ~present)}))
        return Panel(**{**panel.__dict__, "notices": tuple(notices)})

    def _layout(self) -> tuple[list[str], dict[str, str], list[str]]:
        """Sheets that hold the panel, sheets that hold one indicator each, and sheets that are not read."""
        panels, indicators, unread, suspects = [], {}, [], {}
        for sheet in self.book.worksheets:
            name = sheet.title
            head = {str(cell.value).strip().casefold() for cell in sheet[1] if cell.value is not None}
            if head & CITY_HEADERS and head & YEAR_HEADERS and name.casefold() not in SOURCE_SHEETS:
                panels.append(name)
            elif name.strip().casefold() in self.code_of:
                indicators[name] = self.code_of[name.strip().casefold()]
            elif name.casefold() not in SOURCE_SHEETS:
                unread.append(name)
                years = [cell.value for cell in sheet[1][1:] if isinstance(cell.value, (int, float))]
                if sum(1900 <= year <= 2100 for year in years) >= 1:
                    suspects[name] = sheet
        place = ("in_file", {"file": self.file})
        if not panels and not indicators and not suspects:
            sheets = ", ".join(f"'{name}'" for name in self.book.sheetnames)
            raise InputError(Problem("no_layout", {"sheets": sheets}, place))
        if len(panels) > 1:
            raise InputError(Problem("two_panels", {"sheets": ", ".join(f"'{name}'" for name in panels)}, place))
        if panels and indicators:
            facts = {"panel": panels[0], "sheets": ", ".join(f"'{name}'" for name in indicators)}
            raise InputError(Problem("two_layouts", facts, place))
        if not panels:
            for name in suspects:
                self._unknown_header(name, self._sheet(name))
                unread.remove(name)
        return panels, indicators, unread

    # -- the panel layout

    def _read_panel(self, sheet: Any) -> None:
        self._check_sheet(sheet)
        header = [None if cell.value is None else str(cell.value).strip() for cell in sheet[1]]
        folded = [(text or "").casefold() for text in header]
        city_column = next(i for i, text in enumerate(folded) if text in CITY_HEADERS)
        year_column = next(i for i, text in enumerate(folded) if text in YEAR_HEADERS)
        rows = list(sheet.iter_rows(min_row=2))
        codes = self._panel_codes(sheet, header, {city_column, year_column}, rows)
        first_seen: dict[tuple[str, int], int] = {}
        for row in rows:
            if all(cell.value is None for cell in row):
                continue
            if row[0].row == 2 and self._is_unit_row(row, city_column, year_column):
                self._check_units(sheet, row, codes)
                continue
            city = self._city(sheet, row[city_column])
            year = self._year(sheet, row[year_column])
            if city is None or year is None:
                city_label, year_label = str(row[city_column].value), str(row[year_column].value)
            else:
                city_label, year_label = city, str(year)
                if (city, year) in first_seen:
                    facts = {"city": city, "year": year, "first": first_seen[city, year]}
                    self._problem("duplicate_city_year", facts, sheet, row[city_column].coordinate)
                    continue
                first_seen[city, year] = row[0].row
                self.rows.add((city, year))
            for column, code in codes.items():
                if column < len(row):
                    value = self._number(sheet, row[column], city_label, year_label, code)
                    if value is not None and city is not None and year is not None:
                        self.cells.append(_Cell(code, city, year, value, sheet.title, row[column].coordinate))

    def _panel_codes(self, sheet: Any, header: list[str | None], labels: set[int], rows: list[Any]) -> dict[int, str]:
        """Column position to code; unknown, doubled and empty headers are problems."""
        codes: dict[int, str] = {}
        for column, text in enumerate(header):
            address = f"{get_column_letter(column + 1)}1"
            if column in labels:
                continue
            if not text:
                if any(column < len(row) and row[column].value is not None for row in rows):
                    self._problem("empty_header", {}, sheet, address)
                continue
            code = self.code_of.get(text.casefold())
            if code is None:
                self._unknown_header(text, self._cell(sheet, address))
            elif code in self.seen_codes:
                self._problem("header_twice", {"code": code, "other": self.seen_codes[code]}, sheet, address)
            else:
                self.seen_codes[code] = address
                codes[column] = code
        return codes

    def _is_unit_row(self, row: Any, city_column: int, year_column: int) -> bool:
        city, year = row[city_column].value, row[year_column].value
        word = "" if city is None else str(city).strip().casefold()
        if word in UNIT_WORDS:
            return True
        figures = any(isinstance(cell.value, (int, float)) for cell in row)
        return city is None and not figures and (year is None or str(year).strip().casefold() in UNIT_WORDS)

    def _check_units(self, sheet: Any, row: Any, codes: dict[int, str]) -> None:
        for column, code in codes.items():
            found = row[column].value if column < len(row) else None
            expected = self.framework.columns[code].unit
            if found is not None and expected and _folded_unit(str(found)) != _folded_unit(expected):
                facts = {"code": code, "found": str(found).strip(), "expected": expected}
                self._problem("unit_differs", facts, sheet, row[column].coordinate)

    # -- one sheet per indicator

    def _read_indicator(self, sheet: Any, code: str) -> None:
        self._check_sheet(sheet)
        if code in self.seen_codes:
            twice = {"code": code, "other": f"sheet '{self.seen_codes[code]}'"}
            self.problems.append(Problem("header_twice", twice, self._sheet(sheet.title)))
            return
        self.seen_codes[code] = sheet.title
        rows = list(sheet.iter_rows())
        years: dict[int, int] = {}
        for cell in rows[0][1:] if rows else ():
            if cell.value is None:
                if any(row[cell.column - 1].value is not None for row in rows[1:]):
                    self._problem("empty_header", {}, sheet, cell.coordinate)
                continue
            year = self._year(sheet, cell)
            if year is None:
                continue
            if year in years.values():
                first = next(get_column_letter(c + 1) for c, y in years.items() if y == year)
                self._problem("duplicate_year_column", {"year": year, "first": first}, sheet, cell.coordinate)
            else:
                years[cell.column - 1] = year
        first_seen: dict[str, int] = {}
        for row in rows[1:]:
            if all(cell.value is None for cell in row):
                continue
            city = self._city(sheet, row[0])
            if city is None:
                continue
            if city in first_seen:
                facts: dict[str, Any] = {"city": city, "year": "", "first": first_seen[city]}
                self._problem("duplicate_city_year", facts, sheet, row[0].coordinate)
                continue
            first_seen[city] = row[0].row
            for column, year in years.items():
                value = self._number(sheet, row[column], city, str(year), code)
                if value is not None:
                    self.rows.add((city, year))
                    self.cells.append(_Cell(code, city, year, value, sheet.title, row[column].coordinate))

    # -- cells

    def _city(self, sheet: Any, cell: Any) -> str | None:
        if cell.value is None or not str(cell.value).strip():
            self._problem("empty_city", {}, sheet, cell.coordinate)
            return None
        text = str(cell.value).strip()
        if not self.framework.cities:
            self.cities.setdefault(text)
            return text
        city = self.city_of.get(text.casefold())
        if city is None:
            known = nearest(text, self.city_of)
            hints = suggestion(text, [self.city_of[known]] if known else self.framework.cities)
            if known:
                hints = suggestion(self.city_of[known], [self.city_of[known]])
            self._problem("unknown_city", {"found": text, **hints}, sheet, cell.coordinate)
        else:
            self.cities.setdefault(city)
        return city

    def _year(self, sheet: Any, cell: Any) -> int | None:
        value = cell.value
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value):
            self._problem("bad_year", {"found": repr(value)}, sheet, cell.coordinate)
            return None
        years = self.framework.years
        if years and int(value) not in years:
            facts = {"found": int(value), "years": ", ".join(map(str, years))}
            self._problem("unknown_year", facts, sheet, cell.coordinate)
            return None
        return int(value)

    def _number(self, sheet: Any, cell: Any, city: str, year: str, code: str) -> float | None:
        """The number in a cell; None where it is empty or a problem."""
        value = cell.value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        formula = None if self.formulas is None else self.formulas[sheet.title][cell.coordinate]
        if value is None and (formula is None or formula.data_type != "f"):
            return None
        if value is None and formula is not None:
            key, facts = "cell_formula", {"found": str(getattr(formula.value, "text", formula.value))}
        elif cell.data_type == "e":
            key, facts = "cell_error", {"found": str(value)}
        elif isinstance(value, str):
            number = scalar(value.strip().replace(",", "").replace("，", "").removesuffix("%"))
            is_number = isinstance(number, (int, float)) and not isinstance(number, bool)
            key, facts = ("cell_text_number" if is_number else "cell_text"), {"found": value}
        else:
            key, facts = "cell_kind", {"found": str(value), "kind": type(value).__name__}
        place = {"file": self.file, "sheet": sheet.title, "cell": cell.coordinate}
        self.problems.append(
            Problem(key, facts, ("in_panel_cell", {**place, "city": city, "year": year, "code": code}))
        )
        return None

    # -- the sheet as a whole

    def _check_sheet(self, sheet: Any) -> None:
        for merged in sheet.merged_cells.ranges:
            self._problem("merged_cells", {"range": str(merged)}, sheet, str(merged.coord).partition(":")[0])
        for number, row in sheet.row_dimensions.items():
            if row.hidden and number <= sheet.max_row:
                self.problems.append(Problem("hidden_row", {"row": number}, self._sheet(sheet.title)))
        if sheet.sheet_state != "visible":
            self.problems.append(Problem("hidden_sheet", {}, self._sheet(sheet.title)))
        for letter, column in sheet.column_dimensions.items():
            if column.hidden and column.min <= sheet.max_column and sheet.cell(1, column.min).value is not None:
                self.problems.append(Problem("hidden_column", {"column": letter}, self._sheet(sheet.title)))

    def _check_columns(self) -> None:
        for code, column in self.framework.columns.items():
            optional = getattr(column, "optional", False) or getattr(column, "weight", 1.0) == 0
            if code not in self.seen_codes and not optional:
                names = {lang: self.framework.label(code, lang) for lang in ("en", "zh")}
                facts = {"code": code, "name": names["en"], "name_zh": names["zh"]}
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

    def _sources(self) -> dict[tuple[str, str, int], Source]:
        """The sources sheet, as far as it is there; rows about other cities, years or indicators are passed over."""
        sheet = next((s for s in self.book.worksheets if s.title.casefold() in SOURCE_SHEETS), None)
        if sheet is None:
            return {}
        rows: Iterator[Any] = sheet.iter_rows(values_only=True)
        header = ["" if text is None else str(text).strip().casefold() for text in next(rows, ())]
        at = {
            name: next((i for i, h in enumerate(header) if h in words), None) for name, words in SOURCE_HEADERS.items()
        }
        sources = {}
        for row in rows:
            found = {name: "" if i is None or row[i] is None else str(row[i]).strip() for name, i in at.items()}
            code = self.code_of.get((found["code"] or found["indicator"]).casefold())
            city = self.city_of.get(found["city"].casefold(), found["city"] if not self.framework.cities else None)
            if code is not None and city is not None and found["year"].isdigit():
                sources[code, city, int(found["year"])] = Source(found["source"], found["note"], found["flag"])
        return sources

    # -- places

    def _sheet(self, name: str) -> tuple[str, dict[str, Any]]:
        return "in_sheet", {"file": self.file, "sheet": name}

    def _cell(self, sheet: Any, address: str) -> tuple[str, dict[str, Any]]:
        return "in_cell", {"file": self.file, "sheet": sheet.title, "cell": address}

    def _problem(self, key: str, facts: dict[str, Any], sheet: Any, address: str) -> None:
        self.problems.append(Problem(key, facts, self._cell(sheet, address)))


def _folded_unit(unit: str) -> str:
    """A unit without its brackets, spaces and width variants."""
    return re.sub(r"[\s()（）\[\]【】]", "", unit).replace("％", "%").casefold()
