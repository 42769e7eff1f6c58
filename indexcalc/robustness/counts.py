"""From the scores of a block of draws to counts that add up: ranks, places gained, pairs, claims, spread of scores.

Scores stand as [year, city, draw]. Everything but the moments of scores is a whole number, so the order in which blocks
come does not matter; moments are added in the order of the blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame, verdicts
from indexcalc.claims import Claim
from indexcalc.errors import Problem
from indexcalc.robustness.design import Design, Integers, Sample
from indexcalc.robustness.engine import Scored
from indexcalc.robustness.result import ScoreSpread

Array = NDArray[np.float64]
Bounds = tuple[Array, Array]

FEW = 64
"""Cities up to which ranks come from comparing all pairs; beyond, from sorting."""
CELLS = 512
"""Cells of the histogram of a city-year's scores."""
SOME = 1000
"""Draws of a block, on one scale, whose scores are counted for quantiles, about; mean and deviation are over all."""
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
        self.draws += other.draws
        for name in ("total", "squares", "cells", "seen"):
            mine: Array = getattr(self, name)
            mine += getattr(other, name)


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
            if scale in self.spreads:
                self.spreads[scale].add(spread)
            else:
                self.spreads[scale] = spread
        for key, left in other.left.items():
            self.left[key] = _both(self.left.get(key), left)


def count(
    design: Design,
    sample: Sample,
    scored: Scored,
    claims: Sequence[Claim],
    frame: Frame,
    bounds: dict[str, Bounds] | None = None,
) -> Counts:
    """The counts of the draws of one sample. bounds: of the histogram of each scale; by default those of its scores."""
    unit = 10.0**frame.decimals
    whole = scored.scores * unit
    np.rint(whole, out=whole)
    runs, kept = scored.runs, scored.kept
    if not kept.all():
        whole = whole[:, :, kept]
        places = np.concatenate([[0], np.cumsum(kept)])
        moved = (replace(run, start=int(places[run.start]), stop=int(places[run.stop])) for run in runs)
        runs = tuple(run for run in moved if run.stop > run.start)
    above, beats = ranks_and_wins(whole)
    found = Counts(
        draws=len(sample.choices),
        options=[
            np.bincount(sample.choices[:, i], minlength=len(factor.values)) for i, factor in enumerate(design.discrete)
        ],
        rank_counts=_rank_counts(above),
        gain_counts=_gain_counts(above),
        beats=beats,
        compared=_compared(above),
        claim_counts=np.zeros((len(claims), 4), np.int64),
    )
    scores, ranks = np.divide(whole, unit, out=whole), above.astype(float)
    ranks += 1.0
    if above.min(initial=0) < 0:
        ranks[above < 0] = np.nan
    for run in runs:
        here = slice(run.start, run.stop)
        one = replace(frame, comparable=run.comparable)
        for i, claim in enumerate(claims):
            said = verdicts(claim, scores[:, :, here].T, ranks[:, :, here].T, one, rounded=True)
            found.claim_counts[i] += np.bincount(said, minlength=4)
        limits = None if bounds is None else bounds.get(run.scale)
        spread = _spread(scores[:, :, here], limits)
        if run.scale in found.spreads:
            found.spreads[run.scale].add(spread)
        else:
            found.spreads[run.scale] = spread
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


def ranks_and_wins(whole: Array) -> tuple[NDArray[np.int16], Integers]:
    """Number of cities above each city [year, city, draw], -1 where it has no score; and in how many draws each city
    stands strictly above each other, (year, city, city).

    whole: scores in units of the last decimal that counts, missing as NaN, which compares with nothing.
    """
    n = whole.shape[1]
    if n > FEW:
        above = _above_by_sorting(whole)
        return above, _wins_by_draw(above)
    small = np.zeros(whole.shape, np.int8)
    wins = np.zeros((whole.shape[0], n, n), np.int64)
    for i in range(n - 1):
        own, rest = whole[:, i : i + 1], whole[:, i + 1 :]
        below, over = rest < own, rest > own
        small[:, i] += over.view(np.int8).sum(axis=1, dtype=np.int8)
        small[:, i + 1 :] += below.view(np.int8)
        wins[:, i, i + 1 :] = _count(below)
        wins[:, i + 1 :, i] = _count(over)
    above = small.astype(np.int16)
    missing = np.isnan(whole)
    if missing.any():
        above[missing] = -1
    return above, wins


def _above_by_sorting(whole: Array) -> NDArray[np.int16]:
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


def _wins_by_draw(above: NDArray[np.int16]) -> Integers:
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
        return np.asarray(np.bitwise_count(np.packbits(flags, axis=-1)).sum(axis=-1, dtype=np.int64))
    return np.asarray(np.count_nonzero(flags, axis=-1))


def _rank_counts(above: NDArray[np.int16]) -> Integers:
    """(city, year, rank - 1)."""
    n_year, n_city, _ = above.shape
    found = np.empty((n_city, n_year, n_city), np.int64)
    first = (np.arange(n_city) * (n_city + 1) + 1)[:, None]
    for t in range(n_year):
        cells = np.bincount((above[t] + first).ravel(), minlength=n_city * (n_city + 1))
        found[:, t] = cells.reshape(n_city, n_city + 1)[:, 1:]
    return found


def _gain_counts(above: NDArray[np.int16]) -> Integers:
    """(city, n_city - 1 + places gained from the first to the last year)."""
    n_city = above.shape[1]
    first, last = above[0], above[-1]
    gain = first - last + (n_city - 1)
    both = (first >= 0) & (last >= 0)
    place = np.where(both, gain, 2 * n_city - 1) + (np.arange(n_city) * 2 * n_city)[:, None]
    found = np.bincount(place.ravel(), minlength=n_city * 2 * n_city)
    return np.ascontiguousarray(found.reshape(n_city, 2 * n_city)[:, :-1])


def _compared(above: NDArray[np.int16]) -> Integers:
    """Draws in which both cities have a score, (year, city, city)."""
    n_year, n_city, n_draw = above.shape
    there = above >= 0
    if there.all():
        return np.full((n_year, n_city, n_city), n_draw, np.int64)
    seen = there.astype(np.float32)
    return np.asarray(np.rint(seen @ np.swapaxes(seen, 1, 2)), np.int64)


# --- scores -----------------------------------------------------------------------------------------------------------


def _spread(scores: Array, limits: Bounds | None) -> Spread:
    """Moments and histogram of scores [year, city, draw], as (city, year); year by year, which stays in the cache. The
    histogram counts every k-th draw, so that there are some SOME of them."""
    n_year, n_city, n_draw = scores.shape
    low, high = _limits(scores) if limits is None else (limits[0].T, limits[1].T)
    width = (high - low) / CELLS
    total, squares = np.empty((n_city, n_year)), np.empty((n_city, n_year))
    cells = np.empty((n_city, n_year, CELLS), np.int64)
    seen = np.full((n_city, n_year), n_draw)
    first = np.arange(n_city)[:, None] * (CELLS + 1)
    for t in range(n_year):
        above = scores[t] - low[t][:, None]
        some = above[:, :: max(1, n_draw // SOME)] / width[t][:, None]
        missing = np.isnan(above)
        if missing.any():
            seen[:, t] -= missing.sum(axis=1)
            above[missing] = 0.0
        total[:, t] = above.sum(axis=1)
        squares[:, t] = np.einsum("cd,cd->c", above, above)
        none = np.isnan(some)
        cell = np.clip(np.where(none, 0.0, some), 0, CELLS - 1).astype(np.intp)
        cell[none] = CELLS
        cell += first
        cells[:, t] = np.bincount(cell.ravel(), minlength=n_city * (CELLS + 1)).reshape(n_city, -1)[:, :CELLS]
    return Spread(low.T.copy(), high.T.copy(), n_draw, total, squares, cells, seen)


def _limits(scores: Array) -> Bounds:
    """Lowest and highest score of each year and city, widened by half their distance on either side."""
    low, high = (np.nan_to_num(reduce(scores, axis=2)) for reduce in (np.fmin.reduce, np.fmax.reduce))
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
