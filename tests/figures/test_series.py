"""A series of a database bears place and indicator in one name: two columns, where it is certain which is which."""

import datetime

import pytest

from indexcalc.errors import InputError
from indexcalc.figures.headers import ColumnNames
from indexcalc.figures.recognise import recognise
from indexcalc.figures.series import with_place
from indexcalc.figures.workbook import read_workbook
from indexcalc.spec.framework import Workbook
from tests.conftest import make_framework, write_workbook
from tests.figures.test_table import grid_of

HEAD = ["指标名称", "单位", 2019, 2020]


def split(*names, head=HEAD, cities=()):
    grid, first = with_place(
        grid_of(head, *([name, "亿元", 1, 2] for name in names)),
        ColumnNames(make_framework(), {}),
        Workbook(),
        cities,
        ("in_sheet", {}),
    )
    return [(row[0].value, row[-1].value) for row in grid.rows], first


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("GDP:甲市", "GDP：乙市"), [("GDP", "甲市"), ("GDP", "乙市")]),
        (("四川:GDP:现价", "北京:GDP:现价"), [("GDP:现价", "四川"), ("GDP:现价", "北京")]),
        (("甲市: 产值", "乙市: 人口"), [("产值", "甲市"), ("人口", "乙市")]),
        (("苏州:产值", "昆山:人口"), [("产值", "苏州"), ("人口", "昆山")]),
    ],
)
def test_the_place_is_before_or_behind_the_colon(names, found):
    assert split(*names) == ([("指标名称", "城市"), *found], names[0])


@pytest.mark.parametrize(
    ("names", "head"),
    [
        (("GDP:甲", "人口:乙", "GDP:丙"), HEAD),  # no word shows that they are places
        (("GDP:甲", "GDP:甲"), HEAD),
        (("GDP:甲市", "人口"), HEAD),
        (("GDP: Alpha", "GDP: Beta"), HEAD),
        (("Alpha: GDP", "Beta: GDP"), HEAD),
        (("Emissions: CO2", "Emissions: SO2"), HEAD),  # parts of one indicator
        (("GDP:第一产业", "GDP:第二产业"), HEAD),
        (("GDP:郊区", "GDP:农村"), HEAD),  # half of them end like places, and none is known
        (("中国:GDP:现价", "中国:GDP:不变价"), HEAD),
        (("四川:成都:GDP", "四川:绵阳:GDP"), HEAD),  # of 四川, or of the two
        (("GDP:四川:成都", "GDP:四川:绵阳"), HEAD),
        (("GDP:甲市", "GDP:乙市"), ["城市", "指标", 2019, 2020]),
        (("GDP:甲市", "GDP:乙市"), ["名字", "单位", 2019, 2020]),
        (("GDP:甲市", "GDP:乙市"), ["指标名称", "单位", "a", "b"]),
    ],
)
def test_all_else_is_as_it_was(names, head):
    assert split(*names, head=head)[1] == ""


@pytest.mark.parametrize(
    ("header", "values", "is_read"),
    [
        ("Ort", ["Aa", "Bb"], False),
        ("Ort", ["Aa", "Aa"], True),
        ("Unit", ["Aa", "Bb"], True),
        ("指标ID", ["M1", "M2"], True),
        ("updated", ["2024-01-05", "2024-01-06"], True),
        ("2018", ["n/a", "..."], True),
    ],
)
def test_a_column_beside_the_names_that_may_hold_the_places_is_not_passed_over(header, values, is_read):
    rows = ([value, f"GDP:{place}", 1, 2] for value, place in zip(values, ("成都", "重庆"), strict=True))
    grid = grid_of([header, "指标名称", 2019, 2020], *rows)
    found, first = with_place(grid, ColumnNames(make_framework(), {}), Workbook(), (), ("in_sheet", {}))
    assert (bool(first), found == grid) == (is_read, not is_read)


def test_where_nothing_shows_which_part_is_the_place_the_series_are_refused(tmp_path):
    """GDP: A and CPI: A were two places with one indicator."""
    columns = [f"{name}: {place}" for name in ("GDP", "CPI") for place in ("A", "B")]
    rows = [["Indicator Name", *columns], ["Unit", *"mmpp"], *([f"{year}-12-31", 1, 2, 3, 4] for year in (2019, 2020))]
    path = write_workbook(tmp_path / "w.xlsx", {"s": rows})
    with pytest.raises(InputError, match="sheet 's': a name such as 'GDP: A' gives a place and an indicator"):
        recognise(path)
    rows[0] = ["Indicator Name", *"ggcc"]
    found = recognise(write_workbook(path, {"s": [["City", *"ABAB"], *rows]}))
    assert (found.cities, [(c.header, c.unit) for c in found.columns]) == (("A", "B"), [("g", "m"), ("c", "p")])


def test_the_framework_knows_its_cities():
    assert split("GDP:Alpha", "GDP:Beta", cities=("alpha", "beta"))[0][1:] == [("GDP", "Alpha"), ("GDP", "Beta")]


@pytest.mark.parametrize("place_first", [True, False])
def test_an_export_of_series_is_read_with_units_and_dates(tmp_path, place_first):
    columns = [(name, unit, city) for name, unit in (("GDP", "亿元"), ("人口", "万人")) for city in ("甲市", "乙市")]
    rows = [
        ["指标名称", *(f"{city}:{name}" if place_first else f"{name}:{city}" for name, _, city in columns)],
        ["频率", *["年"] * 4],
        ["单位", *(unit for _, unit, _ in columns)],
        ["指标ID", *"wxyz"],
        *([datetime.date(year, 12, 31), *(10 * k + year for k in range(4))] for year in (2020, 2019)),
        ["数据来源：x"],
    ]
    path = write_workbook(tmp_path / "w.xlsx", {"s": rows})
    found = recognise(path)
    assert (found.layout, found.cities, found.years, found.problems) == ("across", ("甲市", "乙市"), (2019, 2020), ())
    assert [(column.name, column.unit) for column in found.columns] == [("GDP", "亿元"), ("人口", "万人")]
    assert "place_from" in {notice.key for notice in found.notices}
    panel = read_workbook(path, found.framework)
    assert panel.values.tolist() == [[[2019, 2039], [2020, 2040]], [[2029, 2049], [2030, 2050]]]
    assert panel.cells["人口", "乙市", 2020] == ("s", "E5")
