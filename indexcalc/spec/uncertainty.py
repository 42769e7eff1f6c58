"""What the YAML may say about the uncertainty analysis: under which other methodologies each result is tested.

Models only: `uncertainty:` is an Uncertainty. Every list is the complete list of options of its step, and each draw
takes one option of every list, all equally likely and independent of each other. A list that is not given leaves that
step as the methodology has it. What is computed from it is in `indexcalc.robustness`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from indexcalc.spec.choice import Model, refused
from indexcalc.spec.methodology import (
    AggregationChoice,
    ImputationChoice,
    Impute,
    MissingChoice,
    NormalisationChoice,
    Reference,
    TreatmentChoice,
    WeightingChoice,
    plain,
)
from indexcalc.voice import Row, Word

STEPS = ("imputation", "impute", "treatment", "normalisation", "reference", "weighting", "aggregation", "missing")
"""Steps of which the block may list options, in the order of the path."""
CROSSED = (*STEPS, "lower")
"""What together makes a methodology, weights and figures aside."""
MOST_DRAWS = 10_000_000
"""Far more than any share needs: its standard error is then below 0.02%."""
Simplex = Literal["within", "indicators"]


KINDS = ("spread", "dirichlet", "order", "bounds", "experts")


class WeightSet(Model):
    """The weights that a draw may take: one of `spread`, `dirichlet`, `order`, `bounds`, `experts`.

    spread: s; every weight times a factor uniform in [1-s, 1+s], then renormalised within its parent: the draws lie in
    the cone (1-s) f w <= v <= (1+s) f w, f any common factor, so that a share may end up outside ±s. dirichlet: uniform
    over all weights that sum to 1, `within` each parent or over all `indicators` at once (a dimension then has the sum
    of its indicators' weights). order: the same, but in the order of the nominal weights; equal weights may come in any
    order. bounds: least and greatest share within the parent, by node: uniform between them and, where the parent's
    shares do not sum to 1, all shifted by the same amount as far as the bounds permit; nodes that are not named share
    the rest in their nominal proportions. experts: where nodes are weighed by budget allocation, `each` takes the
    points of one expert, the same one at every node (at a node where that expert gave none, the mean of the others);
    `range` takes each child's points uniform between the least and the greatest that an expert gave it, then
    renormalised; other nodes keep their weights. levels: the only levels (1: dimensions ...) or nodes whose own weight
    is drawn, with spread, dirichlet: within or order: within.
    """

    spread: float | None = Field(None, ge=0, lt=1)
    dirichlet: Simplex | None = None
    order: Simplex | None = None
    bounds: Mapping[str, tuple[float, float]] | None = None
    experts: Literal["each", "range"] | None = None
    levels: tuple[int | str, ...] = ()

    @model_validator(mode="after")
    def _one(self) -> WeightSet:
        kinds = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(kinds) != 1:
            expected = Word("errors.expected.one_of", words=Row(KINDS))
            raise _wrong("weights", Row(kinds) or "{}", expected)
        if self.levels and (
            self.bounds is not None or self.experts is not None or "indicators" in (self.dirichlet, self.order)
        ):
            raise _wrong("levels", list(self.levels), Word("errors.expected.levels_with_spread"))
        return self

    @field_validator("bounds")
    @classmethod
    def _ascending(cls, bounds: Mapping[str, tuple[float, float]] | None) -> Mapping[str, tuple[float, float]] | None:
        for code, (low, high) in (bounds or {}).items():
            if not 0 <= low <= high <= 1:
                raise _wrong(code, [low, high], Word("errors.expected.bounds"))
        return bounds


class Noise(Model):
    """Errors of the raw figures: each observed figure times exp(r e), e standard normal, r its relative error.

    relative: r, one number, or one by trust grade or code of a column (the code takes precedence over the grade; a
    column not named has no error). replicates: how many noisy copies of the workbook there are; a draw takes one.
    """

    relative: float | Mapping[str, float]
    replicates: int = Field(100, ge=1, le=10000)

    @field_validator("relative")
    @classmethod
    def _small(cls, relative: float | Mapping[str, float]) -> float | Mapping[str, float]:
        for key, r in relative.items() if isinstance(relative, Mapping) else [("relative", relative)]:
            if not 0 <= r <= 1:
                raise _wrong(key, r, Word("errors.expected.relative_error"))
        return relative


class Uncertainty(Model):
    """The other methodologies under which each result is tested: see the module, and each part.

    lower: the lower end of the scale, in place of that of every normalisation that has one: under a geometric mean the
    order depends on it. alternatives: true, or the indicators whose declared alternative series may replace them, also
    where they are parts of derived indicators; a series with less than half of the indicator's cities in some year is
    not used unless a mapping names it: `{gdp: [gdp_first_print]}`. leave_out: `indicator`, `dimension`, `city`: of each
    kind, one is left out in half of the draws, none in the other half.
    imputed: each imputed cell varies with the errors that its rule makes on known cells.
    """

    draws: int = Field(10000, ge=0, le=MOST_DRAWS)
    seed: int = Field(2022, ge=0)
    weights: WeightSet | None = None
    imputation: tuple[ImputationChoice, ...] = ()
    impute: tuple[Impute, ...] = ()
    treatment: tuple[TreatmentChoice, ...] = ()
    normalisation: tuple[NormalisationChoice, ...] = ()
    lower: tuple[float, ...] = ()
    reference: tuple[Reference, ...] = ()
    weighting: tuple[WeightingChoice, ...] = ()
    aggregation: tuple[AggregationChoice, ...] = ()
    missing: tuple[MissingChoice, ...] = ()
    alternatives: bool | tuple[str, ...] | Mapping[str, tuple[str, ...]] = False
    leave_out: tuple[Literal["indicator", "dimension", "city"], ...] = ()
    noise: Noise | None = None
    imputed: bool = False

    @property
    def varies_nothing(self) -> bool:
        """Whether every draw is one and the same methodology."""
        several = any(len(getattr(self, step)) > 1 for step in CROSSED)
        return self.weights is None and not (
            several or self.alternatives or self.leave_out or self.noise or self.imputed
        )

    @field_validator(*STEPS, "lower", "leave_out")
    @classmethod
    def _once(cls, options: tuple[Any, ...]) -> tuple[Any, ...]:
        for i, option in enumerate(options):
            if option in options[:i]:
                raise _wrong("option", plain(option), Word("errors.expected.option_once"))
        return options


def _wrong(field: str, found: Any, expected: Word) -> PydanticCustomError:
    told = found if isinstance(found, Row) else str(found)
    return refused("wrong_value", {"field": field, "found": told, "expected": expected})
