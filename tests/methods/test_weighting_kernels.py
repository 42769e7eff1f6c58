"""Weights from the figures, from comparisons, from two sets of weights: by hand, at the edges, what holds always.

Published cases are in tests/golden/test_weighting_golden.py.
"""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given as property_of
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods import METHODS
from indexcalc.methods.registry import WEIGHTS
from indexcalc.methods.weighting import (
    RANDOM_INDEX,
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
    share_problems,
    standard_deviation,
)

COMMON = [entropy, critic, coefficient_of_variation, standard_deviation, merec, pca_lpi, pca_handbook]
COMBINATIONS = [linear_combination, multiplicative_combination, geometric_combination, game_theory_combination]
NAN = np.nan
SEEDS = st.integers(0, 10_000)


def weigh(kernel, z, **parameters):
    z = np.array(z, float)
    return kernel(z, np.ones(z.shape[1]), **parameters)


def compare(matrix, **parameters):
    """AHP weights."""
    return ahp(np.empty((0, len(matrix))), np.ones(len(matrix)), matrix=matrix, **parameters)


def combine(kernel, a, b, **parameters):
    a, b = np.array(a, float), np.array(b, float)
    return kernel(np.empty((0, len(a))), np.ones(len(a)), subjective=a, objective=b, **parameters)


def drawn(seed, n_obs=20, n_child=4):
    """Positive scores with something in common, so that the first component has no negative loading."""
    rng = np.random.default_rng(seed)
    return 0.1 + rng.uniform(0, 1, (n_obs, 1)) + rng.uniform(0.1, 1.0, n_child) * rng.uniform(0, 1, (n_obs, n_child))


# By hand


def test_entropy_by_hand():
    """Shares .25 and .75: e = .8113; shares 0 and 1: e = 0, for 0 ln 0 = 0. 1 - e is .1887 and 1."""
    assert_allclose(weigh(entropy, [[1, 0], [3, 5]]), [0.158760, 0.841240], atol=5e-7)


def test_entropy_as_the_textbook_writes_it():
    """w = (1 - e)/Σ(1 - e), e = -Σ p ln p / ln m."""
    z = drawn(1)
    p = z / z.sum(axis=0)
    divergence = 1 + (p * np.log(p)).sum(axis=0) / np.log(len(z))
    assert_allclose(weigh(entropy, z), divergence / divergence.sum(), rtol=1e-11)


def test_entropy_keeps_its_digits_where_hardly_anything_varies():
    """Divergences of 1e-16 and 4e-16: where p ln p is added up nothing but rounding is left of them."""
    ripple = np.array([-1.0, 1.0, -1.0, 1.0])
    z = np.column_stack([1 + 1e-8 * ripple, 1 + 2e-8 * ripple])
    assert_allclose(weigh(entropy, z), [0.2, 0.8], rtol=1e-6)


def test_columns_with_negatives_are_moved_above_zero_by_name():
    """Of -1, 0, 1 the least becomes 0.01: 0.01, 1.01, 2.01; what is above 0 stays."""
    z = np.array([[-1.0, 1.0], [0.0, 2.0], [1.0, 4.0]])
    moved = np.column_stack([[0.01, 1.01, 2.01], z[:, 1]])
    assert_allclose(weigh(entropy, z, zeros="translate"), weigh(entropy, moved), rtol=1e-13)
    assert_allclose(
        weigh(entropy, z, zeros="translate", margin=1), weigh(entropy, moved + np.array([0.99, 0])), rtol=1e-13
    )
    at_zero = np.array([[0.0, 1.0], [3.0, 2.0], [1.0, 4.0]])
    assert_allclose(
        weigh(entropy, at_zero, zeros="translate"), weigh(entropy, at_zero + np.array([0.01, 0])), rtol=1e-13
    )


def test_nearnesses_are_rescaled_at_their_ends_alone():
    z = np.array([[10.0, 0.0], [20.0, 0.4], [40.0, 0.4], [15.0, 1.0], [np.nan, 0.7]])
    by_hand = np.column_stack([0.002 + 0.996 * (z[:, 0] - 10) / 30, [0.002, 0.4, 0.4, 0.998, 0.7]])
    found = entropy(z, np.ones(2), np.array([False, True]), zeros="rescale")
    assert_allclose(found, weigh(entropy, by_hand), rtol=1e-12)
    assert np.abs(found - weigh(entropy, z, zeros="rescale")).max() > 1e-4
    assert_array_equal(entropy(z, np.ones(2), np.array([False, True])), weigh(entropy, z))


def test_three_ways_with_zeros():
    """A small shift moves little, a huge one leaves the variances; rescaling is the same on every basis."""
    z = np.array([[0.0, 0.2], [0.1, 0.4], [0.9, 0.5], [1.0, 0.6]])
    limit = weigh(entropy, z)
    assert np.abs(weigh(entropy, z, zeros="shift") - limit).max() < 1e-3
    variances = z.var(axis=0)
    assert_allclose(weigh(entropy, z, zeros="shift", shift=1e4), variances / variances.sum(), rtol=1e-3)
    assert_allclose(weigh(entropy, z, zeros="shift", shift=0.0), limit, rtol=1e-14)
    rescaled = weigh(entropy, z, zeros="rescale")
    assert_allclose(weigh(entropy, 50 * z - 7, zeros="rescale"), rescaled, rtol=1e-12)
    y = 0.002 + 0.996 * (z - z.min(axis=0)) / (z.max(axis=0) - z.min(axis=0))
    assert_allclose(rescaled, weigh(entropy, y), rtol=1e-14)


def test_critic_by_hand():
    """σ = 1, 1, 2 (times a common factor), r12 = 1, r13 = r23 = -1: 1 * 2, 1 * 2, 2 * 4."""
    assert_allclose(weigh(critic, [[0, 5, 4], [1, 6, 2], [2, 7, 0]]), [1 / 6, 1 / 6, 4 / 6], rtol=1e-12)


def test_coefficient_of_variation_and_standard_deviation_by_hand():
    """σ 1 and 2 (times a common factor), means 1 and 4."""
    z = [[0, 2], [2, 6]]
    assert_allclose(weigh(coefficient_of_variation, z), [2 / 3, 1 / 3], rtol=1e-14)
    assert_allclose(weigh(standard_deviation, z), [1 / 3, 2 / 3], rtol=1e-14)


def test_merec_by_hand():
    """ln 4 and ln 1 against the least: S = ln(1 + ln 4 / 2); without the first child 0, without the second S."""
    assert_allclose(weigh(merec, [[1, 3], [4, 3]]), [1.0, 0.0], rtol=0)


def test_the_first_component_by_hand():
    """Two children always load alike; 1/σ remains: 1 and 1/10."""
    assert_allclose(weigh(pca_lpi, [[1, 20], [2, 10], [3, 30]]), [10 / 11, 1 / 11], rtol=1e-12)


def test_the_index_of_the_first_component_is_the_component():
    """Scores weighted by loading/σ follow the first component of the standardised scores."""
    z = drawn(3)
    standardised = (z - z.mean(axis=0)) / z.std(axis=0, ddof=1)
    component = standardised @ np.linalg.svd(standardised)[2][0]
    assert abs(np.corrcoef(z @ weigh(pca_lpi, z), component)[0, 1]) == pytest.approx(1.0, abs=1e-12)


def test_a_child_that_runs_against_the_others_has_a_negative_weight():
    """Given as computed, for the pipeline to refuse by name; the others stay positive."""
    z = drawn(4)
    z[:, 2] = 3 - z[:, 2]
    w = weigh(pca_lpi, z)
    assert (np.sign(w) == [1, 1, -1, 1]).all()
    assert np.abs(w).sum() == pytest.approx(1.0)
    assert METHODS["weighting"]["pca_lpi"].traits["may_be_negative"]


def test_uncorrelated_children_have_equal_loadings():
    """Every direction is a first component: the one that treats them alike is taken, in whatever order they come."""
    z = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) * [1.0, 2.0, 4.0]
    assert_allclose(weigh(pca_lpi, z), np.array([4, 2, 1]) / 7, rtol=1e-9)
    assert_allclose(weigh(pca_handbook, z, minimum_eigenvalue=1.0), [1 / 3] * 3, rtol=1e-9)


def test_handbook_components():
    """By rule, at least one; by number, as many; more than there are is all of them."""
    z = drawn(5)
    assert_allclose(weigh(pca_handbook, z, minimum_eigenvalue=4.0), weigh(pca_handbook, z, components=1), rtol=1e-14)
    assert_allclose(weigh(pca_handbook, z, minimum_share=1.0), weigh(pca_handbook, z, components=1), rtol=1e-14)
    assert_allclose(weigh(pca_handbook, z, components=9), weigh(pca_handbook, z, components=4), rtol=1e-12)


# The edges


@pytest.mark.parametrize("kernel", COMMON)
def test_a_constant_child_has_no_weight_and_does_not_change_the_others(kernel):
    """Also 0.1, whose mean over three is not 0.1; the pipeline refuses it before that."""
    z = drawn(6, n_obs=3, n_child=2)
    with_constant = weigh(kernel, np.column_stack([z[:, 0], [0.1] * 3, z[:, 1]]))
    assert with_constant[1] == 0.0
    if kernel is not merec:  # which divides by the number of children
        assert_allclose(with_constant[[0, 2]], weigh(kernel, z), rtol=1e-12)


@pytest.mark.parametrize("kernel", COMMON)
@pytest.mark.parametrize(
    "z",
    [[[0.1, 5.0, 7.0]] * 3, [[1.0, 2.0, 3.0]], np.full((2, 3), NAN), np.empty((0, 3))],
    ids=["constant", "one row", "missing", "no row"],
)
def test_nothing_to_tell_gives_equal_weights(kernel, z):
    assert_allclose(weigh(kernel, z), [1 / 3] * 3, rtol=1e-15)


@pytest.mark.parametrize("kernel", [k for k in COMMON if k is not merec])
def test_a_child_without_any_value_has_no_weight(kernel):
    z = drawn(7, n_child=2)
    found = weigh(kernel, np.column_stack([z, np.full(len(z), NAN)]))
    assert_allclose(found, [*weigh(kernel, z), 0.0], rtol=1e-12)


@pytest.mark.parametrize("kernel", COMMON)
def test_identical_children_weigh_the_same(kernel):
    z = drawn(8, n_child=3)
    found = weigh(kernel, np.column_stack([z, z[:, 0]]))
    assert found[3] == pytest.approx(found[0], rel=1e-9)


@pytest.mark.parametrize("kernel", COMMON)
def test_a_single_child_has_all_the_weight(kernel):
    assert_allclose(weigh(kernel, [[1.0], [2.0], [4.0]]), [1.0], rtol=1e-15)


def test_children_that_all_say_the_same_have_no_conflict():
    """Correlations of 1 up to the last digit: equal weights, not a ratio of rounding errors."""
    z = drawn(9, n_child=1)
    assert_allclose(weigh(critic, z * [1.0, 3.0, 0.7] + [0.0, 0.1, 0.3]), [1 / 3] * 3, rtol=1e-15)


def test_two_observations():
    """Correlations of +1 and -1 only."""
    for kernel in COMMON:
        found = weigh(kernel, [[1.0, 2.0, 5.0], [2.0, 3.0, 4.0]])
        assert np.isfinite(found).all()
        assert np.abs(found).sum() == pytest.approx(1.0)


def test_zeros_and_negatives():
    """Zeros are fine for entropy; what needs more is told by its traits, which the pipeline checks."""
    assert_allclose(weigh(entropy, [[0, 0], [1, 2], [0, 0]]), [0.5, 0.5], rtol=1e-14)
    needs = ("needs_nonnegative", "needs_positive", "needs_positive_mean")
    told = {name: [n for n in needs if m.traits.get(n)] for name, m in METHODS["weighting"].items()}
    assert {name: found for name, found in told.items() if found} == {
        "entropy": ["needs_nonnegative"],
        "benefit_of_the_doubt": ["needs_nonnegative", "needs_positive"],
        "merec": ["needs_positive"],
        "coefficient_of_variation": ["needs_positive_mean"],
    }


# Missing values


def test_a_gap_counts_as_the_mean_in_entropy():
    z = drawn(10)
    z[[2, 5], 1] = NAN
    filled = np.where(np.isnan(z), np.nanmean(z, axis=0), z)
    assert_allclose(weigh(entropy, z), weigh(entropy, filled), rtol=1e-13)


def test_gaps_do_not_raise_an_entropy_weight():
    """Leaving the gaps out, of the sum or of the count, would: here half of a column goes, spread as before."""
    pattern = np.array([1.0, 2.0, 3.0, 4.0])
    z = np.column_stack([np.tile(pattern, 4), np.tile(pattern, 4)])
    complete = weigh(entropy, z)
    z[8:, 0] = NAN
    assert_allclose(complete, [0.5, 0.5], rtol=1e-14)
    assert weigh(entropy, z)[0] == pytest.approx(1 / 3)  # half the city-years tell something


@property_of(SEEDS)
def test_one_gap_raises_an_entropy_weight_by_almost_nothing(seed):
    """A value above the mean by a little less than the others scatter, gone, lowers the mean: not more than 1 %."""
    z = drawn(seed)
    before = weigh(entropy, z)[0]
    z[seed % len(z), 0] = NAN
    assert weigh(entropy, z)[0] <= 1.01 * before


@pytest.mark.parametrize("kernel", [critic, coefficient_of_variation, standard_deviation])
def test_spread_is_that_of_the_values_present(kernel):
    """Every value twice, the second time with gaps in the first child: population spreads and shares stay."""
    z = drawn(11)
    with_gaps = np.vstack([z, np.where(np.arange(4) == 0, NAN, z)])
    assert_allclose(weigh(kernel, with_gaps, ddof=0), weigh(kernel, z, ddof=0), rtol=1e-12)
    assert weigh(kernel, with_gaps, ddof=1)[0] != pytest.approx(weigh(kernel, with_gaps, ddof=0)[0], rel=1e-6)


@pytest.mark.parametrize("kernel", [critic, coefficient_of_variation, standard_deviation])
def test_the_divisor_cancels_where_nothing_is_missing(kernel):
    z = drawn(12)
    assert_allclose(weigh(kernel, z, ddof=0), weigh(kernel, z, ddof=1), rtol=1e-13)


def test_children_never_seen_together_have_no_conflict():
    z = np.array([[1, NAN, 1], [2, NAN, 3], [3, NAN, 2], [NAN, 1, 5], [NAN, 2, 4], [NAN, 3, 6.0]])
    sd = np.nanstd(z, axis=0, ddof=1)
    conflict = np.array([1 - 0.5, 1 - 0.5, 1.0])  # with the third child alone
    assert_allclose(weigh(critic, z), sd * conflict / (sd @ conflict), rtol=1e-12)


def test_merec_looks_at_complete_city_years():
    z = drawn(13)
    assert_allclose(weigh(merec, np.vstack([z, [NAN, 1e-9, 1e9, 1.0]])), weigh(merec, z), rtol=1e-14)


# What holds always


@pytest.mark.parametrize("kernel", COMMON)
@property_of(seed=SEEDS)
def test_shares_whatever_the_order(kernel, seed):
    z = drawn(seed)
    before = z.copy()
    w = weigh(kernel, z)
    assert w.shape == (4,)
    assert w.sum() == pytest.approx(1.0, rel=1e-12)
    assert (w >= 0).all()
    order = np.random.default_rng(seed).permutation(4)
    assert_allclose(weigh(kernel, z[::-1][:, order]), w[order], rtol=1e-7, atol=1e-9)
    assert_allclose(z, before, rtol=0)


@pytest.mark.parametrize("kernel", [entropy, coefficient_of_variation, merec, pca_handbook])
@property_of(seed=SEEDS)
def test_units_that_do_not_matter(kernel, seed):
    """Another unit for each child, its zero kept."""
    z = drawn(seed)
    assert_allclose(weigh(kernel, z * [1e-6, 1.0, 1e3, 7.0]), weigh(kernel, z), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("kernel", [critic, standard_deviation, pca_lpi, pca_handbook])
@property_of(seed=SEEDS)
def test_one_unit_for_all_and_its_zero_do_not_matter(kernel, seed):
    z = drawn(seed)
    assert_allclose(weigh(kernel, 40 + 60 * z), weigh(kernel, z), rtol=1e-7, atol=1e-9)


@property_of(seed=SEEDS)
def test_the_first_component_weighs_scores_in_their_unit(seed):
    """A child in another unit has the inverse weight, so that its contribution stays."""
    z, units = drawn(seed), np.array([1e-3, 1.0, 1e3, 7.0])
    contribution = weigh(pca_lpi, z * units) * units
    assert_allclose(contribution / contribution.sum(), weigh(pca_lpi, z), rtol=1e-7)


# Benefit of the doubt


def test_benefit_of_the_doubt_by_hand():
    """The first two are the best somewhere; the third is half of the second whatever the weights."""
    z = np.array([[4.0, 1.0], [2.0, 2.0], [1.0, 1.0]])
    assert_allclose((weigh(benefit_of_the_doubt, z) * z).sum(axis=1), [1, 1, 0.5], rtol=1e-9)


def test_bounds_on_shares_by_hand():
    """Shares of 40 to 60 %: at shares (s, 1 - s) of its score S, (1, 1) needs 4sS + (1-s)S <= 1, least at s = .4: 5/11.

    (2, 2) then has 10/11; (4, 1) needs 2(s/4 + 1 - s)S <= 1 for (2, 2), best at s = .6: 10/11.
    """
    z = np.array([[4.0, 1.0], [2.0, 2.0], [1.0, 1.0]])
    virtual = weigh(benefit_of_the_doubt, z, lower=0.4, upper=0.6) * z
    assert_allclose(virtual.sum(axis=1), [10 / 11, 10 / 11, 5 / 11], rtol=1e-9)
    assert_allclose(virtual[:, 0] / virtual.sum(axis=1), [0.6, 0.4, 0.4], rtol=1e-9)


@property_of(seed=SEEDS)
def test_no_common_weights_are_kinder(seed):
    """Σ w z <= 1 for everyone, and at least the score under any common weights scaled so that the best has 1."""
    rng = np.random.default_rng(seed)
    z = rng.uniform(0, 10, (12, 3)) * [1e-3, 1.0, 1e4]
    w = weigh(benefit_of_the_doubt, z)
    scores = (w * z).sum(axis=1)
    assert (w >= 0).all()
    assert (z @ w.T).max() <= 1 + 1e-12
    assert scores.max() == pytest.approx(1.0, rel=1e-12)
    for common in rng.dirichlet(np.ones(3), 20) / z.max(axis=0):
        assert (scores >= z @ common / (z @ common).max() - 1e-9).all()


@property_of(seed=SEEDS)
def test_bounded_shares_are_kept(seed):
    z = np.random.default_rng(seed).uniform(0.1, 10, (12, 4))
    virtual = weigh(benefit_of_the_doubt, z, lower=0.15, upper=0.4) * z
    shares = virtual / virtual.sum(axis=1, keepdims=True)
    assert shares.min() >= 0.15 - 1e-6
    assert shares.max() <= 0.4 + 1e-6
    free = (weigh(benefit_of_the_doubt, z) * z).sum(axis=1)
    assert (virtual.sum(axis=1) <= free + 1e-9).all()


@property_of(seed=SEEDS)
def test_order_and_units_leave_the_kindest_scores(seed):
    rng = np.random.default_rng(seed)
    z = rng.uniform(0, 10, (10, 3))
    scores = (weigh(benefit_of_the_doubt, z) * z).sum(axis=1)
    rows, columns = rng.permutation(10), rng.permutation(3)
    other = (z * [1e-4, 1.0, 1e5])[rows][:, columns]
    assert_allclose((weigh(benefit_of_the_doubt, other) * other).sum(axis=1), scores[rows], rtol=1e-8)


def test_benefit_of_the_doubt_at_the_edges():
    """A gap: no weights, nobody's peer. All zeros: score 0. A child of zeros: no harm. One observation: 1."""
    z = np.array([[4.0, 1.0], [NAN, 99.0], [2.0, 2.0], [0.0, 0.0]])
    w = weigh(benefit_of_the_doubt, z)
    assert np.isnan(w[1]).all()
    assert_allclose((w * z).sum(axis=1)[[0, 2, 3]], [1, 1, 0], rtol=1e-9)
    zeros = np.array([[4.0, 0.0], [2.0, 0.0]])
    assert_allclose((weigh(benefit_of_the_doubt, zeros) * zeros).sum(axis=1), [1, 0.5], rtol=1e-9)
    assert (weigh(benefit_of_the_doubt, [[3.0, 5.0]]) * [3.0, 5.0]).sum() == pytest.approx(1.0)
    assert weigh(benefit_of_the_doubt, np.empty((0, 2))).shape == (0, 2)
    bounded = weigh(benefit_of_the_doubt, [[4.0, 0.0], [2.0, 2.0]], lower=0.3)
    assert bounded[0] @ [4.0, 0.0] == pytest.approx(0.0, abs=1e-9)


def test_the_solver_does_not_print(capfd):
    weigh(benefit_of_the_doubt, drawn(14), lower=0.1, upper=0.4)
    assert capfd.readouterr() == ("", "")


def test_share_problems():
    assert share_problems(3) == share_problems(3, lower=1 / 3, upper=1 / 3) == []
    assert share_problems(3, upper=0.3) == [("share_bounds", {"n_child": 3, "lower": 0.0, "upper": 0.3})]
    assert share_problems(3, lower=0.34)[0][0] == "share_bounds"


def test_scipy_is_not_imported_with_the_package():
    """scipy.optimize alone takes half a second."""
    code = "import sys, indexcalc.methods.weighting; sys.exit('scipy.optimize' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Analytic hierarchy process


def consistent(w):
    return (np.array(w)[:, None] / np.array(w)).tolist()


@property_of(st.lists(st.floats(0.1, 10.0), min_size=1, max_size=15))
def test_comparisons_without_contradiction_give_their_weights(written):
    shares = np.array(written) / sum(written)
    matrix = consistent(written)
    for solution in ("eigenvector", "row_geometric_mean", "normalised_columns"):
        assert_allclose(compare(matrix, solution=solution), shares, rtol=1e-9)
    largest, ci, ratio = ahp_consistency(matrix)
    assert largest == pytest.approx(len(written))
    assert (ci, ratio) == pytest.approx((0.0, 0.0), abs=1e-9)
    assert ahp_problems(len(written), matrix=matrix) == []


@property_of(SEEDS)
def test_order_of_comparisons_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    upper = np.triu(rng.choice([1 / 5, 1 / 3, 1, 2, 4, 7], (5, 5)), 1)
    a = np.eye(5) + upper + np.triu(1 / np.where(upper > 0, upper, 1), 1).T
    order = rng.permutation(5)
    w = compare(a.tolist())
    assert w.sum() == pytest.approx(1.0)
    assert (w > 0).all()
    assert_allclose(compare(a[order][:, order].tolist()), w[order], rtol=1e-9)
    assert_allclose(a @ w, ahp_consistency(a.tolist())[0] * w, rtol=1e-9)


def test_two_children_cannot_contradict_themselves():
    assert_allclose(compare([[1, 3], ["1/3", 1]]), [0.75, 0.25], rtol=1e-14)
    assert ahp_consistency([[1, 3], [0.33, 1]])[1:] == (0.0, 0.0)
    assert ahp_consistency([[1]]) == (1.0, 0.0, 0.0)


def test_the_tables_of_random_indices():
    """methods.md; both for 1 ... 15 children; a ratio of either."""
    matrix = [[1, 2, 6], ["1/2", 1, 2], ["1/6", "1/2", 1]]
    _, ci, saaty = ahp_consistency(matrix)
    _, same, alternative = ahp_consistency(matrix, "alternative")
    assert ci == same
    assert (saaty, alternative) == pytest.approx((ci / 0.58, ci / 0.52))
    assert {name: len(table) for name, table in RANDOM_INDEX.items()} == {"saaty": 15, "alternative": 15}


@pytest.mark.parametrize(
    ("written", "number"), [("1/3", 1 / 3), (" 1 / 4 ", 0.25), ("1／5", 0.2), ("0.5", 0.5), (7, 7.0), (0.33, 0.33)]
)
def test_fractions(written, number):
    assert parse_fraction(written) == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize("written", ["three", "1/0", "", "1/2/3", "/3"])
def test_what_is_not_a_fraction(written):
    with pytest.raises(ValueError, match=r"could not convert|division by zero"):
        parse_fraction(written)


@pytest.mark.parametrize(
    ("matrix", "problems"),
    [
        ([[1, 2], ["1/2", 1]], []),
        ([[1, 3], [0.33, 1]], []),
        ([[1, 6], [0.17, 1]], []),
        ([[1, 8], [0.13, 1]], [("ahp_reciprocal", {"row": 2, "column": 1, "found": 0.13, "opposite": 8})]),
        ([[1, 2], [2, 1]], [("ahp_reciprocal", {"row": 2, "column": 1, "found": 2, "opposite": 2})]),
        ([[1, 2]], [("ahp_size", {"found": 1, "expected": 2})]),
        ([[1, 2], [1]], [("ahp_square", {"row": 2, "found": 1, "expected": 2})]),
        (
            [[1, 0], ["x", 1]],
            [("ahp_entry", {"row": 1, "column": 2, "found": 0}), ("ahp_entry", {"row": 2, "column": 1, "found": "x"})],
        ),
        (
            [[1, -2], [-0.5, 1]],
            [
                ("ahp_entry", {"row": 1, "column": 2, "found": -2}),
                ("ahp_entry", {"row": 2, "column": 1, "found": -0.5}),
            ],
        ),
        (
            [[1, "inf"], ["1/0", 1]],
            [
                ("ahp_entry", {"row": 1, "column": 2, "found": "inf"}),
                ("ahp_entry", {"row": 2, "column": 1, "found": "1/0"}),
            ],
        ),
        ([[1, NAN], [1, 1]], [("ahp_entry", {"row": 1, "column": 2, "found": NAN})]),
        ([[1, 2], ["1/2", 2]], [("ahp_diagonal", {"row": 2, "column": 2, "found": 2})]),
    ],
)
def test_problems_of_form(matrix, problems):
    assert ahp_problems(2, matrix=matrix) == problems


def test_problems_of_size_and_order():
    assert ahp_problems(16, matrix=consistent([1.0] * 16)) == [("ahp_too_large", {"found": 16, "limit": 15})]
    assert ahp_problems(2, matrix=consistent([1, 2]), order=["a"]) == [("ahp_size", {"found": 1, "expected": 2})]
    assert ahp_problems(2, matrix=consistent([1, 2]), order=["a", "b"]) == []


def test_a_contradiction_is_pointed_at():
    """a > b > c > a: refused unless accepted; the comparison furthest from what all of them imply is named."""
    matrix = [[1, 2, "1/2"], ["1/2", 1, 2], [2, "1/2", 1]]
    [(code, facts)] = ahp_problems(3, matrix=matrix)
    assert code == "ahp_inconsistent"
    assert facts["ratio"] > facts["limit"] == 0.10
    assert facts["implied"] == pytest.approx(1.0)
    assert ahp_problems(3, matrix=matrix, accept_inconsistent=True) == []
    assert_allclose(compare(matrix), [1 / 3] * 3, rtol=1e-12)


def test_the_table_decides_at_the_border():
    """CI = .0539: .093 of .58, .104 of .52."""
    matrix = [[1, 2, 3], ["1/2", 1, 4], ["1/3", "1/4", 1]]
    ratios = [ahp_consistency(matrix, table)[2] for table in ("saaty", "alternative")]
    expected = [[], ["ahp_inconsistent"]]
    for table, ratio, codes in zip(("saaty", "alternative"), ratios, expected, strict=True):
        assert (ratio >= 0.10) == bool(codes)
        assert [code for code, _ in ahp_problems(3, matrix=matrix, random_index=table)] == codes


# Combinations


@pytest.mark.parametrize("kernel", COMBINATIONS)
@property_of(seed=SEEDS)
def test_combinations_are_shares_between_their_parts(kernel, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.dirichlet(np.ones(5), 2)
    w = combine(kernel, a, b)
    assert w.sum() == pytest.approx(1.0, rel=1e-12)
    assert (w >= 0).all()
    order = rng.permutation(5)
    assert_allclose(combine(kernel, a[order], b[order]), w[order], rtol=1e-9)
    if kernel in (linear_combination, game_theory_combination):
        assert (w >= np.minimum(a, b) - 1e-12).all()
        assert (w <= np.maximum(a, b) + 1e-12).all()


@pytest.mark.parametrize("kernel", [linear_combination, geometric_combination, game_theory_combination])
def test_two_equal_sets_stay(kernel):
    a = [0.5, 0.3, 0.2]
    assert_allclose(combine(kernel, a, a), a, rtol=1e-12)


def test_linear_ends():
    a, b = [0.5, 0.5], [0.1, 0.9]
    assert_allclose(combine(linear_combination, a, b, alpha=1.0), a, rtol=0)
    assert_allclose(combine(linear_combination, a, b, alpha=0.0), b, rtol=0)


def test_products_that_are_all_zero_give_equal_weights():
    for kernel in (multiplicative_combination, geometric_combination):
        assert_allclose(combine(kernel, [1, 0], [0, 1]), [0.5, 0.5], rtol=0)


def test_a_negative_coefficient_is_told():
    """a·b above a·a: α < 0 as solved, and its sign is dropped in the weights."""
    a, b = np.array([0.4, 0.3, 0.3]), np.array([0.9, 0.05, 0.05])
    alpha, beta = game_theory_coefficients(a, b)
    assert beta > 0
    products = np.array([[a @ a, a @ b], [b @ a, b @ b]])
    assert_allclose(products @ [alpha, beta], [a @ a, b @ b], rtol=1e-12)
    assert min(alpha, beta) < 0
    w = combine(game_theory_combination, a, b)
    assert_allclose(w, (abs(alpha) * a + abs(beta) * b) / (abs(alpha) + abs(beta)), rtol=1e-14)


def test_parts_are_marked_for_the_pipeline():
    for kernel in COMBINATIONS:
        annotations = METHODS["weighting"][kernel.__name__].annotations
        for part in ("subjective", "objective"):
            assert WEIGHTS in annotations[part].__metadata__
