"""The change between two editions on the screen: what was revised, added and removed, its parts city by city, and in a
sentence why a city rose or fell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from rich.console import Console

from indexcalc.analysis.editions import STEPS, Editions
from indexcalc.report.numbers import number, signed
from indexcalc.report.screen import print_table, say
from indexcalc.report.tables.editions import movers, rank_shifts, score_shifts, steps_named
from indexcalc.spec.framework import Framework
from indexcalc.voice import City, Node, Row, Voice, Word

NAMED = 5
"""Cities with a sentence of their own besides those in colour, and cities and columns that a sentence names."""


def print_editions(
    console: Console,
    found: Editions,
    frameworks: tuple[Framework, Framework],
    told: Sequence[str],
    voice: Voice,
    *,
    scores: bool,
) -> None:
    """Print the split of the last year that both editions have. told: cities that have a sentence in any case; scores:
    whether the scores of both are on one scale."""
    t = len(found.years) - 1
    for line in (*lists(found, frameworks, voice), ""):
        say(console, line)
    if not found.telling(t):
        say(console, voice.say("compare.split_earlier", year=found.years[t]))
        return
    if not _single(found, t):  # a table of one part would repeat the change
        for table in (score_shifts(found, t) if scores else None, rank_shifts(found, t)):
            if table is not None:
                print_table(console, table, voice)
    for line in (*reading(found, t, voice), "", *sentences(found, t, told, voice, scores=scores)):
        say(console, line)


def lists(found: Editions, frameworks: tuple[Framework, Framework], voice: Voice) -> Iterator[str]:
    """Columns with revised figures; indicators and dimensions that were added, removed, or moved."""
    if found.revised:
        most = sorted(found.revised, key=lambda one: -(one.changed + one.filled + one.withdrawn))
        counts = Row(
            Word(
                "compare.revised_column",
                column=Node(one.code),
                what=Row(
                    Word(f"compare.revised_{what}", n=n)
                    for what in ("changed", "filled", "withdrawn")
                    if (n := getattr(one, what))
                ),
            )
            for one in most[:NAMED]
        )
        yield voice.say("compare.revised", columns=counts, more=_more(len(most)))
    for key, codes, framework in (
        ("added", found.added, frameworks[1]),
        ("removed", found.removed, frameworks[0]),
        ("moved_nodes", found.moved, frameworks[1]),
    ):
        if codes:
            names = Row(framework.named(code) or code for code in codes[: 2 * NAMED])
            yield voice.say(f"compare.{key}", nodes=names, more=_more(len(codes), 2 * NAMED))


def _more(n: int, named: int = NAMED) -> Word | str:
    return Word("grammar.and_more", n=n - named) if n > named else ""


def reading(found: Editions, t: int, voice: Voice) -> Iterator[str]:
    """How to read the parts: their order, which make no difference, and which are reported together, and why."""
    telling = {step for k in found.telling(t) for step in found.steps[k]}
    silent = [step for step in STEPS if step not in telling]
    if _single(found, t):
        named = steps_named(found.steps[found.telling(t)[0]], "part")
        yield voice.say("compare.split_single", year=found.years[t], steps=named)
    else:
        yield voice.say("compare.split_order", steps=steps_named(STEPS, "part"))
        if silent:
            yield voice.say("compare.split_silent", steps=[Word(f"compare.part.{step}") for step in silent])
    n = len(movers(found, t))
    if found.partial:
        yield voice.say("compare.split_among", n=n, year=found.years[t])
    if found.added or found.removed:
        yield voice.say("compare.split_shares")
    for steps in found.steps:
        if len(steps) > 1:
            names = [Word(f"compare.part.{step}") for step in steps]
            facts = {"steps": names, "first": names[0], "reason": voice.without_stop(_reason(found, steps[0], voice))}
            yield voice.say("compare.split_joined", **facts)


def _single(found: Editions, t: int) -> bool:
    """Whether one part is the whole change of the year at a position."""
    return len(found.telling(t)) == 1


def _reason(found: Editions, step: str, voice: Voice) -> str:
    return voice.clause(found.joined[step])


def sentences(found: Editions, t: int, told: Sequence[str], voice: Voice, *, scores: bool) -> Iterator[str]:
    """Why a city rose or fell in the year at a position: the cities named, and those that moved the most places."""
    order = movers(found, t)
    moved = [c for c in order if found.ranks[0, c, t] != found.ranks[-1, c, t]][:NAMED]
    for c in order:
        if c in moved or found.cities[c] in told:
            yield sentence(found, t, c, voice, scores=scores)


def sentence(found: Editions, t: int, c: int, voice: Voice, *, scores: bool) -> str:
    """Why a city rose, fell or kept its rank: places and points by step, and whom it passed or was passed by."""
    before, after = (int(found.ranks[k, c, t]) for k in (0, -1))
    key = "rose" if after < before else "fell" if after > before else "kept"
    facts = {"before": voice.ordinal(before), "after": voice.ordinal(after), "year": found.years[t]}
    places = _parts(found, t, found.rank_parts[:, c, t], 0, voice)
    said = voice.say(f"compare.{key}", city=City(found.cities[c]), **facts)
    if places and len(places) + (key == "kept") > 1:
        said += voice.say("compare.in_places", parts=voice.comma(places))
    elif places and not _single(found, t):
        said += voice.say("compare.all_in_places", step=_first(found, found.rank_parts[:, c, t]))
    said += voice.mark("stop").rstrip()
    if scores:
        ends = {"from": number(found.scores[0, c, t], 2), "to": number(found.scores[-1, c, t], 2)}
        points = _parts(found, t, found.score_parts[:, c, t], 2, voice)
        change = signed(found.scores[-1, c, t] - found.scores[0, c, t], 2)
        key = "no_points" if not points else "by_points" if _single(found, t) else "in_points"
        facts = {**ends, "change": change, "parts": voice.comma(points)}
        said += voice.mark("between") + voice.say(f"compare.{key}", **facts)
    passed = _passed(found, t, c)
    for name, others in passed.items():
        if others:
            cities = [City(found.cities[o]) for o in others[:NAMED]]
            facts = {"cities": cities, "more": _more(len(others))}
            said += voice.mark("between") + voice.say(f"compare.{name}", **facts)
    return said


def _parts(found: Editions, t: int, parts: np.ndarray, decimals: int, voice: Voice) -> list[str]:
    """The steps that change anything, the largest first, each with its figure."""
    order = sorted(found.telling(t), key=lambda k: -abs(parts[k]))
    return [
        voice.say("compare.part_of", step=steps_named(found.steps[k], "part"), figure=signed(parts[k], decimals))
        for k in order
        if round(float(parts[k]), decimals)
    ]


def _first(found: Editions, parts: np.ndarray) -> Row:
    return steps_named(found.steps[int(np.argmax(np.abs(parts)))], "part")


def _passed(found: Editions, t: int, c: int) -> Mapping[str, list[int]]:
    """Cities that were ahead and are behind now, and the other way round, the best of them first."""
    before, after = found.ranks[0, :, t], found.ranks[-1, :, t]
    order = np.argsort(after, kind="stable")
    ahead, behind = before < before[c], before > before[c]
    return {
        "passed": [int(o) for o in order if ahead[o] and after[o] > after[c]],
        "passed_by": [int(o) for o in order if behind[o] and after[o] < after[c]],
    }
