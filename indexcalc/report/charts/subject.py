"""What the charts of one result share: names, years, scores, ranks, and the cities picked out in colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexcalc.analyses import MOST_HIGHLIGHTED, IntegrationOptions, Yardstick
from indexcalc.analysis.structure import Structure, structure
from indexcalc.framework import Dimension
from indexcalc.report.charts.findings import largest_risers
from indexcalc.report.charts.notes import foot, scores_are_relative
from indexcalc.report.charts.style import GROUP_COLOURS, OTHERS, RISER_COLOURS, SOFT_INK
from indexcalc.result import IndexResult
from indexcalc.robustness.result import AlternativesResult, BoundsResult, SensitivityResult, UncertaintyResult
from indexcalc.uncertainty import WeightSet
from indexcalc.voice import Voice

Array = NDArray[np.float64]

MOST_COLOURS = len(GROUP_COLOURS) + len(RISER_COLOURS)
assert MOST_COLOURS == MOST_HIGHLIGHTED


@dataclass(frozen=True)
class Cities:
    """The cities of a chart: their names, and how each is drawn. `picked` (city,) are those in colour.

    colours: of lines and marks. inks: of text. why: the words that tell the reader who is in colour.
    """

    names: tuple[str, ...]
    picked: NDArray[np.bool_]
    colours: tuple[str, ...]
    inks: tuple[str, ...]
    why: str

    @property
    def drawing_order(self) -> list[int]:
        """The others first, then those picked out, which so lie on top."""
        return [int(c) for c in np.argsort(self.picked, kind="stable")]

    def in_words(self, voice: Voice, *, unnamed: bool = False) -> str:
        """The sentence that says which cities are in colour, and what the grey ones are. unnamed: without labels."""
        others = int((~self.picked).sum())
        if not self.picked.any() or not others:
            return ""
        grey = voice.say("charts.grey_unnamed" if unnamed else "charts.in_grey", n=others)
        return voice.say("charts.in_colour", picked=self.why) + grey + voice.say("charts.stop")


@dataclass(frozen=True)
class Studies:
    """What the charts show besides the index, each as far as it is there.

    integration, yardsticks: as the YAML says. highlight: the cities in colour, if the YAML names any. uncertainty,
    bounds (over weight_set), sensitivity, alternatives: how sure the ranks and the claims are, and what moves them.
    """

    integration: IntegrationOptions = field(default_factory=IntegrationOptions)
    yardsticks: Mapping[str, Yardstick] = field(default_factory=dict)
    highlight: tuple[str, ...] = ()
    uncertainty: UncertaintyResult | None = None
    bounds: BoundsResult | None = None
    weight_set: WeightSet | None = None
    sensitivity: SensitivityResult | None = None
    alternatives: AlternativesResult | None = None


@dataclass(frozen=True)
class Subject:
    """One result, made ready to be drawn in one language: cities and years that have any score, and no others.

    score, rank: of the index (city, year). part_score, part_rank: of its children (city, year, part); parts, weights:
    their names, and weights within the index (unweighted: it takes none); part_kind: dimensions, indicators, or both.
    relative: scores compare within a year only. foot: sources, method and notes. result, at: where it all comes from,
    and the positions (city, year) there. studies: what is known of it besides.
    """

    voice: Voice
    index: str
    years: tuple[int, ...]
    cities: Cities
    score: Array
    rank: Array
    parts: tuple[str, ...]
    part_kind: str
    weights: Array
    unweighted: bool
    part_score: Array
    part_rank: Array
    relative: bool
    foot: tuple[str, ...]
    result: IndexResult
    at: tuple[NDArray[np.int64], NDArray[np.int64]]
    studies: Studies

    @property
    def first(self) -> int:
        return self.years[0]

    @property
    def last(self) -> int:
        return self.years[-1]

    @cached_property
    def structure(self) -> Structure:
        """Correlations among the indicators, and of each with the index."""
        return structure(self.result, with_kendall=False)

    @property
    def facts(self) -> dict[str, str | int]:
        """What most sentences name."""
        period = self.voice.say(
            "charts.years" if len(self.years) > 1 else "charts.one_year", first=self.first, last=self.last
        )
        return {
            "index": self.index,
            "first": self.first,
            "last": self.last,
            "period": period,
            "n": len(self.cities.names),
            "subject": self.voice.say("charts.subject_relative" if self.relative else "charts.subject_index"),
            "parts": self.voice.say(f"charts.{self.part_kind}s"),
            "part": self.voice.say(f"charts.{self.part_kind}"),
        }


def subject_of(result: IndexResult, voice: Voice, studies: Studies | None = None) -> Subject:
    """What the charts of a result show, in `lang`."""
    studies = studies or Studies()
    scored = ~np.isnan(result.score())
    at = np.flatnonzero(scored.any(axis=1)), np.flatnonzero(scored.any(axis=0))
    grid = np.ix_(*at)
    children = list(result.nodes[0].children)
    codes = [result.nodes[child].code for child in children]
    rank, aggregation = result.rank()[grid], result.nodes[0].aggregation
    keys = [result.cities[c] for c in at[0]]
    last = result.years[at[1][-1]]
    return Subject(
        voice=voice,
        index=voice.node("index"),
        years=tuple(result.years[t] for t in at[1]),
        cities=pick_out(result, keys, rank, last, voice, studies.highlight),
        score=result.score()[grid],
        rank=rank,
        parts=tuple(voice.node(code) for code in codes),
        part_kind=_kind([isinstance(result.framework.root.children[code], Dimension) for code in codes]),
        weights=result.weights[children],
        unweighted=aggregation is not None and bool(aggregation.method.traits.get("ignores_weights")),
        part_score=result.scores[grid][:, :, children],
        part_rank=result.ranks[grid][:, :, children],
        relative=scores_are_relative(result),
        foot=foot(result, voice),
        result=result,
        at=at,
        studies=studies,
    )


def pick_out(
    result: IndexResult, keys: Sequence[str], rank: Array, last: int, voice: Voice, highlight: Sequence[str] = ()
) -> Cities:
    """The cities in colour: those of `highlight`; without any, the first group of the framework that fits, else the
    first four of the last year, and those that rose the most places, if they are few. A city's colour depends on these
    alone, so it is the same everywhere."""
    names = [voice.city(key) for key in keys]
    group, joining = [keys.index(city) for city in highlight if city in keys], list[int]()
    why = voice.listed([names[c] for c in group])
    if not group:
        group, joining, why = _usual(result, keys, names, rank, last, voice)
    colours, inks = [OTHERS] * len(keys), [SOFT_INK] * len(keys)
    for c, (colour, ink) in [
        *zip(group, [*GROUP_COLOURS, *reversed(RISER_COLOURS)], strict=False),
        *zip(joining, RISER_COLOURS, strict=False),
    ]:
        colours[c], inks[c] = colour, ink
    picked = np.isin(np.arange(len(keys)), [*group, *joining])
    return Cities(tuple(names), picked, tuple(colours), tuple(inks), why)


def _usual(
    result: IndexResult, keys: Sequence[str], names: Sequence[str], rank: Array, last: int, voice: Voice
) -> tuple[list[int], list[int], str]:
    """Positions of a group and of the largest risers outside it, and the words that say so."""
    risers = list(largest_risers(rank))
    risers = risers if len(risers) <= len(RISER_COLOURS) else []
    room = MOST_COLOURS - len(risers)
    group, why = _group(result, keys, voice)
    if not 0 < len(group) <= room:
        n = next(n for n in (4, 3, 2, 1, 0) if (rank[:, -1] <= n).sum() <= room)
        group, why = [int(c) for c in np.flatnonzero(rank[:, -1] <= n)], voice.say("charts.picked_top", last=last, n=n)
    joining = [c for c in risers if c not in group]
    if joining:
        why = voice.say("charts.picked_and_risers", picked=why, risers=voice.listed([names[c] for c in joining]))
    return group, joining, why


def alone_in_colour(cities: Cities, chosen: Sequence[int]) -> Cities:
    """The cities with those `chosen` in colour and no others: in their own, if they have one."""
    free = [pair for pair in (GROUP_COLOURS[0], RISER_COLOURS[0]) if pair[0] not in {cities.colours[c] for c in chosen}]
    colours, inks = [OTHERS] * len(cities.names), [SOFT_INK] * len(cities.names)
    for c in chosen:
        colours[c], inks[c] = (cities.colours[c], cities.inks[c]) if cities.picked[c] else free.pop(0)
    return Cities(cities.names, np.isin(np.arange(len(colours)), chosen), tuple(colours), tuple(inks), "")


def last_seen(score: Array) -> tuple[NDArray[np.int64], Array]:
    """Position of each city's last year with a score, and that score (city,); missing where it has none."""
    at = score.shape[1] - 1 - np.argmax(~np.isnan(score[:, ::-1]), axis=1)
    return at, score[np.arange(len(score)), at]


def _group(result: IndexResult, keys: Sequence[str], voice: Voice) -> tuple[list[int], str]:
    """Positions of the cities of the framework's first group that has any, and its name."""
    declared = result.framework.cities
    for code, name in result.framework.groups.items():
        found = [c for c, key in enumerate(keys) if key in declared and declared[key].group == code]
        if found:
            return found, voice.name(name)
    return [], ""


def _kind(dimensions: Sequence[bool]) -> str:
    return "dimension" if all(dimensions) else "component" if any(dimensions) else "indicator"
