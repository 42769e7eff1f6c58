"""What a file holds is recognised where one reading is left, and shown where several are."""

import csv

import pytest

from indexcalc.errors import InputError
from indexcalc.figures.recognise import recognise, safe_code
from indexcalc.figures.workbook import read_workbook
from indexcalc.spec.framework import Workbook
from tests.conftest import write_workbook

CITIES, YEARS = ("甲州", "乙州", "丙州"), (2019, 2020)
FIGURES = [(c, y, 10.0 * i + k, 3.0 * k + i) for i, c in enumerate(CITIES, 1) for k, y in enumerate(YEARS, 1)]
PANEL = [["地区", "年份", "GDP（亿元）", "PM2.5 [μg/m³]"], *map(list, FIGURES)]
ACROSS = [
    ["Country Name", "Country Code", "Indicator Name", "Indicator Code", "2019 [YR2019]", "2020 [YR2020]"],
    *(row for i, c in enumerate(CITIES, 1) for row in (
        [c, f"C{i}", "GDP (current US$)", "NY.GDP", *(f[2] for f in FIGURES if f[0] == c)],
        [c, f"C{i}", "PM2.5, mean", "EN.PM25", *(f[3] for f in FIGURES if f[0] == c)])),
    ["World", "WLD", "GDP (current US$)", "NY.GDP", 9, 9],
    [], ["Last Updated: 12/18/2023"],
]  # fmt: skip
LONG = [["REF_AREA", "Reference area", "INDICATOR", "Indicator", "TIME_PERIOD", "Time period", "OBS_VALUE"]] + [
    [f"C{CITIES.index(c)}", c, code, name, y, None, value]
    for c, y, a, b in FIGURES
    for code, name, value in (("GDP", "Gross product", a), ("PM", "PM2.5, mean", b))
]
EUROSTAT = {
    "Summary": [["Contents"], ["Sheet 1", "x"]],
    **{
        f"Sheet {k}": [
            ["Data extracted on 05/01/2024"],
            ["Dataset:", name],
            ["Unit of measure", unit],
            [],
            ["TIME", "2019", None, "2020", None],
            ["GEO (Labels)"],
            *([c, *(x for f in FIGURES if f[0] == c for x in (f[k + 1], "p"))] for c in CITIES),
            [],
            ["Observation flags:"],
            ["p", "provisional"],
        ]
        for k, name, unit in ((1, "Gross product [nama]", "Euro"), (2, "PM2.5, mean [env]", "μg/m³"))
    },
}
TURNED = [list(row) for row in zip(*PANEL, strict=True)]
UNDER_GROUPS = {
    f"{y}年": [
        ["地区", "经济", "环境"],
        [None, "GDP", "PM2.5"],
        [None, "亿元", "μg/m³"],
        *([c, a, b] for c, z, a, b in FIGURES if z == y),
        ["平均", 1, 1],
        ["注：测算"],
    ]
    for y in YEARS
}


def of_year(year, k):
    return [figure[k] for figure in FIGURES if figure[1] == year]


def of_city(city, *which):
    return [figure[k] for k in which for figure in FIGURES if figure[0] == city]


TURNED_YEARS = {
    str(y): [["指标", *CITIES], ["GDP(亿元)", *of_year(y, 2)], ["PM2.5(μg/m³)", *of_year(y, 3)]] for y in YEARS
}
WIDE = [["city", "GDP 2019", "GDP 2020", "PM2.5_2019", "PM2.5_2020"], *([c, *of_city(c, 2, 3)] for c in CITIES)]
BY_DIMENSION = {"经济": [row[:3] for row in PANEL], "环境": [row[:2] + row[3:] for row in PANEL]}
BY_CITY = {
    city: [PANEL[0][1:], *([year, a, b] for c, year, a, b in FIGURES if c == city), [], ["注：年鉴"]] for city in CITIES
}
TURNED_CITIES = {
    city: [[f"{city}主要指标"], ["指标", *YEARS], *([PANEL[0][k], *of_city(city, k)] for k in (2, 3))]
    for city in CITIES
}
EMPTY_CORNERS = {
    str(y): [["Unit: Mt"], [None, "GDP", "PM2.5"], *([c, a, b] for c, z, a, b in FIGURES if z == y)] for y in YEARS
}
# by name: how the file is written, and the layout
SHAPES = {
    "panel": ({"Sheet1": [["表1"], *PANEL, ["合计", 2019, 99, None], ["注：年鉴"]]}, "panel"),
    "turned": ({"Sheet1": TURNED}, "panel"),
    "turned, a sheet per year": (TURNED_YEARS, "years"),
    "groups above, a sheet per year": (UNDER_GROUPS, "years"),
    "years across": ({"Data": ACROSS, "Metadata": [["Code", "Licence"], ["x", "y"]]}, "across"),
    "long": ({"s": LONG}, "long"),
    "a sheet per indicator": (EUROSTAT, "indicators"),
    "wide": ({"s": WIDE}, "wide"),
    "no known header": ({"s": [["名字", "时点", "GDP", "PM2.5"], *map(list, FIGURES)]}, "panel"),
    "a sheet per dimension": (BY_DIMENSION, "panel"),
    "a sheet per city": ({"目录": [["1 甲州"]], **BY_CITY}, "panel"),
    "turned, a sheet per city": (TURNED_CITIES, "panel"),
    "an empty corner": ({"Sheet1": [[None, *PANEL[0][1:]], *map(list, FIGURES)]}, "panel"),
    "an empty corner, a sheet per year": (EMPTY_CORNERS, "years"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_same_figures_in_every_shape(tmp_path, name):
    sheets, layout = SHAPES[name]
    found = recognise(write_workbook(tmp_path / "w.xlsx", sheets))
    assert (found.layout, found.cities, found.years, found.problems) == (layout, CITIES, YEARS, ())
    assert len(found.columns) == 2
    for k, column in enumerate(found.columns):
        figures = {(c, y): cell.value for c, y, cell in column.cells if cell.value is not None}
        assert figures == {(c, y): values[k] for c, y, *values in FIGURES}
    assert [column.is_harm for column in found.columns] == [False, True]


def test_what_was_recognised_is_declared_and_no_more(tmp_path):
    def declared(name):
        return recognise(write_workbook(tmp_path / "w.xlsx", SHAPES[name][0])).declared.model_dump(
            exclude_defaults=True
        )

    assert declared("panel") == {"ignore": {"rows": ("合计",)}}
    assert declared("turned") == {"orientation": "columns"}
    assert declared("turned, a sheet per year") == {"orientation": "columns"}
    assert declared("no known header") == {"city": "名字", "year": "时点"}
    assert declared("long") == {"city": "Reference area"}
    assert declared("years across")["sheet"] == ("Data",)
    assert declared("wide") == {}
    assert declared("a sheet per city") == {"layout": "cities", "sheet": CITIES}
    assert declared("turned, a sheet per city") == {"layout": "cities", "orientation": "columns"}


def test_sheets_that_may_be_cities_or_indicators_are_those_of_indicators_unless_declared(tmp_path):
    """Without a unit in a header nor 市 in a title, years down and names across say neither."""
    sheets = {title: [["year", "a", "b"], [2019, 1, 2], [2020, 3, 4]] for title in ("P", "Q", "R")}
    path = write_workbook(tmp_path / "w.xlsx", sheets)
    assert recognise(path).cities == ("a", "b")
    found = recognise(path, Workbook(layout="cities"))
    assert (found.cities, [column.header for column in found.columns]) == (("P", "Q", "R"), ["a", "b"])


def test_a_unit_behind_a_group_is_that_of_its_columns(tmp_path):
    head = [["城市", "年份", "人口 (万人)", None, "增长率 (‰)", None], [None, None, "全市", "市辖区", "全市", "市辖区"]]
    rows = [[c, y, a, a / 2, b, b / 2] for c, y, a, b in FIGURES]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": [*head, *rows]}))
    assert [column.unit for column in found.columns] == ["万人", "万人", "‰", "‰"]
    assert list(found.dimensions) == ["人口", "增长率"] and not found.problems


def test_what_a_sheet_says_it_is_about_is_the_indicator(tmp_path):
    """As the bureau of statistics exports one indicator."""
    rows = [
        "数据库：分省年度数据",
        "指标：地区生产总值(亿元)",
        "时间：最近2年",
        "地区,2020年,2019年",
        "甲省,2,1",
        "乙省,4,3",
    ]
    path = tmp_path / "分省年度数据3.csv"
    path.write_bytes("\r\n".join([*rows, "数据来源：国家统计局"]).encode("gb18030"))
    found = recognise(path)
    assert [(column.name, column.unit) for column in found.columns] == [("地区生产总值", "亿元")]
    assert (found.cities, found.years, found.problems) == (("甲省", "乙省"), (2019, 2020), ())


def test_a_flag_behind_a_number_is_not_advised_to_be_a_mark_for_missing(tmp_path):
    rows = [["geo", "year", "gini", "a"], ["A", 2020, "38.2 b", 1], ["B", 2020, "35.1", 2]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert [(name, why.key.rpartition(".")[2]) for name, why in found.unused] == [("gini", "behind")]


def test_units_come_from_headers_rows_and_titles(tmp_path):
    def units(sheets):
        return [column.unit for column in recognise(write_workbook(tmp_path / "w.xlsx", sheets)).columns]

    assert units(SHAPES["panel"][0]) == ["亿元", "μg/m3"]
    assert units(SHAPES["groups above, a sheet per year"][0]) == ["亿元", "μg/m³"]
    assert units(EUROSTAT) == ["Euro", "μg/m³"]
    assert units({"2020": [["单位：亿元"], ["地区", "产值", "税收"], ["甲", 1, 2], ["乙", 2, 1]]}) == ["亿元", "亿元"]
    assert units({"2020": [["单位：亿元、%"], ["地区", "产值", "占比"], ["甲", 1, 2], ["乙", 2, 1]]}) == ["", ""]


@pytest.mark.parametrize(
    ("head", "names", "groups"),
    [
        (["经济_GDP", "环境_PM2.5", "环境_绿地"], ["GDP", "PM2.5", "绿地"], ["经济", "环境", "环境"]),
        (["Economy: GDP", "Air: PM2.5", "Air: PM10"], ["GDP", "PM2.5", "PM10"], ["Economy", "Air", "Air"]),
        (["经济_GDP", "PM2.5", "绿地"], ["经济_GDP", "PM2.5", "绿地"], [None] * 3),
        (["GDP", "GDP（美元）", "G D P 2"], ["GDP", "GDP（美元）", "G D P 2"], [None] * 3),
    ],
)
def test_dimensions_come_from_what_stands_before_every_name(tmp_path, head, names, groups):
    rows = [["city", "year", *head], ["A", 2020, 1, 2, 3], ["B", 2020, 2, 1, 4]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert ([c.name for c in found.columns], [c.group for c in found.columns]) == (names, groups)
    codes = [column.code for column in found.columns]
    assert len(set(codes)) == 3 and "index" not in codes
    assert all(safe_code(code) == code for code in codes)


def test_marks_text_numbers_and_merged_cells_ask_for_the_tidy_mode_only_where_they_must(tmp_path):
    rows = [
        ["城市", "年份", "a", "b"],
        ["甲", 2020, 1, "—"],
        ["甲", 2021, 2, 3],
        ["乙", 2020, 3, 4],
        ["乙", 2021, 4, 5],
    ]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert (found.declared.tidy, found.declared.missing, found.marks) == (False, ("—",), ("—",))
    rows[2][2] = "1,200"
    assert recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows})).declared.tidy
    rows[2][0], rows[4][0], rows[2][2] = None, None, 2

    def merge(book):
        book.worksheets[0].merge_cells("A2:A3")
        book.worksheets[0].merge_cells("A4:A5")

    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}, merge))
    assert (found.declared.tidy, found.cities, found.problems) == (True, ("甲", "乙"), ())


def test_economy_above_indicators_is_a_group_where_a_column_says_city_and_the_places_where_none_does(tmp_path):
    """Countries are economies in some files; in a header of two rows it is the name of a dimension."""
    grouped = [["City", "Year", "Economy", None], [None, None, "GDP", "Trade"], *map(list, FIGURES)]
    assert recognise(write_workbook(tmp_path / "grouped.xlsx", {"s": grouped})).cities == CITIES
    alone = [["Economy", "Year", "GDP", "Trade"], *map(list, FIGURES)]
    assert recognise(write_workbook(tmp_path / "alone.xlsx", {"s": alone})).cities == CITIES


def test_two_spellings_of_a_city_are_one_with_an_alias(tmp_path):
    sheets = {"2019": [["城市", "a"], ["成都", 1], ["武汉", 2]], "2020": [["城市", "a"], ["成都市", 2], ["武汉市", 4]]}
    found = recognise(write_workbook(tmp_path / "w.xlsx", sheets))
    assert (found.cities, found.spellings, found.problems) == (
        ("成都", "武汉"),
        {"成都": ("成都市",), "武汉": ("武汉市",)},
        (),
    )


@pytest.mark.parametrize(
    ("name", "title", "year", "place"),
    [
        ("happiness_2019.csv", None, 2019, "happiness_2019"),
        ("figures.csv", "2020年各地区主要指标", 2020, "2020年各地区主要指标"),
        ("figures.csv", None, None, ""),
        ("2019-2020.csv", None, None, ""),
    ],
)
def test_the_year_of_a_file_without_years(tmp_path, name, title, year, place):
    """From the names and titles where they give one; otherwise left to confirm."""
    with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*([[title]] if title else []), ["Country", "Score"], ["A", 1], ["B", 2]])
    found = recognise(tmp_path / name)
    assert (found.declared.year, found.year_from, found.years) == (year, place, (year,) if year else ())
    assert found.cities == ("A", "B")


CANDIDATES = {
    "city_candidates": (
        {"s": [["甲列", "乙列", "年份", "a"], ["x", "p", 2020, 1], ["y", "q", 2020, 2]]},
        "'甲列', '乙列'",
    ),
    "two_panels": ({"a": PANEL, "b": PANEL}, "'a', 'b'"),
    "no_layout": ({"s": [["x"], ["y"]]}, "no sheet holds the figures"),
    "figures_twice": (
        {"s": [["地区", "年份", "指标", "口径", "数值"], ["甲", 2020, "a", "全市", 1], ["甲", 2020, "a", "市区", 2]]},
        "rows 2, 3 give two figures for one city, year and indicator; they differ in 口径",
    ),
}


@pytest.mark.parametrize("key", CANDIDATES)
def test_of_several_readings_none_is_taken(tmp_path, key):
    sheets, told = CANDIDATES[key]
    with pytest.raises(InputError, match=told) as refused:
        recognise(write_workbook(tmp_path / "w.xlsx", sheets))
    assert [problem.key for problem in refused.value.problems] == [key]


def test_what_is_declared_beforehand_decides(tmp_path):
    path = write_workbook(tmp_path / "w.xlsx", CANDIDATES["city_candidates"][0])
    assert recognise(path, Workbook(city="乙列")).cities == ("p", "q")
    path = write_workbook(tmp_path / "w.xlsx", CANDIDATES["two_panels"][0])
    assert recognise(path, Workbook(sheet=("b",))).sheets == ("b",)


@pytest.mark.parametrize("cell", ["#DIV/0!", "12.7①", "about 3", "1,5 km"])
def test_a_wrong_cell_is_named_and_leaves_its_column_where_it_is(tmp_path, cell):
    """What `check` says of the draft is what was said of the file."""

    def error(book):
        book["s"]["C4"].data_type = "e" if cell.startswith("#") else "s"

    rows = [["city", "year", "a", "b"], *([c, 2020, 1.5 * k, 2 + k] for k, c in enumerate("ABCDE"))]
    rows[3][2] = cell
    path = write_workbook(tmp_path / "w.xlsx", {"s": rows}, error)
    found = recognise(path)
    assert ([column.header for column in found.columns], found.unused) == (["a", "b"], ())
    assert [problem.place[1]["cell"] for problem in found.problems] == ["C4"]
    with pytest.raises(InputError) as refused:
        read_workbook(path, found.framework)
    assert tuple(refused.value.problems) == found.problems


def test_turned_sheets_and_what_stands_down(tmp_path):
    across = {n: [["年份", *CITIES], *([y, *of_year(y, k)] for y in YEARS)] for n, k in (("GDP", 2), ("PM2.5", 3))}
    found = recognise(write_workbook(tmp_path / "w.xlsx", across))
    assert (found.layout, found.declared.orientation, found.cities) == ("indicators", "columns", CITIES)
    down = [["指标", "单位", *CITIES], ["GDP", "亿元", *of_year(2019, 2)], ["PM2.5", "μg/m³", *of_year(2019, 3)]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"2019年": down}))
    assert (found.cities, found.years, [c.unit for c in found.columns]) == (CITIES, (2019,), ["亿元", "μg/m³"])


def test_what_the_reader_refuses_is_not_drafted_away(tmp_path):
    """A year that is none, a name with a control character: told, and not taken."""
    rows = [["city", "year", "a"], ["A", 2020, 1], ["B", 2020, 2], ["B", 19, 2]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert (found.years, [problem.key for problem in found.problems]) == ((2020,), ["bad_year"])
    (tmp_path / "w.csv").write_text("city,year,a\nA,2020,1\nB\x01,2020,2\nC,2020,3\n", encoding="utf-8")
    found = recognise(tmp_path / "w.csv")
    assert (found.cities, found.unused[0][1].key) == (("A", "C"), "errors.unused.control")


def test_areas_are_left_out_where_places_of_theirs_stand_beside_them(tmp_path):
    rows = [[name, 2020, k] for k, name in enumerate(("东部地区", "Euro area", "甲", "乙", "最大值"))]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": [["地区", "年份", "a"], *rows]}))
    assert (found.cities, found.totals) == (("甲", "乙"), ("最大值", "东部地区", "Euro area"))
    rows = [[name, 2020, k] for k, name in enumerate(("东部", "中部", "西部"))]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": [["地区", "年份", "a"], *rows]}))
    assert (found.cities, found.totals) == (("东部", "中部", "西部"), ())


def test_a_file_whose_years_are_none_is_told_which_cell(tmp_path):
    rows = [["city", "year", "a"], ["A", "2019-20", 1], ["B", "2019-20", 2]]
    with pytest.raises(InputError, match=r"cell B2: year: found '2019-20', expected a year"):
        recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))


def test_numbers_shown_as_percents_bear_the_unit(tmp_path):
    def shown(book):
        for row in (2, 3):
            book["s"].cell(row, 3).number_format = "0.0%"

    rows = [["city", "year", "share"], ["A", "FY2020", 0.5], ["B", "FY2020", 0.25]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}, shown))
    assert [(column.name, column.unit) for column in found.columns] == [("share", "%")]
    assert (found.years, found.problems) == ((2020,), ())


def test_what_names_indicators_is_no_column_of_places(tmp_path):
    rows = [["指标", "甲", None, "乙", None], [None, 2020, 2021, 2020, 2021], ["a", 1, 2, 3, 4], ["b", 5, 6, 7, 8]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert (found.cities, found.years, found.problems) == (("甲", "乙"), (2020, 2021), ())


def test_marks_of_footnotes_below_an_empty_header_are_no_figures(tmp_path):
    rows = [["Country", "a", None, "b", None], ["A", 1, "x", 2, None], ["B", 3, None, 4, "y"], ["C", 5, None, 6, None]]
    found = recognise(write_workbook(tmp_path / "report_2020.xlsx", {"s": rows}))
    assert ([column.name for column in found.columns], found.problems) == (["a", "b"], ())


def test_totals_are_left_out_by_name_unless_a_city_begins_like_one(tmp_path):
    rows = [
        ["city", "year", "a"],
        ["Allentown", 2020, 1],
        ["Berlin", 2020, 2],
        ["All", 2020, 3],
        ["全 国 总 计", 2020, 9],
    ]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert found.totals == ("All", "全国总计")
    assert (found.declared.ignore.rows, found.cities, found.problems) == (("全国总计",), ("Allentown", "Berlin"), ())


@pytest.mark.parametrize(
    ("head", "codes", "left_out"),
    [
        (["Country Name", "Country Code"], ["AUT", "BEL", "XYZ", "EAP"], ("d",)),
        (["Country Name", "Country Code"], ["AUT", "BEL", "XYZ", None], ()),
        (["Entity", "Code"], ["AUT", "OWID_KOS", "OWID_EU27", None], ("c", "d")),
        (["Reference area", "REF_AREA"], ["AUT", "EA20", "BEL", "OECDE"], ("b", "d")),
        (["Country Name", "Indicator Code"], ["AUT", "WLD", "BEL", "EAP"], ()),
    ],
)
def test_the_codes_of_well_known_sources_say_what_is_a_group_of_places(tmp_path, head, codes, left_out):
    rows = [[name, code, 2020, k] for k, (name, code) in enumerate(zip("abcd", codes, strict=True))]
    path = write_workbook(tmp_path / "w.xlsx", {"s": [[*head, "Year", "x"], *rows]})
    found = recognise(path, Workbook(city=head[0]) if "REF_AREA" in head else None)
    assert (found.totals, found.problems) == (left_out, ())
    assert found.cities == tuple(name for name in "abcd" if name not in left_out)


def test_the_mark_of_a_note_behind_a_name_makes_no_second_place(tmp_path):
    rows = [["城市", "年份", "a"], ["北京", 2019, 1], ["成都", 2019, 2], ["北京①", 2020, 3], ["成都 *", 2020, 5]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert (found.cities, found.problems) == (("北京", "成都"), ())
    assert found.spellings == {"北京": ("北京①",), "成都": ("成都 *",)}


def test_texts_that_are_numbers_with_a_decimal_comma_are_no_names_of_places(tmp_path):
    text = "Stadt;Jahr;BIP;Einwohner\nA;2019;1.234,5;2,5\nB;2019;2.345,5;3,5\nA;2020;3.456,5;4,5\nB;2020;4.567,5;5,5\n"
    (tmp_path / "w.csv").write_text(text, encoding="utf-8")
    found = recognise(tmp_path / "w.csv")
    assert (found.declared.city, found.declared.year, found.cities) == ("Stadt", "Jahr", ("A", "B"))
    assert [column.figures[0] for column in found.columns] == [1234.5, 2.5]


def test_of_names_in_two_languages_the_chinese_and_of_nested_places_the_inner_are_the_places(tmp_path):
    rows = [["甲省", "甲", "Alpha", 2019, 1], [None, "乙", "Beta", 2019, 2], ["丙省", "丙", "Gamma", 2019, 3]]
    head = ["省份", "城市", "City", "年份", "a"]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": [row[1:] for row in (head, *rows)]}))
    assert (found.cities, found.declared.city, found.problems) == (("甲", "乙", "丙"), "城市", ())
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": [row[:2] + row[3:] for row in (head, *rows)]}))
    assert (found.cities, found.problems) == (("甲", "乙", "丙"), ())


def test_the_code_of_a_series_is_no_unit(tmp_path):
    head = ["Country Name", "Time", "GDP (current US$) [NY.GDP.MKTP.CD]", "Population, total [SP.POP.TOTL]"]
    rows = [[c, y, k, k + 1] for k, (c, y) in enumerate((c, y) for c in "AB" for y in YEARS)]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": [head, *rows]}))
    assert ([column.unit for column in found.columns], found.problems) == (["current US$", ""], ())


def test_names_that_differ_by_a_number_are_two_places_where_both_have_figures_of_a_year(tmp_path):
    rows = [[name, 2020, k] for k, name in enumerate(("Zone", "Zone (1)", "Park"))]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": [["District", "Year", "x"], *rows]}))
    assert (found.cities, found.spellings, found.problems) == (("Zone", "Zone (1)", "Park"), {}, ())


def test_a_row_of_figures_that_look_like_years_is_no_header(tmp_path):
    rows = [["Company", "Code", "Year", "Revenue", "x"], ["F", "A", 2018, 2028, 1.5], ["G", "B", 2018, 2030, 2.5]]
    with pytest.raises(InputError, match="any of the columns 'Company', 'Code' could hold the places"):
        recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))


def test_sheets_that_are_not_read_are_named_the_hidden_ones_apart(tmp_path):
    def hide(book):
        book["old"].sheet_state = "hidden"

    sheets = {"s": PANEL, "old": PANEL, "about": [["by me"]], "empty": []}
    found = recognise(write_workbook(tmp_path / "w.xlsx", sheets, hide))
    told = {notice.key: list(notice.facts["sheets"]) for notice in found.notices}
    assert (found.sheets, told) == (("s",), {"sheets_unread": ["about"], "sheets_hidden": ["old"]})


def test_what_is_behind_a_year_beside_a_name_is_told(tmp_path):
    rows = [["City", "GDP 2019", "GDP 2020p", "Air 2020*"], ["A", 1, 2, 3], ["B", 3, 5, 4]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    told = [(n.key, str(n.facts["column"]), str(n.facts["cells"])) for n in found.notices]
    assert told == [("tidied", "C, D", "C1 'GDP 2020p' = 2020, D1 'Air 2020*' = 2020")]


@pytest.mark.parametrize("head", [["City", "2019-20", "2020-21"], ["City", "2019/20", "2020/21"]])
def test_a_span_of_years_is_neither_a_year_nor_an_indicator(tmp_path, head):
    with pytest.raises(InputError, match=f"cell B1: year: found '{head[1]}', expected a year"):
        recognise(write_workbook(tmp_path / "w.xlsx", {"GDP": [head, ["A", 1, 2], ["B", 3, 5]]}))
    with pytest.raises(InputError, match=f"cell B1: year: found '{head[1]}', expected a year"):
        recognise(write_workbook(tmp_path / "w.xlsx", {"s": [[*head, "Area"], ["A", 1, 2, 4], ["B", 3, 5, 8]]}))


@pytest.mark.parametrize("header", ["2015=100", "2000/1990", "1.2010", "2010-2019"])
def test_one_header_of_a_year_without_a_name_is_left_unread_and_named(tmp_path, header):
    for head, row in ((["City", "Year", "GDP", header], [2019, 1, 7]), (["City", header, "GDP"], [7, 1])):
        rows = [head, ["A", *row], ["B", *row[:-2], row[-2] + 1, row[-1] + 2]]
        found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
        assert ([column.header for column in found.columns], found.problems) == (["GDP"], ())
        assert [(name, why.key) for name, why in found.unused] == [(header, "errors.unused.nameless")]


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ([["City", "2019 (%)", "2020 (%)"]], [("(%)", "%")]),
        ([["City", "2019 $", "2020 $"]], [("$", "$")]),
        (
            [["City", "GDP", None, "Pop", None], [None, "2019 (%)", "2020 (%)", 2019, 2020]],
            [("GDP", "%"), ("Pop", "")],
        ),
        (
            [["City", "GDP", None, None, None], [None, "2019 (%)", "2020 (%)", 2019, 2020]],
            [("GDP (%)", "%"), ("GDP", "")],
        ),
        (
            [["City", "GDP", None, "Pop", None], [None, *["2019 (%)", "2020 (%)"] * 2]],
            [("GDP", "%"), ("Pop", "%")],
        ),
        ([["City", "GDP (亿元) 2019", "GDP (%) 2019", "GDP (%) 2020"]], [("GDP (亿元)", "亿元"), ("GDP (%)", "%")]),
    ],
)
def test_a_unit_behind_a_year_is_that_of_its_figures(tmp_path, rows, columns):
    n = len(rows[0]) - 1
    figures = [["A", *range(1, n + 1)], ["B", *range(10, 20 * n, 20)][: n + 1]]
    path = write_workbook(tmp_path / "w.xlsx", {"s": [*rows, *figures]})
    found = recognise(path)
    assert (found.layout, found.years, found.problems, found.unused) == ("wide", (2019, 2020), (), ())
    assert [(column.header, column.unit) for column in found.columns] == columns
    read = sorted(x for x in read_workbook(path, found.framework).values.ravel().tolist() if x == x)
    assert read == sorted(x for row in figures for x in row[1:])


def test_one_number_in_parentheses_is_named_by_its_cell(tmp_path):
    rows = [["city", "year", "a", "b"], *([c, 2020, 1.5 * k, 2 + k] for k, c in enumerate("ABCDE"))]
    rows[3][2] = "(7)"
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert [(p.key, p.place[1]["cell"]) for p in found.problems] == [("cell_parentheses", "C4")]


@pytest.mark.parametrize("mark", ["***", "*", "..", "…", "·", "――", "x", "n.a.", "[c]", "(D)", "np", "不适用"])
def test_what_offices_print_for_a_missing_figure_is_read_as_such(tmp_path, mark):
    rows = [["city", "year", "a", "b"], *([c, 2020, 1.5 * k, 2 + k] for k, c in enumerate("ABCDE"))]
    rows[3][2] = mark
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert (found.marks, found.declared.missing, found.problems) == ((mark,), (mark,), ())


@pytest.mark.parametrize("mark", ["nil", "无", "c", "tbd", "?"])
def test_what_may_mean_zero_or_anything_is_left_to_be_declared(tmp_path, mark):
    rows = [["city", "year", "a", "b"], *([c, 2020, 1.5 * k, 2 + k] for k, c in enumerate("ABCDE"))]
    rows[3][2] = mark
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert [problem.key for problem in found.problems] == ["cell_text"]


def test_subtotals_of_a_pivot_table_do_not_hide_whose_rows_are_whose(tmp_path):
    rows = [["City", "Year", "Sum of GDP"]]
    for k, city in enumerate(("A", "B")):
        rows += [[city, 2019, k + 1], [None, 2020, k + 3], [f"{city} Total", None, 2 * k + 4]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": [*rows, ["Grand Total", None, 10]]}))
    assert (found.cities, found.problems, found.totals) == (("A", "B"), (), ("A Total", "B Total", "Grand Total"))
    panel = read_workbook(found.file, found.framework)
    assert panel.values[:, :, 0].tolist() == [[1, 3], [2, 4]]


def test_the_word_for_a_total_may_be_in_the_column_of_numbers(tmp_path):
    sheets = {
        str(y): [["序号", "城市", "a"], [1, "甲", 2], [2, "乙", y], [3, "丙", 7], ["合计", None, 9]] for y in YEARS
    }
    found = recognise(write_workbook(tmp_path / "w.xlsx", sheets))
    assert (found.totals, found.declared.ignore.rows, found.problems) == (("合计",), ("合计",), ())


def test_a_header_in_a_second_language_below_the_first_is_no_row(tmp_path):
    head = [["城市", "年份", "产值", "空气"], ["City", "Year", "Output", "Air"], [None, None, "亿元", "μg/m³"]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": [*head, *map(list, FIGURES)]}))
    assert (found.cities, found.years, found.problems) == (CITIES, YEARS, ())
    assert [(column.name, column.unit) for column in found.columns] == [("产值", "亿元"), ("空气", "μg/m³")]
    notices = {notice.key: notice.facts for notice in read_workbook(found.file, found.framework).notices}
    assert notices["header_row"]["above"] == "'City | Year | Output | Air'"


def test_what_stands_beside_years_is_named_unless_it_may_be_a_year_of_its_own(tmp_path):
    rows = [["城市", 2019, 2020, "2020年增速(%)", "合计"], ["甲", 1, 2, 3, 4], ["乙", 5, 7, 9, 9]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"产值": rows}))
    assert (found.years, found.problems) == ((2019, 2020), ())
    assert {name: why.key for name, why in found.unused} == dict.fromkeys(
        ("2020年增速(%)", "合计"), "errors.unused.no_year"
    )
    rows[0][3] = "2021年（计划）"
    with pytest.raises(InputError, match="cell D1: year"):
        recognise(write_workbook(tmp_path / "w.xlsx", {"产值": rows}))


def test_a_comma_before_three_digits_in_a_file_of_semicolons_is_refused_unless_it_is_declared(tmp_path):
    path = tmp_path / "w.csv"
    path.write_text("City;Year;x\nA;2020;1,234\nB;2020;2,345\n", encoding="utf-8")
    with pytest.raises(InputError, match="cell C2: 'x': found '1,234' in a file separated by semicolons"):
        recognise(path)
    for decimal, figures in ((",", [1.234, 2.345]), (".", [1234, 2345])):
        found = recognise(path, Workbook(decimal=decimal))
        assert (found.columns[0].figures, found.problems) == (figures, ())


@pytest.mark.parametrize(
    ("lines", "figures"),
    [
        (["GDP;Share", "1,234;0.5", "2,345;0.7"], [[1234, 2345], [0.5, 0.7]]),
        (["GDP;Share", "1,234;12.5", "2,345;13"], [[1234, 2345], [12.5, 13]]),
        (["GDP", "1,234,567", "2,345"], [[1234567, 2345]]),
        (["GDP;Code", "12;1,234", "13;x"], [[12, 13]]),
        (["GDP;Share", "1,234;0,500", "2,345;0,7%"], [[1.234, 2.345], [0.5, 0.7]]),
        (["GDP;People", "1,234;1.234.567", "2,345;2.345.678"], [[1.234, 2.345], [1234567, 2345678]]),
        (["GDP;Share", "1,234;1.500", "2,345;2.500"], None),
        (["GDP;Share", "1,234;0.5", "0,345;0.7"], None),
        (["GDP;Code", "1,234;0.5", "2,345;0.7"], None),
    ],
)
def test_what_a_comma_is_in_a_file_of_semicolons_is_shown_by_other_figures(tmp_path, lines, figures):
    path, (head, one, other) = tmp_path / "w.csv", lines
    path.write_text(f"City;Year;{head}\nA;2020;{one}\nB;2020;{other}\n", encoding="utf-8")
    if figures is None:
        with pytest.raises(InputError, match="found '1,234' in a file separated by semicolons"):
            recognise(path)
    else:
        found = recognise(path)
        assert ([column.figures for column in found.columns], found.problems) == (figures, ())
        assert read_workbook(path, found.framework).values[:, 0, :].T.tolist() == figures


def test_a_day_gives_its_year_in_every_order_and_a_base_year_in_brackets_does_not(tmp_path):
    head = ["City", *(f"GDP (2015 prices) {y}" for y in YEARS)]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": [head, ["A", 1, 2], ["B", 3, 5]]}))
    assert (found.years, [c.header for c in found.columns]) == (YEARS, ["GDP"])
    rows = [["City", "Date", "x"], ["A", "12/31/2019", 1], ["B", "31.12.2019", 2]]
    assert recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows})).years == (2019,)


def test_signs_that_nobody_sees_make_no_second_place(tmp_path):
    rows = [["City\u200b", "\ufeffYear", "x"], ["Graz", 2019, 1], ["Graz\u200b", 2020, "2\u200b"], ["Porto", 2020, 3]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert (found.cities, found.columns[0].figures, found.problems) == (("Graz", "Porto"), [1, 2, 3], ())


def test_a_mark_of_letters_may_name_a_column_below_a_group(tmp_path):
    rows = [["City", "Year", "Economy", None], [None, None, "GDP", "x"], *map(list, FIGURES)]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert ([column.header for column in found.columns], found.problems) == (["GDP", "x"], ())


@pytest.mark.parametrize(
    "head",
    [
        ["城市", "2019 年", "2020 年"],
        ["Country", "FY2019", "FY 2020"],
        ["Country", "2019A", "2020E"],
        ["Country", "2019 (r)", "2020¹"],
        ["城市", "2019年1-12月", "2020年全年"],
        ["城市\\年份", "2019年末", "2020年末"],
    ],
)
def test_a_year_with_nothing_but_a_mark_names_no_indicator(tmp_path, head):
    """2019 年 was read as an indicator called 年, FY2019 as one called FY."""
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"产值": [["各地产值"], head, ["A", 1, 2], ["B", 3, 5]]}))
    assert (found.layout, found.years, [column.header for column in found.columns]) == ("indicators", YEARS, ["产值"])


def test_a_fiscal_year_beside_a_name_is_its_year(tmp_path):
    rows = [["Country", "Debt FY2019", "Debt FY2020", "Nify2020"], ["A", 1, 2, 3], ["B", 3, 5, 4]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert [(column.header, {year for _, year, _ in column.cells}) for column in found.columns] == [
        ("Debt", {2019, 2020}),
        ("Nify", {2020}),
    ]


@pytest.mark.parametrize(
    "head",
    [["A", "17/18", "18/19"], ["A", "2020Q1", "2020Q2"], ["A", "Dec-19", "Dec-20"], ["A", "\u201919", "\u201920"]],
)
def test_parts_and_spans_of_years_are_no_indicators(tmp_path, head):
    with pytest.raises(InputError, match=f"cell B1: year: found '{head[1]}', expected a year"):
        recognise(write_workbook(tmp_path / "w.xlsx", {"s": [["City", *head[1:]], ["A", 1, 2], ["B", 3, 5]]}))
    rows = [["City", "Year", "GDP", head[1]], ["A", 2020, 1, 3], ["B", 2020, 2, 4]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert ([column.header for column in found.columns], [name for name, _ in found.unused]) == (["GDP"], [head[1]])


@pytest.mark.parametrize("remark", [["Last updated:", "04/01/2024"], ["更新时间", "2024-01-05"]])
def test_a_date_above_the_years_is_not_theirs(tmp_path, remark):
    rows = [
        ["Data from", "x"],
        remark,
        [],
        ["TIME", "2019", None, "2020"],
        ["GEO"],
        ["A", 1, "b", 2],
        ["B", 3, None, 5],
    ]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"产值": rows}))
    assert (found.years, found.cities, found.problems) == (YEARS, ("A", "B"), ())


@pytest.mark.parametrize(
    ("title", "above", "name"),
    [
        ("2-13", [["2-13  产值"], [None, None, "单位：亿元"]], "产值"),
        ("8.2", [["表8.2 产值（亿元）"]], "产值"),
        ("Sheet2", [["求和项:产值", "列标签"]], "求和项:产值"),
        ("OECD.Stat export", [["Dataset: Output"], ["Measure", "Prices"]], "Output"),
        ("Sheet1", [["2019-2020年产值"]], "2019-2020年产值"),
        ("Sheet1", [["5-10岁人口"]], "5-10岁人口"),
        ("四川省", [["各市州产值（亿元）"]], "各市州产值"),
        ("Sheet1", [["15-64 population share (%)"]], "15-64 population share"),
        ("Sheet1", [["0-14 岁人口比重"]], "0-14 岁人口比重"),
        ("GDP per head", [["Dataset: Eurostat national accounts"]], "GDP per head"),
        ("GDP", [["指标：地区生产总值（亿元）"]], "地区生产总值"),
    ],
)
def test_a_sheet_with_a_number_for_a_name_bears_that_of_its_title(tmp_path, title, above, name):
    rows = [*above, ["地区", 2019, 2020], ["甲市", 1, 2], ["乙市", 3, 5]]
    path = write_workbook(tmp_path / "w.xlsx", {title: rows})
    found = recognise(path)
    assert [column.name for column in found.columns] == [name]
    assert read_workbook(path, found.framework).values.ravel().tolist() == [1, 2, 3, 5]


@pytest.mark.parametrize(
    ("sheets", "told"),
    [
        ({"北京": [["年份", "产值", "人口"], [2019, 1, 2], [2020, 3, 4]]}, "all figures are of one place ('北京')"),
        (
            {"s": [["地区：北京市"], ["指标", 2020, 2019], ["产值（亿元）", 1, 2], ["人口（万人）", 3, 4]]},
            "all figures are of one place ('地区：北京市')",
        ),
        (
            {"s": [["行标签", "求和项:产值"], ["甲", 9], [2019, 4], [2020, 5], ["乙", 7], [2019, 3], [2020, 4]]},
            "this is a pivot table with several levels in one column",
        ),
        (
            {"s": [["指标", "北京", None, "天津", None], [None, *["绝对量", "增速"] * 2], ["产值", 1, 2, 3, 4]]},
            "Row 2 of sheet 's' says below places or years what is measured ('绝对量', '增速', '绝对量', ...)",
        ),
        (
            {"s": [["产值"], ["年份", "甲市", "乙市"], [2019, 1, 2], ["人口"], ["年份", "甲市", "乙市"], [2020, 1, 2]]},
            "Sheet 's', row 5: here is the header of another table (its title differs)",
        ),
    ],
)
def test_what_hinders_a_sheet_is_named_with_a_way_out(tmp_path, sheets, told):
    with pytest.raises(InputError) as refused:
        recognise(write_workbook(tmp_path / "w.xlsx", sheets))
    assert [problem.key for problem in refused.value.problems] == ["no_layout_since"]
    assert told in str(refused.value)


def test_years_across_without_a_column_of_indicators_are_not_called_wrong_years(tmp_path):
    rows = [["Country", "ISO", "Theme", "Scale", "2019", "2020"]]
    rows += [[c, c, theme, "mn", k, k + 1] for k, c in enumerate("AB") for theme in ("x", "y")]
    path = write_workbook(tmp_path / "w.xlsx", {"s": rows})
    with pytest.raises(
        InputError, match=r"cell E1: the headers are years .* no column says which indicator"
    ) as refused:
        recognise(path)
    assert [problem.key for problem in refused.value.problems] == ["years_unnamed"]
    rows[0][2] = "indicator"
    assert recognise(write_workbook(path, {"s": rows})).layout == "across"


def test_sheets_named_after_known_places_are_those_of_cities(tmp_path):
    sheets = {title: [["年份", "产值", "人口"], [2019, k, 2], [2020, 3, 4]] for k, title in enumerate(("成都", "武汉"))}
    found = recognise(write_workbook(tmp_path / "w.xlsx", sheets))
    assert (found.cities, [column.header for column in found.columns]) == (("成都", "武汉"), ["产值", "人口"])


def test_a_header_of_indicators_above_known_places_is_one_of_places(tmp_path):
    """The sheet was swapped: its cities became indicators, and its indicators cities."""
    rows = [["指标", "产值", "人口"], *([city, k, 2 * k + 1] for k, city in enumerate(("北京", "天津", "成都")))]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"2020年": rows}))
    assert (found.cities, [column.header for column in found.columns]) == (("北京", "天津", "成都"), ["产值", "人口"])


def test_places_printed_at_both_ends_are_one_column_and_two_lists_beside_one_another_are_not(tmp_path):
    rows = [["地区", "a", "b", "地区"], ["甲", 1, 2, "甲"], ["乙", 3, 5, "乙"]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"2020": rows}))
    assert (found.cities, [column.header for column in found.columns], found.problems) == (("甲", "乙"), ["a", "b"], ())
    rows[2] = ["乙", 3, 5, "丙"]
    with pytest.raises(
        InputError, match=r"cell D1: '地区' is in two columns \(also A1\)\. Keep one, or, .* a name of its own"
    ):
        recognise(write_workbook(tmp_path / "w.xlsx", {"2020": rows}))
    rows[0][3] = "English"
    assert recognise(write_workbook(tmp_path / "w.xlsx", {"2020": rows})).cities == ("甲", "乙")
    rows = [["地 区", "a", "b", "地区"], ["成 都", 1, 2, "成都"], ["绵阳", 3, 5, "绵 阳"], ["资料来源：年鉴"]]
    assert recognise(write_workbook(tmp_path / "w.xlsx", {"2020": rows})).cities == ("成都", "绵阳")


def test_what_is_said_of_a_further_table_is_not_said_of_its_rows_too(tmp_path):
    rows = [["2020年"], ["地区", "a"], ["甲", 1], ["乙", 2], ["续表"], ["地区", "b"], ["甲", 3], ["丙", 4]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert [problem.key for problem in found.problems] == ["table_apart"]


PAGES = (
    [["2020年"], ["地区", "产值（亿元）"], ["甲", 1], ["乙", 2]],
    [["续表"], ["地区", "人口（万人）"], ["乙", 4], ["甲", 3]],
)


def figures_of(found):
    return {(column.name, column.unit): {(c, y): cell.value for c, y, cell in column.cells} for column in found.columns}


@pytest.mark.parametrize("sheets", [{"s": [*PAGES[0], [], *PAGES[1]]}, {"2-1": PAGES[0], "2-1续": PAGES[1]}])
def test_a_table_continued_with_other_columns_is_one_table_place_by_place(tmp_path, sheets):
    found = recognise(write_workbook(tmp_path / "w.xlsx", sheets))
    assert (found.problems, found.years, found.cities) == ((), (2020,), ("甲", "乙"))
    assert figures_of(found) == {
        ("产值", "亿元"): {("甲", 2020): 1, ("乙", 2020): 2},
        ("人口", "万人"): {("甲", 2020): 3, ("乙", 2020): 4},
    }
    panel = read_workbook(found.file, found.framework)
    assert panel.values.tolist() == [[[1, 3]], [[2, 4]]]


@pytest.mark.parametrize(
    "later",
    [
        [["2019年"], *PAGES[1][1:]],
        [["续表"], *PAGES[0][1:]],
        [["续表"], ["地区", "产值（亿元）", "x"], ["甲", 1, 5], ["丙", 2, 6], ["乙", 2, 6]],
    ],
)
def test_a_second_sheet_of_a_year_is_refused_where_it_is_of_another_or_gives_a_figure_again(tmp_path, later):
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"a": PAGES[0], "b": later}))
    assert "year_sheet_twice" in [problem.key for problem in found.problems]


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([["City", "GDP", "Pop"], ["Lyon", 1500, 1800], ["Graz", 300, 400]], "GDP"),
        ([["Table"], ["City", "GDP", "Pop"], ["Lyon", 1500, 1800], ["Graz", 1300, 1400], ["Turin", 1900, 2200]], "GDP"),
        ([["No.", "City", "GDP", "Pop"], [1, "Lyon", 1500, 1800], [2, "Graz", 1300, 1400]], "GDP"),
        ([["City", "GDP", "Pop"], ["Lyon", 2019, 2020], ["Graz", 300, 400]], "GDP"),
        ([["Stadt", "GDP", "Pop"], ["Lyon", 1500, 1800], ["Graz", 300, 400]], "GDP"),
    ],
)
def test_figures_that_look_like_years_are_figures(tmp_path, rows, name):
    """1500 and 1800 were the header: two years of an indicator without a name."""
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"Sheet1": rows}))
    assert (found.years, [column.name for column in found.columns]) == ((), [name, "Pop"])


@pytest.mark.parametrize(
    ("upper", "label", "names"),
    [
        (["Table", "actual", "forecast"], "Stadt", ["s"]),
        (["GDP of cities", "GDP (bn)", "GDP (bn)"], "Name", ["s"]),
        (["地区", "产值", "产值"], "市别", ["s"]),
        (["Ort", "BIP", "BIP"], "Ort", ["BIP"]),
    ],
)
@pytest.mark.parametrize("back", [False, True])
def test_years_below_a_row_of_texts_are_the_header(tmp_path, upper, label, names, back):
    """They were figures of a city named like the unknown word for cities."""
    rows = [upper, [label, 2019, 2020], ["Lyon", 15, 18], ["Graz", 13, 14]]
    rows = [[label, *(reversed(row) if back else row)] for label, *row in rows]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert (found.years, found.cities) == ((2019, 2020), ("Lyon", "Graz"))
    assert [column.name for column in found.columns] == names


@pytest.mark.parametrize("title", [[], [["2020年"]]])
def test_the_only_figures_are_no_years(tmp_path, title):
    """There was no figure beside them, and perhaps the column of years was empty."""
    rows = [*title, ["City", "Pop"], ["Lyon", 1500], ["Graz", 1300]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert figures_of(found) == {("Pop", ""): {(city, 2020 if title else 0): n for city, n in rows[-2:]}}


def test_two_columns_alike_are_refused_though_their_figures_look_like_years(tmp_path):
    rows = [["地区", "产值", "产值"], ["甲市", 2019, 2020], ["乙市", 2019, 2021]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert ([problem.key for problem in found.problems], found.cities) == (["header_twice"], ("甲市", "乙市"))


THREE = [
    ["2020年"],
    ["地区", "产值", None, "人口", None],
    [None, "亿元", None, "万人", None],
    [None, *[2019, 2020] * 2],
]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (THREE[1:], [("产值", "亿元"), ("人口", "万人")]),
        ([THREE[1], [None, "(亿元)", None, "（万人）", None], THREE[3]], [("产值", "亿元"), ("人口", "万人")]),
        (
            [["地区", "经济", None, "社会", None], [None, "产值", None, "人口", None], THREE[3]],
            [("产值", ""), ("人口", "")],
        ),
        (
            [["地区", "城", None, "乡", None], [None, "人口", None, "人口", None], THREE[3]],
            [("城 人口", ""), ("乡 人口", "")],
        ),
    ],
)
def test_a_header_of_three_rows_ends_in_years(tmp_path, rows, expected):
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": [*rows, ["甲", 1, 2, 3, 4], ["乙", 5, 6, 7, 9]]}))
    assert (found.problems, found.layout) == ((), "wide")
    told = {("甲", 2019): 1, ("甲", 2020): 2, ("乙", 2019): 5, ("乙", 2020): 6}
    assert [*figures_of(found)] == expected and next(iter(figures_of(found).values())) == told


@pytest.mark.parametrize(
    ("upper", "lower", "names"),
    [
        (("就业", "收入"), ("男", "女"), [("就业 男", ""), ("收入 女", "")]),
        (("产值（亿元）", "人口"), ("总量", "户数"), [("产值 总量", "亿元"), ("户数", "")]),
        (("GDP", None), ("total", "per head"), [("GDP total", ""), ("GDP per head", "")]),
        (("GDP (bn)", None), ("total", "growth"), [("GDP total", "bn"), ("GDP (bn) growth", "")]),
    ],
)
def test_a_measure_below_a_group_is_named_with_it(tmp_path, upper, lower, names):
    """They were men and women of whatever it was."""
    rows = [["地区", upper[0], None, upper[1], None], [None, lower[0], None, lower[1], None], THREE[3]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": [*rows, ["甲", 1, 2, 3, 4], ["乙", 5, 6, 7, 9]]}))
    assert (found.problems, [*figures_of(found)]) == ((), names)


def test_a_unit_that_may_hold_for_some_groups_only_is_of_none(tmp_path):
    rows = [THREE[1], [None, "亿元", None, None, None], THREE[3], ["甲", 1, 2, 3, 4], ["乙", 5, 6, 7, 9]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert [problem.key for problem in found.problems] == ["empty_header", "empty_header", "empty_city"]


@pytest.mark.parametrize(
    "total", ["Total:", "合计：", "合计（亿元）", "Total (4 cities)", "Subtotal", "Nationwide", "Gesamt", "總計"]
)
def test_totals_with_a_colon_or_brackets_are_no_places(tmp_path, total):
    """They were ranked among the cities."""
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"2020": [*PAGES[0][1:], [total, 3], ["丙", 4]]}))
    assert (found.cities, found.totals) == (("甲", "乙", "丙"), (total,))


def test_two_spellings_in_one_year_are_told_since_they_may_be_one_city(tmp_path):
    rows = [["地区", "产值"], ["成都", 1], ["成都市", 2], ["绵阳市", 4]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"2020": rows}))
    assert found.cities == ("成都", "成都市", "绵阳市")
    told = [notice.text() for notice in found.notices if notice.key == "cities_alike"]
    assert len(told) == 1 and told[0].startswith("'成都市' and '成都' both have figures of one year. If they are one")


@pytest.mark.parametrize("titles", [("2017-18", "2018-19"), ("FY2017-18", "FY2018-19"), ("a", "b")])
@pytest.mark.parametrize("cities", [("甲", "乙"), ("丙", "丁")])
def test_sheets_of_no_single_year_are_to_be_named_after_one(tmp_path, titles, cities):
    """It was said that year 0 had a sheet already."""
    rows = [["地区", "产值"], ["甲", 1], ["乙", 2]], [["地区", "产值"], *([city, 4] for city in cities)]
    rows = [[["2017-18"], *rows[0]], [["2018-19"], *rows[1]]] if titles[0] == "a" else rows
    found = recognise(write_workbook(tmp_path / "w.xlsx", dict(zip(titles, rows, strict=True))))
    (problem,) = found.problems
    assert problem.key == "year_sheets_undated"
    assert f"'{titles[0]}', '{titles[1]}'" in problem.text() and "such as 2018" in problem.text()
    renamed = recognise(write_workbook(tmp_path / "w.xlsx", dict(zip(("2018", "2019"), rows, strict=True))))
    assert (renamed.problems, renamed.years) == ((), (2018, 2019))


def test_sheets_without_a_year_that_give_a_figure_twice_are_refused(tmp_path):
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"a": PAGES[0][1:], "b": PAGES[0][1:]}))
    assert [problem.key for problem in found.problems] == ["year_sheets_undated"]


@pytest.mark.parametrize(
    "titles", [("2020年1-6月", "2020年1-12月"), ("2020 Q1", "2020 Q2"), ("2020上半年", "2020下半年")]
)
def test_parts_of_a_year_on_two_sheets_are_not_read_together(tmp_path, titles):
    sheets = {name: [[title], *page[1:]] for name, title, page in zip("ab", titles, PAGES, strict=True)}
    found = recognise(write_workbook(tmp_path / "w.xlsx", sheets))
    assert "year_sheet_twice" in [problem.key for problem in found.problems]


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("2011年主要指标（更新于2011-12）", (2011,)),
        ("2009年主要指标 数据截至2009-10", (2009,)),
        ("2010年主要指标（更新于2011-12）", (2010,)),
        ("Yearbook 2019-20: data for 2019", (2019,)),
        ("Yearbook 2019-20", ()),
        ("2018-19 and 2019-20", ()),
    ],
)
def test_the_year_beside_a_span_or_the_month_of_a_file_is_the_year(tmp_path, title, years):
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": [[title], *PAGES[0][1:]]}))
    assert (found.problems, found.years) == ((), years)


@pytest.mark.parametrize("title", ["2017-18", "FY2017-18"])
def test_which_year_of_a_span_is_meant_is_not_guessed(tmp_path, title):
    """The first was taken, as if it were written."""
    found = recognise(write_workbook(tmp_path / "w.xlsx", {title: PAGES[0][1:]}))
    assert (found.years, found.year_from) == ((), "")


def test_growth_is_not_in_the_unit_of_its_group(tmp_path):
    rows = [["2020年"], ["地区", "产值（亿元）", None, "就业（%）", None], [None, "总量", "增速", "比重", "增长"]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": [*rows, ["甲", 1, 2, 3, 4], ["乙", 5, 6, 7, 9]]}))
    assert [column.unit for column in found.columns] == ["亿元", "", "%", "%"]


@pytest.mark.parametrize("name", ["产值增速", "同比增长率", "人均", "人均产值", "GDP growth", "GDP per capita"])
def test_growth_in_a_longer_name_is_not_in_the_unit_of_its_group(tmp_path, name):
    rows = [["2020年"], ["地区", "产值（亿元）", None], [None, "产值", name], ["甲", 1, 2], ["乙", 5, 6]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert [(column.name, column.unit) for column in found.columns] == [("产值", "亿元"), (name, "")]


@pytest.mark.parametrize(
    ("header", "said", "key"),
    [
        ("季度", ("一季度", "二季度"), "duplicate_city_year"),
        ("性别", ("男", "女"), "duplicate_city_year"),
        ("备注", ("比上年增长", "增长"), "duplicate_city_year"),
        ("变化", ("比上年增长5%", "增长3%"), "duplicate_city_year"),
        ("口径", ("总量", "增速%"), "row_of_measure"),
        ("口径", ("增速(%)", "总量"), "row_of_measure"),
    ],
)
def test_a_city_twice_is_said_to_have_rows_of_measures_only_where_one_is_its_growth(tmp_path, header, said, key):
    """Quarters, men and women have a remedy of their own, and a remark is none."""
    rows = [["地区", header, "产值"], *([city, said[k], k + 1] for city in ("甲", "乙") for k in (0, 1))]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"2020": rows}))
    assert [problem.key for problem in found.problems] == [key]


def test_a_town_named_like_a_word_for_a_total_is_a_place_where_its_state_is_beside_it(tmp_path):
    rows = [["City", "a", "b"], ["Max (ND)", 1, 3], ["Lyon", 2, 4], ["Graz", 5, 5], ["Total (US)", 8, 12]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"2020": rows}))
    assert (found.cities, found.totals) == (("Max (ND)", "Lyon", "Graz"), ("Total (US)",))


def test_groups_of_cities_and_their_level_are_no_cities(tmp_path):
    names = ["全国平均水平", "直辖市", "北京", "其中：市区", "天津", "省会城市", "成都", "武汉"]
    rows = [["城市", "a", "b"], *([name, k, 2 * k + 1] for k, name in enumerate(names))]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"2020": rows}))
    assert found.cities == ("北京", "天津", "成都", "武汉")
    assert set(found.totals) == set(names) - set(found.cities)


def test_the_figures_of_a_long_table_have_many_names(tmp_path):
    for value in ("指标值", "FactValueNumeric"):
        rows = [
            ["城市", "年份", "指标名称", value],
            *([c, 2020, i, k] for k, c in enumerate("甲乙") for i in ("a", "b")),
        ]
        assert recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows})).layout == "long"


def test_a_column_of_notes_that_begin_with_a_number_has_no_unit(tmp_path):
    rows = [
        ["城市", "年份", "a", None, "说明"],
        *([c, 2020, k, None, f"{2018 + k}年为修订数"] for k, c in enumerate("甲乙丙")),
    ]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert [column.header for column in found.columns] == ["a"]
    assert [name for name, _ in found.unused] == ["说明"]


def test_months_are_one_problem_of_their_column(tmp_path):
    rows = [["指标名称", "CPI:甲市", "CPI:乙市"], *([f"2020-{month:02}-28", month, 2] for month in range(1, 13))]
    with pytest.raises(InputError, match=r"11 cells .* of months or quarters, make one figure a year") as refused:
        recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert len(refused.value.problems) == 1


@pytest.mark.parametrize(
    ("cells", "unit"), [(("30%", "4.5%", "—"), "%"), (("30%", "4.5%", 7), ""), (("30%", "y z"), "")]
)
def test_figures_that_are_all_written_with_a_percent_sign_bear_the_unit(tmp_path, cells, unit):
    rows = [
        ["城市", "年份", "b", "a"],
        *([c, 2020, k, cell] for k, (c, cell) in enumerate(zip("甲乙丙", cells, strict=False))),
    ]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert {column.header: column.unit for column in found.columns}.get("a", "") == unit


def test_figures_below_an_empty_header_of_a_wide_sheet_are_not_lost(tmp_path):
    """Nothing was said of them."""
    rows = [["城市", "产值 2019", None, "产值 2020"], ["甲", 1, 2, 3], ["乙", 5, 6, 7]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert [(problem.key, problem.place[1]["cell"]) for problem in found.problems] == [("empty_header", "C1")]
    rows = [["城市", "2019年", None, "2020年", None], [None, "产值", None, "产值", None], [None, *["总量", "增速"] * 2]]
    with pytest.raises(InputError, match="cell C1: found figures below an empty header"):
        recognise(write_workbook(tmp_path / "w.xlsx", {"s": [*rows, ["甲", 1, 2, 3, 4], ["乙", 5, 6, 7, 8]]}))


def test_what_is_about_several_years_is_left_unread_beside_years_and_named(tmp_path):
    others = ["2019-2020年均", "Change 2019-20 (%)"]
    rows = [["Country", *YEARS, *others], ["A", 1, 2, 3, 4], ["B", 3, 5, 6, 7]]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"产值": rows}))
    assert (found.years, found.problems) == (YEARS, ())
    assert [name for name, _ in found.unused] == others


def below(head, *labels):
    """A header and a row of different figures below it for each label."""
    return [head, *([label, *(10 * i + k for k in range(1, len(head)))] for i, label in enumerate(labels))]


@pytest.mark.parametrize(
    ("head", "names"),
    [
        (["City", "2019 Actual", "2019 Target", "2020 Actual", "2020 Target"], ["Actual", "Target"]),
        (["City", "2019 A", "2019 B", "2020 A", "2020 B"], ["A", "B"]),
        (["City", "2019 F", "2019 M", "2020 F", "2020 M"], ["F", "M"]),
        (["City", "2019p", "2019 target", "2020p", "2020 target"], ["p", "target"]),
        (["City", "FY2019", "CY2019", "FY2020", "CY2020"], ["FY", "CY"]),
        (["城市", "2019年全年", "2019年上半年", "2020年全年", "2020年上半年"], ["全年", "上半年"]),
        (["城市", "2019年1-12月", "2019年1-6月", "2020年1-12月", "2020年1-6月"], ["1-12月", "1-6月"]),
    ],
)
def test_a_mark_of_a_year_beside_another_name_is_a_name(tmp_path, head, names):
    """Of two measures of a year one was left out."""
    path = write_workbook(tmp_path / "w.xlsx", {"debt": below(head, "A1", "B1")})
    found = recognise(path)
    assert ([column.header for column in found.columns], found.unused, found.notices) == (names, (), ())
    assert read_workbook(path, found.framework).values.ravel().tolist() == [1, 2, 3, 4, 11, 12, 13, 14]


@pytest.mark.parametrize(
    ("head", "cell"),
    [
        (["City", "2018", "2019 Actual", "2019 Target", "2020 Actual", "2020 Target"], "D"),
        (["City", "FY2019", "FY2020", "CY2019"], "D"),
        (["City", "2019", "2020（2021年修订）", "2021"], "C"),
        (["City", "2020", "2019 (2018 rev.)", "2021"], "C"),
    ],
)
def test_what_may_be_a_year_or_a_measure_of_one_is_not_left_out_beside_years(tmp_path, head, cell):
    with pytest.raises(InputError, match=f"cell {cell}1: year: found '") as refused:
        recognise(write_workbook(tmp_path / "w.xlsx", {"debt": below(head, "A1", "B1")}))
    assert {problem.key for problem in refused.value.problems} == {"bad_year"}


def test_growth_beside_years_with_marks_is_left_unread_and_named(tmp_path):
    rows = below(["城市", "2019年", "2020年快报", "2020年增速"], "甲市", "乙市")
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"产值": rows}))
    assert (found.years, [name for name, _ in found.unused]) == (YEARS, ["2020年增速"])


@pytest.mark.parametrize(
    "rows",
    [
        below(["指标", "Lyon", "Graz"], "GDP", "建成区", "社区", "景区"),
        [["指标", "Lyon", None, "Graz", None], *below([None, *YEARS, *YEARS], "建成区", "社区", "景区")],
    ],
)
def test_indicators_with_the_end_of_a_place_are_not_swapped(tmp_path, rows):
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"2019": rows}))
    assert found.cities == ("Lyon", "Graz")
    assert [column.header for column in found.columns][-2:] == ["社区", "景区"]


def test_sheets_with_the_end_of_a_place_are_those_of_indicators(tmp_path):
    sheets = {title: below(["年份", "成都", "西安"], 2019, 2020) for title in ("社区", "景区")}
    found = recognise(write_workbook(tmp_path / "w.xlsx", sheets))
    assert (found.cities, [column.header for column in found.columns]) == (("成都", "西安"), ["社区", "景区"])


def test_one_known_place_shows_that_sheets_are_those_of_cities(tmp_path):
    """The sheet of the known place was left out, and the others were indicators."""
    titles = ("成都", "德阳", "泸州")
    found = recognise(write_workbook(tmp_path / "w.xlsx", {t: below(["年份", "GDP", "人口"], *YEARS) for t in titles}))
    assert (found.cities, [column.header for column in found.columns]) == (titles, ["GDP", "人口"])
    sheets = {t: below([None, *YEARS], "GDP", "人口") for t in titles}
    with pytest.raises(InputError) as refused:
        recognise(write_workbook(tmp_path / "w.xlsx", sheets))
    assert [problem.key for problem in refused.value.problems] == ["no_layout"]


@pytest.mark.parametrize("title", ["高新区", "A级景区", "超市", "各市", "万人以上县", "四川"])
def test_a_sheet_of_places_is_that_of_the_indicator_it_is_named_after(tmp_path, title):
    path = write_workbook(tmp_path / "w.xlsx", {title: below(["City", *YEARS], "Lyon", "Graz")})
    found = recognise(path)
    assert (found.cities, [column.header for column in found.columns]) == (("Lyon", "Graz"), [title])


@pytest.mark.parametrize(
    ("over", "head", "groups"),
    [
        (["收入", None, "支出", None], ["（元）", "增速", "（元）", "增速"], ["收入", "收入", "支出", "支出"]),
        (["教育", None, "医疗", None], ["学校", "教育", "医院", "床位"], ["教育", "教育", "医疗", "医疗"]),
    ],
)
def test_an_indicator_with_the_name_of_its_dimension_stays_in_it(tmp_path, over, head, groups):
    rows = [["城市", "年份", *over], [None, None, *head]]
    rows += [
        [c, y, *(7 * i + 3 * k + j * k for k in range(4))] for i, c in enumerate("甲乙") for j, y in enumerate(YEARS)
    ]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert [column.group for column in found.columns] == groups
    found = recognise(
        write_workbook(tmp_path / "w.xlsx", {"2019": [[row[0], *row[2:]] for row in rows[:2] + rows[2::2]]})
    )
    assert [column.group for column in found.columns] == groups


@pytest.mark.parametrize("heads", [("Data value", "Value"), ("指标值", "数值")])
def test_of_two_columns_of_figures_that_with_the_plain_header_is_read(tmp_path, heads):
    rows = [["City", "Year", "Indicator", *heads]]
    rows += [
        [c, y, i, k, 100 + k] for k, (c, y, i) in enumerate((c, y, i) for c in "AB" for y in YEARS for i in ("x", "y"))
    ]
    path = write_workbook(tmp_path / "w.xlsx", {"s": rows})
    found = recognise(path)
    assert found.columns[0].figures == [100, 102, 104, 106]
    assert read_workbook(path, found.framework).values.ravel().tolist() == list(range(100, 108))


def test_codes_of_questions_are_no_quarters(tmp_path):
    rows = below(["City", "Year", "Q101", "H110", "Dec10", "May 10", "Q2.10"], "A1", "B1")
    rows = [rows[0], *([row[0], 2019, *row[2:]] for row in rows[1:])]
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": rows}))
    assert [column.header for column in found.columns] == rows[0][2:]


def test_two_sheets_from_one_data_set_keep_their_names(tmp_path):
    sheets = {
        t: [["Dataset: World Development Indicators"], *below(["City", *YEARS], "A1", "B1")] for t in ("GDP", "POP")
    }
    found = recognise(write_workbook(tmp_path / "w.xlsx", sheets))
    assert ([column.header for column in found.columns], found.problems) == (["GDP", "POP"], ())


@pytest.mark.parametrize(
    ("sheets", "told"),
    [
        (
            {
                "Data": [["Ort", "Year", "Growth", "Share"], ["Aa", 2019, 1, 2], ["Bb", 2019, 1, 2]],
                "Notes": [["Male", "Female"]],
            },
            "name one of 'Ort', 'Growth', 'Share' (framework.workbook: {city: HEADER})",
        ),
        (
            {"s": [["Region: EU"], ["Ort", "Year", "GDP"], ["Aa", 2019, 1], ["Aa", 2019, 1]]},
            "name one of 'Ort', 'GDP' (framework.workbook: {city: HEADER})",
        ),
        ({"s": [["Growth", "Share"], [1, 2], [3, 4]]}, "Seen first: s: Growth | Share"),
        ({"主要城市": below(["指标", *YEARS], "产值", "人口")}, "Seen first: 主要城市: 指标 | 2019 | 2020"),
    ],
)
def test_a_hindrance_that_is_none_takes_the_place_of_no_other_word(tmp_path, sheets, told):
    with pytest.raises(InputError) as refused:
        recognise(write_workbook(tmp_path / "w.xlsx", sheets))
    assert told in str(refused.value)
    assert "below places or years" not in str(refused.value)
    assert "of one place" not in str(refused.value)


def test_what_stands_beside_a_wide_sheet_without_a_place_is_no_column(tmp_path):
    head = ["地区", "GDP 2019", "GDP 2020"]
    coded = [[code, *row] for code, row in zip((None, 510100, "510700"), below(head, "成都", "绵阳"), strict=True)]
    noted = [*below(head, "成都", "绵阳"), ["Source: x", None, None, "checked", 2021]]
    for rows in (coded, noted):
        path = write_workbook(tmp_path / "w.xlsx", {"s": rows})
        found = recognise(path)
        assert (found.cities, found.problems) == (("成都", "绵阳"), ())
        assert read_workbook(path, found.framework).values.ravel().tolist() == [1, 2, 11, 12]
    coded[1][0], coded[2][0] = 31.5, 7
    found = recognise(write_workbook(tmp_path / "w.xlsx", {"s": coded}))
    assert [problem.key for problem in found.problems] == ["empty_header"]


def test_years_twice_with_marks_are_no_indicators(tmp_path):
    """Each was an indicator of a year that the file does not give."""
    rows = below(["City", "2019A", "2019E", "2020A", "2020E"], "A1", "B1")
    with pytest.raises(InputError, match=r"cell B1: the headers are years \(here '2019A'\), and no column says which"):
        recognise(write_workbook(tmp_path / "w.xlsx", {"debt": rows}))
