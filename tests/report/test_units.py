"""Units in two languages, alone and behind a figure."""

import pytest

from indexcalc.load import load_framework
from indexcalc.report.units import quantity, unit_name
from indexcalc.voice import Voice
from tests.conftest import ROOT


def test_units_in_english():
    assert unit_name("亿元", Voice("zh")) == "亿元"
    assert unit_name("亿元", Voice("en")) == "100m yuan"
    assert unit_name("µg/m³", Voice("en")) == "µg/m³"


@pytest.mark.parametrize(
    ("figure", "unit", "zh", "en"),
    [
        ("901", "个", "901 个", "901"),
        ("20818", "亿元", "20818 亿元", "20818 × 100m yuan"),
        ("62.9", "%", "62.9%", "62.9%"),
        ("1290", "元", "1290 元", "1290 yuan"),
        ("3.5", "", "3.5", "3.5"),
    ],
)
def test_a_figure_with_its_unit(figure, unit, zh, en):
    assert (quantity(figure, unit, Voice("zh")), quantity(figure, unit, Voice("en"))) == (zh, en)


def test_every_unit_of_the_shipped_framework_has_an_english_name():
    columns = load_framework(ROOT / "indicators.yaml").columns.values()
    assert not [
        unit for unit in {c.unit for c in columns} if any("一" <= sign <= "鿿" for sign in unit_name(unit, Voice("en")))
    ]
