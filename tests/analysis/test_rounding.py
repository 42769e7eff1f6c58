"""Whether ranks hinge on how a half is rounded."""

import pytest

from indexcalc.analysis.rounding import halves_decide
from tests.conftest import build, make_framework, make_panel


@pytest.mark.parametrize(
    ("scores", "decimals", "decide"),
    [
        ([2.5, 3.0], 0, True),  # 2 and 3, or both 3
        ([1.5, 2.0], 0, False),  # 2 either way
        ([2.5, 3.0], 9, False),
        ([2.25, 2.3, 2.6], 1, True),
    ],
)
def test_a_half_between_two_decimals(scores, decimals, decide):
    choices = {"normalisation": "none", "rank_on": {"decimals": decimals}}
    result = build(make_panel({"a": scores}, years=(2019,)), make_framework(indicators={"a": {}}), **choices)
    assert halves_decide(result) is decide
