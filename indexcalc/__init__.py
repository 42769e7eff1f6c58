"""indexcalc: composite indices of cities over years, from indicators in YAML and figures in a workbook.

>>> import indexcalc as ic
>>> framework = ic.load_framework("indicators.yaml")  # doctest: +SKIP
>>> methodology = ic.load_methodology("indicators.yaml")  # doctest: +SKIP
>>> panel = ic.read_workbook("data/cities.xlsx", framework)  # doctest: +SKIP
>>> ic.build_index(panel, framework, methodology).rankings()  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from indexcalc.choice import Choice
    from indexcalc.errors import ChoiceError, InputError, Problem
    from indexcalc.framework import Framework
    from indexcalc.methodology import Methodology
    from indexcalc.panel import Panel
    from indexcalc.pipeline import build_index
    from indexcalc.result import IndexResult
    from indexcalc.specification import Specification, load_framework, load_methodology, load_specification
    from indexcalc.workbook import read_workbook

_HOME = {
    "ChoiceError": "errors",
    "InputError": "errors",
    "Problem": "errors",
    "Framework": "framework",
    "Choice": "choice",
    "Methodology": "methodology",
    "Panel": "panel",
    "build_index": "pipeline",
    "IndexResult": "result",
    "Specification": "specification",
    "load_framework": "specification",
    "load_methodology": "specification",
    "load_specification": "specification",
    "read_workbook": "workbook",
}

__all__ = [
    "Choice",
    "ChoiceError",
    "Framework",
    "IndexResult",
    "InputError",
    "Methodology",
    "Panel",
    "Problem",
    "Specification",
    "build_index",
    "load_framework",
    "load_methodology",
    "load_specification",
    "read_workbook",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: `indexcalc --help` need not import numpy."""
    if name in ("analysis", "robustness"):
        return import_module(f"indexcalc.{name}")
    if name in _HOME:
        return getattr(import_module(f"indexcalc.{_HOME[name]}"), name)
    raise AttributeError(f"module 'indexcalc' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
