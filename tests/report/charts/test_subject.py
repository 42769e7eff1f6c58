"""What the charts of a run share: its cities and years that have a score, who is in colour, in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indexcalc.analysis.claims import Frame
from indexcalc.report.charts.catalogue import change, trend
from indexcalc.report.charts.subject import alone_in_colour
from indexcalc.spec.analyses import ChartOptions
from tests.conftest import build, make_framework, make_panel
from tests.report.charts.made_up import EN, ZH, drawn, letters, made_up, plain_subject


def test_who_is_in_colour_is_told_in_words() -> None:
    result = made_up()
    highlight = (result.cities[7], result.cities[4])
    cities = plain_subject(result, charts=ChartOptions(highlight=highlight)).cities
    assert cities.in_words(ZH) == f"彩色：{cities.names[7]}和{cities.names[4]}；灰色：其余城市。"
    assert "彩色：少数城市，以及位次上升最多的" in plain_subject(result).cities.in_words(ZH)
    assert plain_subject(result, "en").cities.in_words(EN).startswith("In colour: A few cities, and Made-up Auto")


def test_where_all_are_in_colour_nothing_is_told() -> None:
    result = made_up(n=2, groups=False)
    assert plain_subject(result).cities.in_words(ZH) == ""


def test_a_city_alone_in_colour_keeps_its_own() -> None:
    cities = plain_subject(made_up()).cities
    own, grey = int(np.flatnonzero(cities.picked)[0]), int(np.flatnonzero(~cities.picked)[0])
    chosen = alone_in_colour(cities, [own, grey])
    assert np.flatnonzero(chosen.picked).tolist() == sorted([own, grey])
    assert chosen.colours[own] == cities.colours[own] != chosen.colours[grey] != cities.colours[grey]


def test_cities_and_years_without_any_score_are_not_drawn() -> None:
    columns = {"a": [[np.nan, 1, 2], [np.nan, 3, 1], [np.nan] * 3], "b": [[1, 1, 2], [2, 2, 2], [3, 4, 5]]}
    choices = {"missing": "propagate", "imputation": "none", "normalisation": "none"}
    result = build(make_panel(columns), make_framework(indicators={"a": {}, "b": {}}), **choices)
    subject = plain_subject(result)
    assert (subject.cities.names, subject.years) == (("甲", "乙"), (2020, 2021))
    np.testing.assert_array_equal(subject.score, result.score()[:2, 1:])
    np.testing.assert_array_equal(subject.part_score[:, :, 1], result.score("b")[:2, 1:])


def test_a_missing_figure_has_its_mark() -> None:
    subject = plain_subject(made_up(n=2))
    assert [subject.figure(value, 1) for value in (1.25, -0.5, np.nan)] == ["1.2", "−0.5", "—"]


@pytest.mark.parametrize(
    "choices",
    [
        {"weighting": {"method": "critic", "per": "year"}},
        {"normalisation": {"method": "distance_to_target", "target": 1e6}, "reference": "year"},
    ],
)
def test_scores_that_claims_do_not_compare_over_years_are_relative_in_charts_too(choices: dict[str, Any]) -> None:
    subject = plain_subject(made_up(n=5, **choices))
    assert not Frame.of(subject.result).comparable
    assert subject.relative
    assert any("只能在同一年内比较" in paragraph for paragraph in subject.foot)


def test_year_by_year_scores_are_called_relative() -> None:
    subject = plain_subject(made_up(n=5, normalisation="z_score", reference="year"))
    assert subject.relative
    assert any("只能在同一年内比较" in paragraph for paragraph in subject.foot)
    figure, _ = drawn("trend", subject.result)
    assert any(letter.text.startswith("相对得分") for letter in letters(figure))


@pytest.mark.parametrize("chart", [trend, change])
def test_no_title_compares_years_that_are_scored_separately(chart) -> None:
    plain = {"normalisation": "z_score", "reference": "pooled"}
    separate, together = (
        plain_subject(made_up(n=5, **{**plain, "reference": kind}), "en") for kind in ("year", "pooled")
    )
    assert chart.title(separate) == EN.say("charts.neutral", **separate.facts)
    assert chart.title(together) != EN.say("charts.neutral", **together.facts)
    assert change.named_by_title(separate) == [] != change.named_by_title(together)
