"""Whether indicators hang together: description, correlations, reliability, components."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from indexcalc.computed import Computed
from indexcalc.report.tables import structure as tables
from indexcalc.voice import Node, Word
from tests.conftest import build, make_framework, make_panel
from tests.report.tables import FIXED, growing, read, two, values


def test_every_node_is_described():
    run = growing()
    table, found = tables.structure(run).tables[0], run.structure.descriptive_table()
    assert values(table, "node") == [Word("sheets.index"), *map(Node, ("one", "a", "b", "two", "c", "d"))]
    assert table.column("node").marks == ["", *("below_1", "below_2", "below_2") * 2]
    assert table.strong == {0, 1, 4}
    for name in ("median", "minimum", "maximum", "skewness", "kurtosis"):
        assert_allclose(values(table, name), found[name])
    assert "cell_missing" not in [column.name for column in table.columns]


def test_each_node_is_correlated_with_what_is_above_it():
    run = growing()
    table, parent = tables.structure(run).tables[1], run.structure.parent_table()
    nodes = values(table, "node")
    a = parent[(parent["node"] == "a") & (parent["above"] == "one")]["pearson"].iloc[0]
    assert_allclose(values(table, "with_parent")[nodes.index("a")], a)
    assert np.isnan(values(table, "with_parent")[nodes.index("one")])  # told once, with the index
    index = parent[parent["above"] == "index"].set_index("node")["pearson"]
    assert_allclose(values(table, "with_index"), index.reindex(list(map(str, nodes))))


def test_a_node_that_pulls_the_other_way_is_flagged():
    rise = np.arange(12.0).reshape(4, 3)
    panel = make_panel({"a": rise, "b": rise + np.array([0, 1, 0]), "c": rise[::-1, ::-1]})
    run = Computed.of(build(panel, make_framework(indicators={"a": {}, "b": {}, "c": {}}), normalisation=FIXED))
    column = tables.structure(run).tables[1].column("flag_seen")
    assert column.values == [[], [], [Word("sheets.entry.opposes")]]
    assert column.marks == ["", "", "down"]
    assert "flag_seen" not in [one.name for one in tables.structure(growing()).tables[1].columns]


def test_alpha_of_each_group_with_and_without_each_item():
    run = growing()
    table, found = tables.structure(run).tables[2], run.structure.alpha_table()
    assert_allclose(values(table, "alpha"), found["alpha"])
    assert read(table, "alpha_of", run)[0] == "综合指数（直接下级）"
    marks = ["" if item == "" else "below_2" for item in found["item"]]
    assert table.column("alpha_of").marks == marks
    assert table.strong == {r for r, mark in enumerate(marks) if not mark}


def test_components_and_loadings():
    run = growing()
    components, loadings = tables.structure(run).tables[3:]
    found = run.structure.component_table()
    found = found[found["retained"].astype(bool)]
    assert_allclose(values(components, "eigenvalue"), found["eigenvalue"])
    assert values(components, "component").count(1) == len(set(values(components, "alpha_of")))
    items = [mark for mark in loadings.column("loading_item").marks if mark]
    alpha = run.structure.alpha_table()
    assert len(items) == len(alpha[alpha["item"] != ""])
    first = loadings.columns[1].values
    assert (
        all(np.isnan(first[r]) for r in loadings.strong) and np.isfinite(np.delete(first, list(loadings.strong))).all()
    )


def test_correlations_are_a_matrix_with_what_is_too_close_flagged():
    run = growing()
    result, (table,) = run.result, tables.correlations(run).tables
    r = np.array([column.values for column in table.columns[1:]])
    expected = np.corrcoef(result.normalised.values[result.present].T)
    np.fill_diagonal(expected, np.nan)
    assert_allclose(r, expected)
    flagged = [[mark == "flagged" for mark in column.marks] for column in table.columns[1:]]
    assert flagged == [[{i, j} == {0, 1} for j in range(4)] for i in range(4)]
    assert read(table, "name", run) == ["1 甲标", "2 乙标", "3 丙标", "4 丁标"]
    assert table.legend == ("flagged",) and table.starts == {2}


def test_one_indicator_has_no_correlations():
    assert tables.correlations(two([[1.0, 2.0], [2.0, 3.0]], (2020, 2021))) is None


@pytest.mark.parametrize(
    ("make", "of"),
    [
        (tables.description_file, "descriptive_table"),
        (tables.correlation_file, "correlation_table"),
        (tables.alpha_file, "alpha_table"),
        (tables.component_file, "component_table"),
        (tables.loading_file, "loading_table"),
    ],
)
def test_programs_get_what_the_analysis_found(make, of):
    run = growing()
    assert make(run).equals(getattr(run.structure, of)()) and len(make(run))
