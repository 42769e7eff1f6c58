"""Files that people name and that are none, and why one could not be read or written, in both languages."""

import errno
import os
import re

import pytest

from indexcalc.errors import InputError, Problem
from indexcalc.paths import reason, refuse_unreadable, remedy, shown


def said(path):
    with pytest.raises(InputError) as raised:
        refuse_unreadable(path)
    return str(raised.value).removeprefix(f"{path}: ")


def test_what_is_no_file_is_refused_by_what_it_is(tmp_path):
    assert said(tmp_path) == "this is a folder, not a file. Name a file."
    assert said(tmp_path / "nowhere") == "the file does not exist. Check the path."
    assert (
        said(tmp_path / ("x" * 300)) == "cannot be read (the name is too long). Check that it is a file you may read."
    )
    (tmp_path / "a").write_text("")
    refuse_unreadable(tmp_path / "a")
    assert "a part of the path is not a folder" in said(tmp_path / "a" / "b")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipes_devices_and_links_are_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert said(tmp_path / "pipe") == "this is a pipe, not a file. Name a file."
    assert said("/dev/null") == "this is a device, not a file. Name a file."
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert said(tmp_path / "link") == "this is a link to a file that does not exist. Check where it leads."
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    assert "its links lead in a circle" in said(tmp_path / "circle")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_reason_has_its_words_and_a_remedy(lang):
    for name in ("ENOSPC", "EACCES", "EROFS", "ENAMETOOLONG", "EMFILE", "EXDEV", "EIO"):
        error = OSError(getattr(errno, name), "the words of a system")
        text = Problem("place_unwritable", {"reason": reason(error), "remedy": remedy(error)}).text(lang)
        assert "words of a system" not in text and len(text) > 15 and not re.search(r"[{}]", text)


def test_a_reason_without_words_is_in_those_of_the_system():
    assert reason(OSError(errno.ENOTTY, "Inappropriate ioctl")) == "Inappropriate ioctl"
    assert reason(OSError()) == "OSError"


def test_a_path_that_is_no_text_is_shown_with_marks():
    assert shown(b"/a/\xff\xfe.xlsx".decode("utf-8", "surrogateescape")) == "/a/��.xlsx"
