"""The indicators regrouped: scores, ranks and shares of growth of each group."""

import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.computed import Computed
from indexcalc.report.tables import files
from indexcalc.report.tables import lenses as tables
from indexcalc.voice import City, Node
from tests.conftest import build, make_framework, make_panel
from tests.report.tables import drawn_once, growing, notes, read, two, values

GROUPS = {"scale": {"zh": "规模", "en": "Scale"}, "efficiency": {"zh": "效率", "en": "Efficiency"}}


def test_scores_ranks_and_shares_of_growth():
    run = growing()
    (table,) = tables.lens_sheet(run).tables
    assert table.question.facts["lens"] == run.result.framework.lenses["stage"].name
    assert notes(table, run)[1] == "规模（权重50.0%，指标2个）：甲标、乙标。"
    found, band = run.lens("stage").table(), run.result.framework.lenses["stage"].groups["scale"]
    last = found[(found["year"] == 2021) & (found["group"] == "scale")].set_index("city")
    cities = list(map(str, values(table, "city")))
    assert_allclose(values(table, "score_of", band), last["score"].reindex(cities))
    assert_array_equal(values(table, "rank", band), last["rank"].reindex(cities).to_numpy(float))
    growth = run.lens("stage").growth_table()
    share = growth[growth["group"] == "scale"].set_index("city")["share"].reindex(cities)
    assert_allclose(values(table, "share_of_growth", band), share)


@pytest.mark.parametrize(("lang", "said"), [("zh", "效率：没有指标。"), ("en", "Efficiency: no indicator.")])
def test_a_group_without_an_indicator_is_named(lang, said):
    indicators = {"a": {"tags": {"stage": "scale"}}, "b": {"tags": {"stage": "scale"}}}
    framework = make_framework(indicators=indicators, lenses={"stage": {"groups": GROUPS}})
    run = Computed.of(build(make_panel({"a": [[1, 2], [2, 4]], "b": [[1, 2], [2, 3]]}), framework))
    (table,) = tables.lens_sheet(run).tables
    assert said in notes(table, run, lang)
    bands = [column.band for column in table.columns if column.band is not None]
    assert bands == [framework.lenses["stage"].groups["scale"]] * 4


def test_what_led_the_growth_of_each_city_is_named():
    run = growing()
    (table,) = tables.lens_sheet(run).tables
    growth, names = run.lens("stage").growth, run.lens("stage").names
    expected = [names[growth.diagnosis[c]]["zh"] for c in run.order]
    assert read(table, "growth_led_by", run) == expected
    band = names["scale"] if "scale" in names else names[run.lens("stage").groups[0]]
    weight = run.lens("stage").weights[0]
    assert_allclose(values(table, "pace", band), growth.share[run.order, 0] / weight)


def test_one_year_has_no_growth():
    run = drawn_once((2020,))
    (table,) = tables.lens_sheet(run).tables
    assert len(table.columns) == 2 + 2 * 2
    (lenses,) = (frame for name, frame in files(run) if "lens" in name)
    assert list(lenses["part"].unique()) == ["score", "group"]


def test_the_page_names_the_leaders_of_each_group():
    run = growing()
    found = run.lens("stage")
    table = tables.groups(run, found)
    assert values(table, "weight") == [0.5, 0.5] and values(table, "indicators")[0] == [Node("a"), Node("b")]
    first = values(table, "leaders")[0]
    assert first == [City(found.cities[c]) for c in found.ranks[:, -1, 0].argsort(kind="stable")[:3]]


def test_programs_get_the_tables_of_all_lenses_by_lens():
    found = dict(files(growing(), ["analysis/lenses"]))["analysis/lenses"]
    assert list(found["part"].unique()) == ["score", "group", "growth", "leader"]
    assert all(set(part["lens"]) == set(growing().result.framework.lenses) for _, part in found.groupby("part"))
    whole = growing().lens("stage").table()
    stage = found.query("part == 'score' and lens == 'stage'")[whole.columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(stage, whole, check_dtype=False, check_exact=True)
    assert tables.lens_sheet(two([[1.0], [2.0]])) is None
