"""Whether the cities draw together: spread, beta, groups and stability, as far as there are any."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from indexcalc.computed import Computed
from indexcalc.report.tables import convergence as tables
from indexcalc.voice import Group, Word
from tests.conftest import build, make_framework, make_panel
from tests.report.tables import drawn_once, growing, read, values


def test_spread_beta_groups_and_stability():
    run = growing()
    found = run.convergence
    spread, slope, groups, stability = tables.convergence(run).tables
    assert values(spread, "year") == [2019, 2020, 2021]
    assert [column.name for column in spread.columns] == ["year", "n", "mean", "sd"]
    assert_allclose(values(spread, "sd"), found.sd)
    assert_allclose(values(slope, "slope_slope"), found.slope.slope)
    assert values(slope, "beta_verdict") == [Word(f"sheets.entry.{found.verdict}")]
    ungrouped = Word("sheets.ungrouped")
    assert [column.band for column in groups.columns] == [None, *[Group("g")] * 3, *[ungrouped] * 3]
    assert_allclose(values(groups, "spread_mean", Group("g")), found.group_mean[:, 0])
    assert read(stability, "period", run) == ["2019—2020", "2020—2021", "2019—2021"]
    assert_allclose(values(stability, "spearman"), [one.spearman for one in found.stability])


def test_measures_by_ratios_where_they_were_asked_for_with_the_caveat():
    asked = Computed.of(growing().result, convergence={"ratio_measures": True})
    found = asked.convergence
    spread, _, beta, groups, _ = tables.convergence(asked).tables
    assert spread.notes[1] == Word("sheets.about_ratios_asked")
    for name in ("cv", "sd_log", "gini", "theil"):
        assert_allclose(values(spread, name), found.table()[name])
    assert_allclose(values(beta, "beta_beta"), found.beta.beta)
    between = Word("sheets.between", one=Group("g"), two=Word("sheets.ungrouped"))
    assert_allclose(values(groups, "spread_gini", between), [one.gini[0, 1] for one in found.dagum])
    assert tables.pair_file(asked) is not None and tables.pair_file(growing()) is None


def test_one_year_has_spread_and_groups():
    spread, groups = tables.convergence(drawn_once((2020,))).tables
    assert (spread.rows, groups.rows) == (1, 1)


def test_without_groups_there_is_nothing_within_or_between_them():
    run = Computed.of(build(make_panel(), make_framework()))
    found = tables.convergence(run).tables
    assert "sheets.groups_question" not in [table.question.key for table in found]
    assert not [column.name for column in found[0].columns if column.name.endswith(tables.SPLIT)]


def test_a_figure_that_cannot_be_given_is_a_dash():
    """All move alike: nothing draws together, and there is no half-life."""
    panel = make_panel({"a": [[1, 2], [2, 4], [4, 8], [5, 10]]}, years=(2020, 2021))
    run = Computed.of(build(panel, make_framework(indicators={"a": {}}), normalisation="none"))
    assert not np.isfinite(run.convergence.beta.half_life)
    beta = tables.convergence(run).tables[2]
    assert values(beta, "beta_half_life") == ["–"]


@pytest.mark.parametrize(
    ("make", "of"),
    [
        (tables.spread_file, "table"),
        (tables.group_file, "group_table"),
        (tables.beta_file, "beta_table"),
        (tables.stability_file, "stability_table"),
    ],
)
def test_programs_get_what_the_analysis_found(make, of):
    run = growing()
    assert make(run).equals(getattr(run.convergence, of)()) and len(make(run))
