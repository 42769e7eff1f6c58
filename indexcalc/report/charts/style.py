"""How the charts look: sizes, type, colours, and the settings under which they are made.

Every length is in points [pt], 72 to the inch, so that sizes of type and places on the page are in one unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib

from indexcalc.report import picked

SHEET = Path(__file__).parent / "indexcalc.mplstyle"
"""matplotlib's part of the style."""

DPI = 200
WIDTH = 453.6
"""Three newspaper columns: 16 cm, 1260 pixels."""
MARGIN = 11.0

TITLE, SUBTITLE, LABEL, SMALL, FOOT = 13.5, 8.2, 7.6, 6.8, 6.2
"""Sizes of type. The font has one weight: emphasis is by size and colour."""
LINE = 1.36
"""Distance of lines of text, in sizes."""
APART = 1.24
"""Distance of labels that must not touch, in sizes."""

NAME_WIDTH = 112.0
"""The widest that the name of a city may be [pt]; a longer one is shortened."""

INK, SOFT_INK = "#1b1b1b", picked.SOFT_INK
GRID, RULE = "#e4e4e4", "#8c8c8c"
OTHERS, OTHERS_STRONG, PALE = picked.OTHERS, "#9a9a9a", "#e2e2e2"
EMPTY = "#f1f1f1"

GROUP_COLOURS, RISER_COLOURS = picked.GROUP_COLOURS, picked.RISER_COLOURS

"""Okabe and Ito's palette, safe for the colour-blind; each with a shade that reads as text (contrast 4.5 on white)."""
PART_COLOURS = ("#77AADD", "#EE8866", "#EEDD88", "#44BB99", "#FFAABB", "#99DDFF", "#BBCC33", "#DDDDDD")
"""Paul Tol's light scheme, made for fills with black figures on them."""
TINTS = {
    OTHERS_STRONG: "#e3e3e3",
    **{
        colour: tint
        for (colour, _), tint in zip(
            (*GROUP_COLOURS, *RISER_COLOURS),
            ("#bfdcef", "#bfe7dc", "#f2dde9", "#d3d3d3", "#f5d6bf", "#f8e6bf", "#d4ecfa"),
            strict=True,
        )
    },
}
"""Pale shades of the colours of cities, for what is behind their marks."""
VERDICT_COLOURS = ("#77AADD", "#BBDDEE", "#EE8866", "#DDDDDD")
"""The colours of a claim that holds, holds with a tie, fails, is undefined."""
SCALE = ("#f0f5fa", "#a3c8e6", "#1f66a8")
SIGNED_SCALE = ("#b35806", "#f6b26b", "#f7f5f2", "#a3c8e6", "#1f66a8")
"""The colours of the heat map: low to high; or below and above 0."""


@contextmanager
def house_style() -> Iterator[None]:
    """The house settings alone, for as long as charts are made: no matplotlibrc and no other style has an effect."""
    with matplotlib.rc_context(_settings()):
        yield


@cache
def _settings() -> Any:
    elsewhere = ("backend", "interactive", "toolbar", "timezone", "webagg", "tk.", "docstring", "date.", "keymap")
    plain = {k: v for k, v in matplotlib.rcParamsDefault.items() if not k.startswith(elsewhere)}
    return {**plain, **matplotlib.rc_params_from_file(SHEET, use_default_template=False)}
