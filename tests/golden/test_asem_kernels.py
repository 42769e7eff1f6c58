"""ASEM Sustainable Connectivity, 51 countries x 49 indicators: kernels against every step of R package COINr 1.1.14."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods.derivation import per_capita, ratio
from indexcalc.methods.imputation import group_mean
from indexcalc.methods.transform import box_cox, log_shifted
from indexcalc.methods.treatment import kurtosis, log, skew_kurtosis, skewness
from indexcalc.origin import Origin
from tests.golden.published import read, spread

RTOL = 1e-9


def figures(step):
    """The figures of a step, countries down."""
    return spread("asem/figures", step)


@pytest.fixture(scope="module")
def statistics():
    return read("asem/statistics", "indicator")


@pytest.fixture(scope="module")
def countries():
    """The countries' own attributes, in the order of the steps."""
    return read("asem/countries", "country")


@pytest.fixture(scope="module")
def screened():
    """The imputed figures: all 51 countries stay."""
    return figures("imputed")


def treated(table, **parameters):
    found, what = skew_kurtosis(table.to_numpy(float), np.arange(len(table)), **parameters)
    return found, dict(zip(table.columns, what, strict=True))


def test_denominated(countries):
    """Raw to denominated: value over the country's GDP, population, area or energy."""
    raw, expected = figures("raw"), figures("denominated")
    declared = read("asem/nodes", "node")["denominator"].dropna()
    assert len(declared) == 17
    for code, denominator in declared.items():
        of, to = raw[[code]].to_numpy(), countries[[denominator]].to_numpy(float)
        assert_allclose(ratio(of, to), expected[[code]], rtol=RTOL)
        assert_allclose(per_capita(of, to, scale=1.0), expected[[code]], rtol=RTOL)


def test_imputed_by_the_mean_of_the_group(countries):
    """Denominated to imputed: mean of the country's Europe or Asia group."""
    before, expected = figures("denominated").to_numpy(), figures("imputed").to_numpy()
    groups = pd.factorize(countries["group"])[0]
    filled, how = group_mean(before[:, None, :], np.array([2018]), groups)
    assert np.isnan(before).sum() == 65
    assert_allclose(filled[:, 0, :], expected, rtol=RTOL)
    assert_array_equal(how[:, 0, :] == Origin.GROUP, np.isnan(before))


def test_shape_of_raw_figures_with_gaps(statistics):
    """Type 2, missing dropped; 2018."""
    x = figures("raw")[statistics.index].to_numpy(float)
    assert np.isnan(x).any()
    assert_allclose(skewness(x), statistics["raw_skewness"], rtol=RTOL)
    assert_allclose(kurtosis(x), statistics["raw_kurtosis"], rtol=RTOL)


def test_shape_of_screened_figures(screened, statistics):
    x = screened[statistics.index].to_numpy()
    assert_allclose(skewness(x), statistics["screened_skewness"], rtol=RTOL)
    assert_allclose(kurtosis(x), statistics["screened_kurtosis"], rtol=RTOL)


def check_details(found, what, screened, details):
    """COINr's own table: points moved, shape after winsorising or after the logarithm."""
    moved = (found != screened.to_numpy()).sum(axis=0)
    skew, kurt = skewness(found), kurtosis(found)
    for k, code in enumerate(screened.columns):
        method, points, *shape = details.loc[code]
        if not isinstance(method, str):
            assert what[code] == ""
            assert moved[k] == 0
            continue
        assert what[code] == method
        assert_allclose([skew[k], kurt[k]], shape, rtol=RTOL)
        if method == "winsorised":
            assert moved[k] == points


def test_treated(screened, statistics):
    """Imputed to treated: 15 of 49 indicators winsorised, none beyond 5 points; values, counts, sides, shape."""
    found, what = treated(screened)
    assert_allclose(found, figures("treated")[screened.columns], rtol=RTOL)
    check_details(found, what, screened, statistics.loc[:, "treated_method":"treated_kurtosis"])
    x = screened.to_numpy()
    sides = np.where(found < x, "winhi", np.where(found > x, "winlo", ""))
    marked = figures("moved")[screened.columns].astype(object).fillna("")
    assert_array_equal(sides, marked.to_numpy(str))


def test_at_most_three_points_then_the_logarithm(screened, statistics):
    """Services still fails after three points: the logarithm of its untreated values."""
    found, what = treated(screened, points=3)
    assert [code for code, done in what.items() if done == "log"] == ["Services"]
    assert_allclose(found, figures("three_points")[screened.columns], rtol=RTOL)
    check_details(found, what, screened, statistics.loc[:, "three_method":"three_kurtosis"])


def test_a_share_of_the_countries_is_a_number_of_points_in_one_year(screened):
    """Of 51 countries 8 % is four: as many as any indicator here needs."""
    found, _ = treated(screened, cities_share=0.08)
    assert_allclose(found, figures("treated")[screened.columns], rtol=RTOL)


def test_the_logarithm_of_every_indicator(screened):
    expected, x = figures("log")[screened.columns], screened.to_numpy()
    assert_allclose(log_shifted(x), expected, rtol=RTOL, atol=1e-12)
    assert_allclose(log_shifted(x[:, None, :])[:, 0, :], expected, rtol=RTOL, atol=1e-12)
    assert_allclose(log(x).x, expected, rtol=RTOL, atol=1e-12)
    assert log(x).what == ["log"] * 49


def test_box_cox_of_every_indicator(screened):
    """λ = 0.5 after moving each minimum to 1; atol is what that costs figures near their minimum."""
    found = box_cox(screened.to_numpy(), power=0.5)
    assert_allclose(found, figures("box_cox")[screened.columns], rtol=RTOL, atol=1e-15)
