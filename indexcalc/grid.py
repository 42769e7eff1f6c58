"""Excel's cells, and what hides or joins them: a workbook as grids of values. Nothing is understood here.

Sheets are read one by one and only when asked for, in openpyxl's read-only mode; what that mode passes over (hidden
rows and columns, merged cells, formulas without a stored value) is looked up in the sheet's own XML.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from indexcalc.errors import InputError, Problem

_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z0-9:]+)"')
_HIDDEN = rb'<(?:\w+:)?%s [^>]*hidden="(?:1|true)"[^>]*>'
_ROW = re.compile(rb"<(?:\w+:)?row[ >]")


class Cell(NamedTuple):
    """A cell; row and column count from 1. `is_error`: #N/A and its like."""

    value: Any
    row: int
    column: int
    is_error: bool = False

    @property
    def address(self) -> str:
        return f"{get_column_letter(self.column)}{self.row}"


@dataclass(frozen=True)
class Grid:
    """A sheet: its rows of cells from A1 on, and what a reader of the sheet does not see, or sees joined.

    formulas: those of the sheet by address; empty unless a cell of the sheet holds one.
    """

    title: str
    rows: tuple[tuple[Cell, ...], ...]
    visible: bool = True
    merged: tuple[str, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    formulas: dict[str, str] = field(default_factory=dict)

    @property
    def head(self) -> tuple[Cell, ...]:
        return self.rows[0] if self.rows else ()


class Book:
    """An .xlsx workbook; closed by `close`, or at the end of a `with`."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        with _legible(self.path):
            self._book: Any = load_workbook(self.path, data_only=True, read_only=True)

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._book.close()

    @property
    def titles(self) -> list[str]:
        return [sheet.title for sheet in self._book.worksheets]

    def head(self, title: str) -> tuple[Any, ...]:
        """The values of a sheet's first row."""
        with _legible(self.path):
            return next(iter(self._sheet(title).iter_rows(max_row=1, values_only=True)), ())

    def values(self, title: str) -> Iterator[tuple[Any, ...]]:
        """The values of a sheet, row by row."""
        with _legible(self.path):
            yield from self._sheet(title).iter_rows(values_only=True)

    def grid(self, title: str) -> Grid:
        """A sheet with its cells."""
        with _legible(self.path):
            sheet = self._sheet(title)
            rows = [
                tuple(
                    Cell(cell.value, r, c, cell.data_type == "e") if cell.value is not None else Cell(None, r, c)
                    for c, cell in enumerate(row, start=1)
                )
                for r, row in enumerate(sheet.iter_rows(), start=1)
            ]
            while rows and all(cell.value is None for cell in rows[-1]):
                rows.pop()
            with zipfile.ZipFile(self.path) as archive:
                xml = archive.read(sheet._worksheet_path)
            return Grid(
                title=title,
                rows=tuple(rows),
                visible=sheet.sheet_state == "visible",
                merged=tuple(found.decode() for found in _MERGED.findall(xml)),
                hidden_rows=tuple(_hidden_rows(xml)),
                hidden_columns=tuple(_hidden_columns(xml, len(rows[0]) if rows else 0)),
                formulas=self._formulas(title) if _FORMULA.search(xml) else {},
            )

    def _formulas(self, title: str) -> dict[str, str]:
        """Formulas of a sheet by address, as written."""
        book: Any = load_workbook(self.path, read_only=True)
        try:
            book[title].reset_dimensions()
            return {
                Cell(None, r, c).address: str(getattr(cell.value, "text", cell.value))
                for r, row in enumerate(book[title].iter_rows(), start=1)
                for c, cell in enumerate(row, start=1)
                if cell.value is not None and cell.data_type == "f"
            }
        finally:
            book.close()

    def _sheet(self, title: str) -> Any:
        sheet = self._book[title]
        sheet.reset_dimensions()  # what the file says of its own extent may be wrong
        return sheet


@contextmanager
def _legible(path: Path) -> Iterator[None]:
    """Faults of a file as the errors of a user's file."""
    place = ("in_file", {"file": str(path)})
    try:
        yield
    except FileNotFoundError:
        raise InputError(Problem("file_missing", place=place)) from None
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(Problem("workbook_not_xlsx", {"reason": reason}, place)) from None


def _hidden_rows(xml: bytes) -> Iterator[int]:
    for found in re.finditer(_HIDDEN % b"row", xml):
        number = re.search(rb' r="(\d+)"', found[0])
        yield int(number[1]) if number else len(_ROW.findall(xml, 0, found.start())) + 1


def _hidden_columns(xml: bytes, width: int) -> Iterator[int]:
    for found in re.finditer(_HIDDEN % b"col", xml):
        first, last = (int(re.search(rb' %s="(\d+)"' % name, found[0])[1]) for name in (b"min", b"max"))  # type: ignore[index]
        yield from range(first, min(last, width) + 1)
