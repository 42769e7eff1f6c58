"""The index as Excel formulas: the text of each, and which results they cover. Nothing is computed here.

Only functions that every Excel since 2007 and LibreOffice have, and none that needs array entry: arrays are inside
SUMPRODUCT only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from indexcalc.analysis.rounding import halves_decide
from indexcalc.errors import Problem
from indexcalc.spec.choice import Choice
from indexcalc.spec.hierarchy import leaves, parents
from indexcalc.steps.result import IndexResult
from indexcalc.voice import Clauses, Row, Word

NORMALISATIONS = ("min_max", "z_score", "goalposts", "none")
AGGREGATIONS = ("arithmetic", "geometric")
MOST_FORMULAS = 120_000
"""Beyond this a workbook takes seconds to write and to recalculate."""
MOST_LOGARITHMS = 50
"""Children of a geometric mean that may be missing, each written out: with more, a formula nears the 8,192 characters
that Excel reads."""

OK = "weights_ok"
"""The defined name of the cell that says whether the weights can be used."""


class Scale(NamedTuple):
    """Cells of the reference of an indicator.

    start, end: the least and greatest value, the two goalposts, or mean and standard deviation; lower, upper: what
    they become, or the mean and standard deviation of the scores. low, high, farthest: for a best value inside the
    range, its ends and the greatest distance from it.
    """

    start: str
    end: str
    lower: str
    upper: str
    low: str = ""
    high: str = ""
    farthest: str = ""


class Part(NamedTuple):
    """Children of a node that are beside each other on a sheet: its name, their columns, the row of their shares and
    that of their scores."""

    sheet: str
    columns: tuple[str, ...]
    shares_row: int
    row: int

    @property
    def shares(self) -> str:
        return f"{self.sheet}{self.columns[0]}${self.shares_row}:{self.columns[-1]}${self.shares_row}"

    @property
    def scores(self) -> str:
        return f"{self.sheet}{self.columns[0]}{self.row}:{self.columns[-1]}{self.row}"

    @property
    def cells(self) -> Iterator[tuple[str, str]]:
        """Share and score of each child."""
        for column in self.columns:
            yield f"{self.sheet}{column}${self.shares_row}", f"{self.sheet}{column}{self.row}"


def logarithm(cell: str, *, logged: bool) -> str:
    """The value on the scale on which the indicator is read.

    >>> logarithm("A1", logged=True)
    'LN(A1)'
    """
    return f"LN({cell})" if logged else cell


def oriented(value: str, direction: str, scale: Scale) -> str:
    """The oriented value: higher is better.

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
    """What a normalisation computes from the cells `values` of the reference; nothing where it has fixed points.

    >>> from indexcalc.spec.choice import choice
    >>> start_and_end(choice("normalisation", "z_score"), "C8:C20")
    ('=AVERAGE(C8:C20)', '=STDEV(C8:C20)')
    """
    found = {"min_max": ("MIN", "MAX"), "z_score": ("AVERAGE", "STDEV")}.get(choice.name)
    return ("", "") if found is None else (f"={found[0]}({values})", f"={found[1]}({values})")


def farthest(values: str, scale: Scale, *, logged: bool = False) -> str:
    """The greatest distance of the cells `values` from the best value.

    >>> farthest("C8:C20", Scale("", "", "", "", low="C5", high="C6"))
    '=MAX(C5-MIN(C8:C20),MAX(C8:C20)-C6)'
    """
    least, greatest = (logarithm(f"{end}({values})", logged=logged) for end in ("MIN", "MAX"))
    return f"=MAX({scale.low}-{least},{greatest}-{scale.high})"


def normalised(value: str, choice: Choice, scale: Scale) -> str:
    """The score of an oriented value.

    >>> from indexcalc.spec.choice import choice
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


def where_given(cell: str, formula: str) -> str:
    """A formula where a cell holds a figure, and nothing where it is missing.

    >>> where_given("A1", "=-A1")
    '=IF(ISNUMBER(A1),-A1,"")'
    """
    return f'=IF(ISNUMBER({cell}),{formula.removeprefix("=")},"")'


def aggregated(aggregation: str, parts: Sequence[Part]) -> str:
    """The score of a node from its children, none of which is ever missing.

    >>> aggregated("geometric", [Part("", ("C", "D"), 7, 8)])
    '=IF(weights_ok,EXP(SUMPRODUCT(C$7:D$7,LN(C8:D8))),"")'
    """
    logged = aggregation == "geometric"
    total = "+".join(f"SUMPRODUCT({part.shares},{logarithm(part.scores, logged=logged)})" for part in parts)
    return f'=IF({OK},EXP({total}),"")' if logged else f'=IF({OK},{total},"")'


def aggregated_with_gaps(aggregation: str, parts: Sequence[Part], missing: Choice) -> str:
    """The score of a node of which a child may be missing, by its rule; a child of weight 0 takes no part.

    >>> from indexcalc.spec.choice import choice
    >>> aggregated_with_gaps("arithmetic", [Part("", ("C", "D"), 7, 8)], choice("missing", "propagate"))
    '=IF(AND(weights_ok,SUMPRODUCT((C$7:D$7>0)*(1-ISNUMBER(C8:D8)))=0),SUMPRODUCT(C$7:D$7,C8:D8),"")'
    """
    if aggregation == "geometric":  # a logarithm of a text is an error, also beside a share of 0
        total = "+".join(f"IF(ISNUMBER({cell}),{share}*LN({cell}),0)" for part in parts for share, cell in part.cells)
    else:
        total = "+".join(f"SUMPRODUCT({part.shares},{part.scores})" for part in parts)
    if missing.name != "renormalise":
        lost = "+".join(f"SUMPRODUCT(({part.shares}>0)*(1-ISNUMBER({part.scores})))" for part in parts)
        conditions = [f"{lost}=0"]
    else:
        weight = "+".join(f"SUMPRODUCT({part.shares}*ISNUMBER({part.scores}))" for part in parts)
        least = float(missing.parameters.get("minimum_share", 0.0))
        conditions = [f"{weight}>0", *([f"{weight}>={least - 1e-12!r}"] if least > 0 else [])]
        count = int(missing.parameters.get("minimum_count", 1))
        if count > 1:
            there = "+".join(f"SUMPRODUCT(({part.shares}>0)*ISNUMBER({part.scores}))" for part in parts)
            conditions.append(f"{there}>={count}")
        total = f"({total})/({weight})"
    total = f"EXP({total})" if aggregation == "geometric" else total
    return f'=IF(AND({OK},{",".join(conditions)}),{total},"")'


def ranked(score: str, scores: str, decimals: int, *, gaps: bool = False, ascending: bool = False) -> str:
    """The rank of a score among the scores of its year: 1 + how many lie above (ascending: below), as they are rounded.

    gaps: whether scores may be missing. What is not a number cannot be rounded, so scores are then compared with the
    least score that rounds to more.

    >>> ranked("C8", "C$8:C$20", 9)
    '=IF(weights_ok,1+SUMPRODUCT(--(ROUND(C$8:C$20,9)>ROUND(C8,9))),"")'
    >>> ranked("C8", "C$8:C$20", 1, gaps=True)
    '=IF(AND(weights_ok,ISNUMBER(C8)),1+SUMPRODUCT(ISNUMBER(C$8:C$20)*(C$8:C$20>=ROUND(C8,1)+0.05)),"")'
    """
    if gaps:
        half = float(f"5e-{decimals + 1}")
        edge = (
            f"{scores}<ROUND({score},{decimals})-{half!r}"
            if ascending
            else f"{scores}>=ROUND({score},{decimals})+{half!r}"
        )
        return f'=IF(AND({OK},ISNUMBER({score})),1+SUMPRODUCT(ISNUMBER({scores})*({edge})),"")'
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
    above = parents(nodes)
    others = [node for node in above.values() if node.aggregation.name not in AGGREGATIONS]
    mixed = [above[position] for position in sorted(result.weights_by_observation)]
    chosen = {
        code: declared[code].normalisation or result.methodology.normalisation for code in result.normalised.codes
    }
    for key, found in (
        ("model_normalisation", _named((c.name, code) for code, c in chosen.items() if c.name not in NORMALISATIONS)),
        ("model_aggregation", _named((node.aggregated_by, node.code) for node in others)),
        ("model_weighting", _named((node.weighting.name, node.code) for node in mixed)),
    ):
        for name, codes in found.items():
            yield key, {"found": name, "codes": Row(codes)}
    rounded = [node.code for node in nodes if node.rounding is not None]
    if rounded:
        yield "model_rounding", {"codes": Row(rounded)}
    gaps = with_gaps(result)
    unsure = [node.code for p, node in enumerate(nodes) if p in gaps and not result.weights[p] > 0]
    if unsure:
        yield "model_missing", {"codes": Row(unsure)}
    geometric = {p: node for p, node in above.items() if node.aggregation.name == "geometric"}
    long = [node.code for p, node in geometric.items() if p in gaps and len(node.children) > MOST_LOGARITHMS]
    if long:
        yield "model_length", {"codes": Row(long)}
    low = [node.code for p, node in geometric.items() if _has_score_at_zero(p, result)]
    if low:
        yield "model_sign", {"codes": Row(low)}
    yield from _size_and_ties(result)


def number_of_formulas(result: IndexResult) -> int:
    """Formulas of the sheets that have a row for each city-year: values turned and normalised, scores, ranks, keys."""
    above = len(result.nodes) - len(result.normalised.codes)
    return int(result.present.sum()) * (2 * len(result.normalised.codes) + 2 * above + 3)


def with_gaps(result: IndexResult) -> frozenset[int]:
    """Positions of the nodes whose score is missing somewhere, or may be under other weights: a figure below is, or a
    child that gets a weight of 0 leaves fewer than the missing rule requires."""
    lost = np.asarray(np.isnan(result.normalised.values[result.present]).any(axis=0))
    leaves = [p for p, node in enumerate(result.nodes) if node.is_indicator]
    found = {p for p, gap in zip(leaves, lost, strict=True) if gap}
    for position, node in reversed(parents(result.nodes).items()):
        if node.fewest > 1 or found.intersection(node.children):
            found.add(position)
    return frozenset(found)


def _size_and_ties(result: IndexResult) -> Iterator[tuple[str, dict[str, Any]]]:
    count = number_of_formulas(result)
    if count > MOST_FORMULAS:
        yield "model_size", {"count": count, "most": MOST_FORMULAS}
        return
    if halves_decide(result):
        yield "model_ties", {"decimals": result.methodology.rank_on.decimals}


def _named(chosen: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Codes by the name of what was chosen for them."""
    found: dict[str, list[str]] = {}
    for name, code in chosen:
        found.setdefault(name, []).append(code)
    return found


def fixed(weighting: Choice) -> bool:
    """Whether weights are as written, and do not follow from the figures."""
    if weighting.method.traits.get("objective"):
        return False
    return all(fixed(part) for part in weighting.parameters.values() if isinstance(part, Choice))


def _has_score_at_zero(position: int, result: IndexResult) -> bool:
    """Whether other weights could take the logarithm of a geometric mean to nothing: a score at or below 0 beneath."""
    return bool((result.scores[:, :, leaves(result.nodes, position)][result.present] <= 0).any())
