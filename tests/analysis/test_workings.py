"""What weights and TOPSIS are made of: published and hand-worked tables, and the weights are those of the index."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import entropy

import indexcalc as ic
from indexcalc.analysis.workings import closeness, weighed
from tests.conftest import build, make_framework, make_panel
from tests.golden.published import worked

AHP = {"method": "ahp", "matrix": [[1, 3], ["1/3", 1]], "order": ["b", "a"]}
SCALED = {"method": "min_max", "lower": 1, "upper": 100}


def of_matrix(matrix, **methodology):
    """The index of alternatives by criteria, in one year."""
    x = np.array(matrix, float)
    codes = [f"c{k + 1}" for k in range(x.shape[1])]
    panel = ic.Panel.from_columns(range(len(x)), [2020] * len(x), dict(zip(codes, x.T, strict=True)))
    return build(panel, make_framework(indicators={code: {} for code in codes}), **methodology)


def test_entropy_and_redundancy_of_a_paper():
    """Elsayed, Dawood and Karthikeyan (2017): the printed weights; the entropies by scipy."""
    case = worked("papers")["entropy_elsayed2017"]
    x = np.array(case["matrix"], float)
    (one,) = weighed(of_matrix(x, normalisation="none", weighting="entropy"))
    e = entropy(x / x.sum(axis=0), axis=0, base=len(x))
    assert_allclose(one.workings.each["entropy"], e, rtol=1e-12)
    assert_allclose(one.workings.each["redundancy"], 1 - e, rtol=1e-9)
    assert_allclose(one.workings.weights, (1 - e) / (1 - e).sum(), rtol=1e-9)
    assert_allclose(one.workings.weights, case["expected"], atol=5e-7)


def test_contrast_and_conflict_of_a_paper():
    """Tus and Adali (2019): the printed weights; σ and 1 - r by numpy."""
    case = worked("papers")["critic_tus2019"]
    result = of_matrix(case["matrix"], weighting="critic")
    (one,) = weighed(result)
    z = result.normalised.values[:, 0]
    assert_allclose(one.workings.each["contrast"], z.std(axis=0, ddof=1))
    assert_allclose(one.workings.each["conflict"], (1 - np.corrcoef(z.T)).sum(axis=0))
    assert_allclose(one.workings.each["information"], one.workings.each["contrast"] * one.workings.each["conflict"])
    assert_allclose(one.workings.weights, case["expected"], atol=5e-4)


def test_the_comparisons_of_the_textbook():
    """R package mathmodels, documentation: weights, λ, CI, RI and CR of a matrix of five."""
    case = worked("practice")["ahp_5x5"]
    codes = [f"c{k + 1}" for k in range(5)]
    panel = ic.Panel.from_columns("AB", [2020] * 2, {code: [0, 1] for code in codes})
    framework = make_framework(indicators={code: {} for code in codes})
    (one,) = weighed(build(panel, framework, weighting={"method": "ahp", "matrix": case["matrix"]}))
    assert_allclose(one.workings.each["comparison"], case["matrix"])
    assert_allclose(one.workings.weights, case["weights"], atol=5e-9)
    found, expected = one.workings.numbers, (case["lambda_max"], case["CI"], case["RI"], case["CR"])
    assert_allclose([found[name] for name in ("largest", "ci", "ri", "cr")], expected, atol=5e-7)


def test_rows_of_comparisons_are_named_in_their_order():
    framework = make_framework({"one": {"weighting": AHP, "indicators": {"a": {}, "b": {}}}})
    (one,) = weighed(build(make_panel(), framework))
    assert one.codes == ("b", "a")
    assert_allclose(one.workings.weights, [0.75, 0.25])


def test_components_by_hand():
    """Two indicators with r = 0.5: eigenvalues 1.5 and 0.5, three quarters and one quarter of the variance."""
    result = of_matrix([[1, 2], [2, 1], [3, 3]], weighting="pca_handbook")
    (one,) = weighed(result)
    assert_allclose(one.workings.components["eigenvalue"], [1.5, 0.5])
    assert_allclose(one.workings.components["share"], [0.75, 0.25])
    assert_allclose(one.workings.components["cumulated"], [0.75, 1.0])
    assert_allclose(one.workings.each["rotated"], [[0.75**0.5], [0.75**0.5]])
    assert one.workings.numbers["kept"] == 1


METHODS = ("entropy", "critic", "coefficient_of_variation", "standard_deviation", "merec", "pca_lpi", "pca_handbook")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scope", ["within", "levels"])
def test_the_weights_are_those_of_the_index(method, scope):
    rng = np.random.default_rng(3)
    common = rng.uniform(size=(6, 3))
    panel = make_panel({code: 5 * common + rng.uniform(size=(6, 3)) for code in "abcd"}, cities="甲乙丙丁戊己")
    result = build(panel, normalisation=SCALED, weighting={"method": method, "scope": scope})
    found = weighed(result)
    assert [one.node for one in found] == (["one", "two"] if scope == "within" else ["index", "one", "two"])
    for one in found:
        at = [result.position(code) for code in one.codes]
        assert_allclose(one.workings.weights, result.weights[at], rtol=1e-12)


def test_one_set_over_all_indicators_is_told_once():
    result = build(make_panel(), normalisation=SCALED, weighting={"method": "entropy", "scope": "indicators"})
    (one,) = weighed(result)
    assert (one.node, one.codes) == ("index", ("a", "b", "c", "d"))
    assert_allclose(one.workings.weights, [result.effective[result.position(code)] for code in "abcd"], rtol=1e-12)


def test_weights_of_each_year_are_those_of_the_last():
    result = build(make_panel(), normalisation=SCALED, weighting={"method": "critic", "per": "year"})
    for one in weighed(result):
        last = result.weights_by_observation[result.position(one.node)].reshape(4, 3, 2)[0, -1]
        assert one.year == 2021
        assert_allclose(one.workings.weights, last, rtol=1e-12)


def test_a_combination_shows_its_parts():
    mixed = {"method": "linear_combination", "subjective": AHP, "objective": "critic", "alpha": 0.25}
    framework = make_framework({"one": {"weighting": mixed, "indicators": {"a": {}, "b": {}}}})
    ahp, critic, both = weighed(build(make_panel(), framework))
    assert [one.choice.name for one in (ahp, critic, both)] == ["ahp", "critic", "linear_combination"]
    assert_allclose(both.workings.each["subjective"], [0.25, 0.75])  # in the order of the children, not of the matrix
    assert_allclose(both.workings.each["objective"], critic.workings.weights)
    assert_allclose(both.workings.weights, 0.25 * np.array([0.25, 0.75]) + 0.75 * critic.workings.weights)


def test_weights_as_given_have_no_workings():
    assert weighed(build(make_panel())) == ()
    assert closeness(build(make_panel())) == ()


def test_distances_by_hand():
    """Weights 1/2: (0, 1) lies half from the ideal (1, 1) and half from the worst (0, 0); (1, 1) is the ideal."""
    result = of_matrix([[0, 1], [1, 0], [1, 1], [0, 0]], aggregation="topsis")
    (one,) = closeness(result)
    half = 0.5**0.5
    assert_allclose(one.ideal[:, 0], [0.5, 0.5, 0, half])
    assert_allclose(one.worst[:, 0], [0.5, 0.5, half, 0])
    assert_allclose(one.closeness, result.score(), rtol=0)


def test_a_city_year_without_a_figure_has_no_distance():
    panel = make_panel({"a": [[1, 2], [3, np.nan], [5, 6]], "b": [[1, 2], [2, 3], [4, 1]]}, years=(2020, 2021))
    result = build(panel, make_framework(indicators={"a": {}, "b": {}}), aggregation="topsis", missing="propagate")
    (one,) = closeness(result)
    assert np.argwhere(np.isnan(one.ideal)).tolist() == [[1, 1]]
    assert_allclose(one.closeness, result.score(), rtol=0)
