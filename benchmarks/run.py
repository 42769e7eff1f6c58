"""How long the main job takes, as a ratio: `python benchmarks/run.py`.

A: the main outputs of a run on the shipped workbook (CSV tables, `index.xlsx` with every analysis, six charts); then
`indexcalc run` with all its outputs (its own charts, `model.xlsx`, the page), without and with the 10,000 draws of the
uncertainty analysis. B: a Python process that only imports pandas, matplotlib and openpyxl and saves as many empty
figures of the same size. Median of five alternating runs, by the clock and by processor time (steadier where others use
the machine too). Both start from compiled modules. Then where the time of A goes, measured inside one run.
"""

from __future__ import annotations

import compileall
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5

BASELINE = """
import sys
from pathlib import Path
import pandas, openpyxl, matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
for i, size in enumerate(eval(sys.argv[2])):
    figure = Figure(figsize=size, dpi=200)
    FigureCanvasAgg(figure)
    figure.savefig(Path(sys.argv[1]) / f"{i}.png")
"""


MAIN = """
import sys
from indexcalc.run import compute, write_results
six = ["trend", "ranks", "dimensions", "heat_map", "change", "contributions"]
write_results(compute("indicators.yaml", draws=0), sys.argv[1], parts=("tables", "workbook", "charts"), charts=six)
"""


def seconds(command: list[str]) -> tuple[float, float]:
    """Wall time and processor time (user and system) of a process."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def figure_sizes(charts: Path) -> list[tuple[float, float]]:
    """Sizes [inch] of the charts that the run made, at 200 dpi."""
    sizes = []
    for path in sorted(charts.glob("*.png")):
        header = path.read_bytes()[16:24]
        sizes.append((int.from_bytes(header[:4], "big") / 200, int.from_bytes(header[4:], "big") / 200))
    return sizes


def compare(name: str, run: list[str], out: Path) -> None:
    """Print the ratio of A, a command that draws its charts below `out`, to B."""
    seconds(run)
    sizes = figure_sizes(out / "charts")
    empty = [sys.executable, "-c", BASELINE, str(out), repr(sizes)]
    seconds(empty)
    pairs = [(seconds(run), seconds(empty)) for _ in range(RUNS)]
    print(f"{name} / imports and {len(sizes)} empty figures, median of {RUNS}:")
    for clock, name in enumerate(("wall time", "processor time")):
        ratio = statistics.median(a[clock] / b[clock] for a, b in pairs)
        a, b = (statistics.median(side[clock] for side in sides) for sides in zip(*pairs, strict=True))
        print(f"  {name:16s} {ratio:.2f}  ({a:.2f} s, {b:.2f} s)")


STAGES = """
import sys, time
from pathlib import Path
last = start = time.perf_counter()
marks, stage = [], ""
def mark(done):
    global last
    now = time.perf_counter(); marks.append((done, now - last)); last = now
def progress(name, part=0.0):
    global stage
    if name != stage and stage:
        mark(stage)
    stage = name
import pandas; mark("import pandas")
import matplotlib.figure, matplotlib.backends.backend_agg; mark("import matplotlib")
import openpyxl; mark("import openpyxl")
from indexcalc.run import compute; mark("import indexcalc.run")
out = Path(sys.argv[1])
run = compute("indicators.yaml", progress=progress); mark(stage)
from indexcalc.voice import Voice
voice = Voice("zh", run.result.framework)
from indexcalc.report.csv import write_tables
write_tables(run, out); mark("analyse, write the CSV tables")
from indexcalc.report.workbook.workbook import write_index_workbook
write_index_workbook(run, out / "index.xlsx", voice); mark("write index.xlsx")
from indexcalc.report.model.workbook import write_model_workbook
write_model_workbook(run.result, out / "model.xlsx", voice); mark("write model.xlsx")
from indexcalc.report.charts import draw_charts
draw_charts(run, out, voice, lambda *_: None); mark("draw the charts")
from indexcalc.report.page import write_page
write_page(run, out / "report.html", voice); mark("write the page")
for stage, took in marks:
    print(f"  {stage:32s} {100 * took / (last - start):5.1f} %  {took:6.3f} s")
"""


def main() -> None:
    compileall.compile_dir(ROOT / "indexcalc", quiet=1)
    with tempfile.TemporaryDirectory() as name:
        main_out, out = Path(name) / "main", Path(name) / "out"
        run = [sys.executable, "-m", "indexcalc", "run", "--out", str(out)]
        compare("CSV, workbook and six charts", [sys.executable, "-c", MAIN, str(main_out)], main_out)
        compare("indexcalc run --draws 0", [*run, "--draws", "0"], out)
        compare("indexcalc run", run, out)
        print("where the time goes, one run:")
        sys.stdout.flush()
        subprocess.run([sys.executable, "-c", STAGES, name], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
