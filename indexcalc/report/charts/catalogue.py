"""The charts by name: how each is drawn, and what it needs to have something to show."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from matplotlib.figure import Figure

from indexcalc.errors import Problem
from indexcalc.report.charts.acceptability import acceptability
from indexcalc.report.charts.alternatives import alternatives
from indexcalc.report.charts.bounds import bounds
from indexcalc.report.charts.change import change
from indexcalc.report.charts.claims import claims
from indexcalc.report.charts.contributions import contributions
from indexcalc.report.charts.convergence import convergence
from indexcalc.report.charts.correlations import correlations
from indexcalc.report.charts.dimensions import dimensions
from indexcalc.report.charts.heat_map import heat_map
from indexcalc.report.charts.integration import integration
from indexcalc.report.charts.lenses import lenses
from indexcalc.report.charts.obstacles import obstacles
from indexcalc.report.charts.ranks import ranks
from indexcalc.report.charts.sensitivity import sensitivity
from indexcalc.report.charts.stages import stages
from indexcalc.report.charts.subject import Subject
from indexcalc.report.charts.trend import trend
from indexcalc.report.charts.uncertainty import uncertainty
from indexcalc.report.charts.weights import weights
from indexcalc.report.charts.yardsticks import lists_a_city, yardsticks
from indexcalc.voice import Word


class Need(NamedTuple):
    """Something that a chart may need: whether it is there, and the key of its name. told: also where nobody asked for
    the chart, because a reader may look for it."""

    met: Callable[[Subject], bool]
    key: str
    told: bool = False


YEARS = Need(lambda subject: len(subject.years) > 1, "years", told=True)
INDICATORS = Need(lambda subject: len(subject.result.normalised.codes) > 1, "indicators")
PARTS = Need(lambda subject: len(subject.parts) > 1, "parts")
LENS = Need(lambda subject: bool(subject.result.framework.lenses), "lens")

RIVALS = Need(lambda subject: len(subject.cities.names) > 1, "rivals")
CITIES = Need(lambda subject: len(subject.cities.names) > 2, "cities")
YARDSTICKS = Need(
    lambda subject: any(lists_a_city(one, subject) for one in subject.run.specification.yardsticks.values()),
    "yardsticks",
)
UNCERTAINTY = Need(lambda subject: subject.run.drawn is not None, "uncertainty")
BOUNDS = Need(lambda subject: subject.run.bounds is not None, "bounds")
SENSITIVITY = Need(lambda subject: subject.run.sensitivity is not None, "sensitivity")
ALTERNATIVES = Need(
    lambda subject: subject.run.alternatives is not None and len(subject.run.alternatives.rows) > 1, "alternatives"
)
CLAIMS = Need(
    lambda subject: subject.run.drawn is not None and bool(subject.run.drawn.claims),
    "claims",
)
OF_STUDIES = ("bounds", "sensitivity", "alternatives")
"""The charts of analyses that an ordinary run does not make."""


class Drawing(NamedTuple):
    """A chart to be drawn, by the name of its file."""

    name: str
    draw: Callable[[Subject], Figure]
    needs: tuple[Need, ...] = ()


class Chart(NamedTuple):
    """A chart of the whole index, drawn in every run that has what it needs."""

    draw: Callable[[Subject], Figure]
    needs: tuple[Need, ...] = ()


CHARTS: dict[str, Chart] = {
    "trend": Chart(trend, (YEARS,)),
    "ranks": Chart(ranks, (YEARS, RIVALS)),
    "dimensions": Chart(dimensions),
    "heat_map": Chart(heat_map),
    "change": Chart(change, (YEARS,)),
    "contributions": Chart(contributions),
    "uncertainty": Chart(uncertainty, (UNCERTAINTY, RIVALS)),
    "acceptability": Chart(acceptability, (UNCERTAINTY, RIVALS)),
    "claims": Chart(claims, (UNCERTAINTY, CLAIMS)),
    "bounds": Chart(bounds, (BOUNDS, RIVALS)),
    "sensitivity": Chart(sensitivity, (SENSITIVITY, RIVALS)),
    "alternatives": Chart(alternatives, (ALTERNATIVES, RIVALS)),
    "integration": Chart(integration, (PARTS,)),
    "stages": Chart(stages, (YEARS, LENS)),
    "lenses": Chart(lenses, (LENS, RIVALS)),
    "obstacles": Chart(obstacles, (PARTS,)),
    "convergence": Chart(convergence, (YEARS, CITIES)),
    "yardsticks": Chart(yardsticks, (YARDSTICKS,)),
    "weights": Chart(weights, (INDICATORS,)),
    "correlations": Chart(correlations, (INDICATORS,)),
}


def ordinary() -> list[Drawing]:
    """The charts of every run."""
    return [Drawing(name, chart.draw, chart.needs) for name, chart in CHARTS.items()]


def unmet(drawing: Drawing, subject: Subject, *, asked: bool) -> list[Problem] | None:
    """What keeps a chart from being drawn, told where somebody asked for it or may look for it; None: nothing does."""
    missing = [need for need in drawing.needs if not need.met(subject)]
    if not missing:
        return None
    if not asked and not all(need.told for need in missing):
        return []
    return [Problem("chart_needs", {"chart": drawing.name, "what": Word(f"errors.needs.{missing[0].key}")})]
