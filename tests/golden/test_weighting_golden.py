"""Weights and factors against published answers.

The small cases are typed in, with their source; the large ones are read from tests/golden/data.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import rankdata, spearmanr

from indexcalc.methods import factor
from indexcalc.methods.weighting import (
    ahp,
    ahp_consistency,
    ahp_problems,
    benefit_of_the_doubt,
    coefficient_of_variation,
    critic,
    entropy,
    game_theory_coefficients,
    game_theory_combination,
    geometric_combination,
    linear_combination,
    merec,
    multiplicative_combination,
    parse_fraction,
    pca_handbook,
    pca_lpi,
    standard_deviation,
)
from tests.golden.published import read, spread, worked

# the indicators of the Handbook's example, in its order
CODES = list(read("tai/indicators")["indicator"])


def min_max(x, directions=None):
    x = np.array(x, float) * (1 if directions is None else np.array(directions))
    return (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0))


def weigh(kernel, z, **parameters):
    z = np.array(z, float)
    return kernel(z, np.ones(z.shape[1]), **parameters)


def compare(matrix, **parameters):
    """AHP weights."""
    return ahp(np.empty((0, len(matrix))), np.ones(len(matrix)), matrix=matrix, **parameters)


# Typed in


def test_entropy_of_a_paper():
    """Elsayed, Dawood & Karthikeyan (2017), Int J Eng Trends Technol 46(2): 60-66: raw shares, six decimals."""
    z = [
        [7, 312, 1891, 6613, 163],
        [72, 88, 728, 941804, 1078],
        [10, 252, 2594, 3466, 117471],
        [10, 145, 980, 2371, 86329],
        [65, 54, 350, 501, 29897],
        [29, 48, 380, 912, 34051],
        [7, 476, 3300, 78470, 2212],
        [70, 87, 650, 733, 819000],
        [4, 86, 591, 3015, 103],
        [12, 79, 579, 3240, 96098],
        [21, 45, 261, 1253, 453],
        [1, 72, 530, 4333, 0.1048],
    ]
    assert_allclose(weigh(entropy, z), [0.104991, 0.069124, 0.071373, 0.449937, 0.304575], atol=5e-7)


def test_standard_deviation_of_a_paper():
    """Jahan & Edwards (2013), Materials & Design 49: 1000-1008, with two zeros in every column's range."""
    z = [[0, 0, 0], [0.39, 0.3, 0.77], [0.17, 0.36, 0.8], [0.35, 0.29, 0.93], [0.3, 0.4, 0.94], [0.84, 0.71, 1]]
    assert_allclose(weigh(standard_deviation, [*z, [1, 1, 0.99]]), [0.35, 0.31, 0.34], atol=0.005)


def test_critic_of_a_paper():
    """Tuş & Aytaç Adalı (2019), OPSEARCH 56(2): 528-538: min-max, all higher is better."""
    x = [[5000, 3, 3, 4, 3, 2], [680, 5, 3, 2, 2, 1], [2000, 3, 2, 3, 4, 3], [600, 4, 3, 1, 2, 2], [800, 2, 4, 3, 3, 4]]
    for ddof in (0, 1):  # the divisor cancels
        found = weigh(critic, min_max(x), ddof=ddof)
        assert_allclose(found, [0.157, 0.249, 0.168, 0.121, 0.154, 0.151], atol=5e-4)


def test_merec_of_its_paper():
    """Keshavarz-Ghorabaee et al. (2021), Symmetry 13(4): 525, illustrative example; costs as reciprocals."""
    x = np.array(
        [[450, 8000, 54, 145], [10, 9100, 2, 160], [100, 8200, 31, 153], [220, 9300, 1, 162], [5, 8400, 23, 158]]
    )
    z = np.where([True, True, False, False], x, 1 / x)
    assert_allclose(weigh(merec, z), [0.5752, 0.0141, 0.4016, 0.0091], atol=5e-5)


def test_ahp_of_a_paper():
    """Wang & Chin (2011), Information Sciences 181(23): 5240-5248; their matrix is not consistent."""
    matrix = [
        [1, 4, 3, 1, 3, 4],
        ["1/4", 1, 7, 3, "1/5", 1],
        ["1/3", "1/7", 1, "1/5", "1/5", "1/6"],
        [1, "1/3", 5, 1, 1, "1/3"],
        ["1/3", 5, 5, 1, 1, 3],
        ["1/4", 1, 6, 3, "1/3", 1],
    ]
    assert_allclose(compare(matrix), [0.3208, 0.1395, 0.0348, 0.1285, 0.2374, 0.1391], atol=5e-5)
    [(code, facts)] = ahp_problems(6, matrix=matrix)
    assert code == "ahp_inconsistent"
    assert facts["ratio"] == pytest.approx(0.229, abs=5e-4)
    assert (facts["row"], facts["column"], facts["found"]) == (1, 3, 3)  # the first over the third: 9.2 is implied
    assert ahp_problems(6, matrix=matrix, accept_inconsistent=True) == []


CHINESE_5X5 = [
    [1, "1/2", 4, 3, 3],
    [2, 1, 7, 5, 5],
    ["1/4", "1/7", 1, "1/2", "1/3"],
    ["1/3", "1/5", 2, 1, 1],
    ["1/3", "1/5", 3, 1, 1],
]


def test_ahp_as_taught():
    """The 5 x 5 matrix of Chinese textbooks (Jiang Qiyuan's choice of a journey), documentation of mathmodels."""
    assert_allclose(compare(CHINESE_5X5), [0.26360349, 0.47583538, 0.0538146, 0.09806829, 0.10867824], atol=5e-9)
    assert_allclose(ahp_consistency(CHINESE_5X5), [5.072084, 0.0180211, 0.01609027], atol=5e-7)
    assert ahp_problems(5, matrix=CHINESE_5X5) == []


RAW_4X2, DIRECTIONS = [[3, 10], [5, 20], [2, 15], [7, 25]], [1, -1]


def test_the_worked_cases_of_mathmodels():
    """Documentation of the R package mathmodels: seven and six decimals."""
    z = min_max(RAW_4X2, DIRECTIONS)
    assert_allclose(weigh(critic, z), [0.5075187, 0.4924813], atol=5e-8)
    assert_allclose(weigh(entropy, z, zeros="rescale"), [0.5452618, 0.4547382], atol=5e-8)
    oriented = np.array(RAW_4X2) * DIRECTIONS  # rescaling makes the basis irrelevant
    assert_allclose(weigh(entropy, oriented, zeros="rescale"), [0.5452618, 0.4547382], atol=5e-8)
    assert_allclose(weigh(coefficient_of_variation, [[10, 5], [20, 10], [15, 8]]), [0.503839, 0.496161], atol=5e-7)


def test_the_combinations_of_mathmodels():
    """Documentation of the R package mathmodels, seven decimals."""
    a, b = np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.25, 0.2, 0.3, 0.25])
    both = {"subjective": a, "objective": b}
    none = np.empty((0, 4)), np.ones(4)
    assert_allclose(linear_combination(*none, **both, alpha=0.6), [0.34, 0.26, 0.24, 0.16], rtol=1e-14)
    multiplied = multiplicative_combination(*none, **both)
    assert_allclose(multiplied, [0.4081633, 0.244898, 0.244898, 0.1020408], atol=5e-8)
    rooted = geometric_combination(*none, **both)
    assert_allclose(rooted, [0.3279556, 0.2540333, 0.2540333, 0.1639778], atol=5e-8)
    game = game_theory_combination(*none, **both)
    assert_allclose(game, [0.3735683, 0.2823789, 0.2176211, 0.1264317], atol=5e-8)


# OECD/JRC Handbook (2008), Table A.2: 23 countries; patents, royalties, internet, exports, log telephones, log
# electricity, schooling, university
TAI = np.array(
    [
        [187, 125.6, 200.2, 50.7, 3.08, 4.15, 10.0, 27.4],
        [289, 130.0, 179.1, 66.2, 3.00, 4.07, 12.0, 13.9],
        [271, 156.6, 125.8, 59.7, 3.10, 4.14, 11.4, 15.3],
        [994, 64.6, 49.0, 80.8, 3.00, 3.86, 9.5, 10.0],
        [779, 9.8, 4.8, 66.7, 2.97, 3.65, 10.8, 23.2],
        [189, 151.2, 136.0, 50.9, 3.02, 3.77, 9.4, 9.5],
        [82, 134.0, 57.4, 61.9, 3.02, 3.73, 9.4, 14.9],
        [31, 38.6, 108.0, 48.7, 2.94, 4.18, 11.6, 14.2],
        [75, 18.2, 125.9, 16.2, 2.94, 3.94, 10.9, 25.3],
        [8, 25.5, 72.3, 74.9, 2.95, 3.83, 7.1, 24.2],
        [235, 36.8, 41.2, 64.2, 2.94, 3.75, 10.2, 14.4],
        [103, 20.2, 193.6, 19.0, 3.12, 4.39, 11.9, 11.2],
        [106, 110.3, 48.6, 53.6, 2.97, 3.68, 9.4, 12.3],
        [72, 73.9, 58.9, 47.6, 2.91, 3.86, 9.3, 13.6],
        [103, 13.0, 146.7, 15.4, 2.86, 3.91, 11.7, 13.1],
        [165, 14.8, 84.2, 50.3, 2.99, 3.79, 8.4, 13.6],
        [205, 33.6, 36.4, 58.9, 2.97, 3.80, 7.9, 12.6],
        [74, 43.6, 43.2, 45.0, 2.96, 3.74, 9.6, 11.0],
        [42, 8.6, 21.0, 53.4, 2.86, 3.62, 7.3, 15.6],
        [13, 9.8, 30.4, 51.0, 3.00, 3.65, 7.2, 13.0],
        [28, 4.2, 25.0, 51.7, 2.75, 3.68, 9.5, 8.2],
        [26, 6.2, 21.6, 63.5, 2.73, 3.46, 9.1, 7.7],
        [105, 4.0, 20.3, 49.5, 2.84, 3.71, 7.1, 10.6],
    ]
)


def test_rotated_loadings_of_the_handbook():
    """Handbook Table 17, patents: 0.07, 0.97, 0.06, 0.06 on four factors; of the second factor's squares, 0.67.

    The factors come here in the order of their variance; the data are the rounded ones of Table A.2.
    """
    rotated = factor.varimax(factor.principal_components(TAI)[1][:, :4])
    assert_allclose(rotated[0], [0.07, 0.06, 0.97, 0.06], atol=0.012)
    assert_allclose(rotated[0, 2] ** 2 / (rotated[:, 2] ** 2).sum(), 0.67, atol=0.0051)


def test_factor_weights_of_the_handbook():
    """Handbook Table 22, row FA (two decimals, from data that were not rounded): within 0.012."""
    printed = [0.17, 0.15, 0.11, 0.06, 0.08, 0.13, 0.13, 0.17]
    assert_allclose(weigh(pca_handbook, TAI, components=4), printed, atol=0.012)
    by_share = weigh(pca_handbook, TAI, minimum_eigenvalue=0.0)  # each above 10 % of the variance: the same four
    assert_allclose(by_share, weigh(pca_handbook, TAI, components=4), rtol=1e-14)
    exports = weigh(pca_handbook, TAI, components=4, assignment="absolute")[3]
    assert exports == pytest.approx(0.074, abs=5e-4)  # not the 0.06 printed: the Handbook counts the sign


TAI_AHP = [
    [1, 2, 3, 2, 5, 5, 1, 3],
    ["1/2", 1, 2, "1/2", 4, 4, "1/2", 3],
    ["1/3", "1/2", 1, "1/4", 2, 2, "1/5", "1/2"],
    ["1/2", 2, 4, 1, 4, 4, "1/2", 3],
    ["1/5", "1/4", "1/2", "1/4", 1, 1, "1/5", "1/2"],
    ["1/5", "1/4", "1/2", "1/4", 1, 1, "1/5", "1/2"],
    [1, 2, 5, 2, 5, 5, 1, 4],
    ["1/3", "1/3", 2, "1/3", 2, 2, "1/4", 1],
]


def test_consistency_of_the_handbook():
    """Handbook Table 20: λ 8.211, CR 0.021. (Its eigenvector is not the AHP row of Table 22.)"""
    largest, _, ratio = ahp_consistency(TAI_AHP)
    assert (largest, ratio) == pytest.approx((8.211, 0.021), abs=5e-4)
    assert ahp_problems(8, matrix=TAI_AHP) == []


def test_benefit_of_the_doubt_of_the_handbook():
    """Each of the eight indicators contributes 10 to 15 % of a country's own score: shares of contributions."""
    low = np.array([0, 0, 0, 0, 0, np.log10(22), 0.8, 0.1])  # Saisana, Saltelli & Tarantola (2005), Table 1
    high = np.array([994, 272.6, 232.4, 80.8, np.log10(901), np.log10(6969), 12.0, 27.4])
    z = np.minimum((TAI - low) / (high - low), 1.0)
    virtual = weigh(benefit_of_the_doubt, z, lower=0.10, upper=0.15) * z
    scores = virtual.sum(axis=1)
    shares = virtual / scores[:, None]
    assert scores.max() < 1  # bounded at home, the weights of the best still lift another above it
    assert set(np.argsort(-scores)[:3]) == {0, 1, 2}  # Finland, United States, Sweden, as in Table 23
    assert shares.min() > 0.10 - 1e-7
    assert shares.max() < 0.15 + 1e-7
    free = (weigh(benefit_of_the_doubt, z) * z).sum(axis=1)
    assert (free >= scores - 1e-9).all()


# From the tables


@pytest.mark.parametrize(
    ("name", "kernel", "prepare"),
    [
        ("entropy_elsayed2017", entropy, np.array),
        ("std_jahan2013", standard_deviation, np.array),
        ("critic_tus2019", critic, min_max),
    ],
)
def test_the_papers(name, kernel, prepare):
    case = worked("papers")[name]
    assert_allclose(weigh(kernel, prepare(case["matrix"])), case["expected"], atol=0.5 * 10.0 ** -case["dp"])


def test_the_paper_on_ahp():
    case = worked("papers")["ahp_wangchin2011"]
    assert_allclose(compare(case["matrix"]), case["expected"], atol=0.5 * 10.0 ** -case["dp"])


def test_chinese_practice():
    """Documentation of the R package mathmodels."""
    case = worked("practice")
    for name, kernel, parameters in (("critic_4x2", critic, {}), ("entropy_4x2", entropy, {"zeros": "rescale"})):
        z = min_max(case[name]["matrix"], case[name]["directions"])
        assert_allclose(weigh(kernel, z, **parameters), case[name]["weights"], atol=5e-8)
    assert_allclose(weigh(coefficient_of_variation, case["cv_3x2"]["matrix"]), case["cv_3x2"]["weights"], atol=5e-7)
    matrix = case["ahp_5x5"]
    assert_allclose(compare(matrix["matrix"]), matrix["weights"], atol=5e-9)
    printed = [matrix["lambda_max"], matrix["CI"], matrix["CR"]]
    assert_allclose(ahp_consistency(matrix["matrix"]), printed, atol=5e-7)


def test_chinese_checks():
    """Computed independently for this project: sixteen digits."""
    case = worked("checks")
    a = case["ahp"]
    for solution, expected in (
        ("eigenvector", "w_eigen"),
        ("row_geometric_mean", "w_geometric"),
        ("normalised_columns", "w_sum"),
    ):
        assert_allclose(compare(a["A"], solution=solution), a[expected], rtol=1e-12)
    assert_allclose(ahp_consistency(a["A"]), [a["lambda_max"], a["CI"], a["CR_RI_1_12"]], rtol=1e-12)

    c = case["combine"]
    both = {"subjective": np.array(c["w_subj"]), "objective": np.array(c["w_obj"])}
    none = np.empty((0, 4)), np.ones(4)
    assert_allclose(linear_combination(*none, **both, alpha=0.6), c["linear_06"], rtol=1e-12)
    assert_allclose(multiplicative_combination(*none, **both), c["multiplicative"], rtol=1e-12)
    assert_allclose(geometric_combination(*none, **both), c["geometric_min_KL"], rtol=1e-12)
    assert_allclose(game_theory_combination(*none, **both), c["game"], rtol=1e-12)
    alphas = np.array(game_theory_coefficients(both["subjective"], both["objective"]))
    assert_allclose(alphas / alphas.sum(), c["game_alpha"], rtol=1e-12)


def test_the_tables_hold_what_is_typed_in():
    assert_allclose(read("tai/countries")[CODES], TAI, rtol=0)
    comparisons = spread("tai/pairs", "comparison").map(parse_fraction)
    assert_allclose(comparisons, [[parse_fraction(v) for v in row] for row in TAI_AHP], rtol=0)


def test_structure_of_the_technology_achievement_index():
    """Handbook Tables 6, 7 and 8: correlations within 0.018, eigenvalues at print, loadings within 0.012."""
    assert_allclose(factor.correlations(TAI), spread("tai/pairs", "correlation"), atol=0.0181)
    eigenvalues, loadings = factor.principal_components(TAI)
    printed = read("tai/components")
    assert_allclose(eigenvalues, printed["eigenvalue"], atol=0.06)
    assert_allclose(100 * eigenvalues / 8, printed["pct_var"], atol=0.16)
    table = printed[CODES].to_numpy().T
    assert_allclose(loadings * np.sign((loadings * table).sum(axis=0)), table, atol=0.0124)


@pytest.mark.parametrize("year", [2010, 2012, 2014])
def test_logistics_performance_index(year):
    """World Bank LPI: the six scores, two decimals each, give the published score within 0.008 and its ranks."""
    table = read("lpi").query("year == @year")
    z = table.loc[:, "customs":].to_numpy()
    assert z.shape == (160 if year == 2014 else 155, 6)
    weights = weigh(pca_lpi, z)
    assert (weights > 0).all()
    scores = z @ weights
    assert np.abs(scores - table["score"]).max() <= 0.008
    assert spearmanr(-scores, table["rank"])[0] >= 0.9999
    assert np.abs(rankdata(-scores) - table["rank"]).max() <= 2


def test_principal_components_of_coinr():
    """ASEM, dimension Physical, 8 indicators: R's prcomp on standardised scores, 15 digits."""
    codes = read("asem/nodes").query("parent == 'Physical'")["node"]
    x = spread("asem/normalised", "on_100")[codes].to_numpy()
    eigenvalues, loadings = factor.principal_components(x)
    rotation = read("asem/components")[codes].to_numpy().T
    vectors = loadings / np.sqrt(eigenvalues)
    assert_allclose(vectors * np.sign((vectors * rotation).sum(axis=0)), rotation, atol=1e-12)
