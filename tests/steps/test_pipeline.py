"""From a panel to an index: hand-worked indices, and what must hold whatever the figures are."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.errors import InputError
from indexcalc.methods.ranking import competition_rank
from indexcalc.origin import Origin
from tests.conftest import build, make_framework, make_methodology, make_panel

NAN = np.nan
MIN_MAX_100 = {"method": "min_max", "lower": 1, "upper": 100}
UNNORMALISED = {"normalisation": "none"}
ADMISSIBLE = [
    {"normalisation": {"method": normalisation, "lower": 1, "upper": 100}, "aggregation": aggregation, **reference}
    for normalisation in ("min_max", "percentile_rank")
    for aggregation in ("arithmetic", "geometric")
    for reference in ({}, {"reference": "year"})
]


def literal_scores(node, scores, aggregation):
    """The index restated as a recursion over the framework's own words: {city-year: score} of the node."""
    children = {**node.get("dimensions", {}), **node.get("indicators", {})}
    kept = {code: child for code, child in children.items() if child.get("weight", 1.0) > 0}
    total = sum(child.get("weight", 1.0) for child in kept.values())
    result = 0.0 if aggregation == "arithmetic" else 1.0
    for code, child in kept.items():
        is_dimension = "indicators" in child or "dimensions" in child
        z = literal_scores(child, scores, aggregation) if is_dimension else scores[code]
        share = child.get("weight", 1.0) / total
        result = result + share * z if aggregation == "arithmetic" else result * z**share
    return result


def literal_min_max(x, reference):
    """Scores 1..100 of one indicator [city, year], one city-year at a time."""
    z = np.empty(x.shape)
    for c, t in np.ndindex(x.shape):
        seen = [x[i, s] for i, s in np.ndindex(x.shape) if reference == "pooled" or s == t]
        z[c, t] = 1.0 + 99.0 * (x[c, t] - min(seen)) / (max(seen) - min(seen))
    return z


CITIES, YEARS = st.integers(2, 5), st.integers(1, 3)


@st.composite
def panels(draw, codes="abcd", n_city=CITIES, n_year=YEARS):
    """Figures between 1 and 1000, all different within an indicator, so that none is constant in any year."""
    cities, years = draw(n_city), draw(n_year)
    columns = {}
    for code in codes:
        figures = draw(st.lists(st.integers(1, 1000), min_size=cities * years, max_size=cities * years, unique=True))
        columns[code] = np.array(figures, float).reshape(cities, years)
    return make_panel(columns, cities=[f"市{i}" for i in range(cities)])


@st.composite
def trees(draw, depth=3):
    """A framework of any shape: nodes that hold indicators, dimensions or both, with weights from 0 to 9."""
    counter = iter(range(1000))

    def node(levels):
        written = {"weight": float(draw(st.integers(1, 9)))}
        indicators = draw(st.integers(0 if levels else 1, 3))
        dimensions = draw(st.integers(0 if indicators else 1, 2)) if levels else 0
        written["indicators"] = {
            f"i{next(counter)}": {
                "weight": float(draw(st.integers(1 if position == 0 else 0, 9))),
                "direction": draw(st.sampled_from(["positive", "negative"])),
            }
            for position in range(indicators)
        }
        written["dimensions"] = {f"d{next(counter)}": node(levels - 1) for _ in range(dimensions)}
        return written

    root = node(depth)
    root.pop("weight")
    return root


def indicators_of(tree):
    yield from tree["indicators"].items()
    for child in tree["dimensions"].values():
        yield from indicators_of(child)


# --- an index by hand -----------------------------------------------------------------------------------------------


def test_an_index_by_hand():
    """Two dimensions, weights 1 : 3 between them, pm25 negative; every figure on paper.

    a: 0, 5, 10 -> 0, .5, 1; b: 10, 20, 40 -> 0, 1/3, 1; one = (a + 2 b)/3 -> 0, 7/18, 1.
    pm25: 30, 20, 25 -> 0, 1, .5; two = the same. index = (one + 3 two)/4.
    """
    framework = make_framework(
        {
            "one": {"weight": 1, "indicators": {"a": {"weight": 1}, "b": {"weight": 2}}},
            "two": {"weight": 3, "indicators": {"pm25": {"direction": "negative"}}},
        }
    )
    result = build(make_panel({"a": [0, 5, 10], "b": [10, 20, 40], "pm25": [30, 20, 25]}), framework)
    assert_allclose(result.score("one")[:, 0], [0.0, 7 / 18, 1.0], rtol=1e-14)
    assert_allclose(result.score("two")[:, 0], [0.0, 1.0, 0.5], rtol=1e-14)
    assert_allclose(result.score()[:, 0], [0.0, (7 / 18 + 3) / 4, 2.5 / 4], rtol=1e-14)
    assert_array_equal(result.rank()[:, 0], [3, 1, 2])
    weights = dict(zip(result.weight_table()["node"], result.weight_table()["effective_weight"], strict=True))
    assert_allclose([weights[c] for c in ("one", "a", "b", "two", "pm25")], [1 / 4, 1 / 12, 1 / 6, 3 / 4, 3 / 4])


def test_a_geometric_index_by_hand():
    """Without normalisation: one = sqrt(1 * 4) = 2, two = sqrt(2 * 32) = 8, index = sqrt(2 * 8) = 4."""
    panel = make_panel({"a": [1, 1], "b": [4, 1], "c": [2, 1], "d": [32, 1]})
    result = build(panel, aggregation="geometric", **UNNORMALISED)
    assert_allclose(result.score()[:, 0], [4.0, 1.0], rtol=1e-14)


@given(st.data())
def test_any_framework_against_a_literal_recursion(data):
    """Random trees, weights, directions and figures, both aggregations, pooled and per-year references."""
    tree = data.draw(trees())
    declared = dict(indicators_of(tree))
    panel = data.draw(panels(codes=tuple(declared), n_city=st.integers(2, 4), n_year=st.integers(1, 2)))
    aggregation = data.draw(st.sampled_from(["arithmetic", "geometric"]))
    reference = data.draw(st.sampled_from(["pooled", "year"]))
    result = build(
        panel,
        make_framework(tree["dimensions"], indicators=tree["indicators"]),
        normalisation=MIN_MAX_100,
        aggregation=aggregation,
        reference=reference,
    )
    signed = {
        code: panel.series(code) * (-1.0 if own["direction"] == "negative" else 1.0) for code, own in declared.items()
    }
    scores = {code: literal_min_max(x, reference) for code, x in signed.items()}
    expected = literal_scores(tree, scores, aggregation)
    assert_allclose(result.score(), expected, rtol=1e-10)
    assert_array_equal(result.rank(), competition_rank(result.score()))


# --- names and order never matter -----------------------------------------------------------------------------------


@given(panels(), st.randoms(use_true_random=False), st.sampled_from(ADMISSIBLE))
def test_permuting_cities_permutes_the_results(panel, random, choices):
    order = list(range(len(panel.cities)))
    random.shuffle(order)
    shuffled = ic.Panel.from_values([panel.cities[i] for i in order], panel.years, panel.codes, panel.values[order])
    before, after = build(panel, **choices), build(shuffled, **choices)
    assert_allclose(after.scores, before.scores[order], rtol=1e-12)
    assert_array_equal(after.ranks, before.ranks[order])


@given(panels(), st.sampled_from(ADMISSIBLE))
def test_renaming_cities_changes_no_number(panel, choices):
    """Names that sort the other way round: Ω9, Ω8, ..."""
    renamed = dataclasses.replace(panel, cities=tuple(f"Ω{9 - i}" for i in range(len(panel.cities))))
    before, after = build(panel, **choices), build(renamed, **choices)
    assert_array_equal(after.scores, before.scores)
    assert_array_equal(after.ranks, before.ranks)


@given(panels(), st.permutations("abcd"), st.sampled_from(ADMISSIBLE))
def test_permuting_the_columns_of_the_panel_changes_nothing(panel, order, choices):
    at = [panel.codes.index(code) for code in order]
    permuted = ic.Panel.from_values(panel.cities, panel.years, order, panel.values[:, :, at])
    before, after = build(panel, **choices), build(permuted, **choices)
    assert_array_equal(after.scores, before.scores)


@given(panels(), st.booleans(), st.booleans(), st.booleans())
def test_the_order_of_the_yaml_changes_no_score(panel, first, second, both):
    weights = {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0}

    def dimension(codes, weight, turned):
        codes = codes[::-1] if turned else codes
        return {"weight": weight, "indicators": {code: {"weight": weights[code]} for code in codes}}

    def framework(first, second, both):
        dimensions = {"one": dimension("ab", 1.0, first), "two": dimension("cd", 3.0, second)}
        return make_framework(dict(reversed(dimensions.items())) if both else dimensions)

    plain = build(panel, framework(False, False, False), normalisation=MIN_MAX_100)
    turned = build(panel, framework(first, second, both), normalisation=MIN_MAX_100)
    for code in ("index", "one", "two", *"abcd"):
        assert_allclose(turned.score(code), plain.score(code), rtol=1e-12)


@given(panels(n_year=st.just(2)), st.randoms(use_true_random=False))
def test_permuting_the_rows_of_a_table_changes_nothing(panel, random):
    rows = [(city, year) for city in panel.cities for year in panel.years]
    random.shuffle(rows)
    at = [(panel.cities.index(city), panel.years.index(year)) for city, year in rows]
    columns = {code: [panel.series(code)[c, t] for c, t in at] for code in panel.codes}
    shuffled = ic.Panel.from_columns([city for city, _ in rows], [year for _, year in rows], columns)
    before, after = build(panel), build(shuffled)
    for city in panel.cities:
        was, now = panel.cities.index(city), shuffled.cities.index(city)
        assert_allclose(after.scores[now], before.scores[was], rtol=1e-12)


# --- what the figures may do without changing the index -------------------------------------------------------------


@given(panels(), st.sampled_from("abcd"), st.floats(1e-3, 1e3), st.sampled_from(ADMISSIBLE))
def test_changing_the_unit_of_an_indicator_changes_no_score(panel, code, factor, choices):
    values = panel.values.copy()
    values[:, :, panel.position(code)] *= factor
    changed = ic.Panel.from_values(panel.cities, panel.years, panel.codes, values)
    assert_allclose(build(changed, **choices).scores, build(panel, **choices).scores, rtol=1e-9)


@given(panels(), st.sets(st.sampled_from("abcd")), st.sampled_from(ADMISSIBLE))
def test_flipping_values_and_direction_together_changes_nothing(panel, flipped, choices):
    values = panel.values.copy()
    for code in flipped:
        values[:, :, panel.position(code)] *= -1.0
    turned = ic.Panel.from_values(panel.cities, panel.years, panel.codes, values)
    framework = make_framework(
        {
            name: {"indicators": {c: {"direction": "negative" if c in flipped else "positive"} for c in codes}}
            for name, codes in (("one", "ab"), ("two", "cd"))
        }
    )
    assert_array_equal(build(turned, framework, **choices).scores, build(panel, **choices).scores)


@given(panels(), st.sampled_from([*ADMISSIBLE, {"normalisation": "z_score"}]), st.data())
def test_a_city_better_everywhere_never_ranks_lower(panel, choices, data):
    """The second city is given the first one's figures plus something; c and d are negative: minus something."""
    values = panel.values.copy()
    for k, code in enumerate(panel.codes):
        for t in range(len(panel.years)):
            better = data.draw(st.integers(0, 50))
            values[1, t, k] = values[0, t, k] + (better if code in "ab" else -better)
    values[1] += np.where(np.isin(panel.codes, ["a", "b"]), 0.5, -0.5)  # never constant in a year
    ahead = ic.Panel.from_values(panel.cities, panel.years, panel.codes, values)
    negative = {"direction": "negative"}
    framework = make_framework(
        {"one": {"indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": negative, "d": negative}}}
    )
    ranks = build(ahead, framework, **choices).rank()
    assert (ranks[1] <= ranks[0]).all()


@given(panels(), st.sampled_from(ADMISSIBLE))
def test_every_node_stays_within_the_bounds_of_its_scores(panel, choices):
    scores = build(panel, **choices).scores
    assert (scores >= 1 - 1e-9).all()
    assert (scores <= 100 + 1e-9).all()


@given(panels())
def test_geometric_never_exceeds_arithmetic(panel):
    arithmetic = build(panel, normalisation=MIN_MAX_100)
    geometric = build(panel, normalisation=MIN_MAX_100, aggregation="geometric")
    assert (geometric.scores <= arithmetic.scores + 1e-9).all()


@given(panels())
def test_weights_sum_to_one_under_every_node(panel):
    framework = make_framework(
        {"one": {"weight": 5.0, "indicators": {"a": {"weight": 7}, "b": {}}}, "two": {"indicators": {"c": {}, "d": {}}}}
    )
    result = build(panel, framework)
    for node in result.nodes:
        if node.children:
            assert_allclose(result.weights[list(node.children)].sum(), 1.0, rtol=1e-14)
    leaves = [i for i, node in enumerate(result.nodes) if node.is_indicator]
    assert_allclose(result.effective[leaves].sum(), 1.0, rtol=1e-14)


# --- refusals by name -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("normalisation", ["min_max", "z_score", "percentile_rank"])
def test_a_constant_indicator_is_refused_by_name(normalisation):
    panel = make_panel({**columns_of(), "b": np.full((4, 3), 7.0)})
    with pytest.raises(ic.ChoiceError, match=r"Indicator 'b' has one value \(7\.0\) in all 12 city-years: it cannot"):
        build(panel, normalisation=normalisation)


def test_an_indicator_constant_in_one_year_is_refused_under_a_yearly_reference_only():
    columns = columns_of()
    columns["b"][:, 1] = 5.0
    build(make_panel(columns))
    with pytest.raises(ic.ChoiceError, match=r"Indicator 'b' has one value \(5\.0\) in all 4 city-years of 2020:"):
        build(make_panel(columns), reference="year")
    columns["a"][:, 1:] = 3.0
    with pytest.raises(ic.ChoiceError) as refused:
        build(make_panel(columns), reference="year")
    assert [problem.key for problem in refused.value.problems] == ["constant", "constant_in_years"]
    assert "pooled" not in str(refused.value)  # a is 3 in both years: together they are no better


def test_an_indicator_constant_but_for_rounding_is_refused():
    """0.3/0.1, 0.6/0.2 and 0.9/0.3 are all 3, but for the last bit: that is no difference to rank cities by."""
    framework = make_framework(indicators={"q": {"ratio": {"of": "x", "to": "y"}}}, series={"x": {}, "y": {}})
    panel = make_panel({"x": [0.3, 0.6, 0.9], "y": [0.1, 0.2, 0.3]})
    with pytest.raises(ic.ChoiceError, match="Indicator 'q' has one value"):
        build(panel, framework)


def test_all_constant_indicators_are_named_at_once():
    panel = make_panel({**columns_of(), "a": np.full((4, 3), 1.0), "d": np.full((4, 3), 2.0)})
    with pytest.raises(ic.ChoiceError, match=r"(?s)Indicator 'a' .*\n.*Indicator 'd' ") as refused:
        build(panel)
    assert [problem.key for problem in refused.value.problems] == ["constant", "constant"]


def test_an_infinite_value_is_refused_by_name():
    columns = columns_of()
    columns["c"][1, 2] = np.inf
    columns["c"][1, 1] = -np.inf
    with pytest.raises(ic.InputError, match=r"'c' is infinite in 乙 2020-2021\."):
        build(make_panel(columns))


def test_a_derived_value_that_is_too_large_is_refused_by_name_alone():
    """No warning of the arithmetic beside it."""
    framework = make_framework(
        indicators={"b": {}, "per_head": {"ratio": {"of": "a", "to": "people", "scale": 100}}},
        series={"a": {}, "people": {}},
    )
    panel = make_panel({"a": [[1e308, 1], [2, 3]], "b": [[1, 2], [3, 4]], "people": [[1e-308, 1], [1, 1]]})
    with pytest.raises(ic.InputError, match=r"'per_head' is infinite in 甲 2019\."):
        build(panel, framework)


def test_an_empty_column_is_refused_by_name():
    panel = make_panel({**columns_of(), "d": np.full((4, 3), NAN)})
    with pytest.raises(ic.InputError, match="'d' has no figures at all"):
        build(panel)


def test_a_derived_indicator_is_never_a_column_of_the_same_code():
    panel = make_panel({"a": [[1, 2]], "b": [[2, 2]], "r": [[9, 9]]}, cities="甲", years=(2020, 2021))
    framework = make_framework(indicators={"a": {}, "b": {}, "r": {"ratio": {"of": "a", "to": "b"}}})
    for codes in ("abr", "rab"):
        derived = build(panel.select(tuple(codes)), framework, normalisation="none").derived
        assert derived.series("r").tolist() == [[0.5, 1.0]]


def test_leaving_everything_out_is_refused_by_name():
    framework = make_framework(indicators={"a": {}, "b": {}})
    with pytest.raises(ic.ChoiceError, match="Nothing is left to compute"):
        build(make_panel(), framework.without(["a", "b"]))


def test_a_missing_column_is_refused_by_name():
    panel = make_panel({"a": columns_of()["a"]})
    with pytest.raises(ic.InputError, match=r"(?s)'b' \(b\) is missing.*'c' \(c\) is missing.*'d' \(d\) is missing"):
        build(panel)


def test_a_panel_without_any_city_year_is_refused():
    panel = make_panel({code: np.full((2, 1), NAN) for code in "abcd"})
    with pytest.raises(ic.InputError, match="No city-year is left to compute"):
        build(panel)


@pytest.mark.parametrize(("score", "told"), [(20.0, "0"), (10.0, "-0.153846")])
def test_a_geometric_mean_refuses_computed_scores_at_or_below_zero(score, told):
    """Goalposts promise no positive score: it is seen on the figures, and named."""
    posts = {"method": "goalposts", "low": 20, "high": 85, "cap": False}
    framework = make_framework(indicators={"life": {"normalisation": posts}, "b": {}})
    panel = make_panel({"life": [score, 80.0, 70.0], "b": [1, 2, 3]})
    with pytest.raises(
        ic.ChoiceError,
        match=rf"(?s)Aggregation 'geometric' of 'index' needs scores above 0, but 'life' is {told} in 甲 2019",
    ):
        build(panel, framework, aggregation="geometric", normalisation=MIN_MAX_100)


def test_a_geometric_index_refuses_a_dimension_at_zero():
    """Both children of 'one' are lowest in the same city: its arithmetic score is 0."""
    framework = make_framework(
        {
            "one": {"aggregation": "arithmetic", "indicators": {"a": {}, "b": {}}},
            "two": {"indicators": {"c": {"normalisation": MIN_MAX_100}}},
        }
    )
    panel = make_panel({"a": [1, 2, 3], "b": [1, 3, 2], "c": [1, 2, 3]})
    with pytest.raises(ic.ChoiceError, match=r"'geometric' of 'index' needs scores above 0, but 'one' is 0 in 甲 2019"):
        build(panel, framework, aggregation="geometric")


def test_a_failing_node_is_told_once_and_not_again_by_its_parents():
    """d is missing in one city: 'one' is blameless, and 'two' and the index only suffer from it."""
    panel = make_panel({"a": [1, 2, 3], "b": [2, 1, 3], "c": [3, 1, 2], "d": [4, NAN, 5]})
    with pytest.raises(ic.ChoiceError, match="'d' has no value in 乙 2019") as refused:
        build(panel)
    assert [problem.facts["code"] for problem in refused.value.problems] == ["d"]


def test_every_indicator_without_a_value_is_named_at_once():
    panel = make_panel({"a": [1, NAN, 3], "b": [2, 1, 3], "c": [3, 1, 2], "d": [4, NAN, 5]})
    with pytest.raises(
        ic.ChoiceError, match=r"(?s)'d' has no value in 乙 2019.*'a' has no value in 乙 2019"
    ) as refused:
        build(panel)
    assert {problem.facts["code"] for problem in refused.value.problems if problem.key == "no_value"} == {"a", "d"}


def test_a_logarithm_refuses_values_at_or_below_zero():
    framework = make_framework(indicators={"income": {"transform": "log"}, "b": {}})
    with pytest.raises(ic.ChoiceError, match=r"Transform 'log' of 'income' needs values above 0, but 乙 2019 has -3"):
        build(make_panel({"income": [1, -3, 2], "b": [1, 2, 3]}), framework)


def test_goalposts_at_zero_are_refused_before_a_logarithm():
    """low: 0 has no logarithm either; without a refusal every score would be NaN."""
    posts = {"method": "goalposts", "low": 0, "high": 75000}
    framework = make_framework(indicators={"income": {"transform": "log", "normalisation": posts}, "b": {}})
    with pytest.raises((ic.ChoiceError, ic.InputError), match=r"(?s)(log|low).*income|income.*(log|low)"):
        build(make_panel({"income": [100, 200], "b": [1, 2]}), framework)


def test_an_unknown_base_year_is_refused():
    with pytest.raises(ic.ChoiceError, match="Reference names base year 2015, which is not among the years 2019, 2020"):
        build(make_panel(), reference={"base": 2015})


# --- methods per node -----------------------------------------------------------------------------------------------


def test_one_dimension_may_be_aggregated_otherwise():
    """one = (1 + 4)/2 = 2.5 arithmetic, two = sqrt(2 * 32) = 8 geometric, index = (2.5 + 8)/2."""
    framework = make_framework(
        {
            "one": {"indicators": {"a": {}, "b": {}}},
            "two": {"aggregation": "geometric", "indicators": {"c": {}, "d": {}}},
        }
    )
    result = build(make_panel({"a": [1, 1], "b": [4, 1], "c": [2, 1], "d": [32, 1]}), framework, **UNNORMALISED)
    assert_allclose(result.score("one")[:, 0], [2.5, 1.0], rtol=1e-14)
    assert_allclose(result.score("two")[:, 0], [8.0, 1.0], rtol=1e-14)
    assert_allclose(result.score()[:, 0], [5.25, 1.0], rtol=1e-14)


def test_one_dimension_may_be_weighted_otherwise():
    framework = make_framework(
        {
            "one": {"weighting": "equal", "indicators": {"a": {"weight": 9}, "b": {}}},
            "two": {"indicators": {"c": {"weight": 9}, "d": {}}},
        }
    )
    table = build(make_panel(), framework).weight_table().set_index("node")["weight"]
    assert_allclose(table[["a", "b", "c", "d"]], [0.5, 0.5, 0.9, 0.1], rtol=1e-14)


def test_an_indicator_may_have_its_own_normalisation_and_reference():
    """a: goalposts 0..10; b: each year by itself; the others pooled."""
    posts = {"method": "goalposts", "low": 0, "high": 10}
    framework = make_framework(
        indicators={"a": {"normalisation": posts}, "b": {"reference": "year"}, "c": {"reference": {"base": 2019}}}
    )
    panel = make_panel({"a": [[5, 20], [1, 2]], "b": [[1, 10], [3, 30]], "c": [[1, 5], [3, 2]]})
    normalised = build(panel, framework).normalised
    assert_allclose(normalised.series("a"), [[0.5, 1.0], [0.1, 0.2]], rtol=1e-15)
    assert_allclose(normalised.series("b"), [[0.0, 0.0], [1.0, 1.0]], rtol=1e-15)
    assert_allclose(normalised.series("c"), [[0.0, 2.0], [1.0, 0.5]], rtol=1e-15)


def test_an_indicator_may_have_its_own_imputation_and_treatment():
    framework = make_framework(
        indicators={"a": {"imputation": "none"}, "b": {"treatment": {"method": "winsorise", "lower": 0, "upper": 0.5}}}
    )
    panel = make_panel({"a": [[1, 2, 3], [4, NAN, 6]], "b": [[1, NAN, 3], [2, 5, 100]]})
    result = build(panel, framework, imputation="linear", missing="renormalise")
    assert_array_equal(result.imputed.series("a"), [[1, 2, 3], [4, NAN, 6]])
    assert_array_equal(result.imputed.series("b"), [[1, 2, 3], [2, 5, 100]])
    assert_array_equal(result.treated.series("b"), [[1, 2, 2.5], [2, 2.5, 2.5]])
    origin = result.treated.origin[:, :, 1]
    assert_array_equal(origin[0], [Origin.OBSERVED, Origin.INTERPOLATED, Origin.TREATED])
    assert_array_equal(origin[1], [Origin.OBSERVED, Origin.TREATED, Origin.TREATED])
    assert_array_equal(result.treated.origin[:, :, 0], result.imputed.origin[:, :, 0])


def test_goalposts_follow_a_logarithm_and_a_negative_direction():
    """ln(750)/ln(75000): posts 1 and 75000 in raw units; a negative indicator scores 1 minus that."""
    posts = {"method": "goalposts", "low": 1, "high": 75000}
    income = {"transform": "log", "normalisation": posts}
    framework = make_framework(indicators={"up": income, "down": {**income, "direction": "negative"}})
    panel = make_panel({"up": [750, 75000, 0.5], "down": [750, 75000, 0.5]})
    normalised = build(panel, framework).normalised
    up = np.log(750) / np.log(75000)
    assert_allclose(normalised.series("up")[:, 0], [up, 1.0, 0.0], rtol=1e-14)
    assert_allclose(normalised.series("down")[:, 0], [1 - up, 0.0, 1.0], rtol=1e-14)


def test_goalposts_do_not_need_figures_in_the_base_year():
    """They look at no reference: an empty base year must not leave the indicator without scores."""
    posts = {"method": "goalposts", "low": 0, "high": 10}
    framework = make_framework(indicators={"a": {"normalisation": posts}, "b": {}})
    panel = make_panel({"a": [[NAN, 2], [NAN, 4]], "b": [[1, 3], [2, 1]]})
    result = build(panel, framework, reference={"base": 2019}, missing="renormalise")
    assert_allclose(result.normalised.series("a"), [[NAN, 0.2], [NAN, 0.4]], rtol=1e-15)


def test_an_indicator_without_normalisation_does_not_need_the_base_year():
    framework = make_framework(indicators={"a": {"normalisation": "none"}, "b": {}})
    panel = make_panel({"a": [[NAN, 0.2], [NAN, 0.4]], "b": [[1, 3], [2, 1]]})
    result = build(panel, framework, reference={"base": 2019}, missing="renormalise")
    assert_allclose(result.normalised.series("a"), [[NAN, 0.2], [NAN, 0.4]], rtol=1e-15)


# --- depth ----------------------------------------------------------------------------------------------------------


def test_three_levels_deep():
    """index -> city -> people -> a, b; index -> firms -> c; all means of two or one."""
    framework = make_framework(
        {
            "city": {
                "dimensions": {
                    "people": {"indicators": {"a": {}, "b": {"weight": 3}}},
                    "space": {"indicators": {"c": {}}},
                }
            },
            "firms": {"weight": 3, "indicators": {"d": {}}},
        }
    )
    result = build(make_panel({"a": [4, 1], "b": [8, 1], "c": [3, 1], "d": [9, 1]}), framework, **UNNORMALISED)
    assert result.score("people")[0, 0] == pytest.approx(7.0, rel=1e-14)
    assert result.score("city")[0, 0] == pytest.approx(5.0, rel=1e-14)
    assert result.score()[0, 0] == pytest.approx((5.0 + 3 * 9.0) / 4, rel=1e-14)
    levels = {node.code: node.level for node in result.nodes}
    assert levels == {"index": 0, "city": 1, "people": 2, "space": 2, "firms": 1, "a": 3, "b": 3, "c": 3, "d": 3}
    table = result.weight_table().set_index("node")["effective_weight"]
    assert_allclose(table[["a", "b", "c", "d"]], [1 / 32, 3 / 32, 1 / 8, 3 / 4], rtol=1e-14)


def test_indicators_and_dimensions_side_by_side():
    """Uneven depth: an indicator of the root stands on the deepest level and counts as one child."""
    framework = make_framework({"one": {"indicators": {"a": {}, "b": {}}}}, indicators={"c": {"weight": 2}})
    result = build(make_panel({"a": [2, 1], "b": [4, 1], "c": [9, 1]}), framework, **UNNORMALISED)
    assert result.score()[0, 0] == pytest.approx((3 + 2 * 9) / 3, rel=1e-14)
    assert {node.code: node.level for node in result.nodes} == {"index": 0, "one": 1, "a": 2, "b": 2, "c": 2}


def test_indicators_alone_are_a_framework():
    result = build(make_panel({"a": [2, 1], "b": [4, 1]}), make_framework(indicators={"a": {}, "b": {}}))
    assert [node.level for node in result.nodes] == [0, 1, 1]


# --- weight 0 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["constant", "empty", "absent", "infinite"])
def test_a_weight_of_zero_leaves_an_indicator_out_whatever_its_column_holds(column):
    columns = columns_of()
    odd = {"constant": np.full((4, 3), 5.0), "empty": np.full((4, 3), NAN), "infinite": np.full((4, 3), np.inf)}
    if column in odd:
        columns["out"] = odd[column]
    written = {
        "one": {"indicators": {"a": {}, "b": {}, "out": {"weight": 0}}},
        "two": {"indicators": {"c": {}, "d": {}}},
    }
    result = build(make_panel(columns), make_framework(written))
    assert "out" not in {node.code for node in result.nodes}
    assert "out" not in result.derived.codes
    assert_array_equal(result.score(), build(make_panel(columns_of())).score())


def test_a_weight_of_zero_leaves_a_whole_dimension_out():
    out = {"weight": 0, "indicators": {"e": {}, "f": {}}}
    written = {"one": {"indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}, "d": {}}}, "out": out}
    result = build(make_panel(), make_framework(written))
    assert [node.code for node in result.nodes if node.level == 1] == ["one", "two"]
    assert_array_equal(result.score(), build(make_panel()).score())


# --- missing values -------------------------------------------------------------------------------------------------

GAPS = {"a": [2, 4, 6], "b": [4, NAN, 6], "c": [8, 8, 8], "d": [16, 8, NAN]}


def test_missing_is_refused_by_default():
    with pytest.raises(
        ic.ChoiceError, match=r"'b' has no value in 乙 2019 \(imputation: none\)\. .*set missing: renormalise for 'one'"
    ):
        build(make_panel(GAPS), **UNNORMALISED)


def test_missing_may_propagate():
    result = build(make_panel(GAPS), missing="propagate", **UNNORMALISED)
    assert_allclose(result.score("one")[:, 0], [3, NAN, 6], rtol=1e-15)
    assert_allclose(result.score()[:, 0], [7.5, NAN, NAN], rtol=1e-15)
    assert_array_equal(result.rank()[:, 0], [1, NAN, NAN])


def test_missing_may_be_renormalised():
    result = build(make_panel(GAPS), missing="renormalise", **UNNORMALISED)
    assert_allclose(result.score("one")[:, 0], [3, 4, 6], rtol=1e-15)
    assert_allclose(result.score()[:, 0], [7.5, 6, 7], rtol=1e-15)


def test_renormalising_asks_for_a_minimum_share():
    """Half of 'one' is too little for 0.6; the index then has only 'two', half of its own weight."""
    rule = {"method": "renormalise", "minimum_share": 0.6}
    result = build(make_panel(GAPS), missing=rule, **UNNORMALISED)
    assert_allclose(result.score("one")[:, 0], [3, NAN, 6], rtol=1e-15)
    assert_allclose(result.score()[:, 0], [7.5, NAN, NAN], rtol=1e-15)


def test_one_node_may_have_its_own_missing_rule():
    """'one' renormalises; 'two' propagates, and the index refuses the score it then lacks."""
    written = {
        "one": {"missing": "renormalise", "indicators": {"a": {}, "b": {}}},
        "two": {"missing": "propagate", "indicators": {"c": {}, "d": {}}},
    }
    with pytest.raises(ic.ChoiceError, match=r"'two' has no score in 丙 2019, and 'index' refuses missing children"):
        build(make_panel(GAPS), make_framework(written), **UNNORMALISED)


def test_a_minimum_share_above_one_is_refused():
    """It could never be reached: every score would be missing in silence. (50 for 50 % is easily written.)"""
    with pytest.raises(ValueError, match="minimum_share"):
        make_methodology(missing={"method": "renormalise", "minimum_share": 50})


# --- years and cities that are not there ----------------------------------------------------------------------------


def test_a_city_may_be_absent_in_a_year():
    """乙 has no row in 2020: no score, no rank, never filled; the others are ranked among themselves."""
    city, year = ["甲", "乙", "丙", "甲", "丙", "甲", "乙", "丙"], [2019] * 3 + [2020] * 2 + [2021] * 3
    panel = ic.Panel.from_columns(city, year, {"a": [1, 2, 3, 4, 5, 6, 7, 8], "b": [8, 7, 6, 4, 5, 3, 2, 9]})
    result = build(panel, make_framework(indicators={"a": {}, "b": {}}), imputation="linear")
    assert np.isnan(result.imputed.values[1, 1]).all()
    assert (result.imputed.origin[1, 1] == Origin.MISSING).all()
    assert np.isnan(result.scores[1, 1]).all()
    assert_array_equal(np.sort(result.rank()[[0, 2], 1]), [1, 2])
    assert len(result.rankings()) == 8


def test_an_absent_year_is_still_bridged_by_interpolation_of_the_years_present():
    """乙 has figures in 2018 and 2021, a row without figure in 2019, none in 2020: 2019 is one third of the way."""
    panel = make_panel(
        {"a": [[1, 2, 3, 4], [10, NAN, NAN, 40]], "b": [[1, 2, 3, 4], [9, 8, NAN, 6]]}, years=(2018, 2019, 2020, 2021)
    )
    result = build(panel, make_framework(indicators={"a": {}, "b": {}}), imputation="linear")
    assert_allclose(result.imputed.series("a")[1], [10, 20, NAN, 40], rtol=1e-14)
    assert_array_equal(result.imputed.origin[1, :, 0], [1, Origin.INTERPOLATED, 0, 1])


def test_an_absent_city_year_is_not_looked_at_by_a_yearly_reference():
    panel = make_panel({"a": [[1, 1], [2, NAN], [3, 5]], "b": [[1, 2], [3, NAN], [2, 9]]})
    result = build(panel, make_framework(indicators={"a": {}, "b": {}}), reference="year")
    assert_allclose(result.normalised.series("a"), [[0, 0], [0.5, NAN], [1, 1]], rtol=1e-15)


QUOTIENT = {"q": {"ratio": {"of": "x", "to": "y"}}}
OF_TWO = make_framework(indicators=QUOTIENT, series={"x": {}, "y": {}})


def test_the_parts_of_a_derived_figure_are_imputed_or_the_figure_itself():
    """x / y with y missing in between: y is interpolated to 15, so 20 / 15; or the ratio, halfway from 1 to 2."""
    panel = make_panel({"x": [[10, 20, 40], [1, 2, 3]], "y": [[10, NAN, 20], [1, 4, 5]]})
    for impute, expected in (("parts", 20 / 15), ("derived", 1.5)):
        result = build(panel, OF_TWO, imputation="linear", impute=impute)
        assert_allclose(result.imputed.series("q")[0], [1.0, expected, 2.0], rtol=1e-15)
        assert_array_equal(result.imputed.origin[0, :, 0], [1, Origin.INTERPOLATED, 1])
        assert_array_equal(np.isnan(result.derived.series("q")[0]), [False, True, False])


def test_a_derived_figure_is_as_its_worst_part():
    """Parts interpolated in 2020 and carried in 2021, one year both; a growth rests on two years."""
    indicators = {**QUOTIENT, "g": {"growth": {"of": "y"}}}
    framework = make_framework(indicators=indicators, series={"x": {}, "y": {}})
    panel = make_panel(
        {"x": [[1, 1, 3, NAN], [1, 2, 4, 8]], "y": [[1, NAN, 4, 4], [1, 2, 4, 8]]}, years=(2019, 2020, 2021, 2022)
    )
    result = build(panel, framework, imputation="linear")
    assert_array_equal(result.imputed.origin[0, :, 0], [1, Origin.INTERPOLATED, 1, Origin.EXTRAPOLATED])
    assert_allclose(result.imputed.series("q")[0], [1, 1 / 2.5, 3 / 4, 3 / 4], rtol=1e-15)
    assert_array_equal(result.imputed.origin[0, 1:, 1], [Origin.INTERPOLATED, Origin.INTERPOLATED, 1])
    assert_allclose(result.imputed.series("g")[0, 1:], [150, 60, 0], rtol=1e-12)
    coverage = result.coverage_table().set_index("city").loc["甲"]
    assert coverage["observed"] == 37.5  # q in 2019 and 2021, g in 2022


def test_methods_that_look_elsewhere_fill_the_derived_figure_and_not_its_parts():
    """A's y is missing: not the mean of the other cities' totals, but of their ratios."""
    cities = {"A": {"group": "g"}, "B": {"group": "g"}, "C": {"group": "g"}}
    framework = make_framework(
        indicators=QUOTIENT, series={"x": {}, "y": {}}, cities=cities, groups={"g": {"zh": "组", "en": "group"}}
    )
    panel = make_panel({"x": [[100], [2], [6]], "y": [[NAN], [1], [2]]}, cities=("A", "B", "C"), years=(2020,))
    for impute in ("parts", "derived"):
        result = build(panel, framework, imputation="group_mean", impute=impute)
        assert result.imputed.series("q")[0, 0] == 2.5
        assert result.imputed.origin[0, 0, 0] == Origin.GROUP
        fixed = build(panel, framework, imputation={"method": "constant", "value": 7}, impute=impute)
        assert fixed.imputed.series("q")[0, 0] == 7.0


def test_a_part_is_imputed_by_its_own_method_else_by_that_of_the_indicator_it_serves():
    own = {"q": {**QUOTIENT["q"], "imputation": "linear_inside"}, "r": QUOTIENT["q"]}
    panel = make_panel({"x": [[1, 2, NAN], [1, 2, 4]], "y": [[1, 1, 1], [1, 1, 2]]})
    framework = make_framework(indicators=own, series={"x": {}, "y": {}})
    result = build(panel, framework, imputation="linear", missing="renormalise")
    assert_array_equal(result.imputed.values[0], [[1, 1], [2, 2], [NAN, 2]])
    framework = make_framework(indicators={**own, "x": {"imputation": "last"}}, series={"y": {}})
    result = build(panel, framework, imputation="linear")
    assert_array_equal(result.imputed.values[0], [[1, 1, 1], [2, 2, 2], [2, 2, 2]])
    assert (result.imputed.origin[0, 2] == Origin.CARRIED).all()


def test_what_imputed_parts_make_impossible_is_imputed_itself():
    """The part would be carried at 8 above its whole of 5: the share is carried at 80 % instead."""
    framework = make_framework(indicators={"s": {"share": {"of": "x", "to": "y"}}}, series={"x": {}, "y": {}})
    panel = make_panel({"x": [[7, 8, NAN], [1, 2, 3]], "y": [[10, 10, 5], [4, 4, 4]]})
    result = build(panel, framework, imputation="linear")
    assert_allclose(result.imputed.series("s")[0], [70, 80, 80], rtol=1e-15)


def test_a_derived_figure_with_no_common_year_is_computed_from_imputed_parts_or_refused():
    panel = make_panel({"x": [[2, NAN], [3, NAN]], "y": [[NAN, 4], [NAN, 2]]}, years=(2019, 2020))
    result = build(panel, OF_TWO, imputation="linear", normalisation="none")
    assert_allclose(result.score(), [[0.5, 0.5], [1.5, 1.5]], rtol=1e-15)
    assert result.coverage_table()["observed"].sum() == 0.0
    with pytest.raises(ic.InputError, match="'q'"):
        build(panel, OF_TWO, imputation="linear", impute="derived")


def test_screening_counts_a_derived_figure_as_observed_only_if_all_its_parts_are():
    panel = make_panel({"x": [[1, 2, 3], [1, 2, 4]], "y": [[1, NAN, NAN], [1, 2, 2]]})
    screening = [{"of": "city", "minimum": 0.5, "action": "leave_out"}]
    result = build(panel, OF_TWO, imputation="linear", screening=screening)
    assert_array_equal(result.present, [[False] * 3, [True] * 3])


# --- references -----------------------------------------------------------------------------------------------------

GROWING = {"a": [[0, 10, 30], [10, 20, 10]], "b": [[1, 2, 3], [2, 4, 6]]}
AB = make_framework(indicators={"a": {}, "b": {}})


def test_pooled_reference_looks_at_all_years():
    normalised = build(make_panel(GROWING), AB).normalised.series("a")
    assert_allclose(normalised, [[0, 1 / 3, 1], [1 / 3, 2 / 3, 1 / 3]], rtol=1e-15)


def test_yearly_reference_looks_at_each_year_by_itself():
    normalised = build(make_panel(GROWING), AB, reference="year").normalised.series("a")
    assert_allclose(normalised, [[0, 0, 1], [1, 1, 0]], rtol=1e-15)


def test_base_reference_lets_later_years_pass_the_bounds():
    """Against 0..10 of 2019, the figure 30 of 2021 scores 3: above upper, and not capped."""
    normalised = build(make_panel(GROWING), AB, reference={"base": 2019}).normalised.series("a")
    assert_allclose(normalised, [[0, 1, 3], [1, 2, 1]], rtol=1e-15)


def test_adding_a_year_moves_no_old_score_under_a_base_year():
    short = {code: [figures[:2] for figures in column] for code, column in GROWING.items()}
    before = build(make_panel(short), AB, reference={"base": 2019})
    after = build(make_panel(GROWING), AB, reference={"base": 2019})
    assert_array_equal(after.scores[:, :2], before.scores)


def test_adding_a_year_moves_no_old_score_under_a_yearly_reference():
    short = {code: [figures[:2] for figures in column] for code, column in GROWING.items()}
    before = build(make_panel(short), AB, reference="year")
    after = build(make_panel(GROWING), AB, reference="year")
    assert_array_equal(after.scores[:, :2], before.scores)


def test_a_base_year_without_figures_is_refused():
    panel = make_panel({"a": [[NAN, 2], [NAN, 4]], "b": [[1, 3], [2, 1]]})
    with pytest.raises(ic.ChoiceError, match="'a' has no figure in the base year 2019"):
        build(panel, AB, reference={"base": 2019}, missing="propagate")


# --- derived indicators ---------------------------------------------------------------------------------------------


def derived_framework(**indicator):
    return make_framework(indicators={"q": indicator}, series={"x": {}, "y": {}})


def test_each_kind_of_derivation_by_hand():
    kinds = {
        "per_head": {"ratio": {"of": "x", "to": "y", "scale": 100}},
        "part": {"share": {"of": "x", "to": "y"}},
        "both": {"sum": ["x", "y"]},
        "rise": {"growth": {"of": "x"}},
    }
    framework = make_framework(indicators=kinds, series={"x": {}, "y": {}})
    panel = make_panel({"x": [[10, 12], [5, 4]], "y": [[20, 40], [10, NAN]]})
    derived = build(panel, framework, missing="renormalise").derived
    assert_allclose(derived.series("per_head"), [[50, 30], [50, NAN]], rtol=1e-14)
    assert_allclose(derived.series("part"), [[50, 30], [50, NAN]], rtol=1e-14)
    assert_allclose(derived.series("both"), [[30, 52], [15, NAN]], rtol=1e-14)
    assert_allclose(derived.series("rise"), [[NAN, 20], [NAN, -20]], rtol=1e-14)


@pytest.mark.parametrize("kind", ["ratio", "share"])
def test_a_division_by_zero_is_refused_by_name(kind):
    panel = make_panel({"x": [[1, 2], [3, 4]], "y": [[10, 0], [30, 0]]})
    with pytest.raises(ic.InputError, match="'q' divides by 'y', which is 0 in 甲 2020, 乙 2020"):
        build(panel, derived_framework(**{kind: {"of": "x", "to": "y"}}))


def test_growth_from_zero_is_refused_by_name():
    """100 (2/0 - 1) is no figure: refused as any division by zero, never inf or NaN."""
    panel = make_panel({"x": [[0, 2, 3], [3, 4, 6]], "y": [[1, 1, 1], [1, 1, 1]]})
    with pytest.raises(ic.InputError, match=r"'q' divides by 'x', which is 0 in 甲 2019"):
        build(panel, derived_framework(growth={"of": "x"}), missing="propagate")


@pytest.mark.parametrize(("part", "told"), [(11.0, "110%"), (-1.0, "-10%")])
def test_a_share_outside_0_to_100_is_refused_by_name(part, told):
    panel = make_panel({"x": [part, 5, 6], "y": [10, 10, 10]})
    with pytest.raises(
        ic.InputError, match=rf"'q' is declared a share of 'y', but is {told} in 甲 2019; expected 0 to 100"
    ):
        build(panel, derived_framework(share={"of": "x", "to": "y"}))


def test_a_share_of_exactly_100_is_allowed():
    """Also where the division leaves the last bit above 100."""
    panel = make_panel({"x": [10, 5, 0], "y": [10, 10, 10]})
    result = build(panel, derived_framework(share={"of": "x", "to": "y"}))
    assert_allclose(result.derived.series("q")[:, 0], [100, 50, 0], rtol=1e-15)


@pytest.mark.parametrize("treatment", ["none", "winsorise"])
def test_a_derived_indicator_without_any_figure_is_refused_by_name(treatment):
    """x and y are never printed together. No warning of the kernels may come before the refusal."""
    panel = make_panel({"x": [1, NAN], "y": [NAN, 2]})
    with pytest.raises((ic.InputError, ic.ChoiceError), match=r"'q' has no (figure|value)"):
        build(panel, derived_framework(ratio={"of": "x", "to": "y"}), treatment=treatment)


def test_problems_of_all_derived_indicators_are_told_at_once():
    framework = make_framework(
        indicators={"q": {"ratio": {"of": "x", "to": "y"}}, "s": {"share": {"of": "z", "to": "x"}}},
        series={"x": {}, "y": {}, "z": {}},
    )
    panel = make_panel({"x": [1, 2], "y": [0, 1], "z": [5, 1]})
    with pytest.raises(ic.InputError, match=r"(?s)'q' divides by 'y'.*'s' is declared a share of 'x', but is 500%"):
        build(panel, framework)


# --- ranks, and what is returned ------------------------------------------------------------------------------------


def test_ranks_may_be_taken_on_a_published_number_of_decimals():
    panel = make_panel({"a": [0.9619, 0.9621, 0.95], "b": [0.9619, 0.9621, 0.95]})
    assert_array_equal(build(panel, AB, **UNNORMALISED).rank()[:, 0], [2, 1, 3])
    assert_array_equal(build(panel, AB, rank_on={"decimals": 3}, **UNNORMALISED).rank()[:, 0], [1, 1, 3])


def test_every_array_of_the_result_is_read_only():
    """Panel and the results are frozen: nobody edits a published score in place."""
    result = build(make_panel())
    stages = (result.panel, result.derived, result.imputed, result.treated, result.normalised)
    for stage in stages:
        for name in ("values", "origin", "present"):
            with pytest.raises(ValueError, match="read-only"):
                getattr(stage, name)[...] = 0
    writable = [name for name in ("scores", "ranks", "weights", "effective") if getattr(result, name).flags.writeable]
    assert writable == []


def test_a_step_that_changes_nothing_hands_on_the_same_array():
    result = build(make_panel())
    assert result.treated.values is result.imputed.values is result.derived.values


def test_the_panel_and_its_arrays_are_not_changed_by_a_build():
    panel = make_panel({**columns_of(), "b": [[1, NAN, 3], [4, 5, 6], [7, 8, 9], [3, 2, 1]]})
    before = panel.values.copy()
    build(panel, imputation="linear", treatment="winsorise")
    assert_array_equal(panel.values, before)


def test_the_same_panel_gives_the_same_numbers_twice():
    assert_array_equal(build(make_panel()).scores, build(make_panel()).scores)


def columns_of():
    """The columns of make_panel(), free to be changed."""
    panel = make_panel()
    return {code: panel.series(code).copy() for code in panel.codes}


def test_a_framework_that_is_still_a_draft_is_not_computed():
    """Nor from Python: a direction to be confirmed is no direction."""
    framework = make_framework(indicators={"a": {"direction": "confirm"}, "b": {}})
    with pytest.raises(InputError, match=r"The direction of 1 indicator is still to be confirmed: a\."):
        build(make_panel({"a": [1, 2, 3, 4], "b": [2, 3, 4, 1]}), framework)
