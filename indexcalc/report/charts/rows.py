"""Charts with one row per city, best rank of the last year on top: their order, and the names on the left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.page import Frame, Page
from indexcalc.report.charts.style import LABEL, NAME_WIDTH, SMALL, SOFT_INK
from indexcalc.report.charts.subject import Subject

RANK_WIDTH = 14.0


def row_order(subject: Subject) -> NDArray[np.int64]:
    """Positions of the cities, by rank in the last year; those without one at the end."""
    return np.argsort(subject.rank[:, -1], kind="stable")


def row_height(n: int) -> float:
    """Height of one of n rows [pt]."""
    return 15.0 if n <= 15 else 13.0 if n <= 20 else 10.6


def row_frame(page: Page, subject: Subject, n: int, *, right: float, bottom: float, top: float) -> Frame:
    """A frame of n rows, 0 on top, with room for ranks and names on its left."""
    widest = max(text_width(shorten(name, LABEL, NAME_WIDTH), LABEL) for name in subject.cities.names)
    frame = page.frame(RANK_WIDTH + widest + 6.0, right, bottom, top)
    frame.ax.set_ylim(n - 0.5, -0.5)
    return frame


def name_rows(frame: Frame, subject: Subject, order: NDArray[np.int64], inks: Sequence[str]) -> None:
    """Rank and name of each city, left of its row; inks: (city,)."""
    edge = frame.ax.get_xlim()[0] - frame.dx(frame.left)
    for row, c in enumerate(order):
        rank = subject.rank[c, -1]
        if not np.isnan(rank):
            frame.text(edge + frame.dx(RANK_WIDTH - 4.0), row, f"{rank:.0f}", SMALL, SOFT_INK, "right")
        name = shorten(subject.cities.names[c], LABEL, NAME_WIDTH)
        frame.text(edge + frame.dx(RANK_WIDTH), row, name, LABEL, inks[c])
