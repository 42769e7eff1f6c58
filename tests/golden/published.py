"""The published cases: the compact tables kept here, and the full cases beside the project where they are.

data/README.md says of each table what it is, its source and its terms.
"""

import json
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import ROOT

DATA = Path(__file__).parent / "data"
FULL = ROOT.parent / "shared" / "golden"
# what a case of which a slice is kept here runs on: the longer run where it can; test_lay_out.py tells where it cannot
EXTENTS = ["slice", *([pytest.param("full", marks=pytest.mark.slow)] if FULL.is_dir() else [])]


def read(name: str, index: str | None = None) -> pd.DataFrame:
    """A table by its name, such as `hdi` or `asem/nodes`; `index`: the column of row labels."""
    table = _long(name).copy()
    return table if index is None else table.set_index(index)


def spread(name: str, column: str) -> pd.DataFrame:
    """A column of a table whose first two label the rows and the columns, spread out in the order of the table."""
    long = _long(name)
    down, across = long.columns[:2]
    table = long.pivot(index=down, columns=across, values=column)
    return table.loc[long[down].unique(), long[across].unique()]


def symmetric(table: pd.DataFrame) -> pd.DataFrame:
    """The whole of a symmetric matrix of which every pair stands once."""
    return table.fillna(table.T)


def worked(group: str) -> dict:
    """The worked examples: `papers`, `practice`, `checks` or `closed_form`."""
    return json.loads((DATA / "worked.json").read_text(encoding="utf-8"))[group]


@cache
def _long(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv")
