"""A run repeated from its record: the same inputs, choices, draws and seed; and whether the results are the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexcalc import __version__
from indexcalc.errors import InputError, Problem, refuse_if
from indexcalc.paths import shown
from indexcalc.report.folder.manifest import MANIFEST, read_record
from indexcalc.report.folder.record import Changes, changes

ELSEWHERE = ("cells", "coverage", "absent", "seed", "uncertainty")
"""What a record says about the figures and the draws, besides choices, weights, scores and ranks."""


@dataclass(frozen=True)
class Recorded:
    """What a run was made from. tables: the CSV files it wrote, by their hash, as far as they are still there."""

    record: dict[str, Any]
    yaml: str
    workbook: str
    weight: tuple[str, ...]
    set: tuple[str, ...]
    tidy: bool
    draws: int
    seed: int | None
    lang: str | None
    tables: dict[str, str]


def recorded(path: Path) -> Recorded:
    """Read the record of a run, `run.json` or its folder. Refused (InputError): a file that is no record, and inputs
    that have changed, all at once: with other figures it would be no repetition."""
    folder = path if path.is_dir() else path.parent
    place = ("in_file", {"file": shown(path)})
    record = read_record(folder) if path.is_dir() or path.name == MANIFEST else None
    if record is None or len(record.get("inputs") or {}) < 2:
        raise InputError(Problem("no_record", place=place))
    refuse_if([problem for name, was in record["inputs"].items() if (problem := _changed(name, was)) is not None])
    yaml, workbook = list(record["inputs"])[:2]
    edits, drawn = record.get("edits") or {}, record.get("uncertainty")
    return Recorded(
        record,
        yaml,
        workbook,
        tuple(edits.get("weight", ())),
        tuple(edits.get("set", ())),
        "true" in edits.get("tidy", ()),
        int(drawn["draws"]) if drawn is not None else 0,
        record.get("seed"),
        next(iter(edits.get("lang", ())), None),
        _tables(folder, record),
    )


def _changed(name: str, was: str) -> Problem | None:
    """The problem that an input has changed since the run was made; None where it has not."""
    place = ("in_file", {"file": name})
    try:
        now = hashlib.sha256(Path(name).read_bytes()).hexdigest()
    except OSError:
        return Problem("input_gone", place=place)
    return None if now == was else Problem("input_changed", {"was": was[:12], "now": now[:12]}, place)


def _tables(folder: Path, record: dict[str, Any]) -> dict[str, str]:
    found = {}
    for name in record.get("files") or ():
        path = folder / name
        if name.endswith(".csv") and path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


@dataclass(frozen=True)
class Repetition:
    """The outcome of a repetition. changes: of weights, choices, scores and ranks; entries: those of the record that
    differ; tables: those that are not the same to the byte; compared: how many tables were; version: the one that made
    the run, if it is another."""

    changes: Changes
    entries: list[str]
    tables: list[str]
    compared: int
    version: str | None

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.changes or self.entries or self.tables)


def repetition(before: Recorded, out: Path) -> Repetition:
    """Compare a run with its repetition, which is in `out`."""
    now = read_record(out) or {}
    tables = _tables(out, now)
    version = before.record.get("version") or ""
    return Repetition(
        changes(before.record, now),
        [key for key in ELSEWHERE if before.record.get(key) != now.get(key)],
        [name for name, was in before.tables.items() if tables.get(name) != was],
        len(before.tables),
        version if version != __version__ else None,
    )
