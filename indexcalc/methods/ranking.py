"""Ranking."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def competition_rank(scores: Array, *, decimals: int = 9) -> Array:
    """Competition ranks along the first axis, 1 = best: 1 + the number of scores strictly above; ties 1, 2, 2, 4.

    scores: (n, ...); each column is ranked by itself on scores rounded to `decimals`, so that a tie does not depend on
    the machine. Missing scores have no rank (NaN) and are above nobody.

    >>> competition_rank(np.array([3.0, 5.0, 3.0, np.nan, 1.0]))
    array([ 2.,  1.,  2., nan,  4.])
    """
    given = np.asarray(scores, float)
    columns = given.reshape(len(given), -1)
    ranks = np.empty(columns.shape)
    for j in range(columns.shape[1]):
        column = -np.round(columns[:, j], decimals)
        order = np.argsort(column)  # missing last
        ordered = column[order]
        starts = np.append(True, ordered[1:] != ordered[:-1])  # where a new score begins
        ranks[order, j] = 1.0 + np.maximum.accumulate(np.where(starts, np.arange(len(ordered)), 0))
    ranks[np.isnan(columns)] = np.nan
    return ranks.reshape(given.shape)
