"""Tables below one another or side by side are one table where each says what it is, and otherwise left alone."""

import pytest

from indexcalc.figures.blocks import Joined, apart, joined
from indexcalc.figures.headers import ColumnNames
from indexcalc.spec.framework import Workbook
from tests.conftest import make_framework
from tests.figures.test_table import grid_of

NAMES = ColumnNames(make_framework(), {})
HEAD, DATED = ["城市", "a", "b"], ["城市", 2019, 2020]
A, B = ["甲", 1, 2], ["乙", 3, 4]
YEARS = ["年份", "a", "b"], [2019, 1, 2], [2020, 3, 4]
WITH_UNITS, DATED_NAMES = ("产值（亿元）", "人口（万人）"), ("甲（2019-2020年）", "乙（2019-2020年）")
ONE_UNIT = ["a (mn)"], ["b (mn)"]
LIKE_PLACES, KNOWN = ([["年份", *labels], *YEARS[1:]] for labels in (("社区", "景区"), ("成都", "重庆")))
MIXED = ["年份", "社区", "床位"], *YEARS[1:]
SAME_BRACKETS = ("Austin (TX)", "Dallas (TX)"), ("成都（亿元）", "重庆（亿元）"), ("锦江（成都）", "武侯（成都）")
TWO_NAMES = (  # of places: what is in brackets is no unit, or the name is known
    ("Paris (France)", "Rome (Italy)"),
    ("Austin (TX)", "Portland (OR)"),
    ("Paris (city)", "Rome (metropolis)"),
    ("成都（亿元）", "重庆（万元）"),
    ("成都 (Chengdu)", "重庆 (Chongqing)"),
)
ACROSS = ["年份", "甲市", "乙市"], *YEARS[1:]


def join(*rows, declared=None, **more):
    """How the blocks were joined, and the rows that hold figures."""
    grid, found = joined(grid_of(*map(list, rows), **more), NAMES, declared or Workbook())
    values = [[cell.value for cell in row] for row in grid.rows]
    return found, [row for row in values if len(row) > 1 and isinstance(row[1], (int, float))]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([["2019年"], HEAD, A, B, [], ["2020年"], HEAD, A, B], ("below", "year", ("2019", "2020"))),
        ([["表1 2019年指标"], HEAD, A, ["注：x"], ["表2 2020年指标"], HEAD, A], ("below", "year", ("2019", "2020"))),
        ([["2019"], HEAD, [None, "km"], A, ["2020"], HEAD, [None, "km"], A], ("below", "year", ("2019", "2020"))),
        ([HEAD, ["2019年"], A, B, ["东部"], B, ["2020年"], A], ("headed", "year", ("2019", "2020"))),
        ([["2019", None, None, "2020"], HEAD * 2, A * 2, B * 2], ("beside", "year", ("2019", "2020"))),
        ([["x"], DATED, A, B, ["y"], DATED, A, B], ("below", "indicator", ("x", "y"))),
        ([DATED, ["x"], A, B, ["y"], A, B], ("headed", "indicator", ("x", "y"))),
        ([["甲"], *YEARS, [], ["乙"], *YEARS], ("below", "city", ("甲", "乙"))),
        ([YEARS[0], ["甲"], *YEARS[1:], ["乙"], *YEARS[1:]], ("headed", "city", ("甲", "乙"))),
        ([["2019年"], HEAD * 2, A + B, B + A], ("beside", "same", ())),
        ([["2019年"], HEAD, A, ["续表"], HEAD, B], ("below", "same", ())),
        ([["no.", *HEAD] * 2, [1, *A, 2, *B]], ("beside", "same", ())),
        ([["a"], *ACROSS, [], ["b"], *ACROSS], ("below", "indicator", ("a", "b"))),
        ([["a", None, None, "b"], *(row * 2 for row in ACROSS)], ("beside", "indicator", ("a", "b"))),
        ([ACROSS[0], ["a"], *ACROSS[1:], ["b"], *ACROSS[1:]], ("headed", "indicator", ("a", "b"))),
        ([WITH_UNITS[:1], *YEARS, WITH_UNITS[1:], *YEARS], ("below", "indicator", WITH_UNITS)),
        ([DATED_NAMES[:1], *YEARS, DATED_NAMES[1:], *YEARS], ("below", "city", ("甲", "乙"))),
        ([["成都"], *LIKE_PLACES, ["重庆"], *LIKE_PLACES], ("below", "city", ("成都", "重庆"))),
        ([["甲市"], *LIKE_PLACES, ["乙市"], *LIKE_PLACES], ("below", "city", ("甲市", "乙市"))),
        ([["北京"], *KNOWN, ["天津"], *KNOWN], ("below", "city", ("北京", "天津"))),
        ([["成都市主要指标"], *LIKE_PLACES, ["重庆市主要指标"], *LIKE_PLACES], ("below", "city", ("成都市", "重庆市"))),
        ([["Lyon"], *MIXED, ["Graz"], *MIXED], ("below", "city", ("Lyon", "Graz"))),
        ([["建成区"], *KNOWN, ["人口"], *KNOWN], ("below", "indicator", ("建成区", "人口"))),
        *(
            ([titles[:1], *YEARS, titles[1:], *YEARS], ("below", "city", titles))
            for titles in SAME_BRACKETS
        ),
    ],
)  # fmt: skip
def test_what_sets_blocks_apart(rows, found):
    assert join(*rows)[0] == Joined(*found)


def test_every_row_of_a_block_bears_what_names_it_and_cells_keep_their_places():
    grid, _ = joined(grid_of(["2019", *[None] * 3, "2020"], [*HEAD, None] * 2, [*A, None] * 2, B), NAMES, Workbook())
    assert [[cell.value for cell in row] for row in grid.rows[1:]] == [
        [*HEAD, None, "年份"], [*A, None, 2019], [*B, None, 2019], [*A, None, 2020]]  # fmt: skip
    assert [cell.address for cell in grid.rows[-1][:3]] == ["E3", "F3", "G3"]
    rows = [["产值"], ["单位：亿元"], DATED, A, ["人口"], ["单位：万人"], DATED, A]
    assert join(*rows)[1] == [[*DATED, "指标", "单位"], [*A, "产值", "亿元"], [*A, "人口", "万人"]]


def test_places_across_and_years_down_are_swapped_back_block_by_block():
    grid, _ = joined(grid_of(["a"], *ACROSS, ["b"], *ACROSS[:2], [2020, 5, None], ["注"]), NAMES, Workbook())
    values = [[cell.value for cell in row] for row in grid.rows[1:]]
    assert [row[:3] for row in values] == [
        ["城市", 2019, 2020],
        ["甲市", 1, 3],
        ["乙市", 2, 4],
        ["甲市", 1, 5],
        ["乙市", 2, None],
    ]
    assert [row[3] for row in values] == ["指标", "a", "a", "b", "b"]
    assert [cell.address for cell in grid.rows[4][1:3]] == ["B7", "B8"]
    years = [*ACROSS[:2], [2021, 5, 6]]
    for more in ({"hidden_rows": (4,)}, {"hidden_columns": (2,)}):
        assert joined(grid_of(["a"], *ACROSS, ["b"], *ACROSS, **more), NAMES, Workbook())[1] is None
    for rows in ([*ACROSS, ["b"], *years], [ACROSS[0], [None, "亿元", "亿元"], *ACROSS[1:], ["b"], *ACROSS]):
        assert joined(grid_of(["a"], *rows), NAMES, Workbook())[1] is None


@pytest.mark.parametrize(
    "rows",
    [
        [["城市", "年份", "a"], ["东部"], ["甲", 2019, 1], ["西部"], ["乙", 2019, 2]],  # groups of places
        [DATED, ["东部"], A, ["西部"], B],
        [HEAD, ["东部"], A, ["西部"], B],
        [["2019年"], HEAD, A, ["2020年"], HEAD, A, ["续表"], HEAD, A],  # of which year is the last
        [["2019年"], DATED, A, [], DATED, A],  # nor of which indicator
        [["x"], DATED, A, ["x"], DATED, A],
        [ONE_UNIT[0], *YEARS, ONE_UNIT[1], *YEARS],  # of places, or of indicators
        *([[a], *YEARS, [b], *YEARS] for a, b in TWO_NAMES),
        *([[a, None, None, b], *(row * 2 for row in YEARS)] for a, b in TWO_NAMES),
        [["城市", "a", "城市", "b"], ["甲", 1, "甲", 2]],
        [["2019"], HEAD, [None, "km"], A, ["2020"], HEAD, [None, "m"], A],  # in other units
        [["2020年指标"], HEAD, A, ["其中2019年为调整数"], HEAD, B],  # the year of a note
        [["2019"], ["单位：km"], HEAD, A, ["2020"], ["单位：m"], HEAD, A],
        [["2019", None, None, "2020"], HEAD * 2, [None, "km", None, None, "m"], A * 2],
        [["城市", "a", "城市", "a", "b"], ["甲", 1, "甲", 2, 3]],
    ],
)
def test_where_blocks_are_not_named_the_sheet_is_as_it_was(rows):
    grid = grid_of(*rows)
    assert joined(grid, NAMES, Workbook()) == (grid, None)


def test_blocks_of_numbers_in_parentheses_are_blocks_where_it_is_said_what_they_are():
    rows = ["2019年"], HEAD, ["甲", "(1)", "(2)"], [], ["2020年"], HEAD, ["甲", "(3)", "(4)"]
    found = [join(*rows, declared=Workbook(parentheses=said))[0] for said in ("negative", None)]
    assert found == [Joined("below", "year", ("2019", "2020")), None]


def test_what_is_declared_or_hidden_goes_first():
    rows = [["2019", None, None, "2020"], HEAD * 2, A * 2]
    assert join(*rows, declared=Workbook(year=2018))[0] is None
    assert join(*rows, hidden_columns=(5,))[0] is None
    found, figures = join(["城市", "a", "b"], *rows[:1], ["区", *HEAD[1:]], A, declared=Workbook(header=3, city="区"))
    assert found is None and figures


DATED_ROWS = ["城市", "年份", "a"], ["甲", 2019, 1], ["乙", 2019, 2]
BESIDE = [*DATED_ROWS[0], None, "x", "y"], [*DATED_ROWS[1], None, "e", 3], [*DATED_ROWS[2], None, "p"]
LATER = ["城市", "年份", "a"], ["甲", 2020, 3], ["乙", 2020, 4]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([["单位：亿元"], *DATED_ROWS, [], ["单位：万元"], *LATER], ("units", 7)),
        ([["产值（亿元）"], *DATED_ROWS, [], ["产值（万元）"], *LATER], ("units", 7)),
        ([["城镇"], *DATED_ROWS, ["农村"], *LATER], ("titles", 6)),
        ([["2019年（单位：元）"], HEAD, A, B, ["2020年（单位：万元）"], HEAD, A, B], ("units", 6)),
        ([DATED, A, B, [], ["城市", 2021, 2022], ["丙", 5, 6]], ("header", 5)),
        ([["单位：元"], *DATED_ROWS, LATER[0], ["丙", 2019, 5], ["单位：万元"], *LATER], ("units", 8)),
        ([["a", *[None] * 2, "b"], ACROSS[0] * 2, [2019, 1, 2, 2020, 3, 4]], ("beside", 2)),
        ([["a"], *ACROSS, ["b"], ACROSS[0], [2021, 5, 6]], ("titles", 6)),
        ([[*DATED_ROWS[0], None, "x", "y"], [*DATED_ROWS[1], None, "mean", 3], DATED_ROWS[2]], ("beside", 1)),
        ([[*DATED_ROWS[0], None, "x"], [*DATED_ROWS[1], None, "note"], DATED_ROWS[2]], None),
        ([[*DATED_ROWS[0], None, "x", "y"], *([*row, None, "p", 3] for row in DATED_ROWS[1:])], None),
        ([[*DATED_ROWS[0], None, "x"], [*DATED_ROWS[1], None, 3], DATED_ROWS[2]], None),
        ([*BESIDE], None),
        ([[*DATED_ROWS[0], None, "x", "y"], DATED_ROWS[1], [*DATED_ROWS[2], None, "e", 3]], None),
        ([BESIDE[0], BESIDE[1], DATED_ROWS[2], BESIDE[1]], None),
        ([*BESIDE, ["丙", 2019, 4]], ("beside", 1)),
        ([TWO_NAMES[0][:1], *YEARS, TWO_NAMES[0][1:], *YEARS], ("titles", 6)),
        ([*DATED_ROWS, *LATER], None),
        ([["表1 产值"], *DATED_ROWS, ["续表1 产值"], *LATER], None),
        ([["单位：亿元"], *DATED_ROWS, ["单位：亿元"], *LATER], None),
        ([DATED, A, B, DATED, ["丙", 5, 6]], None),
        ([DATED, A, B, ["注：地区按年末区划"]], None),
        ([["2017-18"], HEAD, A, ["2018-19"], HEAD, B], ("titles", 5)),
        ([["2020年1-6月"], HEAD, A, ["2020年1-12月"], HEAD, B], ("titles", 5)),
        ([["2019年1-6月"], HEAD, A, ["2020年1-12月"], HEAD, B], ("titles", 5)),
        ([HEAD, ["2017-18"], A, ["2018-19"], B], ("titles", 4)),
        ([HEAD, ["2020年1-6月"], A, ["2020年1-12月"], B], ("titles", 4)),
        ([HEAD, ["x"], A, ["y"], B], None),
        ([["2019年"], *DATED_ROWS, ["2020年"], *LATER], None),
        ([["geo", "year", "a"], ["FRA", 2019, 1], ["GEO", 2019, 2]], None),  # Georgia
    ],
)
def test_a_further_table_that_nothing_joins_is_seen(rows, found):
    """Skipping its header would read its figures in the unit, or in the years, of the first."""
    grid, done = joined(grid_of(*map(list, rows)), NAMES, Workbook())
    assert (None if done else apart(grid, NAMES, Workbook())) == found


WIDER = ["城市", "c", "d"], ["乙", 7, 8], ["甲", 5, 6]


@pytest.mark.parametrize(
    ("rows", "figures"),
    [
        ([["表1 x"], HEAD, A, B, ["注：y"], [], ["续表1"], *WIDER], [[*A, 5, 6], [*B, 7, 8]]),
        ([["x"], HEAD, A, B, [], ["x (continued)"], *WIDER, ["合计", 12, 14]], [[*A, 5, 6], [*B, 7, 8]]),
        ([["no.", *HEAD], [1, *A], [2, *B], ["no.", *WIDER[0]], [1, *WIDER[1]]], None),
        ([HEAD, A, B, WIDER[0], WIDER[1], ["甲"]], [[*A, None, None], [*B, 7, 8]]),
        ([["x"], HEAD, A, B, ["y"], *WIDER], None),
        ([["x（续一）"], HEAD, A, B, [], ["续表二"], *WIDER], [[*A, 5, 6], [*B, 7, 8]]),
        ([["年鉴"], ["Table 1 Marriages"], HEAD, A, B, [], ["Table 2 Marriages"], *WIDER], [[*A, 5, 6], [*B, 7, 8]]),
        ([["单位：元"], HEAD, A, B, ["续表"], *WIDER], [[*A, 5, 6], [*B, 7, 8]]),
        ([["2019年"], HEAD, A, B, ["2020年"], *WIDER], None),
        ([["2017-18"], HEAD, A, B, ["2018-19"], *WIDER], None),
        ([["2020年1-6月"], HEAD, A, B, ["2020年1-12月"], *WIDER], None),
        ([["Table 1: 2020 Q1"], HEAD, A, B, ["Table 2: 2020 Q2"], *WIDER], None),
        ([["单位：元"], HEAD, A, B, [], *WIDER], None),
        ([["单位：元"], HEAD, A, B, ["单位：万元"], *WIDER], None),
        ([HEAD, A, B, *WIDER[:2], ["丙", 5, 6]], None),
        ([HEAD, A, B, *WIDER, ["甲", 1, 1]], None),
        ([HEAD, A, B, ["城市", "b", "c"], *WIDER[1:]], None),
        ([HEAD, A, B, ["城市", "c", None], *WIDER[1:]], None),
    ],
)
def test_a_table_is_continued_with_other_columns_of_the_same_rows(rows, figures):
    found, joined_rows = join(*rows)
    if figures is None:
        assert found is None
    else:
        assert (found, joined_rows) == (Joined("below", "wider", ("c", "d")), figures)
