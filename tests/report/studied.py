"""A small index with every analysis of robustness that can be asked for, for the tests of whatever shows one."""

from functools import cache

from indexcalc.computed import Computed
from indexcalc.robustness.study import study
from indexcalc.spec.claims import InTop
from indexcalc.spec.uncertainty import Uncertainty
from tests.conftest import build, make_framework, make_panel

MIN_MAX = {"method": "min_max", "lower": 1, "upper": 100}
OPTIONS = Uncertainty.model_validate(
    {
        "weights": {"spread": 0.5},
        "normalisation": [MIN_MAX, {"method": "percentile_rank", "lower": 1, "upper": 100}],
        "reference": ["pooled", "year"],
        "aggregation": ["arithmetic", "geometric"],
        "leave_out": ["indicator"],
    }
)
CLAIMS = (InTop(kind="in_top", cities=("甲", "乙"), n=2, years=(2021,)),)
NAMES = {code: {"name": {"zh": f"指标{code}", "en": f"Indicator {code}"}} for code in "abcd"}


@cache
def plain() -> Computed:
    """The index without any of them."""
    result = build(make_panel(), make_framework(indicators=NAMES), normalisation=MIN_MAX)
    return Computed.of(result, claims=CLAIMS, uncertainty=OPTIONS)


@cache
def studied() -> Computed:
    """With all of them, of few draws."""
    return plain().with_study(study(plain().result, CLAIMS, OPTIONS, draws=1024))
