"""Claims: the sentences people publish about an index, written down so that a run can hold them against the figures."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from indexcalc.choice import Model


def _all(written: Any) -> Any:
    return () if written == "all" else written


Cities = Annotated[tuple[str, ...], BeforeValidator(_all)]
"""Cities by their key in the YAML; `all` is kept as the empty tuple."""
Years = Annotated[tuple[int, ...], BeforeValidator(_all)]


class Rising(Model):
    """The level of each city rises: every year, or between two years."""

    kind: Literal["rising"]
    cities: Cities = ()
    every_year: bool = False
    first: int | None = Field(None, alias="from")
    last: int | None = Field(None, alias="to")


class InTop(Model):
    """Each of the cities ranks among the first `n` in each of the years."""

    kind: Literal["in_top"]
    cities: Cities
    n: int = Field(ge=1)
    years: Years = ()


class LargestRankGain(Model):
    """No city gains more places between the two years than this one."""

    kind: Literal["largest_rank_gain"]
    city: str
    first: int | None = Field(None, alias="from")
    last: int | None = Field(None, alias="to")


Claim = Annotated[Rising | InTop | LargestRankGain, Field(discriminator="kind")]


def named_cities(claim: Claim) -> tuple[str, ...]:
    """The cities a claim names."""
    return (claim.city,) if isinstance(claim, LargestRankGain) else claim.cities


def named_years(claim: Claim) -> tuple[int, ...]:
    """The years a claim names."""
    if isinstance(claim, InTop):
        return claim.years
    return tuple(year for year in (claim.first, claim.last) if year is not None)
