"""Sets of weights by name, as a weighting and among the options of the uncertainty analysis."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.report.text.robustness import option_name
from indexcalc.spec.uncertainty import Uncertainty
from indexcalc.voice import Voice
from tests.conftest import build, make_framework, make_methodology, make_panel

DIMENSIONS = {
    "one": {"weight": 2, "indicators": {"a": {"weight": 3}, "b": {}}},
    "two": {"indicators": {"c": {}, "d": {}}},
}
PANEL_A = {"name": "panel_a", "weights": {"one": 1, "two": 3, "c": 4, "d": 1}}
PANEL_B = {"name": "panel_b", "weights": {"a": 1, "b": 9}}


def test_children_that_a_set_names_take_its_weights_and_others_those_given():
    result = build(make_panel(), make_framework(DIMENSIONS), weighting=PANEL_A)
    found = {node.code: weight for node, weight in zip(result.nodes, result.weights, strict=True)}
    expected = {"index": 1.0, "one": 0.25, "two": 0.75, "a": 0.75, "b": 0.25, "c": 0.8, "d": 0.2}
    assert found == pytest.approx(expected)


def test_draws_take_each_set_whole():
    """Every draw is the index under given weights, under one panel's, the other's, or entropy; and all come up."""
    panel, framework = make_panel(), make_framework(DIMENSIONS)
    options = ["given", PANEL_A, PANEL_B, "entropy"]
    drawn = ic.robustness.uncertainty(
        panel, framework, make_methodology(), (), Uncertainty.model_validate({"weighting": options}), draws=400
    )
    (factor,) = drawn.factors
    share = np.zeros(drawn.rank_counts.shape)
    for option, times in zip(options, factor.draws, strict=True):
        ranks = build(panel, framework, weighting=option).rank()
        for c, t in np.ndindex(ranks.shape):
            share[c, t, int(ranks[c, t]) - 1] += times
    assert_array_equal(drawn.rank_counts, share)
    assert factor.code == "weighting" and min(factor.draws) > 50


def test_every_single_change_lists_the_sets():
    options = Uncertainty.model_validate({"weighting": ["given", PANEL_A, PANEL_B]})
    found = ic.robustness.alternatives(make_panel(), make_framework(DIMENSIONS), make_methodology(), (), options)
    for one, option in zip(found.rows, ("given", PANEL_A, PANEL_B), strict=True):
        expected = build(make_panel(), make_framework(DIMENSIONS), weighting=option).rank()[:, -1]
        assert_allclose(one.ranks, expected)


def test_a_set_is_called_by_its_name():
    written = "{method: explicit, name: panel_a, weights: {one: 1, two: 3}}"
    assert option_name("weighting", written, Voice("en")) == "weights of panel_a"
    assert option_name("weighting", written, Voice("zh")) == "panel_a的权重"


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"a": 1}, "'panel' names some children of 'one', but not b"),
        ({"a": 1, "b": 1, "e": 2}, "names 'e', which is not a dimension or indicator"),
    ],
)
def test_what_a_set_leaves_open_is_refused_by_name(weights, said):
    with pytest.raises(ic.ChoiceError, match=said):
        build(make_panel(), make_framework(DIMENSIONS), weighting={"name": "panel", "weights": weights})


@pytest.mark.parametrize("weights", [{}, {"a": 0}, {"a": -1.0}, {"a": 1e12}, {"a": "1"}, [1, 2]])
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(ValueError, match="parameter_value"):
        make_methodology(weighting={"name": "panel", "weights": weights})
