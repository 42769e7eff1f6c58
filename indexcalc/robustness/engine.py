"""From draws to scores: what draws have in common is computed once, the rest is products of matrices.

Draws that take the same options of every discrete factor form a group: one set of normalised values, one way to combine
them, and a matrix of weights. Scores are [year, city, draw].
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexcalc.errors import ChoiceError, Problem
from indexcalc.figures.panel import Panel
from indexcalc.robustness.aggregate import MEANS, Removed
from indexcalc.robustness.design import Design, Draw, Integers, Sample, given_weights, yaml_text
from indexcalc.robustness.group import Group, Recipe, Weights, score_groups
from indexcalc.robustness.views import LEFT, Forbidden, Views
from indexcalc.robustness.weights import emptied
from indexcalc.spec.hierarchy import Node, build_nodes, parents
from indexcalc.spec.methodology import Methodology, plain
from indexcalc.spec.uncertainty import CROSSED
from indexcalc.steps.comparable import Pair, SharedRows, levels_compare

Array = NDArray[np.float64]
Key = tuple[int, ...]

SCALE = ("reference", "normalisation", "lower", "aggregation")
"""Factors that decide the scale of scores."""
FIGURES = ("reference", "imputation", "impute", "treatment")
"""Factors that change figures and no node."""
STATIC = ("given", "equal")
"""Weightings that use no figures."""


@dataclass(frozen=True)
class Run:
    """Draws start to stop of a Scored, whose scores are on one scale, and whether its years can be compared."""

    start: int
    stop: int
    scale: str
    comparable: bool


@dataclass(frozen=True)
class Ends:
    """Cities (n,) and their scores [city, draw] of two years over the indicators that both years have."""

    cities: Integers
    before: Array
    after: Array

    def of(self, draws: NDArray[np.bool_] | slice) -> Ends:
        """Those of some draws."""
        return Ends(self.cities, self.before[:, draws], self.after[:, draws])


@dataclass(frozen=True)
class Scored:
    """Scores of the index [year, city, draw] of some draws, grouped. order: the draw of the sample at each place;
    removed: draws that the figures forbid, and why: their scores are missing. alike: for two years, the cities whose
    scores use different indicators in the two in some draw, and their scores like with like."""

    scores: Array
    order: Integers
    runs: tuple[Run, ...]
    removed: tuple[Removed, ...]
    alike: Mapping[Pair, Ends] = field(default_factory=dict)

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Draws that are not removed, in the order of the scores."""
        found = np.ones(self.scores.shape[2], bool)
        for one in self.removed:
            found &= ~one.draws
        return found


class Engine:
    """Computes the scores of draws of a design. `prepare` makes in advance what samples will need."""

    def __init__(self, design: Design, views: Views | None = None):
        self.design = design
        self.views = Views(design) if views is None else views
        self.position = {factor.code: i for i, factor in enumerate(design.discrete)}
        self._steps = [self.position[step] for step in CROSSED if step in self.position]
        self._of_nodes = [self.position[step] for step in CROSSED if step in self.position and step not in FIGURES]
        self._recipes: dict[Key, Recipe] = {}
        self._nodes: dict[Key, tuple[Node, ...]] = {}
        self._trees: list[tuple[Node, ...]] = []

    def prepare(self, samples: Iterable[Sample]) -> None:
        """Compute once what the draws of samples have in common."""
        self.views.prepare(row for sample in samples for row in self._sorted(sample.choices)[1])

    def recipe(self, row: Integers) -> Recipe:
        """The steps under a row of choices."""
        key = tuple(row[self._steps].tolist())
        if key not in self._recipes:
            methodology = self.design.methods(row)
            self._recipes[key] = self._recipe(methodology, self._nodes_of(row, methodology))
        return self._recipes[key]

    def _nodes_of(self, row: Integers, methodology: Methodology) -> tuple[Node, ...]:
        """The nodes under a row of choices, made once for all that only differ before normalisation."""
        key = tuple(row[self._of_nodes].tolist())
        if key not in self._nodes:
            self._nodes[key] = build_nodes(self.design.framework, methodology)
        return self._nodes[key]

    def _recipe(self, methodology: Methodology, nodes: tuple[Node, ...]) -> Recipe:
        root = parents(nodes)[0].aggregation
        static = static_weights(nodes) if is_static(nodes) else None
        scale = f"{yaml_text(methodology.normalisation.plain)}, reference: {yaml_text(plain(methodology.reference))}"
        return Recipe(
            methodology,
            nodes,
            self._tree(nodes) if static is not None else None,
            static,
            scale + (f", aggregation: {root.name}" if root.trait("whole_sample") else ""),
            levels_compare(nodes, self.design.framework, methodology),
        )

    def _tree(self, nodes: tuple[Node, ...]) -> int | None:
        """The number of a tree of means, the same for equal ones; None if some node is no mean."""
        if not all(node.aggregation.name in MEANS for node in parents(nodes).values()):
            return None
        if nodes not in self._trees:
            self._trees.append(nodes)
        return self._trees.index(nodes)

    # --- one draw -----------------------------------------------------------------------------------------------------

    def single(self, row: Integers, uniforms: Array, key: np.uint64 | None = None) -> Draw:
        """One draw as the ordinary pipeline takes it. Weights are given as numbers where they are drawn."""
        self.prepare([Sample(row[None], uniforms[None])])
        nodes_out = self._out(row[None])
        if nodes_out is not None and emptied(self.design.nodes, nodes_out)[0, 0]:
            raise ChoiceError(Problem("nothing_left"))
        panel, framework = self.design.measured(row)
        out = self.design.city_out(row)
        panel = panel.without_cities(out) if out.any() else panel
        methodology = self.design.methods(row)
        if self.design.options.weights is None:
            framework = framework.without(self.design.left_out(row))
        else:
            weights = self._single_weights(row, uniforms)
            framework, methodology = given_weights(framework, methodology, self.design.nodes, weights)
        options = {factor.code: factor.labels[i] for factor, i in zip(self.design.discrete, row, strict=True)}
        return Draw(panel, framework, methodology, options, self._errors(row, key))

    def _errors(self, row: Integers, key: np.uint64 | None) -> Panel | None:
        """What is added to the normalised values of a draw."""
        view = self.views.of(row)
        if key is None or isinstance(view, Forbidden):
            return None
        errors = np.zeros(view.normalised.values.shape)
        if view.varied is not None:
            at = view.varied
            errors[at.c, at.t, at.k] = at.drawn(np.array([key], np.uint64))[:, 0] - at.z
        return view.normalised.with_values(errors)

    def _single_weights(self, row: Integers, uniforms: Array) -> Array:
        view = self.views.of(row)
        if isinstance(view, Forbidden):
            raise ChoiceError(view.problems)
        weights = Weights(self.design, uniforms[None], self._out(row[None]))
        return Group(self.design, self.recipe(row), view, row, weights, slice(0, 1)).weighted[1][:, 0]

    # --- scores -------------------------------------------------------------------------------------------------------

    def score(self, sample: Sample, pairs: Collection[Pair] = ()) -> Scored:
        """The scores of a sample, grouped by options. pairs: years between which changes of levels are asked for."""
        order, rows, starts = self._grouped(sample.choices)
        panel, n_draw = self.design.panel, len(order)
        if len(rows) > 1:  # else in the order they come: no copy
            sample = sample.at(order)
        out = self._out(sample.choices)
        nothing = np.zeros(n_draw, bool) if out is None else emptied(self.design.nodes, out)[0]
        if out is not None:
            out[:, nothing] = False
        weights = Weights(self.design, sample.uniforms, out)
        scores = np.empty((panel.present.size, n_draw))
        runs: list[Run] = []
        removed: list[Removed] = []
        groups: list[Group] = []
        for row, (start, stop) in zip(rows, pairwise([*starts, n_draw]), strict=True):
            recipe = self.recipe(row)
            runs.append(Run(start, stop, recipe.scale, recipe.comparable))
            if not nothing[start:stop].all():
                keys = None if sample.keys is None else sample.keys[start:stop]
                groups.append(Group(self.design, recipe, self.views.of(row), row, weights, slice(start, stop), keys))
        shared = list(score_groups(groups, tuple(pairs), scores))
        for group in groups:
            for one in group.removed:
                draws = np.zeros(n_draw, bool)
                draws[group.here] = one.draws & ~nothing[group.here]
                removed.append(Removed(draws, one.problem, group.told))
        if nothing.any():
            scores[:, nothing] = np.nan
            removed.append(Removed(nothing, Problem("nothing_left"), LEFT))
        by_year = scores.reshape(len(panel.years), len(panel.cities), n_draw)
        return Scored(by_year, order, tuple(_joined(runs)), tuple(removed), _alike(by_year, shared))

    def _grouped(self, choices: Integers) -> tuple[Integers, Integers, list[int]]:
        """Draws sorted by their options, those on one scale together; the choices of each group and where it starts.

        Draws that leave out different things are in one group where their weights alone can do it.
        """
        order, rows, starts = self._sorted(choices)
        self.views.prepare(rows)
        if any(code in self.position for code in LEFT) and any(self.views.forbids(row) for row in rows):
            return self._sorted(choices, apart=True)
        return order, rows, starts

    def _sorted(self, choices: Integers, *, apart: bool = False) -> tuple[Integers, Integers, list[int]]:
        """As `_grouped`; apart: also draws that only leave out different things, as they must where figures decide."""
        apart = apart or bool(self.design.methodology.screening) or not self._is_static(choices)
        codes = [code for code in self.position if apart or code not in LEFT]
        at = [self.position[code] for code in sorted(codes, key=lambda code: code not in SCALE)]
        order = np.lexsort(choices[:, at[::-1]].T) if at else np.arange(len(choices))
        ordered = choices[order[:, None], at]
        starts = np.flatnonzero(np.r_[True, (ordered[1:] != ordered[:-1]).any(axis=1)])[: len(choices)]
        return order, choices[order[starts]], starts.tolist()

    def _is_static(self, choices: Integers) -> bool:
        """Whether no weighting that any draw takes uses figures: then a child is left out by its weight alone."""
        at = self.position.get("weighting")
        if not len(choices):
            return True
        rows = {0} if at is None else {int(np.flatnonzero(choices[:, at] == i)[0]) for i in np.unique(choices[:, at])}
        return all(self.recipe(choices[i]).static is not None for i in rows)

    def _out(self, choices: Integers) -> NDArray[np.bool_] | None:
        """Nodes that each draw leaves out (n_node, n_draw); None if none ever does."""
        left = [code for code in LEFT if code in self.position]
        if not left:
            return None
        at = {node.code: position for position, node in enumerate(self.design.nodes)}
        out = np.zeros((len(self.design.nodes), len(choices)), bool)
        for code in left:
            factor = self.design.discrete[self.position[code]]
            for i, value in enumerate(factor.values):
                if value is not None:
                    out[at[value], choices[:, self.position[code]] == i] = True
        return out


def _alike(scores: Array, shared: list[tuple[slice, SharedRows, Array]]) -> dict[Pair, Ends]:
    """Two years of the cities whose indicators differ in some group: in that group like with like, else as scored."""
    wanted: dict[Pair, list[Integers]] = {}
    for _, rows, _ in shared:
        for pair, (cities, _, _) in rows.ends.items():
            wanted.setdefault(pair, []).append(cities)
    found: dict[Pair, Ends] = {}
    for pair, several in wanted.items():
        cities = np.unique(np.concatenate(several))
        found[pair] = Ends(cities, *(scores[t][cities] for t in pair))
    for here, rows, values in shared:
        for pair, (cities, before, after) in rows.ends.items():
            at = np.searchsorted(found[pair].cities, cities)
            found[pair].before[at, here] = values[before]
            found[pair].after[at, here] = values[after]
    return found


def is_static(nodes: tuple[Node, ...]) -> bool:
    """Whether no node's weighting uses figures."""
    return all(node.weighting.name in STATIC for node in parents(nodes).values())


def static_weights(nodes: tuple[Node, ...]) -> Array:
    """Weights within each parent that follow from the YAML alone, (n_node,)."""
    found = np.ones(len(nodes))
    for node in parents(nodes).values():
        children = list(node.children)
        written = np.array([nodes[child].weight for child in children])
        found[children] = node.weighting.method.kernel(np.ones((1, len(children))), written)
    return found


def _joined(runs: list[Run]) -> list[Run]:
    """Neighbouring runs on one scale as one."""
    found: list[Run] = []
    for run in runs:
        if found and (run.scale, run.comparable) == (found[-1].scale, found[-1].comparable):
            found[-1] = replace(found[-1], stop=run.stop)
        else:
            found.append(run)
    return found
