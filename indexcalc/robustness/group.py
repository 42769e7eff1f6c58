"""Draws that take the same options of every discrete factor: their weights, and their scores.

Groups that differ only in their figures share a tree of nodes, and are scored together: of many options a group has
few draws, and most of its time would be spent on starting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from indexcalc.errors import IndexcalcError, Problem
from indexcalc.robustness.aggregate import Cells, Part, Removed, Tree
from indexcalc.robustness.design import Design, Integers
from indexcalc.robustness.views import Forbidden, View
from indexcalc.robustness.weights import draw_weights
from indexcalc.spec.hierarchy import Node, build_nodes, parents
from indexcalc.spec.methodology import Methodology
from indexcalc.steps.checks import unscored_problem, unscored_problems
from indexcalc.steps.combine import Combined, combine, recombined
from indexcalc.steps.comparable import Pair, SharedRows

Array = NDArray[np.float64]

TOGETHER = 2**17
"""Scores that are computed together, about: more would not stay in the cache."""


@dataclass(frozen=True)
class Recipe:
    """What the options of the steps give: the methodology, its nodes (nothing left out), the weights of these within
    each parent where no weighting uses figures (n_node,), the scale of scores, whether years can be compared. tree:
    equal for equal nodes; None where some node is no mean, or a weighting uses figures.
    """

    methodology: Methodology
    nodes: tuple[Node, ...]
    tree: int | None
    static: Array | None
    scale: str
    comparable: bool


@dataclass(frozen=True)
class Weights:
    """The weights of a sample, in the order of its groups; those that several groups share are made once. out: nodes
    that each draw leaves out (n_node, n_draw)."""

    design: Design
    uniforms: Array
    out: NDArray[np.bool_] | None
    made: dict[bytes, Array] = field(default_factory=dict)

    def static(self, nodes: tuple[Node, ...], nominal: Array, here: slice | Integers) -> Array:
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


class Group:
    """Draws that take the same options of every discrete factor (but, where weights alone do it, of leaving out)."""

    def __init__(
        self,
        design: Design,
        recipe: Recipe,
        view: View | Forbidden,
        row: Integers,
        weights: Weights,
        here: slice,
        keys: NDArray[np.uint64] | None = None,
    ):
        self.design, self.recipe, self.view = design, recipe, view
        self.row, self.drawn, self.here = row, weights, here
        self.keys, self.removed = keys, list[Removed]()

    @property
    def n_draw(self) -> int:
        return int(self.here.stop - self.here.start)

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

    @cached_property
    def varied(self) -> Array | None:
        """The imputed cells as they vary (n_cell, n_draw); None if they do not."""
        varied = self.view.varied if isinstance(self.view, View) else None
        return None if varied is None or self.keys is None else varied.drawn(self.keys)

    def forget(self) -> None:
        """Give back what is only needed to score the group: of many groups it would be a lot."""
        for name in ("varied", "weighted"):
            vars(self).pop(name, None)

    def score(self, into: Array) -> None:
        """Scores of the index, written into an array (city-year on an axis (year, city), draw)."""
        if isinstance(self.view, Forbidden):
            self._forbidden(self.view.problems, into)
            return
        try:
            nodes, weights, fixed = self.weighted
        except IndexcalcError as error:
            self._forbidden(error.problems, into)
            return
        if fixed is not None:
            into[:] = fixed.scores[:, :, 0].T.reshape(-1, 1)
            self._forbidden(tuple(unscored_problems(nodes, fixed.scores))[:1], into)
            return
        rows, tree = self.view.rows, _tree([self], weights)
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
                self.removed.append(Removed(unscored, unscored_problem(parents(nodes)[0])))

    def shared(self, pairs: tuple[Pair, ...]) -> SharedRows | None:
        """The rows over which two years of a city are judged where they do not have the same indicators; None if there
        are none, or no scores."""
        rows = None if isinstance(self.view, Forbidden) else self.view.shared(pairs)
        if rows is None or not rows.ends:
            return None
        try:
            _ = self.weighted
        except IndexcalcError:
            return None
        return rows

    def score_shared(self, rows: SharedRows, scores: Array) -> Array:
        """The scores (n_row, n_draw) over rows of `shared`; missing where the scores of a node depend on the whole
        sample. scores: as scored, on an axis (year, city)."""
        assert isinstance(self.view, View)
        nodes, weights, fixed = self.weighted
        whole = any(node.aggregation.trait("whole_sample") for node in parents(nodes).values())
        if whole:  # an indicator that a draw leaves out makes no difference
            lost = self.view.there[rows.cities, rows.years] & ~rows.kept if self.view.there is not None else rows.kept
            counts = np.where(_in_use(nodes, weights), 1.0, 0.0)[self._leaves(nodes)]
            place = rows.years * len(self.design.panel.cities) + rows.cities
            return np.where(lost.astype(float) @ counts > 0, np.nan, scores[place])
        if fixed is not None:
            at = {code: k for k, code in enumerate(self.view.codes)}
            leaves = [at[node.code] for node in nodes if node.is_indicator]
            place = rows.cities * len(self.design.panel.years) + rows.years
            by_row = {position: own[place] for position, own in fixed.by_observation.items()}
            z = self.view.over(rows)[:, leaves]
            alone = recombined(z, nodes, fixed.weights, by_row)[:, :1]
            return np.repeat(alone, self.n_draw, axis=1)
        return _tree([self], weights, [rows]).score()

    def part(self, here: slice, rows: SharedRows | None) -> Part:
        """The group as a part of a tree, in some of its columns; over the rows of `shared`, if they are given."""
        assert isinstance(self.view, View)
        return Part(self.view, here, self.view.z if rows is None else self.view.over(rows), self._cells(rows))

    @property
    def shape(self) -> tuple[object, ...] | None:
        """What groups have in common that can be scored together; None where one has to be by itself."""
        view, tree = self.view, self.recipe.tree
        if tree is None or isinstance(view, Forbidden) or view.gone:
            return None
        return tree, view.codes, view.incomplete.tobytes(), None if view.rows is None else view.rows.tobytes()

    def _cells(self, rows: SharedRows | None = None) -> Cells | None:
        """The imputed cells of the view's observations, or of others, as they vary."""
        z = self.varied
        if z is None or isinstance(self.view, Forbidden):
            return None
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

    @cached_property
    def weighted(self) -> tuple[tuple[Node, ...], Array, Combined | None]:
        """The nodes, and their weights within their parents (n_node, n_draw); or, where these differ between
        city-years and so are never drawn, the index itself."""
        view = self.view
        assert isinstance(view, View)
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


def score_groups(
    groups: Iterable[Group], pairs: tuple[Pair, ...], into: Array
) -> Iterator[tuple[slice, SharedRows, Array]]:
    """Write the scores of groups into an array (city-year on an axis (year, city), draw), and into the groups which
    draws the figures forbid. pairs: years between which changes are asked for; yields what `_like_with_like` does."""
    for several in _together(groups, lambda group: group.shape, len(into)):
        if len(several) == 1 or not _score_together(several, into):
            for group in several:
                group.score(into[:, group.here])
        if pairs:
            yield from _like_with_like([group for group in several if group.recipe.comparable], pairs, into)
        for group in several:
            group.forget()


def _like_with_like(
    groups: Sequence[Group], pairs: tuple[Pair, ...], scores: Array
) -> Iterator[tuple[slice, SharedRows, Array]]:
    """The draws of each group, the rows over which two years of a city are judged where they do not have the same
    indicators, and the scores (n_row, n_draw) over these. scores: as scored, on an axis (year, city)."""
    found_rows = ((group, group.shared(pairs)) for group in groups)
    shared = {id(group): rows for group, rows in found_rows if rows is not None}

    def shape(group: Group) -> tuple[object, ...] | None:
        assert isinstance(group.view, View) and group.view.there is not None
        return None if group.shape is None else (*group.shape, group.view.there.tobytes())

    for several in _together((group for group in groups if id(group) in shared), shape, len(scores)):
        each = [shared[id(group)] for group in several]
        if len(several) == 1:
            yield several[0].here, each[0], several[0].score_shared(each[0], scores[:, several[0].here])
            continue
        found = _tree(several, _weights(several), each).score()
        for group, rows, here in zip(several, each, _columns(several), strict=True):
            yield group.here, rows, found[:, here]


def _together(
    groups: Iterable[Group], shape: Callable[[Group], tuple[object, ...] | None], n_obs: int
) -> Iterator[list[Group]]:
    """Groups of one shape, as many at a time as stay in the cache; those without a shape one by one."""
    alike: dict[object, list[Group]] = {}
    for group in groups:
        own = shape(group)
        alike.setdefault(id(group) if own is None else own, []).append(group)
    for several in alike.values():
        starts = np.cumsum([group.n_draw + len(group.recipe.nodes) for group in several]) * n_obs // TOGETHER
        for part in np.unique(starts).tolist():
            yield [group for group, start in zip(several, starts, strict=True) if start == part]


def _score_together(groups: list[Group], into: Array) -> bool:
    """Write the scores of groups that share a tree; False, and nothing written, where the figures forbid a draw, and
    each group has to say why."""
    tree = _tree(groups, _weights(groups))
    scores = tree.score()
    if tree.apart or (tree.may_be_missing and np.isnan(scores).all(axis=0).any()):
        return False
    draws, rows = _draws(groups), tree.view.rows
    if rows is None:
        into[:, draws] = scores
    else:
        into[:, draws] = np.nan
        into[np.ix_(rows, draws)] = scores
    return True


def _tree(groups: list[Group], weights: Array, rows: list[SharedRows] | None = None) -> Tree:
    """The tree that groups share; rows: over which, of each, instead of the city-years of its view."""
    nodes, _, _ = groups[0].weighted
    each = [None] * len(groups) if rows is None else rows
    parts = [group.part(here, own) for group, here, own in zip(groups, _columns(groups), each, strict=True)]
    about = groups[0].design.framework, groups[0].recipe.methodology
    return Tree(nodes, parts, weights, *about, lenient=rows is not None)


def _weights(groups: list[Group]) -> Array:
    """The weights of the draws of groups that share a tree, one group after the other (n_node, n_draw)."""
    recipe = groups[0].recipe
    assert recipe.static is not None
    return groups[0].drawn.static(recipe.nodes, recipe.static, _draws(groups))


def _draws(groups: list[Group]) -> Integers:
    """The draws of groups, one group after the other."""
    return np.concatenate([np.arange(group.here.start, group.here.stop) for group in groups])


def _columns(groups: list[Group]) -> list[slice]:
    """Where the draws of each group are among those of all."""
    return [slice(*ends) for ends in pairwise(accumulate((group.n_draw for group in groups), initial=0))]


def _in_use(nodes: tuple[Node, ...], weights: Array) -> NDArray[np.bool_]:
    """Nodes that have a weight above 0, as does every node above them, (n_node, n_draw)."""
    found = weights > 0
    for position, node in enumerate(nodes):
        if node.parent >= 0:
            found[position] &= found[node.parent]
    return found
