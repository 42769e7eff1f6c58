"""Draws in a process of their own: the page stays quick while they are made, and they can be ended at any moment."""

from __future__ import annotations

import multiprocessing
import os
import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any

from indexcalc.computed import Computed
from indexcalc.errors import ChoiceError, IndexcalcError, InputError
from indexcalc.run import with_draws

PRELOADED = [
    "indexcalc.run",
    "indexcalc.robustness.design",
    "indexcalc.robustness.monte_carlo",
    "indexcalc.robustness.study",
]
KINDS = {"InputError": InputError, "ChoiceError": ChoiceError}


class Stopped(Exception):
    """The draws were ended, because the files were saved again."""


class Drawing:
    """The draws of a run. `result` makes them, in a thread that waits; `stop`, from any thread, ends them."""

    def __init__(self, run: Computed, **about: Any) -> None:
        known = "forkserver" in multiprocessing.get_all_start_methods()
        context: Any = multiprocessing.get_context("forkserver" if known else "spawn")
        if known:
            context.set_forkserver_preload(PRELOADED)
        self._run, self._stopped = run, False
        self._answer, self._told = context.Pipe(duplex=False)
        index = Computed(run.result, run.specification, inputs=run.inputs)  # without the analyses that it remembers
        self._process = context.Process(target=_draw, args=(self._told, index, about), daemon=True)

    def result(self) -> Computed:
        """The run with its draws. Raises Stopped, or what `run.with_draws` refuses them with."""
        with _deaf():
            self._process.start()  # the first waits for what all of them load
        self._told.close()
        if self._stopped:
            self._process.kill()
        try:
            kind, *found = self._answer.recv()
        except (EOFError, OSError):
            if self._stopped:
                raise Stopped from None
            raise MemoryError from None  # the system has ended it
        finally:
            self._process.join()
        if kind in KINDS:
            raise KINDS[kind](found[0])
        if kind == "fault":
            raise RuntimeError(found[0])
        uncertainty, proven = found
        return self._run if uncertainty is None else self._run.with_uncertainty(uncertainty, proven)

    def stop(self) -> None:
        """End them; `result` then raises Stopped."""
        self._stopped = True
        if self._process.pid is not None:
            self._process.kill()


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes that this thread starts do not hear Ctrl-C: the server from which they are forked would end of it while
    it loads."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it unblocks the signal, when it has been started itself
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _draw(answer: Connection, run: Computed, about: dict[str, Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program, which then ends this
    if hasattr(os, "nice"):
        os.nice(5)
    try:
        drawn = with_draws(run, **about)
        answer.send(("drawn", drawn.uncertainty, drawn.study))
    except IndexcalcError as error:
        answer.send((type(error).__name__, error.problems))
    except MemoryError:
        pass
    except Exception:
        answer.send(("fault", traceback.format_exc()))
    finally:
        answer.close()
