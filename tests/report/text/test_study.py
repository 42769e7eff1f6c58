"""The analyses on demand in sentences: one choice changed alone, and what options are called; in both languages."""

from dataclasses import replace

import numpy as np
import pytest

from indexcalc.report.text.study import instead_of_indices, option_names, options_in_words, single_sentence
from indexcalc.robustness.result import SingleChange
from indexcalc.voice import Voice
from tests.report.many_draws import NO, alternatives_of
from tests.report.studied import studied
from tests.report.tables import growing


def test_one_choice_changed_in_words():
    run = studied()
    found, result = run.alternatives, run.result
    first = {one.factor: one for one in reversed(found.single)}
    said = {
        lang: {
            factor: single_sentence(one, found, result.years, Voice(lang, result.framework))
            for factor, one in first.items()
        }
        for lang in ("zh", "en")
    }
    assert said["zh"]["normalisation"].startswith("只把标准化方法改为百分位排名：")
    assert said["zh"]["reference"].startswith("只把参照范围改为逐年：")
    assert said["zh"]["leave_out_indicator"].startswith("只剔除“指标a”：")
    assert said["en"]["aggregation"].startswith("Changing only aggregation to weighted geometric mean: ")
    assert said["en"]["leave_out_indicator"].startswith("Leaving out only “Indicator a”: ")
    for lang, none, one, many in (
        ("zh", "没有城市位次变动", "1个城市位次变动", "个城市位次变动，最多"),
        ("en", "no city moves", "1 city moves, by", "cities move, by at most"),
    ):
        for factor, change in first.items():
            expected = {0: none, 1: one}.get(change.moved, many)
            assert expected in said[lang][factor]
            assert ("变为" in said["zh"][factor]) == bool(change.changed)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_choice_that_is_refused_is_said_with_its_reason(lang):
    run = studied()
    outcome = replace(run.alternatives.single[0].outcome, refused=(NO,))
    one = SingleChange("aggregation", "geometric", 0, 0, 0.0, outcome, ())
    voice = Voice(lang, run.result.framework)
    reason = voice.without_stop(voice.clause(NO))
    assert reason in single_sentence(one, run.alternatives, run.result.years, voice)


def test_a_series_that_is_exchanged_is_named():
    run = studied()
    found, one = run.alternatives, run.alternatives.single[0]
    one = replace(one, factor="alternatives.a", option="b", moved=0, changed=())
    found = replace(found, single=(one,))
    said = single_sentence(one, found, run.result.years, Voice("zh", run.result.framework))
    assert "指标a" in said and "指标b" in said


def test_an_option_is_called_by_its_method_alone_where_no_other_has_the_same():
    run = studied()
    voice = Voice("en", run.result.framework)
    names = option_names(run.alternatives, voice)
    assert names["normalisation", "{method: min_max, lower: 1, upper: 100}"] == "min-max normalisation"
    several = option_names(alternatives_of(growing().result, 3), voice)
    assert several["normalisation", "{method: min_max, lower: 2, upper: 100}"] == "min-max normalisation (2–100)"
    told = options_in_words(run.alternatives)("aggregation", "geometric")
    assert told(voice) == "weighted geometric mean" and told(Voice("zh")) == "加权几何平均"


def test_what_is_said_instead_of_indices():
    found = studied().sensitivity
    total, interval = np.zeros_like(found.total), np.zeros_like(found.total_interval)
    total[0], total[1] = np.nan, 0.5
    interval[1] = [-0.1, 1.0]
    found = replace(found, total=total, total_interval=interval)
    assert [instead_of_indices(found, row) for row in (0, 1, 2)] == ["shift_never_moves", "hardly_moves", ""]
    still = replace(found, variance=np.zeros_like(found.variance))
    assert instead_of_indices(still, 0) == "never_moves"
