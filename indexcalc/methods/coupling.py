"""Coupling coordination of several systems (耦合协调度), and obstacle degrees (障碍度).

Both read scores on a scale from 0 to 1, which the caller must ensure: u, z: (n_obs, n) in [0, 1], higher is better.
NaN is missing; nothing is rescaled here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

Form = Literal["standard", "corrected"]
Bounds = Literal["[a,b)", "(a,b]"]

DECIMALS = 9
"""Grades are read off degrees rounded so far, as ranks are: the last bit decides nothing."""

ROUNDING = 1e-12
"""A score that falls short of 1 by less than this is 1, up to rounding."""


class Coordination(NamedTuple):
    """Coupling degree C, coordination index T and coupling coordination degree D, each (n_obs,) in [0, 1]."""

    coupling: Array
    overall: Array
    degree: Array


def coupling_degree(u: Array, *, form: Form = "standard") -> Array:
    """Coupling degree C (耦合度): 1 where all systems are equal, 0 where one of several is 0.

    standard: C = n (Π u_i)^(1/n) / Σ u_i. corrected: C = sqrt([1 - Σ_{i<j} |u_i - u_j| / (n(n-1)/2)] · (Π u_i/max
    u)^(1/(n-1))), which spreads over the whole of [0, 1]. No weights in either.
    u: (n_obs, n_system), two systems or more. Missing if a system is. All systems at 0 are 0/0: missing.
    Source: 王淑佳 (Wang Shujia) et al. (2021), 自然资源学报 36(3), 793-810: both forms, and the errors in use.

    >>> coupling_degree(np.array([[0.5, 0.5], [0.9, 0.1], [0.9, 0.0], [0.0, 0.0]]))
    array([1. , 0.6, 0. , nan])
    >>> coupling_degree(np.array([[0.5, 0.5], [0.9, 0.1]]), form="corrected").round(4)
    array([1.    , 0.1491])
    """
    n = u.shape[1]
    largest = u.max(axis=1, keepdims=True)  # NaN where a system is missing
    share = u / np.where(largest > 0, largest, np.nan)  # no product underflows
    if form == "standard":
        coupled: Array = np.minimum(_root_of_product(share, n) / share.mean(axis=1), 1.0)
        return coupled
    i, j = np.triu_indices(n, 1)
    apart = np.abs(u[:, i] - u[:, j]).mean(axis=1)
    corrected: Array = np.sqrt(np.maximum(1.0 - apart, 0.0) * _root_of_product(share, n - 1))
    return corrected


def _root_of_product(x: Array, root: int) -> Array:
    """(Π x_i)^(1/root) of each row, by logarithms; 0 where a factor is."""
    some_zero = (x == 0.0).any(axis=1)
    logs = np.log(np.where(x == 0.0, 1.0, x)).sum(axis=1) / root
    return np.where(some_zero & ~np.isnan(logs), 0.0, np.exp(logs))


def coordination(u: Array, weights: Array, *, form: Form = "standard") -> Coordination:
    """Coupling coordination: T = Σ α_i u_i (综合协调指数), D = sqrt(C T) (耦合协调度).

    u: (n_obs, n_system); weights: (n_system,) or (n_obs, n_system), summing to 1; they enter T alone. Missing if a
    system is. A system at 0 makes C and D 0; all at 0 make T and D 0 and leave C missing.
    Source: 王淑佳 (Wang Shujia) et al. (2021), 自然资源学报 36(3), 793-810.

    >>> found = coordination(np.array([[0.62, 0.35]]), np.array([0.5, 0.5]))
    >>> found.coupling.round(4), found.overall.round(4), found.degree.round(4)
    (array([0.9605]), array([0.485]), array([0.6825]))
    """
    coupled = coupling_degree(u, form=form)
    overall = (u * weights).sum(axis=1)
    degree = np.sqrt(np.where(overall == 0.0, 0.0, coupled * overall))
    return Coordination(coupled, overall, degree)


def grade(degree: Array, upper: Sequence[float], *, bounds: Bounds = "[a,b)") -> Ints:
    """Grade of each degree: the position, from 0, of the interval it falls into; -1 where it is missing.

    degree: any shape, in [0, 1]; upper: ascending upper bounds of the grades. "[a,b)": a bound belongs to the grade
    that begins there, and the top of the scale to the last grade; "(a,b]": to the grade that ends there, and 0 to the
    first. Degrees are rounded to 9 decimals first.

    >>> grade(np.array([0.0, 0.5, 0.7, 1.0, np.nan]), [0.5, 1.0])
    array([ 0,  1,  1,  1, -1])
    >>> grade(np.array([0.0, 0.5, 0.7, 1.0, np.nan]), [0.5, 1.0], bounds="(a,b]")
    array([ 0,  0,  1,  1, -1])
    """
    inner = np.asarray(upper[:-1], float)
    at = np.searchsorted(inner, np.round(degree, DECIMALS), side="right" if bounds == "[a,b)" else "left")
    return np.where(np.isnan(degree), -1, at)


def obstacle_degree(z: Array, weights: Array) -> Array:
    """Obstacle degree (障碍度), an indicator's share of the shortfall: O_ij = F_ij (1 - z_ij) / Σ_j F_ij (1 - z_ij).

    z: (n_obs, n_indicator); weights F: (n_indicator,) or (n_obs, n_indicator), global weights summing to 1. Returns
    (n_obs, n_indicator); each row adds up to 1, or is 0 throughout where nothing falls short (all z = 1: 0/0). An
    indicator of weight 0 counts for nothing; a missing one of weight above 0 makes the whole row missing, one of weight
    0 is missing by itself. Identity: Σ_j F_j (1 - z_ij) = 1 - Σ_j F_j z_ij.
    Source: 障碍度模型 of Chinese evaluation studies: 因子贡献度 F, 指标偏离度 1 - z.

    >>> obstacle_degree(np.array([[0.9, 0.2, 0.5], [1.0, 1.0, 1.0]]), np.array([0.5, 0.3, 0.2])).round(4)
    array([[0.1282, 0.6154, 0.2564],
           [0.    , 0.    , 0.    ]])
    """
    lacking = np.where(np.abs(1.0 - z) < ROUNDING, 0.0, 1.0 - z)
    weighted = np.where(np.broadcast_to(weights, z.shape) > 0, lacking * weights, 0.0)
    total = weighted.sum(axis=1, keepdims=True)
    share = weighted / np.where(total == 0.0, 1.0, total)
    return np.where(np.isnan(z), np.nan, share)
