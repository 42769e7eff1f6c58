"""Of many cities a chart has rows for some: which, in what order, and that it says so."""

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.methods.ranking import competition_rank
from indexcalc.report.charts import rows
from indexcalc.report.charts.style import DPI
from tests.report.charts.made_up import LANGS, drawn, made_up, subject_with_all, texts

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
        told = rows.some_in_words(subject, key, len(rows.row_order(subject))).replace(" ", "")
        assert told in said and str(MANY) in told, name
