"""What charts need in order to have something to show: two years, a lens, an analysis that was made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indexcalc.errors import Problem
from indexcalc.figures.panel import city_position
from indexcalc.voice import Word

if TYPE_CHECKING:
    from indexcalc.report.charts.subject import Subject


class Need(NamedTuple):
    """Something that a chart needs: its word is `charts.needs.KEY`; met: whether a subject has it.

    told: reported as missing even if nobody asked for the chart, because a reader may look for it. study: the part of a
    study of robustness that it comes from (see `robustness.study`), which an ordinary run may not make.
    """

    key: str
    met: Callable[[Subject], bool]
    told: bool = False
    study: str = ""


YEARS = Need("years", lambda subject: len(subject.years) > 1, told=True)
RIVALS = Need("rivals", lambda subject: len(subject.cities.names) > 1)
INDICATORS = Need("indicators", lambda subject: len(subject.result.normalised.codes) > 1)
PARTS = Need("parts", lambda subject: len(subject.parts) > 1)
LENS = Need("lens", lambda subject: bool(subject.result.framework.lenses))
UNCERTAINTY = Need("uncertainty", lambda subject: subject.run.drawn is not None)


def scored(city: str) -> Need:
    """What the card of a city needs."""

    def met(subject: Subject) -> bool:
        return not np.isnan(subject.result.score()[city_position(subject.result, city)]).all()

    return Need("score", met, told=True)


def unmet(needs: Sequence[Need], subject: Subject) -> list[Need]:
    """The needs that a subject does not meet."""
    return [need for need in needs if not need.met(subject)]


def missed(name: str, need: Need) -> Problem:
    """The notice that the chart of this name is not drawn, and what is missing for it."""
    return Problem("chart_needs", {"chart": name, "what": Word(f"charts.needs.{need.key}")})
