"""Entropy weights read off a result are those that the methodology would give."""

import numpy as np
import pytest

from indexcalc.analysis.weight_sets import entropy_weights
from tests.conftest import build, make_framework, make_panel

SCALED = {"method": "min_max", "lower": 1, "upper": 100}


def test_they_are_those_of_weighting_entropy():
    weights, problems = entropy_weights(build(make_panel(), normalisation=SCALED))
    chosen = build(make_panel(), normalisation=SCALED, weighting="entropy")
    below = [i for i, node in enumerate(chosen.nodes) if node.parent > 0]
    assert not problems
    np.testing.assert_allclose(weights[below], chosen.weights[below], rtol=1e-15)


def test_dimensions_keep_the_weights_as_written():
    framework = make_framework(
        {"one": {"weight": 3, "indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}, "d": {}}}}
    )
    result = build(make_panel(), framework, normalisation=SCALED)
    weights, _ = entropy_weights(result)
    assert weights[[result.position("one"), result.position("two")]].tolist() == [3.0, 1.0]


def test_indicators_beside_a_dimension_are_weighed_with_it():
    one = {"indicators": {"a": {}, "b": {}}, "dimensions": {"deep": {"indicators": {"c": {}, "d": {}}}}}
    framework = make_framework({"one": one})
    weights, _ = entropy_weights(build(make_panel(), framework, normalisation=SCALED))
    chosen = build(make_panel(), framework, normalisation=SCALED, weighting="entropy")
    at = [chosen.position(code) for code in ("a", "b", "deep", "c", "d")]
    np.testing.assert_allclose(weights[at], chosen.weights[at], rtol=1e-15)


@pytest.mark.parametrize("normalisation", ["z_score"])
def test_figures_that_do_not_allow_it_are_told(normalisation):
    weights, problems = entropy_weights(build(make_panel(), normalisation=normalisation))
    assert {problem.key for problem in problems} == {"weighting_negative"}
    assert (weights == 1.0).all()
