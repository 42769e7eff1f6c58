"""Which charts `--only` names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indexcalc.errors import InputError, Problem, refuse_if, suggestion
from indexcalc.report.charts.catalogue import CHARTS, Drawing
from indexcalc.result import IndexResult

PLACE = ("in_option", {"option": "--only"})

ALSO = {"bump": "ranks"}
"""Other names under which charts are known."""
FORMS = ("all",)


def selected(only: Sequence[str], result: IndexResult) -> list[Drawing]:
    """The drawings that `only` names, each once, in that order.

    A name is that of a chart; `all` means every chart of the catalogue. Refused (InputError): what is
    none of these, all at once.
    """
    found: dict[str, Drawing] = {}
    problems: list[Problem] = []
    for name in only:
        try:
            found |= {drawing.name: drawing for drawing in _drawings(name, result)}
        except InputError as error:
            problems.extend(error.problems)
    refuse_if(problems)
    return list(found.values())


def _drawings(name: str, result: IndexResult) -> Iterator[Drawing]:
    code = ALSO.get(name, name)
    if code in CHARTS:
        yield Drawing(code, CHARTS[code].draw, CHARTS[code].needs)
    elif name == "all":
        yield from (Drawing(name, chart.draw, chart.needs) for name, chart in CHARTS.items())
    else:
        raise InputError(Problem("chart_unknown", {"found": name, **suggestion(name, [*CHARTS, *FORMS])}, PLACE))
