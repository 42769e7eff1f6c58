"""The ranks of the last year under the scenarios of the YAML."""

from __future__ import annotations

from matplotlib.figure import Figure

from indexcalc.report.charts.catalogue import chart
from indexcalc.report.charts.catalogue.alternatives import draw_cells, write_ranks
from indexcalc.report.charts.findings import moved_by_scenarios
from indexcalc.report.charts.lettering import text_width, wrap
from indexcalc.report.charts.needs import RIVALS, Need
from indexcalc.report.charts.page import INNER
from indexcalc.report.charts.rows import name_rows, row_frame, row_order, row_page
from indexcalc.report.charts.style import INK, LINE, NAME_WIDTH, SMALL, SOFT_INK
from indexcalc.report.charts.subject import Subject
from indexcalc.report.tables.scenarios import named

SCENARIOS = Need(
    "scenarios",
    lambda subject: bool(subject.run.specification.scenarios and subject.run.scenarios.codes),
)


@chart("scenarios", place=125, by_default=True, needs=(SCENARIOS, RIVALS))
def scenarios(subject: Subject) -> Figure:
    """Ranks (city, scenario) of the last year: blue where a city ranks higher than as chosen, orange where lower."""
    voice, order, found = subject.voice, row_order(subject), subject.run.scenarios
    t = subject.result.years.index(subject.last)
    ranks = found.rank[:, subject.at[0], t].T
    nominal = subject.rank[:, -1]
    facts = {**subject.facts, "m": len(found.codes)}
    names = [voice.told(named(subject.run, code)) for code in found.codes]
    fitting = max(text_width(name, SMALL) for name in names) + 6.0 <= (INNER - NAME_WIDTH - 30.0) / len(names)
    heads = names if fitting else [str(i + 1) for i in range(len(names))]
    told = [] if fitting else [f"{i + 1}  {name}" for i, name in enumerate(names)]
    key = [line for text in told for line in wrap(text, SMALL, INNER)]
    below = LINE * SMALL * len(key) + 8.0 if key else 0.0
    page = row_page(title(subject), voice.say("charts.sub_scenarios", **facts), subject, order, 15.0 + below)
    frame = row_frame(page, subject, len(order), right=0.0, bottom=below, top=15.0)
    frame.ax.set_xlim(-0.5, len(names) - 0.5)
    for i, head in enumerate(heads):
        frame.text(i, -0.5 - abs(frame.dy(7.0)), head, SMALL, SOFT_INK, "center")
    write_ranks(frame, subject, ranks[order], draw_cells(frame, (nominal[:, None] - ranks)[order]))
    name_rows(frame, subject, order, [INK] * len(nominal))
    for i, line in enumerate(key):
        page.write(0.0, below - 8.0 - LINE * SMALL * (i + 1) + 0.3 * SMALL, line, SMALL, SOFT_INK)
    return page.figure


def title(subject: Subject) -> str:
    """What the chart finds."""
    found, t = subject.run.scenarios, subject.result.years.index(subject.last)
    moved = subject.rank[:, -1:] != found.rank[:, subject.at[0], t].T
    return moved_by_scenarios(moved, {**subject.facts, "m": len(found.codes)}, subject.voice)
