"""The framework: names in two languages, walking its nodes, what the workbook is to hold."""

import pytest
from pydantic import ValidationError

from indexcalc.spec.framework import Framework, Workbook
from tests.conftest import make_framework

NESTED = {
    "city": {
        "name": {"zh": "城市", "en": "City"},
        "dimensions": {"people": {"indicators": {"a": {"name": {"zh": "甲", "en": "First"}}, "b": {}}}},
        "indicators": {"c": {"ratio": {"of": "x", "to": "a", "scale": 10}}},
    },
    "firms": {"indicators": {"d": {"weight": 0}}},
}
SERIES = {"x": {"name": {"zh": "分子", "en": "Part"}, "unit": "人"}, "y": {"optional": True}}


@pytest.fixture
def framework():
    return make_framework(NESTED, indicators={"e": None}, series=SERIES)


def test_walk_names_every_node_parents_first_with_its_path(framework):
    walked = [(code, ".".join(path)) for path, code, _ in framework.walk()]
    assert walked == [
        ("city", "framework.dimensions.city"),
        ("people", "framework.dimensions.city.dimensions.people"),
        ("a", "framework.dimensions.city.dimensions.people.indicators.a"),
        ("b", "framework.dimensions.city.dimensions.people.indicators.b"),
        ("c", "framework.dimensions.city.indicators.c"),
        ("firms", "framework.dimensions.firms"),
        ("d", "framework.dimensions.firms.indicators.d"),
        ("e", "framework.indicators.e"),
    ]


def test_indicators_in_the_order_of_the_yaml(framework):
    assert list(framework.all_indicators) == ["a", "b", "c", "d", "e"]


def test_the_workbook_holds_what_is_not_derived_then_the_series(framework):
    """Also the indicators left out by a weight of 0: their figures may wait in the workbook."""
    assert list(framework.columns) == ["a", "b", "d", "e", "x", "y"]


def test_labels_fall_back_to_the_code(framework):
    assert framework.label("a", "zh") == "甲"
    assert framework.label("a", "en") == "First"
    assert framework.label("x", "en") == "Part"
    assert framework.label("b", "zh") == "b"
    assert framework.label("city", "en") == "City"
    assert framework.label("nobody", "en") == "nobody"
    assert framework.label("index", "en") == "Composite index"
    assert framework.label("index", "zh") == "综合指数"


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        ("GDP", "GDP", "GDP"),
        ({"zh": "产值"}, "产值", "产值"),
        ({"en": "GDP"}, "GDP", "GDP"),
        ({"zh": "产", "en": "G"}, "产", "G"),
    ],
)
def test_a_name_in_one_language_stands_for_both(written, zh, en):
    name = make_framework(indicators={"a": {"name": written}}).all_indicators["a"].name
    assert (name["zh"], name["en"]) == (zh, en)


@pytest.mark.parametrize(
    "cities",
    [["北京", "上海"], {"北京": None, "上海": None}, {"北京": {}, "上海": {}}],
    ids=["list", "empty", "mapping"],
)
def test_cities_may_be_a_list_or_a_mapping(cities):
    framework = make_framework(cities=cities)
    assert list(framework.cities) == ["北京", "上海"]
    assert framework.city_label("北京", "en") == "北京"


def test_a_city_has_its_english_name():
    framework = make_framework(cities={"北京": {"en": "Beijing", "aliases": ["北京市"]}})
    assert framework.city_label("北京", "en") == "Beijing"
    assert framework.city_label("北京", "zh") == "北京"
    assert framework.city_label("成都", "en") == "成都"


@pytest.mark.parametrize(
    ("written", "kind", "parts", "parameters"),
    [
        ({"ratio": {"of": "x", "to": "y", "scale": 100}}, "ratio", ("x", "y"), {"scale": 100.0}),
        ({"ratio": {"of": "x", "to": "y"}}, "ratio", ("x", "y"), {}),
        ({"share": {"of": "x", "to": "y"}}, "share", ("x", "y"), {}),
        ({"growth": {"of": "x", "over": 3}}, "growth", ("x",), {"over": 3}),
        ({"sum": ["x", "y", "z"]}, "sum", ("x", "y", "z"), {}),
        ({"sum": {"of": ["x", "y"]}}, "sum", ("x", "y"), {}),
        ({"product": ["x", "y"]}, "product", ("x", "y"), {}),
        ({"product": {"of": ["x", "y"], "scale": 0.5}}, "product", ("x", "y"), {"scale": 0.5}),
    ],
)
def test_derivations_are_declared_by_their_kind(written, kind, parts, parameters):
    derived = make_framework(indicators={"q": written}).all_indicators["q"].derived
    assert (derived.kind, derived.parts, dict(derived.parameters)) == (kind, parts, parameters)


def test_the_defaults_of_an_indicator():
    indicator = make_framework(indicators={"a": {}}).all_indicators["a"]
    assert (str(indicator.direction), indicator.weight, indicator.derived) == ("positive", 1.0, None)
    assert indicator.normalisation is None


def test_a_framework_is_frozen():
    framework = make_framework()
    with pytest.raises(ValidationError, match="frozen"):
        framework.workbook = "other.xlsx"
    with pytest.raises(ValidationError, match="frozen"):
        framework.dimensions["one"].weight = 2.0


def test_unknown_keys_are_refused():
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Framework.model_validate({"indicators": {"a": {"colour": "red"}}})


def test_a_copy_forgets_what_was_worked_out_before():
    """Names and paths are kept once found; a copy has its own."""
    framework = make_framework()
    assert framework.label("a", "zh") == "a" and len(list(framework.walk())) == 6
    copied = framework.model_copy(update={"dimensions": {}, "series": {}})
    assert list(copied.walk()) == [] and len(list(framework.walk())) == 6
    assert framework.without(["a"]).all_indicators["a"].weight == 0.0
    assert framework.without("a") == framework.without(["a"])
    assert framework.all_indicators["a"].weight == 1.0


def test_untreated_takes_away_the_treatment_that_indicators_name():
    framework = make_framework(
        dimensions={"x": {"indicators": {"a": {"treatment": "winsorise"}}}},
        indicators={"b": {"treatment": "log", "weight": 2}},
    )
    found = framework.untreated().all_indicators
    assert found["a"].treatment is None and found["b"].treatment is None and found["b"].weight == 2


@pytest.mark.parametrize(
    ("written", "columns", "rows"),
    [
        ("序号", ("序号",), ()),
        (["序号", 2018], ("序号", "2018"), ()),
        ({"rows": ["合计", "注"]}, (), ("合计", "注")),
        (["序号", {"rows": "合计"}], ("序号",), ("合计",)),
    ],
)
def test_what_is_ignored_is_written_as_a_list_or_by_kind(written, columns, rows):
    ignored = Workbook(ignore=written).ignore
    assert (ignored.columns, ignored.rows) == (columns, rows)


def test_a_workbook_is_a_file_or_a_block():
    assert make_framework(workbook="a.xlsx").workbook == Workbook(file="a.xlsx")
    block = make_framework(workbook={"file": "a.xlsx", "sheet": 2018, "missing": "-"}).workbook
    assert (block.file, block.sheet, block.missing, block.tidy) == ("a.xlsx", ("2018",), ("-",), False)
