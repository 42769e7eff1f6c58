"""What tables share: order, columns, the marks of cells."""

import numpy as np

from indexcalc.computed import Computed
from indexcalc.report.tables.parts import (
    ancestors,
    by_rank,
    cities,
    city_years,
    gain_column,
    is_rescaled,
    label,
    node,
    rank_and_city,
    said,
    shown,
    starts,
    top,
    w,
    where,
    whole,
)
from indexcalc.voice import Node, Voice, Word
from tests.conftest import build, make_framework, make_panel
from tests.report.tables import trial

NAN = np.nan


def ranked():
    framework = make_framework(
        {"one": {"name": {"zh": "一", "en": "One"}, "indicators": {"a": {}}}},
        name={"zh": "指数", "en": "Index"},
        cities={"甲": {"en": "Jia"}, "乙": {}, "丙": {}},
        series={"s": {"name": {"zh": "列", "en": "Series"}}},
    )
    panel = make_panel({"a": [[1, 2], [3, 9], [5, np.nan]]}, cities="甲乙丙", years=(2020, 2021))
    return Computed.of(build(panel, framework, normalisation="none"))


def test_cities_are_in_the_order_of_the_last_year_those_without_a_rank_at_the_end():
    assert cities(ranked()) == ["乙", "甲", "丙"]
    assert cities(ranked(), [2, 0]) == ["丙", "甲"]
    assert by_rank(np.array([2.0, NAN, 1.0])) == [2, 0]


def test_rank_and_city_head_a_table():
    run = ranked()
    rank, city = rank_and_city(run)
    voice = Voice("en", run.result.framework)
    assert (voice.told(rank.head), voice.told(city.head)) == ("Rank 2021", "City")
    assert rank.name == "rank" and rank.kind == "place"
    assert rank.values[:2] == [1, 2] and np.isnan(rank.values[2])
    assert [voice.told(one) for one in city.values] == ["乙", "Jia", "丙"]


def test_nodes_are_called_by_their_names_and_the_index_by_what_it_is():
    voice = Voice("zh", ranked().result.framework)
    assert [node("index"), node("one")] == [Word("sheets.index"), Node("one")]
    assert [voice.told(node(code)) for code in ("index", "one", "a", "s")] == ["综合指数", "一", "a", "列"]


def test_gains_are_coloured_by_their_sign():
    column = gain_column(w("gain_total", first=2020), [2.0, 0.0, -1.0, NAN])
    assert column.marks == ["up", "", "down", ""] and column.kind == "gain"


def test_places_in_the_tree():
    deep = {"top": {"dimensions": {"mid": {"indicators": {"a": {}, "b": {}}}}, "indicators": {"c": {}}}}
    result = build(make_panel(), make_framework(deep, indicators={"d": {}}))
    at = {one.code: k for k, one in enumerate(result.nodes)}
    assert [top(result, at[code]) for code in ("index", "a", "c", "d")] == [0, at["top"], at["top"], at["d"]]
    assert [ancestors(result, at[code]) for code in ("index", "a", "d")] == [[], [0, at["top"], at["mid"]], [0]]


def test_what_says_nothing_is_no_fact():
    assert said(w("yes"), "", w("no")) == (Word("sheets.yes"), Word("sheets.no"))


def test_rows_begin_where_another_value_does():
    assert starts(["a", "a", "b", "a"]) == {2, 3}
    assert starts([]) == frozenset()
    assert where([1, 2], [True, False]) == [1, None]


def test_labels_of_programs():
    framework = ranked().result.framework
    assert label("甲", framework) == {"city": "甲", "city_en": "Jia"}
    assert (whole(3.0), whole(NAN)) == (3, None)


def test_city_years_are_those_in_the_index():
    c, t, (city, year), begins = city_years(trial().result)
    assert len(c) == 4 * 3 - 1 and (city.values[-1], year.values[-2:]) == ("丁", [2020, 2021])
    assert begins == {3, 6, 9} and trial().result.present[c, t].all()


def test_a_value_on_another_scale_than_its_unit_is_shown_as_before():
    result = trial().result
    assert [is_rescaled(result, code) for code in result.normalised.codes] == [False, False, False, True]
    here = result.present
    np.testing.assert_array_equal(shown(result)[here][:, 3], result.imputed.values[here][:, 3])
    np.testing.assert_array_equal(shown(result)[here][:, 0], result.treated.values[here][:, 0])
    assert (result.imputed.values[here][:, 0] != result.treated.values[here][:, 0]).any()
