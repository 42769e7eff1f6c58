"""Every analysis of a result as tidy tables, by the name of its file; and what could not be analysed, told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from indexcalc.analysis.contributions import (
    change_contributions,
    overtaking_contributions,
    overtakings,
    score_contributions,
)
from indexcalc.analysis.convergence import convergence
from indexcalc.analysis.integration import integration
from indexcalc.analysis.lenses import lens
from indexcalc.analysis.obstacles import obstacles
from indexcalc.analysis.structure import structure
from indexcalc.analysis.yardsticks import yardsticks
from indexcalc.errors import IndexcalcError, Problem
from indexcalc.result import IndexResult
from indexcalc.specification import Specification

if TYPE_CHECKING:
    import pandas as pd

Tables = dict[str, "pd.DataFrame"]
Told = tuple[Tables, tuple[Problem, ...]]


def analysis_tables(
    result: IndexResult, specification: Specification
) -> tuple[Tables, tuple[Problem, ...], tuple[Problem, ...]]:
    """Tables by name, as `lens_stage_growth`; what to know when reading them; and what this methodology refuses."""
    analyses: list[Callable[[], Told]] = [
        lambda: _structure(result),
        lambda: _contributions(result),
        lambda: _changes(result),
        lambda: _overtakings(result),
        *(lambda code=code: _lens(result, code) for code in result.framework.lenses),
        lambda: _integration(result, specification),
        lambda: _obstacles(result),
        lambda: _convergence(result),
    ]
    if specification.yardsticks:
        analyses.append(lambda: _yardsticks(result, specification))
    tables: Tables = {}
    notices: list[Problem] = []
    refused: list[Problem] = []
    for analysis in analyses:
        try:
            found, told = analysis()
        except IndexcalcError as error:
            refused.extend(problem for problem in error.problems if problem not in refused)
            continue
        tables |= found
        notices.extend(told)
    return tables, tuple(notices), tuple(refused)


def _structure(result: IndexResult) -> Told:
    found = structure(result)
    kinds = ("descriptive", "correlation", "parent", "alpha", "component", "loading")
    return {f"structure_{kind}": getattr(found, f"{kind}_table")() for kind in kinds}, ()


def _contributions(result: IndexResult) -> Told:
    """Parts of the distance of each score from the mean city; one row per city and year."""
    import pandas as pd

    level = score_contributions(result, reference="mean")
    frame = result.rankings()[["city", "year"]]
    c = frame["city"].map({city: i for i, city in enumerate(result.cities)}).to_numpy()
    t = frame["year"].map({year: i for i, year in enumerate(result.years)}).to_numpy()
    return {"contributions": pd.concat([frame, pd.DataFrame(level[c, t], columns=_codes(result))], axis=1)}, ()


def _changes(result: IndexResult) -> Told:
    """Parts of the change from the first year to the last; one row per city."""
    import pandas as pd

    first, last = result.years[0], result.years[-1]
    if first == last:
        return {}, ()
    change = change_contributions(result, first, last)
    head = pd.DataFrame({"city": list(result.cities), "first": first, "last": last})
    return {"contributions_change": pd.concat([head, pd.DataFrame(change, columns=_codes(result))], axis=1)}, ()


MOST_OVERTAKING = 200
"""Of more cities the pairs would fill a sheet that nobody reads; `explain` tells those of one city."""


def _overtakings(result: IndexResult) -> Told:
    """Who moved past whom from the first year to the last, and what made the gap change; one row per pair.

    gap_first, gap_last: score of the city less that of the other; the parts, by node, add up to their difference.
    """
    import pandas as pd

    first, last = result.years[0], result.years[-1]
    if first == last:
        return {}, ()
    if len(result.cities) > MOST_OVERTAKING:
        return {}, (Problem("overtakings_many", {"n": len(result.cities), "most": MOST_OVERTAKING}),)
    pairs, parts = overtakings(result, first, last), overtaking_contributions(result, first, last)
    score = dict(zip(result.cities, result.score()[:, [0, -1]], strict=True))
    names = ["city", "other", "kind", "first", "last", "since"]
    head = pd.DataFrame([(p.city, p.other, p.kind, first, last, p.since) for p in pairs], columns=names)
    for name, end in (("gap_first", 0), ("gap_last", 1)):
        head[name] = [float(score[pair.city][end] - score[pair.other][end]) for pair in pairs]
    return {"overtakings": pd.concat([head, pd.DataFrame(parts, columns=_codes(result))], axis=1)}, ()


def _codes(result: IndexResult) -> list[str]:
    return [node.code for node in result.nodes]


def _lens(result: IndexResult, code: str) -> Told:
    found = lens(result, code)
    tables = {f"lens_{code}": found.table(), f"lens_{code}_groups": found.group_table()}
    if len(result.years) > 1:
        tables[f"lens_{code}_growth"] = found.growth_table()
        tables[f"lens_{code}_diagnosis"] = found.diagnosis_table()
    return tables, found.notices


def _integration(result: IndexResult, specification: Specification) -> Told:
    found = integration(result, specification.integration)
    return {"integration": found.table(), "integration_grades": found.grade_table()}, found.notices


def _obstacles(result: IndexResult) -> Told:
    found = obstacles(result)
    return {"obstacles_top": found.top_table(), "obstacles_dimension": found.dimension_table()}, ()


def _convergence(result: IndexResult) -> Told:
    found = convergence(result)
    kinds = ("group", "pair", "beta", "stability")
    tables = {f"convergence_{kind}": getattr(found, f"{kind}_table")() for kind in kinds}
    return {"convergence": found.table(), **tables}, found.notices


def _yardsticks(result: IndexResult, specification: Specification) -> Told:
    found = yardsticks(result, specification.yardsticks)
    return {"yardsticks": found.table(), "yardstick_points": found.point_table()}, found.notices
