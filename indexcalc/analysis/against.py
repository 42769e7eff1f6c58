"""Two cities compared: what the gap between their scores is made of, now and in the first year."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.contributions import (
    attempt,
    gap_contributions,
    gap_split,
)
from indexcalc.analysis.named import find_city, scored_years
from indexcalc.brief import Brief
from indexcalc.errors import InputError, Problem
from indexcalc.figures.panel import city_position, year_position
from indexcalc.steps.comparable import levels_compare, two_years
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]


@dataclass(frozen=True)
class NodeGap:
    """One node of two cities: figures (of an indicator) and scores of both, its part of the gap and of its change.

    Parts are missing where they cannot be split; that of the change also where there is one year only.
    """

    code: str
    level: int
    is_indicator: bool
    values: tuple[float, float]
    scores: tuple[float, float]
    part: float
    part_change: float


@dataclass(frozen=True, repr=False)
class Comparison(Brief):
    """A city against another: the gap is the score of the first less that of the second.

    first, year: the first and the last year in which both have a score. scores, ranks: of both, in those two years.
    nodes: all below the index, dimensions before what they hold. refusals: why something is not split. comparable:
    whether levels of the two years can be compared; once: the indicators behind the index of one of the two in one of
    these years only; alike: the gaps of the two years over the others, the same as `gaps` where there are none; missing
    where these give no score.
    """

    city: str
    other: str
    first: int
    year: int
    scores: tuple[tuple[float, float], tuple[float, float]]
    ranks: tuple[tuple[int, int], tuple[int, int]]
    nodes: tuple[NodeGap, ...]
    refusals: tuple[Problem, ...]
    comparable: bool = True
    once: tuple[str, ...] = ()
    alike: tuple[float, float] = (math.nan, math.nan)

    @property
    def both(self) -> tuple[str, str]:
        """The two cities."""
        return self.city, self.other

    @property
    def gaps(self) -> tuple[float, float]:
        """The gap in the first and in the last year."""
        (one, two), (one_now, two_now) = self.scores
        return one - two, one_now - two_now


def against(result: IndexResult, city: str, other: str) -> Comparison:
    """Two cities node by node, in the last year in which both have a score, and how their gap changed since the first.

    Refused by name (InputError): an unknown city, a city against itself, two cities that never have a score together.
    """
    city, other = find_city(result, city), find_city(result, other)
    if city == other:
        raise InputError(Problem("explain_itself", {"city": city}))
    theirs = set(scored_years(result, other))
    years = [year for year in scored_years(result, city) if year in theirs]
    if not years:
        raise InputError(Problem("explain_no_year", {"city": city, "other": other}))
    first, year = years[0], years[-1]
    refusals: dict[str, Problem] = {}
    gap = attempt(refusals, partial(gap_split, result, city, other, year))
    comparable = levels_compare(result.nodes, result.framework, result.methodology)
    here = [city_position(result, name) for name in (city, other)]
    like = two_years(result, year_position(result, first), year_position(result, year))
    once = tuple(dict.fromkeys(code for c in here for code in like.once.get(c, ())))
    change = None
    if first != year and comparable and not once:
        change = attempt(refusals, partial(gap_contributions, result, city, other, first, year))
    at = [[(city_position(result, name), year_position(result, y)) for name in (city, other)] for y in (first, year)]
    score, rank = result.score(), result.rank()
    (a, b), (a_now, b_now) = at
    return Comparison(
        city=city,
        other=other,
        first=first,
        year=year,
        scores=((float(score[a]), float(score[b])), (float(score[a_now]), float(score[b_now]))),
        ranks=((int(rank[a]), int(rank[b])), (int(rank[a_now]), int(rank[b_now]))),
        nodes=tuple(_node_gaps(result, a_now, b_now, gap, change)),
        refusals=tuple(refusals.values()),
        comparable=comparable,
        once=once,
        alike=(float(np.subtract(*like.before[here, 0])), float(np.subtract(*like.after[here, 0]))),
    )


def _node_gaps(
    result: IndexResult, one: tuple[int, int], two: tuple[int, int], gap: Array | None, change: Array | None
) -> Iterator[NodeGap]:
    for position, node in enumerate(result.nodes):
        if position == 0:
            continue
        values = math.nan, math.nan
        if node.is_indicator:
            x = result.imputed.series(node.code)
            values = float(x[one]), float(x[two])
        yield NodeGap(
            code=node.code,
            level=node.level,
            is_indicator=node.is_indicator,
            values=values,
            scores=(float(result.scores[(*one, position)]), float(result.scores[(*two, position)])),
            part=math.nan if gap is None else float(gap[position]),
            part_change=math.nan if change is None else float(change[position]),
        )
