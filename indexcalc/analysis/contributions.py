"""Contributions: how much of a score each dimension brings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexcalc.errors import ChoiceError, Problem
from indexcalc.result import IndexResult

Array = NDArray[np.float64]


def dimension_contributions(result: IndexResult) -> Array:
    """Contribution of each child of the index to its score: w_j z_j / Σ w_j, the sum over the children present.

    Returns (city, year, dimension) [score], in the order of `result.nodes[0].children`; they add up to the score of the
    index (before its rounding, if the index itself is rounded). Missing where the index is; where `missing:
    renormalise` left a child out, that child alone is missing. Refused (ChoiceError) unless the root is an arithmetic
    mean: no other score is the sum of its dimensions.
    Source: OECD/JRC Handbook (2008), step 9.
    """
    root = result.nodes[0]
    if root.aggregation is None or root.aggregation.name != "arithmetic":
        name = "none" if root.aggregation is None else root.aggregation.name
        raise ChoiceError(Problem("no_contribution_chart", {"aggregation": name}))
    children = list(root.children)
    z = result.scores[:, :, children]
    written = result.weights_by_observation.get(0, result.weights[children])
    weights = np.where(np.isnan(z), 0.0, written.reshape(z.shape) if written.ndim == 2 else written)
    total = weights.sum(axis=2, keepdims=True)
    parts: Array = z * weights / np.where(total > 0, total, 1.0)
    parts[np.isnan(result.score())] = np.nan
    return parts
