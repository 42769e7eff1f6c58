"""Workbooks of which only the cells are seen: CSV by itself, and .xls, .xlsb and .ods by python-calamine."""

from __future__ import annotations

import csv
import io
import os
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from indexcalc.errors import InputError, Problem
from indexcalc.openxml import parse
from indexcalc.sheet import (
    MOST_BYTES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_STRING_BYTES,
    Cell,
    Part,
    Sheet,
    bound,
    damaged,
    number,
)

DELIMITERS = ",;\t"
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ERRORS = re.compile(r"#(?:N/A|DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!|DATA!|GETTING_DATA)")


class CsvBook:
    """A CSV file as a workbook of one sheet, named after the file.

    Read are UTF-8 (with a mark or without), UTF-16 with a mark, and GB 18030; the delimiter is the one of comma,
    semicolon and tab that the first filled line has most of. A cell is a number where all of it is one (`12`, `1.5e3`).
    """

    def __init__(self, path: Path) -> None:
        if path.stat().st_size > MOST_STRING_BYTES:
            raise bound("bound_bytes", MOST_STRING_BYTES // 2**20)
        self._text = _decoded(path.read_bytes())
        self.parts = [Part(path.stem, "", True)]

    def close(self) -> None:
        """Nothing is open."""

    def sheet(self, part: Part, *, most_rows: int | None = None) -> Sheet:
        """The sheet; most_rows: no more than its first rows are wanted."""
        sheet, seen = Sheet(), 0
        first = next((line for line in self._text.splitlines() if line.strip()), "")
        unquoted = re.sub(r'"[^"]*"', "", first)
        delimiter = max(DELIMITERS, key=unquoted.count)
        rows = csv.reader(io.StringIO(self._text, newline=""), delimiter=delimiter)
        try:
            for r, row in enumerate(rows, start=1):
                if most_rows is not None and r > most_rows:
                    break
                if r > MOST_ROWS:
                    raise bound("bound_rows", MOST_ROWS)
                if len(row) > MOST_COLUMNS:
                    raise bound("bound_columns", MOST_COLUMNS)
                seen += len(row)
                if seen > MOST_CELLS:
                    raise bound("bound_cells", MOST_CELLS)
                cells = [_cell(number(text.strip()), text, r, c) for c, text in enumerate(row, start=1) if text.strip()]
                if cells:
                    sheet.cells[r] = cells
        except csv.Error:
            raise InputError(Problem("csv_damaged", {"row": rows.line_num, "most": csv.field_size_limit()})) from None
        return sheet


def _decoded(content: bytes) -> str:
    """A text in the first of the encodings that reads all of it."""
    marked = next((encoding for mark, encoding in _MARKS.items() if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputError(Problem("csv_encoding"))


def _cell(value: Any, written: Any, row: int, column: int) -> Cell:
    """A cell: a text as it was written, anything else as the value that it stands for."""
    if isinstance(value, str):
        return Cell(written, row, column, is_error=bool(_ERRORS.fullmatch(value)))
    return Cell(value, row, column)


class CalamineBook:
    """An .xls, .xlsb or .ods workbook: values, dates and merged cells; no number formats, no hidden rows or columns."""

    def __init__(self, path: Path) -> None:
        import python_calamine

        if zipfile.is_zipfile(path):
            _check_extent(path)
        else:
            _check_chains(path)
        try:
            self._book = _called(lambda: python_calamine.CalamineWorkbook.from_path(path))
        except python_calamine.PasswordError:
            raise InputError(Problem("workbook_password")) from None
        visible = python_calamine.SheetVisibleEnum.Visible
        cells = python_calamine.SheetTypeEnum.WorkSheet
        self.parts = [Part(s.name, s.name, s.visible == visible) for s in self._book.sheets_metadata if s.typ == cells]
        self._kept: tuple[str, Sheet] | None = None

    def close(self) -> None:
        self._book.close()

    def sheet(self, part: Part, *, most_rows: int | None = None) -> Sheet:
        """A sheet, always the whole of it."""
        if self._kept is None or self._kept[0] != part.name:
            self._kept = (part.name, _called(lambda: self._read(part.name)))
        return self._kept[1]

    def _read(self, title: str) -> Sheet:
        found = self._book.get_sheet_by_name(title)
        if found.total_height * found.total_width > MOST_CELLS:
            raise bound("bound_cells", MOST_CELLS)
        sheet = Sheet()
        for r, row in enumerate(found.to_python(skip_empty_area=False), start=1):
            cells = [_cell(_whole(value), value, r, c) for c, value in enumerate(row, start=1) if value != ""]
            if cells:
                sheet.cells[r] = cells
        for (top, left), (bottom, right) in found.merged_cell_ranges or ():
            sheet.merged.append(":".join(Cell(None, r + 1, c + 1).address for r, c in ((top, left), (bottom, right))))
        return sheet


def _whole(value: Any) -> Any:
    """A number without a fraction as a whole one: these formats know no other."""
    return int(value) if isinstance(value, float) and abs(value) < 1e15 and value.is_integer() else value


def _called(call: Callable[[], Any]) -> Any:
    """What calamine gives; its faults, and the panics of its own language, are those of the file."""
    import python_calamine

    try:
        with _hushed():
            return call()
    except (InputError, python_calamine.PasswordError):
        raise
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise damaged("content") from None


@contextmanager
def _hushed() -> Iterator[None]:
    """Without what another language prints of its panics: it goes past Python's own streams."""
    try:
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:
        yield
        return
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _check_chains(path: Path) -> None:
    """Refuse an .xls whose chains of sectors run in a circle: followed, they would fill the memory."""
    content = path.read_bytes()
    if len(content) < 512 or not content.startswith(b"\xd0\xcf"):
        return
    numbers = struct.unpack("<109I", content[76:512])
    size = 1 << min(int.from_bytes(content[30:32], "little"), 12)
    following: list[int] = []
    for start in ((n + 1) * size for n in numbers if n < 0xFFFFFFFA):
        sector = content[start : start + size]
        following += struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])
    done = bytearray(len(following))
    for first in range(len(following)):
        way, at = [], first
        while at < len(following) and not done[at]:
            done[at] = 1
            way.append(at)
            at = following[at]
        if at < len(following) and done[at] == 1:
            raise damaged("content")
        for passed in way:
            done[passed] = 2


# -- how far a sheet reaches, before all of it is unfolded


def _check_extent(path: Path) -> None:
    """Refuse a file whose cells, unfolded, would pass the bounds."""
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.file_size > MOST_BYTES:
                raise bound("bound_bytes", MOST_BYTES // 2**20)
            if info.filename == "content.xml":
                with archive.open(info) as stream:
                    _check_ods(iter(lambda: stream.read(1 << 16), b""))
            elif re.fullmatch(r"xl/worksheets/[^/]*\.bin", info.filename):
                with archive.open(info) as stream:
                    content = stream.read(MOST_STRING_BYTES + 1)
                if len(content) > MOST_STRING_BYTES:
                    raise bound("bound_bytes", MOST_STRING_BYTES // 2**20)
                _check_xlsb(content)


def _check_ods(chunks: Iterator[bytes]) -> None:
    """OpenDocument repeats a cell or a row by a number: how far a table goes is where its last value stands."""
    row = column = tall = wide = repeated = spaces = 0
    filled = False

    def times(given: dict[str, str], name: str) -> int:
        text = next((value for key, value in given.items() if key.endswith(f":{name}")), "1")
        return int(text[:9]) if text.isascii() and text.isdecimal() else 1

    def begin(tag: str, given: dict[str, str]) -> None:
        nonlocal row, column, tall, wide, repeated, spaces, filled
        if tag == "table":
            row = tall = wide = 0
        elif tag == "table-row":
            repeated, column, filled = times(given, "number-rows-repeated"), 0, False
        elif tag == "s":
            spaces += times(given, "c")
            if spaces > MOST_STRING_BYTES:
                raise bound("bound_bytes", MOST_STRING_BYTES // 2**20)
        elif tag in ("table-cell", "covered-table-cell"):
            column += times(given, "number-columns-repeated")
            if any(key.endswith((":value-type", ":formula")) for key in given):
                wide, filled = max(wide, column), True

    def end(tag: str) -> None:
        nonlocal row, tall
        if tag == "table-row":
            row += repeated
            tall = row if filled else tall
        elif tag == "table":
            _check_reach(tall, wide)

    parse(chunks, "content.xml", begin, None, end)


def _check_xlsb(content: bytes) -> None:
    """The records of a binary sheet: a row's header (0) says its number, a cell (1 to 11) its column."""
    tall = wide = at = 0
    try:
        while at < len(content):
            kind, at = content[at], at + 1
            if kind & 0x80:
                kind, at = kind & 0x7F | content[at] << 7, at + 1
            size = shift = 0
            while shift < 28:
                byte, at = content[at], at + 1
                size |= (byte & 0x7F) << shift
                shift = shift + 7 if byte & 0x80 else 28
            if kind <= 11:
                found = int.from_bytes(content[at : at + 4], "little") + 1
                tall, wide = (max(tall, found), wide) if kind == 0 else (tall, max(wide, found))
            at += size
    except IndexError:
        raise damaged("content") from None
    _check_reach(tall, wide)


def _check_reach(tall: int, wide: int) -> None:
    """Refuse a sheet whose last row and column lie too far."""
    for key, found, most in (("bound_rows", tall, MOST_ROWS), ("bound_columns", wide, MOST_COLUMNS)):
        if found > most:
            raise bound(key, most)
    if tall * wide > MOST_CELLS:
        raise bound("bound_cells", MOST_CELLS)
