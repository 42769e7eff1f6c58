"""Tables as they are printed: how sheets are arranged, and what is said of it."""

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.errors import InputError
from indexcalc.figures.recognise import recognise
from tests.conftest import make_framework, write_workbook

CITIES, YEARS = ("甲", "乙", "丙"), (2019, 2020)
FIGURES = {(c, y, k): 100 * i + 10 * j + k for i, c in enumerate(CITIES) for j, y in enumerate(YEARS) for k in (1, 2)}
VALUES = np.array([[[FIGURES[c, y, k] for k in (1, 2)] for y in YEARS] for c in CITIES], float)
HEAD = ["城市", "年份", "产值", "人口"]


def of(city, year):
    return [FIGURES[city, year, k] for k in (1, 2)]


@pytest.fixture
def entered(tmp_path):
    """What a workbook holds, read by a framework that lists it and by one that is drafted from it; its notices."""

    def enter(sheets, tweak=None):
        path = write_workbook(tmp_path / "w.xlsx", sheets, tweak)
        framework = make_framework(
            indicators={"产值": {}, "人口": {}}, cities={c: {} for c in CITIES}, years=list(YEARS)
        )
        panel = ic.read_workbook(path, framework)
        found = recognise(path)
        assert (found.cities, found.years, found.problems) == (CITIES, YEARS, ())
        again = ic.read_workbook(path, found.framework)
        np.testing.assert_array_equal(panel.values, VALUES)
        np.testing.assert_array_equal(again.values, VALUES)
        return [str(notice) for notice in panel.notices], [str(notice) for notice in found.notices]

    return enter


YEAR_ONCE = [HEAD, *([c, y if c == "甲" else None, *of(c, y)] for y in YEARS for c in CITIES)]
CITY_ONCE = [HEAD, *([c if y == 2019 else None, y, *of(c, y)] for c in CITIES for y in YEARS)]


@pytest.mark.parametrize(("rows", "column", "n"), [(YEAR_ONCE, "'年份'", 4), (CITY_ONCE, "'城市'", 3)])
def test_a_label_written_once_for_its_group_is_told_with_its_column_and_count(entered, rows, column, n):
    told = f"{column}: a value written once for its group taken for the blank cells below it in cells: {n}"
    read, drafted = entered({"s": rows})
    assert told in " ".join(read)
    assert told in " ".join(drafted)


def test_a_label_written_once_where_rows_and_columns_are_swapped(tmp_path):
    turned = [list(row) for row in zip(*CITY_ONCE, strict=True)]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": turned}))
    assert (found.cities, found.years, found.problems) == (CITIES, YEARS, ())
    np.testing.assert_array_equal(ic.read_workbook(found.file, found.framework).values, VALUES)


def test_a_label_that_may_have_been_left_out_is_asked_for(tmp_path):
    rows = [*CITY_ONCE[:3], [None, *CITY_ONCE[3][1:]], *CITY_ONCE[4:]]
    framework = make_framework(indicators={"产值": {}, "人口": {}})
    with pytest.raises(InputError, match=r"4 cells \(A3, A4, A5, ...\): the city is empty"):
        ic.read_workbook(write_workbook(tmp_path / "w.xlsx", {"s": rows}), framework)
    rows = [*YEAR_ONCE[:4], [YEAR_ONCE[4][0], None, *YEAR_ONCE[4][2:]], *YEAR_ONCE[5:]]
    with pytest.raises(
        InputError, match=r"5 cells \(B3, B4, B5, ...\): year: found nothing, expected.*the same cities"
    ):
        ic.read_workbook(write_workbook(tmp_path / "w.xlsx", {"s": rows}), framework)


HEADER = ["城市", "产值", "人口"]
BLOCKS = {
    "below": [row for y in YEARS for row in ([f"表1 {y}年指标"], HEADER, *([c, *of(c, y)] for c in CITIES), [])],
    "headed": [HEADER, *(row for y in YEARS for row in ([f"{y}年"], *([c, *of(c, y)] for c in CITIES)))],
    "beside": [[y if k == 0 else None for y in YEARS for k in range(4)], [*HEADER, None] * 2,
               *([cell for y in YEARS for cell in (c, *of(c, y), None)] for c in CITIES)],
}  # fmt: skip


@pytest.mark.parametrize("arranged", BLOCKS)
def test_a_table_for_each_year_on_one_sheet(entered, arranged):
    read, drafted = entered({"s": BLOCKS[arranged]})
    told = [text for text in read if "each with the year named above it: '2019', '2020'" in text]
    assert len(told) == 1 and told[0] in drafted
    assert not [text for text in read if "the rows above are not read" in text]


def test_a_table_for_each_indicator_or_city_on_one_sheet(entered):
    indicators = [
        row
        for k, name in enumerate(HEADER[1:])
        for row in ([name], ["城市", *YEARS], *([c, *(of(c, y)[k] for y in YEARS)] for c in CITIES), [])
    ]
    assert "each with the indicator named above it: '产值', '人口'" in " ".join(entered({"s": indicators})[0])
    cities = [row for c in CITIES for row in ([c], ["年份", *HEADER[1:]], *([y, *of(c, y)] for y in YEARS))]
    assert "each with the city named above it: '甲', '乙', '丙'" in " ".join(entered({"s": cities})[0])


def test_a_table_that_does_not_say_its_year_is_refused_by_its_rows(tmp_path):
    rows = [*BLOCKS["below"][:5], ["续表"], *BLOCKS["below"][6:]]
    framework = make_framework(indicators={"产值": {}, "人口": {}}, workbook={"year": 2019})
    with pytest.raises(InputError, match=r"3 cells \(A9, A10, A11\): 甲 2019 appears twice \(first in row 3\)"):
        ic.read_workbook(write_workbook(tmp_path / "w.xlsx", {"s": rows}), framework)


OBSERVED = [["DATAFLOW", "unit", "na_item", "Account", "geo", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"]] + [
    ["X", unit, code, name, c, y, FIGURES[c, y, k], "p" if y == 2020 else None]
    for k, (unit, code, name) in enumerate((("EUR", "G", "产值"), ("THS", "P", "人口")), start=1)
    for c in CITIES
    for y in YEARS
]


def test_what_was_observed_is_named_by_the_dimension_that_varies(entered):
    read, drafted = entered({"s": OBSERVED})
    told = "Sheet 's': no column is headed indicator; the rows of one city and year differ in 'Account', which names"
    assert any(text.startswith(told) for text in read)
    assert any(text.startswith(told) for text in drafted)


def test_where_nothing_else_varies_the_observations_are_one_column(tmp_path):
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": OBSERVED[:7]}))
    assert ([column.name for column in found.columns], found.cities) == (["OBS_VALUE"], CITIES)


def test_headers_in_two_languages_and_years_with_what_their_figures_are(entered):
    rows = [["城  市\nCity", "年份 Year", "产值", "人口"]]
    rows += [[c, "2020年（初步核实）" if y == 2020 else "2019年末", *of(c, y)] for c in CITIES for y in YEARS]
    told = "B: a year read without what follows it in cells: 3 (B3 '2020年（初步核实）' = 2020"
    assert all(told in " ".join(notices) for notices in entered({"s": rows}))
    across = {n: [["城市", 2019, "2020p"], *([c, *(of(c, y)[k] for y in YEARS)] for c in CITIES)]
              for k, n in enumerate(("产值", "人口"))}  # fmt: skip
    entered(across)


def test_a_month_or_half_a_year_is_still_no_year(tmp_path):
    for text in ("2020年上半年", "2020H1", "2020年1-6月", "2020 Q1"):
        rows = [HEAD, ["甲", text, 1, 2], ["乙", text, 3, 4]]
        with pytest.raises(InputError, match="expected a year"):
            recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))


def test_of_two_sheets_that_fit_the_one_that_is_seen_is_meant(entered):
    def hide(book):
        book["old"].sheet_state = "hidden"

    rows = [HEAD, *([c, y, *of(c, y)] for c in CITIES for y in YEARS)]
    read, _ = entered({"old": [HEAD, ["甲", 2019, 0, 0], ["乙", 2019, 0, 0]], "new": rows}, hide)
    assert "Hidden sheets are not read: old. To read one, show it." in read


def test_years_down_and_cities_across_below_titles(tmp_path):
    """The titles of a sheet stay above its table where rows and columns are swapped."""
    sheets = {
        name: [["表1"], ["单位：亿元"], ["年份", *CITIES], *([y, *(of(c, y)[k] for c in CITIES)] for y in YEARS)]
        for k, name in enumerate(HEADER[1:])
    }
    found = recognise(write_workbook(tmp_path / "w.xlsx", sheets))
    assert (found.cities, found.years, found.problems) == (CITIES, YEARS, ())
    assert [(column.header, column.unit) for column in found.columns] == [("产值", "亿元"), ("人口", "亿元")]


def test_what_all_titles_of_cities_end_with_is_no_part_of_their_names(entered):
    head = ["年份", *HEADER[1:]]
    rows = [row for c in CITIES for row in ([f"{c}主要经济指标"], head, *([y, *of(c, y)] for y in YEARS), [])]
    assert "each with the city named above it: '甲', '乙', '丙'" in " ".join(entered({"s": rows})[0])


def test_a_table_without_a_column_for_years_is_told_how_to_give_one(tmp_path):
    framework = make_framework(indicators={"产值": {}, "人口": {}})
    path = write_workbook(tmp_path / "w.xlsx", {"s": [HEADER, *([c, *of(c, 2019)] for c in CITIES)]})
    with pytest.raises(InputError, match="Row 1 of sheet 's' looks like the header, and no column is left that could"):
        ic.read_workbook(path, framework)


@pytest.mark.parametrize(
    ("sheets", "key", "facts"),
    [
        (
            {"s": [["单位：元"], HEAD, ["甲", 2019, 1, 2], ["单位：万元"], HEAD, ["甲", 2020, 3, 4]]},
            "table_apart",
            {"row": 5},
        ),
        (
            {"2019": [["单位：元"], ["城市", "产值", "人口"], ["甲", 1, 2]],
             "2020": [["单位：万元"], ["城市", "产值", "人口"], ["甲", 3, 4]]},
            "sheet_units",
            {"sheets": "'2019' 元, '2020' 万元"},
        ),
    ],
)  # fmt: skip
def test_figures_in_different_units_are_not_read_as_one_series(tmp_path, sheets, key, facts):
    path = write_workbook(tmp_path / "w.xlsx", sheets)
    framework = make_framework(indicators={"产值": {}, "人口": {}})
    with pytest.raises(InputError) as refused:
        ic.read_workbook(path, framework)
    (problem,) = refused.value.problems
    said = {name: problem.facts[name] for name in facts}
    assert problem.key == key
    assert {name: str(fact) if name == "sheets" else fact for name, fact in said.items()} == facts
    assert [one.key for one in recognise(path).problems] == [key]


def test_headers_in_two_languages_are_those_of_either(tmp_path):
    panel = ["城市 City", "年份 Year", "产值 (亿元)", "人口 (万人)"]
    sheets = {of: [panel, *([c, y, k, k + y] for k, c in enumerate(cities, 1) for y in YEARS)] for of, cities in
              {"四川省": ("甲", "乙"), "河北省": ("丙", "丁")}.items()}  # fmt: skip
    found = recognise(write_workbook(tmp_path / "w.xlsx", sheets))
    assert (found.cities, found.years, found.problems) == (("甲", "乙", "丙", "丁"), YEARS, ())
    long = ["国家 Country", "年份 Year", "指标 Indicator", "数值 Value"]
    rows = [[c, y, one, FIGURES[c, y, k]] for c in CITIES for y in YEARS for k, one in ((1, "产值"), (2, "人口"))]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": [long, *rows]}))
    assert (found.cities, [one.header for one in found.columns]) == (CITIES, ["产值", "人口"])
    assert found.units is not None and found.units.forms("en") == ("country", "countries")


def test_a_row_of_marks_belongs_to_its_table(tmp_path):
    head, rows = HEAD[:1] + HEAD[2:], lambda y: [["甲", *of("甲", y)], ["乙", *of("乙", y)]]
    sheet = [["2019年"], head, *rows(2019), ["丙", "-", "…"], [], ["2020年"], head, *rows(2020), ["丙", 1, 2]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": sheet}))
    assert (found.cities, found.years, found.problems) == (CITIES, YEARS, ())
    panel = ic.read_workbook(found.file, found.framework)
    assert np.isnan(panel.values[2, 0]).all()
    np.testing.assert_array_equal(panel.values[:2], VALUES[:2])


@pytest.mark.parametrize("marked", ["2020*", "2020p", "2020年（初步核实）"])
@pytest.mark.parametrize("in_one_cell", [False, True])
def test_a_year_with_a_mark_is_that_year_in_a_header_too(entered, marked, in_one_cell):
    head = [["城市", "产值", None, "人口", None], [None, 2019, marked, 2019, marked]]
    if in_one_cell:
        head = [["城市", *(f"{one} {year}" for one in ("产值", "人口") for year in (2019, marked))]]
    entered({"s": [*head, *([c, *(FIGURES[c, y, k] for k in (1, 2) for y in YEARS)] for c in CITIES)]})


def test_the_titles_above_the_tables_of_several_sheets_are_all_told(tmp_path):
    head = ["城市", "产值", "人口"]
    sheets = {str(y): [[f"{y}年主要指标"], head, *([c, *of(c, y)] for c in CITIES)] for y in YEARS}
    panel = ic.read_workbook(
        write_workbook(tmp_path / "w.xlsx", sheets), make_framework(indicators={"产值": {}, "人口": {}})
    )
    (told,) = [notice for notice in panel.notices if notice.key == "header_row"]
    assert "'2019年主要指标'" in str(told) and "'2020年主要指标'" in str(told)


def test_sheets_of_different_indicators_may_have_units_of_their_own(tmp_path):
    sheets = {
        one: [[f"单位：{unit}"], ["城市", "年份", one], *([c, y, FIGURES[c, y, k]] for c in CITIES for y in YEARS)]
        for k, (one, unit) in enumerate((("产值", "亿元"), ("人口", "万人")), start=1)
    }
    framework = make_framework(indicators={"产值": {}, "人口": {}}, workbook={"sheet": list(sheets)})
    panel = ic.read_workbook(write_workbook(tmp_path / "w.xlsx", sheets), framework)
    np.testing.assert_array_equal(panel.values, VALUES)
