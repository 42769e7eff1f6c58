"""The steps of the Handbook on a panel: each looks up the methods of every indicator or node, and calls the kernels.

Indicators that share a choice go through its kernel together. A step that changes nothing hands on the same array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc import checks
from indexcalc.choice import Choice
from indexcalc.errors import ChoiceError, InputError, Problem, refuse_if
from indexcalc.framework import Framework
from indexcalc.hierarchy import Node
from indexcalc.methodology import Methodology, Reference
from indexcalc.methods.ranking import competition_rank
from indexcalc.origin import Origin
from indexcalc.panel import Panel

Array = NDArray[np.float64]


def derive(panel: Panel, framework: Framework, nodes: tuple[Node, ...]) -> Panel:
    """The indicators [city, year, indicator]: columns of the workbook as they are, derived ones from their parts."""
    codes = tuple(node.code for node in nodes if node.is_indicator)
    declared = framework.all_indicators
    refuse_if(list(checks.panel_problems(panel, framework, codes)), InputError)
    values = np.empty((len(panel.cities), len(panel.years), len(codes)))
    problems: list[Problem] = []
    for k, code in enumerate(codes):
        derivation = declared[code].derived
        if derivation is None:
            values[:, :, k] = panel.series(code)
            continue
        parts = [panel.series(part) for part in derivation.parts]
        spec = Choice(step="derivation", name=derivation.kind).method
        if "to" in spec.positional:
            found = list(checks.division_problems(code, derivation.parts[-1], parts[-1], panel))
            if found:
                problems += found
                continue
        years = (np.array(panel.years),) if spec.traits.get("needs_years") else ()
        values[:, :, k] = spec.kernel(*parts, *years, **derivation.parameters)
        if derivation.kind == "share":
            problems += checks.share_problems(code, derivation.parts[-1], values[:, :, k], panel)
    refuse_if(problems, InputError)
    return Panel.from_values(panel.cities, panel.years, codes, values, present=panel.present, file=panel.file)


def impute(panel: Panel, framework: Framework, methodology: Methodology) -> Panel:
    """Missing figures filled, each remembering how; a city-year without a row is never filled."""
    if not (np.isnan(panel.values) & panel.present[:, :, None]).any():
        return panel
    values, origin = panel.values.copy(), panel.origin.copy()
    for choice, at in _chosen(panel, framework, methodology, "imputation"):
        filled, how = choice.method.kernel(panel.values[:, :, at], np.array(panel.years), **choice.parameters)
        how = np.where(panel.present[:, :, None], how, 0)
        values[:, :, at] = np.where(how > 0, filled, panel.values[:, :, at])
        origin[:, :, at] = np.where(how > 0, how, panel.origin[:, :, at])
    return panel.with_values(values, origin)


def treat(panel: Panel, framework: Framework, methodology: Methodology) -> Panel:
    """Values on the scale of their declared transform, outliers treated on the pooled panel."""
    values, origin = panel.values, panel.origin
    problems: list[Problem] = []
    for choice, at in _chosen(panel, framework, methodology, "transform"):
        for k in at:
            problems += checks.positive_problems(panel.codes[k], choice, panel.values[:, :, k], panel)
        if not problems and choice.name != "none":
            values = values.copy() if values is panel.values else values
            values[:, :, at] = choice.method.kernel(values[:, :, at], **choice.parameters)
    refuse_if(problems, ChoiceError)
    transformed = values
    for choice, at in _chosen(panel, framework, methodology, "treatment"):
        if choice.name != "none":
            before = transformed[:, :, at].reshape(-1, len(at))
            after = choice.method.kernel(before, **choice.parameters)
            moved = (after != before) & ~np.isnan(before)
            values = values.copy() if values is transformed else values
            origin = origin.copy() if origin is panel.origin else origin
            values[:, :, at] = after.reshape(*panel.present.shape, len(at))
            origin[:, :, at] = np.where(moved.reshape(values[:, :, at].shape), Origin.TREATED, origin[:, :, at])
    return panel if values is panel.values else panel.with_values(values, origin)


def normalise(panel: Panel, framework: Framework, methodology: Methodology) -> Panel:
    """Scores [city, year, indicator], higher is better: oriented once, then normalised against the reference."""
    declared = framework.all_indicators
    sign = np.array([-1.0 if declared[code].direction == "negative" else 1.0 for code in panel.codes])
    oriented = panel.values * sign if (sign < 0).any() else panel.values
    scores = np.full(panel.values.shape, np.nan)
    problems: list[Problem] = []
    for (choice, reference, transform, direction), at in _normalisations(panel, framework, methodology):
        parameters = _oriented(choice, transform, direction)
        for rows, looked_at, scope in _scopes(panel, reference):
            x = oriented[:, rows, at].reshape(-1, len(at))
            against = oriented[:, looked_at, at].reshape(-1, len(at))
            live = ~np.isnan(against).all(axis=0)
            found: list[Problem] = []
            if choice.method.traits.get("needs_spread"):
                codes = [panel.codes[k] for k in at]
                found = list(
                    checks.spread_problems(codes, against * sign[at], scope, required=reference.kind == "base")
                )
            problems += found
            if not found and live.any():
                z = choice.method.kernel(x[:, live], against[:, live], **parameters)
                scores[:, rows, np.array(at)[live]] = z.reshape(len(panel.cities), -1, live.sum())
    refuse_if(problems, ChoiceError)
    return panel.with_values(scores)


def weigh(scores: Panel, nodes: tuple[Node, ...]) -> tuple[Array, Array]:
    """Per node: its weight within its parent, summing to 1 there; its effective weight, down from the index."""
    local, effective = np.ones(len(nodes)), np.ones(len(nodes))
    z = scores.values.reshape(-1, len(scores.codes))
    for position, node in enumerate(nodes):
        if node.weighting is not None:
            children = list(node.children)
            written = np.array([nodes[child].weight for child in children])
            columns = [scores.codes.index(nodes[c].code) for c in children if nodes[c].is_indicator]
            local[children] = node.weighting.method.kernel(z[:, columns], written, **node.weighting.parameters)
            effective[children] = local[children] * effective[position]
    return local, effective


def aggregate(scores: Panel, nodes: tuple[Node, ...], weights: Array, methodology: Methodology) -> Array:
    """Scores of every node [city, year, node], from the deepest level up."""
    shape = (len(scores.cities), len(scores.years))
    z = np.full((shape[0] * shape[1], len(nodes)), np.nan)
    leaves = [position for position, node in enumerate(nodes) if node.is_indicator]
    z[:, leaves] = scores.values.reshape(-1, len(scores.codes))
    problems: list[Problem] = []
    for position in range(len(nodes) - 1, -1, -1):
        node = nodes[position]
        if node.aggregation is None or node.missing is None:
            continue
        found: list[Problem] = []
        for child in node.children:
            found += checks.child_problems(
                node, nodes[child], z[:, child].reshape(shape), scores, methodology.imputation.name
            )
        problems += found
        if not found and not problems:
            children, kernel = list(node.children), _aggregator(node.aggregation)
            z[:, position] = node.missing.method.kernel(
                z[:, children], weights[children], kernel, **node.missing.parameters
            )
    refuse_if(problems, ChoiceError)
    return z.reshape(*shape, len(nodes))


def rank(scores: Array, methodology: Methodology) -> Array:
    """Ranks [city, year, node] within each year, 1 = best; missing where the score is."""
    return competition_rank(scores, decimals=methodology.rank_on.decimals)


def _aggregator(choice: Choice) -> Callable[[Array, Array], Array]:
    return lambda z, weights: choice.method.kernel(z, weights, **choice.parameters)


def _grouped(panel: Panel, key: Callable[[str], Any]) -> Iterator[tuple[Any, list[int]]]:
    """Positions of the indicators that share a key, with the key."""
    groups: dict[str, tuple[Any, list[int]]] = {}
    for k, code in enumerate(panel.codes):
        found = key(code)
        groups.setdefault(str(found), (found, []))[1].append(k)
    yield from groups.values()


def _chosen(
    panel: Panel, framework: Framework, methodology: Methodology, step: str
) -> Iterator[tuple[Choice, list[int]]]:
    """The choices of a step and the indicators they fall on: the indicator's own, else the methodology's."""
    declared, default = framework.all_indicators, getattr(methodology, step, Choice(step=step, name="none"))
    yield from _grouped(panel, lambda code: getattr(declared[code], step) or default)


def _normalisations(panel: Panel, framework: Framework, methodology: Methodology) -> Iterator[tuple[Any, list[int]]]:
    declared = framework.all_indicators

    def key(code: str) -> tuple[Any, ...]:
        own = declared[code]
        normalisation, reference = (
            own.normalisation or methodology.normalisation,
            own.reference or methodology.reference,
        )
        if not normalisation.method.raw_parameters:
            return normalisation, reference, None, "positive"
        return normalisation, reference, own.transform, own.direction

    yield from _grouped(panel, key)


def _oriented(choice: Choice, transform: Choice | None, direction: str) -> dict[str, Any]:
    """Parameters of a normalisation; those in raw units go the way of the values: transformed, then oriented."""
    parameters = dict(choice.parameters)
    raw = [name for name in choice.method.raw_parameters if name in parameters]
    for name in raw:
        value = np.asarray(parameters[name], float)
        if transform is not None:
            value = transform.method.kernel(value, **transform.parameters)
        parameters[name] = float(-value if direction == "negative" else value)
    if direction == "negative":
        for low, high in choice.method.traits.get("ascending", ()):
            if low in raw and high in raw:
                parameters[low], parameters[high] = parameters[high], parameters[low]
    return parameters


def _scopes(panel: Panel, reference: Reference) -> Iterator[tuple[slice, slice, str]]:
    """Years to normalise, years to look at, and the name of the latter."""
    if reference.kind == "pooled":
        yield slice(None), slice(None), ""
    elif reference.kind == "year":
        for t, year in enumerate(panel.years):
            yield slice(t, t + 1), slice(t, t + 1), str(year)
    else:
        if reference.base not in panel.years:
            facts = {"year": reference.base, "years": ", ".join(map(str, panel.years))}
            raise ChoiceError(Problem("base_year_unknown", facts))
        t = panel.years.index(reference.base)
        yield slice(None), slice(t, t + 1), str(reference.base)
