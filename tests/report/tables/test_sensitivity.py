"""Which choice moves the ranks: indices, each choice alone, every methodology; for people and for programs."""

from dataclasses import replace

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.errors import Problem
from indexcalc.report.tables import frame_of
from indexcalc.report.tables import sensitivity as tables
from indexcalc.report.tables.table import SCREEN, SHEET
from indexcalc.robustness.study import Study
from indexcalc.voice import Word
from tests.report.many_draws import NO, alternatives_of, sensitivity_of
from tests.report.studied import plain, studied
from tests.report.tables import growing, notes, read, values

TOTAL = Word("sheets.sobol_total")


def with_sensitivity(run, found=None, **changes):
    return replace(run, study=Study(run.year, sensitivity=replace(found or run.sensitivity, **changes)))


def with_alternatives():
    """Thirty made-up methodologies, the second of them refused."""
    run = growing()
    return replace(run, study=Study(run.year, alternatives=alternatives_of(run.result)))


def test_indices_are_told_with_their_intervals_the_largest_first():
    run = studied()
    table, found = tables.sensitivity(run), run.sensitivity
    order = np.argsort(-found.total[0], kind="stable")
    assert [factor.args[0] for factor in values(table, "factor")] == [found.factors[k] for k in order]
    assert_array_equal(values(table, "estimate", TOTAL), found.total[0, order])
    assert_array_equal(values(table, "interval_low", TOTAL), found.total_interval[0, order, 0])
    assert_array_equal(values(table, "interval_high", TOTAL), found.total_interval[0, order, 1])
    assert_array_equal(values(table, "estimate", Word("sheets.sobol_first")), found.first[0, order])
    assert_array_equal(values(table, "1"), found.total[found.of_claim(0), order])
    assert f"{found.evaluations:,}" in notes(table, run)[0] and len(table.notes) == 1


def test_the_screen_has_the_interval_of_the_total_index_alone():
    heads = [column.head for column in tables.sensitivity(studied()).on(SCREEN).columns]
    assert heads == [
        *(Word("sheets.factor"), Word("sheets.sobol_first"), TOTAL),
        *(Word("sheets.interval_low"), Word("sheets.interval_high")),
    ]


def test_intervals_without_end_are_left_empty():
    run = studied()
    interval = run.sensitivity.total_interval.copy()
    interval[0] = [-np.inf, np.inf]
    table = tables.sensitivity(with_sensitivity(run, total_interval=interval))
    assert np.isnan([values(table, end, TOTAL) for end in ("interval_low", "interval_high")]).all()


def test_where_nothing_moves_that_is_said_instead():
    run = studied()
    total = run.sensitivity.total
    still = with_sensitivity(run, total=np.full_like(total, np.nan), variance=np.zeros(len(total)))
    table = tables.sensitivity(still)
    assert table.notes[-1] == Word("charts.never_moves")
    assert table.on(SCREEN).columns == () and table.on(SHEET).rows == len(run.sensitivity.factors)
    assert tables.moved_by(still) is None


def test_the_choices_that_move_each_result_most():
    run = growing()
    found = sensitivity_of(run.result)
    run = with_sensitivity(run, found)
    table = tables.moved_by(run)
    assert read(table, "outcome", run, "en")[0] == f"rank of {run.result.framework.city_label(leader(run), 'en')}"
    assert read(table, "choices", run, "en")[0] == (
        "weights 1.10 (0.90–1.40), aggregation 0.90 (0.70–1.20), one city left out −0.04 (−0.24–0.26)"
    )
    assert values(table, "choices")[-1] == Word("charts.never_moves")
    varies = np.where(np.arange(len(found.variance)) == 1, 0.0, found.variance)
    assert len(values(tables.moved_by(with_sensitivity(run, variance=varies)), "outcome")) == len(found.variance) - 2


def leader(run):
    return run.result.cities[run.order[0]]


def test_an_index_without_an_interval_is_told_by_itself_and_none_where_the_sample_cannot_tell():
    run = studied()
    total, interval = run.sensitivity.total.copy(), run.sensitivity.total_interval.copy()
    total[1, 0], interval[1, 0] = 150.0, np.nan
    row = run.sensitivity.of_claim(0)
    total[row], interval[row] = 0.9, np.array([0.1, 1.3])
    moved = with_sensitivity(run, total=total, total_interval=interval, variance=np.ones(len(total)))
    table = tables.moved_by(moved)
    (told,) = (said for said in read(table, "choices", moved) if "150.00" in said)
    assert told.split("、")[0].endswith(" 150.00") and "nan" not in told
    assert values(table, "choices")[-1] == Word("charts.hardly_moves")


def test_each_choice_changed_alone():
    run = studied()
    table, single = tables.each_alone(run), run.alternatives.single
    moved = values(table, "cities_moved")
    assert moved == sorted((one.moved for one in single), reverse=True) and len(moved) == 3 + 4
    changed = [said for said in read(table, "claims_changed", run, "en") if said]
    assert len(changed) == sum(bool(one.changed) for one in single)


def test_a_choice_that_is_refused_is_told_with_its_reason():
    run = studied()
    found = run.alternatives
    refused = replace(found.single[0], outcome=replace(found.single[0].outcome, refused=(NO,)))
    run = replace(run, study=Study(2021, alternatives=replace(found, single=(refused,))))
    table = tables.each_alone(run)
    assert values(table, "claims_changed") == [Problem("bounds_no_weights")]
    assert "cities_moved" not in [column.name for column in table.columns]  # none has any


def test_every_methodology_has_a_row_with_its_ranks():
    run = studied()
    sheet = tables.alternatives(run)
    (table,), found = sheet.tables, run.alternatives
    assert table.rows == len(found.rows) == 8
    for k, city in enumerate(found.cities):
        assert_array_equal(values(table, city), [row.ranks[k] for row in found.rows])
    assert_array_equal(values(table, "spearman"), [row.spearman for row in found.rows])
    assert values(table, "spearman")[0] == 1.0 and table.notes == (Word("sheets.chosen_first"),)
    assert sheet.labels == len(found.factors) and notes(sheet, run, "en")[1].startswith("Claim 1: 甲 and 乙")
    assert [column.name for column in table.on(SHEET).columns][:3] == list(found.factors)


def test_the_screen_tells_how_a_methodology_differs():
    run = studied()
    (table,) = tables.alternatives(run).tables
    shown = table.on(SCREEN)
    assert [column.name for column in shown.columns] == ["differs_in", "spearman", "cities_moved", "sign_1"]
    said = read(shown, "differs_in", run, "en")
    assert said[0] == "(as chosen)" and said[1].startswith("aggregation: ")
    assert said[-1].count("; ") == 2


def test_a_methodology_that_is_refused_has_neither_ranks_nor_verdicts():
    (table,) = tables.alternatives(with_alternatives()).tables
    assert values(table, "cities_moved")[:2] == [0, None] and values(table, "1")[1] == ""


def test_a_list_that_does_not_begin_with_the_chosen_methodology_does_not_say_so():
    run = studied()
    rows = run.alternatives.rows[1:]
    run = replace(run, study=Study(2021, alternatives=replace(run.alternatives, rows=rows)))
    assert tables.alternatives(run).tables[0].notes == ()


def test_what_was_not_made_is_not_there():
    for make in (tables.sensitivity, tables.moved_by, tables.each_alone, tables.alternatives):
        assert make(plain()) is None
    run = studied()
    one = replace(run, study=Study(2021, alternatives=replace(run.alternatives, rows=run.alternatives.rows[:1])))
    assert tables.alternatives(one) is None


# --- for programs -----------------------------------------------------------------------------------------------------


def test_sensitivity_of_programs_has_every_output_and_factor():
    found = studied().sensitivity
    rows = frame_of(list(tables.sensitivity_file(studied())))
    assert len(rows) == (1 + 4 + 1) * len(found.factors)
    there = rows[rows["variance"] > 0]
    assert ((there["total_low"] <= there["total_high"]) & (there["first_low"] <= there["first_high"])).all()
    assert rows["name_en"].iloc[0] == "mean rank shift" and rows["year"].dtype == "Int64"


def test_alternatives_of_programs_are_one_row_for_each_methodology():
    rows = frame_of(list(tables.alternatives_file(studied())))
    assert len(rows) == 8
    assert list(rows)[:5] == ["normalisation", "reference", "aggregation", "spearman", "claim_1"]
    assert rows["spearman"].iloc[0] == 1.0
    refused = frame_of(list(tables.alternatives_file(with_alternatives()))).iloc[1]
    assert refused["refused"] == NO.text("zh") and refused[["claim_1", "claim_3"]].isna().all()


def test_each_choice_of_programs():
    rows = frame_of(list(tables.each_alone_file(studied())))
    assert len(rows) == 3 + 4
    assert rows["sentence_zh"].str.endswith("。").all() and rows["sentence_en"].str.endswith(".").all()
    assert_allclose(rows["moved"], [one.moved for one in studied().alternatives.single])
