"""How the build grows, as ratios: `python benchmarks/methods.py`. The panels are synthetic.

1. 10,000 cities x 6 years x 40 indicators, 2 % missing: the whole build (imputation linear, treatment skew_kurtosis,
   min-max, weighted means on two levels, ranks) against the bare numpy passes it cannot do without: one copy, one
   minimum and maximum, one product. In memory, no files. Peak memory as a multiple of the panel.
2. 1,000,000 rows x 40 columns: entropy weights and the weighted sum, against a lean numpy script of the same; with
   `--peers` also against pymcdm and scikit-criteria, installed into an environment of their own in a temporary folder
   (which takes a minute and a network). Of each peer the plain functions are timed, on an array, without its labelled
   tables; a peer that ranks on the way is timed without its ranks.
Median of five alternating runs in one process; OPENBLAS_NUM_THREADS=1.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import json
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
import venv
from collections.abc import Callable
from pathlib import Path

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


LEAN = """
def lean():
    p = x / x.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        e = -np.where(p > 0, p * np.log(p), 0.0).sum(axis=0) / np.log(len(p))
    w = (1 - e) / (1 - e).sum()
    return w, x @ w
"""

PEERS = """
import json, statistics, sys, time
import numpy as np
from pymcdm.weights import entropy_weights as pymcdm_weights
from skcriteria.preprocessing.weighters import entropy_weights as skcriteria_weights
x = np.random.default_rng(2).random((1_000_000, 40))
{lean}
def pymcdm():
    w = pymcdm_weights(x)
    return w, (x * w).sum(axis=1)  # as its weighted sum model does

def skcriteria():
    w = skcriteria_weights(x)
    return w, np.inner(x, w)  # as its weighted sum model does, which then ranks

works, taken = (lean, pymcdm, skcriteria), {{}}
for work in works:
    assert np.allclose(work()[0], lean()[0]), work.__name__
for _ in range({runs}):
    for work in works:
        start = time.perf_counter()
        work()
        taken.setdefault(work.__name__, []).append(time.perf_counter() - start)
print(json.dumps({{name: statistics.median(found) for name, found in taken.items()}}))
"""


def entropy_weights() -> tuple[float, float]:
    """Print our ratio to the lean script; our seconds and its."""
    x = np.random.default_rng(2).random((1_000_000, 40))
    written = np.ones(40)
    names: dict[str, object] = {"np": np, "x": x}
    exec(LEAN, names)
    lean: Callable[[], object] = names["lean"]  # type: ignore[assignment]
    r, a, b = ratio(lambda: arithmetic(x, entropy(x, written)), lean)
    print(f"entropy weights and weighted sum, 1,000,000 x 40, against lean numpy: {r:.2f} ({a:.2f} s, {b:.2f} s)")
    return a, b


def against_peers(ours: float, lean: float) -> None:
    """Print how long the peers take for the same; each against the lean script run beside it."""
    with tempfile.TemporaryDirectory() as name:
        venv.create(name, with_pip=True)
        python = Path(name) / ("Scripts" if os.name == "nt" else "bin") / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "pymcdm", "scikit-criteria"], check=True)
        found = subprocess.run(
            [python, "-c", PEERS.format(lean=LEAN, runs=RUNS)], check=True, capture_output=True, text=True
        ).stdout
        listed = subprocess.run([python, "-m", "pip", "freeze"], check=True, capture_output=True, text=True).stdout
    versions = dict(line.split("==") for line in listed.splitlines() if "==" in line)
    taken = json.loads(found)
    for name, package in (("pymcdm", "pymcdm"), ("skcriteria", "scikit-criteria")):
        relative = taken[name] / taken["lean"]
        print(
            f"the same by {package} {versions.get(package, '')}: {relative:.2f} times lean numpy ({taken[name]:.2f} s);"
            f" ours takes {ours / lean / relative:.2f} of that"
        )


if __name__ == "__main__":
    whole_build()
    ours, lean = entropy_weights()
    if "--peers" in sys.argv[1:]:
        against_peers(ours, lean)
