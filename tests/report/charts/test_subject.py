"""What the charts of a run share: who is in colour and why, and whether scores compare over years."""

from __future__ import annotations

import numpy as np

from indexcalc.analyses import ChartOptions
from indexcalc.report.charts.style import GROUP_COLOURS, RISER_COLOURS
from indexcalc.report.picked import largest_risers
from tests.report.charts.made_up import ZH, drawn, letters, made_up, plain_subject


def test_the_first_group_and_the_largest_riser_are_in_colour() -> None:
    result = made_up()
    cities = plain_subject(result, "en").cities
    risers = largest_risers(result.rank()).tolist()
    assert set(np.flatnonzero(cities.picked)) == {0, 1, 2, *risers}
    assert "A few cities" in cities.why
    shades = dict([*GROUP_COLOURS, *RISER_COLOURS])
    in_colour = [cities.colours[c] for c in np.flatnonzero(cities.picked)]
    assert len(set(in_colour)) == len(in_colour) <= 7
    assert all(cities.inks[c] == shades[cities.colours[c]] for c in np.flatnonzero(cities.picked))


def test_the_yaml_may_say_who_is_in_colour() -> None:
    result = made_up()
    highlight = (result.cities[7], result.cities[4], "not there")
    cities = plain_subject(result, charts=ChartOptions(highlight=highlight)).cities
    assert np.flatnonzero(cities.picked).tolist() == [4, 7]
    assert [cities.colours[c] for c in (7, 4)] == [colour for colour, _ in GROUP_COLOURS[:2]]
    assert cities.in_words(ZH) == f"彩色：{cities.names[7]}和{cities.names[4]}；灰色：其余城市。"


def test_without_groups_the_first_four_are_in_colour() -> None:
    result = made_up(groups=False)
    cities = plain_subject(result).cities
    first_four = set(np.flatnonzero(result.rank()[:, -1] <= 4))
    assert first_four <= set(np.flatnonzero(cities.picked))
    assert "2022年前4位" in cities.why


def test_year_by_year_scores_are_called_relative() -> None:
    subject = plain_subject(made_up(n=5, normalisation="z_score", reference="year"))
    assert subject.relative
    assert any("只宜在同一年内比较" in paragraph for paragraph in subject.foot)
    figure, _ = drawn("trend", subject.result)
    assert any(letter.text.startswith("相对得分") for letter in letters(figure))
