"""What would have to change for another result, in words.

Sentences take a pair of smallest changes, relative and total, of one outcome. A change that is safe is rounded down,
one that is enough is rounded up, so that both stay true as printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil, floor, isinf, isnan, log10

import numpy as np

from indexcalc.report.text.claims import claim_sentence
from indexcalc.robustness.result import SmallestChange
from indexcalc.spec.methodology import plain
from indexcalc.spec.uncertainty import WeightSet
from indexcalc.voice import City, Voice

NAMED = 2
"""Indicators named on each side of a move of weight; more are counted."""


LEAST = 1e-6
"""A smaller change is that away from a tie, and no figure."""


def change_sentences(changes: Sequence[SmallestChange], years: tuple[int, ...], voice: Voice) -> list[str]:
    """A sentence for each outcome, in the order given; changes come in pairs, relative and total."""
    return [_sentence(relative, total, years, voice) for relative, total in pairs(changes)]


def pairs(changes: Sequence[SmallestChange]) -> Iterator[tuple[SmallestChange, SmallestChange]]:
    """The relative and the total change of each outcome."""
    for relative, total in zip(changes[::2], changes[1::2], strict=True):
        assert (relative.measure, total.measure) == ("relative", "total")
        yield relative, total


def neighbours(changes: Sequence[SmallestChange], ranking: Sequence[str]) -> tuple[SmallestChange, ...]:
    """Of the overtakings, those of a city by the next one in a ranking (best first); and every change of a claim."""
    following = {ranking[i]: ranking[i + 1] for i in range(len(ranking) - 1)}
    return tuple(
        change
        for change in changes
        if change.claim is not None or (change.city is not None and change.others == (following.get(change.city),))
    )


def _sentence(relative: SmallestChange, total: SmallestChange, years: tuple[int, ...], voice: Voice) -> str:
    claim = "" if total.claim is None else claim_sentence(total.claim, years, voice)
    facts = {
        "claim": claim,
        "city": "" if total.city is None else voice.city(total.city),
        "others": [City(city) for city in total.others],
        "year": total.year,
        "fixed": "",
        "tied": voice.say("robustness.change.tied") if total.tied else "",
    }
    if total.fixed:
        named = voice.say("robustness.change.between").join(
            voice.say("robustness.change.name", name=voice.node(c)) for c in total.fixed
        )
        facts["fixed"] = voice.say("robustness.change.fixed", nodes=named)
    if isnan(total.size) or isnan(relative.size):
        return voice.say("robustness.change.unsettled", **facts)
    if isinf(total.size):
        return voice.say(f"robustness.change.{total.outcome}_never", **facts)
    if total.size < LEAST:
        return voice.say(f"robustness.change.{total.outcome}_least", **facts)
    facts |= {
        "relative": percent(min(relative.size, 1.0), floor),
        "total": number(100.0 * total.size / 2.0, ceil),
        "move": move_text(total, voice),
    }
    return voice.say(f"robustness.change.{total.outcome}", **facts)


def move_text(change: SmallestChange, voice: Voice) -> str:
    """From which indicators weight moves, and to which; those with the largest moves are named."""
    moved = change.weights - change.nominal
    sides = {}
    for side, sign in (("down", -1.0), ("up", 1.0)):
        here = [k for k in np.argsort(-sign * moved, kind="stable") if sign * moved[k] > 1e-9]
        names = [voice.say("robustness.change.name", name=voice.node(change.codes[k])) for k in here]
        sides[side] = voice.say("robustness.change.between").join(names[:NAMED])
        if len(names) > NAMED:
            sides[side] += voice.say("robustness.change.more", n=len(names))
    return voice.say("robustness.change.move", **sides)


def percent(share: float, rounding: Callable[[float], int] = round) -> str:
    """A share in per cent, as `number` writes it.

    >>> percent(0.1288, floor), percent(0.25)
    ('12.8%', '25%')
    """
    return number(100.0 * share, rounding) + "%"


def number(value: float, rounding: Callable[[float], int] = round) -> str:
    """A figure to one decimal, or to two digits where it is below 1; rounded to the nearest, down or up.

    >>> number(12.88, floor), number(0.3939, floor), number(0.3931, ceil), number(25.0)
    ('12.8', '0.39', '0.40', '25')
    """
    decimals = 1 if value >= 1.0 or value <= 0.0 else 1 - floor(log10(value))
    scaled = value * 10.0**decimals
    whole = round(scaled) if abs(scaled - round(scaled)) < 1e-6 else rounding(scaled)
    text = f"{whole / 10.0**decimals:.{decimals}f}"
    return text.removesuffix(".0") if rounding is round else text


def weight_set_text(weights: WeightSet, voice: Voice) -> str:
    """Which weights are allowed, in words."""
    if weights.spread is not None:
        told = voice.say("robustness.change.spread", percent=percent(weights.spread))
    elif weights.bounds is not None:
        ends = [
            voice.say("robustness.change.bound", name=voice.node(code), low=percent(low), high=percent(high))
            for code, (low, high) in weights.bounds.items()
        ]
        told = voice.say("robustness.change.bounds", bounds=voice.comma(ends))
    elif weights.experts is not None:
        told = voice.say(f"robustness.change.experts_{weights.experts}")
    else:
        kind = "order" if weights.order is not None else "dirichlet"
        told = voice.say(f"robustness.change.{kind}_{plain(weights)[kind]}")
    if weights.levels:
        named = [
            voice.say("robustness.change.level", level=level) if isinstance(level, int) else voice.node(level)
            for level in weights.levels
        ]
        told += voice.say("robustness.change.levels", levels=voice.comma(named))
    return told
