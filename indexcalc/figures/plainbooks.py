"""Workbooks of which only the cells are read: CSV directly, and .xls, .xlsb and .ods by python-calamine."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from indexcalc.errors import InputError, Problem
from indexcalc.figures.apart import MOST_MEMORY, MOST_SECONDS, read_apart
from indexcalc.figures.headers import year_in
from indexcalc.figures.openxml import parse
from indexcalc.figures.sheet import (
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
from indexcalc.paths import shown

DELIMITERS = ",;\t|"
LONGEST_LOOK = 50_000
"""Characters by which an encoding is judged."""
LOOKED_AT = 30
"""Lines by which the delimiter is found."""
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_WESTERN = "cp1252"
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_FOLDED = re.compile(r"\"?\w+(?:,\w+)*\\TIME(?:_PERIOD)?\s*\"?\t", re.IGNORECASE)
_FLAGGED = re.compile(r"(:|[-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*([A-Za-z@][A-Za-z@ ]*)")
_ERRORS = re.compile(r"#(?:N/A|DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!|DATA!|GETTING_DATA)")


class CsvBook:
    """A CSV file as a workbook of one sheet, named after the file.

    Encodings: UTF-8 (with a byte-order mark or without), UTF-16 with one, GB 18030, and Windows-1252, which is told.
    The delimiter is the one of comma, semicolon, tab and vertical bar that fits most of the first lines. A cell is a
    number where all of it is one (`12`, `1.5e3`). In a table that Eurostat exports as .tsv, the first column is read as
    the columns that it holds, and the figures without their flags. notices: what was left out.
    """

    def __init__(self, path: Path) -> None:
        if path.stat().st_size > MOST_STRING_BYTES:
            raise bound("bound_bytes", MOST_STRING_BYTES // 2**20)
        self._text, western = _decoded(path.read_bytes())
        self.parts = [Part(path.stem, "", True)]
        self.notices = [Problem("csv_western", {"file": shown(path)})] if western else []
        if _FOLDED.match(self._text):
            periods = _cells(self._text.splitlines()[0])[1:]
            wrong = [period for period in periods if year_in(period) is None]
            if wrong:
                raise InputError(Problem("bad_year", {"found": f"'{wrong[0]}'"}, ("in_file", {"file": shown(path)})))
            self._text, facts = _unfolded(self._text, path.stem)
            self.notices.append(Problem("eurostat_table", {"file": shown(path), **facts}))
        self.delimiter = _delimiter(self._text)

    def close(self) -> None:
        """Nothing is open."""

    @property
    def written(self) -> list[list[str]]:
        """The cells of each row as they are written."""
        return list(csv.reader(io.StringIO(self._text, newline=""), delimiter=self.delimiter))

    def sheet(self, part: Part, *, most_rows: int | None = None) -> Sheet:
        """The sheet; most_rows: no more than its first rows are wanted."""
        sheet, seen = Sheet(), 0
        rows = csv.reader(io.StringIO(self._text, newline=""), delimiter=self.delimiter)
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


def _unfolded(text: str, name: str) -> tuple[str, dict[str, Any]]:
    """A table of Eurostat with columns of its own for indicator, unit and place; what its notice says.

    The indicator is what varies from row to row besides the place and, unless it tells rows apart, the unit; the name
    of the file where nothing does.

    >>> _unfolded("freq,unit,geo\\\\TIME_PERIOD\\t2019 \\t2020 \\nA,PC,AT\\t1.5 \\t2 b\\nA,PC,BE\\t: \\t3 \\n", "t")[0]
    'indicator\\tunit\\tgeo\\t2019\\t2020\\nt\\tPC\\tAT\\t1.5\\t2\\nt\\tPC\\tBE\\t:\\t3'
    """
    head, *lines = [_cells(line) for line in text.splitlines() if line.strip()]
    names = head[0].split("\\")[0].split(",")
    place = names.index("geo") if "geo" in names else len(names) - 1
    parts = [[*line[0].split(","), *[""] * len(names)][: len(names)] for line in lines]
    varying = [k for k in range(len(names)) if k != place and len({part[k] for part in parts}) > 1]
    unit = names.index("unit") if "unit" in names else None
    others = [k for k in varying if k != unit]
    if len({tuple(part[k] for k in (*others, place)) for part in parts}) == len(parts):
        varying = others  # the unit follows from them
    flags, n = list[str](), 0

    def plain(cell: str) -> str:
        nonlocal n
        found = _FLAGGED.fullmatch(cell)
        if found is not None and found[1] != ":":
            n += 1
            flags.extend(found[2].split())
        return cell if found is None else found[1]

    rows = [["indicator", *(["unit"] if unit is not None else []), names[place], *head[1:]]]
    for part, line in zip(parts, lines, strict=True):
        said = ", ".join(part[k] for k in varying) or name
        own = [] if unit is None else [part[unit]]
        rows.append([said, *own, part[place], *map(plain, line[1:])])
    facts = {"columns": ", ".join(names), "n": n, "flags": ", ".join(sorted(set(flags))) or "-"}
    return "\n".join("\t".join(row) for row in rows), facts


def _cells(line: str) -> list[str]:
    """The cells of a line of such a table, which may be in quotation marks."""
    return [cell.strip().strip('"').strip() for cell in line.split("\t")]


def _delimiter(text: str) -> str:
    """The delimiter that occurs equally often in most of the first lines; of several, the one that occurs more often.

    >>> _delimiter("Table 1, in full\\ncity;year;x\\nA;2019;1,5\\nB;2019;2,5\\n")
    ';'
    """
    lines = islice((line for line in io.StringIO(text) if line.strip()), LOOKED_AT)
    unquoted = [re.sub(r'"[^"]*"', "", line) for line in lines]

    def fit(delimiter: str) -> tuple[int, int]:
        counts = Counter(n for line in unquoted if (n := line.count(delimiter)))
        return max(((lines, n) for n, lines in counts.items()), default=(0, 0))

    return max(DELIMITERS, key=fit)


def _decoded(content: bytes) -> tuple[str, bool]:
    """A text in the first of the encodings that reads all of it, and whether that is the one of western Europe.

    >>> _decoded("成都,中国".encode("gb18030")), _decoded("Cádiz;Köln".encode("cp1252"))
    (('成都,中国', False), ('Cádiz;Köln', True))
    """
    marked = next((encoding for mark, encoding in _MARKS.items() if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", _of_bytes(content)):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and (encoding != "gb18030" or _is_chinese(text)):
            return text, encoding == _WESTERN
    raise InputError(Problem("csv_encoding"))


def _is_chinese(text: str) -> bool:
    """Whether most letters of a text that was read as GB 18030 are common ones, in the first half of GB 2312.

    Russian or Japanese in encodings of their own give rare ones.

    >>> _is_chinese("成都市的生产总值（亿元）"), _is_chinese("Москва".encode("cp1251").decode("gb18030"))
    (True, False)
    """
    letters = [letter for letter in text[:LONGEST_LOOK] if letter > "\x7f" and letter.isalpha()]
    common = sum(b"\xb0\xa1" <= letter.encode("gb18030") <= b"\xd7\xf9" for letter in letters)
    return 2 * common >= len(letters)


def _of_bytes(content: bytes) -> str:
    """The encoding of a text that is not UTF-8: letters beyond ASCII stand alone in western Europe, Chinese ones are
    two bytes, of which GB 18030 mostly gives neither to ASCII."""
    beyond = _BEYOND_ASCII.findall(content)
    alone = b"".join(run for run in beyond if len(run) == 1)
    if 2 * len(alone) <= len(beyond):
        return "gb18030"
    letters = sum(map(str.isalpha, alone.decode(_WESTERN, "ignore")))
    return _WESTERN if 2 * letters > len(alone) else "ascii"


def _cell(value: Any, written: Any, row: int, column: int) -> Cell:
    """A cell: a text as it was written, anything else as its value."""
    if isinstance(value, str):
        return Cell(written, row, column, is_error=bool(_ERRORS.fullmatch(value)))
    return Cell(value, row, column)


class CalamineBook:
    """An .xls, .xlsb or .ods workbook: values, dates and merged cells; no number formats, no hidden rows or columns."""

    def __init__(self, path: Path) -> None:
        if zipfile.is_zipfile(path):
            _check_extent(path)
        found = read_apart(path, MOST_CELLS)
        end = found["end"]
        if end == "password":
            raise InputError(Problem("workbook_password"))
        if end == "memory":
            raise bound("bound_memory", MOST_MEMORY)
        if end == "seconds":
            raise bound("bound_seconds", MOST_SECONDS)
        if end != "read":
            raise damaged("content")
        self.parts = [Part(sheet["title"], sheet["title"], sheet["shown"]) for sheet in found["sheets"]]
        self._sheets = {sheet["title"]: sheet for sheet in found["sheets"]}

    def close(self) -> None:
        """Nothing is open."""

    def sheet(self, part: Part, *, most_rows: int | None = None) -> Sheet:
        """A sheet, always the whole of it."""
        found, sheet = self._sheets[part.name], Sheet()
        if found["rows"] is None:
            raise bound("bound_cells", MOST_CELLS)
        for r, row in enumerate(found["rows"], start=1):
            cells = [_cell(_whole(value), value, r, c) for c, value in enumerate(row, start=1) if value != ""]
            if cells:
                sheet.cells[r] = cells
        for (top, left), (bottom, right) in found["merged"]:
            sheet.merged.append(":".join(Cell(None, r + 1, c + 1).address for r, c in ((top, left), (bottom, right))))
        return sheet


def _whole(value: Any) -> Any:
    """A number without a fraction as a whole one: these formats do not tell them apart."""
    return int(value) if isinstance(value, float) and abs(value) < 1e15 and value.is_integer() else value


# -- how far a sheet extends, before all of it is expanded


def _check_extent(path: Path) -> None:
    """Refuse a file whose cells, expanded, would pass the bounds."""
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
    """OpenDocument repeats a cell or a row by a number: a table extends to its last value."""
    row = column = tall = wide = repeated = across = swollen = 0
    filled = textual = False

    def swell(size: int) -> None:
        nonlocal swollen
        swollen += size
        if swollen > MOST_STRING_BYTES:
            raise bound("bound_bytes", MOST_STRING_BYTES // 2**20)

    def times(given: dict[str, str], name: str) -> int:
        text = next((value for key, value in given.items() if key.endswith(f":{name}")), "1")
        return int(text[:9]) if text.isascii() and text.isdecimal() else 1

    def begin(tag: str, given: dict[str, str]) -> None:
        nonlocal row, column, tall, wide, repeated, across, filled, textual
        if tag == "table":
            row = tall = wide = 0
        elif tag == "table-row":
            repeated, column, filled = times(given, "number-rows-repeated"), 0, False
        elif tag == "s":
            swell(times(given, "c") * across * repeated)
        elif tag in ("table-cell", "covered-table-cell"):
            across = times(given, "number-columns-repeated")
            column += across
            textual = any(key.endswith(":value-type") and value == "string" for key, value in given.items())
            swell(sum(len(value) for key, value in given.items() if key.endswith(":string-value")) * across * repeated)
            if any(key.endswith((":value-type", ":formula")) for key in given):
                wide, filled = max(wide, column), True

    def text(data: str) -> None:
        if textual:  # a text is expanded with its cell
            swell(len(data) * across * repeated)

    def end(tag: str) -> None:
        nonlocal row, tall
        if tag == "table-row":
            row += repeated
            tall = row if filled else tall
        elif tag == "table":
            _check_reach(tall, wide)

    parse(chunks, "content.xml", begin, text, end)


def _check_xlsb(content: bytes) -> None:
    """The records of a binary sheet: a row's header (0) has its number, a cell (1 to 11) its column."""
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
    """Refuse a sheet whose last row or column is too far out."""
    for key, found, most in (("bound_rows", tall, MOST_ROWS), ("bound_columns", wide, MOST_COLUMNS)):
        if found > most:
            raise bound(key, most)
    if tall * wide > MOST_CELLS:
        raise bound("bound_cells", MOST_CELLS)
