"""Two editions of an index: how much of each change of score and rank comes from revised figures, new years and places,
indicators, weights and methods.

The new edition is reached from the old one in five steps, the index being recomputed after each; the part of a step is
what it adds to the result of the step before, so the parts add up to the change. They depend on the order of the steps,
as does every split of a change that is not linear.

1 figures: in the city-years and columns that both editions have, the figures are the new ones; 2 extent: years and
places are; 3 indicators: what is measured is, in the new tree, with its new units, directions and derivations; what
both editions have keeps its old weight beside its siblings and its old methods, and what is new among them has the
share that it has in the new edition; 4 weights: weights and weightings are the new ones; 5 methods: all of it is new.

A step that cannot be computed (for lack of a column that the old indicators need and the new workbook does not have) is
joined to the step after it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.brief import Brief
from indexcalc.errors import ChoiceError, IndexcalcError, Problem, refuse_if
from indexcalc.figures.panel import Panel
from indexcalc.origin import Origin
from indexcalc.spec.compatible import node_problems, posts_problems
from indexcalc.spec.framework import INDEX, Dimension, Framework, Indicator
from indexcalc.spec.hierarchy import Parent, build_nodes
from indexcalc.spec.methodology import Methodology, NodeMethods
from indexcalc.steps.indicators import derivation_order
from indexcalc.steps.pipeline import build_index
from indexcalc.steps.ranks import shared_ranks
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]

STEPS = ("figures", "extent", "indicators", "weights", "methods")
"""The steps from one edition to the next, in their order."""
METHODS_OF_INDICATOR = ("imputation", "transform", "treatment", "normalisation", "reference", "rounding")
METHODS_OF_NODE = tuple(field for field in NodeMethods.model_fields if field != "weighting")
WORDS = ("name", "tags", "publisher", "trust", "alternatives", "as_printed")
"""The parts of an indicator that affect no score."""
SAME = 1e-9
"""A part smaller than this, relative to the largest score, counts as none."""


@dataclass(frozen=True)
class Revision:
    """How the figures of a column changed in the city-years that both editions have: how many have a different value,
    how many are new, and how many are gone."""

    code: str
    changed: int
    filled: int
    withdrawn: int


@dataclass(frozen=True, repr=False)
class Editions(Brief):
    """The change between two editions, split. Cities and years are those that both have, in the order of the new one.

    steps: those that were computed; several in one tuple where these can only be reported together. scores, ranks: of
    the old edition and after each step, [1 + step, city, year], NaN where not both editions rank the city; ranks among
    the cities that both rank. joined: by step, why it could not be computed. revised: columns with revised figures.
    partial: whether only one edition ranks some city in the last of the years. added, removed, moved: codes of
    indicators and dimensions that only the new edition has, that only the old one had, or that are below another node.
    """

    cities: tuple[str, ...]
    years: tuple[int, ...]
    steps: tuple[tuple[str, ...], ...]
    scores: Array
    ranks: Array
    joined: Mapping[str, Problem]
    revised: tuple[Revision, ...]
    partial: bool
    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[str, ...]

    @property
    def score_parts(self) -> Array:
        """Points of each step, [step, city, year]; they add up to the change of the score."""
        return np.diff(self.scores, axis=0)

    @property
    def rank_parts(self) -> Array:
        """Places gained in each step, [step, city, year]; they add up to the places gained among the cities that both
        rank."""
        return self.ranks[:-1] - self.ranks[1:]

    def telling(self, t: int | None = None) -> list[int]:
        """Positions of the steps that change any score or rank; t: of the year at a position."""
        least = SAME * max(float(np.nanmax(np.abs(self.scores), initial=0.0)), 1.0)
        years = slice(None) if t is None else slice(t, t + 1)
        points, places = (np.abs(np.nan_to_num(of[:, :, years])) for of in (self.score_parts, self.rank_parts))
        return [k for k in range(len(self.steps)) if (points[k] > least).any() or places[k].any()]


@dataclass(frozen=True)
class _Inputs:
    """What an index is computed from."""

    panel: Panel
    framework: Framework
    methodology: Methodology

    def computed(self) -> IndexResult:
        """The index; refused (IndexcalcError) where its choices or its figures do not go together."""
        refuse_if(list(self._problems()), ChoiceError)
        return build_index(self.panel, self.framework, self.methodology)

    def _problems(self) -> Iterator[Problem]:
        """What is wrong in a mixture of two files, and the checks of neither could find."""
        nodes = build_nodes(self.framework, self.methodology)
        for node in nodes:
            if isinstance(node, Parent):
                yield from node_problems(node, nodes, self.framework, self.methodology)
                continue
            own = self.framework.all_indicators[node.code]
            chosen = own.normalisation or self.methodology.normalisation
            yield from posts_problems(node.code, chosen, own.transform, own.direction)
            yield from posts_problems(node.code, own.direction, own.transform)

    def differs(self, other: _Inputs) -> bool:
        """Whether anything differs that may enter a score."""
        one, two = self._measured(), other._measured()
        if one != two:
            return True
        columns = [code for code in derivation_order(self.framework, tuple(one[1])) if code in self.framework.columns]
        panels = self.panel, other.panel
        if any(code not in panel.codes for code in columns for panel in panels):
            return True
        figures = [panel.select(columns) for panel in panels]
        labels = [(panel.cities, panel.years) for panel in panels]
        return (
            labels[0] != labels[1]
            or not np.array_equal(panels[0].present, panels[1].present)
            or not np.array_equal(figures[0].values, figures[1].values, equal_nan=True)
        )

    def _measured(self) -> tuple[Any, dict[str, Indicator], Any, Methodology]:
        """Nodes, indicators without their words, the groups of the cities, and the methodology."""
        nodes, own = build_nodes(self.framework, self.methodology), self.framework.all_indicators
        wordless = {name: Indicator.model_fields[name].get_default(call_default_factory=True) for name in WORDS}
        indicators = {node.code: own[node.code].model_copy(update=wordless) for node in nodes if node.is_indicator}
        groups = {name: city.group for name, city in self.framework.cities.items()}
        return nodes, indicators, groups, self.methodology


def editions(old: IndexResult, new: IndexResult) -> Editions:
    """Split the changes between two editions. Cities are matched by key, nodes by code.

    A city-year that only one edition ranks has no parts. Nothing is split (NaN) where they have no city-year in common.

    >>> import indexcalc as ic
    >>> framework = ic.Framework.model_validate({"indicators": {"a": {}, "b": {}}})
    >>> method = ic.Methodology().variant(normalisation="none")
    >>> figures = np.array([[[80.0, 40.0]], [[30.0, 70.0]]])
    >>> index = lambda values, **weights: ic.build_index(
    ...     ic.Panel.from_values(("甲", "乙"), (2020,), ("a", "b"), values), framework.reweighted(weights), method
    ... )
    >>> found = editions(index(figures), index(figures + [[[0.0, 6.0]], [[0.0, 0.0]]], b=3))
    >>> [step for (step,) in found.steps], found.score_parts[:, 0, 0].tolist()
    (['figures', 'extent', 'indicators', 'weights', 'methods'], [3.0, 0.0, 0.0, -8.5, 0.0])
    """
    known = set(old.cities)
    cities = tuple(city for city in new.cities if city in known)
    years = tuple(year for year in new.years if year in old.years)
    both = ~(np.isnan(_on(old, old.rank(), cities, years)) | np.isnan(_on(new, new.rank(), cities, years)))
    chain, results, joined = _chain(old, new), [old], dict[str, Problem]()
    steps, waiting = list[tuple[str, ...]](), list[str]()
    for step, before, inputs in zip(STEPS, chain[:-1], chain[1:], strict=True):
        same = not inputs.differs(before)
        if same and waiting:
            continue
        try:
            found = new if step == STEPS[-1] else results[-1] if same else inputs.computed()
            _refuse_gaps(found, both, cities, years)
        except IndexcalcError as refused:
            waiting.append(step)
            joined[step] = refused.problems[0]
            continue
        steps.append((*waiting, step))
        results.append(found)
        waiting = []
    if waiting:  # no later step made a difference
        results.append(new)
        steps.append(tuple(waiting))
    scores = [np.where(both, _on(result, result.score(), cities, years), np.nan) for result in results]
    ranks = [_shared(result, cities, years, both) for result in results]
    added, removed, moved = _nodes_changed(old, new)
    return Editions(
        cities,
        years,
        tuple(steps),
        np.stack(scores),
        np.stack(ranks),
        joined,
        _revisions(old, new),
        bool(years) and _partial(old, new, years[-1], both),
        added,
        removed,
        moved,
    )


def _on(result: IndexResult, values: Array, cities: tuple[str, ...], years: tuple[int, ...]) -> Array:
    """Values [city, year] of a result for some cities and years."""
    return np.asarray(values[_places(result, cities, years)], float)


def _places(result: IndexResult, cities: tuple[str, ...], years: tuple[int, ...]) -> Any:
    """Where some cities and years are in a result."""
    at = {city: c for c, city in enumerate(result.cities)}
    return np.ix_([at[city] for city in cities], [result.years.index(year) for year in years])


def _shared(result: IndexResult, cities: tuple[str, ...], years: tuple[int, ...], both: NDArray[np.bool_]) -> Array:
    """Ranks [city, year] of a result among the cities of each year that both editions rank."""
    ranked = np.full(result.present.shape, np.nan)
    ranked[_places(result, cities, years)] = np.where(both, 1.0, np.nan)
    found, _ = shared_ranks(result.rank().T, ranked.T)
    return _on(result, np.asarray(found, float).T, cities, years)


def _partial(old: IndexResult, new: IndexResult, year: int, both: NDArray[np.bool_]) -> bool:
    """Whether one of two editions ranks a city in a year that the other does not."""
    ranked = [int((~np.isnan(result.rank()[:, result.years.index(year)])).sum()) for result in (old, new)]
    return max(ranked) > int(both[:, -1].sum())


def _refuse_gaps(result: IndexResult, both: NDArray[np.bool_], cities: tuple[str, ...], years: tuple[int, ...]) -> None:
    """Refuse an index that has no rank where both editions do."""
    lacking = both & np.isnan(_on(result, result.rank(), cities, years))
    if lacking.any():
        raise ChoiceError(Problem("edition_lacks", {"n": int(lacking.sum())}))


# --- what lies between two editions -----------------------------------------------------------------------------------


def _chain(old: IndexResult, new: IndexResult) -> list[_Inputs]:
    """The inputs of the old edition, after each step, and of the new edition."""
    same = _same_columns(old.framework, new.framework)
    revised = _revised(old.panel, new.panel, same)
    more = {"cities": new.framework.cities, "years": new.framework.years, "groups": new.framework.groups}
    start = _Inputs(old.panel, old.framework, old.methodology)
    figures = replace(start, panel=revised)
    extent = _Inputs(_extended(revised, new.panel, same), old.framework.model_copy(update=more), old.methodology)
    indicators = _Inputs(new.panel, _blended(old, new, weights=True), old.methodology)
    weights = _Inputs(new.panel, _blended(old, new, weights=False), _reweighted(old.methodology, new.methodology))
    return [start, figures, extent, indicators, weights, _Inputs(new.panel, new.framework, new.methodology)]


def _same_columns(old: Framework, new: Framework) -> list[str]:
    """Columns of the workbook that both editions have in one unit."""
    return [code for code, own in old.columns.items() if code in new.columns and new.columns[code].unit == own.unit]


def _revised(old: Panel, new: Panel, columns: Collection[str]) -> Panel:
    """The old panel with the new figures in the city-years and columns that both have."""
    here, there, rows = _common(old, new, columns)
    values, origin = old.values.copy(), old.origin.copy()
    for mine, theirs in ((values, new.values), (origin, new.origin)):
        mine[here] = np.where(rows[:, :, None], theirs[there], mine[here])
    return old.with_values(values, origin)


def _common(old: Panel, new: Panel, columns: Collection[str]) -> tuple[Any, Any, NDArray[np.bool_]]:
    """Where the cities, years and columns that two panels share are in each; and which of these city-years [city, year]
    have a row in both."""
    known = set(new.cities)
    cities, years = [c for c in old.cities if c in known], [y for y in old.years if y in new.years]
    codes = [code for code in columns if code in old.codes and code in new.codes]
    places = [{city: c for c, city in enumerate(panel.cities)} for panel in (old, new)]
    at = [
        [[of[city] for city in cities], [panel.years.index(year) for year in years]]
        for of, panel in zip(places, (old, new), strict=True)
    ]
    whole = [np.ix_(*rows, [panel.codes.index(x) for x in codes]) for panel, rows in zip((old, new), at, strict=True)]
    present = [panel.present[np.ix_(*rows)] for panel, rows in zip((old, new), at, strict=True)]
    return whole[0], whole[1], present[0] & present[1]


def _extended(old: Panel, new: Panel, columns: Collection[str]) -> Panel:
    """The old columns over the cities and years of the new panel: the new figures where it has them, else the old."""
    shape = (*new.present.shape, len(old.codes))
    values, origin = np.full(shape, np.nan), np.full(shape, np.uint8(Origin.MISSING))
    grown = Panel(new.cities, new.years, old.codes, values, origin, new.present.copy(), file=old.file)
    here, there, rows = _common(grown, old, old.codes)
    values, origin = values.copy(), origin.copy()
    values[here] = np.where(rows[:, :, None], old.values[there], np.nan)
    origin[here] = np.where(rows[:, :, None], old.origin[there], np.uint8(Origin.MISSING))
    shared = [code for code in columns if code in old.codes and code in new.codes]
    mine, theirs = [old.codes.index(code) for code in shared], [new.codes.index(code) for code in shared]
    values[:, :, mine], origin[:, :, mine] = new.values[:, :, theirs], new.origin[:, :, theirs]
    return grown.with_values(values, origin)


def _blended(old: IndexResult, new: IndexResult, *, weights: bool) -> Framework:
    """The new framework with the old methods, and with the old weights too if `weights`."""
    above, nodes = _parents(old), {code: node for _, code, node in old.framework.walk()}
    active = _parents(new)

    def own(code: str, node: Any) -> dict[str, Any]:
        """What a node takes over from the node of the same code in the old edition."""
        before = old.framework if code == INDEX else nodes.get(code)
        if before is None or isinstance(before, Indicator) != isinstance(node, Indicator):
            return {}
        if isinstance(node, Indicator) and isinstance(before, Indicator):
            same = before.unit == node.unit and before.direction == node.direction
            return {field: getattr(before, field) for field in METHODS_OF_INDICATOR} if same else {}
        return {field: getattr(before, field) for field in (*METHODS_OF_NODE, *(("weighting",) if weights else ()))}

    def weighed(code: str, children: Mapping[str, Any]) -> dict[str, float]:
        """The weights of a node's children: for those that it had before, the old ones."""
        written = {child: node.weight for child, node in children.items()}
        kept = [child for child in written if active.get(child) == code and above.get(child) == code]
        if not weights or not kept:
            return written
        scale = sum(nodes[child].weight for child in kept) / sum(written[child] for child in kept)
        return {child: nodes[child].weight if child in kept else scale * written[child] for child in written}

    dimensions = {code: node for _, code, node in new.framework.walk() if isinstance(node, Dimension)}
    changes = {
        child: {"weight": weight, **own(child, node.children[child])}
        for code, node in {INDEX: new.framework.root, **dimensions}.items()
        for child, weight in weighed(code, node.children).items()
    }
    return new.framework.changed(changes).model_copy(update=own(INDEX, new.framework))


def _reweighted(old: Methodology, new: Methodology) -> Methodology:
    """The old methodology with the weightings of the new one."""
    silent = NodeMethods()
    levels = {
        level: old.levels.get(level, silent).model_copy(update={"weighting": new.levels.get(level, silent).weighting})
        for level in sorted({*old.levels, *new.levels})
    }
    levels = {level: methods for level, methods in levels.items() if methods != silent}
    return old.model_copy(update={"weighting": new.weighting, "levels": levels})


# --- what changed, in lists -------------------------------------------------------------------------------------------


def _parents(result: IndexResult) -> dict[str, str]:
    """The code of the node above each node that is in the index."""
    nodes = build_nodes(result.framework, result.methodology)
    return {node.code: nodes[node.parent].code for node in nodes if node.parent >= 0}


def _nodes_changed(old: IndexResult, new: IndexResult) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Nodes that only the new edition has, that only the old one had, and that are below another node."""
    before, now = _parents(old), _parents(new)
    return (
        tuple(code for code in now if code not in before),
        tuple(code for code in before if code not in now),
        tuple(code for code in now if code in before and now[code] != before[code]),
    )


def _revisions(old: IndexResult, new: IndexResult) -> tuple[Revision, ...]:
    """The columns from which the old index is computed and in which figures were revised."""
    indicators = tuple(node.code for node in build_nodes(old.framework, old.methodology) if node.is_indicator)
    used = derivation_order(old.framework, indicators)
    columns = [
        code
        for code in _same_columns(old.framework, new.framework)
        if code in used and code in old.panel.codes and code in new.panel.codes
    ]
    here, there, rows = _common(old.panel, new.panel, columns)
    before, now = old.panel.values[here], new.panel.values[there]
    was, stands, rows = ~np.isnan(before), ~np.isnan(now), rows[:, :, None]
    counts = [rows & was & stands & (before != now), rows & ~was & stands, rows & was & ~stands]
    found = [Revision(code, *(int(count[:, :, k].sum()) for count in counts)) for k, code in enumerate(columns)]
    return tuple(one for one in found if one.changed or one.filled or one.withdrawn)
