"""The panel: figures by city, year and code, and where each came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from indexcalc.brief import Brief
from indexcalc.errors import InputError, Problem, in_words, refuse_if, suggestion
from indexcalc.origin import Origin
from indexcalc.voice import Row, Voice, Word

Array = NDArray[np.float64]


# --- names ------------------------------------------------------------------------------------------------------------


class HasCities(Protocol):
    """A panel, an index, or a finding about one: whatever has cities."""

    @property
    def cities(self) -> tuple[str, ...]: ...


class HasYears(Protocol):
    """Whatever has years."""

    @property
    def years(self) -> tuple[int, ...]: ...


def city_position(within: HasCities, city: str) -> int:
    """Position of a city by its key; refused by name (InputError) if there is none."""
    if city not in within.cities:
        raise InputError(Problem("explain_city", {"found": city, **suggestion(city, within.cities)}))
    return within.cities.index(city)


def year_position(within: HasYears, year: int) -> int:
    """Position of a year; refused by name (InputError) if there is none."""
    if year not in within.years:
        raise InputError(year_problem(within, year))
    return within.years.index(year)


def year_problem(within: HasYears, found: int | str) -> Problem:
    """The problem that there is no such year, with the years there are and the nearest of them."""
    numeric = str(found).lstrip("-").isdecimal()
    near = [min(within.years, key=lambda year: abs(year - int(found)))] if numeric else within.years
    hint = {"hint": Word("errors.hint.did_you_mean", near=near[0])}
    facts = {"found": found, "years": Row(within.years)}
    return Problem("explain_year", {**facts, **(hint if numeric else suggestion(found, near))})


# --- figures ----------------------------------------------------------------------------------------------------------


class Source(NamedTuple):
    """Where a figure was read, and a note about it."""

    source: str
    note: str = ""
    flag: str = ""


class CellRead(NamedTuple):
    """A cell that was read as something other than it holds; value: None if as missing. how: a key of
    `errors.reading`."""

    sheet: str
    cell: str
    column: str
    how: str
    found: str
    value: float | None


class Seen(NamedTuple):
    """What a file showed besides its figures. units: by code, as the file writes them; readings: cell by cell."""

    units: Mapping[str, str]
    readings: tuple[CellRead, ...] = ()


@dataclass(frozen=True, repr=False)
class Panel(Brief):
    """Figures [city, year, code] with labels; read-only.

    values: NaN is missing. origin: an `Origin` per cell. present: city-years that have a row at all; the others are not
    in the index in that year and are never filled. sources: by (code, city, year). cells: the workbook's cell, by the
    same key, as (sheet, address). file: the file that the panel was read from. notices: what the reader should know.
    seen: what else the file showed, None where there was no file. Refused (InputError): arrays of another shape, a
    label twice, years that do not ascend.
    """

    cities: tuple[str, ...]
    years: tuple[int, ...]
    codes: tuple[str, ...]
    values: Array
    origin: NDArray[np.uint8]
    present: NDArray[np.bool_]
    sources: Mapping[tuple[str, str, int], Source] = field(default_factory=dict, repr=False)
    cells: Mapping[tuple[str, str, int], tuple[str, str]] = field(default_factory=dict, repr=False)
    file: str = ""
    notices: tuple[Problem, ...] = ()
    seen: Seen | None = None

    def __post_init__(self) -> None:
        shape = (len(self.cities), len(self.years), len(self.codes))
        if self.values.shape != shape or self.origin.shape != shape or self.present.shape != shape[:2]:
            raise InputError(Problem("panel_shape", {"found": str(self.values.shape), "expected": str(shape)}))
        problems = []
        for kind, labels in (("city", self.cities), ("year", self.years), ("code", self.codes)):
            seen: set[Any] = set()
            for label in labels:
                if label in seen:
                    problems.append(Problem("panel_label_twice", {"kind": kind, "label": label}))
                seen.add(label)
        if list(self.years) != sorted(self.years):
            problems.append(Problem("panel_years", {"found": ", ".join(map(str, self.years))}))
        refuse_if(problems)
        for array in (self.values, self.origin, self.present):
            array.setflags(write=False)

    @classmethod
    def from_values(
        cls, cities: Sequence[str], years: Sequence[int], codes: Sequence[str], values: Any, **more: Any
    ) -> Panel:
        """A panel from an array [city, year, code] [each code in its own unit], missing as NaN; a city-year without any
        figure counts as not present. more: other fields, as of the class.

        >>> Panel.from_values(["A"], [2020], ["x"], [[[1.0]]]).observed("x")
        1
        """
        values = np.array(values, dtype=float)
        present = ~np.isnan(values).all(axis=2) if values.ndim == 3 else np.zeros((0, 0), bool)
        return cls(
            cities=tuple(cities),
            years=tuple(int(year) for year in years),
            codes=tuple(codes),
            values=values,
            origin=np.where(np.isnan(values), np.uint8(Origin.MISSING), np.uint8(Origin.OBSERVED)),
            present=more.pop("present", present),
            **more,
        )

    @classmethod
    def from_columns(cls, city: Iterable[str], year: Iterable[int], columns: Mapping[str, Iterable[float]]) -> Panel:
        """A panel from one row per city and year, such as the columns of a DataFrame. Cities in order of appearance.

        Missing: None or NaN (pandas' NA too); a city-year without a row is not present. Refused (InputError): a missing
        city, a year that is not a whole number, columns of different length, a city-year twice.

        >>> Panel.from_columns(["A", "B"], [2020, 2020], {"x": [1.0, 2.0]}).values.shape
        (2, 1, 1)
        """
        given_city, given_year = list(city), list(year)
        wrong = [Problem("panel_city", {"row": i + 1}) for i, name in enumerate(given_city) if _is_missing(name)]
        wrong += [
            Problem("panel_year", {"row": i + 1, "found": in_words(when)})
            for i, when in enumerate(given_year)
            if _is_missing(when) or when != int(when)
        ]
        given = {code: list(column) for code, column in columns.items()}
        wrong += [
            Problem("panel_column", {"code": code, "found": len(column), "expected": len(given_city)})
            for code, column in given.items()
            if len(column) != len(given_city)
        ]
        refuse_if(wrong)
        row_city, row_year = [str(name) for name in given_city], [int(when) for when in given_year]
        cities, years = list(dict.fromkeys(row_city)), sorted(set(row_year))
        city_at = {c: i for i, c in enumerate(cities)}
        year_at = {y: i for i, y in enumerate(years)}
        seen: dict[tuple[str, int], int] = {}
        problems = []
        for row, key in enumerate(zip(row_city, row_year, strict=True)):
            if key in seen:
                facts = {"city": key[0], "year": key[1], "first": seen[key] + 1}
                problems.append(Problem("duplicate_city_year", facts))
            seen.setdefault(key, row)
        refuse_if(problems)
        values = np.full((len(cities), len(years), len(columns)), np.nan)
        present = np.zeros(values.shape[:2], bool)
        c = np.array([city_at[x] for x in row_city], int)
        t = np.array([year_at[x] for x in row_year], int)
        present[c, t] = True
        for k, column in enumerate(given.values()):
            values[c, t, k] = np.fromiter((np.nan if _is_missing(x) else float(x) for x in column), float, len(c))
        return cls.from_values(cities, years, list(columns), values, present=present)

    def position(self, code: str) -> int:
        """Position of a code on the last axis; refused by name (InputError) if there is none."""
        if code not in self.codes:
            raise InputError(Problem("panel_code", {"found": code, **suggestion(code, self.codes)}))
        return self.codes.index(code)

    def series(self, code: str) -> Array:
        """The figures of one code, [city, year]."""
        return self.values[:, :, self.position(code)]

    def observed(self, code: str) -> int:
        """How many figures a code has."""
        return int((~np.isnan(self.series(code))).sum())

    def select(self, codes: Sequence[str]) -> Panel:
        """Only these codes, in this order."""
        if tuple(codes) == self.codes:
            return self
        at = [self.position(code) for code in codes]
        return replace(self, codes=tuple(codes), values=self.values[:, :, at], origin=self.origin[:, :, at])

    def without_cities(self, out: NDArray[np.bool_]) -> Panel:
        """The cities of a mask (n_city,) present in no year."""
        present = self.present & ~out[:, None]
        values = np.where(present[:, :, None], self.values, np.nan)
        origin = np.where(present[:, :, None], self.origin, np.uint8(Origin.MISSING))
        return replace(self, present=present, values=values, origin=origin)

    def without_years(self, out: NDArray[np.bool_]) -> Panel:
        """The years of a mask (n_year,) with no city in them."""
        present = self.present & ~out
        values = np.where(present[:, :, None], self.values, np.nan)
        origin = np.where(present[:, :, None], self.origin, np.uint8(Origin.MISSING))
        return replace(self, present=present, values=values, origin=origin)

    def with_values(self, values: Array, origin: NDArray[np.uint8] | None = None) -> Panel:
        """The same labels with other values (and origins)."""
        return replace(self, values=values, origin=self.origin if origin is None else origin)


def _is_missing(value: Any) -> bool:
    """Whether a value is None, NaN, or a missing mark that is not even equal to itself (pandas' NA)."""
    if value is None:
        return True
    same = value == value
    return not isinstance(same, (bool, np.bool_)) or not same


def side_by_side(positions: list[int]) -> slice | list[int]:
    """Positions on an axis, as a slice where they are consecutive: a slice does not copy.

    >>> side_by_side([2, 3, 4]), side_by_side([2, 4])
    (slice(2, 5, None), [2, 4])
    """
    if positions and positions == list(range(positions[0], positions[-1] + 1)):
        return slice(positions[0], positions[-1] + 1)
    return positions


class CityYears(str):
    """City-years in words: with the keys of the cities; a voice gives them with their names."""

    parts: tuple[tuple[str, str], ...]
    more: int

    def __new__(cls, parts: Sequence[tuple[str, str]], more: int = 0) -> CityYears:
        made = super().__new__(cls, _joined([f"{city} {years}" for city, years in parts], more))
        made.parts, made.more = tuple(parts), more
        return made

    def said(self, voice: Voice) -> str:
        told = [voice.say("charts.city_years", city=voice.keyed(city), years=years) for city, years in self.parts]
        return voice.comma(told) + (voice.say("grammar.and_more", n=self.more) if self.more else "")


def city_years(panel: Panel, mask: NDArray[np.bool_], limit: int = 6) -> CityYears:
    """The city-years of a mask [city, year] in words: `苏州 2017-2022, 北京 2018 and 3 more`."""
    found = []
    for city, row in zip(panel.cities, mask, strict=True):
        years = [year for year, here in zip(panel.years, row, strict=True) if here]
        if years:
            found.append((city, "/".join(f"{a}-{b}" if a < b else str(a) for a, b in spans(years))))
    return CityYears(found[:limit], max(0, len(found) - limit))


def _joined(parts: Sequence[str], more: int) -> str:
    return ", ".join(parts) + (f" and {more} more" if more else "")


def spans(years: Sequence[int]) -> list[tuple[int, int]]:
    """Sorted years as spans of consecutive ones: the first and the last of each.

    >>> spans([2017, 2018, 2020])
    [(2017, 2018), (2020, 2020)]
    """
    found: list[tuple[int, int]] = []
    for year in years:
        if found and year == found[-1][1] + 1:
            found[-1] = found[-1][0], year
        else:
            found.append((year, year))
    return found
