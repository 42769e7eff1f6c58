"""Obstacle degrees of an index: by hand, their identity with the score, missing figures, refusals."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.analysis.obstacles import obstacles
from tests.conftest import build, make_framework, make_panel

TEN = {"normalisation": {"method": "goalposts", "low": 0, "high": 10, "lower": 1, "upper": 11}}
TREE = {
    "one": {"weight": 3, "indicators": {"p": {"weight": 2}, "q": {}}},
    "two": {"weight": 1, "indicators": {"r": {}}},
}
NINE = {"normalisation": {"method": "min_max", "lower": 1, "upper": 100}}


def worked(figures, **choices):
    """Weights .5, .25, .25 for p, q, r; a figure x of 0 to 10 scores x + 1 on [1, 11]."""
    return build(make_panel(figures), make_framework(TREE), **{**TEN, **choices})


def test_obstacles_by_hand():
    """甲: p 8, q 2, r 6 of 10: z = .8, .2, .6. Lacking, by weight: .5 × .2 = .1, .25 × .8 = .2, .25 × .4 = .1: .4.

    Degrees .25, .5, .25: q first, then p and r, which tie, in the order of the YAML. Dimension one .75, two .25.
    """
    found = obstacles(worked({"p": [8, 10], "q": [2, 10], "r": [6, 10]}))
    assert_allclose(found.mapped[0, 0], [0.8, 0.2, 0.6])
    assert_allclose(found.weights[0, 0], [0.5, 0.25, 0.25])
    assert_allclose(found.degree[0, 0], [0.25, 0.5, 0.25])
    assert_allclose(found.by_dimension[0, 0], [0.75, 0.25])
    assert_allclose(found.shortfall[0, 0], 0.4)
    assert (found.scale, found.mapping) == ((1.0, 11.0), "(z - 1)/10")
    first = found.table().query("city == '甲'")
    assert list(first["place"]) == [2, 1, 3]
    assert list(first["dimension"]) == ["one", "one", "two"]
    assert list(found.top_table(2)["indicator"]) == ["q", "p"]


def test_a_city_at_the_top_has_no_obstacle():
    found = obstacles(worked({"p": [8, 10], "q": [2, 10], "r": [6, 10]}))
    assert_array_equal(found.degree[1, 0], [0, 0, 0])
    assert found.shortfall[1, 0] == 0
    assert "乙" not in set(found.top_table()["city"])


def test_what_is_lacking_is_what_the_score_falls_short():
    """Σ F (1 - z) = 1 - S, for the arithmetic mean: the mapped score of the index."""
    result = build(make_panel(), **NINE)
    found = obstacles(result)
    assert found.is_sum
    assert_allclose(found.shortfall, 1 - (result.score() - 1) / 99)
    assert_allclose(found.degree.sum(axis=2), 1)
    assert_allclose(found.by_dimension.sum(axis=2), 1)


def test_other_aggregations_are_told():
    assert not obstacles(build(make_panel(), **NINE, aggregation="geometric")).is_sum


def test_an_indicator_directly_below_the_index_is_its_own_dimension():
    framework = make_framework({"one": {"indicators": {"a": {}, "b": {}}}}, indicators={"c": {}})
    found = obstacles(build(make_panel(), framework, **NINE))
    assert found.dimensions == ("one", "c")
    assert_allclose(found.by_dimension[:, :, 1], found.degree[:, :, found.indicators.index("c")])


def test_dimensions_within_dimensions():
    inner = {"dimensions": {"inner": {"indicators": {"a": {}, "b": {}}}}, "indicators": {"c": {}}}
    found = obstacles(build(make_panel(), make_framework({"one": inner, "two": {"indicators": {"d": {}}}}), **NINE))
    weights = dict(zip(found.indicators, found.weights[0, 0], strict=True))
    assert weights == {"a": 0.125, "b": 0.125, "c": 0.25, "d": 0.5}
    assert dict(zip(found.indicators, found.dimension_of, strict=True))["a"] == "one"


def test_a_missing_indicator_left_out_by_the_missing_rule():
    """q is missing: p has the whole of dimension one (.75), r .25. Lacking .75 × .2 = .15 and .25 × .4 = .1."""
    result = worked({"p": [8, 9], "q": [np.nan, 5], "r": [6, 9]}, missing="renormalise")
    found = obstacles(result)
    assert_allclose(found.weights[0, 0], [0.75, 0.0, 0.25])
    assert_allclose(found.degree[0, 0], [0.6, np.nan, 0.4])
    assert_allclose(found.by_dimension[0, 0], [0.6, 0.4])
    assert_allclose(found.shortfall, 1 - (result.score() - 1) / 10)
    assert list(found.top_table().query("city == '甲'")["indicator"]) == ["p", "r"]


def test_a_city_year_without_a_score_has_no_obstacles():
    found = obstacles(worked({"p": [8, 9], "q": [np.nan, 5], "r": [6, 9]}, missing="propagate"))
    assert np.isnan(found.degree[0]).all() and np.isnan(found.by_dimension[0]).all()
    assert np.isnan(found.shortfall[0, 0]) and np.isnan(found.weights[0]).all()
    assert list(found.top_table()["city"].unique()) == ["乙"]


def test_a_city_with_missing_years():
    found = obstacles(worked({code: [[8, np.nan], [9, 5]] for code in "pqr"}))
    assert len(found.dimension_table()) == 3 * 2
    assert np.isnan(found.degree[0, 1]).all()


def test_weights_of_each_year():
    result = build(make_panel(), **NINE, weighting={"method": "entropy", "per": "year"})
    found = obstacles(result)
    assert not np.allclose(found.weights[:, 0], found.weights[:, 1])
    assert_allclose(found.weights.sum(axis=2), 1)
    assert_allclose(found.shortfall, 1 - (result.score() - 1) / 99)


def test_a_scale_that_begins_below_zero_is_no_obstacle():
    """Only integration minds: (z - l)/(u - l) lies in [0, 1] wherever l is."""
    below = {"normalisation": {"method": "min_max", "lower": -1, "upper": 1}}
    assert_allclose(obstacles(build(make_panel(), **below)).degree, obstacles(build(make_panel(), **NINE)).degree)


@pytest.mark.parametrize("normalisation", ["z_score", "none", "mazziotta_pareto", "rank", "vector"])
def test_scores_without_a_bounded_scale_are_refused_by_name(normalisation):
    with pytest.raises(
        ic.ChoiceError, match=rf"one bounded scale, but normalisation '{normalisation}' of a, b, c, d has"
    ):
        obstacles(build(make_panel(), normalisation=normalisation))


def test_places_of_a_year_and_tables():
    found = obstacles(build(make_panel(), **NINE))
    table = found.table()
    assert len(table) == 12 * 4
    for _, part in table.groupby(["city", "year"]):
        assert sorted(part["place"]) == [1, 2, 3, 4]
        assert part.sort_values("place")["degree"].is_monotonic_decreasing
    top = found.top_table(2)
    assert list(top["city"].unique()) == list(found.cities)
    assert list(top["place"].unique()) == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        found.degree[0, 0, 0] = 1.0
