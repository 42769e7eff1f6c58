"""The JSON Schema of the YAML file, for editors: completion, checks of values and an explanation of each key while
typing.

Made from the models and the registered methods, so that it agrees with the program. It cannot say everything: codes
that must exist, weights that must not all be 0, and the like are checked by `indexcalc check`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

from indexcalc.methods import METHODS, Method
from indexcalc.methods.registry import step_of_part
from indexcalc.spec.choice import COMMON, CONFIRM, common_to
from indexcalc.spec.methodology import direction_words
from indexcalc.spec.specification import Specification
from indexcalc.voice import DEFAULT, Voice, languages, room

Schema = dict[str, Any]


def json_schema() -> Schema:
    """The JSON Schema of a YAML file: models, and the methods of each step with their parameters."""
    schema = Specification.model_json_schema()
    models: Schema = schema.pop("$defs")
    models["Name"] = _name(models["Name"])
    models["Units"] = _units(models["Units"])
    models["Reference"] = {
        "description": models["Reference"]["description"],
        "anyOf": [{"enum": ["pooled", "year"]}, _mapping({"base": {"type": "integer"}}, ["base"])],
    }
    _write_derivations(models)
    models["Workbook"] = _workbook(models["Workbook"], models.pop("Ignored"))
    printed = models.pop("Printed")
    for model in ("Indicator", "Series"):
        models[model]["properties"]["as_printed"] = {
            "anyOf": [{"type": "boolean"}, printed, {"type": "array", "items": printed}]
        }
    for model in ("City", "Indicator"):  # `gdp:` alone is an indicator
        models[model] = {"anyOf": [models[model], {"type": "null"}]}
    for model, properties in keys({**models, "Specification": schema}).items():
        for field, written in properties.items():
            if key := word_of(model, field):
                written["description"] = " / ".join(Voice(lang).say(key) for lang in languages())
    steps = {step: _step(step) for step in METHODS if step != "derivation"}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "indexcalc"}
    whole: Schema = _plain({**schema, **head, "$defs": {**models, **steps}})
    return whole


def keys(models: Mapping[str, Schema]) -> dict[str, Schema]:
    """The keys of each model: its name -> key -> what may be written there."""
    found = {name: model.get("anyOf", [model])[0].get("properties") for name, model in models.items()}
    return {name: properties for name, properties in found.items() if properties}


def word_of(model: str, field: str) -> str | None:
    """The key of the words that explain a key of a model: its own, else those for every key of that name."""
    return next((f"schema.{at}.{field}" for at in (model, "Any") if f"{at}.{field}" in room(DEFAULT, "schema")), None)


def _step(step: str) -> Schema:
    """What may be written for a step: a method's name, or a mapping with its parameters."""
    methods = METHODS[step].values()
    names = [{"const": m.name, "description": _said(m)} for m in methods if not _required(m)]
    written: list[Schema] = [{"oneOf": names}] if names else []
    written += [_with_parameters(method) for method in methods]
    if step == "weighting":
        named = METHODS[step]["explicit"]
        written.append(_mapping({name: _parameter(named, name) for name in named.parameters}, _required(named)))
    if step == "direction":
        number = {"type": "number"}
        ends = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
        other = sorted(word for word in direction_words() if word not in METHODS[step])
        written += [
            {"const": CONFIRM},
            {"enum": [*other, 1, -1]},
            _mapping({"middle": number}, ["middle"]),
            _mapping({"interval": ends}, ["interval"]),
        ]
    return {"anyOf": written}


def _with_parameters(method: Method) -> Schema:
    properties: Schema = {"method": {"const": method.name, "description": _said(method)}}
    properties |= {name: _parameter(method, name) for name in method.parameters}
    for name in common_to(method):
        properties[name] = {"enum": list(COMMON[name]), "description": _common(method.step, name)}
    return {"description": _said(method), **_mapping(properties, ["method", *_required(method)])}


def _write_derivations(models: Schema) -> None:
    """An indicator's `derived` as it is written: `ratio: {of, to, scale}`, `sum: [a, b]`, and so on."""
    models.pop("Derivation")
    properties: Schema = models["Indicator"]["properties"]
    properties.pop("derived")
    code = {"type": "string"}
    for method in METHODS["derivation"].values():
        parts = [part for part in method.positional if part != "years"]
        several = "several" in method.traits
        codes: Schema = {"type": "array", "items": code} if several else code
        inside = {part: codes for part in parts} | {name: _parameter(method, name) for name in method.parameters}
        written = _mapping(inside, [*parts, *_required(method)])
        either = {"anyOf": [codes, written]} if several else written
        properties[method.name] = {"description": _said(method), **either}


def _parameter(method: Method, name: str) -> Schema:
    annotation = method.annotations[name]
    part = step_of_part(annotation)
    found: Schema = TypeAdapter(annotation).json_schema() if part is None else {"step": part}
    if name in method.traits.get("from_table", ()):
        found = {"anyOf": [found, _mapping({"file": {"type": "string"}, "sheet": {"type": ["string", "integer"]}}, ())]}
    default = method.parameters[name].default
    return found if default is inspect.Parameter.empty or default is None else {**found, "default": default}


def _required(method: Method) -> list[str]:
    return [name for name, declared in method.parameters.items() if declared.default is declared.empty]


def _common(step: str, name: str) -> str:
    return " / ".join(Voice(lang).say(f"methods.common.{step}.{name}") for lang in languages())


def _said(method: Method) -> str:
    return f"{Voice().method(method.step, method.name)} {method.summary}"


def _name(model: Schema) -> Schema:
    """A name is a mapping of one or both languages, or plain text."""
    both = {**model, "minProperties": 1}
    both.pop("required", None)
    return {"description": both.pop("description"), "anyOf": [{"type": "string"}, both]}


def _units(model: Schema) -> Schema:
    """What is compared, in one or both languages, or the two English words alone."""
    word: Schema = {"type": "string", "minLength": 1}
    pair: Schema = {"type": "array", "items": word, "minItems": 2, "maxItems": 2}
    both = {**_mapping({"zh": word, "en": pair}, ()), "minProperties": 1}
    both.pop("required")
    return {"description": model["description"], "anyOf": [both, pair]}


def _workbook(model: Schema, ignored: Schema) -> Schema:
    """A workbook is a mapping or the name of its file; where it takes a list, a single entry need not be one."""
    properties: Schema = model["properties"]
    for part in (ignored["properties"]["columns"], ignored["properties"]["rows"], properties["sheet"]):
        part["anyOf"] = [
            {"type": "string"},
            {"type": "integer"},
            {"type": part.pop("type"), "items": part.pop("items")},
        ]
    marks = properties["missing"]
    marks["anyOf"] = [marks["items"], {"type": marks.pop("type"), "items": marks.pop("items")}]
    entries = {"type": "array", "items": {"anyOf": [{"type": "string"}, ignored]}}
    properties["ignore"] = {"anyOf": [{"type": "string"}, entries, ignored]}
    return {"anyOf": [model, {"type": "string"}]}


def _mapping(properties: Schema, required: Iterable[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _plain(schema: Any) -> Any:
    """A schema without the titles that pydantic makes from the keys; `{"step": ...}` becomes a reference."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("step"), str):
        return {"$ref": f"#/$defs/{schema['step']}"} | {k: v for k, v in schema.items() if k != "step"}
    made = {key for key in ("title",) if isinstance(schema.get(key), str) and schema[key] != "indexcalc"}
    return {key: _plain(part) for key, part in schema.items() if key not in made}
