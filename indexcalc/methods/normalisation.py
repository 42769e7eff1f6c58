"""Normalisation: bringing indicators of many units onto one scale, higher is better.

x: (n_obs, n_indicator), already oriented; reference: (n_ref, n_indicator), the city-years that a normalisation
uses (all of them, those of the same year, or those of a base year). Missing stays missing and is not used. Where a
score does not exist (a division by 0, a logarithm of 0) it is NaN, which the pipeline refuses by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.registry import Raw, Raws, method

Array = NDArray[np.float64]
Point = Literal["mean", "best", "worst"]


@method("normalisation", ignores_reference=True, keeps_zero=lambda: True)
def none(x: Array, reference: Array) -> Array:
    """No normalisation: z = x.

    For indicators that share one scale already, such as the sub-factors of the Rule of Law Index.

    >>> none(np.array([[0.4]]), np.array([[0.4]]))
    array([[0.4]])
    """
    return x


@method(
    "normalisation",
    needs_spread=True,
    ascending=(("lower", "upper"),),
    attains=lambda lower=0.0, upper=1.0: lower,
)
def min_max(x: Array, reference: Array, *, lower: float = 0.0, upper: float = 1.0) -> Array:
    """Min-max: z = lower + (upper - lower)(x - min)/(max - min), min and max over the reference.

    x: (n_obs, n_indicator) [any unit]; z in [lower, upper] for values within the reference, beyond it for others.
    Use lower > 0 if a geometric mean is to follow. A constant reference is refused by the pipeline.
    Source: OECD/JRC Handbook (2008), step 5.

    >>> min_max(np.array([[1.0], [2.0], [3.0]]), np.array([[1.0], [3.0]]), lower=1, upper=100).ravel()
    array([  1. ,  50.5, 100. ])
    """
    low, high = np.nanmin(reference, axis=0), np.nanmax(reference, axis=0)
    z: Array = lower + (upper - lower) * ((x - low) / (high - low))
    return z


@method(
    "normalisation",
    needs_spread=True,
    within={"sd": (1e-9, 1e9)},
    attains=lambda mean=0.0, sd=1.0: mean,
)
def z_score(x: Array, reference: Array, *, mean: float = 0.0, sd: float = 1.0) -> Array:
    """z-score: z = mean + sd (x - m)/s, m the mean and s the sample standard deviation (n - 1) of the reference.

    x: (n_obs, n_indicator) [any unit]. Unbounded; with the default mean of 0 some scores are always at or below 0.
    Source: OECD/JRC Handbook (2008), step 5.

    >>> z_score(np.array([[1.0], [2.0], [3.0]]), np.array([[1.0], [2.0], [3.0]])).ravel()
    array([-1.,  0.,  1.])
    """
    z: Array = mean + sd * ((x - np.nanmean(reference, axis=0)) / np.nanstd(reference, axis=0, ddof=1))
    return z


@method(
    "normalisation",
    needs_spread=True,
    ascending=(("lower", "upper"),),
    attains=lambda lower=0.0, upper=1.0: lower,
)
def percentile_rank(x: Array, reference: Array, *, lower: float = 0.0, upper: float = 1.0) -> Array:
    """Percentile rank: z = lower + (upper - lower) p, p = #(reference < x)/(n_ref - 1), at most 1.

    For a value of the reference this is (rank - 1)/(n - 1), ties at the lowest rank. x: (n_obs, n_indicator) [any
    unit]; n_ref counts the values present.
    Source: R package COINr, n_prank.

    >>> percentile_rank(np.array([[5.0], [7.0], [7.0], [9.0]]), np.array([[5.0], [7.0], [7.0], [9.0]])).ravel().round(3)
    array([0.   , 0.333, 0.333, 1.   ])
    """
    below, n = _below(x, reference)
    z: Array = lower + (upper - lower) * np.minimum(below / (n - 1), 1.0)
    return z


@method(
    "normalisation",
    ignores_reference=True,
    ascending=(("low", "high"), ("lower", "upper")),
    keeps_zero=lambda low, lower=0.0, **others: low == lower == 0.0,
)
def goalposts(
    x: Array, reference: Array, *, low: Raw, high: Raw, cap: bool = True, lower: float = 0.0, upper: float = 1.0
) -> Array:
    """Goalposts: z = lower + (upper - lower)(x - low)/(high - low), capped to [lower, upper] unless cap is false.

    low, high: fixed posts in the indicator's own unit, low being the lower figure; its direction says which is better:
    for a negative indicator `low` scores `upper`. They do not move with the sample, so ranks cannot reverse when a city
    is added. The reference is not used.
    Source: UNDP, Human Development Report 2021/22, technical note 1.

    >>> goalposts(np.array([[20.0], [52.5], [90.0]]), np.empty((0, 1)), low=20, high=85).ravel()
    array([0. , 0.5, 1. ])
    """
    share = (x - low) / (high - low)
    return lower + (upper - lower) * (np.clip(share, 0.0, 1.0) if cap else share)


@method(
    "normalisation",
    ignores_reference=True,
    worst_first=lambda values, scores: values if scores[0] < scores[-1] else values[::-1],
    demands={
        "values": (
            lambda values, scores: len(values) >= 2 and np.isfinite(values).all() and _one_way(values),
            "one_way",
        ),
        "scores": (
            lambda values, scores: len(scores) == len(values) and np.isfinite(scores).all() and _one_way(scores),
            "one_way_scores",
        ),
    },
)
def piecewise(x: Array, reference: Array, *, values: Raws, scores: tuple[float, ...]) -> Array:
    """Piecewise linear: given scores at given values, linear between them, level beyond the ends.

    values: in the indicator's own unit, rising or falling; scores: one for each of them, likewise. The direction says
    which values are better: for a negative indicator the lower ones have the higher scores, [0, 50] with [10, 0] or
    [50, 0] with [0, 10], and anything else is refused. For standard values by class, or the breakpoints of an air
    quality index. They do not move with the sample. x: (n_obs, n_indicator) [any unit]. The reference is not used.
    Source: 功效系数法 with 标准值 by class (优秀, 良好, 平均, 较低, 较差), 企业综合绩效评价实施细则 (2006).

    >>> x = np.array([[0.0], [15.0], [30.0], [90.0]])
    >>> piecewise(x, np.empty((0, 1)), values=(10, 20, 40), scores=(20, 60, 100)).ravel()
    array([ 20.,  40.,  80., 100.])
    """
    if scores[0] > scores[-1]:
        values, scores = values[::-1], scores[::-1]
    if not _rises(values):
        return np.full(x.shape, np.nan)
    z: Array = np.interp(x, values, scores)
    return z


def _rises(figures: Sequence[float]) -> bool:
    return all(a < b for a, b in pairwise(figures))


def _one_way(figures: Sequence[float]) -> bool:
    return _rises(figures) or _rises(figures[::-1])


# --- against a point of the reference ---------------------------------------------------------------------------------


@method("normalisation", needs_spread=True, keeps_zero=lambda: True)
def vector(x: Array, reference: Array) -> Array:
    """Vector normalisation: z = x / √Σx², the sum over the reference.

    x: (n_obs, n_indicator) [any unit]; z has no unit and keeps the sign of x, so that a negative indicator, oriented by
    its sign, scores at or below 0. Usual before TOPSIS. A constant reference is refused by the pipeline; all zeros give
    no score (NaN).
    Source: Hwang and Yoon (1981), Multiple Attribute Decision Making, doi:10.1007/978-3-642-48318-9.

    >>> vector(np.array([[3.0], [4.0]]), np.array([[3.0], [4.0]])).ravel()
    array([0.6, 0.8])
    """
    return _divided(x, np.sqrt(np.nansum(reference**2, axis=0)))


@method(
    "normalisation",
    needs_spread=True,
    needs_nonnegative=True,
    attains=lambda to="mean": 1.0,
    keeps_zero=lambda to="mean": True,
)
def ratio(x: Array, reference: Array, *, to: Point = "mean") -> Array:
    """Ratio to a point of the reference: z = x / x_to, x_to its mean, its best or its worst value.

    x: (n_obs, n_indicator) [any unit that has a true zero], at or above 0: a negative indicator, being below 0 once
    oriented, is refused by the pipeline. to: mean, best or worst; with `worst` at 0 there is no ratio (NaN).
    Source: OECD/JRC Handbook (2008), step 5, distance to a reference.

    >>> x = np.array([[1.0], [2.0], [3.0]])
    >>> ratio(x, x, to="mean").ravel(), ratio(x, x, to="worst").ravel()
    (array([0.5, 1. , 1.5]), array([1., 2., 3.]))
    """
    return _divided(x, np.abs(_point(reference, to)))


@method("normalisation", needs_spread=True, attains=lambda to="mean": 0.0)
def relative_difference(x: Array, reference: Array, *, to: Point = "mean") -> Array:
    """Relative difference from a point of the reference: z = (x - x_to) / |x_to|, x_to its mean, best or worst value.

    x: (n_obs, n_indicator) [any unit that has a true zero]. The absolute value keeps a negative indicator, oriented by
    its sign, the right way round. to: mean, best or worst; if that value is 0 there is no relative difference (NaN).
    Source: OECD/JRC Handbook (2008), step 5, distance to a reference.

    >>> x = np.array([[1.0], [2.0], [3.0]])
    >>> relative_difference(x, x).ravel(), relative_difference(-x, -x).ravel()
    (array([-0.5,  0. ,  0.5]), array([ 0.5,  0. , -0.5]))
    """
    point = _point(reference, to)
    return _divided(x - point, np.abs(point))


@method("normalisation", needs_spread=True, within={"p": (0.0, 1.0)}, attains=lambda p=0.2: 0.0)
def above_below_mean(x: Array, reference: Array, *, p: float = 0.2) -> Array:
    """Above or below the mean: z = 1 above m + p|m|, -1 below m - p|m|, 0 between, m the mean of the reference.

    x: (n_obs, n_indicator) [any unit that has a true zero]; p: half the width of the band, a share of the mean. A value
    on the edge of the band scores 0; with a mean of 0 the band is that point.
    Source: OECD/JRC Handbook (2008), step 5, indicators above or below the mean.

    >>> above_below_mean(np.array([[7.0], [9.0], [10.0], [14.0]]), np.array([[8.0], [12.0]])).ravel()
    array([-1.,  0.,  0.,  1.])
    """
    mean = np.nanmean(reference, axis=0)
    band = p * np.abs(mean)
    z: Array = np.where(x > mean + band, 1.0, np.where(x < mean - band, -1.0, 0.0))
    return np.where(np.isnan(x), np.nan, z)


@method("normalisation", attains=lambda target=1.0, cap=False: 0.0)
def distance_to_target(x: Array, reference: Array, *, target: Raw, cap: bool = False) -> Array:
    """Distance to a target: z = (x - min)/(target - min), min over the reference; at most 1 if cap is true.

    x: (n_obs, n_indicator) [any unit]; target: in the indicator's own unit, as published. 0 at the minimum, 1 at the
    target. Where no value of the reference falls short of the target there is no such scale (NaN).
    Source: R package COINr, n_dist2targ.

    >>> x = np.array([[2.0], [7.0], [13.0]])
    >>> distance_to_target(x, x, target=12).ravel(), distance_to_target(x, x, target=12, cap=True).ravel()
    (array([0. , 0.5, 1.1]), array([0. , 0.5, 1. ]))
    """
    low = np.nanmin(reference, axis=0)
    z = _divided(x - low, target - low)
    return np.minimum(z, 1.0) if cap else z


# --- by rank ----------------------------------------------------------------------------------------------------------


@method("normalisation", needs_spread=True, attains=lambda: 1.0)
def rank(x: Array, reference: Array) -> Array:
    """Rank, the best highest: z = 1 + #(reference < x), at most n, the number of values present; ties at the lowest.

    x: (n_obs, n_indicator) [any unit]. 1 for the last; n for the best if it is not tied. A value above the reference
    scores like the best in it.
    Source: R package COINr, n_rank; OECD/JRC Handbook (2008), step 5.

    >>> rank(np.array([[5.0], [7.0], [7.0], [9.0]]), np.array([[5.0], [7.0], [7.0], [9.0]])).ravel()
    array([1., 2., 2., 4.])
    """
    below, n = _below(x, reference)
    z: Array = np.minimum(below + 1.0, n)
    return z


@method("normalisation", needs_spread=True, attains=lambda: 0.0)
def borda(x: Array, reference: Array) -> Array:
    """Borda score: z = rank - 1, the number of values of the reference that x beats, at most n - 1.

    x: (n_obs, n_indicator) [any unit]; ranks as in `rank`.
    Source: R package COINr, n_borda.

    >>> borda(np.array([[5.0], [7.0], [7.0], [9.0]]), np.array([[5.0], [7.0], [7.0], [9.0]])).ravel()
    array([0., 1., 1., 3.])
    """
    return rank(x, reference) - 1.0


@method("normalisation", needs_spread=True)
def rank_share(x: Array, reference: Array, *, scale: float = 100.0) -> Array:
    """Rank as a share of the number of values: z = scale · rank/n.

    x: (n_obs, n_indicator) [any unit]; ranks as in `rank`, so that the last has scale/n, above 0, and the best scale.
    Not `percentile_rank`, whose last has 0: (rank - 1)/(n - 1).
    Source: OECD/JRC Handbook (2008), Table 15, percentile.

    >>> rank_share(np.array([[5.0], [7.0], [7.0], [9.0]]), np.array([[5.0], [7.0], [7.0], [9.0]])).ravel()
    array([ 25.,  50.,  50., 100.])
    """
    return scale * _rank_share(x, reference)


@method(
    "normalisation",
    needs_spread=True,
    demands={
        "cuts": (
            lambda cuts, scores: all(a < b for a, b in zip((0.0, *cuts), (*cuts, 1.0), strict=True)),
            "ascending_shares",
        ),
        "scores": (
            lambda cuts, scores: len(scores) == len(cuts) + 1 and list(scores) == sorted(scores),
            "ascending_scores",
        ),
    },
)
def categorical(
    x: Array,
    reference: Array,
    *,
    cuts: tuple[float, ...] = (0.05, 0.15, 0.35, 0.65, 0.85, 0.95),
    scores: tuple[float, ...] = (0.0, 20.0, 40.0, 50.0, 60.0, 80.0, 100.0),
) -> Array:
    """Categories by percentiles: the score of the class in which rank/n falls, a class beginning at its cut.

    x: (n_obs, n_indicator) [any unit]; ranks and n as in `rank`; cuts: ascending shares between 0 and 1; scores: one
    more than cuts, ascending. The first class is empty where 1/n lies at or above the first cut.
    Source: OECD/JRC Handbook (2008), step 5 and Table 15, categorical scale.

    >>> x = np.array([[1.0], [2.0], [3.0], [4.0]])
    >>> categorical(x, x, cuts=(0.5, 0.9), scores=(0, 50, 100)).ravel()
    array([  0.,  50.,  50., 100.])
    """
    z: Array = np.asarray(scores, float)[np.searchsorted(cuts, _rank_share(x, reference), side="right")]
    return np.where(np.isnan(x), np.nan, z)


# --- efficacy coefficients and Mazziotta-Pareto -----------------------------------------------------------------------


@method(
    "normalisation",
    ignores_reference=True,
    worst_first=lambda satisfactory, not_permitted: (not_permitted, satisfactory),
)
def efficacy(x: Array, reference: Array, *, satisfactory: Raw, not_permitted: Raw) -> Array:
    """Efficacy coefficient: z = 60 + 40 (x - x_s)/(x_h - x_s), x_h the satisfactory, x_s the not permitted value.

    x: (n_obs, n_indicator) [any unit]; satisfactory, not_permitted: in the indicator's own unit, the first being the
    better one by its direction, for a negative indicator the lower (or it is refused). 60 at the not permitted value,
    100 at the satisfactory one, not capped. The reference is not used; if the two values are to be its worst and best,
    use min_max on 60..100.
    Source: 功效系数法 of Chinese performance evaluation.

    >>> efficacy(np.array([[2.0], [3.0], [7.0]]), np.empty((0, 1)), satisfactory=6, not_permitted=2).ravel()
    array([ 60.,  70., 110.])
    """
    return 60.0 + 40.0 * _divided(x - not_permitted, satisfactory - not_permitted)


@method(
    "normalisation",
    ignores_reference=True,
    worst_first=lambda satisfactory, not_permitted: (not_permitted, satisfactory),
)
def exponential_efficacy(x: Array, reference: Array, *, satisfactory: Raw, not_permitted: Raw) -> Array:
    """Exponential efficacy coefficient: z = 60 exp(-ln 0.6 · (x - x_s)/(x_h - x_s)), always above 0.

    x: (n_obs, n_indicator) [any unit]; satisfactory x_h, not_permitted x_s: in the indicator's own unit, the first
    being the better one by its direction, for a negative indicator the lower (or it is refused). 60 at the not
    permitted value, 100 at the satisfactory one, not capped. The reference is not used.
    Source: 指数型功效函数 of Chinese performance evaluation.

    >>> exponential_efficacy(np.array([[2.0], [4.0], [6.0]]), np.empty((0, 1)), satisfactory=6, not_permitted=2).ravel()
    array([ 60.        , 77.45966692, 100.        ])
    """
    z: Array = 60.0 * np.exp(-np.log(0.6) * _divided(x - not_permitted, satisfactory - not_permitted))
    return z


@method(
    "normalisation",
    needs_spread=True,
    ascending=(("low_quantile", "high_quantile"),),
    within={"low_quantile": (0.0, 1.0), "high_quantile": (0.0, 1.0)},
    attains=lambda low_quantile=0.05, high_quantile=0.95: 0.0,
)
def logarithmic_efficacy(
    x: Array, reference: Array, *, low_quantile: float = 0.05, high_quantile: float = 0.95
) -> Array:
    """Logarithmic efficacy coefficient: z = 100 (ln x - ln x_l)/(ln x_h - ln x_l), bounds at quantiles.

    x: (n_obs, n_indicator) [any unit that has a true zero], above 0; for a negative indicator, oriented by its sign,
    below 0, and -ln|x| replaces ln x. x_l, x_h: the low and the high quantile of the reference, usually a base year
    (linear interpolation, Hyndman and Fan type 7). Later years may pass 100; the lowest values score at or below 0. NaN
    for a value at 0 or of the other sign, and for a whole indicator whose two quantiles coincide.
    Source: 北京大学数字普惠金融指数 (Peking University Digital Financial Inclusion Index), 对数型功效函数.

    >>> x = np.array([[1.0], [10.0], [100.0]])
    >>> logarithmic_efficacy(x, x, low_quantile=0, high_quantile=1).ravel()
    array([  0.,  50., 100.])
    """
    sign = np.where(np.nanmax(reference, axis=0) > 0, 1.0, -1.0)
    low, high = _signed_log(np.nanquantile(reference, [low_quantile, high_quantile], axis=0), sign)
    return 100.0 * _divided(_signed_log(x, sign) - low, high - low)


@method("normalisation", needs_spread=True)
def mazziotta_pareto(x: Array, reference: Array, *, centre: Raw | None = None) -> Array:
    """Adjusted Mazziotta-Pareto scores: r = 70 + 60 (x - lo)/(hi - lo), lo and hi = centre ∓ half the range.

    x: (n_obs, n_indicator) [any unit]; the range, max - min, is taken over the reference (pooled: one pair of goalposts
    for all years, so that years can be compared; year: a pair for each). centre: the value that scores 100, in the
    indicator's own unit, as published; by default the mean of the reference, and its scores lie between 40 and 160.
    Source: Mazziotta and Pareto (2016), Social Indicators Research 127(3), 983-1003, doi:10.1007/s11205-015-0998-2.

    >>> x = np.array([[1.0], [2.0], [6.0]])
    >>> mazziotta_pareto(x, x).ravel(), mazziotta_pareto(x, x, centre=3.5).ravel()
    (array([ 76.,  88., 136.]), array([ 70.,  82., 130.]))
    """
    span = np.nanmax(reference, axis=0) - np.nanmin(reference, axis=0)
    low = (np.nanmean(reference, axis=0) if centre is None else centre) - span / 2.0
    return 70.0 + 60.0 * _divided(x - low, span)


# --- what several share -----------------------------------------------------------------------------------------------


def _divided(x: Array, by: Array | float) -> Array:
    """x / by, NaN where `by` is not above 0: dividing by 0 gives no score, by less than 0 reverses the ranking."""
    divided: Array = x / np.where(np.greater(by, 0.0), by, np.nan)
    return divided


def _point(reference: Array, to: Point) -> Array:
    """The mean, the best or the worst value of each column (n_indicator,)."""
    if to == "mean":
        point = np.nanmean(reference, axis=0)
    else:
        point = np.nanmax(reference, axis=0) if to == "best" else np.nanmin(reference, axis=0)
    return np.asarray(point)


def _below(x: Array, reference: Array) -> tuple[Array, NDArray[np.int64]]:
    """The number of values of the reference below each x (n_obs, n_indicator), and of all present (n_indicator,)."""
    n: NDArray[np.int64] = (~np.isnan(reference)).sum(axis=0)
    ordered = np.sort(reference, axis=0)  # missing last
    below = np.full(x.shape, np.nan)
    for k in range(x.shape[1]):
        below[:, k] = np.searchsorted(ordered[: n[k], k], x[:, k], side="left")
    below[np.isnan(x)] = np.nan
    return below, n


def _rank_share(x: Array, reference: Array) -> Array:
    below, n = _below(x, reference)
    share: Array = np.minimum(below + 1.0, n) / n
    return share


def _signed_log(x: Array, sign: Array) -> Array:
    """ln x for columns above 0 (sign 1), -ln|x| for those below (sign -1): rising in both; NaN on the other side."""
    size = sign * x
    log: Array = sign * np.log(np.where(size > 0, size, np.nan))
    return log
