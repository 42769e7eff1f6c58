"""Bounds over weights and the smallest changes: the study's figures at their places."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from pandas.api.types import is_integer_dtype

from indexcalc.errors import Problem
from indexcalc.report.tables import bounds as tables
from indexcalc.report.tables import frame_of
from indexcalc.report.text.bounds import neighbours, pairs
from indexcalc.robustness.study import Study
from indexcalc.voice import Node, Word
from tests.report.studied import plain, studied
from tests.report.tables import notes, values


def with_bounds(**changes):
    run = studied()
    return replace(run, study=replace(run.study, bounds=replace(run.bounds, **changes)))


def test_bounds_are_told_city_by_city():
    run = studied()
    table, found = tables.bounds(run), run.bounds
    cities = [found.cities.index(city) for city in values(table, "city")]
    t = found.years.index(run.study.year)
    assert_array_equal(values(table, "rank"), found.nominal_rank[cities, t])
    assert values(table, "rank") == sorted(values(table, "rank"))
    assert_array_equal(values(table, "best_rank"), found.best[cities, t])
    assert_array_equal(values(table, "worst_rank"), found.worst[cities, t])
    assert_array_equal(values(table, "always_above"), found.always_above[t, cities].sum(axis=1))
    assert_array_equal(values(table, "always_below"), found.always_above[t][:, cities].sum(axis=0))
    assert "±" in notes(table, run)[0]


def test_a_rank_reached_only_as_a_tie_is_told():
    tied = np.zeros(studied().bounds.best.shape, bool)
    tied[0] = True
    assert "best_tied" not in [one.name for one in tables.bounds(with_bounds(best_tied=~tied & tied)).columns]
    table = tables.bounds(with_bounds(best_tied=tied))
    said = dict(zip(values(table, "city"), values(table, "best_tied"), strict=True))
    assert said.pop("甲") == Word("sheets.only_tied") and set(said.values()) == {""}


def test_limits_are_told_where_a_rank_is_enclosed_only():
    assert not {"best_limit", "worst_limit"} & {one.name for one in tables.bounds(studied()).columns}
    best_limit = studied().bounds.best_limit.copy()
    best_limit[-1] = best_limit[-1] - 1.0
    run = with_bounds(best_limit=best_limit)
    columns = tables.bounds(run).columns
    assert [one.name for one in columns[2:6]] == ["best_limit", "best_rank", "worst_rank", "worst_limit"]
    last = run.bounds.cities[-1]
    assert run.bounds.unsettled[-1].all() and not run.bounds.unsettled[:-1].any()
    table = dict(zip(columns[0].values, columns[2].values, strict=True))
    assert table[next(city for city in columns[0].values if str(city) == last)] == best_limit[-1, -1]
    best, worst = run.limits  # what is called proven elsewhere
    assert np.isnan(best[-1]) and np.isnan(worst[-1]) and not np.isnan(best[:-1]).any()


def test_weights_that_stay_are_named():
    because = (Problem("bounds_missing", {"node": "a", "missing": "renormalise", "where": "甲 2021"}),)
    table = tables.bounds(with_bounds(fixed=("a",), because=because))
    assert table.notes[-2:] == (Word("sheets.bounds_fixed", names=[Node("a")]), *because)


def test_range_and_limits_are_told_apart_where_they_stand_side_by_side():
    run = studied()
    drawn = replace(run, uncertainty=SimpleNamespace(draws=10))
    assert Word("page.range_or_limits") in tables.bounds(drawn).notes
    assert Word("page.range_or_limits") not in tables.bounds(replace(run, uncertainty=None)).notes


def test_a_city_without_bounds_is_left_out():
    best = studied().bounds.best.copy()
    best[2] = np.nan
    assert "丙" not in values(tables.bounds(with_bounds(best=best)), "city")


def test_the_weights_are_told_as_they_were_chosen_else_as_written():
    run = studied()
    assert notes(tables.bounds(run), run)[0].endswith("各项权重在±50%以内变动，再折算为合计100%。")
    bare = replace(run, specification=run.specification.model_copy(update={"uncertainty": None}))
    assert tables.weight_set(bare) == run.bounds.weight_set


def test_what_would_have_to_change_city_by_city_and_claim_by_claim():
    run = studied()
    table, result, found = tables.smallest_changes(run), run.result, run.study
    ranks = result.rank()[:, result.years.index(found.year)]
    ranking = [result.cities[c] for c in np.argsort(ranks) if not np.isnan(ranks[c])]
    near = list(pairs(neighbours([one for one in found.changes if one.claim is None], ranking)))
    assert len(values(table, "city")) == len(near) > 0
    told = dict(zip(values(table, "city"), values(table, "weight_moved"), strict=True))
    safe = dict(zip(values(table, "city"), values(table, "safe_within"), strict=True))
    for relative, total in near:
        assert np.isfinite(total.size)
        assert 0 <= told[total.city] - total.size / 2 < 1e-4  # enough is rounded up
        assert 0 <= min(relative.size, 1.0) - safe[total.city] < 1e-3  # safe is rounded down
    assert len(table.notes) == 1 + len([one for one in found.changes if one.claim is not None]) // 2 > 1
    assert "“甲 and 乙 ranked in the top 2 in 2021” holds" in notes(table, run, "en")[1]


def test_what_can_never_be_is_told_in_a_word():
    run = studied()
    changes = tuple(replace(one, size=np.inf) if one.claim is None else one for one in run.study.changes)
    table = tables.smallest_changes(replace(run, study=replace(run.study, changes=changes)))
    assert set(values(table, "safe_within")) == {Word("sheets.any_change")}
    assert set(values(table, "weight_moved")) == {None} and set(values(table, "moved_from_to")) == {""}


def test_what_was_not_made_is_not_there():
    run = studied()
    assert tables.study(plain()) is None
    assert tables.study(replace(run, study=Study(2021))).tables == ()
    less = replace(run, study=replace(run.study, bounds=None, changes=(), sensitivity=None))
    assert [table.question.key for table in tables.study(less).tables] == ["sheets.single_question"]
    assert [table.question.key for table in tables.study(run).tables] == [
        *("sheets.bounds_question", "sheets.changes_question", "sheets.sensitivity_question"),
        *("sheets.of_each", "sheets.single_question"),
    ]


# --- for programs -----------------------------------------------------------------------------------------------------


def test_bounds_contain_the_rank_and_have_weights_that_sum_to_one():
    bounds = frame_of(list(tables.bounds_file(studied())))
    found = ["best", "best_tied", "worst", "worst_tied", "best_limit", "worst_limit"]
    assert list(bounds) == ["city", "city_en", "year", "rank", *found]
    assert (bounds["best"] == bounds["best_limit"]).all() and (bounds["worst"] == bounds["worst_limit"]).all()
    assert len(bounds) == 12 and ((bounds["best"] <= bounds["rank"]) & (bounds["rank"] <= bounds["worst"])).all()
    weights = frame_of(list(tables.bounds_weights_file(studied())))
    assert len(weights) == 24 and list(weights)[:4] == ["city", "year", "bound", "rank"]
    assert_allclose(weights[list("abcd")].sum(axis=1), 1.0)


def test_dominance_is_one_word_for_each_pair():
    dominance = frame_of(list(tables.dominance_file(studied()))).set_index(["year", "city", "other"])["above"]
    assert len(dominance) == 3 * 4 * 3 and set(dominance) <= {"always", "sometimes", "never"}
    for (year, city, other), told in dominance.items():
        assert (told == "always") <= (dominance[year, other, city] == "never")


def test_smallest_changes_say_both_measures_and_the_sentence():
    changes = frame_of(list(tables.smallest_changes_file(studied())))
    assert list(changes["outcome"]) == ["overtakes"] * 6 + [changes["outcome"].iloc[-1]]
    assert changes["sentence_zh"].str.endswith("。").all() and changes["sentence_en"].str.endswith(".").all()
    assert is_integer_dtype(changes["year"])
    weights = changes.loc[changes["possible"], [f"weight_{code}" for code in "abcd"]]
    assert_allclose(weights.sum(axis=1), 1.0)


@pytest.mark.parametrize("make", [tables.bounds_file, tables.bounds_weights_file, tables.dominance_file])
def test_without_bounds_programs_get_none(make):
    assert list(make(plain())) == []
