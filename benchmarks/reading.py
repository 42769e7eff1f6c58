"""How long a large workbook takes to read, as a ratio: `python benchmarks/reading.py [ROWS] [COLUMNS]`.

A: `read_workbook` with every check on. B: python-calamine alone, which gives values and nothing else. Each in a process
of its own, alternating, the median of RUNS; with the peak of its memory, and before it how much is there when all that
is imported has been. Then the same for a file whose every cell holds a formula, which is read by the XML parser. Then
what each check costs, measured inside one process.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import xlsxwriter

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5
YEARS = 20

CALAMINE = """
import python_calamine
ready()
book = python_calamine.CalamineWorkbook.from_path(path)
book.get_sheet_by_index(0).to_python()
"""
OURS = """
from indexcalc.load import load_specification
from indexcalc.figures.workbook import read_workbook
framework = load_specification(yaml).framework
ready()
read_workbook(path, framework)
"""
TIMED = """
import gc, json, resource, sys, time
gc.set_threshold(50_000, 20, 50)  # as the command line does
path, yaml = sys.argv[1:]
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
def ready():
    global start, before
    start, before = (time.perf_counter(), time.process_time()), peak()
CODE
wall, own = time.perf_counter() - start[0], time.process_time() - start[1]
print(json.dumps([wall, own, before, peak()]))
"""
CHECKS = """
import sys, time
from types import SimpleNamespace
path, yaml = sys.argv[1:]
from indexcalc.analysis.suspicious import suspicious
from indexcalc.figures.grid import Book
from indexcalc.figures.openxml import _SheetReader
from indexcalc.load import load_specification
from indexcalc.figures.workbook import read_workbook
framework = load_specification(yaml).framework

def timed(name, call):
    start = time.process_time()
    found = call()
    took = time.process_time() - start
    print(f"  {name:58s} {took:6.2f} s")
    return found

def cells():
    with Book(path) as book:
        return book.grid(book.titles[0])

grid = timed("cells, with what is hidden, joined, computed or a percent", cells)
panel = timed("all of it: labels, units, numbers, each with its cell", lambda: read_workbook(path, framework))
result = SimpleNamespace(panel=panel, framework=framework)
timed("figures that look wrong (in a run or a check)", lambda: suspicious(result))
quick, _SheetReader.take = _SheetReader.take, lambda self, block: False
timed("cells, every one of them by the XML parser", cells)
"""


def write(path: Path, rows: int, columns: int, *, formulas: bool = False) -> Path:
    """A panel of invented cities over twenty years, and its YAML; returns the YAML."""
    rng, codes = np.random.default_rng(1), [f"x{i}" for i in range(columns - 2)]
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("panel")
        sheet.write_row(0, 0, ["city", "year", *codes])
        for c in range(rows // YEARS):
            base = rng.lognormal(3, 1, len(codes))
            for t in range(YEARS):
                r = 1 + c * YEARS + t
                figures = [round(float(x), 4) for x in base * (1 + 0.05 * t + rng.normal(0, 0.02, len(codes)))]
                sheet.write_row(r, 0, [f"City {c:05d}", 2000 + t])
                for k, figure in enumerate(figures, 2):
                    if formulas:
                        sheet.write_formula(r, k, f"={figure}", None, figure)
                    else:
                        sheet.write_number(r, k, figure)
    yaml = path.with_suffix(".yaml")
    indicators = "".join(f"    {code}: {{direction: positive}}\n" for code in codes)
    yaml.write_text(f"framework:\n  indicators:\n{indicators}", encoding="utf-8")
    return yaml


def measure(code: str, *paths: Path) -> list[float]:
    """Seconds by the clock and of the processor, and memory before and at its peak, of a process."""
    command = [sys.executable, "-c", TIMED.replace("CODE", code), *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(name: str, path: Path, yaml: Path) -> None:
    """Print the ratio of A to B for a file."""
    pairs = [(measure(OURS, path, yaml), measure(CALAMINE, path, yaml)) for _ in range(RUNS)]
    print(f"{name}, {path.stat().st_size / 2**20:.0f} MB, median of {RUNS}:")
    for clock, what in enumerate(("wall time", "processor time")):
        ours, theirs = (statistics.median(side[clock] for side in sides) for sides in zip(*pairs, strict=True))
        ratio = statistics.median(a[clock] / b[clock] for a, b in pairs)
        print(f"  {what:16s} {ratio:.2f}  ({ours:.2f} s, {theirs:.2f} s)")
    (_, _, before, ours), (_, _, _, theirs) = pairs[-1]
    print(
        f"  {'peak memory':16s} {ours / theirs:.2f}  ({ours:.0f} MB, of which {before:.0f} MB imports; {theirs:.0f} MB)"
    )
    sys.stdout.flush()


def main() -> None:
    rows, columns = (int(given) for given in (*sys.argv[1:3], *("100000", "40")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as name:
        plain, computed = Path(name) / "plain.xlsx", Path(name) / "formulas.xlsx"
        yaml = write(plain, rows, columns)
        compare(f"{rows:,} rows of {columns} columns", plain, yaml)
        few = max(YEARS, rows // 5)
        compare(f"{few:,} rows, every figure a formula", computed, write(computed, few, columns, formulas=True))
        print("what each part costs, plain cells, processor time:")
        sys.stdout.flush()
        subprocess.run([sys.executable, "-c", CHECKS, str(plain), str(yaml)], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
