"""Factors, options, shares and the design in words, both languages."""

import pytest

from indexcalc.methods import METHODS
from indexcalc.report.text.robustness import (
    claim_share,
    design_sentence,
    factor_name,
    option_name,
)
from indexcalc.spec.uncertainty import STEPS
from indexcalc.voice import Voice, voices
from tests.conftest import make_framework
from tests.robustness.test_result import two_cities


def test_every_factor_has_a_name():
    for voice in voices():
        assert all(factor_name(code, voice) for code in (*STEPS, "weights", "noise", "leave_out_city"))


@pytest.mark.parametrize(
    ("lang", "claims", "told"),
    [
        ("zh", (3, 5, 1, 1), "在9种可作判断的方法中，成立的占55.6%（另有11.1%属并列），抽样标准误15.7个百分点"),
        (
            "en",
            (3, 5, 1, 1),
            "holds in 55.6% (and with a tie in a further 11.1%) of the 9 methodologies in which it can be judged "
            "(standard error 15.7 percentage points)",
        ),
        ("zh", (0, 10, 0, 0), "在10种可作判断的方法中，成立的占100%"),
        ("en", (0, 0, 0, 10), "cannot be judged in any of the methodologies drawn"),
    ],
)
def test_the_share_of_a_claim(lang, claims, told):
    assert claim_share(two_cities(claims=claims), 0, Voice(lang)) == told


def test_the_design():
    framework = make_framework(indicators={"gdp": {"name": {"zh": "生产总值", "en": "GDP"}}})
    factors = (
        ("weights", ("{spread: 0.25}",)),
        ("aggregation", ("arithmetic", "geometric")),
        ("alternatives.gdp", "abc"),
    )
    assert design_sentence(factors, 10000, 7, Voice("zh", framework)) == (
        "不确定性分析抽取10,000种方法（随机种子7）：权重（各项权重在±25%以内变动，再折算为合计100%）；合成方法2种；"
        "生产总值所用的数据列3种；除权重外共有6种互不相同的方法。"
    )
    assert design_sentence(factors, 10000, 7, Voice("en", framework)) == (
        "Uncertainty analysis: 10,000 methodologies are drawn (seed 7): "
        "weights: each weight within ±25%, then renormalised; "
        "aggregation: 2 options; series of GDP: 3 options; weights aside, 6 distinct methodologies."
    )
    fewer = design_sentence(factors, 10000, 7, Voice("en", framework), combinations=4)
    assert fewer.endswith("weights aside, 4 distinct methodologies.")


def test_weights_alone_are_no_combination():
    told = design_sentence([("weights", ("{spread: 0.1}",))], 500, 7, Voice("zh"))
    assert told == "不确定性分析抽取500种方法（随机种子7）：权重（各项权重在±10%以内变动，再折算为合计100%）。"


OPTION_NAMES = {
    ("weights", "{spread: 0.1}"): (
        "各项权重在±10%以内变动，再折算为合计100%",
        "each weight within ±10%, then renormalised",
    ),
    ("normalisation", "{method: min_max, lower: 1, upper: 100}"): (
        "极差标准化（1—100）",
        "min-max normalisation (1–100)",
    ),
    ("treatment", "{method: winsorise, max_points: 3}"): (
        "缩尾处理（max_points: 3）",
        "outliers winsorised (max_points: 3)",
    ),
    ("treatment", "none"): ("不处理", "outliers untreated"),
    ("imputation", "linear_inside"): ("线性内插，两端留空", "linear, ends left missing"),
    ("aggregation", "geometric"): ("加权几何平均", "weighted geometric mean"),
    ("missing", "renormalise"): ("按现有下级重新归一", "weights of the others renormalised"),
    ("reference", "pooled"): ("各年合并", "all years together"),
    ("reference", "{base: 2019}"): ("以2019年为基", "base year 2019"),
    ("leave_out_indicator", "none"): ("不剔除", "nothing"),
    ("leave_out_indicator", "gdp"): ("生产总值", "GDP"),
    ("leave_out_city", "甲"): ("甲", "甲"),
    ("alternatives.gdp", "gdp"): ("生产总值", "GDP"),
    ("noise", "17"): ("17", "17"),
}


@pytest.mark.parametrize("option", OPTION_NAMES)
def test_options_have_names(option):
    framework = make_framework(indicators={"gdp": {"name": {"zh": "生产总值", "en": "GDP"}}})
    assert tuple(option_name(*option, voice) for voice in voices(framework)) == OPTION_NAMES[option]


@pytest.mark.parametrize("step", ["imputation", "treatment", "normalisation", "aggregation", "missing"])
def test_every_method_has_words_in_both_languages(step):
    """No code of the YAML is shown to a reader: underscores are for machines."""
    for name in METHODS[step]:
        told = [option_name(step, name, voice) for voice in voices()]
        assert name not in told
        assert "_" not in "".join(told)


def test_what_is_imputed_and_how_its_errors_are_learnt_is_said_in_words():
    found = [("impute", "parts"), ("impute", "derived"), ("imputed", "true")]
    assert [option_name(*one, Voice("en")) for one in found] == [
        "imputed before deriving",
        "imputed after deriving",
        "the errors the rule makes on known cells",
    ]
    assert [option_name(*one, Voice("zh")) for one in found] == [
        "先插补后派生",
        "先派生后插补",
        "按该方法在已知数据上的误差",
    ]
