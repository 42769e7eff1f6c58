"""Coupling coordination and obstacle degrees: hand-worked, at the edges, and as properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods.coupling import coordination, coupling_degree, grade, obstacle_degree

TEN = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
FORMS = ["standard", "corrected"]

scores = st.integers(2, 6).flatmap(lambda n: st.lists(st.floats(0.001, 1.0), min_size=n, max_size=n))


def coupled(*u, form="standard"):
    return coupling_degree(np.array([u], float), form=form)[0]


# --- the coupling degree, by hand ---


def test_standard_form_by_hand():
    """U = .9, .1: C = 2 sqrt(.9 × .1)/(.9 + .1) = 2 × .3. U = .8, .4, .2: 3 (.064)^(1/3)/1.4 = 3 × .4/1.4."""
    assert_allclose(coupled(0.9, 0.1), 0.6)
    assert_allclose(coupled(0.8, 0.4, 0.2), 1.2 / 1.4)


def test_corrected_form_by_hand():
    """U = .8, .4, .2. Distances .4, .6, .2: mean .4. Over the largest: 1 × .5 × .25 = .125, its root .353553.

    C = sqrt((1 - .4) × .353553) = sqrt(.212132) = .460578. For U = .9, .1: sqrt((1 - .8) × .1/.9) = .149071.
    """
    assert_allclose(coupled(0.8, 0.4, 0.2, form="corrected"), 0.460578, rtol=1e-5)
    assert_allclose(coupled(0.9, 0.1, form="corrected"), 0.149071, rtol=1e-5)


def test_the_peak_is_one_and_not_a_half():
    """The commonest error in use: C = sqrt(ΠU)/ΣU, which is 0.5 where both are equal."""
    for form in FORMS:
        assert_allclose(coupled(0.4, 0.4, form=form), 1.0)
        assert_allclose(coupled(*[0.3] * 5, form=form), 1.0)


# --- and at the edges ---


@pytest.mark.parametrize("form", FORMS)
def test_a_system_at_zero_makes_coupling_and_coordination_zero(form):
    found = coordination(np.array([[0.8, 0.0], [0.8, 0.4]]), np.array([0.5, 0.5]), form=form)
    assert found.coupling[0] == 0 and found.degree[0] == 0
    assert_allclose(found.overall[0], 0.4)
    assert found.degree[1] > 0


@pytest.mark.parametrize("form", FORMS)
def test_all_systems_at_zero_have_no_coupling_but_no_coordination_either(form):
    found = coordination(np.zeros((1, 3)), np.full(3, 1 / 3), form=form)
    assert np.isnan(found.coupling[0])
    assert found.overall[0] == 0 and found.degree[0] == 0


@pytest.mark.parametrize("form", FORMS)
def test_a_missing_system_makes_all_missing(form):
    found = coordination(np.array([[0.5, np.nan], [0.0, np.nan]]), np.array([0.5, 0.5]), form=form)
    assert np.isnan(found).all()


def test_nothing_underflows():
    assert_allclose(coupled(*[1e-200] * 4), 1.0)


def test_weights_enter_the_coordination_index_alone():
    """U = .9, .1 with weights .75, .25: C stays .6; T = .675 + .025 = .7; D = sqrt(.42)."""
    found = coordination(np.array([[0.9, 0.1]]), np.array([0.75, 0.25]))
    assert_allclose(np.ravel(found), [0.6, 0.7, np.sqrt(0.42)])


def test_weights_may_differ_between_observations():
    u = np.array([[0.9, 0.1], [0.9, 0.1]])
    found = coordination(u, np.array([[0.75, 0.25], [0.5, 0.5]]))
    assert_allclose(found.overall, [0.7, 0.5])


@given(scores, st.sampled_from(FORMS))
def test_coupling_lies_between_zero_and_one_whatever_the_order(u, form):
    found = coupled(*u, form=form)
    assert 0 <= found <= 1
    assert_allclose(coupled(*reversed(u), form=form), found, rtol=1e-9)


@given(scores, st.floats(0.01, 1.0))
def test_the_standard_form_looks_at_proportions_alone(u, factor):
    assert_allclose(coupled(*(factor * x for x in u)), coupled(*u), rtol=1e-9)


@given(scores, st.sampled_from(FORMS))
def test_coordination_never_passes_the_root_of_the_index(u, form):
    found = coordination(np.array([u]), np.full(len(u), 1 / len(u)), form=form)
    assert found.degree[0] <= np.sqrt(found.overall[0]) + 1e-12
    assert found.degree[0] ** 2 == pytest.approx(found.coupling[0] * found.overall[0])


# --- grades ---


@pytest.mark.parametrize(
    ("degree", "closed_below", "closed_above"),
    [(0.0, 0, 0), (0.05, 0, 0), (0.1, 1, 0), (0.55, 5, 5), (0.6, 6, 5), (0.7, 7, 6), (0.9, 9, 8), (1.0, 9, 9)],
)
def test_a_degree_on_a_bound(degree, closed_below, closed_above):
    assert grade(np.array([degree]), TEN, bounds="[a,b)") == [closed_below]
    assert grade(np.array([degree]), TEN, bounds="(a,b]") == [closed_above]


def test_the_last_bit_decides_no_grade():
    nearly = np.array([0.1 + 0.2 - 1e-13, 0.1 + 0.2, 0.3])
    assert_array_equal(grade(nearly, TEN), [3, 3, 3])


def test_grades_keep_the_shape_and_mark_what_is_missing():
    assert_array_equal(grade(np.array([[0.15, np.nan]]), TEN), [[1, -1]])


# --- obstacles ---


def test_obstacles_by_hand():
    """z = 1, .5, 0; F = .5, .3, .2. Lacking: 0, .5 × .3 = .15, 1 × .2 = .2; together .35: 0, 3/7, 4/7."""
    assert_allclose(obstacle_degree(np.array([[1.0, 0.5, 0.0]]), np.array([0.5, 0.3, 0.2]))[0], [0, 3 / 7, 4 / 7])


def test_nothing_lacking_is_no_obstacle():
    nearly = np.array([[1.0, 1.0], [1.0 - 1e-16, 1.0 - 1e-15]])
    assert_array_equal(obstacle_degree(nearly, np.array([0.5, 0.5])), np.zeros((2, 2)))


def test_a_missing_indicator():
    """Of weight above 0: nothing can be said. Of weight 0: it is missing by itself."""
    z = np.array([[0.5, np.nan], [0.5, np.nan]])
    found = obstacle_degree(z, np.array([[0.5, 0.5], [1.0, 0.0]]))
    assert_array_equal(found, [[np.nan, np.nan], [1.0, np.nan]])


@given(scores, st.lists(st.floats(0.01, 1.0), min_size=6, max_size=6))
def test_obstacles_add_up_and_their_sum_is_what_is_lacking(z, weights):
    w = np.array(weights[: len(z)]) / sum(weights[: len(z)])
    z = np.array([z])
    found = obstacle_degree(z, w)
    assert_allclose(found.sum(), 0.0 if (z > 1 - 1e-12).all() else 1.0)
    assert_allclose((w * (1 - z)).sum(), 1 - (w * z).sum(), atol=1e-12)
