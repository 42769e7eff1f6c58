"""The framework as a list of nodes, any depth, with the methods of each: what one loop needs to compute an index."""

from __future__ import annotations

from dataclasses import dataclass

from indexcalc.framework import INDEX, Dimension, Framework, Indicator
from indexcalc.methodology import Choice, Methodology


@dataclass(frozen=True)
class Node:
    """One node. Parents stand before their children, so a loop from the end computes the index.

    level: 0 the index, 1 its dimensions, ...; every indicator stands on the deepest level. parent: position of the
    parent, -1 for the index. weight: as written. aggregation, missing, weighting: of its children; None for indicators.
    """

    code: str
    level: int
    parent: int
    weight: float
    children: tuple[int, ...] = ()
    aggregation: Choice | None = None
    missing: Choice | None = None
    weighting: Choice | None = None

    @property
    def is_indicator(self) -> bool:
        return self.aggregation is None


def build_nodes(framework: Framework, methodology: Methodology) -> tuple[Node, ...]:
    """The index, its dimensions and indicators; children of weight 0 are left out."""
    nodes: list[Node] = []

    def add(code: str, node: Dimension | Indicator, level: int, parent: int) -> int:
        position = len(nodes)
        if isinstance(node, Indicator):
            nodes.append(Node(code, depth, parent, node.weight))
            return position
        nodes.append(Node(code, level, parent, node.weight))
        children = tuple(
            add(name, child, level + 1, position) for name, child in node.children.items() if child.weight > 0
        )
        nodes[position] = Node(
            code,
            level,
            parent,
            node.weight,
            children,
            node.aggregation or methodology.aggregation,
            node.missing or methodology.missing,
            node.weighting or methodology.weighting,
        )
        return position

    depth = _depth(framework.root)
    add(INDEX, framework.root, 0, -1)
    return tuple(nodes)


def _depth(node: Dimension) -> int:
    """Levels below a node; at least 1."""
    return 1 + max((_depth(child) for child in node.dimensions.values() if child.weight > 0), default=0)
