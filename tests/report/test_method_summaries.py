"""What each method does, in Chinese: of every method, a finished sentence with what its parameters are called."""

import re

import pytest

from indexcalc.methods import METHODS
from indexcalc.report.method_summaries import SUMMARIES, summary


def test_every_registered_method_has_a_chinese_sentence():
    assert {step: set(found) for step, found in SUMMARIES.items()} == {
        step: set(all_) for step, all_ in METHODS.items()
    }


@pytest.mark.parametrize("step", SUMMARIES)
def test_the_sentences_are_finished_and_chinese(step):
    for name, method in METHODS[step].items():
        said = summary(method, "zh")
        assert said.endswith("。") and re.search(r"[\u4e00-\u9fff]", said), name
        assert summary(method, "en") == method.summary


@pytest.mark.parametrize("step", SUMMARIES)
def test_formulae_are_the_same_in_both_languages(step):
    """Every symbol of a Chinese formula that is no plain word stands in the docstring's first line too."""
    for name, method in METHODS[step].items():
        for symbol in re.findall(r"[A-Za-z]+_[a-z(][a-z)+-]*|[α-ωΣΠ√²⁺⁻]|\d+\.?\d*", SUMMARIES[step][name]):
            assert symbol in method.summary, (name, symbol)
