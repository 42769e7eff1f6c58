"""What several tables are made of: words of the sheets, the order of the cities, columns they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.computed import Computed
from indexcalc.origin import Origin
from indexcalc.report.tables.table import Column, Fact
from indexcalc.spec.framework import INDEX, Framework
from indexcalc.spec.hierarchy import Node as HierarchyNode
from indexcalc.spec.hierarchy import ancestors as above
from indexcalc.spec.hierarchy import parents
from indexcalc.spec.methodology import Reference
from indexcalc.steps.comparable import unlike_problems
from indexcalc.steps.result import IndexResult
from indexcalc.voice import City, Node, Word

Array = NDArray[np.float64]
NAN = float("nan")
WINSORISED = "winsorised"  # the treatment that leaves an indicator in its unit
AS_READ = {Origin.MISSING, Origin.OBSERVED}  # every other origin has a mark
MOST_ROWS = 10_000
"""City-years up to which a sheet has a row for each; if there are more, it has those of the last year."""


def w(key: str, **facts: Any) -> Word:
    """A word of the sheets."""
    return Word(f"sheets.{key}", **facts)


def said(*facts: Fact) -> tuple[Fact, ...]:
    """The facts that are not empty."""
    return tuple(fact for fact in facts if fact)


def cities(run: Computed, order: Sequence[int] | None = None) -> list[City]:
    """Cities by position, in the order of the last ranking."""
    return [City(run.result.cities[c]) for c in (run.order if order is None else order)]


def rank_and_city(run: Computed) -> list[Column]:
    """The two columns that most tables of cities begin with: rank of the last year, and name."""
    ranks = run.result.rank()[run.order, run.last].tolist()
    return [
        Column(w("rank_of", year=run.result.years[run.last]), ranks, "place", key="rank"),
        Column(w("city"), cities(run)),
    ]


def weights_as_written(nodes: Iterable[HierarchyNode]) -> tuple[Word, ...]:
    """That an analysis uses weights which the aggregation of some nodes does not."""
    unused = [node(one.code) for one in parents(nodes).values() if one.ignores_weights]
    return (w("weights_as_written", nodes=unused),) if unused else ()


def gain_column(head: Fact, gains: Sequence[float], **more: Any) -> Column:
    """Places gained, blue, or lost, brown."""
    marks = ["up" if gain > 0 else "down" if gain < 0 else "" for gain in gains]
    return Column(head, gains, "gain", marks=marks, **more)


def node(code: str) -> Node | Word:
    """A node by its name; the index is called just that, as its name is in the title."""
    return w("index") if code == INDEX else Node(code)


def top(result: IndexResult, position: int) -> int:
    """Position of the child of the index that a node is, or lies below; of the index itself."""
    line = [*ancestors(result, position), position]
    return line[min(1, len(line) - 1)]


def ancestors(result: IndexResult, position: int) -> list[int]:
    """Positions of the nodes above one, the index first."""
    return above(result.nodes, position)[::-1]


def indents(result: IndexResult, positions: Iterable[int]) -> list[str]:
    """Marks that indent nodes below the index by how deep they are."""
    depths = (len(ancestors(result, k)) - 1 for k in positions)
    return [f"below_{min(depth, 15)}" if depth > 0 else "" for depth in depths]


def starts(values: Sequence[Any]) -> frozenset[int]:
    """Rows at which another value begins."""
    return frozenset(r for r in range(1, len(values)) if values[r] != values[r - 1])


def by_rank(ranks: Array) -> list[int]:
    """Positions of the cities that have a rank, best first."""
    return [int(c) for c in np.argsort(ranks, kind="stable") if not np.isnan(ranks[c])]


def label(code: str, framework: Framework) -> dict[str, str]:
    """A city for programs: its key, and its English name."""
    return {"city": code, "city_en": framework.city_label(code, "en")}


def whole(value: float) -> int | None:
    """A rank for programs."""
    return None if np.isnan(value) else int(value)


# -- what is said about the panel, and about comparing years


def note(framework: Framework) -> Fact:
    """The note that the YAML wants shown wherever the result is."""
    return "" if framework.note is None else framework.note


def extent(result: IndexResult) -> dict[str, int]:
    """How many cities, years and indicators."""
    n_city, n_year, n_indicator = result.normalised.values.shape
    return {"cities": n_city, "years": n_year, "indicators": n_indicator}


def is_yearly(reference: Reference) -> bool:
    return reference.kind == "year"


def comparable(result: IndexResult) -> Fact:
    """Whether scores of different years may be compared; nothing where there is one year."""
    reference = result.methodology.reference
    key = {"pooled": "pooled", "year": "yearly", "base": "based"}[reference.kind]
    return w(key, base=reference.base) if len(result.years) > 1 else ""


def over_years(result: IndexResult) -> tuple[Fact, ...]:
    """Whether scores of different years may be compared, and where neighbouring years use different indicators."""
    return comparable(result), *unlike_problems(result)


# -- cells and how they came to be


def marks(result: IndexResult) -> NDArray[Any]:
    """Per cell [city, year, indicator] the mark of how its value came to be; "" as published, or missing."""
    names = np.full(max(Origin) + 1, "", object)
    for origin in set(Origin) - AS_READ:
        names[origin] = origin.name.lower()
    found: NDArray[Any] = np.where(result.present[:, :, None], names[result.treated.origin], "")
    return found


def is_rescaled(result: IndexResult, code: str) -> bool:
    """Whether a declared transform, or the treatment, put the indicator on a scale other than its unit."""
    transform = result.framework.all_indicators[code].transform
    return (transform is not None and transform.name != "none") or result.treatment.get(code, WINSORISED) != WINSORISED


def shown(result: IndexResult) -> Array:
    """Values in the unit of each indicator: as treated, or as imputed where the treated ones are on another scale."""
    rescaled = np.array([is_rescaled(result, code) for code in result.treated.codes], bool)
    return np.where(rescaled, result.imputed.values, result.treated.values)


def city_years(result: IndexResult) -> tuple[NDArray[np.intp], NDArray[np.intp], tuple[Column, Column], frozenset[int]]:
    """The city-years in the index, or those of the last year where there are very many: positions, the two label
    columns, the rows where a city begins."""
    if result.present.sum() > MOST_ROWS:
        c = np.flatnonzero(result.present[:, -1])
        t = np.full(len(c), len(result.years) - 1)
    else:
        c, t = np.nonzero(result.present)
    city = Column(w("city"), [City(result.cities[i]) for i in c])
    year = Column(w("year"), [result.years[i] for i in t], "whole", width=8)
    starts = np.nonzero(np.diff(c))[0] + 1
    return c, t, (city, year), frozenset(starts.tolist() if len(set(t.tolist())) > 1 else ())


def last_year_alone(result: IndexResult) -> Fact:
    """A note that a sheet of city-years has those of the last year only; nothing where it has all."""
    n = int(result.present.sum())
    return w("last_year_alone", year=result.years[-1], n=n) if n > MOST_ROWS else ""


def where(values: Sequence[Any], here: Iterable[bool]) -> list[Any]:
    """Values where something holds, nothing elsewhere."""
    return [value if x else None for value, x in zip(values, here, strict=True)]
