"""Which choice moves the ranks: Sobol' indices of the mean rank shift and of each claim."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.findings import largest_index
from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.needs import RIVALS, Need
from indexcalc.report.charts.page import INNER, Frame, Page, new_page
from indexcalc.report.charts.style import INK, LABEL, RULE, SMALL, SOFT_INK
from indexcalc.report.charts.subject import Subject
from indexcalc.report.numbers import number, percent
from indexcalc.report.text.claims import claim_sentence
from indexcalc.report.text.robustness import factor_name
from indexcalc.report.text.study import instead_of_indices
from indexcalc.robustness.result import SensitivityResult

Array = NDArray[np.float64]

ROW, HEADING, GAP, TICKS = 14.0, 16.0, 9.0, 11.0
"""Heights of a factor and of the name of an output, the space between two outputs, and that of the last ticks [pt]."""
TOTAL, FIRST = "#a3c8e6", "#1f66a8"
WIDEST = 120.0
LOW, HIGH, COLUMN = -0.2, 1.2, 84.0
"""Where whiskers are cut: an index is between 0 and 1, apart from the noise of its estimate. Room for figures [pt]."""


class Output(NamedTuple):
    """Something that choices move: what it is, and the row of the result that belongs to it."""

    name: str
    row: int


SENSITIVITY = Need("sensitivity", lambda subject: subject.run.sensitivity is not None, study="sensitivity")


@chart("sensitivity", place=110, needs=(SENSITIVITY, RIVALS))
def sensitivity(subject: Subject) -> Figure:
    """Two bars per factor, total over first-order index (output, factor), with the interval of the total."""
    voice, found = subject.voice, subject.run.sensitivity
    assert found is not None
    names = [factor_name(code, voice) for code in found.factors]
    outputs = outputs_of(found, subject)
    instead = [instead_of_indices(found, output.row) for output in outputs]
    heights = [HEADING + ROW * (1 if sentence else len(names)) for sentence in instead]
    facts = {**subject.facts, "last": found.year, "n": f"{found.evaluations:,}", "level": percent(found.confidence)}
    title = largest_index(found.total[0], found.total_interval[0], instead[0], names, facts, voice)
    foot = (*subject.foot, voice.say("charts.sensitivity_draws", **facts, seed=found.seed))
    body = sum(heights) + GAP * (len(heights) - 1) + TICKS + 3.0
    page = new_page(title, voice.say("charts.sub_sensitivity", **facts), foot, body)
    y, drawn = body, [output for output, sentence in zip(outputs, instead, strict=True) if not sentence]
    for output, sentence, height in zip(outputs, instead, heights, strict=True):
        page.write(0.0, y - 9.0, shorten(output.name, LABEL, INNER), LABEL, INK)
        last = bool(drawn) and output is drawn[-1]
        if sentence:
            page.write(0.0, y - HEADING - 8.0, voice.say(f"charts.{sentence}"), SMALL, SOFT_INK)
        else:
            _draw(page, subject, found, output.row, names, (y - height, height - HEADING), last=last)
        y -= height + GAP + (TICKS if last else 0.0)
    return page.figure


def outputs_of(found: SensitivityResult, subject: Subject) -> list[Output]:
    """The mean rank shift, then the claims."""
    outputs = [Output(subject.voice.say("charts.mean_shift", last=found.year), 0)]
    years = subject.result.years
    for i, claim in enumerate(found.claims):
        outputs.append(Output(claim_sentence(claim, years, subject.voice), found.of_claim(i)))
    return outputs


def _draw(
    page: Page,
    subject: Subject,
    found: SensitivityResult,
    row: int,
    names: list[str],
    at: tuple[float, float],
    *,
    last: bool,
) -> None:
    """One output: two bars per factor and the interval of the total, at a height and of a height [pt]."""
    bottom, height = at
    left = min(WIDEST, max(text_width(name, SMALL) for name in names)) + 8.0
    frame = page.frame(left, COLUMN, bottom, page.height - bottom - height)
    low, high = limits_of(found)
    frame.ax.set_xlim(low, high)
    frame.ax.set_ylim(len(names) - 0.5, -0.5)
    frame.segments([[(x, -0.5), (x, len(names) - 0.5)] for x in (0.0, 0.5, 1.0)], RULE, 0.4, zorder=0.5)
    order = np.argsort(-np.nan_to_num(found.total[row]), kind="stable")
    draw_bars(frame, found.total[row, order], TOTAL, 0.34, "total")
    draw_bars(frame, found.first[row, order], FIRST, 0.15, "first")
    ends = np.clip(found.total_interval[row, order], LOW, HIGH)
    whiskers = [[(a, y), (b, y)] for y, (a, b) in enumerate(ends) if not np.isnan(a + b)]
    frame.segments(whiskers, INK, 0.8, zorder=3.0, label="interval")
    for y, f in enumerate(order):
        frame.text(low - frame.dx(left), y, shorten(names[f], SMALL, WIDEST), SMALL, INK)
        figure = _figure(found.total[row, f], found.total_interval[row, f], subject)
        frame.text(high + frame.dx(COLUMN), y, figure, SMALL, INK, "right")
    if last:
        for x in (0.0, 0.5, 1.0):
            frame.text(x, len(names) - 0.5 - frame.dy(8.0), f"{x:g}", SMALL, SOFT_INK, "center")


def limits_of(found: SensitivityResult) -> tuple[float, float]:
    """From 0 to 1, and beyond as far as noise reaches."""
    shown = [
        row for row in (0, *(found.of_claim(i) for i in range(len(found.claims)))) if not instead_of_indices(found, row)
    ]
    values = np.concatenate([found.total_interval[shown].ravel(), found.first[shown].ravel()])
    ends = np.clip([np.nanmin(values, initial=0.0), np.nanmax(values, initial=1.0)], LOW, HIGH)
    return float(ends[0]), float(ends[1])


def draw_bars(frame: Frame, values: Array, colour: str, half: float, label: str) -> None:
    """Bars from 0; an index below 0, which is noise, goes to the left."""
    known = np.clip(np.nan_to_num(values), LOW, HIGH)
    frame.bars(np.zeros(len(known)), known, range(len(known)), half, colour, zorder=2.0, label=label)


def _figure(value: float, interval: Array, subject: Subject) -> str:
    """An index with its interval."""
    if np.isnan(value):
        return subject.missing
    low, high = (number(end, 2) if abs(end) < 10 else ">9" for end in interval)
    return subject.voice.say("charts.with_interval", value=number(value, 2), low=low, high=high)
