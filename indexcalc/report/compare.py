"""Two runs side by side, from their output folders alone: choices, weights, inputs, ranks and scores that differ."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from indexcalc.errors import InputError, Problem
from indexcalc.report.publish import MANIFEST
from indexcalc.report.record import Changes, changes, read_record

WORDS = {
    "zh": {
        "title": "{before} → {now}",
        "same": "输入、方法、权重、位次与得分均相同。",
        "inputs": "输入文件：",
        "input": "  内容不同：{file}",
        "input_only": "  仅{run}使用：{file}",
        "choices": "方法：",
        "weights": "权重份额：",
        "no_choices": "方法与权重相同。",
        "ranking": "{year}年位次与得分（{before} → {now}）",
        "city": "城市",
        "rank": "位次",
        "score": "得分",
        "moved": "升降",
        "difference": "得分差",
        "years": "两次运行没有共同的年份，位次与得分无从比较。",
        "held": "{year}年{n}个城市的位次与得分均相同。",
        "apart": "{year}年两次运行没有共同的城市，位次与得分无从比较。",
        "counted": "位次变动的城市：{moved}个，共{n}个；平均变动{shift:.2f}位。",
        "scales": "两次运行的标准化或参照不同，得分不在同一尺度上，只宜比较位次。",
        "only": "仅{run}有：{cities}",
        "comma": "、",
        "colon": "：",
    },
    "en": {
        "title": "{before} -> {now}",
        "same": "Inputs, methods, weights, ranks and scores are the same.",
        "inputs": "Input files:",
        "input": "  differ: {file}",
        "input_only": "  only of {run}: {file}",
        "choices": "Methods:",
        "weights": "Shares of weight:",
        "no_choices": "Methods and weights are the same.",
        "ranking": "Ranks and scores of {year} ({before} -> {now})",
        "city": "City",
        "rank": "Rank",
        "score": "Score",
        "moved": "Moved",
        "difference": "Score change",
        "years": "The two runs have no year in common: ranks and scores cannot be compared.",
        "held": "Ranks and scores of {year} are the same for all {n} cities.",
        "apart": "The two runs have no city in common in {year}: ranks and scores cannot be compared.",
        "counted": "{moved} of {n} cities moved; the mean absolute rank shift is {shift:.2f}.",
        "scales": "The two runs normalise differently: their scores are on different scales, only ranks compare.",
        "only": "Only in {run}: {cities}",
        "comma": ", ",
        "colon": ": ",
    },
}


SCALE = ("normalisation", "reference", "transform", "direction")
"""Choices that make the scale of the scores."""


@dataclass(frozen=True)
class Standing:
    """A city in a year of a run; its names in both languages."""

    city: str
    city_en: str
    score: float | None
    rank: int | None

    def name(self, lang: str) -> str:
        return self.city_en if lang == "en" and self.city_en else self.city


@dataclass(frozen=True)
class Run:
    """What an output folder says of the run that made it. names: of nodes, by code and language."""

    folder: str
    record: Mapping[str, Any]
    standings: Mapping[int, Mapping[str, Standing]]
    names: Mapping[str, Mapping[str, str]]

    def label(self, node: str, lang: str) -> str:
        return self.names.get(node, {}).get(lang) or node


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
            found = Standing(row["city"], row["city_en"], score, None if rank is None else int(rank))
            standings.setdefault(int(row["year"]), {})[row["city"]] = found
        weights = folder / "analysis" / "weights.csv"
        rows = _rows(weights) if weights.is_file() else []
        names = {row["node"]: {"zh": row["name_zh"], "en": row["name_en"]} for row in rows}
    except (OSError, KeyError, ValueError):
        raise InputError(Problem("run_incomplete", {"file": "rankings.csv"}, place)) from None
    return Run(folder.as_posix(), record, standings, names)


def compare_runs(before: Run, now: Run) -> Comparison:
    """What differs between two runs; ranks and scores of the last year that both have."""
    years = before.standings.keys() & now.standings.keys()
    return Comparison(before, now, changes(dict(before.record), dict(now.record)), max(years, default=None))


def print_comparison(console: Console, found: Comparison, lang: str) -> None:
    """The comparison on the screen: inputs, methods, weights, then the cities."""
    words = WORDS[lang]
    runs = {"before": found.before.folder, "now": found.now.folder}
    _say(console, words["title"].format(**runs))
    moved = [pair for pair in found.pairs if _differs(*pair)]
    if not (found.changes.inputs or found.changes.choices or found.changes.weights or moved) and found.pairs:
        _say(console, words["same"])
        return
    _print_inputs(console, found, lang)
    if found.changes.choices:
        _say(console, words["choices"])
        for path, (before, now) in found.changes.choices.items():
            _say(console, f"  {path}{words['colon']}{_written(before)} → {_written(now)}")
    if found.changes.weights:
        _say(console, words["weights"])
        for node, (before, now) in found.changes.weights.items():
            label = found.now.label(node, lang) if now is not None else found.before.label(node, lang)
            _say(console, f"  {label}{words['colon']}{_share(before)} → {_share(now)}")
    if not found.changes.choices and not found.changes.weights:
        _say(console, words["no_choices"])
    _print_cities(console, found, lang)


def _print_inputs(console: Console, found: Comparison, lang: str) -> None:
    words = WORDS[lang]
    hashes = [dict(run.record.get("inputs") or {}) for run in (found.before, found.now)]
    lines = []
    for file in found.changes.inputs:
        in_one = [run.folder for run, of in zip((found.before, found.now), hashes, strict=True) if file in of]
        if len(in_one) == 1 and set(hashes[0].values()) != set(hashes[1].values()):
            lines.append(words["input_only"].format(run=in_one[0], file=file))
        elif len(in_one) == 2:
            lines.append(words["input"].format(file=file))
    if lines:
        _say(console, words["inputs"], *lines)


def _print_cities(console: Console, found: Comparison, lang: str) -> None:
    words = WORDS[lang]
    if found.year is None:
        _say(console, words["years"])
        return
    pairs = found.pairs
    if not pairs:
        _say(console, words["apart"].format(year=found.year))
    elif not any(_differs(*pair) for pair in pairs):
        _say(console, words["held"].format(year=found.year, n=len(pairs)))
    else:
        runs = {"before": found.before.folder, "now": found.now.folder}
        table = Table(title=Text(words["ranking"].format(year=found.year, **runs)), title_justify="left")
        table.add_column(words["city"])
        for key in ("rank", "moved", "score", "difference"):
            table.add_column(words[key], justify="right")
        for before, now in pairs:
            table.add_row(*(Text(cell) for cell in _cells(before, now, lang)))
        console.print(table)
        shifts = [abs(b.rank - n.rank) for b, n in pairs if b.rank is not None and n.rank is not None]
        counted = {"moved": sum(shift > 0 for shift in shifts), "n": len(pairs)}
        if shifts:
            _say(console, words["counted"].format(**counted, shift=sum(shifts) / len(shifts)))
        if not found.one_scale:
            _say(console, words["scales"])
    for run, other in ((found.before, found.now), (found.now, found.before)):
        here, there = run.standings[found.year], other.standings[found.year]
        only = [standing.name(lang) for city, standing in here.items() if city not in there]
        if only:
            _say(console, words["only"].format(run=run.folder, cities=words["comma"].join(only)))


def _cells(before: Standing, now: Standing, lang: str) -> list[str]:
    ranks = f"{before.rank or '–'} → {now.rank or '–'}"
    gain = None if before.rank is None or now.rank is None else before.rank - now.rank
    moved = "–" if gain is None else "=" if gain == 0 else f"{'▲' if gain > 0 else '▼'}{abs(gain)}"
    scores = [standing.score for standing in (before, now)]
    told = " → ".join("–" if score is None else f"{score:.2f}" for score in scores)
    difference = "–" if None in scores else f"{scores[1] - scores[0]:+.2f}"  # type: ignore[operator]
    return [now.name(lang), ranks, moved, told, difference]


def _differs(before: Standing, now: Standing) -> bool:
    return before.rank != now.rank or before.score != now.score


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _share(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_written(inside)}" for key, inside in value.items()) + "}"
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _say(console: Console, *lines: str) -> None:
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
