"""Robustness over the draws: the shares at their places, for people and for programs."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.testing import assert_allclose

from indexcalc.report.tables import frame_of
from indexcalc.report.tables import robustness as tables
from indexcalc.robustness.result import Factor, ScoreSpread
from indexcalc.voice import City, Word
from tests.conftest import make_framework
from tests.report.tables import notes, read, two, values
from tests.robustness.test_result import two_cities

NAMED = make_framework(indicators={"x": {}}, cities={"甲": {"en": "Alpha"}, "乙": {}})


def drawn(x=((2.0,), (1.0,)), years=(2020,), **changes):
    """Two cities with ten draws."""
    return two(x, years, two_cities(**changes))


def two_years():
    """The same draws in two years."""
    run, one = two([[2.0, 1.0], [1.0, 2.0]], (2019, 2020)), two_cities()
    twice = {name: np.repeat(getattr(one, name), 2, axis=1) for name in ("rank_counts", "nominal_rank", "tied_counts")}
    twice |= {name: np.repeat(getattr(one, name), 2, axis=0) for name in ("beats", "compared")}
    return replace(run, uncertainty=replace(one, years=(2019, 2020), **twice))


def rows(make, run):
    run = replace(run, result=replace(run.result, framework=NAMED))
    made = make(run)
    return (made if isinstance(made, pd.DataFrame) else frame_of(list(made))).to_dict("records")


def test_no_draws_no_sheet():
    assert tables.robustness(two([[2.0], [1.0]])) is None


def test_ranks_over_the_draws():
    run = drawn()
    sheet = tables.robustness(run)
    intervals, acceptability = sheet.tables
    band = Word("sheets.over_draws")
    assert values(intervals, "median", band) == [1.0, 2.0]
    ends = [column.values for column in intervals.columns if column.name == "quantile"]
    assert ends == [[1.0, 1.0], [2.0, 2.0]]
    assert_allclose(values(intervals, "mean"), [1.4, 1.6])
    assert_allclose(values(intervals, "same_rank"), [0.6, 0.6])
    assert_allclose(values(intervals, "within_one"), [1.0, 1.0])
    assert_allclose([column.values for column in acceptability.columns[2:]], [[0.6, 0.4], [0.4, 0.6]])


def test_ranks_that_are_shared_are_a_column_and_a_note_of_their_own():
    run = drawn()
    tied = replace(run, uncertainty=replace(run.uncertainty, tied_counts=np.array([[[3, 3, 3]], [[1, 0, 1]]])))
    intervals, acceptability = tables.robustness(tied).tables
    assert_allclose(values(intervals, "tied_part"), [0.3, 0.1])
    (note,) = acceptability.notes
    assert note == Word("sheets.shares_with_ties", city=City("甲"), share="30.0%")
    intervals, acceptability = tables.robustness(run).tables
    assert "tied_part" not in [column.name for column in intervals.columns] and not acceptability.notes


def test_groups_of_many_cities_are_counted_and_not_listed(monkeypatch):
    apart = drawn(ranks=((10, 0), (0, 10)), beats=10)
    monkeypatch.setattr(tables, "LISTED", 1)
    said = notes(tables.robustness(apart), apart)[1]
    assert "可分为2组" in said and "robustness/ranks.csv" in said and "甲" not in said


def test_which_cities_can_be_told_apart_is_said():
    run = drawn()
    assert (
        notes(tables.robustness(run), run)[1]
        == "2020年的排名无法分组：没有一种分组的先后次序在至少95%的方法中保持不变。"
    )
    apart = drawn(ranks=((10, 0), (0, 10)), beats=10)
    assert notes(tables.robustness(apart), apart)[1].endswith("甲；乙。")
    shares = tables.robustness(apart).tables[1].columns[3].values
    assert np.isnan(shares[0])  # no share is an empty cell


def test_draws_that_gave_no_ranking_are_not_counted_with_it():
    run = drawn(ranks=((4, 1), (1, 4)))
    assert notes(tables.robustness(run), run)[0].startswith("以5种方法")


def test_cities_are_in_the_order_of_the_ranking_whatever_the_order_of_the_draws():
    intervals = tables.robustness(drawn([[1.0], [2.0]])).tables[0]  # 乙 leads
    assert values(intervals, "city") == ["乙", "甲"]
    assert_allclose(values(intervals, "mean"), [1.6, 1.4])


def test_rank_changes_over_the_draws():
    changes = tables.robustness(two_years()).tables[2]
    assert values(changes, "city") == ["乙", "甲"]
    assert values(changes, "gain_total") == [1.0, -1.0]
    assert_allclose(values(changes, "rises_in"), [0.1, 0.1])
    assert_allclose(values(changes, "stays_in"), [0.8, 0.8])
    assert_allclose(values(changes, "falls_in"), [0.1, 0.1])


def test_what_was_drawn_is_named():
    factors = (
        Factor("normalisation", ("min_max", "z_score"), (4, 6)),
        Factor("leave_out_city", ("none", "甲"), (3, 7)),
        Factor("alternatives.x", ("x", "y"), (5, 5)),
    )
    run = drawn()
    run = replace(run, uncertainty=replace(run.uncertainty, factors=factors))
    design = tables.robustness(run).tables[-1]
    assert read(design, "factor", run) == [*["标准化方法"] * 2, *["剔除一个城市"] * 2, *["x所用的数据列"] * 2]
    assert read(design, "option", run) == ["极差标准化", "Z分数标准化", "不剔除", "甲", "x", "y"]
    assert values(design, "draws") == [4, 6, 3, 7, 5, 5]
    assert_allclose(values(design, "draw_share"), [0.4, 0.6, 0.3, 0.7, 0.5, 0.5])
    assert design.starts == {2, 4} and design.column("factor").merged
    assert [row["factor"] for row in rows(tables.design_file, run)] == [factor.code for factor in factors for _ in "12"]


# --- for programs -----------------------------------------------------------------------------------------------------


def test_ranks_of_programs():
    first, second = rows(tables.ranks_file, drawn())
    assert first == {
        **{"city": "甲", "city_en": "Alpha", "year": 2020, "rank": 1, "draws": 10, "mean": 1.4, "median": 1},
        **{
            "q05": 1,
            "q25": 1,
            "q75": 2,
            "q95": 2,
            "share_nominal": 0.6,
            "share_nominal_tied": 0.0,
            "share_within_1": 1.0,
            "group": 1,
        },
    }
    assert (second["rank"], second["group"]) == (2, 1)


def test_acceptability_names_the_ranks_that_occur():
    found = rows(tables.acceptability_file, drawn(ranks=((10, 0), (4, 6))))
    assert [(row["city"], row["rank"], row["share"]) for row in found] == [
        ("甲", 1, 1.0),
        ("乙", 1, 0.4),
        ("乙", 2, 0.6),
    ]


def test_wins_add_up():
    one, other = rows(tables.wins_file, drawn(beats=5, ties=2))
    assert (one["city"], one["other"], other["city"]) == ("甲", "乙", "乙")
    assert_allclose(one["share"] + other["share"], 1.0)


def test_of_very_many_cities_the_pairs_are_not_listed(monkeypatch):
    monkeypatch.setattr(tables, "PAIRS", 1)
    assert rows(tables.wins_file, drawn()) == []


def test_changes_of_programs():
    assert rows(tables.changes_file, drawn()) == []  # one year
    first, second = rows(tables.changes_file, two_years())
    assert (first["from"], first["to"], first["gain"], first["median"]) == (2019, 2020, 0, 0)
    assert_allclose([first["share_up"], first["share_down"], first["mean"]], [0.1, 0.1, 0.0], atol=1e-12)
    assert second["city"] == "乙"


def test_scores_are_told_scale_by_scale():
    spread = ScoreSpread("min_max", 4, np.array([[2.0], [1.0]]), np.ones((2, 1)), (0.05, 0.95), np.ones((2, 2, 1)))
    run = drawn()
    found = rows(tables.scores_file, replace(run, uncertainty=replace(run.uncertainty, scores=(spread,))))
    assert [(row["normalisation"], row["city"], row["mean"], row["q95"]) for row in found] == [
        ("min_max", "甲", 2.0, 1.0),
        ("min_max", "乙", 1.0, 1.0),
    ]


def test_without_draws_programs_get_nothing():
    run = two([[2.0], [1.0]])
    for make in (
        *(tables.ranks_file, tables.acceptability_file, tables.wins_file),
        *(tables.changes_file, tables.scores_file, tables.design_file),
    ):
        assert list(make(run)) == []
