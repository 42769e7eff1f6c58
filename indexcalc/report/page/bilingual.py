"""Texts in both languages at once, for the sections of the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from indexcalc.computed import Computed
from indexcalc.report.text.findings import Sentence
from indexcalc.voice import City, Node, Voice, voices

Both = dict[str, str]
"""A text by language."""


def both(run: Computed, key: str, /, **facts: Any) -> Both:
    """A word of the page in every language."""
    return each(run, lambda voice: voice.say(f"page.{key}", **facts))


def each(run: Computed, said: Callable[[Voice], str]) -> Both:
    """What `said` gives in every language."""
    return {voice.lang: said(voice) for voice in voices(run.result)}


def named(name: Any) -> Both:
    """A name of the framework."""
    return {voice.lang: voice.name(name) for voice in voices()}


def sentences_in_all(run: Computed, sentences: Callable[[Voice], Sequence[Sentence]]) -> list[Both]:
    """Sentences in every language."""
    found = {voice.lang: sentences(voice) for voice in voices(run.result)}
    return [{lang: said[i].text for lang, said in found.items()} for i in range(len(next(iter(found.values()))))]


def told(run: Computed, fact: Any) -> Both:
    """A fact in every language."""
    return each(run, lambda voice: voice.told(fact))


def city_name(run: Computed, c: int) -> Both:
    """Name of a city by position."""
    return told(run, City(run.result.cities[c]))


def node_name(run: Computed, code: str) -> Both:
    """Name of a node, indicator or series."""
    return told(run, Node(code))
