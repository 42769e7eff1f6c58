"""Coupling coordination of an index: by hand, its options, what is refused by name, what has a documented outcome."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.analysis.integration import Integration, integration, mixed_scales, score_scale
from indexcalc.spec.analyses import IntegrationOptions
from tests.conftest import build, make_framework, make_panel

HUNDRED = {"normalisation": {"method": "goalposts", "low": 0, "high": 100, "lower": 0, "upper": 100}}
TABLES = (Integration.table, Integration.dimension_table, Integration.grade_table)
SIDES = {"one": {"weight": 3, "indicators": {"x": {}}}, "two": {"weight": 1, "indicators": {"y": {}}}}
EQUAL = {"weights": "equal"}
MIN_MAX = {"method": "min_max", "lower": 1, "upper": 100}


def sides(x, y, options=None, dimensions=None, **choices):
    """The integration of two dimensions of one indicator each, scored x and y of 100, of weights 3 and 1."""
    result = build(make_panel({"x": x, "y": y}), make_framework(dimensions or SIDES), **{**HUNDRED, **choices})
    return integration(result, IntegrationOptions.model_validate(options or {}))


def refused(match, framework=None, panel=None, **choices):
    with pytest.raises(ic.ChoiceError, match=match) as raised:
        integration(build(panel or make_panel(), framework, **choices))
    assert all(problem.text("zh") for problem in raised.value.problems)


# --- by hand ---


def test_two_dimensions_by_hand():
    """甲: scores 90 and 10 of 100: U = .9, .1. C = 2 sqrt(.09)/1 = .6; T = .75 × .9 + .25 × .1 = .7; D = sqrt(.42) =
    .648: the seventh grade, 初级协调. 乙: .4, .4: C = 1, T = .4, D = sqrt(.4) = .632. By places 甲 is last in the
    second dimension and 乙 in the first.
    """
    found = sides([90, 40], [10, 40])
    assert_allclose(found.mapped[:, 0], [[0.9, 0.1], [0.4, 0.4]])
    assert_allclose(found.coupling[:, 0], [0.6, 1.0])
    assert_allclose(found.overall[:, 0], [0.7, 0.4])
    assert_allclose(found.degree[:, 0], np.sqrt([0.42, 0.4]))
    table = found.table()
    assert list(table["grade"]) == [7, 7] and list(table["grade_zh"]) == ["初级协调"] * 2
    assert list(table["lagging"]) == ["two", "one"]
    assert (found.scale, found.mapping) == ((0.0, 100.0), "z/100")


def test_equal_weights():
    """T = (.9 + .1)/2 = .5, whatever the weights of the index."""
    found = sides([90, 40], [10, 40], EQUAL)
    assert_allclose(found.overall[0, 0], 0.5)
    assert_allclose(found.weights[0, 0], [0.5, 0.5])


def test_the_corrected_form():
    """C = sqrt((1 - .8) × .1/.9) = .149071, T = .5: D = .273012, 中度失调."""
    found = sides([90, 40], [10, 40], {**EQUAL, "form": "corrected"})
    assert_allclose(found.degree[0, 0], 0.273012, rtol=1e-5)
    assert found.table()["grade_zh"].iloc[0] == "中度失调"


@pytest.mark.parametrize(("bounds", "name"), [("[a,b)", "High"), ("(a,b]", "Low")])
def test_a_degree_on_a_bound_goes_by_the_bounds(bounds, name):
    """U = .49, .49: D = .7 exactly."""
    grades = [{"upper": 0.7, "zh": "低", "en": "Low"}, {"upper": 1.0, "zh": "高", "en": "High"}]
    found = sides([49, 10], [49, 90], {"bounds": bounds, "grades": grades})
    assert_allclose(found.degree[0, 0], 0.7)
    assert found.table()["grade_en"].iloc[0] == name


def test_the_coordination_index_is_the_arithmetic_index():
    """With the weights of the index, and arithmetic means, T is the mapped score."""
    result = build(make_panel(), normalisation=MIN_MAX)
    assert_allclose(integration(result).overall, result.score() / 100)


def test_scores_from_one_to_a_hundred_are_divided_by_a_hundred():
    """Not rescaled to the sample: adding a city far away moves nobody's degree under fixed goalposts."""
    before, after = sides([90, 40], [10, 40]), sides([90, 40, 1], [10, 40, 1])
    assert_allclose(after.degree[:2], before.degree)


def test_what_lags_is_decided_by_places_whatever_the_levels():
    """Every city scores higher in the second dimension; 乙 and 丁 rank lower there, 丙 ranks alike in both."""
    found = sides([30, 20, 10, 15], [95, 60, 70, 65])
    assert found.table()["lagging"].tolist() == ["", "two", "one", ""]  # ranks 1 1, 2 4, 4 2, 3 3
    assert_array_equal(found.places[:, 0], [[1, 1], [2, 4], [4, 2], [3, 3]])


def test_how_far_the_degree_is_the_index_once_more():
    """Pearson of D and √T over all city-years, Spearman of D and the index by year, here by scipy."""
    from scipy import stats

    found = sides(*np.random.default_rng(3).uniform(20, 90, (2, 4, 2)))
    score = 0.75 * found.mapped[:, :, 0] + 0.25 * found.mapped[:, :, 1]
    assert_allclose(found.with_overall, stats.pearsonr(found.degree.ravel(), np.sqrt(found.overall.ravel()))[0])
    for t in range(2):
        assert_allclose(found.with_index[t], stats.spearmanr(found.degree[:, t], score[:, t])[0])


def test_grades_are_counted_by_year():
    table = sides([90, 40], [10, 40]).grade_table()
    assert len(table) == 10 and table["cities"].sum() == 2
    assert table.set_index("grade")["cities"].loc[7] == 2
    assert_allclose(table["above"].iloc[6], 0.6)


# --- documented outcomes ---


@pytest.mark.parametrize("form", ["standard", "corrected"])
def test_a_dimension_at_zero_has_no_coupling_and_no_coordination(form):
    found = sides([80, 40], [0, 40], {"form": form})
    assert found.coupling[0, 0] == found.degree[0, 0] == 0
    assert_allclose(found.overall[0, 0], 0.6)
    assert found.table()["grade_zh"].iloc[0] == "极度失调"
    (told,) = found.notices
    assert told.text() == (
        "'two' scores 0 in 甲 2019: coupling and coordination are 0 there, whatever the other dimensions score."
    )


def test_all_dimensions_at_zero():
    found = sides([0, 40], [0, 40])
    assert np.isnan(found.coupling[0, 0]) and found.degree[0, 0] == found.overall[0, 0] == 0
    assert found.grade[0, 0] == 0 and len(found.notices) == 2


def test_a_city_with_a_missing_year():
    found = sides([[50, np.nan], [60, 70]], [[50, np.nan], [40, 90]])
    assert np.isnan(found.degree[0, 1]) and found.grade[0, 1] == -1
    assert len(found.table()) == 3
    assert_array_equal(found.lagging[0, 1], [False, False])


def test_a_missing_dimension_makes_the_city_year_missing():
    """Though the index, told to renormalise, has a score."""
    found = sides([[50, np.nan], [60, 70]], [[50, 20], [40, 90]], missing="renormalise", dimensions=None)
    assert np.isnan([found.coupling[0, 1], found.overall[0, 1], found.degree[0, 1]]).all()
    row = found.table().iloc[1]
    assert row[["grade", "grade_zh", "grade_en"]].isna().all() and row["lagging"] == ""


def test_levels_of_years_normalised_by_themselves():
    found = integration(build(make_panel(), reference="year"))
    assert [problem.key for problem in found.notices if problem.key != "coupling_zero"] == ["levels_incomparable"]


def test_weights_of_each_year():
    choices = {"normalisation": {"method": "min_max", "lower": 1, "upper": 2}}
    result = build(make_panel(), **choices, weighting={"method": "entropy", "per": "year", "scope": "levels"})
    found = integration(result)
    assert not np.allclose(found.weights[:, 0], found.weights[:, 1])
    assert_allclose(found.overall, result.score() / 2)


# --- refused by name ---


@pytest.mark.parametrize(
    ("normalisation", "why"),
    [
        (
            "z_score",
            r"normalisation 'z_score' of a, b, c, d has none\. Use min_max, percentile_rank, or goalposts with cap",
        ),
        ("none", "normalisation 'none' of a, b, c, d has none"),
        ({"method": "ratio", "to": "mean"}, r"normalisation 'ratio \(to: mean\)' of a, b, c, d has none"),
        ({"method": "goalposts", "low": 0, "high": 50, "cap": False}, "is not capped"),
    ],
)
def test_scores_without_a_bounded_scale(normalisation, why):
    refused(why, normalisation=normalisation)


def test_weights_kindest_to_each_city_leave_the_scale():
    refused("weighting 'benefit_of_the_doubt' of 'one' does not keep", weighting="benefit_of_the_doubt")


def test_min_max_against_a_base_year_leaves_its_scale():
    refused(r"leaves it in years other than its base 2019", reference={"base": 2019})


def test_indicators_on_scales_of_their_own():
    one = {"indicators": {"a": {"normalisation": {"method": "min_max", "upper": 10}}, "b": {}}}
    framework = make_framework({"one": one, "two": {"indicators": {"c": {}, "d": {}}}})
    refused(r"normalisation gives \[0, 10\] for a; \[0, 1\] for b, c, d\. Give all indicators", framework)


def test_a_scale_that_begins_below_zero():
    refused("the scale begins at -1. Set lower: 0", normalisation={"method": "min_max", "lower": -1, "upper": 1})


def test_one_dimension_alone():
    refused(
        "Integration needs at least two dimensions; the index has 1",
        make_framework({"one": {"indicators": {"a": {}, "b": {}}}}),
    )


def test_an_aggregation_that_leaves_the_scale():
    refused("which aggregation 'topsis' of 'one' does not keep", aggregation="topsis")


@pytest.mark.parametrize("aggregation", ["geometric", "harmonic", "median", "minimum"])
def test_means_keep_the_scale(aggregation):
    found = integration(build(make_panel(), normalisation=MIN_MAX, aggregation=aggregation))
    assert ((found.mapped > 0) & (found.mapped <= 1)).all()


@pytest.mark.parametrize(
    ("normalisation", "scale"),
    [
        ("min_max", (0, 1)),
        ({"method": "percentile_rank", "lower": 1, "upper": 100}, (1, 100)),
        ({"method": "rank_share", "scale": 10}, (0, 10)),
        ({"method": "goalposts", "low": 0, "high": 100, "lower": 1, "upper": 7}, (1, 7)),
    ],
)
def test_the_scale_of_scores(normalisation, scale):
    result = build(make_panel(), normalisation=normalisation)
    assert score_scale(result) == scale
    assert result.normalised.values.min() >= scale[0] and result.normalised.values.max() <= scale[1]


def test_percentile_ranks_keep_theirs_against_a_base_year():
    assert score_scale(build(make_panel(), normalisation="percentile_rank", reference={"base": 2019})) == (0, 1)


def test_many_indicators_are_not_all_named():
    codes = [f"x{i}" for i in range(9)]
    panel = make_panel({code: make_panel().values[:, :, 0] for code in codes})
    framework = make_framework(
        {side: {"indicators": {c: {} for c in cs}} for side, cs in (("l", codes[:4]), ("r", codes[4:]))}
    )
    refused(r"of x0, x1, x2, x3, x4, x5 and 3 more has none", framework, panel, normalisation="z_score")


# --- tables ---


def test_tables_are_tidy_and_read_only():
    found = integration(build(make_panel(), normalisation=MIN_MAX))
    assert [len(table(found)) for table in TABLES] == [12, 24, 30]
    assert found.dimension_table().groupby(["city", "year"])["weight"].sum().round(9).eq(1).all()
    with pytest.raises(ValueError, match="read-only"):
        found.degree[0, 0] = 1.0


# --- scales of different size ---

OF_HUNDRED = {"normalisation": {"method": "min_max", "upper": 100}}
BESIDE = {"one": {"indicators": {"x": OF_HUNDRED}}, "two": {"indicators": {"y": {}}}}
LITTLE = {"x": {"normalisation": HUNDRED["normalisation"]}, "y": {"normalisation": HUNDRED["normalisation"]}}


def told(framework, panel=None, **choices):
    panel = panel or make_panel({"x": [1, 2, 3], "y": [3, 1, 2]})
    return mixed_scales(build(panel, framework, **choices))


def test_a_dimension_on_0_to_1_beside_one_on_0_to_100_is_told():
    (problem,) = told(make_framework(BESIDE))
    assert problem.text("en") == (
        "'index' combines scores of different size by 'arithmetic': 'two' reaches 1, 'one' 100, so the latter "
        "decides almost alone. Give both the same scale (lower and upper of their normalisation), "
        "unless this is intended."
    )
    assert "'two'最大为1，'one'达100" in problem.text("zh")


def test_topsis_and_z_scores_beside_0_to_100_are_told():
    near = {"one": {"indicators": {"x": OF_HUNDRED}}, "two": {"aggregation": "topsis", "indicators": {"y": {}}}}
    assert [problem.facts["small"] for problem in told(make_framework(near))] == ["two"]
    standard = {"one": {"indicators": {"x": OF_HUNDRED}}, "two": {"indicators": {"y": {"normalisation": "z_score"}}}}
    assert [problem.facts["large"] for problem in told(make_framework(standard))] == ["one"]


@pytest.mark.parametrize("aggregation", ["geometric", "product", "copeland"])
def test_where_the_size_cancels_nothing_is_told(aggregation):
    apart = {"x": {"normalisation": {"method": "min_max", "lower": 1, "upper": 100}}}
    apart["y"] = {"normalisation": {"method": "min_max", "lower": 0.01, "upper": 1}}
    assert told(make_framework(indicators=apart), aggregation=aggregation) == []
    assert len(told(make_framework(indicators=apart))) == 1


def test_low_scores_on_a_common_scale_are_no_other_scale():
    """x reaches 2 of 100 and y 90 of 100: a finding, not a mistake; so within a dimension below an index."""
    panel = make_panel({"x": [1, 2], "y": [60, 90]})
    assert told(make_framework(indicators=LITTLE), panel) == []
    nested = {"one": {"indicators": {"x": LITTLE["x"]}}, "two": {"indicators": {"y": LITTLE["y"]}}}
    assert told(make_framework(nested), panel) == []


def test_an_inverted_geometric_mean_keeps_to_the_scale_of_its_parts():
    """It lies between the least and the greatest, as any mean does: of 10 and 0 it is (10 - √10)/9 tenths."""
    own = {"normalisation": {"method": "goalposts", "low": 0, "high": 10, "upper": 10}}
    turned = {"aggregation": {"method": "inverted_geometric"}, "indicators": {"x": own, "y": own}}
    framework = make_framework({"one": turned, "two": {"indicators": {"z": own}}})
    found = integration(build(make_panel({"x": [10, 4], "y": [0, 4], "z": [5, 5]}), framework))
    assert_allclose(found.mapped[:, 0, 0], [(10 - np.sqrt(10)) / 9, 0.4], rtol=1e-12)
