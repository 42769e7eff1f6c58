"""What the sheets of the model have in common. Rows are counted as Excel does, columns from 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from indexcalc.report.model.layout import FIRST, SHARES, TOP, Column, Layout
from indexcalc.report.workbook.sheets import INK, Style
from indexcalc.steps.result import IndexResult
from indexcalc.voice import Voice

YELLOW = "#FFF2A8"
LINK = {"font_color": "#0563C1", "underline": 1}
BAND, HEAD, CODE = SHARES - 3, SHARES - 2, SHARES - 1
"""Rows of the headers: the parent, the name, the code; then the shares, or a word on the column."""


@dataclass(frozen=True)
class Model:
    """The workbook being written: where everything is, and how it looks."""

    book: Any
    layout: Layout
    style: Style

    @property
    def result(self) -> IndexResult:
        return self.layout.result

    @property
    def voice(self) -> Voice:
        return self.layout.voice

    @property
    def zero(self) -> str:
        """What a weight of 0 means, as a word; after screening, which looked at all indicators, it may not be given."""
        return "zero_screened" if self.result.methodology.screening else "zero_out"

    def word(self, key: str, **facts: Any) -> str:
        return self.voice.say(f"model.{key}", **facts)

    def look(self, **more: Any) -> Any:
        """A format of its own."""
        plain = {"font_name": self.voice.say("sheets.font"), "font_size": 10, "font_color": INK, "valign": "vcenter"}
        return self.book.add_format({**plain, **more})

    @cached_property
    def yellow(self) -> Any:
        """The look of a cell that is there to be changed."""
        return self.look(bg_color=YELLOW, align="center", bold=True, border=1, border_color="#D9B93B")

    def label(self, position: int) -> str:
        """Name of a node; the index is called just that, as its name is in the titles."""
        node = self.result.nodes[position]
        return self.word("index") if node.parent < 0 else self.voice.node(node.code)

    def city(self, c: int) -> str:
        return self.voice.city(self.result.cities[c])

    def order(self, t: int) -> list[int]:
        """Cities of a year by rank; those that share one in the order of their rows."""
        ranks = self.result.rank()[:, t]
        order: list[int] = np.argsort(np.where(np.isnan(ranks), np.inf, ranks), kind="stable").tolist()
        return [c for c in order if not np.isnan(ranks[c])]

    def text(self, sheet: Any, row: int, column: int, text: str, kind: str = "text", **more: Any) -> None:
        """Text that stays text, also when a reader edits a cell that looks like a formula."""
        quoted = text.startswith(("=", "+", "-", "@", "\t", "\r"))
        sheet.write_string(row - 1, column, text, self.style(kind, quoted=quoted, **more))

    def number(self, sheet: Any, row: int, column: int, value: float, look: Any) -> None:
        if np.isnan(value):
            sheet.write_blank(row - 1, column, None, look)
        else:
            sheet.write_number(row - 1, column, value, look)

    def formula(self, sheet: Any, row: int, column: int, formula: str, value: Any, look: Any) -> None:
        """A formula and the value it has at the shipped weights; a missing one is an empty text."""
        missing = isinstance(value, float) and np.isnan(value)
        sheet.write_formula(row - 1, column, formula, look, "" if missing else value)


def heading(model: Model, sheet: Any, key: str, columns: int) -> None:
    """Title, what the sheet holds, and the way back to the weights."""
    w = model.word
    sheet.set_column(0, 0, 14)
    sheet.set_row(0, 27)
    model.text(sheet, 1, 0, w("title", name=model.voice.name(model.result.framework.name), sheet=w(key)), "title")
    sheet.set_row(1, 30)
    sheet.merge_range(1, 0, 1, max(6, min(columns, 10)), w(f"holds_{key}", row=SHARES), model.style("sentence"))
    back = w("back", sheet=w("weights"))
    sheet.write_url(2, 0, f"internal:'{w('weights')}'!A1", model.look(**LINK, font_size=9), back)


def city_year_rows(model: Model, sheet: Any) -> None:
    """City and year before each row."""
    for column, key in enumerate(("city", "year")):
        sheet.merge_range(BAND - 1, column, SHARES - 1, column, model.word(key), model.style("head"))
    for i, (c, t) in enumerate(model.layout.city_years):
        start = starts(model, i)
        model.text(sheet, TOP + i, 0, model.city(c), start=start)
        model.number(sheet, TOP + i, 1, model.result.years[t], model.style("whole", "", start))
    sheet.set_column(1, 1, 8)
    sheet.freeze_panes(SHARES, FIRST)


def starts(model: Model, i: int) -> bool:
    """Whether a new year begins at a row of city-years."""
    rows = model.layout.city_years
    return i > 0 and rows[i][1] != rows[i - 1][1]


def indicator_heads(model: Model, sheet: Any, key: str, below: Callable[[int, Column], None]) -> None:
    """Headers of the indicators: the dimension, the name, the code; `below` writes what stands in the last one."""
    layout = model.layout
    heading(model, sheet, key, len(layout.columns) + 1)
    parents = [model.result.nodes[p].parent for p in layout.leaves]
    for k, (column, parent) in enumerate(zip(layout.columns, parents, strict=True)):
        if k == 0 or parents[k - 1] != parent:
            end = next((j for j in range(k, len(parents)) if parents[j] != parent), len(parents)) - 1
            if end > k:
                sheet.merge_range(BAND - 1, FIRST + k, BAND - 1, FIRST + end, "", model.style("band"))
            model.text(sheet, BAND, FIRST + k, model.label(parent), "band")
        model.text(sheet, HEAD, FIRST + k, model.voice.node(column.code), "head")
        model.text(sheet, CODE, FIRST + k, column.code, "code")
        below(FIRST + k, column)
    sheet.set_row(HEAD - 1, 45)
    sheet.set_row(CODE - 1, 24)
    sheet.set_row(SHARES - 1, 28)
    sheet.set_column(FIRST, FIRST + len(layout.columns) - 1, 13)


def node_heads(model: Model, sheet: Any, key: str) -> None:
    """Headers of the index and the dimensions: the parent, the name, the code."""
    layout = model.layout
    heading(model, sheet, key, len(layout.above) + 1)
    for at, position in enumerate(layout.above, start=FIRST):
        node = model.result.nodes[position]
        model.text(sheet, BAND, at, model.label(node.parent) if node.parent >= 0 else "", "band")
        model.text(sheet, HEAD, at, model.label(position), "head")
        model.text(sheet, CODE, at, node.code, "code")
        sheet.write_blank(SHARES - 1, at, None, model.style("unit"))
    sheet.set_row(HEAD - 1, 45)
    sheet.set_column(FIRST, FIRST + len(layout.above) - 1, 12)


def share(model: Model, sheet: Any, at: int, position: int) -> None:
    """The share of a node within its parent, above its scores."""
    formula = f"={model.layout.names['weights']}$C${model.layout.weight_row[position]}"
    model.formula(sheet, SHARES, at, formula, float(model.result.weights[position]), model.style("share"))
