"""What is measured: indicators in dimensions, cities, years, lenses. Nothing here says how it is computed, except where
a node names its own method."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from math import isfinite
from numbers import Real
from typing import Annotated, Any, Literal, Self, TypeGuard

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from indexcalc.errors import Problem, in_words, refuse_if, suggestion
from indexcalc.methods import METHODS
from indexcalc.spec.choice import Model, choice, refused
from indexcalc.spec.methodology import (
    DirectionChoice,
    ImputationChoice,
    NodeMethods,
    NormalisationChoice,
    Reference,
    Rounding,
    TransformChoice,
    TreatmentChoice,
)
from indexcalc.voice import End, Row, Voice, Word

INDEX = "index"
"""Code of the root node, the composite index itself."""
LARGEST_WEIGHT = 1e9
"""Weights are relative: beyond this, their sum may be infinite, and a share of it 0."""


MOST_YEARS, LATEST_YEAR = 1000, 9999
"""Years of a framework or a panel, and the last there may be."""


UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
"""Signs that are pasted with a text and not seen."""


def one_line(text: str) -> str:
    """A text as it is drawn and compared: without blanks at its ends, with line breaks and tabs as blanks, and without
    signs that nobody sees (blanks of no width, byte-order marks, soft hyphens, marks of direction).

    >>> one_line(" 上海\\r\\n浦东 "), one_line("Gr\\u00adaz\\u200b")
    ('上海 浦东', 'Graz')
    """
    return re.sub(r"\s*[\x00-\x1f\x7f-\x9f][\s\x00-\x1f\x7f-\x9f]*", " ", UNSEEN.sub("", text)).strip()


class Name(Model):
    """A name in Chinese and English; `zh` or `en` alone is used for both, as is a plain text."""

    zh: Annotated[str, AfterValidator(one_line)]
    en: Annotated[str, AfterValidator(one_line)]

    @model_validator(mode="before")
    @classmethod
    def _written(cls, written: Any) -> Any:
        if isinstance(written, str):
            return dict.fromkeys(cls.model_fields, written)
        if isinstance(written, Mapping) and len(written) == 1 and written.keys() < cls.model_fields.keys():
            (only,) = written.values()
            return dict.fromkeys(cls.model_fields, only)
        return written

    def __getitem__(self, lang: str) -> str:
        found: str = getattr(self, lang, self.en)
        return found

    def said(self, voice: Voice) -> str:
        return voice.name(self)

    @property
    def spellings(self) -> tuple[str, ...]:
        """The name in every language."""
        return tuple(getattr(self, lang) for lang in Name.model_fields)

    @classmethod
    def of(cls, key: str) -> Name:
        """The name that the words have under `room.key`."""
        return cls(**{lang: Voice(lang).say(key) for lang in cls.model_fields})


NOUNS = {"zh": 1, "en": 2}
"""Words that a language needs: for one, and for several where that is another."""
LONGEST_NOUN = 30


class Units(Model):
    """What the index compares, where that is not cities: the Chinese word, the English word for one and for several.

    One language alone is used for both, as is a list of the two English words. The English singular may include its
    article, where that is not the usual one: `[an SOE, SOEs]`.
    """

    zh: tuple[str, ...] | None = None
    en: tuple[str, ...] | None = None

    @model_validator(mode="before")
    @classmethod
    def _written(cls, written: Any) -> Any:
        if isinstance(written, (list, tuple)):
            return {"en": written}
        if isinstance(written, Mapping) and written:
            return written
        raise _wrong("units", in_words(written), Word("errors.expected.units"))

    @field_validator("zh", "en", mode="before")
    @classmethod
    def _nouns(cls, written: Any, info: ValidationInfo) -> tuple[str, ...]:
        field = str(info.field_name)
        n = NOUNS[field]
        words = [written] if n == 1 else written
        if not isinstance(words, (list, tuple)) or len(words) != n or not all(map(_is_noun, words)):
            raise _wrong(field, in_words(written), Word(f"errors.expected.units_{field}"))
        return tuple(map(one_line, words))

    def forms(self, lang: str) -> tuple[str, str]:
        """The words for one and for several, in a language."""
        said = getattr(self, lang, None) or self.en or self.zh or ()
        return said[0], said[-1]

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every word, in every language."""
        return (*(self.zh or ()), *(self.en or ()))

    @classmethod
    def of(cls, key: str) -> Units:
        """The units that the word files list first under `room.key`."""
        words = {lang: Voice(lang).words(key)[:n] for lang, n in NOUNS.items()}
        return cls.model_validate({lang: said[0] if len(said) == 1 else said for lang, said in words.items()})

    @property
    def plain(self) -> dict[str, Any]:
        """As a YAML writes them."""
        return {**({"zh": self.zh[0]} if self.zh else {}), **({"en": list(self.en)} if self.en else {})}

    @classmethod
    def written(cls, within: Any) -> Units | None:
        """The units that a mapping gives under `units`; None where it gives none, or wrong ones."""
        try:
            return cls.model_validate(within["units"]) if isinstance(within, dict) and "units" in within else None
        except ValidationError:
            return None


def _is_noun(word: Any) -> bool:
    return isinstance(word, str) and 0 < len(one_line(word)) <= LONGEST_NOUN and not set(word) & set("{}|")


class City(Model):
    """A city: its English name, its group, and other spellings a workbook may use."""

    en: str | None = None
    group: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """What it may be called besides its key: its aliases, then its English name."""
        return (*self.aliases, *filter(None, [self.en]))


class Printed(Model):
    """Figures that are right although they look wrong: of a city, of a year, or of both; if neither is given, all."""

    city: str | None = None
    year: int | None = Field(None, strict=True)


def _printed(written: Any) -> Any:
    """`true` as all figures, one mapping as a list of it."""
    if isinstance(written, bool):
        return ({},) if written else ()
    return (written,) if isinstance(written, Mapping) else written


AsPrinted = Annotated[tuple[Printed, ...], BeforeValidator(_printed)]


class Series(Model):
    """A column of the workbook that only feeds derived indicators, alternatives, or the reader."""

    name: Name | None = None
    unit: str = ""
    publisher: str | None = None
    trust: Literal["A", "B", "C"] | None = None
    optional: bool = False
    as_printed: AsPrinted = ()


class Derivation(Model):
    """How an indicator is computed from columns of the workbook: a registered kind, its parts and parameters."""

    kind: str
    parts: tuple[str, ...]
    parameters: Mapping[str, Any] = Field(default_factory=dict)


def _derivation(kind: str, written: Any) -> Derivation:
    """`ratio: {of, to, scale}`, `share: {of, to}`, `growth: {of, over}`, `sum: [a, b]` and so on as a Derivation."""
    spec = METHODS["derivation"][kind]
    names = [part for part in spec.positional if part != "years"]
    several = "several" in spec.traits
    if several and isinstance(written, list):
        written = {"of": written}
    if not isinstance(written, Mapping):
        raise _wrong(kind, in_words(written), Word("errors.expected.keys", names=str(names)))
    parts: list[str] = []
    for name in names:
        if name not in written:
            raise refused("missing_parameter", {"step": "derivation", "method": kind, "parameter": name})
        value = written[name]
        parts.extend(value if isinstance(value, list) and several else [value])
    if not parts or not all(isinstance(part, str) for part in parts):
        raise _wrong(kind, in_words(written), Word("errors.expected.column_codes"))
    if spec.traits.get("several") == "+" and len(set(parts)) < len(parts):
        raise _wrong(kind, Row(parts), Word("errors.expected.column_once"))
    parameters = {k: v for k, v in written.items() if k not in names}
    return Derivation(
        kind=kind,
        parts=tuple(parts),
        parameters=choice("derivation", {"method": kind, **parameters}).parameters,
    )


def _wrong(field: str, found: str | Word | Row, expected: Word) -> PydanticCustomError:
    return refused("wrong_value", {"field": field, "found": found, "expected": expected})


class Indicator(Model):
    """One indicator: a column of the workbook, or derived from columns; its direction, weight, tags and own methods."""

    name: Name | None = None
    unit: str = ""
    direction: DirectionChoice = Field(default_factory=lambda: choice("direction", "positive"))
    weight: float = Field(1.0, ge=0, le=LARGEST_WEIGHT, allow_inf_nan=False)
    tags: Mapping[str, str] = Field(default_factory=dict)
    publisher: str | None = None
    trust: Literal["A", "B", "C"] | None = None
    alternatives: tuple[str, ...] = ()
    as_printed: AsPrinted = ()
    derived: Derivation | None = None
    imputation: ImputationChoice | None = None
    transform: TransformChoice | None = None
    treatment: TreatmentChoice | None = None
    normalisation: NormalisationChoice | None = None
    reference: Reference | None = None
    rounding: Rounding | None = None

    @model_validator(mode="before")
    @classmethod
    def _derived(cls, written: Any) -> Any:
        """Gather the key that names a kind of derivation (`ratio: {...}`) under `derived`."""
        if not isinstance(written, Mapping):
            return {} if written is None else written
        if "derived" in written and not isinstance(written["derived"], Derivation):
            known = [name for name in cls.model_fields if name != "derived"] + list(METHODS["derivation"])
            raise refused("unknown_key", {"key": "derived", **suggestion("derived", known)})
        kinds = [key for key in written if key in METHODS["derivation"]]
        if not kinds:
            return written
        if len(kinds) > 1:
            raise refused("two_derivations", {"found": Row(kinds)})
        rest = {key: value for key, value in written.items() if key not in kinds}
        return {**rest, "derived": _derivation(kinds[0], written[kinds[0]])}


class Turnable(NodeMethods):
    """A node above the indicators. direction: `negative` reverses its score on its scale, lower + upper - score.

    scale: [lower, upper]; without it, that of the indicators below, where all of them share one.
    """

    direction: Literal["positive", "negative"] = "positive"
    scale: tuple[float, float] | None = None

    @field_validator("scale")
    @classmethod
    def _ascending(cls, scale: tuple[float, float] | None) -> tuple[float, float] | None:
        if scale is not None and not (isfinite(scale[0]) and isfinite(scale[1]) and scale[0] < scale[1]):
            raise _wrong("scale", in_words(list(scale)), Word("errors.expected.interval"))
        return scale


class Dimension(Turnable):
    """A node of the framework: indicators, further dimensions, or both; its weight and own methods."""

    name: Name | None = None
    weight: float = Field(1.0, ge=0, le=LARGEST_WEIGHT, allow_inf_nan=False)
    indicators: Mapping[str, Indicator] = Field(default_factory=dict)
    dimensions: Mapping[str, Dimension] = Field(default_factory=dict)

    @property
    def children(self) -> dict[str, Dimension | Indicator]:
        """Dimensions, then indicators, by code."""
        return {**self.dimensions, **self.indicators}


class Lens(Model):
    """Another way to group the indicators: each tag of this name falls into one of the groups. note: what the page says
    below its table."""

    name: Name | None = None
    groups: Mapping[str, Name]
    note: Name | None = None


class Ignored(Model):
    """The parts of a sheet that are not read: columns by their headers, rows by a text in them or at their start."""

    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    @field_validator("columns", "rows", mode="before")
    @classmethod
    def _texts(cls, written: Any) -> Any:
        return _texts(written)


class Workbook(Model):
    """The file of the figures, and what it does not show by itself; `workbook: FILE` is a file that shows it all.

    sheet: those that are read; without it, those that fit. header: the row of the header, counted from 1. city, year:
    the headers of the places and the years; year may be a number: then all figures are of that year. layout: how the
    figures are arranged; `cities`, a sheet per city named after it, is read only where it is declared. orientation:
    `columns` where rows and columns of the table are swapped. missing: marks for a missing value. decimal: the decimal
    mark of numbers stored as text. parentheses: what a number in parentheses is: negative, or the plain number.
    aliases: the code of a column by a header of the file. tidy: the safe readings are
    applied, and each is reported.
    """

    file: str | None = None
    sheet: tuple[str, ...] = ()
    header: int | None = Field(None, ge=1)
    city: str | None = None
    year: str | int | None = None
    layout: Literal["panel", "long", "across", "wide", "years", "indicators", "cities"] | None = None
    orientation: Literal["rows", "columns"] = "rows"
    ignore: Ignored = Ignored()
    missing: tuple[str | int | float, ...] = ()
    decimal: Literal[".", ","] = "."
    parentheses: Literal["negative", "plain"] | None = None
    aliases: Mapping[str, str] = Field(default_factory=dict)
    tidy: bool = False

    @model_validator(mode="before")
    @classmethod
    def _written(cls, written: Any) -> Any:
        return {"file": written} if isinstance(written, str) else written

    @field_validator("sheet", mode="before")
    @classmethod
    def _sheets(cls, written: Any) -> Any:
        return _texts(written)

    @field_validator("missing", mode="before")
    @classmethod
    def _marks(cls, written: Any) -> Any:
        return written if isinstance(written, (list, tuple)) else [written]

    @field_validator("ignore", mode="before")
    @classmethod
    def _columns(cls, written: Any) -> Any:
        """A list is one of columns; `{rows: [...]}` among them is told apart."""
        if not isinstance(written, list):
            return {"columns": written} if isinstance(written, str) else written
        rows = [entry for entry in written if isinstance(entry, Mapping)]
        gathered: dict[str, Any] = {"columns": [entry for entry in written if not isinstance(entry, Mapping)]}
        for entry in rows:
            gathered.update(entry)
        return gathered


def _texts(written: Any) -> Any:
    """A single text as a list; numbers among texts (a sheet named 2018) as they are written."""
    entries = written if isinstance(written, (list, tuple)) else [written]
    return [str(entry) if isinstance(entry, int) and not isinstance(entry, bool) else entry for entry in entries]


class Coverage(Model):
    """One phrase of the theory behind the index: which indicators measure it, and which empty series await figures."""

    theme: Name
    phrase: Name
    indicators: tuple[str, ...] = ()
    awaits: tuple[str, ...] = ()


class Framework(Turnable):
    """What is measured. `cities` and `years` may be left out: then they are those of the workbook.

    The methods it names are those of the index itself, the root node.
    """

    name: Name = Field(default_factory=lambda: Name.of("names.index"))
    note: Name | None = None
    workbook: Workbook | None = None
    units: Units | None = None
    years: tuple[int, ...] = ()
    cities: Mapping[str, City] = Field(default_factory=dict)
    groups: Mapping[str, Name] = Field(default_factory=dict)
    publishers: Mapping[str, Name] = Field(default_factory=dict)
    dimensions: Mapping[str, Dimension] = Field(default_factory=dict)
    indicators: Mapping[str, Indicator] = Field(default_factory=dict)
    series: Mapping[str, Series] = Field(default_factory=dict)
    lenses: Mapping[str, Lens] = Field(default_factory=dict)
    coverage: tuple[Coverage, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _cities(cls, written: Any) -> Any:
        if isinstance(written, Mapping):
            cities = written.get("cities")
            if isinstance(cities, list):
                strange = next((city for city in cities if not isinstance(city, str)), "")
                if strange != "":
                    raise _wrong("cities", in_words(strange), Word("errors.expected.text"))
                twice = sorted(city for city, n in Counter(cities).items() if n > 1)
                if twice:
                    raise _wrong("cities", Row(twice), Word("errors.expected.city_once"))
                written = {**written, "cities": {city: {} for city in cities}}
            elif isinstance(cities, Mapping):
                written = {**written, "cities": {name: city or {} for name, city in cities.items()}}
        return written

    @field_validator("years")
    @classmethod
    def _years(cls, years: tuple[int, ...]) -> tuple[int, ...]:
        if len(years) > MOST_YEARS:
            raise refused("bound_years", {"n": len(years), "most": MOST_YEARS})
        strange = next((year for year in years if not 1 <= year <= LATEST_YEAR), None)
        if strange is not None:
            raise _wrong("years", str(strange), Word("errors.expected.possible_year"))
        twice = sorted(year for year, n in Counter(years).items() if n > 1)
        if twice:
            raise _wrong("years", str(twice), Word("errors.expected.year_once"))
        return years

    @property
    def root(self) -> Dimension:
        """The index as a node."""
        return Dimension.model_construct(
            name=self.name,
            weight=1.0,
            dimensions=self.dimensions,
            indicators=self.indicators,
            **{method: getattr(self, method) for method in Turnable.model_fields},
        )

    def walk(self) -> Iterator[tuple[tuple[str, ...], str, Dimension | Indicator]]:
        """Every dimension and indicator, parents first, with its path in the YAML and its code."""
        return iter(self._walked)

    @cached_property
    def _walked(self) -> tuple[tuple[tuple[str, ...], str, Dimension | Indicator], ...]:
        def below(node: Dimension, path: tuple[str, ...]) -> Iterator[Any]:
            for kind, members in (("dimensions", node.dimensions), ("indicators", node.indicators)):
                for code, child in members.items():
                    here = (*path, kind, code)
                    yield here, code, child
                    if isinstance(child, Dimension):
                        yield from below(child, here)

        return tuple(below(self.root, ("framework",)))

    def model_copy(self, **changes: Any) -> Self:
        """A copy with some fields changed; what was computed from the fields is computed again."""
        copied = super().model_copy(**changes)
        for name in ("_walked", "_named"):
            copied.__dict__.pop(name, None)
        return copied

    def changed(self, changes: Mapping[str, Mapping[str, Any]]) -> Framework:
        """The same framework with some fields of some indicators and dimensions changed, by code."""

        def below(node: Any) -> dict[str, Any]:
            return {
                "indicators": {
                    c: i.model_copy(update=changes[c]) if c in changes else i for c, i in node.indicators.items()
                },
                "dimensions": {
                    c: d.model_copy(update={**below(d), **changes.get(c, {})}) for c, d in node.dimensions.items()
                },
            }

        return self.model_copy(update=below(self))

    def without(self, codes: Collection[str]) -> Framework:
        """The same framework with some indicators or dimensions left out (weight 0); refuses unknown codes by name. A
        text is one code."""
        codes = (codes,) if isinstance(codes, str) else codes
        self._refuse_unknown(codes)
        return self.changed({code: {"weight": 0.0} for code in codes})

    def reweighted(self, weights: Mapping[str, float]) -> Framework:
        """The same framework with other weights for some indicators or dimensions, by code; refuses unknown codes, and
        weights that are no number of at least 0."""
        self._refuse_unknown(weights)
        weights = {code: float(weight) if _is_number(weight) else weight for code, weight in weights.items()}
        wrong = {
            code: weight
            for code, weight in weights.items()
            if not (_is_number(weight) and isfinite(weight) and weight >= 0)
        }
        refuse_if([Problem("weight_number", {"code": c, "found": in_words(weight)}) for c, weight in wrong.items()])
        return self.changed({code: {"weight": weight} for code, weight in weights.items()}) if weights else self

    def _refuse_unknown(self, codes: Collection[str]) -> None:
        known = [code for _, code, _ in self.walk()]
        refuse_if([Problem("weight_code", {"code": c, **suggestion(c, known)}) for c in codes if c not in known])

    def untreated(self) -> Framework:
        """The same framework, no indicator naming a treatment of its own."""
        return self.changed({code: {"treatment": None} for code in self.all_indicators})

    @property
    def all_indicators(self) -> dict[str, Indicator]:
        """Every indicator by code, in the order of the YAML."""
        return {code: node for _, code, node in self.walk() if isinstance(node, Indicator)}

    @property
    def columns(self) -> dict[str, Indicator | Series]:
        """The columns that the workbook should have: indicators that are not derived, then series."""
        plain = {code: ind for code, ind in self.all_indicators.items() if ind.derived is None}
        return {**plain, **self.series}

    def named(self, code: str) -> Name | None:
        """The name of a node, indicator or series, if it has one."""
        if code == INDEX:
            return self.name
        node = self._named.get(code)
        return None if node is None else node.name

    def label(self, code: str, lang: str) -> str:
        """Name of a node, indicator or series in `lang`; its code where it has none."""
        return self.voice(lang).node(code)

    def city_label(self, city: str, lang: str) -> str:
        """Name of a city in `lang`: the one declared, else its key in the YAML."""
        return getattr(self.cities.get(city), lang, None) or city

    @cached_property
    def _voices(self) -> dict[tuple[str, End | None], Voice]:
        return {}

    def voice(self, lang: str, end: End | None = None) -> Voice:
        """The voice that knows its names in a language: one for each, and for each way to speak of its order."""
        return self._voices.setdefault((lang, end), Voice(lang, self, end=end))

    @cached_property
    def _named(self) -> dict[str, Any]:
        return {**{code: node for _, code, node in self.walk()}, **self.series}


def _is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a number, and no truth value."""
    return isinstance(value, Real) and not isinstance(value, bool)
