"""Can this panel be computed with this framework and methodology? One panel for every sentence that says no."""

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.errors import ChoiceError, IndexcalcError, InputError
from indexcalc.spec.framework import Framework
from tests.conftest import build, make_framework, make_methodology, make_panel

NAN, INF = np.nan, np.inf
POSTS = {"method": "goalposts", "low": 2, "high": 10}
SCORED = {"method": "min_max", "lower": 1, "upper": 100}
B = [1.0, 2.0, 3.0]


def parts(**indicator):
    """A derived indicator q beside b, and the columns x and y."""
    return {"framework": {"indicators": {"q": indicator, "b": {}}, "series": {"x": {}, "y": {}}}}


def plain(**indicator):
    return {"framework": {"indicators": {"a": indicator, "b": {}}}}


GAP = {"a": [1, NAN, 3, 5], "b": [1, 2, 3, 5], "c": [2, 7, 1, 8]}

# key: (columns, what makes a framework and choices, the error, what is told)
CASES = {
    "missing_column": ({"b": B}, plain(), InputError, r"'a' \(a\) is missing: no column or sheet has its code"),
    "infinite": ({"a": [1, INF, 2], "b": B}, plain(), InputError, r"'a' is infinite in 乙 2019\. Give a finite number"),
    "column_empty": ({"a": [NAN] * 3, "b": B}, plain(), InputError, "'a' has no figures at all. Fill them in, or give"),
    "divide_by_zero": (
        {"x": B, "y": [1, 0, 2], "b": B},
        parts(ratio={"of": "x", "to": "y"}),
        InputError,
        "'q' divides by 'y', which is 0 in 乙 2019",
    ),
    "share_range": (
        {"x": [1, 9, 2], "y": [2, 3, 4], "b": B},
        parts(share={"of": "x", "to": "y"}),
        InputError,
        "'q' is declared a share of 'y', but is 300% in 乙 2019; expected 0 to 100",
    ),
    "transform_domain": (
        {"a": [1, 0, -2], "b": B},
        plain(transform="log"),
        ChoiceError,
        r"Transform 'log' of 'a' needs values above 0, but 丙 2019 \(and beyond the limit in 1 more\) has -2",
    ),
    **{
        key: (
            columns,
            {"framework": {"indicators": {"a": {"imputation": {"method": "regression", "on": on}}, "b": {}, "c": {}}}},
            ChoiceError,
            told,
        )
        for key, columns, on, told in (
            ("regression_itself", GAP, ["b", "a"], "'a' cannot be imputed by regression on itself"),
            ("regression_unknown", GAP, ["d"], r"'a' by regression: 'd' is not an indicator of the index\. "),
            ("regression_missing", {**GAP, "b": [1, NAN, 3, 5]}, ["b"], r"'b' is also missing .* \(乙 2019\)"),
            ("regression_few", GAP, ["b", "c"], "observed in 3 city-years, but at least 4"),
            (
                "regression_rank",
                {**GAP, "c": [4, 7, 4, 4]},
                ["c"],
                "one of these follows from the others, or does not vary",
            ),
        )
    },
    "treatment_logs_by_year": (
        {"a": [[1, 1], [2, 3], [4, 9]], "b": [[1, 2], [3, 4], [5, 9]]},
        plain(treatment={"method": "log", "per": "year"}),
        ChoiceError,
        r"Treatment of 'a', year by year, took its logarithm \(2019, 2020\)",
    ),
    "posts_treated": (
        {"a": [1, 2, 3], "b": B},
        plain(treatment="log", normalisation=POSTS),
        ChoiceError,
        "Normalisation 'goalposts' of 'a' is given in the indicator's own unit, but the treatment of outliers",
    ),
    "constant": (
        {"a": [4, 4, 4], "b": B},
        plain(),
        ChoiceError,
        r"Indicator 'a' has one value \(4\.0\) in all 3 city-years: it cannot be normalised",
    ),
    "constant_in_years": (
        {"a": [[1, 5, 7], [2, 5, 7], [3, 5, 7]], "b": [[1, 2, 2], [3, 4, 3], [4, 9, 2]]},
        {**plain(), "reference": "year"},
        ChoiceError,
        r"'a' has the same value for all cities in each of these years: 2020 \(5\), 2021 \(7\)\. .*reference: pooled",
    ),
    "base_year_empty": (
        {"a": [[NAN, 1], [NAN, 2]], "b": [[1, 2], [3, 4]]},
        {**plain(), "reference": {"base": 2019}},
        ChoiceError,
        "'a' has no figure in the base year 2019",
    ),
    "no_value": (
        {"a": [1, NAN, 2], "b": B},
        plain(),
        ChoiceError,
        r"'a' has no value in 乙 2019 \(imputation: none\)\. Supply the figure, .*missing: renormalise for 'index'",
    ),
    "node_no_value": (
        {"a": [1, NAN, 2], "b": B},
        {
            "framework": {
                "dimensions": {"one": {"missing": "propagate", "indicators": {"a": {}}}},
                "indicators": {"b": {}},
            }
        },
        ChoiceError,
        "'one' has no score in 乙 2019, and 'index' refuses missing children",
    ),
    "scores_not_positive": (
        {"a": [1, 5, 9], "b": B},
        {**plain(normalisation=POSTS), "aggregation": "geometric", "normalisation": SCORED},
        ChoiceError,
        "Aggregation 'geometric' of 'index' needs scores above 0, but 'a' is 0 in 甲 2019",
    ),
    "posts_order": (
        {"a": [1, 5, 9], "b": B},
        plain(normalisation={"method": "piecewise", "values": [0, 50], "scores": [0, 10]}, direction="negative"),
        ChoiceError,
        r"of 'a' is given values: \[0, 50\], scores: \[0, 10\]: .* the better one must be the lower figure",
    ),
    "screened": (
        {"a": [1, NAN, NAN], "b": B},
        {**plain(), "screening": [{"of": "indicator", "minimum": 0.5}]},
        IndexcalcError,
        r"screening: these indicators have less than 50% of their cells observed: a\. Complete the figures, lower",
    ),
    "screened_all": (
        {"a": [1, NAN, NAN], "b": [NAN, 2, 3]},
        {**plain(), "screening": [{"of": "indicator", "minimum": 0.9, "action": "leave_out"}]},
        IndexcalcError,
        r"Screening has left out every city or indicator\. Lower the minimum",
    ),
    "screened_dimension": (
        {"a": [1, NAN, 2], "c": [1, NAN, 3], "b": B},
        {
            "framework": {"dimensions": {"one": {"indicators": {"a": {}, "c": {}}}}, "indicators": {"b": {}}},
            "screening": [{"of": "dimension_year", "minimum": 0.5}],
        },
        IndexcalcError,
        "screening: 'one' has less than 50% of its cells observed in 乙 2019",
    ),
    "weighting_negative": (
        {"a": [1, 2, 3], "b": B},
        {**plain(), "normalisation": "z_score", "weighting": "entropy"},
        ChoiceError,
        "Weighting 'entropy' needs values of at least 0, but 'a' is -1 in 甲 2019",
    ),
    "weighting_constant": (
        {"a": [0.5, 0.5, 0.5], "b": [0.1, 0.2, 0.3]},
        {**plain(), "normalisation": "none", "weighting": "entropy"},
        ChoiceError,
        r"Weighting 'entropy' depends on how figures vary, but 'a' has one value \(0.5\)",
    ),
    "posts_domain": (
        {"a": [1, 2, 3], "b": B},
        {
            "framework": {
                "indicators": {
                    "a": {"transform": "log", "normalisation": {"method": "goalposts", "low": 0, "high": 9}},
                    "b": {},
                }
            }
        },
        ChoiceError,
        "Normalisation 'goalposts' of 'a': low is 0, but its transform 'log' needs values above 0",
    ),
    "posts_sample": (
        {"a": [1, 2, 3], "b": B},
        {
            "framework": {
                "indicators": {
                    "a": {"transform": "log_shifted", "normalisation": {"method": "goalposts", "low": 1, "high": 9}},
                    "b": {},
                }
            }
        },
        ChoiceError,
        "transform 'log_shifted' depends on the sample",
    ),
    "weighting_mean": (
        {"a": [1, 2, 3], "b": B},
        {**plain(), "normalisation": "z_score", "weighting": "coefficient_of_variation"},
        ChoiceError,
        "Weighting 'coefficient_of_variation' divides by the mean, but that of 'a' is 0",
    ),
    "weight_negative": (
        {"a": [3, 2, 1, 0], "b": [1, 2, 3, 4], "c": [1, 2, 4, 3]},
        {"framework": {"indicators": {"a": {}, "b": {}, "c": {}}}, "weighting": "pca_lpi"},
        ChoiceError,
        "Weighting 'pca_lpi' gives 'a' the weight -0.[0-9]+: a negative weight turns a strength into a weakness",
    ),
    "weight_undefined": (
        {"a": [1, NAN, 2, NAN], "c": [NAN, 1, NAN, 2], "b": [1, 2, 3, 4]},
        {
            "framework": {"dimensions": {"one": {"indicators": {"a": {}, "c": {}}}}, "indicators": {"b": {}}},
            "missing": "propagate",
            "weighting": {"method": "entropy", "scope": "levels"},
        },
        ChoiceError,
        "Weighting 'entropy' gives 'one' no weight: its figures do not vary, or are missing",
    ),
    "combination_by_observation": (
        {"a": [1, 2, 4], "b": B},
        {
            **plain(),
            "weighting": {
                "method": "linear_combination",
                "subjective": "equal",
                "objective": {"method": "entropy", "per": "year"},
            },
        },
        ChoiceError,
        "'linear_combination' of 'index' combines one set of weights with another, but 'entropy.*' gives each",
    ),
    "scores_out_of_bounds": (
        {"a": [1, 20, 3], "b": B},
        {**plain(), "normalisation": "none", "aggregation": "inverted_geometric"},
        ChoiceError,
        "Aggregation 'inverted_geometric' of 'index' needs scores from 0 to 10, but 'a' is 20 in 乙 2019",
    ),
    "normalisation_positive": (
        {"a": [1, -2, 3], "b": B},
        plain(normalisation="ratio"),
        ChoiceError,
        "Normalisation 'ratio' of 'a' needs values above 0, but finds -2",
    ),
    "not_normalisable": (
        {"a": [0, -1, 1], "b": B},
        plain(normalisation="relative_difference"),
        ChoiceError,
        "Normalisation 'relative_difference' of 'a' gives no finite score in 甲 2019, 乙 2019, 丙 2019",
    ),
    "not_orientable": (
        {"a": [[7, 1], [7, 2], [7, 9]], "b": [[1, 4], [2, 5], [3, 6]]},
        {**plain(direction={"middle": 7}), "reference": {"base": 2019}},
        ChoiceError,
        r"Direction 'middle \(best: 7\.0\)' of 'a' cannot place the values of 甲 2020, 乙 2020, 丙 2020",
    ),
    "transform_zero": (
        {"a": [1, 0, 2], "b": B},
        plain(transform="reciprocal"),
        ChoiceError,
        "Transform 'reciprocal' of 'a' divides by the value, which is 0 in 乙 2019",
    ),
    "no_city_year": ({"a": [NAN, NAN], "b": [NAN, NAN]}, plain(), InputError, "No city-year is left to compute"),
}


@pytest.mark.parametrize("key", CASES)
def test_one_panel_for_every_sentence(key):
    columns, how, kind, told = CASES[key]
    framework = Framework.model_validate(how["framework"])
    with pytest.raises(IndexcalcError, match=told) as refused:
        build(make_panel(columns), **{**how, "framework": framework})
    assert isinstance(refused.value, kind)
    found = [problem.key for problem in refused.value.problems]
    assert key in found
    assert key == "no_city_year" or set(found) == {key}, str(refused.value)
    assert refused.value.text("zh")


def test_the_value_of_a_constant_is_told_as_it_is():
    """Also below 0, and also of a negative indicator, whose sign is turned on the way."""
    for direction in ("positive", "negative"):
        framework = make_framework(indicators={"a": {"direction": direction}, "b": {}})
        with pytest.raises(ChoiceError, match=r"Indicator 'a' has one value \(-3\.0\) in all 3 city-years"):
            build(make_panel({"a": [-3, -3, -3], "b": B}), framework)


@pytest.mark.parametrize("method", ["coefficient_of_variation", "entropy"])
def test_what_rounding_leaves_of_zero_is_zero(method):
    """The z-scores of seven figures have a mean of about 1e-16, and a share of 0.1 + 0.2 differs from 0.3 in its last
    bit: neither is a number to divide by."""
    figures = {"a": [5.4, 3.2, 4.83, 6.89, 3.43, 3.2, 4.4], "b": [3.66, 13.84, 5.84, 3.5, 7.67, 7.5, 3.5]}
    if method == "entropy":
        figures["a"] = [0.3, 0.1 + 0.2, 0.3, 0.3, 0.3, 0.3, 0.3]
    normalisation = "z_score" if method == "coefficient_of_variation" else "none"
    with pytest.raises(ChoiceError) as refused:
        build(
            make_panel(figures, cities="ABCDEFG"),
            make_framework(indicators={"a": {}, "b": {}}),
            normalisation=normalisation,
            weighting=method,
        )
    assert {one.key for one in refused.value.problems} == {
        "coefficient_of_variation": {"weighting_mean"},
        "entropy": {"weighting_constant"},
    }[method]


def test_the_city_that_has_the_value_is_named():
    """-10, -20, -30: all are below 0, and only C is -30."""
    framework = make_framework(indicators={"a": {"direction": "negative"}, "b": {}})
    panel = make_panel({"a": [10, 20, 30], "b": [1, 2, 3]}, cities="ABC")
    for choices in ({"aggregation": "geometric"}, {"weighting": "entropy"}):
        with pytest.raises(ChoiceError, match=r"'a' is -30 in C 2019 \(and beyond the limit in 2 more\)\."):
            build(panel, framework, normalisation="none", **choices)
    with pytest.raises(ChoiceError, match=r"but C 2019 \(and beyond the limit in 2 more\) has -30"):
        own = {"a": {"transform": "log"}, "b": {}}
        build(make_panel({"a": [-10, -20, -30], "b": [1, 2, 3]}, cities="ABC"), make_framework(indicators=own))


def test_a_zero_matters_only_where_it_is_aggregated():
    """C has no y, so no index, and its 0 is never put into the geometric mean; of A it would be."""
    framework = make_framework(indicators={"x": {}, "y": {}})
    how = {"normalisation": "none", "aggregation": "geometric", "missing": "propagate"}
    found = build(make_panel({"x": [5, 4, 0], "y": [5, 9, NAN]}, cities="ABC"), framework, **how)
    np.testing.assert_allclose(found.score()[:, 0], [5, 6, NAN])
    with pytest.raises(ChoiceError, match=r"'x' is 0 in A 2019\. Use 'arithmetic', or keep every score above 0"):
        build(make_panel({"x": [0, 4, 0], "y": [5, 9, NAN]}, cities="ABC"), framework, **how)
    rule = {"method": "renormalise", "minimum_count": 2}
    build(make_panel({"x": [5, 4, 0], "y": [5, 9, NAN]}, cities="ABC"), framework, **{**how, "missing": rule})
    how["missing"] = "renormalise"
    with pytest.raises(ChoiceError, match="'x' is 0 in C 2019"):
        build(make_panel({"x": [5, 4, 0], "y": [5, 9, NAN]}, cities="ABC"), framework, **how)


@pytest.mark.parametrize(
    ("rule", "two"),
    [("propagate", {"c": {}, "d": {}}), ({"method": "renormalise", "minimum_count": 2}, {"c": {}, "d": {"weight": 0}})],
)
def test_an_index_without_a_single_score_is_refused_where_it_comes_from(rule, two):
    """No city has both c and d; or two children are required and one has a weight. Nothing could be ranked or drawn."""
    framework = make_framework({"one": {"indicators": {"a": {}, "b": {}}}, "two": {"indicators": two}})
    panel = make_panel({"a": [1, 2, 3, 4], "b": [3, 1, 2, 4], "c": [3, NAN, 5, NAN], "d": [NAN, 4, NAN, 6]})
    with pytest.raises(ChoiceError, match=r"No city-year has a score: 'two' never has one, by its missing rule \("):
        build(panel, framework, missing=rule)


@pytest.mark.parametrize("method", ["efficacy", "exponential_efficacy"])
def test_posts_run_from_the_worse_to_the_better_one(method):
    panel = make_panel({"a": [2, 3, 5], "b": [1, 2, 3]}, cities="ABC")
    own = {"direction": "negative", "normalisation": {"method": method, "satisfactory": 2, "not_permitted": 5}}
    found = build(panel, make_framework(indicators={"a": own}))
    np.testing.assert_allclose(found.score()[[0, 2], 0], [100, 60])
    own["normalisation"] = {"method": method, "satisfactory": 5, "not_permitted": 2}
    with pytest.raises(ChoiceError, match=r"is given satisfactory: 5, not_permitted: 2: .* must be the lower figure"):
        build(panel, make_framework(indicators={"a": own}))


@pytest.mark.parametrize(("values", "scores"), [([50, 0], [0, 10]), ([0, 50], [10, 0])])
def test_each_value_of_a_piecewise_normalisation_has_its_score_in_either_order(values, scores):
    own = {"method": "piecewise", "values": values, "scores": scores}
    framework = make_framework(indicators={"a": {"direction": "negative", "normalisation": own}})
    found = build(make_panel({"a": [-60, 10, 0, 25]}), framework)
    np.testing.assert_allclose(found.score()[:, 0], [10, 8, 10, 5])


SHARED = [
    {"method": "goalposts", "low": 2, "high": 10, "lower": 60, "upper": 100, "cap": False},
    {"method": "piecewise", "values": [2, 10], "scores": [100, 60]},
    {"method": "piecewise", "values": [10, 2], "scores": [60, 100]},
    {"method": "efficacy", "satisfactory": 2, "not_permitted": 10},
]


@pytest.mark.parametrize("transform", [None, "absolute"])
@pytest.mark.parametrize("normalisation", SHARED)
def test_posts_of_a_negative_indicator_follow_one_convention(normalisation, transform):
    """In its own unit, the lower one the better, whichever method they belong to; 4 is three quarters of the way."""
    own = {"direction": "negative", "normalisation": normalisation, **({"transform": transform} if transform else {})}
    found = build(
        make_panel({"a": [10, -4 if transform else 4, 2]}, cities="ABC"), make_framework(indicators={"a": own})
    )
    np.testing.assert_allclose(found.score()[:, 0], [60, 90, 100], rtol=1e-14)


def test_posts_that_a_transform_turns_against_the_direction_are_refused():
    own = {"transform": "reciprocal", "normalisation": {"method": "efficacy", "satisfactory": 5, "not_permitted": 2}}
    with pytest.raises(ChoiceError, match="the better one must be the higher figure"):
        build(make_panel({"a": [2, 3, 5]}), make_framework(indicators={"a": own}))


@pytest.mark.parametrize(
    ("figures", "unit"),
    [([0.0, 0.0, 0.0, 0.0], "%"), ([0.2, 0.5, 1.2], "%"), ([-0.5, 0.5, 0.2], "%"), ([0.2, 0.5, 0.9], "元")],
)
def test_what_is_no_fraction_passes(figures, unit):
    """Zeros say nothing; a value above 1 or below 0 shows that per cent are meant; other units are not asked."""
    framework = make_framework(indicators={"a": {"unit": unit, "normalisation": "none"}, "b": {}})
    build(make_panel({"a": figures, "b": [1, 2, 3, 4][: len(figures)]}), framework)


def test_a_share_of_the_whole_may_miss_100_by_the_last_bit():
    framework = make_framework(indicators={"q": {"share": {"of": "x", "to": "y"}}}, series={"x": {}, "y": {}})
    build(make_panel({"x": [0.1 + 0.2, 0.1], "y": [0.3, 0.3]}), framework)


@pytest.mark.parametrize("weighting", ["entropy", "critic", "standard_deviation", "coefficient_of_variation"])
def test_a_constant_indicator_is_refused_before_it_is_weighted(weighting):
    """methods.md: at the door, by name. A weight of 0 would take it out of the index in silence."""
    framework = make_framework(indicators={"a": {"normalisation": "none"}, "b": {}})
    with pytest.raises(ChoiceError, match="'a'"):
        build(make_panel({"a": [4, 4, 4], "b": B}), framework, weighting=weighting)


def test_only_what_the_index_needs_is_checked():
    """A series that no indicator uses may be empty, infinite or absent."""
    framework = make_framework(indicators={"a": {}}, series={"idle": {}, "gone": {}})
    build(make_panel({"a": [1, 2], "idle": [INF, NAN]}), framework)


def test_problems_of_several_kinds_are_told_at_once():
    with pytest.raises(InputError, match=r"(?s)'a' is infinite.*'b' has no figures at all") as refused:
        build(make_panel({"a": [INF, 1], "b": [NAN, NAN]}), make_framework(indicators={"a": {}, "b": {}}))
    assert [problem.key for problem in refused.value.problems] == ["infinite", "column_empty"]


@pytest.mark.parametrize(
    ("normalisation", "remedy"),
    [
        ({"method": "goalposts", "low": 1, "high": 9}, "low below the smallest figure"),
        ({"method": "distance_to_target", "target": 9}, "Use 'arithmetic', or min_max with lower: 1. Or say"),
    ],
)
def test_the_remedy_for_a_zero_fits_what_makes_the_score(normalisation, remedy):
    framework = make_framework(indicators={"a": {"normalisation": normalisation}, "b": {}})
    panel = make_panel({"a": [[1.0], [9.0]], "b": [[1.0], [2.0]]}, cities="甲乙", years=(2020,))
    with pytest.raises(ChoiceError) as refused:
        build(panel, framework, normalisation=SCORED, aggregation="geometric")
    assert remedy in str(refused.value) and "zeros: score_zero" in str(refused.value)
    aggregation = {"method": "geometric", "zeros": "score_zero"}
    assert build(panel, framework, normalisation=SCORED, aggregation=aggregation).score()[0, 0] == 0.0


def test_the_remedy_for_figures_below_the_base_year_is_one_that_helps():
    """Under a base year min_max itself gives the negatives: entropy can shift them (zeros: rescale), which computes."""
    panel = make_panel(
        {"a": [[5, 4], [6, 3], [8, 9]], "b": [[1, 2], [2, 4], [5, 3]]}, cities="甲乙丙", years=(2019, 2020)
    )
    framework = make_framework(indicators={"a": {}, "b": {}})
    based = {"normalisation": "min_max", "reference": {"base": 2019}}
    with pytest.raises(
        ChoiceError, match=r"'a' is -0\.66\d+ in 乙 2020 .*\. Use zeros: rescale or .*reference: pooled"
    ):
        build(panel, framework, **based, weighting="entropy")
    build(panel, framework, **based, weighting={"method": "entropy", "zeros": "rescale"})
    with pytest.raises(ChoiceError, match=r"Use normalisation min_max with lower: 1, or another basis"):
        build(panel, framework, normalisation="z_score", weighting="merec")


@pytest.mark.parametrize("normalisation", ["min_max", "z_score", "rank", "percentile_rank"])
def test_an_indicator_without_a_figure_in_one_year_is_normalised_in_the_others(normalisation):
    values = np.random.default_rng(1).uniform(1.0, 9.0, (2, 4, 3))
    values[0, :, 1] = np.nan
    panel = make_panel({"a": values[0], "b": values[1]}, cities=list("甲乙丙丁"))
    methodology = make_methodology(
        normalisation=normalisation, reference="year", imputation="none", missing="renormalise"
    )
    found = ic.build_index(panel, make_framework(indicators={"a": {}, "b": {}}), methodology).normalised.values
    assert np.isnan(found[:, :, 0]).all(axis=0).tolist() == [False, True, False]
    assert not np.isnan(found[:, :, 1]).any()
