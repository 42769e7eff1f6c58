"""How much an indicator actually moves with the index, beside the weight it is given."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexcalc.methods.factor import correlations
from indexcalc.result import IndexResult

Array = NDArray[np.float64]


def influence(result: IndexResult) -> Array:
    """Squared Pearson correlation of each indicator's score with the index, over all city-years, (n_indicator,) [0..1].

    r_k² = cov(z_k, S)² / (var z_k var S): the share of the variation of the index that a straight line in the indicator
    accounts for. It is not a share of a whole: indicators that move together account for the same variation, and the
    city-years of a panel are not independent. Over the city-years where both are present; missing where either does not
    vary. A weight says what one point of a score adds; only this says how much of the ranking it carries.
    Source: Paruolo, Saisana and Saltelli (2013), Ratings and rankings: voodoo or science?, JRSS-A 176(3), 609-634.
    """
    z = result.normalised.values.reshape(-1, len(result.normalised.codes))
    together = np.column_stack([z, result.score().ravel()])
    r = correlations(together)[-1, :-1]
    return np.asarray(r**2)
