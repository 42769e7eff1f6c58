"""All discrete methodologies one by one, and each choice changed alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame, Verdict, judge, refuse_unknown
from indexcalc.figures.panel import Panel, year_position
from indexcalc.methods.statistics import spearman
from indexcalc.robustness.design import Design, Options, Sample, design, yaml_text
from indexcalc.robustness.distinct import distinct, first_of_its_kind
from indexcalc.robustness.engine import Engine
from indexcalc.robustness.outcomes import Outcomes, outcomes
from indexcalc.robustness.result import Alternative, AlternativesResult, SingleChange
from indexcalc.spec.claims import Claim
from indexcalc.spec.framework import Framework
from indexcalc.spec.methodology import Methodology, plain
from indexcalc.spec.uncertainty import CROSSED, Uncertainty
from indexcalc.steps.pipeline import build_index
from indexcalc.steps.ranks import shared_ranks
from indexcalc.steps.result import IndexResult

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
    jobs: int | None = None,
) -> AlternativesResult:
    """The ranks of a year (by default the last) and the claims under every methodology that the options allow.

    Every combination of the options of the steps of the Handbook and of the lower end of the scale, with the weights as
    chosen; a step with one option is the same in all of them, and a combination that gives the index of an earlier one,
    apart from the unit and the zero of its scale, is not listed again. Also each option by itself, all else as chosen
    (a step whose own method is not among its options takes the first of these): of the steps, alternative series for an
    indicator, and leaving out an indicator, a dimension or a city. Noise on the figures and errors of imputed cells
    have no options and are in neither. An option that the figures forbid is listed with the reason. The rank
    correlation is Spearman's, over the cities ranked in both. jobs: as for `uncertainty`. Raises ChoiceError for
    options that can never go together, and InputError for claims about unknown cities, years or groups.
    """
    fixed = (options or Uncertainty()).model_copy(update={"weights": None, "noise": None, "imputed": False})
    engine = distinct(design(panel, framework, methodology, fixed))
    made = engine.design
    nominal = build_index(panel, framework, methodology) if nominal is None else nominal
    refuse_unknown(claims, nominal)
    t = len(panel.years) - 1 if year is None else year_position(panel, year)
    factors = made.discrete
    own = [_own(factor, made) for factor in factors]
    start = tuple(0 if k is None else k for k in own)
    crossed = [i for i, factor in enumerate(factors) if factor.code in CROSSED and len(factor.values) > 1]
    every_row = _crossed(factors, crossed, start)
    rows = _different(engine, every_row)
    single = [(i, k) for i, factor in enumerate(factors) for k in range(len(factor.values)) if k != own[i]]
    sample = [*rows, *(tuple(k if j == i else here for j, here in enumerate(start)) for i, k in single)]
    found = outcomes(engine, _sample(engine, sample), claims, Frame.of(nominal), jobs)
    ranks = nominal.rank()[:, t]
    chosen = Alternative(
        options=tuple(yaml_text(plain(made.nominal(factors[i].code))) for i in crossed),
        ranks=ranks,
        spearman=1.0,
        verdicts=judge(nominal, claims),
    )
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
        alike=len(every_row) - len(rows),
    )


def _sample(engine: Engine, rows: Sequence[Row]) -> Sample:
    """Methodologies given by their options, weights as chosen."""
    choices = np.array(rows, np.int64).reshape(len(rows), len(engine.design.discrete))
    return Sample(choices, np.zeros((len(rows), len(engine.design.nodes))))


def _different(engine: Engine, rows: list[Row]) -> list[Row]:
    """The rows that are not, the scale aside, the same as an earlier methodology."""
    first = first_of_its_kind(engine, _sample(engine, rows))
    return [row for row, stays in zip(rows, first, strict=True) if stays]


def _own(factor: Options, design: Design) -> int | None:
    """Which option is the methodology's own; None where it is not among them. Outside the steps it is the first."""
    if factor.code not in CROSSED:
        return 0
    own = design.nominal(factor.code)
    return factor.values.index(own) if own in factor.values else None


def _crossed(factors: Sequence[Options], crossed: Sequence[int], start: Row) -> list[Row]:
    """Every combination of the options of the crossed factors, those of `start` first."""
    ranges = []
    for i, (factor, here) in enumerate(zip(factors, start, strict=True)):
        others = [k for k in range(len(factor.values)) if k != here] if i in crossed else []
        ranges.append([here, *others])
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
    """What moves with one choice. A city left out moves no others: ranks are compared among the cities that remain."""
    before, after = shared_ranks(nominal.ranks, outcome.ranks)
    places = np.abs(after - before)[~np.isnan(before)]
    changed = [i for i, (a, b) in enumerate(zip(outcome.verdicts, nominal.verdicts, strict=True)) if a != b]
    return SingleChange(
        factor=factor.code,
        option=factor.labels[k],
        moved=int((places > 0).sum()),
        furthest=int(places.max(initial=0)),
        mean_shift=float(places.mean()) if places.size else float("nan"),
        outcome=outcome,
        changed=tuple(changed) if not outcome.refused else (),
    )
