"""What holds each city back most, by indicator and by dimension."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from indexcalc.analysis.obstacles import Obstacles
from indexcalc.computed import Computed
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import NAN, rank_and_city, w, weights_as_written
from indexcalc.report.tables.table import EVERYWHERE, SHEET, Column, Fact, Sheet, Table
from indexcalc.voice import Node

NAMED = 5
"""Obstacles of each city that are named in the workbook."""
LARGEST = 3
"""Those that are named elsewhere."""


@sheet("obstacles", place=110, page=True)
def obstacles(run: Computed) -> Sheet:
    """The largest obstacles of each city in the last year, and the share of each dimension then and in the first."""
    found = run.obstacles
    notes = (w("about_obstacles"), *weights_as_written(run.result.nodes))
    return Sheet("obstacles", (_largest(run, found), _by_dimension(run, found)), notes, labels=2)


def _largest(run: Computed, found: Obstacles) -> Table:
    """The largest obstacles of each city, up to as many as any city has."""
    columns = rank_and_city(run)
    degree = found.degree[run.order, run.last]
    order = np.argsort(-np.round(degree, 9), axis=1, kind="stable")  # missing last
    for place in range(min(NAMED, len(found.indicators))):
        k = order[:, place]
        size = degree[np.arange(len(k)), k]
        there = np.nan_to_num(size) > 0
        if not there.any():
            break
        names: list[Fact] = [Node(found.indicators[i]) if here else "" for i, here in zip(k, there, strict=True)]
        band = w("obstacle_place", nth=place + 1)
        on = EVERYWHERE if place < LARGEST else (SHEET,)
        columns.append(Column(w("obstacle"), names, "small", band, width=19, on=on, brief=band))
        degrees = np.where(there, size, NAN).tolist()
        columns.append(Column(w("obstacle_degree"), degrees, "part", band, on=on, brief=w("obstacle_degree")))
    return Table(tuple(columns), w("obstacle_question", year=run.year))


def _by_dimension(run: Computed, found: Obstacles) -> Table:
    columns = [replace(column, on=(SHEET,)) for column in rank_and_city(run)]
    for t in sorted({run.first, run.last}):
        band = w("of_year", year=found.years[t])
        for d, code in enumerate(found.dimensions):
            values = found.by_dimension[run.order, t, d].tolist()
            columns.append(Column(Node(code), values, "part", band, key=code, scale="degree", on=(SHEET,)))
    return Table(tuple(columns), w("obstacle_dimensions"))


largest_file = file("analysis/obstacles", "indicator")(lambda run: run.obstacles.top_table())


dimensions_file = file("analysis/obstacles", "dimension")(lambda run: run.obstacles.dimension_table())
