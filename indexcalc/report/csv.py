"""The tables for programs as CSV files: codes, full precision, UTF-8 with a byte-order mark for Excel."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd

from indexcalc.computed import Computed
from indexcalc.report.tables import files

FORMULA_MARKS = tuple("=+-@\t\r")
_SIGNED_NUMBER = re.compile(r"[-+][\d.,]+(?:[eE][-+]?\d+)?\s*%?")


def write_tables(run: Computed, folder: Path, only: Collection[str] = ()) -> list[Path]:
    """Write every table that has a row into a folder, `NAME.csv`. only: the folders inside that are wanted."""
    written = []
    for name, frame in files(run, only):
        path = folder / f"{name}.csv"
        path.parent.mkdir(exist_ok=True)
        write_table(frame, path)
        written.append(path)
    return written


def neutral(value: Any) -> Any:
    """A text that looks like a formula with an apostrophe before it; anything else as it is.

    >>> [neutral(value) for value in ("=A1", "@x", "-0.5", -0.5, "北京")]
    ["'=A1", "'@x", '-0.5', -0.5, '北京']
    """
    return f"'{value}" if _is_formula(value) else value


def _is_formula(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(FORMULA_MARKS) and not _SIGNED_NUMBER.fullmatch(value)


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write one table of numbers, truth values and texts. A text that a spreadsheet program would take for a formula
    has an apostrophe before it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("\ufeff")  # the codec utf-8-sig writes it too, but at half the speed
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(frame.columns)
        writer.writerows(zip(*(_cells(frame[name]) for name in frame.columns), strict=True))


def _cells(column: pd.Series) -> list[Any]:
    """The cells of a column as they are written: numbers in full, nothing where one is missing."""
    values, missing = column.tolist(), column.isna().to_numpy()
    if column.dtype.kind == "O" and any(map(_is_formula, column.unique())):
        values = list(map(neutral, values))
    return (
        [None if gone else value for gone, value in zip(missing.tolist(), values, strict=True)]
        if missing.any()
        else values
    )
