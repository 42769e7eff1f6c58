"""Labels that do not overlap, at the ends of lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexcalc.report.charts.page import Frame
from indexcalc.report.charts.style import APART, RULE

Array = NDArray[np.float64]


def spread(wanted: Array, apart: float, low: float, high: float) -> Array:
    """Places as near as possible to those wanted (least squares), at least `apart` from each other, within low..high.

    wanted: (n,), in any order, which is kept; of equals the first is highest. With i·apart subtracted from the i-th
    place this is an isotonic regression: solved exactly by pooling neighbours that are in the wrong order, and bounded
    by clipping. Where the range is too short for all, they are closer together.

    >>> spread(np.array([5.0, 5.0, 9.0]), 2.0, 0.0, 10.0)
    array([6., 4., 9.])
    """
    n = len(wanted)
    if n > 1:
        apart = min(apart, (high - low) / (n - 1))
    order = np.lexsort((-np.arange(n), wanted))
    steps = apart * np.arange(n)
    pools: list[tuple[float, int]] = []
    for value in wanted[order] - steps:
        mean, size = float(value), 1
        while pools and pools[-1][0] > mean:
            before, count = pools.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        pools.append((mean, size))
    pooled = np.repeat([mean for mean, _ in pools], [size for _, size in pools])
    places = np.empty(n)
    places[order] = np.clip(pooled, low, high - apart * (n - 1)) + steps
    return places


def end_labels(
    frame: Frame,
    x: Array,
    y: Array,
    texts: Sequence[str],
    inks: Sequence[str],
    *,
    size: float,
    gap: float = 12.0,
    side: int = 1,
) -> None:
    """Write a text beside the end (x, y) of each line, in one column outside the frame; a thin line where it moved.

    x, y: (n,) [data]. gap: from the edge of the frame to the text [pt]. side: 1 on the right, -1 on the left.
    """
    edge = frame.ax.get_xlim()[1 if side > 0 else 0]
    wanted = frame.up(y)
    places = spread(wanted, APART * size, 0.0, frame.height)
    heights = frame.down(places)
    leaders = []
    for i, text in enumerate(texts):
        frame.text(edge + side * frame.dx(gap), heights[i], text, size, inks[i], "left" if side > 0 else "right")
        if abs(places[i] - wanted[i]) > 0.5 or x[i] != edge:
            bend = edge + side * frame.dx(3.0)
            leaders.append(
                [(x[i] + side * frame.dx(3.0), y[i]), (bend, y[i]), (edge + side * frame.dx(gap - 2.0), heights[i])]
            )
    frame.segments(leaders, RULE, 0.4)
