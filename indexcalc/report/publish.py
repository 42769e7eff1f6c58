"""Putting a run's files in place, all or none.

A run writes into a staging folder inside the output folder. When everything is made, a journal says which files are to
be put in place and which files of the run before are to go; then they are moved one by one, the manifest last. A run
that died before the journal is undone at the next start, one that died after it is completed. Files that no manifest
lists are never touched.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import TypeVar

from indexcalc.errors import InputError, Problem

MANIFEST = "run.json"
STAGING = ".indexcalc-staging"
JOURNAL = "journal.json"

Made = TypeVar("Made")


def publish(out: Path, make: Callable[[Path], Made], *, adding: bool = False) -> Made:
    """Let `make` write a run's files into a folder of its own, then put them into `out`.

    `make` must write the manifest `run.json`, whose `files` lists what it made. If it fails, `out` is as before.
    adding: what the run before made stays; its manifest must then list that too (`record.write_record`, `adding_to`).
    """
    created = not out.exists()
    try:
        if not created and not out.is_dir():
            raise InputError(Problem("out_not_folder", place=("in_option", {"option": f"--out {out}"})))
        out.mkdir(parents=True, exist_ok=True)
        settle(out)
        files = out / STAGING / "files"
        files.mkdir(parents=True)
    except OSError as error:
        raise _unwritable(error, out) from None
    try:
        made = make(files)
        names = sorted(path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file())
        _write_journal(out, names, [] if adding else [name for name in listed_files(out) if name not in names])
    except BaseException:
        shutil.rmtree(out / STAGING, ignore_errors=True)
        if created and not any(out.iterdir()):
            out.rmdir()
        raise
    settle(out)
    return made


def settle(out: Path) -> None:
    """Complete a publication whose journal was written, undo one that was not."""
    staging = out / STAGING
    if not staging.is_dir():
        return
    try:
        if (staging / JOURNAL).is_file():
            journal = json.loads((staging / JOURNAL).read_text(encoding="utf-8"))
            for name in sorted(_inside(journal["files"]), key=lambda name: (name == MANIFEST, name)):
                if (staging / "files" / name).is_file():
                    (out / name).parent.mkdir(parents=True, exist_ok=True)
                    os.replace(staging / "files" / name, out / name)
            for name in _inside(journal["stale"]):
                (out / name).unlink(missing_ok=True)
                if (out / name).parent != out and not any((out / name).parent.iterdir()):
                    (out / name).parent.rmdir()
        shutil.rmtree(staging)
    except OSError as error:
        raise _unwritable(error, out) from None


def listed_files(out: Path) -> list[str]:
    """The files that the last run in `out` lists; none if there was no run, or its manifest is foreign."""
    try:
        manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        files = manifest["files"] if manifest.get("program") == "indexcalc" else []
        return _inside([name for name in files if isinstance(name, str)])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def _inside(names: list[str]) -> list[str]:
    """Names that stay inside the folder: a manifest is a file like any other, and may have been edited."""
    return [
        name
        for name in names
        if name and not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts and ":" not in name
    ]


def _write_journal(out: Path, files: list[str], stale: list[str]) -> None:
    staging = out / STAGING
    text = json.dumps({"files": files, "stale": stale}, ensure_ascii=False)
    (staging / "journal.part").write_text(text, encoding="utf-8")
    os.replace(staging / "journal.part", staging / JOURNAL)


def _unwritable(error: OSError, out: Path) -> InputError:
    place = ("in_file", {"file": str(error.filename or out)})
    return InputError(Problem("out_unwritable", {"reason": error.strerror or type(error).__name__}, place))
