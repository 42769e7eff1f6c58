"""How far the first city is ahead."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexcalc.result import IndexResult


def lead(result: IndexResult) -> NDArray[np.float64]:
    """Score of the first city less that of the second, by year (year,); missing where fewer than two have a score."""
    ordered = -np.sort(-result.score(), axis=0)
    found: NDArray[np.float64] = ordered[0] - ordered[1]
    return found
