"""The index under the other sets of weights and methods that the YAML names, each computed in full beside the chosen
one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Verdict, judge
from indexcalc.analysis.convergence import rank_correlations
from indexcalc.brief import Brief
from indexcalc.errors import ChoiceError, Problem
from indexcalc.spec.analyses import Scenario
from indexcalc.spec.claims import Claim
from indexcalc.steps.pipeline import build_index
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Scenarios(Brief):
    """The scenarios that can be computed, in the order of the YAML; arrays in the cities and years of the index.

    codes: (n_scenario,). score, rank: [scenario, city, year]; NaN where a scenario gives none. agreement: rank
    correlation (Spearman) with the chosen ranks of each year, [scenario, year]. verdicts: of the claims under each.
    notices: why a scenario is missing. indices: the index under each.
    """

    codes: tuple[str, ...]
    score: Array
    rank: Array
    agreement: Array
    verdicts: tuple[tuple[Verdict, ...], ...]
    notices: tuple[Problem, ...] = ()
    indices: tuple[IndexResult, ...] = ()


def scenarios(result: IndexResult, declared: Mapping[str, Scenario], claims: Sequence[Claim] = ()) -> Scenarios:
    """The index under each scenario: one build each, on the same figures.

    A scenario whose methods the figures forbid is left out, with the reason in `notices`.

    >>> import indexcalc as ic
    >>> framework = ic.Framework.model_validate({"indicators": {"a": {}, "b": {}}})
    >>> figures = np.array([[[80.0, 40.0]], [[30.0, 70.0]], [[20.0, 30.0]]])
    >>> panel = ic.Panel.from_values(("甲", "乙", "丙"), (2020,), ("a", "b"), figures)
    >>> index = ic.build_index(panel, framework, ic.Methodology().variant(normalisation="none"))
    >>> scenarios(index, {"more_b": Scenario(weights={"b": 3})}).rank[0, :, 0]
    array([2., 1., 3.])
    """
    made: dict[str, IndexResult] = {}
    notices = []
    for code, scenario in declared.items():
        framework, methodology = scenario.applied(result.framework, result.methodology)
        try:
            made[code] = build_index(result.panel, framework, methodology)
        except ChoiceError as refused:
            notices.append(Problem("scenario_refused", {"code": code, "reason": refused.problems[0]}))
    shape = (len(made), len(result.cities), len(result.years))
    score, rank, agreement = np.full(shape, np.nan), np.full(shape, np.nan), np.full((len(made), shape[2]), np.nan)
    for k, other in enumerate(made.values()):
        at = np.ix_([result.cities.index(city) for city in other.cities], range(shape[2]))
        score[k][at], rank[k][at] = other.score(), other.rank()
        for t in range(shape[2]):
            _, agreement[k, t], _ = rank_correlations(result.rank()[:, t], rank[k, :, t])
    verdicts = tuple(judge(other, claims) for other in made.values())
    return Scenarios(tuple(made), score, rank, agreement, verdicts, tuple(notices), tuple(made.values()))
