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


class Need(NamedTuple):
    """Something that a chart may need: whether it is there, and its name. told: also where nobody asked for the chart,
    because a reader may look for it."""

    met: Callable[[Subject], bool]
    en: str
    zh: str
    told: bool = False


YEARS = Need(lambda subject: len(subject.years) > 1, "at least two years", "至少两个年份的数据", told=True)
INDICATORS = Need(lambda subject: len(subject.result.normalised.codes) > 1, "at least two indicators", "至少两个指标")
PARTS = Need(lambda subject: len(subject.parts) > 1, "at least two dimensions", "至少两个维度")
LENS = Need(lambda subject: bool(subject.result.framework.lenses), "a lens in the YAML", "YAML中的视角（lenses）")

RIVALS = Need(lambda subject: len(subject.cities.names) > 1, "at least two cities", "至少两个城市")
CITIES = Need(lambda subject: len(subject.cities.names) > 2, "at least three cities", "至少三个城市")
YARDSTICKS = Need(
    lambda subject: any(lists_a_city(one, subject) for one in subject.run.specification.yardsticks.values()),
    "a yardstick in the YAML that lists a city of the index",
    "YAML中列有所涉城市的外部排名（yardsticks）",
)
UNCERTAINTY = Need(
    lambda subject: subject.run.drawn is not None,
    "the uncertainty analysis (uncertainty in the YAML, --draws above 0)",
    "不确定性分析（YAML中的uncertainty，且--draws大于0）",
)
BOUNDS = Need(lambda subject: subject.run.bounds is not None, "bounds of the ranks", "位次的界限")
SENSITIVITY = Need(lambda subject: subject.run.sensitivity is not None, "a sensitivity analysis", "敏感性分析")
ALTERNATIVES = Need(
    lambda subject: subject.run.alternatives is not None and len(subject.run.alternatives.rows) > 1,
    "more than one methodology",
    "可比较的其他方法",
)
CLAIMS = Need(
    lambda subject: subject.run.drawn is not None and bool(subject.run.drawn.claims),
    "claims in the YAML",
    "YAML中的论断（claims）",
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
    need = missing[0]
    return [Problem("chart_needs", {"chart": drawing.name, "what_en": need.en, "what_zh": need.zh})]
