"""The answers of the screen as JSON, for other programs: figures in full, cities and nodes by their codes."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel

from indexcalc import __version__
from indexcalc.analysis.against import Comparison
from indexcalc.analysis.explain import CityStory
from indexcalc.analysis.trace import Trace
from indexcalc.errors import Problem
from indexcalc.figures.panel import Source
from indexcalc.origin import Origin
from indexcalc.report.tables.table import Column, Table
from indexcalc.spec.choice import Choice
from indexcalc.voice import City, Group, Node, Voice


def written(command: str, tables: Mapping[str, Sequence[Table]], voice: Voice, **more: Any) -> str:
    """A document with the answers of a command, each a list of tables by its key; more: whatever else belongs to it."""
    told = {key: [_table(table, voice) for table in of] for key, of in tables.items()}
    return text({"program": "indexcalc", "version": __version__, "command": command, "tables": told, **more})


def explained(answer: Mapping[str, CityStory | Comparison | Trace], voice: Voice) -> str:
    """A document of what explains a city, two cities or a figure: the result by its key, with the names of its
    fields."""
    head = {"program": "indexcalc", "version": __version__, "command": "explain", "language": voice.lang}
    return text({**head, **{key: _fields(found, voice) for key, found in answer.items()}})


def _fields(value: Any, voice: Voice) -> Any:
    """A result by the names of its fields, origins and choices as the YAML and the tables name them."""
    if isinstance(value, Problem):
        return voice.problem(value)
    if isinstance(value, Choice):
        return value.plain
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, Source):
        return value._asdict()
    if is_dataclass(value):
        named = {field.name: _fields(getattr(value, field.name), voice) for field in fields(value)}
        if "origin" in named:
            named["origin"] = _origin(named["origin"])
        if "origins" in named:
            named["origins"] = [_origin(one) for one in named["origins"]]
        return named
    return [_fields(one, voice) for one in value] if isinstance(value, tuple) else value


def _origin(number: int) -> str:
    return Origin(number).name.lower()


def text(document: Mapping[str, Any]) -> str:
    """JSON in which a missing value is null."""
    return json.dumps(_known(document), ensure_ascii=False, indent=1, allow_nan=False)


def _table(table: Table, voice: Voice) -> dict[str, Any]:
    """Its question, the heads of its columns by their keys, its rows, and its notes."""
    names = _names(table.columns)
    columns = [[_cell(value, voice) for value in column.values] for column in table.columns]
    return {
        "question": voice.told(table.question),
        "columns": {name: _head(column, voice) for name, column in zip(names, table.columns, strict=True)},
        "rows": [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)],
        "notes": [voice.told(note) for note in table.notes],
    }


def _names(columns: Iterable[Column]) -> list[str]:
    """The keys of columns; where several have one, the next are numbered."""
    seen: Counter[str] = Counter()
    names = []
    for column in columns:
        seen[column.name] += 1
        names.append(column.name if seen[column.name] == 1 else f"{column.name}_{seen[column.name]}")
    return names


def _head(column: Column, voice: Voice) -> str:
    band = "" if column.band is None else f"{voice.told(column.band)}: "
    return f"{band}{voice.told(column.head)}"


def _cell(value: Any, voice: Voice) -> Any:
    """A figure or truth as it is, a code as it is written in the YAML, anything else in words."""
    if value is None or isinstance(value, (bool, int, float, np.generic)):
        return value
    return str(value) if isinstance(value, (City, Node, Group)) else voice.told(value)


def _known(value: Any) -> Any:
    """The same with plain numbers, and null for those that are missing."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): _known(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_known(one) for one in value]
    return value
