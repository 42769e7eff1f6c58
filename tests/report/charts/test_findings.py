"""What the titles of the charts claim: one case for each way of saying it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from indexcalc.analysis.against import Comparison, NodeGap
from indexcalc.analysis.explain import YearPoint, explain
from indexcalc.analysis.lenses import lens
from indexcalc.methods.statistics import spearman_interval
from indexcalc.report.charts import findings
from indexcalc.voice import Voice
from tests.analysis.test_lenses import many
from tests.report.charts.made_up import EN, ZH, made_up

NAMES = ("A", "B", "C", "D", "E")
FACTS = {
    **{"index": "Made-up Index", "first": 2017, "last": 2022, "period": "2017–2022", "n": 5, "subject": "index"},
    **{
        "parts": "dimensions",
        "part": "dimension",
        "draws": "10,000",
        "weights": "±25%",
        "m": 3,
        "one": "A",
        "two": "B",
    },
}
NAN = float("nan")


@pytest.mark.parametrize(
    ("nominal", "low", "high", "top", "en"),
    [
        (
            [1, 2, 3],
            [1, 1, 3],
            [2, 3, 3],
            [0.9, 0.1, 0],
            "A comes first in 90.0% of 10,000 methodologies; widest range: B (rank 1–3)",
        ),
        (
            [1, 2, 3],
            [1, 2, 3],
            [1, 2, 3],
            [1, 1, 1],
            "A comes first in 100% of 10,000 methodologies; each rank is the same in at least nine in ten of them",
        ),
        (
            [1, 1, 3],
            [1, 1, 2],
            [2, 2, 3],
            [0.99999, 1, 1],
            "A comes first in >99.9% of 10,000 methodologies; "
            "widest range: A (rank 1–2), B (rank 1–2) and C (rank 2–3)",
        ),
        (
            [1, 2, NAN],
            [1, 1, NAN],
            [2, 2, NAN],
            [0.5, 0.5, NAN],
            "A comes first in 50.0% of 10,000 methodologies; widest range: A (rank 1–2) and B (rank 1–2)",
        ),
        (
            [1, 2, 3],
            [1, 1, 3],
            [2, 2, 3],
            [0.2, 0.8, 0],
            "B comes first most often (80.0% of 10,000 methodologies; A: 20.0%); "
            "widest range: A (rank 1–2) and B (rank 1–2)",
        ),
        ([NAN, NAN, NAN], [NAN] * 3, [NAN] * 3, [NAN] * 3, "Made-up Index, 2022"),
    ],
)
def test_the_title_of_the_rank_intervals(nominal, low, high, top, en):
    values = (np.array(x, float) for x in (nominal, low, high, top))
    tied = np.zeros(len(top))
    assert findings.first_and_least_sure(*values, tied, NAMES, FACTS, EN) == en


def test_the_title_of_the_rank_intervals_tells_a_shared_first_place_apart():
    values = (np.array(x, float) for x in ([1, 1, 3], [1, 1, 3], [1, 1, 3], [0.9, 0.8, 0], [0.7, 0.7, 0]))
    assert findings.first_and_least_sure(*values, NAMES, FACTS, EN).startswith(
        "A comes first in 20.0% (and with a tie in a further 70.0%) of 10,000 methodologies"
    )


def test_many_ranks_equally_unsure_are_counted():
    nominal = np.arange(1.0, 6.0)
    title = findings.first_and_least_sure(
        nominal, nominal - 1, nominal + 1, np.full(5, 0.4), np.zeros(5), NAMES, FACTS, ZH
    )
    assert title == "10,000种方法中，40.0%的结果是A居首；5个城市的位次变动最大，各跨3个位次"


@pytest.mark.parametrize(
    ("shares", "zh"),
    [
        ([[0.6, 0.4], [0.4, 0.6]], "2个城市的位次都在过半数的方法下不变（共10,000种）"),
        ([[0.6, 0.4], [0.5, 0.5]], "2个城市中有1个的位次在过半数的方法下不变（共10,000种）"),
        ([[0.5, 0.5], [0.5, 0.5]], "没有一个城市的位次在过半数的方法下不变（共10,000种）"),
        ([[0.6, 0.4], [NAN, NAN]], "1个城市的位次都在过半数的方法下不变（共10,000种）"),
        ([[NAN, NAN], [NAN, NAN]], "Made-up Index，2022年"),
    ],
)
def test_the_title_of_the_acceptability(shares, zh):
    assert findings.most_agreed(np.array(shares), FACTS, ZH) == zh


@pytest.mark.parametrize(
    ("shares", "en"),
    [
        ([0.97, 0.95, 1.0], "All 3 claims hold in at least 95% of 10,000 methodologies"),
        ([0.97, 0.94, NAN], "1 of 3 claims holds in at least 95% of 10,000 methodologies"),
        ([0.1, NAN], "None of the 2 claims holds in at least 95% of 10,000 methodologies"),
        ([0.1], '"said" holds in 10.0% of 10,000 methodologies'),
        ([NAN], '"said" cannot be judged in any methodology'),
    ],
)
def test_the_title_of_the_claims(shares, en):
    assert findings.sure_claims(shares, ["said"] * len(shares), FACTS, EN) == en


def test_claims_that_some_methodologies_cannot_judge_say_so():
    title = findings.sure_claims([0.97, 0.1], ["said"] * 2, FACTS, EN, undefined=True)
    assert title == "1 of 2 claims holds in at least 95% of the methodologies in which they can be judged"
    title = findings.sure_claims([0.97, 0.1], ["said"] * 2, FACTS, ZH, undefined=True)
    assert title == "2条论断中，1条的成立占比达到95%（以可作判断的方法为分母）"


@pytest.mark.parametrize(
    ("best", "worst", "en"),
    [
        ([1, 2], [1, 2], "All 2 ranks are the same under any of these weights"),
        (
            [1, 2, 2],
            [1, 3, 3],
            "1 of 3 ranks is the same under any of these weights; the widest range: B (rank 2–3) and C (rank 2–3)",
        ),
        ([1, 1], [2, 2], "Every rank can change under these weights; the widest range: A (rank 1–2) and B (rank 1–2)"),
        ([1] * 5, [5] * 5, "Every rank can change under these weights; 5 cities range most, over 5 ranks each"),
        ([NAN], [NAN], "Made-up Index, 2022"),
    ],
)
def test_the_title_of_the_bounds(best, worst, en):
    assert findings.fixed_by_weights(np.array(best, float), np.array(worst, float), NAMES, FACTS, EN) == en


@pytest.mark.parametrize(
    ("total", "interval", "instead", "en"),
    [
        ([0.2, 0.61], [(0.1, 0.3), (0.5, 0.7)], "", "Ranks move most with the choice of B (total effect 0.61)"),
        (
            [0.5, 0.61, 0.1],
            [(0.4, 0.6), (0.5, 0.7), (0.0, 0.2)],
            "",
            "Ranks move most with the choice of B or A (total effects 0.61 and 0.50, overlapping intervals)",
        ),
        ([0.3, 0.3, 0.3, 0.3], [(0.2, 0.4)] * 4, "", "No single choice can be said to move ranks most"),
        ([0.9, 0.1], [(0.0, 2.0), (0.0, 0.2)], "hardly_moves", "No single choice can be said to move ranks most"),
        ([NAN, NAN], [(NAN, NAN)] * 2, "undefined_in_combinations", "No single choice can be said to move ranks most"),
        ([NAN, NAN], [(NAN, NAN)] * 2, "never_moves", "None of these choices moves a rank"),
        (
            [NAN, NAN],
            [(NAN, NAN)] * 2,
            "shift_never_moves",
            "No choice changes the mean rank shift; single ranks or claims do change",
        ),
    ],
)
def test_the_title_of_sensitivity_names_no_winner_that_the_intervals_leave_open(total, interval, instead, en):
    assert findings.largest_index(np.array(total), np.array(interval), instead, NAMES, FACTS, EN) == en


def test_two_choices_that_may_move_ranks_most_in_chinese():
    found = np.array([0.9, 1.04]), np.array([(0.8, 1.0), (0.95, 1.1)])
    title = "对位次影响最大的选择是“B”或“A”（总效应1.04和0.90，区间重叠）"
    assert findings.largest_index(*found, "", NAMES, FACTS, ZH) == title


def test_the_titles_of_alternatives():
    moved = np.array([[False, False, False], [True, False, False]])
    said = [findings.moved_by_alternatives(m, FACTS, EN) for m in (moved[[0, 0]], moved, moved[1:])]
    assert said == [
        "All 2 cities keep their rank under each of 3 methodologies",
        "1 of 2 cities keeps its rank under each of 3 methodologies",
        "No city keeps its rank under each of 3 methodologies",
    ]


@pytest.mark.parametrize(
    ("first", "zh"),
    [
        (["x", "x", "y"], "2022年3个城市中，2个的首要障碍是“x”"),
        (["x", "x", "y", "y"], "2022年4个城市中，“x”和“y”各为2个的首要障碍"),
        (["x", "y", "z"], "2022年3个城市的首要障碍各不相同"),
        (list("wwxxyyzz"), "2022年8个城市的首要障碍分散在4个指标上"),
        (["x"], "2022年的首要障碍是“x”"),
        ([], "2022年各城市没有障碍"),
    ],
)
def test_the_title_of_the_obstacles(first, zh):
    assert findings.most_frequent_obstacle(first, len(first), FACTS, ZH) == zh


def test_obstacles_of_which_a_city_has_none_are_not_called_all_different():
    told = findings.most_frequent_obstacle(["x", "y"], 3, FACTS, EN)
    assert told == "The largest obstacles of 2 cities are spread over 2 indicators, 2022"


@pytest.mark.parametrize(
    ("sd", "drift", "en"),
    [
        (
            [12.3, 14.0, 11.1],
            "converges",
            "The cities drew together: standard deviation 12.3 to 11.1 points, 2017–2022",
        ),
        ([11.2, 14.0], "diverges", "The cities drew apart: standard deviation 11.2 to 14.0 points, 2017–2022"),
        (
            [11.2, 14.0],
            "undecided",
            "No clear trend in the gaps: standard deviation 11.2 to 14.0 points, 2017–2022",
        ),
        ([NAN, 0.2], "", "Made-up Index, 2017–2022"),
    ],
)
def test_the_title_of_convergence(sd, drift, en):
    assert findings.drawn_together(np.array(sd), drift, np.ones((3, len(sd)), bool), FACTS, EN) == en


def test_the_title_of_convergence_says_where_the_cities_are_not_the_same():
    scored = np.array([[True, True], [True, True], [False, True]])
    title = findings.drawn_together(np.array([0.2, 0.3]), "diverges", scored, FACTS, ZH)
    assert title.endswith("（城市不尽相同：首年2个，末年3个）")
    assert "not the same" not in findings.drawn_together(np.array([0.2, 0.3]), "diverges", scored[:2], FACTS, EN)


@pytest.mark.parametrize(
    ("rho", "en"),
    [
        (
            [0.5, 0.79],
            "Of outside rankings, B has the highest rank correlation with the index (0.79, 95% interval 0.38 to 0.94)",
        ),
        (
            [-0.2, -0.1],
            "No outside ranking agrees with the index (rank correlation at most −0.10, 95% interval −0.65 to 0.52)",
        ),
        ([-0.2], "Rank correlation of the index with A: −0.20, 95% interval −0.70 to 0.44 (12 cities)"),
        ([NAN], "Made-up Index, 2017–2022"),
    ],
)
def test_the_title_of_the_yardsticks(rho, en):
    assert (
        findings.closest_yardstick(rho, [spearman_interval(one, 12) for one in rho], [12] * len(rho), NAMES, FACTS, EN)
        == en
    )


@pytest.mark.parametrize(
    ("before", "after", "tied", "ranks", "en"),
    [
        (9, 8, (), {"x": 7, "y": 10}, "A rose from 9th to 8th; strongest in x (7th)"),
        (8, 9, (), {"x": 7}, "A fell from 8th to 9th"),
        (8, 8, (), {"x": 2, "y": 2, "z": 3}, "A was 8th in 2017 and in 2022; strongest in x and y (2nd)"),
        (None, 1, ("other",), {"x": 2, "y": 2}, "A ranks 1st, 2022 (tied with other)"),
        (3, 3, (), {"x": NAN, "y": NAN}, "A was 3rd in 2017 and in 2022"),
    ],
)
def test_the_title_of_a_card(before, after, tied, ranks, en):
    result = made_up(n=3)
    story = explain(result, result.cities[0])
    path = tuple(YearPoint(year, 1.0, rank, 3, 1.0) for year, rank in ((2017, before), (2022, after)) if rank)
    ends = (float(path[0].rank), float(after))
    told = replace(story, path=path, first=path[0].year, year=2022, ends=ends, tied=tied)
    assert findings.card_of(told, "A", ranks, EN) == en


def test_the_title_of_a_card_says_among_whom_the_city_moved():
    story = replace(explain(made_up(n=3), made_up(n=3).cities[0]), first=2017, year=2022, ends=(2.0, 1.0), among=2)
    told = findings.card_of(story, "A", {}, EN)
    assert told == "A rose from 2nd to 1st (of the 2 cities with a score in both years)"


@pytest.mark.parametrize(
    ("before", "now", "parts", "en"),
    [
        (
            (1, 2),
            (5, 3),
            {"x": 1.5, "y": 0.5},
            "A is 2.00 points ahead of B, 2022, most in x (+1.50); in 2017 B was ahead",
        ),
        (
            (2, 1),
            (3, 5),
            {"x": 0.5, "y": -2.5},
            "B is 2.00 points ahead of A, 2022, most in y (+2.50); in 2017 A was ahead",
        ),
        ((1, 2), (3, 5), {"x": NAN, "y": NAN}, "B is 2.00 points ahead of A, 2022"),
        ((1, 2), (5, 5), {"x": 1.0, "y": -1.0}, "A and B have the same score, 2022"),
    ],
)
def test_the_title_of_a_pair(before, now, parts, en):
    nodes = tuple(NodeGap(code, 1, False, (NAN, NAN), (1.0, 1.0), part, NAN) for code, part in parts.items())
    found = Comparison("a", "b", 2017, 2022, (before, now), ((1, 2), (1, 2)), nodes, ())
    assert findings.ahead(found, ("A", "B"), {code: code for code in parts}, FACTS, EN) == en


def test_the_largest_part_of_a_gap_is_not_called_the_main_one():
    nodes = tuple(NodeGap(code, 1, False, (NAN, NAN), (1.0, 1.0), part, NAN) for code, part in (("x", 4.4), ("y", 4.2)))
    found = Comparison("a", "b", 2017, 2022, ((2, 1), (12.6, 1)), ((1, 2), (1, 2)), nodes, ())
    title = findings.ahead(found, ("A", "B"), {"x": "x", "y": "y"}, FACTS, ZH)
    assert title == "2022年A比B高11.6分，差距最大的是x（+4.4）"


# --- of the index, its dimensions and its indicators ---


@pytest.mark.parametrize(
    ("rank", "en", "zh"),
    [
        ([[1, 2], [3, 1], [2, 3]], "B (3rd to 1st) climbs most", "B由第3位升至第1位，位次上升最多"),
        (
            [[1, 3], [2, 1], [3, 2]],
            "B (2nd to 1st) and C (3rd to 2nd) climb most",
            "B由第2位升至第1位、C由第3位升至第2位，位次上升最多",
        ),
        ([[1, 1], [2, 2], [3, 3]], "Every city has the same rank in 2022 as in 2017", "各城市位次2022年与2017年相同"),
        ([[1, 2], [1, 1], [3, 3]], "No city ranks higher in 2022 than in 2017", "没有城市的位次2022年高于2017年"),
        (
            [[1, 2], [2, 1], [np.nan, 3]],
            "B (2nd to 1st) climbs most (of the 2 cities with a score in both years)",
            "B由第2位升至第1位，位次上升最多（只比较首末两年均有得分的2个城市）",
        ),
        ([[1, 1], [np.nan, 2], [2, np.nan]], "Made-up Index, 2017–2022", "Made-up Index，2017–2022"),
    ],
)
def test_the_title_of_the_ranks(rank: Any, en: str, zh: str) -> None:
    assert findings.rank_changes(np.array(rank, float), NAMES[:3], FACTS, EN) == en
    assert findings.rank_changes(np.array(rank, float), NAMES[:3], FACTS, ZH) == zh


def test_many_risers_are_counted() -> None:
    rank = np.array([[1, 5], [2, 1], [3, 2], [4, 3], [5, 4]], float)
    assert findings.rank_changes(rank, "ABCDE", FACTS, EN) == "4 cities share the largest climb: 1 place"


@pytest.mark.parametrize(
    ("score", "en"),
    [
        ([[1, 2, 3], [2, 3, 9], [3, 4, 5]], "The index of all 3 cities rose every year; B gained most"),
        ([[1, 0, 3], [2, 3, 4], [3, 4, 5]], "The index of all 3 cities is higher in 2022 than in 2017"),
        ([[1, 2, 0], [2, 3, 4], [3, 4, 4]], "The index of 2 of 3 cities is higher in 2022 than in 2017; B gained most"),
        ([[1, 2, 1], [2, 3, 1], [3, 4, 2]], "In no city is the index higher in 2022 than in 2017"),
        (
            [[1, 2, 4], [2, 3, 4], [3, 4, np.nan]],
            "all 2 cities is higher in 2022 than in 2017; A gained most (of the 2",
        ),
    ],
)
def test_the_title_of_the_trend(score: Any, en: str) -> None:
    scores = np.array(score, float)
    assert en in findings.over_time(scores[:, [0, -1]], np.diff(scores, axis=1), NAMES[:3], FACTS, EN)


@pytest.mark.parametrize(
    ("last", "en"),
    [
        ([5, 9, 4], "B gained most (+8.00), A and C least (+4.00), 2017–2022"),
        ([5, 5, 5], "All cities gained the same (+4.00), 2017–2022"),
        ([5, 1, 0], "A gained most (+4.00), C lost most (−1.00), 2017–2022"),
        ([5, 1, 1], "A gained most (+4.00), B and C stayed the same, 2017–2022"),
        ([0, -1, 0], "Every city's index fell, most in B (−2.00), 2017–2022"),
        ([1, 0, 1], "No city's index rose; B lost most (−1.00), 2017–2022"),
        ([1, 1, 1], "Every city has the same index in 2022 as in 2017"),
    ],
)
def test_the_title_of_the_change(last: list[float], en: str) -> None:
    first = [1.0, 1.0, 0.0 if last == [5, 9, 4] else 1.0]
    assert findings.gains(np.column_stack([first, last]), NAMES[:3], FACTS, EN) == en


@pytest.mark.parametrize(
    ("last", "en", "zh"),
    [
        (
            [5, 9, 4],
            "A and C rose least (+4.00), B most (+8.00), 2017–2022",
            "A和C指数升幅最小（+4.00），B升幅最大（+8.00）",
        ),
        (
            [5, 1, 0],
            "C fell most (−1.00), A rose most (+4.00), 2017–2022",
            "C指数下降最多（−1.00），A上升最多（+4.00）",
        ),
        ([5, 1, 1], "No city's index fell; A rose most (+4.00), 2017–2022", "没有城市的指数下降，A上升最多（+4.00）"),
        ([1, 0, 1], "No city's index rose; B fell most (−1.00), 2017–2022", "没有城市的指数上升，B下降最多（−1.00）"),
    ],
)
def test_where_a_high_score_is_bad_to_rise_is_no_gain(last: list[float], en: str, zh: str) -> None:
    first = [1.0, 1.0, 0.0 if last == [5, 9, 4] else 1.0]
    ends = np.column_stack([first, last])
    for end in ("highest", "lowest"):  # at which rank 1 is
        said = Voice("en", end=end)
        assert findings.gains(ends, NAMES[:3], FACTS, said) == en
        assert findings.gains(ends, NAMES[:3], {**FACTS, "subject": "指数"}, Voice("zh", end=end)).endswith(zh)
        assert "gained" not in findings.over_time(ends, np.diff(ends, axis=1), NAMES[:3], FACTS, said)


@pytest.mark.parametrize(
    ("part_rank", "en"),
    [
        ([[1, 1], [2, 2], [3, 3]], "A leads in each of the 2 dimensions, 2022"),
        ([[1, 2], [2, 1], [3, 3]], "A and B each lead in 1 of 2 dimensions, 2022"),
        ([[1, 1], [1, 2], [3, 3]], "A leads in each of the 2 dimensions, 2022 (ties included)"),
        ([[2], [1], [3]], 'B leads in "one", 2022'),
    ],
)
def test_the_title_of_the_dimensions(part_rank: Any, en: str) -> None:
    assert findings.leaders(np.array(part_rank, float), NAMES[:3], ["one", "two"], FACTS, EN) == en


def test_the_title_of_the_heat_map() -> None:
    assert findings.extremes(np.array([1.0, np.nan, 3.0]), NAMES[:3], FACTS, EN) == (
        "C scores highest in 2022 (3.00), A lowest (1.00)"
    )
    assert findings.extremes(np.array([2.0, 2.0, 2.0]), NAMES[:3], FACTS, ZH) == "2022年各城市得分相同（2.00）"


def test_the_title_of_the_contributions() -> None:
    parts = np.array([[8.0, 1.0], [9.0, 3.5], [8.5, 2.0]])
    told = 'The cities are furthest apart in "two" (2.50 points from highest to lowest), 2022'
    assert findings.parts_apart(parts, ["one", "two"], FACTS, EN) == told
    assert findings.parts_apart(parts + np.array([90.0, 0.0]), ["one", "two"], FACTS, EN).startswith(
        told[:40]
    )  # another zero
    assert findings.parts_apart(np.eye(2), ["one", "two"], FACTS, EN).startswith(
        'The cities are furthest apart in "one" and "two" ('
    )
    assert findings.parts_apart(np.ones((2, 2)), ["one", "two"], FACTS, EN) == "Made-up Index, 2022"
    assert findings.parts_apart(parts[:1], ["one", "two"], FACTS, EN) == "Made-up Index, 2022"


def test_the_titles_of_correlations_and_weights() -> None:
    r = np.array([[1.0, 0.5, -0.2], [0.5, 1.0, np.nan], [-0.2, np.nan, 1.0]])
    assert (
        findings.closest_pair(r, NAMES[:3], EN)
        == "Of 3 indicators, all turned so that higher is better, A and B correlate most (r=0.50); "
        "1 of 3 pairs are negative"
    )
    assert findings.closest_pair(np.abs(r), NAMES[:3], ZH) == ("3个指标中，A与B相关最强（r=0.50）；3对中没有负相关")
    opposite = np.array([[1.0, 0.93, -1.0], [0.93, 1.0, -0.9], [-1.0, -0.9, 1.0]])
    assert "A and C correlate most (r=−1.00)" in findings.closest_pair(opposite, NAMES[:3], EN)
    assert findings.closest_pair(np.full((2, 2), np.nan), NAMES[:3], EN) == "No correlations among 2 indicators"
    carried = np.array([0.5, 0.93, 0.02])
    told = "B moves most with the index (r=0.93), A least (0.50)"
    assert findings.most_and_least_influence(carried[:2], None, NAMES[:3], EN) == told
    for given, start in (
        ([1, 1, 1], "权重相同，影响不同："),
        ([1.0, 1.1, 1.2], "权重相近，影响不同："),
        ([0, 1, 1], ""),
    ):
        title = findings.most_and_least_influence(carried, np.array(given, float), NAMES[:3], ZH)
        assert title == start + "B与指数相关最强（r=0.93），C几乎无关（0.02）"
    against = findings.most_and_least_influence(np.array([0.5, 0.93, -0.7]), None, NAMES[:3], EN)
    assert against == "B moves most with the index (r=0.93), C runs against it (−0.70)"


def test_the_title_of_integration() -> None:
    told = "Coupling coordination and the index: rank correlation 0.99, 2022 (13 cities)"
    assert findings.order_of_degrees(0.9945, 13, FACTS, EN) == told
    assert findings.order_of_degrees(NAN, 2, FACTS, EN) == "Made-up Index, 2017–2022"


def test_the_title_of_the_stages_names_what_stands_out_of_chance() -> None:
    found = lens(many([5] * 4 + [1] * 8, "aaaabbbbcccc"), "stage")
    told = findings.growth_by_group(found, {**FACTS, "period": "2020–2021"}, EN)
    assert (
        told
        == f'Growth in score 2020–2021: "Scale" grew {found.growth.chance.pace[0]:.2f} times as much as all indicators'
    )
    heavy = lens(many([3, 1] * 6, "aaaaaaaabbbb"), "stage")
    told = findings.growth_by_group(heavy, {**FACTS, "period": "2020–2021"}, EN)
    assert told == "Growth in score 2020–2021: no group stands out by more than chance"
    falling = lens(many([-1.0] * 4, "aabb"), "stage")
    assert findings.growth_by_group(falling, FACTS, EN) == "Made-up Index, 2017–2022"


def test_those_who_always_share_the_first_place_are_all_named():
    same = np.array([1.0, 1.0, 3.0])
    title = findings.first_and_least_sure(
        same, same, same, np.array([1.0, 1, 0]), np.array([1.0, 1, 0]), NAMES, FACTS, EN
    )
    assert title.startswith("A and B each come first in 0% (and with a tie in a further 100%) of 10,000 methodologies")


def test_one_city_has_no_bounds_to_tell():
    one = np.array([1.0, NAN, NAN])
    assert findings.fixed_by_weights(one, one, NAMES, FACTS, EN) == "Made-up Index, 2022"


def test_where_one_choice_alone_varies_it_is_not_said_to_move_most():
    title = findings.largest_index(np.array([0.76]), np.array([[0.5, 1.0]]), "", ["weights"], FACTS, EN)
    assert title.startswith("Only one choice varies here") and "0.76" not in title


def test_several_who_share_the_lead_in_the_only_part_lead():
    ranks = np.array([[1.0], [1.0], [3.0]])
    title = findings.leaders(ranks, NAMES, ["x"], {**FACTS, "parts": "indicators"}, EN)
    assert title.startswith('A and B lead in "x"')
