"""The page, with places for title, subtitle, chart and foot; and the frame, Axes on it that know their size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from indexcalc.report.charts.files import SETTINGS
from indexcalc.report.charts.lettering import Align, Lettering, balance, text_width, wrap
from indexcalc.report.charts.style import (
    EMPTY,
    FOOT,
    GRID,
    INK,
    LINE,
    MARGIN,
    SMALL,
    SOFT_INK,
    SUBTITLE,
    TITLE,
    WIDTH,
    house_style,
)
from indexcalc.report.numbers import decimals_shown, grouped, number

Array = NDArray[np.float64]

INNER = WIDTH - 2 * MARGIN
"""Width of the chart."""


@dataclass(frozen=True)
class Frame:
    """Axes without axes, limits set by hand: places in data, distances in points. left: from the chart's edge."""

    ax: Axes
    left: float
    width: float
    height: float

    def dx(self, points: float) -> float:
        """A horizontal distance in data units."""
        left, right = self.ax.get_xlim()
        return points * (right - left) / self.width

    def dy(self, points: float) -> float:
        """An upward distance in data units."""
        low, high = self.ax.get_ylim()
        return points * (high - low) / self.height

    def up(self, y: Array) -> Array:
        """Heights above the lower edge [pt] of data."""
        return np.asarray((y - self.ax.get_ylim()[0]) / self.dy(1.0))

    def down(self, points: Array) -> Array:
        """Data at heights above the lower edge [pt]."""
        return np.asarray(self.ax.get_ylim()[0] + points * self.dy(1.0))

    def text(self, x: float, y: float, text: str, size: float, colour: str, align: Align = "left") -> None:
        """A text whose middle is at the height of a datum."""
        letters = Lettering(x, y, text, size=size, colour=colour, align=align, middle=True)
        letters.set_transform(self.ax.transData)
        self.ax.figure.add_artist(letters)

    def segments(self, ends: Any, colours: Any, width: float, **more: Any) -> None:
        """Straight lines between places (n, points, 2)."""
        lines = LineCollection(ends, colors=colours, linewidths=width, clip_on=False, **more)
        self.ax.add_collection(lines, autolim=False)

    def dots(self, x: Any, y: Any, colours: Any, size: Any = 20.0, edge: float = 0.6, **more: Any) -> None:
        """Dots with a white edge."""
        look = {"zorder": 3.0, "edgecolors": "white", "linewidths": edge, **more}
        self.ax.scatter(x, y, s=size, c=colours, **look)

    def bars(self, starts: Any, ends: Any, rows: Any, half: float, colours: Any, **more: Any) -> None:
        """Bars from `starts` to `ends` (n,), so far above and below their rows."""
        corners = [
            [(a, y - half), (a, y + half), (b, y + half), (b, y - half)]
            for a, b, y in zip(starts, ends, rows, strict=True)
        ]
        self.ax.add_collection(PolyCollection(corners, facecolors=colours, linewidths=0.0, **more), autolim=False)

    def cells(
        self, values: Array, scale: Sequence[str], ends: tuple[float, float], *, left: float = -0.5, **more: Any
    ) -> Array:
        """Cells (row, column) in the colours of a scale between two ends; the first column begins at `left`. Returns
        their colours (row, column, 3)."""
        colours = LinearSegmentedColormap.from_list("cells", scale).with_extremes(bad=EMPTY)
        norm, shown = Normalize(*ends), np.ma.masked_invalid(values)
        edges = np.arange(values.shape[1] + 1) + left, np.arange(len(values) + 1) - 0.5
        self.ax.pcolormesh(*edges, shown, cmap=colours, norm=norm, **{"edgecolors": "white", "linewidth": 0.8, **more})
        return np.asarray(colours(norm(shown)))[:, :, :3]

    def year_axis(
        self, places: Sequence[float], years: Sequence[int], *, top: bool = False, size: float = SMALL
    ) -> None:
        """Years below or above; only so many as have room, and always the last."""
        low, high = self.ax.get_ylim()
        y = high + self.dy(8.0) if top else low - self.dy(8.0)
        room, kept = self.dx(1.4 * text_width("2022", size)), None
        for place, year in reversed(list(zip(places, years, strict=True))):
            if kept is None or kept - place >= room:
                kept = place
                self.text(place, y, str(year), size, SOFT_INK, "center")

    def value_axis(self, *, vertical: bool, distance: float) -> None:
        """Light lines and figures at round values, about `distance` [pt] apart."""
        low, high = self.ax.get_ylim() if vertical else self.ax.get_xlim()
        most = max(2, int((self.height if vertical else self.width) / distance))
        round_values = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        ticks = np.array([t for t in round_values if low <= t <= high])
        digits = decimals_shown(ticks)
        left, bottom = self.ax.get_xlim()[0], self.ax.get_ylim()[0]
        other = self.ax.get_xlim() if vertical else self.ax.get_ylim()
        lines = [[(z, t) if vertical else (t, z) for z in other] for t in ticks]
        self.segments(lines, GRID, 0.5, zorder=0.5)
        for t in ticks:
            if vertical:
                self.text(left - self.dx(4.0), t, grouped(t, digits), SMALL, SOFT_INK, "right")
            else:
                self.text(t, bottom - self.dy(7.0), number(t, digits), SMALL, SOFT_INK, "center")


class Drawing(Figure):
    """A figure in the house style wherever it ends: in a file, or in a notebook, which shows the pixels of the file."""

    def savefig(self, *to: Any, **options: Any) -> None:
        with house_style():
            super().savefig(*to, **options)

    def _repr_png_(self) -> bytes:
        pixels = BytesIO()
        self.savefig(pixels, format="png", **SETTINGS[".png"])
        return pixels.getvalue()


@dataclass(frozen=True)
class Page:
    """A figure with title, subtitle and foot. left, bottom, width, height: of what is left for the chart [pt]."""

    figure: Figure
    bottom: float
    height: float
    width: float = INNER
    left: float = MARGIN

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place on the figure (0 to 1), from its distance [pt] to the lower left corner of the chart."""
        width, height = self.figure.get_size_inches() * 72.0
        return (self.left + x) / width, (self.bottom + y) / height

    def frame(self, left: float, right: float, bottom: float, top: float) -> Frame:
        """Axes without axes, at these distances [pt] from the edges of the chart."""
        width, height = self.width - left - right, self.height - bottom - top
        corner, opposite = self.at(left, bottom), self.at(left + width, bottom + height)
        size = opposite[0] - corner[0], opposite[1] - corner[1]
        ax = self.figure.add_axes((*corner, *size))
        ax.set_axis_off()
        ax.set_autoscale_on(False)
        return Frame(ax, left, width, height)

    def write(self, x: float, y: float, text: str, size: float, colour: str, align: Align = "left") -> None:
        """A text with its baseline at this distance [pt] from the lower left corner of the chart."""
        letters = Lettering(*self.at(x, y), text, size=size, colour=colour, align=align)
        letters.set_transform(self.figure.transFigure)
        self.figure.add_artist(letters)


def new_page(title: str, subtitle: str, foot: Sequence[str], body: float, shape: float | None = None) -> Page:
    """A page with `body` [pt] of height for the chart; it grows with the lines of title, subtitle and foot.

    shape: height by width of the whole page; the chart then has what title, subtitle and foot leave of it.
    """
    feet = [line for paragraph in foot for line in wrap(paragraph, FOOT, INNER)]
    head = [(line, TITLE, INK) for line in balance(title, TITLE, INNER)]
    head += [(line, SUBTITLE, SOFT_INK) for line in balance(subtitle, SUBTITLE, INNER)]
    above = 3.0 + sum(LINE * size for _, size, _ in head) + 4.0
    below = 8.0 + LINE * FOOT * len(feet)
    height = np.ceil(MARGIN + above + body + below + MARGIN - 4.0)
    if shape is not None:
        height = WIDTH * shape
        body = height - (MARGIN + above + below + MARGIN - 4.0)
    figure = Drawing(figsize=(WIDTH / 72.0, height / 72.0))
    page = Page(figure, MARGIN - 4.0 + below, body)
    y = height - page.bottom - MARGIN + 3.0
    for i, (line, size, colour) in enumerate(head):
        y -= LINE * size + (3.0 if i and head[i - 1][1] != size else 0.0)
        page.write(0.0, y + 0.3 * size, line, size, colour)
    for i, line in enumerate(feet):
        page.write(0.0, -8.0 - LINE * FOOT * (i + 1) + 0.3 * FOOT, line, FOOT, SOFT_INK)
    return page


def page_on(ax: Axes, title: str) -> Page:
    """A page in the place of a user's Axes, whose own lines are switched off: a title on top, no subtitle, no foot.

    The Axes are taken where they are now: a layout that moves them later does not move the chart.
    """
    figure = ax.get_figure(root=True)
    assert figure is not None
    ax.set_axis_off()
    left, bottom, width, height = (float(pixels) * 72.0 / figure.dpi for pixels in ax.bbox.bounds)
    lines = balance(title, SUBTITLE, width)
    page = Page(figure, bottom, height - LINE * SUBTITLE * len(lines), width, left)
    for i, line in enumerate(reversed(lines)):
        page.write(0.0, page.height + LINE * SUBTITLE * i + 0.3 * SUBTITLE, line, SUBTITLE, INK)
    return page
