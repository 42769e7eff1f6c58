"""How a cell of a panel got its value: the only record of it."""

from __future__ import annotations

from enum import IntEnum


class Origin(IntEnum):
    """Stored per cell as uint8; a number is never reused.

    TREATED marks an observed or imputed value that the treatment moved. CARRIED: the city's last figure. NEAREST: the
    city's nearest figure. GROUP: from the other cities of its group. CONSTANT: a figure fixed in the methodology.
    LEFT_OUT: taken out by the screening. REGRESSION: from other indicators of the same city and year.
    """

    MISSING = 0
    OBSERVED = 1
    INTERPOLATED = 2
    EXTRAPOLATED = 3
    TREATED = 4
    CARRIED = 5
    NEAREST = 6
    GROUP = 7
    CONSTANT = 8
    LEFT_OUT = 9
    REGRESSION = 10


BEST_FIRST = (
    Origin.OBSERVED,
    Origin.INTERPOLATED,
    Origin.NEAREST,
    Origin.CARRIED,
    Origin.EXTRAPOLATED,
    Origin.REGRESSION,
    Origin.GROUP,
    Origin.CONSTANT,
)
"""Origins of figures from the best to the worst: a figure computed from several has the worst of theirs."""

NOT_IMPUTED = (Origin.OBSERVED, Origin.MISSING, Origin.LEFT_OUT)
"""Origins of figures as published, and of none; of a panel that is not yet treated."""
