"""The results of each draw of a sample by itself: ranks and verdicts, in the order of the sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame, Verdict, in_units, verdicts
from indexcalc.errors import Problem
from indexcalc.robustness.counts import in_draws, ranks_and_wins
from indexcalc.robustness.design import Sample
from indexcalc.robustness.engine import Engine
from indexcalc.robustness.workers import each
from indexcalc.spec.claims import Claim

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Outcomes:
    """ranks: (draw, city, year), NaN where a draw gives none. verdicts: (claim, draw), in the numbers of Verdict.
    refused: for each draw that the figures forbid, why."""

    ranks: Array
    verdicts: NDArray[np.int8]
    refused: dict[int, Problem]


def outcomes(
    engine: Engine, sample: Sample, claims: Sequence[Claim], frame: Frame, jobs: int | None = None
) -> Outcomes:
    """Ranks and verdicts of each draw of a sample; computed in blocks, so that memory does not grow with its scores.
    jobs: None here, else on so many workers of the joblib backend in force."""
    engine.prepare([sample])
    n, panel = len(sample.choices), engine.design.panel
    ranks = np.empty((n, len(panel.cities), len(panel.years)))
    said = np.empty((len(claims), n), np.int8)
    refused: dict[int, Problem] = {}
    starts = range(0, n, engine.design.block_size)
    parts = (sample.at(slice(start, start + engine.design.block_size)) for start in starts)
    for start, found in zip(
        starts, each(_of_part, ((engine, part, claims, frame) for part in parts), jobs), strict=True
    ):
        here = slice(start, start + len(found.ranks))
        ranks[here], said[:, here] = found.ranks, found.verdicts
        refused |= {start + draw: problem for draw, problem in found.refused.items()}
    return Outcomes(ranks, said, refused)


def _of_part(engine: Engine, part: Sample, claims: Sequence[Claim], frame: Frame) -> Outcomes:
    scored = engine.score(part, frame.pairs(claims))
    whole = in_units(scored.scores, frame.decimals)
    above, _ = ranks_and_wins(frame.sign * whole)
    found, order = above + above.dtype.type(1), scored.order
    ranks = np.empty((len(order), *found.shape[1::-1]))
    ranks[order] = np.where(found > 0, found, np.nan).T
    said = np.full((len(claims), len(order)), int(Verdict.UNDEFINED), np.int8)
    for run in scored.runs:
        here = slice(run.start, run.stop)
        one = in_draws(frame, scored.alike, run.comparable, here)
        for i, claim in enumerate(claims):
            said[i, order[here]] = verdicts(claim, whole[:, :, here].T, found[:, :, here].T, one)
    refused = {int(draw): removed.problem for removed in scored.removed for draw in order[removed.draws]}
    return Outcomes(ranks, said, refused)
