"""What the page shows, section by section, in every language: sentences and tables, from the run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from indexcalc.analysis.lenses import LensResult
from indexcalc.computed import Computed, attempt
from indexcalc.report.charts.notes import steps
from indexcalc.report.charts.subject import cities_of
from indexcalc.report.numbers import decimals_of, signed, whole
from indexcalc.report.page import figures, methods, robustness
from indexcalc.report.page.bilingual import (
    Both,
    both,
    city_name,
    each,
    named,
    node_name,
    sentences_in_all,
    told,
)
from indexcalc.report.page.layout import html_table
from indexcalc.report.page.payload import COLOURS, MOST_DRAWN, distinct_lenses
from indexcalc.report.picked import pick_out
from indexcalc.report.tables import sections as answers
from indexcalc.report.tables.framework import coverage, has_grades, series, tree
from indexcalc.report.tables.integration import by_degree
from indexcalc.report.tables.lenses import groups, lens_name
from indexcalc.report.tables.rankings import ranking
from indexcalc.report.tables.table import KINDS, MISSING, PAGE, Sheet, ranked_on, score_kind
from indexcalc.report.text.claims import claim_sentence, evidence_sentence, verdict_sentence, verdict_word
from indexcalc.report.text.findings import city_coverage, coverage_sentences, draws_in, headline, lens_sentence
from indexcalc.report.text.findings import findings as findings_of
from indexcalc.report.text.robustness import claim_share
from indexcalc.spec.hierarchy import parents
from indexcalc.voice import Word, voices

MOST_CARDS = MOST_DRAWN
"""Cities that get a card each; if there are more, the page names the command."""
NAMED = 3
"""Indicators that a card names on each side, and cities that a table names as the first."""


def content(run: Computed, given: Mapping[str, Any], files: Sequence[str]) -> dict[str, Any]:
    """Everything the template uses. given: what the script is given, which shows what it can recompute."""
    result, framework, found = run.result, run.result.framework, run.drawn
    shown = distinct_lenses(run)
    return {
        "title": both(run, "title", index=framework.name),
        "name": named(framework.name),
        "note": None if framework.note is None else named(framework.note),
        "period": _period(run),
        "headline": each(run, lambda voice: headline(run, voice) + voice.mark("stop").strip()),
        "robustness_line": both(run, "not_tested") if found is None else None,
        "sentences": _sentences(run, FIRST),
        "more_sentences": _sentences(run, MORE),
        "method_line": each(
            run, lambda voice: voice.say("page.method_line", steps=voice.semicolon(steps(result, voice)))
        ),
        "contents": _contents(run),
        "answers": [_answer(run, key, shown) for key, shown in answers(run).items()],
        "years": list(result.years),
        "worst_first": result.methodology.rank_on.worst_first,
        "first": run.first,
        "last": run.last,
        "findings": findings(run),
        "draws": f"{found.draws:,}" if found else None,
        "ranked": draws_in(found, run.year) if found else None,
        "seed": found.seed if found else None,
        "intervals": found is not None,
        "ranking": html_table(ranking(run), run),
        "dots": _dots(run),
        "order": run.order,
        "colours_in_words": each(run, lambda voice: cities_of(run, result.cities, voice).in_words(voice)),
        "why": given["model"]["why"],
        "whole": given["model"]["whole"],
        "geometric": given["model"]["geometric"],
        "entropy": given["entropy"] is not None,
        "has_parts": len(result.nodes[0].children) > 1,
        "additive": parents(result.nodes)[0].aggregated_by == "arithmetic",
        "lenses": [_lens(run, one) for one in shown],
        "integration": None if attempt(lambda own: own.integration, run) is None else html_table(by_degree(run), run),
        "cards": _cards(run),
        "many_cities": len(result.cities) > MOST_CARDS,
        "most": MOST_DRAWN if len(result.cities) > MOST_DRAWN else None,
        "factors": robustness.factors(run),
        "heat": robustness.heat(run),
        "tiers": robustness.tiers(run),
        "bounds": robustness.bounds(run),
        "changes": robustness.changes(run),
        "steps": methods.steps_in_use(run),
        "indicators": _indicators(run),
        "coverage": _coverage(run) if framework.coverage else None,
        "data_lines": sentences_in_all(run, partial(coverage_sentences, run)),
        "series": html_table(series(run).filled(), run),
        "graded": has_grades(run),
        "files": figures.files(run, files),
    }


# --- the opening ------------------------------------------------------------------------------------------------------


def _period(run: Computed) -> Both:
    result = run.result
    facts = {"n": len(result.cities), "first": result.years[0], "last": result.years[-1]}
    return both(run, "period" if len(result.years) > 1 else "period_one", **facts)


FIRST = ("caution", "joint", "moved", "level", "prices")
MORE = ("lens", "integration", "convergence", "yardstick", "structure")
"""Kinds of sentences that no other section has: in sight (FIRST), and folded away; the framework's note is at the
foot."""


def _sentences(run: Computed, kinds: Sequence[str] = FIRST + MORE) -> list[Both]:
    """What was found besides the claims and the ranking, which have sections of their own."""
    kept = [k for k, one in enumerate(findings_of(run, voices(run.result)[0])) if one.kind in kinds]
    return [sentence for k, sentence in enumerate(sentences_in_all(run, partial(findings_of, run))) if k in kept]


def _contents(run: Computed) -> list[tuple[str, Both]]:
    there = {
        "findings": bool(run.holdings or _sentences(run)),
        "dimensions": len(run.result.nodes[0].children) > 1,
        "stages": bool(distinct_lenses(run)),
        "integration": attempt(lambda own: own.integration, run) is not None,
    }
    sections = ("findings", "ranking", "weights", "dimensions", "stages", "integration", "cities")
    found = [(one, both(run, f"nav_{one}")) for one in sections if there.get(one, True)]
    found += [(key, told(run, Word(f"sheets.{key}"))) for key in answers(run)]
    return [*found, *((one, both(run, f"nav_{one}")) for one in ("robustness", "methodology", "data"))]


# --- findings, ranking ------------------------------------------------------------------------------------------------


def findings(run: Computed) -> list[dict[str, Any]]:
    """Each claim: the sentence, the verdict with its evidence, that in real terms, and its share of the draws."""
    years, n, found = run.result.years, len(run.result.cities), run.drawn
    real = {id(holding.claim): holding for holding in run.real}
    rows = []
    for k, holding in enumerate(run.holdings):
        other = real.get(id(holding.claim))
        rows.append(
            {
                "text": each(run, partial(claim_sentence, holding.claim, years)),
                "verdict": int(holding.verdict),
                "word": each(run, partial(verdict_word, holding.verdict)),
                "evidence": each(run, partial(evidence_sentence, holding, cities=n)),
                "real": None if other is None else each(run, partial(verdict_sentence, other, cities=n)),
                "carried": each(run, partial(verdict_word, run.ends[k].without)) if run.ends[k].could_decide else None,
                "share": None if found is None else np.nan_to_num(found.claim_parts(k)[0]),
                "share_text": None if found is None else each(run, partial(claim_share, found, k)),
            }
        )
    return rows


def _dots(run: Computed) -> list[str]:
    """The colour of each city of the ranking, by its number in the style sheet."""
    colours = pick_out(run, run.result.cities).colours
    return [str(COLOURS.index(colours[c])) if colours[c] in COLOURS else "x" for c in run.order]


# --- sheets that have a section of their own --------------------------------------------------------------------------


def _answer(run: Computed, key: str, shown: Sheet) -> dict[str, Any]:
    """A sheet of the workbook as a section: its name, what it answers, its tables and their notes."""
    tables = [table for table in shown.tables if table.on(PAGE).columns]
    return {
        "key": key,
        "name": told(run, Word(f"sheets.{key}")),
        "about": [told(run, note) for note in shown.notes],
        "tables": [
            {
                "question": told(run, table.question) if table.question else None,
                "notes": [told(run, note) for note in table.notes],
                "rows": html_table(table, run),
            }
            for table in tables
        ],
    }


# --- lenses, integration, cities --------------------------------------------------------------------------------------


def _lens(run: Computed, found: LensResult) -> dict[str, Any]:
    summary = each(run, partial(lens_sentence, found, lens_name(run, found.code)))
    declared = run.result.framework.lenses.get(found.code)
    note = None if declared is None else declared.note
    return {
        "name": told(run, lens_name(run, found.code)),
        "table": html_table(groups(run, found), run),
        "summary": summary if any(summary.values()) else None,
        "note": None if note is None else each(run, lambda voice: voice.name(note)),
        "is_index": found.is_index,
    }


def _indicators(run: Computed) -> dict[str, Any]:
    """The framework as a table, in which dimensions stand out from indicators."""
    table = tree(run)
    return html_table(table, run, row_class=["head" if r in table.strong else "of" for r in range(table.rows)])


def _coverage(run: Computed) -> dict[str, Any]:
    """Which parts of the theory are covered; those that are not stand out."""
    table = coverage(run)
    found = table.column("stand_in").values
    return html_table(table.filled(), run, row_class=["" if by else "uncovered" for by in found])


def _cards(run: Computed) -> list[dict[str, Any]]:
    """One card per city, in the order of the ranking."""
    result = run.result
    if len(result.cities) > MOST_CARDS:
        return []
    coverage = {voice.lang: city_coverage(run, voice) for voice in voices(result)}
    kind = score_kind(result.score(), ranked_on(result))
    cards = []
    for c in run.order:
        ranks, score = result.rank()[c], result.score()[c, run.last]
        cards.append(
            {
                "name": city_name(run, c),
                "rank": whole(ranks[run.last]),
                "score": MISSING if np.isnan(score) else KINDS[kind].text(score),
                "path": [{"year": year, "rank": whole(ranks[t])} for t, year in enumerate(result.years)]
                if len(result.years) > 1
                else [],
                "lists": list(_parts_of(run, c)),
                "coverage": {lang: said[c] for lang, said in coverage.items()},
            }
        )
    return cards


def _parts_of(run: Computed, c: int) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """Strengths, weaknesses, what raised and lowered the score: indicators with their parts, in points."""
    leaves = [k for k, node in enumerate(run.result.nodes) if node.is_indicator]
    against_mean = attempt(lambda own: own.contributions[:, own.last], run)
    change = attempt(lambda own: own.change_contributions, run) if run.first != run.last else None
    for parts, up, down in (
        (against_mean, "strengths", "weaknesses"),
        (change, "drivers_up", "drivers_down"),
    ):
        if parts is None:
            continue
        decimals = decimals_of(parts[:, leaves])
        own = np.round(np.nan_to_num(parts[c, leaves]), decimals)
        order = np.argsort(-own, kind="stable")
        for term, chosen, sign in ((up, order[:NAMED], 1), (down, order[::-1][:NAMED], -1)):
            entries = [
                {
                    "name": node_name(run, run.result.nodes[leaves[k]].code),
                    "value": signed(own[k], decimals),
                }
                for k in chosen.tolist()
                if sign * own[k] > 0
            ]
            if entries:
                yield term, entries
