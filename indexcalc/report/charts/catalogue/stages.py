"""Where the growth of each city comes from, by the groups of the first lens: its three stages, as a rule.

Three groups are a triangle; more or fewer, or shares below 0 in most cities, are bars.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from indexcalc.analysis.lenses import LensResult
from indexcalc.errors import ChoiceError, refuse_if
from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.catalogue.contributions import draw_bars, gather, limit_parts
from indexcalc.report.charts.findings import growth_by_group
from indexcalc.report.charts.labels import spread
from indexcalc.report.charts.lettering import Align, shorten, text_width
from indexcalc.report.charts.needs import LENS, YEARS
from indexcalc.report.charts.page import INNER, Frame, new_page
from indexcalc.report.charts.rows import row_order, row_page
from indexcalc.report.charts.squares import LEGEND_LINE, draw_legend, legend_places
from indexcalc.report.charts.style import (
    APART,
    INK,
    LABEL,
    NAME_WIDTH,
    PART_COLOURS,
    RULE,
)
from indexcalc.report.charts.subject import Subject
from indexcalc.report.text.findings import listed_if_few, period

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

HEIGHT = 250.0
"""Height of the triangle [pt]."""
TINTS = ("#d7e6f5", "#fbe0d6", "#d3eee5")
"""The corners, in which one group has more than half."""
MOST_LABELS = 44
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 1.0]])
"""Places of the three groups: lower left, lower right, top; heights in triangle heights."""


@chart("stages", place=140, needs=(YEARS, LENS))
def stages(subject: Subject) -> Figure:
    """Shares of the groups of the first lens in the growth of each city, (city, group)."""
    found = subject.run.lens(next(iter(subject.result.framework.lenses)))
    share = found.growth.share[subject.at[0]]
    filled = np.array([bool(found.members[group]) for group in found.groups])
    known: Mask = np.asarray(~np.isnan(share[:, filled]).any(axis=1))
    if not known.any():
        refuse_if(list(found.notices), ChoiceError)
    inside: Mask = np.asarray(known & (np.nan_to_num(share, nan=-1.0) >= 0).all(axis=1))
    if len(found.groups) == 3 and inside.any() and 2 * inside.sum() > known.sum() and inside.sum() <= MOST_LABELS:
        return _triangle(subject, found, share, known, inside)
    return _bars(subject, found, share, known)


def _title(subject: Subject, found: LensResult, shown: Mask) -> str:
    voice = subject.voice
    years = period(found.growth.first, found.growth.last, voice)
    facts = {**subject.facts, "shown": int(shown.sum()), "period": years}
    return growth_by_group(found, facts, voice)


def _subtitle(subject: Subject, found: LensResult, key: str, shown: Mask, **facts: str) -> str:
    absent = [subject.cities.names[c] for c in np.flatnonzero(~shown)]
    who = listed_if_few(absent, subject.voice)
    why = subject.voice.say("charts.no_share" if key == "sub_shares" else "charts.no_share_inside")
    note = subject.voice.say("charts.not_shown", cities=who, why=why) if absent else ""
    empty = [found.name(group, subject.voice) for group in found.groups if not found.members[group]]
    note += subject.voice.say("charts.empty_groups", groups=subject.voice.listed(empty)) if empty else ""
    what = subject.voice.say("charts.growth_of_index" if found.is_index else "charts.growth_of_mean")
    return subject.voice.say(f"charts.{key}", **{**subject.facts, **facts, "what": what}) + note


def _triangle(subject: Subject, found: LensResult, share: Array, known: Mask, shown: Mask) -> Figure:
    """Each city a dot; the middle of the triangle is where no group has half. The title counts all that are known."""
    voice = subject.voice
    subtitle = _subtitle(subject, found, "sub_ternary", shown)
    page = new_page(_title(subject, found, known), subtitle, subject.foot, HEIGHT + 44.0)
    side = HEIGHT * 2.0 / np.sqrt(3.0)
    frame = page.frame((INNER - side) / 2.0, (INNER - side) / 2.0, 22.0, 22.0)
    frame.ax.set_xlim(0.0, 1.0)
    frame.ax.set_ylim(0.0, 1.0)
    draw_grid(frame)
    aligned: tuple[Align, ...] = ("left", "right", "center")
    for (x, y), name, align in zip(CORNERS, found.groups, aligned, strict=True):
        text = shorten(found.name(name, voice), LABEL, 150.0)
        height = float(y) + frame.dy(11.0) if y else -frame.dy(11.0)
        at = float(x) + frame.dx({"left": -14.0, "right": 14.0, "center": 0.0}[align])
        frame.text(at, height, text, LABEL + 1.0, INK, align)
    cities = np.flatnonzero(shown)
    places = share[cities] @ CORNERS
    colours = [subject.cities.strong[c] for c in cities]
    frame.dots(places[:, 0], places[:, 1], colours, 18.0, 0.5, zorder=4.0, label="cities")
    texts = [shorten(subject.cities.names[c], LABEL, frame.left - 6.0) for c in cities]
    label_dots(frame, places, texts, [subject.cities.inks[c] for c in cities])
    return page.figure


def draw_grid(frame: Frame) -> None:
    """The triangle, its corners tinted where a group has more than half."""
    halves = [(CORNERS[i] + CORNERS[j]) / 2.0 for i, j in ((0, 1), (1, 2), (2, 0))]
    corners = [
        [CORNERS[0], halves[0], halves[2]],
        [CORNERS[1], halves[1], halves[0]],
        [CORNERS[2], halves[2], halves[1]],
    ]
    frame.ax.add_collection(PolyCollection(corners, facecolors=TINTS, linewidths=0.0, zorder=0.5), autolim=False)
    frame.segments([[*CORNERS, CORNERS[0]]], RULE, 0.8, zorder=1.0)


def label_dots(frame: Frame, places: Array, texts: Sequence[str], inks: Sequence[str]) -> None:
    """The name of each dot in a column on the side of the triangle that is nearer, with a thin line to the dot."""
    n = len(places)
    order = np.argsort(places[:, 0], kind="stable")
    left = np.zeros(n, bool)
    left[order[: n // 2]] = True
    for here, side in ((left, -1), (~left, 1)):
        at = np.flatnonzero(here).tolist()
        if not len(at):
            continue
        wanted = frame.up(places[at, 1])
        heights = frame.down(spread(wanted, APART * LABEL + 1.5, 8.0, frame.height))
        edge = -frame.dx(1.0) if side < 0 else 1.0 + frame.dx(1.0)
        lines = []
        for i, y in zip(at, heights, strict=True):
            frame.text(edge + side * frame.dx(3.0), y, texts[i], LABEL, inks[i], "right" if side < 0 else "left")
            lines.append([places[i], (edge + side * frame.dx(1.0), y)])
        frame.segments(lines, RULE, 0.4, zorder=2.0)


def _bars(subject: Subject, found: LensResult, share: Array, shown: Mask) -> Figure:
    """Shares side by side, by that of the heaviest group; negative ones to the left."""
    voice = subject.voice
    filled = [g for g, group in enumerate(found.groups) if found.members[group]]
    cities = np.intersect1d(np.flatnonzero(shown), row_order(subject))
    parts = 100.0 * share[cities][:, filled]
    first = int(np.argmax(parts.mean(axis=0)))
    order = np.argsort(-parts[:, first], kind="stable")
    names = [found.name(found.groups[g], voice) for g in filled]
    group = names[first]
    parts, names = gather(parts, names, voice)
    legend = legend_places(names)
    above = LEGEND_LINE * (legend[-1][1] + 1)
    subtitle = _subtitle(subject, found, "sub_shares", shown, group=group)
    page = row_page(_title(subject, found, shown), subtitle, subject, cities, above + 18.0)
    draw_legend(page, names, PART_COLOURS, legend)
    labels = [shorten(subject.cities.names[cities[i]], LABEL, NAME_WIDTH) for i in order]
    widest = max(text_width(text, LABEL) for text in labels)
    frame = page.frame(widest + 6.0, 0.0, 14.0, above + 4.0)
    frame.ax.set_ylim(len(cities) - 0.5, -0.5)
    limit_parts(frame, parts, room=6.0)
    draw_bars(frame, parts[order], np.full(len(cities), np.inf), 0, signed=False)
    edge = frame.ax.get_xlim()[0] - frame.dx(frame.left)
    for row, text in enumerate(labels):
        frame.text(edge, row, text, LABEL, INK)
    return page.figure
