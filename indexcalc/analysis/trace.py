"""One figure traced from its cell to the index."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.contributions import (
    applied_weights,
    attempt,
    is_sum,
    mean_split,
)
from indexcalc.analysis.named import find_city, find_indicator, find_year, scored_years
from indexcalc.brief import Brief
from indexcalc.errors import InputError, Problem
from indexcalc.figures.panel import Source, city_position, year_position
from indexcalc.methods import METHODS
from indexcalc.origin import Origin
from indexcalc.spec.choice import Choice
from indexcalc.spec.framework import Derivation, Framework
from indexcalc.spec.hierarchy import ancestors
from indexcalc.spec.methodology import Reference
from indexcalc.steps.indicators import Parts
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]


def raw_columns(framework: Framework, code: str) -> list[tuple[str, int]]:
    """Columns of the workbook that an indicator is computed from, with how many years back, parts in their order."""
    if code in framework.columns:
        return [(code, 0)]
    derived = framework.all_indicators[code].derived
    assert derived is not None
    parameters = METHODS["derivation"][derived.kind].parameters
    told = {name: derived.parameters.get(name, parameter.default) for name, parameter in parameters.items()}
    back = [0, told["over"]] if "over" in told else range(told.get("window", 1))
    columns = dict.fromkeys(
        (column, years + more)
        for part in derived.parts
        for column, years in raw_columns(framework, part)
        for more in back
    )
    return list(columns)


FROM_OTHER_YEARS = (Origin.INTERPOLATED, Origin.EXTRAPOLATED, Origin.CARRIED, Origin.NEAREST)
"""Imputed from figures of the same city."""


@dataclass(frozen=True)
class RawCell:
    """One figure as it is in the workbook: value (missing if there is none), unit, (sheet, address), source."""

    column: str
    year: int
    value: float
    unit: str
    cell: tuple[str, str] | None
    source: Source | None


@dataclass(frozen=True)
class FilledPart:
    """A figure that is missing in the workbook and imputed before an indicator is derived from it: value, unit, how,
    and the nearest years (year, value) it comes from."""

    column: str
    year: int
    value: float
    unit: str
    origin: int
    imputation: Choice
    neighbours: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Extreme:
    """The lowest or highest oriented value of a reference, and where it is."""

    value: float
    city: str
    year: int


@dataclass(frozen=True, repr=False)
class Trace(Brief):
    """One indicator of one city-year at every stage.

    cells: the raw figures it comes from; for an imputed value also those of the nearest years with a figure,
    `neighbours` (year, value), or, where it is derived from imputed parts, `filled`, the figures behind each of these.
    derived to normalised: the stages, with origin and the choices made. extremes: lowest and highest oriented value of
    the reference; None where the normalisation uses none, or there is no value.
    score: normalised, and rounded if the indicator is. weights: (node, weight within its parent) from the indicator up
    to the dimension below the index, NaN where the parent's aggregation ignores weights; effective: their product.
    part: of the score (`none`) or of its distance from the mean city (`mean`); missing where neither can be split.
    """

    city: str
    year: int
    code: str
    cells: tuple[RawCell, ...]
    derivation: Derivation | None
    derived: float
    imputed: float
    origin: int
    neighbours: tuple[tuple[int, float], ...]
    filled: tuple[FilledPart, ...]
    imputation: Choice
    transform: Choice | None
    treated: float
    treatment: str | None
    was_treated: bool
    direction: Choice
    oriented: float
    normalisation: Choice
    reference: Reference
    extremes: tuple[Extreme, Extreme] | None
    normalised: float
    score: float
    rank: float
    weights: tuple[tuple[str, float], ...]
    effective: float
    part: float
    part_of: Literal["none", "mean"]
    index: float


def trace(result: IndexResult, city: str, year: int | str, code: str) -> Trace:
    """An indicator of a city in a year, from its cells in the workbook to its part of the index. City and indicator may
    be given by any of their names. Refused by name (InputError): an unknown city, year or indicator; a year in which
    the city has no score.
    """
    city, year, code = find_city(result, city), find_year(result, year), find_indicator(result, code)
    if year not in scored_years(result, city):
        raise InputError(Problem("explain_no_score", {"city": city, "where": str(year)}))
    c, t, p, k = (
        city_position(result, city),
        year_position(result, year),
        result.position(code),
        result.derived.position(code),
    )
    declared, methodology = result.framework.all_indicators[code], result.methodology
    origin = int(result.imputed.origin[c, t, k])
    filled = tuple(_filled_parts(result, c, t, k))
    alone = origin in FROM_OTHER_YEARS and not filled
    neighbours = _neighbours(result.derived.values[c, :, k], t, result.years) if alone else ()
    applied, nodes = applied_weights(result, city, year), result.nodes
    weights = tuple((nodes[k].code, float(applied[k])) for k in (p, *ancestors(nodes, p)[:-1]))
    part, part_of = _part(result, city, year, p, weights)
    used = ~np.isnan(result.shares)
    weights = tuple((node, weight if used[result.position(node)] else math.nan) for node, weight in weights)
    normalisation = declared.normalisation or methodology.normalisation
    return Trace(
        city=city,
        year=year,
        code=code,
        cells=tuple(_cells(result, city, [year, *(other for other, _ in neighbours)], code, filled)),
        derivation=declared.derived,
        derived=float(result.derived.values[c, t, k]),
        imputed=float(result.imputed.values[c, t, k]),
        origin=origin,
        neighbours=neighbours,
        filled=filled,
        imputation=declared.imputation or methodology.imputation,
        transform=declared.transform,
        treated=float(result.treated.values[c, t, k]),
        treatment=result.treated_how(code, year),
        was_treated=bool(result.treated.origin[c, t, k] == Origin.TREATED),
        direction=declared.direction,
        oriented=float(result.oriented.values[c, t, k]),
        normalisation=normalisation,
        reference=declared.reference or methodology.reference,
        extremes=_extremes(result, t, k, declared.reference or methodology.reference, normalisation),
        normalised=float(result.normalised.values[c, t, k]),
        score=float(result.scores[c, t, p]),
        rank=float(result.ranks[c, t, p]),
        weights=weights,
        effective=math.prod(weight for _, weight in weights),
        part=part,
        part_of=part_of,
        index=float(result.score()[c, t]),
    )


def _neighbours(row: Array, t: int, years: tuple[int, ...]) -> tuple[tuple[int, float], ...]:
    """The nearest years before and after position t with a figure in a row, and the figures."""
    known = np.flatnonzero(~np.isnan(row))
    near = [*known[known < t][-1:], *known[known > t][:1]]
    return tuple((years[i], float(row[i])) for i in near)


def _filled_parts(result: IndexResult, c: int, t: int, k: int) -> Iterator[FilledPart]:
    """The imputed parts that an indicator of a city-year is derived from; none if it is observed or imputed itself."""
    code, panel, years = result.derived.codes[k], result.panel, result.years
    imputed = np.isnan(result.derived.values[c, t, k]) and not np.isnan(result.imputed.values[c, t, k])
    if not imputed or code in result.framework.columns or result.methodology.impute != "parts":
        return
    parts = Parts(panel, result.framework, result.methodology)
    if np.isnan(parts.of(code)[0][c, t]):
        return
    columns = {column: (choice, figures) for column, choice, figures in parts.columns(code)}
    for column, back in raw_columns(result.framework, code):
        choice, (values, how) = columns[column]
        at = years.index(years[t] - back)
        if how[c, at] != Origin.OBSERVED:
            unit, near = result.framework.columns[column].unit, _neighbours(panel.series(column)[c], at, years)
            yield FilledPart(column, years[at], float(values[c, at]), unit, int(how[c, at]), choice, near)


def _cells(
    result: IndexResult, city: str, years: list[int], code: str, filled: tuple[FilledPart, ...]
) -> Iterator[RawCell]:
    panel, c = result.panel, city_position(result, city)
    wanted = [(column, year - back) for year in years for column, back in raw_columns(result.framework, code)]
    wanted += [(part.column, year) for part in filled for year, _ in part.neighbours]
    for column, year in dict.fromkeys(wanted):
        if year in panel.years:
            value = float(panel.series(column)[c, panel.years.index(year)])
            at, unit = (column, city, year), result.framework.columns[column].unit
            yield RawCell(column, year, value, unit, panel.cells.get(at), panel.sources.get(at))


def _extremes(
    result: IndexResult, t: int, k: int, reference: Reference, normalisation: Choice
) -> tuple[Extreme, Extreme] | None:
    if normalisation.method.traits.get("ignores_reference"):
        return None
    years = {"pooled": slice(None), "year": slice(t, t + 1)}.get(reference.kind)
    if years is None:
        base = result.years.index(int(reference.base or 0))
        years = slice(base, base + 1)
    x, start = result.oriented.values[:, years, k], years.start or 0
    if np.isnan(x).all():
        return None
    places = [np.unravel_index(found, x.shape) for found in (np.nanargmin(x), np.nanargmax(x))]
    low, high = (Extreme(float(x[i, j]), result.cities[i], result.years[start + j]) for i, j in places)
    return low, high


def _part(
    result: IndexResult, city: str, year: int, position: int, weights: tuple[tuple[str, float], ...]
) -> tuple[float, Literal["none", "mean"]]:
    c, t = city_position(result, city), year_position(result, year)
    if is_sum(result):
        return math.prod(weight for _, weight in weights) * float(result.scores[c, t, position]), "none"
    split = attempt({}, partial(mean_split, result, city, year))
    return math.nan if split is None else float(split[position]), "mean"
