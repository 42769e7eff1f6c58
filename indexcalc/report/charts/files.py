"""A figure as a file: PNG, or SVG and PDF whose text stays text. The same figure gives the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from indexcalc.report.charts.style import DPI

SETTINGS: dict[str, dict[str, Any]] = {
    ".png": {"dpi": DPI, "pil_kwargs": {"compress_level": 3}, "metadata": {"Software": None}},
    ".svg": {"metadata": {"Date": None, "Creator": None}},
    ".pdf": {"metadata": {"CreationDate": None, "Creator": None, "Producer": None}},
}
"""Of `Figure.savefig`, by the ending of the file's name: no clock, no version. Letters and plain areas compress hardly
better at a higher level than 3, which takes a third of the time."""


def write(figure: Figure, file: Path) -> None:
    """The figure as a file; the ending of its name says in which of `analyses.CHART_FORMATS`."""
    figure.savefig(file, **SETTINGS[file.suffix])
