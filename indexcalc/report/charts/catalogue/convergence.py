"""Do the cities draw together: the spread of their scores over the years, and change against where each began."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from indexcalc.analysis.convergence import Convergence
from indexcalc.report.charts.blocks import COLUMN, GUTTER, write_heading
from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.findings import drawn_together
from indexcalc.report.charts.labels import end_labels
from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.needs import YEARS, Need
from indexcalc.report.charts.page import Page, new_page
from indexcalc.report.charts.style import INK, SMALL, SOFT_INK
from indexcalc.report.charts.subject import Subject
from indexcalc.report.numbers import decimals_of, number, percent, signed
from indexcalc.voice import Voice

Array = NDArray[np.float64]

HEIGHT, HEADING = 150.0, 24.0
"""Height of the panels, and of their headings [pt]."""
LINE = "#0072B2"

CITIES = Need("cities", lambda subject: len(subject.cities.names) > 2)


@chart("convergence", place=170, needs=(YEARS, CITIES))
def convergence(subject: Subject) -> Figure:
    """Standard deviation by year; and the change of the score against the first score (city,), both in points."""
    voice, found = subject.voice, subject.run.convergence
    shown = [found.years.index(year) for year in subject.years]
    spread = found.sd[shown].copy()
    if (subject.first, subject.last) == (found.first, found.last):
        spread[[0, -1]] = found.sd_alike
    title = drawn_together(spread, found.drift, ~np.isnan(subject.score), subject.facts, voice)
    title = title + subject.like_with_like if found.comparable else voice.say("charts.gap_incomparable")
    page = new_page(title, voice.say("charts.sub_convergence", **subject.facts), subject.foot, HEIGHT + HEADING)
    write_heading(page, 0.0, page.height, voice.say("charts.sigma"))
    draw_sigma(page, subject, found.sd[shown])
    write_heading(page, COLUMN + GUTTER, page.height, voice.say("charts.beta"), _interval(found, voice))
    if found.slope.n > 2 and not np.isnan(found.slope.slope):
        draw_slope(page, subject, found)
    else:
        page.write(COLUMN + GUTTER, page.height - HEADING - 10.0, _why_not(found, voice), SMALL, SOFT_INK)
    return page.figure


def _why_not(found: Convergence, voice: Voice) -> str:
    """Why there is no regression."""
    cause = "years" if not found.comparable else "cities" if found.slope.n < 3 else "scores"
    return voice.say(f"charts.no_beta_{cause}", n=found.slope.n)


def _interval(found: Convergence, voice: Voice) -> str:
    """The slope with its interval, where there is one."""
    slope = found.slope
    if np.isnan(slope.low):
        return ""
    ends = {"low": signed(slope.low, 2), "high": signed(slope.high, 2), "level": percent(found.level)}
    return voice.say("charts.beta_interval", slope=signed(slope.slope, 2), **ends)


def draw_sigma(page: Page, subject: Subject, sd: Array) -> None:
    """The standard deviation over the years from 0, named at its end."""
    name = f"{subject.voice.say('charts.measure_sd')} {number(sd[-1], decimals_of(sd))}"
    right = 13.0 + text_width(name, SMALL)
    frame = page.frame(24.0, page.width - COLUMN + right, 14.0, HEADING)
    single = 0.5 if len(subject.years) == 1 else 0.0
    frame.ax.set_xlim(subject.first - single, subject.last + single)
    frame.ax.set_ylim(0.0, 1.08 * float(np.nanmax(sd)) or 1.0)
    frame.value_axis(vertical=True, distance=24.0)
    frame.year_axis(subject.years, subject.years)
    line = Line2D(subject.years, sd, color=LINE, linewidth=1.7, marker="o", markersize=3.4, clip_on=False, label="sd")
    frame.ax.add_artist(line)
    if not np.isnan(sd[-1]):
        end_labels(frame, np.array([float(subject.last) + single]), sd[-1:], [name], [INK], size=SMALL)


def draw_slope(page: Page, subject: Subject, found: Convergence) -> None:
    """A dot per city, those in colour named at the right; and the line of the regression."""
    ends = subject.result.score()[subject.at[0]][:, [found.years.index(found.first), found.years.index(found.last)]]
    x, y = ends[:, 0], ends[:, 1] - ends[:, 0]
    cities = subject.cities
    named = [int(c) for c in np.flatnonzero(cities.picked & ~np.isnan(x + y))]
    labels = [shorten(cities.names[c], SMALL, 60.0) for c in named]
    right = 14.0 + max((text_width(text, SMALL) for text in labels), default=0.0)
    frame = page.frame(COLUMN + GUTTER + 30.0, right, 26.0, HEADING)
    frame.ax.set_xlim(*_limits(x))
    frame.ax.set_ylim(*_limits(y))
    frame.value_axis(vertical=True, distance=24.0)
    frame.value_axis(vertical=False, distance=45.0)
    page.write(
        frame.left, 2.0, subject.voice.say("charts.first_score", first=found.first, last=found.last), SMALL, SOFT_INK
    )
    fit = _within(np.array([np.nanmin(x), np.nanmax(x)]), found.slope.intercept, found.slope.slope, frame.ax.get_ylim())
    frame.segments([fit], INK, 0.8, zorder=2.0, label="fit")
    frame.dots(x, y, cities.strong, label="cities")
    end_labels(frame, x[named], y[named], labels, [cities.inks[c] for c in named], size=SMALL)


def _within(ends: Array, alpha: float, beta: float, limits: tuple[float, float]) -> list[tuple[float, float]]:
    """Ends of the line alpha + beta x, no farther than the limits of y (cities without a growth widen x alone).

    >>> _within(np.array([0.0, 4.0]), 1.0, -1.0, (-2.0, 2.0))
    [(0.0, 1.0), (3.0, -2.0)]
    """
    if beta != 0.0:
        low, high = sorted((y - alpha) / beta for y in limits)
        ends = np.clip(ends, low, high)
    return [(float(x), float(alpha + beta * x)) for x in ends]


def _limits(values: Array) -> tuple[float, float]:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    margin = 0.08 * (high - low) or 0.01
    return low - margin, high + margin
