"""What the page is made of: one result, what was analysed of it, and what is read off both for either language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Holding
from indexcalc.analysis.contributions import change_contributions, score_contributions
from indexcalc.analysis.integration import Integration, integration
from indexcalc.analysis.lenses import LensResult, lens
from indexcalc.errors import ChoiceError
from indexcalc.framework import Framework, Name
from indexcalc.report.charts.subject import Cities, pick_out
from indexcalc.result import IndexResult
from indexcalc.robustness.result import UncertaintyResult
from indexcalc.specification import Specification
from indexcalc.voice import Voice, voices

if TYPE_CHECKING:
    import pandas as pd

    from indexcalc.robustness.study import Study

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Material:
    """One index and what is known of it; uncertainty, study: None where not asked for.

    holdings: what becomes of the claims; real: of those about levels, without the indicators in current prices. tables:
    of the analyses. files: the other files of the run, by name.
    """

    result: IndexResult
    specification: Specification
    holdings: tuple[Holding, ...] = ()
    real: tuple[Holding, ...] = ()
    uncertainty: UncertaintyResult | None = None
    study: Study | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    files: tuple[str, ...] = ()

    @property
    def framework(self) -> Framework:
        return self.result.framework

    @cached_property
    def voices(self) -> tuple[Voice, ...]:
        """One a language."""
        return voices(self.framework)

    @property
    def drawn(self) -> UncertaintyResult | None:
        """The uncertainty analysis, if there were any draws."""
        return self.uncertainty if self.uncertainty is not None and self.uncertainty.draws else None

    @property
    def limits(self) -> tuple[Array, Array] | None:
        """Proven best and worst rank of each city in the last year, (city,); None where they were not proven."""
        found = None if self.study is None else self.study.bounds
        year = self.result.years[self.last]
        if found is None or year not in found.years:
            return None
        t = found.years.index(year)
        return found.best[:, t], found.worst[:, t]

    @cached_property
    def last(self) -> int:
        """Position of the last year in which anybody has a score."""
        there = np.flatnonzero(~np.isnan(self.result.score()).all(axis=0))
        return int(there[-1]) if there.size else len(self.result.years) - 1

    @cached_property
    def first(self) -> int:
        """Position of the first year in which anybody has a score."""
        there = np.flatnonzero(~np.isnan(self.result.score()).all(axis=0))
        return int(there[0]) if there.size else 0

    @cached_property
    def order(self) -> list[int]:
        """Cities by rank in the last year; those without a rank at the end."""
        rank = self.result.rank()[:, self.last]
        return [int(c) for c in np.argsort(np.where(np.isnan(rank), np.inf, rank), kind="stable")]

    def picked(self, voice: Voice) -> Cities:
        """The cities in colour, the same as in the charts."""
        rank, last = self.result.rank()[:, self.first : self.last + 1], self.result.years[self.last]
        return pick_out(self.result, self.result.cities, rank, last, voice, self.specification.charts.highlight)

    @cached_property
    def lenses(self) -> tuple[LensResult, ...]:
        """The lenses that tell two groups or more apart."""
        found = [lens(self.result, code) for code in self.framework.lenses]
        return tuple(one for one in found if sum(bool(members) for members in one.members.values()) > 1)

    @cached_property
    def integration(self) -> Integration | None:
        """Coupling coordination; None where this methodology has none."""
        try:
            return integration(self.result, self.specification.integration)
        except ChoiceError:
            return None

    @cached_property
    def against_mean(self) -> Array | None:
        """Parts of each city's distance from the mean city in the last year, (city, node); None if it has no parts."""
        try:
            return score_contributions(self.result, reference="mean")[:, self.last]
        except ChoiceError:
            return None

    @cached_property
    def change(self) -> Array | None:
        """Parts of each city's change from the first year to the last, (city, node); None if it has no parts."""
        if self.first == self.last:
            return None
        years = self.result.years
        try:
            return change_contributions(self.result, years[self.first], years[self.last])
        except ChoiceError:
            return None

    def node_name(self, code: str) -> Name:
        """Name of a node, indicator or series, in both languages."""
        return Name(zh=self.framework.label(code, "zh"), en=self.framework.label(code, "en"))

    def city_name(self, c: int) -> Name:
        """Name of a city by position, in both languages."""
        city = self.result.cities[c]
        return Name(zh=self.framework.city_label(city, "zh"), en=self.framework.city_label(city, "en"))
