"""What a user's own file holds, without a framework: its layout, places, years, columns, units and marks.

The reader of the workbook reads the file as it always does, with a framework that names nothing; what it would refuse
without a declaration is declared here, but only where a single reading is left.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from indexcalc.errors import InputError, Problem, in_words, refuse_if
from indexcalc.figures.folding import folded
from indexcalc.figures.found import (
    Found,
    decimal_between_semicolons,
    decimal_comma,
    identifies,
    is_figure,
    unit_in_cells,
    unusable,
)
from indexcalc.figures.grid import Book, Cell
from indexcalc.figures.headers import (
    LONG_HEADERS,
    SOURCE_SHEETS,
    aggregates,
    bare,
    columns_named,
    fold,
    folded_unit,
    has_other_unit,
    indicator_columns,
    is_city_header,
    is_known_place,
    is_period,
    is_total,
    is_usual_year,
    is_year_word,
    known,
    looks_like_place,
    may_be_negative,
    place_name,
    split_unit,
    unit_alone,
    unit_said,
    units_below,
    year_in,
)
from indexcalc.figures.layouts import OF_SHEET
from indexcalc.figures.numbers import may_name
from indexcalc.figures.table import (
    LOOKED_THROUGH,
    Sight,
    Table,
    has_years,
    is_blank,
    is_serial,
    is_year_header,
    merged_within,
    row_of_years,
    sight,
    unit_above,
    years_within,
)
from indexcalc.figures.workbook import Reader, name_and_year
from indexcalc.spec.document import control_character
from indexcalc.spec.framework import INDEX, City, Framework, Indicator, Name, Series, Units, Workbook, one_line
from indexcalc.voice import Word

_PREFIXED = re.compile(r"([^_:\uff1a\u2014-]{1,40})[_:\uff1a\u2014-]+\s*(\S.*)")
_GENERIC = "|".join(map(re.escape, sorted(known("generic_title"))))
GENERIC_TITLE = re.compile(rf"(?:{_GENERIC})?[_-]?[\d.\-\u2014]*")
_TABLE = "|".join(sorted(known("table")))
_NUMBERED = re.compile(rf"(?:{_TABLE})\s*[\d.\-\u2014]+\s*[:.\u3001]?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Recognised:
    """What a file holds. declared: what has to be declared to read it; spellings: other spellings of a city; unused:
    columns that cannot be indicators, with the reason; header: its row, where all sheets agree; units: what the file
    says the places are; year_from: where the only year was read; notices: what was left out, or cannot be seen in such
    a file.
    """

    file: Path
    declared: Workbook
    layout: str
    sheets: tuple[str, ...]
    header: int | None
    units: Units | None
    cities: tuple[str, ...]
    spellings: Mapping[str, tuple[str, ...]]
    years: tuple[int, ...]
    columns: tuple[Found, ...]
    unused: tuple[tuple[str, Word], ...]
    totals: tuple[str, ...]
    marks: tuple[str, ...]
    year_from: str | None = None
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()

    @property
    def dimensions(self) -> dict[str, list[Found]]:
        """The columns by the group above them or prefixed to their names; all under "" where there is none."""
        found: dict[str, list[Found]] = {}
        for column in self.columns:
            found.setdefault(column.group or "", []).append(column)
        return found

    @property
    def gaps(self) -> int:
        """The number of pairs of a city and a column without any figure: there is no year to fill them from."""
        return sum(
            len(set(self.cities) - {city for city, _, cell in column.cells if column.number(cell) is not None})
            for column in self.columns
        )

    @property
    def framework(self) -> Framework:
        """The framework as the draft writes it, as far as reading needs it."""
        indicators = {
            found.code: Indicator(name=Name(zh=found.name, en=found.name), unit=found.unit) for found in self.columns
        }
        cities = {city: City(aliases=self.spellings.get(city, ())) for city in self.cities}
        aliases = {
            header: found.code
            for header, name in self.declared.aliases.items()
            for found in self.columns
            if found.header == name
        }
        workbook = self.declared.model_copy(update={"aliases": aliases})
        if self.year_from == "":
            workbook = workbook.model_copy(update={"year": 0})
        return Framework(workbook=workbook, years=self.years, cities=cities, indicators=indicators)


def recognise(path: str | Path, declared: Workbook | None = None) -> Recognised:
    """What a workbook or CSV file holds. `declared`: what is known of it beforehand, as under `framework.workbook`.

    Raises InputError where no table is found, or where several readings are possible: the candidates are named.
    """
    with Book(path) as book:
        return _verified(_Recognition(Path(path), book, declared or Workbook()).recognised(), book)


def _verified(found: Recognised, book: Book) -> Recognised:
    """The same, checked by the reader: a column of which most is refused cannot be used; other problems are reported,
    so that a cell can be corrected and its column is there."""
    for _ in range(len(found.columns) + 2):
        found = _coded(found)
        reader = Reader(str(found.file), found.framework, book)
        try:
            reader.read()
            return replace(found, notices=(*_told(reader, found.sheets), *_alike(found.cities)))
        except InputError as error:
            problems = tuple(error.problems)
        keys = {problem.key for problem in problems}
        numeric = {column.code for column in found.columns if column.is_numeric}
        about = [(problem.place[1].get("code"), problem) for problem in problems if problem.place]
        bad = {code: problem for code, problem in about if code is not None and code not in numeric}
        if keys & {"cell_text_number", "cell_mark", "merged_cells"} and not found.declared.tidy:
            found = replace(found, declared=found.declared.model_copy(update={"tidy": True}))
        elif bad and len(bad) < len(found.columns):
            refused = [
                (
                    c.header,
                    Word("errors.unused.refused", where=_where(bad[c.code]), reason=replace(bad[c.code], place=None)),
                )
                for c in found.columns
                if c.code in bad
            ]
            kept = tuple(column for column in found.columns if column.code not in bad)
            found = replace(found, columns=kept, unused=(*found.unused, *refused))
        else:
            break
    return replace(found, problems=problems, notices=(*_told(reader, found.sheets), *_alike(found.cities)))


def _told(reader: Reader, sheets: Collection[str]) -> tuple[Problem, ...]:
    """What the file does not show by itself: what cannot be seen in such a file, how its labels were read, and the
    sheets without figures."""
    others = [title for title in reader.book.titles if title not in sheets and fold(title) not in SOURCE_SHEETS]
    filled = [title for title in others if any(not is_blank(v) for row in reader.first_rows(title) for v in row)]
    labels = reader.told_readings("filled", "year")
    return (*reader.book.notices, *reader.told_blocks(reader.book.titles), *labels, *reader.told_unread(filled))


def _alike(cities: Sequence[str]) -> Iterator[Problem]:
    """The pairs of cities that may be one in two spellings, though both have figures of one year."""
    named = {fold(city): city for city in cities}
    for city in cities:
        other = named.get(bare(city), city)
        if other != city:
            yield Problem("cities_alike", {"found": city, "other": other})


def _where(problem: Problem) -> str:
    """The cells that a problem of a column is about."""
    facts = problem.place[1] if problem.place else {}
    return str(facts.get("cells") or facts.get("cell") or "-")


def _coded(found: Recognised) -> Recognised:
    """Each column with a code of its own, made from its header, and a name; a group prefixed to all names becomes their
    dimension."""
    prefixes = [_PREFIXED.fullmatch(column.header) for column in found.columns]
    grouped = any(column.group for column in found.columns)
    starts = {match[1].strip() for match in prefixes if match is not None}
    if not grouped and None not in prefixes and 1 < len(starts) < len(found.columns):
        columns = [
            replace(c, group=m[1].strip()) for c, m in zip(found.columns, prefixes, strict=True) if m is not None
        ]
        rests = [m[2].strip() for m in prefixes if m is not None]
    else:
        columns, rests = list(found.columns), [c.header for c in found.columns]
    taken = {fold(INDEX), *(fold(safe_code(c.group)) for c in columns if c.group)}
    taken |= {fold(c.header) for c in columns} | {fold(rest) for rest in rests}
    coded = []
    for k, (column, rest) in enumerate(zip(columns, rests, strict=True), start=1):
        own = {fold(column.header), fold(rest)}
        code = safe_code(column.header) or f"indicator_{k}"
        while fold(code) in taken - own or fold(code) == fold(INDEX):
            code = f"{code}_{k}"
        taken.add(fold(code))
        coded.append(replace(column, code=code, name=rest if rests.count(rest) == 1 else column.header))
    aliases = {c.header: c.header for c in coded if fold(c.header) not in (fold(c.code), fold(c.name))}
    declared = found.declared.model_copy(update={"aliases": {**found.declared.aliases, **aliases}})
    return replace(found, columns=tuple(coded), declared=declared)


def safe_code(text: str) -> str:
    """A text as a code: letters and digits of any script, joined by underscores.

    >>> safe_code("GDP per capita (current US$)"), safe_code("人均GDP（元）"), safe_code("%")
    ('GDP_per_capita_current_US', '人均GDP_元', '')
    """
    return re.sub(r"[\W_]+", "_", unicodedata.normalize("NFKC", text)).strip("_")


class _Recognition:
    def __init__(self, path: Path, book: Book, declared: Workbook) -> None:
        self.path, self.book, self.declared = path, book, declared
        self.aliases: dict[str, str] = {}
        self.year_from: str | None = None
        self.totals: dict[str, None] = {}
        self.columns: dict[str, Found] = {}
        self.unused: dict[str, Word] = {}
        self.header: set[int] = set()
        self.formulas: set[str] = set()
        self.places: set[str] = set()
        self.coded: set[str] = set()
        self.candidates: InputError | None = None
        self.no_year: Problem | None = None
        self.titled = False
        """Whether the sheets are panels of different columns, each a dimension."""

    # -- the layout

    def recognised(self) -> Recognised:
        reader, layout, sheets = self._sheets()
        read = {
            "long": self._read_long,
            "across": self._read_across,
            "wide": self._read_wide,
            "indicators": self._read_indicator,
        }.get(layout, self._read_rows)
        if layout == "panel" and len(sheets) > 1:
            heads = [{fold(cell.value) for cell in reader.table(t, s).head if cell.value} for t, s in sheets.items()]
            self.titled = reader.by_city is False and all(
                len(a & b) <= 2 for i, a in enumerate(heads) for b in heads[:i]
            )
        for title, seen in sheets.items():
            self.header.add(seen.header + 1)
            table = reader.table(title, seen)
            table = replace(table, rows=tuple(row for row in table.rows if not table.repeats_head(row)))
            self.formulas |= table.grid.formulas.keys()
            self.coded |= reader.groups_by_code(table)
            read(reader, table, seen)
            refuse_if(folded(reader.problems))
            self.places |= {one_line(str(cell.value)) for cell in table.head if reader.is_place(cell.value)}
        for text in reader.other_columns:
            self.unused.setdefault(text, Word(f"errors.unused.{'identifier' if identifies(text) else 'no_year'}"))
        return self._whole(layout, tuple(sheets))

    def _reader(self, declared: Workbook, *, titled: bool = True) -> Reader:
        """The reader of the workbook, with a framework that names at most the titles of sheets with years across."""
        titles = {title: Series() for title in self._titles_with_years(declared)} if titled else {}
        reader = Reader(str(self.path), Framework(workbook=declared, series=titles), self.book, tidy=True)
        reader.tidy = declared.tidy
        return reader

    def _titles_with_years(self, declared: Workbook) -> Iterator[str]:
        bare_reader = Reader(str(self.path), Framework(workbook=declared), self.book)
        labels_of: dict[str, list[str]] = {}
        places: list[str] = []
        for title in self.book.titles:
            wanted = not declared.sheet or title in declared.sheet
            if wanted and fold(title) not in SOURCE_SHEETS:
                rows = bare_reader.first_rows(title)
                at = len(rows) if (dated := row_of_years(rows)) is None else dated
                years, below = (*rows[at : at + 2], (), ())[:2]
                found = [year_in(value) for value in years if is_year_header(value)]
                figures = any(isinstance(value, (int, float)) and not is_year_header(value) for value in years)
                labels = [row[0] for row in rows[at + 1 :] if row]
                named = indicator_columns([*years, *below[:1]]) or _name_indicators(title, labels)
                if found and len(set(found)) == len(found) and not figures and not named:
                    labels_of[title] = [fold(label) for label in labels if not is_blank(label)]
                    over_places = any(isinstance(value, str) and is_city_header(value) for value in years)
                    over_places = over_places or any(looks_like_place(str(label)) for label in labels)
                    places += [title] if is_known_place(title) and not over_places else []
        of_places = [labels_of[title] for title in places]  # others with the same labels are of places too
        yield from (title for title, labels in labels_of.items() if labels not in of_places)

    def _sheets(self) -> tuple[Reader, str, dict[str, Sight]]:
        """The layout and the sheets, once what the file does not show by itself is declared."""
        first: InputError | None = None
        found: tuple[Workbook, bool, str, dict[str, Sight]] | None = None
        for declared, titled in self._attempts():
            reader = self._reader(declared, titled=titled)
            try:
                layout, sheets, _ = reader.find_layout()
            except InputError as error:
                keys = {problem.key for problem in error.problems}
                if keys == {"two_panels"} and not declared.sheet:
                    return self._several(declared, error)
                if not keys <= {"no_layout", "no_layout_since"}:
                    raise
                first = first or error
                continue
            refuse_if(folded(reader.problems))
            doubtful = layout in ("years", "wide") and declared.orientation == "rows" and self._units_down()
            found = (declared, titled, layout, sheets) if not doubtful or found is None else found
            if not doubtful:
                break
        if found is None:
            assert first is not None
            raise self.candidates or first
        declared, titled, layout, sheets = found
        if layout == "years" and len(sheets) == 1 and declared.year is None:
            self.year_from = next(iter(sheets))
            declared = declared.model_copy(update={"year": sheets[self.year_from].meant})
        self.declared = self._settled(declared, layout, sheets)
        return self._reader(self.declared, titled=titled), layout, sheets

    def _several(self, declared: Workbook, error: InputError) -> tuple[Reader, str, dict[str, Sight]]:
        """Several panels as one, each with its own columns or its own cities and years; refused where two overlap."""
        titles = tuple(title for title in self.book.titles if f"'{title}'" in str(error.problems[0].facts["sheets"]))
        self.declared = declared.model_copy(update={"sheet": titles})
        reader = self._reader(self.declared, titled=False)
        layout, sheets, _ = reader.find_layout()
        for title, seen in sheets.items():
            self._read_rows(reader, reader.table(title, seen), seen)
        for found in self.columns.values():
            held = [(city, year) for city, year, cell in found.cells if not is_blank(cell.value)]
            if layout != "panel" or len(set(held)) < len(held):
                raise error
        self.columns, self.unused, self.totals = {}, {}, {}
        self.declared = self._settled(self.declared, layout, sheets)
        return self._reader(self.declared, titled=False), layout, sheets

    def _attempts(self) -> Iterator[tuple[Workbook, bool]]:
        """What may have to be declared, the least first; and whether sheets with years across are indicators."""
        straight = self.declared
        turned = straight.model_copy(update={"orientation": "columns"})
        if straight.layout is None and straight.orientation == "rows":
            yield from ((one, False) for one in self._sheets_of_cities())
        yield straight, False
        yield straight, True
        yield turned, False
        yield turned, True
        named = self._named() if straight.city is None else None
        if named is not None:
            yield named, False
        for declared in filter(None, (straight, turned, named)):
            if declared.year is None:
                yield from ((one, False) for one in self._of_one_year(declared))

    def _of_one_year(self, declared: Workbook) -> Iterator[Workbook]:
        """The same, all figures being of one year: the one in the titles or the name of the file, or one to confirm."""
        year, place = self._only_year()
        self.year_from = place
        yield declared.model_copy(update={"year": year})

    def _only_year(self) -> tuple[int, str]:
        """The only year in the name of the sheet, of the file, or in a title; 0 where there is none."""
        title = next(iter(self.declared.sheet or self.book.titles), "")
        rows = [[v for v in row if isinstance(v, str)] for row in self.book.first(title, 3)] if title else []
        for text in (title, self.path.stem, *(row[0] for row in rows if len(row) == 1)):
            years = years_within(text)
            if len(years) == 1:
                return years.pop(), one_line(text)
        return 0, ""

    def _sheets_of_cities(self) -> Iterator[Workbook]:
        """The reading as a sheet per city, where every sheet has years and indicators under the same headers.

        The indicators must have units, or most titles end in 市 or 省, or one is of a known place and no header seems
        to be; otherwise the sheets may be those of indicators.
        """
        titles = [title for title in self.declared.sheet or self.book.titles if fold(title) not in SOURCE_SHEETS]
        if len(titles) < 2:
            return
        by_city = self.declared.model_copy(update={"layout": "cities"})
        for declared in (by_city, by_city.model_copy(update={"orientation": "columns"})):
            reader = self._reader(declared, titled=False)
            tables = {}
            for title in titles:
                seen = sight(title, reader.first_rows(title), reader.names, reader.declared)
                if seen.layout == "panel":
                    tables[title] = reader.table(title, seen)
            heads = [{fold(c.value) for c in table.head if not is_blank(c.value)} for table in tables.values()]
            same = set.intersection(*heads) if heads else set()
            if len(heads) < 2 or len(same) < 3 or any(len(head - same) > 1 for head in heads):  # a title of its own
                continue
            years = [reader.year_column(table) for table in tables.values()]
            columns = [c for c in next(iter(tables.values())).head if isinstance(c.value, str)]
            units = any(split_unit(str(c.value))[1] for c in columns if c.value != OF_SHEET)
            across = any(looks_like_place(str(c.value)) for c in columns)
            named = any(map(is_known_place, tables)) and not across
            named = named or sum(bare(t) != fold(t) for t in tables) > len(tables) / 2
            dated = all(
                k is not None and any(year_in(row[k].value) for row in table.rows)
                for k, table in zip(years, tables.values(), strict=True)
            )
            places = any(reader.names.code(c.value) is None and is_city_header(c.value) for c in columns)
            if dated and (units or named) and not places:
                yield declared
                return

    def _units_down(self) -> bool:
        """Whether the entries of the first column have units, as headers do: rows and columns are then swapped."""
        title = next(iter(self.declared.sheet or self.book.titles), None)
        if title is None:
            return False
        texts = [row[0] for row in self.book.first(title, LOOKED_THROUGH) if row and isinstance(row[0], str)]
        across = [v for row in self.book.first(title, 3) for v in row[1:] if isinstance(v, str)]
        return 2 * sum(split_unit(text)[1] is not None for text in texts[1:]) > len(texts) and not any(
            split_unit(text)[1] for text in across
        )

    def _named(self) -> Workbook | None:
        """The columns of places and years in a table whose headers do not name them: the only possible ones."""
        sheets = list(self.declared.sheet or self.book.titles)
        if len(sheets) != 1 or self.declared.orientation != "rows":
            return None
        rows = list(self.book.grid(sheets[0]).rows)
        for i, row in enumerate(rows[:LOOKED_THROUGH]):
            head = {cell.column: cell for cell in row if isinstance(cell.value, str) and cell.value.strip()}
            below = rows[i + 1 : i + 3]
            across = has_years([cell.value for cell in row])
            if len(head) < 2 or across or not any(isinstance(c.value, (int, float)) for later in below for c in later):
                continue
            cells = {c: [_at(later, c) for later in rows[i + 1 :]] for c in head}
            years = [c for c in head if _all(is_year_header, cells[c])]
            figures = [c for c in head if not _all(_is_name, cells[c])]
            if figures == years and not any(is_year_word(head[c].value) for c in years):  # the only figures
                years = []
            texts = [c for c in head if _all(_is_name, cells[c])]
            texts = [c for c in texts if is_city_header(head[c].value)] or texts
            year = years[0] if len(years) == 1 else None
            fitting = [c for c in texts if _distinct(cells[c], None if year is None else cells[year])]
            if len(fitting) == 1 and fold(head[fitting[0]].value) in LONG_HEADERS["indicator"]:
                labels = [str(value) for value in cells[fitting[0]] if not is_blank(value)]
                if 2 * sum(map(is_known_place, labels)) <= len(labels):
                    return None  # it names indicators, not places
            if len(fitting) == 1 and len(years) <= 1:
                update: dict[str, Any] = {"city": one_line(str(head[fitting[0]].value))}
                if year is not None and self.declared.year is None:
                    update["year"] = one_line(str(head[year].value))
                return self.declared.model_copy(update=update)
            if len(texts) > 1:
                names = ", ".join(f"'{one_line(str(head[c].value))}'" for c in fitting or texts)
                place = ("in_sheet", {"file": str(self.path), "sheet": sheets[0]})
                self.candidates = InputError(Problem("city_candidates", {"headers": names}, place))
            return None
        return None

    def _settled(self, declared: Workbook, layout: str, sheets: Mapping[str, Sight]) -> Workbook:
        """The declaration, with merged cells filled where the figures have any, and the names of places rather than
        their codes."""
        for title, seen in sheets.items():
            grid = self.book.grid(title)
            header = {row for row in (seen.header + 1, (seen.groups or seen.header) + 1)}
            below = range(max(header) + 1, len(grid.rows) + 1)
            if declared.orientation == "rows" and any(merged_within(found, below) for found in grid.merged):
                filled = [_at(row, c + 1) for row in grid.rows[max(header) :] for c in range(len(row))]
                declared = declared.model_copy(update={"tidy": declared.tidy or len(filled) > 0})
        if declared.city is None and layout not in ("indicators",):
            for title, seen in sheets.items():
                city = self._name_of_places(self._reader(declared).table(title, seen))
                if city is not None:
                    return declared.model_copy(update={"city": city})
        return declared

    def _name_of_places(self, table: Table) -> str | None:
        """Of several columns that name the same places one to one (a code, a name), the header of the names: Chinese
        ones, or else the longest."""
        reader = self._reader(self.declared)
        found = [c for c, cell in enumerate(table.head) if reader.is_place(cell.value)]
        rows = [row for row in table.rows if any(isinstance(cell.value, (int, float)) for cell in row)]
        found = [c for c in found if not all(is_blank(row[c].value) for row in rows)]
        if len(found) < 2 or any(is_blank(row[c].value) for row in rows for c in found):
            return None
        pairs = {tuple(fold(row[c].value) for c in found) for row in rows}
        if any(len({pair[k] for pair in pairs}) < len(pairs) for k in range(len(found))):
            return None
        texts = {c: "".join(str(row[c].value) for row in rows) for c in found}
        named = max(found, key=lambda c: (re.search(r"[\u3400-\u9fff]", texts[c]) is not None, len(texts[c])))
        return one_line(str(table.head[named].value))

    # -- the columns

    def _read_rows(self, reader: Reader, table: Table, seen: Sight) -> None:
        year_column = reader.year_column(table) if seen.layout == "panel" else None
        city_column = reader.city_column(table, year_column)
        if city_column is None or (seen.layout == "panel" and year_column is None):
            return
        labels = {city_column, year_column}
        columns = self._headed(table, labels)
        units: dict[int, str] = {}
        for i, row in enumerate(table.rows):
            if i == 0 and reader.is_unit_row(row, city_column, year_column):
                units = {c: _unbracketed(row[c].value) for c in columns if not is_blank(row[c].value)}
                continue
            year = seen.meant if year_column is None else self._year(table, row[year_column])
            city = self._city(row, city_column, [row[c] for c in columns])
            if city is not None and year is not None:
                for c, (name, unit, group) in columns.items():
                    self._enter(name, units.get(c) or unit, group, city, year, row[c])

    def _headed(self, table: Table, labels: set[int | None]) -> dict[int, tuple[str, str, str | None]]:
        """The name, the unit and the group of each column that may hold figures, by position."""
        ignored, whole = set(map(fold, self.declared.ignore.columns)), unit_above(table) or ""
        found: dict[int, tuple[str, str, str | None]] = {}
        nameless = list[Cell]()
        for c, cell in enumerate(table.head):
            if c in labels or is_blank(cell.value) or is_serial(cell, [row[c] for row in table.rows]):
                continue
            name = one_line(str(cell.value))
            if fold(name) in ignored:
                continue
            if is_period(name) or (years_within(name) and not any(map(str.isalpha, name))):  # 2019-20 names nothing
                nameless.append(cell)
                continue
            over = table.groups[c] if table.groups else None
            group = table.title if over is None and self.titled else None
            name, unit = _named_unit(name)
            if over is not None:  # 全市 and 市辖区 below 人口 (万人)
                group, said = _named_unit(one_line(str(over.value)))
                own = has_other_unit(name, group) and said not in ("%", "\u2030")
                unit = unit or ("" if own else said)
            found[c] = (name, unit or whole, group)
        if None in labels and all(fold(group or name) == fold(name) for name, _, group in found.values()):
            found = {c: (name, unit, None) for c, (name, unit, _) in found.items()}
        dated = [_usual_year(name) is not None for name, _, _ in found.values()]
        if None in labels and len(dated) > 1 and all(dated):  # 2019A, 2019E
            nameless += [table.head[c] for c in found]
        if nameless and (not found or (None in labels and len(nameless) > 1)):  # years across, perhaps
            place = ("in_cell", {"file": str(self.path), "sheet": table.title, "cell": nameless[0].address})
            key = "bad_year" if _usual_year(nameless[0].value) is None else "years_unnamed"
            raise InputError(Problem(key, {"found": in_words(nameless[0].value)}, place))
        self.unused |= {one_line(str(cell.value)): Word("errors.unused.nameless") for cell in nameless}
        bases = [fold(name) for name, _, _ in found.values()]
        for c, (name, unit, group) in found.items():
            if bases.count(fold(name)) > 1:  # distinguished by what is in brackets
                found[c] = (one_line(str(table.head[c].value)), unit, group)
        return found

    def _read_wide(self, reader: Reader, table: Table, _: Sight) -> None:
        city_column = reader.city_column(table, None)
        if city_column is None:
            return
        columns: dict[int, tuple[str, str, int]] = {}
        texts: dict[int, str] = {}
        for c, cell in enumerate(table.head):
            if c == city_column or is_blank(cell.value):
                continue
            text, year = name_and_year(cell, table.groups[c] if table.groups else None)
            if year is not None and text:
                columns[c], texts[c] = (*_named_unit(text), year), text
            elif not is_serial(cell, [row[c] for row in table.rows]):
                self.unused[one_line(str(cell.value))] = Word("errors.unused.no_year")
        times = Counter((fold(name), year) for name, _, year in columns.values())
        twice = {name for (name, _), n in times.items() if n > 1}
        for c, (name, unit, year) in columns.items():  # distinguished by what is in brackets
            columns[c] = (texts[c] if fold(name) in twice else name, unit, year)
        units: dict[int, str] = {}
        for i, row in enumerate(table.rows):
            if i == 0 and reader.is_unit_row(row, city_column, None):
                units = {c: _unbracketed(row[c].value) for c in columns if not is_blank(row[c].value)}
                continue
            city = self._city(row, city_column, [row[c] for c in columns])
            if city is not None:
                for c, (name, unit, year) in columns.items():
                    self._enter(name, units.get(c) or unit, None, city, year, row[c])

    def _read_across(self, reader: Reader, table: Table, _: Sight) -> None:
        at = columns_named([cell.value for cell in table.head], LONG_HEADERS)
        city_column = reader.city_column(table, None)
        candidates = indicator_columns([cell.value for cell in table.head])
        if city_column is None:
            return
        named, unit = _name_column(table, candidates), at["unit"]
        labels = {city_column, *candidates} | ({unit} if unit is not None else set())
        years = reader.year_columns(table, labels)
        for row in table.rows:
            city = self._city(row, city_column, [row[c] for c in years])
            if city is not None and not is_blank(row[named].value):
                name, said = _named_unit(one_line(str(row[named].value)))
                said = one_line(str(row[unit].value or "")) if unit is not None else said
                for c, year in years.items():
                    self._enter(name, said, None, city, year, row[c], one_line(str(row[named].value)))

    def _read_long(self, reader: Reader, table: Table, _: Sight) -> None:
        at = columns_named([cell.value for cell in table.head], LONG_HEADERS)
        year_column = reader.year_column(table)
        city_column = reader.city_column(table, None) if at["city"] is None or self.declared.city else at["city"]
        if city_column is None or year_column is None or at["value"] is None:
            return
        named = _name_column(table, indicator_columns([cell.value for cell in table.head]))
        twice: dict[tuple[str, str, int], Sequence[Cell]] = {}
        apart: tuple[Sequence[Cell], Sequence[Cell]] | None = None
        for row in table.rows:
            year, value = self._year(table, row[year_column]), row[at["value"]]
            city = self._city(row, city_column, [value])
            if city is None or year is None or is_blank(row[named].value):
                continue
            text = one_line(str(row[named].value))
            name, unit = _named_unit(text)
            unit = one_line(str(row[at["unit"]].value or "")) if at["unit"] is not None else unit
            self._enter(name, unit, None, city, year, value, text)
            other = twice.setdefault((fold(text), city, year), row)
            apart = (other, row) if other is not row and apart is None else apart
        if apart is not None:
            columns = [
                one_line(str(cell.value))
                for c, cell in enumerate(table.head)
                if not is_blank(cell.value) and c != at["value"] and apart[0][c].value != apart[1][c].value
            ]
            facts = {"rows": f"{apart[0][0].row}, {apart[1][0].row}", "columns": ", ".join(columns) or "-"}
            place = ("in_sheet", {"file": str(self.path), "sheet": table.title})
            raise InputError(Problem("figures_twice", facts, place))

    def _read_indicator(self, reader: Reader, table: Table, _: Sight) -> None:
        city_column, serial = reader.place_and_serial(table)
        years = reader.year_columns(table, {city_column, *serial})
        name, unit = _named_unit(table.title)
        generic = GENERIC_TITLE.fullmatch(fold(table.title)) is not None or is_known_place(table.title)
        said = _said_after(table, generic) or (_said_above(table) if generic else None)
        if said:
            name, unit = _named_unit(said)
            self.aliases[table.title] = name
        unit = unit_above(table) or unit
        for i, row in enumerate(table.rows):
            if i == 0 and reader.is_unit_row(row, city_column, None):
                continue
            city = self._city(row, city_column, [row[c] for c in years])
            if city is not None:
                for c, year in years.items():
                    self._enter(name, unit, None, city, year, row[c])

    def _year(self, table: Table, cell: Cell) -> int | None:
        """The year of a row; the first cell that holds something else is kept, in case no row has one."""
        year = _usual_year(cell.value)
        if year is None and not is_blank(cell.value) and self.no_year is None:
            place = ("in_cell", {"file": str(self.path), "sheet": table.title, "cell": cell.address})
            self.no_year = Problem("bad_year", {"found": in_words(cell.value)}, place)
        return year

    def _city(self, row: Sequence[Cell], column: int, figures: Iterable[Cell]) -> str | None:
        """The city of a row; None where it is a total or ignored, or the row holds no figure."""
        cell = row[column]
        if is_blank(cell.value):  # the word for a total may be in the column of numbers
            cell = next((other for other in row if isinstance(other.value, str) and is_total(other.value)), cell)
        if is_blank(cell.value):
            return None
        text = place_name(cell.value)
        if not any(map(is_figure, figures)) or fold(text).startswith(
            tuple(map(fold, self.declared.ignore.rows)) or ("\0",)
        ):
            return None
        if control_character(str(cell.value)) is not None:
            self.unused[repr(cell.value)] = Word("errors.unused.control")
            return None
        if is_total(text):
            self.totals.setdefault(text)
            return None
        return text

    def _enter(
        self, name: str, unit: str, group: str | None, city: str, year: int, cell: Cell, text: str | None = None
    ) -> None:
        """Enter a cell into its column; the same name with another unit is a column of its own."""
        key = fold(name)
        found = self.columns.get(key)
        if found is not None and text is not None and found.unit != unit and text != name:
            key, name = fold(text), text
        new = Found(name, unit, group, parentheses=self.declared.parentheses)
        self.columns.setdefault(key, new).cells.append((city, year, cell))

    # -- the whole

    def _whole(self, layout: str, sheets: tuple[str, ...]) -> Recognised:
        if not self.columns and self.no_year is not None:
            raise InputError(self.no_year)
        columns = []
        among = dict.fromkeys(city for found in self.columns.values() for city, _, _ in found.cells)
        larger = dict.fromkeys(aggregates(among, self.coded))
        self.totals |= larger
        for found in self.columns.values() if larger else ():
            found.cells = [held for held in found.cells if held[0] not in larger]
        if self.declared.decimal == "." and decimal_comma(self.columns.values()):
            self.declared = self.declared.model_copy(update={"decimal": ","})
        elif "decimal" not in self.declared.model_fields_set and (written := self.book.between_semicolons):
            mark, unclear = decimal_between_semicolons(self.columns.values(), written, self.formulas)
            if unclear is not None:
                place = ("in_cell", {"file": str(self.path), "sheet": self.path.stem, "cell": unclear[1].address})
                raise InputError(Problem("decimal_unclear", {"found": unclear[2], "column": unclear[0]}, place))
            self.declared = self.declared.model_copy(update={"decimal": mark} if mark == "," else {})
        for found in self.columns.values():
            found.decimal = self.declared.decimal
            found.unit = found.unit or ("" if found.is_remark else unit_in_cells(found))
            reason = unusable(found, self.formulas)
            if reason is None:
                columns.append(found)
            else:
                self.unused[found.header] = reason
        held = [(city, year) for found in columns for city, year, cell in found.cells if not is_blank(cell.value)]
        cities, spellings = _cities(held)
        years = tuple(sorted({year for _, year in held}))
        declared, to_confirm = self.declared, self.declared.year == 0
        marks = tuple(dict.fromkeys(mark for found in columns for mark in found.marks))
        if self.totals:
            safe = [t for t in self.totals if not any(fold(city).startswith(fold(t)) for city in cities)]
            ignore = declared.ignore.model_copy(update={"rows": (*declared.ignore.rows, *safe)})
            declared = declared.model_copy(update={"ignore": ignore})
        if marks:
            declared = declared.model_copy(update={"missing": (*declared.missing, *marks)})
        said = [found.reading(cell.value) for found in columns for _, _, cell in found.cells if not cell.is_error]
        texts = any(one.value is not None and one.how != "parentheses" for one in said if one is not None)
        if texts and declared.decimal == ".":
            declared = declared.model_copy(update={"tidy": True})
        if declared.sheet == () and len(self.book.titles) > len(sheets) and layout not in ("years", "indicators"):
            declared = declared.model_copy(update={"sheet": sheets})
        if self.aliases:
            declared = declared.model_copy(update={"aliases": dict(self.aliases)})
        if to_confirm:
            declared, years = declared.model_copy(update={"year": None}), ()
        return Recognised(
            file=self.path,
            declared=declared,
            layout=layout,
            sheets=sheets,
            header=self.header.copy().pop() if len(self.header) == 1 else None,
            units=units_below(self.places),
            cities=cities,
            spellings=spellings,
            years=years,
            columns=tuple(columns),
            unused=tuple(self.unused.items()),
            totals=tuple(self.totals),
            marks=marks,
            year_from=self.year_from if isinstance(declared.year, int) else "" if to_confirm else None,
        )


# -- single cells and texts


def _name_column(table: Table, candidates: Sequence[int]) -> int:
    """Of columns that name the indicator one to one (a code, a name), that with the longest names; else the first."""
    values = {c: [str(row[c].value or "") for row in table.rows] for c in candidates}
    first = candidates[0]
    same = [c for c in candidates if len(set(zip(values[c], values[first], strict=True))) == len(set(values[first]))
            and len(set(values[c])) == len(set(values[first]))]  # fmt: skip
    return max(same, key=lambda c: sum(len(text.encode()) for text in set(values[c])))


def _name_indicators(title: str, labels: Sequence[Any]) -> bool:
    """Whether the labels below a title are of indicators: most have units, of money or shares or below a city."""
    texts = [label for label in labels if isinstance(label, str)]
    units = [unit for unit in (split_unit(text)[1] for text in texts) if unit is not None]
    certain = bare(title) != fold(title) or any(may_be_negative(folded_unit(unit)) for unit in units)
    return 2 * len(units) > len(texts) and certain


def _named_unit(header: str) -> tuple[str, str]:
    """A header without the unit at its end, and the unit; one that is nothing else keeps it."""
    name, unit = split_unit(header)
    return (one_line(name), unit) if unit else (header, unit_alone(header) or "")


def _said_above(table: Table) -> str | None:
    """The indicator named in the rows above: beside a word for it, else the first text, without its number."""
    rows = [[one_line(str(cell.value)) for cell in row if not is_blank(cell.value)] for row in table.above]
    for row in rows:
        if len(row) > 1 and fold(row[0]).rstrip(":") in known("title"):
            return row[1]
        if len(row) > 1 and fold(row[1]) in known("pivot"):
            return row[0]
    texts = [row[0] for row in rows if len(row) == 1 and unit_said(row[0]) is None]
    if not texts:
        return None
    text = texts[0]
    if re.fullmatch(r"\d{1,2}[-.\u2014]\d{1,3}", table.title):  # the number of the sheet: 2-13
        text = re.sub(rf"^{re.escape(table.title)}(?=[\s:.\u3001])\s*[:.\u3001]?\s*", "", text)
    return _NUMBERED.sub("", text) or None


def _said_after(table: Table, generic: bool) -> str | None:
    """The text above the header that follows a word for the indicator: 指标：地区生产总值(亿元). generic: whether the
    title of the sheet says nothing, so that the name of a data set is that of its indicator."""
    words = LONG_HEADERS["indicator"] | (known("title") if generic else frozenset())
    for row in table.above:
        for cell in row:
            word, *said = re.split(r"[:\uff1a]", one_line(str(cell.value or "")), maxsplit=1)
            if said and said[0].strip() and fold(word) in words:
                return said[0].strip()
    return None


def _unbracketed(unit: object) -> str:
    """A unit without the brackets around it."""
    text = one_line(str(unit))
    return re.sub(r"^[(\uff08\[](.*)[)\uff09\]]$", r"\1", text)


def _cities(held: Iterable[tuple[str, int]]) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The cities in their order, and other spellings of a city whose bare name occurs too, in other years.

    >>> _cities([("Jilin", 2019), ("Jilin (1)", 2020), ("Zone", 2019), ("Zone (1)", 2019)])
    (('Jilin', 'Zone', 'Zone (1)'), {'Jilin': ('Jilin (1)',)})
    >>> _cities([("Zone (1)", 2018), ("Zone (2)", 2018), ("Zone", 2019)])[1]
    {}
    """
    first: dict[str, str] = {}
    years: dict[str, set[int]] = {}
    for name, year in held:
        first.setdefault(fold(name), name)
        years.setdefault(first[fold(name)], set()).add(year)
    spellings: dict[str, tuple[str, ...]] = {}
    cities = list(first.values())
    for name in list(cities):
        short = bare(name)
        alone = sum(bare(other) == short for other in cities) == 2  # itself and the bare name
        if (
            short != fold(name)
            and alone
            and short in first
            and first[short] in cities
            and not years[first[short]] & years[name]
        ):
            years[first[short]] |= years[name]
            spellings[first[short]] = (*spellings.get(first[short], ()), name)
            cities.remove(name)
    return tuple(cities), spellings


def _usual_year(value: object) -> int | None:
    """The year of a cell, if it is likely to be one: the reader refuses the others."""
    year = year_in(value)
    return year if year is not None and is_usual_year(year) else None


def _at(row: Sequence[Cell], column: int) -> Any:
    return next((cell.value for cell in row if cell.column == column), None)


def _all(holds: Any, values: Sequence[Any]) -> bool:
    filled = [value for value in values if not is_blank(value)]
    return bool(filled) and all(map(holds, filled))


def _is_name(value: object) -> bool:
    return may_name(value) and any(map(str.isalpha, str(value)))


def _distinct(names: Sequence[Any], years: Sequence[Any] | None) -> bool:
    """Whether no name occurs twice in a year."""
    pairs = [(fold(n), None if years is None else year_in(years[i])) for i, n in enumerate(names) if not is_blank(n)]
    return len(set(pairs)) == len(pairs)
