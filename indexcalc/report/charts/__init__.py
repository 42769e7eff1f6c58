"""The charts: PNG, 200 dpi, 16 cm wide, in Chinese or English; drawn from a result, computing no index.

A chart is a function of a `Subject` to a Figure. To add one, write it and enter it in CHARTS.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from matplotlib.figure import Figure

from indexcalc.analyses import IntegrationOptions
from indexcalc.errors import ChoiceError, Problem
from indexcalc.report.charts.change import change
from indexcalc.report.charts.contributions import contributions
from indexcalc.report.charts.correlations import correlations
from indexcalc.report.charts.dimensions import dimensions
from indexcalc.report.charts.heat_map import heat_map
from indexcalc.report.charts.integration import integration as draw_integration
from indexcalc.report.charts.ranks import ranks
from indexcalc.report.charts.stages import stages
from indexcalc.report.charts.style import house_style, render, write_png
from indexcalc.report.charts.subject import Subject, subject_of
from indexcalc.report.charts.trend import trend
from indexcalc.report.charts.weights import weights
from indexcalc.result import IndexResult


class Chart(NamedTuple):
    """A chart: how it is drawn, the file it goes to, and what it needs: two years, two indicators, a lens, or two
    children of the index. Where it needs years the reader is told; an index without the others has nothing to show."""

    draw: Callable[[Subject], Figure]
    file: str
    needs_years: bool = False
    needs_indicators: bool = False
    needs_lens: bool = False
    needs_parts: bool = False


CHARTS: dict[str, Chart] = {
    "trend": Chart(trend, "trend.png", needs_years=True),
    "ranks": Chart(ranks, "ranks.png", needs_years=True),
    "dimensions": Chart(dimensions, "dimensions.png"),
    "heat_map": Chart(heat_map, "heat_map.png"),
    "change": Chart(change, "change.png", needs_years=True),
    "contributions": Chart(contributions, "contributions.png"),
    "integration": Chart(draw_integration, "integration.png", needs_parts=True),
    "stages": Chart(stages, "stages.png", needs_years=True, needs_lens=True),
    "weights": Chart(weights, "weights.png", needs_indicators=True),
    "correlations": Chart(correlations, "correlations.png", needs_indicators=True),
}


def draw_charts(
    result: IndexResult,
    folder: Path,
    lang: str,
    progress: Callable[[str], None] | None = None,
    *,
    integration: IntegrationOptions | None = None,
) -> tuple[list[Path], list[Problem]]:
    """Draw every chart that the result allows into `folder`, which exists.

    Returns the files written, and a notice for each chart that could not be drawn. progress: told each chart's name
    before it is drawn. integration: how it is measured, as the YAML says.
    One chart is compressed while the next is drawn.
    """
    writes: dict[Path, Future[None]] = {}
    notices: list[Problem] = []
    with house_style(), ThreadPoolExecutor(max_workers=1) as writer:
        subject = subject_of(result, lang, integration)
        for name, chart in CHARTS.items():
            if not _can_show(chart, subject):
                continue
            if chart.needs_years and len(subject.years) < 2:
                notices.append(Problem("chart_needs_years", {"chart": name}))
                continue
            if progress is not None:
                progress(name)
            try:
                figure = chart.draw(subject)
            except ChoiceError as refused:
                notices.extend(refused.problems)
                continue
            file = folder / chart.file
            writes[file] = writer.submit(write_png, render(figure), file)
    for write in writes.values():
        write.result()
    return list(writes), notices


def _can_show(chart: Chart, subject: Subject) -> bool:
    """Whether the index has what the chart is about."""
    result = subject.result
    return (
        (not chart.needs_indicators or len(result.normalised.codes) > 1)
        and (not chart.needs_lens or bool(result.framework.lenses))
        and (not chart.needs_parts or len(subject.parts) > 1)
    )
