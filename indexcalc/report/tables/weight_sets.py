"""Weights as given, effective, and by other methods; and the ranking under each."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from indexcalc.computed import Computed
from indexcalc.report.tables.framework import shares
from indexcalc.report.tables.parts import indents, w, where
from indexcalc.report.tables.scenarios import ranks
from indexcalc.report.tables.table import Column, Fact, Table
from indexcalc.voice import Node, Row, Voice


def weight_sets(run: Computed) -> Table:
    """Every node: its weight as given, its effective weight, what other methods would give it, and how it moves with
    the index."""
    result, found = run.result, run.weight_sets
    below = [k for k, one in enumerate(result.nodes) if one.parent >= 0]
    leaf, codes = [result.nodes[k].is_indicator for k in below], [result.nodes[k].code for k in below]
    columns = [
        Column(w("node"), [Node(code) for code in codes], marks=indents(result, below)),
        Column(w("weight_given"), [result.nodes[k].weight for k in below], "given"),
        Column(w("weight_effective"), [None if x is None else 100.0 * x for x in shares(run, below)], "score"),
    ]
    for code, other in zip(found.codes, found.indices, strict=True):
        effective = where((100.0 * other.effective[below]).tolist(), ~other.unweighted[below])
        columns.append(Column(partial(_short, code), effective, "score", key=code))
    moved = run.influence.table().set_index("indicator").reindex(codes)
    columns.append(Column("r", where(moved["r_index"].tolist(), leaf), "correlation"))
    refused: list[Fact] = [
        w("weight_set_refused", method=partial(method_name, one.facts["code"]), reason=one.facts["reason"])
        for one in found.notices
    ]
    strong = frozenset(r for r, is_leaf in enumerate(leaf) if not is_leaf)
    return Table(tuple(columns), w("weight_sets_question"), (w("about_weight_sets"), *refused), strong=strong)


def weight_set_ranks(run: Computed) -> Table:
    """City by method: the rank of the last year under each set of weights."""
    found, chosen = run.weight_sets, run.result.methodology.weighting.name
    agreement = found.agreement[:, run.last]
    agrees = [
        w("weight_set_agrees", method=partial(_short, code), rho=f"{rho:.2f}")
        for code, rho in zip(found.codes, agreement, strict=True)
        if not np.isnan(rho)
    ]
    notes = (w("weight_sets_agree", listed=Row(agrees)),) if agrees else ()
    question = w("weight_sets_ranks", year=run.year, method=partial(method_name, chosen))
    return replace(ranks(run, found, lambda code: partial(_short, code)), question=question, notes=notes)


def method_name(name: str, voice: Voice) -> str:
    """What a weighting is called."""
    return voice.method("weighting", name)


def _short(name: str, voice: Voice) -> str:
    """The same where there is little room."""
    return voice.say(f"sheets.set.{name}") if voice.knows(f"sheets.set.{name}") else method_name(name, voice)
