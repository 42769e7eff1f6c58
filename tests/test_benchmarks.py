"""The benchmarks still fit the package: what they import from it is there, also in the programs that they start."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

BENCHMARKS = sorted((Path(__file__).resolve().parent.parent / "benchmarks").glob("*.py"))


def programs(path):
    """The code of a benchmark, and of the programs that it holds as texts."""
    yield path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"^import ", node.value, re.M):
            yield node.value


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: path.name)
def test_what_a_benchmark_imports_is_there(path):
    found = [node for code in programs(path) for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)]
    own = [node for node in found if node.module.split(".")[0] == "indexcalc"]
    missing = [
        f"{node.module}.{alias.name}"
        for node in own
        for alias in node.names
        if not hasattr(import_module(node.module), alias.name)
    ]
    assert not missing


def test_programs_in_texts_are_found():
    assert [len(list(programs(path))) for path in BENCHMARKS if path.name == "run.py"] == [4]
