"""The indicators under every lens: where each city stands in each group, against the mean city."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from indexcalc.analysis.lenses import UNTAGGED
from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.findings import leaders
from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.needs import LENS, RIVALS
from indexcalc.report.charts.page import INNER, Frame, Page, new_page
from indexcalc.report.charts.squares import LEGEND_LINE, draw_legend, legend_places
from indexcalc.report.charts.style import INK, LABEL, OTHERS, RULE, SMALL, SOFT_INK
from indexcalc.report.charts.subject import Subject
from indexcalc.report.text.findings import listed_if_few

Array = NDArray[np.float64]

ROW, HEAD = 13.0, 15.0
"""Height of a group, and of the name of a lens above its groups [pt]."""
WIDEST, LEADER = 135.0, 78.0
"""Room for the name of a group, and for who leads in it, at the most [pt]."""


class Group(NamedTuple):
    """One group of a lens in the last year: distance of each city's sub-index from the mean city, and its ranks."""

    lens: str
    name: str
    against_mean: Array
    rank: Array


@chart("lenses", place=150, needs=(LENS, RIVALS))
def lenses(subject: Subject) -> Figure:
    """Sub-indices of the last year less that of the mean city, one row per group, a dot per city (group, city)."""
    voice, groups, cities = subject.voice, groups_of(subject), subject.cities
    ranks = np.column_stack([group.rank for group in groups])
    facts = {**subject.facts, "parts": voice.say("charts.groups"), "part": voice.say("charts.group")}
    title = leaders(ranks, cities.names, [group.name for group in groups], facts, voice)
    picked = [int(c) for c in np.flatnonzero(cities.picked)]
    legend = legend_places([cities.names[c] for c in picked])
    above = LEGEND_LINE * (legend[-1][1] + 1) if legend else 0.0
    heads = [i for i, group in enumerate(groups) if i == 0 or groups[i - 1].lens != group.lens]
    body = above + ROW * len(groups) + HEAD * len(heads) + 20.0
    page = new_page(title, voice.say("charts.sub_lenses", **facts), subject.foot, body)
    draw_legend(page, [cities.names[c] for c in picked], [cities.colours[c] for c in picked], legend)
    heights = [
        body - above - 4.0 - ROW * (i + 0.5) - HEAD * sum(head <= i for head in heads) for i in range(len(groups))
    ]
    leading = [_leader(group, subject) for group in groups]
    left = min(WIDEST, max(text_width(group.name, SMALL) for group in groups)) + 8.0
    right = min(LEADER, max(text_width(text, SMALL) for text in [voice.say("charts.leads"), *leading])) + 8.0
    frame = page.frame(left, right, 16.0, above)
    limit_values(frame, groups)
    draw_strips(frame, subject, groups, np.array(heights) - 16.0)
    _name_rows(page, groups, leading, heights, heads, right)
    page.write(INNER - right + 8.0, heights[0] + ROW / 2.0 + 4.0, voice.say("charts.leads"), SMALL, SOFT_INK)
    return page.figure


def groups_of(subject: Subject) -> list[Group]:
    """Groups, lens by lens, those without an indicator too; indicators without a tag are no group."""
    result, voice, found = subject.result, subject.voice, []
    for code, declared in result.framework.lenses.items():
        one, grid = subject.run.lens(code), np.ix_(*subject.at)
        name = voice.name(declared.name) if declared.name is not None else code
        for g, group in enumerate(one.groups):
            if group != UNTAGGED:
                distance = (one.scores[:, :, g] - one.mean_city[None, :, g])[grid][:, -1]
                found.append(Group(name, one.name(group, voice), distance, one.ranks[:, :, g][grid][:, -1]))
    return found


def limit_values(frame: Frame, groups: list[Group]) -> None:
    """A common scale for all groups, 0 the mean city."""
    values = np.concatenate([group.against_mean for group in groups])
    low, high = float(np.nanmin(values, initial=0.0)), float(np.nanmax(values, initial=0.0))
    margin = 5.0 * ((high - low) or 1.0) / (frame.width - 10.0)
    frame.ax.set_xlim(low - margin, high + margin)
    frame.ax.set_ylim(0.0, frame.height)
    frame.value_axis(vertical=False, distance=45.0)
    frame.segments([[(0.0, 0.0), (0.0, frame.height)]], RULE, 0.7, zorder=1.0)


def draw_strips(frame: Frame, subject: Subject, groups: list[Group], heights: Array) -> None:
    """A dot for each city on the strip of each group, those picked out on top."""
    cities = subject.cities
    order = cities.drawing_order
    low, high = frame.ax.get_xlim()
    frame.segments([[(low, y), (high, y)] for y in heights], "#f1f1f1", 5.0, zorder=0.2)
    for group, y in zip(groups, heights, strict=True):
        colours = [cities.colours[c] if cities.picked[c] else OTHERS for c in order]
        sizes = [24.0 if cities.picked[c] else 14.0 for c in order]
        frame.dots(group.against_mean[order], [y] * len(order), colours, sizes, label="cities")


def _name_rows(
    page: Page, groups: list[Group], leading: list[str], heights: list[float], heads: list[int], right: float
) -> None:
    for i, (group, text, y) in enumerate(zip(groups, leading, heights, strict=True)):
        if i in heads:
            page.write(0.0, y + ROW / 2.0 + 3.0, shorten(group.lens, LABEL, 0.6 * INNER), LABEL, INK)
        page.write(0.0, y - 0.37 * SMALL, shorten(group.name, SMALL, WIDEST), SMALL, SOFT_INK)
        page.write(INNER - right + 8.0, y - 0.37 * SMALL, shorten(text, SMALL, LEADER), SMALL, INK)


def _leader(group: Group, subject: Subject) -> str:
    """Who leads in a group."""
    if np.isnan(group.rank).all():
        return subject.voice.say("charts.no_indicators")
    first = np.flatnonzero(group.rank == 1)
    names = [subject.cities.names[c] for c in first]
    return listed_if_few(names, subject.voice, 2)
