"""Claims: the sentences people publish about an index, written down so that a run can test them against the figures."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from indexcalc.errors import Problem, suggestion
from indexcalc.spec.choice import Model
from indexcalc.voice import Row


def _all(written: Any) -> Any:
    return () if written == "all" else written


def _schema(kind: str) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"const": "all"}, {"type": "array", "items": {"type": kind}}]})


Cities = Annotated[tuple[str, ...], BeforeValidator(_all), _schema("string")]
"""Cities by their key in the YAML; `all` is kept as the empty tuple."""
Years = Annotated[tuple[int, ...], BeforeValidator(_all), _schema("integer")]
"""Years; `all` is kept as the empty tuple."""


class Span(Model):
    """A claim about two years: `from` and `to`, by default the first and the last of the index."""

    first: int | None = Field(None, alias="from")
    last: int | None = Field(None, alias="to")


class Rising(Span):
    """The score of each city rises: from each year to the next, or between the two years."""

    kind: Literal["rising"]
    cities: Cities = ()
    every_year: bool = False


class Falling(Span):
    """The score of each city falls: from each year to the next, or between the two years."""

    kind: Literal["falling"]
    cities: Cities = ()
    every_year: bool = False


class InTop(Model):
    """Each of the cities ranks among the first `n` in each of the years."""

    kind: Literal["in_top"]
    cities: Cities
    n: int = Field(ge=1)
    years: Years = ()


class RankIs(Model):
    """The city has this rank in each of the years."""

    kind: Literal["rank_is"]
    city: str
    rank: int = Field(ge=1)
    years: Years = ()


class LargestRankGain(Span):
    """No city gains as many places between the two years as this one."""

    kind: Literal["largest_rank_gain"]
    city: str


class Overtakes(Span):
    """The city is behind another in the first of the two years and ahead of it in the last."""

    kind: Literal["overtakes"]
    city: str
    other: str


class GapNarrows(Span):
    """The distance between the scores of two cities is smaller in the last of the two years than in the first."""

    kind: Literal["gap_narrows"]
    city: str
    other: str


class GroupLeads(Model):
    """The mean score of a group of cities is above that of every other group in each of the years."""

    kind: Literal["group_leads"]
    group: str
    years: Years = ()


Claim = Annotated[
    Rising | Falling | InTop | RankIs | LargestRankGain | Overtakes | GapNarrows | GroupLeads,
    Field(discriminator="kind"),
]


def named_cities(claim: Claim) -> tuple[str, ...]:
    """The cities a claim names."""
    if isinstance(claim, (Overtakes, GapNarrows)):
        return claim.city, claim.other
    if isinstance(claim, (RankIs, LargestRankGain)):
        return (claim.city,)
    return () if isinstance(claim, GroupLeads) else claim.cities


def named_years(claim: Claim) -> tuple[int, ...]:
    """The years a claim names."""
    if isinstance(claim, Span):
        return tuple(year for year in (claim.first, claim.last) if year is not None)
    return claim.years


def claim_problems(
    claim: Claim, *, cities: Collection[str], groups: Collection[str], years: Collection[int]
) -> Iterator[Problem]:
    """Unknown names in a claim, and years in the wrong order. Without cities, or years, none is unknown."""
    for city in named_cities(claim):
        if cities and city not in cities:
            yield Problem("claim_city", {"city": city, **suggestion(city, cities)})
    if isinstance(claim, GroupLeads) and claim.group not in groups:
        facts = {"field": "group", "code": claim.group, "where": "framework.groups"}
        yield Problem("unknown_group", {**facts, **suggestion(claim.group, groups)})
    for year in named_years(claim):
        if years and year not in years:
            yield Problem("claim_year", {"year": year, "years": Row(years)})
    if isinstance(claim, Span) and claim.first is not None and claim.last is not None and claim.first >= claim.last:
        yield Problem("claim_order", {"first": claim.first, "last": claim.last})
