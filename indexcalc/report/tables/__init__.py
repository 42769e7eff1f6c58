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
FileMaker = Callable[["Computed"], "pd.DataFrame | Iterable[dict[str, Any]] | None"]


class _Sheet(NamedTuple):
    place: int
    make: SheetMaker
    screen: str
    page: bool


TECHNICAL = 200
"""The place from which on sheets are for readers who check or go on computing; those before it are read first."""
SHEETS: dict[str, _Sheet] = {}
FILES: dict[str, dict[str, FileMaker]] = {}
"""The makers of every file, by the parts of it that they make; of a file without parts one, under no name."""


def sheet(key: str, *, place: int, screen: str = "", page: bool = False) -> Callable[[SheetMaker], SheetMaker]:
    """Register a function that makes a sheet of the workbook; place: among the others, from left to right, from
    TECHNICAL on behind the divider.

    screen: the command that prints it too: `run` (with --verbose), `robustness` or `check`. page: whether the page has
    a section of it.
    """

    def register(make: SheetMaker) -> SheetMaker:
        SHEETS[key] = _Sheet(place, make, screen, page)
        return make

    return register


def file(name: str, part: str = "") -> Callable[[FileMaker], FileMaker]:
    """Register a function that makes the CSV file of this name, such as `analysis/claims`, or a part of it.

    Parts of one file follow one another; its first column, `part`, names them.
    """

    def register(make: FileMaker) -> FileMaker:
        FILES.setdefault(name, {})[part] = make
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


def technical(keys: Iterable[str]) -> list[str]:
    """Those of some sheets that are behind the divider."""
    return [key for key in keys if SHEETS[key].place >= TECHNICAL]


def printed(run: Computed, command: str) -> dict[str, Sheet]:
    """The sheets that a command prints on the screen."""
    return _made(run, lambda entry: entry.screen == command)


def sections(run: Computed) -> dict[str, Sheet]:
    """The sheets that the page shows."""
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
    """The tables for programs by name, those with a row: codes, full precision. only: the files, or the folders of
    them, that are wanted."""
    _load()
    for name, makers in FILES.items():
        if only and not {name, name.partition("/")[0]} & set(only):
            continue
        made = {part: attempt(partial(_frame, make), run) for part, make in makers.items()}
        frame = _stacked({part: frame for part, frame in made.items() if frame is not None and len(frame)})
        if frame is not None:
            yield name, frame


def _frame(make: FileMaker, run: Computed) -> pd.DataFrame:
    """What a function makes of a run, as a DataFrame: a table, rows, or nothing."""
    import pandas as pd

    made = make(run)
    return made if isinstance(made, pd.DataFrame) else frame_of(list(made or ()))


def _stacked(parts: dict[str, pd.DataFrame]) -> pd.DataFrame | None:
    """The parts of a file below each other, each row with the name of its part; columns that a part does not have are
    empty."""
    if not any(parts):
        return parts.get("")
    names = dict.fromkeys(name for frame in parts.values() for name in frame.columns)

    def below(name: str) -> list[Any]:
        return [
            value
            for frame in parts.values()
            for value in (frame[name].tolist() if name in frame else [None] * len(frame))
        ]

    return _framed(
        {"part": [part for part, frame in parts.items() for _ in range(len(frame))]} | {n: below(n) for n in names}
    )


def frame_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a DataFrame; a row may lack a column."""
    names = dict.fromkeys(name for row in rows for name in row)
    return _framed({name: [row.get(name) for row in rows] for name in names})


def _framed(columns: dict[str, Any]) -> pd.DataFrame:
    """Columns as a DataFrame; whole numbers stay whole where one is missing."""
    import pandas as pd

    for name, values in columns.items():
        there = [value for value in values if value is not None]
        if 0 < len(there) < len(values) and all(type(value) is int for value in there):
            columns[name] = pd.array(values, dtype="Int64")
    return pd.DataFrame(columns)
