"""Obstacles: what holds each city back most (障碍度模型), by indicator and dimension, in every year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indexcalc.analysis.contributions import is_sum
from indexcalc.analysis.integration import score_scale
from indexcalc.analysis.tidy import rows_by_part
from indexcalc.brief import Frozen
from indexcalc.errors import ChoiceError, Problem, refuse_if
from indexcalc.methods.coupling import obstacle_degree
from indexcalc.spec.hierarchy import leaves, parents
from indexcalc.steps.result import IndexResult
from indexcalc.voice import Row

Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Obstacles(Frozen):
    """Obstacle degrees by city and year: data only; the methods give them as tidy tables.

    scale: (l, u) of the scores; mapping: how they became `mapped`, z in [0, 1], [city, year, indicator]. weights F:
    [city, year, indicator], effective in the index. degree: [city, year, indicator], adding up to 1, or 0 throughout
    where every indicator is at the top. by_dimension: [city, year, dimension], the sums below each child of the index.
    shortfall: [city, year], Σ F (1 - z), the total shortfall; 1 less the mapped index where `is_sum`, that is, where
    the index is the arithmetic mean of its indicators.
    """

    main = "table"

    cities: tuple[str, ...]
    years: tuple[int, ...]
    present: NDArray[np.bool_]
    indicators: tuple[str, ...]
    dimensions: tuple[str, ...]
    dimension_of: tuple[str, ...]
    scale: tuple[float, float]
    mapping: str
    mapped: Array
    weights: Array
    degree: Array
    by_dimension: Array
    shortfall: Array
    is_sum: bool

    def table(self) -> pd.DataFrame:
        """One row per city, year, indicator: its dimension, weight, mapped, lacking, degree, place.

        lacking: 1 - mapped. place: 1 for the largest degree of the city-year, ties in the order of the YAML.
        """
        found = rows_by_part(
            *(self.cities, self.years, self.present, "indicator", self.indicators),
            weight=self.weights,
            mapped=self.mapped,
            lacking=1.0 - self.mapped,
            degree=self.degree,
            place=self._places(),
        )
        found.insert(3, "dimension", found["indicator"].map(dict(zip(self.indicators, self.dimension_of, strict=True))))
        return found.astype({"place": "Int64"})

    def top_table(self, n: int = 5) -> pd.DataFrame:
        """The `n` largest obstacles of every city and year, as rows of `table`; a degree of 0 is no obstacle."""
        found = self.table()
        found = found[(found["place"] <= n).fillna(False).astype(bool) & (found["degree"] > 0)]
        order = {city: i for i, city in enumerate(self.cities)}
        keys = found.assign(_city=found["city"].map(order)).sort_values(["_city", "year", "place"])
        return keys.drop(columns="_city").reset_index(drop=True)

    def dimension_table(self) -> pd.DataFrame:
        """One row per city, year and dimension: city, year, dimension, degree."""
        return rows_by_part(
            *(self.cities, self.years, self.present, "dimension", self.dimensions), degree=self.by_dimension
        )

    def _places(self) -> Array:
        """Place of each indicator among the obstacles of its city-year, [city, year, indicator]."""
        order = np.argsort(-np.round(self.degree, 9), axis=2, kind="stable")  # missing last
        places = np.empty(order.shape)
        np.put_along_axis(places, order, np.arange(1.0, order.shape[2] + 1.0)[None, None, :], axis=2)
        return np.where(np.isnan(self.degree), np.nan, places)


def obstacles(result: IndexResult) -> Obstacles:
    """Obstacle degree of every indicator and dimension, in every city and year.

    O = F (1 - z) / Σ F (1 - z), z the normalised score mapped from its scale [l, u] by (z - l)/(u - l), F the effective
    weight: the product of the weights down to the indicator, for that city-year. Where `missing: renormalise` left a
    child out, its weight is 0 and that of its siblings grows, as in the index. A city-year without a score has none.
    Weights are used even where an aggregation ignores them; the model is additive by nature.
    Refused (ChoiceError): an index in which a high score is bad; indicators without one common bounded scale, after
    z-scores, say; a node that falls where a child rises (a ratio, a reversed one).
    Source: 障碍度模型 of Chinese evaluation studies; see `methods.coupling.obstacle_degree`.

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("ABC", [2020] * 3, {"x": [0, 4, 10], "y": [0, 8, 10]})
    >>> framework = ic.Framework.model_validate({"indicators": {"x": {}, "y": {}}})
    >>> found = obstacles(ic.build_index(panel, framework, ic.Methodology()))
    >>> found.degree[:, 0].round(3).tolist(), found.shortfall[:, 0].round(3).tolist()
    ([[0.5, 0.5], [0.75, 0.25], [0.0, 0.0]], [1.0, 0.4, 0.0])
    """
    refuse_if(falling_problems(result), ChoiceError)
    if result.methodology.rank_on.high_is_bad:
        raise ChoiceError(Problem("obstacles_high_is_bad"))
    lower, upper = score_scale(result)
    at = leaves(result.nodes)
    indicators = tuple(result.nodes[position].code for position in at)
    scored = ~np.isnan(result.score())[:, :, None]
    mapped = np.clip((result.scores[:, :, at] - lower) / (upper - lower), 0.0, 1.0)
    weights = np.where(scored, _weights_down(result)[:, :, at], np.nan)
    flat = (mapped.reshape(-1, len(at)), weights.reshape(-1, len(at)))
    degree = np.where(scored, obstacle_degree(*flat).reshape(mapped.shape), np.nan)
    lacking = np.where(weights > 0, weights * (1.0 - mapped), np.where(scored, 0.0, np.nan))
    below = {result.nodes[child].code: leaves(result.nodes, child) for child in result.nodes[0].children}
    sums = [_sum_of(degree[:, :, [at.index(leaf) for leaf in members]]) for members in below.values()]
    owner = {result.nodes[leaf].code: dimension for dimension, members in below.items() for leaf in members}
    return Obstacles(
        cities=result.cities,
        years=result.years,
        present=result.present,
        indicators=indicators,
        dimensions=tuple(below),
        dimension_of=tuple(owner[code] for code in indicators),
        scale=(lower, upper),
        mapping=f"(z - {lower:g})/{upper - lower:g}",
        mapped=mapped,
        weights=weights,
        degree=degree,
        by_dimension=np.stack(sums, axis=2),
        shortfall=lacking.sum(axis=2),
        is_sum=is_sum(result)
        and not any(node.weighting.trait("by_observation") for node in parents(result.nodes).values()),
    )


def falling_problems(result: IndexResult) -> list[Problem]:
    """Nodes whose score may fall where a child's rises, by their aggregation: there a shortfall may be good."""
    found: dict[str, list[str]] = {}
    for node in parents(result.nodes).values():
        if node.falls:
            found.setdefault(node.aggregated_by, []).append(f"'{node.code}'")
    return [Problem("falling_nodes", {"nodes": Row(codes), "aggregation": name}) for name, codes in found.items()]


def _sum_of(degrees: Array) -> Array:
    """Sum over the indicators of one dimension that are there; missing where none is."""
    there = ~np.isnan(degrees)
    return np.where(there.any(axis=2), np.where(there, degrees, 0.0).sum(axis=2), np.nan)


def _weights_down(result: IndexResult) -> Array:
    """Effective weight of every node in every city-year, [city, year, node]; children without a score count 0."""
    effective = np.ones(result.scores.shape)
    for position, node in parents(result.nodes).items():
        children = list(node.children)
        z = result.scores[:, :, children]
        own = result.weights_by_observation.get(position)
        written = np.broadcast_to(result.weights[children], z.shape) if own is None else own.reshape(z.shape)
        kept = np.where(np.isnan(z), 0.0, written)
        total = kept.sum(axis=2, keepdims=True)
        effective[:, :, children] = effective[:, :, [position]] * kept / np.where(total > 0, total, 1.0)
    return effective
