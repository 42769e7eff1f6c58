"""How much of the ends of a claim is carried, and what becomes of the claim without."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import indexcalc as ic
from indexcalc.analysis.claims import Verdict
from indexcalc.analysis.ends import ends
from indexcalc.spec.claims import InTop, LargestRankGain, Rising
from tests.conftest import ROOT

NAN = float("nan")


def index(columns, weights=None, **choices):
    panel = ic.Panel.from_columns("AAABBBCCC", [2020, 2021, 2022] * 3, columns)
    weights = weights or {}
    framework = ic.Framework.model_validate(
        {"indicators": {code: {"weight": weights.get(code, 1)} for code in columns}}
    )
    options = {"imputation": "linear", **choices}
    return ic.build_index(panel, framework, ic.Methodology.model_validate(options))


def long(columns):
    """A row per city, a column per year, as panels have them: by city and year."""
    return {code: [value for row in rows for value in row] for code, rows in columns.items()}


CARRIED_BACK = {
    "x": [[5, 4, 3], [1, 2, 3], [2, 3, 4]],
    "y": [[NAN, 1, 8], [1, 2, 3], [2, 3, 4]],
}


def test_the_share_is_that_of_the_weight_and_interpolated_figures_are_not_carried():
    columns = {"x": [[1, NAN, 3], [1, 2, 3], [1, 2, 3]], "y": [[NAN, 1, 2], [1, 2, NAN], [1, 2, 3]]}
    result = index(long(columns), {"x": 3, "y": 1})
    (found,) = ends(result, [Rising(kind="rising")])
    assert found.years == (0, 2)
    assert_allclose(found.carried, [[0.25, 0.0], [0.0, 0.25], [0.0, 0.0]])
    (middle,) = ends(result, [InTop(kind="in_top", cities=["A"], n=1, years=[2021])])
    assert middle.years == (1, 1) and not middle.carried.any()


def test_a_claim_that_rests_on_a_figure_carried_back_says_so():
    """A falls in what is printed of both years (5 to 3) and rises with y, whose first year is carried back."""
    result = index(long(CARRIED_BACK))
    a, c = ends(result, [Rising(kind="rising", cities=["A"]), Rising(kind="rising", cities=["C"])])
    assert (a.verdict, a.without, a.could_decide) == (Verdict.HOLDS, Verdict.FAILS, True)
    assert (c.verdict, c.without, c.could_decide) == (Verdict.HOLDS, Verdict.HOLDS, False)


def test_where_nothing_is_carried_nothing_changes():
    result = index(long({"x": [[1, 2, 3], [2, 1, 3], [3, 3, 1]]}))
    (found,) = ends(result, [LargestRankGain(kind="largest_rank_gain", city="A")])
    assert not found.carried.any() and found.verdict == found.without


def test_a_node_that_looks_at_the_whole_sample_leaves_the_claim_undefined_and_says_nothing():
    columns = {**CARRIED_BACK, "z": [[1, 2, 2.5], [3, 1, 2], [2, 2, 3]]}
    (found,) = ends(index(long(columns), aggregation="topsis"), [Rising(kind="rising")])
    assert found.without == Verdict.UNDEFINED and not found.could_decide


@pytest.fixture(scope="module")
def shipped():
    specification = ic.load_specification(ROOT / "indicators.yaml")
    panel = ic.read_workbook(ROOT / "data" / "cities.xlsx", specification.framework)
    return ic.build_index(panel, specification.framework, specification.methodology), specification.claims


def test_wuhan_2017_by_an_independent_count(shipped):
    """Cells of 2017 that no workbook column has, weighed 1/4 of the index over the indicators of their dimension."""
    result, claims = shipped
    found = ends(result, claims)[1]
    wuhan = result.cities.index("武汉")
    raw = {code: result.panel.series(code)[wuhan] for code in result.panel.codes}
    share = 0.0
    for dimension in result.framework.dimensions.values():
        for code, indicator in dimension.indicators.items():
            derived = indicator.derived
            parts = list(derived.parts) if derived else [code]
            share += 0.25 / len(dimension.indicators) * any(np.isnan(raw[part][0]) for part in parts)
    assert_allclose(found.carried[wuhan, 0], share)
    assert share > 0.3
