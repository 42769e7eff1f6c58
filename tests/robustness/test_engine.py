"""Every draw is what the ordinary pipeline makes of it; nothing varied is the nominal index."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.methods.ranking import competition_rank
from indexcalc.robustness.design import design
from indexcalc.robustness.engine import Engine
from indexcalc.spec.uncertainty import Uncertainty
from tests.conftest import make_framework, make_methodology, make_panel

TREE = {
    "front": {"weight": 2, "indicators": {"a": {"weight": 3}, "b": {}}},
    "back": {
        "indicators": {"c": {"direction": "negative"}},
        "dimensions": {"deep": {"indicators": {"d": {}, "e": {}}}},
    },
}
POSITIVE = {"method": "min_max", "lower": 1, "upper": 100}
SPREAD = {"spread": 0.4}


def figures(n_city=6, n_year=3, codes="abcdefg"):
    """Random figures, one column for each code."""
    drawn = np.random.default_rng(5).uniform(1.0, 100.0, (len(codes), n_city, n_year))
    return make_panel(dict(zip(codes, drawn, strict=True)), cities=[f"city{i}" for i in range(n_city)])


def tree(**changes):
    """Two dimensions, one of which holds a dimension; f and g are series beside the index."""
    return make_framework(dimensions=TREE, series={"f": {}, "g": {}, **changes.pop("series", {})}, **changes)


def compared(panel, framework, methodology, options, n=12):
    """The scores of the engine against those of the pipeline, draw by draw; removed draws are refused there too.

    Where weights are not drawn, or within 0 % of the chosen ones, the pipeline is also given what the draw takes,
    without asking the engine for it.
    """
    made = design(panel, framework, methodology, Uncertainty.model_validate(options))
    engine, sample = Engine(made), made.block(0, n)
    engine.prepare([sample])
    scored = engine.score(sample)
    for place, d in enumerate(scored.order):
        found = [scored.scores[:, :, place].T if scored.kept[place] else None]
        found.append(told(lambda d=d: single(engine, sample, d)))
        if made.options.weights is None or made.options.weights.spread == 0.0:
            found.append(told(lambda d=d: by_hand(made, sample.choices[d])))
        assert len({one is None for one in found}) == 1
        for one in found[1:]:
            if one is not None:
                assert_allclose(found[0], one, rtol=1e-12, atol=1e-12)
    return scored


def told(build):
    """The scores of an index; None if it is refused."""
    try:
        return ic.build_index(*build()).score()
    except (ic.ChoiceError, ic.InputError):
        return None


def single(engine, sample, d):
    """A draw as the engine says it is reproduced."""
    one = engine.single(sample.choices[d], sample.uniforms[d])
    return one.panel, one.framework, one.methodology


def by_hand(made, row):
    """A draw as its options say, with the weights as chosen."""
    panel, framework = made.measured(row)
    out = made.city_out(row)
    return panel.without_cities(out) if out.any() else panel, framework.without(made.left_out(row)), made.methods(row)


OPTIONS = {
    "spread": {"weights": SPREAD},
    "spread of dimensions": {"weights": {"spread": 0.4, "levels": [1]}},
    "spread of a node": {"weights": {"spread": 0.4, "levels": ["front"]}},
    "dirichlet": {"weights": {"dirichlet": "within"}},
    "dirichlet over all": {"weights": {"dirichlet": "indicators"}},
    "order": {"weights": {"order": "within"}},
    "order over all": {"weights": {"order": "indicators"}},
    "bounds": {"weights": {"bounds": {"front": [0.5, 0.7], "a": [0.1, 0.2]}}},
    "aggregation": {"weights": SPREAD, "aggregation": ["arithmetic", "geometric", "harmonic"]},
    "kernels": {"weights": SPREAD, "aggregation": ["minimum", "median", "mazziotta_pareto", "topsis", "copeland"]},
    "pairwise": {"weights": SPREAD, "aggregation": ["copeland", "kemeny"]},
    "power": {"weights": SPREAD, "aggregation": [{"method": "generalised", "p": 2}, "product"]},
    "normalisation": {"normalisation": [POSITIVE, "percentile_rank", "z_score"], "reference": ["pooled", "year"]},
    "base year": {"reference": ["pooled", {"base": 2019}], "weights": SPREAD},
    "treatment": {"treatment": ["none", "winsorise", {"method": "winsorise", "lower": 0.1, "upper": 0.9}]},
    "weighting": {
        "weights": SPREAD,
        "weighting": ["given", "equal", "entropy", {"method": "critic", "scope": "levels"}],
    },
    "weighting alone": {"weighting": ["given", "critic", {"method": "entropy", "per": "year"}]},
    "left out": {"weights": SPREAD, "leave_out": ["indicator", "dimension"]},
    "left out alone": {"leave_out": ["indicator"]},
    "left out of looked-at weights": {"weights": SPREAD, "leave_out": ["indicator"], "weighting": ["given", "entropy"]},
    "left out of looked-at weights as they are": {
        "weights": {"spread": 0.0},
        "leave_out": ["indicator", "dimension"],
        "weighting": ["given", "entropy", {"method": "critic", "scope": "indicators"}],
    },
    "city": {"weights": SPREAD, "leave_out": ["city"], "aggregation": ["arithmetic", "topsis"]},
    "noise": {"weights": SPREAD, "noise": {"relative": 0.1, "replicates": 5}},
    "noise by code": {"noise": {"relative": {"a": 0.3, "c": 0.1}, "replicates": 3}},
}


@pytest.mark.parametrize("name", OPTIONS)
def test_a_draw_is_what_the_pipeline_makes_of_it(name):
    scored = compared(figures(), tree(), make_methodology(normalisation=POSITIVE), OPTIONS[name])
    assert scored.kept.all() == (name != "kernels")  # Mazziotta-Pareto may fall below 0, where it cannot be taken again


def test_series_are_exchanged_also_where_they_are_parts():
    indicators = {
        "a": {"alternatives": ["f", "share"]},
        "b": {"ratio": {"of": "a", "to": "c"}},
        "c": {"alternatives": ["g"]},
        "share": {"share": {"of": "d", "to": "e"}, "weight": 1},
        "ratio": {"ratio": {"of": "d", "to": "e"}, "alternatives": ["f"]},
    }
    panel = figures()
    values = panel.values.copy()
    values[:, :, 4] += 100.0
    framework = make_framework(indicators=indicators, series={"d": {}, "e": {}, "f": {}, "g": {}})
    options = {"weights": SPREAD, "alternatives": True, "normalisation": ["min_max", "percentile_rank"]}
    scored = compared(panel.with_values(values), framework, make_methodology(), options, n=60)
    assert len(np.unique(scored.scores[0, 0])) == 60


def test_only_the_chosen_indicators_are_exchanged():
    indicators = {"a": {"alternatives": ["f"]}, "b": {"alternatives": ["g"]}}
    framework = make_framework(indicators=indicators, series={"f": {}, "g": {}})
    made = design(figures(), framework, make_methodology(), Uncertainty(alternatives=("b",)))
    assert [(factor.code, factor.labels) for factor in made.discrete] == [("alternatives.b", ("b", "g"))]


@pytest.mark.parametrize("missing", ["renormalise", {"method": "renormalise", "minimum_share": 0.6}, "propagate"])
@pytest.mark.parametrize("aggregation", ["arithmetic", "geometric", "harmonic", "median", "topsis"])
def test_missing_figures_and_absent_city_years(missing, aggregation):
    if aggregation == "topsis" and missing != "propagate":
        pytest.skip("refused by name")
    panel = figures()
    values = panel.values.copy()
    values[0, 0, 0] = values[1, :, 3:5] = values[2, 1, 2] = np.nan
    values[4, 2] = np.nan  # no row at all
    panel = ic.Panel.from_values(panel.cities, panel.years, panel.codes, values)
    methodology = make_methodology(normalisation=POSITIVE, missing=missing, aggregation=aggregation)
    scored = compared(panel, tree(), methodology, {"weights": SPREAD, "leave_out": ["indicator"]})
    assert np.isnan(scored.scores[2, 4]).all()


def test_methods_and_rounding_of_nodes():
    dimensions = {
        "x": {
            "aggregation": "geometric",
            "rounding": {"decimals": 1},
            "indicators": {"a": {"rounding": {"decimals": 2}}, "b": {}},
        },
        "y": {"aggregation": "geometric", "indicators": {"c": {}, "d": {}}},
        "z": {"aggregation": "maximum", "missing": "renormalise", "indicators": {"e": {}, "f": {}}},
    }
    framework = make_framework(dimensions=dimensions, aggregation="harmonic")
    methodology = make_methodology(normalisation=POSITIVE, rounding={"decimals": 3})
    compared(figures(), framework, methodology, {"weights": SPREAD})


def test_screening_follows_each_draw():
    panel = figures()
    values = panel.values.copy()
    values[3:, :, 1] = values[0, 1:, :] = np.nan
    panel = ic.Panel.from_values(panel.cities, panel.years, panel.codes, values)
    screening = [
        {"of": "indicator", "minimum": 0.5, "action": "leave_out"},
        {"of": "city", "minimum": 0.4, "action": "leave_out"},
    ]
    methodology = make_methodology(
        normalisation=POSITIVE, screening=screening, imputation="linear", missing="renormalise"
    )
    options = {"weights": SPREAD, "leave_out": ["indicator", "city"], "imputation": ["linear", "none"]}
    compared(panel, tree(), methodology, options, n=30)


def test_weights_by_city_are_taken_as_they_are():
    methodology = make_methodology(normalisation=POSITIVE, weighting="benefit_of_the_doubt")
    compared(figures(), tree(), methodology, {"normalisation": [POSITIVE, "percentile_rank"]})


@pytest.mark.parametrize("aggregation", ["arithmetic", "geometric", "median"])
def test_what_the_figures_forbid_removes_exactly_its_draws(aggregation):
    """Normalised by distance to the mean some scores are negative: the geometric mean cannot take them."""
    panel = figures()
    options = {"normalisation": [POSITIVE, {"method": "z_score", "mean": 0.5}], "aggregation": ["arithmetic"]}
    framework = make_framework(dimensions=TREE, aggregation=aggregation, series={"f": {}, "g": {}})
    if aggregation == "geometric":
        methodology = make_methodology(normalisation={"method": "z_score", "mean": 2.0})
        options = {"weights": {"dirichlet": "within"}, "aggregation": ["arithmetic"]}
    else:
        methodology = make_methodology(normalisation=POSITIVE)
    compared(panel, framework, methodology, options)


@pytest.mark.parametrize("weights", [SPREAD, None])
def test_a_constant_column_in_one_year_removes_the_draws_that_look_at_it_by_year(weights):
    """And none that leaves it out."""
    panel = figures()
    values = panel.values.copy()
    values[:, 1, 2] = 7.0
    options = {"weights": weights, "reference": ["pooled", "year"], "leave_out": ["indicator", "dimension"]}
    panel, n = panel.with_values(values), 60
    scored = compared(panel, tree(), make_methodology(), options, n)
    assert {one.problem.key for one in scored.removed} == {"constant"}
    made = design(panel, tree(), make_methodology(), Uncertainty.model_validate(options))
    taken = [made.values(row) for row in made.block(0, n).choices[scored.order]]
    gone = [{one["leave_out_indicator"], one["leave_out_dimension"]} & {"c", "back"} for one in taken]
    fine = [one["reference"].kind == "pooled" or bool(out) for one, out in zip(taken, gone, strict=True)]
    assert scored.kept.tolist() == fine
    assert 0 < sum(fine) < n


def test_a_score_that_a_dimension_cannot_take_removes_no_draw_that_leaves_the_dimension_out():
    dimensions = {
        "x": {"indicators": {"a": {}}},
        "y": {"aggregation": "geometric", "indicators": {"b": {}, "c": {}}},
    }
    options = {"reference": ["pooled", {"base": 2019}], "leave_out": ["dimension"]}
    framework = make_framework(dimensions=dimensions)
    scored = compared(figures(codes="abc"), framework, make_methodology(normalisation=POSITIVE), options, n=60)
    assert not scored.kept.all()


@pytest.mark.parametrize("aggregation", ["minimum", "maximum", "median", "harmonic", "mazziotta_pareto", "topsis"])
@pytest.mark.filterwarnings("error")
def test_a_dimension_that_loses_its_only_indicator_is_gone(aggregation):
    dimensions = {"x": {"aggregation": aggregation, "indicators": {"a": {}}}, "y": {"indicators": {"b": {}, "c": {}}}}
    methodology = make_methodology(normalisation=POSITIVE)
    for weights in (SPREAD, None):
        options = {"weights": weights, "leave_out": ["indicator"]}
        framework = make_framework(dimensions=dimensions)
        assert compared(figures(codes="abc"), framework, methodology, options, n=40).kept.all()


@pytest.mark.parametrize("screening", [(), ({"of": "indicator", "minimum": 0.5, "action": "leave_out"},)])
def test_a_draw_that_leaves_nothing_is_refused_by_name(screening):
    dimensions = {"x": {"indicators": {"a": {}}}, "y": {"indicators": {"b": {}}}}
    methodology = make_methodology(normalisation=POSITIVE, screening=list(screening))
    options = {"leave_out": ["dimension", "indicator"]}
    scored = compared(figures(codes="ab"), make_framework(dimensions=dimensions), methodology, options, n=40)
    assert {one.problem.key for one in scored.removed} == {"nothing_left"}
    assert 0 < scored.kept.sum() < 40


def test_bound_weights_beside_a_dimension_left_out_of_looked_at_weights():
    options = {"weights": {"bounds": {"a": [0.1, 0.4]}}, "leave_out": ["dimension"]}
    methodology = make_methodology(normalisation=POSITIVE, weighting="critic")
    scored = compared(figures(), tree(), methodology, options, n=30)
    assert scored.kept.all() and not np.isnan(scored.scores).any()


def test_zero_spread_is_the_nominal_index():
    panel, methodology = figures(), make_methodology(normalisation=POSITIVE, aggregation="geometric")
    made = design(panel, tree(), methodology, Uncertainty.model_validate({"weights": {"spread": 0.0}}))
    engine, sample = Engine(made), made.block(0, 7)
    engine.prepare([sample])
    result = ic.build_index(panel, tree(), methodology)
    scores = engine.score(sample).scores
    assert_allclose(scores, np.repeat(result.score().T[:, :, None], 7, axis=2), rtol=1e-12)
    assert_array_equal(competition_rank(scores[:, :, 6].T), result.rank())


def test_levels_of_fixed_goalposts_compare_also_where_others_are_normalised_by_year():
    """Of the four combinations only min-max within the year makes levels incomparable."""
    posts = {"method": "goalposts", "low": 0, "high": 1000}
    options = Uncertainty.model_validate({"normalisation": ["min_max", posts], "reference": ["pooled", "year"]})
    made = design(figures(), tree(), make_methodology(), options)
    engine = Engine(made)
    names = [factor.code for factor in made.discrete]
    told = {}
    for n in range(2):
        for r in range(2):
            row = np.zeros(len(names), np.int64)
            row[names.index("normalisation")], row[names.index("reference")] = n, r
            told[n, r] = engine.recipe(row).comparable
    assert told == {(0, 0): True, (0, 1): False, (1, 0): True, (1, 1): True}


@pytest.mark.parametrize("name", ["geometric", "harmonic", "generalised"])
@pytest.mark.parametrize("zeros", ["score_zero", "missing"])
@pytest.mark.parametrize("missing", ["renormalise", "propagate", "refuse"])
def test_what_a_zero_comes_to_holds_in_the_draws(name, zeros, missing):
    """Min-max from 0: every indicator has a 0 somewhere, and so have dimensions. Draws that leave one out too."""
    aggregation = {"method": name, "zeros": zeros, **({"p": -1.0} if name == "generalised" else {})}
    methodology = make_methodology(normalisation="min_max", aggregation=aggregation, missing=missing)
    scales = ["min_max", {"method": "min_max", "upper": 100}]
    options = {"weights": SPREAD, "leave_out": ["indicator"], "normalisation": scales}
    scored = compared(figures(), tree(), methodology, options)
    if zeros == "score_zero":
        assert scored.kept.all() and (scored.scores == 0).any() and not np.isnan(scored.scores).any()
    else:
        assert scored.kept.any() == (missing != "refuse")


def test_a_zero_of_a_dimension_removes_the_draw_unless_it_is_said_what_it_comes_to():
    """Arithmetic below, geometric at the index: the dimension of a alone is at 0 where a is least."""
    framework = make_framework(
        dimensions={
            "one": {"aggregation": "arithmetic", "indicators": {"a": {}}},
            "two": {"aggregation": "arithmetic", "indicators": {"b": {}, "c": {}}},
        }
    )
    options = {"weights": SPREAD, "normalisation": ["min_max"]}
    for zeros, kept in (("refuse", False), ("score_zero", True), ("missing", True)):
        methodology = make_methodology(normalisation="min_max", aggregation={"method": "geometric", "zeros": zeros})
        assert compared(figures(), framework, methodology, options).kept.all() == kept


@pytest.mark.parametrize("turned", ["index", "one"])
def test_a_ratio_and_a_node_turned_round_in_the_draws(turned):
    """Weights and the lower end of the scale vary; the scale on which a dimension is turned goes with it."""
    framework = make_framework({"one": {"indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}, "d": {}}}})
    if turned == "index":
        methods = ic.Framework.model_validate({"aggregation": "ratio"}).aggregation
        changes = {"aggregation": methods, "direction": "negative", "scale": (0.0, 1.0)}
    else:
        one = framework.dimensions["one"].model_copy(update={"direction": "negative"})
        changes = {"dimensions": {**framework.dimensions, "one": one}}
    methodology = make_methodology(normalisation={"method": "min_max", "lower": 1, "upper": 10})
    options = Uncertainty.model_validate({"weights": {"spread": 0.5}, "lower": [1, 2]})
    compared(make_panel(), framework.model_copy(update=changes), methodology, options)


COUNT = {"method": "renormalise", "minimum_count": 2}
FEW = {
    "g1": {
        "missing": COUNT,
        "dimensions": {
            "d0": {"missing": COUNT, "indicators": {"a": {"alternatives": ["f"]}, "b": {}, "c": {}}},
            "d1": {"indicators": {"d": {}}},
        },
    },
    "g2": {"indicators": {"e": {}}},
}


@pytest.mark.parametrize(
    "dimensions", [FEW, {"d0": FEW["g1"]["dimensions"]["d0"], "d1": {"indicators": {"d": {}, "e": {}}}}]
)
@pytest.mark.parametrize("weights", [{"weights": SPREAD}, {}])
def test_a_draw_that_leaves_too_few_children_has_no_score_whatever_is_missing_elsewhere(dimensions, weights):
    """Also where other draws, scored with it, have gaps at the node, or none does."""
    drawn = np.random.default_rng(3).uniform(1.0, 100.0, (6, 6, 2))
    drawn[:2, 0, 0] = drawn[5, 3, 0] = np.nan
    panel = make_panel(dict(zip("abcdef", drawn, strict=True)), cities=[f"city{i}" for i in range(6)])
    framework = make_framework(dimensions=dimensions, series={"f": {}})
    rule = {"missing": COUNT} if "d0" in dimensions else {"missing": "renormalise"}
    compared(
        panel,
        framework,
        make_methodology(**rule),
        {**weights, "alternatives": {"a": ["f"]}, "leave_out": ["dimension"]},
        n=40,
    )


def test_a_draw_is_removed_with_its_reason_where_a_node_needs_several_children():
    methodology = make_methodology(normalisation=POSITIVE, aggregation="geometric", missing=COUNT)
    framework = make_framework(indicators={"a": {}, "b": {}, "c": {}})
    made = design(figures(codes="abc"), framework, methodology, Uncertainty(reference=["pooled", {"base": 2019}]))
    found = Engine(made).score(made.block(0, 20)).removed
    assert {one.problem.key for one in found} == {"scores_not_positive"}


def test_a_draw_that_screening_leaves_no_child_for_is_removed_with_its_reason():
    drawn = np.random.default_rng(0).uniform(1.0, 100.0, (4, 6, 3))
    drawn[0, 0, 0] = np.nan
    panel = make_panel(dict(zip("abcd", drawn, strict=True)), cities=[f"city{i}" for i in range(6)])
    dimensions = {"d0": {"indicators": {"a": {}, "b": {}}}, "d1": {"indicators": {"c": {}, "d": {}}}}
    screening = [{"of": "dimension_year", "minimum": 0.9, "action": "leave_out", "dimensions": ["d0"]}]
    methodology = make_methodology(screening=screening, missing="refuse")
    framework = make_framework(dimensions=dimensions)
    with pytest.raises(ic.ChoiceError) as refused:
        ic.build_index(panel, framework, methodology)
    made = design(panel, framework, methodology, Uncertainty.model_validate({"weights": SPREAD}))
    (found,) = Engine(made).score(made.block(0, 20)).removed
    assert (found.problem.key, found.problem.facts) == (refused.value.problems[0].key, refused.value.problems[0].facts)
