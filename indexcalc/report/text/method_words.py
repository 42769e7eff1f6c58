"""What the steps of a methodology and its choices are called, and what they do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indexcalc.spec.choice import Choice
from indexcalc.spec.methodology import RankOn, Reference, Rounding, Screening
from indexcalc.voice import Voice


def step_name(step: str, voice: Voice) -> str:
    """What a step of the methodology is called; its key where it has no name here."""
    return voice.say(f"methods.step_{step}") if voice.knows(f"methods.step_{step}") else step


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
    return ""


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
        said, named = voice.summary(chosen.method), frozenset()
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
    return as_written(value) if isinstance(value, (float, dict, list, tuple)) else str(value)
