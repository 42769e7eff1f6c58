"""Tables of what changes when a city or a year leaves."""

from indexcalc.computed import Computed
from indexcalc.report.tables import reversals as tables
from indexcalc.robustness.result import AlternativesResult
from tests.analysis.test_reversals import FRAMEWORK, figures
from tests.conftest import build
from tests.report.tables import read


def test_tables_name_who_passes_whom_and_many_cities_wait_to_be_asked(monkeypatch):
    run = Computed.of(build(figures(), FRAMEWORK))
    made = tables.reversals(run)
    cities = made.tables[0]
    turned = [len(one.reversed) for one in run.reversals.found if one.kind == "city"]
    assert cities.column("pairs_reversed").values == sorted(turned, reverse=True)
    assert "passes" in read(cities, "which_pairs", run, "en")[0]
    monkeypatch.setattr("indexcalc.analysis.reversals.MANY_LEAVING", 3)
    many = Computed.of(build(figures(), FRAMEWORK))
    assert many.reversals is None and tables.reversals(many) is None and list(tables.reversals_file(many)) == []
    asked = AlternativesResult(many.result.cities, 2021, (), (), None, (), (), 0)
    monkeypatch.setattr(Computed, "alternatives", asked)
    assert many.reversals is not None
