"""Charts with one row per indicator, those of a dimension together: their order, their names, and where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from indexcalc.report.charts.lettering import shorten, text_width
from indexcalc.report.charts.style import SMALL
from indexcalc.report.charts.subject import Subject
from indexcalc.report.tables.parts import top

ROW = 10.4
"""Height of a row [pt]."""
WIDEST = 150.0
"""The widest that the name of an indicator may be [pt]."""


@dataclass(frozen=True)
class IndicatorRows:
    """The indicators of an index in the order of its framework, (n,). nodes: their positions among the nodes.

    groups: the dimension right below the index that each run of them belongs to, with its first and last row; an
    indicator that stands right below the index has "" for its dimension.
    """

    nodes: tuple[int, ...]
    names: tuple[str, ...]
    groups: tuple[tuple[str, int, int], ...]

    def width(self, size: float = SMALL, before: Sequence[str] = ()) -> float:
        """Room for the names, shortened where they are too wide; before: what stands in front of them [pt]."""
        return max(text_width(shorten(name, size, WIDEST), size) for name in self.names) + max(
            (text_width(text, size) for text in before), default=0.0
        )


def indicator_rows(subject: Subject) -> IndicatorRows:
    """The indicators of a subject, grouped."""
    nodes, tops = subject.result.nodes, [top(subject.result, i) for i in range(len(subject.result.nodes))]
    at = [i for i, node in enumerate(nodes) if node.is_indicator]
    at.sort(key=tops.__getitem__)
    groups, row = [], 0
    for head, run in groupby(at, key=lambda i: tops[i] if tops[i] != i else 0):
        n = len(list(run))
        groups.append((subject.voice.node(nodes[head].code) if head else "", row, row + n - 1))
        row += n
    names = tuple(subject.voice.node(nodes[i].code) for i in at)
    return IndicatorRows(tuple(at), names, tuple(groups))
