"""Where an indicator comes from: how it is obtained, from which columns, who published them, how far to trust them."""

from __future__ import annotations

from indexcalc.methods import METHODS
from indexcalc.spec.framework import Derivation, Framework, Indicator, Series
from indexcalc.voice import Voice

Declared = dict[str, Indicator | Series]


def declared_of(framework: Framework) -> Declared:
    """Every indicator and series by code."""
    return {**framework.all_indicators, **framework.series}


def columns_behind(declared: Declared, code: str) -> list[str]:
    """The columns of the workbook behind an indicator: itself, or those of its parts, which may be derived too."""
    own = declared[code]
    derived = own.derived if isinstance(own, Indicator) else None
    parts = () if derived is None else derived.parts
    return list(dict.fromkeys(column for part in parts for column in columns_behind(declared, part))) or [code]


def derivation_words(derived: Derivation | None, voice: Voice) -> str:
    """How an indicator is obtained: `A ÷ B × 100`, or as published."""
    if derived is None:
        return voice.say("methods.as_published")
    parts = [voice.node(part) for part in derived.parts]
    if derived.kind == "share":
        return voice.say("methods.scaled", of=parts[0], to=parts[-1], scale=100)
    if derived.kind == "ratio":
        scale = derived.parameters.get("scale", 1.0)
        return voice.say(
            "methods.ratio" if scale == 1 else "methods.scaled", of=parts[0], to=parts[-1], scale=f"{scale:.15g}"
        )
    if derived.kind == "per_capita":
        return voice.say(
            "methods.scaled", of=parts[0], to=parts[-1], scale=f"{derived.parameters.get('scale', 1e4):.15g}"
        )
    if derived.kind == "difference":
        return " - ".join(parts)
    sign = METHODS["derivation"][derived.kind].traits.get("several")
    if sign is not None:
        scale = derived.parameters.get("scale", 1.0)
        return f" {sign} ".join([*parts, *([f"{scale:.15g}"] if scale != 1 else [])])
    if derived.kind == "growth":
        return voice.say("methods.growth", of=parts[0], over=derived.parameters.get("over", 1))
    inside = [*parts, *(f"{name}: {value}" for name, value in derived.parameters.items())]
    return f"{derived.kind}({', '.join(inside)})"


def publisher_of(framework: Framework, declared: Declared, code: str, voice: Voice) -> str:
    """Who published the figures: its own publisher, or those of the columns behind it."""
    own = declared[code].publisher
    codes = [own] if own else [declared[column].publisher for column in columns_behind(declared, code)]
    names = (voice.name(framework.publishers[x]) if x in framework.publishers else x for x in codes if x)
    return voice.semicolon(dict.fromkeys(names))


def trust_of(declared: Declared, code: str) -> str:
    """The grade of trust of an indicator or series: its own, or the lowest of the columns behind it."""
    return declared[code].trust or max(declared[column].trust or "" for column in columns_behind(declared, code))
