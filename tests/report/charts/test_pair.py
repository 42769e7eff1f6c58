"""Two cities against each other: their scores, and the indicators in which each is ahead."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.analysis.against import against
from indexcalc.report.numbers import signed
from indexcalc.voice import Voice
from tests.conftest import build, make_framework, make_panel
from tests.report.charts.made_up import LANGS, drawn, lines, made_up, texts


def test_the_pair_shows_the_story_of_both_cities() -> None:
    result = made_up(n=9)
    city, other = result.cities[4], result.cities[7]
    figure, subject = drawn(f"pair:{city}:{other}", result, "en")
    found = lines(figure)
    np.testing.assert_array_equal([found[subject.cities.names[c]] for c in (4, 7)], result.score()[[4, 7]])
    ahead = max((node.part, node.code) for node in against(result, city, other).nodes if node.is_indicator)
    assert signed(ahead[0], 2) in texts(figure)


def test_the_pair_names_its_parts_where_a_dimension_has_no_weight() -> None:
    dimensions = {name: {"indicators": {code: {}}} for name, code in zip(("one", "two", "three"), "abc", strict=True)}
    dimensions["one"]["weight"] = 0.0
    columns = {"a": [[1], [2]], "b": [[9], [1]], "c": [[2], [1]]}
    panel = make_panel(columns, cities=("North", "South"), years=(2021,))
    result = build(panel, make_framework(dimensions=dimensions), normalisation="none")
    assert "most in two (+4.0" in " ".join(texts(drawn("pair:North:South", result, "en")[0]))


@pytest.mark.parametrize("lang", LANGS)
def test_a_pair_without_splits_says_so_on_both_sides(lang: str) -> None:
    result = made_up(n=5, aggregation="maximum")
    figure, _ = drawn(f"pair:{result.cities[0]}:{result.cities[1]}", result, lang)
    assert texts(figure).count(Voice(lang).say("charts.no_gap_split")) == 2
