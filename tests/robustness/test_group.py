"""Groups of draws are scored together where they share a tree, and have the scores that each has by itself."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.robustness import group
from indexcalc.robustness.design import design
from indexcalc.robustness.engine import Engine
from indexcalc.spec.uncertainty import Uncertainty
from tests.conftest import make_framework, make_methodology, make_panel
from tests.robustness.test_engine import POSITIVE, TREE

MANY = {"reference": ["pooled", "year"], "lower": [1, 10], "aggregation": ["arithmetic", "geometric"]}
GAPS = {"imputation": ["linear", "linear_inside"], "missing": ["renormalise"]}
FORBIDDEN = {"reference": ["pooled", {"base": 2019}], "aggregation": ["arithmetic", "geometric"]}


@pytest.mark.parametrize(
    ("options", "removes"),
    [
        ({**MANY, "leave_out": ["indicator"]}, True),
        ({**MANY, **GAPS, "leave_out": ["indicator"]}, False),
        ({**MANY, **GAPS, "imputed": True}, False),
        ({**MANY, **GAPS, "leave_out": ["city"]}, False),
        ({**FORBIDDEN, **GAPS, "leave_out": ["city"]}, True),
        ({**FORBIDDEN, **GAPS, "missing": ["propagate"]}, True),
    ],
)
def test_groups_scored_together_have_the_scores_that_each_has_by_itself(monkeypatch, options, removes):
    random = np.random.default_rng(5)
    drawn = random.uniform(1.0, 100.0, (5, 6, 3))
    drawn[:, 1:][random.random((5, 5, 3)) < 0.1] = np.nan
    panel = make_panel(dict(zip("abcde", drawn, strict=True)), cities=[f"city{i}" for i in range(6)])
    methodology = make_methodology(normalisation=POSITIVE)
    declared = Uncertainty.model_validate({"weights": {"spread": 0.4}, **options})
    made = design(panel, make_framework(dimensions=TREE), methodology, declared)
    sample, pairs = made.block(0, 200), [(0, 1), (1, 2), (0, 2)]
    numbers = []
    kept = group._score_together
    monkeypatch.setattr(
        group, "_score_together", lambda several, into: numbers.append(len(several)) or kept(several, into)
    )
    together = Engine(made).score(sample, pairs)
    assert numbers and min(numbers) > 1
    monkeypatch.setattr(group, "TOGETHER", 1)
    alone = Engine(made).score(sample, pairs)
    assert_allclose(together.scores, alone.scores, rtol=1e-12)
    assert bool(alone.removed) == removes
    assert len(together.removed) == len(alone.removed)
    for one, other in zip(together.removed, alone.removed, strict=True):
        assert_array_equal(one.draws, other.draws)
        assert (one.problem.key, one.options) == (other.problem.key, other.options)
    assert together.alike.keys() == alone.alike.keys()
    for pair, ends in alone.alike.items():
        assert_array_equal(together.alike[pair].cities, ends.cities)
        assert_allclose(together.alike[pair].before, ends.before, rtol=1e-12)
        assert_allclose(together.alike[pair].after, ends.after, rtol=1e-12)
