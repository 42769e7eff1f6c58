"""Nodes in one list: parents first, weight 0 left out, the methods of each."""

from indexcalc.spec.hierarchy import build_nodes, parents, unused_weights
from tests.conftest import make_framework, make_methodology

UNEVEN = {
    "city": {
        "weight": 2,
        "dimensions": {"people": {"indicators": {"a": {}, "b": {"weight": 3}}}},
        "indicators": {"c": {}},
    },
    "firms": {"aggregation": "geometric", "indicators": {"d": {}}},
    "out": {"weight": 0, "dimensions": {"deep": {"dimensions": {"deeper": {"indicators": {"z": {}}}}}}},
}


def nodes_of(**choices):
    return build_nodes(make_framework(UNEVEN, indicators={"e": {}, "f": {"weight": 0}}), make_methodology(**choices))


def test_parents_stand_before_their_children():
    nodes = nodes_of()
    assert nodes[0].code == "index"
    assert nodes[0].parent == -1
    for position, node in enumerate(nodes):
        assert node.parent < position
        assert all(nodes[child].parent == position for child in node.children)


def test_every_node_but_the_index_is_one_childs():
    nodes = nodes_of()
    children = [child for node in nodes for child in node.children]
    assert sorted(children) == list(range(1, len(nodes)))


def test_a_weight_of_zero_leaves_a_node_and_all_below_it_out():
    """`out` is three levels deep, but left out: it does not deepen the index either."""
    nodes = nodes_of()
    assert {node.code for node in nodes} == {"index", "city", "people", "a", "b", "c", "firms", "d", "e"}
    assert max(node.level for node in nodes) == 3


def test_levels_and_that_every_indicator_stands_on_the_deepest():
    levels = {node.code: node.level for node in nodes_of()}
    assert {code: levels[code] for code in ("index", "city", "firms", "people")} == {
        "index": 0,
        "city": 1,
        "firms": 1,
        "people": 2,
    }
    assert {levels[code] for code in "abcde"} == {3}


def test_parents_are_the_index_and_the_dimensions_by_position():
    nodes = nodes_of()
    found = parents(nodes)
    assert [node.code for node in found.values()] == ["index", "city", "people", "firms"]
    assert all(nodes[position] is node for position, node in found.items())


def test_weights_are_kept_as_written():
    weights = {node.code: node.weight for node in nodes_of()}
    assert (weights["city"], weights["firms"], weights["b"], weights["index"]) == (2.0, 1.0, 3.0, 1.0)


def test_a_nodes_own_method_goes_before_the_methodologys():
    aggregation = {node.code: node.aggregation.name for node in nodes_of() if not node.is_indicator}
    assert aggregation == {"index": "arithmetic", "city": "arithmetic", "people": "arithmetic", "firms": "geometric"}
    assert all(node.aggregation is None for node in nodes_of() if node.is_indicator)


def test_the_missing_rule_and_the_weighting_of_the_methodology_reach_every_node():
    nodes = nodes_of(missing="propagate", weighting="equal")
    inner = [node for node in nodes if not node.is_indicator]
    assert {node.missing.name for node in inner} == {"propagate"}
    assert {node.weighting.name for node in inner} == {"equal"}


def test_weights_are_not_used_where_they_are_computed_or_ignored():
    """`firms` has one child; what is missing is judged by weights under a minimum_share."""
    tree = {**UNEVEN, "firms": {"aggregation": "minimum", "indicators": {"d": {}, "g": {}}}}
    framework = make_framework(tree, indicators={"e": {}})
    unused = {code: str(why) for code, why in unused_weights(build_nodes(framework, make_methodology())).items()}
    assert unused == {"d": "minimum", "g": "minimum"}
    share = {"missing": {"method": "renormalise", "minimum_share": 0.5}}
    assert unused_weights(build_nodes(framework, make_methodology(**share))) == {}
    equal = unused_weights(build_nodes(framework, make_methodology(weighting="equal")))
    assert set(equal) == {"city", "people", "a", "b", "c", "firms", "d", "g", "e"}
    assert {code for code, why in equal.items() if str(why) == "minimum"} == {"d", "g"}  # no weighting would help
    assert {str(why) for why in equal.values()} == {"equal", "minimum"}
    tree["firms"] |= {"direction": "negative", "scale": [0, 1]}
    turned = unused_weights(build_nodes(make_framework(tree), make_methodology()))
    assert {str(why) for why in turned.values()} == {"minimum"}, "as it is written, not as it is computed"
