"""Which of the others move when one city, or one year, is left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from indexcalc.analysis.reversals import Leaving
from indexcalc.computed import Computed
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import label, w
from indexcalc.report.tables.table import Column, Excerpt, Fact, Sheet, Table
from indexcalc.voice import City, Clauses

NAMED = 3
"""Pairs that are named for each city or year left out."""
SHOWN = 20


@sheet("reversals", place=225, screen="robustness")
def reversals(run: Computed) -> Sheet | None:
    """For each city and each year left out: how many of the others change rank, and which pairs are reversed.

    Like the alternatives, it takes many computations of the index, and is made together with them.
    """
    if run.alternatives is None or not run.reversals.found:
        return None
    found = run.reversals
    tables = [_table(run, kind, [one for one in found.found if one.kind == kind]) for kind in ("city", "year")]
    return Sheet("reversals", tuple(table for table in tables if table), (w("about_reversals"),), labels=1)


def _table(run: Computed, kind: str, rows: list[Leaving]) -> Table | None:
    if not rows:
        return None
    if kind == "city":
        rows = sorted(rows, key=lambda one: (-len(one.reversed), -one.moved))
    head = [City(str(one.which)) for one in rows] if kind == "city" else [one.which for one in rows]
    columns = [
        Column(w("leaves"), head, width=16),
        Column(w("ranks_in"), [one.year for one in rows], "place", width=9),
        Column(w("cities_moved"), [None if one.refused else one.moved for one in rows], "whole", width=9),
        Column(w("furthest_moved"), [None if one.refused else one.furthest for one in rows], "whole", width=9),
        Column(w("mean_shift"), [None if one.refused else one.mean_shift for one in rows], "correlation", width=9),
        Column(w("pairs_reversed"), [None if one.refused else len(one.reversed) for one in rows], "whole", width=9),
        Column(w("which_pairs"), [_pairs(run, one) for one in rows], "small", width=44),
    ]
    question = w(f"reversals_{kind}", year=rows[0].year)
    return Table(tuple(columns), question, excerpt=Excerpt(SHOWN, "robustness/rank_reversals.csv")).filled()


def _pairs(run: Computed, one: Leaving) -> Fact:
    """The pairs whose order is reversed, or why there is no index without the one left out."""
    if one.refused:
        return one.refused[0]
    cities, pairs = run.result.cities, one.reversed
    named: list[Fact] = [w("passes", city=City(cities[k]), other=City(cities[i])) for i, k in pairs[:NAMED]]
    return Clauses([*named, *([w("more_pairs", k=len(pairs) - NAMED)] if len(pairs) > NAMED else [])])


@file("robustness/rank_reversals")
def reversals_file(run: Computed) -> Iterator[dict[str, Any]]:
    """For each city or year left out, the rank of every city that stays, among these, before and after."""
    for one in run.reversals.found if run.alternatives is not None else ():
        for c in np.flatnonzero(~np.isnan(one.after - one.before)):
            yield {
                "leaves": one.kind,
                "which": one.which,
                "year": one.year,
                **label(run.result.cities[c], run.result.framework),
                "rank": int(one.before[c]),
                "rank_without": int(one.after[c]),
                "mean_shift": one.mean_shift,
            }
