"""Intervals, shares and the design in words, both languages."""

import pytest

from indexcalc.framework import Framework
from indexcalc.report.robustness_text import WORDS, claim_share, design_sentence, factor_name, rank_interval
from indexcalc.uncertainty import STEPS
from tests.conftest import make_framework
from tests.robustness.test_result import two_cities


def test_both_languages_have_the_same_entries_and_every_step_a_name():
    assert set(WORDS["zh"]) == set(WORDS["en"])
    for lang in ("zh", "en"):
        assert all(factor_name(code, Framework(), lang) for code in (*STEPS, "weights", "noise", "leave_out_city"))


def test_the_interval_is_one_rank_where_its_ends_agree():
    assert rank_interval(two_cities(), 0, 0) == "1–2"
    assert rank_interval(two_cities(ranks=((10, 0), (0, 0))), 0, 0) == "1"
    assert rank_interval(two_cities(ranks=((10, 0), (0, 0))), 1, 0) == "–"


@pytest.mark.parametrize(
    ("lang", "claims", "told"),
    [
        ("zh", (3, 5, 1, 1), "在9种可判断的方法中，66.7%成立（标准误15.71个百分点）"),
        (
            "en",
            (3, 5, 1, 1),
            "holds under 66.7% of the 9 methodologies in which it is defined (standard error 15.71 points)",
        ),
        ("zh", (0, 10, 0, 0), "在10种可判断的方法中，100%成立（标准误0.00个百分点）"),
        ("en", (0, 0, 0, 10), "defined under none of the methodologies drawn"),
    ],
)
def test_the_share_of_a_claim(lang, claims, told):
    assert claim_share(two_cities(claims=claims), 0, lang) == told


def test_the_design():
    framework = make_framework(indicators={"gdp": {"name": {"zh": "生产总值", "en": "GDP"}}})
    factors = (
        ("weights", ("{spread: 0.25}",)),
        ("aggregation", ("arithmetic", "geometric")),
        ("alternatives.gdp", "abc"),
    )
    assert design_sentence(factors, 10000, 7, framework, "zh") == (
        "不确定性分析：抽取10,000种方法（随机种子7）：权重 {spread: 0.25}；合成2种；"
        "生产总值的数据序列3种；除权重外共6种组合。"
    )
    assert design_sentence(factors, 10000, 7, framework, "en") == (
        "Uncertainty analysis: 10,000 methodologies are drawn (seed 7): weights: {spread: 0.25}; "
        "aggregation: 2 options; series of GDP: 3 options; besides the weights, 6 combinations."
    )
