"""The tables that papers print of a method: what they say, on every format, and the files."""

import pytest

from indexcalc.computed import Computed
from indexcalc.methods import METHODS
from indexcalc.report.tables import workings as tables
from indexcalc.report.tables.table import spoken
from indexcalc.voice import Voice
from tests.conftest import build, make_framework, make_panel
from tests.report.tables import FRAMEWORK, read, values, weighed_once

SCALED = {"method": "min_max", "lower": 1, "upper": 100}


def test_nodes_weighed_by_one_method_are_one_table():
    run = Computed.of(build(make_panel(), FRAMEWORK, normalisation=SCALED, weighting="entropy"))
    (table,) = tables.workings(run).tables
    assert read(table, "parent", run) == ["一", "一", "二", "二"]
    assert read(table, "node", run) == ["甲标", "乙标", "丙标", "丁标"]
    e, d, weight = (values(table, name) for name in ("entropy", "redundancy", "weight"))
    assert [a + b for a, b in zip(e, d, strict=True)] == pytest.approx([1.0] * 4)
    assert weight == pytest.approx([run.result.weights[run.result.position(code)] for code in "abcd"])
    assert table.starts == {2}
    assert all(len(cell.partition(".")[2]) == 4 for row in spoken(table, Voice("zh")).cells for cell in row[2:])


def test_a_matrix_and_components_have_a_table_for_each_node():
    found = [Voice("en", FRAMEWORK).told(table.question) for table in tables.workings(weighed_once()).tables]
    assert found == [
        "Weights by AHP within One: how they are computed",
        "Weights by rotated principal components within Two: how they are computed",
        "Principal components of Two",
        "TOPSIS, Index: distances and closeness, 2021",
    ]


def test_the_comparisons_and_their_consistency():
    run = weighed_once()
    table = tables.workings(run).tables[0]
    assert [values(table, name) for name in ("comparison_1", "comparison_2")] == [[1, 1 / 3], [3, 1]]
    told = [Voice(lang).told(note) for lang in ("zh", "en") for note in table.notes]
    assert told[0] == "权重为判断矩阵的主特征向量。" and "λmax=2.0000" in told[1]
    assert "CI 0.0000, RI 0.00, CR 0.0000" in told[3]


def test_the_distances_are_in_the_order_of_the_ranking():
    run = weighed_once()
    table = tables.workings(run).tables[-1]
    assert read(table, "city", run) == [run.result.cities[c] for c in run.order]
    near = values(table, "closeness")
    assert near == pytest.approx(sorted(near, reverse=True))
    assert near == pytest.approx(run.result.score()[run.order, -1])
    for ideal, worst, found in zip(values(table, "ideal"), values(table, "worst"), near, strict=True):
        assert found == pytest.approx(worst / (ideal + worst))


def test_the_files_have_every_figure():
    run = weighed_once()
    rows = list(tables.workings_file(run))
    weights = {row["child"]: row["value"] for row in rows if row["figure"] == "weight"}
    assert weights == pytest.approx({code: run.result.weights[run.result.position(code)] for code in "abcd"})
    assert {"comparison", "largest", "cr", "eigenvalue", "rotated"} <= {row["figure"] for row in rows}
    assert len(list(tables.distances_file(run))) == 12


def test_given_weights_have_no_sheet():
    run = Computed.of(build(make_panel(), make_framework()))
    assert tables.workings(run) is None
    assert list(tables.workings_file(run)) == list(tables.distances_file(run)) == []


def test_every_figure_has_a_word_in_every_language():
    having = [name for name, spec in METHODS["weighting"].items() if "workings" in spec.traits]
    assert len(having) == 8
    for lang in ("zh", "en"):
        assert all(Voice(lang).knows(f"sheets.workings_about.{name}") for name in having)
