"""A column of figures of a user's own file: what it is called, its unit, and whether it can be an indicator."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from indexcalc.figures.folding import listed
from indexcalc.figures.grid import Cell
from indexcalc.figures.headers import fold, known
from indexcalc.figures.numbers import Reading, in_parentheses, read_text
from indexcalc.figures.table import is_blank
from indexcalc.spec.framework import one_line
from indexcalc.voice import Word

NOTES = known("header.note", "header.source", "header.flag")
IDENTIFIERS, HARMS, HARMLESS = known("identifier"), known("harm"), known("harm_unless")
_AFFIXED = re.compile(r"([^\d\s.,+-]{0,4})\s*([+-]?[\d.,\s]*\d)\s*([^\d.,]{0,12})")
_POINT = re.compile(
    r"[+-]?(?:(?:0|[1-9]\d*)\.(?:\d{1,2}|\d{4,})|0?\.\d+|[1-9]\d{3,}\.\d+"
    r"|[1-9]\d{0,2}(?:,\d{3})+\.\d+|[1-9]\d{0,2}(?:,\d{3}){2,})\s?%?"
)
"""A number that shows that the decimal mark is a point, or that the comma is none."""


@dataclass
class Found:
    """A column of figures: what it is called, its unit, the group above it, and its cells by city and year.

    code, name: what the framework will call it; the name is the header where nothing shorter would be recognised too.
    """

    header: str
    unit: str = ""
    group: str | None = None
    cells: list[tuple[str, int, Cell]] = field(default_factory=list)
    code: str = ""
    name: str = ""
    decimal: str = "."
    parentheses: str | None = None

    def number(self, cell: Cell) -> float | None:
        """The number in one of its cells, also one stored as text; no other unit may follow it."""
        if isinstance(cell.value, bool) or cell.is_error:
            return None
        if isinstance(cell.value, (int, float)):
            return float(cell.value) if abs(cell.value) < 1e300 else None
        return None if (said := self.reading(cell.value)) is None else said.value

    def reading(self, value: object) -> Reading | None:
        """What a text among its cells says."""
        return read_text(value, self.unit, self.decimal, self.parentheses) if isinstance(value, str) else None

    @property
    def is_harm(self) -> bool:
        """Whether its name implies that less of it is better."""
        text = fold(self.header)
        return any(word in text for word in HARMS) and not any(word in text for word in HARMLESS)

    @property
    def is_remark(self) -> bool:
        """Whether its header is that of notes and no cell a number, though a note may begin with one (2019年修订)."""
        return fold(self.header) in NOTES and not any(isinstance(cell.value, (int, float)) for _, _, cell in self.cells)

    @property
    def figures(self) -> list[float]:
        """The numbers of its cells, including those written as text."""
        return [number for _, _, cell in self.cells if (number := self.number(cell)) is not None]

    @property
    def is_numeric(self) -> bool:
        """Whether four in five of its cells hold numbers, so that the others are mistakes; errors do not count."""
        return bool(self.figures) and 5 * len(self.figures) >= 4 * sum(not cell.is_error for _, _, cell in self.cells)

    @property
    def marks(self) -> list[str]:
        """The marks for missing values among its cells."""
        texts = [cell.value for _, _, cell in self.cells if isinstance(cell.value, str) and not cell.is_error]
        return [text.strip() for text in texts if (said := read_text(text)) is not None and said.value is None]


def decimal_comma(columns: Iterable[Found]) -> bool:
    """Whether numbers as text have a decimal comma: some can be read in no other way, and none has a point."""
    texts = [cell.value for found in columns for _, _, cell in found.cells if isinstance(cell.value, str)]
    commas = any(re.fullmatch(r"-?[\d.]+,(?:\d{1,2}|\d{4,})", text.strip()) for text in texts)
    points = any(re.fullmatch(r"-?[\d,]+\.(?:\d{1,2}|\d{4,})", text.strip()) for text in texts)
    return commas and not points


def decimal_marks(texts: Iterable[str]) -> set[str]:
    """The decimal marks that some numbers, as they are written, prove: neither does 1,234, nor 1.234.

    >>> [decimal_marks([text]) for text in ("0.5", "1,234,567", "1,234.5", "1.234", "1,234", "01.11")]
    [{'.'}, {'.'}, {'.'}, set(), set(), set()]
    >>> [decimal_marks([text]) for text in ("1,5%", "0,123", "1.234.567")]
    [{','}, {','}, {','}]
    """
    swap = str.maketrans(",.", ".,")
    written = [text.strip() for text in texts]
    points = any(map(_POINT.fullmatch, written))
    commas = any(_POINT.fullmatch(text.translate(swap)) for text in written)
    return {mark for mark, proven in ((".", points), (",", commas)) if proven}


def decimal_between_semicolons(
    columns: Iterable[Found], written: Sequence[Sequence[str]], formulas: Collection[str]
) -> tuple[str, tuple[str, Cell, str] | None]:
    """The decimal mark of a file in which a comma is not the delimiter, as its columns of figures show it; and, where
    nothing shows what the comma of 1,234 is, the first such cell with its header and text. written: the cells of the
    file."""
    cells = [
        (found.header, cell, written[cell.row - 1][cell.column - 1].strip())
        for found in columns
        if any(
            unusable(replace(found, unit=found.unit or unit_in_cells(found), decimal=mark), formulas) is None
            for mark in ".,"
        )
        for _, _, cell in found.cells
        if not is_blank(cell.value)
    ]
    marks = decimal_marks(text for _, _, text in cells)
    if len(marks) == 1:
        return marks.pop(), None
    return ".", next((one for one in cells if re.fullmatch(r"[-+]?\d{1,3},\d{3}", one[2])), None)


def unit_in_cells(found: Found) -> str:
    """The currency sign before, or the unit after, the number in every cell with text; nothing where they differ. The
    percent sign where every number is shown as, or written with, one.

    Most figures must have it: a word before a number, or a sign after a few (a flag), is about those figures alone.
    """
    texts = [cell.value.strip() for _, _, cell in found.cells if isinstance(cell.value, str) and not cell.is_error]
    shown = [cell.percent for _, _, cell in found.cells if isinstance(cell.value, (int, float))]
    said = [one.how for text in texts if (one := read_text(text)) is not None]
    shown += [how == "percent" for how in said if how != "missing"]
    if shown and all(shown) and len(said) == len(texts):
        return "%"
    affixes = [_AFFIXED.fullmatch(text) for text in texts if read_text(text) is None]
    before = {match[1] for match in affixes if match is not None}
    behind = {match[3].strip() for match in affixes if match is not None}
    filled = sum(not is_blank(cell.value) for _, _, cell in found.cells)
    if None in affixes or 2 * len(affixes) <= filled or len(before) > 1 or len(behind) > 1:
        return ""
    sign, unit = before.pop(), behind.pop()
    if sign:
        return sign if not unit and unicodedata.category(sign[-1]) == "Sc" else ""
    return unit


def unusable(found: Found, formulas: Collection[str]) -> Word | None:
    """Why a column cannot be an indicator; None where it can. formulas: the cells of the file that hold one."""
    texts = [
        (cell.address, cell.value)
        for _, _, cell in found.cells
        if isinstance(cell.value, str) and not cell.is_error and found.reading(cell.value) is None
    ]
    figures = found.figures
    if not figures and not texts:
        if found.cells and all(cell.value is None and cell.address in formulas for _, _, cell in found.cells):
            return Word("errors.unused.formulas", cell=found.cells[0][2].address)
        if marks := dict.fromkeys(filter(None, found.marks)):
            return Word("errors.unused.marks", marks=listed(f"'{mark}'" for mark in marks))
        return Word("errors.unused.empty")
    if texts and not found.is_numeric:
        numbers = all((match := _AFFIXED.fullmatch(text.strip())) and not match[1] for _, text in texts)
        kind = "behind" if numbers else "mixed" if figures else "text"
        kind = "parentheses" if all(in_parentheses(text) for _, text in texts) else kind
        cells = listed(f"{address} '{one_line(text)[:20]}'" for address, text in texts)
        return Word(f"errors.unused.{kind}", n=len(texts), cells=cells, found=one_line(texts[0][1])[:20])
    if identifies(found.header):
        return Word("errors.unused.identifier")
    if len(set(figures)) == 1 and len(figures) > 1:
        return Word("errors.unused.constant", value=f"{figures[0]:.6g}")
    return None


def identifies(header: str) -> bool:
    """Whether a header is that of codes or ranks of places."""
    last = re.split(r"[\W_]+", header.casefold())[-1]
    return last in IDENTIFIERS or fold(header).endswith(tuple(word for word in IDENTIFIERS if not word.isascii()))


def is_figure(cell: Cell) -> bool:
    """Whether a cell holds a number, or a text that begins as one."""
    return Found("").number(cell) is not None or (
        isinstance(cell.value, str) and re.match(r"[^\d\s.,+-]{0,4}\s*\d", cell.value.strip()) is not None
    )
