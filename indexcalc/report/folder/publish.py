"""Putting a run's files in place, all or none.

A run writes into a staging folder inside the output folder. When everything is made, the files that are there already
are kept there too, a journal lists the files to put in place and those of the run before to remove, and they are moved
one by one, the manifest last. If one cannot be, those before it are put back. A run that died before the journal is
undone at the next start, one that died after it is completed or, if it cannot be, also undone. Files that no manifest
lists are never touched, and nothing is touched through a link that leads out of the folder: where one is in the way,
nothing is written. Only one run at a time writes into a folder.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import TypeVar

from indexcalc.errors import InputError, Problem, refuse_if
from indexcalc.paths import place_unwritable, reason, remedy, shown
from indexcalc.report.folder.manifest import MANIFEST, inside, listed_files, read_small
from indexcalc.voice import Few

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

STAGING = ".indexcalc-staging"
FILES, KEPT = "files", "before"
"""Folders of the staging folder: what the run made, and what it is about to replace or remove."""
JOURNAL, UNDOING = "journal.json", "undo.json"
"""The journal, and its name once what was put in place is being taken back."""
LOCK = ".indexcalc-lock"
NAMED = 6
"""Files that a refusal names."""
WAIT = 60.0
"""How long a run waits for another one that writes into the same folder [s]."""

Made = TypeVar("Made")


@dataclass(frozen=True)
class Journal:
    """What a publication does: files to put in place, those of them that did not exist before (new), files of the run
    before to remove (stale), and folders that it makes. Names are relative to the output folder."""

    files: list[str]
    new: list[str]
    stale: list[str]
    folders: list[str]

    @property
    def names(self) -> list[str]:
        return [*self.files, *self.stale]


def publish(out: Path, make: Callable[[Path], Made], *, adding: bool = False, inputs: Sequence[Path] = ()) -> Made:
    """Let `make` write a run's files into a folder of its own, then put them into `out`.

    `make` must write the manifest `run.json`, whose `files` lists what it made. If it fails, or a file cannot be
    replaced, `out` is as before.
    adding: what the run before made stays; the manifest must then list that too (`record.write_record`, `adding_to`).
    inputs: the files that the run reads, which are not replaced.
    """
    made_folders = _make_folder(out)
    try:
        with _alone(out):
            try:
                settle(out)
                return _publish(out, make, adding, inputs)
            finally:  # before another run can begin in it
                _remove_if_empty(made_folders[:1])
    finally:
        _remove_if_empty(made_folders)


def _make_folder(out: Path) -> list[Path]:
    """Make the output folder; returns the folders that were made, the deepest first."""
    missing: list[Path] = []
    try:
        _refuse_file(out)
        for folder in (out, *out.parents):
            if folder.exists():
                break
            missing.append(folder)
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _remove_if_empty(missing)
        raise place_unwritable(error, _file_of(error, out)) from None
    return missing


def _publish(out: Path, make: Callable[[Path], Made], adding: bool, inputs: Sequence[Path]) -> Made:
    staging = out / STAGING
    files = staging / FILES
    try:
        files.mkdir(parents=True)
        made = make(files)
        names = sorted(path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file())
        stale = [] if adding else [name for name in listed_files(out) if name not in names]
        refuse_losses(out, [*names, *stale], inputs)
        journal = _begin(out, names, stale)
    except BaseException as error:
        fault = isinstance(error, FileNotFoundError) and files.is_dir()  # an error of `make`: its folder is still there
        shutil.rmtree(staging, ignore_errors=True)
        if isinstance(error, OSError) and not fault:
            raise place_unwritable(error, _file_of(error, out)) from None
        raise
    try:
        _complete(out, journal)
    except BaseException as error:
        if unsettled(out):
            _undo(out, journal)
        if isinstance(error, OSError):
            raise place_unwritable(error, _file_of(error, out), "out_kept") from None
        raise
    return made


def refuse_losses(out: Path, names: Iterable[str], inputs: Sequence[Path] = ()) -> None:
    """Refuse to put files into `out` where an input of the run is, or a file that no run of indexcalc made."""
    _refuse_file(out)
    names = list(names)
    refuse_if(_leaving(out, names))
    journal, _ = _journal(out)
    own = {*(journal.names if journal is not None else ()), *listed_files(out)}
    there = [name for name in names if os.path.lexists(out / name)]
    read = [name for name in there if any(_same(out / name, path) for path in inputs)]
    foreign = [name for name in there if name not in own and name not in read]
    foreign += sorted({folder for name in names for folder in _blocking(out, name)})
    found = {"out_input": read, "out_foreign": foreign}
    refuse_if([Problem(key, {"files": Few(of, NAMED)}, _option(out)) for key, of in found.items() if of])


def _refuse_file(out: Path) -> None:
    if os.path.lexists(out) and not os.path.isdir(out):
        raise InputError(Problem("out_not_folder", place=_option(out)))


def _blocking(out: Path, name: str) -> Iterator[str]:
    """What is in the place of a folder above a file, and is no folder."""
    above = [folder.as_posix() for folder in PurePosixPath(name).parents if folder.name]
    return (folder for folder in above if os.path.lexists(out / folder) and not (out / folder).is_dir())


def _same(one: Path, other: Path) -> bool:
    return os.path.exists(one) and os.path.exists(other) and os.path.samefile(one, other)


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Lock the folder while it is written into, and wait if another run does; however a run ends, the lock is
    released."""
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
    """A handle that locks the folder until it is closed; None where another run has it, or has just removed it."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        handle = os.open(*((out / LOCK, os.O_RDWR | os.O_CREAT) if sys.platform == "win32" else (out, os.O_RDONLY)))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise place_unwritable(error, _file_of(error, out)) from None
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        os.close(handle)
        return None
    except OSError:  # a file system without locks: unlocked is better than not at all
        pass
    if sys.platform != "win32" and not _is_at(handle, out):
        os.close(handle)
        return None
    return handle


def _is_at(handle: int, out: Path) -> bool:
    """Whether the locked folder is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(out))
    except OSError:
        return False


def recover(out: Path) -> None:
    """Settle what an interrupted run left in a folder, before anything of it is read."""
    _refuse_file(out)
    if os.path.lexists(out / STAGING):
        with _alone(out):
            settle(out)


def unsettled(out: Path) -> bool:
    """Whether the results in a folder are being replaced, or were when a run was interrupted."""
    return any(os.path.lexists(out / STAGING / name) for name in (JOURNAL, UNDOING))


def settle(out: Path) -> None:
    """Complete a publication whose journal was written, or undo it if it cannot be completed; undo one without a
    journal."""
    staging = out / STAGING
    if not os.path.lexists(staging):
        return
    if staging.is_symlink() or not staging.is_dir():
        raise InputError(Problem("out_foreign", {"files": STAGING}, _option(out)))
    journal, undoing = _journal(out)
    if journal is None:
        shutil.rmtree(staging, ignore_errors=True)
        return
    refuse_if([*_leaving(out, journal.names), *_leaving(out, _staged(journal))])
    if not undoing:
        try:
            _complete(out, journal)
            return
        except OSError:
            pass
    _undo(out, journal)


def _begin(out: Path, files: list[str], stale: list[str]) -> Journal:
    """Keep what is about to be replaced or removed, and write the journal. Nothing of the results is touched."""
    staging = out / STAGING
    there = [name for name in (*files, *stale) if os.path.lexists(out / name)]
    folders = {folder.as_posix() for name in files for folder in PurePosixPath(name).parents if folder.name}
    journal = Journal(
        files,
        new=[name for name in files if name not in there],
        stale=[name for name in stale if name in there],
        folders=sorted(folder for folder in folders if not (out / folder).is_dir()),
    )
    for name in there:
        kept = staging / KEPT / name
        kept.parent.mkdir(parents=True, exist_ok=True)
        _keep(out / name, kept)
    part = staging / "journal.part"
    part.write_text(json.dumps(asdict(journal), ensure_ascii=False), encoding="utf-8")
    os.replace(part, staging / JOURNAL)
    return journal


def _keep(file: Path, kept: Path) -> None:
    """Keep a file under a second name, which costs nothing; as a copy where the file system has no hard links."""
    try:
        if file.is_symlink():
            raise OSError
        os.link(file, kept)
    except OSError:
        shutil.copy2(file, kept, follow_symlinks=False)


def _complete(out: Path, journal: Journal) -> None:
    """Put in place every file that is not yet, then remove the stale ones, then the journal, which completes it."""
    staging = out / STAGING
    for name in sorted(journal.files, key=lambda name: (name == MANIFEST, name)):
        if name == MANIFEST:
            for gone in journal.stale:
                (out / gone).unlink(missing_ok=True)
        if os.path.lexists(staging / FILES / name):
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(staging / FILES / name, out / name)
    _remove_if_empty(sorted({(out / name).parent for name in journal.stale} - {out}, reverse=True))
    (staging / JOURNAL).unlink()
    shutil.rmtree(staging, ignore_errors=True)


def _undo(out: Path, journal: Journal) -> None:
    """Put back what was replaced or removed, and remove what was new. May itself be interrupted, and done again."""
    staging = out / STAGING
    try:
        if (staging / JOURNAL).exists():  # another name, because there may be no room for another journal
            os.replace(staging / JOURNAL, staging / UNDOING)
        for name in journal.names:
            kept = staging / KEPT / name
            replaced = name in journal.files and not os.path.lexists(staging / FILES / name)
            if name in journal.new and replaced:
                (out / name).unlink(missing_ok=True)
            elif os.path.lexists(kept) and (replaced or not os.path.lexists(out / name)):
                (out / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(kept, out / name)
        _remove_if_empty(out / folder for folder in sorted(journal.folders, reverse=True))
        (staging / UNDOING).unlink()
    except OSError as error:
        file = _file_of(error, out)
        facts = {"reason": reason(error), "remedy": remedy(error), "out": shown(out)}
        raise InputError(Problem("out_mixed", facts, ("in_file", {"file": shown(file)}))) from None
    shutil.rmtree(staging, ignore_errors=True)


def _remove_if_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _journal(out: Path) -> tuple[Journal | None, bool]:
    """The journal of an interrupted publication, None if none was written; and whether it was being undone.

    One that is not as a run writes it is refused.
    """
    for name, undoing in ((UNDOING, True), (JOURNAL, False)):
        path = out / STAGING / name
        text = read_small(path)
        if text is None:
            continue
        try:
            written = json.loads(text)
            lists = {key: written.get(key, []) for key in Journal.__annotations__}
            if all(isinstance(of, list) and all(isinstance(n, str) and inside(n) for n in of) for of in lists.values()):
                return Journal(**lists), undoing
        except (ValueError, AttributeError, RecursionError):
            pass
        raise InputError(Problem("journal_altered", {"staging": STAGING}, ("in_file", {"file": shown(path)})))
    return None, False


def _staged(journal: Journal) -> list[str]:
    return [f"{STAGING}/{folder}/{name}" for folder in (FILES, KEPT) for name in journal.names]


def _leaving(out: Path, names: Iterable[str]) -> list[Problem]:
    """The folders above files of `out` that are links to somewhere outside it, each refused once."""
    root, problems = out.resolve(), {}
    for folder in dict.fromkeys(above for name in names for above in PurePosixPath(name).parents if above.name):
        if not os.path.lexists(out / folder):
            continue
        try:
            target = (out / folder).resolve()
        except (OSError, RuntimeError):  # links in a circle
            target = Path(folder)
        if not target.is_relative_to(root):
            problems[target] = Problem("out_link", {"folder": folder.as_posix(), "target": shown(target)}, _option(out))
    return list(problems.values())


def _file_of(error: OSError, out: Path) -> Path:
    """The file of the results that an error is about: if it names two, the one to be replaced."""
    file = Path(os.fsdecode(error.filename2 or error.filename or out))
    for folder in (FILES, KEPT):
        staged = out / STAGING / folder
        file = out / file.relative_to(staged) if file.is_relative_to(staged) else file
    return file


def _option(out: Path) -> tuple[str, dict[str, str]]:
    return "in_option", {"option": f"--out {shown(out)}"}
