"""The index beside rankings and classifications by others."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from indexcalc.report.charts.blocks import COLUMN, GUTTER, write_heading
from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.findings import closest_yardstick, interval_of
from indexcalc.report.charts.labels import end_labels
from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.needs import Need
from indexcalc.report.charts.page import Frame, Page, new_page
from indexcalc.report.charts.style import GRID, SMALL, SOFT_INK
from indexcalc.report.charts.subject import Subject
from indexcalc.spec.analyses import Yardstick
from indexcalc.voice import Voice

Array = NDArray[np.float64]

PANEL, HEADING = 150.0, 26.0
"""Height of a panel with its axes, and of its heading [pt]."""


class Held(NamedTuple):
    """One yardstick in the last year in which it lists cities: places (city,), higher is better, index scores (city,),
    how many cities are compared, and their rank correlation with its interval."""

    yardstick: Yardstick
    year: int
    place: Array
    score: Array
    n: int
    spearman: float
    low: float
    high: float


YARDSTICKS = Need(
    "yardsticks",
    lambda subject: any(lists_a_city(one, subject) for one in subject.run.specification.yardsticks.values()),
)


@chart("yardsticks", place=180, needs=(YARDSTICKS,))
def yardsticks(subject: Subject) -> Figure:
    """One panel per yardstick: index score against place, (city,), in the last year that the yardstick covers.

    Refused (ChoiceError) as `analysis.yardsticks` refuses.
    """
    voice, held = subject.voice, held_against(subject)
    names = [voice.name(one.yardstick.name) for one in held]
    rho, ends = [one.spearman for one in held], [(one.low, one.high) for one in held]
    title = closest_yardstick(rho, ends, [one.n for one in held], names, subject.facts, voice)
    rows = ceil(len(held) / 2)
    subtitle = voice.say("charts.sub_yardsticks", **subject.facts) + subject.cities.in_words(voice)
    page = new_page(title, subtitle, (*subject.foot, *_sources(held, voice)), rows * (PANEL + HEADING + 8.0) - 8.0)
    for i, one in enumerate(held):
        row, column = divmod(i, 2)
        _draw(page, subject, one, column * (COLUMN + GUTTER), page.height - row * (PANEL + HEADING + 8.0))
    return page.figure


def held_against(subject: Subject) -> list[Held]:
    """The yardsticks that list a city of the index, each in the last year in which it does."""
    found = subject.run.yardsticks
    held = []
    for y, yardstick in enumerate(found.declared.values()):
        places = found.places[y]
        listed = np.flatnonzero((~np.isnan(places) & ~np.isnan(found.scores[:, :, 0])).any(axis=0))
        if len(listed):
            t, cities = int(listed[-1]), subject.at[0]
            values = places[cities, t], found.scores[cities, t, 0]
            figures = (float(one[y, t, 0]) for one in (found.spearman, found.low, found.high))
            held.append(Held(yardstick, found.years[t], *values, int(found.n[y, t, 0]), *figures))
    return held


def lists_a_city(yardstick: Yardstick, subject: Subject) -> bool:
    """Whether a yardstick lists a city of the index, as far as can be seen without comparing the index with it."""
    if yardstick.column is not None:
        return yardstick.column in subject.result.panel.codes
    cities = {subject.result.cities[c] for c in subject.at[0]}
    return any(year in subject.years and cities & by_city.keys() for year, by_city in yardstick.values.items())


def _draw(page: Page, subject: Subject, one: Held, left: float, top: float) -> None:
    """One panel below its upper left corner: higher is better in both directions."""
    voice, cities = subject.voice, subject.cities
    known = ~np.isnan(one.place + one.score)
    named = [int(c) for c in np.flatnonzero(cities.picked & known)]
    labels = [shorten(cities.names[c], SMALL, 56.0) for c in named]
    ticks = _ticks(one)
    room = max(text_width(text, SMALL) for text in ticks.values()) + 6.0
    right = 14.0 + max((text_width(text, SMALL) for text in labels), default=0.0)
    write_heading(page, left, top, voice.name(one.yardstick.name))
    rho = subject.figure(one.spearman, 2)
    told = voice.say(
        "charts.yardstick_found", year=one.year, rho=rho, n=one.n, interval=interval_of(one.low, one.high, voice)
    )
    page.write(left, top - 20.0, shorten(told, SMALL, COLUMN), SMALL, SOFT_INK)
    frame = page.frame(
        left + room, page.width - left - COLUMN + right, top - HEADING - PANEL + 26.0, page.height - top + HEADING
    )
    low, high = float(one.score[known].min()), float(one.score[known].max())
    margin = 0.08 * (high - low) or 0.5
    frame.ax.set_xlim(low - margin, high + margin)
    frame.ax.set_ylim(min(ticks) - 0.6, max(ticks) + 0.6)
    frame.value_axis(vertical=False, distance=40.0)
    _name_places(frame, ticks)
    page.write(frame.left, top - HEADING - PANEL + 2.0, voice.say("charts.index_score"), SMALL, SOFT_INK)
    colours = [cities.strong[c] for c in np.flatnonzero(known)]
    frame.dots(one.score[known], one.place[known], colours, label="cities")
    end_labels(frame, one.score[named], one.place[named], labels, [cities.inks[c] for c in named], size=SMALL)


def _ticks(one: Held) -> dict[float, str]:
    """Places and what is written there: classes, or a few ranks or figures."""
    known = one.place[~np.isnan(one.place + one.score)]
    places = (
        np.unique(known)
        if one.yardstick.kind == "classes"
        else np.unique(np.linspace(known.min(), known.max(), 5).round())
    )
    if one.yardstick.kind != "classes" and len(places) < 2:
        places = np.unique(known)
    return {
        float(place): f"{entry:g}" if isinstance(entry := one.yardstick.entry(float(place)), float) else entry
        for place in places
    }


def _name_places(frame: Frame, ticks: dict[float, str]) -> None:
    low, high = frame.ax.get_xlim()
    frame.segments([[(low, y), (high, y)] for y in ticks], GRID, 0.5, zorder=0.5)
    last = -np.inf
    for y, text in sorted(ticks.items()):
        if (y - last) / frame.dy(1.0) > SMALL:
            frame.text(low - frame.dx(4.0), y, text, SMALL, SOFT_INK, "right")
            last = y


def _sources(held: list[Held], voice: Voice) -> list[str]:
    """Where the yardsticks come from, for the foot."""
    told = [voice.name(one.yardstick.source) for one in held if one.yardstick.source is not None]
    return [voice.say("charts.yardstick_sources", sources=voice.semicolon(told))] if told else []
