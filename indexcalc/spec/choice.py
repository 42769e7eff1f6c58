"""A choice: one method of one step with its parameters, checked against what the method declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from math import isfinite
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from indexcalc.brief import in_a_line
from indexcalc.errors import Problem, in_words, suggestion
from indexcalc.methods import METHODS, Method, get_method
from indexcalc.methods.registry import step_of_part
from indexcalc.voice import Row, Word

CONFIRM = "confirm"
"""What a draft writes where a person has to choose."""
COMMON: dict[str, tuple[str, ...]] = {
    "basis": ("normalised", "oriented", "raw"),
    "scope": ("within", "levels", "indicators"),
    "per": ("pooled", "year"),
}
"""The parameters that every data-driven weighting also accepts (and a treatment `per`); the first value is the default.

basis: the values it uses. scope: `within` weighs the indicators of each node, the nodes above stay as given; `levels`
weighs the children of every node; `indicators` weighs all indicators in one set, the weight of a node being the sum of
theirs. per: one set over all years, or one for each year; a treatment takes all years together, or each separately.
"""


def common_to(method: Method) -> tuple[str, ...]:
    """The common parameters that a method accepts."""
    if method.step == "weighting" and method.traits.get("objective"):
        return tuple(COMMON)
    return ("per",) if method.step == "treatment" and method.name != "none" else ()


ALIASES = {("normalisation", "distance_to_maximum"): "min_max"}
"""Names used elsewhere for a method that has another name here, by step."""
SEVERAL = "several_problems"
"""The kind of an error that holds several, each with its kind and facts."""


def _strict(schema: Any) -> Any:
    """A schema of pydantic without conversion between texts, numbers and truth values.

    A list still makes a tuple; and keys, which are always texts in a YAML, still make numbers.
    """
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if isinstance(schema, tuple):
        return tuple(_strict(part) for part in schema)
    if not isinstance(schema, dict):
        return schema
    found = {
        key: part if key in ("keys_schema", "metadata", "serialization") else _strict(part)
        for key, part in schema.items()
    }
    return {**found, "strict": True} if schema.get("type") in ("str", "int", "float", "bool") else found


class _Exact:
    """In an annotation: read strictly."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> Any:
        return _strict(handler(source))


class Model(BaseModel):
    """Frozen; unknown keys are refused, and values of the wrong type. The validator of a model is built when it is
    first used, not when imported."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> Any:
        return _strict(handler(source))

    def __repr__(self) -> str:
        given = ((name, getattr(self, name)) for name in type(self).model_fields if name in self.model_fields_set)
        return in_a_line(type(self).__name__, given)

    __str__ = __repr__


class Choice(Model):
    """A method of one step with its parameters, as in `{method: min_max, lower: 1, upper: 100}`."""

    step: str
    name: str
    parameters: Mapping[str, Any] = Field(default_factory=dict)
    common: Mapping[str, str] = Field(default_factory=dict)
    confirmed: bool = True
    """Whether a person has chosen it; a direction still to be confirmed counts as positive until then."""

    @property
    def method(self) -> Method:
        return get_method(self.step, self.name)

    def told(self, name: str) -> str:
        """The value of a common parameter (`basis`, `scope`, `per`), or its default."""
        return self.common.get(name, COMMON[name][0])

    def trait(self, name: str) -> Any:
        """A trait of the method, with these parameters where it depends on them; None if it has none of this name."""
        found = self.method.traits.get(name)
        if not callable(found):
            return found
        defaults = {p: d.default for p, d in self.method.parameters.items() if d.default is not d.empty}
        return found(**{**defaults, **self.parameters})

    def takes(self, name: str) -> bool:
        """Whether the method has a parameter of this name."""
        return name in self.method.parameters

    def told_also(self, name: str, value: Any) -> Choice:
        """The same choice with a parameter at another value; itself where it has that value already."""
        if self.parameters.get(name, self.method.parameters[name].default) == value:
            return self
        return choice(self.step, {"method": self.name, **self.parameters, **self.common, name: value})

    @property
    def plain(self) -> str | dict[str, Any]:
        """As it would be written in the YAML."""
        if not self.confirmed:
            return CONFIRM
        inside = {k: v.plain if isinstance(v, Choice) else v for k, v in self.parameters.items()}
        inside |= self.common
        return {"method": self.name, **inside} if inside else self.name

    def __repr__(self) -> str:
        return f"Choice({self.step}: {self})"

    def __str__(self) -> str:
        if not self.confirmed:
            return CONFIRM
        inside = ", ".join(f"{k}: {v}" for k, v in (*self.parameters.items(), *self.common.items()))
        return f"{self.name} ({inside})" if inside else self.name


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
        raise refused("method_form", {"step": step, "found": in_words(written)})
    known = METHODS[step]
    if (step, name) in ALIASES:
        facts = {"step": step, "found": name, "method": ALIASES[step, name]}
        raise refused("method_alias", facts)
    if name not in known:
        raise refused("unknown_method", {"step": step, "found": name, **suggestion(name, known)})
    spec = known[name]
    wrong: list[PydanticCustomError] = []
    common = _common(spec, parameters, wrong)
    values = _values(spec, parameters, wrong)
    if wrong:
        raise wrong[0] if len(wrong) == 1 else _together(wrong)
    return Choice(step=step, name=name, parameters=_agreeing(spec, values), common=common)


def refused(key: str, facts: dict[str, Any]) -> PydanticCustomError:
    """A problem as a validator raises it: in words, to which whoever reads a file adds the place."""
    said = str(Problem(key, facts))
    for name in facts:  # in what a user wrote, it would be replaced by the fact
        said = said.replace(f"{{{name}}}", f"{{ {name} }}")
    return PydanticCustomError(key, said, facts)


def _together(wrong: Sequence[PydanticCustomError]) -> PydanticCustomError:
    """Several problems of one choice as one error, which `specification` tells apart again."""
    parts = [part for error in wrong for part in (error.context or {}).get(SEVERAL, [(error.type, error.context)])]
    return PydanticCustomError(SEVERAL, "\n".join(error.message() for error in wrong), {SEVERAL: parts})


def _common(spec: Method, parameters: dict[str, Any], wrong: list[PydanticCustomError]) -> dict[str, str]:
    """Take the common parameters of a method out of `parameters`."""
    common = {}
    for name in common_to(spec):
        allowed = COMMON[name]
        if name in parameters:
            found = parameters.pop(name)
            if found in allowed:
                common[name] = found
            else:
                wrong.append(_wrong(spec, name, found, Word("errors.expected.one_of", words=Row(allowed))))
    return common


def _values(spec: Method, written: Mapping[str, Any], wrong: list[PydanticCustomError]) -> dict[str, Any]:
    """The parameters that are written, each of the type that its annotation asks for."""
    facts = {"step": spec.step, "method": spec.name}
    for name in written:
        if name not in spec.parameters:
            allowed = [*spec.parameters, *common_to(spec)]
            told = {**facts, "found": name, **suggestion(name, allowed)}
            wrong.append(refused("unknown_parameter", told))
    values = {}
    for name, declared in spec.parameters.items():
        if name in written:
            try:
                values[name] = _value(spec, name, written[name])
            except PydanticCustomError as error:
                wrong.append(error)
        elif declared.default is declared.empty:
            wrong.append(refused("missing_parameter", {**facts, "parameter": name}))
    return values


def _agreeing(spec: Method, values: dict[str, Any]) -> dict[str, Any]:
    """The parameters, if they are consistent with one another and with what the method demands."""
    facts = {"step": spec.step, "method": spec.name}
    full = {name: values.get(name, declared.default) for name, declared in spec.parameters.items()}
    for low, high in spec.traits.get("ascending", ()):
        if not full[low] < full[high]:
            order = {"low_name": low, "high_name": high, "low": full[low], "high": full[high]}
            raise refused("parameter_order", {**facts, **order})
    for one, other in spec.traits.get("exclusive", ()):
        if values.get(one) is not None and values.get(other) is not None:
            raise refused("parameters_exclusive", {**facts, "one": one, "other": other})
    for name, (holds, expected) in spec.traits.get("demands", {}).items():
        if not holds(**full):
            raise _wrong(spec, name, full[name], Word(f"errors.expected.{expected}"))
    for name, (low, high) in spec.traits.get("within", {}).items():
        if full[name] is not None and not low <= full[name] <= high:
            raise _wrong(spec, name, full[name], Word("errors.expected.number_between", low=low, high=high))
    return values


def _value(spec: Method, name: str, found: Any) -> Any:
    """One parameter, of the type that its annotation asks for."""
    annotation = spec.annotations[name]
    part = step_of_part(annotation)
    if part is not None:
        return choice(part, found)
    kinds = (annotation, *get_args(annotation))
    try:
        if isinstance(found, bool) != (bool in kinds) and (found is not None or type(None) not in kinds):
            raise ValueError  # pydantic would take true for 1, and "no" for false
        value = _adapter(spec.step, spec.name, name).validate_python(found)
        if isinstance(value, float) and not isfinite(value):
            raise ValueError
        return value
    except (ValidationError, ValueError):
        raise _wrong(spec, name, found, _expected(annotation)) from None


def _wrong(spec: Method, name: str, found: Any, expected: Word) -> PydanticCustomError:
    facts = {"step": spec.step, "method": spec.name, "parameter": name, "found": in_words(found)}
    return refused("parameter_value", {**facts, "expected": expected})


@cache
def _adapter(step: str, name: str, parameter: str) -> TypeAdapter[Any]:
    annotation: Any = Annotated[get_method(step, name).annotations[parameter], _Exact()]
    return TypeAdapter(annotation)


def _expected(annotation: Any) -> Word:
    """What a parameter's type is called in a message."""
    if hasattr(annotation, "__metadata__"):
        annotation = annotation.__origin__
    if get_origin(annotation) is Literal:
        return Word("errors.expected.one_of", words=Row(get_args(annotation)))
    kinds = {getattr(kind, "__origin__", kind) for kind in (annotation, *get_args(annotation))}
    names = {list: "list", tuple: "list", bool: "truth", int: "whole_number", float: "number"}
    return Word(f"errors.expected.{next((name for kind, name in names.items() if kind in kinds), 'word')}")
