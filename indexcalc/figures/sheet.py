"""The cells of one sheet as they come out of a file, and the bounds for every kind of file."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite, nan
from typing import Any, NamedTuple

from openpyxl.utils import get_column_letter

from indexcalc.errors import InputError, Problem

MOST_BYTES = 512 * 2**20
"""Bytes of one part of a file, once decompressed."""
MOST_STRING_BYTES = 128 * 2**20
"""Bytes of the texts of a workbook, or of a CSV file: they are kept."""
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""Rows and columns of a sheet: Excel's own bounds."""
MOST_CELLS = 5_000_000
"""Cells of a sheet, empty ones before the last of their row included."""

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_INTEGER = re.compile(r"[-+]?\d{1,18}", re.ASCII)


class Cell(NamedTuple):
    """A cell; row and column count from 1. `is_error`: #N/A and its like. `percent`: its format shows a percent."""

    value: Any
    row: int
    column: int
    is_error: bool = False
    percent: bool = False

    @property
    def address(self) -> str:
        return f"{get_column_letter(self.column)}{self.row}"


class TooLarge(float):
    """A number too large to compute with: infinite, but it remembers how it is written."""

    def __new__(cls, written: str) -> TooLarge:
        made = super().__new__(cls, written)
        made.written = written
        return made

    written: str


class Part(NamedTuple):
    """A sheet as the workbook lists it: its title, where its cells are, and whether it is shown."""

    title: str
    name: str
    visible: bool


class Layout:
    """The layout of a plain row: the columns of its cells, and what each holds.

    kinds: "number", "percent" (a number shown as one), "date", "duration" (numbers shown as these), "text".
    """

    __slots__ = ("_at", "_picks", "columns", "kinds")

    def __init__(self, columns: tuple[int, ...], kinds: tuple[str, ...]) -> None:
        self.columns, self.kinds = columns, kinds
        self._picks: tuple[tuple[int, ...], Any] = ((), None)
        self._at: list[int] | None = None

    @property
    def at(self) -> list[int]:
        """The position of each cell among the numbers, or among the texts, of its row."""
        if self._at is None:
            seen = [0, 0]
            self._at = []
            for kind in self.kinds:
                self._at.append(seen[kind == "text"])
                seen[kind == "text"] += 1
        return self._at

    def find(self, column: int) -> int | None:
        """The position of the cell of a column; None where there is none."""
        k = bisect_left(self.columns, column)
        return k if k < len(self.columns) and self.columns[k] == column else None

    def picks(self, wanted: tuple[int, ...]) -> slice | list[int] | None:
        """Where the numbers of some columns (from 0) are among those of the row: -1 for an empty cell; None where one
        of them is not a plain number."""
        if self._picks[0] != wanted:
            self._picks = wanted, self._picked(wanted)
        found: slice | list[int] | None = self._picks[1]
        return found

    def _picked(self, wanted: tuple[int, ...]) -> slice | list[int] | None:
        places = []
        for column in wanted:
            k = self.find(column + 1)
            if k is not None and self.kinds[k] != "number":
                return None
            places.append(-1 if k is None else self.at[k])
        if places and places == list(range(places[0], places[0] + len(places))) and places[0] >= 0:
            return slice(places[0], places[0] + len(places))
        return places


class PlainRow(Sequence[Cell]):
    """A row of numbers and texts as they came out of the file; its cells are made when they are asked for."""

    __slots__ = ("_dated", "_layout", "_length", "_numbers", "_texts", "number")

    def __init__(
        self,
        number: int,
        layout: Layout,
        numbers: array[float],
        texts: tuple[str, ...] = (),
        dated: Callable[[float, bool], Any] | None = None,
        length: int = 0,
    ) -> None:
        self.number, self._layout, self._numbers, self._texts, self._dated = number, layout, numbers, texts, dated
        self._length = length or (layout.columns[-1] if layout.columns else 0)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return tuple(self[k] for k in range(*at.indices(self._length)))
        column = at + 1 if at >= 0 else self._length + at + 1
        if not 0 < column <= self._length:
            raise IndexError(at)
        k = self._layout.find(column)
        return Cell(None, self.number, column) if k is None else self._cell(k)

    def __iter__(self) -> Iterator[Cell]:
        column = 0
        for k, at in enumerate(self._layout.columns):
            while (column := column + 1) < at:
                yield Cell(None, self.number, column)
            yield self._cell(k)
        yield from (Cell(None, self.number, c) for c in range(column + 1, self._length + 1))

    def _cell(self, k: int) -> Cell:
        return Cell(self._value(k), self.number, self._layout.columns[k], False, self._layout.kinds[k] == "percent")

    def _value(self, k: int) -> Any:
        kind, at = self._layout.kinds[k], self._layout.at[k]
        if kind == "text":
            return self._texts[at]
        found = self._numbers[at]
        value: Any = int(found) if found.is_integer() else found
        if kind in ("date", "duration") and self._dated is not None:
            return self._dated(value, kind == "duration")
        return value

    @property
    def n_filled(self) -> int:
        """How many cells hold a number, or a text that is more than blanks."""
        return len(self._numbers) + sum(bool(text.strip()) for text in self._texts)

    @property
    def values(self) -> tuple[Any, ...]:
        """The values of the cells, None for an empty one."""
        found: list[Any] = [None] * self._length
        for k, column in enumerate(self._layout.columns):
            found[column - 1] = self._value(k)
        return tuple(found)

    def padded(self, length: int) -> PlainRow:
        """The same row, longer."""
        return PlainRow(self.number, self._layout, self._numbers, self._texts, self._dated, length)

    def picked(self, columns: tuple[int, ...]) -> array[float] | None:
        """The numbers of some columns (from 0), NaN where there is none; None where one is not a plain number."""
        places = self._layout.picks(columns)
        if places is None:
            return None
        if isinstance(places, slice):
            return self._numbers[places]
        return array("d", [self._numbers[k] if k >= 0 else nan for k in places])


@dataclass
class Sheet:
    """The filled cells of a sheet by row, and what else is on it; rows and columns count from 1."""

    cells: dict[int, Any] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    formulas: dict[str, str] = field(default_factory=dict)


def bound(key: str, most: int) -> InputError:
    """The refusal of what exceeds a bound, which its sentence names."""
    return InputError(Problem(key, {"most": f"{most:,}"}))


def damaged(part: str) -> InputError:
    """The refusal of a part of a file that cannot be read."""
    return InputError(Problem("workbook_damaged", {"part": part}))


def number(text: str) -> Any:
    """A number as a workbook writes it, whole where it is whole; the text itself where it is not a number.

    >>> [number(text) for text in ("12", "1.5e3", "nan", "1" * 400)]
    [12, 1500.0, 'nan', inf]
    >>> number("1e999").written
    '1e999'
    """
    if text.isdigit() and text.isascii() and len(text) < 19:
        return int(text)
    if _INTEGER.fullmatch(text):
        return int(text)
    if not _NUMBER.fullmatch(text):
        return text
    found = float(text)
    return found if isfinite(found) else TooLarge(text)
