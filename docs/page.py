"""Draws docs/page.png and docs/page.en.png, the page of the shipped index from head to foot: `python docs/page.py`, a
part of `make docs`. Needs Chromium."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from indexcalc.report.page import write_page
from indexcalc.run import compute
from indexcalc.voice import DEFAULT, voices

DOCS = Path(__file__).resolve().parent
WINDOW, HEIGHT = 1040, 5600
"""Width of the window, and about the height of a column of sections, in its pixels."""
SCALE = 0.42
COLOURS = 160


def sections(page: Page) -> list[Image.Image]:
    """Every part of the page by itself, from its head to its foot."""
    whole = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    boxes = [part.bounding_box() for part in page.locator("body > header, main > *, body > footer").all()]
    shown = [box for box in boxes if box and box["height"] > 1]
    return [whole.crop((0, round(box["y"]), WINDOW, round(box["y"] + box["height"]))) for box in shown]


def columns(parts: list[Image.Image]) -> Image.Image:
    """The parts below each other, in columns."""
    piles: list[list[Image.Image]] = [[]]
    for part in parts:
        if piles[-1] and sum(one.height for one in piles[-1]) + part.height > HEIGHT:
            piles.append([])
        piles[-1].append(part)
    height = max(sum(one.height for one in pile) for pile in piles)
    sheet = Image.new("RGB", (len(piles) * WINDOW, height), "white")
    for k, pile in enumerate(piles):
        top = 0
        for part in pile:
            sheet.paste(part, (k * WINDOW, top))
            top += part.height
    size = round(sheet.width * SCALE), round(sheet.height * SCALE)
    return sheet.resize(size, Image.Resampling.LANCZOS).quantize(COLOURS, dither=Image.Dither.NONE)


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium is not None, "there is no Chromium here"
    run = compute(DOCS.parent / "indicators.yaml")
    with TemporaryDirectory() as folder, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for voice in voices(run.result.framework):
            file = Path(folder) / f"{voice.lang}.html"
            write_page(run, file, voice)
            page = browser.new_page(viewport={"width": WINDOW, "height": 900}, color_scheme="light")
            page.goto(file.as_uri())
            page.wait_for_timeout(500)  # until everything is drawn
            ending = "" if voice.lang == DEFAULT else f".{voice.lang}"
            columns(sections(page)).save(DOCS / f"page{ending}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
