"""Changes a YAML text in place: only the spans that change are replaced, and every other character stays as it is."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from indexcalc.errors import InputError, Problem, refuse_if
from indexcalc.paths import place_unwritable
from indexcalc.spec.document import (
    Document,
    Keys,
    apply_weights_block,
    codes_of_names,
    composed,
    parsed,
    scalar,
    set_weights,
    weight_at,
    weighted,
)

_LINE_END = re.compile(r"\r\n|\r|\n")
BEFORE = ("name", "unit", "direction", "publisher", "trust")
"""Keys of a node that its weight is written after, where it has none yet and the node takes several lines."""


def with_weights(text: str, weights: Mapping[str, float], file: str = "indicators.yaml") -> str:
    """The text of a YAML file with other weights, by code: what `--weight CODE=VALUE` sets is written down.

    Comments, quotes, order, line ends and the style of each node are kept. A weight that already has its value stays as
    it is written, a node without `weight:` gets one unless it is to be 1, and a weight that the block `weights:` names
    is changed there. Refused (InputError): unknown codes, values that cannot be weights, and weights that are not
    numbers in the file themselves, such as an alias. `file` is what messages call it.

    >>> print(with_weights("framework: {indicators: {gdp: {weight: 1}, air: }} # two", {"gdp": 0.4, "air": 0.6}))
    framework: {indicators: {gdp: {weight: 0.4}, air: {weight: 0.6}}} # two
    """
    mark, text = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    document = parsed(text, file)
    in_block = _block_keys(document.data)
    apply_weights_block(document)
    paths = {code: keys for code, keys, _ in weighted(document.data)}
    new = [
        f"{code}={float(value)!r}"
        for code, value in weights.items()
        if code not in paths or weight_at(document, paths[code]) != value
    ]
    try:
        codes = set_weights(document, new)
    except InputError as error:
        raise InputError([replace(problem, place=("in_file", {"file": file})) for problem in error.problems]) from None
    wanted = {code: weight_at(document, paths[code]) for code in codes}
    edit, own = Edit(text, composed(text, file)), []
    for code, value in wanted.items():
        keys = ("weights", in_block[code]) if code in in_block else (*paths[code], "weight")
        own.append(edit.put(keys, _number(value)))
    text = edit.text()
    now = parsed(text, file) if all(own) else Document(file, {})
    apply_weights_block(now)
    if now.data != document.data:  # what was written must be read back as meant, and nothing else may have changed
        lines = parsed(edit.before, file)
        told = [code for code, is_own in zip(wanted, own, strict=True) if not is_own] or wanted
        refuse_if([Problem("weight_not_its_own", {"code": code}, lines.place(paths[code])) for code in told])
    return mark + text


def _block_keys(data: Any) -> dict[str, str]:
    """The codes that the block `weights:` names, each with the key it has there: the code itself or a name."""
    block = data.get("weights")
    names = codes_of_names(data, {code: (keys, siblings) for code, keys, siblings in weighted(data)})
    codes = {code for code, _, _ in weighted(data)}
    found: dict[str, str] = {}
    for key in block if isinstance(block, dict) else ():
        meant = {key} if key in codes else names.get(key.casefold(), set())
        found.update(dict.fromkeys(meant, key))
    return found


def _number(value: float) -> str:
    """The shortest number that is read as this value, without an exponent: YAML 1.1 reads 1e-05 as a text."""
    return np.format_float_positional(value, trim="-")


def with_given_weights(text: str, file: str = "indicators.yaml") -> str:
    """The text with `weighting: given` in the methodology; unchanged where it names no weighting.

    >>> print(with_given_weights("methodology:\\n  weighting:  # ours\\n    method: entropy\\n  missing: refuse"))
    methodology:
      weighting: given  # ours
      missing: refuse
    """
    mark, text = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    document = parsed(text, file)
    methodology = document.data.get("methodology")
    if not isinstance(methodology, dict) or methodology.get("weighting", "given") == "given":
        return mark + text
    edit, keys = Edit(text, composed(text, file)), ("methodology", "weighting")
    methodology["weighting"] = "given"
    text = edit.text() if edit.put(keys, "given") else text
    if parsed(text, file).data != document.data:
        raise InputError(Problem("weighting_not_its_own", {}, document.place(keys)))
    return mark + text


def read_text(path: Path) -> str:
    """A file as it is, its line ends and its byte-order mark included."""
    return path.read_bytes().decode("utf-8")


def write_text(path: Path, text: str) -> None:
    """Replace a file by a text, whole or not at all; where a link leads to the file, the file is replaced, not the
    link."""
    target = path.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        part.write_bytes(text.encode("utf-8"))
        shutil.copymode(target, part)
        os.replace(part, target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise place_unwritable(error, path) from None


@dataclass
class Edit:
    """Replacements of spans of one YAML text."""

    before: str
    root: yaml.MappingNode
    spans: list[tuple[int, int, str]] = field(default_factory=list)

    def text(self) -> str:
        """The text with all replacements."""
        text = self.before
        for start, end, new in sorted(self.spans, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def put(self, keys: Keys, new: str) -> bool:
        """Write a scalar at a path, whose last key may be new; False where an alias or an anchor is in the way."""
        entry = None
        node: yaml.Node = self.root
        for key in keys[:-1]:
            entry = _entry(node, key)
            if entry is None or _is_alias(*entry):
                return False
            node = entry[1]
        if not isinstance(node, yaml.MappingNode):
            if entry is None or not isinstance(node, yaml.ScalarNode) or scalar(node.value, plain=not node.style):
                return False
            self._fill(*entry, f"{{{keys[-1]}: {new}}}")
            return True
        found = _entry(node, keys[-1])
        if found is None:
            self._add(node, f"{keys[-1]}: {new}")
        elif _is_alias(*found) or self.before.startswith("&", found[1].start_mark.index):
            return False
        else:
            self._fill(*found, new)
        return True

    def _fill(self, key: yaml.Node, value: yaml.Node, new: str) -> None:
        """A value in place of another, which may be empty, or on lines of its own."""
        start, end = value.start_mark.index, _end(value)
        if isinstance(value, yaml.CollectionNode) and not value.flow_style:
            colon = self.before.index(":", key.end_mark.index) + 1
            line_end = _LINE_END.search(self.before, colon)
            assert line_end is not None
            self.spans += [(colon, colon, f" {new}"), (line_end.start(), end, "")]
            return
        if start < end:
            self.spans.append((start, end, new))
            return
        between = self.before[key.end_mark.index : start]
        before = ": " if ":" not in between else "" if between.endswith((" ", "\t")) else " "
        self.spans.append((start, start, f"{before}{new}"))

    def _add(self, node: yaml.MappingNode, new: str) -> None:
        """A new key and its value in a mapping: at the end in braces, after the plain keys where each has its line."""
        text = self.before
        if node.flow_style:
            brace = text.index("{", node.start_mark.index) + 1
            last = _end(node.value[-1][1]) if node.value else 0
            if node.value and last > node.value[-1][0].end_mark.index:
                self.spans.append((last, last, f", {new}"))
            else:
                self.spans.append((brace, brace, f"{new}, " if node.value else new))
            return
        first = node.value[0][0].start_mark
        indent = " " * first.column
        for key, value in reversed(node.value):
            one_line = value.start_mark.line == value.end_mark.line and _end(value) > key.end_mark.index
            if key.value in BEFORE and one_line and getattr(value, "style", None) not in ("|", ">"):
                line_end = _LINE_END.search(text, _end(value))
                at = line_end.end() if line_end else len(text)
                line = f"{indent}{new}{line_end[0]}" if line_end else f"{self._line_end}{indent}{new}"
                self.spans.append((at, at, line))
                return
        self.spans.append((first.index, first.index, f"{new}{self._line_end}{indent}"))

    @property
    def _line_end(self) -> str:
        found = _LINE_END.search(self.before)
        return found[0] if found else "\n"


def _entry(node: yaml.Node, key: Any) -> tuple[yaml.Node, yaml.Node] | None:
    """A key of a mapping and its value."""
    if not isinstance(node, yaml.MappingNode):
        return None
    return next(((k, v) for k, v in node.value if isinstance(k, yaml.ScalarNode) and k.value == key), None)


def _is_alias(key: yaml.Node, value: yaml.Node) -> bool:
    """Whether a value is an alias: its node is then elsewhere."""
    return bool(value.start_mark.index < key.end_mark.index)


def _end(node: yaml.Node) -> int:
    """Where a node ends; if it takes several lines by indentation, where its last scalar does."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)
