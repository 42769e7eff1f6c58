"""Who outranks whom, at the nodes that compare cities in pairs."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from indexcalc.analysis.outranking import pairwise
from tests.analysis.test_reversals import FRAMEWORK, figures
from tests.conftest import build, make_framework


def test_pairs_of_every_year_and_node_that_compares_cities():
    framework = make_framework(
        {
            "one": {"aggregation": "kemeny", "indicators": {"a": {"weight": 3}, "b": {}}},
            "two": {"indicators": {"c": {}, "d": {}}},
        }
    )
    result = build(figures(), framework)
    found = pairwise(result).found
    assert [(one.node, one.year) for one in found] == [("one", 2019), ("one", 2020), ("one", 2021)]
    for t, one in enumerate(found):
        z = result.scores[:, t, result.position("a")]
        ahead = z[:, None] > z
        assert (one.matrix[ahead] >= 0.75).all()
        assert_array_equal(np.argsort(-z), np.argsort(result.rank("one")[:, t]))
        assert one.score == pytest.approx(one.bound) and one.undecided == 0
    assert pairwise(build(figures(), FRAMEWORK)).found == ()
