"""The worked examples of papers and of the R package mathmodels by the public path: at the precision printed."""

import numpy as np
import pytest
import yaml
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.methods.aggregation import round_half
from tests.golden.published import read, worked


@pytest.fixture(scope="module")
def papers():
    return worked("papers")


@pytest.fixture(scope="module")
def practice():
    return worked("practice")


@pytest.fixture(scope="module")
def checks():
    return worked("checks")


@pytest.fixture
def compute(tmp_path):
    """The index of a matrix of alternatives by criteria, one year; `own` says what each indicator says."""

    def run(matrix, own=None, **methodology):
        x = np.array(matrix, float)
        codes = [f"c{k + 1}" for k in range(x.shape[1])]
        indicators = dict(zip(codes, own or [{} for _ in codes], strict=True))
        text = yaml.safe_dump({"framework": {"indicators": indicators}, "methodology": methodology}, sort_keys=False)
        path = tmp_path / "worked.yaml"
        path.write_text(text, encoding="utf-8")
        specification = ic.load_specification(path)
        columns = dict(zip(codes, x.T, strict=True))
        panel = ic.Panel.from_columns([f"a{i + 1}" for i in range(len(x))], [2020] * len(x), columns)
        return ic.build_index(panel, specification.framework, specification.methodology)

    return run


def turned(directions):
    return [{"direction": "positive" if d > 0 else "negative"} for d in directions]


def weights(result):
    return result.weight_table()["weight"].to_numpy()


# --- papers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "methodology"),
    [
        ("entropy_elsayed2017", {"normalisation": "min_max", "weighting": {"method": "entropy", "basis": "raw"}}),
        ("std_jahan2013", {"normalisation": "none", "weighting": "standard_deviation"}),
        ("critic_tus2019", {"normalisation": "min_max", "weighting": "critic"}),
    ],
)
def test_weights_from_the_figures(papers, compute, name, methodology):
    case = papers[name]
    result = compute(case["matrix"], **methodology)
    assert_array_equal(round_half(weights(result), case["dp"]), case["expected"])


def test_weights_from_comparisons(papers, compute):
    """Wang and Chin (2011). The matrix contradicts itself, and is refused by name unless the file accepts that."""
    case = papers["ahp_wangchin2011"]
    figures = np.random.default_rng(1).uniform(size=(4, 6))
    ahp = {"method": "ahp", "matrix": case["matrix"]}
    with pytest.raises(ic.ChoiceError, match=r"CR 0\.229 .*row 1, column 3: 3.*, where the others imply 9\.2"):
        compute(figures, weighting=ahp)
    result = compute(figures, weighting={**ahp, "accept_inconsistent": True})
    assert_array_equal(round_half(weights(result), case["dp"]), case["expected"])


def test_topsis_of_opricovic_and_tzeng(papers, compute):
    case = papers["topsis_opricovic2004"]
    result = compute(case["matrix"], turned(case["types"]), normalisation="min_max", aggregation="topsis")
    assert_array_equal(round_half(result.score()[:, 0], case["dp"]), case["expected"])
    assert_array_equal(result.rank()[:, 0], [2, 1, 2])


# --- Chinese practice: documentation of mathmodels --------------------------------------------------------------------


@pytest.mark.parametrize("solution", ["eigenvector", "row_geometric_mean", "normalised_columns"])
def test_the_comparisons_of_the_textbook(practice, checks, compute, solution):
    case, exact = practice["ahp_5x5"], checks["ahp"]
    figures = np.random.default_rng(1).uniform(size=(4, 5))
    weighting = {"method": "ahp", "matrix": case["matrix"], "solution": solution, "random_index": "saaty"}
    found = weights(compute(figures, weighting=weighting))
    names = {"eigenvector": "w_eigen", "row_geometric_mean": "w_geometric", "normalised_columns": "w_sum"}
    assert_allclose(found, exact[names[solution]], rtol=1e-12)
    if solution == "eigenvector":
        assert_array_equal(round_half(found, 8), case["weights"])


OBJECTIVE = {
    "critic_4x2": {"normalisation": "min_max", "weighting": "critic"},
    "entropy_4x2": {"normalisation": "min_max", "weighting": {"method": "entropy", "zeros": "rescale"}},
    "cv_3x2": {"normalisation": "none", "weighting": "coefficient_of_variation"},
}


@pytest.mark.parametrize("name", OBJECTIVE)
def test_weights_of_chinese_practice(practice, compute, name):
    case = practice[name]
    result = compute(case["matrix"], turned(case.get("directions", [1, 1])), **OBJECTIVE[name])
    printed = case["weights"]
    decimals = max(len(str(weight).partition(".")[2]) for weight in printed)
    assert_array_equal(round_half(weights(result), decimals), printed)


COMBINATIONS = {
    "linear_alpha_0.6": ({"method": "linear_combination", "alpha": 0.6}, "linear_06"),
    "multiplicative": ({"method": "multiplicative_combination"}, "multiplicative"),
    "geometric": ({"method": "geometric_combination"}, "geometric_min_KL"),
    "game_theory": ({"method": "game_theory_combination"}, "game"),
}


@pytest.mark.parametrize("name", COMBINATIONS)
def test_combined_weights(practice, checks, compute, name):
    """Subjective weights as written; the objective ones, which no figures stand behind, as ratios of comparison."""
    case, (weighting, exact) = practice["combined_weights"], COMBINATIONS[name]
    objective = np.array(case["objective"])
    parts = {"subjective": "given", "objective": {"method": "ahp", "matrix": (objective[:, None] / objective).tolist()}}
    own = [{"weight": weight} for weight in case["subjective"]]
    figures = np.random.default_rng(1).uniform(size=(5, 4))
    found = weights(compute(figures, own, weighting={**weighting, **parts}))
    assert_allclose(found, checks["combine"][exact], rtol=1e-12)
    assert_array_equal(round_half(found, 7), case[name])


def test_topsis_of_mathmodels(practice, compute):
    case = practice["topsis_3x2"]
    own = [{**d, "weight": w} for d, w in zip(turned(case["directions"]), case["weights"], strict=True)]
    result = compute(case["matrix"], own, normalisation="vector", aggregation="topsis")
    assert_allclose(result.score()[:, 0], case["closeness"], atol=5e-8)


def test_directions_with_a_best_place_inside(practice, compute):
    """middle and interval; what they give is on 0..1 already."""
    for name, direction in (("middle_best_7", {"middle": 7}), ("interval_36_37", {"interval": [36, 37]})):
        case = practice["directions"][name]
        result = compute(np.array(case["x"])[:, None], [{"direction": direction}], normalisation="none")
        assert_allclose(result.score()[:, 0], case["out"], atol=5e-8)


def test_z_scores_with_a_gap(practice, compute):
    case = practice["directions"]["z_score_ddof1"]
    x = [[np.nan if v is None else v, 1.0 + k] for k, v in enumerate(case["x"])]
    result = compute(x, normalisation="z_score", missing="propagate")
    expected = [np.nan if v is None else v for v in case["out"]]
    assert_allclose(result.score("c1")[:, 0], expected, atol=5e-8)
    assert_array_equal(np.isnan(result.score()[:, 0]), np.isnan(expected))


def test_entropy_weights_and_topsis_of_four_kinds_of_direction(compute):
    """Rivers: the middle and the interval column are shares already, and only their 0 and 1 are moved."""
    rivers, codes = read("water"), ["O2", "PH", "germ", "nutrient"]
    directions = ["positive", {"middle": 7}, "negative", {"interval": [10, 20]}]
    result = compute(
        rivers[codes],
        [{"direction": direction} for direction in directions],
        normalisation="vector",
        weighting={"method": "entropy", "basis": "oriented", "zeros": "rescale"},
        aggregation="topsis",
    )
    assert_array_equal(round_half(weights(result), 7), [0.3153202, 0.1813149, 0.3506929, 0.1526721])
    assert_array_equal(round_half(result.score()[:, 0], 7), rivers["closeness"])


# --- computed for this project ----------------------------------------------------------------------------------------


def test_efficacy_coefficients(checks, compute):
    """Four firms, the best and the worst of each indicator as its standards, geometric mean: by posts and by min-max.

    The published figures were rounded on the way; the exact ones stand beside them.
    """
    case = checks["efficacy"]
    x = np.array(case["X"], float)
    posts = [
        {"normalisation": {"method": "efficacy", "satisfactory": high, "not_permitted": low}}
        for low, high in zip(x.min(axis=0).tolist(), x.max(axis=0).tolist(), strict=True)
    ]
    found = compute(x, posts, aggregation="geometric").score()[:, 0]
    assert_array_equal(round_half(found, 4), case["exact"])
    assert_allclose(found, case["published_geometric"], rtol=2e-5)
    scaled = {"method": "min_max", "lower": 60, "upper": 100}
    assert_allclose(compute(x, normalisation=scaled, aggregation="geometric").score()[:, 0], found, rtol=1e-12)


def test_exponential_efficacy(checks, compute):
    """At the not permitted value, halfway, and at the satisfactory one."""
    own = [{"normalisation": {"method": "exponential_efficacy", "satisfactory": 5, "not_permitted": 3}}]
    found = compute([[3.0], [4.0], [5.0]], own).score()[:, 0]
    assert_allclose(found, list(checks["exp_efficacy"]["at"].values()), rtol=1e-14)
    turned_round = [{"direction": "negative", **own[0]}]
    turned_round[0]["normalisation"] = {**own[0]["normalisation"], "satisfactory": 3, "not_permitted": 5}
    assert_allclose(compute([[5.0], [4.0], [3.0]], turned_round).score()[:, 0], found, rtol=1e-14)


def test_a_newcomer_swaps_two_cities_under_min_max_but_not_under_goalposts(checks, compute):
    case = checks["rank_reversal"]
    four = [*case["X"], case["added"]]
    assert_allclose(compute(case["X"]).score()[:, 0], case["scores3"], rtol=1e-14, atol=1e-15)
    assert_allclose(compute(four).score()[:, 0], case["scores4"], rtol=1e-14, atol=1e-15)
    assert compute(case["X"]).rank()[:2, 0].tolist() == [2, 1]
    assert compute(four).rank()[:2, 0].tolist() == [2, 3]
    own = [{"normalisation": {"method": "goalposts", "low": 0, "high": high}} for high in (10, 200)]
    fixed = compute(case["X"], own).score()[:, 0]
    assert_array_equal(compute(four, own).score()[:3, 0], fixed)
