"""Which charts `--only` names: charts of the catalogue, the card of a city, two cities against each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import sha256

import numpy as np

from indexcalc.analysis.explain import find_city
from indexcalc.errors import InputError, Problem, refuse_if, suggestion
from indexcalc.report.charts.catalogue import CHARTS, OF_STUDIES, UNCERTAINTY, Drawing
from indexcalc.report.charts.city_card import city_card
from indexcalc.report.charts.pair import pair
from indexcalc.result import IndexResult
from indexcalc.voice import Voice

KINDS = {"city": 1, "pair": 2}
"""Drawings of cities, and of how many."""
PLACE = ("in_option", {"option": "--only"})

ALSO = {"bump": "ranks"}
"""Other names under which charts are known."""
LONGEST = 90
"""Bytes of a city's name in a file's name: file systems allow 255 for the whole, in which there may be two."""
FORMS = ("all", "cities", "city:", "pair:")


def selected(only: Sequence[str], result: IndexResult, voice: Voice) -> list[Drawing]:
    """The drawings that `only` names, each once, in that order.

    A name is that of a chart; `all` means every chart of the catalogue; `city:NAME` the card of a city, `cities` those
    of all; `pair:NAME:NAME` two cities against each other. Refused (InputError): what is none of these, all at once.
    """
    found: dict[str, Drawing] = {}
    problems: list[Problem] = []
    for name in only:
        try:
            found |= {drawing.name: drawing for drawing in _drawings(name, result, voice)}
        except InputError as error:
            problems.extend(error.problems)
    refuse_if(problems)
    return list(found.values())


def needs_draws(only: Sequence[str]) -> bool:
    """Whether the uncertainty analysis is needed for what `only` names; nothing named is the ordinary set."""
    return not only or "all" in only or any(UNCERTAINTY in CHARTS[code].needs for code in _codes(only))


def study_parts(only: Sequence[str]) -> list[str]:
    """The parts of a study of robustness (see `robustness.study`) that are needed for what `only` names."""
    return [code for code in OF_STUDIES if code in _codes(only) or "all" in only]


def _codes(only: Sequence[str]) -> list[str]:
    return [code for name in only if (code := ALSO.get(name, name)) in CHARTS]


def _drawings(name: str, result: IndexResult, voice: Voice) -> Iterator[Drawing]:
    code = ALSO.get(name, name)
    kind, *names = re.split(r"\s*[:：]\s*", name)
    if code in CHARTS:
        yield Drawing(code, CHARTS[code].draw, CHARTS[code].needs)
    elif name == "cities":
        scored = np.flatnonzero((~np.isnan(result.score())).any(axis=1))
        yield from (_of_cities("city", [result.cities[c]], name, result, voice) for c in scored)
    elif kind in KINDS:
        if len(names) != KINDS[kind] or not all(names):
            raise InputError(Problem("chart_form", {"found": name}, PLACE))
        yield _of_cities(kind, [find_city(result, one, PLACE) for one in names], name, result, voice)
    elif name == "all":
        yield from (Drawing(name, chart.draw, chart.needs) for name, chart in CHARTS.items())
    else:
        raise InputError(Problem("chart_unknown", {"found": name, **suggestion(name, [*CHARTS, *FORMS])}, PLACE))


def _of_cities(kind: str, cities: Sequence[str], written: str, result: IndexResult, voice: Voice) -> Drawing:
    """The card of a city or the chart of a pair; the file is named after them in the language of the chart."""
    file = "_".join([kind, *_in_files([voice.city(city) for city in cities], result, voice)])
    if kind == "city":
        return Drawing(file, partial(city_card, city=cities[0]))
    if cities[0] == cities[1]:
        raise InputError(Problem("chart_same_city", {"found": written}, PLACE))
    return Drawing(file, partial(pair, city=cities[0], other=cities[1]))


def _in_files(names: Sequence[str], result: IndexResult, voice: Voice) -> Iterator[str]:
    """Cities' names as parts of a file's name: short, and unlike those of all other cities, in any case of letters."""
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
