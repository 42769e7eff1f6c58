"""The sheets of a workbook for people: tables below each other, with their questions and notes, drawn by one writer."""

from __future__ import annotations

import math
import re
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, groupby
from typing import Any
from unicodedata import east_asian_width

import numpy as np

from indexcalc.report.tables.figures import origin_word
from indexcalc.report.tables.table import KINDS as FIGURES
from indexcalc.report.tables.table import SHEET, Column, Lines, Sheet, Table, headings
from indexcalc.voice import Voice

NOTE_WIDTH = 120  # columns of text that a sentence above a table may take
PAGE_WIDTH = 240  # columns of text that still can be read on one A4 page; wider tables take several
LONG = 60  # rows of a table that no page holds

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
    "regression": {"bg_color": "#CDE3D2", "italic": True},
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
    "cover": {"bold": True, "font_size": 20, "font_color": HEAD},
    "headline": {"bold": True, "font_size": 13, "font_color": HEAD, "bg_color": PALE, "text_wrap": True, "indent": 1},
    "section": {"bold": True, "font_size": 12, "font_color": "white", "bg_color": HEAD, "indent": 1},
    "topic": {"bold": True, "font_color": BAND, "valign": "top"},
    "more": {"font_color": "#1B6CA8", "underline": 1, "valign": "top", "indent": 1},
    "linked": {"font_color": "#1B6CA8", "underline": 1, "valign": "top"},
    "said": {"text_wrap": True, "valign": "top"},
    "question": {"bold": True, "font_size": 11, "font_color": BAND},
    "link": {"font_size": 9, "font_color": "#1B6CA8", "underline": 1},
    "sentence": {"text_wrap": True, "font_size": 9, "font_color": "#44505C"},
    "text": {"text_wrap": True},
    "small": {"text_wrap": True, "font_size": 8},
    "word": {"text_wrap": True, "align": "center"},
    "group": {"text_wrap": True, "align": "center", "bg_color": "#F4F7FA", "bold": True},
    "place": {"align": "center", "bold": True},
    "whole": {"align": "center"},
    "gain": {"align": "center"},
    "score": {"align": "right", "indent": 1},
    **{kind: {"align": "right", "indent": 1} for kind in ("fine_score", "score_0", "score_1", "score_3")},
    "change": {"align": "center"},
    "percent": {"align": "center"},
    "odds": {"align": "center"},
    "part": {"align": "center"},
    "fine": {"align": "center"},
    "share": {"align": "center"},
    "ratio": {"align": "right", "indent": 1},
    "correlation": {"align": "center"},
    "given": {"align": "center"},
    "value": {},
    "count": {},
}
TEXTS = ("text", "small", "word", "group", *(kind for kind in KINDS if kind not in FIGURES))
"""Kinds of cells without figures."""
BARE = ("title", "cover", "headline", "section", "question", "sentence", "link")
"""Kinds of cells that stand outside a table."""
WIDTHS: dict[str, float] = {
    "place": 10.5,
    "whole": 6.5,
    "gain": 12,
    "score": 8.5,
    **dict.fromkeys(("fine_score", "score_0", "score_1", "score_3"), 8.5),
    "percent": 8.5,
    "value": 13,
}
WIDTHS |= {"ratio": 9.5, "correlation": 7.5, "change": 8.5, "odds": 7, "share": 9, "part": 8.5, "fine": 10}
ROW = 16.5  # height [points] of a row of one line
A4 = (8.27, 11.69)  # width and height [inches] of a page held upright
SPARE = 0.85  # of a page is filled, for programs measure letters differently
NARROW = 0.74  # of the width is filled where a sheet takes several pages, for some programs make columns much wider
UPRIGHT = 100  # columns of text that fit on an A4 page held upright
CHART_ROWS = 22  # height of a chart in rows
OTHER_LINE = "#B8C0C8"

Style = Callable[..., Any]


@dataclass(frozen=True)
class _Column:
    """A column in words. titles: one per header row; equal ones side by side or below each other become one cell."""

    titles: tuple[str | int, ...]
    values: Sequence[Any]
    kind: str
    width: float
    marks: Sequence[str]
    merged: bool


@dataclass(frozen=True)
class _Block:
    """A table in words. heads: the look of each header row. scales, signed: first and last column of each block that is
    coloured on one scale; signed with the value that has the full colour."""

    columns: tuple[_Column, ...]
    heads: tuple[str, ...]
    question: str
    notes: tuple[str, ...]
    table: Table
    scales: tuple[tuple[int, int], ...]
    signed: tuple[tuple[int, int, float], ...]

    @property
    def rows(self) -> int:
        return self.table.rows


def _in_words(table: Table, voice: Voice) -> _Block:
    """A table as the sheet shows it: facts in words, figures as they are."""
    rows = list(headings(table, voice))
    columns = tuple(
        _Column(
            tuple(titles[k] for _, titles in rows),
            [_said(value, voice) for value in column.values],
            column.kind,
            column.width,
            column.marks or [""] * table.rows,
            column.merged,
        )
        for k, column in enumerate(table.columns)
    )
    scales = tuple((run[0], run[-1]) for name, run in _runs(table, lambda column: column.scale) if name)
    signed = tuple((run[0], run[-1], limit) for limit, run in _runs(table, lambda column: column.signed) if limit)
    notes = tuple(voice.told(note) for note in table.notes)
    return _Block(columns, tuple(look for look, _ in rows), voice.told(table.question), notes, table, scales, signed)


def _said(value: Any, voice: Voice) -> Any:
    return value if value is None or isinstance(value, (int, float, np.number)) else voice.told(value)


def _runs(table: Table, of: Callable[[Column], Any]) -> Iterator[tuple[Any, list[int]]]:
    """Columns side by side that share a scale; of `own`, each by itself."""
    keys = [(of(column), k if of(column) == "own" else -1) for k, column in enumerate(table.columns)]
    for (key, _), run in groupby(range(len(keys)), key=lambda k: keys[k]):
        yield key, list(run)


# -- drawing


def styles(book: Any, voice: Voice) -> Style:
    """Formats of the workbook, each made once: by kind of cell or header row, mark, and place in the table."""
    plain = {"font_name": voice.say("sheets.font"), "font_size": 10, "font_color": INK, "valign": "vcenter"}

    @cache
    def cell(kind: str, mark: str = "", start: bool = False, bold: bool = False, quoted: bool = False) -> Any:
        figures = {"num_format": FIGURES[kind].excel if kind in FIGURES else kind} if kind not in TEXTS else {}
        look = {**plain, **HEADS.get(kind, {**KINDS.get(kind, {}), **figures})}
        if kind in HEADS:
            look |= {"border": 1, "border_color": "#FFFFFF", "align": "center", "text_wrap": True}
        elif kind not in BARE:
            look |= {"bottom": 1, "bottom_color": LINE}
        look |= MARKS.get(mark, MARKS["group"])
        look |= {"top": 1, "top_color": BAND} if start else {}
        look |= {"bold": True, "bg_color": "#F4F7FA"} if bold else {}
        look |= {"quote_prefix": True} if quoted else {}
        return book.add_format(look)

    return cell


def write_sheet(book: Any, shown: Sheet, style: Style, names: tuple[str, str, str], voice: Voice) -> list[Any]:
    """Draw tables on a sheet of their own, or on several where they are long; returns these. names: the title, that
    of the index, for the foot, and where to go back to, if anywhere."""
    title, index, home = names
    tables = [table.on(SHEET) for table in shown.tables]
    blocks = [_in_words(table, voice) for table in tables]
    made, numbered = [], 1
    for k, part in enumerate(_parts(blocks)):
        name = voice.say(f"sheets.{shown.key}")
        if k and len(part) == 1 and part[0].table.name:
            name = voice.told(part[0].table.name)
        elif k:
            numbered += 1
            name = f"{name} {numbered}"
        sheet = book.add_worksheet(name)
        about = shown if k == 0 else replace(shown, notes=(), charts=())
        _write_part(book, sheet, about, tables[0], part, style, (name, title, index, home), voice)
        made.append(sheet)
    return made


def _parts(blocks: Sequence[_Block]) -> list[list[_Block]]:
    """Which tables share a sheet: all, but one longer than a page has a sheet of its own, for a sheet has one header
    that is repeated on every page."""
    parts: list[list[_Block]] = []
    for block in blocks:
        if parts and max(block.rows, parts[-1][-1].rows) <= LONG:
            parts[-1].append(block)
        else:
            parts.append([block])
    return parts


def _write_part(
    book: Any,
    sheet: Any,
    shown: Sheet,
    table: Table,
    blocks: list[_Block],
    style: Style,
    names: tuple[str, str, str, str],
    voice: Voice,
) -> None:
    """Draw tables on a sheet. table: what its charts read. names: its own, its title, the index, the way back."""
    name, title, index, home = names
    widths = _widths(blocks)
    for c, width in enumerate(widths):
        sheet.set_column(c, c, width)
    sheet.set_default_row(ROW)
    pages = _pages(widths, shown.labels, max(blocks, key=lambda block: len(block.columns)))
    left = shown.labels if len(pages) > 1 else 0  # what is repeated on each page would repeat a part of a text or chart
    free = widths[left : [*pages, len(widths)][1]]  # of the first page
    row, head, body = _write_heading(sheet, shown, style, free, left, (title, home), voice), 0, 0
    starts: list[int] = []
    for k, block in enumerate(blocks):
        starts.append(row)
        row = _write_notes(sheet, block, style, free, row, (left, shown.labels), voice)
        top, end = _write_header(sheet, block, style, widths, row, pages), row
        end = _write_body(sheet, block, style, widths, top)
        head, body, row = (row, top, end) if k == 0 else (head, body, end)
        row = end + 1
    alone = len(blocks) == 1
    sheet.freeze_panes(body if alone else 1, shown.labels)
    if shown.filtered and alone and blocks[0].rows:
        sheet.autofilter(body - 1, 0, body + blocks[0].rows - 1, len(blocks[0].columns) - 1)
    half = max(520, int(sum(7 * width + 5 for width in free) / 2))  # pixels
    for k, lines in enumerate(shown.charts):
        _insert_chart(book, sheet, (name, table), lines, (body, row, left), (k * half, half - 10), voice)
    if shown.charts and alone and blocks[0].rows > LONG:
        sheet.set_h_pagebreaks([row])
    heights = [_height(block, widths) for block in blocks]
    above = ROW * (2 + starts[0])  # the title and the sentences are higher than rows
    paper = _paper(widths, shown.labels, pages, 0.0 if alone else above + max(heights))
    _set_print(sheet, paper, shown.labels, (head, body - 1) if alone else (0, 0), pages, index, name, voice)
    if not alone:
        if shown.charts:
            starts, heights = [*starts, row], [*heights, CHART_ROWS * ROW]
        _break_pages(sheet, paper, above, starts, heights)


def _pages(widths: list[float], labels: int, block: _Block) -> list[int]:
    """The column with which each page begins: as few pages as can be read, about equal, broken between bands where
    these fit. The labels are repeated on each."""
    most = sum(widths)
    if most <= PAGE_WIDTH:
        return [0]
    titles = [column.titles[0] if len(column.titles) > 1 else c for c, column in enumerate(block.columns)]
    titles += range(len(titles), len(widths))
    bands = [list(run) for _, run in groupby(range(labels, len(widths)), key=lambda c: titles[c])]
    named = sum(widths[:labels])

    def broken(room: float) -> list[int]:
        starts, taken = [0], named
        for band in bands:
            whole = sum(widths[c] for c in band)
            if named + whole <= room < taken + whole:
                starts, taken = [*starts, band[0]], named
            for c in band:
                if taken + widths[c] > room and taken > named:
                    starts, taken = [*starts, c], named
                taken += widths[c]
        return starts

    fewest = broken(PAGE_WIDTH)
    wholes = (named + sum(widths[c] for c in band) for band in bands)
    kept = max((whole for whole in wholes if whole <= PAGE_WIDTH), default=0.0)
    rooms = range(math.ceil(max(kept, named + (most - named) / len(fewest))), PAGE_WIDTH)
    return next((found for found in map(broken, rooms) if len(found) == len(fewest)), fewest)


def _write_heading(
    sheet: Any,
    shown: Sheet,
    style: Style,
    free: list[float],
    left: int,
    names: tuple[str, str],
    voice: Voice,
) -> int:
    """Title, the way back, and the sentences; the row on which the first table begins. left: the column on which texts
    begin, the first that is on one page only; free: widths from there to the end of that page."""
    title, home = names
    sheet.set_row(0, 27)
    write_cell(sheet, 0, left, title, style, "title")
    back, tip = voice.say("sheets.back"), voice.say("sheets.back_tip")
    if home:
        sheet.write_url(1, 0, f"internal:'{home}'!A1", style("link"), back, tip)
    return _write_sentences(sheet, [voice.told(note) for note in shown.notes], style, free, 2, left)


def _write_sentences(sheet: Any, notes: Sequence[str], style: Style, free: list[float], row: int, left: int) -> int:
    """Sentences over as many columns as can be read at a glance, from `left` on; the row after them."""
    reach = [total for total in accumulate(free) if total <= NOTE_WIDTH]
    span, width = max(len(reach), 2), reach[-1] if len(reach) > 1 else sum(free[:2])
    while width < NOTE_WIDTH - 9 and span >= len(free) and not left:  # a narrow table: on over empty columns
        span, width = span + 1, width + 9
    for note in notes:
        sheet.set_row(row, row_height(note, width, 9))
        sheet.merge_range(row, left, row, left + span - 1, "", style("sentence"))
        write_cell(sheet, row, left, note, style, "sentence")
        row += 1
    return row


def _write_notes(
    sheet: Any,
    block: _Block,
    style: Style,
    free: list[float],
    row: int,
    columns: tuple[int, int],
    voice: Voice,
) -> int:
    """Question, sentences and legend of a table; the row of its header. columns: that on which texts begin, and the
    first after the labels."""
    left, labels = columns
    if block.question:
        sheet.set_row(row, 22)
        write_cell(sheet, row, left, block.question, style, "question")
        row += 1
    row = _write_sentences(sheet, block.notes, style, free, row, left)
    if block.table.legend:
        sheet.write_string(row, left, voice.say("sheets.legend"), style("sentence"))
        for k, mark in enumerate(block.table.legend):
            c = labels + (2 if left else 0) + 2 * k
            sheet.merge_range(row, c, row, c + 1, voice.told(origin_word(mark)), style("word", mark))
        row += 1
    sheet.set_row(row, 6)
    return row + 1


def _write_body(sheet: Any, block: _Block, style: Style, widths: list[float], body: int) -> int:
    """The rows of a table and their colour scales; the row after the last."""
    for r, height in enumerate(_row_heights(block, widths)):
        if height > ROW:
            sheet.set_row(body + r, height)
    for c, column in enumerate(block.columns):
        (_write_merged if column.merged else _write_column)(sheet, block, style, body, c)
    bottom = max(body, body + block.rows - 1)
    for first, last in block.scales:
        sheet.conditional_format(body, first, bottom, last, SCALE)
    for first, last, limit in block.signed:
        ends = {"min_value": -limit, "max_value": limit}
        sheet.conditional_format(body, first, bottom, last, {**SIGNED_SCALE, **ends})
    return bottom + 1


def _write_header(sheet: Any, block: _Block, style: Style, widths: list[float], top: int, pages: Sequence[int]) -> int:
    """The header rows, equal titles of a page joined; the row on which the values begin."""
    n = len(block.heads)
    joined = [len(column.titles) > 1 and len(set(column.titles)) == 1 for column in block.columns]
    for c, column in enumerate(block.columns):
        if joined[c]:
            sheet.merge_range(top, c, top + n - 1, c, "", style("head"))
            write_cell(sheet, top, c, column.titles[0], style, "head")
    for r, look in enumerate(block.heads):
        height = ROW
        spread = r == 0 and n > 1
        for (title, down, _), run in groupby(
            enumerate(block.columns),
            key=lambda at: (
                at[1].titles[r],
                joined[at[0]],
                bisect(pages, at[0]) if spread and at[1].titles[r] else -at[0],
            ),
        ):
            if down:
                continue
            span = [c for c, _ in run]
            size = HEADS[look].get("font_size", 11)  # bold takes more
            height = max(height, 2 + row_height(str(title), sum(widths[c] for c in span) - 1, size))
            if len(span) > 1:
                sheet.merge_range(top + r, span[0], top + r, span[-1], "", style(look))
            write_cell(sheet, top + r, span[0], title, style, look)
        sheet.set_row(top + r, height)
    return top + n


def _write_column(sheet: Any, block: _Block, style: Style, body: int, c: int) -> None:
    column, starts, strong = block.columns[c], block.table.starts, block.table.strong
    plain = style(column.kind, "", False, False)
    for r, (value, mark) in enumerate(zip(column.values, column.marks, strict=True)):
        if type(value) is float and value == value and not mark and r not in starts and r not in strong:
            sheet.write_number(body + r, c, value, plain)  # most cells of a large table
        else:
            write_cell(sheet, body + r, c, value, style, column.kind, mark, r in starts, r in strong)


def _write_merged(sheet: Any, block: _Block, style: Style, body: int, c: int) -> None:
    """A column whose equal values are one cell, within the cells of the merged columns to its left."""
    left = [column.values for column in block.columns[: c + 1]]
    for _, run in groupby(range(block.rows), key=lambda r: tuple(values[r] for values in left)):
        rows = list(run)
        kind, start = block.columns[c].kind, rows[0] in block.table.starts
        if len(rows) > 1:
            sheet.merge_range(body + rows[0], c, body + rows[-1], c, "", style(kind, "", start))
        write_cell(sheet, body + rows[0], c, block.columns[c].values[rows[0]], style, kind, "", start)


def write_cell(
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


def _insert_chart(
    book: Any,
    sheet: Any,
    of: tuple[str, Table],
    lines: Lines,
    at: tuple[int, int, int],
    across: tuple[int, int],
    voice: Voice,
) -> None:
    """A line chart that reads the cells of the first table, so that it follows them.

    of: name of the sheet, and that table. at: the row on which the values begin, row and column of the chart; across:
    its distance from there and width [pixels].
    """
    (name, table), (body, row, left) = of, at
    chart, title = book.add_chart({"type": "line"}), voice.told(lines.title)
    names = next(k for k, column in enumerate(table.columns) if column.name == lines.names)
    drawn = [k for k, one in enumerate(table.columns) if getattr(one.band, "key", "") == f"sheets.{lines.of}"]
    first, last = drawn[0], drawn[-1]
    drawn_rows = [(r, colour) for r, colour in enumerate(lines.colours[: table.rows]) if colour is not None]
    for r, colour in sorted(drawn_rows, key=lambda own: bool(own[1])):  # colours on top
        line = colour or OTHER_LINE
        marker: dict[str, Any] = {"type": "circle", "size": 5} if colour or lines.ranks else {"type": "none"}
        chart.add_series(
            {
                "name": [name, body + r, names],
                "categories": [name, body - 1, first, body - 1, last],
                "values": [name, body + r, first, body + r, last],
                "line": {"color": line, "width": 2.5 if colour else 1.25},
                "marker": marker | {"fill": {"color": line}, "border": {"color": "#FFFFFF"}},
                **({"data_labels": _end_label(last - first, colour, voice)} if lines.named or colour else {}),
            }
        )
    grid = {"major_gridlines": {"visible": not lines.ranks, "line": {"color": "#E3E8ED", "width": 0.5}}}
    font = {"name": voice.say("sheets.font"), "size": 9, "color": INK}
    ranks = {"reverse": True, "min": 1, "max": table.rows, "major_unit": max(1, table.rows // 15), "crossing": "max"}
    value_axis: dict[str, Any] = {
        "name": voice.told(lines.axis),
        "name_font": {**font, "bold": False},
        "num_font": font,
        **grid,
    }
    chart.set_y_axis({**value_axis, "num_format": "0", **(ranks if lines.ranks else {})})
    chart.set_x_axis(
        {"num_font": font, "label_position": "high" if lines.ranks else "low", "line": {"color": "#9AA5B1"}}
    )
    chart.set_title({"name": title, "name_font": {**font, "size": 12, "bold": True}, "overlay": False})
    chart.set_legend({"none": True})
    chart.show_blanks_as("gap")
    chart.set_size({"width": across[1], "height": int((CHART_ROWS - 1) * ROW / 0.75)})
    chart.set_chartarea({"border": {"none": True}})
    place = {"object_position": 1, "x_offset": across[0], "description": title}
    sheet.insert_chart(row, left, chart, place)


def _end_label(before: int, colour: str, voice: Voice) -> dict[str, Any]:
    """The name of a line at its last point only."""
    unnamed: list[dict[str, Any]] = [{"delete": True}] * before
    font = {"name": voice.say("sheets.font"), "size": 9, "color": colour or "#6B7785", "bold": bool(colour)}
    return {"series_name": True, "value": False, "position": "right", "font": font, "custom": unnamed}


def _set_print(
    sheet: Any,
    paper: _Paper,
    labels: int,
    repeated: tuple[int, int],
    pages: Sequence[int],
    index: str,
    name: str,
    voice: Voice,
) -> None:
    """A4, with the header of the table, or the title, on every page. pages: see `_pages`; they keep to their columns
    only at a given scale."""
    if not paper.upright:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    if paper.fitted:
        sheet.fit_to_pages(1, 0)
    else:
        sheet.set_print_scale(int(100 * paper.scale + 1e-9))
    if len(pages) > 1:
        sheet.set_v_pagebreaks(list(pages[1:]))
        sheet.repeat_columns(0, labels - 1)
    sheet.repeat_rows(*repeated)
    said = index[:80].replace("&", "&&")
    sheet.set_footer(f"&L&8 {said}&C&8 {name}&R&8 {voice.say('sheets.page')}")
    sheet.hide_gridlines(2)


@dataclass(frozen=True)
class _Paper:
    """How a sheet lies on A4. scale: how much smaller than on the screen; fitted: it follows from the width alone."""

    upright: bool
    scale: float
    fitted: bool

    @property
    def room(self) -> float:
        """Height [points at full size] that is filled, without what is repeated on every page."""
        return _down(self.upright) / self.scale - 2 * ROW


def _paper(widths: list[float], labels: int, pages: Sequence[int], tallest: float) -> _Paper:
    """Upright where the table is narrow. tallest: height of a table that has to be on one page, for its header is not
    repeated; where it would not be, the way to hold the sheet and the scale that show it largest."""
    narrow = sum(widths) <= UPRIGHT
    plain = _Paper(narrow, _scale(widths, labels, pages, upright=narrow), len(pages) == 1)
    if tallest <= plain.room:
        return plain
    whole = [*widths, max(0.0, NOTE_WIDTH - sum(widths))]  # with the columns that sentences take beside a narrow table
    scales = {
        upright: min(
            NARROW * _scale(whole, labels, pages, upright=upright) if len(pages) == 1 else plain.scale,
            _down(upright) / (tallest + 2 * ROW),
        )
        for upright in (True, False)
        if len(pages) == 1 or upright == narrow
    }
    upright = max(scales, key=lambda way: scales[way])
    return _Paper(upright, math.floor(100 * scales[upright]) / 100, fitted=False)  # in whole percent, as it is printed


def _down(upright: bool) -> float:
    """Height of a page that is filled [points]."""
    return SPARE * 72 * ((A4[1] if upright else A4[0]) - 1.1)


def _scale(widths: list[float], labels: int, pages: Sequence[int], *, upright: bool) -> float:
    """How much smaller than on the screen a sheet is printed if its width alone decides."""
    across = 96 * ((A4[0] if upright else A4[1]) - 0.8)
    pixels = [7 * width + 5 for width in widths]
    if len(pages) == 1:
        return min(1.0, across / sum(pixels))
    ends = (*pages[1:], len(widths))
    widest = max(
        sum((pixels[:labels] if first else []) + pixels[first:end]) for first, end in zip(pages, ends, strict=True)
    )
    return NARROW * across / widest


def _break_pages(sheet: Any, paper: _Paper, above: float, starts: Sequence[int], heights: Sequence[float]) -> None:
    """Begin a page where a table would not end on the one before. above: height [points] over the first; starts,
    heights: of the tables, in order.

    Excel follows it only where the scale is given, or chosen by the reader; LibreOffice also where the columns are
    fitted to the page.
    """
    breaks, taken = [], above
    for start, height in zip(starts, heights, strict=True):
        if start > starts[0] and taken + height > paper.room:
            breaks.append(start)
            taken = 0.0
        taken += height
        if taken > paper.room:  # of a table longer than a page, what is on its last
            taken %= paper.room
    sheet.set_h_pagebreaks(breaks)


def _height(block: _Block, widths: list[float]) -> float:
    """Height [points] of a table with its question, sentences and header, about."""
    sentences = sum(row_height(note, NOTE_WIDTH, 9) for note in block.notes)
    above = 22 * bool(block.question) + sentences + ROW * bool(block.table.legend) + 6 + 1.6 * ROW * len(block.heads)
    return above + sum(_row_heights(block, widths)) + ROW


def _widths(blocks: Sequence[_Block]) -> list[float]:
    """Of each column of a sheet the width that the widest of its tables needs there."""
    widths = [0.0] * max(len(block.columns) for block in blocks)
    for block in blocks:
        for c, column in enumerate(block.columns):
            widths[c] = max(widths[c], _column_width(column, block.heads))
    return widths


def _column_width(column: _Column, heads: Sequence[str]) -> float:
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


def _row_heights(block: _Block, widths: list[float]) -> list[float]:
    """Height [points] that each row needs for its longest broken text."""
    needed = [ROW] * block.rows
    for column, width in zip(block.columns, widths, strict=False):
        look = KINDS.get(column.kind, {})
        if look.get("text_wrap") and not column.merged:
            size = look.get("font_size", 10)
            texts = {value for value in column.values if isinstance(value, str) and value}
            heights = {text: row_height(text, width - 1, size) for text in texts}
            needed = [max(n, heights.get(value, ROW)) for n, value in zip(needed, column.values, strict=True)]
    return needed


@cache
def text_width(text: str) -> int:
    """Columns that a text takes; a Chinese character takes two."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def row_height(text: str, width: float, size: float = 10) -> float:
    """Height [points] of a text broken to a width [characters]; words at the end of a line cost a little."""
    wide = text_width(text) - len(text)  # letters that take two columns; the others are narrower than a figure
    taken = (2 * wide + 0.92 * (len(text) - wide)) * size / 10.5
    lines = 1 if taken <= width else math.ceil(1.1 * taken / width)
    return 1.3 * size * lines + 3.5
