"""The smallest change of one figure that would gain a city the next place.

Nothing is computed here but the change: the caller passes a function that rebuilds the index from a changed panel.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.named import scored_years
from indexcalc.analysis.trace import raw_columns
from indexcalc.errors import IndexcalcError
from indexcalc.figures.panel import Panel, city_position, year_position
from indexcalc.methods.ranking import competition_rank
from indexcalc.origin import Origin
from indexcalc.spec.hierarchy import turned
from indexcalc.steps.indicators import Parts
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]
Rebuild = Callable[[Panel], IndexResult]


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
    worst; gap: of the score to theirs. found: the smallest share first. searched: how many figures were changed, each
    alone. skipped: indicators without a figure, or whose figure improves nothing when it is moved a little.
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
    the direction that improves the indicator, or the index where a node above may fall as the indicator rises; every
    other indicator that it enters moves with it. Each change is put through the whole pipeline, because minimum and
    maximum, weights and imputed values may move; the place is gained when fewer cities are better, a tie with the city
    ahead included. The size of a change is the widest move among the indicators it improves, as a share of the range of
    that indicator over all cities and years. Every figure is tried at SHARES, until ENOUGH gain the place; the smallest
    of these are bisected down to a step: a power of ten, at most a thousandth of the range of its column, but at least
    1 where that holds whole numbers. One step less does not gain the place. Figures stay within what is possible: at or
    above 0 where all are, shares up to 100%. It takes about 100 to 200 builds.
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
        others = [node.code for node in self.result.nodes if node.is_indicator and node.code != self.codes[0]]
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
    for node in (node for node in result.nodes if node.is_indicator):
        column = raw_columns(result.framework, node.code)[0][0]
        codes[column] = (*codes.get(column, ()), node.code)
    found = {column: _lever(result, c, t, column, moved, rebuild) for column, moved in codes.items()}
    skipped = [code for column, lever in found.items() if lever is None for code in codes[column]]
    return [lever for lever in found.values() if lever is not None], skipped


def _lever(result: IndexResult, c: int, t: int, column: str, codes: tuple[str, ...], rebuild: Rebuild) -> _Lever | None:
    """The lever of a column; None where it has no figure, or moving it improves nothing."""
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
        if any(turned(node, result.nodes) for node in result.nodes if node.code in codes):
            better = moved.score()[c, t] - result.score()[c, t]
        else:
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
