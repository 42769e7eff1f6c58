"""A legend of colours above a chart: a row of squares, each with its name."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.patches import Rectangle

from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.page import INNER, Page
from indexcalc.report.charts.style import INK, LABEL

LEGEND_LINE = 13.0
SQUARE = 7.0


def legend_places(names: Sequence[str]) -> list[tuple[float, int]]:
    """Distance from the left [pt] and line of each entry."""
    places, x, line = [], 0.0, 0
    for name in names:
        width = SQUARE + 4.0 + text_width(shorten(name, LABEL, INNER / 2), LABEL)
        if x and x + width > INNER:
            x, line = 0.0, line + 1
        places.append((x, line))
        x += width + 14.0
    return places


def draw_legend(page: Page, names: Sequence[str], colours: Sequence[str], places: Sequence[tuple[float, int]]) -> None:
    """Colours and their names, above the chart."""
    for name, colour, (x, line) in zip(names, colours, places, strict=False):
        y = page.height - LEGEND_LINE * (line + 1) + 3.0
        (left, bottom), (right, top) = page.at(x, y), page.at(x + SQUARE, y + SQUARE)
        square = Rectangle((left, bottom), right - left, top - bottom, color=colour, transform=page.figure.transFigure)
        page.figure.add_artist(square)
        page.write(x + SQUARE + 4.0, y + 0.7, shorten(name, LABEL, INNER / 2), LABEL, INK)
