"""Convergence and inequality: do the cities draw together, which groups part them, and how stable are their ranks?

Where the scale of an index begins is a choice on which the coefficient of variation, Gini, Theil and beta depend: they
compare years of one index, not two indices. An index that is bounded above converges mechanically. Both are said in
`notices`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame
from indexcalc.analysis.integration import score_scale
from indexcalc.analysis.lenses import year_span
from indexcalc.brief import Brief
from indexcalc.comparable import two_years
from indexcalc.errors import ChoiceError, Problem
from indexcalc.framework import INDEX
from indexcalc.methods.inequality import (
    Beta,
    Dagum,
    Theil,
    beta_convergence,
    coefficient_of_variation,
    dagum,
    gini,
    theil,
)
from indexcalc.methods.statistics import kendall, spearman
from indexcalc.panel import city_years
from indexcalc.result import IndexResult
from indexcalc.voice import Word

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

UNGROUPED = "ungrouped"
"""The group of the cities that belong to none."""

FEW = 30
"""Below so many cities the interval of beta is pointed out."""

COMPARED = 3
"""Fewer cities always agree or disagree wholly: no rank correlation."""


@dataclass(frozen=True)
class Stability:
    """Rank correlations of the cities between two years: n cities that both have; spearman, kendall (tau-b)."""

    first: int
    last: int
    n: int
    spearman: float
    kendall: float


@dataclass(frozen=True, repr=False)
class Convergence(Brief):
    """Inequality among the cities in each year, and convergence over the years: data only; tables by the methods.

    node: whose scores. n, mean, sd, cv: (n_year,); ddof: of sd and cv, 0 the population's. groups: of cities, in the
    order of the YAML, then `ungrouped`. gini: (n_year,); dagum, theil: what they are made of, one per year. beta: from
    `first` to `last`, missing where years do not compare or a score is 0; level: of its interval. stability: from each
    year to the next, then from the first to the last.
    """

    main = "table"

    node: str
    cities: tuple[str, ...]
    years: tuple[int, ...]
    ddof: int
    level: float
    n: Ints
    mean: Array
    sd: Array
    cv: Array
    gini: Array
    groups: tuple[str, ...]
    dagum: tuple[Dagum, ...]
    theil: tuple[Theil, ...]
    first: int
    last: int
    comparable: bool
    beta: Beta
    stability: tuple[Stability, ...]
    notices: tuple[Problem, ...]

    def __post_init__(self) -> None:
        for array in (self.n, self.mean, self.sd, self.cv, self.gini):
            array.setflags(write=False)

    def table(self) -> pd.DataFrame:
        """One row per year: year, n, mean, sd, cv, gini and its three parts, theil and its two.

        gini = gini_within + gini_between + gini_overlap (超变密度); theil = theil_between + theil_within.
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "year": list(self.years),
                "n": self.n,
                "mean": self.mean,
                "sd": self.sd,
                "cv": self.cv,
                "gini": self.gini,
                "gini_within": [one.within for one in self.dagum],
                "gini_between": [one.between for one in self.dagum],
                "gini_overlap": [one.overlap for one in self.dagum],
                "theil": [one.total for one in self.theil],
                "theil_between": [one.between for one in self.theil],
                "theil_within": [one.within for one in self.theil],
            }
        )

    def group_table(self) -> pd.DataFrame:
        """One row per year and group: year, group, n (cities), share (of the total of scores), gini, theil."""
        import pandas as pd

        rows = [
            (year, group, int(one.n[g]), float(one.share[g]), float(one.gini[g, g]), float(two.group[g]))
            for year, one, two in zip(self.years, self.dagum, self.theil, strict=True)
            for g, group in enumerate(self.groups)
        ]
        return pd.DataFrame(rows, columns=["year", "group", "n", "share", "gini", "theil"])

    def pair_table(self) -> pd.DataFrame:
        """One row per year and pair of groups: year, group, other, n, n_other, gini G_jh, affluence D_jh."""
        import pandas as pd

        rows = [
            (year, self.groups[j], self.groups[h], int(one.n[j]), int(one.n[h]), one.gini[j, h], one.D[j, h])
            for year, one in zip(self.years, self.dagum, strict=True)
            for j in range(len(self.groups))
            for h in range(j + 1, len(self.groups))
        ]
        return pd.DataFrame(rows, columns=["year", "group", "other", "n", "n_other", "gini", "affluence"])

    def beta_table(self) -> pd.DataFrame:
        """One row: first, last, level, n, alpha, beta, standard_error, low, high, r_squared, speed, half_life, verdict.

        verdict: `converges` or `diverges` if the whole interval lies on one side of 0, `undecided` if not, else empty.
        """
        import pandas as pd

        row = {"first": self.first, "last": self.last, "level": self.level, **self.beta._asdict()}
        return pd.DataFrame([{**row, "verdict": self.verdict}])

    def stability_table(self) -> pd.DataFrame:
        """One row per pair of years: first, last, n, spearman, kendall."""
        import pandas as pd

        rows = [(one.first, one.last, one.n, one.spearman, one.kendall) for one in self.stability]
        return pd.DataFrame(rows, columns=["first", "last", "n", "spearman", "kendall"])

    @property
    def verdict(self) -> Literal["converges", "diverges", "undecided", ""]:
        """What the interval of beta says."""
        if np.isnan(self.beta.low):
            return ""
        if self.beta.high < 0:
            return "converges"
        return "diverges" if self.beta.low > 0 else "undecided"


def convergence(
    result: IndexResult,
    code: str = INDEX,
    *,
    first: int | None = None,
    last: int | None = None,
    ddof: Literal[0, 1] = 0,
    level: float = 0.95,
) -> Convergence:
    """Inequality among the cities year by year, and convergence from the first year to the last, of one node's scores.

    code: the index, a dimension or an indicator. ddof: 0 divides the variance by n, 1 by n - 1. first, last: the years
    of beta. Groups are those of the cities in the YAML. Cities without a score are left out of that year, and of beta
    if either year lacks it; every table prints n. Beta compares the two years of a city over the indicators that both
    have (see `comparable`). Under reference `year` levels do not compare: no beta.
    Refused (ChoiceError): scores below 0, of which no share or ratio makes sense; years that are not two of the index.
    A score of 0 leaves beta undefined. Formulas and sources: `methods.inequality`.

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("ABC" * 2, [2020] * 3 + [2025] * 3, {"x": [1, 2, 4, 2, 3, 5.5]})
    >>> framework = ic.Framework.model_validate({"indicators": {"x": {}}})
    >>> found = convergence(ic.build_index(panel, framework, ic.Methodology.model_validate({"normalisation": "none"})))
    >>> found.cv.round(3), round(found.beta.beta, 3), round(found.beta.high, 3), found.verdict
    (array([0.535, 0.421]), -0.054, 0.158, 'undecided')
    """
    scores, years = result.score(code), result.years
    if (scores < 0).any():
        at = scores < 0
        facts = {"node": code, "value": float(scores[at].min()), "where": city_years(result.panel, at)}
        raise ChoiceError(Problem("inequality_negative", facts))
    ends = year_span(years, first, last)
    frame = Frame.of(result)
    groups, numbers = _groups(frame)
    n = (~np.isnan(scores)).sum(axis=0)
    comparable = frame.comparable
    both = two_years(result, *ends)
    node = result.position(code)
    beta = (
        _beta(both.before[:, node], both.after[:, node], years, ends, level)
        if comparable
        else Beta(0, *(float("nan"),) * 8)
    )
    splits = tuple(dagum(column, numbers, n_group=len(groups)) for column in scores.T)
    return Convergence(
        node=code,
        cities=result.cities,
        years=years,
        ddof=ddof,
        level=level,
        n=n,
        mean=np.where(n > 0, np.nansum(scores, axis=0) / np.maximum(n, 1), np.nan),
        sd=np.array([_sd(column, ddof) for column in scores.T]),
        cv=np.array([coefficient_of_variation(column, ddof=ddof) for column in scores.T]),
        gini=np.array([gini(column) for column in scores.T]),
        groups=groups,
        dagum=splits,
        theil=tuple(theil(column, numbers, n_group=len(groups)) for column in scores.T),
        first=years[ends[0]],
        last=years[ends[1]],
        comparable=comparable,
        beta=beta,
        stability=tuple(_stability(scores, years, frame.decimals)),
        notices=tuple(_notices(result, code, scores, ends, beta, groups, splits)),
    )


def _groups(frame: Frame) -> tuple[tuple[str, ...], Ints]:
    """Names of the groups that have a city, and the number of each city's group."""
    numbers = np.full(len(frame.cities), len(frame.groups), np.int64)
    for number, members in enumerate(frame.groups.values()):
        numbers[members] = number
    rest = (UNGROUPED,) if (numbers == len(frame.groups)).any() else ()
    return (*frame.groups, *rest), numbers


def _sd(y: Array, ddof: int) -> float:
    y = y[~np.isnan(y)]
    return float(y.std(ddof=ddof)) if len(y) > ddof else float("nan")


def _beta(before: Array, after: Array, years: tuple[int, ...], ends: tuple[int, int], level: float) -> Beta:
    if ends[0] == ends[1]:
        return Beta(0, *(float("nan"),) * 8)
    return beta_convergence(before, after, years[ends[1]] - years[ends[0]], level=level)


def _stability(scores: Array, years: tuple[int, ...], decimals: int) -> Iterator[Stability]:
    """From each year to the next and, with more than two years, from the first to the last."""
    steps = [(t, t + 1) for t in range(len(years) - 1)]
    if len(years) > 2:
        steps.append((0, len(years) - 1))
    rounded = np.round(scores, decimals)
    for t, u in steps:
        yield Stability(years[t], years[u], *rank_correlations(rounded[:, t], rounded[:, u]))


def rank_correlations(a: Array, b: Array) -> tuple[int, float, float]:
    """How many cities both of two scores (n_city,) are there for, Spearman's rho and Kendall's tau-b among these.

    Missing below three cities, which always agree or disagree wholly, and where all share one place.

    >>> n, rho, tau = rank_correlations(np.array([1.0, 2.0, 3.0, np.nan]), np.array([10.0, 30.0, 20.0, 40.0]))
    >>> n, round(rho, 3), round(tau, 3)
    (3, 0.5, 0.333)
    """
    both = np.column_stack([a, b])
    both = both[~np.isnan(both).any(axis=1)]
    if len(both) < COMPARED:
        return len(both), float("nan"), float("nan")
    return len(both), float(spearman(both)[0, 1]), float(kendall(both)[0, 1])


def _notices(
    result: IndexResult,
    code: str,
    scores: Array,
    ends: tuple[int, int],
    beta: Beta,
    groups: tuple[str, ...],
    splits: tuple[Dagum, ...],
) -> Iterator[Problem]:
    yield Problem("inequality_origin")
    if not Frame.of(result).comparable:
        yield Problem("levels_incomparable", {"what": Word("errors.incomparable.beta")})
    elif ends[0] != ends[1]:
        yield from _beta_notices(result, code, scores, ends, beta)
    for g, group in enumerate(groups):
        alone = [str(year) for year, split in zip(result.years, splits, strict=True) if split.n[g] == 1]
        if alone:
            yield Problem("group_of_one", {"group": group, "years": ", ".join(alone)})


def _beta_notices(
    result: IndexResult, code: str, scores: Array, ends: tuple[int, int], beta: Beta
) -> Iterator[Problem]:
    first, last = (result.years[end] for end in ends)
    two = scores[:, ends]
    lost = [result.cities[c] for c in np.flatnonzero(np.isnan(two).any(axis=1))]
    if lost:
        yield Problem("beta_left_out", {"cities": ", ".join(lost), "first": first, "last": last})
    at = np.zeros(scores.shape, bool)
    at[:, ends] = two == 0
    if at.any():
        yield Problem("beta_zero", {"node": code, "where": city_years(result.panel, at)})
    elif beta.n < FEW:
        yield Problem("convergence_few", {"n": beta.n})
    try:
        upper = score_scale(result)[1]
    except ChoiceError:
        return
    yield Problem("convergence_bounded", {"upper": upper})
