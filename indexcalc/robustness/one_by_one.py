"""All discrete methodologies one by one, and each choice changed alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame, Verdict, hold
from indexcalc.claims import Claim
from indexcalc.framework import Framework
from indexcalc.methodology import Methodology
from indexcalc.methods.statistics import spearman
from indexcalc.panel import Panel
from indexcalc.pipeline import build_index
from indexcalc.result import IndexResult
from indexcalc.robustness.design import Options, Sample, design
from indexcalc.robustness.engine import Engine
from indexcalc.robustness.outcomes import Outcomes, outcomes
from indexcalc.robustness.result import Alternative, AlternativesResult, SingleChange
from indexcalc.uncertainty import STEPS, Uncertainty

Array = NDArray[np.float64]
Row = tuple[int, ...]


def alternatives(
    panel: Panel,
    framework: Framework,
    methodology: Methodology,
    claims: Sequence[Claim] = (),
    options: Uncertainty | None = None,
    *,
    year: int | None = None,
    nominal: IndexResult | None = None,
) -> AlternativesResult:
    """The ranks of a year (by default the last) and the claims under every methodology that the options allow.

    Every combination of the options of the steps of the Handbook, with the weights as chosen; a step of one option only
    is the same in all of them. Beside them each option by itself, all else as chosen: of the steps, alternative series
    for an indicator, and leaving out an indicator, a dimension or a city. Noise on the figures has no options and is in
    neither. An option that the figures forbid is listed with the reason. The rank correlation is Spearman's, over the
    cities ranked in both. Raises ChoiceError for options that can never stand together.
    """
    fixed = (options or Uncertainty()).model_copy(update={"weights": None, "noise": None})
    made = design(panel, framework, methodology, fixed)
    nominal = build_index(panel, framework, methodology) if nominal is None else nominal
    t = len(panel.years) - 1 if year is None else panel.years.index(year)
    factors, start = made.discrete, _chosen(made.discrete, methodology)
    crossed = [i for i, factor in enumerate(factors) if factor.code in STEPS and len(factor.values) > 1]
    rows = _crossed(factors, crossed, start)
    single = [(i, k) for i, factor in enumerate(factors) for k in range(len(factor.values)) if k != start[i]]
    sample = [*rows, *(tuple(k if j == i else own for j, own in enumerate(start)) for i, k in single)]
    choices = np.array(sample, np.int64).reshape(len(sample), len(factors))
    found = outcomes(Engine(made), Sample(choices, np.zeros((len(sample), len(made.nodes)))), claims, Frame.of(nominal))
    told = tuple(Verdict(holding.verdict) for holding in hold(nominal, claims))
    ranks = nominal.rank()[:, t]
    chosen = Alternative(tuple(factors[i].labels[start[i]] for i in crossed), ranks, 1.0, told)
    every = [_alternative(found, n, t, ranks, factors, crossed, row) for n, row in enumerate(sample)]
    changes = (_change(factors[i], k, every[len(rows) + n], chosen) for n, (i, k) in enumerate(single))
    return AlternativesResult(
        cities=panel.cities,
        year=panel.years[t],
        claims=tuple(claims),
        factors=tuple(factors[i].code for i in crossed),
        nominal=chosen,
        rows=tuple(every[: len(rows)]),
        single=tuple(changes),
    )


def _chosen(factors: Sequence[Options], methodology: Methodology) -> Row:
    """The option of each factor that is the methodology's own; the first where its own is not among them."""
    found = []
    for factor in factors:
        own = getattr(methodology, factor.code, None) if factor.code in STEPS else None
        found.append(factor.values.index(own) if own in factor.values else 0)
    return tuple(found)


def _crossed(factors: Sequence[Options], crossed: Sequence[int], start: Row) -> list[Row]:
    """Every combination of the options of the crossed factors, the methodology's own first."""
    ranges = [
        sorted(range(len(factor.values)), key=lambda k, own=own: k != own) if i in crossed else [own]  # type: ignore[misc]
        for i, (factor, own) in enumerate(zip(factors, start, strict=True))
    ]
    return list(product(*ranges))


def _alternative(
    found: Outcomes, n: int, t: int, nominal: Array, factors: Sequence[Options], crossed: Sequence[int], row: Row
) -> Alternative:
    ranks = found.ranks[n, :, t]
    return Alternative(
        options=tuple(factors[i].labels[row[i]] for i in crossed),
        ranks=ranks,
        spearman=float(spearman(np.column_stack([ranks, nominal]))[0, 1]),
        verdicts=tuple(Verdict(int(one)) for one in found.verdicts[:, n]),
        refused=(found.refused[n],) if n in found.refused else (),
    )


def _change(factor: Options, k: int, outcome: Alternative, nominal: Alternative) -> SingleChange:
    """What moves with one choice. A city left out moves nobody: ranks are compared among the cities that are there."""
    there = ~np.isnan(outcome.ranks) & ~np.isnan(nominal.ranks)
    before, after = _among(nominal.ranks[there]), _among(outcome.ranks[there])
    places = np.abs(after - before)
    changed = [i for i, (a, b) in enumerate(zip(outcome.verdicts, nominal.verdicts, strict=True)) if a != b]
    return SingleChange(
        factor=factor.code,
        option=factor.labels[k],
        moved=int((places > 0).sum()),
        furthest=int(places.max(initial=0)),
        outcome=outcome,
        changed=tuple(changed) if not outcome.refused else (),
    )


def _among(ranks: Array) -> Array:
    """Ranks among these cities alone."""
    return np.asarray(1.0 + (ranks[None, :] < ranks[:, None]).sum(axis=1))
