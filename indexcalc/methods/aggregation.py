"""Aggregation of the children of one node into its score.

z: (n_obs, n_child), complete; weights: (n_child,) summing to 1, or (n_child, n_draw), one column per set of weights;
the score is (n_obs,) or (n_obs, n_draw).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.registry import method

Array = NDArray[np.float64]


@method("aggregation")
def arithmetic(z: Array, weights: Array) -> Array:
    """Weighted arithmetic mean: Σ w_j z_j.

    Fully compensatory: a deficit in one child is made up by a surplus in another.
    Source: OECD/JRC Handbook (2008), step 6.

    >>> arithmetic(np.array([[1.0, 3.0]]), np.array([0.5, 0.5]))
    array([2.])
    """
    return z @ weights


@method("aggregation", needs_positive=True)
def geometric(z: Array, weights: Array) -> Array:
    """Weighted geometric mean: Π z_j^w_j, all z above 0 (others are refused by name).

    Partly compensatory: a low score costs more than under the arithmetic mean.
    Source: OECD/JRC Handbook (2008), step 6.

    >>> geometric(np.array([[1.0, 4.0]]), np.array([0.5, 0.5]))
    array([2.])
    """
    return np.exp(np.log(z) @ weights)
