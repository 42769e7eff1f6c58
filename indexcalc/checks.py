"""Can this panel be computed with this framework and methodology? Each check returns all the problems it finds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from indexcalc.choice import Choice
from indexcalc.errors import Problem
from indexcalc.framework import Framework
from indexcalc.hierarchy import Node
from indexcalc.methodology import Methodology, Screening
from indexcalc.origin import Origin
from indexcalc.panel import Panel, city_years

Array = NDArray[np.float64]


def panel_problems(panel: Panel, framework: Framework, columns: list[str]) -> Iterator[Problem]:
    """Columns that are missing or empty, infinite figures, percentages that are fractions, no city-year at all."""
    if not panel.present.any():
        yield Problem("no_city_year")
    for code in columns:
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


def derived_problems(code: str, values: Array, panel: Panel) -> Iterator[Problem]:
    """A derived indicator that is infinite somewhere, or has no figure anywhere."""
    if np.isinf(values).any():
        yield Problem("infinite", {"code": code, "where": city_years(panel, np.isinf(values))})
    elif np.isnan(values).all():
        yield Problem("column_empty", {"code": code})


def screening_problems(rule: Screening, names: list[str]) -> Iterator[Problem]:
    """Cities or indicators with too few observed cells, where the rule refuses them."""
    if rule.action == "refuse" and names:
        facts = {"what_en": SCREENED[rule.of][0], "what_zh": SCREENED[rule.of][1], "names": ", ".join(names)}
        yield Problem("screened", {**facts, "minimum": f"{100 * rule.minimum:g} %"})


def dimension_screening_problems(
    rule: Screening, node: str, short: NDArray[np.bool_], panel: Panel
) -> Iterator[Problem]:
    """City-years of a dimension with too few observed cells, where the rule refuses them."""
    if rule.action == "refuse" and short.any():
        facts = {"node": node, "where": city_years(panel, short), "minimum": f"{100 * rule.minimum:g} %"}
        yield Problem("screened_dimension", facts)


SCREENED = {"city": ("cities", "城市"), "indicator": ("indicators", "指标")}


def domain_problems(choice: Choice, code: str, values: Array, panel: Panel) -> Iterator[Problem]:
    """Values outside the domain of a transform."""
    needs = choice.method.traits.get("needs_above")
    if needs is not None:
        bound = float(needs(**choice.parameters))
        low = values <= bound
        if low.any():
            facts = {"code": code, "transform": str(choice), "bound": bound, "value": values[low].min()}
            yield Problem("transform_domain", {**facts, "where": city_years(panel, low)})
    if choice.method.traits.get("needs_nonzero") and (values == 0).any():
        facts = {"code": code, "transform": str(choice), "where": city_years(panel, values == 0)}
        yield Problem("transform_zero", facts)


def normalisation_problems(
    choice: Choice, codes: list[str], reference: Array, scope: str, is_base: bool
) -> Iterator[Problem]:
    """Indicators whose reference (n_ref, n_indicator) a normalisation cannot use.

    One value only, where it needs a spread; none at all in a base year; values at or below 0, where it divides by them
    or takes their logarithm.
    """
    traits = choice.method.traits
    scope_en, scope_zh = (f" of {scope}", f"（{scope}年）") if scope else ("", "")
    for code, column in zip(codes, reference.T, strict=True):
        present = column[~np.isnan(column)]
        if is_base and not present.size and not traits.get("ignores_reference"):
            yield Problem("base_year_empty", {"code": code, "year": scope})
        elif present.size and traits.get("needs_spread") and np.ptp(present) <= 1e-12 * np.abs(present).max():
            facts = {"code": code, "value": abs(present[0]), "n": present.size}
            yield Problem("constant", {**facts, "scope_en": scope_en, "scope_zh": scope_zh})
        elif present.size and traits.get("needs_positive") and present.min() <= 0:
            facts = {"code": code, "method": choice.name, "value": present.min()}
            yield Problem("normalisation_positive", {**facts, "scope_en": scope_en, "scope_zh": scope_zh})


def score_problems(panel: Panel, scores: Array, framework: Framework, methodology: Methodology) -> Iterator[Problem]:
    """A value that a normalisation could not turn into a finite score."""
    for k, code in enumerate(panel.codes):
        lost = ~np.isnan(panel.values[:, :, k]) & ~np.isfinite(scores[:, :, k])
        if lost.any():
            chosen = framework.all_indicators[code].normalisation or methodology.normalisation
            yield Problem("not_normalisable", {"code": code, "method": str(chosen), "where": city_years(panel, lost)})


def children_problems(
    node: Node, nodes: tuple[Node, ...], z: Array, panel: Panel, imputation: str
) -> Iterator[Problem]:
    """Children without a score where their node refuses that, or with one that its aggregation cannot take.

    z: (n_obs, n_node). City-years that screening left out below the node are no problem of the node itself.
    """
    assert node.aggregation is not None and node.missing is not None
    shape = panel.present.shape
    expected = panel.present & ~_left_out(node, nodes, panel)
    for position in node.children:
        child, values = nodes[position], z[:, position].reshape(shape)
        missing = np.isnan(values) & expected
        facts = {"code": child.code, "node": node.code}
        if node.missing.name == "refuse" and missing.any():
            key = "no_value" if child.is_indicator else "node_no_value"
            yield Problem(key, {**facts, "where": city_years(panel, missing), "imputation": imputation})
        traits = node.aggregation.method.traits
        low = values <= 0 if traits.get("needs_positive") else values < 0 if traits.get("needs_nonnegative") else None
        if low is not None and low.any():
            more = {"aggregation": node.aggregation.name, "child": child.code, "value": values[low].min()}
            yield Problem("scores_not_positive", {**facts, **more, "where": city_years(panel, low)})


def _left_out(node: Node, nodes: tuple[Node, ...], panel: Panel) -> NDArray[np.bool_]:
    """City-years in which screening left out every indicator directly below a node."""
    at = [panel.position(nodes[c].code) for c in node.children if nodes[c].is_indicator]
    if not at:
        return np.zeros(panel.present.shape, bool)
    return np.asarray((panel.origin[:, :, at] == Origin.LEFT_OUT).all(axis=2))


def weighting_problems(choice: Choice, codes: list[str], x: Array, panel: Panel) -> Iterator[Problem]:
    """Figures x (n_obs, n_child) that a weighting cannot look at."""
    traits = choice.method.traits
    for code, column in zip(codes, x.T, strict=True):
        low = (
            (column < 0) if traits.get("needs_nonnegative") else (column <= 0) if traits.get("needs_positive") else None
        )
        facts = {"weighting": choice.name, "code": code}
        if low is not None and low.any():
            where = city_years(panel, low.reshape(panel.present.shape))
            yield Problem("weighting_negative", {**facts, "value": column[low].min(), "where": where})
        elif traits.get("needs_positive_mean") and not np.nanmean(column) > 0:
            yield Problem("weighting_mean", {**facts, "value": np.nanmean(column)})


def weight_problems(choice: Choice, codes: list[str], weights: Array) -> Iterator[Problem]:
    """Weights that are negative or no numbers."""
    for k, code in enumerate(codes):
        found = weights[..., k]
        if np.isnan(found).any():
            yield Problem("weight_undefined", {"weighting": choice.name, "code": code})
        elif (found < 0).any():
            yield Problem("weight_negative", {"weighting": choice.name, "code": code, "value": float(found.min())})
