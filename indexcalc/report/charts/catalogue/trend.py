"""The index over the years; and how lines of cities are drawn anywhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.findings import over_time
from indexcalc.report.charts.labels import end_labels
from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.needs import YEARS
from indexcalc.report.charts.page import Frame, new_page, page_on
from indexcalc.report.charts.style import APART, LABEL, NAME_WIDTH, OTHERS, PALE, SMALL, SOFT_INK
from indexcalc.report.charts.subject import Cities, Subject, last_seen
from indexcalc.report.numbers import decimals_of, decimals_shown, grouped
from indexcalc.report.units import unit_name

Array = NDArray[np.float64]

MOST_LABELS = 24
"""With more cities only those in colour, the highest and the lowest are named."""
LARGE = 1000.0
"""Figures of which one is so large are printed without decimals."""
MOST_LINES = 40
"""With more cities those that are not in colour are thin lines."""


@chart("trend", place=10, by_default=True, needs=(YEARS,))
def trend(subject: Subject) -> Figure:
    """The index of every city over the years, (city, year); names and last scores at the ends of the lines."""
    cities, voice, score = subject.cities, subject.voice, subject.score
    named = to_name(score, cities)
    texts = end_texts(score, subject, LABEL, digits=decimals_of_lines(subject))
    found, subtitle = title(subject), _subtitle(subject) + cities.in_words(voice, unnamed=not named.all())
    body = max(200.0, APART * LABEL * int(named.sum()) + 28.0)
    page = (
        new_page(found, subtitle, subject.foot, body, subject.shape)
        if subject.ax is None
        else page_on(subject.ax, found)
    )
    if page.height - 28.0 < APART * LABEL * (named.sum() - 1):  # a page of a fixed shape: no room for all names
        named = cities.picked
    right = 13.0 + max(text_width(texts[c], LABEL) for c in np.flatnonzero(named))
    frame = page.frame(
        left=_room_for_values(score) if subject.unit is not None else 26.0, right=right, bottom=14.0, top=14.0
    )
    limit_lines(frame, subject.years, score)
    page.write(0.0, page.height - 8.0, measured(subject), SMALL, SOFT_INK)
    draw_lines(frame, subject.years, score, cities)
    label_lines(frame, subject.years, score, texts, cities.inks, named, size=LABEL)
    return page.figure


def title(subject: Subject) -> str:
    """What the chart finds; of scores that compare within a year only, nothing over the years."""
    if subject.relative:
        return subject.voice.say("charts.neutral", **subject.facts)
    said = over_time(*subject.compared, subject.cities.names, subject.facts, subject.voice)
    return said + subject.like_with_like


def _subtitle(subject: Subject) -> str:
    """What the lines are: of figures their unit, and whether lower is better."""
    voice, unit = subject.voice, subject.unit
    if unit is None:
        return voice.say("charts.sub_trend", **subject.facts)
    told = voice.say("charts.figures_unit", unit=unit_name(unit, voice)) if unit else ""
    return voice.say("charts.sub_figures", **subject.facts, unit=told)


def measured(subject: Subject) -> str:
    """What the vertical axis measures."""
    voice = subject.voice
    if subject.unit is not None:
        return unit_name(subject.unit, voice) or voice.say("charts.figures")
    if subject.relative:
        return voice.say("charts.relative_score")
    return voice.say("charts.part_score" if subject.node else "charts.index_score")


def decimals_of_lines(subject: Subject) -> int:
    """Decimals of the scores or figures at the ends of the lines: of figures none that all of them lack."""
    digits = decimals_of(subject.score)
    if subject.unit is None:
        return digits
    known = subject.score[~np.isnan(subject.score)]
    return 0 if np.abs(known).max() >= LARGE else min(digits, decimals_shown(known))


def _room_for_values(score: Array) -> float:
    """Room for figures on the left [pt]."""
    return max(26.0, 10.0 + text_width(f"{grouped(float(np.nanmax(np.abs(score))), 0)}.0", SMALL))


def to_name(score: Array, cities: Cities) -> NDArray[np.bool_]:
    """Which cities get a label (city,)."""
    if len(cities.names) <= MOST_LABELS:
        return np.ones(len(cities.names), bool)
    last = score[:, -1]
    return np.asarray(cities.picked | (last == np.nanmax(last)) | (last == np.nanmin(last)), bool)


def end_texts(score: Array, subject: Subject, size: float, *, digits: int, widest: float = NAME_WIDTH) -> list[str]:
    """Name and last score of each city, and the year where it is not the last; nothing where there is no score."""
    at, ends = last_seen(score)
    texts = []
    for name, end, t in zip(subject.cities.names, ends, at.tolist(), strict=True):
        early = t < len(subject.years) - 1
        year = subject.voice.say("charts.last_seen", year=subject.years[t]) if early else ""
        texts.append("" if np.isnan(end) else f"{shorten(name, size, widest)} {grouped(end, digits)}{year}")
    return texts


def limit_lines(frame: Frame, years: Sequence[int], score: Array) -> None:
    """Limits and axes for lines over years. score: all that is to fit on the vertical axis."""
    single = 0.5 if len(years) == 1 else 0.0
    frame.ax.set_xlim(years[0] - single, years[-1] + single)
    low, high = float(np.nanmin(score)), float(np.nanmax(score))
    margin = 0.03 * (high - low) or 0.5
    frame.ax.set_ylim(low - margin, high + margin)
    frame.value_axis(vertical=True, distance=19.0)
    frame.year_axis(years, years)


def draw_lines(frame: Frame, years: Sequence[int], score: Array, cities: Cities) -> None:
    """One line per city (city, year), with gaps where scores are missing; a year between two gaps is a dot."""
    at, _ = last_seen(score)
    many = len(cities.names) > MOST_LINES
    if many:
        draw_behind(frame, years, score[~cities.picked])
    single = alone(score)
    for c in np.flatnonzero(cities.picked) if many else cities.drawing_order:
        picked, dots = bool(cities.picked[c]), single[c]
        dots[at[c]] |= picked and not np.isnan(score[c, at[c]])
        line = Line2D(
            years,
            score[c],
            color=cities.colours[c],
            linewidth=1.7 if picked else 0.9,
            solid_capstyle="round",
            marker="o" if dots.any() else "",
            markersize=3.8 if picked else 2.4,
            markeredgewidth=0.0,
            markevery=np.flatnonzero(dots).tolist() or None,
            clip_on=False,
            zorder=3.0 if picked else 2.0,
            label=cities.names[c],
        )
        frame.ax.add_artist(line)


def alone(values: Array) -> NDArray[np.bool_]:
    """Values (line, year) with none in the year before or after: a line would not show them.

    >>> alone(np.array([[1.0, np.nan, 2.0, 3.0]]))
    array([[ True, False, False, False]])
    """
    known = np.pad(~np.isnan(values), ((0, 0), (1, 1)))
    return np.asarray(known[:, 1:-1] & ~known[:, 2:] & ~known[:, :-2])


def draw_behind(frame: Frame, years: Sequence[int], values: Array) -> None:
    """Thin grey lines without names (line, year), with gaps where values are missing; a year between gaps is a dot."""
    lines = np.stack(np.broadcast_arrays(np.array(years, float), values), axis=-1)
    crowd = len(lines) > 10 * MOST_LINES
    colour = PALE if crowd else OTHERS
    frame.segments(lines, colour, 0.3 if crowd else 0.4, zorder=1.5)
    dots = lines[alone(values)]
    frame.ax.scatter(
        dots[:, 0], dots[:, 1], s=1.0 if crowd else 3.0, c=colour, linewidths=0.0, zorder=1.5, clip_on=False
    )


def label_lines(
    frame: Frame,
    years: Sequence[int],
    score: Array,
    texts: Sequence[str],
    inks: Sequence[str],
    named: NDArray[np.bool_],
    *,
    size: float,
) -> None:
    """Labels at the ends of the lines that are `named` (city,)."""
    at, ends = last_seen(score)
    chosen = np.flatnonzero(named).tolist()
    x = np.array(years, float)[at[chosen]]
    end_labels(frame, x, ends[chosen], [texts[c] for c in chosen], [inks[c] for c in chosen], size=size)
