"""Inequality among cities and convergence over years: slope of the change, coefficient of variation, standard deviation
of logs, Gini, Theil, Dagum, absolute beta.

y: (n_city,) scores of one year, at least 0; NaN is missing and left out. groups: (n_city,) int, the group of each city,
numbered from 0; n_group: how many there are, where the last may have no city. Where a measure is undefined (no city, a
mean of 0) it is NaN. Of every measure of inequality, 0 is "all equal".

The standard deviation in points and the slope of the change on the level do not depend on where the scale begins. The
others are ratio measures: they are meaningful only on a scale with a natural zero (income, shares), where twice the
score is twice as much (Allison 1978, Measures of inequality, American Sociological Review 43(6), 865-880).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.statistics import varies

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


class Theil(NamedTuple):
    """Theil's T = between + within; n, share of the total and T of each group, (n_group,)."""

    total: float
    between: float
    within: float
    n: Ints
    share: Array
    group: Array


class Dagum(NamedTuple):
    """Gini = within + between + overlap (G_w + G_nb + G_t), and what these are made of.

    n, population p_j, share s_j: of each group, (n_group,). The others are of each pair, (n_group, n_group), symmetric:
    gini G_jh, on the diagonal G_jj; d and p, how far the members of the richer group are ahead of, and behind, those of
    the poorer on average; D = (d - p)/(d + p), the relative affluence. d, p and D are NaN on the diagonal.
    """

    total: float
    within: float
    between: float
    overlap: float
    n: Ints
    population: Array
    share: Array
    gini: Array
    d: Array
    p: Array
    D: Array


class Slope(NamedTuple):
    """Least squares of the change on the level it began at: intercept [points], slope with its standard error and
    confidence interval, R². n: cities in the regression."""

    n: int
    intercept: float
    slope: float
    standard_error: float
    low: float
    high: float
    r_squared: float


class Beta(NamedTuple):
    """Absolute beta: intercept, slope with its standard error and confidence interval, R², and what follows from it.

    speed: λ [per year]; half_life [years], for β < 0 only. n: cities in the regression.
    """

    n: int
    alpha: float
    beta: float
    standard_error: float
    low: float
    high: float
    r_squared: float
    speed: float
    half_life: float


def coefficient_of_variation(y: Array, *, ddof: int = 0) -> float:
    """Coefficient of variation: sd / mean, sd = sqrt(Σ(y - mean)²/(n - ddof)).

    ddof: 0 the population's sd, 1 the sample's. NaN where the mean is not above 0, or n does not exceed ddof.
    Source: Pearson (1896), Philosophical Transactions of the Royal Society A 187, 253-318; as a measure of inequality,
    Allison (1978), American Sociological Review 43(6), 865-880.

    >>> coefficient_of_variation(np.array([1.0, 3.0])), round(coefficient_of_variation(np.array([1.0, 3.0]), ddof=1), 4)
    (0.5, 0.7071)
    """
    y = y[~np.isnan(y)]
    if len(y) <= ddof or y.mean() <= 0:
        return float("nan")
    return float(y.std(ddof=ddof) / y.mean())


def deviation_of_logs(y: Array, *, ddof: int = 0) -> float:
    """Standard deviation of ln y, the measure of σ-convergence: sqrt(Σ(ln y - mean)²/(n - ddof)).

    ddof: 0 the population's, 1 the sample's. NaN where a value is not above 0, or n does not exceed ddof.
    Source: Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2), 223-251.

    >>> round(deviation_of_logs(np.array([1.0, np.e**2])), 9)
    1.0
    """
    y = y[~np.isnan(y)]
    if len(y) <= ddof or y.min() <= 0:
        return float("nan")
    return float(np.log(y).std(ddof=ddof))


def gini(y: Array) -> float:
    """Gini coefficient: Σ_i Σ_k |y_i - y_k| / (2 n² mean), by sorting in O(n log n).

    In [0, 1 - 1/n]; no small-sample correction. NaN where the mean is not above 0.
    Source: Gini (1912); Dagum (1997), Empirical Economics 22, 515-531.

    >>> round(gini(np.array([10.0, 20.0, 30.0, 40.0, 100.0])), 9)
    0.4
    """
    y = np.sort(y[~np.isnan(y)])
    if not len(y) or y.mean() <= 0:
        return float("nan")
    return _mean_difference(y) / (2.0 * float(y.mean()))


def _mean_difference(y: Array) -> float:
    """Σ_i Σ_k |y_i - y_k| / n² of sorted values."""
    n = len(y)
    ranks = 2.0 * np.arange(1, n + 1) - n - 1
    return max(float(2.0 * (ranks * (y - y[0])).sum() / n**2), 0.0)


def theil(y: Array, groups: Ints | None = None, *, n_group: int = 0) -> Theil:
    """Theil's T, (1/n) Σ (y/mean) ln(y/mean), and its split by groups: T = Σ s_g ln(mean_g/mean) + Σ s_g T_g.

    s_g: the group's share of the total Σ y; 0 ln 0 = 0. Without groups all cities are one, and `between` is 0. A group
    without a city has n 0, share 0 and T NaN, as has one whose every y is 0.
    Source: Theil (1967), Economics and Information Theory.

    >>> found = theil(np.array([1.0, 3.0, 4.0, 4.0]), np.array([0, 0, 1, 1]))
    >>> round(found.total, 4), round(found.between, 4), round(found.within, 4), found.group.round(4)
    (0.1002, 0.0566, 0.0436, array([0.1308, 0.    ]))
    """
    y, groups, n = _complete(y, groups, n_group)
    if not len(y) or y.mean() <= 0:
        empty = np.full(len(n), np.nan)
        return Theil(*(float("nan"),) * 3, n, empty, empty.copy())
    sums = np.bincount(groups, y, len(n))
    share = sums / y.sum()
    relative = sums / np.maximum(n, 1) / y.mean()
    each = np.array([_theil(y[groups == g]) for g in range(len(n))])
    between = float(_x_ln(share, relative).sum())
    within = float(np.where(share > 0, share * each, 0.0).sum())
    return Theil(_theil(y), between, within, n, share, each)


def _theil(y: Array) -> float:
    if not len(y) or y.mean() <= 0:
        return float("nan")
    share = y / y.mean()
    return max(float(_x_ln(share, share).mean()), 0.0)


def _x_ln(x: Array, y: Array) -> Array:
    """x ln y, 0 where x is 0."""
    return np.where(x > 0, x * np.log(np.where(x > 0, y, 1.0)), 0.0)


def dagum(y: Array, groups: Ints, *, n_group: int = 0) -> Dagum:
    """Dagum's split of the Gini coefficient: within groups, between them net of overlap, and overlap (超变密度).

    G_jh = E|y_j - y_h| / (mean_j + mean_h); p_j = n_j/n, s_j = n_j mean_j/(n mean). G_w = Σ_j G_jj p_j s_j; with D_jh =
    (d - p)/(d + p), d = E max(y_j - y_h, 0) and p = E max(y_h - y_j, 0) for mean_j >= mean_h: G_nb = Σ_{j>h} G_jh (p_j
    s_h + p_h s_j) D_jh, G_t the same with 1 - D_jh. The three add up to `gini`. A group of one city has G_jj 0; one
    without a city has n 0 and NaN. Two groups of one and the same value have D 0. O(n log n) for each pair of groups.
    Source: Dagum (1997), Empirical Economics 22, 515-531.

    >>> found = dagum(np.array([1.0, 3.0, 2.0, 6.0]), np.array([0, 0, 1, 1]))
    >>> [round(part, 4) for part in (found.within, found.between, found.overlap, found.total)]
    [0.125, 0.1667, 0.0417, 0.3333]
    """
    y, groups, n = _complete(y, groups, n_group)
    k, total = len(n), gini(y)
    if np.isnan(total):
        nothing = np.full((k, k), np.nan)
        return Dagum(*(total,) * 4, n, *(nothing[0],) * 2, *(nothing,) * 4)
    members = [np.sort(y[groups == g]) for g in range(k)]
    population, share = n / n.sum(), np.bincount(groups, y, k) / y.sum()
    g_jh, d, p, affluence = (np.full((k, k), np.nan) for _ in range(4))
    within = between = overlap = 0.0
    for j, own in enumerate(members):
        g_jh[j, j] = gini(own)
        within += 0.0 if share[j] == 0 else float(g_jh[j, j] * population[j] * share[j])
        for h, other in enumerate(members[:j]):
            if not len(own) or not len(other):
                continue
            ahead, behind = _ahead(own, other), _ahead(other, own)
            d[[j, h], [h, j]], p[[j, h], [h, j]] = max(ahead, behind), min(ahead, behind)
            apart, mean = ahead + behind, float(own.mean() + other.mean())
            affluence[[j, h], [h, j]] = abs(ahead - behind) / apart if apart > 0 else 0.0
            g_jh[[j, h], [h, j]] = apart / mean if mean > 0 else np.nan
            weight = population[j] * share[h] + population[h] * share[j]
            both = g_jh[j, h] * weight if mean > 0 else 0.0
            between += float(both * affluence[j, h])
            overlap += float(both * (1.0 - affluence[j, h]))
    return Dagum(total, within, between, overlap, n, population, share, g_jh, d, p, affluence)


def _ahead(a: Array, b: Array) -> float:
    """E max(a_i - b_k, 0) over all pairs of two sorted groups."""
    low = min(a[0], b[0])
    a, b = a - low, b - low
    below = np.searchsorted(b, a, side="left")
    sums = np.concatenate([[0.0], np.cumsum(b)])
    return max(float((a * below - sums[below]).sum() / (len(a) * len(b))), 0.0)


def _complete(y: Array, groups: Ints | None, n_group: int) -> tuple[Array, Ints, Ints]:
    """Values that are there, their groups, and the cities of each group; a group may have lost all its cities."""
    numbered = np.zeros(len(y), np.int64) if groups is None else np.asarray(groups, np.int64)
    k = max(int(numbered.max(initial=0)) + 1, n_group)
    there = ~np.isnan(y)
    return y[there], numbered[there], np.bincount(numbered[there], minlength=k).astype(np.int64)


def slope_on_level(first: Array, last: Array, *, level: float = 0.95) -> Slope:
    """Did those that were behind gain more? Least squares of y_T - y_0 on y_0: below 0 they did, above 0 they lost
    ground. In points: where the scale begins, and how long it is, changes neither the slope nor its interval.

    first, last: (n_city,) scores of two years, of any sign. level: of the confidence interval, slope ± t standard
    errors with n - 2 degrees of freedom, for errors that are independent and normal. Cities without one of the scores
    are left out; fewer than two, or equal y_0, make everything missing. Two cities have no standard error. A slope
    below 0 may come from chance in y_0 alone (Galton's fallacy): read it beside the standard deviations.
    Source: Barro and Sala-i-Martin (1992), of scores in place of logarithms; Friedman (1992), Do old fallacies ever
    die?, Journal of Economic Literature 30(4), 2129-2132.

    >>> found = slope_on_level(np.array([10.0, 20.0, 40.0]), np.array([14.0, 22.0, 45.0]))
    >>> found.n, round(found.slope, 4), round(found.low, 3), round(found.high, 3)
    (3, 0.05, -1.05, 1.15)
    """
    there = ~(np.isnan(first) | np.isnan(last))
    return Slope(int(there.sum()), *_least_squares(first[there], (last - first)[there], level))


def _least_squares(x: Array, y: Array, level: float) -> tuple[float, float, float, float, float, float]:
    """Intercept, slope, its standard error and interval, R²; missing below two values, or where x does not vary."""
    n, nan = len(x), float("nan")
    if n < 2 or not varies(x[:, None])[0]:
        return (nan,) * 6
    deviation = x - x.mean()
    squares = float((deviation**2).sum())
    slope = float((deviation * y).sum() / squares)
    intercept = float(y.mean() - slope * x.mean())
    residual = float(((y - intercept - slope * x) ** 2).sum())
    variation = float(((y - y.mean()) ** 2).sum())
    error = (residual / (n - 2) / squares) ** 0.5 if n > 2 else nan
    half_width = error * _student(n - 2, level) if n > 2 else nan
    explained = 1.0 - residual / variation if variation > 0 else nan
    return intercept, slope, error, slope - half_width, slope + half_width, explained


def beta_convergence(first: Array, last: Array, span: float, *, level: float = 0.95) -> Beta:
    """Absolute beta convergence: least squares of ln(y_T/y_0)/T on ln y_0, β < 0 where those behind grow faster.

    first, last: (n_city,) scores of two years, above 0; span: T [years]; level: of the confidence interval, β ± t
    standard errors with n - 2 degrees of freedom, for errors that are independent and normal. Speed λ = -ln(1 + βT)/T,
    defined for βT > -1; half-life ln 2/λ, for β < 0. Cities without one of the two scores are left out (n says how many
    are in); one at or below 0 makes everything missing, as do fewer than two cities or equal y_0. Two cities have no
    standard error.
    Source: Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2), 223-251.

    >>> found = beta_convergence(np.array([1.0, 2.0, 4.0]), np.array([2.0, 3.0, 5.5]), 5)
    >>> found.n, round(found.beta, 4), round(found.low, 4), round(found.high, 4), round(found.half_life, 2)
    (3, -0.0541, -0.2664, 0.1583, 11.0)
    """
    there = ~(np.isnan(first) | np.isnan(last))
    first, last, n = first[there], last[there], int(there.sum())
    nan = float("nan")
    if n < 2 or min(first.min(), last.min()) <= 0 or not varies(np.log(first)[:, None])[0]:
        return Beta(n, *(nan,) * 8)
    alpha, beta, error, low, high, explained = _least_squares(np.log(first), np.log(last / first) / span, level)
    speed = -float(np.log1p(beta * span)) / span if beta * span > -1 else nan
    half_life = float(np.log(2.0)) / speed if beta < 0 else nan
    return Beta(n, alpha, beta, error, low, high, explained, speed, half_life)


def _student(freedom: int, level: float) -> float:
    """Half-width, in standard errors, of the interval that holds `level` of Student's t with `freedom` degrees."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1.0 + level) / 2.0))
