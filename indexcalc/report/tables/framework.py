"""The framework as tables: indicators, weights, coverage of the theory, the series behind it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from indexcalc.computed import Computed
from indexcalc.report.provenance import columns_behind, declared_of, derivation_words, publisher_of, trust_of
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import ancestors, indents, node, note, said, starts, w, where
from indexcalc.report.tables.table import PAGE, SCREEN, SHEET, Column, Fact, Sheet, Table
from indexcalc.report.text.method_words import in_words
from indexcalc.report.units import unit_name
from indexcalc.spec.framework import Coverage, Indicator
from indexcalc.voice import Clauses, Node, Row, Word, voices


def unit(written: str) -> Fact:
    """A unit in words; nothing where there is none."""
    return partial(unit_name, written) if written else ""


# -- indicators


@sheet("indicators", place=120)
def indicators(run: Computed) -> Sheet:
    """The indicator table as journals print it, and how each indicator is obtained and classed."""
    result, framework = run.result, run.result.framework
    codes, behind = result.normalised.codes, declared_of(framework)
    paths = {code: [result.nodes[k].code for k in ancestors(result, result.position(code))[1:]] for code in codes}
    declared = [framework.all_indicators[code] for code in codes]
    depth = max((len(path) for path in paths.values()), default=0)
    columns = [Column(w("goal"), [framework.name] * len(codes), "group", width=12, merged=True)]
    for level in range(depth):
        head = w("criterion") if depth == 1 else w("criterion_of", level=level + 1)
        above: list[Fact] = [Node(path[level]) if level < len(path) else "" for path in (paths[code] for code in codes)]
        columns.append(Column(head, above, "group", width=14, merged=True))
    columns += [
        Column(w("indicator"), [Node(code) for code in codes], width=24),
        Column(w("unit"), [unit(own.unit) for own in declared], "word", width=12),
        Column(w("direction"), [partial(in_words, own.direction) for own in declared], "word", width=8),
        Column(w("weight"), shares(run, [result.position(code) for code in codes]), "share", width=8),
        Column(w("derivation"), [partial(derivation_words, own.derived) for own in declared], width=32),
        *_lenses(run, declared),
        Column(w("publisher"), [publisher(run, code) for code in codes], width=20),
        Column(w("trust"), [trust_of(behind, code) for code in codes], "word", width=7),
        Column(w("code"), list(codes), "small", width=24),
    ]
    graded = any(trust_of(behind, code) for code in codes)
    notes = said(note(framework), w("about_indicators"), w("about_trust") if graded else "")
    return Sheet("indicators", (Table(tuple(columns)).filled(),), notes, labels=depth + 2)


def publisher(run: Computed, code: str) -> Fact:
    """Who published a series, or those behind an indicator; nothing where the YAML does not say."""
    framework = run.result.framework
    known = any(
        declared_of(framework)[column].publisher for column in (code, *columns_behind(declared_of(framework), code))
    )
    return partial(publisher_of, framework, declared_of(framework), code) if known else ""


def _lenses(run: Computed, declared: list[Indicator]) -> Iterator[Column]:
    for tag, lens in run.result.framework.lenses.items():
        groups = [own.tags.get(tag, "") for own in declared]
        if any(groups):
            named: list[Fact] = [lens.groups.get(group, group) for group in groups]
            yield Column(lens.name or tag, named, "word", key=tag)


def tree(run: Computed) -> Table:
    """The framework as it is written, dimensions and indicators in their order, with weights."""
    result = run.result
    below = [k for k, one in enumerate(result.nodes) if one.parent >= 0]
    declared = result.framework.all_indicators
    own = [declared[result.nodes[k].code] if result.nodes[k].is_indicator else None for k in below]
    return Table(
        (
            Column(
                Word("page.indicator"),
                [Node(result.nodes[k].code) for k in below],
                marks=indents(result, below),
                on=(PAGE,),
            ),
            Column(w("unit"), [unit(one.unit) if one else "" for one in own], on=(PAGE,)),
            Column(
                Word("page.direction"), [partial(in_words, one.direction) if one else "" for one in own], on=(PAGE,)
            ),
            Column(w("weight"), shares(run, below), "weight", on=(PAGE,)),
            Column(w("derivation"), [partial(derivation_words, one.derived) if one else "" for one in own], on=(PAGE,)),
        ),
        strong=frozenset(r for r, one in enumerate(own) if one is None),
    )


# -- weights


def weights(run: Computed) -> Table:
    """Every node: the weight as given, its share within its parent, its effective weight; indicators sum to 1."""
    result, nodes = run.result, run.result.nodes
    below = [k for k, one in enumerate(nodes) if one.parent >= 0]
    effective, leaf = shares(run, below), [nodes[k].is_indicator for k in below]
    within = where(result.shares[below].tolist(), ~np.isnan(result.shares[below]))
    total = None if None in effective else math.fsum(x for x, own in zip(effective, leaf, strict=True) if own and x)
    found = run.influence.table().set_index("indicator").reindex([nodes[k].code for k in below]) if below else None
    inside: list[Fact] = [*(node(nodes[nodes[k].parent].code) for k in below), ""]
    columns = (
        Column(
            w("node"), [*(Node(nodes[k].code) for k in below), w("weight_total")], marks=[*indents(result, below), ""]
        ),
        Column(w("code"), [*(nodes[k].code for k in below), ""], on=(SHEET,)),
        Column(w("parent"), inside, on=(SHEET,)),
        Column(w("given_weight"), [*(nodes[k].weight for k in below), None], "given", width=11, on=(SHEET,)),
        Column(w("share"), [*within, None], "share", width=13, on=(SHEET,)),
        Column(w("dimension_weight"), [*where(effective, [not x for x in leaf]), None], "share", width=14, on=(SHEET,)),
        Column(w("indicator_weight"), [*where(effective, leaf), total], "share", width=14, on=(SHEET,)),
        Column(w("effective_weight"), [*effective, total], "share", on=(SCREEN,)),
        *_influence(found),
    )
    return Table(
        columns,
        starts=frozenset({*(r for r, k in enumerate(below) if nodes[k].parent == 0 and not leaf[r]), len(below)}),
        strong=frozenset({*(r for r, is_leaf in enumerate(leaf) if not is_leaf), len(below)}),
    )


def shares(run: Computed, at: Sequence[int]) -> list[float | None]:
    """Effective weights; none where an aggregation above ignores weights, where they are not shares."""
    none = run.result.unweighted
    return [None if none[k] else float(run.result.effective[k]) for k in at]


def _ignored(run: Computed) -> Fact:
    """A note that weights below some nodes are not used."""
    found = run.result
    at = [k for k, one in enumerate(found.nodes) if one.children and found.unweighted[list(one.children)].any()]
    return w("weights_ignored", nodes=Row(Node(found.nodes[k].code) for k in at)) if at else ""


def _influence(found: pd.DataFrame | None) -> Iterator[Column]:
    """How each indicator moves with the index and with its dimension, over all city-years and within years; empty for a
    dimension and for the sum."""
    if found is None:
        return
    inside = found["runs_against"].notna().tolist()
    for name, on in (
        ("r_index", (SHEET, SCREEN)),
        ("r_index_within", (SHEET, SCREEN)),
        ("r_parent", (SHEET,)),
        ("r_parent_within", (SHEET,)),
    ):
        figures = [*where(found[name].tolist(), inside), None]
        yield Column(w(name), figures, "correlation", width=11, on=on)
    against = [
        w(f"against.{one}") if here and one else "" for one, here in zip(found["runs_against"], inside, strict=True)
    ]
    marks = ["down" if one else "" for one in against]
    yield Column(w("runs_against"), [*against, ""], "word", width=14, marks=[*marks, ""], on=(SHEET, SCREEN))


@sheet("weights", place=130)
def weights_sheet(run: Computed) -> Sheet:
    """The weights, and how to read them."""
    mean = w("about_mean_weights") if run.result.weights_by_observation else ""
    return Sheet(
        "weights",
        (weights(run).filled(), *experts(run)),
        said(w("about_weights"), w("about_influence"), mean, _ignored(run)),
    )


def experts(run: Computed) -> Iterator[Table]:
    """Where experts gave points: mean, spread and ends of each child's share of the budget."""
    for one in run.budgets:
        n = len(one.experts)
        spread = one.shares.std(axis=0, ddof=1) if n > 1 else np.full(len(one.codes), np.nan)
        columns = (
            Column(w("node"), [Node(code) for code in one.codes]),
            Column(w("experts_mean"), one.shares.mean(axis=0).tolist(), "share", width=11),
            Column(w("sd"), spread.tolist(), "share", width=11),
            Column(w("experts_least"), one.shares.min(axis=0).tolist(), "share", width=11),
            Column(w("experts_most"), one.shares.max(axis=0).tolist(), "share", width=11),
        )
        yield Table(columns, w("experts_question", n=n, node=node(one.node)))


@file("analysis/experts")
def experts_file(run: Computed) -> Iterator[dict[str, Any]]:
    """Each expert's share of the budget for each child of a node."""
    for one in run.budgets:
        for e, k in np.ndindex(one.shares.shape):
            yield {"parent": one.node, "node": one.codes[k], "expert": one.experts[e], "share": one.shares[e, k]}


@file("analysis/weights")
def weights_file(run: Computed) -> pd.DataFrame:
    """Every node's weight as written, its share, its effective weight, and how it moves with the index."""
    frame = run.result.weight_table()
    for i, voice in enumerate(voices(run.result), 1):
        frame.insert(i, f"name_{voice.lang}", [voice.node(code) for code in frame["node"]])
    found = run.influence.table().set_index("indicator").drop(columns="parent")
    return frame.join(found, on="node")


# -- the theory


def coverage(run: Computed) -> Table:
    """Which parts of the theory behind the index are covered, and by what."""
    entries, active = run.result.framework.coverage, set(run.result.normalised.codes)
    stand_in = [[code for code in entry.indicators if code in active] for entry in entries]
    themes = [entry.theme for entry in entries]
    columns = (
        Column(w("theme"), themes, "group", width=18, merged=True),
        Column(w("phrase"), [entry.phrase for entry in entries]),
        Column(w("stand_in"), [Row(map(Node, found)) for found in stand_in]),
        Column(w("covered"), [w("yes") if found else w("no") for found in stand_in], "word", width=12, on=(SHEET,)),
        Column(w("awaits"), [Row(map(Node, entry.awaits)) for entry in entries], on=(SHEET,)),
        Column(Word("page.lacking"), list(map(_lacking, entries, stand_in)), on=(PAGE,)),
    )
    return Table(columns, starts=starts(themes))


def _lacking(entry: Coverage, stand_in: Sequence[str]) -> Clauses:
    """A note that nothing covers a phrase, and what is awaited; in full, since a telephone shows no headings."""
    awaited = Word("page.awaiting", awaited=Row(map(Node, entry.awaits)))
    return Clauses([*(() if stand_in else (w("no"),)), *((awaited,) if entry.awaits else ())])


@sheet("coverage", place=140)
def coverage_sheet(run: Computed) -> Sheet | None:
    """The theory beside the indicators; none if the framework does not say."""
    if not run.result.framework.coverage:
        return None
    return Sheet("coverage", (coverage(run),), (w("about_coverage"),), labels=2)


# -- the series


def series(run: Computed) -> Table:
    """The columns of the workbook behind the index: unit, publisher, trust, how many figures, which indicators."""
    result, panel, declared = run.result, run.result.panel, declared_of(run.result.framework)
    behind = {code: columns_behind(declared, code) for code in result.normalised.codes}
    used = [code for code in panel.codes if any(code in columns for columns in behind.values())]
    there = [~np.isnan(panel.series(code)) for code in used]
    counts = [int(one[result.present].sum()) for one in there]
    cells = max(int(result.present.sum()), 1)
    columns = (
        Column(w("series"), [Node(code) for code in used], width=26),
        Column(w("code"), used, "small", width=26, on=(SHEET,)),
        Column(w("unit"), [unit(declared[code].unit) for code in used], "word", width=12),
        Column(w("publisher"), [publisher(run, code) for code in used], width=28),
        Column(w("trust"), [declared[code].trust or "" for code in used], "word", width=8),
        Column(w("figures"), counts, "whole", width=9),
        Column(w("figures_share"), [n / cells for n in counts], "part", width=9, on=(SHEET,)),
        Column(w("gaps"), [_gaps(run, one) for one in there], width=20, on=(PAGE,)),
        Column(
            w("used_for"),
            [Row(Node(code) for code, columns in behind.items() if own in columns) for own in used],
            width=40,
            on=(SHEET,),
        ),
    )
    return Table(columns)


def _gaps(run: Computed, there: np.ndarray) -> Row | Word:
    """How many figures are lacking in which years."""
    lacking = (~there & run.result.panel.present).sum(axis=0).tolist()
    gaps = Row(w("gap_of", year=year, n=n) for year, n in zip(run.result.years, lacking, strict=True) if n)
    return gaps or w("no_gaps")


@sheet("series_sheet", place=320)
def series_sheet(run: Computed) -> Sheet:
    """The series, and how far to trust them."""
    table = series(run)
    trust = w("about_trust") if any(table.column("trust").values) else ""
    return Sheet("series_sheet", (table.on(SHEET).filled(),), said(w("about_series"), trust), filtered=True)


def has_grades(run: Computed) -> bool:
    """Whether any figure behind the index has a grade of trust."""
    declared = declared_of(run.result.framework)
    return any(trust_of(declared, code) for code in run.result.normalised.codes)
