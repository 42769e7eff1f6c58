"""Can this panel be computed with this framework and methodology? Each check returns all the problems it finds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from indexcalc.choice import Choice
from indexcalc.errors import Problem
from indexcalc.framework import Framework
from indexcalc.hierarchy import Node
from indexcalc.panel import Panel, city_years

Array = NDArray[np.float64]


def panel_problems(panel: Panel, framework: Framework, indicators: tuple[str, ...]) -> Iterator[Problem]:
    """Columns that are missing or empty, infinite figures, percentages that are fractions, no city-year at all."""
    if not panel.present.any():
        yield Problem("no_city_year")
    declared = framework.all_indicators
    derivations = {code: declared[code].derived for code in indicators}
    needed = [part for code, derived in derivations.items() for part in (derived.parts if derived else (code,))]
    for code in dict.fromkeys(needed):
        names = {"name": framework.label(code, "en"), "name_zh": framework.label(code, "zh")}
        if code not in panel.codes:
            yield Problem("missing_column", {"code": code, **names})
            continue
        values = panel.series(code)
        if np.isinf(values).any():
            yield Problem("infinite", {"code": code, "where": city_years(panel, np.isinf(values))})
        present = values[np.isfinite(values)]
        if not present.size:
            yield Problem("column_empty", {"code": code})
        elif framework.columns[code].unit in ("%", "％") and present.min() >= 0 and 0 < present.max() <= 1:
            yield Problem("percent_or_fraction", {"code": code, "low": present.min(), "high": present.max()})


def division_problems(code: str, part: str, values: Array, panel: Panel) -> Iterator[Problem]:
    """A zero in the denominator of a derived indicator."""
    if (values == 0).any():
        yield Problem("divide_by_zero", {"code": code, "part": part, "where": city_years(panel, values == 0)})


def share_problems(code: str, whole: str, values: Array, panel: Panel) -> Iterator[Problem]:
    """A share outside 0 to 100 %."""
    outside = (values < 0) | (values > 100 * (1 + 1e-12))
    if outside.any():
        worst = values[outside][0]
        yield Problem(
            "share_range", {"code": code, "whole": whole, "value": worst, "where": city_years(panel, outside)}
        )


def positive_problems(code: str, transform: Choice, values: Array, panel: Panel) -> Iterator[Problem]:
    """A value at or below 0 before a transform that needs positive ones."""
    low = values <= 0
    if transform.method.traits.get("needs_positive") and low.any():
        facts = {"code": code, "transform": transform.name, "value": values[low].min(), "where": city_years(panel, low)}
        yield Problem("log_not_positive", facts)


def spread_problems(codes: list[str], reference: Array, scope: str, *, required: bool) -> Iterator[Problem]:
    """Indicators with one value only among the city-years that a normalisation looks at, (n_ref, n_indicator).

    required: also those with none there (a base year without figures leaves the other years without a scale).
    """
    scope_en, scope_zh = (f" of {scope}", f"（{scope}年）") if scope else ("", "")
    for code, column in zip(codes, reference.T, strict=True):
        present = column[~np.isnan(column)]
        if present.size and present.min() == present.max():
            facts = {"code": code, "value": present[0], "n": present.size, "scope_en": scope_en, "scope_zh": scope_zh}
            yield Problem("constant", facts)
        elif required and not present.size:
            yield Problem("base_year_empty", {"code": code, "year": scope})


def child_problems(node: Node, child: Node, values: Array, panel: Panel, imputation: str) -> Iterator[Problem]:
    """A child without a score where its node refuses that, or with one that the node's aggregation cannot take."""
    assert node.aggregation is not None and node.missing is not None
    missing = np.isnan(values) & panel.present
    facts = {"code": child.code, "node": node.code}
    if node.missing.name == "refuse" and missing.any():
        key = "no_value" if child.is_indicator else "node_no_value"
        yield Problem(key, {**facts, "where": city_years(panel, missing), "imputation": imputation})
    low = values <= 0
    if node.aggregation.method.traits.get("needs_positive") and low.any():
        more = {"aggregation": node.aggregation.name, "child": child.code, "value": values[low].min()}
        yield Problem("scores_not_positive", {**facts, **more, "where": city_years(panel, low)})
