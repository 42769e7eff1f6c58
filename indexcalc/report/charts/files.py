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
"""Options of `Figure.savefig`, by the ending of the file's name: no time, no version. Letters and plain areas hardly
compress better at a level above 3, which takes a third of the time."""


def write(figure: Figure, file: Path) -> None:
    """Write the figure to a file, in the format of `analyses.CHART_FORMATS` that its ending names."""
    figure.savefig(file, **SETTINGS[file.suffix])
