"""The further aggregation kernels and rounding: hand-worked cases, degenerate answers, inequalities, symmetries.

arithmetic and geometric by themselves are tested in test_aggregation.py.
"""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import pmean

from indexcalc.methods import METHODS, get_method
from indexcalc.methods import aggregation as a
from indexcalc.methods.registry import Method
from indexcalc.spec.choice import choice

HALF = np.array([0.5, 0.5])
POSITIVE = st.floats(1e-2, 1e3, allow_subnormal=False)

# Every method, with parameters for any number of children (owa by itself: it wants one weight per child).
ALL = {
    "arithmetic": {},
    "geometric": {},
    "harmonic": {},
    "generalised": {"p": 2.0},
    "minimum": {},
    "maximum": {},
    "median": {},
    "product": {"scale": 100.0},
    "inverted_geometric": {"top": 1000.0, "floor": 1.0},
    "mazziotta_pareto": {},
    "topsis": {},
    "copeland": {},
    "kemeny": {},
    "owa": {"order_weights": (4.0, 3.0, 2.0, 1.0)},
    "complement": {"of": choice("aggregation", "geometric"), "lower": 0.0, "upper": 100.0},
}
WHOLE_SAMPLE = ["topsis", "copeland", "kemeny"]
BETWEEN = ["arithmetic", "geometric", "harmonic", "generalised", "minimum", "maximum", "median", "inverted_geometric"]
SCALE_FREE = ["arithmetic", "geometric", "harmonic", "generalised", "minimum", "maximum", "median", "mazziotta_pareto"]


def kernel(name):
    """(z, weights) -> score; all observations are of one year."""
    method = get_method("aggregation", name)
    if choice("aggregation", {"method": name, **ALL[name]}).trait("needs_years"):
        return lambda z, weights: method.kernel(z, weights, np.full(len(z), 2020), **ALL[name])
    return lambda z, weights, **more: method.kernel(z, weights, **{**ALL[name], **more})


@st.composite
def scores_and_weights(draw, n_child=None, elements=POSITIVE):
    """Positive scores (n_obs, n_child) and weights above 0 that sum to 1."""
    n_obs, n_child = draw(st.integers(1, 5)), n_child or draw(st.integers(1, 6))
    z = [[draw(elements) for _ in range(n_child)] for _ in range(n_obs)]
    weights = np.array([draw(st.floats(0.01, 1.0)) for _ in range(n_child)])
    return np.array(z), weights / weights.sum()


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_means_by_hand():
    """2 and 8: harmonic 3.2, quadratic √34, cubic 260^(1/3); 1 and 4 weighed 1 to 3: harmonic 16/7."""
    z = np.array([[2.0, 8.0]])
    assert_allclose(a.harmonic(z, HALF), [3.2], rtol=1e-15)
    assert_allclose(a.generalised(z, HALF, p=2), [np.sqrt(34.0)], rtol=1e-15)
    assert_allclose(a.generalised(z, HALF, p=3), [260.0 ** (1 / 3)], rtol=1e-15)
    assert_allclose(a.harmonic(np.array([[1.0, 4.0]]), np.array([0.25, 0.75])), [16 / 7], rtol=1e-15)


def test_places_by_hand():
    z, weights = np.array([[3.0, 9.0, 1.0, 5.0]]), np.array([0.1, 0.2, 0.3, 0.4])
    assert_array_equal(a.minimum(z, weights), [1.0])
    assert_array_equal(a.maximum(z, weights), [9.0])
    assert_array_equal(a.median(z, weights), [4.0])
    assert_allclose(a.owa(z, weights, order_weights=(0.5, 0.25, 0.25, 0.0)), [4.5 + 1.25 + 0.75], rtol=1e-15)
    assert_allclose(a.owa(z, weights, order_weights=(2, 1, 1, 0)), [6.5], rtol=1e-15)


def test_product_by_hand():
    """80 of 100 adjusted by 50 of 100 is 40; 0.8 by 0.5 is 0.4; by 0 it is 0."""
    assert_allclose(a.product(np.array([[80.0, 50.0], [80.0, 0.0]]), HALF, scale=100), [40.0, 0.0], rtol=1e-15)
    assert_allclose(a.product(np.array([[0.8, 0.5]]), HALF), [0.4], rtol=1e-15)


def test_inverted_geometric_by_hand():
    """10 and 0 turn into 1 and 10: G = √10, score (10 - √10)/9 * 10. On 0..100 with a floor of 10: ten times that."""
    expected = (10 - np.sqrt(10.0)) / 9 * 10
    assert_allclose(a.inverted_geometric(np.array([[10.0, 0.0]]), HALF), [expected], rtol=1e-15)
    hundred = a.inverted_geometric(np.array([[100.0, 0.0]]), HALF, top=100, floor=10)
    assert_allclose(hundred, [10 * expected], rtol=1e-14)


def test_mazziotta_pareto_by_hand():
    """80, 100, 120: mean 100, population variance 800/3, sample variance 400."""
    z, third = np.array([[80.0, 100.0, 120.0]]), np.full(3, 1 / 3)
    assert_allclose(a.mazziotta_pareto(z, third), [100 - 8 / 3], rtol=1e-14)
    assert_allclose(a.mazziotta_pareto(z, third, ddof=1), [96.0], rtol=1e-14)
    assert_allclose(a.mazziotta_pareto(z, third, penalty="up", ddof=1), [104.0], rtol=1e-14)
    weighed = a.mazziotta_pareto(np.array([[80.0, 120.0]]), np.array([0.25, 0.75]))
    assert_allclose(weighed, [110 - 300 / 110], rtol=1e-14)


def test_topsis_by_hand():
    """Weighed 3 to 4 (of 7): from the worst corner, distances 3/7 and 4/7, 5/7 from corner to corner."""
    z, weights = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([3 / 7, 4 / 7])
    assert_allclose(a.topsis(z, weights), [0.0, 3 / 7, 4 / 7, 1.0], rtol=1e-14)


def test_copeland_by_hand():
    """One beats two (.6 to .4), two beats three, three beats one: a circle, all 0; four loses to all."""
    z = np.array([[3.0, 1.0, 2.0], [2.0, 3.0, 1.0], [1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])
    assert_array_equal(a.copeland(z, np.array([0.3, 0.4, 0.3]), np.full(4, 2020)), [1, 1, 1, -3])


def test_copeland_compares_within_a_year():
    """The same two cities in two years; the second has improved beyond the first of the year before."""
    z, years = np.array([[5.0], [9.0], [4.0], [8.0]]), np.array([2019, 2020, 2019, 2020])
    assert_array_equal(a.copeland(z, np.array([1.0]), years), [1, 1, -1, -1])


def test_copeland_takes_scores_that_differ_by_rounding_alone_for_equal():
    """0.1 + 0.2 and 0.3; and weights of a third for against two thirds in parts."""
    z = np.array([[0.1 + 0.2, 1.0], [0.3, 1.0]])
    assert_array_equal(a.copeland(z, HALF, np.full(2, 2020)), [0, 0])
    z = np.array([[1.0, 1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0, 1.0]])
    assert_array_equal(a.copeland(z, np.array([0.1, 0.2, 0.2, 0.25, 0.25]), np.full(2, 2020)), [0, 0])


def test_outranking_by_hand():
    """Better in .6, equal in .4: .6 + .2; the diagonal is 0."""
    assert_allclose(a.outranking(np.array([[3.0, 2.0], [1.0, 2.0]]), np.array([0.6, 0.4])), [[0, 0.8], [0.2, 0]])


# --- degenerate input: the documented answers -------------------------------------------------------------------------


def test_topsis_of_equal_scores_is_one_half():
    assert_array_equal(a.topsis(np.full((3, 2), 7.0), HALF), [0.5] * 3)
    z, weights = np.array([[1.0, 5.0], [2.0, 5.0]]), np.array([[0.0, 0.5], [1.0, 0.5]])
    assert_array_equal(a.topsis(z, weights), [[0.5, 0.0], [0.5, 1.0]])


def test_a_city_alone_outranks_nobody():
    assert_array_equal(a.copeland(np.array([[3.0, 1.0]]), HALF, np.array([2020])), [0.0])


def test_a_single_child_is_its_own_score():
    z, one = np.array([[3.0], [5.0]]), np.array([1.0])
    for name in [*BETWEEN, "mazziotta_pareto"]:
        assert_allclose(kernel(name)(z, one), [3.0, 5.0], rtol=1e-12, err_msg=name)
    assert_allclose(a.mazziotta_pareto(z, one, ddof=1), [3.0, 5.0], rtol=1e-15)
    assert_allclose(a.owa(z, one, order_weights=(1,)), [3.0, 5.0], rtol=1e-15)


def test_zeros_where_the_power_is_above_0():
    z = np.array([[0.0, 0.0], [0.0, 4.0]])
    assert_allclose(a.generalised(z, HALF, p=2), [0.0, np.sqrt(8.0)], rtol=1e-15)
    assert_allclose(a.generalised(z, HALF, p=0.5), [0.0, 1.0], rtol=1e-14)
    assert_array_equal(a.inverted_geometric(np.array([[0.0, 0.0], [10.0, 10.0]]), HALF).round(12), [0.0, 10.0])


def test_great_powers_do_not_overflow():
    z = np.array([[1e-3, 1e3]])
    assert_allclose(a.generalised(z, HALF, p=100), [1e3 * 0.5**0.01], rtol=1e-12)
    assert_allclose(a.generalised(z, HALF, p=-100), [1e-3 * 0.5**-0.01], rtol=1e-12)


def test_a_power_near_0_is_near_the_geometric_mean():
    z = np.array([[2.0, 3.0, 50.0]])
    for p in (-1e-6, 1e-6):
        found = a.generalised(z, np.full(3, 1 / 3), p=p)
        assert_allclose(found, a.geometric(z, np.full(3, 1 / 3)), rtol=1e-5)


@pytest.mark.parametrize("name", [m for m in ALL if m != "owa"])
def test_a_child_of_weight_0_never_counts(name):
    rng = np.random.default_rng(8)
    z, weights = rng.uniform(1, 100, (6, 4)), np.array([0.2, 0.0, 0.5, 0.3])
    there = weights > 0
    assert_allclose(kernel(name)(z, weights), kernel(name)(z[:, there], weights[there]), rtol=1e-12)


# --- sets of weights --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_one_column_of_weights_per_draw(name):
    """Weights (n_child, n_draw) give (n_obs, n_draw), each column as if computed by itself."""
    rng = np.random.default_rng(1)
    z, weights = rng.uniform(1, 100, (7, 4)), rng.dirichlet(np.ones(4), 5).T
    together = kernel(name)(z, weights)
    assert together.shape == (7, 5)
    for j in range(5):
        assert_allclose(together[:, j], kernel(name)(z, weights[:, j]), rtol=1e-12)


@pytest.mark.parametrize("name", [m for m in ALL if m != "owa"])
def test_a_draw_may_leave_a_child_out(name):
    rng = np.random.default_rng(2)
    z = rng.uniform(1, 100, (5, 3))
    weights = np.array([[0.5, 0.0, 1 / 3], [0.5, 0.4, 1 / 3], [0.0, 0.6, 1 / 3]])
    together = kernel(name)(z, weights)
    for j in range(3):
        assert_allclose(together[:, j], kernel(name)(z, weights[:, j]), rtol=1e-12)


@pytest.mark.parametrize("name", ALL)
def test_the_arrays_are_not_changed(name):
    z, weights = np.random.default_rng(5).uniform(1, 100, (6, 4)), np.full(4, 0.25)
    z.setflags(write=False)
    weights.setflags(write=False)
    kernel(name)(z, weights)


# --- what holds for all -----------------------------------------------------------------------------------------------


@given(scores_and_weights())
def test_the_means_stand_in_their_order(case):
    """minimum <= harmonic <= geometric <= arithmetic <= quadratic <= maximum."""
    z, w = case
    steps = [a.minimum(z, w), a.harmonic(z, w), a.geometric(z, w), a.arithmetic(z, w)]
    steps += [a.generalised(z, w, p=2), a.maximum(z, w)]
    for lower, higher in pairwise(steps):
        assert (lower <= higher * (1 + 1e-12)).all()


@given(scores_and_weights(), st.floats(-20, 20), st.floats(-20, 20))
def test_power_means_rise_with_the_power(case, p, q):
    z, w = case
    assume(min(abs(p), abs(q)) > 1e-3)  # nearer to 0 the root 1/p magnifies rounding
    low, high = sorted((p, q))
    assert (a.generalised(z, w, p=low) <= a.generalised(z, w, p=high) * (1 + 1e-9)).all()


@given(scores_and_weights(), st.sampled_from([-3.0, -1.0, 0.0, 0.5, 1.0, 2.0, 5.0]))
def test_power_means_against_scipy(case, p):
    z, w = case
    assert_allclose(a.generalised(z, w, p=p), pmean(z, p, axis=1, weights=w), rtol=1e-9)


@pytest.mark.parametrize("name", BETWEEN)
@given(case=scores_and_weights())
def test_between_the_least_and_the_greatest_child(name, case):
    z, w = case
    score = kernel(name)(z, w)
    assert (score >= z.min(axis=1) * (1 - 1e-9) - 1e-9).all()
    assert (score <= z.max(axis=1) * (1 + 1e-9) + 1e-9).all()


@given(scores_and_weights())
def test_inverted_geometric_never_falls_below_arithmetic(case):
    """The turned scores have a geometric mean below their arithmetic one."""
    z, w = case
    assert (kernel("inverted_geometric")(z, w) >= a.arithmetic(z, w) - 1e-9).all()


@given(scores_and_weights())
def test_the_penalty_of_mazziotta_pareto(case):
    """Down and up lie the same way below and above the mean, further with the sample standard deviation."""
    z, w = case
    mean = a.arithmetic(z, w)
    down, up = a.mazziotta_pareto(z, w), a.mazziotta_pareto(z, w, penalty="up")
    assert (down <= mean * (1 + 1e-12)).all()
    assert_allclose((down + up) / 2, mean, rtol=1e-9)
    assert (a.mazziotta_pareto(z, w, ddof=1) <= down + 1e-9 * np.abs(down) + 1e-9 * mean).all()
    spread = np.sqrt(np.array([np.cov(row, aweights=w, ddof=0) if len(w) > 1 else 0.0 for row in z]))
    assert_allclose(mean - down, spread**2 / mean, rtol=1e-7, atol=1e-9 * mean.max())


@pytest.mark.parametrize("name", ALL)
@given(data=st.data())
def test_order_of_the_children_does_not_matter(name, data):
    z, w = data.draw(scores_and_weights(n_child=4))
    order = data.draw(st.permutations(range(4)))
    assert_allclose(kernel(name)(z[:, order], w[order]), kernel(name)(z, w), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", WHOLE_SAMPLE)
@given(data=st.data())
def test_order_of_the_observations_does_not_matter(name, data):
    z, w = data.draw(scores_and_weights())
    order = data.draw(st.permutations(range(len(z))))
    assert_allclose(kernel(name)(z[order], w), kernel(name)(z, w)[order], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", SCALE_FREE)
@given(case=scores_and_weights(), factor=st.floats(0.01, 100.0))
def test_scaling_every_child_scales_the_score(name, case, factor):
    z, w = case
    assert_allclose(kernel(name)(factor * z, w), factor * kernel(name)(z, w), rtol=1e-9)


@given(scores_and_weights(), st.floats(0.01, 100.0), st.floats(-100, 100))
def test_topsis_does_not_see_a_common_unit(case, factor, shift):
    z, w = case
    assume(z.shape[1] > 1 and np.ptp(z, axis=0).max() > 1e-3)
    assert_allclose(a.topsis(factor * z + shift, w), a.topsis(z, w), rtol=1e-6, atol=1e-9)


@given(scores_and_weights(elements=st.integers(1, 50).map(float)))
def test_copeland_sees_the_order_alone(case):
    z, w = case
    years = np.full(len(z), 2020)
    score = a.copeland(z, w, years)
    assert_array_equal(a.copeland(np.exp(z / 10), w, years), score)
    assert score.sum() == 0
    assert (np.abs(score) <= len(z) - 1).all()


@given(scores_and_weights(elements=st.integers(1, 50).map(float)))
def test_outranking_and_copeland_agree(case):
    z, w = case
    matrix = a.outranking(z, w)
    off = ~np.eye(len(z), dtype=bool)
    assert_allclose((matrix + matrix.T)[off], 1.0, rtol=1e-9)
    against_half = np.where(off, np.sign(np.round(matrix - 0.5, 10)), 0.0)
    assert_array_equal(against_half.sum(axis=1), a.copeland(z, w, np.full(len(z), 2020)))


@pytest.mark.parametrize("name", [m for m in ALL if m not in ("mazziotta_pareto", "complement")])
@given(data=st.data())
def test_better_everywhere_never_scores_lower(name, data):
    """A second city at or above the first in every child."""
    z, w = data.draw(scores_and_weights(n_child=4))
    gain = np.array(data.draw(st.lists(st.floats(0, 100), min_size=4, max_size=4)))
    both = np.minimum(np.vstack([z[0], z[0] + gain, z[1:]]), 1000.0)
    score = kernel(name)(both, w)
    assert score[1] >= score[0] - 1e-9 * max(1.0, abs(score[0]))


def test_under_mazziotta_pareto_better_in_one_child_may_score_lower():
    """The one exception. 10, 10, 10: 10. 10, 10, 40: mean 20, variance 200. 10, 10, 100: mean 40, variance 1800."""
    z, third = np.array([[10.0, 10.0, 10.0], [10.0, 10.0, 40.0], [10.0, 10.0, 100.0]]), np.full(3, 1 / 3)
    assert_allclose(a.mazziotta_pareto(z, third), [10.0, 10.0, -5.0], rtol=1e-12)


@given(scores_and_weights(n_child=2))
def test_mazziotta_pareto_of_two_children_weighed_equally_is_their_harmonic_mean(case):
    """(M² - S²)/M with M = (a + b)/2 and S = (a - b)/2 is 2 a b/(a + b)."""
    z, _ = case
    assert_allclose(a.mazziotta_pareto(z, HALF), a.harmonic(z, HALF), rtol=1e-9)


@given(scores_and_weights(n_child=3))
def test_ordered_weights_have_the_known_cases(case):
    z, w = case
    assert_allclose(a.owa(z, w, order_weights=(1, 0, 0)), a.maximum(z, w), rtol=1e-15)
    assert_allclose(a.owa(z, w, order_weights=(0, 1, 0)), a.median(z, w), rtol=1e-15)
    assert_allclose(a.owa(z, w, order_weights=(0, 0, 2)), a.minimum(z, w), rtol=1e-15)
    assert_allclose(a.owa(z, w, order_weights=(1, 1, 1)), z.mean(axis=1), rtol=1e-13)


# --- what the registry says of them -----------------------------------------------------------------------------------


def registered() -> list[Method]:
    return list(METHODS["aggregation"].values())


def having(trait):
    """Methods with a trait; the complement has those of the aggregation inside it."""
    return {m.name for m in registered() if m.traits.get(trait)} - {"complement"}


def test_every_method_of_the_module_is_tested_here():
    """The ratio, of exactly two children, by itself below."""
    assert {m.name for m in registered()} == {*ALL, "ratio"}


def test_the_ratio_is_the_first_child_over_the_second():
    z = np.array([[3.0, 4.0], [4.0, 3.0], [2.0, 2.0]])
    for weights in (HALF, np.array([0.9, 0.1])):  # whatever the weights
        assert_allclose(a.ratio(z, weights), [0.75, 4 / 3, 1.0], rtol=1e-15)
    assert_allclose(a.ratio(z, np.array([[0.5, 0.2], [0.5, 0.8]]))[:, 1], [0.75, 4 / 3, 1.0], rtol=1e-15)


def test_the_complement_turns_another_aggregation_round():
    """Twice is as before, and the best of a scale becomes its worst."""
    z, of = np.array([[1.0, 100.0], [4.0, 9.0], [1.0, 1.0]]), choice("aggregation", "geometric")
    once = a.complement(z, HALF, of=of, lower=1, upper=100)
    assert_allclose(once, [91.0, 95.0, 100.0], rtol=1e-13)
    again = choice("aggregation", {"method": "complement", "of": of, "lower": 1, "upper": 100})
    assert_allclose(a.complement(z, HALF, of=again, lower=1, upper=100), a.geometric(z, HALF), rtol=1e-13)
    assert again.trait("needs_positive") and not again.trait("ignores_weights")


@pytest.mark.parametrize("weights", [[5, 9, 2, 5, 1], [8, 5, 1, 7], [1, 1, 1, 1, 1, 1, 1]])
def test_the_complement_of_an_end_is_the_other_end(weights):
    """The weighted mean of 100 and 100 may be 100 but for its last bits; what is left of it must be 0."""
    shares = np.array(weights) / np.sum(weights)
    z = np.array([[100.0] * len(weights), [0.0] * len(weights), [np.nan] * len(weights)])
    found = a.complement(z, shares, of=choice("aggregation", "arithmetic"), lower=0, upper=100)
    assert_array_equal(found, [0.0, 100.0, np.nan])


def test_traits():
    assert having("additive") == {"arithmetic"}
    assert having("whole_sample") == set(WHOLE_SAMPLE)
    assert having("needs_years") == {"copeland", "kemeny"}
    assert having("ignores_weights") == {"minimum", "maximum", "median", "product", "owa", "ratio"}
    assert having("fixed_children") == {"owa", "ratio"}
    assert having("needs_positive") == {"geometric", "harmonic", "mazziotta_pareto", "generalised", "ratio"}
    assert having("needs_nonnegative") == {"product", "generalised", "geometric", "harmonic"}
    for method in registered():
        more = {"copeland": ("years",), "kemeny": ("years",), "complement": ("more",)}.get(method.name, ())
        assert method.positional == ("z", "weights", *more)


@pytest.mark.parametrize(("p", "positive"), [(-1.0, True), (0.0, True), (0.5, False), (2.0, False)])
def test_what_a_power_mean_needs_depends_on_the_power(p, positive):
    traits = get_method("aggregation", "generalised").traits
    assert traits["needs_positive"](p=p) is positive
    assert traits["needs_nonnegative"](p=p) is not positive


@pytest.mark.parametrize("name", ["geometric", "harmonic", "generalised"])
def test_what_a_zero_comes_to_is_a_choice(name):
    """0 is the limit of each mean as a child goes to 0; a child of weight 0 decides nothing."""
    kernel, parameters = getattr(a, name), {"p": -2.0} if name == "generalised" else {}
    z = np.array([[0.0, 4.0], [1e-100, 4.0], [4.0, 4.0]])
    scored = kernel(z, HALF, **parameters, zeros="score_zero")
    assert_allclose(scored, [0.0, 0.0, 4.0], atol=1e-40)
    assert scored[0] == 0.0
    assert_array_equal(np.isnan(kernel(z, HALF, **parameters, zeros="missing")), [True, False, False])
    two = kernel(z, np.array([[0.5, 0.0], [0.5, 1.0]]), **parameters, zeros="score_zero")
    assert_allclose(two, [[0.0, 4.0], [0.0, 4.0], [4.0, 4.0]], atol=1e-40)
    for zeros in ("refuse", "score_zero", "missing"):
        traits = get_method("aggregation", name).traits
        assert traits["needs_positive"](**parameters, zeros=zeros) is (zeros == "refuse")
        assert traits["needs_nonnegative"](**parameters, zeros=zeros) is (zeros != "refuse")


def test_what_ordered_weights_demand():
    holds, expected = get_method("aggregation", "owa").traits["demands"]["order_weights"]
    assert expected == "order_weights"
    assert holds(order_weights=(1.0, 0.0))
    for wrong in ((), (0.0, 0.0), (1.0, -0.5)):
        assert not holds(order_weights=wrong)


# --- rounding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "decimals", "up", "even"),
    [
        ("2.25", 1, 2.3, 2.2),
        ("2.35", 1, 2.4, 2.4),
        ("0.5", 0, 1.0, 0.0),
        ("1.5", 0, 2.0, 2.0),
        ("1.005", 2, 1.01, 1.0),
        ("2.675", 2, 2.68, 2.68),
        ("0.285", 2, 0.29, 0.28),
        ("-2.25", 1, -2.3, -2.2),
        ("-0.4", 0, 0.0, 0.0),
        ("12345.0005", 3, 12345.001, 12345.0),
        ("0.7649", 2, 0.76, 0.76),
        ("250", -2, 300.0, 200.0),
    ],
)
def test_rounding_of_printed_figures(written, decimals, up, even):
    found = [a.round_half(np.array([float(written)]), decimals, rule)[0] for rule in ("half_up", "half_even")]
    assert found == [up, even]
    assert not np.signbit(a.round_half(np.array([-0.4]), 0)).any()


def test_a_mean_that_should_be_a_half_is_one():
    """Although it falls short of 2.25 by its last bit; what is short by more is not."""
    mean = np.array([np.nextafter(2.25, 0), np.nan])
    assert_array_equal(a.round_half(mean, 1), [2.3, np.nan])
    assert_array_equal(a.round_half(np.array([2.2499999, 2.2500001]), 1), [2.2, 2.3])


@given(st.integers(-(10**9), 10**9), st.integers(0, 6), st.integers(0, 6))
def test_rounding_against_decimal_arithmetic(digits, places, decimals):
    """A figure of up to ten digits, as read from print, against the decimal module."""
    written = Decimal(digits).scaleb(-places)
    unit = Decimal(1).scaleb(-decimals)
    for rule, mode in (("half_up", ROUND_HALF_UP), ("half_even", ROUND_HALF_EVEN)):
        expected = float(written.quantize(unit, rounding=mode))
        assert a.round_half(np.array([float(written)]), decimals, rule)[0] == expected


@given(st.floats(-1e6, 1e6), st.integers(0, 15))
def test_rounding_moves_nothing_by_more_than_half_a_unit(x, decimals):
    found = a.round_half(np.array([x]), decimals)[0]
    assert abs(found - x) <= 0.5 * 10.0**-decimals * (1 + 1e-6) + 4 * np.spacing(abs(x))


def test_rounding_keeps_the_shape():
    assert a.round_half(np.full((2, 3, 4), 0.125), 2).shape == (2, 3, 4)
