"""The methodology in words and as written, and what went in."""

from dataclasses import replace

from indexcalc.computed import Computed
from indexcalc.report.tables import method as tables
from tests.conftest import build, make_framework, make_panel
from tests.report.tables import FIXED, notes, read, trial


def lines(run, lang="zh"):
    """Steps with what is said of them."""
    (table,) = tables.method(run).tables
    columns = [read(table, name, run, lang) for name in ("step", "in_words", "as_written")]
    return {step: (words, written) for step, words, written in zip(*columns, strict=True)}


def test_method_is_said_in_words_and_as_written():
    run = trial()
    told = lines(run)
    assert told["标准化"] == (
        "极差标准化，参照范围内的最小值化为1，最大值化为100，其间按线性换算",
        "normalisation: {method: min_max, lower: 1, upper: 100}",
    )
    assert told["d：变换"] == ("取自然对数", "transform: log")
    assert told["排名精度"][0] == "得分舍入到9位小数后排名"
    assert notes(tables.method(run), run)[0] == "仅供试验。"


def test_what_went_in_is_told_below_the_methods():
    run = trial()
    run = replace(run, result=replace(run.result, panel=replace(run.result.panel, file="data/figures.xlsx")))
    told = lines(run)
    assert told["数据范围"][0] == "4个城市，3个年份，4个指标"
    assert told["数据文件"][0] == "figures.xlsx"
    assert list(told)[-1] == "程序" and told["程序"][0].startswith("indexcalc ")
    (table,) = tables.method(run).tables
    steps = read(table, "step", run)
    assert {steps[r] for r in table.starts} == {"d：变换", "数据范围"}


def test_what_the_treatment_came_to_is_told():
    assert lines(trial())["异常值处理的结果"][0].startswith("缩尾：")


def test_a_level_may_have_methods_of_its_own():
    levels = {1: {"aggregation": "geometric"}}
    run = Computed.of(build(make_panel(), make_framework(), normalisation=FIXED, levels=levels))
    assert lines(run)["第1级：合成"][1] == "aggregation: geometric"


def test_a_direction_is_no_method_of_its_own():
    indicators = {"a": {"direction": {"interval": [2.0, 3.5]}}, "b": {"direction": "negative"}}
    run = Computed.of(build(make_panel(), make_framework(indicators=indicators), normalisation=FIXED))
    assert not any("direction" in " ".join(line) for line in lines(run).values())
