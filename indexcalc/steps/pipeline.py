"""From a panel to an index: the steps of the OECD/JRC Handbook in order."""

from __future__ import annotations

from indexcalc.errors import ChoiceError, calling, refuse_if
from indexcalc.figures.panel import Panel
from indexcalc.spec.compatible import direction_problems
from indexcalc.spec.framework import Framework
from indexcalc.spec.hierarchy import build_nodes
from indexcalc.spec.methodology import Methodology
from indexcalc.steps.checks import unscored_problems
from indexcalc.steps.combine import combine, effective_weights, rank
from indexcalc.steps.indicators import derive, impute, impute_parts, normalise, orient, screen, transform, treat
from indexcalc.steps.result import IndexResult


def build_index(panel: Panel, framework: Framework, methodology: Methodology) -> IndexResult:
    """Compute the index of a panel under a framework and a methodology, keeping every stage.

    Raises InputError for figures, and ChoiceError for choices, that cannot be computed; all problems of a step at once.
    """
    with calling(framework):
        return _built(panel, framework, methodology)


def _built(panel: Panel, framework: Framework, methodology: Methodology) -> IndexResult:
    refuse_if(list(direction_problems(framework)))
    every = build_nodes(framework, methodology)
    derived = derive(panel, framework, every)
    screened = screen(derived, framework, methodology, every)
    nodes = build_nodes(framework, methodology, frozenset(derived.codes) - frozenset(screened.codes))
    imputed = impute(impute_parts(screened, panel, framework, methodology), framework, methodology)
    transformed = transform(imputed, framework, methodology)
    treated, treatment, by_year, logarithms = treat(transformed, framework, methodology)
    oriented = orient(treated, framework, methodology, logarithms)
    normalised = normalise(oriented, framework, methodology, logarithms)
    combined = combine({"raw": treated, "oriented": oriented, "normalised": normalised}, nodes, framework, methodology)
    refuse_if(list(unscored_problems(nodes, combined.scores)), ChoiceError)
    return IndexResult(
        framework=framework,
        methodology=methodology,
        panel=panel,
        derived=screened,
        imputed=imputed,
        treated=treated,
        treatment=treatment,
        treatment_by_year=by_year,
        oriented=oriented,
        normalised=normalised,
        nodes=nodes,
        weights=combined.weights,
        weights_by_observation=combined.by_observation,
        effective=effective_weights(nodes, combined.weights),
        scores=combined.scores,
        ranks=rank(combined.scores, methodology),
    )
