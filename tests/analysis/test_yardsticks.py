"""Yardsticks beside an index: rank correlations by hand, cities not listed, and that none is part of the index."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import indexcalc as ic
from indexcalc.analysis.yardsticks import yardsticks
from indexcalc.spec.analyses import Yardstick
from tests.conftest import ROOT, build, make_framework, make_panel

CITIES = ("甲", "乙", "丙", "丁")
FIGURES = {"x": [[1, 4], [2, 3], [3, 2], [4, 1]], "outside": [[9, 1], [7, 2], [8, 3], [np.nan, 4]]}
CLASSES = {"name": "Classes", "kind": "classes", "order": ["A", "B", "C"]}


def index(figures=None, **framework):
    """Four cities, two years; the index is x: 甲 < 乙 < 丙 < 丁 in 2019, turned round in 2020."""
    declared = {"indicators": {"x": {}}, "series": {"outside": {"optional": True}}, "cities": list(CITIES), **framework}
    return build(make_panel(figures or FIGURES, years=(2019, 2020)), make_framework(**declared))


def held(written, result=None):
    return yardsticks(result or index(), {"stick": Yardstick.model_validate({"name": "Stick", **written})})


def refused(match, written, result=None):
    with pytest.raises(ic.ChoiceError, match=match) as raised:
        held(written, result)
    assert all(problem.text("zh") for problem in raised.value.problems)


# --- by hand ---


def test_ranks_by_hand():
    """x ranks 甲 to 丁 4 3 2 1; the yardstick 4 3 1 2: squares of the differences 0 0 1 1; rho = 1 - 6 × 2/60 = .8.

    Of the six pairs five agree and one does not: tau = 4/6.
    """
    found = held({"kind": "rank", "values": {2019: dict(zip(CITIES, [4, 3, 1, 2], strict=True))}})
    row = found.table().iloc[0]
    assert (row["year"], row["node"], row["n"], row["unlisted"]) == (2019, "index", 4, "")
    assert_allclose([row["spearman"], row["kendall"]], [0.8, 2 / 3])
    assert len(found.table()) == 2  # the index and its one child; 2020 is not listed


def test_classes_go_by_their_order_and_tie_within():
    """2020: 甲 A, 乙 A, 丙 C; 丁 is not listed. Ranks of x 3 2 1, of classes 2.5 2.5 1: rho = 1.5/sqrt(2 × 1.5)."""
    found = held({**CLASSES, "values": {2020: {"甲": "A", "乙": "A", "丙": "C"}}})
    row = found.table().iloc[0]
    assert (row["n"], row["unlisted"]) == (3, "丁")
    assert_allclose(row["spearman"], 1.5 / np.sqrt(3))
    assert list(found.point_table()["entry"]) == ["A", "A", "C"]


@pytest.mark.parametrize(
    ("more", "sign"),
    [({"kind": "rank"}, -1), ({"kind": "value"}, 1), ({"kind": "value", "higher_is_better": False}, -1)],
)
def test_a_series_of_the_workbook(more, sign):
    """outside 2020: 1 2 3 4 beside x 4 3 2 1: opposed, if higher is better."""
    found = held({**more, "column": "outside"})
    assert_allclose(found.spearman[0, 1], -sign)
    assert found.n[0, :, 0].tolist() == [3, 4]
    assert list(found.point_table()["entry"]) == [9, 1, 7, 2, 8, 3, 4]


def test_only_the_years_that_are_asked_for():
    found = held({"kind": "value", "column": "outside", "years": [2020]})
    assert list(found.table()["year"].unique()) == [2020]


def test_each_dimension_has_its_own():
    framework = make_framework(series={"stick": {}})
    figures = {code: make_panel().series(code) for code in "abcd"}
    result = build(make_panel({**figures, "stick": figures["a"]}), framework)
    found = held({"kind": "value", "column": "stick"}, result)
    assert found.nodes == ("index", "one", "two")
    assert len(found.table()) == 9


def test_several_yardsticks_and_none():
    sticks = {
        "p": Yardstick.model_validate({"name": "p", "kind": "value", "column": "outside"}),
        "q": Yardstick.model_validate({**CLASSES, "values": {2019: {"甲": "A"}}}),
    }
    assert list(yardsticks(index(), sticks).table()["yardstick"].unique()) == ["p", "q"]
    assert yardsticks(index(), {}).table().empty


# --- documented outcomes ---


def test_fewer_than_three_cities_have_no_correlation():
    found = held({"kind": "rank", "values": {2019: {"甲": 1, "乙": 2}}})
    assert found.table()["n"].iloc[0] == 2 and found.table()["spearman"].isna().all()


def test_cities_that_share_one_place_have_none_either():
    found = held({**CLASSES, "values": {2019: dict.fromkeys(CITIES, "B")}})
    assert found.table()["n"].iloc[0] == 4 and found.table()["kendall"].isna().all()


def test_editions_that_are_no_years_of_the_index_are_named():
    found = held({**CLASSES, "values": {2016: {"甲": "A"}, 2019: dict.fromkeys(CITIES, "B")}})
    (told,) = found.notices
    assert told.text() == "Yardstick 'stick': 2016 are not years of the index and are left out."


def test_an_empty_series_is_shown_as_empty():
    empty = {"x": FIGURES["x"], "outside": np.full((4, 2), np.nan)}
    for figures in (empty, {"x": FIGURES["x"]}):  # the column is empty, or not in the workbook
        found = held({"kind": "value", "column": "outside"}, index(figures))
        assert found.table().empty and [problem.key for problem in found.notices] == ["yardstick_empty"]


def test_a_city_with_a_missing_year_is_not_compared():
    figures = {**FIGURES, "x": [[np.nan, 4], [2, 3], [3, 2], [4, 1]]}
    panel = make_panel(figures, years=(2019, 2020))
    framework = make_framework(indicators={"x": {}}, series={"outside": {"optional": True}})
    result = build(panel, framework, missing="propagate")
    assert held({"kind": "value", "column": "outside"}, result).n[0, 0, 0] == 2


# --- refused by name ---


def test_a_yardstick_is_never_part_of_the_index():
    refused("Yardstick 'stick' names 'x', which is part of the index itself", {"kind": "value", "column": "x"})
    parts = {"indicators": {"y": {"ratio": {"of": "outside", "to": "x"}}}, "series": {"outside": {}, "x": {}}}
    figures = {**FIGURES, "outside": [[9, 1], [7, 2], [8, 3], [5, 4]]}
    refused(
        "names 'outside', which is part of the index", {"kind": "value", "column": "outside"}, index(figures, **parts)
    )


def test_an_unknown_column_or_city_with_the_nearest_word():
    refused(
        r"yardsticks\.stick\.column names 'outsid'.*Did you mean 'outside'\?", {"kind": "value", "column": "outsid"}
    )
    cities = {"indicators": {"x": {}}, "cities": {"甲": {}, "乙": {}, "丙": {}, "丁": {}}}
    refused(
        "Yardstick 'stick' names '戊', which is not a city", {**CLASSES, "values": {2019: {"戊": "A"}}}, index(**cities)
    )
    without = build(make_panel({"x": FIGURES["x"]}, years=(2019, 2020)), make_framework(indicators={"x": {}}))
    refused("names '戊', which is not a city", {**CLASSES, "values": {2019: {"戊": "A"}}}, without)


# --- the shipped figures ---


def test_the_shipped_rank_is_outside_the_index():
    framework = ic.load_framework(ROOT / "indicators.yaml")
    methodology = ic.load_methodology(ROOT / "indicators.yaml")
    result = ic.build_index(ic.read_workbook(ROOT / "data" / "cities.xlsx", framework), framework, methodology)
    found = held({"kind": "rank", "column": "commercial_attraction_rank"}, result)
    assert (found.n == 13).all() and len(found.table()) == 6 * 5
    with pytest.raises(ValueError, match="read-only"):
        found.places[0, 0, 0] = 1.0
