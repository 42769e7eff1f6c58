"""A city explained, a figure traced to its cell, two cities side by side: one screen each, in words and tables."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from indexcalc.analysis.against import Comparison, NodeGap
from indexcalc.analysis.explain import CityStory, Driver, Passing, Standing, YearPoint
from indexcalc.analysis.next_place import SHARES, Improvement
from indexcalc.analysis.trace import RawCell, Trace
from indexcalc.errors import Problem
from indexcalc.methods import METHODS
from indexcalc.origin import Origin
from indexcalc.report.numbers import number, percent, signed
from indexcalc.report.units import quantity, unit_name
from indexcalc.spec.choice import Choice
from indexcalc.spec.framework import INDEX
from indexcalc.steps.result import IndexResult
from indexcalc.voice import Voice

TOLD = 3
"""Indicators named on each side: strongest and weakest, largest gains and losses."""
YEARS = 8
"""Years of the path that fit on a line."""
PASSINGS = 4
"""How many cities passed, and passing, are listed one by one."""
NARROW = 100
"""Width below which the scores of both years are left out of what drove the change."""
ROWS = 34
"""Rows of a comparison that fit on a screen; if there are more indicators, those with the largest parts are shown."""

MOST_NAME = 14
"""Cells of a city's name at the head of a column; the sentence above has the whole name."""


Told = TypeVar("Told")

FORMULAS = {
    "ratio": "{scale}{0} / {1}",
    "per_capita": "{scale}{0} / {1}",
    "share": "100 × {0} / {1}",
    "difference": "{0} - {1}",
}


def print_story(console: Console, story: CityStory, result: IndexResult, voice: Voice) -> None:
    """One city on one screen: its rank, its path, strengths, what drove its change, whom it passed, the next place."""
    voice = Teller(result, voice)
    last = result.years[-1]
    voice.title(console, voice.node(INDEX))
    if story.year != last:
        voice.tell(console, voice.say("explain.no_last", city=voice.city(story.city), last=last, year=story.year))
    voice.tell(console, headline(story, voice))
    _say_table(console, _path_table(story, voice))
    _say_standings(console, story, voice)
    if story.first != story.year:
        _say_change(console, story, voice)
        _say_passings(console, story, voice)
    _say_next(console, story, voice)
    _say_notes(console, story_notes(story, voice), voice)


# --- how things are written -------------------------------------------------------------------------------------------


class Teller(Voice):
    """A voice that knows the decimals of the index and of the scores below it, for one story."""

    def __init__(self, result: IndexResult, voice: Voice) -> None:
        super().__init__(voice.lang, result.framework, end=result.methodology.rank_on.end)
        self.result = result
        self.digits, self.digits_below = _digits(result.score()), _digits(result.scores[:, :, 1:])
        self.marked = False  # whether a figure has been marked as imputed, which a note then explains

    def cities(self, cities: Sequence[str]) -> str:
        return self.listed([self.city(city) for city in cities])

    def rank(self, rank: float) -> str:
        return self.say("explain.unknown") if math.isnan(rank) else self.ordinal(int(rank))

    def place(self, rank: float, of: str = "") -> str:
        """A rank in a table, or a dash; of: what follows it."""
        return self.say("explain.unknown") if math.isnan(rank) else f"{int(rank)}{of}"

    def score(self, score: float) -> str:
        """A score, or a dash."""
        return self.say("explain.unknown") if math.isnan(score) else number(score, self.digits)

    def below(self, score: float) -> str:
        """A score of a dimension or indicator, or a dash."""
        digits = self.digits_below
        return self.say("explain.unknown") if math.isnan(score) else number(score, digits)

    def signed(self, part: float) -> str:
        """A difference with its sign, or a dash."""
        return self.say("explain.unknown") if math.isnan(part) else signed(part, self.digits)

    def figure(self, code: str, value: float, origin: int = Origin.OBSERVED) -> str:
        """A figure of an indicator with its unit, marked where it is imputed."""
        unit = self.result.framework.all_indicators[code].unit
        imputed = origin not in (Origin.MISSING, Origin.OBSERVED)
        self.marked |= imputed
        return _with_unit(value, unit, self) + ("*" if imputed else "")

    def title(self, console: Console, text: str) -> None:
        console.print(Text(text, style="bold"))

    def tell(self, console: Console, text: str) -> None:
        """A paragraph, broken where the language allows."""
        for line in _lines(text.rstrip(), console.width) if self.grammar["unspaced"] else [text.rstrip()]:
            console.print(Text(line))


def _digits(scores: NDArray[np.float64]) -> int:
    """Decimals of scores: two where they go beyond 10, more where they are small.

    >>> _digits(np.array([34.7, np.nan])), _digits(np.array([-4.0, 3.0])), _digits(np.array([0.8]))
    (2, 3, 4)
    """
    largest = float(np.nanmax(np.abs(scores))) if not np.isnan(scores).all() else 0.0
    return 2 if largest >= 10 else 3 if largest >= 2 else 4


def plain(value: float, digits: int) -> float:
    """Rounded, and never -0."""
    return round(value, digits) + 0.0


def _number(value: float) -> str:
    """A figure of any unit: whole and with separators from 1000 on, else four digits.

    >>> _number(20817.5), _number(27.8), _number(0.78339), _number(-0.0), _number(4.0)
    ('20,818', '27.8', '0.7834', '0', '4')
    """
    if math.isnan(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value + 0.0:.4g}"


def _with_unit(value: float, unit: str, voice: Voice) -> str:
    text = _number(value)
    return text if math.isnan(value) else quantity(text, unit, voice)


def _method(choice: Choice, voice: Voice) -> str:
    """A method as it is chosen: its name, and its parameters as in the YAML."""
    name = voice.method(choice.step, choice.name)
    told = voice.comma(f"{key}={_parameter(value)}" for key, value in choice.parameters.items())
    return voice.say("explain.method", name=name, told=told) if told else name


def _parameter(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_parameter, value))}]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _table(*columns: tuple[str, str]) -> Table:
    """A light table from (header, side); the columns on the left may be wrapped, figures never."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for header, side in columns:
        figures = side == "right"
        table.add_column(Text(header), justify="right" if figures else "left", no_wrap=figures, overflow="fold")
    return table


UNBROKEN = re.compile(r"[（“]*(?:[!-~–—→]+|.)[，。；：、）”]*")
"""What is not broken in a line of Chinese: a run of letters and digits, or a character, with its punctuation."""


def _lines(text: str, width: int) -> list[str]:
    """Chinese in lines of so many cells, none of which begins with a stop or a comma.

    >>> _lines("没有一个能单独做到。", 18), _lines("支出 +0.67，床位", 12)
    (['没有一个能单独做', '到。'], ['支出 +0.67，', '床位'])
    """
    lines = [""]
    for piece in UNBROKEN.findall(text):
        if lines[-1] and cell_len(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def _cut(name: str, cells: int) -> str:
    """A name in so many cells of the screen.

    >>> _cut("成都", 12), _cut("Inner Mongolia Autonomous Region", 12)
    ('成都', 'Inner Mongo…')
    """
    return name if cell_len(name) <= cells else set_cell_size(name, cells - 1).rstrip() + "…"


def _row(table: Table, cells: Sequence[str], style: str = "") -> None:
    table.add_row(*(Text(cell, style=style) for cell in cells))


def _rows(table: Table, name: str, rows: Sequence[Sequence[str]]) -> None:
    """Rows of which the first is named."""
    for i, cells in enumerate(rows):
        _row(table, [name if i == 0 else "", *cells])


def _say_table(console: Console, table: Table) -> None:
    console.print()
    console.print(table)


def _say_notes(console: Console, notes: Sequence[str], voice: Teller) -> None:
    told = [note for note in notes if note]
    if told:
        console.print()
        text = voice.semicolon(told)
        voice.tell(console, voice.say("explain.note") + text + voice.mark("stop"))


def _refusals(problems: Sequence[Problem], voice: Voice) -> str:
    """Why something is not split, as one note without its last full stop."""
    told = " ".join(map(voice.clause, problems))
    return voice.say("explain.not_split") + voice.without_stop(told) if told else ""


# --- the story, piece by piece ----------------------------------------------------------------------------------------


def headline(story: CityStory, voice: Teller) -> str:
    now, then = story.now, next(point for point in story.path if point.year == story.first)
    facts = {"city": voice.city(story.city), "year": story.year, "score": voice.score(now.score)}
    if now.ranked == 1:
        one = len(voice.result.cities) == 1
        head = voice.say("explain.only_city" if one else "explain.only_scored", **facts)
    else:
        tied = {"others": voice.cities(story.tied), "rank": voice.rank(now.rank)}
        standing = voice.say("explain.stands_tied" if story.tied else "explain.stands", **tied)
        head = voice.say("explain.headline", **facts, n=now.ranked, standing=standing)
    if story.first == story.year:
        return head + voice.mark("stop") + voice.say("explain.one_year")
    gain = int(story.ends[0] - story.ends[1])
    moved = voice.say(
        f"explain.{('up' if gain > 0 else 'down') + ('_one' if abs(gain) == 1 else '')}" if gain else "explain.same",
        n=abs(gain),
    )
    if story.among == 1 or then.ranked == now.ranked == 1:
        moved = voice.say("explain.alone")
    elif story.among is not None:
        moved += voice.say("explain.among", n=story.among)
    before = {"first": story.first, "score": voice.score(then.score), "rank": voice.rank(then.rank), "moved": moved}
    return head + voice.mark("semicolon") + voice.say("explain.before", **before) + voice.mark("stop")


def _path_table(story: CityStory, voice: Teller) -> Table:
    """Score, rank and mean of the cities by year: the first year and the last ones."""
    path = path_told(story)
    table = _table(("", "left"), *((str(point.year), "right") for point in path))
    for name, cells in path_rows(path, voice):
        _row(table, [name, *cells])
    return table


def path_rows(path: Sequence[YearPoint], voice: Teller) -> list[tuple[str, list[str]]]:
    """Scores, ranks and means of the cities, each with its name."""
    low, high = (end((point.ranked for point in path if point.ranked), default=0) for end in (min, max))
    mean = voice.say("explain.city_mean" if low == high else "explain.city_mean_of", n=high, low=low, high=high)
    return [
        (voice.say("explain.score"), [voice.score(point.score) for point in path]),
        (voice.say("explain.rank"), [voice.place(p.rank, f"/{p.ranked}") for p in path]),
        (mean, [voice.score(point.mean) for point in path]),
    ]


def path_told(story: CityStory) -> tuple[YearPoint, ...]:
    """The first year and the last ones."""
    return story.path if len(story.path) <= YEARS else (story.path[0], *story.path[1 - YEARS :])


def _say_standings(console: Console, story: CityStory, voice: Teller) -> None:
    """The strongest indicators of the last year, those above the mean city, and the weakest, below it.

    The only city of its year has none: it is the mean.
    """
    if story.now.ranked == 1:
        return
    split = not math.isnan(story.distance)
    title = voice.say(
        f"explain.{'against_mean' if split else 'strengths'}",
        **({"distance": voice.signed(story.distance)} if split else {}),
    )
    heads = [(title, "left"), (voice.say("explain.figure"), "right")]
    heads += [
        (voice.say(f"explain.{key}"), "right") for key in ("rank", "score", "mean", *(("part",) if split else ()))
    ]
    table = _table(("", "left"), *heads)
    strong, weak = strong_and_weak(story, voice)
    for key, group in (("strong", strong), ("weak", weak)):
        rows = [[*standing_cells(one, voice), *([voice.signed(one.part)] if split else [])] for one in group]
        _rows(table, voice.say(f"explain.{key}"), rows)
    console.print()
    if strong or weak:
        console.print(table)
    for key, group in (("no_strong", strong), ("no_weak", weak)):
        if not group and not story.turned:
            voice.tell(console, voice.say(f"explain.{key}"))


def strong_and_weak(story: CityStory, voice: Teller) -> tuple[list[Standing], list[Standing]]:
    """The indicators furthest above the mean city and furthest below it, if the printed digits show a difference."""
    split = not math.isnan(story.distance)
    digits = voice.digits if split else voice.digits_below
    return above_and_below(story.standings, lambda one: from_mean(one, split), digits)


def from_mean(one: Standing, split: bool) -> float:
    """How far an indicator is from the mean city: its part of the distance of the index, where that can be split."""
    return one.part if split else one.score - one.mean


def above_and_below(
    ordered: Sequence[Told], value: Callable[[Told], float], digits: int, most: int = TOLD
) -> tuple[list[Told], list[Told]]:
    """The first of those whose value is above 0 as printed, and of those below it the last, the last one first."""
    above = [one for one in ordered if plain(value(one), digits) > 0]
    below = [one for one in reversed(ordered) if plain(value(one), digits) < 0]
    return above[:most], below[:most]


def standing_cells(one: Standing, voice: Teller) -> list[str]:
    """Name, figure, rank, score and mean of an indicator."""
    figure = voice.figure(one.code, one.value, one.origin)
    return [voice.node(one.code), figure, voice.place(one.rank), voice.below(one.score), voice.below(one.mean)]


def _say_change(console: Console, story: CityStory, voice: Teller) -> None:
    """The change by dimension in a sentence, and the indicators that raised and lowered it most."""
    console.print()
    voice.tell(console, change_sentence(story, voice))
    if math.isnan(story.change) or not story.drivers:
        return
    heads = [(voice.say("explain.indicator"), "left"), (str(story.first), "right"), (str(story.year), "right")]
    scored = console.width >= NARROW
    heads += [(f"{voice.say('explain.score')} {year}", "right") for year in (story.first, story.year) if scored]
    table = _table(("", "left"), *heads, (voice.say("explain.part"), "right"))
    gains, losses = gains_and_losses(story, voice)
    for key, group in (("gain", gains), ("loss", losses)):
        _rows(table, voice.say(f"explain.{key}"), [driver_cells(driver, voice, scored=scored) for driver in group])
    if gains or losses:
        console.print(table)
    for key, group in (("no_loss", losses), ("no_gain", gains)):
        if not group:
            voice.tell(console, voice.say(f"explain.{key}"))


def change_sentence(story: CityStory, voice: Teller) -> str:
    """The change of the score and its parts by dimension, or why there is none to report."""
    if math.isnan(story.change):
        return voice.say("explain.unlike", **_unlike(story, voice)) + voice.mark("stop")
    head = voice.say("explain.changed", first=story.first, year=story.year, change=voice.signed(story.change))
    parts = [f"{voice.node(d.code)} {voice.signed(d.part)}" for d in story.dimensions]
    told = voice.mark("colon") + voice.clauses(parts) if parts else ""
    return head + told + voice.mark("stop")


def gains_and_losses(story: CityStory, voice: Teller) -> tuple[list[Driver], list[Driver]]:
    """The indicators that raised the score most and those that lowered it most."""
    return above_and_below(story.drivers, lambda driver: driver.part, voice.digits)


def _unlike(story: CityStory, voice: Teller) -> dict[str, Any]:
    """The two years, and the indicators that only one of them has, as facts."""
    names = voice.comma(voice.node(code) for code in story.once)
    return {"first": story.first, "year": story.year, "names": names}


def driver_cells(driver: Driver, voice: Teller, *, scored: bool = False) -> list[str]:
    """Name, figure in both years and part of the change of an indicator; scored: with its scores in both."""
    figures = [voice.figure(driver.code, *pair) for pair in zip(driver.values, driver.origins, strict=True)]
    scores = [voice.below(score) for score in driver.scores if scored]
    return [voice.node(driver.code), *figures, *scores, voice.signed(driver.part)]


def _say_passings(console: Console, story: CityStory, voice: Teller) -> None:
    console.print()
    if not story.passings:
        voice.tell(console, voice.say("explain.nobody", first=story.first, year=story.year))
    for gained in (True, False):
        group = [passing for passing in story.passings if passing.gained == gained]
        for passing in group[:PASSINGS]:
            voice.tell(console, _passing_line(passing, voice))
        if group[PASSINGS:]:
            cities = voice.cities([passing.other for passing in group[PASSINGS:]])
            voice.tell(console, voice.say("explain.more", n=len(group) - PASSINGS, cities=cities))


def _passing_line(passing: Passing, voice: Teller) -> str:
    """Who passed whom, how the gap changed, and the parts of that: the largest on each side, and the rest as one."""
    overtaking = passing.overtaking
    key = f"{'gained' if passing.gained else 'lost'}.{overtaking.kind}"
    line = voice.say(f"explain.{key}", other=voice.city(passing.other), since=overtaking.since)
    before, after = passing.gap_before, passing.gap_after
    gap = {"before": voice.signed(before), "after": voice.signed(after), "change": voice.signed(after - before)}
    line += voice.say("explain.gap" if passing.alike else "explain.gap_ends", **gap)
    if passing.parts:
        line += voice.say("explain.through", parts=parts_of_gap(passing, voice))
    return line + voice.mark("stop")


def parts_of_gap(passing: Passing, voice: Teller) -> str:
    """The parts of the change of a gap: the largest on each side, and the rest as one."""
    with_it, against_it = TOLD, TOLD - 1
    if passing.gap_after < passing.gap_before:
        with_it, against_it = against_it, with_it
    parts = passing.parts
    chosen = [p for p in parts[:with_it] if p[1] > 0] + [p for p in parts[: -against_it - 1 : -1] if p[1] < 0]
    rest = [p for p in parts if p not in chosen]
    told = [f"{voice.node(code)} {voice.signed(part)}" for code, part in chosen]
    if rest:
        total = voice.signed(sum(part for _, part in rest))
        told.append(voice.say("explain.rest_one" if len(rest) == 1 else "explain.rest", n=len(rest), part=total))
    return voice.clauses(told)


def _say_next(console: Console, story: CityStory, voice: Teller) -> None:
    """What would gain the next place, and exactly what was tried."""
    place = story.next_place
    console.print()
    if place is None:
        now = story.now
        if now.ranked > 1 and _is_best(now, story, voice):
            voice.tell(console, best_place(story, voice))
        return
    targets, limit = voice.cities(place.targets), percent(SHARES[-1])
    facts = {"rank": voice.rank(place.rank), "targets": targets, "gap": voice.score(place.gap)}
    head = voice.say(away("explain.next", voice), **facts)
    if not place.searched:
        voice.tell(console, head + voice.say("explain.next_nothing", year=story.year))
    elif not place.found:
        voice.tell(console, head + voice.say(away("explain.next_none", voice), n=place.searched, limit=limit))
    else:
        voice.tell(console, head + voice.say(away("explain.next_found", voice)))
        console.print(_improvement_table(place.found, voice))


def _is_best(now: YearPoint, story: CityStory, voice: Teller) -> bool:
    """Whether no city is better, where the next place was not looked for."""
    worst_first = voice.result.methodology.rank_on.worst_first
    return now.rank + len(story.tied) == now.ranked if worst_first else now.rank == 1


def best_place(story: CityStory, voice: Teller) -> str:
    """That no place is better than that of the city."""
    return voice.say(away("explain.first_shared" if story.tied else "explain.first_place", voice))


def away(key: str, voice: Teller) -> str:
    """The key of a sentence about the next place, which is away from rank 1 where that is the worst."""
    return f"{key}_away" if voice.result.methodology.rank_on.worst_first else key


def _improvement_table(found: Sequence[Improvement], voice: Teller) -> Table:
    heads = [("datum", "left"), ("from_to", "right"), ("relative", "right"), ("range_share", "right")]
    table = _table(
        *((voice.say(f"explain.{key}"), side) for key, side in [*heads, ("cell", "left"), ("affects", "left")])
    )
    for one in found:
        now, needed, change = improvement_figures(one, voice)
        unit = voice.result.framework.columns[one.column].unit
        where = voice.say("explain.empty_cell") if one.empty else "–" if one.cell is None else "!".join(one.cell)
        figures = quantity(f"{now} {voice.say('explain.arrow')} {needed}", unit, voice)
        cells = [voice.node(one.column), figures, change, percent(one.share), where, also_moved(one, voice)]
        _row(table, cells)
    return table


def improvement_figures(one: Improvement, voice: Teller) -> tuple[str, str, str]:
    """The figure now, the one that is needed, and the change from one to the other [%]."""
    change = voice.say("explain.unknown") if one.before == 0 else f"{100.0 * (one.after / one.before - 1.0):+.1f}%"
    decimals = max(0, -math.floor(math.log10(one.step) + 1e-9))
    return _number(one.before), f"{one.after:,.{decimals}f}", change


def also_moved(one: Improvement, voice: Teller) -> str:
    """The indicators that a figure enters."""
    moved = [code for code in (one.code, *one.others) if code != one.column]
    return voice.comma(voice.node(code) for code in moved) or voice.say("explain.unknown")


def story_notes(story: CityStory, voice: Teller) -> list[str]:
    place = story.next_place
    split = not math.isnan(story.distance)
    notes = [
        voice.say("explain.imputed") if voice.marked else "",
        voice.say("explain.parts_of_mean") if split else "",
        voice.say("explain.parts_of_change" if split else "explain.parts_of_change_alone") if story.drivers else "",
        voice.say("explain.gap_is") if story.passings else "",
        voice.say("explain.rounded") if split or story.drivers else "",
        "" if story.comparable or story.first == story.year else voice.say("explain.incomparable"),
    ]
    if story.turned:
        names = voice.comma(voice.node(code) for code in story.turned)
        notes.append(voice.say("explain.neither", names=names))
    if story.once and not math.isnan(story.change):
        before, after = (voice.score(score) for score in story.compared)
        notes.append(voice.say("explain.of_both", before=before, after=after, **_unlike(story, voice)))
    if story.uncompared:
        facts = {"cities": voice.cities(story.uncompared), "first": story.first, "year": story.year}
        notes.append(voice.say("explain.uncompared", **facts))
    if place is not None and place.searched:
        searched = voice.say("explain.searched", n=place.searched, limit=percent(SHARES[-1])) if place.found else ""
        notes += [voice.say("explain.range"), searched]
    if place is not None and place.skipped:
        names = voice.comma(voice.node(code) for code in place.skipped)
        notes.append(voice.say("explain.skipped", names=names))
    return [*notes, _rounded_ranks(voice), _refusals(story.refusals, voice)]


def _rounded_ranks(voice: Teller) -> str:
    """That scores which differ as printed may share a rank; empty where they cannot."""
    decimals = voice.result.methodology.rank_on.decimals
    return voice.say("explain.rank_rounded", decimals=decimals) if decimals < voice.digits else ""


# --- one figure, traced -----------------------------------------------------------------------------------------------


def print_trace(console: Console, traced: Trace, result: IndexResult, voice: Voice) -> None:
    """One figure at every stage, from its cells to its part of the index."""
    voice = Teller(result, voice)
    name = voice.node(traced.code)
    title = voice.say(
        "explain.trace_title", city=voice.city(traced.city), year=traced.year, name=name, code=traced.code
    )
    voice.title(console, title)
    console.print()
    table = _table(
        (voice.say("explain.stage"), "left"), (voice.say("explain.figure"), "right"), (voice.say("explain.how"), "left")
    )
    for i, cell in enumerate(traced.cells):
        _row(
            table,
            [voice.say("explain.raw") if i == 0 else "", _with_unit(cell.value, cell.unit, voice), _raw(cell, voice)],
        )
    unit = result.framework.all_indicators[traced.code].unit
    for key, value, how in _stages(traced, voice, unit):
        _row(table, [voice.say(f"explain.{key}"), value, how])
    console.print(table)


def _raw(cell: RawCell, voice: Teller) -> str:
    """Name, year, cell and source of a raw figure."""
    file = voice.result.panel.file
    if cell.cell is not None:
        where = voice.say("explain.in_cell", file=file, sheet=cell.cell[0], cell=cell.cell[1])
    else:
        where = (
            voice.say("explain.no_cell", file=file)
            if file and math.isnan(cell.value)
            else voice.say("explain.handed_in")
        )
    text = voice.say("explain.raw_cell", name=voice.node(cell.column), year=cell.year, where=where.strip())
    if math.isnan(cell.value):
        return text
    if cell.source is None:
        return text + voice.say("explain.no_source")
    source = voice.semicolon(part for part in cell.source if part)
    return text + voice.say("explain.source", source=source)


def _stages(traced: Trace, voice: Teller, unit: str) -> list[tuple[str, str, str]]:
    """(stage, figure, how) from derived to weighted."""
    stages = [
        ("derived", _with_unit(traced.derived, unit, voice), _derivation(traced, voice)),
        ("imputed_stage", _with_unit(traced.imputed, unit, voice), _imputation(traced, voice)),
        ("treated", _number(traced.treated), _treatment(traced, voice)),
        ("oriented", _number(traced.oriented), _direction(traced, voice)),
        ("normalised", _number(traced.normalised), _normalisation(traced, voice)),
    ]
    if traced.score != traced.normalised and not math.isnan(traced.score):
        stages.append(("rounding", _number(traced.score), voice.say("explain.rounds")))
    rank = "" if math.isnan(traced.rank) else voice.say("explain.ranked", rank=voice.rank(traced.rank))
    key, how = stages[-1][0], stages[-1][2]
    stages[-1] = (key, stages[-1][1], how + rank)
    weight = "–" if math.isnan(traced.effective) else percent(traced.effective)
    stages.append(("weighted", weight, _weights(traced, voice)))
    part_of = "no_part" if math.isnan(traced.part) else f"part_of_{'score' if traced.part_of == 'none' else 'distance'}"
    facts = {"index": voice.node(INDEX), "score": voice.score(traced.index)}
    part = voice.signed(traced.part) if traced.part_of == "mean" else voice.score(traced.part)
    return [*stages, ("contribution", part, voice.say(f"explain.{part_of}", **facts))]


def _derivation(traced: Trace, voice: Teller) -> str:
    derived = traced.derivation
    if derived is None:
        return voice.say("explain.as_it_is")
    names = [voice.node(part) for part in derived.parts]
    sign = METHODS["derivation"][derived.kind].traits.get("several")
    if sign is not None:
        scale = derived.parameters.get("scale", 1.0)
        return f" {sign} ".join([*names, *([f"{scale:.15g}"] if scale != 1 else [])])
    if derived.kind in FORMULAS:
        scale = derived.parameters.get("scale", 10000.0 if derived.kind == "per_capita" else 1.0)
        return FORMULAS[derived.kind].format(*names, scale="" if scale == 1 else f"{scale:g} × ")
    choice = Choice(step="derivation", name=derived.kind, parameters=derived.parameters)
    return _method(choice, voice) + voice.mark("colon") + voice.comma(names)


def _imputation(traced: Trace, voice: Teller) -> str:
    if not traced.filled:
        return _origin(traced.origin, traced.imputation, traced.neighbours, voice)
    parts = [
        voice.say(
            "explain.filled_part",
            name=voice.node(part.column),
            year=part.year,
            value=_with_unit(part.value, part.unit, voice),
            how=_origin(part.origin, part.imputation, part.neighbours, voice),
        )
        for part in traced.filled
    ]
    return voice.say("explain.from_parts", parts=voice.semicolon(parts))


def _origin(origin: int, imputation: Choice, neighbours: Sequence[tuple[int, float]], voice: Teller) -> str:
    near = [voice.say("explain.near", year=year, value=_number(value)) for year, value in neighbours]
    told = voice.clauses(near)
    return voice.say(f"explain.origin.{origin}", method=_method(imputation, voice), near=told)


def _treatment(traced: Trace, voice: Voice) -> str:
    told = []
    if traced.transform is not None and traced.transform.name != "none":
        told.append(voice.say("explain.transformed", method=_method(traced.transform, voice)))
    if traced.treatment is not None:
        known = f"treatment.{traced.treatment}"
        told.append(voice.say(f"explain.{known}") if voice.knows(f"explain.{known}") else traced.treatment)
        if traced.was_treated:
            told.append(voice.say("explain.moved"))
        elif traced.treatment == "winsorised":  # a logarithm changes every value
            told.append(voice.say("explain.unmoved"))
    return voice.clauses(told) or voice.say("explain.untreated")


def _direction(traced: Trace, voice: Voice) -> str:
    known = f"explain.direction.{traced.direction.name}"
    other = "explain.direction.other"
    return voice.say(known if voice.knows(known) else other, method=_method(traced.direction, voice))


def _normalisation(traced: Trace, voice: Teller) -> str:
    extremes = traced.extremes
    kind = "none" if traced.normalisation.trait("ignores_reference") else traced.reference.kind
    reference = voice.say(f"explain.reference.{kind}", base=traced.reference.base)
    text = voice.say("explain.normalised_by", method=_method(traced.normalisation, voice), reference=reference)
    if extremes is None:
        return text
    low, high = extremes
    places = [voice.say("explain.at", city=voice.city(one.city), year=one.year) for one in extremes]
    facts = {"low": _number(low.value), "high": _number(high.value), "low_at": places[0], "high_at": places[1]}
    return text + voice.say("explain.extremes", **facts)


def _weights(traced: Trace, voice: Teller) -> str:
    parents = [code for code, _ in traced.weights[1:]] + [INDEX]
    steps = [(parent, weight) for parent, (_, weight) in zip(parents, traced.weights, strict=True)]
    ignoring = [voice.node(parent) for parent, weight in steps if math.isnan(weight)]
    if ignoring:
        return voice.say("explain.weights_ignored", nodes=voice.listed(ignoring))
    product = voice.say("explain.times").join(
        voice.say("explain.weight_in", parent=voice.node(parent), weight=percent(weight)) for parent, weight in steps
    )
    return product + (voice.say("explain.equals", weight=percent(traced.effective)) if len(steps) > 1 else "")


# --- two cities -------------------------------------------------------------------------------------------------------


def print_against(console: Console, compared: Comparison, result: IndexResult, voice: Voice) -> None:
    """Two cities node by node: figures, scores, what makes up their gap, and how that changed."""
    voice = Teller(result, voice)
    voice.title(console, voice.node(INDEX))
    voice.tell(console, _versus(compared, voice))
    _say_table(console, _gap_table(compared, voice))
    split = any(not math.isnan(node.part) for node in compared.nodes)
    notes = [
        voice.say("explain.gap_sign", city=voice.city(compared.city)) if split else "",
        voice.say("explain.gap_parts_add_up") if split else "",
        voice.say("explain.rounded") if split else "",
        "" if compared.comparable or compared.first == compared.year else voice.say("explain.incomparable"),
        _rounded_ranks(voice),
        _refusals(compared.refusals, voice),
    ]
    _say_notes(console, notes, voice)


def _versus(compared: Comparison, voice: Teller) -> str:
    (one, two), (rank, other_rank) = compared.scores[1], compared.ranks[1]
    names = {"city": voice.city(compared.city), "other": voice.city(compared.other)}
    facts = {"one": voice.score(one), "two": voice.score(two)}
    ranks = {"rank": voice.rank(rank), "other_rank": voice.rank(other_rank)}
    before, after = (plain(gap, voice.digits) for gap in compared.gaps)
    text = voice.say("explain.versus", **names, year=compared.year, **facts, **ranks)
    text += voice.mark("semicolon") + _state(compared, after, voice)
    if compared.first != compared.year:
        text += voice.mark("semicolon") + _since(compared, before, voice)
    return text + voice.mark("stop")


def _since(compared: Comparison, before: float, voice: Teller) -> str:
    """Who led in the first year, and what has become of the gap, like with like; before: the gap then, as printed."""
    told = {"first": compared.first, "state": _state(compared, before, voice, then=True)}
    gaps = compared.alike
    if not compared.comparable or math.isnan(gaps[1] - gaps[0]):
        return voice.say("explain.gap_then", **told)
    was, now = (plain(gap, voice.digits) for gap in gaps)
    if was == now:
        moved = voice.say("explain.gap_same")
    else:
        key = "turned" if was * now < 0 else "widened" if abs(now) > abs(was) else "narrowed"
        change = abs(gaps[1] - gaps[0])  # as in the table, not that of the rounded gaps
        moved = voice.say("explain.moved_by", moved=voice.say(f"explain.{key}"), change=voice.score(change))
    if compared.once:
        return voice.say("explain.gap_alike", **told, moved=moved)
    return voice.say("explain.unmoved_gap", **told) if was == now else voice.say("explain.gap_was", **told, moved=moved)


def _state(compared: Comparison, gap: float, voice: Teller, *, then: bool = False) -> str:
    """Who leads (or led), and by how much."""
    if gap == 0:
        return voice.say("explain.were_level" if then else "explain.level")
    facts = {"city": voice.city(compared.city if gap > 0 else compared.other), "gap": voice.score(abs(gap))}
    return voice.say("explain.led" if then else "explain.leads", **facts)


def _gap_table(compared: Comparison, voice: Teller) -> Table:
    """Figures and scores of both, node by node; the parts of the gap and of its change, where it can be split."""
    told = [not all(math.isnan(value) for value in values) for values in _parts_of(compared.nodes)]
    parts = [voice.say("explain.gap_part"), voice.say("explain.gap_since", first=compared.first)]
    heads = [(voice.say("explain.indicator"), "left"), (voice.say("explain.unit"), "left")]
    both = [_cut(voice.city(city), MOST_NAME) for city in compared.both]
    heads += [(f"{voice.say(f'explain.{key}')}\n{city}", "right") for key in ("figure", "score") for city in both]
    table = _table(*heads, *((part, "right") for part in _only(parts, told)))
    kept, rest = _kept(compared.nodes)
    for node in kept:
        _row(table, _gap_cells(node, voice, told), "" if node.is_indicator else "bold")
    if rest:
        sums = [voice.signed(math.fsum(values)) for values in _parts_of(rest)]
        _row(table, [voice.say("explain.other_rows", n=len(rest)), *[""] * 5, *_only(sums, told)])
    before, after = compared.gaps
    total = [voice.say("explain.total"), "", "", "", *(voice.score(score) for score in compared.scores[1])]
    _row(table, [*total, *_only([voice.signed(after), voice.signed(after - before)], told)], "bold")
    return table


def _parts_of(nodes: Sequence[NodeGap]) -> tuple[list[float], list[float]]:
    return [node.part for node in nodes], [node.part_change for node in nodes]


def _only(cells: Sequence[str], told: Sequence[bool]) -> list[str]:
    return [cell for cell, here in zip(cells, told, strict=True) if here]


def _kept(nodes: Sequence[NodeGap]) -> tuple[list[NodeGap], list[NodeGap]]:
    """The nodes shown, and the indicators that are only summed: those with the smallest parts, where all do not fit."""
    if len(nodes) <= ROWS:
        return list(nodes), []
    size: Callable[[NodeGap], float] = lambda node: -abs(node.part) if not math.isnan(node.part) else 0.0  # noqa: E731
    above = [node for node in nodes if not node.is_indicator][: ROWS // 2]
    leaves = sorted((node for node in nodes if node.is_indicator), key=size)
    shown = {node.code for node in (*above, *leaves[: ROWS - 1 - len(above)])}
    kept = [node for node in nodes if node.code in shown]
    return kept, [node for node in leaves if node.code not in shown]


def _gap_cells(node: NodeGap, voice: Teller, told: Sequence[bool]) -> list[str]:
    unit = voice.result.framework.all_indicators[node.code].unit if node.is_indicator else ""
    figures = [_number(value) if node.is_indicator else "" for value in node.values]
    cells = ["  " * (node.level - 1) + voice.node(node.code), unit_name(unit, voice), *figures]
    parts = [voice.signed(node.part), voice.signed(node.part_change)]
    return [*cells, *(voice.below(score) for score in node.scores), *_only(parts, told)]
