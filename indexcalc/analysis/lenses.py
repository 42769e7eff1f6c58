"""Lenses: the indicators regrouped by their tags into sub-indices, and each group's part in the growth of each city.

A sub-index is the arithmetic mean of the normalised indicators of a group, whatever the aggregation of the index.
Sub-indices of different groups rest on different indicators: a city's level in one is held against the mean city, never
against its level in another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.contributions import is_sum
from indexcalc.brief import Brief
from indexcalc.comparable import indicators_compare
from indexcalc.errors import ChoiceError, Problem, suggestion
from indexcalc.framework import Lens, Name
from indexcalc.methods.aggregation import arithmetic
from indexcalc.methods.ranking import competition_rank
from indexcalc.result import IndexResult
from indexcalc.voice import Voice, Word, languages

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

UNTAGGED = "untagged"
"""The group of the indicators that bear no tag of the lens."""

WORDS = (UNTAGGED, "mixed", "no_growth", "no_figure", "one_year", "incomparable")
"""Diagnoses that are no group of the lens."""


@dataclass(frozen=True)
class Rule:
    """When a group gives a city's growth its name: it has the largest share, and by itself.

    leading: the share is at least this. above_weight: and at least the group's weight, so that no group leads for being
    heavy. Where no group passes, the growth is `mixed`.
    """

    leading: float = 0.5
    above_weight: bool = True


@dataclass(frozen=True, repr=False)
class Growth(Brief):
    """Growth of the arithmetic mean of all indicators, by group: data only.

    contribution: Σ_{k in g} w_k (z_k,last - z_k,first), (n_city, n_group) [score], missing for a group without
    indicators. total: (n_city,), their sum. share: contribution/total, adding up to 1, below 0 for a group that fell;
    missing unless the total rose. diagnosis: (n_city,), a group or one of WORDS.
    """

    first: int
    last: int
    rule: Rule
    contribution: Array
    total: Array
    share: Array
    diagnosis: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class LensResult(Brief):
    """The indicators under one lens: data only; the methods give them as tidy tables.

    groups: in the order of the YAML, then `untagged` where an indicator in use bears no tag. members: the indicators in
    use of each group. weights: (n_group,), the group's share of the effective weights. scores: sub-indices [city, year,
    group]. mean_city: (n_year, n_group), the mean of the cities there. ranks: within the year. is_index: whether the
    index itself is the same arithmetic mean, under one set of weights, so that growth is that of the index.
    """

    main = "table"

    code: str
    cities: tuple[str, ...]
    years: tuple[int, ...]
    present: NDArray[np.bool_]
    groups: tuple[str, ...]
    names: Mapping[str, Name]
    members: Mapping[str, tuple[str, ...]]
    weights: Array
    scores: Array
    mean_city: Array
    ranks: Array
    growth: Growth
    is_index: bool
    notices: tuple[Problem, ...]

    def __post_init__(self) -> None:
        growth = self.growth
        arrays = (self.weights, self.scores, self.mean_city, self.ranks)
        for array in (*arrays, growth.contribution, growth.total, growth.share):
            array.setflags(write=False)

    def name(self, word: str, voice: Voice) -> str:
        """Name of a group or a diagnosis; the word itself where it has none."""
        return voice.name(self.names[word]) if word in self.names else word

    def table(self) -> pd.DataFrame:
        """One row per city, year and group: city, year, group, score, mean_city, against_mean, rank.

        against_mean: score - mean_city, the position of the city in this group. Empty groups have no figures.
        """
        import pandas as pd

        c, t = np.nonzero(self.present)
        k = len(self.groups)
        scores, mean = self.scores[c, t].ravel(), self.mean_city[t].ravel()
        return pd.DataFrame(
            {
                "city": np.repeat(np.array(self.cities, object)[c], k),
                "year": np.repeat(np.array(self.years)[t], k),
                "group": np.tile(np.array(self.groups, object), len(c)),
                "score": scores,
                "mean_city": mean,
                "against_mean": scores - mean,
                "rank": pd.array(self.ranks[c, t].ravel(), dtype="Float64").astype("Int64"),
            }
        )

    def group_table(self) -> pd.DataFrame:
        """One row per group: group, group_zh, group_en, weight, n (indicators in use), indicators."""
        import pandas as pd

        return pd.DataFrame(
            {
                "group": list(self.groups),
                **{f"group_{lang}": [self.name(group, Voice(lang)) for group in self.groups] for lang in languages()},
                "weight": self.weights,
                "n": [len(self.members[group]) for group in self.groups],
                "indicators": [", ".join(self.members[group]) for group in self.groups],
            }
        )

    def growth_table(self) -> pd.DataFrame:
        """One row per city and group: city, first, last, group, weight, contribution, share, pace.

        pace: share/weight; above 1 a group grew faster than the others, whatever its weight.
        """
        import pandas as pd

        n, k = self.growth.share.shape
        weights = np.where(self.weights > 0, self.weights, np.nan)
        return pd.DataFrame(
            {
                "city": np.repeat(np.array(self.cities, object), k),
                "first": self.growth.first,
                "last": self.growth.last,
                "group": np.tile(np.array(self.groups, object), n),
                "weight": np.tile(self.weights, n),
                "contribution": self.growth.contribution.ravel(),
                "share": self.growth.share.ravel(),
                "pace": (self.growth.share / weights).ravel(),
            }
        )

    def diagnosis_table(self) -> pd.DataFrame:
        """One row per city: city, first, last, growth, diagnosis, diagnosis_zh, diagnosis_en, largest_share."""
        import pandas as pd

        share = np.where(np.isnan(self.growth.share), -np.inf, self.growth.share).max(axis=1, initial=-np.inf)
        diagnosis = list(self.growth.diagnosis)
        return pd.DataFrame(
            {
                "city": list(self.cities),
                "first": self.growth.first,
                "last": self.growth.last,
                "growth": self.growth.total,
                "diagnosis": diagnosis,
                **{f"diagnosis_{lang}": [self.name(word, Voice(lang)) for word in diagnosis] for lang in languages()},
                "largest_share": np.where(np.isfinite(share), share, np.nan),
            }
        )


def lens(
    result: IndexResult, code: str, *, first: int | None = None, last: int | None = None, rule: Rule | None = None
) -> LensResult:
    """The indicators under a lens of the YAML: sub-indices by city and year, and each group's share of growth.

    Sub-index of group g: Σ w_k z_k / Σ w_k over its indicators, z normalised, w the effective weights in the index
    (their mean where they differ between city-years, so that no growth comes of a change of weights). Missing figures
    go by the methodology's missing rule. Growth, from `first` to `last` (by default the first and last year), is that
    of Σ w_k z_k over all indicators; an indicator missing in either year leaves it undefined.
    Refused (ChoiceError): a lens that is not declared; years that are not two of the index in their order. A group
    without indicators, a city without growth, years that do not compare (reference: year) are told in `notices`.

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("AABB", [2020, 2021] * 2, {"x": [1, 2, 2, 5], "y": [4, 5, 5, 8]})
    >>> framework = ic.Framework.model_validate({
    ...     "indicators": {"x": {"tags": {"stage": "scale"}}, "y": {}},
    ...     "lenses": {"stage": {"groups": {"scale": "Scale", "ecosystem": "Ecosystem"}}},
    ... })
    >>> found = lens(ic.build_index(panel, framework, ic.Methodology()), "stage")
    >>> found.groups, found.growth.share.round(3).tolist(), found.growth.diagnosis
    (('scale', 'ecosystem', 'untagged'), [[0.5, nan, 0.5], [0.5, nan, 0.5]], ('mixed', 'mixed'))
    """
    declared = result.framework.lenses
    if code not in declared:
        raise ChoiceError(Problem("unknown_lens", {"code": code, **suggestion(code, declared)}))
    ends = year_span(result.years, first, last)
    members = _members(result, code, declared[code])
    names = {**{word: Name.of(f"names.lens.{word}") for word in WORDS}, **declared[code].groups}
    positions = [[result.position(indicator) for indicator in group] for group in members.values()]
    scores = np.stack([_sub_index(result, at) for at in positions], axis=2)
    there = ~np.isnan(scores)
    mean = np.where(there, scores, 0.0).sum(axis=0) / np.where(there.any(axis=0), there.sum(axis=0), np.nan)
    weights = np.array([result.effective[at].sum() for at in positions])
    weights /= weights.sum()
    comparable = indicators_compare(result.nodes, result.framework, result.methodology)
    same = is_sum(result) and not result.weights_by_observation
    growth = _growth(result, tuple(members), positions, weights, ends, comparable, rule or Rule())
    return LensResult(
        code=code,
        cities=result.cities,
        years=result.years,
        present=result.present,
        groups=tuple(members),
        names=names,
        members=members,
        weights=weights,
        scores=scores,
        mean_city=mean,
        ranks=competition_rank(scores, decimals=result.methodology.rank_on.decimals),
        growth=growth,
        is_index=same,
        notices=tuple(_notices(code, members, growth, result.cities, same)),
    )


def year_span(years: tuple[int, ...], first: int | None, last: int | None) -> tuple[int, int]:
    """Positions of two years, by default the first and the last; a single year stands for both.

    Refused (ChoiceError) unless both are years of the index, the earlier first.
    """
    start, end = (years[0] if first is None else first), (years[-1] if last is None else last)
    if start not in years or end not in years or (start >= end and len(years) > 1):
        facts = {"first": start, "last": end, "years": ", ".join(map(str, years))}
        raise ChoiceError(Problem("analysis_span", facts))
    return years.index(start), years.index(end)


def _members(result: IndexResult, code: str, declared: Lens) -> dict[str, tuple[str, ...]]:
    """Indicators in use of each group, in the order of the YAML."""
    found: dict[str, list[str]] = {group: [] for group in declared.groups}
    indicators = result.framework.all_indicators
    for node in result.nodes:
        if node.is_indicator:
            found.setdefault(indicators[node.code].tags.get(code, UNTAGGED), []).append(node.code)
    return {group: tuple(members) for group, members in found.items()}


def _sub_index(result: IndexResult, at: list[int]) -> Array:
    """Sub-index [city, year] of the indicators at these positions of the nodes."""
    weights = result.effective[at]
    if not at or weights.sum() == 0:
        return np.full(result.present.shape, np.nan)
    missing = result.methodology.missing
    z = result.scores[:, :, at].reshape(-1, len(at))
    score = missing.method.kernel(z, weights / weights.sum(), arithmetic, **missing.parameters)
    return np.asarray(score, float).reshape(result.present.shape)


def _growth(
    result: IndexResult,
    groups: tuple[str, ...],
    positions: list[list[int]],
    weights: Array,
    ends: tuple[int, int],
    comparable: bool,
    rule: Rule,
) -> Growth:
    change = (result.scores[:, ends[1]] - result.scores[:, ends[0]]) * result.effective
    empty = np.full(len(change), np.nan)
    contribution = np.column_stack([change[:, at].sum(axis=1) if at else empty for at in positions])
    filled = [g for g, at in enumerate(positions) if at]
    total = contribution[:, filled].sum(axis=1)
    if ends[0] == ends[1] or not comparable:
        contribution, total = np.full(contribution.shape, np.nan), empty
    rose = np.round(total, result.methodology.rank_on.decimals) > 0
    share = contribution / np.where(rose, total, np.nan)[:, None]
    unsaid = "one_year" if ends[0] == ends[1] else "no_figure" if comparable else "incomparable"
    diagnosis = [
        _diagnosis(own, groups, weights, rule) if up else unsaid if np.isnan(sum_) else "no_growth"
        for own, up, sum_ in zip(share, rose, total, strict=True)
    ]
    first, last = (result.years[end] for end in ends)
    return Growth(first, last, rule, contribution, total, share, tuple(diagnosis))


def _diagnosis(share: Array, groups: tuple[str, ...], weights: Array, rule: Rule) -> str:
    """The group that the rule names, or `mixed`; shares are rounded so that the last bit decides nothing."""
    rounded = np.round(np.where(np.isnan(share), -np.inf, share), 9)
    leader = int(rounded.argmax())
    alone = (rounded == rounded[leader]).sum() == 1
    heavy = rule.above_weight and rounded[leader] < round(float(weights[leader]), 9)
    return groups[leader] if alone and rounded[leader] >= rule.leading and not heavy else "mixed"


def _notices(
    code: str, members: Mapping[str, tuple[str, ...]], growth: Growth, cities: tuple[str, ...], is_index: bool
) -> Iterator[Problem]:
    for group, indicators in members.items():
        if not indicators:
            yield Problem("lens_group_empty", {"lens": code, "group": group})
    if not is_index:
        yield Problem("lens_not_the_index", {"lens": code})
    if "incomparable" in growth.diagnosis:
        yield Problem("levels_incomparable", {"what": Word("errors.incomparable.lens", lens=code)})
    for word in ("no_growth", "no_figure"):
        named = [city for city, found in zip(cities, growth.diagnosis, strict=True) if found == word]
        if named:
            facts = {"lens": code, "first": growth.first, "last": growth.last, "cities": ", ".join(named)}
            yield Problem("lens_share_undefined", {**facts, "why": Word(f"errors.why.{word}")})
