"""Can these figures be computed with this framework and methodology? Each check returns all the problems it finds;
those that need no figures are in `spec.compatible`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.errors import Problem
from indexcalc.figures.panel import Panel, city_years
from indexcalc.methods.imputation import fitted
from indexcalc.origin import Origin
from indexcalc.spec.choice import Choice
from indexcalc.spec.compatible import predictor_problems, tells_of_zeros
from indexcalc.spec.framework import Derivation, Framework
from indexcalc.spec.hierarchy import Node, Parent, leaves, parents
from indexcalc.spec.methodology import Methodology, Screening
from indexcalc.voice import Few, Row, Word

Array = NDArray[np.float64]

ROUNDING = 1e-12
"""Differences and means up to this share of the largest absolute value are what rounding left of 0."""


def panel_problems(panel: Panel, framework: Framework, columns: list[str]) -> Iterator[Problem]:
    """Columns that are missing or empty, infinite figures, no city-year at all."""
    if not panel.present.any():
        yield Problem("no_city_year")
    for code in columns:
        if code not in panel.codes:
            yield Problem("missing_column", {"code": code, "name": framework.named(code) or code})
            continue
        values = panel.series(code)
        if np.isinf(values).any():
            yield Problem("infinite", {"code": code, "where": city_years(panel, np.isinf(values))})
        present = values[np.isfinite(values)]
        if not present.size:
            yield Problem("column_empty", {"code": code})


def division_problems(code: str, part: str, values: Array, panel: Panel) -> Iterator[Problem]:
    """A zero in the denominator of a derived indicator."""
    if (values == 0).any():
        yield Problem("divide_by_zero", {"code": code, "part": part, "where": city_years(panel, values == 0)})


def base_problems(code: str, derivation: Derivation, panel: Panel) -> Iterator[Problem]:
    """A base year of prices that the figures do not have."""
    base = derivation.parameters.get("base")
    if base is not None and base not in panel.years:
        yield Problem("prices_base_unknown", {"code": code, "year": base, "years": list(panel.years)})


def share_problems(code: str, whole: str, values: Array, panel: Panel) -> Iterator[Problem]:
    """A share outside 0 to 100%."""
    outside = _no_share(values)
    if outside.any():
        worst = values[outside][0]
        yield Problem(
            "share_range", {"code": code, "whole": whole, "value": worst, "where": city_years(panel, outside)}
        )


def impossible(derivation: Derivation, values: Array) -> NDArray[np.bool_]:
    """Values that no derived indicator can have: a share outside 0 to 100%, an infinite one."""
    infinite = np.isinf(values)
    return infinite | _no_share(values) if derivation.kind == "share" else infinite


def _no_share(values: Array) -> NDArray[np.bool_]:
    return np.asarray((values < 0) | (values > 100 * (1 + 1e-12)))


def infinite_problems(code: str, values: Array, panel: Panel) -> Iterator[Problem]:
    """A derived indicator that is infinite somewhere."""
    if np.isinf(values).any():
        yield Problem("infinite", {"code": code, "where": city_years(panel, np.isinf(values))})


def empty_problems(panel: Panel, k: int) -> Iterator[Problem]:
    """An indicator, by its position, that has no figure anywhere."""
    if np.isnan(panel.values[:, :, k]).all():
        yield Problem("column_empty", {"code": panel.codes[k]})


def screening_problems(rule: Screening, names: list[str]) -> Iterator[Problem]:
    """Cities or indicators with too few observed cells, where the rule refuses them."""
    if rule.action == "refuse" and names:
        facts = {"what": Word(f"errors.screening.{rule.of}"), "names": Row(names)}
        yield Problem("screened", {**facts, "minimum": f"{100 * rule.minimum:g}%"})


def screened_problems(panel: Panel) -> Iterator[Problem]:
    """Screening that has left nothing to compute."""
    if not panel.codes or not panel.present.any():
        yield Problem("screened_all")


def dimension_screening_problems(
    rule: Screening, node: str, short: NDArray[np.bool_], panel: Panel
) -> Iterator[Problem]:
    """City-years of a dimension with too few observed cells, where the rule refuses them."""
    if rule.action == "refuse" and short.any():
        facts = {"node": node, "where": city_years(panel, short), "minimum": f"{100 * rule.minimum:g}%"}
        yield Problem("screened_dimension", facts)


def domain_problems(choice: Choice, code: str, values: Array, panel: Panel) -> Iterator[Problem]:
    """Values outside the domain of a transform."""
    bound = choice.trait("needs_above")
    if bound is not None:
        low = values <= bound
        if low.any():
            facts = {"code": code, "transform": str(choice), "bound": bound}
            yield Problem("transform_domain", {**facts, **_lowest(values, low, panel)})
    if choice.trait("needs_spread") and np.fmax.reduce(values.ravel()) == np.fmin.reduce(values.ravel()):
        facts = {"code": code, "value": np.fmax.reduce(values.ravel()), "n": int((~np.isnan(values)).sum())}
        yield Problem("constant", {**facts, "scope": ""})
    if choice.trait("needs_nonzero") and (values == 0).any():
        facts = {"code": code, "transform": str(choice), "where": city_years(panel, values == 0)}
        yield Problem("transform_zero", facts)


def regression_problems(panel: Panel, k: int, on: Sequence[str], fill: NDArray[np.bool_]) -> Iterator[Problem]:
    """Why the cells `fill` [city, year] of an indicator cannot be filled by regression on others, by code."""
    code = panel.codes[k]
    strange = list(predictor_problems(code, on, panel.codes))
    yield from strange
    if strange:
        return
    at = [panel.position(one) for one in on]
    for one, j in zip(on, at, strict=True):
        lost = fill & np.isnan(panel.values[:, :, j])
        if lost.any():
            yield Problem("regression_missing", {"code": code, "on": one, "where": city_years(panel, lost)})
    observed = (panel.origin[:, :, [k, *at]] == Origin.OBSERVED).all(axis=2)
    n, rank = fitted(np.where(observed, panel.values[:, :, k], np.nan), panel.values[:, :, at])
    if n < len(on) + 2:
        yield Problem("regression_few", {"code": code, "on": Row(on), "n": n, "needed": len(on) + 2})
    elif rank < len(on):
        yield Problem("regression_rank", {"code": code, "on": Row(on), "n": n})


def yearly_logarithms(codes: Collection[str], by_year: Mapping[str, Mapping[int, str]]) -> Iterator[Problem]:
    """Indicators treated by logarithms in some years, and measured against more than their own year."""
    for code in codes:
        years = Row(sorted(year for year, word in by_year[code].items() if word != "winsorised"))
        yield Problem("treatment_logs_by_year", {"code": code, "years": years})


def undefined_treatment(codes: Sequence[str], before: Array, after: Array) -> Iterator[Problem]:
    """Indicators of which a treatment leaves no figure where there were some."""
    for code, had, has in zip(codes, before.T, after.T, strict=True):
        if np.isnan(has).all() and not np.isnan(had).all():
            yield Problem("treatment_undefined", {"code": code, "most": f"{np.nanmax(had):.6g}"})


def normalisation_problems(
    choice: Choice, codes: list[str], x: Array, reference: Array, sign: Array, scope: str, is_base: bool
) -> Iterator[Problem]:
    """Indicators whose values (n_obs, n_indicator) or reference (n_ref, n_indicator) a normalisation cannot use.

    sign: -1 for indicators reversed by orientation, so that their value is reported as written. Problems: a single
    value, where the method needs a spread; none at all in a base year; values below 0, where it divides by them or
    takes their logarithm.
    """
    of_year = Word("errors.scope.of_year", year=scope) if scope else ""
    least = 0.0 if choice.trait("needs_nonnegative") else np.nextafter(0, 1) if choice.trait("needs_positive") else None
    low, high = np.fmin.reduce(reference, axis=0, initial=np.inf), np.fmax.reduce(reference, axis=0, initial=-np.inf)
    lowest = np.minimum(low, np.fmin.reduce(x, axis=0, initial=np.inf))
    empty = (low > high) & (is_base and not choice.trait("ignores_reference"))
    alike = (low <= high) & (high - low <= ROUNDING * np.maximum(np.abs(low), np.abs(high)))
    constant = alike & bool(choice.trait("needs_spread"))
    negative = np.zeros(len(codes), bool) if least is None else lowest < least
    for k in np.flatnonzero(empty | constant | negative):
        facts = {"code": codes[k], "scope": of_year}
        if empty[k]:
            yield Problem("base_year_empty", {"code": codes[k], "year": scope})
        elif constant[k]:
            present = reference[~np.isnan(reference[:, k]), k]
            yield Problem("constant", {**facts, "value": sign[k] * present[0], "n": present.size})
        else:
            yield Problem("normalisation_positive", {**facts, "method": choice.name, "value": sign[k] * lowest[k]})


def constant_by_year(problems: Sequence[Problem]) -> list[Problem]:
    """Problems of a normalisation; the years in which an indicator has one value, where they are several, as one."""
    values: dict[str, dict[str, float]] = {}
    for one in problems:
        if one.key == "constant" and one.facts["scope"]:
            values.setdefault(one.facts["code"], {})[one.facts["scope"].facts["year"]] = one.facts["value"]
    several = {code: found for code, found in values.items() if len(found) > 1}
    others = [one for one in problems if one.key != "constant" or one.facts["code"] not in several]
    return others + [_constant_in_years(code, found) for code, found in several.items()]


def _constant_in_years(code: str, values: Mapping[str, float]) -> Problem:
    """One value in each of several years; together these can be normalised if they differ."""
    told = Few(Word("errors.scope.year_value", year=year, value=value) for year, value in values.items())
    remedy = Word("errors.remedy.pooled") if len(set(values.values())) > 1 else ""
    return Problem("constant_in_years", {"code": code, "years": told, "remedy": remedy})


def oriented_problems(panel: Panel, oriented: Array, framework: Framework) -> Iterator[Problem]:
    """A value that a direction could not score."""
    for k, code in enumerate(panel.codes):
        lost = ~np.isnan(panel.values[:, :, k]) & ~np.isfinite(oriented[:, :, k])
        if lost.any():
            facts = {"code": code, "direction": str(framework.all_indicators[code].direction)}
            yield Problem("not_orientable", {**facts, "where": city_years(panel, lost)})


def score_problems(panel: Panel, scores: Array, framework: Framework, methodology: Methodology) -> Iterator[Problem]:
    """A value that a normalisation could not turn into a finite score."""
    for k, code in enumerate(panel.codes):
        lost = ~np.isnan(panel.values[:, :, k]) & ~np.isfinite(scores[:, :, k])
        if lost.any():
            chosen = framework.all_indicators[code].normalisation or methodology.normalisation
            yield Problem("not_normalisable", {"code": code, "method": str(chosen), "where": city_years(panel, lost)})


def children_problems(
    node: Parent, nodes: tuple[Node, ...], z: Array, panel: Panel, framework: Framework, methodology: Methodology
) -> Iterator[Problem]:
    """Children without a score, where their node refuses that, or with a score that its aggregation would have to take
    and cannot.

    z: (n_obs, n_node). City-years that screening left out below the node are no problem of the node itself.
    """
    shape = panel.present.shape
    expected, scored = panel.present & ~left_out(node, nodes, panel), _scored(node, nodes, z[:, list(node.children)])
    for position in node.children:
        child, values = nodes[position], z[:, position].reshape(shape)
        missing = np.isnan(values) & expected
        facts: dict[str, Any] = {"code": child.code, "node": node.code}
        if node.missing.name == "refuse" and missing.any():
            key = "no_value" if child.is_indicator else "node_no_value"
            imputation = methodology.imputation.name
            yield Problem(key, {**facts, "where": city_years(panel, missing), "imputation": imputation})
        facts["remedy"] = _remedy(child, node, framework, methodology)
        used = np.where(scored.reshape(shape), values, np.nan)
        yield from _range_problems(node.aggregation, {**facts, "child": child.code}, used, panel)


def _remedy(child: Node, node: Parent, framework: Framework, methodology: Methodology) -> Word:
    """How a child's scores could stay above 0, depending on what gives them; or what else a 0 may mean."""
    kind = "scores"
    if child.is_indicator:
        own = framework.all_indicators[child.code].normalisation or methodology.normalisation
        kind = "posts" if own.name == "goalposts" else "scale" if own.takes("lower") else "scores"
    return Word(f"errors.remedy.{kind}", zeros=Word("errors.remedy.zeros") if tells_of_zeros(node) else "")


def _scored(node: Parent, nodes: tuple[Node, ...], z: Array) -> NDArray[np.bool_]:
    """Observations that have a score at a node by its missing rule, (n_obs,); z: of its children (n_obs, n_child).

    Where the weights of the children follow from the figures, observations that only a minimum_share rules out count
    too.
    """
    there = ~np.isnan(z)
    if node.missing.name != "renormalise":
        return np.asarray(there.all(axis=1))
    parameters = node.missing.parameters
    scored = there.sum(axis=1) >= node.fewest
    if node.weighting.name == "given":
        weights = np.array([nodes[child].weight for child in node.children])
        scored &= there @ (weights / weights.sum()) >= parameters.get("minimum_share", 0.0) - 1e-12
    return np.asarray(scored)


def _lowest(values: Array, low: NDArray[np.bool_], panel: Panel) -> dict[str, Any]:
    """The lowest of some values [city, year], and the city-years that have it."""
    value = values[low].min()
    return {"value": value, "where": _these(panel, low & (values == value), low)}


def _these(panel: Panel, worst: NDArray[np.bool_], all_of_them: NDArray[np.bool_]) -> str | Word:
    """The city-years that have the worst value, and how many others have the same problem."""
    where, more = city_years(panel, worst), int(all_of_them.sum() - worst.sum())
    return Word("errors.where.and_more", where=where, more=more) if more else where


def _range_problems(aggregation: Choice, facts: dict[str, Any], values: Array, panel: Panel) -> Iterator[Problem]:
    """Scores (n_city, n_year) outside those that an aggregation can take."""
    facts = {**facts, "aggregation": str(aggregation)}
    low = (
        values <= 0
        if aggregation.trait("needs_positive")
        else values < 0
        if aggregation.trait("needs_nonnegative")
        else np.zeros(values.shape, bool)
    )
    if low.any():
        bound = Word(f"errors.bound.{'above_0' if aggregation.trait('needs_positive') else 'at_least_0'}")
        yield Problem("scores_not_positive", {**facts, **_lowest(values, low, panel), "bound": bound})
    least, most = aggregation.trait("score_bounds") or (-np.inf, np.inf)
    out = (values < least - 1e-9) | (values > most + 1e-9)
    if out.any():
        facts |= {"least": f"{least:g}", "most": f"{most:g}"}
        furthest = np.where(out, np.maximum(least - values, values - most), -np.inf)
        worst = furthest == furthest.max()
        yield Problem("scores_out_of_bounds", {**facts, "value": values[worst][0], "where": _these(panel, worst, out)})


def aggregation_problems(node: Parent, children: Array, score: Array, panel: Panel) -> Iterator[Problem]:
    """City-years whose children (n_obs, n_child) all have a score and their node (n_obs,) no finite one."""
    if node.fewest > len(node.children):  # no score, because the rule says so
        return
    expected = np.isfinite(children).all(axis=1)
    if node.zeros == "missing":
        expected &= (children != 0).all(axis=1)
    lost = (expected & ~np.isfinite(score)).reshape(panel.present.shape)
    if lost.any():
        facts = {"aggregation": node.aggregated_by, "node": node.code}
        yield Problem("score_not_finite", {**facts, "where": city_years(panel, lost)})


def unscored_problems(nodes: tuple[Node, ...], scores: Array) -> Iterator[Problem]:
    """An index without a single score [city, year, node], with the nodes at which the missing rule gives none."""
    none = [bool(np.isnan(scores[:, :, position]).all()) for position in range(len(nodes))]
    if not none[0]:
        return
    for position, node in parents(nodes).items():
        if none[position] and not any(none[child] for child in node.children):
            yield unscored_problem(node)


def unscored_problem(node: Parent) -> Problem:
    """The problem of a node that never has a score, and with it the index."""
    zeros = Word("errors.why.zeros") if node.zeros == "missing" else ""
    return Problem("no_score_anywhere", {"node": node.code, "missing": str(node.missing), "zeros": zeros})


def left_out(node: Parent, nodes: tuple[Node, ...], panel: Panel) -> NDArray[np.bool_]:
    """City-years in which screening left out every indicator below a node, [city, year]."""
    codes = [nodes[leaf].code for child in node.children for leaf in leaves(nodes, child)]
    at = [panel.position(code) for code in codes if code in panel.codes]
    return np.asarray((panel.origin[:, :, at] == Origin.LEFT_OUT).all(axis=2))


def weighting_problems(choice: Choice, codes: list[str], x: Array, panel: Panel, year: str = "") -> Iterator[Problem]:
    """Figures x (n_obs, n_child) that a weighting cannot use; of one year where one is named."""
    scope = Word("errors.scope.in_year", year=year) if year else Word("errors.scope.throughout")
    for code, column in zip(codes, x.T, strict=True):
        facts = {"weighting": choice.name, "code": code}
        low, size = np.zeros(column.shape, bool), np.fmax.reduce(np.abs(column))
        if choice.trait("needs_positive"):
            low = column <= 0
        elif choice.trait("needs_nonnegative"):
            low = column < 0
        if np.isnan(column).all():
            yield Problem("weight_undefined", facts)
        elif low.any():
            bound = Word(f"errors.bound.{'above_0' if choice.trait('needs_positive') else 'at_least_0'}")
            at = {"value": column[low].min(), "where": year}
            if not year:
                at = _lowest(column.reshape(panel.present.shape), low.reshape(panel.present.shape), panel)
            kind = "weights_above_0" if choice.trait("needs_positive") else "weights_at_least_0"
            kind = "weights_rescale" if choice.takes("zeros") else kind
            shares = Word("errors.remedy.shares") if choice.takes("shares_of") else ""
            remedy = Word(f"errors.remedy.{kind}", shares=shares)
            yield Problem("weighting_negative", {**facts, **at, "bound": bound, "remedy": remedy})
        elif choice.trait("needs_spread") and np.nanmax(column) - np.nanmin(column) <= ROUNDING * size:
            yield Problem("weighting_constant", {**facts, "scope": scope, "value": np.nanmin(column)})
        elif choice.trait("needs_positive_mean") and np.nanmean(column) <= ROUNDING * size:
            mean = np.nanmean(column)
            yield Problem("weighting_mean", {**facts, "value": 0.0 if abs(mean) <= ROUNDING * size else mean})


def part_problems(choice: Choice, node: str, parts: dict[str, Array]) -> Iterator[Problem]:
    """Weights that a combination cannot combine: those that differ between city-years."""
    for name, weights in parts.items():
        if weights.ndim > 1:
            facts = {"weighting": choice.name, "node": node, "part": str(choice.parameters[name])}
            yield Problem("combination_by_observation", facts)


def missed_problems(
    choice: Choice, codes: list[str], x: Array, written: Array, found: Array, parameters: dict[str, Any], year: str = ""
) -> Iterator[Problem]:
    """What weights (n_child,) computed from figures x (n_obs, n_child) should reach, and do not."""
    check = choice.method.traits.get("missed")
    for key, facts in check(x, written, found, **parameters) if check is not None else ():
        scope = Word("errors.scope.in_year", year=year) if year else ""
        yield Problem(key, {"weighting": choice.name, "code": codes[facts["child"]], "scope": scope, **facts})


def weight_problems(choice: Choice, codes: list[str], weights: Array) -> Iterator[Problem]:
    """Weights that are negative or not numbers."""
    for k, code in enumerate(codes):
        found = weights[..., k]
        if np.isnan(found).all() or (np.isnan(found).any() and not choice.trait("by_observation")):
            yield Problem("weight_undefined", {"weighting": choice.name, "code": code})
        elif (found < 0).any():
            yield Problem("weight_negative", {"weighting": choice.name, "code": code, "value": float(found.min())})
