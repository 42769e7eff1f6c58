"""The framework as a list of nodes, of any depth, with the methods of each: what one loop needs to compute an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from indexcalc.errors import Problem
from indexcalc.spec.choice import Choice, choice
from indexcalc.spec.framework import INDEX, Dimension, Framework, Indicator
from indexcalc.spec.methodology import Methodology, NodeMethods, Rounding
from indexcalc.voice import Node as Name
from indexcalc.voice import Row


@dataclass(frozen=True)
class Node:
    """One node: a `Leaf` or a `Parent`. Parents come before their children, so a loop from the end computes the index.

    level: 0 the index, 1 its dimensions, ...; every indicator is on the deepest level. parent: position of the parent,
    -1 for the index. weight: as written.
    """

    code: str
    level: int
    parent: int
    weight: float
    children: tuple[int, ...] = ()
    rounding: Rounding | None = None

    @property
    def is_indicator(self) -> bool:
        return isinstance(self, Leaf)


@dataclass(frozen=True)
class Leaf(Node):
    """An indicator: it combines nothing, and has none of a parent's methods."""

    aggregation = missing = weighting = None
    is_reversed = False


@dataclass(frozen=True, kw_only=True)
class Parent(Node):
    """The index, or a dimension.

    aggregation, missing, weighting: of its children. is_reversed: by `direction: negative`; the aggregation is then the
    complement of the one that was chosen.
    """

    aggregation: Choice
    missing: Choice
    weighting: Choice
    is_reversed: bool = False

    @property
    def chosen_aggregation(self) -> Choice:
        """The aggregation as it was chosen, before the node is reversed."""
        chosen: Choice = self.aggregation.parameters["of"] if self.is_reversed else self.aggregation
        return chosen

    @property
    def aggregated_by(self) -> str:
        """Its name in a message, with what reverses the node."""
        return f"{self.chosen_aggregation.name}{', direction: negative' if self.is_reversed else ''}"

    @property
    def falls(self) -> bool:
        """Whether the score may fall where that of a child rises: a ratio, or a reversed node."""
        return bool(self.aggregation.trait("falls"))

    @property
    def ignores_weights(self) -> bool:
        """Whether the weights of its children, two or more, play no part in its score: those of a minimum, a median."""
        return len(self.children) > 1 and bool(self.aggregation.trait("ignores_weights"))

    @property
    def uses_weights(self) -> bool:
        """Whether the weights of its children matter to its score, or to whether it has one."""
        return self.missing.parameters.get("minimum_share", 0.0) > 0 or not self.ignores_weights

    @property
    def fewest(self) -> int:
        """Children with a score that the missing rule requires, at the least."""
        return int(self.missing.parameters.get("minimum_count", 1))

    @property
    def zeros(self) -> str:
        """What a score of 0 among the children means: `refuse` where the aggregation does not say."""
        told = self.aggregation
        while isinstance(told.parameters.get("of"), Choice):
            told = told.parameters["of"]
        return str(told.parameters.get("zeros", "refuse"))


def parents(nodes: Iterable[Node]) -> dict[int, Parent]:
    """The index and its dimensions, by position."""
    return {position: node for position, node in enumerate(nodes) if isinstance(node, Parent)}


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
            nodes.append(Leaf(code, at, parent, node.weight, rounding=node.rounding or own.rounding))
            return position
        made = Parent(
            code,
            at,
            parent,
            node.weight,
            aggregation=_turned(node, node.aggregation or own.aggregation or methodology.aggregation, methodology),
            missing=node.missing or own.missing or methodology.missing,
            weighting=node.weighting or own.weighting or methodology.weighting,
            rounding=node.rounding or own.rounding or methodology.rounding,
            is_reversed=node.direction == "negative",
        )
        nodes.append(made)
        children = tuple(add(name, child, level + 1, position) for name, child in members(node).items())
        nodes[position] = replace(made, children=children)
        return position

    deepest = depth(root)
    add(INDEX, root, 0, -1)
    return tuple(nodes)


def _turned(node: Dimension, aggregation: Choice, methodology: Methodology) -> Choice:
    """The aggregation of a node, reversed on the node's scale where its direction is negative."""
    if node.direction == "positive":
        return aggregation
    lower, upper = node.scale or scale_below(node, methodology) or (0.0, 1.0)
    return choice("aggregation", {"method": "complement", "of": aggregation, "lower": lower, "upper": upper})


def scale_below(node: Dimension, methodology: Methodology) -> tuple[float, float] | None:
    """The scale that all indicators below a node share, from `lower` to `upper` of their normalisation; None if there
    is no such scale."""
    found: set[tuple[float, float] | None] = set()
    below: list[Dimension | Indicator] = [node]
    for part in below:
        if isinstance(part, Dimension):
            below.extend(part.children.values())
            continue
        chosen = part.normalisation or methodology.normalisation
        ends = [chosen.parameters.get(end, chosen.method.parameters[end].default) for end in ENDS if chosen.takes(end)]
        found.add((ends[0], ends[1]) if len(ends) == len(ENDS) else None)
    return found.pop() if len(found) == 1 else None


def ancestors(nodes: Sequence[Node], position: int) -> list[int]:
    """Positions of the nodes above one, its parent first."""
    parent = nodes[position].parent
    return [] if parent < 0 else [parent, *ancestors(nodes, parent)]


def leaves(nodes: Sequence[Node], position: int = 0) -> list[int]:
    """Positions of the indicators at or below a node, in the order of the panels' codes."""
    node = nodes[position]
    return [position] if node.is_indicator else [leaf for child in node.children for leaf in leaves(nodes, child)]


def turned(node: Node, nodes: Sequence[Node]) -> bool:
    """Whether a node above may fall where this one rises."""
    above = parents(nodes)
    return node.parent >= 0 and any(above[at].falls for at in (node.parent, *ancestors(nodes, node.parent)))


def unused_weights(nodes: Sequence[Node]) -> dict[str, Choice]:
    """The nodes whose weight as written changes nothing, with the method of their parent that makes it so: the
    weighting, which computes them, or the aggregation, which ignores them."""
    found: dict[str, Choice] = {}
    for node in parents(nodes).values():
        if not node.uses_weights:
            own = node.aggregation
            why: Choice = own.parameters["of"] if own.name == "complement" else own  # of a reversed node, as written
        elif _as_written(node.weighting, node, nodes):
            continue
        else:
            why = node.weighting
        found |= dict.fromkeys((nodes[child].code for child in node.children), why)
    return found


def weight_unused(code: str, method: Choice) -> Problem:
    """The problem of a weight that was set and changes nothing, because of a method as in `unused_weights`."""
    key = "weight_without_effect" if method.step == "weighting" else "weight_ignored"
    return Problem(key, {"node": code, method.step: str(method)})


def unused_notices(nodes: Sequence[Node]) -> Iterator[Problem]:
    """Notices of weights that are written, differ between siblings, and change nothing, by the method that makes it
    so."""
    unused = unused_weights(nodes)
    codes: dict[tuple[str, str], list[str]] = {}
    for node in nodes:
        below = [nodes[child] for child in node.children]
        if below and below[0].code in unused and len({child.weight for child in below}) > 1:
            why = unused[below[0].code]
            codes.setdefault((why.step, str(why)), []).append(node.code)
    for (step, name), found in codes.items():
        key = "weights_computed" if step == "weighting" else "weights_ignored"
        yield Problem(key, {step: name, "nodes": Row(map(Name, found))})


def _as_written(weighting: Choice, node: Node, nodes: Sequence[Node]) -> bool:
    """Whether a weighting of a node takes the weights as they are written, for all or some of its children."""
    parts = [part for part in weighting.parameters.values() if isinstance(part, Choice)]
    if weighting.name == "given" or weighting.trait("by_code") or any(_as_written(p, node, nodes) for p in parts):
        return True
    if weighting.name == "target_influence" and not parts:
        return True
    above = weighting.told("scope") == "within" and not any(nodes[child].is_indicator for child in node.children)
    return above and bool(weighting.trait("objective"))


def experts_of(node: Node) -> Mapping[str, Mapping[str, float]]:
    """The points that experts gave, where a node's children are weighed by them; else none."""
    found: Mapping[str, Mapping[str, float]] = {}
    if isinstance(node, Parent) and node.weighting.name == "budget_allocation":
        found = node.weighting.parameters["experts"]
    return found


ENDS = ("lower", "upper")
"""The parameters of a normalisation that are the ends of its scale."""
