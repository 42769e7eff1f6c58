"""Templates of HTML: the settings that every page is laid out with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined


def environment(templates: Mapping[str, str], **known: Any) -> Environment:
    """Templates by name. Text is escaped, and a name that nothing was given for is an error, not a blank.

    known: what every template may use, by name.
    """
    made = Environment(
        loader=DictLoader(dict(templates)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(known)
    return made
