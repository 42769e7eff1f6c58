"""Claims: each kind against a slow, literal re-statement in plain Python; ties told apart; the sentences."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

import indexcalc as ic
from indexcalc.analysis.claims import Frame, Verdict, hold, in_units, said, verdicts
from indexcalc.errors import InputError
from indexcalc.methods.ranking import competition_rank
from indexcalc.report.text.claims import claim_sentence, evidence_sentence, verdict_sentence
from indexcalc.spec.claims import Claim, Rising
from indexcalc.voice import Voice, voices
from tests.conftest import build, make_framework, make_methodology, make_panel

NAN = float("nan")
CITIES, YEARS = ("A", "B", "C", "D"), (2019, 2020, 2021)
GROUPS = {"one": [0, 1], "two": [2, 3]}
FRAME = Frame(CITIES, YEARS, GROUPS, comparable=True, decimals=9)
SCORES = st.lists(st.integers(0, 3) | st.just(NAN), min_size=12, max_size=12)


def claim(**written):
    return TypeAdapter(Claim).validate_python(written)


def verdict(written, scores, frame=FRAME):
    """The verdict on one table of scores [city][year]."""
    array = np.array(scores, float).reshape(1, len(frame.cities), -1)
    return Verdict(int(judged(written, array, frame)[0]))


def judged(written, scores, frame=FRAME):
    """The verdicts on tables of scores (n_draw, n_city, n_year)."""
    ranks = np.nan_to_num([competition_rank(one) for one in scores]).astype(np.int8)
    return verdicts(claim(**written), in_units(scores, frame.decimals), ranks, frame)


def literal_rank(scores, c, t, *, also=None):
    """1 + the number of cities strictly above; None where there is no score. also: a year in which they need one."""
    also = t if also is None else also
    if scores[c][t] != scores[c][t] or scores[c][also] != scores[c][also]:
        return None
    return 1 + sum(other[t] > scores[c][t] for other in scores if other[also] == other[also])


def told(holds, tied, undefined):
    return Verdict.UNDEFINED if undefined else Verdict.HOLDS if holds else Verdict.TIED if tied else Verdict.FAILS


def table(flat):
    return [flat[i * 3 : i * 3 + 3] for i in range(4)]


# --- by hand ----------------------------------------------------------------------------------------------------------

# Ranks of A, B, C, D go from 3, 4, 1, 2 to 2, 1, 3, 4: A gains one place, B three.
PASSING = [[2, 2, 3], [1, 1, 4], [4, 4, 2], [3, 3, 1]]


@pytest.mark.parametrize(
    ("city", "expected"),
    [("A", Verdict.FAILS), ("B", Verdict.HOLDS), ("C", Verdict.FAILS), ("D", Verdict.FAILS)],
)
def test_gaining_less_than_another_is_not_gaining_most(city, expected):
    assert verdict({"kind": "largest_rank_gain", "city": city}, PASSING) == expected


def test_two_that_gain_the_same_are_tied_and_who_gains_nothing_is_not():
    scores = [[1, 1, 3], [2, 2, 4], [3, 3, 1], [4, 4, 2]]  # A and B from 4, 3 to 2, 1
    assert verdict({"kind": "largest_rank_gain", "city": "A"}, scores) == Verdict.TIED
    still = [[4, 4, 4], [3, 3, 3], [2, 2, 2], [1, 1, 1]]
    assert verdict({"kind": "largest_rank_gain", "city": "A"}, still) == Verdict.FAILS


def test_the_evidence_of_a_gain_is_that_of_the_city_and_of_who_gained_as_much():
    """Ranks go from 3, 4, 1, 2 to 2, 1, 3, 4."""
    panel = make_panel({"x": PASSING}, cities=CITIES, years=YEARS)
    result = build(panel, make_framework(indicators={"x": {}}))
    (found,) = hold(result, [claim(kind="largest_rank_gain", city="A")])
    assert [(fact.who, fact.years, fact.values) for fact in found.facts] == [
        (("A",), (2019, 2021), (3.0, 2.0)),
        (("B",), (2019, 2021), (4.0, 1.0)),
    ]


def test_places_are_gained_among_the_cities_ranked_in_both_years():
    """B passes A, and two that enter take the first places: of those in both years B alone went up."""
    scores = [[5, 5, 5.5], [4, 5, 6], [NAN, NAN, 9], [NAN, NAN, 8]]
    assert verdict({"kind": "largest_rank_gain", "city": "B"}, scores) == Verdict.HOLDS
    assert verdict({"kind": "largest_rank_gain", "city": "A"}, scores) == Verdict.FAILS
    assert verdict({"kind": "largest_rank_gain", "city": "C"}, scores) == Verdict.UNDEFINED
    panel = make_panel({"x": scores}, cities=CITIES, years=YEARS)
    result = build(panel, make_framework(indicators={"x": {}}), missing="propagate", normalisation="none")
    found = hold(result, [claim(kind="largest_rank_gain", city="B"), claim(kind="overtakes", city="B", other="A")])
    assert [(fact.who, fact.values, fact.among) for one in found for fact in one.facts] == [
        (("B",), (2.0, 1.0), 2),
        (("B",), (2.0, 1.0), 2),
        (("A",), (1.0, 2.0), 2),
    ]
    assert evidence_sentence(found[0], Voice("en")) == "among the 2 cities ranked in both years: B +1 (from 2 to 1)"
    assert evidence_sentence(found[0], Voice("zh")).startswith("只比较两年都有位次的2个城市：")


def test_a_group_leads_by_the_mean_of_its_cities_in_each_year():
    scores = [[4, 4, 4], [0, 0, 0], [1, 1, 1], [1, 1, 1]]  # 2 against 1, though C is above B
    assert verdict({"kind": "group_leads", "group": "one"}, scores) == Verdict.HOLDS
    assert verdict({"kind": "group_leads", "group": "two"}, scores) == Verdict.FAILS


@pytest.mark.parametrize(
    ("written", "expected"),
    [({}, (2019, 2021)), ({"from": 2019, "to": 2020}, (2019, 2020)), ({"from": 2020, "to": 2021}, (2020, 2021))],
)
def test_the_sentence_names_the_years_of_the_claim_or_those_of_the_index(written, expected):
    for kind in ({"kind": "rising"}, {"kind": "largest_rank_gain", "city": "A"}):
        facts = said(claim(**kind, **written), YEARS).facts
        assert (facts["first"], facts["last"]) == expected


# --- against a literal re-statement -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["rising", "falling"])
@pytest.mark.parametrize("every_year", [True, False])
@given(flat=SCORES)
def test_rising_and_falling(kind, every_year, flat):
    scores = table(flat)
    steps = [(0, 1), (1, 2)] if every_year else [(0, 2)]
    looked_at = [scores[c][t] for c in range(4) for t in ({0, 1, 2} if every_year else {0, 2})]
    right = all(
        (scores[c][b] > scores[c][a]) if kind == "rising" else (scores[c][b] < scores[c][a])
        for c in range(4)
        for a, b in steps
    )
    expected = told(right, False, any(x != x for x in looked_at))
    assert verdict({"kind": kind, "cities": "all", "every_year": every_year}, scores) == expected


@given(flat=SCORES, n=st.integers(1, 4))
def test_in_top(flat, n):
    """Holds with a tie where a city is inside only because a tie takes more than n places."""
    scores = table(flat)
    ranks = [[literal_rank(scores, c, t) for t in range(3)] for c in range(4)]
    theirs = [ranks[c][t] for c in (0, 1) for t in range(3)]
    inside = all(rank is not None and rank <= n for rank in theirs)
    crowded = False
    for t in range(3):
        within = [ranks[c][t] for c in range(4) if ranks[c][t] is not None and ranks[c][t] <= n]
        if len(within) > n and any(ranks[c][t] == max(within) for c in (0, 1)):
            crowded = True
    expected = told(inside and not crowded, inside, any(rank is None for rank in theirs))
    assert verdict({"kind": "in_top", "cities": ["A", "B"], "n": n, "years": "all"}, scores) == expected


@given(flat=SCORES, rank=st.integers(1, 4))
def test_rank_is(flat, rank):
    scores = table(flat)
    own = [literal_rank(scores, 0, t) for t in range(3)]
    there = all(found == rank for found in own)
    shared = any(sum(row[t] == scores[0][t] for row in scores) > 1 for t in range(3))
    expected = told(there and not shared, there, None in own)
    assert verdict({"kind": "rank_is", "city": "A", "rank": rank}, scores) == expected


@given(flat=SCORES)
def test_largest_rank_gain(flat):
    scores = table(flat)
    gains = []
    for c in range(4):
        first, last = literal_rank(scores, c, 0, also=2), literal_rank(scores, c, 2, also=0)
        gains.append(None if first is None or last is None else first - last)
    own, others = gains[0], [gain for gain in gains[1:] if gain is not None]
    alone = own is not None and own > 0 and all(own > other for other in others)
    tied = own is not None and own > 0 and all(own >= other for other in others)
    assert verdict({"kind": "largest_rank_gain", "city": "A"}, scores) == told(alone, tied, own is None)


@given(flat=SCORES)
def test_overtakes_and_gap_narrows(flat):
    scores = table(flat)
    before, after = scores[0][0] - scores[1][0], scores[0][2] - scores[1][2]
    undefined = before != before or after != after
    passing = {"kind": "overtakes", "city": "A", "other": "B"}
    half = before <= 0 <= after and before != after
    assert verdict(passing, scores) == told(before < 0 < after, half, undefined)
    narrowing = {"kind": "gap_narrows", "city": "A", "other": "B"}
    assert verdict(narrowing, scores) == told(abs(after) < abs(before), False, undefined)


@given(flat=SCORES)
def test_group_leads(flat):
    scores = table(flat)
    one = [(scores[0][t] + scores[1][t]) / 2 for t in range(3)]
    two = [(scores[2][t] + scores[3][t]) / 2 for t in range(3)]
    undefined = any(x != x for x in [*one, *two])
    ahead = all(a > b for a, b in zip(one, two, strict=True))
    level = all(a >= b for a, b in zip(one, two, strict=True))
    assert verdict({"kind": "group_leads", "group": "one"}, scores) == told(ahead, level, undefined)


@given(st.lists(SCORES, min_size=1, max_size=6))
def test_many_draws_are_as_many_single_ones(draws):
    """What the robustness analysis feeds: every kind, all draws at once, the verdict of each by itself."""
    scores = np.array(draws, float).reshape(-1, 4, 3)
    for written in (
        {"kind": "rising", "every_year": True},
        {"kind": "in_top", "cities": ["A", "B"], "n": 2},
        {"kind": "largest_rank_gain", "city": "C"},
        {"kind": "group_leads", "group": "two"},
    ):
        alone = [judged(written, scores[[d]])[0] for d in range(len(scores))]
        assert judged(written, scores).tolist() == alone


@pytest.mark.parametrize("kind", ["rising", "gap_narrows"])
def test_levels_are_undefined_where_years_do_not_compare(kind):
    frame = Frame(CITIES, YEARS, GROUPS, comparable=False, decimals=9)
    more = {"city": "A", "other": "B"} if kind == "gap_narrows" else {}
    assert verdict({"kind": kind, **more}, np.arange(12), frame) == Verdict.UNDEFINED


def test_a_per_year_reference_makes_levels_incomparable():
    result = ic.build_index(make_panel(), make_framework(), make_methodology(reference="year"))
    (holding,) = hold(result, [claim(kind="rising")])
    assert holding.verdict == Verdict.UNDEFINED


def test_fixed_goalposts_compare_whatever_the_reference():
    """They look at no sample: reference `year` changes nothing. An indicator of its own that does, does."""
    posts = {"method": "goalposts", "low": 0, "high": 100}
    panel = make_panel({"a": [[1, 2, 3], [2, 3, 4]], "b": [[5, 6, 7], [1, 5, 9]]})
    for own, verdict_ in (({}, Verdict.HOLDS), ({"normalisation": "min_max"}, Verdict.UNDEFINED)):
        framework = make_framework(indicators={"a": {}, "b": own})
        result = ic.build_index(panel, framework, make_methodology(normalisation=posts, reference="year"))
        (holding,) = hold(result, [claim(kind="rising", every_year=True)])
        assert holding.verdict == verdict_


def test_a_single_year_has_no_rise():
    result = ic.build_index(make_panel({"a": [1, 2, 3]}), make_framework(indicators={"a": {}}), make_methodology())
    kinds = ({"kind": "rising"}, {"kind": "largest_rank_gain", "city": "甲"})
    assert all(h.verdict == Verdict.UNDEFINED for h in hold(result, [claim(**kind) for kind in kinds]))


GAPS = {"a": [[3, 1, np.nan], [1, 2, 3], [np.nan, np.nan, 6]]}
"""甲 has no score in 2021, 丙 none in 2019 and 2020."""


@pytest.mark.parametrize(
    ("written", "chosen", "zh", "en"),
    [
        (
            {"kind": "rising", "every_year": True},
            {},
            "无法判断（没有得分：甲2021年；丙2019、2020年）",
            "cannot be judged (no score: 甲 2021; 丙 2019, 2020)",
        ),
        ({"kind": "rising"}, {}, "无法判断（没有得分：甲2021年；丙2019年）", None),
        ({"kind": "in_top", "cities": ["甲", "乙"], "n": 1}, {}, "无法判断（没有得分：甲2021年）", None),
        ({"kind": "largest_rank_gain", "city": "丙"}, {}, "无法判断（没有得分：丙2019年）", None),
        ({"kind": "overtakes", "city": "甲", "other": "乙", "to": 2021}, {}, "无法判断（没有得分：甲2021年）", None),
        (
            {"kind": "gap_narrows", "city": "甲", "other": "乙"},
            {"reference": "year"},
            "无法判断（各年分别计算（如reference: year），得分不可跨年比较）",
            "cannot be judged (each year is scored separately (as with reference: year), so scores cannot be "
            "compared over time)",
        ),
        ({"kind": "rising", "from": 2021}, {}, "无法判断（只有2021年的数据）", None),
        ({"kind": "group_leads", "group": "g"}, {}, "无法判断（没有别的城市组可比）", None),
    ],
)
def test_a_claim_that_cannot_be_judged_says_why(written, chosen, zh, en):
    cities = {city: {"group": "g"} for city in ("甲", "乙", "丙")}
    framework = make_framework(indicators={"a": {}}, cities=cities, groups={"g": "G"})
    present = ~np.isnan(np.array(GAPS["a"]))
    result = ic.build_index(make_panel(GAPS, present=present), framework, make_methodology(**chosen))
    (holding,) = hold(result, [claim(**written)])
    assert verdict_sentence(holding, Voice("zh", framework)) == zh
    assert en is None or verdict_sentence(holding, Voice("en", framework)) == en


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"kind": "rank_is", "city": "戊", "rank": 1}, "The claim names '戊', which is not a city"),
        ({"kind": "in_top", "cities": ["甲", "Z"], "n": 1}, "The claim names 'Z', which is not a city"),
        ({"kind": "overtakes", "city": "甲", "other": "Z"}, "The claim names 'Z', which is not a city"),
        ({"kind": "rising", "from": 2018}, "The claim names 2018, which is not among the years 2019, 2020, 2021"),
        ({"kind": "rank_is", "city": "甲", "rank": 1, "years": [2030]}, "The claim names 2030"),
        ({"kind": "rising", "from": 2021, "to": 2019}, "The claim runs from 2021 to 2019"),
        ({"kind": "group_leads", "group": "west"}, "group 'west' is not declared under framework.groups"),
        ({"kind": "group_leads", "group": "h"}, "The claim names group 'h', to which none of the cities belongs"),
    ],
)
def test_a_claim_about_what_is_not_there_is_refused_by_name(written, told):
    """Whatever the framework declares: cities and years are those of the index."""
    framework = make_framework(cities={"甲": {"group": "g"}}, groups={"g": "G", "h": "H"})
    result = ic.build_index(make_panel(), framework, make_methodology())
    with pytest.raises(InputError) as refused:
        hold(result, [claim(**written), claim(kind="rank_is", city="nobody", rank=1)])
    one, other = refused.value.problems
    assert told in one.text("en") and "nobody" in other.text("zh")


def test_evidence_names_what_breaks_the_claim():
    """甲 falls from 3 to 1 in 2020; everyone else rises."""
    panel = make_panel({"a": [[3, 1, 5], [1, 2, 3], [2, 4, 6]]})
    result = ic.build_index(panel, make_framework(indicators={"a": {}}), make_methodology(normalisation="none"))
    (holding,) = hold(result, [claim(kind="rising", every_year=True)])
    assert [(fact.who, fact.years, fact.values) for fact in holding.facts] == [(("甲",), (2019, 2020), (3.0, 1.0))]
    assert verdict_sentence(holding, Voice("zh")) == "不成立（甲2019年3.00→2020年1.00）"
    assert verdict_sentence(holding, Voice("en")) == "fails (甲 3.00→1.00 from 2019 to 2020)"


def test_evidence_has_the_decimals_that_tell_its_figures_apart():
    figures = {"a": [[0.301, 0.3041, 0.3043], [0.3, 0.4, 0.4]]}
    cities = {"甲": {"group": "g"}, "乙": {"group": "h"}}
    framework = make_framework(indicators={"a": {}}, cities=cities, groups={"g": "G", "h": "H"})
    result = ic.build_index(make_panel(figures), framework, make_methodology(normalisation="none"))
    written = (
        {"kind": "rising", "cities": ["甲"], "every_year": True},
        {"kind": "rising", "cities": ["乙"], "every_year": True},
        {"kind": "group_leads", "group": "g", "years": [2019]},
    )
    said = [verdict_sentence(one, Voice("zh", framework)) for one in hold(result, [claim(**each) for each in written])]
    assert said == [
        "成立（变化最小：甲2020年0.3041→2021年0.3043）",
        "不成立（乙2020年0.40→2021年0.40）",
        "成立（G 2019年0.301；H 2019年0.300）",
    ]


def test_a_place_among_as_many_as_there_are_is_called_certain():
    result = ic.build_index(make_panel(), make_framework(), make_methodology())
    every, most = hold(result, [claim(kind="in_top", cities=["甲"], n=n, years=[2019]) for n in (4, 3)])
    assert verdict_sentence(every, Voice("zh"), cities=4).startswith("成立（共4个城市，必然成立；最低位次：")
    assert verdict_sentence(every, Voice("en"), cities=4).startswith("holds (certain, cities in all: 4; ")
    assert "必然" not in verdict_sentence(most, Voice("zh"), cities=4)


def test_a_name_in_letters_or_figures_keeps_apart_from_the_year():
    panel = make_panel({"a": [[3, 1, 5], [1, 2, 3]]}, cities=("City D", "城2"))
    result = ic.build_index(panel, make_framework(indicators={"a": {}}), make_methodology(normalisation="none"))
    written = ({"kind": "rising", "every_year": True}, {"kind": "in_top", "cities": ["城2"], "n": 1})
    rising, top = hold(result, [claim(**one) for one in written])
    assert verdict_sentence(rising, Voice("zh")) == "不成立（City D 2019年3.00→2020年1.00）"
    assert claim_sentence(top.claim, YEARS, Voice("zh")) == "城2 2019—2021年历年均居首位"


def test_every_kind_has_a_sentence_in_both_languages():
    framework = make_framework(
        cities={"甲": {"en": "Jia", "group": "g"}, "乙": {"en": "Yi", "group": "h"}},
        groups={"g": {"zh": "甲组", "en": "Group G"}, "h": {"zh": "乙组", "en": "Group H"}},
    )
    result = ic.build_index(make_panel(cities=("甲", "乙")[:2], columns=None), framework, make_methodology())
    written = [
        {"kind": "rising", "every_year": True},
        {"kind": "falling", "cities": ["甲"], "from": 2019, "to": 2020},
        {"kind": "in_top", "cities": ["甲", "乙"], "n": 1, "years": [2019, 2021]},
        {"kind": "rank_is", "city": "甲", "rank": 1, "years": [2020]},
        {"kind": "largest_rank_gain", "city": "乙"},
        {"kind": "overtakes", "city": "甲", "other": "乙"},
        {"kind": "gap_narrows", "city": "甲", "other": "乙"},
        {"kind": "group_leads", "group": "g"},
    ]
    for holding, voice in product(hold(result, [claim(**w) for w in written]), voices(framework)):
        sentence = claim_sentence(holding.claim, result.years, voice) + verdict_sentence(holding, voice)
        assert sentence and "{" not in sentence
        assert voice.lang == "zh" or not any("\u4e00" <= letter <= "\u9fff" for letter in sentence), sentence


@pytest.mark.parametrize(
    "written",
    [{"kind": "risen"}, {"kind": "in_top", "cities": ["A"]}, {"kind": "rank_is", "city": "A", "rank": 0}, {}],
)
def test_claims_that_cannot_be_meant(written):
    with pytest.raises(ValidationError, match=r"kind|n|rank"):
        claim(**written)


@pytest.mark.parametrize(
    ("indicator", "choices", "compare"),
    [
        ({}, {"reference": "pooled"}, True),
        ({}, {"reference": "year"}, False),
        ({}, {"reference": "year", "normalisation": "none"}, True),
        ({"direction": {"method": "middle", "best": 10}}, {"reference": "year", "normalisation": "none"}, False),
        ({"direction": {"method": "middle", "best": 10}}, {"normalisation": "none"}, True),
        ({"reference": "year"}, {}, False),
        ({}, {"weighting": "critic"}, True),
        ({}, {"weighting": {"method": "critic", "per": "year"}}, False),
        ({}, {"aggregation": "copeland"}, False),
    ],
)
def test_levels_compare_over_years_where_nothing_looks_at_one_year_alone(indicator, choices, compare):
    framework = make_framework(indicators={"a": indicator, "b": {}, "c": {}})
    result = build(
        make_panel(), framework, **{"normalisation": {"method": "min_max", "lower": 1, "upper": 100}, **choices}
    )
    assert Frame.of(result).comparable is compare
    (found,) = hold(result, [claim(kind="rising")])
    assert (found.verdict == Verdict.UNDEFINED) is not compare


# --- like with like ---------------------------------------------------------------------------------------------------


def entering(**choices):
    """甲: a rises by 1 each year, b enters at 1 in 2020: its score falls from 4 to 3 and rises after."""
    panel = make_panel({"a": [[4, 5, 6], [1, 2, 3]], "b": [[np.nan, 1, 2], [1, 2, 3]]})
    framework = make_framework(indicators={"a": {}, "b": {}})
    return build(panel, framework, **{"normalisation": "none", "missing": "renormalise", **choices})


def test_a_step_between_years_of_different_indicators_is_judged_over_those_of_both():
    (rising, ends) = hold(entering(), [claim(kind="rising", every_year=True), claim(kind="rising")])
    assert (rising.verdict, ends.verdict) == (Verdict.HOLDS, Verdict.HOLDS)
    (falling,) = hold(entering(), [claim(kind="falling", cities=["甲"], **{"from": 2019, "to": 2020})])
    assert falling.verdict == Verdict.FAILS
    (fact,) = falling.facts
    assert (fact.values, fact.once, fact.years) == ((4.0, 5.0), ("b",), (2019, 2020))


def test_a_gap_is_judged_likewise():
    """3 in 2019 and 1 in 2020 as scored; over a alone, 3 and 3."""
    (held,) = hold(entering(), [claim(kind="gap_narrows", city="甲", other="乙", **{"from": 2019, "to": 2020})])
    assert held.verdict == Verdict.FAILS
    assert held.facts[0].values == (3.0, 3.0) and held.facts[0].once == ("b",)


def test_years_that_cannot_be_compared_leave_a_claim_undefined():
    """丙 has a in 2019 and b in 2020: nothing in both."""
    panel = make_panel({"a": [[1, np.nan], [1, 2]], "b": [[np.nan, 2], [1, 2]]}, years=(2019, 2020))
    framework = make_framework(indicators={"a": {}, "b": {}})
    (held,) = hold(build(panel, framework, normalisation="none", missing="renormalise"), [claim(kind="rising")])
    assert held.verdict == Verdict.UNDEFINED
    (fact,) = held.facts
    assert (fact.what, fact.who, fact.years, fact.once) == ("unlike", ("甲",), (2019, 2020), ("a", "b"))


def test_evidence_is_rounded_as_the_verdict_is():
    """Ranked to one decimal, 1.00 and 1.02 are the same score: it did not rise, and its figures say so."""
    panel = make_panel({"x": [[1.0, 1.02], [3.0, 4.0]]}, cities="甲乙", years=(2020, 2021))
    result = build(panel, make_framework(indicators={"x": {}}), normalisation="none", rank_on={"decimals": 1})
    (holding,) = hold(result, [Rising(kind="rising", cities=("甲",))])
    assert holding.verdict is Verdict.FAILS and holding.facts[0].values == (1.0, 1.0)
