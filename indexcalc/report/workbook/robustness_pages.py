"""Sheets on how sure it all is: the claims with their verdicts, and the ranks over many methodologies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Holding, Verdict
from indexcalc.framework import Framework
from indexcalc.report.claims_text import claim_sentence, verdict_sentence, verdict_word
from indexcalc.report.findings_text import draws_in
from indexcalc.report.robustness_text import factor_name, option_name
from indexcalc.report.workbook.parts import filled, gain_column, last_order, rank_and_city, sentences
from indexcalc.report.workbook.sheets import Block, Column, Page, one_table
from indexcalc.result import IndexResult
from indexcalc.robustness.result import UncertaintyResult
from indexcalc.voice import Voice

Array = NDArray[np.float64]

LOW, HIGH = 0.05, 0.95
"""The interval of ranks that is shown."""
EVIDENCE = 30
"""Figures that are given with the verdict on a claim."""


def claims_page(
    result: IndexResult,
    holdings: Sequence[Holding],
    real: Sequence[Holding],
    uncertainty: UncertaintyResult | None,
    voice: Voice,
) -> Page | None:
    """Each claim with its verdict, the figures that decide, the same in real terms, and how often it holds."""
    if not holdings:
        return None
    w = voice.words("sheets")
    without = {id(holding.claim): holding for holding in real}
    verdicts = [verdict_word(holding.verdict, voice) for holding in holdings]
    colours = {Verdict.HOLDS: "up", Verdict.TIED: "up", Verdict.FAILS: "down"}
    others = [without.get(id(holding.claim)) for holding in holdings]
    columns = [
        Column((w("claim"),), [claim_sentence(h.claim, result.years, voice) for h in holdings], width=34),
        Column((w("verdict"),), verdicts, "word", 11, [colours.get(h.verdict, "") for h in holdings]),
        Column((w("evidence"),), [_evidence(holding, result, voice) for holding in holdings], "small", 40),
        Column(
            (w("in_real_terms"),), ["" if o is None else verdict_word(o.verdict, voice) for o in others], "word", 12
        ),
        Column((w("real_evidence"),), ["" if o is None else _evidence(o, result, voice) for o in others], "small", 40),
    ]
    if uncertainty is not None:
        columns += _claim_shares(holdings, uncertainty, voice)
    about = w("about_claim_shares", draws=draws_in(uncertainty, result.years[-1])) if uncertainty is not None else ""
    return one_table(w("claims"), w("answers_claims"), sentences(w("about_claims"), about), filled(columns))


def _evidence(holding: Holding, result: IndexResult, voice: Voice) -> str:
    """The figures alone, out of the brackets behind the verdict."""
    said = verdict_sentence(holding, voice, limit=EVIDENCE, cities=len(result.cities))
    rest = said.removeprefix(verdict_word(holding.verdict, voice)).strip()
    return rest[1:-1] if rest[:1] in ("（", "(") else rest


def _claim_shares(holdings: Sequence[Holding], uncertainty: UncertaintyResult, voice: Voice) -> list[Column]:
    w, claims = voice.words("sheets"), uncertainty.claims
    at = [claims.index(holding.claim) if holding.claim in claims else None for holding in holdings]
    share = [None if k is None else uncertainty.claim_share(k) for k in at]
    error = [None if k is None else uncertainty.claim_error(k) for k in at]
    undefined = [None if k is None else int(uncertainty.claim_counts[k][Verdict.UNDEFINED]) or None for k in at]
    return [
        Column((w("holds_in"),), share, "part", 11),
        Column((w("draw_error"),), error, "share", 11),
        Column((w("undefined_in"),), undefined, "#,##0", 11),
    ]


def robustness_page(result: IndexResult, uncertainty: UncertaintyResult | None, voice: Voice) -> Page | None:
    """How far ranks spread over the draws, and what the draws are."""
    if uncertainty is None:
        return None
    w = voice.words("sheets")
    blocks = [_intervals(result, uncertainty, voice), _acceptability(result, uncertainty, voice)]
    if len(result.years) > 1:
        blocks.append(_rank_changes(result, uncertainty, voice))
    if uncertainty.factors:
        blocks.append(_design(result.framework, uncertainty, voice))
    notes = _draws(result, uncertainty, voice)
    return Page(w("robustness"), w("answers_robustness"), notes, tuple(blocks), labels=2)


def _draws(result: IndexResult, uncertainty: UncertaintyResult, voice: Voice) -> tuple[str, ...]:
    """How many draws, and which cities cannot be told apart in the last year."""
    w, year = voice.words("sheets"), result.years[-1]
    said = [w("about_draws", draws=draws_in(uncertainty, year), seed=uncertainty.seed)]
    groups = uncertainty.groups(year)
    if len(groups) > 1:
        join = w("list_comma").join
        apart = [join(voice.city(city) for city in group) for group in groups]
        said.append(w("apart", year=year, groups=w("list_semicolon").join(apart)))
    elif len(result.cities) > 1:
        said.append(w("not_apart", year=year))
    return tuple(said)


def _at(result: IndexResult, cities: Sequence[str]) -> tuple[list[int], list[int]]:
    """Cities of a robustness result in the order of the last ranking: positions in the result, and there."""
    order = [c for c in last_order(result) if result.cities[c] in cities]
    return order, [cities.index(result.cities[c]) for c in order]


def _intervals(result: IndexResult, found: UncertaintyResult, voice: Voice) -> Block:
    w, (order, at) = voice.words("sheets"), _at(result, found.cities)
    t = found.years.index(result.years[-1])
    band = w("over_draws")
    columns = [
        *rank_and_city(result, order, voice, 2),
        Column((band, w("median")), found.rank_quantile(0.5)[at, t].tolist(), "place", 8),
        Column((band, w("quantile", level=f"{LOW:.0%}")), found.rank_quantile(LOW)[at, t].tolist(), "whole", 8),
        Column((band, w("quantile", level=f"{HIGH:.0%}")), found.rank_quantile(HIGH)[at, t].tolist(), "whole", 8),
        Column((band, w("mean")), found.rank_mean[at, t].tolist(), "score"),
        Column((band, w("same_rank")), found.nominal_share[at, t].tolist(), "part", 10),
        Column((band, w("within_one")), found.share_within(1)[at, t].tolist(), "part", 10),
    ]
    question = w("interval_question", year=result.years[-1])
    return Block(tuple(columns), ("band", "head"), question, (w("about_intervals"),), scales=((6, 6), (7, 7)))


def _acceptability(result: IndexResult, found: UncertaintyResult, voice: Voice) -> Block:
    w, (order, at) = voice.words("sheets"), _at(result, found.cities)
    shares = found.acceptability[at, found.years.index(result.years[-1])]
    columns = rank_and_city(result, order, voice, 2)
    columns += [
        Column((w("share_with_rank"), r + 1), np.where(shares[:, r] > 0, shares[:, r], np.nan).tolist(), "odds", 7)
        for r in range(shares.shape[1])
    ]
    question = w("acceptability_question", year=result.years[-1])
    return Block(tuple(columns), ("band", "head"), question, scales=((2, len(columns) - 1),))


def _rank_changes(result: IndexResult, found: UncertaintyResult, voice: Voice) -> Block:
    w, (order, at) = voice.words("sheets"), _at(result, found.cities)
    first, last = result.years[0], result.years[-1]
    shares, middle = found.gain_share[at], len(found.cities) - 1
    ends = ((w("median"), 0.5), *((w("quantile", level=f"{q:.0%}"), q) for q in (LOW, HIGH)))
    band = w("over_draws")
    columns = [
        *rank_and_city(result, order, voice, 2),
        gain_column((w("gain_total", first=first),) * 2, result.rank_gain_total()[order, -1].tolist()),
        *(Column((band, title), found.gain_quantile(q)[at].tolist(), "gain", 8) for title, q in ends),
        Column((band, w("rises_in")), shares[:, middle + 1 :].sum(axis=1).tolist(), "part", 10),
        Column((band, w("stays_in")), shares[:, middle].tolist(), "part", 10),
        Column((band, w("falls_in")), shares[:, :middle].sum(axis=1).tolist(), "part", 10),
    ]
    question = w("change_question", first=first, last=last)
    return Block(tuple(columns), ("band", "head"), question, scales=((6, 8),))


def _design(framework: Framework, found: UncertaintyResult, voice: Voice) -> Block:
    """What a draw may choose, and how many draws chose it."""
    w = voice.words("sheets")
    rows = [
        (factor_name(factor.code, voice), option_name(factor.code, option, voice), n)
        for factor in found.factors
        for option, n in zip(factor.options, factor.draws, strict=True)
    ]
    names = [name for name, _, _ in rows]
    columns = (
        Column((w("factor"),), names, "group", merged=True),
        Column((w("option"),), [option for _, option, _ in rows], width=20),
        Column((w("draws"),), [n for _, _, n in rows], "#,##0", 10),
        Column((w("draw_share"),), [n / found.draws for _, _, n in rows], "part"),
    )
    starts = frozenset(r for r in range(1, len(rows)) if names[r] != names[r - 1])
    return Block(columns, question=w("design_question"), starts=starts)
