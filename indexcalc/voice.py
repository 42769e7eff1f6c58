"""The voice of the program: every word that a person reads, in one language.

Words are data: `words/LANGUAGE/ROOM.toml` holds a template for each key, with facts in braces. A room is read when it
is first needed, so that `--help` reads only one. Whatever prints is given a `Voice`; nothing else knows the language. A
further language is a further folder; whatever it lacks appears in English.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from numbers import Real
from string import Formatter
from typing import TYPE_CHECKING, Any, Literal, Protocol
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from indexcalc.errors import Problem
    from indexcalc.methods import Method
    from indexcalc.spec.framework import Framework, Name, Units

DEFAULT, FALLBACK = "zh", "en"
VARIABLE = "INDEXCALC_LANG"
"""The environment variable that names the language."""
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that no screen or workbook can show; line breaks and tabs are not among them."""
LONGEST_QUOTE = 200
"""Characters of what was found that a message quotes."""
WORDS = files("indexcalc").joinpath("words")
FORM = re.compile(r"\{([Aa]_place|[Pp]laces?|end|nearer|farther|is_better|rank_one)\}")
"""In a template, what the index compares: `{place}` and `{places}`, with its article `{a_place}`; `{Place}` and so on
with a capital. And how its order is spoken of: `{end}`, the end of the scale that rank 1 is at, highest or lowest;
`{nearer}`, higher or lower, as it is from one score towards that end; `{farther}`, the other way; a higher figure
`{is_better}`; rank 1 is `{rank_one}`."""
FIRST_WORD = re.compile(r"([a-z]+|\{(step|kind)\}) ")
"""How the template of a problem begins that takes a capital: with a word, not with a key, a file or a name."""
NEUTRAL = "_neutral"
"""Words whose key ends so take the place of those without the ending where rank 1 is no merit (`Voice.end`)."""
End = Literal["highest", "lowest"]


@cache
def languages() -> tuple[str, ...]:
    """The languages that have words, the default first."""
    folders = [entry.name for entry in WORDS.iterdir() if entry.is_dir()]
    return (DEFAULT, *sorted(name for name in folders if name != DEFAULT and not name.startswith("_")))


@cache
def room(lang: str, name: str) -> Mapping[str, Any]:
    """The words of a room by key; those of a table below it as `table.key`."""
    own = WORDS.joinpath(lang, f"{name}.toml")
    if lang in (DEFAULT, FALLBACK):
        return dict(_flat(tomllib.loads(own.read_text(encoding="utf-8"))))
    said = _flat(tomllib.loads(own.read_text(encoding="utf-8"))) if own.is_file() else ()
    return {**room(FALLBACK, name), **dict(said)}


@cache
def _spoken(lang: str, name: str, one: str, many: str, end: End | None) -> Mapping[str, Any]:
    """The words of a room, with the name of what is compared, in the singular and in the plural. They praise rank 1, or
    only name the end of the scale that it is at."""
    words, grammar = room(lang, name), room(lang, "grammar")
    above = f"end.{end or 'best'}."
    forms = _forms(grammar, one, many)
    forms |= {key.removeprefix(above): said for key, said in grammar.items() if key.startswith(above)}
    return {
        key: FORM.sub(lambda found: forms[found[1]], said) if isinstance(said, str) else said
        for key, said in ((key, words.get(key + NEUTRAL, said) if end else said) for key, said in words.items())
        if not key.endswith(NEUTRAL)
    }


def _forms(grammar: Mapping[str, Any], one: str, many: str) -> dict[str, str]:
    """What replaces `{place}` and the like. A name that is written with its article keeps it: `an SOE`."""
    written, _, bare = one.partition(" ")
    if written not in room(FALLBACK, "grammar")["articles"]:
        written, bare = "", one
    articles = grammar["articles"]
    article = (written or articles[bare[:1].lower() in grammar["takes_an"]]) if articles else ""
    forms = {"place": bare, "places": many, "a_place": f"{article} {bare}".strip()}
    return forms | {name.capitalize(): form[:1].upper() + form[1:] for name, form in forms.items()}


def usual_language() -> str:
    """The language where nothing else gives one: that of the variable INDEXCALC_LANG, else Chinese."""
    named = os.environ.get(VARIABLE, "")
    return named if named in languages() else DEFAULT


def known_words(key: str) -> frozenset[str]:
    """The words of `room.key` that are recognised in files, in every language.

    >>> sorted(known_words("workbook.header.unit"))
    ['unit', 'unit of measure', 'units', '单位']
    """
    return frozenset(word for lang in languages() for word in Voice(lang).words(key))


def _flat(table: Mapping[str, Any], above: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield above + key, value


class Word:
    """A fact that is itself a word: it appears in the language of its sentence.

    >>> Voice("zh").say("errors.wrong_value", field="n", found="x", expected=Word("errors.expected.whole_number"))
    'n：读到x，应为整数。'
    """

    __slots__ = ("facts", "key")

    def __init__(self, key: str, /, **facts: Any) -> None:
        self.key, self.facts = key, facts

    def said(self, voice: Voice) -> str:
        return voice.say(self.key, **self.facts)

    def __repr__(self) -> str:
        return f"Word({self.key!r}{''.join(f', {name}={fact!r}' for name, fact in self.facts.items())})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Word) and (self.key, self.facts) == (other.key, other.facts)

    def __hash__(self) -> int:
        return hash((self.key, *self.facts))


class Kept(Word):
    """A sentence that several reports print: made once for each voice."""

    __slots__ = ("_told",)

    def __init__(self, key: str, /, **facts: Any) -> None:
        super().__init__(key, **facts)
        self._told: WeakKeyDictionary[Voice, str] = WeakKeyDictionary()

    def said(self, voice: Voice) -> str:
        if voice not in self._told:
            self._told[voice] = super().said(voice)
        return self._told[voice]


class Row(list[Any]):
    """A fact of several parts in a row, with commas between."""

    def said(self, voice: Voice) -> str:
        return voice.comma(map(voice.told, self))


class Few(list[Any]):
    """A fact of several parts in a row, of which the first few are told and the others counted.

    >>> [Voice(lang).told(Few("abcde", 3)) for lang in ("en", "zh")]
    ['a, b, c and 2 more', 'a、b、c等，另有2个']
    """

    def __init__(self, parts: Iterable[Any], most: int = 6, mark: str = "comma") -> None:
        super().__init__(parts)
        self.most, self.mark = most, mark

    def said(self, voice: Voice) -> str:
        more = len(self) - self.most
        told = voice.mark(self.mark).join(map(voice.told, self[: self.most]))
        return told + (voice.say("grammar.and_more", n=more) if more > 0 else "")


class Clauses(list[Any]):
    """A fact of several longer parts in a row, with semicolons between."""

    def said(self, voice: Voice) -> str:
        return voice.semicolon(map(voice.told, self))


class Sentences(list[Any]):
    """A fact of several sentences."""

    def said(self, voice: Voice) -> str:
        return voice.mark("between").join(map(voice.told, self))


class City(str):
    """A fact that is a city, by its key: it appears under its name."""

    def said(self, voice: Voice) -> str:
        return voice.city(self)


class Node(str):
    """A fact that is a node, an indicator or a series, by its code: it appears under its name."""

    def said(self, voice: Voice) -> str:
        return voice.node(self)


class Group(str):
    """A fact that is a group of cities, by its code: it appears under its name."""

    def said(self, voice: Voice) -> str:
        return voice.group(self)


def _short(text: str) -> str:
    """A text, shortened as a message quotes it."""
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 3] + "..."


class Named(Protocol):
    """What has names: a framework, or a result."""

    def voice(self, lang: str) -> Voice: ...


class Voice:
    """Whatever depends on the language: words, the framework's names, lists and ordinals.

    >>> voice = Voice("en")
    >>> voice.say("findings.period", first=2017, last=2022), voice.listed(["A", "B", "C"]), voice.ordinal(22)
    ('2017–2022', 'A, B and C', '22nd')
    """

    end: End | None
    """The end of the scale that rank 1 is at, where it is no merit to be there; None where rank 1 is the best."""

    def __init__(
        self,
        lang: str = DEFAULT,
        framework: Framework | None = None,
        *,
        units: Units | None = None,
        end: End | None = None,
    ) -> None:
        self.lang, self.framework, self.end = lang, framework, end
        self.grammar = room(lang, "grammar")
        units = units if framework is None else framework.units
        self._called = (self.grammar["place"], self.grammar["places"]) if units is None else units.forms(lang)

    def of(self, named: Named) -> Voice:
        """The same language, with the names of a framework; of a result, its order is spoken of as well."""
        return named.voice(self.lang)

    def calling(self, units: Units | None) -> Voice:
        """The same language, without the names of a framework except for what it compares.

        >>> from indexcalc.spec.framework import Units
        >>> said = Voice("en").calling(Units(zh="国家", en=("country", "countries")))
        >>> said.say("findings.n_cities", n=13), Voice("en").say("findings.n_cities", n=13)
        ('13 countries', '13 cities')
        """
        return self if units is None or self.framework is not None else Voice(self.lang, units=units)

    # -- words

    def say(self, key: str, /, **facts: Any) -> str:
        """The word or sentence of `room.key`, filled with facts."""
        return self.fill(self.template(key), facts)

    def template(self, key: str) -> str:
        """The words of `room.key` as they are written, with facts in braces."""
        name, _, inside = key.partition(".")
        return str(_spoken(self.lang, name, *self._called, self.end)[inside])

    def knows(self, key: str) -> bool:
        """Whether there is a word of `room.key`."""
        name, _, inside = key.partition(".")
        return inside in room(self.lang, name)

    def facts_of(self, key: str) -> frozenset[str]:
        """The facts that the sentence of `room.key` names."""
        return frozenset(fact for _, fact, _, _ in _parsed(self.template(key)) if fact)

    def words(self, key: str) -> list[str]:
        """The list of words of `room.key`."""
        name, _, inside = key.partition(".")
        return list(room(self.lang, name)[inside])

    def table(self, key: str) -> dict[str, str]:
        """The words of the table `room.table` by key; none where the language needs none."""
        name, _, inside = key.partition(".")
        words, above = _spoken(self.lang, name, *self._called, self.end), f"{inside}."
        return {word.removeprefix(above): said for word, said in words.items() if word.startswith(above)}

    def fill(self, text: str, facts: Mapping[str, Any]) -> str:
        """A template filled. `{n:city|cities}` takes the form that goes with the number, which it does not print.

        In a language without blanks between words, a name that ends in a Latin letter or a digit is separated by a
        blank from one that follows it. An empty fact leaves only one of the two blanks around it.

        >>> Voice("zh").fill("{city}{year}年", {"city": "甲2", "year": 2022})
        '甲2 2022年'
        >>> voice = Voice("en")
        >>> voice.fill("{n} {n:city|cities}", {"n": 1}), voice.fill("No city. {hint} Add it.", {"hint": ""})
        ('1 city', 'No city. Add it.')
        """
        said, name, silent = "", False, False
        for between, fact, form, _ in _parsed(text):
            if silent and said.endswith(" "):
                between = between.removeprefix(" ")
            said = self.beside(said, between) if name and between else said + between
            if fact is not None:
                told = self._fact(facts[fact], form or "")
                said = self.beside(said, told) if name and not between else said + told
                name, silent = not isinstance(facts[fact], Real), not told
        return said

    def _fact(self, fact: Any, form: str) -> str:
        if "|" in form:
            forms = form.split("|")
            return forms[0] if fact == 1 or len(forms) == 1 else forms[1]
        if hasattr(fact, "clause"):  # a problem within a sentence
            return str(fact.clause(self))
        return format(fact, form) if isinstance(fact, Real) else self.told(fact)

    def told(self, fact: Any) -> str:
        """A fact as text: what knows its own words (a `Word`, a `City`, a `Problem`, a `Name`) is asked for them, as is
        a function of the voice; several facts become a list."""
        if hasattr(fact, "said"):
            return str(fact.said(self))
        if isinstance(fact, (list, tuple)):
            return self.listed([self.told(one) for one in fact])
        return str(fact(self)) if callable(fact) else str(fact)

    def beside(self, name: str, following: str) -> str:
        """A name and what follows it, with a blank where two letters or figures would meet.

        >>> Voice("zh").beside("City D", "2022年"), Voice("zh").beside("甲", "2022年")
        ('City D 2022年', '甲2022年')
        """
        ends = name[-1:] + following[:1]
        meet = self.grammar["unspaced"] and len(ends) == 2 and ends.isascii() and ends.isalnum()
        return f"{name} {following}" if meet else name + following

    def problem(self, problem: Problem) -> str:
        """A problem or notice in words, after its place; without one it begins with a capital.

        >>> from indexcalc.errors import Problem
        >>> Voice("en").problem(Problem("missing_key", {"key": "weight"}))
        "Key 'weight' is missing. Add it."
        """
        sentence = self.clause(problem)
        return sentence[:1].upper() + sentence[1:] if self._begins_with_a_word(problem) else sentence

    def _begins_with_a_word(self, problem: Problem) -> bool:
        """Whether a problem begins with a word of its own, and not with a place, a key, a file or a name."""
        template = self.template(f"errors.{problem.key}")
        first: Any = problem.facts.get(template[1:].partition("}")[0]) if template.startswith("{") else None
        if hasattr(first, "clause"):  # another problem
            return self._begins_with_a_word(first)
        return problem.place is None and FIRST_WORD.match(template) is not None

    def clause(self, problem: Problem) -> str:
        """A problem in words, after its place, as a part of a sentence."""
        facts = dict(problem.facts)
        for name in ("found", "key", "code", "name"):  # may be whatever a user wrote
            if isinstance(facts.get(name), str):
                facts[name] = _short(facts[name])
        if isinstance(facts.get("city"), str):
            facts["city"] = self.keyed(facts["city"])
        sentence = self.say(f"errors.{problem.key}", **facts).strip()
        if problem.place is not None:
            key, facts = problem.place
            facts = {name: _short(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
            if isinstance(facts.get("city"), str):  # the cell is named beside it
                facts["city"] = self.city(facts["city"])
            sentence = self.say(f"errors.{key}", **facts) + self.say("errors.after_place") + sentence
        return CONTROL.sub("�", sentence)

    # -- methods

    def method(self, step: str, name: str) -> str:
        """The name of a method: that of the language, else made from its code.

        >>> Voice("zh").method("normalisation", "min_max"), Voice("en").method("normalisation", "min_max")
        ('极差标准化', 'min-max normalisation')
        """
        key = f"methods.name.{step}.{name}"
        return self.say(key) if self.knows(key) else f"{name.replace('_', '-')} {step}"

    def summary(self, method: Method) -> str:
        """What a method does, in one sentence: that of the language, else the first line of its docstring."""
        key = f"methods.summary.{method.step}.{method.name}"
        return self.say(key) if self.knows(key) else self.reworded(method.summary)

    def reworded(self, text: str) -> str:
        """A text of the documentation, which speaks of cities, in the words of the framework.

        >>> from indexcalc.spec.framework import Units
        >>> Voice("en").calling(Units(en=("economy", "economies"))).reworded("Cities in a city-year: (n_city, n_year)")
        'Economies in an economy-year: (n_city, n_year)'
        """
        usual = _forms(self.grammar, self.grammar["place"], self.grammar["places"])
        told = dict(zip(usual.values(), _forms(self.grammar, *self._called).values(), strict=True))
        words = "|".join(sorted(map(re.escape, told), key=len, reverse=True))
        return re.sub(rf"\b(?:{words})\b", lambda found: told[found[0]], text)

    # -- names of the framework

    def name(self, name: Name | Mapping[str, str]) -> str:
        """A name that is written in several languages."""
        return name[self.lang]

    def city(self, city: str) -> str:
        """A city, by its key in the YAML."""
        return city if self.framework is None else self.framework.city_label(city, self.lang)

    def keyed(self, city: str) -> str:
        """A city, with its key, which the YAML and the workbook use, where it differs from the name."""
        name = self.city(city)
        return name if name == city else self.say("errors.in_name_and_key", name=name, key=str(city))

    def node(self, code: str) -> str:
        """The index, a dimension, an indicator or a series, by its code."""
        name = None if self.framework is None else self.framework.named(code)
        return code if name is None else self.name(name)

    def group(self, code: str) -> str:
        """A group of cities, by its code."""
        groups = {} if self.framework is None else self.framework.groups
        return self.name(groups[code]) if code in groups else code

    # -- lists, ordinals

    def mark(self, name: str) -> str:
        """A punctuation mark, or what separates two sentences (`between`)."""
        return str(self.grammar[name])

    def listed(self, names: Sequence[str], last: str = "and") -> str:
        """Names as a list: `A, B and C`; last: the key of what precedes the last one, `and_clauses` for clauses."""
        first, last = self.grammar["comma"], self.grammar[last]
        return last.join([first.join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)

    def comma(self, parts: Iterable[str]) -> str:
        """Parts separated by commas."""
        return self.mark("comma").join(parts)

    def clauses(self, parts: Iterable[str]) -> str:
        """Clauses, or names with their figures, separated by commas; in Chinese not those of a list."""
        return self.mark("clauses").join(parts)

    def semicolon(self, parts: Iterable[str]) -> str:
        """Longer parts, separated by semicolons."""
        return self.mark("semicolon").join(parts)

    def without_stop(self, sentence: str) -> str:
        """A sentence without its full stop, to be used within another."""
        return sentence.rstrip().rstrip(self.grammar["stop"].strip())

    def ordinal(self, n: int) -> str:
        """A rank within a sentence; in Chinese the number alone, 第 being part of the sentence.

        >>> [Voice("en").ordinal(n) for n in (1, 2, 3, 4, 11, 12, 22, 113)], Voice("zh").ordinal(3)
        (['1st', '2nd', '3rd', '4th', '11th', '12th', '22nd', '113th'], '3')
        """
        keys = (f"ordinal.{n % 100}", f"ordinal.{n % 10}", "ordinal.other")
        return f"{n}{next(self.grammar[key] for key in keys if key in self.grammar)}"


def voices(named: Named | None = None) -> tuple[Voice, ...]:
    """One voice for each language."""
    return tuple(Voice(lang) if named is None else named.voice(lang) for lang in languages())


@cache
def _parsed(text: str) -> tuple[tuple[str, str | None, str | None, str | None], ...]:
    return tuple(Formatter().parse(text))
