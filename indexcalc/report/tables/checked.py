"""The figures as they were read: which look wrong, how many are observed, and which cells were read otherwise."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indexcalc.analysis.observed import observed_table
from indexcalc.analysis.suspicious import Suspicion, cell_of, neighbours_of, suspicious_table, years_text
from indexcalc.computed import Computed
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.framework import unit
from indexcalc.report.tables.parts import NAN, said, w
from indexcalc.report.tables.table import SHEET, Column, Excerpt, Fact, Sheet, Table
from indexcalc.voice import City, Node

SHOWN = 40
"""Rows of each of these tables on the screen."""


@sheet("checked", place=310, screen="check")
def checked(run: Computed) -> Sheet:
    """What looks wrong, then the figures observed by column, city and year."""
    tables = (_suspicious(run), _by_column(run), _by_city(run), _by_year(run))
    notes = said(w("about_suspicious") if run.suspicious else w("none_suspicious"))
    return Sheet("checked", tuple(table for table in tables if table.rows), notes)


def _suspicious(run: Computed) -> Table:
    """Each suspicion: the figure, its cell, and what it was compared with."""
    found, panel = run.suspicious, run.result.panel
    declared = run.result.framework.columns
    beside = [neighbours_of(one) for one in found]
    columns = (
        Column(w("series"), [Node(one.code) for one in found], width=24),
        Column(w("city"), [City(one.city) if one.city else w("all_cities") for one in found]),
        Column(w("year"), [years_text(one) for one in found], "word", width=10),
        Column(w("cell"), [cell_of(one, panel) for one in found], "small", width=14),
        Column(w("value"), [one.value for one in found], "given", width=14),
        Column(w("unit"), [unit(declared[one.code].unit) for one in found], "word", on=(SHEET,)),
        Column(w("figure_before"), [before for before, _ in beside], "given", width=14),
        Column(w("figure_after"), [after for _, after in beside], "given", width=14),
        Column(w("other_cities"), [one.typical for one in found], "given", width=14),
        Column(w("looks_like"), [_finding(one) for one in found], width=30),
    )
    return Table(columns, w("suspicious_question"), excerpt=Excerpt(SHOWN, "checked/suspicious.csv")).filled()


def _finding(one: Suspicion) -> Fact:
    """What a suspicion says, in few words."""
    if one.kind != "times":
        return w(f"looks_{one.kind}", other=Node(one.other))
    return w("looks_large" if one.power > 0 else "looks_small", times=one.factor)


def _by_column(run: Computed) -> Table:
    """Of each column: how many figures, over which years, in which unit, and their range."""
    found, declared = run.observed, run.result.framework.columns
    seen = run.result.panel.seen
    units = seen.units if seen is not None else {}
    columns = (
        Column(w("series"), [Node(code) for code in found.codes], width=24),
        Column(w("code"), list(found.codes), "small", width=22, on=(SHEET,)),
        Column(w("unit"), [unit(declared[code].unit) for code in found.codes], "word"),
        Column(w("unit_in_file"), [units.get(code, "") for code in found.codes], "word", width=12),
        *_counts(found.by_code),
        Column(w("first_year"), found.spans[:, 0].tolist(), "whole", width=8),
        Column(w("last_year"), found.spans[:, 1].tolist(), "whole", width=8),
        *(
            Column(w(f"figure_{name}"), found.ranges[:, k].tolist(), "given", width=12)
            for k, name in enumerate(("least", "median", "greatest"))
        ),
    )
    return Table(columns, w("observed_by_column"), excerpt=Excerpt(SHOWN, "checked/observed.csv", by="share")).filled()


def _by_city(run: Computed) -> Table:
    columns = (Column(w("city"), [City(city) for city in run.result.cities]), *_counts(run.observed.by_city))
    return Table(columns, w("observed_by_city"), excerpt=Excerpt(SHOWN, "checked/observed.csv", by="share"))


def _by_year(run: Computed) -> Table:
    columns = (Column(w("year"), list(run.result.years), "whole", width=8), *_counts(run.observed.by_year))
    return Table(columns, w("observed_by_year"), excerpt=Excerpt(SHOWN, "checked/observed.csv"))


def _counts(counts: np.ndarray) -> tuple[Column, ...]:
    """How many figures are observed, of how many, as a share."""
    shares = [n / possible if possible else NAN for n, possible in counts.tolist()]
    return (
        Column(w("figures_observed"), counts[:, 0].tolist(), "count", width=10),
        Column(w("figures_possible"), counts[:, 1].tolist(), "count", width=10),
        Column(w("observed_share"), shares, "part", key="share", width=9),
    )


suspicious_file = file("checked/suspicious")(lambda run: suspicious_table(run.suspicious, run.result.panel))


observed_file = file("checked/observed")(lambda run: observed_table(run.observed, run.result))


@file("checked/readings")
def readings_file(run: Computed) -> pd.DataFrame | None:
    """One row per cell that was read as something other than it holds: numbers as text, percents, missing marks."""
    seen = run.result.panel.seen
    if seen is None:
        return None
    return pd.DataFrame(seen.readings, columns=["sheet", "cell", "column", "reading", "found", "value"])
