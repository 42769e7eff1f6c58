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

    from indexcalc.choice import Choice
    from indexcalc.computed import Computed
    from indexcalc.errors import ChoiceError, InputError, Problem
    from indexcalc.framework import Framework
    from indexcalc.methodology import Methodology
    from indexcalc.panel import Panel
    from indexcalc.pipeline import build_index
    from indexcalc.result import IndexResult
    from indexcalc.run import compute, write_results
    from indexcalc.specification import Specification, load_framework, load_methodology, load_specification
    from indexcalc.voice import Voice
    from indexcalc.workbook import read_workbook

_HOME = {
    "ChoiceError": "errors",
    "InputError": "errors",
    "Problem": "errors",
    "Framework": "framework",
    "Choice": "choice",
    "Computed": "computed",
    "Methodology": "methodology",
    "Panel": "panel",
    "build_index": "pipeline",
    "IndexResult": "result",
    "compute": "run",
    "write_results": "run",
    "Voice": "voice",
    "Specification": "specification",
    "load_framework": "specification",
    "load_methodology": "specification",
    "load_specification": "specification",
    "read_workbook": "workbook",
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
