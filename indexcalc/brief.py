"""How results are shown: on one line, and in a notebook with their main table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from typing import Any, ClassVar

LONGEST = 40
"""Characters of a value that is written out; of a longer one the size is given."""
MOST = 300
"""Characters of a whole line."""


class Brief:
    """A result whose repr is one line: short values as they are, and the size of others. `main`: the method that gives
    its main table, which a notebook shows below.

    >>> import indexcalc as ic
    >>> ic.Panel.from_columns("AB", [2020, 2021], {"x": [1, 2]})
    Panel(cities=('A', 'B'), years=(2020, 2021), codes=('x',), values=[2, 2, 1], origin=[2, 2, 1], present=[2, 2],
    sources={}, cells={}, file='', notices=())
    """

    main: ClassVar[str] = ""

    def __repr__(self) -> str:
        names: list[str] = [one.name for one in fields(self)] if is_dataclass(self) else []
        return in_a_line(type(self).__name__, ((name, getattr(self, name)) for name in names))

    def _repr_html_(self) -> str:
        from html import escape

        table = getattr(self, self.main)()._repr_html_() if self.main else ""
        return f"<p>{escape(repr(self))}</p>{table}"


class Frozen(Brief):
    """Such a result, of which nobody can change the arrays, alone, in tuples or in mappings."""

    def __post_init__(self) -> None:
        for value in vars(self).values():
            _freeze(value)


def _freeze(value: Any) -> None:
    """Make an array read-only, and those in a tuple or a mapping."""
    if hasattr(value, "setflags"):
        value.setflags(write=False)
    elif isinstance(value, tuple):
        for one in value:
            _freeze(one)
    elif isinstance(value, Mapping):
        _freeze(tuple(value.values()))


def in_a_line(name: str, values: Iterable[tuple[str, Any]]) -> str:
    """A repr that fits a line, without the values that are None."""
    line = f"{name}({', '.join(f'{key}={_short(value)}' for key, value in values if value is not None)})"
    return line if len(line) <= MOST else f"{line[: MOST - 5]} ...)"


def _short(value: Any) -> str:
    """A value in few characters: as it is, or its shape, its length, or its type."""
    shape = getattr(value, "shape", None)
    if shape is not None:
        return str(list(shape))
    if isinstance(value, (Mapping, Sequence, Set)) and len(repr(value)) > LONGEST:
        return f"{value[: LONGEST - 10]!r}..." if isinstance(value, str) else f"<{len(value)}>"
    if isinstance(value, Brief) or is_dataclass(value):
        return type(value).__name__
    written = repr(value)
    return written if len(written) <= LONGEST else type(value).__name__
