"""How well the regressions that imputed missing figures fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indexcalc.methods.imputation import left_out
from indexcalc.origin import Origin
from indexcalc.steps.indicators import regression_figures
from indexcalc.steps.result import IndexResult


@dataclass(frozen=True)
class Regression:
    """An indicator that was imputed by regression on others.

    on: codes of these. n: city-years that it was fitted to; filled: cells. error: root mean square of its leave-one-out
    errors, √(PRESS/n), in the unit of the indicator; spread: standard deviation (n - 1) of the figures that it was
    fitted to. An error as large as the spread means that the regression does no better than the mean.
    """

    code: str
    on: tuple[str, ...]
    n: int
    filled: int
    error: float
    spread: float


def regressions(result: IndexResult) -> tuple[Regression, ...]:
    """Every indicator of which a figure was imputed by regression, in the order of the framework.

    A city-year without which the others do not determine the plane has no error and is left out of the mean.
    Source: Allen (1974), Technometrics 16(1), doi:10.1080/00401706.1974.10489157.

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("ABCDE", [2020] * 5, {"x": [1, 3, 5, 8, None], "y": [0, 1, 2, 3, 4]})
    >>> by = {"method": "regression", "on": ["y"]}
    >>> framework = ic.Framework.model_validate({"indicators": {"x": {"imputation": by}, "y": {}}})
    >>> (found,) = regressions(ic.build_index(panel, framework, ic.Methodology()))
    >>> found.n, found.filled, round(found.error, 4)
    (4, 1, 0.6692)
    """
    found, declared = [], result.framework.all_indicators
    for k, code in enumerate(result.imputed.codes):
        filled = int((result.imputed.origin[:, :, k] == Origin.REGRESSION).sum())
        choice = declared[code].imputation or result.methodology.imputation
        if filled and choice.trait("needs_predictors"):
            known, predictors = regression_figures(result.imputed, code, choice)
            error = known - left_out(known, predictors)
            figures = known[~np.isnan(known)]
            found.append(
                Regression(
                    code,
                    choice.parameters["on"],
                    len(figures),
                    filled,
                    float(np.sqrt(np.nanmean(error**2))) if not np.isnan(error).all() else np.nan,
                    float(np.std(figures, ddof=1)),
                )
            )
    return tuple(found)
