"""The pages of the site say what the program does: their commands and YAML blocks are run as a reader would run them.

On a page, a block ```sh holds commands, a block ```yaml whose first line is `# FILE` is that file, or `# FILE, at the
end` what is added to it, and a block ```text what the commands before it print: its lines in order, `...` for what is
left out between or within them. A command marked `# refused` (`# 会被拒绝`) ends with a message and exit code 1.
"""

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter

import pytest
from openpyxl import load_workbook

from indexcalc.methods import METHODS
from indexcalc.spec.schema import json_schema, keys
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
    if not page.startswith("tutorial"):
        without_pictures(monkeypatch)
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


def without_pictures(monkeypatch):
    """A run writes its tables; workbooks, page and charts, which it writes for the tutorial, take most of its time."""
    import indexcalc.run

    whole = indexcalc.run._write_parts

    def tables(run, folder, parts, *rest):
        return whole(run, folder, [part for part in parts if part == "tables" or len(parts) == 1], *rest)

    monkeypatch.setattr(indexcalc.run, "_write_parts", tables)


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
    assert code == (1 if line.endswith(("# refused", "# 会被拒绝")) else 0), f"{line}\n{printed}"
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


@pytest.mark.slow
def test_the_notebook_runs():
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    notebook = nbformat.read(DOCS / "notebook.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(DOCS)}}).execute()
    shown = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ())]
    assert sum("image/png" in output for output in shown) == 2
    assert sum("text/html" in output for output in shown) == 4


def test_the_notebook_is_kept_without_its_outputs():
    notebook = json.loads((DOCS / "notebook.ipynb").read_text(encoding="utf-8"))
    assert not any(cell.get("outputs") for cell in notebook["cells"])


def test_the_workbooks_of_the_tutorial_hold_the_figures_of_the_shipped_workbook():
    """`python docs/tutorial/build.py` writes them: the same figures in both, each as data/tidy has it."""
    spec = importlib.util.spec_from_file_location("tutorial_build", DOCS / "tutorial" / "build.py")
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    known, sheets = build.figures(), []
    for lang in ("zh", "en"):
        sheet = load_workbook(DOCS / "tutorial" / f"cities-{lang}.xlsx").active
        rows = [row for row in sheet.iter_rows(min_row=5, values_only=True) if row[1] is not None]
        sheets.append([row[1:] for row in rows])
        if lang == "zh":
            codes = [code for columns in build.COLUMNS.values() for code in columns]
            for city, year, *cells in rows:
                assert cells == [known.get((code, city, year), "—") for code in codes], (city, year)
    assert sheets[0] == sheets[1] and len(sheets[0]) == 52


@pytest.mark.slow
def test_the_site_is_built_without_a_dead_link(tmp_path):
    """In English and Chinese; every page of docs/ is a part of it, and nothing on it is fetched from elsewhere."""
    pytest.importorskip("mkdocs")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    for page in DOCS.glob("*.md"):
        name, _, chinese = page.stem.partition(".")
        built = tmp_path / ("zh" if chinese else "") / f"{name}.html"
        text = built.read_text(encoding="utf-8")
        assert f'<html lang="{chinese or "en"}"' in text
        fetched = re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?:https?:)?//', text)
        assert not fetched, page.name
        pictures = re.findall(r'<img[^>]+src="([^"]+)"', text)
        assert all((built.parent / picture).is_file() for picture in pictures), page.name
    chinese, english = (DOCS / f"trend{ending}.png" for ending in ("", ".en"))
    assert (tmp_path / "trend.zh.png").read_bytes() == chinese.read_bytes()
    assert (tmp_path / "trend.png").read_bytes() == english.read_bytes()
    assert (tmp_path / "zh" / "yaml.html").is_file()


def test_every_page_for_readers_is_in_both_languages():
    both = ("index", "tutorial", "recipes", "gallery", "comparison", "limits", "outputs", "robustness")
    assert {page.name for page in DOCS.glob("*.zh.md")} == {f"{name}.zh.md" for name in both}
    for name in both:
        counts = [
            Counter(kind for kind, _ in BLOCK.findall((DOCS / f"{name}{ending}.md").read_text(encoding="utf-8")))
            for ending in ("", ".zh")
        ]
        assert counts[0]["yaml"] == counts[1]["yaml"], name


def test_every_key_and_every_derivation_has_its_line_on_the_page_of_the_yaml():
    page = (DOCS / "yaml.md").read_text(encoding="utf-8")
    whole = json_schema()
    for model, properties in keys({**whole["$defs"], "Specification": whole}).items():
        for key, written in properties.items():
            assert written.get("description"), f"{model}.{key} has no words in words/*/schema.toml"
            assert f"| `{key}` |" in page, f"{model}.{key}"
    assert all(f"| `{name}` |" in page for name in METHODS["derivation"])
