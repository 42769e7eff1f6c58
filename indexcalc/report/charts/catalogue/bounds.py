"""The best and the worst rank that weights can give each city: proven, not drawn."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.catalogue.uncertainty import limit_ranks
from indexcalc.report.charts.findings import fixed_by_weights, largest_if_few
from indexcalc.report.charts.needs import RIVALS, Need
from indexcalc.report.charts.rows import column_width, name_rows, row_frame, row_order, row_page, write_column
from indexcalc.report.charts.style import TINTS
from indexcalc.report.charts.subject import Subject
from indexcalc.report.tables.bounds import unvaried, weight_set

BOUNDS = Need("bounds", lambda subject: subject.run.bounds is not None, study="bounds")


@chart("bounds", place=100, needs=(BOUNDS, RIVALS))
def bounds(subject: Subject) -> Figure:
    """One row per city: from the best to the worst rank of the last year under the weights of a set, and the nominal.

    An end is hollow where that rank is reached only as a tie. A thin line goes on to the limit where the rank is not
    proven.
    """
    voice, found = subject.voice, subject.run.bounds
    assert found is not None
    cities = [found.cities.index(subject.result.cities[c]) for c in subject.at[0]]
    t = found.years.index(subject.last)
    best, worst = found.best[cities, t], found.worst[cities, t]
    order = row_order(subject, largest_if_few(worst - best))
    n = len(order)
    tied = np.column_stack([found.best_tied[cities, t], found.worst_tied[cities, t]])
    facts = {**subject.facts, "weights": weights_in_words(subject)}
    enclosed = bool(found.unsettled[cities, t].any())
    unknown = np.nan if enclosed else 0.0  # where some are enclosed only, nobody is known to move most
    title = fixed_by_weights(best + unknown, worst + unknown, subject.cities.names, facts, voice)
    subtitle = voice.say("charts.sub_bounds_enclosed" if enclosed else "charts.sub_bounds", **facts)
    subtitle += voice.say("charts.sub_bounds_tied") if tied.any() else ""
    subtitle += "".join(note.said(voice) for note in unvaried(found))
    page = row_page(title, subtitle + subject.cities.in_words(voice), subject, order, 15.0)
    shown = [_range(b, w, subject) for b, w in zip(best, worst, strict=True)]
    heading = voice.say("charts.bounds_column_enclosed" if enclosed else "charts.bounds_column")
    column = column_width(heading, shown)
    frame = row_frame(page, subject, n, right=column, bottom=0.0, top=15.0)
    limit_ranks(frame, len(found.cities))
    colours = subject.cities.strong
    known = [(row, c) for row, c in enumerate(order) if not np.isnan(best[c])]
    tints = [TINTS[colours[c]] for _, c in known]
    limits = found.best_limit[cities, t], found.worst_limit[cities, t]
    for (low, high), width, name in ((limits, 1.0, "limits"), ((best, worst), 3.5, "bounds")):
        spans = [[(low[c], row), (high[c], row)] for row, c in known]
        frame.segments(spans, tints, width, zorder=1.5, capstyle="round", label=name)
    for end, values in enumerate((best, worst)):
        fills = ["white" if tied[c, end] else tint for (_, c), tint in zip(known, tints, strict=True)]
        x, rows = [values[c] for _, c in known], [row for row, _ in known]
        frame.ax.scatter(x, rows, s=30.0, c=fills, edgecolors=tints, linewidths=1.2, zorder=2.0, clip_on=False)
    nominal = found.nominal_rank[cities, t][order]
    frame.dots(nominal, np.arange(n), [colours[c] for c in order], edge=0.7, clip_on=False, label="nominal")
    name_rows(frame, subject, order, subject.cities.inks)
    write_column(page, frame, heading, [shown[c] for c in order], column)
    return page.figure


def _range(best: float, worst: float, subject: Subject) -> str:
    """The ranks from best to worst; one where they are the same."""
    if np.isnan(best) or best == worst:
        return subject.figure(best, 0)
    return subject.voice.say("charts.span", low=int(best), high=int(worst))


def weights_in_words(subject: Subject) -> str:
    """The set of weights over which the ranks are bounded."""
    return subject.voice.told(weight_set(subject.run))
