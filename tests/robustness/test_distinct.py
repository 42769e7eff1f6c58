"""Options that come to the same are found before the draws, told, and counted once."""

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.robustness.design import design
from indexcalc.robustness.distinct import distinct
from indexcalc.spec.uncertainty import Uncertainty
from tests.conftest import make_framework, make_methodology, make_panel

MIN_MAX = [{"method": "min_max", "lower": 1, "upper": 100}, {"method": "percentile_rank", "lower": 1, "upper": 100}]


def made(panel=None, framework=None, methodology=None, **options):
    about = panel or make_panel(), framework or make_framework(), methodology or make_methodology()
    return distinct(design(*about, Uncertainty.model_validate(options))).design


def options_of(found):
    return {factor.code: factor.labels for factor in found.discrete}


def test_a_treatment_that_no_indicator_needs_is_one_methodology_with_none():
    found = made(treatment=["none", "skew_kurtosis"], aggregation=["arithmetic", "harmonic"], normalisation=MIN_MAX)
    assert options_of(found)["treatment"] == ("none",)
    assert found.combinations == 4
    (told,) = found.notices
    assert (told.key, told.facts["option"], told.facts["like"]) == ("option_alike", "skew_kurtosis", "none")
    assert (told.facts["n"], told.facts["of"]) == (4, 4)


def test_one_that_an_indicator_needs_stays():
    panel = make_panel(
        {**{c: make_panel().series(c) for c in "bcd"}, "a": [[1, 2, 3], [2, 3, 1], [3, 1, 2], [1, 2, 900]]}
    )
    found = made(panel, treatment=["none", "skew_kurtosis"])
    assert options_of(found)["treatment"] == ("none", "skew_kurtosis") and found.combinations == 2
    assert found.notices == ()


def test_where_every_node_names_its_own_method_nothing_is_drawn_and_the_reasons_are_given():
    """As in the case `uncertainty-without-effect`: every share would be 0 % or 100 %."""
    posts = {"normalisation": {"method": "goalposts", "low": 0, "high": 101, "lower": 0.1}}
    framework = make_framework(indicators={code: posts for code in "ab"}, aggregation="geometric")
    options = {"aggregation": ["arithmetic", "geometric"], "normalisation": MIN_MAX}
    with pytest.raises(ic.ChoiceError) as refused:
        ic.robustness.uncertainty(make_panel(), framework, make_methodology(), (), Uncertainty.model_validate(options))
    assert [problem.key for problem in refused.value.problems] == [
        *("uncertainty_without_effect", "option_untouched", "option_untouched")
    ]
    assert "affects 0 of 2" in str(refused.value) and "affects 0 of 1" in str(refused.value)
    weighed = Uncertainty.model_validate({**options, "weights": {"spread": 0.2}, "draws": 50})
    found = ic.robustness.uncertainty(make_panel(), framework, make_methodology(), (), weighed)
    assert {factor.code: (factor.options, factor.reach) for factor in found.factors} == {
        "weights": (("{spread: 0.2}",), (1, 1)),
        "normalisation": (("{method: min_max, lower: 1, upper: 100}",), (0, 2)),
        "aggregation": (("arithmetic",), (0, 1)),
    }
    assert found.combinations == 1


def test_weights_below_a_median_are_no_choice():
    """Every share would be 100%; beside an aggregation that uses weights they are one."""
    spread = {"weights": {"spread": 0.2}, "draws": 20}
    about = make_panel(), make_framework(), make_methodology(aggregation="median"), ()
    with pytest.raises(ic.ChoiceError) as refused:
        ic.robustness.uncertainty(*about, Uncertainty.model_validate(spread))
    assert [problem.key for problem in refused.value.problems] == ["uncertainty_without_effect", "weights_untouched"]
    both = Uncertainty.model_validate({**spread, "aggregation": ["median", "arithmetic"]})
    assert {f.code: f.reach for f in ic.robustness.uncertainty(*about, both).factors}["weights"] == (3, 3)
    share = {"method": "renormalise", "minimum_share": 0.5}
    ruled = design(*about[:3], Uncertainty.model_validate({**spread, "missing": ["refuse", share]}))
    assert ruled.reach("weights") == (3, 3), "weights then decide whether there is a score"


def test_factors_tell_how_many_nodes_they_touch():
    own = {"two": {"aggregation": "harmonic", "indicators": {"c": {}, "d": {"normalisation": MIN_MAX[0]}}}}
    framework = make_framework({"one": {"indicators": {"a": {}, "b": {}}}, **own})
    options = {"aggregation": ["arithmetic", "harmonic"], "normalisation": MIN_MAX, "weights": {"spread": 0.1}}
    found = made(framework=framework, **options, lower=[1, 2], leave_out=["indicator"])
    assert {code: found.reach(code) for code in ("weights", *options_of(found))} == {
        **{"weights": (3, 3), "normalisation": (3, 4), "lower": (3, 4), "aggregation": (2, 3)},
        "leave_out_indicator": None,
    }


def test_a_reference_of_one_year_and_equal_weights_are_no_choice():
    panel = make_panel({code: make_panel().series(code)[:, 0] for code in "abcd"}, years=(2020,))
    found = made(panel, weighting=["given", "equal"], aggregation=["arithmetic", "geometric"], normalisation=MIN_MAX)
    assert options_of(found)["weighting"] == ("given",)


def test_a_series_like_the_indicator_itself_is_no_option():
    twin = make_panel().series("a")
    panel = make_panel({**{code: make_panel().series(code) for code in "abcd"}, "twin": twin})
    framework = make_framework(
        indicators={"a": {"alternatives": ["twin", "d"]}, "b": {}, "c": {}}, series={"twin": {}, "d": {}}
    )
    assert options_of(made(panel, framework, alternatives=True)) == {"alternatives.a": ("a", "d")}


def test_the_lower_end_matters_under_a_geometric_mean_alone():
    """Of min-max with lower 1 or 20, arithmetic or geometric, three differ; of each normalisation."""
    found = made(normalisation=MIN_MAX, lower=[20, 1], aggregation=["arithmetic", "geometric"])
    assert found.combinations == 6
    assert options_of(found)["lower"] == ("20", "1")  # the methodology's own, 0, is not among them
    assert options_of(made(normalisation=MIN_MAX, lower=[1, 20]))["lower"] == ("1",)
    methods = found.methods(np.array([0, 1, 0]))
    assert methods.normalisation.parameters["lower"] == 20.0


def test_an_index_of_two_cities_is_compared_as_it_is():
    """Two numbers are always alike but for the scale: then only equal ones count as equal."""
    panel = make_panel({code: make_panel().series(code)[:2, :1] for code in "abcd"}, years=(2020,))
    found = made(panel, weights={"spread": 0.2}, normalisation=[MIN_MAX[0], "z_score"])
    assert found.combinations == 2


def test_what_is_left_out_together_counts_once():
    """Indicators a, b of one and c of two, or a dimension: leaving out two leaves out c too, and one and c all."""
    framework = make_framework({"one": {"indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}}}})
    found = made(framework=framework, leave_out=["indicator", "dimension"])
    assert found.combinations == len({"", "a", "b", "c", "ab", "ca", "cb"})


def test_rows_that_repeat_another_are_not_among_the_alternatives():
    options = Uncertainty.model_validate(
        {"normalisation": MIN_MAX[:1], "lower": [1, 10], "aggregation": ["arithmetic", "geometric"]}
    )
    about = make_panel(), make_framework(), make_methodology(normalisation=MIN_MAX[0])
    found = ic.robustness.alternatives(*about, (), options)
    assert found.factors == ("aggregation", "lower") and found.alike == 1
    assert [row.options for row in found.rows] == [("arithmetic", "1"), ("geometric", "1"), ("geometric", "10")]
    assert found.rows[0].options == found.nominal.options
    assert [(one.factor, one.option, one.moved) for one in found.single][-1] == ("lower", "10", 0)


@pytest.mark.parametrize("low, high", [(0.5, 0.5), (0.4, 0.6)])
def test_limits_that_leave_no_room_draw_the_same_weights_each_time(low, high):
    bounds = {"function": (low, high), "space": (1 - high, 1 - low)}
    framework = make_framework({code: {"indicators": {code[0]: {}, f"{code[0]}2": {}}} for code in bounds})
    panel = make_panel({code: [[1, 2], [2, 4], [3, 1]] for code in ("f", "f2", "s", "s2")})
    about = panel, framework, make_methodology(), ()
    options = Uncertainty.model_validate({"draws": 20, "weights": {"bounds": bounds}})
    if low < high:
        assert ic.robustness.uncertainty(*about, options).factors[0].reach == (1, 3)
        return
    with pytest.raises(ic.ChoiceError) as refused:
        ic.robustness.uncertainty(*about, options)
    assert [problem.key for problem in refused.value.problems] == ["uncertainty_without_effect", "weights_untouched"]


@pytest.mark.parametrize("experts", ["each", "range"])
def test_one_expert_of_many_who_differs_is_enough(experts):
    """And none where all agree."""
    panel, options = make_panel({"a": [1, 2, 4], "b": [3, 1, 2]}), {"draws": 50, "weights": {"experts": experts}}

    def of(points):
        asked = {"method": "budget_allocation", "experts": {f"e{k}": p for k, p in enumerate(points)}}
        framework = make_framework(weighting=asked, indicators={"a": {}, "b": {}})
        return panel, framework, make_methodology(), (), Uncertainty.model_validate(options)

    alike = [{"a": 50, "b": 50}] * 40
    assert ic.robustness.uncertainty(*of([*alike[:6], {"a": 90, "b": 10}, *alike[7:]])).factors[0].reach == (1, 1)
    with pytest.raises(ic.ChoiceError):
        ic.robustness.uncertainty(*of(alike))


def test_what_is_merged_into_the_choice_itself_is_not_among_what_varies():
    options = {"weights": {"spread": 0.2}, "normalisation": ["min_max", {"method": "min_max", "lower": 1, "upper": 9}]}
    made = distinct(design(make_panel(), make_framework(), make_methodology(), Uncertainty.model_validate(options)))
    assert [code for code, _ in made.design.listed] == ["weights", "normalisation"]
    assert [code for code, _ in made.design.varying] == ["weights"]
    other = Uncertainty.model_validate({**options, "normalisation": ["percentile_rank"]})
    assert [code for code, _ in design(make_panel(), make_framework(), make_methodology(), other).varying] == [
        "weights",
        "normalisation",
    ]
