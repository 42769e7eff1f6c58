"""What the change of each city between two editions comes from: its score, and its places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from indexcalc.analysis.editions import Editions
from indexcalc.report.tables.parts import label, w
from indexcalc.report.tables.table import Column, Fact, Table
from indexcalc.spec.framework import Framework
from indexcalc.voice import City, Row, Word

MOST_ROWS, MOST_MOVERS = 40, 20
"""If there are more cities, only those that moved most have a row."""


def steps_named(steps: Sequence[str], table: str = "step") -> Row:
    """Steps that can only be reported together, or a single one; table: of the words, `part` within a sentence."""
    return Row(Word(f"compare.{table}.{step}") for step in steps)


def movers(found: Editions, t: int) -> list[int]:
    """Cities that both editions rank in the year at a position: those that moved the most places first, then those
    whose score changed most."""
    places, points = (np.abs(parts[:, :, t].sum(axis=0)) for parts in (found.rank_parts, found.score_parts))
    return [int(c) for c in np.lexsort((-points, -places)) if not np.isnan(places[c])]


def shown_movers(found: Editions, t: int) -> list[int]:
    """Those of the movers that a table or a chart has room for."""
    order = movers(found, t)
    return order if len(order) <= MOST_ROWS else order[:MOST_MOVERS]


def score_shifts(found: Editions, t: int) -> Table:
    """The change of each score, and the points of each step that makes any difference."""
    order = shown_movers(found, t)
    parts = found.score_parts[:, :, t]
    return Table(
        (
            Column(w("city"), [City(found.cities[c]) for c in order]),
            Column(Word("compare.difference"), parts[:, order].sum(axis=0).tolist(), "change"),
            *(Column(steps_named(found.steps[k]), parts[k, order].tolist(), "change") for k in found.telling(t)),
        ),
        Word("compare.split_scores", year=found.years[t]),
        _cut(len(order), len(movers(found, t))),
    )


def rank_shifts(found: Editions, t: int) -> Table | None:
    """The places that each step moves a city, for the cities that any step moves; None where none does."""
    parts = found.rank_parts[:, :, t]
    moved = [c for c in movers(found, t) if parts[:, c].any()]
    if not moved:
        return None
    order = moved if len(moved) <= MOST_ROWS else moved[:MOST_MOVERS]
    return Table(
        (
            Column(w("city"), [City(found.cities[c]) for c in order]),
            Column(Word("compare.moved"), parts[:, order].sum(axis=0).tolist(), "moved"),
            *(Column(steps_named(found.steps[k]), parts[k, order].tolist(), "moved") for k in found.telling(t)),
        ),
        Word("compare.split_ranks", year=found.years[t], n=len(movers(found, t))),
        _cut(len(order), len(moved)),
    )


def _cut(k: int, n: int) -> tuple[Fact, ...]:
    return (Word("compare.split_cut", k=k, n=n),) if k < n else ()


def editions_file(found: Editions, framework: Framework) -> pd.DataFrame:
    """Each city, year and step: score and rank before and after it, what the score gained, and how many places."""
    at, years = np.nonzero(~np.isnan(found.scores[0]))
    c, t = (np.repeat(of, len(found.steps)) for of in (at, years))
    k = np.tile(np.arange(len(found.steps)), len(at))
    labels = pd.DataFrame([label(city, framework) for city in found.cities])
    return labels.iloc[c].assign(
        year=np.array(found.years)[t],
        step=np.array(["+".join(steps) for steps in found.steps])[k],
        score_before=found.scores[k, c, t],
        score_after=found.scores[k + 1, c, t],
        score_change=found.score_parts[k, c, t],
        rank_before=found.ranks[k, c, t].astype(int),
        rank_after=found.ranks[k + 1, c, t].astype(int),
        places_gained=found.rank_parts[k, c, t].astype(int),
    )
