"""Draws docs/city.png and docs/city.en.png: `python docs/city.py`, a part of `make docs`.

The report of a city as it prints, two sheets of A4, and the picture beside them. Needs Chromium and pdftoppm.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from indexcalc.report.city import write_cities
from indexcalc.run import compute
from indexcalc.voice import DEFAULT, voices

DOCS = Path(__file__).resolve().parent
CITY = "成都"
HEIGHT, SPACE = 1000, 16
"""Height of a sheet, and the space between two [pixels]."""
COLOURS = 200


def printed(page: Path) -> list[Path]:
    """The sheets of a page as Chromium prints it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium is not None, "there is no Chromium here"
    pdf = page.with_suffix(".pdf")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={pdf}"]
    subprocess.run([chromium, *flags, page.as_uri()], check=True, capture_output=True)
    subprocess.run(["pdftoppm", "-r", "150", "-png", str(pdf), str(page.with_suffix(""))], check=True)
    return sorted(page.parent.glob(f"{page.stem}-*.png"))


def side_by_side(files: list[Path]) -> Image.Image:
    """Pictures of one height in a row."""
    small = []
    for file in files:
        with Image.open(file) as picture:
            size = round(picture.width * HEIGHT / picture.height), HEIGHT
            small.append(picture.convert("RGB").resize(size, Image.Resampling.LANCZOS))
    width = sum(picture.width + SPACE for picture in small) + SPACE
    sheet = Image.new("RGB", (width, HEIGHT + 2 * SPACE), "#d9d9d9")
    left = SPACE
    for picture in small:
        sheet.paste(picture, (left, SPACE))
        left += picture.width + SPACE
    return sheet.quantize(COLOURS, dither=Image.Dither.NONE)


def main() -> None:
    run = compute(DOCS.parent / "indicators.yaml")
    for voice in voices(run.result.framework):
        with TemporaryDirectory() as folder:
            (page, picture), _ = write_cities(run, Path(folder), [CITY], voice)
            ending = "" if voice.lang == DEFAULT else f".{voice.lang}"
            side_by_side([*printed(page), picture]).save(DOCS / f"city{ending}.png", optimize=True)


if __name__ == "__main__":
    main()
