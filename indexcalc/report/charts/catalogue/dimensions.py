"""The children of the index, one panel each, on one scale."""

from __future__ import annotations

from math import ceil

import numpy as np
from matplotlib.figure import Figure

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.catalogue.trend import draw_lines, end_texts, label_lines, limit_lines
from indexcalc.report.charts.findings import leaders
from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.page import INNER, Page, new_page
from indexcalc.report.charts.style import INK, LABEL, NAME_WIDTH, SMALL, SOFT_INK
from indexcalc.report.charts.subject import Subject
from indexcalc.report.numbers import decimals_of, percent

PANEL, GUTTER = 108.0, 13.0
"""Height of a panel with its heading, and the space between two [pt]."""
HEADING = LABEL + 0.8


@chart("dimensions", place=30, by_default=True)
def dimensions(subject: Subject) -> Figure:
    """The scores of every child of the index over the years, (city, year, part): small multiples on one scale."""
    voice, n = subject.voice, len(subject.parts)
    columns = 1 if n == 1 else 2 if n <= 4 else 3
    rows = ceil(n / columns)
    subtitle = voice.say("charts.sub_dimensions", **subject.facts) + subject.cities.in_words(voice)
    height = PANEL if rows > 1 else 1.6 * PANEL
    page = new_page(title(subject), subtitle, subject.foot, height * rows + GUTTER * (rows - 1))
    width = (INNER - GUTTER * (columns - 1)) / columns
    for j in range(n):
        row, column = divmod(j, columns)
        draw_panel(page, subject, j, (column * (width + GUTTER), (rows - 1 - row) * (height + GUTTER)), width, height)
    return page.figure


def title(subject: Subject) -> str:
    """What the chart finds."""
    return leaders(subject.part_rank[:, -1], subject.cities.names, subject.parts, subject.facts, subject.voice)


def draw_panel(page: Page, subject: Subject, j: int, corner: tuple[float, float], width: float, height: float) -> None:
    """One panel: the lines of part j (city, year), labels for the cities in colour, and name and weight above."""
    (left, bottom), cities, score = corner, subject.cities, subject.part_score[:, :, j]
    named = np.asarray(cities.picked & ~np.isnan(score).all(axis=1), bool)
    digits, widest = decimals_of(subject.part_score), min(NAME_WIDTH, 0.4 * width)
    texts = end_texts(score, subject, SMALL, digits=digits, widest=widest)
    room = 13.0 + max((text_width(texts[c], SMALL) for c in np.flatnonzero(named)), default=0.0)
    frame = page.frame(left + 22.0, INNER - left - width + room, bottom + 13.0, page.height - bottom - height + 15.0)
    limit_lines(frame, subject.years, subject.part_score)
    draw_lines(frame, subject.years, score, cities)
    label_lines(frame, subject.years, score, texts, cities.inks, named, size=SMALL)
    weight = (
        "" if subject.unweighted else subject.voice.say("charts.weight_of", weight=percent(float(subject.weights[j])))
    )
    heading = shorten(subject.parts[j], HEADING, width - text_width(weight, SMALL) - 3.0)
    page.write(left, bottom + height - 8.5, heading, HEADING, INK)
    page.write(left + text_width(heading, HEADING) + 3.0, bottom + height - 8.5, weight, SMALL, SOFT_INK)
