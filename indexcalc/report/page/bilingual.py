"""Texts in both languages at once: what the sections of the page are written with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from indexcalc.report.findings_text import Sentence
from indexcalc.report.page.material import Material
from indexcalc.report.page.words import word

Both = dict[str, str]
LANGS = ("zh", "en")
MISSING = "–"


def each(said: Callable[[str], str]) -> Both:
    """What `said` gives for either language."""
    return {lang: said(lang) for lang in LANGS}


def named(name: Any) -> Both:
    """A name of the framework."""
    return {lang: name[lang] for lang in LANGS}


def told(sentences: Callable[[str], Sequence[Sentence]]) -> list[Both]:
    """Sentences, one language beside the other."""
    return [{"zh": zh.text, "en": en.text} for zh, en in zip(sentences("zh"), sentences("en"), strict=True)]


def joined(names: Iterable[Mapping[str, str]], comma: str = "list_comma") -> Both:
    """Names in a row."""
    names = list(names)
    return each(lambda lang: word(comma, lang).join(name[lang] for name in names))


def city_name(material: Material, c: int) -> Both:
    """Name of a city by position."""
    return named(material.city_name(c))


def node_name(material: Material, code: str) -> Both:
    """Name of a node, indicator or series."""
    return named(material.node_name(code))


def whole(value: float) -> str:
    """A rank, or a dash.

    >>> whole(3.0), whole(float("nan"))
    ('3', '–')
    """
    return MISSING if np.isnan(value) else f"{value:.0f}"
