"""Every broken input of the corpus is refused by the same problems, at the same place, in whole sentences."""

import pytest

from indexcalc.errors import IndexcalcError
from indexcalc.run import compute
from tests.bad import fuzz
from tests.bad.corpus import build, read, told

ALL = read()
NAMES = [case["case"] for case in ALL]


def refused(case, folder):
    assert told(case, folder) == case["problems"]
    if case["problems"]:
        with pytest.raises(IndexcalcError) as raised:
            compute(build(case, folder), draws=0, **case.get("options", {}))
        for lang in ("zh", "en"):
            lines = raised.value.text(lang).splitlines()
            assert lines and all(0 < len(line) < 1000 and line[-1] in ".。?？" for line in lines), lines


def test_the_corpus_is_large_and_each_of_its_cases_is_named_once():
    assert len(ALL) >= 300 and len(set(NAMES)) == len(NAMES)
    assert [case["case"] for case in ALL if not case["problems"]] == ["nothing-wrong"]


@pytest.mark.parametrize("case", ALL[::8], ids=NAMES[::8])
def test_some_broken_inputs_are_refused_as_they_were(tmp_path, case):
    refused(case, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("case", ALL, ids=NAMES)
def test_every_broken_input_is_refused_as_it_was(tmp_path, case):
    refused(case, tmp_path)


@pytest.mark.parametrize("case", [case for case in ALL if case["case"].startswith("wrong-kind")][::20])
def test_a_value_of_another_kind_is_told_at_its_own_key(tmp_path, case):
    """Not what was recorded, but what must hold: the place of the problem is the path that was changed."""
    (path,) = case["yaml"]
    keys, place = path.split("/"), told(case, tmp_path)[0]["place"]
    assert place[0] == "in_yaml" and keys[0] in place[-1]


@pytest.mark.parametrize("seed", [1, 2])
def test_broken_inputs_broken_further_are_refused_or_read(seed, tmp_path):
    assert fuzz.run(seed=seed, tries=25, folder=tmp_path) == 25
