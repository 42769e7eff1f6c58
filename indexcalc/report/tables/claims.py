"""The claims: their verdicts, the figures that decide, and the share of the draws in which each holds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from indexcalc.analysis.claims import Holding, Verdict
from indexcalc.analysis.claims import said as sentence_of
from indexcalc.computed import Computed
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import said, w
from indexcalc.report.tables.table import Column, Sheet, Table
from indexcalc.report.text.claims import carried_sentence, evidence_sentence, verdict_sentence
from indexcalc.report.text.findings import draws_in
from indexcalc.report.text.robustness import MATTERS
from indexcalc.voice import Word, voices

EVIDENCE, ALL = 30, 1000
"""Figures that are given with the verdict on a claim: to people, and to programs."""
COLOURS = {Verdict.HOLDS: "up", Verdict.TIED: "up", Verdict.FAILS: "down"}


def verdict(found: Verdict) -> Word:
    """The verdict on a claim, in a word."""
    return Word(f"claims.verdict.{found.name.lower()}")


def claims(run: Computed) -> Table | None:
    """Each claim with its verdict, the figures that decide, the same in real terms, and how often it holds."""
    holdings, n = run.holdings, len(run.result.cities)
    if not holdings:
        return None
    without = {id(holding.claim): holding for holding in run.real}
    others = [without.get(id(holding.claim)) for holding in holdings]

    def evidence(holding: Holding | None) -> Any:
        return "" if holding is None else partial(evidence_sentence, holding, limit=EVIDENCE, cities=n)

    return Table(
        (
            Column(w("claim"), [sentence_of(one.claim, run.result.years) for one in holdings], width=34),
            Column(
                w("verdict"),
                [verdict(one.verdict) for one in holdings],
                "word",
                width=11,
                marks=[COLOURS.get(one.verdict, "") for one in holdings],
            ),
            Column(w("evidence"), [evidence(one) for one in holdings], "small", width=40),
            Column(
                w("in_real_terms"), ["" if one is None else verdict(one.verdict) for one in others], "word", width=12
            ),
            Column(w("real_evidence"), [evidence(one) for one in others], "small", width=40),
            *_carried(run),
            *_shares(run),
        )
    ).filled()


def _carried(run: Computed) -> list[Column]:
    """How much of the first and the last year of each claim is carried, by city, and the verdict without; no columns
    where nothing is."""
    if not any((one.carried > 0).any() for one in run.ends):
        return []
    told = [partial(carried_sentence, one, run.result) for one in run.ends]
    return [
        Column(w("carried_ends"), told, "small", width=40),
        Column(w("without_carried"), [verdict(one.without) for one in run.ends], "word", width=12),
    ]


def _shares(run: Computed) -> list[Column]:
    """The share of the draws in which each claim holds, without and with a tie, its Monte Carlo error where that
    matters, and how many draws cannot judge it."""
    found = run.uncertainty
    if found is None:
        return []
    at = [found.claims.index(one.claim) if one.claim in found.claims else None for one in run.holdings]
    undefined = [None if k is None else int(found.claim_counts[k][Verdict.UNDEFINED]) or None for k in at]
    errors = [None if k is None or not (error := found.claim_error(k)) > MATTERS else error for k in at]
    return [
        Column(w("holds_in"), [None if k is None else found.claim_parts(k)[0] for k in at], "part", width=11),
        Column(w("tied_in"), [None if k is None else found.claim_parts(k)[1] or None for k in at], "part", width=11),
        Column(w("draw_error"), errors, "share", width=11),
        Column(w("undefined_in"), undefined, "count", width=11),
    ]


@sheet("claims", place=50)
def claims_sheet(run: Computed) -> Sheet | None:
    """The claims, and how to read them."""
    table, found = claims(run), run.uncertainty
    if table is None:
        return None
    about = "" if found is None else w("about_claim_shares", draws=draws_in(found, run.year))
    carried = w("about_carried") if _carried(run) else ""
    return Sheet("claims", (table,), said(w("about_claims"), carried, about))


@file("analysis/claims")
def claims_file(run: Computed) -> Iterator[dict[str, Any]]:
    """Each claim with its verdict, the figures that decide, in every language, and how many draws give each verdict."""
    spoken, n = voices(run.result), len(run.result.cities)
    for i, one in enumerate(run.holdings):
        claim = sentence_of(one.claim, run.result.years)
        yield {
            "kind": one.claim.kind,
            "verdict": one.verdict.name.lower(),
            **{f"claim_{voice.lang}": voice.told(claim) for voice in spoken},
            **{f"evidence_{voice.lang}": verdict_sentence(one, voice, limit=ALL, cities=n) for voice in spoken},
            **_in_draws(run, i),
        }


def _in_draws(run: Computed, i: int) -> dict[str, Any]:
    """How many draws give each verdict on a claim; nothing where there were none."""
    found = run.uncertainty
    if found is None:
        return {}
    counts = found.claim_counts[i]
    return {
        "draws": int(counts.sum()),
        "defined": int(counts.sum() - counts[Verdict.UNDEFINED]),
        **{verdict.name.lower(): int(counts[verdict]) for verdict in (Verdict.HOLDS, Verdict.TIED, Verdict.FAILS)},
        "share": found.claim_share(i),
        "share_tied": found.claim_parts(i)[1],
        "error": found.claim_error(i),
    }


@file("analysis/claim_ends")
def claim_ends_file(run: Computed) -> Iterator[dict[str, Any]]:
    """Of each claim, by city, the share of its first and last year that is carried, and the verdict without that."""
    spoken, years = voices(run.result), run.result.years
    for one in run.ends:
        claim = sentence_of(one.claim, years)
        for c, city in enumerate(run.result.cities):
            yield {
                "kind": one.claim.kind,
                **{f"claim_{voice.lang}": voice.told(claim) for voice in spoken},
                "city": city,
                "first_year": years[one.years[0]],
                "last_year": years[one.years[1]],
                "carried_first": float(one.carried[c, 0]),
                "carried_last": float(one.carried[c, 1]),
                "verdict": one.verdict.name.lower(),
                "verdict_without": one.without.name.lower(),
            }
