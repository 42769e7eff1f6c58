"""Which charts `--only` names, and what has to be computed for them."""

from __future__ import annotations

import re

import pytest

import indexcalc as ic
from indexcalc.report.charts.catalogue import charts
from indexcalc.report.charts.selection import needs_draws, of_studies, ordinary, selected, study_parts
from tests.conftest import build, make_framework, make_panel
from tests.report.charts.made_up import EN, ZH, made_up


def names(only: list[str], result: ic.IndexResult, voice=ZH) -> list[str]:
    return [chart.name for chart in selected(only, result, voice.of(result.framework))]


def test_only_draws_what_is_named_each_once() -> None:
    assert names(["bump", "trend", "ranks"], made_up(n=3)) == ["ranks", "trend"]
    assert names(["all"], made_up(n=3)) == list(charts())
    with pytest.raises(
        ic.InputError, match=r"no chart 'trned'\. Did you mean 'trend'\?\n.*no chart 'x'\. Known: trend, ranks,"
    ):
        names(["trned", "x"], made_up(n=3))


def test_an_ordinary_run_draws_every_chart_of_the_index_in_order() -> None:
    assert [chart.name for chart in ordinary()] == list(charts())


def test_the_files_of_cities_have_names_of_their_own_that_are_not_too_long() -> None:
    long = "黔西南布依族苗族自治州" * 12
    cities = ("A/B", "A:B", "A_B", "a b", "成都", long, f"{long}甲")
    result = build(
        make_panel({"a": range(1, 8), "b": range(7)}, cities=cities), make_framework(indicators={"a": {}, "b": {}})
    )
    found = names(["cities"], result)
    assert found[4] == "city_成都"
    assert len({name.casefold() for name in found}) == len(cities)
    assert all(
        re.fullmatch(r"city_(A_B|a_b|[黔西南布依族苗自治州]{30})-[0-9a-f]{8}", name)
        for name in found
        if name != found[4]
    )
    (pair,) = names([f"pair:{long}:{long}甲"], result)
    assert len(f"{pair}.png".encode()) < 255
    assert names(["city:A/B"], result) == found[:1]


def test_no_more_is_computed_than_the_charts_asked_for_need() -> None:
    asked = ([], ["all"], ["claims"], ["bump", "city:x", "bounds"])
    assert [needs_draws(only) for only in asked] == [True, True, True, False]
    assert study_parts(["trend", "alternatives", "bounds"]) == ["bounds", "alternatives"]
    assert study_parts(["all"]) == of_studies() == ["bounds", "sensitivity", "alternatives"]
    assert study_parts([]) == study_parts(["cities"]) == []


def test_only_names_cities_in_any_of_their_names() -> None:
    result = made_up(n=3)
    one, two, three = result.cities
    asked = ["city:made-up autonomous prefecture 1", f"pair：{two}：{three}", "cities"]
    assert names(asked, result) == [f"city_{one}", f"pair_{two}_{three}", f"city_{two}", f"city_{three}"]
    assert names([f"city:{one}"], result, EN) == ["city_Made_up_Autonomous_Prefecture_1"]
    for written, told in (
        ("city", "'city' is not complete"),
        ("ctiy:x", "no chart 'ctiy:x'. Did you mean 'city:'"),
        ("city:", "'city:' is not complete"),
        (f"pair:{one}", "is not complete. Write city:NAME"),
        (f"pair:{one}:{one}", "names one city twice"),
        (f"city:{one[:-1]}", "Did you mean"),
    ):
        with pytest.raises(ic.InputError, match=re.escape(told)):
            names([written], result)
