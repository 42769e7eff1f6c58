"""The score of every city in the last year, a bar each."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.page import new_page
from indexcalc.report.charts.rows import name_rows, row_frame, row_height, row_order
from indexcalc.report.charts.subject import Subject


@chart("scores", place=15, by_default=False)
def scores(subject: Subject) -> Figure:
    """The score of every city in the last year (city,)."""
    voice, order, n = subject.voice, row_order(subject), len(subject.cities.names)
    page = new_page(voice.say("charts.scores", **subject.facts), "", subject.foot, row_height(n) * n + 12.0)
    frame = row_frame(page, subject, n, right=8.0, bottom=12.0, top=0.0)
    frame.ax.set_xlim(0.0, float(np.nanmax(subject.score)))
    name_rows(frame, subject, order, subject.cities.inks)
    frame.ax.barh(np.arange(n), np.nan_to_num(subject.score[order, -1]), color="#9AA5B1", height=0.6)
    return page.figure
