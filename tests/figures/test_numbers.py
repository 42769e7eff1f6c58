"""Numbers written as text: what is read, and what is not guessed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexcalc.figures.numbers import is_marked, read_text


@pytest.mark.parametrize(
    ("text", "unit", "value", "how"),
    [
        ("12", "", 12, "text"),
        (" -1.5e3 ", "", -1500, "text"),
        ("−3", "", -3, "text"),
        ("1.2E−02", "", 0.012, "text"),
        ("１０９．５", "", 109.5, "width"),
        ("1,234,567", "", 1234567, "separators"),
        ("1，234", "", 1234, "separators"),
        ("12 300.5", "", 12300.5, "separators"),
        ("12\u00a0300", "", 12300, "separators"),
        ("117.0亿元", "亿元", 117, "unit"),
        ("35 微克/立方米", "μg/m³", 35, "unit"),
        ("30%", "%", 30, "percent"),
        ("30％", "微克", 30, "other_percent"),
    ],
)
def test_safe_readings(text, unit, value, how):
    reading = read_text(text, unit)
    assert (reading.value, reading.how) == (value, how)


@pytest.mark.parametrize("text", ["", "  ", "—", "－", "…", "N/A", "暂无", "--", "nan", "NULL"])
def test_marks_for_missing_values(text):
    assert read_text(text).value is None


@pytest.mark.parametrize(
    "text", ["1,5", "1,23,456", "12 3", "1-2", "约3", "3人", "inf", "1e999", "2018年", "(5)", "1.2.3", "0x1f"]
)
def test_nothing_is_guessed(text):
    assert read_text(text) is None


def test_another_unit_is_not_left_out():
    assert read_text("117万元", "亿元") is None
    assert read_text("117万元") is None


def test_a_decimal_comma():
    assert [read_text(text, decimal=",").value for text in ("1,5", "1.234,5", "1.234")] == [1.5, 1234.5, 1234]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_written_is_read_back(number):
    """Any float, as Python writes it."""
    assert math.isclose(read_text(repr(number)).value, number)


@given(st.text(max_size=20))
def test_no_text_is_a_fault(text):
    read_text(text, "亿元")


def test_declared_marks():
    assert is_marked(" － ", ("-",))
    assert is_marked(-99.0, (-99,))
    assert not is_marked(0, ("-", -99))
