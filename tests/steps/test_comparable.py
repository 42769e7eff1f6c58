"""Which indicators two years of a city share."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import indexcalc as ic
from indexcalc.steps.comparable import ends_of, shared_rows, two_years, unlike_problems
from tests.conftest import build, make_framework, make_panel

# --- two years of a city ----------------------------------------------------------------------------------------------

NAN = np.nan
PLAIN = {"normalisation": "none", "missing": "renormalise"}
ABC = make_framework(indicators={"a": {"weight": 2}, "b": {}, "c": {}})
THREE = {"a": [[4, 5, 6], [1, 2, 3]], "b": [[2, 3, 4], [1, 2, 3]], "c": [[NAN, 1, 2], [1, 2, 3]]}


def test_a_child_that_enters_is_no_fall():
    """甲: a and b rise by 1, c enters at 1: the scores are 10/3 and 14/4 (3.5), over a and b 10/3 and 13/3."""
    result = build(make_panel(THREE), ABC, **PLAIN)
    assert_allclose(result.score()[0], [10 / 3, 14 / 4, 18 / 4], rtol=1e-15)
    both = two_years(result, 0, 1)
    assert both.once == {0: ("c",)}
    assert_allclose([both.before[:, 0], both.after[:, 0]], [[10 / 3, 1], [13 / 3, 2]], rtol=1e-15)
    assert_allclose(both.gain, [1, 1], rtol=1e-15)
    assert two_years(result, 1, 2).once == {}
    ends, steps = ends_of(result, result.score(), np.arange(2), np.arange(3))
    assert_allclose(ends, [[10 / 3, 16 / 3], [1, 3]], rtol=1e-15)
    assert_allclose(steps, [[1, 1], [1, 1]], rtol=1e-15)
    (problem,) = unlike_problems(result)
    assert "甲 2020" in problem.text("en") and "c)" in problem.text("en")


TREES = {
    "flat": {"indicators": {"a": {}, "b": {"weight": 3}, "c": {}, "d": {}}},
    "nested": {"dimensions": {"one": {"indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}, "d": {}}}}},
}
NESTED_MIXED = {**TREES["nested"]["dimensions"]["one"], "aggregation": "geometric"}
TREES["mixed"] = {
    "dimensions": {"one": NESTED_MIXED, "two": {"missing": "propagate", **TREES["nested"]["dimensions"]["two"]}}
}


@pytest.mark.parametrize(
    "aggregation", ["arithmetic", "geometric", "harmonic", "minimum", {"method": "generalised", "p": 2}]
)
@pytest.mark.parametrize("tree", TREES)
def test_two_years_are_those_of_a_panel_without_what_only_one_has(tree, aggregation):
    """Against the ordinary pipeline, given a panel in which the figures of one year are taken out of the other too."""
    random = np.random.default_rng(7)
    values = random.uniform(1, 9, (6, 3, 4))
    values[random.uniform(size=values.shape) < 0.2] = NAN
    panel = ic.Panel.from_values("甲乙丙丁戊己", (2019, 2020, 2021), "abcd", values)
    framework, more = make_framework(**TREES[tree]), {"aggregation": aggregation, **PLAIN}
    result = build(panel, framework, **more)
    for pair in ((0, 1), (1, 2), (0, 2)):
        shared = values.copy()
        shared[:, pair] = np.where(np.isnan(values[:, pair]).any(axis=1, keepdims=True), NAN, values[:, pair])
        expected = build(panel.with_values(shared), framework, **more).score()[:, pair]
        scored = ~np.isnan(result.score()[:, pair]).any(axis=1)
        found = two_years(result, *pair)
        assert found.once
        assert_allclose(np.column_stack([found.before[:, 0], found.after[:, 0]])[scored], expected[scored], rtol=1e-12)


def test_where_the_shared_children_give_no_score_the_step_is_undefined():
    values = {"a": [[4, 5], [1, 2]], "b": [[NAN, 3], [1, 2]], "c": [[2, NAN], [1, 2]]}
    rule = {"method": "renormalise", "minimum_count": 2}
    both = two_years(build(make_panel(values), ABC, normalisation="none", missing=rule), 0, 1)
    assert both.undefined(0) and not both.undefined(1)
    assert np.isnan(both.gain[0]) and both.gain[1] == 1


def test_a_node_that_looks_at_the_whole_sample_leaves_the_step_undefined():
    """TOPSIS of one dimension; c of the other, missing once, enters the mean above it."""
    dimensions = {"one": {"aggregation": "topsis", "indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}}}}
    framework = make_framework(dimensions=dimensions, aggregation="arithmetic", missing="renormalise")
    values = {key: [[1, 2, 3], [3, 2, 5], [2, 4, 1]] for key in "ab"} | {"c": [[NAN, 1, 2], [1, 2, 3], [1, 1, 1]]}
    result = build(make_panel(values), framework, normalisation="none", missing="propagate")
    assert not np.isnan(result.score()).any()
    assert two_years(result, 0, 1).undefined(0)


def test_nothing_missing_costs_no_row():
    assert not shared_rows(np.ones((3, 2, 4), bool), [(0, 1)]).ends
    there = np.ones((3, 3, 2), bool)
    there[1, 0, 1] = there[2] = False
    rows = shared_rows(there, [(0, 1), (1, 2), (0, 2)])
    assert sorted(rows.ends) == [(0, 1), (0, 2)]
    assert len(rows.kept) == 3  # the first year of the one city serves both pairs; the third has no row at all
