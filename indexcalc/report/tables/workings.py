"""How weights, and the closeness of TOPSIS, are computed: the tables that papers print for a method."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from indexcalc.analysis.workings import Closeness, Weighed
from indexcalc.computed import Computed
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import label, node, rank_and_city, starts, w
from indexcalc.report.tables.table import Column, Fact, Sheet, Table
from indexcalc.report.tables.weight_sets import method_name
from indexcalc.voice import Node, Voice

KIND = {"comparison": "value", "factor": "place", "share": "share", "cumulated": "share"}
"""How figures look that are not plain numbers with four decimals."""


@sheet("workings", place=205, screen="weights", page=True)
def workings(run: Computed) -> Sheet | None:
    """The workings of the methods in use; none where all weights are as given or equal."""
    return sheet_of(run.weighed, run.closeness, run)


def sheet_of(weighed: tuple[Weighed, ...], closeness: tuple[Closeness, ...], run: Computed) -> Sheet | None:
    """The workings of some methods."""
    tables = [*_weights(weighed), *(_distances(one, run) for one in closeness)]
    return Sheet("workings", tuple(tables), labels=2) if tables else None


def _weights(found: tuple[Weighed, ...]) -> Iterator[Table]:
    """Nodes weighed by one method in one table, where each child has one figure of a kind; else a table for each."""
    groups: list[list[Weighed]] = []
    for one in found:
        alike = (group for group in groups if group[0].choice == one.choice and not _is_wide(one))
        group = next(alike, None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    for group in groups:
        first = group[0]
        about: dict[str, Fact] = {"method": partial(method_name, first.choice.name)}
        question = w("workings_of", **about) if first.year is None else w("workings_of_year", year=first.year, **about)
        if _is_wide(first):
            question = w("workings_of_node", node=node(first.node), **about)
        opened = starts([one.node for one in group for _ in one.codes])
        yield Table(tuple(_children(group)), question, tuple(_notes(first)), opened)
        for one in group:
            if one.workings.components:
                yield _components(one)


def _is_wide(one: Weighed) -> bool:
    return any(figures.ndim == 2 for figures in one.workings.each.values())


def _children(some: list[Weighed]) -> Iterator[Column]:
    """What is weighed, what the method computes for it, and its weight."""
    if len(some) > 1:
        yield Column(w("parent"), [node(one.node) for one in some for _ in one.codes], "group", width=16, merged=True)
    yield Column(w("node"), [Node(code) for one in some for code in one.codes], width=24)
    for name in some[0].workings.each:
        figures = np.concatenate([one.workings.each[name] for one in some])
        kind = KIND.get(name, "fine")
        if figures.ndim == 1:
            yield Column(w(f"working.{name}"), figures.tolist(), kind, width=13)
            continue
        for k, column in enumerate(figures.T):
            head: Fact = Node(some[0].codes[k]) if name == "comparison" else w("working.component", k=k + 1)
            band = w(f"working.{name}")
            yield Column(head, column.tolist(), kind, band, key=f"{name}_{k + 1}", brief=head, width=11)
    yield Column(w("weight"), [float(x) for one in some for x in one.workings.weights], "fine", width=11)


def _notes(one: Weighed) -> Iterator[Fact]:
    name = one.choice.name
    if one.choice.takes("solution"):
        yield w(f"workings_about.{one.choice.parameters.get('solution', 'eigenvector')}")
    if Voice().knows(f"sheets.workings_about.{name}"):
        yield w(f"workings_about.{name}", **one.workings.numbers)


def _components(one: Weighed) -> Table:
    """The principal components: eigenvalues and their shares."""
    found = one.workings.components
    columns = [Column(w("working.component_number"), list(range(1, len(one.codes) + 1)), "place", width=12)]
    columns += [
        Column(w(f"working.{name}"), own.tolist(), KIND.get(name, "fine"), width=13) for name, own in found.items()
    ]
    kept = w("workings_kept", kept=int(one.workings.numbers["kept"]))
    return Table(tuple(columns), w("workings_components", node=node(one.node)), (kept,))


def _distances(one: Closeness, run: Computed) -> Table:
    """Cities by rank: D+, D- and the closeness of the last year."""
    columns = rank_and_city(run)
    for name in ("ideal", "worst", "closeness"):
        figures = getattr(one, name)[run.order, run.last]
        columns.append(Column(w(f"working.{name}"), figures.tolist(), "fine", width=13))
    return Table(
        tuple(columns), w("workings_topsis", node=node(one.node), year=run.year), (w("workings_about.topsis"),)
    )


@file("analysis/workings")
def workings_file(run: Computed) -> Iterator[dict[str, Any]]:
    """Every figure from which weights are computed: of a child, or of a component."""
    for one in run.weighed:
        about = {"node": one.node, "method": one.choice.name, "year": one.year}
        for name, figures in {**one.workings.each, "weight": one.workings.weights}.items():
            for k, column in enumerate(np.atleast_2d(figures.T), 1):
                for code, value in zip(one.codes, column, strict=True):
                    yield {
                        **about,
                        "child": code,
                        "component": k if figures.ndim == 2 else None,
                        "figure": name,
                        "value": value,
                    }
        for name, figures in one.workings.components.items():
            for k, value in enumerate(figures, 1):
                yield {**about, "child": None, "component": k, "figure": name, "value": value}
        for name, value in one.workings.numbers.items():
            yield {**about, "child": None, "component": None, "figure": name, "value": value}


@file("analysis/topsis")
def distances_file(run: Computed) -> Iterator[dict[str, Any]]:
    """Distances and closeness of every city and year, of every node scored by TOPSIS."""
    for one in run.closeness:
        for c, t in zip(*np.nonzero(~np.isnan(one.closeness)), strict=True):
            yield {
                "node": one.node,
                **label(run.result.cities[c], run.result.framework),
                "year": run.result.years[t],
                "ideal": one.ideal[c, t],
                "worst": one.worst[c, t],
                "closeness": one.closeness[c, t],
            }
