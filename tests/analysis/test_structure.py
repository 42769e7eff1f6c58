"""Structure of an index: correlations among its nodes, flags, alpha and components; nothing degenerate raises."""

import sys
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

import indexcalc as ic
from indexcalc.analysis.structure import Structure, Thresholds, structure
from tests.conftest import build, make_framework, make_panel

TABLES = (
    Structure.descriptive_table,
    Structure.correlation_table,
    Structure.parent_table,
    Structure.alpha_table,
    Structure.component_table,
    Structure.loading_table,
)
DEEP = {
    "one": {"dimensions": {"inner": {"indicators": {"a": {}, "b": {}}}}, "indicators": {"c": {}}},
    "two": {"indicators": {"d": {}}},
}


def of_columns(columns, dimensions=None, **choices):
    """The structure of figures in one year, one list per indicator."""
    n = max(len(column) for column in columns.values())
    panel = make_panel(columns, cities=[f"c{i}" for i in range(n)])
    flat = {"one": {"indicators": {code: {} for code in columns}}}
    return structure(build(panel, make_framework(dimensions or flat), **choices))


def flags(table, *names):
    return {tuple(row[name] for name in names): row["flag"] for _, row in table.iterrows()}


# --- the numbers ---


def test_correlations_are_those_of_all_city_years_pooled():
    result = build(make_panel())
    found = structure(result)
    assert (found.n_cities, found.n_years, found.n) == (4, 3, 12)
    row = found.correlation_table().query("first == 'a' and second == 'd'").iloc[0]
    a, d = (result.normalised.series(code).ravel() for code in "ad")
    expected = [stats.pearsonr(a, d), stats.spearmanr(a, d), stats.kendalltau(a, d)]
    assert_allclose(row[["pearson", "spearman", "kendall"]].astype(float), [e.statistic for e in expected])
    assert (row["pairs"], row["shared"], row["level"]) == (12, "index", 2)


def test_every_node_stands_with_everything_above_it():
    result = build(make_panel(), make_framework(DEEP))
    table = structure(result).parent_table()
    above = {code: list(part["above"]) for code, part in table.groupby("node", sort=False)}
    assert above == {
        "one": ["index"],
        "inner": ["one", "index"],
        "a": ["inner", "one", "index"],
        "b": ["inner", "one", "index"],
        "c": ["one", "index"],
        "two": ["index"],
        "d": ["two", "index"],
    }
    assert list(table.query("node == 'a'")["steps"]) == [1, 2, 3]
    row = table.query("node == 'a' and above == 'one'").iloc[0]
    r = stats.pearsonr(result.normalised.series("a").ravel(), result.score("one").ravel()).statistic
    assert_allclose(row["pearson"], r)
    assert_allclose(table.query("node == 'd' and above == 'two'")["pearson"], 1.0)  # an only child


def test_pairs_are_of_one_level_with_the_lowest_node_above_both():
    shared = structure(build(make_panel(), make_framework(DEEP))).correlation_table()
    found = {(row["first"], row["second"]): row["shared"] for _, row in shared.iterrows()}
    assert found == {
        ("one", "two"): "index",
        ("a", "b"): "inner",
        ("a", "c"): "one",
        ("b", "c"): "one",
        ("a", "d"): "index",
        ("b", "d"): "index",
        ("c", "d"): "index",
    }


def test_groups_are_children_and_the_indicators_below():
    found = structure(build(make_panel(), make_framework(DEEP)))
    assert [(group.node, group.of, group.items) for group in found.groups] == [
        ("index", "children", ("one", "two")),
        ("index", "indicators", ("a", "b", "c", "d")),
        ("one", "children", ("inner", "c")),
        ("one", "indicators", ("a", "b", "c")),
        ("inner", "children", ("a", "b")),
    ]


def test_components_rebuild_the_correlations():
    found = structure(build(make_panel()))
    for group in found.groups:
        at = [[node.code for node in found.nodes].index(item) for item in group.items]
        assert_allclose(group.loadings @ group.loadings.T, found.pearson[np.ix_(at, at)], atol=1e-12)
        assert_allclose((group.loadings**2).sum(axis=0), group.eigenvalues, atol=1e-12)
        kept = group.loadings[:, : group.rotated.shape[1]]
        assert_allclose((group.rotated**2).sum(axis=1), (kept**2).sum(axis=1), atol=1e-12)


def test_component_table_adds_up():
    table = structure(build(make_panel())).component_table()
    for _, part in table.groupby(["node", "of"]):
        assert_allclose(part["eigenvalue"].sum(), len(part))
        assert_allclose(part["share"].sum(), 1.0)
        assert_allclose(part["cumulative"].iloc[-1], 1.0)
        assert_allclose(part["rotated_variance"].sum(), part["eigenvalue"][part["retained"]].sum())
        assert_array_equal(part["retained"], part["rotated_variance"].notna())


def test_alpha_table_has_the_group_then_its_items():
    found = structure(build(make_panel()))
    table = found.alpha_table().query("node == 'index' and of == 'indicators'")
    assert list(table["item"]) == ["", "a", "b", "c", "d"]
    assert list(table["items"]) == [4, 3, 3, 3, 3]
    without_a = structure(build(make_panel(), make_framework(indicators={code: {} for code in "bcd"})))
    assert_allclose(table["alpha"].iloc[1], without_a.groups[0].alpha.raw)
    assert_allclose(table["standardised_alpha"].iloc[1], without_a.groups[0].alpha.standardised)


# --- stages ---


@pytest.mark.parametrize("stage", ["derived", "imputed", "treated", "oriented", "normalised"])
def test_a_negative_indicator_is_turned_at_every_stage(stage):
    """Min-max of the pooled panel is linear, so the stage makes no difference to Pearson."""
    framework = make_framework({"one": {"indicators": {"a": {"direction": "negative"}, "b": {}}}})
    result = build(make_panel().select("ab"), framework)
    found = structure(result, stage=stage)
    assert found.stage == stage
    assert_allclose(found.pearson, structure(result).pearson, atol=1e-12)


def test_the_description_keeps_unit_and_direction_of_the_stage():
    framework = make_framework({"one": {"indicators": {"a": {"direction": "negative"}, "b": {}}}})
    panel = make_panel().select("ab")
    result = build(panel, framework)
    raw = structure(result, stage="derived").descriptive_table().set_index("node")
    assert_allclose(raw.loc["a", "mean"], panel.series("a").mean())
    scores = structure(result).descriptive_table().set_index("node")
    assert_allclose(scores.loc["a", ["minimum", "maximum"]].astype(float), [0.0, 1.0])
    assert_allclose(scores.loc["index", "mean"], result.score().mean())


# --- flags ---


def test_redundant_within_a_node_and_overlapping_across():
    base = [1.0, 2.0, 3.0, 4.0, 5.0, 7.0]
    other = [2.0, 1.0, 5.0, 3.0, 6.0, 4.0]
    columns = {"a": base, "b": [v * 2 for v in base], "c": [-v for v in base], "d": other}
    dimensions = {"one": {"indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}, "d": {}}}}
    found = flags(of_columns(columns, dimensions).correlation_table(), "first", "second")
    assert found[("a", "b")] == "redundant"
    assert found[("a", "c")] == found[("b", "c")] == "overlaps"
    assert found[("a", "d")] == found[("c", "d")] == ""


def test_an_indicator_against_its_dimension_opposes():
    """Three that go together outweigh a fourth that goes against them."""
    rng = np.random.default_rng(5)
    common = rng.normal(size=50)
    columns = {
        code: list(sign * common + 0.3 * rng.normal(size=50)) for code, sign in zip("abcd", (1, 1, 1, -1), strict=True)
    }
    table = of_columns(columns, normalisation="z_score").parent_table().query("above == 'one'")
    assert flags(table, "node") == {("a",): "", ("b",): "", ("c",): "", ("d",): "opposes"}


@pytest.mark.parametrize(
    ("limits", "flag"),
    [
        ({"opposes": 0.7}, "opposes"),
        ({"weak": 0.7}, "weak"),
        ({"weak": 0.7, "negligible": 0.65}, "negligible"),
        ({"weak": 0.7, "pairs": 7}, "few"),
        ({}, ""),
    ],
)
def test_thresholds_are_parameters_and_recorded(limits, flag):
    """x and y are uncorrelated with equal spread and weights 3 and 4, so r of x with the index is 3/5."""
    x, y = [1.0, -1.0, 1.0, -1.0], [1.0, 1.0, -1.0, -1.0]
    framework = make_framework(indicators={"x": {"weight": 3}, "y": {"weight": 4}})
    result = build(make_panel({"x": x, "y": y}), framework, normalisation="none")
    thresholds = Thresholds(**limits)
    found = structure(result, thresholds=thresholds)
    assert found.thresholds == thresholds
    assert_allclose(found.parent_table().query("node == 'x'")["pearson"], 0.6)
    assert flags(found.parent_table(), "node")[("x",)] == flag


def test_the_eigenvalue_threshold_says_what_is_rotated():
    result = build(make_panel())
    for least, retained in ((0.0, 4), (100.0, 1)):
        found = structure(result, thresholds=Thresholds(eigenvalue=least))
        assert found.groups[1].of == "indicators"
        assert found.groups[1].rotated.shape == (4, retained)


# --- nothing raises ---


def check_tables(found):
    """All tables are made, and no flag is left where a correlation is missing."""
    for table in TABLES:
        table(found)
    for table in (found.correlation_table(), found.parent_table()):
        assert (table.loc[table["pearson"].isna(), "flag"] == "undefined").all()


def test_a_constant_indicator_is_listed_and_left_out():
    columns = {"a": [1.0, 2.0, 3.0, 5.0], "b": [2.0, 1.0, 4.0, 4.0], "c": [7.0, 7.0, 7.0, 7.0]}
    found = of_columns(columns, normalisation="none")
    assert found.constant == ("c",)
    assert found.groups[0].items == ("a", "b") and found.groups[0].left_out == ("c",)
    assert flags(found.correlation_table(), "first", "second")[("a", "c")] == "undefined"
    assert not np.isnan([found.groups[0].alpha.raw, *found.groups[0].eigenvalues]).any()
    check_tables(found)


def test_only_constant_indicators():
    found = of_columns({"a": [1.0, 1.0], "b": [2.0, 2.0]}, normalisation="none")
    assert found.constant == ("index", "one", "a", "b")
    assert found.groups[0].items == () and np.isnan(found.groups[0].alpha.raw)
    check_tables(found)


def test_one_city_in_one_year():
    found = of_columns({"a": [1.0], "b": [2.0]}, normalisation="none")
    assert (found.n, found.constant) == (1, ("index", "one", "a", "b"))
    assert np.isnan(found.pearson).all()
    check_tables(found)


def test_one_city_over_the_years():
    panel = make_panel({code: [row] for code, row in zip("abcd", np.random.default_rng(3).random((4, 3)), strict=True)})
    found = structure(build(panel))
    assert (found.n_cities, found.n_years, found.n) == (1, 3, 3)
    check_tables(found)


def test_two_observations_correlate_fully_and_say_so():
    found = of_columns({"a": [1.0, 2.0], "b": [5.0, 3.0], "c": [1.0, 4.0]})
    table = found.correlation_table()
    assert_allclose(table["pearson"].abs(), 1.0)
    assert set(table["flag"]) == {"few"}
    check_tables(found)


def test_an_index_of_one_indicator():
    found = of_columns({"a": [1.0, 2.0, 3.0]})
    assert found.groups == ()
    assert len(found.correlation_table()) == 0 and len(found.alpha_table()) == 0
    assert len(found.component_table()) == 0 and len(found.loading_table()) == 0
    check_tables(found)


def test_missing_figures_are_pairwise_for_correlations_and_listwise_for_components():
    columns = {"a": [1.0, 2.0, 3.0, 5.0, 4.0], "b": [2.0, np.nan, 4.0, 4.0, 1.0], "c": [1.0, 3.0, np.nan, 2.0, 5.0]}
    found = of_columns(columns, missing="renormalise")
    table = found.correlation_table().set_index(["first", "second"])
    assert dict(table["pairs"]) == {("a", "b"): 4, ("a", "c"): 4, ("b", "c"): 3}
    assert found.groups[0].n == 3
    assert found.descriptive_table().set_index("node").loc["b", "missing"] == 1
    check_tables(found)


def test_components_are_missing_where_too_few_city_years_are_complete():
    columns = {"a": [1.0, 2.0, 3.0, np.nan], "b": [np.nan, 1.0, np.nan, 4.0]}
    found = of_columns(columns, missing="renormalise")
    assert found.groups[0].n == 1
    assert np.isnan(found.groups[0].eigenvalues).all() and found.groups[0].rotated.shape == (2, 0)
    assert not found.component_table()["retained"].any()
    check_tables(found)


def test_city_years_without_a_row_do_not_count():
    panel = make_panel()
    present = panel.present.copy()
    present[0, 0] = False
    values = np.where(present[:, :, None], panel.values, np.nan)
    found = structure(build(make_panel({c: values[:, :, k] for k, c in enumerate("abcd")})))
    assert found.n == 11
    assert_array_equal(found.description.missing, 0)


# --- the object ---


def test_kendall_can_be_left_out():
    found = structure(build(make_panel()), with_kendall=False)
    assert found.correlation_table()["kendall"].isna().all()
    assert found.correlation_table()["spearman"].notna().all()


def test_the_answer_is_read_only():
    found = structure(build(make_panel()))
    for array in (found.pearson, found.pairs, found.description.mean, found.groups[0].loadings):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    with pytest.raises(FrozenInstanceError, match="stage"):
        found.stage = "derived"


@given(order=st.permutations(range(4)))
def test_the_order_of_cities_does_not_matter(order):
    panel = make_panel()
    shuffled = make_panel({code: panel.series(code)[list(order)] for code in panel.codes})
    expected, found = structure(build(panel)), structure(build(shuffled))
    assert_allclose(found.pearson, expected.pearson, atol=1e-12)
    assert_allclose(found.kendall, expected.kendall, atol=1e-12)
    for one, other in zip(found.groups, expected.groups, strict=True):
        assert_allclose(one.alpha.standardised, other.alpha.standardised)
        assert_allclose(one.eigenvalues, other.eigenvalues, atol=1e-12)


def test_the_package_gives_the_function_also_when_its_module_is_loaded():
    from indexcalc.analysis.convergence import convergence

    for _ in range(2):
        assert ic.analysis.structure is sys.modules["indexcalc.analysis.structure"].structure
        assert ic.analysis.convergence is convergence
