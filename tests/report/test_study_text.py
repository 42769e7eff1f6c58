"""The analyses on demand in sentences, tables and on the screen: by value, in both languages."""

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from indexcalc.claims import InTop
from indexcalc.report import study_screen, study_text
from indexcalc.report.study_screen import print_study
from indexcalc.report.study_tables import study_tables
from indexcalc.report.study_text import single_sentence
from indexcalc.report.words import word
from indexcalc.robustness.study import Study, study
from indexcalc.uncertainty import Uncertainty
from tests.conftest import build, make_framework, make_panel

MIN_MAX = {"method": "min_max", "lower": 1, "upper": 100}
OPTIONS = Uncertainty.model_validate(
    {
        "weights": {"spread": 0.5},
        "normalisation": [MIN_MAX, {"method": "percentile_rank", "lower": 1, "upper": 100}],
        "reference": ["pooled", "year"],
        "aggregation": ["arithmetic", "geometric"],
        "leave_out": ["indicator"],
    }
)
CLAIMS = (InTop(kind="in_top", cities=("甲", "乙"), n=2, years=(2021,)),)
NAMES = {code: {"name": {"zh": f"指标{code}", "en": f"Indicator {code}"}} for code in "abcd"}


@pytest.fixture(scope="module")
def result():
    return build(make_panel(), make_framework(indicators=NAMES), normalisation=MIN_MAX)


@pytest.fixture(scope="module")
def found(result):
    return study(result, CLAIMS, OPTIONS, draws=1024)


@pytest.fixture(scope="module")
def tables(found, result):
    return study_tables(found, result.framework, result.years)


# --- tables -----------------------------------------------------------------------------------------------------------


def test_the_tables_that_a_study_has(tables):
    expected = "bounds bounds_weights dominance smallest_changes sensitivity one_at_a_time alternatives"
    assert list(tables) == expected.split()


def test_nothing_made_no_tables(result):
    assert study_tables(Study(2021), result.framework, result.years) == {}


def test_bounds_contain_the_rank_and_have_weights_that_sum_to_one(tables, result):
    bounds = tables["bounds"]
    assert list(bounds) == ["city", "city_en", "year", "rank", "best", "best_tied", "worst", "worst_tied"]
    assert len(bounds) == 12 and ((bounds["best"] <= bounds["rank"]) & (bounds["rank"] <= bounds["worst"])).all()
    weights = tables["bounds_weights"]
    assert len(weights) == 24 and list(weights)[:4] == ["city", "year", "bound", "rank"]
    np.testing.assert_allclose(weights[list("abcd")].sum(axis=1), 1.0)


def test_dominance_is_one_word_for_each_pair(tables):
    dominance = tables["dominance"].set_index(["year", "city", "other"])["above"]
    assert len(dominance) == 3 * 4 * 3 and set(dominance) <= {"always", "sometimes", "never"}
    for (year, city, other), told in dominance.items():
        assert (told == "always") <= (dominance[year, other, city] == "never")


def test_smallest_changes_say_both_measures_and_the_sentence(tables):
    changes = tables["smallest_changes"]
    assert list(changes["outcome"]) == ["overtakes"] * 6 + [changes["outcome"].iloc[-1]]
    assert changes["sentence_zh"].str.endswith("。").all() and changes["sentence_en"].str.endswith(".").all()
    assert changes["year"].dtype == "Int64"


def test_sensitivity_has_every_output_and_factor(tables, found):
    rows = tables["sensitivity"]
    assert len(rows) == (1 + 4 + 1) * len(found.sensitivity.factors)
    there = rows[rows["variance"] > 0]
    assert ((there["total_low"] <= there["total_high"]) & (there["first_low"] <= there["first_high"])).all()


def test_alternatives_are_one_row_for_each_methodology(tables):
    rows = tables["alternatives"]
    assert len(rows) == 8
    assert list(rows)[:5] == ["normalisation", "reference", "aggregation", "spearman", "claim_1"]
    assert rows["spearman"].iloc[0] == 1.0
    assert len(tables["one_at_a_time"]) == 3 + 4


# --- sentences --------------------------------------------------------------------------------------------------------


def test_one_choice_changed_in_words(found, result):
    first = {one.factor: one for one in reversed(found.alternatives.single)}
    said = {
        lang: {
            factor: single_sentence(one, found.alternatives, result.framework, result.years, lang)
            for factor, one in first.items()
        }
        for lang in ("zh", "en")
    }
    assert said["zh"]["normalisation"].startswith("只把标准化方法改为百分位排名：")
    assert said["zh"]["reference"].startswith("只把参照范围改为逐年：")
    assert said["zh"]["leave_out_indicator"].startswith("只剔除“指标a”：")
    assert said["en"]["aggregation"].startswith("Changing only aggregation to weighted geometric mean: ")
    assert said["en"]["leave_out_indicator"].startswith("Leaving out only “Indicator a”: ")
    for lang, one, many in (
        ("zh", "1个城市位次变动", "个城市位次变动，最多"),
        ("en", "1 city moves, by", "cities move, by at most"),
    ):
        for factor, change in first.items():
            expected = {0: "没有城市位次变动" if lang == "zh" else "no city moves", 1: one}.get(change.moved, many)
            assert expected in said[lang][factor]
            assert ("变为" in said["zh"][factor]) == bool(change.changed)


# --- screen -----------------------------------------------------------------------------------------------------------


def printed(found, result, lang):
    console = Console(file=io.StringIO(), width=120)
    print_study(console, found, result, OPTIONS, lang)
    return console.file.getvalue()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everything_is_on_the_screen(found, result, lang):
    text = printed(found, result, lang)
    words = study_screen.WORDS[lang]
    for key in ("changes", "single", "of_each", "sensitivity_note"):
        assert words[key] in text
    assert ("各项权重变动±50%，再归一" if lang == "zh" else "each weight within ±50%, then renormalised") in text
    assert all(city in text for city in "甲乙丙丁")
    assert max(map(len, (line for line in text.splitlines() if line[:1] in "│┃"))) <= 120


def test_an_index_stands_as_it_was_estimated_and_none_where_the_sample_cannot_tell(found, result):
    made = found.sensitivity
    total, interval = made.total.copy(), made.total_interval.copy()
    total[0, 0], interval[0, 0] = 150.0, np.nan
    row = made.of_claim(0)
    total[row], interval[row] = 0.9, np.array([0.1, 1.3])
    moved = replace(made, total=total, total_interval=interval, variance=np.ones_like(made.variance))
    text = printed(Study(2021, sensitivity=moved), result, "zh")
    assert "150.00 │" in text and "nan" not in text
    assert word("hardly_moves", "zh") in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_where_nothing_moves_there_are_no_empty_tables(found, result, lang):
    made = found.sensitivity
    still = replace(made, total=np.full_like(made.total, np.nan), variance=np.zeros_like(made.variance))
    text = printed(Study(2021, sensitivity=still), result, lang)
    assert word("never_moves", lang) in text and "┃" not in text and study_screen.WORDS[lang]["of_each"] not in text


def test_a_study_without_a_part_says_nothing_of_it(result):
    text = printed(Study(2021), result, "zh")
    assert text == ""


def test_both_languages_have_the_same_words():
    for module in (study_screen, study_text):
        assert set(module.WORDS["zh"]) == set(module.WORDS["en"])
