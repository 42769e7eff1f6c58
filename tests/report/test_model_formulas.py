"""Which results live formulas cover, and what is said where they do not; the formulas themselves are computed by
LibreOffice in test_model.py."""

import dataclasses
import re

import numpy as np
import pytest

from indexcalc.report.model import formulas
from indexcalc.report.model.formulas import Scale, fixed, normalised, not_written, oriented
from indexcalc.spec.choice import choice
from tests.conftest import build, make_framework, make_panel

SCALE = Scale("S", "E", "L", "U", "low", "high", "far")


def told(result, lang="en"):
    """The one notice, or nothing."""
    problems = not_written(result)
    return problems[0].text(lang) if problems else ""


def test_what_the_formulas_cover_is_written():
    assert told(build(make_panel())) == ""
    assert told(build(make_panel(), weighting="equal", normalisation={"method": "z_score"})) == ""


def test_a_sentence_with_its_reasons():
    result = build(make_panel(), normalisation="percentile_rank")
    assert told(result) == (
        "model.xlsx is not written, because its formulas could not give the same results: they have no normalisation "
        "'percentile_rank' (a, b, c, d). Everything else is complete."
    )
    assert told(result, "zh") == (
        "未写出model.xlsx，因为公式无法保证正确：公式不含标准化方法'percentile_rank'（a、b、c、d）。其余结果完整。"
    )


FLOOR = {"method": "min_max", "lower": 1, "upper": 100}


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"aggregation": "harmonic", "normalisation": FLOOR}, "no aggregation 'harmonic' (index, one, two)"),
        (
            {"weighting": {"method": "entropy", "per": "year"}},
            "the weights of 'entropy' (one, two) differ between city-years",
        ),
        ({"rounding": {"decimals": 2}}, "scores are rounded on the way (index, one, two)"),
    ],
)
def test_other_methods_are_named(choices, said):
    assert said in told(build(make_panel(), **choices))


def test_every_reason_is_given_at_once():
    found = told(build(make_panel(), weighting={"method": "entropy", "per": "year"}, normalisation="rank"))
    assert "no normalisation 'rank'" in found and "the weights of 'entropy'" in found


GAP = {"a": [[1, 2], [3, np.nan], [5, 6]], "b": [[1, 2], [3, 4], [6, 5]]}


@pytest.mark.parametrize("rule", ["propagate", "renormalise"])
def test_a_missing_indicator_is_covered(rule):
    result = build(make_panel(GAP), make_framework(indicators={"a": {}, "b": {}}), missing=rule)
    assert told(result) == "" and {result.nodes[p].code for p in formulas.with_gaps(result)} == {"index", "a"}


def test_a_gap_in_what_a_method_gives_no_weight(monkeypatch):
    framework = make_framework(indicators={"a": {}, "b": {}})
    result = build(make_panel(GAP), framework, missing="renormalise")
    weights = np.array([0.0 if node.code == "a" else 1.0 for node in result.nodes])
    assert "some figures of a are missing where" in told(dataclasses.replace(result, weights=weights))
    geometric = build(make_panel(GAP), framework, missing="renormalise", aggregation="geometric", normalisation=FLOOR)
    assert told(geometric) == ""
    monkeypatch.setattr(formulas, "MOST_LOGARITHMS", 1)
    assert "the geometric mean of index needs formulas longer" in told(geometric) and told(result) == ""


def test_scores_at_zero_beneath_a_geometric_mean():
    """At these weights both dimensions lie above 0; without b, a city would stand at 0."""
    result = build(make_panel(), make_framework(aggregation="geometric"))
    assert re.search(r"beneath the geometric mean of index there are scores at or below 0", told(result))


def test_more_formulas_than_stay_quick(monkeypatch):
    monkeypatch.setattr(formulas, "MOST_FORMULAS", 100)
    assert "it would need 204 formulas, and with more than 100" in told(build(make_panel()))


def test_scores_where_excel_rounds_the_other_way():
    """2.5 is 2 to the even digit and 3 in Excel, where it would share the first place (analysis.rounding)."""
    panel = make_panel({"a": [[2.5], [3.0]]}, years=(2019,))
    result = build(panel, make_framework(indicators={"a": {}}), normalisation="none", rank_on={"decimals": 0})
    assert "exactly halfway between two values of 0 decimals" in told(result)
    assert told(build(panel, make_framework(indicators={"a": {}}), normalisation="none")) == ""


def test_weights_are_fixed_where_no_part_of_them_follows_from_the_figures():
    mixed = {"method": "linear_combination", "subjective": "given", "objective": "critic"}
    assert fixed(choice("weighting", "given")) and not fixed(choice("weighting", mixed))


def test_each_direction_has_its_formula():
    assert [oriented("X", name, SCALE) for name in ("positive", "negative", "middle", "interval")] == [
        "=X",
        "=-X",
        "=1-IF(far>0,MAX(low-X,X-high,0)/far,0)",
        "=1-IF(far>0,MAX(low-X,X-high,0)/far,0)",
    ]


@pytest.mark.parametrize(
    ("written", "formula"),
    [
        ("none", "=X"),
        ("z_score", "=L+U*((X-S)/E)"),
        ({"method": "goalposts", "low": 1, "high": 2}, "=L+(U-L)*MIN(1,MAX(0,(X-S)/(E-S)))"),
        ({"method": "goalposts", "low": 1, "high": 2, "cap": False}, "=L+(U-L)*((X-S)/(E-S))"),
    ],
)
def test_each_normalisation_has_its_formula(written, formula):
    assert normalised("X", choice("normalisation", written), SCALE) == formula
