"""Templates of HTML: the settings that every page is laid out with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined


@cache
def asset(package: str, name: str) -> str:
    """A template, style or script of a package."""
    return (files(package) / name).read_text(encoding="utf-8")


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
