"""Sensitivity analysis: which choice moves the ranks, and which claim depends on which choice.

Sobol' indices: the share of the variance of an output that a factor accounts for by itself (first order), and together
with all others (total). OECD/JRC Handbook (2008), step 7; Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola
(2010), Computer Physics Communications 181(2), 259-270, doi:10.1016/j.cpc.2009.09.018 (first order); Jansen (1999),
Computer Physics Communications 117(1-2), 35-43, doi:10.1016/S0010-4655(98)00154-4 (total).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame, Verdict, refuse_unknown
from indexcalc.figures.panel import Panel, year_position
from indexcalc.robustness.design import Design, Sample, design
from indexcalc.robustness.distinct import distinct, refuse_if_nothing_varies
from indexcalc.robustness.engine import Engine
from indexcalc.robustness.outcomes import outcomes
from indexcalc.robustness.result import SensitivityResult
from indexcalc.spec.claims import Claim
from indexcalc.spec.framework import Framework
from indexcalc.spec.methodology import Methodology
from indexcalc.spec.uncertainty import Uncertainty
from indexcalc.steps.pipeline import build_index
from indexcalc.steps.ranks import shared_ranks
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]

SMALLEST, LARGEST = 64, 2**14
"""Rows of a base matrix, at least and at most."""
RESAMPLES = 1000


def sensitivity(
    panel: Panel,
    framework: Framework,
    methodology: Methodology,
    claims: Sequence[Claim] = (),
    options: Uncertainty | None = None,
    *,
    year: int | None = None,
    draws: int | None = None,
    seed: int | None = None,
    confidence: float = 0.95,
    nominal: IndexResult | None = None,
) -> SensitivityResult:
    """First-order and total Sobol' indices of the factors of the options, on ranks in a year (the last by default).

    Outputs: the mean absolute rank shift, the rank of each city, and each claim (1 where it holds, ties included).
    Factors: each discrete choice, a step function of one uniform number; the weights, all their uniform numbers in one
    group; and the errors of imputed cells. Base matrices of n rows, the greatest power of 2 up to a quarter of the
    draws (at least SMALLEST, at most LARGEST), are a scrambled Sobol' sequence; n (factors + 2) methodologies are
    computed. Intervals are percentiles of a bootstrap over the rows.
    An output that some draws leave undefined (the rank of a city left out; a claim about levels where each year is
    judged by itself) has its indices over the draws in which it is defined (`defined` is their share): the rows of
    which a and b are both among them. Where single options decide that, the choices stay independent there, and the
    indices are valid; where only several together do (a row mixed from two that are defined is not), there are none,
    and `entangled` says so. Rank shifts are measured from the nominal ranks, among the cities present. Raises
    ChoiceError for options that can never go together, or that leave nothing to vary.
    """
    chosen = options or Uncertainty()
    engine = distinct(design(panel, framework, methodology, chosen, seed=seed))
    made = engine.design
    refuse_if_nothing_varies(made)
    nominal = build_index(panel, framework, methodology) if nominal is None else nominal
    refuse_unknown(claims, nominal)
    t = len(panel.years) - 1 if year is None else year_position(panel, year)
    n = base_size(chosen.draws if draws is None else draws)
    frame = Frame.of(nominal)
    columns = _columns(made)
    n_weight = len(made.nodes) if chosen.weights is not None else 0
    a, b = _base(len(made.discrete) + n_weight + int(chosen.imputed), n, made.seed)

    def evaluated(x: Array) -> Array:
        return _outputs(made, engine, x, claims, frame, nominal.rank()[:, t], t)

    f_a, f_b = evaluated(a), evaluated(b)
    f_ab = []
    for at in columns.values():
        mixed = a.copy()
        mixed[:, at] = b[:, at]
        f_ab.append(evaluated(mixed))
    seeds = np.random.default_rng(np.random.SeedSequence(made.seed, spawn_key=(3,)))
    found = conditional(np.stack([f_a, f_b, *f_ab]), seeds, confidence)
    return SensitivityResult(
        factors=tuple(columns),
        cities=panel.cities,
        claims=tuple(claims),
        year=panel.years[t],
        seed=made.seed,
        base=n,
        confidence=confidence,
        **found,
    )


def base_size(draws: int) -> int:
    """Rows of a base matrix: the greatest power of 2 up to a quarter of the draws, within limits."""
    return int(np.clip(2 ** int(np.log2(max(draws / 4.0, 1.0))), SMALLEST, LARGEST))


# --- draws ------------------------------------------------------------------------------------------------------------


def _columns(made: Design) -> dict[str, list[int]]:
    """The uniform numbers that belong to each factor: one for each discrete factor, one for each node of the weights,
    one for the imputed cells."""
    found = {factor.code: [i] for i, factor in enumerate(made.discrete) if len(factor.values) > 1}
    start = len(made.discrete)
    if made.options.weights is not None:
        found = {"weights": list(range(start, start + len(made.nodes))), **found}
        start += len(made.nodes)
    if made.fills:
        found["imputed"] = [start]
    return found


def _base(n_number: int, n: int, seed: int) -> tuple[Array, Array]:
    """Two base matrices (n, n_number) of uniform numbers: the two halves of one scrambled Sobol' sequence."""
    if not n_number:
        return np.zeros((n, 0)), np.zeros((n, 0))
    from scipy.stats import qmc

    random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(2,)))
    drawn = qmc.Sobol(d=2 * n_number, scramble=True, seed=random).random(n)
    return drawn[:, :n_number], drawn[:, n_number:]


def _outputs(
    made: Design, engine: Engine, x: Array, claims: Sequence[Claim], frame: Frame, nominal: Array, t: int
) -> Array:
    """The outputs of draws given by their uniform numbers, (n_output, n_draw); undefined ones missing."""
    k = len(made.discrete)
    choices = made.choices(x[:, :k])
    drawn, cells = (x[:, k:-1], x[:, -1]) if made.options.imputed else (x[:, k:], np.zeros(len(x)))
    uniforms = drawn if made.options.weights is not None else np.zeros((len(x), len(made.nodes)))
    found = outcomes(engine, Sample(choices, uniforms, made.keys(cells)), claims, frame)
    ranks = found.ranks[:, :, t]
    holds = np.where(found.verdicts == Verdict.UNDEFINED, np.nan, found.verdicts != Verdict.FAILS)
    return np.vstack([_shift(ranks, nominal), ranks.T, holds])


def _shift(ranks: Array, nominal: Array) -> Array:
    """Mean absolute rank shift of each draw (n_draw, n_city), over and among the cities that have a rank in it."""
    before, after = shared_ranks(np.broadcast_to(nominal, ranks.shape), ranks)
    there = ~np.isnan(before)
    moved = np.where(there, np.abs(after - before), 0.0).sum(axis=1)
    number = there.sum(axis=1)
    return np.asarray(np.where(number > 0, moved / np.maximum(number, 1), np.nan))


# --- estimators -------------------------------------------------------------------------------------------------------


def conditional(f: Array, random: np.random.Generator, confidence: float) -> dict[str, NDArray[Any]]:
    """Indices, variances and intervals of outputs f (2 + n_factor, n_output, n; a, b, then those mixed from both), each
    over the rows in which a and b define it; NaN where a mixed row then does not. The names are those of the result."""
    n_factor, n_output = len(f) - 2, f.shape[1]
    there = ~np.isnan(f[0]) & ~np.isnan(f[1])
    entangled = (there & np.isnan(f[2:]).any(axis=0)).any(axis=1)
    index = {name: np.full((n_output, n_factor), np.nan) for name in ("first", "total")}
    ends = {name: np.full((n_output, n_factor, 2), np.nan) for name in index}
    variance = np.zeros(n_output)
    for rows in np.unique(there, axis=0)[::-1]:  # all rows first, where any output has them
        if rows.sum() < 2:
            continue
        of = np.flatnonzero((there == rows).all(axis=1))
        part = np.nan_to_num(f[:, of][:, :, rows])
        index["first"][of], index["total"][of], variance[of] = sobol_indices(part[0], part[1], part[2:])
        ends["first"][of], ends["total"][of] = bootstrap(part[0], part[1], part[2:], random, confidence)
    for found in (*index.values(), *ends.values()):
        found[entangled] = np.nan
    intervals = {f"{name}_interval": end for name, end in ends.items()}
    defined = (~np.isnan(f[:2])).mean(axis=(0, 2))
    return {**index, **intervals, "variance": variance, "defined": defined, "entangled": entangled}


def sobol_indices(f_a: Array, f_b: Array, f_ab: Array) -> tuple[Array, Array, Array]:
    """First-order (Saltelli 2010) and total (Jansen 1999) indices (n_output, n_factor), and variances (n_output,).

    S_i = mean(f_b (f_ab_i - f_a)) / V, T_i = mean((f_a - f_ab_i)²) / 2V, V the variance of f_a and f_b together, all
    outputs centred. f_a, f_b: (n_output, n); f_ab: (n_factor, n_output, n), a with the numbers of one factor from b.
    NaN where an output does not vary. Not clipped: an index beyond [0, 1] shows how much noise there is.
    """
    first, total, variance = _estimated(f_a, f_b, f_ab, np.ones((1, f_a.shape[1])))
    return first[0], total[0], variance[0]


def bootstrap(
    f_a: Array, f_b: Array, f_ab: Array, random: np.random.Generator, confidence: float
) -> tuple[Array, Array]:
    """Percentile intervals of first-order and total indices, each (n_output, n_factor, 2), over resampled rows."""
    n = f_a.shape[1]
    times = random.multinomial(n, np.full(n, 1.0 / n), size=RESAMPLES).astype(float)
    first, total, _ = _estimated(f_a, f_b, f_ab, times)
    ends = [(1.0 - confidence) / 2.0, (1.0 + confidence) / 2.0]
    return tuple(np.moveaxis(np.quantile(found, ends, axis=0), 0, -1) for found in (first, total))  # type: ignore[return-value]


def _estimated(f_a: Array, f_b: Array, f_ab: Array, times: Array) -> tuple[Array, Array, Array]:
    """Indices (n_set, n_output, n_factor) when each row counts so many times (n_set, n)."""
    mean = np.mean([f_a, f_b], axis=(0, 2))[:, None]
    a, b, ab = f_a - mean, f_b - mean, f_ab - mean
    weights = times / times.sum(axis=1, keepdims=True)
    squares = weights @ (a**2 + b**2).T / 2.0
    variance = squares - (weights @ (a + b).T / 2.0) ** 2
    varies = np.ptp(np.hstack([f_a, f_b]), axis=1) > 0
    divisor = np.where(varies & (variance > 0), variance, np.nan)[:, None, :]
    by_row = ab - a  # (n_factor, n_output, n)
    first = np.einsum("sn,kon->sko", weights, b * by_row, optimize=True) / divisor
    total = np.einsum("sn,kon->sko", weights, by_row**2, optimize=True) / 2.0 / divisor
    return first.transpose(0, 2, 1), total.transpose(0, 2, 1), variance
