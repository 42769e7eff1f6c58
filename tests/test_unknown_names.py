"""A public function that is asked about a city, a year, a node or a method that is not there refuses it by name."""

import pytest
from pydantic import TypeAdapter

import indexcalc as ic
from indexcalc.spec.claims import Claim
from indexcalc.spec.uncertainty import Uncertainty, WeightSet
from tests.conftest import build, make_panel

OPTIONS = Uncertainty.model_validate({"weights": {"spread": 0.2}, "aggregation": ["arithmetic", "median"], "draws": 20})
WEIGHTS = WeightSet(spread=0.2)


def about(result):
    return result.panel, result.framework, result.methodology


def claim(**written):
    return [TypeAdapter(Claim).validate_python(written)]


def varying(**written):
    return Uncertainty.model_validate({"weights": {"spread": 0.2, **written}, "draws": 20})


CITY = claim(kind="overtakes", city="戊", other="甲")
YEAR = claim(kind="in_top", cities=["甲"], n=2, years=[1999])
ASKED = {
    "rank_bounds": (lambda r: ic.robustness.rank_bounds(r, WEIGHTS, years=[1999]), "1999"),
    "rank_bounds of a level": (lambda r: ic.robustness.rank_bounds(r, WeightSet(spread=0.2, levels=(9,))), "'9'"),
    "rank_bounds of a node": (lambda r: ic.robustness.rank_bounds(r, WeightSet(bounds={"z": (0, 1)})), "bounds.*'z'"),
    "uncertainty of a level": (lambda r: ic.robustness.uncertainty(*about(r), (), varying(levels=["z"])), "'z'"),
    "alternatives of no indicator": (
        lambda r: ic.robustness.uncertainty(*about(r), (), OPTIONS.model_copy(update={"alternatives": ("z",)})),
        "'z'",
    ),
    "draw": (lambda r: ic.robustness.draw(*about(r), OPTIONS, -1), "number: found -1"),
    "without": (lambda r: r.framework.without(["z"]), "'z'"),
    "reweighted": (lambda r: r.framework.reweighted({"z": 1.0}), "'z'"),
    "without a code alone": (lambda r: r.framework.without("zed"), "^'zed' is not a"),
    "reweighted to less than nothing": (lambda r: r.framework.reweighted({"a": -1.0}), "'a' is -1.0"),
    "reweighted to no number": (lambda r: r.framework.reweighted({"a": float("nan")}), "number of at least 0.$"),
    "reweighted to a share": (lambda r: r.framework.reweighted({"a": "40%"}), "weight of 'a' is '40%'"),
    "reweighted to nothing": (lambda r: r.framework.reweighted({"a": None}), "weight of 'a' is nothing"),
    "reweighted to a truth value": (lambda r: r.framework.reweighted({"a": True}), "weight of 'a' is true"),
    "smallest_changes in a year": (lambda r: ic.robustness.smallest_changes(r, year=1999), "1999"),
    "smallest_changes of a city": (lambda r: ic.robustness.smallest_changes(r, CITY), "戊"),
    "smallest_changes of a year": (lambda r: ic.robustness.smallest_changes(r, YEAR), "1999"),
    "sensitivity in a year": (lambda r: ic.robustness.sensitivity(*about(r), (), OPTIONS, year=1999), "1999"),
    "sensitivity of a city": (lambda r: ic.robustness.sensitivity(*about(r), CITY, OPTIONS), "戊"),
    "alternatives in a year": (lambda r: ic.robustness.alternatives(*about(r), (), OPTIONS, year=1999), "1999"),
    "alternatives of a city": (lambda r: ic.robustness.alternatives(*about(r), CITY, OPTIONS), "戊"),
    "uncertainty": (lambda r: ic.robustness.uncertainty(*about(r), CITY, OPTIONS), "戊"),
    "acceptability": (lambda r: ic.robustness.uncertainty(*about(r), (), OPTIONS).acceptability_in(1999), "1999"),
    "groups": (lambda r: ic.robustness.uncertainty(*about(r), (), OPTIONS).groups(1999), "1999"),
    "hold": (lambda r: ic.analysis.hold(r, CITY), "戊"),
    "explain": (lambda r: ic.analysis.explain(r, "戊"), "戊"),
    "trace": (lambda r: ic.analysis.trace(r, "甲", 2021, "z"), "'z'"),
    "against": (lambda r: ic.analysis.against(r, "甲", "戊"), "戊"),
    "change": (lambda r: ic.analysis.change_contributions(r, 1999, 2021), "1999"),
    "gap": (lambda r: ic.analysis.gap_contributions(r, "甲", "戊", 2019, 2021), "戊"),
    "overtakings": (lambda r: ic.analysis.overtakings(r, 1999, 2021), "1999"),
    "convergence": (lambda r: ic.analysis.convergence(r, first=1999), "1999"),
    "lens": (lambda r: ic.analysis.lens(r, "z"), "'z'"),
    "rank": (lambda r: r.rank("z"), "'z'"),
    "coverage": (lambda r: r.coverage_table(1999), "1999"),
    "series": (lambda r: r.panel.series("z"), "'z'"),
    "select": (lambda r: r.panel.select(["z"]), "'z'"),
    "variant": (lambda r: r.methodology.variant(aggregation="z"), "'z'"),
    "chart of a city": (lambda r: ic.charts.city(ic.Computed.of(r), "戊"), "戊"),
    "chart of a year": (lambda r: ic.charts.trend(ic.Computed.of(r), years=[1999]), "1999"),
    "reports of a city": (lambda r: ic.write_results(ic.Computed.of(r), "nowhere", cities=["戊"]), "戊"),
    "part of a run": (lambda r: ic.write_results(ic.Computed.of(r), "nowhere", parts=["z"]), "'z'"),
}


@pytest.fixture(scope="module")
def result():
    return build(make_panel(), normalisation={"method": "min_max", "lower": 1, "upper": 100})


@pytest.mark.parametrize("asked", ASKED)
def test_what_is_not_there_is_named(result, asked):
    call, name = ASKED[asked]
    with pytest.raises((ic.InputError, ic.ChoiceError), match=name):
        call(result)
