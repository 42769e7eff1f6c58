"""Weights go into the YAML whole or not at all, comments kept, and never over what somebody else saved."""

import os
import stat

import pytest

from indexcalc.errors import ChoiceError, InputError
from indexcalc.load import load_specification
from indexcalc.serve import saving
from indexcalc.serve.saving import fingerprint, save_weights
from tests.serve import change, small

unix = pytest.mark.skipif(not hasattr(os, "fork"), reason="modes and links of Unix")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def refused(*arguments, error=InputError):
    with pytest.raises(error) as found:
        save_weights(*arguments)
    return [problem.key for problem in found.value.problems]


def test_what_was_moved_is_changed_and_every_other_character_stays(tmp_path):
    yaml = small(tmp_path)
    before = yaml.read_text(encoding="utf-8")
    save_weights(yaml, {"gdp": 0.4}, fingerprint(yaml))
    assert yaml.read_text(encoding="utf-8") == before.replace("weight: 1}   # by", "weight: 0.4}   # by")
    assert load_specification(yaml).framework.all_indicators["gdp"].weight == 0.4
    assert names(tmp_path) == ["figures.xlsx", "indicators.yaml"]


def test_what_was_saved_since_is_not_written_over(tmp_path):
    yaml = small(tmp_path)
    seen = fingerprint(yaml)
    change(yaml, "fewer is better", "the fewer the better")
    now = yaml.read_bytes()
    assert refused(yaml, {"gdp": 0.4}, seen) == ["yaml_saved_since"]
    assert yaml.read_bytes() == now and names(tmp_path) == ["figures.xlsx", "indicators.yaml"]


def test_what_is_saved_while_the_text_is_made_is_not_written_over(tmp_path, monkeypatch):
    yaml, make = small(tmp_path), saving.with_weights

    def meanwhile(*arguments):
        change(yaml, "fewer is better", "the fewer the better")
        return make(*arguments)

    monkeypatch.setattr(saving, "with_weights", meanwhile)
    assert refused(yaml, {"gdp": 0.4}, fingerprint(yaml)) == ["yaml_saved_since"]
    assert "the fewer the better" in yaml.read_text(encoding="utf-8") and len(names(tmp_path)) == 2


@pytest.mark.parametrize(
    ("weights", "key"),
    [({"nobody": 1.0}, "weight_code"), ({"gdp": -1.0}, "weight_value"), ({"gdp": float("nan")}, "weight_value")],
)
def test_weights_that_cannot_be_are_refused_and_the_file_stays(tmp_path, weights, key):
    yaml = small(tmp_path)
    before = yaml.read_bytes()
    assert refused(yaml, weights, fingerprint(yaml)) == [key]
    assert yaml.read_bytes() == before and len(names(tmp_path)) == 2


def test_weights_that_leave_nothing_are_refused_in_the_name_of_the_file(tmp_path):
    yaml = small(tmp_path)
    with pytest.raises((InputError, ChoiceError)) as found:
        save_weights(yaml, {"gdp": 0.0, "air": 0.0}, fingerprint(yaml))
    assert str(yaml) in found.value.text("en") and ".tmp" not in found.value.text("en")
    assert len(names(tmp_path)) == 2


@unix
def test_the_mode_stays_and_a_link_stays_a_link(tmp_path):
    yaml = small(tmp_path)
    yaml.chmod(0o640)
    save_weights(yaml, {"gdp": 0.4}, fingerprint(yaml))
    assert stat.S_IMODE(yaml.stat().st_mode) == 0o640


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    yaml = small(tmp_path)
    tmp_path.chmod(0o500)
    try:
        assert refused(yaml, {"gdp": 0.4}, fingerprint(yaml)) == ["place_unwritable"]
    finally:
        tmp_path.chmod(0o700)


def test_a_disk_that_is_full_is_told_and_the_file_stays(tmp_path, monkeypatch):
    yaml = small(tmp_path)
    before = yaml.read_bytes()

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saving.os, "fsync", full)
    assert refused(yaml, {"gdp": 0.4}, fingerprint(yaml)) == ["place_unwritable"]
    assert yaml.read_bytes() == before and len(names(tmp_path)) == 2


def test_a_file_that_is_gone_has_no_fingerprint(tmp_path):
    assert fingerprint(tmp_path / "none.yaml") == ""
    assert refused(tmp_path / "none.yaml", {"gdp": 1.0}, "") == ["place_unwritable"]
