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

RTOL = 1e-9


@pytest.fixture(scope="module")
def asem(golden):
    """A table of the published build by its path, countries in one order."""

    def read(path):
        return pd.read_csv(golden / "asem" / path, index_col=0, keep_default_na=True)

    return read


@pytest.fixture(scope="module")
def countries(asem):
    """The countries' own attributes, in the order of the steps."""
    return asem("raw/asem_iData.csv").set_index("uCode").loc[asem("steps/00_raw.csv").index]


@pytest.fixture(scope="module")
def screened(asem):
    return asem("steps/03_screened.csv")


def treated(table, **parameters):
    found, what = skew_kurtosis(table.to_numpy(float), np.arange(len(table)), **parameters)
    return found, dict(zip(table.columns, what, strict=True))


def test_denominated(asem, countries):
    """00 to 01: value over the country's GDP, population, area or energy."""
    raw, expected = asem("steps/00_raw.csv"), asem("steps/01_denominated.csv")
    declared = asem("raw/asem_iMeta.csv").set_index("iCode")["Denominator"].dropna()
    assert len(declared) == 17
    for code, denominator in declared.items():
        of, to = raw[[code]].to_numpy(), countries[[denominator]].to_numpy(float)
        assert_allclose(ratio(of, to), expected[[code]], rtol=RTOL)
        assert_allclose(per_capita(of, to, scale=1.0), expected[[code]], rtol=RTOL)


def test_imputed_by_the_mean_of_the_group(asem, countries):
    """01 to 02: mean of the country's Europe or Asia group."""
    before, expected = asem("steps/01_denominated.csv").to_numpy(), asem("steps/02_imputed.csv").to_numpy()
    groups = pd.factorize(countries["EurAsia_group"])[0]
    filled, how = group_mean(before[:, None, :], np.array([2018]), groups)
    assert np.isnan(before).sum() == 65
    assert_allclose(filled[:, 0, :], expected, rtol=RTOL)
    assert_array_equal(how[:, 0, :] == Origin.GROUP, np.isnan(before))


def test_shape_of_raw_figures_with_gaps(asem):
    """Type 2, missing dropped: stats_raw, 2018."""
    raw, expected = asem("steps/00_raw.csv"), asem("steps/stats_raw.csv")
    x = raw[expected.index].to_numpy(float)
    assert np.isnan(x).any()
    assert_allclose(skewness(x), expected["Skew"], rtol=RTOL)
    assert_allclose(kurtosis(x), expected["Kurt"], rtol=RTOL)


def test_shape_of_screened_figures(asem, screened):
    expected = asem("treat/skew_kurt.csv")
    assert_allclose(skewness(screened[expected.index].to_numpy()), expected["skew"], rtol=RTOL)
    assert_allclose(kurtosis(screened[expected.index].to_numpy()), expected["kurt"], rtol=RTOL)


def check_details(found, what, screened, details):
    """COINr's own table: points moved, shape after winsorising, and after the logarithm."""
    moved = (found != screened.to_numpy()).sum(axis=0)
    skew, kurt = skewness(found), kurtosis(found)
    for k, code in enumerate(screened.columns):
        row = details.loc[code]
        if row["check_SkewKurt0.Pass"]:
            assert what[code] == ""
            assert moved[k] == 0
            continue
        passed = bool(row["check_SkewKurt1.Pass"])
        assert what[code] == ("winsorised" if passed else "log")
        stage = "check_SkewKurt1" if passed else "check_SkewKurt2"
        assert_allclose([skew[k], kurt[k]], [row[f"{stage}.Skew"], row[f"{stage}.Kurt"]], rtol=RTOL)
        if passed:
            assert moved[k] == row["winsorise.nwin"]


def test_treated(asem, screened):
    """03 to 04: 15 of 49 indicators winsorised, none beyond 5 points; values, counts, sides, shape."""
    found, what = treated(screened)
    assert_allclose(found, asem("steps/04_treated.csv")[screened.columns], rtol=RTOL)
    check_details(found, what, screened, asem("steps/treat_details.csv"))
    x = screened.to_numpy()
    sides = np.where(found < x, "winhi", np.where(found > x, "winlo", ""))
    assert_array_equal(
        sides, asem("steps/treated_points.csv")[screened.columns].astype(object).fillna("").to_numpy(str)
    )


def test_at_most_three_points_then_the_logarithm(asem, screened):
    """Services still fails after three points: the logarithm of its untreated values."""
    found, what = treated(screened, points=3)
    assert [code for code, done in what.items() if done == "log"] == ["Services"]
    assert_allclose(found, asem("treat/treat_winmax3_then_logCT.csv")[screened.columns], rtol=RTOL)
    check_details(found, what, screened, asem("treat/treat_winmax3_then_logCT_details.csv"))


def test_a_share_of_the_countries_is_a_number_of_points_in_one_year(asem, screened):
    """Of 51 countries 8 % is four: as many as any indicator here needs."""
    found, _ = treated(screened, cities_share=0.08)
    assert_allclose(found, asem("steps/04_treated.csv")[screened.columns], rtol=RTOL)


def test_the_logarithm_of_every_indicator(asem, screened):
    expected, x = asem("treat/log_CT_all.csv")[screened.columns], screened.to_numpy()
    assert_allclose(log_shifted(x), expected, rtol=RTOL, atol=1e-12)
    assert_allclose(log_shifted(x[:, None, :])[:, 0, :], expected, rtol=RTOL, atol=1e-12)
    assert_allclose(log(x).x, expected, rtol=RTOL, atol=1e-12)
    assert log(x).what == ["log"] * 49


def test_box_cox_of_every_indicator(asem, screened):
    """λ = 0.5 after moving each minimum to 1; atol is what that costs figures near their minimum."""
    found = box_cox(screened.to_numpy(), power=0.5)
    assert_allclose(found, asem("treat/boxcox_lambda0.5_all.csv")[screened.columns], rtol=RTOL, atol=1e-15)
