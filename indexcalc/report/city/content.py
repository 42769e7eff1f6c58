"""What the report of a city says, section by section: sentences and cells, from its story and the draws."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from rich.cells import cell_len

from indexcalc.analysis.against import Comparison, NodeGap
from indexcalc.analysis.explain import CityStory, Driver, Passing, Standing
from indexcalc.analysis.next_place import SHARES, NextPlace
from indexcalc.computed import Computed
from indexcalc.origin import Origin
from indexcalc.report.charts.city_card import parts_in_words, title_of_card
from indexcalc.report.charts.subject import Subject
from indexcalc.report.numbers import percent, share_text
from indexcalc.report.tables.bounds import unvaried, weight_set
from indexcalc.report.text.bounds import change_sentences, neighbours
from indexcalc.report.text.explain import (
    Teller,
    also_moved,
    away,
    best_place,
    change_sentence,
    driver_cells,
    from_mean,
    gains_and_losses,
    improvement_figures,
    parts_of_gap,
    path_rows,
    path_told,
    standing_cells,
    story_notes,
    strong_and_weak,
)
from indexcalc.report.text.findings import city_coverage, draws_in
from indexcalc.report.text.robustness import parted
from indexcalc.report.units import quantity
from indexcalc.robustness.result import UncertaintyResult
from indexcalc.spec.framework import INDEX
from indexcalc.voice import Voice

INTERVAL = (0.05, 0.95)
"""The interval of ranks over the draws."""
PASSINGS = 2
"""Cities passed, and cities passing, that have a row each."""
NAMED = 8
"""More cities than this are counted, not named."""
GAPS = 3
"""Indicators named on each side of the gap to the next place."""
MOST_RANKS = 12
"""Ranks up to which the share of each is shown."""
NARROW = 7
"""Ranks up to which their shares are beside the sentences."""
LONGEST = 48
"""Characters of a name in a table; of a longer one the middle is left out."""

Cells = list[str]


class _Printed(Teller):
    """A voice that prints a proper minus, and keeps a row of names short."""

    def __init__(self, run: Computed, voice: Voice) -> None:
        super().__init__(run.result, voice)

    def score(self, score: float) -> str:
        return _minus(super().score(score))

    def below(self, score: float) -> str:
        return _minus(super().below(score))

    def signed(self, part: float) -> str:
        return _minus(super().signed(part))

    def figure(self, code: str, value: float, origin: int = Origin.OBSERVED) -> str:
        return _minus(super().figure(code, value, origin))

    def node(self, code: str) -> str:
        return _short(super().node(code))

    def city(self, city: str) -> str:
        return _short(super().city(city))

    def cities(self, cities: Sequence[str]) -> str:
        if len(cities) <= NAMED:
            return super().cities(cities)
        named = self.comma(self.city(city) for city in cities[:NAMED])
        return self.say("city.and_more", cities=named, n=len(cities) - NAMED)


def _minus(text: str) -> str:
    return "−" + text[1:] if text.startswith("-") else text


def _short(name: str) -> str:
    """A name that fits in a table.

    >>> _short("成都"), len(_short("x" * 200))
    ('成都', 48)
    """
    half = (LONGEST - 1) // 2
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1 - half]}…{name[-half:]}"


def content(subject: Subject, city: str) -> dict[str, Any]:
    """Everything the template asks for."""
    run = subject.run
    story, voice = run.whole_story(city), _Printed(run, subject.voice)
    several = story.first < story.year
    written = run.result.framework.note
    note = None if written is None else voice.say("charts.note", note=voice.name(written))
    sections = {
        "standings": _standings(story, voice),
        "change": _change(story, voice) if several else None,
        "passings": _passings(story, voice) if several else None,
        "next": _next(run, story, voice),
    }
    name, index = subject.voice.city(city), subject.voice.node(INDEX)
    told = {
        "title": voice.say("city.title", city=name, index=index),
        "kicker": voice.say("city.kicker" if several else "city.kicker_one", index=index, **_years(story)),
        "city": name,
        "claim": title_of_card(subject, story),
        "lead": _lead(run, story, voice),
        "note": note,
        "tiles": list(_tiles(run, story, voice)),
        "alt": voice.say("city.alt", parts=voice.semicolon(parts_in_words(subject, city)), year=story.year),
        "path": _path(run, story, voice),
        "years": _years(story),
        "sure": _sure(run, story, voice),
        **sections,
        "notes": _notes(story, voice),  # last: it explains the marks that the figures above were given
        "foot": [line for line in subject.foot if line != note],
    }
    return {**told, "fit": [_fit(_lines_of_first(told)), _fit(_lines_of_second(told))]}


def _years(story: CityStory) -> dict[str, int]:
    return {"first": story.first, "year": story.year}


def _lead(run: Computed, story: CityStory, voice: Teller) -> str | None:
    """A note that it has no score in the last year; None where it has one."""
    last = run.result.years[-1]
    if story.year == last:
        return None
    return voice.say("explain.no_last", city=voice.city(story.city), last=last, year=story.year)


def _tiles(run: Computed, story: CityStory, voice: Teller) -> Iterator[dict[str, str]]:
    """The four figures of the card: rank, score, places gained, interval of the rank."""
    now = story.now
    of = voice.say("city.of_places", n=now.ranked)
    if story.tied:
        of = voice.say("city.of_places_tied", n=now.ranked, others=voice.cities(story.tied))
    yield _tile("rank", voice.say("city.place", rank=voice.rank(now.rank)), of, voice)
    yield _tile("score", voice.score(now.score), voice.say("city.mean_is", mean=voice.score(now.mean)), voice)
    if story.first < story.year:
        gain = int(story.ends[0] - story.ends[1])
        moved = voice.say(f"city.{'up' if gain > 0 else 'down' if gain < 0 else 'same'}", n=abs(gain))
        points = voice.say("city.points", change=voice.signed(story.change))
        yield _tile("since", moved, "" if math.isnan(story.change) else points, voice, first=story.first)
    found = run.drawn
    ends = None if found is None else _ends(found, story)
    if found is not None and ends is not None:
        about = voice.say("city.of_draws", draws=draws_in(found, story.year))
        yield _tile("interval", _span(*ends, voice), about, voice)


def _tile(key: str, value: str, about: str, voice: Voice, **facts: Any) -> dict[str, str]:
    return {"name": voice.say(f"city.tile_{key}", **facts), "value": value, "about": about}


def _span(low: int, high: int, voice: Voice) -> str:
    return str(low) if low == high else f"{low}{voice.mark('dash')}{high}"


# --- the path, strengths and weaknesses -------------------------------------------------------------------------------


def _path(run: Computed, story: CityStory, voice: Teller) -> dict[str, Any]:
    """Score, rank, its interval and the mean of the cities by year."""
    points, found = path_told(story), run.drawn
    rows = path_rows(points, voice)
    if found is not None:
        c = found.cities.index(story.city)
        low, high = (found.rank_quantile(level)[c] for level in INTERVAL)
        spans = []
        for point in points:
            t = found.years.index(point.year)
            spans.append(
                voice.say("explain.unknown") if math.isnan(low[t]) else _span(int(low[t]), int(high[t]), voice)
            )
        rows.insert(2, (voice.say("city.tile_interval"), spans))
    return {"years": [point.year for point in points], "rows": rows}


def _standings(story: CityStory, voice: Teller) -> dict[str, Any] | None:
    """The strongest indicators, above the mean city, and the weakest, below it; none of the only city of its year."""
    if story.now.ranked == 1:
        return None
    split = not math.isnan(story.distance)
    strong, weak = strong_and_weak(story, voice)
    largest = max((abs(from_mean(one, split)) for one in (*strong, *weak)), default=1.0)
    groups = [
        {
            "name": voice.say(f"city.{key}"),
            "rows": [_standing(one, voice, split, largest) for one in group],
            "without": voice.say("explain.unknown" if story.turned else f"explain.no_{key}"),
        }
        for key, group in (("strong", strong), ("weak", weak))
    ]
    about = voice.say("city.distance", distance=voice.signed(story.distance)) if split else None
    return {"about": about, "groups": groups, "split": split}


def _standing(one: Standing, voice: Teller, split: bool, largest: float) -> dict[str, Any]:
    away = from_mean(one, split)
    name, *cells = standing_cells(one, voice)
    return {"name": name, "cells": [*cells, voice.signed(away)], "bar": _bar(away, largest)}


def _bar(value: float, largest: float) -> dict[str, Any]:
    return {"width": f"{100.0 * abs(value) / largest:.1f}", "side": "up" if value > 0 else "down"}


# --- the change, overtakings ------------------------------------------------------------------------------------------


def _change(story: CityStory, voice: Teller) -> dict[str, Any]:
    """The change by dimension, and the indicators that raised and lowered the score most."""
    gains, losses = ([], []) if math.isnan(story.change) else gains_and_losses(story, voice)
    largest = max((abs(one.part) for one in (*gains, *losses)), default=1.0)
    groups = [
        {
            "name": voice.say(f"city.{key}"),
            "rows": [_driver(one, voice, largest) for one in group],
            "without": voice.say(f"explain.no_{key}") if story.drivers else "",
        }
        for key, group in (("gain", gains), ("loss", losses))
    ]
    return {"about": change_sentence(story, voice).strip(), "groups": groups if story.drivers else []}


def _driver(one: Driver, voice: Teller, largest: float) -> dict[str, Any]:
    name, *cells = driver_cells(one, voice)
    return {"name": name, "cells": cells, "bar": _bar(one.part, largest)}


def _passings(story: CityStory, voice: Teller) -> dict[str, Any]:
    """Whom it passed and who passed it: the gap in both years, and what changed it."""
    rows, more = [], []
    for side in ("gained", "lost"):
        group = [passing for passing in story.passings if passing.gained == (side == "gained")]
        rows += [_passing(passing, side, voice) for passing in group[:PASSINGS]]
        if group[PASSINGS:]:
            others = voice.cities([passing.other for passing in group[PASSINGS:]])
            more.append(voice.say(f"city.more.{side}", n=len(group) - PASSINGS, cities=others))
    return {"rows": rows, "more": more, "nobody": voice.say("explain.nobody", **_years(story))}


def _passing(passing: Passing, side: str, voice: Teller) -> Cells:
    how = voice.say(f"city.{side}.{passing.overtaking.kind}", other=voice.city(passing.other))
    gaps = [voice.signed(gap) for gap in (passing.gap_before, passing.gap_after)]
    return [how, str(passing.overtaking.since), *gaps, parts_of_gap(passing, voice) if passing.parts else ""]


# --- the next place ---------------------------------------------------------------------------------------------------


def _next(run: Computed, story: CityStory, voice: Teller) -> dict[str, Any] | None:
    """How far the next place is, where the gap lies, and the smallest changes of one figure that gain it."""
    place, down = story.next_place, voice.result.methodology.rank_on.worst_first
    heading = voice.say("city.next_away" if down else "city.next")
    if place is None:
        now = story.now
        if now.ranked < 2:
            return None
        return {"heading": heading, "about": best_place(story, voice), "gaps": None, "found": []}
    target = place.targets[0]
    found = run.against(story.city, target)
    facts = {"rank": voice.rank(place.rank), "targets": voice.cities(place.targets), "gap": voice.score(place.gap)}
    about = voice.say("city.next_place_away" if down else "city.next_place", **facts)
    return {
        "heading": heading,
        "single": voice.say("city.found_of_away" if down else "city.found_of"),
        "about": about if place.found else voice.mark("between").join([about, _single(place, story, voice)]),
        "gaps": _gaps(found, voice),
        "target": voice.city(target),
        "found": [_improvement(one, voice) for one in place.found],
    }


def _gaps(found: Comparison, voice: Teller) -> list[Cells] | None:
    """The indicators in which the other is furthest ahead, those in which it is furthest behind, the rest as one row,
    and the sum; None where the gap cannot be split."""
    sign = voice.result.methodology.rank_on.merit
    nodes = [node for node in found.nodes if node.is_indicator and not math.isnan(node.part)]
    if not nodes:
        return None
    order = sorted(nodes, key=lambda node: sign * node.part)
    behind = [node for node in order[:GAPS] if sign * node.part < 0]
    ahead = [node for node in order[:-GAPS:-1] if sign * node.part > 0]
    others = [node for node in nodes if node not in behind and node not in ahead]
    rows = [_gap(node, voice) for node in (*behind, *ahead)]
    if others:
        rest = voice.say("explain.other_rows", n=len(others)), voice.signed(sum(node.part for node in others))
        rows.append([rest[0], "", "", rest[1]])
    return [*rows, [voice.say("explain.total"), "", "", voice.signed(found.gaps[1])]]


def _gap(node: NodeGap, voice: Teller) -> Cells:
    return [voice.node(node.code), *(voice.figure(node.code, x) for x in node.values), voice.signed(node.part)]


def _single(place: NextPlace, story: CityStory, voice: Teller) -> str:
    """A sentence that no single figure gains the place."""
    if not place.searched:
        return voice.say("explain.next_nothing", year=story.year)
    return voice.say(away("explain.next_none", voice), n=place.searched, limit=percent(SHARES[-1]))


def _improvement(one: Any, voice: Teller) -> Cells:
    now, needed, change = improvement_figures(one, voice)
    unit = voice.result.framework.columns[one.column].unit
    now = _minus(quantity(now, unit, voice)) + ("*" if one.empty else "")
    voice.marked |= one.empty
    needed = _minus(quantity(needed, unit, voice))
    return [voice.node(one.column), now, needed, _minus(change), percent(one.share), also_moved(one, voice)]


# --- how robust -------------------------------------------------------------------------------------------------------


def _ends(found: UncertaintyResult, story: CityStory) -> tuple[int, int] | None:
    """The interval of the rank over the draws in the last year of a city; None where none ranks it."""
    c, t = found.cities.index(story.city), found.years.index(story.year)
    low, high = (float(found.rank_quantile(level)[c, t]) for level in INTERVAL)
    return None if math.isnan(low) else (int(low), int(high))


def sure_in_short(run: Computed, city: str, voice: Voice) -> list[str]:
    """How robust the rank of a city is, for a picture."""
    found, story = run.drawn, run.story(city)
    sentence = None if found is None else _interval(found, story, voice)
    return [] if sentence is None else [sentence + voice.mark("between") + voice.say("city.no_probability")]


def _interval(found: UncertaintyResult, story: CityStory, voice: Voice) -> str | None:
    """The interval of the rank, and the share of the draws that give it."""
    ends = _ends(found, story)
    if ends is None:
        return None
    c, t = found.cities.index(story.city), found.years.index(story.year)
    rank = voice.ordinal(int(found.nominal_rank[c, t]))
    facts = {
        "low": voice.ordinal(ends[0]),
        "high": voice.ordinal(ends[1]),
        "draws": draws_in(found, story.year),
        "rank": rank,
        "share": parted(float(found.nominal_share[c, t]), float(found.nominal_tied[c, t]), voice),
    }
    return voice.say("city.interval" if ends[0] < ends[1] else "city.interval_one", **facts)


def _sure(run: Computed, story: CityStory, voice: Teller) -> dict[str, Any]:
    """What the draws, the bounds over the weights and the origin of the figures say about the rank."""
    found, told, ranks = run.drawn, list[str](), None
    sentence = None if found is None else _interval(found, story, voice)
    if found is None or sentence is None:
        told.append(voice.say("city.untested"))
    else:
        c, t = found.cities.index(story.city), found.years.index(story.year)
        near = share_text(float(found.share_within(1)[c, t]), 1)
        says = story.now.ranked > 1  # the only one has no other place
        told.append(voice.mark("between").join([sentence, *([voice.say("city.near", share=near)] if says else [])]))
        told += _gains(found, story, voice)
        told.append(voice.say("city.no_probability"))
        ranks = _ranks(found, c, t, voice)
    told += _limits(run, story, voice)
    told += _orders(run, story, voice)
    observed = city_coverage(run, voice)[run.result.cities.index(story.city)]
    return {"sentences": [*told, voice.say("city.coverage", shares=observed)], "ranks": ranks}


def _gains(found: UncertaintyResult, story: CityStory, voice: Voice) -> Iterator[str]:
    """The share of the draws in which it gained places, and the share in which it lost some."""
    if story.first == story.year or (story.first, story.year) != (found.years[0], found.years[-1]):
        return
    shares = found.gain_share[found.cities.index(story.city)]
    middle = len(found.cities) - 1
    parts = {"up": shares[middle + 1 :].sum(), "same": shares[middle], "down": shares[:middle].sum()}
    if not np.isnan(shares).any():
        told = {name: share_text(float(share), 1) for name, share in parts.items()}
        yield voice.say("city.gains", **told, **_years(story))


def _ranks(found: UncertaintyResult, c: int, t: int, voice: Voice) -> dict[str, Any] | None:
    """Each rank that occurs and the share of the draws that give it; None where there are too many."""
    shares = found.acceptability_in(found.years[t])[c]
    seen = np.flatnonzero(shares > 0).tolist()
    if not 1 < len(seen) <= MOST_RANKS:
        return None
    nominal = int(found.nominal_rank[c, t]) - 1
    return {
        "ranks": [voice.say("city.place", rank=voice.ordinal(r + 1)) for r in seen],
        "wide": len(seen) > NARROW,
        "cells": [
            {"text": share_text(float(shares[r]), 1), "height": f"{100.0 * shares[r]:.1f}", "strong": r == nominal}
            for r in seen
        ],
    }


def _limits(run: Computed, story: CityStory, voice: Voice) -> Iterator[str]:
    """Best and worst rank over the allowed weights."""
    found = run.bounds
    if found is None or story.year not in found.years:
        return
    c, t = found.cities.index(story.city), found.years.index(story.year)
    if math.isnan(found.best[c, t]) or found.unsettled[c, t]:
        return
    ends = {}
    for end, rank, tied in (("best", found.best, found.best_tied), ("worst", found.worst, found.worst_tied)):
        shared = "city.limit_tied" if tied[c, t] else "city.limit"
        ends[end] = voice.say(shared, rank=voice.ordinal(int(rank[c, t])))
    key = "city.limits_one" if found.best[c, t] == found.worst[c, t] else "city.limits"
    sentences = [voice.say(key, weights=weight_set(run), **ends), *(voice.told(one) for one in unvaried(found))]
    yield voice.mark("between").join(sentences)


def _orders(run: Computed, story: CityStory, voice: Voice) -> list[str]:
    """How much the weights may change before the next city overtakes it, and before it overtakes the one ahead."""
    if run.study is None:
        return []
    near = neighbours(run.study.changes, [run.result.cities[c] for c in run.order])
    own = [one for one in near if one.claim is None and story.city in (one.city, *one.others)]
    return change_sentences([one for one in own if one.year == story.year], run.result.years, voice)


# --- two sheets -------------------------------------------------------------------------------------------------------

HOLDS = 52.0
"""Lines of a table that a sheet of A4 holds."""
SMALLEST = 0.6


def _fit(lines: float) -> float:
    """By how much letters are made smaller, so that so many lines fit on a sheet; shorter lines break less often.

    >>> _fit(40.0), _fit(80.0)
    (1.0, 0.75)
    """
    return max(SMALLEST, min(1.0, round(float((HOLDS / lines) ** (2.0 / 3.0)), 2)))


def _lines(text: str | None, width: float) -> int:
    """How many lines a text takes in a column of so many letters, Chinese ones counting twice, with room to spare."""
    return math.ceil(cell_len(text or "") / width) if text else 0


def _lines_of_first(told: dict[str, Any]) -> float:
    """Lines of the first sheet: the head, the card and the path take those of 22."""
    n = 22.0 + 2.6 * _lines(told["city"], 36) + 1.5 * _lines(told["claim"], 70) + _lines(told["note"], 110)
    n += max(_lines(tile["about"], 28) for tile in told["tiles"]) + _lines(told["lead"], 105)
    for key, width in (("standings", 36), ("change", 34)):
        if told[key] is not None:
            rows = [row["name"] for group in told[key]["groups"] for row in group["rows"]]
            n += 3.5 + _lines(told[key]["about"], 105) + sum(_lines(name, width) for name in rows)
    return n


def _lines_of_second(told: dict[str, Any]) -> float:
    """Lines of the second sheet."""
    passings, following, sure = told["passings"], told["next"], told["sure"]
    n = 1.0 + _lines(told["title"], 105)
    if passings is not None:
        n += 4.0 + sum(max(_lines(row[0], 20), _lines(row[-1], 66)) for row in passings["rows"])
        n += sum(_lines(sentence, 105) for sentence in passings["more"])
    if following is not None:
        n += 3.0 + _lines(following["about"], 105)
        n += sum((3.0, *(_lines(row[0], 36) for row in following["gaps"]))) if following["gaps"] else 0.0
        n += sum(max(_lines(row[0], 24), _lines(row[-1], 28)) for row in following["found"])
        n += 3.0 if following["found"] else 0.0
    beside = sure["ranks"] is not None and not sure["ranks"]["wide"]
    n += 2.0 + (6.0 if sure["ranks"] is not None and not beside else 0.0)
    n += sum(_lines(sentence, 72 if beside else 105) for sentence in sure["sentences"])
    return n + 1.5 + 0.8 * sum(_lines(text, 130) for text in (*told["foot"], told["notes"]))


# --- notes ------------------------------------------------------------------------------------------------------------


def _notes(story: CityStory, voice: Teller) -> str:
    told = [note for note in story_notes(story, voice) if note]
    return voice.say("explain.note") + voice.semicolon(told) + voice.mark("stop").strip() if told else ""
