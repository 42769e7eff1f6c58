"""From the scores of a block of draws to counts that add up: ranks, places gained, pairs, claims, spread of scores.

Scores stand as [year, city, draw]. Everything but the moments of scores is a whole number, so the order in which blocks
come does not matter; moments are added in the order of the blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame, verdicts
from indexcalc.claims import Claim
from indexcalc.errors import Problem
from indexcalc.robustness.design import Design, Integers, Sample
from indexcalc.robustness.engine import Run, Scored
from indexcalc.robustness.result import ScoreSpread

Array = NDArray[np.float64]
Bounds = tuple[Array, Array]
Places = NDArray[np.int8] | NDArray[np.int16]

FEW = 64
"""Cities up to which ranks come from comparing all pairs; beyond, from sorting."""
VERY_FEW = 20
"""Cities up to which draws with a rank are counted by comparing with every rank; beyond, by a histogram."""
CELLS = 512
"""Cells of the histogram of a city-year's scores."""
SOME = 1000
"""Draws of a block, on one scale, whose scores are counted for quantiles, about; mean and deviation are over all."""
PAIRS = 1_000_000
"""Pairs of scores that are compared together, about: more would not stay in the cache."""
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass
class Spread:
    """Scores on one scale: how many draws, and per city and year how many scores were seen, their sum and sum of
    squares above `low`, and a histogram of CELLS cells from `low` to `high`, the outermost for what lies beyond."""

    low: Array
    high: Array
    draws: int
    total: Array
    squares: Array
    cells: Integers
    seen: Integers

    def add(self, other: Spread) -> None:
        """Add scores that were seen elsewhere, between limits of their own where the first block had none of them."""
        other = other.between(self.low, self.high)
        self.draws += other.draws
        for name in ("total", "squares", "cells", "seen"):
            mine: Array = getattr(self, name)
            mine += getattr(other, name)

    def add_moments(self, scores: Array) -> None:
        """Add the moments of scores [year, city, draw]; changes them."""
        above = np.subtract(scores, self.low.T[:, :, None], out=scores)
        total = above.sum(axis=2)
        self.draws += scores.shape[2]
        self.seen += scores.shape[2]
        if np.isnan(total).any():
            missing = np.isnan(above)
            self.seen -= missing.sum(axis=2).T
            above[missing] = 0.0
            total = above.sum(axis=2)
        self.total += total.T
        self.squares += np.einsum("tcd,tcd->ct", above, above)

    def between(self, low: Array, high: Array) -> Spread:
        """The same scores between other limits: moments exactly, each cell where its middle falls."""
        if np.array_equal(low, self.low) and np.array_equal(high, self.high):
            return self
        by = self.low - low
        middle = self.low[:, :, None] + (self.high - self.low)[:, :, None] * (np.arange(CELLS) + 0.5) / CELLS
        place = np.clip((middle - low[:, :, None]) * CELLS / (high - low)[:, :, None], 0, CELLS - 1).astype(np.intp)
        cells = np.zeros_like(self.cells)
        for city, year in np.ndindex(by.shape):
            np.add.at(cells[city, year], place[city, year], self.cells[city, year])
        total = self.total + self.seen * by
        squares = self.squares + 2.0 * by * self.total + self.seen * by**2
        return replace(self, low=low, high=high, total=total, squares=squares, cells=cells)


@dataclass(frozen=True)
class Left:
    """Draws left out because the figures forbid them: how many, the options that all of them take, and why."""

    options: tuple[str, ...]
    problem: Problem
    draws: int


@dataclass
class Counts:
    """What a block, or several, come to; the arrays as in UncertaintyResult."""

    draws: int
    options: list[Integers]
    rank_counts: Integers
    gain_counts: Integers
    beats: Integers
    compared: Integers
    claim_counts: Integers
    spreads: dict[str, Spread] = field(default_factory=dict)
    left: dict[str, Left] = field(default_factory=dict)

    def add(self, other: Counts) -> None:
        """Add the counts of another block."""
        self.draws += other.draws
        for name in ("rank_counts", "gain_counts", "beats", "compared", "claim_counts"):
            mine: Integers = getattr(self, name)
            mine += getattr(other, name)
        for taken, more in zip(self.options, other.options, strict=True):
            taken += more
        for scale, spread in other.spreads.items():
            self.merge(scale, spread)
        for key, left in other.left.items():
            self.left[key] = _both(self.left.get(key), left)

    def merge(self, scale: str, spread: Spread) -> None:
        """Add scores on one scale."""
        if scale in self.spreads:
            self.spreads[scale].add(spread)
        else:
            self.spreads[scale] = spread


def count(
    design: Design,
    sample: Sample,
    scored: Scored,
    claims: Sequence[Claim],
    frame: Frame,
    bounds: dict[str, Bounds] | None = None,
) -> Counts:
    """The counts of the draws of one sample. bounds: of the histogram of each scale; by default those of its scores."""
    runs, kept, scores = scored.runs, scored.kept, scored.scores
    if not kept.all():
        scores = scores[:, :, kept]
        places = np.concatenate([[0], np.cumsum(kept)])
        moved = (replace(run, start=int(places[run.start]), stop=int(places[run.stop])) for run in runs)
        runs = tuple(run for run in moved if run.stop > run.start)
    known = bounds or {}
    limits = _limits_by_scale(scores, [run for run in runs if run.scale not in known]) | known
    found = _nothing(design, scores.shape, len(claims))
    found.draws = len(sample.choices)
    for i, taken in enumerate(found.options):
        taken += np.bincount(sample.choices[:, i], minlength=len(taken))
    for run in runs:
        found.merge(run.scale, _histogram(scores[:, :, run.start : run.stop], limits[run.scale]))
    for part in parts(scores.shape):
        _count_part(found, scores, part, runs, claims, frame)
    for removed in scored.removed:
        facts = removed.problem.facts
        key = f"{removed.problem.key} {facts.get('code')} {facts.get('node')}"
        left = Left(removed.options, removed.problem, int(removed.draws.sum()))
        found.left[key] = _both(found.left.get(key), left)
    return found


def _nothing(design: Design, shape: tuple[int, ...], n_claim: int) -> Counts:
    """Counts of no draws of scores [year, city, draw]."""
    n_year, n, _ = shape
    return Counts(
        draws=0,
        options=[np.zeros(len(factor.values), np.int64) for factor in design.discrete],
        rank_counts=np.zeros((n, n_year, n), np.int64),
        gain_counts=np.zeros((n, 2 * n - 1), np.int64),
        beats=np.zeros((n_year, n, n), np.int64),
        compared=np.zeros((n_year, n, n), np.int64),
        claim_counts=np.zeros((n_claim, 4), np.int64),
    )


def _count_part(
    found: Counts,
    scores: Array,
    part: slice,
    runs: Sequence[Run],
    claims: Sequence[Claim],
    frame: Frame,
) -> None:
    """Add the counts of some of the draws to those found."""
    unit = 10.0**frame.decimals
    whole = np.multiply(scores[:, :, part].transpose(1, 0, 2), unit, order="C").transpose(1, 0, 2)
    np.rint(whole, out=whole)
    above, wins = ranks_and_wins(whole)
    found.rank_counts += _rank_counts(above)
    found.gain_counts += _gain_counts(above)
    found.beats += wins
    found.compared += _compared(above)
    rounded, ranks = np.divide(whole, unit, out=whole), above.astype(float)
    ranks += 1.0
    if above.min(initial=0) < 0:
        ranks[above < 0] = np.nan
    for run in runs:
        first, last = max(run.start, part.start), min(run.stop, part.stop)
        if first >= last:
            continue
        here = slice(first - part.start, last - part.start)
        one = replace(frame, comparable=run.comparable)
        for i, claim in enumerate(claims):
            said = verdicts(claim, rounded[:, :, here].T, ranks[:, :, here].T, one, rounded=True)
            found.claim_counts[i] += np.bincount(said, minlength=4)
        found.spreads[run.scale].add_moments(rounded[:, :, here])


def _both(held: Left | None, more: Left) -> Left:
    """Draws left out for one reason, in two groups or blocks."""
    if held is None:
        return more
    common = tuple(option for option in held.options if option in more.options)
    return Left(common, held.problem, held.draws + more.draws)


# --- ranks ------------------------------------------------------------------------------------------------------------


def ranks_and_wins(whole: Array) -> tuple[Places, Integers]:
    """Number of cities above each city [year, city, draw], -1 where it has no score; and in how many draws each city
    stands strictly above each other, (year, city, city).

    whole: scores in units of the last decimal that counts, missing as NaN, which compares with nothing.
    """
    n = whole.shape[1]
    if n > FEW:
        above = _above_by_sorting(whole)
        return above, _wins_by_draw(above)
    above = np.empty((n, whole.shape[0], whole.shape[2]), np.int8)
    wins = np.zeros((whole.shape[0], n, n), np.int64)
    for part in parts(whole.shape):
        by_city = np.ascontiguousarray(whole[:, :, part].transpose(1, 0, 2))
        flat = by_city.reshape(n, -1)
        over = flat[:, None] > flat[None]
        above[:, :, part] = over.view(np.int8).sum(axis=0, dtype=np.int8).reshape(by_city.shape)
        wins += _count(over.reshape(n, *by_city.shape)).transpose(2, 0, 1)
    above = above.transpose(1, 0, 2)
    missing = np.isnan(whole)
    if missing.any():
        above[missing] = -1
    return above, wins


def parts(shape: tuple[int, ...]) -> Iterator[slice]:
    """Draws of scores [year, city, draw] that are counted together: what is made of them stays in the cache."""
    n_year, n, n_draw = shape
    step = max(PAIRS // (n_year * n * n) // 64 * 64, 64) if n <= FEW else max(n_draw, 1)
    for start in range(0, n_draw, step):
        yield slice(start, min(start + step, n_draw))


def _above_by_sorting(whole: Array) -> Places:
    scores = np.ascontiguousarray(-np.moveaxis(whole, 1, 2))
    order = np.argsort(scores, axis=2)  # missing last
    ordered = np.take_along_axis(scores, order, axis=2)
    starts = np.ones(ordered.shape, bool)
    starts[:, :, 1:] = ordered[:, :, 1:] != ordered[:, :, :-1]
    place = np.maximum.accumulate(np.where(starts, np.arange(whole.shape[1], dtype=np.int16), np.int16(0)), axis=2)
    place[np.isnan(ordered)] = -1
    above = np.empty(place.shape, np.int16)
    np.put_along_axis(above, order, place, axis=2)
    return np.ascontiguousarray(np.moveaxis(above, 2, 1))


def _wins_by_draw(above: Places) -> Integers:
    """Draws in which each city stands above each other, added up draw by draw in bytes, which are emptied in time."""
    n_year, n, n_draw = above.shape
    wins, some = np.zeros((n_year, n, n), np.int64), np.zeros((n, n), np.uint8)
    for t in range(n_year):
        places = np.ascontiguousarray(above[t].T)
        least = np.where(places < 0, np.iinfo(np.int16).max, places)  # a missing city stands above nobody
        for d in range(n_draw):
            some += least[d][:, None] < places[d]
            if d % 255 == 254 or d == n_draw - 1:
                wins[t] += some
                some[:] = 0
    return wins


def _count(flags: NDArray[np.bool_]) -> Integers:
    """Number of true along the last axis."""
    if hasattr(np, "bitwise_count"):
        packed = np.packbits(flags, axis=-1)
        packed = packed.view(np.uint64) if packed.shape[-1] % 8 == 0 else packed
        return np.asarray(np.bitwise_count(packed).sum(axis=-1, dtype=np.int64))
    return np.asarray(np.count_nonzero(flags, axis=-1))


def _rank_counts(above: Places) -> Integers:
    """(city, year, rank - 1)."""
    n_year, n_city, n_draw = above.shape
    if n_city <= VERY_FEW:
        each = np.ascontiguousarray(above.transpose(1, 0, 2)).reshape(n_city, 1, -1)
        taken = each == np.arange(n_city, dtype=above.dtype)[:, None]
        return _count(taken.reshape(n_city, n_city, n_year, n_draw)).transpose(0, 2, 1)
    found = np.empty((n_city, n_year, n_city), np.int64)
    first = (np.arange(n_city) * (n_city + 1) + 1)[:, None]
    for t in range(n_year):
        cells = np.bincount((above[t] + first).ravel(), minlength=n_city * (n_city + 1))
        found[:, t] = cells.reshape(n_city, n_city + 1)[:, 1:]
    return found


def _gain_counts(above: Places) -> Integers:
    """(city, n_city - 1 + places gained from the first to the last year)."""
    n_city = above.shape[1]
    first, last = above[0], above[-1]
    gain = first - last + (n_city - 1)
    both = (first >= 0) & (last >= 0)
    place = np.where(both, gain, 2 * n_city - 1) + (np.arange(n_city) * 2 * n_city)[:, None]
    found = np.bincount(place.ravel(), minlength=n_city * 2 * n_city)
    return np.ascontiguousarray(found.reshape(n_city, 2 * n_city)[:, :-1])


def _compared(above: Places) -> Integers:
    """Draws in which both cities have a score, (year, city, city)."""
    n_year, n_city, n_draw = above.shape
    there = above >= 0
    if there.all():
        return np.full((n_year, n_city, n_city), n_draw, np.int64)
    seen = there.astype(np.float32)
    return np.asarray(np.rint(seen @ np.swapaxes(seen, 1, 2)), np.int64)


# --- scores -----------------------------------------------------------------------------------------------------------


def _histogram(scores: Array, limits: Bounds) -> Spread:
    """Of scores [year, city, draw] on one scale, the histogram between limits (city, year) of one draw of every so
    many; the moments are yet to come."""
    low, high = limits
    some = scores[:, :, :: max(1, scores.shape[2] // SOME)].transpose(1, 0, 2)
    place = (some - low[:, :, None]) * (CELLS / (high - low))[:, :, None]
    none = np.isnan(place)
    some_missing = none.any()
    if some_missing:
        place[none] = 0.0
    cell = np.clip(place, 0, CELLS - 1, out=place).astype(np.intp)
    if some_missing:
        cell[none] = CELLS
    cell += (np.arange(low.size) * (CELLS + 1)).reshape(low.shape)[:, :, None]
    cells = np.bincount(cell.ravel(), minlength=low.size * (CELLS + 1)).reshape(*low.shape, -1)[:, :, :CELLS]
    nothing = np.zeros(low.shape)
    return Spread(low.copy(), high.copy(), 0, nothing, nothing.copy(), cells, np.zeros(low.shape, np.int64))


def _limits_by_scale(scores: Array, runs: Sequence[Run]) -> dict[str, Bounds]:
    """Low and high, (city, year), of the histogram of each scale: of all its runs together."""
    found: dict[str, Bounds] = {}
    for run in runs:
        low, high = _range(scores[:, :, run.start : run.stop])
        if run.scale in found:
            low, high = np.fmin(low, found[run.scale][0]), np.fmax(high, found[run.scale][1])
        found[run.scale] = low, high
    return {scale: _wide(*ends) for scale, ends in found.items()}


def _range(scores: Array) -> Bounds:
    """Lowest and highest score of each city and year, NaN where there is none."""
    low, high = scores.min(axis=2), scores.max(axis=2)
    if np.isnan(low).any():
        low, high = np.fmin.reduce(scores, axis=2), np.fmax.reduce(scores, axis=2)
    return low.T, high.T


def _wide(low: Array, high: Array) -> Bounds:
    """Limits widened by half their distance on either side, never of no width; round 0 where there is no score."""
    low, high = np.nan_to_num(low), np.nan_to_num(high)
    wide = np.maximum((high - low) / 2.0, 1e-9 * np.maximum(np.abs(high), 1.0))
    return low - wide, high + wide


def score_spread(scale: str, spread: Spread) -> ScoreSpread:
    """Mean and standard deviation of scores, and quantiles, exact to one cell of the histogram."""
    n = np.where(spread.seen == 0, np.nan, spread.seen.astype(float))
    mean = spread.total / n
    deviation = np.sqrt(np.maximum(spread.squares / n - mean**2, 0.0))
    reached = spread.cells.cumsum(axis=2)
    counted = reached[:, :, -1]
    width = (spread.high - spread.low) / CELLS
    quantiles = []
    for level in LEVELS:
        wanted = level * counted
        at = (reached >= np.maximum(wanted, 1)[:, :, None]).argmax(axis=2)
        inside = np.take_along_axis(spread.cells, at[:, :, None], axis=2)[:, :, 0]
        before = np.take_along_axis(reached, at[:, :, None], axis=2)[:, :, 0] - inside
        share = np.clip((wanted - before) / np.maximum(inside, 1), 0.0, 1.0)
        quantiles.append(np.where(counted > 0, spread.low + (at + share) * width, np.nan))
    return ScoreSpread(scale, spread.draws, spread.low + mean, deviation, LEVELS, np.stack(quantiles))
