"""Files that people name and that are none, and why one could not be read or written, in both languages."""

import errno
import json
import os
import re
import subprocess
import sys

import pytest

from indexcalc.cli import COMMANDS, main
from indexcalc.errors import InputError, Problem
from indexcalc.paths import reason, refuse_unreadable, remedy, shown
from tests.conftest import ROOT, write_workbook, write_yaml


def said(path):
    with pytest.raises(InputError) as raised:
        refuse_unreadable(path)
    return str(raised.value).removeprefix(f"{shown(path)}: ")


def test_what_is_no_file_is_refused_by_what_it_is(tmp_path):
    assert said(tmp_path) == "this is a folder, not a file. Name a file."
    assert said(tmp_path / "nowhere") == "the file does not exist. Check the path."
    assert said(tmp_path / ("x" * 300)) == "cannot be read (the name is too long). Check that you may read this file."
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
    assert "its links form a loop" in said(tmp_path / "circle")


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


# --- the program on such paths ----------------------------------------------------------------------------------------

YAML = """
framework: {workbook: figures.xlsx, indicators: {a: {direction: positive}, b: {direction: positive}}}
methodology: {normalisation: {method: min_max, lower: 1, upper: 100}}
"""
ROWS = [["city", "year", "a", "b"], *([f"c{i}", 2020 + t, i * t + 1, i - t] for i in range(4) for t in range(2))]


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_yaml(tmp_path / "indicators.yaml", YAML)
    write_workbook(tmp_path / "figures.xlsx", {"panel": ROWS})
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "circle").symlink_to("circle")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


STRANGE = ("x" * 300, "y/" * 3000, "dangling", "circle", "pipe", "/dev/zero", "figures.xlsx/x", "\udcff", "a\nb")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("path", STRANGE)
def test_no_path_that_is_named_gives_a_traceback_or_is_waited_for(project, path, capsys):
    before = sorted(project.rglob("*"))
    for command in (
        *(["check", path], ["check", "--workbook", path], ["compare", path, path]),
        *(["run", path], ["run", "--workbook", path, "--out", "new/deep"]),
        ["template", "--out", path],
    ):
        assert main([*command, "--lang", "en"]) in (1, 2), command
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and len(said) < 700 and said.rstrip().endswith("."), said
    assert sorted(project.rglob("*")) == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("path", ["x" * 300, "dangling", "circle", "pipe", "/dev/null", "figures.xlsx/x"])
def test_no_output_folder_that_is_named_gives_a_traceback(project, path, capsys):
    before = sorted(project.rglob("*"))
    assert main(["run", "--out", path, "--lang", "en"]) in (1, 2)
    said = capsys.readouterr().err.splitlines()[-1]
    assert re.search(r": (this is not a folder|cannot be (written|read) \().*\.$", said)
    assert sorted(project.rglob("*")) == before


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="every name is a text here")
def test_a_file_whose_name_is_no_text_is_read_and_kept_with_marks(project):
    (project / "figures.xlsx").rename(project / "\udcff.xlsx")
    assert main(["run", "--workbook", "\udcff.xlsx", "--out", "results"]) == 0
    assert "�.xlsx" in json.loads((project / "results" / "run.json").read_text(encoding="utf-8"))["inputs"]


@pytest.mark.skipif(not hasattr(os, "setuid") or os.getuid() != 0, reason="only root can become somebody else")
def test_folders_that_may_not_be_searched_or_written_into(project, capfd):
    """As another user, in a process of its own."""
    for name, mode in (("closed", 0o600), ("fixed", 0o555)):
        (project / name).mkdir(mode=mode)
        (project / name / "indicators.yaml").write_text(YAML, encoding="utf-8")
        (project / name).chmod(mode)
    commands = (
        ["check", "closed/indicators.yaml"],
        ["check", "--workbook", "closed/x.xlsx"],
        ["compare", "closed", "."],
    )
    commands += (["run", "--out", "closed"], ["run", "--out", "closed/new"], ["run", "--out", "fixed"])
    commands += (["run", "--out", "fixed/new"], ["template", "--out", "fixed/t.xlsx"], ["init", "fixed/new"])
    for command in commands:
        child = os.fork()
        if child == 0:
            code = 9
            try:
                os.chmod(project, 0o755)
                for above in project.parents[:2]:
                    os.chmod(above, 0o755)
                os.setuid(65534)
                code = main([*command, "--lang", "en"])
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) in (1, 2), command
        said = capfd.readouterr().err.splitlines()[-1]
        assert re.search(r": cannot be (read|written) \(no permission\)\. [A-Z].*\.$", said), (command, said)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EMFILE, "", "x"), "too many files are open. Close other programs, or allow more open files"),
        (OSError(errno.ENOSPC, ""), "the disk is full. Free some space"),
        (MemoryError(), "there is not enough memory. Close other programs, or use fewer draws"),
    ],
)
def test_a_machine_that_has_no_more_of_something_is_told(error, said, monkeypatch, capsys):
    def exhausted(parsed, voice):
        raise error

    monkeypatch.setitem(COMMANDS, "schema", exhausted)
    assert main(["schema", "--lang", "en"]) == 1
    assert capsys.readouterr().err.startswith(f"The program cannot go on: {said}")


def test_any_other_error_of_the_system_is_a_fault_and_keeps_its_traceback(monkeypatch):
    def fault(parsed, voice):
        raise OSError(errno.EBADF, "")

    monkeypatch.setitem(COMMANDS, "schema", fault)
    with pytest.raises(OSError):
        main(["schema"])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits of a process")
@pytest.mark.parametrize("most", [5, 10])
def test_few_file_handles_are_enough_or_told(project, most):
    import resource

    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    command = [sys.executable, "-m", "indexcalc", "check", "--lang", "en"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, preexec_fn=limit, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or ("Traceback" not in done.stderr and "open" in done.stderr), done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="signals")
def test_an_interruption_while_the_program_is_loaded_has_no_traceback(project):
    """From the moment on that any of it is imported; before, it is Python that starts."""
    code = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job in the background is started deaf to it
        "class Interrupt:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == NAME:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        "from indexcalc.__main__ import main\n"
        "raise SystemExit(main())\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for name in (
        "indexcalc.cli",
        "indexcalc.voice",
        "tomllib",
        "yaml",
        "pydantic",
        "numpy",
        "indexcalc.report.folder.publish",
    ):
        given = [sys.executable, "-c", code.replace("NAME", repr(name)), "run", "--out", "results"]
        done = subprocess.run(given, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, "Traceback" in done.stderr) == (130, False), (name, done.stderr)
