"""The coupling coordination of the dimensions, by city and year."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.catalogue.heat_map import draw_cells, ends_of, write_cells
from indexcalc.report.charts.findings import order_of_degrees
from indexcalc.report.charts.needs import PARTS
from indexcalc.report.charts.rows import name_rows, row_frame, row_order, row_page
from indexcalc.report.charts.style import INK
from indexcalc.report.charts.subject import Subject

DECIMALS = 2
"""Of a degree at the least."""


@chart("integration", place=130, needs=(PARTS,))
def integration(subject: Subject) -> Figure:
    """Degrees of coordination (city, year) in cells, the darker the higher, cities by rank of the last year.

    Refused (ChoiceError) as `analysis.integration` refuses: one dimension, scores without a bounded scale, ...
    """
    voice, order, grid = subject.voice, row_order(subject), np.ix_(*subject.at)
    found = subject.run.integration
    degree = found.degree[grid]
    last = found.years.index(subject.last)
    n = int((~np.isnan(found.degree[:, last])).sum())
    title = order_of_degrees(float(found.with_index[last]), n, subject.facts, voice)
    subtitle = voice.say("charts.sub_integration", **subject.facts, **ends_of(degree[order], DECIMALS))
    page = row_page(title, subtitle, subject, order, 18.0)
    frame = row_frame(page, subject, len(order), right=0.0, bottom=0.0, top=18.0)
    frame.ax.set_xlim(-0.5, len(subject.years) - 0.5)
    frame.year_axis(range(len(subject.years)), subject.years, top=True)
    fills = draw_cells(frame, degree[order], signed=False)
    write_cells(frame, subject, degree[order], fills, least=DECIMALS)
    name_rows(frame, subject, order, [INK] * len(degree))
    return page.figure
