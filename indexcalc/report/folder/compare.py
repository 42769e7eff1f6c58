"""Two runs side by side, from their output folders alone: choices, weights, inputs, ranks and scores that differ."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from indexcalc import __version__
from indexcalc.analysis.editions import Editions
from indexcalc.computed import Computed
from indexcalc.errors import InputError, Problem
from indexcalc.paths import shown
from indexcalc.report.csv import FORMULA_MARKS
from indexcalc.report.folder.manifest import MANIFEST, MOST_PLACES, read_record, read_small
from indexcalc.report.folder.publish import unsettled
from indexcalc.report.folder.record import SAME, Changes, apart, changes, run_record
from indexcalc.report.numbers import signed
from indexcalc.report.screen import say
from indexcalc.report.tables.editions import editions_file
from indexcalc.report.text.changes import share, written
from indexcalc.spec.framework import Framework, Units
from indexcalc.steps.ranks import shared_ranks
from indexcalc.voice import Voice, languages

SCALE = ("normalisation", "reference", "transform", "direction")
"""Choices that determine the scale of the scores."""

MOST_ROWS, FIRST, LAST = 40, 20, 5
"""Cities up to which the screen shows all; if there are more, how many of the first and of the last."""


@dataclass(frozen=True)
class Standing:
    """A city in a year of a run. names: by language, where it has one besides its key."""

    city: str
    names: Mapping[str, str]
    score: float | None
    rank: int | None

    def name(self, voice: Voice) -> str:
        return voice.name(self.names) or self.city


@dataclass(frozen=True)
class Run:
    """What an output folder says about the run that made it. names: of nodes, by code and language."""

    folder: str
    record: Mapping[str, Any]
    standings: Mapping[int, Mapping[str, Standing]]
    names: Mapping[str, Mapping[str, str]]

    def label(self, node: str, voice: Voice) -> str:
        return voice.name(self.names[node]) if node in self.names else node


@dataclass(frozen=True)
class Comparison:
    """Two runs, what differs between them, and the last year that both have (None if there is none)."""

    before: Run
    now: Run
    changes: Changes
    year: int | None

    @property
    def pairs(self) -> list[tuple[Standing, Standing]]:
        """Cities of both runs in the year compared, by their rank in the second."""
        if self.year is None:
            return []
        before, now = self.before.standings[self.year], self.now.standings[self.year]
        pairs = [(before[city], standing) for city, standing in now.items() if city in before]
        return sorted(pairs, key=lambda pair: (pair[1].rank is None, pair[1].rank))

    @property
    def gains(self) -> list[int | None]:
        """Places gained by each of `pairs` among the cities ranked in both runs, None where it is not."""
        if self.year is None:
            return []
        gains = self.gained(self.year)
        return [gains.get(standing.city) for _, standing in self.pairs]

    def gained(self, year: int) -> dict[str, int]:
        """Places gained in a year by the cities ranked in both runs, among these."""
        sides = self.before.standings[year], self.now.standings[year]
        cities = sorted(sides[0].keys() | sides[1].keys())
        ranks = ([(side[city].rank if city in side else None) or 0 for city in cities] for side in sides)
        before, now = shared_ranks(*map(np.array, ranks))
        return {city: int(a - b) for city, a, b in zip(cities, before, now, strict=True) if a > 0}

    @property
    def same(self) -> bool:
        """Whether nothing differs at all."""
        return not self.changes and bool(self.pairs) and self.before.standings == self.now.standings

    @property
    def one_scale(self) -> bool:
        """Whether the scores of both runs are on one scale, so that their difference is meaningful."""
        return not any(path.rpartition(".")[2] in SCALE for path in self.changes.choices)


def read_run(folder: Path) -> Run:
    """Read an output folder; refuses one that holds no run, or whose files are not all of one run."""
    place = ("in_option", {"option": shown(folder)})
    if unsettled(folder):
        raise InputError(Problem("run_unfinished", place=place))
    record = read_record(folder)
    if record is None:
        raise InputError(Problem("no_run_there", {"manifest": MANIFEST}, place))
    standings: dict[int, dict[str, Standing]] = {}
    file = "rankings.csv"
    try:
        for row in _rows(folder / file):
            year, found = _standing(row)
            if found.city in standings.setdefault(year, {}):
                raise ValueError
            standings[year][found.city] = found
        file = "analysis/weights.csv"
        names = {row["node"]: {lang: row[f"name_{lang}"] for lang in languages()} for row in _rows(folder / file)}
    except (KeyError, ValueError, OverflowError, TypeError, AttributeError, csv.Error):
        raise InputError(Problem("run_incomplete", {"file": file}, place)) from None
    if not standings:
        raise InputError(Problem("run_incomplete", {"file": "rankings.csv"}, place))
    strange = next(_disagreements(record, standings), None)
    if strange is not None:
        facts = {"file": "rankings.csv", "manifest": MANIFEST, "where": strange}
        raise InputError(Problem("run_altered", facts, place))
    return Run(shown(folder), record, standings, names)


def run_of(computed: Computed, name: str) -> Run:
    """What the output folder of a run would say, if it were written."""
    result, framework = computed.result, computed.result.framework
    labels = {city: {lang: framework.city_label(city, lang) for lang in languages()} for city in result.cities}
    standings: dict[int, dict[str, Standing]] = {year: {} for year in result.years}
    score, rank = result.score(), result.rank()
    for c, t in zip(*np.nonzero(result.present), strict=True):
        city, ranked = result.cities[c], not np.isnan(rank[c, t])
        found = (float(score[c, t]), int(rank[c, t])) if ranked else (None, None)
        standings[result.years[t]][city] = Standing(city, labels[city], *found)
    names = {node.code: {lang: framework.label(node.code, lang) for lang in languages()} for node in result.nodes}
    return Run(name, run_record(computed, {}), standings, names)


def _standing(row: Mapping[str, str]) -> tuple[int, Standing]:
    """A row of the rankings: its year and standing; anything that no run writes is a ValueError."""
    score, rank = (float(row[key]) if row[key] else None for key in ("score", "rank"))
    year, names = int(row["year"]), {lang: row.get(f"city_{lang}", "") for lang in languages()}
    if not (1 <= year <= 9999 and isfinite(score or 0.0) and all(isinstance(text, str) for text in names.values())):
        raise ValueError
    if rank is not None and not (1 <= rank <= MOST_PLACES and rank == int(rank)):
        raise ValueError
    return year, Standing(row["city"], names, score, None if rank is None else int(rank))


def _disagreements(record: Mapping[str, Any], standings: Mapping[int, Mapping[str, Standing]]) -> Iterator[str]:
    """City-years for which the rankings differ from the record of the run, if it has them."""
    history = record.get("history")
    if history is None:
        return
    kept = {(city, int(year)): one for year, of in history.items() for city, one in of.items()}
    told = {(one.city, year): one for year, of in standings.items() for one in of.values() if one.rank is not None}
    for city, year in {**kept, **told}:
        if not _agree(told.get((city, year)), *kept.get((city, year), (None, None))):
            yield f"{city} {year}"


def _agree(told: Standing | None, score: float | None, rank: int | None) -> bool:
    if told is None or told.score is None or score is None:
        return False
    return told.rank == rank and abs(told.score - score) <= SAME * max(abs(score), 1.0)


def compare_runs(before: Run, now: Run) -> Comparison:
    """What differs between two runs; ranks and scores of the last year that both have."""
    years = before.standings.keys() & now.standings.keys()
    return Comparison(before, now, changes(dict(before.record), dict(now.record)), max(years, default=None))


def as_data(found: Comparison, parts: tuple[Editions, Framework] | None) -> dict[str, Any]:
    """The comparison for programs: what differs, the cities of the year compared, and the parts of every change."""
    cities = [
        {
            "city": now.city,
            "rank_before": before.rank,
            "rank": now.rank,
            "places_gained": gain,
            "score_before": before.score,
            "score": now.score,
        }
        for (before, now), gain in zip(found.pairs, found.gains, strict=True)
    ]
    return {
        "program": "indexcalc",
        "version": __version__,
        "command": "compare",
        "before": found.before.folder,
        "now": found.now.folder,
        "same": found.same,
        "one_scale": found.one_scale,
        "changes": asdict(found.changes),
        "year": found.year,
        "cities": cities,
        "parts": None if parts is None else editions_file(*parts).to_dict("records"),
    }


def print_comparison(console: Console, found: Comparison, voice: Voice) -> None:
    """The comparison on the screen: inputs, methods, weights, then the cities."""
    voice = voice.calling(Units.written(found.now.record))
    runs = {"before": found.before.folder, "now": found.now.folder}
    say(console, voice.say("compare.title", **runs))
    if found.same:
        say(console, voice.say("compare.same"))
        return
    _print_inputs(console, found, voice)
    if found.changes.choices:
        say(console, voice.say("compare.choices"))
        for path, (before, now) in found.changes.choices.items():
            say(console, f"  {path}{voice.mark('colon')}{written(before)} → {written(now)}")
    if found.changes.weights:
        say(console, voice.say("compare.weights"))
        for node, (before, now) in found.changes.weights.items():
            label = found.now.label(node, voice) if now is not None else found.before.label(node, voice)
            say(console, f"  {label}{voice.mark('colon')}{share(before, voice)} → {share(now, voice)}")
    if not found.changes.choices and not found.changes.weights:
        say(console, voice.say("compare.no_choices"))
    _print_cities(console, found, voice)


def _print_inputs(console: Console, found: Comparison, voice: Voice) -> None:
    hashes = [dict(run.record.get("inputs") or {}) for run in (found.before, found.now)]
    lines = []
    for file in found.changes.inputs:
        in_one = [run.folder for run, of in zip((found.before, found.now), hashes, strict=True) if file in of]
        if file in in_one:  # a YAML that is compared as such
            continue
        if len(in_one) == 1 and set(hashes[0].values()) != set(hashes[1].values()):
            lines.append(voice.say("compare.input_only", run=in_one[0], file=file))
        elif len(in_one) == 2:
            lines.append(voice.say("compare.input", file=file))
    if lines:
        say(console, voice.say("compare.inputs"), *lines)


def _print_cities(console: Console, found: Comparison, voice: Voice) -> None:
    if found.year is None:
        say(console, voice.say("compare.years"))
        return
    pairs = found.pairs
    if not pairs:
        say(console, voice.say("compare.apart", year=found.year))
    elif not any(_differs(*pair) for pair in pairs):
        say(console, voice.say("compare.held", year=found.year, n=len(pairs)))
    else:
        runs = {"before": found.before.folder, "now": found.now.folder}
        say(console, voice.say("compare.ranking", year=found.year, **runs))
        table = Table()
        table.add_column(voice.say("compare.city"))
        for key in ("rank", "moved", "score", *(["difference"] if found.one_scale else [])):
            table.add_column(voice.say(f"compare.{key}"), justify="right")
        gains = found.gains
        cut = FIRST if len(pairs) > MOST_ROWS else len(pairs)
        for k, ((before, now), gain) in enumerate(zip(pairs, gains, strict=True)):
            if k < cut or k >= len(pairs) - LAST:
                cells = _cells(before, now, gain, voice)[: len(table.columns)]
                table.add_row(*map(Text, cells), end_section=cut == k + 1 < len(pairs))
        console.print(table)
        if cut < len(pairs):
            say(console, voice.say("compare.cut", k=FIRST, last=LAST, n=len(pairs)))
        shifts = [abs(gain) for gain in gains if gain is not None]
        counted = {"moved": sum(shift > 0 for shift in shifts), "n": len(shifts)}
        both = voice.say("compare.ranked_in_both") if len(shifts) < len(pairs) else ""
        if shifts:
            say(console, voice.say("compare.counted", **counted, both=both, shift=sum(shifts) / len(shifts)))
        if not found.one_scale:
            say(console, voice.say("compare.scales"))
    _print_other_years(console, found, voice)
    for run, other in ((found.before, found.now), (found.now, found.before)):
        here, there = run.standings[found.year], other.standings[found.year]
        only = [standing.name(voice) for city, standing in here.items() if city not in there]
        if only:
            say(console, voice.say("compare.only", run=run.folder, cities=voice.comma(only)))


def _print_other_years(console: Console, found: Comparison, voice: Voice) -> None:
    """What differs in the years before the last that both runs have, and the years that only one has."""
    before, now = found.before.standings, found.now.standings
    years = before.keys() & now.keys() - {found.year}
    gains = {year: found.gained(year) for year in years}
    scored = ((before[year][city].score, now[year][city].score) for year in years for city in gains[year])
    scores = sum(apart(*both) for both in scored if None not in both)  # type: ignore[arg-type]
    ranks = sum(gain != 0 for year in years for gain in gains[year].values())
    ranked = (run[year][city].rank is not None for run in (before, now) for year in years for city in run[year])
    n = sum(map(len, gains.values()))
    alone = sum(ranked) - 2 * n
    if (scores and found.one_scale) or ranks or alone:
        more = voice.say("compare.earlier_alone", n=alone) if alone else ""
        key = "earlier" if found.one_scale else "earlier_ranks"
        say(console, voice.say(f"compare.{key}", scores=scores, ranks=ranks, n=n, alone=more))
    for run, years in ((found.before, before.keys() - now.keys()), (found.now, now.keys() - before.keys())):
        if years:
            say(console, voice.say("compare.only_years", run=run.folder, years=voice.comma(map(str, sorted(years)))))


def _cells(before: Standing, now: Standing, gain: int | None, voice: Voice) -> list[str]:
    ranks = f"{before.rank or '–'} → {now.rank or '–'}"
    moved = "–" if gain is None else "=" if gain == 0 else f"{'▲' if gain > 0 else '▼'}{abs(gain)}"
    scores = [standing.score for standing in (before, now)]
    told = " → ".join("–" if score is None else f"{score:.2f}" for score in scores)
    difference = "–" if None in scores else signed(scores[1] - scores[0], 2)  # type: ignore[operator]
    return [now.name(voice), ranks, moved, told, difference]


def _differs(before: Standing, now: Standing) -> bool:
    scores = before.score, now.score
    if None in scores:
        return before.rank != now.rank or scores[0] != scores[1]
    return before.rank != now.rank or apart(*scores)  # type: ignore[arg-type]


def _rows(path: Path) -> list[dict[str, str]]:
    text = (read_small(path) or b"").decode("utf-8-sig")
    return [{key: _plain(value) for key, value in row.items()} for row in csv.DictReader(StringIO(text, newline=""))]


def _plain(text: str) -> str:
    """A text without the apostrophe that keeps it from being taken for a formula."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_MARKS) else text
