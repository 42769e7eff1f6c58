"""What the sheets share: names, order, columns."""

import numpy as np

from indexcalc.report.workbook.parts import (
    comma_list,
    filled,
    gain_column,
    last_order,
    names_of,
    rank_and_city,
    sentences,
)
from indexcalc.report.workbook.sheets import Column
from tests.conftest import build, make_framework, make_panel


def ranked():
    framework = make_framework(
        {"one": {"name": {"zh": "一", "en": "One"}, "indicators": {"a": {}}}},
        name={"zh": "指数", "en": "Index"},
        cities={"甲": {"en": "Jia"}, "乙": {}, "丙": {}},
        series={"s": {"name": {"zh": "列", "en": "Series"}}},
    )
    panel = make_panel({"a": [[1, 2], [3, 9], [5, np.nan]]}, cities="甲乙丙", years=(2020, 2021))
    return build(panel, framework, normalisation="none")


def test_cities_are_in_the_order_of_the_last_year_those_without_a_rank_at_the_end():
    assert last_order(ranked()) == [1, 0, 2]


def test_rank_and_city_head_a_table():
    result = ranked()
    rank, city = rank_and_city(result, last_order(result), "en", 2)
    assert rank.titles == ("Rank 2021",) * 2 and city.titles == ("City",) * 2
    assert rank.values[:2] == [1, 2] and np.isnan(rank.values[2])
    assert city.values == ["乙", "Jia", "丙"]


def test_names_are_those_of_nodes_series_and_the_index():
    assert names_of(ranked().framework, "zh") == {"index": "指数", "one": "一", "a": "a", "s": "列"}


def test_gains_are_coloured_by_their_sign():
    assert list(gain_column(("x",), [2.0, 0.0, -1.0, np.nan]).marks) == ["up", "", "down", ""]


def test_what_says_nothing_is_left_out():
    full, empty = Column(("a",), ["", 0]), Column(("b",), ["", None])
    assert filled([full, empty]) == (full,)
    assert filled([Column(("c",), [])]) != ()
    assert sentences("a", "", "b") == ("a", "b")
    assert comma_list("ab", "zh") == "a、b"
