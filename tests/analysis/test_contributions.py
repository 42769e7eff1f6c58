"""Contributions add up exactly, by hand and by search; what has no exact split is refused by name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.analysis.contributions import (
    Overtaking,
    applied_weights,
    change_contributions,
    change_split,
    dimension_contributions,
    folded,
    gap_contributions,
    gap_split,
    is_sum,
    mean_city,
    mean_split,
    overtaking_contributions,
    overtakings,
    score_contributions,
)
from indexcalc.errors import Problem
from tests.conftest import build, make_framework, make_panel

LN2, LN3, LN6 = np.log([2.0, 3.0, 6.0])
NAN = np.nan

# one: a, b; two: c. 甲 moves, 乙 stands still.
TWO = {"one": {"indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}}}}


def tiny(a, b, c, framework=None, **choices):
    """甲 with figures of two years, 乙 with ones; scores are the figures."""
    columns = {code: [figures, [1.0, 1.0]] for code, figures in zip("abc", (a, b, c), strict=True)}
    return build(make_panel(columns), framework or make_framework(TWO), normalisation="none", **choices)


def by_code(result, parts):
    return dict(zip([node.code for node in result.nodes], parts, strict=True))


def adds_up(result, parts, total, atol=1e-9):
    """Children to their parent, indicators to the whole; parts: [..., node], missing children counting for nothing."""
    assert_allclose(parts[..., 0], total, rtol=0, atol=atol)
    for position, node in enumerate(result.nodes):
        if node.children:
            below = np.nansum(parts[..., list(node.children)], axis=-1)
            assert_allclose(below, np.nan_to_num(parts[..., position]), rtol=0, atol=atol)


# --- worked by hand -------------------------------------------------------------------------------------------------


def test_an_arithmetic_score_is_the_sum_of_weight_times_score():
    """Weights 3 and 1: S = .75 (2 + 4)/2 + .25 · 8 = 4.25 = .375 · 2 + .375 · 4 + .25 · 8."""
    framework = make_framework({"one": {**TWO["one"], "weight": 3}, "two": TWO["two"]})
    result = tiny([2, 2], [4, 4], [8, 8], framework)
    parts = by_code(result, score_contributions(result, reference="none")[0, 0])
    assert parts == pytest.approx({"index": 4.25, "one": 2.25, "a": 0.75, "b": 1.5, "two": 2.0, "c": 2.0}, abs=1e-12)
    assert is_sum(result)


def test_an_arithmetic_change_is_the_sum_of_weight_times_change():
    """a 2 -> 6, b 4 -> 2, c 8 -> 8 with weights 1/4, 1/4, 1/2: 4/4 - 2/4 + 0 = .5."""
    result = tiny([2, 6], [4, 2], [8, 8])
    parts = by_code(result, change_contributions(result, 2019, 2020)[0])
    assert parts == pytest.approx({"index": 0.5, "one": 0.5, "a": 1.0, "b": -0.5, "two": 0.0, "c": 0.0}, abs=1e-12)


def test_a_geometric_change_by_logarithmic_means():
    """a 1 -> 4, b 1 -> 9, alone in the index: S 1 -> 6; L = 5/ln 6; a: L ln 4 / 2 = 5 ln 2/ln 6, b: 5 ln 3/ln 6."""
    framework = make_framework(indicators={"a": {}, "b": {}})
    result = tiny([1, 4], [1, 9], [1, 1], framework, aggregation="geometric")
    parts = by_code(result, change_contributions(result, 2019, 2020)[0])
    assert parts == pytest.approx({"index": 5.0, "a": 5 * LN2 / LN6, "b": 5 * LN3 / LN6}, abs=1e-12)


def test_a_mixed_change_arithmetic_inside_geometric_across():
    """one 2 -> 4 (a 1 -> 3, b 3 -> 5), two 1 -> 4: S √2 -> 4; ln 4/√2 = 1.5 ln 2, of which one .5 ln 2, two ln 2.

    So one brings a third of the change, two brings two thirds; a and b both moved one by 1, so each brings a sixth.
    """
    result = tiny([1, 3], [3, 5], [1, 4], make_framework(TWO, aggregation="geometric"))
    change = 4 - np.sqrt(2)
    expected = {"index": 1, "one": 1 / 3, "a": 1 / 6, "b": 1 / 6, "two": 2 / 3, "c": 2 / 3}
    parts = by_code(result, change_contributions(result, 2019, 2020)[0])
    assert parts == pytest.approx({code: share * change for code, share in expected.items()}, abs=1e-12)


def test_a_mixed_change_geometric_inside_arithmetic_across():
    """one 1 -> 6 by a 1 -> 4, b 1 -> 9, of weight 1/2: half of 5 ln 2/ln 6 and of 5 ln 3/ln 6; c 1 -> 3 brings 1."""
    framework = make_framework({"one": {**TWO["one"], "aggregation": "geometric"}, "two": TWO["two"]})
    result = tiny([1, 4], [1, 9], [1, 3], framework)
    parts = by_code(result, change_contributions(result, 2019, 2020)[0])
    expected = {"index": 3.5, "one": 2.5, "a": 2.5 * LN2 / LN6, "b": 2.5 * LN3 / LN6, "two": 1.0, "c": 1.0}
    assert parts == pytest.approx(expected, abs=1e-12)


def test_children_that_move_within_a_dimension_that_stands_still():
    """a 1 -> 2, b 3 -> 2: one stays 2; c 1 -> 4; S √2 -> √8. The slope of ln at 2 is 1/2, and f[S1, S0] = ln 2/√2:

    one has the multiplier 1/2 · 1/2 · √2/ln 2, so a brings half of it and b takes as much away.
    """
    result = tiny([1, 2], [3, 2], [1, 4], make_framework(TWO, aggregation="geometric"))
    a = 0.5 * 0.25 * np.sqrt(2) / LN2
    parts = by_code(result, change_contributions(result, 2019, 2020)[0])
    expected = {"index": np.sqrt(2), "one": 0.0, "a": a, "b": -a, "two": np.sqrt(2), "c": np.sqrt(2)}
    assert parts == pytest.approx(expected, abs=1e-12)


def test_a_harmonic_change():
    """S = 2/(1/a + 1/b): a 1 -> 3, b 1 -> 1: S 1 -> 1.5; parts S1 S0 w (1/z0 - 1/z1): 1.5 · (1/2)(2/3) = .5, and 0."""
    framework = make_framework(indicators={"a": {}, "b": {}})
    result = tiny([1, 3], [1, 1], [1, 1], framework, aggregation="harmonic")
    assert by_code(result, change_contributions(result, 2019, 2020)[0]) == pytest.approx(
        {"index": 0.5, "a": 0.5, "b": 0.0}, abs=1e-12
    )


def test_a_quadratic_change():
    """S² = (a² + b²)/2: a 1 -> 7, b 1 -> 1: S 1 -> 5; parts (S1 - S0)/(S1² - S0²) w (z1² - z0²) = 4/24 · 48/2 = 4."""
    framework = make_framework(indicators={"a": {}, "b": {}})
    quadratic = {"method": "generalised", "p": 2}
    result = tiny([1, 7], [1, 1], [1, 1], framework, aggregation=quadratic)
    assert by_code(result, change_contributions(result, 2019, 2020)[0]) == pytest.approx(
        {"index": 4.0, "a": 4.0, "b": 0.0}, abs=1e-12
    )


def test_the_distance_from_the_mean_city_of_a_geometric_index():
    """2019: 甲 (4, 9), 乙 (2, 3): mean city (3, 6), S = √18, not the mean of √36 and √6. L = (6 - √18)/ln(6/√18).

    甲's part of a is L ln(4/3)/2, of b L ln(9/6)/2.
    """
    panel = make_panel({"a": [[4.0], [2.0]], "b": [[9.0], [3.0]]})
    result = build(panel, make_framework(indicators={"a": {}, "b": {}}), normalisation="none", aggregation="geometric")
    assert_allclose(mean_city(result), [[np.sqrt(18), 3, 6]], rtol=1e-14)
    log_mean = (6 - np.sqrt(18)) / np.log(6 / np.sqrt(18))
    expected = [6 - np.sqrt(18), log_mean * np.log(4 / 3) / 2, log_mean * np.log(9 / 6) / 2]
    assert_allclose(score_contributions(result)[0, 0], expected, rtol=1e-13)
    assert_allclose(mean_split(result, "甲", 2019), expected, rtol=1e-13)


def test_the_gap_of_two_cities_and_its_change():
    """甲 less 乙 in a, b, c: 2019 (1, 3, 7), 2020 (5, 1, 7), weights 1/4, 1/4, 1/2: the change is 1, -.5 and 0."""
    result = tiny([2, 6], [4, 2], [8, 8])
    assert_allclose(gap_split(result, "甲", "乙", 2019)[[2, 3, 5]], [0.25, 0.75, 3.5], rtol=1e-14)
    change = by_code(result, gap_contributions(result, "甲", "乙", 2019, 2020))
    assert change == pytest.approx({"index": 0.5, "one": 0.5, "a": 1.0, "b": -0.5, "two": 0.0, "c": 0.0}, abs=1e-12)
    assert_allclose(gap_contributions(result, "乙", "甲", 2019, 2020), [-value for value in change.values()])


def test_a_city_against_itself_in_one_year_has_nothing_to_split():
    result = tiny([2, 6], [4, 2], [8, 8], aggregation="geometric")
    assert_array_equal(gap_split(result, "甲", "甲", 2019), 0.0)
    assert_array_equal(change_contributions(result, 2020, 2020), 0.0)


# --- adding up, by search -------------------------------------------------------------------------------------------

MEANS = (
    "arithmetic",
    "geometric",
    "harmonic",
    {"method": "generalised", "p": -40},
    {"method": "generalised", "p": 0.5},
    {"method": "generalised", "p": 60},
    {"method": "inverted_geometric", "top": 100},
)


@st.composite
def hierarchies(draw):
    """Three levels, a mean and weights for each node; figures of 3 cities and 2 years, some of them equal."""
    means = draw(st.lists(st.sampled_from(MEANS), min_size=4, max_size=4))
    weights = draw(st.lists(st.floats(0.1, 3), min_size=6, max_size=6))
    leaf = [{"weight": weight} for weight in weights]
    inner = {"three": {"aggregation": means[2], "weight": weights[5], "indicators": {"d": leaf[3], "e": leaf[4]}}}
    dimensions = {
        "one": {"aggregation": means[1], "weight": weights[0], "indicators": {"a": leaf[0], "b": leaf[1]}},
        "two": {"aggregation": means[3], "indicators": {"c": leaf[2]}, "dimensions": inner},
    }
    figures = draw(st.lists(st.sampled_from([0.5, 1.0, 1.0 + 1e-9, 7.25, 40.0, 99.0]), min_size=30, max_size=30))
    columns = dict(zip("abcde", np.reshape(figures, (5, 3, 2)), strict=True))
    framework = make_framework(dimensions, aggregation=means[0])
    return build(make_panel(columns), framework, normalisation="none")


@given(hierarchies())
def test_parts_add_up_whatever_the_means(result):
    score = result.score()
    adds_up(result, score_contributions(result), score - mean_city(result)[None, :, 0])
    adds_up(result, change_contributions(result, 2019, 2020), score[:, 1] - score[:, 0])
    for one, two in (("甲", "乙"), ("乙", "丙")):
        c, d = result.cities.index(one), result.cities.index(two)
        gap = score[c] - score[d]
        adds_up(result, gap_split(result, one, two, 2019), gap[0])
        adds_up(result, gap_contributions(result, one, two, 2019, 2020), gap[1] - gap[0])


@given(hierarchies())
def test_a_part_has_the_sign_of_what_it_comes_from(result):
    """Every mean rises with its children: an indicator that rose brings, one that fell takes away."""
    parts = change_contributions(result, 2019, 2020)
    moved = result.scores[:, 1] - result.scores[:, 0]
    assert (parts * moved >= 0).all()
    assert_array_equal(parts[moved == 0], 0.0)


@given(hierarchies(), st.floats(0.01, 1000))
def test_the_unit_of_the_scores_does_not_matter(result, unit):
    """Parts of scores in another unit are the parts in that unit; not for the inverted mean, which has a top."""
    if any(node.aggregation and node.aggregation.name == "inverted_geometric" for node in result.nodes):
        return
    scaled = build(result.panel.with_values(result.panel.values * unit), result.framework, normalisation="none")
    assert_allclose(
        change_contributions(scaled, 2019, 2020), unit * change_contributions(result, 2019, 2020), rtol=1e-6, atol=1e-7
    )


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"aggregation": "geometric"},
        {"aggregation": "harmonic"},
        {"reference": "year"},
        {"normalisation": {"method": "min_max", "lower": 20, "upper": 80}, "aggregation": "geometric"},
    ],
    ids=str,
)
def test_normalised_scores_add_up_too(choices):
    result = build(make_panel(), **{"normalisation": {"method": "min_max", "lower": 1, "upper": 100}, **choices})
    score = result.score()
    adds_up(result, score_contributions(result), score - mean_city(result)[None, :, 0])
    adds_up(result, change_contributions(result, 2019, 2021), score[:, 2] - score[:, 0])


def test_an_arithmetic_index_of_the_mean_city_is_the_mean_index():
    result = build(make_panel())
    assert_allclose(mean_city(result)[:, 0], result.score().mean(axis=0), rtol=1e-13)
    adds_up(result, score_contributions(result, reference="none"), result.score())
    none, mean = (score_contributions(result, reference=reference) for reference in ("none", "mean"))
    assert_allclose(none - none.mean(axis=0), mean, rtol=0, atol=1e-12)
    assert_allclose(none[:, :, list(result.nodes[0].children)], dimension_contributions(result), rtol=1e-13)


def test_a_score_of_zero_under_a_power_mean():
    """√S = (√a + √b)/2: 甲 has one = 0 in 2019, and stands still at 0 with two = 0 in both years of 乙."""
    framework = make_framework(TWO, aggregation={"method": "generalised", "p": 0.5})
    panel = make_panel({"a": [[0, 4], [0, 0]], "b": [[0, 4], [0, 0]], "c": [[1, 1], [0, 9]]})
    result = build(panel, framework, normalisation="none")
    parts = change_contributions(result, 2019, 2020)
    adds_up(result, parts, result.score()[:, 1] - result.score()[:, 0])
    assert np.isfinite(parts).all()
    assert by_code(result, parts[1])["two"] == pytest.approx(2.25)


def test_a_dimension_of_zero_under_a_geometric_mean_is_refused_before_anything_is_split():
    with pytest.raises(ic.ChoiceError, match=r"'geometric' of 'index' needs scores above 0, but 'one' is 0 in 甲 2019"):
        tiny([-1, 2], [1, 2], [1, 1], make_framework(TWO, aggregation="geometric"))


# --- missing city-years and children ----------------------------------------------------------------------------------


def test_a_missing_city_year_has_no_parts():
    panel = make_panel({"a": [[1, 2], [NAN, 3]], "b": [[1, 2], [NAN, 5]], "c": [[1, 2], [NAN, 7]]})
    result = build(panel, make_framework(TWO), normalisation="none")
    assert np.isnan(score_contributions(result)[1, 0]).all()
    assert np.isnan(score_contributions(result, reference="none")[1, 0]).all()
    assert np.isnan(change_contributions(result, 2019, 2020)[1]).all()
    adds_up(result, score_contributions(result)[0], [0.0, 2 - 3.75])  # alone in 2019, 甲 is the mean city


@pytest.fixture
def renormalised():
    """甲 lacks b in both years, 乙 in the last one only."""
    panel = make_panel({"a": [[1, 3], [2, 2]], "b": [[NAN, NAN], [6, NAN]], "c": [[1, 2], [4, 5]]})
    return build(panel, make_framework(TWO), normalisation="none", missing="renormalise")


def test_a_child_left_out_counts_for_nothing(renormalised):
    """甲: one is a alone; a moves the index by 1/2 · 2, c by 1/2 · 1."""
    parts = by_code(renormalised, change_split(renormalised, "甲", 2019, 2020))
    assert np.isnan(parts.pop("b"))
    assert parts == pytest.approx({"index": 1.5, "one": 1.0, "a": 1.0, "two": 0.5, "c": 0.5})
    adds_up(renormalised, score_contributions(renormalised, reference="none"), renormalised.score())
    assert applied_weights(renormalised, "甲", 2020).tolist() == [1, 0.5, 1, 0, 0.5, 1]


def test_a_gap_between_cities_of_different_children_has_no_exact_split(renormalised):
    with pytest.raises(ic.ChoiceError, match="'one' cannot be split for 甲 2019, 乙 2019"):
        gap_split(renormalised, "甲", "乙", 2019)
    adds_up(renormalised, gap_split(renormalised, "甲", "乙", 2020), 2.5 - 3.5)


def test_a_child_that_both_lack_in_one_year_began_at_nothing():
    """a alone before, (a + b) / 2 after: 甲 less 乙 is -1, then (3 + 9)/2 - (10 + 1)/2 = 0.5."""
    columns = {"a": [[1, 3], [2, 10]], "b": [[NAN, 9], [NAN, 1]]}
    framework = make_framework(indicators={"a": {}, "b": {}})
    result = build(make_panel(columns), framework, normalisation="none", missing="renormalise")
    parts = by_code(result, gap_contributions(result, "甲", "乙", 2019, 2020))
    assert parts == pytest.approx({"index": 1.5, "a": -2.5, "b": 4.0})
    assert_array_equal(overtaking_contributions(result, 2019, 2020), [list(parts.values())])


def test_weights_that_differ_between_years():
    """Cities of one year compare, two years do not; the parts of the score itself are exact."""
    result = build(make_panel(), weighting={"method": "standard_deviation", "per": "year"})
    score = result.score()
    adds_up(result, score_contributions(result), score - mean_city(result)[None, :, 0])
    adds_up(result, score_contributions(result, reference="none"), score)
    gap = score[0] - score[1]
    adds_up(result, gap_contributions(result, "甲", "乙", 2019, 2021), gap[2] - gap[0])
    with pytest.raises(ic.ChoiceError, match=r"'one', 'two' cannot be split for 甲 2019/2021"):
        change_contributions(result, 2019, 2021)


def test_differences_that_cannot_be_split_are_told_once():
    """One sentence for all analyses of a run: 甲 lacks b, which the others have."""
    columns = {"a": [[1, 3], [2, 2], [3, 5]], "b": [[NAN, NAN], [6, 4], [2, 1]], "c": [[1, 2], [4, 5], [7, 9]]}
    renormalised = build(make_panel(columns), make_framework(TWO), normalisation="none", missing="renormalise")
    found = []
    for one, two in (("甲", "乙"), ("甲", "丙")):
        with pytest.raises(ic.ChoiceError) as refused:
            gap_split(renormalised, one, two, 2019)
        found += refused.value.problems
    other = Problem("split_rounding", {"nodes": "'one'"})
    told = folded([*found, other], renormalised)
    assert len(found) == 2 and [one.key for one in told] == ["split_weights", "split_rounding"]
    assert "Differences in 'one' cannot be split for 甲 2019, 乙 2019, 丙 2019" in told[0].text()


# --- what has no exact split ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "aggregation",
    [
        "topsis",
        "copeland",
        "median",
        "minimum",
        "maximum",
        "product",
        "mazziotta_pareto",
        {"method": "owa", "order_weights": [2, 1]},
    ],
    ids=str,
)
def test_aggregations_without_an_exact_split_are_refused_by_name(aggregation):
    name = aggregation if isinstance(aggregation, str) else aggregation["method"]
    result = build(make_panel(), make_framework(aggregation=aggregation), normalisation="none")
    match = f"The score of 'index' cannot be split into parts: aggregation '{name}' is not a weighted mean"
    for split in (
        lambda: score_contributions(result),
        lambda: score_contributions(result, reference="none"),
        lambda: mean_city(result),
        lambda: change_contributions(result, 2019, 2020),
        lambda: gap_contributions(result, "甲", "乙", 2019, 2020),
    ):
        with pytest.raises(ic.ChoiceError, match=match):
            split()
    assert not is_sum(result)


def test_every_node_without_a_split_is_named_at_once():
    result = build(make_panel(), aggregation="median", rounding={"decimals": 1})
    with pytest.raises(ic.ChoiceError, match="The score of 'index', 'one', 'two' cannot be split") as caught:
        change_contributions(result, 2019, 2020)
    assert caught.value.text("zh").startswith("'index'、'one'、'two'的得分无法分解：合成方法'median'")


def test_a_rounded_score_is_refused():
    result = build(make_panel(), rounding={"decimals": 1})
    with pytest.raises(ic.ChoiceError, match="cannot be split exactly: it is rounded"):
        score_contributions(result)


def test_the_level_of_a_geometric_score_is_refused_and_the_way_out_named():
    result = build(make_panel(), aggregation="geometric", normalisation="none")
    with pytest.raises(ic.ChoiceError, match=r"the aggregation is 'geometric'\. Split its distance .*reference: mean"):
        score_contributions(result, reference="none")


def test_dimension_contributions_are_the_score_taken_apart():
    """City-years without a score have no parts."""
    columns = make_panel().values.copy()
    columns[0, 1] = np.nan
    panel = make_panel(dict(zip("abcd", np.moveaxis(columns, 2, 0), strict=True)))
    result = build(panel, missing="propagate", imputation="none")
    parts = dimension_contributions(result)
    assert np.isnan(parts[0, 1]).all() and np.isnan(result.score()[0, 1])
    assert_allclose(parts.sum(axis=2), result.score(), rtol=0, atol=1e-12)
    assert_allclose(parts[1, 0], 0.5 * result.scores[1, 0, list(result.nodes[0].children)], rtol=1e-12)


def test_dimension_contributions_of_the_children_that_are_there():
    """Under `renormalise` the others share the weight of the child that is missing."""
    framework = make_framework(indicators={"a": {}, "b": {"weight": 3}, "c": {}})
    columns = {"a": [1.0, 2.0, 3.0], "b": [4.0, np.nan, 1.0], "c": [0.0, 1.0, 5.0]}
    result = build(make_panel(columns), framework, missing="renormalise")
    parts = dimension_contributions(result)
    assert_allclose(np.nansum(parts, axis=2), result.score(), rtol=0, atol=1e-9)
    assert np.isnan(parts[1, 0]).tolist() == [False, True, False]


def test_the_chart_is_refused_unless_the_root_is_an_arithmetic_mean():
    result = build(make_panel(), make_framework(aggregation="geometric"), normalisation="none")
    with pytest.raises(ic.ChoiceError, match="under 'geometric' a score is not a sum of its dimensions"):
        dimension_contributions(result)


def test_unknown_cities_and_years_are_refused_by_name():
    result = build(make_panel(cities=("Chengdu", "Wuhan", "Nanjing", "Suzhou")))
    with pytest.raises(ic.InputError, match=r"City 'Chengdou' is not in the index\. Did you mean 'Chengdu'"):
        gap_split(result, "Chengdou", "Wuhan", 2019)
    with pytest.raises(ic.InputError, match=r"Year 2018 is not in the index, which has 2019, .*Did you mean '2019'"):
        overtakings(result, 2018, 2021)


# --- who passed whom --------------------------------------------------------------------------------------------------


def ranked(*scores):
    """Cities with these scores, year by year."""
    names = ("甲", "乙", "丙", "丁")[: len(scores)]
    panel = make_panel({"a": scores}, cities=names, years=range(2019, 2019 + len(scores[0])))
    return build(panel, make_framework(indicators={"a": {}}), normalisation="none")


def test_overtakings_by_hand():
    """甲 falls from first to third: 乙 passes it in 2020, and for good in 2022, 丙 in 2022; these keep their order."""
    result = ranked([9, 5, 9, 3], [8, 8, 8, 8], [4, 4, 4, 4])
    assert overtakings(result, 2019, 2022) == (
        Overtaking("乙", "甲", "passed", 2022),
        Overtaking("丙", "甲", "passed", 2022),
    )
    assert overtakings(result, 2019, 2020) == (Overtaking("乙", "甲", "passed", 2020),)
    assert overtakings(result, 2019, 2021) == ()
    assert overtakings(result, 2020, 2020) == ()


def test_ties_are_caught_and_left():
    result = ranked([9, 5, 5], [5, 5, 6])
    assert overtakings(result, 2019, 2020) == (Overtaking("乙", "甲", "caught", 2020),)
    assert overtakings(result, 2020, 2021) == (Overtaking("乙", "甲", "left", 2021),)
    assert overtakings(result, 2019, 2021) == (Overtaking("乙", "甲", "passed", 2021),)


def test_cities_that_are_absent_in_one_of_the_years_are_left_out():
    result = ranked([9, 1, 1], [NAN, 5, 5], [4, NAN, 8])
    assert overtakings(result, 2019, 2021) == (Overtaking("丙", "甲", "passed", 2021),)


@pytest.mark.parametrize("aggregation", ["arithmetic", "geometric", {"method": "generalised", "p": 0.5}], ids=str)
def test_the_parts_of_every_overtaking_are_those_of_its_gap(aggregation):
    """And add up to its change, node by node."""
    scaled = {"method": "min_max", "lower": 1, "upper": 100}
    result = build(make_panel(), make_framework(aggregation=aggregation), normalisation=scaled)
    pairs, score = overtakings(result, 2019, 2021), dict(zip("甲乙丙丁", result.score(), strict=True))
    assert len(pairs) > 1
    parts = overtaking_contributions(result, 2019, 2021)
    gaps = [score[pair.city] - score[pair.other] for pair in pairs]
    adds_up(result, parts, [gap[2] - gap[0] for gap in gaps])
    alone = [gap_contributions(result, pair.city, pair.other, 2019, 2021) for pair in pairs]
    assert_allclose(parts, alone, rtol=0, atol=1e-12)
    assert overtaking_contributions(result, 2019, 2019).shape == (0, len(result.nodes))


# --- like with like ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("aggregation", ["arithmetic", "geometric"])
def test_the_change_of_a_city_whose_indicators_differ_is_split_over_those_of_both_years(aggregation):
    """b of 甲 enters in 2020: the change is that of a and c, and adds up to it; 乙 is split as ever."""
    columns = {"a": [[4, 6], [1, 2]], "b": [[np.nan, 1], [3, 4]], "c": [[2, 5], [5, 7]]}
    panel = make_panel(columns, years=(2019, 2020))
    framework = make_framework(indicators={"a": {"weight": 2}, "b": {}, "c": {}})
    result = build(panel, framework, normalisation="none", missing="renormalise", aggregation=aggregation)
    both = build(panel, framework.without(["b"]), normalisation="none", aggregation=aggregation)
    parts = change_contributions(result, 2019, 2020)
    at = [result.position(code) for code in ("index", "a", "c")]
    assert_allclose(parts[0, at], change_contributions(both, 2019, 2020)[0], rtol=1e-12)
    assert_allclose(parts[0, 0], both.score()[0, 1] - both.score()[0, 0], rtol=1e-12)
    assert np.isnan(parts[0, result.position("b")])
    assert_allclose(parts[1, 0], result.score()[1, 1] - result.score()[1, 0], rtol=1e-12)
    assert_allclose(change_split(result, "甲", 2019, 2020), parts[0], rtol=1e-12)
