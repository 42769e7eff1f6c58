"""What several sheets of the workbook for people are made of: names, the order of the cities, columns they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from indexcalc.framework import Dimension, Framework, Indicator, Series
from indexcalc.report.workbook.sheets import Column
from indexcalc.result import IndexResult
from indexcalc.voice import Voice


def sentences(*said: str) -> tuple[str, ...]:
    """Those that say something."""
    return tuple(sentence for sentence in said if sentence)


def filled(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The columns that say anything; all of them where there are no rows."""
    return tuple(column for column in columns if not column.values or any(v not in ("", None) for v in column.values))


def names_of(framework: Framework, voice: Voice) -> dict[str, str]:
    """Name of the index and of every node and series, by code."""
    named: dict[str, Dimension | Indicator | Series] = {
        **{code: node for _, code, node in framework.walk()},
        **framework.series,
    }
    names = {code: code if node.name is None else voice.name(node.name) for code, node in named.items()}
    return {"index": voice.name(framework.name), **names}


def last_order(result: IndexResult) -> list[int]:
    """Cities by rank in the last year; those without a rank at the end."""
    last = result.rank()[:, -1]
    order: list[int] = np.argsort(np.where(np.isnan(last), np.inf, last), kind="stable").tolist()
    return order


def rank_and_city(result: IndexResult, order: Sequence[int], voice: Voice, heads: int) -> list[Column]:
    """The two columns that most tables of cities begin with: rank of the last year, and name."""
    year = result.years[-1]
    ranks = result.rank()[list(order), -1].tolist()
    names = [voice.city(result.cities[c]) for c in order]
    return [
        Column((voice.say("sheets.rank_of", year=year),) * heads, ranks, "place"),
        Column((voice.say("sheets.city"),) * heads, names),
    ]


def gain_column(titles: tuple[str | int, ...], gains: Sequence[float]) -> Column:
    """Places gained, blue, or lost, brown."""
    return Column(titles, gains, "gain", marks=["up" if gain > 0 else "down" if gain < 0 else "" for gain in gains])


def comma_list(parts: Iterable[str], voice: Voice) -> str:
    return voice.comma(parts)
