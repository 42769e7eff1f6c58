"""What holds each city back: its obstacle degrees by dimension, and its largest single obstacle."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.catalogue.contributions import draw_bars, gather
from indexcalc.report.charts.findings import most_frequent_obstacle
from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.needs import PARTS
from indexcalc.report.charts.page import INNER
from indexcalc.report.charts.rows import name_rows, row_frame, row_order, row_page
from indexcalc.report.charts.squares import LEGEND_LINE, draw_legend, legend_places
from indexcalc.report.charts.style import INK, PART_COLOURS, SMALL, SOFT_INK
from indexcalc.report.charts.subject import Subject
from indexcalc.report.numbers import share_text

Array = NDArray[np.float64]

WIDEST = 160.0
"""Room for the largest obstacle [pt], at the most."""


@chart("obstacles", place=160, needs=(PARTS,))
def obstacles(subject: Subject) -> Figure:
    """Shares of the dimensions in what each city lacks (city, dimension), last year; beside it the largest obstacle.

    A city without any obstacle has no bar. Refused (ChoiceError) as `analysis.obstacles` refuses.
    """
    voice, grid = subject.voice, np.ix_(*subject.at)
    found = subject.run.obstacles
    degree, parts = found.degree[grid][:, -1], 100.0 * np.nan_to_num(found.by_dimension[grid][:, -1])
    ranked = ~np.isnan(subject.rank[:, -1])
    order = np.array([c for c in row_order(subject) if ranked[c]])
    names = [voice.node(code) for code in found.indicators]
    first = [int(np.nanargmax(one)) if np.nan_to_num(one).any() else -1 for one in degree]
    parts, labels = gather(parts, subject.parts, voice)
    legend = legend_places(labels)
    above = LEGEND_LINE * (legend[-1][1] + 1)
    title = most_frequent_obstacle(
        [names[k] for k, counts in zip(first, ranked, strict=True) if counts and k >= 0],
        int(ranked.sum()),
        subject.facts,
        voice,
    )
    subtitle = voice.say("charts.sub_obstacles", **subject.facts)
    page = row_page(title, subtitle, subject, order, above + 18.0)
    draw_legend(page, labels, PART_COLOURS, legend)
    heading = voice.say("charts.largest_obstacle")
    told = ["" if first[c] < 0 else f"{names[first[c]]} {share_text(degree[c, first[c]], 1)}" for c in order]
    column = min(WIDEST, max(text_width(text, SMALL) for text in [*told, heading]))
    frame = row_frame(page, subject, len(order), right=column + 8.0, bottom=0.0, top=above + 18.0)
    frame.ax.set_xlim(0.0, 100.0)
    draw_bars(frame, parts[order], np.full(len(order), np.inf), 0, signed=False)
    name_rows(frame, subject, order, [INK] * len(subject.cities.names))
    for row, c in enumerate(order):
        if (k := first[c]) >= 0:
            text = entry(names[k], share_text(degree[c, k], 1), column)
            frame.text(100.0 + frame.dx(8.0), row, text, SMALL, INK)
    top = page.height - above - 12.0
    page.write(frame.left, top, voice.say("charts.share_of_lacking", **subject.facts), SMALL, SOFT_INK)
    page.write(INNER - column, top, heading, SMALL, SOFT_INK)
    return page.figure


def entry(name: str, figure: str, width: float) -> str:
    """A name with its figure, cut after a word where it is wider than `width` [pt]; a single word in its middle.

    >>> entry("Telecom revenue per resident", "5.3%", 80.0)
    'Telecom revenue... 5.3%'
    """
    room = width - text_width(f" {figure}", SMALL) + 0.01  # the widest name is as wide as the column
    if text_width(name, SMALL) > room:
        words = name.split(" ")
        tried = (" ".join(words[:n]).rstrip(",;") + "..." for n in range(len(words) - 1, 0, -1))
        name = next((short for short in tried if text_width(short, SMALL) <= room), shorten(name, SMALL, room))
    return f"{name} {figure}"
