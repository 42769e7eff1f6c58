"""Every broken input of the corpus is refused by the same problems, at the same place, in whole sentences."""

import pytest

from tests.bad import fuzz
from tests.bad.corpus import read, refusal, told

ALL = read()
NAMES = [case["case"] for case in ALL]


def test_the_corpus_is_large_and_each_of_its_cases_is_named_once():
    assert len(ALL) >= 300 and len(set(NAMES)) == len(NAMES)
    assert [case["case"] for case in ALL if not case["problems"]] == ["nothing-wrong"]


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case["case"], marks=[pytest.mark.slow] if k % 8 else []) for k, case in enumerate(ALL)],
)
def test_every_broken_input_is_refused_as_it_was(tmp_path, case):
    """Every eighth is one of the quick tests."""
    error = refusal(case, tmp_path)
    assert told(error, tmp_path) == case["problems"]
    if error is not None:
        for lang in ("zh", "en"):
            lines = error.text(lang).splitlines()
            assert lines and all(0 < len(line) < 1000 and line[-1] in ".。?？" for line in lines), lines


@pytest.mark.parametrize("case", [case for case in ALL if case["case"].startswith("wrong-kind")][::20])
def test_a_value_of_another_kind_is_told_at_its_own_key(tmp_path, case):
    """Not what was recorded, but what must hold: the place of the problem is the path that was changed."""
    (path,) = case["yaml"]
    keys, place = path.split("/"), told(refusal(case, tmp_path), tmp_path)[0]["place"]
    assert place[0] == "in_yaml" and keys[0] in place[-1]


@pytest.mark.parametrize("seed", [1, 2])
def test_broken_inputs_broken_further_are_refused_or_read(seed, tmp_path):
    assert fuzz.run(seed=seed, tries=25, folder=tmp_path) == 25
