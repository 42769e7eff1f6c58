"""How an index is computed: the methodology, its choices, and which choices may stand together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from indexcalc.errors import suggestion
from indexcalc.methods import METHODS, Method, get_method


class Model(BaseModel):
    """Frozen, and unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


class Choice(Model):
    """A method of one step with its parameters, as in `{method: min_max, lower: 1, upper: 100}`."""

    step: str
    name: str
    parameters: Mapping[str, Any] = Field(default_factory=dict)

    @property
    def method(self) -> Method:
        return get_method(self.step, self.name)

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal for equal choices; hashable."""
        return (self.step, self.name, tuple(sorted((k, repr(v)) for k, v in self.parameters.items())))

    @property
    def plain(self) -> str | dict[str, Any]:
        """As it would be written in the YAML."""
        return {"method": self.name, **self.parameters} if self.parameters else self.name

    def __str__(self) -> str:
        inside = ", ".join(f"{k}: {v}" for k, v in self.parameters.items())
        return f"{self.name} ({inside})" if inside else self.name


@cache
def _adapter(step: str, name: str, parameter: str) -> TypeAdapter[Any]:
    return TypeAdapter(get_method(step, name).annotations[parameter], config=ConfigDict(strict=False))


def _kind(annotation: Any) -> tuple[str, str]:
    """What a parameter's type is called in a message, in English and Chinese."""
    annotation = getattr(annotation, "__origin__", annotation) if hasattr(annotation, "__metadata__") else annotation
    known = {
        float: ("a number", "数值"),
        int: ("a whole number", "整数"),
        bool: ("true or false", "true或false"),
        str: ("a word", "文本"),
    }
    return known.get(annotation, (str(annotation), str(annotation)))


def choice(step: str, written: Any) -> Choice:
    """The choice that `written` (a name, or a mapping with `method`) means; refuses unknown names and parameters.

    Raises PydanticCustomError, so that the place in the YAML is known to whoever validates.

    >>> choice("normalisation", {"method": "min_max", "upper": 100}).parameters
    {'upper': 100.0}
    """
    if isinstance(written, Choice):
        return written
    parameters = dict(written) if isinstance(written, Mapping) else {}
    name = parameters.pop("method", None) if isinstance(written, Mapping) else written
    if not isinstance(name, str):
        raise PydanticCustomError("method_form", "method", {"step": step, "found": repr(written)})
    known = METHODS[step]
    if name not in known:
        raise PydanticCustomError("unknown_method", "method", {"step": step, "found": name, **suggestion(name, known)})
    spec = known[name]
    facts = {"step": step, "method": name}
    for parameter in parameters:
        if parameter not in spec.parameters:
            hints = suggestion(parameter, spec.parameters)
            raise PydanticCustomError("unknown_parameter", "parameter", {**facts, "found": parameter, **hints})
    values = {}
    for parameter, declared in spec.parameters.items():
        if parameter not in parameters:
            if declared.default is declared.empty:
                raise PydanticCustomError("missing_parameter", "parameter", {**facts, "parameter": parameter})
            continue
        found = parameters[parameter]
        expected, expected_zh = _kind(spec.annotations[parameter])
        wrong = PydanticCustomError(
            "parameter_value",
            "parameter",
            {**facts, "parameter": parameter, "found": repr(found), "expected": expected, "expected_zh": expected_zh},
        )
        if isinstance(found, bool) != (spec.annotations[parameter] is bool) or found is None:
            raise wrong
        try:
            values[parameter] = _adapter(step, name, parameter).validate_python(found)
        except ValidationError:
            raise wrong from None
    full = {p: values.get(p, d.default) for p, d in spec.parameters.items()}
    for low, high in spec.traits.get("ascending", ()):
        if not full[low] < full[high]:
            raise PydanticCustomError(
                "parameter_order",
                "parameter",
                {**facts, "low_name": low, "high_name": high, "low": full[low], "high": full[high]},
            )
    return Choice(step=step, name=name, parameters=values)


def _of(step: str) -> Callable[[Any], Any]:
    return lambda written: None if written is None else choice(step, written)


ImputationChoice = Annotated[Choice, BeforeValidator(_of("imputation"))]
TransformChoice = Annotated[Choice, BeforeValidator(_of("transform"))]
TreatmentChoice = Annotated[Choice, BeforeValidator(_of("treatment"))]
NormalisationChoice = Annotated[Choice, BeforeValidator(_of("normalisation"))]
WeightingChoice = Annotated[Choice, BeforeValidator(_of("weighting"))]
AggregationChoice = Annotated[Choice, BeforeValidator(_of("aggregation"))]
MissingChoice = Annotated[Choice, BeforeValidator(_of("missing"))]


class Reference(Model):
    """The city-years a normalisation looks at: `pooled` (all), `year` (each year by itself), `base: YEAR`."""

    kind: Literal["pooled", "year", "base"] = "pooled"
    base: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _written(cls, written: Any, info: ValidationInfo) -> Any:
        if isinstance(written, str):
            if written not in ("pooled", "year"):
                hints = suggestion(written, ["pooled", "year", "base: 2017"])
                raise PydanticCustomError("unknown_word", "word", {"field": "reference", "found": written, **hints})
            return {"kind": written}
        if isinstance(written, Mapping) and "base" in written:
            return {"kind": "base", **written}
        return written

    @property
    def plain(self) -> str | dict[str, int | None]:
        return {"base": self.base} if self.kind == "base" else self.kind


class RankOn(Model):
    """Ranks are taken on scores rounded to `decimals`."""

    decimals: int = Field(9, ge=0, le=15)


class Methodology(Model):
    """How every step is done unless a node of the framework names its own method.

    Variants are made with `methodology.model_copy(update={...})`; `variant` parses names for you.
    """

    imputation: ImputationChoice = Field(default_factory=lambda: choice("imputation", "none"))
    treatment: TreatmentChoice = Field(default_factory=lambda: choice("treatment", "none"))
    normalisation: NormalisationChoice = Field(default_factory=lambda: choice("normalisation", "min_max"))
    reference: Reference = Field(default_factory=Reference)
    weighting: WeightingChoice = Field(default_factory=lambda: choice("weighting", "given"))
    aggregation: AggregationChoice = Field(default_factory=lambda: choice("aggregation", "arithmetic"))
    missing: MissingChoice = Field(default_factory=lambda: choice("missing", "refuse"))
    rank_on: RankOn = Field(default_factory=RankOn)

    def variant(self, **changes: Any) -> Methodology:
        """This methodology with some choices changed, written as in the YAML.

        >>> Methodology().variant(aggregation="geometric").aggregation.name
        'geometric'
        """
        parsed = Methodology.model_validate(changes)
        return self.model_copy(update={field: getattr(parsed, field) for field in changes})

    @property
    def plain(self) -> dict[str, Any]:
        """As it would be written in the YAML, defaults included."""
        return {
            field: value.plain if isinstance(value, (Choice, Reference)) else value.model_dump()
            for field, value in ((f, getattr(self, f)) for f in Methodology.model_fields)
        }


class WeightSpread(Model):
    """Weights drawn uniformly within ± spread of the nominal ones, then renormalised within their parent."""

    spread: float = Field(ge=0, lt=1)


class Uncertainty(Model):
    """The other methodologies against which each result is to be held."""

    draws: int = Field(10000, ge=0)
    seed: int = 2022
    weights: WeightSpread | None = None
    normalisation: tuple[NormalisationChoice, ...] = ()
    aggregation: tuple[AggregationChoice, ...] = ()
