"""The outranking matrix of the last year, where cities are compared in pairs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from indexcalc.analysis.outranking import Outranking
from indexcalc.computed import Computed
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import cities, node, w
from indexcalc.report.tables.table import SHEET, Column, Fact, Sheet, Table
from indexcalc.voice import City

MOST = 60
"""Cities up to which a sheet has a column for each."""


@sheet("outranking", place=235)
def outranking(run: Computed) -> Sheet | None:
    """City by city, the weight of the children in which one is better, in the last year; whether the ranking is
    certain."""
    tables = [_matrix(run, one) for one in run.pairwise.found if one.year == run.year and 1 < len(one.cities) <= MOST]
    return Sheet("outranking", tuple(tables), (w("about_outranking"),), labels=1) if tables else None


def _matrix(run: Computed, one: Outranking) -> Table:
    ranks = run.result.rank(one.node)[list(one.cities), run.last]
    order = np.argsort(ranks, kind="stable").tolist()
    shown = [one.cities[i] for i in order]
    columns = [Column(w("city"), cities(run, shown))]
    for i in order:
        values = np.where(np.arange(len(order)) == i, np.nan, one.matrix[:, i])[order].tolist()
        columns.append(Column(City(run.result.cities[one.cities[i]]), values, "ratio", scale="share", on=(SHEET,)))
    question = w("outranking_question", node=node(one.node), year=one.year)
    return Table(tuple(columns), question, tuple(_sure(one)))


def _sure(one: Outranking) -> Iterator[Fact]:
    """Whether another ranking may be better, and whether others are as good."""
    if one.median is None:
        return
    facts = {"score": f"{one.score:.4g}", "bound": f"{one.bound:.4g}", "k": one.undecided}
    if not one.median.proven:
        yield w("kemeny_gap", **facts)
    else:
        yield w("kemeny_several" if one.undecided else "kemeny_alone", **facts)


@file("analysis/outranking")
def outranking_file(run: Computed) -> Iterator[dict[str, Any]]:
    """Every pair of the last year, both ways round: the weight for the first, and its place in the best rankings."""
    for one in run.pairwise.found:
        if one.year != run.year:
            continue
        for i, k in zip(*np.nonzero(~np.eye(len(one.cities), dtype=bool)), strict=True):
            yield {
                "node": one.node,
                "year": one.year,
                "city": run.result.cities[one.cities[i]],
                "other": run.result.cities[one.cities[k]],
                "weight": one.matrix[i, k],
                "before": None if one.median is None else int(one.median.before[i, k]),
            }
