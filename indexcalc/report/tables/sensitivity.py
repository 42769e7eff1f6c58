"""Which choice moves the ranks: Sobol' indices, each choice changed alone, every methodology one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import said as sentence_of
from indexcalc.computed import Computed
from indexcalc.report.numbers import number, share_text
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.claims import verdict
from indexcalc.report.tables.parts import by_rank, said, w
from indexcalc.report.tables.table import EVERYWHERE, PAGE, SCREEN, SHEET, Column, Excerpt, Fact, Sheet, Table
from indexcalc.report.text.robustness import factor_name
from indexcalc.report.text.study import instead_of_indices, options_in_words, single_sentence
from indexcalc.robustness.result import Alternative, AlternativesResult, SensitivityResult, SingleChange
from indexcalc.voice import City, Clauses, Row, Sentences, Word, voices

NAMED = 3
"""Choices that are named for each result."""
SIGNS = ("holds", "tied", "fails", "undefined")
SHOWN = 12
"""Methodologies, or choices changed alone, that the screen shows."""
Rows = Iterator[dict[str, Any]]


def sensitivity(run: Computed) -> Table | None:
    """Sobol' indices of the mean rank shift, the choices that matter most first; total indices of each claim beside.

    Where ranks never move, or too rarely to say with what, the screen has a sentence instead.
    """
    found = run.sensitivity
    if found is None:
        return None
    order = np.argsort(-np.nan_to_num(found.total[0]), kind="stable").tolist()
    ends = {"first": (found.first, found.first_interval), "total": (found.total, found.total_interval)}
    columns = [Column(w("factor"), [partial(factor_name, found.factors[k]) for k in order], width=24)]
    for key, (index, interval) in ends.items():
        band = w(f"sobol_{key}")
        values = index[0, order].tolist()
        columns.append(Column(w("estimate"), values, "correlation", band, width=10, scale="own", brief=band))
        columns += [
            Column(
                w(end),
                _finite(interval[0, order, side]),
                "correlation",
                band,
                width=10,
                on=EVERYWHERE if key == "total" else (SHEET,),
                brief=w(end),
            )
            for side, end in enumerate(("interval_low", "interval_high"))
        ]
    columns += [
        Column(
            str(i + 1),
            found.total[found.of_claim(i), order].tolist(),
            "correlation",
            w("sobol_claims"),
            width=8,
            on=(SHEET,),
        )
        for i in range(len(found.claims))
    ]
    instead = instead_of_indices(found, 0)
    facts = {"n": f"{found.evaluations:,}", "level": f"{found.confidence:.0%}"}
    notes = said(w("about_sensitivity", **facts), Word(f"charts.{instead}") if instead else "", *_partly(found))
    if instead:
        columns = [replace(column, on=(SHEET,)) for column in columns]
    return Table(tuple(columns), w("sensitivity_question", year=found.year), notes)


def _partly(found: SensitivityResult) -> Iterator[Word]:
    """The claims that are not defined in all methodologies, and the methodologies over which they have indices, if
    any."""
    for i in range(len(found.claims)):
        row = found.of_claim(i)
        if found.defined[row] < 1:
            never = not found.defined[row] > 0
            key = "indices_entangled" if found.entangled[row] else "never_judged" if never else "indices_where_defined"
            yield w(key, n=i + 1, share=share_text(float(found.defined[row]), 1))


def _finite(values: NDArray[np.float64]) -> list[float]:
    """Figures with those that are not finite left empty: a rare outcome has unbounded intervals."""
    found: list[float] = np.where(np.isfinite(values), values, np.nan).tolist()
    return found


def moved_by(run: Computed) -> Table | None:
    """The choices that move each result most: the rank of every city, and every claim, that varies over them."""
    found = run.sensitivity
    if found is None:
        return None
    t = run.result.years.index(found.year)
    ranks = run.result.rank()[[run.result.cities.index(city) for city in found.cities], t]
    outputs: list[tuple[Fact, int]] = [(w("rank_of_city", city=City(found.cities[c])), 1 + c) for c in by_rank(ranks)]
    outputs += [(sentence_of(claim, run.result.years), found.of_claim(i)) for i, claim in enumerate(found.claims)]
    rows = [(name, row) for name, row in outputs if found.variance[row] > 0]
    if not rows:
        return None

    def choices(row: int) -> Fact:
        instead = instead_of_indices(found, row)
        if instead:
            return Word(f"charts.{instead}")
        most = np.argsort(-found.total[row], kind="stable")[:NAMED].tolist()
        return Row(_choice(found, row, k) for k in most)

    columns = (
        Column(w("outcome"), [name for name, _ in rows], width=30),
        Column(w("choices"), [choices(row) for _, row in rows], "small", width=24),
    )
    return Table(columns, w("of_each"))


def _choice(found: SensitivityResult, row: int, k: int) -> Word:
    """A choice with its total index, and the interval of it if there is one."""
    index, ends = number(found.total[row, k], 2), found.total_interval[row, k]
    facts = {"name": partial(factor_name, found.factors[k]), "index": index}
    if np.isnan(ends).any():
        return w("choice_alone", **facts)
    low, high = (number(end, 2) for end in ends)
    return w("choice", **facts, low=low, high=high)


def each_alone(run: Computed) -> Table | None:
    """One choice changed, all else as chosen: how many cities move, and which claims get another verdict."""
    found = run.alternatives
    if found is None or not found.single:
        return None
    rows, called = sorted(found.single, key=lambda one: (-one.moved, -one.furthest)), options_in_words(found)

    def changed(one: SingleChange) -> Fact:
        if one.outcome.refused:
            return one.outcome.refused[0]
        return Clauses(
            w(
                "claim_becomes",
                claim=sentence_of(found.claims[i], run.result.years),
                after=verdict(one.outcome.verdicts[i]),
            )
            for i in one.changed
        )

    columns = (
        Column(w("factor"), [partial(factor_name, one.factor) for one in rows], width=24),
        Column(w("changed_to"), [called(one.factor, one.option) for one in rows], "word", width=22),
        Column(w("cities_moved"), [None if one.outcome.refused else one.moved for one in rows], "whole", width=9),
        Column(w("furthest_moved"), [None if one.outcome.refused else one.furthest for one in rows], "whole", width=9),
        Column(
            w("mean_shift"), [None if one.outcome.refused else one.mean_shift for one in rows], "correlation", width=9
        ),
        Column(w("claims_changed"), [changed(one) for one in rows], "small", width=34),
    )
    excerpt = Excerpt(SHOWN, "robustness/one_at_a_time.csv")
    return Table(columns, w("single_question", year=found.year), excerpt=excerpt).filled()


@sheet("alternatives", place=220, screen="robustness")
def alternatives(run: Computed) -> Sheet | None:
    """Every discrete methodology: its ranks, how close they are to the chosen ones, and which claims hold. On the
    screen, where the options would not fit side by side, those that differ from the chosen ones."""
    found = run.alternatives
    if found is None or len(found.rows) < 2:
        return None
    rows, band, called = found.rows, w("against_chosen"), options_in_words(found)
    columns = [
        Column(
            partial(factor_name, factor),
            [called(factor, row.options[k]) for row in rows],
            "word",
            w("methodology"),
            key=factor,
            width=20,
            on=(SHEET,),
        )
        for k, factor in enumerate(found.factors)
    ]
    columns.append(Column(w("differs_in"), [_differing(found, row, called) for row in rows], on=(SCREEN,)))
    moved = [None if row.refused else _moved(found, row.ranks) for row in rows]
    columns.append(Column(w("spearman"), [row.spearman for row in rows], "ratio", band, brief=w("spearman")))
    columns.append(Column(w("cities_moved"), moved, "whole", band, width=8, brief=w("cities_moved")))
    for i in range(len(found.claims)):
        verdicts: list[Fact] = ["" if row.refused else verdict(row.verdicts[i]) for row in rows]
        signs = ["" if row.refused else Word(f"claims.sign.{row.verdicts[i].name.lower()}") for row in rows]
        columns.append(Column(str(i + 1), verdicts, "word", w("claims_held"), width=10, on=(SHEET, PAGE)))
        columns.append(Column(str(i + 1), signs, "word", key=f"sign_{i + 1}", on=(SCREEN,)))
    for c in by_rank(found.nominal.ranks):
        ranks, year = [float(row.ranks[c]) for row in rows], w("rank_of", year=found.year)
        columns.append(Column(City(found.cities[c]), ranks, "whole", year, width=8, scale="rank", on=(SHEET,)))
    sentences = (sentence_of(claim, run.result.years) for claim in found.claims)
    told = (w("claim_number", n=i, claim=claim) for i, claim in enumerate(sentences, 1))
    first = said(w("chosen_first") if rows[0].options == found.nominal.options else "")
    alike = [w("alike_once", n=found.alike)] if found.alike else []
    notes = (w("about_alternatives", n=len(rows)), *alike, *told)
    legend = Row(
        w("sign_is", sign=Word(f"claims.sign.{name}"), verdict=Word(f"claims.verdict.{name}")) for name in SIGNS
    )
    reading = Sentences([Word("screen.least_alike"), w("signs", signs=legend)])
    excerpt = Excerpt(SHOWN, "robustness/alternatives.csv", by="spearman", note=reading)
    table = Table(tuple(columns), notes=first, excerpt=excerpt)
    return Sheet("alternatives", (table,), notes, labels=len(found.factors), filtered=True)


def _differing(found: AlternativesResult, row: Alternative, called: Callable[[str, str], Fact]) -> Fact:
    """The options of a methodology that the chosen one does not have."""
    options = zip(found.factors, row.options, found.nominal.options, strict=True)
    return Clauses(
        w("differs", factor=partial(factor_name, factor), option=called(factor, option))
        for factor, option, chosen in options
        if option != chosen
    ) or w("as_chosen")


def _moved(found: AlternativesResult, ranks: NDArray[np.float64]) -> int:
    """How many cities have a different rank than under the chosen methodology."""
    return int(np.nansum(np.abs(ranks - found.nominal.ranks) > 0))


# -- for programs


@file("robustness/sensitivity")
def sensitivity_file(run: Computed) -> Rows:
    """Each output and factor: first-order and total index with intervals, as estimated, not clipped."""
    found = run.sensitivity
    if found is None:
        return
    outputs: list[tuple[str, Fact]] = [("rank_shift", w("mean_rank_shift"))]
    outputs += [("rank", City(city)) for city in found.cities]
    outputs += [("claim", sentence_of(claim, run.result.years)) for claim in found.claims]
    spoken = voices(run.result)
    for row, (kind, name) in enumerate(outputs):
        for k, factor in enumerate(found.factors):
            yield {
                "output": kind,
                **{f"name_{voice.lang}": voice.told(name) for voice in spoken},
                "year": None if kind == "claim" else found.year,
                "factor": factor,
                "first": found.first[row, k],
                "first_low": found.first_interval[row, k, 0],
                "first_high": found.first_interval[row, k, 1],
                "total": found.total[row, k],
                "total_low": found.total_interval[row, k, 0],
                "total_high": found.total_interval[row, k, 1],
                "variance": found.variance[row],
                "defined": found.defined[row],
            }


@file("robustness/one_at_a_time")
def each_alone_file(run: Computed) -> Rows:
    """Each option by itself, all else as chosen: who moves, by how much, which claims get another verdict."""
    found = run.alternatives
    spoken = voices(run.result)
    for one in found.single if found is not None else ():
        assert found is not None
        refused = bool(one.outcome.refused)
        yield {
            "factor": one.factor,
            "option": one.option,
            "moved": None if refused else one.moved,
            "furthest": None if refused else one.furthest,
            "mean_shift": None if refused else one.mean_shift,
            "spearman": one.outcome.spearman,
            "claims_changed": len(one.changed),
            **{f"sentence_{voice.lang}": single_sentence(one, found, run.result.years, voice) for voice in spoken},
        }


@file("robustness/alternatives")
def alternatives_file(run: Computed) -> Rows:
    """Each methodology: its options, rank correlation with the nominal one, each claim, the rank of each city."""
    found = run.alternatives
    if found is None:
        return
    voice, any_refused = voices(run.result)[0], any(row.refused for row in found.rows)
    for row in found.rows:
        ranks = {city: None if np.isnan(r) else int(r) for city, r in zip(found.cities, row.ranks, strict=True)}
        refused = {"refused": "; ".join(voice.problem(problem) for problem in row.refused)}
        yield {
            **dict(zip(found.factors, row.options, strict=True)),
            "spearman": row.spearman,
            **{f"claim_{i}": verdict.name.lower() for i, verdict in enumerate(row.verdicts, 1)},
            **ranks,
            **(refused if any_refused else {}),
        }
