"""The record of a run (`run.json`): what went in, what was chosen, what came of the cells, which files were made; and
what is different from the run recorded before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from indexcalc import __version__
from indexcalc.choice import Choice
from indexcalc.computed import Computed
from indexcalc.methodology import Reference
from indexcalc.origin import Origin
from indexcalc.report.publish import MANIFEST, listed_files
from indexcalc.result import IndexResult
from indexcalc.robustness.result import UncertaintyResult

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
    """Everything needed to know, and to repeat, a run; no clock, no machine. `files` is added when they are made."""
    result, inputs, uncertainty = run.result, run.inputs, run.uncertainty
    origin, present = result.treated.origin, result.panel.present
    counts = {kind.name.lower(): int(((origin == kind) & present[:, :, None]).sum()) for kind in Origin}
    coverage = result.coverage_table().set_index("city")
    return {
        "program": "indexcalc",
        "version": __version__,
        "inputs": {path.as_posix(): _sha256(path) for path in inputs},
        "edits": {name: list(values) for name, values in edits.items()},
        "seed": None if uncertainty is None else uncertainty.seed,
        "uncertainty": None if uncertainty is None else _design(uncertainty),
        "methodology": result.methodology.plain,
        "choices": _choices(result),
        "weights": {
            node.code: {"weight": node.weight, "share": float(share), "effective": float(effective)}
            for node, share, effective in zip(result.nodes, result.weights, result.effective, strict=True)
            if node.parent >= 0
        },
        "cities": list(result.cities),
        "years": list(result.years),
        "absent": [
            f"{result.cities[c]} {result.years[t]}" for c, t in zip(*np.nonzero(~result.panel.present), strict=True)
        ],
        "cells": counts,
        "coverage": {city: {k: float(v) for k, v in row.items()} for city, row in coverage.iterrows()},
        "ranking": {city: _last_rank(result, c) for c, city in enumerate(result.cities)},
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


def read_record(out: Path) -> dict[str, Any] | None:
    """The record of the run that stands in a folder; None if there is none that this program can read."""
    try:
        record = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and record.get("program") == "indexcalc" else None


@dataclass(frozen=True)
class Changes:
    """What differs between two recorded runs. weights: node -> (share before, share now), None where it was not there.
    choices: path -> (before, now). inputs: files whose content differs. ranks: city -> (before, now) in the last year.
    """

    weights: dict[str, tuple[float | None, float | None]]
    choices: dict[str, tuple[Any, Any]]
    inputs: list[str]
    ranks: dict[str, tuple[int | None, int | None]]

    def __bool__(self) -> bool:
        return bool(self.weights or self.choices or self.inputs or self.ranks)


def changes(before: dict[str, Any], now: dict[str, Any]) -> Changes:
    """Compare two records: weights and methods that differ, inputs that differ, cities whose last rank moved."""

    def differing(key: str) -> dict[str, tuple[Any, Any]]:
        old, new = before.get(key) or {}, now.get(key) or {}
        return {
            k: (old.get(k), new.get(k)) for k in [*new, *(o for o in old if o not in new)] if old.get(k) != new.get(k)
        }

    shares = {
        node: tuple(None if side is None else side.get("share") for side in sides)
        for node, sides in differing("weights").items()
    }
    return Changes(
        weights={n: (a, b) for n, (a, b) in shares.items() if a is None or b is None or abs(a - b) > 1e-12},
        choices=differing("choices"),
        inputs=list(differing("inputs")),
        ranks=differing("ranking"),
    )


def _choices(result: IndexResult) -> dict[str, Any]:
    """Every choice of the methodology, and every method that a node of the framework names for itself, by path."""
    chosen = {f"methodology.{step}": value for step, value in result.methodology.plain.items()}
    for keys, _, node in result.framework.walk():
        for step in OWN_METHODS:
            own = getattr(node, step, None)
            if isinstance(own, (Choice, Reference)):
                chosen[".".join((*keys, step))] = own.plain
    return chosen


def _last_rank(result: IndexResult, c: int) -> int | None:
    rank = result.rank()[c, -1]
    return None if np.isnan(rank) else int(rank)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
