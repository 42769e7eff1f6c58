"""From draws to scores: what draws have in common is computed once, the rest is products of matrices.

Draws that take the same options of every discrete factor form a group: one set of normalised values, one way to combine
them, and a matrix of weights. Scores are [year, city, draw].
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexcalc.errors import ChoiceError, IndexcalcError, Problem
from indexcalc.figures.panel import Panel
from indexcalc.robustness.aggregate import Cells, Removed, Tree
from indexcalc.robustness.design import Design, Draw, Integers, Sample, given_weights, yaml_text
from indexcalc.robustness.views import LEFT, Forbidden, View, Views
from indexcalc.robustness.weights import draw_weights, emptied
from indexcalc.spec.hierarchy import Node, build_nodes
from indexcalc.spec.methodology import Methodology, plain
from indexcalc.spec.uncertainty import CROSSED
from indexcalc.steps.checks import unscored_problem, unscored_problems
from indexcalc.steps.combine import Combined, combine, recombined
from indexcalc.steps.comparable import Pair, SharedRows, levels_compare

Array = NDArray[np.float64]
Key = tuple[int, ...]

SCALE = ("reference", "normalisation", "lower", "aggregation")
"""Factors that decide the scale of scores."""
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


@dataclass(frozen=True)
class Recipe:
    """What the options of the steps give: the methodology, its nodes (nothing left out), the weights of these within
    each parent where no weighting uses figures (n_node,), the scale of scores, whether years can be compared.
    """

    methodology: Methodology
    nodes: tuple[Node, ...]
    static: Array | None
    scale: str
    comparable: bool


class Engine:
    """Computes the scores of draws of a design. `prepare` makes in advance what samples will need."""

    def __init__(self, design: Design, views: Views | None = None):
        self.design = design
        self.views = Views(design) if views is None else views
        self.position = {factor.code: i for i, factor in enumerate(design.discrete)}
        self._steps = [self.position[step] for step in CROSSED if step in self.position]
        self._recipes: dict[Key, Recipe] = {}

    def prepare(self, samples: Iterable[Sample]) -> None:
        """Compute once what the draws of samples have in common."""
        self.views.prepare(row for sample in samples for row in self._sorted(sample.choices)[1])

    def recipe(self, row: Integers) -> Recipe:
        """The steps under a row of choices."""
        key = tuple(row[self._steps].tolist())
        if key not in self._recipes:
            self._recipes[key] = self._recipe(self.design.methods(row))
        return self._recipes[key]

    def _recipe(self, methodology: Methodology) -> Recipe:
        nodes = build_nodes(self.design.framework, methodology)
        root = nodes[0].aggregation
        assert root is not None
        scale = f"{yaml_text(methodology.normalisation.plain)}, reference: {yaml_text(plain(methodology.reference))}"
        return Recipe(
            methodology,
            nodes,
            static_weights(nodes) if is_static(nodes) else None,
            scale + (f", aggregation: {root.name}" if root.trait("whole_sample") else ""),
            levels_compare(nodes, self.design.framework, methodology),
        )

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
        weights = _Weights(self.design, uniforms[None], self._out(row[None]))
        return _Group(self, row, weights, slice(0, 1)).weights(view)[1][:, 0]

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
        weights = _Weights(self.design, sample.uniforms, out)
        scores = np.empty((panel.present.size, n_draw))
        runs: list[Run] = []
        removed: list[Removed] = []
        shared: list[tuple[slice, SharedRows, Array]] = []
        for row, (start, stop) in zip(rows, pairwise([*starts, n_draw]), strict=True):
            recipe = self.recipe(row)
            runs.append(Run(start, stop, recipe.scale, recipe.comparable))
            if nothing[start:stop].all():
                continue
            keys = None if sample.keys is None else sample.keys[start:stop]
            group = _Group(self, row, weights, slice(start, stop), keys)
            group.score(scores[:, start:stop])
            if pairs and recipe.comparable:
                shared += group.shared(pairs, scores[:, start:stop])
            for one in group.removed:
                draws = np.zeros(n_draw, bool)
                draws[start:stop] = one.draws & ~nothing[start:stop]
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
    return all(node.weighting is None or node.weighting.name in STATIC for node in nodes)


@dataclass(frozen=True)
class _Weights:
    """The weights of a sample, in the order of its groups; those that several groups share are made once. out: nodes
    that each draw leaves out (n_node, n_draw)."""

    design: Design
    uniforms: Array
    out: NDArray[np.bool_] | None
    made: dict[bytes, Array] = field(default_factory=dict)

    def static(self, nodes: tuple[Node, ...], nominal: Array, here: slice) -> Array:
        """Weights of some draws around nominal ones (n_node,) that many groups share, (n_node, n_draw)."""
        key = nominal.tobytes()
        if key not in self.made:
            self.made[key] = draw_weights(self.design.options.weights, nodes, nominal, self.uniforms, self.out)
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

    def __init__(
        self,
        engine: Engine,
        row: Integers,
        weights: _Weights,
        here: slice,
        keys: NDArray[np.uint64] | None = None,
    ):
        self.design, self.row, self.drawn, self.here = engine.design, row, weights, here
        self.recipe, self.view = engine.recipe(row), engine.views.of(row)
        self.removed: list[Removed] = []
        self.made: tuple[tuple[Node, ...], Array, Combined | None] | None = None
        varied = self.view.varied if isinstance(self.view, View) else None
        self.varied = None if varied is None or keys is None else (varied, varied.drawn(keys))

    @property
    def told(self) -> tuple[str, ...]:
        """The options of the group that are not those of the methodology, as in the YAML."""
        found = []
        for factor, i in zip(self.design.discrete, self.row, strict=True):
            if factor.code == "noise":
                found.append("noise")
            elif factor.values[i] is not None and factor.values[i] != self.design.nominal(factor.code):
                found.append(f"{factor.code}: {factor.labels[i]}")
        return tuple(found)

    def score(self, into: Array) -> None:
        """Scores of the index, written into an array (city-year on an axis (year, city), draw)."""
        if isinstance(self.view, Forbidden):
            self._forbidden(self.view.problems, into)
            return
        try:
            nodes, weights, fixed = self.weights(self.view)
        except IndexcalcError as error:
            self._forbidden(error.problems, into)
            return
        self.made = nodes, weights, fixed
        if fixed is not None:
            into[:] = fixed.scores[:, :, 0].T.reshape(-1, 1)
            self._forbidden(tuple(unscored_problems(nodes, fixed.scores))[:1], into)
            return
        rows = self.view.rows
        about = self.design.framework, self.recipe.methodology
        tree = Tree(nodes, self.view, weights, *about, cells=self._cells())
        if rows is None:
            tree.score(into)
        else:
            into[:] = np.nan
            into[rows] = tree.score()
        self.removed += tree.removed
        for one in self.removed:
            into[:, one.draws] = np.nan
        if tree.may_be_missing:
            unscored = np.asarray(np.isnan(into).all(axis=0))
            for one in self.removed:
                unscored &= ~one.draws
            if unscored.any():
                self.removed.append(Removed(unscored, unscored_problem(nodes[0])))

    def shared(self, pairs: Collection[Pair], scores: Array) -> Iterator[tuple[slice, SharedRows, Array]]:
        """The indicators over which two years of a city are judged where they do not have the same ones, and the scores
        (n_row, n_draw) over these; missing where the scores of a node depend on the whole sample. scores: as scored, on
        an axis (year, city)."""
        if isinstance(self.view, Forbidden) or self.made is None:
            return
        rows = self.view.shared(tuple(pairs))
        if rows is None or not rows.ends:
            return
        nodes, weights, fixed = self.made
        whole = any(node.aggregation is not None and node.aggregation.trait("whole_sample") for node in nodes)
        values = self.view.stages["normalised"].values[:, :, list(self.view.at)][rows.cities, rows.years]
        z = np.where(rows.kept, values, np.nan)
        n_draw = self.here.stop - self.here.start
        if whole:  # an indicator that a draw leaves out makes no difference
            lost = self.view.there[rows.cities, rows.years] & ~rows.kept if self.view.there is not None else rows.kept
            counts = np.where(_in_use(nodes, weights), 1.0, 0.0)[self._leaves(nodes)]
            place = rows.years * len(self.design.panel.cities) + rows.cities
            found = np.where(lost.astype(float) @ counts > 0, np.nan, scores[place])
        elif fixed is not None:
            at = {code: k for k, code in enumerate(self.view.codes)}
            leaves = [at[node.code] for node in nodes if node.is_indicator]
            place = rows.cities * len(self.design.panel.years) + rows.years
            by_row = {position: own[place] for position, own in fixed.by_observation.items()}
            found = np.repeat(recombined(z[:, leaves], nodes, fixed.weights, by_row)[:, :1], n_draw, axis=1)
        else:
            cells = self._cells(rows)
            about = self.design.framework, self.recipe.methodology
            found = Tree(nodes, self.view, weights, *about, z, cells).score()
        yield self.here, rows, found

    def _cells(self, rows: SharedRows | None = None) -> Cells | None:
        """The imputed cells of the view's observations, or of others, as they vary."""
        if self.varied is None or isinstance(self.view, Forbidden):
            return None
        _, z = self.varied
        row, which, columns, plans = self.view.cells(rows)
        return Cells(row, columns, z if rows is None else z[which], plans)

    def _leaves(self, nodes: tuple[Node, ...]) -> list[int]:
        """The nodes of the view's indicators, in their order."""
        at = {node.code: position for position, node in enumerate(nodes)}
        return [at[code] for code in self.view.codes] if isinstance(self.view, View) else []

    def _forbidden(self, problems: tuple[Problem, ...], into: Array) -> None:
        """No scores, for all draws of the group, if there are problems."""
        self.removed += [Removed(np.ones(into.shape[1], bool), problem) for problem in problems]
        if problems:
            into[:] = np.nan

    def weights(self, view: View) -> tuple[tuple[Node, ...], Array, Combined | None]:
        """The nodes, and their weights within their parents (n_node, n_draw); or, where these differ between
        city-years and so are never drawn, the index itself."""
        full, static, methodology = self.recipe.nodes, self.recipe.static, self.recipe.methodology
        if static is not None and not view.gone:
            return full, self.drawn.static(full, static, self.here), None
        if static is not None:
            return full, self.drawn.around(full, static, view.gone, self.here), None
        gone = view.gone | frozenset(self.design.left_out(self.row))
        nodes = build_nodes(self.design.framework.without(gone), methodology)
        bases = view.only(tuple(node.code for node in nodes if node.is_indicator)).bases
        combined = combine(bases, nodes, self.design.framework, methodology)
        if combined.by_observation:
            return nodes, combined.weights, combined
        nominal = np.zeros(len(full))
        at = {node.code: position for position, node in enumerate(full)}
        nominal[[at[node.code] for node in nodes]] = combined.weights
        return full, self.drawn.around(full, nominal, view.gone, self.here), None


def static_weights(nodes: tuple[Node, ...]) -> Array:
    """Weights within each parent that follow from the YAML alone, (n_node,)."""
    found = np.ones(len(nodes))
    for node in nodes:
        children = list(node.children)
        if children:
            assert node.weighting is not None
            written = np.array([nodes[child].weight for child in children])
            found[children] = node.weighting.method.kernel(np.ones((1, len(children))), written)
    return found


def _in_use(nodes: tuple[Node, ...], weights: Array) -> NDArray[np.bool_]:
    """Nodes that have a weight above 0, as does every node above them, (n_node, n_draw)."""
    found = weights > 0
    for position, node in enumerate(nodes):
        if node.parent >= 0:
            found[position] &= found[node.parent]
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
