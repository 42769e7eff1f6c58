"""The record of a run (`run.json`): what went in, what was chosen, how cells were filled, which files were made; and
what differs from the run recorded before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from indexcalc import __version__
from indexcalc.computed import Computed
from indexcalc.origin import Origin
from indexcalc.paths import text_of
from indexcalc.report.folder.manifest import MANIFEST, listed_files
from indexcalc.robustness.result import UncertaintyResult
from indexcalc.spec.choice import Choice
from indexcalc.spec.methodology import Reference
from indexcalc.steps.result import IndexResult

SAME = 1e-9
"""Scores that differ by less, relative to their size, are the same."""
OWN_METHODS = (
    "weighting",
    "aggregation",
    "missing",
    "imputation",
    "transform",
    "treatment",
    "normalisation",
    "reference",
)


def run_record(run: Computed, edits: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Everything needed to identify and to repeat a run; no time, no machine. `files` is added when they are made."""
    result, inputs, uncertainty = run.result, run.inputs, run.uncertainty
    origin, present = result.treated.origin, result.panel.present
    counts = {kind.name.lower(): int(((origin == kind) & present[:, :, None]).sum()) for kind in Origin}
    coverage = result.coverage_table().set_index("city")
    effective = np.where(result.unweighted, np.nan, result.effective)
    return {
        "program": "indexcalc",
        "version": __version__,
        "inputs": {text_of(path): _sha256(path) for path in inputs},
        "edits": {name: list(values) for name, values in edits.items()},
        "seed": None if uncertainty is None else uncertainty.seed,
        "uncertainty": None if uncertainty is None else _design(uncertainty),
        "methodology": result.methodology.plain,
        "choices": _choices(result),
        "weights": {
            node.code: {"weight": node.weight, "share": _known(share), "effective": _known(effective)}
            for node, share, effective in zip(result.nodes, result.shares, effective, strict=True)
            if node.parent >= 0
        },
        **({"units": result.framework.units.plain} if result.framework.units is not None else {}),
        "cities": list(result.cities),
        "years": list(result.years),
        "absent": [
            f"{result.cities[c]} {result.years[t]}" for c, t in zip(*np.nonzero(~result.panel.present), strict=True)
        ],
        "cells": counts,
        "coverage": {city: {k: float(v) for k, v in row.items()} for city, row in coverage.iterrows()},
        "ranking": {city: _last_rank(result, c) for c, city in enumerate(result.cities)},
        "history": {str(year): _standings(result, t) for t, year in enumerate(result.years)},
    }


def _design(uncertainty: UncertaintyResult) -> dict[str, Any]:
    """The draws of the uncertainty analysis: how many, of which factors, how many took each option."""
    factors = {factor.code: dict(zip(factor.options, factor.draws, strict=True)) for factor in uncertainty.factors}
    return {"draws": uncertainty.draws, "factors": factors}


def write_record(record: dict[str, Any], folder: Path, adding_to: Path | None = None) -> None:
    """Write `run.json` into a folder, listing every file in it, and those that the last run in `adding_to` lists."""
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    kept = listed_files(adding_to) if adding_to is not None else []
    full = {**record, "files": sorted({*files, *kept, MANIFEST})}
    (folder / MANIFEST).write_text(json.dumps(full, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Changes:
    """What differs between two recorded runs. weights: node -> (share before, share now), None where it was not there
    and NaN where an aggregation ignores its weight.
    choices: path -> (before, now). inputs: files whose content differs. year: the last that both have, None if there
    is none; ranks: city -> (before, now) in that year. added, removed: years that only one of the two has. restated:
    how many city-years have a different score now, how many of these a different rank, and how many have a score in
    both runs.
    """

    weights: dict[str, tuple[float | None, float | None]]
    choices: dict[str, tuple[Any, Any]]
    inputs: list[str]
    year: int | None
    ranks: dict[str, tuple[int | None, int | None]]
    added: list[int]
    removed: list[int]
    restated: tuple[int, int, int]

    def __bool__(self) -> bool:
        figures = self.ranks or self.added or self.removed or self.restated[0]
        return bool(self.weights or self.choices or self.inputs or figures)


def changes(before: dict[str, Any], now: dict[str, Any]) -> Changes:
    """Compare two records: weights and methods that differ, inputs that differ, cities whose rank moved in the last
    year that both have, years that were added or removed, and what was restated in the others."""

    def differing(key: str) -> dict[str, tuple[Any, Any]]:
        return _differing(before.get(key) or {}, now.get(key) or {})

    old, new = _history(before), _history(now)
    common = [year for year in new if year in old]
    last = common[-1] if common else None
    ranks = [{} if last is None else {city: one[1] for city, one in of[last].items()} for of in (old, new)]

    shares = {node: (_share(old), _share(new)) for node, (old, new) in differing("weights").items()}
    return Changes(
        weights={
            n: (a, b)
            for n, (a, b) in shares.items()
            if a is None or b is None or not np.isclose(a, b, rtol=0, atol=1e-12, equal_nan=True)
        },
        choices=differing("choices"),
        inputs=list(differing("inputs")),
        year=last,
        ranks=_differing(*ranks),
        added=[year for year in new if year not in old] if old else [],
        removed=[year for year in old if year not in new] if new else [],
        restated=_restated([(old[year], new[year]) for year in common]),
    )


def _share(recorded: dict[str, Any] | None) -> float | None:
    """The share of a recorded node; None where there is no such node, NaN where its weight is not used."""
    share = None if recorded is None else recorded.get("share")
    return float("nan") if recorded is not None and share is None else share


Standings = dict[str, tuple[float | None, int | None]]
"""Score and rank of each city in a year."""


def _differing(old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    keys = [*new, *(key for key in old if key not in new)]
    return {key: (old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)}


def _history(record: dict[str, Any]) -> dict[int, Standings]:
    """The standings of every year in a record; for a record made before they were kept, the ranks of its last year."""
    kept = record.get("history")
    if kept is None:
        years = record.get("years") or []
        ranks: Standings = {city: (None, rank) for city, rank in (record.get("ranking") or {}).items()}
        return {int(years[-1]): ranks} if years and ranks else {}
    return {int(year): {city: (one[0], one[1]) for city, one in of.items()} for year, of in kept.items()}


def _restated(pairs: Sequence[tuple[Standings, Standings]]) -> tuple[int, int, int]:
    """How many city-years of two records have different scores, how many of these different ranks, and how many have a
    score in both."""
    scores = ranks = n = 0
    for old, new in pairs:
        for city, (score, rank) in new.items():
            was, stood = old.get(city, (None, None))
            if score is None or was is None:
                continue
            n += 1
            differs = apart(score, was)
            scores += differs
            ranks += differs and rank != stood
    return scores, ranks, n


def apart(one: float, other: float) -> bool:
    """Whether two scores differ."""
    return abs(one - other) > SAME * max(abs(one), abs(other), 1.0)


def _choices(result: IndexResult) -> dict[str, Any]:
    """Every choice of the methodology, and every method that a node of the framework names for itself, by path."""
    chosen = {f"methodology.{step}": value for step, value in result.methodology.plain.items()}
    for keys, _, node in result.framework.walk():
        for step in OWN_METHODS:
            own = getattr(node, step, None)
            if isinstance(own, (Choice, Reference)):
                chosen[".".join((*keys, step))] = own.plain
    return chosen


def _standings(result: IndexResult, t: int) -> dict[str, list[float | int | None]]:
    """Score and rank of each city that has them in a year."""
    score, rank = result.score()[:, t], result.rank()[:, t]
    return {city: [float(score[c]), int(rank[c])] for c, city in enumerate(result.cities) if not np.isnan(rank[c])}


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _last_rank(result: IndexResult, c: int) -> int | None:
    rank = result.rank()[c, -1]
    return None if np.isnan(rank) else int(rank)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
