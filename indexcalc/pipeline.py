"""From a panel to an index: the steps of the OECD/JRC Handbook in order."""

from __future__ import annotations

from indexcalc.framework import Framework
from indexcalc.hierarchy import build_nodes
from indexcalc.methodology import Methodology
from indexcalc.panel import Panel
from indexcalc.result import IndexResult
from indexcalc.steps import aggregate, derive, impute, normalise, rank, treat, weigh


def build_index(panel: Panel, framework: Framework, methodology: Methodology) -> IndexResult:
    """Compute the index of a panel under a framework and a methodology, keeping every stage.

    Raises InputError for figures, and ChoiceError for choices, that cannot be computed; all problems of a step at once.
    """
    nodes = build_nodes(framework, methodology)
    derived = derive(panel, framework, nodes)
    imputed = impute(derived, framework, methodology)
    treated = treat(imputed, framework, methodology)
    normalised = normalise(treated, framework, methodology)
    weights, effective = weigh(normalised, nodes)
    scores = aggregate(normalised, nodes, weights, methodology)
    ranks = rank(scores, methodology)
    return IndexResult(
        framework=framework,
        methodology=methodology,
        panel=panel,
        derived=derived,
        imputed=imputed,
        treated=treated,
        normalised=normalised,
        nodes=nodes,
        weights=weights,
        effective=effective,
        scores=scores,
        ranks=ranks,
    )
