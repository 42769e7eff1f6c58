"""Which charts `--only` names, and what has to be computed for them."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

import indexcalc as ic
from indexcalc.computed import Computed
from indexcalc.report.charts import draw_charts
from indexcalc.report.charts.catalogue import charts
from indexcalc.report.charts.selection import needs_draws, of_studies, ordinary, selected, study_parts
from indexcalc.spec.analyses import ChartOptions
from indexcalc.voice import Word
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


MESSAGE = ["trend", "ranks", "dimensions", "contributions", "uncertainty", "claims", "scenarios"]


def test_an_ordinary_run_draws_what_carries_the_message_and_the_cards_of_highlighted_cities() -> None:
    result = made_up(n=3)
    one = result.cities[0]
    found = [chart.name for chart in ordinary([one], result, ZH.of(result.framework))]
    assert found == [*MESSAGE, f"city_{one}"]


def drawn_by(tmp_path: Path, **options: object) -> set[str]:
    """The charts that a run draws whose YAML says so under `charts`."""
    made = Computed.of(made_up(n=3), charts=ChartOptions.model_validate(options))
    tmp_path.mkdir()
    return {file.stem for file in draw_charts(made, tmp_path, ZH.of(made.result.framework))[0]}


def test_the_yaml_says_which_charts_a_run_draws(tmp_path: Path) -> None:
    one = made_up(n=3).cities[0]
    usual = drawn_by(tmp_path / "usual", highlight=[one])
    assert usual == {"trend", "ranks", "dimensions", "contributions", f"city_{one}"}
    assert drawn_by(tmp_path / "some", draw=["bump", f"city:{one}"], highlight=[one]) == {"ranks", f"city_{one}"}
    everything = drawn_by(tmp_path / "all", draw="all", highlight=[one])
    assert usual < everything and {"stages", "integration", "heat_map"} <= everything


def test_a_highlighted_city_without_a_score_has_no_card_and_the_run_goes_on(tmp_path: Path) -> None:
    """The same city asked for by name is refused."""
    gone = [math.nan, math.nan]
    panel = make_panel(
        {"a": [[1, 2], [3, 2], gone], "b": [[4, 2], [3, 5], [6, 7]]}, cities="甲乙丙", years=(2020, 2021)
    )
    framework = make_framework(indicators={"a": {}, "b": {}})
    result = build(panel, framework, missing="propagate", imputation="none")
    made = Computed.of(result, charts=ChartOptions.model_validate({"highlight": ["丙", "甲"]}))
    files, notices = draw_charts(made, tmp_path, ZH.of(framework))
    assert "city_甲" in {file.stem for file in files} and "city_丙" not in {file.stem for file in files}
    assert {"chart": "city_丙", "what": Word("charts.needs.score")} in [notice.facts for notice in notices]
    files, _ = draw_charts(made, tmp_path, ZH.of(framework), only=["all", "trend"])
    assert "city_甲" in {file.stem for file in files} and "city_丙" not in {file.stem for file in files}
    for only in (["city:丙"], ["city:丙", "all"], ["all", "city:丙"]):
        with pytest.raises(ic.InputError, match="丙"):
            draw_charts(made, tmp_path, ZH.of(framework), only=only)


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
    asked = (["all"], ["claims"], ["bump", "city:x", "bounds"])
    assert [needs_draws(only) for only in asked] == [True, True, False]
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
