"""The ends of the series behind each claim: how much of its first and last year is carried, and the verdict without
it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame, Verdict, hold
from indexcalc.origin import Origin
from indexcalc.spec.choice import choice
from indexcalc.spec.claims import Claim, Span
from indexcalc.spec.hierarchy import Parent
from indexcalc.steps.combine import rank, recombined
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]
CARRIED = (Origin.EXTRAPOLATED, Origin.CARRIED, Origin.NEAREST, Origin.REGRESSION, Origin.GROUP, Origin.CONSTANT)
"""Figures that are neither in the workbook nor between two that are."""


@dataclass(frozen=True)
class Ends:
    """The first and the last year of a claim. years: the two of them, by position. carried: (n_city, 2), the share of
    the weight behind each city's score that is carried; missing without a score. verdict: with these figures; without:
    over the others alone."""

    claim: Claim
    years: tuple[int, int]
    carried: Array
    verdict: Verdict
    without: Verdict

    @property
    def could_decide(self) -> bool:
        """Whether the verdict differs over the figures that are not carried."""
        return Verdict.UNDEFINED not in (self.verdict, self.without) and self.verdict != self.without


def ends(result: IndexResult, claims: Sequence[Claim]) -> tuple[Ends, ...]:
    r"""How much of the ends of each claim is carried: $\sum_{k \in carried} w_k \big/ \sum_k w_k$ over the indicators k
    of a city and year that are scored, $w_k$ their effective weights; and the verdict without what is carried.

    A figure is carried if it is neither observed nor interpolated between two that are (`Origin`). Without: in every
    year the score of a carried figure is left out, on the scale and under the weights of the index, and the others of
    that city and year share its weight; two years of a city are then compared over the indicators that both have, as
    everywhere. Where a node depends on the whole sample, its score, and so the verdict, is undefined. Refused as
    `hold`.

    >>> import indexcalc as ic
    >>> from indexcalc.spec.claims import Rising
    >>> nan = float("nan")
    >>> panel = ic.Panel.from_columns("AABB", [1, 2] * 2, {"x": [1.0, 2, 3, 4], "y": [nan, 5.0, 7, 1]})
    >>> framework = ic.Framework.model_validate({"indicators": {"x": {}, "y": {}}})
    >>> result = ic.build_index(panel, framework, ic.Methodology(imputation="linear"))
    >>> ends(result, [Rising(kind="rising")])[0].carried.tolist()
    [[0.5, 0.0], [0.0, 0.0]]
    """
    leaves = [position for position, node in enumerate(result.nodes) if node.is_indicator]
    scores = result.scores[:, :, leaves]
    carried = np.isin(result.imputed.origin, CARRIED) & ~np.isnan(scores)
    weights = np.where(np.isnan(scores), 0.0, result.effective[leaves])
    total = weights.sum(axis=2)
    share = np.where(total > 0, (weights * carried).sum(axis=2) / np.where(total > 0, total, 1.0), np.nan)
    frame, judged, bare = Frame.of(result), hold(result, claims), hold(_without(result, carried), claims)
    return tuple(
        Ends(one.claim, years, share[:, years], one.verdict, other.verdict)
        for one, other in zip(judged, bare, strict=True)
        for years in [_years(one.claim, frame)]
    )


def _years(claim: Claim, frame: Frame) -> tuple[int, int]:
    """Positions of the first and the last year that a claim is about."""
    if isinstance(claim, Span):
        return frame.span(claim)
    at = frame.at(claim.years)
    return min(at), max(at)


def _without(result: IndexResult, carried: NDArray[np.bool_]) -> IndexResult:
    """The same index, the scores of some cells left out."""
    if not carried.any():
        return result
    leaves = [position for position, node in enumerate(result.nodes) if node.is_indicator]
    lenient = choice("missing", "renormalise")
    nodes = tuple(
        replace(node, missing=lenient) if isinstance(node, Parent) and node.missing.name == "refuse" else node
        for node in result.nodes
    )
    cells = np.where(carried, np.nan, result.scores[:, :, leaves]).reshape(-1, len(leaves))
    found = recombined(cells, nodes, result.weights, result.weights_by_observation).reshape(result.scores.shape)
    return replace(result, nodes=nodes, scores=found, ranks=rank(found, result.methodology))
