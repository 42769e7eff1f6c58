"""What the robustness analyses return: counts that add up over blocks of draws, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Verdict
from indexcalc.brief import Brief
from indexcalc.errors import Problem
from indexcalc.figures.panel import city_position, year_position
from indexcalc.spec.claims import Claim

Array = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Factor:
    """One thing that a draw may choose: its code (`normalisation`, `weights`, `leave_out_city` ...), the options as
    they would be written in the YAML, the nominal one first where it is among them, how many draws took each, and how
    many nodes it affects of how many (a node that names its own method is affected by none), None for all of them.
    """

    code: str
    options: tuple[str, ...]
    draws: tuple[int, ...]
    reach: tuple[int, int] | None = None


@dataclass(frozen=True)
class ScoreSpread:
    """Scores of the index under one normalisation and reference (scores of different scales are never mixed).

    option: the normalisation as in the YAML. draws: how many. mean, deviation (city, year) [score]; quantiles
    (n_level, city, year) [score] at `levels`.
    """

    option: str
    draws: int
    mean: Array
    deviation: Array
    levels: tuple[float, ...]
    quantiles: Array


class Joint(NamedTuple):
    """The ranking of a year as a whole. draws: those that rank the same cities as the chosen methodology;
    exact: those of them that give every city its rank; near: its rank, or one at most a place away. Ranks are compared
    as they are, with their ties: a draw in which two cities share a rank does not give the order that tells them apart.
    """

    draws: int
    exact: int
    near: int


NO_JOINT = Joint(0, 0, 0)


@dataclass(frozen=True, repr=False)
class UncertaintyResult(Brief):
    """The index under many methodologies: how often each city had each rank, gained each number of places and was above
    each other city, and how often each claim got each verdict.

    rank_counts: (city, year, rank - 1), draws in which the city had that rank; their sum over ranks may be below
    `draws` where a draw leaves the city out or removes its score. gain_counts: (city, n_city - 1 + places gained from
    the first to the last year among the cities ranked in both). beats: (paired year, city, city), draws in which the
    first scored strictly above the second; compared: in which both had a score; paired: these years: all, for more than
    100 cities the last alone, for more than 1,000 none. claim_counts: (claim, verdict) in the order of Verdict.
    nominal_rank: (city, year) under the chosen methodology; nominal_verdicts: of each claim under it. removed: what the
    figures forbid, with the number of draws that are left out for it, as notices. combinations: methodologies that
    differ, weights aside (options that change nothing are merged); None where they were too many to try. tied_counts:
    (city, year, 3), draws in which the city shares its rank with another: whatever the rank, rank 1, the nominal rank.
    joint: of the last year that has a ranking. Shares are shares of the draws, over the methodologies chosen to be
    drawn; they are not probabilities.
    """

    cities: tuple[str, ...]
    years: tuple[int, ...]
    draws: int
    seed: int
    factors: tuple[Factor, ...]
    claims: tuple[Claim, ...]
    nominal_rank: Array
    nominal_verdicts: tuple[Verdict, ...]
    rank_counts: Counts
    gain_counts: Counts
    beats: Counts
    compared: Counts
    paired: tuple[int, ...]
    claim_counts: Counts
    scores: tuple[ScoreSpread, ...]
    removed: tuple[Problem, ...] = ()
    combinations: int | None = None
    tied_counts: Counts = field(default_factory=lambda: np.zeros((0, 0, 0), np.int64))
    joint: Joint = NO_JOINT

    def __post_init__(self) -> None:
        if not self.tied_counts.size:
            object.__setattr__(self, "tied_counts", np.zeros((*self.nominal_rank.shape, 3), np.int64))
        whole = (self.rank_counts, self.gain_counts, self.beats, self.compared, self.claim_counts, self.tied_counts)
        for array in whole:
            array.setflags(write=False)

    @cached_property
    def ranked(self) -> Counts:
        """Draws in which each city had a rank, (city, year)."""
        return np.asarray(self.rank_counts.sum(axis=2))

    @property
    def acceptability(self) -> Array:
        """Rank acceptability: of the draws in which a city has a rank, the share with rank r (city, year, r - 1)."""
        return _shares(self.rank_counts)

    def acceptability_in(self, year: int) -> Array:
        """The same in one year, (city, r - 1)."""
        return _shares(self.rank_counts[:, year_position(self, year)])

    @property
    def tied(self) -> Array:
        """Of the draws in which a city has a rank, the share in which another has it too, (city, year)."""
        return self._tied(0)

    @property
    def first_tied(self) -> Array:
        """The part of the share with rank 1 in which another has it too, (city, year)."""
        return self._tied(1)

    @property
    def nominal_tied(self) -> Array:
        """The part of `nominal_share` in which another has that rank too, (city, year)."""
        return np.where(np.isnan(self.nominal_rank), np.nan, self._tied(2))

    def _tied(self, which: int) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.tied_counts[:, :, which] / np.where(self.ranked == 0, np.nan, self.ranked))

    @property
    def rank_mean(self) -> Array:
        """Mean rank over the draws, (city, year)."""
        places = np.arange(1.0, len(self.cities) + 1.0)
        sums = np.column_stack([self.rank_counts[:, t] @ places for t in range(len(self.years))])
        return sums / np.where(self.ranked == 0, np.nan, self.ranked)

    def rank_quantile(self, level: float) -> Array:
        """The smallest rank that a share of at least `level` of the draws does not exceed, (city, year)."""
        if level not in self._quantiles:
            self._quantiles[level] = _quantile(self.rank_counts, level) + 1.0
        return self._quantiles[level].copy()

    @cached_property
    def _quantiles(self) -> dict[float, Array]:
        return {}

    @property
    def nominal_share(self) -> Array:
        """Share of the draws that give each city its nominal rank, (city, year)."""
        return self.share_within(0)

    def share_within(self, places: int) -> Array:
        """Share of the draws that give each city its nominal rank or one at most `places` away, (city, year)."""
        known, n = ~np.isnan(self.nominal_rank) & (self.ranked > 0), len(self.cities)
        place = np.nan_to_num(self.nominal_rank).astype(np.int64)[:, :, None] - 1 + np.arange(-places, places + 1)
        counts = np.take_along_axis(self.rank_counts, place.clip(0, n - 1), axis=2)
        near = np.where((place >= 0) & (place < n), counts, 0).sum(axis=2)
        return np.where(known, near / np.where(self.ranked == 0, 1, self.ranked), np.nan)

    @property
    def gain_share(self) -> Array:
        """Share of the draws with each number of places gained, first to last year (city, n_city - 1 + gain)."""
        return _shares(self.gain_counts)

    def gain_quantile(self, level: float) -> Array:
        """Quantile of the places gained from the first to the last year, (city,); positive is up."""
        return _quantile(self.gain_counts, level) - (len(self.cities) - 1.0)

    @property
    def winning_index(self) -> Array:
        """Pairwise winning index (paired year, city, city): share of draws in which the first is above the second, a
        tie counting half for each; the index of a pair and that of its reverse add up to 1. NaN on the diagonal."""
        ties = self.compared - self.beats - np.swapaxes(self.beats, 1, 2)
        with np.errstate(invalid="ignore", divide="ignore"):
            found = (self.beats + 0.5 * ties) / self.compared
        found[:, np.arange(len(self.cities)), np.arange(len(self.cities))] = np.nan
        return np.asarray(found)

    def claim_share(self, claim: int) -> float:
        """Share of the draws in which a claim holds, ties included, among those in which it is defined; NaN if none."""
        counts = self.claim_counts[claim]
        defined = counts.sum() - counts[Verdict.UNDEFINED]
        return float((counts[Verdict.HOLDS] + counts[Verdict.TIED]) / defined) if defined else float("nan")

    def claim_parts(self, claim: int) -> tuple[float, float]:
        """The two parts of `claim_share`: where the claim holds without a tie, and where with one; NaN if none."""
        counts = self.claim_counts[claim]
        defined = counts.sum() - counts[Verdict.UNDEFINED]
        if not defined:
            return float("nan"), float("nan")
        return float(counts[Verdict.HOLDS] / defined), float(counts[Verdict.TIED] / defined)

    def claim_error(self, claim: int) -> float:
        """Monte Carlo standard error of `claim_share`: sqrt(p (1 - p) / n)."""
        counts = self.claim_counts[claim]
        defined = counts.sum() - counts[Verdict.UNDEFINED]
        share = self.claim_share(claim)
        return float(np.sqrt(share * (1.0 - share) / defined)) if defined else float("nan")

    def groups(self, year: int, certainty: float = 0.95) -> tuple[tuple[str, ...], ...]:
        """Cities in groups whose order cannot be told apart, best first: a new group begins where every city above
        is above every city below in at least `certainty` of the draws. Empty where pairs are not counted."""
        t = year_position(self, year)
        if year not in self.paired:
            return ()
        order = [int(c) for c in np.argsort(self.rank_mean[:, t], kind="stable") if self.ranked[c, t] > 0]
        wins = self.winning_index[self.paired.index(year)]
        found: list[list[str]] = []
        for i, c in enumerate(order):
            if i == 0 or (wins[np.ix_(order[:i], order[i:])] >= certainty).all():
                found.append([])
            found[-1].append(self.cities[c])
        return tuple(tuple(group) for group in found)


@dataclass(frozen=True, repr=False)
class BoundsResult(Brief):
    """The best and the worst rank of each city over all weights of a set, with the method as chosen: proven.

    best, worst: (city, year), the best and the worst rank that some weights give; NaN where it was not asked for or the
    city has no rank. best_limit, worst_limit: no weights lead beyond; equal to these where the bound is proven. Where
    the search was given up among very many cities (`unsettled`), the true bound lies between the two. best_tied,
    worst_tied: whether that rank is reached only as a tie. best_weights, worst_weights: (city, year, indicator),
    effective weights that reach it, in the order of `codes`. weight_set: as in the YAML. always_above: (year, city,
    city), the first is above the second under all weights of the set; ever_above: under some. fixed: dimensions inside
    which the weights stay as chosen, named by `codes` in place of their indicators. because: why, unless it is that
    they have another method.
    """

    cities: tuple[str, ...]
    years: tuple[int, ...]
    codes: tuple[str, ...]
    weight_set: str
    nominal_rank: Array
    best: Array
    worst: Array
    best_limit: Array
    worst_limit: Array
    best_tied: NDArray[np.bool_]
    worst_tied: NDArray[np.bool_]
    best_weights: Array
    worst_weights: Array
    always_above: NDArray[np.bool_]
    ever_above: NDArray[np.bool_]
    fixed: tuple[str, ...] = ()
    because: tuple[Problem, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.best_weights, self.worst_weights, self.always_above, self.ever_above):
            array.setflags(write=False)

    @property
    def unsettled(self) -> NDArray[np.bool_]:
        """Whether the search for either rank was given up, (city, year): they are enclosed, not proven."""
        known = ~np.isnan(self.best)
        return np.asarray(known & ((self.best != self.best_limit) | (self.worst != self.worst_limit)))


@dataclass(frozen=True, repr=False)
class SmallestChange(Brief):
    """The smallest change of weights that gives another outcome, with the chosen method: proven.

    outcome: `overtakes`, one city comes to be above another in a year; `fails`, a claim that holds no longer does;
    `holds`, a claim that does not hold does. claim: that claim. city: the city overtaken; others: those then above it
    (one city, or as many as break the claim); year: when; None and empty where a claim comes to hold. measure:
    `relative`, the largest share by which any weight of any level changes (0.18: none by more than 18%, before they are
    renormalised), or `total`, the sum of the absolute changes of the effective weights (twice the weight that moves
    from some indicators to others). size: inf where no weights do it, NaN where so many cities have to change places at
    once that the search was given up. weights: effective weights that do it, (indicator,) in the order of `codes`;
    nominal: the chosen ones. fixed: dimensions whose inner weights stay as chosen (see BoundsResult). tied: whether the
    claim holds with a tie only.
    """

    claim: Claim | None
    outcome: Literal["overtakes", "fails", "holds"]
    city: str | None
    others: tuple[str, ...]
    year: int | None
    measure: Literal["relative", "total"]
    size: float
    weights: Array
    nominal: Array
    codes: tuple[str, ...]
    fixed: tuple[str, ...] = ()
    tied: bool = False


@dataclass(frozen=True, repr=False)
class SensitivityResult(Brief):
    """Which choice moves the ranks: first-order and total Sobol' indices, with bootstrap intervals.

    factors: what may be chosen (n_factor,). Rows of the arrays (n_output, n_factor) are outputs: the mean absolute rank
    shift from the nominal ranks in `year`, then the rank of each city in `year`, then each claim (1 where it holds or
    is tied). first, total: indices, not clipped to [0, 1]; NaN where the output does not vary. first_interval,
    total_interval: (n_output, n_factor, 2) at `confidence`. variance: of each output. base: rows of the two base
    matrices; evaluations: base x (n_factor + 2). defined: share of the methodologies in which each output is defined
    (n_output,); its variance and indices are over these. entangled: whether an output is undefined under combinations
    of options; then its indices are NaN, for where it is defined the choices are not independent.
    """

    factors: tuple[str, ...]
    cities: tuple[str, ...]
    claims: tuple[Claim, ...]
    year: int
    seed: int
    base: int
    confidence: float
    variance: Array
    first: Array
    total: Array
    first_interval: Array
    total_interval: Array
    defined: Array
    entangled: NDArray[np.bool_]

    @property
    def evaluations(self) -> int:
        return self.base * (len(self.factors) + 2)

    def of_city(self, city: str) -> int:
        """Row of the rank of a city."""
        return 1 + city_position(self, city)

    def of_claim(self, claim: int) -> int:
        """Row of a claim, given by its position."""
        return 1 + len(self.cities) + claim


@dataclass(frozen=True)
class Alternative:
    """One methodology beside the nominal one.

    options: the option of each factor of the result, as in the YAML. ranks: (city,) in the year of the result.
    spearman: rank correlation with the nominal ranks. verdicts: of each claim. refused: why it cannot be computed; then
    ranks are NaN.
    """

    options: tuple[str, ...]
    ranks: Array
    spearman: float
    verdicts: tuple[Verdict, ...]
    refused: tuple[Problem, ...] = ()


@dataclass(frozen=True, repr=False)
class AlternativesResult(Brief):
    """All discrete methodologies one by one, and each choice changed alone.

    factors: codes of the choices that have more than one option. nominal: (city,) ranks in `year`. rows: every
    combination, beginning with the methodology's own options where they are among those listed; one that gives the
    index of an earlier one, the scale aside, is left out (`alike`: how many). single: for each factor, each other
    option with all else as chosen.
    """

    cities: tuple[str, ...]
    year: int
    claims: tuple[Claim, ...]
    factors: tuple[str, ...]
    nominal: Alternative
    rows: tuple[Alternative, ...]
    single: tuple[SingleChange, ...]
    alike: int = 0


@dataclass(frozen=True)
class SingleChange:
    """One choice changed, all else as chosen: factor and option as in the YAML; how many cities change rank in the
    year, by at most how many places, and by how many on average over the cities that both rankings have (R_S of the
    OECD/JRC Handbook, equation 38); `outcome`, the resulting methodology; `changed`, positions of the claims whose
    verdict differs."""

    factor: str
    option: str
    moved: int
    furthest: int
    mean_shift: float
    outcome: Alternative
    changed: tuple[int, ...]


def _shares(counts: Counts) -> Array:
    """Counts along the last axis as shares; NaN where there are none."""
    total = counts.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(counts / np.where(total == 0, np.nan, total))


def _quantile(counts: Counts, level: float) -> Array:
    """Position of a quantile along the last axis of counts: the first at which a share `level` is reached."""
    total = counts.sum(axis=-1)
    least = np.ceil(level * total - 1e-9).clip(1)
    places = [
        (one.cumsum(axis=-1) >= enough[..., None]).argmax(axis=-1) for one, enough in zip(counts, least, strict=True)
    ]
    return np.where(total > 0, np.array(places).reshape(total.shape), np.nan)
