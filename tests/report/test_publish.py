"""Files are put in place all or none; foreign files are never touched; an interrupted run is completed or undone."""

import json

import pytest

from indexcalc.errors import InputError
from indexcalc.report.publish import JOURNAL, STAGING, listed_files, publish, settle


def maker(files):
    """A `make` that writes the given files and their manifest."""

    def make(folder):
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        manifest = {"program": "indexcalc", "files": [*files, "run.json"]}
        (folder / "run.json").write_text(json.dumps(manifest), encoding="utf-8")

    return make


def contents(out):
    return {p.relative_to(out).as_posix(): p.read_text(encoding="utf-8") for p in out.rglob("*") if p.is_file()}


def test_stale_files_of_the_run_before_go_and_foreign_files_stay(tmp_path):
    out = tmp_path / "out"
    publish(out, maker({"a.csv": "1", "charts/old.png": "x"}))
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "charts" / "mine.png").write_text("mine", encoding="utf-8")
    publish(out, maker({"a.csv": "2"}))
    found = contents(out)
    found.pop("run.json")
    assert found == {"a.csv": "2", "notes.txt": "mine", "charts/mine.png": "mine"}


def test_a_folder_that_only_held_stale_files_goes_too(tmp_path):
    publish(tmp_path / "out", maker({"charts/old.png": "x"}))
    publish(tmp_path / "out", maker({"a.csv": "1"}))
    assert not (tmp_path / "out" / "charts").exists()


def test_a_run_that_fails_leaves_everything_as_it_was(tmp_path):
    out = tmp_path / "out"
    publish(out, maker({"a.csv": "1"}))
    before = contents(out)

    def fail(folder):
        (folder / "a.csv").write_text("half", encoding="utf-8")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(out, fail)
    assert contents(out) == before


def test_a_run_that_fails_in_a_new_folder_leaves_no_folder(tmp_path):
    def fail(folder):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        publish(tmp_path / "new", fail)
    assert not (tmp_path / "new").exists()


def test_an_interrupted_replacement_is_completed_at_the_next_start(tmp_path):
    out = tmp_path / "out"
    publish(out, maker({"a.csv": "1", "b.csv": "1", "stale.csv": "1"}))
    files = out / STAGING / "files"
    files.mkdir(parents=True)
    maker({"a.csv": "2", "b.csv": "2"})(files)
    (out / STAGING / JOURNAL).write_text(
        json.dumps({"files": ["a.csv", "b.csv", "run.json"], "stale": ["stale.csv"]}), encoding="utf-8"
    )
    (files / "a.csv").replace(out / "a.csv")  # the interrupted run came this far
    settle(out)
    found = contents(out)
    assert found.pop("run.json")
    assert found == {"a.csv": "2", "b.csv": "2"}
    assert not (out / STAGING).exists()


def test_a_run_that_died_before_its_journal_is_undone(tmp_path):
    out = tmp_path / "out"
    publish(out, maker({"a.csv": "1"}))
    before = contents(out)
    (out / STAGING / "files").mkdir(parents=True)
    (out / STAGING / "files" / "a.csv").write_text("half", encoding="utf-8")
    settle(out)
    assert contents(out) == before


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/hosts", "C:/x", "a/../../outside.txt", ""])
def test_a_manifest_that_was_edited_cannot_remove_files_outside(tmp_path, name):
    out = tmp_path / "out"
    publish(out, maker({"a.csv": "1"}))
    (tmp_path / "outside.txt").write_text("mine", encoding="utf-8")
    (out / "run.json").write_text(json.dumps({"program": "indexcalc", "files": [name]}), encoding="utf-8")
    assert listed_files(out) == []
    publish(out, maker({"a.csv": "2"}))
    assert (tmp_path / "outside.txt").read_text(encoding="utf-8") == "mine"


def test_a_manifest_of_another_program_removes_nothing(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "run.json").write_text(json.dumps({"files": ["mine.txt"]}), encoding="utf-8")
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    publish(out, maker({"a.csv": "1"}))
    assert (out / "mine.txt").exists()


def test_a_file_in_the_way_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="this is not a folder"):
        publish(tmp_path / "out", maker({}))
