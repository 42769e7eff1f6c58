"""The rankings with the greatest support of the pairs: Condorcet, Kemeny, Young and Levenglick.

support: (n, n), antisymmetric; [i, k] is the weight for i before k minus that for k before i. A ranking has the sum of
support[i, k] over its pairs, i before k.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

EQUAL = 1e-6
"""Sums of support that agree to so much are equal."""
NODES = 2000
"""Nodes of a search tree, after which a ranking stays unproven: a bound that no machine's speed moves."""
ROUNDS = 200
"""How often broken triangles are added, at most."""
CUTS = 2000
"""Broken triangles that are added in one round, at most."""
LARGE = 40
"""Members of a group up to which a proof is looked for: the triangles grow with the third power."""


@dataclass(frozen=True)
class Median:
    """before: (n, n), 1 where all best rankings have i before k, -1 where all have k before i, else 0. order: one of
    the best rankings. total: its support. bound: what no ranking can exceed; `total` where that is proven. Where
    it is not, `before` is that of `order` alone."""

    before: Array
    order: Integers
    total: float
    bound: float

    @property
    def proven(self) -> bool:
        """Whether no ranking has more support."""
        return self.bound - self.total <= EQUAL


def median_ranking(support: Array) -> Median:
    """What all rankings with the greatest support agree in, exactly, by linear and integer programming (HiGHS).

    Groups of which every member beats every member of the next stand in that order in every best ranking; inside a
    group, pairs are 0 or 1 and triangles rule out cycles, added as they are broken. The best ranking once found, others
    as good are sought that reverse as many of the pairs as possible, until none reverses any. Of a group of more than
    LARGE, or where a search grows beyond NODES nodes, the order is the best that moving one member at a time finds,
    with a bound instead of a proof.

    >>> median_ranking(np.array([[0, 0.2, -0.4], [-0.2, 0, 0.6], [0.4, -0.6, 0]])).order.tolist()
    [1, 2, 0]
    """
    n = len(support)
    before, order = np.zeros((n, n)), []
    bound = 0.0
    rest: list[int] = []
    for group in _groups(support):
        before[np.ix_(rest, group)], before[np.ix_(group, rest)] = 1.0, -1.0
        bound += float(support[np.ix_(rest, group)].sum())
        inside = _Group(support[np.ix_(group, group)]).solved()
        before[np.ix_(group, group)] = inside.before
        bound += inside.bound
        order += [group[i] for i in inside.order]
        rest += group
    found = np.array(order, np.int64)
    total = _total(support, found)
    return Median(before, found, total, max(bound, total))


def _total(support: Array, order: Integers) -> float:
    return float(np.triu(support[np.ix_(order, order)], 1).sum())


def _groups(support: Array) -> Iterator[list[int]]:
    """Groups, the best first: each beats the next as a whole, and none can be divided so."""
    reaches = support >= 0
    for via in range(len(support)):
        reaches |= reaches[:, via : via + 1] & reaches[via]
    counts = reaches.sum(axis=1)
    for count in sorted(set(counts.tolist()), reverse=True):
        yield np.flatnonzero(counts == count).tolist()


class _Group:
    """The members of a group: a variable for each pair i < k, 1 where i stands before k."""

    def __init__(self, support: Array):
        self.support, self.n = support, len(support)
        self.pairs = list(combinations(range(self.n), 2))
        self.at = {pair: position for position, pair in enumerate(self.pairs)}
        self.gain = np.array([2.0 * support[pair] for pair in self.pairs])
        self.constant = -float(self.gain.sum()) / 2.0
        self.triangles: dict[tuple[int, int, int], None] = {}

    def solved(self) -> Median:
        if self.n == 1:
            return Median(np.zeros((1, 1)), np.zeros(1, np.int64), 0.0, 0.0)
        if self.n > LARGE:
            x, bound = (self.gain > 0).astype(float), -float(np.maximum(self.gain, 0.0).sum())
        else:
            x, bound = self._best(-self.gain)
        order = self._improved(self._order(x))
        total, bound = _total(self.support, order), self.constant - bound
        x = self._pairs_of(order)
        if bound - total > EQUAL:
            return Median(self._before(x, self.pairs), order, total, bound)
        agreed = np.ones(len(x), bool)
        least = (self.gain, total - self.constant - EQUAL / 2.0)
        while agreed.any():  # another of the same support that turns round as many pairs as can be
            turned, _ = self._best(np.where(agreed, 2.0 * x - 1.0, 0.0), least)
            other = self._pairs_of(self._order(turned))
            changed = agreed & (other != x)
            if not changed.any() or self.gain @ other < least[1] - EQUAL:
                break
            agreed &= ~changed
        kept = [pair for pair, stays in zip(self.pairs, agreed, strict=True) if stays]
        return Median(self._before(x, kept), order, total, total)

    def _best(self, cost: Array, least: tuple[Array, float] | None = None) -> tuple[Array, float]:
        """The pairs that cost least, without cycles, and what no ranking costs less than; least: of a sum over the
        pairs. Relaxed first, in whole numbers where that leaves fractions."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        whole = False
        x, bound = np.zeros(len(cost)), -np.inf
        for _ in range(ROUNDS):
            rows: list[Any] = [] if least is None else [LinearConstraint(least[0], lb=least[1])]
            if self.triangles:
                rows.append(LinearConstraint(self._matrix(), lb=0.0, ub=1.0))
            found = milp(
                cost,
                integrality=np.full(len(cost), int(whole)),
                bounds=Bounds(0.0, 1.0),
                constraints=rows,
                options={"mip_rel_gap": 0.0, "node_limit": NODES, "presolve": True},
            )
            lower = found.mip_dual_bound if whole else found.fun
            bound = max(bound, float(lower)) if lower is not None else bound
            if found.x is None:
                break
            x = found.x
            if found.status != 0:  # the tree has grown too large
                break
            broken = self._broken(x)
            if not broken:
                if whole or np.abs(x - np.round(x)).max(initial=0.0) < EQUAL:
                    break
                whole = True
            self.triangles.update(dict.fromkeys(broken))
        return x, bound

    def _matrix(self) -> Any:
        """A row for each triangle i < j < k: 0 <= ij + jk - ik <= 1, which no cycle fulfils."""
        from scipy.sparse import csr_array

        at = self.at
        columns = [[at[i, j], at[j, k], at[i, k]] for i, j, k in self.triangles]
        values = np.tile([1.0, 1.0, -1.0], len(columns))
        rows = np.repeat(np.arange(len(columns), dtype=np.int32), 3)  # before 1.15, scipy's solver takes no others
        across = np.array(columns, np.int32).ravel()
        return csr_array((values, (rows, across)), shape=(len(columns), len(self.pairs)))

    def _broken(self, x: Array) -> list[tuple[int, int, int]]:
        """Triangles that pairs break, the worst first."""
        full = np.zeros((self.n, self.n))
        for (i, k), value in zip(self.pairs, x, strict=True):
            full[i, k] = value
        first, second, third = np.array(list(combinations(range(self.n), 3)), int).reshape(-1, 3).T
        sums = full[first, second] + full[second, third] - full[first, third]
        excess = np.maximum(sums - 1.0, -sums)
        worst = np.flatnonzero(excess > EQUAL)
        worst = worst[np.argsort(-excess[worst], kind="stable")][:CUTS]
        return [(int(first[t]), int(second[t]), int(third[t])) for t in worst]

    def _order(self, x: Array) -> Integers:
        """The ranking that pairs describe, or come nearest to."""
        wins = np.zeros(self.n)
        for (i, k), value in zip(self.pairs, x, strict=True):
            wins[i] += value
            wins[k] += 1.0 - value
        return np.argsort(-np.round(wins, 6), kind="stable")

    def _improved(self, order: Integers) -> Integers:
        """The ranking with members moved to a better place for as long as one gains by it."""
        found = order.tolist()
        moved = True
        while moved:
            moved = False
            for member in list(found):
                rest = [one for one in found if one != member]
                ahead = self.support[rest, member]  # what it gains by standing after each
                totals = np.concatenate([[0.0], np.cumsum(2.0 * ahead)])
                here = found.index(member)
                best = int(totals.argmax())
                if totals[best] > totals[here] + EQUAL:
                    found = [*rest[:best], member, *rest[best:]]
                    moved = True
        return np.array(found, np.int64)

    def _pairs_of(self, order: Integers) -> Array:
        place = np.argsort(order)
        return np.array([float(place[i] < place[k]) for i, k in self.pairs])

    def _before(self, x: Array, kept: list[tuple[int, int]]) -> Array:
        found = np.zeros((self.n, self.n))
        for i, k in kept:
            found[i, k] = 2.0 * x[self.at[i, k]] - 1.0
            found[k, i] = -found[i, k]
        return found
