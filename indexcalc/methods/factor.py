"""Correlations, principal components and their rotation, for the weights and the structure of an index.

x: (n_obs, n_indicator) [any unit], NaN where missing. Everything here is the same whatever the units are.
"""

from __future__ import annotations

from itertools import combinations
from math import atan2, cos, hypot, sin

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def varies(x: Array) -> NDArray[np.bool_]:
    """Which indicators take two different values at least; a column without any value does not.

    >>> varies(np.array([[1.0, 2.0], [1.0, 3.0], [np.nan, 2.0]]))
    array([False,  True])
    """
    low, high = np.fmin.reduce(x, axis=0, initial=np.inf), np.fmax.reduce(x, axis=0, initial=-np.inf)
    found: NDArray[np.bool_] = high > low
    return found


def correlations(x: Array) -> Array:
    """Pearson correlations of the indicators, each pair over the city-years in which both are present.

    (n_indicator, n_indicator), 1 on the diagonal. NaN where undefined: a constant indicator (on the diagonal too), or
    a pair of which one is constant, or which has fewer than two city-years, where both are present.

    >>> correlations(np.array([[1.0, 5.0], [2.0, 4.0], [3.0, np.nan], [4.0, 2.0]]))
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    live = varies(x)
    found = np.full((x.shape[1], x.shape[1]), np.nan)
    y = x[:, live]
    present = ~np.isnan(y)
    d = np.where(present, y - np.nanmean(y, axis=0), 0.0)  # centred and scaled first, so that no digits are lost
    d /= np.abs(d).max(axis=0, initial=0.0)
    together = present.astype(float)
    count = together.T @ together
    total, squares = d.T @ together, (d**2).T @ together
    mean = total / np.maximum(count, 1.0)
    variation = squares - total * mean
    defined = (variation > 1e-12 * squares) & (variation > 1e-12 * squares).T
    r = (d.T @ d - total * mean.T) / np.sqrt(np.where(defined, variation * variation.T, 1.0))
    found[np.ix_(live, live)] = np.where(defined, np.clip(r, -1.0, 1.0), np.nan)
    return found


def principal_components(x: Array) -> tuple[Array, Array]:
    """Eigenvalues of the correlation matrix, largest first, and the loadings (n_indicator, n_component).

    A loading is the correlation of an indicator with a component: eigenvector * sqrt(eigenvalue). The sign of a
    component is free: it is set so that its loadings add up to a positive number. Missing: pairwise correlations, of
    which eigenvalues a little below 0 can follow (their loadings are 0); a pair never seen together counts as
    uncorrelated, and so does a constant indicator, whose loadings mean nothing: leave it out.
    Source: OECD/JRC Handbook (2008), step 4; ISBN 978-92-64-04345-9.

    >>> eigenvalues, loadings = principal_components(np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]]))
    >>> eigenvalues.round(6), loadings[:, 0].round(6)
    (array([1.5, 0.5]), array([0.866025, 0.866025]))
    """
    r = np.nan_to_num(correlations(x), nan=0.0)
    np.fill_diagonal(r, 1.0)
    eigenvalues, vectors = np.linalg.eigh(r)
    eigenvalues, vectors = eigenvalues[::-1], vectors[:, ::-1]
    return eigenvalues, _positive(vectors * np.sqrt(np.maximum(eigenvalues, 0.0)))


def retained(
    eigenvalues: Array, components: int | None = None, minimum_eigenvalue: float = 1.0, minimum_share: float = 0.0
) -> int:
    """How many components are kept: as many as `components` says, else those whose eigenvalue is above
    minimum_eigenvalue and that explain at least minimum_share of the variance; one at least.

    >>> retained(np.array([3.3, 1.7, 1.0, 0.9])), retained(np.array([3.3, 1.7, 0.5]), components=3)
    (3, 3)
    """
    if components is not None:
        return min(components, len(eigenvalues))
    kept = (eigenvalues > minimum_eigenvalue - 1e-9) & (eigenvalues >= minimum_share * len(eigenvalues) - 1e-9)
    return max(1, int(kept.sum()))


def varimax(loadings: Array, *, kaiser: bool = True) -> Array:
    """Loadings turned so that each factor has few large ones: the varimax rotation.

    loadings: (n_indicator, n_factor), not changed. Maximises Σ_f var_j(l_jf²) by turning two factors at a time by the
    best angle (Kaiser 1958); kaiser: rows are brought to length 1 first and back afterwards. The communality Σ_f l_jf²
    of each indicator is kept. Factors come in the order of the variance they explain, each with a positive sum.
    Source: Kaiser, H.F. (1958), Psychometrika 23(3): 187-200, doi:10.1007/BF02289233.

    >>> varimax(np.array([[0.6, 0.6], [0.6, 0.6], [0.5, -0.5]])).round(3) + 0.0
    array([[0.849, 0.   ],
           [0.849, 0.   ],
           [0.   , 0.707]])
    """
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    scale = np.where(length > 0, length, 1.0) if kaiser else np.ones_like(length)
    turned = loadings / scale
    n = len(turned)
    for _ in range(1000):
        largest = 0.0
        for f, g in combinations(range(turned.shape[1]), 2):
            a, b = turned[:, f], turned[:, g]
            u, v = a * a - b * b, 2 * a * b
            rise = 2 * float(u @ v - u.sum() * v.sum() / n)
            run = float(u @ u - v @ v - (u.sum() ** 2 - v.sum() ** 2) / n)
            if hypot(rise, run) > 1e-12 * float(u @ u + v @ v):  # else every angle is as good
                angle = atan2(rise, run) / 4
                turned[:, [f, g]] = turned[:, [f, g]] @ [[cos(angle), -sin(angle)], [sin(angle), cos(angle)]]
                largest = max(largest, abs(angle))
        if largest < 1e-12:
            break
    turned = turned * scale
    return _positive(turned[:, np.argsort(-(turned**2).sum(axis=0), kind="stable")])


def _positive(loadings: Array) -> Array:
    """Each column with the sign that makes its sum positive."""
    return np.where(loadings.sum(axis=0) < 0, -loadings, loadings)
