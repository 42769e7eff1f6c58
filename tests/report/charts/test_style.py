"""The style of the charts: legible, apart for the colour-blind, and of use to charts of others."""

from __future__ import annotations

import matplotlib
import matplotlib.style
import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from indexcalc.report.charts.catalogue.heat_map import luminance
from indexcalc.report.charts.style import DPI, GROUP_COLOURS, INK, RISER_COLOURS, SHEET, SOFT_INK
from tests.report.charts.made_up import drawn, made_up


def test_the_style_sheet_holds_the_palette_and_serves_other_charts() -> None:
    with matplotlib.style.context(SHEET):
        colours = [str(one["color"]) for one in matplotlib.rcParams["axes.prop_cycle"]]
        assert Figure().dpi == DPI
    assert colours == [colour for colour, _ in (*GROUP_COLOURS, *RISER_COLOURS)]
    figure, _ = drawn("trend", made_up(n=3))
    assert figure.dpi == DPI
    assert figure.get_facecolor() == (1.0, 1.0, 1.0, 1.0)


def test_inks_are_legible_on_white() -> None:
    for ink in [INK, SOFT_INK, *(ink for _, ink in (*GROUP_COLOURS, *RISER_COLOURS))]:
        assert 1.05 / (float(luminance(np.array(to_rgb(ink)))) + 0.05) > 4.4, ink
