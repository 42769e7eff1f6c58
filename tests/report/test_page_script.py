"""The page computes as the program does: scores to 1e-9, the same ranks and verdicts, under any weights (with Node)."""

import json
import shutil
import subprocess

import numpy as np
import pytest
from pydantic import TypeAdapter

import indexcalc as ic
from indexcalc.computed import Computed
from indexcalc.report.charts.labels import spread
from indexcalc.report.page import SCRIPT
from indexcalc.report.page.payload import KNOWN_MEANS, payload
from indexcalc.report.text.claims import evidence_sentence
from indexcalc.spec.claims import Claim
from indexcalc.spec.framework import Framework
from indexcalc.spec.hierarchy import build_nodes
from indexcalc.voice import Voice, languages, voices
from tests.conftest import ROOT, build, make_framework, make_panel

MODEL = ROOT / "indexcalc" / "report" / "page" / "model.js"
SCALED = {"method": "min_max", "lower": 1, "upper": 100}
PARAMETERS = {"generalised": {"p": 0.5}, "mazziotta_pareto": {"ddof": 1, "penalty": "up"}, "product": {"scale": 100}}
PARAMETERS["inverted_geometric"] = {"top": 100.0, "floor": 1.0}
WORDS = {key: {lang: Voice(lang).template(room_key) for lang in languages()} for key, room_key in SCRIPT.items()}

DRIVER = """
const script = require(process.argv[1]);
const { evidence, evidenceText, filled } = require(process.argv[1].replace("model.js", "evidence.js"));
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
const { model, claims, cases, words, cities, groups, years, languages } = given;
model.z = script.decode(model.z);
const told = cases.map(({ weights, aggregation }) => {
  const found = script.compute(model, weights, aggregation);
  if (found.problem) return found;
  const scores = [...found.scores[0]].map((x) => (Number.isNaN(x) ? null : x));
  const ranks = [...found.ranks].map((x) => (Number.isNaN(x) ? null : x));
  const verdicts = script.verdicts(claims, model, found);
  const frame = script.frameOf(model, found);
  const said = claims.map((claim, i) => Object.keys(languages).map((lang) => {
    const say = (key, facts = {}) => filled(words[key][lang], facts, languages[lang].unspaced);
    const names = (fact) => {
      if (fact.group) return groups[fact.group][lang];
      const [one, other] = fact.who.map((c) => cities[c][lang]);
      return other === undefined ? one : say("pair", { one, other });
    };
    const nodes = (at) => at.map((k) => model.nodes[k].name[lang]);
    return evidenceText(claim, verdicts[i], evidence(claim, verdicts[i], frame), { say, names, nodes, years });
  }));
  return { scores, ranks, verdicts, said };
});
console.log(JSON.stringify(told));
"""


@pytest.fixture(scope="module")
def node():
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node is not installed here")
    return found


def run(node, result, claims, cases):
    """What the page's script makes of each case."""
    found = payload(Computed.of(result, claims=claims))
    kept = {name: found[name] for name in ("model", "claims", "cities", "groups", "years", "languages")}
    given = json.dumps({**kept, "cases": cases, "words": WORDS})
    done = subprocess.run([node, "-e", DRIVER, str(MODEL)], input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


WEIGHTS = """
const { weightOf } = require(process.argv[1]);
const { model, texts } = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(texts.map((text) => weightOf(text, model))));
"""


@pytest.mark.parametrize("zero", [True, False])
def test_a_weight_in_a_link_obeys_the_limits_of_the_program(node, zero):
    """As `--weight CODE=VALUE`: what the one takes as a weight, and refuses, so does the other."""
    texts = [
        "0",
        "1",
        "0.5",
        "1e9",
        "1000000001",
        "1e10",
        "1e308",
        "1e309",
        "-1",
        "-0",
        "",
        " ",
        "x",
        "NaN",
        "Infinity",
    ]
    screening = [] if zero else [{"of": "city", "minimum": 0.5}]
    model = payload(Computed.of(build(make_panel(), screening=screening)))["model"]
    given = json.dumps({"model": model, "texts": texts})
    done = subprocess.run([node, "-e", WEIGHTS, str(MODEL)], input=given, capture_output=True, text=True, check=True)
    for text, found in zip(texts, json.loads(done.stdout), strict=True):
        try:
            number = float(text)
            make_framework({"one": {"weight": number, "indicators": {"a": {}}}})
        except ValueError:  # no number, or pydantic's error
            number = None
        assert found == (None if number == 0 and not zero else number), text


def test_weights_at_the_limits_give_the_scores_of_the_program(node):
    """The heaviest beside the lightest: no sum overflows, no share is lost."""
    panel, framework = make_panel(), make_framework()
    result = build(panel, framework)
    codes = [one.code for one in result.nodes]
    for heavy in (
        {"one": 1e9, "two": 1e9},
        {"one": 1e9, "two": 1e-300},
        {"a": 1e9, "b": 5e-324},
        {"c": 1e-9, "d": 1e9},
    ):
        weights = [heavy.get(code, 1.0) for code in codes]
        (found,) = run(node, result, (), [{"weights": weights, "aggregation": ""}])
        expected = ic.build_index(panel, reweighted(framework, heavy), result.methodology)
        np.testing.assert_allclose(np.array(found["scores"], float), expected.score().ravel(), rtol=0, atol=1e-9)
        np.testing.assert_array_equal(np.array(found["ranks"], float), expected.rank().ravel())
        assert len(set(found["scores"])) > 1


def reweighted(framework: Framework, weights: dict[str, float]) -> Framework:
    def of(node):
        return {
            "indicators": {
                code: one.model_copy(update={"weight": weights.get(code, one.weight)})
                for code, one in node.indicators.items()
            },
            "dimensions": {
                code: one.model_copy(update={"weight": weights.get(code, one.weight), **of(one)})
                for code, one in node.dimensions.items()
            },
        }

    return framework.model_copy(update=of(framework))


def check(node, panel, framework, claims=(), n=8, seed=1, switched="", **choices):
    """Random weights, some 0: the script against the pipeline. switched: the aggregation chosen on the page."""
    result = build(panel, framework, **choices)
    rng = np.random.default_rng(seed)
    codes = [one.code for one in result.nodes]
    drawn = rng.uniform(0.0, 3.0, (n, len(codes))).round(3)
    drawn[rng.uniform(size=drawn.shape) < 0.12] = 0.0
    drawn[0] = [one.weight for one in result.nodes]
    told = run(node, result, claims, [{"weights": row.tolist(), "aggregation": switched} for row in drawn])
    methodology = result.methodology.variant(aggregation=switched) if switched else result.methodology
    for row, found in zip(drawn, told, strict=True):
        weights = dict(zip(codes[1:], row[1:].tolist(), strict=True))
        if found.get("problem", {}).get("key") == "no_weight":
            at, live = found["problem"]["node"], build_nodes(reweighted(framework, weights), methodology)
            assert codes[at] not in {one.code for one in live[1:]} and (at > 0 or len(live) == 1)
            continue
        try:
            expected = ic.build_index(panel, reweighted(framework, weights), methodology)
        except ic.ChoiceError:
            assert "problem" in found
            continue
        np.testing.assert_allclose(np.array(found["scores"], float), expected.score().ravel(), rtol=0, atol=1e-9)
        np.testing.assert_array_equal(np.array(found["ranks"], float), expected.rank().ravel())
        holdings, n = Computed.of(expected, claims=claims).holdings, len(expected.cities)
        assert found["verdicts"] == [int(one.verdict) for one in holdings]
        said = [[evidence_sentence(one, voice, cities=n) for voice in voices(framework)] for one in holdings]
        assert found["said"] == said


NESTED = {
    "one": {
        "dimensions": {"deep": {"aggregation": "geometric", "indicators": {"a": {}, "b": {"weight": 2}}}},
        "indicators": {"c": {}},
    },
    "two": {"weight": 0.5, "indicators": {"d": {}}},
}
CITIES = ("甲", "乙", "丙", "丁")
CLAIMS = (
    {"kind": "rising", "cities": "all"},
    {"kind": "rising", "cities": ["甲"], "every_year": True},
    {"kind": "falling", "cities": ["乙"], "from": 2019, "to": 2020},
    {"kind": "in_top", "cities": ["甲", "乙"], "n": 2, "years": [2021]},
    {"kind": "in_top", "cities": ["丙"], "n": 3, "years": "all"},
    {"kind": "rank_is", "city": "丁", "rank": 1, "years": [2019]},
    {"kind": "largest_rank_gain", "city": "丙"},
    {"kind": "overtakes", "city": "丁", "other": "甲"},
    {"kind": "gap_narrows", "city": "丁", "other": "乙"},
    {"kind": "group_leads", "group": "east", "years": [2020, 2021]},
    {"kind": "in_top", "cities": ["丁"], "n": 4, "years": "all"},
)
GROUPED = {
    "groups": {"east": "East", "west": "West"},
    "cities": {city: {"group": "east" if city in "甲丙" else "west"} for city in CITIES},
}


@pytest.mark.parametrize("switched", ["", "arithmetic", "geometric"])
def test_a_nested_framework_with_methods_of_its_own(node, switched):
    framework = make_framework(NESTED, **GROUPED)
    check(node, make_panel(), framework, CLAIMS, n=40, switched=switched, normalisation=SCALED)


@pytest.mark.parametrize("mean", KNOWN_MEANS)
def test_every_aggregation_the_page_knows(node, mean):
    choice = {"method": mean, **PARAMETERS.get(mean, {})}
    check(node, make_panel(), make_framework(), n=6, normalisation=SCALED, aggregation=choice)


def test_missing_children_are_renormalised_or_passed_on(node):
    panel = make_panel()
    values = panel.values.copy()
    values[0, 1, 0] = values[2, 2, :2] = values[3, 0, 2] = np.nan
    columns = {code: values[:, :, k] for k, code in enumerate("abcd")}
    framework = make_framework(
        {
            "one": {
                "missing": {"method": "renormalise", "minimum_share": 0.4},
                "indicators": {"a": {}, "b": {}},
            },
            "two": {"missing": "propagate", "indicators": {"c": {}, "d": {}}},
        },
        **GROUPED,
    )
    check(node, make_panel(columns), framework, CLAIMS, n=30, missing="propagate", normalisation=SCALED)


def test_a_weight_of_0_can_leave_fewer_children_than_the_rule_requires(node):
    rule = {"method": "renormalise", "minimum_count": 2}
    two = {"missing": rule, "indicators": {"c": {}, "d": {}}}
    framework = make_framework({"one": {"indicators": {"a": {}, "b": {}}}, "two": two})
    result = build(make_panel(), framework, missing="renormalise")
    weights = [float(one.code != "d") for one in result.nodes]
    (found,) = run(node, result, (), [{"weights": weights, "aggregation": ""}])
    expected = ic.build_index(make_panel(), reweighted(framework, {"d": 0.0}), result.methodology)
    assert np.isnan(expected.score("two")).all()
    np.testing.assert_allclose(np.array(found["scores"], float), expected.score().ravel(), rtol=0, atol=1e-9)


ENTERING = {"a": [[4, 5.5, 7.7], [1, 2, 3], [3, 3, 2]], "b": [[np.nan, 1, 2], [1, 2, 3], [2, np.nan, 1]]}
LEVELS = (
    {"kind": "rising", "cities": ["甲"], "every_year": True},
    {"kind": "falling", "cities": ["甲", "丙"], "from": 2019, "to": 2020},
    {"kind": "gap_narrows", "city": "甲", "other": "丙", "from": 2019, "to": 2020},
    {"kind": "rising", "cities": "all"},
)


@pytest.mark.parametrize("switched", ["", "geometric"])
def test_two_years_of_a_city_are_compared_over_the_indicators_of_both(node, switched):
    panel, framework = make_panel(ENTERING), make_framework(indicators={"a": {}, "b": {}})
    claims = [TypeAdapter(Claim).validate_python(one) for one in LEVELS]
    check(node, panel, framework, claims, n=12, switched=switched, normalisation="none", missing="renormalise")


def test_an_index_that_is_not_recomputed_comes_with_its_steps():
    """Rounded scores: the 4 and 3.25 of 甲 in 2019 and 2020 are 4 and 5.5 over a alone."""
    framework = make_framework(indicators={"a": {}, "b": {}}, rounding={"decimals": 3})
    result = build(make_panel(ENTERING), framework, normalisation="none", missing="renormalise")
    claims = [TypeAdapter(Claim).validate_python(LEVELS[1])]
    found = payload(Computed.of(result, claims=claims))["model"]
    assert found["alike"] == [[0, 0, 1, [4.0, 5.5], [2]], [2, 0, 1, [3.0, 3.0], [2]]]


def test_places_are_gained_among_the_cities_ranked_in_both_years(node):
    """Two enter above, one leaves: the page counts on those that stay, as the program does, ties and all."""
    columns = {"a": [[5, 5, 5.5], [4, 5, 6], [np.nan, 7, 9], [6, 7, np.nan]]}
    framework = make_framework(indicators={"a": {}, "b": {}}, **GROUPED)
    panel = make_panel({**columns, "b": columns["a"]})
    spans = ((2019, 2020), (2019, 2021), (2020, 2021))
    claims = [{"kind": "largest_rank_gain", "city": c, "from": a, "to": b} for c in CITIES for a, b in spans]
    claims += [{"kind": "overtakes", "city": "乙", "other": "甲", "from": a, "to": b} for a, b in spans]
    check(node, panel, framework, claims, n=3, missing="propagate", normalisation="none")


def test_ties_are_those_of_the_program(node):
    """Scores equal in real arithmetic, and scores that rounding makes equal."""
    columns = {"a": [[1.0, 2.0], [1.0, 2.0], [0.25, 0.35], [0.3, 0.1]], "b": [[1, 1], [1, 1], [0.35, 0.25], [0.3, 0.5]]}
    framework = make_framework({"one": {"indicators": {"a": {}, "b": {}}}}, **GROUPED)
    panel = make_panel({k: np.array(v, float) for k, v in columns.items()}, years=(2020, 2021))
    claims = (
        {"kind": "in_top", "cities": ["甲"], "n": 1, "years": "all"},
        {"kind": "rank_is", "city": "乙", "rank": 1},
    )
    for decimals in (0, 1, 9):
        check(node, panel, framework, claims, normalisation="none", rank_on={"decimals": decimals})


def test_levels_of_years_that_do_not_compare_are_undefined(node):
    check(node, make_panel(), make_framework(**GROUPED), CLAIMS, reference="year", normalisation=SCALED)


def test_a_score_that_the_geometric_mean_cannot_take_is_a_problem_and_no_number(node):
    panel = make_panel({"a": [[1, 2], [3, 4]], "b": [[5, -1], [2, 3]]}, cities=("甲", "乙"), years=(2020, 2021))
    framework = make_framework({"one": {"indicators": {"a": {}, "b": {}}}})
    result = build(panel, framework, normalisation="none")
    cases = [{"weights": weights, "aggregation": "geometric"} for weights in ([1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0])]
    bad, good, nothing = run(node, result, (), cases)
    assert bad == {"problem": {"key": "domain", "node": 1}}
    assert good["scores"] == pytest.approx([1, 2, 3, 4])
    assert nothing == {"problem": {"key": "no_weight", "node": 0}}


@pytest.mark.slow
def test_the_shipped_index_under_200_sets_of_weights(node):
    specification = ic.load_specification(ROOT / "indicators.yaml")
    panel = ic.read_workbook(ROOT / "data" / "cities.xlsx", specification.framework)
    methodology = specification.methodology.plain
    check(node, panel, specification.framework, specification.claims, n=200, **methodology)


def test_figures_are_rounded_as_in_the_files_of_the_run(node):
    """An exact half goes to the even digit; 1.15 is none, as it lies below its decimal."""
    x = [75.25, 42.25, -1.5, 0.5, 1.5, 2.5, 1.15, 1.45, 0.125, 20.625, 43.625, 1e15 + 0.5, 0.0, -12.25]
    x += np.random.default_rng(1).uniform(-100.0, 100.0, 200).round(2).tolist()
    code = "const [x, d] = JSON.parse(process.argv[2]); const { fixed } = require(process.argv[1]);"
    code += "console.log(JSON.stringify(x.map((value) => fixed(value, d))));"
    for decimals in (0, 1, 2):
        given = [node, "-e", code, str(MODEL.parent / "evidence.js"), json.dumps([x, decimals])]
        done = subprocess.run(given, capture_output=True, text=True, check=True)
        assert json.loads(done.stdout) == [f"{value:.{decimals}f}" for value in x]


def test_labels_are_spread_as_in_the_charts(node):
    """The isotonic regression of the charts that the program draws; only equals differ, as the axis points down."""
    rng = np.random.default_rng(6)
    cases = [(rng.uniform(0, 100, n).tolist(), 7.0, 0.0, 110.0) for n in (1, 2, 5, 13, 30)]
    code = "const { spread } = require(process.argv[1]); const cases = JSON.parse(process.argv[2]);"
    code += "console.log(JSON.stringify(cases.map((one) => spread(...one))))"
    charts = MODEL.with_name("charts.js")
    done = subprocess.run(
        [node, "-e", code, str(charts), json.dumps(cases)], capture_output=True, text=True, check=True
    )
    for (wanted, apart, low, high), found in zip(cases, json.loads(done.stdout), strict=True):
        np.testing.assert_allclose(found, spread(np.array(wanted), apart, low, high), atol=1e-9)


@pytest.mark.parametrize("zeros", ["refuse", "score_zero", "missing"])
@pytest.mark.parametrize("name", ["geometric", "harmonic", "generalised"])
def test_what_a_zero_comes_to(node, name, zeros):
    aggregation = {"method": name, "zeros": zeros, **({"p": -1.0} if name == "generalised" else {})}
    if zeros == "refuse":  # no zero among the chosen scores, and none under other weights
        check(node, make_panel(), make_framework(), normalisation=SCALED, aggregation=aggregation)
    else:
        check(
            node, make_panel(), make_framework(), normalisation="min_max", aggregation=aggregation, missing="propagate"
        )


def test_rank_1_is_the_lowest_on_the_page_too(node):
    """Ranks, places gained and overtakings under other weights, as the program counts them."""
    order = {"rank_on": {"order": "ascending"}, "normalisation": SCALED}
    check(node, make_panel(), make_framework(NESTED, **GROUPED), CLAIMS, **order)
