"""Weights by themselves: numbers that give the same result, how consistent pairwise comparisons are, how far apart
experts are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.scenarios import Scenarios, scenarios
from indexcalc.errors import ChoiceError, Problem
from indexcalc.methods import METHODS
from indexcalc.methods.weighting import ahp_consistency, allocations
from indexcalc.spec.analyses import Scenario
from indexcalc.spec.choice import Choice, choice
from indexcalc.spec.hierarchy import experts_of, parents
from indexcalc.steps.pipeline import build_index
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]

LEAST_DECIMALS, MOST_DECIMALS = 4, 15
"""Of weights that are written as numbers."""


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
    for node in parents(result.nodes).values():
        parts = (node.weighting, *(part for part in node.weighting.parameters.values() if isinstance(part, Choice)))
        for part in parts:
            if part.name == "ahp":
                table = part.parameters.get("random_index", "saaty")
                found.append(Consistency(node.code, *ahp_consistency(part.parameters["matrix"], table), table))
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
    for node in parents(result.nodes).values():
        experts, codes = experts_of(node), tuple(result.nodes[child].code for child in node.children)
        shares = allocations(experts, codes)
        if shares.size:
            names = tuple(name for name, own in experts.items() if set(codes) <= own.keys())
            found.append(Allocation(node.code, names, codes, shares))
    return tuple(found)


def weight_sets(result: IndexResult) -> Scenarios:
    """The index under every other weighting that needs nothing but the figures, each a scenario named by its method.

    Those that give each city-year weights of its own are left out; those that the figures forbid are in `notices`.
    """
    others = {
        name: Scenario(weighting=choice("weighting", name))
        for name, spec in METHODS["weighting"].items()
        if name != result.methodology.weighting.name
        and not spec.traits.get("by_observation")
        and all(parameter.default is not parameter.empty for parameter in spec.parameters.values())
    }
    return scenarios(result, others)


@dataclass(frozen=True)
class Numbers:
    """Weights as numbers, by code, that give the same ranks as a weighting. decimals: how many they have. moved: the
    most by which a score of the index moves."""

    weights: dict[str, float]
    decimals: int
    moved: float


def numbers(result: IndexResult) -> Numbers:
    """The weights of the methodology's weighting as numbers that give the same ranks under `weighting: given`.

    Shares within the parent, rounded to four decimals, or to as many more as it takes for all ranks of all nodes to
    stay the same in every year. Children of a node with a weighting of its own, or with the weights already written,
    have none.
    Refused (ChoiceError): weights that differ between cities or years; ranks that would change even with
    MOST_DECIMALS decimals.
    """
    chosen = result.methodology.weighting
    shares: dict[str, float] = {}
    for position, node in parents(result.nodes).items():
        if node.weighting != chosen:
            continue
        if position in result.weights_by_observation:
            raise ChoiceError(Problem("weights_no_numbers", {"weighting": chosen.name, "node": node.code}))
        children = list(node.children)
        written = np.array([result.nodes[child].weight for child in children])
        if not np.allclose(result.weights[children], written / written.sum(), rtol=0, atol=1e-12):
            shares |= {result.nodes[child].code: float(result.weights[child]) for child in children}
    given = result.methodology.model_copy(update={"weighting": choice("weighting", "given")})
    for decimals in range(LEAST_DECIMALS, MOST_DECIMALS + 1):
        weights = {code: round(share, decimals) for code, share in shares.items()}
        again = build_index(result.panel, result.framework.reweighted(weights), given)
        if _same_ranks(result, again):
            break
    else:
        raise ChoiceError(Problem("weights_rank_moves", {"weighting": chosen.name, "decimals": MOST_DECIMALS}))
    return Numbers(weights, decimals, float(np.nanmax(np.abs(again.score() - result.score()), initial=0.0)))


def _same_ranks(result: IndexResult, again: IndexResult) -> bool:
    """Whether every node that is left has the same ranks, and no node is gone but those of weight 0."""
    left = {node.code for node in again.nodes}
    gone = [result.effective[k] for k, node in enumerate(result.nodes) if node.code not in left]
    same = (np.array_equal(result.rank(code), again.rank(code), equal_nan=True) for code in left)
    return not any(gone) and all(same)


def entropy_weights(result: IndexResult) -> Array | None:
    """The weights that `weighting: entropy` (scope `within`) would give in place of the methodology's own.

    Returns (n_node,), relative within the parent; None where the figures do not allow it (negative, constant). They are
    only an offer on the page, so no reason is given.
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
