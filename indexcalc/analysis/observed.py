"""How many of the figures are observed: by column, by city and by year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Observed:
    """Figures observed, and how many are possible: city-years without a row do not count.

    codes: the columns that the framework reads. by_code, by_city, by_year: (n, 2), observed and possible. spans:
    (n_code, 2), first and last year with a figure; ranges: (n_code, 3), least, median and greatest figure; NaN without.
    """

    codes: tuple[str, ...]
    by_code: NDArray[np.int64]
    by_city: NDArray[np.int64]
    by_year: NDArray[np.int64]
    spans: Array
    ranges: Array


def observed(result: IndexResult) -> Observed:
    """The figures observed in the panel as it was read, in each column of the framework that the file has.

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("ABC", [2020] * 3, {"x": [1, 2, 4], "y": [3, 5, float("nan")]})
    >>> framework = ic.Framework.model_validate({"indicators": {"x": {}, "y": {}}})
    >>> observed(ic.build_index(panel, framework, ic.Methodology(missing="renormalise"))).by_code.tolist()
    [[3, 3], [2, 3]]
    """
    panel, declared = result.panel, result.framework.columns
    codes = tuple(code for code in panel.codes if code in declared and panel.observed(code))
    values = panel.values[:, :, [panel.position(code) for code in codes]]
    there = ~np.isnan(values)
    possible = np.broadcast_to(panel.present[:, :, None], there.shape)

    def counted(*axes: int) -> NDArray[np.int64]:
        return np.stack([there.sum(axis=axes), possible.sum(axis=axes)], axis=1)

    years = np.where(there.any(axis=0), np.array(panel.years, float)[:, None], np.nan)
    flat = values.reshape(-1, len(codes))
    spans = np.stack([np.nanmin(years, axis=0), np.nanmax(years, axis=0)], axis=1) if codes else np.zeros((0, 2))
    ranges = np.stack([f(flat, axis=0) for f in (np.nanmin, np.nanmedian, np.nanmax)], axis=1) if codes else spans
    return Observed(codes, counted(0, 1), counted(1, 2), counted(0, 2), spans, ranges)


def observed_table(found: Observed, result: IndexResult) -> pd.DataFrame:
    """One row per column, city and year: how many figures are observed, of how many."""
    units = result.panel.seen.units if result.panel.seen is not None else {}
    declared = result.framework.columns
    rows = [
        {
            **_counts("indicator", code, found.by_code[k]),
            "unit": declared[code].unit,
            "unit_in_file": units.get(code, ""),
            "first_year": int(found.spans[k, 0]),
            "last_year": int(found.spans[k, 1]),
            **dict(zip(("least", "median", "greatest"), found.ranges[k].tolist(), strict=True)),
        }
        for k, code in enumerate(found.codes)
    ]
    rows += [_counts("city", city, found.by_city[c]) for c, city in enumerate(result.cities)]
    rows += [_counts("year", str(year), found.by_year[t]) for t, year in enumerate(result.years)]
    frame = pd.DataFrame(rows)
    years = [name for name in ("first_year", "last_year") if name in frame]
    return frame.astype(dict.fromkeys(years, "Int64"))


def _counts(of: str, name: str, counts: NDArray[np.int64]) -> dict[str, object]:
    n, possible = counts.tolist()
    return {"of": of, "name": name, "observed": n, "possible": possible, "share": n / possible if possible else np.nan}
