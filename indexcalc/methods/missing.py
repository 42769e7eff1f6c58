"""What a node does when a child has no score. No rule drops and reweights unasked.

z: (n_obs, n_child) with NaN for missing; weights: (n_child,); aggregate: the node's aggregation, a function of complete
scores and weights. Returns (n_obs,).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.registry import method

Array = NDArray[np.float64]
Aggregate = Callable[[Array, Array], Array]


@method("missing")
def propagate(z: Array, weights: Array, aggregate: Aggregate) -> Array:
    """Propagate: a missing child makes the node missing.

    As in the Human Development Index: a missing input gives a missing index, never a filled one.

    >>> from indexcalc.methods.aggregation import arithmetic
    >>> propagate(np.array([[1.0, np.nan], [1.0, 3.0]]), np.array([0.5, 0.5]), arithmetic)
    array([nan,  2.])
    """
    complete = ~np.isnan(z).any(axis=1)
    if complete.all():
        return aggregate(z, weights)
    score = np.full(len(z), np.nan)
    score[complete] = aggregate(z[complete], weights)
    return score


@method("missing")
def refuse(z: Array, weights: Array, aggregate: Aggregate) -> Array:
    """Refuse: a missing child of a city-year that has a row is an error, named by the pipeline before this is called.

    City-years without any row stay missing.

    >>> from indexcalc.methods.aggregation import arithmetic
    >>> refuse(np.array([[1.0, 3.0]]), np.array([0.5, 0.5]), arithmetic)
    array([2.])
    """
    return propagate(z, weights, aggregate)


@method("missing", within={"minimum_share": (0.0, 1.0), "minimum_count": (1, np.inf)})
def renormalise(
    z: Array, weights: Array, aggregate: Aggregate, *, minimum_share: float = 0.0, minimum_count: int = 1
) -> Array:
    """Renormalise: the weights of the children present are scaled to sum to 1.

    minimum_share: smallest total weight of the children present, between 0 and 1; minimum_count: smallest number.
    Below either, the node is missing. Exact for every aggregation: each pattern of missing children is aggregated over
    its own children.

    >>> from indexcalc.methods.aggregation import arithmetic
    >>> renormalise(np.array([[1.0, np.nan], [1.0, 3.0]]), np.array([0.5, 0.5]), arithmetic)
    array([1., 2.])
    """
    score = np.full(len(z), np.nan)
    patterns, which = np.unique(~np.isnan(z), axis=0, return_inverse=True)
    for i, present in enumerate(patterns):
        total = weights[present].sum()
        if total > 0 and total >= minimum_share - 1e-12 and present.sum() >= minimum_count:
            rows = np.ravel(which) == i
            score[rows] = aggregate(z[np.ix_(rows, present)], weights[present] / total)
    return score
