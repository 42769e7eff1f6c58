"""How far the index agrees with what others publish, and what they list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from indexcalc.analysis.yardsticks import Yardsticks
from indexcalc.computed import Computed
from indexcalc.report.numbers import number
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import node, rank_and_city, w
from indexcalc.report.tables.table import Column, Fact, Sheet, Table
from indexcalc.spec.analyses import Yardstick
from indexcalc.voice import City, Clauses, Row


@sheet("yardsticks", place=260)
def yardsticks(run: Computed) -> Sheet | None:
    """Rank correlations with each yardstick, then its entries."""
    if not run.specification.yardsticks:
        return None
    found = run.yardsticks
    at = [
        (y, int(t))
        for y in range(len(found.declared))
        for t in np.flatnonzero((~np.isnan(found.places[y])).any(axis=0))
    ]
    if not at:
        return None
    return Sheet("yardsticks", (_agreement(found, at), _entries(run, found, at)), labels=2)


def _agreement(found: Yardsticks, at: list[tuple[int, int]]) -> Table:
    """Spearman's correlation of each node with each yardstick in each year that it has."""
    declared = list(found.declared.values())
    columns = [
        Column(w("yardstick"), [declared[y].name for y, _ in at], width=24),
        Column(w("year"), [found.years[t] for _, t in at], "whole"),
        Column(w("cities_n"), [int(found.n[y, t, 0]) for y, t in at], "whole"),
    ]
    for k, code in enumerate(found.nodes):
        rho = [float(found.spearman[y, t, k]) for y, t in at]
        columns.append(Column(node(code), rho, "correlation", w("spearman_with"), key=code, width=12, signed=1.0))
        if k == 0:
            spans = [_span(float(found.low[y, t, 0]), float(found.high[y, t, 0])) for y, t in at]
            columns.append(Column(w("interval_of_rho"), spans, "word", w("spearman_with"), width=14))
    unlisted = [
        Row(
            City(found.cities[c])
            for c in np.flatnonzero(np.isnan(found.places[y, :, t]) & ~np.isnan(found.scores[:, t, 0]))
        )
        for y, t in at
    ]
    columns.append(Column(w("unlisted"), unlisted, width=24))
    return Table(tuple(columns), w("agreement_question"), (w("about_yardsticks"),))


def _span(low: float, high: float) -> Fact:
    """An interval in words; nothing where there is none."""
    return "" if np.isnan(low) else w("from_to_figures", low=number(low, 2), high=number(high, 2))


def _entries(run: Computed, found: Yardsticks, at: list[tuple[int, int]]) -> Table:
    """What each yardstick lists of each city."""
    columns, declared = rank_and_city(run), list(found.declared.values())
    for y, t in at:
        places = found.places[y, run.order, t].tolist()
        entries: list[Any] = [None if np.isnan(place) else declared[y].entry(place) for place in places]
        columns.append(Column(found.years[t], entries, "word", declared[y].name, width=9))
    return Table(tuple(columns), w("entries_question"), _notes(found.declared))


def _notes(declared: Mapping[str, Yardstick]) -> tuple[Fact, ...]:
    """Source and note of each yardstick, as the YAML gives them."""
    notes = []
    for own in declared.values():
        parts = [text for text in (own.source, own.note) if text is not None]
        if parts:
            notes.append(w("yardstick_source", name=own.name, said=Clauses(parts)))
    return tuple(notes)


agreement_file = file("analysis/yardsticks", "agreement")(
    lambda run: run.yardsticks.table() if run.specification.yardsticks else None
)


entries_file = file("analysis/yardsticks", "entry")(
    lambda run: run.yardsticks.point_table() if run.specification.yardsticks else None
)
