"""Weights of many draws: from uniform numbers to the share of each node within its parent, (n_node, n_draw).

Nodes are in the order of `hierarchy.build_nodes`; the index itself has weight 1. uniforms: (n_draw, n_node), in [0, 1),
one column for each node, whether its weight is drawn or not: a draw's weights depend on its own row alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from indexcalc.figures.panel import side_by_side
from indexcalc.methods.weighting import allocations
from indexcalc.spec.hierarchy import Node, experts_of
from indexcalc.spec.uncertainty import WeightSet

NO_ROOM = 1e-9
"""Shares that move by no more do not vary."""
Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def draw_weights(
    weights: WeightSet | None, nodes: tuple[Node, ...], nominal: Array, uniforms: Array, out: Mask | None = None
) -> Array:
    """The weights of each draw: drawn around the nominal ones or free of them, 0 for what is left out, summing to 1
    within each parent.

    nominal: (n_node,), summing to 1 within each parent. out: (n_node, n_draw), nodes that a draw leaves out; a
    dimension with nothing left below it has weight 0.

    >>> from indexcalc.spec.framework import Framework
    >>> from indexcalc.spec.hierarchy import build_nodes
    >>> from indexcalc.spec.methodology import Methodology
    >>> nodes = build_nodes(Framework.model_validate({"indicators": {"a": {}, "b": {}}}), Methodology())
    >>> half = np.array([1.0, 0.5, 0.5])
    >>> draw_weights(WeightSet(spread=0.2), nodes, half, np.array([[0.5, 0.5, 0.5], [0.5, 0.0, 1.0]]))[1:].T
    array([[0.5, 0.5],
           [0.4, 0.6]])
    """
    found = _drawn(weights, nodes, nominal, uniforms)
    if out is not None:
        found = np.where(emptied(nodes, out), 0.0, found)
    for children in _families(nodes):
        here = side_by_side(children)
        total = found[here].sum(axis=0)
        found[here] /= total if out is None else np.where(total > 0, total, 1.0)
    return found


def varied(weights: WeightSet | None, nodes: tuple[Node, ...]) -> Mask:
    """Which nodes have a weight of their own that is drawn, (n_node,)."""
    if weights is None:
        return np.zeros(len(nodes), bool)
    if weights.experts is not None:
        asked = [len(_points(node, nodes)) > 0 for node in nodes]
        return np.array([node.parent >= 0 and asked[node.parent] for node in nodes])
    chosen = weights.levels or tuple(weights.bounds or ())
    return np.array(
        [node.parent >= 0 and (not chosen or node.level in chosen or node.code in chosen) for node in nodes]
    )


def moving(weights: WeightSet | None, nodes: tuple[Node, ...]) -> Mask:
    """Which nodes have another share of their parent from draw to draw, (n_node,): not where limits leave no room, nor
    where all experts gave the same points. A spread of 0 says itself that nothing is to vary.
    """
    found = varied(weights, nodes)
    if weights is None or (weights.bounds is None and weights.experts is None):
        return found
    for node in nodes:
        live = [child for child in node.children if found[child]]
        if live and weights.bounds is not None:
            ends = np.array([weights.bounds[nodes[child].code] for child in live])
            found[live] = _room(ends, free=len(live) < len(node.children)) > NO_ROOM
        elif live:
            found[live] = np.ptp(_points(node, nodes), axis=0) > NO_ROOM
    return found


def _room(ends: Array, *, free: bool) -> Array:
    """How far shares between their bounds `ends` (n, 2) can move, if they sum to 1 (to no more, where others take the
    rest, `free`)."""
    low, high = ends.T
    most = np.minimum(high, 1.0 - (low.sum() - low))
    return np.asarray(most - (low if free else np.maximum(low, 1.0 - (high.sum() - high))))


def _families(nodes: tuple[Node, ...]) -> Iterator[list[int]]:
    for node in nodes:
        if node.children:
            yield list(node.children)


def _drawn(weights: WeightSet | None, nodes: tuple[Node, ...], nominal: Array, uniforms: Array) -> Array:
    """Weights as drawn, not yet renormalised (n_node, n_draw)."""
    if weights is None:
        return np.repeat(nominal[:, None], len(uniforms), axis=1)
    if weights.spread is not None:
        spread = np.where(varied(weights, nodes), weights.spread, 0.0)
        found = np.ascontiguousarray(uniforms.T)
        found = found.copy() if np.shares_memory(found, uniforms) else found
        found *= (2.0 * spread * nominal)[:, None]
        found += ((1.0 - spread) * nominal)[:, None]
        return found
    if weights.experts is not None:
        return _of_experts(nodes, nominal, uniforms, each=weights.experts == "each")
    if "indicators" in (weights.dirichlet, weights.order):
        return _over_indicators(nodes, nominal, uniforms, ordered=weights.order is not None)
    found = np.repeat(nominal[:, None], len(uniforms), axis=1)
    moves = varied(weights, nodes)
    for children in _families(nodes):
        live = [child for child in children if moves[child]]
        if not live:
            continue
        if weights.bounds is not None:
            ends = np.array([weights.bounds[nodes[child].code] for child in live])
            rest = [child for child in children if child not in live]
            found[live] = _within_bounds(ends, uniforms[:, live].T, free=bool(rest))
            if rest:
                written = nominal[rest] if nominal[rest].any() else np.ones(len(rest))
                found[rest] = written[:, None] / written.sum() * (1.0 - found[live].sum(axis=0))
            continue
        share = _on_simplex(uniforms[:, live].T)
        if weights.order is not None:
            share = _in_order(share, nominal[live])
        found[live] = share * nominal[live].sum()
    return found


def _of_experts(nodes: tuple[Node, ...], nominal: Array, uniforms: Array, *, each: bool) -> Array:
    """The points of one expert, drawn by the uniform number of the index node; or points between the least and the
    greatest of all."""
    found = np.repeat(nominal[:, None], len(uniforms), axis=1)
    names = list(dict.fromkeys(name for node in nodes for name in experts_of(node)))
    drawn = np.minimum((uniforms[:, 0] * len(names)).astype(int), len(names) - 1)
    for node in nodes:
        children, points = list(node.children), _points(node, nodes)
        if each:
            codes = {nodes[child].code for child in children}
            asked = [name for name, own in experts_of(node).items() if codes <= own.keys()]
            for name, own in zip(asked, points, strict=True):
                found[np.ix_(children, drawn == names.index(name))] = own[:, None]
        elif len(points):
            low, high = points.min(axis=0)[:, None], points.max(axis=0)[:, None]
            found[children] = low + (high - low) * uniforms[:, children].T
    return found


def _points(node: Node, nodes: tuple[Node, ...]) -> Array:
    """The shares that experts gave the children of a node, (n_expert, n_child); none where no experts did."""
    return allocations(experts_of(node), [nodes[child].code for child in node.children])


def _on_simplex(u: Array) -> Array:
    """Uniform on the simplex from uniform numbers (n, n_draw): exponential numbers divided by their sum."""
    e = -np.log1p(-u)
    e = np.maximum(e, np.finfo(float).tiny)
    return np.asarray(e / e.sum(axis=0))


def _in_order(share: Array, nominal: Array) -> Array:
    """Shares reassigned, the greatest to the node with the greatest nominal weight; nodes of equal weight keep the
    order of their own shares."""
    ordered = -np.sort(-share, axis=0)
    rounded = np.round(nominal, 12)
    found, start = np.empty_like(share), 0
    for value in sorted(set(rounded.tolist()), reverse=True):
        members = np.flatnonzero(rounded == value)
        place = np.argsort(np.argsort(-share[members], axis=0, kind="stable"), axis=0) + start
        found[members] = np.take_along_axis(ordered, place, axis=0)
        start += len(members)
    return found


def _over_indicators(nodes: tuple[Node, ...], nominal: Array, uniforms: Array, *, ordered: bool) -> Array:
    """One simplex over all indicators; a dimension weighs what its indicators do."""
    leaves = [position for position, node in enumerate(nodes) if node.is_indicator]
    found = np.zeros((len(nodes), len(uniforms)))
    found[leaves] = _on_simplex(uniforms[:, leaves].T)
    if ordered:
        effective = nominal.copy()
        for position, node in enumerate(nodes[1:], 1):
            effective[position] *= effective[node.parent]
        found[leaves] = _in_order(found[leaves], effective[leaves])
    for position in range(len(nodes) - 1, 0, -1):
        found[nodes[position].parent] += found[position]
    found[0] = 1.0
    return found


def _within_bounds(ends: Array, u: Array, *, free: bool) -> Array:
    """Shares uniform between their bounds `ends` (n, 2), all shifted by the same amount until they sum to 1 (where
    others take the rest, `free`, only if they sum to more); none leaves its bounds."""
    low, high = ends[:, :1], ends[:, 1:]
    drawn = low + (high - low) * u
    below, above = -np.ones(u.shape[1]), np.ones(u.shape[1])
    for _ in range(60):  # halving: the sum grows with the shift
        shift = (below + above) / 2.0
        short = np.clip(drawn + shift, low, high).sum(axis=0) < 1.0
        below, above = np.where(short, shift, below), np.where(short, above, shift)
    moved = np.clip(drawn + (below + above) / 2.0, low, high)
    return np.where(drawn.sum(axis=0) <= 1.0, drawn, moved) if free else moved


def emptied(nodes: tuple[Node, ...], out: Mask) -> Mask:
    """Nodes left out, all nodes below them, and dimensions with nothing left below, (n_node, n_draw)."""
    found = out.copy()
    for position, node in enumerate(nodes[1:], 1):
        found[position] |= found[node.parent]
    for position in range(len(nodes) - 1, -1, -1):
        children = list(nodes[position].children)
        if children:
            found[position] |= found[children].all(axis=0)
    return found
