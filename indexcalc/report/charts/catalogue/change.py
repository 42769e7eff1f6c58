"""The first year against the last, one dumbbell per city."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.findings import gains, largest_if_few
from indexcalc.report.charts.lettering import text_width
from indexcalc.report.charts.needs import YEARS
from indexcalc.report.charts.page import Frame
from indexcalc.report.charts.rows import column_width, name_rows, row_frame, row_order, row_page, write_column
from indexcalc.report.charts.style import INK, SMALL, SOFT_INK
from indexcalc.report.charts.subject import Cities, Subject
from indexcalc.report.numbers import decimals_of, number, signed
from indexcalc.report.text.findings import SAME

Array = NDArray[np.float64]


@chart("change", place=50, needs=(YEARS,))
def change(subject: Subject) -> Figure:
    """Score of the first and the last year of every city (city, 2), and the gain in a column on the right."""
    voice, order = subject.voice, row_order(subject, named_by_title(subject))
    subtitle = voice.say("charts.sub_change", **subject.facts) + subject.cities.in_words(voice)
    page = row_page(title(subject), subtitle, subject, order, 26.0, [voice.say("charts.rounding")])
    digits, ends = decimals_of(subject.score), subject.compared[0]
    gained = [subject.missing if np.isnan(a + b) else signed(b - a, digits) for a, b in ends]
    heading = voice.say("charts.change")
    column = column_width(heading, gained)
    frame = row_frame(page, subject, len(order), right=column, bottom=12.0, top=14.0)
    limit_values(frame, ends, room=8.0 + max(text_width(number(v, digits), SMALL) for v in ends[~np.isnan(ends)]))
    draw_dumbbells(frame, subject.cities, order, ends)
    write_ends(frame, ends[order], digits)
    name_rows(frame, subject, order, subject.cities.inks)
    write_column(page, frame, heading, [gained[c] for c in order], column)
    score_word = voice.say("charts.relative_score" if subject.relative else "charts.index_score")
    page.write(frame.left, page.height - 10.0, score_word, SMALL, SOFT_INK)
    return page.figure


def title(subject: Subject) -> str:
    """What the chart finds; of scores that compare within a year only, nothing over the years."""
    if subject.relative:
        return subject.voice.say("charts.neutral", **subject.facts)
    said = gains(subject.compared[0], subject.cities.names, subject.facts, subject.voice)
    return said + subject.like_with_like


def named_by_title(subject: Subject) -> list[int]:
    """Positions of the cities that the title may name: the largest gain and the smallest."""
    if subject.relative:
        return []
    gain = np.round(np.diff(subject.compared[0])[:, 0], SAME)
    return [*largest_if_few(gain), *largest_if_few(-gain)]


def limit_values(frame: Frame, values: Array, *, room: float) -> None:
    """Horizontal limits and axis, with room [pt] on both sides for figures."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    span = (high - low) or 1.0
    margin = room * span / (frame.width - 2.0 * room)
    frame.ax.set_xlim(low - margin, low + span + margin)
    frame.value_axis(vertical=False, distance=45.0)


def draw_dumbbells(frame: Frame, cities: Cities, order: NDArray[np.int64], ends: Array) -> None:
    """A hollow dot for the first year, a solid one for the last, and a line between. ends: (city, 2)."""
    rows = np.arange(len(order))
    colours = [cities.strong[c] for c in order]
    first, last = ends[order, 0], ends[order, 1]
    frame.segments([[(a, y), (b, y)] for a, b, y in zip(first, last, rows, strict=True)], colours, 1.4, zorder=2.0)
    frame.ax.scatter(first, rows, s=15.0, c="white", edgecolors=colours, linewidths=1.1, zorder=3.0, label="first")
    frame.ax.scatter(last, rows, s=20.0, c=colours, linewidths=0.0, zorder=3.5, label="last")


def write_ends(frame: Frame, ends: Array, digits: int) -> None:
    """Both figures of each row (row, 2), outside the dots."""
    for row, (first, last) in enumerate(ends):
        side = -1 if last < first else 1
        for value, way, ink in ((first, -side, SOFT_INK), (last, side, INK)):
            if not np.isnan(value):
                x = value + way * frame.dx(5.0)
                frame.text(x, row, number(value, digits), SMALL, ink, "left" if way > 0 else "right")
