"""The steps of the Handbook on the indicators: each looks up the methods of every indicator and calls the kernels.

Indicators that share a choice go through its kernel together. A step that changes nothing hands on the same array.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexcalc.errors import ChoiceError, Problem, refuse_if
from indexcalc.figures.panel import Panel
from indexcalc.origin import BEST_FIRST, Origin
from indexcalc.spec.choice import Choice, Model
from indexcalc.spec.compatible import posts_problems
from indexcalc.spec.framework import Derivation, Framework, Indicator
from indexcalc.spec.hierarchy import Node, leaves
from indexcalc.spec.methodology import Methodology, Reference
from indexcalc.steps import checks
from indexcalc.steps.comparable import year_by_year
from indexcalc.voice import Row

Array = NDArray[np.float64]

CHUNK = 8
"""Indicators that go through a kernel together: what a kernel needs beside its result stays small on large panels."""


# --- derived indicators -----------------------------------------------------------------------------------------------


def derive(panel: Panel, framework: Framework, nodes: tuple[Node, ...]) -> Panel:
    """The indicators [city, year, indicator]: columns of the workbook as they are, derived ones where all of their
    parts are there."""
    codes = tuple(node.code for node in nodes if node.is_indicator)
    if not codes:
        raise ChoiceError(Problem("nothing_left"))
    order, columns, declared = derivation_order(framework, codes), framework.columns, framework.all_indicators
    refuse_if(list(checks.panel_problems(panel, framework, [code for code in order if code in columns])))
    found: dict[str, Array] = {}
    problems: list[Problem] = []
    for code in order:
        if code in columns:
            found[code] = panel.series(code)
        else:
            derivation = declared[code].derived
            assert derivation is not None
            found[code] = _derived(code, found, panel, derivation, problems)
    refuse_if(problems)
    if codes == panel.codes and all(code in columns for code in codes):
        return panel.select(codes)
    values = np.stack([found[code] for code in codes], axis=2)
    return Panel.from_values(panel.cities, panel.years, codes, values, present=panel.present, file=panel.file)


def derivation_order(framework: Framework, codes: tuple[str, ...]) -> list[str]:
    """The codes and every part they need, parts before what is derived from them; cycles are refused at load."""
    declared = framework.all_indicators
    order: dict[str, None] = {}

    def visit(code: str) -> None:
        if code not in order:
            derived = declared[code].derived if code in declared else None
            for part in derived.parts if derived is not None else ():
                visit(part)
            order[code] = None

    for code in codes:
        visit(code)
    return list(order)


def _derived(
    code: str, found: dict[str, Array], panel: Panel, derivation: Derivation, problems: list[Problem]
) -> Array:
    method = Choice(step="derivation", name=derivation.kind).method
    parts = [found[part] for part in derivation.parts]
    divisor = method.traits.get("divides_by")
    if divisor is not None:
        at = [name for name in method.positional if name != "years"].index(divisor)
        divided = parts[at]
        if "over" in method.parameters:  # only the earlier years are divided by
            over = derivation.parameters.get("over", method.parameters["over"].default)
            divided = divided * np.where(np.isin(np.array(panel.years) + over, panel.years), 1.0, np.nan)
        wrong = list(checks.division_problems(code, derivation.parts[at], divided, panel))
        if wrong:
            problems += wrong
            return np.full(panel.present.shape, np.nan)
    unknown = list(checks.base_problems(code, derivation, panel))
    if unknown:
        problems += unknown
        return np.full(panel.present.shape, np.nan)
    values = _computed(derivation, parts, panel)
    if derivation.kind == "share":
        problems += checks.share_problems(code, derivation.parts[-1], values, panel)
    problems += checks.infinite_problems(code, values, panel)
    return values


def _computed(derivation: Derivation, parts: list[Array], panel: Panel) -> Array:
    """A derived indicator [city, year] from its parts."""
    method = Choice(step="derivation", name=derivation.kind).method
    years = (np.array(panel.years),) if method.traits.get("needs_years") else ()
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        return np.asarray(method.kernel(*parts, *years, **derivation.parameters), float)


# --- screening, imputation, treatment ---------------------------------------------------------------------------------


def screen(panel: Panel, framework: Framework, methodology: Methodology, nodes: tuple[Node, ...]) -> Panel:
    """Cities, indicators and dimension-years with too few observed cells refused by name, or left out.

    A city left out is present in no year; an indicator left out is no longer among the codes; the cells of a
    dimension-year left out have Origin.LEFT_OUT and are never filled.
    """
    problems: list[Problem] = []
    for rule in methodology.screening:
        observed = (~np.isnan(panel.values)) & panel.present[:, :, None]
        cells = np.broadcast_to(panel.present[:, :, None], observed.shape)
        if rule.of == "city":
            short = _share(observed, cells, (1, 2)) < rule.minimum
            problems += checks.screening_problems(rule, [c for c, s in zip(panel.cities, short, strict=True) if s])
            if rule.action == "leave_out":
                panel = panel.without_cities(short)
        elif rule.of == "indicator":
            short = _share(observed, cells, (0, 1)) < rule.minimum
            names = [code for code, s in zip(panel.codes, short, strict=True) if s]
            problems += checks.screening_problems(rule, names)
            if rule.action == "leave_out":
                panel = panel.select([code for code in panel.codes if code not in names])
        else:
            panel = _screen_dimensions(panel, rule, nodes, problems)
        problems += checks.screened_problems(panel)
        refuse_if(problems)
    return panel


def _share(observed: NDArray[np.bool_], cells: NDArray[np.bool_], axis: tuple[int, ...]) -> Array:
    """Share of observed cells; 1 where there are none to observe."""
    total = cells.sum(axis=axis)
    return np.where(total > 0, observed.sum(axis=axis) / np.maximum(total, 1), 1.0) + 1e-12


def _screen_dimensions(panel: Panel, rule: Any, nodes: tuple[Node, ...], problems: list[Problem]) -> Panel:
    origin = panel.origin.copy()
    values = panel.values.copy()
    for position, node in enumerate(nodes):
        if node.is_indicator or (node.code not in rule.dimensions if rule.dimensions else position == 0):
            continue
        below = [nodes[leaf].code for leaf in leaves(nodes, position)]
        at = [panel.position(code) for code in below if code in panel.codes]
        if not at:  # screened out before
            continue
        observed = ~np.isnan(panel.values[:, :, at])
        short = (observed.mean(axis=2) + 1e-12 < rule.minimum) & panel.present
        problems += checks.dimension_screening_problems(rule, node.code, short, panel)
        cells = np.ix_(*(range(n) for n in short.shape), at)
        values[cells] = np.where(short[:, :, None], np.nan, values[cells])
        origin[cells] = np.where(short[:, :, None], np.uint8(Origin.LEFT_OUT), origin[cells])
    return panel.with_values(values, origin) if rule.action == "leave_out" else panel


PLACE = np.full(max(Origin) + 1, len(BEST_FIRST))
"""The place of each origin among BEST_FIRST; after all of them for origins that no figure has."""
PLACE[list(BEST_FIRST)] = range(len(BEST_FIRST))
Figures = tuple[Array, NDArray[np.uint8]]
"""A series [city, year] and how each of its figures came to be (`Origin`)."""


def impute_parts(panel: Panel, figures: Panel, framework: Framework, methodology: Methodology) -> Panel:
    """Derived indicators computed from imputed parts where not all parts are observed, under `impute: parts`.

    panel: the indicators, derived from observed parts alone; figures: the panel as read, which holds the parts. A cell
    computed in this way has the worst origin among the figures behind it. What cannot be computed stays missing. A
    derived indicator that then has no figure is refused.
    """
    columns = framework.columns
    derived = [k for k, code in enumerate(panel.codes) if code not in columns]
    fillable = panel.present[:, :, None] & (panel.origin != Origin.LEFT_OUT) & np.isnan(panel.values)
    if methodology.impute == "parts" and fillable[:, :, derived].any():
        parts = Parts(figures, framework, methodology)
        values, origin = panel.values.copy(), panel.origin.copy()
        for k in derived:
            if fillable[:, :, k].any():
                found, how = parts.of(panel.codes[k])
                fill = fillable[:, :, k] & ~np.isnan(found)
                values[fill, k], origin[fill, k] = found[fill], how[fill]
        panel = panel.with_values(values, origin)
    refuse_if([problem for k in derived for problem in checks.empty_problems(panel, k)])
    return panel


@dataclass(frozen=True)
class Parts:
    """The parts of derived indicators, imputed: each under its own method, else under that of the indicator it is a
    part of, else under that of the methodology.

    Only methods that fill a city from its own other years (`within_city`) apply to parts. Other cities' figures, other
    indicators or a figure fixed for the indicator say nothing about a part: under such a method the parts stay as they
    were read, and the indicator itself is imputed.
    """

    figures: Panel
    framework: Framework
    methodology: Methodology
    found: dict[tuple[str, int], Figures] = field(default_factory=dict)

    @cached_property
    def declared(self) -> Mapping[str, Indicator]:
        """The indicators by code."""
        return self.framework.all_indicators

    def of(self, code: str, choice: Choice | None = None) -> Figures:
        """A code as it is computed from imputed parts, or, if it is a column, as it is imputed itself. choice: the
        imputation of the indicator that it is a part of."""
        indicator = self.declared.get(code)
        own = indicator.imputation if indicator is not None else None
        chosen = own or choice or self.methodology.imputation
        key = code, id(chosen)
        if key not in self.found:
            derivation = indicator.derived if indicator is not None else None
            self.found[key] = self._column(code, chosen) if derivation is None else self._derived(derivation, chosen)
        return self.found[key]

    def columns(self, code: str, choice: Choice | None = None) -> Iterator[tuple[str, Choice, Figures]]:
        """The columns behind a code: with the imputation of each, and as it is then."""
        indicator = self.declared.get(code)
        own = indicator.imputation if indicator is not None else None
        chosen = own or choice or self.methodology.imputation
        if indicator is None or indicator.derived is None:
            yield code, chosen, self.of(code, choice)
        else:
            for part in indicator.derived.parts:
                yield from self.columns(part, chosen)

    def _column(self, code: str, choice: Choice) -> Figures:
        values = self.figures.series(code)
        missing = np.isnan(values)
        origin = np.where(missing, np.uint8(Origin.MISSING), np.uint8(Origin.OBSERVED))
        if not choice.trait("within_city") or not missing.any():
            return values, origin
        filled, how = choice.method.kernel(values[:, :, None], np.array(self.figures.years), **choice.parameters)
        fill = (how[:, :, 0] > 0) & self.figures.present
        return np.where(fill, filled[:, :, 0], values), np.where(fill, how[:, :, 0], origin)

    def _derived(self, derivation: Derivation, choice: Choice) -> Figures:
        """An indicator from the parts of the best origin alone, then also from those of the next: each cell is computed
        from the best parts that suffice."""
        parts = [self.of(part, choice) for part in derivation.parts]
        values = np.full(self.figures.present.shape, np.nan)
        origin = np.zeros(values.shape, np.uint8)
        places = [PLACE[how] for _, how in parts]
        for level in BEST_FIRST:
            if not any((place == PLACE[level]).any() for place in places):
                continue
            known = [
                np.where(place <= PLACE[level], part, np.nan) for place, (part, _) in zip(places, parts, strict=True)
            ]
            found = _computed(derivation, known, self.figures)
            if level != Origin.OBSERVED:  # an impossible value from imputed parts is imputed itself
                found = np.where(checks.impossible(derivation, found), np.nan, found)
            new = np.isnan(values) & ~np.isnan(found) & self.figures.present
            values[new], origin[new] = found[new], level
        return values, origin


def regress(panel: Panel, framework: Framework, methodology: Methodology) -> Panel:
    """Missing figures filled by regression on other indicators, for the indicators imputed in this way.

    What cannot be computed is refused by name: predictors that the index does not have, or that are missing where they
    are needed; too few city-years, or linearly dependent predictors.
    """
    fill = np.isnan(panel.values) & panel.present[:, :, None] & (panel.origin != Origin.LEFT_OUT)
    values, origin = panel.values, panel.origin
    problems: list[Problem] = []
    for choice, at in _chosen(panel, framework, methodology, "imputation"):
        for k in at if choice.trait("needs_predictors") else ():
            if not fill[:, :, k].any():
                continue
            wrong = list(checks.regression_problems(panel, k, choice.parameters["on"], fill[:, :, k]))
            problems += wrong
            if wrong:
                continue
            y, predictors = regression_figures(panel, panel.codes[k], choice)
            filled, how = choice.method.kernel(y[:, :, None], np.array(panel.years), predictors, **choice.parameters)
            if values is panel.values:
                values, origin = values.copy(), origin.copy()
            here = fill[:, :, k]
            values[here, k], origin[here, k] = filled[here, 0], how[here, 0]
    refuse_if(problems, ChoiceError)
    return panel if values is panel.values else panel.with_values(values, origin)


def regression_figures(panel: Panel, code: str, choice: Choice) -> tuple[Array, Array]:
    """What a regression is fitted to: the figures of the indicator [city, year], missing where it or a predictor is not
    observed, and those of its predictors [city, year, predictor]."""
    at = [panel.position(one) for one in choice.parameters["on"]]
    k = panel.position(code)
    observed = (panel.origin[:, :, [k, *at]] == Origin.OBSERVED).all(axis=2)
    return np.where(observed, panel.values[:, :, k], np.nan), panel.values[:, :, at]


def impute(panel: Panel, framework: Framework, methodology: Methodology) -> Panel:
    """Missing figures filled, each remembering how; a city-year without a row, or left out, is never filled."""
    panel = regress(panel, framework, methodology)
    fillable = panel.present[:, :, None] & (panel.origin != Origin.LEFT_OUT)
    if not (np.isnan(panel.values) & fillable).any():
        return panel
    groups = city_groups(panel, framework)
    values, origin = panel.values.copy(), panel.origin.copy()
    for choice, at in _chosen(panel, framework, methodology, "imputation"):
        if choice.trait("needs_predictors"):
            continue
        more = (groups,) if choice.method.traits.get("needs_groups") else ()
        filled, how = choice.method.kernel(panel.values[:, :, at], np.array(panel.years), *more, **choice.parameters)
        c, t, j = np.nonzero((how > 0) & fillable[:, :, at])
        k = np.array(at)[j]
        values[c, t, k] = filled[c, t, j]
        origin[c, t, k] = how[c, t, j]
    return panel.with_values(values, origin)


def city_groups(panel: Panel, framework: Framework) -> NDArray[np.int64]:
    """Group of each city as a number, -1 for none."""
    declared = [framework.cities[city].group if city in framework.cities else None for city in panel.cities]
    names = list(dict.fromkeys(group for group in declared if group is not None))
    return np.array([-1 if group is None else names.index(group) for group in declared])


def transform(panel: Panel, framework: Framework, methodology: Methodology) -> Panel:
    """Values on the scale of their declared transform."""
    values = panel.values
    problems: list[Problem] = []
    for choice, at in _chosen(panel, framework, methodology, "transform"):
        found = [p for k in at for p in checks.domain_problems(choice, panel.codes[k], panel.values[:, :, k], panel)]
        problems += found
        if not found and choice.name != "none":
            values = values.copy() if values is panel.values else values
            values[:, :, at] = choice.method.kernel(values[:, :, at], **choice.parameters)
    refuse_if(problems, ChoiceError)
    return panel if values is panel.values else panel.with_values(values)


class Treatment(NamedTuple):
    """A treated panel. what: done to each treated indicator, the worst of its years where these are treated one by one;
    by_year: what was done in each year to indicators treated so; logarithms: indicators that are logarithms now, in
    some year at least."""

    panel: Panel
    what: dict[str, str]
    by_year: dict[str, dict[int, str]]
    logarithms: frozenset[str]


WORST_LAST = ("winsorised", "log", "failing")
"""What a treatment did, as kernels say it."""


def treat(panel: Panel, framework: Framework, methodology: Methodology) -> Treatment:
    """Outliers treated, over all city-years or year by year. Logarithms taken year by year are on one scale only within
    the year, and are refused unless the indicator is measured against its own year."""
    values, origin = panel.values, panel.origin
    done: dict[str, str] = {}
    by_year: dict[str, dict[int, str]] = {}
    logarithms: set[str] = set()
    n_city, years = len(panel.cities), panel.years
    for choice, at in _chosen(panel, framework, methodology, "treatment"):
        if choice.name == "none":
            continue
        yearly = choice.told("per") == "year"
        for year in years if yearly else (None,):
            rows = slice(None) if year is None else slice(years.index(year), years.index(year) + 1)
            before = panel.values[:, rows, at].reshape(-1, len(at))
            cities = np.repeat(np.arange(n_city), len(before) // n_city)
            more = (cities,) if choice.method.traits.get("needs_cities") else ()
            after, what = choice.method.kernel(before, *more, **choice.parameters)
            if not any(what):
                continue
            refuse_if(list(checks.undefined_treatment([panel.codes[k] for k in at], before, after)), ChoiceError)
            values = values.copy() if values is panel.values else values
            origin = origin.copy() if origin is panel.origin else origin
            values[:, rows, at] = after.reshape(n_city, -1, len(at))
            for k, word, old, new in zip(at, what, before.T, after.T, strict=True):
                if not word:
                    continue
                code = panel.codes[k]
                done[code] = max(done.get(code, word), word, key=WORST_LAST.index)
                if year is not None:
                    by_year.setdefault(code, {})[year] = word
                if word == "log" or (word == "failing" and choice.parameters.get("last_resort", "log") != "none"):
                    logarithms.add(code)
                else:
                    moved = ((new != old) & ~np.isnan(old)).reshape(n_city, -1)
                    origin[:, rows, k][moved] = Origin.TREATED
    declared = framework.all_indicators
    pooled = [c for c in by_year if c in logarithms and not year_by_year(declared[c], methodology)]
    refuse_if(list(checks.yearly_logarithms(pooled if len(years) > 1 else [], by_year)), ChoiceError)
    treated = panel if values is panel.values else panel.with_values(values, origin)
    return Treatment(treated, done, by_year, frozenset(logarithms))


# --- orientation and normalisation ------------------------------------------------------------------------------------


def orient(panel: Panel, framework: Framework, methodology: Methodology, logarithms: Collection[str]) -> Panel:
    """Values of which higher is better: from here on no step knows a direction. logarithms: codes treated by one."""
    declared = framework.all_indicators
    if all(declared[code].direction.name == "positive" for code in panel.codes):
        return panel
    oriented = panel.values.copy()
    problems: list[Problem] = []
    groups = _grouped(
        panel,
        lambda code: (
            declared[code].direction,
            declared[code].reference or methodology.reference,
            declared[code].transform if declared[code].direction.method.raw_parameters else None,
        ),
    )
    for (direction, reference, transform, *_), at in groups:
        if direction.name == "positive":
            continue
        names = [panel.codes[k] for k in at]
        wrong = [p for c in names for p in posts_problems(c, direction, transform, None, c in logarithms)]
        problems += wrong
        if wrong:
            continue
        parameters = _raw(direction, transform)
        for rows, looked_at, _ in _scopes(panel, reference):
            x = panel.values[:, rows, at].reshape(-1, len(at))
            against = panel.values[:, looked_at, at].reshape(-1, len(at))
            live = ~np.isnan(against).all(axis=0)
            if live.any():
                better = direction.method.kernel(x[:, live], against[:, live], **parameters)
                oriented[:, rows, np.array(at)[live]] = better.reshape(len(panel.cities), -1, live.sum())
    refuse_if(problems or list(checks.oriented_problems(panel, oriented, framework)), ChoiceError)
    return panel.with_values(oriented)


def normalise(panel: Panel, framework: Framework, methodology: Methodology, logarithms: Collection[str]) -> Panel:
    """Scores [city, year, indicator] on one scale, against the reference; the panel is oriented already."""
    declared = framework.all_indicators
    scores = np.full(panel.values.shape, np.nan)
    sign = np.array([-1.0 if declared[code].direction.name == "negative" else 1.0 for code in panel.codes])
    problems: list[Problem] = []

    def key(code: str) -> tuple[Any, ...]:
        own = declared[code]
        chosen, reference = own.normalisation or methodology.normalisation, own.reference or methodology.reference
        raw = bool(chosen.method.raw_parameters)
        return chosen, reference, own.transform if raw else None, own.direction if raw else None

    for (choice, reference, transform, direction), at in _grouped(panel, key):
        is_base = reference.kind == "base"
        names = [panel.codes[k] for k in at]
        wrong = [p for c in names for p in posts_problems(c, choice, transform, declared[c].direction, c in logarithms)]
        if wrong:
            problems += wrong
            continue
        parameters = _raw(choice, transform, direction)
        for rows, looked_at, scope in _scopes(panel, reference):
            x = panel.values[:, rows, at].reshape(-1, len(at))
            against = panel.values[:, looked_at, at].reshape(-1, len(at))
            live = ~np.isnan(against).all(axis=0) | bool(choice.method.traits.get("ignores_reference"))
            codes = [panel.codes[k] for k in at]
            found = list(checks.normalisation_problems(choice, codes, x, against, sign[at], scope, is_base))
            problems += found
            if not found and live.any():
                z = choice.method.kernel(x[:, live], against[:, live], **parameters)
                scores[:, rows, np.array(at)[live]] = z.reshape(len(panel.cities), -1, live.sum())
    problems += checks.score_problems(panel, scores, framework, methodology) if not problems else []
    refuse_if(checks.constant_by_year(problems), ChoiceError)
    return panel.with_values(scores)


def _raw(choice: Choice, transform: Choice | None, direction: Choice | None = None) -> dict[str, Any]:
    """Parameters of a choice; those in raw units are transformed, then oriented, like the values."""
    parameters = dict(choice.parameters)
    raw = [name for name in choice.method.raw_parameters if parameters.get(name) is not None]
    negative = direction is not None and direction.name == "negative"
    for name in raw:
        value = np.asarray(parameters[name], float)
        if transform is not None:
            value = transform.method.kernel(value, **transform.parameters)
        oriented = -value if negative else value
        parameters[name] = tuple(oriented) if oriented.ndim else float(oriented)
    for low, high in choice.method.traits.get("ascending", ()):
        if low in raw and high in raw and parameters[low] > parameters[high]:  # orientation has reversed them
            parameters[low], parameters[high] = parameters[high], parameters[low]
    return parameters


# --- which method for which indicator ---------------------------------------------------------------------------------


def _written(key: Any) -> str:
    """The whole content of a key as text: keys with the same text mean the same."""
    if isinstance(key, tuple):
        return repr([_written(part) for part in key])
    return f"{type(key).__name__} {key.model_dump() if isinstance(key, Model) else key!r}"


def _grouped(panel: Panel, key: Callable[[str], Any]) -> Iterator[tuple[Any, list[int]]]:
    """Positions of the indicators that share a key, with the key; at most CHUNK at a time."""
    groups: dict[str, tuple[Any, list[int]]] = {}
    told: dict[tuple[int, ...], str] = {}  # once for the same objects: most indicators follow the methodology
    for k, code in enumerate(panel.codes):
        found = key(code)
        same = tuple(map(id, found)) if isinstance(found, tuple) else (id(found),)
        if same not in told:
            told[same] = _written(found)
        groups.setdefault(told[same], (found, []))[1].append(k)
    for found, at in groups.values():
        for start in range(0, len(at), CHUNK):
            yield found, at[start : start + CHUNK]


def _chosen(
    panel: Panel, framework: Framework, methodology: Methodology, step: str
) -> Iterator[tuple[Choice, list[int]]]:
    """The choices of a step and the indicators that have them: the indicator's own, else the methodology's."""
    declared, default = framework.all_indicators, getattr(methodology, step, None) or Choice(step=step, name="none")
    yield from _grouped(panel, lambda code: getattr(declared[code], step) or default)


def _scopes(panel: Panel, reference: Reference) -> Iterator[tuple[slice, slice, str]]:
    """Years to normalise, the years of their reference, and the name of the latter."""
    if reference.kind == "pooled":
        yield slice(None), slice(None), ""
    elif reference.kind == "year":
        for t, year in enumerate(panel.years):
            yield slice(t, t + 1), slice(t, t + 1), str(year)
    else:
        if reference.base not in panel.years:
            facts = {"year": reference.base, "years": Row(panel.years)}
            raise ChoiceError(Problem("base_year_unknown", facts))
        t = panel.years.index(reference.base)
        yield slice(None), slice(t, t + 1), str(reference.base)
