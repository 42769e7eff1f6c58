"""Treatment of outliers: city-years are rows, those of all years, or of one where the choice says `per: year`.

x: (n_obs, n_indicator), NaN for missing. Every kernel returns `Treated`. Kernels that count cities (`needs_cities`)
also take cities: (n_obs,) whole numbers, the city of each row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.registry import method
from indexcalc.methods.transform import log_shifted

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

Test = Callable[[Array, Array, float], Mask]
"""Whether columns of these skewnesses and kurtoses pass, each bound widened by the third argument."""

DECIMALS = 9
"""Skewness and kurtosis are rounded to so many before they are tested: a tie depends on no machine or order of rows."""

SLACK = 1e-8
"""A column this near a bound is computed value by value before it passes or fails."""

ROUNDING = 1e-13
"""A column that varies by no more than this share of its mean is one value, rounded in several ways."""

BLOCK = 65536
"""Values processed in one go, so that the work stays in the processor's cache."""


class Treated(NamedTuple):
    """What a treatment did to its indicators.

    x: (n_obs, n_indicator), the array given where nothing was treated; missing stays missing. what: per indicator ""
    (untouched), "winsorised", "log" (all its values are now logarithms), or "failing" (treated as the kernel says, and
    still not passing its test).
    """

    x: Array
    what: list[str]


@method("treatment")
def none(x: Array) -> Treated:
    """No treatment.

    x: (n_obs, n_indicator). Missing stays missing.

    >>> none(np.array([[1.0]]))
    Treated(x=array([[1.]]), what=[''])
    """
    return Treated(x, [""] * x.shape[1])


@method("treatment", ascending=(("lower", "upper"),), within={"lower": (0.0, 1.0), "upper": (0.0, 1.0)})
def winsorise(x: Array, *, lower: float = 0.05, upper: float = 0.95) -> Treated:
    """Winsorising at quantiles: values below the `lower` or above the `upper` quantile move to that quantile.

    x: (n_obs, n_indicator) [any unit]; lower, upper: shares between 0 and 1. Quantiles by linear interpolation
    (Hyndman and Fan type 7) over the values present. Missing stays missing.
    Source: OECD/JRC Handbook (2008), step 5.

    >>> winsorise(np.array([[0.0], [1.0], [2.0], [3.0], [100.0]]), lower=0.25, upper=0.75).x.ravel()
    array([1., 1., 2., 3., 3.])
    """
    treated, what = x.copy(order="K"), [""] * x.shape[1]
    for k, column in enumerate(x.T):
        present = ~np.isnan(column)
        values = column[present]
        if values.size:
            low, high = np.quantile(values, [lower, upper])
            treated[present, k] = np.clip(values, low, high)
            what[k] = "winsorised" if values.min() < low or values.max() > high else ""
    return Treated(treated if any(what) else x, what)


@method(
    "treatment",
    needs_cities=True,
    exclusive=(("points", "cities_share"),),
    within={
        "maximum_skewness": (0.0, 1000.0),
        "maximum_kurtosis": (-1000.0, 1000.0),
        "points": (0, 100000),
        "cities_share": (0.0, 1.0),
    },
)
def skew_kurtosis(
    x: Array,
    cities: Integers,
    *,
    maximum_skewness: float = 2.0,
    maximum_kurtosis: float = 3.5,
    points: int | None = 5,
    cities_share: float | None = None,
    last_resort: Literal["log", "log_rescaled", "none"] = "log",
) -> Treated:
    """Outliers pulled in one by one until skewness or kurtosis passes; if they never do, the logarithm.

    An indicator passes if |skewness| < maximum_skewness or excess kurtosis < maximum_kurtosis (both bias-corrected, see
    `skewness` and `kurtosis`, rounded to 9 decimals). While it does not pass and the limit allows, all points at the
    maximum (skewness >= 0; else at the minimum) move to the next value inwards. If it still fails, all of its values
    become ln(x - min + 0.01 (max - min)) of the untreated x ("log", or "failing" if even that does not pass). With
    last_resort `log_rescaled` they become ln(1 + (max - 1)(x - min) / (max - min)), the logarithm of x rescaled to
    [1, max], as in the Global Innovation Index: it depends on the unit, and is undefined (NaN; the pipeline refuses it
    by name) where the maximum is not above 1. With `none` it stays as winsorised as the limit allows ("failing").

    The limit is one of two. `points` counts city-years, as COINr does: a step is made while fewer than that many points
    have been moved (so a tie can pass it); None is no limit. Five points matter in a table of one year, but not in a
    large panel, where a city that is an outlier is one in every year. `cities_share`, where given, replaces `points`: a
    step is not made if it would move points of more than that share of the cities with a figure of the indicator,
    counting those moved already. A step that would leave one value only is never made.

    x: (n_obs, n_indicator) [any unit]; cities: (n_obs,). Missing stays missing and is ignored. An indicator with fewer
    than 4 figures, or one value only, cannot be tested and is left as it is. Pooled winsorising cuts the latest years
    of a growing leader first: show the untreated ranks beside it.
    Source: R package COINr 1.1, Treat, winsorise, log_CT (the COIN Tool's rule) and log_GII.

    >>> x = np.append(np.arange(1.0, 11.0), [30.0, 100.0])[:, None]
    >>> treated = skew_kurtosis(x, np.arange(12), points=2)
    >>> treated.what, treated.x[-3:].ravel()
    (['winsorised'], array([10., 30., 30.]))
    """
    columns = np.ascontiguousarray(x.T)

    def passes(skew: Array, kurt: Array, slack: float) -> Mask:
        small: Mask = np.round(np.abs(skew), DECIMALS) < maximum_skewness + slack
        flat: Mask = np.round(kurt, DECIMALS) < maximum_kurtosis + slack
        return small | flat

    skew, kurt = _shape(columns)
    failing = np.flatnonzero(~np.isnan(kurt) & ~passes(skew, kurt, 0.0))
    what = [""] * len(columns)
    if not failing.size:
        return Treated(x, what)
    city = None if cities_share is None else np.unique(cities, return_inverse=True)[1]
    treated = columns.copy()
    for k in failing:
        present = ~np.isnan(columns[k])
        limit = _Limit(points) if city is None or cities_share is None else _city_limit(city[present], cities_share)
        low, high, passed = _winsorised(columns[k][present], limit, passes)
        if passed or last_resort == "none":
            treated[k] = np.clip(columns[k], low, high)
            what[k] = "winsorised" if passed else "failing"
        else:
            treated[k] = log_shifted(columns[k]) if last_resort == "log" else _log_rescaled(columns[k])
            what[k] = "log" if passes(*_shape(treated[k : k + 1]), 0.0).all() else "failing"
    return Treated(treated.T, what)


def _log_rescaled(column: Array) -> Array:
    """The logarithm of a column rescaled to [1, max]; NaN where max is not above 1, for the order would turn round."""
    low, high = np.nanmin(column), np.nanmax(column)
    return np.log(1.0 + (high - 1.0) * (column - low) / (high - low)) if high > 1.0 else np.full_like(column, np.nan)


@method("treatment", within={"points": (1, 100000)})
def winsorise_points(x: Array, *, points: int) -> Treated:
    """Winsorising of a fixed number of points, whatever skewness and kurtosis say.

    While fewer than `points` have been moved, all points at the maximum (skewness >= 0; else at the minimum) move to
    the next value inwards; a tie can pass the number. A step that would leave one value only is never made.
    x: (n_obs, n_indicator) [any unit]. Missing stays missing; an indicator with fewer than 3
    figures is left as it is. For an indicator whose outliers are known: name it there, not for all.
    Source: R package COINr 1.1, winsorise with force_win.

    >>> winsorise_points(np.array([[1.0], [2.0], [3.0], [50.0], [90.0]]), points=2).x.ravel()
    array([1., 2., 3., 3., 3.])
    """
    treated, what = x.copy(order="K"), [""] * x.shape[1]
    for k in range(x.shape[1]):
        values = x[~np.isnan(x[:, k]), k]
        if len(values) >= 3 and values.min() < values.max():
            low, high, _ = _winsorised(values, _Limit(points), None)
            if low > values.min() or high < values.max():
                treated[:, k] = np.clip(x[:, k], low, high)
                what[k] = "winsorised"
    return Treated(treated if any(what) else x, what)


@method("treatment", within={"share": (0.0001, 1.0)})
def log(x: Array, *, share: float = 0.01) -> Treated:
    """Logarithm of every value, whatever skewness and kurtosis say: ln(x - min + share (max - min)).

    min and max per indicator. x: (n_obs, n_indicator) [any unit]. Missing stays missing; an
    indicator with one value only is left as it is.
    Source: R package COINr 1.1, log_CT (the COIN Tool's logarithm).

    >>> log(np.array([[0.0], [50.0], [100.0]])).x.ravel().round(3)
    array([0.   , 3.932, 4.615])
    """
    logarithm = log_shifted(x, share=share)
    undefined = [bool(np.isnan(column).all()) for column in logarithm.T]
    return Treated(np.where(undefined, x, logarithm), ["" if left else "log" for left in undefined])


def skewness(x: Array) -> Array:
    """Bias-corrected skewness (type 2) of each column: sqrt(n) Σd³ / (Σd²)^1.5 · sqrt(n(n-1)) / (n-2), d = x - mean.

    x: (n_obs, n_indicator) [any unit]; the result, (n_indicator,), has none. Missing values are dropped; NaN for fewer
    than 3 values or one value only.
    Source: Joanes and Gill (1998), The Statistician 47(1), G1; Excel's SKEW.

    >>> skewness(np.array([[3.0, 4, 5, 2, 3, 4, 5, 6, 4, 7]]).T).round(6)
    array([0.359543])
    """
    return _shape(np.ascontiguousarray(x.T))[0]


def kurtosis(x: Array) -> Array:
    """Bias-corrected excess kurtosis (type 2) of each column: ((n+1)(r-3) + 6)(n-1) / ((n-2)(n-3)), r = nΣd⁴/(Σd²)².

    x: (n_obs, n_indicator) [any unit]; d = x - mean; the result, (n_indicator,), has no unit. Missing values are
    dropped; NaN for fewer than 4 values or one value only.
    Source: Joanes and Gill (1998), The Statistician 47(1), G2; Excel's KURT.

    >>> kurtosis(np.array([[3.0, 4, 5, 2, 3, 4, 5, 6, 4, 7]]).T).round(6)
    array([-0.1518])
    """
    return _shape(np.ascontiguousarray(x.T))[1]


def _shape(columns: Array) -> tuple[Array, Array]:
    """Skewness and excess kurtosis of each row of (n_indicator, n_obs), read a block at a time."""
    at_once = max(1, BLOCK // max(columns.shape[1], 1))
    blocks = [_block_shape(columns[k : k + at_once]) for k in range(0, len(columns), at_once)]
    skew, kurt = zip(*blocks, strict=True) if blocks else ((np.empty(0),), (np.empty(0),))
    return np.concatenate(skew), np.concatenate(kurt)


def _block_shape(block: Array) -> tuple[Array, Array]:
    """Power sums of d = (x - mean)/max|x - mean|, which neither overflow nor cancel; then their shape."""
    missing = np.isnan(block)
    some = bool(missing.any())
    n = block.shape[1] - missing.sum(axis=1)
    total = np.where(missing, 0.0, block).sum(axis=1) if some else block.sum(axis=1)
    mean = total / np.maximum(n, 1)
    d = block - mean[:, None]
    if some:
        d[missing] = 0.0
    widest = np.maximum(d.max(axis=1, initial=0.0), -d.min(axis=1, initial=0.0))
    spread = widest > ROUNDING * np.abs(mean)
    d /= np.where(spread, widest, np.inf)[:, None]
    return _from_sums(n, _power_sums(d))


def _power_sums(d: Array) -> Array:
    """Σd, Σd², Σd³, Σd⁴ along the last axis: (4, ...)."""
    square = d * d
    return np.array([d.sum(axis=-1), square.sum(axis=-1), (square * d).sum(axis=-1), (square * square).sum(axis=-1)])


def _from_sums(n: NDArray[np.int64] | int, sums: Array) -> tuple[Array, Array]:
    """Skewness and excess kurtosis of type 2 from n and Σd, Σd², Σd³, Σd⁴ (4, ...) about a centre near the mean."""
    size = np.asarray(n, float)
    s1, s2, s3, s4 = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        m = s1 / size
        c2 = s2 - m * s1
        c3 = s3 - 3.0 * m * s2 + 2.0 * m * m * s1
        c4 = s4 - 4.0 * m * s3 + 6.0 * m * m * s2 - 3.0 * m * m * m * s1
        skew = np.sqrt(size) * c3 / c2**1.5 * np.sqrt(size * (size - 1.0)) / (size - 2.0)
        r = size * c4 / c2**2
        kurt = ((size + 1.0) * (r - 3.0) + 6.0) * (size - 1.0) / ((size - 2.0) * (size - 3.0))
    return np.where((size >= 3) & (c2 > 0), skew, np.nan), np.where((size >= 4) & (c2 > 0), kurt, np.nan)


def _leans_up(skew: Array) -> Mask:
    """Whether the maximum is the end to move; so too where the column is symmetric but for rounding."""
    result: Mask = np.round(skew, DECIMALS) >= 0
    return result


class _Limit(NamedTuple):
    """How far winsorising may go: fewer than `points` points moved before a step, at most `most` cities after it.

    city: the city of each value, numbered below n_city; None if cities do not count.
    """

    points: int | None = None
    city: Integers | None = None
    n_city: int = 0
    most: int = 0


def _city_limit(city: Integers, share: float) -> _Limit:
    """The limit of a share of the cities that occur; a share that is a whole number of cities allows that number."""
    there = np.bincount(city) > 0
    return _Limit(None, city, len(there), int(np.floor(share * there.sum() + 1e-9)))


class _End(NamedTuple):
    """The outer part of one end of a sorted column; at level j its j outermost distinct values have moved to the next.

    moved: points moved at each level; sums: (4, n_level) power sums of the end as it then is; city: of its points,
    outermost first (empty if cities do not count).
    """

    moved: Integers
    sums: Array
    city: Integers


def _end(d: Array, city: Integers) -> _End:
    """An end from its values, outermost first; the sums are added up from the inside."""
    moved = np.flatnonzero(np.append(True, d[1:] != d[:-1]))
    square = d * d
    powers = np.stack([d, square, square * d, square * square])
    inner = np.cumsum(powers[:, ::-1], axis=1)[:, ::-1]
    return _End(moved, inner[:, moved] + moved * powers[:, moved], city)


def _ends(d: Array, city: Integers, reach: int) -> tuple[Array, tuple[_End, _End]]:
    """Power sums of the middle, and the two ends (high, low) of at most `reach` points each, together all at most.

    The median, d = 0, ends both once they are whole: it adds nothing to a sum, and either end may move to it.
    """
    n = len(d)
    low, high = min(reach, n // 2), n - min(reach, n - n // 2)
    inwards = slice(None, low + (low == n // 2))
    return _power_sums(d[low:high]), (_end(d[high:][::-1], city[high:][::-1]), _end(d[inwards], city[inwards]))


def _winsorised(values: Array, limit: _Limit, passes: Test | None) -> tuple[float, float, bool]:
    """The lowest and the highest value that winsorising leaves, and whether the column then passes.

    values: (n,), no NaN, not all equal; passes: None to go on until the limit. The column is sorted once. Power sums
    about its median, added up from the middle outwards, give the shape at every level of both ends without cancelling:
    the median stays where it is, because an end that holds half of the points is never the one that is moved, and it
    lies within one standard deviation of the mean. They say where to look; whether a column passes is decided on its
    values.
    """
    n, order = len(values), None if limit.city is None else np.argsort(values)
    ascending = np.sort(values) if order is None else values[order]
    city = np.zeros(0, np.int64) if limit.city is None else limit.city[order]
    middle = ascending[n // 2]
    d = (ascending - middle) / max(ascending[-1] - middle, middle - ascending[0])
    reach, width, level = 256, 8, [0, 0]
    middle_sums, ends = _ends(d, city, reach)
    while True:
        high, low = ascending[n - 1 - ends[0].moved[level[0]]], ascending[ends[1].moved[level[1]]]
        skew, kurt = _from_sums(n, middle_sums + ends[0].sums[:, level[0]] + ends[1].sums[:, level[1]])
        if passes and passes(skew, kurt, SLACK) and passes(*_shape(np.clip(values, low, high)[None]), 0.0).all():
            return low, high, True
        spent = level[0] == len(ends[0].moved) - 1 and reach >= n  # half of the points are at the maximum
        at = 0 if _leans_up(skew) and not spent else 1
        end, other, start = ends[at], ends[1 - at], level[at]
        if start == len(end.moved) - 1 and reach < n:
            reach *= 16
            middle_sums, ends = _ends(d, city, reach)
            continue
        furthest = min(_furthest(limit, end, other, level[1 - at]), start + width)
        rest = middle_sums + other.sums[:, level[1 - at]]
        level[at] = _next_level(n, rest, end, start, furthest, passes, upper=at == 0)
        if level[at] == start:
            return low, high, False
        width = 4 * width if level[at] == furthest else 8


def _furthest(limit: _Limit, end: _End, other: _End, other_level: int) -> int:
    """The furthest level that the limit allows an end to reach while the other end stays."""
    moved_there = other.moved[other_level]
    furthest = len(end.moved) - 1
    if limit.points is not None:
        furthest = min(furthest, int(np.searchsorted(end.moved, limit.points - moved_there, side="left")))
    if limit.city is not None:
        place = np.arange(len(end.city))
        first = np.full(limit.n_city, -1)
        first[end.city[::-1]] = place[::-1]  # of a repeated city the last one written stays: its outermost point
        first[other.city[:moved_there]] = -1
        moved_here = np.append(0, np.cumsum(first[end.city] == place))
        cities = len(np.unique(other.city[:moved_there])) + moved_here[end.moved]
        furthest = min(furthest, int(np.searchsorted(cities, limit.most, side="right")) - 1)
    return furthest


def _next_level(n: int, rest: Array, end: _End, start: int, furthest: int, passes: Test | None, *, upper: bool) -> int:
    """The first level after start at which the column may pass or leans the other way, else the furthest.

    Never one that leaves a single value in the column; start itself if there is no other.
    rest: (4,) power sums of all but this end; upper: whether it is the high end.
    """
    skew, kurt = _from_sums(n, rest[:, None] + end.sums[:, start + 1 : furthest + 1])
    one_value = np.isnan(skew)
    halt = one_value | (_leans_up(skew) != upper)
    if passes:
        halt |= passes(skew, kurt, SLACK)
    if not halt.any():
        return max(start, furthest)
    first = int(np.argmax(halt))
    return start + first + (not one_value[first])
