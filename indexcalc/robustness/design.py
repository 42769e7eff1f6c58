"""The design of the draws: which factors there are, the options of each, and which of them each draw takes.

A draw takes one option of every factor, independently, and weights from the weight set. Draws come in blocks of a size
that depends on the panel alone; each block has its own child of the seed, so a draw is the same whoever computes it,
and the first n draws of a longer run are the draws of a run of n.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.brief import Brief
from indexcalc.errors import ChoiceError, IndexcalcError, Problem, refuse_if
from indexcalc.figures.panel import Panel
from indexcalc.origin import NOT_IMPUTED
from indexcalc.robustness.result import Factor
from indexcalc.robustness.weights import moving
from indexcalc.spec.choice import Choice
from indexcalc.spec.compatible import cross_problems, unknown_codes, with_lower
from indexcalc.spec.framework import Dimension, Framework
from indexcalc.spec.hierarchy import Node, build_nodes, parents
from indexcalc.spec.methodology import Methodology, plain
from indexcalc.spec.uncertainty import CROSSED, STEPS, Noise, Uncertainty, WeightSet
from indexcalc.steps.indicators import derive, impute, impute_parts
from indexcalc.voice import Row

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

BLOCK = 5000
"""Draws that are computed together, at most."""
CELLS = 500_000
"""City-years times draws that are held together, about."""
NONE = "none"
HALF = 0.5
"""Share of the figures of a year that an alternative series must have to be an option."""


@dataclass(frozen=True)
class Options:
    """The options of one discrete factor: as values, and as they would be written in the YAML."""

    code: str
    values: tuple[Any, ...]
    labels: tuple[str, ...]

    @property
    def shares(self) -> Array:
        """How likely each option is, (n_option,): all equally, except that of each kind nothing is left out in half of
        the draws; otherwise hardly any draw would keep the framework as it is."""
        n = len(self.values)
        if not self.code.startswith("leave_out") or n == 1:
            return np.full(n, 1.0 / n)
        return np.concatenate([[0.5], np.full(n - 1, 0.5 / (n - 1))])

    def taken(self, uniforms: Array) -> Integers:
        """The option that each uniform number in [0, 1) stands for."""
        if not self.code.startswith("leave_out"):
            return np.minimum((uniforms * len(self.values)).astype(np.int64), len(self.values) - 1)
        return np.asarray(np.searchsorted(self.shares.cumsum()[:-1], uniforms, side="right"), np.int64)

    def only(self, kept: Sequence[int]) -> Options:
        """The same factor with some of its options."""
        return Options(self.code, tuple(self.values[k] for k in kept), tuple(self.labels[k] for k in kept))


@dataclass(frozen=True)
class Sample:
    """Some draws. choices: (n_draw, n_factor), the option each takes; uniforms: (n_draw, n_node), from which their
    weights are made; keys: (n_draw,), from which the errors of imputed cells are made, None where these do not vary."""

    choices: Integers
    uniforms: Array
    keys: NDArray[np.uint64] | None = None

    def at(self, draws: Any) -> Sample:
        """Some of these draws."""
        keys = None if self.keys is None else self.keys[draws]
        return Sample(self.choices[draws], self.uniforms[draws], keys)


@dataclass(frozen=True)
class Draw:
    """One draw by itself: `build_index(draw.panel, draw.framework, draw.methodology)` gives its scores and ranks.

    options: the option of each discrete factor, as it would be written in the YAML. errors: what is added to the
    normalised values [city, year, code] where imputed cells vary, which the pipeline does not do; None where they do
    not vary.
    """

    panel: Panel
    framework: Framework
    methodology: Methodology
    options: Mapping[str, str]
    errors: Panel | None = None


@dataclass(frozen=True, repr=False)
class Design(Brief):
    """The factors of an uncertainty analysis over one panel, framework and methodology; `design` makes it.

    nodes: of the framework, nothing left out. notices: options of the YAML that the workbook does not allow, and those
    that change nothing. fills: whether imputed cells vary, and there are any. combinations: methodologies that differ,
    weights aside; None where they were not counted.
    """

    panel: Panel
    framework: Framework
    methodology: Methodology
    options: Uncertainty
    seed: int
    nodes: tuple[Node, ...]
    discrete: tuple[Options, ...]
    notices: tuple[Problem, ...] = ()
    fills: bool = False
    combinations: int | None = None

    @property
    def block_size(self) -> int:
        """Draws of one block: a function of the panel alone. Not too few where there are very many cities, since each
        block counts all ranks that are possible."""
        return int(np.clip(CELLS // max(self.panel.present.size, 1), max(50, len(self.panel.cities) // 20), BLOCK))

    def block(self, number: int, draws: int) -> Sample:
        """The first `draws` draws of a block."""
        seed = np.random.SeedSequence(self.seed, spawn_key=(1, number))
        discrete, weights, cells = (np.random.default_rng(child) for child in seed.spawn(3))
        choices = self.choices(discrete.random((draws, len(self.discrete))))
        varies = self.options.weights is not None
        uniforms = weights.random((draws, len(self.nodes))) if varies else np.zeros((draws, len(self.nodes)))
        return Sample(choices, uniforms, self.keys(cells.random(draws)))

    def keys(self, uniforms: Array) -> NDArray[np.uint64] | None:
        """The keys from which the errors of imputed cells are made, from one uniform number for each draw."""
        return (uniforms * 2.0**53).astype(np.uint64) if self.options.imputed else None

    def choices(self, uniforms: Array) -> Integers:
        """The options that uniform numbers (n_draw, n_factor) stand for."""
        found = np.zeros(uniforms.shape, np.int64)
        for i, factor in enumerate(self.discrete):
            found[:, i] = factor.taken(uniforms[:, i])
        return found

    @property
    def listed(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each factor's code and its options as they would be written in the YAML, the weights first."""
        found = [(factor.code, factor.labels) for factor in self.discrete]
        if self.options.weights is not None:
            found.insert(0, ("weights", (weights_text(self.options.weights),)))
        if self.fills:
            found.append(("imputed", ("true",)))
        return tuple(found)

    @property
    def varying(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Those of `listed` in which draws differ from the methodology: not a factor of which its own option alone is
        left."""
        own = {f.code for f in self.discrete if len(f.values) == 1 and f.values[0] == self.nominal(f.code)}
        return tuple(one for one in self.listed if one[0] not in own)

    def factors(self, counts: list[Integers], draws: int) -> tuple[Factor, ...]:
        """All factors with the number of draws that took each option; counts: of the discrete ones, in their order."""
        taken = [tuple(int(n) for n in options) for options in counts]
        if self.options.weights is not None:
            taken.insert(0, (draws,))
        if self.fills:
            taken.append((draws,))
        return tuple(
            Factor(code, options, n, self.reach(code)) for (code, options), n in zip(self.listed, taken, strict=True)
        )

    def reach(self, code: str) -> tuple[int, int] | None:
        """How many nodes a factor affects, and of how many: a node that names its own method is affected by no factor
        of that step. For weights, nodes with children among which weights are drawn; for a step on figures, indicators;
        for a series, the indicators computed from it. None for leaving out, noise and imputed cells, which affect
        all."""
        indicators = [node.code for node in self.nodes if node.is_indicator]
        dimensions = parents(self.nodes).values()
        if code == "weights":
            moves = moving(self.options.weights, self.nodes)
            drawn = [
                len(node.children) > 1 and node.code in self._weighed and bool(moves[list(node.children)].any())
                for node in dimensions
            ]
            return sum(drawn), len(dimensions)
        if code.startswith(ALTERNATIVE):
            exchanged = code.removeprefix(ALTERNATIVE)
            return sum(exchanged in _parts(one, self.framework) for one in indicators), len(indicators)
        if code in ("weighting", "aggregation", "missing"):
            return self._nodes_with(code), len(dimensions)
        declared = self.framework.all_indicators
        if code == "impute":
            return sum(declared[one].derived is not None for one in indicators), len(indicators)
        own = {"reference": "reference", "lower": "normalisation"}.get(code, code)
        if code in CROSSED:
            return sum(getattr(declared[one], own) is None for one in indicators), len(indicators)
        return None

    @cached_property
    def _weighed(self) -> frozenset[str]:
        """The nodes above the indicators that use weights, under any aggregation and missing rule that may be drawn."""
        steps = ("aggregation", "missing")
        drawn = {factor.code: factor.values for factor in self.discrete}
        taken = product(*(drawn.get(step) or (getattr(self.methodology, step),) for step in steps))
        variants = (self.methodology.model_copy(update=dict(zip(steps, one, strict=True))) for one in taken)
        nodes = (node for variant in variants for node in parents(build_nodes(self.framework, variant)).values())
        return frozenset(node.code for node in nodes if node.uses_weights)

    def _nodes_with(self, step: str) -> int:
        """Nodes above the indicators whose method of a step is that of the methodology."""
        probe = Choice(step=step, name=NONE)
        nodes = build_nodes(self.framework, self.methodology.model_copy(update={step: probe}))
        return sum(getattr(node, step) is probe for node in parents(nodes).values())

    def values(self, row: Integers) -> dict[str, Any]:
        """The option of each discrete factor that a row of choices takes, by code."""
        return {factor.code: factor.values[i] for factor, i in zip(self.discrete, row, strict=True)}

    def nominal(self, code: str) -> Any:
        """The methodology's own option of a factor; None where nothing is exchanged or left out."""
        return nominal_lower(self.methodology) if code == "lower" else getattr(self.methodology, code, None)

    def methods(self, row: Integers) -> Methodology:
        """The methodology of a row of choices; its weights are not in it."""
        taken = self.values(row)
        found = self.methodology.model_copy(update={step: taken[step] for step in STEPS if step in taken})
        return with_lower(found, taken["lower"]) if "lower" in taken else found

    def measured(self, row: Integers) -> tuple[Panel, Framework]:
        """The figures of a row of choices and the framework over them: series exchanged, noise on; no city left out."""
        taken = self.values(row)
        panel, framework = self.panel, self.framework
        if "noise" in taken:
            assert self.options.noise is not None
            panel = _noisy(panel, framework, self.options.noise, self.seed, taken["noise"])
        figures = panel
        for code, value in taken.items():
            if code.startswith(ALTERNATIVE) and value is not None:
                panel, framework = _exchanged(panel, figures, framework, code.removeprefix(ALTERNATIVE), value)
        return panel, framework

    def left_out(self, row: Integers) -> tuple[str, ...]:
        """Codes of the indicator and the dimension that a row of choices leaves out."""
        taken = self.values(row)
        codes = (taken.get(f"leave_out_{what}") for what in ("indicator", "dimension"))
        return tuple(code for code in codes if code is not None)

    def city_out(self, row: Integers) -> NDArray[np.bool_]:
        """The city that a row of choices leaves out, as a mask (n_city,); none of them if it leaves out none."""
        city = self.values(row).get("leave_out_city")
        return np.array([name == city for name in self.panel.cities])


def design(
    panel: Panel, framework: Framework, methodology: Methodology, options: Uncertainty, *, seed: int | None = None
) -> Design:
    """The design of the draws. Raises ChoiceError for options that can never go together, and for codes and levels that
    are not there, all at once."""
    refuse_if([problem for _, problem in cross_problems(framework, methodology, options)], ChoiceError)
    nodes = build_nodes(framework, methodology)
    refuse_unknown(options, framework, nodes)
    notices: list[Problem] = []
    found = [*_steps(methodology, options), *_alternatives(panel, framework, nodes, options, notices)]
    found += _left_out(panel, nodes, options)
    if options.noise is not None:
        levels = tuple(range(options.noise.replicates))
        found.append(Options("noise", levels, tuple(str(level + 1) for level in levels)))
    chosen = options.seed if seed is None else seed
    fills = options.imputed and _fills(panel, framework, methodology, options, nodes, found)
    if options.imputed and not fills:
        notices.append(Problem("imputed_nowhere"))
    if any(one.code == "leave_out_city" for one in found):
        notices.append(Problem("ranked_without"))
    return Design(panel, framework, methodology, options, chosen, nodes, tuple(found), tuple(notices), fills)


def refuse_unknown(options: Uncertainty, framework: Framework, nodes: tuple[Node, ...]) -> None:
    """Refuse codes and levels of the options that the framework does not have."""
    levels = sorted({str(node.level) for node in nodes[1:]})
    refuse_if([problem for _, problem in unknown_codes(options, framework, levels)], ChoiceError)


# --- factors ----------------------------------------------------------------------------------------------------------

ALTERNATIVE = "alternatives."


def _steps(methodology: Methodology, options: Uncertainty) -> Iterator[Options]:
    """Options of the steps, the nominal one first."""
    for step in STEPS:
        listed = getattr(options, step)
        if listed:
            nominal = getattr(methodology, step)
            values = sorted(listed, key=lambda option, nominal=nominal: option != nominal)  # type: ignore[misc]
            yield Options(step, tuple(values), tuple(yaml_text(plain(value)) for value in values))
    if options.lower:
        own = nominal_lower(methodology)
        values = sorted(options.lower, key=lambda lower: lower != own)
        yield Options("lower", tuple(values), tuple(map(yaml_text, values)))


def _alternatives(
    panel: Panel, framework: Framework, nodes: tuple[Node, ...], options: Uncertainty, notices: list[Problem]
) -> Iterator[Options]:
    """One factor for each indicator with alternative series: itself, then those. Absent columns are reported, and so
    are series that lack years, which are no option unless they are named."""
    listed = options.alternatives
    if listed is False:
        return
    used = {part for node in nodes if node.is_indicator for part in _parts(node.code, framework)}
    for code, indicator in framework.all_indicators.items():
        chosen = listed is True or code in listed
        if not indicator.alternatives or not chosen or code not in used:
            continue
        there = []
        named = listed[code] if isinstance(listed, Mapping) else ()
        for series in named or indicator.alternatives:
            absent = [
                part for part in _columns(series, framework) if part not in panel.codes or not panel.observed(part)
            ]
            if absent:
                notices.append(Problem("alternative_absent", {"code": code, "series": series}))
            elif not named and (years := _years_without(panel, framework, code, series)):
                facts = {"code": code, "series": series, "years": Row(map(str, years))}
                notices.append(Problem("alternative_lacks_years", facts))
            else:
                there.append(series)
        if there:
            yield Options(ALTERNATIVE + code, (None, *there), (code, *there))


def _years_without(panel: Panel, framework: Framework, code: str, series: str) -> list[int]:
    """Years in which an alternative series has figures for less than half of the cities for which the indicator has
    them: in such a year it would hardly be that series."""
    own, other = (_observed(panel, framework, one) for one in (code, series))
    lacks = (own & other).sum(axis=0) < HALF * own.sum(axis=0)
    return [year for year, lack in zip(panel.years, lacks, strict=True) if lack]


def _observed(panel: Panel, framework: Framework, code: str) -> NDArray[np.bool_]:
    """City-years in which every column that a code is computed from has a figure."""
    found = panel.present.copy()
    for part in _columns(code, framework):
        found &= ~np.isnan(panel.series(part))
    return np.asarray(found)


def _fills(
    panel: Panel,
    framework: Framework,
    methodology: Methodology,
    options: Uncertainty,
    nodes: tuple[Node, ...],
    discrete: Sequence[Options],
) -> bool:
    """Whether any cell is imputed under any imputation of the draws; taken for granted where an alternative series has
    gaps, or an imputation cannot be computed from the figures as they are."""
    series = [one for factor in discrete if factor.code.startswith(ALTERNATIVE) for one in factor.values if one]
    if any((panel.present & ~_observed(panel, framework, one)).any() for one in series):
        return True
    derived = derive(panel, framework, nodes)
    if not (np.isnan(derived.values) & derived.present[:, :, None]).any():
        return False
    for imputation in options.imputation or (methodology.imputation,):
        variant = methodology.model_copy(update={"imputation": imputation})
        try:
            found = impute(impute_parts(derived, panel, framework, variant), framework, variant)
        except IndexcalcError:
            return True
        if (~np.isin(found.origin, NOT_IMPUTED) & found.present[:, :, None]).any():
            return True
    return False


def nominal_lower(methodology: Methodology) -> float | None:
    """The lower end of the scale of a methodology's normalisation; None where it has none."""
    normalisation = methodology.normalisation
    if not normalisation.takes("lower"):
        return None
    return float(normalisation.parameters.get("lower", normalisation.method.parameters["lower"].default))


def _left_out(panel: Panel, nodes: tuple[Node, ...], options: Uncertainty) -> Iterator[Options]:
    """Factors of leaving out: none, or one at a time; the only one of its kind is never left out."""
    members = {
        "indicator": [node.code for node in nodes if node.is_indicator],
        "dimension": [node.code for node in nodes[1:] if not node.is_indicator],
        "city": [city for city, here in zip(panel.cities, panel.present, strict=True) if here.any()],
    }
    for what in ("indicator", "dimension", "city"):
        if what in options.leave_out and len(members[what]) > 1:
            yield Options(f"leave_out_{what}", (None, *members[what]), (NONE, *members[what]))


def _parts(code: str, framework: Framework) -> set[str]:
    """A code and everything it is derived from."""
    indicator = framework.all_indicators.get(code)
    parts = indicator.derived.parts if indicator is not None and indicator.derived is not None else ()
    return {code}.union(*(_parts(part, framework) for part in parts))


def _columns(code: str, framework: Framework) -> set[str]:
    """The columns of the workbook that a code is computed from."""
    return {part for part in _parts(code, framework) if part in framework.columns}


def weights_text(weights: WeightSet) -> str:
    """A weight set as it would be written in the YAML.

    >>> weights_text(WeightSet(spread=0.25))
    '{spread: 0.25}'
    """
    return yaml_text({key: value for key, value in plain(weights).items() if value or key != "levels"})


def yaml_text(value: Any) -> str:
    """A part of the YAML on one line, as it would be written there.

    >>> yaml_text({"method": "min_max", "lower": 1.0, "upper": 100.0})
    '{method: min_max, lower: 1, upper: 100}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {yaml_text(part)}" for key, part in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(yaml_text(part) for part in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.12g}" if isinstance(value, float) else str(value)


# --- what a draw changes ----------------------------------------------------------------------------------------------


def _exchanged(panel: Panel, figures: Panel, framework: Framework, code: str, series: str) -> tuple[Panel, Framework]:
    """An alternative series, as it is in `figures`, in place of an indicator, wherever that is used."""
    other = framework.all_indicators.get(series)
    derived = other.derived if other is not None else None
    if derived is None:
        values, origin = figures.series(series), figures.origin[:, :, figures.position(series)]
        if code in panel.codes:
            at = panel.position(code)
            new, where = panel.values.copy(), panel.origin.copy()
            new[:, :, at], where[:, :, at] = values, origin
            panel = panel.with_values(new, where)
        else:
            panel = replace(
                panel,
                codes=(*panel.codes, code),
                values=np.dstack([panel.values, values]),
                origin=np.dstack([panel.origin, origin]),
            )
    if framework.all_indicators[code].derived == derived:
        return panel, framework
    return panel, framework.changed({code: {"derived": derived}})


def _noisy(panel: Panel, framework: Framework, noise: Noise, seed: int, replicate: int) -> Panel:
    """A noisy copy of the observed figures; the same whatever the order of cities and columns."""
    error = _relative_errors(panel, framework, noise)
    random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0, replicate)))
    drawn = random.standard_normal(panel.values.shape)
    city, code = (np.argsort(np.argsort(np.array(names))) for names in (panel.cities, panel.codes))
    return panel.with_values(panel.values * np.exp(error * drawn[city][:, :, code]))


def _relative_errors(panel: Panel, framework: Framework, noise: Noise) -> Array:
    """Relative error of each column of the panel."""
    if not isinstance(noise.relative, Mapping):
        return np.full(len(panel.codes), float(noise.relative))
    columns = framework.columns
    trust = [columns[code].trust if code in columns else None for code in panel.codes]
    by = noise.relative
    return np.array([by.get(code, by.get(grade or "", 0.0)) for code, grade in zip(panel.codes, trust, strict=True)])


def given_weights(
    framework: Framework, methodology: Methodology, nodes: tuple[Node, ...], weights: Array
) -> tuple[Framework, Methodology]:
    """Framework and methodology with these weights (n_node,) as given ones, whatever weighting they came from."""
    given = Choice(step="weighting", name="given")
    at = {node.code: float(weights[position]) for position, node in enumerate(nodes)}
    changes = {
        code: {"weight": at.get(code, 0.0), **({"weighting": None} if isinstance(node, Dimension) else {})}
        for _, code, node in framework.walk()
    }
    levels = {level: own.model_copy(update={"weighting": None}) for level, own in methodology.levels.items()}
    return (
        framework.changed(changes).model_copy(update={"weighting": None}),
        methodology.model_copy(update={"weighting": given, "levels": levels}),
    )
