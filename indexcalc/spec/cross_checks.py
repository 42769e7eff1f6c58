"""Checks across one YAML file: names that refer to nothing, codes given twice, choices that can never go together; each
problem with its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from indexcalc.errors import Problem, suggestion
from indexcalc.spec.claims import claim_problems
from indexcalc.spec.compatible import (
    OF_EXPERTS,
    SAID_ONCE,
    STEP_OF,
    cross_problems,
    node_problems,
    posts_problems,
    predictor_problems,
    unknown_codes,
)
from indexcalc.spec.document import Document, Keys, dotted
from indexcalc.spec.framework import INDEX, Dimension, Framework, Indicator, Series
from indexcalc.spec.hierarchy import build_nodes, parents, unused_weights, weight_unused
from indexcalc.spec.methodology import Reference
from indexcalc.spec.specification import Specification
from indexcalc.voice import Row

MOST_DERIVATIONS = 10
"""Levels of indicators derived from derived indicators."""


def cross_checks(specification: Specification, document: Document) -> Iterator[Problem]:
    """All that one part of the file says of another and that is not so."""
    framework = specification.framework
    yield from _check_codes(framework, document)
    yield from _check_nodes(framework, document)
    yield from _check_names(framework, document)
    yield from _check_parts(framework, document)
    yield from _check_derivations(framework, document)
    yield from _check_aliases(framework, document)
    yield from _check_printed(framework, document)
    yield from _check_tags(framework, document)
    yield from _check_years(specification, document)
    yield from _check_screening(specification, document)
    yield from _check_levels(specification, document)
    yield from _check_scenarios(specification, document)
    yield from _check_claims(specification, document)
    yield from _check_highlight(specification, document)
    yield from _check_uncertainty(specification, document)


def _published(framework: Framework) -> Iterator[tuple[Keys, Indicator | Series]]:
    """Indicators and series, with their place in the file."""
    yield from ((keys, node) for keys, _, node in framework.walk() if isinstance(node, Indicator))
    yield from ((("framework", "series", code), series) for code, series in framework.series.items())


def _check_aliases(framework: Framework, document: Document) -> Iterator[Problem]:
    """Headers of the workbook that are aliases of an unknown column."""
    for header, code in framework.workbook.aliases.items() if framework.workbook is not None else ():
        if code not in framework.columns:
            place = document.place(("framework", "workbook", "aliases", header))
            yield Problem(
                "unknown_code", {"field": "aliases", "code": code, **suggestion(code, framework.columns)}, place
            )


def _check_printed(framework: Framework, document: Document) -> Iterator[Problem]:
    """Figures declared as printed that belong to a derived indicator, or to an unknown city or year."""
    for keys, node in _published(framework):
        printed, at = node.as_printed, (*keys, "as_printed")
        if printed and getattr(node, "derived", None) is not None:
            yield Problem("as_printed_derived", {"code": keys[-1]}, document.place(at))
        for name, known in (("city", framework.cities), ("year", framework.years)):
            for found in (getattr(one, name) for one in printed):
                if known and found is not None and found not in known:
                    where = "framework.cities" if name == "city" else "framework.years"
                    facts = {"field": name, "code": found, "where": where, **suggestion(found, known)}
                    yield Problem("unknown_group", facts, document.place(at))


def _check_codes(framework: Framework, document: Document) -> Iterator[Problem]:
    seen: dict[str, Keys] = {}
    paths = [(keys, code) for keys, code, _ in framework.walk()]
    paths += [(("framework", "series", code), code) for code in framework.series]
    for keys, code in paths:
        if code == INDEX:
            yield Problem("code_reserved", place=document.place(keys))
        if code in seen:
            yield Problem("code_twice", {"code": code, "other": dotted(seen[code])}, document.place(keys))
        seen.setdefault(code, keys)


def _check_nodes(framework: Framework, document: Document) -> Iterator[Problem]:
    nodes: list[tuple[Keys, Dimension]] = [(("framework",), framework.root)]
    nodes += [(keys, node) for keys, _, node in framework.walk() if isinstance(node, Dimension)]
    for keys, node in nodes:
        if not node.children:
            yield Problem("no_indicator", place=document.place(keys))
        elif all(child.weight == 0 for child in node.children.values()):
            yield Problem("weights_zero", place=document.place(keys))


def _check_names(framework: Framework, document: Document) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for code, column in {**framework.columns, **framework.all_indicators}.items():
        for name in {code, *(column.name.spellings if column.name else ())}:
            folded = name.casefold()
            if owner.setdefault(folded, code) != code:
                keys = next((k for k, c, _ in framework.walk() if c == code), ("framework", "series", code))
                yield Problem("name_twice", {"name": name, "code": code, "other": owner[folded]}, document.place(keys))
    cities: dict[str, str] = {}
    for city, declared in framework.cities.items():
        for name in {city, *declared.spellings}:
            if cities.setdefault(name.casefold(), city) != city:
                facts = {"name": name, "city": city, "other": cities[name.casefold()]}
                yield Problem("city_name_twice", facts, document.place(("framework", "cities", city)))


def _check_parts(framework: Framework, document: Document) -> Iterator[Problem]:
    columns = {*framework.columns, *framework.all_indicators}
    for keys, _, node in framework.walk():
        if not isinstance(node, Indicator):
            continue
        named = [("alternatives", alternative) for alternative in node.alternatives]
        if node.derived is not None:
            named += [(node.derived.kind, part) for part in node.derived.parts]
        for field, part in named:
            if part not in columns:
                facts = {"field": field, "code": part, **suggestion(part, columns)}
                yield Problem("unknown_code", facts, document.place((*keys, field)))
    for i, phrase in enumerate(framework.coverage):
        for field, codes, known in (
            ("indicators", phrase.indicators, framework.all_indicators),
            ("awaits", phrase.awaits, framework.series),
        ):
            for code in codes:
                if code not in known:
                    place = document.place(("framework", "coverage", i, field))
                    yield Problem("unknown_code", {"field": field, "code": code, **suggestion(code, known)}, place)


def _check_derivations(framework: Framework, document: Document) -> Iterator[Problem]:
    """Indicators derived from themselves, or over too many levels. Each is examined once."""
    derived = {code: node.derived for code, node in framework.all_indicators.items() if node.derived is not None}
    places = {code: (*keys, derived[code].kind) for keys, code, _ in framework.walk() if code in derived}
    depth: dict[str, int] = {}
    for start in derived:
        way: dict[str, Iterator[str]] = {} if start in depth else {start: iter(derived[start].parts)}
        while way:
            code, parts = next(reversed(way.items()))
            part = next((part for part in parts if part in derived and part not in depth), None)
            if part is None:
                depth[code] = 1 + max((depth.get(part, 0) for part in derived[code].parts), default=0)
                del way[code]
            elif part in way:
                codes = list(way)
                circle = codes[codes.index(part) :]
                for i, at in enumerate(circle):
                    facts = {"code": at, "path": " -> ".join([*circle[i:], *circle[:i], at])}
                    yield Problem("derivation_cycle", facts, document.place(places[at]))
                depth.update(dict.fromkeys(codes, 0))
                way = {}
            else:
                way[part] = iter(derived[part].parts)
    deep = next((code for code in derived if depth[code] > MOST_DERIVATIONS), None)
    if deep is not None:
        yield Problem("bound_derivation", {"code": deep, "most": MOST_DERIVATIONS}, document.place(places[deep]))


def _check_tags(framework: Framework, document: Document) -> Iterator[Problem]:
    def unknown(field: str, code: str, where: str, known: Any, keys: Keys) -> Problem:
        facts = {"field": field, "code": code, "where": where, **suggestion(code, known)}
        return Problem("unknown_group", facts, document.place(keys))

    for keys, _, node in framework.walk():
        if not isinstance(node, Indicator):
            continue
        for lens, group in node.tags.items():
            at = (*keys, "tags", lens)
            if lens not in framework.lenses:
                yield unknown("tags", lens, "framework.lenses", framework.lenses, at)
            elif group not in framework.lenses[lens].groups:
                groups = framework.lenses[lens].groups
                yield unknown(lens, group, f"framework.lenses.{lens}.groups", groups, at)
    for keys, column in _published(framework):
        if column.publisher is not None and column.publisher not in framework.publishers:
            at = (*keys, "publisher")
            yield unknown("publisher", column.publisher, "framework.publishers", framework.publishers, at)
    for city, declared in framework.cities.items():
        if declared.group is not None and declared.group not in framework.groups:
            at = ("framework", "cities", city, "group")
            yield unknown("group", declared.group, "framework.groups", framework.groups, at)


def _check_years(specification: Specification, document: Document) -> Iterator[Problem]:
    framework = specification.framework
    named: list[tuple[Keys, Reference | None]] = [(("methodology", "reference"), specification.methodology.reference)]
    named += [
        ((*keys, "reference"), node.reference) for keys, _, node in framework.walk() if isinstance(node, Indicator)
    ]
    for keys, reference in named:
        yield from _unknown_base(reference, framework, document, keys)


def _unknown_base(
    reference: Reference | None, framework: Framework, document: Document, keys: Keys
) -> Iterator[Problem]:
    """A base year that is not among the years that the file declares."""
    years = framework.years
    if reference is not None and reference.kind == "base" and years and reference.base not in years:
        yield Problem("base_year_unknown", {"year": reference.base, "years": Row(years)}, document.place(keys))


def _check_screening(specification: Specification, document: Document) -> Iterator[Problem]:
    dimensions = [code for _, code, node in specification.framework.walk() if isinstance(node, Dimension)]
    dimensions.append(INDEX)
    for i, rule in enumerate(specification.methodology.screening):
        for code in rule.dimensions:
            if code not in dimensions:
                place = document.place(("methodology", "screening", i, "dimensions"))
                yield Problem("screening_node", {"code": code, **suggestion(code, dimensions)}, place)


def _check_levels(specification: Specification, document: Document) -> Iterator[Problem]:
    """Methods of a level that does not exist, or of the indicators' level, which combines nothing."""
    levels = specification.methodology.levels
    if not levels or any(True for _ in _check_nodes(specification.framework, document)):
        return
    deepest = max(node.level for node in build_nodes(specification.framework, specification.methodology))
    for level, methods in levels.items():
        combining = [name for name in ("weighting", "aggregation", "missing") if getattr(methods, name) is not None]
        if not 0 <= level <= deepest or (level == deepest and combining):
            place = document.place(("methodology", "levels", str(level)))
            yield Problem("level_unknown", {"level": level, "deepest": deepest - 1}, place)


def _check_scenarios(specification: Specification, document: Document) -> Iterator[Problem]:
    """Weights of unknown codes, and an unknown base year."""
    framework = specification.framework
    known = [code for _, code, _ in framework.walk()]
    for name, scenario in specification.scenarios.items():
        for code in scenario.weights:
            if code not in known:
                place = document.place(("scenarios", name, "weights", code))
                yield Problem("unknown_code", {"field": "weights", "code": code, **suggestion(code, known)}, place)
        yield from _unknown_base(scenario.reference, framework, document, ("scenarios", name, "reference"))
        if set(scenario.weights) <= set(known):
            unused = unused_weights(build_nodes(*scenario.applied(framework, specification.methodology)))
            weights = {code: node.weight for _, code, node in framework.walk()}
            for code in scenario.weights:
                if code in unused and weights[code] > 0:
                    place = document.place(("scenarios", name, "weights", code))
                    yield replace(weight_unused(code, unused[code]), place=place)


def _check_claims(specification: Specification, document: Document) -> Iterator[Problem]:
    framework = specification.framework
    for i, claim in enumerate(specification.claims):
        found = claim_problems(claim, cities=framework.cities, groups=framework.groups, years=framework.years)
        yield from (replace(problem, place=document.place(("claims", i))) for problem in found)


def _check_highlight(specification: Specification, document: Document) -> Iterator[Problem]:
    known = specification.framework.cities
    for i, city in enumerate(specification.charts.highlight):
        if known and city not in known:
            place = document.place(("charts", "highlight", i))
            yield Problem("highlight_city", {"city": city, **suggestion(city, known)}, place)


def _check_uncertainty(specification: Specification, document: Document) -> Iterator[Problem]:
    """Unknown codes, levels and years in the uncertainty block; bounds that no weights can satisfy."""
    options, framework = specification.uncertainty, specification.framework
    if options is None:
        return
    if options.draws and options.varies_nothing:
        yield Problem("uncertainty_nothing", place=document.place(("uncertainty",)))
    levels = _weighed_levels(specification, document) if options.weights is not None else []
    for keys, problem in unknown_codes(options, framework, levels):
        yield replace(problem, place=document.place(("uncertainty", *keys)))
    for i, reference in enumerate(options.reference):
        yield from _unknown_base(reference, framework, document, ("uncertainty", "reference", i))
    yield from _check_bounds(specification, document)


def _weighed_levels(specification: Specification, document: Document) -> list[str]:
    """Levels whose weights may be drawn; none where the framework itself is wrong."""
    if any(True for _ in _check_nodes(specification.framework, document)):
        return []
    nodes = build_nodes(specification.framework, specification.methodology)
    return sorted({str(node.level) for node in nodes[1:]})


def _check_bounds(specification: Specification, document: Document) -> Iterator[Problem]:
    """Bounds of the weights of one parent's children that no shares summing to 1 can satisfy."""
    options = specification.uncertainty
    bounds = options.weights.bounds if options is not None and options.weights is not None else None
    if not bounds or any(True for _ in _check_nodes(specification.framework, document)):
        return
    nodes = build_nodes(specification.framework, specification.methodology)
    for node in nodes:
        codes = [nodes[child].code for child in node.children]
        named = [code for code in codes if code in bounds]
        low, high = (sum(bounds[code][end] for code in named) for end in (0, 1))
        if named and (low > 1 or (len(named) == len(codes) and high < 1)):
            facts = {"codes": Row(named), "parent": node.code, "low": low, "high": high}
            yield Problem("weight_bounds", facts, document.place(("uncertainty", "weights", "bounds", named[0])))


# --- choices that can never go together -----------------------------------------------------------------------------


def incompatible(specification: Specification, document: Document) -> Iterator[Problem]:
    """Choices that can never go together, at each node in use."""
    framework, methodology = specification.framework, specification.methodology
    paths = {code: keys for keys, code, _ in framework.walk()}
    nodes = build_nodes(framework, methodology)
    told: set[tuple[str, str]] = set()
    for node in parents(nodes).values():
        own = framework.root if node.code == INDEX else _node_at(framework, node.code)
        keys = paths.get(node.code, ("framework",))
        for problem in node_problems(node, nodes, framework, methodology):
            step = STEP_OF.get(problem.key, "aggregation")
            inside = ("experts", problem.facts["name"]) if problem.key in OF_EXPERTS else ()
            if getattr(own, step) is not None:
                yield Problem(problem.key, problem.facts, document.place((*keys, step, *inside)))
            elif (step, problem.key) not in told or problem.key not in SAID_ONCE:  # the methodology's own choice
                told.add((step, problem.key))
                yield Problem(problem.key, problem.facts, document.place(("methodology", step, *inside)))
    yield from _post_problems(specification, document)
    yield from _regression_problems(framework, document)
    if specification.uncertainty is not None and not told:
        for (step, option), problem in cross_problems(framework, methodology, specification.uncertainty):
            at = document.place(("uncertainty", step) if option is None else ("uncertainty", step, option))
            yield Problem(problem.key, problem.facts, at)


def _node_at(framework: Framework, code: str) -> Dimension:
    found = next(node for _, name, node in framework.walk() if name == code)
    assert isinstance(found, Dimension)
    return found


def _regression_problems(framework: Framework, document: Document) -> Iterator[Problem]:
    """Codes on which an indicator is to be regressed but cannot be."""
    known = framework.all_indicators
    for keys, code, node in framework.walk():
        imputation = node.imputation if isinstance(node, Indicator) else None
        if imputation is not None and imputation.trait("needs_predictors"):
            for problem in predictor_problems(code, imputation.parameters["on"], known):
                yield Problem(problem.key, problem.facts, document.place((*keys, "imputation")))


def _post_problems(specification: Specification, document: Document) -> Iterator[Problem]:
    """Parameters in an indicator's own unit that do not go with its direction or its transform."""
    for keys, code, node in specification.framework.walk():
        if not isinstance(node, Indicator):
            continue
        chosen = node.normalisation or specification.methodology.normalisation
        place = document.place((*keys, "normalisation") if node.normalisation else keys)
        for problem in posts_problems(code, chosen, node.transform, node.direction):
            yield Problem(problem.key, problem.facts, place)
        for problem in posts_problems(code, node.direction, node.transform):
            yield Problem(problem.key, problem.facts, document.place((*keys, "direction")))
