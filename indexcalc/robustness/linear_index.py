"""An index as a linear function of its weights: the basis of proofs about all weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexcalc.errors import ChoiceError, Problem, refuse_if
from indexcalc.figures.panel import city_years
from indexcalc.robustness.polytope import Branch
from indexcalc.spec.hierarchy import Node, Parent, parents
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]

LINEAR: dict[str, Callable[[Array], Array]] = {"arithmetic": lambda z: z, "geometric": np.log}
"""Aggregations that are linear in the weights once scores are read on this scale."""
FEWEST_DECIMALS = 6
"""Ranks on scores rounded more coarsely tie over ranges of scores, not at points: no linear programme finds them."""


@dataclass(frozen=True)
class LinearIndex:
    """Index = Σ effective weight x value, at every node whose weights may move.

    codes: of the leaves (n_leaf,): indicators, or dimensions that are no such mean: `fixed` names those, the weights
    inside them stay as chosen, and `because` says why, unless it is that they have another method. values: (city, year,
    leaf) [score, or its logarithm; with the other sign where rank 1 is the lowest score]; NaN in all leaves where the
    city has no rank. branches, leaves: the tree above, as a Polytope takes it; nodes: of that tree. nominal: effective
    weights, (n_leaf,). margin: the least difference that is no tie, on the scale of values.
    """

    cities: tuple[str, ...]
    years: tuple[int, ...]
    codes: tuple[str, ...]
    nodes: tuple[Node, ...]
    values: Array
    branches: tuple[Branch, ...]
    leaves: tuple[int, ...]
    nominal: Array
    fixed: tuple[str, ...]
    because: tuple[Problem, ...]
    margin: float
    rank: Array

    def ranked(self, year: int) -> NDArray[np.intp]:
        """Positions of the cities that have a rank in a year, given by its position."""
        return np.flatnonzero(~np.isnan(self.values[:, year]).any(axis=1))


def linear_index(result: IndexResult) -> LinearIndex:
    """The index of a result as a linear function of its weights.

    Exact where all levels are arithmetic means, or all are geometric ones (their logarithm is linear in the product of
    the weights down to each indicator). The scores of a dimension with another method are taken as they are. Raises
    ChoiceError where the index itself is no such mean, its weights differ between city-years, it is averaged over the
    children present or takes a child at 0, its scores are rounded, or ranks are taken on fewer than FEWEST_DECIMALS
    decimals.
    """
    refuse_if(_problems(result), ChoiceError)
    aggregation = parents(result.nodes)[0].aggregation.name
    to_scale = LINEAR[aggregation]
    order, parts = [0], []
    for position in order:  # grows as it goes: parents before children
        if position == 0 or _is_expanded(position, result):
            parts.append(position)
            order += result.nodes[position].children
    at = {position: i for i, position in enumerate(order)}
    leaves = [position for position in order if position not in parts]
    scores = np.where(np.isnan(result.score())[:, :, None], np.nan, result.scores[:, :, leaves])
    smallest = 1.0 if aggregation == "arithmetic" else float(np.nanmin(result.score()))
    return LinearIndex(
        cities=result.cities,
        years=result.years,
        codes=tuple(result.nodes[position].code for position in leaves),
        nodes=tuple(result.nodes[position] for position in order),
        values=result.methodology.rank_on.sign * to_scale(scores),
        branches=tuple(_branch(position, result, at) for position in parts),
        leaves=tuple(at[position] for position in leaves),
        nominal=result.effective[leaves],
        fixed=tuple(result.nodes[position].code for position in leaves if _has_weights(position, result)),
        because=tuple(
            problem for position in leaves if _has_weights(position, result) for problem in _obstacles(position, result)
        ),
        margin=10.0**-result.methodology.rank_on.decimals / smallest,
        rank=result.rank(),
    )


def _branch(position: int, result: IndexResult, at: dict[int, int]) -> Branch:
    children = result.nodes[position].children
    return Branch(at[position], tuple(at[child] for child in children), result.weights[list(children)])


def _is_expanded(position: int, result: IndexResult) -> bool:
    """Whether a node is a mean of the same kind as the index, without obstacles of its own."""
    above = parents(result.nodes)
    return (
        position in above and above[position].aggregation == above[0].aggregation and not _obstacles(position, result)
    )


def _has_weights(position: int, result: IndexResult) -> bool:
    """Whether the weights inside a node could matter to its score."""
    node = result.nodes[position]
    return isinstance(node, Parent) and len(node.children) > 1 and not node.ignores_weights


def _obstacles(position: int, result: IndexResult) -> list[Problem]:
    """What keeps a node from being a sum over its children with the same weights in every city-year."""
    node, problems = parents(result.nodes)[position], []
    if node.rounding is not None:
        problems.append(Problem("bounds_rounding", {"node": node.code, "decimals": node.rounding.decimals}))
    if position in result.weights_by_observation:
        problems.append(Problem("bounds_weights", {"node": node.code, "weighting": str(node.weighting)}))
    if result.has_zero(position):
        problems.append(Problem("bounds_zeros", {"node": node.code}))
    partial = np.isnan(result.scores[:, :, list(node.children)]).any(axis=2) & ~np.isnan(result.scores[:, :, position])
    if partial.any():
        where = city_years(result.panel, partial)
        problems.append(Problem("bounds_missing", {"node": node.code, "missing": str(node.missing), "where": where}))
    return problems


def _path(result: IndexResult) -> str:
    """The key of the YAML that chooses the aggregation of the index."""
    root, methodology = result.framework.root, result.methodology
    if root.aggregation is not None:
        return "framework.aggregation"
    level = methodology.levels.get(0)
    return (
        "methodology.aggregation" if level is None or level.aggregation is None else "methodology.levels.0.aggregation"
    )


def _problems(result: IndexResult) -> list[Problem]:
    root = parents(result.nodes)[0]
    problems = _obstacles(0, result)
    if root.aggregation.name not in LINEAR:
        problems.append(
            Problem("bounds_aggregation", {"node": root.code, "aggregation": root.aggregated_by, "path": _path(result)})
        )
    decimals = result.methodology.rank_on.decimals
    if decimals < FEWEST_DECIMALS:
        problems.append(Problem("bounds_decimals", {"decimals": decimals, "fewest": FEWEST_DECIMALS}))
    return problems
