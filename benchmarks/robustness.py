"""What the uncertainty analysis costs, as ratios: `python benchmarks/robustness.py [--peers] [--plot FILE.png]`.

(a) weights only, 10,000 draws x 13 cities x 6 years x 30 indicators on two levels, with ranks, acceptability, wins,
    places gained, three claims and the spread of scores, against the bare numpy product of the same sizes; then six
    methods (three normalisations x two aggregations) of 10,000 draws each. --peers: the scores and ranks alone in
    pymcdm, scikit-criteria and pysensmcda, installed into a folder of their own, fewer draws taken and scaled up.
(b) ASEM (51 countries x 49 indicators on three levels, ../shared/golden/asem): 1,000 draws of each of {min-max,
    percentile rank} x {arithmetic, geometric}, weights within 25 % at all levels, against a lean numpy script.
(c) (a) with 1,000,000 draws: time as a multiple of that of 10,000, and peak memory above it.
(d) 1,000 cities x 40 indicators x 6 years x 1,000 draws: time and peak memory.
(e) growth with draws, cities and indicators; --plot draws it.
(f) the shipped index: bounds of its last year and the smallest changes, as in every run (no solver loaded);
    bounds of all years; sensitivity and every methodology one by one, as `indexcalc robustness` makes them.
(g) the shipped index: its draws with the errors of imputed cells against those without.
Processor time of one thread (OPENBLAS_NUM_THREADS=1), median of alternating runs; each case in a process of its own.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
ASEM = ROOT.parent / "shared" / "golden" / "asem"
RUNS = 9
MIN_MAX = {"method": "min_max", "lower": 1, "upper": 100}
PERCENTILE = {"method": "percentile_rank", "lower": 1, "upper": 100}
SIX = {"normalisation": [MIN_MAX, PERCENTILE, "rank"], "aggregation": ["arithmetic", "geometric"]}


def seconds(work: Callable[[], object]) -> float:
    """Processor time of a call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def alternating(a: Callable[[], object], b: Callable[[], object]) -> tuple[float, float]:
    """Median times of alternating runs of a and b."""
    a(), b()
    pairs = [(seconds(a), seconds(b)) for _ in range(RUNS)]
    return statistics.median(x for x, _ in pairs), statistics.median(y for _, y in pairs)


def synthetic(n_city: int, n_indicator: int, n_year: int = 6) -> tuple[Any, ...]:
    """A panel of skewed random figures, a framework of four dimensions, a methodology, three claims."""
    import indexcalc as ic
    from indexcalc.spec.claims import InTop, LargestRankGain, Rising

    codes = [f"i{k}" for k in range(n_indicator)]
    figures = np.random.default_rng(1).lognormal(0.0, 1.0, (n_city, n_year, n_indicator))
    panel = ic.Panel.from_values([f"c{c}" for c in range(n_city)], range(2017, 2017 + n_year), codes, figures)
    dimensions = {f"d{d}": {"indicators": {code: {} for code in codes[d::4]}} for d in range(4)}
    framework = ic.Framework.model_validate({"dimensions": dimensions})
    claims = (
        Rising(kind="rising", every_year=True),
        InTop(kind="in_top", cities=("c0", "c1", "c2", "c3"), n=5),
        LargestRankGain(kind="largest_rank_gain", city="c4"),
    )
    return panel, framework, ic.Methodology.model_validate({"normalisation": MIN_MAX}), claims


def analysis(case: tuple[Any, ...], draws: int, **options: Any) -> Callable[[], object]:
    """The uncertainty analysis of a case, the nominal index being there already, as in a run."""
    import indexcalc as ic
    from indexcalc.robustness.design import design
    from indexcalc.robustness.distinct import distinct
    from indexcalc.robustness.monte_carlo import analyse
    from indexcalc.spec.uncertainty import Uncertainty

    panel, framework, methodology, claims = case
    declared = Uncertainty.model_validate({"weights": {"spread": 0.25}, **options})
    nominal = ic.build_index(panel, framework, methodology)
    return lambda: analyse(distinct(design(panel, framework, methodology, declared)), claims, draws, nominal=nominal)


def peak() -> float:
    """Peak memory of this process [MB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


# --- cases, each in a process of its own ------------------------------------------------------------------------------


def case_a() -> dict[str, float]:
    z, w = np.random.default_rng(0).random((78, 30)), np.random.default_rng(1).random((30, 10000))
    case = synthetic(13, 30)
    ours, bare = alternating(analysis(case, 10000), lambda: z @ w)
    six, again = alternating(analysis(case, 60000, **SIX), lambda: z @ w)
    return {"ours": ours, "bare": bare, "ratio": ours / bare, "six": six / again / 6.0}


def case_b() -> dict[str, float]:
    case, lean = asem()
    ours, script = alternating(analysis(case, 4000, **{**SIX, "normalisation": [MIN_MAX, PERCENTILE]}), lean)
    return {"ours": ours, "lean": script, "ratio": ours / script}


def case_draws(draws: str) -> dict[str, float]:
    work = analysis(synthetic(13, 30), int(draws))
    return {"seconds": seconds(work), "peak": peak()}


def case_d() -> dict[str, float]:
    work = analysis(synthetic(1000, 40), 1000)
    return {"seconds": seconds(work), "peak": peak()}


def case_growth(n_city: str, n_indicator: str, draws: str) -> dict[str, float]:
    work = analysis(synthetic(int(n_city), int(n_indicator)), int(draws))
    work()
    return {"seconds": min(seconds(work) for _ in range(3))}


def case_study() -> dict[str, float]:
    import indexcalc as ic
    from indexcalc.robustness.study import proven, study

    specification = ic.load_specification(ROOT / "indicators.yaml")
    panel = ic.read_workbook(ROOT / "data" / "cities.xlsx", specification.framework)
    result = ic.build_index(panel, specification.framework, specification.methodology)
    claims, options = specification.claims, specification.uncertainty
    proven(result, options)
    found = {"run": min(seconds(lambda: proven(result, options)) for _ in range(5))}
    found["solver"] = float("scipy.optimize" in sys.modules)
    import scipy.optimize  # noqa: F401

    for part in ("bounds", "sensitivity", "alternatives"):
        found[part] = min(seconds(lambda part=part: study(result, claims, options, parts=[part])) for _ in range(3))
    return found


def case_imputed() -> dict[str, float]:
    import indexcalc as ic
    from indexcalc.robustness.monte_carlo import uncertainty

    s = ic.load_specification(ROOT / "indicators.yaml")
    panel = ic.read_workbook(ROOT / "data" / "cities.xlsx", s.framework)
    with_, without = (s.uncertainty.model_copy(update={"imputed": imputed}) for imputed in (True, False))
    ours, bare = alternating(
        lambda: uncertainty(panel, s.framework, s.methodology, s.claims, with_),
        lambda: uncertainty(panel, s.framework, s.methodology, s.claims, without),
    )
    return {"with": ours, "without": bare, "ratio": ours / bare}


def asem() -> tuple[tuple[Any, ...], Callable[[], object]]:
    """The treated ASEM figures as a case, and the same analysis written down in plain numpy."""
    import indexcalc as ic

    with (ASEM / "raw" / "asem_iMeta.csv").open(encoding="utf-8") as file:
        meta = {row["iCode"]: row for row in csv.DictReader(file) if row["Type"] in ("Indicator", "Aggregate")}
    with (ASEM / "steps" / "04_treated.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    codes = [code for code in rows[0] if code in meta]
    at = [rows[0].index(code) for code in codes]
    figures = np.array([[float(row[k]) for k in at] for row in rows[1:]])
    sign = np.array([float(meta[code]["Direction"]) for code in codes])

    def node(code: str) -> dict[str, Any]:
        below = [child for child in meta if meta[child]["Parent"] == code]
        kind = "indicators" if meta[below[0]]["Type"] == "Indicator" else "dimensions"
        inside = {child: leaf(child) if kind == "indicators" else node(child) for child in below}
        return {"weight": float(meta[code]["Weight"]), kind: inside}

    def leaf(code: str) -> dict[str, Any]:
        direction = "positive" if float(meta[code]["Direction"]) > 0 else "negative"
        return {"weight": float(meta[code]["Weight"]), "direction": direction}

    framework = ic.Framework.model_validate({"dimensions": {code: node(code) for code in ("Conn", "Sust")}})
    panel = ic.Panel.from_values([row[0] for row in rows[1:]], [2018], codes, figures[:, None, :])
    parents = {code: row["Parent"] for code, row in meta.items() if code in codes or row["Parent"]}
    given = {code: float(row["Weight"]) for code, row in meta.items()}
    methodology = ic.Methodology.model_validate({"normalisation": MIN_MAX})
    return (panel, framework, methodology, ()), lambda: lean_asem(figures * sign, codes, parents, given)


def lean_asem(x: Any, codes: list[str], parents: dict[str, str], given: dict[str, float]) -> Any:
    """What the uncertainty analysis counts for ASEM, in plain numpy: 1,000 draws of each of four methods."""
    random = np.random.default_rng(2022)
    scaled = 1.0 + 99.0 * (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0))
    below = (x[:, None] > x[None]).sum(axis=1)
    equal = (x[:, None] == x[None]).sum(axis=1)
    percentile = 1.0 + 99.0 * (below + (equal - 1) / 2.0) / (len(x) - 1)
    nodes = [code for code in given if parents.get(code) or code in ("Conn", "Sust")]
    families: dict[str, list[str]] = {}
    for code in nodes:
        families.setdefault(parents.get(code, ""), []).append(code)
    n = len(x)
    counts, wins = np.zeros((n, n), int), np.zeros((n, n), int)
    moments, histogram = [], []
    for z, geometric in ((scaled, False), (scaled, True), (percentile, False), (percentile, True)):
        u = random.uniform(0.75, 1.25, (len(nodes), 1000))
        drawn = {code: row * given[code] for code, row in zip(nodes, u, strict=True)}
        for family in families.values():
            total = sum(drawn[code] for code in family)
            drawn.update({code: drawn[code] / total for code in family})
        effective = []
        for code in codes:
            weight, up = drawn[code], parents[code]
            while up in drawn:
                weight, up = weight * drawn[up], parents.get(up, "")
            effective.append(weight)
        w = np.stack(effective)
        scores = np.round(np.exp(np.log(z) @ w) if geometric else z @ w, 9)
        above = np.zeros(scores.shape, int)
        for i in range(n):
            higher = scores > scores[i]
            above[i] = higher.sum(axis=0)
            wins[:, i] += higher.sum(axis=1)
        counts += np.bincount((above + np.arange(n)[:, None] * n).ravel(), minlength=n * n).reshape(n, n)
        moments.append((scores.mean(axis=1), scores.std(axis=1)))
        histogram.append(np.quantile(scores, [0.05, 0.25, 0.5, 0.75, 0.95], axis=1))
    return counts, wins, moments, histogram


# --- peers ------------------------------------------------------------------------------------------------------------

PEERS = """
import sys, time
import numpy as np
draws, peer = int(sys.argv[2]), sys.argv[1]
random = np.random.default_rng(0)
years = [random.random((13, 30)) + 0.1 for _ in range(6)]
weights = random.uniform(0.75, 1.25, (draws, 30))
weights /= weights.sum(axis=1, keepdims=True)
types = np.ones(30)
if peer == "pymcdm":
    from pymcdm.methods import WSM
    from pymcdm.helpers import rankdata
    method = WSM()
    work = lambda: [rankdata(method(x, w, types), reverse=True) for w in weights for x in years]
elif peer == "skcriteria":
    import skcriteria
    from skcriteria.agg.simple import WeightedSumModel
    method, best = WeightedSumModel(), [max] * 30
    work = lambda: [method.evaluate(skcriteria.mkdm(x, best, weights=w)).rank_ for w in weights for x in years]
else:
    from pymcdm.methods import WSM
    from pymcdm.helpers import rankdata
    from pysensmcda.probabilistic import monte_carlo_weights
    method = WSM()
    def work():
        for w in monte_carlo_weights(30, num_samples=draws):
            for x in years:
                rankdata(method(x, w, types), reverse=True)
work()
start = time.process_time()
work()
print((time.process_time() - start) / draws)
"""


def peers(ours: float) -> None:
    """The scores and ranks of (a) in other libraries, as multiples of all of ours."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        install = [python, "-m", "pip", "install", "--quiet", "pymcdm", "scikit-criteria", "pysensmcda"]
        subprocess.run(install, check=True, capture_output=True)
        for peer in ("pymcdm", "skcriteria", "pysensmcda"):
            done = subprocess.run([python, "-c", PEERS, peer, "50"], capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"    {peer}: did not run ({done.stderr.strip().splitlines()[-1]})")
                continue
            took = float(done.stdout) * 10000
            print(f"    {peer}, scores and ranks alone: {took:.1f} s, {took / ours:.0f} times")


# --- what is printed --------------------------------------------------------------------------------------------------


def child(case: str, *arguments: object) -> dict[str, float]:
    """A case in a process of its own."""
    command = [sys.executable, __file__, "--child", case, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def growth(plot: str | None) -> None:
    """(e): one size at a time, the others as in (a)."""
    sizes = {
        "draws": [(13, 30, n) for n in (5000, 10000, 20000, 50000, 100000)],
        "cities": [(n, 30, 1000) for n in (13, 25, 50, 100, 200, 400)],
        "indicators": [(13, n, 10000) for n in (8, 16, 32, 64, 128)],
    }
    found: dict[str, list[tuple[int, float]]] = {}
    for place, (name, cases) in enumerate(sizes.items()):
        at = (2, 0, 1)[place]
        found[name] = [(case[at], child("growth", *case)["seconds"]) for case in cases]
        (first, least), (last, most) = found[name][0], found[name][-1]
        slope = np.log(most / least) / np.log(last / first)
        told = ", ".join(f"{n}: {took * 1e3:.0f} ms" for n, took in found[name])
        print(f"(e) {name}: {told}; grows with the power {slope:.2f}")
    if plot is None:
        return
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3))
    for axes, (name, points) in zip(figure.subplots(1, 3), found.items(), strict=True):
        axes.loglog(*zip(*points, strict=True), "o-")
        axes.set_xlabel(name)
        axes.set_ylabel("s")
    figure.tight_layout()
    figure.savefig(plot, dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--plot", metavar="FILE")
    parser.add_argument("--child", nargs="+", metavar="CASE")
    parsed = parser.parse_args()
    if parsed.child:
        case, *arguments = parsed.child
        print(json.dumps(globals()[f"case_{case}"](*arguments)))
        return
    a = child("a")
    print(f"(a) 10,000 draws / bare product: {a['ratio']:.1f} ({a['ours'] * 1e3:.0f} ms, {a['bare'] * 1e3:.2f} ms)")
    print(f"    six methods, each: {a['six']:.1f}")
    if parsed.peers:
        peers(a["ours"])
    if ASEM.is_dir():
        b = child("b")
        print(f"(b) ASEM / lean script: {b['ratio']:.2f} ({b['ours'] * 1e3:.0f} ms, {b['lean'] * 1e3:.0f} ms)")
    few, many = child("draws", 10000), child("draws", 1000000)
    more = many["peak"] - few["peak"]
    times = many["seconds"] / few["seconds"]
    print(f"(c) 1,000,000 draws / 10,000: {times:.0f} ({many['seconds']:.1f} s), {more:+.0f} MB")
    d = child("d")
    print(f"(d) 1,000 cities: {d['seconds']:.1f} s, peak {d['peak']:.0f} MB")
    growth(parsed.plot)
    f = child("study")
    loaded = "a solver was loaded" if f.pop("solver") else "no solver loaded"
    told = ", ".join(f"{part} {took * 1e3:.0f} ms" for part, took in f.items())
    print(f"(f) {told}; in a run {loaded}")
    g = child("imputed")
    print(f"(g) errors of imputed cells: {g['ratio']:.2f} ({g['with'] * 1e3:.0f} ms, {g['without'] * 1e3:.0f} ms)")


if __name__ == "__main__":
    main()
