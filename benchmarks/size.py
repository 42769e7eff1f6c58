"""What many places cost: `python benchmarks/size.py [--plot FOLDER] [--runs N]`.

Each case is a whole `indexcalc run` in a process of its own, on an invented panel: wall time, processor time and peak
memory, and both times as ratios to a bare process (imports and eighteen empty figures) timed beside
it. Then how the processor time of the uncertainty analysis alone grows with places, years, indicators and draws: the
exponent between neighbouring sizes, and pictures of them, size.png and size.en.png, if a folder is named. One BLAS
thread; modules compiled beforehand.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import compileall
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xlsxwriter
from run import BASELINE, ROOT

import indexcalc as ic
from indexcalc.origin import Origin
from indexcalc.robustness.monte_carlo import uncertainty
from indexcalc.spec.uncertainty import Uncertainty

RUNS = 3
FIGURES = [(6.3, 5.0)] * 18


class Size(NamedTuple):
    places: int
    years: int
    indicators: int
    draws: int


CASES = (
    Size(13, 6, 27, 10_000),
    Size(195, 33, 4, 10_000),
    Size(285, 12, 20, 10_000),
    Size(2850, 6, 20, 0),
    Size(2850, 6, 20, 1_000),
)
BASE = Size(50, 6, 20, 2_000)
GROWTH = {
    "places": (25, 50, 100, 200, 400, 800, 1_600, 3_200),
    "years": (3, 6, 12, 24),
    "indicators": (5, 10, 20, 40),
    "draws": (1_000, 2_000, 4_000, 8_000, 16_000),
}


def figures(size: Size) -> np.ndarray:
    """Invented figures (place, year, indicator): lognormal, growing by about five per cent a year."""
    random = np.random.default_rng(1)
    base = random.lognormal(3.0, 1.0, (size.places, 1, size.indicators))
    noise = random.normal(0.0, 0.02, (size.places, size.years, size.indicators))
    return np.round(base * (1.0 + 0.05 * np.arange(size.years)[None, :, None] + noise), 4)


def framework(size: Size) -> dict[str, object]:
    """Four dimensions, or as many as there are indicators."""
    n = min(4, size.indicators)
    codes = [[f"x{k}" for k in range(d, size.indicators, n)] for d in range(n)]
    return {f"d{d}": {"indicators": {code: {"direction": "positive"} for code in own}} for d, own in enumerate(codes)}


METHODOLOGY = {"normalisation": {"method": "min_max", "lower": 1, "upper": 100}, "aggregation": "arithmetic"}
UNCERTAINTY = {"weights": {"spread": 0.25}, "aggregation": ["arithmetic", "geometric"]}


def write_case(size: Size, folder: Path) -> Path:
    """The workbook and the YAML of a case; returns the YAML."""
    import yaml

    years = range(2022 - size.years + 1, 2023)
    with xlsxwriter.Workbook(folder / "figures.xlsx", {"constant_memory": True}) as book:
        sheet = book.add_worksheet("panel")
        sheet.write_row(0, 0, ["city", "year", *(f"x{k}" for k in range(size.indicators))])
        row = 1
        for c, place in enumerate(figures(size)):
            for year, values in zip(years, place, strict=True):
                sheet.write_row(row, 0, [f"place {c:04d}", year, *values.tolist()])
                row += 1
    written = {
        "framework": {"workbook": "figures.xlsx", "dimensions": framework(size)},
        "methodology": METHODOLOGY,
        "claims": [{"kind": "rising", "cities": "all"}],
    }
    if size.draws:
        written["uncertainty"] = {"draws": size.draws, **UNCERTAINTY}
    path = folder / "indicators.yaml"
    path.write_text(yaml.safe_dump(written, sort_keys=False), encoding="utf-8")
    return path


def measured(command: list[str]) -> tuple[float, float, float]:
    """Wall time and processor time [s], and peak memory [MB], of a process."""
    start = time.perf_counter()
    with open(os.devnull, "w") as silent:
        actions = [(os.POSIX_SPAWN_DUP2, silent.fileno(), 1), (os.POSIX_SPAWN_DUP2, silent.fileno(), 2)]
        pid = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
        _, status, used = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024.0


def whole_runs(runs: int) -> None:
    """The table of the cases."""
    print("places x years x indicators, draws | wall | processor | peak memory | wall / bare | processor / bare")
    for size in CASES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            path = write_case(size, folder)
            run = [sys.executable, "-m", "indexcalc", "run", str(path), "--out", str(folder / "out")]
            bare = [sys.executable, "-c", BASELINE, name, repr(FIGURES)]
            measured(bare)
            pairs = [(measured(run), measured(bare)) for _ in range(runs if size.places < 1000 else 1)]
        wall, processor, memory = (statistics.median(run[k] for run, _ in pairs) for k in range(3))
        ratios = [statistics.median(run[k] / bare[k] for run, bare in pairs) for k in range(2)]
        what = f"{size.places} x {size.years} x {size.indicators}, {size.draws:,}"
        print(
            f"{what} | {wall:.2f} s | {processor:.2f} s | {memory:.0f} MB | {ratios[0]:.2f} | {ratios[1]:.2f}",
            flush=True,
        )


def analysed(size: Size) -> float:
    """Processor time of the uncertainty analysis alone [s], the better of two."""
    made = ic.Framework.model_validate({"dimensions": framework(size)})
    years = tuple(range(2022 - size.years + 1, 2023))
    cities = tuple(f"place {c:04d}" for c in range(size.places))
    values = figures(size)
    origin, present = np.full(values.shape, Origin.OBSERVED, np.uint8), np.ones(values.shape[:2], bool)
    panel = ic.Panel(cities, years, tuple(f"x{k}" for k in range(size.indicators)), values, origin, present)
    options, methodology = Uncertainty.model_validate(UNCERTAINTY), ic.Methodology.model_validate(METHODOLOGY)
    took = []
    for _ in range(2):
        start = time.process_time()
        uncertainty(panel, made, methodology, (), options, draws=size.draws)
        took.append(time.process_time() - start)
    return min(took)


def growth() -> dict[str, list[tuple[int, float]]]:
    """Seconds of the analysis over each kind of size, all else as in BASE, with the exponent of each step."""
    print(f"\nthe uncertainty analysis alone; all else as in {BASE}")
    found: dict[str, list[tuple[int, float]]] = {}
    for name, sizes in GROWTH.items():
        found[name] = [(n, analysed(BASE._replace(**{name: n}))) for n in sizes]
        steps = [
            f"{np.log(b[1] / a[1]) / np.log(b[0] / a[0]):.2f}"
            for a, b in zip(found[name], found[name][1:], strict=False)
        ]
        told = ", ".join(f"{n:,}: {took:.2f} s" for n, took in found[name])
        print(f"  {name:11s} {told}; exponents {', '.join(steps)}", flush=True)
    return found


SECONDS = (0.03, 0.1, 0.3, 1, 3, 10)


def number(times: float) -> str:
    """To two digits, or in whole."""
    return f"{times:.1f}" if times < 9.95 else f"{times:.0f}"


WORDS = {
    "zh": {
        "title": "规模增大时，不确定性分析的耗时",
        "of": {"places": "地区", "years": "年份", "indicators": "指标", "draws": "抽取次数"},
        "panel": "{name}增至{sizes}倍，耗时增至{times}倍",
        "time": "处理器时间（秒）",
        "note": "其余不变：{places}个地区、{years}年、{indicators}个指标、抽取{draws}次；虚构数据。灰线：按比例增长。",
    },
    "en": {
        "title": "What a larger uncertainty analysis takes",
        "of": {"places": "places", "years": "years", "indicators": "indicators", "draws": "draws"},
        "panel": "{sizes} times the {name}: {times} times the time",
        "time": "processor time (s)",
        "note": "All else: {places} places, {years} years, {indicators} indicators, {draws} draws; invented figures. "
        "Grey: in proportion.",
    },
}


def plot(found: dict[str, list[tuple[int, float]]], folder: Path) -> None:
    """Each growth in a panel of its own, logarithmic, with a line of exponent 1 through its first point."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from indexcalc.report.charts.lettering import family

    for lang, words in WORDS.items():
        with rc_context({"font.family": family()}):
            figure = Figure(figsize=(8.0, 6.2), layout="constrained")
            figure.suptitle(words["title"], x=0.02, ha="left")
            for axes, (name, points) in zip(figure.subplots(2, 2, sharey=True).ravel(), found.items(), strict=True):
                sizes, took = np.array(points).T
                facts = {"sizes": f"{sizes[-1] / sizes[0]:.0f}", "times": number(took[-1] / took[0])}
                axes.loglog(sizes, took[0] * sizes / sizes[0], color="#c2c2c2")
                axes.loglog(sizes, took, "o-", color="#0072B2")
                axes.set_title(words["panel"].format(name=words["of"][name], **facts), loc="left", fontsize=10)
                axes.set_xlabel(words["of"][name])
                axes.set_ylabel(words["time"])
                axes.minorticks_off()
                axes.set_yticks(SECONDS, [f"{seconds:g}" for seconds in SECONDS])
                axes.set_xticks(sizes, [f"{int(n):,}" for n in sizes], fontsize=8)
                axes.spines[["top", "right"]].set_visible(False)
            note = words["note"].format(**{k: f"{v:,}" for k, v in BASE._asdict().items()})
            figure.supxlabel(note, x=0.02, ha="left", fontsize=8, color="#555555")
            figure.savefig(folder / ("size.png" if lang == "zh" else f"size.{lang}.png"), dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plot", metavar="FOLDER", type=Path)
    parser.add_argument("--runs", type=int, default=RUNS)
    parsed = parser.parse_args()
    folder = None if parsed.plot is None else parsed.plot.resolve()
    os.chdir(ROOT)
    compileall.compile_dir(ROOT / "indexcalc", quiet=1)
    whole_runs(parsed.runs)
    over = growth()
    if folder is not None:
        plot(over, folder)


if __name__ == "__main__":
    main()
