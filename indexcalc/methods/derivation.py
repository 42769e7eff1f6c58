"""Derived indicators: declared, never evaluated text. Missing wherever a part is missing.

Positional arguments are the parts, each (n_city, n_year); keyword-only arguments are parameters.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.registry import method

Array = NDArray[np.float64]

SCALE: dict[str, Any] = {"scale": (lambda scale: scale > 0, "above_0")}
"""The check on a factor that converts a unit: below 0 it would reverse the direction."""


@method("derivation", divides_by="to", demands=SCALE)
def ratio(of: Array, to: Array, *, scale: float = 1.0) -> Array:
    """Ratio of two series: scale * of / to.

    of, to: (n_city, n_year) [their own units]; scale converts the unit (亿元 per 万人 times 10000 is 元 per person).
    Missing if a part is missing. A zero in `to` is refused before this kernel is called.

    >>> ratio(np.array([[50.0]]), np.array([[200.0]]), scale=100)
    array([[25.]])
    """
    return scale * of / to


@method("derivation", divides_by="to")
def share(of: Array, to: Array) -> Array:
    """Share of a part in its whole: 100 * of / to [%].

    of, to: (n_city, n_year) in one unit. Missing if a part is missing; a result outside 0..100 is refused by the
    pipeline.

    >>> share(np.array([[1.0]]), np.array([[4.0]]))
    array([[25.]])
    """
    return 100.0 * of / to


@method("derivation", several="+")
def sum_(*of: Array) -> Array:
    """Sum of series in one unit.

    of: each (n_city, n_year). Missing if a part is missing.

    >>> sum_(np.array([[1.0]]), np.array([[2.0]]), np.array([[3.0]]))
    array([[6.]])
    """
    total: Array = np.sum(of, axis=0)
    return total


@method("derivation", several="×", demands=SCALE)
def product(*of: Array, scale: float = 1.0) -> Array:
    """Product of series: scale * Π of.

    of: each (n_city, n_year) [their own units]; scale converts the unit: years of schooling times a test score, over
    the score of the best (scale 1/625), are learning-adjusted years. Missing if a part is missing.

    >>> product(np.array([[12.0]]), np.array([[500.0]]), scale=0.0016).round(6)
    array([[9.6]])
    """
    multiplied: Array = scale * np.prod(of, axis=0)
    return multiplied


@method("derivation", needs_years=True, divides_by="of", within={"over": (1, 1000)})
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


@method("derivation")
def difference(of: Array, minus: Array) -> Array:
    """Difference of two series in one unit: of - minus.

    of, minus: (n_city, n_year). Missing if a part is missing. May be negative.

    >>> difference(np.array([[5.0, 1.0]]), np.array([[2.0, 4.0]]))
    array([[ 3., -3.]])
    """
    result: Array = of - minus
    return result


@method("derivation", needs_years=True, within={"window": (1, 1000)})
def moving_average(of: Array, years: NDArray[np.int64], *, window: int = 3) -> Array:
    """Mean of a year and the calendar years before it: (x_t + x_(t-1) + ... + x_(t-window+1)) / window.

    of: (n_city, n_year) [its own unit]; years: (n_year,) calendar years; window: how many years. Missing where any of
    them is not in the panel or has no figure: a mean of fewer years would be a different figure.

    >>> moving_average(np.array([[1.0, 2.0, 6.0, 4.0]]), np.array([2018, 2019, 2020, 2021]))
    array([[nan, nan, 3., 4.]])
    """
    position = {int(year): t for t, year in enumerate(years)}
    result = np.full(of.shape, np.nan)
    for year, t in position.items():
        needed = [year - back for back in range(window)]
        if all(earlier in position for earlier in needed):
            result[:, t] = of[:, [position[earlier] for earlier in needed]].mean(axis=1)
    return result


@method("derivation", divides_by="population", demands=SCALE)
def per_capita(of: Array, population: Array, *, scale: float = 10000.0) -> Array:
    """A series per head: scale * of / population.

    of, population: (n_city, n_year) [their own units]; scale converts the unit: the default 10000 makes 亿元 per 万人
    into 元 per person. Missing if a part is missing. A zero in `population` is refused before this kernel is called.

    >>> per_capita(np.array([[41000.0]]), np.array([[2190.0]])).round(1)
    array([[187214.6]])
    """
    return scale * of / population


@method("derivation", needs_years=True, divides_by="by", within={"base": (1, 9999)})
def deflate(of: Array, by: Array, years: NDArray[np.int64], *, base: int) -> Array:
    """A series in the prices of the base year: of_t / (by_t / by_base).

    of: (n_city, n_year) [money in current prices]; by: (n_city, n_year) a price index of any base: of each city, or the
    same in every city where it is a national one; years: (n_year,) calendar years; base: the year whose prices are
    taken, one of the panel's (else refused). Missing where a part is missing, and in every year of a city that has no
    index in the base year. A zero in `by` is refused before this kernel is called.
    Source: UN/OECD/Eurostat, System of National Accounts (2008), chapter 15.

    >>> money, prices = np.array([[100.0, 110.0, 132.0]]), np.array([[50.0, 55.0, 60.0]])
    >>> deflate(money, prices, np.array([2019, 2020, 2021]), base=2020).round(6)
    array([[110., 110., 121.]])
    """
    position = [int(year) for year in years].index(base)
    result: Array = of / (by / by[:, [position]])
    return result
