"""`indexcalc run --watch`: computes again after each save, tells what is wrong, ends with Ctrl-C."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from indexcalc.cli import main
from tests.conftest import ROOT
from tests.serve import change, small


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Ctrl-C as Unix sends it")
def test_run_watch_computes_again_after_each_save_and_tells_what_is_wrong(tmp_path):
    yaml, out = small(tmp_path), tmp_path / "out"
    program = [sys.executable, "-m", "indexcalc", "run", str(yaml), "--watch", "--out", str(out), "--draws", "0"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "encoding": "utf-8"}
    with subprocess.Popen([*program, "--lang", "en"], cwd=ROOT, **pipes) as watched:
        told = threading.Timer(120, watched.kill)
        told.start()

        def until_waiting():
            lines = []
            while not lines or not lines[-1].startswith("Waiting for "):
                lines.append(watched.stdout.readline())
                assert lines[-1], "".join(lines)
            return "".join(lines)

        first = until_waiting()
        assert "Small index" in first and "figures.xlsx" in first.splitlines()[-1]
        change(yaml, "weight: 2", "weight: 0.1")
        assert "ranks in 2021 that moved: 甲 3→1, 乙 1→2, 丙 2→3" in until_waiting()
        kept = (out / "run.json").read_bytes()
        change(yaml, "negative", "negitive")
        assert "Did you mean 'negative'" in until_waiting()
        assert (out / "run.json").read_bytes() == kept
        change(yaml, "negitive", "negative")
        assert "nothing changed" in until_waiting()
        watched.send_signal(signal.SIGINT)
        assert watched.wait(60) == 0
        told.cancel()


def test_a_wrong_command_or_a_file_that_is_not_there_is_not_waited_for(tmp_path, capsys):
    yaml, out = small(tmp_path), ["--lang", "en", "--out", str(tmp_path / "out")]
    assert main(["run", str(yaml), "--watch", "--weight", "nobody=1", *out]) == 2
    assert main(["run", str(tmp_path / "none.yaml"), "--watch", *out]) == 1
    assert "nobody" in capsys.readouterr().err


def test_watch_needs_its_package(tmp_path, capsys, monkeypatch):
    import importlib.util

    there = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "watchfiles" else there(name))
    assert main(["run", str(small(tmp_path)), "--watch", "--lang", "en", "--out", str(tmp_path / "out")]) == 1
    assert "watchfiles" in capsys.readouterr().err and not (tmp_path / "out").exists()
