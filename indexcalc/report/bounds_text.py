"""What would have to change for something else to come out, in words; Chinese and English.

Sentences take a pair of smallest changes, relative and total, of one outcome. A guarantee is rounded down, what is
enough is rounded up, so that both stay true as printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil, floor, isinf, isnan, log10

import numpy as np

from indexcalc.framework import Framework
from indexcalc.methodology import plain
from indexcalc.report.claims_text import claim_sentence
from indexcalc.robustness.result import SmallestChange
from indexcalc.uncertainty import WeightSet

NAMED = 2
"""Indicators named on each side of a move of weight; more are counted."""

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "overtakes": "各项权重变动都不超过±{relative}时{fixed}，{year}年{others}超不过{city}；最少移动{total}个百分点的综合权重（{move}），即可超过。",
        "overtakes_never": "无论权重如何设定{fixed}，{year}年{others}都超不过{city}。",
        "fails": "各项权重变动都不超过±{relative}时{fixed}，“{claim}”始终成立；最少移动{total}个百分点的综合权重（{move}），即不成立（{year}年{others}居{city}之前）。",
        "fails_never": "无论权重如何设定{fixed}，“{claim}”都成立。",
        "holds": "“{claim}”按所选权重不成立，各项权重变动在±{relative}以内{fixed}也都不成立；最少移动{total}个百分点的综合权重（{move}），即可成立。",
        "holds_never": "无论权重如何设定{fixed}，“{claim}”都不成立。",
        "unsettled": "“{claim}”：牵涉的城市与年份太多，未能算出最小的权重变动。",
        "fixed": "（{nodes}内部的权重不变）",
        "move": "由{down}移至{up}",
        "name": "“{name}”",
        "between": "",
        "more": "等{n}项",
        "comma": "、",
        "spread": "各项权重变动±{percent}，再归一",
        "dirichlet_within": "各上级之内权重任意",
        "dirichlet_indicators": "全部指标的权重任意",
        "order_within": "各上级之内权重任意，但大小次序不变",
        "order_indicators": "全部指标的权重任意，但大小次序不变",
        "bounds": "权重在给定的上下限之内（{bounds}）",
        "bound": "{name}{low}—{high}",
        "levels": "，只变动{levels}",
        "level": "第{level}层",
    },
    "en": {
        "overtakes": "As long as no weight changes by more than {relative}{fixed}, {others} does not overtake {city} in {year}; moving {total} points of effective weight ({move}) is enough for it.",
        "overtakes_never": "Under no weights whatever{fixed} does {others} overtake {city} in {year}.",
        "fails": "As long as no weight changes by more than {relative}{fixed}, “{claim}” holds; moving {total} points of effective weight ({move}) is enough for it to fail ({others} above {city} in {year}).",
        "fails_never": "“{claim}” holds under any weights whatever{fixed}.",
        "holds": "“{claim}” does not hold, nor does it under any weights within ±{relative} of the chosen ones{fixed}; moving {total} points of effective weight ({move}) is enough for it to hold.",
        "holds_never": "“{claim}” holds under no weights whatever{fixed}.",
        "unsettled": "“{claim}”: so many cities and years are involved that the smallest change of weights was not found.",
        "fixed": " (those inside {nodes} stay as chosen)",
        "move": "from {down} to {up}",
        "name": "“{name}”",
        "between": ", ",
        "more": " and others, {n} in all",
        "comma": ", ",
        "spread": "each weight within ±{percent}, then renormalised",
        "dirichlet_within": "any weights within each parent",
        "dirichlet_indicators": "any weights of the indicators",
        "order_within": "any weights within each parent that keep their order",
        "order_indicators": "any weights of the indicators that keep their order",
        "bounds": "weights within their limits ({bounds})",
        "bound": "{name} {low} to {high}",
        "levels": ", only of {levels}",
        "level": "level {level}",
    },
}


def change_sentences(
    changes: Sequence[SmallestChange], framework: Framework, years: tuple[int, ...], lang: str
) -> list[str]:
    """A sentence for each outcome, in the order given; changes come in pairs, relative and total."""
    return [_sentence(relative, total, framework, years, lang) for relative, total in pairs(changes)]


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


def _sentence(
    relative: SmallestChange, total: SmallestChange, framework: Framework, years: tuple[int, ...], lang: str
) -> str:
    words = WORDS[lang]
    claim = "" if total.claim is None else claim_sentence(total.claim, framework, years, lang)
    facts = {
        "claim": claim,
        "city": "" if total.city is None else framework.city_label(total.city, lang),
        "others": words["comma"].join(framework.city_label(city, lang) for city in total.others),
        "year": total.year,
        "fixed": "",
    }
    if total.fixed:
        named = words["between"].join(words["name"].format(name=framework.label(c, lang)) for c in total.fixed)
        facts["fixed"] = words["fixed"].format(nodes=named)
    if isnan(total.size) or isnan(relative.size):
        return words["unsettled"].format(**facts)
    if isinf(total.size):
        return words[f"{total.outcome}_never"].format(**facts)
    facts |= {
        "relative": percent(min(relative.size, 1.0), floor),
        "total": number(100.0 * total.size / 2.0, ceil),
        "move": move_text(total, framework, lang),
    }
    return words[total.outcome].format(**facts)


def move_text(change: SmallestChange, framework: Framework, lang: str) -> str:
    """From which indicators weight moves, and to which; those of which most moves are named."""
    words, moved = WORDS[lang], change.weights - change.nominal
    sides = {}
    for side, sign in (("down", -1.0), ("up", 1.0)):
        here = [k for k in np.argsort(-sign * moved, kind="stable") if sign * moved[k] > 1e-9]
        names = [words["name"].format(name=framework.label(change.codes[k], lang)) for k in here]
        sides[side] = words["between"].join(names[:NAMED])
        if len(names) > NAMED:
            sides[side] += words["more"].format(n=len(names))
    return words["move"].format(**sides)


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


def weight_set_text(weights: WeightSet, framework: Framework, lang: str) -> str:
    """Which weights are allowed, in words."""
    words = WORDS[lang]
    if weights.spread is not None:
        told = words["spread"].format(percent=percent(weights.spread))
    elif weights.bounds is not None:
        ends = [
            words["bound"].format(name=framework.label(code, lang), low=percent(low), high=percent(high))
            for code, (low, high) in weights.bounds.items()
        ]
        told = words["bounds"].format(bounds=words["comma"].join(ends))
    else:
        kind = "order" if weights.order is not None else "dirichlet"
        told = words[f"{kind}_{plain(weights)[kind]}"]
    if weights.levels:
        named = [
            words["level"].format(level=level) if isinstance(level, int) else framework.label(level, lang)
            for level in weights.levels
        ]
        told += words["levels"].format(levels=words["comma"].join(named))
    return told
