"""The picture of a city: three by four, everything on the page, in large letters."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.computed import Computed
from indexcalc.report.charts.city_picture import city_picture
from indexcalc.report.charts.lettering import Lettering
from indexcalc.report.charts.style import house_style
from indexcalc.report.charts.subject import subject_of
from indexcalc.voice import Voice
from tests.report.charts.made_up import EN, LANGS, made_up, of_kind, texts

SURE = ("Recomputed under 10,000 methodologies, it ranks 2nd to 5th in at least nine in ten of them, and 3rd in 40%.",)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("n", [3, 13, 120])
def test_all_of_it_is_on_the_page(n: int, lang: str) -> None:
    result = made_up(n=n)
    with house_style():
        figure = city_picture(subject_of(Computed.of(result), Voice(lang, result.framework)), result.cities[1], SURE)
        figure.draw_without_rendering()
    width, height = figure.get_size_inches()
    assert height / width == pytest.approx(4 / 3, rel=0.01)
    box = figure.bbox
    for text in of_kind(figure, Lettering):
        extent = text.get_window_extent()
        assert box.x0 <= extent.x0 and extent.x1 <= box.x1 and box.y0 <= extent.y0 and extent.y1 <= box.y1, text.text


def test_it_says_the_rank_and_whose_it_is() -> None:
    result = made_up(n=9)
    city = result.cities[4]
    with house_style():
        figure = city_picture(subject_of(Computed.of(result), Voice("en", result.framework)), city, SURE)
    said = texts(figure)
    city = result.framework.voice("en").city(city)
    assert {city, EN.ordinal(int(result.rank()[4, -1])), "of 9 cities"} <= set(said)
    assert " ".join(said).count("methodologies") == 1
    assert not np.isnan(result.rank()[4]).any()
