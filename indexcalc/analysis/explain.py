"""One city explained: score, rank, path, strengths, what drove its change, whom it passed and why.

Nothing here reads a file or computes an index: the caller passes the result, and for the next place a function that
rebuilds it from a changed panel.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame
from indexcalc.analysis.contributions import (
    Overtaking,
    attempt,
    change_split,
    gap_contributions,
    mean_split,
    overtakings,
)
from indexcalc.analysis.named import find_city, scored_years
from indexcalc.analysis.next_place import NextPlace, Rebuild, find_next_place
from indexcalc.brief import Brief
from indexcalc.errors import Problem
from indexcalc.figures.panel import city_position, year_position
from indexcalc.origin import Origin
from indexcalc.spec.hierarchy import Node, turned
from indexcalc.steps.comparable import levels_compare, two_years
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]


@dataclass(frozen=True)
class YearPoint:
    """A city in one year: score and rank (missing if it has none), how many cities are ranked, and their mean score."""

    year: int
    score: float
    rank: float
    ranked: int
    mean: float


@dataclass(frozen=True)
class Standing:
    """One indicator of a city in one year: figure and origin, score, rank among the cities, score of the mean city.

    part: its part of the distance of the index from that of the mean city; missing where that cannot be split.
    """

    code: str
    value: float
    origin: int
    score: float
    rank: float
    mean: float
    part: float


@dataclass(frozen=True)
class Driver:
    """One node in the change of a city's score: figures (of an indicator), origins and scores of both years, and its
    part."""

    code: str
    values: tuple[float, float]
    origins: tuple[int, int]
    scores: tuple[float, float]
    part: float


@dataclass(frozen=True)
class Passing:
    """One city passed, or passing: the gap (the story's city less the other) in both years; the parts of its change.

    gained: whether the story's city gained on the other. parts: (indicator, part), the largest first; empty where the
    gap cannot be split. alike: whether the two gaps can be compared: not where each year is scored by itself, nor where
    an indicator is behind a score of one of the two in one of the years only.
    """

    overtaking: Overtaking
    other: str
    gained: bool
    gap_before: float
    gap_after: float
    parts: tuple[tuple[str, float], ...]
    alike: bool = True


@dataclass(frozen=True, repr=False)
class CityStory(Brief):
    """What there is to say about one city: numbers only, in the order in which they are reported.

    year, first: the last and the first year in which it has a score. ends: its ranks in first and in year among the
    cities ranked in both; among: how many these are, where others are ranked in one of the two. tied: who shares its
    rank in year. distance: of its score from that of the mean city of the year. standings: indicators, the strongest
    first, without those `turned`, below a node that may fall where they rise, which are neither strong nor weak.
    change, dimensions, drivers: of the score from first to year; drivers are the indicators, the largest gain first.
    once: indicators that its index uses in only one of the two years and without which these are compared; the scores
    are then `compared`. uncompared: cities without a score in one of the two years. comparable: whether levels of
    different years can be compared. refusals: why something is not split.
    """

    city: str
    year: int
    first: int
    path: tuple[YearPoint, ...]
    ends: tuple[float, float]
    among: int | None
    tied: tuple[str, ...]
    distance: float
    standings: tuple[Standing, ...]
    turned: tuple[str, ...]
    change: float
    dimensions: tuple[Driver, ...]
    drivers: tuple[Driver, ...]
    once: tuple[str, ...]
    compared: tuple[float, float]
    passings: tuple[Passing, ...]
    uncompared: tuple[str, ...]
    next_place: NextPlace | None
    comparable: bool
    refusals: tuple[Problem, ...]

    @property
    def now(self) -> YearPoint:
        """Score and rank of its last year."""
        return next(point for point in self.path if point.year == self.year)


def explain(result: IndexResult, city: str, *, rebuild: Rebuild | None = None) -> CityStory:
    """The story of a city, called by its key, English name or alias.

    rebuild: a function that returns the index of a changed panel, under the same framework and methodology; without it
    the next place is not looked for. Refused (InputError): an unknown city, or one without any score. What has no exact
    split is left out of the story, and `refusals` says why.
    """
    city = find_city(result, city)
    years = scored_years(result, city)
    first, year = years[0], years[-1]
    c, t = city_position(result, city), year_position(result, year)
    refusals: dict[str, Problem] = {}
    level = attempt(refusals, lambda: mean_split(result, city, year))
    change = attempt(refusals, lambda: change_split(result, city, first, year))
    both = two_years(result, year_position(result, first), t)
    dimensions, drivers = _drivers(result, city, first, year, change, (both.before[c], both.after[c]))
    ranks = result.rank()
    start, end = result.ranks_in_both(year_position(result, first), t)
    path, ranked = _path(result, c), int((~np.isnan(start)).sum())
    return CityStory(
        city=city,
        year=year,
        first=first,
        path=path,
        ends=(float(start[c]), float(end[c])),
        among=ranked if any(point.ranked > ranked for point in path if point.year in (first, year)) else None,
        tied=tuple(name for d, name in enumerate(result.cities) if d != c and ranks[d, t] == ranks[c, t]),
        distance=math.nan if level is None else float(level[0]),
        standings=_standings(result, city, year, level),
        turned=tuple(node.code for _, node in _indicators(result) if turned(node, result.nodes)),
        change=float(both.gain[c]),
        dimensions=dimensions,
        drivers=drivers,
        once=both.once.get(c, ()),
        compared=(float(both.before[c, 0]), float(both.after[c, 0])),
        passings=_passings(result, city, first, year, refusals),
        uncompared=_uncompared(result, city, first, year),
        next_place=None if rebuild is None else find_next_place(result, city, rebuild=rebuild),
        comparable=Frame.of(result).comparable,
        refusals=tuple(refusals.values()),
    )


def _path(result: IndexResult, c: int) -> tuple[YearPoint, ...]:
    scores, ranks = result.score(), result.rank()
    points = []
    for t, year in enumerate(result.years):
        known = scores[~np.isnan(scores[:, t]), t]
        mean = float(known.mean()) if known.size else math.nan
        points.append(YearPoint(year, float(scores[c, t]), float(ranks[c, t]), int(known.size), mean))
    return tuple(points)


def _standings(result: IndexResult, city: str, year: int, level: Array | None) -> tuple[Standing, ...]:
    c, t = city_position(result, city), year_position(result, year)
    ranked = ~np.isnan(result.score()[:, t])
    found = []
    for position, node in _indicators(result):
        column, score = result.scores[ranked, t, position], float(result.scores[c, t, position])
        if math.isnan(score) or turned(node, result.nodes):
            continue
        k = result.imputed.position(node.code)
        standing = Standing(
            code=node.code,
            value=float(result.imputed.values[c, t, k]),
            origin=int(result.imputed.origin[c, t, k]),
            score=score,
            rank=float(result.ranks[c, t, position]),
            mean=float(np.nanmean(column)),
            part=math.nan if level is None else float(level[position]),
        )
        found.append(standing)
    return tuple(sorted(found, key=lambda s: s.mean - s.score if level is None else -s.part))


def _drivers(
    result: IndexResult, city: str, first: int, year: int, change: Array | None, ends: tuple[Array, Array]
) -> tuple[tuple[Driver, ...], tuple[Driver, ...]]:
    """Dimensions below the index in their order, and indicators, the largest gain first; ends: scores (node,) of the
    two years, like with like."""
    if first == year or change is None:
        return (), ()
    c, years = city_position(result, city), [year_position(result, y) for y in (first, year)]
    found = {}
    for position in range(1, len(result.nodes)):
        node = result.nodes[position]
        before, after = (float(end[position]) for end in ends)
        values, origins = (math.nan, math.nan), (int(Origin.MISSING), int(Origin.MISSING))
        if node.is_indicator:
            k = result.imputed.position(node.code)
            one, two = (float(result.imputed.values[c, t, k]) for t in years)
            start, end = (int(result.imputed.origin[c, t, k]) for t in years)
            values, origins = (one, two), (start, end)
        if not math.isnan(change[position]):
            found[position] = Driver(node.code, values, origins, (before, after), float(change[position]))
    below = [p for p in result.nodes[0].children if p in found and not result.nodes[p].is_indicator]
    leaves = [found[p] for p, _ in _indicators(result) if p in found]
    return tuple(found[p] for p in below), tuple(sorted(leaves, key=lambda driver: -driver.part))


def _passings(
    result: IndexResult, city: str, first: int, year: int, refusals: dict[str, Problem]
) -> tuple[Passing, ...]:
    """Overtakings of this city: first those it gained on, then those that gained on it."""
    if first == year:
        return ()
    found = []
    comparable = levels_compare(result.nodes, result.framework, result.methodology)
    once = two_years(result, year_position(result, first), year_position(result, year)).once
    for overtaking in overtakings(result, first, year):
        if city in (overtaking.city, overtaking.other):
            gained = overtaking.city == city
            other = overtaking.other if gained else overtaking.city
            alike = comparable and not any(once.get(city_position(result, one)) for one in (city, other))
            split = partial(gap_contributions, result, city, other, first, year)
            parts = attempt(refusals, split) if alike else None
            before, after = (_gap(result, city, other, y) for y in (first, year))
            told = () if parts is None else _sorted(result, parts)
            found.append(Passing(overtaking, other, gained, before, after, told, alike))
    return tuple(sorted(found, key=lambda passing: not passing.gained))


def _gap(result: IndexResult, city: str, other: str, year: int) -> float:
    column = result.score()[:, year_position(result, year)]
    return float(column[city_position(result, city)] - column[city_position(result, other)])


def _sorted(result: IndexResult, parts: Array) -> tuple[tuple[str, float], ...]:
    """(indicator, part), the largest part first."""
    known = [(node.code, float(parts[p])) for p, node in _indicators(result) if not math.isnan(parts[p])]
    return tuple(sorted(known, key=lambda item: -item[1]))


def _uncompared(result: IndexResult, city: str, first: int, year: int) -> tuple[str, ...]:
    """Other cities with a score in one of the two years only."""
    scored = ~np.isnan(result.score()[:, [year_position(result, y) for y in (first, year)]])
    once = scored[:, 0] != scored[:, 1]
    return tuple(name for name, here in zip(result.cities, once, strict=True) if here and name != city)


def _indicators(result: IndexResult) -> Iterator[tuple[int, Node]]:
    return ((position, node) for position, node in enumerate(result.nodes) if node.is_indicator)
