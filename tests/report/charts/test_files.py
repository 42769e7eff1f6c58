"""A figure as a file: pixels as they were rendered, vectors whose text stays text, and no clock."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from indexcalc.computed import Computed
from indexcalc.report.charts import draw_charts
from indexcalc.report.charts.files import write
from indexcalc.report.charts.style import house_style
from indexcalc.voice import Voice
from tests.report.charts.made_up import LANGS, drawn, made_up, texts


def test_a_png_has_its_density_and_a_notebook_shows_the_same_pixels(tmp_path: Path) -> None:
    figure, _ = drawn("trend", made_up(n=5), "en")
    with house_style():
        write(figure, tmp_path / "trend.png")
    shown = figure._repr_png_()
    assert shown == (tmp_path / "trend.png").read_bytes()
    with Image.open(BytesIO(shown)) as image:
        assert round(image.info["dpi"][0]) == 200
        assert image.width == 1260
        assert "Software" not in image.info


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
