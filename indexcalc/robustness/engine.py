"""From draws to scores: what draws have in common is computed once, the rest is products of matrices.

Draws that take the same options of every discrete factor form a group: one set of normalised values, one way to combine
them, and a matrix of weights. Scores stand as [year, city, draw].
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import levels_compare
from indexcalc.combine import combine
from indexcalc.errors import ChoiceError, IndexcalcError, Problem
from indexcalc.hierarchy import Node, build_nodes
from indexcalc.methodology import plain
from indexcalc.robustness.aggregate import Removed, Tree
from indexcalc.robustness.design import Design, Draw, Integers, Sample, given_weights, yaml_text
from indexcalc.robustness.views import LEFT, Forbidden, View, Views
from indexcalc.robustness.weights import draw_weights, emptied

Array = NDArray[np.float64]
Key = tuple[int, ...]

SCALE = ("reference", "normalisation", "aggregation")
"""Factors that decide the scale of scores."""
COMBINE = ("aggregation", "missing", "weighting")
"""Factors that decide the nodes."""
STATIC = ("given", "equal")
"""Weightings that look at no figure."""


@dataclass(frozen=True)
class Run:
    """Draws start to stop of a Scored, whose scores are on one scale, and whether levels compare over the years."""

    start: int
    stop: int
    scale: str
    comparable: bool


@dataclass(frozen=True)
class Scored:
    """Scores of the index [year, city, draw] of some draws, grouped. order: the draw of the sample that stands at each
    place; removed: draws that the figures forbid, and why: their scores are missing."""

    scores: Array
    order: Integers
    runs: tuple[Run, ...]
    removed: tuple[Removed, ...]

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Draws that are not removed, in the order of the scores."""
        found = np.ones(self.scores.shape[2], bool)
        for one in self.removed:
            found &= ~one.draws
        return found


class Engine:
    """Computes the scores of draws of a design. `prepare` makes what samples will need, and may be called again."""

    def __init__(self, design: Design):
        self.design = design
        self.views = Views(design)
        self.position = {factor.code: i for i, factor in enumerate(design.discrete)}
        self._trees: dict[Key, tuple[Node, ...]] = {}
        self._comparable: dict[Key, bool] = {}

    def prepare(self, samples: Iterable[Sample]) -> None:
        """Compute once what the draws of samples have in common."""
        self.views.prepare(samples)

    # --- one draw -----------------------------------------------------------------------------------------------------

    def single(self, row: Integers, uniforms: Array) -> Draw:
        """One draw as the ordinary pipeline wants it. Weights are given as numbers where they are drawn."""
        self.prepare([Sample(row[None], uniforms[None])])
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
        return Draw(panel, framework, methodology, options)

    def _single_weights(self, row: Integers, uniforms: Array) -> Array:
        view = self.views.of(row)
        if isinstance(view, Forbidden):
            raise ChoiceError(view.problems)
        weights = _Weights(self.design, uniforms[None], self._out(row[None]))
        return _Group(self, row, weights, slice(0, 1)).weights(view)[1][:, 0]

    # --- scores -------------------------------------------------------------------------------------------------------

    def score(self, sample: Sample) -> Scored:
        """The scores of a sample, grouped by options; its views must be prepared."""
        order, groups = self._groups(sample.choices)
        panel, n_draw = self.design.panel, len(sample.choices)
        scores = np.empty((len(panel.years), len(panel.cities), n_draw))
        if len(groups) == 1:  # in the order they come: no copy
            order, ordered = np.arange(n_draw), sample
        else:
            ordered = Sample(sample.choices[order], sample.uniforms[order])
        choices = ordered.choices
        out = self._out(choices)
        nothing = np.zeros(n_draw, bool) if out is None else emptied(self.design.nodes, out)[0]
        if out is not None:
            out[:, nothing] = False
        weights = _Weights(self.design, ordered.uniforms, out)
        runs: list[Run] = []
        removed: list[Removed] = []
        for start, stop in groups:
            here = slice(start, stop)
            row = choices[start]
            group = _Group(self, row, weights, here)
            if nothing[here].all():
                scores[:, :, here] = np.nan
            elif stop - start == n_draw:
                scores = group.scores()
            else:
                scores[:, :, here] = group.scores()
            for one in group.removed:
                draws = np.zeros(n_draw, bool)
                draws[here] = one.draws
                removed.append(Removed(draws, one.problem, group.told))
            runs.append(Run(start, stop, group.scale, self.comparable(row)))
        if nothing.any():
            scores[:, :, nothing] = np.nan
            removed.append(Removed(nothing, Problem("nothing_left"), LEFT))
        return Scored(scores, order, tuple(_joined(runs)), tuple(removed))

    def _groups(self, choices: Integers) -> tuple[Integers, list[tuple[int, int]]]:
        """Draws sorted by their options, those on one scale together, and the start and stop of each group."""
        by_weight = self._is_static(choices) and not self.design.methodology.screening  # so are nodes left out
        apart = [code for code in self.position if code not in LEFT or not by_weight]
        at = [self.position[code] for code in sorted(apart, key=lambda code: code not in SCALE)]
        order = np.lexsort(choices[:, at[::-1]].T) if at else np.arange(len(choices))
        ordered = choices[order][:, at]
        ends = np.flatnonzero((ordered[1:] != ordered[:-1]).any(axis=1)) + 1
        bounds = [0, *ends.tolist(), len(choices)]
        return order, [(a, b) for a, b in pairwise(bounds) if b > a]

    def _is_static(self, choices: Integers) -> bool:
        """Whether no weighting that any draw takes looks at figures: then a child is left out by its weight alone."""
        at = self.position.get("weighting")
        if not len(choices):
            return True
        rows = {0} if at is None else {int(np.flatnonzero(choices[:, at] == i)[0]) for i in np.unique(choices[:, at])}
        return all(is_static(self.tree(choices[i])) for i in rows)

    def tree(self, row: Integers) -> tuple[Node, ...]:
        """The nodes under a row of choices, nothing left out."""
        key = tuple(int(row[self.position[code]]) for code in COMBINE if code in self.position)
        if key not in self._trees:
            self._trees[key] = build_nodes(self.design.framework, self.design.methods(row))
        return self._trees[key]

    def comparable(self, row: Integers) -> bool:
        """Whether levels compare over the years: no indicator is normalised year by year."""
        key = tuple(int(row[self.position[code]]) for code in ("reference", "normalisation") if code in self.position)
        if key not in self._comparable:
            codes = [node.code for node in self.design.nodes if node.is_indicator]
            self._comparable[key] = levels_compare(codes, self.design.framework, self.design.methods(row))
        return self._comparable[key]

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


def is_static(nodes: tuple[Node, ...]) -> bool:
    """Whether no node's weighting looks at figures."""
    return all(node.weighting is None or node.weighting.name in STATIC for node in nodes)


@dataclass(frozen=True)
class _Weights:
    """What the weights of a sample, in the order of its groups, are made of; those that several groups share are made
    once. out: nodes that each draw leaves out (n_node, n_draw)."""

    design: Design
    uniforms: Array
    out: NDArray[np.bool_] | None
    made: dict[str, Array] = field(default_factory=dict)

    def static(self, nodes: tuple[Node, ...], here: slice) -> Array:
        """Weights of some draws where no weighting looks at figures, (n_node, n_draw)."""
        key = ", ".join(str(node.weighting) for node in nodes)
        if key not in self.made:
            options = self.design.options.weights
            self.made[key] = draw_weights(options, nodes, static_weights(nodes), self.uniforms, self.out)
        return self.made[key][:, here]

    def around(self, nodes: tuple[Node, ...], nominal: Array, gone: frozenset[str], here: slice) -> Array:
        """Weights of some draws around nominal ones (n_node,), without the nodes that are gone."""
        out = None if self.out is None else self.out[:, here]
        if gone:
            too = np.array([node.code in gone for node in nodes])[:, None]
            out = np.repeat(too, here.stop - here.start, axis=1) if out is None else out | too
        return draw_weights(self.design.options.weights, nodes, nominal, self.uniforms[here], out)


class _Group:
    """Draws that take the same options of every discrete factor (but, where weights alone do it, of leaving out)."""

    def __init__(self, engine: Engine, row: Integers, weights: _Weights, here: slice):
        self.engine, self.row, self.drawn, self.here = engine, row, weights, here
        self.design = engine.design
        self.methodology = self.design.methods(row)
        self.removed: list[Removed] = []
        self.view = engine.views.of(row)

    @property
    def told(self) -> tuple[str, ...]:
        """The options of the group that are not those of the methodology, in the words of the YAML."""
        found = []
        for factor, i in zip(self.design.discrete, self.row, strict=True):
            if factor.code == "noise":
                found.append("noise")
            elif factor.values[i] is not None and factor.values[i] != getattr(
                self.design.methodology, factor.code, None
            ):
                found.append(f"{factor.code}: {factor.labels[i]}")
        return tuple(found)

    @property
    def scale(self) -> str:
        """What scores must have in common to be put together: normalisation, reference, and the aggregation of the
        index where it makes a scale of its own."""
        told = yaml_text(self.methodology.normalisation.plain)
        told += f", reference: {yaml_text(plain(self.methodology.reference))}"
        root = self.engine.tree(self.row)[0].aggregation
        assert root is not None
        return told + (f", aggregation: {root.name}" if root.trait("whole_sample") else "")

    def scores(self) -> Array:
        """Scores of the index [year, city, draw]."""
        panel, n_draw = self.design.panel, self.here.stop - self.here.start
        if isinstance(self.view, Forbidden):
            return self._forbidden(self.view.problems)
        try:
            nodes, weights, fixed = self.weights(self.view)
        except IndexcalcError as error:
            return self._forbidden(error.problems)
        if fixed is not None:
            return np.repeat(fixed.T[:, :, None], n_draw, axis=2)
        rows = self.view.rows
        tree = Tree(nodes, self.view, weights, self.methodology)
        found = tree.score()
        self.removed += tree.removed
        for one in self.removed:
            found[:, one.draws] = np.nan
        if rows is not None:
            whole = np.full((panel.present.size, n_draw), np.nan)
            whole[rows] = found
            found = whole
        return found.reshape(len(panel.years), len(panel.cities), n_draw)

    def _forbidden(self, problems: tuple[Problem, ...]) -> Array:
        """No scores, for all draws of the group."""
        panel, n_draw = self.design.panel, self.here.stop - self.here.start
        self.removed += [Removed(np.ones(n_draw, bool), problem) for problem in problems]
        return np.full((len(panel.years), len(panel.cities), n_draw), np.nan)

    def weights(self, view: View) -> tuple[tuple[Node, ...], Array, Array | None]:
        """The nodes, and their weights within their parents (n_node, n_draw); or, where these differ between
        city-years and so are never drawn, the scores [city, year] themselves."""
        full = self.engine.tree(self.row)
        if is_static(full) and not view.gone:
            return full, self.drawn.static(full, self.here), None
        if is_static(full):
            return full, self.drawn.around(full, static_weights(full), view.gone, self.here), None
        gone = view.gone | frozenset(self.design.left_out(self.row))
        nodes = build_nodes(self.design.framework.without(gone), self.methodology)
        combined = combine(view.bases, nodes, self.design.framework, self.methodology)
        if combined.by_observation:
            return nodes, combined.weights, combined.scores[:, :, 0]
        nominal = np.zeros(len(full))
        at = {node.code: position for position, node in enumerate(full)}
        nominal[[at[node.code] for node in nodes]] = combined.weights
        return full, self.drawn.around(full, nominal, view.gone, self.here), None


def static_weights(nodes: tuple[Node, ...]) -> Array:
    """Weights within each parent that follow from what is written alone, (n_node,)."""
    found = np.ones(len(nodes))
    for node in nodes:
        children = list(node.children)
        if children:
            assert node.weighting is not None
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
