"""Transforms declared for an indicator: they change the scale on which it is read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.registry import method

Array = NDArray[np.float64]


@method("transform")
def none(x: Array) -> Array:
    """No transform.

    x: any shape. Missing stays missing.

    >>> none(np.array([2.0]))
    array([2.])
    """
    return x


@method("transform", needs_positive=True)
def log(x: Array) -> Array:
    """Natural logarithm: ln x.

    x: any shape, above 0 (the pipeline refuses others by name). Missing stays missing. Goalposts of the same
    indicator are given in raw units and are transformed with it, as in the Human Development Index.
    Source: UNDP, Human Development Report 2021/22, technical note 1.

    >>> log(np.array([1.0, np.e]))
    array([0., 1.])
    """
    return np.log(x)
