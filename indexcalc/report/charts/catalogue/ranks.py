"""Ranks over the years, as a bump chart."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from indexcalc.comparable import shared_ranks
from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.findings import rank_changes
from indexcalc.report.charts.labels import end_labels
from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.needs import RIVALS, YEARS
from indexcalc.report.charts.page import Frame, new_page
from indexcalc.report.charts.style import LABEL, NAME_WIDTH
from indexcalc.report.charts.subject import Subject, last_seen


@chart("ranks", place=20, needs=(YEARS, RIVALS), also=("bump",))
def ranks(subject: Subject) -> Figure:
    """The rank of every city over the years, 1 on top; names at both ends, and on the right the places gained."""
    voice, n = subject.voice, len(subject.cities.names)
    title = rank_changes(subject.rank, subject.cities.names, subject.facts, voice)
    subtitle = voice.say("charts.sub_ranks", **subject.facts) + subject.cities.in_words(voice)
    row = 13.5 if n <= 20 else 11.0
    page = new_page(title, subtitle, subject.foot, max(row * n + 14.0, 110.0))
    left, right = left_texts(subject), right_texts(subject)
    widest = [max(text_width(text, LABEL) for text in texts) for texts in (left, right)]
    frame = page.frame(left=11.0 + widest[0], right=11.0 + widest[1], bottom=0.0, top=14.0)
    frame.ax.set_xlim(subject.first, subject.last)
    frame.ax.set_ylim(n + 0.5, 0.5)
    frame.year_axis(subject.years, subject.years, top=True)
    draw_ranks(frame, subject)
    inks, rank = subject.cities.inks, subject.rank
    here = [c for c in range(n) if left[c]]
    first = np.full(len(here), float(subject.first))
    end_labels(
        frame, first, rank[here, 0], [left[c] for c in here], [inks[c] for c in here], size=LABEL, gap=9.0, side=-1
    )
    at, ends = last_seen(rank)
    end_labels(frame, np.array(subject.years, float)[at], ends, right, inks, size=LABEL, gap=9.0)
    return page.figure


def draw_ranks(frame: Frame, subject: Subject) -> None:
    """One line per city with a dot in every year that has a rank."""
    cities = subject.cities
    for c in cities.drawing_order:
        picked = bool(cities.picked[c])
        line = Line2D(
            subject.years,
            subject.rank[c],
            color=cities.colours[c],
            linewidth=2.3 if picked else 1.2,
            solid_capstyle="round",
            marker="o",
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
    before, after = shared_ranks(subject.rank[:, 0], subject.rank[:, -1])
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
