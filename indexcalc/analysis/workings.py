"""How weights, and the closeness of TOPSIS, are computed: the table that papers print beside a method."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.weighting import Workings
from indexcalc.spec.choice import Choice
from indexcalc.spec.framework import INDEX
from indexcalc.spec.hierarchy import Parent, parents
from indexcalc.steps.combine import looked_at, nearness, weights_of
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Weighed:
    """How a weighting came to the weights of a node. codes: of what it weighs, in the order of the workings' rows; all
    indicators under `scope: indicators`, the node then being the index. year: that of the weights, where each year has
    its own."""

    node: str
    choice: Choice
    codes: tuple[str, ...]
    workings: Workings
    year: int | None = None


@dataclass(frozen=True)
class Closeness:
    """A node scored by TOPSIS: its distances from the ideal and the worst point, and its closeness, [city, year]."""

    node: str
    ideal: Array
    worst: Array
    closeness: Array


def weighed(result: IndexResult) -> tuple[Weighed, ...]:
    """The workings of every weighting in use that has any, parts of a combination before the combination itself.

    Formulas: see `indexcalc.methods.weighting`. Under `per: year`, those of the last year. Missing where a child does
    not vary.

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("ABC", [2020] * 3, {"x": [1, 2, 3], "y": [1, 1, 4]})
    >>> framework = ic.Framework.model_validate({"indicators": {"x": {}, "y": {}}})
    >>> methodology = ic.Methodology().variant(normalisation="none", weighting="entropy")
    >>> (found,) = weighed(ic.build_index(panel, framework, methodology))
    >>> found.codes, found.workings.each["entropy"].round(4), found.workings.weights.round(4)
    (('x', 'y'), array([0.9206, 0.7897]), array([0.274, 0.726]))
    """
    found: list[Weighed] = []
    for node in parents(result.nodes).values():
        known = [(one.node, one.choice) for one in found]
        found += (one for one in _of(node.weighting, node, result) if (one.node, one.choice) not in known)
    return tuple(found)


def _of(choice: Choice, node: Parent, result: IndexResult) -> Iterator[Weighed]:
    z = result.scores.reshape(-1, len(result.nodes))
    bases = {"raw": result.treated, "oriented": result.oriented, "normalised": result.normalised}
    parts = {name: part for name, part in choice.parameters.items() if isinstance(part, Choice)}
    for part in parts.values():
        yield from _of(part, node, result)
    codes = tuple(result.nodes[child].code for child in node.children)
    if parts:
        each = {name: weights_of(part, node, result.nodes, z, bases, result.framework) for name, part in parts.items()}
        if all(own.ndim == 1 for own in each.values()):
            yield Weighed(
                node.code,
                choice,
                codes,
                Workings(weights_of(choice, node, result.nodes, z, bases, result.framework), each),
            )
        return
    workings = choice.method.traits.get("workings")
    if workings is None:
        return
    at, x, year = list(node.children), z, None
    more: tuple[NDArray[np.bool_], ...] = ()
    if choice.trait("objective"):
        at, x = looked_at(node, choice, result.nodes, z, bases)
        if not at:
            return
        if choice.trait("takes_nearness"):
            more = (nearness(result.framework, result.nodes, bases, x, at),)
        if choice.told("per") == "year":
            year = result.years[-1]
            x = x[np.tile(np.array(result.years), len(result.cities)) == year]
    name = INDEX if choice.told("scope") == "indicators" else node.code
    codes = tuple(choice.parameters.get("order") or (result.nodes[child].code for child in at))
    written = np.array([result.nodes[child].weight for child in at])
    yield Weighed(name, choice, codes, workings(x, written, *more, **choice.parameters), year)


def closeness(result: IndexResult) -> tuple[Closeness, ...]:
    """D+, D- and closeness of every node with several children that is scored by TOPSIS, over all city-years.

    Formulas: see `indexcalc.methods.aggregation.topsis`. Missing where a child is.
    """
    found = []
    shape = (3, len(result.cities) * len(result.years))
    for node in parents(result.nodes).values():
        distances = node.aggregation.method.traits.get("workings")
        children = list(node.children)
        if distances is None or len(children) == 1:
            continue
        z = result.scores[:, :, children].reshape(-1, len(children))
        complete = ~np.isnan(z).any(axis=1)
        figures = np.full(shape, np.nan)
        figures[:, complete] = distances(z[complete], result.weights[children])
        found.append(Closeness(node.code, *figures.reshape(3, len(result.cities), len(result.years))))
    return tuple(found)
