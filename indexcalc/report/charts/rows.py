"""Charts with one row per city, best rank of the last year on top: which have a row, their order, their names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.page import INNER, Frame, Page, new_page
from indexcalc.report.charts.style import INK, LABEL, NAME_WIDTH, OTHERS, SMALL, SOFT_INK
from indexcalc.report.charts.subject import Subject

RANK_WIDTH = 14.0
MOST_ROWS = 40
"""With more cities only some have a row."""
FIRST, LAST, MOVERS = 15, 5, 5
"""With many cities: how many of the first, of the last, of those that rose and of those that fell the most places."""


def row_order(subject: Subject, named: Sequence[int] = ()) -> NDArray[np.int64]:
    """Positions of the cities that have a row, by rank in the last year; those without one at the end.

    With more than `MOST_ROWS` cities: the first, the last, those in colour, those that moved the most, and those that
    the title may name besides.
    """
    order = np.argsort(subject.rank[:, -1], kind="stable")
    if len(order) <= MOST_ROWS:
        return order
    ranked = order[~np.isnan(subject.rank[order, -1])]
    before, after = subject.ranks_of_ends
    gain = before - after
    moved = np.flatnonzero(np.nan_to_num(gain))
    moved = moved[np.argsort(-gain[moved], kind="stable")]
    rose, fell = moved[gain[moved] > 0][:MOVERS], moved[gain[moved] < 0][-MOVERS:]
    shown = np.concatenate(
        [ranked[:FIRST], ranked[-LAST:], np.flatnonzero(subject.cities.picked), rose, fell, [*named]]
    )
    return order[np.isin(order, shown)]


def row_page(
    title: str, subtitle: str, subject: Subject, order: NDArray[np.int64], beside: float, foot: Sequence[str] = ()
) -> Page:
    """A page for the rows of `order` and `beside` [pt] above and below them; it says so where some cities have none.

    foot: paragraphs besides those of every chart.
    """
    n = len(subject.cities.names)
    some = () if n <= MOST_ROWS else (some_in_words(subject, "charts.some_rows", len(order)),)
    height = row_height(len(order)) * len(order) + beside
    return new_page(title, subtitle, (*subject.foot, *foot, *some), height)


def some_in_words(subject: Subject, key: str, shown: int) -> str:
    """The paragraph of the foot that says which of many cities are shown."""
    if len(subject.years) == 1:  # nobody has moved
        key += "_one_year"
    facts = {"n": len(subject.cities.names), "shown": shown, "first": FIRST, "last": LAST, "movers": MOVERS}
    return subject.voice.say(key, **facts)


def row_height(n: int) -> float:
    """Height of one of n rows [pt]."""
    return 15.0 if n <= 15 else 13.0 if n <= 20 else 10.6


def row_frame(page: Page, subject: Subject, n: int, *, right: float, bottom: float, top: float) -> Frame:
    """A frame of n rows, 0 on top, with room for ranks and names on its left."""
    widest = max(text_width(shorten(name, LABEL, NAME_WIDTH), LABEL) for name in subject.cities.names)
    frame = page.frame(_rank_width(subject) + widest + 6.0, right, bottom, top)
    frame.ax.set_ylim(n - 0.5, -0.5)
    return frame


def name_rows(frame: Frame, subject: Subject, order: NDArray[np.int64], inks: Sequence[str]) -> None:
    """Rank and name of each city, left of its row, and a line where cities were passed over; inks: (city,)."""
    edge, width = frame.ax.get_xlim()[0] - frame.dx(frame.left), _rank_width(subject)
    places = np.argsort(np.argsort(subject.rank[:, -1], kind="stable"))[order]
    for row, c in enumerate(order):
        rank = subject.rank[c, -1]
        if not np.isnan(rank):
            frame.text(edge + frame.dx(width - 4.0), row, f"{rank:.0f}", SMALL, SOFT_INK, "right")
        name = shorten(subject.cities.names[c], LABEL, NAME_WIDTH)
        frame.text(edge + frame.dx(width), row, name, LABEL, inks[c])
        if len(subject.cities.names) > MOST_ROWS and row and places[row] > places[row - 1] + 1:
            frame.segments([[(edge, row - 0.5), (frame.ax.get_xlim()[1], row - 0.5)]], OTHERS, 0.5, zorder=0.8)


def column_width(heading: str, texts: Sequence[str]) -> float:
    """Room for texts on the right of the rows, and for what they are [pt]."""
    return 8.0 + max(text_width(text, LABEL) for text in [heading, *texts])


def write_column(page: Page, frame: Frame, heading: str, texts: Sequence[str], width: float) -> None:
    """A text on the right of each row, and above them what they are."""
    right = frame.ax.get_xlim()[1] + frame.dx(width)
    for row, text in enumerate(texts):
        frame.text(right, row, text, LABEL, INK, "right")
    page.write(INNER, page.height - 10.0, heading, SMALL, SOFT_INK, "right")


def _rank_width(subject: Subject) -> float:
    """Room for the largest rank [pt]."""
    return max(RANK_WIDTH, text_width(str(len(subject.cities.names)), SMALL) + 4.0)
