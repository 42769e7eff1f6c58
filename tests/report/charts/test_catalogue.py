"""The charts of the index: what stands on the axes is the result, and no text touches another."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection, PolyCollection, QuadMesh
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

import indexcalc as ic
from indexcalc.analysis.convergence import convergence as converge
from indexcalc.analysis.influence import influence
from indexcalc.analysis.integration import integration as measure
from indexcalc.analysis.lenses import lens
from indexcalc.analysis.obstacles import obstacles as lacking
from indexcalc.computed import Computed
from indexcalc.report.charts import catalogue
from indexcalc.report.charts.catalogue import charts, names
from indexcalc.report.charts.catalogue.contributions import gather
from indexcalc.report.charts.catalogue.correlations import close_pairs
from indexcalc.report.charts.catalogue.heat_map import luminance
from indexcalc.report.charts.catalogue.obstacles import entry
from indexcalc.report.charts.lettering import Lettering, text_width
from indexcalc.report.charts.needs import unmet
from indexcalc.report.charts.rows import row_order
from indexcalc.report.charts.selection import KINDS, selected
from indexcalc.report.charts.style import SMALL, house_style
from indexcalc.report.charts.subject import subject_of
from indexcalc.report.numbers import decimals_of, number, share_text
from indexcalc.robustness.study import Study
from indexcalc.voice import Voice
from tests.conftest import ROOT, build, make_framework, make_panel
from tests.report.charts.made_up import (
    EN,
    GAPS,
    LANGS,
    YEARS,
    ZH,
    drawn,
    letters,
    lines,
    made_up,
    of_kind,
    plain_subject,
    subject_with_all,
    texts,
)
from tests.report.many_draws import alternatives_of, bounds_of, many_draws, sensitivity_of

SITUATIONS: dict[str, dict[str, Any]] = {
    "5 cities": {"n": 5, "groups": False},
    "13 cities": {},
    "40 cities": {"n": 40},
    "190 cities": {"n": 190},
    "2 cities, 2 years, 1 dimension": {"n": 2, "years": (2020, 2022), "parts": 1, "groups": False},
    "z-scores": {"normalisation": "z_score"},
    "year by year": {"normalisation": "z_score", "reference": "year"},
    "gaps": {"n": 8, "left_out": GAPS},
    "two groups": {"stages": 2},
    "seven groups": {"stages": 7, "n": 40},
    "40 indicators": {"parts": 20},
    "indicators below the index": {"n": 9, "parts": 11, "flat": True},
    "30 years": {"n": 8, "years": tuple(range(1993, 2023))},
    "one year": {"n": 8, "years": (2022,)},
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_no_text_touches_another_or_leaves_the_page(situation: str, lang: str) -> None:
    result = made_up(**SITUATIONS[situation])
    one, other = result.cities[:2]
    subject = subject_with_all(result, lang)
    for chart in selected(["all", f"city:{one}", f"pair:{one}:{other}"], result, subject.voice):
        name = chart.name
        if unmet(chart.needs, subject):
            continue
        try:
            with house_style():
                figure = chart.draw(subject)
        except ic.ChoiceError:
            assert name in ("integration", "stages", "convergence", "obstacles")
            assert situation in ("2 cities, 2 years, 1 dimension", "z-scores", "year by year", "gaps")
            continue
        written = letters(figure)
        if situation == "5 cities":  # nowhere but on the figure and its axes
            assert set(written) == {letter for letter in of_kind(figure, Lettering) if letter.text}, name
        boxes = np.array([letter.get_window_extent().extents for letter in written])
        low, high = boxes[:, None, :2], boxes[:, None, 2:]
        meet = ((low < high.swapaxes(0, 1)) & (high > low.swapaxes(0, 1))).all(axis=2)
        touching = [(written[i].text, written[j].text) for i, j in np.argwhere(np.triu(meet, 1))]
        assert not touching, name
        width, height = figure.get_size_inches() * figure.dpi
        outside = (boxes < 0) | (boxes > [width, height, width, height])
        assert not [written[i].text for i in np.flatnonzero(outside.any(axis=1))], name


@pytest.mark.parametrize("situation", ["13 cities", "gaps", "z-scores"])
def test_trend_and_ranks_draw_the_result(situation: str) -> None:
    result = made_up(**SITUATIONS[situation])
    for name, values in (("trend", result.score()), ("ranks", result.rank())):
        figure, subject = drawn(name, result)
        found = lines(figure)
        for c, city in enumerate(subject.cities.names):
            np.testing.assert_array_equal(found[city], values[c])


def test_dimensions_draw_the_result() -> None:
    result = made_up()
    figure, subject = drawn("dimensions", result)
    for j, axes in enumerate(figure.axes):
        found = [line.get_ydata() for line in axes.lines if line.get_label() == subject.cities.names[4]]
        np.testing.assert_array_equal(found, [result.score(f"d{j}")[4]])
    limits = {axes.get_ylim() for axes in figure.axes}
    assert len(limits) == 1


def test_a_year_between_gaps_is_a_dot() -> None:
    figure, subject = drawn("trend", made_up(n=6, left_out=((5, 2018), (5, 2020), (5, 2021), (5, 2022))))
    (line,) = (line for line in of_kind(figure, Line2D) if line.get_label() == subject.cities.names[5])
    assert {0, 2} <= set(line.get_markevery())
    assert any(letter.text.endswith("（2019年）") for letter in letters(figure))


@pytest.mark.parametrize("situation", ["13 cities", "gaps", "z-scores"])
def test_the_heat_map_shows_every_score_legibly(situation: str) -> None:
    result = made_up(**SITUATIONS[situation])
    figure, subject = drawn("heat_map", result)
    (mesh,) = of_kind(figure, QuadMesh)
    expected = result.score()[row_order(subject)]
    np.testing.assert_array_equal(np.ma.filled(mesh.get_array(), np.nan), expected)
    digits = decimals_of(expected)
    cells = [letter for letter in letters(figure) if letter.right == 0.5 and letter.place[1] in range(len(expected))]
    assert len(cells) == expected.size
    fills = mesh.to_rgba(mesh.get_array()).reshape(*expected.shape, 4)
    for letter in cells:
        t, row = (int(z) for z in letter.place)
        value = expected[row, t]
        assert letter.text == ("—" if np.isnan(value) else number(value, digits))
        light = sorted(float(luminance(np.array(colour)[:3])) for colour in (to_rgb(letter.colour), fills[row, t]))
        assert (light[1] + 0.05) / (light[0] + 0.05) > 4.4


def test_a_heat_map_of_many_years_writes_no_score_of_0_to_1_as_0_or_1() -> None:
    """Two decimals of 33 years, the 0 before them left away, or none at all."""
    levels = np.linspace(0.3, 0.8, 3)[:, None] + np.linspace(0.0, 0.1, 33)
    panel = ic.Panel.from_values("ABC", range(1990, 2023), ("x",), levels[:, :, None])
    framework = ic.Framework.model_validate({"indicators": {"x": {}}})
    result = ic.build_index(panel, framework, ic.Methodology.model_validate({"normalisation": "none"}))
    figure, _ = drawn("heat_map", result)
    written = [one.text for one in letters(figure) if one.right == 0.5 and one.place[1] in range(3)]
    assert set(written) <= {number(score, 2).removeprefix("0") for score in levels.ravel()}


def test_change_draws_both_ends_and_the_gain() -> None:
    result = made_up()
    figure, subject = drawn("change", result, "en")
    order = row_order(subject)
    for gid, t in (("first", 0), ("last", -1)):
        (dots,) = (dots for dots in of_kind(figure, PathCollection) if dots.get_label() == gid)
        np.testing.assert_array_equal(dots.get_offsets()[:, 0], result.score()[order, t])
    gain = result.score()[order, -1] - result.score()[order, 0]
    shown = texts(figure)
    assert all(number(value, 1, "+") in shown for value in gain)


@pytest.mark.parametrize(
    "result",
    [made_up(), made_up(normalisation="z_score"), made_up(n=9, parts=11, flat=True), made_up(n=8, left_out=GAPS)],
    ids=["positive", "signed", "many parts", "gaps"],
)
def test_contributions_add_up_on_the_axes(result: ic.IndexResult) -> None:
    figure, subject = drawn("contributions", result)
    bars = [bar for bar in of_kind(figure, PolyCollection) if str(bar.get_label()).startswith("part")]
    widths = [[path.vertices[2, 0] - path.vertices[0, 0] for path in bar.get_paths()] for bar in bars]
    shown = [c for c in row_order(subject) if not np.isnan(subject.rank[c, -1])]
    np.testing.assert_allclose(np.sum(widths, axis=0), subject.score[shown, -1], rtol=0, atol=1e-9)
    assert len(bars) == min(len(subject.parts), 8)


def test_small_parts_are_gathered_and_nothing_is_lost() -> None:
    parts = np.arange(30.0).reshape(3, 10)
    gathered, names = gather(parts, [f"p{j}" for j in range(10)], EN)
    assert gathered.shape == (3, 8)
    assert names == [*(f"p{j}" for j in range(3, 10)), "3 others"]
    np.testing.assert_allclose(gathered.sum(axis=1), parts.sum(axis=1))


def test_correlations_are_those_of_the_structure_and_bear_figures_if_few() -> None:
    for result, figures in ((made_up(n=6, parts=3), 30), (made_up(n=6, parts=20), 0)):
        figure, subject = drawn("correlations", result)
        found = subject.run.structure
        at = [i for i, node in enumerate(found.nodes) if node.is_indicator]
        mesh = next(mesh for mesh in of_kind(figure, QuadMesh) if mesh.get_label() != "scale")
        shown = np.ma.filled(mesh.get_array(), np.nan)
        expected = found.pearson[np.ix_(at, at)]
        off = ~np.eye(len(at), dtype=bool)
        np.testing.assert_array_equal(shown[off], expected[off])
        assert np.isnan(np.diag(shown)).all()
        cells = [letter for letter in letters(figure) if letter.right == 0.5 and letter.text.count(".")]
        assert len(cells) == figures


def test_two_city_years_tell_no_correlation() -> None:
    figure, _ = drawn("correlations", made_up(n=2, years=(2022,), parts=2), "en")
    said = " ".join(texts(figure))
    assert said.startswith("Too few city-years (2)") and "nearly the same" not in said
    assert not [box for box in of_kind(figure, Rectangle) if box.get_linestyle() == ":"]


def test_pairs_that_say_the_same_are_boxed() -> None:
    r = np.array([[1.0, 0.96, np.nan], [0.96, 1.0, -0.99], [np.nan, -0.99, 1.0]])
    assert close_pairs(r, 0.95) == [(0, 1), (1, 0), (1, 2), (2, 1)]


def test_weights_and_influence_are_drawn_side_by_side() -> None:
    result = made_up(n=7)
    figure, subject = drawn("weights", result, "en")
    given, carried = (
        [path.vertices[2, 0] for path in bars.get_paths()]
        for bars in of_kind(figure, PolyCollection)
        if bars.get_label() == "bars"
    )
    at = [i for i, node in enumerate(result.nodes) if node.is_indicator]
    np.testing.assert_allclose(given, result.effective[at], rtol=1e-12)
    np.testing.assert_allclose(carried, influence(result).index, rtol=1e-12)
    assert len(subject.run.structure.nodes) == len(result.nodes)


def test_no_weights_are_spoken_of_where_an_aggregation_takes_none() -> None:
    said = " ".join(texts(drawn("weights", build(make_panel(), aggregation="median"), "en")[0]))
    assert "weight" not in said and "correlation of each indicator's score" in said


def test_integration_draws_the_degrees() -> None:
    result = made_up(n=8, left_out=GAPS)
    figure, subject = drawn("integration", result, "en")
    found, order = measure(result), row_order(subject)
    (mesh,) = of_kind(figure, QuadMesh)
    np.testing.assert_array_equal(np.ma.filled(mesh.get_array(), np.nan), found.degree[order])
    said = set(texts(figure))
    degrees = found.degree[order][~np.isnan(found.degree[order])]
    assert {number(value, decimals_of(degrees)) for value in degrees} <= said
    assert not {one.en for one in found.options.grades} & said


@pytest.mark.parametrize(("years", "form"), [(range(1997, 2022), r"\.\d\d|1\.00"), (range(1940, 2022), None)])
def test_degrees_keep_two_decimals_or_have_no_figure(years: range, form: str | None) -> None:
    figure, _ = drawn("integration", made_up(n=4, years=tuple(years)))
    cells = [letter.text for letter in letters(figure) if letter.right == 0.5 and "." in letter.text]
    assert bool(cells) == (form is not None)
    assert all(re.fullmatch(form or "", text) for text in cells)


def test_the_triangle_places_each_city_by_its_shares() -> None:
    result = made_up()
    share = lens(result, "stage").growth.share
    inside = (np.nan_to_num(share, nan=-1.0) >= 0).all(axis=1)
    assert inside.sum() > 6
    figure, subject = drawn("stages", result, "zh")
    (dots,) = (dots for dots in of_kind(figure, PathCollection) if dots.get_label() == "cities")
    np.testing.assert_allclose(dots.get_offsets()[:, 1], share[inside, 2], atol=1e-12)
    np.testing.assert_allclose(dots.get_offsets()[:, 0], share[inside, 1] + share[inside, 2] / 2.0, atol=1e-12)
    said = set(texts(figure))
    assert all(subject.cities.names[c] in said for c in np.flatnonzero(inside))


@pytest.mark.parametrize("groups", [2, 5])
def test_more_or_fewer_than_three_groups_are_bars_that_add_up(groups: int) -> None:
    figure, _ = drawn("stages", made_up(stages=groups))
    bars = [bar for bar in of_kind(figure, PolyCollection) if str(bar.get_label()).startswith("part")]
    signed = [[path.vertices[2, 0] - path.vertices[0, 0] for path in bar.get_paths()] for bar in bars]
    np.testing.assert_allclose(np.sum(signed, axis=0), 100.0, rtol=1e-9)
    assert len(bars) == groups


def test_the_title_of_rank_intervals_counts_the_draws_that_rank_its_city() -> None:
    """One of 40 draws leaves the first city of the workbook out: its share is of 39."""
    panel = make_panel({"a": [[1, 9], [2, 3], [3, 2]], "b": [[1, 9], [2, 3], [3, 1]]}, cities=("A", "B", "C"))
    figure = drawn("uncertainty", build(panel, make_framework(indicators={"a": {}, "b": {}})), "en")[0]
    assert "of 39 methodologies" in " ".join(texts(figure))


def test_intervals_medians_and_nominal_ranks_stand_where_the_draws_say() -> None:
    result = made_up(n=7)
    figure, subject = drawn("uncertainty", result, "en")
    found, order, last = many_draws(result), row_order(subject), len(YEARS) - 1
    (dots,) = (dots for dots in of_kind(figure, PathCollection) if dots.get_label() == "nominal")
    np.testing.assert_array_equal(dots.get_offsets()[:, 0], result.rank()[order, -1])
    ends = {
        collection.get_label(): np.array([path.vertices[:, 0] for path in collection.get_paths()])
        for collection in of_kind(figure, LineCollection)
    }
    np.testing.assert_allclose(ends["medians"][:, 0], found.rank_quantile(0.5)[order, last])
    np.testing.assert_allclose(ends["intervals"][:, 0], found.rank_quantile(0.05)[order, last] - 0.3)
    np.testing.assert_allclose(ends["intervals"][:, 1], found.rank_quantile(0.95)[order, last] + 0.3)
    shown = texts(figure)
    assert all(share_text(value) in shown for value in found.nominal_share[:, last])


def test_bounds_sensitivity_and_alternatives_stand_on_the_axes() -> None:
    result = made_up(n=7)
    figure, subject = drawn("bounds", result)
    order, found = row_order(subject), bounds_of(result)
    (spans,) = (one for one in of_kind(figure, LineCollection) if one.get_label() == "bounds")
    ends = np.array([segment[:, 0] for segment in spans.get_segments()])
    np.testing.assert_array_equal(ends, np.column_stack([found.best[order, -1], found.worst[order, -1]]))
    figure, _ = drawn("sensitivity", result, "en")
    bars = [bar for bar in of_kind(figure, PolyCollection) if bar.get_label() == "total"]
    lengths = [sorted(path.vertices[2, 0] for path in bar.get_paths()) for bar in bars]
    np.testing.assert_allclose(lengths, np.tile([-0.04, 0.9, 1.1], (3, 1)))
    said = texts(figure)
    assert "−0.04 (−0.24–0.26)" in said
    assert "No choice changes it." in said
    figure, _ = drawn("alternatives", result)
    (mesh,) = (one for one in of_kind(figure, QuadMesh) if one.get_label() == "gain")
    rows = [row for row in alternatives_of(result).rows if not row.refused]
    shown = [rows[0], *rows[-23:]]
    gain = (result.rank()[:, [-1]] - np.column_stack([row.ranks for row in shown]))[order]
    np.testing.assert_array_equal(mesh.get_array(), gain)


def test_of_one_year_the_other_cities_are_dots_and_nobody_has_moved() -> None:
    figures = np.random.default_rng(5).uniform(1.0, 9.0, (2, 60, 1))
    panel = make_panel(dict(zip("ab", figures, strict=True)), cities=[f"c{i}" for i in range(60)])
    result = build(panel, make_framework(indicators={"a": {}, "b": {}}))
    figure, subject = drawn("dimensions", result, "en")
    behind = [
        one for one in of_kind(figure, PathCollection) if len(one.get_offsets()) == 60 - subject.cities.picked.sum()
    ]
    assert len(behind) == 2
    foot = " ".join(texts(drawn("uncertainty", result, "en")[0]))
    assert "Shown:" in foot and "places" not in foot


def test_a_rank_that_is_enclosed_goes_on_to_its_limits_and_the_title_names_nobody() -> None:
    result = made_up(n=7)
    found = bounds_of(result)
    found = replace(found, worst_limit=np.full_like(found.worst, 7.0))
    run = Computed.of(result).with_study(Study(result.years[-1], bounds=found))
    subject = subject_of(run, ZH)
    figure = charts()["bounds"].draw(subject)
    (lines,) = (one for one in of_kind(figure, LineCollection) if one.get_label() == "limits")
    ends = np.array([segment[:, 0] for segment in lines.get_segments()])
    order = row_order(subject)
    np.testing.assert_array_equal(ends, np.column_stack([found.best[order, -1], np.full(7, 7.0)]))
    said = texts(figure)
    assert any("尚不能排除" in text for text in said) and not any("经证明" in text for text in said)
    assert not any(name in said[0] for name in subject.cities.names)


def test_an_output_that_the_sample_cannot_explain_has_no_bars() -> None:
    result = made_up(n=7)
    found = sensitivity_of(result)
    found.total_interval[found.of_claim(0), 0] = (0.0, 40.0)
    run = Computed.of(result).with_study(Study(result.years[-1], sensitivity=found))
    figure = charts()["sensitivity"].draw(subject_of(run, ZH))
    assert len([bar for bar in of_kind(figure, PolyCollection) if bar.get_label() == "total"]) == 2
    said = texts(figure)
    assert ZH.say("charts.hardly_moves") in said and not any(">9" in text for text in said)


def test_the_line_of_the_regression_ends_at_the_edge_of_its_axes() -> None:
    """Cities without a growth, far below the others, widen only the axis across."""
    panel = make_panel({"x": [[0.001, np.nan], [0.5, 0.2], [0.6, 0.4], [0.55, 0.9]]}, years=(2020, 2021))
    framework = make_framework(indicators={"x": {}})
    result = build(panel, framework, missing="propagate", normalisation="none")
    with house_style():
        figure = charts()["convergence"].draw(plain_subject(result))
    (fit,) = (one for one in of_kind(figure, LineCollection) if one.get_label() == "fit")
    low, high = fit.axes.get_ylim()
    heights = fit.get_segments()[0][:, 1]
    assert low - 1e-9 <= heights.min() < heights.max() <= high + 1e-9


def test_acceptability_and_claims_draw_the_shares() -> None:
    result = made_up(n=7)
    found = many_draws(result)
    figure, subject = drawn("acceptability", result)
    (mesh,) = of_kind(figure, QuadMesh)
    np.testing.assert_array_equal(mesh.get_array(), found.acceptability[row_order(subject), -1])
    figure, _ = drawn("claims", result)
    bars = [bar for bar in of_kind(figure, PolyCollection) if bar.get_label() == "shares"]
    for bar, counts in zip(bars, found.claim_counts, strict=True):
        widths = [path.vertices[2, 0] - path.vertices[0, 0] for path in bar.get_paths()]
        fails, holds, tied, undefined = counts / found.draws
        np.testing.assert_allclose(widths, [holds, tied, fails, undefined], atol=1e-12)


def test_obstacles_are_shares_of_what_is_lacking_and_the_largest_is_named() -> None:
    result = made_up(n=6)
    figure, subject = drawn("obstacles", result, "en")
    found, order = lacking(result), row_order(subject)
    bars = [bar for bar in of_kind(figure, PolyCollection) if str(bar.get_label()).startswith("part")]
    widths = [[path.vertices[2, 0] - path.vertices[0, 0] for path in bar.get_paths()] for bar in bars]
    np.testing.assert_allclose(np.transpose(widths), 100.0 * found.by_dimension[order, -1], atol=1e-9)
    said = texts(figure)
    for c in order:
        k = int(found.degree[c, -1].argmax())
        assert f"{found.indicators[k]} {share_text(found.degree[c, -1, k], 1)}" in said


def test_the_widest_obstacle_is_whole() -> None:
    """A column as wide as its widest entry cut it, by the last bit of a sum."""
    names = [f"{'long ' * n}name" for n in range(12)]
    for name in names:
        assert entry(name, "5.3%", text_width(f"{name} 5.3%", SMALL)) == f"{name} 5.3%"


def test_lenses_show_every_group_against_the_mean_city() -> None:
    result = made_up(n=6)
    figure, subject = drawn("lenses", result)
    dots = [dot.get_offsets()[:, 0] for dot in of_kind(figure, PathCollection) if dot.get_label() == "cities"]
    found = lens(result, "stage")
    expected = found.scores[:, -1] - found.mean_city[-1]
    np.testing.assert_allclose(np.transpose(dots), expected[subject.cities.drawing_order])
    assert len(dots) == 3


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_group_without_an_indicator_is_shown_as_empty(lang: str) -> None:
    """Three groups are declared, the third has nothing; where no indicator bears a tag, none has."""
    tags: dict[str, Any] = {"a": {"tags": {"stage": "s0"}}, "b": {"tags": {"stage": "s1"}}}
    for indicators, empty in ((tags, 1), ({"a": {}, "b": {}}, 3)):
        lens_ = {"groups": {f"s{i}": {"zh": f"第{i}组", "en": f"Group {i}"} for i in range(3)}}
        framework = make_framework(indicators=indicators, lenses={"stage": lens_})
        columns = {"a": [[1, 2], [3, 2], [2, 6]], "b": [[1, 3], [2, 2], [5, 6]]}
        figure, _ = drawn("lenses", build(make_panel(columns), framework), lang)
        said = texts(figure)
        assert said.count(Voice(lang).say("charts.no_indicators")) == empty
        assert {name[lang] for name in framework.lenses["stage"].groups.values()} <= set(said)
    tagged = make_framework(indicators=tags, lenses={"stage": lens_})
    figure, _ = drawn("stages", build(make_panel(columns), tagged), "zh")
    said = "".join(texts(figure))
    assert "没有指标：第2组" in said and "份额为负" not in said  # bars show negative shares


def test_convergence_draws_the_measures_and_the_regression() -> None:
    result = made_up(n=9)
    figure, _ = drawn("convergence", result)
    found = converge(result)
    drawn_lines = lines(figure)
    np.testing.assert_array_equal(drawn_lines["sd"], found.sd)
    (dots,) = (dot for dot in of_kind(figure, PathCollection) if dot.get_label() == "cities")
    first, last = result.score()[:, 0], result.score()[:, -1]
    np.testing.assert_allclose(dots.get_offsets(), np.column_stack([first, last - first]))
    (fit,) = (one for one in of_kind(figure, LineCollection) if one.get_label() == "fit")
    slope = np.polyfit(*np.asarray(dots.get_offsets()).T, 1)[0]
    (x0, y0), (x1, y1) = fit.get_segments()[0]
    np.testing.assert_allclose((y1 - y0) / (x1 - x0), slope, rtol=1e-9)


def test_convergence_without_a_regression_names_the_cause() -> None:
    figure, _ = drawn("convergence", made_up(n=9, reference="year"), "en")
    said = " ".join(texts(figure))
    assert "gaps between the cities cannot be compared over time" in said and "stayed" not in said
    assert "No slope: each year is scored separately." in said
    figure, _ = drawn("convergence", made_up(n=4, left_out=((2, 2017), (3, 2022))))
    said = "".join(texts(figure))
    assert "首末两年均有得分的城市只有2个，不计算斜率。" in said and "首年3个，末年3个" in said
    assert "nan" not in said


def test_yardsticks_place_the_cities_they_list() -> None:
    result = made_up(n=6)
    figure, _ = drawn("yardsticks", result, "en")
    by_rank, by_class = (dot for dot in of_kind(figure, PathCollection) if dot.get_label() == "cities")
    score = result.score()
    np.testing.assert_allclose(by_rank.get_offsets(), np.column_stack([score[:5, -1], [-1, -2, -3, -4, -5]]))
    np.testing.assert_allclose(by_class.get_offsets(), np.column_stack([score[:3, -1], [2, 1, 1]]))
    said = texts(figure)
    assert {"Alpha", "Beta", "1", "5"} <= set(said)
    assert any(text.startswith("2022: rank correlation") and text.endswith("5 cities") for text in said)


def test_indicators_right_below_the_index_stand_under_its_name_beside_dimensions() -> None:
    dimensions = {"one": {"indicators": {"a": {}, "b": {}}}}
    framework = make_framework(dimensions=dimensions, indicators={"c": {}}, name={"zh": "指数", "en": "The Index"})
    figure = drawn("weights", build(make_panel(), framework), "en")[0]
    said = texts(figure)
    assert "The Index" in said and said.index("One" if "One" in said else "one") < said.index("The Index")
    flat = drawn("weights", build(make_panel(), make_framework(name={"zh": "指数", "en": "The Index"})), "en")[0]
    assert "The Index" not in [letter.text for letter in letters(flat)]


def test_every_chart_stands_on_the_sheet_of_the_documentation() -> None:
    """`make docs` draws it."""
    for name in ("charts.png", "charts.en.png"):
        assert 100_000 < (ROOT / "docs" / name).stat().st_size < 1_500_000


# --- the catalogue ----------------------------------------------------------------------------------------------------


def test_a_chart_is_the_module_of_its_name() -> None:
    """One that is not entered under the name of its file would be listed, and not drawn."""
    assert tuple(sorted(charts())) == names()
    for name, chart in charts().items():
        assert (chart.name, chart.draw.__module__) == (name, f"{catalogue.__name__}.{name}")
        assert chart.draw.__doc__, name


def test_charts_have_a_place_each_and_stand_in_its_order() -> None:
    places = [chart.place for chart in charts().values()]
    assert places == sorted(set(places))
    assert list(charts())[:4] == ["trend", "ranks", "dimensions", "heat_map"]


def test_no_chart_is_known_by_the_name_of_another_or_of_a_chart_of_cities() -> None:
    known = [name for chart in charts().values() for name in (chart.name, *chart.also)]
    assert len({*known, "all", "cities", *KINDS}) == len(known) + 2 + len(KINDS)
