"""What stands on the page, section by section, in both languages: sentences and tables, read off the material."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Holding
from indexcalc.analysis.lenses import UNTAGGED, LensResult
from indexcalc.choice import Choice
from indexcalc.methodology import Reference, plain
from indexcalc.report.charts.notes import steps
from indexcalc.report.charts.numbers import decimals_of, number, percent, signed
from indexcalc.report.claims_text import claim_sentence, verdict_sentence
from indexcalc.report.findings_text import Sentence, city_coverage, coverage_sentences, headline
from indexcalc.report.findings_text import findings as findings_of
from indexcalc.report.methods_text import documentation
from indexcalc.report.page.material import Material
from indexcalc.report.page.payload import COLOURS
from indexcalc.report.page.words import WORDS, both, word
from indexcalc.report.provenance import columns_behind, declared_of, derivation_words, publisher_of, trust_of
from indexcalc.report.robustness_text import claim_share, factor_name, rank_interval
from indexcalc.report.units import unit_name
from indexcalc.report.words import listed, method_word
from indexcalc.report.workbook_words import in_words, step_name
from indexcalc.robustness.result import UncertaintyResult

Array = NDArray[np.float64]
Both = dict[str, str]
LANGS = ("zh", "en")

MOST_CARDS = 60
"""Cities that get a card each; of more, the page names the command."""
NAMED = 3
"""Indicators that a card names on each side, cities that a table names as first."""
MISSING = "–"


def content(material: Material, model: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the template asks for. model: the payload's, which says what the script can recompute."""
    result, framework = material.result, material.framework
    uncertainty = _drawn(material)
    return {
        "title": both("title", index=_named(framework.name)),
        "name": _named(framework.name),
        "note": None if framework.note is None else _named(framework.note),
        "period": _period(material),
        "headline": _headline(material),
        "robustness_line": both("not_tested") if uncertainty is None else None,
        "sentences": _sentences(material),
        "method_line": _each(
            lambda lang: word("method_line", lang, steps=word("semicolon", lang).join(steps(result, lang)))
        ),
        "contents": _contents(material),
        "years": list(result.years),
        "first": material.first,
        "last": material.last,
        "findings": findings(material),
        "draws": f"{uncertainty.draws:,}" if uncertainty else None,
        "seed": uncertainty.seed if uncertainty else None,
        "intervals": uncertainty is not None,
        "rows": ranking_rows(material),
        "colours_in_words": _each(lambda lang: material.picked(lang).in_words(lang)),
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
        "factors": _factors(material),
        "heat": _heat(material),
        "tiers": _tiers(material),
        "bounds": _bounds(material),
        "steps": methodology(material),
        "indicators": _indicators(material),
        "coverage": _coverage(material),
        "data_lines": _both_told(partial(coverage_sentences, result)),
        "series": _series(material),
        "graded": any(trust_of(declared_of(framework), code) for code in result.normalised.codes),
        "files": _files(material.files),
    }


def _each(said: Any) -> Both:
    return {lang: said(lang) for lang in LANGS}


def _both_told(told: Callable[[str], Sequence[Sentence]]) -> list[Both]:
    """Sentences in both languages, one beside the other."""
    return [{"zh": zh.text, "en": en.text} for zh, en in zip(told("zh"), told("en"), strict=True)]


def _named(name: Any) -> Both:
    return {lang: name[lang] for lang in LANGS}


def _joined(names: Iterable[Mapping[str, str]], comma: str = "list_comma") -> Both:
    names = list(names)
    return _each(lambda lang: word(comma, lang).join(name[lang] for name in names))


def _city(material: Material, c: int) -> Both:
    return _named(material.city_name(c))


def _listed_cities(material: Material, cities: Sequence[int]) -> Both:
    return _each(lambda lang: listed([material.city_name(int(c))[lang] for c in cities], lang))


def _whole(value: float) -> str:
    return MISSING if np.isnan(value) else f"{value:.0f}"


# --- the opening ------------------------------------------------------------------------------------------------------


def _period(material: Material) -> Both:
    result = material.result
    facts = {"n": len(result.cities), "first": result.years[0], "last": result.years[-1]}
    return both("period" if len(result.years) > 1 else "period_one", **facts)


def _headline(material: Material) -> Both:
    stop = {"zh": "。", "en": "."}
    return _each(lambda lang: headline(material.result, lang, _drawn(material)) + stop[lang])


def _drawn(material: Material) -> UncertaintyResult | None:
    """The uncertainty analysis, if there were any draws."""
    found = material.uncertainty
    return found if found is not None and found.draws else None


TOLD_ELSEWHERE = ("note", "top", "claim")


def _sentences(material: Material) -> list[Both]:
    """What was found beside the claims and the ranking, which stand for themselves."""
    yardsticks = material.specification.yardsticks

    def told(lang: str) -> list[Sentence]:
        names = {code: one.name[lang] for code, one in yardsticks.items()}
        found = findings_of(material.result, lang, tables=material.tables, names=names)
        return [one for one in found if one.kind not in TOLD_ELSEWHERE]

    return _both_told(told)


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
    framework, years = material.framework, material.result.years
    real = {id(holding.claim): holding for holding in material.real}
    found = _drawn(material)
    told = []
    for k, holding in enumerate(material.holdings):
        share = None if found is None else _each(partial(claim_share, found, k))
        told.append(
            {
                "text": _each(partial(claim_sentence, holding.claim, framework, years)),
                "verdict": int(holding.verdict),
                "word": both(f"verdict_{int(holding.verdict)}"),
                "evidence": _evidence(holding, material),
                "real": _real(real.get(id(holding.claim)), material),
                "share": None if found is None else np.nan_to_num(found.claim_share(k)),
                "share_text": share,
            }
        )
    return told


def _evidence(holding: Holding, material: Material) -> Both:
    """What decides, without the verdict that stands before it."""

    def said(lang: str) -> str:
        sentence = verdict_sentence(holding, material.framework, lang)
        opening = "（" if lang == "zh" else " ("
        _, found, rest = sentence.partition(opening)
        return rest[:-1] if found else ""

    return _each(said)


def _real(holding: Holding | None, material: Material) -> Both | None:
    return None if holding is None else _each(lambda lang: verdict_sentence(holding, material.framework, lang))


def ranking_rows(material: Material) -> list[dict[str, Any]]:
    """The ranking of the last year, best first; the script refills it for other years and weights."""
    result, t, colours = material.result, material.last, _colour_places(material)
    decimals = decimals_of(result.score())
    coverage = result.coverage_table()["observed"].to_numpy()
    found = _drawn(material)
    gain = result.rank()[:, material.first] - result.rank()[:, t]
    rows = []
    for c in material.order:
        score = result.score()[c, t]
        rows.append(
            {
                "city": c,
                "name": _city(material, c),
                "colour": colours[c],
                "rank": _whole(result.rank()[c, t]),
                "score": MISSING if np.isnan(score) else number(score, decimals),
                "gain": MISSING if np.isnan(gain[c]) else signed(gain[c], 0),
                "interval": "" if found is None else rank_interval(found, c, t),
                "observed": f"{coverage[c]:.0f}%",
            }
        )
    return rows


def _colour_places(material: Material) -> list[str]:
    return [str(COLOURS.index(one)) if one in COLOURS else "x" for one in material.picked("zh").colours]


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
                "name": _each(partial(found.name, group)),
                "weight": percent(float(found.weights[g])),
                "members": _joined(_named(material.node_name(code)) for code in members),
                "leaders": _joined([_city(material, c) for c in leaders]),
            }
        )
    led = [
        both("lens_led", n=n, group=_each(partial(found.name, group)))
        for group in found.groups
        if group != UNTAGGED and (n := found.growth.diagnosis.count(group))
    ]
    summary = _joined(led, "semicolon") if led else None
    if summary is not None:
        summary = {"zh": summary["zh"] + "。", "en": summary["en"] + "."}
    return {
        "name": {"zh": found.code, "en": found.code} if declared is None else _named(declared),
        "groups": groups,
        "summary": summary,
        "is_index": found.is_index,
    }


def _integration(material: Material) -> list[dict[str, Any]] | None:
    found, t = material.integration, material.last
    if found is None:
        return None
    degree = found.degree[:, t]
    order = np.argsort(np.where(np.isnan(degree), np.inf, -degree), kind="stable")
    return [
        {
            "name": _city(material, int(c)),
            "degree": MISSING if np.isnan(degree[c]) else f"{degree[c]:.3f}",
            "grade": "" if found.grade[c, t] < 0 else _named(found.options.grades[found.grade[c, t]].name),
            "behind": _joined(
                _named(material.node_name(code))
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
    coverage = {lang: city_coverage(result, lang) for lang in LANGS}
    decimals = decimals_of(result.score())
    cards = []
    for c in material.order:
        ranks, score = result.rank()[c], result.score()[c, material.last]
        cards.append(
            {
                "name": _city(material, c),
                "rank": _whole(ranks[material.last]),
                "score": MISSING if np.isnan(score) else number(score, decimals),
                "path": [{"year": year, "rank": _whole(ranks[t])} for t, year in enumerate(result.years)]
                if len(result.years) > 1
                else [],
                "lists": list(_parts_of(material, c)),
                "coverage": {lang: coverage[lang][c] for lang in LANGS},
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
        own = parts[c, leaves]
        order = np.argsort(np.where(np.isnan(own), 0.0, -own), kind="stable")
        for term, chosen in ((up, order[:NAMED]), (down, order[::-1][:NAMED])):
            entries = [
                {
                    "name": _named(material.node_name(material.result.nodes[leaves[k]].code)),
                    "value": signed(own[k], decimals_of(parts[:, leaves])),
                }
                for k in chosen.tolist()
                if (own[k] > 0) == (term == up) and own[k] != 0 and not np.isnan(own[k])
            ]
            if entries:
                yield term, entries


# --- robustness -------------------------------------------------------------------------------------------------------


def _factors(material: Material) -> list[dict[str, Any]]:
    found = _drawn(material)
    if found is None:
        return []
    return [
        {
            "name": _each(partial(factor_name, factor.code, material.framework)),
            "options": [
                {"text": option, "draws": f"{n:,}"} for option, n in zip(factor.options, factor.draws, strict=True)
            ],
        }
        for factor in found.factors
    ]


def _heat(material: Material) -> dict[str, Any] | None:
    """Rank acceptability of the last year as a table; only ranks that anybody ever has, and up to 40 of them."""
    found, t = _drawn(material), material.last
    if found is None or len(found.cities) > 40:
        return None
    shares = found.acceptability[:, t]
    order = np.argsort(np.where(np.isnan(found.rank_mean[:, t]), np.inf, found.rank_mean[:, t]), kind="stable")
    rows = []
    for c in order.tolist():
        cells = []
        for r, share in enumerate(shares[c].tolist()):
            text = "" if not share > 0 else "<1" if share < 0.005 else f"{100 * share:.0f}"
            shade = 0.0 if np.isnan(share) else round(share, 3)
            cells.append({"text": text, "shade": shade, "strong": found.nominal_rank[c, t] == r + 1})
        rows.append({"name": _city(material, c), "cells": cells})
    return {"ranks": list(range(1, shares.shape[1] + 1)), "rows": rows}


def _tiers(material: Material) -> list[Both]:
    """Cities that cannot be told apart, line by line; nothing where all can, or none."""
    found = _drawn(material)
    if found is None:
        return []
    groups = found.groups(material.result.years[material.last])
    if not 1 < len(groups) < len(found.cities):
        return []
    place = {city: c for c, city in enumerate(material.result.cities)}
    return [_joined([_city(material, place[city]) for city in group]) for group in groups]


def _bounds(material: Material) -> dict[str, Any] | None:
    found, t = material.bounds, material.last
    if found is None:
        return None
    return {
        "about": both("about_bounds", set=found.weight_set),
        "rows": [
            {
                "name": _city(material, c),
                "rank": _whole(found.nominal_rank[c, t]),
                "best": _whole(found.best[c, t]) + ("=" if found.best_tied[c, t] else ""),
                "worst": _whole(found.worst[c, t]) + ("=" if found.worst_tied[c, t] else ""),
            }
            for c in material.order
        ],
    }


# --- methodology ------------------------------------------------------------------------------------------------------

OF_INDICATORS = ("imputation", "transform", "treatment", "direction", "normalisation")
OF_NODES = ("weighting", "aggregation", "missing")


def methodology(material: Material) -> list[dict[str, Any]]:
    """Every step with the methods in use, each in words, as a formula, as written, and for which nodes."""
    found = []
    for step in (*OF_INDICATORS, *OF_NODES):
        used = _used(material, step)
        if used:
            methods = [
                _method(material, chosen, codes, len(used) > 1 and k > 0) for k, (chosen, codes) in enumerate(used)
            ]
            if step == "normalisation":
                methods.append(_reference(material.result.methodology.reference))
            found.append({"name": _step(step), "methods": methods})
    decimals = material.result.methodology.rank_on.decimals
    ranks = {
        "name": {},
        "nodes": None,
        "words": both("rank_words", decimals=decimals),
        "formula": "",
        "written": f"rank_on: {{decimals: {decimals}}}",
        "more": "",
    }
    return [*found, {"name": both("step_rank"), "methods": [ranks]}]


def _step(step: str) -> Both:
    return both(f"step_{step}") if f"step_{step}" in WORDS else _each(partial(step_name, step))


def _used(material: Material, step: str) -> list[tuple[Choice, list[str]]]:
    """The choices of one step with the nodes that use each, the commonest first; none of a step that does nothing."""
    result = material.result
    used: dict[str, tuple[Choice, list[str]]] = {}
    if step in OF_NODES:
        pairs = [(getattr(node, step), node.code) for node in result.nodes if not node.is_indicator]
    else:
        declared = result.framework.all_indicators
        whole = getattr(result.methodology, step, None)
        pairs = [(getattr(declared[code], step) or whole, code) for code in result.normalised.codes]
    for chosen, code in pairs:
        if chosen is not None:
            used.setdefault(str(chosen), (chosen, []))[1].append(code)
    if step in ("transform", "treatment") and all(chosen.name == "none" for chosen, _ in used.values()):
        return []
    return sorted(used.values(), key=lambda item: -len(item[1]))


def _method(material: Material, chosen: Choice, codes: list[str], named: bool) -> dict[str, Any]:
    """A method in use. named: the nodes that use it are named."""
    words = (
        both(f"{chosen.step}_{chosen.name}")
        if f"{chosen.step}_{chosen.name}" in WORDS
        else _each(partial(in_words, chosen))
    )
    name = _each(lambda lang: method_word(chosen.step, chosen.name, lang, chosen.method.traits.get("zh")))
    if words["zh"].startswith(name["zh"]):  # the words say the name themselves
        name = {}
    nodes = [both("all_indicators")] if not named else [_named(material.node_name(code)) for code in codes]
    return {
        "name": name,
        "nodes": _joined(nodes) if named else None,
        "words": words,
        "formula": _formula(chosen.method.summary),
        "written": f"{chosen.step}: {_yaml(plain(chosen))}",
        "more": documentation(chosen.method),
    }


def _formula(summary: str) -> str:
    """The formula in the first line of a method's docstring, without the words after it; "" if there is none.

    >>> _formula("Weighted geometric mean: Π z_j^w_j, all z above 0 (others are refused by name).")
    'Π z_j^w_j'
    """
    found = summary.partition(": ")[2].rstrip(".")
    found = re.split(r", (?=[a-z]{2,} )", found)[0]
    return found if any(sign in found for sign in "=ΣΠ√÷/·") else ""


def _reference(reference: Reference) -> dict[str, Any]:
    return {
        "name": _each(partial(step_name, "reference")),
        "nodes": None,
        "words": _each(partial(in_words, reference)),
        "formula": "",
        "written": f"reference: {_yaml(plain(reference))}",
        "more": "",
    }


def _yaml(written: Any) -> str:
    """A choice as it would be written in the YAML, on one line."""
    if isinstance(written, dict):
        return "{" + ", ".join(f"{key}: {_yaml(value)}" for key, value in written.items()) + "}"
    if isinstance(written, (list, tuple)):
        return f"[{', '.join(map(_yaml, written))}]"
    if isinstance(written, bool):
        return "true" if written else "false"
    return f"{written:.15g}" if isinstance(written, float) else str(written)


def _is_mean(material: Material, name: str) -> bool:
    aggregation = material.result.nodes[0].aggregation
    return aggregation is not None and aggregation.name == name


def _indicators(material: Material) -> list[dict[str, Any]]:
    """The framework as a table: dimensions and indicators in their order, indented by depth."""
    result, framework = material.result, material.framework
    declared = framework.all_indicators
    names = {lang: {code: framework.label(code, lang) for code in (*declared, *framework.series)} for lang in LANGS}
    rows = []
    depth = [0] * len(result.nodes)
    for i, node in enumerate(result.nodes):
        if node.parent < 0:
            continue
        depth[i] = depth[node.parent] + 1
        row: dict[str, Any] = {
            "name": _named(material.node_name(node.code)),
            "depth": depth[i] - 1,
            "indicator": node.is_indicator,
            "weight": percent(float(result.effective[i])),
        }
        if node.is_indicator:
            own = declared[node.code]
            row["unit"] = _each(partial(unit_name, own.unit))
            row["direction"] = _each(partial(in_words, own.direction))
            row["derivation"] = {lang: derivation_words(own.derived, names[lang], lang) for lang in LANGS}
        rows.append(row)
    return rows


def _coverage(material: Material) -> list[dict[str, Any]]:
    active = set(material.result.normalised.codes)
    rows, before = [], None
    for entry in material.framework.coverage:
        found = [_named(material.node_name(code)) for code in entry.indicators if code in active]
        said = _joined(found) if found else both("uncovered")
        if entry.awaits:
            waiting = both("awaits", names=_joined(_named(material.node_name(code)) for code in entry.awaits))
            said = _each(lambda lang, said=said, waiting=waiting: said[lang] + waiting[lang])
        theme = _named(entry.theme)
        rows.append(
            {
                "theme": "" if theme == before else theme,
                "phrase": _named(entry.phrase),
                "stand_in": said,
                "covered": bool(found),
            }
        )
        before = theme
    return rows


# --- data -------------------------------------------------------------------------------------------------------------


def _series(material: Material) -> list[dict[str, Any]]:
    """The columns of the workbook behind the index: publisher, trust, how many figures, where the gaps are."""
    result, framework = material.result, material.framework
    declared = declared_of(framework)
    behind = dict.fromkeys(column for code in result.normalised.codes for column in columns_behind(declared, code))
    rows = []
    for code in behind:
        if code not in result.panel.codes:
            continue
        values = result.panel.values[:, :, result.panel.position(code)]
        lacking = (np.isnan(values) & result.panel.present).sum(axis=0).tolist()
        gaps = [both("gap_of", year=year, n=n) for year, n in zip(result.years, lacking, strict=True) if n]
        rows.append(
            {
                "name": _named(material.node_name(code)),
                "unit": _each(partial(unit_name, declared[code].unit)),
                "publisher": _each(partial(publisher_of, framework, declared, code)),
                "trust": trust_of(declared, code),
                "figures": int((~np.isnan(values)).sum()),
                "gaps": _joined(gaps) if gaps else both("no_gaps"),
            }
        )
    return rows


def _files(names: Sequence[str]) -> list[dict[str, Any]]:
    """The other files of the run; folders as one."""
    found: list[dict[str, Any]] = []
    folders: dict[str, int] = {}
    for name in sorted(names):
        folder, slash, _ = name.partition("/")
        if slash:
            folders[folder] = folders.get(folder, 0) + 1
        elif f"file_{name}" in WORDS:
            found.append({"name": name, "what": both(f"file_{name}")})
    for folder, n in folders.items():
        if f"file_{folder}" in WORDS:
            found.append({"name": f"{folder}/", "what": both(f"file_{folder}", n=n)})
    return found
