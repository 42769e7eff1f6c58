"""How robust it is: what the draws chose, how often each rank occurs, who can be told apart, how far each rank goes."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from indexcalc.computed import Computed
from indexcalc.report.page.bilingual import Both, both, city_name, each, told
from indexcalc.report.tables.bounds import unvaried, weight_set
from indexcalc.report.tables.robustness import ties
from indexcalc.report.text.bounds import change_sentences, neighbours
from indexcalc.report.text.robustness import factor_name, option_name
from indexcalc.voice import City, Row, Word, voices

MOST_OPTIONS = 8
"""Options of a factor that are listed one by one."""
MOST_ROWS = 40
"""Cities whose ranks fit into one table."""


def factors(run: Computed) -> list[dict[str, Any]]:
    """What a draw may choose, each option with how often it was drawn; of many options, their number, and how often
    each was."""
    found = run.drawn
    if found is None:
        return []
    told = []
    for factor in found.factors:
        options = [
            {"name": each(run, partial(option_name, factor.code, option)), "draws": f"{n:,}"}
            for option, n in zip(factor.options, factor.draws, strict=True)
        ]
        many = None
        if len(options) > MOST_OPTIONS:
            facts = {"n": len(options), "low": f"{min(factor.draws):,}", "high": f"{max(factor.draws):,}"}
            options, many = [], both(run, "many_options", **facts)
        name = each(run, partial(factor_name, factor.code))
        told.append({"name": name, "options": options, "many": many})
    return told


def heat(run: Computed) -> dict[str, Any] | None:
    """Rank acceptability of the last year as a table, in the order of the ranking; none for one city, or too many."""
    found, t = run.drawn, run.last
    if found is None or not 1 < len(found.cities) <= MOST_ROWS:
        return None
    shares = found.acceptability_in(run.year)
    rows = []
    for c in run.order:
        cells = []
        for r, share in enumerate(shares[c].tolist()):
            text = "" if not share > 0 else "<1" if share < 0.005 else f"{100 * share:.0f}"
            shade = 0.0 if np.isnan(share) else round(share, 3)
            cells.append({"text": text, "shade": shade, "strong": found.nominal_rank[c, t] == r + 1})
        rows.append({"name": city_name(run, c), "cells": cells})
    shared = [told(run, note) for note in ties(run)]
    return {"ranks": list(range(1, shares.shape[1] + 1)), "rows": rows, "ties": shared}


def tiers(run: Computed) -> list[Both]:
    """Cities that cannot be told apart, line by line; nothing where all can, or none."""
    found = run.drawn
    if found is None:
        return []
    groups = found.groups(run.year)
    if not 1 < len(groups) < len(found.cities):
        return []
    return [told(run, Row(map(City, group))) for group in groups]


def bounds(run: Computed) -> list[Both]:
    """Under which weights the limits of the ranks are proven, and which stay as chosen; nothing where they are not."""
    if run.limits is None:
        return []
    fixed = () if run.bounds is None else unvaried(run.bounds)
    return [told(run, note) for note in (Word("page.about_bounds", weights=weight_set(run)), *fixed)]


def changes(run: Computed) -> list[Both]:
    """What would have to change for each claim, and for each city to be overtaken by the next; one sentence each."""
    study = run.study
    if study is None:
        return []
    found = neighbours(study.changes, [run.result.cities[c] for c in run.order])
    said = {voice.lang: change_sentences(found, run.result.years, voice) for voice in voices(run.result)}
    return [dict(zip(said, row, strict=True)) for row in zip(*said.values(), strict=True)]
