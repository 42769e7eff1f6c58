"""The outranking matrix as a table, and what is said of the ranking."""

import numpy as np

from indexcalc.computed import Computed
from indexcalc.report.tables import outranking as pair_tables
from tests.analysis.test_reversals import FRAMEWORK, figures
from tests.conftest import build, make_framework, make_panel


def test_a_proof_that_was_not_found_is_told(monkeypatch):
    monkeypatch.setattr("indexcalc.methods.median_ranking.LARGE", 2)
    z = np.array([[3.0, 1.0, 2.0], [2.0, 3.0, 1.0], [1.0, 2.0, 3.0]])
    panel = make_panel(dict(zip("abc", z.T[:, :, None], strict=True)), cities="甲乙丙", years=(2020,))
    run = Computed.of(build(panel, make_framework(indicators={code: {} for code in "abc"}), aggregation="kemeny"))
    (notice,) = [one for one in run.notices if one.key == "kemeny_unproven"]
    assert "another may have more" in notice.text("en")
    sheet = pair_tables.outranking(run)
    assert [note.key for note in sheet.tables[0].notes] == ["sheets.kemeny_gap"]


def test_the_sheet_of_pairs_stands_in_the_order_of_the_ranking():
    run = Computed.of(build(figures(), FRAMEWORK, aggregation="kemeny"))
    (table,) = pair_tables.outranking(run).tables
    (one,) = [one for one in run.pairwise.found if one.year == 2021]
    first = table.columns[1]
    order = np.argsort(run.result.rank()[:, -1], kind="stable")
    assert [str(city) for city in table.columns[0].values] == [run.result.cities[c] for c in order]
    assert np.isnan(first.values[0]) and first.values[1:] == one.matrix[order[1:], order[0]].tolist()
    rows = list(pair_tables.outranking_file(run))
    assert len(rows) == 6 * 5 and {row["before"] for row in rows} <= {-1, 0, 1}
