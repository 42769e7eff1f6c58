"""Weights of the children of one node, summing to 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.registry import method

Array = NDArray[np.float64]


@method("weighting")
def given(z: Array, weights: Array) -> Array:
    """Weights as written: w_j = v_j / Σ v.

    z: (n_obs, n_child) scores, not looked at; weights: (n_child,) as in the YAML, relative within their parent.

    >>> given(np.empty((0, 2)), np.array([1.0, 3.0]))
    array([0.25, 0.75])
    """
    normalised: Array = weights / weights.sum()
    return normalised


@method("weighting")
def equal(z: Array, weights: Array) -> Array:
    """Equal weights: w_j = 1/n, whatever is written (a weight of 0 has already left its child out).

    z: (n_obs, n_child) scores, not looked at; weights: (n_child,).

    >>> equal(np.empty((0, 2)), np.array([1.0, 3.0]))
    array([0.5, 0.5])
    """
    return np.full(len(weights), 1.0 / len(weights))
