"""The words above a table: which column is meant, in which unit, and whether places or years stand below."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from indexcalc.spec.framework import UNSEEN, Framework, Units, one_line
from indexcalc.voice import DEFAULT, Voice, known_words, room

EARLIEST, LATEST = 1000, 2999
"""Years that are read as years without being listed in the YAML."""


def fold(text: object) -> str:
    """A text as it is compared: of one width, in lower case, without blanks.

    >>> fold(" ＧＤＰ (100 million)"), fold("μg/m³")
    ('gdp(100million)', 'μg/m3')
    """
    return re.sub(r"\s", "", UNSEEN.sub("", unicodedata.normalize("NFKC", str(text)).casefold()))


def known(*keys: str) -> frozenset[str]:
    """The words of every language by which a workbook is read, folded."""
    return frozenset(fold(word) for key in keys for word in known_words(f"workbook.{key}"))


CITY_HEADERS, WEAK_CITY_HEADERS = known("header.city"), known("header.weak_city")
YEAR_HEADERS, UNIT_WORDS = known("header.year"), known("header.unit")
_WEAK_VALUE_HEADERS = known("header.weak_value")
VALUE_HEADERS = known("header.value") | _WEAK_VALUE_HEADERS
SOURCE_SHEETS = known("source_sheet")
SOURCE_HEADERS = {
    name: known(f"header.{name}") for name in ("code", "indicator", "city", "year", "source", "note", "flag")
}
LONG_HEADERS = {**SOURCE_HEADERS, "value": VALUE_HEADERS, "unit": UNIT_WORDS}
MEASURE_HEADERS = known("header.measure")
_TOTALS, _TOTAL_ENDS = known("total"), tuple(known_words("workbook.total_end"))
_PART_BEGINNINGS = tuple(known("part_beginning"))
_AGGREGATES, _NO_PARTS = known("aggregate"), known("whole_like_a_part")
_AGGREGATE_CODES, PLACE_CODES, _CODELESS = known("aggregate_code"), known("header.place_code"), known("codeless")
_WHOLES, _PARTS = tuple(known("whole_suffix")), tuple(known("part_suffix"))
CITY_SUFFIXES = sorted(known("city_suffix"), key=len, reverse=True)
_OTHER_UNITS = known("other_unit")
_UNSPACED_UNITS = tuple(unit for unit in _OTHER_UNITS if not unit.isascii())
_SPACED_UNITS = tuple(f" {unit}" for unit in known_words("workbook.other_unit") if unit.isascii())
_PLACES, _NO_PLACES = known("place") | _AGGREGATES, known("no_place") | _OTHER_UNITS
_AFTER_YEAR = "|".join(map(re.escape, sorted(known("after_year"), key=len, reverse=True)))
_WHOLE_YEAR = known("year_whole")
_STATUS = "|".join(map(re.escape, sorted(known("year_status") | _WHOLE_YEAR, key=len, reverse=True)))
_YEAR = re.compile(rf"(?:year|fy|yr|y|x)?(\d{{4}})(?:\.0)?(?:{_AFTER_YEAR}|\[yr\1\])?([(\[]?(?:{_STATUS})[)\]]?)?")
_YEAR_WITHIN = re.compile(
    rf"[\s_(-]*(?:(?<![^\W\d_])[Ff][Yy]\s?)?(?<!\d)((?:19|20)\d\d)(?!\d)(?:{_AFTER_YEAR})?"
    rf"([(\[](?:{_STATUS})[)\]]|(?:{_STATUS})(?![^\W\d_])|\*)?[\s_)-]*"
)
_BESIDE_YEAR = re.compile(
    rf"(fy)?\s?(?:19|20)\d\d\s?(?:{_AFTER_YEAR})?[\s_-]*([^\W\d_].*|1[-\u2014]12\D+)?", re.IGNORECASE
)
_DAY = re.compile(r"(?:(\d{4})([-/.])\d{1,2}\2\d{1,2}|\d{1,2}([-/.])\d{1,2}\3(\d{4}))(?:[t ].*)?", re.ASCII)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_PART = rf"(?:[qh][1-4]|{_MONTH})"
_PERIOD = re.compile(
    rf"(?:19|20)\d\d(?:{_AFTER_YEAR})?[-/.]?(?:{_PART}|(?:0?[1-9]|1[0-2])(?:{'|'.join(sorted(known('month')))}))"
    rf"|(?:19|20)\d\d[-/.](?:0[1-9]|1[0-2])|{_PART}[-/.'\u2019]?(?:19|20)\d\d"
    rf"|(?:[qh][1-4][/'\u2019]|{_MONTH}[-/.'\u2019]|['\u2019])\d\d"
)
_SPAN = re.compile(r"(?:(?:19|20)(\d\d)[-/\u2013](?:19|20)?|(\d\d)/)(\d\d)")
_STRETCHED = re.compile(r"(?<![\u3400-\u9fff])[\u3400-\u9fff](?:\s+[\u3400-\u9fff])+(?![\u3400-\u9fff])")
_MARK_BEHIND = re.compile(
    r"\s*(?:[*\u2020\u2021\u00a7\u2460-\u2487\u00b9\u00b2\u00b3]|[(\[\uff08]\d[)\]\uff09]|(?<!\d)\d[)\uff09])+\s*$"
)
"""The mark of a note behind a name."""
_SIGNS_AROUND = re.compile(r"^[ *:\uff1a]+|[ *:\uff1a]+$")
_SERIES = re.compile(r"[A-Z]{2}\.[A-Z0-9]{2,}(?:\.[A-Z0-9]+)*")
"""The code of a series of the World Bank, which it puts where others put the unit."""
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_BRACKETED = re.compile(r"(.+?)\s*[(\[\u3010]([^()\[\]\u3010\u3011]+)[)\]\u3011]\s*")


@cache
def _kinds() -> dict[str, str]:
    """The kind of place that a header announces, by the words of every language."""
    kinds = [key.removeprefix("kind.") for key in room(DEFAULT, "workbook") if key.startswith("kind.")]
    return {fold(word): kind for kind in kinds for word in known_words(f"workbook.kind.{kind}")}


def units_below(headers: Collection[str]) -> Units | None:
    """What the entries below headers of places are, where the headers say that they are not cities.

    >>> units_below(["国家"]).forms("en"), units_below(["County"]).forms("zh"), units_below(["city", "country"])
    (('country', 'countries'), ('县', '县'), None)
    >>> units_below(["国家 Country"]).forms("en")
    ('country', 'countries')
    """
    alone = {header for header in headers if fold(header) in _kinds()}
    texts = [fold(header) for header in alone]
    texts += [text for header in headers if header not in alone for text in _in_each_language(header)]
    found = {_kinds().get(text) for text in texts}
    kind = found.pop() if len(found) == 1 else None
    return None if kind is None else Units.of(f"workbook.kind.{kind}")


def place_name(text: object) -> str:
    """The name of a place on one line, without the blanks that only stretch it.

    >>> place_name("北  京"), place_name("内 蒙 古"), place_name("北　京  Beijing"), place_name("New  York")
    ('北京', '内蒙古', '北京 Beijing', 'New York')
    >>> place_name("四川 成都")
    '四川 成都'
    """
    joined = _STRETCHED.sub(lambda found: re.sub(r"\s", "", found[0]), one_line(str(text)))
    return re.sub(r"\s+", " ", joined)


def split_unit(header: str) -> tuple[str, str | None]:
    """A header without the unit in brackets at its end, and that unit.

    >>> split_unit("地区生产总值（亿元）"), split_unit("PM2.5 [unit: μg/m³]"), split_unit("gdp")
    (('地区生产总值', '亿元'), ('PM2.5', 'μg/m3'), ('gdp', None))
    >>> split_unit("能耗/（吨标准煤/万元）")
    ('能耗', '吨标准煤/万元')
    >>> split_unit("GDP (current US$) [NY.GDP.MKTP.CD]")
    ('GDP', 'current US$')
    """
    found = _BRACKETED.fullmatch(unicodedata.normalize("NFKC", one_line(header)))
    if found is None:
        return header, None
    if _SERIES.fullmatch(found[2]):
        return split_unit(found[1])
    word, colon, rest = found[2].partition(":")
    return found[1].rstrip("/ "), (rest if colon and fold(word) in UNIT_WORDS else found[2]).strip()


def unit_said(title: str) -> str | None:
    """The unit that a title row gives for the whole sheet.

    >>> unit_said("单位：亿元"), unit_said("(Unit: km)"), unit_said("表1：亿元")
    ('亿元', 'km', None)
    """
    text = unicodedata.normalize("NFKC", one_line(title)).strip("()[]")
    word, colon, rest = text.partition(":")
    return rest.strip() or None if colon and fold(word) in UNIT_WORDS else None


@cache
def _same_units() -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Units written otherwise as a whole, and parts of units, longest first."""
    whole = {}
    for group in sorted(known_words("workbook.same_unit")):
        first, *others = map(fold, group.split("="))
        whole.update(dict.fromkeys(others, first))
    parts = [tuple(map(fold, pair.split("="))) for pair in known_words("workbook.unit_part")]
    return whole, sorted(((part, sign) for part, sign in parts), key=lambda pair: (-len(pair[0]), pair))


@cache
def folded_unit(unit: str) -> str:
    """A unit as it is compared: without brackets and blanks, words as symbols.

    >>> folded_unit("微克/立方米") == folded_unit("（µg/m³）") == folded_unit("ug/m3")
    True
    >>> folded_unit("亿元") == folded_unit("万元")
    False
    """
    whole, parts = _same_units()
    text = re.sub(r"[()\[\]\u3010\u3011]", "", fold(unit)).replace("^", "")
    text = whole.get(text, text)
    for part, sign in parts:
        text = text.replace(part, sign)
    return whole.get(text, text)


@cache
def may_be_negative(unit: str) -> bool:
    """Whether figures in a folded unit may be below 0: shares, money, degrees and points may, counts and sizes not.

    >>> [may_be_negative(folded_unit(unit)) for unit in ("%", "亿元", "℃", "万人", "km2", "μg/m³")]
    [True, True, True, False, False, False]
    """
    return any(part in unit for part in known("signed_unit"))


def year_in(value: object) -> int | None:
    """The year that a cell gives: a whole number, "2018", "2018年", or a date; None where it is none.

    Of numbers only the whole and finite ones, whatever their size: `is_usual_year` says which are likely to be years.

    >>> [year_in(value) for value in (2018, 2018.0, " ２０１８ 年", "2018-12-31", datetime.date(2018, 1, 1), "18", "①")]
    [2018, 2018, 2018, 2018, 2018, None, None]
    >>> year_in("12/31/2018")
    2018
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return int(value) if value == value and abs(value) < 1e6 and value == int(value) else None
    if isinstance(value, datetime.date):
        return value.year
    if not isinstance(value, str):
        return None
    found = _YEAR.fullmatch(fold(_MARK_BEHIND.sub("", value))) or _DAY.fullmatch(value.strip().casefold())
    return int(next(group for group in found.groups() if group and len(group) == 4)) if found else None


def is_day(value: object) -> bool:
    """Whether a cell gives a day."""
    return isinstance(value, datetime.date) or (isinstance(value, str) and _DAY.fullmatch(value.strip()) is not None)


def is_period(value: object) -> bool:
    """Whether a label is a part of a year, or a span of two.

    >>> [is_period(v) for v in ("2020Q1", "Q1 2020", "2020年1月", "Dec-19", "17/18", "2017-18", "'19")]
    [True, True, True, True, True, True, True]
    >>> any(map(is_period, ("2020", "3/4", "H2", "10-11", "Decile 90", "2010-2020", "1月", "Q101", "Q1.10", "May 10")))
    False
    """
    text = fold(value) if isinstance(value, str) else ""
    span = _SPAN.fullmatch(text)
    spans = span is not None and (int(span[1] or span[2]) + 1) % 100 == int(span[3])
    return spans or _PERIOD.fullmatch(text) is not None


def names_span(text: str) -> bool:
    """Whether a header is about more than one year, and none itself; what stands in brackets beside a year is not it.

    >>> [names_span(text) for text in ("2019-2021", "Change 2019-21 (%)", "2019年比2010年增长", "2019-20", "2019")]
    [True, True, True, False, False]
    >>> [names_span(text) for text in ("Change (2019-2020)", "2020（2021年修订）", "2019 (2018 rev.)")]
    [True, False, False]
    """
    whole = unicodedata.normalize("NFKC", text)
    outside = re.sub(r"[(\[][^()\[\]]*[)\]]", "", whole)
    narrow = outside if re.search(r"\d{4}", outside) else whole
    years = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", narrow))
    span = re.search(r"(?<!\d)(?:19|20)\d\d[-/\u2013\u2014]\d\d(?!\d)", narrow)
    return not is_period(text) and (len(years) > 1 or (span is not None and any(map(str.isalpha, narrow))))


def is_marked_year(value: object) -> bool:
    """Whether a year has the mark of a note behind it, or what its figures are (2020p, preliminary).

    >>> [is_marked_year(value) for value in ("2020*", "2020年（初步核实）", "2020p", "2020年", 2020, "2020 H1")]
    [True, True, True, False, False, False]
    """
    found = _YEAR.fullmatch(fold(_MARK_BEHIND.sub("", value))) if isinstance(value, str) else None
    return found is not None and (bool(found[2]) or _MARK_BEHIND.search(str(value)) is not None)


def has_marked_year(header: object) -> bool:
    """Whether the year in a header has a mark behind it, alone or beside a name.

    >>> [has_marked_year(value) for value in ("GDP 2019p", "2019年（初步核实）产值", "2019*", "GDP 2019")]
    [True, True, True, False]
    """
    found = list(_YEAR_WITHIN.finditer(unicodedata.normalize("NFKC", one_line(str(header)))))
    return is_marked_year(header) or (len(found) == 1 and found[0][2] is not None)


def split_year(header: str) -> tuple[str, int | None]:
    """A header without the year in it, and that year; None where there is none, or more than one, or nothing else but
    signs that are no unit, or what a year alone may have beside it.

    >>> split_year("GDP_2018"), split_year("2018年GDP（亿元）"), split_year("PM2.5"), split_year("2018")
    (('GDP', 2018), ('GDP(亿元)', 2018), ('PM2.5', None), ('2018', None))
    >>> split_year("GDP 2019p"), split_year("地区生产总值 2019年（初步核实）"), split_year("2019 population")
    (('GDP', 2019), ('地区生产总值', 2019), ('population', 2019))
    >>> split_year("2019-20"), split_year("2019/20")  # a span is no year, and 20 no indicator
    (('2019-20', None), ('2019/20', None))
    >>> split_year("2019 (%)"), split_year("2019 $"), split_year("2015=100")
    (('(%)', 2019), ('$', 2019), ('2015=100', None))
    >>> split_year("GDP (2015 prices) 2019"), split_year("GDP 2015 2019")
    (('GDP (2015 prices)', 2019), ('GDP 2015 2019', None))
    >>> split_year("Revenue FY2019"), split_year("FY2019"), split_year("2019 年"), split_year("2019 (r)")
    (('Revenue', 2019), ('FY2019', None), ('2019 年', None), ('2019 (r)', None))
    """
    if year_in(header) is not None:
        return header, None
    text = unicodedata.normalize("NFKC", one_line(header))
    found = list(_YEAR_WITHIN.finditer(text))
    if len(found) > 1:  # that of prices, in brackets, is part of the name
        found = [one for one in found if not _is_bracketed(text, one.start(1))]
    if len(found) != 1 or found[0].span() == (0, len(text)):
        return header, None
    rest = f"{text[: found[0].start()]} {text[found[0].end() :]}".strip()
    return (rest, int(found[0][1])) if any(map(str.isalpha, rest)) or unit_alone(rest) else (header, None)


def split_mark(header: str) -> tuple[str, int | None]:
    """What a year alone has beside it, where that may also name one of several measures of the year, and the year.

    >>> split_mark("2019 Actual"), split_mark("FY2019"), split_mark("2019年1-12月"), split_mark("2019A")
    (('Actual', 2019), ('FY', 2019), ('1-12月', 2019), ('A', 2019))
    >>> [split_mark(header)[1] for header in ("2019", "2019 年", "2020（初步核实）", "2020 (r)", "2019 GDP")]
    [None, None, None, None, None]
    """
    found = _BESIDE_YEAR.fullmatch(unicodedata.normalize("NFKC", one_line(header)))
    mark = " ".join(filter(None, found.groups())) if found is not None else ""
    return (mark, year) if mark and (year := year_in(header)) is not None else (header, None)


def may_be_of_measure(header: str) -> bool:
    """Whether a year has something beside it that is as likely one of its measures as a mark (2019 Actual, FY2019).

    >>> [may_be_of_measure(text) for text in ("2019 Actual", "2019 F", "FY2019", "2019年全年", "2019p", "2020年快报")]
    [True, True, True, True, False, False]
    """
    if split_mark(header)[1] is None:
        return False
    found = _YEAR_WITHIN.search(unicodedata.normalize("NFKC", one_line(header)))
    return found is None or found[2] is None or fold(found[2]) in _WHOLE_YEAR


def unit_alone(text: str) -> str | None:
    """The unit that is all of a text: in brackets, or a sign such as % or $; None where the text is something else.

    >>> unit_alone("(%)"), unit_alone("$"), unit_alone("（亿元）"), unit_alone("GDP (%)"), unit_alone("(20)")
    ('%', '$', '亿元', None, None)
    """
    narrow = unicodedata.normalize("NFKC", one_line(text))
    within = re.fullmatch(r"[(\[]([^()\[\]]+)[)\]]", narrow)
    said = (narrow if within is None else within[1]).strip()
    signs = all(sign in "%\u2030" or unicodedata.category(sign) == "Sc" for sign in said)
    worded = within is not None and any(map(str.isalpha, said)) and not re.search(r"\d{2}", said)
    return said if said and (signs or worded) else None


def _is_bracketed(text: str, at: int) -> bool:
    """Whether a position in a text is within brackets."""
    return len(re.findall(r"[(\[]", text[:at])) > len(re.findall(r"[)\]]", text[:at]))


def header_of(kind: str) -> str:
    """A header that is read as that of a column of some kind.

    >>> fold(header_of("year")) in YEAR_HEADERS
    True
    """
    return Voice(DEFAULT).words(f"workbook.header.{kind}")[0]


def _in_each_language(text: str) -> tuple[str, str]:
    """The Chinese of a text, and what stands beside it."""
    folded = fold(text)
    return "".join(_CHINESE.findall(folded)), _CHINESE.sub("", folded).strip("/|()")


def _is_either(text: str, words: frozenset[str]) -> bool:
    """Whether a text is one of some words, or one in Chinese beside one that is not."""
    return fold(text) in words or words.issuperset(_in_each_language(text))


def is_city_header(text: str) -> bool:
    """Whether a header is one of places.

    >>> [is_city_header(text) for text in ("地区", "City", "城  市 City", "地区 GDP")]
    [True, True, True, False]
    """
    return _is_either(text, CITY_HEADERS)


def is_indicator_word(text: str) -> bool:
    """Whether a header is that of the names of indicators."""
    return _is_either(text, LONG_HEADERS["indicator"])


def is_year_word(text: str) -> bool:
    """Whether a header is one of years."""
    return _is_either(text, YEAR_HEADERS)


def is_value_word(text: str) -> bool:
    """Whether a header is that of the figures themselves, where a row holds one."""
    return _is_either(text, VALUE_HEADERS)


def is_usual_year(year: int) -> bool:
    """Whether a whole number is likely meant as a year."""
    return EARLIEST <= year <= LATEST


def is_total(name: str) -> bool:
    """Whether a name is that of a sum or mean over places, or of what is part of the place above.

    >>> [is_total(name) for name in ("合计", "全省合计", "Total", "Average", "其中：市区", "成都", "Allentown")]
    [True, True, True, True, True, False, False]
    >>> [is_total(name) for name in ("合计：", "Total (13 cities)", "平均 *", "Sub-total", "Manila (metropolis)")]
    [True, True, True, True, False]
    >>> [is_total(name) for name in ("Total (EU)", "All (cities)", "All (KY)", "Max (ND)")]  # towns of a state
    [True, True, False, False]
    """
    unspaced = tuple(end for end in _TOTAL_ENDS if not end.isascii())
    if fold(name).startswith(_PART_BEGINNINGS):
        return True
    plain, remark = split_unit(_SIGNS_AROUND.sub("", _MARK_BEHIND.sub("", one_line(name))))
    if f" {plain.casefold()}".endswith(_TOTAL_ENDS) or fold(plain).endswith(unspaced):
        return True
    return fold(plain) in _TOTALS and (remark is None or re.fullmatch("[A-Z]{2}", remark) is None)


def is_measure(label: str) -> bool:
    """Whether a label says what is measured, or of which part of the year or the people, rather than where.

    >>> [is_measure(label) for label in ("绝对数", "比上年增长(%)", "位次", "H1", "Female", "甲市", "Austin (TX)")]
    [True, True, True, True, True, False, False]
    """
    return (
        fold(label) in _NO_PLACES
        or fold(split_unit(label)[0]) in _NO_PLACES
        or any(sign in fold(label) for sign in "%‰")
    )


def has_other_unit(header: str, group: str) -> bool:
    """Whether a column below a group is not in the unit of the group, such as its growth or its share.

    >>> has_other_unit("增速", "产值"), has_other_unit("GDP Growth (%)", "GDP"), has_other_unit("总量", "产值")
    (True, True, False)
    >>> [has_other_unit(name, "贸易") for name in ("同比增长率", "人均", "人均贸易", "Annual growth rate", "Exchange")]
    [True, True, True, True, False]
    """
    name = one_line(split_unit(header)[0]).casefold()
    own = fold(name).removeprefix(fold(group)).removesuffix(fold(group))
    return own in _OTHER_UNITS or fold(name).endswith(_UNSPACED_UNITS) or f" {name}".endswith(_SPACED_UNITS)


def is_known_place(label: str, cities: Collection[str] = ()) -> bool:
    """Whether a place is known by its name, with or without its suffix; a suffix alone (社区, 超市) shows nothing.
    cities: further ones, folded.

    >>> [is_known_place(label) for label in ("成都", "成都市", "四川省", "甲市", "社区", "主要城市", "Lyon")]
    [True, True, True, False, False, False, False]
    """
    return any(name in _PLACES or name in cities for name in (fold(label), bare(label)))


def looks_like_place(label: str) -> bool:
    """Whether a label alone shows that it is a place: by its end, or since it is known.

    >>> [looks_like_place(label) for label in ("甲市", "新疆", "长三角", "全市", "市区", "绝对数", "Alpha")]
    [True, True, True, False, False, False, False]
    """
    named = fold(label) in _PLACES or fold(label).endswith(tuple(CITY_SUFFIXES))
    return named and not is_total(label) and not is_measure(label)


def aggregates(places: Collection[str], coded: Collection[str] = ()) -> list[str]:
    """Of some places, those that others of them are parts of, such as 东部 beside provinces, or provinces beside cities
    that outnumber them. coded: those whose code in the file says so.

    Where all places but one bear names of such areas, the areas are what is compared.

    >>> aggregates(["北京", "河北", "东部"]), aggregates(["东部", "中部", "西部"])
    (['东部'], [])
    >>> aggregates(["四川省", "成都市", "绵阳市", "凉山州"]), aggregates(["四川省", "河北省", "重庆市", "上海市"])
    (['四川省'], [])
    >>> aggregates(["河北省", "山西省", "东部地区", "中部地区", "北京市"])
    ['东部地区', '中部地区']
    """
    folded = {place: fold(place) for place in places}
    wholes = {place for place, name in folded.items() if name.endswith(_WHOLES)}
    parts = sum(name.endswith(_PARTS) and name not in _NO_PARTS | _AGGREGATES for name in folded.values())
    larger = wholes if len(wholes) < parts else set()
    found = [place for place, name in folded.items() if name in _AGGREGATES or place in larger or place in coded]
    return found if len(found) + 1 < len(places) else []


def is_code_of_group(code: str, headers: Collection[str]) -> bool:
    """Whether a code is that of a group of places, as the well-known sources give them. headers: those of the names and
    of the codes.

    >>> [is_code_of_group(code, ["Country Name", "Country Code"]) for code in ("EAS", "AUT", "")]
    [True, False, False]
    >>> [is_code_of_group(code, ["Entity", "Code"]) for code in ("OWID_WRL", "OWID_KOS", "")]
    [True, False, True]
    """
    return fold(code) in _AGGREGATE_CODES or (not fold(code) and set(map(fold, headers)) == _CODELESS)


def bare(city: str) -> str:
    """A folded name without the suffix that says what it is, nor the mark of a note.

    >>> bare("成都市"), bare("北京①"), bare("上海 *"), bare("西安市 1)"), bare("EU 27")
    ('成都', '北京', '上海', '西安', 'eu27')
    """
    folded = fold(_MARK_BEHIND.sub("", city) or city)
    for suffix in CITY_SUFFIXES:
        if folded.endswith(suffix) and len(folded) - len(suffix) >= 2:
            return folded.removesuffix(suffix)
    return folded


class ColumnNames:
    """What the framework calls its columns, and which header of a file means which of them."""

    def __init__(self, framework: Framework, aliases: Mapping[str, str]) -> None:
        self._code_of: dict[str, str] = {}
        self._spelling: dict[str, str] = {}
        self._derived_of: dict[str, str] = {}
        columns = framework.columns
        self.places = frozenset(map(fold, framework.units.spellings if framework.units is not None else ()))
        for code in columns:
            self._enter(self._code_of, code, framework)
        for code, indicator in framework.all_indicators.items():
            if indicator.derived is not None:
                self._enter(self._derived_of, code, framework)
        for header, code in aliases.items():
            if code in columns:
                self._code_of[fold(header)] = code

    def _enter(self, table: dict[str, str], code: str, framework: Framework) -> None:
        name = framework.named(code)
        for spelling in (code, *(name.spellings if name else ())):
            table[fold(spelling)] = code
            self._spelling.setdefault(fold(spelling), spelling)

    def find(self, header: object) -> tuple[str | None, str | None]:
        """The code that a header means, and the unit in brackets behind it; None where there is none."""
        text = one_line(str(header))
        code = self._code_of.get(fold(text))
        if code is not None:
            return code, None
        name, unit = split_unit(text)
        code = self._code_of.get(fold(name)) if unit is not None else None
        return code, unit if code is not None else None

    def code(self, header: object) -> str | None:
        """The code that a header means."""
        return self.find(header)[0]

    def derived(self, header: str) -> str | None:
        """The derived indicator that a header names."""
        return self._derived_of.get(fold(header)) or self._derived_of.get(fold(split_unit(header)[0]))

    def spellings(self, codes: frozenset[str]) -> dict[str, str]:
        """What some columns are called: as it is compared, and as it is written."""
        return {folded: self._spelling.get(folded, folded) for folded, c in self._code_of.items() if c in codes}


def indicator_columns(head: Sequence[Any]) -> list[int]:
    """Positions of the columns that name an indicator: those of codes, then those of names, then those of measures."""
    texts = ["" if value is None else str(value) for value in head]
    found = [
        i for kind in ("code", "indicator") for i, text in enumerate(texts) if _is_either(text, LONG_HEADERS[kind])
    ]
    return found or [i for i, text in enumerate(texts) if _is_either(text, MEASURE_HEADERS)]


def columns_named(head: Sequence[Any], words: Mapping[str, frozenset[str]]) -> dict[str, int | None]:
    """Position of the first value under each name's words; None where there is none.

    >>> [columns_named(head, LONG_HEADERS)["value"] for head in (["Data value", "Value"], ["Data value"], ["x"])]
    [1, 0, None]
    """
    texts = ["" if value is None else str(value) for value in head]
    order = sorted(range(len(texts)), key=lambda i: fold(texts[i]) in _WEAK_VALUE_HEADERS)
    return {name: next((i for i in order if _is_either(texts[i], known)), None) for name, known in words.items()}
