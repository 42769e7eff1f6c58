"""The story of a city, in numbers: worked by hand on tiny panels, then held against the shipped index."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

import indexcalc as ic
from indexcalc.analysis.against import against
from indexcalc.analysis.explain import explain
from indexcalc.analysis.named import find_city, find_indicator, find_year
from indexcalc.analysis.next_place import find_next_place
from indexcalc.analysis.trace import raw_columns, trace
from indexcalc.figures.panel import Source
from indexcalc.origin import Origin
from tests.conftest import ROOT, build, make_framework, make_panel

NAN = np.nan
YEARS = (2019, 2020, 2021)
CITIES = {"甲": {"en": "First", "aliases": ["甲市"]}, "乙": {"en": "Second"}, "丙": {}}


def tell(result, city, **choices):
    """The story of a city; the index is rebuilt with the same choices."""
    return explain(result, city, rebuild=lambda panel: ic.build_index(panel, result.framework, result.methodology))


def next_place(result, city):
    return find_next_place(
        result, city, rebuild=lambda panel: ic.build_index(panel, result.framework, result.methodology)
    )


def plain(columns, indicators=None, *, years=(2019, 2020), cities=("甲", "乙", "丙"), **choices):
    """An index whose scores are the figures, all indicators in one mean."""
    n = np.shape(next(iter(columns.values())))
    panel = make_panel(columns, cities=cities, years=years[: n[1]] if len(n) > 1 else years[:1])
    named = indicators or {code: {} for code in columns}
    framework = make_framework(indicators=named, cities={c: CITIES.get(c, {}) for c in panel.cities})
    return build(panel, framework, **{"normalisation": "none", **choices})


@pytest.fixture(scope="module")
def shipped():
    specification = ic.load_specification(ROOT / "indicators.yaml")
    panel = ic.read_workbook(ROOT / "data" / "cities.xlsx", specification.framework)
    return ic.build_index(panel, specification.framework, specification.methodology)


# --- names ------------------------------------------------------------------------------------------------------------


def test_cities_and_indicators_are_called_by_any_of_their_names(shipped):
    assert [find_city(shipped, name) for name in ("成都", "成都市", "chengdu", " Chengdu ")] == ["成都"] * 4
    codes = [find_indicator(shipped, name) for name in ("pm25", "PM2.5年均浓度", "pm2.5 annual mean")]
    assert codes == ["pm25"] * 3
    assert find_year(shipped, "2020") == find_year(shipped, 2020) == 2020


@pytest.mark.parametrize(
    ("find", "found", "match"),
    [
        (find_city, "Chengdo", r"City 'Chengdo' is not in the index\. Did you mean 'Chengdu'\?"),
        (find_city, "成者", r"City '成者' is not in the index\. Known: 北京, 上海"),
        (find_indicator, "pm2.5", r"'pm2\.5' is not an indicator of the index\. Did you mean 'pm25'\?"),
        (find_indicator, "城市功能", r"'城市功能' is not an indicator of the index\. "),
        (find_year, "2202", r"Year 2202 is not in the index, which has 2017, .* 2022\. Did you mean '2022'\?"),
        (find_year, "二〇二二", r"Year 二〇二二 is not in the index, which has 2017, .*Known: 2017"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(shipped, find, found, match):
    place = ("in_option", {"option": "--trace"})
    with pytest.raises(ic.InputError, match=match):
        find(shipped, found)
    with pytest.raises(ic.InputError, match=f"--trace: .*{match[1:]}"):
        find(shipped, found, place)


# --- the story --------------------------------------------------------------------------------------------------------

# 甲 8 -> 10, 乙 9 -> 7, 丙 2 -> 4: a brings 甲 (10 - 4)/2 = +3 and takes (8 - 6)/2 = 1 from 乙; b takes 1 from 甲 ...
STORY = {"a": [[4, 10], [8, 6], [2, 2]], "b": [[12, 10], [10, 8], [2, 6]]}


def test_a_story_by_hand():
    """甲 8 -> 10: a +6/2 = 3, b -2/2 = -1. Means of 2020: a 6, b 8: 甲 is 3 above, 2 by a and 1 by b."""
    story = tell(plain(STORY), "First")
    assert (story.city, story.first, story.year, story.tied) == ("甲", 2019, 2020, ())
    assert [(p.year, p.score, p.rank, p.ranked) for p in story.path] == [(2019, 8, 2, 3), (2020, 10, 1, 3)]
    assert [p.mean for p in story.path] == pytest.approx([19 / 3, 7])
    assert story.distance == pytest.approx(3)
    told = [(s.code, s.value, s.score, s.rank, s.mean, s.part) for s in story.standings]
    assert told == [("a", 10, 10, 1, 6, pytest.approx(2)), ("b", 10, 10, 1, 8, pytest.approx(1))]
    assert story.change == 2
    assert [(d.code, d.values, d.part) for d in story.drivers] == [("a", (4, 10), 3), ("b", (12, 10), -1)]
    assert story.next_place is None
    assert story.refusals == ()


def test_who_was_passed_and_through_what():
    """甲 less 乙: 8 - 9 = -1, then 10 - 7 = 3; of the 4, a brings (10 - 6)/2 - (4 - 8)/2 = 4, b (2 - 2)/2 = 0."""
    result = plain(STORY)
    (passing,) = tell(result, "甲").passings
    assert (passing.other, passing.gained, passing.overtaking.kind, passing.overtaking.since) == (
        *("乙", True),
        *("passed", 2020),
    )
    assert (passing.gap_before, passing.gap_after) == (-1, 3)
    assert passing.parts == (("a", 4.0), ("b", 0.0))
    (lost,) = tell(result, "乙").passings
    assert (lost.other, lost.gained, lost.gap_before, lost.gap_after) == ("甲", False, 1, -3)
    assert lost.parts == (("b", 0.0), ("a", -4.0))
    assert tell(result, "丙").passings == ()


@pytest.mark.parametrize(
    "unlike", [{"reference": "year", "normalisation": "min_max"}, {"missing": "renormalise", "imputation": "none"}]
)
def test_a_gap_of_unlike_years_is_not_split(unlike):
    """Each year by itself, or b entering for 乙 alone: the two gaps are told, and no change of them."""
    entering = [[1, 2], [NAN, 5], [0, 8]]
    figures = {"a": [[1, 9], [5, 2], [3, 4]], "b": entering if "missing" in unlike else [[1, 9], [5, 2], [3, 4]]}
    (passing,) = (p for p in tell(plain(figures, **unlike), "甲").passings if p.other == "乙")
    assert not passing.alike and passing.parts == ()
    assert passing.gap_before < 0 < passing.gap_after


def test_those_it_gained_on_come_before_those_that_gained_on_it():
    result = plain({"a": [[5, 6], [4, 7], [6, 5]]})
    assert [(p.other, p.gained) for p in tell(result, "甲").passings] == [("丙", True), ("乙", False)]


def test_a_city_without_a_score_in_the_last_year():
    """丙 is told up to 2020, and 乙, absent then, is not among those it may have passed."""
    figures = {"a": [[1, 2, 3], [2, NAN, 4], [5, 1, NAN]]}
    story = tell(plain(figures, years=(2019, 2020, 2021)), "丙")
    assert (story.first, story.year, story.uncompared) == (2019, 2020, ("乙",))
    assert [(p.other, p.gained) for p in story.passings] == [("甲", False)]
    assert math.isnan(story.path[2].rank) and story.path[2].ranked == 2


def test_one_year_has_no_change():
    story = tell(plain({"a": [3, 2, 1], "b": [1, 2, 3]}), "甲")
    assert (story.first, story.year, story.change) == (2019, 2019, 0)
    assert story.drivers == story.dimensions == story.passings == ()
    assert story.tied == ("乙", "丙")


def test_a_city_without_any_score_is_refused():
    result = plain({"a": [[1, 2], [NAN, NAN], [5, 1]]})
    with pytest.raises(ic.InputError, match="乙 has no score in 2019-2020: nothing to explain"):
        tell(result, "Second")


def test_what_has_no_split_is_left_out_and_said_once():
    story = tell(plain(STORY, aggregation="median"), "甲")
    assert math.isnan(story.distance) and story.drivers == ()
    assert [s.code for s in story.standings] == ["a", "b"]  # by the distance of the score from the mean
    assert [p.parts for p in story.passings] == [()]
    assert [problem.key for problem in story.refusals] == ["split_aggregation"]


def test_imputed_figures_keep_their_mark():
    story = tell(plain({"a": [[1, NAN], [2, 3], [3, 1]], "b": [[1, 2], [1, 2], [5, 5]]}, imputation="linear"), "甲")
    origins = {s.code: s.origin for s in story.standings}
    assert origins == {"a": Origin.EXTRAPOLATED, "b": Origin.OBSERVED}
    assert {d.code: d.origins for d in story.drivers}["a"] == (Origin.OBSERVED, Origin.EXTRAPOLATED)


@pytest.mark.parametrize("choices", [{}, {"aggregation": "geometric"}, {"aggregation": "harmonic"}], ids=str)
def test_the_parts_of_every_shipped_story_add_up(shipped, choices):
    result = ic.build_index(shipped.panel, shipped.framework, shipped.methodology.variant(**choices))
    for city in result.cities:
        story = explain(result, city, rebuild=lambda panel: result)  # no search: nothing changes
        assert sum(s.part for s in story.standings) == pytest.approx(story.distance, abs=1e-9)
        assert sum(d.part for d in story.drivers) == pytest.approx(story.change, abs=1e-9)
        assert sum(d.part for d in story.dimensions) == pytest.approx(story.change, abs=1e-9)
        for passing in story.passings:
            change = passing.gap_after - passing.gap_before
            assert sum(part for _, part in passing.parts) == pytest.approx(change, abs=1e-9)
            assert (change > 0) == passing.gained


# --- the next place ---------------------------------------------------------------------------------------------------


def test_the_smallest_improvement_by_hand():
    """乙 (7, 5), mean 6, is behind 甲 (8, 6), mean 7: one figure has to rise by 2; a tie is enough.

    The range of a is 7, that of b 3: 2 of 7 is the smaller share. 丙 is last.
    """
    place = next_place(plain({"a": [8, 7, 1], "b": [6, 5, 3]}), "乙")
    assert (place.targets, place.rank, place.gap, place.searched, place.skipped) == (("甲",), 1, 1, 2, ())
    told = [(i.code, i.before, i.after, i.values, i.rank, i.empty) for i in place.found]
    assert told == [("a", 7, 9, (7, 9), 1, False), ("b", 5, 7, (5, 7), 1, False)]
    assert [i.share for i in place.found] == pytest.approx([2 / 7, 2 / 3])


def test_minimum_and_maximum_move_with_the_changed_figure():
    """Min-max over three cities, one indicator more than needed: 乙 passes the maximum and squeezes the others.

    a 甲 10, 乙 5, 丙 0; b 甲 6, 乙 6, 丙 0: scores 甲 (1, 1), 乙 (.5, 1). Only a can help: 乙 needs a >= 10 to tie, for
    beyond 10 甲 falls below 1. b has the same largest value in both: raising 乙's takes from 甲 as well:
    (.5 + 1)/2 against (1 + 6/b)/2: 6/b <= .5, so b = 12, one range.
    """
    place = next_place(plain({"a": [10, 5, 0], "b": [6, 6, 0]}, normalisation="min_max"), "乙")
    assert [(i.code, i.after) for i in place.found] == [("a", 10), ("b", 12)]
    assert [i.share for i in place.found] == pytest.approx([0.5, 1.0])


def test_one_step_less_does_not_gain_the_place(shipped):
    """武汉 and 西安 as shipped: the figure gains the place, one step less does not."""
    for city in ("武汉", "西安"):
        place = next_place(shipped, city)
        c, before = shipped.cities.index(city), shipped.rank()[shipped.cities.index(city), -1]
        assert 1 <= len(place.found) <= 3
        assert [i.share for i in place.found] == sorted(i.share for i in place.found)
        for found in place.found:
            step = np.copysign(found.step, found.after - found.before)
            ranks = [rank_with(shipped, c, found.column, figure) for figure in (found.after, found.after - step)]
            assert ranks[0] == found.rank < before
            assert ranks[1] >= before, (city, found)


def rank_with(result, c, column, figure):
    values = result.panel.values.copy()
    values[c, -1, result.panel.position(column)] = figure
    panel = result.panel.with_values(values)
    return ic.build_index(panel, result.framework, result.methodology).rank()[c, -1]


def test_lower_is_better_where_the_indicator_is_negative():
    """乙 has 6 where 甲 has 4 and 丙 8, and is level in b: it needs 4, a range of 4 covers 2 of it."""
    result = plain({"a": [4.0, 6.5, 8.0], "b": [1, 1, 0]}, {"a": {"direction": "negative"}, "b": {}})
    found = next_place(result, "乙").found[0]
    assert (found.code, found.before, found.after) == ("a", 6.5, 4.0)


def test_a_derived_indicator_is_moved_by_its_numerator_and_never_beyond_the_whole():
    """Shares of 10: 甲 9, 乙 5, 丙 1; a tie at 9. Where 甲 has 10 of 10, so must 乙; more than all is never tried."""
    share = {"a": {"share": {"of": "x", "to": "y"}}}
    for best in (9, 10):
        panel = make_panel({"x": [best, 5, 1], "y": [10, 10, 10]}, cities=("甲", "乙", "丙"))
        framework = make_framework(indicators=share, series={"x": {"unit": "个"}, "y": {}})
        (found,) = next_place(build(panel, framework, normalisation="none"), "乙").found
        assert (found.code, found.column, found.after, found.values) == ("a", "x", best, (50, 10 * best))


def test_a_figure_that_enters_several_indicators_counts_by_the_widest_move():
    """x is an indicator, and over y another: 乙's x 4 -> 6 moves a by 2 of 6, r = x/y by 2 of 9 more than that."""
    indicators = {"x": {}, "r": {"ratio": {"of": "x", "to": "y"}}}
    panel = make_panel({"x": [6, 4, 0], "y": [1, 1, 1]}, cities=("甲", "乙", "丙"))
    result = build(panel, make_framework(indicators=indicators, series={"y": {}}), normalisation="none")
    (found,) = next_place(result, "乙").found
    assert (found.code, found.after, found.others, found.share) == ("x", 6, ("r",), pytest.approx(1 / 3))


def test_an_empty_cell_is_filled_and_said_so():
    result = plain({"a": [[9, 9], [5, NAN], [1, 1]], "b": [[0, 0], [0, 0], [0, 8]]}, imputation="linear")
    found = next_place(result, "乙").found[0]
    assert (found.empty, found.cell, found.before, found.after) == (True, None, 5, 9)


def test_indicators_without_a_figure_to_change_are_named():
    """乙's denominator is missing: the ratio itself is interpolated, and moving its numerator does nothing."""
    panel = make_panel({"x": [[6, 6], [4, 4], [1, 1]], "y": [[1, 1], [1, NAN], [1, 1]]}, cities=("甲", "乙", "丙"))
    framework = make_framework(indicators={"r": {"ratio": {"of": "x", "to": "y"}}}, series={"y": {}, "x": {}})
    itself = build(panel, framework, normalisation="none", imputation="linear", impute="derived")
    place = next_place(itself, "乙")
    assert (place.found, place.searched, place.skipped) == ((), 0, ("r",))
    place = next_place(build(panel, framework, normalisation="none", imputation="linear"), "乙")  # y is 1 again
    assert (place.searched, place.found[0].column, place.found[0].before) == (1, "x", 4.0)


def test_a_missing_part_can_be_changed_where_it_is_imputed():
    """乙's numerator of the last year is carried at 4; 6 in its empty cell reaches 甲."""
    panel = make_panel({"x": [[6, 6], [4, NAN], [1, 1]], "y": [[1, 1], [1, 1], [1, 1]]}, cities=("甲", "乙", "丙"))
    framework = make_framework(indicators={"r": {"ratio": {"of": "x", "to": "y"}}}, series={"y": {}, "x": {}})
    (one,) = next_place(build(panel, framework, normalisation="none", imputation="linear"), "乙").found
    assert (one.column, one.before, one.after, one.empty) == ("x", 4.0, 6.0, True)


def test_the_first_place_has_no_next():
    result = plain({"a": [3, 3, 1]})
    assert next_place(result, "甲") is None and next_place(result, "乙") is None
    assert next_place(result, "丙").targets == ("甲", "乙")


def test_where_no_single_figure_is_enough():
    """丙 is 8 behind in the mean of two: 16 in one figure, whose range is 8."""
    place = next_place(plain({"a": [9, 9, 1], "b": [9, 9, 1]}), "丙")
    assert (place.found, place.searched, place.gap) == ((), 2, 8)


def test_a_change_that_cannot_be_computed_is_no_improvement():
    """Below 0 a logarithm refuses: the figure stops where it still can be computed."""
    indicators = {"a": {"direction": "negative", "transform": "log"}}
    place = next_place(plain({"a": [0.5, 2.0, 9.0]}, indicators), "乙")
    assert [(i.code, i.after) for i in place.found] == [("a", 0.5)]


def test_raw_columns_of_chained_derivations():
    indicators = {
        "r": {"ratio": {"of": "s", "to": "y"}},
        "s": {"sum": ["x", "z"]},
        "g": {"growth": {"of": "x", "over": 2}},
        "m": {"moving_average": {"of": "x", "window": 3}},
    }
    framework = make_framework(indicators=indicators, series={"x": {}, "y": {}, "z": {}})
    assert raw_columns(framework, "r") == [("x", 0), ("z", 0), ("y", 0)]
    assert raw_columns(framework, "g") == [("x", 0), ("x", 2)]
    assert raw_columns(framework, "m") == [("x", 0), ("x", 1), ("x", 2)]


# --- one figure -------------------------------------------------------------------------------------------------------


def test_a_trace_from_the_cell_to_the_index():
    """乙 2020: x 6 of y 3 is 2; over 1 to 5, z = 1 + 99 (2 - 1)/4 = 25.75; weight 1/2 · 1/4, part 3.21875."""
    panel = make_panel(
        {
            "x": [[1, 5], [3, 6], [2, 2]],
            "y": [[1, 1], [1, 3], [1, 1]],
            "b": [[1, 2], [3, 4], [5, 6]],
            "c": [[1] * 2] * 3,
        },
        cities=("甲", "乙", "丙"),
        file="f.xlsx",
        cells={("x", "乙", 2020): ("panel", "C5")},
        sources={("x", "乙", 2020): Source("yearbook", "p. 7")},
    )
    ratio = {"r": {"ratio": {"of": "x", "to": "y"}, "unit": "倍"}, "b": {}}
    dimensions = {"one": {"indicators": ratio}, "two": {"weight": 3, "indicators": {"c": {"normalisation": "none"}}}}
    framework = make_framework(dimensions, series={"x": {"unit": "个"}, "y": {}})
    traced = trace(
        build(panel, framework, normalisation={"method": "min_max", "lower": 1, "upper": 100}), "乙", 2020, "r"
    )
    x, y = traced.cells
    assert (x.column, x.year, x.value, x.unit, x.cell) == ("x", 2020, 6, "个", ("panel", "C5"))
    assert x.source == Source("yearbook", "p. 7") and (y.cell, y.source) == (None, None)
    assert (traced.derived, traced.imputed, traced.treated, traced.oriented) == (2, 2, 2, 2)
    low, high = traced.extremes
    assert (low.value, low.city, low.year) == (1, "甲", 2019) and (high.value, high.city, high.year) == (5, "甲", 2020)
    assert traced.score == traced.normalised == pytest.approx(25.75)
    assert traced.weights == (("r", 0.5), ("one", 0.25))
    assert (traced.effective, traced.part, traced.part_of) == (0.125, pytest.approx(3.21875), "none")
    assert (traced.origin, traced.neighbours, traced.rank) == (Origin.OBSERVED, (), 2)


def test_the_trace_of_an_interpolated_figure_leads_to_its_neighbours():
    columns = {"a": [[1, NAN, 5], [2, 2, 2]], "b": [[1, 1, 1], [1, 1, 1]]}
    result = plain(columns, years=(2019, 2020, 2021), cities=("甲", "乙"), imputation="linear")
    traced = trace(result, "甲", 2020, "a")
    assert math.isnan(traced.derived) and traced.imputed == 3
    assert (traced.origin, traced.neighbours) == (Origin.INTERPOLATED, ((2019, 1.0), (2021, 5.0)))
    assert [(cell.year, cell.value) for cell in traced.cells[1:]] == [(2019, 1), (2021, 5)]


@pytest.mark.parametrize(
    ("reference", "low", "high"), [("pooled", 1, 9), ("year", 1, 6), ({"base": 2019}, 2, 9)], ids=str
)
def test_the_extremes_are_those_of_the_reference(reference, low, high):
    result = plain({"a": [[2, 1], [5, 6], [9, 3]]}, normalisation="min_max", reference=reference)
    traced = trace(result, "乙", 2020, "a")
    assert [extreme.value for extreme in traced.extremes] == [low, high]
    assert traced.normalised == pytest.approx((6 - low) / (high - low))


def test_the_trace_of_a_figure_derived_from_imputed_parts():
    """y of 2020 lies halfway between 2 and 4: 9 / 3 = 3. Its cells are those of the year and of y's neighbours."""
    panel = make_panel({"x": [[4, 9, 8], [1, 1, 1]], "y": [[2, NAN, 4], [1, 1, 1]]}, cities=("甲", "乙"), years=YEARS)
    framework = make_framework(indicators={"r": {"ratio": {"of": "x", "to": "y"}}}, series={"x": {}, "y": {}})
    traced = trace(build(panel, framework, normalisation="none", imputation="linear"), "甲", 2020, "r")
    (part,) = traced.filled
    assert (part.column, part.value, part.neighbours) == ("y", 3.0, ((2019, 2.0), (2021, 4.0)))
    assert (traced.imputed, traced.origin, traced.neighbours) == (3.0, Origin.INTERPOLATED, ())
    read = [(cell.column, cell.year) for cell in traced.cells]
    assert read == [("x", 2020), ("y", 2020), ("y", 2019), ("y", 2021)]
    itself = build(panel, framework, normalisation="none", imputation="linear", impute="derived")
    traced = trace(itself, "甲", 2020, "r")
    assert (traced.imputed, traced.filled, traced.neighbours) == (2.0, (), ((2019, 2.0), (2021, 2.0)))


def test_the_trace_of_a_part_that_is_no_product():
    """Geometric: the part is of the distance from the mean city; a median has none."""
    geometric = trace(plain(STORY, aggregation="geometric"), "甲", 2020, "a")
    assert geometric.part_of == "mean" and geometric.part > 0
    assert math.isnan(trace(plain(STORY, aggregation="median"), "甲", 2020, "a").part)


def test_every_cell_of_the_shipped_index_can_be_traced(shipped):
    """Parts of a city-year add up to its score; every raw figure has its cell and its source."""
    for city, year in (("成都", 2022), ("西安", 2022), ("北京", 2017)):
        traces = [trace(shipped, city, year, code) for code in shipped.normalised.codes]
        assert sum(traced.part for traced in traces) == pytest.approx(traces[0].index, abs=1e-9)
        for cell in (cell for traced in traces for cell in traced.cells):
            assert math.isnan(cell.value) or (cell.cell is not None and cell.source is not None), cell
        for traced in traces:
            assert traced.origin != Origin.OBSERVED or traced.derived == traced.imputed


def test_a_city_year_without_a_score_cannot_be_traced():
    result = plain({"a": [[1, 2], [NAN, 3], [5, 1]]})
    with pytest.raises(ic.InputError, match="乙 has no score in 2019"):
        trace(result, "乙", 2019, "a")


# --- two cities -------------------------------------------------------------------------------------------------------


def test_two_cities_by_hand():
    """甲 less 乙 in 2020: a (10 - 6)/2 = 2, b (10 - 8)/2 = 1; in 2019 a (4 - 8)/2 = -2, b (12 - 10)/2 = 1."""
    compared = against(plain(STORY), "甲市", "Second")
    assert (compared.both, compared.first, compared.year) == (("甲", "乙"), 2019, 2020)
    assert (compared.scores, compared.ranks, compared.gaps) == (((8, 9), (10, 7)), ((2, 1), (1, 2)), (-1, 3))
    told = [(n.code, n.level, n.values, n.scores, n.part, n.part_change) for n in compared.nodes]
    assert told == [("a", 1, (10, 6), (10, 6), 2, 4), ("b", 1, (10, 8), (10, 8), 1, 0)]


def test_two_cities_are_compared_where_both_have_a_score():
    result = plain({"a": [[1, 2, 3], [2, 3, NAN], [NAN, NAN, 5]]}, years=(2019, 2020, 2021))
    compared = against(result, "甲", "乙")
    assert (compared.first, compared.year) == (2019, 2020)
    with pytest.raises(ic.InputError, match="乙 and 丙 have no year in which both have a score"):
        against(result, "乙", "丙")
    alone = against(result, "甲", "丙")
    assert (alone.first, alone.year) == (2021, 2021) and math.isnan(alone.nodes[0].part_change)


def test_a_city_is_not_compared_with_itself(shipped):
    with pytest.raises(ic.InputError, match="成都 cannot be compared with itself"):
        against(shipped, "成都", "Chengdu")


def test_the_shipped_gaps_add_up(shipped):
    compared = against(shipped, "成都", "重庆")
    leaves = [node for node in compared.nodes if node.is_indicator]
    before, after = compared.gaps
    assert_allclose(sum(node.part for node in leaves), after, rtol=0, atol=1e-9)
    assert_allclose(sum(node.part_change for node in leaves), after - before, rtol=0, atol=1e-9)


def test_a_story_is_quick(shipped):
    """250 builds at most."""
    count = 0

    def rebuild(panel):
        nonlocal count
        count += 1
        return ic.build_index(panel, shipped.framework, shipped.methodology)

    explain(shipped, "成都", rebuild=rebuild)
    assert count < 250


def test_a_change_between_years_of_different_indicators_is_that_of_the_shared_ones():
    """甲: a from 4 to 6; b enters at 1 in 2020, so that the score falls from 4 to 3.5."""
    result = plain({"a": [[4, 6], [1, 2], [3, 3]], "b": [[NAN, 1], [1, 2], [3, 3]]}, missing="renormalise")
    told = explain(result, "甲")
    assert (told.change, told.once, told.compared) == (2.0, ("b",), (4.0, 6.0))
    assert [(driver.code, driver.part) for driver in told.drivers] == [("a", 2.0)]
    assert [point.score for point in told.path] == [4.0, 3.5]


def test_what_turns_below_a_reversed_dimension_is_neither_strong_nor_weak():
    """High scores below `one` lower the index."""
    tree = {
        "one": {"direction": "negative", "scale": [0, 1], "indicators": {"a": {}, "b": {}}},
        "two": {"indicators": {"c": {}, "d": {}}},
    }
    result = build(make_panel(), make_framework(tree))
    found = explain(result, "甲")
    assert {one.code for one in found.standings} == {"c", "d"} and found.turned == ("a", "b")
    assert not explain(build(make_panel()), "甲").turned


def test_a_figure_below_a_reversed_dimension_gains_a_place_where_the_index_rises():
    """Rising a or b lowers the index: 甲 passes 乙 with less of it."""
    tree = {
        "one": {"direction": "negative", "scale": [1, 100], "weight": 20, "indicators": {"a": {}, "b": {}}},
        "two": {"indicators": {"c": {}}},
    }
    figures = np.array([[60, 50, 10], [50, 45, 20], [90, 80, 5], [10, 15, 70]], float)[:, None]
    panel = ic.Panel.from_values("甲乙丙丁", [2020], "abc", figures)
    result = build(panel, make_framework(tree), normalisation={"method": "min_max", "lower": 1, "upper": 100})
    found = next_place(result, "甲")
    assert found is not None and found.targets == ("乙",)
    assert {one.code for one in found.found} >= {"a", "b"} and not found.skipped
    assert all(one.after < one.before for one in found.found if one.code in "ab")
