"""Sheets of the robustness analyses made on demand: proofs over weights, sensitivity, every methodology one by one."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.report.bounds_text import change_sentences, move_text, neighbours, pairs, weight_set_text
from indexcalc.report.claims_text import claim_sentence, verdict_word
from indexcalc.report.robustness_text import factor_name
from indexcalc.report.study_text import option_names
from indexcalc.report.workbook.parts import filled, sentences
from indexcalc.report.workbook.sheets import Block, Column, Page, one_table
from indexcalc.result import IndexResult
from indexcalc.robustness.result import AlternativesResult, BoundsResult, SensitivityResult
from indexcalc.uncertainty import WeightSet
from indexcalc.voice import Voice

if TYPE_CHECKING:
    from indexcalc.robustness.study import Study  # which loads the solvers

Array = NDArray[np.float64]


def study_page(result: IndexResult, study: Study | None, weights: WeightSet | None, voice: Voice) -> Page | None:
    """How far ranks go by weights alone, what would have to change, which choice matters, and each changed alone."""
    if study is None:
        return None
    w = voice.words("sheets")
    blocks = [
        *([_bounds(result, study.bounds, study.year, weights, voice)] if study.bounds is not None else []),
        *([_changes(result, study, voice)] if study.changes else []),
        *([_sensitivity(result, study.sensitivity, voice)] if study.sensitivity is not None else []),
        *([_single(result, study.alternatives, voice)] if study.alternatives and study.alternatives.single else []),
    ]
    if not blocks:
        return None
    notes = tuple(voice.problem(problem) for problem in study.refused)
    return Page(w("study"), w("answers_study"), notes, tuple(blocks), labels=1)


def alternatives_page(result: IndexResult, study: Study | None, voice: Voice) -> Page | None:
    """Every discrete methodology: its ranks, its likeness to the chosen one, and which claims hold."""
    found = study.alternatives if study is not None else None
    if found is None or len(found.rows) < 2:
        return None
    w, rows = voice.words("sheets"), found.rows
    called, order = option_names(found, voice), _by_rank(found.nominal.ranks)
    columns = []
    for k, factor in enumerate(found.factors):
        options = [called[factor, row.options[k]] for row in rows]
        columns.append(Column((w("methodology"), factor_name(factor, voice)), options, "word", 20))
    columns.append(Column((w("against_chosen"), w("spearman")), [row.spearman for row in rows], "ratio"))
    moved = [int(np.nansum(np.abs(row.ranks - found.nominal.ranks) > 0)) for row in rows]
    columns.append(Column((w("against_chosen"), w("cities_moved")), moved, "whole", 8))
    for i in range(len(found.claims)):
        said = ["" if row.refused else verdict_word(row.verdicts[i], voice) for row in rows]
        columns.append(Column((w("claims_held"), str(i + 1)), said, "word", 10))
    for c in order:
        city = voice.city(found.cities[c])
        columns.append(Column((w("rank_of", year=found.year), city), [float(row.ranks[c]) for row in rows], "whole", 8))
    claims = [claim_sentence(claim, result.years, voice) for claim in found.claims]
    told = (w("claim_number", n=i, claim=claim) for i, claim in enumerate(claims, 1))
    return one_table(
        w("alternatives"),
        w("answers_alternatives"),
        sentences(w("about_alternatives", n=len(found.rows)), *told),
        columns,
        heads=("band", "head"),
        labels=len(found.factors),
        scales=((len(columns) - len(order), len(columns) - 1),),
        filtered=True,
    )


def _cities(result: IndexResult, keys: Sequence[str], voice: Voice, heads: int) -> Column:
    return Column((voice.say("sheets.city"),) * heads, [voice.city(key) for key in keys], width=24)


def _bounds(result: IndexResult, found: BoundsResult, year: int, weights: WeightSet | None, voice: Voice) -> Block:
    """Best and worst rank under any weights of the set; whether only as a tie; how many cities never pass it."""
    w, t = voice.words("sheets"), found.years.index(year)
    at = [c for c in _by_rank(found.nominal_rank[:, t]) if not np.isnan(found.best[c, t])]
    only = {True: w("only_tied"), False: ""}
    band = w("any_weights")
    columns = [
        _cities(result, [found.cities[c] for c in at], voice, 2),
        Column((w("rank_of", year=year),) * 2, found.nominal_rank[at, t].tolist(), "place"),
        Column((band, w("best_rank")), found.best[at, t].tolist(), "place", 9),
        Column((band, w("worst_rank")), found.worst[at, t].tolist(), "place", 9),
        Column((band, w("best_tied")), [only[bool(x)] for x in found.best_tied[at, t]], "word", 10),
        Column((band, w("worst_tied")), [only[bool(x)] for x in found.worst_tied[at, t]], "word", 10),
        Column((band, w("always_above")), found.always_above[t, at].sum(axis=1).tolist(), "whole", 10),
        Column((band, w("always_below")), found.always_above[t][:, at].sum(axis=0).tolist(), "whole", 10),
    ]
    set_of = found.weight_set if weights is None else weight_set_text(weights, voice)
    fixed = voice.comma(voice.node(code) for code in found.fixed)
    notes = sentences(w("about_bounds", weights=set_of), w("bounds_fixed", names=fixed) if fixed else "")
    return Block(filled(columns), ("band", "head"), w("bounds_question", year=year), notes)


def _changes(result: IndexResult, study: Study, voice: Voice) -> Block:
    """The smallest change of weights under which the next city overtakes; in sentences, that of each claim.

    What is safe is rounded down, what is enough is rounded up, so that both stay true as printed.
    """
    w = voice.words("sheets")
    ranks = result.rank()[:, result.years.index(study.year)]
    ranking = [result.cities[c] for c in _by_rank(ranks)]
    near = list(pairs(neighbours([one for one in study.changes if one.claim is None], ranking)))
    near.sort(key=lambda pair: ranking.index(str(pair[0].city)))
    never = [bool(np.isinf(total.size)) for _, total in near]
    safe = [w("never") if x else floor(1e3 * min(one.size, 1.0)) / 1e3 for (one, _), x in zip(near, never, strict=True)]
    moved = [None if x else ceil(1e4 * total.size / 2) / 1e4 for (_, total), x in zip(near, never, strict=True)]
    moves = ["" if x else move_text(total, voice) for (_, total), x in zip(near, never, strict=True)]
    columns = (
        _cities(result, [str(total.city) for _, total in near], voice, 1),
        Column((w("overtaken_by"),), [voice.city(total.others[0]) for _, total in near], "word", 14),
        Column((w("safe_within"),), safe, "part", 12),
        Column((w("weight_moved"),), moved, "share", 12),
        Column((w("moved_from_to"),), moves, "small", 34),
    )
    told = change_sentences([one for one in study.changes if one.claim is not None], result.years, voice)
    return Block(columns, question=w("changes_question", year=study.year), notes=(w("about_smallest"), *told))


def _sensitivity(result: IndexResult, found: SensitivityResult, voice: Voice) -> Block:
    """Sobol' indices of the mean rank shift, the choices that matter most first; total indices of each rank beside."""
    w = voice.words("sheets")
    order = np.argsort(-np.nan_to_num(found.total[0]), kind="stable").tolist()
    names = [factor_name(found.factors[k], voice) for k in order]
    ends = {"first": (found.first, found.first_interval), "total": (found.total, found.total_interval)}
    columns = [Column((w("factor"),) * 2, names, width=24)]
    for key, (index, interval) in ends.items():
        band = w(f"sobol_{key}")
        columns.append(Column((band, w("estimate")), index[0, order].tolist(), "correlation", 10))
        columns += [
            Column((band, w(end)), _finite(interval[0, order, side]), "correlation", 10)
            for side, end in enumerate(("interval_low", "interval_high"))
        ]
    claims = [found.of_claim(i) for i in range(len(found.claims))]
    columns += [
        Column((w("sobol_claims"), str(i)), found.total[row, order].tolist(), "correlation", 8)
        for i, row in enumerate(claims, 1)
    ]
    facts = {"n": f"{found.evaluations:,}", "level": f"{found.confidence:.0%}"}
    look: dict[str, Any] = {"question": w("sensitivity_question", year=found.year), "scales": ((1, 1), (4, 4))}
    return Block(tuple(columns), ("band", "head"), notes=(w("about_sensitivity", **facts),), **look)


def _single(result: IndexResult, found: AlternativesResult, voice: Voice) -> Block:
    """One choice changed, all else as chosen: how many cities move, and which claims come out otherwise."""
    w, called = voice.words("sheets"), option_names(found, voice)
    rows = sorted(found.single, key=lambda one: (-one.moved, -one.furthest))

    def changed(one: Any) -> str:
        if one.outcome.refused:
            return voice.problem(one.outcome.refused[0])
        said = (
            w(
                "claim_becomes",
                claim=claim_sentence(found.claims[i], result.years, voice),
                after=verdict_word(one.outcome.verdicts[i], voice),
            )
            for i in one.changed
        )
        return w("list_semicolon").join(said)

    columns = (
        Column((w("factor"),), [factor_name(one.factor, voice) for one in rows], width=24),
        Column((w("changed_to"),), [called[one.factor, one.option] for one in rows], "word", 22),
        Column((w("cities_moved"),), [None if one.outcome.refused else one.moved for one in rows], "whole", 9),
        Column((w("furthest_moved"),), [None if one.outcome.refused else one.furthest for one in rows], "whole", 9),
        Column((w("claims_changed"),), [changed(one) for one in rows], "small", 34),
    )
    return Block(filled(columns), question=w("single_question", year=found.year))


def _by_rank(ranks: Array) -> list[int]:
    """Positions of the cities that have a rank, best first."""
    return [int(c) for c in np.argsort(ranks, kind="stable") if not np.isnan(ranks[c])]


def _finite(values: Array) -> list[float]:
    """A rare outcome has intervals without end: they are left empty."""
    found: list[float] = np.where(np.isfinite(values), values, np.nan).tolist()
    return found
