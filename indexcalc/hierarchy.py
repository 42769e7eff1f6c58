"""The framework as a list of nodes, any depth, with the methods of each: what one loop needs to compute an index."""

from __future__ import annotations

from dataclasses import dataclass, replace

from indexcalc.choice import Choice
from indexcalc.framework import INDEX, Dimension, Framework, Indicator
from indexcalc.methodology import Methodology, NodeMethods, Rounding


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
    rounding: Rounding | None = None

    @property
    def is_indicator(self) -> bool:
        return self.aggregation is None


def build_nodes(
    framework: Framework, methodology: Methodology, left_out: frozenset[str] = frozenset()
) -> tuple[Node, ...]:
    """The index, its dimensions and indicators; children of weight 0, and those in `left_out`, are not there.

    A node's method is its own, else that of its level, else the methodology's.
    """
    nodes: list[Node] = []
    root, silent = framework.root, NodeMethods()
    found: dict[int, dict[str, Dimension | Indicator]] = {}

    def members(node: Dimension) -> dict[str, Dimension | Indicator]:
        if id(node) not in found:
            found[id(node)] = {
                code: child
                for code, child in node.children.items()
                if child.weight > 0 and code not in left_out and (isinstance(child, Indicator) or members(child))
            }
        return found[id(node)]

    def depth(node: Dimension) -> int:
        return 1 + max((depth(c) for c in members(node).values() if isinstance(c, Dimension)), default=0)

    def add(code: str, node: Dimension | Indicator, level: int, parent: int) -> int:
        position = len(nodes)
        at = deepest if isinstance(node, Indicator) else level
        own = methodology.levels.get(at, silent)
        if isinstance(node, Indicator):
            nodes.append(Node(code, at, parent, node.weight, rounding=node.rounding or own.rounding))
            return position
        nodes.append(Node(code, at, parent, node.weight))
        children = tuple(add(name, child, level + 1, position) for name, child in members(node).items())
        nodes[position] = replace(
            nodes[position],
            children=children,
            aggregation=node.aggregation or own.aggregation or methodology.aggregation,
            missing=node.missing or own.missing or methodology.missing,
            weighting=node.weighting or own.weighting or methodology.weighting,
            rounding=node.rounding or own.rounding or methodology.rounding,
        )
        return position

    deepest = depth(root)
    add(INDEX, root, 0, -1)
    return tuple(nodes)
