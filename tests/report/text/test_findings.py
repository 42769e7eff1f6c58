"""What the cover sheet and the page say: every sentence against figures small enough to read off."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import spearmanr

from indexcalc.computed import Computed
from indexcalc.report.text.bounds import change_sentences
from indexcalc.report.text.findings import city_coverage, coverage_sentences, findings, headline, method_sentences
from indexcalc.robustness.result import Joint, SmallestChange, UncertaintyResult
from indexcalc.robustness.study import Study
from indexcalc.voice import Voice
from tests.analysis.test_lenses import many
from tests.conftest import build, make_framework, make_panel
from tests.robustness.test_result import two_cities

NAN = np.nan
LANGS = ("zh", "en")
NAME = {"name": {"zh": "指数", "en": "Index"}}


def of(x, *, cities="甲乙丙丁戊己庚辛", years=(2020, 2021), framework=None, about=None, **choices):
    """A run whose index is one column, as it stands: x[city][year]. about: its claims, its yardsticks."""
    x = np.array(x, float)
    x = x[:, None] if x.ndim == 1 else x
    panel = make_panel({"x": x}, cities=cities[: len(x)], years=years[: x.shape[1]])
    whole = framework or make_framework(indicators={"x": {}}, **NAME)
    result = build(panel, whole, **{"normalisation": "none", "missing": "propagate", **choices})
    return Computed.of(result, **about or {})


def with_gaps(x, **choices):
    """A run of a column with gaps, and of another without, so that the city-years stay."""
    x = np.array(x, float)
    full = np.arange(1.0, x.size + 1).reshape(x.shape)
    panel = make_panel({"x": x, "y": full}, cities="甲乙丙"[: len(x)], years=range(2020, 2020 + x.shape[1]))
    if np.isnan(x).all():
        panel = make_panel({"x": [[1.0], [NAN]], "y": [[NAN], [1.0]]}, cities="甲乙", years=(2020,))
    framework = make_framework(indicators={"x": {}, "y": {}}, **NAME)
    return Computed.of(build(panel, framework, **{"normalisation": "none", "missing": "propagate", **choices}))


def voice_of(run, lang):
    return Voice(lang, run.result.framework)


def said(run, lang="zh", kind=None):
    """The findings, or those of a kind."""
    return [sentence.text for sentence in findings(run, voice_of(run, lang)) if kind in (None, sentence.kind)]


def line(run, lang="zh"):
    return headline(run, voice_of(run, lang))


def told(sentences, run, lang="zh"):
    """The sentences of a function of findings."""
    return [sentence.text for sentence in sentences(run, voice_of(run, lang))]


def drawn(run, **counts):
    """The same run, with ten draws of two cities."""
    return replace(run, uncertainty=two_cities(**counts))


# -- the headline


@pytest.mark.parametrize(
    ("x", "zh", "en"),
    [
        (
            [4, 3, 2, 1],
            "2020年指数：甲居4个城市之首，乙、丙分列第2、第3位",
            "Index 2020: 甲 leads the 4 cities, followed by 乙 and 丙",
        ),
        ([4, 3, 2, 2], "2020年指数：甲居4个城市之首", "Index 2020: 甲 leads the 4 cities"),
        ([4, 3, 3, 1], "2020年指数：甲居4个城市之首", "Index 2020: 甲 leads the 4 cities"),
        ([1, 2], "2020年指数：乙居2个城市之首，高于甲", "Index 2020: 乙 leads the 2 cities, ahead of 甲"),
        ([2, 2, 1], "2020年指数：甲和乙在3个城市中并列第1位", "Index 2020: 甲 and 乙 share first place among 3 cities"),
        (
            [2, 2, 2, 2, 1],
            "2020年指数：4个城市在5个城市中并列第1位",
            "Index 2020: 4 cities share first place among 5 cities",
        ),
        ([2, 2], "2020年指数：2个城市得分相同", "Index 2020: all 2 cities score the same"),
        ([2, NAN], "2020年指数：只有甲有得分，无法排名", "Index 2020: only 甲 has a score, so there is no ranking"),
    ],
)
def test_the_headline_says_who_leads(x, zh, en):
    assert (line(of(x), "zh"), line(of(x), "en")) == (zh, en)


def test_the_headline_is_about_the_last_year_with_scores():
    assert line(of([[1, NAN], [2, NAN]])) == "2020年指数：乙居2个城市之首，高于甲"


def test_the_headline_carries_the_share_of_the_draws():
    run = drawn(of([2, 1]))
    assert line(run, "zh").endswith("；10种方法中，60.0%的结果是甲居首（所抽方法中的占比，不是概率）")
    assert line(run, "en").endswith(
        "; 甲 comes first in 60.0% of 10 methodologies (a share of the methodologies drawn, not a probability)"
    )
    assert "种" not in line(drawn(of([2, 1]), ranks=((0, 0), (4, 6))))
    assert "种" not in line(drawn(of([2, 2])))


def test_the_headline_names_who_is_first_in_more_of_the_draws():
    run = drawn(of([2, 1]), ranks=((2, 8), (8, 2)))
    assert line(run, "zh").endswith(
        "；10种方法中，20.0%的结果是甲居首，居首次数最多的是乙（80.0%）（所抽方法中的占比，不是概率）"
    )
    assert "20.0% of 10 methodologies, most often first: 乙 (80.0%)" in line(run, "en")
    assert "最多" not in line(drawn(of([2, 1]), ranks=((5, 5), (5, 5))))


# -- places, moves, levels


@pytest.mark.parametrize(
    ("x", "zh", "en"),
    [
        (
            [3, 1, 2],
            "2020年的次序：甲（3.0000）、丙（2.0000）、乙（1.0000）。",
            "The 2020 ranking: 甲 (3.0000), 丙 (2.0000), 乙 (1.0000).",
        ),
        (
            [30, 10, 10],
            "2020年的次序：甲（30.00）、乙和丙（并列，10.00）。",
            "The 2020 ranking: 甲 (30.00), 乙 and 丙 (tied, 10.00).",
        ),
        (
            [10, 10, 10],
            "2020年3个城市得分相同（10.00），没有先后。",
            "All 3 cities have the same score in 2020 (10.00), so none ranks above another.",
        ),
        (
            [17, 16, 15, 14, 13, 12, -11],
            "2020年居前5位的是甲（17.00）、乙（16.00）、丙（15.00）、丁（14.00）、戊（13.00），居末位的是庚（−11.00）。",
            "Ranks 1 to 5 in 2020: 甲 (17.00), 乙 (16.00), 丙 (15.00), 丁 (14.00), 戊 (13.00); last: 庚 (−11.00).",
        ),
        (
            [17, 16, 15, 14, 13, 13, 1],
            "2020年居前5位的城市（含并列，共6个）是甲（17.00）、乙（16.00）、丙（15.00）、丁（14.00）、戊和己（并列，13.00），"
            "居末位的是庚（1.00）。",
            "Ranks 1 to 5 in 2020, shared by 6 cities: 甲 (17.00), 乙 (16.00), 丙 (15.00), 丁 (14.00), "
            "戊 and 己 (tied, 13.00); last: 庚 (1.00).",
        ),
        (
            [17, 16, 15, 14, 13, 13],  # the last of six is among the first five
            "2020年居前5位的城市（含并列，共6个）是甲（17.00）、乙（16.00）、丙（15.00）、丁（14.00）、戊和己（并列，13.00）。",
            "Ranks 1 to 5 in 2020, shared by 6 cities: 甲 (17.00), 乙 (16.00), 丙 (15.00), 丁 (14.00), "
            "戊 and 己 (tied, 13.00).",
        ),
    ],
)
def test_the_first_places_of_the_last_year(x, zh, en):
    assert (said(of(x), "zh", "top"), said(of(x), "en", "top")) == ([zh], [en])


def test_one_city_has_no_place():
    assert said(of([1]), "zh") == []
    assert said(of([[1, 2], [NAN, NAN]]), "zh") == ["2021年没有得分、未参加排名的城市：乙。"]


@pytest.mark.parametrize(
    ("x", "zh", "en"),
    [
        ([1, 2], "只有2020年一年的得分，无法比较升降。", "There are scores for 2020 only, so no changes to report."),
        (
            [[1, 1], [2, 2]],
            "与2020年相比，2个城市的位次都没有变化。",
            "Compared with 2020, none of the 2 cities has changed its rank.",
        ),
        (
            [[1, 3], [2, 2], [0, 0]],
            "与2020年相比，甲由第2位升至第1位，乙由第1位降至第2位，丙位次不变。",
            "Compared with 2020, 甲 rose from 2nd to 1st, and 乙 fell from 1st to 2nd; 丙 kept its rank.",
        ),
        (
            [[1, 1], [2, 1]],  # only the tie lifts one
            "与2020年相比，甲由第2位升至第1位，乙位次不变。",
            "Compared with 2020, 甲 rose from 2nd to 1st; 乙 kept its rank.",
        ),
        (
            [[8, 1], [7, 8], [6, 7], [5, 6], [4, 5]],
            "与2020年相比，4个城市各上升1位，甲由第1位降至第5位。",
            "Compared with 2020, 4 cities rose by 1 place each, and 甲 fell from 1st to 5th.",
        ),
        (
            [[8, 1], [7, 2], [6, 3], [5, 4], [4, 9], [3, 8], [2, 7], [1, 6]],
            "与2020年相比，4个城市各上升4位，下降的有4个城市，甲（7位）最多。",
            "Compared with 2020, 4 cities rose by 4 places each, and 4 cities fell, most of all 甲 (7).",
        ),
        (
            [[8, 2], [7, 3], [6, 4], [5, 5], [4, 6]],
            "与2020年相比，戊由第5位升至第1位，丁由第4位升至第2位，甲由第1位降至第5位，乙由第2位降至第4位，丙位次不变。",
            "Compared with 2020, 戊 rose from 5th to 1st, 丁 rose from 4th to 2nd, 甲 fell from 1st to 5th, and "
            "乙 fell from 2nd to 4th; 丙 kept its rank.",
        ),
        (
            [[3, 3], [2, 1], [1, 2], [NAN, 0]],
            "与2020年相比，丙由第3位升至第2位，乙由第2位降至第3位（只比较两年都有位次的3个城市），甲位次不变。",
            "Compared with 2020, 丙 rose from 3rd to 2nd, and 乙 fell from 2nd to 3rd (of the 3 cities ranked in both "
            "years); 甲 kept its rank.",
        ),
        ([[3, 3], [NAN, 1]], None, None),
    ],
)
def test_who_moved(x, zh, en):
    expected = ([] if zh is None else [zh], [] if en is None else [en])
    assert (said(of(x), "zh", "moved"), said(of(x), "en", "moved")) == expected


@pytest.mark.parametrize(
    ("x", "zh", "en"),
    [
        (
            [[1, 2, 3], [2, 4, 6], [0, 2, 2.5]],
            "2020—2022年，全部3个城市的得分逐年上升，乙提高最多（+4.0000分），甲最少（+2.0000分）。",
            "From 2020 to 2022 the scores of all 3 cities rose every year; 乙 gained most (+4.0000), 甲 least "
            "(+2.0000).",
        ),
        (
            [[1, 0, 3], [2, 4, 6]],
            "2022年全部2个城市的得分都高于2020年，但并非都逐年上升。",
            "The scores of all 2 cities are higher in 2022 than in 2020, though not all of them rose every year.",
        ),
        (
            [[1, NAN, 3], [2, 4, 6]],
            "2022年全部2个城市的得分都高于2020年。",
            "The scores of all 2 cities are higher in 2022 than in 2020.",
        ),
        (
            [[1, 2], [2, 4]],
            "2021年全部2个城市的得分都高于2020年。",
            "The scores of all 2 cities are higher in 2021 than in 2020.",
        ),
        (
            [[1, 2], [2, 1]],
            "2个城市中，1个的得分2021年高于2020年，1个低于2020年（乙）。",
            "1 of 2 cities scores higher in 2021 than in 2020, and 1 lower (乙).",
        ),
        (
            [[1, 2], [2, 2]],
            "2个城市中，1个的得分2021年高于2020年，其余持平。",
            "1 of 2 cities scores higher in 2021 than in 2020; the rest are unchanged.",
        ),
        (
            [[1, 2], [2, 1], [3, 5]],
            "3个城市中，2个的得分2021年高于2020年，1个低于2020年（乙），丙提高最多（+2.0000分），乙下降最多（−1.0000分）。",
            "2 of 3 cities score higher in 2021 than in 2020, and 1 lower (乙); 丙 gained most (+2.0000), 乙 lost most "
            "(−1.0000).",
        ),
        ([[1, 1], [2, 1]], "没有城市的得分2021年高于2020年。", "No city scores higher in 2021 than in 2020."),
        ([[1, 2], [NAN, 1]], None, None),
    ],
)
def test_levels(x, zh, en):
    expected = ([] if zh is None else [zh], [] if en is None else [en])
    run = of(x, years=(2020, 2021, 2022))
    assert (said(run, "zh", "level"), said(run, "en", "level")) == expected


def test_nothing_is_said_of_levels_that_do_not_compare():
    run = of([[1, 2], [2, 4], [3, 1]], normalisation="min_max", reference="year")
    assert said(run, "zh", "level") == []
    assert said(run, "zh", "caution") == ["得分逐年分别计算，只能在同一年内比较。"]
    assert said(run, "en", "caution") == ["Each year is scored separately: compare scores only within a year."]


# -- claims

RISING = {"kind": "rising", "cities": "all"}


def test_claims_with_their_verdicts():
    claims = [{"kind": "in_top", "cities": ["乙"], "n": 1}, {"kind": "largest_rank_gain", "city": "甲"}]
    run = of([[1, 3], [2, 2], [0, 0]], about={"claims": claims})
    assert said(run, "zh", "claim") == [
        "“乙2020—2021年历年均居首位”：不成立（乙2021年居第2位）。",
        "“2020—2021年甲位次上升最多”：成立（甲+1（第2→第1位））。",
    ]
    assert said(run, "en", "claim") == [
        "“乙 ranked first in every year 2020–2021”: fails (乙 ranked number 2 in 2021).",
        "“甲 gained the most places 2020–2021”: holds (甲 +1 (from 2 to 1)).",
    ]


def test_a_claim_is_told_once_more_in_real_terms_where_the_verdict_differs():
    priced = {"x": {"tags": {"price": "nominal"}}, "y": {}}

    def run(y):
        panel = make_panel({"x": [[1, 5], [2, 9]], "y": y}, cities="甲乙", years=(2020, 2021))
        framework = make_framework(indicators=priced, **NAME)
        return Computed.of(build(panel, framework, normalisation="none"), claims=[RISING])

    assert "现价" not in said(run([[1, 3], [2, 4]]), "zh", "claim")[0]
    falling = run([[1, 3], [2, 1]])
    assert said(falling, "zh", "claim")[0].endswith("；去掉现价指标后判定为不成立（乙2020年2.00→2021年1.00）。")
    assert said(falling, "en", "claim")[0].endswith(
        "; without the indicators in current prices it fails (乙 2.00→1.00 from 2020 to 2021)."
    )


def test_a_claim_carries_the_share_of_the_draws_in_which_it_is_defined():
    run = drawn(of([2, 1], about={"claims": two_cities().claims}))
    assert said(run, "zh", "claim")[0].endswith("；在9种可作判断的方法中，成立的占55.6%（另有11.1%属并列）。")
    assert said(run, "en", "claim")[0].endswith(
        "; of the methodologies drawn, it holds in 55.6% (and with a tie in a further 11.1%) of the 9 in which it can "
        "be judged."
    )
    other = drawn(of([2, 1], about={"claims": [{"kind": "in_top", "cities": ["甲"], "n": 1}]}))
    assert "种" not in said(other, "zh", "claim")[0]


def test_a_claim_that_no_draw_could_judge_carries_no_share():
    run = of([2, 1], about={"claims": two_cities().claims})
    assert "种" not in said(drawn(run, claims=(0, 0, 0, 10)), "zh", "claim")[0]


# -- draws, smallest changes


def five_cities():
    """A hundred draws of five cities: the first surely first, the last from third to fifth."""
    counts = np.array(
        [[100, 0, 0, 0, 0], [0, 100, 0, 0, 0], [0, 0, 80, 20, 0], [0, 0, 0, 80, 20], [0, 0, 20, 0, 80]], dtype=np.int64
    )
    five = {
        "cities": tuple("甲乙丙丁戊"),
        "rank_counts": counts[:, None, :],
        "draws": 100,
        "tied_counts": np.zeros((5, 1, 3), int),
    }
    nominal = {"nominal_rank": np.arange(1.0, 6.0)[:, None]}
    return UncertaintyResult(**{**two_cities().__dict__, **five, **nominal})


def test_how_many_ranks_are_sure_and_whose_is_least():
    run = replace(of([5, 4, 3, 2, 1]), uncertainty=five_cities())
    assert said(run, "zh", "robustness") == [
        "以100种方法重算，5个城市中有4个的2020年位次至少在九成的方法中变动不超过1位；变动最大的是戊（九成的方法中居第3至第5位）。"
    ]
    assert said(run, "en", "robustness") == [
        "4 of 5 cities stay within one place of their 2020 rank in at least nine in ten of 100 methodologies; "
        "戊 varies most (3rd to 5th in nine in ten)."
    ]
    assert said(drawn(of([2, 1])), "zh", "robustness") == [
        "以10种方法重算，2个城市中有2个的2020年位次至少在九成的方法中变动不超过1位。"
    ]
    assert said(drawn(of([2, NAN])), "zh", "robustness") == []


def test_the_last_ranking_as_a_whole_and_shared_first_places_are_told():
    shared = np.array([[[3, 3, 3]], [[3, 3, 0]]])
    found = replace(two_cities(), joint=Joint(8, 2, 6), tied_counts=shared)
    run = replace(of([2, 1]), uncertainty=found)
    assert said(run, "en", "joint") == [
        "The whole ranking of 2020, ties included, comes out the same in 25.0% of 8 methodologies; "
        "every city is within one place of its rank in 75.0%."
    ]
    assert said(run, "zh", "joint")[0].startswith("以8种方法重算，2020年的排名整体不变（并列也须相同）的占25.0%，")
    assert "甲 comes first in 30.0% (and with a tie in a further 30.0%) of 10 methodologies" in line(run, "en")
    assert "30.0%（另有30.0%属并列）的结果是甲居首" in line(run, "zh")
    assert said(drawn(of([2, 1])), "zh", "joint") == []


def changes(year, *sizes):
    """What it takes for each city of 甲, 乙, 丙 to be overtaken by the next: relative, and twice that in total."""
    made = []
    for (one, two), size in zip(pairwise("甲乙丙"), sizes, strict=True):
        facts = {
            "claim": None,
            "outcome": "overtakes",
            "city": one,
            "others": (two,),
            "year": year,
            "codes": ("x", "y"),
        }
        weights = {"nominal": np.array([0.5, 0.5]), "weights": np.array([0.5 - size, 0.5 + size])}
        made += [
            SmallestChange(measure="relative", size=size, **facts, **weights),
            SmallestChange(measure="total", size=2 * size, **facts, **weights),
        ]
    return made


def test_the_order_that_changes_most_easily_is_told():
    run = with_gaps([[3], [2], [1]])

    def fragile(*sizes, lang="zh"):
        return said(replace(run, study=Study(2020, changes=tuple(changes(2020, *sizes)))), lang, "robustness")

    (sentence,) = fragile(0.2, 0.1)
    (expected,) = change_sentences(changes(2020, 0.2, 0.1)[2:], (2020,), voice_of(run, "zh"))
    assert sentence == f"最容易改变的次序：{expected}"
    assert "丙" in sentence and "甲" not in sentence
    assert fragile(0.1, 0.2, lang="en")[0].startswith("The order that changes most")
    assert fragile(np.inf, np.inf) == []


# -- the analyses

STAGES = {
    "lenses": {
        "stage": {
            "name": {"zh": "阶段", "en": "Stage"},
            "groups": {"scale": {"zh": "规模", "en": "Scale"}, "quality": {"zh": "质量", "en": "Quality"}},
        },
        "price": {"groups": {"nominal": {"zh": "现价", "en": "Nominal"}}},
    },
    **NAME,
}


def staged(a, b, years=(2020, 2021), **choices):
    """A run of two dimensions of one indicator each: a of stage scale, in current prices, b of stage quality."""
    framework = make_framework(
        {
            "one": {
                "name": {"zh": "一", "en": "One"},
                "indicators": {"a": {"tags": {"stage": "scale", "price": "nominal"}}},
            },
            "two": {"name": {"zh": "二", "en": "Two"}, "indicators": {"b": {"tags": {"stage": "quality"}}}},
        },
        **STAGES,
    )
    panel = make_panel({"a": a, "b": b}, years=years)
    return Computed.of(build(panel, framework, **{"normalisation": "none", **choices}))


def test_which_group_stands_out_in_growth():
    run = Computed.of(many([5] * 4 + [1] * 8, "aaaabbbbcccc"))
    pace = run.lens("stage").growth.chance.pace[0]
    share = f"{100 * run.lens('stage').growth.chance.share[0]:.0f}%"
    assert said(run, "en", "lens") == [
        "Combined growth in score of 3 cities, 2020–2021, by “stage”: "
        f"“Scale” grew {pace:.2f} times as much as all indicators "
        f"({share} of the growth at 33% of the weight); with tags shuffled at random, a group stands out "
        f"this far in at most "
        "one case in twenty."
    ]
    assert said(run, "zh", "lens")[0].startswith("按“stage”看2020—2021年3个城市得分的增长：“Scale”的增长是全部指标的")
    heavy = Computed.of(many([3, 1] * 6, "aaaaaaaabbbb"))
    p = heavy.lens("stage").growth.chance.least
    assert p > 0.5 and said(heavy, "en", "lens") == [
        "Combined growth in score of 3 cities, 2020–2021, by “stage”: no group stands out by more than chance "
        f"(with tags shuffled at random, one stands out this far in {100 * p:.0f}% of cases)."
    ]


def test_the_share_of_prices_stands_beside_its_weight():
    run = staged([[0, 4], [0, 1], [0, 1], [0, 3]], [[0, 1], [0, 4], [0, 5], [1, 0]])
    assert said(run, "zh", "prices") == [
        "各城市得分的增长中，1个现价指标（权重50%）所占份额的中位数为50%（17%至150%），其中包含物价上涨因素；"
        "若把标签随机打乱，有100%的次数会出现同样大的份额，不能据此说现价指标对增长的作用特别大。"
    ]
    assert said(run, "en", "prices")[0].startswith(
        "In the median city, 50% of the growth in score (17% to 150% across the cities) comes from the 1 indicator in "
        "current prices (50% of the weight)"
    )


def test_without_growth_nothing_is_said_of_groups():
    run = staged([[2, 1], [2, 1]], [[2, 1], [2, 1]])
    assert said(run, "zh", "lens") == said(run, "zh", "prices") == []


def test_integration_says_how_far_it_is_the_index_and_what_lags_by_places():
    bounds = {"normalisation": {"method": "min_max", "lower": 0, "upper": 1}}
    run = staged([[0, 1], [0, 0], [0, 0.3], [0, 0.2]], [[0, 0], [0, 1], [0, 0.3], [0, 0.2]], **bounds)
    rho = spearmanr(run.integration.degree[:, -1], run.result.score()[:, -1])[0]
    assert said(run, "zh", "integration") == [f"2021年按耦合协调度与按指数排出的次序不同（秩相关−{-rho:.2f}）。"]
    run = staged([[0, 1], [0, 0.1], [0, 0.2], [0, 0.3]], [[0, 1], [0, 0.31], [0, 0.3], [0, 0.4]], **bounds)
    assert said(run, "en", "integration") == [
        "In 2021 coupling coordination ranks the cities almost as the index does (rank correlation 1.00), so it adds "
        "little to the ranking."
    ]
    run = staged([[1, 1], [0, 0.1], [0, 0.2]], [[0, 0.9], [0, 1], [0, 1]], **bounds)
    assert said(run, "en", "integration")[0].endswith("; 2 of 3 cities rank lowest in “One”.")
    run = staged([[0, 1], [0, 1]], [[0, 1], [0, 1]], **bounds)
    assert said(run, "zh", "integration") == []


def test_the_cities_draw_together_or_apart_where_spread_and_slope_agree():
    a = [[10, 20], [20, 26], [30, 34], [40, 42]]
    run = staged(a, a)
    (zh,), (en,) = (said(run, lang, "convergence") for lang in LANGS)
    assert zh.startswith(
        "2020—2021年城市间的差距缩小：得分标准差由11.18降至8.29分，起点低的城市提高更多（得分变化对首年得分的回归斜率为−0.260"
    )
    assert "上限" not in zh
    assert en.startswith(
        "Between 2020 and 2021 the cities drew together: the standard deviation of the scores fell from 11.18"
    )
    apart = [[10, 10.5], [20, 25], [30, 48], [40, 80]]
    run = staged(apart, apart)
    assert said(run, "zh", "convergence")[0].startswith("2020—2021年城市间的差距扩大")
    assert said(run, "en", "convergence")[0].startswith("Between 2020 and 2021 the cities drew apart")
    bounded = {"normalisation": {"method": "min_max", "lower": 1, "upper": 100}}
    run = staged(a, a, **bounded)
    assert said(run, "zh", "convergence")[0].endswith("；得分有上限，差距缩小有一部分由此而来。")
    gaps = [[4, 20], [16, 40], [64, 81], [NAN, 30]]
    run = staged(gaps, gaps, missing="propagate", imputation="none")
    sentences = said(run, "zh", "convergence")
    assert sentences[0].endswith("；两年的城市不尽相同（3个、4个），斜率只计两年均有得分的3个。")
    undecided = [[10, 11], [20, 19], [30, 33], [40, 41]]
    run = staged(undecided, undecided)
    assert said(run, "zh", "convergence")[0].startswith(
        "2020—2021年城市间的差距没有明确的变化方向：得分标准差由11.18变为"
    )
    assert said(run, "en", "convergence")[0].startswith(
        "It is unclear whether the cities drew together or apart from 2020 to 2021"
    )


@pytest.mark.parametrize("lower", [1, 70])
def test_what_is_said_of_gaps_does_not_depend_on_where_the_scale_begins(lower):
    a = [[10, 25], [20, 37], [30, 50], [40, 64]]
    run = staged(a, a, normalisation={"method": "min_max", "lower": lower, "upper": 100})
    assert {np.sign(np.diff(run.convergence.cv)[0])} == {-1.0 if lower == 1 else 1.0}
    assert said(run, "en", "convergence")[0].startswith("Between 2020 and 2021 the cities drew apart")


def test_yardsticks_are_told_for_their_last_year():
    """A correlation needs three cities: of an edition that lists two, the one before it is told, or none."""
    declared = {
        "y": {"name": {"zh": "某榜", "en": "A list"}, "kind": "rank", "values": {2019: {"甲": 1, "乙": 2, "丙": 3}}},
        "z": {"name": "z", "kind": "rank", "values": {2020: {"甲": 1, "乙": 2}}},
    }
    declared["y"]["values"] |= {2020: {"甲": 1, "乙": 4, "丙": 2, "丁": 3}, 2021: {"甲": 1, "乙": 2}}
    run = of([[4, 1, 1], [3, 2, 2], [2, 3, 3], [1, 4, 4]], years=(2019, 2020, 2021), about={"yardsticks": declared})
    assert said(run, "zh", "yardstick") == ["指数与某榜（2020年，4个城市）的秩相关为−0.40（95%区间−0.98至0.92）。"]
    assert said(run, "en", "yardstick") == [
        "Rank correlation of the index with A list (2020, 4 cities): −0.40 (95% interval −0.98 to 0.92)."
    ]


# -- notes, method, coverage


def test_the_note_of_the_framework_comes_first():
    framework = make_framework(indicators={"x": {}}, note={"zh": "一句。", "en": "One."}, **NAME)
    run = of([2, 1], framework=framework)
    first = findings(run, voice_of(run, "zh"))[0]
    assert (first.kind, first.text) == ("note", "一句。")


def test_the_method_in_sentences():
    run = staged([[0, 1], [0, 2]], [[0, 1], [0, 2]], normalisation={"method": "min_max", "lower": 1, "upper": 100})
    assert told(method_sentences, run) == [
        "2个指标分属2个维度，覆盖2个城市、2020—2021年。",
        "标准化：极差标准化，参照范围内的最小值化为1，最大值化为100，其间按线性换算。",
        "标准化的参照范围：全部城市与年份，得分可跨年比较。",
        "赋权：给定权重，在同一上级之内归一。",
        "合成：加权算术平均（逐级合成，长短可以相抵）。",
    ]
    flat = make_framework(indicators={"x": {"normalisation": "z_score"}}, **NAME)
    sentences = told(method_sentences, drawn(of([2, 1], framework=flat)), "en")
    assert sentences[0] == "Indicators: 1; cities: 2; years: 2020."
    assert sentences[-2:] == [
        "Indicators and dimensions with methods of their own: 1; see the methodology.",
        "Robustness: recomputed under 10 methodologies (seed 1) to see what still holds.",
    ]


def test_draws_that_gave_no_ranking_are_not_counted_with_it():
    run = drawn(of([2, 1]), ranks=((4, 1), (1, 4)))
    assert told(method_sentences, run, "en")[-1].startswith("Robustness: recomputed under 5 methodologies")
    assert "以5种方法重算" in said(run, "zh", "robustness")[0]
    assert "；5种方法中，" in line(run)


def test_what_the_figures_rest_on():
    run = with_gaps([[1, NAN, 3], [2, 4, NAN], [3, 3, 3]], imputation="linear")
    assert told(coverage_sentences, run) == ["所用18个指标单元格中，实有88.9%、内插5.6%、外推5.6%。"]
    assert city_coverage(run, Voice("zh")) == ("实有83.3%、内插16.7%", "实有83.3%、外推16.7%", "实有100%")
    assert city_coverage(run, Voice("en"))[0] == "83.3% observed, 16.7% interpolated"
    assert told(coverage_sentences, with_gaps([[1, NAN], [2, 4]]), "en") == [
        "Indicator values: 8, of which 87.5% observed, 12.5% missing. "
        "The city with the smallest observed share is 甲 (75.0%)."
    ]
    assert told(coverage_sentences, of([1, 2])) == ["所用2个指标单元格均为实有数据。"]
    assert told(coverage_sentences, of([1, 2]), "en") == ["All 2 indicator values are observed."]


def test_how_much_of_the_theory_is_covered():
    entry = {"theme": {"zh": "主题", "en": "Theme"}, "phrase": {"zh": "句", "en": "Phrase"}}
    both = [{**entry, "indicators": ["x"]}, {**entry, "indicators": []}]
    run = of([1, 2], framework=make_framework(indicators={"x": {}}, coverage=both, **NAME))
    assert told(coverage_sentences, run)[1] == "理论的2项表述中，1项有指标对应，1项没有可用的公开数据。"
    run = of([1, 2], framework=make_framework(indicators={"x": {}}, coverage=both[:1], **NAME))
    assert (
        told(coverage_sentences, run, "en")[1] == "Every concept in the theory is represented by indicators (1 in all)."
    )


def test_the_method_that_is_named_is_that_of_the_index():
    """The index names its own aggregation: not that of the methodology, which only the dimensions follow."""
    framework = make_framework(aggregation="geometric")
    run = Computed.of(build(make_panel(), framework, normalisation={"method": "min_max", "lower": 1, "upper": 100}))
    said = " ".join(one.text for one in method_sentences(run, Voice("en")))
    assert (
        "of the index: Weighted geometric mean" in said
        and "unless they name their own: Weighted arithmetic mean" in said
    )
    flat = make_framework(indicators={code: {} for code in "abcd"}, aggregation="geometric")
    run = Computed.of(build(make_panel(), flat, normalisation={"method": "min_max", "lower": 1, "upper": 100}))
    said = " ".join(one.text for one in method_sentences(run, Voice("en")))
    assert "Weighted geometric mean" in said and "arithmetic" not in said


@pytest.mark.parametrize(
    ("scope", "said"),
    [("within", "Only the indicators of a node"), ("levels", "level by level"), ("indicators", "in one set")],
)
def test_the_method_says_what_a_weighting_weighs(scope, said):
    run = Computed.of(build(make_panel(), weighting={"method": "entropy", "scope": scope}))
    assert said in " ".join(one.text for one in method_sentences(run, Voice("en")))
    assert not [problem for problem in run.notices if problem.key == "weighting_within"]  # it is written down


def test_no_weighting_is_told_where_none_is_used():
    run = Computed.of(build(make_panel(), aggregation="median"))
    assert "eighting" not in " ".join(one.text for one in method_sentences(run, Voice("en")))


def test_a_weighting_that_names_no_scope_is_told_how_the_others_are_written():
    told = [
        one for one in Computed.of(build(make_panel(), weighting="entropy")).notices if one.key == "weighting_within"
    ]
    assert len(told) == 1 and "weighting: {method: entropy, scope: indicators}" in str(told[0])
    flat = make_framework(indicators={code: {} for code in "abcd"})
    assert "weighting_within" not in [
        one.key for one in Computed.of(build(make_panel(), flat, weighting="entropy")).notices
    ]


def test_two_years_on_different_indicators_are_said_to_be_compared_over_those_of_both():
    """y enters in 2021 for 甲: its index rises from 1 to 5, over x alone it falls from 1 to 0."""
    panel = make_panel({"x": [[1, 0], [2, 3], [4, 6]], "y": [[NAN, 10], [1, 1], [1, 1]]}, years=(2020, 2021))
    framework = make_framework(indicators={"x": {}, "y": {}}, **NAME)
    run = Computed.of(build(panel, framework, normalisation="none", missing="renormalise", imputation="none"))
    (level,) = said(run, "en", "level")
    assert level.startswith("2 of 3 cities score higher in 2021 than in 2020, and 1 lower (甲)")
    assert level.endswith("; for 甲, over the indicators that both years have.")
    assert said(run, "en", "convergence")[0].endswith("; for 甲, over the indicators that both years have.")
    assert said(run, "zh", "level")[0].endswith("（甲只按两年都有的指标计算）。")


def test_equal_scores_are_given_with_the_decimals_that_rank_them():
    run = of([[1.02], [0.98], [1.0]], rank_on={"decimals": 1})
    assert said(run, "en", "top") == ["All 3 cities have the same score in 2020 (1.0), so none ranks above another."]


def test_gaps_that_stay_the_same_are_not_called_unclear():
    run = of([[1, 2], [2, 3], [4, 5]])
    (en,), (zh,) = (said(run, lang, "convergence") for lang in ("en", "zh"))
    assert en.startswith("Between 2020 and 2021 the gaps between the cities stayed the same")
    assert zh.startswith("2020—2021年城市间的差距不变")
