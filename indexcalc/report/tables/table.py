"""A table: one answer, in codes and numbers, built once and laid out by every format.

A heading, a band, a note or a cell that is read is a *fact*: a `Word`, a `City`, a `Node`, a `Group`, a list of these,
or a function of the Voice. Numbers stay numbers; the kind of a column says once how they look.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexcalc.brief import Brief
from indexcalc.report.numbers import number, percent, share_text, signed
from indexcalc.voice import Voice, Word

if TYPE_CHECKING:
    import pandas as pd

    from indexcalc.steps.result import IndexResult

Fact = Any
SHEET, SCREEN, PAGE = "sheet", "screen", "page"
EVERYWHERE = (SHEET, SCREEN, PAGE)
MISSING = "–"


class Kind(NamedTuple):
    """How the figures of a column look: in Excel, as text, and on which side of the cell."""

    excel: str = ""
    text: Callable[[float], str] = str
    align: str = "left"


KINDS: dict[str, Kind] = {
    "text": Kind(),
    "small": Kind(),
    "word": Kind(align="center"),
    "group": Kind(align="center"),
    "place": Kind("0", lambda x: number(x, 0), "right"),
    "whole": Kind("0", lambda x: number(x, 0), "right"),
    "count": Kind("#,##0", lambda x: f"{x:,.0f}", "right"),
    "gain": Kind("+0;-0;0", lambda x: signed(x, 0), "right"),
    "moved": Kind("+0;-0;0", lambda x: f"▲{x:.0f}" if x > 0 else f"▼{-x:.0f}" if x < 0 else "=", "right"),
    "score": Kind("0.00", lambda x: number(x, 2), "right"),
    "fine_score": Kind("0.0000", lambda x: number(x, 4), "right"),
    **{
        f"score_{decimals}": Kind(
            f"0.{'0' * decimals}" if decimals else "0", partial(number, decimals=decimals), "right"
        )
        for decimals in (0, 1, 3)
    },
    "change": Kind('+0.00;"−"0.00;0.00', lambda x: signed(x, 2), "right"),
    "percent": Kind("0.0", lambda x: f"{number(x, 0)}%", "right"),
    "odds": Kind('[<0.0005]"<0.1%";0.0%', lambda x: share_text(x, 1), "right"),
    "part": Kind("0.0%", lambda x: share_text(x, 1), "right"),
    "fine": Kind("0.0000", lambda x: number(x, 4), "right"),
    "weight": Kind("0.0%", percent, "right"),
    "share": Kind("0.00%", lambda x: f"{number(100.0 * x, 2)}%", "right"),
    "ratio": Kind("0.000", lambda x: number(x, 3), "right"),
    "correlation": Kind("0.00", lambda x: number(x, 2), "right"),
    "given": Kind("General", lambda x: f"{x:.15g}", "right"),
    "value": Kind("#,##0.00##", lambda x: f"{x:,.2f}", "right"),
}


@dataclass(frozen=True)
class Column:
    """A column of a table.

    head: its heading. kind: a key of KINDS, or an Excel number format. band: the heading above it and its neighbours;
    code, unit: below it, in small type. key: by which it is picked; by default that of its word. marks: for each value,
    how it came to be, or that it is to stand out. scale: columns of one name are coloured on one scale, those named
    `own` each by itself; signed: likewise around 0, with the value that has the full colour. merged: equal values below
    each other are one cell. width: in characters; if 0, it follows from the texts. on: the formats that show it. brief:
    its heading outside the workbook, where a band would take too much room.
    """

    head: Fact
    values: Sequence[Any]
    kind: str = "text"
    band: Fact = None
    key: str = ""
    code: str = ""
    unit: Fact = ""
    marks: Sequence[str] | None = None
    scale: str = ""
    signed: float = 0.0
    merged: bool = False
    width: float = 0.0
    on: tuple[str, ...] = EVERYWHERE
    brief: Fact = None

    @property
    def name(self) -> str:
        """The key by which it is picked."""
        return self.key or str(getattr(self.head, "key", self.head)).rpartition(".")[2]

    def at(self, rows: Sequence[int]) -> Column:
        """Some of its rows, in that order."""
        marks = None if self.marks is None else [self.marks[r] for r in rows]
        return replace(self, values=[self.values[r] for r in rows], marks=marks)

    def in_brief(self) -> Column:
        """The same with its brief heading, if it has one."""
        return self if self.brief is None else replace(self, head=self.brief, band=None, key=self.name)


class Excerpt(NamedTuple):
    """What the screen shows of a long table: so many rows, those with the least values of a column first, and so many
    of the last; the file that has them all; how to read it, instead of the notes."""

    rows: int
    file: str
    by: str = ""
    note: Fact = ""
    last: int = 0


@dataclass(frozen=True, repr=False)
class Table(Brief):
    """A table, and the question it answers.

    notes: how to read it. starts: rows at which a group begins. strong: rows in bold. legend: the marks to explain.
    excerpt: what the screen shows of it. name: of its sheet, where it has one of its own beside that of other tables.
    """

    main = "to_frame"

    columns: tuple[Column, ...]
    question: Fact = ""
    notes: tuple[Fact, ...] = ()
    starts: frozenset[int] = frozenset()
    strong: frozenset[int] = frozenset()
    legend: tuple[str, ...] = ()
    excerpt: Excerpt | None = None
    name: Fact = ""

    @property
    def rows(self) -> int:
        return len(self.columns[0].values) if self.columns else 0

    def column(self, name: str, band: Fact = None) -> Column:
        """A column by its name; where several have it, that below a band."""
        found = [one for one in self.columns if one.name == name and (band is None or one.band == band)]
        if not found:
            raise KeyError(f"no column '{name}'; there are {', '.join(dict.fromkeys(c.name for c in self.columns))}")
        return found[0]

    def on(self, place: str) -> Table:
        """The columns that one format shows."""
        columns = (column for column in self.columns if place in column.on)
        return replace(self, columns=tuple(columns if place == SHEET else (column.in_brief() for column in columns)))

    def sorted_by(self, name: str) -> Table:
        """The same, the least value of a column first; rows without one last."""
        values = self.column(name).values
        lacking = [value is None or value != value for value in values]
        order = sorted(range(self.rows), key=lambda r: (lacking[r], 0 if lacking[r] else values[r]))
        strong = frozenset(k for k, r in enumerate(order) if r in self.strong)
        columns = tuple(column.at(order) for column in self.columns)
        return replace(self, columns=columns, starts=frozenset(), strong=strong)

    def filled(self) -> Table:
        """The same without empty columns."""
        return replace(self, columns=tuple(one for one in self.columns if not self.rows or any(map(_says, one.values))))

    def to_frame(self) -> pd.DataFrame:
        """Codes and figures as a DataFrame; a column below a band is named by both."""
        import pandas as pd

        names = [_joined(*(() if one.band is None else (one.band,)), one.key or one.head) for one in self.columns]
        frame = pd.DataFrame({k: [_plain(value) for value in one.values] for k, one in enumerate(self.columns)})
        return frame.set_axis(names, axis="columns")


class Spoken(NamedTuple):
    """A table as text: headings row by row (equal ones side by side belong together), and cells."""

    heads: tuple[tuple[str, tuple[str, ...]], ...]
    cells: tuple[tuple[str, ...], ...]
    aligns: tuple[str, ...]


def spoken(table: Table, voice: Voice) -> Spoken:
    """A table as text, for the screen and the page."""
    heads = [(look, tuple(map(str, titles))) for look, titles in headings(table, voice)]
    columns = [[cell_text(value, column.kind, voice) for value in column.values] for column in table.columns]
    aligns = tuple(KINDS.get(column.kind, KINDS["value"]).align for column in table.columns)
    return Spoken(tuple(heads), tuple(zip(*columns, strict=True)), aligns)


def headings(table: Table, voice: Voice) -> Iterator[tuple[str, list[str | int]]]:
    """The rows of the header that say anything, by their look: band, head, code, unit. A column without a band has its
    name in both rows; a year stays a number."""
    names = [column.head if isinstance(column.head, int) else voice.told(column.head) for column in table.columns]
    if any(column.band is not None for column in table.columns):
        bands = (column.band for column in table.columns)
        yield "band", [name if band is None else voice.told(band) for band, name in zip(bands, names, strict=True)]
    yield "head", names
    for look in ("code", "unit"):
        below = [voice.told(getattr(column, look)) for column in table.columns]
        if any(below) and (look != "code" or below != names):
            yield (
                look,
                [
                    text or (name if _lead(column) else "")
                    for text, name, column in zip(below, names, table.columns, strict=True)
                ],
            )


def _lead(column: Column) -> bool:
    """Whether a column has only its name, which then fills the whole height of the header."""
    return column.band is None and not column.code and not column.unit


def cell_text(value: Any, kind: str, voice: Voice) -> str:
    """A cell as text."""
    if value is None or value == "":
        return ""
    if isinstance(value, float) and math.isnan(value):
        return MISSING
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        if KINDS.get(kind, KINDS["value"]).excel:
            return KINDS[kind].text(float(value)) if kind in KINDS else f"{value:,}"
        return str(value)
    return voice.told(value)


def _says(value: Any) -> bool:
    return not (value is None or (isinstance(value, str) and value == "") or value == [])


def _plain(value: Any) -> Any:
    """A fact as data: codes, what a word is called and its facts, a name in every language; lists between spaces.

    >>> _plain(Word("sheets.span", low=1, high=3)), _plain(["甲", "乙"]), _plain(0.5)
    ('span 1 3', '甲 乙', 0.5)
    """
    if isinstance(value, (list, tuple)):
        return " ".join(str(_plain(one)) for one in value)
    if isinstance(value, Word):
        return _plain([value.key.rpartition(".")[2], *value.facts.values()])
    if isinstance(value, str):
        return str(value)
    if isinstance(value, partial):
        return _plain(value.args)
    spellings = getattr(value, "spellings", None)
    return getattr(value, "key", value) if spellings is None else " / ".join(dict.fromkeys(spellings))


def _joined(*facts: Fact) -> str:
    """The name of a column, made of facts."""
    return "_".join(str(_plain(fact)).replace(" ", "_") for fact in facts)


@dataclass(frozen=True)
class Lines:
    """A native line chart of the first table of a sheet: a line per row, over the columns of one name.

    names: the column of the names. of: the columns of the values. colours: of each row; "" draws it thin and grey, None
    not at all. ranks: with 1 at the top. named: whether every line is named at its end; else those in colour are.
    """

    title: Fact
    axis: Fact
    of: str
    colours: tuple[str | None, ...]
    names: str = "city"
    ranks: bool = False
    named: bool = False


@dataclass(frozen=True, repr=False)
class Sheet(Brief):
    """Tables that belong together: a sheet of the workbook, with its name and the question that it answers.

    key: of its words `sheets.KEY` and `sheets.answers_KEY`. labels: columns that stay in sight. filtered: whether the
    table, if there is one only, has filter buttons.
    """

    key: str
    tables: tuple[Table, ...]
    notes: tuple[Fact, ...] = ()
    labels: int = 1
    filtered: bool = False
    charts: tuple[Lines, ...] = ()


# -- kinds of figures


def score_kind(scores: NDArray[np.float64], ranked_on: int = 15) -> str:
    """The kind of a column of scores, with the decimals of `score_decimals`.

    >>> score_kind(np.array([30.6])), score_kind(np.array([0.4])), score_kind(np.array([0.4]), ranked_on=3)
    ('score', 'fine_score', 'score_3')
    """
    decimals = score_decimals(scores, ranked_on)
    return {2: "score", 4: "fine_score"}.get(decimals, f"score_{decimals}")


def score_decimals(scores: NDArray[np.float64], ranked_on: int = 15) -> int:
    """Two decimals; three below 10 and four on scales as short as 0 to 1, but no more than ranks are taken on, so that
    a tie looks like one.

    >>> [score_decimals(np.array([highest])) for highest in (71.84, 8.83, 0.926)]
    [2, 3, 4]
    """
    found = np.abs(scores[~np.isnan(scores)])
    highest = found.max() if found.size else np.inf
    return min(2 + int(highest < 10) + int(highest < 2), ranked_on)


def ranked_on(result: IndexResult) -> int:
    """Decimals of the scores that ranks are taken on."""
    return result.methodology.rank_on.decimals


def number_format(values: NDArray[np.float64]) -> str:
    """An Excel format with decimals that suit the size of the values."""
    found = np.abs(values[~np.isnan(values)])
    if found.size == 0 or (found == np.round(found)).all():
        return "#,##0"
    formats = ((1e4, "#,##0"), (1e3, "#,##0.0"), (1.0, "#,##0.00"), (0.0, "0.0000"))
    return next(form for least, form in formats if found.max() >= least)
