"""Of many cities a chart has rows for some: which, in what order, and that it says so."""

import numpy as np
import pytest
from matplotlib.collections import PathCollection, QuadMesh

import indexcalc as ic
from indexcalc.analysis.integration import integration
from indexcalc.methods.ranking import competition_rank
from indexcalc.report.charts import rows
from indexcalc.report.charts.catalogue.uncertainty import named_by_title, ranks_over_draws
from indexcalc.report.charts.findings import largest_if_few
from indexcalc.report.charts.lettering import shorten
from indexcalc.report.charts.style import DPI, LABEL, NAME_WIDTH
from tests.report.charts.made_up import LANGS, drawn, made_up, many_draws, of_kind, subject_with_all, texts

MANY = 190


@pytest.fixture(scope="module")
def many() -> ic.IndexResult:
    return made_up(MANY)


def test_few_cities_all_have_a_row(many):
    assert rows.MOST_ROWS == 40 < MANY
    few = subject_with_all(made_up(40))
    assert sorted(rows.row_order(few)) == list(range(40))


def test_of_many_those_at_both_ends_in_colour_and_that_moved_most_have_one(many):
    subject = subject_with_all(many)
    order = rows.row_order(subject)
    rank = competition_rank(many.score()[:, -1])
    assert (np.diff(subject.rank[order, -1]) >= 0).all() and len(set(order.tolist())) == len(order)
    first = np.argsort(rank, kind="stable")
    gain = competition_rank(many.score()[:, 0]) - rank
    most, least = np.sort(gain)[-rows.MOVERS], np.sort(gain)[rows.MOVERS - 1]
    shown = set(order.tolist())
    assert {*first[: rows.FIRST], *first[-rows.LAST :], *np.flatnonzero(subject.cities.picked)} <= shown
    assert set(np.flatnonzero((gain > most) | (gain < least))) <= shown
    others = shown - {*first[: rows.FIRST], *first[-rows.LAST :], *np.flatnonzero(subject.cities.picked)}
    assert len(others) <= 2 * rows.MOVERS and all(gain[c] >= most or gain[c] <= least for c in others)


@pytest.mark.parametrize("lang", LANGS)
def test_no_chart_of_many_cities_is_tall_and_each_with_rows_says_what_it_leaves_out(many, lang):
    for name in ("heat_map", "change", "contributions", "obstacles", "integration", "uncertainty", "ranks"):
        figure, subject = drawn(name, many, lang)
        _, height = figure.get_size_inches()
        assert height * DPI < 4000, name
        said = "".join(texts(figure)).replace(" ", "")
        key = "charts.some_names" if name == "ranks" else "charts.some_rows"
        named = named_by_title(ranks_over_draws(subject)) if name == "uncertainty" else []
        told = rows.some_in_words(subject, key, len(rows.row_order(subject, named))).replace(" ", "")
        assert told in said and str(MANY) in told, name


def test_a_city_that_only_the_title_names_has_a_row(many):
    figure, subject = drawn("uncertainty", many, "en")
    found = many_draws(many)
    width = found.rank_quantile(0.95)[:, -1] - found.rank_quantile(0.05)[:, -1]
    (widest,) = largest_if_few(width)
    assert widest not in rows.row_order(subject)
    assert shorten(subject.cities.names[widest], LABEL, NAME_WIDTH) in texts(figure)


def test_ranks_of_many_cities_are_told_between_the_ends_and_no_dot_is_cut(many):
    figure, _ = drawn("uncertainty", made_up(400), "en")
    assert {"1", "50", "350"} <= set(texts(figure))
    (dots,) = (one for one in of_kind(figure, PathCollection) if one.get_label() == "nominal")
    low, high = dots.axes.get_xlim()
    radius = 3.0 * (high - low) / (dots.axes.get_position().width * figure.get_figwidth() * 72)
    assert low <= 1 - radius and 400 + radius <= high


def test_ranks_of_many_cities_are_joined_into_columns_that_hold_figures(many):
    figure, subject = drawn("acceptability", many, "en")
    (mesh,) = of_kind(figure, QuadMesh)
    shares = many_draws(many).acceptability[rows.row_order(subject), -1]
    joined = np.column_stack([shares[:, start : start + 20].sum(axis=1) for start in range(0, MANY, 20)])
    np.testing.assert_allclose(mesh.get_array(), joined, atol=1e-12)
    assert "Each column joins 20 ranks" in " ".join(texts(figure)) and "181" in texts(figure)


def test_cells_too_narrow_for_figures_leave_the_ends_of_their_colours() -> None:
    result = made_up(6, years=range(1960, 2023))
    degree = integration(result).degree
    figure, _ = drawn("integration", result, "en")
    assert f"({degree.min():.2f} to {degree.max():.2f})" in " ".join(texts(figure))
