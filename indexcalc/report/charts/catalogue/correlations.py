"""The indicators against each other: how closely any two move together."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.catalogue.heat_map import luminance
from indexcalc.report.charts.findings import closest_pair
from indexcalc.report.charts.indicator_rows import ROW, WIDEST, IndicatorRows, indicator_rows
from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.needs import INDICATORS
from indexcalc.report.charts.page import INNER, Frame, Page, new_page
from indexcalc.report.charts.style import INK, LABEL, OTHERS_STRONG, SIGNED_SCALE, SMALL, SOFT_INK
from indexcalc.report.charts.subject import Subject

Array = NDArray[np.float64]

MOST_FIGURES = 12
"""With more indicators than this the cells have no figures."""
TINY = 5.6
"""Size of the numbers of the columns where they are many."""
FEW = 5
"""With fewer city-years than this the title states nothing: with two, any pair is at 1 or −1."""
BAR = 120.0
"""Width of the bar that explains the colours [pt]."""


@chart("correlations", place=200, needs=(INDICATORS,))
def correlations(subject: Subject) -> Figure:
    """Pearson correlations of the normalised indicators (indicator, indicator), those of a dimension together."""
    voice, found, rows = subject.voice, subject.run.structure, indicator_rows(subject)
    r = found.pearson[np.ix_(rows.nodes, rows.nodes)]
    n, limit = len(rows.names), found.thresholds.redundant
    few = found.n < FEW
    title = voice.say("charts.correlations_few", pairs=found.n) if few else closest_pair(r, rows.names, voice)
    close = [] if few else close_pairs(r, limit)
    subtitle = voice.say("charts.sub_correlations", pairs=found.n, **subject.facts)
    subtitle += voice.say("charts.sub_redundant", limit=f"{limit:g}") if close else ""
    figures = n <= MOST_FIGURES
    row = 15.0 if figures else ROW
    top = 44.0 if any(name for name, _, _ in rows.groups) else 32.0
    page = new_page(title, subtitle, subject.foot, row * n + top)
    widest = text_width(f"{n} ", SMALL)
    frame = page.frame(widest + rows.width() + 5.0, 0.0, 0.0, top)
    frame.ax.set_xlim(-0.5, n - 0.5)
    frame.ax.set_ylim(n - 0.5, -0.5)
    fills = draw_cells(frame, r)
    draw_blocks(frame, rows, close)
    name_cells(frame, rows, widest)
    draw_scale(page)
    if figures:
        write_cells(frame, subject, r, fills)
    return page.figure


def close_pairs(r: Array, limit: float) -> list[tuple[int, int]]:
    """Rows and columns of nearly redundant pairs: |r| above `limit`."""
    strong = np.nan_to_num(np.abs(r)) > limit
    return [(int(i), int(j)) for i, j in np.argwhere(strong & ~np.eye(len(r), dtype=bool))]


def draw_cells(frame: Frame, r: Array) -> Array:
    """The cells; the diagonal is struck out, so that it is not read as 0. Returns their colours (row, column, 3)."""
    shown, end = np.where(np.eye(len(r), dtype=bool), np.nan, r), len(r) - 0.5
    fills = frame.cells(shown, SIGNED_SCALE, (-1.0, 1.0), linewidth=0.4)
    frame.segments([[(-0.5, -0.5), (end, end)]], OTHERS_STRONG, 0.8, zorder=2.0, label="diagonal")
    return fills


def draw_blocks(frame: Frame, rows: IndicatorRows, close: list[tuple[int, int]]) -> None:
    """A box round the indicators of each dimension, with its name above; and one round each pair that is too close."""
    for name, first, last in rows.groups:
        if not name:
            continue
        size = last - first + 1
        box = Rectangle((first - 0.5, first - 0.5), size, size, fill=False, edgecolor=INK, linewidth=0.9, zorder=3.0)
        box.set_clip_on(False)
        frame.ax.add_patch(box)
        text = shorten(name, SMALL, size * frame.width / len(rows.names) - 3.0)
        if len(text) > 0.6 * len(name):
            frame.text(first - 0.5 + size / 2.0, -0.5 - frame_up(frame, 18.0), text, SMALL, INK, "center")
    for i, j in close:
        box = Rectangle((j - 0.5, i - 0.5), 1, 1, fill=False, edgecolor=INK, linewidth=0.7, linestyle=":", zorder=3.5)
        frame.ax.add_patch(box)


def frame_up(frame: Frame, points: float) -> float:
    """A distance in rows, whose axis runs down."""
    return abs(frame.dy(points))


def name_cells(frame: Frame, rows: IndicatorRows, widest: float) -> None:
    """Number and name of each row on the left, the numbers again above the columns, as many as have room."""
    edge = frame.ax.get_xlim()[0] - frame.dx(frame.left)
    n = len(rows.names)
    size = SMALL if frame.width / n > text_width("88 ", SMALL) else TINY
    every = next(k for k in (1, 2, 5, 10, n) if k * frame.width / n > text_width(f"{n}", size) + 1.0 or k == n)
    for row, name in enumerate(rows.names):
        frame.text(edge + frame.dx(widest - 3.0), row, str(row + 1), SMALL, SOFT_INK, "right")
        frame.text(edge + frame.dx(widest), row, shorten(name, SMALL, WIDEST), SMALL, INK)
        if every == 1 or (row + 1) % every == 0:
            frame.text(row, -0.5 - frame_up(frame, 6.5), str(row + 1), size, SOFT_INK, "center")


def draw_scale(page: Page) -> None:
    """The bar that explains the colours, on the right above the cells."""
    left, bottom = INNER - BAR - 12.0, page.height - 11.0
    corner, opposite = page.at(left, bottom), page.at(left + BAR, bottom + 6.0)
    size = opposite[0] - corner[0], opposite[1] - corner[1]
    ax = page.figure.add_axes((*corner, *size))
    ax.set_axis_off()
    ax.set_autoscale_on(False)
    ax.set_xlim(-1.0, 1.0)
    ax.set_ylim(0.0, 1.0)
    steps = np.linspace(-1.0, 1.0, 41)
    middles, colours = (steps[:-1] + steps[1:]) / 2.0, LinearSegmentedColormap.from_list("signed", SIGNED_SCALE)
    ax.pcolormesh(steps, [0.0, 1.0], middles[None, :], cmap=colours, norm=Normalize(-1.0, 1.0), label="scale")
    for text, share in (("−1", 0.0), ("0", 0.5), ("+1", 1.0)):
        page.write(left + BAR * share, bottom - 8.0, text, SMALL, SOFT_INK, "center")


def write_cells(frame: Frame, subject: Subject, r: Array, fills: Array) -> None:
    """The figure of each cell off the diagonal, black or white, whichever stands out more."""
    dark = luminance(fills) < 0.18
    size = LABEL if frame.width / len(r) > text_width("−0.88 ", LABEL) else TINY
    for (i, j), value in np.ndenumerate(r):
        if i != j:
            colour = "white" if dark[i, j] and not np.isnan(value) else "black"
            frame.text(j, i, subject.figure(value, 2), size, colour, "center")
