"""The framework as tables: indicators, weights, what of the theory is covered, the series behind it."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from indexcalc.computed import Computed
from indexcalc.figures.panel import Panel, Source
from indexcalc.report.provenance import derivation_words
from indexcalc.report.tables import framework as tables
from indexcalc.report.tables.figures import imputed, sources
from indexcalc.report.tables.parts import w
from indexcalc.report.tables.table import PAGE, SCREEN, SHEET
from indexcalc.spec.framework import Indicator
from indexcalc.voice import Node, Voice, Word
from tests.conftest import build, make_framework, make_panel
from tests.report.tables import FIXED, NAN, growing, read, trial, values


def only(sheet):
    (table,) = sheet.tables
    return table.on(SHEET)


def heads(table, run, lang="zh"):
    voice = Voice(lang, run.result.framework)
    return [voice.told(column.head) for column in table.columns]


def test_indicator_table_says_how_each_is_obtained():
    run = trial()
    table = only(tables.indicators(run))
    assert heads(table, run)[:3] == ["目标层", "准则层", "指标层"]
    assert read(table, "goal", run) == ["试验指数"] * 4 and table.column("goal").merged
    assert read(table, "criterion", run) == ["一", "一", "two", "two"] and table.column("criterion").merged
    assert read(table, "direction", run) == ["+", "+", "−", "+"]
    assert read(table, "derivation", run) == ["原始数据", "x ÷ y × 100", "原始数据", "原始数据"]
    assert read(table, "unit", run, "en") == ["100m yuan", "%", "", ""]
    assert read(table, "publisher", run) == ["", "统计局；q", "统计局", ""]
    assert read(table, "trust", run) == ["", "B", "A", ""]
    assert read(table, "stage", run) == ["规模", "", "", ""] and "阶段" in heads(table, run)
    assert_allclose(sum(values(table, "weight")), 1, rtol=1e-15)
    assert tables.indicators(run).notes[-1] == Word("sheets.about_trust")


def test_an_index_of_bare_indicators_has_no_criterion():
    run = Computed.of(build(make_panel(), make_framework(indicators={"a": {}, "b": {"weight": 3}})))
    assert heads(only(tables.indicators(run)), run)[:3] == ["目标层", "指标层", "方向"]
    assert tables.indicators(run).notes == (Word("sheets.about_indicators"),)


def test_three_levels_and_an_indicator_beside_them():
    deep = {"top": {"dimensions": {"mid": {"indicators": {"a": {}, "b": {}}}}, "indicators": {"c": {}}}}
    run = Computed.of(build(make_panel(), make_framework(deep, indicators={"d": {}})))
    table = only(tables.indicators(run))
    assert heads(table, run)[:4] == ["目标层", "准则层（1级）", "准则层（2级）", "指标层"]
    rows = list(zip(*(column.values for column in table.columns[1:4]), strict=True))
    assert rows == [("top", "mid", "a"), ("top", "mid", "b"), ("top", "", "c"), ("", "", "d")]
    marks = tables.weights(run).column("node").marks
    assert marks == ["", "below_1", "below_2", "below_2", "below_1", "", ""]


def test_a_direction_with_a_best_place_is_said():
    indicators = {"a": {"direction": {"interval": [2.0, 3.5]}}, "b": {"direction": "negative"}}
    run = Computed.of(build(make_panel(), make_framework(indicators=indicators), normalisation=FIXED))
    assert read(only(tables.indicators(run)), "direction", run) == ["适度（2—3.5最好）", "−"]


def test_the_page_has_the_tree_with_dimensions():
    run = trial()
    table = tables.tree(run)
    assert values(table, "indicator") == ["one", "a", "b", "two", "c", "d"]
    assert table.column("indicator").marks == ["", "below_1", "below_1"] * 2 and table.strong == {0, 3}
    assert read(table, "derivation", run)[:3] == ["", "原始数据", "x ÷ y × 100"]
    assert {place for column in table.columns for place in column.on} == {PAGE}


# --- weights ----------------------------------------------------------------------------------------------------------


def test_weights_as_given_within_the_parent_and_in_all():
    run = trial()
    result, table = run.result, only(tables.weights_sheet(run))
    at = [result.position(code) for code in values(table, "code")[:-1]]
    assert values(table, "given_weight") == [*(result.nodes[k].weight for k in at), None]
    assert_allclose(values(table, "share")[:-1], result.weights[at])
    indicators, dimensions = values(table, "indicator_weight"), values(table, "dimension_weight")
    assert indicators[0] is indicators[3] is None and dimensions == [0.75, None, None, 0.25, None, None, None]
    assert_allclose(sum(x for x in indicators[:-1] if x is not None), 1, rtol=1e-15)
    assert_allclose(indicators[-1], 1, rtol=1e-15)
    found = dict(zip(result.normalised.codes, run.influence.index.tolist(), strict=True))
    assert values(table, "r_index") == [found.get(code) for code in values(table, "code")]
    against = dict(zip(result.normalised.codes, run.influence.against, strict=True))
    told = [w(f"against.{one}") if (one := against.get(code, "")) else "" for code in values(table, "code")]
    assert values(table, "runs_against") == told


def test_a_weight_below_a_minimum_is_no_share():
    table = only(tables.weights_sheet(Computed.of(build(make_panel(), aggregation="minimum"))))
    assert not {"share", "effective_weight"} & {column.name for column in table.columns}


def test_the_screen_has_one_effective_weight():
    run = trial()
    table = tables.weights(run).on(SCREEN)
    assert [column.name for column in table.columns] == [
        "node",
        "effective_weight",
        "r_index",
        "r_index_within",
        "runs_against",
    ]
    assert_allclose(values(table, "effective_weight")[:2], [0.75, 0.375])
    assert values(table, "node")[-1] == Word("sheets.weight_total")
    assert math.isclose(values(table, "effective_weight")[-1], 1.0)


def test_weights_that_differ_by_city_and_year_are_said_to_be_means():
    run = growing()
    assert len(tables.weights_sheet(run).notes) == 2
    differing = replace(run.result, weights_by_observation={"one": np.full((4, 3, 2), 0.5)})
    assert tables.weights_sheet(replace(run, result=differing)).notes[-1] == Word("sheets.about_mean_weights")


def test_weights_of_programs_have_names_in_every_language():
    run = trial()
    found = tables.weights_file(run).set_index("node")
    assert list(found)[:2] == ["name_zh", "name_en"] and found.loc["a", "name_en"] == "Alpha"
    assert_allclose(found.loc[list(run.result.normalised.codes), "r_index"], run.influence.index)
    assert np.isnan(found.loc["one", "r_index"])


# --- the theory, the series -------------------------------------------------------------------------------------------


def test_what_nothing_stands_for_is_said():
    run = trial()
    table = only(tables.coverage_sheet(run))
    assert read(table, "theme", run) == ["t", "t"] and table.column("theme").merged
    assert read(table, "phrase", run) == ["p1", "p2"]
    assert values(table, "stand_in") == [[Node("a")], []]
    assert values(table, "covered") == [Word("sheets.yes"), Word("sheets.no")]
    assert values(table, "awaits") == [[], [Node("y")]]
    assert tables.coverage_sheet(growing()) is None


def test_series_say_who_published_them_and_what_they_are_used_for():
    run = trial()
    table = only(tables.series_sheet(run))
    assert values(table, "code") == list(run.result.panel.codes)
    assert read(table, "publisher", run) == ["", "统计局", "q", "统计局", ""]
    assert values(table, "trust") == ["", "A", "B", "A", ""]
    assert read(table, "used_for", run) == ["甲标", "乙标", "乙标", "c", "d"]
    assert values(table, "figures") == [11, 11, 11, 9, 10]
    assert_allclose(values(table, "figures_share"), np.array([11, 11, 11, 9, 10]) / 11)
    assert tables.has_grades(run) and not tables.has_grades(growing())


def test_the_page_names_the_gaps_of_each_series():
    run = trial()
    assert read(tables.series(run).on(PAGE), "gaps", run) == ["无", "无", "无", "2020年1个、2021年1个", "2020年1个"]


def test_what_lies_behind_a_derived_indicator_is_followed_to_the_workbook():
    panel = make_panel({"x": [[1, 2], [3, 4]], "y": [[4, NAN], [5, 3]], "z": [[1, 1], [2, 2]]})
    panel = Panel(**{**panel.__dict__, "sources": {("z", "甲", 2019): Source("web")}})
    indicators = {"a": {"ratio": {"of": "x", "to": "y"}}, "b": {"ratio": {"of": "a", "to": "z"}}}
    series = {"x": {"trust": "A"}, "y": {"trust": "C", "publisher": "p"}, "z": {"publisher": "q"}}
    run = Computed.of(build(panel, make_framework(indicators=indicators, series=series), imputation="linear"))
    table = only(tables.indicators(run))
    assert read(table, "trust", run) == ["C", "C"]
    assert read(table, "publisher", run) == ["p", "p；q"]
    assert values(only(imputed(run)), "lacking") == [["y"], ["y"]]
    assert set(values(only(sources(run)), "series")) == {"x", "y", "z"}
    table = only(tables.series_sheet(run))
    assert values(table, "code") == ["x", "y", "z"]
    assert values(table, "used_for") == [["a", "b"], ["a", "b"], ["b"]]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"per_capita": {"of": "x", "population": "y"}}, "X ÷ Y × 10000"),
        ({"difference": {"of": "x", "minus": "y"}}, "X - Y"),
        ({"sum": ["x", "y"]}, "X + Y"),
        ({"product": {"of": ["x", "y"], "scale": 0.5}}, "X × Y × 0.5"),
    ],
)
def test_how_an_indicator_is_obtained_is_told_as_a_formula(written, told):
    framework = make_framework(indicators={code: {"name": code.upper()} for code in "xy"})
    assert derivation_words(Indicator.model_validate(written).derived, Voice("en", framework)) == told


def test_in_the_table_of_weights_a_group_begins_at_every_dimension_and_at_the_sum():
    dimensions = {
        "one": {"indicators": {"a": {}}},
        "two": {"dimensions": {"inner": {"indicators": {"b": {}, "c": {}}}}},
    }
    framework = make_framework(dimensions, indicators={"d": {}})
    table = tables.weights(Computed.of(build(make_panel(), framework)))
    codes = [str(code) for code in table.column("code").values]
    begins = {codes[r] for r in table.starts}
    assert begins == {"one", "two", ""} and {codes[r] for r in table.strong} == {"one", "two", "inner", ""}
