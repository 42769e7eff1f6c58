"""Tables of the run as the page lays them out: headings and cells in every language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indexcalc.computed import Computed
from indexcalc.report.page.bilingual import Both
from indexcalc.report.tables.table import KINDS, PAGE, Column, Table, spoken
from indexcalc.voice import voices

FALLING = ("score", "fine_score", "score_0", "score_1", "score_3", "gain", "percent", "part")
"""Kinds of figures that are first sorted in descending order."""


def html_table(table: Table, run: Computed, *, row_class: Sequence[str] = ()) -> dict[str, Any]:
    """The part of a table that the page shows. Each column: its name (`key`), heading, and whether it holds figures;
    each row: its cells and their classes; its head is in the first column of names whose cells are not merged."""
    shown = table.on(PAGE)
    names = (k for k, column in enumerate(shown.columns) if not column.merged and not _is_figure(column))
    heads_row = next(names, 0)
    texts = {voice.lang: spoken(shown, voice) for voice in voices(run.result)}
    heads = {lang: dict(said.heads)["head"] for lang, said in texts.items()}
    columns = [
        {
            "key": column.name,
            "head": {lang: titles[k] for lang, titles in heads.items()},
            "numeric": _is_figure(column),
            "falls": column.kind in FALLING,
        }
        for k, column in enumerate(shown.columns)
    ]
    rows = [
        {
            "cells": [
                {
                    "text": _cell(texts, r, k, column),
                    "depth": depth_of(column, r),
                    "numeric": _is_figure(column),
                    "heads": k == heads_row,
                    "city": column.name == "city",
                }
                for k, column in enumerate(shown.columns)
            ],
            "class": row_class[r] if row_class else "",
        }
        for r in range(shown.rows)
    ]
    return {"columns": columns, "rows": rows}


def _cell(texts: dict[str, Any], r: int, k: int, column: Column) -> Both:
    """A cell in words; of a merged column, only where another value begins."""
    if column.merged and r and column.values[r] == column.values[r - 1]:
        return dict.fromkeys(texts, "")
    return {lang: said.cells[r][k] for lang, said in texts.items()}


def _is_figure(column: Column) -> bool:
    return KINDS.get(column.kind, KINDS["value"]).align == "right"


def depth_of(column: Column, r: int) -> int:
    """How far a name is indented."""
    mark = "" if column.marks is None else column.marks[r]
    return int(mark.removeprefix("below_")) if mark.startswith("below_") else 0
