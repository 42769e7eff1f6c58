"""Ctrl-C has no traceback, from the first line of the program to Python's own end.

Not after a while, which would hit something else on each machine: as the N-th import begins, or as Python ends. Before
the program's first line (`site`, what an editable installation puts there, `runpy`) it is Python that answers.
"""

import os
import signal
import subprocess
import sys
import threading
from functools import cache

import pytest

from indexcalc.interruption import interruptible, unmistaken
from tests.conftest import ROOT
from tests.serve import small

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="Ctrl-C as Unix sends it"),
]
FIRST = "indexcalc.cli"
"""The first import of ours after that of the module in which the program begins."""

CUSTOM = f"""
import atexit, os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background is started deaf to it
at, own, begun, seen = os.environ["INTERRUPT_AT"], os.getpid(), False, 0
def interrupt():
    if os.getpid() == own:
        os.kill(own, signal.SIGINT)
def imported(event, details):
    global begun, seen
    if event == "import" and (begun or details[0] == {FIRST!r}):
        begun, seen = True, seen + 1
        if str(seen) == at:
            interrupt()
def count():
    if os.getpid() == own:
        with open(os.environ["IMPORTS"], "w") as file:
            file.write(str(seen))
sys.addaudithook(imported)
atexit.register(interrupt if at == "end" else count)
"""


@pytest.fixture
def interrupted(tmp_path):
    return interruptions(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What a command gives that is not interrupted."""
    return cache(lambda *command: interruptions(tmp_path_factory.mktemp("whole"))("never", *command))


def interruptions(folder):
    """Run the program with an interruption at a point; gives exit code, output, what it told on stderr, imports."""
    (folder / "sitecustomize.py").write_text(CUSTOM, encoding="utf-8")
    yaml = small(folder)
    counted = folder / "imports"

    def run(at, command, *options):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT)))}
        environment |= {"INTERRUPT_AT": str(at), "IMPORTS": str(counted), "INDEXCALC_LANG": "en"}
        program = [sys.executable, "-m", "indexcalc", command, str(yaml), *options]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
        with subprocess.Popen(program, env=environment, cwd=folder, start_new_session=True, **pipes) as process:
            late = threading.Timer(120, process.kill)
            late.start()
            first = []
            if command == "serve" or "--watch" in options:  # it ends with Ctrl-C only
                for line in process.stdout:
                    first.append(line)
                    if "http:" in line or line.startswith("Waiting for "):
                        os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to all of them
                        break
            out, err = process.communicate()
            late.cancel()
        imports = int((counted.read_text() if counted.exists() else "") or 0)  # empty where it ended as it counted
        counted.unlink(missing_ok=True)
        told = [line for line in err.splitlines() if not line.startswith("Read ")]  # what was read of the workbook
        return process.returncode, "".join(first) + out, told, imports

    return run


ONCE = ("run", "--draws", "0")
UNTIL_INTERRUPTED = [("run", "--draws", "0", "--watch"), ("serve", "--no-open")]


@pytest.mark.parametrize(("command", "points"), [(ONCE, 12), *((one, 5) for one in UNTIL_INTERRUPTED)])
def test_an_interruption_as_anything_is_imported_ends_in_a_sentence_or_in_silence(command, points, interrupted, whole):
    code, _, told, imports = whole(*command)
    assert (code, told) == (0, [])
    assert imports > 10 * points
    for k in range(points):
        at = 1 + k * (imports - 1) // (points - 1)
        code, out, told, _ = interrupted(at, *command)
        assert "Traceback" not in out, (at, out)
        assert told in ([], ["Interrupted; earlier results are untouched."]), (at, told)
        if command == ONCE and 2 * k < points:
            assert code == 130, (at, code, told)
        else:  # what waits for Ctrl-C may have been reached, or all be done
            assert code in (130, 0, -signal.SIGINT), (at, code, told)


@pytest.mark.parametrize("command", [ONCE, *UNTIL_INTERRUPTED], ids=" ".join)
def test_an_interruption_as_python_ends_loses_nothing_of_the_answer(command, interrupted, whole):
    code, out, told, _ = whole(*command)
    assert (code, told) == (0, [])
    code, again, told, _ = interrupted("end", *command)
    assert (code, told) == (-signal.SIGINT, [])
    assert len(again.splitlines()) == len(out.splitlines())


def test_a_job_in_the_background_stays_deaf_to_it(interrupted, tmp_path):
    custom = (tmp_path / "sitecustomize.py").read_text(encoding="utf-8")
    (tmp_path / "sitecustomize.py").write_text(
        custom.replace("signal.default_int_handler", "signal.SIG_IGN"), encoding="utf-8"
    )
    code, out, told, imports = interrupted(100, *ONCE)
    assert (code, told) == (0, []) and imports > 100 and "Small index" in out


def test_what_a_package_makes_of_an_interruption_is_one_again():
    with pytest.raises(KeyboardInterrupt), interruptible(), unmistaken():
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as interruption:
            raise ValueError("error building a validator") from interruption
    with pytest.raises(ValueError, match="of its own"), interruptible(), unmistaken():  # and an error stays one
        raise ValueError("of its own")
