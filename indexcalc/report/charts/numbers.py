"""Figures as they are printed on a chart."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def decimals_of(values: NDArray[np.float64]) -> int:
    """Decimals that keep three significant digits of the largest value, and two of the range; at most 4.

    >>> decimals_of(np.array([30.6, 71.8])), decimals_of(np.array([-1.2, 0.4])), decimals_of(np.array([0.2, 0.7]))
    (1, 2, 3)
    """
    known = values[~np.isnan(values)]
    if not known.size:
        return 1
    largest, span = float(np.abs(known).max()), float(np.ptp(known))
    digits = 2 - math.floor(math.log10(largest)) if largest > 0 else 1
    finer = 1 - math.floor(math.log10(span)) if span > 1e-9 else 0
    return min(max(digits, finer, 0), 4)


def number(value: float, decimals: int, sign: str = "") -> str:
    """A figure with a proper minus; one that rounds to 0 has no sign.

    >>> number(-1.25, 1), number(-0.01, 1)
    ('−1.2', '0.0')
    """
    rounded = round(float(value), decimals) + 0.0
    return format(rounded, f"{sign}.{decimals}f").replace("-", "−")


def signed(value: float, decimals: int) -> str:
    """A change, with its sign.

    >>> signed(1.25, 2), signed(-0.4, 1), signed(0.0, 1)
    ('+1.25', '−0.4', '0.0')
    """
    return number(value, decimals, "+" if round(float(value), decimals) > 0 else "")


def percent(share: float) -> str:
    """A share in per cent, three digits at most.

    >>> percent(0.25), percent(1 / 3), percent(0.0004)
    ('25%', '33.3%', '0.04%')
    """
    return f"{100.0 * share:.3g}%"


def texts(values: NDArray[np.float64], decimals: int, **more: Any) -> list[str]:
    """A column of figures."""
    return [number(value, decimals, **more) for value in values]
