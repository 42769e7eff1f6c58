"""What the YAML may say about the analyses and the charts: how integration is measured, what the index is compared
with, which cities are in colour; and what else is computed. Models only. `integration:` is an IntegrationOptions,
`convergence:` a ConvergenceOptions, `yardsticks:` a mapping of codes to Yardstick, `scenarios:` one of names to
Scenario, `charts:` a ChartOptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from indexcalc.errors import suggestion
from indexcalc.spec.choice import Model, refused
from indexcalc.spec.framework import LARGEST_WEIGHT, LATEST_YEAR, Framework, Name
from indexcalc.spec.methodology import (
    AggregationChoice,
    ImputationChoice,
    Impute,
    Methodology,
    MissingChoice,
    NormalisationChoice,
    Reference,
    TreatmentChoice,
    WeightingChoice,
)
from indexcalc.voice import Word


class Grade(Model):
    """One grade of coordination: the upper bound of its degrees, and its name."""

    upper: float = Field(gt=0, le=1)
    zh: str
    en: str

    @property
    def name(self) -> Name:
        return Name(zh=self.zh, en=self.en)


TEN_GRADES = tuple(
    Grade(upper=upper, **Name.of(f"names.grade.{grade}").model_dump())
    for upper, grade in (
        (0.1, "extreme_imbalance"),
        (0.2, "severe_imbalance"),
        (0.3, "moderate_imbalance"),
        (0.4, "slight_imbalance"),
        (0.5, "verge_of_imbalance"),
        (0.6, "bare_coordination"),
        (0.7, "primary_coordination"),
        (0.8, "intermediate_coordination"),
        (0.9, "good_coordination"),
        (1.0, "high_coordination"),
    )
)
"""The ten grades usual in Chinese studies."""


class IntegrationOptions(Model):
    """How the coupling coordination of the dimensions is measured and graded.

    form: of the coupling degree, `standard`, or `corrected` (Wang Shujia et al. 2021). weights: of the dimensions in
    the coordination index, those of the `index` or `equal` ones. bounds: whether a degree on a bound belongs to the
    grade above it, "[a,b)", or below it, "(a,b]". grades: by ascending upper bound, the last being 1.
    """

    form: Literal["standard", "corrected"] = "standard"
    weights: Literal["index", "equal"] = "index"
    bounds: Literal["[a,b)", "(a,b]"] = "[a,b)"
    grades: tuple[Grade, ...] = TEN_GRADES

    @field_validator("grades")
    @classmethod
    def _ascending(cls, grades: tuple[Grade, ...]) -> tuple[Grade, ...]:
        upper = [grade.upper for grade in grades]
        if not upper or upper[-1] != 1.0 or any(a >= b for a, b in pairwise(upper)):
            raise _wrong("grades", [f"{bound:g}" for bound in upper], "grade_bounds")
        return grades


class ConvergenceOptions(Model):
    """What is reported about the spread of the scores.

    ratio_measures: whether ratio measures (coefficient of variation, standard deviation of logs, Gini, Theil, beta of
    logs) are also given on a scale without a natural zero, with the caveat that they depend on where the scale begins.
    On a scale with a natural zero they always are.
    """

    ratio_measures: bool = Field(False, strict=True)


class Scenario(Model):
    """Another set of weights and methods, computed beside the chosen one.

    weights: by code of a dimension or an indicator, as written: what is not named keeps its own. The methods replace
    those of the methodology; nodes that name their own keep it.
    """

    name: Name | None = None
    weights: Mapping[str, Annotated[float, Field(ge=0, le=LARGEST_WEIGHT)]] = Field(default_factory=dict)
    imputation: ImputationChoice | None = None
    impute: Impute | None = None
    treatment: TreatmentChoice | None = None
    normalisation: NormalisationChoice | None = None
    reference: Reference | None = None
    weighting: WeightingChoice | None = None
    aggregation: AggregationChoice | None = None
    missing: MissingChoice | None = None

    def applied(self, framework: Framework, methodology: Methodology) -> tuple[Framework, Methodology]:
        """What is measured and how it is computed under the scenario."""
        steps = (step for step in type(self).model_fields if step in Methodology.model_fields)
        changes = {step: value for step in steps if (value := getattr(self, step)) is not None}
        return framework.reweighted(self.weights), methodology.model_copy(update=changes)


class Yardstick(Model):
    """A ranking or classification by others, with which the index is compared; never part of the index.

    kind: `classes`, named by `values` and put in `order`, the best first; `rank`, 1 the best; `value`, a figure of
    which higher is better unless `higher_is_better` is false. column: a series of the workbook; values: figures or
    classes by year and city, an edition counting for the year in which it was published. Either column or values.
    years: which of them to use, by default all. A city that is not listed has no place: it is left out, not put last.
    """

    name: Name
    kind: Literal["classes", "rank", "value"]
    column: str | None = None
    values: Mapping[int, Mapping[str, float | str]] = Field(default_factory=dict)
    order: tuple[str, ...] = ()
    higher_is_better: bool = True
    years: tuple[int, ...] = ()
    source: Name | None = None
    note: Name | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Yardstick:
        if (self.column is None) == (not self.values):
            found = [key for key, there in (("column", self.column), ("values", self.values)) if there]
            raise _wrong("yardstick", found, "column_or_values")
        if (self.kind == "classes") != bool(self.order):
            raise _wrong("order", list(self.order), "order_of_classes")
        if self.kind == "classes" and self.column is not None:
            raise _wrong("column", self.column, "values_of_classes")
        if self.kind != "value" and not self.higher_is_better:
            raise _wrong("higher_is_better", False, "only_of_values")
        if len(set(self.order)) < len(self.order):
            raise _wrong("order", list(self.order), "class_once")
        for key, years in (("years", self.years), ("values", self.values)):
            strange = next((year for year in years if not 1 <= year <= LATEST_YEAR), None)
            if strange is not None:
                raise _wrong(key, strange, "possible_year")
        for found in self._written():
            self._check(found)
        return self

    def _written(self) -> Iterator[Any]:
        for by_city in self.values.values():
            yield from by_city.values()

    def _check(self, found: Any) -> None:
        """One entry of `values`: a class of `order`, a rank, or a figure."""
        if self.kind == "classes":
            if found not in self.order:
                facts = {"field": "class", "found": found, **suggestion(found, self.order)}
                raise refused("unknown_word", facts)
        elif isinstance(found, str) or not isfinite(found):
            raise _wrong("values", found, "figures_of_kind")
        elif self.kind == "rank" and found < 1:
            raise _wrong("values", found, "ranks")

    def place(self, found: float | str) -> float:
        """An entry as a number of which higher is better: minus the rank, the class counted from the last."""
        if self.kind == "classes":
            return float(len(self.order) - self.order.index(str(found)))
        return float(found) if self.kind == "value" and self.higher_is_better else -float(found)

    def entry(self, place: float) -> float | str:
        """What was written, from its number."""
        if self.kind == "classes":
            return self.order[len(self.order) - round(place)]
        return place if self.kind == "value" and self.higher_is_better else -place


MOST_HIGHLIGHTED = 7
"""A reader cannot tell more colours than these apart."""


CHART_FORMATS = ("png", "svg", "pdf")


class ChartOptions(Model):
    """Which charts a run draws, and what they pick out.

    draw: `all`, or charts as `--only` names them; without it, those with the main results are drawn, and a card for
    each highlighted city. highlight: cities by their key, each with its own colour in every chart; without any, the
    charts choose the first group of cities, or the first four, and those that rose most.
    """

    draw: tuple[str, ...] = ()
    highlight: tuple[str, ...] = ()

    @field_validator("draw", mode="before")
    @classmethod
    def _one(cls, draw: Any) -> Any:
        return (draw,) if isinstance(draw, str) else draw

    @field_validator("highlight")
    @classmethod
    def _distinct(cls, highlight: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(highlight)) < len(highlight) or len(highlight) > MOST_HIGHLIGHTED:
            raise _wrong("highlight", list(highlight), "cities_once", most=MOST_HIGHLIGHTED)
        return highlight


def _wrong(field: str, found: Any, expected: str, **facts: Any) -> PydanticCustomError:
    said = Word(f"errors.expected.{expected}", **facts)
    return refused("wrong_value", {"field": field, "found": str(found), "expected": said})
