"""A YAML file as plain data that remembers where each key is, and that options may edit before it is validated. Read by
the YAML 1.2 core rules: `no` and `0_1` are texts, `1.10` is a number; a duplicate key is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from indexcalc.errors import InputError, Problem, in_words, nearest, refuse_if, suggestion
from indexcalc.paths import reason, refuse_unreadable, shown
from indexcalc.voice import CONTROL, Row, Word

Keys = tuple[Any, ...]
Place = tuple[str, dict[str, Any]]

_INT = re.compile(r"[-+]?[0-9]+$")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = {"", "~", "null", "Null", "NULL"}
FIGURES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv")
"""Endings of files that hold figures, and no YAML."""
MOST_BYTES = 10 * 2**20
"""Bytes of a YAML file."""
MOST_ENTRIES = 200_000
"""Keys, entries of lists and values of a YAML file, its aliases expanded."""
MOST_LEVELS = 64
"""Levels of keys inside keys, or of lists inside lists."""
READ_ON = 1000
"""Levels up to which a text with too many is read on, for faults of form: older versions of libyaml take a time that
grows with the square of the levels."""
_LONGEST_INTEGER = 40
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Document:
    """The data of one YAML file, and the line (or the option) that each key came from.

    folder: the folder to which the names of files in it are relative. tables: the sheets that were read into the data,
    each with its file; cells: the cell of each value from them.
    """

    file: str
    data: dict[str, Any]
    lines: dict[Keys, int | str] = field(default_factory=dict)
    folder: Path = Path()
    tables: list[tuple[Path, str]] = field(default_factory=list)
    cells: dict[Keys, Place] = field(default_factory=dict)

    def place(self, keys: Keys) -> Place:
        """Where the nearest written key at or above `keys` is, for a Problem."""
        for end in range(len(keys), 0, -1):
            if keys[:end] in self.cells:
                return self.cells[keys[:end]]
            line = self.lines.get(keys[:end])
            if isinstance(line, str):
                return "in_option", {"option": line}
            if line is not None:
                return "in_yaml", {"file": self.file, "line": line, "path": dotted(keys[:end])}
        return "in_file", {"file": self.file}


def dotted(keys: Keys) -> str:
    """`('framework', 'years', 0)` as `framework.years[0]`."""
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) and text else f".{key}" if text else str(key)
    return text


def read_document(path: str | Path) -> Document:
    """Read a YAML file; every fault of form, such as a duplicate key, is an InputError with its line."""
    file = shown(path)
    refuse_unreadable(path)
    try:
        if Path(path).stat().st_size > MOST_BYTES:
            raise InputError(Problem("yaml_bytes", {"most": MOST_BYTES // 2**20}, ("in_file", {"file": file})))
        content = Path(path).read_bytes()
        if Path(path).suffix.casefold() in FIGURES:
            raise InputError(Problem("yaml_is_figures", {"name": Path(path).name}, ("in_file", {"file": file})))
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(Problem("yaml_encoding", place=("in_file", {"file": file}))) from None
    except OSError as error:
        raise InputError(
            Problem("file_unreadable", {"reason": reason(error)}, place=("in_file", {"file": file}))
        ) from None
    return replace(parsed(text, file), folder=Path(path).parent)


def parsed(text: str, file: str) -> Document:
    """The data of a YAML text; every fault of form, such as a duplicate key, is an InputError with its line."""
    document = Document(file, {})
    problems: list[Problem] = []
    document.data = _Construction(document, problems).value(composed(text, file), ())
    refuse_if(problems)
    return document


def composed(text: str, file: str) -> yaml.MappingNode:
    """A YAML text as nodes that know their place in it."""
    try:
        root = _composed(text)
    except _TooDeep as error:
        place = ("in_yaml", {"file": file, "line": error.line, "path": "YAML"})
        raise InputError(Problem("yaml_nesting", {"most": MOST_LEVELS}, place)) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = ("in_yaml", {"file": file, "line": mark.line + 1 if mark else 1, "path": "YAML"})
        raise InputError(Problem("yaml_syntax", {"reason": error.problem}, place)) from None
    except yaml.YAMLError as error:
        place = ("in_yaml", {"file": file, "line": 1, "path": "YAML"})
        raise InputError(Problem("yaml_syntax", {"reason": str(error).splitlines()[0]}, place)) from None
    if not isinstance(root, yaml.MappingNode):
        raise InputError(Problem("yaml_not_mapping", place=("in_file", {"file": file})))
    return root


class _TooDeep(yaml.YAMLError):
    """A text with more levels than MOST_LEVELS, in this line."""

    def __init__(self, line: int):
        super().__init__(line)
        self.line = line


def _composed(text: str) -> yaml.Node | None:
    """A YAML text as nodes; None if there is nothing in it. The levels are counted first: before 6.0.4, PyYAML puts
    nodes into each other until the process dies."""
    depth, too_deep = 0, None
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_LEVELS:
            too_deep = too_deep or event.start_mark
        if depth > READ_ON:
            break
    if too_deep is not None:
        raise _TooDeep(too_deep.line + 1)
    root: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    return root


class _Construction:
    """Nodes as plain data, aliases expanded, within the bounds of a file."""

    def __init__(self, document: Document, problems: list[Problem]) -> None:
        self.document = document
        self.problems = problems
        self.entries = 0
        self.above: list[int] = []

    def value(self, node: yaml.Node, keys: Keys) -> Any:
        """The data of the node at a path."""
        self.entries += 1
        if self.entries > MOST_ENTRIES:
            self._refuse("yaml_entries", node, keys, most=f"{MOST_ENTRIES:,}")
        if isinstance(node, yaml.ScalarNode):
            self._check_text(node.value, node, keys)
            return scalar(node.value, plain=not node.style)
        if id(node) in self.above:
            self._refuse("yaml_endless", node, keys)
        if len(self.above) >= MOST_LEVELS:
            self._refuse("yaml_nesting", node, keys, most=MOST_LEVELS)
        self.above.append(id(node))
        found = self._list(node, keys) if isinstance(node, yaml.SequenceNode) else self._mapping(node, keys)
        self.above.pop()
        return found

    def _list(self, node: yaml.Node, keys: Keys) -> list[Any]:
        for i, item in enumerate(node.value):
            self.document.lines[(*keys, i)] = item.start_mark.line + 1
        return [self.value(item, (*keys, i)) for i, item in enumerate(node.value)]

    def _mapping(self, node: yaml.Node, keys: Keys) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        first: dict[Any, int] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
            line = key_node.start_mark.line + 1
            if key in first:
                place = ("in_yaml", {"file": self.document.file, "line": line, "path": dotted((*keys, key))})
                self.problems.append(Problem("duplicate_key", {"key": key, "first": first[key]}, place))
                continue
            first[key] = line
            self.document.lines[(*keys, key)] = line
            self._check_text(key, key_node, (*keys, key))
            result[key] = self.value(value_node, (*keys, key))
        return result

    def _check_text(self, text: str, node: yaml.Node, keys: Keys) -> None:
        code = control_character(text)
        if code is not None:
            facts = {"found": text, "code": code}
            self.problems.append(Problem("control_character", facts, self._place(node, keys)))

    def _place(self, node: yaml.Node, keys: Keys) -> tuple[str, dict[str, Any]]:
        path = dotted(keys[:6]) or "YAML"
        return "in_yaml", {"file": self.document.file, "line": node.start_mark.line + 1, "path": path}

    def _refuse(self, key: str, node: yaml.Node, keys: Keys, **facts: Any) -> None:
        """Refuse at once: nothing after it can be used."""
        raise InputError(Problem(key, facts, self._place(node, keys)))


def control_character(text: str) -> str | None:
    """The code of a text's first control character (not counting line breaks and tabs), or None.

    >>> control_character("丁\x01"), control_character("a\tb")
    ('U+0001', None)
    """
    found = CONTROL.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def scalar(text: str, *, plain: bool = True) -> Any:
    """The value of a YAML scalar: a plain word is read as a number, true, false or nothing where it is one.

    >>> [scalar(text) for text in ("12", "1.5", "0_1", "no", "true", "~")]
    [12, 1.5, '0_1', 'no', True, None]
    """
    if not plain:
        return text
    if text in _NULLS:
        return None
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        return int(text) if len(text) <= _LONGEST_INTEGER else float(text)
    if _FLOAT.match(text):
        return float(text)
    return text


def set_values(document: Document, assignments: list[str]) -> None:
    """Apply `--set PATH=VALUE`, the value read as YAML; messages about it name the option."""
    problems = []
    for assignment in assignments:
        path, equals, value = assignment.partition("=")
        option = f"--set {assignment}"
        place = ("in_option", {"option": option})
        if not equals or not path.strip():
            facts = {"found": assignment, "expected": Word("errors.expected.path_value")}
            problems.append(Problem("option_form", facts, ("in_option", {"option": "--set"})))
            continue
        try:
            node = _composed(value)
        except _TooDeep:
            problems.append(Problem("yaml_nesting", {"most": MOST_LEVELS}, place))
            continue
        except yaml.YAMLError:
            facts = {"found": value, "expected": Word("errors.expected.yaml_value")}
            problems.append(Problem("option_form", facts, place))
            continue
        keys: Keys = _keys(path.strip(), document.data)
        inside: list[Problem] = []
        try:
            told = None if node is None else _Construction(Document("", {}), inside).value(node, keys)
        except InputError as error:
            inside, told = list(error.problems), None
        if inside:
            problems += [replace(problem, place=place) for problem in inside]
            continue
        wrong = _set(document, keys, told)
        if wrong is not None:
            problems.append(Problem("set_path", {"path": path, **wrong}, place))
        else:
            document.lines = {k: line for k, line in document.lines.items() if k[: len(keys)] != keys}
            for end in range(1, len(keys) + 1):  # keys that the option itself made are its own
                document.lines.setdefault(keys[:end], option)
    refuse_if(problems)


def _keys(path: str, data: Any) -> Keys:
    """A dotted path as keys of the data, entries of lists as numbers."""
    keys: list[Any] = []
    for key in path.split("."):
        number = isinstance(data, list) and key.isdecimal() and len(key) < 10
        keys.append(int(key) if number else key)
        if isinstance(data, list):
            data = data[int(key)] if number and int(key) < len(data) else None
        else:
            data = data.get(key) if isinstance(data, dict) else None
    return tuple(keys)


def _set(document: Document, keys: Keys, value: Any) -> dict[str, str | Word] | None:
    """Write `value` at `keys`; returns the facts of what prevents it, if anything does."""
    here: Any = document.data
    for depth, key in enumerate(keys):
        last = depth == len(keys) - 1
        if isinstance(here, list):
            if not isinstance(key, int) or key >= len(here):
                return {"key": str(key), "found": Word("errors.found.list", n=len(here))}
        elif not isinstance(here, dict):
            return {"key": str(keys[depth - 1]), "found": in_words(here)}
        if last:
            here[key] = value
        elif isinstance(here, list):
            here = here[key]
        else:
            if here.get(key) is None:
                here[key] = {}
            here = here[key]
    return None


def set_weights(document: Document, assignments: list[str]) -> list[str]:
    """Apply `--weight CODE=VALUE`: a number is taken as written, a share such as 40% scales the siblings.

    Returns the codes whose weight was set.
    """
    written: list[tuple[str, str, int | str]] = []
    problems: list[Problem] = []
    for assignment in assignments:
        code, equals, text = (part.strip() for part in assignment.partition("="))
        if equals and code:
            written.append((code, text, f"--weight {assignment}"))
        else:
            facts = {"found": assignment, "expected": Word("errors.expected.code_value")}
            problems.append(Problem("option_form", facts, ("in_option", {"option": "--weight"})))
    return _apply_weights(document, written, problems)


def apply_weights_block(document: Document) -> None:
    """Take the block `weights:` (code: value, as the page writes it) into the nodes it names, and out of the document.

    Anything but keys with values is left for validation to refuse.
    """
    block = document.data.get("weights")
    if not isinstance(block, dict):
        return
    del document.data["weights"]
    lines = {code: document.lines.get(("weights", code), 0) for code in block}
    _apply_weights(document, [(str(code), str(value), lines[code]) for code, value in block.items()], [])


def _apply_weights(document: Document, written: list[tuple[str, str, int | str]], problems: list[Problem]) -> list[str]:
    """Weights by code, each with the option or the line it comes from; refused with the problems found before."""
    nodes = {code: (keys, siblings) for code, keys, siblings in weighted(document.data)}
    numbers: dict[str, tuple[float, int | str]] = {}
    shares: dict[str, tuple[float, int | str]] = {}
    named = codes_of_names(document.data, nodes)
    for code, text, origin in written:
        place = _weight_place(document, code, origin)
        meant = named.get(code.casefold(), set())
        if code not in nodes and len(meant) > 1:
            facts = {"name": code, "codes": Row(sorted(meant))}
            problems.append(Problem("weight_name", facts, place))
            continue
        code = code if code in nodes else next(iter(meant), code)
        if code not in nodes:
            problems.append(Problem("weight_code", {"code": code, **nearest_code(document.data, code, nodes)}, place))
            continue
        number = scalar(text.removesuffix("%").strip())
        if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 <= number < float("inf"):
            problems.append(Problem("weight_value", {"found": text}, place))
        elif text.endswith("%"):
            shares[code] = (number / 100.0, origin)
        else:
            numbers[code] = (float(number), origin)
    refuse_if(problems)
    for code, (number, origin) in numbers.items():
        _set_weight(document, nodes[code][0], number, origin)
    for siblings in {id(nodes[code][1]): nodes[code][1] for code in shares}.values():
        problems += _set_shares(document, nodes, siblings, shares)
    refuse_if(problems)
    return [*numbers, *shares]


def nearest_code(data: Any, written: str, nodes: dict[str, tuple[Keys, list[str]]]) -> dict[str, str | Word]:
    """The suggestion of the code that is meant: one similar to the text, or the one whose name it is."""
    names = {name: next(iter(codes)) for name, codes in codes_of_names(data, nodes).items()}
    near = nearest(written, nodes) or names.get(nearest(written.casefold(), names) or "")
    return suggestion(near or written, nodes if near is None else [near])


def codes_of_names(data: Any, nodes: dict[str, tuple[Keys, list[str]]]) -> dict[str, set[str]]:
    """The codes that have a name, by that name in lower case, in every language in which it is given."""
    names: dict[str, set[str]] = {}
    for code, (keys, _) in nodes.items():
        node = data
        for key in keys:
            node = node[key]
        name = node.get("name") if isinstance(node, dict) else None
        for text in name.values() if isinstance(name, dict) else [name]:
            if isinstance(text, str):
                names.setdefault(text.strip().casefold(), set()).add(code)
    return names


def _weight_place(document: Document, code: str, origin: int | str) -> tuple[str, dict[str, Any]]:
    """Where a weight was written, for a Problem: an option, or a line of the block `weights:`."""
    if isinstance(origin, str):
        return "in_option", {"option": origin}
    return "in_yaml", {"file": document.file, "line": origin, "path": dotted(("weights", code))}


def _set_shares(
    document: Document, nodes: Any, siblings: list[str], shares: dict[str, tuple[float, int | str]]
) -> list[Problem]:
    given = {code: shares[code] for code in siblings if code in shares}
    total = sum(share for share, _ in given.values())
    weight = {code: weight_at(document, nodes[code][0]) for code in siblings if code not in given}
    rest = sum(weight.values())
    tolerance = 1e-9
    if total > 1 + tolerance or (rest == 0 and abs(total - 1) > tolerance):
        code, (_, origin) = next(iter(given.items()))
        facts = {"parent": dotted(nodes[code][0][:-2]), "total": f"{100 * total:g}%"}
        return [Problem("weight_shares", facts, _weight_place(document, code, origin))]
    for code, (share, origin) in given.items():
        _set_weight(document, nodes[code][0], share, origin)
    for code, old in weight.items():
        _set_weight(
            document, nodes[code][0], old / rest * max(0.0, 1 - total) if rest else 0.0, next(iter(given.values()))[1]
        )
    return []


def weight_at(document: Document, keys: Keys) -> float:
    """The weight that is written for the node at a path; 1 where none is."""
    node: Any = document.data
    for key in keys:
        node = node[key]
    weight = node.get("weight", 1.0) if isinstance(node, dict) else 1.0
    return float(weight) if isinstance(weight, (int, float)) else 1.0


def _set_weight(document: Document, keys: Keys, weight: float, origin: int | str) -> None:
    parent: Any = document.data
    for key in keys[:-1]:
        parent = parent[key]
    node = parent[keys[-1]]
    if node is not None and not isinstance(node, dict):
        return  # not a node at all: validation says so
    parent[keys[-1]] = {**(node or {}), "weight": weight}
    document.lines[(*keys, "weight")] = origin


def weighted(data: Any) -> Iterator[tuple[str, Keys, list[str]]]:
    """Every node with a weight: its code, its path, and the codes of its parent's children."""

    def below(node: Any, keys: Keys) -> Iterator[tuple[str, Keys, list[str]]]:
        members = [(kind, node[kind]) for kind in ("dimensions", "indicators") if isinstance(node.get(kind), dict)]
        siblings = [code for _, group in members for code in group]
        for kind, group in members:
            for code, child in group.items():
                yield code, (*keys, kind, code), siblings
                if isinstance(child, dict):
                    yield from below(child, (*keys, kind, code))

    framework = data.get("framework")
    if isinstance(framework, dict):
        yield from below(framework, ("framework",))
