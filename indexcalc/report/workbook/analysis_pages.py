"""Sheets of the analyses for people: each answers its questions from the tables of `analysis_tables`, names for codes.

A page is None where its analysis has no tables: the methodology refuses it, or there is nothing to analyse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.analyses import Yardstick
from indexcalc.analysis.claims import Frame
from indexcalc.analysis.treatment import treated_indicators
from indexcalc.report.workbook.parts import filled, gain_column, last_order, names_of, rank_and_city
from indexcalc.report.workbook.sheets import Block, Column, Page, one_table, score_kind
from indexcalc.result import IndexResult
from indexcalc.voice import Voice

if TYPE_CHECKING:
    import pandas as pd

Tables = Mapping[str, "pd.DataFrame"]
Array = NDArray[np.float64]

NAN = float("nan")
SIDES = ((0, "side_before"), (1, "side_after"))
OBSTACLES = 5
"""Obstacles of each city that are named."""


# -- contributions


def contributions_page(result: IndexResult, tables: Tables, voice: Voice) -> Page | None:
    """What sets each city apart from the mean city in the last year, and what its change since the first is made of."""
    w = voice.words("sheets")
    if "contributions" not in tables:
        return None
    level, last = tables["contributions"], result.years[-1]
    blocks = [
        _parts_block(
            result,
            level[level["year"] == last],
            w("gap_parts", year=last),
            w("about_gap_parts"),
            w("gap_total"),
            voice,
        )
    ]
    if "contributions_change" in tables:
        first = result.years[0]
        question, about = w("change_parts", first=first, last=last), w("about_change_parts")
        about += "" if Frame.of(result).comparable else voice.mark("between") + w("yearly")
        blocks.append(_parts_block(result, tables["contributions_change"], question, about, w("change_total"), voice))
    passed = _overtakings_block(result, tables["overtakings"], voice) if "overtakings" in tables else None
    blocks += [passed] if passed is not None else []
    return Page(w("contributions"), w("answers_contributions"), (), tuple(blocks), labels=2)


def _parts_block(
    result: IndexResult, table: pd.DataFrame, question: str, about: str, total: str, voice: Voice
) -> Block:
    """City by node: the total, then each dimension with what is below it."""
    order = last_order(result)
    found = table.set_index("city").reindex([result.cities[c] for c in order])
    return _nodes_block(result, rank_and_city(result, order, voice, 2), found, (question, about, total), voice)


def _overtakings_block(result: IndexResult, table: pd.DataFrame, voice: Voice) -> Block | None:
    """Who moved past whom, by node as the tables above: what made the gap between the two change."""
    w, first, last = voice.words("sheets"), result.years[0], result.years[-1]
    if table.empty:
        return None
    named = [
        w(
            f"overtaking_{row['kind']}",
            **{k: voice.city(row[k]) for k in ("city", "other")},
        )
        for row in table.to_dict("records")
    ]
    lead = [Column((w("overtaking_since"),) * 2, table["since"].tolist(), "whole")]
    lead.append(Column((w("overtaking"),) * 2, named))
    texts = w("overtakings", first=first, last=last), w("about_overtakings"), w("gap_change")
    return _nodes_block(result, lead, table, texts, voice)


def _nodes_block(
    result: IndexResult, lead: list[Column], found: pd.DataFrame, texts: tuple[str, str, str], voice: Voice
) -> Block:
    """Parts by node after the columns that lead; texts: question, how to read it, name of the total."""
    names, columns = names_of(result.framework, voice), list(lead)
    question, about, total = texts
    limits: list[float] = []
    for position, node in enumerate(result.nodes):
        top = _top(result, position)
        own = names[node.code] if position else total
        band = own if position == 0 or (node.is_indicator and top == position) else names[result.nodes[top].code]
        subtotal = top == position and position > 0 and not node.is_indicator
        title = voice.say("sheets.subtotal") if subtotal else own
        values = found[node.code].to_numpy(float)
        columns.append(Column((band, title), values.tolist(), "change"))
        limits.append(0 if node.is_indicator else float(np.nanmax(np.abs(values), initial=0.0)))
    leaves = [node.code for node in result.nodes if node.is_indicator]
    most = float(np.nanmax(np.abs(found[leaves].to_numpy(float)), initial=0.0))
    signed = [(len(lead) + i, len(lead) + i, (limit or most) or 1.0) for i, limit in enumerate(limits)]
    return Block(tuple(columns), ("band", "head"), question, (about,), signed=tuple(signed))


def _top(result: IndexResult, position: int) -> int:
    """Position of the child of the index that a node is, or lies below; of the index itself."""
    while result.nodes[position].parent > 0:
        position = result.nodes[position].parent
    return position


# -- lenses


def lenses_page(result: IndexResult, tables: Tables, voice: Voice) -> Page | None:
    """Each lens, in the order of the framework: where cities stand in its groups, what their growth came from."""
    w = voice.words("sheets")
    blocks = [_lens_block(result, tables, code, voice) for code in result.framework.lenses if f"lens_{code}" in tables]
    if not blocks:
        return None
    return Page(w("lenses"), w("answers_lenses"), (w("about_lenses"),), tuple(blocks), labels=2)


def _lens_block(result: IndexResult, tables: Tables, code: str, voice: Voice) -> Block:
    w, order, last = voice.words("sheets"), last_order(result), result.years[-1]
    lens, cities = result.framework.lenses[code], [result.cities[c] for c in order]
    declared = tables[f"lens_{code}_groups"].to_dict("records")
    groups = [row for row in declared if row["n"]]
    table, growth, diagnosis = (tables.get(f"lens_{code}{kind}") for kind in ("", "_growth", "_diagnosis"))
    assert table is not None
    score, rank = (_by(table, value, "city", "year", "group") for value in ("score", "rank"))
    grew = growth is not None and bool(growth["share"].notna().any())
    share = _by(growth, "share", "city", "group") if growth is not None and grew else {}
    columns = rank_and_city(result, order, voice, 2)
    if diagnosis is not None:
        said = _by(diagnosis, f"diagnosis_{voice.lang}", "city")
        columns.append(Column((w("growth_led_by"),) * 2, [said[city] for city in cities], "word", 22))
    kind, scales = score_kind(table["score"].to_numpy(float)), []
    for group in groups:
        name, key = group[f"group_{voice.lang}"], group["group"]
        scales.append((len(columns), len(columns)))
        scores = [score.get((city, last, key), NAN) for city in cities]
        columns.append(Column((name, w("score_of", year=last)), scores, kind))
        columns.append(Column((name, w("rank")), [_whole(rank.get((city, last, key))) for city in cities], "whole"))
        if grew:
            columns.append(Column((name, w("share_of_growth")), [share[city, key] for city in cities], "part"))
    question = w("lens_question", lens=voice.name(lens.name) if lens.name else code)
    notes = tuple(_group_note(group, names_of(result.framework, voice), voice) for group in declared)
    return Block(tuple(columns), ("band", "head"), question, notes, scales=tuple(scales))


def _group_note(group: Mapping[Any, Any], names: Mapping[str, str], voice: Voice) -> str:
    """A group of a lens: its weight and its indicators, or that it has none."""
    if not group["n"]:
        return voice.say("sheets.lens_group_without", name=group[f"group_{voice.lang}"])
    indicators = voice.comma(names[code] for code in group["indicators"].split(", "))
    facts = {"weight": f"{group['weight']:.1%}", "n": group["n"], "indicators": indicators}
    return voice.say("sheets.lens_group", name=group[f"group_{voice.lang}"], **facts)


# -- integration, obstacles


def integration_page(result: IndexResult, tables: Tables, voice: Voice) -> Page | None:
    """The degree of coordination year by year, what makes it up in the last, and how many cities are in which grade."""
    w, names = voice.words("sheets"), names_of(result.framework, voice)
    if "integration" not in tables:
        return None
    table, grades, order, years = tables["integration"], tables["integration_grades"], last_order(result), result.years
    cities = [result.cities[c] for c in order]
    degree = table.pivot(index="city", columns="year", values="degree").reindex(index=cities, columns=years)
    last = table[table["year"] == years[-1]].set_index("city").reindex(cities)
    columns = rank_and_city(result, order, voice, 2)
    columns += [Column((w("degree"), year), degree[year].tolist(), "ratio") for year in years]
    scale = (2, len(columns) - 1)
    band = w("of_year", year=years[-1])
    columns += [
        Column((band, w("grade")), last[f"grade_{voice.lang}"].tolist(), "word", 16),
        Column((band, w("coupling")), last["coupling"].tolist(), "ratio"),
        Column((band, w("overall")), last["overall"].tolist(), "ratio"),
        Column((band, w("lagging")), [_coded(codes, names, voice) for codes in last["lagging"]], "word", 16),
        Column((band, w("furthest_behind")), [_coded(x, names, voice) for x in last["furthest_behind"]], "word", 18),
    ]
    degrees = Block(tuple(columns), ("band", "head"), w("degree_question"), (w("about_degree"),), scales=(scale,))
    counts = grades.pivot(index="grade", columns="year", values="cities")
    rows = grades.drop_duplicates("grade").set_index("grade")
    of_grades = [
        Column((w("grade_number"),) * 2, counts.index.tolist(), "place"),
        Column((w("grade"),) * 2, rows[f"grade_{voice.lang}"].tolist()),
        *(Column((w("cities_in"), year), _noughts(counts[year]), "whole") for year in years),
        Column((w("bounds"), w("from")), rows["above"].tolist(), "correlation"),
        Column((w("bounds"), w("up_to")), rows["up_to"].tolist(), "correlation"),
    ]
    block = Block(tuple(of_grades), ("band", "head"), w("grade_question"), scales=((2, 1 + len(years)),))
    return Page(w("integration"), w("answers_integration"), (w("about_integration"),), (degrees, block), labels=2)


def obstacles_page(result: IndexResult, tables: Tables, voice: Voice) -> Page | None:
    """The largest obstacles of each city in the last year, and the share of each dimension then and in the first."""
    w, names, order = voice.words("sheets"), names_of(result.framework, voice), last_order(result)
    if "obstacles_top" not in tables:
        return None
    cities, ends = [result.cities[c] for c in order], sorted({result.years[0], result.years[-1]})
    top, by_dimension = tables["obstacles_top"], tables["obstacles_dimension"]
    named_by, degree = (_by(top, value, "city", "year", "place") for value in ("indicator", "degree"))
    columns = rank_and_city(result, order, voice, 2)
    for place in range(1, OBSTACLES + 1):
        keys, title = [(city, ends[-1], place) for city in cities], w("obstacle_place", place=place)
        said = [names[named_by[key]] if key in named_by else "" for key in keys]
        columns.append(Column((title, w("obstacle")), said, "small", 19))
        columns.append(Column((title, w("obstacle_degree")), [degree.get(key, NAN) for key in keys], "part"))
    named = Block(tuple(columns), ("band", "head"), w("obstacle_question", year=ends[-1]))
    shares, parts = rank_and_city(result, order, voice, 2), _by(by_dimension, "degree", "city", "year", "dimension")
    for year in ends:
        for code in dict.fromkeys(by_dimension["dimension"]):
            values = [parts.get((city, year, code), NAN) for city in cities]
            shares.append(Column((w("of_year", year=year), names[code]), values, "part"))
    block = Block(tuple(shares), ("band", "head"), w("obstacle_dimensions"), scales=((2, len(shares) - 1),))
    return Page(w("obstacles"), w("answers_obstacles"), (w("about_obstacles"),), (named, block), labels=2)


# -- convergence, yardsticks


def convergence_page(result: IndexResult, tables: Tables, voice: Voice) -> Page | None:
    """Spread year by year and what it is made of, beta, the groups of cities, and how stable the ranks are."""
    w = voice.words("sheets")
    if "convergence" not in tables:
        return None
    named = {code: voice.name(name) for code, name in result.framework.groups.items()}
    yearly = tables["convergence"]
    kinds = {"year": "whole", "n": "whole", "mean": score_kind(yearly["mean"].to_numpy(float))}
    kinds["sd"] = kinds["mean"]
    groups = tables["convergence_group"]
    split = groups["group"].nunique() > 1
    shown = [name for name in yearly.columns if split or not name.endswith(("_within", "_between", "_overlap"))]
    blocks = [
        Block(
            tuple(Column((w(f"spread_{name}"),), yearly[name].tolist(), kinds.get(name, "fine")) for name in shown),
            question=w("spread_question"),
            notes=(w("about_spread"),),
        )
    ]
    beta = tables["convergence_beta"].iloc[0]
    if beta["n"] and not np.isnan(beta["beta"]):
        blocks.append(_beta_block(beta, voice))
    if split:
        blocks.append(_groups_block(groups, tables["convergence_pair"], named, voice))
    stability = tables["convergence_stability"]
    if len(stability):
        period = [w("from_to", first=a, last=b) for a, b in zip(stability["first"], stability["last"], strict=True)]
        columns = (
            Column((w("period"),), period, width=12),
            Column((w("spread_n"),), stability["n"].tolist(), "whole"),
            Column((w("spearman"),), stability["spearman"].tolist(), "fine"),
            Column((w("kendall"),), stability["kendall"].tolist(), "fine"),
        )
        blocks.append(Block(columns, question=w("stability_question"), notes=(w("about_stability"),)))
    return Page(w("convergence"), w("answers_convergence"), (), tuple(blocks), labels=1)


def _beta_block(beta: Any, voice: Voice) -> Block:
    w = voice.words("sheets")
    shown = ("beta", "low", "high", "standard_error", "r_squared", "speed", "half_life")
    columns = (
        Column((w("period"),), [w("from_to", first=beta["first"], last=beta["last"])], width=12),
        Column((w("spread_n"),), [int(beta["n"])], "whole"),
        *(Column((w(f"beta_{name}"),), [_figure(beta[name])], "fine") for name in shown),
        Column(
            (w("beta_verdict"),), [voice.say(f"sheets.entry.{beta['verdict']}") if beta["verdict"] else ""], "word", 10
        ),
    )
    return Block(columns, question=w("beta_question"), notes=(w("about_beta", level=f"{beta['level']:.0%}"),))


def _groups_block(groups: pd.DataFrame, pairs: pd.DataFrame, named: Mapping[str, str], voice: Voice) -> Block:
    """A row per year: score share and inequality inside each group, then inequality between each two."""
    w, years = voice.words("sheets"), list(dict.fromkeys(groups["year"]))
    columns = [Column((w("year"),) * 2, years, "whole")]
    for code, own in groups.groupby("group", sort=False):
        name, own = named.get(str(code), w("ungrouped")), own.set_index("year").reindex(years)
        columns.append(Column((name, w("cities_n")), _floats(own["n"]), "whole"))
        columns.append(Column((name, w("score_share")), own["share"].tolist(), "part"))
        columns.append(Column((name, w("spread_gini")), own["gini"].tolist(), "fine"))
    for (one, two), own in pairs.groupby(["group", "other"], sort=False):
        title = w("between", one=named.get(str(one), w("ungrouped")), two=named.get(str(two), w("ungrouped")))
        between = own.set_index("year").reindex(years)["gini"].tolist()
        columns.append(Column((title, w("spread_gini")), between, "fine", 16))
    return Block(tuple(columns), ("band", "head"), w("groups_question"))


def yardsticks_page(
    result: IndexResult, tables: Tables, declared: Mapping[str, Yardstick], voice: Voice
) -> Page | None:
    """How far the index agrees with what others publish, and what they list."""
    w, names, order = voice.words("sheets"), names_of(result.framework, voice), last_order(result)
    table, points = tables.get("yardsticks"), tables.get("yardstick_points")
    if table is None or points is None or table.empty:
        return None
    said = {code: voice.name(own.name) for code, own in declared.items()}
    keys = table.drop_duplicates(["yardstick", "year"])
    at = list(zip(keys["yardstick"], keys["year"], strict=True))
    columns = [
        Column((w("yardstick"),) * 2, [said.get(code, code) for code, _ in at], width=24),
        Column((w("year"),) * 2, [year for _, year in at], "whole"),
        Column((w("cities_n"),) * 2, keys["n"].tolist(), "whole"),
    ]
    rho = _by(table, "spearman", "yardstick", "year", "node")
    for node in dict.fromkeys(table["node"]):
        name = names[node] if node != "index" else w("index")
        columns.append(Column((w("spearman_with"), name), [rho[(*key, node)] for key in at], "correlation", 12))
    last = len(columns) - 1
    columns.append(Column((w("unlisted"),) * 2, [_cities(x, result, voice) for x in keys["unlisted"]], width=24))
    agreement = Block(
        tuple(columns), ("band", "head"), w("agreement_question"), (w("about_yardsticks"),), signed=((3, last, 1.0),)
    )
    cities = [result.cities[c] for c in order]
    listed = rank_and_city(result, order, voice, 2)
    entry = _by(points, "entry", "yardstick", "city", "year")
    for code, year in at:
        said_of_it = [_entry(entry.get((code, city, year))) for city in cities]
        listed.append(Column((said.get(code, code), year), said_of_it, "word", 9))
    entries = Block(tuple(listed), ("band", "head"), w("entries_question"), tuple(_yardstick_notes(declared, voice)))
    return Page(w("yardsticks"), w("answers_yardsticks"), (), (agreement, entries), labels=2)


def _yardstick_notes(declared: Mapping[str, Yardstick], voice: Voice) -> list[str]:
    """Source and note of each yardstick, as the YAML gives them."""
    semicolon = voice.mark("semicolon")
    said = []
    for own in declared.values():
        parts = [voice.name(text) for text in (own.source, own.note) if text is not None]
        if parts:
            said.append(voice.say("sheets.yardstick_source", name=voice.name(own.name), said=semicolon.join(parts)))
    return said


# -- structure


def structure_page(result: IndexResult, tables: Tables, voice: Voice) -> Page | None:
    """Description, whether each indicator pulls its way, whether dimensions hang together, and their components."""
    w = voice.words("sheets")
    if "structure_descriptive" not in tables:
        return None
    makers: tuple[Callable[[IndexResult, Tables, Voice], Block | None], ...] = (
        _description_block,
        _pull_block,
        _alpha_block,
        _component_block,
        _loading_block,
    )
    blocks = tuple(block for make in makers if (block := make(result, tables, voice)) is not None)
    return Page(w("structure"), w("answers_structure"), (w("about_structure"),), blocks, labels=1)


def _description_block(result: IndexResult, tables: Tables, voice: Voice) -> Block:
    table, w = tables["structure_descriptive"], voice.words("sheets")
    shown = ("mean", "sd", "minimum", "lower_quartile", "median", "upper_quartile", "maximum")
    kind = score_kind(table["maximum"].to_numpy(float))
    missing = table["missing"].tolist() if table["missing"].any() else [None] * len(table)
    columns = (
        _node_column(result, table["node"], voice),
        Column((w("observations"),), table["n"].tolist(), "whole", 8),
        Column((w("cell_missing"),), missing, "whole"),
        *(Column((w(name),), table[name].tolist(), kind, 9.5) for name in shown),
        Column((w("skewness"),), table["skewness"].tolist(), "correlation", 9.5),
        Column((w("kurtosis"),), table["kurtosis"].tolist(), "correlation", 9.5),
    )
    return Block(filled(columns), question=w("description_question"), strong=_dimension_rows(result, table["node"]))


def _pull_block(result: IndexResult, tables: Tables, voice: Voice) -> Block | None:
    """Correlation of each node with its parent and with the index."""
    table, w = tables["structure_parent"], voice.words("sheets")
    if table.empty:
        return None
    own = table.drop_duplicates("node").set_index("node")
    index = table[table["above"] == "index"].set_index("node").reindex(own.index)
    parent, with_index = own["pearson"].copy(), index["pearson"]
    parent[own["above"] == "index"] = np.nan  # told once
    flags = [
        voice.comma(voice.say(f"sheets.entry.{flag}") for flag in dict.fromkeys(pair) if isinstance(flag, str) and flag)
        for pair in zip(own["flag"], index["flag"], strict=True)
    ]
    columns = (
        _node_column(result, own.index, voice),
        Column((w("with_parent"),), parent.tolist(), "correlation", 9.5),
        Column((w("with_index"),), with_index.tolist(), "correlation", 9.5),
        Column((w("spearman"),), index["spearman"].tolist(), "correlation", 9.5),
        Column((w("flag_seen"),), flags, "word", 12, ["down" if flag else "" for flag in flags]),
    )
    return Block(
        filled(columns),
        question=w("pull_question"),
        notes=(w("about_pull"),),
        strong=_dimension_rows(result, own.index),
        signed=((1, 2, 1.0),),
    )


def _alpha_block(result: IndexResult, tables: Tables, voice: Voice) -> Block | None:
    """Cronbach's alpha of each group, and what it would be without each item."""
    table, w, names = tables["structure_alpha"], voice.words("sheets"), _short(result, voice)
    if table.empty:
        return None
    whole = table["item"] == ""
    titles = [
        w("alpha_group", node=names[node], of=voice.say(f"sheets.entry.{of}")) if all_ else names[item]
        for node, of, item, all_ in zip(table["node"], table["of"], table["item"], whole, strict=True)
    ]
    columns = (
        Column((w("alpha_of"),), titles, width=34, marks=["" if all_ else "below_2" for all_ in whole]),
        Column((w("items"),), table["items"].tolist(), "whole", 8),
        Column((w("alpha"),), table["alpha"].tolist(), "ratio"),
        Column((w("standardised_alpha"),), table["standardised_alpha"].tolist(), "ratio"),
        Column((w("rest_correlation"),), table["rest_correlation"].tolist(), "ratio"),
    )
    groups = frozenset(np.flatnonzero(whole).tolist())
    return Block(columns, question=w("alpha_question"), notes=(w("about_alpha"),), strong=groups, starts=groups - {0})


def _component_block(result: IndexResult, tables: Tables, voice: Voice) -> Block | None:
    """The principal components of each group that are retained."""
    table, w, names = tables["structure_component"], voice.words("sheets"), _short(result, voice)
    table = table[table["retained"].astype(bool)] if len(table) else table
    if table.empty:
        return None
    titles = [
        w("alpha_group", node=names[x], of=voice.say(f"sheets.entry.{y}"))
        for x, y in zip(table["node"], table["of"], strict=True)
    ]
    columns = (
        Column((w("alpha_of"),), titles, width=34, merged=True),
        Column((w("component"),), table["component"].tolist(), "whole", 8),
        Column((w("eigenvalue"),), table["eigenvalue"].tolist(), "ratio"),
        Column((w("variance_share"),), table["share"].tolist(), "part"),
        Column((w("cumulative"),), table["cumulative"].tolist(), "part"),
    )
    return Block(columns, question=w("component_question"), notes=(w("about_components"),), starts=_starts(titles))


def _loading_block(result: IndexResult, tables: Tables, voice: Voice) -> Block | None:
    """Rotated loadings of the items of each group on its retained components."""
    table, w, names = tables["structure_loading"], voice.words("sheets"), _short(result, voice)
    table = table[table["rotated"].notna()]
    if table.empty:
        return None
    wide = table.pivot_table(index=["node", "of", "item"], columns="component", values="rotated", sort=False)
    titles, marks, rows = [], [], []
    for key, own in wide.groupby(level=["node", "of"], sort=False):
        node, of = map(str, key)
        titles += [
            w("alpha_group", node=names[node], of=voice.say(f"sheets.entry.{of}")),
            *(names[item] for _, _, item in own.index),
        ]
        marks += ["", *["below_2"] * len(own)]
        rows += [[np.nan] * wide.shape[1], *own.to_numpy(float).tolist()]
    columns = [
        Column((w("loading_item"),), titles, width=34, marks=marks),
        *(Column((w("component_n", n=n),), [row[k] for row in rows], "correlation", 9.5) for k, n in enumerate(wide)),
    ]
    groups = frozenset(r for r, mark in enumerate(marks) if not mark)
    look: dict[str, Any] = {"strong": groups, "starts": groups - {0}, "signed": ((1, wide.shape[1], 1.0),)}
    return Block(tuple(columns), question=w("loading_question"), notes=(w("about_loadings"),), **look)


def correlations_page(result: IndexResult, tables: Tables, voice: Voice) -> Page | None:
    """Pearson correlations among the indicators as a matrix; those too close are flagged."""
    w, names, table = voice.words("sheets"), names_of(result.framework, voice), tables.get("structure_correlation")
    at = [i for i, node in enumerate(result.nodes) if node.is_indicator]
    codes = [result.nodes[i].code for i in at]
    if table is None or len(at) < 2:
        return None
    place = {code: k for k, code in enumerate(codes)}
    r, close = np.full((len(at), len(at)), np.nan), np.zeros((len(at), len(at)), bool)
    for one, two, value, flag in zip(table["first"], table["second"], table["pearson"], table["flag"], strict=True):
        if one in place and two in place:
            i, j = place[one], place[two]
            r[i, j] = r[j, i] = value
            close[i, j] = close[j, i] = flag in ("redundant", "overlaps")
    labels = [f"{k} {names[code]}" for k, code in enumerate(codes, start=1)]
    tops = [names[result.nodes[_top(result, i)].code] for i in at]
    columns = [Column((w("name"),) * 2, labels)]
    for k, top in enumerate(tops):
        marks = ["flagged" if here else "" for here in close[:, k]]
        columns.append(Column((top, str(k + 1)), r[:, k].tolist(), "correlation", 5.5, marks))
    return one_table(
        w("correlations"),
        w("answers_correlations"),
        (w("about_correlations", n=int(table["pairs"].max())),),
        columns,
        heads=("band", "head"),
        signed=((1, len(at), 1.0),),
        starts=_starts(tops),
        legend=("flagged",) if close.any() else (),
    )


# -- treatment of outliers


def treatment_page(result: IndexResult, untreated: IndexResult | None, voice: Voice) -> Page | None:
    """Which indicators the treatment changed; the last ranks with and without it."""
    w, names, found = voice.words("sheets"), names_of(result.framework, voice), treated_indicators(result)
    if not found:
        return None
    label = voice.city
    latest = [voice.comma(label(city) for city in one.latest) for one in found]
    columns = [
        Column((w("name"),) * 2, [names[one.code] for one in found], width=24),
        Column((w("treated_how"),) * 2, [w(f"treated_{one.what}") for one in found], "word", 12),
        Column((w("values_moved"),) * 2, [one.moved for one in found], "whole", 9),
        *(
            Column((w("skewness"), w(side)), [one.skewness[k] for one in found], "correlation", 9.5)
            for k, side in SIDES
        ),
        *(
            Column((w("kurtosis"), w(side)), [one.kurtosis[k] for one in found], "correlation", 9.5)
            for k, side in SIDES
        ),
        Column((w("latest_moved"),) * 2, latest, "word", 20),
    ]
    blocks = [Block(filled(columns), ("band", "head"), w("treatment_question"))]
    if untreated is not None:
        order = last_order(result)
        before, after = (own.rank()[order, -1] for own in (untreated, result))
        ranks = [
            Column((w("city"),), [label(result.cities[c]) for c in order]),
            Column((w("rank_treated"),), after.tolist(), "place", 12),
            Column((w("rank_untreated"),), before.tolist(), "place", 12),
            gain_column((w("rank_moved"),), (before - after).tolist()),
        ]
        blocks.append(Block(tuple(ranks), question=w("treatment_ranks", year=result.years[-1])))
    return Page(w("treatment"), w("answers_treatment"), (w("about_treatment"),), tuple(blocks), labels=1)


# -- what they are made of


def _short(result: IndexResult, voice: Voice) -> dict[str, str]:
    """Names of the nodes, the index itself by a short one."""
    return {**names_of(result.framework, voice), "index": voice.say("sheets.index")}


def _node_column(result: IndexResult, codes: Iterable[str], voice: Voice) -> Column:
    """Nodes by name, indented by their level."""
    names, level = _short(result, voice), {node.code: node.level for node in result.nodes}
    marks = [f"below_{min(level[code], 15)}" if level[code] else "" for code in codes]
    return Column((voice.say("sheets.node"),), [names[code] for code in codes], width=30, marks=marks)


def _dimension_rows(result: IndexResult, codes: Iterable[str]) -> frozenset[int]:
    indicators = {node.code for node in result.nodes if node.is_indicator}
    return frozenset(r for r, code in enumerate(codes) if code not in indicators)


def _starts(values: Sequence[str]) -> frozenset[int]:
    """Rows at which another value begins."""
    return frozenset(r for r in range(1, len(values)) if values[r] != values[r - 1])


def _coded(codes: object, names: Mapping[str, str], voice: Voice) -> str:
    """Codes with commas between, by name."""
    return voice.comma(names.get(code, code) for code in codes.split(", ")) if isinstance(codes, str) else ""


def _cities(keys: str, result: IndexResult, voice: Voice) -> str:
    return voice.comma(voice.city(key) for key in keys.split(", ") if key)


def _by(table: pd.DataFrame, value: str, *keys: str) -> dict[Any, Any]:
    """The values of a column by those of others: quicker than to sift the table for each city."""
    columns = [table[key].tolist() for key in keys]
    return dict(zip(columns[0] if len(keys) == 1 else zip(*columns, strict=True), table[value].tolist(), strict=True))


def _whole(rank: Any) -> float:
    """A rank of a table as a figure; missing where it has none."""
    return NAN if rank is None or str(rank) == "<NA>" else float(rank)


def _floats(values: pd.Series[Any]) -> list[float]:
    found: list[float] = values.astype("Float64").to_numpy(float, na_value=np.nan).tolist()
    return found


def _noughts(counts: pd.Series[Any]) -> list[int | None]:
    """Counts, nothing for none."""
    return [int(n) or None for n in counts]


def _figure(value: float) -> float | str:
    return float(value) if np.isfinite(value) else "–"


def _entry(value: Any) -> Any:
    """What a yardstick lists: a class as it is, a rank as a number."""
    if isinstance(value, str):
        return value
    return None if value is None or np.isnan(value) else float(value)
