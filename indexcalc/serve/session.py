"""What one address serves until the command ends: a YAML, followed as it and its workbook are saved."""

from __future__ import annotations

import asyncio
import gc
import secrets
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from indexcalc.errors import ChoiceError, IndexcalcError, InputError, Problem
from indexcalc.paths import exhausted, shown
from indexcalc.report.folder.publish import refuse_losses
from indexcalc.run import write_results
from indexcalc.serve.drawing import Drawing, Stopped
from indexcalc.serve.page import first_numbers, page
from indexcalc.serve.saving import save_weights
from indexcalc.serve.state import Panels, State, next_state
from indexcalc.serve.watching import wait_for_save
from indexcalc.spec.hierarchy import parents
from indexcalc.voice import Voice

FILES = (
    *("rankings.csv", "scores.csv", "index.xlsx", "model.xlsx", "report.html", "run.json"),
    *(f"{folder}/*" for folder in ("analysis", "charts", "robustness")),
)
"""The files that a run writes to a folder: before it is computed, it is refused if one of them would be lost."""


class Session:
    """Changed on the event loop alone; long work runs in threads and hands back what it made.

    `state` is what the page shows, `html` the page. `numbers` are what its script starts from: they are there sooner,
    and a page that is open draws them at once. `newest` is which of the two came last; `moment` goes up with each.
    out: the folder that every result is written to as well; without it, none is. drafted: whether a form drafts the
    YAML.
    """

    def __init__(
        self,
        yaml: Path | None = None,
        *,
        voice: Voice,
        workbook: Path | None = None,
        tidy: bool = False,
        draws: int | None = None,
        seed: int | None = None,
        out: Path | None = None,
    ) -> None:
        self.voice, self.out = voice, out
        self.token = secrets.token_urlsafe(24)
        self.yaml: Path | None = None
        self.drafted = False
        self.state, self.html, self.numbers, self.newest, self.moment = State(), "", "", "", 0
        self.ended = False
        self._drawing: Drawing | None = None
        self.fault: BaseException | None = None
        reading = {} if out is None else {"reading": partial(refuse_losses, out, FILES)}
        self._reading: dict[str, Any] = {"workbook": workbook, "tidy": tidy, "draws": draws, **reading}
        self._draws: dict[str, Any] = {"draws": draws, "seed": seed}
        self._panels = Panels()
        self._moved, self._saving, self._stop = asyncio.Condition(), asyncio.Lock(), threading.Event()
        if yaml is not None:
            self._name(yaml)

    def _name(self, yaml: Path) -> None:
        self.yaml, self._target = yaml, yaml.resolve()
        self.state = State(inputs={yaml: None})

    async def open(self, yaml: Path) -> None:
        """Follow a YAML from now on; returns when its page is there."""
        self._name(yaml)
        self._halt()
        async with self._moved:
            await self._moved.wait_for(lambda: self.state.run is not None or self.state.problems or self.ended)

    async def close(self) -> None:
        """End what follows and what is drawn; open pages are let go."""
        self._halt()
        async with self._moved:
            self.ended = True
            self._moved.notify_all()

    async def moments(self) -> AsyncIterator[int]:
        """The moments of the page from the present one on, as they come; until the session ends."""
        seen = 0
        while not self.ended:
            async with self._moved:
                await self._moved.wait_for(lambda last=seen: self.moment != last or self.ended)  # type: ignore[misc]
                seen = self.moment
            if not self.ended:
                yield seen

    async def save(self, weights: Mapping[str, float], seen: str) -> None:
        """Write weights into the YAML; refused (InputError, ChoiceError) as `saving.save_weights` says, and where the
        index looks at no weight."""
        yaml, run = self.yaml, self.state.run
        if yaml is None or run is None:
            return
        place = ("in_file", {"file": shown(yaml)})
        if not weights:
            raise InputError(Problem("weights_unmoved", place=place))
        if all(node.weighting.name == "equal" for node in parents(run.result.nodes).values()):
            raise ChoiceError(Problem("weights_unused", place=place))
        if yaml.resolve() != self._target:  # a link that leads elsewhere by now
            raise InputError(Problem("yaml_saved_since", place=place))
        async with self._saving:
            await asyncio.to_thread(save_weights, self._target, weights, seen)

    async def follow(self) -> None:
        """Compute, draw, and begin again whenever a file is saved; until the session ends."""
        while not self.ended:
            self._stop = stop = threading.Event()
            yaml = self.yaml
            if yaml is None:
                await asyncio.to_thread(stop.wait)
                continue
            state = await asyncio.to_thread(next_state, self.state, yaml, self._panels, **self._reading)
            if yaml is not self.yaml:
                continue
            first = not self.html
            await self._show(state, stop)
            if first:
                gc.freeze()  # what is loaded by now stays: looking through it again would hold up a save for 0.1 s
            drawing = asyncio.create_task(self._draw(state, stop))
            drawing.add_done_callback(self.followed)
            await asyncio.to_thread(wait_for_save, state.inputs, stop)
            self._halt()

    def followed(self, task: asyncio.Task[None]) -> None:
        """Called when the task that follows or draws has ended; a fault of the program is kept for the command to
        raise."""
        self.fault = self.fault or (None if task.cancelled() else task.exception())

    async def _show(self, state: State, stop: threading.Event) -> None:
        """Make the page of a state, and put it in place unless a newer one has begun meanwhile."""
        if state.run is not self.state.run and state.run is not None:
            made = await asyncio.to_thread(first_numbers, state.run)
            if stop.is_set():
                return
            self.numbers = made
            await self._tell("numbers")
        html = await asyncio.to_thread(page, state, self.voice, self.drafted)
        if stop.is_set():
            return
        self.state, self.html = state, html
        await self._tell("page")

    async def _tell(self, newest: str) -> None:
        async with self._moved:
            self.newest, self.moment = newest, self.moment + 1
            self._moved.notify_all()

    async def _draw(self, state: State, stop: threading.Event) -> None:
        """The draws of a state, and its files where a folder was named; given up as soon as the files are saved."""
        if stop.is_set() or state.run is None or not (state.drawing or self.out):
            return
        try:
            if state.drawing:
                self._drawing = Drawing(state.run, **self._draws)
                run = await asyncio.to_thread(self._drawing.result)
                state = replace(state, run=run, drawing=False)
                await self._show(state, stop)
            if self.out is not None and not state.problems:
                await asyncio.to_thread(self._write, state, stop)
        except Stopped:
            return
        except IndexcalcError as error:
            wrong = error.problems
        except (OSError, MemoryError) as error:
            problem = exhausted(error)
            if problem is None:
                raise
            wrong = (problem,)
        else:
            return
        await self._show(replace(state, problems=(*state.problems, *wrong), drawing=False), stop)

    def _write(self, state: State, stop: threading.Event) -> None:
        def progress(stage: str, fraction: float = 0.0) -> None:
            if stop.is_set():
                raise Stopped

        assert state.run is not None and self.out is not None
        edits: dict[str, Sequence[str]] = {"tidy": ["true"]} if self._reading["tidy"] else {}
        write_results(state.run, self.out, voice=self.voice, edits=edits, progress=progress)

    def _halt(self) -> None:
        """End what waits for a save, and what is drawn of the files as they were."""
        self._stop.set()
        if self._drawing is not None:
            self._drawing.stop()
            self._drawing = None
