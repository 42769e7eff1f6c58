"""Labels at the ends of lines do not overlap, and stand as near as they can."""

from __future__ import annotations

import numpy as np
from scipy.optimize import isotonic_regression

from indexcalc.report.charts.labels import spread


def test_spread_is_the_nearest_arrangement_without_overlap() -> None:
    rng = np.random.default_rng(1)
    for n in (1, 2, 13, 40):
        wanted = rng.uniform(0.0, 100.0, n)
        places = spread(wanted, 2.4, -1e6, 1e6)
        order, steps = np.argsort(wanted), 2.4 * np.arange(n)
        np.testing.assert_allclose(places[order], isotonic_regression(wanted[order] - steps).x + steps, atol=1e-9)
        bounded = np.sort(spread(wanted, 2.4, 0.0, 100.0))
        assert bounded[0] >= 0.0
        assert bounded[-1] <= 100.0 + 1e-9
        assert (np.diff(bounded) >= 2.4 - 1e-9).all()
    crowded = np.sort(spread(rng.uniform(0.0, 10.0, 9), 5.0, 0.0, 16.0))
    np.testing.assert_allclose(crowded, np.linspace(0.0, 16.0, 9), atol=1e-9)
