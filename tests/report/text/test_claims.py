"""Claims, what becomes of them, and the figures that decide, in sentences."""

import numpy as np
import pytest

from indexcalc.analysis.claims import Verdict
from indexcalc.computed import Computed
from indexcalc.report.text.claims import claim_sentence, evidence_sentence, verdict_sentence, verdict_word
from indexcalc.voice import Voice, voices
from tests.conftest import build, make_framework, make_panel

NAMES = {"甲": {"en": "Jia"}, "乙": {"en": "Yi"}, "丙": {"en": "Bing"}}


def told(x, claim, years=(2020, 2021), **choices):
    """A claim about an index that is one column, x[city][year]: what is held of it, by language and the voice."""
    panel = make_panel({"x": np.array(x, float)}, cities=tuple(NAMES)[: len(x)], years=years)
    framework = make_framework(indicators={"x": {}}, cities=NAMES)
    run = Computed.of(build(panel, framework, **{"normalisation": "none", **choices}), claims=[claim])
    return run.holdings[0], {voice.lang: voice for voice in voices(framework)}


@pytest.mark.parametrize(
    ("claim", "zh", "en"),
    [
        (
            {"kind": "in_top", "cities": ["甲", "乙"], "n": 2},
            ("甲和乙2020—2021年历年均居前2位", "不成立", "甲2021年居第3位"),
            ("Jia and Yi ranked in the top 2 in every year 2020–2021", "fails", "Jia ranked number 3 in 2021"),
        ),
        (
            {"kind": "in_top", "cities": ["甲", "乙", "丙"], "n": 1, "years": [2020]},
            ("甲、乙和丙2020年居首位", "不成立", "乙2020年居第2位；丙2020年居第3位"),
            (
                "Jia, Yi and Bing ranked first in 2020",
                "fails",
                "Yi ranked number 2 in 2020; Bing ranked number 3 in 2020",
            ),
        ),
        (
            {"kind": "largest_rank_gain", "city": "乙"},
            ("2020—2021年乙位次上升最多", "不成立", "乙0（第2→第2位）；丙+2（第3→第1位）"),
            ("Yi gained the most places 2020–2021", "fails", "Yi 0 (from 2 to 2); Bing +2 (from 3 to 1)"),
        ),
        (
            {"kind": "largest_rank_gain", "city": "甲"},
            ("2020—2021年甲位次上升最多", "不成立", "甲−2（第1→第3位）；丙+2（第3→第1位）"),
            ("Jia gained the most places 2020–2021", "fails", "Jia −2 (from 1 to 3); Bing +2 (from 3 to 1)"),
        ),
        (
            {"kind": "gap_narrows", "city": "甲", "other": "乙"},
            ("2020—2021年甲与乙的差距缩小", "不成立", "甲—乙2020年1.00→2021年1.00"),
            ("The gap between Jia and Yi narrowed 2020–2021", "fails", "Jia–Yi 1.00→1.00 from 2020 to 2021"),
        ),
    ],
)
def test_a_claim_its_verdict_and_the_figures_that_decide(claim, zh, en):
    """They stand apart on the page, and together elsewhere."""
    holding, by = told([[3, 1], [2, 2], [1, 3]], claim)
    for voice, (sentence, word, evidence) in ((by["zh"], zh), (by["en"], en)):
        assert claim_sentence(holding.claim, (2020, 2021), voice) == sentence
        assert verdict_word(holding.verdict, voice) == word
        assert evidence_sentence(holding, voice) == evidence
        brackets = {"zh": "（{}）", "en": " ({})"}[voice.lang]
        assert verdict_sentence(holding, voice) == word + brackets.format(evidence)


def test_every_verdict_has_a_word_of_its_own_in_both_languages():
    for voice in voices():
        assert len({verdict_word(verdict, voice) for verdict in Verdict}) == len(Verdict)


def test_a_claim_that_cannot_be_judged_says_why():
    holding, by = told([[1, 3], [2, 2]], {"kind": "rising", "cities": "all"}, normalisation="min_max", reference="year")
    assert claim_sentence(holding.claim, (2020, 2021), by["zh"]) == "所有城市的得分2020—2021年上升"
    assert claim_sentence(holding.claim, (2020, 2021), by["en"]) == "The score of every city rose 2020–2021"
    assert verdict_sentence(holding, by["zh"]) == ("无法判断（各年分别计算（如reference: year），得分不可跨年比较）")


def test_of_many_figures_the_first_are_named_and_the_others_counted():
    claim = {"kind": "rising", "cities": "all", "every_year": True}
    holding, by = told([[4, 3, 2, 1], [3, 2, 1, 0]], claim, years=(2019, 2020, 2021, 2022))
    assert len(holding.facts) == 6
    assert "另有" not in evidence_sentence(holding, by["zh"])
    assert evidence_sentence(holding, by["zh"], 2) == "甲2019年4.00→2020年3.00；甲2020年3.00→2021年2.00；另有4项"
    assert evidence_sentence(holding, by["en"], 1) == "Jia 4.00→3.00 from 2019 to 2020; and 5 more"


def test_where_there_is_nothing_to_name_the_verdict_stands_alone():
    holding, _ = told([[1, 2], [0, 1]], {"kind": "rising", "cities": "all"})
    bare = type(holding)(holding.claim, holding.verdict, ())
    assert evidence_sentence(bare, Voice("en")) == ""
    assert verdict_sentence(bare, Voice("en")) == "holds"
