"""Tables of what changes when a city or a year leaves."""

from indexcalc.computed import Computed
from indexcalc.report.tables import reversals as tables
from indexcalc.robustness.result import AlternativesResult
from tests.analysis.test_reversals import FRAMEWORK, figures
from tests.conftest import build
from tests.report.tables import read


def test_tables_name_who_passes_whom_once_alternatives_are_asked_for(monkeypatch):
    run = Computed.of(build(figures(), FRAMEWORK))
    assert tables.reversals(run) is None and list(tables.reversals_file(run)) == []
    asked = AlternativesResult(run.result.cities, 2021, (), (), None, (), (), 0)
    monkeypatch.setattr(Computed, "alternatives", asked)
    cities = tables.reversals(run).tables[0]
    turned = [len(one.reversed) for one in run.reversals.found if one.kind == "city"]
    assert cities.column("pairs_reversed").values == sorted(turned, reverse=True)
    assert "passes" in read(cities, "which_pairs", run, "en")[0]
    assert list(tables.reversals_file(run))
