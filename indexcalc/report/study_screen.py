"""The analyses of robustness made on demand, on the screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from indexcalc.analysis.claims import Verdict
from indexcalc.report.bounds_text import change_sentences, neighbours, weight_set_text
from indexcalc.report.claims_text import claim_sentence, verdict_word
from indexcalc.report.robustness_text import factor_name
from indexcalc.report.study_text import instead_of_indices, option_names, single_sentence
from indexcalc.result import IndexResult
from indexcalc.robustness.result import AlternativesResult, BoundsResult, SensitivityResult
from indexcalc.robustness.study import Study
from indexcalc.uncertainty import Uncertainty
from indexcalc.voice import Voice

ROWS = 12
"""Methodologies, or choices changed alone, that are shown; the tables have them all."""
NAMED = 3
"""Choices that are named for each result."""

SIGNS = {Verdict.HOLDS: "✓", Verdict.TIED: "=", Verdict.FAILS: "✗", Verdict.UNDEFINED: "?"}


def print_study(console: Console, study: Study, result: IndexResult, options: Uncertainty, voice: Voice) -> None:
    """Every part of a study that was made."""
    if study.bounds is not None:
        print_bounds(console, study.bounds, study.year, options, voice)
    print_changes(console, study, result, voice)
    if study.sensitivity is not None:
        print_sensitivity(console, study.sensitivity, result, voice)
    if study.alternatives is not None:
        print_single(console, study.alternatives, result, voice)
        print_alternatives(console, study.alternatives, result, voice)


def print_bounds(console: Console, bounds: BoundsResult, year: int, options: Uncertainty, voice: Voice) -> None:
    """Best and worst rank of each city of a year, and how many others it is always above or below."""
    t = bounds.years.index(year)
    _say(console, voice.say("study.bounds", year=year))
    table = Table()
    for name in ("rank", "city", "best", "worst", "always", "never"):
        table.add_column(voice.say(f"study.{name}"), justify="left" if name == "city" else "right")
    for c in _by_rank(bounds.nominal_rank[:, t]):
        if np.isnan(bounds.best[c, t]):
            continue
        ends = [
            f"{rank[c, t]:.0f}{'*' if tied[c, t] else ''}"
            for rank, tied in ((bounds.best, bounds.best_tied), (bounds.worst, bounds.worst_tied))
        ]
        always, never = bounds.always_above[t, c].sum(), bounds.always_above[t, :, c].sum()
        name = voice.city(bounds.cities[c])
        _row(table, f"{bounds.nominal_rank[c, t]:.0f}", name, *ends, str(always), str(never))
    console.print(table)
    assert options.weights is not None
    _say(console, voice.say("study.bounds_note", weights=weight_set_text(options.weights, voice)))
    if bounds.fixed:
        nodes = voice.comma(map(voice.node, bounds.fixed))
        _say(console, voice.say("study.bounds_fixed", nodes=nodes))


def print_changes(console: Console, study: Study, result: IndexResult, voice: Voice) -> None:
    """What would have to change for each city to be overtaken by the next one, and for claims to come out otherwise."""
    t = result.years.index(study.year)
    ranking = [result.cities[c] for c in _by_rank(result.rank()[:, t])]
    told = change_sentences(neighbours(study.changes, ranking), result.years, voice)
    if told:
        _say(console, "\n" + voice.say("study.changes"), *(f"  {sentence}" for sentence in told))


def print_sensitivity(console: Console, found: SensitivityResult, result: IndexResult, voice: Voice) -> None:
    """First-order and total indices of the mean rank shift with intervals; total indices of each rank and claim."""
    facts = {"year": found.year, "confidence": found.confidence, "n": f"{found.evaluations:,}"}
    _say(console, "\n" + voice.say("study.sensitivity", **facts))
    names = [factor_name(factor, voice) for factor in found.factors]
    instead = instead_of_indices(found, 0)
    if instead:
        _say(console, f"  {voice.say(f'charts.{instead}')}")
    else:
        console.print(_of_the_shift(found, names, voice))
        _say(console, voice.say("study.sensitivity_note"))
    _print_each(console, found, names, result, voice)


def _of_the_shift(found: SensitivityResult, names: Sequence[str], voice: Voice) -> Table:
    """First-order and total indices of the mean rank shift, the greatest total first."""
    table = Table()
    for header in ("factor", "first", "total"):
        title = (
            voice.say(f"study.{header}")
            if header == "factor"
            else f"{voice.say('study.shift')}\n{voice.say(f'study.{header}')}"
        )
        table.add_column(title, justify="left" if header == "factor" else "right")
    for k in np.argsort(-np.nan_to_num(found.total[0]), kind="stable"):
        cells = (
            _index(index[0, k], *interval[0, k])
            for index, interval in ((found.first, found.first_interval), (found.total, found.total_interval))
        )
        _row(table, names[k], *cells)
    return table


def _print_each(
    console: Console, found: SensitivityResult, names: Sequence[str], result: IndexResult, voice: Voice
) -> None:
    """The choices with the greatest total indices for the rank of each city, and for each claim, that varies."""
    table = Table()
    for header in ("result", "choices"):
        table.add_column(voice.say(f"study.{header}"), overflow="fold")
    t = result.years.index(found.year)
    rows = [
        (voice.say("study.rank_of", city=voice.city(found.cities[c])), 1 + int(c))
        for c in _by_rank(result.rank()[:, t])
    ]
    rows += [(claim_sentence(claim, result.years, voice), found.of_claim(i)) for i, claim in enumerate(found.claims)]
    for name, row in rows:
        if found.variance[row] > 0:
            most = np.argsort(-found.total[row], kind="stable")[:NAMED]
            told = (f"{names[k]} {_index(found.total[row, k], *found.total_interval[row, k])}" for k in most)
            instead = instead_of_indices(found, row)
            _row(table, name, voice.say(f"charts.{instead}") if instead else voice.say("study.comma").join(told))
    if table.row_count:
        _say(console, "\n" + voice.say("study.of_each"))
        console.print(table)


def print_single(console: Console, found: AlternativesResult, result: IndexResult, voice: Voice) -> None:
    """Each choice changed alone: those that move most cities first."""
    if not found.single:
        return
    order = sorted(found.single, key=lambda one: (-one.moved, -one.furthest))
    told = [single_sentence(one, found, result.years, voice) for one in order[:ROWS]]
    more = [voice.say("study.more", n=len(order) - ROWS)] if len(order) > ROWS else []
    _say(console, "\n" + voice.say("study.single"), *(f"  {sentence}" for sentence in (*told, *more)))


def print_alternatives(console: Console, found: AlternativesResult, result: IndexResult, voice: Voice) -> None:
    """The methodologies one by one, those least like the chosen one first; which claims hold under each."""
    if len(found.rows) < 2:
        return
    _say(console, "\n" + voice.say("study.alternatives", n=len(found.rows), year=found.year))
    table, called = Table(), option_names(found, voice)
    table.add_column(voice.say("study.methodology"), overflow="fold")
    for header in ("spearman", "moved", "furthest"):
        table.add_column(voice.say(f"study.{header}"), justify="right")
    for i in range(len(found.claims)):
        table.add_column(voice.say("study.claim", n=i + 1), justify="center")
    order = sorted(found.rows, key=lambda row: np.inf if np.isnan(row.spearman) else row.spearman)
    for row in order[:ROWS]:
        differing = [
            voice.say("study.differs", factor=factor_name(factor, voice), option=called[factor, option])
            for factor, option, own in zip(found.factors, row.options, found.nominal.options, strict=True)
            if option != own
        ]
        told = voice.say("study.stop").join(differing) or voice.say("study.as_chosen")
        if row.refused:
            _row(table, told, "–", "–", "–", *("–" for _ in found.claims))
            continue
        places = np.abs(row.ranks - found.nominal.ranks)
        verdicts = [SIGNS[verdict] for verdict in row.verdicts]
        counts = f"{np.nansum(places > 0):.0f}", f"{np.nanmax(places, initial=0.0):.0f}"
        spearman = "–" if np.isnan(row.spearman) else f"{row.spearman:.3f}"
        _row(table, told, spearman, *counts, *verdicts)
    console.print(table)
    signs = voice.say("study.comma").join(f"{sign} {verdict_word(verdict, voice)}" for verdict, sign in SIGNS.items())
    lines = [voice.say("study.shown", k=ROWS)] if len(order) > ROWS else []
    lines.append(voice.say("study.signs", signs=signs))
    for i, claim in enumerate(found.claims, 1):
        lines.append(voice.say("study.claim_is", n=i, claim=claim_sentence(claim, result.years, voice)))
    _say(console, *lines)


def _index(value: float, low: float, high: float) -> str:
    """An index with its interval, if there is one; nothing where the output does not vary."""
    if np.isnan(value):
        return "–"
    shown, least, most = (f"{x:.2f}".replace("-", "−") for x in (value, low, high))
    return shown if np.isnan(low) or np.isnan(high) else f"{shown} ({least}–{most})"


def _by_rank(ranks: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[int]:
    """Positions of the cities that have a rank, best first."""
    return [int(c) for c in np.argsort(ranks, kind="stable") if not np.isnan(ranks[c])]


def _row(table: Table, *cells: str) -> None:
    table.add_row(*(Text(cell) for cell in cells))


def _say(console: Console, *lines: str) -> None:
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
