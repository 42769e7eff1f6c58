"""Normalisation and direction kernels against published figures.

Two small cases are typed here; the large tables are read from tests/golden/data.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods.aggregation import geometric, mazziotta_pareto, round_half
from indexcalc.methods.direction import interval, middle
from indexcalc.methods.normalisation import (
    above_below_mean,
    borda,
    categorical,
    distance_to_target,
    efficacy,
    exponential_efficacy,
    goalposts,
    min_max,
    percentile_rank,
    rank,
    rank_share,
    ratio,
    relative_difference,
    z_score,
)
from indexcalc.methods.normalisation import mazziotta_pareto as mazziotta_pareto_scores
from tests.golden.published import read, spread, worked

# OECD/JRC Handbook (2008), Table 15: how each of its columns is had here, and the decimals printed there.
TABLE_15 = {
    "rank_high": (lambda x: rank(x, x), 0),
    "zscore": (lambda x: z_score(x, x), 2),
    "minmax": (lambda x: min_max(x, x), 2),
    "ratio_mean": (lambda x: ratio(x, x, to="mean"), 2),
    "ratio_best": (lambda x: ratio(x, x, to="best"), 2),
    "ratio_worst": (lambda x: ratio(x, x, to="worst"), 2),
    "diff_mean": (lambda x: relative_difference(x, x, to="mean"), 2),
    "diff_worst": (lambda x: relative_difference(x, x, to="worst"), 2),
    "above_below_p20": (lambda x: above_below_mean(x, x, p=0.2), 0),
    "percentile": (lambda x: rank_share(x, x), 1),
    "categorical": (lambda x: categorical(x, x), 0),
}

# OECD/JRC Handbook (2008), Table A.2, mean years of schooling of its 23 countries, from Finland to Slovenia.
SCHOOLING = [
    *(10.0, 12.0, 11.4, 9.5, 10.8, 9.4, 9.4, 11.6, 10.9, 7.1, 10.2, 11.9),
    *(9.4, 9.3, 11.7, 8.4, 7.9, 9.6, 7.3, 7.2, 9.5, 9.1, 7.1),
]
# Table 15 itself, in the order of TABLE_15: Finland, United States, Sweden, Singapore, Belgium, Italy.
PRINTED = {
    0: (15, 0.26, 0.59, 1.04, 0.83, 1.41, 0.04, 0.41, 0, 65.2, 60),
    1: (23, 1.52, 1.00, 1.25, 1.00, 1.69, 0.25, 0.69, 1, 100.0, 100),
    2: (19, 1.14, 0.88, 1.19, 0.95, 1.61, 0.19, 0.61, 0, 82.6, 60),
    9: (1, -1.58, 0.00, 0.74, 0.59, 1.00, -0.26, 0.00, -1, 4.3, 0),
    13: (8, -0.19, 0.45, 0.97, 0.78, 1.31, -0.03, 0.31, 0, 34.8, 40),
    19: (3, -1.52, 0.02, 0.75, 0.60, 1.01, -0.25, 0.01, -1, 13.0, 20),
}


@pytest.mark.parametrize("position", range(len(TABLE_15)), ids=list(TABLE_15))
def test_six_countries_of_the_handbook(position):
    kernel, decimals = list(TABLE_15.values())[position]
    z = kernel(np.array(SCHOOLING)[:, None]).ravel()
    for country, figures in PRINTED.items():
        assert round_half(z[country], decimals) == figures[position]


@pytest.mark.parametrize("column", TABLE_15)
def test_every_country_of_the_handbook(column):
    """All 23 countries, digit for digit."""
    countries = read("tai/countries")
    kernel, decimals = TABLE_15[column]
    z = kernel(countries[["SCHOOLING"]].to_numpy(float)).ravel()
    assert_array_equal(round_half(z, decimals), countries[f"schooling_{column}"].to_numpy(float))


# --- COINr 1.1.14, ASEM Sustainable Connectivity: 51 countries, 49 indicators -----------------------------------------


@pytest.fixture(scope="module")
def asem():
    """Values before normalisation, oriented, and the table of what is declared of each indicator."""
    imputed = spread("asem/figures", "imputed")
    declared = read("asem/nodes", "node").loc[imputed.columns]
    sign = declared["direction"].to_numpy(float)
    return imputed.to_numpy(float) * sign, declared, sign


ASEM = {
    "min_max": lambda x: min_max(x, x, lower=0, upper=100),
    "z_score": lambda x: z_score(x, x),
    "percentile_rank": lambda x: percentile_rank(x, x),
    "rank": lambda x: rank(x, x),
    "borda": lambda x: borda(x, x),
    "distance_to_maximum": lambda x: min_max(x, x),
}


@pytest.mark.parametrize("name", ASEM)
def test_normalisations_of_coinr(asem, name):
    x, _, _ = asem
    expected = spread("asem/normalised", name).to_numpy(float)
    assert_allclose(ASEM[name](x), expected, rtol=1e-9, atol=1e-12)


def test_distance_to_the_targets_of_coinr(asem):
    """One target per indicator, given in its own direction."""
    x, declared, sign = asem
    expected = spread("asem/normalised", "distance_to_target").to_numpy(float)
    for k, target in enumerate(declared["target"].to_numpy(float) * sign):
        z = distance_to_target(x[:, [k]], x[:, [k]], target=target)
        assert_allclose(z.ravel(), expected[:, k], rtol=1e-9, atol=1e-12)


def test_goalposts_of_coinr(asem):
    """A pair of posts per indicator, given in its own direction; all are capped and scaled to 0..100."""
    x, declared, sign = asem
    expected = spread("asem/normalised", "goalposts").to_numpy(float)
    posts = np.sort(declared[["goalpost_lower", "goalpost_upper"]].to_numpy(float) * sign[:, None], axis=1)
    for k, (low, high) in enumerate(posts):
        z = goalposts(x[:, [k]], x[:, [k]], low=low, high=high, lower=0, upper=100)
        assert_allclose(z.ravel(), expected[:, k], rtol=1e-9, atol=1e-12)


# --- adjusted Mazziotta-Pareto ----------------------------------------------------------------------------------------


# R package Compind, example of ci_ampi, 2010: employment rate [%], final energy consumption and published index of the
# EU28, Belgium, Bulgaria and the Czech Republic; of the other units only the extremes of 2010 bear on these scores.
EU_2010 = [(68.5, 1158.8, 156.05), (67.6, 36.9, 138.84), (65.4, 8.9, 132.74), (70.4, 25.6, 146.91)]


def adjusted(x, reference, **rule):
    """Both indicators against 50 and 100, weighed equally."""
    centres = (50.0, 100.0)
    columns = [mazziotta_pareto_scores(x[:, [k]], reference[:, [k]], centre=centres[k]) for k in range(2)]
    return mazziotta_pareto(np.hstack(columns), np.array([0.5, 0.5]), **rule)


def test_adjusted_mazziotta_pareto_of_four_countries():
    figures = np.array(EU_2010)
    extremes = np.array([[58.7, 0.5], [78.1, 1158.8]])
    assert_allclose(adjusted(figures[:, :2], extremes, penalty="up", ddof=1), figures[:, 2], atol=0.005)


def test_adjusted_mazziotta_pareto_of_all_units_and_years():
    """Goalposts of each year, sample standard deviation, penalty added: 60 of 60 to the decimals printed."""
    figures = read("ampi")
    assert len(figures) == 60
    for _, rows in figures.groupby("year"):
        x = rows[["employ", "finalenergy"]].to_numpy(float)
        found = adjusted(x, x, penalty="up", ddof=1)
        assert_allclose(found, rows["published"], atol=0.005 + 1e-9)


def test_adjusted_mazziotta_pareto_of_the_paper():
    """The 2016 paper: range over all years, population standard deviation, penalty taken off; in pandas, by steps."""
    x = read("ampi")[["employ", "finalenergy"]]
    half = (x.max() - x.min()) / 2
    low, high = np.array([50.0, 100.0]) - half, np.array([50.0, 100.0]) + half
    r = 70 + 60 * (x - low) / (high - low)
    mean, sd = r.mean(axis=1), r.std(axis=1, ddof=0)
    expected = mean - sd * (sd / mean)
    assert_allclose(adjusted(x.to_numpy(float), x.to_numpy(float)), expected, rtol=1e-13)
    assert not np.allclose(adjusted(x.to_numpy(float), x.to_numpy(float), penalty="up", ddof=1), expected, atol=0.005)


# --- Chinese practice -------------------------------------------------------------------------------------------------


def test_efficacy_coefficients_of_four_firms():
    """Four firms by four indicators, best and worst of each as its standards; the printed geometric means.

    The published figures were rounded on the way (their exact values: 91.8349, 68.1732, 73.8476, 82.1836).
    """
    x = np.array(
        [[5733, 60.5, 91.5, 16.7], [3575, 52.2, 93.2, 7.3], [3929, 71.2, 84.9, 10.7], [4404, 69.7, 88.0, 12.8]]
    )
    columns = [efficacy(c[:, None], c[:, None], satisfactory=float(c.max()), not_permitted=float(c.min())) for c in x.T]
    assert_array_equal(np.hstack(columns), min_max(x, x, lower=60, upper=100))
    total = geometric(np.hstack(columns), np.full(4, 0.25))
    assert_allclose(total, [91.8349, 68.1732, 73.8476, 82.1836], atol=5e-5)
    assert_allclose(total, [91.8351, 68.1734, 73.8473, 82.1852], rtol=2e-5)


def test_exponential_efficacy_at_three_points():
    """0, one half and all the way from not permitted to satisfactory: 60, 77.4597, 100."""
    z = exponential_efficacy(np.array([[3.0], [4.0], [5.0]]), np.empty((0, 1)), satisfactory=5, not_permitted=3)
    assert_allclose(z.ravel(), [60.0, 77.45966692414834, 100.0], rtol=1e-14)


def test_direction_and_z_score_of_mathmodels():
    """R package mathmodels, documentation of rescaling: best 7; interval 36 to 37; z-scores with a missing value."""
    x = np.array([[6.0], [7.0], [8.0], [9.0]])
    assert_allclose(middle(x, x, best=7).ravel(), [0.5, 1.0, 0.5, 0.0], atol=1e-15)
    x = np.array([[35.2], [35.8], [36.6], [37.1], [37.8], [38.4]])
    printed = [0.4285714, 0.8571429, 1.0, 0.9285714, 0.4285714, 0.0]
    assert_allclose(interval(x, x, low=36, high=37).ravel(), printed, atol=5e-8)
    x = np.array([[4.0], [1.0], [np.nan], [5.0], [8.0]])
    assert_allclose(z_score(x, x).ravel(), [-0.1732051, -1.2124356, np.nan, 0.1732051, 1.2124356], atol=5e-8)


def test_the_typed_cases_are_those_of_the_tables():
    """The figures typed here stand in the published tables."""
    practice = worked("practice")["directions"]
    assert practice["middle_best_7"] == {"x": [6, 7, 8, 9], "out": [0.5, 1, 0.5, 0]}
    assert practice["interval_36_37"]["out"] == [0.4285714, 0.8571429, 1, 0.9285714, 0.4285714, 0]
    checks = worked("checks")
    assert checks["efficacy"]["exact"] == [91.8349, 68.1732, 73.8476, 82.1836]
    assert checks["exp_efficacy"]["at"] == {"0": 60.0, "0.5": 77.45966692414834, "1": 100.0}
    countries = read("tai/countries")
    assert countries["SCHOOLING"].tolist() == SCHOOLING
    for country, figures in PRINTED.items():
        assert tuple(countries.loc[country, [f"schooling_{column}" for column in TABLE_15]]) == figures
