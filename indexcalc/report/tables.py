"""The CSV tables: UTF-8 with a byte-order mark, so that Excel opens Chinese correctly; full precision."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from indexcalc.result import IndexResult

if TYPE_CHECKING:
    import pandas as pd


def write_tables(result: IndexResult, folder: Path) -> None:
    """Write `rankings.csv` and `scores.csv` into a folder."""
    _write(result.rankings(), folder / "rankings.csv")
    _write(result.score_table(), folder / "scores.csv")


def _write(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
