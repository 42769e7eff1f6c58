"""What the steps of a methodology and its choices are called, and what they do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indexcalc.spec.choice import Choice
from indexcalc.spec.hierarchy import Parent, parents
from indexcalc.spec.methodology import RankOn, Reference, Rounding, Screening
from indexcalc.steps.result import IndexResult
from indexcalc.voice import Voice

OF_NODES = ("weighting", "aggregation", "missing")
"""Steps in which each node above the indicators has a method; in the others each indicator has."""
CHOSEN = ("imputation", "treatment", "normalisation", "reference", *OF_NODES)
"""Steps that a node, an indicator or a level may answer otherwise than the methodology."""


def step_name(step: str, voice: Voice) -> str:
    """What a step of the methodology is called; its key where it has no name here."""
    return voice.say(f"methods.step_{step}") if voice.knows(f"methods.step_{step}") else step


def in_use(result: IndexResult, step: str) -> list[tuple[Any, list[str]]]:
    """The methods of one step with the nodes that use each: that of the index first, then the most common.

    Of references, those of indicators whose normalisation looks at one.
    """
    methodology, declared = result.methodology, result.framework.all_indicators
    above = parents(result.nodes).values()
    pairs: list[tuple[Any, str]]
    if step == "aggregation":
        pairs = [(node.chosen_aggregation, node.code) for node in above]
    elif step in OF_NODES:
        pairs = [(getattr(node, step), node.code) for node in above]
    else:
        whole, codes = getattr(methodology, step, None), result.normalised.codes
        if step == "reference":
            used = {code: declared[code].normalisation or methodology.normalisation for code in codes}
            codes = tuple(code for code in codes if not used[code].trait("ignores_reference"))
        pairs = [(getattr(declared[code], step) or whole, code) for code in codes]
    found: dict[str, tuple[Any, list[str]]] = {}
    for chosen, code in pairs:
        if chosen is not None:
            found.setdefault(str(chosen), (chosen, []))[1].append(code)
    return sorted(found.values(), key=lambda item: (result.nodes[0].code not in item[1], -len(item[1])))


def reversal(node: Parent, voice: Voice) -> str:
    """What becomes of the scores of a node that is reversed."""
    ends = {end: f"{node.aggregation.parameters[end]:g}" for end in ("lower", "upper")}
    return voice.say("methods.reversed", **ends)


def in_words(chosen: Any, voice: Voice) -> str:
    """What a part of the methodology does, in words; nothing for parts that have none.

    >>> from indexcalc.spec.choice import choice
    >>> in_words(choice("treatment", {"method": "winsorise", "upper": 0.9}), Voice("en"))
    'Winsorised: values below the 0.05 or above the 0.9 quantile of all city-years are moved to that quantile'
    """
    if isinstance(chosen, Choice):
        return _choice_words(chosen, voice)
    if isinstance(chosen, Reference):
        return voice.say(f"methods.reference.{chosen.kind}", base=chosen.base)
    if isinstance(chosen, RankOn):
        said = voice.say("methods.rank_on_words", decimals=chosen.decimals)
        said += voice.say("methods.rank_on_ascending") if chosen.ascending else ""
        return said + (voice.say("methods.rank_on_bad") if chosen.high_is_bad else "")
    if isinstance(chosen, Rounding):
        return voice.say(f"methods.rounding_{chosen.rule}", decimals=chosen.decimals)
    if isinstance(chosen, Screening):
        screened = f"methods.screened.{chosen.of}"
        of = voice.say(screened) if voice.knows(screened) else chosen.of
        return voice.say(f"methods.screening_{chosen.action}", of=of, minimum=f"{chosen.minimum:.0%}")
    if isinstance(chosen, (list, tuple)):
        return voice.semicolon(in_words(part, voice) for part in chosen)
    return voice.say(f"methods.impute.{chosen}") if isinstance(chosen, str) else ""


def _choice_words(chosen: Choice, voice: Voice) -> str:
    """The words of a method, or the first line of its docstring; then the parameters that they do not mention."""
    declared = chosen.method.parameters
    full = {name: _short(chosen.parameters.get(name, spec.default)) for name, spec in declared.items()}
    yearly = chosen.step == "treatment" and chosen.told("per") == "year"
    key = f"methods.said.{chosen.step}.{chosen.name}{'_year' if yearly else ''}"
    named = voice.facts_of(key) if voice.knows(key) else frozenset({"?"})
    if named <= full.keys():
        said = voice.say(key, **full)
    else:
        said, named = voice.summary(chosen.method).removesuffix(voice.mark("stop").rstrip()), frozenset()
    plain = chosen.plain
    written = plain if isinstance(plain, Mapping) else {}
    told = {"method", *named, *(("per",) if yearly and named else ())}
    more = [f"{name}: {_short(value)}" for name, value in written.items() if name not in told]
    return voice.say("robustness.parameters", name=said, parameters=voice.comma(more)) if more else said


def as_written(chosen: Any) -> str:
    """A choice as it would be written in the YAML, on one line.

    >>> as_written({"method": "min_max", "lower": 1.0, "capped": True})
    '{method: min_max, lower: 1, capped: true}'
    """
    if isinstance(chosen, dict):
        return "{" + ", ".join(f"{key}: {as_written(value)}" for key, value in chosen.items()) + "}"
    if isinstance(chosen, (list, tuple)):
        return f"[{', '.join(map(as_written, chosen))}]"
    if isinstance(chosen, bool):
        return "true" if chosen else "false"
    return f"{chosen:.15g}" if isinstance(chosen, float) else str(chosen)


def _short(value: Any) -> str:
    return as_written(value) if isinstance(value, (bool, float, dict, list, tuple)) else str(value)
