"""Claims tested against an index. Each kind is in one place: how it is judged, its evidence, the words of its sentence.

Judging is one vectorised function, the same for one methodology and for thousands: scores and ranks (n_draw, n_city,
n_year) give one verdict per draw (n_draw,), int8. Scores are rounded as for ranking, so that the last bit decides
nothing, and expressed in units of their last decimal; ranks are whole numbers, 0 where a city has no score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.errors import InputError, Problem, refuse_if
from indexcalc.figures.panel import side_by_side
from indexcalc.spec.claims import (
    Claim,
    Falling,
    GapNarrows,
    GroupLeads,
    InTop,
    LargestRankGain,
    Overtakes,
    RankIs,
    Rising,
    Span,
    claim_problems,
    named_cities,
)
from indexcalc.spec.framework import Framework
from indexcalc.steps.comparable import Pair, levels_compare, two_years
from indexcalc.steps.ranks import shared_ranks
from indexcalc.steps.result import IndexResult
from indexcalc.voice import City, Group, Kept, Word

Array = NDArray[np.float64]
Ranks = NDArray[np.signedinteger[Any]]
Flags = NDArray[np.bool_]
Verdicts = NDArray[np.int8]


class Verdict(IntEnum):
    """The verdict on a claim. TIED: it holds only because a tie is counted in its favour; UNDEFINED: it cannot be
    judged."""

    FAILS = 0
    HOLDS = 1
    TIED = 2
    UNDEFINED = 3


@dataclass(frozen=True)
class Alike:
    """Cities whose scores of two years use different indicators, by position (n,): their scores (n_draw, n) over the
    indicators that both years have, as `in_units` gives them; missing where these give none.

    once: of each city, the indicators that only one of the years has; values: the two scores. Both of one index alone.
    """

    cities: NDArray[np.int64]
    before: Array
    after: Array
    once: tuple[tuple[str, ...], ...] = ()
    values: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Frame:
    """What claims refer to: cities and years by position, groups of cities, and whether levels of different years can
    be compared.

    sign: -1 where rank 1 is the lowest score, else 1.
    alike: for two years, the cities whose scores of these years are compared over the indicators that both have.
    """

    cities: tuple[str, ...]
    years: tuple[int, ...]
    groups: dict[str, list[int]]
    comparable: bool
    decimals: int
    sign: float = 1.0
    alike: Mapping[Pair, Alike] = field(default_factory=dict)

    @classmethod
    def of(cls, result: IndexResult, claims: Sequence[Claim] = ()) -> Frame:
        """The frame of a result; for claims that compare years, with the scores on which they are judged."""
        frame = cls(
            cities=result.cities,
            years=result.years,
            groups=city_groups(result.framework, result.cities),
            comparable=levels_compare(result.nodes, result.framework, result.methodology),
            decimals=result.methodology.rank_on.decimals,
            sign=result.methodology.rank_on.sign,
        )
        alike = {}
        if frame.comparable and np.isnan(result.scores[result.present]).any():
            for first, last in frame.pairs(claims):
                both = two_years(result, first, last)
                if both.once:
                    at = np.array(list(both.once))
                    ends = [end[at, 0] for end in (both.before, both.after)]
                    whole = [in_units(end, frame.decimals)[None] for end in ends]
                    values = tuple((float(a), float(b)) for a, b in zip(*ends, strict=True))
                    alike[first, last] = Alike(at, whole[0], whole[1], tuple(both.once.values()), values)
        return replace(frame, alike=alike)

    def pairs(self, claims: Sequence[Claim]) -> list[Pair]:
        """The pairs of years between which claims need the change of a city's score, each pair once."""
        asked = [claim for claim in claims if isinstance(claim, (Rising, Falling, GapNarrows))]
        return list(dict.fromkeys(pair for claim in asked for pair in self.steps(claim)))

    def steps(self, claim: Rising | Falling | GapNarrows) -> list[Pair]:
        """The pairs of years that a claim compares."""
        first, last = self.span(claim)
        every = isinstance(claim, (Rising, Falling)) and claim.every_year
        return [(t, t + 1) for t in range(first, last)] if every else [(first, last)]

    def ends(self, scores: Array, pair: Pair, city: int) -> tuple[Array, Array]:
        """Scores (n_draw,) of a city in two years, like with like; scores: (n_draw, n_city, n_year)."""
        alike = self.alike.get(pair)
        if alike is not None and city in alike.cities:
            j = int(np.flatnonzero(alike.cities == city)[0])
            return alike.before[:, j], alike.after[:, j]
        return scores[:, city, pair[0]], scores[:, city, pair[1]]

    def values(self, scores: Array, pair: Pair, city: int) -> tuple[float, float, tuple[str, ...]]:
        """The same for one index (n_city, n_year), rounded as they are judged, and the indicators left out for it."""
        alike = self.alike.get(pair)
        if alike is not None and city in alike.cities:
            j = int(np.flatnonzero(alike.cities == city)[0])
            before, after = alike.values[j]
            return round(before, self.decimals), round(after, self.decimals), alike.once[j]
        before, after = (round(float(scores[city, t]), self.decimals) for t in pair)
        return before, after, ()

    def city(self, name: str) -> int:
        return self.cities.index(name)

    def chosen(self, names: Sequence[str]) -> list[int]:
        """Positions of the cities named; of all cities where none is."""
        return [self.city(name) for name in names] if names else list(range(len(self.cities)))

    def span(self, claim: Span) -> tuple[int, int]:
        """Positions of the first and the last year of a claim."""
        first = 0 if claim.first is None else self.years.index(claim.first)
        return first, len(self.years) - 1 if claim.last is None else self.years.index(claim.last)

    def at(self, years: Sequence[int]) -> list[int]:
        """Positions of the years named; of all years where none is."""
        return [self.years.index(year) for year in years] if years else list(range(len(self.years)))


def city_groups(framework: Framework, cities: Sequence[str]) -> dict[str, list[int]]:
    """Positions of the cities of each group, in the order of the YAML; groups without a city are not there."""
    found: dict[str, list[int]] = {group: [] for group in framework.groups}
    for position, city in enumerate(cities):
        group = framework.cities[city].group if city in framework.cities else None
        if group is not None:
            found.setdefault(group, []).append(position)
    return {group: members for group, members in found.items() if members}


def in_units(scores: Array, decimals: int) -> Array:
    """Scores rounded as for ranking, in units of the last decimal that counts."""
    whole = scores * 10.0**decimals
    return np.rint(whole, out=whole)


@dataclass(frozen=True)
class Fact:
    """One piece of evidence: cities (or a group), one or two years, one or two values, in the words of the kind.

    what: `score` (values are scores), `rank`, `gain` (ranks before and after), `gap` (distance of the scores of two
    cities), `mean` (of a group). For an undefined claim, the obstacle: `no_score` (of a city in these years),
    `one_year`, `one_group`, `incomparable` (each year is judged by itself), `unlike` (the two years of a city cannot be
    compared over the indicators that both have). among: ranks of two years are those among so many cities, where some
    are ranked in only one of the two. once: indicators that the index uses in only one of two years, where the scores
    are those over the others.
    """

    what: str
    who: tuple[str, ...]
    years: tuple[int, ...]
    values: tuple[float, ...]
    among: int | None = None
    once: tuple[str, ...] = ()


@dataclass(frozen=True)
class Holding:
    """A claim, the verdict on it under one methodology, and the figures that decide: those that break it where it
    fails, those that come nearest to breaking it where it holds, those missing where it is undefined."""

    claim: Claim
    verdict: Verdict
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of claim. judge: its verdict in each draw. evidence: the figures that decide it under one index, from
    scores and ranks (city, year). said: the words of its sentence, given the years of the index."""

    judge: Callable[[Any, Array, Ranks, Frame], Verdicts]
    evidence: Callable[[Any, Array, Array, Frame], Sequence[Fact]]
    said: Callable[[Any, tuple[int, ...]], Word]


def verdicts(claim: Claim, scores: Array, ranks: Ranks, frame: Frame) -> Verdicts:
    """The verdict on a claim in each draw.

    scores, ranks: (n_draw, n_city, n_year), as `in_units` gives scores. Missing scores of a city or year that the claim
    is about make it undefined, as does, for claims about levels, a reference that makes years incomparable.
    """
    return KINDS[type(claim)].judge(claim, scores, ranks, frame)


@lru_cache(256)
def said(claim: Claim, years: tuple[int, ...]) -> Word:
    """The words of a claim's sentence, without its verdict; years: of the index."""
    return KINDS[type(claim)].said(claim, years)


def judge(result: IndexResult, claims: Sequence[Claim]) -> tuple[Verdict, ...]:
    """The verdict on each claim under one index; refused as in `hold`."""
    refuse_unknown(claims, result)
    frame = Frame.of(result, claims)
    whole, ranks = in_units(result.score(), frame.decimals), np.nan_to_num(result.rank()).astype(np.int64)
    return tuple(Verdict(int(verdicts(claim, whole[None], ranks[None], frame)[0])) for claim in claims)


def hold(result: IndexResult, claims: Sequence[Claim]) -> tuple[Holding, ...]:
    """Each claim tested against one index.

    Refused by name (InputError), all at once: cities, years and groups that the index does not have, and a last year
    that is not after the first.
    """
    found, judged = [], judge(result, claims)
    frame, scores, ranks = Frame.of(result, claims), result.score(), result.rank()
    for claim, verdict in zip(claims, judged, strict=True):
        undefined = verdict == Verdict.UNDEFINED
        evidence = KINDS[type(claim)].evidence
        facts = _hindrances(claim, scores, frame) if undefined else evidence(claim, scores, ranks, frame)
        found.append(Holding(claim, verdict, tuple(facts)))
    return tuple(found)


def refuse_unknown(claims: Sequence[Claim], result: IndexResult) -> None:
    """Raise InputError where claims name cities, years or groups that the index does not have."""
    refuse_if([problem for claim in claims for problem in unknown_names(claim, result)], InputError)


def unknown_names(claim: Claim, result: IndexResult) -> Iterator[Problem]:
    """The names in a claim that the computed index does not have."""
    groups = city_groups(result.framework, result.cities)
    if isinstance(claim, GroupLeads) and claim.group in result.framework.groups and claim.group not in groups:
        yield Problem("claim_group_empty", {"group": claim.group})
        groups = {**groups, claim.group: []}
    yield from claim_problems(claim, cities=result.cities, groups=groups, years=result.years)


def _hindrances(claim: Claim, scores: Array, frame: Frame) -> tuple[Fact, ...]:
    """Why a claim cannot be judged."""
    if isinstance(claim, Span):
        first, last = frame.span(claim)
        if first == last:
            return (Fact("one_year", (), (frame.years[first],), ()),)
        if isinstance(claim, (Rising, Falling, GapNarrows)) and not frame.comparable:
            return (Fact("incomparable", (), (), ()),)
        every = isinstance(claim, (Rising, Falling)) and claim.every_year
        years = list(range(first, last + 1)) if every else [first, last]
    else:
        years = frame.at(claim.years)
    if isinstance(claim, GroupLeads) and len(frame.groups) < 2:
        return (Fact("one_group", (claim.group,), (), ()),)
    cities = frame.chosen(named_cities(claim))
    if isinstance(claim, GroupLeads):
        cities = [c for members in frame.groups.values() for c in members]
    missing = [(c, [t for t in years if np.isnan(scores[c, t])]) for c in cities]
    found = [Fact("no_score", (frame.cities[c],), tuple(frame.years[t] for t in at), ()) for c, at in missing if at]
    if found or not isinstance(claim, (Rising, Falling, GapNarrows)):
        return tuple(found)
    for pair in frame.steps(claim):
        for c in cities:
            before, after, once = frame.values(scores, pair, c)
            if once and np.isnan(after - before):
                span = frame.years[pair[0]], frame.years[pair[1]]
                found.append(Fact("unlike", (frame.cities[c],), span, (), once=once))
    return tuple(found)


# --- what the kinds share


def _verdict(holds: Flags, tied: Flags | None, undefined: Flags) -> Verdicts:
    found = holds.astype(np.int8)
    if tied is not None:
        found[tied & ~holds] = Verdict.TIED
    found[undefined] = Verdict.UNDEFINED
    return found


def _undefined(n_draw: int) -> Verdicts:
    return np.full(n_draw, Verdict.UNDEFINED, np.int8)


def _ends(claim: Span, years: tuple[int, ...]) -> dict[str, int]:
    """First and last year of a claim, as facts of its sentence."""
    return {"first": claim.first or years[0], "last": claim.last or years[-1]}


def _who(cities: Sequence[str]) -> Word | list[City]:
    return [City(city) for city in cities] if cities else Word("claims.every_city")


def _when(chosen: tuple[int, ...], years: tuple[int, ...]) -> Word:
    """The years of a claim: one, all of a span, or some."""
    found = chosen or years
    if len(found) == 1:
        return Word("claims.when.year", year=found[0])
    if list(found) == list(range(found[0], found[-1] + 1)):
        return Word("claims.when.every", first=found[0], last=found[-1])
    return Word("claims.when.some", years=list(found))


def _rank_facts(cities: Sequence[int], years: Sequence[int], ranks: Array, frame: Frame) -> list[Fact]:
    return [Fact("rank", (frame.cities[c],), (frame.years[t],), (float(ranks[c, t]),)) for c in cities for t in years]


# --- rising, falling


def _judge_moving(claim: Rising | Falling, scores: Array, ranks: Ranks, frame: Frame) -> Verdicts:
    """Whether every step of every city is strictly up, or down; a city whose score stays the same neither rises nor
    falls. A step between years with different indicators is taken over the indicators that both have."""
    first, last = frame.span(claim)
    if not frame.comparable or last == first:
        return _undefined(len(scores))
    chosen = frame.chosen(claim.cities)
    cities, years = side_by_side(chosen), slice(first, last + 1, 1 if claim.every_year else last - first)
    path = scores[:, cities, years]
    beyond: np.ufunc = np.greater if isinstance(claim, Rising) else np.less
    undefined = (ranks[:, cities, years] == 0).any(axis=(1, 2))
    moves = beyond(path[:, :, 1:], path[:, :, :-1])
    for step, pair in enumerate(frame.steps(claim) if frame.alike else ()):
        alike = frame.alike.get(pair)
        if alike is not None:
            at = np.isin(alike.cities, chosen)
            before, after = alike.before[:, at], alike.after[:, at]
            moves[:, [chosen.index(c) for c in alike.cities[at].tolist()], step] = beyond(after, before)
            undefined |= np.isnan(after - before).any(axis=1)
    return _verdict(moves.all(axis=(1, 2)), None, undefined)


def _steps(claim: Rising | Falling, scores: Array, ranks: Array, frame: Frame) -> list[Fact]:
    """The steps that break the claim; else the smallest step."""
    sign = 1.0 if isinstance(claim, Rising) else -1.0
    found = []
    for c in frame.chosen(claim.cities):
        for a, b in frame.steps(claim):
            before, after, once = frame.values(scores, (a, b), c)
            if a != b and not np.isnan(after - before):
                years = frame.years[a], frame.years[b]
                fact = Fact("score", (frame.cities[c],), years, (before, after), once=once)
                found.append((sign * (after - before), fact))
    broken = [fact for step, fact in found if round(step, frame.decimals) <= 0]
    return broken or [fact for _, fact in sorted(found, key=lambda item: item[0])[:1]]


def _said_moving(claim: Rising | Falling, years: tuple[int, ...]) -> Word:
    yearly = "_yearly" if claim.every_year else ""
    return Kept(f"claims.claim.{claim.kind}{yearly}", who=_who(claim.cities), **_ends(claim, years))


# --- among the first, at a rank


def _judge_in_top(claim: InTop, scores: Array, ranks: Ranks, frame: Frame) -> Verdicts:
    everyone = ranks[:, :, side_by_side(frame.at(claim.years))]
    theirs = everyone[:, side_by_side(frame.chosen(claim.cities))]
    inside = np.asarray((theirs <= claim.n).all(axis=(1, 2)))
    undefined = np.asarray((theirs == 0).any(axis=(1, 2)))
    within = (everyone <= claim.n) & (everyone > 0)
    crowded = within.view(np.int8).sum(axis=1, dtype=ranks.dtype) > claim.n
    holds = inside.copy()
    some = np.flatnonzero(inside & crowded.any(axis=1))
    edge = np.where(within[some], everyone[some], 0).max(axis=1)  # a rank shared by more cities than there are places
    holds[some] = ~((theirs[some] == edge[:, None, :]) & crowded[some][:, None, :]).any(axis=(1, 2))
    return _verdict(holds, inside, undefined)


def _outside(claim: InTop, scores: Array, ranks: Array, frame: Frame) -> list[Fact]:
    """The ranks beyond the first n; else the lowest rank."""
    found = _rank_facts(frame.chosen(claim.cities), frame.at(claim.years), ranks, frame)
    outside = [fact for fact in found if fact.values[0] > claim.n]
    return outside or sorted(found, key=lambda fact: -fact.values[0])[:1]


def _said_in_top(claim: InTop, years: tuple[int, ...]) -> Word:
    key = "first" if claim.n == 1 else "in_top"
    return Kept(f"claims.claim.{key}", who=_who(claim.cities), when=_when(claim.years, years), n=claim.n)


def _judge_rank_is(claim: RankIs, scores: Array, ranks: Ranks, frame: Frame) -> Verdicts:
    years = frame.at(claim.years)
    own = ranks[:, frame.city(claim.city)][:, years]
    shared = ((ranks[:, :, years] == own[:, None, :]).sum(axis=1) > 1).any(axis=1)
    there = (own == claim.rank).all(axis=1)
    return _verdict(there & ~shared, there, (own == 0).any(axis=1))


def _other_ranks(claim: RankIs, scores: Array, ranks: Array, frame: Frame) -> list[Fact]:
    """The years in which the city has another rank; else the first year."""
    found = _rank_facts([frame.city(claim.city)], frame.at(claim.years), ranks, frame)
    return [fact for fact in found if fact.values[0] != claim.rank] or found[:1]


def _said_rank_is(claim: RankIs, years: tuple[int, ...]) -> Word:
    return Kept("claims.claim.rank_is", who=City(claim.city), when=_when(claim.years, years), rank=claim.rank)


# --- places gained, one city past another, a gap


def _judge_largest_rank_gain(claim: LargestRankGain, scores: Array, ranks: Ranks, frame: Frame) -> Verdicts:
    first, last = frame.span(claim)
    if first == last:
        return _undefined(len(scores))
    (before, after), city = shared_ranks(ranks[:, :, first], ranks[:, :, last]), frame.city(claim.city)
    gain = np.where((before > 0) & (after > 0), before - after, -len(frame.cities))
    own = gain[:, city].copy()
    gain[:, city] = -len(frame.cities)
    most = gain.max(axis=1)
    undefined = (before[:, city] == 0) | (after[:, city] == 0)
    return _verdict((own > most) & (own > 0), (own == most) & (own > 0), undefined)


def _gains(claim: LargestRankGain, scores: Array, ranks: Array, frame: Frame) -> list[Fact]:
    """What the city gained, and those that gained as much or more."""
    before, after = shared_ranks(*(ranks[:, t] for t in frame.span(claim)))
    gains, city = before - after, frame.city(claim.city)
    rivals = [c for c in np.flatnonzero(gains >= max(gains[city], 1)).tolist() if c != city]
    return _moves("gain", claim, (city, *rivals), ranks, frame)


def _moves(what: str, claim: Span, cities: Sequence[int], ranks: Array, frame: Frame) -> list[Fact]:
    """Ranks of cities in the first and the last year of a claim, among those ranked in both."""
    first, last = frame.span(claim)
    before, after = shared_ranks(ranks[:, first], ranks[:, last])
    both, years = int((before > 0).sum()), (frame.years[first], frame.years[last])
    among = both if both < max(int((ranks[:, t] > 0).sum()) for t in (first, last)) else None
    return [Fact(what, (frame.cities[c],), years, (float(before[c]), float(after[c])), among) for c in cities]


def _said_of_city(claim: LargestRankGain, years: tuple[int, ...]) -> Word:
    return Kept(f"claims.claim.{claim.kind}", who=City(claim.city), **_ends(claim, years))


def _judge_overtakes(claim: Overtakes, scores: Array, ranks: Ranks, frame: Frame) -> Verdicts:
    first, last = frame.span(claim)
    if first == last:
        return _undefined(len(scores))
    ahead = frame.sign * (scores[:, frame.city(claim.city)] - scores[:, frame.city(claim.other)])
    before, after = ahead[:, first], ahead[:, last]
    half = (before <= 0) & (after >= 0) & (before != after)
    return _verdict((before < 0) & (after > 0), half, np.isnan(before) | np.isnan(after))


def _both_ranks(claim: Overtakes, scores: Array, ranks: Array, frame: Frame) -> list[Fact]:
    return _moves("rank", claim, (frame.city(claim.city), frame.city(claim.other)), ranks, frame)


def _judge_gap_narrows(claim: GapNarrows, scores: Array, ranks: Ranks, frame: Frame) -> Verdicts:
    first, last = frame.span(claim)
    if not frame.comparable or first == last:
        return _undefined(len(scores))
    one, two = (frame.ends(scores, (first, last), frame.city(name)) for name in (claim.city, claim.other))
    before, after = (np.abs(a - b) for a, b in zip(one, two, strict=True))
    return _verdict(after < before, None, np.isnan(before) | np.isnan(after))


def _gap(claim: GapNarrows, scores: Array, ranks: Array, frame: Frame) -> list[Fact]:
    first, last = frame.span(claim)
    (a, b, once), (c, d, more) = (
        frame.values(scores, (first, last), frame.city(name)) for name in (claim.city, claim.other)
    )
    years, left = (frame.years[first], frame.years[last]), tuple(dict.fromkeys((*once, *more)))
    return [Fact("gap", (claim.city, claim.other), years, (abs(a - c), abs(b - d)), once=left)]


def _said_of_pair(claim: Overtakes | GapNarrows, years: tuple[int, ...]) -> Word:
    pair = {"who": City(claim.city), "other": City(claim.other)}
    return Kept(f"claims.claim.{claim.kind}", **pair, **_ends(claim, years))


# --- groups


def _judge_group_leads(claim: GroupLeads, scores: Array, ranks: Ranks, frame: Frame) -> Verdicts:
    years = frame.at(claim.years)
    means = {group: np.rint(scores[:, at][:, :, years].mean(axis=1)) for group, at in frame.groups.items()}
    own = means.pop(claim.group)
    if not means:
        return _undefined(len(scores))
    others = np.max(list(means.values()), axis=0)
    undefined = (np.isnan(own) | np.isnan(others)).any(axis=1)
    return _verdict((own > others).all(axis=1), (own >= others).all(axis=1), undefined)


def _means(claim: GroupLeads, scores: Array, ranks: Array, frame: Frame) -> list[Fact]:
    """The mean score of each group, year by year."""
    return [
        Fact("mean", (group,), (frame.years[t],), (float(scores[at, t].mean()),))
        for t in frame.at(claim.years)
        for group, at in frame.groups.items()
    ]


def _said_group_leads(claim: GroupLeads, years: tuple[int, ...]) -> Word:
    return Kept("claims.claim.group_leads", group=Group(claim.group), when=_when(claim.years, years))


KINDS: dict[type, Kind] = {
    Rising: Kind(_judge_moving, _steps, _said_moving),
    Falling: Kind(_judge_moving, _steps, _said_moving),
    InTop: Kind(_judge_in_top, _outside, _said_in_top),
    RankIs: Kind(_judge_rank_is, _other_ranks, _said_rank_is),
    LargestRankGain: Kind(_judge_largest_rank_gain, _gains, _said_of_city),
    Overtakes: Kind(_judge_overtakes, _both_ranks, _said_of_pair),
    GapNarrows: Kind(_judge_gap_narrows, _gap, _said_of_pair),
    GroupLeads: Kind(_judge_group_leads, _means, _said_group_leads),
}
