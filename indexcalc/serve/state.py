"""What the page shows at a moment, and the next one: computed from the files as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from indexcalc.computed import Computed
from indexcalc.errors import IndexcalcError, Problem
from indexcalc.figures.panel import Panel
from indexcalc.figures.workbook import read_workbook
from indexcalc.paths import exhausted
from indexcalc.report.folder.record import Changes, changes, run_record
from indexcalc.run import compute
from indexcalc.serve.saving import fingerprint
from indexcalc.serve.watching import Stamp, stamp
from indexcalc.spec.framework import Framework


@dataclass(frozen=True)
class State:
    """The last good result and its record; what is wrong with the files now. changed: what differs from the result
    before, None for the first. seen: the fingerprint of the YAML. drawing: whether the draws are still to come.
    inputs: the files that were read, and the stamp of each just before."""

    run: Computed | None = None
    record: dict[str, Any] | None = None
    problems: tuple[Problem, ...] = ()
    changed: Changes | None = None
    seen: str = ""
    drawing: bool = False
    inputs: Mapping[Path, Stamp] = field(default_factory=dict)


class Panels:
    """Reads workbooks; the last one is not read again as long as neither it nor what is read from it has changed."""

    def __init__(self) -> None:
        self._last: tuple[tuple[Any, ...], Framework, Panel] | None = None

    def read(self, path: Path, framework: Framework, *, tidy: bool = False, aside: Sequence[str] = ()) -> Panel:
        """As `workbook.read_workbook`. Of the weights, only whether they are 0 matters to what is read."""
        key = path, stamp(path), tidy, aside
        unweighted = framework.reweighted({code: float(weight != 0) for code, weight in _weights(framework).items()})
        if self._last is None or self._last[:2] != (key, unweighted):
            self._last = key, unweighted, read_workbook(path, framework, tidy=tidy, aside=aside)
        return self._last[2]


def next_state(
    before: State,
    yaml: Path,
    panels: Panels,
    *,
    workbook: Path | None = None,
    tidy: bool = False,
    draws: int | None = None,
    reading: Callable[[Sequence[Path]], None] = lambda inputs: None,
) -> State:
    """The state of the files as they are now, without draws. Where they cannot be computed the last result stays.

    draws: how many are to follow, instead of those of the YAML. The other options are those of `run.compute`.
    """
    others = [path for path in before.inputs if path != yaml]
    stood, seen = {yaml: stamp(yaml)}, fingerprint(yaml)

    def told(inputs: Sequence[Path]) -> None:
        others[:] = inputs[1:]
        stood.update((path, stamp(path)) for path in others)
        reading(inputs)

    def wrong(*problems: Problem) -> State:
        return replace(
            before,
            problems=problems,
            inputs={path: stood.get(path, before.inputs.get(path)) for path in (yaml, *others)},
        )

    try:
        run = compute(yaml, workbook=workbook, tidy=tidy, draws=0, reading=told, read=panels.read)
        record = run_record(run, {})
    except IndexcalcError as error:
        return wrong(*error.problems)
    except (OSError, MemoryError) as error:
        problem = exhausted(error)
        if problem is None:
            raise
        return wrong(problem)
    changed = before.changed if before.record is None else changes(before.record, record)
    options = run.specification.uncertainty
    wanted = draws if draws is not None else 0 if options is None else options.draws
    return State(run, record, (), changed, seen, wanted > 0, stood)


def _weights(framework: Framework) -> dict[str, float]:
    return {code: node.weight for _, code, node in framework.walk()}
