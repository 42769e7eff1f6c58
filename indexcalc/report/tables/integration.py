"""Coupling coordination: the degree year by year, what makes it up, and how many cities are in which grade."""

from __future__ import annotations

import numpy as np

from indexcalc.analysis.integration import Integration
from indexcalc.computed import Computed
from indexcalc.report.numbers import number
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import cities, rank_and_city, said, w, weights_as_written
from indexcalc.report.tables.table import PAGE, Column, Fact, Sheet, Table
from indexcalc.voice import Node, Row


@sheet("integration", place=100)
def integration(run: Computed) -> Sheet:
    """The degree of coordination of each city, and the grades."""
    found = run.integration
    return Sheet(
        "integration", (_degrees(run, found), _grades(found)), said(w("about_integration"), *caveats(run)), labels=2
    )


def caveats(run: Computed) -> tuple[Fact, ...]:
    """How far D merely repeats the index, by the run's own figures, and what degrees and grades depend on."""
    found, lower_upper = run.integration, run.integration.scale
    rho = float(found.with_index[run.last])
    told: list[Fact] = []
    if not np.isnan(found.with_overall + rho):
        facts = {"r": number(found.with_overall, 3), "rho": number(rho, 3), "year": run.year}
        told.append(w("integration_follows", **facts))
    if found.options.weights != "equal":
        told += weights_as_written(run.result.nodes[:1])
    return (*told, w("integration_origin", lower=f"{lower_upper[0]:g}", upper=f"{lower_upper[1]:g}"))


def _grade(found: Integration, c: int, t: int) -> Fact:
    g = found.grade[c, t]
    return "" if g < 0 else found.options.grades[g].name


def _dimensions(found: Integration, mask: np.ndarray) -> Row:
    return Row(Node(code) for code, here in zip(found.dimensions, mask, strict=True) if here)


def _degrees(run: Computed, found: Integration) -> Table:
    """The degree of every year, and the last year in full."""
    order, t, band = run.order, run.last, w("of_year", year=run.year)
    columns = (
        *rank_and_city(run),
        *(
            Column(year, found.degree[order, i].tolist(), "ratio", w("degree"), scale="degree")
            for i, year in enumerate(found.years)
        ),
        Column(w("grade"), [_grade(found, c, t) for c in order], "word", band, width=20),
        Column(w("coupling"), found.coupling[order, t].tolist(), "ratio", band),
        Column(w("overall"), found.overall[order, t].tolist(), "ratio", band),
        Column(w("lagging"), [_dimensions(found, found.lagging[c, t]) for c in order], "word", band, width=16),
    )
    return Table(columns, w("degree_question"), (w("about_degree"),))


def _grades(found: Integration) -> Table:
    """How many cities are in each grade, year by year."""
    grades = found.options.grades
    counts = [
        [int((found.grade[:, t] == g).sum()) or None for g in range(len(grades))] for t in range(len(found.years))
    ]
    columns = (
        Column(w("grade_number"), list(range(1, len(grades) + 1)), "place"),
        Column(w("grade"), [one.name for one in grades]),
        *(Column(year, counts[t], "whole", w("cities_in"), scale="cities") for t, year in enumerate(found.years)),
        Column(w("from"), [0.0, *(one.upper for one in grades[:-1])], "correlation", w("bounds")),
        Column(w("up_to"), [one.upper for one in grades], "correlation", w("bounds")),
    )
    return Table(columns, w("grade_question"))


def by_degree(run: Computed) -> Table:
    """The cities by their degree in the last year, with the dimension that lags."""
    found, t = run.integration, run.last
    degree = found.degree[:, t]
    order = np.argsort(np.where(np.isnan(degree), np.inf, -degree), kind="stable").tolist()
    return Table(
        (
            Column(w("city"), cities(run, order), on=(PAGE,)),
            Column(w("degree_of", year=run.year), degree[order].tolist(), "ratio", on=(PAGE,)),
            Column(w("lagging"), [_dimensions(found, found.lagging[c, t]) for c in order], on=(PAGE,)),
        )
    )


degrees_file = file("analysis/integration", "city")(lambda run: run.integration.table())


grades_file = file("analysis/integration", "grade")(lambda run: run.integration.grade_table())
