"""From values to ranks: the sheets of the model that have a row for every city and year."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from xlsxwriter.utility import xl_col_to_name

from indexcalc.origin import Origin
from indexcalc.report.model.formulas import (
    OK,
    aggregated,
    aggregated_with_gaps,
    farthest,
    logarithm,
    normalised,
    oriented,
    ranked,
    start_and_end,
    where_given,
)
from indexcalc.report.model.layout import (
    FIRST,
    HIGH,
    LOW,
    LOWER,
    SHARES,
    TOP,
    UPPER,
    Column,
    best_place,
    posts,
    read_off,
)
from indexcalc.report.model.ranking import KEY
from indexcalc.report.model.sheet import BAND, Model, city_year_rows, indicator_heads, node_heads, share, starts
from indexcalc.report.tables.figures import origin_word
from indexcalc.report.tables.table import number_format, score_kind
from indexcalc.report.text.method_words import in_words
from indexcalc.report.units import unit_name
from indexcalc.report.workbook.sheets import MARKS
from indexcalc.spec.hierarchy import parents

Array = NDArray[np.float64]
AS_READ = ("missing", "observed")


def write_values(model: Model, sheet: Any) -> None:
    """The figures that the formulas start from; those that are not as published are marked."""
    layout, result = model.layout, model.result

    def unit(at: int, column: Column) -> None:
        own = unit_name(column.own.unit, model.voice)
        model.text(sheet, SHARES, at, model.word("transformed") if column.transformed else own, "unit")

    indicator_heads(model, sheet, "values", unit)
    city_year_rows(model, sheet)
    marks = {origin.value: "" if origin.name.lower() in AS_READ else origin.name.lower() for origin in Origin}
    used = {""}
    for k, column in enumerate(layout.columns):
        kind = number_format(column.figures[result.present])
        for i, (c, t) in enumerate(layout.city_years):
            mark = marks[int(result.treated.origin[c, t, k])]
            used.add(mark)
            look = model.style(kind, mark, starts(model, i))
            model.number(sheet, TOP + i, FIRST + k, float(column.figures[c, t]), look)
    for at, mark in enumerate((mark for mark in MARKS if mark and mark in used), start=FIRST):
        sheet.write_string(2, at, model.voice.told(origin_word(mark)), model.style("word", mark))


def write_oriented(model: Model, sheet: Any) -> None:
    """The oriented values: higher is better."""
    layout, name = model.layout, model.layout.names["values"]

    def direction(at: int, column: Column) -> None:
        said = in_words(column.own.direction, model.voice)
        model.text(sheet, SHARES, at, f"{said} {model.word('logged')}" if column.logged else said, "unit")

    indicator_heads(model, sheet, "oriented", direction)
    city_year_rows(model, sheet)
    for k, column in enumerate(layout.columns):
        values = model.result.oriented.values[:, :, k]
        kind, letter = number_format(values), xl_col_to_name(FIRST + k)
        scales = {t: layout.scale(k, t) for t in layout.rows_of_year}
        for i, (c, t) in enumerate(layout.city_years):
            cell = f"{name}{letter}{TOP + i}"
            formula = oriented(logarithm(cell, logged=column.logged), column.own.direction.name, scales[t])
            formula = where_given(cell, formula) if layout.leaves[k] in layout.gaps else formula
            look = model.style(kind, "", starts(model, i))
            model.formula(sheet, TOP + i, FIRST + k, formula, float(values[c, t]), look)


# -- the reference


def write_reference(model: Model, sheet: Any) -> None:
    """What the normalisation refers to; one block per year where an indicator refers to its own year."""
    layout, w = model.layout, model.word

    def method(at: int, column: Column) -> None:
        said = w(f"short_{column.normalisation.name}")
        if not column.normalisation.method.traits.get("ignores_reference"):
            said += f" · {w(f'short_{column.reference.kind}', base=column.reference.base)}"
        model.text(sheet, SHARES, at, said, "unit")

    indicator_heads(model, sheet, "reference", method)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 10)
    sheet.merge_range(BAND - 1, 0, SHARES - 1, 1, w("method_row"), model.style("head"))
    _reference_labels(model, sheet)
    for k, column in enumerate(layout.columns):
        _fixed_points(model, sheet, k, column)
        for scope in layout.scopes:
            _read_off(model, sheet, k, column, scope)
    sheet.freeze_panes(SHARES, FIRST)


def _reference_labels(model: Model, sheet: Any) -> None:
    """What each row holds; rows that no indicator needs are hidden."""
    layout, w = model.layout, model.word
    scored = any(column.normalisation.name == "z_score" for column in layout.columns)
    inside = any(column.inside for column in layout.columns)
    lower, upper = ("lower_z", "upper_z") if scored else ("lower", "upper")
    rows = [(LOWER, lower, ""), (UPPER, upper, ""), (LOW, "low", ""), (HIGH, "high", "")]
    for scope in layout.scopes:
        whose = w("each_scope") if scope is None else w("scope", year=model.result.years[scope])
        rows += [(row, key, whose) for row, key in zip(layout.scope_rows(scope), SCOPE_ROWS, strict=True)]
    for row, key, whose in rows:
        if key in ("low", "high", "farthest") and not inside:
            sheet.set_row(row - 1, None, None, {"hidden": True})
        else:
            model.text(sheet, row, 0, w(key), start=key == "start")
            model.text(sheet, row, 1, whose, start=key == "start")


SCOPE_ROWS = ("farthest", "start", "end")


def _fixed_points(model: Model, sheet: Any, k: int, column: Column) -> None:
    """What the methodology fixes: the scale of the scores, the best value, the goalposts."""
    choice, at, look = column.normalisation, FIRST + k, model.style("given")
    points: list[tuple[int, float]] = []
    if choice.name != "none":
        ends = ("mean", "sd") if choice.name == "z_score" else ("lower", "upper")
        declared = choice.method.parameters
        values = [choice.parameters.get(end, declared[end].default) for end in ends]
        points += zip((LOWER, UPPER), values, strict=True)
    if column.inside:
        points += zip((LOW, HIGH), best_place(column), strict=True)
    if choice.name == "goalposts":
        for scope in model.layout.scopes:
            points += zip(model.layout.scope_rows(scope)[1:], posts(column), strict=True)
    for row, value in points:
        model.number(sheet, row, at, value, look)


def _read_off(model: Model, sheet: Any, k: int, column: Column, scope: int | None) -> None:
    """What is computed from the city-years of the reference, under one scope."""
    layout, result, at = model.layout, model.result, FIRST + k
    year = layout.looked_at(column, scope)
    rows = layout.scope_rows(scope)
    look = model.style(number_format(result.oriented.values[:, :, k]))
    if column.inside:
        seen = _seen(model, column.figures, year)
        seen = np.log(seen) if column.logged else seen
        low, high = best_place(column)
        scale = layout.scale(k, scope or 0)
        formula = farthest(layout.observed("values", at, year), scale, logged=column.logged)
        model.formula(sheet, rows[0], at, formula, float(max(low - seen.min(), seen.max() - high)), look)
    formulas = start_and_end(column.normalisation, layout.observed("oriented", at, year))
    if any(formulas):
        found = read_off(column, _seen(model, result.oriented.values[:, :, k], year))
        for row, formula, value in zip(rows[1:], formulas, found, strict=True):
            model.formula(sheet, row, at, formula, value, look)


def _seen(model: Model, values: Array, year: int | None) -> Array:
    """The values [city, year] of the city-years of a year, or of all, (n,)."""
    years = slice(None) if year is None else slice(year, year + 1)
    seen = values[:, years][model.result.present[:, years]]
    return np.asarray(seen[~np.isnan(seen)])


# -- scores and ranks


def write_normalised(model: Model, sheet: Any) -> None:
    """The scores of the indicators; above them their shares."""
    layout, values, name = model.layout, model.result.normalised.values, model.layout.names["oriented"]

    def above(at: int, _: Column) -> None:
        share(model, sheet, at, layout.leaves[at - FIRST])

    indicator_heads(model, sheet, "normalised", above)
    city_year_rows(model, sheet)
    kind = score_kind(values)
    for k, column in enumerate(layout.columns):
        letter = xl_col_to_name(FIRST + k)
        scales = {t: layout.scale(k, t) for t in layout.rows_of_year}
        for i, (c, t) in enumerate(layout.city_years):
            cell = f"{name}{letter}{TOP + i}"
            formula = normalised(cell, column.normalisation, scales[t])
            formula = where_given(cell, formula) if layout.leaves[k] in layout.gaps else formula
            look = model.style(kind, "", starts(model, i))
            model.formula(sheet, TOP + i, FIRST + k, formula, float(values[c, t, k]), look)


def write_scores(model: Model, sheet: Any) -> None:
    """The scores of the index and the dimensions; above them their shares."""
    layout, result, dimensions = model.layout, model.result, parents(model.result.nodes)
    node_heads(model, sheet, "scores")
    city_year_rows(model, sheet)
    for at, position in enumerate(layout.above, start=FIRST):
        if position > 0:
            share(model, sheet, at, position)
        node, values = dimensions[position], result.scores[:, :, position]
        kind = score_kind(values)
        for i, (c, t) in enumerate(layout.city_years):
            parts = list(layout.parts(position, TOP + i))
            if position in layout.gaps:
                formula = aggregated_with_gaps(node.aggregation.name, parts, node.missing)
            else:
                formula = aggregated(node.aggregation.name, parts)
            look = model.style(kind, "", starts(model, i))
            model.formula(sheet, TOP + i, at, formula, float(values[c, t]), look)


def write_ranks(model: Model, sheet: Any) -> None:
    """Ranks within the year; then the rank at the weights of the YAML, and the key that the ranking looks up by."""
    layout, result = model.layout, model.result
    node_heads(model, sheet, "ranks")
    city_year_rows(model, sheet)
    decimals, ascending = result.methodology.rank_on.decimals, result.methodology.rank_on.ascending
    for at, position in enumerate(layout.above, start=FIRST):
        letter, values = xl_col_to_name(at), result.ranks[:, :, position]
        cells = {t: layout.observed("scores", at, t) for t in layout.rows_of_year}
        for i, (c, t) in enumerate(layout.city_years):
            score = f"{layout.names['scores']}{letter}{TOP + i}"
            formula = ranked(score, cells[t], decimals, gaps=position in layout.gaps, ascending=ascending)
            look = model.style("whole", "", starts(model, i))
            model.formula(sheet, TOP + i, at, formula, float(values[c, t]), look)
    for at, key in ((layout.nominal_column, "nominal_rank"), (layout.key_column, "order")):
        sheet.merge_range(BAND - 1, at, SHARES - 1, at, model.word(key), model.style("head"))
        sheet.set_column(at, at, 12)
    place = {(c, t): k for t in layout.rows_of_year for k, c in enumerate(model.order(t), start=1)}
    for i, (c, t) in enumerate(layout.city_years):
        row, first, look = TOP + i, layout.rows_of_year[t][0], model.style("whole", "", starts(model, i))
        nominal = float(result.rank()[c, t])
        if np.isnan(nominal):  # an empty text: what looks an empty cell up finds a 0
            model.formula(sheet, row, layout.nominal_column, '=""', nominal, look)
        else:
            model.number(sheet, row, layout.nominal_column, nominal, look)
        before = f"SUMPRODUCT(--(C${first}:C{row}=C{row}))-1"
        ready = f"AND({OK},ISNUMBER(C{row}))" if 0 in layout.gaps else OK
        formula = f'=IF({ready},B{row}*{KEY}+C{row}+{before},"")'
        ordered = float(result.years[t] * KEY + place[c, t]) if (c, t) in place else np.nan
        model.formula(sheet, row, layout.key_column, formula, ordered, look)
