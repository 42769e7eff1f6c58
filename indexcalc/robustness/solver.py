"""HiGHS, through scipy.optimize: what cities can reach together over a set of weights. Imported where it is needed.

The integer programme that chooses which cities, and the linear programme that says by how much, are here only; both are
solved to optimality or not at all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexcalc.robustness.polytope import Polytope

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


ROUNDS, STEP, FEW = 60, 2.0, 4
"""Of prices: how often they change at most, how fast, and up to how many gains they are tried."""


NODES, ROUNDS_TRIED = 100, 10
"""Nodes of the search tree, and choices that are tried, where many cities have to change places at once. A time limit
would not be the same everywhere."""


class Unsettled(Exception):
    """So much is demanded at once that the search was given up: nothing is proven."""


@dataclass(frozen=True)
class Demand:
    """At least `count` of several gains (n_gain, n_leaf) are to be reached at once."""

    gains: Array
    count: int


class Programme:
    """Linear programmes over one weight set: its constraints are built once. nodes: the most nodes of the tree of each
    search for the most gains, by default as many as it takes; with 0 no search is begun."""

    def __init__(self, weights: Polytope, *, nodes: int | None = None):
        self.weights, self.nodes = weights, nodes

    @cached_property
    def system(self) -> tuple[Array, Array]:
        return self.weights.system()

    def least_gap(self, gains: Array) -> tuple[float, Array]:
        """The greatest value, over the set, of the least of several gains (n_gain, n_leaf), and weights that reach it.

        maximise d subject to gain_b · v >= d for each b, v in the set. The value is that of the weights returned.
        """
        a, e = self.system
        scale = float(np.abs(gains).max()) or 1.0
        cost = np.zeros(a.shape[1] + 1)
        cost[-1] = -1.0
        held = np.hstack([-self._placed(gains) / scale, np.ones((len(gains), 1))])
        found = _solved(cost, np.vstack([_wider(a, 1), held]), _wider(e, 1), lower=np.array([-np.inf]))
        assert found is not None  # the set is not empty
        weights = self.weights.inside(found[list(self.weights.leaves)])
        return float((gains @ weights).min()), weights

    def most_together(self, gains: Array, least: float) -> tuple[Flags, Array]:
        """The largest number of gains (n_gain, n_leaf) that can all be at least `least` at once: which, and weights.

        Most cases are settled by prices (`_priced`). For the rest an integer programme proposes a choice and the linear
        programme over it decides: where the solver's tolerance has let through one that fails, that choice is forbidden
        and the next one taken. So a count always comes with weights of the set that reach it. Raises Unsettled where it
        takes more nodes than allowed.
        """
        priced = self._priced(gains, least)
        if priced is not None:
            return priced
        forbidden: list[Flags] = []
        while True:
            if self.nodes == 0:
                raise Unsettled
            chosen = self._proposed(gains, least, forbidden, nodes=self.nodes)
            if chosen is None or not chosen.any():
                return np.zeros(len(gains), bool), self.weights.best(gains.mean(axis=0)[None])[0]
            reached, weights = self.least_gap(gains[chosen])
            if reached >= least:
                return gains @ weights >= least, weights
            forbidden.append(chosen)

    def _priced(self, gains: Array, least: float) -> tuple[Flags, Array] | None:
        """The same without a solver, where that is enough; else None.

        With a price on each gain, prices summing to 1, the weights worth most have a closed form. If they are worth
        less than `least`, no weights reach all gains at once: all but one is then the most there can be. Prices of
        gains that are reached amply fall, those of others rise; the weights found, and their mean, are tried.
        """
        n = limit = len(gains)
        if n > FEW:
            return None
        prices, mean = np.full(n, 1.0 / n), np.zeros(gains.shape[1])
        scale = float(np.abs(gains).max())
        for k in range(1, ROUNDS + 1):
            weights = self.weights.best((prices @ gains)[None])[0]
            reached = gains @ weights
            mean += (weights - mean) / k
            if prices @ reached < least - 1e-12 * scale:
                limit = n - 1
            for tried in (weights, mean):
                chosen = gains @ tried >= least
                if chosen.sum() >= limit:
                    return chosen, tried.copy()
            prices = prices * np.exp(-STEP * reached / max(float(np.abs(reached).max()), 1e-300) / np.sqrt(k))
            prices /= prices.sum()
        return None

    def reach(self, demands: Sequence[Demand], least: float) -> Array | None:
        """Weights under which every demand is met, gains counting from `least` on; None where no weights do it."""
        gains = np.vstack([demand.gains for demand in demands])
        forbidden: list[Flags] = []
        while len(forbidden) < ROUNDS_TRIED:
            chosen = self._proposed(gains, least, forbidden, demands, nodes=NODES)
            if chosen is None:
                return None
            reached, weights = self.least_gap(gains[chosen])
            if reached >= least:
                return weights
            forbidden.append(chosen)
        raise Unsettled

    def _proposed(
        self,
        gains: Array,
        least: float,
        forbidden: list[Flags],
        demands: Sequence[Demand] = (),
        *,
        nodes: int | None = None,
    ) -> Flags | None:
        """Which gains to reach: as many as can be, or so many as are demanded.

        maximise Σ y_b subject to gain_b · v >= least - slack_b (1 - y_b), y_b 0 or 1, v in the set; slack_b is the most
        that a gain can fall short. With demands: Σ y_b over each at least its count, nothing to maximise.
        """
        a, e = self.system
        n = len(gains)
        slack = np.maximum(least + self.weights.most(-gains), 0.0)
        scale = np.abs(gains).max(axis=1).clip(1e-300)
        held = np.hstack([-self._placed(gains), np.diag(slack)]) / scale[:, None]
        chosen, chosen_limits = _choices(demands, forbidden, a.shape[1], n)
        limits = np.concatenate([np.zeros(len(a)), (slack - least) / scale, chosen_limits])
        cost = np.append(np.zeros(a.shape[1]), np.full(n, 0.0 if demands else -1.0))
        can = (self.weights.most(gains) >= least).astype(float)
        rows = np.vstack([_wider(a, n), held, chosen])
        found = _solved(cost, rows, _wider(e, n), limits=limits, integer=n, upper=can, nodes=nodes)
        return None if found is None else np.asarray(found[-n:] > 0.5)

    def _placed(self, gains: Array) -> Array:
        """Gains of leaves as columns of the system."""
        placed = np.zeros((len(gains), self.system[0].shape[1]))
        placed[:, self.weights.leaves] = gains
        return placed


def smallest_move(nominal: Array, demands: Sequence[Demand], least: float) -> Array | None:
    """The weights (n_leaf,) nearest to the nominal ones by Σ|v - nominal| under which every demand is met.

    At or above 0 and summing to 1; None where no such weights meet the demands. An integer programme chooses which
    gains to reach, then a linear one the weights; where its tolerance has left a gain short, more is demanded of it.
    """
    gains = np.vstack([demand.gains for demand in demands])
    forbidden: list[Flags] = []
    while len(forbidden) < ROUNDS_TRIED:
        found = _nearest(nominal, gains, least, demands, forbidden)
        if found is None:
            return None
        chosen = found[3 * len(nominal) :] > 0.5
        few = gains[chosen]
        for more in (0.0, *SHORT):
            exact = _nearest(nominal, few, least + more * float(np.abs(few).max()), [Demand(few, len(few))], [])
            if exact is None:
                break
            weights = np.maximum(exact[: len(nominal)], 0.0)
            weights /= weights.sum()
            if (few @ weights >= least).all():
                return np.asarray(weights)
        forbidden.append(chosen)
    raise Unsettled


SHORT = (1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7)
"""Shares of the largest gain by which a solution may fall short of what was demanded; tried in this order."""


def _nearest(
    nominal: Array, gains: Array, least: float, demands: Sequence[Demand], forbidden: list[Flags]
) -> Array | None:
    """minimise Σ (p + q) subject to v - p + q = nominal, gain_b · v >= least - slack_b (1 - y_b), Σ v = 1."""
    n, m = len(nominal), len(gains)
    eye, none = np.eye(n), np.zeros((n, m))
    slack = np.maximum(least - gains.min(axis=1), 0.0)
    scale = np.abs(gains).max(axis=1).clip(1e-300)
    held = np.hstack([-gains, np.zeros((m, 2 * n)), np.diag(slack)]) / scale[:, None]
    chosen, chosen_limits = _choices(demands, forbidden, 3 * n, m)
    equal = np.vstack([np.hstack([eye, -eye, eye, none]), np.append(np.ones(n), np.zeros(2 * n + m))])
    return _solved(
        np.concatenate([np.zeros(n), np.ones(2 * n), np.zeros(m)]),
        np.vstack([held, chosen]),
        equal,
        equals=np.append(nominal, 1.0),
        limits=np.append((slack - least) / scale, chosen_limits),
        integer=m,
        upper=(gains.max(axis=1) >= least).astype(float),
        nodes=NODES,
        first=None,
    )


def _choices(demands: Sequence[Demand], forbidden: list[Flags], start: int, n: int) -> tuple[Array, Array]:
    """Rows and limits over the last n variables: at least so many of each demand, and no choice that is forbidden."""
    rows = np.zeros((len(demands) + len(forbidden), start + n))
    limits = [-float(demand.count) for demand in demands] + [float(choice.sum()) - 1.0 for choice in forbidden]
    at = start
    for row, demand in zip(rows, demands, strict=False):
        row[at : at + len(demand.gains)] = -1.0
        at += len(demand.gains)
    for row, choice in zip(rows[len(demands) :], forbidden, strict=True):
        row[start:] = choice
    return rows, np.array(limits)


def _solved(
    cost: Array,
    a: Array,
    e: Array,
    *,
    limits: Array | None = None,
    equals: Array | None = None,
    lower: Array | None = None,
    first: float | None = 1.0,
    integer: int = 0,
    upper: Array | float = 1.0,
    nodes: int | None = None,
) -> Array | None:
    """minimise cost · x subject to a x <= limits, e x = equals (0 if not given), x >= 0; None where there is no such x.

    lower: other lower limits of the last variables; first: what x[0] is, if it is given; integer: how many of the last
    variables are 0 or 1; upper: 0 for those that are 0. nodes: of the search tree, at most; Unsettled beyond.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    n = len(cost)
    least, most = np.zeros(n), np.full(n, np.inf)
    if first is not None:
        least[0] = most[0] = first
    if lower is not None:
        least[n - len(lower) :] = lower
    if integer:
        most[n - integer :] = upper
    above = np.zeros(len(a)) if limits is None else limits
    at = np.zeros(len(e)) if equals is None else equals
    with _quiet():
        found = milp(
            cost,
            constraints=[LinearConstraint(a, -np.inf, above), LinearConstraint(e, at, at)],
            bounds=Bounds(least, most),
            integrality=np.append(np.zeros(n - integer), np.ones(integer)),
            options={"mip_rel_gap": 0.0, **({} if nodes is None else {"node_limit": nodes})},
        )
    if found.status == 2:  # proven: no such weights
        return None
    if found.status in (1, 4) and nodes is not None:
        raise Unsettled
    if found.status != 0:
        raise RuntimeError(f"the solver has proven nothing: {found.message}")
    return np.asarray(found.x)


def _wider(rows: Array, more: int) -> Array:
    return np.hstack([rows, np.zeros((len(rows), more))])


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the solver from writing to standard output, as it sometimes does: the answer goes there."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # no standard output
        yield
        return
    try:
        with open(os.devnull, "w", encoding="utf-8") as nothing:
            os.dup2(nothing.fileno(), 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
