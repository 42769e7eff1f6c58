"""Missing figures: which there are, which ways deal with them, and the ranks under each, held against whole runs."""

import numpy as np
import pytest

from indexcalc.errors import IndexcalcError
from indexcalc.figures.recognise import recognise
from indexcalc.figures.workbook import read_workbook
from indexcalc.methods import METHODS
from indexcalc.run import compute
from indexcalc.serve.answers import checked, first_fields
from indexcalc.serve.gaps import Way, missing_figures, moved, ranked, telling_year, ways
from indexcalc.voice import Voice
from tests.serve.drafting import filled, raw_workbook


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """The workbook with two gaps, one of them in the first year, and its specification."""
    file = raw_workbook(tmp_path_factory.mktemp("raw"))
    found = recognise(file)
    made = checked(found, filled(first_fields(found, Voice("zh"))), file.name, "x.yaml", Voice("zh"))
    return file, made.specification, read_workbook(file, made.specification.framework)


def test_missing_figures_are_those_of_rows_that_are_there(case):
    _, _, panel = case
    found = missing_figures(panel, panel.codes)
    where = {code: [(panel.cities[c], panel.years[t]) for c, t in np.argwhere(mask)] for code, mask in found.items()}
    assert where == {"人均可支配收入": [("郑州", 2019)], "PM2_5年均浓度": [("成都", 2020)]}


def test_the_ways_are_those_of_the_registry_that_do_something_here(case):
    """No city has a group, so that the means of a group fill nothing."""
    _, specification, panel = case
    listed = [(way.key, way.fills) for way in ways(panel, specification.framework, "none.refuse")]
    assert listed == [
        ("none.refuse", False), ("none.propagate", False), ("none.renormalise", False),
        ("linear.refuse", True),
        ("linear_inside.refuse", False), ("linear_inside.propagate", False), ("linear_inside.renormalise", False),
        ("last.refuse", False), ("last.propagate", False), ("last.renormalise", False),
        ("nearest.refuse", True),
        ("constant.refuse", True),
    ]  # fmt: skip
    assert {key.partition(".")[2] for key, _ in listed} == set(METHODS["missing"])
    assert ways(panel, specification.framework, "linear.propagate")[-1] == Way("linear", "propagate")
    assert ways(panel, specification.framework, "nonsense.refuse") == ways(
        panel, specification.framework, "none.refuse"
    )


def test_each_way_has_the_ranks_of_a_run_or_refuses_as_one(case, tmp_path):
    file, specification, panel = case
    found = recognise(file)
    given = {"constant": {"value": 30}}
    for way in ranked(ways(panel, specification.framework, "none.refuse", given), specification, panel):
        fields = filled(first_fields(found, Voice("zh")), gaps=way.key, gaps__with__constant__value="30")
        path = tmp_path / "x.yaml"
        path.write_text(checked(found, fields, str(file), "x.yaml", Voice("zh")).text, encoding="utf-8")
        if way.rank is None:
            with pytest.raises(IndexcalcError) as refused:
                compute(path, draws=0)
            assert [(p.key, p.facts) for p in refused.value.problems] == [(p.key, p.facts) for p in way.problems]
        else:
            np.testing.assert_array_equal(way.rank, compute(path, draws=0).result.rank())


def test_the_year_that_tells_most_is_the_latest_of_the_most_different():
    a, b, c = (
        np.array([[1, 1, 1.0], [2, 2, 2]]),
        np.array([[2, 1, 2.0], [1, 2, 1]]),
        np.array([[2, 1, np.nan], [1, 2, 1]]),
    )
    assert telling_year([a, b]) == 2
    assert telling_year([a, b, c]) == 2
    assert telling_year([a]) == 2


def test_ranks_that_moved_are_counted_where_there_is_one():
    chosen = np.array([[1.0, 2.0], [2.0, np.nan], [np.nan, np.nan]])
    assert moved(chosen, chosen) == (0, 3)
    assert moved(np.array([[2.0, 2.0], [1.0, 1.0], [np.nan, np.nan]]), chosen) == (3, 4)
