"""What the treatment of outliers did: to which indicators, where, and how skewness and kurtosis changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indexcalc.figures.panel import Panel, city_years
from indexcalc.methods.treatment import kurtosis, skewness
from indexcalc.origin import Origin
from indexcalc.steps.indicators import transform
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]


@dataclass(frozen=True)
class TreatedIndicator:
    """One treated indicator, or one year of it. year: None where all city-years are treated together. what: winsorised,
    log, or failing (no treatment made it pass).

    moved: number of city-years moved to another value; where: which ones; latest: the cities whose latest city-year is
    among them, so that their newest figure is not used as it is. skewness, kurtosis (excess), both bias-corrected, over
    the city-years treated together: before and after.
    """

    code: str
    year: int | None
    what: str
    moved: int
    where: str
    latest: tuple[str, ...]
    skewness: tuple[float, float]
    kurtosis: tuple[float, float]


def treated_indicators(result: IndexResult) -> tuple[TreatedIndicator, ...]:
    """Every indicator that the treatment changed, in the order of the framework, year by year where treated so."""
    transformed = transform(result.imputed, result.framework, result.methodology)
    found = []
    for k, code in enumerate(result.treated.codes):
        by_year = result.treatment_by_year.get(code)
        if by_year is not None:
            found += [_treated(result, transformed, k, year, by_year[year]) for year in sorted(by_year)]
        elif code in result.treatment:
            found.append(_treated(result, transformed, k, None, result.treatment[code]))
    return tuple(found)


def _treated(result: IndexResult, transformed: Panel, k: int, year: int | None, what: str) -> TreatedIndicator:
    here = np.array([year is None or year == one for one in result.years])
    moved = (result.treated.origin[:, :, k] == Origin.TREATED) & here
    before, after = (panel.values[:, here, k].reshape(-1, 1) for panel in (transformed, result.treated))
    last = [int(np.flatnonzero(row)[-1]) if row.any() else -1 for row in result.present]
    return TreatedIndicator(
        result.treated.codes[k],
        year,
        what,
        int(moved.sum()),
        str(city_years(result.treated, moved, limit=1000)),
        tuple(city for c, city in enumerate(result.cities) if last[c] >= 0 and moved[c, last[c]]),
        (float(skewness(before)[0]), float(skewness(after)[0])),
        (float(kurtosis(before)[0]), float(kurtosis(after)[0])),
    )


def treatment_table(found: Sequence[TreatedIndicator]) -> pd.DataFrame:
    """One row per treated indicator, and per year where it was treated year by year; empty where nothing was."""
    rows = [
        {
            "indicator": one.code,
            "year": "" if one.year is None else one.year,
            "what": one.what,
            "moved": one.moved,
            "where": one.where,
            "latest_year_cut": ", ".join(one.latest),
            "skewness_before": one.skewness[0],
            "skewness_after": one.skewness[1],
            "kurtosis_before": one.kurtosis[0],
            "kurtosis_after": one.kurtosis[1],
        }
        for one in found
    ]
    return pd.DataFrame(rows)
