"""The weight that each indicator is given, beside its actual influence."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.findings import most_and_least_influence
from indexcalc.report.charts.indicator_rows import ROW, WIDEST, indicator_rows
from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.needs import INDICATORS
from indexcalc.report.charts.page import Frame, Page, new_page
from indexcalc.report.charts.style import INK, LABEL, OTHERS_STRONG, SMALL, SOFT_INK
from indexcalc.report.charts.subject import Subject
from indexcalc.report.numbers import percent
from indexcalc.spec.hierarchy import parents

Array = NDArray[np.float64]

WITH, AGAINST, GIVEN = "#0072B2", "#D55E00", OTHERS_STRONG
"""Indicators that move with the index, and against it; and weights."""
GROUP_GAP = 12.0
"""Height of the line that names a dimension [pt]."""


@chart("weights", place=190, needs=(INDICATORS,))
def weights(subject: Subject) -> Figure:
    """Two bars per indicator: effective weight, and correlation with the index, with its sign; grouped by dimension.

    Without weights where an aggregation takes none.
    """
    voice, rows = subject.voice, indicator_rows(subject)
    result, at = subject.result, list(rows.nodes)
    places = {code: k for k, code in enumerate(result.normalised.codes)}
    carried = subject.run.influence.index[[places[result.nodes[i].code] for i in at]]
    against = np.nan_to_num(carried) < 0
    given = None if _unweighted(subject) else result.effective[at]
    title = most_and_least_influence(carried, given, rows.names, voice)
    subtitle = voice.say("charts.sub_weights" if given is not None else "charts.sub_influence", **subject.facts) + (
        voice.say("charts.sub_against") if against.any() else ""
    )
    grouped = any(name for name, _, _ in rows.groups)  # then direct indicators are listed under the index
    groups = [(name or voice.name(result.framework.name), first) for name, first, _ in rows.groups if grouped]
    heads = [first for _, first in groups]
    heights = [-(row + 0.5) * ROW - GROUP_GAP * sum(first <= row for first in heads) for row in range(len(at))]
    body = -heights[-1] + ROW / 2.0 + 14.0
    page = new_page(title, subtitle, subject.foot, body)
    left = rows.width() + 6.0
    y = np.array(heights) - 14.0 + body
    if given is not None:
        frame = _panel(page, left, 242.0 if left < 130.0 else 190.0)
        draw_bars(frame, given, y, np.full(len(at), GIVEN), [percent(value) for value in given])
        page.write(frame.left, body - 9.0, voice.say("charts.effective_weight"), SMALL, SOFT_INK)
        left = frame.left + frame.width + 10.0
    frame = _panel(page, left, 0.0)
    draw_bars(
        frame, carried, y, np.where(against, AGAINST, WITH), [subject.figure(value, 2) for value in carried], top=1.0
    )
    page.write(frame.left, body - 9.0, voice.say("charts.influence"), SMALL, SOFT_INK)
    for name, first in groups:
        page.write(0.0, y[first] + ROW / 2.0 + 2.5, shorten(name, LABEL, 300.0), LABEL, INK)
    for name, height in zip(rows.names, y, strict=True):
        page.write(0.0, height - 0.37 * SMALL, shorten(name, SMALL, WIDEST), SMALL, SOFT_INK)
    return page.figure


def draw_bars(
    frame: Frame, values: Array, y: Array, colours: NDArray[np.str_], texts: list[str], top: float = 0.0
) -> None:
    """A bar from 0 to each value at the heights y [pt], those below 0 to the left, and its figure on the right. top:
    the value that fills the frame."""
    widest = max(text_width(text, SMALL) for text in texts) + 5.0
    full, low = max(top, float(np.nanmax(values, initial=0.0))) or 1.0, float(np.nanmin(values, initial=0.0))
    frame.ax.set_xlim(low, low + (full - low) * frame.width / (frame.width - widest))
    known = np.nan_to_num(values)
    frame.bars(np.zeros(len(known)), known, y, 0.36 * ROW, list(colours), label="bars")
    for value, height, text in zip(known, y, texts, strict=True):
        frame.text(max(value, 0.0) + frame.dx(3.0), height, text, SMALL, INK)


def _panel(page: Page, left: float, right: float) -> Frame:
    frame = page.frame(left, right, 0.0, 0.0)
    frame.ax.set_ylim(0.0, page.height)
    return frame


def _unweighted(subject: Subject) -> bool:
    return any(node.ignores_weights for node in parents(subject.result.nodes).values())
