"""Budget allocation: the mean of the points of experts, their spread, and draws that take experts."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.computed import Computed
from indexcalc.report.tables import framework as tables
from indexcalc.robustness.weights import draw_weights
from indexcalc.uncertainty import Uncertainty, WeightSet
from tests.conftest import build, make_framework, make_methodology, make_panel
from tests.golden.published import read
from tests.report.tables import values

DIMENSIONS = {
    "one": {"weight": 2, "indicators": {"a": {"weight": 3}, "b": {}}},
    "two": {"indicators": {"c": {}, "d": {}}},
}
EXPERTS = {
    "Li": {"one": 60, "two": 40, "a": 50, "b": 50},
    "Wang": {"one": 30, "two": 70, "a": 20, "b": 80},
    "Zhao": {"a": 80, "b": 20},
}
BUDGET = {"method": "budget_allocation", "experts": EXPERTS}


def weights_of(result):
    return {node.code: float(weight) for node, weight in zip(result.nodes, result.weights, strict=True)}


def index(weighting=BUDGET):
    return build(make_panel(), make_framework(DIMENSIONS), weighting=weighting)


def test_the_mean_of_the_experts_and_what_is_given_where_none_was_asked():
    found = weights_of(index())
    expected = {"index": 1, "one": 0.45, "two": 0.55, "a": 0.5, "b": 0.5, "c": 0.5, "d": 0.5}
    assert found == pytest.approx(expected)


def test_a_budget_of_ten_is_as_good_as_one_of_a_hundred():
    tenth = {name: {code: points / 10 for code, points in own.items()} for name, own in EXPERTS.items()}
    assert weights_of(index({**BUDGET, "experts": tenth})) == pytest.approx(weights_of(index()))


def test_two_experts_about_the_handbooks_mean_give_its_weights_and_its_ranks():
    """Row BAP of Table 22 is a mean; two who lie as far above as below it have it for their mean."""
    printed = read("tai/indicators", "indicator")["weight_BAP"]
    points = 100 * printed / printed.sum()
    shift = np.resize([3.0, -3.0], len(points))
    experts = {"first": dict(points + shift), "second": dict(points - shift)}
    table = read("tai/countries", "country")
    panel = ic.Panel.from_columns(table.index, [1999] * 23, {code: table[code] for code in printed.index})
    framework = make_framework(indicators={code: {} for code in printed.index})
    result = build(panel, framework, weighting={"method": "budget_allocation", "experts": experts})
    assert_allclose(result.weights[1:], printed / printed.sum(), rtol=1e-12)
    given = build(panel, framework.reweighted(dict(printed)))
    assert_array_equal(result.rank(), given.rank())


@pytest.mark.parametrize(
    ("experts", "said"),
    [
        ({"Li": {"a": 50, "b": 50}, "Wang": {"a": 50, "b": 40}}, "'Wang' gives to the children of 'one' add up to 90"),
        ({"Li": {"a": 0, "b": 0}}, "'Li' gives to the children of 'one' add up to 0, expected 100"),
        ({"Li": {"a": 50}}, "'Li' names some children of 'one', but not b"),
        ({"Li": {"a": 50, "b": 50, "e": 1}}, "'Li' names 'e', which is not a dimension or indicator"),
    ],
)
def test_points_that_cannot_be_meant_are_refused_with_the_expert(experts, said):
    with pytest.raises(ic.ChoiceError, match=said):
        index({**BUDGET, "experts": experts})


@pytest.mark.parametrize("experts", [{}, {"Li": {}}, {"Li": {"a": -1}}, {"Li": {"a": "1"}}, {"Li": 3}, [1]])
def test_points_that_are_none_are_refused(experts):
    with pytest.raises(ValueError, match="parameter_value"):
        make_methodology(weighting={**BUDGET, "experts": experts})


def drawn(kind):
    nodes = index().nodes
    uniforms = np.random.default_rng(1).uniform(size=(300, len(nodes)))
    codes = [node.code for node in nodes]
    nominal = index().weights
    return draw_weights(WeightSet(experts=kind), nodes, nominal, uniforms), codes


def test_draws_of_each_expert_take_the_same_one_at_every_node_and_the_mean_where_that_one_gave_none():
    found, codes = drawn("each")
    pairs = {
        (round(one, 9), round(a, 9)) for one, a in zip(found[codes.index("one")], found[codes.index("a")], strict=True)
    }
    assert pairs == {(0.6, 0.5), (0.3, 0.2), (0.45, 0.8)}
    assert_allclose(found[codes.index("c")], 0.5)


def test_draws_between_experts_fill_the_range_and_no_more():
    found, codes = drawn("range")
    a = found[codes.index("a")]
    assert a.min() > 0.2 and a.max() < 0.8 and a.std() > 0.1
    assert_allclose(found[codes.index("a")] + found[codes.index("b")], 1.0)
    assert_allclose(found[codes.index("c")], 0.5)


def test_an_uncertainty_analysis_over_experts_has_the_ranks_of_each():
    panel, framework, methodology = make_panel(), make_framework(DIMENSIONS), make_methodology(weighting=BUDGET)
    options = Uncertainty.model_validate({"weights": {"experts": "each"}})
    found = ic.robustness.uncertainty(panel, framework, methodology, (), options, draws=200)
    seen = found.rank_counts > 0
    expected = np.zeros_like(seen)
    for name, own in EXPERTS.items():
        # who gave a node nothing leaves it the mean of the others
        experts = {name: {**{"one": 45, "two": 55, "a": 50, "b": 50}, **own}}
        ranks = build(panel, framework, weighting={**BUDGET, "experts": experts}).rank()
        for c, t in np.ndindex(ranks.shape):
            expected[c, t, int(ranks[c, t]) - 1] = True
    assert_array_equal(seen, expected)


def test_bounds_are_over_the_range_and_not_between_experts():
    result = index()
    proven = ic.robustness.rank_bounds(result, WeightSet(experts="range"))
    options = Uncertainty.model_validate({"weights": {"experts": "range"}})
    about = make_panel(), make_framework(DIMENSIONS), make_methodology(weighting=BUDGET)
    counts = ic.robustness.uncertainty(*about, (), options, draws=500).rank_counts
    for c, t in np.ndindex(proven.best.shape):
        reached = np.flatnonzero(counts[c, t]) + 1
        assert proven.best[c, t] <= reached.min() and reached.max() <= proven.worst[c, t]
    with pytest.raises(ic.ChoiceError, match="With experts: range"):
        ic.robustness.rank_bounds(result, WeightSet(experts="each"))


def test_experts_are_drawn_only_where_there_are_any():
    options = Uncertainty.model_validate({"weights": {"experts": "each"}})
    with pytest.raises(ic.ChoiceError, match="no node is weighted by budget_allocation"):
        ic.robustness.uncertainty(make_panel(), make_framework(DIMENSIONS), make_methodology(), (), options, draws=10)


def test_leaving_out_an_indicator_keeps_the_budgets():
    """The points of those that stay are the budget then: nobody's sum is wrong."""
    options = Uncertainty.model_validate({"leave_out": ["indicator"]})
    about = make_panel(), make_framework(DIMENSIONS), make_methodology(weighting=BUDGET)
    assert not ic.robustness.uncertainty(*about, (), options, draws=50).removed


def test_the_spread_of_the_experts_is_shown():
    run = Computed.of(index())
    one = next(table for table in list(tables.experts(run)) if values(table, "node")[0] == "a")
    assert values(one, "experts_mean") == pytest.approx([0.5, 0.5])
    assert values(one, "sd") == pytest.approx([0.3, 0.3])
    assert values(one, "experts_least") == pytest.approx([0.2, 0.2])
    assert values(one, "experts_most") == pytest.approx([0.8, 0.8])
    rows = list(tables.experts_file(run))
    assert {"parent": "one", "node": "b", "expert": "Wang", "share": 0.8} in rows and len(rows) == 2 * 2 + 3 * 2
