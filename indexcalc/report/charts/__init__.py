"""The charts: 16 cm wide, in Chinese or English; drawn from what a run computed, computing no index.

A chart is a function of a `Subject` to a Figure. Those of the index are a module each in `catalogue`; `selection` knows
those of cities of the reader's choice. matplotlib is imported where something is drawn, so that naming charts is quick.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexcalc.errors import ChoiceError, Problem

if TYPE_CHECKING:
    from indexcalc.analysis.editions import Editions
    from indexcalc.computed import Computed
    from indexcalc.report.charts.lines import Lines
    from indexcalc.steps.result import IndexResult
    from indexcalc.voice import Voice

MOST_NAMES = 20
"""Names that a notice lists."""


def draw_charts(
    run: Computed,
    folder: Path,
    voice: Voice,
    progress: Callable[[str, float], None] | None = None,
    *,
    only: Sequence[str] = (),
    lines: Lines | None = None,
    formats: Sequence[str] = ("png",),
) -> tuple[list[Path], list[Problem]]:
    """Draw charts into `folder`, which exists: those that `only` names (see `selection`), else those that the YAML
    names, else those of an ordinary run.

    lines: which cities and years the charts of lines show, and in which shape.

    Returns the files written, in the order of the charts, and a notice for each chart that could not be drawn.
    progress: called with each chart's name, and the share done, before it is drawn.
    """
    from indexcalc.report.charts.files import write
    from indexcalc.report.charts.needs import missed, unmet
    from indexcalc.report.charts.selection import ordinary, selected
    from indexcalc.report.charts.subject import subject_of

    options = run.specification.charts
    wanted = only or options.draw
    about: dict[str, Any] = {"lines": lines, "highlight": options.highlight}
    charts = selected(wanted, run.result, voice, **about) if wanted else ordinary(options.highlight, run.result, voice)
    written: list[Path] = []
    with drawing(run.result, voice) as notices:
        subject = subject_of(run, voice)
        for i, chart in enumerate(charts):
            shown = subject if chart.of is None else chart.of(subject)
            missing = unmet(chart.needs, shown)
            if missing:
                if chart.name in wanted or all(need.told for need in missing):
                    notices.append(missed(chart.name, missing[0]))
                continue
            if progress is not None:
                progress(chart.name, i / len(charts))
            try:
                figure = chart.draw(shown)
            except ChoiceError as refused:
                notices.extend(refused.problems)
                continue
            for ending in formats:
                file = folder / f"{chart.name}.{ending}"
                write(figure, file)
                written.append(file)
    return list(dict.fromkeys(written)), notices


def draw_editions(
    found: Editions,
    run: Computed,
    folder: Path,
    voice: Voice,
    *,
    scores: bool,
    formats: Sequence[str] = ("png",),
) -> tuple[list[Path], list[Problem]]:
    """Draw what the change between two editions comes from into `folder`, which exists; run: the new edition.

    Returns the files written, none where nothing changed, and what to know.
    """
    from indexcalc.report.charts.editions import editions_chart
    from indexcalc.report.charts.files import write

    with drawing(run.result, voice) as notices:
        figure = editions_chart(found, run, voice, scores=scores)
        if figure is None:
            return [], notices
        files = [folder / f"editions.{ending}" for ending in formats]
        for file in files:
            write(figure, file)
    return files, notices


@contextmanager
def drawing(result: IndexResult, voice: Voice) -> Iterator[list[Problem]]:
    """The house style for as long as charts of a result are drawn, and the notices so far: names with characters that
    the fonts lack are reported in one, not in a warning for each character."""
    from indexcalc.report.charts.lettering import unwritable
    from indexcalc.report.charts.style import house_style

    notices: list[Problem] = []
    with house_style(), warnings.catch_warnings():
        names = [name for name in _names(result, voice) if unwritable(name)]
        if names:
            warnings.filterwarnings("ignore", "Glyph ", UserWarning)
            notices.append(Problem("glyphs_missing", {"names": voice.listed(names[:MOST_NAMES])}))
        yield notices


def _names(result: IndexResult, voice: Voice) -> list[str]:
    """All names in the YAML and the workbook, each once: the index and its note first."""
    framework = result.framework
    named = [framework.name, *([framework.note] if framework.note is not None else [])]
    named += [*framework.groups.values(), *framework.publishers.values()]
    named += [group for lens in framework.lenses.values() for group in lens.groups.values()]
    labels = [voice.node(node.code) for node in result.nodes]
    cities = [voice.city(city) for city in result.cities]
    return list(dict.fromkeys([*(voice.name(name) for name in named), *labels, *cities]))
