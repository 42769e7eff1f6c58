"""A table by itself: what a column is called, how a cell is read, and what each format shows of it."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from indexcalc.errors import Problem
from indexcalc.report.tables.table import (
    KINDS,
    PAGE,
    SCREEN,
    SHEET,
    Column,
    Table,
    cell_text,
    headings,
    number_format,
    score_kind,
    spoken,
)
from indexcalc.report.units import unit_name
from indexcalc.spec.framework import Name
from indexcalc.voice import City, Clauses, Group, Node, Row, Sentences, Voice, Word
from tests.conftest import make_framework

NAN = float("nan")
FRAMEWORK = make_framework(
    indicators={"a": {"name": {"zh": "甲标", "en": "Alpha"}}},
    cities={"甲": {"en": "Jia", "group": "g"}},
    groups={"g": {"zh": "一组", "en": "Group one"}},
)
ZH, EN = Voice("zh", FRAMEWORK), Voice("en", FRAMEWORK)
RANK, CITY, SCORE = Word("sheets.rank"), Word("sheets.city"), Word("sheets.score")


def table(*columns, **look):
    return Table(tuple(Column(head, values, kind) for head, values, kind in columns), **look)


TWO = table((CITY, [City("甲"), "乙"], "text"), (SCORE, [1.5, NAN], "score"))


# --- cells ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind", "read"),
    [
        (1234.5, "score", "1234.50"),
        (-0.004, "score", "0.00"),
        (0.12345, "fine_score", "0.1235"),
        (3.0, "place", "3"),
        (2021, "whole", "2021"),  # a year is no count
        (10000, "count", "10,000"),
        (2.0, "gain", "+2"),
        (-1.0, "gain", "−1"),
        (0.0, "gain", "0"),
        (2.0, "moved", "▲2"),
        (-1.0, "moved", "▼1"),
        (0.0, "moved", "="),
        (-1.25, "change", "−1.25"),
        (93.4, "percent", "93%"),
        (0.0004, "odds", "<0.1%"),
        (0.9996, "part", ">99.9%"),
        (1.0, "part", "100%"),
        (1 / 3, "weight", "33.3%"),
        (1 / 24, "share", "4.17%"),
        (-0.5, "ratio", "−0.500"),
        (-0.5, "correlation", "−0.50"),
        (0.1 + 0.2, "given", "0.3"),
        (12345.678, "value", "12,345.68"),
        (np.float64(1.5), "score", "1.50"),
        (np.int64(7), "whole", "7"),
        (12345, "#,##0", "12,345"),  # a number format of Excel
        (2021, "text", "2021"),
        (7, "word", "7"),
    ],
)
def test_figures_are_read_by_their_kind(value, kind, read):
    assert cell_text(value, kind, ZH) == cell_text(value, kind, EN) == read


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_figure_is_a_dash_and_nothing_is_nothing(kind):
    assert cell_text(NAN, kind, ZH) == cell_text(np.float64("nan"), kind, ZH) == "–"
    assert cell_text(None, kind, ZH) == cell_text("", kind, ZH) == ""


@pytest.mark.parametrize(
    ("fact", "zh", "en"),
    [
        (City("甲"), "甲", "Jia"),
        (Node("a"), "甲标", "Alpha"),
        (Group("g"), "一组", "Group one"),
        (Word("sheets.span", low=1, high=3), "1—3", "1–3"),
        (Word("sheets.own", node=Node("a"), step="s"), "甲标：s", "Alpha: s"),
        (Name(zh="一", en="One"), "一", "One"),
        (Row([City("甲"), "乙"]), "甲、乙", "Jia, 乙"),
        (Clauses(["x", "y"]), "x；y", "x; y"),
        (Sentences(["x.", "y."]), "x.y.", "x. y."),
        ([City("甲"), "乙"], "甲和乙", "Jia and 乙"),
        (partial(unit_name, "亿元"), "亿元", "100m yuan"),
        (Row(), "", ""),
    ],
)
def test_facts_are_read_in_the_words_of_a_language(fact, zh, en):
    assert (cell_text(fact, "text", ZH), cell_text(fact, "text", EN)) == (zh, en)
    assert cell_text(fact, "score", ZH) == zh  # a word stands where a figure would


def test_a_problem_is_read_as_its_sentence():
    problem = Problem("bounds_no_weights")
    assert cell_text(problem, "small", EN) == problem.text("en") != problem.text("zh")


def test_every_kind_with_figures_has_them_on_the_right_as_text():
    assert {kind for kind, look in KINDS.items() if look.excel} == {
        kind for kind, look in KINDS.items() if look.align == "right"
    }


def test_a_table_in_words():
    said = spoken(TWO, EN)
    assert said.heads == (("head", ("City", "Score")),)
    assert said.cells == (("Jia", "1.50"), ("乙", "–")) and said.aligns == ("left", "right")
    assert spoken(table((CITY, [], "text")), EN).cells == ()


# --- headings ---------------------------------------------------------------------------------------------------------


def test_a_column_without_a_band_has_its_name_in_both_rows_and_a_year_stays_a_number():
    shown = Table((Column(CITY, ["甲"]), Column(2021, [1.0], band=SCORE)))
    assert list(headings(shown, EN)) == [("band", ["City", "Score"]), ("head", ["City", 2021])]
    assert list(headings(TWO, ZH)) == [("head", ["城市", "得分"])]


def test_codes_and_units_are_below_the_names_and_a_column_with_neither_fills_the_height():
    a, b = Column(Node("a"), [1.0], code="a", unit="%"), Column(Node("b"), [1.0], code="b")
    assert list(headings(Table((Column(CITY, ["甲"]), a, b)), EN)) == [
        ("head", ["City", "Alpha", "b"]),
        ("code", ["City", "a", "b"]),
        ("unit", ["City", "%", ""]),
    ]


def test_codes_that_are_the_names_are_not_said_twice():
    assert [look for look, _ in headings(Table((Column(Node("b"), [1.0], code="b"),)), EN)] == ["head"]


# --- what a format shows ----------------------------------------------------------------------------------------------


def test_a_format_shows_the_columns_that_are_on_it():
    everywhere, sheet = Column(CITY, ["甲"]), Column(RANK, [1], on=(SHEET,))
    text = Column(SCORE, [1.0], on=(SCREEN, PAGE))
    shown = Table((everywhere, sheet, text), question="?", strong=frozenset({0}))
    assert shown.on(SHEET).columns == (everywhere, sheet)
    assert shown.on(SCREEN) == shown.on(PAGE) == Table((everywhere, text), "?", strong=frozenset({0}))


def test_outside_the_workbook_a_brief_head_stands_for_head_and_band():
    column = Column(Word("sheets.estimate"), [0.5], band=SCORE, brief=Word("sheets.sobol_total"))
    shown = Table((column, Column(RANK, [1], band=SCORE)))
    assert shown.on(SHEET) == shown
    brief, other = shown.on(SCREEN).columns
    assert (brief.head, brief.band, brief.name) == (Word("sheets.sobol_total"), None, "estimate")
    assert (other.head, other.band) == (RANK, SCORE)


def test_columns_are_picked_by_name_and_where_several_have_it_by_their_band():
    one, two = (Column(RANK, [k], band=Node(code)) for k, code in enumerate("ab"))
    shown = Table((Column(2021, [9]), one, two, Column(Node("a"), [3], key="own")))
    assert shown.column("rank") is one and shown.column("rank", Node("b")) is two
    assert shown.column("2021").values == [9] and shown.column("own").values == [3]
    with pytest.raises(KeyError, match="no column 'score'; there are 2021, rank, own"):
        shown.column("score")


def test_the_least_is_first_and_what_has_no_value_last():
    shown = Table(
        (
            Column(CITY, list("甲乙丙丁"), marks=["", "up", "", "down"]),
            Column(SCORE, [3.0, NAN, None, 1.0]),
        ),
        "?",
        ("note",),
        starts=frozenset({1}),
        strong=frozenset({3}),
        legend=("up",),
    )
    by_score = shown.sorted_by("score")
    assert by_score.column("city").values == ["丁", "甲", "乙", "丙"]
    assert by_score.column("city").marks == ["down", "", "up", ""]
    assert by_score.strong == {0} and by_score.starts == frozenset()
    assert (by_score.question, by_score.notes, by_score.legend) == ("?", ("note",), ("up",))


def test_rows_that_are_equal_keep_their_order():
    shown = table((CITY, list("甲乙丙"), "text"), (RANK, [2, 1, 2], "whole"))
    assert shown.sorted_by("rank").column("city").values == ["乙", "甲", "丙"]


def test_columns_that_say_nothing_are_left_out():
    said = [["", 0], [NAN, NAN], ["x", None], [Row(), ["甲"]]]
    silent = [["", None], [Row(), []]]
    shown = table(*((Word(f"sheets.{k}"), values, "text") for k, values in enumerate([*said, *silent])))
    assert [column.name for column in shown.filled().columns] == list("0123")
    assert len(table((CITY, [], "text")).filled().columns) == 1  # a table without rows is a header


def test_a_table_without_columns_has_no_rows():
    assert Table(()).rows == 0 and TWO.rows == 2


# --- as data ----------------------------------------------------------------------------------------------------------


def test_codes_and_figures_as_a_frame():
    shown = Table(
        (
            Column(CITY, [City("甲"), City("乙")]),
            Column(2021, [1.5, NAN], band=SCORE),
            Column(Word("sheets.quantile", level="5%"), [1, 2], band=SCORE),
            Column(Word("sheets.quantile", level="95%"), [3, 4], band=SCORE),
            Column(Node("a"), [Node("a"), Row([Node("a"), Node("b")])], key="own"),
            Column(RANK, [Word("sheets.span", low=1, high=3), Word("claims.verdict.holds")]),
            Column(Name(zh="单位", en="Unit"), [partial(unit_name, "亿元"), Name(zh="一", en="One")]),
            Column(Word("sheets.of_year", year=2021), [Problem("bounds_no_weights"), None]),
        )
    )
    expected = pd.DataFrame(
        {
            "city": ["甲", "乙"],
            "score_2021": [1.5, NAN],
            "score_quantile_5%": [1, 2],
            "score_quantile_95%": [3, 4],
            "own": ["a", "a b"],
            "rank": ["span 1 3", "holds"],
            "单位_/_Unit": ["亿元", "一 / One"],
            "of_year_2021": ["bounds_no_weights", None],
        }
    )
    pd.testing.assert_frame_equal(shown.to_frame(), expected)


def test_columns_of_one_name_are_all_there():
    frame = Table((Column(RANK, [1]), Column(RANK, [2]))).to_frame()
    assert frame.columns.tolist() == ["rank", "rank"] and frame.iloc[0].tolist() == [1, 2]


# --- kinds of figures -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2000], "#,##0"),
        ([0.25, NAN], "0.0000"),
        ([1.5], "#,##0.00"),
        ([1234.5], "#,##0.0"),
        ([12345.6], "#,##0"),
        ([NAN], "#,##0"),
    ],
)
def test_decimals_go_by_the_size_of_the_values(values, expected):
    assert number_format(np.array(values)) == expected


def test_scores_on_a_short_scale_have_four_decimals():
    assert (score_kind(np.array([0.5, -1.0])), score_kind(np.array([NAN, 10.0]))) == ("fine_score", "score")
    assert score_kind(np.array([NAN])) == "score"
    assert score_kind(np.array([8.8312, 3.0])) == score_kind(np.array([-2.0])) == "score_3"  # a scale from 0 to 10
