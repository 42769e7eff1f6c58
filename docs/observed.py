"""Writes docs/coverage.md and its charts, coverage.png and coverage.en.png: `python docs/observed.py` (`make docs`).

How much of the shipped index is observed, counted in two ways: by derived indicator (a cell counts if every figure that
it is computed from is in the workbook) and by part (each column of the workbook that the index reads, once). The first
edition is shown beside it, from docs/coverage.first.csv, which `python docs/observed.py --keep` wrote at the time.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

import indexcalc as ic
from indexcalc.report.charts.lettering import family
from indexcalc.report.charts.style import SCALE, house_style
from indexcalc.steps.result import IndexResult

DOCS = Path(__file__).resolve().parent
FIRST = DOCS / "coverage.first.csv"
WAYS = {"indicator": ("按指标", "by indicator"), "part": ("按数据列", "by column")}
EDITIONS = {"before": ("第一版", "first edition"), "now": ("第二版", "second edition")}
Counts = dict[tuple[str, str, str, int], int]
"""Way, code, city and year: 1 where observed, 0 where not."""


def shipped() -> IndexResult:
    """The shipped index."""
    specification = ic.load_specification(DOCS.parent / "indicators.yaml")
    panel = ic.read_workbook(DOCS.parent / "data" / "cities.xlsx", specification.framework)
    return ic.build_index(panel, specification.framework, specification.methodology)


def counted(result: IndexResult) -> Counts:
    """Every cell of every indicator, and of every column that one of them is computed from."""
    parts: dict[str, None] = {}
    for code, own in result.framework.all_indicators.items():
        parts.update(dict.fromkeys(own.derived.parts if own.derived is not None else (code,)))
    columns = [("indicator", code, result.derived.series(code)) for code in result.derived.codes]
    columns += [("part", code, result.panel.series(code)) for code in parts]
    return {
        (way, code, city, year): int(not np.isnan(values[c, t]))
        for way, code, values in columns
        for c, city in enumerate(result.cities)
        for t, year in enumerate(result.years)
    }


def kept() -> Counts:
    """What the first edition had."""
    with FIRST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (row["way"], row["code"], row["city"], int(year)): int(there)
        for row in rows
        for year, there in row.items()
        if year.isdigit()
    }


def shares(counts: Counts, way: str, *at: int) -> dict[tuple[object, ...], float]:
    """Observed cells of one way in per cent, by some positions of their keys (1 code, 2 city, 3 year)."""
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for key, there in counts.items():
        if key[0] == way:
            groups[tuple(key[i] for i in at)].append(there)
    return {group: 100 * sum(cells) / len(cells) for group, cells in groups.items()}


def page(result: IndexResult) -> str:
    """docs/coverage.md as it should stand."""
    framework, now, before = result.framework, counted(result), kept()
    years = result.years
    parts = [
        "# 数据覆盖率 How much is observed",
        "<!-- written by docs/observed.py -->",
        "按指标：计算所需的数据都在工作簿中，该单元格才算实有。按数据列：指数读取的每一列只算一次。"
        "每格为第一版 → 第二版，单位%。覆盖率不设目标：来源注明口径有断点的数据，第二版一律剔除，"
        "所以有的单元格低于第一版。",
        "By indicator: a cell counts as observed if every figure it is computed from is in the workbook. By column: "
        "each column that the index reads counts once. Each cell shows first → second edition, in %. There is no "
        "target: the second edition leaves out whatever its source calls a break, so some cells are lower than in the "
        "first.",
        "![数据覆盖率](coverage.png)",
    ]
    for way, (zh, en) in WAYS.items():
        old, new = (shares(one, way) for one in (before, now))
        before_n, now_n = (len({key[1] for key in one if key[0] == way}) for one in (before, now))
        kind = "项指标 indicators" if way == "indicator" else "列 columns"
        parts.append(f"## {zh} {en[0].upper()}{en[1:]}")
        parts.append(f"合计 in all: {old[()]:.1f} → {new[()]:.1f}%（{before_n} → {now_n} {kind}）")
        old, new = (shares(one, way, 2, 3) for one in (before, now))
        lines = [f"| 城市 City | {' | '.join(map(str, years))} |", "|---|" + "---|" * len(years)]
        for city in result.cities:
            cells = [f"{old[city, year]:.0f} → {new[city, year]:.0f}" for year in years]
            lines.append(f"| {city} {framework.city_label(city, 'en')} | {' | '.join(cells)} |")
        parts.append("\n".join(lines))
        old, new = (shares(one, way, 1) for one in (before, now))
        head = "指标 Indicator" if way == "indicator" else "数据列 Column"
        lines = [f"| {head} | 第一版 First edition | 第二版 Second edition |", "|---|---|---|"]
        for code in dict.fromkeys([*(key[0] for key in new), *(key[0] for key in old)]):
            name = f"{framework.label(str(code), 'zh')} {framework.label(str(code), 'en')} `{code}`"
            one, two = (f"{found[code,]:.0f}" if (code,) in found else "–" for found in (old, new))
            lines.append(f"| {name} | {one} | {two} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def draw(result: IndexResult, path: Path, lang: int) -> None:
    """Heat maps of city by year: the two editions across, the two ways down."""
    counts = {"before": kept(), "now": counted(result)}
    names = [result.framework.city_label(city, ("zh", "en")[lang]) for city in result.cities]
    with house_style():
        plt.rcParams["font.family"] = family()
        figure, axes = plt.subplots(2, 2, figsize=(9, 8.5), layout="constrained", sharex=True, sharey=True)
        for row, (way, titles) in enumerate(WAYS.items()):
            for column, (edition, label) in enumerate(EDITIONS.items()):
                found, ax = shares(counts[edition], way, 2, 3), axes[row, column]
                values = np.array([[found[city, year] for year in result.years] for city in result.cities])
                ax.grid(visible=False)
                ax.imshow(
                    values, cmap=LinearSegmentedColormap.from_list("house", SCALE), vmin=40, vmax=100, aspect="auto"
                )
                ax.set_title(f"{label[lang]} · {titles[lang]}", fontsize=10)
                ax.set_xticks(range(len(result.years)), list(map(str, result.years)))
                ax.set_yticks(range(len(names)), names)
                for (c, t), value in np.ndenumerate(values):
                    colour = "white" if value > 80 else "#222222"
                    ax.text(t, c, f"{value:.0f}", ha="center", va="center", fontsize=8, color=colour)
        figure.suptitle(("实有数据占比（%）", "Cells observed, %")[lang], fontsize=12)
        figure.savefig(path, dpi=110)
        plt.close(figure)


def keep(result: IndexResult) -> None:
    """Write what this edition has, for the next to be compared with."""
    with FIRST.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["way", "code", "city", *result.years])
        found = counted(result)
        for series in dict.fromkeys(key[:3] for key in found):
            writer.writerow([*series, *(found[*series, year] for year in result.years)])


def main() -> None:
    result = shipped()
    if "--keep" in sys.argv[1:]:
        return keep(result)
    (DOCS / "coverage.md").write_text(page(result), encoding="utf-8")
    for lang, ending in enumerate(("", ".en")):
        draw(result, DOCS / f"coverage{ending}.png", lang)
    return None


if __name__ == "__main__":
    main()
