"""Treatment of outliers, on the pooled panel (city-years are rows)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.registry import method

Array = NDArray[np.float64]


@method("treatment")
def none(x: Array) -> Array:
    """No treatment.

    x: (n_obs, n_indicator). Missing stays missing.

    >>> none(np.array([[1.0]]))
    array([[1.]])
    """
    return x


@method("treatment", ascending=(("lower", "upper"),))
def winsorise(x: Array, *, lower: float = 0.05, upper: float = 0.95) -> Array:
    """Winsorising at quantiles: values below the `lower` or above the `upper` quantile move to that quantile.

    x: (n_obs, n_indicator), all city-years pooled; lower, upper: shares between 0 and 1. Quantiles by linear
    interpolation (Hyndman and Fan type 7) over the values present. Missing stays missing.
    Source: OECD/JRC Handbook (2008), step 5.

    >>> winsorise(np.array([[0.0], [1.0], [2.0], [3.0], [100.0]]), lower=0.25, upper=0.75).ravel()
    array([1., 1., 2., 3., 3.])
    """
    low, high = np.nanquantile(x, [lower, upper], axis=0)
    return np.clip(x, low, high)
