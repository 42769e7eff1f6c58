"""A figure as a file: PNG, or SVG and PDF whose text stays text. The same figure gives the same bytes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from indexcalc.report.charts.style import DPI

Pixels = NDArray[np.uint8]

_LEVEL = 3
"""Of zlib: letters and plain areas on white compress best unfiltered, and hardly better at a higher level."""


def writing(figure: Figure, file: Path) -> Callable[[], object]:
    """Draw the figure now; returns what is left to be done, which another thread may do: to compress and to write.

    The ending of the file's name says in which of `analyses.CHART_FORMATS`. matplotlib draws in one thread only.
    """
    if file.suffix == ".png":
        pixels = render(figure)
        return lambda: file.write_bytes(png(pixels))
    dates = {".svg": {"Date": None, "Creator": None}, ".pdf": {"CreationDate": None, "Creator": None, "Producer": None}}
    figure.savefig(file, metadata=dates[file.suffix])
    return lambda: None


def render(figure: Figure) -> Pixels:
    """The figure as pixels (height, width, 3)."""
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[:, :, :3]


def png(pixels: Pixels) -> bytes:
    """Pixels (height, width, 3) as PNG, with their density and nothing else.

    The format by hand, because a general writer tries five filters on every line and takes twice as long for a larger
    file. Source: Portable Network Graphics, ISO/IEC 15948:2004.
    """
    height, width, _ = pixels.shape
    lines = np.zeros((height, 1 + 3 * width), np.uint8)  # each line begins with its filter: 0, none
    lines[:, 1:] = pixels.reshape(height, -1)
    per_metre = round(DPI / 0.0254)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))
        + _chunk(b"IDAT", zlib.compress(lines.data, _LEVEL))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
