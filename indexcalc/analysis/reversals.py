"""What happens to the others when one city or one year is left out: an index that depends on all of them may rank the
rest differently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indexcalc.brief import Brief
from indexcalc.errors import IndexcalcError, Problem
from indexcalc.figures.panel import Panel
from indexcalc.steps.pipeline import build_index
from indexcalc.steps.ranks import shared_ranks
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Leaving:
    """One city or year left out. year: the one whose ranks are compared, the last of those that stay. before, after:
    (n_city,), ranks among the cities that stay, NaN for others. refused: why there is no index without it."""

    kind: Literal["city", "year"]
    which: str | int
    year: int
    before: Array
    after: Array
    refused: tuple[Problem, ...] = ()

    @property
    def places(self) -> Array:
        """Places moved by each city that stays, up or down."""
        moved = np.abs(self.after - self.before)
        return moved[~np.isnan(moved)]

    @property
    def moved(self) -> int:
        """Cities whose rank changes."""
        return int((self.places > 0).sum())

    @property
    def furthest(self) -> int:
        return int(self.places.max(initial=0))

    @property
    def mean_shift(self) -> float:
        """Mean absolute shift in rank of those that stay, R_S of the OECD/JRC Handbook, equation 38."""
        return float(self.places.mean()) if self.places.size else float("nan")

    @property
    def reversed(self) -> tuple[tuple[int, int], ...]:
        """Pairs of cities whose order is reversed, the one that was ahead first; a tie that breaks or arises does not
        count."""
        there = np.flatnonzero(~np.isnan(self.after - self.before))
        there = there[np.argsort(self.before[there], kind="stable")]
        before, after = self.before[there], self.after[there]
        turned = (before[:, None] < before) & (after[:, None] > after)
        return tuple((int(there[i]), int(there[k])) for i, k in zip(*np.nonzero(turned), strict=True))


@dataclass(frozen=True, repr=False)
class Reversals(Brief):
    """What changes when each city, and each year, is left out."""

    found: tuple[Leaving, ...]


def reversals(result: IndexResult) -> Reversals:
    """The index recomputed without each city in turn, then without each year. Everything that depends on all of them is
    recomputed: imputation, treatment, the reference of the normalisation, data-driven weights, distances from a best
    value. Ranks are compared among the cities that stay.

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("ABC", [2020] * 3, {"x": [5, 4, 0], "y": [2.4, 3.2, 12]})
    >>> framework = ic.Framework.model_validate({"indicators": {"x": {}, "y": {}}})
    >>> found = reversals(ic.build_index(panel, framework, ic.Methodology().variant(missing="propagate"))).found
    >>> [(one.which, one.moved) for one in found]
    [('A', 1), ('B', 0), ('C', 1)]
    """
    return Reversals(tuple(_each(result)))


def _each(result: IndexResult) -> Iterator[Leaving]:
    scored = ~np.isnan(result.score())
    cities, years = np.flatnonzero(scored.any(axis=1)), np.flatnonzero(scored.any(axis=0))
    for c in cities if len(cities) > 2 else ():
        out = np.arange(len(result.cities)) == c
        yield _leaving(result, "city", result.cities[c], int(years[-1]), result.panel.without_cities(out))
    for t in years if len(years) > 1 else ():
        out = np.arange(len(result.years)) == t
        stays = int(years[-1] if t != years[-1] else years[-2])
        yield _leaving(result, "year", result.years[t], stays, result.panel.without_years(out))


def _leaving(result: IndexResult, kind: Literal["city", "year"], which: str | int, t: int, panel: Panel) -> Leaving:
    before = result.rank()[:, t]
    try:
        after = build_index(panel, result.framework, result.methodology).rank()[:, t]
    except IndexcalcError as refused:
        nothing = np.full(len(before), np.nan)
        return Leaving(kind, which, result.years[t], nothing, nothing, refused.problems)
    before, after = (np.asarray(ranks, float) for ranks in shared_ranks(before, after))
    return Leaving(kind, which, result.years[t], before, after)
