"""Files are put in place all or none; foreign files are never touched; an interrupted run is completed or undone."""

import errno
import json
import shutil
import threading

import pytest

from indexcalc.errors import InputError
from indexcalc.report.publish import JOURNAL, STAGING, listed_files, publish, refuse_losses, settle


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


@pytest.mark.parametrize("gone", ["charts", "charts/b.png"])
def test_stale_files_and_their_folder_may_be_gone_already(tmp_path, gone):
    out = tmp_path / "out"
    publish(out, maker({"charts/a.png": "x", "charts/b.png": "x", "charts/c.png": "x"}))
    path = out / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    publish(out, maker({"a.csv": "1"}))
    assert set(contents(out)) == {"a.csv", "run.json"} and not (out / "charts").exists()


def test_a_journal_that_cannot_be_read_is_none(tmp_path):
    out = tmp_path / "out"
    publish(out, maker({"a.csv": "1"}))
    (out / STAGING / "files").mkdir(parents=True)
    (out / STAGING / JOURNAL).write_text('{"files": ["a.c', encoding="utf-8")
    publish(out, maker({"a.csv": "2"}))
    assert contents(out)["a.csv"] == "2" and not (out / STAGING).exists()


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
    files = [name, "a.csv", "run.json"]
    (out / "run.json").write_text(json.dumps({"program": "indexcalc", "files": files}), encoding="utf-8")
    assert listed_files(out) == ["a.csv", "run.json"]
    publish(out, maker({"a.csv": "2"}))
    assert (tmp_path / "outside.txt").read_text(encoding="utf-8") == "mine"


def test_a_manifest_of_another_program_is_not_replaced(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "run.json").write_text(json.dumps({"files": ["mine.txt"]}), encoding="utf-8")
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    before = contents(out)
    with pytest.raises(InputError, match=r"run\.json: there already, and no run.json says that indexcalc wrote it"):
        publish(out, maker({"a.csv": "1"}))
    assert contents(out) == before


def test_a_file_that_no_run_wrote_is_not_replaced(tmp_path):
    out = tmp_path / "out"
    publish(out, maker({"a.csv": "1"}))
    (out / "b.csv").write_text("mine", encoding="utf-8")
    (out / "charts").write_text("mine", encoding="utf-8")
    before = contents(out)
    with pytest.raises(
        InputError, match=r"out: b\.csv, charts: there already, and no run.json says that indexcalc wrote it"
    ):
        publish(out, maker({"a.csv": "2", "b.csv": "2", "charts/trend.png": "2"}))
    assert contents(out) == before


@pytest.mark.parametrize("now", [{"a.csv": "2"}, {"b.csv": "2"}], ids=["replaced", "removed"])
def test_what_a_run_reads_is_neither_replaced_nor_removed(tmp_path, now):
    """Even if the run before listed it."""
    publish(tmp_path, maker({"a.csv": "1"}))
    with pytest.raises(InputError, match=r"a\.csv would be overwritten, and this run reads it"):
        publish(tmp_path, maker(now), inputs=[tmp_path / "nowhere.yaml", tmp_path.parent / tmp_path.name / "a.csv"])
    assert contents(tmp_path)["a.csv"] == "1"


def test_what_an_interrupted_replacement_put_in_place_is_the_runs_own(tmp_path):
    """No manifest lists it yet, but the journal does."""
    out = tmp_path / "out"
    (out / STAGING).mkdir(parents=True)
    journal = {"files": ["a.csv", "run.json"], "stale": []}
    (out / STAGING / JOURNAL).write_text(json.dumps(journal), encoding="utf-8")
    (out / "a.csv").write_text("2", encoding="utf-8")
    refuse_losses(out, ["a.csv", "b.csv", "run.json"])


def test_a_run_waits_for_another_that_writes_into_the_folder(tmp_path):
    """Two runs, one after the other: the files are those of the second alone."""
    inside, second = threading.Event(), []

    def slow(folder):
        second.append(threading.Thread(target=publish, args=(tmp_path, maker({"a.csv": "2"}))))
        second[0].start()
        inside.wait(0.3)
        maker({"a.csv": "1", "b.csv": "1"})(folder)

    publish(tmp_path, slow)
    second[0].join()
    found = contents(tmp_path)
    assert json.loads(found.pop("run.json"))["files"] == ["a.csv", "run.json"]
    assert found == {"a.csv": "2"}


def test_a_run_that_has_waited_long_enough_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("indexcalc.report.publish.WAIT", 0.0)

    def slow(folder):
        with pytest.raises(InputError, match="another run is writing into this folder"):
            publish(tmp_path, maker({"a.csv": "2"}))
        maker({"a.csv": "1"})(folder)

    publish(tmp_path, slow)
    assert contents(tmp_path)["a.csv"] == "1"


@pytest.mark.parametrize("named", [True, False])
def test_a_full_disk_is_told_in_a_sentence_and_leaves_everything_as_it_was(tmp_path, named):
    publish(tmp_path, maker({"a.csv": "1"}))
    before = contents(tmp_path)

    def full(folder):
        reason = (errno.ENOSPC, "No space left on device")
        raise OSError(*reason, str(folder / "charts" / "trend.png")) if named else OSError(*reason)

    place = tmp_path / "charts" / "trend.png" if named else tmp_path
    with pytest.raises(InputError) as raised:
        publish(tmp_path, full)
    assert str(raised.value).startswith(f"{place}: cannot be written (No space left on device). ")
    assert contents(tmp_path) == before


def test_a_folder_whose_name_is_too_long_is_told_in_a_sentence(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        publish(tmp_path / ("x" * 300), maker({}))


def test_a_file_in_the_way_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="this is not a folder"):
        publish(tmp_path / "out", maker({}))
