"""Can this panel be computed with this framework and methodology? Each check returns all the problems it finds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.choice import Choice
from indexcalc.errors import Problem, suggestion
from indexcalc.framework import Derivation, Dimension, Framework
from indexcalc.hierarchy import Node, build_nodes, experts_of, scale_below
from indexcalc.methodology import Methodology, Screening
from indexcalc.methods.imputation import fitted
from indexcalc.methods.weighting import budget_problems
from indexcalc.origin import Origin
from indexcalc.panel import Panel, city_years
from indexcalc.uncertainty import Uncertainty
from indexcalc.voice import Row, Word

Array = NDArray[np.float64]


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
        facts = {"what": Word(f"errors.screening.{rule.of}"), "names": ", ".join(names)}
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


def predictor_problems(code: str, on: Sequence[str], known: Collection[str]) -> Iterator[Problem]:
    """Codes that an indicator cannot be regressed on: its own, and those that are no indicator of the index."""
    for one in on:
        if one == code or one not in known:
            key = "regression_itself" if one == code else "regression_unknown"
            yield Problem(
                key, {"code": code, "on": one, **suggestion(one, [other for other in known if other != code])}
            )


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


def posts_problems(
    code: str, choice: Choice, transform: Choice | None, direction: Choice | None = None, logged: bool = False
) -> Iterator[Problem]:
    """Parameters in an indicator's own unit that do not go with its transform, its direction, or a treatment by
    logarithm (`logged`)."""
    given = {name: choice.parameters.get(name) for name in choice.method.raw_parameters}
    given = {name: np.min(value) for name, value in given.items() if value is not None}
    if not given:
        return
    facts = {"code": code, "step": choice.step, "method": choice.name}
    if direction is not None and direction.name not in ("positive", "negative"):
        yield Problem("posts_direction", {**facts, "direction": direction.name})
    if logged:
        yield Problem("posts_treated", facts)
    yield from _order_problems(choice, transform, direction, facts)
    if transform is None:
        return
    facts["transform"] = str(transform)
    if transform.trait("needs_reference"):
        yield Problem("posts_sample", facts)
    bound = transform.trait("needs_above")
    for name, value in given.items():
        if bound is not None and value <= bound:
            yield Problem("posts_domain", {**facts, "parameter": name, "value": value, "bound": bound})


def _order_problems(
    choice: Choice, transform: Choice | None, direction: Choice | None, facts: dict[str, str]
) -> Iterator[Problem]:
    """Fixed points in an order that contradicts the direction of the indicator."""
    worst_first = choice.trait("worst_first")
    if worst_first is None or (transform is not None and transform.trait("needs_reference")):
        return
    posts = np.asarray(worst_first, float)
    if transform is not None:
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            posts = transform.method.kernel(posts, **transform.parameters)
    falls = direction is not None and direction.name == "negative"
    if np.isfinite(posts).all() and not (np.diff(-posts if falls else posts) > 0).all():
        way = Word(f"errors.way.{'lower' if falls else 'higher'}")
        given = Row(
            Word("errors.way.post", name=n, value=_plain(choice.parameters[n])) for n in choice.method.parameters
        )
        more = {"direction": str(direction or "positive"), "given": given, "way": way}
        yield Problem("posts_order", {**facts, **more})


def _plain(value: Any) -> str:
    return f"[{', '.join(f'{one:g}' for one in value)}]" if isinstance(value, tuple) else f"{value:g}"


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
    for k, code in enumerate(codes):
        present = reference[~np.isnan(reference[:, k]), k]
        facts = {"code": code, "scope": of_year}
        if is_base and not present.size and not choice.trait("ignores_reference"):
            yield Problem("base_year_empty", {"code": code, "year": scope})
        elif present.size and choice.trait("needs_spread") and np.ptp(present) <= 1e-12 * np.abs(present).max():
            yield Problem("constant", {**facts, "value": sign[k] * present[0], "n": present.size})
        elif least is not None:
            lowest = min(np.fmin.reduce(present, initial=np.inf), np.fmin.reduce(x[:, k], initial=np.inf))
            if lowest < least:
                yield Problem("normalisation_positive", {**facts, "method": choice.name, "value": sign[k] * lowest})


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


def node_problems(
    node: Node, nodes: tuple[Node, ...], framework: Framework, methodology: Methodology
) -> Iterator[Problem]:
    """Choices of a node that can never go together, whatever the figures."""
    assert node.aggregation is not None and node.missing is not None and node.weighting is not None
    aggregation, weighting = node.aggregation, node.weighting
    codes = [nodes[position].code for position in node.children]
    facts = {"aggregation": aggregation.name, "node": node.code}
    if aggregation.trait("needs_positive") or node.zeros != "refuse":
        yield from _positive_problems(node, nodes, framework, methodology)
    together = aggregation.trait("whole_sample") or aggregation.trait("fixed_children")
    if together and node.missing.name == "renormalise":
        yield Problem("whole_sample_missing", {**facts, "missing": node.missing.name})
    if aggregation.trait("whole_sample") and (weighting.trait("by_observation") or weighting.told("per") == "year"):
        yield Problem("whole_sample_weights", {**facts, "weighting": str(weighting)})
    if weighting.trait("by_observation") and weighting.told("scope") == "indicators":
        yield Problem("by_observation_scope", {**facts, "weighting": weighting.name})
    if weighting.trait("of_one_node") and weighting.told("scope") == "indicators":
        yield Problem("of_one_node_scope", {**facts, "weighting": weighting.name})
    if weighting.trait("linear") and not aggregation.trait("additive"):
        yield Problem("linear_pair", {**facts, "weighting": weighting.name})
    if weighting.trait("by_observation") and not (aggregation.trait("additive") and node.missing.name != "renormalise"):
        yield Problem("by_observation_pair", {**facts, "weighting": weighting.name, "missing": node.missing.name})
    wanted = node.missing.parameters.get("minimum_count", 1)
    if wanted > len(codes):
        declared = next((n for _, code, n in framework.walk() if code == node.code), framework.root)
        if isinstance(declared, Dimension) and wanted > len(declared.children):  # not for children left out since
            yield Problem("minimum_count", {"node": node.code, "wanted": wanted, "n": len(declared.children)})
    wanted = aggregation.trait("children")
    if wanted is not None and wanted != len(codes):
        yield Problem("children_counted", {**facts, "wanted": wanted, "n": len(codes), "codes": ", ".join(codes)})
    yield from _scale_problems(node, framework, methodology)
    for name in aggregation.trait("per_child") or ():
        if len(aggregation.parameters[name]) != len(codes):
            more = {"parameter": name, "found": len(aggregation.parameters[name]), "expected": len(codes)}
            yield Problem("per_child", {**facts, **more})
    first = next(one for one in nodes if one.weighting == weighting)
    known = [code for _, code, _ in framework.walk()] if first is node else None
    yield from _weighting_problems(weighting, node.code, codes, known, list(_declared(node, framework).children))


def _declared(node: Node, framework: Framework) -> Dimension:
    """A node above the indicators as in the file, children of weight 0 included."""
    found = next((one for _, code, one in framework.walk() if code == node.code), framework.root)
    assert isinstance(found, Dimension)
    return found


def _scale_problems(node: Node, framework: Framework, methodology: Methodology) -> Iterator[Problem]:
    """A node that is reversed without a given scale, where a ratio or a product leaves that of the indicators."""
    declared = next((n for _, code, n in framework.walk() if code == node.code), framework.root)
    if not isinstance(declared, Dimension) or declared.direction == "positive":
        return
    assert node.aggregation is not None
    of = node.aggregation.parameters["of"]
    if declared.scale is None and (of.name not in KEEPS_SCALE or scale_below(declared, methodology) is None):
        yield Problem("turned_scale", {"node": node.code, "aggregation": of.name})


KEEPS_SCALE = ("arithmetic", "geometric", "harmonic", "generalised", "minimum", "maximum", "median", "owa")
"""Aggregations whose score lies between those of the worst and the best child."""


def _positive_problems(
    node: Node, nodes: tuple[Node, ...], framework: Framework, methodology: Methodology
) -> Iterator[Problem]:
    """An indicator whose normalisation always gives some city-year a score at or below 0."""
    assert node.aggregation is not None
    declared, takes_no_zero = framework.all_indicators, node.aggregation.trait("needs_positive")
    for child in (nodes[position] for position in node.children):
        if not child.is_indicator:
            continue
        normalisation = declared[child.code].normalisation or methodology.normalisation
        lowest, negatives = normalisation.trait("attains"), normalisation.name == "z_score"
        if lowest is not None and (lowest < 0 or (lowest == 0 and (takes_no_zero or negatives))):
            why = Word("errors.why.last_gets", lowest=lowest)
            if negatives:
                why = Word("errors.why.gives_negatives")
            facts: dict[str, Any] = {"aggregation": node.aggregation.name, "node": node.code, "child": child.code}
            offers = takes_no_zero and lowest == 0 and not negatives and _tells_of_zeros(node)
            facts["zeros"] = Word("errors.remedy.zeros") if offers else ""
            yield Problem("geometric_needs_positive", {**facts, "normalisation": str(normalisation), "why": why})
            return


def _weighting_problems(
    weighting: Choice, node: str, codes: list[str], known: list[str] | None, declared: list[str]
) -> Iterator[Problem]:
    """What a weighting finds wrong with its own parameters for these children, and with those of its parts. known: all
    codes of the framework, to find unknown names; given once for all nodes of a weighting. declared: the children, and
    those left out."""
    check = weighting.method.traits.get("problems")
    for key, more in check(len(codes), **weighting.parameters) if check is not None else ():
        yield Problem(key, {"node": node, **more})
    order = weighting.parameters.get("order")
    if order is not None and sorted(order) != sorted(codes):
        facts = {"node": node, "found": ", ".join(order), "expected": ", ".join(codes)}
        yield Problem("ahp_order", facts)
    if weighting.trait("by_code"):
        experts = weighting.parameters.get("experts")
        sets = experts or {weighting.parameters["name"]: weighting.parameters["weights"]}
        for name, named in sets.items():
            lacking = [code for code in codes if code not in named]
            if 0 < len(lacking) < len(codes):
                yield Problem("explicit_partial", {"name": name, "node": node, "codes": ", ".join(lacking)})
            for code in sorted(named.keys() - set(known or named)):
                yield Problem("explicit_unknown", {"name": name, "code": code, **suggestion(code, known or ())})
        whole = {name: named for name, named in (experts or {}).items() if set(codes) <= named.keys()}
        for key, more in budget_problems(whole, declared):
            yield Problem(key, {"node": node, **more})
    for part in weighting.parameters.values():
        if isinstance(part, Choice):
            yield from _weighting_problems(part, node, codes, known, declared)


def children_problems(
    node: Node, nodes: tuple[Node, ...], z: Array, panel: Panel, framework: Framework, methodology: Methodology
) -> Iterator[Problem]:
    """Children without a score, where their node refuses that, or with a score that its aggregation would have to take
    and cannot.

    z: (n_obs, n_node). City-years that screening left out below the node are no problem of the node itself.
    """
    assert node.aggregation is not None and node.missing is not None
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


def _remedy(child: Node, node: Node, framework: Framework, methodology: Methodology) -> Word:
    """How a child's scores could stay above 0, depending on what gives them; or what else a 0 may mean."""
    assert node.aggregation is not None
    kind = "scores"
    if child.is_indicator:
        own = framework.all_indicators[child.code].normalisation or methodology.normalisation
        kind = "posts" if own.name == "goalposts" else "scale" if own.takes("lower") else "scores"
    return Word(f"errors.remedy.{kind}", zeros=Word("errors.remedy.zeros") if _tells_of_zeros(node) else "")


def _tells_of_zeros(node: Node) -> bool:
    """Whether a node's aggregation has a parameter that says what a 0 means."""
    return node.aggregation is not None and node.aggregation.takes("zeros")


def _scored(node: Node, nodes: tuple[Node, ...], z: Array) -> NDArray[np.bool_]:
    """Observations that have a score at a node by its missing rule, (n_obs,); z: of its children (n_obs, n_child).

    Where the weights of the children follow from the figures, observations that only a minimum_share rules out count
    too.
    """
    assert node.missing is not None and node.weighting is not None
    there = ~np.isnan(z)
    if node.missing.name != "renormalise":
        return np.asarray(there.all(axis=1))
    parameters = node.missing.parameters
    scored = there.sum(axis=1) >= min(parameters.get("minimum_count", 1), len(node.children))
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


def aggregation_problems(node: Node, children: Array, score: Array, panel: Panel) -> Iterator[Problem]:
    """City-years whose children (n_obs, n_child) all have a score and their node (n_obs,) no finite one."""
    assert node.aggregation is not None and node.missing is not None
    if node.missing.parameters.get("minimum_count", 1) > len(node.children):  # no score, because the rule says so
        return
    expected = np.isfinite(children).all(axis=1)
    if node.zeros == "missing":
        expected &= (children != 0).all(axis=1)
    lost = (expected & ~np.isfinite(score)).reshape(panel.present.shape)
    if lost.any():
        facts = {"aggregation": str(node.aggregation), "node": node.code}
        yield Problem("score_not_finite", {**facts, "where": city_years(panel, lost)})


def left_out(node: Node, nodes: tuple[Node, ...], panel: Panel) -> NDArray[np.bool_]:
    """City-years in which screening left out every indicator below a node, [city, year]."""
    below = list(node.children)
    for position in below:
        below.extend(nodes[position].children)
    codes = [nodes[position].code for position in below if nodes[position].is_indicator]
    at = [panel.position(code) for code in codes if code in panel.codes]
    return np.asarray((panel.origin[:, :, at] == Origin.LEFT_OUT).all(axis=2))


def direction_problems(framework: Framework) -> Iterator[Problem]:
    """Directions that a draft leaves to confirm, all in one."""
    codes = [code for code, indicator in framework.all_indicators.items() if not indicator.direction.confirmed]
    if codes:
        yield Problem("directions_to_confirm", {"n": len(codes), "listed": Row(codes)})


def weighting_problems(choice: Choice, codes: list[str], x: Array, panel: Panel, year: str = "") -> Iterator[Problem]:
    """Figures x (n_obs, n_child) that a weighting cannot use; of one year where one is named."""
    scope = Word("errors.scope.in_year", year=year) if year else Word("errors.scope.throughout")
    for code, column in zip(codes, x.T, strict=True):
        facts = {"weighting": choice.name, "code": code}
        low = np.zeros(column.shape, bool)
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
        elif choice.trait("needs_spread") and np.nanmin(column) == np.nanmax(column):
            yield Problem("weighting_constant", {**facts, "scope": scope, "value": np.nanmin(column)})
        elif choice.trait("needs_positive_mean") and not np.nanmean(column) > 0:
            yield Problem("weighting_mean", {**facts, "value": np.nanmean(column)})


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


# --- an uncertainty analysis ------------------------------------------------------------------------------------------

STEP_OF = {
    "whole_sample_missing": "missing",
    "minimum_count": "missing",
    **dict.fromkeys(
        ("whole_sample_weights", "by_observation_pair", "by_observation_scope", "share_bounds", "ahp_order"),
        "weighting",
    ),
    **dict.fromkeys(
        ("of_one_node_scope", "linear_pair"),
        "weighting",
    ),
    **dict.fromkeys(("ahp_size", "ahp_too_large", "ahp_square", "ahp_entry"), "weighting"),
    **dict.fromkeys(("ahp_diagonal", "ahp_reciprocal", "ahp_inconsistent"), "weighting"),
    **dict.fromkeys(("weights_by_observation", "explicit_partial", "explicit_unknown", "budget_sum"), "weighting"),
}
"""Which choice of a node a problem is about, where it is not the aggregation."""
OF_EXPERTS = {"explicit_partial", "explicit_unknown", "budget_sum"}
"""Problems of the points that one expert gave."""
SAID_ONCE = {"geometric_needs_positive"}
"""Problems that a choice of the methodology has at every node alike."""


def cross_problems(
    framework: Framework, methodology: Methodology, options: Uncertainty
) -> Iterator[tuple[tuple[str, int | None], Problem]]:
    """Options that can never go together, over all combinations, each with the step and the option it is about."""
    yield from _lower_problems(methodology, options)
    if (
        options.weights is not None
        and options.weights.experts is not None
        and not _asks_experts(framework, methodology, options)
    ):
        yield ("weights", None), Problem("experts_nowhere")
    steps = ("normalisation", "weighting", "aggregation", "missing")
    listed = [getattr(options, step) or (getattr(methodology, step),) for step in steps]
    lowest = min(options.lower, default=None)
    told: set[str] = set()
    for taken in product(*listed):
        variant = methodology.model_copy(update=dict(zip(steps, taken, strict=True)))
        if lowest is not None and _order_of_lower(variant.normalisation, lowest) is None:
            variant = with_lower(variant, lowest)
        for problem, leaving in _variant_problems(framework, variant, options):
            alike = {key: fact for key, fact in problem.facts.items() if key not in ("node", "child")}
            said = f"{problem.key} {alike}" if problem.key in SAID_ONCE else problem.text()
            if said in told:
                continue
            told.add(said)
            if leaving:
                yield ("leave_out", None), problem
                continue
            step = STEP_OF.get(problem.key, "aggregation")
            chosen, among = getattr(variant, step), getattr(options, step)
            yield (step, among.index(chosen) if chosen in among else None), problem


def _asks_experts(framework: Framework, methodology: Methodology, options: Uncertainty) -> bool:
    """Whether any node is weighed by the points of experts, under any option."""
    return any(
        bool(experts_of(node))
        for weighting in options.weighting or (methodology.weighting,)
        for node in build_nodes(framework, methodology.model_copy(update={"weighting": weighting}))
    )


def with_lower(methodology: Methodology, lower: float) -> Methodology:
    """The methodology with another lower end of the scale, where its normalisation has one."""
    if not methodology.normalisation.takes("lower"):
        return methodology
    return methodology.model_copy(update={"normalisation": methodology.normalisation.told_also("lower", lower)})


def _lower_problems(methodology: Methodology, options: Uncertainty) -> Iterator[tuple[tuple[str, int | None], Problem]]:
    """Lower ends of the scale at or above the upper end of a normalisation."""
    for i, lower in enumerate(options.lower):
        for normalisation in options.normalisation or (methodology.normalisation,):
            facts = _order_of_lower(normalisation, lower)
            if facts is not None:
                yield ("lower", i), Problem("parameter_order", facts)


def _order_of_lower(normalisation: Choice, lower: float) -> dict[str, Any] | None:
    """What is wrong with a lower end of the scale of a normalisation; None where nothing is."""
    declared = normalisation.method.parameters
    if "lower" not in declared or "upper" not in declared:
        return None
    upper = float(normalisation.parameters.get("upper", declared["upper"].default))
    facts = {"step": normalisation.step, "method": normalisation.name, "low_name": "lower", "high_name": "upper"}
    return None if lower < upper else {**facts, "low": lower, "high": upper}


def _variant_problems(
    framework: Framework, variant: Methodology, options: Uncertainty
) -> Iterator[tuple[Problem, bool]]:
    """What can never go together under one combination of options, with nothing left out or one node at a time, and
    whether it is the leaving out that it comes from."""
    nodes = build_nodes(framework, variant)
    dimensions = [node for node in nodes if not node.is_indicator]
    for node in dimensions:
        yield from ((problem, False) for problem in node_problems(node, nodes, framework, variant))
    for weighting in {str(node.weighting): node.weighting for node in dimensions}.values():
        assert weighting is not None
        if options.weights is not None and (weighting.trait("by_observation") or weighting.told("per") == "year"):
            yield Problem("weights_by_observation", {"weighting": str(weighting)}), False
    if any(_counts_children(node) for node in dimensions):
        what = {"indicator": True, "dimension": False}
        leaving = [what[kind] for kind in options.leave_out if kind in what]
        for code in [node.code for node in nodes[1:] if node.is_indicator in leaving]:
            rest = build_nodes(framework, variant, frozenset({code}))
            for node in rest:
                if not node.is_indicator:
                    yield from ((problem, True) for problem in node_problems(node, rest, framework, variant))


def _counts_children(node: Node) -> bool:
    """Whether a node's methods have a parameter for each of its children."""
    assert node.aggregation is not None and node.weighting is not None
    parts = [node.weighting, *(p for p in node.weighting.parameters.values() if isinstance(p, Choice))]
    counted = node.aggregation.trait("per_child") or node.aggregation.trait("children")
    return bool(counted) or any("problems" in p.method.traits for p in parts)
