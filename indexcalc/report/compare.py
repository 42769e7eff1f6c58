"""Two runs side by side, from their output folders alone: choices, weights, inputs, ranks and scores that differ."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from indexcalc.comparable import shared_ranks
from indexcalc.errors import InputError, Problem
from indexcalc.report.csv import FORMULA_MARKS
from indexcalc.report.publish import MANIFEST
from indexcalc.report.record import Changes, changes, read_record
from indexcalc.voice import Voice, languages

SCALE = ("normalisation", "reference", "transform", "direction")
"""Choices that make the scale of the scores."""


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
    """What an output folder says of the run that made it. names: of nodes, by code and language."""

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
        sides = self.before.standings[self.year], self.now.standings[self.year]
        cities = sorted(sides[0].keys() | sides[1].keys())
        ranks = ([side[city].rank if city in side else None for city in cities] for side in sides)
        before, now = shared_ranks(*(np.array([rank or 0 for rank in one]) for one in ranks))
        gains = {city: int(a - b) if a > 0 else None for city, a, b in zip(cities, before, now, strict=True)}
        return [gains[standing.city] for _, standing in self.pairs]

    @property
    def one_scale(self) -> bool:
        """Whether the scores of both runs are measured alike, so that their difference means something."""
        return not any(path.rpartition(".")[2] in SCALE for path in self.changes.choices)


def read_run(folder: Path) -> Run:
    """Read an output folder; refuses one that holds no run."""
    record = read_record(folder)
    place = ("in_option", {"option": str(folder)})
    if record is None:
        raise InputError(Problem("no_run_there", {"manifest": MANIFEST}, place))
    standings: dict[int, dict[str, Standing]] = {}
    try:
        for row in _rows(folder / "rankings.csv"):
            score, rank = (float(row[key]) if row[key] else None for key in ("score", "rank"))
            city_names = {lang: row.get(f"city_{lang}", "") for lang in languages()}
            found = Standing(row["city"], city_names, score, None if rank is None else int(rank))
            standings.setdefault(int(row["year"]), {})[row["city"]] = found
        weights = folder / "analysis" / "weights.csv"
        rows = _rows(weights) if weights.is_file() else []
        names = {row["node"]: {lang: row[f"name_{lang}"] for lang in languages()} for row in rows}
    except (OSError, KeyError, ValueError, OverflowError, TypeError, AttributeError, csv.Error):
        raise InputError(Problem("run_incomplete", {"file": "rankings.csv"}, place)) from None
    return Run(folder.as_posix(), record, standings, names)


def compare_runs(before: Run, now: Run) -> Comparison:
    """What differs between two runs; ranks and scores of the last year that both have."""
    years = before.standings.keys() & now.standings.keys()
    return Comparison(before, now, changes(dict(before.record), dict(now.record)), max(years, default=None))


def print_comparison(console: Console, found: Comparison, voice: Voice) -> None:
    """The comparison on the screen: inputs, methods, weights, then the cities."""
    runs = {"before": found.before.folder, "now": found.now.folder}
    _say(console, voice.say("compare.title", **runs))
    moved = [pair for pair in found.pairs if _differs(*pair)]
    if not (found.changes.inputs or found.changes.choices or found.changes.weights or moved) and found.pairs:
        _say(console, voice.say("compare.same"))
        return
    _print_inputs(console, found, voice)
    if found.changes.choices:
        _say(console, voice.say("compare.choices"))
        for path, (before, now) in found.changes.choices.items():
            _say(console, f"  {path}{voice.say('compare.colon')}{_written(before)} → {_written(now)}")
    if found.changes.weights:
        _say(console, voice.say("compare.weights"))
        for node, (before, now) in found.changes.weights.items():
            label = found.now.label(node, voice) if now is not None else found.before.label(node, voice)
            _say(console, f"  {label}{voice.say('compare.colon')}{_share(before)} → {_share(now)}")
    if not found.changes.choices and not found.changes.weights:
        _say(console, voice.say("compare.no_choices"))
    _print_cities(console, found, voice)


def _print_inputs(console: Console, found: Comparison, voice: Voice) -> None:
    hashes = [dict(run.record.get("inputs") or {}) for run in (found.before, found.now)]
    lines = []
    for file in found.changes.inputs:
        in_one = [run.folder for run, of in zip((found.before, found.now), hashes, strict=True) if file in of]
        if len(in_one) == 1 and set(hashes[0].values()) != set(hashes[1].values()):
            lines.append(voice.say("compare.input_only", run=in_one[0], file=file))
        elif len(in_one) == 2:
            lines.append(voice.say("compare.input", file=file))
    if lines:
        _say(console, voice.say("compare.inputs"), *lines)


def _print_cities(console: Console, found: Comparison, voice: Voice) -> None:
    if found.year is None:
        _say(console, voice.say("compare.years"))
        return
    pairs = found.pairs
    if not pairs:
        _say(console, voice.say("compare.apart", year=found.year))
    elif not any(_differs(*pair) for pair in pairs):
        _say(console, voice.say("compare.held", year=found.year, n=len(pairs)))
    else:
        runs = {"before": found.before.folder, "now": found.now.folder}
        table = Table(title=Text(voice.say("compare.ranking", year=found.year, **runs)), title_justify="left")
        table.add_column(voice.say("compare.city"))
        for key in ("rank", "moved", "score", "difference"):
            table.add_column(voice.say(f"compare.{key}"), justify="right")
        gains = found.gains
        for (before, now), gain in zip(pairs, gains, strict=True):
            table.add_row(*(Text(cell) for cell in _cells(before, now, gain, voice)))
        console.print(table)
        shifts = [abs(gain) for gain in gains if gain is not None]
        counted = {"moved": sum(shift > 0 for shift in shifts), "n": len(pairs)}
        if shifts:
            _say(console, voice.say("compare.counted", **counted, shift=sum(shifts) / len(shifts)))
        if not found.one_scale:
            _say(console, voice.say("compare.scales"))
    for run, other in ((found.before, found.now), (found.now, found.before)):
        here, there = run.standings[found.year], other.standings[found.year]
        only = [standing.name(voice) for city, standing in here.items() if city not in there]
        if only:
            _say(console, voice.say("compare.only", run=run.folder, cities=voice.comma(only)))


def _cells(before: Standing, now: Standing, gain: int | None, voice: Voice) -> list[str]:
    ranks = f"{before.rank or '–'} → {now.rank or '–'}"
    moved = "–" if gain is None else "=" if gain == 0 else f"{'▲' if gain > 0 else '▼'}{abs(gain)}"
    scores = [standing.score for standing in (before, now)]
    told = " → ".join("–" if score is None else f"{score:.2f}" for score in scores)
    difference = "–" if None in scores else f"{scores[1] - scores[0]:+.2f}"  # type: ignore[operator]
    return [now.name(voice), ranks, moved, told, difference]


def _differs(before: Standing, now: Standing) -> bool:
    return before.rank != now.rank or before.score != now.score


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{key: _plain(value) for key, value in row.items()} for row in csv.DictReader(file)]


def _plain(text: str) -> str:
    """A text without the apostrophe that keeps it from being taken for a formula."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_MARKS) else text


def _share(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}%"


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_written(inside)}" for key, inside in value.items()) + "}"
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _say(console: Console, *lines: str) -> None:
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
