"""Outside yardsticks: rankings and classifications by others, compared with the index; never part of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.convergence import rank_correlations
from indexcalc.brief import Frozen
from indexcalc.errors import ChoiceError, Problem, refuse_if, suggestion
from indexcalc.methods.statistics import spearman_interval
from indexcalc.spec.analyses import Yardstick
from indexcalc.steps.indicators import derivation_order
from indexcalc.steps.result import IndexResult
from indexcalc.voice import Row

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, repr=False)
class Yardsticks(Frozen):
    """Yardsticks beside the index: data only; the methods give them as tidy tables.

    nodes: the index, then its children. places: [yardstick, city, year], a number of which higher is better, missing
    where a city is not listed. scores: [city, year, node]. n: cities compared, spearman, kendall (tau-b): [yardstick,
    year, node], the correlations missing below three cities, or where all share one place; low, high: the 95% interval
    of spearman (`methods.statistics.spearman_interval`), missing below four cities.
    """

    main = "table"

    declared: Mapping[str, Yardstick]
    cities: tuple[str, ...]
    years: tuple[int, ...]
    nodes: tuple[str, ...]
    places: Array
    scores: Array
    n: Ints
    spearman: Array
    low: Array
    high: Array
    kendall: Array
    notices: tuple[Problem, ...]

    def table(self) -> pd.DataFrame:
        """One row per yardstick, year in which it lists a city, and node: n, spearman, low, high, kendall, unlisted."""
        import pandas as pd

        rows = []
        for y, code in enumerate(self.declared):
            for t in np.flatnonzero((~np.isnan(self.places[y])).any(axis=0)):
                out = np.isnan(self.places[y, :, t]) & ~np.isnan(self.scores[:, t, 0])
                unlisted = ", ".join(city for city, here in zip(self.cities, out, strict=True) if here)
                for k, node in enumerate(self.nodes):
                    correlations = (self.spearman, self.low, self.high, self.kendall)
                    found = (int(self.n[y, t, k]), *(float(one[y, t, k]) for one in correlations))
                    rows.append((code, self.years[t], node, *found, unlisted))
        names = ["yardstick", "year", "node", "n", "spearman", "low", "high", "kendall", "unlisted"]
        return pd.DataFrame(rows, columns=names)

    def point_table(self) -> pd.DataFrame:
        """One row per yardstick, city and year it lists: entry (as written), place (higher is better), index score."""
        import pandas as pd

        rows = []
        for y, (code, yardstick) in enumerate(self.declared.items()):
            for c, t in zip(*np.nonzero(~np.isnan(self.places[y])), strict=True):
                place = float(self.places[y, c, t])
                score = float(self.scores[c, t, 0])
                rows.append((code, self.cities[c], self.years[t], yardstick.entry(place), place, score))
        return pd.DataFrame(rows, columns=["yardstick", "city", "year", "entry", "place", "score"])


def yardsticks(result: IndexResult, declared: Mapping[str, Yardstick]) -> Yardsticks:
    """Rank correlations of the index and of its dimensions with each yardstick, year by year.

    Scores are rounded as for ranking. A city that a yardstick does not list, or that has no score, is left out of that
    year: n says how many are compared. Years of a yardstick that are not years of the index are left out and named.
    Refused (ChoiceError): a column, or a city, that is not declared; a column of which the index itself is made, as an
    indicator or as a part of one.

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("ABCD", [2020] * 4, {"x": [1, 2, 3, 4]})
    >>> framework = ic.Framework.model_validate({"indicators": {"x": {}}})
    >>> places = {2020: {"A": 3, "B": 2, "C": 1}}
    >>> listed = Yardstick.model_validate({"name": "Listed", "kind": "rank", "values": places})
    >>> found = yardsticks(ic.build_index(panel, framework, ic.Methodology()), {"listed": listed})
    >>> found.table()[["node", "n", "spearman", "unlisted"]].round(9).values.tolist()[0]
    ['index', 3, 1.0, 'D']
    """
    refuse_if(list(_problems(result, declared)), ChoiceError)
    at = [0, *result.nodes[0].children]
    order = result.methodology.rank_on
    scores = order.sign * np.round(result.scores[:, :, at], order.decimals)
    shape = (len(declared), *result.present.shape)
    places = np.reshape([_places(result, yardstick) for yardstick in declared.values()], shape)
    n = np.zeros((shape[0], shape[2], len(at)), np.int64)
    rho, tau = np.full(n.shape, np.nan), np.full(n.shape, np.nan)
    for y, t, k in np.ndindex(n.shape):
        n[y, t, k], rho[y, t, k], tau[y, t, k] = rank_correlations(places[y, :, t], scores[:, t, k])
    ends = np.full((*n.shape, 2), np.nan)
    for at_ in np.ndindex(n.shape):
        ends[at_] = spearman_interval(float(rho[at_]), int(n[at_]))
    return Yardsticks(
        declared=dict(declared),
        cities=result.cities,
        years=result.years,
        nodes=tuple(result.nodes[position].code for position in at),
        places=places,
        scores=result.scores[:, :, at],
        n=n,
        spearman=rho,
        low=ends[..., 0],
        high=ends[..., 1],
        kendall=tau,
        notices=tuple(_notices(result, declared, places)),
    )


def _places(result: IndexResult, yardstick: Yardstick) -> Array:
    """Places on one yardstick [city, year], higher is better."""
    places = np.full(result.present.shape, np.nan)
    if yardstick.column is not None:
        if yardstick.column in result.panel.codes:
            found = result.panel.series(yardstick.column)
            listed = ~np.isnan(found)
            places[listed] = [yardstick.place(value) for value in found[listed]]
    else:
        for year, by_city in yardstick.values.items():
            for city, entry in by_city.items():
                if year in result.years and city in result.cities:
                    places[result.cities.index(city), result.years.index(year)] = yardstick.place(entry)
    if yardstick.years:
        places[:, [year not in yardstick.years for year in result.years]] = np.nan
    return places


def _problems(result: IndexResult, declared: Mapping[str, Yardstick]) -> Iterator[Problem]:
    """Columns and cities that are not declared; columns from which the index is computed."""
    framework = result.framework
    columns, cities = framework.columns, [*framework.cities] or [*result.cities]
    used = derivation_order(framework, result.normalised.codes)
    for code, yardstick in declared.items():
        column = yardstick.column
        if column is not None and column in used:
            yield Problem("yardstick_in_index", {"yardstick": code, "column": column})
        elif column is not None and column not in columns:
            facts = {"field": f"yardsticks.{code}.column", "code": column, **suggestion(column, columns)}
            yield Problem("unknown_code", facts)
        for city in dict.fromkeys(city for by_city in yardstick.values.values() for city in by_city):
            if city not in cities:
                yield Problem("yardstick_city", {"yardstick": code, "city": city, **suggestion(city, cities)})


def _notices(result: IndexResult, declared: Mapping[str, Yardstick], places: Array) -> Iterator[Problem]:
    for (code, yardstick), found in zip(declared.items(), places, strict=True):
        named = yardstick.years or tuple(yardstick.values)
        outside = sorted({year for year in named if year not in result.years})
        if outside:
            yield Problem("yardstick_years", {"yardstick": code, "years": Row(outside)})
        if np.isnan(found).all():
            yield Problem("yardstick_empty", {"yardstick": code})
