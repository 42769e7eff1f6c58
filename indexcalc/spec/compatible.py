"""Which choices can go together, whatever the figures: at one node, for one indicator, over the options of an
uncertainty analysis. Each check returns all the problems it finds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from indexcalc.errors import Problem, suggestion
from indexcalc.methods.weighting import budget_problems
from indexcalc.spec.choice import Choice
from indexcalc.spec.framework import Dimension, Framework
from indexcalc.spec.hierarchy import Node, Parent, build_nodes, experts_of, parents, scale_below
from indexcalc.spec.methodology import Methodology
from indexcalc.spec.uncertainty import Uncertainty
from indexcalc.voice import Row, Word


def node_problems(
    node: Parent, nodes: tuple[Node, ...], framework: Framework, methodology: Methodology
) -> Iterator[Problem]:
    """Choices of a node that can never go together, whatever the figures."""
    aggregation, weighting = node.aggregation, node.weighting
    codes = [nodes[position].code for position in node.children]
    facts = {"aggregation": node.aggregated_by, "node": node.code}
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
    if node.fewest > len(codes):
        declared = len(_declared(node, framework).children)
        if node.fewest > declared:  # not for children left out since
            yield Problem("minimum_count", {"node": node.code, "wanted": node.fewest, "n": declared})
    wanted = aggregation.trait("children")
    if wanted is not None and wanted != len(codes):
        yield Problem("children_counted", {**facts, "wanted": wanted, "n": len(codes), "codes": Row(codes)})
    yield from _scale_problems(node, framework, methodology)
    for name in aggregation.trait("per_child") or ():
        if len(aggregation.parameters[name]) != len(codes):
            more = {"parameter": name, "found": len(aggregation.parameters[name]), "expected": len(codes)}
            yield Problem("per_child", {**facts, **more})
    first = next(one for one in parents(nodes).values() if one.weighting == weighting)
    known = [code for _, code, _ in framework.walk()] if first is node else None
    yield from _weighting_problems(weighting, node.code, codes, known, list(_declared(node, framework).children))


def _declared(node: Node, framework: Framework) -> Dimension:
    """A node above the indicators as in the file, children of weight 0 included."""
    found = next((one for _, code, one in framework.walk() if code == node.code), framework.root)
    assert isinstance(found, Dimension)
    return found


def _scale_problems(node: Parent, framework: Framework, methodology: Methodology) -> Iterator[Problem]:
    """A node that is reversed without a given scale, where a ratio or a product leaves that of the indicators."""
    declared = next((n for _, code, n in framework.walk() if code == node.code), framework.root)
    if not isinstance(declared, Dimension) or declared.direction == "positive":
        return
    of = node.aggregation.parameters["of"]
    if declared.scale is None and (of.name not in KEEPS_SCALE or scale_below(declared, methodology) is None):
        yield Problem("turned_scale", {"node": node.code, "aggregation": of.name})


KEEPS_SCALE = ("arithmetic", "geometric", "harmonic", "generalised", "minimum", "maximum", "median", "owa")
"""Aggregations whose score lies between those of the worst and the best child."""


def _positive_problems(
    node: Parent, nodes: tuple[Node, ...], framework: Framework, methodology: Methodology
) -> Iterator[Problem]:
    """An indicator whose normalisation always gives some city-year a score at or below 0."""
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
            facts: dict[str, Any] = {"aggregation": node.aggregated_by, "node": node.code, "child": child.code}
            offers = takes_no_zero and lowest == 0 and not negatives and tells_of_zeros(node)
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
        facts = {"node": node, "found": Row(order), "expected": Row(codes)}
        yield Problem("ahp_order", facts)
    if weighting.trait("by_code"):
        experts = weighting.parameters.get("experts")
        sets = experts or {weighting.parameters["name"]: weighting.parameters["weights"]}
        for name, named in sets.items():
            lacking = [code for code in codes if code not in named]
            if 0 < len(lacking) < len(codes):
                yield Problem("explicit_partial", {"name": name, "node": node, "codes": Row(lacking)})
            for code in sorted(named.keys() - set(known or named)):
                yield Problem("explicit_unknown", {"name": name, "code": code, **suggestion(code, known or ())})
        whole = {name: named for name, named in (experts or {}).items() if set(codes) <= named.keys()}
        for key, more in budget_problems(whole, declared):
            yield Problem(key, {"node": node, **more})
    for part in weighting.parameters.values():
        if isinstance(part, Choice):
            yield from _weighting_problems(part, node, codes, known, declared)


def tells_of_zeros(node: Parent) -> bool:
    """Whether a node's aggregation has a parameter that says what a 0 means."""
    return node.aggregation.takes("zeros")


def predictor_problems(code: str, on: Sequence[str], known: Collection[str]) -> Iterator[Problem]:
    """Codes that an indicator cannot be regressed on: its own, and those that are no indicator of the index."""
    for one in on:
        if one == code or one not in known:
            key = "regression_itself" if one == code else "regression_unknown"
            yield Problem(
                key, {"code": code, "on": one, **suggestion(one, [other for other in known if other != code])}
            )


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


def direction_problems(framework: Framework) -> Iterator[Problem]:
    """Directions that a draft leaves to confirm, all in one."""
    codes = [code for code, indicator in framework.all_indicators.items() if not indicator.direction.confirmed]
    if codes:
        yield Problem("directions_to_confirm", {"n": len(codes), "listed": Row(codes)})


# --- an uncertainty analysis ------------------------------------------------------------------------------------------

STEP_OF = {
    **dict.fromkeys(("whole_sample_missing", "minimum_count"), "missing"),
    **dict.fromkeys(
        (
            *("whole_sample_weights", "by_observation_pair", "by_observation_scope", "share_bounds", "linear_pair"),
            *("of_one_node_scope", "weights_by_observation", "explicit_partial", "explicit_unknown", "budget_sum"),
            *("ahp_order", "ahp_size", "ahp_too_large", "ahp_square", "ahp_entry", "ahp_diagonal", "ahp_reciprocal"),
            "ahp_inconsistent",
        ),
        "weighting",
    ),
}
"""Which choice of a node a problem is about, where it is not the aggregation."""


OF_EXPERTS = {"explicit_partial", "explicit_unknown", "budget_sum"}
"""Problems of the points that one expert gave."""


SAID_ONCE = {"geometric_needs_positive"}
"""Problems that a choice of the methodology has at every node alike."""


def unknown_codes(
    options: Uncertainty, framework: Framework, levels: Collection[str] = ()
) -> Iterator[tuple[tuple[Any, ...], Problem]]:
    """Codes and levels that are not there, each with the keys where an uncertainty analysis names it. levels: those
    with weights; not asked about where there are none."""
    nodes = [code for _, code, _ in framework.walk()], "node"
    exchanged = {code: one.alternatives for code, one in framework.all_indicators.items() if one.alternatives}
    named: list[tuple[tuple[Any, ...], str, tuple[Collection[str], str]]] = []
    if options.weights is not None:
        written = options.weights.levels
        named += [(("weights", "levels"), code, nodes) for code in written if isinstance(code, str)]
        numbers = [str(level) for level in written if not isinstance(level, str)] if levels else []
        named += [(("weights", "levels"), level, (levels, "level")) for level in numbers]
        named += [(("weights", "bounds", code), code, nodes) for code in options.weights.bounds or ()]
    if not isinstance(options.alternatives, bool):
        named += [(("alternatives",), code, (exchanged, "exchanged")) for code in options.alternatives]
    for code, listed in options.alternatives.items() if isinstance(options.alternatives, Mapping) else ():
        if code in framework.all_indicators:
            declared = exchanged.get(code, ()), "alternative"
            named += [(("alternatives", code), series, declared) for series in listed]
    if options.noise is not None and isinstance(options.noise.relative, Mapping):
        graded = [*framework.columns, "A", "B", "C"], "column"
        named += [(("noise", "relative", code), code, graded) for code in options.noise.relative]
    for keys, code, (known, what) in named:
        if code not in known:
            facts = {
                "field": keys[0] if keys[0] == "alternatives" else keys[1],
                "code": code,
                "what": Word(f"errors.uncertain.{what}"),
            }
            yield keys, Problem("uncertainty_code", {**facts, **suggestion(code, known)})


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
    dimensions = parents(nodes).values()
    for node in dimensions:
        yield from ((problem, False) for problem in node_problems(node, nodes, framework, variant))
    for weighting in {str(node.weighting): node.weighting for node in dimensions}.values():
        if options.weights is not None and (weighting.trait("by_observation") or weighting.told("per") == "year"):
            yield Problem("weights_by_observation", {"weighting": str(weighting)}), False
    if any(_counts_children(node) for node in dimensions):
        what = {"indicator": True, "dimension": False}
        leaving = [what[kind] for kind in options.leave_out if kind in what]
        for code in [node.code for node in nodes[1:] if node.is_indicator in leaving]:
            rest = build_nodes(framework, variant, frozenset({code}))
            for node in parents(rest).values():
                yield from ((problem, True) for problem in node_problems(node, rest, framework, variant))


def _counts_children(node: Parent) -> bool:
    """Whether a node's methods have a parameter for each of its children."""
    parts = [node.weighting, *(p for p in node.weighting.parameters.values() if isinstance(p, Choice))]
    counted = node.aggregation.trait("per_child") or node.aggregation.trait("children")
    return bool(counted) or any("problems" in p.method.traits for p in parts)
