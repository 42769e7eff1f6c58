"""A figure as a file: pixels as they were rendered, vectors whose text stays text, and no clock."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from indexcalc.computed import Computed
from indexcalc.report.charts import draw_charts
from indexcalc.report.charts.files import png
from indexcalc.voice import Voice
from tests.report.charts.made_up import LANGS, drawn, made_up, texts


def test_a_png_is_what_was_rendered_with_its_density() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (7, 9, 3), np.uint8)
    with Image.open(BytesIO(png(pixels))) as image:
        np.testing.assert_array_equal(np.asarray(image), pixels)
        assert round(image.info["dpi"][0]) == 200


@pytest.mark.parametrize("lang", LANGS)
def test_in_vectors_text_stays_text_and_there_is_no_clock(lang: str, tmp_path: Path) -> None:
    run, once, again = Computed.of(made_up(n=5)), tmp_path / "once", tmp_path / "again"
    voice, asked = Voice(lang, run.result.framework), ["trend", "contributions"]
    for folder in (once, again):
        folder.mkdir()
        files, notices = draw_charts(run, folder, voice, only=asked, formats=["svg", "pdf"])
    assert [file.name for file in files] == ["trend.svg", "trend.pdf", "contributions.svg", "contributions.pdf"]
    assert not notices
    assert all(file.read_bytes() == (once / file.name).read_bytes() for file in files)
    root = ElementTree.parse(once / "trend.svg").getroot()
    written = "".join(element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text"))
    figure, _ = drawn("trend", made_up(n=5), lang)
    assert not [text for text in texts(figure) if text not in written]
    assert b"Noto" in (once / "trend.pdf").read_bytes()
