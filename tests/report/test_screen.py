"""What is on the screen: a table of the run, the analyses of robustness; in both languages."""

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from indexcalc.computed import Computed
from indexcalc.report.screen import (
    print_against,
    print_answers,
    print_claims,
    print_ranking,
    print_scenarios,
    print_table,
    print_weights,
)
from indexcalc.report.tables.framework import weights
from indexcalc.report.tables.table import SHEET, Column, Excerpt, Table
from indexcalc.robustness.study import Study
from indexcalc.spec.analyses import Scenario
from indexcalc.spec.claims import Rising
from indexcalc.voice import Voice, Word, languages
from tests.conftest import build, make_framework, make_panel
from tests.report.studied import plain, studied
from tests.report.tables import growing, trial

MINIMUM = {"aggregation": "minimum"}


def printed(make, run, lang="zh", width=120, framework=None, **more):
    console = Console(file=io.StringIO(), width=width)
    make(console, run, Voice(lang, framework or plain().result.framework), **more)
    return console.file.getvalue()


def print_study(console, run, voice):
    print_answers(console, run, "robustness", voice)


def only(**parts):
    """The index with some parts of the study alone."""
    return replace(studied(), study=Study(2021, **parts))


# --- a table ----------------------------------------------------------------------------------------------------------


def test_a_table_has_its_question_above_and_its_notes_below():
    column = Column(Word("sheets.score"), [1.0, 2.0, 3.0], "score", band=Word("sheets.of_year", year=2021))
    names = Column(Word("sheets.city"), ["甲", "乙", "丙"], marks=["", "below_1", "below_2"])
    shown = Table(
        (names, column, Column("no", [9, 9, 9], on=(SHEET,))),
        Word("sheets.bounds_question", year=2021),
        ("x",),
        excerpt=Excerpt(2, "all.csv"),
    )
    assert printed(print_table, shown).splitlines() == [
        "只改权重，2021年的位次最多能变到哪里",
        "┏━━━━━━┳━━━━━━━━┓",
        "┃      ┃ 2021年 ┃",
        "┃ 城市 ┃   得分 ┃",
        "┡━━━━━━╇━━━━━━━━┩",
        "│ 甲   │   1.00 │",
        "│   乙 │   2.00 │",
        "└──────┴────────┘",
        "以上只列2行，全部3行见all.csv。",
        "x",
    ]
    assert printed(print_table, shown, title="Another").startswith("Another")


@pytest.mark.parametrize("width", [120, 80, 40])
def test_columns_that_do_not_fit_side_by_side_are_drawn_below_each_other(width):
    names, figures = ["north", "south"], [[10_000.0 * k + r for r in range(2)] for k in range(12)]
    columns = [Column("place", names, "word"), *(Column(f"c{k}", own, "count") for k, own in enumerate(figures))]
    text = printed(print_table, Table(tuple(columns), "Why?"), width=width)
    assert max(map(len, text.splitlines())) <= width
    for column in columns[1:]:
        assert column.name in text and all(f"{x:,.0f}" in text or f"{x:.0f}" in text for x in column.values)
    parts = text.count("┏")
    assert (parts == 1) == (width == 120) and all(text.count(name) == parts for name in names)


def test_a_table_without_a_column_for_the_screen_is_its_sentences():
    shown = Table((Column("a", [1], on=(SHEET,)),), "Why?", ("Because.",))
    assert printed(print_table, shown) == "Why?\n  Because.\n"


def test_words_that_look_like_markup_stay_as_they_are():
    shown = Table((Column("[b]", ["[red]x"]),), notes=("[i]note",))
    assert all(text in printed(print_table, shown) for text in ("[b]", "[red]x", "[i]note"))


def test_weights_are_told_with_what_influence_is():
    text = printed(print_weights, trial(), "en")
    assert "r: the Pearson correlation of the" in text and "37.50%" in text
    assert text.count("\n│") == weights(trial()).rows


# --- robustness -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", languages())
def test_everything_is_on_the_screen(lang):
    text, voice = printed(print_study, studied(), lang), Voice(lang)
    for key in ("bounds_question", "changes_question", "sensitivity_question", "single_question"):
        assert voice.say(f"sheets.{key}", year=2021) in text
    for key in ("sheets.of_each", "sheets.alternatives", "screen.least_alike"):
        assert voice.say(key) in text
    assert {"zh": "各项权重在±50%以内变动，再折算为合计100%", "en": "each weight within ±50%, then renormalised"}[
        lang
    ] in text
    assert all(city in text for city in "甲乙丙丁")
    assert max(map(len, (line for line in text.splitlines() if line[:1] in "│┃"))) <= 120


def test_methodologies_are_told_by_what_differs_the_least_alike_first():
    run = studied()
    text = printed(print_study, only(alternatives=run.alternatives), "en")
    table = text[text.index("Differs from the chosen") :].partition("└")[0]
    found = [
        float(line.split("│")[2]) for line in table.splitlines() if line.startswith("│") and line.split("│")[2].strip()
    ]
    assert found == sorted(round(row.spearman, 3) for row in run.alternatives.rows)
    assert "(as chosen)" in table and "The first row is the chosen" not in text


@pytest.mark.parametrize("lang", languages())
def test_of_many_rows_the_file_that_has_them_all_is_named(lang, monkeypatch):
    monkeypatch.setattr("indexcalc.report.tables.sensitivity.SHOWN", 3)
    text, voice = printed(print_study, studied(), lang), Voice(lang)
    for file, n in (("one_at_a_time", 7), ("alternatives", 8)):
        assert voice.say("screen.shown", k=3, n=n, file=f"robustness/{file}.csv") in text


@pytest.mark.parametrize("lang", languages())
def test_of_many_cities_the_first_and_the_last_are_on_the_screen(lang, monkeypatch):
    monkeypatch.setattr("indexcalc.report.tables.rankings.MOST_ROWS", 3)
    monkeypatch.setattr("indexcalc.report.tables.rankings.FIRST", 1)
    monkeypatch.setattr("indexcalc.report.tables.rankings.LAST", 1)
    run = studied()
    text, voice, order = printed(print_ranking, run, lang), Voice(lang, run.result.framework), run.order
    shown = [voice.city(run.result.cities[c]) in text for c in order]
    assert shown == [k < 1 or k >= len(order) - 1 for k in range(len(order))]
    assert voice.say("screen.shown_ends", k=1, last=1, n=len(order), file="rankings.csv") in text


def test_an_index_is_told_as_it_was_estimated_and_none_where_the_sample_cannot_tell():
    made = studied().sensitivity
    total, interval = made.total.copy(), made.total_interval.copy()
    total[0, 0], interval[0, 0] = 150.0, np.nan
    total[1, 0], interval[1, 0] = 75.0, np.nan
    row = made.of_claim(0)
    total[row], interval[row] = 0.9, np.array([0.1, 1.3])
    moved = replace(made, total=total, total_interval=interval, variance=np.ones_like(made.variance))
    text = printed(print_study, only(sensitivity=moved))
    assert "150.00 │" in text and " 75.00、" in text and "nan" not in text
    assert Voice("zh").say("charts.hardly_moves") in text


@pytest.mark.parametrize("lang", languages())
def test_where_nothing_moves_there_are_no_empty_tables(lang):
    made, voice = studied().sensitivity, Voice(lang)
    still = replace(made, total=np.full_like(made.total, np.nan), variance=np.zeros_like(made.variance))
    text = printed(print_study, only(sensitivity=still), lang)
    assert voice.say("charts.never_moves") in text and "┃" not in text and voice.say("sheets.of_each") not in text


def test_a_study_without_a_part_says_nothing_of_it():
    assert printed(print_study, only()) == printed(print_study, growing()) == ""


@pytest.mark.parametrize("lang", languages())
def test_where_every_cell_is_observed_nothing_is_said_of_them(lang):
    text, voice = printed(print_ranking, plain(), lang), Voice(lang)
    assert voice.say("sheets.brief_observed") not in text and voice.say("screen.cell_observed") not in text


@pytest.mark.parametrize(("lang", "told"), [("en", "in %: observed, "), ("zh", "数据的构成（%）：实有、")])
def test_the_caption_names_the_columns_that_are_there(lang, told):
    text = printed(print_ranking, trial(), lang)
    assert told in text and Voice(lang).say("screen.cell_missing") not in text


# --- what a run says in a line ----------------------------------------------------------------------------------------


def test_each_scenario_is_a_line_with_who_moves_and_what_it_does_to_the_claims():
    framework = make_framework(indicators={"a": {}, "b": {}})
    panel = make_panel(
        {"a": [[1, 9], [5, 5], [9, 2]], "b": [[2, 1], [2, 3], [2, 6]]}, cities="甲乙丙", years=(2020, 2021)
    )
    result = build(panel, framework, normalisation={"method": "min_max", "lower": 1, "upper": 100})
    scenarios = {"same": {"weights": {"a": 1.01}}, "b": {"weights": {"b": 9}}, "least": MINIMUM}
    scenarios = {code: Scenario.model_validate(one) for code, one in scenarios.items()}
    run = Computed.of(result, scenarios=scenarios, claims=(Rising(kind="rising"),))
    head, *lines = printed(print_scenarios, run, "en").splitlines()
    assert "'Scenarios' in index.xlsx" in head and len(lines) == 3
    assert lines[0] == "  same: the same ranks"
    found, t = run.scenarios, run.last
    for k, line in enumerate(lines):
        moved = int((found.rank[k, :, t] != result.rank()[:, t]).sum())
        others = found.verdicts[k][0] != run.holdings[0].verdict
        assert ("the same ranks" in line) == (moved == 0) and (not moved or f"differ for {moved} of 3" in line)
        assert ("another verdict" in line) == others
    assert printed(print_scenarios, plain()) == ""


@pytest.mark.parametrize("lang", languages())
def test_indicators_that_run_against_the_index_are_named_and_else_nothing_is_said(lang, monkeypatch):
    run = trial()
    table = weights(run)
    voice = Voice(lang, run.result.framework)
    against = [
        voice.told(one)
        for one, told in zip(table.column("node").values, table.column("runs_against").values, strict=True)
        if told
    ]
    text = printed(print_against, run, lang, framework=run.result.framework)
    assert bool(against) == bool(text) and all(one in text for one in against[:6])


def test_a_claim_is_told_again_without_current_prices_only_where_that_changes_it():
    run = plain()
    brief, full = (printed(print_claims, run, "en", verbose=verbose) for verbose in (False, True))
    assert set(brief.splitlines()) <= set(full.splitlines())


@pytest.mark.parametrize("lang", languages())
def test_names_and_figures_are_not_folded_on_a_narrow_screen(lang):
    run = studied()
    text, voice = printed(print_ranking, run, lang, width=80), Voice(lang, run.result.framework)
    rows = [line for line in text.splitlines() if line.startswith("│")]
    assert len(rows) == len(run.result.cities) and all(voice.city(c) in text for c in run.result.cities)
