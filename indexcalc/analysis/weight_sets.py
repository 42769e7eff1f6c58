"""Other weights for the same result: what the page offers beside those that were chosen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexcalc.errors import ChoiceError, Problem
from indexcalc.pipeline import build_index
from indexcalc.result import IndexResult

Array = NDArray[np.float64]


def entropy_weights(result: IndexResult) -> tuple[Array, tuple[Problem, ...]]:
    """The weights that `weighting: entropy` (scope `within`) would give in the place of the methodology's own.

    Returns (n_node,), relative within the parent. Where the figures do not allow it (negative, constant), the problems
    say so and the weights are those as written.
    """
    try:
        found = build_index(result.panel, result.framework, result.methodology.variant(weighting="entropy"))
    except ChoiceError as error:
        return np.array([node.weight for node in result.nodes]), error.problems
    weights = np.array([node.weight for node in found.nodes])
    for node in found.nodes:
        children = list(node.children)
        if children and not np.allclose(found.weights[children], weights[children] / weights[children].sum()):
            weights[children] = found.weights[children]
    return weights, ()
