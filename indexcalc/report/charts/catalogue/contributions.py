"""What each dimension contributes to the score of the last year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.findings import extremes, parts_apart
from indexcalc.report.charts.lettering import text_width
from indexcalc.report.charts.page import Frame
from indexcalc.report.charts.rows import name_rows, row_frame, row_order, row_page
from indexcalc.report.charts.squares import LEGEND_LINE, draw_legend, legend_places
from indexcalc.report.charts.style import INK, LABEL, PART_COLOURS, RULE, SMALL, SOFT_INK
from indexcalc.report.charts.subject import Subject
from indexcalc.report.numbers import decimals_of, number
from indexcalc.voice import Voice

Array = NDArray[np.float64]


@chart("contributions", place=60, by_default=True)
def contributions(subject: Subject) -> Figure:
    """Stacked bars of the last year (city, part), negative parts to the left; at the end the total they add up to.

    Refused (ChoiceError) unless the root is an arithmetic mean.
    """
    voice = subject.voice
    everything = subject.run.dimension_contributions[np.ix_(*subject.at)][:, -1]
    order = np.array([c for c in row_order(subject) if not np.isnan(subject.rank[c, -1])])
    parts, names = gather(np.nan_to_num(everything[order]), subject.parts, voice)
    total = subject.score[order, -1]
    signed = bool((parts < 0).any())
    if signed:
        title = extremes(subject.score[:, -1], subject.cities.names, subject.facts, voice)
    else:
        title = parts_apart(everything[~np.isnan(subject.rank[:, -1])], subject.parts, subject.facts, voice)
    subtitle = voice.say("charts.sub_contributions", **subject.facts) + (
        voice.say("charts.sub_signed_total") if signed else ""
    )
    legend = legend_places(names)
    above = LEGEND_LINE * (legend[-1][1] + 1)
    page = row_page(title, subtitle, subject, order, above + 25.0, [voice.say("charts.rounding")])
    draw_legend(page, names, PART_COLOURS, legend)
    digits = decimals_of(total)
    frame = row_frame(page, subject, len(order), right=0.0, bottom=21.0, top=above + 4.0)
    page.write(frame.left, 2.0, voice.say("charts.index_score"), SMALL, SOFT_INK)
    limit_parts(frame, parts, room=10.0 + max(text_width(number(value, digits), LABEL) for value in total))
    draw_bars(frame, parts, total, digits, signed=signed)
    draw_totals(frame, parts, total, digits, signed=signed)
    name_rows(frame, subject, order, [INK] * len(subject.cities.names))
    return page.figure


def gather(parts: Array, names: Sequence[str], voice: Voice) -> tuple[Array, list[str]]:
    """No more parts (city, part) than there are colours: beyond, the smallest go together into one."""
    most = len(PART_COLOURS)
    if len(names) <= most:
        return parts, list(names)
    size = np.abs(parts).mean(axis=0)
    kept = np.sort(np.argsort(-size, kind="stable")[: most - 1])
    rest = np.setdiff1d(np.arange(len(names)), kept)
    gathered = np.column_stack([parts[:, kept], parts[:, rest].sum(axis=1)])
    return gathered, [*(names[j] for j in kept), voice.say("charts.other_parts", n=len(rest))]


def limit_parts(frame: Frame, parts: Array, *, room: float) -> None:
    """Horizontal limits that hold every bar, with room [pt] for the total; and the axis."""
    low = float(np.minimum(parts, 0.0).sum(axis=1).min())
    high = float(np.maximum(parts, 0.0).sum(axis=1).max())
    span = (high - low) or 1.0
    point = span / (frame.width - room - 6.0)
    frame.ax.set_xlim(low - (6.0 * point if low < 0 else 0.0), high + room * point + (0.0 if low < 0 else 6.0 * point))
    frame.value_axis(vertical=False, distance=45.0)


def draw_bars(frame: Frame, parts: Array, total: Array, digits: int, *, signed: bool) -> None:
    """The parts side by side, positive to the right of 0 and negative to the left; a figure where it fits.

    Where parts have both signs a figure also keeps clear of the diamond at the total.
    """
    rows = np.arange(len(parts))
    right, left = np.zeros(len(parts)), np.zeros(len(parts))
    for j, colour in enumerate(PART_COLOURS[: parts.shape[1]]):
        part = parts[:, j]
        start = np.where(part >= 0, right, left)
        frame.bars(start, start + part, rows, 0.36, colour, label=f"part {j}")
        for row, value in enumerate(part):
            text, middle = number(value, digits), start[row] + value / 2.0
            room = frame.dx(text_width(text, SMALL) + 3.0)
            clear = not signed or abs(middle - total[row]) > room / 2.0 + frame.dx(3.0)
            if room < abs(value) and clear:
                frame.text(middle, row, text, SMALL, INK, "center")
        right, left = right + np.maximum(part, 0.0), left + np.minimum(part, 0.0)


def draw_totals(frame: Frame, parts: Array, total: Array, digits: int, *, signed: bool) -> None:
    """The total beyond the bar; where parts have both signs, a diamond too, at its place."""
    rows = np.arange(len(total))
    right = np.maximum(parts, 0.0).sum(axis=1)
    if signed:
        frame.segments([[(0.0, -0.5), (0.0, len(total) - 0.5)]], RULE, 0.7, zorder=2.5)
        frame.dots(total, rows, INK, 16.0, 0.7, zorder=4.0, marker="D")
    for row, value in enumerate(total):
        frame.text(right[row] + frame.dx(5.0), row, number(value, digits), LABEL, INK)
