"""Filling missing figures. A kernel is given the whole panel and records how each cell was filled.

x: (n_city, n_year, n_indicator), NaN for missing; years: (n_year,) ascending calendar years, gaps allowed. Returned are
the figures, observed ones untouched, and per cell an `Origin` as uint8, 0 where nothing was filled. Kernels that use
other cities (`needs_groups`) also take groups: (n_city,) whole numbers, -1 for a city in no group. Those that fill a
city from its own other years (`within_city`) also apply to the parts of derived indicators; the others to indicators
alone. A kernel that uses other indicators (`needs_predictors`) also takes predictors: (n_city, n_year, n_predictor),
NaN for missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.registry import method
from indexcalc.origin import Origin

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Positions = NDArray[np.int64]
Filled = tuple[Array, NDArray[np.uint8]]


@method("imputation")
def none(x: Array, years: NDArray[np.int64]) -> Filled:
    """No imputation: missing stays missing.

    x: (n_city, n_year, n_indicator); years: (n_year,). Returns x itself, and zeros (nothing filled).

    >>> none(np.array([[[1.0], [np.nan]]]), np.array([2017, 2018]))[0].ravel()
    array([ 1., nan])
    """
    return x, np.zeros(x.shape, np.uint8)


@method("imputation", within_city=True)
def linear(x: Array, years: NDArray[np.int64]) -> Filled:
    """Linear interpolation within a city over the years; beyond the first and last figure carried flat.

    x_t = x_a + (x_b - x_a)(t - a)/(b - a) for the nearest observed years a < t < b of the same city and indicator;
    before the first and after the last observed year the nearest figure, marked extrapolated.
    x: (n_city, n_year, n_indicator) [any unit]; years: (n_year,) ascending calendar years, gaps allowed.
    A city without any figure of the indicator stays missing.
    Source: OECD/JRC Handbook (2008), step 3.

    >>> filled, how = linear(np.array([[[np.nan], [1.0], [np.nan], [3.0]]]), np.array([2017, 2018, 2019, 2020]))
    >>> filled.ravel(), how.ravel()
    (array([1., 1., 2., 3.]), array([3, 0, 2, 0], dtype=uint8))
    """
    missing = np.isnan(x)
    if not missing.any():
        return none(x, years)
    before, after = _neighbours(missing)
    inside = missing & (before >= 0) & (after < x.shape[1])
    outside = missing & ((before >= 0) ^ (after < x.shape[1]))

    filled, how = x.copy(), np.zeros(x.shape, np.uint8)
    c, t, k = np.nonzero(inside)
    a, b = before[c, t, k], after[c, t, k]
    share = (years[t] - years[a]) / (years[b] - years[a])
    filled[c, t, k] = x[c, a, k] + (x[c, b, k] - x[c, a, k]) * share
    c, t, k = np.nonzero(outside)
    filled[c, t, k] = x[c, np.where(before[c, t, k] >= 0, before[c, t, k], after[c, t, k]), k]
    how[inside] = Origin.INTERPOLATED
    how[outside] = Origin.EXTRAPOLATED
    return filled, how


@method("imputation", within_city=True)
def linear_inside(x: Array, years: NDArray[np.int64]) -> Filled:
    """Linear interpolation within a city over the years; beyond the first and last figure nothing is filled.

    As `linear`, without its extrapolation: what is missing at either end stays missing, and the node above must say
    what it does with a missing child.
    Source: OECD/JRC Handbook (2008), step 3.

    >>> filled, how = linear_inside(np.array([[[np.nan], [1.0], [np.nan], [3.0]]]), np.array([2017, 2018, 2019, 2020]))
    >>> filled.ravel(), how.ravel()
    (array([nan,  1.,  2.,  3.]), array([0, 0, 2, 0], dtype=uint8))
    """
    filled, how = linear(x, years)
    outside = how == Origin.EXTRAPOLATED
    return np.where(outside, np.nan, filled), np.where(outside, np.uint8(0), how)


@method("imputation", within_city=True, within={"limit": (1, 1000)})
def last(x: Array, years: NDArray[np.int64], *, limit: int | None = None) -> Filled:
    """Last observation carried forward within the city: x_t = x_a, a the latest observed year before t.

    x: (n_city, n_year, n_indicator) [any unit]; years: (n_year,) ascending calendar years, gaps allowed.
    limit: the most calendar years to carry forward, t - a <= limit [years]; None for any number. Years before a city's
    first figure stay missing.
    Source: OECD/JRC Handbook (2008), step 3 (a single imputation: it hides that the figure is uncertain).

    >>> filled, how = last(np.array([[[np.nan], [1.0], [np.nan], [np.nan]]]), np.arange(2017, 2021), limit=1)
    >>> filled.ravel(), how.ravel()
    (array([nan,  1.,  1., nan]), array([0, 0, 5, 0], dtype=uint8))
    """
    missing = np.isnan(x)
    if not missing.any():
        return none(x, years)
    before, _ = _neighbours(missing)
    c, t, k = np.nonzero(missing & (before >= 0))
    a = before[c, t, k]
    if limit is not None:
        near = years[t] - years[a] <= limit
        c, t, k, a = c[near], t[near], k[near], a[near]
    filled, how = x.copy(), np.zeros(x.shape, np.uint8)
    filled[c, t, k] = x[c, a, k]
    how[c, t, k] = Origin.CARRIED
    return filled, how


@method("imputation", within_city=True)
def nearest(x: Array, years: NDArray[np.int64]) -> Filled:
    """The city's figure of the nearest year, the earlier one of two equally near: x_t = x_a, a minimising |t - a|.

    x: (n_city, n_year, n_indicator) [any unit]; years: (n_year,) ascending calendar years, gaps allowed.
    A city without any figure of the indicator stays missing.

    >>> filled, how = nearest(np.array([[[1.0], [np.nan], [3.0], [np.nan]]]), np.array([2017, 2018, 2019, 2025]))
    >>> filled.ravel(), how.ravel()
    (array([1., 1., 3., 3.]), array([0, 6, 0, 6], dtype=uint8))
    """
    missing = np.isnan(x)
    if not missing.any():
        return none(x, years)
    before, after = _neighbours(missing)
    c, t, k = np.nonzero(missing & ((before >= 0) | (after < x.shape[1])))
    a, b = before[c, t, k], after[c, t, k]
    there_is = b < x.shape[1]
    b = np.minimum(b, x.shape[1] - 1)
    forward = there_is & ((a < 0) | (years[b] - years[t] < years[t] - years[a]))
    filled, how = x.copy(), np.zeros(x.shape, np.uint8)
    filled[c, t, k] = x[c, np.where(forward, b, a), k]
    how[c, t, k] = Origin.NEAREST
    return filled, how


@method("imputation", needs_groups=True)
def group_mean(x: Array, years: NDArray[np.int64], groups: NDArray[np.int64]) -> Filled:
    """Mean of the city's group in the same year, over the figures observed there: x_ctk = Σ_g x_gtk / n_gtk.

    x: (n_city, n_year, n_indicator) [any unit]; groups: (n_city,), -1 for a city in no group, which is not filled.
    Where no city of the group has a figure that year the cell stays missing.
    Source: OECD/JRC Handbook (2008), step 3; R package COINr, i_mean_grp.

    >>> x = np.array([[[1.0]], [[3.0]], [[np.nan]], [[90.0]], [[np.nan]]])
    >>> group_mean(x, np.array([2020]), np.array([0, 0, 0, 1, -1]))[0].ravel()
    array([ 1.,  3.,  2., 90., nan])
    """
    return _from_group(x, groups, _mean)


@method("imputation", needs_groups=True)
def group_median(x: Array, years: NDArray[np.int64], groups: NDArray[np.int64]) -> Filled:
    """Median of the city's group in the same year, over the figures observed there.

    The mean of the two middle figures where their number is even.
    x: (n_city, n_year, n_indicator) [any unit]; groups: (n_city,), -1 for a city in no group, which is not filled.
    Where no city of the group has a figure that year the cell stays missing.
    Source: OECD/JRC Handbook (2008), step 3; R package COINr, i_median_grp.

    >>> x = np.array([[[1.0]], [[2.0]], [[90.0]], [[np.nan]], [[np.nan]]])
    >>> group_median(x, np.array([2020]), np.array([0, 0, 0, 0, -1]))[0].ravel()
    array([ 1.,  2., 90.,  2., nan])
    """
    return _from_group(x, groups, _median)


@method("imputation")
def constant(x: Array, years: NDArray[np.int64], *, value: float) -> Filled:
    """One figure for every missing cell: x = value.

    x: (n_city, n_year, n_indicator); value: in the indicator's own unit, as published (before transform and direction),
    such as 0 where a source prints only what is above 0.

    >>> filled, how = constant(np.array([[[1.0], [np.nan]]]), np.array([2017, 2018]), value=0)
    >>> filled.ravel(), how.ravel()
    (array([1., 0.]), array([0, 8], dtype=uint8))
    """
    missing = np.isnan(x)
    return np.where(missing, float(value), x), np.where(missing, np.uint8(Origin.CONSTANT), np.uint8(0))


@method(
    "imputation",
    needs_predictors=True,
    demands={"on": (lambda on: len(set(on)) == len(on) > 0, "codes_once")},
)
def regression(x: Array, years: NDArray[np.int64], predictors: Array, *, on: tuple[str, ...]) -> Filled:
    """Regression on other indicators: x = b_0 + Σ_k b_k p_k, by ordinary least squares over all city-years.

    x: (n_city, n_year, n_indicator) [any unit]; predictors: (n_city, n_year, n_predictor) [any units], the figures of
    the indicators named by `on`, in that order. Each indicator of x is fitted by itself, over all city-years in which
    it and every predictor have a figure; a cell is filled where every predictor has one. The pipeline fits to observed
    figures alone. It refuses by name fewer than n_predictor + 2 of them, a predictor that follows from the others or
    does not vary, and a cell to fill that lacks a predictor; the kernel by itself fills nothing there. Filled figures
    lie on the fitted plane, and so vary less than observed ones; `left_out` gives the errors of the fit.
    Source: OECD/JRC Handbook (2008), step 3, regression imputation.

    >>> x = np.array([[[1.0], [3.0]], [[5.0], [np.nan]]])
    >>> p = np.array([[[0.0], [1.0]], [[2.0], [3.0]]])
    >>> regression(x, np.array([2017, 2018]), p, on=("p",))[0].ravel().round(9)
    array([1., 3., 5., 7.])
    """
    filled, how = x.copy(), np.zeros(x.shape, np.uint8)
    for k in range(x.shape[2]):
        y = x[:, :, k]
        fill = np.isnan(y) & ~np.isnan(predictors).any(axis=2)
        fit = _fit(y, predictors)
        if fit.rows.sum() >= len(on) + 2 and fit.rank == len(on):
            filled[fill, k] = fit.mean + ((predictors[fill] - fit.centre) / fit.scale) @ fit.slopes
            how[fill, k] = Origin.REGRESSION
    return filled, how


def left_out(y: Array, predictors: Array) -> Array:
    """What a regression fitted without a city-year predicts for it: y - e/(1 - h), e its residual, h its leverage.

    y: (n_city, n_year) [any unit]; predictors: (n_city, n_year, n_predictor); the result as y, NaN where a figure is
    missing, and where the others alone do not determine the plane (h = 1). The sum of squared differences from y is
    Allen's PRESS.
    Source: Allen (1974), Technometrics 16(1), doi:10.1080/00401706.1974.10489157.

    >>> left_out(np.array([[1.0, 3.0, 5.0, 8.0]]), np.array([[[0.0], [1.0], [2.0], [3.0]]])).round(3)
    array([[0.333, 3.143, 5.571, 7.   ]])
    """
    fit = _fit(y, predictors)
    x = (predictors[fit.rows] - fit.centre) / fit.scale
    leverage = 1.0 / len(x) + np.sum(fit.basis**2, axis=1)
    residual = y[fit.rows] - fit.mean - x @ fit.slopes
    rest = 1.0 - leverage
    found = np.full(y.shape, np.nan)
    found[fit.rows] = y[fit.rows] - residual / np.where(rest > 1e-9, rest, np.nan)
    return found


class Fit(NamedTuple):
    """A least-squares plane: mean + ((p - centre)/scale) · slopes, over the city-years of rows (n_city, n_year).

    basis: (n_row, n_predictor), orthonormal columns that span the predictors there; rank: of these predictors.
    """

    rows: Mask
    mean: float
    centre: Array
    scale: Array
    slopes: Array
    basis: Array
    rank: int


def _fit(y: Array, predictors: Array) -> Fit:
    """The plane of y (n_city, n_year) on predictors (n_city, n_year, n_predictor), which are brought to one size."""
    rows = ~np.isnan(y) & ~np.isnan(predictors).any(axis=2)
    p, known = predictors[rows], y[rows]
    if not len(p):
        return Fit(rows, np.nan, np.zeros(p.shape[1]), np.ones(p.shape[1]), np.zeros(p.shape[1]), p, 0)
    centre, mean = p.mean(axis=0), float(known.mean())
    spread = p.std(axis=0)
    scale = np.where(spread > 1e-12 * np.abs(centre), spread, 1.0)
    x = np.where(spread > 1e-12 * np.abs(centre), (p - centre) / scale, 0.0)
    basis, sizes, turned = np.linalg.svd(x, full_matrices=False)
    rank = int((sizes > RANK * max(sizes[0], 1.0)).sum())
    slopes = turned[:rank].T @ ((basis[:, :rank].T @ (known - mean)) / sizes[:rank])
    return Fit(rows, mean, centre, scale, slopes, basis[:, :rank], rank)


def fitted(y: Array, predictors: Array) -> tuple[int, int]:
    """How many city-years a regression rests on, and the rank of its predictors there."""
    fit = _fit(y, predictors)
    return int(fit.rows.sum()), fit.rank


RANK = 1e-9
"""A combination of predictors this small against the largest counts as none: some of them are redundant."""


def _neighbours(missing: Mask) -> tuple[Positions, Positions]:
    """Per cell the positions of the last observed year up to it (-1: none) and the first from it on (n_year: none)."""
    n_year = missing.shape[1]
    position = np.arange(n_year)[None, :, None]
    before = np.maximum.accumulate(np.where(missing, -1, position), axis=1)
    after = np.minimum.accumulate(np.where(missing, n_year, position)[:, ::-1], axis=1)[:, ::-1]
    return before, after


def _from_group(x: Array, groups: NDArray[np.int64], average: Callable[[Array], Array]) -> Filled:
    """Missing cells filled with the average, in the same year, over the cities of their group."""
    missing = np.isnan(x)
    if not missing.any():
        return x, np.zeros(x.shape, np.uint8)
    filled, how = x.copy(), np.zeros(x.shape, np.uint8)
    incomplete = missing.any(axis=(1, 2)) & (groups >= 0)
    for group in np.unique(groups[incomplete]):
        rows = np.flatnonzero(groups == group)
        value = average(x[rows])
        fill = missing[rows] & ~np.isnan(value)
        filled[rows] = np.where(fill, value, x[rows])
        how[rows] = np.where(fill, np.uint8(Origin.GROUP), np.uint8(0))
    return filled, how


def _mean(x: Array) -> Array:
    """Mean along the first axis over the figures present; NaN where there is none."""
    present = ~np.isnan(x)
    count = present.sum(axis=0)
    total = np.where(present, x, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _median(x: Array) -> Array:
    """Median along the first axis over the figures present; NaN where there is none."""
    count = (~np.isnan(x)).sum(axis=0)[None]
    ascending = np.sort(x, axis=0)  # missing ones come last
    lower = np.take_along_axis(ascending, np.maximum(count - 1, 0) // 2, axis=0)[0]
    upper = np.take_along_axis(ascending, count // 2, axis=0)[0]
    middle: Array = lower + (upper - lower) / 2.0
    return np.where(count[0] > 0, middle, np.nan)
