"""Entropy weights read off a result are those that the methodology would give; consistency of comparisons is told."""

from dataclasses import astuple

import numpy as np
import pytest

from indexcalc.analysis.weight_sets import consistency, entropy_weights
from indexcalc.computed import Computed
from tests.conftest import build, make_framework, make_panel

SCALED = {"method": "min_max", "lower": 1, "upper": 100}


def test_they_are_those_of_weighting_entropy():
    weights = entropy_weights(build(make_panel(), normalisation=SCALED))
    chosen = build(make_panel(), normalisation=SCALED, weighting="entropy")
    below = [i for i, node in enumerate(chosen.nodes) if node.parent > 0]
    np.testing.assert_allclose(weights[below], chosen.weights[below], rtol=1e-15)


def test_dimensions_keep_the_weights_as_written():
    framework = make_framework(
        {"one": {"weight": 3, "indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}, "d": {}}}}
    )
    result = build(make_panel(), framework, normalisation=SCALED)
    weights = entropy_weights(result)
    assert weights[[result.position("one"), result.position("two")]].tolist() == [3.0, 1.0]


def test_indicators_beside_a_dimension_are_weighed_with_it():
    one = {"indicators": {"a": {}, "b": {}}, "dimensions": {"deep": {"indicators": {"c": {}, "d": {}}}}}
    framework = make_framework({"one": one})
    weights = entropy_weights(build(make_panel(), framework, normalisation=SCALED))
    chosen = build(make_panel(), framework, normalisation=SCALED, weighting="entropy")
    at = [chosen.position(code) for code in ("a", "b", "deep", "c", "d")]
    np.testing.assert_allclose(weights[at], chosen.weights[at], rtol=1e-15)


def test_figures_that_do_not_allow_it_give_none_and_nothing_to_know():
    run = Computed.of(build(make_panel(), normalisation="z_score"))
    assert run.entropy_weights is None
    assert not run.refused and not run.analysis_notices


def test_consistency_is_told_of_every_node_weighed_by_comparisons():
    """Also where they are a part of a combination."""
    ahp = {"method": "ahp", "matrix": [[1, 3], [1 / 3, 1]]}
    mixed = {
        "method": "linear_combination",
        "subjective": {**ahp, "random_index": "alternative"},
        "objective": "critic",
    }
    one, two = {"indicators": {"a": {}, "b": {}}}, {"indicators": {"c": {}, "d": {}}}
    framework = make_framework({"one": {**one, "weighting": ahp}, "two": {**two, "weighting": mixed}})
    found = consistency(build(make_panel(), framework))
    assert [(node, table) for node, *_, table in map(astuple, found)] == [("one", "saaty"), ("two", "alternative")]
    assert [(one.largest, one.ci, one.cr) for one in found] == [(pytest.approx(2.0), 0.0, 0.0)] * 2
