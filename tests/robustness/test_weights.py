"""Weights of draws: where they lie, and how often."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from indexcalc.robustness.engine import static_weights
from indexcalc.robustness.weights import draw_weights
from indexcalc.spec.hierarchy import build_nodes
from indexcalc.spec.uncertainty import WeightSet
from tests.conftest import make_framework, make_methodology

NODES = build_nodes(
    make_framework(
        dimensions={
            "front": {"weight": 2, "indicators": {"a": {"weight": 3}, "b": {}, "c": {}}},
            "back": {"indicators": {"d": {}, "e": {"weight": 4}}},
        }
    ),
    make_methodology(),
)
NOMINAL = static_weights(NODES)
AT = {node.code: position for position, node in enumerate(NODES)}


def drawn(n=2000, out=None, **weights):
    uniforms = np.random.default_rng(1).random((n, len(NODES)))
    return draw_weights(WeightSet(**weights), NODES, NOMINAL, uniforms, out)


SETS = [
    {"spread": 0.25},
    {"spread": 0.9, "levels": [1]},
    {"dirichlet": "within"},
    {"dirichlet": "indicators"},
    {"order": "within"},
    {"order": "indicators"},
    {"bounds": {"a": (0.2, 0.4), "b": (0.1, 0.9), "c": (0.0, 0.5)}},
    {"bounds": {"a": (0.5, 1.0), "b": (0.4, 0.5)}},
]


@pytest.mark.parametrize("weights", SETS, ids=str)
def test_they_sum_to_one_within_each_parent_and_none_is_negative(weights):
    found = drawn(**weights)
    assert (found >= 0).all()
    for node in NODES:
        if node.children:
            assert_allclose(found[list(node.children)].sum(axis=0), 1.0, rtol=1e-12)
    assert (found[0] == 1).all()


@given(st.floats(0, 0.99), st.integers(0, 2**32))
def test_the_spread_fills_the_cone_of_its_box(spread, seed):
    """Some common factor f takes them back into (1-s) f w <= v <= (1+s) f w, within each parent."""
    uniforms = np.random.default_rng(seed).random((50, len(NODES)))
    found = draw_weights(WeightSet(spread=spread), NODES, NOMINAL, uniforms)
    for node in NODES:
        if node.children:
            ratio = found[list(node.children)] / NOMINAL[list(node.children), None]
            assert (ratio.max(axis=0) * (1 - spread) <= ratio.min(axis=0) * (1 + spread) * (1 + 1e-9)).all()


def test_eleven_in_a_hundred_leave_the_box_after_renormalising():
    """methods.md: so named, and not a bound of the share itself. Here with six equal weights."""
    nodes = build_nodes(make_framework(indicators={c: {} for c in "abcdef"}), make_methodology())
    uniforms = np.random.default_rng(2).random((20000, len(nodes)))
    found = draw_weights(WeightSet(spread=0.25), nodes, static_weights(nodes), uniforms)[1:] * 6
    outside = (np.abs(found - 1) > 0.25).any(axis=0).mean()
    assert 0.05 < outside < 0.4
    assert found.max() <= 1.25 / (1.25 + 5 * 0.75) * 6


def test_only_the_chosen_levels_and_nodes_vary():
    found = drawn(spread=0.5, levels=[1])
    assert found[AT["front"]].std() > 0.01
    assert_allclose(found[AT["a"]], 0.6)
    found = drawn(spread=0.5, levels=["a"])
    assert_allclose(found[AT["front"]], 2 / 3)
    assert found[AT["a"]].std() > 0.01
    assert_allclose(found[AT["b"]], found[AT["c"]])


def test_dirichlet_is_uniform_on_the_simplex():
    """The mean of n shares is 1/n, the variance (n-1)/(n²(n+1))."""
    found = drawn(n=40000, dirichlet="within")[[AT["a"], AT["b"], AT["c"]]]
    assert_allclose(found.mean(axis=1), 1 / 3, atol=0.005)
    assert_allclose(found.var(axis=1), 2 / (9 * 4), rtol=0.03)
    effective = drawn(n=40000, dirichlet="indicators")
    a = effective[AT["front"]] * effective[AT["a"]]
    assert_allclose([a.mean(), a.var()], [1 / 5, 4 / (25 * 6)], rtol=0.03)


def test_order_is_that_of_the_nominal_weights_and_equal_ones_come_in_any():
    found = drawn(n=20000, order="within")
    assert (found[AT["a"]] >= found[AT["b"]]).all()
    assert (found[AT["a"]] >= found[AT["c"]]).all()
    assert_allclose((found[AT["b"]] > found[AT["c"]]).mean(), 0.5, atol=0.02)
    assert_allclose(found[AT["a"]].mean(), (1 + 1 / 2 + 1 / 3) / 3, atol=0.005)  # greatest of three on the simplex


def test_bounds_are_kept_and_the_rest_keeps_its_proportions():
    found = drawn(bounds={"a": (0.2, 0.4)})
    assert (found[AT["a"]].min() >= 0.2) and (found[AT["a"]].max() <= 0.4) and found[AT["a"]].std() > 0.05
    assert_allclose(found[AT["b"]], found[AT["c"]])
    tight = drawn(bounds={"a": (0.2, 0.4), "b": (0.1, 0.9), "c": (0.0, 0.5)})
    assert (tight[AT["a"]] <= 0.4 + 1e-12).all() and (tight[AT["a"]] >= 0.2 - 1e-12).all()
    assert (tight[AT["c"]] <= 0.5 + 1e-12).all()


def test_what_is_left_out_has_no_weight_and_an_empty_dimension_goes_with_it():
    out = np.zeros((len(NODES), 2), bool)
    out[AT["a"], 0] = out[AT["d"], 1] = out[AT["e"], 1] = True
    found = drawn(n=2, out=out, spread=0.0)
    assert_allclose(found[[AT["a"], AT["b"], AT["c"]], 0], [0, 0.5, 0.5])
    assert_allclose(found[[AT["front"], AT["back"]], 1], [1, 0])
