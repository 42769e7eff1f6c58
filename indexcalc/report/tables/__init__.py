"""Every answer of a run as a table, built once; the files, the workbook, the screen and the page lay them out.

To add one, write a module here: a function of the run decorated with `sheet` for people, and with `file` for programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, NamedTuple

from indexcalc.computed import Computed, attempt
from indexcalc.report.tables.table import Sheet

if TYPE_CHECKING:
    import pandas as pd

SheetMaker = Callable[["Computed"], "Sheet | None"]
FileMaker = Callable[["Computed"], "pd.DataFrame | Iterable[dict[str, Any]] | None"]


class _Sheet(NamedTuple):
    place: int
    make: SheetMaker


SHEETS: dict[str, _Sheet] = {}
FILES: dict[str, FileMaker] = {}


def sheet(key: str, *, place: int) -> Callable[[SheetMaker], SheetMaker]:
    """A function that makes a sheet of the workbook; place: among the others, from left to right."""

    def register(make: SheetMaker) -> SheetMaker:
        SHEETS[key] = _Sheet(place, make)
        return make

    return register


def file(*names: str) -> Callable[[FileMaker], FileMaker]:
    """A function that makes the CSV file of this name, as `analysis/claims`."""

    def register(make: FileMaker) -> FileMaker:
        FILES.update(dict.fromkeys(names, make))
        return make

    return register


@cache
def _load() -> None:
    """Import every module of tables, which enters its answers."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")


def sheets(run: Computed) -> dict[str, Sheet]:
    """The sheets that have something to show, from left to right; an analysis that the methodology refuses has none."""
    _load()
    found: dict[str, Sheet] = {}
    for key, entry in sorted(SHEETS.items(), key=lambda item: item[1].place):
        made = attempt(entry.make, run)
        if made is not None and made.tables:
            found[key] = made
    return found


def files(run: Computed) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables for programs by name, those with a row: codes, full precision."""
    import pandas as pd

    _load()
    for name, make in FILES.items():
        made = attempt(make, run)
        if made is None:
            continue
        if isinstance(made, dict):
            yield from ((own, frame) for own, frame in made.items() if len(frame))
            continue
        frame = made if isinstance(made, pd.DataFrame) else frame_of(list(made))
        if len(frame):
            yield name, frame


def frame_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a DataFrame; a row may lack a column, and whole numbers stay whole where one is missing."""
    import pandas as pd

    names = dict.fromkeys(name for row in rows for name in row)
    columns: dict[str, Any] = {name: [row.get(name) for row in rows] for name in names}
    for name, values in columns.items():
        there = [value for value in values if value is not None]
        if 0 < len(there) < len(values) and all(type(value) is int for value in there):
            columns[name] = pd.array(values, dtype="Int64")
    return pd.DataFrame(columns)
