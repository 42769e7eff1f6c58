"""Direction kernels: hand-worked cases, and what holds for every set of figures."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods import direction, get_method
from indexcalc.methods.registry import METHODS

NAN = np.nan
NOTHING = np.empty((0, 1))
COLUMNS = hnp.arrays(
    float, st.tuples(st.integers(2, 10), st.integers(1, 3)), elements=st.integers(-500, 500).map(float)
)


def col(*figures):
    return np.array(figures, float)[:, None]


def test_there_are_four_directions():
    assert sorted(METHODS["direction"]) == ["interval", "middle", "negative", "positive"]


def test_best_low_and_high_are_in_raw_units():
    assert get_method("direction", "middle").raw_parameters == ("best",)
    assert get_method("direction", "interval").raw_parameters == ("low", "high")


def test_positive_and_negative_only_change_the_sign():
    assert_array_equal(direction.positive(col(2.0, NAN, -3.0), NOTHING), col(2.0, NAN, -3.0))
    assert_array_equal(direction.negative(col(2.0, NAN, -3.0), NOTHING), col(-2.0, NAN, 3.0))


def test_middle_by_hand():
    """Best 40: of 25, 40, 50 the farthest lies 15 away; 25 has 0, 50 has 1 - 10/15; 58, beyond, has 1 - 18/15."""
    found = direction.middle(col(25.0, 40.0, 50.0, 58.0, NAN), col(25.0, NAN, 50.0), best=40)
    assert_allclose(found, col(0.0, 1.0, 1 / 3, -0.2, NAN), rtol=1e-14)


def test_interval_by_hand():
    """30 to 40: of 20 and 45 the farthest lies 10 below; 20 has 0, 45 has one half, 15, beyond, has -0.5."""
    found = direction.interval(col(20.0, 30.0, 33.0, 40.0, 45.0, 15.0, NAN), col(20.0, 45.0, NAN), low=30, high=40)
    assert_allclose(found, col(0.0, 1.0, 1.0, 1.0, 0.5, -0.5, NAN), rtol=1e-14)


def test_a_reference_that_is_all_best():
    """Documented: what is at the best place has 1, what is not has no score."""
    assert_array_equal(direction.middle(col(7.0, 8.0), col(7.0, 7.0), best=7), col(1.0, NAN))
    assert_array_equal(direction.interval(col(1.0, 2.0, 3.0), col(1.5, 2.0), low=1, high=2), col(1.0, 1.0, NAN))


@given(COLUMNS, st.integers(-600, 600))
def test_the_nearer_to_the_best_the_better(x, best):
    """Scores over the sample itself lie in [0, 1] and fall with the distance from the best value."""
    z = direction.middle(x, x, best=best)
    assert ((z >= 0) & (z <= 1)).all()
    for k in range(x.shape[1]):
        order = np.argsort(np.abs(x[:, k] - best))
        assert (np.diff(z[order, k]) <= 1e-12).all()


@given(COLUMNS, st.integers(-600, 600), st.integers(1, 300))
def test_inside_the_interval_is_best(x, low, width):
    z = direction.interval(x, x, low=low, high=low + width)
    assert ((z >= 0) & (z <= 1)).all()
    assert_array_equal(z == 1, (x >= low) & (x <= low + width))


@given(COLUMNS, st.integers(-600, 600))
def test_an_interval_of_no_width_is_a_middle(x, best):
    assert_allclose(direction.interval(x, x, low=best, high=best), direction.middle(x, x, best=best), atol=1e-12)


@given(COLUMNS, st.integers(-600, 600), st.floats(0.01, 100.0), st.booleans(), st.integers(-100, 100))
def test_a_change_of_unit_changes_no_score(x, best, factor, turned, shift):
    """a x + b with a best value of a·best + b gives the same scores, for a of either sign."""
    a = -factor if turned else factor
    found = direction.middle(a * x + shift, a * x + shift, best=a * best + shift)
    assume((x != best).any(axis=0).all())
    assert_allclose(found, direction.middle(x, x, best=best), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("kernel", "parameters"),
    [
        (direction.positive, {}),
        (direction.negative, {}),
        (direction.middle, {"best": 2.0}),
        (direction.interval, {"low": 1.0, "high": 2.0}),
    ],
)
def test_missing_stays_missing_and_columns_do_not_see_each_other(kernel, parameters):
    x = np.random.default_rng(3).normal(size=(8, 3))
    x[2, 1] = NAN
    x.setflags(write=False)
    together = kernel(x, x, **parameters)
    assert_array_equal(np.isnan(together), np.isnan(x))
    for k in range(3):
        there = ~np.isnan(x[:, k])
        alone = kernel(x[there][:, [k]], x[there][:, [k]], **parameters)
        assert_allclose(together[there][:, [k]], alone, rtol=1e-13)
