"""What sets each city apart from the mean city, what made its score change, and who passed whom and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from indexcalc.analysis.claims import Frame
from indexcalc.computed import Computed, attempt
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import Array, node, rank_and_city, top, w
from indexcalc.report.tables.table import Column, Fact, Sheet, Table
from indexcalc.steps.comparable import two_years
from indexcalc.voice import City, Row, Sentences


@sheet("contributions", place=60)
def contributions(run: Computed) -> Sheet | None:
    """The gap to the mean city, the change, and those who passed each other, by node."""
    made = [attempt(make, run) for make in (gap, change, overtakings)]
    return Sheet("contributions", tuple(table for table in made if table is not None), labels=2) if made[0] else None


def gap(run: Computed) -> Table:
    """Parts of the distance from the mean city in the last year."""
    parts = run.contributions[run.order, run.last]
    facts = w("gap_parts", year=run.year), w("about_gap_parts"), w("gap_total")
    return _by_node(run, rank_and_city(run), parts, *facts)


def change(run: Computed) -> Table | None:
    """Parts of the change between the first year and the last."""
    if run.first == run.last:
        return None
    about: Fact = w("about_change_parts")
    if not Frame.of(run.result).comparable:
        about = Sentences([about, w("yearly")])
    unlike = two_years(run.result, run.first, run.last).once
    if unlike:
        about = Sentences([about, w("change_of_both", cities=Row(City(run.result.cities[c]) for c in unlike))])
    question = w("change_parts", first=run.result.years[run.first], last=run.year)
    return _by_node(run, rank_and_city(run), run.change_contributions[run.order], question, about, w("change_total"))


def overtakings(run: Computed) -> Table | None:
    """Who moved past whom, by node as the tables above: what made the gap between the two change."""
    if run.first == run.last or run.has_many_cities:
        return None
    found, parts = run.overtakings
    if not found:
        return None
    lead = [
        Column(w("overtaking_since"), [one.since for one in found], "whole"),
        Column(w("overtaking"), [w(f"overtaking_{x.kind}", city=City(x.city), other=City(x.other)) for x in found]),
    ]
    question = w("overtakings", first=run.result.years[run.first], last=run.year)
    return _by_node(run, lead, parts, question, w("about_overtakings"), w("gap_change"))


def _by_node(run: Computed, lead: list[Column], parts: Array, question: Fact, about: Fact, total: Fact) -> Table:
    """Parts (row, node) after the columns that lead: the total, then each dimension with what is below it."""
    result, columns = run.result, list(lead)
    leaves = [k for k, one in enumerate(result.nodes) if one.is_indicator]
    most = float(np.nanmax(np.abs(parts[:, leaves]), initial=0.0))
    for k, one in enumerate(result.nodes):
        above = top(result, k)
        name = node(one.code) if k else total
        alone = k == 0 or (one.is_indicator and above == k)
        head = w("subtotal") if above == k and not alone else name
        limit = most if one.is_indicator else float(np.nanmax(np.abs(parts[:, k]), initial=0.0)) or most
        band = None if alone else node(result.nodes[above].code)
        columns.append(Column(head, parts[:, k].tolist(), "change", band, key=one.code, signed=limit or 1.0))
    return Table(tuple(columns), question, (about,))


# -- for programs


@file("analysis/contributions", "score")
def contributions_file(run: Computed) -> pd.DataFrame:
    """Parts of the distance of each score from the mean city; one row per city and year."""
    result = run.result
    c, t = np.nonzero(result.present)
    frame = result.rankings()[["city", "year"]]
    return pd.concat([frame, pd.DataFrame(run.contributions[c, t], columns=_codes(run))], axis=1)


@file("analysis/contributions", "change")
def change_file(run: Computed) -> pd.DataFrame | None:
    """Parts of the change from the first year to the last; one row per city."""
    if run.first == run.last:
        return None
    years = {"first": run.result.years[run.first], "last": run.year}
    head = pd.DataFrame({"city": list(run.result.cities), **years})
    return pd.concat([head, pd.DataFrame(run.change_contributions, columns=_codes(run))], axis=1)


@file("analysis/contributions", "overtaking")
def overtakings_file(run: Computed) -> Iterator[dict[str, Any]]:
    """Who moved past whom, and what made the gap change; one row per pair.

    gap_first, gap_last: score of the city less that of the other; the parts, by node, add up to their difference.
    """
    if run.first == run.last or run.has_many_cities:
        return
    found, parts = run.overtakings
    score = dict(zip(run.result.cities, run.result.score()[:, [run.first, run.last]], strict=True))
    years = {"first": run.result.years[run.first], "last": run.year}
    for one, own in zip(found, parts.tolist(), strict=True):
        gaps = (score[one.city] - score[one.other]).tolist()
        yield {
            **{"city": one.city, "other": one.other, "kind": one.kind, **years, "since": one.since},
            **{"gap_first": gaps[0], "gap_last": gaps[1]},
            **dict(zip(_codes(run), own, strict=True)),
        }


def _codes(run: Computed) -> list[str]:
    return [one.code for one in run.result.nodes]
