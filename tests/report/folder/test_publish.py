"""Files are put in place all or none; foreign files are never touched; an interrupted run is completed or undone."""

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest

from indexcalc.errors import InputError
from indexcalc.report.folder.compare import read_run
from indexcalc.report.folder.publish import (
    JOURNAL,
    STAGING,
    UNDOING,
    publish,
    recover,
    refuse_losses,
    settle,
    unsettled,
)

unix = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a process of its own")


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


@pytest.mark.parametrize(
    "journal",
    ['{"files": ["a.c', '{"files": ["../x"]}', '{"stale": 1}', "[]", "null", '{"files": [1]}', "[" * 100_000],
)
@pytest.mark.parametrize("name", [JOURNAL, UNDOING])
def test_a_journal_that_was_changed_is_refused(tmp_path, journal, name):
    out = tmp_path / "out"
    publish(out, maker({"a.csv": "1"}))
    (out / STAGING / "files").mkdir(parents=True)
    (out / STAGING / name).write_text(journal, encoding="utf-8")
    before = contents(out)
    with pytest.raises(
        InputError, match=r"json: this file is not as a run writes it.* Remove the folder \.indexcalc-st"
    ):
        publish(out, maker({"a.csv": "2"}))
    assert contents(out) == before


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
    before = contents(out)
    with pytest.raises(InputError, match=r"run\.json: 'files\.0' is not as a run writes it"):
        publish(out, maker({"a.csv": "2"}))
    assert contents(out) == before
    assert (tmp_path / "outside.txt").read_text(encoding="utf-8") == "mine"


def test_a_manifest_of_another_program_is_not_replaced(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "run.json").write_text(json.dumps({"files": ["mine.txt"]}), encoding="utf-8")
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    before = contents(out)
    with pytest.raises(InputError, match=r"run\.json: already there, and no run.json says that indexcalc wrote it"):
        publish(out, maker({"a.csv": "1"}))
    assert contents(out) == before


def test_a_file_that_no_run_wrote_is_not_replaced(tmp_path):
    out = tmp_path / "out"
    publish(out, maker({"a.csv": "1"}))
    (out / "b.csv").write_text("mine", encoding="utf-8")
    (out / "charts").write_text("mine", encoding="utf-8")
    before = contents(out)
    with pytest.raises(
        InputError, match=r"out: b\.csv, charts: already there, and no run.json says that indexcalc wrote it"
    ):
        publish(out, maker({"a.csv": "2", "b.csv": "2", "charts/trend.png": "2"}))
    assert contents(out) == before


@pytest.mark.parametrize("now", [{"a.csv": "2"}, {"b.csv": "2"}], ids=["replaced", "removed"])
def test_what_a_run_reads_is_neither_replaced_nor_removed(tmp_path, now):
    """Even if the run before listed it."""
    publish(tmp_path, maker({"a.csv": "1"}))
    with pytest.raises(InputError, match=r"this run would overwrite a\.csv, which it also reads"):
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
    monkeypatch.setattr("indexcalc.report.folder.publish.WAIT", 0.0)

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
        reason = (errno.ENOSPC, "")
        raise OSError(*reason, str(folder / "charts" / "trend.png")) if named else OSError(*reason)

    place = tmp_path / "charts" / "trend.png" if named else tmp_path
    with pytest.raises(InputError) as raised:
        publish(tmp_path, full)
    assert str(raised.value).startswith(f"{place}: cannot be written (the disk is full). Free some space, ")
    assert contents(tmp_path) == before


def test_a_folder_whose_name_is_too_long_is_told_in_a_sentence(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        publish(tmp_path / ("x" * 300), maker({}))


def test_a_file_in_the_way_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="this is not a folder"):
        publish(tmp_path / "out", maker({}))


# --- one file cannot be replaced: all stay as they were ---------------------------------------------------------------

OLD = {"a.csv": "old", "charts/one.png": "old", "charts/two.png": "old", "gone/stale.csv": "old", "z.csv": "old"}
NEW = {"a.csv": "new", "charts/one.png": "new", "charts/two.png": "new", "deep/er/new.csv": "new", "z.csv": "new"}


def tree(out):
    """Everything in a folder, folders too, but the lock."""
    return {p.relative_to(out).as_posix(): p.read_bytes() if p.is_file() else None for p in sorted(out.rglob("*"))}


@pytest.fixture
def out(tmp_path):
    publish(tmp_path / "out", maker(OLD))
    return tmp_path / "out"


@pytest.fixture(scope="module")
def complete(tmp_path_factory):
    """What the folder holds when the second run is in place."""
    folder = tmp_path_factory.mktemp("complete") / "out"
    publish(folder, maker(OLD))
    publish(folder, maker(NEW))
    return tree(folder)


def opened_without_sharing(monkeypatch, path):
    """Windows: a file that a program has open can be read and copied, but neither replaced nor removed nor moved."""

    def guarded(call):
        def guard(*paths, **more):
            if path in map(type(path), paths[-2:]):
                error = PermissionError(errno.EACCES, "Permission denied", str(paths[0]))
                error.filename2, error.winerror = str(paths[-1]), 32
                raise error
            return call(*paths, **more)

        return guard

    for name in ("replace", "unlink", "rename", "remove"):
        monkeypatch.setattr(os, name, guarded(getattr(os, name)))


@pytest.mark.parametrize("name", sorted({*OLD, "run.json"}))
def test_a_file_that_another_program_has_open_keeps_all_results_as_they_were(out, name, monkeypatch):
    before = tree(out)
    opened_without_sharing(monkeypatch, out / name)
    with pytest.raises(InputError) as raised:
        publish(out, maker(NEW))
    said = "cannot be replaced (another program has it open), so all earlier results stay as they were."
    assert str(raised.value) == (
        f"{out / name}: {said} Close the program that holds it open, or allow writing there, or choose another place."
    )
    assert tree(out) == before


@pytest.fixture
def immutable(out):
    """A file of the results that not even root may replace."""
    file = out / "charts" / "two.png"
    if shutil.which("chattr") is None or subprocess.run(["chattr", "+i", file], capture_output=True).returncode:
        pytest.skip("no file can be made immutable here")
    yield file
    subprocess.run(["chattr", "-i", file], check=True)


def test_an_immutable_file_keeps_all_results_as_they_were(out, immutable):
    before = tree(out)
    with pytest.raises(InputError, match=r"charts/two\.png: cannot be replaced \(not permitted\)"):
        publish(out, maker(NEW))
    assert tree(out) == before


@contextmanager
def mounted(folder, options):
    """A small file system of its own, where that is permitted."""
    given = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(given, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_read_only_folder_of_charts_keeps_all_results_as_they_were(out):
    charts = out / "charts"
    there = {path.name: path.read_bytes() for path in charts.iterdir()}
    with mounted(charts, "size=1m"):
        for name, content in there.items():
            (charts / name).write_bytes(content)
        subprocess.run(["mount", "-o", "remount,ro", str(charts)], check=True)
        before = tree(out)
        with pytest.raises(
            InputError, match=r"charts/one\.png: cannot be replaced \(it is on a different disk|the disk is"
        ):
            publish(out, maker(NEW))
        assert tree(out) == before


@pytest.mark.parametrize("filled", [0, 40, 60, 72, 84, 92, 100])
def test_a_disk_that_fills_up_keeps_all_results_or_has_the_new_ones(tmp_path, filled):
    """The space runs out while the run writes, while it keeps what was there, or not at all."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted(disk, "size=400k"):
        large = {name: "x" * 20_000 for name in OLD}
        publish(disk / "out", maker(large))
        before = tree(disk / "out")
        free = shutil.disk_usage(disk).free
        (disk / "other").write_bytes(b"x" * (free * filled // 100))
        try:
            publish(disk / "out", maker({name: "y" * 20_000 for name in OLD}))
        except InputError as error:
            assert "the disk is full" in str(error)
            assert tree(disk / "out") == before
        else:
            assert set(contents(disk / "out").values()) == {"y" * 20_000, contents(disk / "out")["run.json"]}


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, RuntimeError, MemoryError])
@pytest.mark.parametrize("step", range(7))
def test_a_run_that_is_stopped_while_it_replaces_puts_everything_back(out, stop, step, monkeypatch):
    before, replace, calls = tree(out), os.replace, []

    def stopping(source, target):
        calls.append(target)
        if len(calls) == step + 1:
            raise stop
        replace(source, target)

    monkeypatch.setattr(os, "replace", stopping)
    with pytest.raises(stop):
        publish(out, maker(NEW))
    monkeypatch.undo()
    assert tree(out) == before


def test_results_that_cannot_be_put_back_are_told_and_put_right_by_the_next_run(out, monkeypatch):
    """The disk fails in the middle, and the way back too."""
    before, replace = tree(out), os.replace

    def failing(source, target):
        if target == out / "z.csv" or ("before" in str(source) and target == out / "charts" / "one.png"):
            raise OSError(errno.EIO, "Input/output error", str(source), None, str(target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(
        InputError, match=r"charts/one\.png: cannot be put back \(the disk reports an error\)"
    ) as raised:
        publish(out, maker(NEW))
    assert "partly new and partly old" in str(raised.value)
    assert tree(out) != before and unsettled(out)
    with pytest.raises(InputError, match="being replaced right now, or a run was interrupted"):
        read_run(out)
    with pytest.raises(InputError, match="cannot be put back"):
        recover(out)
    monkeypatch.undo()
    recover(out)
    assert tree(out) == before


def test_an_interrupted_replacement_that_cannot_be_completed_is_undone(out, monkeypatch):
    before = tree(out)
    child = killed_after(3, lambda: publish(out, maker(NEW)), "replace")
    assert child == -signal.SIGKILL and unsettled(out)
    opened_without_sharing(monkeypatch, out / "z.csv")
    recover(out)
    assert tree(out) == before


# --- kills, and two runs at once --------------------------------------------------------------------------------------

STEPS = ("replace", "link", "unlink", "mkdir", "rmdir", "open")


def killed_after(steps, work, *of):
    """Do some work in a process of its own, which is killed just before one of its steps on files; its exit status."""
    child = os.fork()
    if child == 0:
        left = [steps]

        def counted(call):
            def count(*given, **more):
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left[0] -= 1
                return call(*given, **more)

            return count

        for name in of or STEPS:
            setattr(os, name, counted(getattr(os, name)))
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def settled(out):
    recover(out)
    return tree(out)


@unix
def test_a_kill_at_any_step_leaves_the_results_of_one_run(tmp_path, complete):
    """At every step on a file: the earlier results or the new ones, and never both as if they were of one run."""
    earlier, seen, steps = None, set(), 0
    while True:
        out = tmp_path / f"{steps}"
        publish(out, maker(OLD))
        earlier = tree(out)
        status = killed_after(steps, lambda out=out: publish(out, maker(NEW)))
        visible = {name: content for name, content in tree(out).items() if not name.startswith(STAGING)}
        assert visible in (earlier, complete) or unsettled(out)
        found = settled(out)
        assert found in (earlier, complete), steps
        seen.add(found == complete)
        if status == 0:
            break
        steps += 1
    assert steps > 25 and seen == {True, False} and found == complete


@unix
def test_a_kill_while_an_interrupted_run_is_settled_leaves_the_results_of_one_run(tmp_path, complete):
    for steps in range(4, 40, 3):
        for again in range(0, 30, 4):
            out = tmp_path / f"{steps}-{again}"
            publish(out, maker(OLD))
            earlier = tree(out)
            killed_after(steps, lambda out=out: publish(out, maker(NEW)))
            killed_after(again, lambda out=out: recover(out))
            assert settled(out) in (earlier, complete)


@unix
def test_a_kill_at_any_moment_leaves_the_results_of_one_run(tmp_path, complete):
    pick = random.Random(14)
    for i in range(40):
        out = tmp_path / f"{i}"
        publish(out, maker(OLD))
        earlier = tree(out)
        child = os.fork()
        if child == 0:
            try:
                publish(out, maker(NEW))
            finally:
                os._exit(0)
        time.sleep(pick.uniform(0, 0.006))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert settled(out) in (earlier, complete)


@unix
def test_two_runs_at_once_leave_the_results_of_one(tmp_path):
    """Also where the first of them fails and takes the folder that it made away again."""

    def failing(folder):
        time.sleep(0.002)
        raise RuntimeError

    for i in range(15):
        out, children = tmp_path / f"{i}" / "deep", []
        for make in (maker(OLD), failing, maker(NEW), failing):
            children.append(os.fork())
            if children[-1] == 0:
                try:
                    publish(out, make)
                except RuntimeError:
                    os._exit(3)
                except BaseException:
                    os._exit(4)
                os._exit(0)
        assert sorted(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children) == [0, 0, 3, 3]
        names = set(contents(out)) - {"run.json"}
        assert names in (set(OLD), set(NEW)) and not unsettled(out)


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in ("one.png", "two.png", "x.txt", "stale.csv", "mine.txt"):
        (folder / name).write_text("mine", encoding="utf-8")
    return folder


def link(place, target):
    if place.is_dir():
        shutil.rmtree(place)
    try:
        place.symlink_to(target)
    except OSError:
        pytest.skip("no links can be made here")


@pytest.mark.parametrize("folder", ["charts", "gone", "deep"])
def test_nothing_is_written_or_removed_through_a_link_that_leads_out_of_the_folder(out, elsewhere, folder):
    link(out / folder, elsewhere)
    before, mine = tree(out), tree(elsewhere)
    with pytest.raises(
        InputError, match=rf"out: {folder} is a link that leads out of this folder, to .*elsewhere; noth"
    ):
        publish(out, maker(NEW))
    assert (tree(out), tree(elsewhere)) == (before, mine)


def test_a_manifest_that_lists_files_behind_a_link_removes_none_of_them(out, elsewhere):
    link(out / "lnk", elsewhere)
    manifest = {"program": "indexcalc", "files": ["lnk/x.txt", "run.json"]}
    (out / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    mine = tree(elsewhere)
    with pytest.raises(InputError, match="lnk is a link that leads out of this folder"):
        publish(out, maker({"new.csv": "new"}))
    assert tree(elsewhere) == mine


def test_a_journal_does_nothing_behind_a_link(out, elsewhere):
    link(out / "lnk", elsewhere)
    (out / STAGING / "files").mkdir(parents=True)
    journal = {"files": ["lnk/one.png"], "new": ["lnk/two.png"], "stale": ["lnk/x.txt"]}
    (out / STAGING / JOURNAL).write_text(json.dumps(journal), encoding="utf-8")
    (out / STAGING / "files" / "lnk").mkdir()
    (out / STAGING / "files" / "lnk" / "one.png").write_text("new", encoding="utf-8")
    mine = tree(elsewhere)
    with pytest.raises(InputError, match="lnk is a link"):
        recover(out)
    assert tree(elsewhere) == mine


@pytest.mark.parametrize("inner", ["", "files", "before"])
def test_a_staging_folder_that_is_a_link_is_not_used(out, elsewhere, inner):
    (out / STAGING).mkdir()
    (out / STAGING / JOURNAL).write_text(json.dumps({"files": ["one.png"], "stale": ["x.txt"]}), encoding="utf-8")
    link(out / STAGING / inner if inner else out / STAGING, elsewhere)
    mine = tree(elsewhere)
    with pytest.raises(InputError, match="out: "):
        publish(out, maker(NEW))
    assert tree(elsewhere) == mine


def test_links_that_stay_inside_are_followed_and_a_link_instead_of_a_file_is_replaced(out, elsewhere):
    (out / "charts").rename(out / "pictures")
    link(out / "charts", out / "pictures")
    (out / "a.csv").unlink()
    link(out / "a.csv", elsewhere / "x.txt")
    publish(out, maker(NEW))
    assert (out / "pictures" / "one.png").read_text() == "new"
    assert (out / "a.csv").read_text() == "new" and not (out / "a.csv").is_symlink()
    assert (elsewhere / "x.txt").read_text() == "mine"


def test_a_refusal_leaves_no_folder_that_it_made(tmp_path):
    (tmp_path / "kept").mkdir()

    def refuse(folder):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        publish(tmp_path / "kept" / "new" / "deep", refuse)
    assert tree(tmp_path) == {"kept": None}


def test_a_folder_that_a_link_should_be_and_is_not_there_is_refused(tmp_path):
    link(tmp_path / "out", tmp_path / "nowhere")
    with pytest.raises(InputError, match="this is not a folder"):
        publish(tmp_path / "out", maker({}))
    assert not (tmp_path / "nowhere").exists()
