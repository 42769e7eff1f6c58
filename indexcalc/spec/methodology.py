"""How an index is computed: the methodology, its choices, and which choices may go together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, WithJsonSchema, model_validator

from indexcalc.errors import InputError, Problem, in_words, suggestion
from indexcalc.methods import METHODS
from indexcalc.spec.choice import CONFIRM, Choice, Model, choice, refused
from indexcalc.voice import End, Voice, Word, known_words


def _of(step: str) -> Callable[[Any], Any]:
    return lambda written: None if written is None else choice(step, written)


def _weighting(written: Any) -> Any:
    """A weighting by its name, or `{name: panel_a, weights: {...}}`, a set of weights."""
    if isinstance(written, Mapping) and "method" not in written and "weights" in written:
        written = {"method": "explicit", **written}
    return None if written is None else choice("weighting", written)


def _direction(written: Any) -> Any:
    """`positive`, `negative`, `{middle: BEST}`, `{interval: [LOW, HIGH]}`, or a synonym of one of them."""
    if written == CONFIRM:
        return Choice(step="direction", name="positive", confirmed=False)
    if isinstance(written, (str, int)) and not isinstance(written, bool):
        written = direction_words().get(str(written).casefold().strip(), written)
    if isinstance(written, Mapping) and len(written) == 1:
        if "middle" in written:
            written = {"method": "middle", "best": written["middle"]}
        elif "interval" in written:
            ends = written["interval"]
            if not isinstance(ends, (list, tuple)) or len(ends) != 2:
                expected = Word("errors.expected.interval")
                facts = {"field": "interval", "found": in_words(ends), "expected": expected}
                raise refused("wrong_value", facts)
            written = {"method": "interval", "low": ends[0], "high": ends[1]}
    return choice("direction", written)


@cache
def direction_words() -> dict[str, str]:
    """Other words for a direction, and the direction that each means.

    >>> [direction_words()[word] for word in ("逆指标", "+", "cost", "适度指标")]
    ['negative', 'positive', 'negative', 'middle']
    """
    return {word: name for name in METHODS["direction"] for word in known_words(f"workbook.direction.{name}")}


def _schema(step: str) -> WithJsonSchema:
    """A placeholder in the JSON Schema for the methods of a step; `schema.py` fills it in."""
    return WithJsonSchema({"step": step})


DirectionChoice = Annotated[Choice, BeforeValidator(_direction), _schema("direction")]
ImputationChoice = Annotated[Choice, BeforeValidator(_of("imputation")), _schema("imputation")]
TransformChoice = Annotated[Choice, BeforeValidator(_of("transform")), _schema("transform")]
TreatmentChoice = Annotated[Choice, BeforeValidator(_of("treatment")), _schema("treatment")]
NormalisationChoice = Annotated[Choice, BeforeValidator(_of("normalisation")), _schema("normalisation")]
WeightingChoice = Annotated[Choice, BeforeValidator(_weighting), _schema("weighting")]
AggregationChoice = Annotated[Choice, BeforeValidator(_of("aggregation")), _schema("aggregation")]
MissingChoice = Annotated[Choice, BeforeValidator(_of("missing")), _schema("missing")]


Impute = Literal["parts", "derived"]
"""What is imputed of a derived indicator."""
REFERENCES = ("pooled", "year", "base: YEAR")


class Reference(Model):
    """The city-years a normalisation refers to: `pooled` (all), `year` (each year by itself), `base: YEAR`."""

    kind: Literal["pooled", "year", "base"] = "pooled"
    base: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _written(cls, written: Any) -> Any:
        if isinstance(written, Mapping) and set(written) == {"base"}:
            base = written["base"]
            if isinstance(base, bool) or not isinstance(base, int):
                facts = {"field": "base", "found": in_words(base), "expected": Word("errors.expected.year")}
                raise refused("wrong_value", facts)
            return {"kind": "base", "base": base}
        if written in ("pooled", "year"):
            return {"kind": written}
        if isinstance(written, Mapping) and not written:
            return written
        if isinstance(written, Mapping) and isinstance(written.get("kind"), str):  # as the model itself says it
            whole = written["kind"] == "base"
            if written["kind"] in ("pooled", "year", "base") and whole == (written.get("base") is not None):
                return written
        if isinstance(written, Mapping) and len(written) == 1:
            (key,) = written
            raise refused("unknown_key", {"key": str(key), **suggestion(key, ["base"])})
        if not isinstance(written, str):
            expected = Word("errors.expected.reference")
            facts = {"field": "reference", "found": in_words(written), "expected": expected}
            raise refused("wrong_value", facts)
        hints = suggestion(written, REFERENCES)
        raise refused("unknown_word", {"field": "reference", "found": written, **hints})

    @property
    def plain(self) -> str | dict[str, int | None]:
        return {"base": self.base} if self.kind == "base" else self.kind


class RankOn(Model):
    """Ranks are taken on scores rounded to `decimals`.

    order: `descending` gives rank 1 to the highest score, `ascending` to the lowest.
    high: whether a high score is `good` or `bad`; unless it is said, good where rank 1 is the highest and bad where it
    is the lowest. So an index of risk that ranks the greatest risk first is descending, and high is bad; one that ranks
    the least protected first is ascending, and high is good.

    >>> from indexcalc.spec.methodology import RankOn
    >>> [RankOn(**written).end for written in ({}, {"order": "ascending"}, {"high": "bad"})]
    [None, 'lowest', 'highest']
    """

    decimals: int = Field(9, ge=0, le=15)
    order: Literal["descending", "ascending"] = "descending"
    high: Literal["good", "bad"] | None = None

    @property
    def ascending(self) -> bool:
        return self.order == "ascending"

    @property
    def sign(self) -> float:
        """The factor by which scores are multiplied so that the greatest has rank 1."""
        return -1.0 if self.ascending else 1.0

    @property
    def merit(self) -> float:
        """The factor by which scores are multiplied so that the greatest is the best."""
        return -1.0 if self.high_is_bad else 1.0

    @property
    def high_is_bad(self) -> bool:
        return self.ascending if self.high is None else self.high == "bad"

    @property
    def worst_first(self) -> bool:
        return self.high_is_bad != self.ascending

    @property
    def end(self) -> End | None:
        """The end of the scale that rank 1 is at, which sentences name instead of praising it; None where rank 1 is the
        highest score, and high is good."""
        return "lowest" if self.ascending else "highest" if self.high_is_bad else None


class Rounding(Model):
    """Scores rounded to `decimals` as soon as they are computed, as some published indices do at each level."""

    decimals: int = Field(ge=0, le=15)
    rule: Literal["half_up", "half_even"] = "half_up"


class Screening(Model):
    """A minimum share of observed cells, before imputation, and what to do below it.

    of: `city` (over its years and indicators), `indicator` (over all city-years), or `dimension_year` (over the
    indicators below a dimension, for each city and year; `dimensions` names which, all of them by default).
    action: `refuse` names what falls short; `leave_out` leaves out the city, the indicator, or the dimension's score
    in that city-year (the missing rule of the node above then applies).
    """

    of: Literal["city", "indicator", "dimension_year"]
    minimum: float = Field(ge=0, le=1)
    action: Literal["refuse", "leave_out"] = "refuse"
    dimensions: tuple[str, ...] = ()


class NodeMethods(Model):
    """Methods that a node may choose for combining its children; None is the methodology's."""

    weighting: WeightingChoice | None = None
    aggregation: AggregationChoice | None = None
    missing: MissingChoice | None = None
    rounding: Rounding | None = None


class Methodology(Model):
    """How every step is done unless a node of the framework names its own method.

    impute: of a derived indicator, its `parts` before it is derived (it is imputed itself only where it still cannot be
    derived), or the `derived` indicator, where a figure observed for one part only is not used.
    Variants are made with `methodology.model_copy(update={...})`; `variant` also takes names as in the YAML.
    """

    imputation: ImputationChoice = Field(default_factory=lambda: choice("imputation", "none"))
    impute: Impute = "parts"
    treatment: TreatmentChoice = Field(default_factory=lambda: choice("treatment", "none"))
    normalisation: NormalisationChoice = Field(default_factory=lambda: choice("normalisation", "min_max"))
    reference: Reference = Field(default_factory=Reference)
    weighting: WeightingChoice = Field(default_factory=lambda: choice("weighting", "given"))
    aggregation: AggregationChoice = Field(default_factory=lambda: choice("aggregation", "arithmetic"))
    missing: MissingChoice = Field(default_factory=lambda: choice("missing", "refuse"))
    rank_on: RankOn = Field(default_factory=RankOn)
    rounding: Rounding | None = None
    screening: tuple[Screening, ...] = ()
    levels: Mapping[int, NodeMethods] = Field(default_factory=dict)

    def variant(self, **changes: Any) -> Methodology:
        """This methodology with some choices changed, written as in the YAML; refused as there (InputError).

        >>> Methodology().variant(aggregation="geometric").aggregation.name
        'geometric'
        """
        try:
            parsed = Methodology.model_validate(changes)
        except ValidationError as error:
            raise InputError(list(_problems(error))) from None
        return self.model_copy(update={field: getattr(parsed, field) for field in changes})

    @property
    def plain(self) -> dict[str, Any]:
        """As it would be written in the YAML, defaults included."""
        found = {field: plain(getattr(self, field)) for field in Methodology.model_fields}
        optional = ("rounding", "screening", "levels")
        return {field: value for field, value in found.items() if value or field not in optional}


def _problems(error: ValidationError) -> Iterator[Problem]:
    """What is wrong with the choices of a variant, in the program's own words."""
    for item in error.errors(include_url=False):
        kind, name = item["type"], str(item["loc"][-1]) if item["loc"] else ""
        if kind == "extra_forbidden" and len(item["loc"]) == 1:
            yield Problem("unknown_key", {"key": name, **suggestion(name, Methodology.model_fields)})
        elif Voice().knows(f"errors.{kind}"):
            yield Problem(kind, dict(item.get("ctx", {})))
        else:
            raise error


def plain(value: Any) -> Any:
    """A part of a specification as it would be written in the YAML."""
    if isinstance(value, (Choice, Reference)):
        return value.plain
    if isinstance(value, Model):
        parts = {field: plain(getattr(value, field)) for field in type(value).model_fields}
        return {field: part for field, part in parts.items() if part is not None}
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return value
