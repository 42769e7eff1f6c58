"""Small indexes with every kind of analysis, and how a table is read, for the tests of the tables."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from indexcalc.computed import Computed
from indexcalc.figures.panel import Panel, Source
from indexcalc.report.tables.table import Fact, Table
from indexcalc.robustness.result import UncertaintyResult
from indexcalc.spec.analyses import Scenario, Yardstick
from indexcalc.voice import Voice
from tests.conftest import build, make_framework, make_panel

NAN = np.nan
FIXED = {"method": "min_max", "lower": 1, "upper": 100}

FRAMEWORK = make_framework(
    {
        "one": {
            "name": {"zh": "一", "en": "One"},
            "indicators": {
                "a": {"name": {"zh": "甲标", "en": "Alpha"}, "tags": {"stage": "scale"}},
                "b": {"name": {"zh": "乙标", "en": "Beta"}, "tags": {"stage": "scale"}},
            },
        },
        "two": {
            "name": {"zh": "二", "en": "Two"},
            "indicators": {"c": {"name": {"zh": "丙标", "en": "Gamma"}}, "d": {"name": {"zh": "丁标", "en": "Delta"}}},
        },
    },
    name={"zh": "指数", "en": "Index"},
    cities={
        "甲": {"en": "Jia", "group": "g"},
        "乙": {"en": "Yi", "group": "g"},
        "丙": {"en": "Bing"},
        "丁": {"en": "Ding"},
    },
    groups={"g": {"zh": "一组", "en": "Group one"}},
    lenses={"stage": {"name": {"zh": "阶段", "en": "Stage"}, "groups": {"scale": {"zh": "规模", "en": "Scale"}}}},
)
LISTED = Yardstick.model_validate(
    {
        "name": {"zh": "某榜", "en": "A list"},
        "kind": "rank",
        "values": {2021: {"甲": 1, "乙": 2, "丙": 3}},
        "source": {"zh": "来处", "en": "a source"},
    }
)
SCENARIOS = {
    "geometric": Scenario(aggregation="geometric", name={"zh": "几何", "en": "Geometric"}),
    "more_a": Scenario(weights={"a": 3.0}),
}


@cache
def growing() -> Computed:
    """Four cities that all grow, with a yardstick; b follows a closely."""
    rng = np.random.default_rng(5)
    a, c, d = np.sort(rng.uniform(1, 9, (3, 4, 3)), axis=2)
    panel = make_panel({"a": a, "b": a + 0.01 * rng.uniform(size=(4, 3)), "c": c, "d": d})
    return Computed.of(build(panel, FRAMEWORK, normalisation=FIXED), yardsticks={"y": LISTED}, scenarios=SCENARIOS)


@cache
def weighed_once() -> Computed:
    """The same framework, one dimension weighed by comparisons, the other by components, the index by TOPSIS."""
    one, two = ({**part.model_dump(exclude_unset=True)} for part in FRAMEWORK.dimensions.values())
    one |= {"weighting": {"method": "ahp", "matrix": [[1, 3], ["1/3", 1]]}}
    two |= {"weighting": "pca_handbook"}
    framework = make_framework({"one": one, "two": two}, name={"zh": "指数", "en": "Index"}, aggregation="topsis")
    return Computed.of(build(make_panel(), framework, normalisation=FIXED))


def drawn_once(years: tuple[int, ...], cities: str = "甲乙丙丁") -> Computed:
    """The same framework over any figures."""
    drawn = np.random.default_rng(1).uniform(1, 9, (4, len(cities), len(years)))
    panel = make_panel(dict(zip("abcd", drawn, strict=True)), years=years, cities=cities)
    return Computed.of(build(panel, FRAMEWORK, normalisation=FIXED))


@cache
def estimated() -> Computed:
    """The same cities; two figures of d are estimated from c by regression, and outliers treated year by year."""
    run = growing()
    figures = {code: run.result.panel.series(code).copy() for code in "abcd"}
    figures["d"][0, 1] = figures["d"][2, 2] = NAN
    by, cut = {"method": "regression", "on": ["c"]}, {"method": "winsorise", "upper": 0.7, "per": "year"}
    return Computed.of(build(make_panel(figures), FRAMEWORK, imputation=by, treatment=cut, normalisation=FIXED))


@cache
def trial() -> Computed:
    """Four cities, three years; b is derived, c negative and imputed, d logged; 丁 has no row in 2019."""
    panel = make_panel(
        {
            "a": [[1, 2, 3], [4, 5, 6], [2, 2, 900], [NAN, 1, 1]],
            "x": [[2, 4, 6], [3, 3, 3], [5, 5, 1], [NAN, 2, 2]],
            "y": [[1, 1, 2], [1, 2, 3], [5, 4, 1], [NAN, 4, 1]],
            "c": [[9, NAN, 7], [8, 7, NAN], [1, 2, 3], [NAN, 5, 6]],
            "d": [[10, 100, 1000], [20, NAN, 40], [30, 20, 10], [NAN, 50, 60]],
        }
    )
    sources = {("x", "甲", 2019): Source("yearbook", "p. 3", ""), ("c", "甲", 2020): Source("web", "", "break: scope")}
    panel = Panel(**{**panel.__dict__, "sources": sources, "cells": {("x", "甲", 2019): ("panel", "C3")}})
    framework = make_framework(
        {
            "one": {
                "name": {"zh": "一", "en": "One"},
                "weight": 3,
                "indicators": {
                    "a": {"name": {"zh": "甲标", "en": "Alpha"}, "unit": "亿元", "tags": {"stage": "scale"}},
                    "b": {
                        "name": {"zh": "乙标", "en": "Beta"},
                        "unit": "%",
                        "ratio": {"of": "x", "to": "y", "scale": 100},
                    },
                },
            },
            "two": {
                "indicators": {
                    "c": {"direction": "negative", "publisher": "p", "trust": "A"},
                    "d": {"transform": "log", "weight": 2},
                },
            },
        },
        name={"zh": "试验指数", "en": "Trial index"},
        note={"zh": "仅供试验。", "en": "A trial only."},
        cities={"甲": {"en": "Jia", "group": "g"}, "乙": {"en": "Yi"}, "丙": {"en": "Bing"}, "丁": {"en": "Ding"}},
        groups={"g": {"zh": "组", "en": "Group"}},
        publishers={"p": {"zh": "统计局", "en": "Bureau"}},
        series={"x": {"publisher": "p", "trust": "A"}, "y": {"publisher": "q", "trust": "B"}},
        lenses={"stage": {"name": {"zh": "阶段", "en": "Stage"}, "groups": {"scale": {"zh": "规模", "en": "Scale"}}}},
        coverage=[
            {"theme": "t", "phrase": "p1", "indicators": ["a"]},
            {"theme": "t", "phrase": "p2", "indicators": [], "awaits": ["y"]},
        ],
    )
    treatment = {"method": "winsorise", "lower": 0, "upper": 0.9}
    return Computed.of(build(panel, framework, imputation="linear", treatment=treatment, normalisation=FIXED))


def two(x: Any, years: tuple[int, ...] = (2020,), drawn: UncertaintyResult | None = None, **more: Any) -> Computed:
    """Two cities ranked by one indicator as it is; more: as in a Specification."""
    panel = make_panel({"x": x}, cities="甲乙", years=years)
    run = Computed.of(build(panel, make_framework(indicators={"x": {}}), normalisation="none"), **more)
    return replace(run, uncertainty=drawn)


def values(table: Table, name: str, band: Fact = None) -> list[Any]:
    """The values of a column."""
    return list(table.column(name, band).values)


def read(table: Table, name: str, run: Computed, lang: str = "zh", band: Fact = None) -> list[str]:
    """The values of a column in words."""
    voice = Voice(lang, run.result.framework)
    return ["" if value is None else voice.told(value) for value in table.column(name, band).values]


def notes(table: Any, run: Computed, lang: str = "zh") -> list[str]:
    """The notes of a table, or of a sheet, in words."""
    voice = Voice(lang, run.result.framework)
    return [voice.told(note) for note in table.notes]
