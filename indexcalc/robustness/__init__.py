"""How sure an index is: its ranks and claims over many defensible methodologies, and over all weights within bounds.

From Python: `import indexcalc as ic`, then `ic.robustness.uncertainty(panel, framework, methodology, claims, options)`,
likewise `sensitivity` and `alternatives`; and, of one result, `ic.robustness.rank_bounds(result, weights)` and
`ic.robustness.smallest_changes(result, claims)`. No module has the name of a function: it would hide it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "bounds": ("rank_bounds",),
    "monte_carlo": ("uncertainty", "draw"),
    "one_by_one": ("alternatives",),
    "smallest_change": ("smallest_changes",),
    "sobol": ("sensitivity",),
}
_MODULE = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_MODULE)


def __getattr__(name: str) -> Any:
    """Load an analysis when it is first asked for."""
    if name in _MODULE:
        return getattr(import_module(f"indexcalc.robustness.{_MODULE[name]}"), name)
    raise AttributeError(f"module 'indexcalc.robustness' has no attribute '{name}'")
