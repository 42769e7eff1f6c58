"""indexcalc: composite indices of cities over years, from indicators in YAML and figures in a workbook.

>>> import indexcalc as ic
>>> run = ic.compute("indicators.yaml", draws=0)
>>> run
Computed(IndexResult(13 cities, 6 years, 28 indicators; 2022: 1 北京, 2 上海, 3 深圳))
>>> run.result.rankings().shape
(78, 7)
>>> ic.write_results(run, "reports")  # doctest: +SKIP
"""

TYPE_CHECKING = False  # `typing` is not loaded: Ctrl-C ends in a sentence only after this import

__version__ = "0.2.0"

if TYPE_CHECKING:
    from typing import Any

    from indexcalc.computed import Computed
    from indexcalc.errors import ChoiceError, InputError, Problem
    from indexcalc.figures.panel import Panel
    from indexcalc.figures.workbook import read_workbook
    from indexcalc.load import load_framework, load_methodology, load_specification
    from indexcalc.run import compute, write_results
    from indexcalc.spec.choice import Choice
    from indexcalc.spec.framework import Framework
    from indexcalc.spec.methodology import Methodology
    from indexcalc.spec.specification import Specification
    from indexcalc.steps.pipeline import build_index
    from indexcalc.steps.result import IndexResult
    from indexcalc.voice import Voice

_HOME = {
    "ChoiceError": "errors",
    "InputError": "errors",
    "Problem": "errors",
    "Framework": "spec.framework",
    "Choice": "spec.choice",
    "Computed": "computed",
    "Methodology": "spec.methodology",
    "Panel": "figures.panel",
    "build_index": "steps.pipeline",
    "IndexResult": "steps.result",
    "compute": "run",
    "write_results": "run",
    "Voice": "voice",
    "Specification": "spec.specification",
    "load_framework": "load",
    "load_methodology": "load",
    "load_specification": "load",
    "read_workbook": "figures.workbook",
}

__all__ = [
    "Choice",
    "ChoiceError",
    "Computed",
    "Framework",
    "IndexResult",
    "InputError",
    "Methodology",
    "Panel",
    "Problem",
    "Specification",
    "Voice",
    "build_index",
    "compute",
    "load_framework",
    "load_methodology",
    "load_specification",
    "read_workbook",
    "write_results",
]


def __getattr__(name: str) -> "Any":
    """Load a public name when it is first used, so that `indexcalc --help` need not import numpy."""
    from importlib import import_module

    if name in ("analysis", "charts", "robustness"):
        return import_module(f"indexcalc.{name}")
    if name in _HOME:
        return getattr(import_module(f"indexcalc.{_HOME[name]}"), name)
    raise AttributeError(f"module 'indexcalc' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
