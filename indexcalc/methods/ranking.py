"""Ranking."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
AT_ONCE = 2**14
"""Scores that are ranked at once, so that memory stays small."""


def competition_rank(scores: Array, *, decimals: int = 9) -> Array:
    """Competition ranks along the first axis, 1 = best: 1 + the number of scores strictly above; ties 1, 2, 2, 4.

    scores: (n, ...); each column is ranked by itself on scores rounded to `decimals`, so that a tie does not depend on
    the machine. Missing scores have no rank (NaN) and are above nobody.

    >>> competition_rank(np.array([3.0, 5.0, 3.0, np.nan, 1.0]))
    array([ 2.,  1.,  2., nan,  4.])
    """
    given = np.asarray(scores, float)
    columns = given.reshape(len(given), -1)
    ranks, many = np.empty(columns.shape), max(1, AT_ONCE // len(given))
    for first in range(0, columns.shape[1], many):
        ranks[:, first : first + many] = _ranked(-np.round(columns[:, first : first + many], decimals))
    return ranks.reshape(given.shape)


def _ranked(columns: Array) -> Array:
    """Competition ranks of each column, the lowest first."""
    order = np.argsort(columns, axis=0)  # missing last
    ordered = np.take_along_axis(columns, order, axis=0)
    starts = np.ones(columns.shape, bool)  # where a new score begins
    starts[1:] = ordered[1:] != ordered[:-1]
    positions = np.where(starts, np.arange(1.0, len(columns) + 1.0)[:, None], 0.0)
    ranks = np.empty(columns.shape)
    np.put_along_axis(ranks, order, np.maximum.accumulate(positions, axis=0), axis=0)
    ranks[np.isnan(columns)] = np.nan
    return ranks
