"""What a build returns, as labelled tables."""

import dataclasses

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from tests.conftest import build, make_framework, make_panel

NAN = np.nan
# 甲 leads, then 乙, then 丙; 丙 joins in 2020; in 2021 甲 and 乙 change places.
FIGURES = {"a": [[9, 9, 6], [5, 5, 9], [NAN, 1, 1]], "b": [[9, 9, 6], [5, 5, 9], [NAN, 1, 1]]}


@pytest.fixture
def result():
    framework = make_framework(
        {"one": {"weight": 3, "indicators": {"a": {}}}, "two": {"indicators": {"b": {}}}},
        cities={"甲": {"en": "First"}, "乙": {"en": "Second"}, "丙": {}},
    )
    return build(make_panel(FIGURES), framework, normalisation="none")


def test_rankings_have_one_row_per_city_and_year(result):
    table = result.rankings()
    assert list(table.columns) == ["city", "city_en", "year", "score", "rank", "rank_change", "rank_change_total"]
    assert list(table["city"]) == ["甲"] * 3 + ["乙"] * 3 + ["丙"] * 2
    assert list(table["city_en"].unique()) == ["First", "Second", "丙"]
    assert list(table["year"]) == [2019, 2020, 2021, 2019, 2020, 2021, 2020, 2021]
    assert_allclose(table["score"], [9, 9, 6, 5, 5, 9, 1, 1])


def test_rank_changes_are_places_gained(result):
    """Positive is up; missing in a city's first year, and in total for a city that joined later."""
    table = result.rankings().set_index(["city", "year"])
    assert table["rank"].to_dict()["甲", 2021] == 2
    assert table.loc[("甲", 2021), ["rank_change", "rank_change_total"]].tolist() == [-1, -1]
    assert table.loc[("乙", 2021), ["rank_change", "rank_change_total"]].tolist() == [1, 1]
    assert table["rank_change"].isna().to_dict()["甲", 2019]
    assert table["rank_change"].isna().to_dict()["丙", 2020]
    assert table["rank_change"].to_dict()["丙", 2021] == 0
    assert table["rank_change_total"].isna().to_dict()["丙", 2021]


def test_ranks_are_whole_numbers_even_with_missing_ones(result):
    table = result.rankings()
    assert {str(table[column].dtype) for column in ("rank", "rank_change", "rank_change_total")} == {"Int64"}


def test_rank_gains_as_arrays(result):
    assert_array_equal(result.rank_gain(), [[NAN, 0, -1], [NAN, 0, 1], [NAN, NAN, 0]])
    assert_array_equal(result.rank_gain_total(), [[0, 0, -1], [0, 0, 1], [NAN, NAN, NAN]])


def test_the_score_table_has_every_node(result):
    table = result.score_table()
    assert list(table.columns) == ["city", "year", "node", "level", "score", "rank"]
    assert len(table) == 8 * 5
    assert dict(zip(table["node"], table["level"], strict=True)) == {"index": 0, "one": 1, "a": 2, "two": 1, "b": 2}
    assert table.query("city == '乙' and year == 2021 and node == 'index'")["rank"].tolist() == [1]


def test_the_weight_table(result):
    table = result.weight_table().set_index("node")
    assert list(table.index) == ["one", "a", "two", "b"]
    assert table["parent"].to_dict() == {"one": "index", "a": "one", "two": "index", "b": "two"}
    assert_allclose(table["weight"], [0.75, 1.0, 0.25, 1.0], rtol=1e-15)
    assert_allclose(table["effective_weight"], [0.75, 0.75, 0.25, 0.25], rtol=1e-15)


def test_the_coverage_table_adds_up_to_100():
    """甲 2 of 4 observed, 1 interpolated, 1 extrapolated; 乙 is present in two of three years."""
    framework = make_framework(indicators={"a": {}, "b": {}, "c": {}})
    figures = {
        "a": [[1, NAN, 3], [4, 5, NAN]],
        "b": [[1, 2, NAN], [6, 7, NAN]],
        "c": [[1, 2, 3], [NAN, NAN, NAN]],
    }
    result = build(make_panel(figures), framework, imputation="linear", missing="renormalise")
    table = result.coverage_table().set_index("city")
    columns = ["observed", "interpolated", "extrapolated", "missing"]
    assert_allclose(table.loc["甲", columns].astype(float), [7 / 9 * 100, 100 / 9, 100 / 9, 0], rtol=1e-12)
    assert_allclose(table.loc["乙", columns].astype(float), [4 / 6 * 100, 0, 0, 2 / 6 * 100], rtol=1e-12)
    assert_allclose(table[columns].sum(axis=1), 100, rtol=1e-12)


def test_the_coverage_of_a_year_is_that_of_its_own_cells():
    """2023: 甲 has nothing of its own, 乙 one of two, 丙 has no row."""
    panel = make_panel(
        {"a": [[1, NAN], [2, 3], [4, NAN]], "b": [[1, NAN], [2, NAN], [4, NAN]]},
        years=(2022, 2023),
        present=np.array([[True, True], [True, True], [True, False]]),
    )
    result = build(panel, make_framework(indicators={"a": {}, "b": {}}), imputation="linear")
    assert_allclose(result.coverage_table(2023)["observed"], [0, 50, NAN])
    assert_allclose(result.coverage_table(2023)["extrapolated"], [100, 50, NAN])
    assert_allclose(result.coverage_table()["observed"], [50, 75, 100])


def test_stage_tables_carry_the_figures_of_each_stage(result):
    table = result.stage_table(result.normalised)
    assert list(table.columns) == ["city", "city_en", "year", "a", "b"]
    assert_allclose(table["a"], [9, 9, 6, 5, 5, 9, 1, 1])


def test_scores_and_ranks_of_one_node(result):
    assert_allclose(result.score("one"), result.normalised.series("a"))
    assert_array_equal(result.rank("b")[:, 0], [1, 2, NAN])


def test_an_unknown_node_is_named(result):
    with pytest.raises(ic.InputError, match="'nobody' is not a dimension or indicator"):
        result.score("nobody")


def test_places_are_gained_among_the_cities_ranked_in_both_years():
    """甲 and 乙 change places while 丙 and 丁 enter above: 2nd to 4th is up one, as nobody enters or leaves."""
    panel = make_panel({"x": [[5, 5.5], [4, 6], [NAN, 9], [NAN, 8]]}, years=(2000, 2001))
    framework = make_framework(indicators={"x": {}})
    found = build(panel, framework, missing="propagate", normalisation="none")
    table = found.rankings().set_index(["city", "year"])
    assert_array_equal(found.rank()[:, 1], [4, 3, 1, 2])
    for column in ("rank_change", "rank_change_total"):
        assert table[column].xs(2001, level="year").astype(object).where(lambda x: x.notna(), None).tolist() == [
            -1,
            1,
            None,
            None,
        ]


def test_a_result_is_frozen(result):
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign"):
        result.scores = None


def test_the_public_names_are_there():
    assert {name for name in ic.__all__ if not hasattr(ic, name)} == set()
    assert set(ic.__all__) <= set(dir(ic))
    with pytest.raises(AttributeError, match="module 'indexcalc' has no attribute 'nonsense'"):
        ic.nonsense  # noqa: B018


def test_weights_below_a_product_are_no_shares():
    """A product does not look at weights: the effective ones there are left empty, those beside it stay."""
    framework = make_framework(
        {"one": {"aggregation": "product", "indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}, "d": {}}}}
    )
    result = build(make_panel(), framework)
    assert [node.code for node, none in zip(result.nodes, result.unweighted, strict=True) if none] == ["a", "b"]
    table = result.weight_table().set_index("node")["weight"]
    assert table[["a", "b"]].isna().all() and table[["one", "two", "c", "d"]].tolist() == [0.5] * 4
    table = result.weight_table().set_index("node")["effective_weight"]
    assert table[["a", "b"]].isna().all() and table[["one", "two", "c", "d"]].tolist() == [0.5, 0.5, 0.25, 0.25]
    assert build(make_panel(), aggregation="product").unweighted.tolist() == [False, *[True] * 6]
