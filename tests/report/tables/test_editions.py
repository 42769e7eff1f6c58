"""The tables of the change between two editions: the largest movers first, and only so many of them."""

import numpy as np

from indexcalc.analysis.editions import editions
from indexcalc.report.tables.editions import MOST_MOVERS, MOST_ROWS, editions_file, rank_shifts, score_shifts
from indexcalc.spec.framework import Framework
from tests.conftest import build, make_framework, make_panel


def revised(n, moved):
    """n cities in steps of one point, of which some (by position) gain so many points."""
    framework = make_framework(indicators={"a": {}})
    cities = [f"c{i}" for i in range(n)]
    before = np.arange(n, 0, -1.0)
    after = before.copy()
    for c, points in moved.items():
        after[c] += points
    sides = [
        build(make_panel({"a": of}, cities=cities, years=(2021,)), framework, normalisation="none")
        for of in (before, after)
    ]
    return editions(*sides)


def test_the_largest_movers_come_first():
    found = revised(5, {4: 2.5, 0: 0.75})
    table = score_shifts(found, 0)
    assert [str(city) for city in table.column("city").values] == ["c4", "c2", "c3", "c0", "c1"]
    assert table.column("difference").values == [2.5, 0.0, 0.0, 0.75, 0.0] and not table.notes
    places = rank_shifts(found, 0)
    assert [str(city) for city in places.column("city").values] == ["c4", "c2", "c3"]
    assert places.column("moved").values == [2.0, -1.0, -1.0]
    assert [column.name for column in table.columns[:2]] == ["city", "difference"] and len(table.columns) == 3


def test_where_nobody_moves_there_is_no_table_of_places():
    assert rank_shifts(revised(3, {0: 1.0}), 0) is None


def test_of_many_cities_those_that_moved_most_have_a_row():
    found = revised(MOST_ROWS + 1, {MOST_ROWS: 3.5})
    table = score_shifts(found, 0)
    assert table.rows == MOST_MOVERS and str(table.column("city").values[0]) == f"c{MOST_ROWS}" and table.notes
    assert len(editions_file(found, Framework())) == (MOST_ROWS + 1) * len(found.steps)


def test_a_row_of_the_file_leads_to_the_next():
    rows = editions_file(revised(3, {2: 1.5}), Framework())
    of = rows[rows["city"] == "c2"]
    assert of["score_before"].tolist() == [1.0, 2.5, 2.5, 2.5, 2.5] and of["score_after"].tolist() == [2.5] * 5
    assert of[["rank_before", "rank_after", "places_gained"]].iloc[0].tolist() == [3, 2, 1]
