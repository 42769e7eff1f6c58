"""What holds each city back: obstacles, the largest first, and the share of each dimension."""

import numpy as np
from numpy.testing import assert_allclose

from indexcalc.computed import Computed
from indexcalc.report.tables import integration
from indexcalc.report.tables import obstacles as tables
from indexcalc.voice import Node, Word
from tests.conftest import build, make_framework, make_panel
from tests.report.tables import FIXED, drawn_once, growing, values

MEAN = {"aggregation": "arithmetic"}


def place(k):
    return Word("sheets.obstacle_place", nth=k)


def test_obstacles_are_named_largest_first():
    run = growing()
    named, shares = tables.obstacles(run).tables
    degrees = [values(named, "obstacle_degree", place(k)) for k in (1, 2, 3, 4)]
    assert (np.diff(np.nan_to_num(degrees), axis=0) <= 0).all()
    top = run.obstacles.top_table()
    first = top[(top["year"] == 2021) & (top["place"] == 1)].set_index("city")
    cities = list(map(str, values(named, "city")))
    assert values(named, "obstacle", place(1)) == [Node(code) for code in first["indicator"].reindex(cities)]
    assert_allclose(degrees[0], first["degree"].reindex(cities))
    last = Word("sheets.of_year", year=2021)
    assert_allclose(np.array(values(shares, "one", last)) + values(shares, "two", last), 1.0)


def test_there_are_no_more_places_than_any_city_has_obstacles():
    """By hand: of three indicators 乙 is the worst in one, 甲 in two; none is held back by all three."""
    panel = make_panel({"a": [[2], [1]], "b": [[1], [2]], "c": [[1], [2]]}, cities="甲乙", years=(2020,))
    run = Computed.of(build(panel, make_framework(indicators={"a": {}, "b": {}, "c": {}}), normalisation=FIXED))
    named = tables.obstacles(run).tables[0]
    assert [column.band for column in named.columns[2:]] == [place(1), place(1), place(2), place(2)]
    by_city = dict(zip(values(named, "city"), values(named, "obstacle", place(2)), strict=True))
    assert by_city == {"乙": "", "甲": Node("c")}
    by_city = dict(zip(values(named, "city"), values(named, "obstacle_degree", place(2)), strict=True))
    assert np.isnan(by_city["乙"]) and by_city["甲"] == 0.5


def test_weights_that_the_index_does_not_use_are_named():
    """A minimum takes none: the obstacles use them as written, and say so; so does the coordination of dimensions."""
    run = Computed.of(build(make_panel(), normalisation=FIXED, levels={1: {"aggregation": "minimum"}}))
    note = tables.obstacles(run).notes[-1]
    assert note == Word("sheets.weights_as_written", nodes=[Node("one"), Node("two")])
    assert note not in integration.caveats(run)
    run = Computed.of(build(make_panel(), normalisation=FIXED, aggregation="minimum", levels={1: MEAN}))
    assert tables.obstacles(run).notes[-1] in integration.caveats(run)
    assert tables.obstacles(growing()).notes == (Word("sheets.about_obstacles"),)


def test_one_year_is_told_once():
    assert len(tables.obstacles(drawn_once((2020,))).tables[1].columns) == 2 + 2


def test_programs_get_every_city_and_year():
    run = growing()
    assert set(tables.largest_file(run)["year"]) == {2019, 2020, 2021}
    assert len(tables.dimensions_file(run)) == 4 * 3 * 2
