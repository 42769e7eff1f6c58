"""The tables for programs as CSV files: codes, full precision, UTF-8 with a byte-order mark for Excel."""

from __future__ import annotations

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
    """Write one table. A text that a spreadsheet program would take for a formula has an apostrophe before it."""
    texts = [name for name in frame.columns if frame[name].dtype.kind == "O"]
    unsafe = [name for name in texts if any(map(_is_formula, frame[name].unique()))]
    frame = frame.assign(**{name: frame[name].map(neutral) for name in unsafe})
    frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
