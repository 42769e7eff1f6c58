"""What stands on the page, section by section, in both languages: sentences and tables, read off the material."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np

from indexcalc.analysis.claims import Holding
from indexcalc.analysis.lenses import UNTAGGED, LensResult
from indexcalc.report.charts.notes import steps
from indexcalc.report.claims_text import claim_sentence, evidence_sentence, verdict_sentence, verdict_word
from indexcalc.report.findings_text import Sentence, city_coverage, coverage_sentences, draws_in, headline
from indexcalc.report.findings_text import findings as findings_of
from indexcalc.report.numbers import decimals_of, number, percent, signed
from indexcalc.report.page import figures, methods, robustness
from indexcalc.report.page.bilingual import MISSING, Both, both, city_name, each, joined, named, node_name, whole
from indexcalc.report.page.bilingual import told as told_in_both
from indexcalc.report.page.material import Material
from indexcalc.report.page.payload import COLOURS, MOST_DRAWN
from indexcalc.report.provenance import declared_of, trust_of
from indexcalc.report.robustness_text import claim_share, rank_interval
from indexcalc.voice import Voice, languages

MOST_CARDS = MOST_DRAWN
"""Cities that get a card each; of more, the page names the command."""
NAMED = 3
"""Indicators that a card names on each side, cities that a table names as first."""


def content(material: Material, model: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the template asks for. model: the payload's, which says what the script can recompute."""
    result, framework = material.result, material.framework
    uncertainty = material.drawn
    return {
        "title": both("title", index=named(framework.name)),
        "name": named(framework.name),
        "note": None if framework.note is None else named(framework.note),
        "period": _period(material),
        "headline": _headline(material),
        "robustness_line": both("not_tested") if uncertainty is None else None,
        "sentences": _sentences(material),
        "method_line": each(
            material,
            lambda voice: voice.say("page.method_line", steps=voice.semicolon(steps(result, voice))),
        ),
        "contents": _contents(material),
        "years": list(result.years),
        "first": material.first,
        "last": material.last,
        "findings": findings(material),
        "draws": f"{uncertainty.draws:,}" if uncertainty else None,
        "ranked": draws_in(uncertainty, result.years[material.last]) if uncertainty else None,
        "seed": uncertainty.seed if uncertainty else None,
        "intervals": uncertainty is not None,
        "rows": ranking_rows(material),
        "colours_in_words": each(material, lambda voice: material.picked(voice).in_words(voice)),
        "why": model["why"],
        "whole": model["whole"],
        "geometric": model["geometric"],
        "entropy": model["entropy"] is not None,
        "has_parts": len(result.nodes[0].children) > 1,
        "additive": _is_mean(material, "arithmetic"),
        "lenses": [_lens(material, one) for one in material.lenses],
        "integration": _integration(material),
        "cards": _cards(material),
        "many_cities": len(result.cities) > MOST_CARDS,
        "most": MOST_DRAWN if len(result.cities) > MOST_DRAWN else None,
        "factors": robustness.factors(material),
        "heat": robustness.heat(material),
        "tiers": robustness.tiers(material),
        "bounds": robustness.bounds(material),
        "changes": robustness.changes(material),
        "steps": methods.steps_in_use(material),
        "indicators": methods.indicators(material),
        "coverage": methods.coverage(material),
        "data_lines": told_in_both(material, partial(coverage_sentences, result)),
        "series": figures.series(material),
        "graded": any(trust_of(declared_of(framework), code) for code in result.normalised.codes),
        "files": figures.files(material.files),
    }


# --- the opening ------------------------------------------------------------------------------------------------------


def _period(material: Material) -> Both:
    result = material.result
    facts = {"n": len(result.cities), "first": result.years[0], "last": result.years[-1]}
    return both("period" if len(result.years) > 1 else "period_one", **facts)


def _headline(material: Material) -> Both:
    return each(material, lambda voice: headline(material.result, voice, material.drawn) + voice.mark("stop").strip())


TOLD_ELSEWHERE = ("note", "top", "claim")


def _sentences(material: Material) -> list[Both]:
    """What was found beside the claims and the ranking, which stand for themselves."""
    yardsticks = material.specification.yardsticks

    def told(voice: Voice) -> list[Sentence]:
        names = {code: voice.name(one.name) for code, one in yardsticks.items()}
        found = findings_of(material.result, voice, tables=material.tables, names=names)
        return [one for one in found if one.kind not in TOLD_ELSEWHERE]

    return told_in_both(material, told)


def _contents(material: Material) -> list[tuple[str, str]]:
    there = {
        "findings": bool(material.holdings or _sentences(material)),
        "dimensions": len(material.result.nodes[0].children) > 1,
        "stages": bool(material.lenses),
        "integration": material.integration is not None,
    }
    sections = ("findings", "ranking", "weights", "dimensions", "stages", "integration", "cities")
    more = ("robustness", "methodology", "data")
    return [(one, f"nav_{one}") for one in (*sections, *more) if there.get(one, True)]


# --- findings, ranking ------------------------------------------------------------------------------------------------


def findings(material: Material) -> list[dict[str, Any]]:
    """Each claim: the sentence, the verdict with its evidence, in real terms, and its share of the draws."""
    years = material.result.years
    real = {id(holding.claim): holding for holding in material.real}
    found = material.drawn
    told = []
    for k, holding in enumerate(material.holdings):
        share = None if found is None else each(material, partial(claim_share, found, k))
        told.append(
            {
                "text": each(material, partial(claim_sentence, holding.claim, years)),
                "verdict": int(holding.verdict),
                "word": each(material, partial(verdict_word, holding.verdict)),
                "evidence": _evidence(holding, material),
                "real": _real(real.get(id(holding.claim)), material),
                "share": None if found is None else np.nan_to_num(found.claim_share(k)),
                "share_text": share,
            }
        )
    return told


def _evidence(holding: Holding, material: Material) -> Both:
    """What decides."""
    n = len(material.result.cities)
    return each(material, lambda voice: evidence_sentence(holding, voice, cities=n))


def _real(holding: Holding | None, material: Material) -> Both | None:
    if holding is None:
        return None
    n = len(material.result.cities)
    return each(material, lambda voice: verdict_sentence(holding, voice, cities=n))


def ranking_rows(material: Material) -> list[dict[str, Any]]:
    """The ranking of the last year, best first; the script refills it for other years and weights."""
    result, t, colours = material.result, material.last, _colour_places(material)
    decimals = decimals_of(result.score())
    coverage = result.coverage_table()["observed"].to_numpy()
    found = material.drawn
    limits = material.limits
    gain = result.rank()[:, material.first] - result.rank()[:, t]
    rows = []
    for c in material.order:
        score = result.score()[c, t]
        rows.append(
            {
                "city": c,
                "name": city_name(material, c),
                "colour": colours[c],
                "rank": whole(result.rank()[c, t]),
                "score": MISSING if np.isnan(score) else number(score, decimals),
                "gain": MISSING if np.isnan(gain[c]) else signed(gain[c], 0),
                "interval": "" if found is None else rank_interval(found, c, t),
                "limits": "" if limits is None else _span(limits[0][c], limits[1][c]),
                "observed": f"{coverage[c]:.0f}%",
            }
        )
    return rows


def _span(low: float, high: float) -> str:
    return whole(low) if low == high or np.isnan(low) else f"{whole(low)}–{whole(high)}"


def _colour_places(material: Material) -> list[str]:
    return [str(COLOURS.index(one)) if one in COLOURS else "x" for one in material.picked(material.voices[0]).colours]


# --- lenses, integration, cities --------------------------------------------------------------------------------------


def _lens(material: Material, found: LensResult) -> dict[str, Any]:
    t = material.last
    declared = material.framework.lenses[found.code].name
    groups = []
    for g, group in enumerate(found.groups):
        members = found.members[group]
        if not members:
            continue
        leaders = [int(c) for c in np.argsort(found.ranks[:, t, g], kind="stable") if found.ranks[c, t, g] <= NAMED]
        groups.append(
            {
                "name": each(material, partial(_group_name, found, group)),
                "weight": percent(float(found.weights[g])),
                "members": joined(node_name(material, code) for code in members),
                "leaders": joined([city_name(material, c) for c in leaders]),
            }
        )
    led = [
        both("lens_led", n=n, group=each(material, partial(_group_name, found, group)))
        for group in found.groups
        if group != UNTAGGED and (n := found.growth.diagnosis.count(group))
    ]
    summary = each(material, partial(_sentence_of, led)) if led else None
    return {
        "name": dict.fromkeys(languages(), found.code) if declared is None else named(declared),
        "groups": groups,
        "summary": summary,
        "is_index": found.is_index,
    }


def _group_name(found: LensResult, group: str, voice: Voice) -> str:
    return found.name(group, voice.lang)


def _sentence_of(parts: list[Both], voice: Voice) -> str:
    return voice.semicolon(part[voice.lang] for part in parts) + voice.mark("stop").strip()


def _integration(material: Material) -> list[dict[str, Any]] | None:
    found, t = material.integration, material.last
    if found is None:
        return None
    degree = found.degree[:, t]
    order = np.argsort(np.where(np.isnan(degree), np.inf, -degree), kind="stable")
    return [
        {
            "name": city_name(material, int(c)),
            "degree": MISSING if np.isnan(degree[c]) else f"{degree[c]:.3f}",
            "grade": "" if found.grade[c, t] < 0 else named(found.options.grades[found.grade[c, t]].name),
            "behind": joined(
                node_name(material, code)
                for code, here in zip(found.dimensions, found.furthest_behind[c, t], strict=True)
                if here
            ),
        }
        for c in order.tolist()
    ]


def _cards(material: Material) -> list[dict[str, Any]]:
    """One card per city, in the order of the ranking."""
    result = material.result
    if len(result.cities) > MOST_CARDS:
        return []
    coverage = {voice.lang: city_coverage(result, voice) for voice in material.voices}
    decimals = decimals_of(result.score())
    cards = []
    for c in material.order:
        ranks, score = result.rank()[c], result.score()[c, material.last]
        cards.append(
            {
                "name": city_name(material, c),
                "rank": whole(ranks[material.last]),
                "score": MISSING if np.isnan(score) else number(score, decimals),
                "path": [{"year": year, "rank": whole(ranks[t])} for t, year in enumerate(result.years)]
                if len(result.years) > 1
                else [],
                "lists": list(_parts_of(material, c)),
                "coverage": {lang: said[c] for lang, said in coverage.items()},
            }
        )
    return cards


def _parts_of(material: Material, c: int) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """Strengths, weaknesses, what raised and lowered the score: indicators with their parts, in points."""
    leaves = [i for i, node in enumerate(material.result.nodes) if node.is_indicator]
    for parts, up, down in (
        (material.against_mean, "strengths", "weaknesses"),
        (material.change, "drivers_up", "drivers_down"),
    ):
        if parts is None:
            continue
        decimals = decimals_of(parts[:, leaves])
        own = np.round(np.nan_to_num(parts[c, leaves]), decimals)
        order = np.argsort(-own, kind="stable")
        for term, chosen, sign in ((up, order[:NAMED], 1), (down, order[::-1][:NAMED], -1)):
            entries = [
                {
                    "name": node_name(material, material.result.nodes[leaves[k]].code),
                    "value": signed(own[k], decimals),
                }
                for k in chosen.tolist()
                if sign * own[k] > 0
            ]
            if entries:
                yield term, entries


def _is_mean(material: Material, name: str) -> bool:
    aggregation = material.result.nodes[0].aggregation
    return aggregation is not None and aggregation.name == name
