"""Every answer of a run as a table, built once; the files, the workbook, the screen and the page lay them out.

To add one, write a module here: a function of the run decorated with `sheet` for people, and with `file` for programs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache, partial
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, NamedTuple

from indexcalc.computed import Computed, attempt
from indexcalc.report.tables.table import Sheet

if TYPE_CHECKING:
    import pandas as pd

SheetMaker = Callable[["Computed"], "Sheet | None"]
FileMaker = Callable[["Computed"], "pd.DataFrame | dict[str, pd.DataFrame] | Iterable[dict[str, Any]] | None"]


class _Sheet(NamedTuple):
    place: int
    make: SheetMaker
    screen: str
    page: bool


SHEETS: dict[str, _Sheet] = {}
FILES: dict[str, FileMaker] = {}


def sheet(key: str, *, place: int, screen: str = "", page: bool = False) -> Callable[[SheetMaker], SheetMaker]:
    """A function that makes a sheet of the workbook; place: among the others, from left to right.

    screen: the command that prints it too, `run` or `robustness`. page: whether the page has a section of it.
    """

    def register(make: SheetMaker) -> SheetMaker:
        SHEETS[key] = _Sheet(place, make, screen, page)
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
    return _made(run, lambda entry: True)


def printed(run: Computed, command: str) -> dict[str, Sheet]:
    """Those that a command prints on the screen."""
    return _made(run, lambda entry: entry.screen == command)


def sections(run: Computed) -> dict[str, Sheet]:
    """Those that the page shows."""
    return _made(run, lambda entry: entry.page)


def _made(run: Computed, wanted: Callable[[_Sheet], bool]) -> dict[str, Sheet]:
    _load()
    found: dict[str, Sheet] = {}
    for key, entry in sorted(SHEETS.items(), key=lambda item: item[1].place):
        made = attempt(entry.make, run) if wanted(entry) else None
        if made is not None and made.tables:
            found[key] = made
    return found


def files(run: Computed, only: Collection[str] = ()) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables for programs by name, those with a row: codes, full precision. only: the folders that are wanted."""
    _load()
    for name, make in FILES.items():
        if only and name.partition("/")[0] not in only:
            continue
        made = attempt(partial(_frames, name, make), run)
        yield from ((own, frame) for own, frame in (made or {}).items() if len(frame))


def _frames(name: str, make: FileMaker, run: Computed) -> dict[str, pd.DataFrame]:
    """What a function makes of a run, by the name of the file: a table, rows, several tables by name, or nothing."""
    import pandas as pd

    made = make(run)
    if isinstance(made, dict):
        return made
    return {name: made if isinstance(made, pd.DataFrame) else frame_of(list(made or ()))}


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
