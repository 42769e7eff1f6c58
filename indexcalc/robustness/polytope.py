"""Sets of weights, each a polytope: the most that a linear function reaches on it, and where.

Weights of the children of a node sum to 1. `gain` is what a point of weight on each child is worth, (n_case, n_child):
`shares` returns, for each case, the weights of the set that are worth most. Every set has a closed form, so no solver
is needed to compare two cities; `rows` writes the same set as linear inequalities for questions that need one. The
inequalities are homogeneous in (children, parent, slack), so that they hold level by level for effective weights, the
weight of the parent being a variable too; slack is one free variable above 0 for each node.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Cone:
    """Weights anywhere between two limits, then renormalised: {u / Σu : lower <= u <= upper}.

    lower, upper: (n_child,); for `shares` alone also (n_case, n_child), a set for each case.

    The cone t·lower <= x <= t·upper for some t > 0, cut at Σx = 1. lower = upper: one point. lower = 0 and equal upper:
    the whole simplex. Within ±s of the nominal weights: lower = (1 - s) w, upper = (1 + s) w; no share then changes its
    ratio to a sibling by more than (1 + s) / (1 - s), while a share itself may move by more than s.
    """

    lower: Array
    upper: Array

    def shares(self, gain: Array) -> Array:
        """Weights of the set that are worth most, (n_case, n_child).

        A ratio of linear functions of u is greatest at a corner at which the children worth most are at their upper
        limits and the others at their lower: the best of the n_child corners of that kind is taken.
        """
        order = np.argsort(-gain, axis=1, kind="stable")
        ordered, lower, upper = (
            np.take_along_axis(np.broadcast_to(x, gain.shape), order, axis=1) for x in (gain, self.lower, self.upper)
        )
        weight = upper.cumsum(axis=1) + lower.sum(axis=1, keepdims=True) - lower.cumsum(axis=1)
        low, high = lower * ordered, upper * ordered
        worth = high.cumsum(axis=1) + low.sum(axis=1, keepdims=True) - low.cumsum(axis=1)
        best = np.argmax(worth / weight, axis=1)
        raised = np.arange(gain.shape[1]) <= best[:, None]
        return _unsorted(np.where(raised, upper, lower), order)

    def inside(self, x: Array) -> Array:
        """Weights (n_child,) that a solver has left a rounding error outside, put inside."""
        held, meant = self.lower > 0, self.upper > 0
        least = float((x[meant] / self.upper[meant]).max())
        scale = (least + float((x[held] / self.lower[held]).min())) / 2.0 if held.any() else least
        return np.asarray(np.clip(x, scale * self.lower, scale * self.upper))

    def rows(self) -> Array:
        """Inequalities A (children, parent, slack) <= 0, (n_row, n_child + 2)."""
        n = len(self.lower)
        none = np.zeros((n, 1))
        above = np.hstack([np.eye(n), none, -self.upper[:, None]])
        below = np.hstack([-np.eye(n), none, self.lower[:, None]])
        return np.vstack([above, below])


@dataclass(frozen=True)
class Box:
    """Shares between two limits: {x : lower <= x <= upper, Σx = 1}, (n_child,); Σ lower <= 1 <= Σ upper."""

    lower: Array
    upper: Array

    def shares(self, gain: Array) -> Array:
        """Weights of the set that are worth most: what is left above the lower limits goes to the best child first."""
        order = np.argsort(-gain, axis=1, kind="stable")
        lower, room = self.lower[order], (self.upper - self.lower)[order]
        before = room.cumsum(axis=1) - room
        given = np.clip(1.0 - self.lower.sum() - before, 0.0, room)
        return _unsorted(lower + given, order)

    def inside(self, x: Array) -> Array:
        """Weights (n_child,) that a solver has left a rounding error outside, put inside."""
        found = np.clip(x, self.lower, self.upper)
        rest = 1.0 - found.sum()
        room = self.upper - found if rest > 0 else found - self.lower
        return np.asarray(found + rest * room / max(float(room.sum()), 1e-300))

    def rows(self) -> Array:
        """Inequalities A (children, parent, slack) <= 0, (n_row, n_child + 2)."""
        n = len(self.lower)
        none = np.zeros((n, 1))
        above = np.hstack([np.eye(n), -self.upper[:, None], none])
        below = np.hstack([-np.eye(n), self.lower[:, None], none])
        return np.vstack([above, below])


@dataclass(frozen=True)
class Ordered:
    """All weights that keep the order of the nominal ones: x_i >= x_j wherever nominal_i > nominal_j, (n_child,)."""

    nominal: Array

    def shares(self, gain: Array) -> Array:
        """Weights of the set that are worth most: equal shares on the first children, those of greater nominal weight
        first and, among equals, those worth most."""
        order = np.lexsort((-gain, np.broadcast_to(-self.nominal, gain.shape)), axis=1)
        mean = np.take_along_axis(gain, order, axis=1).cumsum(axis=1) / np.arange(1.0, gain.shape[1] + 1.0)
        best = np.argmax(mean, axis=1)
        return _unsorted((np.arange(gain.shape[1]) <= best[:, None]).astype(float), order)

    def inside(self, x: Array) -> Array:
        """Weights (n_child,) that a solver has left a rounding error outside, put inside."""
        found, limit = x.copy(), np.inf
        for level in np.unique(self.nominal)[::-1]:
            here = self.nominal == level
            found[here] = np.minimum(found[here], limit)
            limit = found[here].min()
        return found

    def rows(self) -> Array:
        """Inequalities A (children, parent, slack) <= 0, (n_row, n_child + 2)."""
        n = len(self.nominal)
        levels = np.unique(self.nominal)
        pairs = [
            (i, j)
            for lower, upper in pairwise(levels)
            for j in np.flatnonzero(self.nominal == lower)
            for i in np.flatnonzero(self.nominal == upper)
        ]
        found = np.zeros((len(pairs), n + 2))
        for row, (i, j) in enumerate(pairs):
            found[row, [i, j]] = -1.0, 1.0
        return found


LocalSet = Cone | Box | Ordered


def simplex(n: int) -> Cone:
    """All weights at or above 0 that sum to 1."""
    return Cone(np.zeros(n), np.ones(n))


def within(nominal: Array, spread: float) -> Cone:
    """Weights each within ± spread of the nominal ones, then renormalised; from spread 1 on, the whole simplex."""
    return simplex(len(nominal)) if spread >= 1.0 else Cone((1.0 - spread) * nominal, (1.0 + spread) * nominal)


@dataclass(frozen=True)
class Branch:
    """A node whose children are weighed: positions of the node and its children in the tree, nominal shares."""

    node: int
    children: tuple[int, ...]
    nominal: Array


@dataclass(frozen=True)
class Polytope:
    """Effective weights of the leaves of a tree when the weights of each branch move in a set of their own.

    branches: parents before children, the first at position 0; leaves: positions of the leaves; sets: of each branch.
    Positions run from 0 on without a gap.
    """

    branches: tuple[Branch, ...]
    leaves: tuple[int, ...]
    sets: tuple[LocalSet, ...]

    @property
    def n_node(self) -> int:
        return 1 + sum(len(branch.children) for branch in self.branches)

    def best(self, gain: Array) -> Array:
        """Effective weights of the set that are worth most, (n_case, n_leaf), for gain (n_case, n_leaf).

        Exact, level by level: weights are at or above 0, so each branch does best by itself, whatever is above it.
        """
        worth = np.zeros((len(gain), self.n_node))
        worth[:, self.leaves] = gain
        shares = np.ones((len(gain), self.n_node))
        for branch, local in zip(reversed(self.branches), reversed(self.sets), strict=True):
            children = list(branch.children)
            found = local.shares(worth[:, children])
            shares[:, children] = found / found.sum(axis=1, keepdims=True)
            worth[:, branch.node] = (shares[:, children] * worth[:, children]).sum(axis=1)
        for branch in self.branches:
            shares[:, list(branch.children)] *= shares[:, [branch.node]]
        return shares[:, self.leaves]

    def inside(self, weights: Array) -> Array:
        """Effective weights (n_leaf,) that a solver has left a rounding error outside the set, put inside."""
        node = np.zeros(self.n_node)
        node[list(self.leaves)] = np.maximum(weights, 0.0)
        for branch in reversed(self.branches):
            node[branch.node] = node[list(branch.children)].sum()
        found = np.ones(self.n_node)
        for branch, local in zip(self.branches, self.sets, strict=True):
            below = node[list(branch.children)]
            shares = local.inside(below / below.sum() if below.sum() > 0 else branch.nominal)
            found[list(branch.children)] = found[branch.node] * shares / shares.sum()
        return np.asarray(found[list(self.leaves)])

    def most(self, gain: Array) -> Array:
        """The most that gain (n_case, n_leaf) reaches over the set, (n_case,)."""
        return np.asarray((self.best(gain) * gain).sum(axis=1))

    def system(self) -> tuple[Array, Array]:
        """The set in linear constraints on (nodes, one slack for each branch): A x <= 0, and E x = 0; x[0] = 1."""
        n, n_branch = self.n_node, len(self.branches)
        inequalities, equalities = [], np.zeros((n_branch, n + n_branch))
        for i, (branch, local) in enumerate(zip(self.branches, self.sets, strict=True)):
            columns = [*branch.children, branch.node, n + i]
            rows = local.rows()
            placed = np.zeros((len(rows), n + n_branch))
            placed[:, columns] = rows
            inequalities.append(placed)
            equalities[i, list(branch.children)] = 1.0
            equalities[i, branch.node] = -1.0
        return np.vstack(inequalities), equalities


def _unsorted(x: Array, order: NDArray[np.intp]) -> Array:
    """x back in the order of the children."""
    found = np.empty_like(x)
    np.put_along_axis(found, order, x, axis=1)
    return found
