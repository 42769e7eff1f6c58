"""How far ranks move by weights alone, and what would have to change; which choice matters, and each changed alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import ceil, floor
from typing import Any

import numpy as np

from indexcalc.analysis.claims import said as sentence_of
from indexcalc.computed import Computed, attempt
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import by_rank, label, said, w
from indexcalc.report.tables.sensitivity import each_alone, moved_by, sensitivity
from indexcalc.report.tables.table import Column, Fact, Sheet, Table
from indexcalc.report.text.bounds import change_sentences, move_text, neighbours, pairs, weight_set_text
from indexcalc.robustness.result import BoundsResult
from indexcalc.voice import City, Node, Row, Voice, Word, voices

PAIRS = 100
"""Cities up to which every pair has a row of its own."""
Rows = Iterator[dict[str, Any]]


@sheet("study", place=210, screen="robustness")
def study(run: Computed) -> Sheet | None:
    """The robustness analyses made on demand, and what every run proves."""
    if run.study is None:
        return None
    made = (attempt(make, run) for make in (bounds, smallest_changes, sensitivity, moved_by, each_alone))
    return Sheet("study", tuple(table for table in made if table is not None), run.study.refused, labels=1)


def bounds(run: Computed) -> Table | None:
    """Best and worst rank under any weights of the set, the limits too where some were not proven; whether only as a
    tie; how many cities never pass it."""
    found = run.bounds
    if run.study is None or found is None:
        return None
    year, t = run.study.year, found.years.index(run.study.year)
    at = [c for c in by_rank(found.nominal_rank[:, t]) if not np.isnan(found.best[c, t])]
    band = w("any_weights")

    def tied(flags: np.ndarray) -> list[Fact]:
        return [w("only_tied") if flag else "" for flag in flags[at, t].tolist()]

    def limit(key: str, ranks: np.ndarray) -> list[Column]:
        if not found.unsettled[:, t].any():
            return []
        return [Column(w(key), ranks[at, t].tolist(), "place", band, width=10, brief=w(key))]

    columns = (
        Column(w("city"), [City(found.cities[c]) for c in at], width=24),
        Column(w("rank_of", year=year), found.nominal_rank[at, t].tolist(), "place", key="rank"),
        *limit("best_limit", found.best_limit),
        Column(w("best_rank"), found.best[at, t].tolist(), "place", band, width=9, brief=w("best_rank")),
        Column(w("worst_rank"), found.worst[at, t].tolist(), "place", band, width=9, brief=w("worst_rank")),
        *limit("worst_limit", found.worst_limit),
        Column(w("best_tied"), tied(found.best_tied), "word", band, width=10, brief=w("best_tied")),
        Column(w("worst_tied"), tied(found.worst_tied), "word", band, width=10, brief=w("worst_tied")),
        *(
            Column(w(key), count.tolist(), "whole", band, width=10, brief=w(key))
            for key, count in (
                ("always_above", found.always_above[t, at].sum(axis=1)),
                ("always_below", found.always_above[t][:, at].sum(axis=0)),
            )
        ),
    )
    told_apart = Word("page.range_or_limits") if run.drawn is not None else ""
    about = "about_bounds_enclosed" if found.unsettled[:, t].any() else "about_bounds"
    notes = *said(w(about, weights=weight_set(run)), told_apart, *unvaried(found)), *found.because
    return Table(columns, w("bounds_question", year=year), notes).filled()


def unvaried(found: BoundsResult) -> tuple[Word, ...]:
    """Which weights stay as chosen although others move; nothing where all of them move."""
    return (w("bounds_fixed", names=Row(map(Node, found.fixed))),) if found.fixed else ()


def weight_set(run: Computed) -> Fact:
    """The set of weights over which ranks are bounded, in words."""
    options = run.specification.uncertainty
    assert run.study is not None and run.study.bounds is not None
    if options is None or options.weights is None:
        return run.study.bounds.weight_set
    return partial(weight_set_text, options.weights)


def smallest_changes(run: Computed) -> Table | None:
    """The smallest change of weights under which the next city overtakes; in sentences, that of each claim.

    A change that is safe is rounded down, one that is enough is rounded up, so that both stay true as printed.
    """
    study = run.study
    if study is None or not study.changes:
        return None
    ranks = run.result.rank()[:, run.result.years.index(study.year)]
    ranking = [run.result.cities[c] for c in by_rank(ranks)]
    near = list(pairs(neighbours([one for one in study.changes if one.claim is None], ranking)))
    near.sort(key=lambda pair: ranking.index(str(pair[0].city)))
    never = [bool(np.isinf(total.size)) for _, total in near]
    safe = [
        w("any_change") if x else floor(1e3 * min(one.size, 1.0)) / 1e3 for (one, _), x in zip(near, never, strict=True)
    ]
    moved = [None if x else ceil(1e4 * total.size / 2) / 1e4 for (_, total), x in zip(near, never, strict=True)]
    moves = ["" if x else partial(move_text, total) for (_, total), x in zip(near, never, strict=True)]
    columns = (
        Column(w("city"), [City(str(total.city)) for _, total in near], width=24),
        Column(w("overtaken_by"), [City(total.others[0]) for _, total in near], "word", width=14),
        Column(w("safe_within"), safe, "part", width=12),
        Column(w("weight_moved"), moved, "share", width=12),
        Column(w("moved_from_to"), moves, "small", width=34),
    )
    of_claims = [one for one in study.changes if one.claim is not None]

    def sentence(voice: Voice, i: int) -> str:
        return change_sentences(of_claims, run.result.years, voice)[i]

    notes = (w("about_smallest"), *(partial(sentence, i=i) for i in range(len(of_claims) // 2)))
    return Table(columns, w("changes_question", year=study.year), notes)


# -- for programs


@file("robustness/bounds", "rank")
def bounds_file(run: Computed) -> Rows:
    """Best and worst rank of each city and year; tied: reached only as a tie; limit: no weights lead beyond, the rank
    itself where that is proven."""
    found = run.bounds
    if found is None:
        return
    for c, t in np.ndindex(found.best.shape):
        if not np.isnan(found.best[c, t]):
            yield {
                **label(found.cities[c], run.result.framework),
                "year": found.years[t],
                "rank": int(found.nominal_rank[c, t]),
                "best": int(found.best[c, t]),
                "best_tied": bool(found.best_tied[c, t]),
                "worst": int(found.worst[c, t]),
                "worst_tied": bool(found.worst_tied[c, t]),
                "best_limit": int(found.best_limit[c, t]),
                "worst_limit": int(found.worst_limit[c, t]),
            }


@file("robustness/bounds", "weights")
def bounds_weights_file(run: Computed) -> Rows:
    """Effective weights that reach each of these ranks."""
    found = run.bounds
    if found is None:
        return
    for c, t in np.ndindex(found.best.shape):
        for name in ("best", "worst"):
            rank, weights = getattr(found, name)[c, t], getattr(found, f"{name}_weights")[c, t]
            if not np.isnan(rank):
                labels = {"city": found.cities[c], "year": found.years[t], "bound": name, "rank": int(rank)}
                yield {**labels, **dict(zip(found.codes, weights.tolist(), strict=True))}


@file("robustness/pairs", "weights")
def dominance_file(run: Computed) -> Rows:
    """Whether one city ranks above another under all weights, some, or none."""
    found = run.bounds
    if found is None or len(found.cities) > PAIRS:
        return
    for t, year in enumerate(found.years):
        for a, city in enumerate(found.cities):
            for b, other in enumerate(found.cities):
                if a != b and not np.isnan(found.best[[a, b], t]).any():
                    always, ever = found.always_above[t, a, b], found.ever_above[t, a, b]
                    above = "always" if always else "sometimes" if ever else "never"
                    yield {"year": year, "city": city, "other": other, "above": above}


@file("robustness/smallest_changes")
def smallest_changes_file(run: Computed) -> Rows:
    """Each outcome: the least changes, relative and total, the sentence, and the effective weights of the total one."""
    changes, years = () if run.study is None else run.study.changes, run.result.years
    spoken = voices(run.result)
    told = {voice.lang: change_sentences(changes, years, voice) for voice in spoken}
    for i, (relative, total) in enumerate(pairs(changes)):
        yield {
            "outcome": total.outcome,
            "claim": "" if total.claim is None else spoken[0].told(sentence_of(total.claim, years)),
            "city": total.city or "",
            "others": " ".join(total.others),
            "year": total.year,
            "possible": None if np.isnan(total.size) else bool(np.isfinite(total.size)),
            "relative": relative.size if np.isfinite(relative.size) else None,
            "total": total.size if np.isfinite(total.size) else None,
            **{f"sentence_{lang}": sentences[i] for lang, sentences in told.items()},
            **{f"weight_{code}": w for code, w in zip(total.codes, total.weights.tolist(), strict=True)},
        }
