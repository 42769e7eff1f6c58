"""Claims and robustness as sheets: the shares of the draws at their places, in both languages."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from indexcalc.analysis.claims import hold
from indexcalc.claims import InTop, Rising
from indexcalc.report.workbook.robustness_pages import claims_page, robustness_page
from indexcalc.robustness.result import Factor, UncertaintyResult
from tests.conftest import build, make_framework, make_panel
from tests.robustness.test_result import two_cities

LANGS = ("zh", "en")


def of(x, years=(2020,)):
    panel = make_panel({"x": x}, cities="甲乙", years=years)
    return build(panel, make_framework(indicators={"x": {}}), normalisation="none")


def column(block, *titles):
    return next(list(own.values) for own in block.columns if own.titles[-len(titles) :] == titles)


def test_claims_have_verdict_evidence_and_share():
    result, uncertainty = of([[2.0], [1.0]]), two_cities()
    other = InTop(kind="in_top", cities=("乙",), n=1)
    page = claims_page(result, hold(result, (*uncertainty.claims, other)), (), uncertainty, "zh")
    (block,) = page.blocks
    assert column(block, "论断") == ["甲2020年居第1位", "乙2020年均居首位"]
    assert column(block, "判定") == ["成立", "不成立"]
    assert column(block, "起决定作用的数据") == ["甲2020年第1位", "乙2020年第2位"]
    assert_allclose(column(block, "成立的方法占比")[0], 6 / 9)
    assert column(block, "成立的方法占比")[1] is None
    assert column(block, "无法判断的次数") == [1, None]
    assert list(block.columns[1].marks) == ["up", "down"]


def test_claims_once_more_in_real_terms():
    result, falling = of([[1.0, 2.0], [1.0, 3.0]], (2020, 2021)), of([[1.0, 2.0], [2.0, 1.0]], (2020, 2021))
    claim = Rising(kind="rising", cities=())
    (block,) = claims_page(result, hold(result, [claim]), hold(falling, [claim]), None, "en").blocks
    assert column(block, "Without current prices") == ["fails"]
    assert column(block, "The figures without indicators in current prices") == ["乙 2.00→1.00 from 2020 to 2021"]
    assert not [own for own in block.columns if own.titles == ("Holds under",)]


def test_no_claims_no_sheet():
    assert claims_page(of([[2.0], [1.0]]), (), (), None, "zh") is None
    assert robustness_page(of([[2.0], [1.0]]), None, "zh") is None


def test_ranks_over_the_draws():
    result, found = of([[2.0], [1.0]]), two_cities()
    page = robustness_page(result, found, "zh")
    intervals, acceptability = page.blocks
    assert column(intervals, "中位数") == [1.0, 2.0]
    assert column(intervals, "5%分位") == [1.0, 1.0]
    assert column(intervals, "95%分位") == [2.0, 2.0]
    assert_allclose(column(intervals, "均值"), [1.4, 1.6])
    assert_allclose(column(intervals, "位次不变的占比"), [0.6, 0.6])
    assert_allclose([own.values for own in acceptability.columns[2:]], [[0.6, 0.4], [0.4, 0.6]])
    assert page.notes[1] == "2020年各城市的先后在95%的把握下不能分组区分。"
    apart = robustness_page(result, two_cities(ranks=((10, 0), (0, 10)), beats=10), "zh")
    assert apart.notes[1].endswith("甲；乙。")
    assert np.isnan(apart.blocks[1].columns[3].values[0])  # no share is an empty cell


def test_draws_that_gave_no_ranking_are_not_counted_with_it():
    result, removed = of([[2.0], [1.0]]), two_cities(ranks=((4, 1), (1, 4)))
    assert robustness_page(result, removed, "zh").notes[0].startswith("以5种方法")
    page = claims_page(result, hold(result, removed.claims), (), removed, "zh")
    assert any("在5种方法中" in note for note in page.notes)


def test_cities_stand_in_the_order_of_the_ranking_whatever_the_order_of_the_draws():
    result = of([[1.0], [2.0]])  # 乙 leads
    intervals = robustness_page(result, two_cities(), "zh").blocks[0]
    assert column(intervals, "城市") == ["乙", "甲"]
    assert_allclose(column(intervals, "均值"), [1.6, 1.4])


def test_rank_changes_over_the_draws():
    result = of([[2.0, 1.0], [1.0, 2.0]], (2019, 2020))
    one = two_cities()
    wide = {
        "years": (2019, 2020),
        "rank_counts": np.repeat(one.rank_counts, 2, axis=1),
        "beats": np.repeat(one.beats, 2, 0),
    }
    both = {
        **one.__dict__,
        **wide,
        "compared": np.repeat(one.compared, 2, 0),
        "nominal_rank": np.repeat(one.nominal_rank, 2, 1),
    }
    changes = robustness_page(result, UncertaintyResult(**both), "zh").blocks[2]
    assert column(changes, "城市") == ["乙", "甲"]
    assert column(changes, "较2019年升降") == [1.0, -1.0]
    assert_allclose(column(changes, "上升的占比"), [0.1, 0.1])
    assert_allclose(column(changes, "不变的占比"), [0.8, 0.8])


def test_what_was_drawn_is_named():
    factors = (
        Factor("normalisation", ("min_max", "z_score"), (4, 6)),
        Factor("leave_out_city", ("none", "甲"), (3, 7)),
        Factor("alternatives.x", ("x", "y"), (5, 5)),
    )
    found = UncertaintyResult(**{**two_cities().__dict__, "factors": factors})
    design = robustness_page(of([[2.0], [1.0]]), found, "zh").blocks[2]
    assert column(design, "可变的选择") == [*["标准化"] * 2, *["剔除一个城市"] * 2, *["x的数据序列"] * 2]
    assert column(design, "选项") == ["极差标准化", "Z分数标准化", "不剔除", "甲", "x", "y"]
    assert column(design, "次数") == [4, 6, 3, 7, 5, 5]
    assert design.starts == {2, 4}


@pytest.mark.parametrize("lang", LANGS)
def test_both_languages_have_the_same_tables(lang):
    page = robustness_page(of([[2.0], [1.0]]), two_cities(), lang)
    assert [len(block.columns) for block in page.blocks] == [8, 4]
