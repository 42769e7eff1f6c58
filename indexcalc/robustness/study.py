"""The analyses of robustness made on demand: proofs over weights, sensitivity, every methodology one by one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from indexcalc.brief import Brief
from indexcalc.errors import ChoiceError, Problem
from indexcalc.robustness.bounds import MANY, rank_bounds
from indexcalc.robustness.one_by_one import alternatives
from indexcalc.robustness.result import AlternativesResult, BoundsResult, SensitivityResult, SmallestChange
from indexcalc.robustness.smallest_change import smallest_changes
from indexcalc.robustness.sobol import sensitivity
from indexcalc.spec.claims import Claim
from indexcalc.spec.uncertainty import Uncertainty
from indexcalc.steps.result import IndexResult

PARTS = ("bounds", "sensitivity", "alternatives")


@dataclass(frozen=True, repr=False)
class Study(Brief):
    """What was made, None or empty where it was not asked for or is refused; `refused` says why. year: of the ranks in
    sensitivity and alternatives, and of one city overtaking another."""

    year: int
    bounds: BoundsResult | None = None
    changes: tuple[SmallestChange, ...] = ()
    sensitivity: SensitivityResult | None = None
    alternatives: AlternativesResult | None = None
    refused: tuple[Problem, ...] = ()


def study(
    result: IndexResult,
    claims: Sequence[Claim],
    options: Uncertainty,
    *,
    parts: Collection[str] = PARTS,
    year: int | None = None,
    bound_years: Sequence[int] | None = None,
    draws: int | None = None,
    seed: int | None = None,
    progress: Callable[[str, float], None] = lambda part, share: None,
) -> Study:
    """The parts asked for, of PARTS; one that this methodology refuses does not keep the others from being made.

    year: see Study, by default the last. bound_years: the only years of the bounds, by default all, or that of the
    study alone where there are more than MANY cities; overtaking is then computed for neighbours in the ranking only.
    progress: called with the part and the share of it done.
    """
    chosen = result.years[-1] if year is None else year
    found, many = Study(chosen), len(result.cities) > MANY
    if many and bound_years is None:
        bound_years = (chosen,)

    def bounds(so_far: Study) -> Study:
        if options.weights is None:
            raise ChoiceError(Problem("bounds_no_weights"))
        return replace(
            so_far, bounds=rank_bounds(result, options.weights, years=bound_years, progress=partial(progress, "bounds"))
        )

    def changes(so_far: Study) -> Study:
        return replace(so_far, changes=smallest_changes(result, claims, year=chosen, neighbours=many))

    def moved(so_far: Study) -> Study:
        about = result.panel, result.framework, result.methodology, claims, options
        made = sensitivity(*about, year=chosen, draws=draws, seed=seed, nominal=result)
        return replace(so_far, sensitivity=made)

    def beside(so_far: Study) -> Study:
        about = result.panel, result.framework, result.methodology, claims, options
        return replace(so_far, alternatives=alternatives(*about, year=chosen, nominal=result))

    steps = {"bounds": (bounds, changes), "sensitivity": (moved,), "alternatives": (beside,)}
    refused: dict[str, Problem] = {}
    for part in PARTS:
        if part not in parts:
            continue
        progress(part, 0.0)
        for step in steps[part]:
            try:
                found = step(found)
            except ChoiceError as error:
                refused.update({problem.text(): problem for problem in error.problems})
    if found.bounds is not None and found.bounds.unsettled.any():
        n = int(found.bounds.unsettled.sum())
        facts = {"n": n, "of": int((~np.isnan(found.bounds.best)).sum())}
        refused["unsettled"] = Problem("bounds_unsettled", facts)
    if many and found.bounds is not None and len(result.years) > 1:
        refused[""] = Problem("bounds_one_year", {"year": chosen, "n": len(result.cities), "many": MANY})
    return replace(found, refused=tuple(refused.values()))


def proven(result: IndexResult, options: Uncertainty) -> Study:
    """The part cheap enough for every run of up to MANY cities: the bounds of the last year in which any city has a
    score, and how little the weights would have to change for one city to overtake another in it. It seldom needs a
    solver."""
    if len(result.cities) > MANY:
        problem = Problem("bounds_many", {"n": len(result.cities), "many": MANY})
        return Study(result.years[-1], refused=(problem,))
    scored = ~np.isnan(result.score()).all(axis=0)
    last = result.years[int(np.flatnonzero(scored)[-1]) if scored.any() else -1]
    return study(result, (), options, parts=("bounds",), year=last, bound_years=(last,))
