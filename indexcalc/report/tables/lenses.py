"""The indicators regrouped by the lenses: where cities rank in each group, and what their growth came from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from indexcalc.analysis.lenses import LensResult
from indexcalc.computed import Computed, attempt
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import rank_and_city, w
from indexcalc.report.tables.table import PAGE, Column, Fact, Sheet, Table, score_kind
from indexcalc.report.text.findings import lens_sentence
from indexcalc.voice import City, Node, Row, Word

LEADERS = 3
"""Places of a group that are named."""


def lens(run: Computed, code: str) -> LensResult | None:
    """A lens, unless the methodology refuses it."""
    found: LensResult | None = attempt(lambda own: own.lens(code), run)
    return found


def lenses(run: Computed) -> list[LensResult]:
    """The lenses that the methodology allows, in the order of the YAML."""
    found = (lens(run, code) for code in run.result.framework.lenses)
    return [one for one in found if one is not None]


@sheet("lenses", place=90)
def lens_sheet(run: Computed) -> Sheet | None:
    """Each lens, in the order of the framework."""
    tables = tuple(_lens(run, found) for found in lenses(run))
    return Sheet("lenses", tables, (w("about_lenses"),), labels=2) if tables else None


def _lens(run: Computed, found: LensResult) -> Table:
    """Score and rank of each city in each group in the last year, and the group's share of its growth."""
    t, order, growth = run.last, run.order, found.growth
    many = len(run.result.years) > 1
    grew = many and bool((~np.isnan(growth.share)).any())
    columns = rank_and_city(run)
    if many:
        diagnoses = [found.names.get(growth.diagnosis[c], growth.diagnosis[c]) for c in order]
        columns.append(Column(w("growth_led_by"), diagnoses, "word", width=22))
    kind = score_kind(found.scores)
    for g, group in enumerate(found.groups):
        if not found.members[group]:
            continue
        band = found.names.get(group, group)
        columns.append(
            Column(w("score_of", year=run.year), found.scores[order, t, g].tolist(), kind, band, scale="own")
        )
        columns.append(Column(w("rank"), found.ranks[order, t, g].tolist(), "whole", band))
        if grew:
            columns.append(Column(w("share_of_growth"), growth.share[order, g].tolist(), "part", band))
            pace = (growth.share[order, g] / found.weights[g]).tolist()
            columns.append(Column(w("pace"), pace, "correlation", band))
    sentence = partial(lens_sentence, found, lens_name(run, found.code))
    notes = (*((sentence,) if grew else ()), *(_group_note(found, g) for g in range(len(found.groups))))
    return Table(tuple(columns), w("lens_question", lens=lens_name(run, found.code)), notes)


def lens_name(run: Computed, code: str) -> Fact:
    """What a lens is called."""
    return run.result.framework.lenses[code].name or code


def _group_note(found: LensResult, g: int) -> Fact:
    """A group of a lens: its weight and its indicators, or that it has none."""
    group = found.groups[g]
    name, members = found.names.get(group, group), found.members[group]
    if not members:
        return w("lens_group_without", name=name)
    weight = f"{found.weights[g]:.1%}"
    return w("lens_group", name=name, weight=weight, n=len(members), indicators=Row(map(Node, members)))


def groups(run: Computed, found: LensResult) -> Table:
    """The groups of a lens that have indicators: weight, indicators, and who leads in the last year."""
    t, here = run.last, [g for g, group in enumerate(found.groups) if found.members[group]]
    leaders = []
    for g in here:
        ranks = found.ranks[:, t, g]
        first = [int(c) for c in np.argsort(ranks, kind="stable") if ranks[c] <= LEADERS]
        leaders.append(Row(City(found.cities[c]) for c in first))
    return Table(
        (
            Column(w("group"), [found.names.get(found.groups[g], found.groups[g]) for g in here], on=(PAGE,)),
            Column(w("weight"), found.weights[here].tolist(), "weight", on=(PAGE,)),
            Column(Word("page.indicators"), [Row(map(Node, found.members[found.groups[g]])) for g in here], on=(PAGE,)),
            Column(w("leaders", year=run.year), leaders, on=(PAGE,)),
        )
    )


lens_file = file("analysis/lenses", "score")(lambda run: _of_each(run, LensResult.table))


groups_file = file("analysis/lenses", "group")(lambda run: _of_each(run, LensResult.group_table))


growth_file = file("analysis/lenses", "growth")(
    lambda run: _of_each(run, LensResult.growth_table) if len(run.result.years) > 1 else None
)


diagnosis_file = file("analysis/lenses", "leader")(
    lambda run: _of_each(run, LensResult.diagnosis_table) if len(run.result.years) > 1 else None
)


def _of_each(run: Computed, table: Callable[[LensResult], pd.DataFrame]) -> pd.DataFrame | None:
    """The tables of all lenses below each other, each row with the code of its lens."""
    made = {one.code: table(one) for one in lenses(run)}
    return pd.concat(made, names=["lens", None]).reset_index("lens") if made else None
