"""What the YAML may say of the analyses: defaults, and what is refused."""

import pytest
from pydantic import ValidationError

from indexcalc.spec.analyses import ChartOptions, IntegrationOptions, Yardstick
from indexcalc.voice import Voice, Word

CLASSES = {"name": "Classes", "kind": "classes", "order": ["A", "B", "C"], "values": {2020: {"甲": "A", "乙": "C"}}}
RANKS = {"name": "Ranks", "kind": "rank", "values": {2020: {"甲": 1, "乙": 12}}}
VALUES = {"name": "Values", "kind": "value", "column": "x"}


def refusal(model, **written):
    """The message key and facts of the one thing that is wrong."""
    with pytest.raises(ValidationError, match=r"1 validation error") as raised:
        model.model_validate(written)
    (error,) = raised.value.errors()
    return error["type"], error.get("ctx", {})


# --- integration ---


def test_the_ten_grades_are_the_default():
    grades = IntegrationOptions().grades
    assert [grade.upper for grade in grades] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert grades[0].name["zh"] == "极度失调" and grades[-1].name["zh"] == "优质协调"
    assert grades[0].name["en"] == "Extreme imbalance"


def test_grades_of_ones_own():
    written = {
        "bounds": "(a,b]",
        "grades": [{"upper": 0.5, "zh": "低", "en": "low"}, {"upper": 1, "zh": "高", "en": "h"}],
    }
    assert [grade.upper for grade in IntegrationOptions.model_validate(written).grades] == [0.5, 1.0]


@pytest.mark.parametrize("upper", [[], [0.5], [0.5, 0.5, 1.0], [0.7, 0.3, 1.0]])
def test_grades_that_do_not_cover_the_scale(upper):
    key, facts = refusal(IntegrationOptions, grades=[{"upper": bound, "zh": "级", "en": "grade"} for bound in upper])
    assert key == "wrong_value"
    assert facts["expected"] == Word("errors.expected.grade_bounds")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ({"form": "wang"}, "literal_error"),
        ({"weights": "entropy"}, "literal_error"),
        ({"bounds": "[a,b]"}, "literal_error"),
        ({"grade": []}, "extra_forbidden"),
        ({"grades": [{"upper": 1.2, "zh": "高", "en": "high"}]}, "less_than_equal"),
    ],
)
def test_other_words_are_refused(written, key):
    assert refusal(IntegrationOptions, **written)[0] == key


# --- yardsticks ---


def test_places_rise_with_what_is_better():
    classes, ranks = Yardstick.model_validate(CLASSES), Yardstick.model_validate(RANKS)
    assert [classes.place(entry) for entry in "ABC"] == [3, 2, 1]
    assert ranks.place(1) > ranks.place(12)
    values = Yardstick.model_validate(VALUES)
    assert values.place(5) > values.place(4)
    turned = Yardstick.model_validate({**VALUES, "higher_is_better": False})
    assert turned.place(5) < turned.place(4)


@pytest.mark.parametrize(
    ("written", "entry"), [(CLASSES, "B"), (RANKS, 7.0), (VALUES, 3.5), ({**VALUES, "higher_is_better": False}, 3.5)]
)
def test_an_entry_comes_back_from_its_place(written, entry):
    yardstick = Yardstick.model_validate(written)
    assert yardstick.entry(yardstick.place(entry)) == entry


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ({**RANKS, "column": "x"}, "yardstick"),
        ({"name": "n", "kind": "rank"}, "yardstick"),
        ({**CLASSES, "order": []}, "order"),
        ({**CLASSES, "order": ["A", "C", "A"]}, "order"),
        ({**RANKS, "order": ["A"]}, "order"),
        ({"name": "n", "kind": "classes", "order": ["A"], "column": "x"}, "column"),
        ({**RANKS, "higher_is_better": False}, "higher_is_better"),
        ({**RANKS, "values": {2020: {"甲": "first"}}}, "values"),
        ({**RANKS, "values": {-1: {"甲": 1}}}, "values"),
        ({**RANKS, "years": [-1]}, "years"),
        ({**RANKS, "values": {2020: {"甲": 0}}}, "values"),
        ({**RANKS, "values": {2020: {"甲": float("inf")}}}, "values"),
    ],
)
def test_yardsticks_that_cannot_be_meant(written, field):
    key, facts = refusal(Yardstick, **written)
    assert (key, facts["field"]) == ("wrong_value", field)
    for lang in ("zh", "en"):
        assert Voice(lang).say(f"errors.{key}", **facts)


def test_an_unknown_class_with_the_nearest_word():
    written = {**CLASSES, "order": ["Alpha", "Beta"], "values": {2020: {"甲": "Alhpa"}}}
    key, facts = refusal(Yardstick, **written)
    assert key == "unknown_word"
    assert Voice("en").say(f"errors.{key}", **facts) == "class 'Alhpa' is not known. Did you mean 'Alpha'?"


# --- charts ---


@pytest.mark.parametrize("highlight", [["a", "a"], list("abcdefgh")])
def test_no_more_cities_in_colour_than_colours_and_none_twice(highlight):
    key, facts = refusal(ChartOptions, highlight=highlight)
    assert (key, facts["field"]) == ("wrong_value", "highlight")
    assert facts["expected"] == Word("errors.expected.cities_once", most=7)
