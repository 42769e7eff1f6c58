"""From the scores of a block of draws to counts that add up: ranks, places gained, pairs, claims, spread of scores.

Scores stand as [year, city, draw]. Everything but the moments of scores is a whole number, so the order in which blocks
come does not matter; moments are added in the order of the blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame, in_units, verdicts
from indexcalc.claims import Claim
from indexcalc.errors import Problem
from indexcalc.robustness.design import Design, Integers, Sample
from indexcalc.robustness.engine import Run, Scored
from indexcalc.robustness.result import ScoreSpread

Array = NDArray[np.float64]
Bounds = tuple[Array, Array]
Places = NDArray[np.int8] | NDArray[np.int16]
Flags = NDArray[np.bool_]

FEW = 64
"""Cities up to which ranks come from comparing all pairs; beyond, from sorting."""
VERY_FEW = 32
"""Different numbers up to which draws with a number are counted by comparing with each; beyond, by a histogram."""
CELLS = 512
"""Cells of the histogram of a city-year's scores."""
SOME = 1000
"""Draws of a block, on one scale, whose scores are counted for quantiles, at most; mean and deviation are over all."""
PAIRS = 1_000_000
"""Pairs of scores of a year that are compared together, about: more would not stay in the cache."""
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
    whole = in_units(scores, frame.decimals)
    above, wins = ranks_and_wins(whole)
    found = Counts(
        draws=len(sample.choices),
        options=[
            np.bincount(sample.choices[:, i], minlength=len(factor.values)) for i, factor in enumerate(design.discrete)
        ],
        rank_counts=_rank_counts(above),
        gain_counts=_gain_counts(above),
        beats=wins,
        compared=_compared(above),
        claim_counts=np.zeros((len(claims), 4), np.int64),
    )
    for run in runs:
        here, one = slice(run.start, run.stop), replace(frame, comparable=run.comparable)
        found.merge(run.scale, spread_of(scores[:, :, here], limits[run.scale]))
        ranks = above[:, :, here] + above.dtype.type(1)
        for i, claim in enumerate(claims):
            found.claim_counts[i] += tally(verdicts(claim, whole[:, :, here].T, ranks.T, one), 0, 3)
    for removed in scored.removed:
        facts = removed.problem.facts
        key = f"{removed.problem.key} {facts.get('code')} {facts.get('node')}"
        left = Left(removed.options, removed.problem, int(removed.draws.sum()))
        found.left[key] = _both(found.left.get(key), left)
    return found


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
    n_year, n, n_draw = whole.shape
    if n > FEW:
        above = _above_by_sorting(whole)
        return above, _wins_by_draw(above)
    few = np.empty(whole.shape, np.int8)
    wins = np.zeros((n_year, n, n), np.int64)
    step = max(PAIRS // (n * n), 64)
    for t, start in product(range(n_year), range(0, n_draw, step)):
        scores = np.ascontiguousarray(whole[t, :, start : start + step])
        over = scores[:, None] > scores[None]
        few[t, :, start : start + step] = over.view(np.int8).sum(axis=0, dtype=np.int8)
        wins[t] += _number(over)
    missing = np.isnan(whole)
    if missing.any():
        few[missing] = -1
    return few, wins


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


def _number(flags: Flags) -> Integers:
    """Number of true along the last axis."""
    if not hasattr(np, "bitwise_count"):
        return np.asarray(np.count_nonzero(flags, axis=-1))
    bits = np.packbits(flags, axis=-1)
    words = np.zeros((*bits.shape[:-1], -(-bits.shape[-1] // 8) * 8), np.uint8)
    words[..., : bits.shape[-1]] = bits
    return np.asarray(np.bitwise_count(words.view(np.uint64)).sum(axis=-1, dtype=np.int64))


def tally(values: NDArray[np.signedinteger[Any]], least: int, most: int) -> Integers:
    """How often each whole number from least to most occurs along the last axis, (..., number); others do not count."""
    n = most - least + 1
    if n <= VERY_FEW:
        numbers = np.arange(least, most + 1, dtype=values.dtype)
        return _number(values[..., None, :] == numbers[:, None])
    rows = values.reshape(-1, values.shape[-1])
    found = np.empty((len(rows), n), np.int64)
    for row, here in zip(found, rows, strict=True):
        inside = here[(here >= least) & (here <= most)].astype(np.int64)
        row[:] = np.bincount(inside - least, minlength=n)
    return found.reshape(*values.shape[:-1], n)


def _rank_counts(above: Places) -> Integers:
    """(city, year, rank - 1)."""
    return tally(above, 0, above.shape[1] - 1).transpose(1, 0, 2)


def _gain_counts(above: Places) -> Integers:
    """(city, n_city - 1 + places gained from the first to the last year)."""
    n_city = above.shape[1]
    first, last = above[0], above[-1]
    gain = np.where((first >= 0) & (last >= 0), first - last, above.dtype.type(n_city))
    return tally(gain, 1 - n_city, n_city - 1)


def _compared(above: Places) -> Integers:
    """Draws in which both cities have a score, (year, city, city)."""
    n_year, n_city, n_draw = above.shape
    there = above >= 0
    if there.all():
        return np.full((n_year, n_city, n_city), n_draw, np.int64)
    seen = there.astype(np.float32)
    return np.asarray(np.rint(seen @ np.swapaxes(seen, 1, 2)), np.int64)


# --- scores -----------------------------------------------------------------------------------------------------------


def spread_of(scores: Array, limits: Bounds) -> Spread:
    """The spread of scores [year, city, draw] on one scale, between limits (city, year): moments of all draws, cells of
    one draw of every so many."""
    low, high = limits
    above = scores - low.T[:, :, None]
    some = above[:, :, :: max(1, -(-scores.shape[2] // SOME))]
    place = (some * (CELLS / (high - low)).T[:, :, None]).transpose(1, 0, 2)
    np.clip(place, 0, CELLS - 1, out=place)
    total = above.sum(axis=2).T
    seen = np.full(low.shape, scores.shape[2])
    if np.isnan(total).any():
        missing = np.isnan(above)
        seen -= missing.sum(axis=2).T
        above[missing] = 0.0
        total = above.sum(axis=2).T
        place[np.isnan(place)] = CELLS
    row = np.arange(low.size).reshape(*low.shape, 1) * (CELLS + 1)
    cells = np.bincount((place.astype(np.int64) + row).ravel(), minlength=low.size * (CELLS + 1))
    return Spread(
        low=low.copy(),
        high=high.copy(),
        draws=scores.shape[2],
        total=total,
        squares=np.einsum("tcd,tcd->ct", above, above),
        cells=cells.reshape(*low.shape, -1)[:, :, :CELLS],
        seen=seen,
    )


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
