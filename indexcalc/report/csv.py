"""The tables for programs as CSV files: codes, full precision, UTF-8 with a byte-order mark for Excel."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from indexcalc.computed import Computed
from indexcalc.report.tables import files

if TYPE_CHECKING:
    import pandas as pd


def write_tables(run: Computed, folder: Path, only: Collection[str] = ()) -> list[Path]:
    """Write every table that has a row into a folder, `NAME.csv`. only: the folders inside that are wanted."""
    written = []
    for name, frame in files(run, only):
        path = folder / f"{name}.csv"
        path.parent.mkdir(exist_ok=True)
        write_table(frame, path)
        written.append(path)
    return written


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write one table."""
    frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
