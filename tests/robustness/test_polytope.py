"""Sets of weights: the closed-form best against the corners of the set, one by one; the same set in inequalities."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from indexcalc.robustness.polytope import Box, Branch, Cone, Ordered, Polytope, simplex, within

NOMINAL = np.array([0.5, 0.3, 0.2])
gains = st.lists(st.floats(-100, 100), min_size=3, max_size=3).map(np.array)


def corners_of_cone(cone):
    written = np.array([u for u in product(*zip(cone.lower, cone.upper, strict=True)) if sum(u) > 0])
    return written / written.sum(axis=1, keepdims=True)


def corners_of_box(box):
    found = []
    for order in permutations(range(3)):
        x, rest = box.lower.copy(), 1.0 - box.lower.sum()
        for k in order:
            more = min(rest, box.upper[k] - x[k])
            x[k] += more
            rest -= more
        found.append(x)
    return np.array(found)


SETS = {
    "within 25 %": (within(NOMINAL, 0.25), corners_of_cone(within(NOMINAL, 0.25))),
    "one of them fixed": (Cone(NOMINAL * [0.5, 1.0, 0.5], NOMINAL * [1.5, 1.0, 1.5]), None),
    "all weights": (simplex(3), np.eye(3)),
    "bounds": (Box(np.array([0.1, 0.2, 0.0]), np.array([0.6, 0.5, 0.4])), None),
    "order": (Ordered(NOMINAL), np.array([[1, 0, 0], [0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3]])),
    "order with a tie": (
        Ordered(np.array([0.4, 0.4, 0.2])),
        np.array([[1, 0, 0], [0, 1, 0], [0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3]]),
    ),
}
CORNERS = {
    name: corners if corners is not None else (corners_of_box if isinstance(local, Box) else corners_of_cone)(local)
    for name, (local, corners) in SETS.items()
}


@pytest.mark.parametrize("name", SETS)
@given(gain=gains)
def test_the_best_of_a_set_is_the_best_of_its_corners(name, gain):
    shares = SETS[name][0].shares(gain[None])[0]
    shares = shares / shares.sum()
    assert_allclose(shares @ gain, (CORNERS[name] @ gain).max(), rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("name", SETS)
def test_the_inequalities_hold_at_every_corner_and_nowhere_beyond(name):
    """A linear programme over the inequalities reaches what the closed form reaches, in random directions."""
    from scipy.optimize import linprog

    local = SETS[name][0]
    rows = local.rows()
    total = np.array([[1.0, 1.0, 1.0, -1.0, 0.0], [0.0, 0.0, 0.0, 1.0, 0.0]])
    for gain in np.random.default_rng(0).normal(size=(20, 3)):
        found = linprog(-np.append(gain, [0.0, 0.0]), A_ub=rows, b_ub=np.zeros(len(rows)), A_eq=total, b_eq=[0.0, 1.0])
        shares = local.shares(gain[None])[0]
        assert found.status == 0
        assert_allclose(-found.fun, shares @ gain / shares.sum(), atol=1e-9)


def test_a_share_may_leave_the_spread_but_no_ratio_its_limit():
    """Two equal weights within 25 %: the greatest share is 1.25 / 2 = 62.5 %, the ratio 1.25 / 0.75."""
    shares = within(np.array([0.5, 0.5]), 0.25).shares(np.array([[1.0, 0.0]]))[0]
    assert_allclose(shares / shares.sum(), [0.625, 0.375])
    five = within(np.full(5, 0.2), 0.25).shares(np.array([[1.0, 0, 0, 0, 0]]))[0]
    assert_allclose((five / five.sum())[0], 1.25 / (1.25 + 4 * 0.75))  # 29.4 %: 47 % above 20 %


@pytest.mark.parametrize("name", SETS)
def test_weights_a_rounding_error_outside_are_put_inside(name):
    local = SETS[name][0]
    random = np.random.default_rng(1)
    for corner in CORNERS[name]:
        x = np.maximum(corner + random.normal(scale=1e-9, size=3), 0.0)
        inside = local.inside(x / x.sum())
        inside = inside / inside.sum()
        assert_allclose(inside, corner, atol=1e-7)
        for gain in random.normal(size=(10, 3)):
            assert inside @ gain <= (CORNERS[name] @ gain).max() + 1e-13


TREE = (
    Branch(0, (1, 2), np.array([0.6, 0.4])),
    Branch(1, (3, 4), np.array([0.5, 0.5])),
    Branch(2, (5, 6, 7), NOMINAL),
)
LEAVES = (3, 4, 5, 6, 7)


def tree(spread):
    return Polytope(TREE, LEAVES, tuple(within(branch.nominal, spread) for branch in TREE))


@given(st.lists(st.floats(-100, 100), min_size=5, max_size=5).map(np.array))
def test_level_by_level_is_as_good_as_every_corner_of_every_level_together(gain):
    corners = [corners_of_cone(local) for local in tree(0.25).sets]
    every = [
        np.concatenate([upper[0] * one, upper[1] * two])
        for upper, one, two in product(corners[0], corners[1], corners[2])
    ]
    best = tree(0.25).best(gain[None])[0]
    assert_allclose(best.sum(), 1.0)
    assert_allclose(best @ gain, (np.array(every) @ gain).max(), rtol=1e-12, atol=1e-9)


def test_no_spread_is_one_point_and_full_spread_all_weights():
    gain = np.array([[1.0, 2.0, 3.0, 9.0, 4.0]])
    assert_allclose(tree(0.0).best(gain)[0], [0.3, 0.3, 0.2, 0.12, 0.08])
    assert_allclose(tree(1.0).best(gain)[0], [0, 0, 0, 1, 0])
    assert tree(1.0).most(gain) == 9.0
