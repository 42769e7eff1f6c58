"""The command: its address, its port, its end."""

import os
import signal
import subprocess
import sys

import httpx
import pytest

from indexcalc.cli import main
from indexcalc.errors import InputError
from indexcalc.serve.command import listening
from tests.conftest import ROOT
from tests.serve import small


def test_the_socket_is_of_this_machine_alone():
    with listening(0) as listener:
        host, port = listener.getsockname()
        assert host == "127.0.0.1" and port > 0


def test_a_port_in_use_is_told():
    with listening(0) as listener:
        listener.listen()
        with pytest.raises(InputError) as found:
            listening(listener.getsockname()[1])
    assert "another program uses it" in found.value.text("en")


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_told(tmp_path, port, capsys):
    assert main(["serve", str(small(tmp_path)), "--port", port, "--lang", "en"]) == 2
    assert "0 to 65,535" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told(tmp_path, capsys):
    assert main(["serve", str(tmp_path / "none.yaml"), "--lang", "en", "--no-open"]) == 1
    assert "none.yaml" in capsys.readouterr().err


def test_packages_that_are_not_installed_are_named(tmp_path, capsys, monkeypatch):
    import importlib.util

    there = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "starlette" else there(name))
    assert main(["serve", str(small(tmp_path)), "--lang", "en"]) == 1
    said = capsys.readouterr().err
    assert "starlette" in said and "pip install 'indexcalc[serve]'" in said


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Ctrl-C as Unix sends it")
def test_ctrl_c_ends_it_cleanly_even_while_a_page_is_open_and_draws_are_made(tmp_path):
    yaml = small(tmp_path)
    program = [sys.executable, "-m", "indexcalc", "serve", str(yaml), "--no-open", "--lang", "en", "--draws", "3000000"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(program, cwd=ROOT, **pipes, start_new_session=True) as served:
        served.stdout.readline()
        address = served.stdout.readline().strip()
        with httpx.stream("GET", f"{address}events", timeout=60) as events:
            assert next(events.iter_lines()) == "data: page"
            assert httpx.get(address, timeout=60).status_code == 200
            os.killpg(served.pid, signal.SIGINT)  # as a terminal does, to all of them
            code = served.wait(60)
        assert (code, served.stderr.read()) == (0, "")
