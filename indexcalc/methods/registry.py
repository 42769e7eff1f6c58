"""Which methods there are, by step and name, and which parameters each takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

RAW_UNITS = "raw units"
Raw = Annotated[float, RAW_UNITS]
"""A parameter in the indicator's own unit, as published: the pipeline transforms and orients it with the values."""
Raws = Annotated[tuple[float, ...], RAW_UNITS]
"""Several such parameters."""

WEIGHTS = "weights of another weighting"
"""Marks a parameter that is itself a weighting: the pipeline evaluates it and hands the kernel the weights."""
AGGREGATION = "another aggregation"
"""Marks a parameter that is itself an aggregation, a choice with its own parameters: the kernel calls it."""
STEP_OF_PART = {WEIGHTS: "weighting", AGGREGATION: "aggregation"}
"""The step of a parameter that is itself a choice, by its mark."""


def step_of_part(annotation: Any) -> str | None:
    """The step that a parameter is a choice of; None for a plain value."""
    return next((STEP_OF_PART[m] for m in getattr(annotation, "__metadata__", ()) if m in STEP_OF_PART), None)


@dataclass(frozen=True)
class Method:
    """A registered kernel.

    `traits` hold what the pipeline and the checks need to know; those of several steps are:
    `ascending`: pairs of parameters of which the first must lie below the second;
    `needs_spread`: undefined where the reference has one value only;
    `needs_positive`: undefined for scores at or below 0;
    `worst_first`: function of the parameters giving the fixed points in raw units from the worst to the best;
    `attains`: function of the parameters giving a score that some city-year always reaches or falls below;
    `keeps_zero`: function of the parameters, true where the score is a multiple of the value, so that a natural zero of
    the figures (no income, a share of none) is the zero of the scores;
    `from_table`: parameters that may be written in a table, which `{file, sheet}` names.
    """

    step: str
    name: str
    kernel: Callable[..., Any]
    parameters: Mapping[str, inspect.Parameter]
    annotations: Mapping[str, Any]
    traits: Mapping[str, Any]

    @property
    def summary(self) -> str:
        """First line of the docstring."""
        return (inspect.getdoc(self.kernel) or "").partition("\n")[0]

    @cached_property
    def positional(self) -> tuple[str, ...]:
        """Names of the arrays the kernel takes."""
        found = inspect.signature(self.kernel).parameters.values()
        return tuple(p.name for p in found if p.kind is not inspect.Parameter.KEYWORD_ONLY)

    def words(self, name: str) -> tuple[Any, ...]:
        """The words, or numbers, that a parameter may be; none where it may be any."""
        kinds = (self.annotations[name], *get_args(self.annotations[name]))
        return next((get_args(kind) for kind in kinds if get_origin(kind) is Literal), ())

    @cached_property
    def raw_parameters(self) -> tuple[str, ...]:
        """Names of the parameters given in the indicator's own unit, as published."""
        return tuple(
            name
            for name, annotation in self.annotations.items()
            if any(RAW_UNITS in getattr(a, "__metadata__", ()) for a in (annotation, *get_args(annotation)))
        )


METHODS: dict[str, dict[str, Method]] = {}


def method(step: str, **traits: Any) -> Callable[[Kernel], Kernel]:
    """Register the decorated kernel under `step`; a trailing underscore of its name is not part of the YAML name."""

    def register(kernel: Kernel) -> Kernel:
        name = kernel.__name__.rstrip("_")
        parameters = {
            p.name: p for p in inspect.signature(kernel).parameters.values() if p.kind is inspect.Parameter.KEYWORD_ONLY
        }
        hints = get_type_hints(kernel, include_extras=True)
        METHODS.setdefault(step, {})[name] = Method(
            step, name, kernel, parameters, {p: hints[p] for p in parameters}, traits
        )
        return kernel

    return register


def get_method(step: str, name: str) -> Method:
    """The method `name` of `step`; KeyError if there is none."""
    return METHODS[step][name]
