"""A label written once for its rows is taken for all of them where nothing else can be meant, and otherwise left."""

import pytest

from indexcalc.figures.filling import filled_down
from indexcalc.figures.table import table_of
from tests.figures.test_table import grid_of


def filled(rows, labels=(0, 1), head=("year", "city", "a", "b"), parentheses=None):
    table, cells = filled_down(table_of(grid_of(list(head), *rows), 0), labels, parentheses)
    return [[row[c].value for c in sorted(labels)] for row in table.rows], {c: len(at) for c, at in cells.items()}


def test_a_year_or_a_city_beside_the_first_row_of_its_group():
    rows = [[2018, "A", 1], [None, "B", 2], [], [2019, "A", 3], [None, "B", "—"], ["note: x"]]
    assert filled(rows) == (
        [[2018, "A"], [2018, "B"], [None, None], [2019, "A"], [2019, "B"], ["note: x", None]],
        {0: 2},
    )
    rows = [["A", 2018, 1], [None, 2019, 2], ["B", 2018, 3], [None, 2019, 4], [None, 2020, 5]]
    assert filled(rows)[1] == {0: 3}


def test_a_label_alone_in_the_row_above_its_group():
    rows = [["A"], [None, 2018, 1], [None, 2019, 2], [], ["B"], [None, 2018, 3], [None, 2019, 4], ["note: x"]]
    assert filled(rows) == (
        [["A", 2018], ["A", 2019], [None, None], ["B", 2018], ["B", 2019], ["note: x", None]],
        {0: 4},
    )
    assert filled([["east"], ["A", 2018, 1], ["A", 2019, 2]])[1] == {}


def test_numbers_in_parentheses_are_figures_where_it_is_said_what_they_are():
    rows = [["A", 2018, "(1)"], [None, 2019, "(2)"], ["B", 2018, "(3)"], [None, 2019, "(4)"]]
    assert [filled(rows, parentheses=said)[1] for said in ("negative", "plain", None)] == [{0: 2}, {0: 2}, {}]


def test_a_city_and_below_it_a_year_beside_the_first_of_their_rows():
    rows = [["A", 2018, "x", 1], [None, None, "y", 2], [None, 2019, "x", 3], [None, None, "y", 4]]
    rows += [["B", *row[1:]] if row[0] else row for row in rows]
    assert filled(rows, (0, 1, 2))[0][5] == ["B", 2018, "y"]
    assert filled(rows, (0, 1, 2))[1] == {0: 6, 1: 4}


def test_a_subtotal_belongs_to_no_group_but_a_name_that_ends_like_one_does():
    rows = [["A", 2018, 1], [None, 2019, 2], ["A Total", None, 3], ["B", 2018, 4], [None, 2019, 5], ["Total", None, 8]]
    assert filled(rows)[1] == {0: 2}
    assert filled([["A", "a", 1], [None, "sum total", 2], ["B", "a", 4], [None, "sum total", 5]])[1] == {0: 2}


@pytest.mark.parametrize(
    "rows",
    [
        [["A", 2018, 1], [None, 2019, 2], [None, 2018, 3], [None, 2019, 4]],  # B left out
        [["A", 2018, 1], ["A", 2019, 2], ["B", 2018, 3], [None, 2019, 4]],  # elsewhere in every row
        [[None, 2018, 1], [None, 2019, 2], ["B", 2018, 3], [None, 2019, 4]],  # nothing to begin with
        [["A", 2018, 1], [None, None, 2], ["B", 2018, 3], [None, None, 4]],  # nothing else tells the rows apart
        [["A", 2018, 1], [None, 2019, 2], [None, 2020, 2], [None, 2021, 2], ["B", 2018, 1], ["C", 2020, 1]],
        [["A", 2018, 1], ["B", 2018, 2], [None, 2019, 3], ["A", 2020, 1], ["B", 2020, 2]],
    ],
)
def test_where_a_label_may_have_been_left_out_nothing_is_filled(rows):
    assert filled(rows) == ([[*row, None, None][:2] for row in rows], {})
