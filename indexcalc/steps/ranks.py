"""Two rankings of cities, each among the cities that are in both."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ranks = NDArray[np.floating[Any]] | NDArray[np.signedinteger[Any]]


def shared_ranks(before: Ranks, after: Ranks) -> tuple[Ranks, Ranks]:
    """Two whole rankings (..., city), each among the cities that are in both: places are gained or lost among these,
    not because others enter or leave.

    Ranks from 1 on; a city without a rank in either has none: NaN, or 0 where ranks are whole numbers. Ties stay ties.
    A ranking with no other city in it is returned as it is.

    >>> before, after = shared_ranks(np.array([1.0, 2.0, np.nan]), np.array([3.0, 2.0, 1.0]))
    >>> before, after
    (array([ 1.,  2., nan]), array([ 2.,  1., nan]))
    """
    both = (before > 0) & (after > 0)
    return _among(before, both), _among(after, both)


def _among(ranks: Ranks, both: NDArray[np.bool_]) -> Ranks:
    """Ranks (..., city) among the cities of each row that are in both."""
    if np.array_equal(both, ranks > 0):
        return ranks
    n = ranks.shape[-1]
    rows, at = np.nonzero(both.reshape(-1, n))
    places = ranks.reshape(-1, n)[rows, at].astype(np.int64)
    numbers = np.bincount(rows * (n + 1) + places, minlength=(ranks.size // n) * (n + 1)).reshape(-1, n + 1)
    above = np.cumsum(numbers, axis=1) - numbers
    found = np.full((ranks.size // n, n), np.nan if np.issubdtype(ranks.dtype, np.floating) else 0, ranks.dtype)
    found[rows, at] = above[rows, places] + 1
    return found.reshape(ranks.shape)
