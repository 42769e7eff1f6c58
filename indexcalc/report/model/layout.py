"""Where everything is in `model.xlsx`, and the figures its formulas start from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from xlsxwriter.utility import xl_col_to_name

from indexcalc.report.model.formulas import Part, Scale, with_gaps
from indexcalc.spec.choice import Choice
from indexcalc.spec.framework import Indicator
from indexcalc.spec.hierarchy import parents
from indexcalc.spec.methodology import Reference
from indexcalc.steps.result import IndexResult
from indexcalc.voice import Voice

Array = NDArray[np.float64]

SHARES = 7
"""Row of the shares, above the scores they belong to."""
TOP = 8
"""First row of city-years, the same on every sheet that has them."""
FIRST = 2
"""First column after city and year."""
GROUPS = 6
"""First row of the weights."""
LOWER, UPPER, LOW, HIGH, SCOPES = 8, 9, 10, 11, 12
"""Rows of the reference: what the scores range over, the best place inside, and what is read off the city-years."""
PER_SCOPE = 3
WINSORISED = "winsorised"
"""The treatment that leaves an indicator in its unit."""


class Line(NamedTuple):
    """A row of the weights: a node, under its parent's heading or itself the heading of its children."""

    row: int
    position: int
    heading: bool


@dataclass(frozen=True)
class Column:
    """How the formulas of one indicator go from its figures to its normalised values.

    logged: whether they take its logarithm; transformed: whether its figures [city, year] are on a scale other than its
    unit, because an earlier step put them there.
    """

    code: str
    own: Indicator
    normalisation: Choice
    reference: Reference
    logged: bool
    transformed: bool
    figures: Array

    @property
    def inside(self) -> bool:
        """Whether its best place is inside its range."""
        return self.own.direction.name in ("middle", "interval")


@dataclass(frozen=True)
class Layout:
    """Rows and columns of the model of a result, in a language. Rows are counted as Excel does, columns from 0."""

    result: IndexResult
    voice: Voice

    @cached_property
    def city_years(self) -> tuple[tuple[int, int], ...]:
        """The city-years of the index as (city, year), year by year, so that a year is one range."""
        t, c = np.nonzero(self.result.present.T)
        return tuple(zip(c.tolist(), t.tolist(), strict=True))

    @cached_property
    def rows_of_year(self) -> dict[int, tuple[int, int]]:
        """First and last row of each year that has any."""
        years = [t for _, t in self.city_years]
        return {t: (TOP + years.index(t), TOP + years.index(t) + years.count(t) - 1) for t in dict.fromkeys(years)}

    @property
    def last(self) -> int:
        """Last row of city-years."""
        return TOP + len(self.city_years) - 1

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The indicators, in the order of their columns."""
        return tuple(self._column(k, code) for k, code in enumerate(self.result.normalised.codes))

    def _column(self, k: int, code: str) -> Column:
        result = self.result
        own = result.framework.all_indicators[code]
        imputed, treated = result.imputed.values[:, :, k], result.treated.values[:, :, k]
        transform = "none" if own.transform is None else own.transform.name
        # a treatment may have moved logarithms: then those are the figures
        logged = transform == "log" and np.array_equal(np.log(imputed), treated, equal_nan=True)
        rescaled = transform != "none" or result.treatment.get(code, WINSORISED) != WINSORISED
        return Column(
            code,
            own,
            own.normalisation or result.methodology.normalisation,
            own.reference or result.methodology.reference,
            logged,
            rescaled and not logged,
            imputed if logged else treated,
        )

    @cached_property
    def gaps(self) -> frozenset[int]:
        """Positions of the nodes whose score is missing somewhere, or may be under other weights."""
        return with_gaps(self.result)

    @cached_property
    def above(self) -> tuple[int, ...]:
        """Positions of the index and the dimensions level by level, so that the children of a node are together."""
        order = [0]
        for position in order:
            order += [child for child in self.result.nodes[position].children if not self._is_indicator(child)]
        return tuple(order)

    @property
    def nominal_column(self) -> int:
        """Column of the ranks at the weights of the YAML, after the ranks of all nodes."""
        return FIRST + len(self.above)

    @property
    def key_column(self) -> int:
        """Column of the key by which a year and a place in it are looked up."""
        return self.nominal_column + 1

    @cached_property
    def leaves(self) -> tuple[int, ...]:
        """Positions of the indicators, in the order of their columns."""
        return tuple(p for p, node in enumerate(self.result.nodes) if node.is_indicator)

    def _is_indicator(self, position: int) -> bool:
        return self.result.nodes[position].is_indicator

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The rows of the weights: each node with children, and its children below it."""
        entries = [
            (position, heading)
            for node in self.above
            for position, heading in ((node, True), *((child, False) for child in self.result.nodes[node].children))
        ]
        return tuple(Line(GROUPS + i, position, heading) for i, (position, heading) in enumerate(entries))

    @cached_property
    def weight_row(self) -> dict[int, int]:
        """Row of each node among its siblings."""
        return {line.position: line.row for line in self.lines if not line.heading}

    @cached_property
    def heading_row(self) -> dict[int, int]:
        """Row of each node above its children."""
        return {line.position: line.row for line in self.lines if line.heading}

    @cached_property
    def written(self) -> dict[int, float]:
        """The weights in the yellow cells: as written, or as a method without regard to the figures gives them."""
        found: dict[int, float] = {}
        for node in parents(self.result.nodes).values():
            for child in node.children:
                as_written = {"given": self.result.nodes[child].weight, "equal": 1.0}
                found[child] = as_written.get(node.weighting.name, float(self.result.weights[child]))
        return found

    # -- scopes of the reference

    @cached_property
    def scopes(self) -> tuple[int | None, ...]:
        """Years that have a reference of their own; a single None where no indicator refers to its year."""
        if any(column.reference.kind == "year" for column in self.columns):
            return tuple(self.rows_of_year)
        return (None,)

    def scope_rows(self, scope: int | None) -> tuple[int, int, int]:
        """Rows of the greatest distance, the start and the end of a scope."""
        top = SCOPES + PER_SCOPE * self.scopes.index(scope)
        return top, top + 1, top + 2

    def looked_at(self, column: Column, scope: int | None) -> int | None:
        """The year whose city-years are an indicator's reference under a scope; None for all of them."""
        if column.reference.kind == "base":
            return self.result.years.index(int(column.reference.base or 0))
        return scope if column.reference.kind == "year" else None

    def scale(self, k: int, t: int) -> Scale:
        """The cells of the reference for the values of an indicator in a year."""
        far, start, end = self.scope_rows(t if self.scopes != (None,) else None)
        letter = f"{self.names['reference']}{xl_col_to_name(k + FIRST)}$"
        return Scale(*(f"{letter}{row}" for row in (start, end, LOWER, UPPER, LOW, HIGH, far)))

    # -- addresses

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the sheets in formulas."""
        keys = ("weights", "years", "values", "oriented", "reference", "normalised", "scores", "ranks")
        return {key: f"'{self.voice.say(f'model.{key}')}'!" for key in keys}

    def observed(self, sheet: str, column: int, year: int | None) -> str:
        """The cells of a column in a year, or in all."""
        first, last = (TOP, self.last) if year is None else self.rows_of_year[year]
        letter = xl_col_to_name(column)
        return f"{self.names[sheet]}{letter}${first}:{letter}${last}"

    def parts(self, position: int, row: int) -> Iterator[Part]:
        """The children of a node that are beside each other: its dimensions, its indicators."""
        children = self.result.nodes[position].children
        for sheet, order in (("scores", self.above), ("normalised", self.leaves)):
            at = [order.index(child) + FIRST for child in children if child in order]
            if at:
                yield Part(self.names[sheet], tuple(map(xl_col_to_name, at)), SHARES, row)


def posts(column: Column) -> tuple[float, float]:
    """The goalposts of an indicator, treated like its values: on its scale, and oriented."""
    found = [_on_scale(column.own, column.normalisation.parameters[end]) for end in ("low", "high")]
    low, high = sorted(-post if column.own.direction.name == "negative" else post for post in found)
    return low, high


def best_place(column: Column) -> tuple[float, float]:
    """The ends of the range in which an indicator with its best value inside is at its best, on its scale."""
    given = column.own.direction.parameters
    ends = (given["best"], given["best"]) if "best" in given else (given["low"], given["high"])
    low, high = sorted(_on_scale(column.own, end) for end in ends)
    return low, high


def _on_scale(own: Indicator, value: Any) -> float:
    if own.transform is None:
        return float(value)
    return float(own.transform.method.kernel(np.asarray(value, float), **own.transform.parameters))


def read_off(column: Column, oriented: Array) -> tuple[float, float]:
    """What `start_and_end` gives for the oriented values (n_ref,) of the reference."""
    if column.normalisation.name == "min_max":
        return float(oriented.min()), float(oriented.max())
    return float(oriented.mean()), float(oriented.std(ddof=1))
