"""The charts: 16 cm wide, in Chinese or English; drawn from a result, computing no index.

A chart is a function of a `Subject` to a Figure. To add one, write it and enter it in CHARTS; or, if it is about cities
of the reader's choice, in `selection`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from indexcalc.computed import Computed
from indexcalc.errors import ChoiceError, Problem
from indexcalc.report.charts.catalogue import CHARTS, ordinary, unmet
from indexcalc.report.charts.files import writing
from indexcalc.report.charts.lettering import unwritable
from indexcalc.report.charts.selection import selected
from indexcalc.report.charts.style import house_style
from indexcalc.report.charts.subject import subject_of
from indexcalc.result import IndexResult
from indexcalc.voice import Voice

__all__ = ["CHARTS", "draw_charts"]

MOST_NAMES = 20
"""Names that a notice lists."""


def draw_charts(
    run: Computed,
    folder: Path,
    voice: Voice,
    progress: Callable[[str, float], None] | None = None,
    *,
    only: Sequence[str] = (),
    formats: Sequence[str] = ("png",),
) -> tuple[list[Path], list[Problem]]:
    """Draw charts into `folder`, which exists: those of an ordinary run, or those that `only` names (see `selection`).

    Returns the files written, and a notice for each chart that could not be drawn. progress: told each chart's name,
    and what share of them is done, before it is drawn. One chart is compressed while the next is drawn.
    """
    drawings = selected(only, run.result, voice) if only else ordinary()
    writes: dict[Path, Future[None]] = {}
    notices: list[Problem] = []
    with house_style(), ThreadPoolExecutor(max_workers=1) as writer, warnings.catch_warnings():
        names = [name for name in _names(run.result, voice) if unwritable(name)]
        if names:  # told in a notice: the fonts have what a program of figures needs, but not every script
            warnings.filterwarnings("ignore", "Glyph ", UserWarning)
            notices.append(Problem("glyphs_missing", {"names": voice.listed(names[:MOST_NAMES])}))
        subject = subject_of(run, voice)
        for i, drawing in enumerate(drawings):
            missing = unmet(drawing, subject, asked=bool(only))
            if missing is not None:
                notices.extend(missing)
                continue
            if progress is not None:
                progress(drawing.name, i / len(drawings))
            try:
                figure = drawing.draw(subject)
            except ChoiceError as refused:
                notices.extend(refused.problems)
                continue
            for ending in formats:
                file = folder / f"{drawing.name}.{ending}"
                writes[file] = writer.submit(writing(figure, file))
    for write in writes.values():
        write.result()
    return list(writes), notices


def _names(result: IndexResult, voice: Voice) -> list[str]:
    """What the YAML and the workbook name, in `lang`, each once: the index and its note first."""
    framework = result.framework
    named = [framework.name, *([framework.note] if framework.note is not None else [])]
    named += [*framework.groups.values(), *framework.publishers.values()]
    named += [group for lens in framework.lenses.values() for group in lens.groups.values()]
    labels = [voice.node(node.code) for node in result.nodes]
    cities = [voice.city(city) for city in result.cities]
    return list(dict.fromkeys([*(voice.name(name) for name in named), *labels, *cities]))
