"""What an IndexResult says, beyond its scores and ranks.

From Python: `import indexcalc as ic`, then `ic.analysis.lens(result, "stage")`, `ic.analysis.structure(result)`, ...
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_HOME = {
    "against": ("against",),
    "contributions": (
        *("score_contributions", "change_contributions", "gap_contributions", "dimension_contributions"),
        *("overtakings", "overtaking_contributions"),
    ),
    "claims": ("hold", "verdicts"),
    "convergence": ("convergence",),
    "explain": ("explain",),
    "influence": ("influence",),
    "integration": ("integration",),
    "lenses": ("lens",),
    "obstacles": ("obstacles",),
    "regressions": ("regressions",),
    "structure": ("structure",),
    "trace": ("trace",),
    "treatment": ("treated_indicators", "treatment_table"),
    "yardsticks": ("yardsticks",),
}
_MODULE = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_MODULE)


def __getattr__(name: str) -> Any:
    """Load an analysis when it is first used."""
    if name in _MODULE:
        return getattr(import_module(f"indexcalc.analysis.{_MODULE[name]}"), name)
    raise AttributeError(f"module 'indexcalc.analysis' has no attribute '{name}'")


class _Package(ModuleType):
    """Some functions have the name of their module, which would hide them once it is loaded; the name means the
    function."""

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        return getattr(found, name) if isinstance(found, ModuleType) and name in _MODULE else found


sys.modules[__name__].__class__ = _Package
