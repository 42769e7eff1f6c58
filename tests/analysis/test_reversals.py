"""What changes among the others when a city or a year leaves, beside the index computed without them."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import indexcalc as ic
from indexcalc.analysis.reversals import reversals
from indexcalc.computed import Computed
from indexcalc.report.tables import reversals as tables
from indexcalc.robustness.result import AlternativesResult
from tests.conftest import build, make_framework, make_panel
from tests.golden.published import worked
from tests.report.tables import read


def test_the_rank_reversal_of_min_max_that_was_worked_by_hand():
    """x 5, 4, 0 and y 2.4, 3.2, 12 under min-max: B is ahead of A with C, and behind without."""
    panel = ic.Panel.from_columns("ABC", [2020] * 3, {"x": [5, 4, 0], "y": [2.4, 3.2, 12]})
    result = ic.build_index(panel, ic.Framework.model_validate({"indicators": {"x": {}, "y": {}}}), ic.Methodology())
    assert "rank_reversal" in worked("checks")
    for one in reversals(result).found:
        out = np.array([city == one.which for city in result.cities])
        alone = ic.build_index(panel.without_cities(out), result.framework, result.methodology).score()[:, 0]
        there = ~out
        assert_array_equal(np.isnan(one.after), out)
        order = np.argsort(-alone[there], kind="stable")
        assert_array_equal(np.argsort(one.after[there], kind="stable"), order)


def figures(n=6, years=(2019, 2020, 2021), seed=4):
    rng = np.random.default_rng(seed)
    names = "甲乙丙丁戊己"[:n]
    return make_panel({code: rng.uniform(1, 9, (n, len(years))) ** 2 for code in "abcd"}, cities=names, years=years)


FRAMEWORK = make_framework(indicators={code: {} for code in "abcd"})


def test_each_city_and_year_in_turn_is_the_index_without_it():
    panel = figures()
    result = build(panel, FRAMEWORK, normalisation="min_max")
    found = reversals(result).found
    assert [one.which for one in found] == [*panel.cities, *panel.years]
    for one in found:
        if one.kind == "city":
            kept = [c for c, city in enumerate(panel.cities) if city != one.which]
            values, years, cities = panel.values[kept], panel.years, [panel.cities[c] for c in kept]
        else:
            kept, cities = list(range(len(panel.cities))), panel.cities
            at = [t for t, year in enumerate(panel.years) if year != one.which]
            values, years = panel.values[:, at], tuple(panel.years[t] for t in at)
            assert one.year == years[-1]
        alone = build(
            ic.Panel.from_values(tuple(cities), tuple(years), panel.codes, values), FRAMEWORK, normalisation="min_max"
        )
        assert_array_equal(one.after[kept], alone.rank()[:, -1])
        places = np.abs(one.after - one.before)[kept]
        assert (one.moved, one.furthest) == ((places > 0).sum(), places.max())
        assert one.mean_shift == pytest.approx(places.mean())
        pairs = [(i, k) for i in kept for k in kept if one.before[i] < one.before[k] and one.after[i] > one.after[k]]
        assert sorted(one.reversed) == sorted(pairs)
    assert any(one.reversed for one in found)  # or nothing here was tested


def test_fixed_goalposts_know_no_reversal():
    posts = {"method": "goalposts", "low": 0, "high": 81}
    indicators = {code: {"normalisation": posts} for code in "abcd"}
    found = reversals(build(figures(), make_framework(indicators=indicators))).found
    assert not any(one.moved or one.reversed for one in found)


def test_what_cannot_be_computed_without_is_told(monkeypatch):
    panel = figures(years=(2019, 2020))
    result = build(panel, FRAMEWORK, reference={"base": 2019})
    gone = [one for one in reversals(result).found if one.refused]
    assert [one.which for one in gone] == [2019]
    assert np.isnan(gone[0].mean_shift) and gone[0].moved == 0
    run = Computed.of(result)
    asked = AlternativesResult(run.result.cities, 2020, (), (), None, (), (), 0)
    monkeypatch.setattr(Computed, "alternatives", asked)
    assert [row["which"] for row in tables.reversals_file(run)].count(2019) == 0
    assert any("2019" in cell for cell in read(tables.reversals(run).tables[1], "which_pairs", run, "en"))


def test_two_cities_or_one_year_leave_nobody_to_compare():
    assert reversals(build(figures(2, years=(2020,)), FRAMEWORK)).found == ()
