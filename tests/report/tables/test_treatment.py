"""What the treatment of outliers changed, and the ranks it moves."""

import pytest
from numpy.testing import assert_array_equal

from indexcalc.computed import Computed
from indexcalc.origin import Origin
from indexcalc.report.tables import treatment as tables
from indexcalc.voice import City, Node, Word
from tests.conftest import build, make_framework, make_panel
from tests.report.tables import read, values

WINSORISED = {"method": "winsorise", "lower": 0, "upper": 0.5}


def computed(treatment):
    a = [[1.0, 2.0], [2.0, 3.0], [3.0, 4.0], [4.0, 99.0]]
    panel = make_panel({"a": a, "b": [[4, 4], [3, 3], [2, 2], [1, 1]]}, years=(2020, 2021))
    framework = make_framework(indicators={"a": {"name": {"zh": "甲标", "en": "Alpha"}}, "b": {}})
    return Computed.of(build(panel, framework, treatment=treatment))


@pytest.mark.parametrize(("lang", "said"), [("zh", "甲标"), ("en", "Alpha")])
def test_treatment_is_told_with_the_ranks_it_moves(lang, said):
    run, plain = computed(WINSORISED), computed("none").result
    changed, ranks = tables.treatment(run).tables
    assert values(changed, "name")[0] == Node("a") and read(changed, "name", run, lang)[0] == said
    assert values(changed, "treated_how")[0] == Word("sheets.treated_winsorised")
    moved = int((run.result.treated.origin[:, :, 0] == Origin.TREATED).sum())
    assert values(changed, "values_moved")[0] == moved > 0
    assert City("丁") in values(changed, "latest_moved")[0]
    order = [run.result.cities.index(city) for city in values(ranks, "city")]
    treated, untreated = run.result.rank()[order, -1], plain.rank()[order, -1]
    assert_array_equal(values(ranks, "rank_treated"), treated)
    assert_array_equal(values(ranks, "rank_untreated"), untreated)
    assert_array_equal(values(ranks, "rank_moved"), untreated - treated)
    assert any(untreated != treated)


def test_without_treatment_there_is_no_sheet_and_no_row():
    run = computed("none")
    assert tables.treatment(run) is None
    assert tables.treatment_file(run).empty and tables.ranks_file(run) is None


def test_programs_get_both_ranks_of_every_city_and_year():
    run, plain = computed(WINSORISED), computed("none").result
    found = tables.ranks_file(run)
    assert list(found) == ["city", "city_en", "year", "rank", "rank_untreated"]
    assert_array_equal(found["rank_untreated"], plain.rankings()["rank"])
    assert_array_equal(found["rank"], run.result.rankings()["rank"])
    assert tables.treatment_file(run)["indicator"].iloc[0] == "a"
