"""Whether the indicators belong together: description, correlations, reliability, components."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from indexcalc.computed import Computed
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import NAN, node, starts, top, w
from indexcalc.report.tables.table import Column, Fact, Sheet, Table, score_kind
from indexcalc.report.text.method_words import as_written
from indexcalc.voice import Row, Word

SHOWN = ("mean", "sd", "minimum", "lower_quartile", "median", "upper_quartile", "maximum")


@sheet("structure", place=240)
def structure(run: Computed) -> Sheet:
    """Description, whether each indicator moves with its dimension and the index, whether dimensions are coherent, and
    their components."""
    makers: tuple[Callable[[Computed], Table | None], ...] = (_description, _pull, _alpha, _components, _loadings)
    tables = tuple(table for make in makers if (table := make(run)) is not None)
    return Sheet("structure", tables, (w("about_structure"),), labels=1)


def _nodes(run: Computed, codes: Iterable[str]) -> Column:
    """Nodes by name, indented by their level."""
    codes, level = list(codes), {one.code: one.level for one in run.result.nodes}
    marks = [f"below_{min(level[code], 15)}" if level[code] else "" for code in codes]
    return Column(w("node"), [node(code) for code in codes], width=30, marks=marks)


def _dimensions(run: Computed, codes: Iterable[str]) -> frozenset[int]:
    indicators = {one.code for one in run.result.nodes if one.is_indicator}
    return frozenset(r for r, code in enumerate(codes) if code not in indicators)


def _description(run: Computed) -> Table:
    found = run.structure.descriptive_table()
    kind = score_kind(found["maximum"].to_numpy(float))
    missing = found["missing"].tolist() if found["missing"].any() else [None] * len(found)
    columns = (
        _nodes(run, found["node"]),
        Column(w("observations"), found["n"].tolist(), "whole", width=8),
        Column(w("cell_missing"), missing, "whole"),
        *(Column(w(name), found[name].tolist(), kind, width=9.5) for name in SHOWN),
        Column(w("skewness"), found["skewness"].tolist(), "correlation", width=9.5),
        Column(w("kurtosis"), found["kurtosis"].tolist(), "correlation", width=9.5),
    )
    return Table(columns, w("description_question"), strong=_dimensions(run, found["node"])).filled()


def _pull(run: Computed) -> Table | None:
    """Correlation of each node with its parent and with the index."""
    found = run.structure.parent_table()
    if found.empty:
        return None
    own = found.drop_duplicates("node").set_index("node")
    index = found[found["above"] == "index"].set_index("node").reindex(own.index)
    parent = own["pearson"].where(own["above"] != "index")  # said once
    flags = [_flags(pair) for pair in zip(own["flag"], index["flag"], strict=True)]
    columns = (
        _nodes(run, own.index),
        Column(w("with_parent"), parent.tolist(), "correlation", width=9.5, signed=1.0),
        Column(w("with_index"), index["pearson"].tolist(), "correlation", width=9.5, signed=1.0),
        Column(w("spearman"), index["spearman"].tolist(), "correlation", width=9.5),
        Column(w("flag_seen"), flags, "word", width=12, marks=["down" if flag else "" for flag in flags]),
    )
    return Table(
        columns, w("pull_question"), (w("about_pull"),), strong=_dimensions(run, own.index), name=w("pull_sheet")
    ).filled()


def _flags(pair: Iterable[object]) -> Row:
    return Row(w(f"entry.{flag}") for flag in dict.fromkeys(pair) if isinstance(flag, str) and flag)


def _group(code: str, of: str) -> Word:
    """The items of a node: its children, or all its indicators."""
    return w("alpha_group", node=node(code), of=w(f"entry.{of}"))


def _alpha(run: Computed) -> Table | None:
    """Cronbach's alpha of each group, and what it would be without each item."""
    found = run.structure.alpha_table()
    if found.empty:
        return None
    whole = (found["item"] == "").tolist()
    titles: list[Fact] = [
        _group(code, of) if all_ else node(item)
        for code, of, item, all_ in zip(found["node"], found["of"], found["item"], whole, strict=True)
    ]
    columns = (
        Column(w("alpha_of"), titles, width=34, marks=["" if all_ else "below_2" for all_ in whole]),
        Column(w("items"), found["items"].tolist(), "whole", width=8),
        Column(w("alpha"), found["alpha"].tolist(), "ratio"),
        Column(w("standardised_alpha"), found["standardised_alpha"].tolist(), "ratio"),
        Column(w("rest_correlation"), found["rest_correlation"].tolist(), "ratio"),
    )
    groups = frozenset(np.flatnonzero(whole).tolist())
    notes, name = (w("about_alpha"),), w("alpha_sheet")
    return Table(columns, w("alpha_question"), notes, starts=groups - {0}, strong=groups, name=name)


def _components(run: Computed) -> Table | None:
    """The principal components of each group that are retained."""
    found = run.structure.component_table()
    found = found[found["retained"].astype(bool)] if len(found) else found
    if found.empty:
        return None
    titles = [_group(code, of) for code, of in zip(found["node"], found["of"], strict=True)]
    columns = (
        Column(w("alpha_of"), titles, width=34, merged=True),
        Column(w("component"), found["component"].tolist(), "whole", width=8),
        Column(w("eigenvalue"), found["eigenvalue"].tolist(), "ratio"),
        Column(w("variance_share"), found["share"].tolist(), "part"),
        Column(w("cumulative"), found["cumulative"].tolist(), "part"),
    )
    notes = [w("about_components"), *_weighed(run)]
    return Table(columns, w("component_question"), tuple(notes), starts=starts(titles), name=w("component_sheet"))


def _weighed(run: Computed) -> Iterator[Fact]:
    """Groups whose components are those of their weighting, and by which rule it keeps them."""
    for group in run.structure.groups:
        if group.weighting is not None:
            written = as_written(group.weighting.plain)
            yield w("components_of_weighting", group=_group(group.node, group.of), written=written)


def _loadings(run: Computed) -> Table | None:
    """Rotated loadings of the items of each group on its retained components."""
    groups = [group for group in run.structure.groups if group.rotated.shape[1]]
    n = max((group.rotated.shape[1] for group in groups), default=0)
    if not n:
        return None
    titles: list[Fact] = []
    rows: list[list[float]] = []
    for group in groups:
        titles += [_group(group.node, group.of), *map(node, group.items)]
        padded = np.full((len(group.items), n), NAN)
        padded[:, : group.rotated.shape[1]] = group.rotated
        rows += [[NAN] * n, *padded.tolist()]
    heads = np.cumsum([0, *(1 + len(group.items) for group in groups[:-1])]).tolist()
    marks = ["" if r in heads else "below_2" for r in range(len(rows))]
    columns = (
        Column(w("loading_item"), titles, width=34, marks=marks),
        *(
            Column(w("component_n", n=k + 1), [row[k] for row in rows], "correlation", width=9.5, signed=1.0)
            for k in range(n)
        ),
    )
    strong = frozenset(heads)
    notes, name = (w("about_loadings"),), w("loading_sheet")
    return Table(columns, w("loading_question"), notes, starts=strong - {0}, strong=strong, name=name)


@sheet("correlations", place=250)
def correlations(run: Computed) -> Sheet | None:
    """Pearson correlations among the indicators as a matrix; those too close are flagged."""
    at = [k for k, one in enumerate(run.result.nodes) if one.is_indicator]
    if len(at) < 2:
        return None
    found, codes = run.structure, [run.result.nodes[k].code for k in at]
    r, pairs = found.pearson[np.ix_(at, at)], found.pairs[np.ix_(at, at)]
    close = (np.abs(np.nan_to_num(r)) > found.thresholds.redundant) & (pairs >= found.thresholds.pairs)
    np.fill_diagonal(close, False)
    tops = [run.result.nodes[top(run.result, k)].code for k in at]
    columns = [Column(w("name"), [w("numbered", n=k, name=node(code)) for k, code in enumerate(codes, 1)])]
    for k, above in enumerate(tops):
        marks = ["flagged" if here else "" for here in close[:, k]]
        values = np.where(np.arange(len(at)) == k, NAN, r[:, k]).tolist()
        columns.append(
            Column(str(k + 1), values, "correlation", node(above), key=codes[k], width=5.5, marks=marks, signed=1.0)
        )
    table = Table(tuple(columns), starts=starts(tops), legend=("flagged",) if close.any() else ())
    return Sheet("correlations", (table,), (w("about_correlations", n=int(found.pairs.max())),))


description_file = file("analysis/structure", "description")(lambda run: run.structure.descriptive_table())


correlation_file = file("analysis/structure", "beside")(lambda run: run.structure.correlation_table())


parent_file = file("analysis/structure", "above")(lambda run: run.structure.parent_table())


alpha_file = file("analysis/structure", "alpha")(lambda run: run.structure.alpha_table())


component_file = file("analysis/structure", "component")(lambda run: run.structure.component_table())


loading_file = file("analysis/structure", "loading")(lambda run: run.structure.loading_table())
