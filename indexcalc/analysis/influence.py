"""How an indicator actually moves with the index and its dimension, with its sign, beside the weight it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indexcalc.brief import Frozen
from indexcalc.methods.factor import correlations
from indexcalc.spec.hierarchy import parents, turned
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]
Against = Literal["", "index", "parent", "both"]

EVEN = 1e-9
"""A correlation no further below 0 than this does not count as negative."""


@dataclass(frozen=True, repr=False)
class Influence(Frozen):
    """Pearson correlations of each indicator's score, (n_indicator,) [-1..1], as of `codes`: data only.

    index, parent: with the index, and with the node that it is part of, over all city-years; index_within,
    parent_within: within years, of the distances from the mean of the cities in the same year, so that common growth
    does not count. parents: codes of those nodes. An indicator is part of both, so some of r comes from the indicator
    itself. turned: (n_indicator, 2), whether on the way up to the index, and to the parent, a score may fall where this
    one rises (a ratio, a reversed node): a correlation below 0 then does not mean that it runs against it.
    """

    main = "table"

    codes: tuple[str, ...]
    parents: tuple[str, ...]
    index: Array
    index_within: Array
    parent: Array
    parent_within: Array
    turned: NDArray[np.bool_]

    @property
    def against(self) -> tuple[Against, ...]:
        """What each indicator runs against, over all city-years or within years: `index`, `parent`, `both`, or ""."""
        index = (np.fmin(self.index, self.index_within) < -EVEN) & ~self.turned[:, 0]
        parent = (np.fmin(self.parent, self.parent_within) < -EVEN) & ~self.turned[:, 1]
        words: tuple[Against, ...] = ("", "index", "parent", "both")
        return tuple(words[i + 2 * p] for i, p in zip(index.tolist(), parent.tolist(), strict=True))

    def table(self) -> pd.DataFrame:
        """One row per indicator: its code, parent, r_index, r_index_within, r_parent, r_parent_within, runs_against."""
        found = {"indicator": list(self.codes), "parent": list(self.parents)}
        arrays = {"r_index": self.index, "r_index_within": self.index_within}
        arrays |= {"r_parent": self.parent, "r_parent_within": self.parent_within}
        return pd.DataFrame({**found, **arrays, "runs_against": list(self.against)})


def influence(result: IndexResult) -> Influence:
    """Signed Pearson correlation of each indicator's score with the index and with its dimension.

    r_k = cov(z_k, S)/(sd z_k · sd S), over the city-years where both are present; within years the same for z_k -
    mean_t z_k and S - mean_t S, the means over the cities of the year that have both. Scores are oriented so that
    higher is better: below 0 the indicator runs against what it is part of. r² is the share of the variance of the
    index that a straight line in the indicator accounts for; such shares do not add up, since indicators that move
    together account for the same variance, and the city-years of a panel are not independent. Missing where either does
    not vary. A weight says what one point of a score adds; only r says how closely the index follows the indicator, and
    in which direction.
    Source: Paruolo, Saisana and Saltelli (2013), Ratings and rankings: voodoo or science?, JRSS-A 176(3), 609-634, of
    r² (their measure is the correlation ratio).

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("ABC", [2020] * 3, {"x": [1, 2, 3], "y": [2, 3, 1]})
    >>> framework = ic.Framework.model_validate({"indicators": {"x": {"weight": 3}, "y": {}}})
    >>> found = influence(ic.build_index(panel, framework, ic.Methodology()))
    >>> found.index.round(2), found.against
    (array([ 0.94, -0.19]), ('', 'both'))
    """
    codes = result.normalised.codes
    nodes, dimensions = [result.nodes[result.position(code)] for code in codes], parents(result.nodes)
    z, score = result.normalised.values, result.score()
    above = [result.scores[:, :, node.parent] for node in nodes]
    columns = [z[:, :, k] for k in range(len(codes))]
    index = np.array([_pearson(own, score) for own in columns])
    parent = np.array([_pearson(own, one) for own, one in zip(columns, above, strict=True)])
    return Influence(
        codes=codes,
        parents=tuple(result.nodes[node.parent].code for node in nodes),
        index=index[:, 0],
        index_within=index[:, 1],
        parent=parent[:, 0],
        parent_within=parent[:, 1],
        turned=np.array([[turned(node, result.nodes), dimensions[node.parent].falls] for node in nodes]),
    )


def _pearson(a: Array, b: Array) -> tuple[float, float]:
    """Correlation of two figures [city, year], over all and within years."""
    both = ~np.isnan(a + b)
    n = np.maximum(both.sum(axis=0), 1)
    apart = [np.where(both, x - np.where(both, x, 0.0).sum(axis=0) / n, np.nan) for x in (a, b)]
    pooled = [np.where(both, x, np.nan) for x in (a, b)]
    one, two = (float(correlations(np.column_stack([x.ravel(), y.ravel()]))[0, 1]) for x, y in (pooled, apart))
    return one, two
