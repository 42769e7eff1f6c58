"""Structure: do the indicators of a dimension belong together, and does each move with its dimension and the index?

The city-years of a result are pooled. They are not independent: a city's years resemble each other, and common growth
alone correlates two indicators. So nothing here is a test of significance; the flags say where to look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indexcalc.brief import Frozen
from indexcalc.methods.factor import principal_components, retained, varimax
from indexcalc.methods.statistics import (
    Alpha,
    Description,
    cronbach_alpha,
    describe,
    kendall,
    pairs,
    pearson,
    spearman,
    varies,
)
from indexcalc.spec.choice import Choice
from indexcalc.spec.hierarchy import Node, ancestors, leaves, parents
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

Stage = Literal["derived", "imputed", "treated", "oriented", "normalised"]


@dataclass(frozen=True)
class Thresholds:
    """Where a Pearson correlation r is flagged, and which components are kept.

    redundant: |r| above it, between two children of one node (`redundant`) or across nodes (`overlaps`).
    opposes: r of a node with one above it is below this. weak, negligible: |r| of the two is below this.
    pairs: with fewer shared city-years the only flag is `few`; two always give r = ±1.
    eigenvalue: components above it are rotated (Kaiser's criterion), the first in any case.
    """

    redundant: float = 0.95
    opposes: float = 0.0
    weak: float = 0.3
    negligible: float = 0.1
    pairs: int = 3
    eigenvalue: float = 1.0


@dataclass(frozen=True, repr=False)
class Group(Frozen):
    """Nodes that should belong together: the children of a node, or all indicators below it where these are others.

    items: codes; left_out: those without spread, which have no correlation. alpha: over the items. The components are
    those of the n city-years in which no item is missing. eigenvalues: (n_item,), largest first; loadings: (n_item,
    n_item); rotated: (n_item, n_retained), varimax with Kaiser normalisation, ordered by the variance explained. They
    are NaN, and none is retained, if an item does not vary within these n. weighting: that of the node, where it uses
    components; these are then its own: on its basis, by its rule, from pairwise correlations.
    """

    node: str
    of: Literal["children", "indicators"]
    items: tuple[str, ...]
    left_out: tuple[str, ...]
    alpha: Alpha
    n: int
    eigenvalues: Array
    loadings: Array
    rotated: Array
    weighting: Choice | None = None


@dataclass(frozen=True, repr=False)
class Structure(Frozen):
    """The statistical structure of an index: data only; the methods give them as tidy tables.

    stage: of the indicators; dimensions and index are always scores. n_cities, n_years, n: what is pooled, n city-years
    in all. nodes: the index first; description: each (n_node,), in the unit and direction of the stage. pairs, pearson,
    spearman, kendall: (n_node, n_node), higher being better (kendall NaN if it was not asked for). constant: nodes
    without two different values, whose correlations are missing. groups: alpha and components.
    """

    main = "descriptive_table"

    stage: Stage
    thresholds: Thresholds
    n_cities: int
    n_years: int
    n: int
    nodes: tuple[Node, ...]
    description: Description
    pairs: Ints
    pearson: Array
    spearman: Array
    kendall: Array
    constant: tuple[str, ...]
    groups: tuple[Group, ...]

    def descriptive_table(self) -> pd.DataFrame:
        """One row per node: node, level, n, missing, mean, sd, minimum, quartiles, maximum, skewness, kurtosis."""
        labels = {"node": [node.code for node in self.nodes], "level": [node.level for node in self.nodes]}
        return pd.DataFrame({**labels, **self.description._asdict()})

    def correlation_table(self) -> pd.DataFrame:
        """One row per pair of nodes of one level: level, first, second, shared, pairs, the correlations, flag.

        shared: the lowest node above both. flag: `redundant` (children of one node), `overlaps` (of different ones),
        `few`, `undefined`, or empty.
        """
        above = [ancestors(self.nodes, i) for i in range(len(self.nodes))]
        i, j = np.triu_indices(len(self.nodes), 1)
        level = np.array([node.level for node in self.nodes])
        i, j = i[level[i] == level[j]], j[level[i] == level[j]]
        order = np.argsort(level[i], kind="stable")
        i, j = i[order], j[order]
        shared = [next(a for a in above[p] if a in above[q]) for p, q in zip(i, j, strict=True)]
        siblings = [self.nodes[p].parent == self.nodes[q].parent for p, q in zip(i, j, strict=True)]
        return self._correlations(
            {"level": level[i], "first": self._codes(i), "second": self._codes(j), "shared": self._codes(shared)},
            i,
            j,
            [self._pair_flag(p, q, s) for p, q, s in zip(i, j, siblings, strict=True)],
        )

    def parent_table(self) -> pd.DataFrame:
        """One row per node and node above it: node, level, above, steps, pairs, the correlations, flag.

        steps: 1 the parent, 2 its parent, ... up to the index. A node is part of what is above it, so some correlation
        is built in, and an only child has 1 with its parent: `alpha_table` has the correlation with the rest. flag:
        `opposes`, `negligible`, `weak`, `few`, `undefined`, or empty.
        """
        rows = [
            (i, above, steps)
            for i in range(len(self.nodes))
            for steps, above in enumerate(ancestors(self.nodes, i), start=1)
        ]
        i, j, steps = np.array(rows, np.int64).reshape(-1, 3).T
        level = np.array([node.level for node in self.nodes], np.int64)[i]
        return self._correlations(
            {"node": self._codes(i), "level": level, "above": self._codes(j), "steps": steps},
            i,
            j,
            [self._parent_flag(p, q) for p, q in zip(i, j, strict=True)],
        )

    def alpha_table(self) -> pd.DataFrame:
        """One row per group (item empty) and one per item of it: Cronbach's alpha, raw and standardised.

        Columns: node, of, item, items, alpha, standardised_alpha, rest_correlation, standardised_rest_correlation. In
        the row of an item alpha is that of the others, and rest_correlation its correlation with their sum.
        """
        rows: list[tuple[object, ...]] = []
        for group in self.groups:
            a, k = group.alpha, len(group.items)
            rows.append((group.node, group.of, "", k, a.raw, a.standardised, np.nan, np.nan))
            of_items = (a.raw_if_deleted, a.standardised_if_deleted, a.raw_rest, a.standardised_rest)
            for item, *figures in zip(group.items, *of_items, strict=True):
                rows.append((group.node, group.of, item, k - 1, *figures))
        names = ["node", "of", "item", "items", "alpha", "standardised_alpha"]
        return pd.DataFrame(rows, columns=[*names, "rest_correlation", "standardised_rest_correlation"])

    def component_table(self) -> pd.DataFrame:
        """One row per group and component: node, of, n, component (from 1), eigenvalue, share, cumulative, retained,
        rotated_variance (the part of Σ eigenvalue that the rotated component of this number explains; of the retained).
        """
        rows: list[tuple[object, ...]] = []
        for group in self.groups:
            k, retained = len(group.items), group.rotated.shape[1]
            share = group.eigenvalues / max(k, 1)
            rotated = _padded((group.rotated**2).sum(axis=0)[None, :], k)[0]
            for c in range(k):
                figures = (group.eigenvalues[c], share[c], share[: c + 1].sum(), c < retained, rotated[c])
                rows.append((group.node, group.of, group.n, c + 1, *figures))
        names = ["node", "of", "n", "component", "eigenvalue", "share", "cumulative", "retained", "rotated_variance"]
        return pd.DataFrame(rows, columns=names)

    def loading_table(self) -> pd.DataFrame:
        """One row per group, item and component: node, of, item, component, loading, rotated (of the retained)."""
        rows: list[tuple[object, ...]] = []
        for group in self.groups:
            rotated = _padded(group.rotated, len(group.items))
            for i, item in enumerate(group.items):
                for c in range(len(group.items)):
                    rows.append((group.node, group.of, item, c + 1, group.loadings[i, c], rotated[i, c]))
        return pd.DataFrame(rows, columns=["node", "of", "item", "component", "loading", "rotated"])

    def _correlations(self, labels: dict[str, object], i: Ints, j: Ints, flags: list[str]) -> pd.DataFrame:
        found = {name: getattr(self, name)[i, j] for name in ("pairs", "pearson", "spearman", "kendall")}
        return pd.DataFrame({**labels, **found, "flag": flags})

    def _codes(self, positions: Ints | list[int]) -> list[str]:
        return [self.nodes[p].code for p in positions]

    def _pair_flag(self, i: int, j: int, siblings: bool) -> str:
        if abs(self.pearson[i, j]) > self.thresholds.redundant and self.pairs[i, j] >= self.thresholds.pairs:
            return "redundant" if siblings else "overlaps"
        return self._no_flag(i, j)

    def _parent_flag(self, i: int, j: int) -> str:
        r, limits = self.pearson[i, j], self.thresholds
        if self.pairs[i, j] >= limits.pairs:
            if r < limits.opposes:
                return "opposes"
            if abs(r) < limits.weak:
                return "negligible" if abs(r) < limits.negligible else "weak"
        return self._no_flag(i, j)

    def _no_flag(self, i: int, j: int) -> str:
        if np.isnan(self.pearson[i, j]):
            return "undefined"
        return "few" if self.pairs[i, j] < self.thresholds.pairs else ""


def structure(
    result: IndexResult,
    *,
    stage: Stage = "normalised",
    thresholds: Thresholds | None = None,
    with_kendall: bool = True,
) -> Structure:
    """The structure of an index over all its city-years, pooled: description, correlations, alpha, components.

    stage: of the indicators. Before `oriented`, indicators of direction negative are reversed for everything but the
    description; others are taken as they are. thresholds: of the flags, kept in the result.
    with_kendall: Kendall's tau can be left out (it takes some 7 seconds for 60,000 city-years of 35 nodes; for a
    thousand, a tenth of a second). Missing values: correlations and alpha are pairwise complete, components need
    complete city-years. Nothing is refused: what is undefined (a constant indicator, a single city-year) is NaN and
    named in `constant`, `left_out` or a flag.
    Source: OECD/JRC Handbook (2008), step 4.

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("ABCD", [2020] * 4, {"x": [1, 2, 3, 4], "y": [1, 3, 2, 4]})
    >>> framework = ic.Framework.model_validate({"indicators": {"x": {}, "y": {}}})
    >>> found = structure(ic.build_index(panel, framework, ic.Methodology()))
    >>> found.correlation_table()[["first", "second", "pairs", "pearson"]].round(3).values.tolist()
    [['x', 'y', 4, 0.8]]
    >>> found.parent_table()[["node", "above", "pearson", "flag"]].round(3).values.tolist()
    [['x', 'index', 0.949, ''], ['y', 'index', 0.949, '']]
    """
    limits = thresholds or Thresholds()
    rows = result.present
    as_they_stand, turned = _values(result, stage)
    kernels: tuple[Callable[[Array], Array], ...] = (pearson, spearman, kendall if with_kendall else _not_asked)
    r, rho, tau = (kernel(turned) for kernel in kernels)
    spread = varies(turned)
    return Structure(
        stage=stage,
        thresholds=limits,
        n_cities=int(rows.any(axis=1).sum()),
        n_years=int(rows.any(axis=0).sum()),
        n=len(turned),
        nodes=result.nodes,
        description=describe(as_they_stand),
        pairs=pairs(turned),
        pearson=r,
        spearman=rho,
        kendall=tau,
        constant=tuple(node.code for node, here in zip(result.nodes, spread, strict=True) if not here),
        groups=tuple(_weighed(_group(turned, result.nodes, *of, limits), result) for of in _members(result.nodes)),
    )


def _values(result: IndexResult, stage: Stage) -> tuple[Array, Array]:
    """(n_obs, n_node): indicators at the stage and scores above them; and the same, higher being better."""
    panel = getattr(result, stage)
    values = result.scores[result.present]
    leaves = [i for i, node in enumerate(result.nodes) if node.is_indicator]
    at = [panel.position(result.nodes[i].code) for i in leaves]
    values[:, leaves] = panel.values[result.present][:, at]
    sign = np.ones(len(result.nodes))
    if stage not in ("oriented", "normalised"):
        declared = result.framework.all_indicators
        sign[leaves] = [-1.0 if declared[result.nodes[i].code].direction.name == "negative" else 1.0 for i in leaves]
    return values, values * sign


def _members(nodes: tuple[Node, ...]) -> Iterator[tuple[str, Literal["children", "indicators"], list[int]]]:
    """The groups of two and more: children of every node, and indicators below it if they are not its children."""
    for i, node in parents(nodes).items():
        children, indicators = list(node.children), leaves(nodes, i)
        if len(children) > 1:
            yield node.code, "children", children
        if len(indicators) > 1 and indicators != children:
            yield node.code, "indicators", indicators


def _group(
    x: Array,
    nodes: tuple[Node, ...],
    node: str,
    of: Literal["children", "indicators"],
    at: list[int],
    limits: Thresholds,
) -> Group:
    spread = varies(x[:, at])
    kept = [i for i, here in zip(at, spread, strict=True) if here]
    items = x[:, kept]
    complete = items[~np.isnan(items).any(axis=1)]
    eigenvalues, loadings, rotated = _components(complete, limits.eigenvalue)
    return Group(
        node=node,
        of=of,
        items=tuple(nodes[i].code for i in kept),
        left_out=tuple(nodes[i].code for i, here in zip(at, spread, strict=True) if not here),
        alpha=cronbach_alpha(items),
        n=len(complete),
        eigenvalues=eigenvalues,
        loadings=loadings,
        rotated=rotated,
    )


COMPONENTS = ("pca_handbook", "pca_lpi")
"""Weightings by principal components."""
BASES = {"raw": "treated", "oriented": "oriented", "normalised": "normalised"}
"""The stage of the indicators that a weighting's basis names."""


def _weighed(group: Group, result: IndexResult) -> Group:
    """A group with the components that its weights come from, where they come from any."""
    choice = _component_weighting(group, result.nodes)
    if choice is None:
        return group
    at = [result.position(code) for code in group.items]
    x, _ = _values(result, BASES[choice.told("basis")])  # type: ignore[arg-type]
    eigenvalues, loadings = principal_components(x[:, at])
    rule = {name: d.default for name, d in choice.method.parameters.items()} | dict(choice.parameters)
    rule = {name: rule[name] for name in ("components", "minimum_eigenvalue", "minimum_share") if name in rule}
    kept = retained(eigenvalues, **rule) if choice.name == "pca_handbook" else 1
    turned = varimax(loadings[:, :kept])
    eigenvalues = np.maximum(eigenvalues, 0.0)
    return replace(group, eigenvalues=eigenvalues, loadings=loadings, rotated=turned, weighting=choice)


def _component_weighting(group: Group, nodes: tuple[Node, ...]) -> Choice | None:
    """The weighting by components that covers exactly the items of a group, also as a part of a combination."""
    node = next(node for node in parents(nodes).values() if node.code == group.node)
    leaves = [one.code for one in nodes if one.is_indicator]
    own = node.weighting
    for part in (own, *(part for part in own.parameters.values() if isinstance(part, Choice))):
        if part.name not in COMPONENTS or part.told("per") != "pooled" or not group.items:
            continue
        scope = part.told("scope")
        if scope == "indicators":
            if group.node == nodes[0].code and {*group.items, *group.left_out} == set(leaves):
                return part
        elif group.of == "children" and (scope == "levels" or any(nodes[k].is_indicator for k in node.children)):
            return part
    return None


def _components(complete: Array, least: float) -> tuple[Array, Array, Array]:
    """Eigenvalues, loadings and rotated loadings of the components above `least`; NaN where a column is constant."""
    k = complete.shape[1]
    if not k or not varies(complete).all():
        return np.full(k, np.nan), np.full((k, k), np.nan), np.empty((k, 0))
    eigenvalues, loadings = principal_components(complete)
    retained = max(1, int((eigenvalues > least + 1e-9).sum()))
    return np.maximum(eigenvalues, 0.0), loadings, varimax(loadings[:, :retained])


def _not_asked(x: Array) -> Array:
    return np.full((x.shape[1], x.shape[1]), np.nan)


def _padded(columns: Array, k: int) -> Array:
    """The columns, followed by columns of NaN up to k."""
    return np.hstack([columns, np.full((len(columns), k - columns.shape[1]), np.nan)])
