"""Made-up uncertainty analyses, for the tests of whatever shows one."""

from typing import Any

import numpy as np

import indexcalc as ic
from indexcalc.analysis.claims import Frame, Verdict, verdicts
from indexcalc.claims import InTop, RankIs, Rising
from indexcalc.methods.ranking import competition_rank
from indexcalc.robustness.result import Factor, UncertaintyResult


def claims_about(result: ic.IndexResult) -> tuple[Any, ...]:
    one, two = result.cities[:2]
    return (
        Rising(kind="rising", every_year=True),
        InTop(kind="in_top", cities=(one, two), n=2),
        RankIs(kind="rank_is", city=one, rank=1),
    )


def many_draws(result: ic.IndexResult, draws: int = 40) -> UncertaintyResult:
    """The index under made-up methodologies: its scores with noise. One draw leaves the first city out."""
    n, t = result.present.shape
    claims = claims_about(result)
    spread = float(np.nanstd(result.score())) or 1.0
    score = result.score() + np.random.default_rng(5).normal(0.0, 0.2 * spread, (draws, n, t))
    score[0, 0] = np.nan
    rank = np.stack([competition_rank(one, decimals=9) for one in score])
    gain = rank[:, :, 0] - rank[:, :, -1]
    frame = Frame.of(result)
    told = [verdicts(claim, score, rank, frame) for claim in claims]
    nominal = [verdicts(claim, result.score()[None], result.rank()[None], frame)[0] for claim in claims]
    return UncertaintyResult(
        cities=result.cities,
        years=result.years,
        draws=draws,
        seed=5,
        factors=(
            Factor("weights", ("+-25%",), (draws,)),
            Factor("normalisation", ("a", "b"), (draws // 2, draws // 2)),
        ),
        claims=claims,
        nominal_rank=result.rank(),
        nominal_verdicts=tuple(Verdict(int(one)) for one in nominal),
        rank_counts=np.stack([(rank == r + 1).sum(axis=0) for r in range(n)], axis=2),
        gain_counts=np.stack([(gain == g).sum(axis=0) for g in range(1 - n, n)], axis=1),
        beats=(score[:, :, None] > score[:, None]).sum(axis=0).transpose(2, 0, 1),
        compared=np.full((t, n, n), draws),
        claim_counts=np.array([[(one == verdict).sum() for verdict in Verdict] for one in told]).reshape(-1, 4),
        scores=(),
    )
