"""Convergence and inequality: do the cities draw together, which groups separate them, and how stable are their ranks?
The standard deviation of the scores and the slope of their change on their level come first: they do not depend on
where the scale begins. Ratio measures (coefficient of variation, standard deviation of logs, Gini, Theil, beta of logs)
need a natural zero: for min-max scores they change, and may change direction, with the lower bound. An index that is
bounded above converges mechanically. `notices` say what applies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame
from indexcalc.analysis.integration import MEANS, score_scale
from indexcalc.analysis.lenses import year_span
from indexcalc.brief import Frozen
from indexcalc.errors import ChoiceError, Problem
from indexcalc.figures.panel import city_years
from indexcalc.methods.inequality import (
    Beta,
    Dagum,
    Slope,
    Theil,
    beta_convergence,
    coefficient_of_variation,
    dagum,
    deviation_of_logs,
    gini,
    slope_on_level,
    theil,
)
from indexcalc.methods.statistics import kendall, spearman
from indexcalc.spec.framework import INDEX
from indexcalc.spec.hierarchy import Parent
from indexcalc.steps.comparable import two_years
from indexcalc.steps.result import IndexResult
from indexcalc.voice import City, Group, Row, Word

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

UNGROUPED = "ungrouped"
"""The group of the cities that belong to none."""

FEW = 30
"""With fewer cities than this, a notice points to the interval of the slope."""

COMPARED = 3
"""Fewer cities always agree or disagree completely, so there is no rank correlation."""


@dataclass(frozen=True)
class Stability:
    """Rank correlations of the cities between two years: n, the cities with a score in both; spearman, kendall
    (tau-b)."""

    first: int
    last: int
    n: int
    spearman: float
    kendall: float


@dataclass(frozen=True, repr=False)
class Convergence(Frozen):
    """Inequality among the cities in each year, and convergence over the years: data only; tables by the methods.

    node: whose scores. n, mean, sd: (n_year,); ddof: 0 the population's, 1 the sample's. sd_alike: of `first` and
    `last`, each city over the indicators that it has in both. slope: of the change from `first` to `last` on the level
    in `first`, missing where years cannot be compared; level: of its confidence interval. groups: of cities, in the
    order of the YAML, then `ungrouped`; group_n, group_mean, group_sd: (n_year, n_group). natural_zero: whether the
    scale has one. ratios: whether ratio measures are to be shown, because it has one or because the YAML says so: cv,
    sd_log, gini (n_year,); dagum, theil, one per year; beta, of logs, missing where a score is 0. They are missing
    where scores are below 0. stability: from each year to the next, then from the first to the last.
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
    sd_log: Array
    gini: Array
    groups: tuple[str, ...]
    group_n: Ints
    group_mean: Array
    group_sd: Array
    dagum: tuple[Dagum, ...]
    theil: tuple[Theil, ...]
    first: int
    last: int
    comparable: bool
    sd_alike: tuple[float, float]
    natural_zero: bool
    ratios: bool
    slope: Slope
    beta: Beta
    stability: tuple[Stability, ...]
    notices: tuple[Problem, ...]

    def table(self) -> pd.DataFrame:
        """One row per year: year, n, mean, sd; if there are ratios cv, sd_log, gini with its parts, theil with its two.

        gini = gini_within + gini_between + gini_overlap (超变密度); theil = theil_between + theil_within.
        """
        import pandas as pd

        spread = {"year": list(self.years), "n": self.n, "mean": self.mean, "sd": self.sd}
        if not self.ratios:
            return pd.DataFrame(spread)
        return pd.DataFrame(
            {
                **spread,
                "cv": self.cv,
                "sd_log": self.sd_log,
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
        """One row per year and group: year, group, n (cities), mean, sd; where there are ratios share (of the total of
        scores), gini, theil."""
        import pandas as pd

        k = len(self.groups)
        found = pd.DataFrame(
            {
                "year": np.repeat(np.array(self.years), k),
                "group": list(self.groups) * len(self.years),
                "n": self.group_n.ravel(),
                "mean": self.group_mean.ravel(),
                "sd": self.group_sd.ravel(),
            }
        )
        if not self.ratios:
            return found
        each = [one for one in zip(self.dagum, self.theil, strict=True)]
        return found.assign(
            share=[float(one.share[g]) for one, _ in each for g in range(k)],
            gini=[float(one.gini[g, g]) for one, _ in each for g in range(k)],
            theil=[float(two.group[g]) for _, two in each for g in range(k)],
        )

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
        """One row, of the slope in points: first, last, level, n, intercept, slope, standard_error, low, high,
        r_squared, verdict; where there are ratios those of the beta of logs: log_alpha, log_beta, ..., log_half_life.

        verdict: of the slope, `converges` or `diverges` if its whole interval lies on one side of 0, `undecided` if
        not, else empty.
        """
        import pandas as pd

        row = {"first": self.first, "last": self.last, "level": self.level, **self.slope._asdict()}
        logs = {f"log_{name}": value for name, value in self.beta._asdict().items() if name != "n"}
        return pd.DataFrame([{**row, "verdict": self.verdict, **(logs if self.ratios else {})}])

    def stability_table(self) -> pd.DataFrame:
        """One row per pair of years: first, last, n, spearman, kendall."""
        import pandas as pd

        rows = [(one.first, one.last, one.n, one.spearman, one.kendall) for one in self.stability]
        return pd.DataFrame(rows, columns=["first", "last", "n", "spearman", "kendall"])

    @property
    def verdict(self) -> Literal["converges", "diverges", "undecided", ""]:
        """What the confidence interval of the slope says; empty without a slope."""
        if np.isnan(self.slope.low):
            return ""
        if self.slope.high < 0:
            return "converges"
        return "diverges" if self.slope.low > 0 else "undecided"

    @property
    def drift(self) -> Literal["converges", "diverges", "undecided", ""]:
        """What the slope and the standard deviations say together: a direction only where they agree."""
        wider = round(self.sd_alike[1] - self.sd_alike[0], 9)
        if self.verdict == "":
            return ""
        agree = (self.verdict == "converges" and wider < 0) or (self.verdict == "diverges" and wider > 0)
        return self.verdict if agree else "undecided"


def convergence(
    result: IndexResult,
    code: str = INDEX,
    *,
    first: int | None = None,
    last: int | None = None,
    ddof: Literal[0, 1] = 0,
    level: float = 0.95,
    ratio_measures: bool = False,
) -> Convergence:
    """Spread of the cities year by year, and convergence from the first year to the last, of one node's scores.

    code: the index, a dimension or an indicator. ddof: 0 divides the variance by n, 1 by n - 1. first, last: the years
    of slope and beta. Groups are those of the cities in the YAML. A city without a score is left out of that year, and
    out of slope and beta if it lacks one in either year; every table prints n. Slope and beta compare two years of a
    city over the indicators that both have (see `comparable`). Under `reference: year` levels of different years cannot
    be compared, and there is no slope. ratio_measures: show the ratio measures although the scale has no natural zero
    (see `has_natural_zero`). Refused (ChoiceError): ratio measures for scores below 0, of which no share or ratio makes
    sense; years that are not of the index, or not in order. A score of 0 leaves beta undefined. Formulas and sources:
    `methods.inequality`.

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("ABC" * 2, [2020] * 3 + [2025] * 3, {"x": [1, 2, 4, 2, 3, 5.5]})
    >>> framework = ic.Framework.model_validate({"indicators": {"x": {}}})
    >>> found = convergence(ic.build_index(panel, framework, ic.Methodology.model_validate({"normalisation": "none"})))
    >>> found.sd.round(3), round(found.slope.slope, 3), round(found.slope.high, 3), found.verdict
    (array([1.247, 1.472]), 0.179, 0.965, 'undecided')
    """
    scores, years = result.score(code), result.years
    below = bool((scores < 0).any())
    natural = has_natural_zero(result, code)
    if below and ratio_measures:
        at = scores < 0
        facts = {"node": code, "value": float(scores[at].min()), "where": city_years(result.panel, at)}
        raise ChoiceError(Problem("inequality_negative", facts))
    ends = year_span(years, first, last)
    frame = Frame.of(result)
    groups, numbers = _groups(frame)
    n = (~np.isnan(scores)).sum(axis=0)
    comparable, nan = frame.comparable, float("nan")
    spans = comparable and ends[0] != ends[1]
    both, node = two_years(result, *ends), result.position(code)
    pair = both.before[:, node], both.after[:, node]
    slope = slope_on_level(*pair, level=level) if spans else Slope(0, *(nan,) * 6)
    by_ratio = np.full(scores.shape, nan) if below else scores
    alike = tuple(np.full(len(scores), nan) if below else end for end in pair)
    beta = _beta(alike[0], alike[1], years, ends, level) if comparable else Beta(0, *(nan,) * 8)
    splits = tuple(dagum(column, numbers, n_group=len(groups)) for column in by_ratio.T)
    ratios = (natural or ratio_measures) and not below
    within = [[column[numbers == g] for g in range(len(groups))] for column in scores.T]
    sizes = np.array([[int((~np.isnan(one)).sum()) for one in year] for year in within])
    return Convergence(
        node=code,
        cities=result.cities,
        years=years,
        ddof=ddof,
        level=level,
        n=n,
        mean=np.where(n > 0, np.nansum(scores, axis=0) / np.maximum(n, 1), np.nan),
        sd=np.array([_sd(column, ddof) for column in scores.T]),
        cv=np.array([coefficient_of_variation(column, ddof=ddof) for column in by_ratio.T]),
        sd_log=np.array([deviation_of_logs(column, ddof=ddof) for column in by_ratio.T]),
        gini=np.array([gini(column) for column in by_ratio.T]),
        groups=groups,
        group_n=sizes,
        group_mean=np.array([[_mean(one) for one in year] for year in within]),
        group_sd=np.array([[_sd(one, ddof) for one in year] for year in within]),
        dagum=splits,
        theil=tuple(theil(column, numbers, n_group=len(groups)) for column in by_ratio.T),
        first=years[ends[0]],
        last=years[ends[1]],
        comparable=comparable,
        sd_alike=(_sd(pair[0], ddof), _sd(pair[1], ddof)),
        natural_zero=natural,
        ratios=ratios,
        slope=slope,
        beta=beta,
        stability=tuple(_stability(scores, years, frame.decimals)),
        notices=tuple(_notices(result, code, scores, ends, slope, groups, sizes, ratios, natural)),
    )


def has_natural_zero(result: IndexResult, code: str = INDEX) -> bool:
    """Whether a node's score of 0 means none of what is measured, so that twice the score is twice as much.

    It does where every indicator below has a normalisation that keeps the zero of its figures (`none`, `vector`,
    `ratio`, goalposts from 0: the trait `keeps_zero` of the registry), a positive direction, no transform and no
    treatment by logarithms, and every node combines its children by a mean. Whether the figures themselves have a
    natural zero (GDP does, a temperature does not) is not examined. Min-max scores, ranks and z-scores have none.

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("AB", [2020] * 2, {"x": [1, 2]})
    >>> framework = ic.Framework.model_validate({"indicators": {"x": {}}})
    >>> [has_natural_zero(ic.build_index(panel, framework, ic.Methodology.model_validate({"normalisation": one})))
    ...     for one in ("min_max", "ratio", {"method": "goalposts", "low": 0, "high": 5})]
    [False, True, True]
    """
    below = [result.position(code)]
    while below:
        node = result.nodes[below.pop()]
        below += node.children
        if isinstance(node, Parent):
            if node.aggregation.name not in MEANS:
                return False
            continue
        declared = result.framework.all_indicators[node.code]
        choice = declared.normalisation or result.methodology.normalisation
        keeps = choice.method.traits.get("keeps_zero")
        transformed = declared.transform is not None and declared.transform.name != "none"
        treated = result.treatment.get(node.code, "winsorised") != "winsorised"
        if keeps is None or not keeps(**choice.parameters) or transformed or treated:
            return False
        if declared.direction.name != "positive":
            return False
    return True


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


def _mean(y: Array) -> float:
    y = y[~np.isnan(y)]
    return float(y.mean()) if len(y) else float("nan")


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
    """The number of cities that have both scores (n_city,), and Spearman's rho and Kendall's tau-b among these.

    Missing below three cities, which always agree or disagree completely, and where all share one rank.

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
    slope: Slope,
    groups: tuple[str, ...],
    sizes: Ints,
    ratios: bool,
    natural: bool,
) -> Iterator[Problem]:
    if ratios and not natural:
        yield Problem("inequality_origin")
    if not Frame.of(result).comparable:
        yield Problem("levels_incomparable", {"what": Word("errors.incomparable.beta")})
    elif ends[0] != ends[1]:
        yield from _slope_notices(result, code, scores, ends, slope, ratios)
    for g, group in enumerate(groups):
        alone = [str(year) for year, n in zip(result.years, sizes[:, g].tolist(), strict=True) if n == 1]
        if alone:
            yield Problem("group_of_one", {"group": Group(group), "years": Row(alone)})


def _slope_notices(
    result: IndexResult, code: str, scores: Array, ends: tuple[int, int], slope: Slope, ratios: bool
) -> Iterator[Problem]:
    first, last = (result.years[end] for end in ends)
    two = scores[:, ends]
    lost = [result.cities[c] for c in np.flatnonzero(np.isnan(two).any(axis=1))]
    if lost:
        yield Problem("beta_left_out", {"cities": Row(map(City, lost)), "first": first, "last": last})
    at = np.zeros(scores.shape, bool)
    at[:, ends] = two == 0
    if at.any() and ratios:
        yield Problem("beta_zero", {"node": code, "where": city_years(result.panel, at)})
    if slope.n < FEW:
        yield Problem("convergence_few", {"n": slope.n})
    try:
        upper = score_scale(result)[1]
    except ChoiceError:
        return
    yield Problem("convergence_bounded", {"upper": upper})
