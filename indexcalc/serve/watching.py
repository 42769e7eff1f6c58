"""When a file has been saved: as the system reports, and by looking, so that a network drive is followed too."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from watchfiles import watch

STEP = 20
"""How long nothing may move in a folder before it is looked at [ms]: a save is several steps."""
SETTLE = 10
"""How long a file that was just saved is left alone [ms]: it may have been emptied and not yet written."""
LOOK = 500
"""How often the files are looked at where the system reports nothing [ms]."""

Stamp = tuple[int, int, int] | None


def stamp(path: Path) -> Stamp:
    """What changes when a file is saved, in place or by another that takes its name; None where there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def wait_for_save(seen: Mapping[Path, Stamp], stop: threading.Event | None = None) -> bool:
    """Wait until one of the files is not as it was seen; False where `stop` was set first.

    Their folders are watched, because most programs save a file by renaming another to its name.
    """

    def saved() -> bool:
        if all(stamp(path) == before for path, before in seen.items()):
            return False
        time.sleep(SETTLE / 1000)
        return True

    stop = stop or threading.Event()
    while not stop.is_set():
        if saved():
            return True
        folders = {folder for path in seen for folder in (path.parent, path.resolve().parent) if folder.is_dir()}
        try:
            events = watch(
                *folders,
                watch_filter=None,
                recursive=False,
                step=STEP,
                debounce=10 * STEP,
                rust_timeout=LOOK,
                yield_on_timeout=True,
                stop_event=stop,
                raise_interrupt=True,
            )
            if any(saved() for _ in events):
                return True
        except OSError:  # a folder went away, or the system watches no more of them
            time.sleep(LOOK / 1000)
    return False
