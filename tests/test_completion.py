"""The scripts with which a shell completes: every command and option is in them, and bash understands its own."""

import shutil
import subprocess

import pytest

from indexcalc.arguments import ARGUMENTS, COMMANDS
from indexcalc.cli import main
from indexcalc.completion import SHELLS, script
from indexcalc.voice import Voice


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_and_its_options_are_there(shell):
    text = script(shell, Voice("en"))
    for command, arguments in COMMANDS.items():
        heads = (f"  {command}) words=", f"'__fish_seen_subcommand_from {command}'")
        lines = [line for line in text.splitlines() if any(head in line for head in heads)]
        words = set(" ".join(lines).replace('"', " ").split())
        options = {flag for one in arguments for flag in ARGUMENTS[one][0].split() if flag.startswith("--")}
        assert {option.removeprefix("--" if shell == "fish" else "") for option in options} <= words, command


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        (["ro"], ["robustness"]),
        (["run", "--dr"], ["--draws"]),
        (["charts", "--only", "conv"], ["convergence"]),
        (["run", "--lang", ""], ["zh", "en"]),
        (["completion", "f"], ["fish"]),
    ],
)
def test_bash_completes_with_it(words, completed, tmp_path):
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    written = " ".join(f'"{word}"' for word in ["indexcalc", *words])
    lines = [script("bash", Voice("en")), f"COMP_WORDS=({written})", f"COMP_CWORD={len(words)}"]
    lines += ["_indexcalc", 'echo "${COMPREPLY[@]}"']
    done = subprocess.run([bash, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == completed and not done.stderr


def test_the_command_prints_the_script_and_another_shell_is_refused(capsys):
    assert main(["completion", "zsh", "--lang", "en"]) == 0
    assert capsys.readouterr().out == script("zsh", Voice("en"))
    assert main(["completion", "dos", "--lang", "en"]) == 2
