"""Which indices are linear in their weights, and that the linear form is the index; each refusal by name."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from indexcalc.analysis.contributions import score_contributions
from indexcalc.errors import ChoiceError
from indexcalc.robustness.bounds import rank_bounds
from indexcalc.robustness.linear_index import linear_index
from indexcalc.spec.uncertainty import WeightSet
from tests.conftest import build, make_framework, make_panel

NESTED = {
    "one": {"weight": 3, "indicators": {"a": {"weight": 2}, "b": {}}},
    "two": {
        "dimensions": {"deep": {"weight": 4, "indicators": {"c": {}, "d": {"weight": 5}}}},
        "indicators": {"e": {}},
    },
}
POSITIVE = {"normalisation": {"method": "min_max", "lower": 1, "upper": 100}}


def five():
    drawn = np.random.default_rng(7).uniform(1.0, 100.0, (5, 4, 3))
    return make_panel(dict(zip("abcde", drawn, strict=True)))


def test_arithmetic_at_all_levels_is_one_sum_over_the_indicators():
    result = build(five(), make_framework(NESTED))
    index = linear_index(result)
    assert index.codes == ("a", "b", "e", "c", "d")  # level by level
    assert index.fixed == ()
    assert_allclose(index.values @ index.nominal, result.score(), rtol=1e-13)


def test_geometric_at_all_levels_is_one_sum_of_logarithms():
    result = build(five(), make_framework(NESTED), aggregation="geometric", **POSITIVE)
    index = linear_index(result)
    assert_allclose(np.exp(index.values @ index.nominal), result.score(), rtol=1e-13)


def test_another_method_inside_keeps_the_weights_there_as_chosen_and_is_named():
    dimensions = {**NESTED, "one": {**NESTED["one"], "aggregation": "harmonic"}}
    result = build(five(), make_framework(dimensions), **POSITIVE)
    index = linear_index(result)
    assert index.codes == ("one", "e", "c", "d") and index.fixed == ("one",)
    assert_allclose(index.values @ index.nominal, result.score(), rtol=1e-13)
    across = linear_index(build(five(), make_framework(NESTED), levels={0: {"aggregation": "geometric"}}, **POSITIVE))
    assert across.codes == ("one", "two") and across.fixed == ("one", "two")


def test_a_child_that_is_missing_is_why_the_weights_stay_as_chosen():
    """No other aggregation stands there: over weights of all indicators the bounds are refused for what is missing."""
    panel = make_panel({"x": [50, 45, 60], "y": [40, 44, 30], "w": [np.nan, 43, 41]}, cities="ABC")
    framework = make_framework({"d": {"missing": "renormalise", "indicators": {"x": {}, "y": {}, "w": {}}}})
    result = build(panel, framework, missing="propagate", normalisation="none")
    index = linear_index(result)
    assert index.fixed == ("d",) and [problem.key for problem in index.because] == ["bounds_missing"]
    with pytest.raises(ChoiceError, match=r"'d' is taken over the children present .* some are missing in A 2019"):
        rank_bounds(result, WeightSet.model_validate({"dirichlet": "indicators"}))


def test_a_method_that_looks_at_no_weights_holds_none_fixed():
    dimensions = {**NESTED, "one": {**NESTED["one"], "aggregation": "minimum"}}
    assert linear_index(build(five(), make_framework(dimensions))).fixed == ()


def test_city_years_without_a_score_have_no_values():
    panel = make_panel({"a": [[1.0], [np.nan], [3.0], [2.0]], "b": [[1.0], [2.0], [3.0], [5.0]]}, years=(2020,))
    index = linear_index(build(panel, make_framework(indicators={"a": {}, "b": {}}), missing="propagate"))
    assert index.ranked(0).tolist() == [0, 2, 3]


REFUSED = {
    "aggregation": (
        {"aggregation": "minimum"},
        "No exact bounds over weights: 'index' is aggregated by 'minimum'",
        "'index'的合成方法为'minimum'",
    ),
    "weights by year": (
        {"weighting": {"method": "entropy", "per": "year", "scope": "levels"}},
        "No exact bounds over weights: weighting 'entropy",
        "使'index'的权重因城市、年份而异",
    ),
    "rounded scores": (
        {"rounding": {"decimals": 1}},
        "the scores of 'index' are rounded to 1 decimal",
        "'index'的得分舍入到1位小数",
    ),
    "rounded ranks": (
        {"rank_on": {"decimals": 2}},
        "ranks are taken on scores of 2 decimals",
        "位次按2位小数的得分排定",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_linear_programme_can_tell_is_refused_by_name(case):
    choices, english, chinese = REFUSED[case]
    with pytest.raises(ChoiceError) as refused:
        linear_index(build(make_panel(), **choices))
    assert english in refused.value.text("en") and chinese in refused.value.text("zh")


def test_a_mean_over_the_children_present_is_refused_by_name():
    panel = make_panel({"a": [[1.0], [np.nan], [3.0]], "b": [[1.0], [2.0], [3.0]]}, cities="甲乙丙", years=(2020,))
    result = build(panel, make_framework(indicators={"a": {}, "b": {}}), missing="renormalise")
    with pytest.raises(
        ChoiceError, match=r"'index' is taken over the children present \(missing: renormalise\).*乙 2020"
    ):
        linear_index(result)


def test_a_zero_leaves_no_bounds_where_it_is_said_what_it_comes_to():
    """The logarithm of 0 is no number: at the index refused, below it the scores are taken as they are."""
    zeros = {"method": "geometric", "zeros": "score_zero"}
    with pytest.raises(ChoiceError, match="a score is at 0"):
        linear_index(build(make_panel(), aggregation=zeros))
    framework = make_framework(
        {"one": {"aggregation": zeros, "indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}, "d": {}}}}
    )
    assert linear_index(build(make_panel(), framework)).fixed == ("one",)
    with pytest.raises(ChoiceError, match="cannot be split exactly: some child is at 0"):
        score_contributions(build(make_panel(), framework))


@pytest.mark.parametrize(
    ("of_node", "choices", "path"),
    [
        ({}, {"aggregation": "minimum"}, "methodology.aggregation"),
        ({}, {"levels": {0: {"aggregation": "minimum"}}}, "methodology.levels.0.aggregation"),
        ({"aggregation": "minimum"}, {}, "framework.aggregation"),
    ],
)
def test_the_remedy_sets_the_key_that_chose_the_aggregation(of_node, choices, path):
    with pytest.raises(ChoiceError) as refused:
        linear_index(build(five(), make_framework(NESTED, **of_node), **choices))
    assert f"(--set {path}=arithmetic)" in refused.value.problems[0].text("en")
