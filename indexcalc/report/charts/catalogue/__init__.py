"""The charts of the index, a module each: `--only` names a chart as its file is named.

To add one, write a module here with a function of a `Subject` decorated with `chart`, and its words in `charts.toml`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from indexcalc.report.charts.needs import Need
    from indexcalc.report.charts.subject import Subject

    Draw = Callable[[Subject], Figure]


class Chart(NamedTuple):
    """A chart by the name of its file: how it is drawn, and what it needs to have something to show.

    place: among the others. by_default: drawn in every run that names no charts itself, and not only where it is named.
    also: other names for it. of: what it shows of the subject of a run; nothing means all of it.
    """

    name: str
    draw: Draw
    needs: tuple[Need, ...] = ()
    place: int = 0
    by_default: bool = False
    also: tuple[str, ...] = ()
    of: Callable[[Subject], Subject] | None = None


ENTERED: dict[str, Chart] = {}


def chart(
    name: str, *, place: int, needs: tuple[Need, ...] = (), by_default: bool = False, also: tuple[str, ...] = ()
) -> Callable[[Draw], Draw]:
    """Register a function that draws the chart of this name, which is that of its module; see `Chart`."""

    def register(draw: Draw) -> Draw:
        ENTERED[name] = Chart(name, draw, needs, place, by_default, also)
        return draw

    return register


@cache
def names() -> tuple[str, ...]:
    """The names of the charts in alphabetical order, from their files: none is loaded for it."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


@cache
def charts() -> dict[str, Chart]:
    """Every chart by its name, in the order of their places."""
    for name in names():
        import_module(f"{__name__}.{name}")
    return dict(sorted(ENTERED.items(), key=lambda entry: entry[1].place))
