"""Sobol' indices: analytic functions, scipy's estimator, intervals that cover; then on ranks and claims."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.robustness.sobol import _base, base_size, bootstrap, conditional, sobol_indices
from indexcalc.spec.claims import InTop, Rising
from indexcalc.spec.uncertainty import Uncertainty
from tests.conftest import make_framework, make_methodology, make_panel
from tests.golden.published import worked


def ishigami(x, a=7.0, b=0.1):
    x = np.pi * (2.0 * x - 1.0)
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def g_function(a):
    return lambda x: np.prod((np.abs(4.0 * x - 2.0) + a) / (1.0 + a), axis=1)


def evaluations(function, groups, n, seed=1):
    """f_a, f_b, f_ab of a function of several numbers, in groups."""
    a, b = _base(sum(map(len, groups)), n, seed)
    mixed = []
    for group in groups:
        ab = a.copy()
        ab[:, group] = b[:, group]
        mixed.append(function(ab))
    return function(a)[None], function(b)[None], np.array(mixed)[:, None]


ISHIGAMI = {"first": [0.31391, 0.44241, 0.0], "total": [0.55759, 0.44241, 0.24368], "variance": 13.84459}


def test_ishigami():
    """Closed form: Ishigami and Homma (1990), a = 7, b = 0.1."""
    first, total, variance = sobol_indices(*evaluations(ishigami, [[0], [1], [2]], 2**13))
    assert_allclose(first[0], ISHIGAMI["first"], atol=0.01)
    assert_allclose(total[0], ISHIGAMI["total"], atol=0.01)
    assert_allclose(variance[0], ISHIGAMI["variance"], rtol=0.01)


@pytest.mark.parametrize("case", ["sobol_g_6", "sobol_g_8"])
def test_the_g_function(case):
    known = worked("closed_form")[case]
    a = np.array(known["a"], float)
    first, total, variance = sobol_indices(*evaluations(g_function(a), [[i] for i in range(len(a))], 2**13))
    assert_allclose(first[0], known["S1"], atol=0.01)
    assert_allclose(total[0], known["ST"], atol=0.01)
    assert_allclose(variance[0], known["variance"], rtol=0.02)


def test_the_estimators_are_scipys():
    from scipy.stats import sobol_indices as scipys

    f_a, f_b, f_ab = evaluations(ishigami, [[0], [1], [2]], 256)
    first, total, _ = sobol_indices(f_a, f_b, f_ab)
    theirs = scipys(func={"f_A": f_a, "f_B": f_b, "f_AB": f_ab}, n=256)
    assert_allclose(first, np.atleast_2d(theirs.first_order), rtol=1e-12)
    assert_allclose(total, np.atleast_2d(theirs.total_order), rtol=1e-12)


def test_numbers_in_a_group_count_together():
    """The first and the third together: all that is not the second's, 1 - 0.44241, first and total alike."""
    first, total, _ = sobol_indices(*evaluations(ishigami, [[0, 2], [1]], 2**13))
    assert_allclose(first[0], [0.55759, 0.44241], atol=0.01)
    assert_allclose(total[0], [0.55759, 0.44241], atol=0.01)


def test_an_output_that_does_not_vary_has_no_indices():
    f = np.ones((1, 8))
    first, total, variance = sobol_indices(f, f, np.ones((2, 1, 8)))
    assert np.isnan(first).all() and np.isnan(total).all() and variance[0] == 0


def test_an_index_beyond_its_range_is_shown_as_it_is():
    """Few rows: noise takes some first-order index of a factor without effect below 0."""
    lowest = [sobol_indices(*evaluations(ishigami, [[0], [1], [2]], 64, seed))[0].min() for seed in range(20)]
    assert min(lowest) < 0


@pytest.mark.slow
def test_intervals_cover_the_truth_about_as_often_as_they_say():
    """95 % intervals over 20 seeds of independent numbers: the true index inside in at least 80 %."""
    inside = 0
    for seed in range(20):
        random = np.random.default_rng(seed)
        a, b = random.random((512, 3)), random.random((512, 3))
        mixed = [np.where(np.arange(3) == i, b, a) for i in range(3)]
        f = ishigami(a)[None], ishigami(b)[None], np.array([ishigami(m) for m in mixed])[:, None]
        first, _ = bootstrap(*f, random, 0.95)
        truth = np.array(ISHIGAMI["first"])
        inside += ((first[0, :, 0] <= truth) & (truth <= first[0, :, 1])).sum()
    assert inside / 60 >= 0.8


def test_base_matrices_have_a_power_of_two_rows():
    assert [base_size(draws) for draws in (0, 1000, 4096, 10000, 10**7)] == [64, 128, 1024, 2048, 16384]


# --- on an index ------------------------------------------------------------------------------------------------------

OPTIONS = {
    "weights": {"spread": 0.5},
    "normalisation": [{"method": "min_max", "lower": 1, "upper": 100}, "z_score"],
    "leave_out": ["city"],
}
CLAIMS = (InTop(kind="in_top", cities=("甲", "乙"), n=2, years=(2021,)),)


def analysed(options=OPTIONS, **more):
    methodology = make_methodology(normalisation={"method": "min_max", "lower": 1, "upper": 100})
    chosen = Uncertainty.model_validate(options)
    return ic.robustness.sensitivity(make_panel(), make_framework(), methodology, CLAIMS, chosen, **more)


def test_each_output_has_its_row_and_what_is_left_out_is_no_noise():
    found = analysed(draws=512)
    assert found.factors == ("weights", "normalisation", "leave_out_city")
    assert found.base == 128 and found.evaluations == 128 * 5
    assert found.first.shape == found.total.shape == (1 + 4 + 1, 3)
    assert (found.of_city("甲"), found.of_claim(0)) == (1, 5)
    moving = found.variance > 0
    assert np.isfinite(found.first[moving]).all() and np.isnan(found.first[~moving]).all()
    assert (found.first_interval[moving, :, 0] <= found.first_interval[moving, :, 1]).all()


def test_a_single_factor_accounts_for_everything():
    """With one factor, alone and together are the same: all of the variance."""
    found = analysed({"weights": {"spread": 0.9}}, draws=8192)
    moving = found.variance > 0
    assert moving.any()
    assert_allclose(found.first[moving], 1.0, atol=0.15)
    assert_allclose(found.total[moving], 1.0, atol=0.15)


def test_the_same_seed_gives_the_same_bytes():
    one, other = analysed(draws=512), analysed(draws=512)
    for name in ("first", "total", "first_interval", "total_interval"):
        assert_array_equal(getattr(one, name), getattr(other, name))
    assert (analysed(draws=512, seed=5).first != one.first)[one.variance > 0].any()


def test_a_step_of_one_option_is_no_factor():
    assert analysed({**OPTIONS, "treatment": ["none"]}, draws=512).factors == (
        "weights",
        "normalisation",
        "leave_out_city",
    )


def test_nothing_to_choose_moves_nothing():
    found = analysed({})
    assert found.factors == () and found.first.shape == (6, 0) and (found.variance == 0).all()


def test_indices_of_an_output_that_some_draws_leave_undefined_are_over_the_others():
    """y = x1 + 2 x2 where x3 < 1/2: there 1/5 of the variance is x1's and 4/5 x2's, as if x3 did not exist."""

    def partly(x):
        return np.where(x[:, 2] < 0.5, x[:, 0] + 2.0 * x[:, 1], np.nan)

    f_a, f_b, f_ab = evaluations(partly, [[0], [1], [2]], 2**12)
    found = conditional(np.concatenate([f_a[None], f_b[None], f_ab]), np.random.default_rng(0), 0.95)
    assert_allclose(found["first"][0], [0.2, 0.8, 0.0], atol=0.02)
    assert_allclose(found["total"][0], [0.2, 0.8, 0.0], atol=0.02)
    assert_allclose(found["variance"][0], 5.0 / 12.0, rtol=0.05)
    assert found["defined"][0] == pytest.approx(0.5, abs=0.01) and not found["entangled"][0]
    assert (found["first_interval"][0, :2, 0] < [0.2, 0.8]).all()
    assert (found["first_interval"][0, :2, 1] > [0.2, 0.8]).all()


def test_one_undefined_under_choices_together_has_none():
    """Where x1 and x3 are both high: among the other draws they are not independent."""

    def partly(x):
        return np.where((x[:, 0] > 0.5) & (x[:, 2] > 0.5), np.nan, x[:, 0] + x[:, 1])

    f_a, f_b, f_ab = evaluations(partly, [[0], [1], [2]], 2**8)
    found = conditional(np.concatenate([f_a[None], f_b[None], f_ab]), np.random.default_rng(0), 0.95)
    assert found["entangled"][0] and np.isnan(found["first"]).all() and np.isnan(found["total_interval"]).all()
    assert found["defined"][0] == pytest.approx(0.75, abs=0.05)


def test_the_reference_moves_no_claim_that_it_leaves_undefined():
    """Rises are told under the pooled reference alone: among these draws the reference does not vary."""
    options = Uncertainty.model_validate(
        {"reference": ["pooled", "year"], "normalisation": ["min_max", "z_score"], "weights": {"spread": 0.5}}
    )
    claims = [Rising(kind="rising", cities=("甲",))]
    found = ic.robustness.sensitivity(
        make_panel(), make_framework(), make_methodology(), claims, options.model_copy(update={"draws": 1000})
    )
    row = found.of_claim(0)
    assert found.defined[row] == 0.5 and not found.entangled[row]
    at = found.factors.index("reference")
    assert found.variance[row] == 0 or found.total[row, at] == found.first[row, at] == 0.0
