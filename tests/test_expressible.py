"""Rules of published indices, in YAML, on made-up figures with answers worked by hand.

None of the indices here exists. Each shows that a kind of rule can be said: least coverage by node, rounding at every
level, an inverted geometric mean and a maximum, one sub-index multiplied by another, methods by level, weights from the
figures at every scope, and what compares all city-years with each other.
"""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.methods.aggregation import copeland, topsis
from indexcalc.methods.weighting import benefit_of_the_doubt, critic, entropy, pca_handbook
from tests.conftest import write_yaml

NAN = np.nan


@pytest.fixture
def compute(tmp_path):
    """The index of a YAML text and of columns of one figure per row."""

    def run(text, columns, *settings, cities="甲乙丙丁戊己", years=None):
        specification = ic.load_specification(write_yaml(tmp_path / "f.yaml", text), settings=settings)
        n = len(next(iter(columns.values())))
        panel = ic.Panel.from_columns(cities[:n], years or [2020] * n, columns)
        return ic.build_index(panel, specification.framework, specification.methodology)

    return run


# --- least coverage, by node ------------------------------------------------------------------------------------------

COVERAGE = """
framework:
  name: A made-up index of inputs and outputs
  dimensions:
    inputs:
      missing: renormalise
      dimensions:
        people: {missing: {method: renormalise, minimum_count: 2}, indicators: {a: {}, b: {}, c: {}}}
        money: {missing: {method: renormalise, minimum_share: 0.5}, indicators: {d: {weight: 3}, e: {weight: 1}}}
    outputs: {indicators: {f: {}, g: {}}}
methodology:
  normalisation: none
  missing: propagate
  screening: [{of: dimension_year, minimum: 0.65, dimensions: [inputs], action: leave_out}]
"""
#    甲 all there; 乙 lacks a; 丙 lacks d; 丁 lacks a and e: 3 of 5 inputs; 戊 lacks g; 己 lacks e
COVERED = {
    "a": [2.0, NAN, 2.0, NAN, 2.0, 2.0],
    "b": [4.0, 4.0, 4.0, 4.0, 4.0, 4.0],
    "c": [6.0, 6.0, 6.0, 6.0, 6.0, 6.0],
    "d": [8.0, 8.0, NAN, 8.0, 8.0, 8.0],
    "e": [4.0, 4.0, 4.0, NAN, 4.0, NAN],
    "f": [1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
    "g": [3.0, 3.0, 3.0, 3.0, NAN, 3.0],
}


def test_least_coverage_by_node(compute):
    """people: two of three. money: half of the weight. inputs: 65 % of its indicators, else its score is left out."""
    result = compute(COVERAGE, COVERED)
    expected = {
        "people": [4.0, 5.0, 4.0, NAN, 4.0, 4.0],
        "money": [7.0, 7.0, NAN, NAN, 7.0, 8.0],  # 丙 has a quarter of the weight; 己 three quarters
        "inputs": [5.5, 6.0, 4.0, NAN, 5.5, 6.0],
        "outputs": [2.0, 2.0, 2.0, 2.0, NAN, 2.0],
        "index": [3.75, 4.0, 3.0, NAN, NAN, 4.0],
    }
    for node, scores in expected.items():
        assert_allclose(result.score(node)[:, 0], scores, rtol=1e-12, err_msg=node)
    assert_array_equal(result.rank()[:, 0], [3, 1, 4, NAN, NAN, 1])


def test_a_least_number_that_a_node_cannot_have_is_refused_unless_screening_left_it_so(compute):
    """Three of two children: never a score, refused by name; two of one, because e was left out: no score for money."""
    three = "framework.dimensions.inputs.dimensions.money.missing={method: renormalise, minimum_count: 3}"
    with pytest.raises(ic.ChoiceError, match=r"money\.missing=.*: .*at least 3 children of 'money' to"):
        compute(COVERAGE, COVERED, three)
    two = "framework.dimensions.inputs.dimensions.money.missing={method: renormalise, minimum_count: 2}"
    only = "methodology.screening=[{of: indicator, minimum: 0.7, action: leave_out}]"
    result = compute(COVERAGE, COVERED, two, only)
    assert np.isnan(result.score("money")).all()
    assert_allclose(result.score("inputs"), 5.0)  # people alone, of whom a is left out too


def test_another_node_may_refuse(compute):
    """The same index, in which a missing output is an error."""
    with pytest.raises(ic.ChoiceError, match=r"'g' has no value in 戊 2020 .*missing: renormalise for 'outputs'"):
        compute(COVERAGE, COVERED, "framework.dimensions.outputs.missing=refuse")


def test_coverage_that_is_refused_names_city_and_node(compute):
    rule = "methodology.screening=[{of: dimension_year, minimum: 0.65, dimensions: [inputs]}]"
    with pytest.raises(ic.InputError, match=r"'inputs' has less than 65% of its cells observed in 丁 2020\. Complete"):
        compute(COVERAGE, COVERED, rule)


def test_cities_and_indicators_may_be_left_out_for_their_coverage(compute):
    """丁 has 5 of 7, below 80 %: out. Indicator e has 4 of 6, below 70 %: out, and money is d alone."""
    only = "methodology.screening=[{of: city, minimum: 0.8, action: leave_out}]"
    result = compute(COVERAGE, COVERED, only)
    assert_array_equal(result.present[:, 0], [True, True, True, False, True, True])
    assert np.isnan(result.score("outputs")[3, 0])
    assert result.rank()[0, 0] == 3
    result = compute(COVERAGE, COVERED, "methodology.screening=[{of: indicator, minimum: 0.7, action: leave_out}]")
    assert "e" not in [node.code for node in result.nodes]
    assert_allclose(result.score("money")[:, 0], [8, 8, NAN, 8, 8, 8])


def test_what_screening_leaves_out_is_not_filled(compute):
    """Imputation comes after: the five cells of 丁 stay missing, the gap of 乙 is filled."""
    result = compute(COVERAGE, COVERED, "methodology.imputation={method: constant, value: 9}")
    assert np.isnan(result.score("inputs")[3, 0])
    assert result.imputed.series("a")[1, 0] == 9.0
    assert result.score("people")[1, 0] == pytest.approx(19 / 3)


def test_a_left_out_dimension_of_dimensions_is_no_problem_of_its_own(compute):
    """inputs, left out with everything below it, refuses missing children and yet is no error: the index decides."""
    everywhere = "methodology.imputation={method: constant, value: 4}"
    refusing = [f"framework.dimensions.inputs{node}.missing=refuse" for node in ("", ".dimensions.people")]
    refusing.append("framework.dimensions.inputs.dimensions.money.missing=refuse")
    result = compute(COVERAGE, COVERED, everywhere, *refusing)
    assert_array_equal(np.isnan(result.score("inputs")[:, 0]), [False, False, False, True, False, False])
    assert_array_equal(np.isnan(result.score()[:, 0]), [False, False, False, True, False, False])


def test_a_least_coverage_of_the_index_itself(compute):
    """A city is ranked in a year if 80 % of all indicators are there in that year."""
    text = """
    framework: {dimensions: {one: {indicators: {a: {}, b: {}}}, two: {indicators: {c: {}, d: {}, e: {}}}}}
    methodology:
      normalisation: none
      missing: renormalise
      screening: [{of: dimension_year, minimum: 0.8, dimensions: [index], action: leave_out}]
    """
    columns = {"a": [1.0, NAN, 1.0], "b": [2.0, 2.0, NAN], "c": [3.0] * 3, "d": [4.0, 4.0, NAN], "e": [5.0] * 3}
    result = compute(text, columns)
    assert_allclose(result.score()[:, 0], [2.75, 3.0, NAN], rtol=1e-12)


# --- rounding at every level, inverted geometric mean, maximum --------------------------------------------------------

RISK = """
framework:
  name: A made-up index of risk, high is bad
  dimensions:
    hazard:
      aggregation: {method: inverted_geometric, top: 10, floor: 1}
      dimensions:
        natural:
          aggregation: {method: inverted_geometric, top: 10, floor: 1}
          indicators:
            quake: {normalisation: {method: goalposts, low: 0, high: 20, lower: 0, upper: 10}}
            flood: {normalisation: {method: goalposts, low: 0, high: 10, lower: 0, upper: 10}}
        human:
          aggregation: maximum
          indicators:
            current: {normalisation: none}
            projected: {normalisation: none}
    vulnerability:
      indicators:
        poverty: {weight: 2, normalisation: none}
        refugees: {weight: 1, normalisation: none}
        aid: {weight: 1, normalisation: none}
    coping:
      indicators:
        government: {direction: negative, normalisation: {method: goalposts, low: -2.5, high: 2.5, lower: 0, upper: 10}}
        phones: {direction: negative, normalisation: {method: goalposts, low: 0, high: 200, lower: 0, upper: 10}}
methodology:
  aggregation: arithmetic
  rounding: {decimals: 1, rule: half_up}
  levels:
    0: {aggregation: geometric}
    3: {rounding: {decimals: 1, rule: half_up}}
  rank_on: {decimals: 1}
"""
FACED = {
    "quake": [8.5, 0.0, 25.0],  # 甲: 4.25, which is 4.3; 丙: above the post, capped
    "flood": [10.0, 5.0, 10.0],
    "current": [7.0, 0.0, 10.0],
    "projected": [3.25, 1.25, 9.0],
    "poverty": [5.0, 2.0, 10.0],
    "refugees": [6.1, 1.0, 10.0],
    "aid": [2.0, 3.05, 10.0],
    "government": [0.3, 2.0, -2.5],
    "phones": [95.0, 150.0, 0.0],
}


def shown(x):
    """As a spreadsheet rounds: ROUND(x, 1), of a figure as it reads."""
    return float(Decimal(repr(round(float(x), 12))).quantize(Decimal("0.1"), ROUND_HALF_UP))


def inverted(*scores):
    """=(10-GEOMEAN((10-A)/10*9+1, ...))/9*10"""
    turned = np.prod([(10 - score) / 10 * 9 + 1 for score in scores]) ** (1 / len(scores))
    return shown((10 - turned) / 9 * 10)


def test_risk_of_one_city_by_hand(compute):
    """quake 8.5/20 is 4.25, so 4.3; √(6.13 x 1) = 2.4759, so natural 8.4; √(2.44 x 3.7) = 3.0047, so hazard 7.8;
    poverty counts twice: 19.2/4 - 0.3 = 4.525, so 4.5; 4.4 and 5.25, so 5.3, give 4.85, so 4.9; ∛171.99 = 5.561.
    """
    result = compute(RISK, FACED)
    expected = {
        **{"quake": 4.3, "flood": 10.0, "natural": 8.4, "current": 7.0, "projected": 3.3, "human": 7.0},
        **{"hazard": 7.8, "vulnerability": 4.5, "government": 4.4, "phones": 5.3, "coping": 4.9, "index": 5.6},
    }
    assert {node: result.score(node)[0, 0] for node in expected} == expected


def test_risk_of_every_city_as_a_spreadsheet_has_it(compute):
    result = compute(RISK, FACED)
    for c in range(3):
        quake, flood = shown(min(FACED["quake"][c] / 20, 1) * 10), shown(FACED["flood"][c])
        hazard = inverted(inverted(quake, flood), max(shown(FACED["current"][c]), shown(FACED["projected"][c])))
        vulnerability = shown(sum(w * shown(FACED[k][c]) for w, k in ((2, "poverty"), (1, "refugees"), (1, "aid"))) / 4)
        coping = shown((shown((2.5 - FACED["government"][c]) * 2) + shown((200 - FACED["phones"][c]) / 20)) / 2)
        assert result.score("hazard")[c, 0] == hazard
        assert result.score("vulnerability")[c, 0] == vulnerability
        assert result.score("coping")[c, 0] == coping
        assert result.score()[c, 0] == shown((hazard * vulnerability * coping) ** (1 / 3))
    assert result.score()[2, 0] == 10.0
    assert_array_equal(result.rank()[:, 0], [2, 3, 1])


def test_rounding_to_even_is_another_index(compute):
    """4.25 is 4.2, and (4.4 + 5.2)/2 is 4.8: told apart by name."""
    even = "{decimals: 1, rule: half_even}"
    result = compute(RISK, FACED, f"methodology.rounding={even}", f"methodology.levels.3={{rounding: {even}}}")
    assert [result.score(node)[0, 0] for node in ("quake", "phones", "coping")] == [4.2, 5.2, 4.8]


def test_without_rounding_at_the_indicators_they_keep_their_digits(compute):
    result = compute(RISK, FACED, "methodology.levels={0: {aggregation: geometric}}")
    assert result.score("quake")[0, 0] == pytest.approx(4.25)
    assert result.score("coping")[0, 0] == 4.8  # (4.4 + 5.25)/2 = 4.825


# --- one sub-index multiplied by another ------------------------------------------------------------------------------

ADJUSTED = """
framework:
  name: A made-up index of development, adjusted for pressure on the planet
  aggregation: {method: product, scale: 1}
  dimensions:
    development:
      aggregation: geometric
      dimensions:
        health: {indicators: {le: {normalisation: {method: goalposts, low: 20, high: 85}}}}
        education:
          aggregation: arithmetic
          indicators:
            eys: {normalisation: {method: goalposts, low: 0, high: 18}}
            mys: {normalisation: {method: goalposts, low: 0, high: 15}}
        income: {indicators: {gni: {transform: log, normalisation: {method: goalposts, low: 100, high: 75000}}}}
    adjustment:
      aggregation: arithmetic
      indicators:
        co2: {direction: negative, normalisation: {method: goalposts, low: 0, high: 68.72}}
        footprint: {direction: negative, normalisation: {method: goalposts, low: 0, high: 152.58}}
methodology: {missing: propagate, rank_on: {decimals: 3}}
"""
LIVED = {
    "le": [72.0, 85.0, 72.0, 72.0],
    "eys": [9.0, 18.0, 9.0, 9.0],
    "mys": [10.5, 15.0, 10.5, 10.5],
    "gni": [(100 * 75000) ** 0.5, 80000.0, (100 * 75000) ** 0.5, (100 * 75000) ** 0.5],
    "co2": [17.18, 68.72, 100.0, NAN],
    "footprint": [114.435, 76.29, 152.58, 100.0],
}


def test_a_multiplicative_adjustment_by_hand(compute):
    """甲: ∛(.8 x .6 x .5) = .62145, times (.75 + .25)/2. 乙: 1 times (0 + .5)/2. 丙: nothing is left. 丁: unknown."""
    result = compute(ADJUSTED, LIVED)
    assert_allclose(result.score("development")[:, 0], [0.24 ** (1 / 3), 1.0, 0.24 ** (1 / 3), 0.24 ** (1 / 3)])
    assert_allclose(result.score("adjustment")[:, 0], [0.5, 0.25, 0.0, NAN], rtol=1e-12, atol=1e-15)
    assert_allclose(result.score()[:, 0], [0.24 ** (1 / 3) / 2, 0.25, 0.0, NAN], rtol=1e-12, atol=1e-15)
    assert_array_equal(result.rank()[:, 0], [1, 2, 3, NAN])


def test_the_adjustment_on_a_scale_of_100(compute):
    """The same on 0..100: scale 100 keeps it there."""
    scaled = [
        f"framework.dimensions.{path}.normalisation.upper=100"
        for path in (
            "development.dimensions.health.indicators.le",
            "development.dimensions.education.indicators.eys",
            "development.dimensions.education.indicators.mys",
            "development.dimensions.income.indicators.gni",
            "adjustment.indicators.co2",
            "adjustment.indicators.footprint",
        )
    ]
    result = compute(ADJUSTED, LIVED, *scaled, "framework.aggregation.scale=100")
    assert_allclose(result.score()[:3, 0], [50 * 0.24 ** (1 / 3), 25.0, 0.0], rtol=1e-12, atol=1e-12)


def test_every_dimension_discounted_by_its_own_inequality(compute):
    """Each dimension is its level times one minus an inequality measure; then the geometric mean of the two."""
    text = """
    framework:
      aggregation: geometric
      dimensions:
        health:
          aggregation: product
          indicators:
            level: {normalisation: {method: goalposts, low: 0, high: 100}}
            inequality: {direction: negative, normalisation: {method: goalposts, low: 0, high: 1}}
        income:
          aggregation: product
          indicators:
            wage: {normalisation: {method: goalposts, low: 0, high: 10}}
            gap: {direction: negative, normalisation: {method: goalposts, low: 0, high: 1}}
    """
    columns = {"level": [80.0, 50.0], "inequality": [0.1, 0.5], "wage": [5.0, 8.0], "gap": [0.2, 0.1]}
    result = compute(text, columns)
    assert_allclose(result.score()[:, 0], [(0.72 * 0.4) ** 0.5, (0.25 * 0.72) ** 0.5], rtol=1e-12)


STANDARDS = """
framework:
  aggregation: geometric
  indicators:
    yield: {normalisation: {method: piecewise, values: [-2, 1, 4, 8, 12], scores: [20, 40, 60, 80, 100]}}
    debt: {direction: negative, normalisation: {method: piecewise, values: [90, 70, 50, 40], scores: [20, 40, 80, 100]}}
    size: {transform: log, normalisation: {method: piecewise, values: [1, 10, 1000], scores: [20, 60, 100]}}
"""


def test_standard_values_by_class(compute):
    """甲: 6 is half way from 60 to 80; 60 of debt from 40 to 80; 100 from 60 to 100 in logarithms. 乙: the ends."""
    result = compute(STANDARDS, {"yield": [6.0, -9.0], "debt": [60.0, 20.0], "size": [100.0, 1.0]})
    assert_allclose(result.normalised.values[:, 0], [[70.0, 60.0, 80.0], [20.0, 100.0, 20.0]], rtol=1e-12)
    assert_allclose(result.score()[:, 0], [(70 * 60 * 80) ** (1 / 3), (20 * 100 * 20) ** (1 / 3)], rtol=1e-12)


@pytest.mark.parametrize(
    ("key", "written", "match"),
    [
        ("values", "[90, 70, 75, 40]", "parameter values: .*two or more figures that only rise or only fall"),
        ("values", "[90]", "parameter values: .*two or more figures"),
        ("scores", "[20, 40, 80]", "parameter scores: .*scores that only rise or only fall, one per value"),
        ("values", "[40, 50, 70, 90]", "'debt'"),  # the wrong way round for a negative indicator
    ],
)
def test_standard_values_that_make_no_scale_are_refused(compute, key, written, match):
    columns = {"yield": [6.0, -9.0], "debt": [60.0, 20.0], "size": [100.0, 1.0]}
    with pytest.raises((ic.InputError, ic.ChoiceError), match=match):
        compute(STANDARDS, columns, f"framework.indicators.debt.normalisation.{key}={written}")


def test_the_inflation_of_an_index_of_economic_freedom(compute):
    """10 (50 - |inflation|)/50: 0 % scores 10, a rise or a fall of prices of 10 % scores 8, 60 % scores 0."""
    text = """
    framework:
      indicators:
        inflation:
          direction: negative
          transform: absolute
          normalisation: {method: goalposts, low: 0, high: 50, lower: 0, upper: 10}
    """
    result = compute(text, {"inflation": [0.0, 10.0, -10.0, 60.0]}, cities="甲乙丙丁")
    assert_allclose(result.score()[:, 0], [10.0, 8.0, 8.0, 0.0], rtol=1e-14, atol=1e-14)


def test_a_standard_value_without_a_logarithm_is_refused(compute):
    columns = {"yield": [6.0, -9.0], "debt": [60.0, 20.0], "size": [100.0, 1.0]}
    with pytest.raises((ic.InputError, ic.ChoiceError), match="'size'"):
        compute(STANDARDS, columns, "framework.indicators.size.normalisation.values=[0, 10, 1000]")


@pytest.mark.parametrize("method", ["efficacy", "exponential_efficacy"])
def test_what_looks_at_no_reference_needs_no_figure_in_the_base_year(compute, method):
    """x has none in 2019, the base year that the other indicator looks at."""
    text = f"""
    framework:
      indicators:
        x: {{normalisation: {{method: {method}, satisfactory: 6, not_permitted: 2}}}}
        y: {{normalisation: {{method: min_max, lower: 60, upper: 100}}}}
    methodology: {{reference: {{base: 2019}}, missing: renormalise}}
    """
    columns = {"x": [NAN, NAN, 6.0, 2.0], "y": [1.0, 2.0, 1.0, 2.0]}
    result = compute(text, columns, cities="甲乙甲乙", years=[2019, 2019, 2020, 2020])
    assert_allclose(result.score(), [[60.0, 80.0], [100.0, 80.0]], rtol=1e-12)


def test_a_product_of_powers_of_e(compute):
    """Human capital: survival, times what schooling yields at 8 % a year, times health, a mean of two in the exponent.

    甲: 10 years at half of the best score are 5, 9 short of 14: e^-0.72; health e^((0.65 x -0.2 + 0.35 x -0.4)/2).
    乙, without a figure of stunting, has adult survival alone: e^(0.65 x -0.1). 丙 has everything.
    """
    text = """
    framework:
      aggregation: product
      indicators:
        survival: {}
        school: {product: {of: [years, score], scale: 0.0016}, transform: {method: exponential, rate: 0.08, origin: 14}}
      dimensions:
        health:
          aggregation: geometric
          missing: renormalise
          indicators:
            adults: {transform: {method: exponential, rate: 0.65, origin: 1}}
            children: {transform: {method: exponential, rate: 0.35, origin: 1}}
      series: {years: {}, score: {}}
    methodology: {normalisation: none}
    """
    columns = {
        "survival": [0.9, 0.8, 1.0],
        "years": [10.0, 10.0, 14.0],
        "score": [312.5, 625.0, 625.0],
        "adults": [0.8, 0.9, 1.0],
        "children": [0.6, NAN, 1.0],
    }
    result = compute(text, columns)
    expected = [0.9 * np.exp(-0.72 - 0.135), 0.8 * np.exp(-0.32 - 0.065), 1.0]
    assert_allclose(result.score()[:, 0], expected, rtol=1e-12)


def test_weights_of_the_first_component_between_the_worst_and_the_best_case(compute, drawn):
    """A component is Σ c z of z-scores, c the loadings, set on 0..100 by what the worst and the best case would have.

    The same as goalposts at those cases under pca_lpi, whose weights are loadings over the spread of the scores.
    """
    columns, where = drawn
    best, worst = {"a": 14.0, "b": 15.0, "c": 16.0}, {"a": 7.0, "b": 6.0, "c": 7.5}
    posts = {code: f"{{method: goalposts, low: {worst[code]}, high: {best[code]}, upper: 100}}" for code in "abc"}
    indicators = ", ".join(f"{code}: {{normalisation: {posts[code]}}}" for code in "abc")
    text = f"framework: {{indicators: {{{indicators}}}}}\nmethodology: {{weighting: pca_lpi}}"
    result = compute(text, {code: columns[code] for code in "abc"}, **where)
    x = np.column_stack([columns[code] for code in "abc"])
    values, vectors = np.linalg.eigh(np.corrcoef(x.T))
    loadings = np.abs(vectors[:, values.argmax()])
    component, bottom, top = (
        ((row - x.mean(axis=0)) / x.std(axis=0, ddof=1)) @ loadings
        for row in (x, np.array([*worst.values()]), np.array([*best.values()]))
    )
    order = np.lexsort((where["years"], ["甲乙丙丁".index(city) for city in where["cities"]]))
    assert_allclose(result.score().ravel(), (100 * (component - bottom) / (top - bottom))[order], rtol=1e-9)


# --- methods by level, by node, and by default ------------------------------------------------------------------------

LEVELS = """
framework:
  dimensions:
    deep:
      dimensions:
        one: {indicators: {a: {}, b: {}}}
        two: {aggregation: maximum, indicators: {c: {}, d: {}}}
    flat: {indicators: {e: {}, f: {}}}
methodology:
  normalisation: none
  aggregation: minimum
  levels:
    0: {aggregation: arithmetic, rounding: {decimals: 1}}
    1: {aggregation: geometric}
"""


def test_methods_by_level(compute):
    """A node's own method, else that of its level, else the methodology's: index, deep and flat, one, two."""
    columns = {code: [float(figure)] for code, figure in zip("abcdef", (4, 9, 3, 8, 2, 8), strict=True)}
    result = compute(LEVELS, columns)
    expected = {"one": 4.0, "two": 8.0, "deep": 32**0.5, "flat": 4.0, "index": 4.8}  # (5.657 + 4)/2 = 4.828
    assert {node: result.score(node)[0, 0] for node in expected} == pytest.approx(expected)


@pytest.mark.parametrize("level", [-1, 3, 4])
def test_a_level_that_says_nothing_is_refused(compute, level):
    """The deepest level, 3, is that of the indicators, which have nothing to aggregate; there is no fourth."""
    columns = {code: [1.0, 2.0] for code in "abcdef"}
    with pytest.raises((ic.InputError, ic.ChoiceError), match="level"):
        compute(LEVELS, columns, f"methodology.levels={{{level}: {{aggregation: harmonic}}}}")


# --- weights from the figures: basis, scope, per ----------------------------------------------------------------------

NESTED = """
framework:
  dimensions:
    one: {weight: 3, indicators: {a: {}, b: {}, c: {}}}
    two: {weight: 1, indicators: {d: {direction: negative}, e: {}}}
methodology: {normalisation: {method: min_max, lower: 1, upper: 100}}
"""


@pytest.fixture(scope="module")
def drawn():
    """Five columns, four cities in three years, all positive; the three of `one` agree in the main."""
    rng = np.random.default_rng(11)
    common = rng.normal(size=12)
    columns = {code: 10.0 + common + 0.5 * rng.normal(size=12) for code in "abc"}
    columns |= {"d": 20.0 - common + rng.normal(size=12), "e": rng.uniform(1, 9, 12)}
    return columns, {"cities": [*"甲乙丙丁"] * 3, "years": [2019] * 4 + [2020] * 4 + [2021] * 4}


def rows(result, *codes):
    """Normalised scores of indicators, or scores of nodes, city-years down."""
    return np.column_stack([result.score(code).ravel() for code in codes])


def weights(result, *codes):
    return np.array([result.weights[result.position(code)] for code in codes])


@pytest.mark.parametrize("kernel", [entropy, critic, pca_handbook])
def test_the_three_scopes(compute, drawn, kernel):
    """within: indicators of each dimension. levels: dimensions too, by their scores. indicators: all in one set."""
    columns, where = drawn
    name = kernel.__name__

    def scoped(scope):
        weighting = f"methodology.weighting={{method: {name}, scope: {scope}}}"
        return compute(NESTED, columns, weighting, **where)

    within = scoped("within")
    assert_allclose(weights(within, "one", "two"), [0.75, 0.25], rtol=1e-12)
    for codes in ("abc", "de"):
        assert_allclose(weights(within, *codes), kernel(rows(within, *codes), np.ones(len(codes))), rtol=1e-9)
    levels = scoped("levels")
    assert_allclose(weights(levels, *"abcde"), weights(within, *"abcde"), rtol=1e-12)
    assert_allclose(weights(levels, "one", "two"), kernel(rows(levels, "one", "two"), np.ones(2)), rtol=1e-9)
    together = scoped("indicators")
    every = kernel(rows(together, *"abcde"), np.ones(5))
    effective = [together.effective[together.position(code)] for code in "abcde"]
    assert_allclose(effective, every, rtol=1e-9)
    assert_allclose(weights(together, "one", "two"), [every[:3].sum(), every[3:].sum()], rtol=1e-9)


def test_the_three_bases(compute, drawn):
    """Entropy of the raw figures, of the oriented ones (refused: below 0), and of the scores."""
    columns, where = drawn
    raw = compute(NESTED, columns, "methodology.weighting={method: entropy, basis: raw}", **where)
    order = np.lexsort((where["years"], ["甲乙丙丁".index(city) for city in where["cities"]]))
    x = np.column_stack([columns[code][order] for code in "de"])
    assert_allclose(weights(raw, "d", "e"), entropy(x, np.ones(2)), rtol=1e-9)
    with pytest.raises(ic.ChoiceError, match=r"Weighting 'entropy' needs values of at least 0, but 'd' is -2"):
        compute(NESTED, columns, "methodology.weighting={method: entropy, basis: oriented}", **where)
    oriented = compute(NESTED, columns, "methodology.weighting={method: critic, basis: oriented}", **where)
    assert_allclose(weights(oriented, "d", "e"), critic(x * [-1, 1], np.ones(2)), rtol=1e-9)


def test_weights_of_each_year(compute, drawn):
    """Three sets of weights; the mean of them is what is shown."""
    columns, where = drawn
    result = compute(NESTED, columns, "methodology.weighting={method: entropy, per: year}", **where)
    z = result.normalised.values
    expected = [entropy(z[:, t, :3], np.ones(3)) for t in range(3)]
    sets = result.weights_by_observation[result.position("one")].reshape(4, 3, 3)
    for city in sets:
        assert_allclose(city, expected, rtol=1e-9)
    assert_allclose(weights(result, *"abc"), np.mean(expected, axis=0), rtol=1e-9)
    assert_allclose(result.score("one"), (z[:, :, :3] * sets).sum(axis=2), rtol=1e-12)


# --- combined weights -------------------------------------------------------------------------------------------------


def test_a_linear_combination_of_comparisons_and_entropy(compute, drawn):
    """0.6 of the one and 0.4 of the other, by a node; comparisons name their rows, in an order of their own."""
    columns, where = drawn
    ahp = '{method: ahp, matrix: [[1, 2, 4], ["1/2", 1, 2], ["1/4", "1/2", 1]], order: [c, a, b]}'
    own = "framework.dimensions.one.weighting="
    combined = f"{{method: linear_combination, subjective: {ahp}, objective: entropy, alpha: 0.6}}"
    result = compute(NESTED, columns, own + combined, **where)
    subjective = weights(compute(NESTED, columns, own + ahp, **where), *"abc")
    assert_allclose(subjective, [2 / 7, 1 / 7, 4 / 7], rtol=1e-12)
    objective = weights(compute(NESTED, columns, own + "entropy", **where), *"abc")
    assert_allclose(weights(result, *"abc"), 0.6 * subjective + 0.4 * objective, rtol=1e-12)
    assert_allclose(weights(result, "d", "e"), [0.5, 0.5], rtol=1e-12)


def test_a_combination_of_a_combination(compute, drawn):
    columns, where = drawn
    inner = "{method: geometric_combination, subjective: given, objective: critic}"
    outer = f"{{method: linear_combination, subjective: equal, objective: {inner}, alpha: 0.25}}"
    result = compute(NESTED, columns, f"framework.dimensions.one.weighting={outer}", **where)
    root = np.sqrt(critic(rows(result, *"abc"), np.ones(3)) / 3)
    assert_allclose(weights(result, *"abc"), 0.25 / 3 + 0.75 * root / root.sum(), rtol=1e-9)


# --- what compares all city-years, in a panel with holes --------------------------------------------------------------

PLAIN = "framework: {indicators: {a: {weight: 2}, b: {}, c: {}}}\nmethodology: {normalisation: none}"
HELD = {
    "a": [4.0, 2.0, 1.0, 5.0, 3.0, 2.5, 1.5],
    "b": [1.0, 2.0, 1.5, 2.0, 3.5, 1.0, 2.5],
    "c": [2.0, 5.0, 1.0, 1.0, 4.0, 3.0, 0.5],
}
HOLES = {"cities": [*"甲乙丙甲丙甲乙"], "years": [2019, 2019, 2019, 2020, 2020, 2021, 2021]}


def held():
    return np.column_stack(list(HELD.values()))


def at(result, values):
    """Values [city, year] at the rows of HELD."""
    places = zip(HOLES["cities"], HOLES["years"], strict=True)
    return np.array([values[result.cities.index(c), result.years.index(y)] for c, y in places])


def test_topsis_over_all_years_of_a_panel_with_holes(compute):
    result = compute(PLAIN, HELD, "methodology.aggregation=topsis", **HOLES)
    assert_array_equal(np.isnan(result.score()), ~result.present)
    assert_allclose(at(result, result.score()), topsis(held(), np.array([0.5, 0.25, 0.25])), rtol=1e-12)


def test_copeland_within_the_years_of_a_panel_with_holes(compute):
    """2019: 甲 and 乙 tie, one half against one half, and both outrank 丙; 2020: a tie again."""
    result = compute(PLAIN, HELD, "methodology.aggregation=copeland", **HOLES)
    assert_array_equal(np.isnan(result.score()), ~result.present)
    expected = copeland(held(), np.array([0.5, 0.25, 0.25]), np.array(HOLES["years"]))
    assert_array_equal(at(result, result.score()), expected)
    assert_array_equal(result.score()[:, :2], [[1, 0], [1, NAN], [-2, 0]])
    assert_array_equal(result.rank()[:, :2], [[1, 1], [1, NAN], [3, 1]])


def test_benefit_of_the_doubt_in_a_panel_with_holes(compute):
    """Each city-year under the weights kindest to it; the best of all years has 1."""
    result = compute(PLAIN, HELD, "methodology.weighting=benefit_of_the_doubt", **HOLES)
    assert_array_equal(np.isnan(result.score()), ~result.present)
    kindest = benefit_of_the_doubt(held(), np.ones(3))
    assert_allclose(at(result, result.score()), (kindest * held()).sum(axis=1), rtol=1e-9)
    assert np.nanmax(result.score()) == pytest.approx(1.0)
    assert np.isfinite(result.weights).all()


def test_benefit_of_the_doubt_of_a_dimension_below_a_mean(compute):
    """The scores of a bounded dimension, on 0..1, averaged with another one."""
    text = """
    framework:
      dimensions:
        kind: {weighting: {method: benefit_of_the_doubt, lower: 0.2, upper: 0.8}, indicators: {a: {}, b: {}}}
        plain: {indicators: {c: {normalisation: {method: goalposts, low: 0, high: 5}}}}
    methodology: {normalisation: none}
    """
    columns = {code: column[:3] for code, column in HELD.items()}
    result = compute(text, columns)
    kindest = benefit_of_the_doubt(np.column_stack([columns["a"], columns["b"]]), np.ones(2), lower=0.2, upper=0.8)
    kind = (kindest * np.column_stack([columns["a"], columns["b"]])).sum(axis=1)
    assert_allclose(result.score()[:, 0], (kind + np.array(columns["c"]) / 5) / 2, rtol=1e-9)


def test_a_whole_sample_aggregation_inside_another_index(compute):
    """A TOPSIS dimension below a mean: 0 to 1, as the other dimension is."""
    text = """
    framework:
      dimensions:
        near: {aggregation: topsis, indicators: {a: {}, b: {}}}
        plain: {indicators: {c: {normalisation: {method: goalposts, low: 0, high: 5}}}}
    methodology: {normalisation: none}
    """
    result = compute(text, HELD, **HOLES)
    near = topsis(held()[:, :2], np.array([0.5, 0.5]))
    assert_allclose(at(result, result.score()), (near + held()[:, 2] / 5) / 2, rtol=1e-12)


# --- chains before the normalisation ----------------------------------------------------------------------------------


def test_growth_of_a_ratio_and_a_best_range_against_a_base_year(compute):
    """What is derived from what is derived; scores beyond 0..100 in a year that is not the base."""
    text = """
    framework:
      indicators:
        pace: {growth: {of: per_head}, normalisation: {method: goalposts, low: 0, high: 20, upper: 100}}
        per_head: {ratio: {of: output, to: people, scale: 10}, normalisation: {method: min_max, upper: 100}}
        mild: {direction: {interval: [15, 20]}, normalisation: {method: min_max, upper: 100}}
      series: {output: {}, people: {}}
    methodology: {missing: renormalise, reference: {base: 2020}}
    """
    columns = {
        "output": [10.0, 20.0, 11.0, 24.0],
        "people": [1.0, 4.0, 1.0, 4.0],
        "mild": [18.0, 5.0, 25.0, 13.0],
    }
    result = compute(text, columns, cities="甲乙甲乙", years=[2019, 2019, 2020, 2020])
    assert_allclose(result.derived.series("per_head"), [[100, 110], [50, 60]], rtol=1e-12)
    assert_allclose(result.derived.series("pace"), [[NAN, 10], [NAN, 20]], rtol=1e-12)
    assert_allclose(result.score("pace"), [[NAN, 50], [NAN, 100]], rtol=1e-12)
    assert_allclose(result.score("per_head"), [[80, 100], [-20, 0]], rtol=1e-12)  # base 2020: 60 to 110
    # 2020: 5 above and 2 below, of at most 5; 2019: inside, and 10 below
    assert_allclose(result.oriented.series("mild"), [[1, 0], [-1, 0.6]], rtol=1e-12, atol=1e-12)


POSTED = """
framework:
  indicators:
    a: {direction: positive, normalisation: {method: goalposts, low: 2, high: 8}}
    b: {}
"""
SPREAD = {"a": [2.0, 3.0, 5.0, 8.0], "b": [1.0, 2.0, 3.0, 4.0]}


@pytest.mark.parametrize("direction", ["positive", "negative"])
@pytest.mark.parametrize("transform", ["none", "log", "{method: log_offset, offset: 1}", "reciprocal"])
def test_posts_go_the_way_of_the_values(compute, transform, direction):
    """Posts at the least and the greatest figure are min-max, whatever transform and direction do to both."""
    own = [
        f"framework.indicators.a.{key}={value}" for key, value in (("transform", transform), ("direction", direction))
    ]
    posts = compute(POSTED, SPREAD, *own)
    scaled = compute(POSTED, SPREAD, *own, "framework.indicators.a.normalisation=min_max")
    assert_allclose(posts.score("a"), scaled.score("a"), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("transform", ["none", "log", "{method: log_offset, offset: 1}", "reciprocal"])
def test_the_best_range_goes_the_way_of_the_values(compute, transform):
    """Inside it every figure has 1, on whatever scale it is read; outside less."""
    own = ["framework.indicators.a={direction: {interval: [3, 5]}}", f"framework.indicators.a.transform={transform}"]
    oriented = compute(POSTED, SPREAD, *own).oriented.series("a")[:, 0]
    assert_allclose(oriented[1:3], [1.0, 1.0], rtol=1e-12)
    assert oriented[[0, 3]].max() < 1.0


@pytest.mark.parametrize("transform", ["log_shifted", "{method: box_cox, power: 0.5}", "log"])
@pytest.mark.parametrize("direction", ["{middle: 0}", "{middle: 4}", "{interval: [0, 5]}"])
def test_a_best_value_that_a_transform_has_no_place_for_is_refused(compute, direction, transform):
    """ln 0; or a scale that moves with the sample. A best value of 4 has a logarithm."""
    own = [f"framework.indicators.a={{direction: {direction}}}", f"framework.indicators.a.transform={transform}"]
    if transform == "log" and direction == "{middle: 4}":
        nearest = compute(POSTED, SPREAD, *own).oriented.series("a")[:, 0]
        assert_allclose(nearest, 1 - np.abs(np.log(np.array(SPREAD["a"]) / 4)) / np.log(2), rtol=1e-12, atol=1e-15)
        return
    with pytest.raises((ic.InputError, ic.ChoiceError), match="'a'"):
        compute(POSTED, SPREAD, *own)


@pytest.mark.parametrize(
    "own",
    [
        "normalisation: {method: goalposts, low: 0, high: 10}",
        "normalisation: {method: distance_to_target, target: 8}",
        "normalisation: {method: mazziotta_pareto, centre: 5}",
        "direction: {middle: 5}",
        "direction: {interval: [3, 5]}",
    ],
)
@pytest.mark.parametrize("treatment", ["log", "{method: skew_kurtosis, points: 0}"])
def test_figures_that_a_treatment_has_put_into_logarithms_do_not_meet_posts_in_raw_units(compute, treatment, own):
    """No score between a logarithm and a raw figure: refused by name."""
    text = f"framework: {{indicators: {{a: {{{own}, treatment: {treatment}}}, b: {{}}}}}}"
    columns = {"a": [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 1000], "b": range(10)}
    with pytest.raises((ic.InputError, ic.ChoiceError), match="'a'"):
        compute(text, columns, cities=[f"city {i}" for i in range(10)])


def test_a_mean_of_the_sample_as_centre_needs_no_raw_unit(compute):
    """mazziotta_pareto without a centre goes with any direction and any transform."""
    text = """
    framework: {indicators: {a: {direction: {middle: 4}}, b: {transform: log_shifted}}}
    methodology: {normalisation: mazziotta_pareto}
    """
    result = compute(text, SPREAD)
    assert_allclose(result.normalised.values.mean(axis=(0, 1)), 100.0, rtol=1e-12)


# --- the rules of well-known indices, computed once more in plain numpy -----------------------------------------------


def test_components_weighted_by_their_first_principal_component_between_posts(compute):
    """A worst and a best value for each indicator, weights by PCA within components, all of which a place must have."""
    rng = np.random.default_rng(12)
    common = rng.normal(size=6)
    codes, high = ["a", "b", "c", "d", "e"], np.array([10.0, 50.0, 100.0, 10.0, 50.0])
    x = high * (0.5 + 0.12 * common[:, None] + 0.05 * rng.normal(size=(6, 5)))
    x[:, [1, 3]] = high[[1, 3]] - x[:, [1, 3]]  # of these less is better
    x[2, 1], x[4, 3:] = np.nan, np.nan
    posts = "normalisation: {{method: goalposts, low: 0, high: {}, lower: 0, upper: 100}}"
    said = [f"{code}: {{direction: {way}, {posts.format(top)}}}"
            for code, top, way in zip(codes, high, ("positive", "negative", "positive", "negative", "positive"),
                                      strict=True)]  # fmt: skip
    text = f"""
    framework:
      missing: propagate
      dimensions:
        one:
          weighting: pca_lpi
          missing: {{method: renormalise, minimum_share: 0.6}}
          indicators: {{{", ".join(said[:3])}}}
        two:
          weighting: pca_lpi
          missing: {{method: renormalise, minimum_share: 0.6}}
          indicators: {{{", ".join(said[3:])}}}
    """
    z = 100.0 * x / high
    z[:, [1, 3]] = 100.0 - z[:, [1, 3]]
    components = []
    for at in (slice(0, 3), slice(3, 5)):
        pairs = [[_correlation(p, q) for q in z[:, at].T] for p in z[:, at].T]
        loadings = np.linalg.eigh(np.array(pairs))[1][:, -1]
        w = np.abs(loadings) / np.nanstd(z[:, at], axis=0, ddof=1)
        w /= w.sum()
        there = (~np.isnan(z[:, at]) * w).sum(axis=1)
        components.append(np.where(there >= 0.6, np.nansum(z[:, at] * w, axis=1) / np.maximum(there, 1e-9), np.nan))
    result = compute(text, dict(zip(codes, x.T, strict=True)))
    assert_allclose(result.score()[:, 0], np.mean(components, axis=0), rtol=1e-9)
    assert np.isnan(result.score()[4, 0]) and not np.isnan(result.score()[2, 0])


def _correlation(p, q):
    there = ~np.isnan(p) & ~np.isnan(q)
    return np.corrcoef(p[there], q[there])[0, 1]


RATIO = """
framework:
  missing: propagate
  dimensions:
    outputs: {missing: propagate, dimensions: {
      p: {missing: {method: renormalise, minimum_count: 2}, dimensions: {
        p1: {indicators: {a: {}, b: {weight: 0.5}}}, p2: {indicators: {c: {direction: negative}}}}}}}
    inputs: {missing: renormalise, indicators: {d: {}, e: {}, f: {}}}
methodology:
  treatment:
    {method: skew_kurtosis, maximum_skewness: 2.25, maximum_kurtosis: 3.5, points: 1, last_resort: log_rescaled}
  normalisation: {method: min_max, lower: 0, upper: 100}
  missing: renormalise
  screening: [{of: dimension_year, minimum: 0.66, dimensions: [inputs, outputs], action: leave_out}]
"""


MANY = [f"place {k}" for k in range(24)]


def test_outputs_and_inputs_treated_screened_and_divided(compute):
    """Outliers pulled in or logged, half weights, two sub-pillars at least, two thirds of a sub-index; their ratio."""
    rng = np.random.default_rng(4)
    x = {code: 20.0 + rng.uniform(0, 10, 24).round(3) for code in "abcdef"}
    x["a"][3] = 500.0  # one outlier: pulled in
    x["d"][[1, 5]] = 900.0, 400.0  # two: the logarithm
    x["c"][7] = x["e"][8] = np.nan
    x["e"][9] = x["f"][9] = np.nan
    treated = {**x, "a": np.minimum(x["a"], np.sort(x["a"])[-2])}
    low, high = x["d"].min(), x["d"].max()
    treated["d"] = np.log((high - 1) * (x["d"] - low) / (high - low) + 1)
    for code in "ef":  # 9 has one of three inputs
        treated[code] = np.where(np.arange(24) == 9, np.nan, treated[code])
    treated["d"] = np.where(np.arange(24) == 9, np.nan, treated["d"])
    z = {k: 100 * (v - np.nanmin(v)) / (np.nanmax(v) - np.nanmin(v)) for k, v in treated.items()}
    outputs = ((z["a"] + z["b"] / 2) / 1.5 + 100 - z["c"]) / 2
    with np.errstate(invalid="ignore"):
        inputs = np.array([np.nanmean(row) if not np.isnan(row).all() else np.nan
                           for row in np.array([z["d"], z["e"], z["f"]]).T])  # fmt: skip
    result = compute(RATIO, x, cities=MANY)
    assert_allclose(result.score()[:, 0], (outputs + inputs) / 2, rtol=1e-9)
    assert_array_equal(np.flatnonzero(np.isnan(result.score()[:, 0])), [7, 9])
    divided = compute(RATIO, x, "framework.aggregation=ratio", cities=MANY)
    assert_allclose(divided.score()[:, 0], outputs / inputs, rtol=1e-9)


def test_a_logarithm_up_to_the_maximum_needs_one_above_1(compute):
    shares = {**{code: np.arange(24.0) for code in "abcef"}, "d": np.append(np.linspace(0.01, 0.02, 22), [0.5, 0.9])}
    with pytest.raises(
        ic.ChoiceError, match=r"Treatment of 'd': log_rescaled needs a maximum above 1, .* is 0\.9\. Give"
    ):
        compute(RATIO, shares, cities=MANY)
