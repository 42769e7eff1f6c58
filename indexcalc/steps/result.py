"""What a build returns: data only, every stage kept, and the same as labelled tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexcalc.brief import Frozen
from indexcalc.errors import InputError, Problem, suggestion
from indexcalc.figures.panel import Panel, year_position
from indexcalc.origin import Origin
from indexcalc.spec.framework import INDEX, Framework
from indexcalc.spec.hierarchy import Node, Parent, parents
from indexcalc.spec.methodology import Methodology
from indexcalc.steps.ranks import shared_ranks
from indexcalc.voice import Voice, languages

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class IndexResult(Frozen):
    """One index, computed. Stages are Panels over the indicators; scores and ranks are [city, year, node].

    panel: as read. derived, imputed, treated, oriented, normalised: the stages; presence is that after screening.
    treatment: what was done to each treated indicator; treatment_by_year: what was done in each year, for those treated
    year by year. nodes: the index first. weights: of each node within its parent (their mean where they differ between
    city-years: weights_by_observation holds those, (n_obs, n_child) by node); effective: down from the index. scores:
    of each node; ranks: within the year, 1 = best.
    """

    main = "rankings"

    framework: Framework
    methodology: Methodology
    panel: Panel
    derived: Panel
    imputed: Panel
    treated: Panel
    treatment: Mapping[str, str]
    treatment_by_year: Mapping[str, Mapping[int, str]]
    oriented: Panel
    normalised: Panel
    nodes: tuple[Node, ...]
    weights: Array
    weights_by_observation: Mapping[int, Array]
    effective: Array
    scores: Array
    ranks: Array

    def __repr__(self) -> str:
        n_city, n_year, n_indicator = self.normalised.values.shape
        ranks = self.rank()[:, -1] if n_year else np.array([])
        first = [f"{ranks[c]:g} {self.cities[c]}" for c in np.argsort(ranks)[:3] if not np.isnan(ranks[c])]
        size = f"{n_city} cities, {n_year} years, {n_indicator} indicators"
        return f"IndexResult({size}{'; ' + str(self.years[-1]) + ': ' if first else ''}{', '.join(first)})"

    def treated_how(self, code: str, year: int) -> str | None:
        """What the treatment did to an indicator in a year; None if nothing."""
        by_year = self.treatment_by_year.get(code)
        return self.treatment.get(code) if by_year is None else by_year.get(year)

    def voice(self, lang: str) -> Voice:
        """The voice that knows the names in a language, and whether rank 1 is the best."""
        return self.framework.voice(lang, self.methodology.rank_on.end)

    @property
    def cities(self) -> tuple[str, ...]:
        return self.panel.cities

    @property
    def unweighted(self) -> NDArray[np.bool_]:
        """Nodes whose effective weight is no share of the index: above them an aggregation ignores weights, (n_node,).

        Weights play no part in a product, a minimum or a median, so what is written there is not a share of anything.
        """
        found = np.zeros(len(self.nodes), bool)
        for position, node in parents(self.nodes).items():
            found[list(node.children)] = found[position] or node.ignores_weights
        return found

    @property
    def shares(self) -> Array:
        """Weight of each node within its parent (n_node,); NaN where the parent's aggregation ignores weights."""
        above = parents(self.nodes)
        ignored = [node.parent >= 0 and above[node.parent].ignores_weights for node in self.nodes]
        return np.where(ignored, np.nan, self.weights)

    def has_zero(self, position: int) -> bool:
        """Whether a child of a node is at 0 anywhere, and the node's aggregation says what that means (`zeros`)."""
        node = self.nodes[position]
        told = isinstance(node, Parent) and node.zeros != "refuse"
        return told and bool((self.scores[:, :, list(node.children)] == 0).any())

    @property
    def years(self) -> tuple[int, ...]:
        return self.panel.years

    @property
    def present(self) -> NDArray[np.bool_]:
        """City-years that have a row and that screening has not left out, [city, year]."""
        return self.derived.present

    def position(self, code: str) -> int:
        """Position of a node on the last axis of scores and ranks; refused by name (InputError) if there is none."""
        codes = [node.code for node in self.nodes]
        if code not in codes:
            raise InputError(Problem("explain_node", {"found": code, **suggestion(code, codes)}))
        return codes.index(code)

    def score(self, code: str = INDEX) -> Array:
        """Scores of one node, [city, year]; missing as NaN."""
        return self.scores[:, :, self.position(code)]

    def rank(self, code: str = INDEX) -> Array:
        """Ranks of one node within each year, [city, year]; NaN without a score."""
        return self.ranks[:, :, self.position(code)]

    def rank_gain(self, code: str = INDEX) -> Array:
        """Places gained since the year before, [city, year]: positive is up. Missing in the first year.

        As in `rank_gain_since`: among the cities ranked in both years.
        """
        gains = np.full((len(self.cities), len(self.years)), np.nan)
        for t in range(1, len(self.years)):
            before, after = self.ranks_in_both(t - 1, t, code)
            gains[:, t] = before - after
        return gains

    def rank_gain_total(self, code: str = INDEX) -> Array:
        """Places gained since the first year, [city, year]: positive is up. As in `rank_gain_since`."""
        return self.rank_gain_since(0, code)

    def rank_gain_since(self, first: int, code: str = INDEX) -> Array:
        """Places gained since the year at position `first`, [city, year]: positive is up.

        Among the cities ranked in both years: one that enters or leaves moves nobody. Missing for a city ranked in one
        of them only.
        """
        gains = np.full((len(self.cities), len(self.years)), np.nan)
        for t in range(len(self.years)):
            before, after = self.ranks_in_both(first, t, code)
            gains[:, t] = before - after
        return gains

    def ranks_in_both(self, first: int, last: int, code: str = INDEX) -> tuple[Array, Array]:
        """Ranks of the years at two positions, each (city,), among the cities that have one in both."""
        ranks = self.rank(code)
        before, after = shared_ranks(ranks[:, first], ranks[:, last])
        return np.asarray(before, float), np.asarray(after, float)

    def rankings(self) -> pd.DataFrame:
        """One row per city and year: city, city_en, year, score, rank, rank_change, rank_change_total.

        The changes are places gained (positive is up) against the year before and the first year, among the cities
        ranked in both.
        """
        import pandas as pd

        c, t = np.nonzero(self.present)
        frame = self._labels(c, t)
        frame["score"] = self.score()[c, t]
        for name, values in (
            ("rank", self.rank()),
            ("rank_change", self.rank_gain()),
            ("rank_change_total", self.rank_gain_total()),
        ):
            frame[name] = pd.array(values[c, t], dtype="Float64").astype("Int64")
        return frame

    def score_table(self) -> pd.DataFrame:
        """One row per city, year and node: city, year, node, level, score, rank."""
        import pandas as pd

        c, t = np.nonzero(self.present)
        n = len(self.nodes)
        frame = self._labels(np.repeat(c, n), np.repeat(t, n))[["city", "year"]].copy()
        frame["node"] = np.tile([node.code for node in self.nodes], len(c))
        frame["level"] = np.tile([node.level for node in self.nodes], len(c))
        frame["score"] = self.scores[c, t].ravel()
        frame["rank"] = pd.array(self.ranks[c, t].ravel(), dtype="Float64").astype("Int64")
        return frame

    def weight_table(self) -> pd.DataFrame:
        """One row per node below the index: parent, level, weight as given, share of the parent, effective weight."""
        import pandas as pd

        below = [(i, node) for i, node in enumerate(self.nodes) if node.parent >= 0]
        return pd.DataFrame(
            {
                "node": [node.code for _, node in below],
                "parent": [self.nodes[node.parent].code for _, node in below],
                "level": [node.level for _, node in below],
                "given": [node.weight for _, node in below],
                "weight": [self.shares[i] for i, _ in below],
                "effective_weight": [np.nan if self.unweighted[i] else self.effective[i] for i, _ in below],
            }
        )

    def coverage_table(self, year: int | None = None) -> pd.DataFrame:
        """Per city, the share [%] of its indicator cells that were observed, interpolated, extrapolated, filled in
        another way (carried, nearest, regression, group, constant), or missing, those left out by screening included.

        year: of that year alone; a city without a row in it then has no shares (NaN). Cells of city-years without a
        row do not count. A treated cell counts by its origin before the treatment.
        """
        import pandas as pd

        at = slice(None) if year is None else [year_position(self, year)]
        origin, present = self.imputed.origin[:, at], self.present[:, at]
        cells = present.sum(axis=1) * origin.shape[2]
        kinds = {
            "observed": [Origin.OBSERVED],
            "interpolated": [Origin.INTERPOLATED],
            "extrapolated": [Origin.EXTRAPOLATED],
            "other": [Origin.CARRIED, Origin.NEAREST, Origin.REGRESSION, Origin.GROUP, Origin.CONSTANT],
            "missing": [Origin.MISSING, Origin.LEFT_OUT],
        }
        counts = {
            name: (np.isin(origin, kind) & present[:, :, None]).sum(axis=(1, 2)) / np.maximum(cells, 1) * 100.0
            for name, kind in kinds.items()
        }
        if year is not None:
            counts = {name: np.where(cells > 0, share, np.nan) for name, share in counts.items()}
        return pd.DataFrame({"city": self.cities, **counts})

    def stage_table(self, stage: Panel) -> pd.DataFrame:
        """One row per city and year, one column per indicator, of a stage such as `result.normalised`."""
        c, t = np.nonzero(self.present)
        frame = self._labels(c, t)
        for k, code in enumerate(stage.codes):
            frame[code] = stage.values[c, t, k]
        return frame

    def _labels(self, c: NDArray[np.int64], t: NDArray[np.int64]) -> pd.DataFrame:
        import pandas as pd

        further = {
            f"city_{lang}": [self.framework.city_label(city, lang) for city in self.cities] for lang in languages()[1:]
        }
        return pd.DataFrame(
            {
                "city": np.array(self.cities, object)[c],
                **{column: np.array(cities, object)[c] for column, cities in further.items()},
                "year": np.array(self.years)[t],
            }
        )
