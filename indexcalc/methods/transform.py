"""Transforms declared for an indicator: they change the scale on which it is read.

x: figures of any shape; several indicators are along the last axis of an array of two or more axes, so that the
panel is (n_city, n_year, n_indicator), and an array of one axis is one indicator. Missing stays missing.

A transform that depends on the sample (trait `needs_reference`) also takes reference, the figures whose minimum and
maximum count, laid out likewise; by default x itself. Goalposts of the indicator go through the same kernel with its
figures as the reference.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.registry import method

Array = NDArray[np.float64]


@method("transform")
def none(x: Array) -> Array:
    """No transform.

    x: any shape. Missing stays missing.

    >>> none(np.array([2.0]))
    array([2.])
    """
    return x


@method("transform", needs_positive=True, needs_above=lambda: 0.0)
def log(x: Array) -> Array:
    """Natural logarithm: ln x.

    x: any shape, above 0 (the pipeline refuses others by name). Missing stays missing. Goalposts of the same
    indicator are given in raw units and are transformed with it, as in the Human Development Index.
    Source: UNDP, Human Development Report 2021/22, technical note 1.

    >>> log(np.array([1.0, np.e]))
    array([0., 1.])
    """
    return np.log(x)


@method("transform", needs_above=lambda offset: -offset)
def log_offset(x: Array, *, offset: float) -> Array:
    """Natural logarithm after adding a constant: ln(x + offset).

    For indicators that reach 0. x: any shape, above -offset (the pipeline refuses others by name); offset: in the
    indicator's own unit, so that the result changes with the unit. Missing stays missing.

    >>> log_offset(np.array([0.0, np.e - 1.0]), offset=1)
    array([0., 1.])
    """
    return np.log(x + offset)


@method("transform", needs_reference=True, needs_spread=True, within={"share": (0.0001, 1.0)})
def log_shifted(x: Array, reference: Array | None = None, *, share: float = 0.01) -> Array:
    """Natural logarithm of the distance from just below the minimum: ln(x - min + share (max - min)).

    min and max per indicator, over all figures present of the reference, cities and years pooled; so the result does
    not depend on the unit except by a constant, negative figures are allowed, and a new city can move all others.
    x: any shape [any unit]; reference: as x, x itself if left out; share: 0.0001 to 1. Undefined (NaN) for an
    indicator with one value only, which the pipeline refuses by name. Missing stays missing.
    Source: R package COINr 1.1, log_CT (the COIN Tool's logarithm).

    >>> log_shifted(np.array([0.0, 50.0, 100.0])).round(3)
    array([0.   , 3.932, 4.615])
    """
    low, high = _extremes(x if reference is None else reference)
    spread = np.where(high > low, high - low, np.nan)
    return np.log(x - low + share * spread)


@method(
    "transform",
    needs_reference=True,
    needs_above=lambda power, shift="minimum_to_one": 0.0 if shift == "none" else -math.inf,
)
def box_cox(
    x: Array,
    reference: Array | None = None,
    *,
    power: float,
    shift: Literal["minimum_to_one", "none"] = "minimum_to_one",
) -> Array:
    """Box-Cox transform of a fixed power: (y^power - 1)/power, ln y for power 0.

    shift says how figures become positive: `minimum_to_one` reads y = x - min + 1, the minimum of the indicator over
    all figures present of the reference, cities and years pooled (as COINr does; the result depends on the unit);
    `none` reads y = x, above 0 (the pipeline refuses others by name). power is the λ of the literature: 1 leaves the
    shape, 0.5 is the square root, smaller ones pull large values in further.
    x: any shape [any unit]; reference: as x, x itself if left out. Missing stays missing.
    Source: Box and Cox (1964), JRSS-B 26(2); R package COINr 1.1, boxcox.

    >>> box_cox(np.array([10.0, 13.0, 18.0]), power=0.5)
    array([0., 2., 4.])
    >>> box_cox(np.array([1.0, 4.0, 9.0]), power=0.5, shift="none")
    array([0., 2., 4.])
    """
    low, _ = _extremes(x if reference is None else reference)
    y = x if shift == "none" else x - low + 1.0
    if abs(power) < 1e-3:  # near 0 the quotient of the formula loses its digits
        return np.log(y) if power == 0 else np.expm1(power * np.log(y)) / power
    transformed: Array = (y**power - 1.0) / power
    return transformed


@method("transform", within={"rate": (1e-9, 1e9)})
def exponential(x: Array, *, rate: float, origin: float = 0.0) -> Array:
    """Exponential: exp(rate (x - origin)), 1 at the origin.

    For returns that compound, such as those to years of schooling. rate: above 0, per unit of the indicator; origin: in
    the indicator's own unit. x: any shape. Missing stays missing.
    Source: World Bank, Human Capital Index (Kraay 2018, Policy Research Working Paper 8593): exp(0.08 (years - 14)).

    >>> exponential(np.array([14.0, 9.0]), rate=0.08, origin=14).round(4)
    array([1.    , 0.6703])
    """
    return np.exp(rate * (x - origin))


@method("transform", needs_nonzero=True, reverses=True)
def reciprocal(x: Array) -> Array:
    """Reciprocal: 1/x. It reverses the order: the largest figure becomes the smallest.

    Only by name, never in place of a negative direction: it changes the distribution, stretching the differences
    between small figures. x: any shape, not 0 (the pipeline refuses that by name) and of one sign: figures on both
    sides of 0 are reversed on each side separately, and so are no longer in order. Missing stays missing.

    >>> reciprocal(np.array([0.5, 4.0]))
    array([2.  , 0.25])
    """
    inverted: Array = 1.0 / x
    return inverted


@method("transform")
def absolute(x: Array, *, origin: float = 0.0) -> Array:
    """Absolute distance: |x - origin|.

    For indicators whose size counts and not their sign, such as inflation, where a fall of prices is as bad as a
    rise; usually with direction negative. origin: in the indicator's own unit. Posts of the same indicator are figures
    too and become distances with them. x: any shape [any unit]; the result is in that unit. Missing stays missing.
    Source: Fraser Institute, Economic Freedom of the World, appendix: explanatory notes, area 3, inflation.

    >>> absolute(np.array([-3.0, 0.0, 2.0]))
    array([3., 0., 2.])
    """
    distance: Array = np.abs(x - origin)
    return distance


def _extremes(values: Array) -> tuple[Array, Array]:
    """Minimum and maximum of each indicator over the figures present; NaN for one that has none."""
    axes = tuple(range(values.ndim - 1)) if values.ndim > 1 else None
    return np.fmin.reduce(values, axis=axes), np.fmax.reduce(values, axis=axes)
