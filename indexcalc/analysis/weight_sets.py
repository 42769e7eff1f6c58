"""Other weights for the same result: what the page offers beside those that were chosen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexcalc.checks import weight_problems, weighting_problems
from indexcalc.choice import choice
from indexcalc.errors import Problem
from indexcalc.result import IndexResult

Array = NDArray[np.float64]


def entropy_weights(result: IndexResult) -> tuple[Array, tuple[Problem, ...]]:
    """Entropy weights within each node of indicators; nodes that hold dimensions keep the weights as written.

    Returns (n_node,), relative within the parent, as `weighting: entropy` (scope `within`) would give them. Where the
    figures do not allow it (negative, constant), the problems say so and the weights are those as written.
    """
    entropy = choice("weighting", "entropy")
    weights = np.array([node.weight for node in result.nodes])
    flat = result.scores.reshape(-1, len(result.nodes))
    problems: list[Problem] = []
    for node in result.nodes:
        children = list(node.children)
        if not children or not all(result.nodes[child].is_indicator for child in children):
            continue
        codes = [result.nodes[child].code for child in children]
        found = list(weighting_problems(entropy, codes, flat[:, children], result.normalised))
        if not found:
            own = np.asarray(entropy.method.kernel(flat[:, children], weights[children]), float)
            found = list(weight_problems(entropy, codes, own))
            weights[children] = own
        problems += found
    return (np.array([node.weight for node in result.nodes]) if problems else weights), tuple(problems)
