"""Weights of the children of one node, summing to 1.

z: (n_obs, n_child) scores on the basis chosen (normalised, oriented or raw), one row per city-year, higher is better,
NaN where missing; weights: (n_child,) as in the YAML. A data-driven weighting ignores `weights` (children of
weight 0 have been left out already), gives a constant child the weight 0, and equal weights where no child is
informative. The pipeline refuses constant columns beforehand.

Traits, besides those of every step: `objective`, uses the figures; `by_observation`, returns (n_obs, n_child), one set
per city-year; `needs_nonnegative`, `needs_positive`, `needs_positive_mean`, of z, column by column; `takes_nearness`,
is also given which children are nearness on 0..1; `may_be_negative`, the result can hold a negative weight, to be
refused by name; `by_code`, is also given the codes of the children; `of_one_node`, weighs the children of a node and
takes no scope; `problems`, a function (n_child, **parameters) that returns what is wrong with the parameters for that
number of children; `missed`, one that returns which target the weights found miss; `doubts`, one of the parts of a
combination that returns what a notice says of them; `workings`, a function with the arguments of the method that
returns its Workings.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods import factor
from indexcalc.methods.registry import WEIGHTS, method

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Weights = Annotated[Array, WEIGHTS]
"""A parameter that is itself a weighting: handed over as weights (n_child,) that sum to 1."""

MaybeWeights = Annotated[Array | None, WEIGHTS]
"""Such a parameter that may be left out."""

Matrix: TypeAlias = list[list[float | str]]
"""Pairwise comparisons, row over column; a fraction may be written as text, "1/3"."""
Problems: TypeAlias = list[tuple[str, dict[str, Any]]]
"""What is wrong: a code and its facts, rows and columns counted from 1."""
RandomIndex = Literal["saaty", "alternative"]

Zeros: TypeAlias = Literal["limit", "shift", "rescale", "translate"]
Assignment: TypeAlias = Literal["highest", "absolute"]
Solution: TypeAlias = Literal["eigenvector", "row_geometric_mean", "normalised_columns"]


class Workings(NamedTuple):
    """How a method computes its weights, as papers print it.

    weights: (n_child,). each: of every child, by name, (n_child,) or (n_child, k), a column for each component or, in
    `comparison`, for each child. components: of every principal component, by name, (n_child,). numbers: of the whole.
    """

    weights: Array
    each: Mapping[str, Array]
    components: Mapping[str, Array] = MappingProxyType({})
    numbers: Mapping[str, float] = MappingProxyType({})


RANDOM_INDEX: dict[str, tuple[float, ...]] = {
    "saaty": (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
    "alternative": (0, 0, 0.52, 0.89, 1.12, 1.26, 1.36, 1.41, 1.46, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
}
"""Mean consistency index of random matrices of size 1 ... 15: Saaty (1980); Hong Zhiguo et al. (洪志国等, 2002),
计算机工程与应用 (12): 45-47, the table most Chinese textbooks print."""
CONSISTENT = 0.10
RECIPROCAL_TOLERANCE = 0.02
"""0.33 for 1/3 and 0.17 for 1/6 pass; 0.13 for 1/8 does not: write the fraction."""


@method("weighting")
def given(z: Array, weights: Array) -> Array:
    """Weights as written: w_j = v_j / Σ v.

    z: (n_obs, n_child) scores, not used; weights: (n_child,) as in the YAML, relative within their parent.

    >>> given(np.empty((0, 2)), np.array([1.0, 3.0]))
    array([0.25, 0.75])
    """
    normalised: Array = weights / weights.sum()
    return normalised


@method("weighting")
def equal(z: Array, weights: Array) -> Array:
    """Equal weights: w_j = 1/n, whatever is written (a weight of 0 has already left its child out).

    z: (n_obs, n_child) scores, not used; weights: (n_child,).

    >>> equal(np.empty((0, 2)), np.array([1.0, 3.0]))
    array([0.5, 0.5])
    """
    return np.full(len(weights), 1.0 / len(weights))


@method(
    "weighting",
    by_code=True,
    demands={
        "weights": (
            lambda name, weights: bool(weights) and all(0.0 < one <= LARGEST for one in weights.values()),
            "weights_by_code",
        )
    },
)
def explicit(z: Array, given: Array, codes: list[str], *, name: str, weights: dict[str, float]) -> Array:
    """A named set of weights: w_j = v_j / Σ v, v the set's own weights of the children; as written where it names none.

    z: (n_obs, n_child) scores, not used; given: (n_child,) as in the YAML, for a node of whose children the set
    names none; codes: of the children. weights: by code of a dimension or an indicator, above 0, relative within its
    parent; the set names either all children of a node or none (anything else is refused by name). name: of the set,
    such as a panel of experts. Written as `{name: panel_a, weights: {...}}`, without `method`.
    Source: OECD/JRC Handbook (2008), step 7: weights as a source of uncertainty.

    >>> explicit(np.empty((0, 2)), np.ones(2), ["a", "b"], name="panel_a", weights={"a": 3, "b": 1})
    array([0.75, 0.25])
    """
    found = np.array([weights[code] for code in codes], float) if codes[0] in weights else given
    normalised: Array = found / found.sum()
    return normalised


@method(
    "weighting",
    by_code=True,
    from_table=("experts",),
    demands={
        "experts": (
            lambda experts: (
                bool(experts)
                and all(one and all(0.0 <= p <= LARGEST for p in one.values()) for one in experts.values())
            ),
            "points_by_expert",
        )
    },
)
def budget_allocation(z: Array, given: Array, codes: list[str], *, experts: dict[str, dict[str, float]]) -> Array:
    """Budget allocation: w_j = mean of b_ej / Σ_k b_ek over the experts e, b_ej the points that e gave child j.

    Each expert distributes one budget, 100 points as a rule, over the children of a node. z: (n_obs, n_child) scores,
    not used; given: (n_child,) as in the YAML, for a node to whose children no expert gave points; codes: of the
    children. experts: by name, the points by code of a dimension or an indicator, at or above 0; an expert gives points
    to all children of a node or to none, and at any one node every expert's points have the same sum (anything else is
    refused by name). Alternatively, `experts: {file: FILE, sheet: SHEET}` names a table in a workbook or a CSV file: a
    row for each expert, the name first, and a column for each child, headed by its code or name; without `file`, it is
    a sheet of the index's own workbook.
    Draws take one expert each, or points between theirs: `uncertainty: {weights: {experts: each}}`, or `range`.
    Source: OECD/JRC Handbook (2008), step 6.5.

    >>> experts = {"Li": {"a": 60, "b": 40}, "Wang": {"a": 30, "b": 70}}
    >>> budget_allocation(np.empty((0, 2)), np.ones(2), ["a", "b"], experts=experts)
    array([0.45, 0.55])
    """
    points = allocations(experts, codes)
    mean: Array = points.mean(axis=0) if len(points) else given / given.sum()
    return mean


def allocations(experts: Mapping[str, Mapping[str, float]], codes: Sequence[str]) -> Array:
    """Each expert's points as shares of the children, (n_expert, n_child); of those who gave these any.

    >>> allocations({"Li": {"a": 60, "b": 40}, "Wang": {"c": 100}}, ["a", "b"])
    array([[0.6, 0.4]])
    """
    points = [[one[code] for code in codes] for one in experts.values() if set(codes) <= one.keys()]
    found = np.array(points, float).reshape(len(points), len(codes))
    shares: Array = found / found.sum(axis=1, keepdims=True)
    return shares


def budget_problems(experts: Mapping[str, Mapping[str, float]], codes: Sequence[str]) -> Problems:
    """Experts whose points for these children do not have the sum that most experts' have: who, found, expected.

    >>> budget_problems({"Li": {"a": 60, "b": 40}, "Wang": {"a": 30, "b": 60}}, ["a", "b"])
    [('budget_sum', {'name': 'Wang', 'found': 90.0, 'expected': 100.0})]
    """
    sums = {name: round(math.fsum(one.get(code, 0.0) for code in codes), 6) for name, one in experts.items()}
    totals = [total for total in sums.values() if total > 0]
    usual = max(totals, key=lambda total: (totals.count(total), total == BUDGET), default=BUDGET)
    return [
        ("budget_sum", {"name": name, "found": total, "expected": usual})
        for name, total in sums.items()
        if total != usual
    ]


BUDGET = 100.0
"""Points that an expert usually has."""
LARGEST = 1e9
"""As of weights in the framework."""
BLOCK = 4096
"""Rows looked at together: few enough to stay in the processor's cache."""
NEAR_ZERO, NEAR_ONE = 0.002, 0.998
"""What 0 and 1 become before logarithms are taken of shares."""


def entropy_workings(
    z: Array,
    weights: Array,
    nearness: Flags | None = None,
    *,
    zeros: Zeros = "limit",
    shift: float = 0.0001,
    margin: float = 0.01,
) -> Workings:
    """The workings of `entropy`: the entropy e_j of every child, and its redundancy d_j = 1 - e_j.

    >>> found = entropy_workings(np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]]), np.ones(2))
    >>> found.each["entropy"].round(4), found.each["redundancy"].round(4), found.weights
    (array([1.    , 0.9206]), array([0.    , 0.0794]), array([0., 1.]))
    """
    live = factor.varies(z)
    redundancy = np.zeros(len(live))
    if not live.any():
        return Workings(_shares(np.zeros(0), live), {"entropy": 1.0 - redundancy, "redundancy": redundancy})
    y = z if live.all() else z[:, live]
    low, high = np.fmin.reduce(y, axis=0), np.fmax.reduce(y, axis=0)
    slope, offset = np.ones(y.shape[1]), np.zeros(y.shape[1])
    if zeros == "shift":
        offset += shift
    elif zeros == "translate":
        offset = np.where(low <= 0, np.abs(low) + margin, 0.0)
    elif zeros == "rescale":
        slope = (NEAR_ONE - NEAR_ZERO) / (high - low)
        offset = NEAR_ZERO - slope * low
        if nearness is not None and nearness[live].any():
            kept = nearness[live]
            slope, offset = np.where(kept, 1.0, slope), np.where(kept, 0.0, offset)
            ends = np.where(y == 0, NEAR_ZERO, np.where(y == 1, NEAR_ONE, y))
            y = np.where(kept, ends, y)
    mean = np.nanmean(y, axis=0) if np.isnan(y.sum()) else y.mean(axis=0)
    divergence = np.zeros(y.shape[1])
    for start in range(0, len(y), BLOCK):
        q = (slope * y[start : start + BLOCK] + offset) / (slope * mean + offset)
        terms = q * np.log(np.where(q > 0, q, 1.0)) - (q - 1.0)
        divergence += np.nansum(terms, axis=0)
    redundancy[live] = divergence / (len(y) * np.log(len(y)))
    return Workings(_shares(divergence, live), {"entropy": 1.0 - redundancy, "redundancy": redundancy})


@method(
    "weighting",
    objective=True,
    needs_spread=True,
    needs_nonnegative=lambda zeros="limit", **others: zeros in ("limit", "shift"),
    takes_nearness=True,
    within={"shift": (0.0, 1.0), "margin": (1e-9, 1e9)},
    workings=entropy_workings,
)
def entropy(
    z: Array,
    weights: Array,
    nearness: Flags | None = None,
    *,
    zeros: Zeros = "limit",
    shift: float = 0.0001,
    margin: float = 0.01,
) -> Array:
    """Entropy weights: w_j ∝ 1 - e_j, e_j = -Σ p ln p / ln m, p_ij = z_ij / Σ_i z_ij, over all m city-years.

    z: (n_obs, n_child) [any unit, at least 0; under `rescale` and `translate` any]. zeros: what is done before the
    shares are taken. `limit`: nothing, 0 ln 0 = 0; `shift` adds `shift` to every score; `rescale` brings each child to
    [0.002, 0.998] by its least and greatest score; `translate` adds |min| + margin to each child that has a score at or
    below 0, as after z-scores. They give different weights. nearness: (n_child,), which children the direction (middle,
    interval) has turned into nearness on 0..1: `rescale` leaves these alone, except that 0 and 1 become 0.002 and
    0.998. Missing: a gap counts as the mean of the child's scores and so adds no divergence; leaving it out of the sum,
    or of m, would raise the weight. Computed as m ln m (1 - e) = Σ (q ln q - q + 1), q = z / mean, which loses no
    digits.
    Source: Shannon (1948), doi:10.1002/j.1538-7305.1948.tb01338.x; `rescale`: R package mathmodels, entropy_weight;
    `translate`: 非负平移 of SPSSAU, before 熵值法.

    >>> entropy(np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]]), np.ones(2))
    array([0., 1.])
    >>> entropy(np.array([[0.0, 10.0], [1.0, 20.0]]), np.ones(2)).round(4)
    array([0.9245, 0.0755])
    >>> entropy(np.array([[-1.0, 1.0], [0.0, 2.0], [1.0, 3.0]]), np.ones(2), zeros="translate").round(4)
    array([0.835, 0.165])
    """
    return entropy_workings(z, weights, nearness, zeros=zeros, shift=shift, margin=margin).weights


def critic_workings(z: Array, weights: Array, *, ddof: Literal[0, 1] = 1) -> Workings:
    """The workings of `critic`: contrast σ_j, conflict Σ_k (1 - r_jk), and their product, the information."""
    live = factor.varies(z)
    apart = 1.0 - np.nan_to_num(factor.correlations(z[:, live]), nan=1.0)
    apart[apart < 1e-12] = 0.0  # identical children, but for the last digit
    contrast, conflict = np.nanstd(z[:, live], axis=0, ddof=ddof), apart.sum(axis=1)
    each = {"contrast": contrast, "conflict": conflict, "information": contrast * conflict}
    return Workings(_shares(each["information"], live), _spread(each, live))


@method("weighting", objective=True, needs_spread=True, workings=critic_workings)
def critic(z: Array, weights: Array, *, ddof: Literal[0, 1] = 1) -> Array:
    """CRITIC weights: w_j ∝ σ_j Σ_k (1 - r_jk), spread times conflict with the other children.

    z: (n_obs, n_child), oriented and on one scale, min-max as a rule: σ depends on the unit. ddof: divisor n - ddof of
    σ; it cancels unless values are missing. Missing: σ over the scores present, r over the city-years where both are;
    where r is undefined no conflict is counted. Children that agree entirely (every r = 1) get equal weights.
    Source: Diakoulaki, Mavrotas & Papayannakis (1995), doi:10.1016/0305-0548(94)00059-H.

    >>> critic(np.array([[0.0, 0.0, 1.0], [0.5, 0.5, 0.0], [1.0, 1.0, 0.0]]), np.ones(3)).round(4)
    array([0.2321, 0.2321, 0.5359])
    """
    return critic_workings(z, weights, ddof=ddof).weights


def variation_workings(z: Array, weights: Array, *, ddof: Literal[0, 1] = 1) -> Workings:
    """The workings of `coefficient_of_variation`: the mean, σ, and σ over the mean of every child."""
    live = factor.varies(z)
    mean, deviation = np.nanmean(z[:, live], axis=0), np.nanstd(z[:, live], axis=0, ddof=ddof)
    each = {"mean": mean, "deviation": deviation, "variation": deviation / mean}
    return Workings(_shares(each["variation"], live), _spread(each, live))


@method("weighting", objective=True, needs_spread=True, needs_positive_mean=True, workings=variation_workings)
def coefficient_of_variation(z: Array, weights: Array, *, ddof: Literal[0, 1] = 1) -> Array:
    """Coefficient-of-variation weights: w_j ∝ σ_j / mean_j.

    z: (n_obs, n_child) [any unit with a true zero]; a mean at or below 0 is refused. ddof: divisor n - ddof of σ; it
    cancels unless values are missing. Missing: over the scores present.
    Source: documentation of the R package mathmodels.

    >>> coefficient_of_variation(np.array([[10.0, 5.0], [20.0, 10.0], [15.0, 8.0]]), np.ones(2)).round(6)
    array([0.503839, 0.496161])
    """
    return variation_workings(z, weights, ddof=ddof).weights


def deviation_workings(z: Array, weights: Array, *, ddof: Literal[0, 1] = 1) -> Workings:
    """The workings of `standard_deviation`: σ of every child."""
    live = factor.varies(z)
    each = {"deviation": np.nanstd(z[:, live], axis=0, ddof=ddof)}
    return Workings(_shares(each["deviation"], live), _spread(each, live))


@method("weighting", objective=True, needs_spread=True, workings=deviation_workings)
def standard_deviation(z: Array, weights: Array, *, ddof: Literal[0, 1] = 1) -> Array:
    """Standard-deviation weights: w_j ∝ σ_j.

    z: (n_obs, n_child) on one scale, min-max as a rule: σ depends on the unit. ddof: divisor n - ddof of σ; it cancels
    unless values are missing. Missing: over the scores present.
    Source: Jahan & Edwards (2013), Materials & Design 49: 1000-1008.

    >>> standard_deviation(np.array([[0.0, 0.0], [1.0, 3.0]]), np.ones(2))
    array([0.25, 0.75])
    """
    return deviation_workings(z, weights, ddof=ddof).weights


def merec_workings(z: Array, weights: Array) -> Workings:
    """The workings of `merec`: the effect of leaving each child out, Σ_i |S_i(without j) - S_i|."""
    y = z[~np.isnan(z).any(axis=1)]
    above = np.log(y) - np.log(y.min(axis=0, initial=np.inf))
    total = above.sum(axis=1, keepdims=True)
    n = z.shape[1]
    removal = np.log((1.0 + total / n) / (1.0 + (total - above) / n)).sum(axis=0)
    return Workings(_shares(removal), {"removal": removal})


@method("weighting", objective=True, needs_spread=True, needs_positive=True, workings=merec_workings)
def merec(z: Array, weights: Array) -> Array:
    """MEREC weights: w_j ∝ Σ_i |S_i(without j) - S_i|, S_i = ln(1 + mean_j |ln(min_j / z_ij)|), the effect of removal.

    z: (n_obs, n_child) [any unit], all above 0, higher is better (the paper's cost criteria are reciprocals here).
    Missing: complete city-years only.
    Source: Keshavarz-Ghorabaee et al. (2021), Symmetry 13(4): 525, doi:10.3390/sym13040525.

    >>> merec(np.array([[1.0, 2.0, 5.0], [4.0, 3.0, 5.0]]), np.ones(3)).round(4)
    array([0.7944, 0.2056, 0.    ])
    """
    return merec_workings(z, weights).weights


def lpi_workings(z: Array, weights: Array) -> Workings:
    """The workings of `pca_lpi`: the principal components, loadings on the first, and σ of every child."""
    live = factor.varies(z)
    if not live.any():
        return Workings(equal(z, weights), {})
    eigenvalues, loadings = factor.principal_components(z[:, live])
    first = loadings[:, eigenvalues > eigenvalues[0] - 1e-9]
    loading = first[:, 0] if first.shape[1] == 1 else first @ first.sum(axis=0)
    each = {"loading": loading, "deviation": np.nanstd(z[:, live], axis=0, ddof=1)}
    found = np.zeros(len(live))
    found[live] = loading / each["deviation"]
    return Workings(found / np.abs(found).sum(), _spread(each, live), _components(eigenvalues), {"kept": 1.0})


@method("weighting", objective=True, needs_spread=True, may_be_negative=True, workings=lpi_workings)
def pca_lpi(z: Array, weights: Array) -> Array:
    """First-principal-component weights: w_j ∝ loading_j / σ_j, applied to the scores that they were computed from.

    The index is then the first component of the correlation matrix, in the unit of the scores. z: (n_obs, n_child).
    The sign is chosen so that the loadings add up to a positive number; a child that runs against the others has a
    negative weight, which is returned as computed (relative to Σ|w|) for the pipeline to refuse by name. If the largest
    eigenvalue is multiple, the first component nearest to equal loadings is taken. Missing: pairwise correlations.
    Source: World Bank, Connecting to Compete: the Logistics Performance Index, appendix on methodology.

    >>> pca_lpi(np.array([[1.0, 20.0], [2.0, 10.0], [3.0, 30.0]]), np.ones(2)).round(6)
    array([0.909091, 0.090909])
    """
    return lpi_workings(z, weights).weights


def rotation_workings(
    z: Array,
    weights: Array,
    *,
    components: int | None = None,
    minimum_eigenvalue: float = 1.0,
    minimum_share: float = 0.10,
    assignment: Assignment = "highest",
) -> Workings:
    """The workings of `pca_handbook`: the principal components, how many are kept, the rotated loadings, and
    the squared one of each child on its factor (numbered from 1)."""
    live = factor.varies(z)
    if not live.any():
        return Workings(equal(z, weights), {})
    eigenvalues, loadings = factor.principal_components(z[:, live])
    kept = factor.retained(eigenvalues, components, minimum_eigenvalue, minimum_share)
    rotated = factor.varimax(loadings[:, :kept])
    chosen = (rotated if assignment == "highest" else np.abs(rotated)).argmax(axis=1)
    squared = np.take_along_axis(rotated, chosen[:, None], axis=1)[:, 0] ** 2
    each = {"rotated": rotated, "factor": chosen + 1.0, "squared": squared}
    return Workings(_shares(squared, live), _spread(each, live), _components(eigenvalues), {"kept": float(kept)})


@method(
    "weighting",
    objective=True,
    needs_spread=True,
    within={"components": (1, 99), "minimum_share": (0.0, 1.0)},
    workings=rotation_workings,
)
def pca_handbook(
    z: Array,
    weights: Array,
    *,
    components: int | None = None,
    minimum_eigenvalue: float = 1.0,
    minimum_share: float = 0.10,
    assignment: Assignment = "highest",
) -> Array:
    """Rotated-loading weights: w_j ∝ squared varimax loading of child j on the factor it belongs to.

    The Handbook scales the squared loadings of each factor to 1 and weights the factors by the variance they explain;
    the two scalings cancel. Principal components of the correlation matrix of z (n_obs, n_child) are kept if their
    eigenvalue is above minimum_eigenvalue and each explains at least minimum_share of the variance, but at least one
    is; or `components` says how many (the Handbook also asks for 60% of the variance in total, and takes four in its
    example, the last with an eigenvalue of 0.9). assignment: `highest`, to the factor on which the loading is highest,
    sign included, as its Table 22 implies for exports (-0.65 and 0.56); `absolute`, to the one on which it is largest
    in size. Missing: pairwise correlations.
    Source: OECD/JRC Handbook (2008), step 6, after Nicoletti, Scarpetta & Boylaud (2000), doi:10.1787/215182844604.

    >>> z = np.array([[1.0, 1.0, 2.0], [2.0, 2.0, 9.0], [3.0, 4.0, 1.0], [4.0, 3.0, 7.0]])
    >>> pca_handbook(z, np.ones(3), components=2).round(4)
    array([0.3188, 0.3263, 0.3549])
    """
    return rotation_workings(
        z,
        weights,
        components=components,
        minimum_eigenvalue=minimum_eigenvalue,
        minimum_share=minimum_share,
        assignment=assignment,
    ).weights


def influence(z: Array, weights: Array) -> Array:
    """Influence of each child on the weighted sum y = Σ w_j z_j: corr(y, z_j)², scaled to sum to 1.

    z: (n_obs, n_child), complete city-years only; weights: (n_child,). 0 for a child that y does not rise with.

    >>> influence(np.array([[0.0, 0.0], [1.0, 2.0], [2.0, 0.0]]), np.array([0.5, 0.5])).round(6)
    array([0.428571, 0.571429])
    """
    covariance, spread = _covariance(z)
    return _influence(covariance, spread, weights)


def _covariance(z: Array) -> tuple[Array, Array]:
    complete = z[~np.isnan(z).any(axis=1)]
    covariance = np.atleast_2d(np.cov(complete, rowvar=False)) if len(complete) > 1 else np.zeros((z.shape[1],) * 2)
    return covariance, np.sqrt(np.diag(covariance))


def _influence(covariance: Array, spread: Array, weights: Array) -> Array:
    with_sum = np.maximum(covariance @ weights, 0.0) / np.where(spread > 0, spread, 1.0)
    return _shares(with_sum**2)


def influence_missed(
    z: Array, weights: Array, found: Array, *, targets: Array | None = None, tolerance: float = 0.01
) -> Problems:
    """Of the weights found, the child whose influence misses its target most (of several, the one that is to have the
    most), if by more than the tolerance."""
    wanted = given(z, weights) if targets is None else targets
    reached = influence(z, found)
    worst = int(np.lexsort((wanted, np.abs(reached - wanted).round(9)))[-1])
    if abs(reached[worst] - wanted[worst]) <= tolerance:
        return []
    return [("influence_missed", {"child": worst, "target": wanted[worst], "found": reached[worst]})]


@method(
    "weighting",
    objective=True,
    needs_spread=True,
    of_one_node=True,
    linear=True,
    missed=influence_missed,
    within={"tolerance": (0.0, 1.0)},
)
def target_influence(z: Array, weights: Array, *, targets: MaybeWeights = None, tolerance: float = 0.01) -> Array:
    """Weights solved for a target influence: min Σ_j (S_j / Σ S - t_j)², S_j = corr(y, z_j)², y = Σ_j w_j z_j.

    The importance that a weight suggests and the effect of its child on the ranking differ where children are
    correlated or vary unequally. targets: t, a weighting that gives the share of influence each child is to have, by
    default the given weights. Where w ∝ C⁻¹ (σ √t), C the covariance and σ the standard deviations of z (n_obs,
    n_child), has no negative entry, it reaches them exactly; else the weights at or above 0 that come nearest are
    sought (SLSQP, from several starts), and refused if an influence misses its target by more than tolerance: weights
    cannot separate children that are closely correlated. S is the linear main effect; the paper also estimates others.
    For a weighted arithmetic mean only. Missing: complete city-years only.
    Source: Becker, Saisana, Paruolo and Vandecasteele (2017), Ecological Indicators 80, 12-22,
    doi:10.1016/j.ecolind.2017.03.056; R package COINr, get_opt_weights.

    >>> z = np.array([[0.0, 0.0], [1.0, 20.0], [2.0, 0.0]])  # uncorrelated, the second varies 11.5 times as much
    >>> w = target_influence(z, np.array([1.0, 1.0]))
    >>> w.round(4), influence(z, w).round(4)
    (array([0.9203, 0.0797]), array([0.5, 0.5]))
    """
    wanted = given(z, weights) if targets is None else targets
    covariance, spread = _covariance(z)
    if not spread.all():
        return _shares(np.where(spread > 0, wanted, 0.0))
    exact = np.linalg.lstsq(covariance / np.outer(spread, spread), np.sqrt(wanted), rcond=1e-12)[0] / spread
    if (exact >= -1e-12 * np.abs(exact).max()).all():
        found = _shares(np.maximum(exact, 0.0))
        if np.abs(_influence(covariance, spread, found) - wanted).max() < 1e-9:
            return found
    return _nearest_influence(covariance, spread, wanted)


def _nearest_influence(covariance: Array, spread: Array, wanted: Array) -> Array:
    """The weights at or above 0 whose influence is nearest to the wanted, from several starts."""
    from scipy.optimize import minimize

    n = len(wanted)
    correlation = covariance / np.outer(spread, spread)
    v = np.vstack([wanted, np.full(n, 1.0 / n), *(0.5 * wanted + 0.5 * np.eye(n))])  # weights of standardised children

    def miss(one: Array) -> float:
        return float(((_influence(correlation, np.ones(n), one) - wanted) ** 2).sum())

    total = {"type": "eq", "fun": lambda one: one.sum() - 1.0}
    solved = [
        minimize(
            miss,
            start / start.sum(),
            method="SLSQP",
            bounds=[(0.0, 1.0)] * n,
            constraints=[total],
            options={"ftol": 1e-15, "maxiter": 1000},
        )
        for start in v
    ]
    best = min(solved, key=lambda one: round(float(one.fun), 12))
    return _shares(np.round(np.maximum(best.x, 0.0), 7) / spread)  # what the solver does not settle is no difference


SharesOf = Literal["contributions", "weights"]


def share_problems(
    n_child: int, *, lower: float = 0.0, upper: float = 1.0, shares_of: SharesOf = "contributions"
) -> Problems:
    """What is wrong with bounds on n_child shares: they cannot add up to 1 unless n lower <= 1 <= n upper.

    >>> share_problems(8, lower=0.1, upper=0.15), share_problems(8, lower=0.2)
    ([], [('share_bounds', {'n_child': 8, 'lower': 0.2, 'upper': 1.0})])
    """
    if n_child * lower <= 1 + 1e-12 and n_child * upper >= 1 - 1e-12:
        return []
    return [("share_bounds", {"n_child": n_child, "lower": lower, "upper": upper})]


@method(
    "weighting",
    objective=True,
    by_observation=True,
    needs_nonnegative=True,
    needs_positive=lambda lower=0.0, upper=1.0, shares_of="contributions": shares_of == "contributions" and lower > 0,
    within={"lower": (0.0, 1.0), "upper": (0.0, 1.0)},
    problems=share_problems,
)
def benefit_of_the_doubt(
    z: Array, weights: Array, *, lower: float = 0.0, upper: float = 1.0, shares_of: SharesOf = "contributions"
) -> Array:
    """Benefit-of-the-doubt weights: for each city-year those most favourable to it, max Σ_j w_ij z_ij.

    Subject to Σ_j w_ij z_kj <= 1 for every city-year k and to shares in [lower, upper]: of `contributions`,
    w_ij z_ij / Σ_k w_ik z_ik, or of `weights`, w_ij / Σ_k w_ik, for z on one scale. z: (n_obs, n_child) [any unit, at
    least 0]; returns (n_obs, n_child), which do not sum to 1: the score Σ_j w_ij z_ij is at most 1, and without bounds
    the best have 1. The score is unique, the weights need not be. A 0 cannot contribute: with lower > 0 on
    contributions a single one would take the whole score to 0, and is refused by name. Missing: an incomplete city-year
    has no weights (NaN) and is no peer of the others.
    Source: Cherchye et al. (2007), doi:10.1007/s11205-006-9029-7; OECD/JRC Handbook (2008), step 6; its Table 19 keeps
    shares of weights in [0.10, 0.15], after min-max.

    >>> z = np.array([[4.0, 1.0], [2.0, 2.0], [1.0, 1.0]])
    >>> (benefit_of_the_doubt(z, np.ones(2)) * z).sum(axis=1).round(6)
    array([1. , 1. , 0.5])
    """
    complete = ~np.isnan(z).any(axis=1)
    top = z[complete].max(axis=0, initial=0.0)
    top = np.where(top > 0, top, 1.0)
    peers = np.unique(z[complete] / top, axis=0)
    binding = np.zeros(len(peers), dtype=bool)  # few city-years are ever the best: the others join when they are passed
    binding[peers.argmax(axis=0) if len(peers) else []] = True
    found = np.full(z.shape, np.nan)
    for i in np.flatnonzero(complete):
        while True:
            unit = z[i] / top if shares_of == "contributions" else 1.0 / top
            kindest = _kindest(z[i] / top, peers[binding], unit, lower, upper)
            reach = peers @ kindest
            passed = (reach > 1 + 1e-9) & ~binding
            if not passed.any():
                break
            binding[np.flatnonzero(passed)[np.argsort(-reach[passed])[: z.shape[1]]]] = True
        found[i] = kindest / max(float(reach.max()), 1e-12) / top
    return found


def _kindest(own: Array, peers: Array, unit: Array, lower: float, upper: float) -> Array:
    """The weights w >= 0 that maximise w · own with w · peer <= 1 and the shares of w unit within [lower, upper]."""
    from scipy.optimize import linprog

    shares = np.vstack([lower * unit - np.diag(unit), np.diag(unit) - upper * unit])
    limits = np.r_[np.ones(len(peers)), np.zeros(len(shares))]
    solved = linprog(-own, A_ub=np.vstack([peers, shares]), b_ub=limits, method="highs")
    if solved.status != 0:
        raise RuntimeError(f"benefit of the doubt: {solved.message}")
    kindest: Array = np.maximum(solved.x, 0.0)
    return kindest


def parse_fraction(written: float | str) -> float:
    """A comparison as a number: 3, 0.5, "1/3"; ValueError for anything else.

    >>> parse_fraction("1/4"), parse_fraction(3)
    (0.25, 3.0)
    """
    if not isinstance(written, str):
        return float(written)
    above, stroke, below = written.replace("／", "/").partition("/")
    divisor = float(below) if stroke else 1.0
    if divisor == 0.0:
        raise ValueError(f"division by zero: {written!r}")
    return float(above) / divisor


def ahp_consistency(matrix: Matrix, random_index: RandomIndex = "saaty") -> tuple[float, float, float]:
    """Consistency of pairwise comparisons: λ_max, CI = (λ_max - n)/(n - 1), CR = CI/RI; consistent if CR < 0.10.

    CI and CR of one or two children are 0; so is a CI below 0, which only rounded reciprocals can give.
    Source: Saaty (1980), The Analytic Hierarchy Process.

    >>> [round(v, 4) for v in ahp_consistency([[1, 2, 6], ["1/2", 1, 2], ["1/6", "1/2", 1]])]
    [3.0183, 0.0091, 0.0158]
    """
    a = _comparisons(matrix)
    n = len(a)
    largest = float(np.linalg.eigvals(a).real.max())
    if n <= 2:
        return largest, 0.0, 0.0
    ci = max(largest - n, 0.0) / (n - 1)
    return largest, ci, ci / RANDOM_INDEX[random_index][n - 1]


def ahp_problems(
    n_child: int,
    *,
    matrix: Matrix,
    order: list[str] | None = None,
    random_index: RandomIndex = "saaty",
    accept_inconsistent: bool = False,
    solution: str = "eigenvector",
) -> Problems:
    """What is wrong with pairwise comparisons of n_child children; the form first, consistency once that is right.

    ahp_size, ahp_too_large, ahp_square, ahp_entry (not a number above 0), ahp_diagonal, ahp_reciprocal (a_ij a_ji
    further from 1 than 0.02), ahp_inconsistent (CR >= 0.10, with the comparison furthest from what the weights imply).

    >>> ahp_problems(2, matrix=[[1, 2], ["1/3", 1]])
    [('ahp_reciprocal', {'row': 2, 'column': 1, 'found': '1/3', 'opposite': 2})]
    """
    if len(matrix) != n_child or (order is not None and len(order) != n_child):
        return [("ahp_size", {"found": len(matrix) if order is None else len(order), "expected": n_child})]
    if n_child > (limit := len(RANDOM_INDEX[random_index])):
        return [("ahp_too_large", {"found": n_child, "limit": limit})]
    ragged = [i for i, row in enumerate(matrix, 1) if len(row) != n_child]
    if ragged:
        facts = {"row": ragged[0], "found": len(matrix[ragged[0] - 1]), "expected": n_child}
        return [("ahp_square", facts)]
    cells = [(i, j) for i in range(n_child) for j in range(n_child)]
    found: Problems = [("ahp_entry", _cell(matrix, i, j)) for i, j in cells if not _is_comparison(matrix[i][j])]
    if found:
        return found
    a = _comparisons(matrix)
    found = [("ahp_diagonal", _cell(matrix, i, i)) for i in range(n_child) if abs(a[i, i] - 1) > 1e-12]
    for i, j in cells:
        if j < i and abs(a[i, j] * a[j, i] - 1) > RECIPROCAL_TOLERANCE + 1e-12:
            found.append(("ahp_reciprocal", {**_cell(matrix, i, j), "opposite": matrix[j][i]}))
    ratio = ahp_consistency(matrix, random_index)[2]
    if found or accept_inconsistent or ratio < CONSISTENT:
        return found
    w = _priorities(a, solution)
    implied = w[:, None] / w
    furthest = divmod(int(np.abs(np.log(a / implied)).argmax()), n_child)
    strained = {**_cell(matrix, *furthest), "implied": float(implied[furthest])}
    return [("ahp_inconsistent", {"ratio": ratio, "limit": CONSISTENT, **strained})]


def ahp_workings(
    z: Array,
    weights: Array,
    *,
    matrix: Matrix,
    order: list[str] | None = None,
    random_index: RandomIndex = "saaty",
    accept_inconsistent: bool = False,
    solution: Solution = "eigenvector",
) -> Workings:
    """The workings of `ahp`: the comparisons, in the order of the rows; λ_max, CI, RI and CR of the whole."""
    a = _comparisons(matrix)
    largest, ci, cr = ahp_consistency(matrix, random_index)
    numbers = {"largest": largest, "ci": ci, "ri": RANDOM_INDEX[random_index][len(a) - 1], "cr": cr}
    return Workings(_priorities(a, solution), {"comparison": a}, numbers=numbers)


@method("weighting", problems=ahp_problems, workings=ahp_workings)
def ahp(
    z: Array,
    weights: Array,
    *,
    matrix: Matrix,
    order: list[str] | None = None,
    random_index: RandomIndex = "saaty",
    accept_inconsistent: bool = False,
    solution: Solution = "eigenvector",
) -> Array:
    """Analytic-hierarchy-process weights: the principal eigenvector of the matrix of pairwise comparisons.

    matrix: (n_child, n_child), a_ij how many times child i matters as much as j, a_ji = 1/a_ij; fractions may be
    written "1/3". order: codes of the children in the order of the rows; the answer comes in that order. A consistency
    ratio of 0.10 or more, by the named table of random indices, is refused unless accept_inconsistent. solution:
    instead of the eigenvector, the geometric mean of each row (方根法) or the mean of the columns, each first scaled to
    sum to 1 (和积法). z, weights: not used.
    Source: Saaty (1980), The Analytic Hierarchy Process; Saaty (2008), doi:10.1504/IJSSCI.2008.017590.

    >>> ahp(np.empty((0, 3)), np.ones(3), matrix=[[1, 2, 6], ["1/2", 1, 3], ["1/6", "1/3", 1]])
    array([0.6, 0.3, 0.1])
    """
    return ahp_workings(z, weights, matrix=matrix, random_index=random_index, solution=solution).weights


@method("weighting", within={"alpha": (0.0, 1.0)})
def linear_combination(
    z: Array, weights: Array, *, subjective: Weights, objective: Weights, alpha: float = 0.5
) -> Array:
    """Linear combination of two sets of weights: w_j = alpha a_j + (1 - alpha) b_j.

    subjective a, objective b: (n_child,), each summing to 1; alpha: share of a, 0 to 1. z, weights: not used.
    Source: documentation of the R package mathmodels.

    >>> a, b = np.array([0.8, 0.2]), np.array([0.4, 0.6])
    >>> linear_combination(np.empty((0, 2)), np.ones(2), subjective=a, objective=b)
    array([0.6, 0.4])
    """
    combined: Array = alpha * subjective + (1.0 - alpha) * objective
    return combined


@method("weighting")
def multiplicative_combination(z: Array, weights: Array, *, subjective: Weights, objective: Weights) -> Array:
    """Multiplicative combination of two sets of weights: w_j ∝ a_j b_j; children important in both gain.

    subjective a, objective b: (n_child,), each summing to 1; equal weights if every product is 0. z, weights: not
    used.
    Source: documentation of the R package mathmodels.

    >>> a, b = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    >>> multiplicative_combination(np.empty((0, 2)), np.ones(2), subjective=a, objective=b)
    array([0.25, 0.75])
    """
    return _shares(subjective * objective)


@method("weighting")
def geometric_combination(z: Array, weights: Array, *, subjective: Weights, objective: Weights) -> Array:
    """Geometric combination of two sets of weights: w_j ∝ sqrt(a_j b_j), nearest to both in relative entropy.

    subjective a, objective b: (n_child,), each summing to 1; equal weights if every product is 0. z, weights: not
    used.
    Source: documentation of the R package mathmodels.

    >>> a, b = np.array([0.8, 0.2]), np.array([0.2, 0.8])
    >>> geometric_combination(np.empty((0, 2)), np.ones(2), subjective=a, objective=b)
    array([0.5, 0.5])
    """
    return _shares(np.sqrt(subjective * objective))


def _negative_coefficients(*, subjective: Array, objective: Array) -> Iterator[tuple[str, dict[str, Any]]]:
    """Coefficients below 0, whose signs the game-theory combination drops, as notices."""
    for part, coefficient in zip(
        ("subjective", "objective"), game_theory_coefficients(subjective, objective), strict=True
    ):
        if coefficient < 0:
            yield "coefficient_negative", {"part": part, "value": coefficient}


@method("weighting", doubts=_negative_coefficients)
def game_theory_combination(z: Array, weights: Array, *, subjective: Weights, objective: Weights) -> Array:
    """Game-theory combination of two sets of weights: w = (|α| a + |β| b) / (|α| + |β|).

    α, β: `game_theory_coefficients`. One is negative where the other set agrees with its weights more than they do with
    themselves (a·b > a·a); its absolute value is then used, and a notice says so. Without absolute values the combined
    weights might be negative. subjective a, objective b: (n_child,), each summing to 1. z, weights: not used.
    Source: documentation of the R package mathmodels.

    >>> a, b = np.array([0.8, 0.2]), np.array([0.4, 0.6])
    >>> game_theory_combination(np.empty((0, 2)), np.ones(2), subjective=a, objective=b).round(4)
    array([0.6786, 0.3214])
    """
    alpha, beta = (abs(c) for c in game_theory_coefficients(subjective, objective))
    return (alpha * subjective + beta * objective) / (alpha + beta)


def game_theory_coefficients(subjective: Array, objective: Array) -> tuple[float, float]:
    """Coefficients α, β of the game-theory combination as solved, before their signs are dropped.

    [[a·a, a·b], [b·a, b·b]] (α, β)' = (a·a, b·b)'; where a = b, the solution is any with α + β = 1: one half each.

    >>> [round(c, 4) for c in game_theory_coefficients(np.array([0.8, 0.2]), np.array([0.4, 0.6]))]
    [0.78, 0.34]
    """
    both = np.vstack([subjective, objective])
    products = both @ both.T
    alpha, beta = np.linalg.lstsq(products, np.diag(products), rcond=1e-12)[0]
    return float(alpha), float(beta)


def _shares(importance: Array, live: NDArray[np.bool_] | None = None) -> Array:
    """Importance as shares that sum to 1, 0 where not live; equal if nothing has any."""
    spread = np.zeros(len(importance) if live is None else len(live))
    spread[slice(None) if live is None else live] = importance
    total = spread.sum()
    shares: Array = spread / total if total > 0 else np.full(len(spread), 1.0 / len(spread))
    return shares


def _spread(each: Mapping[str, Array], live: NDArray[np.bool_]) -> dict[str, Array]:
    """Figures of the children that vary as figures of all, missing where one does not."""
    found = {}
    for name, figures in each.items():
        found[name] = np.full((len(live), *figures.shape[1:]), np.nan)
        found[name][live] = figures
    return found


def _components(eigenvalues: Array) -> dict[str, Array]:
    """Eigenvalues of a correlation matrix, their shares in the variance, and these added up."""
    share = eigenvalues / len(eigenvalues)
    return {"eigenvalue": eigenvalues, "share": share, "cumulated": share.cumsum()}


def _comparisons(matrix: Matrix) -> Array:
    return np.array([[parse_fraction(entry) for entry in row] for row in matrix])


def _is_comparison(written: float | str) -> bool:
    try:
        return 0 < parse_fraction(written) < float("inf")
    except ValueError:
        return False


def _cell(matrix: Matrix, i: int, j: int) -> dict[str, Any]:
    return {"row": i + 1, "column": j + 1, "found": matrix[i][j]}


def _priorities(a: Array, solution: str) -> Array:
    """Weights from a positive matrix of comparisons."""
    if solution == "row_geometric_mean":
        importance = np.exp(np.log(a).mean(axis=1))
    elif solution == "normalised_columns":
        importance = (a / a.sum(axis=0)).mean(axis=1)
    else:
        values, vectors = np.linalg.eig(a)
        importance = np.abs(vectors[:, values.real.argmax()].real)
    return _shares(importance)
