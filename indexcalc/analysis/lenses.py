"""Lenses: the indicators regrouped by their tags into sub-indices, and each group's part in the growth of each city.

A sub-index is the arithmetic mean of the normalised indicators of a group, whatever the aggregation of the index.
Sub-indices of different groups come from different indicators: a city's level in one is compared with the mean city,
never with its level in another. A group with half the weight has half the growth if nothing sets it apart: growth is
reported relative to weight, and a group stands out only where tags shuffled among the indicators hardly ever make one
stand out as far.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.contributions import is_sum
from indexcalc.analysis.tidy import rows_by_part
from indexcalc.brief import Frozen
from indexcalc.errors import ChoiceError, Problem, suggestion
from indexcalc.methods.aggregation import arithmetic
from indexcalc.spec.framework import Lens, Name
from indexcalc.steps.combine import rank
from indexcalc.steps.comparable import indicators_compare
from indexcalc.steps.result import IndexResult
from indexcalc.voice import City, Row, Voice, Word, languages

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

ROOM = 2_000_000
"""About how many shares of growth are kept in memory at once while tags are shuffled."""
UNTAGGED = "untagged"
"""The group of the indicators that have no tag of the lens."""

WORDS = (UNTAGGED, "mixed", "no_growth", "no_figure", "one_year", "incomparable")
"""Diagnoses that are not groups of the lens."""


@dataclass(frozen=True)
class Rule:
    """When a group stands out: where shuffled tags make one stand out as far in no more than `level` of the cases.

    shuffles: how often the tags are shuffled among the indicators in use, each group keeping its number of them; seed:
    of the shuffling. Where no group stands out, the growth is `mixed`.
    """

    level: float = 0.05
    shuffles: int = 1999
    seed: int = 2022


@dataclass(frozen=True, repr=False)
class Chance(Frozen):
    """Growth of all cities together against shuffled tags, (n_group,): data only.

    share: of each group in the growth of the cities that have a share; pace: share/weight, the growth of the group's
    sub-index in units of that of all indicators. p: the share of the shuffles in which some group is at least as far
    from its mean over the shuffles, in standard deviations, as this one (two-sided). stands_out: 1 if faster, -1 if
    slower than shuffled tags make any group in more than `level` of the cases, else 0. least: the smallest p.
    """

    share: Array
    pace: Array
    p: Array
    stands_out: NDArray[np.int64]

    @property
    def least(self) -> float:
        """The smallest p; missing where there is no growth."""
        return float("nan") if np.isnan(self.p).all() else float(np.nanmin(self.p))

    @property
    def standing_out(self) -> list[int]:
        """Positions of the groups that chance does not explain, the fastest first."""
        return [g for g in np.argsort(-np.nan_to_num(self.pace), kind="stable").tolist() if self.stands_out[g]]


@dataclass(frozen=True, repr=False)
class Growth(Frozen):
    """Growth of the arithmetic mean of all indicators, by group: data only.

    contribution: Σ_{k in g} w_k (z_k,last - z_k,first), (n_city, n_group) [score], missing for a group without
    indicators. total: (n_city,), their sum. share: contribution/total, adding up to 1, below 0 for a group that fell;
    missing unless the total rose. diagnosis: (n_city,), the group that stands out as faster, or one of WORDS. chance:
    of the cities together.
    """

    first: int
    last: int
    rule: Rule
    contribution: Array
    total: Array
    share: Array
    diagnosis: tuple[str, ...]
    chance: Chance


@dataclass(frozen=True, repr=False)
class LensResult(Frozen):
    """The indicators under one lens: data only; the methods give them as tidy tables.

    groups: in the order of the YAML, then `untagged` where an indicator in use has no tag. members: the indicators in
    use of each group. weights: (n_group,), the group's share of the effective weights. scores: sub-indices [city, year,
    group]. mean_city: (n_year, n_group), the mean over the cities with a score. ranks: within the year. is_index:
    whether the index itself is the same arithmetic mean, under one set of weights, so that growth is that of the index.
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

    def name(self, word: str, voice: Voice) -> str:
        """Name of a group or a diagnosis; the word itself where it has none."""
        return voice.name(self.names[word]) if word in self.names else word

    def table(self) -> pd.DataFrame:
        """One row per city, year and group: city, year, group, score, mean_city, against_mean, rank.

        against_mean: score - mean_city, the position of the city in this group. Empty groups have no figures.
        """
        mean = np.broadcast_to(self.mean_city, self.scores.shape)
        found = rows_by_part(
            *(self.cities, self.years, self.present, "group", self.groups),
            score=self.scores,
            mean_city=mean,
            against_mean=self.scores - mean,
            rank=self.ranks,
        )
        return found.astype({"rank": "Int64"})

    def group_table(self) -> pd.DataFrame:
        """One row per group: group, group_zh, group_en, weight, n (indicators in use), indicators; of the growth of all
        cities together share, pace, p, stands_out (see `Chance`)."""
        import pandas as pd

        return pd.DataFrame(
            {
                "group": list(self.groups),
                **{f"group_{lang}": [self.name(group, Voice(lang)) for group in self.groups] for lang in languages()},
                "weight": self.weights,
                "n": [len(self.members[group]) for group in self.groups],
                "indicators": [", ".join(self.members[group]) for group in self.groups],
                "share": self.growth.chance.share,
                "pace": self.growth.chance.pace,
                "p": self.growth.chance.p,
                "stands_out": self.growth.chance.stands_out,
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
    (their mean where they differ between city-years, so that no growth comes from a change of weights). Missing figures
    follow the methodology's missing rule. Growth, from `first` to `last` (by default the first and last year), is that
    of Σ w_k z_k over all indicators; an indicator missing in either year leaves it undefined. A group stands out where
    no more than `rule.level` of the shuffles have any group whose share of growth less its weight, in standard
    deviations over the shuffles, is as large (a permutation test with the maximum over the groups, so that it is valid
    for all of them at once; the tags as they are count as one shuffle). By city only the faster side is tested.
    Source: Westfall and Young (1993), Resampling-based multiple testing, of the maximum. Refused (ChoiceError): a lens
    that is not declared; years that are not two of the index in their order. A group without indicators, a city without
    growth, years that cannot be compared (reference: year) are reported in `notices`.

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
        ranks=rank(scores, result.methodology),
        growth=growth,
        is_index=same,
        notices=tuple(_notices(code, members, growth, result.cities, same)),
    )


def year_span(years: tuple[int, ...], first: int | None, last: int | None) -> tuple[int, int]:
    """Positions of two years, by default the first and the last; a single year is both.

    Refused (ChoiceError) unless both are years of the index, the earlier first.
    """
    start, end = (years[0] if first is None else first), (years[-1] if last is None else last)
    if start not in years or end not in years or (start >= end and len(years) > 1):
        facts = {"first": start, "last": end, "years": Row(years)}
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
    first, last = (result.years[end] for end in ends)
    labels = np.concatenate([np.full(len(at), g) for g, at in enumerate(positions)]).astype(np.int64)
    used = [k for at in positions for k in at]
    shuffled = _shuffled(labels, len(groups), rule)
    leaders = np.full(len(total), -1)
    if rose.any():
        parts = change[np.ix_(rose, used)] / total[rose][:, None]
        leaders[rose] = _leaders(parts, result.effective[used], shuffled, rule)
    together = change[np.ix_(rose, used)].sum(axis=0) if rose.any() else np.full(len(used), np.nan)
    chance = _chance(together, result.effective[used], weights, shuffled, rule)
    diagnosis = [
        (groups[leader] if leader >= 0 else "mixed") if up else unsaid if np.isnan(sum_) else "no_growth"
        for leader, up, sum_ in zip(leaders.tolist(), rose, total, strict=True)
    ]
    return Growth(first, last, rule, contribution, total, share, tuple(diagnosis), chance)


def _shuffled(labels: Ints, n_group: int, rule: Rule) -> Array:
    """Which indicator is in which group, as it is and under each shuffle: (1 + shuffles, n_group, n_indicator)."""
    random = np.random.default_rng(rule.seed)
    tags = random.permuted(np.tile(labels, (rule.shuffles, 1)), axis=1)
    whole = np.concatenate([labels[None], tags])
    return np.asarray(whole[:, None] == np.arange(n_group)[:, None], float)


def _apart(parts: Array, weights: Array, shuffled: Array) -> Array:
    """How far each group's share of growth is from its weight, in standard deviations over all shuffles: (shuffle,
    group, city), the first as it is. parts: (city, indicator), shares of growth.

    Of n of N indicators drawn without order, Σ (share - weight) has mean 0 and variance n (N - n) Σ (share - weight)² /
    (N (N - 1)).
    """
    excess = parts - weights / weights.sum()
    n, size = shuffled[0].sum(axis=1), parts.shape[1]
    spread = np.sqrt(n * (size - n) / max(size * (size - 1), 1))[:, None] * np.sqrt((excess**2).sum(axis=1))
    sums = shuffled @ excess.T
    found: Array = np.round(np.divide(sums, spread, out=np.zeros_like(sums), where=spread > 1e-12), 9)
    return found


def _leaders(parts: Array, weights: Array, shuffled: Array, rule: Rule) -> Ints:
    """The group that stands out as faster in each city (city,), -1 where none does; a few cities at a time."""
    leaders = np.full(len(parts), -1)
    step = max(1, ROOM // shuffled[:, :, 0].size)
    for start in range(0, len(parts), step):
        apart = _apart(parts[start : start + step], weights, shuffled)
        most = apart.max(axis=1)
        p = (most >= most[0]).mean(axis=0)
        leaders[start : start + step] = np.where(p <= rule.level, apart[0].argmax(axis=0), -1)
    return leaders


def _chance(together: Array, effective: Array, weights: Array, shuffled: Array, rule: Rule) -> Chance:
    """The growth of all cities together against shuffled tags. together: (indicator,), parts of it."""
    total = float(together.sum())
    if not total > 0:
        nothing = np.full(len(weights), np.nan)
        return Chance(nothing, nothing.copy(), nothing.copy(), np.zeros(len(weights), np.int64))
    share = shuffled[0] @ (together / total)
    apart = _apart(together[None] / total, effective, shuffled)[:, :, 0]
    most = np.abs(apart).max(axis=1)
    p = (most[:, None] >= np.abs(apart[0])).mean(axis=0)
    filled = weights > 0
    out = np.where(filled & (p <= rule.level), np.sign(apart[0]), 0.0).astype(np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        pace = np.where(filled, share / weights, np.nan)
    return Chance(np.where(filled, share, np.nan), pace, np.where(filled, p, np.nan), out)


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
            facts = {"lens": code, "first": growth.first, "last": growth.last, "cities": Row(map(City, named))}
            yield Problem("lens_share_undefined", {**facts, "why": Word(f"errors.why.{word}")})
