"""Sheets of a workbook for people: a `Page` is a table and its sentences, and one writer draws every page.

A table that somebody else made becomes a page by way of `Sheet`, and `frame_sheet` puts it into words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.structure import Structure
from indexcalc.framework import Framework
from indexcalc.report.workbook_words import COLUMNS, ENTRIES, TABLES, WORDS, word

if TYPE_CHECKING:
    import pandas as pd

FONTS = {"zh": "Microsoft YaHei", "en": "Calibri"}
NOTE_WIDTH = 120  # columns of text that a sentence above a table may take
PAGE_WIDTH = 330  # columns of text that still can be read on one A4 page; wider tables take several

INK, HEAD, BAND, PALE, LINE = "#1F2D3A", "#1F3A5F", "#3F6C8F", "#E8EDF2", "#D5DDE5"
SCALE: dict[str, Any] = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#8FBAD3"}
SIGNED_SCALE: dict[str, Any] = {
    "type": "3_color_scale",
    **{f"{end}_type": "num" for end in ("min", "mid", "max")},
    **{"min_value": -1, "mid_value": 0, "max_value": 1},
    **{"min_color": "#E59A55", "mid_color": "#FFFFFF", "max_color": "#6FA8D0"},  # apart for the colour-blind too
}
MARKS: dict[str, dict[str, Any]] = {
    "": {},
    "interpolated": {"bg_color": "#FFF0BF", "italic": True},
    "extrapolated": {"bg_color": "#F9D0B4", "italic": True},
    "carried": {"bg_color": "#F9D0B4", "italic": True},
    "nearest": {"bg_color": "#CDE3D2", "italic": True},
    "group": {"bg_color": "#CDE3D2", "italic": True},
    "constant": {"bg_color": "#CDE3D2", "italic": True},
    "treated": {"bg_color": "#D9CFEA", "italic": True},
    "left_out": {"bg_color": "#DADDE0"},
    "up": {"font_color": "#1B6CA8", "bold": True},
    "down": {"font_color": "#B4540A", "bold": True},
    "flagged": {"font_color": "#9C2A00", "bold": True, "underline": 1},
    **{f"below_{depth}": {"indent": depth} for depth in range(1, 16)},
}
HEADS: dict[str, dict[str, Any]] = {
    "band": {"bg_color": BAND, "font_color": "white", "bold": True},
    "head": {"bg_color": HEAD, "font_color": "white", "bold": True},
    "code": {"bg_color": PALE, "font_color": "#44505C", "font_size": 8},
    "unit": {"bg_color": PALE, "font_color": "#44505C", "italic": True},
}
KINDS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "font_color": HEAD},
    "sentence": {"text_wrap": True, "font_size": 9, "font_color": "#44505C"},
    "text": {"text_wrap": True},
    "small": {"text_wrap": True, "font_size": 8},
    "word": {"text_wrap": True, "align": "center"},
    "group": {"text_wrap": True, "align": "center", "bg_color": "#F4F7FA", "bold": True},
    "place": {"num_format": "0", "align": "center", "bold": True},
    "whole": {"num_format": "0", "align": "center"},
    "gain": {"num_format": "+0;-0;0", "align": "center"},
    "score": {"num_format": "0.00", "align": "right", "indent": 1},
    "fine_score": {"num_format": "0.0000", "align": "right", "indent": 1},
    "percent": {"num_format": "0.0", "align": "center"},
    "share": {"num_format": "0.00%", "align": "center"},
    "ratio": {"num_format": "0.000", "align": "right", "indent": 1},
    "correlation": {"num_format": "0.00", "align": "center"},
    "given": {"num_format": "General", "align": "center"},
    "value": {"num_format": "#,##0.00##"},
}
WIDTHS: dict[str, float] = {
    "place": 10.5,
    "whole": 6.5,
    "gain": 10,
    "score": 8.5,
    "fine_score": 8.5,
    "percent": 8.5,
    "value": 13,
}
WIDTHS |= {"ratio": 9.5, "correlation": 7.5}
ROW = 16.5  # height [points] of a row of one line

Style = Callable[..., Any]


@dataclass(frozen=True)
class Column:
    """A column of a table.

    titles: one per header row; equal ones side by side or below each other become one cell. kind: a key of KINDS, or an
    Excel number format. width: in characters, found from the texts if 0. marks: per value a key of MARKS. merged: equal
    values below each other become one cell.
    """

    titles: tuple[str | int, ...]
    values: Sequence[Any]
    kind: str = "text"
    width: float = 0
    marks: Sequence[str] | None = None
    merged: bool = False


@dataclass(frozen=True)
class Page:
    """A sheet: sentences, then one table.

    name: of the tab. heads: the look of each header row. labels: columns that stay in sight. starts: rows that open a
    group. strong: rows in bold. scales: first and last column of each block coloured on one scale; signed: likewise,
    of correlations, from -1 to 1. legend: the marks to explain. filtered: whether the table has filter buttons.
    """

    name: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]
    heads: tuple[str, ...] = ("head",)
    labels: int = 1
    starts: frozenset[int] = frozenset()
    strong: frozenset[int] = frozenset()
    scales: tuple[tuple[int, int], ...] = ()
    signed: tuple[tuple[int, int], ...] = ()
    legend: tuple[str, ...] = ()
    filtered: bool = False

    @property
    def rows(self) -> int:
        return len(self.columns[0].values)


# -- tables that others made


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table that somebody else made, as a sheet of its own: in the language of the workbook, to be shown as it is.

    name: of the tab, a text or one per language; Excel's limits are kept (31 characters, no []:*?/\\', no two alike).
    table: one column per column; two levels of columns make two header rows. notes: sentences above the table. kinds:
    by title the look of a column, a key of KINDS or of HINTS, or an Excel number format; of others it is found from the
    values. flagged: cells to look at, (row, column). labels: columns that stay in sight.
    """

    name: str | Mapping[str, str]
    table: pd.DataFrame
    notes: tuple[str, ...] = ()
    kinds: Mapping[Any, str] = field(default_factory=dict)
    flagged: NDArray[np.bool_] | None = None
    labels: int = 1


HINTS = {"rank": "whole", "year": "whole", "count": "whole"}
"""Other names for kinds of columns, as those who make tables may call them."""


def sheet_page(sheet: Sheet, lang: str, taken: Sequence[str] = ()) -> Page:
    """The page of a sheet: values below each other that open a new group in the first column get a rule above.

    taken: names of tabs that are in use.
    """
    table = sheet.table
    columns = tuple(_frame_column(sheet, c, lang) for c in range(table.shape[1]))
    first = columns[0].values
    starts = frozenset(r for r in range(1, len(first)) if first[r] != first[r - 1])
    grouped = starts if len(starts) < len(first) - 1 else frozenset[int]()
    name = sheet.name if isinstance(sheet.name, str) else sheet.name[lang]
    return Page(
        tab_name(name, taken),
        sheet.notes,
        columns,
        heads=("band", "head")[-table.columns.nlevels :],
        labels=sheet.labels,
        starts=grouped,
        scales=tuple((c, c) for c, column in enumerate(columns) if column.kind in ("score", "fine_score")),
        signed=tuple(_runs([c for c, column in enumerate(columns) if column.kind == "correlation"])),
        legend=("flagged",) if sheet.flagged is not None and sheet.flagged.any() else (),
        filtered=True,
    )


def tab_name(name: str, taken: Sequence[str] = ()) -> str:
    """A name that Excel takes for a tab, and that is not taken.

    >>> tab_name("Growth: by stage / city"), tab_name("a" * 40, ["A" * 31])[-5:]
    ('Growth by stage city', 'aa(2)')
    """
    plain = re.sub(r"\s+", " ", re.sub(r"[\[\]:*?/\\'\x00-\x1f]", " ", name)).strip() or "-"
    plain = f"{plain}_" if plain.casefold() == "history" else plain  # which Excel keeps to itself
    used, tried, n = {other.casefold() for other in taken}, plain[:31].strip(), 1
    while tried.casefold() in used:
        n += 1
        tried = f"{plain[: 31 - len(f'({n})')].strip()}({n})"
    return tried


def frame_sheet(
    name: str | Mapping[str, str],
    table: pd.DataFrame,
    framework: Framework,
    lang: str,
    *,
    notes: Sequence[str] = (),
    names: Mapping[str, Any] | None = None,
    kinds: Mapping[str, str] | None = None,
    code: str = "",
) -> Sheet:
    """A table of an analysis, as its method gives it, put into words: titles, cities, nodes, groups, flags.

    Of columns `x`, `x_zh`, `x_en` one is kept: in the language, under the title of x. names: what further words of the
    table are called (of the groups of a lens, say: a text, or one per language); they go before those of the framework.
    kinds: by column, where COLUMN_KINDS does not fit. code: of the table, where it means something else by a column.
    """
    said = _Names(framework, lang, names or {})
    kept = _one_language(table, lang)
    kinds = {**COLUMN_KINDS, **(kinds or {})}
    keys = [_column_key(column, kept[column], code) for column in kept.columns]
    titles = [COLUMNS[key][lang] if key in COLUMNS else said(key).replace("_", " ") for key in keys]
    words = kept.copy()
    for column in kept.columns:
        if not _is_numeric(kept[column]):
            words[column] = [said(value) if isinstance(value, str) else value for value in kept[column].tolist()]
    words.columns = titles
    leading = [key in ("city", "year", "node", "indicator", "first", "second") for key in keys]
    return Sheet(
        name,
        words,
        tuple(notes),
        {title: kinds[key] for title, key in zip(titles, keys, strict=True) if key in kinds},
        labels=max(1, min(3, (*leading, False).index(False))),
    )


def analysis_sheets(
    tables: Mapping[str, pd.DataFrame], framework: Framework, lang: str, names: Mapping[str, Any] | None = None
) -> Iterator[Sheet]:
    """The tables of the analyses by name, as `analysis_tables` gives them; those without rows are left out.

    names: what further words of theirs are called (of yardsticks, say), as in `frame_sheet`.
    """
    for name, table in tables.items():
        if len(table):
            code, _, rest = name.removeprefix("lens_").partition("_")
            lens = framework.lenses.get(code) if name.startswith("lens_") else None
            if lens is not None:
                called = lens.name[lang] if lens.name else code
                title = word(f"lens_{rest}" if rest else "lens_scores", lang, lens=called)
            else:
                title = TABLES[name][lang] if name in TABLES else name.replace("_", " ")
            called_so = {**(names or {}), **(lens.groups if lens is not None else {})}
            yield frame_sheet(title, table, framework, lang, names=called_so, code=name)


def correlation_sheet(
    name: str | Mapping[str, str], found: Structure, framework: Framework, lang: str, notes: Sequence[str] = ()
) -> Sheet:
    """Pearson correlations among the indicators, coloured from -1 to 1; |r| above the threshold flagged."""
    import pandas as pd

    said = _Names(framework, lang, {})
    at = [i for i, node in enumerate(found.nodes) if node.is_indicator]
    r = found.pearson[np.ix_(at, at)]
    labels = [f"{k} {said(found.nodes[i].code)}" for k, i in enumerate(at, start=1)]
    parents = [said(found.nodes[found.nodes[i].parent].code) for i in at]
    table = pd.DataFrame(r)
    table.insert(0, "indicator", labels)
    above = [COLUMNS["indicator"][lang], *parents]
    table.columns = pd.MultiIndex.from_arrays([above, [above[0], *labels]])
    with np.errstate(invalid="ignore"):
        strong = (np.abs(r) > found.thresholds.redundant) & ~np.eye(len(at), dtype=bool)
    flagged = np.column_stack([np.zeros(len(at), bool), strong])
    about = word("about_correlations", lang, n=found.n, limit=f"{found.thresholds.redundant:g}")
    kinds: dict[Any, str] = dict.fromkeys(table.columns[1:], "correlation")
    return Sheet(name, table, (about, *notes), kinds, flagged)


COLUMN_KINDS: dict[str, str] = {
    **dict.fromkeys(("year", "first_year", "last_year", "n", "pairs", "items", "level", "cities"), "whole"),
    **dict.fromkeys(("rank", "place", "missing", "component", "steps", "moved", "n_other"), "whole"),
    **dict.fromkeys(("score", "mean_city"), "score"),
    **dict.fromkeys(("coupling", "overall", "degree", "integration.degree", "mapped", "lacking"), "fine_score"),
    **dict.fromkeys(("weight", "effective_weight", "share", "largest_share", "cumulative"), "share"),
    **dict.fromkeys(("pearson", "spearman", "kendall", "loading", "rotated"), "correlation"),
    **dict.fromkeys(("alpha", "standardised_alpha", "rest_correlation", "standardised_rest_correlation"), "ratio"),
    **dict.fromkeys(("skewness", "kurtosis", "eigenvalue", "influence", "pace", "gini", "theil", "cv"), "ratio"),
    **dict.fromkeys(("claim", "evidence", "where", "indicators", "unlisted"), "text"),
    **dict.fromkeys(("convergence_beta.alpha", "beta", "standard_error", "low", "high", "r_squared", "speed"), "ratio"),
    **dict.fromkeys(("obstacles_top.degree", "obstacles_dimension.degree", "convergence_beta.level"), "share"),
}
"""How the columns of the analyses are shown; of others it is found from the values."""


class _Names:
    """What the codes of a table are called in a language; several that stand with commas between, each by itself."""

    def __init__(self, framework: Framework, lang: str, names: Mapping[str, Any]) -> None:
        nodes = {code: code if node.name is None else node.name[lang] for _, code, node in framework.walk()}
        self._comma = word("list_comma", lang)
        self._known: dict[str, str] = {
            **{code: entry[lang] for code, entry in ENTRIES.items()},
            **{code: name[lang] for code, name in framework.groups.items()},
            **{city: framework.city_label(city, lang) for city in framework.cities},
            "index": framework.name[lang],
            **nodes,
            **{code: name if isinstance(name, str) else name[lang] for code, name in names.items()},
        }

    def __call__(self, text: str) -> str:
        parts = text.split(", ")
        if all(part in self._known for part in parts):
            return self._comma.join(self._known[part] for part in parts)
        return text


def _one_language(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Of columns x, x_zh, x_en the one in the language, at the place of the first, called x."""
    kept: dict[str, str] = {}
    for column in map(str, table.columns):
        base, _, ending = column.rpartition("_")
        if ending == lang and base:
            kept[base] = column
        elif ending not in ("zh", "en") or not base:
            kept.setdefault(column, column)
        elif f"{base}_{lang}" not in table.columns and base not in table.columns:
            kept.setdefault(base, column)
    return table[list(kept.values())].set_axis(list(kept), axis="columns")


def _is_numeric(column: pd.Series[Any]) -> bool:
    return column.dtype.kind in "iufb"


def _column_key(code: str, column: pd.Series[Any], table: str = "") -> str:
    """The entry of a column: its own in this table, if there is one; `first` and `last` are years, or nodes."""
    if f"{table}.{code}" in COLUMNS:
        return f"{table}.{code}"
    return f"{code}_year" if code in ("first", "last") and _is_numeric(column) else code


def _frame_column(sheet: Sheet, c: int, lang: str) -> Column:
    column, title = sheet.table.iloc[:, c], sheet.table.columns[c]
    values = [_cell(value, lang) for value in column.tolist()]
    figures = np.array([value for value in values if isinstance(value, (int, float))], float)
    kind = sheet.kinds.get(title, "")
    kind = HINTS.get(kind, kind) or ("text" if len(figures) == 0 and any(values) else number_format(figures))
    kind = score_kind(figures) if kind == "score" else number_format(figures) if kind == "value" else kind
    titles = title if isinstance(title, tuple) else (title,)
    marks = None if sheet.flagged is None else ["flagged" if here else "" for here in sheet.flagged[:, c]]
    return Column(tuple(t if isinstance(t, (str, int)) else str(t) for t in titles), values, kind, marks=marks)


def _cell(value: Any, lang: str) -> str | float | None:
    """A value as Excel can hold it: text, a figure, or nothing; words for yes and no, a sign for what has no end."""
    if isinstance(value, (bool, np.bool_)):
        return word("true" if value else "false", lang)
    if isinstance(value, (int, float, np.number)):
        if math.isnan(value):
            return None
        if math.isinf(value):
            return "∞" if value > 0 else "−∞"
        return value.item() if isinstance(value, np.number) else value
    return None if value is None or str(value) in ("<NA>", "NaT") else str(value)


def _runs(positions: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each run of positions."""
    runs: list[tuple[int, int]] = []
    for c in positions:
        runs = [*runs[:-1], (runs[-1][0], c)] if runs and runs[-1][1] == c - 1 else [*runs, (c, c)]
    return runs


# -- kinds of figures


def score_kind(scores: NDArray[np.float64]) -> str:
    """Two decimals, and four on scales as short as 0 to 1."""
    found = np.abs(scores[~np.isnan(scores)])
    return "fine_score" if found.size and found.max() < 10 else "score"


def number_format(values: NDArray[np.float64]) -> str:
    """An Excel format with the decimals that the size of the values asks for."""
    found = np.abs(values[~np.isnan(values)])
    if found.size == 0 or (found == np.round(found)).all():
        return "#,##0"
    formats = ((1e4, "#,##0"), (1e3, "#,##0.0"), (1.0, "#,##0.00"), (0.0, "0.0000"))
    return next(number for least, number in formats if found.max() >= least)


def said_of(name: str, lang: str) -> str:
    """An origin in words; as it is where there are none."""
    return word(f"cell_{name}", lang) if f"cell_{name}" in WORDS else name


# -- drawing


def styles(book: Any, lang: str) -> Style:
    """Formats of the workbook, each made once: by kind of cell or header row, mark, and place in the table."""
    plain = {"font_name": FONTS[lang], "font_size": 10, "font_color": INK, "valign": "vcenter"}

    @cache
    def cell(kind: str, mark: str = "", start: bool = False, bold: bool = False, quoted: bool = False) -> Any:
        look = {**plain, **HEADS.get(kind, KINDS.get(kind, {"num_format": kind}))}
        if kind in HEADS:
            look |= {"border": 1, "border_color": "#FFFFFF", "align": "center", "text_wrap": True}
        elif kind not in ("title", "sentence"):
            look |= {"bottom": 1, "bottom_color": LINE}
        look |= MARKS.get(mark, MARKS["group"])
        look |= {"top": 1, "top_color": BAND} if start else {}
        look |= {"bold": True, "bg_color": "#F4F7FA"} if bold else {}
        look |= {"quote_prefix": True} if quoted else {}
        return book.add_format(look)

    return cell


def write_page(book: Any, page: Page, style: Style, index: str, title: str, lang: str) -> None:
    """Draw a page on a sheet of its own. index: its name, for the foot; title: above the sentences."""
    sheet = book.add_worksheet(page.name)
    widths = [_column_width(column, page.heads) for column in page.columns]
    for c, width in enumerate(widths):
        sheet.set_column(c, c, width)
    sheet.set_default_row(ROW)
    top = _write_heading(sheet, page, style, widths, title, lang)
    body = _write_header(sheet, page, style, widths, top)
    for r, height in enumerate(_row_heights(page, widths)):
        if height > ROW:
            sheet.set_row(body + r, height)
    for c, column in enumerate(page.columns):
        if column.merged:
            _write_merged(sheet, page, style, body, c)
        else:
            _write_column(sheet, page, style, body, c)
    bottom = max(body, body + page.rows - 1)
    for scales, scale in ((page.scales, SCALE), (page.signed, SIGNED_SCALE)):
        for first, last in scales:
            sheet.conditional_format(body, first, bottom, last, scale)
    sheet.freeze_panes(body, page.labels)
    if page.filtered and page.rows:
        sheet.autofilter(body - 1, 0, body + page.rows - 1, len(page.columns) - 1)
    _set_print(sheet, page, widths, top, body, index, page.name, lang)


def _write_heading(sheet: Any, page: Page, style: Style, widths: list[float], title: str, lang: str) -> int:
    """Title, sentences and legend; the row on which the table begins."""
    sheet.set_row(0, 27)
    _write(sheet, 0, 0, title, style, "title")
    reach = [total for total in accumulate(widths) if total <= NOTE_WIDTH]
    span, width = max(len(reach), 2), reach[-1] if len(reach) > 1 else sum(widths[:2])
    while width < NOTE_WIDTH - 9 and span >= len(widths):  # a narrow table: on over empty columns
        span, width = span + 1, width + 9
    row = 1
    for note in page.notes:
        sheet.set_row(row, _height(note, width, 9))
        sheet.merge_range(row, 0, row, span - 1, "", style("sentence"))
        _write(sheet, row, 0, note, style, "sentence")
        row += 1
    if page.legend:
        sheet.write_string(row, 0, word("legend", lang), style("sentence"))
        for k, mark in enumerate(page.legend):
            c = page.labels + 2 * k
            sheet.merge_range(row, c, row, c + 1, said_of(mark, lang), style("word", mark))
        row += 1
    sheet.set_row(row, 6)
    return row + 1


def _write_header(sheet: Any, page: Page, style: Style, widths: list[float], top: int) -> int:
    """The header rows, equal titles joined; the row on which the values begin."""
    n = len(page.heads)
    joined = [len(column.titles) > 1 and len(set(column.titles)) == 1 for column in page.columns]
    for c, column in enumerate(page.columns):
        if joined[c]:
            sheet.merge_range(top, c, top + n - 1, c, "", style("head"))
            _write(sheet, top, c, column.titles[0], style, "head")
    for r, look in enumerate(page.heads):
        height = ROW
        spread = r == 0 and n > 1
        for (title, down, _), run in groupby(
            enumerate(page.columns),
            key=lambda at: (at[1].titles[r], joined[at[0]], None if spread and at[1].titles[r] else at[0]),
        ):
            if down:
                continue
            span = [c for c, _ in run]
            size = HEADS[look].get("font_size", 11)  # bold takes more
            height = max(height, 2 + _height(str(title), sum(widths[c] for c in span) - 1, size))
            if len(span) > 1:
                sheet.merge_range(top + r, span[0], top + r, span[-1], "", style(look))
            _write(sheet, top + r, span[0], title, style, look)
        sheet.set_row(top + r, height)
    return top + n


def _write_column(sheet: Any, page: Page, style: Style, body: int, c: int) -> None:
    column = page.columns[c]
    marks = column.marks or [""] * page.rows
    for r, (value, mark) in enumerate(zip(column.values, marks, strict=True)):
        _write(sheet, body + r, c, value, style, column.kind, mark, r in page.starts, r in page.strong)


def _write_merged(sheet: Any, page: Page, style: Style, body: int, c: int) -> None:
    """A column whose equal values are one cell, within the cells of the merged columns to its left."""
    left = [column.values for column in page.columns[: c + 1]]
    for _, run in groupby(range(page.rows), key=lambda r: tuple(values[r] for values in left)):
        rows = list(run)
        kind, start = page.columns[c].kind, rows[0] in page.starts
        if len(rows) > 1:
            sheet.merge_range(body + rows[0], c, body + rows[-1], c, "", style(kind, "", start))
        _write(sheet, body + rows[0], c, page.columns[c].values[rows[0]], style, kind, "", start)


def _write(
    sheet: Any,
    r: int,
    c: int,
    value: Any,
    style: Style,
    kind: str,
    mark: str = "",
    start: bool = False,
    bold: bool = False,
) -> None:
    """One cell; text is written as text, and stays text when a reader edits a cell that looks like a formula."""
    if value is None or value == "" or value != value:
        sheet.write_blank(r, c, None, style(kind, mark, start, bold))
    elif isinstance(value, str):
        sheet.write_string(r, c, value, style(kind, mark, start, bold, value[0] in "=+-@\t\r"))
    else:
        sheet.write_number(r, c, value, style(kind, mark, start, bold))


def _set_print(
    sheet: Any, page: Page, widths: list[float], top: int, body: int, index: str, name: str, lang: str
) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    pages = math.ceil(sum(widths) / PAGE_WIDTH)
    sheet.fit_to_pages(pages, 0)
    sheet.repeat_rows(top, body - 1)
    if pages > 1:
        sheet.repeat_columns(0, page.labels - 1)
    said = index[:80].replace("&", "&&")
    sheet.set_footer(f"&L&8 {said}&C&8 {name}&R&8 {word('page', lang)}")
    sheet.hide_gridlines(2)


def _column_width(column: Column, heads: Sequence[str]) -> float:
    """Wide enough for the values, and for the longest word of the titles; long texts are broken."""
    titles = [str(title) for title, head in zip(column.titles, heads, strict=True) if head == "head"]
    words = max(
        (text_width(part) for title in titles for part in re.split(r"[\s-]", title) if part.isascii()), default=0
    )
    if column.width or column.kind in WIDTHS or column.kind not in KINDS:
        return max(column.width or WIDTHS.get(column.kind, 9.5), words + 2)
    title = max((text_width(title) for title in titles), default=0)
    texts = max((text_width(value) for value in {v for v in column.values if isinstance(v, str)}), default=0)
    return min(max(texts + 2, min(title, 14) + 3, words + 2, 8), 46)


def _row_heights(page: Page, widths: list[float]) -> list[float]:
    """Height [points] that each row needs for its longest broken text."""
    needed = [ROW] * page.rows
    for column, width in zip(page.columns, widths, strict=True):
        look = KINDS.get(column.kind, {})
        if look.get("text_wrap") and not column.merged:
            size = look.get("font_size", 10)
            heights = {value: _height(value, width - 1, size) for value in {v for v in column.values if v}}
            needed = [max(n, heights.get(value, ROW)) for n, value in zip(needed, column.values, strict=True)]
    return needed


@cache
def text_width(text: str) -> int:
    """Columns that a text takes; a Chinese character takes two."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _height(text: str, width: float, size: float = 10) -> float:
    """Height [points] of a text broken to a width [characters]; words at the end of a line cost a little."""
    taken = text_width(text) * size / 10.5
    lines = 1 if taken <= width else math.ceil(1.1 * taken / width)
    return 1.3 * size * lines + 3.5
