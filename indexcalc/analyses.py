"""What the YAML may say of the analyses and of the charts: how integration is measured, what the index is held against,
which cities are in colour.

Models only. `integration:` is an IntegrationOptions, `yardsticks:` a mapping of codes to Yardstick, `charts:` a
ChartOptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import isfinite
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from indexcalc.choice import Model
from indexcalc.errors import suggestion
from indexcalc.framework import Name


class Grade(Model):
    """One grade of coordination: the upper bound of its degrees, and its name."""

    upper: float = Field(gt=0, le=1, strict=True)
    zh: str
    en: str

    @property
    def name(self) -> Name:
        return Name(zh=self.zh, en=self.en)


TEN_GRADES = tuple(
    Grade(upper=upper, zh=zh, en=en)
    for upper, zh, en in (
        (0.1, "极度失调", "Extreme imbalance"),
        (0.2, "严重失调", "Severe imbalance"),
        (0.3, "中度失调", "Moderate imbalance"),
        (0.4, "轻度失调", "Slight imbalance"),
        (0.5, "濒临失调", "Verge of imbalance"),
        (0.6, "勉强协调", "Bare coordination"),
        (0.7, "初级协调", "Primary coordination"),
        (0.8, "中级协调", "Intermediate coordination"),
        (0.9, "良好协调", "Good coordination"),
        (1.0, "优质协调", "High coordination"),
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
            expected = ("ascending upper bounds, the last of them 1", "递增的上限，且最后一个为1")
            raise _wrong("grades", [f"{bound:g}" for bound in upper], expected)
        return grades


class Yardstick(Model):
    """A ranking or classification by others, against which the index is held; never part of the index.

    kind: `classes`, named by `values` and put in `order`, the best first; `rank`, 1 the best; `value`, a figure of
    which higher is better unless `higher_is_better` is false. column: a series of the workbook; values: figures or
    classes by year and city, an edition standing for the year it was published in. Either column or values. years:
    which of them to use, by default all. A city that is not listed has no place: it is left out, not put last.
    """

    name: Name
    kind: Literal["classes", "rank", "value"]
    column: str | None = None
    values: Mapping[int, Mapping[str, float | str]] = Field(default_factory=dict)
    order: tuple[str, ...] = ()
    higher_is_better: bool = Field(True, strict=True)
    years: tuple[int, ...] = ()
    source: Name | None = None
    note: Name | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Yardstick:
        if (self.column is None) == (not self.values):
            found = [key for key, there in (("column", self.column), ("values", self.values)) if there]
            raise _wrong("yardstick", found, ("either column or values", "column与values二者之一"))
        if (self.kind == "classes") != bool(self.order):
            expected = ("order for kind classes, and for no other", "仅当kind为classes时给出order")
            raise _wrong("order", list(self.order), expected)
        if self.kind == "classes" and self.column is not None:
            raise _wrong("column", self.column, ("values, for kind classes", "kind为classes时应给出values"))
        if self.kind != "value" and not self.higher_is_better:
            raise _wrong("higher_is_better", False, ("it only with kind value", "仅在kind为value时给出"))
        if len(set(self.order)) < len(self.order):
            raise _wrong("order", list(self.order), ("each class once", "每个等级只出现一次"))
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
                raise PydanticCustomError("unknown_word", "class", facts)
        elif isinstance(found, str) or not isfinite(found):
            raise _wrong("values", found, ("numbers, for kind rank or value", "kind为rank或value时应为数值"))
        elif self.kind == "rank" and found < 1:
            raise _wrong("values", found, ("ranks from 1", "自1起的位次"))

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
"""More colours than these no reader tells apart."""


CHART_FORMATS = ("png", "svg", "pdf")


class ChartOptions(Model):
    """What the charts pick out. highlight: cities by their key, each of which has its colour in every chart; without
    any, the charts choose: the first group of cities, or the first four, and who rose most."""

    highlight: tuple[str, ...] = ()

    @field_validator("highlight")
    @classmethod
    def _distinct(cls, highlight: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(highlight)) < len(highlight) or len(highlight) > MOST_HIGHLIGHTED:
            expected = (
                f"at most {MOST_HIGHLIGHTED} cities, each once",
                f"至多{MOST_HIGHLIGHTED}个城市，每个只出现一次",
            )
            raise _wrong("highlight", list(highlight), expected)
        return highlight


def _wrong(field: str, found: Any, expected: tuple[str, str]) -> PydanticCustomError:
    facts = {"field": field, "found": str(found), "expected": expected[0], "expected_zh": expected[1]}
    return PydanticCustomError("wrong_value", "value", facts)
