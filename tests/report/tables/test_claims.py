"""Claims: verdicts, the figures that decide, and under what share of the draws each holds."""

from dataclasses import replace

import pytest
from numpy.testing import assert_allclose

from indexcalc.analysis.claims import Verdict, hold
from indexcalc.computed import Computed
from indexcalc.report.tables import claims as tables
from indexcalc.report.tables import frame_of
from indexcalc.spec.claims import InTop, Rising
from indexcalc.voice import Word
from tests.conftest import build, make_framework, make_panel
from tests.report.tables import notes, read, two, values
from tests.robustness.test_result import two_cities

OTHER = InTop(kind="in_top", cities=("乙",), n=1)


def test_claims_have_verdict_evidence_and_share():
    drawn = two_cities()
    run = two([[2.0], [1.0]], drawn=drawn, claims=(*drawn.claims, OTHER))
    table = tables.claims(run)
    assert read(table, "claim", run) == ["甲2020年居第1位", "乙2020年居首位"]
    assert values(table, "verdict") == [Word("claims.verdict.holds"), Word("claims.verdict.fails")]
    assert table.column("verdict").marks == ["up", "down"]
    assert read(table, "evidence", run) == ["甲2020年居第1位", "乙2020年居第2位"]
    assert_allclose([values(table, "holds_in")[0], values(table, "tied_in")[0]], [5 / 9, 1 / 9])
    assert_allclose(values(table, "draw_error")[0], (2 / 9 / 9) ** 0.5)
    assert values(table, "holds_in")[1] is None  # the draws did not ask it
    assert values(table, "undefined_in") == [1, None]


def test_a_small_sampling_error_and_a_share_without_ties_have_no_column():
    drawn = two_cities(claims=(0, 10, 0, 0))
    names = [column.name for column in tables.claims(two([[2.0], [1.0]], drawn=drawn, claims=drawn.claims)).columns]
    assert names == ["claim", "verdict", "evidence", "holds_in"]


def test_claims_once_more_in_real_terms():
    """Without the indicator in current prices the level of 乙 falls; a claim about ranks is not asked again."""
    indicators = {"real": {}, "money": {"tags": {"price": "nominal"}}}
    panel = make_panel({"real": [[1, 2], [2, 1]], "money": [[1, 9], [1, 9]]}, cities="甲乙", years=(2020, 2021))
    result = build(panel, make_framework(indicators=indicators), normalisation="none")
    claims = (Rising(kind="rising", cities=()), InTop(kind="in_top", cities=("甲",), n=1, years=(2021,)))
    run = Computed.of(result, claims=claims)
    table = tables.claims(run)
    assert values(table, "verdict") == [Word("claims.verdict.holds")] * 2
    assert values(table, "in_real_terms") == [Word("claims.verdict.fails"), ""]
    assert read(table, "real_evidence", run, "en") == ["乙 2.00→1.00 from 2020 to 2021", ""]
    assert "holds_in" not in [column.name for column in table.columns]


def test_nothing_in_real_terms_has_no_column_of_it():
    drawn = two_cities()
    names = [column.name for column in tables.claims(two([[2.0], [1.0]], claims=drawn.claims)).columns]
    assert names == ["claim", "verdict", "evidence"]


def test_no_claims_no_sheet():
    assert tables.claims_sheet(two([[2.0], [1.0]], drawn=two_cities())) is None


@pytest.mark.parametrize(("ranks", "draws"), [(((6, 4), (4, 6)), "10种"), (((4, 1), (1, 4)), "5种")])
def test_draws_that_gave_no_ranking_are_not_counted_with_it(ranks, draws):
    drawn = two_cities(ranks=ranks)
    run = two([[2.0], [1.0]], drawn=drawn, claims=drawn.claims)
    assert any(f"在{draws}方法中" in note for note in notes(tables.claims_sheet(run), run))


def test_programs_get_every_figure_in_every_language():
    cities = [f"c{i}" for i in range(40)]
    panel = make_panel({"x": [[2.0, 1.0]] * 40}, cities=cities, years=(2020, 2021))
    claim = Rising(kind="rising", cities=())
    run = Computed.of(build(panel, make_framework(indicators={"x": {}}), normalisation="none"), claims=(claim,))
    (row,) = tables.claims_file(run)
    assert (row["kind"], row["verdict"]) == ("rising", "fails")
    assert all(row["evidence_zh"].count(f"{city}2020") + row["evidence_zh"].count(f"{city} 2020") for city in cities)
    assert row["claim_en"] == "The score of every city rose 2020–2021"


def test_programs_get_the_draws_in_which_a_claim_is_defined():
    drawn = two_cities()
    run = two([[2.0], [1.0]], drawn=drawn, claims=drawn.claims)
    framework = make_framework(indicators={"x": {}}, cities={"甲": {"en": "Alpha"}, "乙": {}})
    run = replace(run, result=replace(run.result, framework=framework))
    (row,) = frame_of(list(tables.claims_file(run))).to_dict("records")
    assert (row["kind"], row["verdict"], row["claim_en"]) == ("rank_is", "holds", "Alpha ranked number 1 in 2020")
    assert [row[name] for name in ("draws", "defined", "holds", "tied", "fails")] == [10, 9, 5, 1, 3]
    assert_allclose([row["share"], row["error"]], [6 / 9, (2 / 9 / 9) ** 0.5])
    (row,) = tables.claims_file(replace(run, uncertainty=None))
    assert "share" not in row


def test_every_verdict_has_a_word_and_only_those_that_decide_a_colour():
    run = two([[2.0], [1.0]], claims=(OTHER,))
    assert hold(run.result, [OTHER])[0].verdict is Verdict.FAILS
    assert {tables.verdict(found).key.rpartition(".")[2] for found in Verdict} == {
        *("holds", "tied", "fails", "undefined")
    }
    assert set(tables.COLOURS) == set(Verdict) - {Verdict.UNDEFINED}
