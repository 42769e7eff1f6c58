"""From scores to the index: every weighting and every aggregation through the public path.

What must not matter (the order of cities, years, columns and of the file, and units under min-max), and what happens to
inputs at the edge: each has the answer that methods.md documents or a refusal by name; never a NaN in silence, never a
warning of numpy's, never a traceback of another kind.
"""

import numpy as np
import pytest
import yaml
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.analysis.contributions import score_contributions
from indexcalc.analysis.influence import influence
from indexcalc.analysis.obstacles import obstacles
from indexcalc.errors import IndexcalcError
from indexcalc.methods import METHODS
from indexcalc.methods.ranking import competition_rank
from indexcalc.robustness.linear_index import linear_index
from tests.conftest import build, make_framework, make_panel

NAN = np.nan
FALLING = {name for name, method in METHODS["aggregation"].items() if method.traits.get("falls")}
"""Aggregations under which a child may lower the score, and of so many children: tested by themselves."""
WEIGHTINGS, AGGREGATIONS = sorted(METHODS["weighting"]), sorted(METHODS["aggregation"].keys() - FALLING)
COMPARED = {"matrix": [[1, 2, 4], ["1/2", 1, 2], ["1/4", "1/2", 1]], "order": ["a", "b", "c"]}
PARTS = {"subjective": {"method": "ahp", **COMPARED}, "objective": "entropy"}
# What a method has to be told, here for three children a, b, c.
TOLD = {
    "ahp": COMPARED,
    "explicit": {"name": "panel_a", "weights": {"a": 4, "b": 2, "c": 1}},
    "budget_allocation": {"experts": {"Li": {"a": 50, "b": 30, "c": 20}, "Wang": {"a": 30, "b": 30, "c": 40}}},
    "target_influence": {"tolerance": 1},
    "linear_combination": PARTS,
    "multiplicative_combination": PARTS,
    "geometric_combination": PARTS,
    "game_theory_combination": PARTS,
    "generalised": {"p": 2},
    "owa": {"order_weights": [3, 2, 1]},
    "complement": {"of": "arithmetic"},
}
ON_TEN = {"method": "min_max", "lower": 1, "upper": 10}
"""A scale that every aggregation can take: above 0, and at most 10."""
LOOKING = {  # weightings that look at the figures, alone or in a part
    *("entropy", "critic", "coefficient_of_variation", "standard_deviation", "merec", "pca_lpi", "pca_handbook"),
    *("benefit_of_the_doubt", "linear_combination", "multiplicative_combination", "geometric_combination"),
    *("game_theory_combination", "target_influence"),
}
COMBINED = {name for name in LOOKING if name.endswith("_combination")}
WHOLE_SAMPLE = {"topsis", "copeland", "kemeny"}


def told(name):
    return {"method": name, **TOLD[name]} if name in TOLD else name


def specify(tmp_path, methodology, indicators=None, **more):
    """The specification of a YAML file of three indicators, or of those given."""
    framework = {"indicators": indicators or {"a": {"weight": 2}, "b": {"weight": 1}, "c": {"weight": 1}}, **more}
    path = tmp_path / "f.yaml"
    path.write_text(yaml.safe_dump({"framework": framework, "methodology": methodology}, sort_keys=False), "utf-8")
    return ic.load_specification(path)


def compute(tmp_path, columns, *, cities=None, years=None, indicators=None, **methodology):
    """The index of columns of one figure per row, by the public path."""
    specification = specify(tmp_path, methodology, indicators)
    n = len(next(iter(columns.values())))
    panel = ic.Panel.from_columns(cities or [f"city {i}" for i in range(n)], years or [2020] * n, columns)
    return ic.build_index(panel, specification.framework, specification.methodology)


def by_city_year(result, node="index"):
    table = result.score_table().query("node == @node")
    return dict(zip(zip(table["city"], table["year"], strict=True), table["score"], strict=True))


def figures(n=24):
    """Three columns that agree in the main, so that a first component weighs all of them above 0; four years."""
    rng = np.random.default_rng(2022)
    common = rng.normal(size=n)
    columns = {code: 5.0 + common + 0.6 * rng.normal(size=n) for code in "abc"}
    return columns, [f"city {i % 6}" for i in range(n)], [2019 + i // 6 for i in range(n)]


def weighting_of(name):
    return {"weighting": told(name), "normalisation": ON_TEN}


def aggregation_of(name):
    return {"aggregation": told(name), "normalisation": ON_TEN}


EVERY = [pytest.param(weighting_of(name), id=f"weighting-{name}") for name in WEIGHTINGS]
EVERY += [pytest.param(aggregation_of(name), id=f"aggregation-{name}") for name in AGGREGATIONS]
EVERY += [
    pytest.param(
        {"weighting": {"method": name, "scope": "indicators"}, "normalisation": ON_TEN}, id=f"indicators-{name}"
    )
    for name in ("entropy", "critic", "pca_handbook")
]
EVERY += [
    pytest.param({"weighting": {"method": name, "per": "year"}, "normalisation": ON_TEN}, id=f"year-{name}")
    for name in ("entropy", "critic", "standard_deviation")
]


def test_every_method_that_has_to_be_told_something_is_told_it_here():
    for step in ("weighting", "aggregation"):
        for name, method in METHODS[step].items():
            needed = {p for p, declared in method.parameters.items() if declared.default is declared.empty}
            assert needed <= set(TOLD.get(name, {})), name


# --- what must not matter ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("methodology", EVERY)
def test_the_order_of_cities_and_years_does_not_matter(tmp_path, methodology):
    columns, cities, years = figures()
    straight = compute(tmp_path, columns, cities=cities, years=years, **methodology)
    order = np.random.default_rng(7).permutation(len(cities))
    shuffled = compute(
        tmp_path,
        {code: column[order] for code, column in columns.items()},
        cities=[cities[i] for i in order],
        years=[years[i] for i in order],
        **methodology,
    )
    assert straight.cities != shuffled.cities
    expected = by_city_year(straight)
    assert np.isfinite(list(expected.values())).all()
    assert_allclose([by_city_year(shuffled)[key] for key in expected], list(expected.values()), rtol=1e-9, atol=1e-9)
    assert_allclose(shuffled.weights, straight.weights, rtol=1e-6, atol=1e-9)
    again = [shuffled.cities.index(city) for city in straight.cities]
    assert_array_equal(shuffled.rank()[again], straight.rank())


@pytest.mark.parametrize("methodology", EVERY)
def test_the_order_of_columns_and_of_the_file_does_not_matter(tmp_path, methodology):
    """Columns of the panel and indicators of the file both the other way round: names count, never places."""
    columns, cities, years = figures()
    straight = compute(tmp_path, columns, cities=cities, years=years, **methodology)
    indicators = {"c": {"weight": 1}, "b": {"weight": 1}, "a": {"weight": 2}}
    back = dict(reversed(columns.items()))
    turned = compute(tmp_path, back, cities=cities, years=years, indicators=indicators, **methodology)
    assert [node.code for node in turned.nodes] == ["index", "c", "b", "a"]
    assert_allclose(turned.score(), straight.score(), rtol=1e-9, atol=1e-9)
    assert_array_equal(turned.rank(), straight.rank())
    if "benefit" not in str(methodology):  # its score is unique, its weights need not be
        own = {node.code: weight for node, weight in zip(turned.nodes, turned.weights, strict=True)}
        assert_allclose([own[node.code] for node in straight.nodes], straight.weights, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("methodology", EVERY)
def test_units_do_not_matter_under_min_max(tmp_path, methodology):
    """Thousands or ones, degrees Celsius or Fahrenheit; and good and bad turned round together."""
    columns, cities, years = figures()
    straight = compute(tmp_path, columns, cities=cities, years=years, **methodology)
    other = {"a": 1000.0 * columns["a"], "b": 1.8 * columns["b"] + 32.0, "c": -columns["c"]}
    indicators = {"a": {"weight": 2}, "b": {"weight": 1}, "c": {"weight": 1, "direction": "negative"}}
    changed = compute(tmp_path, other, cities=cities, years=years, indicators=indicators, **methodology)
    assert_allclose(changed.score(), straight.score(), rtol=1e-7, atol=1e-9)
    assert_array_equal(changed.rank(), straight.rank())


@pytest.mark.parametrize("methodology", EVERY)
def test_a_city_year_without_a_row_changes_nobody_elses_score(tmp_path, methodology):
    """The panel has a hole where a city is not in a year; a panel in which that row never was says the same.

    Every city-year is made a city of its own, in one year, so that no hole is left. Not for what goes by years.
    """
    if "copeland" in str(methodology) or "kemeny" in str(methodology) or "'per'" in str(methodology):
        pytest.skip("goes by years")
    columns, cities, years = figures()
    kept = [i for i in range(len(cities)) if (cities[i], years[i]) not in {("city 1", 2020), ("city 4", 2022)}]
    columns = {code: column[kept] for code, column in columns.items()}
    cities, years = [cities[i] for i in kept], [years[i] for i in kept]
    holed = compute(tmp_path, columns, cities=cities, years=years, **methodology)
    assert (~holed.present).sum() == 2
    assert_array_equal(np.isnan(holed.score()), ~holed.present)
    names = [f"{city} {year}" for city, year in zip(cities, years, strict=True)]
    flat = by_city_year(compute(tmp_path, columns, cities=names, **methodology))
    for (city, year), score in by_city_year(holed).items():
        assert score == pytest.approx(flat[f"{city} {year}", 2020], rel=1e-9)
    assert np.isfinite(holed.weights).all()
    assert np.isfinite(holed.effective).all()


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_weights_are_shares(tmp_path, weighting):
    """At or above 0, summing to 1 within their parent; benefit of the doubt alone has virtual weights instead."""
    columns, cities, years = figures()
    result = compute(tmp_path, columns, cities=cities, years=years, **weighting_of(weighting))
    assert (result.weights >= 0).all()
    if weighting == "benefit_of_the_doubt":
        assert result.score().max() == pytest.approx(1.0)
        assert result.score().min() > 0
    else:
        assert result.weights[1:].sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    "aggregation", sorted(set(AGGREGATIONS) - {"topsis", "copeland", "kemeny", "product", "mazziotta_pareto"})
)
def test_a_mean_lies_between_the_worst_and_the_best_child(tmp_path, aggregation):
    columns, cities, years = figures()
    result = compute(tmp_path, columns, cities=cities, years=years, **aggregation_of(aggregation))
    z = result.normalised.values
    assert (result.score() >= z.min(axis=2) - 1e-9).all()
    assert (result.score() <= z.max(axis=2) + 1e-9).all()


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_every_pair_of_weighting_and_aggregation_computes_or_is_refused(tmp_path, weighting, aggregation):
    """All scores are there, and a city that is better everywhere never ranks lower; or the pair is refused by name."""
    columns, cities, years = figures()
    for column in columns.values():
        column[:6] = column[6:12].max() + np.arange(6.0)  # of 2019, each city better in everything than the one before
    methodology = {"weighting": told(weighting), "aggregation": told(aggregation), "normalisation": ON_TEN}
    try:
        result = compute(tmp_path, columns, cities=cities, years=years, **methodology)
    except IndexcalcError as refused:
        assert weighting in ("benefit_of_the_doubt", "target_influence"), refused
        assert aggregation != "arithmetic", refused
        return
    assert np.isfinite(result.score()).all()
    if (
        weighting != "benefit_of_the_doubt" and aggregation != "mazziotta_pareto"
    ):  # a penalty may cost more than it gains
        assert (np.diff(result.score()[:, 0]) >= -1e-9).all()


UNWEIGHTED = ("minimum", "maximum", "median", "product", "owa")


@pytest.mark.parametrize("aggregation", UNWEIGHTED)
def test_weights_that_an_aggregation_does_not_look_at_take_no_child_out(tmp_path, aggregation):
    """A weight of 0 that the figures have given is not one that the file has written."""
    columns = {"a": [4.0, 2.0, 1.0, 3.0], "b": [1.0, 2.0, 1.5, 2.5], "c": [2.0, 5.0, 4.0, 1.0]}
    plain = {"normalisation": "none", "aggregation": told(aggregation)}
    expected = compute(tmp_path, columns, **plain).score()
    try:
        found = compute(tmp_path, columns, weighting="benefit_of_the_doubt", **plain).score()
    except IndexcalcError:
        return
    assert_allclose(found, expected, rtol=1e-12)


# --- inputs at the edge, aggregations ---------------------------------------------------------------------------------
#
# Scores as they are written (normalisation: none); expected: what methods.md documents, or the refusal.

EDGE = {
    "zero": {"a": [0.0, 2.0, 4.0], "b": [3.0, 1.0, 2.0], "c": [1.0, 5.0, 3.0]},
    "negative": {"a": [-1.0, 2.0, 4.0], "b": [3.0, 1.0, 2.0], "c": [1.0, 5.0, 3.0]},
    "constant": {"a": [2.0, 2.0, 2.0], "b": [3.0, 1.0, 2.0], "c": [1.0, 5.0, 3.0]},
    "identical": {"a": [3.0, 1.0, 2.0], "b": [3.0, 1.0, 2.0], "c": [3.0, 1.0, 2.0]},
    "one_city": {"a": [3.0], "b": [1.0], "c": [2.0]},
}
NEED_POSITIVE = {"geometric", "harmonic", "mazziotta_pareto"}
NEED_NONNEGATIVE = {"generalised", "product"}
BOUNDED = {"inverted_geometric"}
# Worked by hand for weights 2, 1, 1; topsis and copeland below.
ANSWERS = {
    "arithmetic": {
        "zero": [1.0, 2.5, 3.25],
        "negative": [0.5, 2.5, 3.25],
        "constant": [2.0, 2.5, 2.25],
        "one_city": [2.25],
    },
    "geometric": {"constant": [12**0.25, 20**0.25, 24**0.25], "one_city": [18**0.25]},
    "harmonic": {"constant": [12 / 7, 20 / 11, 24 / 11], "one_city": [24 / 13]},
    "generalised": {"zero": [10**0.5 / 2, 34**0.5 / 2, 45**0.5 / 2], "one_city": [23**0.5 / 2]},
    "minimum": {"zero": [0, 1, 2], "negative": [-1, 1, 2], "constant": [1, 1, 2], "one_city": [1]},
    "maximum": {"zero": [3, 5, 4], "negative": [3, 5, 4], "constant": [3, 5, 3], "one_city": [3]},
    "median": {"zero": [1, 2, 3], "negative": [1, 2, 3], "constant": [2, 2, 2], "one_city": [2]},
    "product": {"zero": [0, 10, 24], "constant": [6, 10, 12], "one_city": [6]},
    "owa": {  # 3, 2, 1 from the best to the worst
        "zero": [11 / 6, 20 / 6, 20 / 6],
        "negative": [10 / 6, 20 / 6, 20 / 6],
        "constant": [14 / 6, 20 / 6, 15 / 6],
        "one_city": [14 / 6],
    },
    "mazziotta_pareto": {
        "one_city": [2.25 - 0.6875 / 2.25],
        "constant": [2 - 0.5 / 2, 2.5 - 2.25 / 2.5, 2.25 - 0.1875 / 2.25],
    },
    "inverted_geometric": {},
    "topsis": {"one_city": [0.5]},
    "copeland": {
        "zero": [-2.0, 0.0, 2.0],  # better in a, of weight one half, is as good as better in b and c
        "negative": [-2.0, 0.0, 2.0],
        "one_city": [0.0],
    },
    "kemeny": {"zero": [-2.0, 0.0, 2.0], "negative": [-2.0, 0.0, 2.0], "one_city": [0.0]},
}


def refusal(aggregation, edge):
    """Key of the refusal that an aggregation must give of a score at the edge; None if it is to compute."""
    if edge == "negative" and aggregation in BOUNDED:
        return "scores_out_of_bounds"
    if aggregation in NEED_POSITIVE and edge in ("zero", "negative"):
        return "scores_not_positive"
    if aggregation in NEED_NONNEGATIVE and edge == "negative":
        return "scores_not_positive"
    return None


@pytest.mark.parametrize("edge", EDGE)
@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_aggregations_at_the_edge(tmp_path, aggregation, edge):
    methodology = {"normalisation": "none", "aggregation": told(aggregation)}
    expected = refusal(aggregation, edge)
    if expected is not None:
        with pytest.raises(ic.ChoiceError, match=r"'a' is (0|-1) in city 0 2020") as refused:
            compute(tmp_path, EDGE[edge], **methodology)
        assert {problem.key for problem in refused.value.problems} == {expected}
        return
    score = compute(tmp_path, EDGE[edge], **methodology).score()[:, 0]
    assert np.isfinite(score).all()
    answer = ANSWERS[aggregation].get(edge)
    if answer is not None:
        assert_allclose(score, answer, rtol=1e-12, atol=1e-15)
    if edge == "identical" and aggregation not in {"product", *WHOLE_SAMPLE}:
        assert_allclose(score, EDGE[edge]["a"], rtol=1e-12)
    if edge == "identical" and aggregation in WHOLE_SAMPLE:
        assert_array_equal(competition_rank(score), [1, 3, 2])


def test_topsis_at_the_edge_by_hand(tmp_path):
    """Weights .5, .25, .25; ideal 2, 3, 5; worst 2, 1, 1: the constant child adds no distance."""
    found = compute(tmp_path, EDGE["constant"], normalisation="none", aggregation="topsis").score()[:, 0]
    above = np.array([1.0, 0.5, np.hypot(0.25, 0.5)])
    below = np.array([0.5, 1.0, np.hypot(0.25, 0.5)])
    assert_allclose(found, below / (above + below), rtol=1e-12)
    same = {code: [2.0, 2.0] for code in "abc"}
    assert_array_equal(compute(tmp_path, same, normalisation="none", aggregation="topsis").score(), [[0.5], [0.5]])


GAP = {"a": [NAN, 2.0, 4.0, 3.0], "b": [3.0, 1.0, 2.0, 4.0], "c": [1.0, 5.0, 3.0, 2.0]}


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_aggregations_of_a_missing_child(tmp_path, aggregation):
    """refuse: by name. propagate: missing there and nowhere else. renormalise: of the children that are there."""
    methodology = {"normalisation": "none", "aggregation": told(aggregation)}
    with pytest.raises(ic.ChoiceError, match=r"'a' has no value in city 0 2020"):
        compute(tmp_path, GAP, **methodology)
    score = compute(tmp_path, GAP, missing="propagate", **methodology).score()[:, 0]
    assert_array_equal(np.isnan(score), [True, False, False, False])
    alone = compute(tmp_path, {code: column[1:] for code, column in GAP.items()}, **methodology).score()[:, 0]
    assert_allclose(score[1:], alone, rtol=1e-12)
    if aggregation in WHOLE_SAMPLE or aggregation == "owa":
        with pytest.raises(ic.ChoiceError, match="needs every child"):
            compute(tmp_path, GAP, missing="renormalise", **methodology)
        return
    score = compute(tmp_path, GAP, missing="renormalise", **methodology).score()[:, 0]
    two = {"b": {"weight": 1}, "c": {"weight": 1}}
    there = {code: GAP[code][:1] for code in "bc"}
    assert score[0] == pytest.approx(compute(tmp_path, there, indicators=two, **methodology).score()[0, 0], rel=1e-12)
    assert_allclose(score[1:], alone, rtol=1e-12)


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_an_index_of_which_nothing_can_be_computed_is_missing_or_refused(tmp_path, aggregation):
    """Every city-year lacks a child, under propagate: no score, and no traceback either."""
    columns = {"a": [NAN, 2.0, NAN], "b": [3.0, NAN, 2.0], "c": [1.0, 5.0, 3.0]}
    try:
        result = compute(tmp_path, columns, normalisation="none", aggregation=told(aggregation), missing="propagate")
    except IndexcalcError:
        return
    assert np.isnan(result.score()).all()


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_a_single_child_is_its_own_score(tmp_path, aggregation):
    """Apart from one that counts cities; owa is told one weight."""
    methodology = {"normalisation": "none", "aggregation": told(aggregation)}
    if aggregation == "owa":
        methodology["aggregation"] = {"method": "owa", "order_weights": [1]}
    score = compute(tmp_path, {"a": [3.0, 1.0, 2.0]}, indicators={"a": {}}, **methodology).score()[:, 0]
    pairwise = [2.0, -2.0, 0.0]
    expected = {"copeland": pairwise, "kemeny": pairwise}
    assert_allclose(score, expected.get(aggregation, [3.0, 1.0, 2.0]), rtol=1e-12)


# --- inputs at the edge, weightings -----------------------------------------------------------------------------------

# Weights of a, b, c where the file says 2, 1, 1, and the comparisons 4, 2, 1.
STATED = {
    "budget_allocation": [0.4, 0.3, 0.3],
    "given": [0.5, 0.25, 0.25],
    "equal": [1 / 3] * 3,
    "ahp": [4 / 7, 2 / 7, 1 / 7],
}
# What a weighting says of figures at the edge: a key, or nothing if it weighs them.
REFUSED = {
    "zero": {"merec": "weighting_negative"},
    "negative": {
        "merec": "weighting_negative",
        "entropy": "weighting_negative",
        "benefit_of_the_doubt": "weighting_negative",
        **dict.fromkeys(COMBINED, "weighting_negative"),  # their objective part is the entropy
    },
    "constant": dict.fromkeys(LOOKING - {"benefit_of_the_doubt"}, "weighting_constant"),
    "one_city": dict.fromkeys(LOOKING - {"benefit_of_the_doubt"}, "weighting_constant"),
    "identical": {},
}
AGREEING = {  # no column runs against another, so that no first component weighs one below 0
    "zero": {"a": [0.0, 2.0, 4.0, 5.0], "b": [1.0, 1.5, 2.0, 3.0], "c": [1.0, 4.0, 3.0, 6.0]},
    "negative": {"a": [-1.0, 2.0, 4.0, 5.0], "b": [1.0, 1.5, 2.0, 3.0], "c": [1.0, 4.0, 3.0, 6.0]},
    "constant": EDGE["constant"],
    "identical": EDGE["identical"],
    "one_city": EDGE["one_city"],
}


@pytest.mark.parametrize("edge", AGREEING)
@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_weightings_at_the_edge(tmp_path, weighting, edge):
    methodology = {"normalisation": "none", "weighting": told(weighting)}
    key = REFUSED[edge].get(weighting)
    if key is not None:
        value = {"zero": "0", "negative": "-1", "constant": r"2(\.0)?", "one_city": r"3(\.0)?"}[edge]
        with pytest.raises(ic.ChoiceError, match=rf"'a' (is|has one value) \(?{value}") as refused:
            compute(tmp_path, AGREEING[edge], **methodology)
        assert {problem.key for problem in refused.value.problems} == {key}
        return
    result = compute(tmp_path, AGREEING[edge], **methodology)
    assert np.isfinite(result.score()).all()
    weights = result.weights[1:]
    if weighting in STATED:
        assert_allclose(weights, STATED[weighting], rtol=1e-12)
    if weighting != "benefit_of_the_doubt":
        assert weights.sum() == pytest.approx(1.0)
    if edge == "identical" and weighting in LOOKING - COMBINED - {"benefit_of_the_doubt", "target_influence"}:
        assert_allclose(weights, [1 / 3] * 3, rtol=1e-9)  # who says the same weighs the same
    if edge == "identical" and weighting == "benefit_of_the_doubt":
        assert_allclose(result.score()[:, 0], [1, 1 / 3, 2 / 3], rtol=1e-9)  # against the best
    if edge == "one_city" and weighting == "benefit_of_the_doubt":
        assert result.score()[0, 0] == pytest.approx(1.0)


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
@pytest.mark.parametrize("edge", ["constant", "one_city"])
def test_a_constant_column_is_refused_at_the_door_of_min_max(tmp_path, aggregation, edge):
    with pytest.raises(ic.ChoiceError, match=r"Indicator 'a' has one value"):
        compute(tmp_path, EDGE[edge], **aggregation_of(aggregation))


@pytest.mark.parametrize("edge", ["zero", "negative", "identical"])
@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_min_max_takes_the_edge_off(tmp_path, weighting, edge):
    """Zeros and negatives of the figures are no zeros and negatives of scores on 1..10."""
    result = compute(tmp_path, AGREEING[edge], **weighting_of(weighting))
    assert np.isfinite(result.score()).all()


AGREEING_GAP = {"a": [NAN, 2.0, 4.0, 5.0, 1.0], "b": [1.0, 1.5, 2.0, 3.0, 1.2], "c": [1.0, 4.0, 3.0, 6.0, 2.0]}


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_weightings_of_a_missing_child(tmp_path, weighting):
    """refuse: by name. propagate: missing there and nowhere else. A gap must not raise a weight to much."""
    methodology = {"normalisation": "none", "weighting": told(weighting)}
    with pytest.raises(ic.ChoiceError, match=r"'a' has no value in city 0 2020"):
        compute(tmp_path, AGREEING_GAP, **methodology)
    result = compute(tmp_path, AGREEING_GAP, missing="propagate", **methodology)
    assert_array_equal(np.isnan(result.score()[:, 0]), [True, False, False, False, False])
    assert np.isfinite(result.weights).all()
    whole = compute(tmp_path, {code: column[1:] for code, column in AGREEING_GAP.items()}, **methodology)
    if weighting in ("given", "equal", "ahp", "benefit_of_the_doubt", "merec"):  # the incomplete row bears on nothing
        assert_allclose(result.score()[1:], whole.score(), rtol=1e-9)
    assert result.weights[1] < 1.5 * whole.weights[1]


@pytest.mark.parametrize("nested", [False, True])
def test_virtual_weights_have_no_sums_over_the_indicators_below(tmp_path, nested):
    """Benefit of the doubt over all indicators in one set, brought to shares in each dimension, would be neither."""
    columns = {**EDGE["zero"], "d": [2.0, 1.0, 3.0]}
    flat = {code: {} for code in "abcd"}
    halves = {"one": {"indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}, "d": {}}}}
    framework = make_framework(halves) if nested else make_framework(indicators=flat)
    weighting = {"method": "benefit_of_the_doubt", "scope": "indicators"}
    with pytest.raises(ic.ChoiceError, match="benefit_of_the_doubt"):
        build(make_panel(columns), framework, normalisation="none", weighting=weighting)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_renormalising_leaves_complete_city_years_alone(tmp_path, weighting):
    """The rule is about missing children: who has all of them scores as under refuse. Virtual weights have no sum."""
    columns = {code: column[1:] for code, column in AGREEING_GAP.items()}
    methodology = {"normalisation": "none", "weighting": told(weighting)}
    if weighting == "benefit_of_the_doubt":
        with pytest.raises(ic.ChoiceError, match=r"a weighted sum of complete scores; found .*missing 'renormalise'"):
            compute(tmp_path, columns, missing="renormalise", **methodology)
        return
    expected = compute(tmp_path, columns, **methodology).score()
    assert_allclose(compute(tmp_path, columns, missing="renormalise", **methodology).score(), expected, rtol=1e-9)


@pytest.mark.parametrize("weighting", sorted(LOOKING - COMBINED - {"benefit_of_the_doubt"}))
def test_a_column_that_is_constant_within_a_year_is_refused_where_each_year_is_weighed(tmp_path, weighting):
    """A weight of 0 in that year alone would take the indicator out in silence."""
    columns = {
        "a": [1.0, 2.0, 4.0, 5.0, 5.0, 5.0],
        "b": [1.0, 1.5, 2.0, 3.0, 1.2, 1.1],
        "c": [1.0, 4.0, 3.0, 6.0, 2.0, 2.5],
    }
    where = {"cities": ["x", "y", "z"] * 2, "years": [2019] * 3 + [2020] * 3}
    with pytest.raises(ic.ChoiceError, match=r"'a'.*(one value|2020)"):
        compute(tmp_path, columns, **where, normalisation="none", weighting={"method": weighting, "per": "year"})


@pytest.mark.parametrize("scope", ["within", "levels", "indicators"])
@pytest.mark.parametrize("weighting", sorted(LOOKING))
def test_a_dimension_without_any_score_does_not_break_the_weights(tmp_path, weighting, scope):
    """One of two dimensions lacks an indicator in every city-year: missing or refused, and no warning of numpy's."""
    if weighting in COMBINED:
        return
    framework = {
        "dimensions": {"one": {"indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}, "d": {}}}},
    }
    columns = {
        "a": [1.0, NAN, 2.0, NAN],
        "b": [NAN, 2.0, NAN, 3.0],
        "c": [1.0, 3.0, 2.0, 4.0],
        "d": [1.5, 2.0, 2.5, 6.0],
    }
    methodology = {"normalisation": "none", "missing": "propagate", "weighting": {"method": weighting, "scope": scope}}
    path = tmp_path / "f.yaml"
    path.write_text(yaml.safe_dump({"framework": framework, "methodology": methodology}), "utf-8")
    try:
        specification = ic.load_specification(path)
        panel = ic.Panel.from_columns(["x", "y", "z", "w"], [2020] * 4, columns)
        result = ic.build_index(panel, specification.framework, specification.methodology)
    except IndexcalcError:
        return
    assert np.isnan(result.score("one")).all()
    assert np.isnan(result.score()).all()
    assert np.isfinite(result.score("two")).all()


# --- what screening leaves out ----------------------------------------------------------------------------------------

SPARSE = {"a": [1.0, 2.0, 3.0, 4.0], "b": [2.0, 2.5, 4.0, 3.0], "c": [1.0, NAN, NAN, NAN]}
LEFT_OUT = [{"of": "indicator", "minimum": 0.5, "action": "leave_out"}]


@pytest.mark.parametrize("methodology", EVERY)
def test_an_indicator_left_out_by_screening_leaves_an_index_or_a_refusal(tmp_path, methodology):
    """Comparisons of three children, or three order weights, do not fit the two that are left: told by name."""
    try:
        result = compute(tmp_path, SPARSE, screening=LEFT_OUT, **methodology)
    except IndexcalcError as refused:
        assert "'index'" in str(refused)
        return
    assert [node.code for node in result.nodes] == ["index", "a", "b"]
    assert np.isfinite(result.score()).all()
    assert result.score().max() > 0
    if "benefit_of_the_doubt" not in str(methodology):
        assert result.weights[1:].sum() == pytest.approx(1.0)


@pytest.mark.parametrize("of", ["city", "indicator"])
def test_screening_that_leaves_nothing_is_refused(tmp_path, of):
    """An index of nothing is not 0."""
    columns = {"a": [1.0, NAN, NAN], "b": [NAN, 1.0, NAN], "c": [NAN, NAN, 2.0]}
    rule = [{"of": of, "minimum": 0.9, "action": "leave_out"}]
    with pytest.raises(IndexcalcError):
        compute(tmp_path, columns, screening=rule, missing="renormalise", normalisation="none")


# --- choices made in Python, that no YAML has been checked for --------------------------------------------------------

THREE = {"a": [1.0, 2.0, 3.0, 4.0], "b": [2.0, 1.0, 4.0, 3.0], "c": [1.0, 3.0, 2.0, 4.0]}
IN_PYTHON = {
    "order weights for another number of children": {"aggregation": {"method": "owa", "order_weights": [1, 2]}},
    "comparisons of another number of children": {"weighting": {"method": "ahp", "matrix": [[1, 2], [0.5, 1]]}},
    "comparisons of other children": {
        "weighting": {"method": "ahp", "matrix": [[1] * 3] * 3, "order": ["a", "b", "d"]}
    },
    "comparisons that contradict each other": {
        "weighting": {"method": "ahp", "matrix": [[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]]}
    },
    "shares that cannot add up": {"weighting": {"method": "benefit_of_the_doubt", "lower": 0.5}},
    "one set of weights for each year": {"aggregation": "topsis", "weighting": {"method": "entropy", "per": "year"}},
    "a whole sample that may lack a child": {"aggregation": "topsis", "missing": "renormalise"},
    "order weights that may lack a child": {"aggregation": told("owa"), "missing": "renormalise"},
}


@pytest.mark.parametrize("choices", IN_PYTHON.values(), ids=IN_PYTHON)
def test_what_a_file_could_not_say_python_cannot_either(choices):
    """The uncertainty analysis varies a methodology without a file: each choice is held against the nodes again."""
    framework = make_framework(indicators={code: {} for code in "abc"})
    with pytest.raises(ic.ChoiceError, match="'index'"):
        build(make_panel({code: [[x, x + 1] for x in column] for code, column in THREE.items()}), framework, **choices)


def test_posts_beside_a_direction_that_does_not_keep_the_unit_in_python():
    own = {"direction": {"middle": 2}, "normalisation": {"method": "goalposts", "low": 0, "high": 9}}
    with pytest.raises(ic.ChoiceError, match="'goalposts' of 'a'"):
        build(make_panel(THREE), make_framework(indicators={"a": own, "b": {}, "c": {}}))


# --- where a refusal says the choice stands ---------------------------------------------------------------------------


def test_two_nodes_with_a_fault_each_are_told_where_each_is_written(tmp_path):
    """Both matrices, each with its own line; the aggregation, which neither says, has nothing to do with it."""
    path = tmp_path / "f.yaml"
    path.write_text(
        "framework:\n"
        "  dimensions:\n"
        "    one: {weighting: {method: ahp, matrix: [[1, 2], [3, 1]]}, indicators: {a: {}, b: {}}}\n"
        "    two: {weighting: {method: ahp, matrix: [[1, 2], [4, 1]]}, indicators: {c: {}, d: {}}}\n",
        "utf-8",
    )
    with pytest.raises(ic.ChoiceError, match=r"(?s)line 3, .*one\.weighting: .*line 4, .*two\.weighting: "):
        ic.load_specification(path)


def test_a_method_that_needs_values_above_0_says_so(tmp_path):
    """MEREC takes logarithms: 0 is too little, and 'at least 0' would be no answer."""
    with pytest.raises(ic.ChoiceError, match=r"'merec' needs values above 0, but 'a' is 0 in"):
        compute(tmp_path, EDGE["zero"], normalisation="none", weighting="merec")


@pytest.mark.parametrize("aggregation", ["topsis", "mazziotta_pareto"])
def test_figures_too_large_to_be_reckoned_with_are_refused_not_lost(aggregation):
    """Their squares overflow: no score, where every part has one, is never passed on in silence."""
    panel = make_panel({"a": [1e300, 2e300, 9e300], "b": [1e300, 8e300, 2e300]})
    framework = make_framework(indicators={"a": {"weight": 2}, "b": {}})
    said = f"'{aggregation}' gives 'index' no finite score in .*乙 2019, 丙 2019, though every part has one"
    with np.errstate(all="ignore"), pytest.raises(ic.ChoiceError, match=said) as raised:
        build(panel, framework, normalisation="none", aggregation=aggregation)
    assert "算不出'index'在" in raised.value.problems[0].text("zh")


def test_the_dimensions_keep_their_written_shares_where_only_indicators_are_weighed():
    """scope within: entropy weighs the indicators of each dimension; the dimensions stay 3 to 1, as shares."""
    dimensions = {
        "one": {"weight": 3.0, "indicators": {"a": {}, "b": {}}},
        "two": {"weight": 1.0, "indicators": {"c": {}, "d": {}}},
    }
    result = build(make_panel(), make_framework(dimensions), weighting="entropy")
    assert [float(result.weights[result.position(code)]) for code in ("one", "two")] == [0.75, 0.25]
    assert result.effective[[result.position(code) for code in "abcd"]].sum() == pytest.approx(1.0)


def test_topsis_over_a_single_child_is_that_child():
    """The closeness of the one dimension, and not that stretched again to 0 and 1."""
    panel = make_panel({"a": [1, 5, 3, 9, 4], "b": [20, 10, 40, 35, 5]}, cities="ABCDE")
    framework = make_framework({"only": {"indicators": {"a": {}, "b": {"direction": "negative"}}}})
    found = build(panel, framework, aggregation="topsis")
    assert_array_equal(found.score(), found.score("only"))
    assert found.score().min() > 0 and found.score().max() < 1


# --- ratios of nodes, and nodes turned round --------------------------------------------------------------------------


def two_sides(**of_index):
    """Two dimensions of two indicators."""
    dimensions = {"one": {"indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}, "d": {}}}}
    return ic.Framework.model_validate({"dimensions": dimensions, **of_index})


def above_0():
    rng = np.random.default_rng(5)
    return make_panel({code: rng.uniform(1.0, 9.0, (6, 1)) for code in "abcd"}, cities="ABCDEF", years=[2020])


def test_the_ratio_of_two_dimensions_and_its_complement():
    panel = above_0()
    plain = build(panel, two_sides(aggregation="ratio"), normalisation="none")
    assert_allclose(plain.score(), plain.score("one") / plain.score("two"), rtol=1e-15)
    turned = build(panel, two_sides(aggregation="ratio", direction="negative", scale=[0, 1]), normalisation="none")
    assert_allclose(turned.score(), 1 - plain.score(), rtol=1e-13)
    assert_array_equal(turned.rank(), 7 - plain.rank())


def test_a_dimension_is_turned_round_on_the_scale_of_its_indicators():
    """[1, 10] by the normalisation: the best dimension has the worst score; the index is the mean of what is turned."""
    scale = {"normalisation": ON_TEN}
    framework = two_sides()
    before = build(above_0(), framework, **scale)
    one = framework.dimensions["one"].model_copy(update={"direction": "negative"})
    after = build(above_0(), framework.model_copy(update={"dimensions": {**framework.dimensions, "one": one}}), **scale)
    assert_allclose(after.score("one"), 11 - before.score("one"), rtol=1e-13)
    assert_allclose(after.score(), (11 - before.score("one") + before.score("two")) / 2, rtol=1e-13)
    assert [node.falls for node in after.nodes if not node.is_indicator] == [False, True, False]


def test_what_a_ratio_and_a_turned_node_cannot_be_is_refused_by_name():
    with pytest.raises(ic.ChoiceError, match=r"'ratio' of 'index' takes exactly 2 children, but it has 3 \(a, b, c\)"):
        framework = ic.Framework.model_validate({"aggregation": "ratio", "indicators": {code: {} for code in "abc"}})
        build(above_0(), framework, normalisation="none")
    for methods in ({"aggregation": "ratio", "normalisation": ON_TEN}, {"normalisation": "z_score"}):
        with pytest.raises(ic.ChoiceError, match=r"direction: negative of 'index'.*scale: \[lower, upper\]"):
            build(above_0(), two_sides(direction="negative"), **methods)
    zeros = make_panel({"a": [1.0, 0.0], "b": [1.0, 2.0]})
    with pytest.raises(ic.ChoiceError, match=r"'ratio' of 'index' needs scores above 0, but 'a' is 0"):
        framework = ic.Framework.model_validate({"indicators": {"a": {}, "b": {}}})
        build(zeros, framework, normalisation="none", aggregation="ratio")


def test_a_missing_side_leaves_no_ratio():
    panel = make_panel({"a": [1.0, np.nan, 3.0], "b": [2.0, 2.0, 4.0]})
    framework = ic.Framework.model_validate({"aggregation": "ratio", "indicators": {"a": {}, "b": {}}})
    score = build(panel, framework, normalisation="none", missing="propagate").score().ravel()
    assert_allclose(score[~np.isnan(score)], [0.5, 0.75])
    with pytest.raises(ic.ChoiceError, match="needs every child"):
        build(panel, framework, normalisation="none", missing="renormalise")


def test_what_takes_the_index_for_a_mean_refuses_a_ratio_and_a_turned_node():
    """Contributions, obstacles, bounds: by name. Indicators below are not said to run against the index."""
    for of_index, name in (
        ({"aggregation": "ratio"}, "ratio"),
        ({"direction": "negative"}, "arithmetic, direction: negative"),
    ):
        result = build(above_0(), two_sides(**of_index), normalisation=ON_TEN)
        for analysis in (score_contributions, obstacles, linear_index):
            with pytest.raises(ic.ChoiceError, match=name):
                analysis(result)
        assert {one for one in influence(result).against if one in ("index", "both")} == set()
