"""Contributions: a score, a change, a gap between two cities, split exactly into dimensions and indicators.

What can be split is a weighted mean of the form S = f⁻¹(Σ w_j f(z_j)): arithmetic (f the identity), geometric (f = ln),
harmonic (1/z), the power mean (z^p), the inverted geometric mean. Between two observations 1 and 0 of the same weights

    S1 - S0 = Σ_j m_j (z1_j - z0_j),    m_j = w_j f[z1_j, z0_j] / f[S1, S0],

where f[a, b] = (f(a) - f(b)) / (a - b), and f'(a) where a = b: nothing is lost when a child, or the node, does not
change. With f = ln this is the logarithmic-mean split (LMDI I), L(S1, S0) w_j ln(z1_j / z0_j); with f = z it is w_j (z1
- z0). Down a hierarchy the m multiply (chain rule), whatever the mean of each node. Every function returns one part per
node, in the order of `result.nodes`: the first is the total, children add up to their parent, indicators to the total.
Source: Ang (2005), The LMDI approach to decomposition analysis: a practical guide, Energy Policy 33(7), 867-871,
doi:10.1016/j.enpol.2003.10.010, for the geometric mean; the others by the same divided differences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indexcalc.errors import ChoiceError, Problem, refuse_if
from indexcalc.figures.panel import city_position, city_years, year_position
from indexcalc.spec.choice import Choice
from indexcalc.spec.hierarchy import Node, Parent, parents
from indexcalc.steps.comparable import two_years
from indexcalc.steps.result import IndexResult
from indexcalc.voice import Few, Row

Array = NDArray[np.float64]
Positions = NDArray[np.int64]

NEAR = 1e-6
"""Relative distance below which a divided difference is taken as the slope at the midpoint: the error is its square."""


def dimension_contributions(result: IndexResult) -> Array:
    """Contribution of each child of the index to its score: w_j z_j / Σ w_j, the sum over the children present.

    Returns (city, year, dimension) [score], in the order of `result.nodes[0].children`; they add up to the score of the
    index (before its rounding, if the index itself is rounded). Missing where the index is; where `missing:
    renormalise` left a child out, that child alone is missing. Refused (ChoiceError) unless the root is an arithmetic
    mean: no other score is the sum of its dimensions.
    Source: OECD/JRC Handbook (2008), step 9.
    """
    root = parents(result.nodes)[0]
    if root.aggregation.name != "arithmetic":
        raise ChoiceError(Problem("no_contribution_chart", {"aggregation": root.aggregated_by}))
    every = _every(result)
    z = every.z[:, list(root.children)]
    parts = np.where(np.isnan(every.z[:, :1]), np.nan, every.weights[0] * z)
    return parts.reshape(*result.present.shape, -1)


# --- a score ----------------------------------------------------------------------------------------------------------


def score_contributions(result: IndexResult, *, reference: Literal["none", "mean"] = "mean") -> Array:
    """Parts of each score of the index, (city, year, node) [score].

    reference: `none` splits the score itself, w_j z_j with w_j the product of the weights down to the node, and is
    refused (ChoiceError) unless every node is an arithmetic mean: no other mean is a sum of its parts. `mean` splits
    the distance from the mean city of the year (see `mean_city`), whatever the weighted means. Missing where the index
    is; a child that `missing: renormalise` left out is missing and counts for nothing. Both are refused (ChoiceError)
    where a node has no exact split (see `split_problems`), and `mean` where a year's cities weigh children differently.
    Source: OECD/JRC Handbook (2008), step 9.
    """
    every, shape = _every(result), (*result.present.shape, len(result.nodes))
    if reference == "none":
        refuse_if([*split_problems(result), *_level_problems(result)], ChoiceError)
        factors = {at: np.where(np.isnan(every.z[:, [at]]), np.nan, w) for at, w in every.weights.items()}
        return (_cumulated(result.nodes, factors, len(every.z)) * every.z).reshape(shape)
    refuse_if(list(split_problems(result)), ChoiceError)
    return _difference(result, every, _mean_cities(result, every.t)).reshape(shape)


def mean_split(result: IndexResult, city: str, year: int) -> Array:
    """Parts (node,) [score] of the distance of one city from the mean city of one year; refused as `mean` is above."""
    refuse_if(list(split_problems(result)), ChoiceError)
    one = _one(result, city, year)
    return _row(_difference(result, one, _mean_cities(result, one.t)))


def mean_city(result: IndexResult) -> Array:
    """Scores (year, node) of the mean city: one that has, of each indicator, the mean score of the cities of the year.

    Its dimensions and its index follow by the same weights and means, so that its index is the mean of the indices only
    where every node is an arithmetic mean. Refused (ChoiceError) where a node is no weighted mean.
    """
    refuse_if(list(split_problems(result)), ChoiceError)
    return _mean_cities(result, np.arange(len(result.years))).z


# --- a change ---------------------------------------------------------------------------------------------------------


def change_contributions(result: IndexResult, first: int, last: int) -> Array:
    """Parts of the change of each city's score from one year to another, (city, node) [score].

    Where the indicators behind a city's score differ between the two years, the change is that over the indicators
    that both have (see `comparable`). Missing where the city has no score in one of the two, or none over these.
    Refused: an unknown year (InputError); nodes that are no weighted mean, or whose weights still differ between the
    two years (ChoiceError).
    """
    return _change(result, np.arange(len(result.cities)), first, last)


def change_split(result: IndexResult, city: str, first: int, last: int) -> Array:
    """Parts (node,) [score] of the change of one city's score; refused only for what concerns this city."""
    return _row(_change(result, np.array([city_position(result, city)]), first, last))


def _change(result: IndexResult, c: Positions, first: int, last: int) -> Array:
    """Parts (city, node) of the change of some cities, like with like."""
    refuse_if(list(split_problems(result)), ChoiceError)
    ends = [year_position(result, year) for year in (first, last)]
    both = two_years(result, *ends)
    before, after = (
        _observed(result, c, np.full(len(c), t), scores[c])
        for t, scores in zip(ends, (both.before, both.after), strict=True)
    )
    return _difference(result, after, before)


# --- a gap ------------------------------------------------------------------------------------------------------------


def gap_split(result: IndexResult, city: str, other: str, year: int) -> Array:
    """Parts (node,) [score] of the score of a city less that of another, in one year; refused as
    `gap_contributions`."""
    refuse_if(list(split_problems(result)), ChoiceError)
    return _row(_difference(result, _one(result, city, year), _one(result, other, year)))


def gap_contributions(result: IndexResult, city: str, other: str, first: int, last: int) -> Array:
    """Parts (node,) [score] of the change of the gap: the parts of the gap in the last year less those in the first.

    The gap is the score of a city less that of the other, so that what brings the city forward is positive.

    Refused: unknown cities and years (InputError); nodes that are no weighted mean, or that weigh the two cities
    differently (ChoiceError). Weights may differ between the years.
    """
    return _further(gap_split(result, city, other, last), gap_split(result, city, other, first))


@dataclass(frozen=True)
class Overtaking:
    """A city that moved past another between two years.

    kind: `passed`, from behind to ahead; `caught`, from behind to level; `left`, from level to ahead. since: the first
    year from which on the order has been that of the last year.
    """

    city: str
    other: str
    kind: Literal["passed", "caught", "left"]
    since: int


def overtakings(result: IndexResult, first: int, last: int) -> tuple[Overtaking, ...]:
    """Who moved past whom between two years, by the ranks of the index: those who gained by their last rank.

    Ties are ties in rank. Pairs in which a city has no rank in one of the two years are left out. Refused (InputError):
    an unknown year.
    """
    t0, t1 = year_position(result, first), year_position(result, last)
    rank = result.rank()
    order = np.sign(rank[None, :, :] - rank[:, None, :])  # [c, d, t]: 1 where c is ahead of d
    before, after = order[:, :, t0], order[:, :, t1]
    pairs = [(int(c), int(d)) for c, d in np.argwhere((before <= 0) & (after >= 0) & (before < after))]
    pairs.sort(key=lambda pair: (rank[pair[0], t1], rank[pair[1], t1]))
    found = []
    for c, d in pairs:
        kind: Literal["passed", "caught", "left"] = (
            "left" if before[c, d] == 0 else "caught" if after[c, d] == 0 else "passed"
        )
        held = order[c, d, t0 : t1 + 1] == after[c, d]
        since = t1 - int(np.argmin(held[::-1])) + 1
        found.append(Overtaking(result.cities[c], result.cities[d], kind, result.years[since]))
    return tuple(found)


def overtaking_contributions(
    result: IndexResult, first: int, last: int, pairs: Sequence[Overtaking] | None = None
) -> Array:
    """Parts (pair, node) [score] of the change of the gap of each pair of `overtakings`, in their order.

    pairs: those, where they are known already. As `gap_contributions`, for all pairs at once, and refused as a whole
    where that would refuse one.
    """
    refuse_if(list(split_problems(result)), ChoiceError)
    pairs = overtakings(result, first, last) if pairs is None else pairs
    at = {city: c for c, city in enumerate(result.cities)}
    one, two = (np.array([at[name] for name in names], np.int64) for names in _sides(pairs))
    gaps = []
    for year in (first, last):
        t = np.full(len(pairs), year_position(result, year))
        gaps.append(_difference(result, _observed(result, one, t), _observed(result, two, t)))
    return _further(gaps[1], gaps[0])


def _further(last: Array, first: Array) -> Array:
    """Parts (..., node) of a gap less what they were. A node that is in only one of the two began or ended at 0."""
    once = (np.isnan(last) != np.isnan(first)) & ~np.isnan(last[..., :1] + first[..., :1])
    return np.asarray(np.where(once, np.nan_to_num(last) - np.nan_to_num(first), last - first))


def _sides(pairs: Sequence[Overtaking]) -> tuple[list[str], list[str]]:
    return [pair.city for pair in pairs], [pair.other for pair in pairs]


# --- weights ----------------------------------------------------------------------------------------------------------


def applied_weights(result: IndexResult, city: str, year: int) -> Array:
    """Weight (node,) of each node within its parent, as it counted for one city-year; 1 for the index.

    A child that `missing: renormalise` left out has 0, and its siblings share its weight.
    """
    weights = np.ones(len(result.nodes))
    for position, local in _one(result, city, year).weights.items():
        weights[list(result.nodes[position].children)] = local[0]
    return weights


# --- what can be split ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Mean:
    """S = f⁻¹(Σ w f(z)): f and its slope. power: the p of f = z^p, for which z may be in any unit."""

    f: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    power: float | None = None


def _power(p: float) -> _Mean:
    if p == 0:
        return _Mean(np.log, lambda x: 1.0 / x)
    return _Mean(lambda x: np.asarray(x**p), lambda x: np.asarray(p * x ** (p - 1.0)), p)


def _inverted_geometric(top: float = 10.0, floor: float = 1.0) -> _Mean:
    fall = (top - floor) / top
    return _Mean(lambda x: np.log(top - fall * x), lambda x: -fall / (top - fall * x))


_MEANS: Mapping[str, Callable[..., _Mean]] = {
    "arithmetic": lambda: _power(1.0),
    "geometric": lambda: _power(0.0),
    "harmonic": lambda: _power(-1.0),
    "generalised": lambda p: _power(p),
    "inverted_geometric": _inverted_geometric,
}


def split_problems(result: IndexResult) -> Iterator[Problem]:
    """Nodes whose score has no exact split: those that are no weighted mean of their children, have a child at 0 of
    which no logarithm or inverse exists, or are rounded."""
    above = parents(result.nodes)
    for name, codes in _by_aggregation(above.values()).items():
        if name not in _MEANS:
            yield Problem("split_aggregation", {"nodes": _quoted(codes), "aggregation": name, "known": Row(_MEANS)})
    zero = [node.code for p, node in above.items() if result.has_zero(p)]
    if zero:
        yield Problem("split_zeros", {"nodes": _quoted(zero)})
    rounded = [node.code for node in above.values() if node.rounding is not None]
    if rounded:
        yield Problem("split_rounding", {"nodes": _quoted(rounded)})


def is_sum(result: IndexResult) -> bool:
    """Whether the score itself is the sum of its parts: every node an arithmetic mean, none rounded."""
    return not [*split_problems(result), *_level_problems(result)]


def _level_problems(result: IndexResult) -> Iterator[Problem]:
    means = [node for node in parents(result.nodes).values() if node.aggregation.name in _MEANS]
    others = [node for node in means if _mean(node.aggregation).power != 1.0]
    for name, codes in _by_aggregation(others).items():
        yield Problem("split_level", {"nodes": _quoted(codes), "aggregation": name})


def _by_aggregation(nodes: Iterable[Parent]) -> dict[str, list[str]]:
    """Codes of nodes by the name of their aggregation."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        found.setdefault(node.aggregated_by, []).append(node.code)
    return found


def _quoted(codes: Sequence[str]) -> Few:
    return Few(f"'{code}'" for code in codes)


def _mean(aggregation: Choice) -> _Mean:
    return _MEANS[aggregation.name](**{name: one for name, one in aggregation.parameters.items() if name != "zeros"})


# --- the split --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Observations:
    """Scores z (n_obs, n_node), the weights of each node's children (n_obs, n_child); c, t: which city and year.

    c is -1 for a mean city.
    """

    c: Positions
    t: Positions
    z: Array
    weights: Mapping[int, Array]


def _every(result: IndexResult) -> _Observations:
    """All city-years, in the order of the folded axis."""
    c, t = np.indices(result.present.shape)
    return _observed(result, c.ravel(), t.ravel())


def _one(result: IndexResult, city: str, year: int) -> _Observations:
    """One city-year, by name."""
    return _observed(result, np.array([city_position(result, city)]), np.array([year_position(result, year)]))


def _row(parts: Array) -> Array:
    row: Array = parts[0]
    return row


def _observed(result: IndexResult, c: Positions, t: Positions, scores: Array | None = None) -> _Observations:
    """City-years as they are scored, or with other scores (n_obs, n_node)."""
    z = result.scores[c, t] if scores is None else scores
    weights = {}
    for position, node in parents(result.nodes).items():
        written = _written(result, position, node)
        weights[position] = _present(written[c, t] if written.ndim == 3 else written, z[:, list(node.children)])
    return _Observations(c, t, z, weights)


def _written(result: IndexResult, position: int, node: Node) -> Array:
    """Weights of a node's children when all have a score: (n_child,), or (city, year, n_child) where they differ."""
    if position in result.weights_by_observation:
        return result.weights_by_observation[position].reshape(*result.present.shape, -1)
    return result.weights[list(node.children)]


def _present(weights: Array, z: Array) -> Array:
    """Weights (n_obs, n_child) of the children that have a score, summing to 1."""
    weights, lost = np.broadcast_to(weights, z.shape), np.isnan(z)
    if not lost.any():
        return weights
    kept = np.where(lost, 0.0, weights)
    total = kept.sum(axis=1, keepdims=True)
    return np.where(lost.any(axis=1, keepdims=True), kept / np.where(total > 0, total, 1.0), weights)


def _mean_cities(result: IndexResult, t: Positions) -> _Observations:
    """The mean city of each of these years."""
    z = np.full((len(result.years), len(result.nodes)), np.nan)
    ranked = ~np.isnan(result.score())
    weights: dict[int, Array] = {}
    for position in range(len(result.nodes) - 1, -1, -1):
        node = result.nodes[position]
        if not isinstance(node, Parent):
            z[:, position] = _mean_over_cities(result.scores[:, :, position], ranked)
            continue
        written, children = _written(result, position, node), z[:, list(node.children)]
        if written.ndim == 3:
            written = np.stack([_mean_over_cities(w, ranked) for w in np.moveaxis(written, 2, 0)], axis=1)
        weights[position] = _present(written, children)
        for year, (row, w) in enumerate(zip(children, weights[position], strict=True)):
            there = ~np.isnan(row)
            if there.any():
                kernel = node.aggregation.method.kernel
                z[year, position] = kernel(row[None, there], w[there], **node.aggregation.parameters)[0]
    return _Observations(np.full(len(t), -1), t, z[t], {position: w[t] for position, w in weights.items()})


def _mean_over_cities(x: Array, ranked: NDArray[np.bool_]) -> Array:
    """Mean of x (city, year) over the cities that have an index in the year and a figure here; missing without any."""
    there = ranked & ~np.isnan(x)
    n = there.sum(axis=0)
    return np.where(n > 0, np.where(there, x, 0.0).sum(axis=0) / np.maximum(n, 1), np.nan)


def _difference(result: IndexResult, one: _Observations, two: _Observations) -> Array:
    """Parts (n_obs, n_node) of S_one - S_two, observation by observation: the multipliers times z_one - z_two."""
    refuse_if(list(_weight_problems(result, one, two)), ChoiceError)
    nodes = parents(result.nodes)
    factors = {at: weights * _slopes(nodes[at], one.z, two.z, at) for at, weights in one.weights.items()}
    scored = ~np.isnan(one.z[:, :1] - two.z[:, :1])
    return np.where(scored, _cumulated(result.nodes, factors, len(one.z)) * (one.z - two.z), np.nan)


def _weight_problems(result: IndexResult, one: _Observations, two: _Observations) -> Iterator[Problem]:
    """The nodes that weigh their children differently in the two observations of a pair, in one sentence."""
    scored = ~np.isnan(one.z[:, 0] - two.z[:, 0])
    nodes, where = [], np.zeros(result.present.shape, bool)
    for position, weights in one.weights.items():
        differ = scored & (np.abs(weights - two.weights[position]) > 1e-12).any(axis=1)
        if differ.any():
            nodes.append(result.nodes[position].code)
            for side in (one, two):
                named = differ & (side.c >= 0)
                where[side.c[named], side.t[named]] = True
    if nodes:
        yield _unlike_weights(result, nodes, where)


def _unlike_weights(result: IndexResult, codes: list[str], where: NDArray[np.bool_]) -> Problem:
    """The problem that nodes weigh their children differently; `codes` and `at` are facts for `folded`, which the
    sentence does not use."""
    facts = {"nodes": _quoted(codes), "where": city_years(result.panel, where)}
    at = frozenset((int(c), int(t)) for c, t in zip(*np.nonzero(where), strict=True))
    return Problem("split_weights", {**facts, "codes": tuple(codes), "at": at})


def folded(problems: Sequence[Problem], result: IndexResult) -> list[Problem]:
    """The problems, with all differences that cannot be split because of their weights as one, in the place of the
    first."""
    unlike = [one for one in problems if one.key == "split_weights"]
    if len(unlike) < 2:
        return list(problems)
    named = {code for one in unlike for code in one.facts["codes"]}
    where = np.zeros(result.present.shape, bool)
    for one in unlike:
        for c, t in one.facts["at"]:
            where[c, t] = True
    whole = _unlike_weights(result, [node.code for node in result.nodes if node.code in named], where)
    return [whole if one is unlike[0] else one for one in problems if one is unlike[0] or one.key != "split_weights"]


def _cumulated(nodes: tuple[Node, ...], factors: Mapping[int, Array], n: int) -> Array:
    """Product (n, n_node) of the factors (n, n_child) down from the index to each node."""
    product = np.ones((n, len(nodes)))
    for position, node in parents(nodes).items():
        product[:, list(node.children)] = product[:, [position]] * factors[position]
    return product


def _slopes(node: Parent, one: Array, two: Array, position: int) -> Array:
    """f[z1, z0] / f[S1, S0] (n_obs, n_child) of a node's children."""
    mean, children = _mean(node.aggregation), list(node.children)
    s1, s0, z1, z0 = one[:, [position]], two[:, [position]], one[:, children], two[:, children]
    if mean.power is not None and mean.power != 1.0:  # any unit will do: here one in which no power overflows
        unit = np.maximum(s1, s0) if mean.power > 0 else np.minimum(s1, s0)
        unit = np.where(unit > 0, unit, 1.0)
        s1, s0, z1, z0 = s1 / unit, s0 / unit, z1 / unit, z0 / unit
    with np.errstate(divide="ignore", invalid="ignore"):  # a score that stays at 0 has nothing to share out
        slopes = _divided(mean, z1, z0) / _divided(mean, s1, s0)
    known = ~np.isnan(z1 - z0) & ~np.isnan(s1 - s0)
    return np.where(known & ~np.isfinite(slopes), 0.0, slopes)


def _divided(mean: _Mean, a: Array, b: Array) -> Array:
    """Divided difference f[a, b]."""
    near = np.abs(a - b) <= NEAR * np.maximum(np.abs(a), np.abs(b))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(near, mean.slope((a + b) / 2.0), (mean.f(a) - mean.f(b)) / (a - b))


def attempt(refusals: dict[str, Problem], split: Callable[[], Array]) -> Array | None:
    """A split, or None where it is refused; its problems are then noted, each once."""
    try:
        return split()
    except ChoiceError as error:
        refusals.update({str(problem): problem for problem in error.problems})
        return None
