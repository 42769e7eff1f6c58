"""Ctrl-C, from the first line of the program to its last, without a traceback.

Python raises KeyboardInterrupt wherever it happens to be. In the middle of an import, or in one of Python's callbacks,
nobody can catch it: packages written in C print a traceback, or conclude that a part of themselves is missing. So an
interruption waits until the import is over.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

WAIT = 0.01
"""How long after an interruption at a bad moment it is tried again [s]."""
IMPORTING = "<frozen importlib"
"""How the file name of code that imports a module begins."""

_due, _came, _ending = threading.Event(), threading.Event(), threading.Event()


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt inside, once nothing is being imported. It is left alone where it is ignored."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        yield
        return
    before = signal.signal(signal.SIGINT, _interrupted), sys.unraisablehook
    sys.unraisablehook = _unraisable
    try:
        yield
    finally:
        _came.clear()
        signal.signal(signal.SIGINT, before[0])
        if not _ending.is_set():
            sys.unraisablehook = before[1]


@contextmanager
def unmistaken() -> Iterator[None]:
    """An error inside is the interruption that came before it: a package has taken the one for the other, as pydantic
    does where it builds a validator or looks at a key."""
    try:
        yield
    except Exception:
        if _came.is_set():
            raise KeyboardInterrupt from None
        raise


@contextmanager
def at_once() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt inside at once, as Python does, where nothing but a wait is interrupted."""
    before = signal.getsignal(signal.SIGINT)
    if before == _interrupted:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupted(number: int, frame: FrameType | None) -> None:
    _due.clear()
    while frame is not None:
        if frame.f_code.co_filename.startswith(IMPORTING):
            _again()
            return
        frame = frame.f_back
    _came.set()
    _ending.set()
    raise KeyboardInterrupt


def _unraisable(found: Any) -> None:
    """Try again an interruption that Python would print and forget, because it came in a callback. After it, errors of
    what was only half made are not printed."""
    if issubclass(found.exc_type, KeyboardInterrupt):
        _again()
    elif not _ending.is_set():
        sys.__unraisablehook__(found)


def _again() -> None:
    if not _due.is_set():
        _due.set()
        later = threading.Timer(WAIT, _interrupt)
        later.daemon = True
        later.start()


def _interrupt() -> None:
    if sys.platform == "win32":
        signal.raise_signal(signal.SIGINT)  # Python's main thread then handles it, whichever raised it
    else:
        os.kill(os.getpid(), signal.SIGINT)  # the system wakes the main thread, which may be waiting
