"""One object holds what a run found: each analysis is made at most once, and each claim is put into words once."""

from collections import Counter
from importlib import import_module
from io import StringIO

import numpy as np
import pytest
from rich.console import Console

import indexcalc as ic
from indexcalc import analysis
from indexcalc.computed import Computed, attempt
from indexcalc.errors import ChoiceError
from indexcalc.report import screen
from indexcalc.report.findings import findings
from indexcalc.voice import Voice, voices
from tests.conftest import ROOT, build, make_framework, make_panel

NAN = float("nan")
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


def test_a_ranking_that_rests_on_less_than_half_of_its_year_is_told():
    """Nothing of A's 2023 is observed, one of three figures of B's, all of C's; half is enough."""
    figures = {"a": [[1, NAN], [2, 3], [3, 4]], "b": [[1, NAN], [2, NAN], [3, 4]], "c": [[1, NAN], [2, NAN], [3, 4]]}
    framework = make_framework(indicators={code: {} for code in "abc"})
    panel = make_panel(figures, cities="ABC", years=(2022, 2023), present=np.ones((3, 2), bool))
    run = Computed.of(build(panel, framework, imputation="linear"))
    (told,) = run.thin
    assert told in run.notices
    assert Voice("en").problem(told) == (
        "The ranking of 2023 rests on few figures of that year: 44 % of its indicator cells are observed, "
        "and less than half for 2 of the 3 cities: B (33 %), A (0 %). The others are imputed or left out."
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
