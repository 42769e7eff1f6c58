"""Headers, units and years as people write them."""

import datetime

import pytest

from indexcalc.figures.headers import ColumnNames, bare, fold, folded_unit, is_total, is_usual_year, split_unit, year_in
from tests.conftest import make_framework


@pytest.fixture
def names():
    framework = make_framework(
        indicators={
            "gdp": {"name": {"zh": "生产总值", "en": "Output"}},
            "per_head": {"name": "Output per head", "ratio": {"of": "gdp", "to": "people"}},
        },
        series={"people": {"name": "人口（年末）"}},
    )
    return ColumnNames(framework, {"GDP总量": "gdp"})


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("gdp", ("gdp", None)),
        (" ＧＤＰ ", ("gdp", None)),
        ("生产总值（亿元）", ("gdp", "亿元")),
        ("GDP 总量", ("gdp", None)),
        ("人口(年末)", ("people", None)),
        ("邮编（个）", (None, None)),
    ],
)
def test_a_header_means_a_column_and_may_carry_its_unit(names, header, found):
    assert names.find(header) == found


def test_a_derived_indicator_is_known_by_its_name(names):
    assert names.derived("output  per head") == "per_head"
    assert names.derived("gdp") is None


def test_suggestions_keep_the_spelling(names):
    assert names.spellings(frozenset({"gdp"}))["output"] == "Output"


@pytest.mark.parametrize(
    ("header", "parts"),
    [("a (b)", ("a", "b")), ("a(b)(c)", ("a(b)", "c")), ("(b)", ("(b)", None)), ("a（单位：b）", ("a", "b"))],
)
def test_the_unit_is_what_stands_in_the_last_brackets(header, parts):
    assert split_unit(header) == parts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("微克/立方米", "μg/m³"),
        ("µg/m3", "ug/m³"),
        ("％", "percent"),
        ("平方公里", "km²"),
        ("100 million yuan", "亿元"),
        ("( 万人 )", "万人"),
    ],
)
def test_units_spelled_otherwise_are_equal(one, other):
    assert folded_unit(one) == folded_unit(other)


@pytest.mark.parametrize(
    ("one", "other"), [("亿元", "万元"), ("μg/m³", "mg/m³"), ("km", "km²"), ("人", "万人"), ("%", "‰")]
)
def test_other_units_are_others(one, other):
    assert folded_unit(one) != folded_unit(other)


@pytest.mark.parametrize(
    ("value", "year"),
    [
        (2018, 2018),
        ("2018 年度", 2018),
        ("２０１８", 2018),
        (datetime.datetime(2018, 12, 31), 2018),
        ("2018/1/1", 2018),
        (19, 19),
        *(
            (value, None)
            for value in (None, True, "①", "18", "2018-2019", 2018.5, 1e999, float("nan"), 10**400, "二〇一八")
        ),
    ],
)
def test_years(value, year):
    assert year_in(value) == year


@pytest.mark.parametrize(("year", "usual"), [(19, False), (1000, True), (2018, True), (43101, False)])
def test_which_numbers_are_likely_years(year, usual):
    assert is_usual_year(year) is usual


@pytest.mark.parametrize("name", ["合计", "全 省", "江苏省合计", "Total", "National average", "ALL", "均值"])
def test_totals(name):
    assert is_total(name)


@pytest.mark.parametrize("name", ["成都", "Allentown", "Meanwood", "全椒", "平均市场"])
def test_cities_are_no_totals(name):
    assert not is_total(name)


@pytest.mark.parametrize(
    ("city", "name"),
    [("成都市", "成都"), ("新疆维吾尔自治区", "新疆"), ("沙市", "沙市"), ("Oklahoma City", "oklahomacity")],
)
def test_names_without_their_suffix(city, name):
    assert bare(city) == name


def test_texts_are_compared_without_width_case_and_blanks():
    assert fold("Ａ b\u3000C") == "abc"
