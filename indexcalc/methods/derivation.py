"""Derived indicators: declared, never evaluated text. Missing wherever a part is missing.

Positional arguments are the parts, each (n_city, n_year); keyword-only arguments are parameters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.registry import method

Array = NDArray[np.float64]


@method("derivation")
def ratio(of: Array, to: Array, *, scale: float = 1.0) -> Array:
    """Ratio of two series: scale * of / to.

    of, to: (n_city, n_year) [their own units]; scale converts the unit (亿元 per 万人 times 10000 is 元 per person).
    Missing if a part is missing. A zero in `to` is refused before this kernel is called.

    >>> ratio(np.array([[50.0]]), np.array([[200.0]]), scale=100)
    array([[25.]])
    """
    return scale * of / to


@method("derivation")
def share(of: Array, to: Array) -> Array:
    """Share of a part in its whole: 100 * of / to [%].

    of, to: (n_city, n_year) in one unit. Missing if a part is missing; a result outside 0..100 is refused by the
    pipeline.

    >>> share(np.array([[1.0]]), np.array([[4.0]]))
    array([[25.]])
    """
    return 100.0 * of / to


@method("derivation")
def sum_(*of: Array) -> Array:
    """Sum of series in one unit.

    of: each (n_city, n_year). Missing if a part is missing.

    >>> sum_(np.array([[1.0]]), np.array([[2.0]]), np.array([[3.0]]))
    array([[6.]])
    """
    total: Array = np.sum(of, axis=0)
    return total


@method("derivation", needs_years=True)
def growth(of: Array, years: NDArray[np.int64], *, over: int = 1) -> Array:
    """Growth against `over` years before: 100 * (x_t / x_(t-over) - 1) [%].

    of: (n_city, n_year); years: (n_year,) calendar years. Missing where the earlier year is not in the panel or either
    value is missing.

    >>> growth(np.array([[100.0, 110.0, 99.0]]), np.array([2019, 2020, 2021])).round(6)
    array([[ nan,  10., -10.]])
    """
    position = {int(year): t for t, year in enumerate(years)}
    result = np.full(of.shape, np.nan)
    for year, t in position.items():
        if year - over in position:
            result[:, t] = 100.0 * (of[:, t] / of[:, position[year - over]] - 1.0)
    return result
