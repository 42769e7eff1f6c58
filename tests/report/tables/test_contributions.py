"""What gaps, changes and overtakings are made of: parts that add up before the reader's eyes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from indexcalc.computed import Computed
from indexcalc.report.tables import contributions as tables
from indexcalc.report.tables import files, frame_of
from indexcalc.voice import Node
from tests.conftest import build, make_framework, make_panel
from tests.report.tables import drawn_once, growing, notes, read, values


def three():
    """By hand: 甲 falls from 9 to 3 past 乙 and 丙, which keep 8 and 4."""
    panel = make_panel({"a": [[9, 3], [8, 8], [4, 4]]}, years=(2020, 2021))
    framework = make_framework({"one": {"indicators": {"a": {}}}})
    return Computed.of(build(panel, framework, normalisation="none"))


def test_contributions_add_up_before_the_readers_eyes():
    run = growing()
    gap, change = tables.contributions(run).tables[:2]
    for table in (gap, change):
        part = {code: np.array(values(table, code)) for code in ("index", "one", "two", "a", "b", "c", "d")}
        assert_allclose(part["one"] + part["two"], part["index"], atol=1e-9)
        assert_allclose(part["a"] + part["b"], part["one"], atol=1e-9)
        assert_allclose(part["c"] + part["d"], part["two"], atol=1e-9)
        assert table.column("a").band == table.column("one").band == Node("one")
        assert table.column("index").band is None
    order = [run.result.cities.index(city) for city in values(gap, "city")]
    score = run.result.score()
    assert_allclose(values(change, "index"), (score[:, -1] - score[:, 0])[order], atol=1e-9)
    assert_allclose(values(gap, "index"), (score[:, -1] - score[:, -1].mean())[order], atol=1e-9)


def test_colours_are_strongest_at_the_largest_part():
    table = tables.gap(growing())
    leaves = [abs(x) for code in "abcd" for x in values(table, code)]
    assert {table.column(code).signed for code in "abcd"} == {max(leaves)}
    assert table.column("one").signed == max(map(abs, values(table, "one")))


@pytest.mark.parametrize(("lang", "said"), [("zh", ["乙超过甲", "丙超过甲"]), ("en", ["乙 passed 甲", "丙 passed 甲"])])
def test_who_passed_whom_and_through_what(lang, said):
    run = three()
    found = frame_of(list(tables.overtakings_file(run)))
    assert found[["gap_first", "gap_last", "index", "a"]].to_numpy().tolist() == [[-1, 5, 6, 6], [-5, 1, 6, 6]]
    table = tables.overtakings(run)
    assert values(table, "overtaking_since") == [2021, 2021]
    assert read(table, "overtaking", run, lang) == said
    assert [values(table, code) for code in ("index", "one", "a")] == [[6, 6]] * 3


def test_of_very_many_cities_the_pairs_are_not_listed_and_that_is_said():
    n = 201
    rising = np.arange(n, dtype=float)
    panel = make_panel({"a": np.column_stack([rising, rising[::-1]])}, cities=[f"c{i}" for i in range(n)])
    run = Computed.of(build(panel, make_framework(indicators={"a": {}})))
    (found,) = (frame for name, frame in files(run) if name == "analysis/contributions")
    assert set(found["part"]) == {"score", "change"}
    assert len(tables.contributions(run).tables) == 2
    (told,) = [notice for notice in run.analysis_notices if notice.key == "overtakings_many"]
    assert told.text("zh") == "共201个城市，超过200个，不逐对列出谁超过谁。可用explain查看某个城市。"
    assert told.text("en").startswith("Who passed whom is not listed: there are 201 cities, more than 200.")


def test_where_nobody_passed_anybody_there_is_no_table_of_it():
    panel = make_panel({"a": [[9, 9], [8, 8]]}, cities="甲乙", years=(2020, 2021))
    run = Computed.of(build(panel, make_framework(indicators={"a": {}}), normalisation="none"))
    assert tables.overtakings(run) is None and list(tables.overtakings_file(run)) == []


def test_one_year_has_no_change():
    run = drawn_once((2020,))
    assert len(tables.contributions(run).tables) == 1
    assert tables.change_file(run) is None and list(tables.overtakings_file(run)) == []


def test_years_that_do_not_compare_are_said_not_to():
    run = drawn_once((2020, 2021))
    yearly = Computed.of(build(run.result.panel, run.result.framework, reference="year", normalisation="rank"))
    assert "不能直接比较" in notes(tables.change(yearly), yearly)[0]
    assert "不能直接比较" not in notes(tables.change(run), run)[0]


def test_programs_get_the_parts_of_every_city_and_year():
    run = growing()
    found = tables.contributions_file(run)
    assert list(found) == ["city", "year", *(one.code for one in run.result.nodes)]
    assert len(found) == run.result.present.sum()
    assert_allclose(found["one"] + found["two"], found["index"], atol=1e-9)
    change = tables.change_file(run)
    assert_allclose(change["index"], run.result.score()[:, -1] - run.result.score()[:, 0], atol=1e-9)
