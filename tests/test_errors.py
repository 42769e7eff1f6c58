"""The voice of the program: both languages say the same; every sentence is used, and triggered by a test."""

import ast
import re

import pytest

import indexcalc as ic
from indexcalc.errors import ChoiceError, IndexcalcError, InputError, Problem, nearest, refuse_if, suggestion
from indexcalc.report.folder.publish import refuse_losses
from indexcalc.voice import Voice, Word, room
from tests import test_load
from tests.conftest import ROOT, write_workbook
from tests.figures import test_panel, test_workbook
from tests.spec import test_document
from tests.steps import test_checks

PACKAGE = ROOT / "indexcalc"
ENGLISH, CHINESE = room("en", "errors"), room("zh", "errors")
SENTENCES = [key for key in ENGLISH if "." not in key]
OUTSIDE = {
    "charts.py",
    "cli.py",
    "computed.py",
    "figures/experts.py",
    "run.py",
    "report",
    "serve",
    "analysis",
    "robustness",
}  # triggered by tests of the same name

# Not sentences by themselves, but parts of one, as all words below a table are; seen in every test that matches a place
# and in those of the workbook of formulas, which gives its reasons in one sentence.
PARTS = {"after_place"}
PARTS |= {key for key in SENTENCES if key.startswith(("in_", "model_")) and key != "model_not_written"}
# Triggered by tests that stand for themselves, not in a table of cases.
TRIGGERED = {
    "row_may_count",  # figures/test_table.py
    *("cities_alike", "year_sheets_undated"),  # figures/test_recognise.py
    *("link_dangling", "not_a_file", "machine_exhausted", "more_problems", "same_in_lines", "same_in_many_lines"),
    "unlike_steps",  # steps/test_comparable.py
    "yaml_is_figures",  # spec/test_document.py
    *("weight_without_effect", "weight_ignored"),  # bad/cases.jsonl
    *("panel_code", "explain_city", "explain_year", "explain_node", "weight_number"),  # test_unknown_names.py
    *(
        "weights_computed",
        "weights_ignored",
        "coefficient_negative",
        "nodes_uncounted",
        "unscored_zeros",
    ),  # test_computed.py
    "treatment_undefined",  # test_expressible.py
    "no_score_anywhere",  # steps/test_checks.py
    "eurostat_table",  # report/start/test_draft.py
    *("blocks_joined", "indicator_from", "empty_year", "table_apart", "sheet_units"),  # figures/test_layouts.py
    *("place_from", "series_unclear"),  # figures/test_series.py
    *(
        "sheets_hidden",
        "cell_parentheses",
        "decimal_unclear",
        "no_layout_since",
        "years_unnamed",
    ),  # figures/test_recognise.py
    *("weight_not_its_own", "weighting_not_its_own", "place_unwritable"),  # spec/test_edit.py
    *("coin_none", "coin_two", "coin_column", "coin_column_twice", "coin_no_code", "coin_top"),  # figures/test_coin.py
    *("coin_no_parent", "coin_circle", "coin_childless", "coin_two_parents", "coin_no_figures"),  # figures/test_coin.py
    *("coin_row_twice", "coin_no_row", "coin_no_codes"),  # figures/test_coin.py
    "scenario_refused",  # analysis/test_scenarios.py
    *("form_nothing_included", "form_comparisons", "form_name_taken"),  # serve/test_answers.py
    *("form_exists", "form_changed", "not_with_form"),  # serve/test_form.py
    *("children_counted", "turned_scale"),  # steps/test_combine.py
    *("explicit_partial", "explicit_unknown"),  # test_weight_sets_by_name.py
    *("budget_sum", "experts_nowhere", "bounds_experts"),  # figures/test_experts.py
    *("of_one_node_scope", "linear_pair", "influence_missed"),  # methods/test_target_influence.py
    "kemeny_unproven",  # report/tables/test_outranking.py
    "prices_base_unknown",  # methods/test_derivation_kernels.py
    *(
        "file_missing",
        "file_unreadable",
        "yaml_encoding",
        "workbook_unknown",
        "workbook_page",
        "workbook_damaged",
        "workbook_password",
    ),
    *("csv_encoding", "csv_damaged", "cells_only", "csv_western", "cell_not_finite", "control_character"),
    *(
        "bound_bytes",
        "bound_memory",
        "bound_seconds",
        "bound_rows",
        "bound_columns",
        "bound_cells",
        "bound_years",
        "bound_panel",
        "bound_derivation",
        "bound_problems",
    ),
    *("yaml_bytes", "yaml_entries", "yaml_nesting"),
    *("link_dangling", "not_a_file", "machine_exhausted", "more_problems"),
    *("file_missing", "file_unreadable", "yaml_encoding", "file_missing"),
    *("figure_on_two_sheets", "figures_twice", "directions_to_confirm", "year_to_confirm"),
    *("tidied", "sheet_unknown", "total_row", "percent_beside_numbers"),
    *("ahp_too_large", "posts_direction", "score_not_finite", "nothing_left"),
}


def literals_of(path):
    """Every text literal of a module: where a message's key stands."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def users():
    """Key: the modules that name it, or its table where an f-string adds the last part."""
    found = {key: set() for key in ENGLISH}
    for path in PACKAGE.rglob("*.py"):
        literals = literals_of(path)
        for key in ENGLISH:
            table = key.rpartition(".")[0]
            if f"errors.{key}" in literals or (f"errors.{table}." if table else key) in literals:
                found[key].add(path.relative_to(PACKAGE).as_posix())
    return found


@pytest.mark.parametrize("key", SENTENCES)
def test_sentences_are_finished(key):
    """A full stop in both languages (or what brings its own), Chinese in the Chinese one, and no Chinese punctuation in
    the English."""
    if key in PARTS:
        return
    english, chinese = ENGLISH[key], CHINESE[key]
    assert english.rstrip().endswith((".", ":", "?", "{hint}", "{reason}", "{remedy}", "{zeros}"))
    assert chinese.endswith(("。", "：", "？", "{hint}", "{reason}", "{remedy}", "{zeros}"))
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert not re.search(r"[，。：；（）]", english)


def test_every_sentence_is_used():
    unused = [key for key, modules in users().items() if not modules]
    assert not unused


def test_every_sentence_about_a_file_or_a_panel_is_triggered_by_a_test():
    """Add a message, and a case with one broken input to the table of its module."""
    outside = {
        key for key, modules in users().items() if all(m in OUTSIDE or m.split("/")[0] in OUTSIDE for m in modules)
    }
    cases = set(test_document.BROKEN) | set(test_document.OPTIONS) | set(test_document.WEIGHTS) | TRIGGERED
    for module in (test_load, test_workbook, test_panel, test_checks):
        cases |= set(module.CASES)
    cases |= set(test_workbook.NOTICES) | set(test_load.METHOD_CASES)
    assert set(SENTENCES) - outside - PARTS - cases == set()


# --- problems and errors --------------------------------------------------------------------------------------------


def test_a_problem_without_a_place():
    problem = Problem("missing_key", {"key": "framework"})
    assert str(problem) == "Key 'framework' is missing. Add it."
    assert problem.text("zh") == "缺少键'framework'。请补上。"


def test_a_problem_says_where_it_is():
    place = ("in_yaml", {"file": "f.yaml", "line": 7, "path": "framework.years"})
    problem = Problem("missing_key", {"key": "x"}, place)
    assert problem.text() == "f.yaml, line 7, framework.years: key 'x' is missing. Add it."
    assert problem.text("zh") == "f.yaml，第7行，framework.years：缺少键'x'。请补上。"


@pytest.mark.parametrize(
    ("problem", "begins"),
    [
        (Problem("unknown_method", {"step": "aggregation", "found": "x", "hint": ""}), "Aggregation 'x' is not known."),
        (Problem("explain_city", {"found": "x", "hint": ""}), "City 'x' is not in the index."),
        (Problem("real_terms_refused", {"reason": Problem("screened_all")}), "Screening has left out every city or"),
        (Problem("would_overwrite", {"files": "out"}), "out: already there"),
        (Problem("model_not_written", {"why": "x"}), "model.xlsx is not written"),
        (Problem("level_unknown", {"level": 4, "deepest": 2}), "levels: level 4 has nothing"),
        (Problem("wrong_value", {"field": "years", "found": "x", "expected": "y"}), "years: found x"),
    ],
)
def test_without_a_place_a_word_begins_with_a_capital_but_no_key_file_or_name(problem, begins):
    assert str(problem).startswith(begins)


@pytest.mark.parametrize("kind", [InputError, ChoiceError])
def test_an_error_carries_every_problem_one_to_a_line(kind):
    problems = [Problem("missing_key", {"key": key}) for key in ("a", "b")]
    with pytest.raises(kind, match=r"Key 'a' is missing\. Add it\.\nKey 'b' is missing\. Add it\.") as raised:
        refuse_if(problems, kind)
    assert raised.value.problems == tuple(problems)
    assert isinstance(raised.value, IndexcalcError)


def test_one_problem_may_be_given_bare():
    assert len(InputError(Problem("file_missing")).problems) == 1


def test_no_problem_no_error():
    refuse_if([])


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


def test_suggestions():
    assert suggestion("lowre", ["lower", "upper"]) == {"hint": Word("errors.hint.did_you_mean", near="lower")}
    assert suggestion("xyz", ["lower", "upper"]) == {"hint": Word("errors.hint.known_are", known=["lower", "upper"])}
    assert suggestion("xyz", []) == {"hint": ""}


def test_long_lists_of_known_words_are_cut_off():
    hint = suggestion("xyz", [f"w{i:03}" for i in range(50)])["hint"].said(Voice("en"))
    assert hint.startswith("Known: w000, ")
    assert hint.endswith("w019 and 30 more.")


def test_nothing_to_suggest_leaves_no_gap_between_sentences():
    """A word that nothing comes near, where nothing is known: no second blank before what to do."""
    problem = Problem("unknown_header", {"found": "x", **suggestion("x", ())})
    assert problem.text("en").startswith(
        "Header 'x' is not an indicator or series of the framework. Correct it, declare it"
    )


def test_of_very_many_words_the_nearest_begins_or_ends_alike():
    many = [f"x{i}" for i in range(1000)]
    assert nearest("positve", [*many, "positive"]) == "positive"
    assert nearest("y_1", [*many, "x_1"]) == "x_1"


# --- names of places --------------------------------------------------------------------------------------------------

NAMED = {"cities": {"甲": {"en": "Jia"}, "乙": {"en": "Yi"}, "丙": {}}, "indicators": {"a": {}}}
ROWS = [["city", "year", "a"], ["甲", 2020, 1], ["乙", 2020, 3], ["丙", 2020, 5]]


@pytest.mark.parametrize(
    ("rows", "en", "zh"),
    [
        # the cell says where, so the name is enough
        ([["甲", 2021, "?"]], "cell C5 (Jia, 2021), 'a': found", "单元格C5（甲，2021），'a'"),
        # the key is what is to be looked for
        ([["乙", 2020, 3]], "Yi (乙) 2020 appears twice", "乙 2020年重复"),
        ([["甲", 2021, None], ["丙", 2021, None], ["乙", 2021, 1]], "Jia (甲) 2021, 丙 2021", "甲2021年、丙2021年"),
    ],
)
def test_places_have_the_name_of_the_language_and_their_key_where_it_is_needed(tmp_path, rows, en, zh):
    framework = ic.Framework.model_validate({**NAMED, "name": "I"})
    with pytest.raises(IndexcalcError) as refused:
        panel = ic.read_workbook(write_workbook(tmp_path / "w.xlsx", {"p": [*ROWS, *rows]}), framework)
        ic.build_index(panel, framework, ic.Methodology.model_validate({"imputation": "none"}))
    assert en in refused.value.text("en")
    assert zh in refused.value.text("zh")
    assert en in refused.value.said(Voice("en", framework))


# --- lists have the marks of the language -----------------------------------------------------------------------------


def test_known_words_and_words_found_are_listed_with_the_marks_of_the_language():
    problem = Problem("unknown_key", {"key": "x", **suggestion("x", ["weight", "name"])})
    assert problem.text("en").endswith("Known: weight, name.")
    assert problem.text("zh").endswith("可用：weight、name。")
    with pytest.raises(InputError) as refused:
        ic.Methodology().variant(weighting={"method": "entropy", "scope": "x"})
    assert "expected one of within, levels, indicators." in refused.value.text("en")
    assert "within、levels、indicators" in refused.value.text("zh")


def test_files_are_listed_with_the_marks_of_the_language(tmp_path):
    names = [f"f{i}" for i in range(8)]
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(InputError) as refused:
        refuse_losses(tmp_path, names)
    assert "f0, f1, f2, f3, f4, f5 and 2 more: already there" in refused.value.text("en")
    assert "f0、f1、f2、f3、f4、f5等，另有2个" in refused.value.text("zh")


def test_a_mistake_made_on_many_lines_is_told_once():
    """A mistake copied to every indicator filled the screen."""

    def missing(line, key="weight"):
        return Problem("missing_key", {"key": key}, ("in_yaml", {"file": "a.yaml", "line": line, "path": f"i{line}"}))

    few = InputError([missing(3), missing(5), missing(7)])
    assert len(few.text("en").splitlines()) == 3
    many = InputError(
        [missing(3), Problem("missing_key", {"key": "weight"}), missing(9), missing(5), missing(4, "name"), missing(7)]
    )
    first, *others = many.text("en").splitlines()
    assert first.startswith("a.yaml, line 3, i3: key 'weight' is missing. Add it.")
    assert first.endswith("The same in lines 9, 5, 7.")
    assert len(others) == 2 and "name" in others[1]
    assert "第9、5、7行同此。" in many.text("zh")
    on_one_line = InputError([missing(3)] * 5)
    assert len(on_one_line.text("en").splitlines()) == 5  # the line does not say which
    elsewhere = Problem("missing_key", {"key": "weight"}, ("in_yaml", {"file": "b.yaml", "line": 1, "path": "i1"}))
    assert len(InputError([*few.problems, elsewhere]).text("en").splitlines()) == 4
