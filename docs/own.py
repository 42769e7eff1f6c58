"""Draws docs/own.png and docs/own.en.png, the picture of "Your own index": `python docs/own.py`, a part of `make docs`.

An invented yearbook sheet goes through `init --from`; its directions are confirmed as the draft suggests; the ranks are
drawn.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from openpyxl import Workbook
from PIL import Image

from indexcalc.report.charts import draw_charts
from indexcalc.report.start.draft import write_draft
from indexcalc.run import compute
from indexcalc.voice import DEFAULT, Voice, languages

DOCS = Path(__file__).resolve().parent
YEARS = range(2018, 2024)
SHEETS = {
    "zh": (
        ["表2-1 各市主要指标（虚构）"],
        ["地区", "年份", "人均GDP（元）", "研发投入强度（%）", "PM2.5年均浓度（微克/立方米）", "城镇登记失业率（%）"],
        ["甲市", "乙市", "丙市", "丁市", "戊市", "己市"],
    ),
    "en": (
        ["Table 2-1 Main indicators of the cities (invented)"],
        ["City", "Year", "GDP per head ($)", "Spending on research (%)", "PM2.5 (μg/m³)", "Unemployment rate (%)"],
        ["Ashby", "Birkdale", "Carlow", "Denholm", "Elland", "Farley"],
    ),
}
LEVELS, GROWTH = np.array([42000.0, 2.1, 44.0, 4.1]), np.array([1.06, 1.05, 0.93, 0.99])


def yearbook(path: Path, lang: str) -> None:
    """An invented sheet: a title, units in the headers, a row for each city and year, a note below."""
    title, head, cities = SHEETS[lang]
    drawn = np.random.default_rng(5).uniform(0.75, 1.25, (len(cities), len(YEARS), len(LEVELS)))
    book = Workbook()
    sheet = book.active
    for row in (title, head):
        sheet.append(row)
    for c, city in enumerate(cities):
        for t, year in enumerate(YEARS):
            figures = LEVELS * GROWTH**t * (drawn[c, 0] + 0.2 * drawn[c, t]) / 1.2
            sheet.append([city, year, *(round(float(figure), 2) for figure in figures)])
    sheet.append([])
    sheet.append(["注：数字为虚构。" if lang == DEFAULT else "Note: the figures are invented."])
    book.save(path)


def main() -> None:
    for lang in languages():
        with TemporaryDirectory() as folder:
            file, made = Path(folder) / "yearbook.xlsx", Path(folder) / "mine"
            yearbook(file, lang)
            draft = write_draft(made, file, Voice(lang))[1][0]
            lines = draft.read_text(encoding="utf-8").splitlines()
            lines = [line.replace("confirm}", "negative}" if "negative" in line else "positive}") for line in lines]
            draft.write_text("\n".join(lines), encoding="utf-8")
            run = compute(draft, draws=0)
            drawn, _ = draw_charts(
                run, Path(folder), run.result.framework.voice(lang), lambda *_: None, only=("ranks",)
            )
            with Image.open(drawn[0]) as picture:
                small = picture.convert("RGB").resize((900, round(picture.height * 900 / picture.width)))
                ending = "" if lang == DEFAULT else f".{lang}"
                small.quantize(64, dither=Image.Dither.NONE).save(DOCS / f"own{ending}.png", optimize=True)


if __name__ == "__main__":
    main()
