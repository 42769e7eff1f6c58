"""What would have to change, in sentences: each outcome, possible and impossible, in both languages."""

from dataclasses import replace
from math import ceil, floor, inf, nan

import numpy as np
import pytest

from indexcalc.report.text.bounds import change_sentences, neighbours, number, weight_set_text
from indexcalc.report.text.claims import claim_sentence
from indexcalc.robustness.result import SmallestChange
from indexcalc.robustness.smallest_change import smallest_changes
from indexcalc.spec.claims import InTop, Overtakes
from indexcalc.spec.uncertainty import WeightSet
from indexcalc.voice import Voice
from tests.conftest import build, make_framework, make_panel

FRAMEWORK = make_framework(
    indicators={
        code: {"name": {"zh": zh, "en": en}}
        for code, zh, en in (("a", "甲项", "A"), ("b", "乙项", "B"), ("c", "丙项", "C"))
    },
    cities={"北京": {"en": "Beijing"}, "上海": {"en": "Shanghai"}},
)
ZH, EN = VOICES = (Voice("zh", FRAMEWORK), Voice("en", FRAMEWORK))
CLAIM = InTop(kind="in_top", cities=("北京",), n=1, years=(2020,))


def pair(outcome, relative=0.12345, total=0.0811, claim=None):
    about = (
        {"city": "北京", "others": ("上海",), "year": 2020}
        if outcome != "holds"
        else {"city": None, "others": (), "year": None}
    )
    weights = np.array([0.5, 0.3, 0.2]) if np.isfinite(total) else np.full(3, np.nan)
    more = {"weights": weights, "nominal": np.array([0.5, 0.34055, 0.15945]), "codes": ("a", "b", "c")}
    return tuple(
        SmallestChange(claim=claim, outcome=outcome, measure=measure, size=size, **about, **more)
        for measure, size in (("relative", relative), ("total", total))
    )


SENTENCES = {
    "overtakes": (
        pair("overtakes"),
        "各项权重变动都不超过±12.3%时，2020年上海超不过北京；只需移动4.1个百分点的综合权重（由“乙项”移至“丙项”），上海就会超过北京。",
        "Beijing stays ahead of Shanghai in 2020 as long as no weight changes by more than 12.3%; moving 4.1 "
        "percentage points of effective weight (from “B” to “C”) is enough to reverse the order.",
    ),
    "never": (
        pair("overtakes", inf, inf),
        "无论权重如何设定，2020年上海都超不过北京。",
        "Beijing stays ahead of Shanghai in 2020 under any weights at all.",
    ),
    "fails": (
        pair("fails", claim=CLAIM),
        "各项权重变动都不超过±12.3%时，“{claim}”始终成立；只需移动4.1个百分点的综合权重（由“乙项”移至“丙项”），就不成立（2020年上海居北京之前）。",
        "“{claim}” holds as long as no weight changes by more than 12.3%; moving 4.1 percentage points of effective "
        "weight (from “B” to “C”) is enough for it to fail (Shanghai above Beijing in 2020).",
    ),
    "fails never": (
        pair("fails", inf, inf, CLAIM),
        "无论权重如何设定，“{claim}”都成立。",
        "“{claim}” holds under any weights at all.",
    ),
    "holds": (
        pair("holds", claim=CLAIM),
        "“{claim}”按所选权重不成立，各项权重变动在±12.3%以内也都不成立；只需移动4.1个百分点的综合权重（由“乙项”移至“丙项”），就会成立。",
        "“{claim}” fails under all weights within ±12.3% of the "
        "chosen ones; moving 4.1 percentage points of effective weight (from “B” to “C”) is enough for it to hold.",
    ),
    "unsettled": (
        pair("holds", nan, 0.08, CLAIM),
        "“{claim}”：牵涉的城市与年份太多，未能算出最小的权重变动。",
        "“{claim}”: so many cities and years are involved that the smallest change of weights was not found.",
    ),
    "holds never": (
        pair("holds", inf, inf, CLAIM),
        "无论权重如何设定，“{claim}”都不成立。",
        "“{claim}” fails under any weights at all.",
    ),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_each_outcome_in_both_languages(case):
    changes, *expected = SENTENCES[case]
    for voice, sentence in zip(VOICES, expected, strict=True):
        claim = claim_sentence(CLAIM, (2020,), voice)
        assert change_sentences(changes, (2020,), voice) == [sentence.format(claim=claim)]


def test_weights_that_stay_as_chosen_are_named():
    changes = tuple(replace(change, fixed=("a", "b")) for change in pair("overtakes", inf, inf))
    assert change_sentences(changes, (2020,), ZH) == [
        "无论权重如何设定（“甲项”“乙项”内部的权重不变），2020年上海都超不过北京。"
    ]
    changes = tuple(replace(change, fixed=("a",)) for change in pair("overtakes"))
    (told,) = change_sentences(changes, (2020,), EN)
    assert told.startswith(
        "Beijing stays ahead of Shanghai in 2020 as long as no weight changes by more than 12.3% "
        "(those inside “A” stay as chosen);"
    )


def test_a_guarantee_is_rounded_down_and_what_is_enough_up():
    assert number(12.39, floor) == "12.3" and number(4.01, ceil) == "4.1"
    assert number(0.0999, floor) == "0.099" and number(0.0901, ceil) == "0.091"


def test_the_next_in_the_ranking_and_every_claim():
    changes = (*pair("overtakes"), *pair("fails", claim=CLAIM))
    assert neighbours(changes, ["北京", "上海"]) == changes
    assert neighbours(changes, ["上海", "北京"]) == changes[2:]


SETS = {
    "{spread: 0.25}": (
        WeightSet(spread=0.25),
        "各项权重在±25%以内变动，再折算为合计100%",
        "each weight within ±25%, then renormalised",
    ),
    "levels": (
        WeightSet(spread=0.1, levels=(1, "b")),
        "各项权重在±10%以内变动，再折算为合计100%，只变动第1层、乙项",
        "each weight within ±10%, then renormalised, only of level 1, B",
    ),
    "dirichlet": (WeightSet(dirichlet="within"), "各上级之内权重任意", "any weights within each parent"),
    "order": (
        WeightSet(order="indicators"),
        "全部指标的权重任意，但大小次序不变",
        "any weights of the indicators that keep their order",
    ),
    "bounds": (
        WeightSet(bounds={"a": (0.1, 0.6)}),
        "权重在给定的上下限之内（甲项10%—60%）",
        "weights within their limits (A 10% to 60%)",
    ),
}


@pytest.mark.parametrize("name", SETS)
def test_a_weight_set_in_words(name):
    weights, zh, en = SETS[name]
    assert [weight_set_text(weights, voice) for voice in VOICES] == [zh, en]


def test_a_tie_is_called_one():
    result = build(
        make_panel({"x": [[1, 2], [2, 2]]}, cities="甲乙", years=(2020, 2021)),
        make_framework(indicators={"x": {}}),
        normalisation="none",
    )
    claims = [Overtakes(kind="overtakes", city="甲", other="乙"), InTop(kind="in_top", cities=("乙",), n=1)]
    found = [change for change in smallest_changes(result, claims) if change.claim is not None]
    en, zh = (change_sentences(found, result.years, Voice(lang, result.framework)) for lang in ("en", "zh"))
    assert en[0].endswith("holds, if only with a tie, under any weights at all.")
    assert zh[0].endswith("都成立（含并列）。")
    assert en[1].endswith("holds, if only with a tie, under any weights at all.")


def test_a_change_away_from_a_tie_is_no_figure():
    """x says 甲 first in one year, y in the other; with equal weights the two are level in both."""
    result = build(
        make_panel({"x": [[1, 3], [2, 2]], "y": [[3, 1], [2, 2]]}, cities="甲乙", years=(2020, 2021)),
        make_framework(indicators={"x": {}, "y": {}}),
        normalisation="none",
    )
    claims = [Overtakes(kind="overtakes", city="甲", other="乙"), InTop(kind="in_top", cities=("甲",), n=1)]
    found = [change for change in smallest_changes(result, claims) if change.claim is not None]
    fails, holds = change_sentences(found, result.years, Voice("en", result.framework))
    assert fails.endswith("fails, but the least change of weights can make it hold.")
    assert "holds, if only with a tie, but the least change of weights can make it fail (乙 above 甲 in 2020)." in holds
