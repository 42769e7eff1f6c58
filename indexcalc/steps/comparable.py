"""What may be compared with what: two years of an index, and of a city.

Levels of two years can be compared where nothing in use depends on the cities of one year alone (`levels_compare`). A
city's scores of two years can be compared where the same indicators are behind both. Where one of them has a score in
only one of the two years, the others share its weight in the other, and the step between the scores is neither a rise
nor a fall: it is judged over the indicators that both years have, their weights renormalised over these by the rules of
each node (`two_years`). Where a node's score depends on the whole sample (TOPSIS, Copeland, Kemeny), or a node has too
few children left for its rule, it is undefined.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexcalc.errors import Problem
from indexcalc.figures.panel import city_years
from indexcalc.spec.framework import Framework, Indicator
from indexcalc.spec.hierarchy import Node as FrameworkNode
from indexcalc.spec.hierarchy import Parent, parents
from indexcalc.spec.methodology import Methodology
from indexcalc.steps.combine import recombined
from indexcalc.voice import Few, Node

if TYPE_CHECKING:
    from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]
NAMED = 4
"""City-years and indicators that a notice names; if there are more, it says how many."""
Pair = tuple[int, int]
"""Two years, by their positions."""

# --- years of an index ------------------------------------------------------------------------------------------------


def levels_compare(nodes: Iterable[FrameworkNode], framework: Framework, methodology: Methodology) -> bool:
    """Whether levels of the index can be compared over years: nothing in use depends on one year's cities alone."""
    nodes = tuple(nodes)
    anew = any(map(_within_the_year, parents(nodes).values()))
    return indicators_compare(nodes, framework, methodology) and not anew


def indicators_compare(nodes: Iterable[FrameworkNode], framework: Framework, methodology: Methodology) -> bool:
    """Whether levels of the indicators can: neither a normalisation nor a distance from a best value refers to the
    indicator's own year."""
    declared = framework.all_indicators
    return not any(year_by_year(declared[node.code], methodology) for node in nodes if node.is_indicator)


def year_by_year(indicator: Indicator, methodology: Methodology) -> bool:
    """Whether an indicator is measured against the cities of its own year."""
    if (indicator.reference or methodology.reference).kind != "year":
        return False
    looks = not (indicator.normalisation or methodology.normalisation).trait("ignores_reference")
    return looks or indicator.direction.name not in ("positive", "negative")


def _within_the_year(node: Parent) -> bool:
    """Whether a node's children are weighed anew in each year, or its cities compared with those of the year."""
    anew = bool(node.weighting.trait("objective")) and node.weighting.told("per") == "year"
    return anew or bool(node.aggregation.trait("needs_years"))


# --- years of a city --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SharedRows:
    """City-years over some of their indicators: rows (city, year) with the indicators that count (n_row, n_leaf).

    ends: for two years the cities whose indicators differ between them, and the rows of each in the two years.
    """

    cities: Integers
    years: Integers
    kept: Flags
    ends: dict[Pair, tuple[Integers, Integers, Integers]]


def shared_rows(there: Flags, pairs: Collection[Pair]) -> SharedRows:
    """The rows over which two years of a city are judged, where they do not have the same indicators [city, year,
    leaf].

    Each row occurs once, whatever the number of pairs it serves; there is none where nothing is missing.
    """
    rows: dict[tuple[int, int, bytes], int] = {}
    ends: dict[Pair, tuple[Integers, Integers, Integers]] = {}
    kept: list[Flags] = []
    for pair in pairs:
        one, two = (there[:, t] for t in pair)
        cities = np.flatnonzero((one != two).any(axis=1) & one.any(axis=1) & two.any(axis=1))
        if not len(cities):
            continue
        numbers = []
        for t in pair:
            for c in cities.tolist():
                shared = one[c] & two[c]
                key = c, t, shared.tobytes()
                if key not in rows:
                    rows[key] = len(rows)
                    kept.append(shared)
                numbers.append(rows[key])
        before, after = np.array(numbers, np.int64).reshape(2, -1)
        ends[pair] = cities, before, after
    at = np.array([key[:2] for key in rows], np.int64).reshape(-1, 2)
    return SharedRows(at[:, 0], at[:, 1], np.array(kept, bool).reshape(-1, there.shape[2]), ends)


@dataclass(frozen=True)
class TwoYears:
    """Two years of every city, like with like. before, after: (city, node) [score], over the indicators that the city
    has in both years; missing without a score in one of the two, or where these indicators alone give none.

    once: for the cities whose indicators differ, by position, those behind the index in only one of the two years.
    """

    before: Array
    after: Array
    once: dict[int, tuple[str, ...]]

    @property
    def gain(self) -> Array:
        """What each city gained in the index, (city,)."""
        return np.asarray(self.after[:, 0] - self.before[:, 0])

    def undefined(self, city: int) -> bool:
        """Whether a city has scores in both years that cannot be compared."""
        return city in self.once and bool(np.isnan(self.after[city, 0] - self.before[city, 0]))


def two_years(result: IndexResult, first: int, last: int) -> TwoYears:
    """Two years of an index, by position: of every city over the same indicators. See the module."""
    nodes = result.nodes
    leaves = [position for position, node in enumerate(nodes) if node.is_indicator]
    ends = [result.scores[:, t].copy() for t in (first, last)]
    rows = shared_rows(~np.isnan(result.scores[:, :, leaves]), [(first, last)])
    once: dict[int, tuple[str, ...]] = {}
    for cities, *at in rows.ends.values():
        z = np.where(rows.kept, result.scores[rows.cities[:, None], rows.years[:, None], leaves], np.nan)
        place = rows.cities * len(result.years) + rows.years
        weights = {position: own[place] for position, own in result.weights_by_observation.items()}
        found = recombined(z, nodes, result.weights, weights)
        used = [_behind(nodes, end) for end in ends]
        for c, *numbers in zip(cities.tolist(), *at, strict=True):
            differ = used[0][c] != used[1][c]
            if differ.any() and not any(np.isnan(end[c, 0]) for end in ends):
                once[c] = tuple(nodes[leaves[k]].code for k in np.flatnonzero(differ))
                for end, number in zip(ends, numbers, strict=True):
                    end[c] = found[number]
    return TwoYears(ends[0], ends[1], once)


def _behind(nodes: tuple[FrameworkNode, ...], scores: Array) -> Flags:
    """The indicators behind the index of each observation (n_obs, n_leaf): scored, as is every node above them."""
    counts = ~np.isnan(scores)
    for position, node in enumerate(nodes):
        if node.parent >= 0:
            counts[:, position] &= counts[:, node.parent]
    return counts[:, [position for position, node in enumerate(nodes) if node.is_indicator]]


def ends_of(result: IndexResult, score: Array, cities: Integers, years: Integers, node: int = 0) -> tuple[Array, Array]:
    """For the scores of a node, of some cities in some years (city, year): the first and the last year (city, 2), and
    the gain of each year on the one before (city, year - 1), like with like. cities, years, node: by position."""
    ends, steps = score[:, [0, -1]], np.diff(score, axis=1)
    if np.isnan(result.scores[result.present]).any():
        place = {c: i for i, c in enumerate(cities.tolist())}
        for step, pair in enumerate(zip(years[:-1].tolist(), years[1:].tolist(), strict=True)):
            both = two_years(result, *pair)
            for c in both.once.keys() & place:
                steps[place[c], step] = both.after[c, node] - both.before[c, node]
        both = two_years(result, int(years[0]), int(years[-1]))
        for c in both.once.keys() & place:
            ends[place[c]] = both.before[c, node], both.after[c, node]
    return ends, steps


def unlike_problems(result: IndexResult) -> Iterator[Problem]:
    """The notice that a city's index and that of the year before use different indicators; none where years cannot be
    compared.

    One for all cities, naming those that differ most often.
    """
    if not np.isnan(result.scores[result.present]).any():
        return
    if not levels_compare(result.nodes, result.framework, result.methodology):
        return
    where = np.zeros(result.present.shape, bool)
    codes: dict[str, int] = {}
    for t in range(1, len(result.years)):
        for c, once in two_years(result, t - 1, t).once.items():
            where[c, t] = True
            for code in once:
                codes[code] = codes.get(code, 0) + 1
    if where.any():
        often = sorted(codes, key=lambda code: -codes[code])
        named = Few(map(Node, often), NAMED)
        facts = {"n": int(where.sum()), "where": city_years(result.panel, where, NAMED), "codes": named}
        yield Problem("unlike_steps", facts)
