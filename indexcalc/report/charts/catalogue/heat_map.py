"""City by year: every score as a figure in a cell."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.findings import extremes
from indexcalc.report.charts.lettering import text_width
from indexcalc.report.charts.page import Frame
from indexcalc.report.charts.rows import name_rows, row_frame, row_order, row_page
from indexcalc.report.charts.style import INK, LABEL, SCALE, SIGNED_SCALE, SMALL, SOFT_INK
from indexcalc.report.charts.subject import Subject
from indexcalc.report.numbers import decimals_of, number

Array = NDArray[np.float64]


@chart("heat_map", place=40)
def heat_map(subject: Subject) -> Figure:
    """Scores (city, year) in cells, cities by rank of the last year."""
    voice, score, order = subject.voice, subject.score, row_order(subject)
    signed = bool(np.nanmin(score) < 0 < np.nanmax(score))
    title = extremes(score[:, -1], subject.cities.names, subject.facts, voice)
    ends = ends_of(score[order], decimals_of(score))
    subtitle = voice.say("charts.sub_heat_map_signed" if signed else "charts.sub_heat_map", **subject.facts, **ends)
    page = row_page(title, subtitle, subject, order, 14.0)
    frame = row_frame(page, subject, len(order), right=0.0, bottom=0.0, top=14.0)
    frame.ax.set_xlim(-0.5, len(subject.years) - 0.5)
    frame.year_axis(range(len(subject.years)), subject.years, top=True)
    fills = draw_cells(frame, score[order], signed=signed)
    write_cells(frame, subject, score[order], fills, least=min(2, max(0, decimals_of(score) - 1)))
    name_rows(frame, subject, order, [INK] * len(score))
    return page.figure


def draw_cells(frame: Frame, score: Array, *, signed: bool) -> Array:
    """Cells (row, year) from pale to blue; where signs differ, from orange over white at 0 to blue.

    Returns their colours (row, year, 3).
    """
    low, high = float(np.nanmin(score)), float(np.nanmax(score))
    if signed:
        low, high = -max(-low, high), max(-low, high)
    return frame.cells(score, SIGNED_SCALE if signed else SCALE, (low, high))


def ends_of(score: Array, digits: int) -> dict[str, str]:
    """What the palest and the darkest cell stand for, for cells too narrow for figures."""
    return {"low": number(float(np.nanmin(score)), digits), "high": number(float(np.nanmax(score)), digits)}


def luminance(colours: Array) -> Array:
    """Relative luminance of colours (..., 3), as in WCAG 2.

    >>> luminance(np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]))
    array([0., 1.])
    """
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def write_cells(frame: Frame, subject: Subject, score: Array, fills: Array, *, least: int = 0) -> None:
    """The figure of each cell, black or white, whichever stands out more; fewer decimals, or none, in narrow cells.

    least: the decimals that figures between 0 and 1 keep; where even these are too wide the 0 before them goes first.
    """
    width, most = frame.width / score.shape[1] - 3.0, max(decimals_of(score), least)
    known = score[~np.isnan(score)]
    size = LABEL if frame.height / len(score) > 12.0 else SMALL
    forms: list[Callable[[float], str]] = [partial(number, decimals=digits) for digits in range(most, least - 1, -1)]
    forms += [lambda value: number(value, least).removeprefix("0")] if least else []
    fitting = (form for form in forms if max(text_width(form(value), size) for value in known) <= width)
    written = next(fitting, None)
    if written is None:
        return
    dark = luminance(fills) < 0.18
    for (row, t), value in np.ndenumerate(score):
        text = subject.missing if np.isnan(value) else written(value)
        frame.text(t, row, text, size, SOFT_INK if np.isnan(value) else "white" if dark[row, t] else "black", "center")
