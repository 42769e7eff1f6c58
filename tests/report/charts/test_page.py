"""A drawing is in the house style wherever it ends."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image

from indexcalc.report.charts import draw_charts
from tests.report.charts.made_up import ZH, drawn, made_up, with_all


def test_a_notebook_shows_the_pixels_of_the_file(tmp_path: Path) -> None:
    result = made_up(n=4)
    figure, _ = drawn("trend", result)
    (file,), _ = draw_charts(with_all(result), tmp_path, ZH.of(result.framework), only=["trend"])
    with matplotlib.rc_context({"savefig.facecolor": "black", "path.snap": False}):
        assert figure._repr_png_() == file.read_bytes()


def test_a_drawing_that_is_saved_by_hand_keeps_the_style() -> None:
    figure, _ = drawn("trend", made_up(n=4))
    plain, darkened = BytesIO(), BytesIO()
    figure.savefig(plain)
    with matplotlib.rc_context({"savefig.facecolor": "black", "savefig.dpi": 30}):
        figure.savefig(darkened)
    with Image.open(plain) as one, Image.open(darkened) as two:
        assert one.width == 1260
        np.testing.assert_array_equal(np.asarray(one), np.asarray(two))
