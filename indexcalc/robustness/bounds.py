"""The best and the worst rank of each city over all weights of a set, with the chosen method: proven, not sampled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexcalc.figures.panel import year_position
from indexcalc.robustness.allowed_weights import allowed_weights
from indexcalc.robustness.design import refuse_unknown, weights_text
from indexcalc.robustness.linear_index import LinearIndex, linear_index
from indexcalc.robustness.polytope import Polytope
from indexcalc.robustness.result import BoundsResult
from indexcalc.robustness.solver import Programme, Unsettled
from indexcalc.robustness.workers import each
from indexcalc.spec.uncertainty import Uncertainty, WeightSet
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

MANY, NODES, GIVEN_UP = 100, 2000, 5
"""Cities beyond which the search for a rank, which may never end, can be given up: after so many nodes of its tree; and
after how many cities given up no further search is begun. The ranks are then enclosed."""


def rank_bounds(
    result: IndexResult,
    weights: WeightSet,
    *,
    years: Sequence[int] | None = None,
    progress: Callable[[float], None] = lambda share: None,
    jobs: int | None = None,
) -> BoundsResult:
    """The best and the worst rank of each city in each year over all weights that `weights` allows, and who is above
    whom under all of them, or under some. The method stays as chosen. years: only these; the others are NaN. progress:
    called with the share done, after each city; the last year comes first. jobs: as for `uncertainty`, city by city.

    Raises ChoiceError where an index is not linear in its weights (see `linear_index`), or the set of weights has no
    such bounds (see `allowed_weights`) or names a code or level that is not there.

    >>> import indexcalc as ic
    >>> framework = ic.Framework.model_validate({"indicators": {"a": {}, "b": {}}})
    >>> figures = np.array([[[80.0, 40.0]], [[30.0, 70.0]], [[20.0, 30.0]]])
    >>> panel = ic.Panel.from_values(("甲", "乙", "丙"), (2020,), ("a", "b"), figures)
    >>> index = ic.build_index(panel, framework, ic.Methodology().variant(normalisation="none"))
    >>> found = rank_bounds(index, WeightSet(spread=0.3))
    >>> found.best[:, 0], found.worst[:, 0]
    (array([1., 1., 3.]), array([2., 2., 3.]))
    """
    refuse_unknown(Uncertainty(weights=weights), result.framework, result.nodes)
    index = linear_index(result)
    at = [year_position(result, year) for year in years] if years is not None else None
    return extreme_ranks(index, allowed_weights(index, weights), weights_text(weights), at, progress, jobs)


def extreme_ranks(
    index: LinearIndex,
    weights: Polytope,
    weight_set: str,
    years: Sequence[int] | None = None,
    progress: Callable[[float], None] = lambda share: None,
    jobs: int | None = None,
) -> BoundsResult:
    """Bounds of the ranks of an index over a set of weights; years: by position, all by default.

    City b is above a where its index is greater by more than the margin of rounding. The most by which one city can
    lead another has a closed form (`Polytope.best`), which shows who is always and who is never above whom, and settles
    most ranks. What it leaves open is how many of the others can be above (or below) a city at once: an integer
    programme. Each rank comes with weights that reach it, and is counted again without rounding (`exact_rank`). With
    more than MANY cities the programme is given up where it grows too large. The best rank then lies between the best
    one that the weights tried reach and the limit set by the cities that are always above; likewise the worst.
    """
    n_city, n_year = len(index.cities), len(index.years)
    ranks, limits = (np.full((2, n_city, n_year), np.nan) for _ in range(2))
    tied = np.zeros((2, n_city, n_year), bool)
    reached = np.full((2, n_city, n_year, len(index.codes)), np.nan)
    always = np.zeros((n_year, n_city, n_city), bool)
    ever = np.zeros((n_year, n_city, n_city), bool)
    programme, start = Programme(weights, nodes=NODES if n_city > MANY else None), _start(index.nominal, weights)
    chosen, failed = sorted(range(n_year) if years is None else years, reverse=True), 0
    for done, t in enumerate(chosen):
        ranked = index.ranked(t)
        field = Field.of(index.values[ranked, t], start, weights, index.margin)
        ever[t][np.ix_(ranked, ranked)] = field.ever_above
        always[t][np.ix_(ranked, ranked)] = field.always_above
        easy_first = np.argsort(field.open.sum(axis=0), kind="stable").tolist()
        searched = each(_both, ((field, i, programme) for i in easy_first), jobs)
        for k, i in enumerate(easy_first):
            found = _both(field, i, Programme(weights, nodes=0)) if failed >= GIVEN_UP else next(searched)
            city = ranked[i]
            for which, bound in enumerate(found):
                rank = exact_rank(field.whole, bound.at, i, field.tie)
                if bound.proven and rank != bound.rank:
                    raise RuntimeError(f"{index.cities[city]} {index.years[t]}: rank {bound.rank} is not confirmed")
                ranks[which, city, t], limits[which, city, t] = rank, bound.limit
                tied[which, city, t], reached[which, city, t] = bound.tied or rank < bound.rank, bound.at
            failed += any(not bound.proven for bound in found)
            progress((done + (k + 1) / len(ranked)) / len(chosen))
    return BoundsResult(
        cities=index.cities,
        years=index.years,
        codes=index.codes,
        weight_set=weight_set,
        nominal_rank=index.rank,
        best=ranks[0],
        worst=ranks[1],
        best_limit=limits[0],
        worst_limit=limits[1],
        best_tied=tied[0],
        worst_tied=tied[1],
        best_weights=reached[0],
        worst_weights=reached[1],
        always_above=always,
        ever_above=ever,
        fixed=index.fixed,
        because=index.because,
    )


def _start(nominal: Array, weights: Polytope) -> Array:
    """The chosen weights (leaf,) where they are in the set, as they always are unless it has bounds; else others that
    are."""
    inside = weights.inside(nominal)
    return nominal if np.allclose(inside, nominal, rtol=0.0, atol=1e-12) else inside


@dataclass(frozen=True)
class Field:
    """The cities of one year under a set of weights.

    z: (city, leaf), values on a linear scale. lead: the most by which each city can lead each other, (city, city); at:
    the weights that do, (city, city, leaf). tie: a lead above it is no tie. start: weights of the set, (leaf,).
    """

    z: Array
    start: Array
    weights: Polytope
    lead: Array
    at: Array
    tie: float

    @classmethod
    def of(cls, z: Array, start: Array, weights: Polytope, margin: float) -> Field:
        gain = z[:, None, :] - z[None, :, :]
        at = weights.best(gain.reshape(-1, z.shape[1])).reshape(gain.shape)
        return cls(z, start, weights, (gain * at).sum(axis=2), at, margin / 2.0)

    @cached_property
    def whole(self) -> Whole:
        return whole_numbers(self.z)

    @property
    def ever_above(self) -> Flags:
        """Whether a city is above another under some weights of the set, (city, city)."""
        return np.asarray(self.lead > self.tie)

    @property
    def always_above(self) -> Flags:
        """Whether a city is above another under all weights of the set, (city, city)."""
        least = -self.lead.T
        return np.asarray(least > self.tie)

    @property
    def open(self) -> Flags:
        """Whether neither of two cities is above the other under all weights of the set, (city, city)."""
        above = self.always_above
        return np.asarray(~(above | above.T | np.eye(len(above), dtype=bool)))


@dataclass(frozen=True)
class Bound:
    """A rank, whether only as a tie, and weights (leaf,) that reach it. limit: no weights lead beyond; the same rank
    where that is proven."""

    rank: int
    limit: int
    tied: bool
    at: Array

    @property
    def proven(self) -> bool:
        return self.rank == self.limit


def _both(field: Field, i: int, programme: Programme) -> tuple[Bound, Bound]:
    """The best and the worst rank of a city."""
    return _best(field, i, programme), _worst(field, i, programme)


def _best(field: Field, i: int, programme: Programme) -> Bound:
    """Best rank of a city; enclosed where the search was given up."""
    rank = 1 + int(field.always_above[:, i].sum())
    open_ = ~field.always_above[:, i] & ~field.always_above[i]
    open_[i] = False
    if not open_.any():
        return Bound(rank, rank, False, field.start)
    gains = field.z[i] - field.z[open_]
    tried = _tried(field, gains, field.at[i, open_])
    least, found = _least(gains, tried)
    if least > field.tie:
        return Bound(rank, rank, False, found)
    try:
        strictly, vector = programme.most_together(gains, 2.0 * field.tie)
        if strictly.all():
            return Bound(rank, rank, False, vector)
        if least >= -field.tie:
            return Bound(rank, rank, True, found)
        level, found = programme.most_together(gains, -field.tie)
    except Unsettled:
        short, vector = _fewest_short(gains, tried, field.tie)
        return Bound(rank + short, rank, False, vector)
    if level.sum() > strictly.sum():
        best = rank + int((~level).sum())
        return Bound(best, best, True, found)
    best = rank + int((~strictly).sum())
    return Bound(best, best, False, vector)


def _worst(field: Field, i: int, programme: Programme) -> Bound:
    """Worst rank of a city; enclosed where the search was given up.

    Only as a tie: where another city has the same index under all weights of the set. Any other tie can be broken
    without letting those above the city fall below it.
    """
    always_level = ~field.ever_above[i] & ~field.ever_above[:, i]
    always_level[i] = False
    tied, rank = bool(always_level.any()), 1 + int(field.always_above[:, i].sum())
    open_ = field.ever_above[:, i] & ~field.always_above[:, i]
    if not open_.any():
        return Bound(rank, rank, tied, field.start)
    gains, last = field.z[open_] - field.z[i], rank + int(open_.sum())
    tried = _tried(field, gains, field.at[open_, i])
    least, found = _least(gains, tried)
    if least > field.tie:
        return Bound(last, last, tied, found)
    try:
        together, vector = programme.most_together(gains, 2.0 * field.tie)
    except Unsettled:
        short, vector = _fewest_short(gains, tried, field.tie)
        return Bound(last - short, last, tied, vector)
    worst = rank + int(together.sum())
    return Bound(worst, worst, tied, vector)


def _tried(field: Field, gains: Array, at: Array) -> Array:
    """Weights worth a try, (n_tried, leaf): those to start from, those worth most to all gains (n_gain, leaf) together,
    and those worth most to each."""
    return np.vstack([field.start, field.weights.best(gains.mean(axis=0)[None]), at])


def _least(gains: Array, tried: Array) -> tuple[float, Array]:
    """Of the weights tried, those under which the least gain is greatest, and that gain."""
    least = (tried @ gains.T).min(axis=1)
    return float(least.max()), tried[np.argmax(least)]


def _fewest_short(gains: Array, tried: Array, tie: float) -> tuple[int, Array]:
    """Of the weights tried, those under which the fewest gains fall short of more than a tie, and how many."""
    short = (tried @ gains.T <= tie).sum(axis=1)
    return int(short.min()), tried[np.argmin(short)]


Whole = tuple[NDArray[np.object_], int]
"""Figures as whole numbers of one unit, and how many units make 1."""


def exact_rank(values: Whole, weights: Array, city: int, tie: float) -> int:
    """Rank of a city under weights, in rational arithmetic: the figures are taken exactly, to the last bit.

    1 + the number of cities whose index is greater by more than `tie`. values: (city, leaf), as `whole_numbers` gives
    them; weights: (leaf,).
    """
    rows, scale = values
    columns, more = whole_numbers(weights)
    scores = rows @ columns
    least = Fraction(tie) * scale * more
    return 1 + int(sum(score - scores[city] > least for score in scores))


def whole_numbers(x: Array) -> Whole:
    """The figures as whole numbers of one unit: every float is a whole multiple of some 2^k, so nothing is lost."""
    ratios = [value.as_integer_ratio() for value in x.ravel().tolist()]
    unit = max(below for _, below in ratios)
    whole = np.array([above * (unit // below) for above, below in ratios], object)
    return whole.reshape(x.shape), unit
