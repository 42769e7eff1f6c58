"""One object holds what a run found: each analysis is made at most once, and each claim is put into words once. What
there is to know is told once, and proofs stay."""

from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from io import StringIO

import numpy as np
import pytest
from rich.console import Console

import indexcalc as ic
from indexcalc import analysis
from indexcalc.computed import MOST_OVERTAKING, NAMED, Computed, attempt
from indexcalc.errors import ChoiceError, Problem
from indexcalc.report import screen
from indexcalc.report.text.findings import findings
from indexcalc.robustness.study import Study, study
from indexcalc.spec.uncertainty import Uncertainty
from indexcalc.voice import Voice, voices
from tests.conftest import ROOT, build, make_framework, make_panel

NAN = float("nan")
SCALED = {"method": "min_max", "lower": 1, "upper": 100}
OF_DRAWS = {"verdicts", "treatment_table"}
"""What is not made of an index."""
ANALYSES = [(home, name) for home, names in analysis._HOME.items() for name in names if name not in OF_DRAWS]
ON_DEMAND = {"trace", "against", "explain", "gap_contributions"}
"""What only a command about one city asks for."""


@pytest.fixture
def counted(monkeypatch):
    """How often each analysis is made of each index, by its name and what else it was told."""
    made = Counter()
    for home, name in ANALYSES:
        module = import_module(f"indexcalc.analysis.{home}")
        own = getattr(module, name)

        def counting(result, *also, own=own, name=name, **options):
            made[name, id(result), repr(also), repr(options)] += 1
            return own(result, *also, **options)

        monkeypatch.setattr(module, name, counting)
    return made


@pytest.fixture
def sentences(monkeypatch):
    """How often each sentence of a claim is made, by language."""
    made, say = Counter(), Voice.say

    def counting(voice, key, /, **facts):
        if key.startswith("claims.claim."):
            made[voice.lang, key, repr(sorted(facts.items(), key=str))] += 1
        return say(voice, key, **facts)

    monkeypatch.setattr(Voice, "say", counting)
    return made


def test_the_main_job_makes_each_analysis_and_each_claims_sentence_once(tmp_path, counted, sentences):
    run = ic.compute(ROOT / "indicators.yaml", draws=30)
    ic.write_results(run, tmp_path / "out")
    for voice in voices(run.result.framework):
        console = Console(file=StringIO())
        for printed in (screen.print_weights, screen.print_ranking, screen.print_claims, screen.print_headline):
            printed(console, run, voice)
    assert {name for name, *_ in counted} >= {name for _, name in ANALYSES} - ON_DEMAND
    assert not {key: n for key, n in counted.items() if n > 1}
    assert len(sentences) == 2 * len(run.specification.claims)
    assert not {key: n for key, n in sentences.items() if n > 1}


def test_an_analysis_is_made_when_it_is_asked_for_and_never_again(counted):
    run = Computed.of(build(make_panel()))
    assert not counted
    assert run.obstacles is run.obstacles
    assert [name for name, *_ in counted] == ["obstacles"]
    assert run.story("甲") is run.story("甲") is not run.story("乙")


def test_an_analysis_is_made_once_for_what_else_it_is_told():
    made = []

    def counted(result, *also, **options):
        made.append((also, options))
        return len(made)

    run = Computed.of(build(make_panel()))
    asked = [run.ask(counted), run.ask(counted), run.ask(counted, "a"), run.ask(counted, "a"), run.ask(counted, b=1)]
    assert asked == [1, 1, 2, 2, 3]
    assert made == [((), {}), (("a",), {}), ((), {"b": 1})]


def test_a_refusal_is_remembered_and_raised_anew(counted):
    run = Computed.of(build(make_panel(), normalisation="z_score"))
    for _ in range(2):
        with pytest.raises(ChoiceError) as refused:
            run.obstacles  # noqa: B018
    assert attempt(lambda own: own.obstacles, run) is None
    assert counted.total() == 1
    assert run.refused == refused.value.problems


def test_nothing_is_refused_before_it_is_asked_for():
    assert Computed.of(build(make_panel(), normalisation="z_score")).refused == ()


def test_the_years_and_cities_that_have_a_score():
    scores = {code: [[1, 2], [3, 1], [2, 3]] for code in "abcd"}
    run = Computed.of(build(make_panel(scores, cities=("甲", "乙", "丙"), years=(2019, 2020))))
    assert (run.first, run.last, run.year) == (0, 1, 2020)
    assert [run.result.cities[c] for c in run.order] == ["丙", "甲", "乙"]


def test_a_run_shows_itself_in_a_line_and_its_ranking_in_a_notebook():
    run = Computed.of(build(make_panel()))
    assert len(repr(run)) < 200 and "\n" not in repr(run)
    assert "4 cities, 3 years, 4 indicators" in repr(run)
    assert "<table" in run._repr_html_() and "rank" in run._repr_html_()


def test_proofs_of_the_run_stay_where_a_study_is_of_the_same_year_and_has_none():
    """And what was asked of the run before need not be asked again."""
    result = build(make_panel(), normalisation=SCALED)
    options = Uncertainty.model_validate({"weights": {"spread": 0.25}})
    proven = study(result, (), options, parts=("bounds",))
    run = Computed(result, ic.Specification(framework=result.framework, methodology=result.methodology), study=proven)
    made = run.with_study(Study(2021))
    assert made.bounds is proven.bounds and made.study.changes == proven.changes
    assert made.influence is run.influence
    other = run.with_study(Study(2019))
    assert other.bounds is None and other.limits is None
    best, worst = made.limits
    assert (best <= result.rank()[:, -1]).all() and (result.rank()[:, -1] <= worst).all()


def test_limits_of_another_year_than_the_last_are_none():
    result = build(make_panel(), normalisation=SCALED)
    options = Uncertainty.model_validate({"weights": {"spread": 0.25}})
    found = study(result, (), options, parts=("bounds",), year=2019, bound_years=(2019,))
    assert Computed.of(result).with_study(found).limits is None


def test_indicators_without_a_direction_are_told_and_of_many_how_many():
    n = NAMED + 3
    columns = {f"k{i:02}": np.arange(12.0).reshape(4, 3) + i for i in range(n)}
    framework = make_framework(indicators={code: {} for code in columns})
    (notice,) = Computed.of(build(make_panel(columns), framework)).notices
    assert notice.key == "direction_assumed"
    assert "k09 and 3 more" in notice.text() and "k09等，另有3个" in notice.text("zh")
    declared = make_framework(indicators={code: {"direction": "positive"} for code in columns})
    assert Computed.of(build(make_panel(columns), declared)).notices == ()


def test_of_too_many_cities_who_passed_whom_is_not_told_and_that_is():
    cities = [f"城{i}" for i in range(MOST_OVERTAKING + 1)]
    figures = np.random.default_rng(1).uniform(1, 100, (len(cities), 2))
    panel = make_panel({"a": figures}, cities=cities, years=(2019, 2020))
    run = Computed.of(build(panel, make_framework(indicators={"a": {}})))
    assert run.has_many_cities and [one.key for one in run.analysis_notices] == ["overtakings_many"]
    few = Computed.of(
        build(make_panel({"a": figures[:9]}, cities=cities[:9], years=(2019, 2020)), run.result.framework)
    )
    assert not few.has_many_cities and few.analysis_notices == ()


def test_claims_about_rising_are_tested_again_without_what_is_in_current_prices():
    """a, in current prices, rises everywhere; b does not."""
    framework = make_framework(
        indicators={"a": {"tags": {"price": "nominal"}, "direction": "positive"}, "b": {"direction": "positive"}},
        lenses={"price": {"groups": {"nominal": {"zh": "现价", "en": "current prices"}}}},
    )
    panel = make_panel({"a": [[1, 9], [2, 8], [1, 7]], "b": [[5, 4], [4, 6], [1, 1]]}, years=(2019, 2020))
    written = [{"kind": "rising", "cities": "all"}, {"kind": "rank_is", "city": "甲", "rank": 1}]
    specification = ic.Specification.model_validate({"framework": framework, "claims": written})
    run = Computed(build(panel, framework), specification)
    assert [one.verdict.name for one in run.holdings] == ["HOLDS", "FAILS"]
    assert [(one.claim.kind, one.verdict.name) for one in run.real] == [("rising", "FAILS")]


@dataclass
class Found:
    """What an analysis finds, with something to know."""

    notices: tuple


def test_what_two_analyses_have_to_say_is_told_once():
    problem = Problem("screened_all")
    run = Computed.of(build(make_panel()))
    run.ask(lambda result: Found((problem,)))
    run.ask(lambda result: Found((problem,)))
    assert run.analysis_notices == (problem,)


def test_a_ranking_that_rests_on_less_than_half_of_its_year_is_told():
    """Nothing of A's 2023 is observed, one of three figures of B's, all of C's; half is enough."""
    figures = {"a": [[1, NAN], [2, 3], [3, 4]], "b": [[1, NAN], [2, NAN], [3, 4]], "c": [[1, NAN], [2, NAN], [3, 4]]}
    framework = make_framework(indicators={code: {} for code in "abc"})
    panel = make_panel(figures, cities="ABC", years=(2022, 2023), present=np.ones((3, 2), bool))
    run = Computed.of(build(panel, framework, imputation="linear"))
    (told,) = run.thin
    assert told in run.notices
    assert Voice("en").problem(told) == (
        "The ranking of 2023 rests on few figures of that year: 44% of its indicator cells are observed, "
        "and less than half for 2 of the 3 cities: B (33%), A (0%). The others are imputed or left out."
    )
    assert findings(run, Voice("en"))[0].text == Voice("en").problem(told)
    half = {"a": [[1, NAN], [2, 3]], "b": [[1, 2], [2, 3]]}
    framework = make_framework(indicators={code: {} for code in "ab"})
    run = Computed.of(build(make_panel(half, cities="AB", years=(2022, 2023)), framework, imputation="linear"))
    assert run.thin == ()


def test_city_years_without_a_score_are_told():
    framework = make_framework(indicators={"a": {}, "b": {}})
    figures = {"a": [[1, 2], [2, NAN], [3, 4]], "b": [[1, 2], [2, 1], [NAN, 4]]}
    run = Computed.of(build(make_panel(figures, cities="ABC", years=(2022, 2023)), framework, missing="propagate"))
    assert "No score for B 2023, C 2022: figures are missing" in Voice("en").problem(run.notices[0])


def test_a_0_that_counts_as_missing_is_not_called_a_missing_figure():
    framework = make_framework(indicators={"a": {}, "b": {}})
    figures = {"a": [[1, 2], [2, NAN], [3, 4]], "b": [[1, 0], [2, 1], [3, 4]]}
    geometric = {"method": "geometric", "zeros": "missing"}
    choices = {"missing": "propagate", "aggregation": geometric, "normalisation": "none"}
    run = Computed.of(build(make_panel(figures, cities="ABC", years=(2022, 2023)), framework, **choices))
    told = {one.key: str(one.facts["where"]) for one in run.notices if one.key.startswith("unscored")}
    assert told == {"unscored_city_years": "B 2023", "unscored_zeros": "A 2023"}


@pytest.mark.parametrize(
    "two",
    [
        {"indicators": {"c": {}, "d": {}}, "missing": "propagate"},
        {"indicators": {"a": {}, "d": {"weight": 0}}, "missing": {"method": "renormalise", "minimum_count": 2}},
    ],
)
def test_a_dimension_that_never_has_a_score_is_told(two):
    """No city has both c and d; or d, put aside with a weight of 0, leaves one child where the rule wants two."""
    figures = {"a": [1, 2, 3, 4], "b": [2, 1, 4, 3], "e": [3, 1, 2, 4], "c": [3, NAN, NAN, 5], "d": [NAN, 4, 6, NAN]}
    framework = make_framework({"one": {"indicators": {"b": {}, "e": {}}}, "two": two})
    run = Computed.of(build(make_panel(figures), framework, missing="renormalise"))
    assert [one.facts["nodes"] for one in run.notices if one.key == "nodes_uncounted"] == [["two"]]


@pytest.mark.parametrize(
    ("choices", "key"), [({"aggregation": "median"}, "weights_ignored"), ({"weighting": "equal"}, "weights_computed")]
)
def test_weights_that_differ_and_are_not_used_are_told(choices, key):
    """Equal weights lose nothing where they are not used, so nothing is told of them."""
    tree = {"one": {"weight": 3, "indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}, "d": {}}}}
    run = Computed.of(build(make_panel(), make_framework(tree), **choices))
    told = [one for one in run.notices if one.key.startswith("weights_")]
    assert [(one.key, one.facts["nodes"]) for one in told] == [(key, ["index"])]
    assert not [one for one in Computed.of(build(make_panel(), **choices)).notices if one.key.startswith("weights_")]


def test_a_coefficient_whose_sign_is_dropped_is_told():
    """AHP weights near 0.9, 0.05, 0.05 against 0.4, 0.3, 0.3 as given: a·b above a·a."""
    framework = make_framework(indicators={"a": {"weight": 4}, "b": {"weight": 3}, "c": {"weight": 3}})
    matrix = [[1, 9, 9], ["1/9", 1, 1], ["1/9", 1, 1]]
    ahp = {"method": "ahp", "order": ["a", "b", "c"], "matrix": matrix}
    told = {}
    for first, second in (("given", ahp), (ahp, "given"), ("given", "given")):
        choice = {"method": "game_theory_combination", "subjective": first, "objective": second}
        run = Computed.of(build(make_panel(), framework, weighting=choice))
        told[str(first)[:5], str(second)[:5]] = [one for one in run.notices if one.key == "coefficient_negative"]
    parts = {key: [one.facts["part"] for one in found] for key, found in told.items()}
    assert parts == {("given", "{'met"): ["subjective"], ("{'met", "given"): ["objective"], ("given", "given"): []}
    (one,) = told["given", "{'met"]
    assert one.facts["value"] < 0 and "Its absolute value is used" in one.text("en") and "绝对值" in one.text("zh")
