"""Cities, indicators, nodes and years by what a user calls them: their names, in either language, or their codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from indexcalc.errors import InputError, Problem, nearest, suggestion
from indexcalc.figures.panel import city_position, year_problem
from indexcalc.steps.result import IndexResult

Place = tuple[str, dict[str, Any]]


def find_city(result: IndexResult, name: str, place: Place | None = None) -> str:
    """The key of the city that `name` means: its key, English name or alias, in any case; refused by name otherwise."""
    names = {city: city for city in result.cities}
    for city, declared in result.framework.cities.items():
        if city in result.cities:
            names.update(dict.fromkeys(declared.spellings, city))
    return _found("explain_city", name, names, result.cities, place)


def find_indicator(result: IndexResult, name: str, place: Place | None = None) -> str:
    """The code of the indicator that `name` means: its code, Chinese or English name; refused by name otherwise."""
    return _called("explain_indicator", result, name, result.normalised.codes, place)


def find_node(result: IndexResult, name: str, place: Place | None = None) -> str:
    """The code of the node that `name` means, the index included: its code or name; refused by name otherwise."""
    return _called("explain_node", result, name, [node.code for node in result.nodes], place)


def find_year(result: IndexResult, year: int | str, place: Place | None = None) -> int:
    """A year of the index; refused by name otherwise."""
    if str(year).strip() not in map(str, result.years):
        raise InputError(replace(year_problem(result, year), place=place))
    return int(year)


def _called(key: str, result: IndexResult, name: str, codes: Sequence[str], place: Place | None) -> str:
    """Which of some codes `name` means: the code itself, or its name."""
    names = {code: code for code in codes}
    for code in codes:
        called = result.framework.named(code)
        names.update(dict.fromkeys(called.spellings if called is not None else (), code))
    return _found(key, name, names, codes, place)


def _found(key: str, name: str, names: dict[str, str], listed: Iterable[str], place: Place | None) -> str:
    folded = {known.casefold(): meant for known, meant in names.items()}
    meant = folded.get(name.strip().casefold())
    if meant is None:
        hints = suggestion(name, names if nearest(name, names) else listed)
        raise InputError(Problem(key, {"found": name, **hints}, place))
    return meant


def scored_years(result: IndexResult, city: str) -> list[int]:
    """The years in which a city has a score; refused by name (InputError) if there is none."""
    scored = ~np.isnan(result.score()[city_position(result, city)])
    if not scored.any():
        where = f"{result.years[0]}-{result.years[-1]}"
        raise InputError(Problem("explain_no_score", {"city": city, "where": where}))
    return [year for year, here in zip(result.years, scored, strict=True) if here]
