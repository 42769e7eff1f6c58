"""Coupling coordination: degrees, grades and what lags."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.report.tables import integration as tables
from indexcalc.voice import Node, Word
from tests.report.tables import growing, values

LAST = Word("sheets.of_year", year=2021)


def test_degrees_grades_and_what_lags():
    run = growing()
    degrees, grades = tables.integration(run).tables
    found = run.integration
    for t, year in enumerate(found.years):
        assert_array_equal(values(degrees, str(year), Word("sheets.degree")), found.degree[run.order, t])
    assert_array_equal(values(degrees, "coupling", LAST), found.coupling[run.order, -1])
    assert_array_equal(values(degrees, "overall", LAST), found.overall[run.order, -1])
    lagging = [[Node(found.dimensions[d]) for d in np.flatnonzero(found.lagging[c, -1])] for c in run.order]
    assert values(degrees, "lagging", LAST) == lagging
    follows, origin = tables.integration(run).notes[1:]
    assert follows.facts["r"] == f"{found.with_overall:.3f}" and follows.facts["rho"] == f"{found.with_index[-1]:.3f}"
    assert origin.key == "sheets.integration_origin"
    assert [one["zh"] for one in values(degrees, "grade", LAST)] == [
        found.options.grades[found.grade[c, -1]].name["zh"] for c in run.order
    ]
    assert sum(n or 0 for n in values(grades, "2021", Word("sheets.cities_in"))) == 4
    assert values(grades, "grade")[0]["zh"] == "极度失调"
    assert values(grades, "from")[1:] == values(grades, "up_to")[:-1]


def test_the_page_has_the_cities_by_their_degree():
    run = growing()
    table = tables.by_degree(run)
    degree = dict(zip(run.result.cities, run.integration.degree[:, -1], strict=True))
    assert values(table, "degree_of") == sorted(degree.values(), reverse=True)
    assert_allclose(values(table, "degree_of"), [degree[city] for city in values(table, "city")])
    assert [column.name for column in table.columns] == ["city", "degree_of", "lagging"]  # and no grade


def test_programs_get_every_city_and_year():
    run = growing()
    assert len(tables.degrees_file(run)) == 4 * 3 and len(tables.grades_file(run)) == 3 * len(
        run.integration.options.grades
    )
