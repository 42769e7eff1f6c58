"""The ranks of the last year under the scenarios of the YAML."""

from __future__ import annotations

from matplotlib.figure import Figure

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.catalogue.alternatives import rank_cells
from indexcalc.report.charts.findings import moved_by_scenarios
from indexcalc.report.charts.lettering import text_width
from indexcalc.report.charts.needs import RIVALS, Need
from indexcalc.report.charts.page import INNER
from indexcalc.report.charts.style import NAME_WIDTH, SMALL
from indexcalc.report.charts.subject import Subject
from indexcalc.report.tables.scenarios import named

SCENARIOS = Need(
    "scenarios",
    lambda subject: bool(subject.run.specification.scenarios and subject.run.scenarios.codes),
)


@chart("scenarios", place=125, by_default=True, needs=(SCENARIOS, RIVALS))
def scenarios(subject: Subject) -> Figure:
    """Ranks (city, scenario) of the last year: blue where a city ranks higher than as chosen, orange where lower."""
    voice, found = subject.voice, subject.run.scenarios
    t = subject.result.years.index(subject.last)
    ranks = found.rank[:, subject.at[0], t].T
    facts = {**subject.facts, "m": len(found.codes)}
    names = [voice.told(named(subject.run, code)) for code in found.codes]
    fitting = max(text_width(name, SMALL) for name in names) + 6.0 <= (INNER - NAME_WIDTH - 30.0) / len(names)
    heads = names if fitting else [str(i + 1) for i in range(len(names))]
    told = [] if fitting else [f"{i + 1}  {name}" for i, name in enumerate(names)]
    subtitle = voice.say("charts.sub_scenarios", **facts)
    return rank_cells(subject, title(subject), subtitle, heads, told, subject.rank[:, -1], ranks)


def title(subject: Subject) -> str:
    """What the chart finds."""
    found, t = subject.run.scenarios, subject.result.years.index(subject.last)
    moved = subject.rank[:, -1:] != found.rank[:, subject.at[0], t].T
    return moved_by_scenarios(moved, {**subject.facts, "m": len(found.codes)}, subject.voice)
