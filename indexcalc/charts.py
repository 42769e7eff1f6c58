"""The charts as figures of matplotlib, for a notebook: a function for each, by its name as for `--only`.

>>> import indexcalc as ic
>>> run = ic.compute("indicators.yaml")  # doctest: +SKIP
>>> ic.charts.trend(run, lang="en")  # doctest: +SKIP
>>> ic.charts.trend(run, "gdp_per_capita", cities=["成都", "西安"], years="2019-2022", shape="16:9")  # doctest: +SKIP
>>> ic.charts.pair(run, "成都", "重庆").savefig("pair.svg")  # doctest: +SKIP
>>> dir(ic.charts)[:4]
['acceptability', 'alternatives', 'bounds', 'change']

run: what `compute` returns, or the result of `build_index`. lang: the language of the chart, by default that of the
YAML, else of INDEXCALC_LANG, else Chinese. Refused: a chart for which the run has nothing to show (InputError), or
which the methodology does not allow (ChoiceError).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from indexcalc.errors import InputError, Problem, refuse_if, suggestion
from indexcalc.report.charts.catalogue import charts, names
from indexcalc.voice import Voice, languages

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from indexcalc.computed import Computed
    from indexcalc.report.charts.catalogue import Chart
    from indexcalc.report.charts.subject import Subject
    from indexcalc.steps.result import IndexResult

    Run = Computed | IndexResult

__all__ = ["city", "pair", "ranks", "trend"]


def city(run: Run, name: str, lang: str | None = None) -> Figure:
    """The card of a city, by any of its names: its rank over the years, its dimensions, strengths and weaknesses."""
    from indexcalc.analysis.named import find_city
    from indexcalc.report.charts.city_card import city_card

    subject = _subject(run, lang)
    return _drawn(partial(city_card, city=find_city(subject.result, name)), subject)


def pair(run: Run, name: str, other: str, lang: str | None = None) -> Figure:
    """Two cities against each other, by any of their names: their scores over the years, and where each is ahead."""
    from indexcalc.analysis.named import find_city
    from indexcalc.report.charts import pair

    subject = _subject(run, lang)
    one, two = find_city(subject.result, name), find_city(subject.result, other)
    return _drawn(partial(pair.pair, city=one, other=two), subject)


def trend(
    run: Run,
    node: str | None = None,
    *,
    cities: Sequence[str] = (),
    years: str | Sequence[int] = "",
    shape: str = "",
    ax: Axes | None = None,
    lang: str | None = None,
) -> Figure:
    """Scores over the years, (city, year): of the index, or of a dimension; or the figures of an indicator in its unit.

    node: by code or name. cities: by any of their names; none means all. years: `"2019-2022"`, or a list; nothing means
    all. shape: of the page, `4:3` or `16:9`. ax: Axes to draw on instead of a page of its own; then without subtitle
    and foot, at the position the Axes have at that moment. A year without a score is a gap in the line. Refused
    (InputError): nodes, cities, years and shapes that do not exist; fewer than two years.
    """
    return _lines("trend", run, node, (cities, years, shape), ax, lang)


def ranks(
    run: Run,
    node: str | None = None,
    *,
    cities: Sequence[str] = (),
    years: str | Sequence[int] = "",
    shape: str = "",
    ax: Axes | None = None,
    lang: str | None = None,
) -> Figure:
    """Ranks over the years, 1 on top, (city, year): of the index, a dimension or an indicator; among all cities, even
    where some of them are shown. As `trend` otherwise."""
    return _lines("ranks", run, node, (cities, years, shape), ax, lang)


def _lines(
    kind: str,
    run: Run,
    node: str | None,
    asked: tuple[Sequence[str], str | Sequence[int], str],
    ax: Axes | None,
    lang: str | None,
) -> Figure:
    from indexcalc.report.charts.lines import Lines, chosen
    from indexcalc.report.charts.needs import missed, unmet
    from indexcalc.spec.framework import INDEX

    cities, years, shape = asked
    lines = Lines(cities, years if isinstance(years, str) else ",".join(map(str, years)), shape)
    subject, chart = _subject(run, lang), charts()[kind]
    if node is not None or lines.asked or ax is not None:
        subject = chosen(subject, INDEX if node is None else node, lines, ax)
    refuse_if([missed(kind, need) for need in unmet(chart.needs, subject)])
    return _drawn(chart.draw, subject)


def __getattr__(name: str) -> Callable[..., Figure]:
    """The function that draws a chart of the index, `chart(run, lang="zh")`, made from its entry in the catalogue."""
    if name not in names():
        raise AttributeError(f"module 'indexcalc.charts' has no attribute '{name}'")
    return _of_index(charts()[name])


def __dir__() -> list[str]:
    return sorted({*names(), *__all__})


@cache
def _of_index(chart: Chart) -> Callable[..., Figure]:
    def draw(run: Run, lang: str | None = None) -> Figure:
        from indexcalc.report.charts.needs import missed, unmet

        subject = _subject(run, lang)
        refuse_if([missed(chart.name, need) for need in unmet(chart.needs, subject)])
        return _drawn(chart.draw, subject)

    draw.__name__ = draw.__qualname__ = chart.name
    draw.__doc__ = chart.draw.__doc__
    return draw


def _subject(run: Run, lang: str | None) -> Subject:
    from indexcalc.computed import Computed
    from indexcalc.report.charts.subject import subject_of

    if lang is not None and lang not in languages():
        raise InputError(Problem("unknown_word", {"field": "lang", "found": lang, **suggestion(lang, languages())}))
    run = run if isinstance(run, Computed) else Computed.of(run)
    return subject_of(run, Voice(lang or run.language, run.result.framework))


def _drawn(draw: Callable[[Subject], Figure], subject: Subject) -> Figure:
    from indexcalc.report.charts.style import house_style

    with house_style():
        return draw(subject)
