"""Two cities against each other: their scores over the years, their dimensions, and where each is ahead."""

from __future__ import annotations

from matplotlib.figure import Figure

from indexcalc.analysis.against import Comparison
from indexcalc.report.charts.blocks import COLUMN, GUTTER, HEADING, Row, block_height, draw_block, write_heading
from indexcalc.report.charts.catalogue.trend import draw_lines, end_texts, label_lines, limit_lines
from indexcalc.report.charts.city_card import PART_ROW, TOP, digits_of_parts, draw_parts, largest_parts
from indexcalc.report.charts.findings import ahead
from indexcalc.report.charts.lettering import text_width
from indexcalc.report.charts.page import Page, new_page
from indexcalc.report.charts.style import LABEL
from indexcalc.report.charts.subject import Cities, Subject, alone_in_colour
from indexcalc.report.numbers import decimals_of, signed

MOST_ROWS = 6
"""Indicators named on each side."""


def pair(subject: Subject, city: str, other: str) -> Figure:
    """Two cities by their keys; refused (InputError) if they are one, or never have a score in the same year."""
    voice, found = subject.voice, subject.run.against(city, other)
    both = [subject.position(city), subject.position(other)]
    cities, names = alone_in_colour(subject.cities, both), [subject.cities.names[c] for c in both]
    parts = largest_parts(subject)
    top, sides = max(TOP + 16.0, PART_ROW * len(parts)), _sides(subject, found)
    height = max(block_height(len(rows)) for rows in sides)
    body = HEADING + top + 16.0 + height
    facts = {**subject.facts, "last": found.year, "one": names[0], "two": names[1]}
    codes = [subject.result.nodes[child].code for child in subject.result.nodes[0].children]
    title = ahead(found, names, dict(zip(codes, subject.parts, strict=True)), facts, voice)
    page = new_page(title, voice.say("charts.sub_pair", **facts), subject.foot, body)
    write_heading(page, 0.0, body, voice.say("charts.relative_score" if subject.relative else "charts.index_score"))
    draw_scores(page, subject, cities, top)
    write_heading(page, COLUMN + GUTTER, body, voice.say("charts.parts_of", **facts), voice.say("charts.parts_note"))
    draw_parts(page, subject, cities, both, found.year, parts, top)
    for i, rows in enumerate(sides):
        heading = voice.say("charts.ahead_in", city=names[i]), voice.say("charts.of_gap", year=found.year)
        without = voice.say("charts.no_gap_split" if found.refusals else "charts.ahead_nowhere", city=names[i])
        draw_block(page, (i * (COLUMN + GUTTER), height), heading, rows, cities.colours[both[i]], without)
    return page.figure


def draw_scores(page: Page, subject: Subject, cities: Cities, height: float) -> None:
    """The index of both cities over the years, on the left; the other cities in grey."""
    digits = decimals_of(subject.score)
    texts = end_texts(subject.score, subject, LABEL, digits=digits, widest=60.0)
    right = 13.0 + max(text_width(text, LABEL) for text, picked in zip(texts, cities.picked, strict=True) if picked)
    frame = page.frame(22.0, page.width - COLUMN + right, page.height - HEADING - height + 14.0, HEADING)
    limit_lines(frame, subject.years, subject.score)
    draw_lines(frame, subject.years, subject.score, cities)
    label_lines(frame, subject.years, subject.score, texts, cities.inks, cities.picked, size=LABEL)


def _sides(subject: Subject, found: Comparison) -> list[list[Row]]:
    """The indicators in which each of the two is ahead, by their part of the gap, the largest first."""
    voice = subject.voice
    parts = [(node.code, node.part) for node in found.nodes if node.is_indicator and node.part == node.part]
    most = max((abs(part) for _, part in parts), default=0.0) or 1.0
    digits = digits_of_parts(subject)
    sides = []
    for sign in (1.0, -1.0):
        leading = sorted(
            ((code, sign * part) for code, part in parts if round(sign * part, digits) > 0), key=lambda item: -item[1]
        )
        sides.append([Row(voice.node(code), signed(part, digits), part / most) for code, part in leading[:MOST_ROWS]])
    return sides
