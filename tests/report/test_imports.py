"""A report says what was found: it calls no kernel and makes no draw of its own."""

import ast
from inspect import isclass

import pytest

from indexcalc.robustness import result as found
from tests.test_architecture import MODULES, below

REPORTS = [name for name in MODULES if below(name, "indexcalc.report")]
COMPUTING = ("indexcalc.methods", "indexcalc.robustness", "indexcalc.combine", "indexcalc.checks")
ALLOWED = {
    "indexcalc.methods": {"METHODS", "Method"},  # which methods there are, and what they are called
    "indexcalc.robustness.result": {name for name, value in vars(found).items() if isclass(value)},
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_imports_no_kernel_and_nothing_that_draws(name):
    imports = [
        (node.module, alias.name) if isinstance(node, ast.ImportFrom) else (alias.name, "")
        for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom | ast.Import)
        for alias in node.names
    ]
    assert not [
        (module, taken)
        for module, taken in imports
        if (below(module, *COMPUTING) or below(f"{module}.{taken}", *COMPUTING))
        and taken not in ALLOWED.get(module, set())
    ]
