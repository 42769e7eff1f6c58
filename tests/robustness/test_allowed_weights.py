"""The set of the bounds is the set of the draws: no drawn weights lead by more than the closed form allows, and it is
reached nearly; for every kind of weight set."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import indexcalc as ic
from indexcalc.errors import ChoiceError
from indexcalc.robustness.allowed_weights import allowed_weights
from indexcalc.robustness.bounds import rank_bounds
from indexcalc.robustness.engine import static_weights
from indexcalc.robustness.linear_index import linear_index
from indexcalc.robustness.solver import Programme
from indexcalc.robustness.weights import draw_weights
from indexcalc.spec.uncertainty import Uncertainty, WeightSet
from tests.conftest import build, make_framework, make_panel

NESTED = {
    "one": {"weight": 3, "indicators": {"a": {"weight": 2}, "b": {}, "c": {}}},
    "two": {"weight": 1, "indicators": {"d": {"weight": 3}, "e": {}}},
}
KINDS = {
    "spread": {"spread": 0.25},
    "spread of the dimensions": {"spread": 0.4, "levels": (1,)},
    "spread of some nodes": {"spread": 0.4, "levels": ("a", "two")},
    "simplex within": {"dirichlet": "within"},
    "simplex of two of three": {"dirichlet": "within", "levels": ("a", "b")},
    "simplex of all indicators": {"dirichlet": "indicators"},
    "order within": {"order": "within"},
    "order of two of three": {"order": "within", "levels": ("a", "c")},
    "order of all indicators": {"order": "indicators"},
    "bounds of all": {"bounds": {"one": (0.6, 0.9), "two": (0.1, 0.5)}},
    "bounds of some": {"bounds": {"a": (0.2, 0.6), "b": (0.1, 0.2), "d": (0.3, 0.9)}},
}


def nested():
    drawn = np.random.default_rng(11).uniform(1.0, 100.0, (5, 5, 2))
    return build(make_panel(dict(zip("abcde", drawn, strict=True)), cities="甲乙丙丁戊"), make_framework(NESTED))


def drawn_weights(result, weights, n):
    """Effective weights of the indicators a ... e in n draws, (n, 5)."""
    uniforms = np.random.default_rng(3).random((n, len(result.nodes)))
    local = draw_weights(weights, result.nodes, static_weights(result.nodes), uniforms)
    at = {node.code: i for i, node in enumerate(result.nodes)}
    parent = {code: result.nodes[at[code]].parent for code in "abcde"}
    return np.column_stack([local[at[code]] * local[parent[code]] for code in "abcde"])


@pytest.mark.parametrize("kind", KINDS)
def test_the_most_that_any_draw_reaches_is_the_closed_form_and_the_programme(kind):
    result, weights = nested(), WeightSet.model_validate(KINDS[kind])
    index = linear_index(result)
    assert index.codes == tuple("abcde")
    polytope = allowed_weights(index, weights)
    drawn = drawn_weights(result, weights, 20000)
    random = np.random.default_rng(5)
    gains = random.normal(size=(12, 5))
    most = polytope.most(gains)
    reached = (drawn @ gains.T).max(axis=0)
    assert (reached <= most + 1e-12).all()
    width = most + polytope.most(-gains)
    assert (most - reached <= 0.35 * width + 1e-12).all()  # 20,000 draws come near every corner of a small set
    for gain, value in zip(gains, most, strict=True):
        assert_allclose(Programme(polytope).least_gap(gain[None])[0], value, atol=1e-8)
    assert_allclose(polytope.best(gains).sum(axis=1), 1.0)


@pytest.mark.parametrize("kind", KINDS)
def test_the_ranks_of_a_weights_only_analysis_are_never_outside(kind):
    result, weights = nested(), WeightSet.model_validate(KINDS[kind])
    bounds = rank_bounds(result, weights)
    options = Uncertainty(weights=weights)
    found = ic.robustness.uncertainty(result.panel, result.framework, result.methodology, (), options, draws=3000)
    place = np.arange(1.0, 6.0)
    outside = (place < bounds.best[:, :, None]) | (place > bounds.worst[:, :, None])
    assert not found.rank_counts[outside].any()
    assert found.rank_counts.sum() == 3000 * 5 * 2


def test_the_set_is_told_in_the_words_of_the_yaml():
    assert rank_bounds(nested(), WeightSet(spread=0.25)).weight_set == "{spread: 0.25}"


def test_over_all_indicators_needs_one_method_at_all_levels():
    dimensions = {**NESTED, "one": {**NESTED["one"], "aggregation": "harmonic"}}
    panel = make_panel(dict(zip("abcde", np.random.default_rng(1).uniform(1, 9, (5, 4, 2)), strict=True)))
    result = build(panel, make_framework(dimensions), normalisation={"method": "min_max", "lower": 1, "upper": 2})
    with pytest.raises(
        ChoiceError,
        match="No exact bounds over weights of all indicators at once: inside one the aggregation differs",
    ):
        rank_bounds(result, WeightSet(dirichlet="indicators"))
    assert rank_bounds(result, WeightSet(dirichlet="within")).fixed == ("one",)
