"""A choice: a method of one step with its parameters, checked against what the method declares."""

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

import pytest
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

import indexcalc.spec.specification  # noqa: F401  (every model of the YAML)
from indexcalc.methods import METHODS
from indexcalc.methods.registry import step_of_part
from indexcalc.spec.choice import Choice, Model, _value, choice
from indexcalc.spec.claims import Cities, Years
from indexcalc.spec.framework import Derivation, Framework, Ignored, Name, Workbook
from indexcalc.spec.methodology import DirectionChoice, Reference
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


# --- nothing is taken for another kind: every field of every model, every parameter of every method -------------------

KINDS = {bool: True, int: 1, float: 1.5, str: "1", list: ["x"], dict: {"x": {}}}
ALSO = {
    **{Name: {str}, Workbook: {str}, Reference: {str}, Ignored: {str, list}},
    **{DirectionChoice: {str, dict}, Cities: {str}, Years: {str}},
}
"""Other forms in which a model, or a field, may be written, as its docstring says."""
FORMS = {
    ("Indicator", "as_printed"): set(KINDS),
    ("Series", "as_printed"): set(KINDS),
    ("Indicator", "direction"): {int},
    ("Series", "direction"): {int},
    ("Framework", "cities"): {list},
    ("Units", "zh"): {str},
    ("ChartOptions", "draw"): {str},
    ("Indicator", "derived"): set(KINDS),
}
FORMS |= {("Workbook", name): {str, int} for name in ("sheet", "missing")} | {
    ("Workbook", "missing"): {str, int, float}
}
FORMS |= {("Ignored", name): {str, int} for name in ("columns", "rows")}


def kinds(annotation):
    """The kinds of value that an annotation takes."""
    if annotation in ALSO:
        return ALSO[annotation] | (kinds_of_model(annotation) if isinstance(annotation, type) else {list})
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Annotated and inside[0] is Choice:
        return {str, dict}
    if origin is Annotated:
        return kinds(inside[0])
    if origin in (Union, UnionType):
        return set().union(*map(kinds, inside))
    if origin is Literal:
        return {type(value) for value in inside}
    if origin in (tuple, list):
        return {list}
    return kinds_of_model(annotation)


def kinds_of_model(annotation):
    if annotation is float:
        return {float, int}
    return {annotation} if annotation in KINDS else set() if annotation is type(None) else {dict}


def wrong(annotation, form=frozenset()):
    """Values of each kind that an annotation does not take; in a list or a mapping of them too."""
    yield from (value for kind, value in KINDS.items() if kind not in kinds(annotation) | form)
    options = [a for a in get_args(annotation) if a is not type(None)] if get_origin(annotation) is UnionType else []
    for option in options or [annotation]:
        while get_origin(option) is Annotated and get_args(option)[0] is not Choice:
            option = get_args(option)[0]
        origin, inside = get_origin(option), get_args(option)
        if origin is tuple and inside and len(options) < 2:
            yield from ([value] for value in wrong(inside[0], form))
        if origin is Mapping and len(options) < 2:
            yield from ({"1": value} for value in wrong(inside[1]) if not form)


def models(base=Model):
    for model in base.__subclasses__():
        if model.__module__.startswith("indexcalc.") and model not in (Choice, Derivation):
            yield model
            yield from models(model)


@pytest.mark.parametrize("model", sorted(set(models()), key=lambda model: model.__name__))
def test_no_field_takes_a_value_of_another_kind(model):
    tried = 0
    for name, field in model.model_fields.items():
        annotation = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        found = next((known for known in ALSO if known == annotation), field.annotation)
        for value in wrong(found, FORMS.get((model.__name__, name), frozenset())):
            key = field.alias or name
            with pytest.raises(ValidationError) as refused:
                model.model_validate({key: value})
            at = [error["loc"][:1] for error in refused.value.errors() if error["type"] != "missing"]
            assert at, (name, value)
            tried += 1
    assert tried or not model.model_fields


@pytest.mark.parametrize(("step", "name"), [(step, name) for step, known in METHODS.items() for name in known])
def test_no_parameter_takes_a_value_of_another_kind(step, name):
    for parameter, annotation in METHODS[step][name].annotations.items():
        if step_of_part(annotation) is not None:
            continue
        for value in wrong(annotation):
            with pytest.raises(PydanticCustomError) as refused:
                _value(METHODS[step][name], parameter, value)
            assert refused.value.context["parameter"] == parameter


def test_what_is_refused_in_python_is_said_in_words():
    """Without a file there is no place to name, but the sentence is the same."""
    written = {
        "indicators": {"a": {"direction": "up", "normalisation": {"method": "min_max", "lwer": 1, "upper": "x"}}}
    }
    with pytest.raises(ValidationError) as caught:
        Framework.model_validate(written)
    said = str(caught.value)
    assert "Direction 'up' is not known. Known: positive, negative, middle, interval." in said
    assert "Normalisation 'min_max' has no parameter 'lwer'. Did you mean 'lower'?" in said
    assert "Normalisation 'min_max': parameter upper: found 'x', expected a number." in said
    with pytest.raises(ValidationError, match=r"found '\{ step \}'"):  # and no fact put into what was written
        Framework.model_validate({"indicators": {"a": {"normalisation": {"method": "min_max", "upper": "{step}"}}}})
