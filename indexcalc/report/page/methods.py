"""The methodology in full: every step with the methods in use, in words, as a formula and as written."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from indexcalc.computed import Computed
from indexcalc.report.page.bilingual import Both, both, each, told
from indexcalc.report.text.method_words import OF_NODES, as_written, in_use, in_words, reversal, step_name
from indexcalc.report.text.methods import documentation
from indexcalc.spec.choice import Choice
from indexcalc.spec.hierarchy import Parent, parents
from indexcalc.spec.methodology import plain
from indexcalc.voice import FALLBACK, Node, Row, languages

OF_INDICATORS = ("imputation", "transform", "treatment", "direction", "normalisation")


def steps_in_use(run: Computed) -> list[dict[str, Any]]:
    """Every step with the methods in use, each in words, as a formula, as written, and for which nodes."""
    found = []
    for step in (*OF_INDICATORS, *OF_NODES):
        used = _used(run, step)
        if used:
            usual = used[0][0] if step in OF_NODES else getattr(run.result.methodology, step, used[0][0])
            methods = [_method(run, one, codes, len(used) > 1 and one != usual) for one, codes in used]
            if step == "normalisation":
                methods += _references(run)
            if step == "direction":
                methods += [_reversed(run, node) for node in parents(run.result.nodes).values() if node.is_reversed]
            found.append({"name": _step(run, step), "methods": methods})
    order = run.result.methodology.rank_on
    written = {key: value for key, value in plain(order).items() if value != "descending"}
    ranks = {
        "name": {},
        "nodes": None,
        "words": each(
            run,
            lambda voice: (
                voice.say("page.rank_words", decimals=order.decimals)
                + (voice.mark("between") + voice.say("page.high_is_bad") if order.high_is_bad else "")
            ),
        ),
        "formula": "",
        "written": f"rank_on: {as_written(written)}",
        "more": "",
    }
    return [*found, {"name": both(run, "step_rank"), "methods": [ranks]}]


def _step(run: Computed, step: str) -> Both:
    key = f"page.step_{step}"
    return each(run, lambda voice: voice.say(key) if voice.knows(key) else step_name(step, voice))


def _used(run: Computed, step: str) -> list[tuple[Choice, list[str]]]:
    """The choices of one step with the nodes that use each; none for a step that does nothing."""
    used = in_use(run.result, step)
    idle = step in ("transform", "treatment") and all(chosen.name == "none" for chosen, _ in used)
    return [] if idle else used


def _method(run: Computed, chosen: Choice, codes: list[str], named: bool) -> dict[str, Any]:
    """A method in use. named: the nodes that use it are named."""
    key = f"page.said.{chosen.step}.{chosen.name}"
    words = each(run, lambda voice: voice.say(key) if voice.knows(key) else in_words(chosen, voice))
    name = each(run, lambda voice: voice.method(chosen.step, chosen.name))
    default = languages()[0]
    if words[default].startswith(name[default]):  # the sentence begins with the name
        name = {}
    return {
        "name": name,
        "nodes": told(run, Row(map(Node, codes))) if named else None,
        "words": words,
        "formula": _formula(chosen.method.summary),
        "written": f"{chosen.step}: {as_written(plain(chosen))}",
        "more": run.result.voice(FALLBACK).reworded(documentation(chosen.method)),
    }


def _formula(summary: str) -> str:
    """The formula in the first line of a method's docstring, without the words after it; "" if there is none.

    >>> _formula("Weighted geometric mean: Π z_j^w_j, all z above 0 (others are refused by name).")
    'Π z_j^w_j'
    """
    found = summary.partition(": ")[2].rstrip(".")
    found = re.split(r", (?=[a-z]{2,} )", found)[0]
    return found if any(sign in found for sign in "=ΣΠ√÷/·") else ""


def _references(run: Computed) -> list[dict[str, Any]]:
    used = in_use(run.result, "reference")
    usual = run.result.methodology.reference
    return [
        {
            "name": each(run, partial(step_name, "reference")),
            "nodes": told(run, Row(map(Node, codes))) if len(used) > 1 and reference != usual else None,
            "words": each(run, partial(in_words, reference)),
            "formula": "",
            "written": f"reference: {as_written(plain(reference))}",
            "more": "",
        }
        for reference, codes in used
    ]


def _reversed(run: Computed, node: Parent) -> dict[str, Any]:
    return {
        "name": told(run, Node(node.code)),
        "nodes": None,
        "words": each(run, partial(reversal, node)),
        "formula": "",
        "written": "direction: negative",
        "more": "",
    }
