"""The index as Excel formulas: the text of each, and which results they cover. Nothing is computed here.

Only functions that every Excel since 2007 and LibreOffice have, and none that needs array entry: arrays stand inside
SUMPRODUCT alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from indexcalc.analysis.rounding import halves_decide
from indexcalc.choice import Choice
from indexcalc.errors import Problem
from indexcalc.hierarchy import Node
from indexcalc.panel import city_years
from indexcalc.result import IndexResult
from indexcalc.voice import Clauses, Word

NORMALISATIONS = ("min_max", "z_score", "goalposts", "none")
AGGREGATIONS = ("arithmetic", "geometric")
MOST_FORMULAS = 120_000
"""Beyond this a workbook takes seconds to write and to recalculate."""

OK = "weights_ok"
"""The defined name of the cell that says whether the weights can be used."""


class Scale(NamedTuple):
    """Cells of the reference of an indicator.

    start, end: the least and greatest value, the two goalposts, or mean and standard deviation; lower, upper: what
    they become, or the mean and standard deviation of the scores. low, high, farthest: for a best place inside, its
    ends and the greatest distance from it.
    """

    start: str
    end: str
    lower: str
    upper: str
    low: str = ""
    high: str = ""
    farthest: str = ""


def logarithm(cell: str, *, logged: bool) -> str:
    """The value on the scale on which the indicator is read.

    >>> logarithm("A1", logged=True)
    'LN(A1)'
    """
    return f"LN({cell})" if logged else cell


def oriented(value: str, direction: str, scale: Scale) -> str:
    """The value of which higher is better.

    >>> oriented("A1", "negative", Scale("B1", "B2", "B3", "B4"))
    '=-A1'
    """
    if direction == "positive":
        return f"={value}"
    if direction == "negative":
        return f"=-{value}"
    outside = f"MAX({scale.low}-{value},{value}-{scale.high},0)"
    return f"=1-IF({scale.farthest}>0,{outside}/{scale.farthest},0)"


def start_and_end(choice: Choice, values: str) -> tuple[str, str]:
    """What a normalisation reads off the reference, of the cells `values`; nothing where it has fixed points.

    >>> from indexcalc.choice import choice
    >>> start_and_end(choice("normalisation", "z_score"), "C8:C20")
    ('=AVERAGE(C8:C20)', '=STDEV(C8:C20)')
    """
    found = {"min_max": ("MIN", "MAX"), "z_score": ("AVERAGE", "STDEV")}.get(choice.name)
    return ("", "") if found is None else (f"={found[0]}({values})", f"={found[1]}({values})")


def farthest(values: str, scale: Scale, *, logged: bool = False) -> str:
    """The greatest distance of the cells `values` from the best place.

    >>> farthest("C8:C20", Scale("", "", "", "", low="C5", high="C6"))
    '=MAX(C5-MIN(C8:C20),MAX(C8:C20)-C6)'
    """
    least, greatest = (logarithm(f"{end}({values})", logged=logged) for end in ("MIN", "MAX"))
    return f"=MAX({scale.low}-{least},{greatest}-{scale.high})"


def normalised(value: str, choice: Choice, scale: Scale) -> str:
    """The score of an oriented value.

    >>> from indexcalc.choice import choice
    >>> normalised("A1", choice("normalisation", "min_max"), Scale("B1", "B2", "B3", "B4"))
    '=B3+(B4-B3)*((A1-B1)/(B2-B1))'
    """
    if choice.name == "none":
        return f"={value}"
    if choice.name == "z_score":
        return f"={scale.lower}+{scale.upper}*(({value}-{scale.start})/{scale.end})"
    share = f"(({value}-{scale.start})/({scale.end}-{scale.start}))"
    if choice.name == "goalposts" and choice.parameters.get("cap", True):
        share = f"MIN(1,MAX(0,{share[1:-1]}))"
    return f"={scale.lower}+({scale.upper}-{scale.lower})*{share}"


def aggregated(aggregation: str, parts: Sequence[tuple[str, str]]) -> str:
    """The score of a node from (shares, scores) of its children, two ranges of the same shape for each part.

    >>> aggregated("geometric", [("C7:D7", "C8:D8")])
    '=IF(weights_ok,EXP(SUMPRODUCT(C7:D7,LN(C8:D8))),"")'
    """
    logged = aggregation == "geometric"
    total = "+".join(f"SUMPRODUCT({shares},{logarithm(scores, logged=logged)})" for shares, scores in parts)
    return f'=IF({OK},EXP({total}),"")' if logged else f'=IF({OK},{total},"")'


def ranked(score: str, scores: str, decimals: int, *, ascending: bool = False) -> str:
    """The rank of a score among the scores of its year: 1 + how many lie above (ascending: below), as they are rounded.

    >>> ranked("C8", "C$8:C$20", 9)
    '=IF(weights_ok,1+SUMPRODUCT(--(ROUND(C$8:C$20,9)>ROUND(C8,9))),"")'
    """
    beyond = "<" if ascending else ">"
    return f'=IF({OK},1+SUMPRODUCT(--(ROUND({scores},{decimals}){beyond}ROUND({score},{decimals}))),"")'


# -- what is covered


def not_written(result: IndexResult) -> list[Problem]:
    """One notice with every reason why the formulas could not be right for a result; none where they are."""
    reasons = list(_reasons(result))
    if not reasons:
        return []
    return [Problem("model_not_written", {"why": Clauses([Word(f"errors.{key}", **facts) for key, facts in reasons])})]


def _reasons(result: IndexResult) -> Iterator[tuple[str, dict[str, Any]]]:
    nodes, declared = result.nodes, result.framework.all_indicators
    above = [node for node in nodes if not node.is_indicator]
    combined = [(node.aggregation, node.code) for node in above]
    chosen = {
        code: declared[code].normalisation or result.methodology.normalisation for code in result.normalised.codes
    }
    for key, found in (
        ("model_normalisation", _named((c, code) for code, c in chosen.items() if c.name not in NORMALISATIONS)),
        ("model_aggregation", _named((a, code) for a, code in combined if a and a.name not in AGGREGATIONS)),
        ("model_weighting", _named((n.weighting, n.code) for n in above if not fixed(n.weighting))),
    ):
        for name, codes in found.items():
            yield key, {"found": name, "codes": ", ".join(codes)}
    rounded = [node.code for node in nodes if node.rounding is not None]
    if rounded:
        yield "model_rounding", {"codes": ", ".join(rounded)}
    missing = np.isnan(result.normalised.values).any(axis=2) & result.present
    if missing.any():
        yield "model_missing", {"where": city_years(result.panel, missing)}
        return
    low = [node.code for p, node in enumerate(nodes) if _may_fall_to_zero(p, node, result)]
    if low:
        yield "model_sign", {"codes": ", ".join(low)}
    yield from _size_and_ties(result, len(above))


def _size_and_ties(result: IndexResult, above: int) -> Iterator[tuple[str, dict[str, Any]]]:
    count = int(result.present.sum()) * (2 * len(result.normalised.codes) + 2 * above + 3)
    if count > MOST_FORMULAS:
        yield "model_size", {"count": count, "most": MOST_FORMULAS}
        return
    if halves_decide(result):
        yield "model_ties", {"decimals": result.methodology.rank_on.decimals}


def _named(chosen: Any) -> dict[str, list[str]]:
    """Codes by the name of what was chosen for them."""
    found: dict[str, list[str]] = {}
    for choice, code in chosen:
        found.setdefault(choice.name, []).append(code)
    return found


def fixed(weighting: Choice | None) -> bool:
    """Whether weights are what somebody wrote, and do not follow from the figures."""
    if weighting is None or weighting.method.traits.get("objective"):
        return False
    return all(fixed(part) for part in weighting.parameters.values() if isinstance(part, Choice))


def _may_fall_to_zero(position: int, node: Node, result: IndexResult) -> bool:
    """Whether other weights could take the logarithm of a geometric mean to nothing: a score at or below 0 beneath."""
    if node.aggregation is None or node.aggregation.name != "geometric":
        return False
    below = list(node.children)
    for child in below:
        below.extend(result.nodes[child].children)
    leaves = [p for p in below if result.nodes[p].is_indicator]
    return bool((result.scores[:, :, leaves][result.present] <= 0).any())
