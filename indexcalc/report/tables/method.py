"""The methodology in words and as written, and what went in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from indexcalc import __version__
from indexcalc.computed import Computed
from indexcalc.report.tables import sheet
from indexcalc.report.tables.figures import origin_word
from indexcalc.report.tables.parts import extent, note, said, w
from indexcalc.report.tables.table import Column, Fact, Sheet, Table
from indexcalc.report.text.method_words import CHOSEN, as_written, in_use, in_words, reversal, step_name
from indexcalc.spec.choice import Choice
from indexcalc.spec.framework import INDEX
from indexcalc.spec.hierarchy import Parent, parents
from indexcalc.spec.methodology import Reference, Rounding, plain
from indexcalc.voice import Node, Row

Line = tuple[Fact, Fact, str]
"""A step, in words, as written."""
WIDTHS = {"step": 36.0, "in_words": 60.0, "as_written": 50.0}


@sheet("method", place=150)
def method(run: Computed) -> Sheet:
    """The methodology, the methods that nodes name for themselves, what went in."""
    result, framework = run.result, run.result.framework
    rows: list[Line] = [
        (
            partial(step_name, step),
            partial(in_words, getattr(result.methodology, step)),
            f"{step}: {as_written(written)}",
        )
        for step, written in result.methodology.plain.items()
        if step != "levels" and _is_used(run, step)
    ]
    first_own = len(rows)
    for level, named in result.methodology.levels.items():
        rows += [(w("level_step", level=level, step=step), own, text) for step, own, text in _own_methods(named)]
    active = {one.code for one in result.nodes}
    for code, declared in ((INDEX, framework.root), *((code, one) for _, code, one in framework.walk())):
        if code in active:
            rows += [(w("own", node=Node(code), step=step), own, text) for step, own, text in _own_methods(declared)]
    rows += _reversals(parents(result.nodes).values())
    for what in dict.fromkeys(result.treatment.values()):
        treated = Row(Node(code) for code, done in result.treatment.items() if done == what)
        rows.append((w("step_done"), w("done", what=origin_word(what), names=treated), ""))
    first_fact = len(rows)
    rows.append((w("panel_fact"), w("panel_words", **extent(result)), ""))
    if result.panel.file:
        rows.append((w("file_fact"), Path(result.panel.file).name, ""))
    rows.append((w("program_fact"), f"indexcalc {__version__}", ""))
    columns = (Column(w(key), [row[k] for row in rows], width=width) for k, (key, width) in enumerate(WIDTHS.items()))
    table = Table(tuple(columns), starts=frozenset({first_own, first_fact}))
    return Sheet("method", (table,), said(note(framework), w("about_method")))


def _is_used(run: Computed, step: str) -> bool:
    """Whether the methodology's own choice at a step counts: not where every node has one of its own."""
    if step not in CHOSEN:
        return True
    whole = getattr(run.result.methodology, step)
    return any(chosen == whole for chosen, _ in in_use(run.result, step))


def _reversals(nodes: Iterable[Parent]) -> Iterator[Line]:
    """The nodes that are reversed."""
    for node in nodes:
        if node.is_reversed:
            step = w("own", node=Node(node.code), step=partial(step_name, "direction"))
            yield step, partial(reversal, node), "direction: negative"


def _own_methods(declared: Any) -> Iterator[Line]:
    """The methods that a node, or a level, names for itself."""
    for step in type(declared).model_fields:
        own = getattr(declared, step)
        if isinstance(own, (Choice, Reference, Rounding)) and step != "direction":  # which the indicator table has
            yield partial(step_name, step), partial(in_words, own), f"{step}: {as_written(plain(own))}"
