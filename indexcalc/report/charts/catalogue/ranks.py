"""Ranks over the years, as a bump chart."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.catalogue.trend import draw_behind
from indexcalc.report.charts.findings import rank_changes
from indexcalc.report.charts.labels import end_labels
from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.needs import RIVALS, YEARS
from indexcalc.report.charts.page import Frame, Page, new_page, page_on
from indexcalc.report.charts.rows import row_order, some_in_words
from indexcalc.report.charts.style import APART, LABEL, NAME_WIDTH, OTHERS_STRONG
from indexcalc.report.charts.subject import Subject, last_seen

MOST_DOTS = 20
"""Of more years the dots would touch."""


@chart("ranks", place=20, by_default=True, needs=(YEARS, RIVALS), also=("bump",))
def ranks(subject: Subject) -> Figure:
    """The rank of every city over the years, 1 on top; names at both ends, and on the right the places gained.

    Of many cities only those that have a row in other charts are named; the others are thin lines behind them.
    """
    n, (page, named) = len(subject.cities.names), _page(subject)
    left, right = left_texts(subject), right_texts(subject)
    widest = [max(text_width(texts[c], LABEL) for c in named) for texts in (left, right)]
    frame = page.frame(left=11.0 + widest[0], right=11.0 + widest[1], bottom=0.0, top=14.0)
    frame.ax.set_xlim(subject.first, subject.last)
    high, low = (np.nanmin(subject.rank), np.nanmax(subject.rank)) if subject.some else (1, n)
    frame.ax.set_ylim(low + 0.5, high - 0.5)
    frame.year_axis(subject.years, subject.years, top=True)
    draw_ranks(frame, subject, named)
    inks, rank = subject.cities.inks, subject.rank
    here = [c for c in named if left[c]]
    first = np.full(len(here), float(subject.first))
    end_labels(
        frame, first, rank[here, 0], [left[c] for c in here], [inks[c] for c in here], size=LABEL, gap=9.0, side=-1
    )
    at, ends = last_seen(rank)
    x, texts = np.array(subject.years, float)[at[named]], [right[c] for c in named]
    end_labels(frame, x, ends[named], texts, [inks[c] for c in named], size=LABEL, gap=9.0)
    return page.figure


def title(subject: Subject) -> str:
    """What the chart finds."""
    ends = np.stack(subject.ranks_of_ends, axis=1)
    return rank_changes(ends, subject.cities.names, subject.facts, subject.voice)


def _page(subject: Subject) -> tuple[Page, NDArray[np.int64]]:
    """The page, and the positions of the cities that have a name on it."""
    voice, n, named = subject.voice, len(subject.cities.names), np.sort(row_order(subject))
    if subject.ax is not None:
        return _with_room(page_on(subject.ax, title(subject)), subject, named)
    subtitle = voice.say("charts.sub_ranks", **subject.facts) + subject.cities.in_words(voice)
    if subject.some:
        subtitle += voice.say(
            "charts.among", n=int(np.isfinite(subject.result.ranks[:, subject.at[1][-1], subject.node]).sum())
        )
    row = 13.5 if n <= 20 else 11.0
    some = (some_in_words(subject, "charts.some_names", len(named)),) if len(named) < n else ()
    height = max(row * len(named) + 14.0, 110.0)
    return _with_room(new_page(title(subject), subtitle, (*subject.foot, *some), height, subject.shape), subject, named)


def _with_room(page: Page, subject: Subject, named: NDArray[np.int64]) -> tuple[Page, NDArray[np.int64]]:
    """Where the page has no room for all names, those in colour alone have one."""
    if page.height - 14.0 < APART * LABEL * (len(named) - 1):
        named = named[subject.cities.picked[named]]
    return page, named


def draw_ranks(frame: Frame, subject: Subject, named: NDArray[np.int64]) -> None:
    """One line per city, with a dot in every year where there is room; those not `named` thin and without dots."""
    cities = subject.cities
    others, dots = np.delete(subject.rank, named, axis=0), len(subject.years) <= MOST_DOTS
    draw_behind(frame, subject.years, others)
    for c in [c for c in cities.drawing_order if c in named]:
        picked = bool(cities.picked[c])
        line = Line2D(
            subject.years,
            subject.rank[c],
            color=cities.colours[c] if picked or not len(others) else OTHERS_STRONG,
            linewidth=2.3 if picked else 1.2,
            solid_capstyle="round",
            marker="o" if dots else "",
            markersize=6.0 if picked else 4.0,
            markeredgecolor="white",
            markeredgewidth=0.8,
            clip_on=False,
            zorder=3.0 if picked else 2.0,
            label=cities.names[c],
        )
        frame.ax.add_artist(line)


def left_texts(subject: Subject) -> list[str]:
    """Name and rank in the first year; nothing where there is none."""
    return [
        "" if np.isnan(r) else f"{shorten(name, LABEL, NAME_WIDTH)}  {r:.0f}"
        for name, r in zip(subject.cities.names, subject.rank[:, 0], strict=True)
    ]


def right_texts(subject: Subject) -> list[str]:
    """Rank and name in the last year, and places gained since the first; of a city that ended before, name and year."""
    at, ends = last_seen(subject.rank)
    before, after = subject.ranks_of_ends
    gain = before - after
    texts = []
    for c, name in enumerate(subject.cities.names):
        text = shorten(name, LABEL, NAME_WIDTH)
        if at[c] < len(subject.years) - 1:
            texts.append(text + subject.voice.say("charts.until", year=subject.years[at[c]]))
            continue
        arrow = "" if np.isnan(gain[c]) or not gain[c] else f"  {'↑' if gain[c] > 0 else '↓'}{abs(gain[c]):.0f}"
        texts.append(f"{ends[c]:.0f}  {text}{arrow}")
    return texts
