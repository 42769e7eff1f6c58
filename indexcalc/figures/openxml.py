"""The sheets of an Office Open XML workbook (.xlsx, .xlsm; Transitional and Strict), read part by part.

Parts are streamed: nothing is kept but the cells that hold something. Hidden rows and columns, merged cells and
formulas are seen in the same pass. Namespaces and prefixes are ignored, so Strict Open XML reads like any other.
"""

from __future__ import annotations

import contextlib
import datetime
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel, from_ISO8601

from indexcalc.errors import InputError, Problem
from indexcalc.figures.plainrows import RowBlocks, rows_apart
from indexcalc.figures.sheet import (
    MOST_BYTES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_STRING_BYTES,
    Cell,
    Part,
    PlainRow,
    Sheet,
    bound,
    damaged,
    number,
)

LONGEST_VALUE = 1_000_000
"""Characters of a cell's own text, far above the 32,767 that Excel allows."""
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.ASCII)
_CHINESE_DATES = {*range(27, 37), *range(50, 59)}
_TRUE = ("1", "true")

Attributes = dict[str, str]


class OpenXml:
    """An open workbook: its sheets in their order, and each of them on demand."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path)
        try:
            self._names = {name.lstrip("/").casefold(): name for name in self._archive.namelist()}
            if any(info.flag_bits & 1 for info in self._archive.infolist()):
                raise InputError(Problem("workbook_password"))
            self._open()
        except BaseException:
            self._archive.close()
            raise

    def _open(self) -> None:
        roots = self._relations("", "_rels/.rels")
        main = next((target for kind, target in roots.values() if kind == "officeDocument"), "xl/workbook.xml")
        folder, name = posixpath.split(main)
        relations = self._relations(folder, posixpath.join(folder, "_rels", f"{name}.rels"))
        self._parts: list[Part] = []
        self.epoch = CALENDAR_WINDOWS_1900

        def begin(tag: str, given: Attributes) -> None:
            if tag == "workbookPr" and given.get("date1904") in _TRUE:
                self.epoch = CALENDAR_MAC_1904
            elif tag == "sheet":
                key = next((value for name, value in given.items() if name.endswith(":id")), "")
                kind, target = relations.get(key, ("", ""))
                if kind == "worksheet":
                    visible = given.get("state", "visible") == "visible"
                    self._parts.append(Part(given.get("name", ""), target, visible))

        self.parse(main, begin)
        kinds = dict(relations.values())
        self.strings = list(self._texts(kinds["sharedStrings"])) if "sharedStrings" in kinds else []
        self.formats = self._styles(kinds["styles"]) if "styles" in kinds else []

    def close(self) -> None:
        self._archive.close()

    @property
    def parts(self) -> list[Part]:
        """The sheets with cells (not the charts), in their order."""
        return self._parts

    def sheet(self, part: Part, *, most_rows: int | None = None) -> Sheet:
        """A sheet; most_rows: no more than its first rows are wanted."""
        return _SheetReader(self, most_rows).read(part.name)

    # -- the parts

    def _relations(self, folder: str, name: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: by identifier, the kind (last word of its type) and the part's name."""
        found: dict[str, tuple[str, str]] = {}

        def begin(tag: str, given: Attributes) -> None:
            if tag == "Relationship" and given.get("TargetMode") != "External":
                target = given.get("Target", "")
                target = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                kind = given.get("Type", "").rpartition("/")[2]
                found[given.get("Id", "")] = (kind, posixpath.normpath(target))

        if name.casefold() in self._names:
            self.parse(name, begin)
        return found

    def _texts(self, name: str) -> Iterator[str]:
        """The texts that cells refer to by number, without the readings above Chinese characters."""
        texts: list[str] = []
        kept: list[str] = []
        inside = {"t": False, "rPh": False}

        def begin(tag: str, given: Attributes) -> None:
            if tag == "si":
                kept.clear()
            if tag in inside:
                inside[tag] = True

        def text(data: str) -> None:
            if inside["t"] and not inside["rPh"]:
                kept.append(data)

        def end(tag: str) -> None:
            if tag in inside:
                inside[tag] = False
            if tag == "si":
                texts.append("".join(kept).replace("x005F_", ""))

        self.parse(name, begin, text, end, most=MOST_STRING_BYTES)
        return iter(texts)

    def _styles(self, name: str) -> list[tuple[bool, bool, bool]]:
        """By number of a cell's style: whether it shows a date, a duration, a percent."""
        own: dict[int, str] = {}
        styles: list[int] = []
        within = [False]

        def begin(tag: str, given: Attributes) -> None:
            if tag == "numFmt" and given.get("numFmtId", "").isdecimal():
                own[int(given["numFmtId"][:9])] = given.get("formatCode", "")
            elif tag == "cellXfs":
                within[0] = True
            elif tag == "xf" and within[0]:
                written = given.get("numFmtId", "0")
                styles.append(int(written[:9]) if written.isdecimal() else 0)

        def end(tag: str) -> None:
            if tag == "cellXfs":
                within[0] = False

        self.parse(name, begin, None, end)
        looks = {}
        for style in set(styles):
            code = own.get(style) or BUILTIN_FORMATS.get(style, "General")
            bare = re.sub(r'"[^"]*"|\\.', "", code)
            date = (style in _CHINESE_DATES and style not in own) or is_date_format(code)
            looks[style] = (date, is_timedelta_format(code), "%" in bare)
        return [looks[style] for style in styles]

    def parse(
        self,
        name: str,
        begin: Callable[[str, Attributes], None],
        text: Callable[[str], None] | None = None,
        end: Callable[[str], None] | None = None,
        *,
        most: int = MOST_BYTES,
        take: Callable[[bytes], bool] | None = None,
    ) -> None:
        """Stream a part through handlers that are given tags without their prefix."""
        member = self._names.get(name.casefold())
        if member is None:
            raise damaged(name)
        with self._archive.open(member) as stream:
            size = 1 << 16 if take is None else 1 << 18
            parse(iter(lambda: stream.read(size), b""), name, begin, text, end, most=most, take=take)


def parse(
    chunks: Iterator[bytes],
    name: str,
    begin: Callable[[str, Attributes], None],
    text: Callable[[str], None] | None = None,
    end: Callable[[str], None] | None = None,
    *,
    most: int = MOST_BYTES,
    take: Callable[[bytes], bool] | None = None,
) -> None:
    """XML through handlers that are given tags without their prefix. A document type is refused: it could expand
    without bound.

    take: takes blocks of whole rows, where it can, past the handlers.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    local: dict[str, str] = {}

    def bare(tag: str) -> str:
        found = local.get(tag)
        if found is None:
            found = local[tag] = tag.rpartition(":")[2]
        return found

    def doctype(*_: Any) -> None:
        raise damaged(name)

    def root(tag: str, given: Attributes) -> None:
        """The first tag shows whether there are prefixes to be removed; a sheet without them is read a third faster."""
        own = given.get("xmlns") if ":" not in tag else None
        bound_twice = any(value == own for name, value in given.items() if name.startswith("xmlns:"))
        if own is None or bound_twice:
            parser.StartElementHandler = lambda tag, given: begin(local.get(tag) or bare(tag), given)
            if end is not None:
                parser.EndElementHandler = lambda tag: end(local.get(tag) or bare(tag))
        else:
            parser.StartElementHandler, parser.EndElementHandler = begin, end
        begin(bare(tag), given)

    parser.StartElementHandler = root
    parser.StartDoctypeDeclHandler = doctype
    if text is not None:
        parser.CharacterDataHandler = text
    bounded = _bounded(chunks, most)
    if take is None:
        for chunk in bounded:
            parser.Parse(chunk, False)
    else:
        rows_apart(bounded, lambda part: parser.Parse(part, False), take)
    parser.Parse(b"", True)


def _bounded(chunks: Iterator[bytes], most: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise bound("bound_bytes", most // 2**20)
        yield chunk


class _Enough(Exception):
    """The rows wanted have been read."""


class _SheetReader:
    """The handlers of a sheet's part, and what they remember between tags."""

    def __init__(self, book: OpenXml, most_rows: int | None) -> None:
        self.book = book
        self.most_rows = most_rows
        self.sheet = Sheet()
        self.row = self.column = self.seen = 0
        self.given: Attributes = {}
        self.row_text = "1"
        self.columns: dict[str, int] = {}
        self.within = ""
        self.in_reading = False
        self.value = ""
        self.inline: list[str] = []
        self.formula: list[str] | None = None
        self.blocks = RowBlocks(book.strings, self._look, lambda value, dur: _dated(value, book.epoch, dur))

    def read(self, name: str) -> Sheet:
        self.name = name
        with contextlib.suppress(_Enough):
            self.book.parse(name, self.begin, self.text, self.end, take=self.take)
        return self.sheet

    def take(self, block: bytes) -> bool:
        """Take a block of whole rows, if all of their cells are plain."""
        rows = self.blocks.read(block)
        above = self.row
        for _, row, _ in rows or ():
            if row.number <= above or row.number in self.sheet.cells:
                return False
            above = row.number
        for given, row, seen in rows or ():
            self._begin_row(given)
            self.seen += seen
            self._count()
            if len(row):
                self.sheet.cells[row.number] = row
        return rows is not None

    def begin(self, tag: str, given: Attributes) -> None:
        if tag == "c":
            self.column = self.column + 1 if "r" not in given else self._column(given["r"])
            self.given, self.value, self.formula = given, "", None
            if self.inline:
                self.inline = []
            self.seen += 1
            if self.seen > 2 * MOST_CELLS:
                raise bound("bound_cells", MOST_CELLS)
        elif tag in ("v", "f", "t"):
            self.within = tag
            if tag == "f":
                self.formula = []
        elif tag == "row":
            self._begin_row(given)
        elif tag == "rPh":
            self.in_reading = True
        elif tag == "col" and given.get("hidden") in _TRUE:
            self._count()
            first, last = (self._whole(given.get(key, ""), MOST_COLUMNS, "bound_columns") for key in ("min", "max"))
            self.sheet.hidden_columns.append((first, last))
        elif tag == "mergeCell":
            self._count()
            ref = given.get("ref", "").replace("$", "")
            if not all(_ADDRESS.fullmatch(end) for end in ref.split(":")):
                raise damaged(self.name)
            self.sheet.merged.append(ref)

    def _begin_row(self, given: Attributes) -> None:
        self.row = self._whole(given["r"], MOST_ROWS, "bound_rows") if "r" in given else self.row + 1
        self.column = 0
        self._count()
        self.row_text = str(self.row)
        if self.row > MOST_ROWS:
            raise bound("bound_rows", MOST_ROWS)
        if self.most_rows is not None and self.row > self.most_rows:
            raise _Enough
        if given.get("hidden") in _TRUE:
            self.sheet.hidden_rows.append(self.row)

    def text(self, data: str) -> None:
        if self.within == "v":
            self.value = self.value + data if self.value else data
            if len(self.value) > LONGEST_VALUE:
                raise damaged(self.name)
        elif self.within == "f" and self.formula is not None:
            self.formula.append(data)
        elif self.within == "t" and not self.in_reading:
            self.inline.append(data)

    def end(self, tag: str) -> None:
        if tag in ("v", "f", "t"):
            self.within = ""
        elif tag == "c":
            self._end_cell()
        elif tag == "rPh":
            self.in_reading = False

    def _end_cell(self) -> None:
        row, column = max(self.row, 1), self.column
        found = self._found()
        if found is None and self.formula is not None:
            found = Cell(None, row, column)
        if found is not None:
            above = self.sheet.cells.setdefault(row, [])
            if isinstance(above, PlainRow):
                above = self.sheet.cells[row] = [cell for cell in above if cell.value is not None]
            above.append(found)
        if self.formula is not None:
            address = Cell(None, row, column).address
            self.sheet.formulas[address] = "=" + "".join(self.formula).removeprefix("=")

    def _found(self) -> Cell | None:
        """The cell, its value by its type."""
        at = (max(self.row, 1), self.column)
        kind, text = self.given.get("t", "n"), self.value
        if kind != "n":
            return self._other(kind, text, at)
        if not text:
            return None
        value = number(text.strip())
        date, duration, percent = self._format()
        if date and isinstance(value, (int, float)):
            return Cell(_dated(value, self.book.epoch, duration), *at)
        return Cell(value, *at, False, percent)

    def _other(self, kind: str, text: str, at: tuple[int, int]) -> Cell | None:
        """A cell of anything but a number."""
        if kind == "inlineStr":
            return Cell("".join(self.inline), *at)
        if not text:
            return None
        if kind == "s":
            if not text.strip().isdecimal() or len(text) > 9 or int(text) >= len(self.book.strings):
                raise damaged(self.name)
            return Cell(self.book.strings[int(text)], *at)
        if kind == "b":
            return Cell(text.strip() in _TRUE, *at)
        if kind == "e":
            return Cell(text, *at, is_error=True)
        return Cell(_iso(text) if kind == "d" else text, *at)

    def _format(self) -> tuple[bool, bool, bool]:
        """Whether the cell shows a date, a duration, a percent."""
        return self._look(self.given.get("s"))

    def _look(self, style: str | None) -> tuple[bool, bool, bool]:
        style = "0" if style is None else style
        at = int(style) if style.isdecimal() and len(style) < 9 else 0
        return self.book.formats[at] if at < len(self.book.formats) else (False, False, False)

    def _count(self) -> None:
        """Count tags as well as figures: a file of nothing but empty cells must come to an end."""
        self.seen += 1
        if self.seen > 2 * MOST_CELLS:
            raise bound("bound_cells", MOST_CELLS)

    def _column(self, address: str) -> int:
        known = self.columns.get(address[: -len(self.row_text)]) if address.endswith(self.row_text) else None
        return known or self._learnt(address)

    def _learnt(self, address: str) -> int:
        """The column of an address, remembered by its letters."""
        found = _ADDRESS.fullmatch(address)
        if found is None:
            raise damaged(self.name)
        column = 0
        for letter in found[1]:
            column = 26 * column + ord(letter) - 64
        if column > MOST_COLUMNS:
            raise bound("bound_columns", MOST_COLUMNS)
        if int(found[2]) != self.row and not self.row:
            self.row = int(found[2])
        self.columns[found[1]] = column
        return column

    def _whole(self, text: str, most: int, key: str) -> int:
        if not (text.isascii() and text.isdecimal()) or not int(text[:20]):
            raise damaged(self.name)
        if int(text[:20]) > most:
            raise bound(key, most)
        return int(text)


def _dated(value: float, epoch: datetime.datetime, duration: bool) -> Any:
    """A serial number as a date, time or duration; the number itself where the calendar has no such day."""
    try:
        return from_excel(value, epoch, timedelta=duration)
    except (ValueError, OverflowError):
        return value


def _iso(text: str) -> Any:
    try:
        return from_ISO8601(text)
    except (ValueError, OverflowError):
        return text
