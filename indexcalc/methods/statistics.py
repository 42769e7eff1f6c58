"""Statistics of a matrix of observations: descriptive, correlations, Cronbach's alpha.

x: (n_obs, n_indicator) throughout; NaN is missing. Correlations and covariances are pairwise complete: each pair of
columns uses the rows in which both are there, and ranks are taken within those rows. A column without spread (one
value, up to rounding) has no correlation: NaN, never a warning. numpy alone; `scipy.stats` takes long to import.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

ROUNDING = 1e-13
"""A column whose range is below this share of its largest value is one value, rounded in several ways."""

BY_LAGS = 1000
"""Up to so many rows Kendall's tau compares all pairs of rows; above, it counts inversions pair by pair of columns."""


class Description(NamedTuple):
    """Descriptive statistics, each (n_indicator,) in the unit of the column; NaN where undefined."""

    n: Ints
    missing: Ints
    mean: Array
    sd: Array
    minimum: Array
    lower_quartile: Array
    median: Array
    upper_quartile: Array
    maximum: Array
    skewness: Array
    kurtosis: Array


class Alpha(NamedTuple):
    """Cronbach's alpha of a set of items, of the values as they are (raw) and of their z-scores (standardised).

    *_if_deleted: (n_item,) alpha of the others. *_rest: (n_item,) correlation of an item with the sum of the others.
    """

    raw: float
    standardised: float
    raw_if_deleted: Array
    standardised_if_deleted: Array
    raw_rest: Array
    standardised_rest: Array


def describe(x: Array) -> Description:
    """Count, mean, spread, quartiles and shape of every column.

    x: (n_obs, n_indicator). sd = sqrt(Σ(x - mean)²/(n - 1)); quartiles by linear interpolation (Hyndman and Fan type
    7); skewness and excess kurtosis are those of `skewness` and `kurtosis`. Missing values are left out and counted.
    Undefined, hence NaN: sd below two values, all but the counts without any.
    Source: OECD/JRC Handbook (2008), step 4.

    >>> found = describe(np.array([[1.0], [2.0], [3.0], [np.nan]]))
    >>> found.n, found.missing, found.mean, found.sd, found.lower_quartile
    (array([3]), array([1]), array([2.]), array([1.]), array([1.5]))
    """
    n, mean, deviations = _centred(x)
    quartiles = np.full((5, x.shape[1]), np.nan)
    for k in np.flatnonzero(n):
        quartiles[:, k] = np.quantile(x[~np.isnan(x[:, k]), k], [0.0, 0.25, 0.5, 0.75, 1.0])
    sd = np.where(n > 1, np.sqrt((deviations**2).sum(axis=0) / np.maximum(n - 1, 1)), np.nan)
    low, lower, median, upper, high = quartiles
    return Description(n, len(x) - n, mean, sd, low, lower, median, upper, high, skewness(x), kurtosis(x))


def skewness(x: Array) -> Array:
    """Skewness of every column, corrected for bias (type 2): sqrt(n(n-1))/(n-2) · sqrt(n) Σd³/(Σd²)^1.5, d = x - mean.

    x: (n_obs, n_indicator); returns (n_indicator,). Missing values are left out; NaN below three values or without
    spread.
    Source: Joanes and Gill (1998), The Statistician 47(1), G1; R package COINr, skew.

    >>> skewness(np.array([[1.0], [2.0], [6.0]])).round(4)
    array([1.4579])
    """
    n, _, d = _centred(x)
    d = _scaled(d)
    squares = (d**2).sum(axis=0)
    defined = (n >= 3) & (squares > 0)
    n, squares = np.where(defined, n, 3), np.where(defined, squares, 1.0)
    g = np.sqrt(n) * (d**3).sum(axis=0) / squares**1.5
    return np.where(defined, np.sqrt(n * (n - 1.0)) / (n - 2) * g, np.nan)


def kurtosis(x: Array) -> Array:
    """Excess kurtosis of every column, corrected for bias (type 2): ((n+1)(r-3) + 6)(n-1)/((n-2)(n-3)).

    r = n Σd⁴/(Σd²)², d = x - mean. x: (n_obs, n_indicator); returns (n_indicator,). Missing values are left out; NaN
    below four values or without spread.
    Source: Joanes and Gill (1998), The Statistician 47(1), G2; R package COINr, kurt.

    >>> kurtosis(np.array([[1.0], [2.0], [3.0], [10.0]])).round(4)
    array([3.228])
    """
    n, _, d = _centred(x)
    d = _scaled(d)
    squares = (d**2).sum(axis=0)
    defined = (n >= 4) & (squares > 0)
    n, squares = np.where(defined, n, 4), np.where(defined, squares, 1.0)
    r = n * (d**4).sum(axis=0) / squares**2
    return np.where(defined, ((n + 1) * (r - 3) + 6) * (n - 1) / ((n - 2.0) * (n - 3)), np.nan)


def varies(x: Array) -> Flags:
    """Which columns have spread: two values or more that differ by more than rounding.

    x: (n_obs, n_indicator); returns (n_indicator,). Missing values are left out; a column without values has none.

    >>> varies(np.array([[1.0, 0.3, np.nan], [2.0, 0.1 + 0.2, np.nan]]))
    array([ True, False, False])
    """
    present = ~np.isnan(x)
    high = np.where(present, x, -np.inf).max(axis=0, initial=-np.inf)
    low = np.where(present, x, np.inf).min(axis=0, initial=np.inf)
    some = present.any(axis=0)
    high, low = np.where(some, high, 0.0), np.where(some, low, 0.0)
    largest = np.maximum(np.abs(high), np.abs(low))
    spread: Flags = high - low > ROUNDING * largest
    return spread


def pairs(x: Array) -> Ints:
    """Rows in which both columns are there: (n_indicator, n_indicator); on the diagonal, the values of each column.

    >>> pairs(np.array([[1.0, 2.0], [3.0, np.nan]]))
    array([[2, 1],
           [1, 1]])
    """
    present = (~np.isnan(x)).astype(float)
    counts: Ints = np.rint(present.T @ present).astype(np.int64)
    return counts


def covariance(x: Array) -> Array:
    """Sample covariances: Σ(x_i - mean_i)(x_j - mean_j)/(n_ij - 1), over the rows in which both are there.

    x: (n_obs, n_indicator); returns (n_indicator, n_indicator). NaN below two rows. With missing values the matrix need
    not be positive semi-definite.

    >>> covariance(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]))
    array([[1., 2.],
           [2., 4.]])
    """
    return _pairwise(x, _covariance_block)


def pearson(x: Array) -> Array:
    """Pearson correlations: r = Σ(x_i - mean_i)(x_j - mean_j)/sqrt(Σ(x_i - mean_i)² Σ(x_j - mean_j)²).

    x: (n_obs, n_indicator); returns (n_indicator, n_indicator), in [-1, 1]. Pairwise complete; NaN where either column
    has no spread in the rows they share, ±1 where they share two rows.
    Source: OECD/JRC Handbook (2008), step 4 and table 6.

    >>> pearson(np.array([[1.0, 2.0, 5.0], [2.0, 1.0, 5.0], [3.0, 3.0, 5.0]]))
    array([[1. , 0.5, nan],
           [0.5, 1. , nan],
           [nan, nan, nan]])
    """
    return _unit_diagonal(_pairwise(x, _pearson_block))


def spearman(x: Array) -> Array:
    """Spearman's rank correlations: Pearson's, of the ranks, tied values sharing the mean of their ranks.

    x: (n_obs, n_indicator); returns (n_indicator, n_indicator), in [-1, 1]. Pairwise complete, ranked again within the
    rows that two columns share; NaN where either has no spread there.
    Source: Spearman (1904), American Journal of Psychology 15(1).

    >>> spearman(np.array([[1.0, 10.0], [2.0, 1000.0], [3.0, 100.0]]))
    array([[1. , 0.5],
           [0.5, 1. ]])
    """
    return _unit_diagonal(_pairwise(x, _spearman_block))


def spearman_interval(rho: float, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """Confidence interval of Spearman's correlation by Fisher's z: tanh(atanh ρ ± u sqrt(1.06/(n - 3))), u normal.

    rho: of n pairs. The variance 1.06/(n - 3) is that of Fieller, Hartley and Pearson for ranks (of Pearson's r it is
    1/(n - 3)); it is meant for |ρ| below about 0.8 and n of 10 and more, and pairs that are independent. Missing below
    four pairs, and where ρ is 1 or -1.
    Source: Fieller, Hartley and Pearson (1957), Tests for rank correlation coefficients I, Biometrika 44(3/4), 470-481.

    >>> low, high = spearman_interval(0.63, 13)
    >>> round(low, 2), round(high, 2)
    (0.1, 0.88)
    """
    if n < 4 or not abs(rho) < 1.0:
        return float("nan"), float("nan")
    half = NormalDist().inv_cdf((1.0 + level) / 2.0) * (1.06 / (n - 3)) ** 0.5
    return float(np.tanh(np.arctanh(rho) - half)), float(np.tanh(np.arctanh(rho) + half))


def kendall(x: Array) -> Array:
    """Kendall's tau-b: (C - D)/sqrt((N - T_i)(N - T_j)).

    C, D: pairs of rows in the same, or the opposite, order in both; N = n(n - 1)/2; T: pairs tied in one column.
    x: (n_obs, n_indicator); returns (n_indicator, n_indicator), in [-1, 1]. Pairwise complete; NaN where either column
    has no spread in the rows they share. O(n²) for all columns together up to 1,000 rows; above, some 256 n + (n/256)²
    steps per pair.
    Source: Kendall (1945), Biometrika 33(3).

    >>> kendall(np.array([[1.0, 1.0], [2.0, 3.0], [3.0, 2.0]])).round(4)
    array([[1.    , 0.3333],
           [0.3333, 1.    ]])
    """
    return _unit_diagonal(_pairwise(x, _kendall_block))


def cronbach_alpha(x: Array) -> Alpha:
    """Cronbach's alpha: k/(k - 1) · (1 - Σ_j s_jj / Σ_ij s_ij).

    x: (n_obs, n_item), oriented. s: the covariances for the raw alpha, the correlations for the standardised one, for
    which it equals k r/(1 + (k - 1) r), r the mean correlation. Pairwise complete. An item without spread adds nothing
    but its k to the raw alpha and leaves the standardised one undefined. NaN too below two items (an item deleted of
    two leaves one), and where the sum of the items does not vary.
    Source: Cronbach (1951), Psychometrika 16(3); OECD/JRC Handbook (2008), step 4 and table 11 (standardised).

    >>> found = cronbach_alpha(np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]]))
    >>> round(found.raw, 4), round(found.standardised, 4), found.raw_rest
    (0.6667, 0.6667, array([0.5, 0.5]))
    """
    raw, raw_if_deleted, raw_rest = _alpha(covariance(x))
    standardised, standardised_if_deleted, standardised_rest = _alpha(pearson(x))
    return Alpha(raw, standardised, raw_if_deleted, standardised_if_deleted, raw_rest, standardised_rest)


def _centred(x: Array) -> tuple[Ints, Array, Array]:
    """Values present, mean, and deviations from it (0 where missing, and throughout a column without spread)."""
    present, spread = ~np.isnan(x), varies(x)
    n = present.sum(axis=0)
    filled = np.where(present, x, 0.0)
    mean = filled.sum(axis=0) / np.maximum(n, 1)
    deviations = np.where(present & spread, x - mean, 0.0)
    return n, np.where(n > 0, mean, np.nan), deviations


def _scaled(deviations: Array) -> Array:
    """Each column over its largest deviation, so that powers neither overflow nor vanish."""
    largest = np.abs(deviations).max(axis=0, initial=0.0)
    scaled: Array = deviations / np.where(largest > 0, largest, 1.0)
    return scaled


def _pairwise(x: Array, block: Callable[[Array, Array], Array]) -> Array:
    """A symmetric matrix, `block(left, right)` giving the cells of complete columns.

    Columns with the same rows missing go together, so complete figures are one block. Where `right is left`, the cells
    above the diagonal are enough.
    """
    present = ~np.isnan(x)
    alike: dict[bytes, list[int]] = {}
    for k in range(x.shape[1]):
        alike.setdefault(present[:, k].tobytes(), []).append(k)
    groups = [np.array(columns) for columns in alike.values()]
    found = np.full((x.shape[1], x.shape[1]), np.nan)
    for g, left in enumerate(groups):
        for right in groups[g:]:
            rows = present[:, left[0]] & present[:, right[0]]
            x_left = x[np.ix_(rows, left)]
            cells = block(x_left, x_left if right is left else x[np.ix_(rows, right)])
            found[np.ix_(right, left)] = cells.T
            found[np.ix_(left, right)] = cells
    upper = np.triu(found)
    return upper + np.triu(upper, 1).T


def _unit_diagonal(correlations: Array) -> Array:
    """A column's correlation with itself is 1, exactly; undefined ones stay so."""
    k = np.arange(len(correlations))
    correlations[k, k] = np.where(np.isnan(correlations[k, k]), np.nan, 1.0)
    return correlations


def _covariance_block(left: Array, right: Array) -> Array:
    if len(left) < 2:
        return np.full((left.shape[1], right.shape[1]), np.nan)
    cells: Array = _centred(left)[2].T @ _centred(right)[2] / (len(left) - 1)
    return cells


def _pearson_block(left: Array, right: Array) -> Array:
    return _cosines(left, right, varies(left), varies(right))


def _spearman_block(left: Array, right: Array) -> Array:
    return _cosines(_mid_ranks(left), _mid_ranks(right), varies(left), varies(right))


def _cosines(left: Array, right: Array, left_varies: Flags, right_varies: Flags) -> Array:
    """Cosines of the angles between centred columns; NaN where either does not vary."""
    cosines = np.clip(_unit(left).T @ _unit(right), -1.0, 1.0)
    return np.where(np.outer(left_varies, right_varies), cosines, np.nan)


def _unit(x: Array) -> Array:
    """Columns centred and of length 1, or 0 where there is no spread."""
    deviations = _scaled(_centred(x)[2])
    length = np.sqrt((deviations**2).sum(axis=0))
    unit: Array = deviations / np.where(length > 0, length, 1.0)
    return unit


def _places(x: Array) -> tuple[Ints, list[Ints]]:
    """Place of every value among the different values of its column, from 0; how often each of these occurs."""
    places, counts = np.empty(x.shape, np.int64), []
    for k in range(x.shape[1]):
        _, at, count = np.unique(x[:, k], return_inverse=True, return_counts=True)
        places[:, k] = at
        counts.append(count.astype(np.int64))
    return places, counts


def _mid_ranks(x: Array) -> Array:
    """Ranks from 1, ties at the mean of their ranks; x complete."""
    places, counts = _places(x)
    ranks = np.empty(x.shape)
    for k, count in enumerate(counts):
        ranks[:, k] = (np.cumsum(count) - (count - 1) / 2.0)[places[:, k]]
    return ranks


def _kendall_block(left: Array, right: Array) -> Array:
    n, (a, counts_a) = len(left), _places(left)
    b, counts_b = (a, counts_a) if right is left else _places(right)
    untied_a = np.array([_choose_two(n) - _choose_two(count).sum() for count in counts_a], float)
    untied_b = np.array([_choose_two(n) - _choose_two(count).sum() for count in counts_b], float)
    balance = _balance_by_lags(a, b) if n <= BY_LAGS else _balance_by_inversions(a, b, untied_a, untied_b)
    base = np.sqrt(np.outer(untied_a, untied_b))
    defined = np.outer(varies(left), varies(right)) & (base > 0)
    return np.where(defined, np.clip(balance / np.where(base > 0, base, 1.0), -1.0, 1.0), np.nan)


def _choose_two(count: int | Ints) -> Ints:
    """Pairs among so many: c(c - 1)/2."""
    many = np.asarray(count, np.int64)
    chosen: Ints = many * (many - 1) // 2
    return chosen


def _balance_by_lags(a: Ints, b: Ints) -> Array:
    """Concordant less discordant pairs of rows, every column of a with every column of b: Σ sign · sign, lag by lag.

    Sums of one lag stay below 2^24, which single precision holds exactly.
    """
    left, right = a.astype(np.float32), b.astype(np.float32)
    balance = np.zeros((a.shape[1], b.shape[1]))
    for lag in range(1, len(a)):
        balance += np.sign(left[lag:] - left[:-lag]).T @ np.sign(right[lag:] - right[:-lag])
    return balance


def _balance_by_inversions(a: Ints, b: Ints, untied_a: Array, untied_b: Array) -> Array:
    """The same by C - D = N - T_a - T_b + T_ab - 2D, the discordant pairs D counted as inversions."""
    balance = np.zeros((a.shape[1], b.shape[1]))
    everything = float(_choose_two(len(a)))
    left, right = np.ascontiguousarray(a.T), np.ascontiguousarray(b.T)
    for i in range(a.shape[1]):
        for j in range(i if b is a else 0, b.shape[1]):
            size = int(right[j].max(initial=0)) + 1
            keys = np.sort(left[i] * size + right[j])
            starts = np.flatnonzero(np.diff(keys, prepend=-1))
            tied_in_both = _choose_two(np.diff(starts, append=len(keys))).sum()
            discordant = _inversions((keys % size).astype(np.int32), size)
            balance[i, j] = untied_a[i] + untied_b[j] - everything + tied_in_both - 2.0 * discordant
    return balance


def _inversions(places: NDArray[np.int32], size: int) -> int:
    """Pairs that stand in falling order: i before j and places[i] > places[j], for places in 0..size - 1.

    Places are cut into blocks along the row and, in rising order, into as many; two of different blocks both ways are
    counted by the table of the blocks, the others are neighbours one way, and compared. O(256 n + (n/256)²).
    """
    n, width = len(places), 128 if len(places) <= 2**15 else 256
    k = max(-(-n // width), 1)
    small = np.min_scalar_type(max(size, k * width) - 1)  # 16 bits are sorted fastest
    order = np.concatenate([np.argsort(places.astype(small), kind="stable"), np.arange(n, k * width)])
    rank = np.empty(k * width, small)
    rank[order] = np.arange(k * width)
    block = order // width
    table = np.bincount(block * k + np.repeat(np.arange(k), width), minlength=k * k).reshape(k, k)
    higher = np.cumsum(table[:, ::-1], axis=1)[:, ::-1] - table
    earlier = np.cumsum(higher, axis=0) - higher
    found, later = int((table * earlier).sum()), np.triu(np.ones((width, width), bool))
    flags = np.empty((16, width, width), bool)  # few at a time stay in the cache
    for rows in (rank.reshape(k, width), block.astype(np.min_scalar_type(k)).reshape(k, width)):
        for start in range(0, k, len(flags)):
            some = rows[start : start + len(flags)]
            falling = np.greater(some[:, :, None], some[:, None, :], out=flags[: len(some)])
            found += int(np.count_nonzero(np.logical_and(falling, later, out=falling)))
    return found


def _alpha(matrix: Array) -> tuple[float, Array, Array]:
    """Alpha, alpha if an item is deleted, and correlation with the rest, of a matrix of covariances or correlations."""
    k = len(matrix)
    own, row = np.diag(matrix), matrix.sum(axis=1)
    total, trace = matrix.sum(), own.sum()
    rest = total - 2.0 * row + own
    alpha = _alpha_from(np.array([total]), np.array([trace]), k)
    scale = own * rest
    varying = (own > 0) & (rest > 1e-12 * (trace - own))
    with_rest = np.where(varying, (row - own) / np.sqrt(np.where(varying, scale, 1.0)), np.nan)
    return float(alpha[0]), _alpha_from(rest, trace - own, k - 1), np.clip(with_rest, -1.0, 1.0)


def _alpha_from(total: Array, trace: Array, k: int) -> Array:
    """k/(k - 1) · (1 - trace/total); NaN below two items, or where the sum of the items does not vary."""
    if k < 2:
        return np.full(total.shape, np.nan)
    defined = total > 1e-12 * trace
    return np.where(defined, k / (k - 1) * (1.0 - trace / np.where(defined, total, 1.0)), np.nan)
