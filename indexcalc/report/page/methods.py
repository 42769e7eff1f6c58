"""The methodology in full: every step with its formula, the indicators, and what of the theory they cover."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from indexcalc.choice import Choice
from indexcalc.methodology import Reference, plain
from indexcalc.report.charts.numbers import percent
from indexcalc.report.method_words import in_words, step_name
from indexcalc.report.methods_text import documentation
from indexcalc.report.page.bilingual import LANGS, Both, each, joined, named, node_name
from indexcalc.report.page.material import Material
from indexcalc.report.page.words import WORDS, both
from indexcalc.report.provenance import derivation_words
from indexcalc.report.units import unit_name
from indexcalc.report.words import method_word

OF_INDICATORS = ("imputation", "transform", "treatment", "direction", "normalisation")
OF_NODES = ("weighting", "aggregation", "missing")


def steps_in_use(material: Material) -> list[dict[str, Any]]:
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
    return both(f"step_{step}") if f"step_{step}" in WORDS else each(partial(step_name, step))


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
        else each(partial(in_words, chosen))
    )
    name = each(lambda lang: method_word(chosen.step, chosen.name, lang))
    if words["zh"].startswith(name["zh"]):  # the words say the name themselves
        name = {}
    nodes = [both("all_indicators")] if not named else [node_name(material, code) for code in codes]
    return {
        "name": name,
        "nodes": joined(nodes) if named else None,
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
        "name": each(partial(step_name, "reference")),
        "nodes": None,
        "words": each(partial(in_words, reference)),
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


def indicators(material: Material) -> list[dict[str, Any]]:
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
            "name": node_name(material, node.code),
            "depth": depth[i] - 1,
            "indicator": node.is_indicator,
            "weight": percent(float(result.effective[i])),
        }
        if node.is_indicator:
            own = declared[node.code]
            row["unit"] = each(partial(unit_name, own.unit))
            row["direction"] = each(partial(in_words, own.direction))
            row["derivation"] = {lang: derivation_words(own.derived, names[lang], lang) for lang in LANGS}
        rows.append(row)
    return rows


def coverage(material: Material) -> list[dict[str, Any]]:
    active = set(material.result.normalised.codes)
    rows, before = [], None
    for entry in material.framework.coverage:
        found = [node_name(material, code) for code in entry.indicators if code in active]
        said = joined(found) if found else both("uncovered")
        if entry.awaits:
            waiting = both("awaits", names=joined(node_name(material, code) for code in entry.awaits))
            said = {lang: said[lang] + waiting[lang] for lang in LANGS}
        theme = named(entry.theme)
        rows.append(
            {
                "theme": "" if theme == before else theme,
                "phrase": named(entry.phrase),
                "stand_in": said,
                "covered": bool(found),
            }
        )
        before = theme
    return rows
