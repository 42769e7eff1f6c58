"""A save is noticed however the file is saved; a file that is only read is not one."""

import os
import threading
import time

import pytest

from indexcalc.serve.watching import stamp, wait_for_save

SAVES = {
    "in place": lambda path: path.write_text("two, longer"),
    "by another that takes its name": lambda path: (
        (path.parent / "new").write_text("two") and os.replace(path.parent / "new", path)
    ),
    "taken away": lambda path: path.unlink(),
}


@pytest.mark.parametrize("how", SAVES)
def test_a_save_is_noticed(tmp_path, how):
    path = tmp_path / "a.yaml"
    path.write_text("one")
    seen = {path: stamp(path)}
    threading.Timer(0.1, SAVES[how], [path]).start()
    assert wait_for_save(seen)


def test_a_file_that_comes_is_noticed_and_one_in_a_folder_that_is_not_there(tmp_path):
    path = tmp_path / "below" / "a.yaml"
    seen = {path: stamp(path)}
    assert seen == {path: None}

    def come():
        path.parent.mkdir()
        path.write_text("one")

    threading.Timer(0.1, come).start()
    assert wait_for_save(seen)


def test_what_was_saved_before_it_waits_is_noticed(tmp_path):
    path = tmp_path / "a.yaml"
    assert wait_for_save({path: (1, 1, 1)})


def test_a_neighbour_is_none_of_its_files_and_a_stop_ends_it(tmp_path):
    path, stop = tmp_path / "a.yaml", threading.Event()
    path.write_text("one")
    threading.Timer(0.1, (tmp_path / "b.yaml").write_text, ["two"]).start()
    threading.Timer(0.6, stop.set).start()
    began = time.monotonic()
    assert not wait_for_save({path: stamp(path)}, stop)
    assert time.monotonic() - began > 0.5
