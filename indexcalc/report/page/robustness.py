"""How sure it is: what the draws chose, how often each rank, who can be told apart, the limits of each rank."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from indexcalc.report.bounds_text import change_sentences, neighbours, weight_set_text
from indexcalc.report.page.bilingual import Both, both, city_name, each, joined
from indexcalc.report.page.material import Material
from indexcalc.report.robustness_text import factor_name, option_name

MOST_OPTIONS = 8
"""Options of a factor that are listed one by one."""
MOST_ROWS = 40
"""Cities whose ranks fit into one table."""


def factors(material: Material) -> list[dict[str, Any]]:
    """What a draw may choose, each option with how often it was drawn; of many options how many, and how often each."""
    found = material.drawn
    if found is None:
        return []
    told = []
    for factor in found.factors:
        options = [
            {"name": each(material, partial(option_name, factor.code, option)), "draws": f"{n:,}"}
            for option, n in zip(factor.options, factor.draws, strict=True)
        ]
        many = None
        if len(options) > MOST_OPTIONS:
            facts = {"n": len(options), "low": f"{min(factor.draws):,}", "high": f"{max(factor.draws):,}"}
            options, many = [], both("many_options", **facts)
        name = each(material, partial(factor_name, factor.code))
        told.append({"name": name, "options": options, "many": many})
    return told


def heat(material: Material) -> dict[str, Any] | None:
    """Rank acceptability of the last year as a table, in the order of the ranking; none for one city, or too many."""
    found, t = material.drawn, material.last
    if found is None or not 1 < len(found.cities) <= MOST_ROWS:
        return None
    shares = found.acceptability[:, t]
    rows = []
    for c in material.order:
        cells = []
        for r, share in enumerate(shares[c].tolist()):
            text = "" if not share > 0 else "<1" if share < 0.005 else f"{100 * share:.0f}"
            shade = 0.0 if np.isnan(share) else round(share, 3)
            cells.append({"text": text, "shade": shade, "strong": found.nominal_rank[c, t] == r + 1})
        rows.append({"name": city_name(material, c), "cells": cells})
    return {"ranks": list(range(1, shares.shape[1] + 1)), "rows": rows}


def tiers(material: Material) -> list[Both]:
    """Cities that cannot be told apart, line by line; nothing where all can, or none."""
    found = material.drawn
    if found is None:
        return []
    groups = found.groups(material.result.years[material.last])
    if not 1 < len(groups) < len(found.cities):
        return []
    place = {city: c for c, city in enumerate(material.result.cities)}
    return [joined([city_name(material, place[city]) for city in group]) for group in groups]


def bounds(material: Material) -> Both | None:
    """Under which weights the limits of the ranks are proven; None where they are not."""
    options = material.specification.uncertainty
    if material.limits is None or options is None or options.weights is None:
        return None
    weights = options.weights
    return both("about_bounds", weights=each(material, lambda voice: weight_set_text(weights, voice)))


def changes(material: Material) -> list[Both]:
    """What would have to change: each claim, and each city overtaken by the next; one sentence each."""
    study = material.study
    if study is None:
        return []
    found = neighbours(study.changes, [material.result.cities[c] for c in material.order])
    said = {voice.lang: change_sentences(found, material.result.years, voice) for voice in material.voices}
    return [dict(zip(said, row, strict=True)) for row in zip(*said.values(), strict=True)]
