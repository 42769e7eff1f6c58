"""What comes out of each draw of a sample by itself: ranks and verdicts, in the order of the sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame, Verdict, in_units, verdicts
from indexcalc.claims import Claim
from indexcalc.errors import Problem
from indexcalc.robustness.counts import in_draws, ranks_and_wins
from indexcalc.robustness.design import Sample
from indexcalc.robustness.engine import Engine

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Outcomes:
    """ranks: (draw, city, year), NaN where a draw gives none. verdicts: (claim, draw), in the numbers of Verdict.
    refused: for each draw that the figures forbid, why."""

    ranks: Array
    verdicts: NDArray[np.int8]
    refused: dict[int, Problem]


def outcomes(engine: Engine, sample: Sample, claims: Sequence[Claim], frame: Frame) -> Outcomes:
    """Ranks and verdicts of each draw of a sample; computed in blocks, so that memory does not grow with its scores."""
    engine.prepare([sample])
    n, panel = len(sample.choices), engine.design.panel
    ranks = np.full((n, len(panel.cities), len(panel.years)), np.nan)
    said = np.full((len(claims), n), int(Verdict.UNDEFINED), np.int8)
    refused: dict[int, Problem] = {}
    for start, part in _parts(sample, engine.design.block_size):
        scored = engine.score(part, frame.pairs(claims))
        whole = in_units(scored.scores, frame.decimals)
        above, _ = ranks_and_wins(frame.sign * whole)
        found = above + above.dtype.type(1)
        order = scored.order + start
        ranks[order] = np.where(found > 0, found, np.nan).T
        for run in scored.runs:
            here = slice(run.start, run.stop)
            one = in_draws(frame, scored.alike, run.comparable, here)
            for i, claim in enumerate(claims):
                said[i, order[here]] = verdicts(claim, whole[:, :, here].T, found[:, :, here].T, one)
        for removed in scored.removed:
            refused.update({int(draw): removed.problem for draw in order[removed.draws]})
    return Outcomes(ranks, said, refused)


def _parts(sample: Sample, size: int) -> Iterator[tuple[int, Sample]]:
    for start in range(0, len(sample.choices), size):
        here = slice(start, start + size)
        yield start, sample.at(here)
