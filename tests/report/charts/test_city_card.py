"""The card of a city shows its story, and says what cannot be split."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D

from indexcalc.analysis.explain import explain
from indexcalc.report.numbers import signed
from indexcalc.voice import Voice
from tests.conftest import build, make_framework, make_panel
from tests.report.charts.made_up import EN, LANGS, drawn, made_up, of_kind, texts


def test_the_card_shows_the_story_of_the_city() -> None:
    result = made_up(n=9)
    city = result.cities[4]
    figure, subject = drawn(f"city:{city}", result, "en")
    (path,) = (line for line in of_kind(figure, Line2D) if line.get_label() == "path")
    np.testing.assert_array_equal(path.get_ydata(), result.rank()[4])
    strongest = explain(result, city).standings[0]
    assert f"{signed(strongest.part, 2)} ({EN.ordinal(int(strongest.rank))})" in texts(figure)
    dots = [dot.get_offsets()[0, 0] for dot in of_kind(figure, PathCollection) if dot.get_label() == "shown"]
    np.testing.assert_allclose(dots, subject.part_score[4, -1])


def test_no_part_on_a_card_prints_as_nothing() -> None:
    """In b a city lags the mean by 0.0001 and has lost as much."""
    columns = {"a": [[0.0, 0.0], [5.0, 6.0], [10.0, 9.0]], "b": [[0.0, 0.0], [5.0, 4.998], [10.0, 10.0]]}
    result = build(make_panel(columns, years=(2020, 2021)), make_framework(indicators={"a": {}, "b": {}}))
    said = texts(drawn(f"city:{result.cities[1]}", result, "en")[0])
    assert "+0.05" in said
    assert {EN.say("charts.no_loss"), EN.say("charts.no_weakness")} <= set(said)


@pytest.mark.parametrize("lang", LANGS)
def test_a_card_without_splits_says_so(lang: str) -> None:
    result, voice = made_up(n=5, aggregation="maximum"), Voice(lang)
    said = " ".join(texts(drawn(f"city:{result.cities[0]}", result, lang)[0]))
    assert voice.say("charts.no_change_split") in said
    assert voice.say("charts.against_mean_scores") in said
