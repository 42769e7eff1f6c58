"""Every methodology one by one: the rank of each city under each."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.catalogue.heat_map import luminance
from indexcalc.report.charts.findings import moved_by_alternatives
from indexcalc.report.charts.lettering import wrap
from indexcalc.report.charts.needs import RIVALS, Need
from indexcalc.report.charts.page import INNER, Frame
from indexcalc.report.charts.rows import name_rows, row_frame, row_order, row_page
from indexcalc.report.charts.style import INK, LINE, SIGNED_SCALE, SMALL, SOFT_INK
from indexcalc.report.charts.subject import Subject
from indexcalc.report.text.robustness import factor_name
from indexcalc.report.text.study import option_names
from indexcalc.robustness.result import Alternative, AlternativesResult

Array = NDArray[np.float64]

MOST = 24
"""Methodologies in columns; if there are more, those least like the chosen one are shown."""

ALTERNATIVES = Need(
    "alternatives",
    lambda subject: subject.run.alternatives is not None and len(subject.run.alternatives.rows) > 1,
    study="alternatives",
)


@chart("alternatives", place=120, needs=(ALTERNATIVES, RIVALS))
def alternatives(subject: Subject) -> Figure:
    """Ranks (city, methodology) of the last year: blue where a city ranks higher than as chosen, orange where lower.

    Below, what each methodology is, its rank correlation with the chosen one and how many claims hold under it.
    """
    voice, found = subject.voice, subject.run.alternatives
    assert found is not None
    rows, cities = chosen_rows(found), [found.cities.index(subject.result.cities[c]) for c in subject.at[0]]
    ranks = np.column_stack([row.ranks[cities] for row in rows])
    facts = {**subject.facts, "last": found.year, "shown": len(rows) - 1, "m": len(found.rows)}
    moved = np.column_stack([row.ranks[cities] for row in found.rows if not row.refused])
    moved = moved != found.nominal.ranks[cities][:, None]
    title = moved_by_alternatives(moved, facts, voice)
    subtitle = voice.say("charts.sub_alternatives", **facts)
    subtitle += voice.say("charts.sub_alternatives_some", **facts) if len(rows) < len(found.rows) else ""
    heads = [str(i + 1) for i in range(len(rows))]
    told = [f"{i + 1}  {_told(row, found, subject)}" for i, row in enumerate(rows)]
    return rank_cells(subject, title, subtitle, heads, told, found.nominal.ranks[cities], ranks)


def rank_cells(
    subject: Subject, title: str, subtitle: str, heads: list[str], told: list[str], nominal: Array, ranks: Array
) -> Figure:
    """Ranks (city, column) in cells under their heads, coloured by the places gained over the nominal ones (city,).
    told: what the heads stand for, below."""
    order = row_order(subject)
    key = [line for text in told for line in wrap(text, SMALL, INNER)]
    below = LINE * SMALL * len(key) + 8.0 if key else 0.0
    page = row_page(title, subtitle, subject, order, 15.0 + below)
    frame = row_frame(page, subject, len(order), right=0.0, bottom=below, top=15.0)
    frame.ax.set_xlim(-0.5, len(heads) - 0.5)
    for i, head in enumerate(heads):
        frame.text(i, -0.5 - abs(frame.dy(7.0)), head, SMALL, SOFT_INK, "center")
    write_ranks(frame, subject, ranks[order], draw_cells(frame, (nominal[:, None] - ranks)[order]))
    name_rows(frame, subject, order, [INK] * len(nominal))
    for i, line in enumerate(key):
        page.write(0.0, below - 8.0 - LINE * SMALL * (i + 1) + 0.3 * SMALL, line, SMALL, SOFT_INK)
    return page.figure


def chosen_rows(found: AlternativesResult) -> list[Alternative]:
    """The first, then those that can be computed: all in their order, or those least like the chosen methodology."""
    known = [row for row in found.rows if not row.refused]
    if len(known) <= MOST:
        return known
    order = sorted(range(1, len(known)), key=lambda i: known[i].spearman)[: MOST - 1]
    return [known[0], *(known[i] for i in sorted(order))]


def draw_cells(frame: Frame, gain: Array) -> Array:
    """Cells (row, methodology) by places gained over the chosen methodology. Returns their colours."""
    most = max(2.0, float(np.nanmax(np.abs(gain), initial=0.0)))
    return frame.cells(gain, SIGNED_SCALE, (-most, most), label="gain")


def write_ranks(frame: Frame, subject: Subject, ranks: Array, fills: Array) -> None:
    """The rank in each cell."""
    dark = (luminance(fills) < 0.18) & ~np.isnan(ranks)
    for (row, i), rank in np.ndenumerate(ranks):
        frame.text(i, row, subject.figure(rank, 0), SMALL, "white" if dark[row, i] else "black", "center")


def _told(row: Alternative, found: AlternativesResult, subject: Subject) -> str:
    """A methodology: the options in which it differs from the chosen one, rank correlation, and claims that hold."""
    voice, names = subject.voice, option_names(found, subject.voice)
    chosen = zip(found.factors, row.options, found.nominal.options, strict=True)
    other = [(factor, option) for factor, option, nominal in chosen if option != nominal]

    def named(factor: str, option: str) -> str:
        name = names[factor, option]
        if factor == "lower":  # a number says nothing by itself
            return voice.say("robustness.one_option", factor=factor_name(factor, voice), option=name)
        return name

    told = " + ".join(named(*one) for one in other or zip(found.factors, row.options, strict=True))
    options = told if other else voice.say("charts.as_chosen", options=told)
    rho = subject.figure(row.spearman, 2)
    told = voice.say("charts.alternative", options=options, rho=rho)
    holding = sum(verdict in (1, 2) for verdict in row.verdicts)
    return told + (voice.say("charts.claims_holding", k=holding, m=len(row.verdicts)) if row.verdicts else "")
