"""Figures as they are printed."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def decimals_of(values: NDArray[np.float64]) -> int:
    """Decimals for scores: fewer where they are large, but at least two digits of their range; at most 9.

    >>> decimals_of(np.array([30.6, 100.0])), decimals_of(np.array([-1.2, 0.4])), decimals_of(np.array([2e-6, 7e-6]))
    (1, 2, 7)
    """
    known = values[~np.isnan(values)]
    if not known.size:
        return 1
    digits = sum(float(np.abs(known).max()) < bound for bound in (1000.0, 10.0, 1.0))
    span = float(np.ptp(known))
    return min(max(digits, 1 - math.floor(math.log10(span)) if span > 1e-9 else 0), 9)


def decimals_shown(values: NDArray[np.float64]) -> int:
    """The fewest decimals that show round values exactly.

    >>> decimals_shown(np.array([0.5, 1.0])), decimals_shown(np.array([20.0, 40.0]))
    (1, 0)
    """
    return next((d for d in range(6) if np.allclose(np.round(values, d), values, rtol=0.0, atol=1e-9)), 6)


def number(value: float, decimals: int, sign: str = "") -> str:
    """A figure with a proper minus; one that rounds to 0 has no sign.

    >>> number(-1.25, 1), number(-0.01, 1)
    ('−1.2', '0.0')
    """
    rounded = round(float(value), decimals) + 0.0
    return format(rounded, f"{sign}.{decimals}f").replace("-", "−")


def whole(value: float) -> str:
    """A rank, or a dash.

    >>> whole(3.0), whole(float("nan"))
    ('3', '–')
    """
    return "–" if math.isnan(value) else f"{value:.0f}"


def grouped(value: float, decimals: int) -> str:
    """A figure with commas between its thousands.

    >>> grouped(98526.4, 0), grouped(-1234567.0, 1), grouped(812.25, 1)
    ('98,526', '−1,234,567.0', '812.2')
    """
    return number(value, decimals, ",")


def signed(value: float, decimals: int) -> str:
    """A change, with its sign.

    >>> signed(1.25, 2), signed(-0.4, 1), signed(0.0, 1)
    ('+1.25', '−0.4', '0.0')
    """
    return number(value, decimals, "+" if round(float(value), decimals) > 0 else "")


def share_text(part: float, digits: int = 0) -> str:
    """A share of draws in per cent: 100% or 0% only where it is all or none.

    >>> share_text(0.123), share_text(0.9996), share_text(1.0), share_text(0.0004, 1)
    ('12%', '>99%', '100%', '<0.1%')
    """
    step = 10.0**-digits
    if 0.0 < part < 1.0 and 100.0 * part > 100.0 - step / 2.0:
        return f">{100.0 - step:.{digits}f}%"
    if 0.0 < 100.0 * part < step / 2.0:
        return f"<{step:.{digits}f}%"
    return f"{100.0 * part:.{0 if part in (0.0, 1.0) else digits}f}%"


def percent(share: float) -> str:
    """A share in per cent, three digits at most.

    >>> percent(0.25), percent(1 / 3), percent(0.0004)
    ('25%', '33.3%', '0.04%')
    """
    return f"{100.0 * share:.3g}%"
