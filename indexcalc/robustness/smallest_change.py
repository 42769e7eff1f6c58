"""How little the weights would have to change for another outcome: proven, with the chosen method.

Two measures. Relative: the smallest share s such that no weight of any level changes by more than s of itself, before
they are renormalised within their parent (the set of `uncertainty: weights: {spread: s}`). Total: the sum of the
absolute changes of the effective weights, any weights at or above 0 being allowed. One city overtaking another has a
closed form under both; a solver is needed only where several have to be overtaken at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import refuse_unknown
from indexcalc.figures.panel import year_position
from indexcalc.robustness.linear_index import LinearIndex, linear_index
from indexcalc.robustness.polytope import Cone, Polytope, within
from indexcalc.robustness.result import SmallestChange
from indexcalc.robustness.solver import Demand, Programme, Unsettled, smallest_move
from indexcalc.spec.claims import Claim, InTop, Overtakes
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]

MEASURES: tuple[Literal["relative", "total"], ...] = ("relative", "total")
HALVINGS = 50
"""Halvings of the interval from 0 to 1: what is left of it is below the last digit of a float."""
PATIENCE = 24
"""The same, where each halving needs a solver: 24 leave 6e-8."""

NEAR = 1e-5
"""This close to the least spread, the solver's tolerance may leave open whether an outcome can be reached: the weights
already known to reach it are then kept."""


@dataclass(frozen=True)
class Wish:
    """An outcome to reach: in each demand at least `count` of the leads are to be above a tie, all demands at once.

    leads: for each demand (n_lead, leaf), values of the cities to be above less values of those to be below. overtaken,
    above, year: the position of the city overtaken, of those that may be above it, and of the year; None where the wish
    is not about one city.
    """

    leads: tuple[Array, ...]
    counts: tuple[int, ...]
    overtaken: int | None = None
    above: tuple[int, ...] = ()
    year: int | None = None


def smallest_changes(
    result: IndexResult, claims: Sequence[Claim] = (), *, year: int | None = None, neighbours: bool = False
) -> tuple[SmallestChange, ...]:
    """The smallest changes of weights, relative and total, under which one city overtakes another in a year (the last
    by default; every pair, or neighbours in the ranking alone, the lower overtaking), and under which each in_top or
    overtakes claim gets the opposite verdict. "No weights do it" is an answer (size inf), and proven.

    Raises ChoiceError where an index is not linear in its weights (see `linear_index`), and InputError for a year, or
    claims about cities, years or groups, that it does not have.

    >>> import indexcalc as ic
    >>> framework = ic.Framework.model_validate({"indicators": {"a": {}, "b": {}}})
    >>> panel = ic.Panel.from_values(("甲", "乙"), (2020,), ("a", "b"), np.array([[[80.0, 40.0]], [[30.0, 70.0]]]))
    >>> index = ic.build_index(panel, framework, ic.Methodology().variant(normalisation="none"))
    >>> for change in smallest_changes(index):
    ...     print(change.others[0], change.measure, round(change.size, 6), change.weights.round(6))
    乙 relative 0.25 [0.375 0.625]
    乙 total 0.25 [0.375 0.625]
    """
    refuse_unknown(claims, result)
    index = linear_index(result)
    t = len(index.years) - 1 if year is None else year_position(index, year)
    found = list(smallest_overtakings(index, t, neighbours=neighbours))
    for claim in claims:
        found += smallest_claim_changes(index, claim)
    return tuple(found)


def overtaking(index: LinearIndex, above: int, below: int, year: int) -> Wish:
    """The wish that one city be above another in a year; all by position."""
    lead = index.values[above, year] - index.values[below, year]
    return Wish((lead[None],), (1,), below, (above,), year)


def smallest_overtakings(index: LinearIndex, year: int, *, neighbours: bool = False) -> Iterator[SmallestChange]:
    """For each pair of cities ranked in a year (by position), the least changes under which the lower overtakes.
    neighbours: only for those next to each other in the ranking."""
    order = sorted(index.ranked(year), key=lambda city: (index.rank[city, year], city))
    wishes = [
        overtaking(index, below, above, year)
        for i, above in enumerate(order)
        for below in order[i + 1 : i + 2 if neighbours else None]
        if index.rank[below, year] > index.rank[above, year]
    ]
    if not wishes:
        return
    leads = np.vstack([wish.leads[0] for wish in wishes])
    sizes, weights = _spreads(index, leads)
    for wish, lead, size, vector in zip(wishes, leads, sizes, weights, strict=True):
        yield _told(index, wish, None, "overtakes", "relative", size, vector)
        yield _told(index, wish, None, "overtakes", "total", *_move(index, lead))


def smallest_claim_changes(index: LinearIndex, claim: Claim) -> Iterator[SmallestChange]:
    """The least changes that reverse a claim: it fails where it holds, holds where it does not.

    For in_top and overtakes claims alone; a claim that is undefined for lack of a score has none.
    """
    breaking = _breaking(index, claim)
    if breaking is None:
        return
    level = isinstance(claim, Overtakes) and not _is_ahead(index, claim, -1) and not _is_ahead(index, claim, 1)
    already = level or any(_met(wish, index.nominal, index.margin) for wish in breaking)
    fulfilling = _fulfilling(index, claim)
    wishes = fulfilling if already else breaking
    outcome: Literal["holds", "fails"] = "holds" if already else "fails"
    tied = not already and not any(_met(wish, index.nominal, index.margin) for wish in fulfilling)
    for measure in MEASURES:
        yield replace(_least(index, wishes, claim, outcome, measure), tied=tied)


# --- what makes a claim fail, and hold --------------------------------------------------------------------------------


def _breaking(index: LinearIndex, claim: Claim) -> list[Wish] | None:
    """Any of these makes the claim fail; None for a claim of another kind."""
    if isinstance(claim, InTop):
        found = []
        for city, year in _places(index, claim):
            others = [other for other in index.ranked(year) if other != city]
            if city not in index.ranked(year):
                return None
            if len(others) >= claim.n:
                leads = index.values[others, year] - index.values[city, year]
                found.append(Wish((leads,), (claim.n,), city, tuple(others), year))
        return found or None
    if isinstance(claim, Overtakes):
        city, other = index.cities.index(claim.city), index.cities.index(claim.other)
        first, last = _span(index, claim)
        if first == last or any(c not in index.ranked(t) for c in (city, other) for t in (first, last)):
            return None
        return [overtaking(index, city, other, first), overtaking(index, other, city, last)]
    return None


def _fulfilling(index: LinearIndex, claim: Claim) -> list[Wish]:
    """What makes the claim hold, without a tie."""
    if isinstance(claim, InTop):
        leads, counts = [], []
        for city, year in _places(index, claim):
            others = [other for other in index.ranked(year) if other != city]
            if len(others) >= claim.n:
                leads.append(index.values[city, year] - index.values[others, year])
                counts.append(len(others) - claim.n + 1)
        return [Wish(tuple(leads), tuple(counts))]
    assert isinstance(claim, Overtakes)
    city, other = index.cities.index(claim.city), index.cities.index(claim.other)
    first, last = _span(index, claim)
    behind, ahead = overtaking(index, other, city, first), overtaking(index, city, other, last)
    return [Wish((*behind.leads, *ahead.leads), (1, 1))]


def _places(index: LinearIndex, claim: InTop) -> list[tuple[int, int]]:
    """City and year, by position, of each rank that the claim is about."""
    years = [index.years.index(year) for year in claim.years] or range(len(index.years))
    cities = [index.cities.index(city) for city in claim.cities] or range(len(index.cities))
    return [(city, year) for year in years for city in cities]


def _is_ahead(index: LinearIndex, claim: Overtakes, sign: int) -> bool:
    """Whether the two cities of a claim are as it says, in the first year (sign -1: the other ahead) or the last (1);
    where they are level in both years, neither has overtaken the other."""
    city, other = (index.cities.index(name) for name in (claim.city, claim.other))
    t = _span(index, claim)[0 if sign < 0 else 1]
    return bool(sign * (index.rank[other, t] - index.rank[city, t]) > 0)


def _span(index: LinearIndex, claim: Overtakes) -> tuple[int, int]:
    first = 0 if claim.first is None else index.years.index(claim.first)
    return first, len(index.years) - 1 if claim.last is None else index.years.index(claim.last)


# --- the least change -------------------------------------------------------------------------------------------------


def _least(
    index: LinearIndex,
    wishes: Iterable[Wish],
    claim: Claim,
    outcome: Literal["holds", "fails"],
    measure: Literal["relative", "total"],
) -> SmallestChange:
    """Of several wishes, the one that the least change fulfils; those that cannot be the least are not examined."""
    search = _spread_of if measure == "relative" else _move_of
    single = _spreads if measure == "relative" else _moves
    floors = []
    for wish in wishes:
        sizes, _ = single(index, np.vstack(wish.leads))
        ends = np.cumsum([len(leads) for leads in wish.leads])[:-1]
        parts = [np.sort(part) for part in np.split(sizes, ends)]
        floors.append((max(part[count - 1] for part, count in zip(parts, wish.counts, strict=True)), wish))
    floors.sort(key=lambda item: item[0])
    nothing = np.full(len(index.codes), np.nan)
    best, at, found = np.inf, nothing, floors[0][1]
    for floor, wish in floors:
        if floor >= best:
            break
        try:
            size, weights = search(index, wish, float(floor), best)
        except Unsettled:
            return _told(index, wish, claim, outcome, measure, np.nan, nothing)
        if size < best:
            best, at, found = size, weights, wish
    return _told(index, found, claim, outcome, measure, best, at)


def _told(
    index: LinearIndex,
    wish: Wish,
    claim: Claim | None,
    outcome: Literal["overtakes", "holds", "fails"],
    measure: Literal["relative", "total"],
    size: float,
    weights: Array,
) -> SmallestChange:
    others: Sequence[int] = ()
    if wish.overtaken is not None and wish.year is not None:
        reached = wish.leads[0] @ weights >= index.margin / 2 if np.isfinite(size) else np.ones(len(wish.above), bool)
        others = [city for city, is_above in zip(wish.above, reached, strict=True) if is_above]
    return SmallestChange(
        claim=claim,
        outcome=outcome,
        city=None if wish.overtaken is None else index.cities[wish.overtaken],
        others=tuple(index.cities[city] for city in others),
        year=None if wish.year is None else index.years[wish.year],
        measure=measure,
        size=float(size),
        weights=weights,
        nominal=index.nominal,
        codes=index.codes,
        fixed=index.fixed,
    )


def _met(wish: Wish, weights: Array, margin: float) -> bool:
    """Whether weights fulfil a wish."""
    return all(
        int((leads @ weights >= margin).sum()) >= count for leads, count in zip(wish.leads, wish.counts, strict=True)
    )


# --- relative ---------------------------------------------------------------------------------------------------------


def _spreads(index: LinearIndex, leads: Array) -> tuple[Array, Array]:
    """For each lead (n, leaf), the least spread of all weights at which it can be above a tie, inf if at none, and
    weights at which it is (n, leaf).

    The most that a lead reaches grows with the spread: halving finds where it passes the tie, for all leads together.
    """

    def at(spreads: Array) -> Array:
        sets = tuple(_cones(branch.nominal, spreads) for branch in index.branches)
        return Polytope(index.branches, index.leaves, sets).best(leads)

    def reached(weights: Array) -> NDArray[np.bool_]:
        return np.asarray((leads * weights).sum(axis=1) >= index.margin)

    low, high = np.zeros(len(leads)), np.ones(len(leads))
    none = ~reached(at(high))
    now = reached(np.broadcast_to(index.nominal, leads.shape))
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        enough = reached(at(middle))
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    weights = np.where(now[:, None], index.nominal, at(high))
    weights[none] = np.nan
    return np.where(none, np.inf, np.where(now, 0.0, high)), weights


def _cones(nominal: Array, spreads: Array) -> Cone:
    """Within ± each spread of the nominal weights; from 1 on, all weights."""
    whole = spreads[:, None] >= 1.0
    lower = np.where(whole, 0.0, (1.0 - spreads[:, None]) * nominal)
    return Cone(lower, np.where(whole, 1.0, (1.0 + spreads[:, None]) * nominal))


def _spread_of(index: LinearIndex, wish: Wish, floor: float, ceiling: float) -> tuple[float, Array]:
    """The least spread that fulfils a wish, at least `floor`; inf where it is not below `ceiling`."""
    _, tried = _spreads(index, np.vstack(wish.leads))
    for weights in (index.nominal, *tried[_spread(index, tried) <= floor * (1.0 + 1e-9)]):
        if np.isfinite(weights).all() and _met(wish, weights, index.margin):
            return floor, weights
    nothing = np.full(len(index.codes), np.nan)
    if not np.isfinite(floor):
        return np.inf, nothing
    low, high = floor, min(floor * (1.0 + 1e-6), ceiling, 1.0)
    weights = _reached(index, wish, high)
    while weights is None and high < min(ceiling, 1.0):  # the narrower the set, the fewer cities are open
        low, high = high, min(1.5 * high + 1e-3, ceiling, 1.0)
        weights = _reached(index, wish, high)
    if weights is None:
        return np.inf, nothing
    if low == floor:
        return high, weights
    for _ in range(PATIENCE):
        middle = (low + high) / 2.0
        try:
            found = _reached(index, wish, middle)
        except Unsettled:
            if high - low > NEAR:
                raise
            break
        if found is None:
            low = middle
        else:
            high, weights = middle, found
    return high, weights


def _spread(index: LinearIndex, weights: Array) -> Array:
    """The least spread that contains given weights (n, leaf), (n,)."""
    node = np.ones((len(weights), len(index.nodes)))
    node[:, list(index.leaves)] = weights
    found = np.zeros(len(weights))
    for branch in reversed(index.branches):
        below = node[:, list(branch.children)]
        node[:, branch.node] = below.sum(axis=1)
        ratio = below[:, branch.nominal > 0] / branch.nominal[branch.nominal > 0]
        most, least = ratio.max(axis=1), ratio.min(axis=1)
        found = np.maximum(found, np.where(most > 0, (most - least) / np.where(most > 0, most + least, 1.0), 0.0))
    return found


def _reached(index: LinearIndex, wish: Wish, spread: float) -> Array | None:
    sets = tuple(within(branch.nominal, spread) for branch in index.branches)
    programme = Programme(Polytope(index.branches, index.leaves, sets))
    demands = [Demand(leads, count) for leads, count in zip(wish.leads, wish.counts, strict=True)]
    return programme.reach(demands, index.margin)


# --- total ------------------------------------------------------------------------------------------------------------


def _moves(index: LinearIndex, leads: Array) -> tuple[Array, Array]:
    """For each lead (n, leaf), the least total change of the weights at which it is above a tie, and those weights."""
    found = [_move(index, lead) for lead in leads]
    return np.array([size for size, _ in found]), np.array([weights for _, weights in found])


def _move(index: LinearIndex, lead: Array) -> tuple[float, Array]:
    """The same for one lead (leaf,): weight moves to the leaf worth most, from those worth least first."""
    short = index.margin - float(lead @ index.nominal)
    weights = index.nominal.copy()
    if short <= 0:
        return 0.0, weights
    to = int(np.argmax(lead))
    for leaf in np.argsort(lead, kind="stable"):
        worth = float(lead[to] - lead[leaf])
        if worth <= 0:
            return np.inf, np.full(len(lead), np.nan)
        moved = min(float(index.nominal[leaf]), short / worth)
        weights[leaf] -= moved
        weights[to] += moved
        short -= moved * worth
        if moved < index.nominal[leaf]:
            break
    weights = _nudged(weights, lead, leaf, to, index.margin)
    return float(np.abs(weights - index.nominal).sum()), weights


def _nudged(weights: Array, lead: Array, leaf: int, to: int, margin: float) -> Array:
    """The weights with a last bit more moved, where rounding has left the lead short."""
    step = np.finfo(float).eps
    while float(lead @ weights) < margin and weights[leaf] > 0:
        weights[leaf] = max(weights[leaf] - step, 0.0)
        weights[to] += step
        step *= 2.0
    return weights


def _move_of(index: LinearIndex, wish: Wish, floor: float, ceiling: float) -> tuple[float, Array]:
    """The least total change that fulfils a wish, at least `floor`."""
    _, tried = _moves(index, np.vstack(wish.leads))
    sizes = np.abs(tried - index.nominal).sum(axis=1)
    for weights in (index.nominal, *tried[sizes <= floor * (1.0 + 1e-9)]):
        if np.isfinite(weights).all() and _met(wish, weights, index.margin):
            return floor, weights
    nothing = np.full(len(index.codes), np.nan)
    if not np.isfinite(floor):
        return np.inf, nothing
    demands = [Demand(leads, count) for leads, count in zip(wish.leads, wish.counts, strict=True)]
    found = smallest_move(index.nominal, demands, index.margin)
    if found is None:
        return np.inf, nothing
    return float(np.abs(found - index.nominal).sum()), found
