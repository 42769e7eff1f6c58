"""The figures: values of the stages with the marks of how they came to be, what was imputed, where each was read."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from indexcalc.computed import Computed
from indexcalc.origin import Origin
from indexcalc.report.tables import figures as tables
from indexcalc.report.tables.table import headings
from indexcalc.voice import Node, Voice, Word
from tests.conftest import build, make_framework, make_panel
from tests.report.tables import growing, notes, read, trial, values

MARKS = {2: "interpolated", 3: "extrapolated", 4: "treated"}


@pytest.mark.parametrize("make", [tables.normalised, tables.raw])
def test_values_that_are_not_as_published_are_marked(make):
    run = trial()
    (table,), result = make(run).tables, run.result
    c, t = np.nonzero(result.present)
    for k, code in enumerate(result.normalised.codes):
        assert table.column(code).marks == [MARKS.get(origin, "") for origin in result.treated.origin[c, t, k]]
    assert table.legend == ("interpolated", "extrapolated", "treated") and table.starts == {3, 6, 9}
    assert make(run).notes[-1] == Word("sheets.about_marks")


def test_values_are_those_of_the_stages():
    run = trial()
    result = run.result
    c, t = np.nonzero(result.present)
    (normalised,), (raw,) = tables.normalised(run).tables, tables.raw(run).tables
    for k, code in enumerate(result.normalised.codes):
        assert_array_equal(values(normalised, code), result.normalised.values[c, t, k])
        stage = result.imputed if code == "d" else result.treated  # the logarithm is on another scale than the unit
        assert_array_equal(values(raw, code), stage.values[c, t, k])
    assert any("变换" in note and "：d。" in note for note in notes(tables.raw(run), run))
    assert not any("变换" in note for note in notes(tables.normalised(run), run))


def test_headers_give_dimension_name_code_and_unit():
    run = trial()
    (table,) = tables.raw(run).tables
    rows = dict(headings(table, Voice("zh", run.result.framework)))
    assert [rows[look][2] for look in ("band", "head", "code", "unit")] == ["一", "甲标", "a", "亿元"]
    assert [rows[look][5] for look in ("band", "head", "code", "unit")] == ["two", "d", "d", ""]
    assert "unit" not in dict(headings(tables.normalised(run).tables[0], Voice()))


def test_an_index_of_bare_indicators_has_no_band():
    run = Computed.of(build(make_panel(), make_framework(indicators={"a": {}, "b": {}})))
    (table,) = tables.raw(run).tables
    assert {column.band for column in table.columns} == {None} and table.legend == ()
    assert tables.raw(run).notes[-1] == Word("sheets.all_observed")


def test_every_filled_cell_is_listed():
    run = trial()
    (table,), result = tables.imputed(run).tables, run.result
    how = [read(table, name, run) for name in ("code", "city", "how")]
    rows = list(zip(how[0], how[1], values(table, "year"), how[2], strict=True))
    assert ("c", "甲", 2020, "内插") in rows
    assert ("c", "乙", 2021, "外推") in rows
    assert ("a", "丙", 2021, "已处理") in rows
    assert len(rows) == np.isin(result.treated.origin, (2, 3, 4))[result.present].sum()
    filled, treated = rows.index(("c", "甲", 2020, "内插")), rows.index(("a", "丙", 2021, "已处理"))
    assert values(table, "value")[filled] == 8 and table.column("value").marks[filled] == "interpolated"
    assert values(table, "why")[filled] == "break: scope" and values(table, "lacking")[filled] == [Node("c")]
    assert (values(table, "before")[treated], values(table, "before")[filled]) == (900, None)
    assert f"共{len(rows)}个" in notes(tables.imputed(run), run)[0]


def test_a_cell_that_was_filled_and_then_treated_is_told_both():
    panel = make_panel({"a": [[1, 1, np.nan], [2, 3, 4], [9, 8, 7]], "b": [[1, 2, 3]] * 3}, cities="甲乙丙")
    choices = {"imputation": "linear", "treatment": {"method": "winsorise", "lower": 0.4, "upper": 1}}
    run = Computed.of(build(panel, make_framework(indicators={"a": {}, "b": {}}), **choices))
    (table,) = tables.imputed(run).tables
    both = [how for how in values(table, "how") if how.key == "sheets.both"]
    assert both == [Word("sheets.both", filled=Word("sheets.cell_extrapolated"))]


def test_a_regression_is_shown_with_its_leave_one_out_error():
    """b = 2 a + 1 but for one cell, which the line through the others misses by 3; the rest miss by less."""
    a = np.arange(1.0, 7.0)
    b = 2 * a + 1
    b[2] += 3
    panel = make_panel({"a": a, "b": np.append(b, np.nan)[[0, 1, 2, 3, 4, 6]]}, cities="甲乙丙丁戊己")
    by = {"method": "regression", "on": ["a"]}
    run = Computed.of(build(panel, make_framework(indicators={"a": {"unit": "元"}, "b": {"imputation": by}})))
    (table,) = tables.regressed(run).tables
    line = [np.polyval(np.polyfit(np.delete(a[:5], i), np.delete(b[:5], i), 1), a[i]) for i in range(5)]
    error = np.sqrt(np.mean((b[:5] - line) ** 2))
    assert (values(table, "regression_n"), values(table, "regression_filled")) == ([5], [1])
    assert values(table, "regression_error") == pytest.approx([error], rel=1e-9)
    assert values(table, "regression_ratio") == pytest.approx([error / b[:5].std(ddof=1)], rel=1e-9)
    frame = tables.regressions_file(run)
    assert frame.loc[0, ["indicator", "on", "n", "filled"]].tolist() == ["b", "a", 5, 1]
    assert tables.regressed(growing()) is None and tables.regressions_file(growing()) is None


def test_where_nothing_was_imputed_that_is_said():
    assert tables.imputed(growing()).notes == (Word("sheets.none_imputed"),)


def test_an_origin_without_a_word_is_told_as_it_is():
    voice = Voice("zh")
    assert [voice.told(tables.origin_word(name)) for name in ("interpolated", "conjured")] == ["内插", "conjured"]
    assert all(voice.knows(f"sheets.cell_{origin.name.lower()}") for origin in Origin)


def test_sources_are_of_the_figures_used():
    run = trial()
    (table,) = tables.sources(run).tables
    assert table.rows == (~np.isnan(run.result.panel.values)).sum()
    r = values(table, "series").index("x")
    names = ("series", "city", "year", "value", "source", "note", "cell")
    assert [values(table, name)[r] for name in names] == ["x", "甲", 2019, 2, "yearbook", "p. 3", "panel!C3"]
    assert "flag" not in [column.name for column in table.columns]
    assert tables.sources(growing()) is None
