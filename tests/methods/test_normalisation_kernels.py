"""The further normalisation kernels: hand-worked cases, their degenerate answers, and what holds for all figures.

min_max, z_score, percentile_rank, goalposts and none are tested in test_normalisation.py.
"""

import inspect

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import rankdata

from indexcalc.methods import METHODS, get_method
from indexcalc.methods import normalisation as n
from indexcalc.methods.registry import Method

NAN = np.nan
NOTHING = np.empty((0, 1))
SHAPE = st.tuples(st.integers(2, 10), st.integers(1, 3))
COLUMNS = hnp.arrays(float, SHAPE, elements=st.integers(-500, 500).map(float))
POSITIVE = hnp.arrays(float, SHAPE, elements=st.integers(1, 500).map(float))

# Every method that looks at the reference, with parameters that suit values of 1 to 500.
SAMPLE = {
    "vector": {},
    "ratio": {"to": "worst"},
    "relative_difference": {"to": "mean"},
    "above_below_mean": {},
    "categorical": {},
    "rank": {},
    "borda": {},
    "rank_share": {},
    "distance_to_target": {"target": 501.0},
    "logarithmic_efficacy": {},
    "mazziotta_pareto": {},
    "min_max": {},
    "z_score": {},
    "percentile_rank": {},
}
FIXED = {
    "none": {},
    "goalposts": {"low": 1.0, "high": 500.0},
    "piecewise": {"values": (1.0, 50.0, 500.0), "scores": (0.0, 60.0, 100.0)},
    "efficacy": {"satisfactory": 400.0, "not_permitted": 10.0},
    "exponential_efficacy": {"satisfactory": 400.0, "not_permitted": 10.0},
}
ALL = SAMPLE | FIXED


def kernel(name):
    found = get_method("normalisation", name).kernel
    return lambda x, reference, **more: found(x, reference, **{**ALL[name], **more})


def col(*figures):
    return np.array(figures, float)[:, None]


def spread(x):
    """Only columns with two values or more are admitted."""
    assume((x.min(axis=0) < x.max(axis=0)).all())
    return x


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_vector_by_hand():
    """3, 4 and 12: √(9 + 16 + 144) = 13; a negative indicator keeps its sign."""
    x = col(3.0, 4.0, 12.0)
    assert_allclose(n.vector(x, x), x / 13.0, rtol=1e-15)
    assert_allclose(n.vector(-x, -x), -x / 13.0, rtol=1e-15)


def test_ratio_by_hand():
    """2, 4, 9: mean 5, best 9, worst 2."""
    x = col(2.0, 4.0, 9.0)
    assert_allclose(n.ratio(x, x), col(0.4, 0.8, 1.8), rtol=1e-15)
    assert_allclose(n.ratio(x, x, to="best"), col(2 / 9, 4 / 9, 1.0), rtol=1e-15)
    assert_allclose(n.ratio(x, x, to="worst"), col(1.0, 2.0, 4.5), rtol=1e-15)


def test_relative_difference_by_hand():
    """2, 4, 9 against 5, 9, 2; as a cost, the mean of 5 is 60 % worse than 2, and 9 is 80 % worse than 5."""
    x = col(2.0, 4.0, 9.0)
    assert_allclose(n.relative_difference(x, x), col(-0.6, -0.2, 0.8), rtol=1e-15)
    assert_allclose(n.relative_difference(x, x, to="best"), col(-7 / 9, -5 / 9, 0.0), rtol=1e-15)
    assert_allclose(n.relative_difference(x, x, to="worst"), col(0.0, 1.0, 3.5), rtol=1e-15)
    assert_allclose(n.relative_difference(-x, -x), col(0.6, 0.2, -0.8), rtol=1e-15)


def test_above_below_mean_by_hand():
    """Mean 10, band 8 to 12 with its edges; for a cost the band is -12 to -8."""
    x = col(7.9, 8.0, 10.0, 12.0, 12.1, NAN)
    assert_array_equal(n.above_below_mean(x, col(5.0, 15.0)), col(-1, 0, 0, 0, 1, NAN))
    assert_array_equal(n.above_below_mean(-x, col(-5.0, -15.0)), col(1, 0, 0, 0, -1, NAN))


def test_piecewise_by_hand():
    """Between 5 and 9 each unit is 10 points; below 1 and above 9 nothing more is lost or won."""
    x = np.array([[-3.0], [1.0], [3.0], [7.0], [NAN], [12.0]])
    found = n.piecewise(x, x, values=(1.0, 5.0, 9.0), scores=(0.0, 60.0, 100.0))
    assert_allclose(found.ravel(), [0.0, 0.0, 30.0, 80.0, NAN, 100.0], rtol=1e-15)


def test_piecewise_the_wrong_way_round_is_no_score():
    assert np.isnan(n.piecewise(np.array([[3.0]]), np.empty((0, 1)), values=(9.0, 1.0), scores=(0.0, 1.0))).all()


def test_categorical_by_hand():
    """Twenty values: rank/n of 0.05, 0.10, ..., 1: a class begins at its cut."""
    x = np.arange(20.0)[:, None]
    expected = [20] * 2 + [40] * 4 + [50] * 6 + [60] * 4 + [80] * 2 + [100] * 2
    assert_array_equal(n.categorical(x, x).ravel(), expected)


def test_ranks_by_hand():
    """5, 7, 7, 9 and a missing one: 1, 2, 2, 4 of four; Borda one less; shares of four."""
    x = col(7.0, 5.0, NAN, 9.0, 7.0)
    assert_array_equal(n.rank(x, x), col(2, 1, NAN, 4, 2))
    assert_array_equal(n.borda(x, x), col(1, 0, NAN, 3, 1))
    assert_array_equal(n.rank_share(x, x), col(50, 25, NAN, 100, 50))
    assert_array_equal(n.rank_share(x, x, scale=1), col(0.5, 0.25, NAN, 1, 0.5))


def test_ranks_against_another_reference_stay_in_its_bounds():
    """Against 10, 20, 30: 5 as the last, 99 as the first, 25 beats two."""
    x, reference = col(5.0, 25.0, 99.0), col(10.0, 20.0, 30.0)
    assert_array_equal(n.rank(x, reference), col(1, 3, 3))
    assert_array_equal(n.borda(x, reference), col(0, 2, 2))
    assert_array_equal(n.percentile_rank(x, reference), col(0.0, 1.0, 1.0))


def test_distance_to_target_by_hand():
    """From 2 to a target of 12; 13 passes it; 0 lies below the reference. A cost: from 20 down to a target of 5."""
    x, reference = col(2.0, 7.0, 13.0, 0.0), col(2.0, 9.0)
    assert_allclose(n.distance_to_target(x, reference, target=12), col(0.0, 0.5, 1.1, -0.2), rtol=1e-14)
    assert_allclose(n.distance_to_target(x, reference, target=12, cap=True), col(0.0, 0.5, 1.0, -0.2), rtol=1e-14)
    cost = col(-20.0, -11.0, -2.0)
    assert_allclose(n.distance_to_target(cost, cost, target=-5), col(0.0, 0.6, 1.2), rtol=1e-14)


def test_efficacy_of_a_cost_by_hand():
    """A debt ratio: 80 not permitted, 40 satisfactory; 50 has 60 + 40 * 30/40 = 90; oriented, all change sign."""
    found = n.efficacy(col(-50.0, -80.0, -40.0, -90.0), NOTHING, satisfactory=-40, not_permitted=-80)
    assert_allclose(found, col(90.0, 60.0, 100.0, 50.0), rtol=1e-14)


def test_logarithmic_efficacy_by_hand():
    """1, 10, 100 from bound to bound; ten times the upper bound has 150; a cost is its mirror image."""
    x, reference = col(1.0, 10.0, 100.0, 1000.0), col(1.0, 100.0)
    bounds = {"low_quantile": 0.0, "high_quantile": 1.0}
    assert_allclose(n.logarithmic_efficacy(x, reference, **bounds), col(0.0, 50.0, 100.0, 150.0), atol=1e-12)
    assert_allclose(n.logarithmic_efficacy(-x, -reference, **bounds), col(100.0, 50.0, 0.0, -50.0), atol=1e-12)


def test_logarithmic_efficacy_takes_the_quantiles_of_the_values():
    """1, 2, ..., 21: the 5 % and 95 % quantiles are 2 and 20, whose scores are 0 and 100."""
    x = np.arange(1.0, 22.0)[:, None]
    z = n.logarithmic_efficacy(x, x)
    assert_allclose(z[[1, 19]], col(0.0, 100.0), atol=1e-12)
    assert_allclose(z[0], 100 * (np.log(1) - np.log(2)) / (np.log(20) - np.log(2)), rtol=1e-12)


def test_mazziotta_pareto_by_hand():
    """0 to 10 with a mean of 4: 4 has 100, a range of 10 is worth 60."""
    x, reference = col(0.0, 4.0, 10.0), col(0.0, 2.0, 4.0, 4.0, 10.0)
    assert_allclose(n.mazziotta_pareto(x, reference), col(76.0, 100.0, 136.0), rtol=1e-14)
    assert_allclose(n.mazziotta_pareto(x, reference, centre=5.0), col(70.0, 94.0, 130.0), rtol=1e-14)


# --- degenerate input: the documented answers -------------------------------------------------------------------------


def test_where_there_is_no_score_the_whole_indicator_is_not_a_number():
    """Quietly: the pipeline finds it and names the indicator."""
    x = col(2.0, 4.0)
    nothing = col(NAN, NAN)
    assert_array_equal(n.vector(0 * x, 0 * x), nothing)
    assert_array_equal(n.ratio(x, col(0.0, 4.0), to="worst"), nothing)
    assert_array_equal(n.relative_difference(x, col(-1.0, 1.0)), nothing)
    assert_array_equal(n.mazziotta_pareto(x, col(3.0, 3.0)), nothing)
    assert_array_equal(n.logarithmic_efficacy(x, col(1.0, 3.0, 3.0, 3.0), low_quantile=0.5), nothing)


@pytest.mark.parametrize("target", [2.0, 1.0])
def test_a_target_that_all_have_reached_gives_no_score(target):
    """Dividing by target - min < 0 would turn the ranking round."""
    x = col(2.0, 4.0)
    assert_array_equal(n.distance_to_target(x, x, target=target), col(NAN, NAN))


@pytest.mark.parametrize("method", [n.efficacy, n.exponential_efficacy])
def test_standards_in_the_wrong_order_give_no_score(method):
    assert_array_equal(method(col(2.0), NOTHING, satisfactory=1.0, not_permitted=3.0), col(NAN))
    assert_array_equal(method(col(2.0), NOTHING, satisfactory=3.0, not_permitted=3.0), col(NAN))


def test_a_logarithm_of_nothing_is_no_score():
    x = col(2.0, 0.0, -1.0, 8.0, 4.0)
    found = n.logarithmic_efficacy(x, col(2.0, 8.0), low_quantile=0, high_quantile=1)
    assert_allclose(found, col(0.0, NAN, NAN, 100.0, 50.0), atol=1e-12)


def test_zeros_are_admitted_where_nothing_is_divided_by_them():
    x = col(0.0, 2.0, 4.0)
    assert_array_equal(n.ratio(x, x), col(0.0, 1.0, 2.0))
    assert_array_equal(n.ratio(x, x, to="best"), col(0.0, 0.5, 1.0))
    assert_array_equal(n.relative_difference(x, x), col(-1.0, 0.0, 1.0))


def test_one_bad_indicator_leaves_its_neighbour_alone():
    x = np.array([[0.0, 1.0], [0.0, 3.0]])
    assert_array_equal(n.ratio(x, x, to="worst"), [[NAN, 1.0], [NAN, 3.0]])


# --- what holds for all -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_missing_stays_missing_and_is_not_looked_at(name):
    x = col(30.0, NAN, 10.0, 80.0)
    there = ~np.isnan(x.ravel())
    found = kernel(name)(x, x)
    assert_array_equal(np.isnan(found), np.isnan(x))
    assert_allclose(found[there], kernel(name)(x[there], x[there]), rtol=1e-14)


@pytest.mark.parametrize("name", ALL)
def test_columns_do_not_see_each_other_and_nothing_is_changed(name):
    x = np.random.default_rng(4).uniform(1.0, 500.0, (9, 3))
    x.setflags(write=False)
    together = kernel(name)(x, x)
    for k in range(3):
        assert_allclose(together[:, [k]], kernel(name)(x[:, [k]], x[:, [k]]), rtol=1e-13)
    assert_allclose(kernel(name)(x[:, ::-1], x[:, ::-1]), together[:, ::-1], rtol=1e-13)


@pytest.mark.parametrize("name", ALL)
@given(x=POSITIVE)
def test_finite_scores_that_never_fall_as_the_value_rises(name, x):
    z = kernel(name)(spread(x), x)
    if name == "logarithmic_efficacy":  # ties at both quantiles leave no scale
        assume(np.isfinite(z).all())
    assert np.isfinite(z).all()
    for k in range(x.shape[1]):
        assert (np.diff(z[np.argsort(x[:, k], kind="stable"), k]) >= -1e-9).all()


UNIT_FREE = ["rank", "borda", "rank_share", "categorical", "mazziotta_pareto"]
SCALE_FREE = ["vector", "ratio", "relative_difference", "logarithmic_efficacy"]


@pytest.mark.parametrize("name", UNIT_FREE)
@given(x=COLUMNS, a=st.floats(0.01, 100.0), b=st.integers(-1000, 1000))
def test_a_change_of_unit_changes_no_score(name, x, a, b):
    """a x + b, a > 0."""
    spread(x)
    assert_allclose(kernel(name)(a * x + b, a * x + b), kernel(name)(x, x), rtol=1e-9, atol=1e-8)


@pytest.mark.parametrize("name", SCALE_FREE)
@given(x=POSITIVE, a=st.floats(0.01, 100.0))
def test_a_change_of_scale_changes_no_score(name, x, a):
    """a x, a > 0: methods for values with a true zero."""
    spread(x)
    found, expected = kernel(name)(a * x, a * x), kernel(name)(x, x)
    assume(np.isfinite(expected).all() and np.abs(expected).max() < 1e6)
    assert_allclose(found, expected, rtol=1e-7, atol=1e-7)


@given(COLUMNS, st.floats(0.01, 100.0), st.integers(-500, 500))
def test_targets_and_standards_move_with_the_unit(x, a, b):
    y = a * x + b
    found = n.distance_to_target(y, y, target=a * 501 + b)
    assert_allclose(found, n.distance_to_target(x, x, target=501), rtol=1e-9, atol=1e-9)
    found = n.efficacy(y, y, satisfactory=a * 400 + b, not_permitted=a * 10 + b)
    assert_allclose(found, n.efficacy(x, x, satisfactory=400, not_permitted=10), rtol=1e-9, atol=1e-9)
    found = n.mazziotta_pareto(spread(y), y, centre=a * 7 + b)
    assert_allclose(found, n.mazziotta_pareto(x, x, centre=7), rtol=1e-9, atol=1e-9)


@given(POSITIVE)
def test_a_cost_is_the_mirror_image_of_a_benefit(x):
    """Oriented by its sign, what was lowest is highest: for the methods that mirror exactly."""
    spread(x)
    assert_allclose(n.relative_difference(-x, -x), -n.relative_difference(x, x), atol=1e-12)
    assert_array_equal(n.above_below_mean(-x, -x), -n.above_below_mean(x, x))
    assert_allclose(n.min_max(-x, -x), 1 - n.min_max(x, x), atol=1e-12)
    assert_allclose(n.mazziotta_pareto(-x, -x), 200 - n.mazziotta_pareto(x, x), rtol=1e-12)
    z = n.logarithmic_efficacy(x, x)
    assume(np.isfinite(z).all() and np.abs(z).max() < 1e6)
    assert_allclose(n.logarithmic_efficacy(-x, -x), 100 - z, rtol=1e-9, atol=1e-9)


@given(COLUMNS)
def test_ranks_against_scipy(x):
    expected = rankdata(spread(x), method="min", axis=0)
    assert_array_equal(n.rank(x, x), expected)
    assert_array_equal(n.borda(x, x), expected - 1)
    assert_allclose(n.rank_share(x, x), 100 * expected / len(x), rtol=1e-14)
    assert_allclose(n.borda(x, x) / (len(x) - 1), n.percentile_rank(x, x), rtol=1e-14)


@given(COLUMNS)
def test_the_relations_between_methods(x):
    """Distance to a target at the maximum is min-max on 0..1; efficacy, min-max on 60..100."""
    x = spread(x)[:, [0]]
    share = n.min_max(x, x)
    assert_allclose(n.distance_to_target(x, x, target=x.max()), share, atol=1e-12)
    standards = {"satisfactory": x.max(), "not_permitted": x.min()}
    assert_allclose(n.efficacy(x, x, **standards), n.min_max(x, x, lower=60, upper=100), rtol=1e-12)
    assert_allclose(n.exponential_efficacy(x, x, **standards), 60 * (5 / 3) ** share, rtol=1e-12)
    assert_allclose(n.mazziotta_pareto(x, x, centre=(x.min() + x.max()) / 2), 70 + 60 * share, rtol=1e-12)


@given(POSITIVE)
def test_bounds(x):
    spread(x)
    assert_allclose((n.vector(x, x) ** 2).sum(axis=0), 1.0, rtol=1e-12)
    assert_allclose(n.ratio(x, x).mean(axis=0), 1.0, rtol=1e-12)
    assert (n.ratio(x, x, to="best").max(axis=0) == 1).all()
    assert (n.ratio(x, x, to="worst").min(axis=0) == 1).all()
    assert set(np.unique(n.categorical(x, x))) <= {0, 20, 40, 50, 60, 80, 100}
    z = n.mazziotta_pareto(x, x)
    assert ((z >= 40 - 1e-9) & (z <= 160 + 1e-9)).all()
    assert_allclose(z.mean(axis=0), 100.0, rtol=1e-12)


# --- what the registry says of them -----------------------------------------------------------------------------------


def registered() -> list[Method]:
    return list(METHODS["normalisation"].values())


def test_every_method_of_the_module_is_tested_here():
    assert {m.name for m in registered()} == set(ALL)


@pytest.mark.parametrize("found", registered(), ids=lambda m: m.name)
def test_each_takes_the_two_arrays(found):
    assert found.positional == ("x", "reference")
    assert inspect.signature(found.kernel).return_annotation == "Array"


@pytest.mark.parametrize("name", [m.name for m in registered() if "attains" in m.traits])
@given(x=POSITIVE)
def test_the_score_said_to_be_attained_is_reached_or_fallen_below(name, x):
    """By some observation of the reference, under the defaults as under the parameters used here."""
    z = kernel(name)(spread(x), x)
    assume(np.isfinite(z).all())
    attains = get_method("normalisation", name).traits["attains"]
    assert isinstance(attains(), float)
    assert (z.min(axis=0) <= attains(**ALL[name]) + 1e-9).all()


def test_parameters_in_raw_units():
    raw = {m.name: m.raw_parameters for m in registered() if m.raw_parameters}
    assert raw == {
        "goalposts": ("low", "high"),
        "piecewise": ("values",),
        "distance_to_target": ("target",),
        "efficacy": ("satisfactory", "not_permitted"),
        "exponential_efficacy": ("satisfactory", "not_permitted"),
        "mazziotta_pareto": ("centre",),
    }


@pytest.mark.parametrize(
    ("cuts", "scores", "sound"),
    [
        ((0.5,), (0.0, 1.0), (True, True)),
        ((0.5, 0.5), (0.0, 1.0, 2.0), (False, True)),
        ((0.0, 0.5), (0.0, 1.0, 2.0), (False, True)),
        ((0.5, 1.0), (0.0, 1.0, 2.0), (False, True)),
        ((0.5,), (0.0, 1.0, 2.0), (True, False)),
        ((0.5,), (1.0, 0.0), (True, False)),
    ],
)
def test_what_categories_demand_of_their_parameters(cuts, scores, sound):
    demands = get_method("normalisation", "categorical").traits["demands"]
    found = [demands[name][0](cuts=cuts, scores=scores) for name in ("cuts", "scores")]
    assert tuple(found) == sound
