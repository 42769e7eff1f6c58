"""The cells of one sheet as they come out of a file, and the bounds that every kind of file is held to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
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


class Part(NamedTuple):
    """A sheet as the workbook lists it: its title, where its cells are, and whether it is shown."""

    title: str
    name: str
    visible: bool


@dataclass
class Sheet:
    """The filled cells of a sheet by row, and what else is on it; rows and columns count from 1."""

    cells: dict[int, list[Cell]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    formulas: dict[str, str] = field(default_factory=dict)


def bound(key: str, most: int) -> InputError:
    """The refusal of what passes a bound; its sentence names it."""
    return InputError(Problem(key, {"most": f"{most:,}"}))


def damaged(part: str) -> InputError:
    """The refusal of a part of a file that cannot be read."""
    return InputError(Problem("workbook_damaged", {"part": part}))


def number(text: str) -> Any:
    """A number as a workbook writes it, whole where it is whole; the text itself where it is none.

    >>> [number(text) for text in ("12", "1.5e3", "nan", "1" * 400)]
    [12, 1500.0, 'nan', inf]
    """
    if text.isdigit() and text.isascii() and len(text) < 19:
        return int(text)
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
