"""Which charts `--only` names: charts of the catalogue, the card of a city, two cities against each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import sha256

import numpy as np

from indexcalc.analysis.named import find_city, find_node
from indexcalc.errors import InputError, Problem, refuse_if, suggestion
from indexcalc.report.charts.catalogue import Chart, charts
from indexcalc.report.charts.city_card import city_card
from indexcalc.report.charts.lines import Lines, chosen, refuse_unknown
from indexcalc.report.charts.needs import UNCERTAINTY, scored
from indexcalc.report.charts.pair import pair
from indexcalc.spec.framework import INDEX
from indexcalc.steps.result import IndexResult
from indexcalc.voice import Voice

LINES = ("trend", "ranks")
"""Charts of lines: of the index, a dimension or an indicator, for some cities and years."""
KINDS = {"city": 1, "pair": 2}
"""Charts of cities, and of how many."""
PLACE = ("in_option", {"option": "--only"})

LONGEST = 90
"""Bytes of a city's name in a file's name: file systems allow 255 for the whole, in which there may be two."""
FORMS = ("all", "cities", *(f"{kind}:" for kind in (*KINDS, *LINES)))


def ordinary(highlight: Sequence[str], result: IndexResult, voice: Voice) -> list[Chart]:
    """The charts of a run that names none: those that carry its message, and the card of each highlighted city."""
    return [*(chart for chart in charts().values() if chart.by_default), *_cards(highlight, result, voice)]


def of_studies() -> list[str]:
    """The charts of what a study of robustness finds."""
    return [chart.name for chart in charts().values() if any(need.study for need in chart.needs)]


def selected(
    only: Sequence[str],
    result: IndexResult,
    voice: Voice,
    lines: Lines | None = None,
    *,
    highlight: Sequence[str] = (),
    place: tuple[str, dict[str, str]] = PLACE,
) -> list[Chart]:
    """The charts that `only` names, each once, in that order.

    A name is that of a chart; `all` means every chart of the catalogue, and the card of each highlighted city;
    `city:NAME` the card of a city, `cities` those of all; `pair:NAME:NAME` two cities against each other; `trend:NODE`
    and `ranks:NODE` the lines of the index, a dimension or an indicator. lines: of which cities and years, and in which
    shape; `trend` and `ranks` are then those of the index. place: where they are named, for what is refused
    (InputError), all at once: names that are none of these, and lines asked of other charts.
    """
    found: dict[str, Chart] = {}
    problems: list[Problem] = []
    lines = lines or Lines()
    try:
        refuse_unknown(result, lines)
    except InputError as error:
        problems.extend(error.problems)
    for name in only:
        try:
            found |= {chart.name: chart for chart in _named(name, result, voice, lines, place)}
            if name == "all":
                for card in _cards(highlight, result, voice):
                    found.setdefault(card.name, card)
        except InputError as error:
            problems.extend(error.problems)
    refuse_if(problems)
    return list(found.values())


def needs_draws(only: Sequence[str]) -> bool:
    """Whether the uncertainty analysis is needed for what `only` names."""
    return any(UNCERTAINTY in chart.needs for chart in _of_index(only))


def study_parts(only: Sequence[str]) -> list[str]:
    """The parts of a study of robustness (see `robustness.study`) that are needed for what `only` names."""
    return [need.study for chart in _of_index(only) for need in chart.needs if need.study]


def _known() -> dict[str, Chart]:
    """The charts by every name they are known under."""
    return {name: chart for chart in charts().values() for name in (chart.name, *chart.also)}


def _of_index(only: Sequence[str]) -> list[Chart]:
    """The charts of the catalogue that `only` names, in its order."""
    wanted = {_known()[name].name for name in only if name in _known()}
    return [chart for chart in charts().values() if chart.name in wanted or "all" in only]


def _named(
    name: str, result: IndexResult, voice: Voice, lines: Lines, place: tuple[str, dict[str, str]]
) -> Iterator[Chart]:
    kind, *names = re.split(r"\s*[:：]\s*", name)
    known = _known()[kind].name if kind in _known() else ""
    if known in LINES and (names or lines.asked):
        if len(names) > 1 or not all(names):
            raise InputError(Problem("chart_form", {"found": name}, place))
        yield _of_lines(known, names[0] if names else INDEX, result, lines, place)
    elif lines.asked:
        raise InputError(
            [
                Problem("chart_without_lines", {"found": name}, ("in_option", {"option": option}))
                for option in lines.asked
            ]
        )
    elif name in _known():
        yield _known()[name]
    elif name == "cities":
        scored = np.flatnonzero((~np.isnan(result.score())).any(axis=1))
        yield from _cards([result.cities[c] for c in scored], result, voice)
    elif kind in KINDS:
        if len(names) != KINDS[kind] or not all(names):
            raise InputError(Problem("chart_form", {"found": name}, place))
        cities = [find_city(result, one, place) for one in names]
        if len(set(cities)) < len(cities):
            raise InputError(Problem("chart_same_city", {"found": name}, place))
        yield _of_cities(kind, cities, result, voice)
    elif name == "all":
        yield from charts().values()
    else:
        raise InputError(Problem("chart_unknown", {"found": name, **suggestion(name, [*charts(), *FORMS])}, place))


def _cards(cities: Sequence[str], result: IndexResult, voice: Voice) -> list[Chart]:
    """The cards of cities in colour. One without any score has none: nobody asked for it by name."""
    return [_of_cities("city", [city], result, voice)._replace(needs=(scored(city),)) for city in cities]


def _of_lines(kind: str, name: str, result: IndexResult, lines: Lines, place: tuple[str, dict[str, str]]) -> Chart:
    """The lines of a node; the file is named after it and the shape of the page."""
    code = find_node(result, name, place)
    shape = "_" + lines.shape.replace(":", "x") if lines.shape else ""
    drawn = charts()[kind]
    return Chart(f"{kind}_{code}{shape}", drawn.draw, drawn.needs, of=partial(chosen, name=code, lines=lines))


def _of_cities(kind: str, cities: Sequence[str], result: IndexResult, voice: Voice) -> Chart:
    """The card of a city or the chart of a pair; the file is named after them in the language of the chart."""
    file = "_".join([kind, *in_files([voice.city(city) for city in cities], result, voice)])
    if kind == "city":
        return Chart(file, partial(city_card, city=cities[0]))
    return Chart(file, partial(pair, city=cities[0], other=cities[1]))


def in_files(names: Sequence[str], result: IndexResult, voice: Voice) -> Iterator[str]:
    """Cities' names as parts of a file's name: short, and different from those of all other cities, ignoring case."""
    count = Counter(_plain(voice.city(city)).casefold() for city in result.cities)
    for name in names:
        plain = _plain(name)
        short = plain.encode()[:LONGEST].decode(errors="ignore")
        alone = short == plain and count[plain.casefold()] == 1
        yield short if alone else f"{short}-{sha256(name.encode()).hexdigest()[:8]}"


def _plain(city: str) -> str:
    """A city's name as part of a file's name.

    >>> _plain("Xi'an / 西安")
    'Xi_an___西安'
    """
    return re.sub(r"\W", "_", city)
