"""The ranking under the scenarios of the YAML, beside the chosen one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from indexcalc.analysis.claims import said as sentence_of
from indexcalc.analysis.scenarios import Scenarios
from indexcalc.computed import Computed
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.claims import COLOURS, verdict
from indexcalc.report.tables.parts import label, rank_and_city, w, whole
from indexcalc.report.tables.table import PAGE, SHEET, Column, Fact, Sheet, Table, score_kind


def named(run: Computed, code: str) -> Fact:
    """What a scenario is called: its name, else its code."""
    return run.specification.scenarios[code].name or code


@sheet("scenarios", place=80, screen="run", page=True)
def scenarios(run: Computed) -> Sheet | None:
    """City by scenario: rank and score of the last year; then the claims under each."""
    if not run.specification.scenarios:
        return None
    found = run.scenarios
    if not found.codes:
        return None
    tables = [ranks(run, found, partial(named, run))]
    if run.specification.claims:
        tables.append(_claims(run, found))
    return Sheet("scenarios", tuple(tables), labels=2)


def ranks(run: Computed, found: Scenarios, name: Callable[[str], Fact]) -> Table:
    """City by scenario: rank and score of the last year. name: what a scenario is called."""
    t, chosen = run.last, run.result.rank()[run.order, run.last]
    columns = rank_and_city(run)
    for k, code in enumerate(found.codes):
        rank, band = found.rank[k, run.order, t], name(code)
        gain = np.nan_to_num(chosen - rank)
        marks = np.where(gain > 0, "up", np.where(gain < 0, "down", "")).tolist()
        score = found.score[k, :, t]
        columns.append(Column(w("rank"), rank.tolist(), "place", band, key=f"rank_{code}", marks=marks, brief=band))
        columns.append(
            Column(
                w("score"),
                score[run.order].tolist(),
                score_kind(score),
                band,
                key=f"score_{code}",
                scale="own",
                on=(SHEET, PAGE),
            )
        )
    return Table(
        tuple(columns), w("scenario_question", year=run.year), (w("about_scenarios"), *_agreement(run, found, name))
    )


def _agreement(run: Computed, found: Scenarios, name: Callable[[str], Fact]) -> Iterator[Fact]:
    """How closely each scenario's ranking agrees with the chosen one."""
    for k, code in enumerate(found.codes):
        if not np.isnan(found.agreement[k, run.last]):
            yield w("scenario_agrees", name=name(code), rho=f"{found.agreement[k, run.last]:.2f}")


def _claims(run: Computed, found: Scenarios) -> Table:
    """The verdict on each claim under the chosen methodology and under each scenario."""
    claims, years = run.specification.claims, run.result.years
    columns = [
        Column(w("claim"), [sentence_of(claim, years) for claim in claims], width=34),
        Column(w("chosen_method"), [verdict(one.verdict) for one in run.holdings], "word", width=11),
    ]
    for code, verdicts in zip(found.codes, found.verdicts, strict=True):
        marks = [COLOURS.get(one, "") for one in verdicts]
        columns.append(Column(named(run, code), list(map(verdict, verdicts)), "word", key=code, width=11, marks=marks))
    return Table(tuple(columns), w("scenario_claims_question"))


@file("analysis/scenarios")
def scenarios_file(run: Computed) -> Iterator[dict[str, Any]]:
    """Score and rank of every city and year under each scenario."""
    if not run.specification.scenarios:
        return
    found = run.scenarios
    for k, c, t in zip(*np.nonzero(~np.isnan(found.score)), strict=True):
        yield {
            "scenario": found.codes[k],
            **label(run.result.cities[c], run.result.framework),
            "year": run.result.years[t],
            "score": found.score[k, c, t],
            "rank": whole(found.rank[k, c, t]),
        }
