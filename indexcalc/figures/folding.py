"""Many problems of one kind in one column as one: how many cells, the first three of them, what was found there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from indexcalc.errors import Problem
from indexcalc.voice import Voice

SHOWN = 3
"""Cells that a message names."""


def folded(problems: Iterable[Problem], *, by_row: bool = False) -> list[Problem]:
    """One problem for each sentence, sheet and column, in the order of the first; those of single cells as they are.

    by_row: one for each row instead, where rows and columns are swapped.

    >>> place = lambda cell: ("in_cell", {"file": "w.xlsx", "sheet": "s", "cell": cell})
    >>> bad = [Problem("bad_year", {"found": f"'{i}'"}, place(f"B{i}")) for i in range(2, 90)]
    >>> print(folded(bad)[0].text()[:66])
    w.xlsx, sheet 's', 88 cells (B2, B3, B4, ...): year: found '2', '3
    """
    groups: dict[object, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(_kind(problem, by_row), []).append(problem)
    return [group[0] if len(group) == 1 else _one(group) for group in groups.values()]


def _kind(problem: Problem, by_row: bool) -> object:
    """What folds together: the sentence, and the column (or row) it is about; a place without a cell is alone."""
    if problem.place is None or "cell" not in problem.place[1]:
        return id(problem)
    facts = problem.place[1]
    column = facts["cell"].rstrip("0123456789")
    line = facts["cell"].removeprefix(column) if by_row else column
    return problem.key, facts["file"], facts["sheet"], line, facts.get("code"), problem.place[0]


class Listed(str):
    """Names in a row, as text; a voice gives them with its own commas."""

    names: list[str]
    cut: bool

    def said(self, voice: Voice) -> str:
        return voice.comma(self.names) + (voice.mark("and_so_on") if self.cut else "")


def listed(names: Iterable[object], most: int = SHOWN) -> Listed:
    """The first of some names, and dots where there are more.

    >>> listed("abcd"), listed("ab")
    ('a, b, c, ...', 'a, b')
    >>> Voice("zh").told(listed("abcd"))
    'a、b、c等'
    """
    texts = [str(name) for name in names]
    told = Listed(", ".join(texts[:most]) + (", ..." if len(texts) > most else ""))
    told.names, told.cut = texts[:most], len(texts) > most
    return told


def _one(group: list[Problem]) -> Problem:
    first = group[0]
    assert first.place is not None
    kind, facts = first.place
    cells = [problem.place[1]["cell"] for problem in group if problem.place is not None]
    place = (
        "in_panel_cells" if kind == "in_panel_cell" else "in_cells",
        {**facts, "n": len(group), "cells": listed(cells)},
    )
    found = list(dict.fromkeys(fact for problem in group if isinstance(fact := problem.facts.get("found"), str)))
    told = dict(first.facts)
    if found:
        quoted = found[0][:1] in "'\""
        told["found"] = listed(found) if quoted else "', '".join(found[:SHOWN])
    return replace(first, facts=told, place=place)
