"""Missing figures: which there are, the ways to deal with them, and the ranks under each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from indexcalc.errors import IndexcalcError, Problem
from indexcalc.figures.panel import Panel
from indexcalc.methods import METHODS
from indexcalc.spec.analyses import Scenario
from indexcalc.spec.framework import Framework
from indexcalc.spec.methodology import Methodology
from indexcalc.spec.specification import Specification
from indexcalc.steps.indicators import impute
from indexcalc.steps.pipeline import build_index

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Way:
    """One way to deal with missing figures: an imputation, and what is done where a figure is missing after it.

    given: parameters of the imputation. fills: whether no figure is missing after it. rank: [city, year] under it; None
    where it refuses, for the reasons in `problems`, or is not computed yet.
    """

    imputation: str
    missing: str
    given: Mapping[str, Any] = field(default_factory=dict)
    fills: bool = False
    rank: Array | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.imputation}.{self.missing}"


def missing_figures(panel: Panel, codes: Sequence[str]) -> dict[str, NDArray[np.bool_]]:
    """By indicator the city-years [city, year] that have a row but not this figure; only those that lack any."""
    found = {code: np.isnan(panel.series(code)) & panel.present for code in codes if code in panel.codes}
    return {code: mask for code, mask in found.items() if mask.any()}


def ways(
    panel: Panel, framework: Framework, chosen: str, given: Mapping[str, Mapping[str, Any]] | None = None
) -> tuple[Way, ...]:
    """The ways there are: no imputation, and every imputation that fills something and has no required parameter but a
    figure; each missing rule after those that leave a figure missing; and the way that is chosen, by its key.

    given: what is said of imputations, by their names.
    """
    found = [way for name in METHODS["imputation"] for way in _after(name, panel, framework, (given or {}).get(name))]
    imputation, _, missing = chosen.partition(".")
    if imputation in METHODS["imputation"] and missing in METHODS["missing"] and chosen not in {w.key for w in found}:
        found.append(Way(imputation, missing))
    return tuple(found)


def _after(imputation: str, panel: Panel, framework: Framework, given: Mapping[str, Any] | None) -> Iterator[Way]:
    default = Methodology()
    if needs_more(imputation):
        if needs_more(imputation) == needs_figure(imputation):
            yield Way(imputation, default.missing.name, given=given or {}, fills=True)
        return
    whole = impute(panel, framework, default.variant(imputation=imputation))
    left = missing_figures(whole, list(framework.all_indicators))
    refusing = default.missing.name
    if imputation != default.imputation.name and np.isnan(whole.values).sum() == np.isnan(panel.values).sum():
        return  # it fills nothing here
    yield Way(imputation, refusing, fills=not left)
    if left:
        yield from (Way(imputation, name) for name in METHODS["missing"] if name != refusing)


def needs_more(imputation: str) -> list[str]:
    """The parameters that an imputation cannot do without."""
    return [name for name, one in METHODS["imputation"][imputation].parameters.items() if one.default is one.empty]


def needs_figure(imputation: str) -> list[str]:
    """Those of them that are a figure.

    >>> needs_figure("constant"), needs_figure("regression"), needs_figure("linear")
    (['value'], [], [])
    """
    annotations = METHODS["imputation"][imputation].annotations
    return [name for name in needs_more(imputation) if annotations[name] is float]


def ranked(listed: Sequence[Way], specification: Specification, panel: Panel) -> tuple[Way, ...]:
    """The ways with the ranks that each gives, the index built whole under each, or with why it refuses."""
    return tuple(_ranked(way, specification, panel) for way in listed)


def _ranked(way: Way, specification: Specification, panel: Panel) -> Way:
    chosen = specification.methodology
    own: dict[str, Any] = {
        step: name for step in ("imputation", "missing") if (name := getattr(way, step)) != getattr(chosen, step).name
    }
    if needs_more(way.imputation):
        own["imputation"] = {"method": way.imputation, **way.given}
    try:
        scenario = Scenario.model_validate(own)
    except ValidationError:  # nothing, or no figure, is said of it
        return way
    framework, methodology = scenario.applied(specification.framework, chosen)
    try:
        result = build_index(panel, framework, methodology)
    except IndexcalcError as error:
        return replace(way, problems=error.problems)
    rank = np.full(panel.present.shape, np.nan)
    rank[[panel.cities.index(city) for city in result.cities]] = result.rank()
    return replace(way, rank=rank)


def telling_year(ranks: Sequence[Array]) -> int:
    """The position of the year in which the ways give the most different rankings; the latest of several."""
    distinct = [len({column.tobytes() for column in (rank[:, t] for rank in ranks)}) for t in range(ranks[0].shape[1])]
    return max(range(len(distinct)), key=lambda t: (distinct[t], t))


def moved(rank: Array, chosen: Array) -> tuple[int, int]:
    """How many city-years have another rank than under the chosen way, or only there one, and of how many."""
    there = ~(np.isnan(rank) & np.isnan(chosen))
    return int((there & ~(rank == chosen)).sum()), int(there.sum())
