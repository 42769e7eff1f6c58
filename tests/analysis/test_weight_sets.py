"""Entropy weights read off a result are those that the methodology would give; consistency of comparisons is told."""

from dataclasses import astuple

import numpy as np
import pytest

from indexcalc.analysis.weight_sets import consistency, entropy_weights, numbers, weight_sets
from indexcalc.computed import Computed
from indexcalc.errors import ChoiceError
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


# --- other weightings, and weights as numbers -------------------------------------------------------------------------


def test_the_other_weightings_are_those_that_need_nothing_but_the_figures():
    result = build(make_panel(), normalisation=SCALED, weighting="critic")
    found = weight_sets(result)
    told = {notice.facts["code"] for notice in found.notices}
    assert {*found.codes} | told == {
        *("given", "equal", "entropy", "coefficient_of_variation", "standard_deviation"),
        *("merec", "pca_lpi", "pca_handbook", "target_influence"),
    }
    entropy = found.indices[found.codes.index("entropy")]
    again = build(make_panel(), normalisation=SCALED, weighting="entropy")
    np.testing.assert_array_equal(entropy.effective, again.effective)
    np.testing.assert_array_equal(found.rank[found.codes.index("entropy")], again.rank())


@pytest.mark.parametrize("scope", ["within", "levels", "indicators"])
def test_numbers_give_the_same_ranks(scope):
    weighting = {"method": "entropy", "scope": scope}
    result = build(make_panel(), normalisation=SCALED, weighting=weighting)
    found = numbers(result)
    assert found.decimals == 4
    assert ("one" in found.weights) == (scope != "within")
    again = build(make_panel(), make_framework().reweighted(found.weights), normalisation=SCALED)
    np.testing.assert_array_equal(again.ranks, result.ranks)
    assert np.abs(again.score() - result.score()).max() == pytest.approx(found.moved)


def test_numbers_have_as_many_decimals_as_the_ranks_need():
    """0.50004 : 0.49996 puts 甲 (1, 0) before 乙 (0, 1.0001); rounded to 0.5 : 0.5 it would come after."""
    panel = make_panel({"a": [1.0, 0.0], "b": [0.0, 1.0001]}, years=(2020,), cities="甲乙")
    framework = make_framework(indicators={"a": {}, "b": {}})
    weighting = {"method": "explicit", "name": "close", "weights": {"a": 0.50004, "b": 0.49996}}
    result = build(panel, framework, normalisation="none", weighting=weighting)
    assert result.rank()[:, 0].tolist() == [1, 2]
    assert (numbers(result).weights, numbers(result).decimals) == ({"a": 0.50004, "b": 0.49996}, 5)


def test_nodes_with_a_weighting_of_their_own_have_no_numbers():
    own = {"weighting": "critic", "indicators": {"a": {}, "b": {}}}
    framework = make_framework({"one": own, "two": {"indicators": {"c": {}, "d": {}}}})
    result = build(make_panel(), framework, normalisation=SCALED, weighting="entropy")
    assert set(numbers(result).weights) == {"c", "d"}


def test_weights_of_each_year_are_no_numbers():
    result = build(make_panel(), normalisation=SCALED, weighting={"method": "entropy", "per": "year"})
    with pytest.raises(
        ChoiceError, match=r"Weighting 'entropy' gives 'one' different weights in each city or year"
    ) as told:
        numbers(result)
    assert [problem.key for problem in told.value.problems] == ["weights_no_numbers"]
