"""Arrows point down only: who may import whom, read off the source."""

import ast
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "indexcalc"
TESTS = ROOT / "tests"

# Modules without a test file of their own name, and where they are tested instead.
TESTED_ELSEWHERE = {
    "__main__.py": "one call; test_cli.py runs the program through it",
    "arguments.py": "test_cli.py: help and mistakes; test_docs.py: the whole help",
    "analysis/against.py": "analysis/test_explain.py: two cities",
    "analysis/named.py": "analysis/test_explain.py: cities, years and nodes by their names",
    "analysis/next_place.py": "analysis/test_explain.py: the smallest change that gains a place",
    "analysis/trace.py": "analysis/test_explain.py: from a cell to the index",
    "origin.py": "names of numbers; methods/test_imputation.py and steps/test_pipeline.py",
    "report/text/changes.py": "report/folder/test_record.py and serve/test_session.py: what they print of it",
    "report/text/methods.py": "test_cli.py: `indexcalc methods`",
    "report/start/imported.py": "figures/test_coin.py: what is written of an index that was read",
    "report/provenance.py": "report/tables/test_framework.py: the indicator and series tables",
    "robustness/aggregate.py": "robustness/test_engine.py: against the ordinary pipeline, draw by draw",
    "robustness/views.py": "robustness/test_engine.py: against the ordinary pipeline, draw by draw",
    "figures/openxml.py": "figures/test_grid.py: files of every kind, good, strange and damaged",
    "figures/plainbooks.py": "figures/test_grid.py: files of every kind, good, strange and damaged",
    "run.py": "test_cli.py: what the command line calls",
    "figures/sheet.py": "figures/test_grid.py: files of every kind, good, strange and damaged",
    "spec/compatible.py": "steps/test_checks.py and test_load.py: with figures and without",
    "spec/cross_checks.py": "test_load.py: files with one fault each",
    "spec/specification.py": "test_load.py: one model, whose parts have tests of their own",
    "spec/validation.py": "test_load.py: files with one fault each",
    "steps/indicators.py": "steps/test_pipeline.py: the steps only make sense in their order",
}


def name_of(path):
    """`indexcalc/methods/ranking.py` as `indexcalc.methods.ranking`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def statements(tree, module_level):
    """Import statements; at module level, only those that run when the module is imported."""
    if not module_level:
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
        return
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.dump(node.test):
            yield from statements(ast.Module(node.body + node.orelse, []), True)
        elif isinstance(node, ast.Try):
            yield from statements(ast.Module(node.body, []), True)


def imports(name, *, module_level=False):
    """The modules that a module imports, as full names; `from package import module` is the module."""
    found = set()
    for node in statements(ast.parse(MODULES[name].read_text(encoding="utf-8")), module_level):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
            continue
        assert node.level == 0, f"{name}: imports are written in full"
        for alias in node.names:
            inner = f"{node.module}.{alias.name}"
            found.add(inner if inner in MODULES else node.module)
    return found


def below(name, *packages):
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def top(name):
    return name.partition(".")[0]


REGISTRY = {"METHODS", "Method"}
"""What of the kernels a report may know: their names and docstrings."""
KERNELS = [name for name in MODULES if below(name, "indexcalc.methods")]


@pytest.mark.parametrize("name", KERNELS)
def test_kernels_know_numpy_and_each_other_only(name):
    """No city, no file, no pandas."""
    foreign = {
        other
        for other in imports(name)
        if top(other) not in sys.stdlib_module_names | {"numpy", "scipy"}
        and not below(other, "indexcalc.methods", "indexcalc.origin")
    }
    assert not foreign


GROUND = tuple(f"indexcalc.{name}" for name in ("brief", "errors", "interruption", "origin", "paths", "voice", "words"))
ROOMS = tuple(f"indexcalc.{name}" for name in ("methods", "spec", "figures", "steps", "analysis", "robustness"))
"""From the kernels up: each room may import those before it, itself and the ground."""


@pytest.mark.parametrize("name", [name for name in MODULES if below(name, *ROOMS)])
def test_each_room_knows_only_those_below_it(name):
    own = next(k for k, room in enumerate(ROOMS) if below(name, room))
    known = (*GROUND, *ROOMS[: own + 1])
    assert not {other for other in imports(name) if top(other) == "indexcalc" and not below(other, *known)}


def test_the_panel_knows_no_framework():
    reached, waiting = set(), ["indexcalc.figures.panel"]
    while waiting:
        name = waiting.pop()
        if name in MODULES and name not in reached:
            reached.add(name)
            waiting += imports(name, module_level=True)
    assert reached == {f"indexcalc.{name}" for name in ("figures.panel", "brief", "errors", "origin", "voice")}


@pytest.mark.parametrize("name", [name for name in MODULES if below(name, "indexcalc.report")])
def test_a_report_computes_nothing(name):
    assert not {
        other for other in imports(name) if below(other, "indexcalc.steps.pipeline", "indexcalc.steps.indicators")
    }
    assert not {
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and below(node.module or "", "indexcalc.methods", "indexcalc.robustness")
        for alias in node.names
        if alias.name not in REGISTRY and node.module != "indexcalc.robustness.result"
    }


# What a person or a program enters by: the package, the command line, a run, the charts of a notebook.
DOORS = (
    "indexcalc",
    *(f"indexcalc.{door}" for door in ("__main__", "arguments", "charts", "cli", "completion", "run")),
)


@pytest.mark.parametrize("name", [name for name in MODULES if not below(name, "indexcalc.report", "indexcalc.serve")])
def test_nothing_below_knows_the_report_or_the_command_line(name):
    if name in DOORS:
        return
    above = ("indexcalc.report", "indexcalc.cli", "indexcalc.run", "indexcalc.serve")
    assert not {other for other in imports(name) if below(other, *above)}


@pytest.mark.parametrize("name", [name for name in MODULES if below(name, "indexcalc.report", "indexcalc.run")])
def test_only_the_command_line_knows_the_live_page(name):
    assert not {other for other in imports(name) if below(other, "indexcalc.serve")}


def test_only_the_workbook_knows_excels_cells():
    outside = {name for name in MODULES if not below(name, "indexcalc.report")}
    assert {name for name in outside if any(top(o) == "openpyxl" for o in imports(name))} == {
        "indexcalc.figures.openxml",
        "indexcalc.figures.sheet",
        "indexcalc.figures.table",
    }


def test_there_is_no_import_circle():
    graph = {name: imports(name, module_level=True) & set(MODULES) for name in MODULES}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_pandas_is_imported_where_it_is_used():
    """Labels live at the borders; and `indexcalc --help` need not wait for pandas."""
    eager = {name for name in MODULES if any(top(other) == "pandas" for other in imports(name, module_level=True))}
    assert {name for name in eager if not below(name, "indexcalc.report", "indexcalc.analysis")} == set()


def test_the_tests_mirror_the_package():
    """methods/ranking.py in methods/test_ranking.py; of a folder of many alike, in report/charts/test_catalogue.py."""
    modules = {path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"}
    mirrored = {
        module
        for module in modules
        if (TESTS / module.parent / f"test_{module.name}").is_file()
        or (module.parent.name and (TESTS / module.parent.parent / f"test_{module.parent.name}.py").is_file())
    }
    excepted = {module for module in modules if module.as_posix() in TESTED_ELSEWHERE}
    assert not sorted(map(str, modules - mirrored - excepted))
    assert len(excepted) == len(TESTED_ELSEWHERE), "an exception names no module"
    assert not mirrored & excepted, "an exception is no longer needed"


def test_every_file_of_the_package_is_in_the_wheel():
    """Templates, styles and scripts too: setuptools takes only what package-data names."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    named = {path for pattern in settings["package-data"]["indexcalc"] for path in PACKAGE.glob(pattern)}
    there = {path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}
    assert there == named
