"""Draws docs/slides.png and docs/slides.en.png, every slide of the shipped index: `python docs/slides.py`, a part of
`make docs`. LibreOffice Impress turns the slides into pages; without it a sentence says so, and nothing is written."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from indexcalc.report.slides.pages import write_slides
from indexcalc.run import compute
from indexcalc.voice import DEFAULT, voices

DOCS = Path(__file__).resolve().parent
PROGRAMS = ("soffice", "pdftoppm")
COLUMNS, WIDTH, SPACE = 3, 560, 16
"""Columns of the sheet, the width of a slide on it, and the space between two [pixels]."""
COLOURS = 128


def pages(slides: Path, folder: Path) -> list[Path]:
    """Each slide as a picture; none where LibreOffice has no Impress."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--norestore", "--convert-to", "pdf", "--outdir"]
    subprocess.run([*command, str(folder), str(slides)], check=True, capture_output=True)
    paper = folder / f"{slides.stem}.pdf"
    if not paper.is_file():
        return []
    subprocess.run(["pdftoppm", "-r", "96", "-png", str(paper), str(folder / "page")], check=True)
    return sorted(folder.glob("page-*.png"))


def contact_sheet(files: list[Path]) -> Image.Image:
    """The slides in rows."""
    pictures = []
    for file in files:
        with Image.open(file) as picture:
            size = WIDTH, round(picture.height * WIDTH / picture.width)
            pictures.append(picture.convert("RGB").resize(size, Image.Resampling.LANCZOS))
    height, rows = pictures[0].height, -(-len(pictures) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * (WIDTH + SPACE) + SPACE, rows * (height + SPACE) + SPACE), "#d9d9d9")
    for k, picture in enumerate(pictures):
        row, column = divmod(k, COLUMNS)
        sheet.paste(picture, (SPACE + column * (WIDTH + SPACE), SPACE + row * (height + SPACE)))
    return sheet.quantize(COLOURS, dither=Image.Dither.NONE)


def main() -> None:
    absent = [program for program in PROGRAMS if shutil.which(program) is None]
    if absent:
        print(f"docs/slides.png is left as it is: {' and '.join(absent)} not found.")
        return
    run = compute(DOCS.parent / "indicators.yaml")
    for voice in voices(run.result.framework):
        with TemporaryDirectory() as folder:
            slides = Path(folder) / "slides.pptx"
            write_slides(run, slides, voice)
            files = pages(slides, Path(folder))
            if not files:
                print("docs/slides.png is left as it is: LibreOffice is here without Impress.")
                return
            ending = "" if voice.lang == DEFAULT else f".{voice.lang}"
            contact_sheet(files).save(DOCS / f"slides{ending}.png", optimize=True)


if __name__ == "__main__":
    main()
