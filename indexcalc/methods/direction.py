"""Direction: which values of an indicator are good. Afterwards, higher is better.

x: (n_obs, n_indicator) in the indicator's own direction; reference: (n_ref, n_indicator), the city-years that set the
scale of the two kinds whose best value lies inside the range. Missing stays missing and is not used.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.registry import Raw, method

Array = NDArray[np.float64]


@method("direction")
def positive(x: Array, reference: Array) -> Array:
    """Positive: a higher figure is a higher score; x as it is.

    x: (n_obs, n_indicator) [any unit]. The reference is not used.

    >>> positive(np.array([[2.0]]), np.empty((0, 1)))
    array([[2.]])
    """
    return x


@method("direction")
def negative(x: Array, reference: Array) -> Array:
    """Negative: a higher figure is a lower score; -x, a change of sign and nothing else.

    x: (n_obs, n_indicator) [any unit]. The distances between values stay what they are, which a reciprocal 1/x would
    change. The reference is not used.

    >>> negative(np.array([[2.0]]), np.empty((0, 1)))
    array([[-2.]])
    """
    return -x


@method("direction", nearness=True)
def middle(x: Array, reference: Array, *, best: Raw) -> Array:
    """Middle: 1 - |x - best| / max |x - best|, the maximum over the reference.

    x: (n_obs, n_indicator) [any unit]; the result has no unit: 1 at the best value, 0 at the farthest of the reference,
    below 0 beyond. Where the whole reference is at the best value, an x there has 1 and any other no score (NaN).
    Source: 适度指标 of the Chinese literature; R package mathmodels.

    >>> middle(np.array([[6.0], [7.0], [8.0], [9.0]]), np.array([[6.0], [9.0]]), best=7).ravel()
    array([0.5, 1. , 0.5, 0. ])
    """
    return _nearness(np.abs(x - best), np.nanmax(np.abs(reference - best), axis=0))


@method("direction", nearness=True, ascending=(("low", "high"),))
def interval(x: Array, reference: Array, *, low: Raw, high: Raw) -> Array:
    """Interval: 1 from low to high, else 1 - distance/M, M = max(low - min, max - high) over the reference.

    x: (n_obs, n_indicator) [any unit]; the distance is that to the nearer end, none inside; the result has no unit: 0
    at the farthest value of the reference, below 0 beyond. Where the whole reference is inside, an x inside has 1 and
    any other no score (NaN).
    Source: 区间型指标 of the Chinese literature; R package mathmodels.

    >>> interval(np.array([[35.2], [36.6], [38.4]]), np.array([[35.2], [38.4]]), low=36, high=37).ravel().round(4)
    array([0.4286, 1.    , 0.    ])
    """
    farthest = np.maximum(low - np.nanmin(reference, axis=0), np.nanmax(reference, axis=0) - high)
    return _nearness(np.maximum(np.maximum(low - x, x - high), 0.0), farthest)


def _nearness(distance: Array, farthest: Array) -> Array:
    """1 - distance / farthest; without any distance 1, whatever the farthest."""
    share = distance / np.where(farthest > 0, farthest, np.nan)
    nearness: Array = np.where(distance == 0, 1.0, 1.0 - share)
    return nearness
