"""The picture of one city to be shared, three by four and in large letters: its rank, its path, its strengths and
weaknesses, and how robust the rank is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from indexcalc.analysis.explain import CityStory, Standing
from indexcalc.report.charts.blocks import COLUMN, GUTTER
from indexcalc.report.charts.city_card import GAIN, LOSS, draw_path, largest_parts, title_of_card
from indexcalc.report.charts.lettering import balance, shorten, text_width, wrap
from indexcalc.report.charts.page import INNER, Page, new_page
from indexcalc.report.charts.style import INK, RULE, SOFT_INK
from indexcalc.report.charts.subject import Subject, alone_in_colour
from indexcalc.report.text.explain import Teller, strong_and_weak

SHAPE = 4.0 / 3.0
KICKER, NAME, SENTENCE, ENTRY = 12.5, 40.0, 15.5, 12.0
"""Sizes of type [pt]."""
FIGURE = 20.0
LEADING = 1.4
PART = 60.0
"""Height of the parts of the score [pt]."""
MOST_PARTS = 5
"""If there are more parts, none is named."""
ROW = 22.0
"""Height of an indicator [pt]."""
LEAST = 60.0
"""Height of the path, at the least [pt]."""


def city_picture(subject: Subject, city: str, sure: Sequence[str]) -> Figure:
    """The picture of a city, by its key; refused (InputError) if it has no score. sure: sentences on its rank."""
    story, voice = subject.run.story(city), Teller(subject.result, subject.voice)
    c = subject.position(city)
    cities = alone_in_colour(subject.cities, [c])
    now = story.now
    page = new_page("", "", subject.foot, 0.0, SHAPE)

    y = page.height - KICKER
    index = shorten(subject.index, KICKER, INNER - text_width(f"  {story.year}", KICKER))
    page.write(0.0, y, index, KICKER, SOFT_INK)
    page.write(INNER, y, str(story.year), KICKER, SOFT_INK, "right")
    y -= 14.0 + 0.75 * NAME
    rank, of = voice.say("city.place", rank=voice.rank(now.rank)), voice.say("city.of_places", n=now.ranked)
    beside = max(text_width(rank, NAME), text_width(of, KICKER))
    name, size = _fitted(subject.cities.names[c], NAME, INNER - beside - 16.0, 0.4)
    page.write(0.0, y, name, size, INK)
    page.write(INNER, y, rank, NAME, cities.inks[c], "right")
    y -= 6.0 + KICKER
    page.write(INNER, y, of, KICKER, SOFT_INK, "right")
    y = _write_lines(page, y - 12.0, balance(title_of_card(subject, story), SENTENCE, INNER), SENTENCE, INK)

    parts = largest_parts(subject)
    parts = parts if 1 < len(parts) <= MOST_PARTS else []
    lines = [line for sentence in sure for line in wrap(sentence, ENTRY, INNER)]
    sides = _sides(subject, story, voice)
    rows = max(len(entries) for _, entries, _ in sides)
    below = (
        (PART if parts else 0.0)
        + (ROW * rows + 26.0 if rows else 0.0)
        + (LEADING * ENTRY * len(lines) + 22.0 if lines else 0.0)
    )
    top = page.height - y + 14.0
    height = max(LEAST, page.height - top - below - 24.0)
    page.write(0.0, y - 18.0, voice.say("charts.rank_path"), KICKER, INK)
    frame = page.frame(8.0, 8.0, page.height - top - height, top + 14.0)
    draw_path(frame, subject, cities, c, KICKER - 2.0)

    y = page.height - top - height - 24.0
    if parts:
        _write_parts(page, y, subject, c, parts, story.year)
        y -= PART
    for column, (heading, entries, colour) in enumerate(sides):
        _write_side(page, column * (COLUMN + GUTTER), y, heading, entries, colour, voice)
    y -= ROW * rows + 26.0 if rows else 0.0
    if lines:
        page.write(0.0, y - KICKER, voice.say("city.sure"), KICKER, INK)
        _write_lines(page, y - KICKER - 4.0, lines, ENTRY, SOFT_INK)
    return page.figure


def _write_parts(page: Page, top: float, subject: Subject, c: int, parts: Sequence[int], year: int) -> None:
    """The rank of each part of the score, side by side."""
    ranks, width = subject.part_rank[c, subject.years.index(year)], (INNER + GUTTER) / len(parts)
    for i, j in enumerate(parts):
        room = width - GUTTER / (1.0 if j == parts[-1] else 2.0)  # the last one ends at the edge
        name, size = _fitted(subject.parts[j], KICKER, room)
        page.write(i * width, top - KICKER, name, size, SOFT_INK)
        rank = subject.missing if np.isnan(ranks[j]) else subject.voice.ordinal(int(ranks[j]))
        said = rank if np.isnan(ranks[j]) else subject.voice.say("city.place", rank=rank)
        page.write(i * width, top - KICKER - 6.0 - 0.8 * FIGURE, said, FIGURE, INK)


def _sides(
    subject: Subject, story: CityStory, voice: Teller
) -> tuple[tuple[str, list[Standing], str], tuple[str, list[Standing], str]]:
    """What it is strong and weak in, or high and low where high is bad: heading, indicators, colour."""
    strong, weak = strong_and_weak(story, voice)
    return (voice.say("charts.strengths"), strong, GAIN), (voice.say("charts.weaknesses"), weak, LOSS)


def _write_side(
    page: Page, left: float, top: float, heading: str, entries: Sequence[Standing], colour: str, voice: Teller
) -> None:
    if not entries:
        return
    page.write(left, top - KICKER, heading, KICKER, INK)
    frame = page.frame(left, INNER - left - COLUMN, top - 22.0 - ROW * len(entries), page.height - top + 16.0)
    frame.ax.set_xlim(0.0, COLUMN)
    frame.ax.set_ylim(-frame.height, 0.0)
    frame.segments([[(0.0, 0.0), (COLUMN, 0.0)]], colour, 2.0)
    for i, one in enumerate(entries):
        y = -4.0 - ROW * (i + 0.5)
        rank = voice.say("city.place", rank=voice.rank(one.rank))
        room = COLUMN - text_width(rank, ENTRY) - 8.0
        name, size = _fitted(voice.node(one.code), ENTRY, room)
        frame.text(0.0, y, name, size, INK)
        frame.text(COLUMN, y, rank, ENTRY, SOFT_INK, "right")
        if i:
            frame.segments([[(0.0, -4.0 - ROW * i), (COLUMN, -4.0 - ROW * i)]], RULE, 0.3)


def _fitted(text: str, size: float, room: float, least: float = 0.75) -> tuple[str, float]:
    """A text and its size, so that it is no wider than `room` [pt]: smaller, and below the least share shortened."""
    size *= min(1.0, max(least, room / max(text_width(text, size), 1.0)))
    return shorten(text, size * (1.0 - 1e-9), room), size


def _write_lines(page: Page, top: float, lines: Sequence[str], size: float, colour: str) -> float:
    """Lines one below the other; returns where they end."""
    for i, line in enumerate(lines):
        page.write(0.0, top - size - LEADING * size * i, line, size, colour)
    return top - LEADING * size * len(lines)
