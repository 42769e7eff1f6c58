"""Reads an index in the format of other tools: COINr's tables iData and iMeta, and the JRC COIN Tool's sheets.

iData: a row per unit (`uCode`, `uName`, perhaps `Time`), a column per indicator, denominator and grouping.
iMeta: a row per column and aggregate (`iCode`, `Type`, `Direction`, `Weight`, `Parent` ...).
COIN Tool: a sheet `Database` with a column per indicator, whose rows above the codes `ind.01` ... give name,
aggregates, goalposts, direction and weight; a sheet `Framework` with names and weights of the aggregates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Any

from indexcalc.errors import InputError, Problem, in_words, refuse_if, suggestion
from indexcalc.figures.grid import Book, Cell, Grid
from indexcalc.paths import shown
from indexcalc.spec.framework import INDEX, LARGEST_WEIGHT, LATEST_YEAR, one_line
from indexcalc.voice import Word

INDICATOR, AGGREGATE, GROUP, DENOMINATOR = "Indicator", "Aggregate", "Group", "Denominator"
TYPES = (INDICATOR, AGGREGATE, GROUP, DENOMINATOR, "Other")
MISSING = {"", "na", "n/a", "#n/a", "nan", "--"}
"""Cells without a figure, folded."""
TOOL_SHEETS = ("database", "framework")
_TOOL_CODE = re.compile(r"(ind|sp|p|si)\.\d+|index", re.IGNORECASE)
_TOOL_ROWS = {"name": 1, "goalpost_high": 6, "goalpost_low": 7, "direction": 8, "weight": 9}
"""How many rows above the codes of the indicators each is in `Database`; the aggregates are from 2 to 5 above."""
_TOOL_LEVELS = (5, 4, 3, 2)
"""Index, sub-index, pillar and sub-pillar, likewise."""
LOOKED_THROUGH = 60
"""Rows in which the header of a sheet of the COIN Tool is looked for."""


@dataclass(frozen=True)
class Node:
    """An aggregate, or anything else with a code: its name, unit and weight, and the aggregate above it, if any."""

    code: str
    name: str
    unit: str = ""
    weight: float = 1.0
    parent: str | None = None


@dataclass(frozen=True)
class CoinIndicator(Node):
    """An indicator. denominator: the column that it is divided by; target and goalposts in its own unit."""

    is_positive: bool = True
    denominator: str | None = None
    target: float | None = None
    goalposts: tuple[float, float] | None = None


@dataclass(frozen=True)
class Coin:
    """An index as COINr or the COIN Tool defines it. top: the index itself.

    units: name by code; rows: unit and year, None where the file gives no years; figures: a column for each indicator
    and denominator, by rows; groups: value by unit, for each grouping; unread: columns that are not used.
    """

    source: str
    top: Node
    aggregates: tuple[Node, ...]
    indicators: tuple[CoinIndicator, ...]
    denominators: tuple[Node, ...]
    groupings: tuple[Node, ...]
    groups: Mapping[str, Mapping[str, str]]
    units: Mapping[str, str]
    rows: tuple[tuple[str, int | None], ...]
    figures: Mapping[str, tuple[float | None, ...]]
    unread: tuple[str, ...] = ()

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(sorted({year for _, year in self.rows if year is not None}))

    @property
    def gaps(self) -> int:
        """Figures that an indicator or its denominator lacks."""
        used = {*(one.code for one in self.indicators), *(one.denominator for one in self.indicators)}
        return sum(figure is None for code, column in self.figures.items() if code in used for figure in column)

    def below(self, code: str) -> tuple[list[Node], list[CoinIndicator]]:
        """The aggregates and the indicators directly below a node."""
        return [n for n in self.aggregates if n.parent == code], [n for n in self.indicators if n.parent == code]


def read_coin(files: Sequence[Path]) -> Coin:
    """Read the files of one index: iData and iMeta as two files or two sheets, or a COIN Tool."""
    with ExitStack() as stack:
        sheets = []
        for file in files:
            book = stack.enter_context(Book(file))
            sheets += [_Sheet(shown(file), book, title) for title in book.titles]
        by_title = {name: [s for s in sheets if s.title.casefold() == name] for name in TOOL_SHEETS}
        if all(by_title.values()):
            data, tree = (_only(found, name.capitalize()) for name, found in by_title.items())
            return _Tool(data, tree).read()
        data = _only([s for s in sheets if "ucode" in s.header], "iData", files)
        meta = _only([s for s in sheets if "icode" in s.header and "ucode" not in s.header], "iMeta", files)
        return _Tables(data, meta).read()


class _Sheet:
    """A sheet, its header in the first row, and where its faults are."""

    def __init__(self, file: str, book: Book, title: str) -> None:
        self.file, self.title, self._book = file, title, book
        head = [(_text(value), c) for c, value in enumerate(book.head(title))]
        self.names = [name for name, _ in head if name]
        self.header = {name.casefold(): c for name, c in reversed(head) if name}

    @cached_property
    def grid(self) -> Grid:
        return self._book.grid(self.title)

    @property
    def rows(self) -> Sequence[Sequence[Cell]]:
        return self.grid.rows

    @property
    def place(self) -> tuple[str, dict[str, Any]]:
        return "in_sheet", {"file": self.file, "sheet": self.title}

    def at(self, cell: Cell) -> tuple[str, dict[str, Any]]:
        return "in_cell", {"file": self.file, "sheet": self.title, "cell": cell.address}

    def cell(self, row: int, column: int | None) -> Cell:
        """A cell, counted from 0; an empty one beyond the last of its row, or of a column that is not there."""
        cells = self.rows[row] if 0 <= row < len(self.rows) else ()
        return cells[column] if column is not None and column < len(cells) else Cell(None, row + 1, (column or 0) + 1)


def _only(found: list[_Sheet], table: str, files: Sequence[Path] = ()) -> _Sheet:
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(f"{one.file}: {one.title}" for one in found)
        raise InputError(Problem("coin_two", {"table": table, "found": listed}, ("in_file", {"file": found[0].file})))
    named = ", ".join(shown(file) for file in files)
    raise InputError(Problem("coin_none", {"table": table}, ("in_file", {"file": named})))


def _text(value: Any) -> str:
    """A cell as a text: a whole number without decimals."""
    if value is None:
        return ""
    return one_line(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value))


def _is_missing(cell: Cell) -> bool:
    return cell.value is None or (isinstance(cell.value, str) and cell.value.strip().casefold() in MISSING)


class _Reading:
    """What both kinds share: reading figures and numbers from cells, and collecting the faults."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, key: str, facts: Mapping[str, Any], place: tuple[str, dict[str, Any]]) -> None:
        self.problems.append(Problem(key, dict(facts), place))

    def figure(self, sheet: _Sheet, cell: Cell) -> float | None:
        """A number; None where there is none, and where it is refused."""
        if cell.value is None and cell.address in sheet.grid.formulas:
            self.refuse("cell_formula", {"found": sheet.grid.formulas[cell.address]}, sheet.at(cell))
            return None
        if _is_missing(cell):
            return None
        if isinstance(cell.value, bool) or cell.is_error or not isinstance(cell.value, (int, float)):
            self.refuse("cell_kind", {"found": in_words(cell.value)}, sheet.at(cell))
            return None
        if not isfinite(cell.value):
            self.refuse("cell_not_finite", {"found": in_words(cell.value)}, sheet.at(cell))
            return None
        return float(cell.value)

    def weight(self, sheet: _Sheet, cell: Cell, *, is_top: bool = False) -> float:
        """A weight; the index itself needs none."""
        found = 1.0 if is_top and _is_missing(cell) else cell.value
        if isinstance(found, bool) or not isinstance(found, (int, float)) or not 0 <= found <= LARGEST_WEIGHT:
            self._wrong("Weight", sheet, cell, "at_least_0_number")
            return 1.0
        return float(found)

    def is_positive(self, sheet: _Sheet, cell: Cell) -> bool:
        if cell.value not in (1, -1) or isinstance(cell.value, bool):
            self._wrong("Direction", sheet, cell, "coin_direction")
        return bool(cell.value != -1)

    def code(self, sheet: _Sheet, cell: Cell, seen: dict[str, str], *, is_top: bool = False) -> str:
        """A code that no other has; the index alone may be called `index`."""
        code = _text(cell.value)
        if not is_top and code == INDEX:
            self.refuse("code_reserved", {}, sheet.at(cell))
        if code.casefold() in seen:
            self.refuse("code_twice", {"code": code, "other": seen[code.casefold()]}, sheet.at(cell))
        seen.setdefault(code.casefold(), cell.address)
        return code

    def _wrong(self, name: str, sheet: _Sheet, cell: Cell, expected: str) -> None:
        facts = {"field": name, "found": in_words(cell.value), "expected": Word(f"errors.expected.{expected}")}
        self.refuse("wrong_value", facts, sheet.at(cell))


class _Tables(_Reading):
    """COINr's iData and iMeta."""

    REQUIRED = ("iCode", "Type", "Direction", "Weight", "Parent")

    def __init__(self, data: _Sheet, meta: _Sheet) -> None:
        super().__init__()
        self.data, self.meta = data, meta
        self.cells: dict[str, Cell] = {}
        """The cell with the code of each row of iMeta."""

    def read(self) -> Coin:
        for name in self.REQUIRED:
            if name.casefold() not in self.meta.header:
                self.refuse("coin_column", {"column": name, "table": "iMeta"}, self.meta.place)
        for name in {one.casefold(): one for one in self.data.names if self.data.names.count(one) > 1}.values():
            self.refuse("coin_column_twice", {"column": name}, self.data.place)
        refuse_if(self.problems)
        nodes = {kind: list(self._nodes(kind)) for kind in TYPES}
        tops = [node for node in nodes[AGGREGATE] if node.parent is None]
        self._check_tree(nodes, tops)
        indicators = tuple(node for node in nodes[INDICATOR] if isinstance(node, CoinIndicator))
        rows, units = self._rows()
        wanted = [*indicators, *nodes[DENOMINATOR]]
        figures = {node.code: self._column(node.code) for node in wanted}
        groups = {node.code: dict(self._groups(node.code)) for node in nodes[GROUP]}
        refuse_if(self.problems)
        known = {node.code.casefold() for kind in TYPES[:-1] for node in nodes[kind]} | {"ucode", "uname", "time"}
        return Coin(
            source="COINr",
            top=tops[0],
            aggregates=tuple(node for node in nodes[AGGREGATE] if node.parent is not None),
            indicators=indicators,
            denominators=tuple(nodes[DENOMINATOR]),
            groupings=tuple(nodes[GROUP]),
            groups=groups,
            units=units,
            rows=rows,
            figures=figures,
            unread=tuple(name for name in self.data.names if name.casefold() not in known),
        )

    def _nodes(self, kind: str) -> Iterator[Node]:
        """The rows of iMeta of one type."""
        seen = {code.casefold(): cell.address for code, cell in self.cells.items()}
        for r in range(1, len(self.meta.rows)):
            own = {name: self.meta.cell(r, c) for name, c in self.meta.header.items()}
            code, said = own["icode"], _text(own["type"].value)
            if all(_is_missing(cell) for cell in own.values()):
                continue
            if kind == TYPES[-1] and said not in TYPES:
                facts = {"field": "Type", "found": said, **suggestion(said, TYPES)}
                self.refuse("unknown_word", facts, self.meta.at(own["type"]))
            if said != kind:
                continue
            if _is_missing(code):
                self.refuse("coin_no_code", {"column": "iCode"}, self.meta.at(code))
                continue
            parent = None if _is_missing(own["parent"]) else _text(own["parent"].value)
            is_top = kind == AGGREGATE and parent is None
            named = self.code(self.meta, code, seen, is_top=is_top)
            self.cells.setdefault(named, code)
            empty = self.meta.cell(r, None)
            name = _text(own.get("iname", empty).value) or named
            unit = own.get("unit", empty)
            plain: dict[str, Any] = {
                "code": named,
                "name": name,
                "unit": "" if _is_missing(unit) else _text(unit.value),
            }
            if kind in (INDICATOR, AGGREGATE):
                plain |= {"parent": parent, "weight": self.weight(self.meta, own["weight"], is_top=is_top)}
            if kind != INDICATOR:
                yield Node(**plain)
                continue
            divided, target = own.get("denominator", empty), own.get("target", empty)
            yield CoinIndicator(
                **plain,
                is_positive=self.is_positive(self.meta, own["direction"]),
                denominator=None if _is_missing(divided) else _text(divided.value),
                target=self.figure(self.meta, target),
            )

    def _check_tree(self, nodes: Mapping[str, list[Node]], tops: list[Node]) -> None:
        """Check that there is one index, and a way from every node up to it."""
        above = {node.code: node.parent for node in nodes[AGGREGATE]}
        if len(tops) != 1:
            found = ", ".join(node.code for node in tops) or Word("errors.found.nothing")
            self.refuse("coin_top", {"found": found}, self.meta.place)
        for node in (*nodes[INDICATOR], *nodes[AGGREGATE]):
            place = self.meta.at(self.cells[node.code])
            if node.parent is None and isinstance(node, CoinIndicator):
                self.refuse("coin_no_parent", {"code": node.code}, place)
            elif node.parent is not None and node.parent not in above:
                facts = {"field": "Parent", "found": node.parent, **suggestion(node.parent, above)}
                self.refuse("unknown_word", facts, place)
            elif _is_circle(node.code, above):
                self.refuse("coin_circle", {"code": node.code}, place)
        parents = {node.parent for kind in (INDICATOR, AGGREGATE) for node in nodes[kind]}
        for node in nodes[AGGREGATE]:
            if node.code not in parents:
                self.refuse("coin_childless", {"code": node.code}, self.meta.at(self.cells[node.code]))
        known = [node.code for node in nodes[DENOMINATOR]]
        for node in nodes[INDICATOR]:
            assert isinstance(node, CoinIndicator)
            if node.denominator is not None and node.denominator not in known:
                facts = {"field": "Denominator", "found": node.denominator, **suggestion(node.denominator, known)}
                self.refuse("unknown_word", facts, self.meta.at(self.cells[node.code]))

    def _filled(self) -> list[int]:
        return [r for r in range(1, len(self.data.rows)) if not all(map(_is_missing, self.data.rows[r]))]

    def _rows(self) -> tuple[tuple[tuple[str, int | None], ...], dict[str, str]]:
        """Unit and year of every row, and the names of the units by their codes."""
        rows: dict[tuple[str, int | None], int] = {}
        units: dict[str, str] = {}
        where = self.data.header
        for r in self._filled():
            code, time = self.data.cell(r, where["ucode"]), self.data.cell(r, where.get("time"))
            year = time.value if "time" in where else None
            if _is_missing(code):
                self.refuse("coin_no_code", {"column": "uCode"}, self.data.at(code))
                continue
            if "time" in where and not _is_year(year):
                self._wrong("Time", self.data, time, "possible_year")
                year = None
            key = (_text(code.value), None if year is None else int(year))
            if key in rows:
                facts = {"unit": key[0], "year": "" if year is None else key[1], "other": rows[key] + 1}
                self.refuse("coin_row_twice", facts, self.data.at(code))
            rows[key] = r
            name = self.data.cell(r, where.get("uname"))
            units.setdefault(key[0], key[0] if _is_missing(name) else _text(name.value))
        if not rows:
            self.refuse("coin_no_row", {}, self.data.place)
        return tuple(rows), units

    def _column(self, code: str) -> tuple[float | None, ...]:
        column = self.data.header.get(code.casefold())
        if column is None:
            facts = {"code": code, **suggestion(code, self.data.names)}
            self.refuse("coin_no_figures", facts, self.data.place)
            return ()
        return tuple(self.figure(self.data, self.data.cell(r, column)) for r in self._filled())

    def _groups(self, code: str) -> Iterator[tuple[str, str]]:
        column = self.data.header.get(code.casefold())
        if column is None:
            facts = {"code": code, **suggestion(code, self.data.names)}
            self.refuse("coin_no_figures", facts, self.data.place)
            return
        for r in self._filled():
            unit, group = self.data.cell(r, self.data.header["ucode"]), self.data.cell(r, column)
            if not _is_missing(group):
                yield _text(unit.value), _text(group.value)


def _is_circle(code: str, above: Mapping[str, str | None]) -> bool:
    seen = {code}
    parent = above.get(code)
    while parent is not None:
        if parent in seen:
            return parent == code
        seen.add(parent)
        parent = above.get(parent)
    return False


def _is_year(value: Any) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and float(value).is_integer() and 1 <= value <= LATEST_YEAR


class _Tool(_Reading):
    """The sheets `Database` and `Framework` of a COIN Tool."""

    def __init__(self, data: _Sheet, tree: _Sheet) -> None:
        super().__init__()
        self.data, self.tree = data, tree

    def read(self) -> Coin:
        head = self._head()
        columns = [c for c, cell in enumerate(self.data.rows[head]) if _tool_kind(cell) == "ind"]
        first = columns[0]
        named, seen = dict(self._named()), dict[str, str]()
        levels = self._levels(head, columns)
        index = next((code for code in named if _tool_kind(code) == "index"), "Index")
        indicators = []
        for k, c in enumerate(columns):
            own = {name: self.data.cell(head - up, c) for name, up in _TOOL_ROWS.items()}
            low, high = (self.figure(self.data, own[f"goalpost_{end}"]) for end in ("low", "high"))
            code = self.code(self.data, self.data.cell(head, c), seen)
            indicators.append(
                CoinIndicator(
                    code=code,
                    name=_text(own["name"].value) or code,
                    weight=self.weight(self.data, own["weight"]),
                    parent=levels[-1][k] if levels else index,
                    is_positive=self.is_positive(self.data, own["direction"]),
                    goalposts=None if low is None or high is None else (low, high),
                )
            )
        aggregates = tuple(self._aggregates(levels, index, named))
        rows = [r for r in range(head + 1, len(self.data.rows)) if self._has_figure(r, columns)]
        units, seen_units = dict[str, str](), dict[str, int]()
        for r in rows:
            label, short = self.data.cell(r, first - 3), self.data.cell(r, first - 2)
            key = _text(label.value if _is_missing(short) else short.value)
            if not key:
                self.refuse("coin_no_code", {"column": short.address[: -len(str(short.row))]}, self.data.at(short))
            elif key in seen_units:
                self.refuse("coin_row_twice", {"unit": key, "year": "", "other": seen_units[key]}, self.data.at(short))
            seen_units[key] = r + 1
            units[key] = key if _is_missing(label) else _text(label.value)
        if not rows:
            self.refuse("coin_no_row", {}, self.data.place)
        figures = {
            one.code: tuple(self.figure(self.data, self.data.cell(r, c)) for r in rows)
            for one, c in zip(indicators, columns, strict=True)
        }
        refuse_if(self.problems)
        return Coin(
            source="COIN Tool",
            top=Node(index, named.get(index, (index, 1.0))[0]),
            aggregates=aggregates,
            indicators=tuple(indicators),
            denominators=(),
            groupings=(),
            groups={},
            units=units,
            rows=tuple((key, None) for key in units),
            figures=figures,
        )

    def _head(self) -> int:
        """The row with the codes of the indicators."""
        for r, row in enumerate(self.data.rows[:LOOKED_THROUGH]):
            columns = [c for c, cell in enumerate(row) if _tool_kind(cell) == "ind"]
            if columns and r >= max(_TOOL_ROWS.values()) and columns[0] >= 3:
                return r
        raise InputError(Problem("coin_no_codes", {}, self.data.place))

    def _levels(self, head: int, columns: Sequence[int]) -> list[list[str]]:
        """The aggregates above each indicator, from the top; a level with one for all is not in use, as in COINr."""
        found = []
        for up in _TOOL_LEVELS[1:]:
            cells = [self.data.cell(head - up, c) for c in columns]
            codes = [_text(cell.value) for cell in cells]
            if len(set(codes)) < 2:
                continue
            for cell in cells:
                if _is_missing(cell):
                    below = _text(self.data.cell(head, cell.column - 1).value)
                    self.refuse("coin_no_code", {"column": below}, self.data.at(cell))
            found.append(codes)
        return found

    def _aggregates(
        self, levels: list[list[str]], index: str, named: Mapping[str, tuple[str, float]]
    ) -> Iterator[Node]:
        parents: dict[str, str] = {}
        above = [[index] * len(levels[0]), *levels] if levels else []
        for upper, lower in zip(above, levels, strict=False):
            for parent, code in zip(upper, lower, strict=True):
                if parents.setdefault(code, parent) != parent:
                    facts = {"code": code, "one": parents[code], "other": parent}
                    self.refuse("coin_two_parents", facts, self.data.place)
        for code, parent in parents.items():
            if code not in named:
                self.refuse(
                    "unknown_word", {"field": "Code", "found": code, **suggestion(code, named)}, self.tree.place
                )
            name, weight = named.get(code, (code, 1.0))
            yield Node(code, name, weight=weight, parent=parent)

    def _named(self) -> Iterator[tuple[str, tuple[str, float]]]:
        """Name and weight of each aggregate of `Framework`: columns by their header, codes by their form."""
        head = next(
            (r for r, row in enumerate(self.tree.rows[:LOOKED_THROUGH]) if any(_is_tool_name(cell) for cell in row)),
            None,
        )
        if head is None:
            facts = {"column": "Dimension/indicator", "table": "Framework"}
            raise InputError(Problem("coin_column", facts, self.tree.place))
        row = self.tree.rows[head]
        name = next(c for c, cell in enumerate(row) if _is_tool_name(cell))
        weights = [c for c, cell in enumerate(row) if "weight" in _text(cell.value).casefold()]
        if not weights:
            raise InputError(Problem("coin_column", {"column": "Weight", "table": "Framework"}, self.tree.place))
        for r in range(head + 1, len(self.tree.rows)):
            code = next((cell for cell in self.tree.rows[r] if _tool_kind(cell)), None)
            said = self.tree.cell(r, name)
            if code is not None and _tool_kind(code) != "ind" and not _is_missing(said):
                is_top = _tool_kind(code) == INDEX
                weight = self.weight(self.tree, self.tree.cell(r, weights[0]), is_top=is_top)
                yield _text(code.value), (_text(said.value), weight)

    def _has_figure(self, r: int, columns: Iterable[int]) -> bool:
        return any(not _is_missing(self.data.cell(r, c)) for c in columns)


def _tool_kind(written: Cell | str) -> str:
    """What a code of the COIN Tool names: ind, sp, p, si or index; "" where it is no such code."""
    text = written if isinstance(written, str) else written.value
    found = _TOOL_CODE.fullmatch(text.strip()) if isinstance(text, str) else None
    return "" if found is None else (found[1] or INDEX).casefold()


def _is_tool_name(cell: Cell) -> bool:
    return _text(cell.value).casefold().replace(" ", "") == "dimension/indicator"
