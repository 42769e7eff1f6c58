"""Texts in both languages at once: what the sections of the page are written with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from indexcalc.report.findings_text import Sentence
from indexcalc.report.page.material import Material
from indexcalc.voice import Voice, languages

Both = dict[str, str]
"""A text by language."""
MISSING = "–"


def both(key: str, /, **facts: Any) -> Both:
    """A word of the page in every language; a fact that is itself in all of them is taken in the same one."""
    return {
        lang: Voice(lang).say(
            f"page.{key}", **{name: fact[lang] if isinstance(fact, dict) else fact for name, fact in facts.items()}
        )
        for lang in languages()
    }


def each(material: Material, said: Callable[[Voice], str]) -> Both:
    """What `said` gives in every language."""
    return {voice.lang: said(voice) for voice in material.voices}


def named(name: Any) -> Both:
    """A name of the framework."""
    return {lang: name[lang] for lang in languages()}


def told(material: Material, sentences: Callable[[Voice], Sequence[Sentence]]) -> list[Both]:
    """Sentences, one language beside the other."""
    found = {voice.lang: sentences(voice) for voice in material.voices}
    return [{lang: said[i].text for lang, said in found.items()} for i in range(len(next(iter(found.values()))))]


def joined(names: Iterable[Mapping[str, str]]) -> Both:
    """Names in a row."""
    names = list(names)
    return {lang: Voice(lang).comma(name[lang] for name in names) for lang in languages()}


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
