"""What the change of each city between two editions comes from, as bars that add up to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from indexcalc.analysis.editions import Editions
from indexcalc.computed import Computed
from indexcalc.report.charts.catalogue.contributions import draw_bars, limit_parts
from indexcalc.report.charts.findings import shifted_most
from indexcalc.report.charts.lettering import text_width
from indexcalc.report.charts.page import INNER, new_page
from indexcalc.report.charts.rows import name_rows, row_frame, row_height
from indexcalc.report.charts.squares import LEGEND_LINE, draw_legend, legend_places
from indexcalc.report.charts.style import INK, LABEL, PART_COLOURS, RULE, SMALL, SOFT_INK
from indexcalc.report.charts.subject import cities_of, subject_of
from indexcalc.report.numbers import decimals_of, signed
from indexcalc.report.tables.editions import shown_movers, steps_named
from indexcalc.report.tables.table import KINDS
from indexcalc.voice import Voice

Array = NDArray[np.float64]


def editions_chart(found: Editions, run: Computed, voice: Voice, *, scores: bool) -> Figure | None:
    """Stacked bars of the last year (city, step), negative parts to the left; a diamond at the whole change.

    In points, or in places where the scores of both editions are not on one scale. None where no step changes anything.
    run: of the new edition, whose names, cities in colour and notes the chart has.
    """
    t = len(found.years) - 1
    parts = (found.score_parts if scores else found.rank_parts)[found.telling(t)][:, :, t].T
    if not np.nan_to_num(parts).any():
        return None
    at = [run.result.cities.index(city) for city in found.cities]
    subject = replace(
        subject_of(run, voice),
        cities=cities_of(run, found.cities, voice),
        years=(found.years[t],),
        rank=run.result.rank()[at][:, [run.result.years.index(found.years[t])]],
    )
    order = np.array(sorted(shown_movers(found, t), key=lambda c: (subject.rank[c, 0], c)))
    names = [voice.told(steps_named(found.steps[k])) for k in found.telling(t)]
    total, gained = parts[order].sum(axis=1), found.rank_parts[:, :, t].sum(axis=0)[order]
    n = int((~np.isnan(found.ranks[-1, :, t])).sum())
    facts = {**subject.facts, "last": found.years[t], "n": n}
    digits = decimals_of(found.scores[-1, :, t]) + 1 if scores else 0
    title = shifted_most(
        parts,
        [voice.told(steps_named(found.steps[k], "part")) for k in found.telling(t)],
        facts,
        voice,
        scores=scores,
        digits=digits,
    )
    subtitle = voice.say("charts.sub_editions" if scores else "charts.sub_editions_places", **facts)
    cut = [voice.say("charts.some_movers", k=len(order), n=n)] if len(order) < n else []
    legend = legend_places(names)
    above = LEGEND_LINE * (legend[-1][1] + 1)
    foot = (*subject.foot, *([voice.say("charts.rounding")] if scores else []), voice.say("charts.split_order"), *cut)
    page = new_page(title, subtitle, foot, row_height(len(order)) * len(order) + above + 40.0)
    draw_legend(page, names, PART_COLOURS, legend)

    columns = [(voice.say("charts.places_moved"), [KINDS["moved"].text(places) for places in gained])]
    if scores:
        columns.append((voice.say("charts.change"), [signed(change, digits) for change in total]))
    widths = [10.0 + max(text_width(text, LABEL) for text in (head, *texts)) for head, texts in columns]
    places = np.cumsum(widths)
    frame = row_frame(page, subject, len(order), right=places[-1], bottom=21.0, top=above + 19.0)
    limit_parts(frame, parts[order], room=10.0)
    draw_bars(frame, parts[order], total, digits, signed=True)
    frame.segments([[(0.0, -0.5), (0.0, len(order) - 0.5)]], RULE, 0.7, zorder=2.5)
    frame.dots(total, range(len(order)), INK, 16.0, 0.7, zorder=4.0, marker="D")
    name_rows(frame, subject, order, subject.cities.inks)
    edge = frame.ax.get_xlim()[1]
    for at, (head, texts) in zip(places, columns, strict=True):
        page.write(INNER - places[-1] + at, page.height - above - 14.0, head, SMALL, SOFT_INK, "right")
        for row, text in enumerate(texts):
            frame.text(edge + frame.dx(at), row, text, LABEL, INK, "right")
    page.write(
        frame.left, 2.0, voice.say("charts.points_changed" if scores else "charts.places_moved"), SMALL, SOFT_INK
    )
    return page.figure
