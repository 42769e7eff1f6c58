"""The charts: what stands on the axes is the result, no text touches another, and the titles claim what is true.

All figures and names here are made up.
"""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib
import matplotlib.style
import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection, PolyCollection, QuadMesh
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

import indexcalc as ic
from indexcalc.analyses import ChartOptions, Yardstick
from indexcalc.analysis.contributions import dimension_contributions
from indexcalc.analysis.convergence import convergence as converge
from indexcalc.analysis.explain import against, explain
from indexcalc.analysis.influence import influence
from indexcalc.analysis.integration import integration as measure
from indexcalc.analysis.lenses import lens
from indexcalc.analysis.obstacles import obstacles as lacking
from indexcalc.report import charts, words
from indexcalc.report.charts import CHARTS, Studies, draw_charts, findings, notes
from indexcalc.report.charts.contributions import gather
from indexcalc.report.charts.correlations import close_pairs
from indexcalc.report.charts.files import write_png
from indexcalc.report.charts.heat_map import luminance
from indexcalc.report.charts.indicator_rows import indicator_rows
from indexcalc.report.charts.labels import spread
from indexcalc.report.charts.lettering import Lettering, balance, shorten, text_width, wrap
from indexcalc.report.numbers import decimals_of, number, share, signed
from indexcalc.report.charts.obstacles import entry
from indexcalc.report.charts.rows import row_order
from indexcalc.report.charts.selection import needs_draws, selected, study_parts
from indexcalc.report.charts.style import DPI, GROUP_COLOURS, INK, RISER_COLOURS, SHEET, SMALL, SOFT_INK, house_style
from indexcalc.report.charts.subject import Subject, subject_of
from indexcalc.report.words import ordinal, word
from tests.conftest import ROOT, build, make_framework, make_panel
from tests.report.many_draws import alternatives_of, bounds_of, many_draws, sensitivity_of

LANGS = ("zh", "en")
YEARS = tuple(range(2017, 2023))
FACTS = {
    "index": "Made-up Index",
    "first": 2017,
    "last": 2022,
    "period": "2017–2022",
    "n": 3,
    "subject": "index",
    "parts": "dimensions",
    "part": "dimension",
}
NAMES = ("A", "B", "C")


def made_up(
    n: int = 13,
    *,
    years: tuple[int, ...] = YEARS,
    parts: int = 4,
    flat: bool = False,
    groups: bool = True,
    stages: int = 3,
    left_out: tuple[tuple[int, int], ...] = (),
    **methodology: Any,
) -> ic.IndexResult:
    """An index of n made-up cities with long names; left_out: (city, year) without a row."""
    names = [f"人造{'东南西北中'[i % 5]}{'甲乙丙丁戊己庚辛'[i // 5]}市" for i in range(n)]
    indicator = {"publisher": "made_up"}
    named = {f"s{g}": {"zh": f"第{g + 1}阶段的名称", "en": f"Made-up stage number {g + 1}"} for g in range(stages)}
    codes = [f"k{j}" for j in range(parts * 2)]
    framework: dict[str, Any] = {
        "name": {"zh": "人造指数", "en": "Made-up Index"},
        "note": {"zh": "人造数据，仅供测试。", "en": "Made-up figures, for tests alone."},
        "cities": {
            name: {"en": f"Made-up Autonomous Prefecture {i + 1}", "group": "few" if groups and i < 3 else None}
            for i, name in enumerate(names)
        },
        "groups": {"few": {"zh": "少数城市", "en": "A few cities"}},
        "publishers": {"made_up": {"zh": "人造统计局", "en": "Made-up Bureau"}},
    }
    tagged = {
        code: {**indicator, "tags": {"stage": f"s{j % stages}"}} if stages else indicator
        for j, code in enumerate(codes)
    }
    if stages:
        framework["lenses"] = {"stage": {"groups": named}}
    if flat:
        framework["indicators"] = {code: tagged[code] for code in codes[:parts]}
    else:
        framework["dimensions"] = {
            f"d{j}": {
                "name": {"zh": f"第{j + 1}维度", "en": f"Dimension number {j + 1}"},
                "indicators": {code: tagged[code] for code in codes[2 * j : 2 * j + 2]},
            }
            for j in range(parts)
        }
    rows = [(i, year) for i in range(n) for year in years if (i, year) not in left_out]
    rng = np.random.default_rng(n)
    level = rng.normal(50.0, 10.0, n)
    columns = {code: [level[i] + year - years[0] + rng.normal(0.0, 4.0) for i, year in rows] for code in codes}
    panel = ic.Panel.from_columns([names[i] for i, _ in rows], [year for _, year in rows], columns)
    chosen = {"normalisation": {"method": "min_max", "lower": 1, "upper": 100}, **methodology}
    return ic.build_index(panel, ic.Framework.model_validate(framework), ic.Methodology.model_validate(chosen))


def subject_with_all(result: ic.IndexResult, lang: str = "zh") -> Subject:
    return subject_of(result, lang, all_studies(result))


def all_studies(result: ic.IndexResult) -> Studies:
    return Studies(
        yardsticks=yardsticks_of(result),
        uncertainty=many_draws(result),
        bounds=bounds_of(result),
        sensitivity=sensitivity_of(result),
        alternatives=alternatives_of(result),
    )


def yardsticks_of(result: ic.IndexResult) -> dict[str, Yardstick]:
    """A ranking of the first five cities in the last year, and classes of the first three."""
    cities, year = result.cities, result.years[-1]
    ranking = {year: {city: i + 1 for i, city in enumerate(cities[:5])}}
    classes = {year: {city: "Alpha" if i == 0 else "Beta" for i, city in enumerate(cities[:3])}}
    return {
        "ranking": Yardstick.model_validate({"name": "A made-up ranking", "kind": "rank", "values": ranking}),
        "classes": Yardstick.model_validate(
            {"name": "Made-up classes", "kind": "classes", "order": ["Alpha", "Beta"], "values": classes}
        ),
    }


def drawn(name: str, result: ic.IndexResult, lang: str = "zh") -> tuple[Figure, Subject]:
    """A chart of the catalogue, or one of cities as `--only` names it."""
    (drawing,) = selected([name], result)
    with house_style():
        subject = subject_with_all(result, lang)
        return drawing.draw(subject), subject


def of_kind(figure: Figure, kind: type) -> list[Any]:
    return list(figure.findobj(kind))


def letters(figure: Figure) -> list[Lettering]:
    return [letter for letter in of_kind(figure, Lettering) if letter.text]


def lines(figure: Figure) -> dict[str, np.ndarray]:
    return {str(line.get_label()): np.asarray(line.get_ydata(), float) for line in figure.axes[0].lines}


GAPS = ((0, 2019), (0, 2020), (1, 2022), (3, 2021), (3, 2022), (4, 2017), (4, 2019))
SITUATIONS: dict[str, dict[str, Any]] = {
    "5 cities": {"n": 5, "groups": False},
    "13 cities": {},
    "40 cities": {"n": 40},
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
    for name, draw, needs in selected(["all", f"city:{one}", f"pair:{one}:{other}"], result):
        if not all(need.met(subject) for need in needs):
            continue
        try:
            with house_style():
                figure = draw(subject)
        except ic.ChoiceError:
            assert name in ("integration", "stages", "convergence", "obstacles")
            assert situation in ("2 cities, 2 years, 1 dimension", "z-scores", "year by year", "gaps")
            continue
        texts = letters(figure)
        boxes = np.array([letter.get_window_extent().extents for letter in texts])
        low, high = boxes[:, None, :2], boxes[:, None, 2:]
        meet = ((low < high.swapaxes(0, 1)) & (high > low.swapaxes(0, 1))).all(axis=2)
        touching = [(texts[i].text, texts[j].text) for i, j in np.argwhere(np.triu(meet, 1))]
        assert not touching, name
        width, height = figure.get_size_inches() * figure.dpi
        outside = (boxes < 0) | (boxes > [width, height, width, height])
        assert not [texts[i].text for i in np.flatnonzero(outside.any(axis=1))], name


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


def test_change_draws_both_ends_and_the_gain() -> None:
    result = made_up()
    figure, subject = drawn("change", result, "en")
    order = row_order(subject)
    for gid, t in (("first", 0), ("last", -1)):
        (dots,) = (dots for dots in of_kind(figure, PathCollection) if dots.get_label() == gid)
        np.testing.assert_array_equal(dots.get_offsets()[:, 0], result.score()[order, t])
    gain = result.score()[order, -1] - result.score()[order, 0]
    shown = [letter.text for letter in letters(figure)]
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


def test_dimension_contributions_are_the_score_taken_apart() -> None:
    result = made_up(n=8, left_out=GAPS)
    parts = dimension_contributions(result)
    assert parts.shape == (8, 6, 4)
    np.testing.assert_allclose(parts.sum(axis=2), result.score(), rtol=0, atol=1e-9)
    np.testing.assert_allclose(parts[1, 0], 0.25 * result.scores[1, 0, list(result.nodes[0].children)], rtol=1e-12)


def test_contributions_of_the_children_that_are_there() -> None:
    """Under `renormalise` the others share the weight of the child that is missing."""
    framework = ic.Framework.model_validate({"indicators": {"a": {}, "b": {"weight": 3}, "c": {}}})
    columns = {"a": [1.0, 2.0, 3.0], "b": [4.0, np.nan, 1.0], "c": [0.0, 1.0, 5.0]}
    panel = ic.Panel.from_columns(["X", "Y", "Z"], [2020] * 3, columns)
    result = ic.build_index(panel, framework, ic.Methodology.model_validate({"missing": "renormalise"}))
    parts = dimension_contributions(result)
    np.testing.assert_allclose(np.nansum(parts, axis=2), result.score(), rtol=0, atol=1e-9)
    assert np.isnan(parts[1, 0]).tolist() == [False, True, False]


def test_no_contributions_unless_the_root_is_an_arithmetic_mean() -> None:
    result = made_up(n=4, aggregation="geometric")
    with pytest.raises(ic.ChoiceError, match="'geometric' a score is not a sum"):
        dimension_contributions(result)


def test_small_parts_are_gathered_and_nothing_is_lost() -> None:
    parts = np.arange(30.0).reshape(3, 10)
    gathered, names = gather(parts, [f"p{j}" for j in range(10)], "en")
    assert gathered.shape == (3, 8)
    assert names == [*(f"p{j}" for j in range(3, 10)), "3 others"]
    np.testing.assert_allclose(gathered.sum(axis=1), parts.sum(axis=1))


def test_correlations_are_those_of_the_structure_and_bear_figures_if_few() -> None:
    for result, figures in ((made_up(n=6, parts=3), 30), (made_up(n=6, parts=20), 0)):
        figure, subject = drawn("correlations", result)
        found = subject.structure
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
    said = " ".join(letter.text for letter in letters(figure))
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
    np.testing.assert_allclose(carried, influence(result), rtol=1e-12)
    assert len(subject.structure.nodes) == len(result.nodes)


def test_indicators_of_a_dimension_stand_together_whatever_lies_between() -> None:
    framework = ic.Framework.model_validate(
        {
            "indicators": {"c": {}},
            "dimensions": {
                "d": {"indicators": {"a": {}}, "dimensions": {"deep": {"indicators": {"b": {}}}}},
                "e": {"indicators": {"f": {}}},
            },
        }
    )
    columns = {code: [1.0, 2.0 + i, 5.0] for i, code in enumerate("abcf")}
    result = ic.build_index(ic.Panel.from_columns("XYZ", [2020] * 3, columns), framework, ic.Methodology())
    rows = indicator_rows(subject_of(result, "en"))
    grouped = {name: set(rows.names[first : last + 1]) for name, first, last in rows.groups}
    assert grouped == {"": {"c"}, "d": {"a", "b"}, "e": {"f"}}
    assert [result.nodes[i].code for i in rows.nodes] == list(rows.names)


def test_integration_draws_the_grades() -> None:
    result = made_up(n=8, left_out=GAPS)
    figure, subject = drawn("integration", result, "en")
    found, order = measure(result), row_order(subject)
    (mesh,) = of_kind(figure, QuadMesh)
    shown = np.ma.filled(mesh.get_array(), -1.0)
    np.testing.assert_array_equal(shown, found.grade[order])
    texts = {letter.text for letter in letters(figure)}
    degrees = found.degree[order][~np.isnan(found.degree[order])]
    assert {number(value, decimals_of(degrees)) for value in degrees} <= texts
    assert {found.options.grades[g].en for g in found.grade[found.grade >= 0]} <= texts


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
    texts = {letter.text for letter in letters(figure)}
    assert all(subject.cities.names[c] in texts for c in np.flatnonzero(inside))


@pytest.mark.parametrize("groups", [2, 5])
def test_more_or_fewer_than_three_groups_are_bars_that_add_up(groups: int) -> None:
    figure, _ = drawn("stages", made_up(stages=groups))
    bars = [bar for bar in of_kind(figure, PolyCollection) if str(bar.get_label()).startswith("part")]
    signed = [[path.vertices[2, 0] - path.vertices[0, 0] for path in bar.get_paths()] for bar in bars]
    np.testing.assert_allclose(np.sum(signed, axis=0), 100.0, rtol=1e-9)
    assert len(bars) == groups


def test_without_a_lens_or_a_second_part_there_is_nothing_to_show(tmp_path: Path) -> None:
    result = made_up(n=3, parts=1, flat=True, stages=0)
    files, notices = draw_charts(result, tmp_path, "zh")
    assert not {"integration", "stages", "weights", "correlations"} & {file.stem for file in files}
    assert not notices


def test_the_title_of_rank_intervals_counts_the_draws_that_rank_its_city() -> None:
    """One of 40 draws leaves the first city of the workbook out: its share is of 39."""
    panel = make_panel({"a": [[1, 9], [2, 3], [3, 2]], "b": [[1, 9], [2, 3], [3, 1]]}, cities=("A", "B", "C"))
    figure = drawn("uncertainty", build(panel, make_framework(indicators={"a": {}, "b": {}})), "en")[0]
    assert "of 39 methodologies" in " ".join(letter.text for letter in letters(figure))


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
    shown = [letter.text for letter in letters(figure)]
    assert all(share(value) in shown for value in found.nominal_share[:, last])


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
    texts = [letter.text for letter in letters(figure)]
    assert "−0.04 (−0.24–0.26)" in texts
    assert "The same whatever is chosen." in texts
    figure, _ = drawn("alternatives", result)
    (mesh,) = (one for one in of_kind(figure, QuadMesh) if one.get_label() == "gain")
    rows = [row for row in alternatives_of(result).rows if not row.refused]
    shown = [rows[0], *rows[-23:]]
    gain = (result.rank()[:, [-1]] - np.column_stack([row.ranks for row in shown]))[order]
    np.testing.assert_array_equal(mesh.get_array(), gain)


def test_an_output_that_the_sample_cannot_explain_has_no_bars() -> None:
    result = made_up(n=7)
    found = sensitivity_of(result)
    found.total_interval[found.of_claim(0), 0] = (0.0, 40.0)
    studies = Studies(sensitivity=found)
    figure = CHARTS["sensitivity"].draw(subject_of(result, "zh", studies=studies))
    assert len([bar for bar in of_kind(figure, PolyCollection) if bar.get_label() == "total"]) == 2
    texts = [letter.text for letter in letters(figure)]
    assert word("hardly_moves", "zh") in texts and not any(">9" in text for text in texts)


def test_the_line_of_the_regression_ends_at_the_edge_of_its_axes() -> None:
    """Cities without a growth, far below the others, widen only the axis across."""
    panel = make_panel({"x": [[0.001, np.nan], [0.5, 0.2], [0.6, 0.4], [0.55, 0.9]]}, years=(2020, 2021))
    framework = make_framework(indicators={"x": {}})
    result = build(panel, framework, missing="propagate", normalisation="none")
    with house_style():
        figure = CHARTS["convergence"].draw(subject_of(result, "zh"))
    (fit,) = (one for one in of_kind(figure, LineCollection) if one.get_label() == "fit")
    low, high = fit.axes.get_ylim()
    heights = fit.get_segments()[0][:, 1]
    assert low - 1e-9 <= heights.min() < heights.max() <= high + 1e-9


def test_no_part_on_a_card_prints_as_nothing() -> None:
    """In b a city lags the mean by 0.0001 and has lost as much."""
    columns = {"a": [[0.0, 0.0], [5.0, 6.0], [10.0, 9.0]], "b": [[0.0, 0.0], [5.0, 4.998], [10.0, 10.0]]}
    result = build(make_panel(columns, years=(2020, 2021)), make_framework(indicators={"a": {}, "b": {}}))
    with house_style():
        (drawing,) = selected([f"city:{result.cities[1]}"], result)
        figure = drawing.draw(subject_of(result, "en"))
    texts = [letter.text for letter in letters(figure)]
    assert "+0.05" in texts
    assert {words.word("no_loss", "en"), words.word("no_weakness", "en")} <= set(texts)


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
    texts = [letter.text for letter in letters(figure)]
    for c in order:
        k = int(found.degree[c, -1].argmax())
        assert f"{found.indicators[k]} {share(found.degree[c, -1, k], 1)}" in texts


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
        texts = [letter.text for letter in letters(figure)]
        assert texts.count(word("no_indicators", lang)) == empty
        assert {name[lang] for name in framework.lenses["stage"].groups.values()} <= set(texts)
    tagged = make_framework(indicators=tags, lenses={"stage": lens_})
    figure, _ = drawn("stages", build(make_panel(columns), tagged), "zh")
    said = "".join(letter.text for letter in letters(figure))
    assert "没有指标：第2组" in said and "份额为负" not in said  # bars show negative shares


def test_convergence_draws_the_measures_and_the_regression() -> None:
    result = made_up(n=9)
    figure, _ = drawn("convergence", result)
    found = converge(result)
    drawn_lines = lines(figure)
    np.testing.assert_array_equal(drawn_lines["cv"], found.cv)
    np.testing.assert_array_equal(drawn_lines["gini"], found.gini)
    (dots,) = (dot for dot in of_kind(figure, PathCollection) if dot.get_label() == "cities")
    first, last = result.score()[:, 0], result.score()[:, -1]
    np.testing.assert_allclose(dots.get_offsets(), np.column_stack([np.log(first), np.log(last / first) / 5.0]))
    (fit,) = (one for one in of_kind(figure, LineCollection) if one.get_label() == "fit")
    slope = np.polyfit(*np.asarray(dots.get_offsets()).T, 1)[0]
    (x0, y0), (x1, y1) = fit.get_segments()[0]
    np.testing.assert_allclose((y1 - y0) / (x1 - x0), slope, rtol=1e-9)


def test_convergence_without_a_regression_names_the_cause() -> None:
    figure, _ = drawn("convergence", made_up(n=9, reference="year"), "en")
    said = " ".join(letter.text for letter in letters(figure))
    assert "gaps between the cities do not compare over years" in said and "stayed" not in said
    assert "No β: each year is judged by itself." in said
    figure, _ = drawn("convergence", made_up(n=4, left_out=((2, 2017), (3, 2022))))
    said = "".join(letter.text for letter in letters(figure))
    assert "首末两年均有得分的城市只有2个，不计算β。" in said and "首年3个，末年3个" in said
    assert "nan" not in said


def test_yardsticks_place_the_cities_they_list() -> None:
    result = made_up(n=6)
    figure, _ = drawn("yardsticks", result, "en")
    by_rank, by_class = (dot for dot in of_kind(figure, PathCollection) if dot.get_label() == "cities")
    score = result.score()
    np.testing.assert_allclose(by_rank.get_offsets(), np.column_stack([score[:5, -1], [-1, -2, -3, -4, -5]]))
    np.testing.assert_allclose(by_class.get_offsets(), np.column_stack([score[:3, -1], [2, 1, 1]]))
    texts = [letter.text for letter in letters(figure)]
    assert {"Alpha", "Beta", "1", "5"} <= set(texts)
    assert any(text.startswith("2022: rank correlation") and text.endswith("5 cities") for text in texts)


def test_the_card_and_the_pair_show_the_story_of_the_cities() -> None:
    result = made_up(n=9)
    city, other = result.cities[4], result.cities[7]
    figure, subject = drawn(f"city:{city}", result, "en")
    (path,) = (line for line in of_kind(figure, Line2D) if line.get_label() == "path")
    np.testing.assert_array_equal(path.get_ydata(), result.rank()[4])
    shown = [letter.text for letter in letters(figure)]
    strongest = explain(result, city).standings[0]
    assert f"{signed(strongest.part, 2)} ({ordinal(int(strongest.rank), 'en')})" in shown
    dots = [dot.get_offsets()[0, 0] for dot in of_kind(figure, PathCollection) if dot.get_label() == "shown"]
    np.testing.assert_allclose(dots, subject.part_score[4, -1])
    figure, _ = drawn(f"pair:{city}:{other}", result, "en")
    found = lines(figure)
    np.testing.assert_array_equal([found[subject.cities.names[c]] for c in (4, 7)], result.score()[[4, 7]])
    ahead = max((node.part, node.code) for node in against(result, city, other).nodes if node.is_indicator)
    assert signed(ahead[0], 2) in [letter.text for letter in letters(figure)]


def test_indicators_right_below_the_index_stand_under_its_name_beside_dimensions() -> None:
    dimensions = {"one": {"indicators": {"a": {}, "b": {}}}}
    framework = make_framework(dimensions=dimensions, indicators={"c": {}}, name={"zh": "指数", "en": "The Index"})
    figure = drawn("weights", build(make_panel(), framework), "en")[0]
    texts = [letter.text for letter in letters(figure)]
    assert "The Index" in texts and texts.index("One" if "One" in texts else "one") < texts.index("The Index")
    flat = drawn("weights", build(make_panel(), make_framework(name={"zh": "指数", "en": "The Index"})), "en")[0]
    assert "The Index" not in [letter.text for letter in letters(flat)]


def test_the_pair_names_its_parts_where_a_dimension_has_no_weight() -> None:
    dimensions = {name: {"indicators": {code: {}}} for name, code in zip(("one", "two", "three"), "abc", strict=True)}
    dimensions["one"]["weight"] = 0.0
    columns = {"a": [[1], [2]], "b": [[9], [1]], "c": [[2], [1]]}
    panel = make_panel(columns, cities=("North", "South"), years=(2021,))
    result = build(panel, make_framework(dimensions=dimensions), normalisation="none")
    title = " ".join(letter.text for letter in letters(drawn("pair:North:South", result, "en")[0]))
    assert "most in two (+4.0" in title


@pytest.mark.parametrize("lang", LANGS)
def test_a_card_without_splits_says_so(lang: str) -> None:
    result = made_up(n=5, aggregation="maximum")
    texts = " ".join(letter.text for letter in letters(drawn(f"city:{result.cities[0]}", result, lang)[0]))
    assert words.word("no_change_split", lang) in texts
    assert words.word("against_mean_scores", lang) in texts
    pair = drawn(f"pair:{result.cities[0]}:{result.cities[1]}", result, lang)[0]
    assert [letter.text for letter in letters(pair)].count(words.word("no_gap_split", lang)) == 2


# --- files ------------------------------------------------------------------------------------------------------------


def test_the_same_result_gives_the_same_bytes_whatever_the_settings(tmp_path: Path) -> None:
    result, told = made_up(n=6), list[str]()
    once, again = tmp_path / "once", tmp_path / "again"
    for folder in (once, again):
        folder.mkdir()
    studies = all_studies(result)
    files, notices = draw_charts(result, once, "zh", told.append, studies=studies)
    with matplotlib.rc_context({"axes.facecolor": "black", "lines.linewidth": 9, "savefig.dpi": 30}):
        before = dict(matplotlib.rcParams)
        draw_charts(result, again, "zh", studies=studies)
        assert dict(matplotlib.rcParams) == before
    assert [file.name for file in files] == [f"{name}.png" for name in CHARTS]
    assert told == list(CHARTS)
    assert not notices
    for file in files:
        image = file.read_bytes()
        assert image == (again / file.name).read_bytes()
        assert image[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(image[16:20]) == 1260
        assert len(image) < 400_000


@pytest.mark.parametrize(
    ("result", "missing", "key"),
    [
        (made_up(n=5, years=(2022,)), {"trend", "ranks", "change", "stages", "convergence"}, "chart_needs"),
        (made_up(n=5, aggregation="geometric"), {"contributions"}, "no_contribution_chart"),
    ],
    ids=["one year", "geometric"],
)
def test_a_chart_that_cannot_be_drawn_is_a_notice(
    result: ic.IndexResult, missing: set[str], key: str, tmp_path: Path
) -> None:
    files, notices = draw_charts(result, tmp_path, "en")
    never = {"uncertainty", "acceptability", "claims", "yardsticks", "bounds", "sensitivity", "alternatives"}
    assert {file.stem for file in files} == set(CHARTS) - missing - never
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in files}
    assert [notice.key for notice in notices] == [key] * len(missing)
    assert all(notice.text(lang) for notice in notices for lang in LANGS)


def test_one_city_has_no_chart_of_ranks() -> None:
    several = subject_with_all(made_up(n=3))
    subject = replace(several, cities=replace(several.cities, names=several.cities.names[:1]))
    left = {code for code, chart in CHARTS.items() if all(need.met(subject) for need in chart.needs)}
    assert not left & {"ranks", "uncertainty", "acceptability", "bounds", "sensitivity", "alternatives", "lenses"}
    assert {"trend", "heat_map", "contributions", "dimensions"} <= left
    assert findings.leaders(np.ones((1, 2)), NAMES, ["one", "two"], FACTS, "en") == "Made-up Index, 2017–2022"
    alone = findings.largest_parts(np.array([[1.0, 2.0]]), ["one", "two"], FACTS, "zh")
    assert alone == "2022年“two”对得分的贡献最大"


def test_neither_pyplot_nor_zhplot_nor_scipy_is_loaded() -> None:
    loaded = "import sys, indexcalc.report.charts; print([m for m in sys.modules if m in "
    loaded += "('matplotlib.pyplot', 'zhplot', 'scipy.optimize', 'pandas')])"
    run = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
    for path in Path(charts.__file__).parent.glob("*.py"):
        assert "pyplot" not in ast.dump(ast.parse(path.read_text(encoding="utf-8"))), path.name


@pytest.mark.parametrize("lang", LANGS)
def test_in_vectors_text_stays_text_and_there_is_no_clock(lang: str, tmp_path: Path) -> None:
    once, again = tmp_path / "once", tmp_path / "again"
    for folder in (once, again):
        folder.mkdir()
        files, notices = draw_charts(
            made_up(n=5), folder, lang, only=["trend", "contributions"], formats=["svg", "pdf"]
        )
    assert [file.name for file in files] == ["trend.svg", "trend.pdf", "contributions.svg", "contributions.pdf"]
    assert not notices
    assert all(file.read_bytes() == (once / file.name).read_bytes() for file in files)
    root = ElementTree.parse(once / "trend.svg").getroot()
    written = "".join(element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text"))
    figure, _ = drawn("trend", made_up(n=5), lang)
    assert not [letter.text for letter in letters(figure) if letter.text not in written]
    assert b"Noto" in (once / "trend.pdf").read_bytes()


def test_a_png_is_what_was_rendered_with_its_density(tmp_path: Path) -> None:
    from PIL import Image

    pixels = np.random.default_rng(1).integers(0, 256, (7, 9, 3), np.uint8)
    write_png(pixels, tmp_path / "noise.png")
    with Image.open(tmp_path / "noise.png") as image:
        np.testing.assert_array_equal(np.asarray(image), pixels)
        assert round(image.info["dpi"][0]) == 200


def test_only_draws_what_is_named_each_once() -> None:
    names = [drawing.name for drawing in selected(["bump", "trend", "ranks"], made_up(n=3))]
    assert names == ["ranks", "trend"]
    assert [drawing.name for drawing in selected(["all"], made_up(n=3))] == list(CHARTS)
    with pytest.raises(
        ic.InputError, match=r"no chart 'trned'\. Did you mean 'trend'\?\n.*no chart 'x'\. Known: trend"
    ):
        selected(["trned", "x"], made_up(n=3))


def test_the_files_of_cities_have_names_of_their_own_that_are_not_too_long() -> None:
    long = "黔西南布依族苗族自治州" * 12
    cities = ("A/B", "A:B", "A_B", "a b", "成都", long, f"{long}甲")
    result = build(
        make_panel({"a": range(1, 8), "b": range(7)}, cities=cities), make_framework(indicators={"a": {}, "b": {}})
    )
    names = [drawing.name for drawing in selected(["cities"], result)]
    assert names[4] == "city_成都"
    assert len({name.casefold() for name in names}) == len(cities)
    assert all(
        re.fullmatch(r"city_(A_B|a_b|[黔西南布依族苗自治州]{30})-[0-9a-f]{8}", name)
        for name in names
        if name != names[4]
    )
    (pair,) = selected([f"pair:{long}:{long}甲"], result)
    assert len(f"{pair.name}.png".encode()) < 255
    assert [drawing.name for drawing in selected(["city:A/B"], result)] == names[:1]


def test_no_more_is_computed_than_the_charts_asked_for_need() -> None:
    assert [needs_draws(only) for only in ([], ["all"], ["claims"], ["bump", "city:x", "bounds"])] == [True] * 3 + [
        False
    ]
    assert study_parts(["trend", "alternatives", "bounds"]) == ["bounds", "alternatives"]
    assert study_parts(["all"]) == ["bounds", "sensitivity", "alternatives"]
    assert study_parts([]) == study_parts(["cities"]) == []


def test_every_chart_stands_on_the_sheet_of_the_documentation() -> None:
    """`make docs` draws it."""
    for name in ("charts.png", "charts.en.png"):
        assert 100_000 < (ROOT / "docs" / name).stat().st_size < 1_500_000


def test_only_names_cities_in_any_of_their_names() -> None:
    result = made_up(n=3)
    one, two, three = result.cities
    names = ["city:made-up autonomous prefecture 1", f"pair：{two}：{three}", "cities"]
    drawings = [drawing.name for drawing in selected(names, result)]
    assert drawings == [f"city_{one}", f"pair_{two}_{three}", f"city_{two}", f"city_{three}"]
    (english,) = selected([f"city:{one}"], result, "en")
    assert english.name == "city_Made_up_Autonomous_Prefecture_1"
    for written, told in (
        ("city", "'city' is not complete"),
        ("ctiy:x", "no chart 'ctiy:x'. Did you mean 'city:'"),
        ("city:", "'city:' is not complete"),
        (f"pair:{one}", "is not complete. Write city:NAME"),
        (f"pair:{one}:{one}", "names one city twice"),
        (f"city:{one[:-1]}", "Did you mean"),
    ):
        with pytest.raises(ic.InputError, match=re.escape(told)):
            selected([written], result)


def test_a_chart_asked_for_in_vain_is_told(tmp_path: Path) -> None:
    _, notices = draw_charts(made_up(n=3, stages=0), tmp_path, "zh", only=["stages"])
    assert [notice.text("zh") for notice in notices] == ["未绘制stages图：缺少YAML中的视角（lenses）。"]


# --- who is in colour -------------------------------------------------------------------------------------------------


def test_the_first_group_and_the_largest_riser_are_in_colour() -> None:
    result = made_up()
    cities = subject_of(result, "en").cities
    risers = findings.largest_risers(result.rank()).tolist()
    assert set(np.flatnonzero(cities.picked)) == {0, 1, 2, *risers}
    assert "A few cities" in cities.why
    shades = dict([*GROUP_COLOURS, *RISER_COLOURS])
    in_colour = [cities.colours[c] for c in np.flatnonzero(cities.picked)]
    assert len(set(in_colour)) == len(in_colour) <= 7
    assert all(cities.inks[c] == shades[cities.colours[c]] for c in np.flatnonzero(cities.picked))


def test_the_yaml_may_say_who_is_in_colour() -> None:
    result = made_up()
    highlight = (result.cities[7], result.cities[4], "not there")
    cities = subject_of(result, "zh", Studies(highlight=highlight)).cities
    assert np.flatnonzero(cities.picked).tolist() == [4, 7]
    assert [cities.colours[c] for c in (7, 4)] == [colour for colour, _ in GROUP_COLOURS[:2]]
    assert cities.in_words("zh") == f"彩色：{cities.names[7]}和{cities.names[4]}；灰色：其余城市。"


@pytest.mark.parametrize("highlight", [["a", "a"], list("abcdefgh")])
def test_no_more_cities_in_colour_than_colours_and_none_twice(highlight: list[str]) -> None:
    with pytest.raises(ValueError, match="wrong_value"):
        ChartOptions.model_validate({"highlight": highlight})


def test_without_groups_the_first_four_are_in_colour() -> None:
    result = made_up(groups=False)
    cities = subject_of(result, "zh").cities
    first_four = set(np.flatnonzero(result.rank()[:, -1] <= 4))
    assert first_four <= set(np.flatnonzero(cities.picked))
    assert "2022年前4位" in cities.why


def test_the_style_sheet_holds_the_palette_and_serves_other_charts() -> None:
    with matplotlib.style.context(SHEET):
        colours = [str(one["color"]) for one in matplotlib.rcParams["axes.prop_cycle"]]
        assert Figure().dpi == DPI
    assert colours == [colour for colour, _ in (*GROUP_COLOURS, *RISER_COLOURS)]
    figure, _ = drawn("trend", made_up(n=3))
    assert figure.dpi == DPI
    assert figure.get_facecolor() == (1.0, 1.0, 1.0, 1.0)


def test_inks_are_legible_on_white() -> None:
    for ink in [INK, SOFT_INK, *(ink for _, ink in (*GROUP_COLOURS, *RISER_COLOURS))]:
        assert 1.05 / (float(luminance(np.array(to_rgb(ink)))) + 0.05) > 4.4, ink


# --- titles -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rank", "en", "zh"),
    [
        ([[1, 2], [3, 1], [2, 3]], "B (3rd to 1st) climbs most", "B由第3升至第1，位次上升最多"),
        (
            [[1, 3], [2, 1], [3, 2]],
            "B (2nd to 1st) and C (3rd to 2nd) climb most",
            "B由第2升至第1、C由第3升至第2，位次上升最多",
        ),
        ([[1, 1], [2, 2], [3, 3]], "Every city has the same rank in 2022 as in 2017", "各城市位次2022年与2017年相同"),
        ([[1, 2], [1, 1], [3, 3]], "No city ranks higher in 2022 than in 2017", "没有城市的位次2022年高于2017年"),
        (
            [[1, 2], [2, 1], [np.nan, 3]],
            "B (2nd to 1st) climbs most (of the 2 cities with a score in both years)",
            "B由第2升至第1，位次上升最多（只比较首末两年均有得分的2个城市）",
        ),
        ([[1, 1], [np.nan, 2], [2, np.nan]], "Made-up Index, 2017–2022", "Made-up Index，2017–2022"),
    ],
)
def test_the_title_of_the_ranks(rank: Any, en: str, zh: str) -> None:
    assert findings.rank_changes(np.array(rank, float), NAMES, FACTS, "en") == en
    assert findings.rank_changes(np.array(rank, float), NAMES, FACTS, "zh") == zh


def test_many_risers_are_counted() -> None:
    rank = np.array([[1, 5], [2, 1], [3, 2], [4, 3], [5, 4]], float)
    assert findings.rank_changes(rank, "ABCDE", FACTS, "en") == "4 cities share the largest climb in rank: 1 place"


@pytest.mark.parametrize(
    ("score", "en"),
    [
        ([[1, 2, 3], [2, 3, 9], [3, 4, 5]], "The index of all 3 cities rose every year; B gained most"),
        ([[1, 0, 3], [2, 3, 4], [3, 4, 5]], "The index of all 3 cities is higher in 2022 than in 2017"),
        ([[1, 2, 0], [2, 3, 4], [3, 4, 4]], "The index of 2 of 3 cities is higher in 2022 than in 2017; B gained most"),
        ([[1, 2, 1], [2, 3, 1], [3, 4, 2]], "In no city is the index higher in 2022 than in 2017"),
        (
            [[1, 2, 4], [2, 3, 4], [3, 4, np.nan]],
            "all 2 cities is higher in 2022 than in 2017; A gained most (of the 2",
        ),
    ],
)
def test_the_title_of_the_trend(score: Any, en: str) -> None:
    assert en in findings.over_time(np.array(score, float), NAMES, FACTS, "en")


@pytest.mark.parametrize(
    ("last", "en"),
    [
        ([5, 9, 4], "B gained most (+8.00), A and C least (+4.00), 2017–2022"),
        ([5, 5, 5], "All cities gained the same (+4.00), 2017–2022"),
        ([5, 1, 0], "A gained most (+4.00), C lost most (−1.00), 2017–2022"),
        ([5, 1, 1], "A gained most (+4.00), B and C stayed the same, 2017–2022"),
        ([0, -1, 0], "Every city's index fell, most in B (−2.00), 2017–2022"),
        ([1, 0, 1], "No city's index rose; B lost most (−1.00), 2017–2022"),
        ([1, 1, 1], "Every city has the same index in 2022 as in 2017"),
    ],
)
def test_the_title_of_the_change(last: list[float], en: str) -> None:
    first = [1.0, 1.0, 0.0 if last == [5, 9, 4] else 1.0]
    assert findings.gains(np.column_stack([first, last]), NAMES, FACTS, "en") == en


@pytest.mark.parametrize(
    ("part_rank", "en"),
    [
        ([[1, 1], [2, 2], [3, 3]], "A leads in all 2 dimensions, 2022"),
        ([[1, 2], [2, 1], [3, 3]], "A and B each lead in 1 of 2 dimensions, 2022"),
        ([[1, 1], [1, 2], [3, 3]], "A leads in all 2 dimensions, 2022 (ties included)"),
        ([[2], [1], [3]], "B leads in 'one', 2022"),
    ],
)
def test_the_title_of_the_dimensions(part_rank: Any, en: str) -> None:
    assert findings.leaders(np.array(part_rank, float), NAMES, ["one", "two"], FACTS, "en") == en


def test_the_titles_of_heat_map_and_contributions() -> None:
    assert findings.extremes(np.array([1.0, np.nan, 3.0]), NAMES, FACTS, "en") == (
        "C scores highest in 2022 (3.00), A lowest (1.00)"
    )
    assert findings.extremes(np.array([2.0, 2.0, 2.0]), NAMES, FACTS, "zh") == "2022年各城市得分相同（2.00）"
    parts = np.array([[1.0, 2.0], [3.0, 1.0], [0.0, 1.0]])
    assert findings.largest_parts(parts, ["one", "two"], FACTS, "en") == (
        "'two' contributes most to the score of 2 of 3 cities, 2022"
    )
    assert findings.largest_parts(parts[:2], ["one", "two"], FACTS, "zh") == (
        "2022年“one”和“two”各对2个城市中1个的得分贡献最大"
    )
    assert findings.largest_parts(np.ones((2, 2)), ["one", "two"], FACTS, "en") == "Made-up Index, 2022"


def test_the_titles_of_correlations_and_weights() -> None:
    r = np.array([[1.0, 0.5, -0.2], [0.5, 1.0, np.nan], [-0.2, np.nan, 1.0]])
    assert (
        findings.closest_pair(r, NAMES, "en")
        == "Of 3 indicators, A and B correlate most (0.50); 1 of 3 pairs are negative"
    )
    assert findings.closest_pair(np.abs(r), NAMES, "zh") == "3个指标两两相关，最高为A与B（0.50）；3对中没有负相关"
    assert findings.closest_pair(np.full((2, 2), np.nan), NAMES, "en") == "No correlations among 2 indicators"
    carried = np.array([0.5, 0.93, 0.02])
    told = "B moves most with the index (r² 0.93), A least (0.50)"
    assert findings.most_and_least_influence(carried[:2], None, NAMES, "en") == told
    for given, start in (
        ([1, 1, 1], "权重相同，影响不同："),
        ([1.0, 1.1, 1.2], "权重相近，影响不同："),
        ([0, 1, 1], ""),
    ):
        title = findings.most_and_least_influence(carried, np.array(given, float), NAMES, "zh")
        assert title == start + "B与指数最相关（r²=0.93），C几乎无关（0.02）"


def test_the_titles_of_integration_and_stages() -> None:
    facts = {**FACTS, "grades": ["poor", "good"], "shown": 3}
    degree = np.array([0.4, np.nan, 0.8])
    found = findings.highest_and_lowest(degree, np.array([0, -1, 1]), NAMES, facts, "en")
    assert found == "Integration is highest in C (0.80, good), lowest in A (0.40, poor), 2022"
    found = findings.highest_and_lowest(degree, np.array([0, -1, 0]), NAMES, facts, "zh")
    assert found == "2022年耦合协调度C最高（0.80），A最低（0.40），同属“poor”"
    tied = findings.highest_and_lowest(np.array([0.4, 0.4]), np.array([0, 0]), NAMES, facts, "zh")
    assert tied == "2022年各城市耦合协调度相同（0.40，poor）"
    groups = {"s": "Scale", "e": "Eco"}
    assert findings.growth_by_group(["s", "mixed", "s"], groups, facts, "en") == (
        "Growth 2017–2022 of 3 cities: 'Scale' makes up half or more in 2"
    )
    assert findings.growth_by_group(["mixed"] * 3, groups, facts, "en") == (
        "Growth 2017–2022: mixed in all of 3 cities"
    )


def test_year_by_year_scores_are_called_relative() -> None:
    subject = subject_of(made_up(n=5, normalisation="z_score", reference="year"), "zh")
    assert subject.relative
    assert any("只宜在同一年内比较" in paragraph for paragraph in subject.foot)
    figure, _ = drawn("trend", subject.result)
    assert any(letter.text.startswith("相对得分") for letter in letters(figure))


# --- the foot ---------------------------------------------------------------------------------------------------------


def test_the_foot_names_the_publishers_behind_derived_indicators() -> None:
    framework = ic.Framework.model_validate(
        {
            "publishers": {"p": {"zh": "甲局", "en": "Bureau A"}, "q": {"zh": "乙局", "en": "Bureau B"}},
            "indicators": {
                "a": {"publisher": "p"},
                "b": {"ratio": {"of": "x", "to": "a"}},
                "out": {"publisher": "never", "weight": 0},
            },
            "series": {"x": {"publisher": "q"}, "unused": {"publisher": "never"}},
        }
    )
    columns = {"a": [1.0, 2.0], "x": [3.0, 1.0], "out": [1.0, 2.0], "unused": [1.0, 1.0]}
    panel = ic.Panel.from_columns(["X", "Y"], [2020, 2020], columns)
    result = ic.build_index(panel, framework, ic.Methodology())
    assert notes.publishers(result, "en") == ["Bureau A", "Bureau B"]
    assert notes.foot(result, "zh")[0] == "资料来源：甲局和乙局"


def test_the_foot_tells_method_note_and_gaps() -> None:
    foot = notes.foot(made_up(n=8, left_out=GAPS), "en")
    assert foot[1] == (
        "Method: min-max normalisation (1–100); reference: all cities and years; weights as given; "
        "weighted arithmetic mean."
    )
    assert foot[2] == "Note: Made-up figures, for tests alone."
    assert "Made-up Autonomous Prefecture 1 2019–2020" in foot[3]


# --- lettering --------------------------------------------------------------------------------------------------------


def test_a_missing_glyph_is_an_error() -> None:
    """In our own words; names of others draw a box."""
    with pytest.raises(UserWarning, match=r"Glyph 57635 .* missing"):
        text_width("\ue123", 1.0)


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_names_that_the_fonts_cannot_write_are_drawn_as_boxes_and_told(tmp_path: Path, ending: str) -> None:
    """A Korean city, a Thai indicator, an emoji of three joined ones, a rare Chinese character, a line break."""
    cities, b = ("서울", "𠮷安", "👨\u200d👩\u200d👧", "上海\n浦东"), {"b": {"name": "กรุงเทพ"}}
    framework = make_framework(indicators={"a": {}, **b, "c": {}, "d": {}}, name={"zh": "指数", "en": "서 Index"})
    panel = make_panel(cities=cities)
    files, notices = draw_charts(build(panel, framework), tmp_path, "en", only=["trend", "ranks"], formats=[ending])
    assert [file.name for file in files] == [f"trend.{ending}", f"ranks.{ending}"]
    (told,) = (notice for notice in notices if notice.key == "glyphs_missing")
    assert told.text("en").startswith(
        "The fonts of the charts have no signs for all of 서 Index, กรุงเทพ, 서울, 𠮷安, 👨"
    )
    assert "缺少서 Index" in told.text("zh")


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


def test_spread_is_the_nearest_arrangement_without_overlap() -> None:
    from scipy.optimize import isotonic_regression

    rng = np.random.default_rng(1)
    for n in (1, 2, 13, 40):
        wanted = rng.uniform(0.0, 100.0, n)
        places = spread(wanted, 2.4, -1e6, 1e6)
        order, steps = np.argsort(wanted), 2.4 * np.arange(n)
        np.testing.assert_allclose(places[order], isotonic_regression(wanted[order] - steps).x + steps, atol=1e-9)
        bounded = np.sort(spread(wanted, 2.4, 0.0, 100.0))
        assert bounded[0] >= 0.0
        assert bounded[-1] <= 100.0 + 1e-9
        assert (np.diff(bounded) >= 2.4 - 1e-9).all()
    crowded = np.sort(spread(rng.uniform(0.0, 10.0, 9), 5.0, 0.0, 16.0))
    np.testing.assert_allclose(crowded, np.linspace(0.0, 16.0, 9), atol=1e-9)


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", words.WORDS)
def test_both_languages_know_the_same_facts(key: str) -> None:
    entry = words.WORDS[key]
    assert set(entry) == {"zh", "en"}
    facts = [{field for _, field, _, _ in string.Formatter().parse(entry[lang]) if field} for lang in LANGS]
    always = {"period", "subject", "index", "n", "first", "last", "k", "part", "parts"}  # given wherever they fit
    assert facts[0] ^ facts[1] <= always
