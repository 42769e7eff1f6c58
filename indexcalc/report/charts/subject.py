"""What the charts of one result share: names, years, scores, ranks, and the cities picked out in colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame
from indexcalc.computed import Computed
from indexcalc.report.charts.notes import foot
from indexcalc.report.charts.style import OTHERS_STRONG
from indexcalc.report.numbers import number
from indexcalc.report.picked import GROUP_COLOURS, OTHERS, RISER_COLOURS, SOFT_INK, pick_out
from indexcalc.report.text.findings import period
from indexcalc.spec.framework import Dimension
from indexcalc.spec.hierarchy import parents
from indexcalc.steps.comparable import ends_of
from indexcalc.steps.ranks import shared_ranks
from indexcalc.steps.result import IndexResult
from indexcalc.voice import Voice

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]


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

    @cached_property
    def strong(self) -> list[str]:
        """Colours of single marks: those of the others are not as pale as their lines."""
        return [c if picked else OTHERS_STRONG for c, picked in zip(self.colours, self.picked, strict=True)]

    @property
    def drawing_order(self) -> list[int]:
        """The others first, then those picked out, which are then on top."""
        return [int(c) for c in np.argsort(self.picked, kind="stable")]

    def in_words(self, voice: Voice, *, unnamed: bool = False) -> str:
        """The sentence that says which cities are in colour, and what the grey ones are. unnamed: without labels."""
        others = int((~self.picked).sum())
        if not self.picked.any() or not others:
            return ""
        grey = voice.say("charts.grey_unnamed" if unnamed else "charts.in_grey", n=others)
        return voice.say("charts.in_colour", picked=self.why) + grey + voice.mark("stop")


@dataclass(frozen=True)
class Subject:
    """One result, ready to be drawn in one language: cities and years that have any score, and no others.

    score, rank: of the index (city, year). part_score, part_rank: of its children (city, year, part); parts, weights:
    their names, and weights within the index (unweighted: it takes none); part_kind: dimensions, indicators, or both.
    relative: scores can be compared within a year only. foot: sources, method and notes. run, at: where it all comes
    from, and the positions (city, year) there.

    Where some lines alone are shown (`lines.chosen`): node, the position of what `score` and `rank` are of, which
    `index` names; unit: that of `score`, where these are figures and no scores; some: not all cities and years; shape:
    height by width of the page; ax: the Axes to draw on.
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
    run: Computed
    at: tuple[NDArray[np.int64], NDArray[np.int64]]
    node: int = 0
    unit: str | None = None
    some: bool = False
    shape: float | None = None
    ax: Axes | None = None

    @property
    def result(self) -> IndexResult:
        return self.run.result

    def position(self, city: str) -> int:
        """Position of a city, by its key."""
        return [self.result.cities[c] for c in self.at[0]].index(city)

    def figure(self, value: float, decimals: int) -> str:
        """A figure as it is printed, or the mark of a missing one."""
        return self.missing if np.isnan(value) else number(value, decimals)

    @property
    def missing(self) -> str:
        return self.voice.say("charts.missing")

    @cached_property
    def compared(self) -> tuple[Array, Array]:
        """The score of the first and the last year (city, 2), and the gain of each year on the one before (city, year -
        1), over the indicators that both years have."""
        if self.unit is not None:
            return self.score[:, [0, -1]], np.diff(self.score, axis=1)
        return ends_of(self.result, self.score, *self.at, self.node)

    @property
    def like_with_like(self) -> str:
        """The words for that, where the scores compared are not those drawn; else empty."""
        ends, drawn = self.compared[0], self.score[:, [0, -1]]
        differ = (ends != drawn) & ~np.isnan(ends + drawn)
        return self.voice.say("charts.like_with_like") if differ.any() else ""

    @cached_property
    def ranks_of_ends(self) -> tuple[Array, Array]:
        """Ranks of the first and the last year, each (city,), among all cities that have one in both."""
        cities, years = self.at
        before, after = shared_ranks(*(self.result.ranks[:, t, self.node] for t in years[[0, -1]]))
        return np.asarray(before[cities], float), np.asarray(after[cities], float)

    @property
    def first(self) -> int:
        return self.years[0]

    @property
    def last(self) -> int:
        return self.years[-1]

    @property
    def _subject(self) -> str:
        if self.node:
            return self.voice.say(
                "charts.subject_figure" if self.unit is not None else "charts.subject_part", name=self.index
            )
        return self.voice.say("charts.subject_index")

    @property
    def _lower_is_better(self) -> bool:
        """Whether what the chart shows is the better, the lower it is."""
        if self.unit is None:
            return self.result.methodology.rank_on.high_is_bad
        declared = self.result.framework.all_indicators[self.result.nodes[self.node].code]
        return declared.direction.name == ("positive" if self.result.methodology.rank_on.high_is_bad else "negative")

    @property
    def facts(self) -> dict[str, str | int]:
        """The facts that most sentences name."""
        return {
            "index": self.index,
            "first": self.first,
            "last": self.last,
            "period": period(self.first, self.last, self.voice),
            "n": len(self.cities.names),
            "subject": self._subject,
            "shown": self.some,
            "in_unit": self.unit is not None,
            "worse": self.voice.say("charts.lower_is_better") if self._lower_is_better else "",
            "parts": self.voice.say(f"charts.{self.part_kind}s"),
            "part": self.voice.say(f"charts.{self.part_kind}"),
        }


def subject_of(run: Computed, voice: Voice) -> Subject:
    """The subject of the charts of a run, in the language of a voice."""
    result = run.result
    voice = voice.of(result)
    scored = ~np.isnan(result.score())
    at = np.flatnonzero(scored.any(axis=1)), np.flatnonzero(scored.any(axis=0))
    grid = np.ix_(*at)
    children = list(result.nodes[0].children)
    codes = [result.nodes[child].code for child in children]
    rank, aggregation = result.rank()[grid], parents(result.nodes)[0].aggregation
    keys = [result.cities[c] for c in at[0]]
    return Subject(
        voice=voice,
        index=voice.node("index"),
        years=tuple(result.years[t] for t in at[1]),
        cities=cities_of(run, keys, voice),
        score=result.score()[grid],
        rank=rank,
        parts=tuple(voice.node(code) for code in codes),
        part_kind=_kind([isinstance(result.framework.root.children[code], Dimension) for code in codes]),
        weights=result.weights[children],
        unweighted=bool(aggregation.trait("ignores_weights")),
        part_score=result.scores[grid][:, :, children],
        part_rank=result.ranks[grid][:, :, children],
        relative=not Frame.of(result).comparable,
        foot=foot(result, voice),
        run=run,
        at=at,
    )


def cities_of(run: Computed, keys: Sequence[str], voice: Voice) -> Cities:
    """Cities by their keys, those in colour picked out."""
    found = pick_out(run, keys)
    names = tuple(voice.city(key) for key in keys)
    return Cities(names, found.picked, found.colours, found.inks, voice.told(found.why))


def alone_in_colour(cities: Cities, chosen: Sequence[int]) -> Cities:
    """The cities with those `chosen` in colour and no others: in their own, if they have one."""
    free = [pair for pair in (GROUP_COLOURS[0], RISER_COLOURS[0]) if pair[0] not in {cities.colours[c] for c in chosen}]
    colours, inks = [OTHERS] * len(cities.names), [SOFT_INK] * len(cities.names)
    for c in chosen:
        colours[c], inks[c] = (cities.colours[c], cities.inks[c]) if cities.picked[c] else free.pop(0)
    return Cities(cities.names, np.isin(np.arange(len(colours)), chosen), tuple(colours), tuple(inks), "")


def all_in_colour(cities: Cities, voice: Voice) -> Cities:
    """Cities each in a colour of its own: the one it has, or the next free one; if there are more cities than colours,
    the last are grey."""
    palette = [*GROUP_COLOURS, *RISER_COLOURS]
    chosen = sorted(range(len(cities.names)), key=lambda c: not cities.picked[c])[: len(palette)]
    own = {c: (cities.colours[c], cities.inks[c]) for c in chosen if cities.picked[c]}
    free = [pair for pair in palette if pair not in own.values()]
    drawn = {c: own[c] if c in own else free.pop(0) for c in sorted(chosen)}
    pairs = [drawn.get(c, (OTHERS, SOFT_INK)) for c in range(len(cities.names))]
    why = voice.listed([cities.names[c] for c in sorted(chosen)])
    picked = np.isin(np.arange(len(pairs)), chosen)
    return Cities(cities.names, picked, tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs), why)


def last_seen(score: Array) -> tuple[NDArray[np.int64], Array]:
    """Position of each city's last year with a score, and that score (city,); missing where it has none."""
    at = score.shape[1] - 1 - np.argmax(~np.isnan(score[:, ::-1]), axis=1)
    return at, score[np.arange(len(score)), at]


def _kind(dimensions: Sequence[bool]) -> str:
    return "dimension" if all(dimensions) else "component" if any(dimensions) else "indicator"
