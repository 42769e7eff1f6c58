"""The figures: normalised and raw values, what was imputed, and where each was read."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from indexcalc.computed import Computed
from indexcalc.figures.panel import Panel
from indexcalc.origin import Origin
from indexcalc.report.provenance import columns_behind, declared_of
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.framework import unit
from indexcalc.report.tables.parts import (
    AS_READ,
    Array,
    ancestors,
    city_years,
    is_rescaled,
    last_year_alone,
    marks,
    said,
    shown,
    starts,
    w,
    where,
)
from indexcalc.report.tables.table import Column, Fact, Sheet, Table, number_format, score_kind
from indexcalc.steps.result import IndexResult
from indexcalc.voice import City, Node, Row, Voice

MARKED = (
    *("interpolated", "extrapolated", "carried", "nearest", "regression", "group", "constant"),
    *("treated", "left_out"),
)
"""Ways in which a value came to be, in the order of the legend."""


@sheet("normalised", place=280)
def normalised(run: Computed) -> Sheet:
    """One row per city and year, one column per indicator: normalised values, those not as published marked."""
    values = run.result.normalised.values
    return _by_indicator("normalised", run, values, [score_kind(values)] * values.shape[2], units=False)


@sheet("raw", place=290)
def raw(run: Computed) -> Sheet:
    """One row per city and year, one column per indicator: values in their own unit, filled cells marked."""
    values = shown(run.result)
    kinds = [number_format(values[:, :, k]) for k in range(values.shape[2])]
    return _by_indicator("raw", run, values, kinds, units=True)


def _by_indicator(name: str, run: Computed, values: Array, kinds: list[str], *, units: bool) -> Sheet:
    result, codes = run.result, run.result.normalised.codes
    declared = result.framework.all_indicators
    above = [ancestors(result, result.position(code))[1:2] for code in codes]
    c, t, labels, cities = city_years(result)
    how = marks(result)[c, t]
    columns = [
        Column(
            Node(code),
            values[c, t, k].tolist(),
            kinds[k],
            band=Node(result.nodes[above[k][0]].code) if above[k] else ("" if any(above) else None),
            key=code,
            code=code,
            unit=unit(declared[code].unit) if units else "",
            marks=how[:, k].tolist(),
        )
        for k, code in enumerate(codes)
    ]
    legend = tuple(mark for mark in MARKED if (how == mark).any())
    rescaled = [Node(code) for code in codes if units and is_rescaled(result, code)]
    about = w("about_transformed", names=Row(rescaled)) if rescaled else ""
    notes = said(w(f"about_{name}"), last_year_alone(result), about, w("about_marks" if legend else "all_observed"))
    table = Table((*labels, *columns), starts=cities, legend=legend)
    return Sheet(name, (table,), notes, labels=2, filtered=True)


# -- what was imputed


@sheet("imputed", place=300)
def imputed(run: Computed) -> Sheet:
    """Every cell that is not as published: its value, how it came to be, and what was lacking."""
    result, codes = run.result, run.result.normalised.codes
    declared, values, how_of = result.framework.all_indicators, shown(result), marks(result)
    touched = (how_of != "") & ~np.isnan(values)
    at = [(c, t, k) for k, c, t in zip(*np.nonzero(touched.transpose(2, 0, 1)), strict=True)]
    behind = [columns_behind(declared_of(result.framework), code) for code in codes]
    lacking = [_lacking(result.panel, behind[k], c, t) for c, t, k in at]
    how = [how_of[cell] for cell in at]
    before = where([float(result.imputed.values[cell]) for cell in at], [mark == "treated" for mark in how])
    columns = (
        Column(w("name"), [Node(codes[k]) for _, _, k in at]),
        Column(w("code"), [codes[k] for _, _, k in at]),
        Column(w("city"), [City(result.cities[c]) for c, _, _ in at]),
        Column(w("year"), [result.years[t] for _, t, _ in at], "whole", width=8),
        Column(w("value"), [float(values[cell]) for cell in at], "value", marks=how),
        Column(w("before"), before, "value"),
        Column(w("unit"), [unit(declared[codes[k]].unit) for _, _, k in at], "word"),
        Column(w("how"), [_how(result, cell) for cell in at], "word"),
        Column(w("lacking"), [Row(map(Node, parts)) for parts in lacking], width=30),
        Column(
            w("why"),
            [_flags(result, parts, c, t) for parts, (c, t, _) in zip(lacking, at, strict=True)],
            "small",
            width=60,
        ),
    )
    note = w("about_imputed", n=len(at)) if at else w("none_imputed")
    table = Table(columns, starts=starts([k for _, _, k in at])).filled()
    return Sheet("imputed", (table,), (note,), labels=4, filtered=True)


@sheet("regressions", place=305)
def regressed(run: Computed) -> Sheet | None:
    """Each indicator imputed by regression: on which others, from how many city-years, and with what error."""
    found = run.regressions
    if not found:
        return None
    units = [run.result.framework.all_indicators[one.code].unit for one in found]
    columns = (
        Column(w("name"), [Node(one.code) for one in found], width=24),
        Column(w("regression_on"), [Row(map(Node, one.on)) for one in found], width=36),
        Column(w("regression_n"), [one.n for one in found], "count", width=12),
        Column(w("regression_filled"), [one.filled for one in found], "count", width=10),
        Column(w("regression_error"), [one.error for one in found], "value", width=16),
        Column(w("unit"), [unit(own) for own in units], "word"),
        Column(w("regression_ratio"), [one.error / one.spread for one in found], "ratio", width=16),
    )
    return Sheet("regressions", (Table(columns).filled(),), (w("about_regressions"),), labels=1)


@file("analysis/regressions")
def regressions_file(run: Computed) -> pd.DataFrame | None:
    """One row per indicator imputed by regression."""
    found = run.regressions
    rows = [{**vars(one), "on": ", ".join(one.on)} for one in found]
    return pd.DataFrame(rows).rename(columns={"code": "indicator", "spread": "standard_deviation"}) if rows else None


def origin_word(name: str) -> Fact:
    """How a value came to be, in words; as it is where there are none."""

    def told(voice: Voice) -> str:
        return voice.say(f"sheets.cell_{name}") if voice.knows(f"sheets.cell_{name}") else name

    return told


def _how(result: IndexResult, cell: tuple[int, int, int]) -> Fact:
    imputed, treated = Origin(result.imputed.origin[cell]), Origin(result.treated.origin[cell])
    if treated is Origin.TREATED and imputed not in AS_READ:
        return w("both", filled=w(f"cell_{imputed.name.lower()}"))
    return w(f"cell_{treated.name.lower()}")


def _lacking(panel: Panel, columns: Iterable[str], c: int, t: int) -> list[str]:
    """Those of some columns that have no figure for a city and year."""
    return [code for code in columns if np.isnan(panel.values[c, t, panel.position(code)])]


def _flags(result: IndexResult, parts: Iterable[str], c: int, t: int) -> str:
    """What the sources say of figures that were left out."""
    city, year = result.cities[c], result.years[t]
    found = (result.panel.sources[part, city, year] for part in parts if (part, city, year) in result.panel.sources)
    return "; ".join(dict.fromkeys(row.flag or row.note for row in found))


# -- where each was read


@sheet("sources", place=330)
def sources(run: Computed) -> Sheet | None:
    """One row per figure that was used: where it was read, by whom it was published; none if no source is given."""
    result, panel, declared = run.result, run.result.panel, declared_of(run.result.framework)
    if not panel.sources:
        return None
    behind = {column for code in result.normalised.codes for column in columns_behind(declared, code)}
    at = [
        (k, c, t)
        for k, code in enumerate(panel.codes)
        if code in behind
        for c, t in zip(*np.nonzero(~np.isnan(panel.values[:, :, k])), strict=True)
    ]
    keys = [(panel.codes[k], panel.cities[c], panel.years[t]) for k, c, t in at]
    if not any(key in panel.sources for key in keys):
        return None
    found = [panel.sources.get(key) for key in keys]
    columns = (
        Column(w("series"), [Node(code) for code, _, _ in keys], width=22),
        Column(w("city"), [City(city) for _, city, _ in keys]),
        Column(w("year"), [year for _, _, year in keys], "whole", width=8),
        Column(w("value"), [float(panel.values[c, t, k]) for k, c, t in at], "value"),
        Column(w("unit"), [unit(declared[code].unit) for code, _, _ in keys], "word"),
        Column(w("source"), [row.source if row else "" for row in found], "small", width=56),
        Column(w("note"), [row.note if row else "" for row in found], "small", width=44),
        Column(w("flag"), [row.flag if row else "" for row in found], "small", width=28),
        Column(w("cell"), ["!".join(panel.cells.get(key, ())) for key in keys], "small", width=12),
    )
    table = Table(columns, starts=starts([k for k, _, _ in at])).filled()
    return Sheet("sources", (table,), (w("about_sources"),), labels=3, filtered=True)
