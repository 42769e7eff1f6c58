"""The kernels: pure numpy on arrays, no city, no file, no pandas.

One module per step of the OECD/JRC Handbook. A method is one function decorated with `method(step)`: its name is the
name in the YAML, its keyword-only arguments are the parameters there, its docstring is its documentation.
"""

from indexcalc.methods import (
    aggregation,
    derivation,
    direction,
    imputation,
    missing,
    normalisation,
    transform,
    treatment,
    weighting,
)
from indexcalc.methods.registry import METHODS, Method, get_method

__all__ = [
    "METHODS",
    "Method",
    "aggregation",
    "derivation",
    "direction",
    "get_method",
    "imputation",
    "missing",
    "normalisation",
    "transform",
    "treatment",
    "weighting",
]
