"""Aggregation of the children of one node into its score; rounding of scores.

z: (n_obs, n_child), complete: where a child is missing, the rule under `missing` decides what is aggregated; weights:
(n_child,) summing to 1, or (n_child, n_draw), one column per set of weights; the score is (n_obs,) or (n_obs, n_draw),
in the unit of z unless a method says otherwise. A child of weight 0 never counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.median_ranking import Median, median_ranking
from indexcalc.methods.registry import AGGREGATION, method

Array = NDArray[np.float64]

LAST_BITS = 32
"""Spacings of floating point at the larger end of a scale within which a score is at the end."""


# --- means ------------------------------------------------------------------------------------------------------------


@method("aggregation", additive=True)
def arithmetic(z: Array, weights: Array) -> Array:
    """Weighted arithmetic mean: Σ w_j z_j.

    Fully compensatory: a deficit in one child is offset by a surplus in another.
    Source: OECD/JRC Handbook (2008), step 6.

    >>> arithmetic(np.array([[1.0, 3.0]]), np.array([0.5, 0.5]))
    array([2.])
    """
    return z @ weights


Zeros: TypeAlias = Literal["refuse", "score_zero", "missing"]
"""What a score of 0 among the children means, where a mean is not defined for it."""


@method(
    "aggregation",
    needs_positive=lambda zeros="refuse": zeros == "refuse",
    needs_nonnegative=lambda zeros="refuse": zeros != "refuse",
)
def geometric(z: Array, weights: Array, *, zeros: Zeros = "refuse") -> Array:
    """Weighted geometric mean: Π z_j^w_j, all z above 0 (others are refused by name).

    Partly compensatory: a low score costs more than under the arithmetic mean. zeros: what a 0 in z means; `refuse`
    names it, `score_zero` gives the score 0, the limit of the formula, `missing` gives no score. z below 0 is always
    refused.
    Source: OECD/JRC Handbook (2008), step 6.

    >>> geometric(np.array([[1.0, 4.0]]), np.array([0.5, 0.5]))
    array([2.])
    >>> geometric(np.array([[0.0, 4.0]]), np.array([0.5, 0.5]), zeros="score_zero")
    array([0.])
    """
    return _with_zeros(z, weights, zeros, lambda above: np.exp(np.log(above) @ weights))


def _with_zeros(z: Array, weights: Array, zeros: Zeros, mean: Callable[[Array], Array]) -> Array:
    """A mean defined for scores above 0 only; 0 or missing where a child of positive weight is at 0."""
    low = z <= 0
    if not low.any():
        return mean(z)
    hit = low.astype(float) @ (weights > 0) > 0
    return np.where(hit, OF_ZERO[zeros], mean(np.where(low, 1.0, z)))


OF_ZERO: dict[str, float] = {"refuse": 0.0, "score_zero": 0.0, "missing": np.nan}
"""The score of a node with a 0 among its children. Where a 0 is refused, figures have none; what the error of an
imputed cell brings to 0 gives the limit of the formula."""


@method(
    "aggregation",
    needs_positive=lambda zeros="refuse": zeros == "refuse",
    needs_nonnegative=lambda zeros="refuse": zeros != "refuse",
)
def harmonic(z: Array, weights: Array, *, zeros: Zeros = "refuse") -> Array:
    """Weighted harmonic mean: 1 / Σ (w_j / z_j), all z above 0 (others are refused by name).

    The least compensatory of the three classical means. zeros: as for the geometric mean.
    Source: R package COINr, a_hmean.

    >>> harmonic(np.array([[1.0, 3.0]]), np.array([0.5, 0.5]))
    array([1.5])
    """
    return _with_zeros(z, weights, zeros, lambda above: np.asarray(1.0 / ((1.0 / above) @ weights)))


@method(
    "aggregation",
    needs_positive=lambda p, zeros="refuse": p <= 0 and zeros == "refuse",
    needs_nonnegative=lambda p, zeros="refuse": p > 0 or zeros != "refuse",
    within={"p": (-100.0, 100.0)},
)
def generalised(z: Array, weights: Array, *, p: float, zeros: Zeros = "refuse") -> Array:
    """Generalised (power) mean: (Σ w_j z_j^p)^(1/p); p = 0 is its limit, the geometric mean.

    p: 1 arithmetic, 2 quadratic, -1 harmonic; the lower p, the less a surplus offsets a deficit. z at or above 0,
    and above 0 if p <= 0 (others are refused by name); all zeros give 0. zeros: for p <= 0, as for the geometric mean.
    Source: R package COINr, a_genmean.

    >>> generalised(np.array([[1.0, 7.0]]), np.array([0.5, 0.5]), p=2)
    array([5.])
    """
    if p == 0:
        return geometric(z, weights, zeros=zeros)

    def power(z: Array) -> Array:
        scale = z.max(axis=1) if p > 0 else z.min(axis=1)  # so that no power overflows
        scale = np.where(scale > 0, scale, 1.0)
        mean: Array = (((z / scale[:, None]) ** p) @ weights) ** (1.0 / p)
        return scale.reshape(-1, *(1,) * (mean.ndim - 1)) * mean

    return power(z) if p > 0 else _with_zeros(z, weights, zeros, power)


@method(
    "aggregation",
    ascending=(("floor", "top"),),
    score_bounds=lambda top=10.0, floor=1.0: (0.0, top),
    within={"floor": (1e-9, 1e9)},
)
def inverted_geometric(z: Array, weights: Array, *, top: float = 10.0, floor: float = 1.0) -> Array:
    """Inverted geometric mean: top (top - G)/(top - floor), G the geometric mean of floor + (top - floor)(top - z)/top.

    High scores count more than under the arithmetic mean: a great hazard is not offset by the absence of another.
    z: between 0 and top (others are refused by name), reversed onto [floor, top], floor above 0, averaged and reversed
    again: 0 where all are 0, top where all are top.
    Source: INFORM Risk Index (European Commission, JRC), (10-GEOMEAN((10-A)/10*9+1, (10-B)/10*9+1))/9*10.

    >>> inverted_geometric(np.array([[10.0, 0.0], [4.0, 4.0]]), np.array([0.5, 0.5])).round(4)
    array([7.5975, 4.    ])
    """
    turned = geometric((top - z) / top * (top - floor) + floor, weights)
    score: Array = (top - turned) / (top - floor) * top
    return score


@method("aggregation", needs_positive=True)
def mazziotta_pareto(
    z: Array, weights: Array, *, penalty: Literal["down", "up"] = "down", ddof: Literal[0, 1] = 0
) -> Array:
    """Mazziotta-Pareto: M ± S·cv, cv = S/M; M the weighted mean of the children, S their standard deviation.

    Imbalance lowers the score (penalty `down`: M - S²/M) or, where a high index is bad, raises it (`up`: M + S²/M).
    S² = n/(n - ddof) · Σ w_j (z_j - M)², n the number of children: with equal weights the population (ddof 0) or the
    sample variance (1). z above 0 (others are refused by name). A single child is its own score. Great imbalance can
    take the score below that of the worst child, and below 0.
    Source: Mazziotta and Pareto (2016), Social Indicators Research 127(3), 983-1003, doi:10.1007/s11205-015-0998-2,
    population standard deviation; the sample one is that of R package Compind, ci_ampi.

    >>> z, equal = np.array([[90.0, 110.0]]), np.array([0.5, 0.5])
    >>> mazziotta_pareto(z, equal), mazziotta_pareto(z, equal, penalty="up", ddof=1)
    (array([99.]), array([102.]))
    """
    centre = z.mean(axis=1, keepdims=True)  # squares about it lose no digits
    shift = (z - centre) @ weights
    mean = centre.reshape(-1, *(1,) * (shift.ndim - 1)) + shift
    variance = np.maximum((z - centre) ** 2 @ weights - shift**2, 0.0)
    n = (weights > 0).sum(axis=0)
    adjusted = variance * n / np.maximum(n - ddof, 1) / mean
    score: Array = mean - adjusted if penalty == "down" else mean + adjusted
    return score


# --- by the place of the children, not by their weights ---------------------------------------------------------------


@method("aggregation", ignores_weights=True)
def minimum(z: Array, weights: Array) -> Array:
    """Minimum: the score of the worst child, whatever its weight.

    Nothing makes up for the weakest link.

    >>> minimum(np.array([[1.0, 3.0]]), np.array([0.2, 0.8]))
    array([1.])
    """
    return _unweighted(z, weights, lambda present: present.min(axis=1))


@method("aggregation", ignores_weights=True)
def maximum(z: Array, weights: Array) -> Array:
    """Maximum: the score of the best child, whatever its weight.

    >>> maximum(np.array([[1.0, 3.0]]), np.array([0.2, 0.8]))
    array([3.])
    """
    return _unweighted(z, weights, lambda present: present.max(axis=1))


@method("aggregation", ignores_weights=True)
def median(z: Array, weights: Array) -> Array:
    """Median: the middle score of the children, whatever their weights; of an even number, the mean of the middle two.

    Not a weighted median: each child counts once.

    >>> median(np.array([[1.0, 3.0, 9.0]]), np.array([0.2, 0.2, 0.6]))
    array([3.])
    """
    return _unweighted(z, weights, lambda present: np.asarray(np.median(present, axis=1)))


@method("aggregation", ignores_weights=True, needs_nonnegative=True, within={"scale": (1e-9, 1e9)})
def product(z: Array, weights: Array, *, scale: float = 1.0) -> Array:
    """Product: scale · Π (z_j / scale); the weights are not exponents.

    For a sub-index adjusted by another. scale: the score that leaves the others as they are, such as 1 or 100: with
    scale 100, scores of 80 and 50 give 40. z at or above 0 (others are refused by name).

    >>> product(np.array([[80.0, 50.0]]), np.array([0.5, 0.5]), scale=100)
    array([40.])
    """
    return _unweighted(z, weights, lambda present: scale * np.asarray(np.prod(present / scale, axis=1)))


@method(
    "aggregation",
    ignores_weights=True,
    fixed_children=True,
    per_child=("order_weights",),
    demands={
        "order_weights": (
            lambda order_weights: min(order_weights, default=-1.0) >= 0 and sum(order_weights) > 0,
            "order_weights",
        )
    },
)
def owa(z: Array, weights: Array, *, order_weights: tuple[float, ...]) -> Array:
    """Ordered weighted average: Σ v_k z_(k) / Σ v, z_(1) the best child, z_(n) the worst.

    order_weights: v, one per child, from the best to the worst; (1, 0, ...) is the maximum, (..., 0, 1) the minimum,
    equal ones the plain mean. The children's own weights are not used, except that none may be 0.
    Source: Yager (1988), IEEE Transactions on Systems, Man, and Cybernetics 18(1), 183-190, doi:10.1109/21.87068.

    >>> owa(np.array([[1.0, 9.0, 5.0]]), np.array([0.2, 0.2, 0.6]), order_weights=(1, 1, 2))
    array([4.])
    """
    order = np.asarray(order_weights, float)
    return _unweighted(z, weights, lambda present: np.sort(present, axis=1)[:, ::-1] @ (order / order.sum()))


# --- of which a higher score of a child may lower the score -----------------------------------------------------------


@method("aggregation", ignores_weights=True, fixed_children=True, children=2, falls=True, needs_positive=True)
def ratio(z: Array, weights: Array) -> Array:
    """Ratio: z_1 / z_2, the first child over the second, in the order of the YAML (dimensions, then indicators).

    Exactly two children, whatever their weights; z above 0 (others are refused by name). 1 where they are equal. The
    score falls where the second child rises, so analyses that treat the index as a mean do not apply.
    Source: UNDP, Human Development Report, technical note on the Gender Development Index: the HDI of women over that
    of men.

    >>> ratio(np.array([[0.6, 0.8]]), np.array([0.5, 0.5])).round(9)
    array([0.75])
    """
    return _unweighted(z, weights, lambda present: np.asarray(present[:, 0] / present[:, 1]))


def _inside(trait: str) -> Callable[..., Any]:
    return lambda of, lower=None, upper=None: of.trait(trait)


@method(
    "aggregation",
    falls=True,
    ascending=(("lower", "upper"),),
    **{
        trait: _inside(trait)
        for trait in (
            *("needs_positive", "needs_nonnegative", "score_bounds", "whole_sample", "needs_years"),
            *("ignores_weights", "fixed_children", "per_child", "children", "additive"),
        )
    },
)
def complement(
    z: Array,
    weights: Array,
    *more: Any,
    of: Annotated[Any, AGGREGATION],
    lower: float = 0.0,
    upper: float = 1.0,
) -> Array:
    """Complement: lower + upper - A, A another aggregation of the same children: reversed on its own scale.

    of: A, a method with its parameters, written as any aggregation is; whatever A requires of z, this requires too.
    lower, upper: the ends of A's scale; 0 and 1 give 1 - A. more: the years of the rows, where A takes them. For a
    dimension, `direction: negative` wraps its aggregation in this one. The score falls where a child rises. An A that
    misses an end by less than LAST_BITS spacings of floating point is at that end, so that a score of 0 is 0.
    Source: UNDP, Human Development Report, technical note on the Gender Inequality Index; ND-GAIN (University of Notre
    Dame), 1 - vulnerability.

    >>> from indexcalc.spec.choice import choice
    >>> complement(np.array([[0.2, 0.4]]), np.array([0.5, 0.5]), of=choice("aggregation", "arithmetic")).round(9)
    array([0.7])
    """
    score = np.asarray(of.method.kernel(z, weights, *more, **of.parameters))
    bits = LAST_BITS * np.spacing(max(abs(lower), abs(upper)))
    reversed_score = np.where(np.abs(score - lower) <= bits, upper, lower + upper - score)
    return np.where(np.abs(score - upper) <= bits, lower, reversed_score)


# --- against the other city-years -------------------------------------------------------------------------------------


class Distances(NamedTuple):
    """D⁺ and D⁻, the distances from the ideal and the worst point, and the closeness D⁻/(D⁺ + D⁻) that `topsis` gives:
    each (n_obs,), or (n_obs, n_draw)."""

    ideal: Array
    worst: Array
    closeness: Array


def topsis_distances(z: Array, weights: Array) -> Distances:
    """What `topsis` computes its score from.

    >>> found = topsis_distances(np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0.5, 0.5]))
    >>> found.ideal, found.worst.round(4), found.closeness
    (array([0.5, 0.5, 0. ]), array([0.5   , 0.5   , 0.7071]), array([0.5, 0.5, 1. ]))
    """
    squares = weights**2
    ideal = np.sqrt((z - z.max(axis=0)) ** 2 @ squares)
    worst = np.sqrt((z - z.min(axis=0)) ** 2 @ squares)
    total = ideal + worst
    return Distances(ideal, worst, np.where(total > 0, worst, 0.5) / np.where(total > 0, total, 1.0))


@method("aggregation", whole_sample=True, workings=topsis_distances)
def topsis(z: Array, weights: Array) -> Array:
    """TOPSIS: closeness D⁻/(D⁺ + D⁻), D⁺ and D⁻ the distances √Σ(w_j (z_j - z*_j))² from the ideal and the worst point.

    The ideal point has the best, the worst point the worst score of each child over all observations (all years), so a
    city's score depends on the others. 1 at the ideal, 0 at the worst point; 0.5 for all if all scores are equal. The
    normalisation is a step of its own: `vector` in the textbook, `min_max` in many studies. A single child is kept as
    it is.
    Source: Hwang and Yoon (1981), Multiple Attribute Decision Making, doi:10.1007/978-3-642-48318-9.

    >>> topsis(np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0.5, 0.5]))
    array([0.5, 0.5, 1. ])
    """
    if z.shape[1] == 1:
        return z[:, 0].copy() if weights.ndim == 1 else np.repeat(z, weights.shape[1], axis=1)
    return topsis_distances(z, weights).closeness


@method("aggregation", whole_sample=True, needs_years=True)
def copeland(z: Array, weights: Array, years: NDArray[np.int64]) -> Array:
    """Copeland: the number of cities of the same year that a city outranks, minus the number that outrank it.

    One city outranks another if the children in which it is better weigh more than those in which it is worse. Only the
    order within a child counts, so the size of a lead compensates for nothing. years: (n_obs,), the year of each
    observation. Scores run from -(n - 1) to n - 1 for n cities in the year; a city alone has 0. z equal to 9 decimals
    is equal. It counts victories, whatever their margin, and is not the ranking of greatest support that the Handbook's
    step 6 asks for, which is `kemeny`: on the Handbook's example it gives 9 of 23 countries the rank printed in Table
    38, and 11 the rank that `kemeny` gives.
    Source: R package COINr, a_copeland.

    >>> copeland(np.array([[3.0, 2.0], [1.0, 1.0], [2.0, 3.0]]), np.array([0.6, 0.4]), np.array([2020, 2020, 2020]))
    array([ 2., -2.,  0.])
    """
    rounded = np.round(z, TIE_DECIMALS)
    score = np.zeros((len(z), *weights.shape[1:]))
    for year in np.unique(years):
        rows = np.flatnonzero(years == year)
        for i in rows:
            score[i] = np.sign(_net_support(rounded[i], rounded[rows], weights)).sum(axis=0)
    return score


@method("aggregation", whole_sample=True, needs_years=True)
def kemeny(z: Array, weights: Array, years: NDArray[np.int64]) -> Array:
    """Condorcet-Kemeny-Young-Levenglick: the number of cities below in every best ranking, minus those above in all.

    The best rankings of the cities of a year are those with the greatest sum of outranking weights over their pairs
    (see `outranking`), so only the order within a child counts. With one best ranking of n cities the scores are n - 1,
    n - 3, ..., -(n - 1); with several, cities whose order differs among them come closer, and a cycle that nothing
    breaks is a tie. years: (n_obs,), the year of each observation. Exact, by linear and integer programming (HiGHS), as
    long as no more than 40 cities beat each other in a cycle; beyond that, the best order found by moving one city at a
    time, reported as unproven with its gap. z equal to 9 decimals is equal. The ranking printed in Table 38 of the
    Handbook has less support (182.1 of 253) than the best one (184.5), which orders 17 of its 253 pairs the other way
    round: Norway, printed just below the United Kingdom, outranks it by 0.625 to 0.375.
    Source: OECD/JRC Handbook (2008), step 6, equations 32 and 33; Munda and Nardo (2009), Applied Economics 41(12),
    1513-1523, doi:10.1080/00036840601019364; Young and Levenglick (1978), doi:10.1137/0135023.

    >>> z = np.array([[3.0, 1.0, 2.0], [2.0, 3.0, 1.0], [1.0, 2.0, 3.0]])  # each beats the next, the last the first
    >>> kemeny(z, np.array([0.5, 0.3, 0.2]), np.array([2020, 2020, 2020]))
    array([ 2.,  0., -2.])
    >>> kemeny(z, np.ones(3) / 3, np.array([2020, 2020, 2020]))
    array([0., 0., 0.])
    """
    rounded = np.round(z, TIE_DECIMALS)
    columns = weights if weights.ndim == 2 else weights[:, None]
    score = np.zeros((len(z), columns.shape[1]))
    for year in np.unique(years):
        rows = np.flatnonzero(years == year)
        for draw, own in enumerate(columns.T):
            score[rows, draw] = best_rankings(rounded[rows], own).before.sum(axis=1)
    return score if weights.ndim == 2 else score[:, 0]


def best_rankings(z: Array, weights: Array) -> Median:
    """The rankings of greatest support of the cities of one year, under one set of weights (n_child,)."""
    rounded = np.round(z, TIE_DECIMALS)
    return median_ranking(np.array([_net_support(one, rounded, weights) for one in rounded]).reshape(len(z), len(z)))


TIE_DECIMALS = 9
"""Scores, and weights for and against, that agree to so many decimals count as equal, as in ranking."""


def outranking(z: Array, weights: Array) -> Array:
    """Outranking matrix (n_obs, n_obs): the weight of the children in which i is better than k; half for equal ones.

    z: (n_obs, n_child), the cities of one year; weights: (n_child,). The diagonal is 0; else [i, k] + [k, i] = 1.
    Source: R package COINr, outrankMatrix.

    >>> outranking(np.array([[3.0, 2.0], [1.0, 2.0]]), np.array([0.6, 0.4])).round(9)
    array([[0. , 0.8],
           [0.2, 0. ]])
    """
    rounded = np.round(z, TIE_DECIMALS)
    matrix: Array = np.array([(1.0 + _net_support(one, rounded, weights)) / 2.0 for one in rounded])
    np.fill_diagonal(matrix, 0.0)
    return matrix


def _net_support(one: Array, others: Array, weights: Array) -> Array:
    """Weight of the children in which `one` (n_child,) is better than each other, less that of those in which worse."""
    support: Array = np.round(np.sign(one - others) @ weights, TIE_DECIMALS)
    return support


def _unweighted(z: Array, weights: Array, score: Callable[[Array], Array]) -> Array:
    """`score` of the children whose weight is not 0, for each set of weights."""
    if weights.ndim == 1:
        return score(z[:, weights > 0])
    if (weights > 0).all():
        return np.repeat(score(z)[:, None], weights.shape[1], axis=1)
    return np.column_stack([score(z[:, column > 0]) for column in weights.T])


# --- rounding ---------------------------------------------------------------------------------------------------------


def round_half(x: Array, decimals: int, rule: Literal["half_up", "half_even"] = "half_up") -> Array:
    """x rounded to decimals as on paper: 2.25 is 2.3 (half_up) or 2.2 (half_even), whatever its binary form.

    x: any shape. half_up rounds a half away from 0, as spreadsheets do; half_even to the even neighbour. A value within
    1e-9 of a half, counted in units of the last decimal kept, is a half, so that 1.005 (in binary a little less) and a
    mean that should be 2.25 but falls short in its last bits round as they would on paper. Missing stays missing.

    >>> round_half(np.array([1.005, 2.675, -0.125]), 2), round_half(np.array([2.25, 2.35]), 1, rule="half_even")
    (array([ 1.01,  2.68, -0.13]), array([2.2, 2.4]))
    """
    unit = 10.0**decimals
    size = np.abs(x) * unit
    whole = np.floor(size)
    excess = size - whole - 0.5
    is_half = np.abs(excess) <= np.clip(2.0 * np.spacing(size), 1e-9, 0.25)
    up = np.where(is_half, (whole % 2 == 1) | (rule == "half_up"), excess > 0)
    rounded: Array = np.copysign((whole + up) / unit, x) + 0.0
    return rounded
