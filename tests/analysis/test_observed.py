"""How many figures are there, counted once more by hand."""

import numpy as np

import indexcalc as ic
from indexcalc.analysis.observed import observed, observed_table
from indexcalc.figures.panel import Seen
from tests.conftest import make_framework

NAN = np.nan


def built():
    framework = make_framework(indicators={"x": {"unit": "km"}, "y": {}})
    values = np.array([[[1, 5], [2, NAN]], [[3, NAN], [4, 8]], [[NAN, NAN], [6, 7]]], float)
    panel = ic.Panel.from_values("ABC", [2019, 2020], ["x", "y"], values, seen=Seen({"x": "公里"}))
    return ic.build_index(panel, framework, ic.Methodology(missing="renormalise"))


def test_figures_are_counted_by_column_city_and_year():
    found = observed(built())
    assert found.codes == ("x", "y")
    assert found.by_code.tolist() == [[5, 5], [3, 5]], "C has no row in 2019"
    assert found.by_city.tolist() == [[3, 4], [3, 4], [2, 2]]
    assert found.by_year.tolist() == [[3, 4], [5, 6]]
    assert found.spans.tolist() == [[2019, 2020], [2019, 2020]]
    assert found.ranges.tolist() == [[1, 3, 6], [5, 7, 8]]


def test_programs_get_a_row_for_each():
    result = built()
    rows = observed_table(observed(result), result).set_index(["of", "name"])
    assert rows.loc[("indicator", "x"), "unit_in_file"] == "公里" and rows.loc[("indicator", "x"), "unit"] == "km"
    assert rows.loc[("indicator", "y"), "share"] == 0.6
    assert rows.loc[("year", "2020"), "observed"] == 5 and len(rows) == 2 + 3 + 2
