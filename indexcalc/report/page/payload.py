"""What the page's script is given: the tree with its methods, the scores it starts from, claims, and what to draw."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame, city_groups
from indexcalc.analysis.lenses import UNTAGGED, LensResult
from indexcalc.computed import Computed, attempt
from indexcalc.report.page.bilingual import city_name, named, node_name, told
from indexcalc.report.page.layout import depth_of
from indexcalc.report.picked import GROUP_COLOURS, RISER_COLOURS, pick_out
from indexcalc.report.tables.framework import tree
from indexcalc.report.tables.lenses import lenses
from indexcalc.report.tables.scenarios import named as scenario_name
from indexcalc.report.tables.table import ranked_on, score_decimals
from indexcalc.spec.claims import Claim, Falling, GroupLeads, InTop, RankIs, Rising, Span
from indexcalc.spec.framework import INDEX, LARGEST_WEIGHT, Dimension
from indexcalc.spec.hierarchy import Node, Parent, parents
from indexcalc.steps.comparable import year_by_year
from indexcalc.steps.result import IndexResult
from indexcalc.voice import voices

Array = NDArray[np.float64]

MOST_VALUES = 56_000
"""Normalised values (city-years times indicators) that the page carries, 600 KB; beyond, scores of dimensions."""

MOST_PARTS = 80
"""Dimensions and indicators that the picture of the framework shows; if there are more, the first level."""

MOST_DRAWN = 60
"""Cities that are drawn: the first, and those in colour."""

KNOWN_MEANS = (
    "arithmetic",
    "geometric",
    "harmonic",
    "generalised",
    "inverted_geometric",
    "mazziotta_pareto",
    "minimum",
    "maximum",
    "median",
    "product",
)
"""Aggregations that the page's script can compute too."""

COLOURS = tuple(colour for colour, _ in (*GROUP_COLOURS, *RISER_COLOURS))


def payload(run: Computed) -> dict[str, Any]:
    """Everything the script needs, as plain data."""
    return {**numbers(run), **analyses(run)}


def numbers(run: Computed) -> dict[str, Any]:
    """What ranking, verdicts, sliders and the charts of scores need; quick to make."""
    result = run.result
    picked = pick_out(run, result.cities)
    return {
        "cities": [city_name(run, c) for c in range(len(result.cities))],
        "colours": [COLOURS.index(colour) if colour in COLOURS else -1 for colour in picked.colours],
        "years": list(result.years),
        "first": run.first,
        "last": run.last,
        "most": MOST_DRAWN,
        "observed": _observed(run),
        "shown": score_decimals(result.score(), ranked_on(result)),
        "languages": {
            voice.lang: {"tag": voice.mark("tag"), "unspaced": voice.grammar["unspaced"]}
            for voice in voices(run.result)
        },
        "index": named(run.result.framework.name),
        "model": model(run),
        "framework": _framework(run),
        "groups": {code: named(name) for code, name in result.framework.groups.items()},
        "claims": [_claim(holding.claim, result) for holding in run.holdings],
    }


def analyses(run: Computed) -> dict[str, Any]:
    """What the script takes from further analyses and from the draws."""
    return {
        "entropy": _entropy(run),
        "lenses": [_lens(one) for one in distinct_lenses(run)] if len(run.result.years) > 1 else [],
        "integration": _integration(run),
        "intervals": _intervals(run),
        "scenarios": _scenarios(run),
    }


def _framework(run: Computed) -> list[dict[str, Any]]:
    """The framework with effective weights, in the order of its tree; of a large one the first level."""
    table = tree(run)
    names, weights = table.column("indicator"), table.column("weight").values
    rows = [
        {"name": told(run, names.values[r]), "depth": depth_of(names, r), "weight": weights[r]}
        for r in range(table.rows)
    ]
    return rows if len(rows) <= MOST_PARTS else [row for row in rows if not row["depth"]]


def _observed(run: Computed) -> list[list[float | None]]:
    """The share of observed cells of each city, year by year [%]; none where it has no row."""
    shares = [run.result.coverage_table(year)["observed"].tolist() for year in run.result.years]
    return [[None if np.isnan(x) else round(x, 9) for x in row] for row in zip(*shares, strict=True)]


def to_json(value: Any) -> str:
    """JSON that is safe inside a script element, whatever the names hold: no `<`, `>`, `&`, no line separators.

    >>> to_json({"name": "</script>"})
    '{"name":"\\\\u003c/script\\\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def pack(values: Array) -> str:
    """Numbers as base64 of their 8 bytes: exact, and shorter than digits."""
    return base64.b64encode(np.ascontiguousarray(values, "<f8").tobytes()).decode("ascii")


# --- the model that the weights panel computes ------------------------------------------------------------------------


def model(run: Computed) -> dict[str, Any]:
    """The tree, its methods and the scores at its leaves; `why`: why the weights cannot be moved, if they cannot."""
    result = run.result
    why = fixed_because(result)
    whole = why is None and is_whole(result)
    kept = list(range(len(result.nodes))) if whole else [0, *result.nodes[0].children]
    place = {position: i for i, position in enumerate(kept)}
    leaves = [i for i in kept if result.nodes[i].is_indicator] if whole else kept[1:]
    scores = result.scores.reshape(-1, len(result.nodes))[:, leaves].T
    unweighted = all(node.weighting.name == "equal" for node in parents(result.nodes).values())
    weights = result.weights if why else [1.0 if unweighted else node.weight for node in result.nodes]
    return {
        "why": why,
        "whole": whole,
        "nodes": [
            {
                "code": result.nodes[i].code,
                "name": node_name(run, result.nodes[i].code),
                "parent": place[result.nodes[i].parent] if i else -1,
                "children": [] if i in leaves else [place[child] for child in result.nodes[i].children],
                "leaf": leaves.index(i) if i in leaves else -1,
                "weight": float(weights[i]),
                "yearly": _yearly(result, result.nodes[i]),
                "own": _names_aggregation(result, result.nodes[i]),
                "aggregation": _aggregation(result.nodes[i]),
                "missing": _missing(result.nodes[i]),
            }
            for i in kept
        ],
        "nCity": len(result.cities),
        "nYear": len(result.years),
        "decimals": result.methodology.rank_on.decimals,
        "sign": result.methodology.rank_on.sign,
        "groups": city_groups(result.framework, result.cities),
        "z": pack(scores),
        "scores": None if why is None else pack(result.score().ravel()),
        "ranks": None if why is None else pack(result.rank().ravel()),
        "geometric": whole and bool((scores[~np.isnan(scores)] > 0).all()),
        "unweighted": unweighted,
        "zero": not result.methodology.screening,
        "heaviest": LARGEST_WEIGHT,
        "comparable": Frame.of(result).comparable,
        "alike": None if whole else _alike(run, place),
    }


def is_whole(result: IndexResult) -> bool:
    """Whether the page carries every indicator's scores, where it can recompute the index."""
    return result.normalised.values.size <= MOST_VALUES


def _alike(run: Computed, place: Mapping[int, int]) -> list[list[Any]]:
    """For an index that the page does not recompute, the steps of claims that are judged over fewer indicators: city,
    two years, both scores, and which indicators only one of the years has, where the page has them."""
    result = run.result
    frame = Frame.of(result, [holding.claim for holding in run.holdings])
    return [
        [
            int(c),
            *pair,
            [None if np.isnan(value) else value for value in values],
            [place[at] for code in once if (at := result.position(code)) in place],
        ]
        for pair, alike in frame.alike.items()
        for c, values, once in zip(alike.cities, alike.values, alike.once, strict=True)
    ]


def fixed_because(result: IndexResult) -> str | None:
    """Why the page cannot recompute the index under other weights (a key of `words`); None if it can."""
    above = parents(result.nodes).values()
    weightings = {node.weighting.name for node in above}
    if result.weights_by_observation or not weightings <= {"given", "equal"}:
        return "fixed_weighting"
    if "equal" in weightings and (len(weightings) > 1 or _names_weighting(result)):
        return "fixed_weighting"
    if any(node.rounding is not None for node in result.nodes):
        return "fixed_rounding"
    if any(node.aggregation.name not in KNOWN_MEANS for node in above):
        return "fixed_aggregation"
    return None


def _declared(result: IndexResult, node: Node) -> Any:
    """What the framework says of a node."""
    if node.code == INDEX:
        return result.framework.root
    return next(declared for _, code, declared in result.framework.walk() if code == node.code)


def _names_weighting(result: IndexResult) -> bool:
    """Whether any node, or level, chooses a weighting of its own."""
    dimensions = [result.framework.root, *(d for _, _, d in result.framework.walk() if isinstance(d, Dimension))]
    return any(one.weighting is not None for one in (*dimensions, *result.methodology.levels.values()))


def _names_aggregation(result: IndexResult, node: Node) -> bool:
    """Whether the node, or its level, chooses an aggregation of its own, whatever that of the methodology."""
    if node.is_indicator:
        return False
    level = result.methodology.levels.get(node.level)
    return _declared(result, node).aggregation is not None or (level is not None and level.aggregation is not None)


def _aggregation(node: Node) -> dict[str, Any] | None:
    if not isinstance(node, Parent):
        return None
    told = node.aggregation.parameters
    full = {name: told.get(name, one.default) for name, one in node.aggregation.method.parameters.items()}
    return {"name": node.aggregation.name, **(full if node.aggregation.name in KNOWN_MEANS else {})}


def _missing(node: Node) -> dict[str, Any] | None:
    if not isinstance(node, Parent):
        return None
    told = node.missing.parameters
    return {
        "name": node.missing.name,
        "share": told.get("minimum_share", 0.0),
        "count": told.get("minimum_count", 1),
    }


def _yearly(result: IndexResult, node: Node) -> bool:
    """Whether an indicator is scored against the cities of its own year: then levels cannot be compared over time."""
    return node.is_indicator and year_by_year(result.framework.all_indicators[node.code], result.methodology)


# --- claims, and what is drawn ----------------------------------------------------------------------------------------


def _claim(claim: Claim, result: IndexResult) -> dict[str, Any]:
    """A claim with cities and years by position, nothing left to defaults."""
    frame = Frame.of(result)
    plain: dict[str, Any] = {"kind": claim.kind}
    if isinstance(claim, Span):
        plain["first"], plain["last"] = frame.span(claim)
    else:
        plain["years"] = frame.at(claim.years)
    if isinstance(claim, (Rising, Falling, InTop)):
        plain["cities"] = frame.chosen(claim.cities)
    for name in ("city", "other"):
        if hasattr(claim, name):
            plain[name] = frame.city(getattr(claim, name))
    if isinstance(claim, (Rising, Falling)):
        plain["every_year"] = claim.every_year
    elif isinstance(claim, InTop):
        plain["n"] = claim.n
    elif isinstance(claim, RankIs):
        plain["rank"] = claim.rank
    elif isinstance(claim, GroupLeads):
        plain["group"] = claim.group
    return plain


def distinct_lenses(run: Computed) -> list[LensResult]:
    """The lenses with two groups or more."""
    return [one for one in lenses(run) if sum(bool(members) for members in one.members.values()) > 1]


def _lens(found: LensResult) -> dict[str, Any]:
    """Growth of each city by group, for stacked bars."""
    filled = [g for g, group in enumerate(found.groups) if found.members[group]]
    return {
        "groups": [{voice.lang: found.name(found.groups[g], voice) for voice in voices()} for g in filled],
        "parts": _plain(found.growth.contribution[:, filled]),
        "rest": next((j for j, g in enumerate(filled) if found.groups[g] == UNTAGGED), -1),
    }


def _entropy(run: Computed) -> list[float] | None:
    """Entropy weights of the nodes of the model, where the page carries all of them."""
    result = run.result
    found = run.entropy_weights if is_whole(result) and fixed_because(result) is None else None
    return None if found is None else [float(weight) for weight in found]


def _integration(run: Computed) -> Any:
    found = attempt(lambda own: own.integration, run)
    return None if found is None else _plain(found.degree)


def _intervals(run: Computed) -> Any:
    """Per city in the last year: rank, 5% quantile, median and 95% quantile over the draws, proven best and worst."""
    found = run.drawn
    if found is None:
        return None
    t = run.last
    levels = [found.rank_quantile(level)[:, t] for level in (0.05, 0.5, 0.95)]
    limits = run.limits or (np.full(len(found.cities), np.nan),) * 2
    return _plain(np.column_stack([found.nominal_rank[:, t], *levels, *limits]))


def _scenarios(run: Computed) -> list[dict[str, Any]]:
    """Score and rank of each city in the last year under each scenario."""
    found = attempt(lambda own: own.scenarios, run) if run.specification.scenarios else None
    if found is None:
        return []
    return [
        {
            "code": code,
            "name": told(run, scenario_name(run, code)),
            "scores": _plain(found.score[k, :, run.last]),
            "ranks": _plain(found.rank[k, :, run.last]),
        }
        for k, code in enumerate(found.codes)
    ]


def _plain(values: Array) -> Any:
    """Nested lists, missing as None; 7 significant digits are more than a chart shows."""
    if values.ndim > 1:
        return [_plain(row) for row in values]
    return [None if math.isnan(x) else float(f"{x:.7g}") for x in values.tolist()]
