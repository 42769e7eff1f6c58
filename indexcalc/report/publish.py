"""Putting a run's files in place, all or none.

A run writes into a staging folder inside the output folder. When everything is made, a journal says which files are to
be put in place and which files of the run before are to go; then they are moved one by one, the manifest last. A run
that died before the journal is undone at the next start, one that died after it is completed. Files that no manifest
lists are never touched: where one stands in the way, or is what the run reads, nothing is written. One run at a time
writes into a folder.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TypeVar

from indexcalc.errors import InputError, Problem, refuse_if

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

MANIFEST = "run.json"
STAGING = ".indexcalc-staging"
JOURNAL = "journal.json"
LOCK = ".indexcalc-lock"
NAMED = 6
"""Files that a refusal names."""
WAIT = 60.0
"""How long a run waits for another one that writes into the same folder [s]."""

Made = TypeVar("Made")


def publish(out: Path, make: Callable[[Path], Made], *, adding: bool = False, inputs: Sequence[Path] = ()) -> Made:
    """Let `make` write a run's files into a folder of its own, then put them into `out`.

    `make` must write the manifest `run.json`, whose `files` lists what it made. If it fails, `out` is as before.
    adding: what the run before made stays; its manifest must then list that too (`record.write_record`, `adding_to`).
    inputs: what the run reads, which is not replaced.
    """
    try:
        created = not out.exists()
        _refuse_file(out)
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(error, out) from None
    with _alone(out):
        settle(out)
        files = out / STAGING / "files"
        try:
            files.mkdir(parents=True)
            made = make(files)
            names = sorted(path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file())
            stale = [] if adding else [name for name in listed_files(out) if name not in names]
            refuse_losses(out, [*names, *stale], inputs)
            _write_journal(out, names, stale)
        except BaseException as error:
            shutil.rmtree(out / STAGING, ignore_errors=True)
            if created and not any(path.name != LOCK for path in out.iterdir()):
                shutil.rmtree(out, ignore_errors=True)
            if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
                raise unwritable(error, out) from None
            raise
        settle(out)
    return made


def refuse_losses(out: Path, names: Iterable[str], inputs: Sequence[Path] = ()) -> None:
    """Refuse to put files into `out` where an input of the run stands, or a file that no run of indexcalc made."""
    _refuse_file(out)
    own = {*_journal(out)[0], *listed_files(out)}
    there = [name for name in names if os.path.lexists(out / name)]
    read = [name for name in there if any(_same(out / name, path) for path in inputs)]
    foreign = [name for name in there if name not in own and name not in read]
    foreign += sorted({folder for name in names for folder in _blocking(out, name)})
    found = {"out_input": read, "out_foreign": foreign}
    refuse_if([Problem(key, {"files": _listed(of)}, _option(out)) for key, of in found.items() if of])


def _refuse_file(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise InputError(Problem("out_not_folder", place=_option(out)))


def _listed(files: Sequence[str]) -> str:
    """Files by name, and how many more."""
    return ", ".join(files[:NAMED]) + (f" ... (+{len(files) - NAMED})" if len(files) > NAMED else "")


def _blocking(out: Path, name: str) -> Iterator[str]:
    """What stands where a folder above a file is to be, and is no folder."""
    above = [folder.as_posix() for folder in PurePosixPath(name).parents if folder.name]
    return (folder for folder in above if os.path.lexists(out / folder) and not (out / folder).is_dir())


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Hold the folder while it is written into, and wait if another run does; however a run ends, it is free again."""
    end = time.monotonic() + WAIT
    while (held := _hold(out)) is None:
        if time.monotonic() > end:
            raise InputError(Problem("out_busy", place=_option(out)))
        time.sleep(0.1)
    try:
        yield
    finally:
        os.close(held)
        if sys.platform == "win32":
            (out / LOCK).unlink(missing_ok=True)


def _hold(out: Path) -> int | None:
    """A handle that holds the folder until it is closed; None where another run has it."""
    try:
        handle = os.open(*((out / LOCK, os.O_RDWR | os.O_CREAT) if sys.platform == "win32" else (out, os.O_RDONLY)))
    except OSError as error:
        raise unwritable(error, out) from None
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        os.close(handle)
        return None
    except OSError:  # a file system that knows no locks: unguarded is better than not at all
        pass
    return handle


def settle(out: Path) -> None:
    """Complete a publication whose journal was written, undo one that was not."""
    staging = out / STAGING
    if not staging.is_dir():
        return
    files, stale = _journal(out)
    try:
        for name in sorted(files, key=lambda name: (name == MANIFEST, name)):
            if (staging / "files" / name).is_file():
                (out / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(staging / "files" / name, out / name)
        for name in stale:
            (out / name).unlink(missing_ok=True)
        for folder in {(out / name).parent for name in stale} - {out}:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        shutil.rmtree(staging)
    except OSError as error:
        raise unwritable(error, out) from None


def listed_files(out: Path) -> list[str]:
    """The files that the last run in `out` lists; none if there was no run, or its manifest is foreign."""
    try:
        manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        files = manifest["files"] if manifest.get("program") == "indexcalc" else []
        return _inside([name for name in files if isinstance(name, str)])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def _journal(out: Path) -> tuple[list[str], list[str]]:
    """The files that an interrupted publication was about to put in place, and those to go; none without a journal."""
    try:
        journal = json.loads((out / STAGING / JOURNAL).read_text(encoding="utf-8"))
        return _inside(journal["files"]), _inside(journal["stale"])
    except (OSError, ValueError, KeyError, TypeError):
        return [], []


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


def unwritable(error: OSError, out: Path) -> InputError:
    """The error of a user whose file cannot be written: the disk is full, the place read-only, a program holds it."""
    file = Path(error.filename or out)
    staged = out / STAGING / "files"
    file = out / file.relative_to(staged) if file.is_relative_to(staged) else file
    place = ("in_file", {"file": str(file)})
    return InputError(Problem("out_unwritable", {"reason": error.strerror or type(error).__name__}, place))


def _option(out: Path) -> tuple[str, dict[str, str]]:
    return "in_option", {"option": f"--out {out}"}
