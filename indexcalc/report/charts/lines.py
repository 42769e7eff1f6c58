"""Lines of the reader's choice: of the index, a dimension or an indicator, for some cities and years, in some shape."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indexcalc.analysis.named import Place, find_city, find_node, find_year
from indexcalc.errors import InputError, Problem, refuse_if
from indexcalc.origin import NOT_IMPUTED
from indexcalc.report.charts.notes import publishers
from indexcalc.report.charts.subject import Subject, all_in_colour, cities_of
from indexcalc.spec.framework import INDEX
from indexcalc.steps.result import IndexResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHAPES = {"4:3": 3 / 4, "16:9": 9 / 16}
"""Height by width of a page, by the word for it."""


class Lines(NamedTuple):
    """Which lines are shown, by the names of cities and years as they are asked for, and in which of `SHAPES`.

    cities: none means all. years: `2019-2022`, `2019,2021`, or both; nothing means all.
    """

    cities: Sequence[str] = ()
    years: str = ""
    shape: str = ""

    @property
    def asked(self) -> list[str]:
        """The options that ask for something."""
        return [f"--{name}" for name, value in self._asdict().items() if value]


def chosen(subject: Subject, name: str, lines: Lines, ax: Axes | None = None) -> Subject:
    """The part of a subject to be shown: the lines of a node, by its code or name; for an indicator its figures, in its
    unit.

    Figures are those that the index uses, imputed ones included. Ranks are those among all cities. Refused
    (InputError): nodes, cities, years and shapes that do not exist, all at once.
    """
    result, voice = subject.result, subject.voice
    code, cities, years = _found(result, name, lines)
    position = result.position(code)
    is_indicator = result.nodes[position].is_indicator
    score = result.scores[:, :, position]
    if is_indicator:
        score = result.imputed.values[:, :, result.imputed.codes.index(code)]
    rows = [result.cities.index(city) for city in cities] or np.flatnonzero((~np.isnan(score)).any(axis=1)).tolist()
    columns = [result.years.index(year) for year in years] or np.flatnonzero((~np.isnan(score)).any(axis=0)).tolist()
    at = np.array(rows, np.int64), np.array(columns, np.int64)
    shown = cities_of(subject.run, [result.cities[c] for c in rows], voice)
    return replace(
        subject,
        index=voice.node(code),
        years=tuple(result.years[t] for t in columns),
        cities=all_in_colour(shown, voice) if cities else shown,
        score=score[np.ix_(*at)],
        rank=result.ranks[:, :, position][np.ix_(*at)],
        relative=subject.relative and not is_indicator,
        foot=_foot(subject, code, at) if is_indicator else subject.foot,
        at=at,
        node=position,
        unit=result.framework.all_indicators[code].unit if is_indicator else None,
        some=bool(cities),
        shape=SHAPES[lines.shape] if lines.shape else None,
        ax=ax,
    )


def refuse_unknown(result: IndexResult, lines: Lines) -> None:
    """Refuse cities, years and shapes that do not exist."""
    _found(result, INDEX, lines)


def _found(result: IndexResult, name: str, lines: Lines) -> tuple[str, list[str], list[int]]:
    """The code of a node, the keys of cities and the years; all that do not exist are refused at once."""
    problems: list[Problem] = []
    code, cities, years = INDEX, list[str](), list[int]()
    try:
        code = find_node(result, name, ("in_option", {"option": "--only"}))
    except InputError as error:
        problems += error.problems
    for city in lines.cities:
        try:
            cities.append(find_city(result, city, ("in_option", {"option": "--cities"})))
        except InputError as error:
            problems += error.problems
    try:
        years = years_of(result, lines.years, ("in_option", {"option": "--years"}))
    except InputError as error:
        problems += error.problems
    if lines.shape and lines.shape not in SHAPES:
        facts = {"found": lines.shape, "shapes": list(SHAPES)}
        problems.append(Problem("shape_unknown", facts, ("in_option", {"option": "--shape"})))
    refuse_if(problems)
    return code, list(dict.fromkeys(cities)), years


def years_of(result: IndexResult, written: str, place: Place | None = None) -> list[int]:
    """The years that `2019-2022`, `2019,2021` or both name, in their order; of a span those that the index has."""
    years: set[int] = set()
    for part in re.split(r"\s*[,，]\s*", written.strip()):
        if part:
            first, *rest = (find_year(result, end, place) for end in re.split(r"\s*[-–~]\s*", part, maxsplit=1))
            last = rest[0] if rest else first
            if last < first:
                raise InputError(Problem("years_backwards", {"found": part, "first": last, "last": first}, place))
            years |= {year for year in result.years if first <= year <= last}
    return sorted(years)


def _foot(subject: Subject, code: str, at: tuple[np.ndarray, np.ndarray]) -> tuple[str, ...]:
    """What is under the chart of an indicator: who published its figures, and how many are imputed."""
    result, voice = subject.result, subject.voice
    sources, paragraphs = publishers(result, voice, [code]), []
    if sources:
        paragraphs.append(voice.say("charts.source", publishers=voice.listed(sources)))
    origin = result.imputed.origin[np.ix_(*at)][:, :, result.imputed.codes.index(code)]
    imputed = int((~np.isin(origin, NOT_IMPUTED)).sum())
    if imputed:
        known = int((~np.isnan(result.imputed.values[np.ix_(*at)][:, :, result.imputed.codes.index(code)])).sum())
        paragraphs.append(voice.say("charts.figures_imputed", n=known, k=imputed))
    return tuple(paragraphs)
