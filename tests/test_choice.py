"""A choice: a method of one step with its parameters, checked against what the method declares."""

import pytest
from pydantic_core import PydanticCustomError

from indexcalc.choice import Choice, choice
from indexcalc.voice import Word

MEANT, NUMBER = Word("errors.hint.did_you_mean", near="min_max"), Word("errors.expected.number")
GOALPOSTS = {"method": "goalposts", "low": 0, "high": 10}


def test_a_name_or_a_mapping():
    assert choice("normalisation", "min_max") == choice("normalisation", {"method": "min_max"})
    assert choice("normalisation", GOALPOSTS).parameters == {"low": 0.0, "high": 10.0}


def test_a_choice_stands_as_it_is():
    made = choice("normalisation", GOALPOSTS)
    assert choice("normalisation", made) is made


def test_the_method_behind_a_choice():
    assert choice("aggregation", "geometric").method.kernel.__name__ == "geometric"
    assert choice("derivation", "sum").method.kernel.__name__ == "sum_"


@pytest.mark.parametrize(
    "written", ["min_max", GOALPOSTS, {"method": "goalposts", "low": 1.5, "high": 2, "cap": False}]
)
def test_plain_is_what_the_yaml_says(written):
    made = choice("normalisation", written)
    assert choice("normalisation", made.plain) == made


def test_a_choice_in_words():
    assert str(choice("normalisation", "z_score")) == "z_score"
    assert str(choice("normalisation", GOALPOSTS)) == "goalposts (low: 0.0, high: 10.0)"


def test_numbers_become_what_the_method_declares():
    """A whole number is a number; a decimal is no whole number, unless it is one."""
    assert isinstance(choice("normalisation", {"method": "min_max", "lower": 0, "upper": 2}).parameters["upper"], float)
    assert choice("derivation", {"method": "growth", "over": 2}).parameters == {"over": 2}


@pytest.mark.parametrize(
    ("step", "written", "kind", "facts"),
    [
        ("normalisation", 5, "method_form", {"found": "5"}),
        ("normalisation", None, "method_form", {"found": Word("errors.found.nothing")}),
        ("normalisation", [], "method_form", {"found": "[]"}),
        ("normalisation", {"lower": 1}, "method_form", {"found": "{'lower': 1}"}),
        ("normalisation", {"method": 3}, "method_form", {"step": "normalisation"}),
        ("normalisation", "min_mx", "unknown_method", {"found": "min_mx", "hint": MEANT}),
        ("normalisation", "MIN-MAX", "unknown_method", {"hint": MEANT}),
        ("normalisation", {"method": "none", "lower": 1}, "unknown_parameter", {"found": "lower", "method": "none"}),
        (
            "normalisation",
            {"method": "min_max", "lowr": 1},
            "unknown_parameter",
            {"hint": Word("errors.hint.did_you_mean", near="lower")},
        ),
        ("normalisation", "goalposts", "several_problems", {}),
        ("normalisation", {"method": "goalposts", "low": 1}, "missing_parameter", {"parameter": "high"}),
        ("normalisation", {"method": "min_max", "lower": "low"}, "parameter_value", {"expected": NUMBER}),
        (
            "normalisation",
            {"method": "min_max", "lower": None},
            "parameter_value",
            {"found": Word("errors.found.nothing")},
        ),
        ("normalisation", {"method": "min_max", "lower": True}, "parameter_value", {"expected": NUMBER}),
        ("normalisation", {"method": "min_max", "lower": [1]}, "parameter_value", {"found": "[1]"}),
        ("normalisation", {"method": "min_max", "lower": "0.5"}, "parameter_value", {"expected": NUMBER}),
        ("normalisation", {**GOALPOSTS, "cap": 1}, "parameter_value", {"expected": Word("errors.expected.truth")}),
        ("normalisation", {**GOALPOSTS, "cap": "no"}, "parameter_value", {"expected": Word("errors.expected.truth")}),
        (
            "derivation",
            {"method": "growth", "over": 1.5},
            "parameter_value",
            {"expected": Word("errors.expected.whole_number")},
        ),
        ("normalisation", {"method": "min_max", "lower": 2}, "parameter_order", {"low": 2.0, "high": 1.0}),
        ("normalisation", {"method": "goalposts", "low": 3, "high": 3}, "parameter_order", {"low_name": "low"}),
        ("missing", {"method": "renormalise", "minimum_share": 1.1}, "parameter_value", {"parameter": "minimum_share"}),
    ],
)
def test_choices_that_cannot_be_meant(step, written, kind, facts):
    """Refused with the facts that the sentence needs, in both languages."""
    with pytest.raises(PydanticCustomError, match=r".") as refused:
        choice(step, written)
    assert refused.value.type == kind
    assert facts.items() <= refused.value.context.items()


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_no_parameter_is_without_an_end(number):
    """1e999 in a YAML is infinite: min_max up to infinity gives no score."""
    with pytest.raises(PydanticCustomError, match="parameter"):
        choice("normalisation", {"method": "min_max", "lower": -1, "upper": number})


def test_a_choice_is_frozen():
    with pytest.raises(ValueError, match="frozen"):
        choice("normalisation", "min_max").name = "z_score"
    with pytest.raises(ValueError, match="Extra inputs"):
        Choice(step="normalisation", name="min_max", colour="red")
