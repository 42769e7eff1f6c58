"""Filling missing figures. A kernel sees the whole panel and says of every cell it fills how it was filled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.registry import method
from indexcalc.origin import Origin

Array = NDArray[np.float64]
Filled = tuple[Array, NDArray[np.uint8]]


@method("imputation")
def none(x: Array, years: NDArray[np.int64]) -> Filled:
    """No imputation: missing stays missing.

    x: (n_city, n_year, n_indicator); years: (n_year,). Returns x itself, and zeros (nothing filled).

    >>> none(np.array([[[1.0], [np.nan]]]), np.array([2017, 2018]))[0].ravel()
    array([ 1., nan])
    """
    return x, np.zeros(x.shape, np.uint8)


@method("imputation")
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
    how = np.zeros(x.shape, np.uint8)
    if not missing.any():
        return x, how
    n_year = x.shape[1]
    position = np.arange(n_year)[None, :, None]
    before = np.maximum.accumulate(np.where(missing, -1, position), axis=1)
    after = np.minimum.accumulate(np.where(missing, n_year, position)[:, ::-1], axis=1)[:, ::-1]
    inside = missing & (before >= 0) & (after < n_year)
    outside = missing & ((before >= 0) ^ (after < n_year))

    filled = x.copy()
    c, t, k = np.nonzero(inside)
    a, b = before[c, t, k], after[c, t, k]
    share = (years[t] - years[a]) / (years[b] - years[a])
    filled[c, t, k] = x[c, a, k] + (x[c, b, k] - x[c, a, k]) * share
    c, t, k = np.nonzero(outside)
    filled[c, t, k] = x[c, np.where(before[c, t, k] >= 0, before[c, t, k], after[c, t, k]), k]
    how[inside] = Origin.INTERPOLATED
    how[outside] = Origin.EXTRAPOLATED
    return filled, how
