"""What can be wrong, reported so that it can be fixed: where, what was found, what was expected, what to do. InputError
means "fix a file", ChoiceError "fix the methodology". Both carry every problem found, not the first. Anything else that
escapes is a fault of the program and keeps its traceback.
"""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from indexcalc.voice import Few, Row, Voice, Word

if TYPE_CHECKING:
    from indexcalc.spec.framework import Framework, Units

MOST_COMPARED = 300
"""Known words up to which a misspelt one is compared with all, whatever they begin with."""

MOST_TOLD = 200
"""How many problems a message lists: nobody reads more."""

FEW_ALIKE = 3
"""How many problems that say the same are listed one by one."""

MOST_LINES = 6
"""How many lines are named that have the same problem."""


@dataclass(frozen=True)
class Problem:
    """One thing to fix (or, as a notice, to know): the key of its sentence, the facts that fill it, and the place."""

    key: str
    facts: dict[str, Any] = field(default_factory=dict)
    place: tuple[str, dict[str, Any]] | None = None

    def said(self, voice: Voice) -> str:
        """The sentence, with its place before it."""
        return voice.problem(self)

    def clause(self, voice: Voice) -> str:
        """The same as a part of another sentence."""
        return voice.clause(self)

    def text(self, lang: str = "en") -> str:
        """The sentence in a language, with its place before it."""
        return self.said(Voice(lang))

    def __str__(self) -> str:
        return self.text("en")


class IndexcalcError(Exception):
    """Base of the two errors that a user can fix; `problems` holds all of them, `notices` what was seen before."""

    def __init__(self, problems: Problem | Iterable[Problem], notices: Iterable[Problem] = ()):
        self.notices = tuple(notices)
        self.units: Units | None = None
        self.framework: Framework | None = None
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self.text("en"))

    def said(self, voice: Voice) -> str:
        """All problems, one to a line; one that a file has again and again, once; of very many the first, and how many
        more."""
        voice = self.told_by(voice)
        told = _alike(self.problems)
        lines = [_with_repeats(alike, voice) for alike in told[:MOST_TOLD]]
        if len(told) > MOST_TOLD:
            lines.append(voice.say("errors.more_problems", n=sum(map(len, told[MOST_TOLD:]))))
        return "\n".join(lines)

    def told_by(self, voice: Voice) -> Voice:
        """The voice, with the names and the words of the framework that the problems are about, if it is known."""
        if voice.framework is None and self.framework is not None:
            return voice.of(self.framework)
        return voice.calling(self.units)

    def text(self, lang: str = "en") -> str:
        """All problems in a language, one to a line."""
        return self.said(Voice(lang))

    def __str__(self) -> str:
        return self.text("en")


def _alike(problems: Sequence[Problem]) -> list[list[Problem]]:
    """Problems, those together that say the same of more than FEW_ALIKE lines of one YAML file."""
    groups: dict[object, list[Problem]] = {}
    for n, one in enumerate(problems):
        kind, at = one.place or ("", {})
        groups.setdefault((one.key, str(one.facts), at["file"]) if kind == "in_yaml" else n, []).append(one)
    found: list[list[Problem]] = []
    for group in groups.values():
        lines = {one.place[1].get("line") for one in group if one.place}
        found += [group] if FEW_ALIKE < len(group) == len(lines) else [[one] for one in group]
    return found


def _with_repeats(alike: Sequence[Problem], voice: Voice) -> str:
    """The sentence of the first of several problems that say the same, and the lines of the others."""
    said, lines = voice.problem(alike[0]), [one.place[1]["line"] for one in alike[1:] if one.place]
    key = "same_in_lines" if len(lines) <= MOST_LINES else "same_in_many_lines"
    return said + voice.say(f"errors.{key}", n=len(lines), lines=Row(lines[:MOST_LINES])) if lines else said


class InputError(IndexcalcError):
    """A file, or a panel passed in, has to be fixed."""


class ChoiceError(IndexcalcError):
    """The methodology asks for something that cannot be computed, with these figures or ever."""


@contextmanager
def calling(framework: Framework | None = None, *, units: Units | None = None) -> Iterator[None]:
    """Report what is refused inside with the names of a framework, or only with its words for what it compares."""
    try:
        yield
    except IndexcalcError as error:
        error.framework = error.framework or framework
        error.units = error.units or units
        raise


def refuse_if(problems: Sequence[Problem], error: type[IndexcalcError] = InputError) -> None:
    """Raise all problems at once, if there are any."""
    if problems:
        raise error(problems)


def in_words(found: object) -> str | Word:
    """What was found, as a fact: nothing, truth values and dates in words, all else as it would be written.

    >>> [Problem("cell_kind", {"found": in_words(found)}).text() for found in (None, datetime.date(2021, 1, 1))]
    ['Found nothing, expected a number. Leave the cell empty if the value is missing.',
     'Found the date 2021-01-01, expected a number. Leave the cell empty if the value is missing.']
    >>> in_words("2021")
    "'2021'"
    """
    if found is None:
        return Word("errors.found.nothing")
    if isinstance(found, bool):
        return Word("errors.found.truth", value=str(found).lower())
    if isinstance(found, datetime.date):
        return Word("errors.found.date", day=str(found).removesuffix(" 00:00:00"))
    if isinstance(found, (datetime.time, datetime.timedelta)):
        return Word("errors.found.time", time=str(found))
    return repr(found)


def nearest(word: object, known: Iterable[object]) -> str | None:
    """The known word most like `word`, or None where nothing comes near.

    If there are very many known words, only those that begin or end like it are compared: each comparison takes time.
    """
    candidates = [str(k) for k in known]
    if len(candidates) > MOST_COMPARED:
        ends = {str(word)[:1], str(word)[-1:]}
        candidates = [k for k in candidates if k[:1] in ends or k[-1:] in ends]
    close = difflib.get_close_matches(str(word), candidates, n=1, cutoff=0.6)
    if close:
        return close[0]
    folded = {k.casefold().replace("-", "_").replace(" ", "_"): k for k in candidates}
    return folded.get(str(word).casefold().replace("-", "_").replace(" ", "_"))


def suggestion(word: object, known: Iterable[object]) -> dict[str, str | Word]:
    """The fact `hint`: "Did you mean ...?" where a known word is similar, else the known words, else nothing."""
    words = [str(k) for k in known]
    near = nearest(word, words)
    if near is not None:
        return {"hint": Word("errors.hint.did_you_mean", near=near)}
    return {"hint": Word("errors.hint.known_are", known=Few(words, 20)) if words else ""}
