"""Files and folders named by users: which can be read at all, and why one could not be read or written, in words."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

from indexcalc.errors import InputError, Problem
from indexcalc.voice import CONTROL, Voice, Word

LONGEST = 190
"""Characters of a path that are shown."""
_HELD = 32
"""The error code of Windows for a file that another program has open without sharing it."""
_REMEDIES = {
    "space": (errno.ENOSPC, errno.EDQUOT),
    "held": (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.ETXTBSY),
    "shorter": (errno.ENAMETOOLONG,),
    "memory": (errno.ENOMEM,),
    "handles": (errno.EMFILE, errno.ENFILE),
}


def reason(error: OSError) -> str | Word:
    """Why a file could not be read or written; in the system's own words where the program has none.

    >>> Problem("file_unreadable", {"reason": reason(OSError(errno.EMFILE, "Too many open files"))}).text()
    'Cannot be read (too many files are open). Check that you may read this file.'
    """
    name = "HELD" if getattr(error, "winerror", None) == _HELD else errno.errorcode.get(error.errno or 0, "")
    if Voice().knows(f"errors.reason.{name}"):
        return Word(f"errors.reason.{name}")
    return error.strerror or type(error).__name__


def remedy(error: OSError) -> Word:
    """What helps where a file could not be written."""
    held = getattr(error, "winerror", None) == _HELD
    found = next((name for name, codes in _REMEDIES.items() if error.errno in codes), "elsewhere")
    return Word(f"errors.way_out.{'held' if held else found}")


def place_unwritable(error: OSError, path: str | Path, key: str = "place_unwritable") -> InputError:
    """The error of a user whose file cannot be written: the disk is full, the place read-only, a program holds it; or,
    `out_kept`, cannot be replaced."""
    facts = {"reason": reason(error), "remedy": remedy(error)}
    return InputError(Problem(key, facts, ("in_file", {"file": shown(path)})))


def exhausted(error: OSError | MemoryError) -> Problem | None:
    """What the machine has run out of, if that stopped the program; None if it was anything else."""
    if isinstance(error, MemoryError):
        error = OSError(errno.ENOMEM, "")
    if error.errno not in (errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EDQUOT):
        return None
    return Problem("machine_exhausted", {"reason": reason(error), "remedy": remedy(error)})


def text_of(path: str | Path) -> str:
    """A path as it can be kept in a file: bytes that are not text become �.

    >>> text_of("data/cities.xlsx")
    'data/cities.xlsx'
    """
    return os.fsencode(Path(path).as_posix()).decode("utf-8", "replace")


def shown(path: str | Path) -> str:
    """A path as it can be printed: on one line of bounded length, with � for what cannot be shown.

    >>> shown("a\\nb"), len(shown("x" * 5000))
    ('a�b', 193)
    """
    text = CONTROL.sub("�", os.fsencode(path).decode("utf-8", "replace"))
    text = re.sub(r"[\r\n\t]", "�", text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"


def refuse_unreadable(path: str | Path) -> None:
    """Refuse what is not a file: a folder, a pipe or a device would be read without end, or not at all."""
    place = ("in_file", {"file": shown(path)})
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        key = "link_dangling" if os.path.islink(path) else "file_missing"
        raise InputError(Problem(key, place=place)) from None
    except OSError as error:
        raise InputError(Problem("file_unreadable", {"reason": reason(error)}, place)) from None
    except ValueError:  # a NUL
        raise InputError(Problem("file_missing", place=place)) from None
    if not stat.S_ISREG(mode):
        kind = "folder" if stat.S_ISDIR(mode) else "pipe" if stat.S_ISFIFO(mode) else "device"
        raise InputError(Problem("not_a_file", {"found": Word(f"errors.found.{kind}")}, place))
