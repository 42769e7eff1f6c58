"""Influence: the squared correlation of an indicator with the index."""

import numpy as np
from numpy.testing import assert_allclose

import indexcalc as ic
from indexcalc.analysis.influence import influence
from tests.conftest import make_framework, make_panel


def test_by_hand_and_against_numpy():
    """Index = (a + b)/2 on scores a = 0, .5, 1 and b = 0, 1, 0: r(a, S)² and r(b, S)² as numpy has them."""
    result = ic.build_index(
        make_panel({"a": [1, 2, 3], "b": [5, 6, 5]}), make_framework(indicators={"a": {}, "b": {}}), ic.Methodology()
    )
    index = result.score().ravel()
    expected = [np.corrcoef(column, index)[0, 1] ** 2 for column in ([0, 0.5, 1], [0, 1, 0])]
    assert_allclose(influence(result), expected, rtol=1e-12)


def test_an_index_of_one_indicator_is_that_indicator():
    result = ic.build_index(make_panel({"a": [3, 1, 2]}), make_framework(indicators={"a": {}}), ic.Methodology())
    assert_allclose(influence(result), [1.0], rtol=1e-12)
