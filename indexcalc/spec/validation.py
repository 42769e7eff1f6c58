"""What pydantic refuses, in the program's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, get_args, get_origin

from pydantic import ValidationError

from indexcalc.errors import MOST_TOLD, Problem, in_words, suggestion
from indexcalc.methods import METHODS
from indexcalc.spec.choice import SEVERAL, Model
from indexcalc.spec.document import Document, Keys
from indexcalc.spec.framework import Indicator
from indexcalc.spec.methodology import Reference
from indexcalc.spec.specification import Specification
from indexcalc.voice import Voice, Word, languages

EXPECTED = {
    "float_type": "number",
    "float_parsing": "number",
    "int_type": "whole_number",
    "int_parsing": "whole_number",
    "int_from_float": "whole_number",
    "string_type": "text",
    "bool_type": "truth",
    "bool_parsing": "truth",
    "tuple_type": "list",
    "dict_type": "mapping",
    "mapping_type": "mapping",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
    "finite_number": "finite_number",
}


SIGNS = {"greater_than_equal": ">=", "greater_than": ">", "less_than": "<", "less_than_equal": "<="}


def translated(error: ValidationError, document: Document) -> Iterator[Problem]:
    """What pydantic refused in a document, each with its line and a remedy."""
    for n, item in enumerate(error.errors(include_url=False)):
        keys = _written(item["loc"], document.data)
        kind, context = item["type"], item.get("ctx", {})
        name = str(item["loc"][-1]) if item["loc"] else ""
        if kind == "extra_forbidden":
            known = _known_keys(keys[:-1], document.data) if n < MOST_TOLD else []  # more are counted, not listed
            hints: dict[str, str | Word] = suggestion(name, known)
            if "name" in known and name in languages():
                hints = {"hint": Word("errors.hint.in_name", lang=name, said=str(item["input"]))}
            yield Problem("unknown_key", {"key": name, **hints}, document.place(keys))
        elif kind == SEVERAL:
            for part, facts in context[SEVERAL]:
                yield Problem(part, dict(facts), document.place(keys))
        elif kind in ("missing", "union_tag_not_found"):
            missing = name if kind == "missing" else "kind"
            yield Problem("missing_key", {"key": missing}, document.place(keys))
        elif kind in ("literal_error", "union_tag_invalid"):
            if kind == "literal_error":
                found, field, at = item["input"], name, keys[:-1]
                known = [w.strip().strip("'") for w in context["expected"].replace(" or ", ", ").split(",")]
            else:
                found, field, at = context["tag"], "kind", keys
                known = [w.strip().strip("'") for w in context["expected_tags"].split(",")]
            yield Problem(
                "unknown_word", {"field": field, "found": found, **suggestion(found, known)}, document.place(at)
            )
        elif Voice().knows(f"errors.{kind}"):
            yield Problem(kind, dict(context), document.place(keys))
        else:
            expected = Word(f"errors.expected.{EXPECTED[kind]}") if kind in EXPECTED else item["msg"]
            if kind in SIGNS:
                bound = f"{next(iter(context.values())):,.15g}"
                expected = Word("errors.expected.compared_number", sign=SIGNS[kind], bound=bound)
            facts = {"field": name, "found": in_words(item["input"]), "expected": expected}
            yield Problem("wrong_value", facts, document.place(keys))


def _written(location: Sequence[Any], data: Any) -> Keys:
    """The part of a pydantic location that is a path in the file (the location also names unions and internal
    fields)."""
    keys: list[Any] = []
    here = data
    for i, key in enumerate(location):
        if isinstance(here, (dict, list)) and (key in here if isinstance(here, dict) else isinstance(key, int)):
            keys.append(key)
            here = here[key]
        elif i == len(location) - 1:
            keys.append(key)
    return tuple(keys)


def _known_keys(keys: Keys, data: Any) -> list[str]:
    """The keys that the model at a path of the file allows."""
    model = _model_at(Specification, keys, data)
    if model is None:
        return []
    if model is Reference:
        return ["base"]
    fields = [field.alias or name for name, field in model.model_fields.items() if name != "derived"]
    return [*fields, *METHODS["derivation"]] if model is Indicator else fields


def _model_at(annotation: Any, keys: Keys, data: Any) -> type[Model] | None:
    """The model that an annotation has at a path below it; of a union, the one whose `kind` the data name."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        if not keys:
            return annotation
        fields = {field.alias or name: field for name, field in annotation.model_fields.items()}
        if keys[0] not in fields:
            return None
        return _model_at(fields[keys[0]].annotation, keys[1:], _below(data, keys[0]))
    origin, inside = get_origin(annotation), [a for a in get_args(annotation) if a is not type(None)]
    if origin is Annotated:
        return _model_at(inside[0], keys, data)
    if origin in (tuple, Mapping) and keys:
        return _model_at(inside[0 if origin is tuple else 1], keys[1:], _below(data, keys[0]))
    kind = data.get("kind") if isinstance(data, dict) else None
    for option in inside:
        kinds = getattr(option, "model_fields", {}).get("kind")
        if kinds is None or kind in get_args(kinds.annotation):
            return _model_at(option, keys, data)
    return None


def _below(data: Any, key: Any) -> Any:
    if isinstance(data, list):
        return data[key] if isinstance(key, int) and key < len(data) else None
    return data.get(key) if isinstance(data, dict) else None
