"""Experts' points in a table: put where the YAML names the table, as if they had been written there.

A row for each expert, whose name is in the first cell; a column for each dimension or indicator, under its code or its
name. After that, only the places of problems refer to the table: they are its cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from indexcalc.errors import InputError, Problem, in_words, refuse_if, suggestion
from indexcalc.figures.grid import Book, Cell, Grid
from indexcalc.figures.headers import is_total
from indexcalc.methods import METHODS
from indexcalc.methods.weighting import LARGEST
from indexcalc.paths import shown
from indexcalc.spec.document import Document, Keys, Place, codes_of_names, nearest_code, weighted
from indexcalc.spec.framework import one_line
from indexcalc.voice import Word

NAMED_BY = ("file", "sheet")
"""The keys that name a table, either of them or both."""
_NO_TABLE = {"method": "equal"}
"""What replaces a weighting whose table could not be read, so that it is refused once only."""


def read_tables(document: Document, workbook: str | Path | None = None) -> list[Problem]:
    """Take the points from every table that the data name, and record the tables; returns their problems.

    A table without a file is a sheet of the index's own workbook: `workbook`, else the one that the YAML names.
    """
    problems: list[Problem] = []
    for keys, holder, name in list(_wanted(document.data, ())):
        at = (*keys, name)
        try:
            table = _opened(document, at, holder[name], workbook)
            table.read(document)
            refuse_if(table.problems)
        except InputError as error:
            problems += error.problems
            holder.clear()
            holder.update(_NO_TABLE)
            continue
        holder[name] = table.points
        document.cells |= {(*at, *key): place for key, place in table.places.items()}
        document.tables.append((table.path, table.grid.title))
    return problems


def _wanted(data: Any, keys: Keys) -> Iterator[tuple[Keys, dict[str, Any], str]]:
    """Every weighting whose points are in a table: its path, the weighting, and the parameter that names the table."""
    for key, part in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from _wanted(part, (*keys, key))
    method = METHODS["weighting"].get(str(data.get("method"))) if isinstance(data, dict) else None
    for name in method.traits.get("from_table", ()) if method is not None else ():
        written = data.get(name)
        if isinstance(written, dict) and any(key in written and not isinstance(written[key], dict) for key in NAMED_BY):
            yield keys, data, name


def _opened(document: Document, at: Keys, written: Mapping[str, Any], workbook: str | Path | None) -> _Table:
    """The table that is named, with its cells."""
    problems = [
        Problem("unknown_key", {"key": key, **suggestion("", NAMED_BY)}, document.place((*at, key)))
        for key in written
        if key not in NAMED_BY
    ]
    for key in NAMED_BY:
        if key in written and (not isinstance(written[key], (str, int)) or isinstance(written[key], bool)):
            facts = {"field": key, "found": in_words(written[key]), "expected": Word("errors.expected.text")}
            problems.append(Problem("wrong_value", facts, document.place((*at, key))))
    if problems:
        raise InputError(problems)
    path = document.folder / str(written["file"]) if "file" in written else _own_workbook(document, workbook)
    if path is None:
        raise InputError(Problem("experts_file", {"sheet": written["sheet"]}, document.place((*at, "sheet"))))
    with Book(path) as book:
        title = str(written.get("sheet", book.titles[0] if len(book.titles) == 1 else ""))
        if title not in book.titles:
            facts = {"sheets": ", ".join(book.titles)}
            if title:
                raise InputError(
                    Problem("sheet_unknown", {"found": title, **suggestion(title, book.titles)}, document.place(at))
                )
            raise InputError(Problem("experts_sheet", facts, document.place(at)))
        return _Table(path, book.grid(title))


def _own_workbook(document: Document, workbook: str | Path | None) -> Path | None:
    """The workbook of the index."""
    framework = document.data.get("framework")
    declared = framework.get("workbook") if isinstance(framework, dict) else None
    file = declared.get("file") if isinstance(declared, dict) else declared
    if workbook is not None:
        return Path(workbook)
    return document.folder / file if isinstance(file, str) else None


@dataclass
class _Table:
    """A table of points, read once: points by expert and code, and the cell of each."""

    path: Path
    grid: Grid
    points: dict[str, dict[str, float]] = field(default_factory=dict)
    places: dict[Keys, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def read(self, document: Document) -> None:
        rows = [row for row in self.grid.rows if any(map(self._filled, row))]
        columns = self._columns(document, rows) if rows else {}
        if len(rows) < 2 or not (columns or self.problems):
            self._problem("experts_empty")
        self._refuse_hidden(rows, columns)
        row_of: dict[str, int] = {}
        for row in rows[1:]:
            name = _text(row[0])
            told = partial(self._problem, cell=row[0])
            if not name:
                told("experts_unnamed")
            elif name in row_of:
                told("experts_twice", name=name, row=row_of[name])
            elif is_total(name):
                told("experts_total", name=name)
            else:
                row_of[name] = row[0].row
                self._read_row(name, row, columns)

    def _columns(self, document: Document, rows: Sequence[Sequence[Cell]]) -> dict[int, str]:
        """The code that each header means, by the number of its column; a column of sums is ignored."""
        nodes = {code: (keys, siblings) for code, keys, siblings in weighted(document.data)}
        named = codes_of_names(document.data, nodes)
        head, width = rows[0], max(map(len, rows))
        found: dict[int, str] = {}
        for cell in [*head[1:], *(Cell(None, head[0].row, c) for c in range(len(head) + 1, width + 1))]:
            header = _text(cell)
            meant = {header} if header in nodes else named.get(header.casefold(), set())
            code = next(iter(meant), "")
            told = partial(self._problem, cell=cell)
            if len(meant) > 1:
                told("weight_name", name=header, codes=", ".join(sorted(meant)))
            elif code in found.values():
                other = next(column for column, known in found.items() if known == code)
                told("header_twice", code=code, other=Cell(None, cell.row, other).address)
            elif code:
                found[cell.column] = code
            elif not header and any(len(row) >= cell.column and self._filled(row[cell.column - 1]) for row in rows):
                told("experts_unheaded")
            elif header and not is_total(header):
                hint = nearest_code(document.data, header, nodes)["hint"]
                told("weight_code", code=header, hint=hint)
        return found

    def _read_row(self, name: str, row: Sequence[Cell], columns: Mapping[int, str]) -> None:
        """The points of one expert; an empty cell gives none."""
        own: dict[str, float] = {}
        before = len(self.problems)
        self.places[name,] = self._place(row[0])
        for cell in row[1:]:
            if cell.column not in columns or not self._filled(cell):
                continue
            value, told = cell.value, partial(self._problem, cell=cell)
            if value is None:
                told("cell_formula", found=self.grid.formulas[cell.address])
            elif cell.is_error:
                told("cell_error", found=str(value))
            elif not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= LARGEST:
                told("experts_points", found=in_words(value))
            else:
                own[columns[cell.column]] = float(value)
                self.places[name, columns[cell.column]] = self._place(cell)
        if own:
            self.points[name] = own
        elif len(self.problems) == before and columns:
            self._problem("experts_none", cell=row[0], name=name)

    def _refuse_hidden(self, rows: Sequence[Sequence[Cell]], columns: Mapping[int, str]) -> None:
        """Refuse hidden and merged cells: a reader of the sheet does not see them, or sees them joined."""
        merged = self.grid.merged
        if merged:
            self._problem("experts_merged", range=", ".join(merged))
        hidden = sorted({row[0].row for row in rows} & set(self.grid.hidden_rows))
        if hidden:
            self._problem("hidden_row", row=", ".join(map(str, hidden)))
        if not self.grid.visible:
            self._problem("hidden_sheet")
        for number in sorted({1, *columns} & set(self.grid.hidden_columns)):
            letters = Cell(None, 1, number).address.rstrip("1")
            self._problem("hidden_column", column=letters)

    def _filled(self, cell: Cell) -> bool:
        """Whether a cell holds anything, a formula without a stored value too."""
        return _text(cell) != "" or (bool(self.grid.formulas) and cell.address in self.grid.formulas)

    def _place(self, cell: Cell | None = None) -> Place:
        facts = {"file": shown(self.path), "sheet": self.grid.title}
        return ("in_sheet", facts) if cell is None else ("in_cell", {**facts, "cell": cell.address})

    def _problem(self, key: str, *, cell: Cell | None = None, **facts: Any) -> None:
        self.problems.append(Problem(key, facts, self._place(cell)))


def _text(cell: Cell) -> str:
    """A label as text: a whole number without decimals."""
    value = cell.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else one_line(str(value))
