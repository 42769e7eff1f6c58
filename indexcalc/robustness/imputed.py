"""Imputed cells are uncertain: each varies with the errors that its rule makes on cells that are known.

Leave-one-out: a known cell is hidden, with whatever is less than d years away from it in the same series, and then
imputed by the rule; the difference is an error at the distance d, that of the nearest figure left. For an indicator
derived from imputed parts, the parts that are missing in the imputed cell are hidden, and the indicator is derived
again. Errors are kept by indicator, by what is missing, by distance, and by whether the rule interpolated, or carried a
figure forwards or backwards (in a series that grows, one is too low and the other too high); where there is none of a
kind, those of the same series at the nearest distance are used.

A draw gives each gap (a run of missing years of one series in one city) one uniform number: the quantile of the errors
of that series. So the years of a gap err in the same direction, as do the indicators that share a missing part. Errors
are taken on the normalised scale, along the line through the values of the sample, and the cell stays within the scores
of its column. Not taken into account: other figures would move minimum and maximum, outliers, and data-driven weights;
errors of different gaps may be correlated; and the rule may err less on known cells than on missing ones.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexcalc.figures.panel import Panel
from indexcalc.methods.imputation import left_out
from indexcalc.origin import Origin
from indexcalc.spec.choice import Choice
from indexcalc.spec.framework import Framework
from indexcalc.spec.methodology import Methodology
from indexcalc.steps.indicators import Parts, city_groups, regression_figures

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]
Keys = NDArray[np.uint64]

IMPUTED = (
    *(Origin.INTERPOLATED, Origin.EXTRAPOLATED, Origin.CARRIED, Origin.NEAREST),
    *(Origin.REGRESSION, Origin.GROUP, Origin.CONSTANT),
)
IS_IMPUTED = np.isin(np.arange(max(Origin) + 1), IMPUTED)
IS_CARRIED = np.isin(np.arange(max(Origin) + 1), (Origin.EXTRAPOLATED, Origin.CARRIED))
EVERYWHERE = -1
"""The distance of rules that look at other cities, or at none."""


class Kind(NamedTuple):
    """Errors of one kind: the distance in years of the nearest figure, the origin, and 1 or -1 where it is carried
    forwards or backwards."""

    distance: int
    how: int
    side: int


class Cause(NamedTuple):
    """Why cells of an indicator are imputed: its own series, or some of its parts, have no figure."""

    code: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Errors:
    """Known cells of an indicator and what the rule makes of them, (n,), ordered by the error of what was hidden."""

    known: Array
    filled: Array


@dataclass(frozen=True)
class Layout:
    """Each pool once, or once for each year in which it is needed, as (pool, k, year), year -1 for all. place: of each
    cell, which of them; count, start: how many values it has, and where they begin when all are put in a row; cell,
    error: for each value of that row, its cell, and which of the errors of all pools it is."""

    scopes: tuple[tuple[int, int, int], ...]
    place: Integers
    count: Integers
    start: Integers
    cell: Integers
    error: Integers


@dataclass(frozen=True)
class Gaps:
    """The imputed cells of a panel that have errors to learn from: c, t, k (n_cell,); gap: of each, which of `keys`,
    one number for each gap; pool: of each, which of `pools`, the errors that its rule makes.

    pooled, yearly: the row of the errors of all cells where they are read on the scale of all years, or of each.
    """

    c: Integers
    t: Integers
    k: Integers
    gap: Integers
    keys: Keys
    pool: Integers
    pools: tuple[Errors, ...]
    pooled: Layout
    yearly: Layout


@dataclass(frozen=True)
class _Cell:
    """An imputed cell of an indicator: city, year, where its gap begins and of what, and the errors of its rule."""

    c: int
    t: int
    start: int
    cause: Cause
    errors: Errors


Memory = dict[tuple[object, ...], tuple["_Cell", ...]]
"""The imputed cells of indicators, by everything they depend on: figures that several sets share are used once."""


def imputed_cells(
    indicators: Panel,
    from_parts: Panel,
    imputed: Panel,
    figures: Panel,
    framework: Framework,
    methodology: Methodology,
    memory: Memory,
) -> Gaps:
    """The imputed cells of a panel and their errors, indicator by indicator.

    indicators: from observed parts; from_parts: also those from imputed parts; imputed: all; figures: as read. memory:
    the cells of other sets of figures.
    """
    learner = _Learner(indicators, from_parts, figures, framework, methodology)
    cells: list[tuple[int, int, int, int]] = []
    gaps: dict[tuple[int, Cause, int], int] = {}
    found: list[Errors] = []
    for k, code in enumerate(imputed.codes):
        here = IS_IMPUTED[imputed.origin[:, :, k]] & imputed.present
        if not here.any():
            continue
        key = learner.key(code, imputed.origin[:, :, k])
        if key not in memory:
            memory[key] = tuple(_cells_of(learner, k, here, imputed))
        for one in memory[key]:
            gap = gaps.setdefault(
                (one.c, Cause("" if one.cause.missing else code, one.cause.missing), one.start), len(gaps)
            )
            cells.append((one.c, one.t, k, gap))
            found.append(one.errors)
    names = [f"{figures.cities[c]} {'+'.join(cause)} {figures.years[start]}" for c, cause, start in _named(gaps)]
    keys = np.array([zlib.crc32(name.encode()) for name in names], np.uint64)
    kept = [i for i, one in enumerate(found) if len(one.known)]
    at = np.array(cells, np.int64).reshape(-1, 4)[kept].T
    number: dict[int, int] = {}
    pool = np.array([number.setdefault(id(found[i]), len(number)) for i in kept], np.int64)
    pools = tuple({id(found[i]): found[i] for i in kept}.values())
    pooled, yearly = (_laid_out(pools, pool, at[2], years) for years in (np.full(len(kept), -1), at[1]))
    return Gaps(at[0], at[1], at[2], at[3], keys, pool, pools, pooled, yearly)


def _laid_out(pools: tuple[Errors, ...], pool: Integers, k: Integers, years: Integers) -> Layout:
    seen: dict[tuple[int, int, int], int] = {}
    scopes = zip(pool.tolist(), k.tolist(), years.tolist(), strict=True)
    place = np.array([seen.setdefault(one, len(seen)) for one in scopes], np.int64)
    sizes = np.array([len(pools[one].known) for one, _, _ in seen], np.int64)
    count, begins = sizes[place], (np.cumsum(sizes) - sizes)[place]
    start = np.cumsum(count) - count
    cell = np.repeat(np.arange(len(place)), count)
    return Layout(tuple(seen), place, count, start, cell, begins[cell] + np.arange(len(cell)) - start[cell])


def _named(gaps: Mapping[tuple[int, Cause, int], int]) -> Iterator[tuple[int, tuple[str, ...], int]]:
    """City, what is missing and the first year of each gap."""
    return ((c, cause.missing or (cause.code,), start) for c, cause, start in gaps)


def _cells_of(learner: _Learner, k: int, here: Flags, imputed: Panel) -> Iterator[_Cell]:
    """The imputed cells of one indicator."""
    code, figures = imputed.codes[k], learner.figures
    derived = here & ~np.isnan(learner.from_parts.values[:, :, k])
    behind = learner.behind(code) if code not in learner.columns and derived.any() else ()
    found: list[tuple[int, int, Cause, Kind]] = []
    most: dict[Cause, int] = {}
    for c, t in zip(*(at.tolist() for at in np.nonzero(here)), strict=True):
        missing = tuple(name for name in behind if np.isnan(figures.series(name)[c, t])) if derived[c, t] else ()
        cause = Cause(code, missing)
        series = learner.series(cause)
        how, distance = int(imputed.origin[c, t, k]), _distance(series, c, t, figures.years)
        side = 0 if not IS_CARRIED[how] else -1 if np.isnan(series[0][c, :t]).all() else 1
        most[cause] = max(most.get(cause, 0), distance)
        found.append((c, t, cause, Kind(distance, how, side)))
    for c, t, cause, kind in found:
        start = _start(np.isnan(learner.series(cause)[0][c]), t)
        yield _Cell(c, t, start, cause, learner.errors(cause, kind, most[cause]))


def _start(missing: Flags, t: int) -> int:
    """The first year of the run of missing years to which a year belongs."""
    while t > 0 and missing[t - 1] and missing[t]:
        t -= 1
    return t


def _distance(series: tuple[Array, ...], c: int, t: int, years: tuple[int, ...]) -> int:
    """Years from a cell to the nearest known figure of each series; the farthest of these."""
    away = np.abs(np.array(years) - years[t])
    return max(int(np.where(np.isnan(one[c]), np.inf, away).min(initial=10**6)) for one in series)


def _side(nothing_before: Flags, how: NDArray[np.uint8]) -> Integers:
    """1 where a figure is carried forwards, -1 where backwards, 0 where it is not carried."""
    return np.where(IS_CARRIED[how], np.where(nothing_before, -1, 1), 0)


class _Learner:
    """Errors of one set of figures, each kind made once."""

    def __init__(
        self, indicators: Panel, from_parts: Panel, figures: Panel, framework: Framework, methodology: Methodology
    ):
        self.indicators, self.from_parts, self.figures = indicators, from_parts, figures
        self.framework, self.methodology = framework, methodology
        self.parts = Parts(figures, framework, methodology)
        self.columns, self.indicator = framework.columns, framework.all_indicators
        self.made: dict[Cause, Mapping[Kind, Errors]] = {}

    def behind(self, code: str) -> tuple[str, ...]:
        """The columns that an indicator is derived from, each once."""
        derived = self.indicator[code].derived if code in self.indicator else None
        if derived is None:
            return (code,)
        return tuple(dict.fromkeys(name for part in derived.parts for name in self.behind(part)))

    def key(self, code: str, origin: NDArray[np.uint8]) -> tuple[object, ...]:
        """Everything the imputed cells of an indicator depend on; the framework's own choices are always the same."""
        behind = self.behind(code) if self.indicator[code].derived is not None else ()
        figures = b"".join(self.figures.series(name).tobytes() for name in behind)
        choice = self._choice(code)
        on = choice.parameters["on"] if choice.trait("needs_predictors") else ()
        looked_at = (code, *(one for one in on if one in self.from_parts.codes))
        seen = *(self.from_parts.series(one).tobytes() for one in looked_at), origin.tobytes()
        seen = self.indicators.series(code).tobytes(), *seen
        return code, self.methodology.impute, str(self.methodology.imputation.plain), behind, figures, *seen

    def series(self, cause: Cause) -> tuple[Array, ...]:
        """What is hidden: the missing parts, or the indicator itself."""
        if cause.missing:
            return tuple(self.figures.series(name) for name in cause.missing)
        return (self.from_parts.series(cause.code),)

    def errors(self, cause: Cause, kind: Kind, most: int) -> Errors:
        """The errors of a kind; else those filled the same way at the nearest distance; else any. most: the greatest
        distance that is asked for."""
        if cause not in self.made:
            self.made[cause] = self._learned(cause, most)
        pools = self.made[cause]
        if kind in pools:
            return pools[kind]
        near = sorted(
            pools,
            key=lambda one: (
                one.side != kind.side,
                one.how != kind.how,
                abs(one.distance - kind.distance),
                one.distance,
            ),
        )
        return pools[near[0]] if near else Errors(np.empty(0), np.empty(0))

    def _choice(self, code: str) -> Choice:
        return self.indicator[code].imputation or self.methodology.imputation

    def _learned(self, cause: Cause, most: int) -> Mapping[Kind, Errors]:
        choice = self._choice(cause.code)
        if not cause.missing and not choice.trait("within_city"):
            return self._from_elsewhere(cause.code, choice)
        series, years = self.series(cause), np.array(self.figures.years)
        n_city, n_year = series[0].shape
        away = np.abs(years[:, None] - years)
        spans = np.unique(away[away > 0])
        spans = spans[spans <= most]
        at = np.array([(t, d) for d in spans.tolist() for t in range(n_year)], np.int64).reshape(-1, 2)
        hide = away[at[:, 0]] < at[:, 1:]  # (n_try, n_year)
        hidden = [np.where(hide[:, None, :], np.nan, one).reshape(-1, n_year) for one in series]
        known = self.indicators.series(cause.code)[:, at[:, 0]].T  # (n_try, n_city), observed alone
        if cause.missing:
            filled, how, tried = self._derived(cause, hidden, len(at))
        else:
            filled, how = self._own(choice, hidden[0], years)
            tried = filled
        rows = np.repeat(np.arange(len(at)), n_city), np.tile(np.arange(n_city), len(at))
        cell = np.arange(len(rows[0])), at[rows[0], 0]
        nearest = np.max([np.where(np.isnan(one), np.inf, away[at[rows[0], 0]]).min(axis=1) for one in hidden], axis=0)
        truth, guess, origin = known.ravel(), filled[cell], how[cell]
        good = ~np.isnan(truth - guess) & (nearest == at[rows[0], 1]) & IS_IMPUTED[origin]
        behind = series[0][rows[1], at[rows[0], 0]] - tried[cell]  # the error of what was hidden
        tries = at[rows[0]]
        earlier = np.arange(n_year) < tries[:, :1]
        nothing_before = (np.isnan(hidden[0]) | ~earlier).all(axis=1)
        sides = _side(np.asarray(nothing_before), origin)
        numbers = np.flatnonzero(good)
        numbers = numbers[np.argsort(behind[numbers], kind="stable")]
        kinds: dict[Kind, list[int]] = {}
        of_kind = tries[numbers, 1].tolist(), origin[numbers].tolist(), sides[numbers].tolist()
        for number, kind in zip(numbers.tolist(), map(Kind, *of_kind), strict=True):
            kinds.setdefault(kind, []).append(number)
        found = {kind: Errors(truth[here], guess[here]) for kind, here in kinds.items()}
        return found

    def _own(self, choice: Choice, hidden: Array, years: Integers) -> tuple[Array, NDArray[np.uint8]]:
        """A series with cells hidden as its own rule fills it."""
        filled, how = choice.method.kernel(hidden[:, :, None], years, **choice.parameters)
        return filled[:, :, 0], how[:, :, 0]

    def _derived(self, cause: Cause, hidden: list[Array], n_try: int) -> tuple[Array, NDArray[np.uint8], Array]:
        """An indicator derived again from parts of which some are hidden; and the first of those as it was filled."""
        names = self.behind(cause.code)
        values = [
            hidden[cause.missing.index(name)]
            if name in cause.missing
            else np.tile(self.figures.series(name), (n_try, 1))
            for name in names
        ]
        cities = tuple(map(str, range(len(values[0]))))
        present = np.tile(self.figures.present, (n_try, 1))
        stacked = Panel.from_values(cities, self.figures.years, names, np.stack(values, axis=2), present=present)
        parts = Parts(stacked, self.framework, self.methodology)
        filled, how = parts.of(cause.code)
        first = next(figures for name, _, figures in parts.columns(cause.code) if name == cause.missing[0])
        return filled, how, first[0]

    def _from_elsewhere(self, code: str, choice: Choice) -> Mapping[Kind, Errors]:
        """Errors of a rule that fills a city from the others, or from no figure: each city is hidden whole. Of a
        regression each city-year is, by its leverage."""
        if choice.trait("needs_predictors"):
            known, predictors = regression_figures(self.from_parts, code, choice)
            return _errors(known, left_out(known, predictors), np.full(known.shape, np.uint8(Origin.REGRESSION)))
        x, years = self.from_parts.series(code), np.array(self.figures.years)
        n_city = len(x)
        groups = city_groups(self.figures, self.framework)
        more = (groups,) if choice.trait("needs_groups") else ()
        hidden = np.repeat(x[:, :, None], n_city, axis=2)  # a copy for each city, as if it were an indicator
        hidden[np.arange(n_city), :, np.arange(n_city)] = np.nan
        filled, how = choice.method.kernel(hidden, years, *more, **choice.parameters)
        own = np.arange(n_city)
        return _errors(self.indicators.series(code), filled[own, :, own], how[own, :, own])


def _errors(truth: Array, guess: Array, origin: NDArray[np.uint8]) -> Mapping[Kind, Errors]:
    """The errors of a rule for which distance does not count; arrays [city, year]."""
    good = ~np.isnan(truth - guess) & IS_IMPUTED[origin]
    order = np.argsort((truth - guess)[good], kind="stable")
    errors = Errors(truth[good][order], guess[good][order])
    return {Kind(EVERYWHERE, int(origin[good][0]), 0): errors} if good.any() else {}


# --- on the normalised scale ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Varied:
    """The imputed cells of a view: c, t, k, gap (n_cell,), keys (n_gap,) as in Gaps; z: their normalised values;
    values: all that they can take, in a row, those of a cell from `start` on, `count` of them."""

    c: Integers
    t: Integers
    k: Integers
    gap: Integers
    keys: Keys
    z: Array
    values: Array
    start: Integers
    count: Integers

    def drawn(self, keys: Keys) -> Array:
        """The values (n_cell, n_draw) of the cells in draws with these keys."""
        u = uniform(self.keys[:, None], keys)[self.gap]
        u *= self.count[:, None]
        at = u.astype(np.int64)
        at += self.start[:, None]
        return self.values[at]


@dataclass
class Scale:
    """The stages of several views, and what was already read from them: the line of a column, errors along it."""

    imputed: Array
    normalised: Array
    lines: dict[tuple[int, int], tuple[Array, Array]] = field(default_factory=dict)
    read: dict[tuple[int, int, int], Array] = field(default_factory=dict)
    between: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict)

    def line(self, column: int, year: int) -> tuple[Array, Array]:
        """The values of a column in ascending order, and the normalised ones; of one year, or of all (-1)."""
        if (column, year) not in self.lines:
            years = slice(None) if year < 0 else slice(year, year + 1)
            self.lines[column, year] = _line(self.imputed[:, years, column], self.normalised[:, years, column])
        return self.lines[column, year]

    def ends(self, column: int, year: int) -> tuple[float, float]:
        """The least and the greatest normalised value of a column."""
        if (column, year) not in self.between:
            _, z = self.line(column, year)
            self.between[column, year] = float(z.min()), float(z.max())
        return self.between[column, year]

    def errors(self, column: int, year: int, one: Errors) -> Array:
        """Errors as differences of normalised values."""
        key = column, year, id(one)
        if key not in self.read:
            x, z = self.line(column, year)
            self.read[key] = np.interp(one.known, x, z) - np.interp(one.filled, x, z)
        return self.read[key]


def on_scale(gaps: Gaps, scale: Scale, at: tuple[int, ...], yearly: Flags) -> Varied | None:
    """The imputed cells of a view with their errors on the normalised scale; None where nothing is imputed, or nothing
    can be learnt.

    at: the columns of the stages that are those of the gaps. yearly: indicators that are normalised year by year, whose
    errors are read on the scale of the year of the cell.
    """
    if not len(gaps.c):
        return None
    # where only some are normalised year by year, the others' errors are read off all years all the same
    layout = gaps.yearly if yearly[gaps.k].any() else gaps.pooled
    read = [(at[k], year if yearly[k] else -1, gaps.pools[pool]) for pool, k, year in layout.scopes]
    errors = np.concatenate([scale.errors(*one) for one in read])[layout.error]
    low, high = np.array([scale.ends(column, year) for column, year, _ in read])[layout.place].T
    z = scale.normalised[gaps.c, gaps.t, np.array(at)[gaps.k]]
    errors += z[layout.cell]
    values = np.clip(errors, low[layout.cell], high[layout.cell], out=errors)
    return Varied(gaps.c, gaps.t, gaps.k, gaps.gap, gaps.keys, z, values, layout.start, layout.count)


def _line(x: Array, z: Array) -> tuple[Array, Array]:
    """The values of a column in ascending order, and the normalised ones that belong to them."""
    known = ~np.isnan(x) & ~np.isnan(z)
    order = np.argsort(x[known], kind="stable")
    return x[known][order], z[known][order]


def uniform(one: Keys, two: Keys) -> Array:
    """Uniform numbers in [0, 1) from two whole numbers each, the same whoever computes them and in whatever order.

    Source: the finaliser of SplitMix64 (Steele, Lea and Flood 2014, OOPSLA, doi:10.1145/2660193.2660195).
    """
    with np.errstate(over="ignore"):
        x = two + one * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x ^= x >> np.uint64(31)
    return np.asarray((x >> np.uint64(11)) * 2.0**-53, float)
