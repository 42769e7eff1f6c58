"""What the doctor finds: all in order here; each thing that may be wrong, with what to do, and the exit code."""

import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from indexcalc.cli import main
from indexcalc.report import doctor
from indexcalc.report.charts import lettering
from indexcalc.report.doctor import GOOD, WITHOUT, WRONG, examine, report
from indexcalc.voice import Voice, room


@pytest.fixture
def installed(monkeypatch):
    """Two packages declared, both there; one more under an extra."""
    monkeypatch.setattr(doctor, "requires", lambda _: ["numpy>=1", "rich>=13", 'dask>=1; extra == "dask"'])
    monkeypatch.setattr(doctor, "version", {"numpy": "2.0", "rich": "13.7"}.__getitem__)


def states(out):
    return {one.key: one.state for one in examine(out)}


def test_all_in_order(installed, tmp_path, capsys):
    found = states(tmp_path / "a" / "b")
    assert found["python"] == found["packages"] == found["fonts"] == found["out_open"] == GOOD
    assert WRONG not in found.values() and not list(tmp_path.iterdir())
    assert main(["doctor", "--out", str(tmp_path), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "[ok] Packages: numpy 2.0 and rich 13.7" in told and "dask" not in told
    assert told.endswith("Everything indexcalc needs is in place.\n")


def test_packages_that_are_missing_or_out_of_bounds(installed, monkeypatch, tmp_path, capsys):
    def version(name):
        if name == "numpy":
            raise PackageNotFoundError
        return "12.0"

    monkeypatch.setattr(doctor, "version", version)
    assert main(["doctor", "--out", str(tmp_path), "--lang", "en"]) == 1
    told = capsys.readouterr().out
    assert '[!!] Package numpy is missing. Install it: pip install "numpy>=1"' in told
    assert "[!!] Package rich is 12.0, which is not within rich>=13." in told
    assert told.endswith("2 things indexcalc needs are not right: see the lines with [!!].\n")


def test_a_source_that_is_not_installed(monkeypatch, tmp_path):
    def requires(_):
        raise PackageNotFoundError

    monkeypatch.setattr(doctor, "requires", requires)
    assert states(tmp_path)["not_installed"] == WITHOUT


def test_fonts_that_cannot_be_read_or_lack_chinese(monkeypatch, tmp_path):
    monkeypatch.setattr(lettering, "unwritable", lambda sign: sign > "z")
    assert states(tmp_path)["fonts_lack"] == WRONG
    monkeypatch.setattr(lettering, "fonts", lambda: (_ for _ in ()).throw(ModuleNotFoundError("no zhplot")))
    assert states(tmp_path)["fonts_missing"] == WRONG


def test_other_programs_are_not_needed(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    found = states(tmp_path)
    assert found["libreoffice_missing"] == found["chromium_missing"] == WITHOUT
    monkeypatch.setattr(doctor.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert states(tmp_path)["libreoffice"] == GOOD


def test_a_place_where_nothing_can_be_written(monkeypatch, tmp_path):
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    assert states(file)["out_not_folder"] == states(file / "inside")["out_not_folder"] == WRONG

    def closed(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", closed)
    assert states(tmp_path)["out_closed"] == WRONG


def test_language_and_encoding(monkeypatch, tmp_path):
    monkeypatch.setenv("INDEXCALC_LANG", "en")
    monkeypatch.setattr(doctor.locale, "getpreferredencoding", lambda _: "cp936")
    found = states(tmp_path)
    assert found["language_named"] == GOOD and found["encoding_other"] == WITHOUT
    monkeypatch.delenv("INDEXCALC_LANG")
    monkeypatch.setattr(doctor.locale, "getpreferredencoding", lambda _: "UTF-8")
    assert {"language_usual", "encoding"} <= set(states(tmp_path))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sentence_can_be_said(lang):
    facts = dict.fromkeys(("version", "python", "system", "packages", "name", "bounds", "found", "fonts"), "x")
    facts |= dict.fromkeys(("reason", "signs", "path", "out", "remedy", "where", "lang", "encoding"), "x")
    keys = [key for key in room("en", "doctor") if key not in {GOOD, WRONG, WITHOUT, "ready", "not_ready"}]
    findings = [doctor.Finding(WRONG, key, facts) for key in keys]
    assert len(list(report(findings, Voice(lang)))) == len(keys) + 1


def test_the_program_names_its_python(tmp_path):
    (python,) = [one for one in examine(Path(tmp_path)) if one.key == "python"]
    assert python.facts["python"] == ".".join(map(str, sys.version_info[:3]))
