"""From normalised indicators to the index: weights of the children of each node, their aggregation, ranks.

One loop from the deepest level up serves any depth. Observations are city-years, folded into one axis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc import checks
from indexcalc.choice import Choice
from indexcalc.errors import ChoiceError, Problem, refuse_if
from indexcalc.hierarchy import Node
from indexcalc.methodology import Methodology, Rounding
from indexcalc.methods.aggregation import round_half
from indexcalc.methods.ranking import competition_rank
from indexcalc.origin import Origin
from indexcalc.panel import Panel

Array = NDArray[np.float64]
Bases = Mapping[str, Panel]
"""The values a weighting may look at: `raw`, `oriented` and `normalised` indicators."""


@dataclass(frozen=True)
class Combined:
    """Scores [city, year, node]; weights of each node within its parent (n_node,), summing to 1 there.

    by_observation: for nodes whose weights differ between city-years, (n_obs, n_child) by node position; `weights` then
    holds their mean.
    """

    scores: Array
    weights: Array
    by_observation: Mapping[int, Array]


def combine(bases: Bases, nodes: tuple[Node, ...], methodology: Methodology) -> Combined:
    """Weigh and aggregate every node, from the deepest level up; all problems of all nodes at once."""
    normalised = bases["normalised"]
    z = np.full((normalised.present.size, len(nodes)), np.nan)
    for k, position in enumerate(_leaves(nodes)):
        z[:, position] = _rounded(normalised.values[:, :, k].ravel(), nodes[position].rounding)
    weights, by_observation = np.ones(len(nodes)), {}
    problems: list[Problem] = []
    for position in range(len(nodes) - 1, -1, -1):
        node = nodes[position]
        if node.is_indicator:
            continue
        found = list(checks.children_problems(node, nodes, z, normalised, methodology.imputation.name))
        if not found:
            local = _weights(node, position, nodes, z, bases, found)
        problems += found
        if found:
            continue
        weights[list(node.children)] = local if local.ndim == 1 else local.mean(axis=0)
        if local.ndim == 2:
            by_observation[position] = local
        z[:, position] = _rounded(_aggregated(node, z[:, list(node.children)], local, normalised), node.rounding)
    refuse_if(problems, ChoiceError)
    return Combined(z.reshape(*normalised.present.shape, len(nodes)), weights, by_observation)


def effective_weights(nodes: tuple[Node, ...], weights: Array) -> Array:
    """Weight of each node in the index: the product of the weights down to it, (n_node,)."""
    effective = np.ones(len(nodes))
    for position, node in enumerate(nodes):
        if node.parent >= 0:
            effective[position] = effective[node.parent] * weights[position]
    return effective


def rank(scores: Array, methodology: Methodology) -> Array:
    """Ranks [city, year, node] within each year, 1 = best; missing where the score is."""
    return competition_rank(scores, decimals=methodology.rank_on.decimals)


# --- weights ----------------------------------------------------------------------------------------------------------


def _weights(
    node: Node, position: int, nodes: tuple[Node, ...], z: Array, bases: Bases, problems: list[Problem]
) -> Array:
    """Weights of a node's children: (n_child,), or (n_obs, n_child) where they differ between city-years."""
    assert node.weighting is not None
    written = np.array([nodes[child].weight for child in node.children])
    return _evaluate(node.weighting, node, position, written, nodes, z, bases, problems)


def _evaluate(
    choice: Choice,
    node: Node,
    position: int,
    written: Array,
    nodes: tuple[Node, ...],
    z: Array,
    bases: Bases,
    problems: list[Problem],
) -> Array:
    parameters = {
        name: _evaluate(value, node, position, written, nodes, z, bases, problems)
        if isinstance(value, Choice)
        else value
        for name, value in choice.parameters.items()
    }
    if not choice.method.traits.get("objective"):
        return np.asarray(choice.method.kernel(z[:, list(node.children)], written, **parameters))
    scope = choice.told("scope")
    if scope == "indicators":
        leaves = _leaves(nodes)
        x = bases[choice.told("basis")].values.reshape(len(z), -1)
        of_leaf = _looked_at(choice, parameters, x, np.ones(len(leaves)), leaves, nodes, bases, problems)
        return _summed(of_leaf, leaves, nodes, node.children)
    if scope == "within" and not any(nodes[child].is_indicator for child in node.children):
        return written / written.sum()
    x = _basis(choice.told("basis"), node, nodes, z, bases)
    return _looked_at(choice, parameters, x, written, list(node.children), nodes, bases, problems)


def _looked_at(
    choice: Choice,
    parameters: dict[str, Any],
    x: Array,
    written: Array,
    children: list[int],
    nodes: tuple[Node, ...],
    bases: Bases,
    problems: list[Problem],
) -> Array:
    """Weights that follow from the figures x (n_obs, n_child), over all years or for each."""
    panel = bases["normalised"]
    codes = [nodes[child].code for child in children]
    found = list(checks.weighting_problems(choice, codes, x, panel))
    problems += found
    if found:
        return written / written.sum()
    kernel = choice.method.kernel
    if choice.told("per") == "pooled":
        weights = np.asarray(kernel(x, written, **parameters))
    else:
        years = np.tile(np.arange(len(panel.years)), len(panel.cities))
        weights = np.empty((len(x), len(children)))
        for t in range(len(panel.years)):
            weights[years == t] = kernel(x[years == t], written, **parameters)
    problems += checks.weight_problems(choice, codes, weights)
    return weights


def _basis(basis: str, node: Node, nodes: tuple[Node, ...], z: Array, bases: Bases) -> Array:
    """What a weighting looks at for the children of a node; of a dimension, always its score."""
    columns = []
    for child in node.children:
        if basis == "normalised" or not nodes[child].is_indicator:
            columns.append(z[:, child])
        else:
            columns.append(bases[basis].series(nodes[child].code).ravel())
    return np.column_stack(columns)


def _summed(of_leaf: Array, leaves: list[int], nodes: tuple[Node, ...], children: tuple[int, ...]) -> Array:
    """Weights of children from one set over all indicators: each child is worth the sum of the leaves below it."""
    worth = np.zeros((*of_leaf.shape[:-1], len(nodes)))
    for k, leaf in enumerate(leaves):
        position = leaf
        while position >= 0:
            worth[..., position] += of_leaf[..., k]
            position = nodes[position].parent
    below = worth[..., list(children)]
    return np.asarray(below / below.sum(axis=-1, keepdims=True))


# --- aggregation ------------------------------------------------------------------------------------------------------


def _aggregated(node: Node, z: Array, weights: Array, panel: Panel) -> Array:
    """Scores of a node (n_obs,) from those of its children under its aggregation and missing rule."""
    assert node.aggregation is not None and node.missing is not None
    traits, kernel = node.aggregation.method.traits, _kernel(node.aggregation)
    if traits.get("whole_sample"):
        score, complete = np.full(len(z), np.nan), ~np.isnan(z).any(axis=1)
        years = np.tile(np.array(panel.years), len(panel.cities))
        more = (years[complete],) if traits.get("needs_years") else ()
        score[complete] = kernel(z[complete], weights, *more)
        return score
    rule, parameters = node.missing.method.kernel, node.missing.parameters
    if weights.ndim == 1:
        return np.asarray(rule(z, weights, kernel, **parameters))
    score = np.full(len(z), np.nan)
    sets, which = np.unique(weights, axis=0, return_inverse=True)
    for i, one in enumerate(sets):
        rows = np.ravel(which) == i
        score[rows] = rule(z[rows], one, kernel, **parameters)
    return score


def _kernel(choice: Choice) -> Callable[..., Array]:
    return lambda z, weights, *more: np.asarray(choice.method.kernel(z, weights, *more, **choice.parameters))


def _rounded(score: Array, rounding: Rounding | None) -> Array:
    return score if rounding is None else round_half(score, rounding.decimals, rounding.rule)


def _leaves(nodes: tuple[Node, ...]) -> list[int]:
    """Positions of the indicators, in the order of the panels' codes."""
    return [position for position, node in enumerate(nodes) if node.is_indicator]


def left_out(panel: Panel, codes: list[str]) -> NDArray[np.bool_]:
    """City-years (n_obs,) in which screening left out every one of the indicators."""
    at = [panel.position(code) for code in codes]
    return np.asarray((panel.origin[:, :, at] == Origin.LEFT_OUT).all(axis=2).ravel())
