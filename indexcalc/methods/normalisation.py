"""Normalisation: bringing indicators of many units onto one scale, higher is better.

x: (n_obs, n_indicator), already oriented; reference: (n_ref, n_indicator), the city-years that a normalisation looks
at (all of them, those of the same year, or those of a base year). Missing stays missing and is not looked at.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.registry import Raw, method

Array = NDArray[np.float64]


@method("normalisation")
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


@method("normalisation", needs_spread=True, attains=lambda mean=0.0, sd=1.0: mean)
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
    z = np.full(x.shape, np.nan)
    for k in range(x.shape[1]):
        present = np.sort(reference[~np.isnan(reference[:, k]), k])
        share = np.searchsorted(present, x[:, k], side="left") / (len(present) - 1)
        z[:, k] = lower + (upper - lower) * np.minimum(share, 1.0)
    z[np.isnan(x)] = np.nan
    return z


@method("normalisation", ascending=(("low", "high"), ("lower", "upper")))
def goalposts(
    x: Array, reference: Array, *, low: Raw, high: Raw, cap: bool = True, lower: float = 0.0, upper: float = 1.0
) -> Array:
    """Goalposts: z = lower + (upper - lower)(x - low)/(high - low), capped to [lower, upper] unless cap is false.

    low, high: fixed posts in the indicator's own unit and direction; they do not move with the sample, so ranks cannot
    reverse when a city is added. The reference is not looked at.
    Source: UNDP, Human Development Report 2021/22, technical note 1.

    >>> goalposts(np.array([[20.0], [52.5], [90.0]]), np.empty((0, 1)), low=20, high=85).ravel()
    array([0. , 0.5, 1. ])
    """
    share = (x - low) / (high - low)
    return lower + (upper - lower) * (np.clip(share, 0.0, 1.0) if cap else share)
