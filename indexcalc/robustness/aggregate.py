"""The score of an index under many sets of weights at once: the tree of nodes over matrices.

Nested means of one kind collapse to one product with effective weights; a mean over scores that differ from draw to
draw is summed child by child; any other aggregation goes through its kernel, all sets of weights at once where its
children are indicators, else draw by draw.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indexcalc.errors import Problem
from indexcalc.figures.panel import city_years, side_by_side
from indexcalc.methods.aggregation import OF_ZERO, round_half
from indexcalc.robustness.views import View
from indexcalc.spec.framework import Framework
from indexcalc.spec.hierarchy import Node, Parent, parents
from indexcalc.spec.methodology import Methodology
from indexcalc.steps.checks import children_problems, left_out

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def _same(z: Array, out: Array | None = None) -> Array:
    return z


MEANS: dict[str, tuple[Callable[[Array], Array], Callable[..., Array]]] = {
    "arithmetic": (_same, _same),
    "geometric": (np.log, np.exp),
    "harmonic": (np.reciprocal, np.reciprocal),
}
"""Aggregations that are a weighted mean of f(z), turned back: f, and its inverse."""


@dataclass(frozen=True)
class Removed:
    """Draws (n_draw,) that the figures forbid, the reason, and the options that lead there, as in the YAML."""

    draws: Mask
    problem: Problem
    options: tuple[str, ...] = ()


LEAST = 1e-300
"""What replaces a drawn value of 0 before a logarithm."""


@dataclass(frozen=True)
class Plan:
    """Where the varied cells of some indicators go: which cells, of which of the indicators, their unvaried values, and
    the observations (n_obs, n_cell) that they are part of."""

    which: NDArray[np.int64]
    leaf: NDArray[np.int64]
    z: Array
    sums: Array


@dataclass(frozen=True)
class Cells:
    """Values z (n_cell, n_draw) that vary from draw to draw: the row of each among the observations, and the columns of
    the view that they are in, one after the other. plans: where they go, for all groups of one view and tree."""

    row: NDArray[np.int64]
    columns: tuple[tuple[int, slice], ...]
    z: Array
    plans: dict[tuple[int, ...], Plan | None]


@dataclass(frozen=True)
class Part:
    """Draws, some columns of the weights, that have a view in common. z: its values (n_obs, n_indicator), or those of
    other observations; cells: those that vary from draw to draw."""

    view: View
    here: slice
    z: Array
    cells: Cells | None = None


class Tree:
    """The nodes of an index over the values of one view or several and weights within the parent (n_node, n_draw).

    Several views have the same indicators and the same number of observations, and every node is a mean (`MEANS`);
    where one forbids a draw, `apart` says that each has to be scored by itself. lenient: of observations from which
    indicators were taken out, a value that is missing, or cannot be used, removes no draw.
    """

    def __init__(
        self,
        nodes: tuple[Node, ...],
        parts: Sequence[Part],
        weights: Array,
        framework: Framework,
        methodology: Methodology,
        *,
        lenient: bool = False,
    ):
        self.nodes, self.parts, self.weights = nodes, parts, weights
        self.parents = parents(nodes)
        self.framework, self.methodology = framework, methodology
        self.view = parts[0].view
        self.removed: list[Removed] = []
        self.apart, self.lenient = False, lenient
        column = {code: k for k, code in enumerate(self.view.codes)}
        at = {position: column[node.code] for position, node in enumerate(nodes) if node.code in column}
        values = np.stack([part.z for part in parts])
        self.z = np.full((*values.shape[:2], len(nodes)), np.nan)  # of each part
        self.z[:, :, list(at)] = values[:, :, list(at.values())]
        for position in at:
            rule = nodes[position].rounding
            if rule is not None:
                self.z[:, :, position] = round_half(self.z[:, :, position], rule.decimals, rule.rule)
        self.gaps = self._gaps()
        back = {k: position for position, k in at.items()}
        self.cells = [{back[k]: here for k, here in part.cells.columns} if part.cells else {} for part in parts]

    def _gaps(self) -> NDArray[np.bool_]:
        """Nodes with a missing value at or below them, (n_node,)."""
        gaps = np.asarray(np.isnan(self.z).any(axis=(0, 1)))
        for position, node in reversed(self.parents.items()):
            gaps[position] = gaps[list(node.children)].any()
        return gaps

    @property
    def may_be_missing(self) -> bool:
        """Whether some score of the index can be missing."""
        return bool(self.gaps[0]) or any(node.zeros == "missing" or node.fewest > 1 for node in self.parents.values())

    def score(self, into: Array | None = None) -> Array:
        """Scores of the index, (n_obs, n_draw); written into an array if one is given."""
        found = self._score(0, into)
        if into is not None and found is not into:
            into[:] = found
        return found

    def _score(self, position: int, into: Array | None = None) -> Array:
        """Scores of a node, in `into` where that saves a copy."""
        node = self.parents[position]
        if node.aggregation.name in MEANS:
            found = self._mean(position, into)
        elif (
            all(self.nodes[child].is_indicator and child not in self.cells[0] for child in node.children)
            and not self.gaps[list(node.children)].any()
        ):
            found = self._at_once(position)
        else:
            found = self._draw_by_draw(position)
        return found if node.rounding is None else round_half(found, node.rounding.decimals, node.rounding.rule)

    # --- means --------------------------------------------------------------------------------------------------------

    def _mean(self, position: int, into: Array | None) -> Array:
        node = self.parents[position]
        f, back = MEANS[node.aggregation.name]
        leaves, shares, inner = self._terms(position, None)
        total: Array | None = None
        absent: Array | None = None
        count: Array | None = None
        zero: Mask | None = None  # where a child that weighs something is at 0
        if leaves:
            w = shares[0] if len(shares) == 1 else np.concatenate(shares)
            z, gap = self._leaf_values(position, leaves, w)
            low = self._at_zero(position, z)
            if low is not None:
                zero, z = self._products(low.astype(float), w > 0) > 0, np.where(low, 1.0, z)
            total = self._products(f(z), w, into)
            for number in range(len(self.parts)):
                self._vary(number, total, leaves, w, f, zeros=low is not None)
            if gap is not None:
                absent, count = self._products(gap, w), self._products(gap, w > 0)
        for child, share in inner:
            scores, hole = self._child_scores(position, child, share)
            low = self._at_zero(position, scores)
            if low is not None:
                hit = low & (share > 0)
                zero, scores = hit if zero is None else zero | hit, np.where(low, 1.0, scores)
            part = share * f(scores)
            if hole is not None:
                part = np.where(hole, 0.0, part)
                more, one = np.where(hole, share, 0.0), (hole & (share > 0)).astype(float)
                absent = more if absent is None else absent + more
                count = one if count is None else count + one
            total = part if total is None else total + part
        assert total is not None
        if absent is None or count is None:
            with np.errstate(
                divide="ignore"
            ):  # 1/0 where a draw leaves nothing below the node, which then has no weight
                found = back(total, out=total)
            self._too_few(node, found)
        else:
            found = self._with_gaps(node, total, absent, count, back)
        return found if zero is None else self._of_zero(node, found, zero)

    def _too_few(self, node: Parent, found: Array) -> None:
        """No score in the draws that leave a node fewer children than its missing rule requires."""
        if node.fewest > 1:
            found[:, (self.weights[list(node.children)] > 0).sum(axis=0) < node.fewest] = np.nan

    def _products(self, z: Array, w: Array | Mask, into: Array | None = None) -> Array:
        """The values of each part (part, n_obs, n) times the weights (n, n_draw) of its draws, (n_obs, n_draw)."""
        w = w.astype(float, copy=False)
        found = np.empty((z.shape[1], w.shape[1])) if into is None else into
        for values, part in zip(z, self.parts, strict=True):
            np.matmul(values, w[:, part.here], out=found[:, part.here])
        return found

    def _at_zero(self, position: int, z: Array) -> Mask | None:
        """Scores of 0, where the node's aggregation says what they mean; None if there are none."""
        if self.parents[position].aggregation.parameters.get("zeros", "refuse") == "refuse":
            return None
        low = z == 0
        return low if low.any() else None

    @staticmethod
    def _of_zero(node: Parent, found: Array, zero: Mask) -> Array:
        """The score of a node where a child is at 0; a missing score stays missing."""
        return np.where(zero & ~np.isnan(found), OF_ZERO[node.aggregation.parameters["zeros"]], found)

    def _vary(
        self, number: int, total: Array, leaves: list[int], w: Array, f: Callable[[Array], Array], *, zeros: bool
    ) -> None:
        """Add to a mean what the varied cells of a part change. zeros: some values are 0, which the mean counts as
        1."""
        cells, here = self.parts[number].cells, self.parts[number].here
        if cells is None:
            return
        key = tuple(leaves)
        if key not in cells.plans:
            cells.plans[key] = self._plan(cells, self.cells[number], leaves, self.z[number])
        plan = cells.plans[key]
        if plan is not None:
            z, drawn = plan.z, cells.z[plan.which]
            if zeros:
                z, drawn = np.where(z == 0, 1.0, z), np.maximum(drawn, LEAST)
            more = f(drawn)
            more -= f(z)[:, None]
            more *= w[plan.leaf, here]
            total[:, here] += plan.sums @ more

    @staticmethod
    def _plan(cells: Cells, columns: dict[int, slice], leaves: list[int], values: Array) -> Plan | None:
        """Where the varied cells of some indicators go; None if there are none. columns: the cells of each node;
        values: (n_obs, n_node)."""
        here = [(k, leaf) for k, leaf in enumerate(leaves) if leaf in columns]
        if not here:
            return None
        which = np.concatenate([np.arange(len(cells.row))[columns[leaf]] for _, leaf in here])
        leaf = np.repeat([k for k, _ in here], [columns[leaf].stop - columns[leaf].start for _, leaf in here])
        row = cells.row[which]
        sums = np.zeros((len(values), len(row)))
        sums[row, np.arange(len(row))] = 1.0
        return Plan(which, leaf, values[row, np.array(leaves)[leaf]], sums)

    def _with_gaps(
        self, node: Parent, total: Array, absent: Array, count: Array, back: Callable[[Array], Array]
    ) -> Array:
        """The mean where children are missing: of those present if the node renormalises, else missing."""
        rule = node.missing
        if rule.name != "renormalise":
            there = count == 0
            return np.where(there, back(np.where(there, total, 1.0)), np.nan)
        live = self.weights[list(node.children)]
        present = (live > 0).sum(axis=0) - count
        share = np.where(count == 0, 1.0, 1.0 - absent)
        enough = (present >= rule.parameters.get("minimum_count", 1)) & (present > 0)
        enough &= share >= rule.parameters.get("minimum_share", 0.0) - 1e-12
        return np.where(enough, back(np.where(enough, total / np.where(share > 0, share, 1.0), 1.0)), np.nan)

    def _terms(self, position: int, effective: Array | None) -> tuple[list[int], list[Array], list[tuple[int, Array]]]:
        """What a mean is made of: indicators with their effective weights (n, n_draw), in portions, and nodes whose
        scores it needs as such."""
        children = self.nodes[position].children
        leaves = [child for child in children if self.nodes[child].is_indicator]
        shares = [self._effective(leaves, effective)] if leaves else []
        inner: list[tuple[int, Array]] = []
        for child in children:
            if self.nodes[child].is_indicator:
                continue
            own = self._effective(child, effective)
            if self._transparent(child, position):
                below = self._terms(child, own)
                leaves, shares, inner = leaves + below[0], shares + below[1], inner + below[2]
            else:
                inner.append((child, own))
        return leaves, shares, inner

    def _effective(self, at: int | list[int], above: Array | None) -> Array:
        """Weights of nodes, times that of a node above them."""
        own = self.weights[at if isinstance(at, int) else side_by_side(at)]
        return own if above is None else own * above

    def _transparent(self, child: int, parent: int) -> bool:
        """Whether a node's children may take its place: the same mean, nothing rounded, nothing missing below."""
        node = self.parents[child]
        if node.aggregation != self.parents[parent].aggregation or node.rounding is not None or node.fewest > 1:
            return False
        if node.aggregation.parameters.get("zeros") == "missing":
            return False
        return not self.gaps[child]

    def _leaf_values(self, position: int, leaves: list[int], shares: Array) -> tuple[Array, Array | None]:
        """Values of indicators (part, n_obs, n_leaf) without those that cannot be used: forbidden values remove the
        draws that weigh them; gaps likewise where values are missing, None if nowhere."""
        z = self.z[:, :, leaves]
        bad = self._forbidden(self.parents[position], z)
        if bad is not None:
            scored = self._scored(position, leaves, shares)
            for k in np.flatnonzero(bad.any(axis=(0, 1))):
                used = shares[k] > 0
                if scored is not None:
                    hits = [
                        rows.astype(float) @ scored[:, part.here]
                        for rows, part in zip(bad[:, :, k], self.parts, strict=True)
                    ]
                    used = used & (np.concatenate(hits) > 0)
                self._remove(position, leaves[k], used, z[0, :, k])
            z = np.where(bad, 1.0, z)
        if not self.gaps[leaves].any():
            return z, None
        gap = np.isnan(z)
        self._refuse_gaps(position, leaves, gap, shares > 0)
        name = self.parents[position].aggregation.name
        neutral = {"arithmetic": 0.0, "geometric": 1.0}.get(name, np.inf)
        return np.where(gap, neutral, z), gap.astype(float)

    def _scored(self, position: int, leaves: list[int], shares: Array) -> Array | None:
        """Where a node that takes all of its indicators or none has a score (n_obs, n_draw); None if everywhere, or if
        it renormalises."""
        if not self.gaps[leaves].any() or self.parents[position].missing.name == "renormalise":
            return None
        holes = self._products(np.isnan(self.z[:, :, leaves]).astype(float), shares > 0)
        return np.asarray(holes == 0, float)

    def _refuse_gaps(self, position: int, leaves: list[int], gap: Mask, used: Mask) -> None:
        """Remove the draws that weigh an indicator with a missing value at a node that refuses that."""
        if not self._refuses(position):
            return
        expected = self._expected(position)
        for k in np.flatnonzero((gap & expected[:, None]).any(axis=(0, 1))):
            self._remove(position, leaves[k], used[k], self.z[0, :, leaves[k]])

    def _child_scores(self, position: int, child: int, share: Array) -> tuple[Array, Mask | None]:
        """Scores of a child (n_obs, n_draw) without those that cannot be used, as for indicators."""
        scores = self._score(child)
        live = share > 0
        if not live.all():
            scores = np.where(live, scores, 1.0)
        bad = self._forbidden(self.parents[position], scores)
        if bad is not None:
            self._remove_where(position, child, bad.any(axis=0) & live, scores)
            scores = np.where(bad, 1.0, scores)
        gap = np.isnan(scores)
        if not gap.any():
            return scores, None
        if self._refuses(position):
            self._remove_where(position, child, (gap & self._expected(position)[:, None]).any(axis=0) & live, scores)
        return np.where(gap, 1.0, scores), gap

    def _remove_where(self, position: int, child: int, draws: Mask, scores: Array) -> None:
        if draws.any():
            self._remove(position, child, draws, scores[:, np.flatnonzero(draws)[0]])

    def _refuses(self, position: int) -> bool:
        return self.parents[position].missing.name == "refuse" and not self.lenient

    # --- other aggregations -------------------------------------------------------------------------------------------

    def _at_once(self, position: int) -> Array:
        """A kernel over indicators, all sets of weights at once."""
        node = self.parents[position]
        children = list(node.children)
        w = self.weights[children]
        (z,), _ = self._leaf_values(position, children, w)
        more = (self._years,) if node.aggregation.trait("needs_years") else ()
        live = (w > 0).any(axis=0)
        if live.all() and node.fewest == 1:
            return np.asarray(node.aggregation.method.kernel(z, w, *more, **node.aggregation.parameters), float)
        found = np.full((z.shape[0], w.shape[1]), np.nan)  # a node with nothing left below has no score, and no weight
        if live.any():
            found[:, live] = node.aggregation.method.kernel(z, w[:, live], *more, **node.aggregation.parameters)
        self._too_few(node, found)
        return found

    def _draw_by_draw(self, position: int) -> Array:
        """A kernel under the node's missing rule, one set of weights after another."""
        node = self.parents[position]
        method, parameters = node.aggregation.method, node.aggregation.parameters
        children = list(node.children)
        w = self.weights[children]
        scores = np.stack([self._any_child(position, child) for child in children], axis=1)
        needs_years = node.aggregation.trait("needs_years")
        found = np.full(scores.shape[::2], np.nan)
        for d in range(w.shape[1]):
            live = w[:, d] > 0
            if not live.any():
                continue
            z, own = scores[:, live, d], w[live, d]
            if node.aggregation.trait("whole_sample"):
                rows = ~np.isnan(z).any(axis=1)
                more = (self._years[rows],) if needs_years else ()
                if rows.any():
                    found[rows, d] = method.kernel(z[rows], own, *more, **parameters)
            else:
                rule = node.missing.method.kernel
                found[:, d] = rule(z, own, lambda x, v: method.kernel(x, v, **parameters), **node.missing.parameters)
        return found

    def _any_child(self, position: int, child: int) -> Array:
        """Scores of a child (n_obs, n_draw), missing as NaN."""
        share = self.weights[child]
        if not self.nodes[child].is_indicator:
            scores, gap = self._child_scores(position, child, share)
            return scores if gap is None else np.where(gap, np.nan, scores)
        z, gap_ = self._leaf_values(position, [child], share[None, :])
        column = z[0, :, 0] if gap_ is None else np.where(gap_[0, :, 0] > 0, np.nan, z[0, :, 0])
        values = np.repeat(column[:, None], self.weights.shape[1], axis=1)
        varied, here = self.parts[0].cells, self.cells[0].get(child)
        if varied is not None and here is not None:
            values[varied.row[here]] = varied.z[here]
        return values

    @property
    def _rows(self) -> NDArray[np.int64]:
        """The places of the observations on an axis (year, city)."""
        rows = self.view.rows
        return np.arange(self.view.normalised.present.size) if rows is None else rows

    @property
    def _years(self) -> NDArray[np.int64]:
        """The year of each observation."""
        panel = self.view.normalised
        return np.repeat(np.array(panel.years), len(panel.cities))[self._rows]

    # --- what the figures forbid --------------------------------------------------------------------------------------

    def _forbidden(self, node: Parent, z: Array) -> Mask | None:
        """Scores that the node's aggregation cannot take; None if there are none."""
        if node.aggregation.name == "arithmetic":
            return None
        bounds = node.aggregation.trait("score_bounds")
        if node.aggregation.trait("needs_positive"):
            bad = z <= 0
        elif node.aggregation.trait("needs_nonnegative"):
            bad = z < 0
        elif bounds is not None:
            bad = (z < bounds[0] - 1e-9) | (z > bounds[1] + 1e-9)
        else:
            return None
        return bad if bad.any() else None

    def _expected(self, position: int) -> Mask:
        """City-years that screening has not left out below a node, (n_obs,)."""
        if len(self.parts) > 1:
            return np.ones(self.z.shape[1], bool)
        return ~left_out(self.parents[position], self.nodes, self.view.normalised).T.ravel()[self._rows]

    def _remove(self, position: int, child: int, draws: Mask, values: Array) -> None:
        """Remove draws because of a child's scores (n_obs,), with the sentence of the ordinary check."""
        if not draws.any() or self.lenient:
            return
        if len(self.parts) > 1:
            self.apart = True
            return
        panel = self.view.normalised
        full = np.full(panel.present.size, np.nan)
        full[self._rows] = values
        z = np.full((full.size, len(self.nodes)), np.nan)
        z[:, child] = full.reshape(len(panel.years), -1).T.ravel()
        node, below = self.parents[position], self.nodes[child]
        missing = node.missing.told_also("minimum_count", 1) if node.fewest > 1 else node.missing
        one = replace(node, children=(child,), missing=missing)  # the rule holds for all children, of which this is one
        problem = next(children_problems(one, self.nodes, z, panel, self.framework, self.methodology), None)
        if problem is None:  # screening left out all of this child, but not all of the node
            where = city_years(panel, np.isnan(z[:, child].reshape(panel.present.shape)) & panel.present)
            facts = {
                "code": below.code,
                "node": node.code,
                "where": where,
                "imputation": self.methodology.imputation.name,
            }
            problem = Problem("no_value" if below.is_indicator else "node_no_value", facts)
        self.removed.append(Removed(draws, problem))
