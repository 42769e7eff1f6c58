"""From normalised indicators to the index: weights of the children of each node, their aggregation, ranks.

One loop from the deepest level up serves any depth. Observations are city-years, folded into one axis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.errors import ChoiceError, Problem, refuse_if
from indexcalc.figures.panel import Panel
from indexcalc.methods.aggregation import round_half
from indexcalc.methods.ranking import competition_rank
from indexcalc.spec.choice import Choice
from indexcalc.spec.compatible import node_problems
from indexcalc.spec.framework import Framework
from indexcalc.spec.hierarchy import Node, Parent, ancestors, leaves, parents
from indexcalc.spec.methodology import Methodology, Rounding
from indexcalc.steps import checks

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Bases = Mapping[str, Panel]
"""The values a weighting may use: `raw`, `oriented` and `normalised` indicators."""


@dataclass(frozen=True)
class Combined:
    """Scores [city, year, node]; weights of each node within its parent (n_node,), summing to 1 there.

    by_observation: for nodes whose weights differ between city-years, (n_obs, n_child) by node position; `weights` then
    holds their mean.
    """

    scores: Array
    weights: Array
    by_observation: Mapping[int, Array]


def combine(bases: Bases, nodes: tuple[Node, ...], framework: Framework, methodology: Methodology) -> Combined:
    """Weigh and aggregate every node, from the deepest level up; problems of all nodes are reported at once."""
    above = parents(nodes)
    refuse_if([p for node in above.values() for p in node_problems(node, nodes, framework, methodology)], ChoiceError)
    normalised = bases["normalised"]
    z = np.full((normalised.present.size, len(nodes)), np.nan)
    for k, position in enumerate(leaves(nodes)):
        z[:, position] = _rounded(normalised.values[:, :, k].ravel(), nodes[position].rounding)
    weights, by_observation = np.ones(len(nodes)), {}
    problems: list[Problem] = []
    failed: set[int] = set()
    for position, node in reversed(above.items()):
        if failed & set(node.children):  # already reported, where it began
            failed.add(position)
            continue
        found = list(checks.children_problems(node, nodes, z, normalised, framework, methodology))
        if not found:
            local = _Weigher(nodes, z, bases, framework, found).weights(node)
        problems += found
        if found:
            failed.add(position)
            continue
        weights[list(node.children)] = local if local.ndim == 1 else np.nanmean(local, axis=0)
        if local.ndim == 2:
            by_observation[position] = local
        children = z[:, list(node.children)]
        z[:, position] = _rounded(_aggregated(node, children, local, normalised), node.rounding)
        lost = list(checks.aggregation_problems(node, children, z[:, position], normalised))
        problems += lost
        if lost:
            failed.add(position)
    refuse_if(problems, ChoiceError)
    return Combined(z.reshape(*normalised.present.shape, len(nodes)), weights, by_observation)


def recombined(x: Array, nodes: tuple[Node, ...], weights: Array, by_observation: Mapping[int, Array]) -> Array:
    """Scores (n_obs, n_node) from those of the indicators, x (n_obs, n_leaf), under weights that are known already;
    missing where a score depends on the other observations.

    weights, by_observation: as in Combined, the latter of these observations.
    """
    z = np.full((len(x), len(nodes)), np.nan)
    z[:, leaves(nodes)] = x
    for position, node in reversed(parents(nodes).items()):
        if node.aggregation.trait("whole_sample"):
            continue
        children = list(node.children)
        local = by_observation.get(position, weights[children])
        z[:, position] = _rounded(_by_row(node, z[:, children], local), node.rounding)
    return z


def effective_weights(nodes: tuple[Node, ...], weights: Array) -> Array:
    """Weight of each node in the index: the product of the weights down to it, (n_node,)."""
    effective = np.ones(len(nodes))
    for position, node in enumerate(nodes):
        if node.parent >= 0:
            effective[position] = effective[node.parent] * weights[position]
    return effective


def rank(scores: Array, methodology: Methodology) -> Array:
    """Ranks [city, year, node] within each year, 1 = best; missing where the score is."""
    return competition_rank(scores * methodology.rank_on.sign, decimals=methodology.rank_on.decimals)


def weights_of(
    choice: Choice, node: Parent, nodes: tuple[Node, ...], z: Array, bases: Bases, framework: Framework
) -> Array:
    """Weights of a node's children under a weighting that is a part of the node's own, (n_child,) or (n_obs,
    n_child)."""
    written = np.array([nodes[child].weight for child in node.children])
    return _Weigher(nodes, z, bases, framework, [])._evaluated(choice, node, written)


# --- weights ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Weigher:
    """What the weights of a node may depend on: the tree, the scores so far (n_obs, n_node), the indicators' values."""

    nodes: tuple[Node, ...]
    z: Array
    bases: Bases
    framework: Framework
    problems: list[Problem]

    def weights(self, node: Parent) -> Array:
        """Weights of a node's children: (n_child,), or (n_obs, n_child) where they differ between city-years."""
        return self._evaluated(node.weighting, node, np.array([self.nodes[child].weight for child in node.children]))

    def _evaluated(self, choice: Choice, node: Parent, written: Array) -> Array:
        parameters = {
            name: self._evaluated(value, node, written) if isinstance(value, Choice) else value
            for name, value in choice.parameters.items()
        }
        children, scope = list(node.children), choice.told("scope")
        codes = [self.nodes[child].code for child in children]
        parts = {name: part for name, part in parameters.items() if isinstance(choice.parameters[name], Choice)}
        self.problems.extend(checks.part_problems(choice, node.code, parts))
        if self.problems:
            return np.asarray(written / written.sum())
        order = choice.parameters.get("order")
        if order is not None:  # a pairwise matrix names its rows; its weights come in that order
            rows = np.asarray(choice.method.kernel(self.z[:, children], written, **parameters), float)
            return np.asarray(rows[[order.index(code) for code in codes]])
        if choice.trait("by_code"):
            return np.asarray(choice.method.kernel(self.z[:, children], written, codes, **parameters), float)
        if not choice.method.traits.get("objective"):
            return np.asarray(choice.method.kernel(self.z[:, children], written, **parameters), float)
        at, x = looked_at(node, choice, self.nodes, self.z, self.bases)
        if scope == "indicators":
            worth = _summed(self._looked_at(choice, parameters, x, at), at, self.nodes, node.children)
            if not (worth.sum(axis=-1) > 0).all():
                self.problems.append(Problem("weight_undefined", {"weighting": choice.name, "code": node.code}))
                return np.asarray(written / written.sum())
            return np.asarray(worth / worth.sum(axis=-1, keepdims=True))
        return self._looked_at(choice, parameters, x, at) if at else np.asarray(written / written.sum())

    def _looked_at(self, choice: Choice, parameters: dict[str, Any], x: Array, children: list[int]) -> Array:
        """Weights that follow from the figures x (n_obs, n_child), over all years or for each."""
        panel = self.bases["normalised"]
        codes = [self.nodes[child].code for child in children]
        written = np.array([self.nodes[child].weight for child in children])
        years = np.tile(np.array(panel.years), len(panel.cities))
        pooled = choice.told("per") == "pooled"
        found = [
            problem
            for year in ([None] if pooled else panel.years)
            for problem in checks.weighting_problems(
                choice, codes, x if year is None else x[years == year], panel, str(year or "")
            )
        ]
        self.problems.extend(found)
        if found:
            return np.asarray(written / written.sum())
        kernel = choice.method.kernel
        more = (
            (nearness(self.framework, self.nodes, self.bases, x, children),) if choice.trait("takes_nearness") else ()
        )
        if pooled:
            weights: Array = np.asarray(kernel(x, written, *more, **parameters), float)
            self.problems.extend(checks.missed_problems(choice, codes, x, written, weights, parameters))
        else:
            weights = np.empty((len(x), len(children)))
            for year in panel.years:
                there, own = years == year, x[years == year]
                weights[there] = kernel(own, written, *more, **parameters)
                about = choice, codes, own, written, weights[there][0], parameters, str(year)
                self.problems.extend(checks.missed_problems(*about))
        self.problems.extend(checks.weight_problems(choice, codes, weights))
        return weights


def looked_at(node: Parent, choice: Choice, nodes: tuple[Node, ...], z: Array, bases: Bases) -> tuple[list[int], Array]:
    """The nodes whose figures a weighting of a node uses, and these figures (n_obs, n_looked_at).

    Its children; under `scope: indicators` all indicators; none where `scope: within` leaves the node as it is written.
    Indicators have their values on the basis of the weighting, dimensions always their scores. z: scores so far.
    """
    children, scope, basis = list(node.children), choice.told("scope"), choice.told("basis")
    if scope == "indicators":
        return leaves(nodes), bases[basis].values.reshape(len(z), -1)
    if scope == "within" and not any(nodes[child].is_indicator for child in children):
        return [], np.empty((len(z), 0))
    on_basis = [basis != "normalised" and nodes[child].is_indicator for child in children]
    columns = [
        bases[basis].series(nodes[child].code).ravel() if own else z[:, child]
        for child, own in zip(children, on_basis, strict=True)
    ]
    return children, np.column_stack(columns)


def nearness(framework: Framework, nodes: tuple[Node, ...], bases: Bases, x: Array, children: list[int]) -> Flags:
    """Which columns of x are nearness to a best value, on 0..1, as the direction of the indicator made it."""
    declared, oriented = framework.all_indicators, bases["oriented"]
    found = np.zeros(len(children), bool)
    for k, child in enumerate(children):
        code = nodes[child].code
        if nodes[child].is_indicator and declared[code].direction.trait("nearness"):
            inside = np.fmin.reduce(x[:, k]) >= 0.0 and np.fmax.reduce(x[:, k]) <= 1.0
            found[k] = inside and np.array_equal(x[:, k], oriented.series(code).ravel(), equal_nan=True)
    return found


def _summed(of_leaf: Array, at: list[int], nodes: tuple[Node, ...], children: tuple[int, ...]) -> Array:
    """The weights of children by one set of weights over all indicators: the sum over the leaves below each."""
    worth = np.zeros((*of_leaf.shape[:-1], len(nodes)))
    for k, leaf in enumerate(at):
        for position in (leaf, *ancestors(nodes, leaf)):
            worth[..., position] += of_leaf[..., k]
    return np.asarray(worth[..., list(children)])


# --- aggregation ------------------------------------------------------------------------------------------------------


def _aggregated(node: Parent, z: Array, weights: Array, panel: Panel) -> Array:
    """Scores of a node (n_obs,) from those of its children under its aggregation and missing rule."""
    if node.aggregation.trait("whole_sample"):
        kernel = _kernel(node.aggregation)
        score, complete = np.full(len(z), np.nan), ~np.isnan(z).any(axis=1)
        years = np.tile(np.array(panel.years), len(panel.cities))
        more = (years[complete],) if node.aggregation.trait("needs_years") else ()
        if complete.any():
            score[complete] = kernel(z[complete], weights, *more)
        return score
    return _by_row(node, z, weights)


def _by_row(node: Parent, z: Array, weights: Array) -> Array:
    """The same where each observation's score depends on its own children alone."""
    kernel = _kernel(node.aggregation)
    if node.weighting.trait("by_observation"):  # its weights do not sum to 1, and no rule may rescale them
        return np.asarray((z * weights).sum(axis=1))
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
    def aggregate(z: Array, weights: Array, *more: Any) -> Array:
        return np.asarray(choice.method.kernel(z, weights, *more, **choice.parameters))

    return aggregate


def _rounded(score: Array, rounding: Rounding | None) -> Array:
    return score if rounding is None else round_half(score, rounding.decimals, rounding.rule)
