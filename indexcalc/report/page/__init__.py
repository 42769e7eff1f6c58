"""The page (`report.html`): one file with the findings, the charts, the methodology, and sliders for the weights.

Nothing is fetched and nothing is third-party: the template, the styles and the script stand beside this module, the
figures inside the page. The script's arithmetic is that of the program; the same result gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from indexcalc import __version__
from indexcalc.report.charts.style import GROUP_COLOURS, RISER_COLOURS
from indexcalc.report.page.content import content
from indexcalc.report.page.material import Material
from indexcalc.report.page.payload import payload, to_json
from indexcalc.report.page.words import SCRIPT, WORDS
from indexcalc.report.page.words import both as said

SCRIPTS = ("model.js", "evidence.js", "charts.js", "page.js")

DARK = ("#5bb4f0", "#35c79b", "#e39ac4", "#f2f2f2", "#ff8b4a", "#f3bd4f", "#8fd0f7")
"""The colours of the charts on a dark ground, in the order of GROUP_COLOURS and RISER_COLOURS."""

__all__ = ["Material", "write_page"]


def write_page(material: Material, path: Path, lang: str = "zh") -> None:
    """Write the page, beginning in Chinese or English."""
    path.write_text(render(material, lang), encoding="utf-8", newline="\n")


def render(material: Material, lang: str = "zh") -> str:
    """The page as text."""
    numbers = payload(material)
    words = {key: WORDS[key] for key in SCRIPT}
    return _template().render(
        lang=lang,
        version=__version__,
        css=Markup(_colours() + _asset("page.css")),
        script=Markup("\n".join(_asset(name) for name in SCRIPTS)),
        payload=Markup(to_json(numbers)),
        script_words=Markup(to_json(words)),
        **content(material, numbers["model"]),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=DictLoader({"page.html": _asset("page.html")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"t": _told, "both": in_both, "aria": _aria}
    return environment.get_template("page.html")


def in_both(text: str | Mapping[str, str]) -> Markup:
    """A text in both languages, of which the page shows one."""
    if isinstance(text, str):
        return escape(text)
    if text["zh"] == text["en"]:
        return escape(text["zh"])
    return Markup('<span lang="zh">{}</span><span lang="en">{}</span>').format(text["zh"], text["en"])


def _told(key: str, **facts: Any) -> Markup:
    return in_both(said(key, **facts))


def _aria(key: str, **facts: Any) -> Markup:
    """An accessible name in both languages; the script sets the one that is shown."""
    text = said(key, **facts)
    return Markup('aria-label="{}" data-zh="{}" data-en="{}"').format(text["zh"], text["zh"], text["en"])


def _colours() -> str:
    """The palette of the charts as custom properties: --k of lines and marks, --t of text."""
    pairs = zip((*GROUP_COLOURS, *RISER_COLOURS), DARK, strict=True)
    lines = [
        f"--k{i}:light-dark({colour},{dark});--t{i}:light-dark({ink},{dark});"
        for i, ((colour, ink), dark) in enumerate(pairs)
    ]
    return ":root{" + "".join(lines) + "}\n"


@cache
def _asset(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")
