"""The YAML contract: what a file may say, and one broken file for every sentence the program has about it."""

import re

import pytest

import indexcalc as ic
from indexcalc.errors import MOST_TOLD, ChoiceError, IndexcalcError, InputError
from indexcalc.load import load_specification
from indexcalc.run import compute
from indexcalc.voice import room
from tests.conftest import ROOT, write_workbook, write_yaml

# One line per entry, so that every case can name its line.
GOOD = """\
framework:
  name: {zh: 指数, en: Index}
  years: [2019, 2020, 2021]
  cities: {北京: {en: Beijing, group: first, aliases: [北京市]}, 上海: {en: Shanghai, group: first}}
  groups: {first: {zh: 一线, en: First}}
  publishers: {nbs: {zh: 统计局, en: Bureau}}
  dimensions:
    function:
      indicators:
        gdp: {name: {zh: 生产总值, en: GDP}, unit: 亿元, direction: positive, weight: 1, tags: {stage: scale}}
        per_head: {ratio: {of: gdp, to: people, scale: 10000}}
    space:
      indicators:
        pm25: {direction: negative}
  series:
    people: {name: {zh: 人口, en: Population}}
  lenses:
    stage: {groups: {scale: {zh: 规模, en: Scale}}}
  coverage:
    - {theme: {zh: 功能, en: Function}, phrase: {zh: 生产, en: producing}, indicators: [gdp], awaits: [people]}
methodology:
  normalisation: {method: min_max, lower: 1, upper: 100}
  aggregation: arithmetic
claims:
  - {kind: in_top, cities: [北京], n: 1, years: [2019]}
  - {kind: rising, cities: all, from: 2019, to: 2021}
uncertainty: {draws: 100, weights: {spread: 0.25}}
"""

# What stands there and is replaced most often.
SCALE = "method: min_max, lower: 1, upper: 100"
MEAN = "aggregation: arithmetic"
DERIVED = "ratio: {of: gdp, to: people, scale: 10000}"

# key: (what stands in GOOD, what replaces it, what is told)
CASES = {
    "as_printed_derived": (
        DERIVED,
        f"{DERIVED}, as_printed: true",
        "line 11, framework.dimensions.function.indicators.per_head.as_printed: 'per_head' is derived",
    ),
    "uncertainty_code": (
        "weights: {spread: 0.25}",
        "weights: {spread: 0.25, levels: [gpd]}",
        r"line 27, uncertainty.weights.levels: levels names 'gpd', which is not a dimension or indicator",
    ),
    "uncertainty_nothing": (
        "{draws: 100, weights: {spread: 0.25}}",
        "{draws: 100}",
        "line 27, uncertainty: uncertainty lets nothing vary",
    ),
    "weight_bounds": (
        "weights: {spread: 0.25}",
        "weights: {bounds: {function: [0.1, 0.4], space: [0.2, 0.5]}}",
        r"line 27, uncertainty.weights.bounds.function: no weights satisfy the bounds of function, space within "
        r"'index': "
        r"the smallest shares sum to 0\.3, the largest to 0\.9, but shares must sum to 1\. Widen the bounds",
    ),
    "weights_by_observation": (
        "weights: {spread: 0.25}",
        "weighting: [given, benefit_of_the_doubt], weights: {spread: 0.25}",
        r"line 27, uncertainty.weighting\[1\]: weighting 'benefit_of_the_doubt' gives each city or year its own",
    ),
    "unknown_key": (
        "unit: 亿元",
        "units: 亿元",
        r"line 10, .*gdp\.units: key 'units' is not known here\. Did you mean 'unit'",
    ),
    "parameters_exclusive": (
        "  aggregation: arithmetic",
        "  aggregation: arithmetic\n  treatment: {method: skew_kurtosis, points: 5, cities_share: 0.1}",
        r"line \d+, .*: treatment 'skew_kurtosis': points and cities_share both set the same limit",
    ),
    "missing_key": (
        "{kind: in_top, cities: [北京], n: 1,",
        "{kind: in_top, cities: [北京],",
        "line 25, .*key 'n' is missing",
    ),
    "unknown_word": (
        "{direction: negative}",
        "{trust: good}",
        r"line 14, framework\.dimensions\.space\.indicators\.pm25.*: trust 'good' is not known\. Known: A, B, C",
    ),
    "wrong_value": ("weight: 1", "weight: heavy", "line 10, .*weight: found 'heavy', expected a number"),
    "code_twice": (
        "    people: ",
        "    pm25: {}\n    people: ",
        r"line 16, framework\.series\.pm25: code 'pm25' is used twice \(also at framework\.dimensions\.space\.",
    ),
    "code_reserved": ("pm25: {direction", "index: {direction", "line 14, .*'index' names the composite index itself"),
    "name_twice": (
        "{name: {zh: 人口, en: Population}}",
        "{name: {zh: 人口, en: gdp}}",
        "line 16, .*name '(GDP|gdp)' belongs to both '(people|gdp)' and '(gdp|people)'",
    ),
    "city_name_twice": (
        "上海: {en: Shanghai,",
        "上海: {en: Shanghai, aliases: [北京市],",
        "line 4, .*'北京市' names both 上海 and 北京",
    ),
    "unknown_code": ("to: people,", "to: peopel,", "line 11, .*ratio names 'peopel', .*Did you mean 'people'"),
    "derivation_cycle": (
        "{direction: negative}",
        "{sum: [gdp, twice]}\n        twice: {ratio: {of: pm25, to: people}}",
        "line 14, .*'pm25' is derived from itself: pm25 -> twice -> pm25. Break the cycle",
    ),
    "screening_node": (
        "  aggregation: arithmetic",
        "  screening: [{of: dimension_year, minimum: 0.5, dimensions: [spaec]}]",
        "line 23, .*screening names 'spaec', which is not a dimension. Did you mean 'space'",
    ),
    "unknown_group": (
        "stage: scale}",
        "stage: scal}",
        r"line 10, .*stage 'scal' is not declared under framework\.lenses\.stage",
    ),
    "no_indicator": (
        "        pm25: {direction: negative}",
        "        {}",
        r"line 12, framework\.dimensions\.space: there is no",
    ),
    "weights_zero": ("{direction: negative}", "{weight: 0}", "line 12, .*space: every child has weight 0"),
    "two_derivations": (
        DERIVED,
        "ratio: {of: gdp, to: people}, share: {of: gdp, to: people}",
        "line 11, .*derived in one way only; found ratio, share",
    ),
    "base_year_unknown": (
        "  aggregation: arithmetic",
        "  reference: {base: 2017}",
        "line 23, .*reference names base year 2017, which is not among the years 2019, 2020, 2021",
    ),
    "claim_year": ("years: [2019]}", "years: [2017]}", "line 25, .*the claim names 2017, which is not among"),
    "claim_city": ("cities: [北京]", "cities: [北平]", "line 25, .*the claim names '北平', which is not a city"),
    "highlight_city": (
        "uncertainty: {draws",
        "charts: {highlight: [北京, 北平]}\nuncertainty: {draws",
        r"line 27, .*: '北平' is to be highlighted, but is not a city of the framework",
    ),
    "claim_order": (
        "from: 2019, to: 2021",
        "from: 2021, to: 2019",
        "line 26, .*runs from 2021 to 2019: the first year",
    ),
    "unknown_method": (
        "method: min_max",
        "method: minmax",
        "line 22, .*normalisation 'minmax' is not known. Did you mean 'min_max'",
    ),
    "method_alias": (
        "{method: min_max, lower: 1, upper: 100}",
        "distance_to_maximum",
        "line 22, .*normalisation 'distance_to_maximum' is 'min_max' by another name. Write min_max",
    ),
    "method_form": (
        "{method: min_max, lower: 1, upper: 100}",
        "{lower: 1}",
        r"line 22, .*normalisation: found \{'lower': 1\}, expected a method's name, or \{method: NAME, ",
    ),
    "unknown_parameter": (
        "lower: 1",
        "lowre: 1",
        "line 22, .*'min_max' has no parameter 'lowre'. Did you mean 'lower'",
    ),
    "missing_parameter": (
        "{method: min_max, lower: 1, upper: 100}",
        "{method: goalposts, low: 1}",
        "line 22, .*'goalposts' needs the parameter 'high'",
    ),
    "parameter_value": ("lower: 1", "lower: one", "line 22, .*parameter lower: found 'one', expected a number"),
    "parameter_order": (
        "lower: 1",
        "lower: 100",
        r"line 22, .*lower is 100\.0 and upper is 100\.0; the first must be below",
    ),
    "geometric_needs_positive": (
        "lower: 1, upper: 100}\n  aggregation: arithmetic",
        "lower: 0, upper: 1}\n  aggregation: geometric",
        r"line 23, methodology\.aggregation: aggregation 'geometric' of '(index|function|space)' needs scores above 0, "
        r"but normalisation 'min_max \(lower: 0\.0, upper: 1\.0\)' of '(gdp|pm25)' gives 0 to the last",
    ),
}


ABC = "framework: {indicators: {a: {}, b: {}, c: {}}}"


def ahp(matrix, more=""):
    return f"weighting: {{method: ahp, matrix: {matrix}{more}}}"


# key: (the methodology over three indicators a, b, c, what is told)
METHOD_CASES = {
    "whole_sample_missing": (
        "{aggregation: topsis, missing: renormalise}",
        "'topsis' of 'index' .*'renormalise' does not ensure",
    ),
    "minimum_count": (
        "{missing: {method: renormalise, minimum_count: 4}}",
        "requires at least 4 children of 'index' to have a score, but it has 3 in all",
    ),
    "whole_sample_weights": (
        "{aggregation: topsis, weighting: {method: entropy, per: year}}",
        "aggregation 'topsis' of 'index' .*'entropy.*' gives each its own",
    ),
    "by_observation_pair": (
        "{aggregation: harmonic, weighting: benefit_of_the_doubt, normalisation: none}",
        "'benefit_of_the_doubt' of 'index' gives each city-year weights of its own, .*found aggregation 'harmonic'",
    ),
    "by_observation_scope": (
        "{weighting: {method: benefit_of_the_doubt, scope: indicators}, normalisation: none}",
        "'benefit_of_the_doubt' of 'index' weights the children of one node for each city-year",
    ),
    "level_unknown": ("{levels: {1: {aggregation: harmonic}}}", "level 1 has nothing to combine; expected 0 .*to 0 "),
    "per_child": (
        "{aggregation: {method: owa, order_weights: [1, 2]}}",
        "order_weights has 2 entries, .*of the 3 children",
    ),
    "share_bounds": (
        "{weighting: {method: benefit_of_the_doubt, lower: 0.5, upper: 0.9}}",
        r"3 shares between 0\.5 and 0\.9 cannot add up to 1",
    ),
    "ahp_size": (f"{{{ahp('[[1, 2], [0.5, 1]]')}}}", "the matrix has 2 rows, expected one for each of the 3 children"),
    "ahp_square": (f"{{{ahp('[[1, 2, 3], [0.5, 1], [1, 1, 1]]')}}}", "row 2 has 2 entries, expected 3"),
    "ahp_entry": (
        f"{{{ahp('[[1, 2, 3], [1/2, 1, 0], [1/3, 1, 1]]')}}}",
        "row 2, column 3: found 0.*, expected a number above",
    ),
    "ahp_diagonal": (
        f"{{{ahp('[[1, 2, 3], [1/2, 2, 1], [1/3, 1, 1]]')}}}",
        "row 2, column 2: found 2.*, expected 1 on",
    ),
    "ahp_reciprocal": (
        f"{{{ahp('[[1, 2, 3], [1/3, 1, 1], [1/3, 1, 1]]')}}}",
        "row 2, column 1: found 1/3, but the opposite comparison is 2.*; expected its reciprocal",
    ),
    "ahp_inconsistent": (
        f"{{{ahp('[[1, 9, 1/9], [1/9, 1, 9], [9, 1/9, 1]]')}}}",
        r"the comparisons contradict each other, CR \d+\.\d{3} .*Reconsider it, or set accept_inconsistent: true",
    ),
    "ahp_order": (
        f"{{{ahp('[[1, 1, 1], [1, 1, 1], [1, 1, 1]]', ', order: [a, b, d]')}}}",
        "order names a, b, d, expected the children a, b, c, each once",
    ),
}


def load(tmp_path, text, **options):
    return ic.load_specification(write_yaml(tmp_path / "f.yaml", text), **options)


def broken(old, new):
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def test_the_good_file_is_good(tmp_path):
    specification = load(tmp_path, GOOD)
    assert list(specification.framework.all_indicators) == ["gdp", "per_head", "pm25"]
    assert specification.methodology.normalisation.parameters == {"lower": 1.0, "upper": 100.0}
    assert specification.claims[0].cities == ("北京",)
    assert specification.claims[1].cities == ()
    assert specification.uncertainty.draws == 100


@pytest.mark.parametrize("key", CASES)
def test_one_broken_file_for_every_sentence(tmp_path, key):
    """The sentence, its line, and the same in Chinese with every fact filled in."""
    old, new, told = CASES[key]
    with pytest.raises(IndexcalcError, match=rf"f\.yaml, {told}") as refused:
        load(tmp_path, broken(old, new))
    assert {problem.key for problem in refused.value.problems} == {key}, str(refused.value)
    chinese = refused.value.text("zh")
    assert "第" in chinese
    assert not re.search(r"\{[a-z_]+\}", chinese)


@pytest.mark.parametrize("key", METHOD_CASES)
def test_one_methodology_for_every_sentence_about_methods(tmp_path, key):
    """Choices, and parameters of choices, that the indicators below a node cannot take: seen at load, with the line."""
    methodology, told = METHOD_CASES[key]
    with pytest.raises(IndexcalcError, match=rf"f\.yaml, line 2, methodology.*: .*{told}") as refused:
        load(tmp_path, f"{ABC}\nmethodology: {methodology}")
    assert {problem.key for problem in refused.value.problems} == {key}, str(refused.value)
    assert not re.search(r"\{[a-z_]+\}", refused.value.text("zh"))


def test_comparisons_of_more_children_than_the_table_of_random_indices_knows(tmp_path):
    """ahp_too_large: 16 children; Saaty's table ends at 15."""
    codes = [f"i{number}" for number in range(16)]
    indicators = ", ".join(f"{code}: {{}}" for code in codes)
    matrix = [[1] * 16] * 16
    with pytest.raises(IndexcalcError, match=r"16 children, but random indices are known for at most 15\. Nest them"):
        load(tmp_path, f"framework: {{indicators: {{{indicators}}}}}\nmethodology: {{{ahp(matrix)}}}")


def test_goalposts_beside_a_direction_that_does_not_keep_the_unit(tmp_path):
    """posts_direction: how near a temperature is to the best one is no longer in degrees."""
    own = "{direction: {middle: 7}, normalisation: {method: goalposts, low: 0, high: 14}}"
    with pytest.raises(
        IndexcalcError, match=r"line 1, .*a.*'goalposts' of 'a' is given in .*direction 'middle' does not"
    ):
        load(tmp_path, f"framework: {{indicators: {{a: {own}, b: {{}}}}}}")


def test_a_choice_that_can_never_stand_is_a_choice_error(tmp_path):
    """InputError: mend the file's words. ChoiceError: mend the methodology."""
    old, new, _ = CASES["geometric_needs_positive"]
    with pytest.raises(ChoiceError, match="Use 'arithmetic', or min_max with lower: 1"):
        load(tmp_path, broken(old, new))


def test_all_problems_of_a_file_are_told_at_once(tmp_path):
    """Three faults of form in one go; with the form right, three faults of meaning in one go."""
    text = broken("unit: 亿元", "units: 亿元").replace("negative", "negitive").replace("lower: 1", "lower: one")
    with pytest.raises(InputError, match="units") as refused:
        load(tmp_path, text)
    assert {problem.key for problem in refused.value.problems} == {"unknown_key", "unknown_method", "parameter_value"}

    text = (
        broken("to: people,", "to: peopel,").replace("stage: scale}", "stage: scal}").replace("[北京], n", "[北平], n")
    )
    with pytest.raises(InputError, match="peopel") as refused:
        load(tmp_path, text)
    assert {problem.key for problem in refused.value.problems} == {"unknown_code", "unknown_group", "claim_city"}


# --- hints lead to the right word -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "near"),
    [
        ("draws: 100", "drwas: 100", "draws"),
        ("spread: 0.25", "sprad: 0.25", "spread"),
        ("kind: in_top", "kind: in_tpo", "in_top"),
        ("direction: negative", "direction: negitive", "negative"),
        ("cities: [北京], n: 1", "cities: [北京], nn: 1, n: 1", "n"),
        ("cities: all, from: 2019", "citeis: all, from: 2019", "cities"),
        ("  aggregation: arithmetic", "  agregation: arithmetic", "aggregation"),
        ("  aggregation: arithmetic", "  rank_on: {decimal: 3}", "decimals"),
        ("  aggregation: arithmetic", "  reference: yearly", "year"),
        ("  aggregation: arithmetic", "  reference: {bse: 2019}", "base"),
        ("  groups: {first: {zh: 一线, en: First}}", "  groups: {first: {zhh: 一线, en: First}}", "zh"),
        ("  publishers: {nbs: {zh: 统计局, en: Bureau}}", "  publishers: {nbs: {zhh: 统计局, en: Bureau}}", "zh"),
        ("groups: {scale: {zh: 规模, en: Scale}}", "groups: {scale: {zhh: 规模, en: Scale}}", "zh"),
        ("awaits: [people]", "await: [people]", "awaits"),
        ("group: first, aliases", "grop: first, aliases", "group"),
        ("name: {zh: 人口, en: Population}", "nmae: {zh: 人口, en: Population}", "name"),
        ("ratio: {of: gdp", "ratoi: {of: gdp", "ratio"),
        ("stage: {groups:", "stage: {gruops:", "groups"),
        ("uncertainty: {draws", "uncertanty: {draws", "uncertainty"),
    ],
)
def test_a_misspelt_word_leads_to_the_nearest_right_one(tmp_path, old, new, near):
    with pytest.raises(InputError, match=rf"Did you mean '{near}'"):
        load(tmp_path, broken(old, new))


def test_a_far_word_is_told_what_is_known(tmp_path):
    with pytest.raises(InputError, match=r"normalisation 'xyz' is not known\. Known: .*min_max"):
        load(tmp_path, broken("method: min_max", "method: xyz"))


def test_a_misspelt_direction_is_refused_with_the_word_it_is_near(tmp_path):
    with pytest.raises(InputError, match=r"pm25.*: direction 'negitive' is not known\. Did you mean 'negative'\?"):
        load(tmp_path, broken("direction: negative", "direction: negitive"))


# --- values that cannot be meant ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("weight: 1", "weight: -1", r"weight: found -1, expected a number >= 0"),
        (
            "weight: 1",
            "weight: 1e308",
            r"line 10, .*gdp\.weight: weight: found 1e\+308, expected a number <= 1,000,000,000",
        ),
        ("direction: negative", "weight: 2e9", "weight: found 2000000000.0, expected a number <= 1,000,000,000"),
        (
            "    space:\n",
            "    space:\n      weight: 1e12\n",
            r"space\.weight: weight: found 1000000000000\.0, expected a number <",
        ),
        ("weight: 1", "weight: true", "weight: found true, expected a number"),
        ("weight: 1", "weight: '1'", "weight: found '1', expected a number"),
        ("weight: 1", "weight: 1e999", "weight: found inf, expected a finite number"),
        ("years: [2019, 2020, 2021]", "years: 2019", "years: found 2019, expected a list"),
        ("years: [2019, 2020, 2021]", "years: [2019, soon]", "found 'soon', expected a whole number"),
        ("years: [2019, 2020, 2021]", "years: [2019, 2020, 2020, 2021]", r"years.*2020"),
        ("name: {zh: 指数, en: Index}", "name: 5", "name: found 5, expected"),
        ("name: {zh: 人口, en: Population}", "name: {zh: 2017, en: Population}", "zh: found 2017, expected text"),
        ("{direction: negative}", "dust", "pm25: found 'dust', expected keys with values"),
        ("n: 1, years", "n: 0, years", "n: found 0, expected a number >= 1"),
        ("spread: 0.25", "spread: 1", "spread: found 1, expected a number < 1"),
        ("draws: 100,", "draws: 100000000,", "draws: found 100000000, expected a number <= 10,000,000"),
        (MEAN, "rank_on: {decimals: 20}", "decimals: found 20, expected a number <= 15"),
        (MEAN, "reference: 2019", "reference: found 2019, expected"),
        (MEAN, "reference: {base: null}", "base"),
        (MEAN, "aggregation: null", "aggregation: found nothing, expected"),
        (MEAN, "missing: {method: renormalise, minimum_share: 50}", "minimum_share"),
        (MEAN, "missing: {method: renormalise, minimum_share: -0.1}", "minimum_share"),
        (MEAN, "treatment: {method: winsorise, upper: 95}", "upper"),
        (MEAN, "treatment: {method: winsorise, lower: -0.1}", "lower"),
        (SCALE, "method: z_score, sd: 0", "sd"),
        (SCALE, "method: z_score, sd: -1", "sd"),
        (SCALE, "method: min_max, lower: true", "lower: found true, expected a number"),
        (SCALE, "method: min_max, lower: null", "lower: found nothing, expected a number"),
        (SCALE, "method: goalposts, low: 9, high: 1", "low is 9.0 and high is 1.0"),
        (SCALE, "method: goalposts, low: 1, high: 9, cap: 1", "cap: found 1, expected true"),
        (SCALE, "method: goalposts, low: 1, high: 9, cap: no", "cap: found 'no', expected true"),
        (DERIVED, "ratio: gdp", r"ratio: found 'gdp', expected the keys"),
        (DERIVED, "ratio: {of: gdp}", "'ratio' needs the parameter 'to'"),
        (DERIVED, "ratio: {of: gdp, to: people, by: 3}", "'ratio' has no parameter 'by'"),
        (DERIVED, "ratio: {of: [gdp, people], to: people}", "ratio"),
        (DERIVED, "share: {of: gdp, to: [people, gdp]}", "share"),
        (DERIVED, "sum: []", "sum: found .*expected codes of columns"),
        (DERIVED, "sum: [gdp, 3]", "sum: found .*expected codes of columns"),
        (DERIVED, "sum: {of: [gdp, people, gdp]}", "sum: found gdp, people, gdp, expected each column once"),
        (DERIVED, "ratio: {of: gdp, to: people, scale: -1}", "scale: found -1.0, expected a number above 0"),
        (DERIVED, "per_capita: {of: gdp, population: people, scale: 0}", "scale: found 0.0, expected a number above 0"),
        (DERIVED, "product: {of: [gdp, people], scale: -0.5}", "scale: found -0.5, expected a number above 0"),
        (DERIVED, "growth: {of: gdp, over: 0}", "over"),
        (DERIVED, "growth: {of: gdp, over: -1}", "over"),
        (DERIVED, "growth: {of: gdp, over: 1.5}", "over: found 1.5, expected a whole"),
        (DERIVED, "derived: {kind: ratoi, parts: [gdp]}", "derived|ratoi"),
    ],
)
def test_values_that_cannot_be_meant(tmp_path, old, new, told):
    """Refused at load, with a sentence: neither a traceback later nor a number that nobody meant."""
    with pytest.raises(IndexcalcError, match=told) as refused:
        load(tmp_path, broken(old, new))
    assert all(problem.place for problem in refused.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "group: first, aliases",
            "group: second, aliases",
            r"line 4, .*group 'second' is not declared under framework\.groups",
        ),
        ("tags: {stage: scale}", "tags: {stag: scale}", r"tags 'stag' is not declared under framework\.lenses"),
        (
            "{direction: negative}",
            "{publisher: nsb}",
            r"publisher 'nsb' is not declared under framework\.publishers\. Did you mean 'nbs'",
        ),
        ("people: {name", "people: {publisher: who, name", r"line 16, .*publisher 'who' is not declared"),
        (
            "{direction: negative}",
            "{alternatives: [pm10]}",
            "alternatives names 'pm10', which is not an indicator or series",
        ),
        ("{direction: negative}", "{reference: {base: 2000}}", "line 14, .*base year 2000"),
        (
            "indicators: [gdp], awaits",
            "indicators: [people], awaits",
            r"line 20, .*coverage\[0\]\.indicators.*'people'",
        ),
        ("awaits: [people]", "awaits: [gdp]", r"line 20, .*coverage\[0\]\.awaits.*'gdp'"),
        ("  series:\n", "  series:\n    gdp: {}\n", "code 'gdp' is used twice"),
        ("    space:\n", "    gdp:\n", "code 'gdp' is used twice"),
        ("to: 2021}", "to: 2017}", "line 26, .*the claim names 2017"),
        (
            "cities: [北京], n: 1, years: [2019]}",
            "cities: [北京], n: 1}\n  - {kind: largest_rank_gain, city: 成都}",
            "line 26, .*'成都'",
        ),
    ],
)
def test_words_that_point_nowhere(tmp_path, old, new, told):
    with pytest.raises(InputError, match=told):
        load(tmp_path, broken(old, new))


# --- choices that can never stand together --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("normalisation", "why"),
    [
        ("min_max", "gives 0 to the last"),
        ("{method: min_max, lower: -1, upper: 1}", "gives -1 to the last"),
        ("z_score", "gives negatives"),
        ("percentile_rank", "gives 0 to the last"),
    ],
)
def test_a_geometric_mean_refuses_normalisations_that_always_give_zero(tmp_path, normalisation, why):
    choices = f"{{aggregation: geometric, normalisation: {normalisation}}}"
    text = f"framework: {{indicators: {{a: {{}}}}}}\nmethodology: {choices}"
    with pytest.raises(ChoiceError, match=rf"line 2, .*'geometric' of 'index' needs scores above 0, .* of 'a' {why}"):
        load(tmp_path, text)


@pytest.mark.parametrize(
    "normalisation", ["{method: min_max, lower: 0.1, upper: 1}", "{method: z_score, mean: 100, sd: 10}", "none"]
)
def test_what_may_be_positive_is_left_to_the_figures(tmp_path, normalisation):
    load(
        tmp_path,
        f"framework: {{indicators: {{a: {{}}}}}}\n"
        f"methodology: {{aggregation: geometric, normalisation: {normalisation}}}",
    )


def test_an_indicators_own_normalisation_counts(tmp_path):
    text = """
    framework:
      dimensions:
        one: {aggregation: geometric, indicators: {a: {normalisation: z_score}}}
    methodology: {normalisation: {method: min_max, lower: 1, upper: 100}}
    """
    with pytest.raises(
        ChoiceError, match=r"line 3, .*one\.aggregation: .*normalisation 'z_score' of 'a' gives negatives"
    ):
        load(tmp_path, text)


@pytest.mark.parametrize("out", ["{weight: 0}", "{weight: 0, normalisation: z_score}"])
def test_an_indicator_left_out_is_not_held_against_the_choice(tmp_path, out):
    good = "{normalisation: {method: min_max, lower: 1, upper: 100}}"
    load(tmp_path, f"framework: {{indicators: {{a: {good}, b: {out}}}}}\nmethodology: {{aggregation: geometric}}")


def test_a_dimension_left_out_is_not_held_against_the_choice(tmp_path):
    """Weight 0 leaves the whole dimension out: its geometric mean will never be taken."""
    text = """
    framework:
      dimensions:
        one: {indicators: {a: {}}}
        out: {weight: 0, aggregation: geometric, indicators: {b: {}}}
    """
    load(tmp_path, text)


# --- --weight and --set ---------------------------------------------------------------------------------------------


def test_options_are_checked_as_if_the_file_said_so(tmp_path):
    with pytest.raises(InputError, match=r"--set methodology.aggregation=geometrik: .*Did you mean 'geometric'"):
        load(tmp_path, GOOD, settings=["methodology.aggregation=geometrik"])
    with pytest.raises(InputError, match=r"--set methodolgy.aggregation=geometric: key 'methodolgy' is not known"):
        load(tmp_path, GOOD, settings=["methodolgy.aggregation=geometric"])


def test_options_may_mend_a_broken_file(tmp_path):
    text = broken("  aggregation: arithmetic", "  aggregation: arithmetik")
    assert (
        load(tmp_path, text, settings=["methodology.aggregation=geometric"]).methodology.aggregation.name == "geometric"
    )


def test_the_shipped_file_with_a_share(tmp_path):
    """--weight function=40% leaves 20 % to each of the other three."""
    dimensions = ic.load_specification(ROOT / "indicators.yaml", weights=["function=40%"]).framework.dimensions
    assert [round(dimension.weight, 12) for dimension in dimensions.values()] == [0.4, 0.2, 0.2, 0.2]


# --- what a file need not say ---------------------------------------------------------------------------------------


def test_the_shortest_file(tmp_path):
    specification = load(tmp_path, "framework: {indicators: {a: , b: }}")
    assert specification.framework.name["zh"] == "综合指数"
    assert specification.methodology.aggregation.name == "arithmetic"
    assert specification.claims == ()
    assert specification.uncertainty is None


def test_the_human_development_index_can_be_written_down(tmp_path):
    load(
        tmp_path,
        """
        framework:
          dimensions:
            health: {indicators: {life_expectancy: {direction: positive, normalisation: {method: goalposts, low: 20, high: 85, cap: true, lower: 0, upper: 1}}}}
            education:
              aggregation: arithmetic
              indicators:
                expected_schooling: {direction: positive, normalisation: {method: goalposts, low: 0, high: 18, cap: true, lower: 0, upper: 1}}
                mean_schooling: {direction: positive, normalisation: {method: goalposts, low: 0, high: 15, cap: true, lower: 0, upper: 1}}
            income: {indicators: {gni_per_capita: {direction: positive, transform: log, normalisation: {method: goalposts, low: 100, high: 75000, cap: true, lower: 0, upper: 1}}}}
        methodology: {aggregation: geometric, missing: propagate, rank_on: {decimals: 3}}
        """,  # noqa: E501
    )


def test_no_framework_at_all(tmp_path):
    with pytest.raises(InputError, match=r"key 'framework' is missing. Add it"):
        load(tmp_path, "methodology: {aggregation: arithmetic}")


def test_framework_and_methodology_by_themselves(tmp_path):
    path = write_yaml(tmp_path / "f.yaml", GOOD)
    assert ic.load_framework(path) == ic.load_specification(path).framework
    assert ic.load_methodology(path) == ic.load_specification(path).methodology


def test_every_case_is_a_sentence_of_the_program():
    assert set(CASES) | set(METHOD_CASES) <= room("en", "errors").keys()


# --- bounds ---------------------------------------------------------------------------------------------------------


def derived_chain(n):
    """A framework whose indicators are derived from one another, two parts at each of n levels."""
    lines = ["framework:", "  years: [2020]", "  indicators:", "    a0: {}", "    b0: {}"]
    for i in range(1, n + 1):
        lines += [f"    {code}{i}: {{sum: [a{i - 1}, b{i - 1}]}}" for code in "ab"]
    return "\n".join(lines)


@pytest.mark.parametrize("levels", [11, 30, 2000])
def test_derivations_over_many_levels_are_refused_at_once(tmp_path, levels):
    path = tmp_path / "i.yaml"
    path.write_text(derived_chain(levels), encoding="utf-8")
    with pytest.raises(InputError, match=r"a11\.sum: 'a11' exceeds the limit of 10 levels"):
        ic.load_specification(path)
    path.write_text(derived_chain(10), encoding="utf-8")
    assert len(ic.load_specification(path).framework.all_indicators) == 22


def test_every_circle_of_derivations_is_told(tmp_path):
    path = tmp_path / "i.yaml"
    path.write_text(
        "framework:\n  indicators:\n    x: {}\n    start: {sum: [x, a]}\n    a: {sum: [x, b]}\n    b: {sum: [x, a]}\n"
        "    self: {sum: [x, self]}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as refused:
        ic.load_specification(path)
    found = [(problem.key, problem.facts["path"]) for problem in refused.value.problems]
    assert found == [("derivation_cycle", path) for path in ("a -> b -> a", "b -> a -> b", "self -> self")]


@pytest.mark.parametrize(
    ("years", "told"),
    [
        (list(range(1, 1502)), "1501 years are named; at most 1000 can be computed"),
        ([10**30], "expected a year between 1 and 9999"),
        ([0, 2020], "expected a year between 1 and 9999"),
    ],
)
def test_years_have_bounds(tmp_path, years, told):
    path = tmp_path / "i.yaml"
    path.write_text(f"framework:\n  years: {years}\n  indicators: {{x: {{}}}}\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"line 2, framework\.years: .*{told}"):
        ic.load_specification(path)


# --- the workbook block ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("{file: w.xlsx, heder: 3}", r"key 'heder' is not known here\. Did you mean 'header'\?"),
        ("{layout: broad}", "layout 'broad' is not known"),
        ("{header: 0}", "header: found 0, expected a number >= 1"),
        ("{tidy: perhaps}", "tidy: found 'perhaps', expected"),
        (
            "{aliases: {GDP总量: gpd}}",
            r"aliases names 'gpd', which is not an indicator or series\. Did you mean 'gdp'\?",
        ),
        ("{ignore: {row: [x]}}", r"key 'row' is not known here\. Did you mean 'rows'\?"),
    ],
)
def test_the_workbook_block_is_checked(tmp_path, block, told):
    with pytest.raises(InputError, match=told) as refused:
        load(tmp_path, f"framework:\n  workbook: {block}\n  indicators: {{gdp: {{direction: positive}}}}\n")
    assert "line 2" in str(refused.value)


def test_a_workbook_block_and_a_file_alone(tmp_path):
    text = "framework: {{workbook: {}, indicators: {{gdp: {{direction: positive}}}}}}\n"
    for written in ("w.xlsx", "{file: w.xlsx, missing: ['-', -99]}"):
        assert load(tmp_path, text.format(written)).framework.workbook.file == "w.xlsx"


# --- words for directions, drafts, hints ----------------------------------------------------------------------------


def direction_of(tmp_path, written):
    return (
        load(tmp_path, f"framework: {{indicators: {{a: {{direction: {written}}}}}}}")
        .framework.indicators["a"]
        .direction
    )


@pytest.mark.parametrize(
    ("written", "name"),
    [
        *(
            (word, "positive")
            for word in ("正向", "正指标", "效益型", "+", "'1'", "benefit", "Positive indicator", "max", "1")
        ),
        *((word, "negative") for word in ("负向", "逆指标", "成本型", "'-'", "'−'", "cost", "min", "-1")),
    ],
)
def test_directions_have_other_words(tmp_path, written, name):
    assert direction_of(tmp_path, written).plain == name


@pytest.mark.parametrize(
    ("written", "told"), [("适度指标", "'middle' needs the parameter 'best'"), ("true", "found true"), ("2", "found 2")]
)
def test_words_for_directions_that_do_not_say_enough(tmp_path, written, told):
    with pytest.raises(InputError, match=told):
        direction_of(tmp_path, written)


DRAFT = """
framework:
  workbook: {file: w.xlsx, YEAR}
  dimensions:
    one:
      indicators:
        a: {name: {zh: 甲, en: First}, direction: confirm}
        b: {direction: negative}
        c: {direction: confirm}
"""


def test_a_draft_loads_and_is_refused_until_it_is_confirmed(tmp_path):
    """directions_to_confirm: all of them in one message, with lines and the words that are allowed."""
    path = write_yaml(tmp_path / "f.yaml", DRAFT.replace(", YEAR", ""))
    assert [str(i.direction) for i in ic.load_framework(path).all_indicators.values()] == [
        "confirm",
        "negative",
        "confirm",
    ]
    with pytest.raises(InputError) as refused:
        load_specification(path)
    (problem,) = refused.value.problems
    for word in ("2 indicators", "a (line 6)", "c (line 8)", "positive", "negative", "middle", "interval"):
        assert word in str(problem)
    assert "a（第6行）" in problem.text("zh")
    load_specification(write_yaml(path, DRAFT.replace("confirm", "positive").replace(", YEAR", "")))


def test_a_year_to_confirm(tmp_path):
    """year_to_confirm: with the directions, and before anything is read."""
    path = write_yaml(tmp_path / "f.yaml", DRAFT.replace("YEAR", "year: confirm"))
    with pytest.raises(InputError) as refused:
        compute(path)
    assert [problem.key for problem in refused.value.problems] == ["year_to_confirm", "directions_to_confirm"]
    assert "line 2, framework.workbook.year" in str(refused.value)


def test_what_is_wrong_with_the_workbook_and_what_is_to_confirm_are_told_at_once(tmp_path):
    write_workbook(
        tmp_path / "w.xlsx", {"s": [["城市", "年份", "a", "b", "c"], ["甲", 2020, 1, "abc", 2], ["乙", 2020, 1, 2, 3]]}
    )
    path = write_yaml(tmp_path / "f.yaml", DRAFT.replace(", YEAR", ""))
    with pytest.raises(InputError) as refused:
        compute(path)
    assert [problem.key for problem in refused.value.problems] == ["cell_text", "directions_to_confirm"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_name_without_its_key_is_told_where_it_belongs(tmp_path, lang):
    with pytest.raises(
        InputError, match=rf"key '{lang}' is not known here. A name is written under name: name: {{{lang}: 产值}}"
    ):
        load(tmp_path, f"framework: {{indicators: {{a: {{{lang}: 产值}}}}}}")


def test_all_that_is_wrong_with_a_choice_is_told_at_once(tmp_path):
    weighting = "{method: entropy, basis: row, scope: all, per: month, zeros: drop, shfit: 1}"
    with pytest.raises(InputError) as refused:
        load(tmp_path, f"{ABC}\nmethodology: {{weighting: {weighting}}}")
    assert len(refused.value.problems) == 5
    assert all(f"parameter {name}: found" in str(refused.value) for name in ("basis", "scope", "per", "zeros"))
    assert "no parameter 'shfit'. Did you mean 'shift'?" in str(refused.value)


# --- nothing is coerced, nothing is endless ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("claims: [{kind: rising, cities: all, every_year: yes}]", "every_year: found 'yes', expected true or false"),
        ("claims: [{kind: rising, cities: all, every_year: 1}]", "every_year: found 1, expected true or false"),
        ("claims: [{kind: in_top, cities: all, n: '2'}]", "n: found '2', expected a whole number"),
        ("claims: [{kind: in_top, cities: all, n: 2.0}]", "n: found 2.0, expected a whole number"),
        ("uncertainty: {draws: '10', weights: {spread: 0.1}}", "draws: found '10', expected a whole number"),
        ("uncertainty: {weights: {spread: true}}", "spread: found true, expected a number"),
        ("methodology: {rank_on: {decimals: true}}", "decimals: found true, expected a whole number"),
        ("methodology: {missing: {method: renormalise, minimum_count: '2'}}", "found '2', expected a whole number"),
    ],
)
def test_a_value_of_another_kind_is_refused_and_not_taken_for_what_it_looks_like(tmp_path, text, said):
    path = write_yaml(tmp_path / "i.yaml", f"framework: {{indicators: {{a: {{}}, b: {{}}}}}}\n{text}\n")
    with pytest.raises(InputError, match=re.escape(said)):
        load_specification(path)


@pytest.mark.parametrize(
    ("cities", "said"),
    [
        ("[甲, true]", "cities: found true, expected text"),
        ("[甲, 110000]", "cities: found 110000, expected text"),
        ("[甲, ~]", "cities: found nothing, expected text"),
        ("[甲, 乙, 甲]", "cities: found 甲, expected each city once"),
    ],
)
def test_a_list_of_cities_is_one_of_texts_each_once(tmp_path, cities, said):
    path = write_yaml(tmp_path / "i.yaml", f"framework: {{cities: {cities}, indicators: {{a: {{}}}}}}\n")
    with pytest.raises(InputError, match=said):
        load_specification(path)


@pytest.mark.parametrize("many", ["k{i}: 1", "claims{i}: [x]"])
def test_very_many_problems_give_a_message_of_bounded_length(tmp_path, many):
    lines = "".join(many.format(i=i) + "\n" for i in range(20_000))
    path = write_yaml(tmp_path / "i.yaml", f"framework: {{indicators: {{a: {{}}}}}}\n{lines}")
    with pytest.raises(InputError) as refused:
        load_specification(path)
    said = str(refused.value).splitlines()
    assert len(said) == MOST_TOLD + 1 and max(map(len, said)) < 400
    assert (
        len({str(problem.facts.get("hint")) for problem in refused.value.problems[MOST_TOLD:]}) == 1
    )  # none looked up
    assert re.fullmatch(r"\.\.\. and 19,[78]\d\d more\. Fix these, and run again\.", said[-1])


def test_a_key_repeated_very_often_is_told_once(tmp_path):
    path = write_yaml(tmp_path / "i.yaml", "framework: {indicators: {a: {}}}\n" + "k: 1\n" * 20_000)
    with pytest.raises(InputError) as refused:
        load_specification(path)
    (said,) = str(refused.value).splitlines()
    assert "line 3, k: duplicate key 'k' (first on line 2)" in said
    assert said.endswith("The same 19,998 more times, first in lines 4, 5, 6, 7, 8, 9.")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("{aggregation: geometric, aggregation: arithmetic}", "duplicate key 'aggregation'"),
        ("&a [*a]", "an alias contains itself"),
        ("[" * 5000, "found '[[[[["),
        ('{aggregation: "a\\x01"}', "control character"),
    ],
)
def test_what_is_wrong_inside_a_set_names_the_option(tmp_path, value, said):
    path = write_yaml(tmp_path / "i.yaml", "framework: {indicators: {a: {}}}\n")
    with pytest.raises(InputError) as refused:
        load_specification(path, settings=[f"methodology={value}"])
    assert str(refused.value).startswith(f"--set methodology={value[:100]}") and said in str(refused.value)
