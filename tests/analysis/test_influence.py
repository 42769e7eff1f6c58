"""Influence: the correlation of an indicator with the index and with its dimension, with its sign."""

import numpy as np
from numpy.testing import assert_allclose

import indexcalc as ic
from indexcalc.analysis.influence import influence
from tests.conftest import make_framework, make_panel


def test_by_hand_and_against_numpy():
    """Index = (a + b)/2 on scores a = 0, .5, 1 and b = 0, 1, 0: r(a, S) and r(b, S) as numpy has them."""
    result = ic.build_index(
        make_panel({"a": [1, 2, 3], "b": [5, 6, 5]}), make_framework(indicators={"a": {}, "b": {}}), ic.Methodology()
    )
    index = result.score().ravel()
    expected = [np.corrcoef(column, index)[0, 1] for column in ([0, 0.5, 1], [0, 1, 0])]
    assert_allclose(influence(result).index, expected, rtol=1e-12)


def test_an_index_of_one_indicator_is_that_indicator():
    result = ic.build_index(make_panel({"a": [3, 1, 2]}), make_framework(indicators={"a": {}}), ic.Methodology())
    assert_allclose(influence(result).index, [1.0], rtol=1e-12)


def test_the_sign_is_kept_and_common_growth_is_taken_out_within_years():
    """c falls over the cities and rises over the years: with the index over all city-years, against it within them."""
    steps = np.array([0.0, 10.0, 20.0])
    a = np.array([[1.0], [2.0], [3.0]]) + steps
    c = np.array([[3.0], [2.0], [1.0]]) + steps
    panel = make_panel({"a": a, "b": a + np.array([[0.1], [0.0], [0.3]]), "c": c, "d": -a})
    framework = make_framework(
        {"one": {"indicators": {"a": {}, "b": {}, "c": {}}}, "two": {"weight": 0.1, "indicators": {"d": {}}}}
    )
    result = ic.build_index(panel, framework, ic.Methodology())
    found, z, index, one = influence(result), result.normalised.values, result.score(), result.score("one")
    for k in range(3):
        assert_allclose(found.index[k], np.corrcoef(z[:, :, k].ravel(), index.ravel())[0, 1], rtol=1e-9)
        assert_allclose(found.parent[k], np.corrcoef(z[:, :, k].ravel(), one.ravel())[0, 1], rtol=1e-9)
        own, other = z[:, :, k] - z[:, :, k].mean(axis=0), one - one.mean(axis=0)
        assert_allclose(found.parent_within[k], np.corrcoef(own.ravel(), other.ravel())[0, 1], rtol=1e-9)
    assert found.parent[2] > 0.9 > 0 > found.parent_within[2]
    assert found.parents == ("one", "one", "one", "two") and found.index[3] < 0 < found.parent[3]
    assert found.against[2] in ("parent", "both") and found.against[3] == "index"
    table = found.table()
    assert table["runs_against"].tolist() == list(found.against) and table["r_index"].tolist() == found.index.tolist()
