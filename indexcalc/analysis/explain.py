"""One city explained: score, rank, path, strengths, what drove its change, whom it passed and why, and the smallest
change of one figure that would gain the next place; one figure traced from its cell to the index; two cities compared.

Nothing here reads a file or computes an index: the caller passes the result, and a function that rebuilds it from a
changed panel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame
from indexcalc.analysis.contributions import (
    Overtaking,
    applied_weights,
    change_split,
    gap_contributions,
    gap_split,
    is_sum,
    mean_split,
    overtakings,
)
from indexcalc.brief import Brief
from indexcalc.errors import ChoiceError, IndexcalcError, InputError, Problem, nearest, suggestion
from indexcalc.figures.panel import Panel, Source, city_position, year_position, year_problem
from indexcalc.methods import METHODS
from indexcalc.methods.ranking import competition_rank
from indexcalc.origin import Origin
from indexcalc.spec.choice import Choice
from indexcalc.spec.framework import Derivation, Framework
from indexcalc.spec.hierarchy import Node, turned
from indexcalc.spec.methodology import Reference
from indexcalc.steps.comparable import two_years
from indexcalc.steps.indicators import Parts
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]
Rebuild = Callable[[Panel], IndexResult]
Place = tuple[str, dict[str, Any]]

NAN = float("nan")


# --- names ------------------------------------------------------------------------------------------------------------


def find_city(result: IndexResult, name: str, place: Place | None = None) -> str:
    """The key of the city that `name` means: its key, English name or alias, in any case; refused by name otherwise."""
    names = {city: city for city in result.cities}
    for city, declared in result.framework.cities.items():
        if city in result.cities:
            names.update(dict.fromkeys(declared.spellings, city))
    return _found("explain_city", name, names, result.cities, place)


def find_indicator(result: IndexResult, name: str, place: Place | None = None) -> str:
    """The code of the indicator that `name` means: its code, Chinese or English name; refused by name otherwise."""
    codes = result.normalised.codes
    names = {code: code for code in codes}
    for code in codes:
        called = result.framework.named(code)
        names.update(dict.fromkeys(called.spellings if called is not None else (), code))
    return _found("explain_indicator", name, names, codes, place)


def find_node(result: IndexResult, name: str, place: Place | None = None) -> str:
    """The code of the node that `name` means, the index included: its code or name; refused by name otherwise."""
    codes = [node.code for node in result.nodes]
    names = {code: code for code in codes}
    for code in codes:
        called = result.framework.named(code)
        names.update(dict.fromkeys(called.spellings if called is not None else (), code))
    return _found("explain_node", name, names, codes, place)


def find_year(result: IndexResult, year: int | str, place: Place | None = None) -> int:
    """A year of the index; refused by name otherwise."""
    if str(year).strip() not in map(str, result.years):
        raise InputError(replace(year_problem(result, year), place=place))
    return int(year)


def _found(key: str, name: str, names: dict[str, str], listed: Iterable[str], place: Place | None) -> str:
    folded = {known.casefold(): meant for known, meant in names.items()}
    meant = folded.get(name.strip().casefold())
    if meant is None:
        hints = suggestion(name, names if nearest(name, names) else listed)
        raise InputError(Problem(key, {"found": name, **hints}, place))
    return meant


# --- the story of a city ----------------------------------------------------------------------------------------------


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
    gap cannot be split.
    """

    overtaking: Overtaking
    other: str
    gained: bool
    gap_before: float
    gap_after: float
    parts: tuple[tuple[str, float], ...]


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
    level = _attempt(refusals, lambda: mean_split(result, city, year))
    change = _attempt(refusals, lambda: change_split(result, city, first, year))
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
        distance=NAN if level is None else float(level[0]),
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


def scored_years(result: IndexResult, city: str) -> list[int]:
    """The years in which a city has a score; refused by name (InputError) if there is none."""
    scored = ~np.isnan(result.score()[city_position(result, city)])
    if not scored.any():
        where = f"{result.years[0]}-{result.years[-1]}"
        raise InputError(Problem("explain_no_score", {"city": city, "where": where}))
    return [year for year, here in zip(result.years, scored, strict=True) if here]


def _attempt(refusals: dict[str, Problem], split: Callable[[], Array]) -> Array | None:
    """A split, or None where it is refused; its problems are then noted, each once."""
    try:
        return split()
    except ChoiceError as error:
        refusals.update({str(problem): problem for problem in error.problems})
        return None


def _path(result: IndexResult, c: int) -> tuple[YearPoint, ...]:
    scores, ranks = result.score(), result.rank()
    points = []
    for t, year in enumerate(result.years):
        known = scores[~np.isnan(scores[:, t]), t]
        mean = float(known.mean()) if known.size else NAN
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
            part=NAN if level is None else float(level[position]),
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
        values, origins = (NAN, NAN), (int(Origin.MISSING), int(Origin.MISSING))
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
    found = []
    for overtaking in overtakings(result, first, year) if first != year else ():
        if city in (overtaking.city, overtaking.other):
            gained = overtaking.city == city
            other = overtaking.other if gained else overtaking.city
            split = partial(gap_contributions, result, city, other, first, year)
            parts = _attempt(refusals, split)
            before, after = (_gap(result, city, other, y) for y in (first, year))
            told = () if parts is None else _sorted(result, parts)
            found.append(Passing(overtaking, other, gained, before, after, told))
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


# --- the next place ---------------------------------------------------------------------------------------------------

SHARES = (0.125, 0.25, 0.5, 1.0)
"""Changes that are tried first, as shares of the range of the indicator; the last is the largest change tried."""
ENOUGH = 3
"""How many figures are reported; the others would need a larger change."""


@dataclass(frozen=True)
class Improvement:
    """The smallest change of one figure, alone, that gains the next better place.

    code: the indicator improved; column: whose figure is changed (the indicator's own, or the first part of a derived
    one), from `before` to `after`, a multiple of `step`, in `cell` (sheet, address) of the workbook; empty: the cell
    holds no figure and `before` is the imputed one. values: of the indicator. widest, share: the indicator that it
    moves most of those it improves, and by how much of its range over all cities and years. others: further indicators
    that the figure enters. rank: the new one.
    """

    code: str
    column: str
    before: float
    after: float
    step: float
    cell: tuple[str, str] | None
    empty: bool
    values: tuple[float, float]
    widest: str
    share: float
    others: tuple[str, ...]
    rank: int


@dataclass(frozen=True)
class NextPlace:
    """What it would take to gain a place: who is just ahead, by how much, and the smallest single changes found.

    targets: the cities that are just better, the rank above where rank 1 is the best and the rank below where it is the
    worst; gap: of the score to theirs. found: the smallest share first.
    searched: how many figures were changed, each alone. skipped: indicators without a figure to change.
    """

    targets: tuple[str, ...]
    rank: int
    gap: float
    found: tuple[Improvement, ...]
    searched: int
    skipped: tuple[str, ...]


def find_next_place(result: IndexResult, city: str, *, rebuild: Rebuild) -> NextPlace | None:
    """The smallest change of one figure of the city's last year that gains a place; None in the best place, which is
    the last where rank 1 is the worst.

    A figure is a cell of the workbook: an indicator's own, or the first part (a numerator) of derived ones, changed in
    the direction that improves the indicator; every other indicator that it enters moves with it. Each change is put
    through the whole pipeline, because minimum and maximum, weights and imputed values may move; the place is gained
    when fewer cities are better, a tie with the city ahead included. The size of a change is the widest move among the
    indicators it improves, as a share of the range of that indicator over all cities and years. Every figure is tried
    at SHARES, until ENOUGH gain the place; the smallest of these are bisected down to a step: a power of ten, at most a
    thousandth of the range of its column, but at least 1 where that holds whole numbers. One step less does not gain
    the place. Figures stay within what is possible: at or above 0 where all are, shares up to 100%. It takes about 100
    to 200 builds.
    """
    year = scored_years(result, city)[-1]
    c, t = city_position(result, city), year_position(result, year)
    scores, places = result.score()[:, t], _places(result, t)
    if places[c] <= 1:
        return None
    ahead = np.nanmax(np.where(places < places[c], places, np.nan))
    targets = [d for d in range(len(places)) if places[d] == ahead]
    levers, skipped = _levers(result, c, t, rebuild)
    return NextPlace(
        targets=tuple(result.cities[d] for d in targets),
        rank=int(result.rank()[targets[0], t]),
        gap=abs(float(scores[targets[0]] - scores[c])),
        found=tuple(_smallest(levers)),
        searched=len(levers),
        skipped=tuple(skipped),
    )


def _places(result: IndexResult, t: int) -> Array:
    """The places of a year counted from the best, (n_city,): the ranks, unless rank 1 is the worst."""
    rank_on = result.methodology.rank_on
    return competition_rank(result.score()[:, [t]] * rank_on.merit, decimals=rank_on.decimals)[:, 0]


def _smallest(levers: list[_Lever]) -> list[Improvement]:
    """The ENOUGH smallest improvements, the smallest first; none beyond the share at which that many gain the place."""
    waiting, low, found = list(levers), 0.0, list[Improvement]()
    for share in SHARES:
        if len(found) >= ENOUGH:
            break
        won = [lever for lever in waiting if lever.gains(lever.steps(share))]
        waiting = [lever for lever in waiting if lever not in won]
        for lever in won:
            bound = share if len(found) < ENOUGH else found[ENOUGH - 1].share
            if bound == share or lever.gains(lever.steps(bound)):
                found.append(lever.improvement(_bisected(lever, lever.steps(low), lever.steps(bound))))
                found.sort(key=lambda improvement: improvement.share)
        low = share
    return found[:ENOUGH]


def _bisected(lever: _Lever, low: int, high: int) -> int:
    """The fewest steps that gain the place, given that `high` does and `low` does not."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if lever.gains(middle) else (middle, high)
    return high


@dataclass(frozen=True, eq=False)
class _Lever:
    """One figure of a city that can be changed: column k, by whole steps in the direction that improves its indicators.

    place: of the city now, from the best. codes: its indicators, of which the first sets the direction. per_share:
    steps that move one of them by its whole range; limit: the most steps that the figure can go.
    """

    result: IndexResult
    rebuild: Rebuild
    c: int
    t: int
    k: int
    place: float
    codes: tuple[str, ...]
    before: float
    step: float
    sign: int
    per_share: float
    limit: int

    def steps(self, share: float) -> int:
        return min(max(math.ceil(share * self.per_share), 1), self.limit) if share else 0

    def figure(self, steps: int) -> float:
        """The figure after so many steps, on the grid of the step."""
        start = math.floor(self.sign * self.before / self.step) * self.sign
        return round((start + self.sign * steps) * self.step, 12)

    def rebuilt(self, steps: int) -> IndexResult | None:
        """The index with the changed figure; None where it cannot be computed."""
        return _changed(self.result.panel, (self.c, self.t, self.k), self.figure(steps), self.rebuild)

    def gains(self, steps: int) -> bool:
        changed = self.rebuilt(steps) if steps else None
        return changed is not None and bool(_places(changed, self.t)[self.c] < self.place)

    def improvement(self, steps: int) -> Improvement:
        changed, panel = self.rebuilt(steps), self.result.panel
        assert changed is not None
        column, framework = panel.codes[self.k], self.result.framework
        moves = {code: _move(self.result, changed, code, self.c, self.t) for code in self.codes}
        widest = max(moves, key=lambda code: moves[code])
        one, two = (float(r.imputed.series(self.codes[0])[self.c, self.t]) for r in (self.result, changed))
        others = [node.code for _, node in _indicators(self.result) if node.code != self.codes[0]]
        return Improvement(
            code=self.codes[0],
            column=column,
            before=self.before,
            after=self.figure(steps),
            step=self.step,
            cell=panel.cells.get((column, panel.cities[self.c], panel.years[self.t])),
            empty=math.isnan(panel.values[self.c, self.t, self.k]),
            values=(one, two),
            widest=widest,
            share=moves[widest],
            others=tuple(code for code in others if (column, 0) in raw_columns(framework, code)),
            rank=int(changed.rank()[self.c, self.t]),
        )


def _changed(panel: Panel, at: tuple[int, int, int], figure: float, rebuild: Rebuild) -> IndexResult | None:
    values, origin = panel.values.copy(), panel.origin.copy()
    values[at], origin[at] = figure, np.uint8(Origin.OBSERVED)
    try:
        return rebuild(panel.with_values(values, origin))
    except IndexcalcError:
        return None


def _move(result: IndexResult, changed: IndexResult, code: str, c: int, t: int) -> float:
    """How far an indicator moved, as a share of its range before."""
    before = result.imputed.series(code)
    span = float(np.ptp(before[~np.isnan(before)]))
    return abs(float(changed.imputed.series(code)[c, t] - before[c, t])) / span if span > 0 else 0.0


def _levers(result: IndexResult, c: int, t: int, rebuild: Rebuild) -> tuple[list[_Lever], list[str]]:
    """One lever for each figure of a city-year, and the indicators for which there is none."""
    codes: dict[str, tuple[str, ...]] = {}
    for _, node in _indicators(result):
        column = raw_columns(result.framework, node.code)[0][0]
        codes[column] = (*codes.get(column, ()), node.code)
    found = {column: _lever(result, c, t, column, moved, rebuild) for column, moved in codes.items()}
    skipped = [code for column, lever in found.items() if lever is None for code in codes[column]]
    return [lever for lever in found.values() if lever is not None], skipped


def _lever(result: IndexResult, c: int, t: int, column: str, codes: tuple[str, ...], rebuild: Rebuild) -> _Lever | None:
    """The lever of a column; None where it has no figure, or moving that does not improve its first indicator."""
    panel, k = result.panel, result.panel.position(column)
    figures = panel.series(column)
    before = float(_as_used(result, column, codes[0])[c, t])
    known = figures[~np.isnan(figures)]
    spread = float(np.ptp(known))
    if math.isnan(before) or spread == 0:
        return None
    nudge, place = spread / 1024, float(_places(result, t)[c])
    for sign in (1, -1):
        moved = _changed(panel, (c, t, k), before + sign * nudge, rebuild)
        if moved is None:
            continue
        better = moved.oriented.series(codes[0])[c, t] - result.oriented.series(codes[0])[c, t]
        if not result.methodology.rank_on.merit * better > 0:
            continue
        step = max(10.0 ** (math.floor(math.log10(spread)) - 3), 1.0 if (np.mod(known, 1) == 0).all() else 0.0)
        per_share = nudge / max(_move(result, moved, code, c, t) for code in codes) / step
        room = _whole_steps(_room(result, c, t, column, before, sign), step)
        lever = _Lever(result, rebuild, c, t, k, place, codes, before, step, sign, per_share, room)
        if (
            lever.steps(SHARES[-1]) == room and lever.rebuilt(room) is None
        ):  # no index at that end: go to the best figure there is
            lever = replace(lever, limit=_whole_steps(float((sign * known).max()) - sign * before, step))
        return lever if lever.limit > 0 else None
    return None


def _as_used(result: IndexResult, column: str, code: str) -> Array:
    """A column [city, year] as an indicator computed from it uses it: imputed where parts are."""
    if column in result.imputed.codes:
        return result.imputed.series(column)
    if result.methodology.impute != "parts":
        return result.panel.series(column)
    behind = Parts(result.panel, result.framework, result.methodology).columns(code)
    return next(values for name, _, (values, _) in behind if name == column)


def _whole_steps(distance: float, step: float) -> int:
    return math.floor(distance / step + 1e-9) if math.isfinite(distance) else 10**9


def _room(result: IndexResult, c: int, t: int, column: str, before: float, sign: int) -> float:
    """How far a figure can go: down to 0 where no figure is below 0; up to 100%, or to the whole of which it is a
    share."""
    figures, framework = result.panel.series(column), result.framework
    if sign < 0:
        return before if np.nanmin(figures) >= 0 else math.inf
    ceilings = [100.0] if framework.columns[column].unit in ("%", "％") and np.nanmax(figures) <= 100 else []
    for indicator in framework.all_indicators.values():
        derived = indicator.derived
        if derived is not None and derived.kind == "share" and derived.parts[0] == column:
            whole = derived.parts[-1]
            if whole in result.panel.codes and not math.isnan(result.panel.series(whole)[c, t]):
                ceilings.append(float(result.panel.series(whole)[c, t]))
    return min(ceilings, default=math.inf) - before


def raw_columns(framework: Framework, code: str) -> list[tuple[str, int]]:
    """Columns of the workbook that an indicator is computed from, with how many years back, parts in their order."""
    if code in framework.columns:
        return [(code, 0)]
    derived = framework.all_indicators[code].derived
    assert derived is not None
    parameters = METHODS["derivation"][derived.kind].parameters
    told = {name: derived.parameters.get(name, parameter.default) for name, parameter in parameters.items()}
    back = [0, told["over"]] if "over" in told else range(told.get("window", 1))
    columns = dict.fromkeys(
        (column, years + more)
        for part in derived.parts
        for column, years in raw_columns(framework, part)
        for more in back
    )
    return list(columns)


# --- one figure, from its cell to the index ---------------------------------------------------------------------------


FROM_OTHER_YEARS = (Origin.INTERPOLATED, Origin.EXTRAPOLATED, Origin.CARRIED, Origin.NEAREST)
"""Imputed from figures of the same city."""


@dataclass(frozen=True)
class RawCell:
    """One figure as it is in the workbook: value (missing if there is none), unit, (sheet, address), source."""

    column: str
    year: int
    value: float
    unit: str
    cell: tuple[str, str] | None
    source: Source | None


@dataclass(frozen=True)
class FilledPart:
    """A figure that is missing in the workbook and imputed before an indicator is derived from it: value, unit, how,
    and the nearest years (year, value) it comes from."""

    column: str
    year: int
    value: float
    unit: str
    origin: int
    imputation: Choice
    neighbours: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Extreme:
    """The lowest or highest oriented value of a reference, and where it is."""

    value: float
    city: str
    year: int


@dataclass(frozen=True, repr=False)
class Trace(Brief):
    """One indicator of one city-year at every stage.

    cells: the raw figures it comes from; for an imputed value also those of the nearest years with a figure,
    `neighbours` (year, value), or, where it is derived from imputed parts, `filled`, the figures behind each of these.
    derived to normalised: the stages, with origin and the choices made. extremes: lowest and highest oriented value of
    the reference; None where the normalisation uses none, or there is no value.
    score: normalised, and rounded if the indicator is. weights: (node, weight within its parent) from the indicator up
    to the dimension below the index, NaN where the parent's aggregation ignores weights; effective: their product.
    part: of the score (`none`) or of its distance from the mean city (`mean`); missing where neither can be split.
    """

    city: str
    year: int
    code: str
    cells: tuple[RawCell, ...]
    derivation: Derivation | None
    derived: float
    imputed: float
    origin: int
    neighbours: tuple[tuple[int, float], ...]
    filled: tuple[FilledPart, ...]
    imputation: Choice
    transform: Choice | None
    treated: float
    treatment: str | None
    was_treated: bool
    direction: Choice
    oriented: float
    normalisation: Choice
    reference: Reference
    extremes: tuple[Extreme, Extreme] | None
    normalised: float
    score: float
    rank: float
    weights: tuple[tuple[str, float], ...]
    effective: float
    part: float
    part_of: Literal["none", "mean"]
    index: float


def trace(result: IndexResult, city: str, year: int | str, code: str) -> Trace:
    """An indicator of a city in a year, from its cells in the workbook to its part of the index. City and indicator may
    be given by any of their names. Refused by name (InputError): an unknown city, year or indicator; a year in which
    the city has no score.
    """
    city, year, code = find_city(result, city), find_year(result, year), find_indicator(result, code)
    if year not in scored_years(result, city):
        raise InputError(Problem("explain_no_score", {"city": city, "where": str(year)}))
    c, t, p, k = *_at(result, city, year), result.position(code), result.derived.position(code)
    declared, methodology = result.framework.all_indicators[code], result.methodology
    origin = int(result.imputed.origin[c, t, k])
    filled = tuple(_filled_parts(result, c, t, k))
    alone = origin in FROM_OTHER_YEARS and not filled
    neighbours = _neighbours(result.derived.values[c, :, k], t, result.years) if alone else ()
    weights = tuple(_upward(result, p, applied_weights(result, city, year)))
    part, part_of = _part(result, city, year, p, weights)
    used = ~np.isnan(result.shares)
    weights = tuple((node, weight if used[result.position(node)] else math.nan) for node, weight in weights)
    normalisation = declared.normalisation or methodology.normalisation
    return Trace(
        city=city,
        year=year,
        code=code,
        cells=tuple(_cells(result, city, [year, *(other for other, _ in neighbours)], code, filled)),
        derivation=declared.derived,
        derived=float(result.derived.values[c, t, k]),
        imputed=float(result.imputed.values[c, t, k]),
        origin=origin,
        neighbours=neighbours,
        filled=filled,
        imputation=declared.imputation or methodology.imputation,
        transform=declared.transform,
        treated=float(result.treated.values[c, t, k]),
        treatment=result.treated_how(code, year),
        was_treated=bool(result.treated.origin[c, t, k] == Origin.TREATED),
        direction=declared.direction,
        oriented=float(result.oriented.values[c, t, k]),
        normalisation=normalisation,
        reference=declared.reference or methodology.reference,
        extremes=_extremes(result, t, k, declared.reference or methodology.reference, normalisation),
        normalised=float(result.normalised.values[c, t, k]),
        score=float(result.scores[c, t, p]),
        rank=float(result.ranks[c, t, p]),
        weights=weights,
        effective=math.prod(weight for _, weight in weights),
        part=part,
        part_of=part_of,
        index=float(result.score()[c, t]),
    )


def _at(result: IndexResult, city: str, year: int) -> tuple[int, int]:
    return city_position(result, city), year_position(result, year)


def _neighbours(row: Array, t: int, years: tuple[int, ...]) -> tuple[tuple[int, float], ...]:
    """The nearest years before and after position t with a figure in a row, and the figures."""
    known = np.flatnonzero(~np.isnan(row))
    near = [*known[known < t][-1:], *known[known > t][:1]]
    return tuple((years[i], float(row[i])) for i in near)


def _filled_parts(result: IndexResult, c: int, t: int, k: int) -> Iterator[FilledPart]:
    """The imputed parts that an indicator of a city-year is derived from; none if it is observed or imputed itself."""
    code, panel, years = result.derived.codes[k], result.panel, result.years
    imputed = np.isnan(result.derived.values[c, t, k]) and not np.isnan(result.imputed.values[c, t, k])
    if not imputed or code in result.framework.columns or result.methodology.impute != "parts":
        return
    parts = Parts(panel, result.framework, result.methodology)
    if np.isnan(parts.of(code)[0][c, t]):
        return
    columns = {column: (choice, figures) for column, choice, figures in parts.columns(code)}
    for column, back in raw_columns(result.framework, code):
        choice, (values, how) = columns[column]
        at = years.index(years[t] - back)
        if how[c, at] != Origin.OBSERVED:
            unit, near = result.framework.columns[column].unit, _neighbours(panel.series(column)[c], at, years)
            yield FilledPart(column, years[at], float(values[c, at]), unit, int(how[c, at]), choice, near)


def _cells(
    result: IndexResult, city: str, years: list[int], code: str, filled: tuple[FilledPart, ...]
) -> Iterator[RawCell]:
    panel, c = result.panel, city_position(result, city)
    wanted = [(column, year - back) for year in years for column, back in raw_columns(result.framework, code)]
    wanted += [(part.column, year) for part in filled for year, _ in part.neighbours]
    for column, year in dict.fromkeys(wanted):
        if year in panel.years:
            value = float(panel.series(column)[c, panel.years.index(year)])
            at, unit = (column, city, year), result.framework.columns[column].unit
            yield RawCell(column, year, value, unit, panel.cells.get(at), panel.sources.get(at))


def _extremes(
    result: IndexResult, t: int, k: int, reference: Reference, normalisation: Choice
) -> tuple[Extreme, Extreme] | None:
    if normalisation.method.traits.get("ignores_reference"):
        return None
    years = {"pooled": slice(None), "year": slice(t, t + 1)}.get(reference.kind)
    if years is None:
        base = result.years.index(int(reference.base or 0))
        years = slice(base, base + 1)
    x, start = result.oriented.values[:, years, k], years.start or 0
    if np.isnan(x).all():
        return None
    places = [np.unravel_index(found, x.shape) for found in (np.nanargmin(x), np.nanargmax(x))]
    low, high = (Extreme(float(x[i, j]), result.cities[i], result.years[start + j]) for i, j in places)
    return low, high


def _upward(result: IndexResult, position: int, weights: Array) -> Iterator[tuple[str, float]]:
    while (parent := result.nodes[position].parent) >= 0:
        yield result.nodes[position].code, float(weights[position])
        position = parent


def _part(
    result: IndexResult, city: str, year: int, position: int, weights: tuple[tuple[str, float], ...]
) -> tuple[float, Literal["none", "mean"]]:
    c, t = _at(result, city, year)
    if is_sum(result):
        return math.prod(weight for _, weight in weights) * float(result.scores[c, t, position]), "none"
    split = _attempt({}, partial(mean_split, result, city, year))
    return NAN if split is None else float(split[position]), "mean"


# --- two cities -------------------------------------------------------------------------------------------------------


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
    nodes: all below the index, dimensions before what they hold. refusals: why something is not split.
    """

    city: str
    other: str
    first: int
    year: int
    scores: tuple[tuple[float, float], tuple[float, float]]
    ranks: tuple[tuple[int, int], tuple[int, int]]
    nodes: tuple[NodeGap, ...]
    refusals: tuple[Problem, ...]

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
    gap = _attempt(refusals, partial(gap_split, result, city, other, year))
    change = None if first == year else _attempt(refusals, partial(gap_contributions, result, city, other, first, year))
    at = [[_at(result, name, y) for name in (city, other)] for y in (first, year)]
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
    )


def _node_gaps(
    result: IndexResult, one: tuple[int, int], two: tuple[int, int], gap: Array | None, change: Array | None
) -> Iterator[NodeGap]:
    for position, node in enumerate(result.nodes):
        if position == 0:
            continue
        values = NAN, NAN
        if node.is_indicator:
            x = result.imputed.series(node.code)
            values = float(x[one]), float(x[two])
        yield NodeGap(
            code=node.code,
            level=node.level,
            is_indicator=node.is_indicator,
            values=values,
            scores=(float(result.scores[(*one, position)]), float(result.scores[(*two, position)])),
            part=NAN if gap is None else float(gap[position]),
            part_change=NAN if change is None else float(change[position]),
        )
