"""From the scores of a block of draws to counts that add up: ranks, places gained, pairs, claims, spread of scores.

Scores are [year, city, draw]. Everything but the moments of scores is a whole number, so the order in which blocks come
does not matter; moments are added in the order of the blocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Alike, Frame, in_units, verdicts
from indexcalc.errors import Problem
from indexcalc.robustness.design import Design, Integers, Sample
from indexcalc.robustness.engine import Ends, Scored
from indexcalc.robustness.result import ScoreSpread
from indexcalc.spec.claims import Claim
from indexcalc.steps.comparable import Pair
from indexcalc.steps.ranks import shared_ranks

Array = NDArray[np.float64]
Places = NDArray[np.int8] | NDArray[np.int16]
Whole = NDArray[np.signedinteger[Any]]
Flags = NDArray[np.bool_]

FEW = 64
"""Cities up to which ranks come from comparing all pairs; beyond, from sorting."""
ALL_PAIRED, LAST_PAIRED = 100, 1000
"""Cities up to which pairs are counted in every year, and in the last one."""
VERY_FEW = 32
"""Different numbers up to which their draws are counted by comparing with each number; beyond, by a histogram."""
SOME, FEWEST, NUMBERS = 2500, 250, 500_000
"""Draws on one scale whose scores are kept for quantiles: at most SOME, fewer where all city-years together would have
more than NUMBERS, but at least FEWEST. Mean and deviation are over all."""
PAIRS = 1_000_000
"""Pairs of scores of a year that are compared together, about: more would not stay in the cache."""
BINS = 1_000_000
"""Numbers that are counted together in a histogram, about."""
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass
class Spread:
    """Scores [year, city, draw] on one scale: how many draws, and per year and city how many scores were seen, their
    mean and the sum of their squared distances from it. some: the scores of those draws whose number is a multiple of
    `every`, a power of two; numbers: of these draws."""

    draws: int
    seen: Integers
    mean: Array
    squares: Array
    every: int
    numbers: Integers
    some: Array

    @classmethod
    def of(cls, scores: Array, numbers: Integers) -> Spread:
        """The spread of the scores of some draws; numbers: of these draws, in any order."""
        n = scores.shape[2]
        seen, mean = np.full(scores.shape[:2], n), scores.sum(axis=2) / max(n, 1)
        missing = np.isnan(scores) if np.isnan(mean).any() else None
        if missing is not None:
            seen = n - missing.sum(axis=2)
            mean = np.where(missing, 0.0, scores).sum(axis=2) / np.maximum(seen, 1)
        apart = scores - mean[:, :, None]
        if missing is not None:
            apart[missing] = 0.0
        found = cls(n, seen, mean, np.einsum("tcd,tcd->tc", apart, apart), 1, numbers, scores)
        found._thin(1)
        return found

    def add(self, other: Spread) -> None:
        """Add scores that were counted elsewhere; `other` is used up.

        With n = a + b scores and d the difference of the means, mean += d b/n and squares += d² a b/n. Source: Chan,
        Golub and LeVeque (1983), The American Statistician 37(3), 242-247.
        """
        seen = self.seen + other.seen
        share = other.seen / np.maximum(seen, 1)
        further = other.mean - self.mean
        self.draws += other.draws
        self.squares += other.squares + further**2 * share * self.seen
        self.mean += further * share
        self.seen = seen
        every = max(self.every, other.every)
        self._thin(every)
        other._thin(every)
        self.numbers = np.concatenate([self.numbers, other.numbers])
        self.some = np.concatenate([self.some, other.some], axis=2)
        self._thin(every)

    def _thin(self, every: int) -> None:
        """Keep one draw in every so many, and in twice as many while there are still too many."""
        n_year, n_city, _ = self.some.shape
        most = int(np.clip(NUMBERS // max(n_year * n_city, 1), FEWEST, SOME))
        kept = self.numbers % every == 0
        while kept.sum() > most:
            every *= 2
            kept = self.numbers % every == 0
        if every > self.every:
            at = np.flatnonzero(kept)
            steps = set(np.diff(at).tolist())
            even = len(steps) == 1  # of draws in their order: a slice is quicker
            self.every, self.numbers = every, self.numbers[at]
            self.some = self.some[:, :, at[0] :: steps.pop()].copy() if even else self.some.take(at, axis=2)


@dataclass(frozen=True)
class Left:
    """Draws left out because the figures forbid them: how many, the options that all of them have, and why."""

    options: tuple[str, ...]
    problem: Problem
    draws: int


@dataclass(frozen=True)
class Untallied:
    """Whole numbers [..., draw] not yet tallied, of which those from 0 to n - 1 count: with fewer draws than numbers, a
    tally would be mostly zeros."""

    values: Whole
    n: int

    def tally(self) -> Whole:
        """How often each number occurs, (..., number)."""
        found = np.zeros((*self.values.shape[:-1], self.n), np.int32)
        self.add_to(found)
        return found

    def add_to(self, counts: Whole) -> None:
        """Add the same to what `tally` returned for others."""
        rows, every = self.values.reshape(-1, self.values.shape[-1]), counts.reshape(-1)
        one = counts.dtype.type(1)  # of another type it would be added twenty times as slowly
        step = max(BINS // max(rows.shape[1], 1), 1)
        for start in range(0, len(rows), step):
            here = rows[start : start + step]
            places = here + self.n * np.arange(start, start + len(here))[:, None]
            np.add.at(every, places[(here >= 0) & (here < self.n)], one)


@dataclass
class Counts:
    """The counts of one block or several; the arrays as in UncertaintyResult. gone: draws left out for any reason.
    late: the arrays that are not made yet, by name."""

    draws: int
    options: list[Integers]
    rank_counts: Whole
    gain_counts: Whole
    beats: Integers
    compared: Integers
    claim_counts: Integers
    tied_counts: Integers
    joint: Integers
    spreads: dict[str, Spread] = field(default_factory=dict)
    left: dict[str, Left] = field(default_factory=dict)
    gone: int = 0
    late: dict[str, Untallied] = field(default_factory=dict)

    def settle(self) -> None:
        """Make the arrays that are not made yet; others can be added then."""
        for name, values in self.late.items():
            setattr(self, name, values.tally())
        self.late = {}

    def add(self, other: Counts) -> None:
        """Add the counts of another block."""
        self.draws += other.draws
        self.gone += other.gone
        for name in ("rank_counts", "gain_counts", "beats", "compared", "claim_counts", "tied_counts", "joint"):
            mine: Whole = getattr(self, name)
            if name in other.late:
                other.late[name].add_to(mine)
            else:
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
    nominal: Array,
    first: int = 0,
) -> Counts:
    """The counts of the draws of one sample. nominal: the chosen ranks (city, year). first: the number of its first
    draw."""
    runs, kept, scores, numbers = scored.runs, scored.kept, scored.scores, scored.order + first
    alike = scored.alike
    if not kept.all():
        scores, numbers = scores[:, :, kept], numbers[kept]
        alike = {pair: ends.of(kept) for pair, ends in alike.items()}
        places = np.concatenate([[0], np.cumsum(kept)])
        moved = (replace(run, start=int(places[run.start]), stop=int(places[run.stop])) for run in runs)
        runs = tuple(run for run in moved if run.stop > run.start)
    whole = in_units(scores, frame.decimals)
    above, wins = ranks_and_wins(whole if frame.sign > 0 else -whole)
    paired = paired_years(*whole.shape[:2])
    n_city = above.shape[1]
    late = {}
    if design.block_size < n_city:
        late["rank_counts"] = Untallied(above.transpose(1, 0, 2), n_city)
        late["gain_counts"] = Untallied(_gains(above), 2 * n_city - 1)
    found = Counts(
        draws=len(sample.choices),
        options=[
            np.bincount(sample.choices[:, i], minlength=len(factor.values)) for i, factor in enumerate(design.discrete)
        ],
        rank_counts=np.empty(0, np.int32) if late else _rank_counts(above),
        gain_counts=np.empty(0, np.int32) if late else _gain_counts(above),
        beats=wins,
        compared=_compared(above[paired]),
        claim_counts=np.zeros((len(claims), 4), np.int64),
        tied_counts=_tied_counts(above, nominal),
        joint=_joint(above, nominal),
        gone=int((~kept).sum()),
        late=late,
    )
    for run in runs:
        here = slice(run.start, run.stop)
        one = in_draws(frame, alike, run.comparable, here)
        found.merge(run.scale, Spread.of(scores[:, :, here], numbers[here]))
        ranks = above[:, :, here] + above.dtype.type(1)
        for i, claim in enumerate(claims):
            found.claim_counts[i] += tally(verdicts(claim, whole[:, :, here].T, ranks.T, one), 0, 3)
    for removed in scored.removed:
        facts = removed.problem.facts
        key = f"{removed.problem.key} {facts.get('code')} {facts.get('node')}"
        left = Left(removed.options, removed.problem, int(removed.draws.sum()))
        found.left[key] = _both(found.left.get(key), left)
    return found


def in_draws(frame: Frame, alike: Mapping[Pair, Ends], comparable: bool, here: slice) -> Frame:
    """What claims refer to in some draws; alike: of all draws."""
    if not comparable:
        return replace(frame, comparable=False, alike={})
    whole = {}
    for pair, ends in alike.items():
        found = ends.of(here)
        before, after = (in_units(end, frame.decimals).T for end in (found.before, found.after))
        whole[pair] = Alike(ends.cities, before, after)
    return replace(frame, comparable=True, alike=whole)


def _both(held: Left | None, more: Left) -> Left:
    """Draws left out for one reason, in two groups or blocks."""
    if held is None:
        return more
    common = tuple(option for option in held.options if option in more.options)
    return Left(common, held.problem, held.draws + more.draws)


# --- ranks ------------------------------------------------------------------------------------------------------------


def ranks_and_wins(whole: Array) -> tuple[Places, Integers]:
    """Number of cities above each city [year, city, draw], -1 where it has no score; and in how many draws each city
    is strictly above each other, (paired year, city, city), in the years of `paired_years`.

    whole: scores in units of the last decimal that counts, missing as NaN, which compares with nothing.
    """
    n_year, n, n_draw = whole.shape
    if n > FEW:
        above = _above_by_sorting(whole)
        return above, _wins_by_draw(above[paired_years(n_year, n)])
    with np.errstate(over="ignore"):
        near = whole.astype(np.float32)  # quicker to compare: what is above here is above
    missing = np.isnan(near)
    gaps = bool(missing.any())
    few = np.empty(whole.shape, np.int8)
    wins = np.zeros((n_year, n, n), np.int64)
    step = max(PAIRS // (n * n), 64)
    for t, start in product(range(n_year), range(0, n_draw, step)):
        here = slice(start, start + step)
        over, above = _compared_with_all(near[t, :, here])
        ranked = n - missing[t, :, here].sum(axis=0) if gaps else n
        close = _with_ties(above, ranked)  # equal here: as they are, perhaps not
        if len(close):
            over[:, :, close], above[:, close] = _compared_with_all(whole[t, :, here][:, close])
        few[t, :, here] = above
        wins[t] += _number(over)
    if gaps:
        few[missing] = -1
    return few, wins


def _compared_with_all(scores: NDArray[np.floating[Any]]) -> tuple[Flags, NDArray[np.int8]]:
    """Which cities (city, city, draw) are above which, and how many are above each (city, draw)."""
    over = scores[:, None] > scores[None]
    return over, over.view(np.int8).sum(axis=0, dtype=np.int8)


def _with_ties(above: Places, ranked: Whole | int) -> Integers:
    """Draws in which cities share a rank: the cities above each of m ranked ones add up to less than m(m - 1)/2.

    above: [..., city, draw], 0 for a city without a score.
    """
    return np.flatnonzero(above.sum(axis=0, dtype=np.int32) < ranked * (ranked - 1) // 2)


def paired_years(n_year: int, n_city: int) -> slice:
    """The years in which every pair of cities is counted: all, the last one of many cities, none of very many. Ranks
    take time and memory that grow with n log n and n, pairs with the square of n.

    >>> [range(6)[paired_years(6, n)] for n in (13, 285, 2850)]
    [range(0, 6), range(5, 6), range(6, 6)]
    """
    first = 0 if n_city <= ALL_PAIRED else n_year - 1 if n_city <= LAST_PAIRED else n_year
    return slice(first, n_year)


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
    """Draws in which each city is above each other, added up draw by draw in bytes, which are emptied before they
    overflow."""
    n_year, n, n_draw = above.shape
    wins, some = np.zeros((n_year, n, n), np.int64), np.zeros((n, n), np.uint8)
    for t in range(n_year):
        places = np.ascontiguousarray(above[t].T)
        least = np.where(places < 0, np.iinfo(np.int16).max, places)  # a missing city is above nobody
        for d in range(n_draw):
            some += least[d][:, None] < places[d]
            if d % 255 == 254 or d == n_draw - 1:
                wins[t] += some
                some[:] = 0
    return wins


def _number(flags: Flags) -> Integers:
    """Number of true along the last axis."""
    return _ones(_packed(flags))


def _packed(flags: NDArray[Any]) -> NDArray[np.uint64]:
    """Flags (true: not 0) along the last axis as the bits of words, the rest of the last word 0."""
    bits = np.packbits(flags, axis=-1)
    words = np.zeros((*bits.shape[:-1], -(-bits.shape[-1] // 8) * 8), np.uint8)
    words[..., : bits.shape[-1]] = bits
    return words.view(np.uint64)


def _ones(words: NDArray[np.uint64]) -> Integers:
    """Number of bits set along the last axis."""
    if hasattr(np, "bitwise_count"):
        return np.asarray(np.bitwise_count(words).sum(axis=-1, dtype=np.int64))
    return np.asarray(np.unpackbits(words.view(np.uint8), axis=-1).sum(axis=-1, dtype=np.int64))


def tally(values: Whole, least: int, most: int) -> Whole:
    """How often each whole number from least to most occurs along the last axis, (..., number); others do not count."""
    n = most - least + 1
    if n <= VERY_FEW:
        return _tally_few(values, least, n)
    flat = values.reshape(prod(values.shape[:-1]), values.shape[-1])
    found = np.zeros((len(flat), n), np.int32)
    step = max(BINS // n, 1)
    for start in range(0, len(flat), step):
        here = flat[start : start + step]
        places = here + (n * np.arange(len(here)) - least)[:, None]
        inside = (here >= least) & (here <= most)
        here_counts = np.bincount(places[inside] if not inside.all() else places.ravel(), minlength=n * len(here))
        found[start : start + step] = here_counts.reshape(-1, n)
    return found.reshape(*values.shape[:-1], n)


def _tally_few(values: Whole, least: int, n: int) -> Integers:
    """The same of n numbers, by their bits: the places of a number are an `and` over its bits."""
    above = values - values.dtype.type(least)
    at = _packed((above >= 0) & (above < n))[None]
    for bit in range((n - 1).bit_length() - 1, -1, -1):
        one = _packed(above & above.dtype.type(1 << bit))
        halves = np.empty((len(at), 2, *one.shape), np.uint64)
        np.bitwise_and(at, one, out=halves[:, 1])
        np.bitwise_xor(at, halves[:, 1], out=halves[:, 0])
        at = halves.reshape(2 * len(at), *one.shape)[: -(-n >> bit)]
    return np.moveaxis(_ones(at), 0, -1)


def _rank_counts(above: Places) -> Whole:
    """(city, year, rank - 1)."""
    return tally(above, 0, above.shape[1] - 1).transpose(1, 0, 2)


def _tied_counts(above: Places, nominal: Array) -> Integers:
    """Draws in which a city shares its rank with another: whatever the rank, rank 1, the chosen rank; (city, year, 3).

    nominal: the chosen ranks (city, year).
    """
    n_year, n_city, _ = above.shape
    found = np.zeros((n_city, n_year, 3), np.int64)
    for t, year in enumerate(above):
        missing = year < 0
        gaps = bool(missing.any())
        loose = (
            _with_ties(np.where(missing, 0, year), n_city - missing.sum(axis=0)) if gaps else _with_ties(year, n_city)
        )
        if not len(loose):
            continue
        places, columns = year[:, loose].astype(np.int64), np.arange(len(loose))
        cells = np.where(places < 0, n_city, places) * len(loose) + columns  # the last row is that of the missing
        numbers = np.bincount(cells.ravel(), minlength=(n_city + 1) * len(loose))
        shared = (numbers[cells] > 1) & (places >= 0)
        here = (shared, shared & (places == 0), shared & (places + 1 == nominal[:, t][:, None]))
        found[:, t] = np.stack([one.sum(axis=1) for one in here], axis=1)
    return found


def _joint(above: Places, nominal: Array) -> Integers:
    """Of the last year that has a ranking: draws that rank the same cities as the chosen methodology; of these, those
    that give every city its rank, and those that give every city its rank or one a place away.

    Ranks are compared with their ties: of cities that share a rank in a draw and not in the chosen ranking, at most one
    has its chosen rank.
    """
    years = np.flatnonzero((~np.isnan(nominal)).any(axis=0))
    if not len(years):
        return np.zeros(3, np.int64)
    ranks, chosen = above[years[-1]] + 1, np.nan_to_num(nominal[:, years[-1]]).astype(np.int16)[:, None]
    alike = ((ranks > 0) == (chosen > 0)).all(axis=0)
    furthest = np.where(chosen > 0, np.abs(ranks - chosen), 0).max(axis=0)
    return np.array([alike.sum(), (alike & (furthest == 0)).sum(), (alike & (furthest <= 1)).sum()], np.int64)


def _gain_counts(above: Places) -> Whole:
    """(city, n_city - 1 + places gained from the first to the last year, among the cities ranked in both)."""
    return tally(_gains(above), 0, 2 * above.shape[1] - 2)


def _gains(above: Places) -> Whole:
    """n_city - 1 + places gained (city, draw); a greater number for a city that is not ranked in both years."""
    n_city = above.shape[1]
    ranks = above.dtype.type(1) + above[[0, -1]].transpose(0, 2, 1)  # [year, draw, city], 0 without a score
    first, last = (one.T for one in shared_ranks(ranks[0], ranks[1]))
    none = above.dtype.type(n_city)
    return np.where((first > 0) & (last > 0), first - last, none) + above.dtype.type(n_city - 1)


def _compared(above: Places) -> Integers:
    """Draws in which both cities have a score, (year, city, city)."""
    n_year, n_city, n_draw = above.shape
    there = above >= 0
    if there.all():
        return np.full((n_year, n_city, n_city), n_draw, np.int64)
    seen = there.astype(np.float32)
    return np.asarray(np.rint(seen @ np.swapaxes(seen, 1, 2)), np.int64)


# --- scores -----------------------------------------------------------------------------------------------------------


def score_spread(scale: str, spread: Spread) -> ScoreSpread:
    """Mean and standard deviation of scores, and quantiles of those that were kept."""
    seen = np.where(spread.seen == 0, np.nan, spread.seen)
    return ScoreSpread(
        option=scale,
        draws=spread.draws,
        mean=np.where(np.isnan(seen), np.nan, spread.mean).T,
        deviation=np.sqrt(spread.squares / seen).T,
        levels=LEVELS,
        quantiles=_quantiles(spread.some).transpose(0, 2, 1),
    )


def _quantiles(x: Array) -> Array:
    """Quantiles over the last axis, linear between two values, missing ones left out: (n_level, ...)."""
    if not x.shape[-1]:
        return np.full((len(LEVELS), *x.shape[:-1]), np.nan)
    ordered = np.sort(x, axis=-1)  # missing last
    last = np.maximum(x.shape[-1] - 1 - np.isnan(ordered).sum(axis=-1), 0)
    place = np.multiply.outer(LEVELS, last)
    below = place.astype(np.int64)
    low, high = (
        np.take_along_axis(ordered[None], at[..., None], axis=-1)[..., 0] for at in (below, np.minimum(below + 1, last))
    )
    return np.asarray(low + (place - below) * (high - low))
