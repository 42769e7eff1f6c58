"""Claims and their verdicts in sentences; the words of a claim itself are those of its kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from indexcalc.analysis.claims import Fact, Holding, Verdict, said
from indexcalc.analysis.ends import Ends
from indexcalc.report.numbers import number, share_text, signed
from indexcalc.spec.claims import Claim, Falling, GroupLeads, InTop, LargestRankGain, RankIs, Rising, named_cities
from indexcalc.steps.result import IndexResult
from indexcalc.voice import City, Group, Node, Row, Voice, Word

MOST_FACTS = 6
"""Figures that are named as evidence; if there are more, their number is given."""
DECIMALS = range(2, 10)
"""Decimals of the figures that decide; beyond the last, scores count as equal."""
HINDRANCES = ("one_year", "incomparable", "one_group", "no_score", "unlike")
"""Facts that prevent a verdict rather than decide it."""


def claim_sentence(claim: Claim, years: tuple[int, ...], voice: Voice) -> str:
    """The claim itself, as a sentence without its verdict."""
    return voice.told(said(claim, years))


def verdict_word(verdict: Verdict, voice: Voice) -> str:
    """The verdict on a claim, in a word."""
    return voice.say(f"claims.verdict.{verdict.name.lower()}")


def verdict_sentence(holding: Holding, voice: Voice, limit: int = MOST_FACTS, *, cities: int | None = None) -> str:
    """The verdict on the claim, and the figures that decide; what is missing, where it cannot be judged."""
    verdict, evidence = verdict_word(holding.verdict, voice), evidence_sentence(holding, voice, limit, cities=cities)
    return voice.say("claims.with_evidence", verdict=verdict, evidence=evidence) if evidence else verdict


def evidence_sentence(holding: Holding, voice: Voice, limit: int = MOST_FACTS, *, cities: int | None = None) -> str:
    """The figures that decide, or what is missing; "" where there is nothing to name.

    cities: of the index; among so few a place in the top n may be certain beforehand, which is then said.
    """
    found = _folded(holding.facts)
    facts = [
        _hindrance(fact, voice) if fact.what in HINDRANCES else voice.told(_fact(fact, _decimals(fact, found)))
        for fact in found[:limit]
    ]
    if not facts:
        return ""
    if len(found) > limit:
        facts.append(voice.say("claims.fact.more", more=len(found) - limit))
    return _lead(holding, voice, cities) + voice.semicolon(facts)


def _folded(facts: Sequence[Fact]) -> list[Fact]:
    """The same, where a city has one rank in several years in one piece."""
    found: dict[object, Fact] = {}
    for i, fact in enumerate(facts):
        one_rank = fact.what == "rank" and len(fact.values) == 1
        key = (fact.who, fact.values) if one_rank else i
        found[key] = replace(found[key], years=(*found[key].years, *fact.years)) if key in found else fact
    return list(found.values())


def carried_sentence(ends: Ends, result: IndexResult, voice: Voice) -> str:
    """The cities that a claim names and of whose first or last year a part is carried, the largest part first."""
    named, told = named_cities(ends.claim), []
    everyone = isinstance(ends.claim, (InTop, RankIs, LargestRankGain, GroupLeads)) or not named
    for end, t in enumerate(ends.years[: 1 if ends.years[0] == ends.years[1] else 2]):
        share = ends.carried[:, end]
        order = [c for c in np.argsort(-np.nan_to_num(share), kind="stable").tolist() if share[c] > 0]
        cities = [
            voice.say("claims.carried.city", who=voice.city(result.cities[c]), share=share_text(share[c]))
            for c in order
            if everyone or result.cities[c] in named
        ]
        if cities:
            told.append(voice.say("claims.carried.year", year=result.years[t], cities=voice.comma(cities)))
    return voice.semicolon(told) or voice.say("claims.carried.none")


def _lead(holding: Holding, voice: Voice, cities: int | None) -> str:
    """What the figures are, as an introduction to them."""
    claim, verdict = holding.claim, holding.verdict
    if holding.facts[0].what == "no_score":
        return voice.say("claims.lead.missing")
    if holding.facts[0].among is not None:
        return voice.say("claims.lead.both", n=holding.facts[0].among)
    if isinstance(claim, (Rising, Falling)) and verdict == Verdict.HOLDS:
        return voice.say("claims.lead.step")
    if isinstance(claim, InTop) and verdict in (Verdict.HOLDS, Verdict.TIED):
        certain = cities is not None and claim.n >= cities
        return (voice.say("claims.lead.certain", n=cities) if certain else "") + voice.say("claims.lead.rank")
    return ""


def _decimals(fact: Fact, facts: Sequence[Fact]) -> int:
    """The fewest decimals that tell its figures apart; those of a group, from the other groups of the year."""
    alike = [one for one in facts if one.what == "mean" and one.years == fact.years] if fact.what == "mean" else [fact]
    values = [value for one in alike for value in one.values]
    different = len({f"{value:.{DECIMALS[-1]}f}" for value in values})
    return next(d for d in DECIMALS if len({f"{value:.{d}f}" for value in values}) == different)


def _fact(fact: Fact, decimals: int) -> Word:
    """A piece of evidence in words."""
    named = [Group(name) if fact.what == "mean" else City(name) for name in fact.who]
    who: City | Group | Word = named[0] if len(named) == 1 else Word("claims.pair", one=named[0], other=named[1])
    years = {"first": fact.years[0], "last": fact.years[-1]}
    if fact.what == "rank" and len(fact.values) == 1:
        return Word("claims.fact.rank", who=who, year=[str(year) for year in fact.years], rank=int(fact.values[0]))
    if fact.what == "mean":
        return Word("claims.fact.mean", who=who, year=years["first"], value=number(fact.values[0], decimals))
    before, after = fact.values
    if fact.what in ("gain", "rank"):
        key = "gain" if fact.what == "gain" else "ranks"
        return Word(f"claims.fact.{key}", who=who, gained=signed(before - after, 0), a=int(before), b=int(after))
    facts = {"who": who, **years, "a": number(before, decimals), "b": number(after, decimals)}
    if fact.once:
        return Word("claims.fact.step_of_both", **facts, names=Row(Node(code) for code in fact.once))
    return Word("claims.fact.step", **facts)


def _hindrance(fact: Fact, voice: Voice) -> str:
    """What prevents a verdict, in words."""
    who, years = voice.comma(map(voice.city, fact.who)), voice.comma(map(str, fact.years))
    names = voice.comma(map(voice.node, fact.once))
    return voice.say(f"claims.hindrance.{fact.what}", who=who, years=years, names=names)
