"""What names an observation: the dimensions that vary, unless another implies them."""

from indexcalc.figures.headers import ColumnNames
from indexcalc.figures.observations import with_indicator
from indexcalc.spec.framework import Workbook
from tests.conftest import make_framework
from tests.figures.test_table import grid_of


def named(head, *rows):
    grid, columns = with_indicator(grid_of(head, *rows), ColumnNames(make_framework(), {}), Workbook())
    return [row[-1].value for row in grid.rows], columns


def test_a_code_its_name_and_the_unit_that_follows_are_one():
    head = ["freq", "unit", "acc", "Account", "sex", "geo", "TIME_PERIOD", "OBS_VALUE"]
    rows = [
        ["A", unit, code, name, sex, place, 2020, 1]
        for unit, code, name in (("EUR", "G", "Output"), ("THS", "P", "Population"))
        for sex in ("F", "M")
        for place in ("AT", "BE")
    ]
    said, columns = named(head, *rows)
    assert (said[:2], columns) == (["指标", "Output, F"], ("Account", "sex"))
    assert len(set(said)) == 5


def test_what_needs_no_name_or_has_one_is_left_as_it_is():
    head = ["acc", "geo", "TIME_PERIOD", "OBS_VALUE"]
    alone = [["G", "AT", 2020, 1], ["P", "BE", 2020, 2]]
    assert named(head, *alone)[1] == ()
    assert named(head, *alone, alone[0])[1] == ()
    assert named(["indicator", *head[1:]], *alone, ["P", "AT", 2020, 1])[1] == ()
    assert named(["acc", "geo", "year", "value"], *alone, ["P", "AT", 2020, 1])[1] == ()


def test_a_dimension_that_is_blank_is_no_part_of_the_name():
    head = ["acc", "sex", "geo", "TIME_PERIOD", "OBS_VALUE"]
    rows = [["G", sex, place, 2020, 1] for sex in ("F", None) for place in ("AT", "BE")]
    assert named(head, *rows)[0] == ["指标", "F", "F", None, None]
