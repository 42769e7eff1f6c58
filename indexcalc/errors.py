"""What can be wrong, told so that it can be mended: where, what was found, what was expected, what to do.

InputError means "mend a file", ChoiceError "mend the methodology". Both carry every problem found, not the first.
Anything else that escapes is a fault of the program and keeps its traceback.
"""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from indexcalc.messages import Said, message
from indexcalc.voice import Voice


@dataclass(frozen=True)
class Problem:
    """One thing to mend (or, as a notice, to know): a message key, the facts that fill it, and the place."""

    key: str
    facts: dict[str, Any] = field(default_factory=dict)
    place: tuple[str, dict[str, Any]] | None = None

    def text(self, lang: str = "en") -> str:
        """The sentence in `lang` ("zh" or "en"), with its place before it."""
        sentence = message(self.key, lang, **self.facts).rstrip()
        if self.place is None:
            return sentence
        return message(self.place[0], lang, **self.place[1]) + message("after_place", lang) + sentence

    def spoken(self, voice: Voice) -> str:
        """The sentence in the language of a voice."""
        return self.text(voice.lang)

    def __str__(self) -> str:
        return self.text("en")


class IndexcalcError(Exception):
    """Base of the two errors that a user can mend; `problems` holds all of them."""

    def __init__(self, problems: Problem | Iterable[Problem]):
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self.text("en"))

    def text(self, lang: str = "en") -> str:
        """All problems, one to a line."""
        return "\n".join(problem.text(lang) for problem in self.problems)


class InputError(IndexcalcError):
    """A file, or a panel handed in, has to be mended."""


class ChoiceError(IndexcalcError):
    """The methodology asks for something that cannot be computed, here or ever."""


def refuse_if(problems: Sequence[Problem], error: type[IndexcalcError] = InputError) -> None:
    """Raise all problems at once, if there are any."""
    if problems:
        raise error(problems)


def in_words(found: object) -> str | Said:
    """What was found, as a fact: nothing, truth values and dates in words, all else as it would be written.

    >>> in_words(None).zh, in_words(True).en, in_words(datetime.datetime(2021, 1, 1)).en, in_words("2021")
    ('空值', 'true', 'the date 2021-01-01', "'2021'")
    """
    if found is None:
        return Said("nothing", "空值")
    if isinstance(found, bool):
        return Said(str(found).lower(), f"逻辑值{str(found).lower()}")
    if isinstance(found, datetime.date):
        return Said(f"the date {(day := str(found).removesuffix(' 00:00:00'))}", f"日期{day}")
    if isinstance(found, (datetime.time, datetime.timedelta)):
        return Said(f"the time {found}", f"时间{found}")
    return repr(found)


def nearest(word: object, known: Iterable[object]) -> str | None:
    """The known word most like `word`, or None where nothing comes near."""
    candidates = [str(k) for k in known]
    close = difflib.get_close_matches(str(word), candidates, n=1, cutoff=0.6)
    if close:
        return close[0]
    folded = {k.casefold().replace("-", "_").replace(" ", "_"): k for k in candidates}
    return folded.get(str(word).casefold().replace("-", "_").replace(" ", "_"))


def suggestion(word: object, known: Iterable[object]) -> dict[str, str]:
    """Facts `hint_en` and `hint_zh`: "Did you mean ...?" where a known word is near, else the known words."""
    words = [str(k) for k in known]
    near = nearest(word, words)
    if near is not None:
        return {f"hint_{lang}": message("did_you_mean", lang, near=near) for lang in ("zh", "en")}
    listed = ", ".join(words[:20]) + (", ..." if len(words) > 20 else "")
    return {f"hint_{lang}": message("known_are" if words else "nothing", lang, known=listed) for lang in ("zh", "en")}
