"""The pages of the site say what the program does: their commands and YAML blocks are run as a reader would run them.

On a page, a block ```sh holds commands, a block ```yaml whose first line is `# FILE` is that file, or `# FILE, at the
end` what is added to it, and a block ```text what the commands before it print: its lines in order, `...` for what is
left out between or within them. A command marked `# refused` ends with a message and exit code 1.
"""

import re
import shlex
import shutil

import pytest

from indexcalc.methods import METHODS
from indexcalc.schema import json_schema, keys
from tests.conftest import ROOT

DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
FILE = re.compile(r"# ([\w./-]+)(, at the end|，末尾)?\n")
SHARE = re.compile(r"\d+(?:\.\d+)?(?=%)")
SETTING_UP = ("python3", ".", "pip")
RUN = [f"{page}{ending}.md" for page in ("tutorial", "recipes") for ending in ("", ".zh")]


@pytest.mark.slow
@pytest.mark.parametrize("page", RUN)
def test_what_a_page_tells_to_do_does_what_it_says(page, tmp_path, monkeypatch, capsys):
    """Shares of draws may differ by a point: another machine may settle a tie otherwise."""
    text = (DOCS / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((tutorial/[\w.-]+)\)", text):
        shutil.copy(DOCS / target, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("INDEXCALC_LANG", "zh")
    printed = ""
    for kind, block in BLOCK.findall(text):
        if kind == "yaml":
            write(tmp_path.cwd(), block)
        elif kind == "sh":
            printed = "".join(follow(line, monkeypatch, capsys) for line in block.splitlines())
        else:
            assert kind == "text", f"a block of kind {kind} would not be tested"
            compare(block, printed)


def write(folder, block):
    found = FILE.match(block)
    assert found, f"no file is named by {block[:60]!r}"
    with (folder / found[1]).open("a" if found[2] else "w", encoding="utf-8") as file:
        file.write(f"\n{block[found.end() :]}" if found[2] else block)


def follow(line, monkeypatch, capsys):
    """What a command prints, on the screen and beside it."""
    from indexcalc.cli import main

    words = shlex.split(line, comments=True)
    if not words or words[0] in SETTING_UP:
        return ""
    if words[0] == "export":
        monkeypatch.setenv(*words[1].split("=", 1))
        return ""
    if words[0] == "cd":
        monkeypatch.chdir(words[1])
        return ""
    assert words[0] == "indexcalc", line
    try:
        code = main(words[1:])
    except SystemExit as ended:
        code = ended.code or 0
    captured = capsys.readouterr()
    printed = f"{captured.err}\n{captured.out}\n"
    assert code == (1 if line.endswith("# refused") else 0), f"{line}\n{printed}"
    return printed


def compare(block, printed):
    lines = iter(printed.splitlines())
    for expected in block.splitlines():
        if expected.strip() == "...":
            continue
        parts = [re.escape(part) for part in SHARE.sub("%", expected.strip()).split("...")]
        wanted, near = re.compile(".*".join(parts)), [float(share) for share in SHARE.findall(expected)]
        for line in lines:
            if wanted.fullmatch(SHARE.sub("%", line.strip())):
                found = [float(share) for share in SHARE.findall(line)]
                assert "..." in expected or found == pytest.approx(near, abs=1.0), f"{expected}\n{line}"
                break
        else:
            raise AssertionError(f"not printed (in this order): {expected}\n\n{printed}")


def test_every_key_and_every_derivation_has_its_line_on_the_page_of_the_yaml():
    page = (DOCS / "yaml.md").read_text(encoding="utf-8")
    whole = json_schema()
    for model, properties in keys({**whole["$defs"], "Specification": whole}).items():
        for key, written in properties.items():
            assert written.get("description"), f"{model}.{key} has no words in words/*/schema.toml"
            assert f"| `{key}` |" in page, f"{model}.{key}"
    assert all(f"| `{name}` |" in page for name in METHODS["derivation"])
