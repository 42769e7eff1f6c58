"""How the build grows, as ratios: `python benchmarks/methods.py`. The panels are synthetic.

1. 10,000 cities x 6 years x 40 indicators, 2 % missing: the whole build (imputation linear, treatment skew_kurtosis,
   min-max, weighted means on two levels, ranks) against the bare numpy passes it cannot do without: one copy, one
   minimum and maximum, one product. In memory, no files. Peak memory as a multiple of the panel.
2. 1,000,000 rows x 40 columns: entropy weights and the weighted sum, against a lean numpy script of the same.
Median of five alternating runs in one process; OPENBLAS_NUM_THREADS=1.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import statistics
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

import indexcalc as ic
from indexcalc.methods.aggregation import arithmetic
from indexcalc.methods.weighting import entropy

RUNS = 5


def seconds(work: Callable[[], object]) -> float:
    """Wall time of a call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(a: Callable[[], object], b: Callable[[], object]) -> tuple[float, float, float]:
    """Median of the ratios of alternating runs of a and b, and the medians of both."""
    a(), b()
    pairs = [(seconds(a), seconds(b)) for _ in range(RUNS)]
    return (
        statistics.median(x / y for x, y in pairs),
        statistics.median(x for x, _ in pairs),
        statistics.median(y for _, y in pairs),
    )


def synthetic_panel(n_city: int, n_year: int, n_indicator: int) -> ic.Panel:
    """Random figures, one in three columns skewed, 2 % missing."""
    random = np.random.default_rng(1)
    values = random.normal(100.0, 15.0, (n_city, n_year, n_indicator))
    values[:, :, ::3] = np.exp(random.normal(0.0, 1.5, values[:, :, ::3].shape))
    values[random.random(values.shape) < 0.02] = np.nan
    values[:, 0][np.isnan(values).all(axis=1)] = 100.0
    codes = [f"i{k}" for k in range(n_indicator)]
    return ic.Panel.from_values([f"c{c}" for c in range(n_city)], range(2017, 2017 + n_year), codes, values)


def synthetic_framework(n_indicator: int) -> ic.Framework:
    """Four dimensions, every fifth indicator negative."""
    indicators = {f"i{k}": {"direction": "negative" if k % 5 == 0 else "positive"} for k in range(n_indicator)}
    names = list(indicators)
    return ic.Framework.model_validate(
        {"dimensions": {f"d{d}": {"indicators": {n: indicators[n] for n in names[d::4]}} for d in range(4)}}
    )


def whole_build() -> None:
    panel, framework = synthetic_panel(10_000, 6, 40), synthetic_framework(40)
    methodology = ic.Methodology().variant(
        imputation="linear",
        treatment={"method": "skew_kurtosis", "cities_share": 0.05},
        normalisation={"method": "min_max", "lower": 1, "upper": 100},
    )
    weights = np.full(40, 1 / 40)

    def bare() -> object:
        x = panel.values.copy().reshape(-1, 40)
        x[np.isnan(x)] = 0.0
        return (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0)) @ weights

    def build() -> object:
        return ic.build_index(panel, framework, methodology)

    r, a, b = ratio(build, bare)
    print(f"whole build, 10,000 x 6 x 40, against the bare passes: {r:.1f} ({a:.3f} s, {b:.4f} s)")
    tracemalloc.start()
    build()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"peak memory of the build: {peak / panel.values.nbytes:.1f} times the panel ({peak / 2**20:.0f} MiB)")


def entropy_weights() -> None:
    x = np.random.default_rng(2).random((1_000_000, 40))
    written = np.ones(40)

    def lean() -> object:
        p = x / x.sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            e = -np.where(p > 0, p * np.log(p), 0.0).sum(axis=0) / np.log(len(p))
        return x @ ((1 - e) / (1 - e).sum())

    r, a, b = ratio(lambda: arithmetic(x, entropy(x, written)), lean)
    print(f"entropy weights and weighted sum, 1,000,000 x 40, against lean numpy: {r:.2f} ({a:.2f} s, {b:.2f} s)")


if __name__ == "__main__":
    whole_build()
    entropy_weights()
