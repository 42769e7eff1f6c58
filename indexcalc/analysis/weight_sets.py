"""Weights looked at by themselves: others for the same result, how consistent pairwise comparisons are, how far experts
are apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexcalc.choice import Choice
from indexcalc.errors import ChoiceError
from indexcalc.hierarchy import experts_of
from indexcalc.methods.weighting import ahp_consistency, allocations
from indexcalc.pipeline import build_index
from indexcalc.result import IndexResult

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Consistency:
    """How consistent the comparisons of a node are: the largest eigenvalue, CI, CR, and the table of random indices."""

    node: str
    largest: float
    ci: float
    cr: float
    table: str


def consistency(result: IndexResult) -> tuple[Consistency, ...]:
    """λmax, CI and CR of every node weighed by pairwise comparison (AHP), by itself or as a part of a combination.

    Source: Saaty (1980); see `methods.weighting.ahp`.
    """
    found = []
    for node in result.nodes:
        if node.weighting is None:
            continue
        parts = (node.weighting, *(part for part in node.weighting.parameters.values() if isinstance(part, Choice)))
        for choice in parts:
            if choice.name == "ahp":
                table = choice.parameters.get("random_index", "saaty")
                found.append(Consistency(node.code, *ahp_consistency(choice.parameters["matrix"], table), table))
    return tuple(found)


@dataclass(frozen=True)
class Allocation:
    """The points of the experts for the children of one node, as shares of their budget.

    experts, codes: who, and for what; shares: (n_expert, n_child).
    """

    node: str
    experts: tuple[str, ...]
    codes: tuple[str, ...]
    shares: Array


def budgets(result: IndexResult) -> tuple[Allocation, ...]:
    """What each expert gave, at every node weighed by budget allocation."""
    found = []
    for node in result.nodes:
        experts, codes = experts_of(node), tuple(result.nodes[child].code for child in node.children)
        shares = allocations(experts, codes)
        if shares.size:
            names = tuple(name for name, own in experts.items() if set(codes) <= own.keys())
            found.append(Allocation(node.code, names, codes, shares))
    return tuple(found)


def entropy_weights(result: IndexResult) -> Array | None:
    """The weights that `weighting: entropy` (scope `within`) would give in the place of the methodology's own.

    Returns (n_node,), relative within the parent; None where the figures do not allow it (negative, constant): they are
    an offer, and nobody who did not choose them need be told why there is none.
    """
    try:
        found = build_index(result.panel, result.framework, result.methodology.variant(weighting="entropy"))
    except ChoiceError:
        return None
    weights = np.array([node.weight for node in found.nodes])
    for node in found.nodes:
        children = list(node.children)
        if children and not np.allclose(found.weights[children], weights[children] / weights[children].sum()):
            weights[children] = found.weights[children]
    return weights
