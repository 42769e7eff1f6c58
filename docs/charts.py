"""Draws docs/charts.png and docs/charts.en.png: `python docs/charts.py`, a part of `make docs`.

Every chart of the shipped index on one sheet, with the card of a city and two cities against each other.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from indexcalc.report.charts import draw_charts
from indexcalc.robustness.study import study
from indexcalc.run import compute
from indexcalc.voice import DEFAULT, voices

DOCS = Path(__file__).resolve().parent
ONLY = ("all", "city:成都", "pair:成都:重庆")
COLUMNS, WIDTH, SPACE = 4, 440, 16
"""Columns of the sheet, the width of a chart on it, and the space between two [pixels]."""
COLOURS = 200


def contact_sheet(files: list[Path]) -> Image.Image:
    """The charts beside each other, each put into the column that is shortest so far."""
    heights = [SPACE] * COLUMNS
    placed = []
    for file in files:
        with Image.open(file) as picture:
            small = picture.convert("RGB").resize(
                (WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS
            )
        column = int(np.argmin(heights))
        placed.append((small, (SPACE + column * (WIDTH + SPACE), heights[column])))
        heights[column] += small.height + SPACE
    sheet = Image.new("RGB", (COLUMNS * (WIDTH + SPACE) + SPACE, max(heights)), "#d9d9d9")
    for small, corner in placed:
        sheet.paste(small, corner)
    return sheet.quantize(COLOURS, dither=Image.Dither.NONE)


def main() -> None:
    run = compute(DOCS.parent / "indicators.yaml")
    options = run.specification.uncertainty
    assert options is not None
    run = run.with_study(study(run.result, run.specification.claims, options))
    for voice in voices(run.result.framework):
        with TemporaryDirectory() as folder:
            files, notices = draw_charts(run, Path(folder), voice, lambda *_: None, only=ONLY)
            assert not notices, [notice.text() for notice in notices]
            ending = "" if voice.lang == DEFAULT else f".{voice.lang}"
            contact_sheet(files).save(DOCS / f"charts{ending}.png", optimize=True)


if __name__ == "__main__":
    main()
