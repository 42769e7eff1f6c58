"""The treatment report: what was done, where, before and after."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

import indexcalc as ic
from indexcalc.analysis.treatment import treated_indicators, treatment_table
from tests.conftest import make_framework, make_methodology, make_panel

FIGURES = np.array([[1.0, 2.0], [2.0, 3.0], [3.0, 4.0], [4.0, 5.0], [5.0, 6.0], [6.0, 90.0]])


def build(treatment, figures=FIGURES):
    panel = make_panel({"a": figures, "b": np.arange(12).reshape(6, 2)}, cities="甲乙丙丁戊己")
    framework = make_framework(indicators={"a": {}, "b": {}})
    return ic.build_index(panel, framework, make_methodology(treatment=treatment))


def test_the_cut_of_a_leaders_latest_year_is_told():
    """90 in the last year of the sixth city is pulled in to 6; nothing else moves."""
    result = build("skew_kurtosis")
    (one,) = treated_indicators(result)
    city = result.cities[5]
    assert (one.code, one.what, one.moved) == ("a", "winsorised", 1)
    assert one.where == f"{city} {result.years[1]}"
    assert one.latest == (city,)
    assert result.treated.series("a")[5, 1] == 6.0
    before, after = FIGURES.ravel(), np.where(FIGURES == 90, 6.0, FIGURES).ravel()
    assert_allclose(one.skewness, [stats.skew(x, bias=False) for x in (before, after)], rtol=1e-9)
    assert_allclose(one.kurtosis, [stats.kurtosis(x, bias=False) for x in (before, after)], rtol=1e-9)


def test_what_was_treated_are_the_transformed_figures():
    panel = make_panel({"a": FIGURES, "b": np.arange(12).reshape(6, 2)}, cities="甲乙丙丁戊己")
    framework = make_framework(indicators={"a": {"transform": "log"}, "b": {}})
    treatment = {"method": "winsorise", "upper": 0.9}
    one = treated_indicators(ic.build_index(panel, framework, make_methodology(treatment=treatment)))[0]
    assert_allclose(one.skewness[0], stats.skew(np.log(FIGURES).ravel(), bias=False), rtol=1e-9)


def test_each_year_treated_by_itself_is_told_by_itself():
    """Of the first year nothing is treated; of the second 90 is pulled in, judged by that year alone."""
    found = treated_indicators(result := build({"method": "skew_kurtosis", "per": "year"}))
    assert [(one.code, one.year, one.moved) for one in found] == [("a", result.years[1], 1)]
    assert_allclose(found[0].skewness[0], stats.skew(FIGURES[:, 1], bias=False), rtol=1e-9)
    assert treatment_table(found)["year"].tolist() == [result.years[1]]
    assert treatment_table(treated_indicators(build("skew_kurtosis")))["year"].tolist() == [""]
    assert [result.treated_how("a", year) for year in result.years] == [None, "winsorised"]


def test_a_logarithm_moves_no_single_city_year():
    (one, _) = treated_indicators(build("log"))
    assert (one.what, one.moved, one.where, one.latest) == ("log", 0, "", ())


@pytest.mark.parametrize("treatment", ["none", {"method": "skew_kurtosis", "maximum_skewness": 100}])
def test_nothing_treated_is_an_empty_table(treatment):
    found = treated_indicators(build(treatment))
    assert found == () and treatment_table(found).empty
