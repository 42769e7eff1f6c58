"""Numbers that are written as text: what they say, and by which safe reading."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from indexcalc.figures.headers import fold, folded_unit, known
from indexcalc.spec.framework import UNSEEN

MISSING = known("missing")
_SIGNS = re.compile(r"\*+|[.\u00b7]+|[-\u2010-\u2015\u2212\u2500]+")
"""Asterisks, points or dashes alone, however many, mark a missing value; an ellipsis is three points."""
_PLAIN = r"\d+(?:\.\d*)?|\.\d+"
_MARKED = re.compile(r"[\d.]\s*#")
_PARENTHESES = re.compile(r"\(\s*(\d[^()]*|\.\d[^()]*)\)")
_SIGN = re.compile(r"([^\d\s.,+-]{1,4})\s*(?=[\d.])")
_NUMBER = re.compile(
    rf"([+-]?(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d{{1,3}}(?: \d{{3}})+(?:\.\d+)?|{_PLAIN})(?:e[+-]?\d+)?)(.*)"
)


@dataclass(frozen=True)
class Reading:
    """What a text says: a number, or that the value is missing (None); `how` names the reading.

    how: "text" (a number as text), "width", "separators", "unit", "percent", "other_percent" (a percent sign in a
    column of another unit), "parentheses", "missing".
    """

    value: float | None
    how: str


@cache
def read_text(text: str, unit: str = "", decimal: str = ".", parentheses: str | None = None) -> Reading | None:
    """The number that a text says, or that it is a mark for a missing value; None where neither is certain.

    unit: that of the column; another one behind the number is not read. decimal: the decimal mark. parentheses:
    what a number in parentheses is, "negative" or "plain" (itself); by default it is not read.

    >>> [read_text(text).value for text in ("１０９", "12 300", "1,100.5", "118 ", "1.2E+02", "30%", "—")]
    [109.0, 12300.0, 1100.5, 118.0, 120.0, 30.0, None]
    >>> read_text("117.0亿元", "亿元").value, read_text("117.0亿元", "万元"), read_text("1,5"), read_text("1-2")
    (117.0, None, None, None)
    >>> read_text("1.234,5", decimal=",").value
    1234.5
    >>> read_text("$1,200", "$").value, read_text("12.7①"), read_text("35²")
    (1200.0, None, None)
    >>> [read_text(text).value for text in ("***", "..", "…", "x", "n.a.")], read_text("c"), read_text("nil")
    ([None, None, None, None, None], None, None)
    >>> read_text("（1,234）", parentheses="negative").value, read_text("(5%)", parentheses="plain").value
    (-1234.0, 5.0)
    >>> read_text("–131.2").value, read_text("18'960").value, read_text("1.2E−02").value
    (-131.2, 18960.0, 0.012)
    """
    if fold(text) in MISSING or _SIGNS.fullmatch(fold(text)) or not text.strip():
        return Reading(None, "missing")
    within = in_parentheses(text)
    if within is not None:
        said = read_text(within, unit, decimal) if parentheses else None
        if said is None or said.value is None:
            return None
        return Reading(0.0 - said.value if parentheses == "negative" else said.value, "parentheses")
    if _MARKED.search("".join("#" if unicodedata.category(sign) == "No" else sign for sign in text)):
        return None  # the mark of a note is not a digit
    narrow = UNSEEN.sub("", unicodedata.normalize("NFKC", text)).strip()
    written = re.sub(r"\s", " ", narrow).casefold()
    written = re.sub(r"(?:^|(?<=[\d.]e))[\u2012\u2013\u2212](?=[\d.])", "-", written)
    written = re.sub(r"(?<=\d)['\u2019](?=\d{3}(?!\d))", " ", written)
    if decimal == ",":
        written = written.translate(str.maketrans(",.", ".,"))
    before = _SIGN.match(written)
    if before is not None and unit and folded_unit(before[1]) == folded_unit(unit):
        written = written[before.end() :] + before[1]
    found = _NUMBER.fullmatch(written)
    if found is None:
        return None
    number, rest = found[1], found[2].strip()
    how = "text"
    if re.search(r"[\d,.%][ ,]\d", number):
        how = "separators"
    elif re.sub(r"\s", " ", text).strip() != narrow:
        how = "width"
    if rest == "%":
        how = "percent" if folded_unit(unit) in ("", "%") else "other_percent"
    elif rest and (not unit or folded_unit(rest) != folded_unit(unit)):
        return None
    elif rest:
        how = "unit"
    value = float(number.replace(",", "").replace(" ", ""))
    return Reading(value, how) if abs(value) < float("inf") else None


def is_marked(value: object, marks: tuple[object, ...]) -> bool:
    """Whether a value is one of the marks that the YAML declares for missing values."""
    if isinstance(value, str):
        return fold(value) in {fold(mark) for mark in marks}
    return any(isinstance(mark, (int, float)) and mark == value for mark in marks)


def in_parentheses(text: str) -> str | None:
    """What begins as a number in parentheses; None where the text is none.

    >>> in_parentheses("(1,234)"), in_parentheses("(12.5%)"), in_parentheses("(a)")
    ('1,234', '12.5%', None)
    """
    found = _PARENTHESES.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return None if found is None else found[1]


def is_text(value: object, parentheses: str | None = None) -> bool:
    """Whether a value is a text, and neither a number nor a mark for a missing one.

    >>> is_text("(5)"), is_text("(5)", "negative")
    (True, False)
    """
    return isinstance(value, str) and read_text(value, parentheses=parentheses) is None


def may_name(value: object) -> bool:
    """Whether a value may name something: a text that is no number, nor a mark for a missing one but of letters.

    >>> [may_name(value) for value in ("GDP", "x", "n/a", "12", "—", 3)]
    [True, True, False, False, False, False]
    """
    return is_text(value) or (isinstance(value, str) and fold(value).isalpha())


def says_number(value: object, parentheses: str | None = None) -> bool:
    """Whether a value is a number, or a text that says one."""
    said = read_text(value, parentheses=parentheses) if isinstance(value, str) else None
    return not isinstance(value, str) or (said is not None and said.value is not None)
