"""Lines of the reader's choice: what is drawn is the node, the cities and the years that were asked for."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

import indexcalc as ic
from indexcalc.errors import InputError
from indexcalc.report.charts.lines import Lines, chosen, years_of
from indexcalc.report.charts.selection import selected
from indexcalc.report.charts.style import WIDTH
from indexcalc.voice import Voice
from tests.report.charts.made_up import letters, lines, made_up, plain_subject


@pytest.fixture(scope="module")
def result():
    return made_up()


def test_a_dimension_is_drawn_for_the_cities_and_years_asked_for(result):
    dimension = result.nodes[result.nodes[0].children[0]].code
    cities, years = result.cities[1:3], result.years[1:]
    drawn = lines(ic.charts.trend(result, dimension, cities=cities, years=years, lang="en"))
    assert len(drawn) == 2
    for c, y in zip((1, 2), drawn.values(), strict=True):
        np.testing.assert_array_equal(y, result.score(dimension)[c, 1:])


def test_an_indicator_is_drawn_in_its_figures_and_says_its_unit(result):
    code = result.normalised.codes[0]
    drawn = lines(ic.charts.trend(result, code, cities=[result.cities[0]], lang="en"))
    (y,) = drawn.values()
    np.testing.assert_array_equal(y, result.imputed.values[0, :, result.imputed.codes.index(code)])


def test_ranks_of_some_cities_are_those_among_all(result):
    last = [result.cities[c] for c in np.argsort(-result.rank()[:, -1])[:2]]
    drawn = lines(ic.charts.ranks(result, "index", cities=last, lang="en"))
    at = [result.cities.index(city) for city in last]
    for c, y in zip(at, drawn.values(), strict=True):
        np.testing.assert_array_equal(y, result.rank()[c])
    assert max(y[-1] for y in drawn.values()) == len(result.cities)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_title_about_some_cities_does_not_speak_of_all(result, lang):
    rank = result.rank()
    fallen = [result.cities[c] for c in np.flatnonzero(rank[:, -1] >= rank[:, 0])[:2]]
    said = letters(ic.charts.ranks(result, cities=fallen, lang=lang))[0].text
    assert ("所示" if lang == "zh" else "shown") in said


@pytest.mark.parametrize(("shape", "share"), [("4:3", 0.75), ("16:9", 0.5625)])
@pytest.mark.parametrize("kind", ["trend", "ranks"])
def test_a_page_has_the_shape_asked_for(result, kind, shape, share):
    width, height = getattr(ic.charts, kind)(result, shape=shape).get_size_inches()
    assert height / width == pytest.approx(share)
    assert width * 72.0 == pytest.approx(WIDTH)


def test_charts_draw_on_the_axes_of_somebody_and_inside_them(result):
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4))
    assert ic.charts.trend(result, ax=left, cities=result.cities[:2]) is figure
    box, other = left.get_window_extent(), right.get_window_extent()
    figure.canvas.draw()
    for letter in letters(figure):
        extent = letter.get_window_extent()
        assert extent.x1 < other.x0 and box.y0 - 1 <= extent.y0 and extent.y1 <= box.y1 + 1, letter.text
    plt.close(figure)


def test_each_city_has_a_colour_of_its_own_until_there_are_none_left(result):
    subject = chosen(plain_subject(result), "index", Lines(result.cities[:5]))
    assert len(set(subject.cities.colours)) == 5 and subject.cities.picked.all()
    many = chosen(plain_subject(made_up(12)), "index", Lines(made_up(12).cities[:9]))
    assert many.cities.picked.sum() == 7


def test_years_are_spans_and_lists(result):
    first, last = result.years[0], result.years[-1]
    assert years_of(result, f"{first}-{last}") == list(result.years)
    assert years_of(result, f"{last}, {first}") == [first, last]
    assert years_of(result, "") == []
    with pytest.raises(InputError, match=str(first)):
        years_of(result, f"{last}-{first}")


def test_what_is_not_there_is_refused_all_at_once(result):
    asked = Lines(["nowhere"], "1066", "4:2")
    with pytest.raises(InputError) as refused:
        selected(["trend:nothing", "heat_map"], result, Voice("en", result.framework), asked)
    keys = [problem.key for problem in refused.value.problems]
    assert sorted(set(keys)) == sorted(
        {"explain_city", "explain_year", "shape_unknown", "explain_node", "chart_without_lines"}
    )


def test_files_are_named_after_node_and_shape_and_leave_those_of_a_run_alone(result):
    voice = Voice("en", result.framework)
    names = [chart.name for chart in selected(["trend", "ranks:index"], result, voice, Lines(shape="16:9"))]
    assert names == ["trend_index_16x9", "ranks_index_16x9"]
    assert [chart.name for chart in selected(["trend"], result, voice)] == ["trend"]
