"""The sheet of the figures: what looks wrong beside its neighbours, and how many figures there are."""

import numpy as np
import pytest

from indexcalc.computed import Computed
from indexcalc.figures.panel import CellRead, Panel, Seen
from indexcalc.report.tables import checked as tables
from indexcalc.voice import City, Node
from tests.conftest import build, make_framework
from tests.report.tables import read, values

YEARS = (2019, 2020, 2021)


def run(slip=100.0):
    rows = np.array([[10.0 * (c + 1) * 1.05**t for t in range(3)] for c in range(5)])
    rows[2, 1] *= slip
    framework = make_framework(indicators={"x": {"unit": "km", "name": {"zh": "里程", "en": "Length"}}})
    readings = (CellRead("s", "C2", "x", "text", "10", 10.0),)
    panel = Panel.from_values(
        "ABCDE",
        YEARS,
        ["x"],
        rows[:, :, None],
        cells={("x", "C", 2020): ("s", "C9")},
        seen=Seen({"x": "公里"}, readings),
    )
    return Computed.of(build(panel, framework))


def test_a_slip_is_shown_with_cell_neighbours_and_factor():
    made = run()
    first, columns, cities, years = tables.checked(made).tables
    assert values(first, "series") == [Node("x")] and values(first, "city") == [City("C")]
    assert values(first, "cell") == ["s!C9"] and values(first, "year") == ["2020"]
    assert values(first, "figure_before") == [30.0] and values(first, "figure_after") == pytest.approx([33.075])
    assert read(first, "looks_like", made, "en") == ["about 100 times too large"]
    assert values(columns, "unit_in_file") == ["公里"] and values(columns, "share") == [1.0]
    assert (cities.rows, years.rows) == (5, 3)


def test_without_a_slip_it_says_so():
    made = run(1.0)
    shown = tables.checked(made)
    assert len(shown.tables) == 3
    assert shown.notes[0].key == "sheets.none_suspicious"


def test_every_reading_is_in_a_file():
    (row,) = tables.readings_file(run()).to_dict("records")
    assert row == {"sheet": "s", "cell": "C2", "column": "x", "reading": "text", "found": "10", "value": 10.0}
    assert list(tables.suspicious_file(run())["city"]) == ["C"]
    assert len(tables.observed_file(run())) == 1 + 5 + 3
