"""A workbook as grids of cells, whatever kind of file it is, and which are hidden or merged. Nothing is interpreted
here.

Sheets are read one by one and only when asked for. Whatever is wrong with a file is one sentence that names it.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.parsers import expat

from indexcalc.errors import InputError, Problem
from indexcalc.figures.openxml import OpenXml
from indexcalc.figures.plainbooks import CalamineBook, CsvBook
from indexcalc.figures.sheet import MOST_CELLS, Part, PlainRow, Sheet, bound, damaged
from indexcalc.figures.sheet import Cell as Cell
from indexcalc.paths import reason, refuse_unreadable, shown

TEXT_FILES = (".csv", ".tsv", ".txt")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:html|!doctype|head|table|div|style|meta|\?xml)\b", re.IGNORECASE)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DAMAGED: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    struct.error,
    EOFError,
    LookupError,
    ValueError,
)
_DAMAGED += (OverflowError, NotImplementedError, RuntimeError, RecursionError, SyntaxError)


@dataclass(frozen=True)
class Grid:
    """A sheet: its rows of cells from A1 on, and which of them a reader of the sheet does not see, or sees merged.

    formulas: those of the sheet by address; empty unless a cell of the sheet holds one.
    """

    title: str
    rows: tuple[Sequence[Cell], ...]
    visible: bool = True
    merged: tuple[str, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    formulas: dict[str, str] = field(default_factory=dict)

    @property
    def head(self) -> Sequence[Cell]:
        return self.rows[0] if self.rows else ()


class Book:
    """A workbook (.xlsx, .xlsm, .xls, .xlsb, .ods) or a CSV file; closed by `close`, or at the end of a `with`.

    notices: what cannot be seen in this kind of file.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.notices: list[Problem] = []
        self._last: Grid | None = None
        refuse_unreadable(self.path)
        with _legible(self.path):
            self._book = self._opened()
            self._parts = {part.title: part for part in self._book.parts}
            if len(self._parts) < len(self._book.parts):  # one of the two would be ignored silently
                raise damaged(shown(self.path.name))
        if isinstance(self._book, CsvBook):
            self.notices += self._book.notices
        if isinstance(self._book, CalamineBook):
            self.notices.append(Problem("cells_only", {"file": str(self.path)}))

    def _opened(self) -> OpenXml | CalamineBook | CsvBook:
        """The file, its kind by its contents, not by its name; but nothing tells a CSV file from other text."""
        with self.path.open("rb") as file:
            page = file.read(512)
        start = page[:8]
        if start.startswith(_ZIP):
            with zipfile.ZipFile(self.path) as archive:
                names = set(archive.namelist())
            foreign = "content.xml" in names or "xl/workbook.bin" in names
            return CalamineBook(self.path) if foreign else OpenXml(self.path)
        if start == _OLE and _ENCRYPTED in self.path.read_bytes():
            raise InputError(Problem("workbook_password"))
        if start == _OLE or start.startswith(_BIFF):
            return CalamineBook(self.path)
        if _PAGE.match(page):
            raise InputError(Problem("workbook_page"))
        if self.path.suffix.casefold() in TEXT_FILES:
            return CsvBook(self.path)
        raise InputError(Problem("workbook_unknown"))

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._book.close()

    @property
    def titles(self) -> list[str]:
        return list(self._parts)

    @property
    def between_semicolons(self) -> list[list[str]]:
        """The rows of a CSV file of semicolons, each cell as it is written; none of any other file."""
        return self._book.written if isinstance(self._book, CsvBook) and self._book.delimiter == ";" else []

    def is_visible(self, title: str) -> bool:
        """Whether a sheet is shown."""
        return self._parts[title].visible

    def head(self, title: str) -> tuple[Any, ...]:
        """The values of a sheet's first row."""
        return next(self.first(title, 1), ())

    def first(self, title: str, n: int) -> Iterator[tuple[Any, ...]]:
        """The values of a sheet's first rows; a workbook is not read further than they are."""
        with _legible(self.path):
            sheet = self._book.sheet(self._parts[title], most_rows=n)
            rows = _rows(sheet)
        return map(values_of, rows[:n])

    def values(self, title: str) -> Iterator[tuple[Any, ...]]:
        """The values of a sheet, row by row."""
        return map(values_of, self.grid(title).rows)

    def grid(self, title: str) -> Grid:
        """A sheet with its cells."""
        if self._last is None or self._last.title != title:
            self._last = None
            with _legible(self.path):
                part = self._parts[title]
                self._last = _grid(part, self._book.sheet(part))
        return self._last


def values_of(row: Sequence[Cell]) -> tuple[Any, ...]:
    """The values of a row."""
    return row.values if isinstance(row, PlainRow) else tuple(cell.value for cell in row)


def _grid(part: Part, sheet: Sheet) -> Grid:
    rows = _rows(sheet)
    width = max(map(len, rows), default=0)
    hidden = (column for first, last in sheet.hidden_columns for column in range(first, min(last, width) + 1))
    return Grid(
        title=part.title,
        rows=rows,
        visible=part.visible,
        merged=tuple(sheet.merged),
        hidden_rows=tuple(sheet.hidden_rows),
        hidden_columns=tuple(dict.fromkeys(hidden)),
        formulas=sheet.formulas,
    )


def _rows(sheet: Sheet) -> tuple[Sequence[Cell], ...]:
    """Rows from the first on, each up to its last filled cell; an empty row takes no more than its place."""
    size = sum(
        len(row) if isinstance(row, PlainRow) else max(cell.column for cell in row) for row in sheet.cells.values()
    )
    if size > MOST_CELLS:
        raise bound("bound_cells", MOST_CELLS)
    rows: list[Sequence[Cell]] = [()] * max(sheet.cells, default=0)
    for r, cells in sheet.cells.items():
        if isinstance(cells, PlainRow):
            rows[r - 1] = cells
        elif all(cell.column == c for c, cell in enumerate(cells, start=1)):
            rows[r - 1] = tuple(cells)
        else:
            held = {cell.column: cell for cell in cells}
            rows[r - 1] = tuple(held.get(c) or Cell(None, r, c) for c in range(1, max(held) + 1))
    return tuple(rows)


@contextmanager
def _legible(path: Path) -> Iterator[None]:
    """Faults of a file as errors of the user's file: no message of a library is passed on."""
    place = ("in_file", {"file": shown(path)})
    try:
        yield
    except InputError as error:
        raise InputError([replace(problem, place=problem.place or place) for problem in error.problems]) from None
    except OSError as error:
        raise InputError(Problem("file_unreadable", {"reason": reason(error)}, place)) from None
    except _DAMAGED:
        raise InputError(Problem("workbook_damaged", {"part": shown(path.name)}, place)) from None
