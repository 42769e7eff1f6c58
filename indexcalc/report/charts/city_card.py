"""The card of one city: its rank over the years, its dimensions beside the median, strengths, weaknesses, drivers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from indexcalc.analysis.explain import CityStory, Driver, Standing
from indexcalc.report.charts.blocks import COLUMN, GUTTER, HEADING, Row, block_height, draw_block, write_heading
from indexcalc.report.charts.findings import card_of
from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.page import Frame, Page, new_page
from indexcalc.report.charts.style import INK, OTHERS, SMALL
from indexcalc.report.charts.subject import Cities, Subject, alone_in_colour
from indexcalc.report.numbers import decimals_of, number, signed
from indexcalc.report.text.explain import above_and_below, from_mean
from indexcalc.report.text.findings import period

Array = NDArray[np.float64]

MOST_PARTS = 10
"""A card shows no more dimensions than these: those with the largest weights."""
MOST_ROWS = 4
"""Rows in a block."""
PART_ROW = 19.0
CROWD = 40
"""The lines of more cities are drawn thinner."""
TOP = 84.0
"""Height of the upper panels, at the least [pt]."""
GAIN, LOSS = "#77AADD", "#EE8866"


def city_card(subject: Subject, city: str) -> Figure:
    """The card of a city, by its key; refused (InputError) if it has no score."""
    voice, story = subject.voice, subject.run.story(city)
    c = subject.position(city)
    cities = alone_in_colour(subject.cities, [c])
    top, blocks = _upper(subject), _blocks(subject, story)
    heights = [max(block_height(len(rows)) for _, rows, _, _ in blocks[i::2]) for i in range(2)]
    body = HEADING + top + 16.0 + sum(heights) + 6.0
    facts = {**subject.facts, "last": story.year, "city": subject.cities.names[c]}
    page = new_page(title_of_card(subject, story), voice.say("charts.sub_card", **facts), subject.foot, body)
    _draw_panels(page, subject, cities, c, story.year)
    y = body - HEADING - top - 16.0
    for i in range(2):
        for column, (heading, rows, colour, without) in enumerate(blocks[2 * column + i] for column in range(2)):
            draw_block(page, (column * (COLUMN + GUTTER), y), heading, rows, colour, without)
        y -= heights[i] + 6.0
    return page.figure


def city_panels(subject: Subject, city: str) -> Figure:
    """The upper half of the card alone, for a report that has the rest in text: ranks over the years, scores of the
    parts."""
    year = subject.run.story(city).year
    c = subject.position(city)
    page = new_page("", "", (), HEADING + _upper(subject) + 8.0)
    _draw_panels(page, subject, alone_in_colour(subject.cities, [c]), c, year)
    return page.figure


def title_of_card(subject: Subject, story: CityStory) -> str:
    """What the card says of its city in one line."""
    c = subject.position(story.city)
    t, parts = subject.years.index(story.year), largest_parts(subject)
    ranks = {subject.parts[j]: float(subject.part_rank[c, t, j]) for j in parts}
    return card_of(story, subject.cities.names[c], ranks, subject.voice)


def parts_in_words(subject: Subject, city: str) -> list[str]:
    """The parts of a city's score in its last year as the card prints them, each with its rank."""
    c = subject.position(city)
    t = subject.years.index(subject.run.story(city).year)
    score, rank = subject.part_score[:, t], subject.part_rank[:, t]
    digits = decimals_of(score)
    return [f"{subject.parts[j]} {_figure(score[c, j], rank[c, j], digits, subject)}" for j in largest_parts(subject)]


def _upper(subject: Subject) -> float:
    """Height of the upper panels [pt]."""
    return max(TOP, PART_ROW * len(largest_parts(subject)))


def _draw_panels(page: Page, subject: Subject, cities: Cities, c: int, year: int) -> None:
    voice, height, facts = subject.voice, _upper(subject), {**subject.facts, "last": year}
    write_heading(page, 0.0, page.height, voice.say("charts.rank_path"))
    frame = page.frame(5.0, page.width - COLUMN + 5.0, page.height - HEADING - height + 12.0, HEADING)
    draw_path(frame, subject, cities, c)
    heading = voice.say("charts.parts_of", **facts), voice.say("charts.parts_note")
    write_heading(page, COLUMN + GUTTER, page.height, *heading)
    draw_parts(page, subject, cities, [c], year, largest_parts(subject), height)


def largest_parts(subject: Subject) -> list[int]:
    """Positions of the children of the index that a card shows, in their order."""
    heavy = np.argsort(-subject.weights, kind="stable")[:MOST_PARTS]
    return sorted(int(j) for j in heavy)


def draw_path(frame: Frame, subject: Subject, cities: Cities, c: int, letters: float = SMALL) -> None:
    """The rank of city c in every year, the other cities in grey; figures where there is room for them, and always that
    of its last year. letters: their size [pt]."""
    n = max(2.0, float(np.nanmax(subject.rank)))
    frame.ax.set_xlim(subject.first - 0.15, max(subject.last, subject.first + 1) + 0.15)
    frame.ax.set_ylim(n + 0.5, 0.5)
    frame.year_axis(subject.years, subject.years, size=letters)
    thin = 0.8 * min(1.0, CROWD / len(subject.rank))
    for other, ranks in enumerate(subject.rank):
        if other != c:
            frame.ax.add_artist(Line2D(subject.years, ranks, color=OTHERS, linewidth=thin, clip_on=False, zorder=2.0))
    ink = cities.inks[c]
    line: dict[str, Any] = {"color": ink, "clip_on": False, "zorder": 3.0}
    frame.ax.add_artist(Line2D(subject.years, subject.rank[c], linewidth=2.0, label="path", **line))
    size = (1.55 if n < 100 else 2.0) * letters
    room, kept = frame.dx(size + 3.0), list[int]()
    for t in np.flatnonzero(~np.isnan(subject.rank[c]))[::-1].tolist():
        if not kept or subject.years[kept[-1]] - subject.years[t] >= room:
            kept.append(t)
    marks: dict[str, Any] = {"marker": "o", "markersize": size, "markeredgecolor": "white", "markeredgewidth": 0.8}
    years = [subject.years[t] for t in kept]
    frame.ax.add_artist(Line2D(years, subject.rank[c, kept], linewidth=0.0, label="marks", **line, **marks))
    for t in kept:
        frame.text(subject.years[t], subject.rank[c, t], f"{subject.rank[c, t]:.0f}", letters, "white", "center")


def draw_parts(
    page: Page, subject: Subject, cities: Cities, shown: Sequence[int], year: int, parts: list[int], height: float
) -> None:
    """Scores of the parts on the right, one row each: the range of the cities, their median, and the cities `shown`."""
    score = subject.part_score[:, subject.years.index(year)]
    rank = subject.part_rank[:, subject.years.index(year)]
    top = page.height - HEADING
    frame = page.frame(COLUMN + GUTTER, 0.0, top - height, HEADING)
    frame.ax.set_ylim(-height, 0.0)
    low, high = float(np.nanmin(score[:, parts])), float(np.nanmax(score[:, parts]))
    margin = 4.0 * ((high - low) or 1.0) / (COLUMN - 8.0)
    frame.ax.set_xlim(low - margin, high + margin)
    digits, row = decimals_of(score), height / len(parts)
    for i, j in enumerate(parts):
        y, x = -row * i - 4.2, frame.ax.get_xlim()[1]
        for c in reversed(shown):
            figure = _figure(score[c, j], rank[c, j], digits, subject)
            frame.text(x, y, figure, SMALL, cities.inks[c] if len(shown) > 1 else INK, "right")
            x -= frame.dx(text_width(figure, SMALL) + 6.0)
        left = frame.ax.get_xlim()[0]
        frame.text(left, y, shorten(subject.parts[j], SMALL, (x - left) / frame.dx(1.0)), SMALL, INK)
        _draw_range(frame, score[:, j], y - 7.8, shown, [cities.colours[c] for c in shown])


def _draw_range(frame: Frame, column: Array, y: float, shown: Sequence[int], colours: Sequence[str]) -> None:
    """The grey range of a part, a tick at its median, and dots; of two, the second is smaller."""
    if np.isnan(column).all():
        return
    middle, sizes = float(np.nanmedian(column)), (30.0, 15.0) if len(shown) > 1 else (24.0,)
    frame.segments([[(np.nanmin(column), y), (np.nanmax(column), y)]], "#dedede", 3.0, zorder=1.0, capstyle="round")
    frame.segments([[(middle, y - 4.0), (middle, y + 4.0)]], INK, 1.0, zorder=2.0)
    frame.dots(column[list(shown)], [y] * len(shown), list(colours), list(sizes), 0.7, label="shown")


def _figure(score: float, rank: float, digits: int, subject: Subject) -> str:
    """A score with its rank."""
    if np.isnan(score):
        return subject.missing
    facts = {"score": number(score, digits), "rank": subject.voice.ordinal(int(rank))}
    return subject.voice.say("charts.score_and_rank", **facts)


def digits_of_parts(subject: Subject) -> int:
    """Decimals of parts of a score: as scores have them, two at least. What would print as 0 is not listed."""
    return max(2, decimals_of(subject.score))


Block = tuple[tuple[str, str], list[Row], str, str]


def _blocks(subject: Subject, story: CityStory) -> list[Block]:
    """Strengths, weaknesses; gains, losses: heading with note, rows, colour, and what is said where there is no row."""
    voice = subject.voice
    split = not any(np.isnan(one.part) for one in story.standings)
    distances = [from_mean(one, split) for one in story.standings]
    note = voice.say("charts.against_mean_parts" if split else "charts.against_mean_scores")
    years = period(story.first, story.year, voice)
    most = max(map(abs, distances), default=0.0) or 1.0
    largest = max((abs(driver.part) for driver in story.drivers), default=0.0) or 1.0
    digits = digits_of_parts(subject)

    def standing(one: Standing) -> Row:
        value = from_mean(one, split)
        text = signed(value, digits) + voice.say("charts.rank_alone", rank=voice.ordinal(int(one.rank)))
        return Row(voice.node(one.code), text, abs(value) / most)

    def driver(one: Driver) -> Row:
        return Row(voice.node(one.code), signed(one.part, digits), abs(one.part) / largest)

    strong, weak = above_and_below(story.standings, lambda one: from_mean(one, split), digits, MOST_ROWS)
    gains, losses = above_and_below(story.drivers, lambda one: one.part, digits, MOST_ROWS)
    never = "no_change_split" if story.first < story.year else "no_change"
    of_change = voice.say("charts.of_change", period=years)
    sides = [
        ("strengths", note, list(map(standing, strong)), GAIN, "missing" if story.turned else "no_strength"),
        ("weaknesses", note, list(map(standing, weak)), LOSS, "missing" if story.turned else "no_weakness"),
        ("gains", of_change, list(map(driver, gains)), GAIN, "no_gain" if story.drivers else never),
        ("losses", of_change, list(map(driver, losses)), LOSS, "no_loss" if story.drivers else never),
    ]
    return [
        ((voice.say(f"charts.{key}"), about), rows, colour, voice.say(f"charts.{without}"))
        for key, about, rows, colour, without in sides
    ]
