"""The index as live formulas (`model.xlsx`): change a weight in a yellow cell, and scores, ranks and charts follow.

Every formula carries its value, so that previewers show it. Where the formulas could not be right for a result the file
is not written, and a notice says why (`model_formulas.not_written`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from indexcalc.errors import Problem
from indexcalc.methodology import Reference
from indexcalc.origin import Origin
from indexcalc.report.model_formulas import (
    OK,
    aggregated,
    farthest,
    logarithm,
    normalised,
    not_written,
    oriented,
    ranked,
    start_and_end,
)
from indexcalc.report.model_layout import (
    FIRST,
    GROUPS,
    HIGH,
    LOW,
    LOWER,
    SHARES,
    TOP,
    UPPER,
    Column,
    Layout,
    Line,
    best_place,
    posts,
    read_off,
)
from indexcalc.report.model_words import model_word
from indexcalc.report.sheets import (
    FONTS,
    INK,
    LINE,
    MARKS,
    PAGE_WIDTH,
    Style,
    number_format,
    said_of,
    score_kind,
    styles,
)
from indexcalc.report.units import unit_name
from indexcalc.report.workbook_words import in_words, step_name, word
from indexcalc.result import IndexResult

CREATED = datetime(2000, 1, 1)  # fixed, so that the file does not carry the clock
YELLOW = "#FFF2A8"
KEY = 100_000
"""Year times this plus the place in it: one number to look a city-year up by."""
BARS = 30
"""Cities that the bar chart of a year shows at most."""
LINES = 25
"""Cities up to which ranks are drawn as lines."""
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#7F7F7F", "#332288", "#882255")
DASHES = ("solid", "dash", "round_dot")
NODE, WEIGHT, SHARE, EFFECTIVE, GIVEN, NOMINAL, CHECK, _, PLACE, CITY, SCORE, BEFORE, GAIN, _, CHART = range(15)
"""Columns of the sheet of weights."""


def write_model_workbook(result: IndexResult, path: Path, lang: str = "zh") -> list[Problem]:
    """Write the index as live formulas, in Chinese or English; the same result gives the same bytes.

    Returns the notice that says why it is not written, where it is not.
    """
    gaps = not_written(result)
    if gaps:
        return gaps
    stream = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": result.framework.name[lang], "author": "indexcalc", "created": CREATED})
        model = _Model(book, Layout(result, lang), styles(book, lang), result, lang)
        sheets = {key: book.add_worksheet(model.word(key), _Worksheet) for key in _sheets(result)}
        for key, sheet in sheets.items():
            sheet.hide_gridlines(2)
            WRITERS[key](model, sheet)
            _set_print(model, sheet, key)
        book.define_name(OK, f"={model.layout.names['weights']}$B$4")
    path.write_bytes(stream.getvalue())
    return []


def _sheets(result: IndexResult) -> Iterator[str]:
    yield from ("about", "weights")
    if len(result.years) > 1:
        yield "years"
    yield from ("values", "oriented", "reference", "normalised", "scores", "ranks")


class _Worksheet(Worksheet):  # type: ignore[misc]
    """A sheet that takes formulas as they are: looking in each for functions newer than those used here takes longer
    than writing it."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


@dataclass(frozen=True)
class _Model:
    """What every sheet is made of."""

    book: Any
    layout: Layout
    style: Style
    result: IndexResult
    lang: str

    def word(self, key: str, **facts: Any) -> str:
        return model_word(key, self.lang, **facts)

    def look(self, **more: Any) -> Any:
        plain = {"font_name": FONTS[self.lang], "font_size": 10, "font_color": INK, "valign": "vcenter"}
        return self.book.add_format({**plain, **more})

    @cached_property
    def yellow(self) -> Any:
        """The look of a cell that is there to be changed."""
        return self.look(bg_color=YELLOW, align="center", bold=True, border=1, border_color="#D9B93B")

    def label(self, position: int) -> str:
        node = self.result.nodes[position]
        return self.word("index") if node.parent < 0 else self.result.framework.label(node.code, self.lang)

    def city(self, c: int) -> str:
        return self.result.framework.city_label(self.result.cities[c], self.lang)

    def text(self, sheet: Any, row: int, column: int, text: str, kind: str = "text", **more: Any) -> None:
        """Text that stays text, also when a reader edits a cell that looks like a formula. Rows as Excel counts."""
        quoted = text[:1] in ("=", "+", "-", "@", "\t", "\r") and text != ""
        sheet.write_string(row - 1, column, text, self.style(kind, quoted=quoted, **more))


# -- the first sheet


def _about(model: _Model, sheet: Any) -> None:
    w, result = model.word, model.result
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 100)
    sheet.set_row(0, 30)
    model.text(sheet, 1, 0, w("model_title", name=result.framework.name[model.lang]), "title")
    wrap = model.look(text_wrap=True, valign="top")
    head = model.look(bold=True, font_size=12, font_color="#1F3A5F", bottom=1, bottom_color=LINE)
    link = model.look(font_color="#0563C1", underline=1)
    row = 1
    for title, entries in _about_sections(model):
        row += 1
        sheet.write_string(row, 0, title, head)
        sheet.write_blank(row, 1, None, head)
        for name, said in entries:
            row += 1
            sheet.set_row(row, 17 * (1 + sum(1 + (ord(x) > 255) for x in said) // 106))
            if title == w("sheets"):
                sheet.write_url(row, 0, f"internal:'{name}'!A1", link, name)
            else:
                sheet.write_string(row, 0, name, model.look(valign="top", bold=True))
            if said.startswith("="):
                status = model.look(bold=True, bg_color="#E8EDF2")
                sheet.write_formula(row, 1, said, status, w("as_in_yaml"))
            else:
                sheet.write_string(row, 1, said, wrap)
        row += 1


def _about_sections(model: _Model) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    w, result, keys = model.word, model.result, list(_sheets(model.result))
    note = result.framework.note
    what = [("", w("what_text"))]
    what += [("", note[model.lang])] if note is not None else []
    yield w("what"), [*what, (w("now"), f"={model.layout.names['weights']}$B$3")]
    one = "years" not in keys
    how = [
        w("how_weights", sheet=w("weights")),
        w("how_ranking_one") if one else w("how_ranking", years=w("years")),
        w("how_check"),
        w("how_yaml"),
        w("how_values", sheet=w("values")),
    ]
    yield w("how"), [("", said) for said in how]
    yield w("sheets"), [(w(key), w(f"holds_{key}", row=SHARES)) for key in keys if key != "about"]
    yield w("methods"), list(_methods(model))
    yield w("leaves_out"), [("", said) for said in _left_out(model)]


def _methods(model: _Model) -> Iterator[tuple[str, str]]:
    """The steps that the formulas take, in words; of each that differs between nodes, which."""
    result, lang = model.result, model.lang
    above = [node for node in result.nodes if not node.is_indicator]
    columns = model.layout.columns
    chosen: dict[str, list[tuple[Any, str]]] = {
        "normalisation": [(column.normalisation, column.code) for column in columns],
        "reference": [(column.reference, column.code) for column in columns],
        "weighting": [(node.weighting, node.code) for node in above],
        "aggregation": [(node.aggregation, node.code) for node in above],
    }
    for step, pairs in chosen.items():
        groups: dict[str, tuple[Any, list[str]]] = {}
        for choice, code in pairs:
            groups.setdefault(str(choice), (choice, []))[1].append(code)
        for choice, codes in groups.values():
            names = word("list_comma", lang).join(result.framework.label(code, lang) for code in codes)
            title = step_name(step, lang)
            said = in_words(choice, lang)
            yield title, said if len(groups) == 1 else model.word("own_method", step=said, names=names)
    yield step_name("rank_on", lang), in_words(result.methodology.rank_on, lang)


def _left_out(model: _Model) -> Iterator[str]:
    w, result, framework = model.word, model.result, model.result.framework
    comma = word("list_comma", model.lang)
    yield w("out_imputation", sheet=w("values"))
    if result.treatment:
        yield w("out_treatment")
    before = [
        framework.label(column.code, model.lang) for column in model.layout.columns if _transformed(model, column)
    ]
    if before:
        yield w("out_transform", names=comma.join(before))
    active = {node.code for node in result.nodes}
    zero = [framework.label(code, model.lang) for _, code, _ in framework.walk() if code not in active]
    if zero:
        yield w("out_zero", names=comma.join(zero))
    yield w("out_uncertainty")
    yield w("out_indicator_ranks")
    if result.methodology.rank_on.decimals < 9:
        yield w("out_ties", decimals=result.methodology.rank_on.decimals)


def _transformed(model: _Model, column: Column) -> bool:
    """Whether the figures of an indicator stand on another scale than its unit: a step before took them there."""
    named = column.own.transform is not None and column.own.transform.name != "none"
    by_treatment = model.result.treatment.get(column.code, "winsorised") != "winsorised"
    return not column.logged and (named or by_treatment)


# -- weights and ranking


def _weights(model: _Model, sheet: Any) -> None:
    w, result = model.word, model.result
    widths = {NODE: 25, WEIGHT: 9, SHARE: 9.5, EFFECTIVE: 9.5, GIVEN: 9, NOMINAL: 9, CHECK: 15, CHECK + 1: 2}
    widths |= {PLACE: 6.5, CITY: 12, SCORE: 9, BEFORE: 10.5, GAIN: 9, GAIN + 1: 2}
    for column, width in widths.items():
        sheet.set_column(column, column, width)
    sheet.set_row(0, 27)
    model.text(sheet, 1, 0, w("title", name=result.framework.name[model.lang], sheet=w("weights")), "title")
    sheet.set_row(1, 30)
    sheet.merge_range(1, 0, 1, GAIN, w("weights_note"), model.style("sentence"))
    titles = {NODE: "node", WEIGHT: "weight", SHARE: "share", EFFECTIVE: "effective", GIVEN: "nominal_weight"}
    titles |= {NOMINAL: "nominal_share", CHECK: "status", PLACE: "place", CITY: "city", SCORE: "score"}
    titles |= {BEFORE: "nominal_rank", GAIN: "gain"}
    sheet.set_row(GROUPS - 2, 45)
    for column, key in titles.items():
        model.text(sheet, GROUPS - 1, column, w(key), "head")
    for line in model.layout.lines:
        _weight_line(model, sheet, line)
    _weight_checks(model, sheet)
    _ranking(model, sheet)
    sheet.freeze_panes(GROUPS - 1, 1)


def _weight_line(model: _Model, sheet: Any, line: Line) -> None:
    """A heading with the sum of its children, or a child with its yellow cell."""
    layout, result, w, row, r = model.layout, model.result, model.word, line.row, line.row - 1
    node = result.nodes[line.position]
    share, strong = model.style("share"), model.style("share", "", True, True)
    if line.heading:
        last = row + len(node.children)
        total = sum(layout.written[child] for child in node.children)
        model.text(sheet, row, NODE, model.label(line.position), "text", start=True, bold=True)
        for column, letter in ((WEIGHT, "B"), (GIVEN, "E")):
            formula = f"=SUM({letter}{row + 1}:{letter}{last})"
            sheet.write_formula(r, column, formula, model.style("given", "", True, True), total)
        for column in (SHARE, NOMINAL):
            sheet.write_blank(r, column, None, strong)
        above = layout.weight_row.get(line.position)
        formula = "=1" if above is None else f"=D{above}"
        sheet.write_formula(r, EFFECTIVE, formula, strong, float(result.effective[line.position]))
        check = f'=IF(B{row}>0,"","{w("all_zero")}")'
        sheet.write_formula(r, CHECK, check, model.style("text", "flagged", True, True), "")
        return
    head, weight = layout.heading_row[node.parent], layout.written[line.position]
    model.text(sheet, row, NODE, model.label(line.position), mark="below_1")
    sheet.write_number(r, WEIGHT, weight, model.yellow)
    mine, given = float(result.weights[line.position]), f"=IF(E${head}>0,E{row}/E${head},0)"
    sheet.write_formula(r, SHARE, f"=IF(AND(N(B{row})>=0,B${head}>0),N(B{row})/B${head},0)", share, mine)
    sheet.write_formula(r, EFFECTIVE, f"=D${head}*C{row}", share, float(result.effective[line.position]))
    sheet.write_number(r, GIVEN, weight, model.style("given"))
    sheet.write_formula(r, NOMINAL, given, share, mine)
    number = f"AND(OR(ISNUMBER(B{row}),ISBLANK(B{row})),N(B{row})>=0)"
    changed = f'IF(ABS(C{row}-F{row})>1E-12,"{w("changed_one")}","")'
    check = f'=IF({number},{changed},"{w("not_number")}")'
    sheet.write_formula(r, CHECK, check, model.style("text", "flagged"), "")


def _weight_checks(model: _Model, sheet: Any) -> None:
    """Above the weights: whether they can be used, whether they are as in the YAML; what may be entered."""
    w, first, last = model.word, GROUPS, model.layout.lines[-1].row
    small = model.style("small")
    model.text(sheet, 3, 0, w("now"), "text", bold=True)
    changed = f"SUMPRODUCT(--(ABS(C{first}:C{last}-F{first}:F{last})>1E-12))=0"
    same, other, wrong = (w(key) for key in ("as_in_yaml", "changed", "unusable"))
    status = model.look(bold=True, align="center", bg_color="#E8EDF2", border=1, border_color=LINE)
    sheet.merge_range(2, 1, 2, CHECK, "", status)
    sheet.write_formula(2, 1, f'=IF({OK},IF({changed},"{same}","{other}"),"{wrong}")', status, same)
    for text, colour in ((other, "#F9D0B4"), (wrong, "#F2A7A0")):
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{text}"',
            "format": model.look(bold=True, bg_color=colour),
        }
        sheet.conditional_format(2, 1, 2, 1, rule)
    model.text(sheet, 4, 0, w("usable"), "small")
    sheet.write_formula(3, 1, f'=SUMPRODUCT(--(LEFT(G{first}:G{last},1)="⚠"))=0', small, True)
    for line in model.layout.lines:
        if not line.heading:
            rule = {"validate": "decimal", "criteria": ">=", "value": 0, "ignore_blank": True}
            rule |= {"error_title": w("enter_title"), "error_message": w("enter_text")}
            sheet.data_validation(line.row - 1, WEIGHT, line.row - 1, WEIGHT, rule)
    sheet.write_comment(GROUPS - 2, WEIGHT, w("note_weight"), {"author": "indexcalc", "x_scale": 1.6})
    sheet.write_comment(2, 0, w("note_status"), {"author": "indexcalc", "x_scale": 1.6})


def _ranking(model: _Model, sheet: Any) -> None:
    """The cities of the year shown, best first, and their scores as bars."""
    layout, result, w = model.layout, model.result, model.word
    t = list(layout.rows_of_year)[-1]
    most = max(last - first + 1 for first, last in layout.rows_of_year.values())
    sheet.merge_range(2, PLACE, 2, CITY, w("shown_year"), model.style("text", "", False, True))
    sheet.write_number(2, SCORE, result.years[t], model.yellow)
    years = [result.years[year] for year in layout.rows_of_year]
    listed: dict[str, Any] = {
        "validate": "list",
        "value": years,
        "error_title": w("year"),
        "error_message": w("year_text"),
    }
    if len(",".join(map(str, years))) < 255:  # more than Excel takes
        sheet.data_validation(2, SCORE, 2, SCORE, listed)
    sheet.write_comment(2, SCORE, w("note_year"), {"author": "indexcalc"})
    sheet.write_comment(GROUPS - 2, GAIN, w("note_gain"), {"author": "indexcalc"})
    title = {"zh": '=K3&"年{0}"', "en": '="{0}, "&K3'}[model.lang]
    title_value = {"zh": "{1}年{0}", "en": "{0}, {1}"}[model.lang]
    said = w("chart_title") + (w("chart_first", n=BARS) if most > BARS else "")
    sheet.merge_range(3, PLACE, 3, GAIN, "", model.style("small"))
    sheet.write_formula(3, PLACE, title.format(said), model.style("small"), title_value.format(said, result.years[t]))
    _places(model, sheet, t, most)
    _bars(model, sheet, min(most, BARS))


def _places(model: _Model, sheet: Any, t: int, most: int) -> None:
    layout, result = model.layout, model.result
    order = _order(model, t)
    scores, ranks = result.score()[:, t], result.rank()[:, t]
    key, before = (len(layout.above) + FIRST + extra for extra in (1, 0))
    keys = layout.range("ranks", TOP, layout.last, key)
    found = {
        PLACE: (layout.range("ranks", TOP, layout.last, FIRST), "place"),
        CITY: (layout.range("ranks", TOP, layout.last, 0), "text"),
        SCORE: (layout.range("scores", TOP, layout.last, FIRST), score_kind(result.score())),
        BEFORE: (layout.range("ranks", TOP, layout.last, before), "whole"),
    }
    for i in range(most):
        row = GROUPS + i
        c = order[i] if i < len(order) else None
        shown = ["", "", "", ""] if c is None else [ranks[c], model.city(c), scores[c], ranks[c]]
        for (column, (cells, kind)), value in zip(found.items(), shown, strict=True):
            formula = f'=IFERROR(INDEX({cells},MATCH($K$3*{KEY}+{i + 1},{keys},0)),"")'
            sheet.write_formula(row - 1, column, formula, model.style(kind), value)
        gained = "" if c is None else 0
        sheet.write_formula(row - 1, GAIN, f'=IF(I{row}="","",L{row}-I{row})', model.style(GAINED), gained)
    for criteria, mark in ((">", "up"), ("<", "down")):
        rule = {"type": "cell", "criteria": criteria, "value": 0, "format": model.book.add_format(MARKS[mark])}
        sheet.conditional_format(GROUPS - 1, GAIN, GROUPS + most - 2, GAIN, rule)


GAINED = '"▲"0;"▼"0;"–"'


def _order(model: _Model, t: int) -> list[int]:
    """Cities of a year by rank; those that share one in the order of their rows."""
    ranks = model.result.rank()[:, t]
    order: list[int] = np.argsort(np.where(np.isnan(ranks), np.inf, ranks), kind="stable").tolist()
    return [c for c in order if not np.isnan(ranks[c])]


def _bars(model: _Model, sheet: Any, n: int) -> None:
    names, last = model.layout.names["weights"], GROUPS + n - 1
    chart = model.book.add_chart({"type": "bar"})
    font = {"name": FONTS[model.lang], "size": 9, "color": INK}
    chart.add_series(
        {
            "name": f"={names}$I$4",
            "categories": f"={names}$J${GROUPS}:$J${last}",
            "values": f"={names}$K${GROUPS}:$K${last}",
            "fill": {"color": "#3F6C8F"},
            "gap": 45,
            "data_labels": {"value": True, "num_format": "0.0" if _large(model) else "0.000", "font": font},
        }
    )
    chart.set_title({"name": f"={names}$I$4", "name_font": {**font, "size": 12}, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": font, "line": {"none": True}, "major_tick_mark": "none"})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "crossing": "min"})
    chart.set_chartarea({"border": {"color": LINE}})
    chart.set_size({"width": 460, "height": 90 + 24 * n})
    sheet.insert_chart(GROUPS - 2, CHART, chart)


def _large(model: _Model) -> bool:
    return score_kind(model.result.score()) == "score"


# -- over the years


def _years(model: _Model, sheet: Any) -> None:
    """City by year: ranks and scores, read off the long sheets; the ranks as lines."""
    layout, result, w = model.layout, model.result, model.word
    row_of = {at: TOP + i for i, at in enumerate(layout.city_years)}
    order = list(dict.fromkeys([*_order(model, len(result.years) - 1), *range(len(result.cities))]))
    order = [c for c in order if result.present[c].any()]
    n = len(result.years)
    _heading(model, sheet, "years", 14, 2 * n)
    sheet.set_column(1, n, 7)
    sheet.set_column(n + 1, 2 * n, 9)
    sheet.merge_range(3, 0, 4, 0, w("city"), model.style("head"))
    kind = score_kind(result.score())
    for start, key, sheet_of, look in ((1, "rank", "ranks", "whole"), (n + 1, "score", "scores", kind)):
        sheet.merge_range(3, start, 3, start + n - 1, w(key), model.style("band"))
        values = result.rank() if key == "rank" else result.score()
        for t, year in enumerate(result.years):
            sheet.write_number(4, start + t, year, model.style("head"))
            for i, c in enumerate(order):
                if (c, t) in row_of:
                    formula = f"={layout.names[sheet_of]}C{row_of[c, t]}"
                    sheet.write_formula(5 + i, start + t, formula, model.style(look), values[c, t])
                else:
                    sheet.write_blank(5 + i, start + t, None, model.style(look))
    for i, c in enumerate(order):
        model.text(sheet, 6 + i, 0, model.city(c))
    sheet.freeze_panes(5, 1)
    if len(order) <= LINES:
        _lines(model, sheet, len(order), n)


def _lines(model: _Model, sheet: Any, cities: int, n: int) -> None:
    """Ranks as lines, 1 at the top, each city named at its end."""
    names = model.layout.names["years"]
    font = {"name": FONTS[model.lang], "size": 9, "color": INK}
    chart = model.book.add_chart({"type": "line"})
    last = xl_col_to_name(n)
    for i in range(cities):
        colour = COLOURS[i % len(COLOURS)]
        dash = DASHES[i // len(COLOURS) % len(DASHES)]
        ends: list[dict[str, Any]] = [{"delete": True}] * (n - 1)
        chart.add_series(
            {
                "name": f"={names}$A${6 + i}",
                "categories": f"={names}$B$5:${last}$5",
                "values": f"={names}$B${6 + i}:${last}${6 + i}",
                "line": {"color": colour, "width": 2, "dash_type": dash},
                "marker": {"type": "circle", "size": 5, "fill": {"color": colour}, "border": {"color": "white"}},
                "data_labels": {
                    **{"series_name": True, "value": False, "position": "right", "custom": [*ends, {}]},
                    "font": {**font, "color": colour},
                },
            }
        )
    chart.set_title({"name": model.word("rank_chart_title"), "name_font": {**font, "size": 12}, "overlay": False})
    chart.set_legend({"none": True})
    scale = {"reverse": True, "min": 1, "max": cities, "major_unit": max(1, cities // 12)}
    bare = {"num_font": font, "line": {"none": True}, "major_tick_mark": "none"}
    chart.set_y_axis({**scale, **bare, "major_gridlines": {"visible": False}})
    chart.set_x_axis({**bare, "label_position": "high"})
    chart.set_plotarea({"layout": {"x": 0.06, "y": 0.12, "width": 0.76, "height": 0.78}})
    chart.show_blanks_as("gap")
    chart.set_chartarea({"border": {"color": LINE}})
    chart.set_size({"width": max(560, 90 * n), "height": 120 + 26 * cities})
    sheet.insert_chart(6 + cities, 0, chart)


# -- from values to ranks


def _heading(model: _Model, sheet: Any, key: str, width: float, columns: int) -> None:
    """Title, what the sheet holds, and the way back; the first columns."""
    w = model.word
    sheet.set_column(0, 0, width)
    sheet.set_row(0, 27)
    model.text(sheet, 1, 0, w("title", name=model.result.framework.name[model.lang], sheet=w(key)), "title")
    sheet.set_row(1, 30)
    sheet.merge_range(1, 0, 1, max(4, min(columns, 10)), w(f"holds_{key}", row=SHARES), model.style("sentence"))
    link = model.look(font_color="#0563C1", underline=1, font_size=9)
    sheet.write_url(2, 0, f"internal:'{w('weights')}'!A1", link, w("back", sheet=w("weights")))


def _city_years(model: _Model, sheet: Any) -> None:
    for column, key in enumerate(("city", "year")):
        sheet.merge_range(3, column, SHARES - 1, column, model.word(key), model.style("head"))
    for i, (c, t) in enumerate(model.layout.city_years):
        start = _starts(model, i)
        model.text(sheet, TOP + i, 0, model.city(c), start=start)
        sheet.write_number(TOP + i - 1, 1, model.result.years[t], model.style("whole", "", start))
    sheet.set_column(1, 1, 8)
    sheet.freeze_panes(SHARES, FIRST)


def _starts(model: _Model, i: int) -> bool:
    """Whether a new year begins at a row."""
    rows = model.layout.city_years
    return i > 0 and rows[i][1] != rows[i - 1][1]


def _indicator_heads(model: _Model, sheet: Any, key: str, below: Callable[[int, Column], None]) -> None:
    """Headers of the indicators: the dimension, the name, the code; `below` writes what stands in the last one."""
    result, layout = model.result, model.layout
    _heading(model, sheet, key, 14, len(layout.columns) + 1)
    sheet.set_row(4, 45)
    parents = [result.nodes[p].parent for p in layout.leaves]
    for k, (column, parent) in enumerate(zip(layout.columns, parents, strict=True)):
        if k == 0 or parents[k - 1] != parent:
            end = next((j for j in range(k, len(parents)) if parents[j] != parent), len(parents)) - 1
            if end > k:
                sheet.merge_range(3, FIRST + k, 3, FIRST + end, "", model.style("band"))
            model.text(sheet, 4, FIRST + k, model.label(parent), "band")
        model.text(sheet, 5, FIRST + k, result.framework.label(column.code, model.lang), "head")
        model.text(sheet, 6, FIRST + k, column.code, "code")
        below(FIRST + k, column)
    sheet.set_row(5, 24)
    sheet.set_column(FIRST, FIRST + len(layout.columns) - 1, 13)


def _values(model: _Model, sheet: Any) -> None:
    """Where the formulas start: figures, those that are not as published marked."""
    layout, result = model.layout, model.result

    def unit(at: int, column: Column) -> None:
        own = unit_name(column.own.unit, model.lang)
        model.text(sheet, SHARES, at, model.word("transformed") if _transformed(model, column) else own, "unit")

    _indicator_heads(model, sheet, "values", unit)
    _city_years(model, sheet)
    marks = np.array([origin.name.lower() for origin in sorted(Origin)], object)
    plain = {"", "missing", "observed"}
    used: dict[str, None] = {}
    for k, column in enumerate(layout.columns):
        kind = number_format(column.figures[result.present])
        for i, (c, t) in enumerate(layout.city_years):
            mark = str(marks[result.treated.origin[c, t, k]])
            mark = "" if mark in plain else mark
            used[mark] = None
            look = model.style(kind, mark, _starts(model, i))
            sheet.write_number(TOP + i - 1, FIRST + k, float(column.figures[c, t]), look)
    for j, mark in enumerate(mark for mark in MARKS if mark and mark in used):
        sheet.write_string(2, FIRST + j, said_of(mark, model.lang), model.style("word", mark))


def _oriented(model: _Model, sheet: Any) -> None:
    layout, values, name = model.layout, model.result.oriented.values, model.layout.names["values"]

    def direction(at: int, column: Column) -> None:
        said = in_words(column.own.direction, model.lang)
        model.text(sheet, SHARES, at, f"{said} {model.word('logged')}" if column.logged else said, "unit")

    _indicator_heads(model, sheet, "oriented", direction)
    _city_years(model, sheet)
    for k, column in enumerate(layout.columns):
        kind = number_format(values[:, :, k])
        scales = {t: layout.scale(k, t) for t in layout.rows_of_year}
        letter = xl_col_to_name(FIRST + k)
        for i, (c, t) in enumerate(layout.city_years):
            value = logarithm(f"{name}{letter}{TOP + i}", logged=column.logged)
            formula = oriented(value, column.own.direction.name, scales[t])
            look = model.style(kind, "", _starts(model, i))
            sheet.write_formula(TOP + i - 1, FIRST + k, formula, look, float(values[c, t, k]))


def _reference(model: _Model, sheet: Any) -> None:
    """What the normalisation goes by; one block per year where an indicator goes by its year."""
    layout, w = model.layout, model.word

    def method(at: int, column: Column) -> None:
        said = w(f"short_{column.normalisation.name}")
        if not column.normalisation.method.traits.get("ignores_reference"):
            said = f"{said} · {_short(model, column.reference)}"
        model.text(sheet, SHARES, at, said, "unit")

    _indicator_heads(model, sheet, "reference", method)
    sheet.set_column(0, 0, 30 if model.lang == "zh" else 34)
    sheet.set_column(1, 1, 10)
    sheet.merge_range(3, 0, SHARES - 1, 1, w("method_row"), model.style("head"))
    scored = any(column.normalisation.name == "z_score" for column in layout.columns)
    inside = any(column.inside for column in layout.columns)
    ends = "lower_z upper_z" if scored else "lower upper"
    for row, key in zip((LOWER, UPPER, LOW, HIGH), (*ends.split(), "low", "high"), strict=True):
        if inside or row <= UPPER:
            model.text(sheet, row, 0, w(key))
        else:
            sheet.set_row(row - 1, None, None, {"hidden": True})
    for scope in layout.scopes:
        label = w("each_scope") if scope is None else w("scope", year=model.result.years[scope])
        for row, key in zip(layout.scope_rows(scope), ("farthest", "start", "end"), strict=True):
            if key == "farthest" and not inside:
                sheet.set_row(row - 1, None, None, {"hidden": True})
                continue
            model.text(sheet, row, 0, w(key), start=key == "start")
            model.text(sheet, row, 1, label, start=key == "start")
    for k, column in enumerate(layout.columns):
        _reference_column(model, sheet, k, column)
    sheet.freeze_panes(SHARES, FIRST)


def _short(model: _Model, reference: Reference) -> str:
    return model.word(f"short_{reference.kind}", base=reference.base)


def _reference_column(model: _Model, sheet: Any, k: int, column: Column) -> None:
    layout, result, at = model.layout, model.result, FIRST + k
    choice, given = column.normalisation, column.normalisation.parameters
    kind = number_format(result.oriented.values[:, :, k])
    if choice.name != "none":
        declared = choice.method.parameters
        ends = ("mean", "sd") if choice.name == "z_score" else ("lower", "upper")
        for row, end in zip((LOWER, UPPER), ends, strict=True):
            sheet.write_number(row - 1, at, given.get(end, declared[end].default), model.style("given"))
    if column.inside:
        for row, value in zip((LOW, HIGH), best_place(column), strict=True):
            sheet.write_number(row - 1, at, value, model.style("given"))
    for scope in layout.scopes:
        year = layout.looked_at(column, scope)
        rows = layout.scope_rows(scope)
        years = slice(None) if year is None else slice(year, year + 1)
        here = result.present[:, years]
        if column.inside:
            seen = column.figures[:, years][here]
            seen = np.log(seen) if column.logged else seen
            low, high = best_place(column)
            cells = layout.observed("values", at, year)
            formula = farthest(cells, layout.scale(k, scope or 0), logged=column.logged)
            far = float(max(low - seen.min(), seen.max() - high))
            sheet.write_formula(rows[0] - 1, at, formula, model.style(kind), far)
        if choice.name == "goalposts":
            for row, post in zip(rows[1:], posts(column), strict=True):
                sheet.write_number(row - 1, at, post, model.style("given"))
        elif choice.name != "none":
            formulas = start_and_end(choice, layout.observed("oriented", at, year))
            found = read_off(column, result.oriented.values[:, years, k][here])
            for row, formula, value in zip(rows[1:], formulas, found, strict=True):
                sheet.write_formula(row - 1, at, formula, model.style(kind), value)


def _normalised(model: _Model, sheet: Any) -> None:
    layout, values, name = model.layout, model.result.normalised.values, model.layout.names["oriented"]
    leaves = layout.leaves

    def share(at: int, _: Column) -> None:
        _write_share(model, sheet, at, leaves[at - FIRST])

    _indicator_heads(model, sheet, "normalised", share)
    _city_years(model, sheet)
    kind = score_kind(values)
    for k, column in enumerate(layout.columns):
        scales = {t: layout.scale(k, t) for t in layout.rows_of_year}
        letter = xl_col_to_name(FIRST + k)
        for i, (c, t) in enumerate(layout.city_years):
            formula = normalised(f"{name}{letter}{TOP + i}", column.normalisation, scales[t])
            look = model.style(kind, "", _starts(model, i))
            sheet.write_formula(TOP + i - 1, FIRST + k, formula, look, float(values[c, t, k]))


def _write_share(model: _Model, sheet: Any, at: int, position: int) -> None:
    """The share of a node within its parent, above its scores."""
    row = model.layout.weight_row[position]
    formula = f"={model.layout.names['weights']}$C${row}"
    sheet.write_formula(SHARES - 1, at, formula, model.style("share"), float(model.result.weights[position]))


def _node_heads(model: _Model, sheet: Any, key: str, more: Sequence[str] = ()) -> None:
    layout, result = model.layout, model.result
    _heading(model, sheet, key, 14, len(layout.above) + 1)
    sheet.set_row(4, 45)
    for j, position in enumerate(layout.above):
        node = result.nodes[position]
        model.text(sheet, 4, FIRST + j, model.label(node.parent) if node.parent >= 0 else "", "band")
        model.text(sheet, 5, FIRST + j, model.label(position), "head")
        model.text(sheet, 6, FIRST + j, node.code, "code")
        if key == "scores" and node.parent >= 0:
            _write_share(model, sheet, FIRST + j, position)
        else:
            sheet.write_blank(SHARES - 1, FIRST + j, None, model.style("unit"))
    for j, extra in enumerate(more, start=len(layout.above)):
        sheet.merge_range(3, FIRST + j, SHARES - 1, FIRST + j, model.word(extra), model.style("head"))
    sheet.set_column(FIRST, FIRST + len(layout.above) + len(more) - 1, 12)
    _city_years(model, sheet)


def _scores(model: _Model, sheet: Any) -> None:
    layout, result = model.layout, model.result
    _node_heads(model, sheet, "scores")
    for j, position in enumerate(layout.above):
        aggregation = result.nodes[position].aggregation
        assert aggregation is not None
        values = result.scores[:, :, position]
        kind = score_kind(values)
        for i, (c, t) in enumerate(layout.city_years):
            formula = aggregated(aggregation.name, list(layout.parts(position, TOP + i)))
            look = model.style(kind, "", _starts(model, i))
            sheet.write_formula(TOP + i - 1, FIRST + j, formula, look, float(values[c, t]))


def _ranks(model: _Model, sheet: Any) -> None:
    """Ranks within the year; then the rank at the weights of the YAML, and the key that the ranking looks up by."""
    layout, result = model.layout, model.result
    _node_heads(model, sheet, "ranks", ("nominal_rank", "order"))
    decimals = result.methodology.rank_on.decimals
    for j, position in enumerate(layout.above):
        letter, values = xl_col_to_name(FIRST + j), result.ranks[:, :, position]
        cells = {t: layout.observed("scores", FIRST + j, t) for t in layout.rows_of_year}
        for i, (c, t) in enumerate(layout.city_years):
            formula = ranked(f"{layout.names['scores']}{letter}{TOP + i}", cells[t], decimals)
            look = model.style("whole", "", _starts(model, i))
            sheet.write_formula(TOP + i - 1, FIRST + j, formula, look, float(values[c, t]))
    at = FIRST + len(layout.above)
    place = {(c, t): k for t in layout.rows_of_year for k, c in enumerate(_order(model, t), start=1)}
    for i, (c, t) in enumerate(layout.city_years):
        row, first, look = TOP + i, layout.rows_of_year[t][0], model.style("whole", "", _starts(model, i))
        sheet.write_number(row - 1, at, float(result.rank()[c, t]), look)
        tied = f"SUMPRODUCT(--(C${first}:C{row}=C{row}))-1"
        formula = f'=IF({OK},B{row}*{KEY}+C{row}+{tied},"")'
        sheet.write_formula(row - 1, at + 1, formula, look, result.years[t] * KEY + place[c, t])


def _set_print(model: _Model, sheet: Any, key: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    long = key not in ("about", "weights", "years")
    wide = long and key not in ("scores", "ranks")
    sheet.fit_to_pages(math.ceil((22 + 13 * len(model.layout.columns)) / PAGE_WIDTH) if wide else 1, 0 if long else 1)
    if long:
        sheet.repeat_rows(3, SHARES - 1)
        sheet.repeat_columns(0, FIRST - 1)
    said = model.result.framework.name[model.lang][:80].replace("&", "&&")
    sheet.set_footer(f"&L&8 {said}&C&8 {model.word(key)}&R&8 {model.word('page')}")


WRITERS: dict[str, Callable[[_Model, Any], None]] = {
    "about": _about,
    "weights": _weights,
    "years": _years,
    "values": _values,
    "oriented": _oriented,
    "reference": _reference,
    "normalised": _normalised,
    "scores": _scores,
    "ranks": _ranks,
}
