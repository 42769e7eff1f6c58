"""The weights that `uncertainty: weights:` allows, as a polytope over the branches of an index."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexcalc.errors import ChoiceError, Problem
from indexcalc.methods.weighting import allocations
from indexcalc.robustness.linear_index import LinearIndex
from indexcalc.robustness.polytope import Box, Branch, Cone, LocalSet, Ordered, Polytope, simplex
from indexcalc.robustness.weights import varied
from indexcalc.spec.hierarchy import experts_of
from indexcalc.spec.uncertainty import WeightSet
from indexcalc.voice import Row

Array = NDArray[np.float64]
Parts = list[tuple[Branch, LocalSet]]


def allowed_weights(index: LinearIndex, weights: WeightSet) -> Polytope:
    """All weights that a draw can take (see `WeightSet`), and no others.

    Raises ChoiceError for `experts: each`, which allows single sets and nothing between them, and for weights over all
    indicators where a dimension has another method than the index.
    """
    if "indicators" in (weights.dirichlet, weights.order):
        return _over_indicators(index, weights)
    if weights.experts == "each":  # some points, and nothing between them
        raise ChoiceError(Problem("bounds_experts"))
    moves = varied(weights, index.nodes)
    parts: Parts = []
    n_node = len(index.nodes)
    for branch in index.branches:
        moving = moves[list(branch.children)]
        found = _parts(branch, weights, moving, index, n_node)
        n_node += len(found) - 1
        parts += found
    return Polytope(tuple(branch for branch, _ in parts), index.leaves, tuple(local for _, local in parts))


def _over_indicators(index: LinearIndex, weights: WeightSet) -> Polytope:
    """One set over all indicators, whatever dimension they are in."""
    if index.fixed:
        raise ChoiceError(list(index.because) or [Problem("bounds_indicators", {"nodes": Row(index.fixed)})])
    leaves = tuple(range(1, len(index.codes) + 1))
    nominal = _levelled(index.nominal)
    local: LocalSet = Ordered(nominal) if weights.order is not None else simplex(len(leaves))
    return Polytope((Branch(0, leaves, nominal),), leaves, (local,))


def _parts(branch: Branch, weights: WeightSet, moving: NDArray[np.bool_], index: LinearIndex, new: int) -> Parts:
    """A branch and its set. Where only some of its children move, or have bounds, they, or the others, are put under a
    node of their own (`new`)."""
    nominal = branch.nominal
    fixed: LocalSet = Cone(nominal, nominal)
    if not moving.any():
        return [(branch, fixed)]
    if weights.spread is not None:
        spread = np.where(moving, weights.spread, 0.0)
        return [(branch, Cone((1.0 - spread) * nominal, (1.0 + spread) * nominal))]
    if weights.experts is not None:
        codes = [index.nodes[child].code for child in branch.children]
        points = allocations(experts_of(index.nodes[branch.node]), codes)
        return [(branch, Cone(points.min(axis=0), points.max(axis=0)) if len(points) else fixed)]
    if weights.bounds is not None:
        ends = [weights.bounds.get(index.nodes[child].code, (0.0, 1.0)) for child in branch.children]
        limits = np.array([end for end, is_bound in zip(ends, moving, strict=True) if is_bound] + [(0.0, 1.0)])
        if moving.all():
            return [(branch, Box(limits[:-1, 0], limits[:-1, 1]))]
        upper, lower = _split(branch, ~moving, new)
        return [(upper, Box(limits[:, 0], limits[:, 1])), (lower, Cone(lower.nominal, lower.nominal))]
    if moving.all():
        return [(branch, _free(nominal, weights))]
    upper, lower = _split(branch, moving, new)
    return [(upper, Cone(upper.nominal, upper.nominal)), (lower, _free(lower.nominal, weights))]


def _free(nominal: Array, weights: WeightSet) -> LocalSet:
    return Ordered(_levelled(nominal)) if weights.order is not None else simplex(len(nominal))


def _split(branch: Branch, apart: NDArray[np.bool_], new: int) -> tuple[Branch, Branch]:
    """A branch with some of its children under a node of their own, which comes last."""
    children = np.array(branch.children)
    inside, share = branch.nominal[apart], float(branch.nominal[apart].sum())
    upper = Branch(branch.node, (*children[~apart].tolist(), new), np.append(branch.nominal[~apart], share))
    return upper, Branch(new, tuple(children[apart].tolist()), inside / share)


def _levelled(nominal: Array) -> Array:
    """Weights made equal where they differ in their last bits only."""
    return np.round(nominal, 12)
