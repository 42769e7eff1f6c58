"""What keeps a chart from being drawn: every need has its word, and knows when it is met."""

from __future__ import annotations

from dataclasses import replace

import pytest

import indexcalc as ic
from indexcalc.report.charts.catalogue import charts
from indexcalc.report.charts.needs import YEARS, missed, scored, unmet
from indexcalc.robustness.study import PARTS
from indexcalc.voice import Voice, Word, languages, room
from tests.report.charts.made_up import made_up, plain_subject, subject_with_all

OF_A_CARD = scored(made_up(n=5).cities[0])
NEEDS = {need.key: need for need in (*(need for chart in charts().values() for need in chart.needs), OF_A_CARD)}


def test_every_need_has_its_word_and_every_word_its_need() -> None:
    for lang in languages():
        assert {key.removeprefix("needs.") for key in room(lang, "charts") if key.startswith("needs.")} == set(NEEDS)


def test_a_chart_of_a_part_of_a_study_bears_its_name() -> None:
    found = {name: need.study for name, chart in charts().items() for need in chart.needs if need.study}
    assert found == {part: part for part in PARTS}


def test_with_everything_there_all_needs_are_met() -> None:
    subject = subject_with_all(made_up(n=5))
    assert not unmet(list(NEEDS.values()), subject)


@pytest.mark.parametrize(
    ("result", "keys"),
    [
        (made_up(n=5), set()),
        (made_up(n=5, years=(2022,)), {"years"}),
        (made_up(n=2), {"cities"}),
        (made_up(n=3, parts=1, flat=True, stages=0), {"parts", "indicators", "lens"}),
    ],
    ids=["plain", "one year", "two cities", "one indicator"],
)
def test_what_is_not_there_is_missed(result: ic.IndexResult, keys: set[str]) -> None:
    """Besides what nobody has made."""
    not_made = {"uncertainty", "claims", "bounds", "sensitivity", "alternatives", "yardsticks", "scenarios"}
    assert {need.key for need in unmet(list(NEEDS.values()), plain_subject(result))} == not_made | keys


def test_one_city_has_no_chart_of_ranks() -> None:
    several = subject_with_all(made_up(n=3))
    subject = replace(several, cities=replace(several.cities, names=several.cities.names[:1]))
    left = {name for name, chart in charts().items() if not unmet(chart.needs, subject)}
    assert not left & {"ranks", "uncertainty", "acceptability", "bounds", "sensitivity", "alternatives", "lenses"}
    assert {"trend", "heat_map", "contributions", "dimensions"} <= left


def test_what_is_missed_is_told_with_the_name_of_the_chart() -> None:
    told = missed("trend", YEARS)
    assert (told.key, told.facts) == ("chart_needs", {"chart": "trend", "what": Word("charts.needs.years")})
    assert Voice("zh").problem(told) == "未绘制trend图：需要至少两个年份的数据。"
