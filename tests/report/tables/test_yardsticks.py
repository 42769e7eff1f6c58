"""The index beside rankings by others."""

from numpy.testing import assert_allclose

from indexcalc.report.tables import yardsticks as tables
from indexcalc.voice import Word
from tests.report.tables import LISTED, drawn_once, growing, notes, read, values


def test_rank_correlations_and_what_is_not_listed():
    run = growing()
    agreement, _ = tables.yardsticks(run).tables
    assert read(agreement, "yardstick", run) == ["某榜"]
    assert (values(agreement, "year"), values(agreement, "cities_n")) == ([2021], [3])
    found = run.yardsticks.table().set_index("node")["spearman"]
    for code in ("index", "one", "two"):
        assert_allclose(values(agreement, code, Word("sheets.spearman_with")), [found[code]])
    assert values(agreement, "unlisted") == [["丁"]]


def test_entries_of_each_city_with_their_source():
    run = growing()
    _, entries = tables.yardsticks(run).tables
    listed = dict(zip(values(entries, "city"), values(entries, "2021", LISTED.name), strict=True))
    assert listed == {"甲": 1.0, "乙": 2.0, "丙": 3.0, "丁": None}
    assert notes(entries, run) == ["某榜：来处。"]


def test_without_yardsticks_there_is_no_sheet_and_no_file():
    run = drawn_once((2020,))
    assert tables.yardsticks(run) is None
    assert tables.agreement_file(run) is None and tables.entries_file(run) is None


def test_programs_get_what_the_analysis_found():
    run = growing()
    assert tables.agreement_file(run).equals(run.yardsticks.table())
    assert tables.entries_file(run).equals(run.yardsticks.point_table())
