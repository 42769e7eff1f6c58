"""The sheet where weights are changed, and the ranking and charts that follow them."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_col_to_name

from indexcalc.report.model.formulas import OK
from indexcalc.report.model.layout import FIRST, GROUPS, TOP, Line
from indexcalc.report.model.sheet import BAND, HEAD, Model, heading
from indexcalc.report.tables.table import ranked_on, score_kind
from indexcalc.report.workbook.sheets import BAND as BLUE
from indexcalc.report.workbook.sheets import INK, LINE, MARKS, text_width

KEY = 100_000
"""A year times this, plus the place in it: one number to look a city-year up by."""
BARS = 30
"""Cities that the bar chart of a year shows at most."""
LINES = 25
"""Cities up to which ranks are drawn as lines."""
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#7F7F7F", "#332288", "#882255")
DASHES = ("solid", "dash", "round_dot")
GAINED = '"▲"0;"▼"0;"–"'
NODE, WEIGHT, SHARE, EFFECTIVE, GIVEN, NOMINAL, CHECK, _, PLACE, CITY, SCORE, BEFORE, GAIN, _, CHART = range(15)
"""Columns A to O of the sheet of weights."""
WIDTHS = (9, 9.5, 9.5, 9, 9, 17, 2, 6.5, 12, 9, 10.5, 9, 2)
STATUS, USABLE, TITLES = 3, 4, 5
"""Rows above the weights."""


# -- weights


def write_weights(model: Model, sheet: Any) -> None:
    """Weights in yellow cells, and the ranking of a year beside them."""
    w = model.word
    names = max(text_width(model.label(line.position)) for line in model.layout.lines)
    for column, width in enumerate((min(max(names + 3, 20), 40), *WIDTHS)):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 27)
    model.text(sheet, 1, 0, w("title", name=model.voice.name(model.result.framework.name), sheet=w("weights")), "title")
    sheet.set_row(1, 30)
    sheet.merge_range(1, 0, 1, GAIN, w("weights_note", zero=w(model.zero)), model.style("sentence"))
    titles = {NODE: "node", WEIGHT: "weight", SHARE: "share", EFFECTIVE: "effective", GIVEN: "nominal_weight"}
    titles |= {NOMINAL: "nominal_share", CHECK: "status", PLACE: "place", CITY: "city", SCORE: "score"}
    titles |= {BEFORE: "nominal_rank", GAIN: "gain"}
    sheet.set_row(TITLES - 1, 45)
    for column, key in titles.items():
        model.text(sheet, TITLES, column, w(key), "head")
    for line in model.layout.lines:
        (_heading_line if line.heading else _child_line)(model, sheet, line)
    _checks(model, sheet)
    _ranking(model, sheet)
    sheet.freeze_panes(TITLES, 1)
    here = f"A1:O{model.layout.lines[-1].row}"
    sheet.ignore_errors({"formula_range": here, "formula_differs": here})  # headings sum what is below them only


def _heading_line(model: Model, sheet: Any, line: Line) -> None:
    """A node above its children: the sum of their weights, and whether there is any."""
    layout, row, node = model.layout, line.row, model.result.nodes[line.position]
    given, shared = (model.style(kind, "", True, True) for kind in ("given", "share"))
    model.text(sheet, row, NODE, model.label(line.position), start=True, bold=True)
    total = sum(layout.written[child] for child in node.children)
    for column, letter in ((WEIGHT, "B"), (GIVEN, "E")):
        summed = f"=SUM({letter}{row + 1}:{letter}{row + len(node.children)})"
        model.formula(sheet, row, column, summed, total, given)
    for column in (SHARE, NOMINAL):
        sheet.write_blank(row - 1, column, None, shared)
    above = layout.weight_row.get(line.position)
    effective = float(model.result.effective[line.position])
    model.formula(sheet, row, EFFECTIVE, "=1" if above is None else f"=D{above}", effective, shared)
    check = f'=IF(B{row}>0,"","{model.word("all_zero")}")'
    model.formula(sheet, row, CHECK, check, "", model.style("text", "down", True, True))


def _child_line(model: Model, sheet: Any, line: Line) -> None:
    """A node among its siblings: its yellow cell, its share, and the same as the YAML has them."""
    layout, result, w, row = model.layout, model.result, model.word, line.row
    head = layout.heading_row[result.nodes[line.position].parent]
    written, mine = layout.written[line.position], float(result.weights[line.position])
    look = model.style("share")
    model.text(sheet, row, NODE, model.label(line.position), mark="below_1")
    model.number(sheet, row, WEIGHT, written, model.yellow)
    share = f"=IF(AND(N(B{row})>=0,B${head}>0),N(B{row})/B${head},0)"
    model.formula(sheet, row, SHARE, share, mine, look)
    model.formula(sheet, row, EFFECTIVE, f"=D${head}*C{row}", float(result.effective[line.position]), look)
    model.number(sheet, row, GIVEN, written, model.style("given"))
    model.formula(sheet, row, NOMINAL, f"=IF(E${head}>0,E{row}/E${head},0)", mine, look)
    number = f"AND(OR(ISNUMBER(B{row}),ISBLANK(B{row})),N(B{row})>=0)"
    changed = f'IF(ABS(C{row}-F{row})>1E-12,"{w("changed_one")}","")'
    check = f'=IF({number},{changed},"{w("not_number")}")'
    model.formula(sheet, row, CHECK, check, "", model.style("text", "down"))


def _checks(model: Model, sheet: Any) -> None:
    """Above the weights: whether they can be used, whether they are as in the YAML; what may be entered."""
    w, first, last = model.word, GROUPS, model.layout.lines[-1].row
    model.text(sheet, STATUS, NODE, w("now"), bold=True)
    same, other, wrong = (w(key) for key in ("as_in_yaml", "changed", "unusable"))
    status = model.look(bold=True, align="center", bg_color="#E8EDF2", border=1, border_color=LINE)
    sheet.merge_range(STATUS - 1, WEIGHT, STATUS - 1, CHECK, "", status)
    unchanged = f"SUMPRODUCT(--(ABS(C{first}:C{last}-F{first}:F{last})>1E-12))=0"
    said = f'=IF({OK},IF({unchanged},"{same}","{other}"),"{wrong}")'
    model.formula(sheet, STATUS, WEIGHT, said, same, status)
    for text, colour in ((other, "#F9D0B4"), (wrong, "#F2A7A0")):
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{text}"',
            "format": model.look(bold=True, bg_color=colour),
        }
        sheet.conditional_format(STATUS - 1, WEIGHT, STATUS - 1, CHECK, rule)
    model.text(sheet, USABLE, NODE, w("usable"), "small")
    usable = f'=SUMPRODUCT(--(LEFT(G{first}:G{last},1)="⚠"))=0'
    model.formula(sheet, USABLE, WEIGHT, usable, True, model.style("small"))
    screened = model.zero == "zero_screened"
    enter = {"validate": "decimal", "criteria": ">" if screened else ">=", "value": 0}
    enter |= {"error_title": w("enter_title"), "error_message": w("enter_screened" if screened else "enter_text")}
    for line in model.layout.lines:
        if not line.heading:
            sheet.data_validation(line.row - 1, WEIGHT, line.row - 1, WEIGHT, enter)
    _note(model, sheet, TITLES, WEIGHT, "note_weight")
    _note(model, sheet, STATUS, NODE, "note_status")


def _note(model: Model, sheet: Any, row: int, column: int, key: str) -> None:
    sheet.write_comment(row - 1, column, model.word(key), {"author": "indexcalc", "x_scale": 1.6})


# -- the ranking of a year


def _ranking(model: Model, sheet: Any) -> None:
    """The cities of the year shown, best first, and their scores as bars."""
    layout, years, w = model.layout, model.result.years, model.word
    t = list(layout.rows_of_year)[-1]
    most = max(last - first + 1 for first, last in layout.rows_of_year.values())
    sheet.merge_range(STATUS - 1, PLACE, STATUS - 1, CITY, w("shown_year"), model.style("text", "", False, True))
    model.number(sheet, STATUS, SCORE, years[t], model.yellow)
    listed = [years[year] for year in layout.rows_of_year]
    if len(",".join(map(str, listed))) < 255:  # Excel takes no longer list
        rule = {"validate": "list", "value": listed, "error_title": w("year"), "error_message": w("year_text")}
        sheet.data_validation(STATUS - 1, SCORE, STATUS - 1, SCORE, rule)
    _note(model, sheet, STATUS, SCORE, "note_year")
    _note(model, sheet, TITLES, GAIN, "note_gain")
    said = w("chart_title") + (w("chart_first", n=BARS) if most > BARS else "")
    value = w("chart_year", said=said, year=str(years[t]))
    around = (f'"{part}"' for part in w("chart_year", said=said, year="\n").split("\n"))
    formula = "=" + f"&$K${STATUS}&".join(around).removeprefix('""&').removesuffix('&""')
    sheet.merge_range(USABLE - 1, PLACE, USABLE - 1, GAIN, "", model.style("small"))
    model.formula(sheet, USABLE, PLACE, formula, value, model.style("small"))
    _places(model, sheet, t, most)
    _bars(model, sheet, min(most, BARS), said)


def _places(model: Model, sheet: Any, t: int, most: int) -> None:
    layout, result, order = model.layout, model.result, model.order(t)
    kind, gains = (
        score_kind(result.score(), ranked_on(result)),
        model.look(num_format=GAINED, align="center", bottom=1, bottom_color=LINE),
    )
    key = layout.observed("ranks", layout.key_column, None)
    found: dict[int, tuple[str, str, Any]] = {
        PLACE: (layout.observed("ranks", FIRST, None), "place", result.rank()[:, t]),
        CITY: (layout.observed("ranks", 0, None), "text", [model.city(c) for c in range(len(result.cities))]),
        SCORE: (layout.observed("scores", FIRST, None), kind, result.score()[:, t]),
        BEFORE: (layout.observed("ranks", layout.nominal_column, None), "whole", result.rank()[:, t]),
    }
    for i in range(most):
        row = GROUPS + i
        for column, (cells, look, values) in found.items():
            formula = f'=IFERROR(INDEX({cells},MATCH($K${STATUS}*{KEY}+{i + 1},{key},0)),"")'
            value = values[order[i]] if i < len(order) else ""
            model.formula(sheet, row, column, formula, value, model.style(look))
        gained = 0 if i < len(order) else ""
        model.formula(sheet, row, GAIN, f'=IF(OR(I{row}="",L{row}=""),"",L{row}-I{row})', gained, gains)
    for criteria, mark in ((">", "up"), ("<", "down")):
        rule = {"type": "cell", "criteria": criteria, "value": 0, "format": model.book.add_format(MARKS[mark])}
        sheet.conditional_format(GROUPS - 1, GAIN, GROUPS + most - 2, GAIN, rule)


def _bars(model: Model, sheet: Any, n: int, said: str) -> None:
    names, last = model.layout.names["weights"], GROUPS + n - 1
    font = {"name": model.voice.say("sheets.font"), "size": 9, "color": INK}
    figures = "0.0" if score_kind(model.result.score()) == "score" else "0.000"
    chart = model.book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": said,
            "categories": f"={names}$J${GROUPS}:$J${last}",
            "values": f"={names}$K${GROUPS}:$K${last}",
            "fill": {"color": BLUE},
            "gap": 45,
            "data_labels": {"value": True, "num_format": figures, "font": font},
        }
    )
    chart.set_title({"name": said, "name_font": {**font, "size": 12}, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": font, "line": {"none": True}, "major_tick_mark": "none"})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_chartarea({"border": {"color": LINE}})
    chart.set_size({"width": 460, "height": 90 + 24 * n})
    sheet.insert_chart(TITLES - 1, CHART, chart)


# -- over the years


def write_years(model: Model, sheet: Any) -> None:
    """City by year: ranks and scores, from the long sheets; the ranks as lines."""
    layout, result, w = model.layout, model.result, model.word
    row_of = {at: TOP + i for i, at in enumerate(layout.city_years)}
    order = list(dict.fromkeys([*model.order(len(result.years) - 1), *range(len(result.cities))]))
    order = [c for c in order if result.present[c].any()]
    n = len(result.years)
    heading(model, sheet, "years", 2 * n)
    sheet.set_column(1, n, 7)
    sheet.set_column(n + 1, 2 * n, 9)
    sheet.merge_range(BAND - 1, 0, HEAD - 1, 0, w("city"), model.style("head"))
    blocks = (
        ("rank", "ranks", "whole", result.rank()),
        ("score", "scores", score_kind(result.score(), ranked_on(result)), result.score()),
    )
    for start, (key, source, kind, values) in zip((1, n + 1), blocks, strict=True):
        if n > 1:
            sheet.merge_range(BAND - 1, start, BAND - 1, start + n - 1, w(key), model.style("band"))
        for t, year in enumerate(result.years):
            model.number(sheet, HEAD, start + t, year, model.style("head"))
            for row, c in enumerate(order, start=HEAD + 1):
                if (c, t) in row_of:
                    formula = f"={layout.names[source]}C{row_of[c, t]}"
                    model.formula(sheet, row, start + t, formula, values[c, t], model.style(kind))
                else:
                    sheet.write_blank(row - 1, start + t, None, model.style(kind))
    for row, c in enumerate(order, start=HEAD + 1):
        model.text(sheet, row, 0, model.city(c))
    sheet.freeze_panes(HEAD, 1)
    if len(order) <= LINES:
        _lines(model, sheet, len(order), n)


def _lines(model: Model, sheet: Any, cities: int, n: int) -> None:
    """Ranks as lines, 1 at the top, each city named at its end."""
    names, last = model.layout.names["years"], xl_col_to_name(n)
    font = {"name": model.voice.say("sheets.font"), "size": 9, "color": INK}
    chart = model.book.add_chart({"type": "line"})
    for i in range(cities):
        row, colour = HEAD + 1 + i, COLOURS[i % len(COLOURS)]
        dash = DASHES[i // len(COLOURS) % len(DASHES)]
        at_end: dict[str, Any] = {"series_name": True, "value": False, "position": "right"}
        at_end |= {"custom": [*([{"delete": True}] * (n - 1)), {}], "font": {**font, "color": colour}}
        chart.add_series(
            {
                "name": f"={names}$A${row}",
                "categories": f"={names}$B${HEAD}:${last}${HEAD}",
                "values": f"={names}$B${row}:${last}${row}",
                "line": {"color": colour, "width": 2, "dash_type": dash},
                "marker": {"type": "circle", "size": 5, "fill": {"color": colour}, "border": {"color": "white"}},
                "data_labels": at_end,
            }
        )
    chart.set_title({"name": model.word("rank_chart_title"), "name_font": {**font, "size": 12}, "overlay": False})
    chart.set_legend({"none": True})
    bare = {"num_font": font, "line": {"none": True}, "major_tick_mark": "none"}
    scale = {"reverse": True, "min": 1, "max": max(cities, 2), "major_unit": max(1, cities // 12)}
    chart.set_y_axis({**scale, **bare, "major_gridlines": {"visible": False}})
    chart.set_x_axis({**bare, "label_position": "high"})
    chart.set_plotarea({"layout": {"x": 0.06, "y": 0.12, "width": 0.76, "height": 0.78}})
    chart.show_blanks_as("gap")
    chart.set_chartarea({"border": {"color": LINE}})
    chart.set_size({"width": max(560, 90 * n), "height": max(340, 120 + 26 * cities)})
    sheet.insert_chart(HEAD + 1 + cities, 0, chart)
