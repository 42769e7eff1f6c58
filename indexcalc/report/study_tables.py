"""The tables of the analyses of robustness made on demand, by the name of their file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from indexcalc.analysis.claims import said
from indexcalc.framework import Framework
from indexcalc.report.bounds_text import change_sentences, pairs
from indexcalc.report.claims_text import claim_sentence
from indexcalc.report.study_text import single_sentence
from indexcalc.robustness.result import AlternativesResult, BoundsResult, SensitivityResult, SmallestChange
from indexcalc.robustness.study import Study
from indexcalc.voice import City, Voice, Word, voices

if TYPE_CHECKING:
    import pandas as pd

PAIRS = 100
"""Cities up to which every pair has a row of its own."""
Rows = Iterator[dict[str, Any]]


def study_tables(study: Study, framework: Framework, years: tuple[int, ...]) -> dict[str, pd.DataFrame]:
    """Tables by name: bounds, bounds_weights, dominance, smallest_changes, sensitivity, one_at_a_time, alternatives;
    those of what was made."""
    import pandas as pd

    found: dict[str, Rows] = {}
    if study.bounds is not None:
        found["bounds"] = _bounds(study.bounds, framework)
        found["bounds_weights"] = _bounds_weights(study.bounds)
        if len(study.bounds.cities) <= PAIRS:
            found["dominance"] = _dominance(study.bounds)
    found["smallest_changes"] = _changes(study.changes, framework, years)
    if study.sensitivity is not None:
        found["sensitivity"] = _sensitivity(study.sensitivity, framework, years)
    if study.alternatives is not None:
        found["one_at_a_time"] = _single(study.alternatives, framework, years)
        found["alternatives"] = _alternatives(study.alternatives)
    frames = {name: _whole(pd.DataFrame(list(rows))) for name, rows in found.items()}
    return {name: frame for name, frame in frames.items() if len(frame)}


def _whole(frame: pd.DataFrame) -> pd.DataFrame:
    """Whole numbers stay whole in a column where some are missing."""
    for name in {"year", "moved", "furthest"} & set(frame.columns):
        frame[name] = frame[name].astype("Int64")
    return frame


def _bounds(bounds: BoundsResult, framework: Framework) -> Rows:
    """Best and worst rank of each city and year; tied: reached only as a tie."""
    for c, t in np.ndindex(bounds.best.shape):
        if not np.isnan(bounds.best[c, t]):
            yield {
                "city": bounds.cities[c],
                "city_en": framework.city_label(bounds.cities[c], "en"),
                "year": bounds.years[t],
                "rank": int(bounds.nominal_rank[c, t]),
                "best": int(bounds.best[c, t]),
                "best_tied": bool(bounds.best_tied[c, t]),
                "worst": int(bounds.worst[c, t]),
                "worst_tied": bool(bounds.worst_tied[c, t]),
            }


def _bounds_weights(bounds: BoundsResult) -> Rows:
    """Effective weights that reach each of these ranks."""
    for c, t in np.ndindex(bounds.best.shape):
        for name in ("best", "worst"):
            rank, weights = getattr(bounds, name)[c, t], getattr(bounds, f"{name}_weights")[c, t]
            if not np.isnan(rank):
                labels = {"city": bounds.cities[c], "year": bounds.years[t], "bound": name, "rank": int(rank)}
                yield {**labels, **dict(zip(bounds.codes, weights.tolist(), strict=True))}


def _dominance(bounds: BoundsResult) -> Rows:
    """Under which weights one city stands above another: all, some, or none."""
    for t, year in enumerate(bounds.years):
        for a, city in enumerate(bounds.cities):
            for b, other in enumerate(bounds.cities):
                if a != b and not np.isnan(bounds.best[[a, b], t]).any():
                    always, ever = bounds.always_above[t, a, b], bounds.ever_above[t, a, b]
                    yield {"year": year, "city": city, "other": other, "above": _under(bool(always), bool(ever))}


def _under(always: bool, ever: bool) -> str:
    return "always" if always else "sometimes" if ever else "never"


def _changes(changes: tuple[SmallestChange, ...], framework: Framework, years: tuple[int, ...]) -> Rows:
    """Each outcome: the least changes, relative and total, the sentence, and the effective weights of the total one."""
    told = {voice.lang: change_sentences(changes, years, voice) for voice in voices(framework)}
    for i, (relative, total) in enumerate(pairs(changes)):
        yield {
            "outcome": total.outcome,
            "claim": "" if total.claim is None else claim_sentence(total.claim, years, Voice(framework=framework)),
            "city": total.city or "",
            "others": " ".join(total.others),
            "year": total.year,
            "possible": None if np.isnan(total.size) else bool(np.isfinite(total.size)),
            "relative": relative.size if np.isfinite(relative.size) else None,
            "total": total.size if np.isfinite(total.size) else None,
            **{f"sentence_{lang}": sentences[i] for lang, sentences in told.items()},
            **{f"weight_{code}": w for code, w in zip(total.codes, total.weights.tolist(), strict=True)},
        }


def _sensitivity(sensitivity: SensitivityResult, framework: Framework, years: tuple[int, ...]) -> Rows:
    """Each output and factor: first-order and total index with intervals, as estimated, not clipped."""
    outputs: list[tuple[str, Any]] = [("rank_shift", Word("study.mean_rank_shift"))]
    outputs += [("rank", City(city)) for city in sensitivity.cities]
    outputs += [("claim", said(claim, years)) for claim in sensitivity.claims]
    spoken = voices(framework)
    for row, (kind, name) in enumerate(outputs):
        for k, factor in enumerate(sensitivity.factors):
            yield {
                "output": kind,
                **{f"name_{voice.lang}": voice.told(name) for voice in spoken},
                "year": None if kind == "claim" else sensitivity.year,
                "factor": factor,
                "first": sensitivity.first[row, k],
                "first_low": sensitivity.first_interval[row, k, 0],
                "first_high": sensitivity.first_interval[row, k, 1],
                "total": sensitivity.total[row, k],
                "total_low": sensitivity.total_interval[row, k, 0],
                "total_high": sensitivity.total_interval[row, k, 1],
                "variance": sensitivity.variance[row],
            }


def _single(alternatives: AlternativesResult, framework: Framework, years: tuple[int, ...]) -> Rows:
    """Each option by itself, all else as chosen: who moves, by how much, which claims come out another way."""
    for one in alternatives.single:
        refused = bool(one.outcome.refused)
        yield {
            "factor": one.factor,
            "option": one.option,
            "moved": None if refused else one.moved,
            "furthest": None if refused else one.furthest,
            "spearman": one.outcome.spearman,
            "claims_changed": len(one.changed),
            **{
                f"sentence_{voice.lang}": single_sentence(one, alternatives, years, voice)
                for voice in voices(framework)
            },
        }


def _alternatives(alternatives: AlternativesResult) -> Rows:
    """Each methodology: its options, rank correlation with the nominal one, each claim, the rank of each city."""
    for row in alternatives.rows:
        verdicts = {f"claim_{i}": verdict.name.lower() for i, verdict in enumerate(row.verdicts, 1)}
        ranks = {city: None if np.isnan(r) else int(r) for city, r in zip(alternatives.cities, row.ranks, strict=True)}
        refused = {"refused": "; ".join(problem.text("zh") for problem in row.refused)}
        yield {
            **dict(zip(alternatives.factors, row.options, strict=True)),
            "spearman": row.spearman,
            **verdicts,
            **ranks,
            **(refused if any(other.refused for other in alternatives.rows) else {}),
        }
