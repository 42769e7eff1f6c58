"""The voice of the program: both languages say the same; every sentence is used, and triggered by a test."""

import ast
import re
from string import Formatter

import pytest

from indexcalc.errors import ChoiceError, IndexcalcError, InputError, Problem, nearest, refuse_if, suggestion
from indexcalc.messages import MESSAGES, message
from tests import test_checks, test_document, test_panel, test_specification, test_workbook
from tests.conftest import ROOT

PACKAGE = ROOT / "indexcalc"
OUTSIDE = {"cli.py", "run.py", "report", "analysis", "robustness"}  # triggered by tests of the same name

# Not sentences by themselves, but parts of one; seen in every test that matches a place or a hint, and in those of the
# workbook of formulas, which gives its reasons in one sentence.
PARTS = {"after_place", "did_you_mean", "known_are", "nothing"}
PARTS |= {key for key in MESSAGES if key.startswith(("in_", "model_")) and key != "model_not_written"}
# Triggered by tests that stand for themselves, not in a table of cases.
TRIGGERED = {
    *("file_missing", "file_unreadable", "yaml_encoding", "workbook_not_xlsx"),
    *("ahp_too_large", "posts_direction", "score_not_finite", "nothing_left"),
}


def facts_of(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def literals_of(path):
    """Every text literal of a module: where a message's key stands."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def users():
    """Message key: the modules that name it."""
    found = {key: set() for key in MESSAGES}
    for path in PACKAGE.rglob("*.py"):
        if path.name != "messages.py":
            for key in literals_of(path) & set(MESSAGES):
                found[key].add(path.relative_to(PACKAGE).as_posix())
    return found


@pytest.mark.parametrize("key", MESSAGES)
def test_both_languages_exist_and_name_the_same_facts(key):
    """Apart from twins: a fact `x_en` of the English stands as `x_zh`, or as `x` and `x_zh`, in the Chinese."""
    assert set(MESSAGES[key]) == {"en", "zh"}
    english, chinese = (
        {re.sub(r"_(en|zh)$", "", name) for name in facts_of(MESSAGES[key][lang])} for lang in ("en", "zh")
    )
    assert english == chinese


@pytest.mark.parametrize("key", MESSAGES)
def test_twins_stand_on_their_own_side(key):
    """No Chinese fact in an English sentence, and no English one in a Chinese."""
    assert not {name for name in facts_of(MESSAGES[key]["en"]) if name.endswith("_zh")}
    assert not {name for name in facts_of(MESSAGES[key]["zh"]) if name.endswith("_en")}


@pytest.mark.parametrize("key", MESSAGES)
def test_sentences_are_finished(key):
    """A full stop in both languages, Chinese in the Chinese one, and no Chinese punctuation in the English."""
    if key in PARTS:
        return
    english, chinese = MESSAGES[key]["en"], MESSAGES[key]["zh"]
    assert english.rstrip().endswith((".", "{hint_en}", "?"))
    assert chinese.endswith(("。", "{hint_zh}", "？"))
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert not re.search(r"[，。：；（）]", english)


def test_every_sentence_is_used():
    unused = [key for key, modules in users().items() if not modules]
    assert not unused


def test_every_sentence_about_a_file_or_a_panel_is_triggered_by_a_test():
    """Add a message, and a case with one broken input to the table of its module."""
    outside = {key for key, modules in users().items() if {m.split("/")[0] for m in modules} <= OUTSIDE}
    cases = set(test_document.BROKEN) | set(test_document.OPTIONS) | set(test_document.WEIGHTS) | TRIGGERED
    for module in (test_specification, test_workbook, test_panel, test_checks):
        cases |= set(module.CASES)
    cases |= set(test_workbook.NOTICES) | set(test_specification.METHOD_CASES)
    assert set(MESSAGES) - outside - PARTS - cases == set()


# --- problems and errors --------------------------------------------------------------------------------------------


def test_a_problem_without_a_place():
    problem = Problem("missing_key", {"key": "framework"})
    assert str(problem) == "key 'framework' is missing. Add it."
    assert problem.text("zh") == "缺少键'framework'。请补上。"


def test_a_problem_says_where_it_is():
    place = ("in_yaml", {"file": "f.yaml", "line": 7, "path": "framework.years"})
    problem = Problem("missing_key", {"key": "x"}, place)
    assert problem.text() == "f.yaml, line 7, framework.years: key 'x' is missing. Add it."
    assert problem.text("zh") == "f.yaml，第7行，framework.years：缺少键'x'。请补上。"


@pytest.mark.parametrize("kind", [InputError, ChoiceError])
def test_an_error_carries_every_problem_one_to_a_line(kind):
    problems = [Problem("missing_key", {"key": key}) for key in ("a", "b")]
    with pytest.raises(kind, match=r"key 'a' is missing\. Add it\.\nkey 'b' is missing\. Add it\.") as raised:
        refuse_if(problems, kind)
    assert raised.value.problems == tuple(problems)
    assert isinstance(raised.value, IndexcalcError)


def test_one_problem_may_be_given_bare():
    assert len(InputError(Problem("file_missing")).problems) == 1


def test_no_problem_no_error():
    refuse_if([])


def test_a_missing_fact_is_a_fault_of_the_program():
    with pytest.raises(KeyError, match="key"):
        message("missing_key", "en")


# --- the nearest right word -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("negitive", "negative"),
        ("positve", "positive"),
        ("Positive", "positive"),
        ("POSITIVE", "positive"),
        ("min-max", "min_max"),
        ("Min Max", "min_max"),
        ("geometric", "geometric"),
        ("banana", None),
        ("", None),
    ],
)
def test_the_nearest_word(word, near):
    assert nearest(word, ["positive", "negative", "min_max", "geometric"]) == near


def test_suggestions_in_both_languages():
    assert suggestion("lowre", ["lower", "upper"]) == {
        "hint_en": "Did you mean 'lower'?",
        "hint_zh": "是否应为'lower'？",
    }
    assert suggestion("xyz", ["lower", "upper"])["hint_en"] == "Known: lower, upper."
    assert suggestion("xyz", []) == {"hint_en": "", "hint_zh": ""}


def test_long_lists_of_known_words_are_cut_off():
    hint = suggestion("xyz", [f"w{i:03}" for i in range(50)])["hint_en"]
    assert hint.startswith("Known: w000, ")
    assert hint.endswith("w019, ....")


def test_nothing_to_suggest_leaves_no_gap_between_sentences():
    """A word that nothing comes near, where nothing is known: no second blank before what to do."""
    problem = Problem("unknown_header", {"found": "x", **suggestion("x", ())})
    assert problem.text("en").startswith(
        "header 'x' is no indicator or series of the framework. Correct it, declare it"
    )
