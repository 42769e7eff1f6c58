"""Figures that are likely misprinted: off by a power of ten, of the wrong sign, repeated over years, a column twice.

Nothing is changed. A figure that is right although it looks wrong is answered in the YAML: `as_printed`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indexcalc.errors import Problem
from indexcalc.figures.headers import folded_unit, may_be_negative
from indexcalc.figures.panel import Panel
from indexcalc.spec.framework import Indicator, Series
from indexcalc.steps.result import IndexResult
from indexcalc.voice import City, Few, Node, Row, Word

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAST = 0.6
"""Distance from the expected value, as a power of ten, above which a figure looks wrong: 4 times."""
SPREADS = 3.0
"""The same in spreads of the column's own distances, where these are wide."""
SPREADS_OF_CITIES = 4.0
"""Likewise of the level of a whole city among the others, in spreads of their levels."""
SPREADS_SIGNED = 6.0
"""Likewise in a column with figures on both sides of 0, whose distances are differences."""
FRACTION = 0.2
"""Distance that is enough for a figure with a fraction in a column of whole numbers, if it lies below."""
FEWEST_CITIES, FEWEST_PERCENTS = 5, 3
"""Cities that make a cross-section by which a whole city is judged; those of percents, whose range is known."""
BEYOND_USUAL = 4.0
"""How many times the upper quartile of its column a figure must be to be too large, where figures lie on both sides of
0."""
FEWEST_BESIDE, ALIKE = 3, 1.25
"""Other figures of a city by which the size of a negative one is judged, and how far beyond them it may lie."""
FEW = 20
"""Figures below which a quarter of them may well be wrong."""
DIGITS = 4
"""Digits from which on it is no coincidence that a figure equals that of the year before."""
USUAL_REPEATS = 0.05
"""Share of repeated figures from which a column counts as one that seldom changes."""
NAMED = 3
"""Suspicions that the notice names."""
SAMPLE = 1000
"""Cells by which columns are first compared."""


@dataclass(frozen=True)
class Suspicion:
    """What looks wrong, and what it was compared with.

    kind: "times" (10^power times what its neighbours give), "sign" (negative, which its unit does not allow), "minus"
    (the only negative figure of its column, of the size that its city usually has), "repeated" (one figure over several
    years), "same" (every figure is that of the column `other`), "fractions" (a column of percents that all lie between
    0 and 1). city: "" where it is all of them. years: those it is about. value: the first figure. neighbours: the
    figures before and after, by year. typical: the median of the other cities in the first year, NaN where there are
    none.
    """

    kind: str
    code: str
    city: str
    years: tuple[int, ...]
    value: float
    neighbours: tuple[tuple[int, float], ...] = ()
    typical: float = float("nan")
    power: int = 0
    other: str = ""

    @property
    def times(self) -> float:
        """How many times too large (10, 100 ...) or too small (0.1, 0.01 ...)."""
        return float(f"1e{self.power}")

    @property
    def factor(self) -> str:
        """By how much it is too large or too small, as it is written: 1,000."""
        size = abs(self.power)
        return f"{10**size:,}" if size < 10 else f"10^{size}"


@np.errstate(all="ignore")  # figures near the limits of floating point are compared as far as possible
def suspicious(result: IndexResult) -> tuple[Suspicion, ...]:
    """The figures of the panel that look wrong and that the YAML does not confirm, column by column. A figure is
    compared with the others of its city and with how the other cities changed in its year: in logarithms, the column is
    a level for each city plus a step for each year, both as medians (Tukey's median polish), and the distance of a
    figure is that from the median of its city's other figures or that from the figure before or after, whichever is
    less. So a city that grows fast does not stand out, nor does a year that was hard for all. A figure is reported
    where the distance is more than 10^0.6 and more than three times the spread of the column (the upper quartile of the
    distances over 1.15, which would be the standard deviation of a normal distribution; of fewer than FEW, the median
    over 0.674); the power of ten is the nearest. Reported figures are set aside, and the rest of the city is examined
    again. The same goes for the level of a city among the cities, and for the step of a year among the years. Columns
    with figures on both sides of 0 are compared by differences, and only what a power of ten would put right is
    reported. Missing values, zeros, and small figures below 0 are not reported. Source: J. W. Tukey, Exploratory Data
    Analysis (1977), chapter 11.
    """
    panel, declared = result.panel, result.framework.columns
    return tuple(
        one
        for code in panel.codes
        if code in declared
        for one in (*_of_column(panel, code, declared[code]), *_twins(panel, code, declared))
        if not _answered(one, declared[code], panel)
    )


def suspicions_notice(found: tuple[Suspicion, ...], panel: Panel) -> Iterator[Problem]:
    """One notice for all of them, and one more for each column of percentages that may be fractions."""
    several = [one for one in found if one.kind != "fractions"]
    for one in found:
        if one.kind == "fractions":
            values = panel.series(one.code)
            facts = {"code": one.code, "low": np.nanmin(values), "high": np.nanmax(values)}
            yield Problem("percent_or_fraction", facts)
    if several:
        few = Few((_in_words(one, panel) for one in several), NAMED, "semicolon")
        yield Problem("suspicious", {"n": len(several), "few": few})


def _in_words(one: Suspicion, panel: Panel) -> Word:
    """A suspicion with its figure, its cell and what it was compared with."""
    where = cell_of(one, panel)
    facts: dict[str, Any] = {"code": Node(one.code), "years": years_text(one), "value": shown(one.value)}
    facts["city"] = City(one.city) if one.city else Word("errors.suspicion.all_cities")
    facts["cell"] = Word("errors.suspicion.cell", cell=where) if where else ""
    if one.kind == "same":
        return Word("errors.suspicion.same", code=Node(one.code), other=Node(one.other))
    if one.kind != "times":
        return Word(f"errors.suspicion.{one.kind}", **facts)
    beside = Row(Word("errors.suspicion.neighbour", year=year, value=shown(value)) for year, value in one.neighbours)
    others = Word("errors.suspicion.others", value=shown(one.typical))
    facts["beside"] = Word("errors.suspicion.beside", figures=beside) if beside else others
    return Word(f"errors.suspicion.{'large' if one.power > 0 else 'small'}", times=one.factor, **facts)


def years_text(one: Suspicion) -> str:
    """The years that a suspicion is about: 2019, or 2019-2022."""
    return "-".join(map(str, dict.fromkeys((one.years[0], one.years[-1])))) if one.years else ""


def shown(value: float) -> str:
    """A figure as it was read, with marks between thousands.

    >>> shown(239583000.0), shown(0.05)
    ('239,583,000', '0.05')
    """
    return f"{value:,.12g}" if 1e-4 <= abs(value) < 1e12 or not value else f"{value:.6g}"


def cell_of(one: Suspicion, panel: Panel) -> str:
    """The cell of the first figure as `sheet!A1`; "" where it is not of one cell."""
    return "!".join(panel.cells.get((one.code, one.city, one.years[0]), ())) if one.years else ""


def suspicious_table(found: tuple[Suspicion, ...], panel: Panel) -> pd.DataFrame:
    """One row per suspicion, for programs."""
    rows = []
    for one in found:
        before, after = neighbours_of(one)
        rows.append(
            {
                "kind": one.kind,
                "indicator": one.code,
                "city": one.city,
                "first_year": one.years[0] if one.years else None,
                "last_year": one.years[-1] if one.years else None,
                "cell": cell_of(one, panel),
                "value": one.value,
                "before": before,
                "after": after,
                "other_cities": one.typical,
                "times": one.times if one.power else None,
                "same_as": one.other,
            }
        )
    return pd.DataFrame(rows)


def neighbours_of(one: Suspicion) -> tuple[float, float]:
    """The figure before and the figure after; NaN where there is none."""
    first, last = (one.years[0], one.years[-1]) if one.years else (0, 0)
    before = [value for year, value in one.neighbours if year < first]
    after = [value for year, value in one.neighbours if year > last]
    return (before[-1] if before else np.nan), (after[0] if after else np.nan)


# -- one column


def _of_column(panel: Panel, code: str, declared: Indicator | Series) -> Iterator[Suspicion]:
    values = panel.series(code)
    seen = np.isfinite(values)
    if not seen.any():
        return
    unit = folded_unit(declared.unit)
    there = values[seen]
    if unit == "%" and there.min() >= 0 and 0 < there.max() <= 1:
        yield Suspicion("fractions", code, "", (), float(there.max()))
    powers = _powers(np.where(seen, values, np.nan), unit == "%")
    for c, years, power in _together(powers, seen):
        found = _suspicion("times", panel, code, c, years, power)
        if not found.neighbours or any(value for _, value in found.neighbours):  # of 0 nothing is ten times
            yield found
    if unit and not may_be_negative(unit):
        negative = seen & (values < 0)
        for c in np.flatnonzero(negative.any(axis=1)).tolist():
            yield _suspicion("sign", panel, code, c, np.flatnonzero(negative[c]).tolist())
    elif (slip := _lone_minus(values, seen)) is not None:
        yield _suspicion("minus", panel, code, slip[0], [slip[1]])
    for c, years in _repeats(values, seen):
        yield _suspicion("repeated", panel, code, c, years)


def _lone_minus(values: Array, seen: Mask) -> tuple[int, int] | None:
    """The one negative figure of a column, if without its sign it would lie where the others of its city do, which
    differ little: a growth rate or a balance that turns negative seldom has the size that it had before."""
    if (seen & (values <= 0)).sum() != 1:
        return None
    c, t = np.argwhere(seen & (values <= 0))[0].tolist()
    others = np.delete(values[c], t)[np.delete(seen[c], t)]
    if others.size < FEWEST_BESIDE or others.max() > 2 * others.min():
        return None
    alike = others.min() / ALIKE <= -values[c, t] <= others.max() * ALIKE
    return (c, t) if alike else None


def _suspicion(kind: str, panel: Panel, code: str, c: int, at: list[int], power: int = 0) -> Suspicion:
    """A suspicion about some years of a city (of all cities where c is -1), with its neighbours."""
    series = panel.series(code)
    own = series[c] if c >= 0 else median(series, axis=0)
    seen = np.flatnonzero(np.isfinite(own))
    beside = [t for t in (*seen[seen < at[0]][-1:], *seen[seen > at[-1]][:1])]
    others = np.delete(series[:, at[0]], c) if c >= 0 else np.array([np.nan])
    others = others[np.isfinite(others)]
    return Suspicion(
        kind,
        code,
        panel.cities[c] if c >= 0 else "",
        tuple(panel.years[t] for t in at),
        float(own[at[0]]),
        tuple((panel.years[t], float(own[t])) for t in beside),
        float(np.median(others)) if others.size else np.nan,
        power,
    )


def _together(powers: NDArray[np.int64], seen: Mask) -> Iterator[tuple[int, list[int], int]]:
    """City, years and power of what is reported: successive figures of one city that are off by the same power are one.

    A year in which more than half of the cities, of three or more, are off by the same power is one of all cities (-1).
    """
    rest = powers.copy()
    for t in range(powers.shape[1]):
        column = rest[:, t][seen[:, t]]
        if column.size >= 3:
            found, counts = np.unique(column[column != 0], return_counts=True)
            if found.size and 2 * counts.max() > column.size:
                power = int(found[counts.argmax()])
                yield -1, [t], power
                rest[rest[:, t] == power, t] = 0
    for c in np.flatnonzero((rest != 0).any(axis=1)):
        run: list[int] = []
        for t in np.flatnonzero(seen[c]).tolist():
            if run and rest[c, t] != rest[c, run[-1]]:
                yield int(c), run, int(rest[c, run[-1]])
                run = []
            if rest[c, t]:
                run.append(t)
        if run:
            yield int(c), run, int(rest[c, run[-1]])


def _powers(values: Array, percent: bool) -> NDArray[np.int64]:
    """By how many powers of ten each figure (city, year) is off; 0 where it is not."""
    found = np.zeros(values.shape, np.int64)
    seen = ~np.isnan(values)
    filled = values[seen & (values != 0)]
    if filled.size < 2:
        return found
    negative = int((filled < 0).sum())
    signed = negative >= max(2, 0.02 * seen.sum())
    fraction = _fractions(values, seen)
    shift = 0.0
    if signed:
        scaled = values
    else:  # where there are zeros, a shift keeps them among the figures
        size = np.abs(filled)
        if (values[seen] == 0).any():
            shift = 0.5 if fraction.any() or (size == np.round(size)).all() else 0.5 * float(np.quantile(size, 0.1))
        with np.errstate(divide="ignore"):
            scaled = np.log10(np.where(np.abs(values) + shift > 0, np.abs(values) + shift, np.nan))
    scaled = np.where(np.isfinite(scaled), scaled, np.nan)
    steps = _year_steps(scaled)
    level = np.where(np.isfinite(scaled - steps), scaled - steps, np.nan)
    distance = _distance(level)
    there = np.abs(distance[seen & np.isfinite(distance)])
    spread, usual = _spread(there), float(np.quantile(np.abs(filled), 0.75))
    least = np.full(values.shape, SPREADS_SIGNED * spread if signed else max(LEAST, SPREADS * spread))
    if not signed:
        least[fraction] = FRACTION
    rows = np.flatnonzero(seen.sum(axis=1) > 1)
    while rows.size:
        z = level[rows]
        distance = _distance(z)
        allowed = (values[rows] != 0) & ~(fraction[rows] & (distance > 0) & (distance < LEAST))
        over = np.where(allowed, np.abs(np.nan_to_num(distance)) / np.maximum(least[rows], 1e-12), 0.0)
        apart = np.abs(z - median(z, axis=0)) if len(z) > 2 else np.abs(z - np.nanmedian(level))
        at = np.argmax(over + 1e-9 * np.nan_to_num(apart), axis=1)  # of two that only differ, the one off the others
        k = np.arange(len(rows))
        bad = over[k, at] > 1.0
        rows, at, by = rows[bad], at[bad], distance[k, at][bad]
        for c, t, off in zip(rows, at, by, strict=True):
            if signed:
                found[c, t] = _signed_power(values[c, t], values[c, t] - off, 3.0 * spread, usual)
            else:
                found[c, t] = _power(values[c, t], 10.0 ** (scaled[c, t] - off) - shift, off)
            level[c, t] = np.nan
    if not signed:
        _judge_cities(found, level, seen, FEWEST_PERCENTS if percent else FEWEST_CITIES)
        _judge_years(found, steps, seen)
    found[(values == 0) | ((values < 0) & (found < 0))] = 0  # what crosses 0 is small on its way
    return found


def _spread(distances: Array) -> float:
    """The spread of some distances, as a standard deviation: by their upper quartile, of few by their median."""
    if not distances.size:
        return 0.0
    few = distances.size < FEW
    return float(np.quantile(distances, 0.5 if few else 0.75)) / (0.674 if few else 1.15)


def _fractions(values: Array, seen: Mask) -> Mask:
    """The figures with a fraction in a column otherwise of whole numbers."""
    fraction = seen & (values != np.round(values))
    few = seen.sum() >= 10 and fraction.sum() <= 0.15 * seen.sum()
    return fraction if few else np.zeros(values.shape, bool)


def _power(value: float, expected: float, off: float) -> int:
    """The power of ten between a figure and what was expected."""
    side = 1 if off > 0 else -1
    ratio = _ratio(value, expected) if 0 < expected < np.inf else off
    return int(side * max(1, round(abs(ratio)))) if ratio * side > 0 else side


def _signed_power(value: float, expected: float, within: float, usual: float) -> int:
    """The same in a column with figures on both sides of 0; 0 where a power of ten explains nothing: too large is what
    lies beyond the usual size, too small what is a small part of what was expected."""
    if abs(value) > BEYOND_USUAL * usual > 0:
        near = (k for k in range(1, 20) if abs(value / 10.0**k - expected) <= within)
        return next(near, round(_ratio(value, usual)))
    same_side = np.isfinite(expected) and np.sign(value) == np.sign(expected)
    return min(round(_ratio(value, expected)), 0) if same_side and abs(value) < abs(expected) else 0


def _ratio(value: float, other: float) -> float:
    """The power of ten by which a figure is another; both other than 0."""
    return float(np.log10(abs(value)) - np.log10(abs(other)))


def _judge_cities(found: NDArray[np.int64], level: Array, seen: Mask, fewest: int) -> None:
    """Cities whose whole series is far from those of the others, or that have one figure only."""
    own = median(level, axis=1)
    there = np.flatnonzero(~np.isnan(own))
    if there.size < fewest:
        return
    middle = np.median(own[there])
    spread = 1.4826 * float(np.median(np.abs(own[there] - middle)))
    order = np.sort(own[there])
    for c in there[np.abs(own[there] - middle) > max(LEAST, SPREADS_OF_CITIES * spread)]:
        at = int(np.searchsorted(order, own[c]))
        beside = [abs(order[i] - own[c]) for i in (at - 1, at + 1) if 0 <= i < order.size]
        if min(beside) > LEAST:
            off = own[c] - middle
            found[c, seen[c] & ~np.isnan(level[c])] = int(np.sign(off) * max(1, round(abs(off))))


def _judge_years(found: NDArray[np.int64], steps: Array, seen: Mask) -> None:
    """Years in which all cities moved by a power of ten, and back."""
    if len(steps) < 3 or not np.isfinite(steps).any():
        return
    row = np.where(seen.any(axis=0), steps, np.nan)[None, :]
    for _ in range(row.shape[1]):
        distance = np.nan_to_num(_distance(row))[0]
        t = int(np.argmax(np.abs(distance)))
        if abs(distance[t]) <= 2.0 * LEAST / 1.5:
            return
        found[seen[:, t] & (found[:, t] == 0), t] = int(np.sign(distance[t]) * max(1, round(abs(distance[t]))))
        row[0, t] = np.nan


def _year_steps(scaled: Array) -> Array:
    """What the cities have in common in each year (year,): the steps of a median polish; 0 where less than three are
    seen."""
    steps = np.zeros(scaled.shape[1])
    enough = (~np.isnan(scaled)).sum(axis=0) >= 3
    for _ in range(3):
        level = np.nan_to_num(median(scaled - steps, axis=1))
        steps = np.where(enough, np.nan_to_num(median(scaled - level[:, None], axis=0)), 0.0)
    return steps


def _distance(level: Array) -> Array:
    """How far each figure is from the others of its row: from their median, or from the one before or after, whichever
    is less; 0 where these are on both sides of it."""
    apart = level - _median_of_others(level)
    before, after = _beside(level)
    up = np.fmax(level - before, level - after)
    down = np.fmin(level - before, level - after)
    above, below = np.minimum(apart, up), np.maximum(apart, down)
    return np.where(apart > 0, np.maximum(above, 0.0), np.minimum(below, 0.0))


def _median_of_others(level: Array) -> Array:
    """The median of the others of its row, for each figure; NaN where there are none."""
    order = np.argsort(level, axis=1)
    ranked = np.take_along_axis(level, order, axis=1)
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.broadcast_to(np.arange(level.shape[1]), level.shape), axis=1)
    n = (~np.isnan(level)).sum(axis=1)[:, None] - 1
    middle = []
    for half in ((n - 1) // 2, n // 2):
        at = np.clip(half, 0, level.shape[1] - 1) + (rank <= half)
        middle.append(np.take_along_axis(ranked, np.minimum(at, level.shape[1] - 1), axis=1))
    return np.where((n > 0) & ~np.isnan(level), 0.5 * (middle[0] + middle[1]), np.nan)


def _beside(level: Array) -> tuple[Array, Array]:
    """The figure seen before and the one seen after, in each row."""
    t, n = np.arange(level.shape[1]), level.shape[1]
    there = ~np.isnan(level)
    last = np.maximum.accumulate(np.where(there, t, -1), axis=1)
    last = np.concatenate([np.full((len(level), 1), -1), last[:, :-1]], axis=1)
    following = np.minimum.accumulate(np.where(there, t, n)[:, ::-1], axis=1)[:, ::-1]
    following = np.concatenate([following[:, 1:], np.full((len(level), 1), n)], axis=1)
    before = np.where(last >= 0, np.take_along_axis(level, np.maximum(last, 0), axis=1), np.nan)
    after = np.where(following < n, np.take_along_axis(level, np.minimum(following, n - 1), axis=1), np.nan)
    return before, after


def median(values: Array, axis: int) -> Array:
    """The median along an axis of a table, missing values ignored; NaN where there is none.

    >>> median(np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, np.nan]]), axis=1).tolist()
    [2.0, nan]
    """
    table = values if axis == 1 else values.T
    ranked, n = np.sort(table, axis=1), (~np.isnan(table)).sum(axis=1)
    k = np.arange(len(ranked))
    low, high = ranked[k, np.maximum((n - 1) // 2, 0)], ranked[k, np.minimum(n // 2, ranked.shape[1] - 1)]
    return np.asarray(np.where(n > 0, 0.5 * (low + high), np.nan))


# -- repetition, and columns that are equal


def _repeats(values: Array, seen: Mask) -> Iterator[tuple[int, list[int]]]:
    """Cities and years of figures that stay the same over years, in a column where that is unusual."""
    before, _ = _beside(np.where(seen, values, np.nan))
    again = seen & (values == before) & (values != 0)
    pairs = int((seen & ~np.isnan(before)).sum())
    for c in np.flatnonzero(again.any(axis=1)):
        elsewhere = pairs - int((seen[c] & ~np.isnan(before[c])).sum())
        usual = int(again.sum() - again[c].sum())
        if not elsewhere or usual > USUAL_REPEATS * elsewhere:
            continue
        run: list[int] = []
        there = [int(t) for t in np.flatnonzero(seen[c])]
        for t, following in zip(there, [*there[1:], -1], strict=True):
            run.append(t)
            if following < 0 or not again[c, following]:
                if len(run) > 1 and _digits(values[c, t]) >= DIGITS:
                    yield int(c), run
                run = []


def _digits(value: float) -> int:
    """The number of significant digits of a figure, without zeros at its ends.

    >>> _digits(1200.0), _digits(0.0345), _digits(18.25)
    (2, 3, 4)
    """
    return len(f"{abs(value):.15g}".partition("e")[0].replace(".", "").strip("0"))


def _twins(panel: Panel, code: str, declared: dict[str, Any]) -> Iterator[Suspicion]:
    """Earlier columns with the same figures wherever both have one, unless they hardly vary, or one is declared as an
    alternative to the other."""
    k = panel.position(code)
    own = panel.values[:, :, k].ravel()
    sample = slice(None, None, max(1, own.size // SAMPLE))
    for j in range(k):
        before = panel.codes[j]
        if before not in declared or code in _alternatives(declared[before]) or before in _alternatives(declared[code]):
            continue
        other = panel.values[:, :, j].ravel()
        for at in (sample, slice(None)):
            differ = (own[at] != other[at]) & ~np.isnan(own[at]) & ~np.isnan(other[at])
            if differ.any():
                break
        else:
            both = own[~np.isnan(own) & ~np.isnan(other)]
            if both.size >= 6 and 2 * np.unique(both).size > both.size:
                yield Suspicion("same", code, "", (), float(both[0]), other=before)


def _alternatives(declared: Indicator | Series) -> tuple[str, ...]:
    return declared.alternatives if isinstance(declared, Indicator) else ()


def _answered(one: Suspicion, declared: Indicator | Series, panel: Panel) -> bool:
    """Whether the YAML says of every figure of a suspicion that it is as printed."""
    cities, years = [one.city] if one.city else panel.cities, one.years or panel.years
    return bool(declared.as_printed) and all(
        any(printed.city in (None, city) and printed.year in (None, year) for printed in declared.as_printed)
        for city in cities
        for year in years
    )
