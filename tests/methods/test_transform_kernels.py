"""Further transforms: hand-worked; order, missing values and reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods import METHODS, get_method
from indexcalc.methods.transform import absolute, box_cox, exponential, log, log_offset, log_shifted, none, reciprocal

NAN = np.nan
PANELS = hnp.arrays(float, (3, 4, 2), elements=st.one_of(st.just(NAN), st.integers(1, 500).map(float)))

EVERY = {
    "none": none,
    "log": log,
    "log_offset": lambda x: log_offset(x, offset=2.5),
    "log_shifted": log_shifted,
    "box_cox": lambda x: box_cox(x, power=0.5),
    "box_cox, unshifted": lambda x: box_cox(x, power=-1.0, shift="none"),
    "box_cox, logarithm": lambda x: box_cox(x, power=0),
    "exponential": lambda x: exponential(x, rate=0.01, origin=500),
    "reciprocal": reciprocal,
    "absolute": absolute,
}


def test_log_shifted_by_hand():
    """The range is 100 and 1 % of it is 1: ln 1, ln 51 and ln 101."""
    found = log_shifted(np.array([-20.0, 30.0, NAN, 80.0]))
    assert_allclose(found, np.log([1.0, 51.0, NAN, 101.0]), rtol=1e-14)


def test_log_shifted_pools_cities_and_years_but_not_indicators():
    x = np.array([[[0.0, 5.0], [10.0, 7.0]], [[100.0, NAN], [50.0, 6.0]]])
    found = log_shifted(x)
    for k in range(2):
        column = x[:, :, k]
        low, high = np.nanmin(column), np.nanmax(column)
        assert_allclose(found[:, :, k], np.log(column - low + 0.01 * (high - low)), rtol=1e-14)


def test_log_shifted_of_one_value_only_is_undefined():
    found = log_shifted(np.array([[3.0, 1.0, NAN], [3.0, 2.0, NAN]]))
    assert np.isnan(found[:, [0, 2]]).all()
    assert np.isfinite(found[:, 1]).all()


@pytest.mark.parametrize("kernel", [log_shifted, lambda x, reference=None: box_cox(x, reference, power=0.5)])
def test_a_goalpost_goes_the_way_of_the_figures(kernel):
    """A single figure, with those of the indicator as the reference, lands where it would have stood among them."""
    figures = np.array([[2.0, 5.0], [11.0, NAN]])
    among = kernel(figures[:, :, None])[:, :, 0]
    for c, t in ((0, 0), (0, 1), (1, 0)):
        alone = kernel(np.asarray(figures[c, t]), figures.ravel())
        assert alone.shape == ()
        assert_allclose(alone, among[c, t], rtol=1e-15)


def test_exponential_by_hand():
    """At the origin 1; ten units off it, at 8 % a unit, e to the 0.8 or to the -0.8."""
    found = exponential(np.array([14.0, 24.0, NAN, 4.0]), rate=0.08, origin=14)
    assert_allclose(found, [1.0, 2.225540928, NAN, 0.449328964], rtol=1e-9)


def test_log_offset_by_hand():
    assert_allclose(log_offset(np.array([0.0, 9.0, NAN]), offset=1), [0.0, np.log(10.0), NAN], rtol=1e-15)


def test_box_cox_by_hand():
    """Minimum to 1 first: 0, 3, 8 become 1, 4, 9, whose square roots are 1, 2, 3: twice the excess over 1."""
    assert_allclose(box_cox(np.array([0.0, 3.0, 8.0, NAN]), power=0.5), [0.0, 2.0, 4.0, NAN], rtol=1e-14)
    assert_allclose(box_cox(np.array([1.0, 4.0]), power=-1, shift="none"), [0.0, 0.75], rtol=1e-14)
    assert_allclose(box_cox(np.array([1.0, 7.0]), power=0, shift="none"), [0.0, np.log(7.0)], rtol=1e-14)


@given(hnp.arrays(float, 6, elements=st.floats(0.01, 1e4)), st.floats(-2, 2))
def test_box_cox_against_its_formula(x, power):
    y = x - x.min() + 1
    expected = np.log(y) if power == 0 else (y**power - 1) / power
    if power == 0 or abs(power) > 1e-6:  # nearer to 0 the formula as written cancels
        assert_allclose(box_cox(x, power=power), expected, rtol=1e-8, atol=1e-8)


def test_box_cox_is_smooth_in_its_power_at_zero():
    x = np.array([1.0, 3.0, 50.0])
    assert_allclose(box_cox(x, power=1e-12), box_cox(x, power=0), rtol=1e-10)


def test_reciprocal_reverses():
    assert_allclose(reciprocal(np.array([0.25, 2.0, NAN])), [4.0, 0.5, NAN], rtol=1e-15)
    assert get_method("transform", "reciprocal").traits["reverses"]


def test_every_transform_is_held_here():
    assert {name.partition(",")[0] for name in EVERY} == set(METHODS["transform"])


@pytest.mark.parametrize("name", EVERY)
@given(x=PANELS)
def test_missing_stays_missing_and_the_order_is_kept_or_reversed(name, x):
    found = EVERY[name](x)
    assert found.shape == x.shape
    up = -1.0 if name == "reciprocal" else 1.0
    for k in range(2):
        column, mapped = x[:, :, k].ravel(), found[:, :, k].ravel()
        present = ~np.isnan(column)
        if name == "log_shifted" and np.unique(column[present]).size < 2:
            assert np.isnan(mapped).all()
            continue
        assert_array_equal(np.isnan(mapped), ~present)
        in_order = mapped[present][np.argsort(column[present], kind="stable")]
        assert (up * np.diff(in_order) >= -1e-12).all()


@given(PANELS, st.integers(-50, 50), st.floats(0.001, 1000))
def test_log_shifted_sees_the_unit_only_as_a_constant(x, shift, factor):
    found, again = log_shifted(x), log_shifted(factor * x + shift)
    assert_allclose(again, found + np.log(factor), rtol=1e-6, atol=1e-6)


def test_what_each_needs_its_figures_to_be_above():
    """What the door asks before the kernel is called; parameters as written, defaults left out."""
    needs = {name: found.traits.get("needs_above") for name, found in METHODS["transform"].items()}
    assert needs["log"]() == 0.0
    assert needs["reciprocal"] is None
    assert get_method("transform", "reciprocal").traits["needs_nonzero"]
    assert needs["log_offset"](offset=2.5) == -2.5
    assert needs["box_cox"](power=0.5) == -np.inf
    assert needs["box_cox"](power=0.5, shift="none") == 0.0
    assert needs["none"] is None
    assert needs["log_shifted"] is None
    assert get_method("transform", "log").traits["needs_positive"]
