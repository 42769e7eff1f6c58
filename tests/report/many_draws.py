"""Made-up analyses of robustness, for the tests of whatever shows one."""

from typing import Any

import numpy as np

import indexcalc as ic
from indexcalc.analysis.claims import Frame, Verdict, in_units, judge, verdicts
from indexcalc.errors import Problem
from indexcalc.methods.ranking import competition_rank
from indexcalc.robustness.result import (
    Alternative,
    AlternativesResult,
    BoundsResult,
    Factor,
    SensitivityResult,
    UncertaintyResult,
)
from indexcalc.spec.claims import InTop, RankIs, Rising

NO = Problem("bounds_no_weights")


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
    whole, places = in_units(score, 9), np.nan_to_num(rank).astype(int)
    told = [verdicts(claim, whole, places, Frame.of(result)) for claim in claims]
    return UncertaintyResult(
        cities=result.cities,
        years=result.years,
        draws=draws,
        seed=5,
        factors=(
            Factor("weights", ("{spread: 0.25}",), (draws,)),
            Factor("normalisation", ("min_max", "z_score"), (draws // 2, draws // 2)),
        ),
        claims=claims,
        nominal_rank=result.rank(),
        nominal_verdicts=judge(result, claims),
        rank_counts=np.stack([(rank == r + 1).sum(axis=0) for r in range(n)], axis=2),
        gain_counts=np.stack([(gain == g).sum(axis=0) for g in range(1 - n, n)], axis=1),
        beats=(score[:, :, None] > score[:, None]).sum(axis=0).transpose(2, 0, 1),
        compared=np.full((t, n, n), draws),
        paired=result.years,
        claim_counts=np.array([[(one == verdict).sum() for verdict in Verdict] for one in told]).reshape(-1, 4),
        scores=(),
    )


def bounds_of(result: ic.IndexResult) -> BoundsResult:
    """Bounds up to two places from the nominal rank; the first city reaches its worst as a tie."""
    rank, (n, t) = result.rank(), result.present.shape
    tied = np.zeros((n, t), bool)
    tied[0] = True
    steps = np.arange(n)[:, None] % 3
    best, worst = np.maximum(rank - steps, 1.0), np.minimum(rank + steps, float(n))
    return BoundsResult(
        cities=result.cities,
        years=result.years,
        codes=(),
        weight_set="{spread: 0.25}",
        nominal_rank=rank,
        best=best,
        worst=worst,
        best_limit=best,
        worst_limit=worst,
        best_tied=~tied & tied,
        worst_tied=tied,
        best_weights=np.empty((n, t, 0)),
        worst_weights=np.empty((n, t, 0)),
        always_above=np.zeros((t, n, n), bool),
        ever_above=np.ones((t, n, n), bool),
    )


def sensitivity_of(result: ic.IndexResult) -> SensitivityResult:
    """Indices of three factors, one of them below 0 and one above 1 through noise; the last claim never varies."""
    claims, n = claims_about(result), len(result.cities)
    rows = 1 + n + len(claims)
    total = np.tile([0.9, -0.04, 1.1], (rows, 1))
    total[-1] = np.nan
    interval = np.stack([total - 0.2, total + 0.3], axis=2)
    return SensitivityResult(
        factors=("aggregation", "leave_out_city", "weights"),
        cities=result.cities,
        claims=claims,
        year=result.years[-1],
        seed=5,
        base=64,
        confidence=0.95,
        variance=np.ones(rows),
        first=0.5 * total,
        total=total,
        first_interval=0.5 * interval,
        total_interval=interval,
        defined=np.ones(rows),
        entangled=np.zeros(rows, bool),
    )


def alternatives_of(result: ic.IndexResult, m: int = 30) -> AlternativesResult:
    """Methodologies that turn the ranking round, place by place; one of them refused."""
    claims, nominal = claims_about(result), result.rank()[:, -1]
    options = [(f"{{method: min_max, lower: {i}, upper: 100}}", "arithmetic") for i in range(m)]
    verdicts_ = (Verdict.HOLDS, Verdict.FAILS, Verdict.TIED)
    rows = [
        Alternative(
            options[i], np.roll(nominal, i), 1.0 - i / m, verdicts_ if i != 1 else (), refused=() if i != 1 else (NO,)
        )
        for i in range(m)
    ]
    return AlternativesResult(
        cities=result.cities,
        year=result.years[-1],
        claims=claims,
        factors=("normalisation", "aggregation"),
        nominal=rows[0],
        rows=tuple(rows),
        single=(),
    )
