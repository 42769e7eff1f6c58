"""A block: a heading, and under it a few rows, each a name, a figure and a thin bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.collections import PolyCollection
from numpy.typing import NDArray

from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.page import INNER, Frame, Page
from indexcalc.report.charts.style import EMPTY, INK, LABEL, SMALL, SOFT_INK

Array = NDArray[np.float64]

GUTTER = 22.0
COLUMN = (INNER - GUTTER) / 2.0
"""Two columns to a page, and the space between them [pt]."""
HEADING, ROW = 15.0, 14.5
"""Heights [pt]."""
BAR = 3.0


class Row(NamedTuple):
    """One row: its name, its figure as printed, and the length of its bar as a share of the column."""

    name: str
    figure: str
    length: float


def block_height(n: int) -> float:
    """Height of a block of n rows [pt]; one without rows has a line that says so."""
    return HEADING + ROW * max(n, 1)


def write_heading(page: Page, left: float, top: float, text: str, note: str = "", width: float = COLUMN) -> None:
    """What a part of the page is about, below its upper edge; note: small, behind it."""
    page.write(left, top - 9.5, text, LABEL, INK)
    at = left + text_width(text, LABEL) + 3.0
    page.write(at, top - 9.5, shorten(note, SMALL, width - at + left), SMALL, SOFT_INK)


def draw_block(
    page: Page, corner: tuple[float, float], heading: tuple[str, str], rows: Sequence[Row], colour: str, without: str
) -> None:
    """A block below its upper left corner [pt]; heading: with its note. without: what is said where there is no row."""
    left, top = corner
    write_heading(page, left, top, *heading)
    if not rows:
        page.write(left, top - HEADING - 8.0, shorten(without, SMALL, COLUMN), SMALL, SOFT_INK)
        return
    height = ROW * len(rows)
    frame = page.frame(left, INNER - left - COLUMN, top - HEADING - height, page.height - top + HEADING)
    frame.ax.set_xlim(0.0, COLUMN)
    frame.ax.set_ylim(-height, 0.0)
    for i, row in enumerate(rows):
        _write_row(frame, -ROW * i, row)
    lengths = np.array([row.length for row in rows])
    for values, fill in ((np.ones(len(rows)), EMPTY), (lengths, colour)):
        bars = [_bar(-ROW * i, COLUMN * value) for i, value in enumerate(values)]
        label = "tracks" if fill == EMPTY else "bars"
        frame.ax.add_collection(PolyCollection(bars, facecolors=fill, linewidths=0.0, label=label), autolim=False)


def _write_row(frame: Frame, y: float, row: Row) -> None:
    figure = text_width(row.figure, SMALL)
    frame.text(0.0, y - 4.2, shorten(row.name, SMALL, COLUMN - figure - 5.0), SMALL, INK)
    frame.text(COLUMN, y - 4.2, row.figure, SMALL, INK, "right")


def _bar(y: float, length: float) -> list[tuple[float, float]]:
    top = y - 9.0
    return [(0.0, top), (0.0, top - BAR), (length, top - BAR), (length, top)]
