"""Rankings, rank changes, dimensions and scores: the result's own numbers under their names."""

from dataclasses import replace

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.computed import Computed
from indexcalc.report.tables import rankings
from indexcalc.report.tables.table import KINDS, PAGE, SCREEN, SHEET, cell_text
from indexcalc.robustness.study import Study
from indexcalc.voice import Group, Node, Voice, Word
from tests.conftest import build, make_framework, make_panel
from tests.report.charts.made_up import made_up
from tests.report.many_draws import bounds_of, many_draws
from tests.report.tables import NAN, drawn_once, growing, notes, read, trial, two, values
from tests.robustness.test_result import two_cities


def by_year(table, band, years):
    """Columns below a band, one a year."""
    return np.array([values(table, str(year), Word(f"sheets.{band}")) for year in years], float).T


def test_the_ranking_holds_the_ranks_and_scores_of_the_result():
    run = trial()
    result, sheet = run.result, rankings.ranking_sheet(run)
    (table,) = sheet.tables
    order = [result.cities.index(city) for city in values(table, "city")]
    last = result.rank()[order, -1]
    assert_array_equal(last, np.sort(last))
    assert_array_equal(values(table, "rank"), last)
    assert_array_equal(by_year(table, "rank", result.years), result.rank()[order])
    assert_array_equal(values(table, "gain_total"), result.rank_gain_total()[order, -1])
    assert_array_equal(by_year(table, "score", result.years), result.score()[order])
    assert values(table, "group") == [Group("g") if result.cities[c] == "甲" else "" for c in order]


def test_where_the_cells_of_each_city_come_from():
    run = trial()
    (table,) = rankings.ranking_sheet(run).tables
    order = [run.result.cities.index(city) for city in values(table, "city")]
    expected = run.result.coverage_table(run.year)
    shares = [column for column in table.columns if column.band == Word("sheets.shares", year=run.year)]
    assert [column.name for column in shares] == [
        f"cell_{name}" for name in ("observed", "interpolated", "extrapolated") if expected[name].any()
    ]
    for column in shares:
        assert_allclose(column.values, expected[column.name.removeprefix("cell_")].to_numpy()[order])


def test_the_ranking_is_headed_by_what_it_is():
    run = trial()
    said = notes(rankings.ranking_sheet(run), run)
    assert said[0] == "仅供试验。" and "正数为上升" in said[1] and "4个城市、3个年份、4个指标" in said[2]


def test_the_lines_of_the_ranking_are_over_its_years():
    trend, ranks = rankings.ranking_sheet(trial()).charts
    assert (trend.of, trend.ranks, ranks.of, ranks.ranks) == ("score", False, "rank", True)
    assert trend.colours == ranks.colours and len(trend.colours) == 4
    assert rankings.ranking_sheet(drawn_once((2020,))).charts == ()


def test_of_many_cities_the_lines_are_spread_over_the_ranking_and_the_title_counts_them():
    run = Computed.of(made_up(120))
    trend, ranks = rankings.ranking_sheet(run).charts
    grey = [row for row, colour in enumerate(trend.colours) if colour == ""]
    others = [row for row, colour in enumerate(trend.colours) if not colour]
    assert len(grey) == rankings.MOST_LINES and (grey[0], grey[-1]) == (others[0], others[-1])
    assert max(np.diff(grey)) <= 2 * min(np.diff(grey)) and not ranks.named
    assert trend.title.facts["shown"] == len(grey) and trend.title.facts["n"] == len(others)


def test_the_screen_and_the_page_show_how_sure_each_rank_is():
    run = growing()
    result = run.result
    sure = replace(run, uncertainty=many_draws(result), study=Study(2021, bounds=bounds_of(result)))
    table, at = rankings.ranking(sure), run.order
    found, best, worst = sure.uncertainty, sure.bounds.best[at, -1], sure.bounds.worst[at, -1]
    low, high = (found.rank_quantile(level)[at, -1] for level in (0.05, 0.95))

    def span(a, b):
        return int(a) if a == b else Word("sheets.span", low=int(a), high=int(b))

    assert values(table, "interval") == list(map(span, low, high))
    assert values(table, "limits") == list(map(span, best, worst))
    assert_allclose(values(table, "alike"), found.nominal_share[at, -1])
    assert [one.name for one in table.on(PAGE).columns] == [
        *("rank", "city", "score", "gain_total", "interval", "limits", "observed")
    ]
    assert [one.name for one in table.on(SCREEN).columns] == [
        *("rank", "city", "score", "interval", "alike", "since", "since")
    ]
    assert [one.name for one in table.on(SHEET).columns] == ["rank", "city", "group", "cell_observed"]


def test_a_city_in_no_draw_has_no_interval():
    run = two([[2.0], [1.0]], drawn=two_cities(ranks=((10, 0), (0, 0))))
    table = rankings.ranking(run)
    assert values(table, "interval")[0] == 1 and np.isnan(values(table, "interval")[1])
    assert [cell_text(one, "whole", Voice("en")) for one in values(table, "interval")] == ["1", "–"]


def test_places_gained_are_told_once_where_the_first_year_is_the_year_before():
    heads = [one.head for one in rankings.ranking(drawn_once((2020, 2021))).on(SCREEN).columns]
    assert heads.count(Word("sheets.since", year=2020)) == 1
    heads = [one.head for one in rankings.ranking(drawn_once((2019, 2020, 2021))).on(SCREEN).columns]
    assert [head for head in heads if head.key == "sheets.since"] == [
        Word("sheets.since", year=2020),
        Word("sheets.since", year=2019),
    ]


def test_one_year_has_no_change():
    run = drawn_once((2020,))
    table = rankings.ranking_sheet(run).tables[0].on(SHEET)
    assert [one.head for one in table.columns[2:5]] == [Word("sheets.group"), 2020, 2020]
    assert "gain_total" not in [one.name for one in table.columns]
    changes = rankings.changes(run)
    assert changes.notes == (Word("sheets.one_year"),) and len(changes.tables[0].columns) == 2


def test_scores_of_each_year_by_itself_are_coloured_by_themselves():
    run = growing()
    yearly = Computed.of(build(run.result.panel, run.result.framework, reference="year", normalisation="rank"))
    scales = [
        {
            column.scale
            for column in rankings.ranking_sheet(one).tables[0].columns
            if column.band == Word("sheets.score")
        }
        for one in (run, yearly)
    ]
    assert scales == [{"score"}, {"own"}]


def test_changes_of_rank_have_nothing_where_a_year_is_missing():
    run = trial()
    result, (table,) = run.result, rankings.changes(run).tables
    order = [result.cities.index(city) for city in values(table, "city")]
    assert_array_equal(by_year(table, "gain_yearly", result.years[1:]), result.rank_gain()[order, 1:])
    assert_array_equal(values(table, "gain_total"), result.rank_gain_total()[order, -1])
    absent = values(table, "city").index("丁")
    assert np.isnan([values(table, "2020")[absent], values(table, "gain_total")[absent]]).all()
    assert not np.isnan(values(table, "2021")[absent])


def test_dimensions_have_score_rank_and_change():
    run = growing()
    result, (table,) = run.result, rankings.dimensions(run).tables
    for code, band in (("index", Word("sheets.index")), ("one", Node("one")), ("two", Node("two"))):
        score = result.score(code)[run.order]
        assert_allclose(values(table, "score", band), score[:, -1])
        assert_array_equal(values(table, "rank", band), result.rank(code)[run.order, -1])
        assert_allclose(values(table, "change_since", band), score[:, -1] - score[:, 0])
    assert rankings.dimensions(two([[1.0], [2.0]])) is None


def test_scores_are_those_of_the_nodes_below_the_index():
    run = trial()
    result, (table,) = run.result, rankings.score_sheet(run).tables
    c, t = np.nonzero(result.present)
    assert values(table, "city") == [result.cities[i] for i in c]
    assert values(table, "year") == [result.years[i] for i in t]
    for code, name in (("index", Word("sheets.index")), ("one", Node("one")), ("two", Node("two"))):
        by_head = {column.head: column.values for column in table.columns}
        assert_array_equal(by_head[Word("sheets.node_score", node=name)], result.score(code)[c, t])
        assert_array_equal(by_head[Word("sheets.node_rank", node=name)], result.rank(code)[c, t])


def test_an_index_of_bare_indicators_has_their_scores():
    run = Computed.of(build(make_panel(), make_framework(indicators={"a": {}, "b": {"weight": 3}})))
    (table,) = rankings.score_sheet(run).tables
    assert Word("sheets.node_score", node=Node("a")) in [column.head for column in table.columns]
    assert read(table, "city", run)[:2] == ["甲", "甲"]


def test_a_city_without_a_score_has_neither_rank_nor_gain():
    run = Computed.of(
        build(
            make_panel({"a": [[1, 2], [3, 9], [5, NAN]]}, cities="甲乙丙", years=(2020, 2021)),
            make_framework(indicators={"a": {}}),
            normalisation="none",
        )
    )
    table = rankings.ranking(run)
    assert values(table, "city")[-1] == "丙"
    assert np.isnan([values(table, name)[-1] for name in ("rank", "score", "gain_total")]).all()


def test_two_years_have_a_column_of_places_gained_and_one_year_has_none():
    """The sheet of the ranking, its charts, and that of the changes."""
    for years in ((2020, 2021), (2021,)):
        run = Computed.of(build(make_panel(years=years)))
        sheet, changed = rankings.ranking_sheet(run), rankings.changes(run)
        there = [one.name for one in sheet.tables[0].on(SHEET).columns if one.name == "gain_total"]
        assert (len(there), len(sheet.charts)) == ((1, 2) if len(years) > 1 else (0, 0))
        assert ("gain_total" in [one.name for one in changed.tables[0].columns]) == (len(years) > 1)
        assert ("since" in [one.name for one in rankings.ranking(run).columns]) == (len(years) > 1)
        told = "sheets.about_changes" if len(years) > 1 else "sheets.one_year"
        assert told in [getattr(fact, "key", "") for fact in changed.notes]


def test_a_tie_looks_like_one():
    """Ranked on three decimals, as the Human Development Index is: scores are shown with three, not with four."""
    panel = make_panel({"a": [[0.5004], [0.4996], [0.4]]}, cities="甲乙丙", years=(2020,))
    framework = make_framework(indicators={"a": {}})
    run = Computed.of(build(panel, framework, normalisation="none", rank_on={"decimals": 3}))
    table = rankings.ranking(run)
    score = table.column("score")
    assert score.kind == "score_3" and KINDS[score.kind].text(0.5004) == "0.500" == KINDS[score.kind].text(0.4996)
    assert list(table.column("rank").values) == [1.0, 1.0, 3.0]
    finer = Computed.of(build(panel, framework, normalisation="none"))
    assert rankings.ranking(finer).column("score").kind == "fine_score"
    whole = Computed.of(
        build(panel, framework, normalisation={"method": "min_max", "upper": 100}, rank_on={"decimals": 0})
    )
    assert rankings.ranking(whole).column("score").kind == "score_0"
