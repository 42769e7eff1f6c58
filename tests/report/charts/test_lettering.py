"""Text is as wide as it may be, and a character that no font has is told."""

from __future__ import annotations

from typing import Any

import pytest

from indexcalc.report.charts.lettering import balance, shorten, text_width, wrap


def test_a_missing_glyph_is_an_error() -> None:
    """In our own words; names of others draw a box."""
    with pytest.raises(UserWarning, match=r"Glyph 57635 .* missing"):
        text_width("\ue123", 1.0)


@pytest.mark.parametrize("break_lines", [wrap, balance])
def test_lines_are_no_wider_than_they_may_be(break_lines: Any) -> None:
    text = "资料来源：人造统计局、人造年鉴（第1卷），以及Made-up Yearbook of Cities, volume 12；说明。" * 3
    for width in (80.0, 150.0, 400.0):
        found = break_lines(text, 6.0, width)
        assert "".join(found).replace(" ", "") == text.replace(" ", "")
        assert max(text_width(line, 6.0) for line in found) <= width
        assert not [line for line in found if line[0] in "，。、；：）" or line[-1] in "（“"]


def test_names_are_cut_in_the_middle() -> None:
    assert shorten("short", 7.0, 100.0) == "short"
    long = [shorten(f"Made-up Autonomous Prefecture {i}", 7.0, 90.0) for i in (1, 2)]
    assert long[0] != long[1]
    assert all(text_width(name, 7.0) <= 90.0 for name in long)
