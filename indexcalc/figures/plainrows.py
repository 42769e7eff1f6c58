"""Rows of plain cells of an Open XML sheet, read many at once as bytes: most sheets hold hardly anything else.

A cell is plain if it holds a number or a text and no formula, and is written as Excel, LibreOffice, WPS, openpyxl and
xlsxwriter write it. Whatever is not plain is left to the XML parser; that both read plain cells alike is tested.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from indexcalc.figures.sheet import MOST_COLUMNS, Cell, Layout, PlainRow

LONGEST_ROW = 1_000_000
"""Bytes of a row that is taken at once."""
LARGEST = 1e15
"""From here on, not every whole number is exact as a decimal."""
_FOREIGN = bytes([*range(9), *range(11, 32), ord("&")])
"""Bytes that XML does not allow in a text, reads as something else, or gives another meaning."""
_NO_LETTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
"""Characters in UTF-8 of which the same is true."""
_ATTRIBUTE = rb' [A-Za-z][\w:.]*="[^"<>]*"'
_ATTRIBUTES = re.compile(rb"(?:" + _ATTRIBUTE + rb")*")
_NAMED = re.compile(rb'([A-Za-z][\w:.]*)="([^"]*)"')
_ROW = b"<row "
_EMPTY = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"((?:' + _ATTRIBUTE + rb")*)/>")
_FILLED = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"((?:' + _ATTRIBUTE + rb")*)")
_IN_NUMBERS = b"0123456789.eE+-"
_REFERENCE = re.compile(rb"&#([0-9]{3,7});")
"""A letter by its number, as some programs write every one that is not ASCII."""
_INLINE, _INLINE_END = b't="inlineStr"><is><t>', b"</t></is></c>"


class Found(NamedTuple):
    """A row with its attributes and how many cells it has, empty ones too."""

    given: dict[str, str]
    row: PlainRow
    seen: int


class RowBlocks:
    """Reads blocks of whole rows; remembers the layout of the last row, which the next mostly shares.

    texts: those of the workbook, by number. look: whether a style shows a date, a duration, a percent. dated: a number
    as a date, or as a duration.
    """

    def __init__(
        self,
        texts: Sequence[str],
        look: Callable[[str | None], tuple[bool, bool, bool]],
        dated: Callable[[float, bool], Any],
    ) -> None:
        self.texts, self.look, self.dated = texts, look, dated
        self._last: _Known | None = None

    def read(self, block: bytes) -> list[Found] | None:
        """The rows of a block; None where any of its cells is not plain, or anything else is in it."""
        if b"&#" in block:
            block = _REFERENCE.sub(_letter, block)
        if len(block.translate(None, _FOREIGN)) < len(block):
            return None
        if not block.isascii():
            if any(letter in block for letter in _NO_LETTERS):
                return None
            try:
                block.decode()
            except UnicodeDecodeError:
                return None
        block = block.replace(_INLINE, b't="inlineStr"><v>').replace(_INLINE_END, b"</v></c>")
        found = []
        for text in block.split(b"</row>")[:-1]:
            one = self._row(text)
            if one is None:
                return None
            found.append(one)
        return found

    def _row(self, text: bytes) -> Found | None:
        head, opened, body = text.partition(b">")
        if not head.startswith(_ROW) or not opened or len(body) > LONGEST_ROW or head.endswith(b"/"):
            return None
        if not _ATTRIBUTES.fullmatch(head, 4):
            return None
        named = _NAMED.findall(head)
        given = {name.decode(): value.decode() for name, value in named}
        number = given.get("r", "")
        if len(given) < len(named) or not number.isdecimal() or not number.isascii() or number.startswith("0"):
            return None
        parts = body.replace(b"</v></c>", b"><v>").split(b"><v>")
        heads, values = b"\0".join(parts[0::2]), parts[1::2]
        known = self._last
        if known is None or heads != number.encode().join(known.between):
            known = self._known(parts[0::2], len(values), number.encode())
            if known is None:
                return None
            self._last = known
        row = self._filled(int(number), known, values)
        return None if row is None else Found(given, row, known.seen)

    def _filled(self, number: int, known: _Known, values: list[bytes]) -> PlainRow | None:
        """A row of a known layout with its values; None where one of them is not what it should be."""
        texts: list[str] = []
        if known.texts:
            for at, inline in known.texts:
                value = values[at]
                if inline:
                    if b"<" in value or b"]]>" in value:
                        return None
                    texts.append(value.decode())
                elif value.isdigit() and len(value) < 10 and int(value) < len(self.texts):
                    texts.append(self.texts[int(value)])
                else:
                    return None
            values = [values[at] for at in known.numbers]
        if b"".join(values).translate(None, _IN_NUMBERS):
            return None
        try:
            numbers = array("d", map(float, values))
        except ValueError:
            return None
        if numbers and not (max(numbers) < LARGEST and min(numbers) > -LARGEST):
            return None
        return PlainRow(number, known.layout, numbers, tuple(texts), self.dated)

    def _known(self, heads: list[bytes], filled: int, number: bytes) -> _Known | None:
        """The layout of a row's cells, from what comes before each value and after the last."""
        if len(heads) != filled + 1:
            return None
        between: list[bytes] = []
        columns: list[int] = []
        kinds: list[str] = []
        texts: list[tuple[int, bool]] = []
        last = seen = 0
        rest = b""
        for k, head in enumerate(heads):
            for cell in _cells(head, k < filled):
                if cell is None or cell[1] != number:
                    return None
                letters, _, attributes, before, ends = cell
                seen += 1
                column = 0
                for letter in letters:
                    column = 26 * column + letter - 64
                named = _NAMED.findall(attributes)
                given = {name.decode(): value.decode() for name, value in named}
                if column <= last or column > MOST_COLUMNS or len(given) < len(named) or "r" in given:
                    return None
                last = column
                between.append(rest + before)
                rest = ends
                if ends.endswith(b"/>"):
                    continue
                kind = self._kind(given)
                if kind is None:
                    return None
                if kind == "text":
                    texts.append((len(columns), given["t"] == "inlineStr"))
                columns.append(column)
                kinds.append(kind)
            rest += b"\0" if k < filled else b""
        numbers = [at for at, kind in enumerate(kinds) if kind != "text"]
        return _Known((*between, rest), Layout(tuple(columns), tuple(kinds)), seen, tuple(texts), tuple(numbers))

    def _kind(self, given: dict[str, str]) -> str | None:
        """What a cell holds by its type and its style; None where that is not plain."""
        kind = given.get("t", "n")
        if kind in ("s", "inlineStr"):
            return "text"
        if kind != "n":
            return None
        date, duration, percent = self.look(given.get("s"))
        return ("duration" if duration else "date") if date else "percent" if percent else "number"


def _letter(found: re.Match[bytes]) -> bytes:
    """The letter of a reference; unchanged where that would be ASCII, which might have a meaning, or no letter."""
    number = int(found[1])
    if number < 128 or 0xD800 <= number < 0xE000 or number > 0x10FFFF or number & 0xFFFE == 0xFFFE:
        return found[0]
    return chr(number).encode()


class _Known(NamedTuple):
    """between: the heads of a row's cells, cut where its number stands. texts: positions of texts among the values, and
    whether they are written in place; numbers: those of the others."""

    between: tuple[bytes, ...]
    layout: Layout
    seen: int
    texts: tuple[tuple[int, bool], ...]
    numbers: tuple[int, ...]


def _cells(head: bytes, filled: bool) -> Iterator[tuple[bytes, bytes, bytes, bytes, bytes] | None]:
    """For each cell in what comes before a value: its letters, its number, its attributes, and what is before and after
    the number; None where it is not a cell. The last one is that of the value, where there is one."""
    at = 0
    while at < len(head):
        found = _EMPTY.match(head, at) or (_FILLED.fullmatch(head, at) if filled else None)
        if found is None:
            yield None
            return
        yield found[1], found[2], found[3], head[at : found.start(2)], head[found.end(2) : found.end()]
        if head[found.end() - 2 : found.end()] != b"/>" and found.end() != len(head):
            yield None
            return
        at = found.end()
    if filled and (not head or head.endswith(b"/>")):
        yield None


def rows_apart(chunks: Iterator[bytes], feed: Callable[[bytes], object], take: Callable[[bytes], bool]) -> None:
    """Feed a sheet's XML to a parser, except the blocks of whole rows that `take` takes.

    Only in a sheet that is UTF-8 and has no comments, sections or prefixes before its rows; from the first thing that
    is not a row, everything goes to the parser.
    """
    held, inside, plain = b"", False, False
    for chunk in chunks:
        if plain:
            feed(chunk)
            continue
        held += chunk
        if not inside:
            at = held.find(b"<sheetData>") + len(b"<sheetData>")
            found = at >= len(b"<sheetData>")
            before = held[:at] if found else held
            plain = b"<!" in before or not _is_utf8(before) or (not found and len(held) > LONGEST_ROW)
            if plain:
                feed(held)
                held = b""
                continue
            if not found:
                continue
            inside = True
            feed(before)
            held = held[at:]
        end = held.rfind(b"</row>") + len(b"</row>")
        if end < len(b"</row>"):
            if len(held) > LONGEST_ROW:
                plain = True
                feed(held)
                held = b""
            continue
        block, held = held[:end], held[end:]
        if not take(block):
            feed(block)
            plain = b"<!" in block or b"</sheetData" in block
            if plain:
                feed(held)
                held = b""
    feed(held)


def _is_utf8(before: bytes) -> bool:
    """Whether the declaration of a part says nothing else."""
    found = re.match(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*encoding=[\"']([^\"']*)", before)
    return found is None or found[1].lower() in (b"utf-8", b"utf8", b"us-ascii")


def plain(row: Sequence[Cell], columns: Sequence[int]) -> array[float] | None:
    """The numbers of a row in some columns (positions from 0), NaN where a cell is empty; None where one is not plain.

    >>> row = PlainRow(2, Layout((1, 3), ("number", "number")), array("d", [1.0, 2.0]))
    >>> list(plain(row, [2, 0])), plain([Cell(1.0, 2, 1)], [0])
    ([2.0, 1.0], None)
    """
    return row.picked(tuple(columns)) if isinstance(row, PlainRow) else None
