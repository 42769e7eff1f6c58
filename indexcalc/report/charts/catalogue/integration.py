"""The coupling coordination of the dimensions, by city and year, in the colours of its grades."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import BoundaryNorm, Colormap, LinearSegmentedColormap, ListedColormap, to_hex
from matplotlib.figure import Figure
from numpy.typing import NDArray

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.catalogue.heat_map import write_cells
from indexcalc.report.charts.findings import highest_and_lowest
from indexcalc.report.charts.needs import PARTS
from indexcalc.report.charts.page import Frame
from indexcalc.report.charts.rows import name_rows, row_frame, row_order, row_page
from indexcalc.report.charts.squares import LEGEND_LINE, draw_legend, legend_places
from indexcalc.report.charts.style import EMPTY, INK, SIGNED_SCALE
from indexcalc.report.charts.subject import Subject

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

DECIMALS = 2
"""Of a degree at the least: grades begin at its tenths."""


@chart("integration", place=130, needs=(PARTS,))
def integration(subject: Subject) -> Figure:
    """Degrees of coordination (city, year) in cells, coloured by grade, cities by rank of the last year.

    Refused (ChoiceError) as `analysis.integration` refuses: one dimension, scores without a bounded scale, ...
    """
    voice, order, grid = subject.voice, row_order(subject), np.ix_(*subject.at)
    found = subject.run.integration
    degree, grade = found.degree[grid], found.grade[grid]
    grades = [voice.name(one.name) for one in found.options.grades]
    facts = {**subject.facts, "grades": grades}
    title = highest_and_lowest(degree[:, -1], grade[:, -1], subject.cities.names, facts, voice)
    met = sorted({int(g) for g in grade.ravel() if g >= 0})
    colours = grade_colours([one.upper for one in found.options.grades])
    legend = legend_places([grades[g] for g in met])
    above = LEGEND_LINE * (legend[-1][1] + 1 if legend else 0)
    subtitle = voice.say("charts.sub_integration", **subject.facts)
    page = row_page(title, subtitle, subject, order, above + 18.0)
    draw_legend(page, [grades[g] for g in met], [colours[g] for g in met], legend)
    frame = row_frame(page, subject, len(order), right=0.0, bottom=0.0, top=above + 18.0)
    frame.ax.set_xlim(-0.5, len(subject.years) - 0.5)
    frame.year_axis(range(len(subject.years)), subject.years, top=True)
    fills = draw_grades(frame, degree[order], grade[order], colours)
    write_cells(frame, subject, degree[order], fills, least=DECIMALS)
    name_rows(frame, subject, order, [INK] * len(degree))
    return page.figure


def grade_colours(upper: list[float]) -> list[str]:
    """The colour of each grade: orange below a degree of 0.5, blue above it."""
    scale = LinearSegmentedColormap.from_list("grades", SIGNED_SCALE)
    lower = [0.0, *upper[:-1]]
    return [to_hex(scale((low + high) / 2.0)) for low, high in zip(lower, upper, strict=True)]


def draw_grades(frame: Frame, degree: Array, grade: Ints, colours: list[str]) -> Array:
    """Cells (row, year) in the colours of their grades. Returns their colours (row, year, 3)."""
    scale: Colormap = ListedColormap(colours).with_extremes(bad=EMPTY)
    norm = BoundaryNorm(np.arange(len(colours) + 1) - 0.5, len(colours))
    cells = np.ma.masked_array(grade.astype(float), np.isnan(degree))
    edges = np.arange(degree.shape[1] + 1) - 0.5, np.arange(len(degree) + 1) - 0.5
    frame.ax.pcolormesh(*edges, cells, cmap=scale, norm=norm, edgecolors="white", linewidth=0.8)
    return np.asarray(scale(norm(cells)))[:, :, :3]
