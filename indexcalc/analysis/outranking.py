"""Where cities are compared in pairs (Copeland, Kemeny): who outranks whom, and how certain the best ranking is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexcalc.brief import Brief
from indexcalc.errors import Problem
from indexcalc.methods.aggregation import best_rankings, outranking
from indexcalc.methods.median_ranking import Median
from indexcalc.spec.choice import Choice
from indexcalc.spec.hierarchy import parents
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]
PAIRWISE = ("copeland", "kemeny")


@dataclass(frozen=True, repr=False)
class Outranking(Brief):
    """The pairs of the cities that have a score at one node in one year.

    cities: positions, in the order of the panel. matrix: (n, n), the weight of the children in which one city is better
    than another, half for equal ones. median: of the Kemeny aggregation, else None.
    """

    node: str
    year: int
    cities: tuple[int, ...]
    matrix: Array
    median: Median | None

    @property
    def score(self) -> float:
        """The outranking weights of the best ranking, summed over its pairs."""
        return self._sum(self.median.total) if self.median is not None else float("nan")

    @property
    def bound(self) -> float:
        """The score that no ranking can exceed: that of the best ranking itself, where it is proven."""
        return self._sum(self.median.bound) if self.median is not None else float("nan")

    @property
    def undecided(self) -> int:
        """Pairs that are one way round in some best rankings and the other way in others."""
        n = len(self.cities)
        return 0 if self.median is None else int((self.median.before == 0).sum() - n) // 2

    def _sum(self, support: float) -> float:
        n = len(self.cities)
        return (support + n * (n - 1) / 2) / 2


@dataclass(frozen=True, repr=False)
class Pairwise(Brief):
    """The outranking of every node whose aggregation compares cities in pairs, by node and year."""

    found: tuple[Outranking, ...]

    @property
    def notices(self) -> tuple[Problem, ...]:
        """Years in which no proof was found that a ranking is the best."""
        return tuple(
            Problem("kemeny_unproven", {"node": one.node, "year": one.year, "score": one.score, "bound": one.bound})
            for one in self.found
            if one.median is not None and not one.median.proven
        )


def pairwise(result: IndexResult) -> Pairwise:
    """Outranking matrices of the nodes under Copeland or Kemeny, in every year.

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("ABC", [2020] * 3, {"x": [1, 2, 3], "y": [3, 1, 2]})
    >>> framework = ic.Framework.model_validate({"indicators": {"x": {"weight": 3}, "y": {}}})
    >>> index = ic.build_index(panel, framework, ic.Methodology().variant(aggregation="kemeny"))
    >>> pairwise(index).found[0].matrix[2].tolist()
    [0.75, 1.0, 0.0]
    """
    return Pairwise(tuple(_each(result)))


def _each(result: IndexResult) -> Iterator[Outranking]:
    for position, node in parents(result.nodes).items():
        name = _compared(node.aggregation)
        if name is None:
            continue
        children = list(node.children)
        for t, year in enumerate(result.years):
            z = result.scores[:, t, children]
            cities = np.flatnonzero(~np.isnan(z).any(axis=1) & ~np.isnan(result.scores[:, t, position]))
            if len(cities):
                here, weights = z[cities], result.weights[children]
                median = best_rankings(here, weights) if name == "kemeny" else None
                yield Outranking(node.code, year, tuple(cities.tolist()), outranking(here, weights), median)


def _compared(aggregation: Choice) -> str | None:
    """Which of the pairwise aggregations a node has, itself or reversed."""
    while isinstance(aggregation.parameters.get("of"), Choice):
        aggregation = aggregation.parameters["of"]
    return aggregation.name if aggregation.name in PAIRWISE else None
