"""Whether the way halves are rounded before ranking matters."""

from __future__ import annotations

import numpy as np

from indexcalc.methods.aggregation import round_half
from indexcalc.steps.combine import rank
from indexcalc.steps.result import IndexResult


def halves_decide(result: IndexResult) -> bool:
    """Whether any rank would differ if halves were rounded away from 0, as on paper and in spreadsheets; for ranking
    they are rounded to the even digit.

    >>> import indexcalc as ic
    >>> framework = ic.Framework.model_validate({"indicators": {"x": {}}})
    >>> panel = ic.Panel.from_columns("AB", [2020] * 2, {"x": [2.5, 3.0]})
    >>> whole = ic.Methodology.model_validate({"normalisation": "none", "rank_on": {"decimals": 0}})
    >>> halves_decide(ic.build_index(panel, framework, whole))
    True
    """
    decimals = result.methodology.rank_on.decimals
    half_up = rank(round_half(result.scores, decimals), result.methodology)
    return not np.array_equal(half_up, result.ranks, equal_nan=True)
