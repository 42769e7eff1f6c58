"""The results of a run: one index, and every analysis of it, each computed once, when it is first needed. Reports read
them and compute nothing, so that no two can disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexcalc.brief import Brief
from indexcalc.errors import ChoiceError, IndexcalcError, Problem
from indexcalc.figures.panel import city_years
from indexcalc.spec.claims import Claim, Falling, Rising
from indexcalc.spec.hierarchy import parents, unused_notices
from indexcalc.spec.specification import Specification
from indexcalc.steps.comparable import unlike_problems
from indexcalc.steps.pipeline import build_index
from indexcalc.steps.result import IndexResult
from indexcalc.voice import City, Few, Node, Row, Word, usual_language

if TYPE_CHECKING:
    from indexcalc.analysis.against import Comparison
    from indexcalc.analysis.claims import Holding
    from indexcalc.analysis.contributions import Overtaking
    from indexcalc.analysis.convergence import Convergence
    from indexcalc.analysis.ends import Ends
    from indexcalc.analysis.explain import CityStory
    from indexcalc.analysis.influence import Influence
    from indexcalc.analysis.integration import Integration
    from indexcalc.analysis.lenses import LensResult
    from indexcalc.analysis.observed import Observed
    from indexcalc.analysis.obstacles import Obstacles
    from indexcalc.analysis.outranking import Pairwise
    from indexcalc.analysis.regressions import Regression
    from indexcalc.analysis.reversals import Reversals
    from indexcalc.analysis.scenarios import Scenarios
    from indexcalc.analysis.structure import Structure
    from indexcalc.analysis.suspicious import Suspicion
    from indexcalc.analysis.treatment import TreatedIndicator
    from indexcalc.analysis.weight_sets import Allocation, Consistency
    from indexcalc.analysis.workings import Closeness, Weighed
    from indexcalc.analysis.yardsticks import Yardsticks
    from indexcalc.robustness.result import AlternativesResult, BoundsResult, SensitivityResult, UncertaintyResult
    from indexcalc.robustness.study import Study

Array = NDArray[np.float64]
Found = TypeVar("Found")
Also = ParamSpec("Also")

NAMED = 10
"""Indicators or cities that a notice names."""
HALF = 50.0
"""Share of observed cells [%] below which a notice names a ranked city."""
MOST_OVERTAKING = 200
"""With more cities, the pairs would fill a sheet that nobody reads; `explain` has those of one city."""


@dataclass(frozen=True, repr=False)
class Computed(Brief):
    """An index with what the YAML asks of it. Everything else is computed on demand: `run.integration`.

    uncertainty: the draws of other methodologies, None if the YAML names none or no draws are wanted. study: what is
    proven over weights, and the other robustness analyses that were made. inputs: the files that went in.

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("ABC", [2020] * 3, {"x": [1, 2, 3], "y": [3, 1, 2]})
    >>> framework = ic.Framework.model_validate({"indicators": {"x": {}, "y": {}}})
    >>> Computed.of(ic.build_index(panel, framework, ic.Methodology())).influence.index.round(2).tolist()
    [0.5, 0.5]
    """

    result: IndexResult
    specification: Specification
    uncertainty: UncertaintyResult | None = None
    study: Study | None = None
    inputs: tuple[Path, ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, result: IndexResult, **more: Any) -> Computed:
        """A result that was built from Python; more: claims, yardsticks and the like, as in a Specification."""
        about = {"framework": result.framework, "methodology": result.methodology}
        return cls(result, Specification(**about, **more))

    @property
    def language(self) -> str:
        """The language in which it is reported where none is given: that of the YAML, else the usual one."""
        return self.specification.language or usual_language()

    def __repr__(self) -> str:
        draws = "" if self.drawn is None else f", {self.drawn.draws} draws"
        return f"Computed({self.result!r}{draws})"

    def _repr_html_(self) -> str:
        return self.result._repr_html_()

    def with_study(self, study: Study) -> Computed:
        """The same with robustness analyses made on demand; what the run has proven stays where they lack it."""
        proven = self.study
        if proven is not None and proven.year == study.year:
            study = replace(study, bounds=study.bounds or proven.bounds, changes=study.changes or proven.changes)
        return self._with(study=study)

    def with_uncertainty(self, uncertainty: UncertaintyResult, proven: Study | None) -> Computed:
        """The same with its draws and what is proven over weights."""
        return self._with(uncertainty=uncertainty, study=proven)

    def _with(self, **more: Any) -> Computed:
        made = replace(self, **more)
        made.__dict__["_asked"] = self._asked  # of the index alone, which is the same
        return made

    # -- robustness, as far as it was made

    @property
    def bounds(self) -> BoundsResult | None:
        """Best and worst ranks over the weights."""
        return None if self.study is None else self.study.bounds

    @property
    def sensitivity(self) -> SensitivityResult | None:
        """Which choice moves the ranks."""
        return None if self.study is None else self.study.sensitivity

    @property
    def alternatives(self) -> AlternativesResult | None:
        """Every methodology one by one."""
        return None if self.study is None else self.study.alternatives

    # -- analyses, each made at most once

    @cached_property
    def _asked(self) -> dict[tuple[Any, ...], Any]:
        """What was found, or why it was refused, by analysis and its arguments."""
        return {}

    def ask(
        self, analysis: Callable[Concatenate[IndexResult, Also], Found], *also: Also.args, **options: Also.kwargs
    ) -> Found:
        """What an analysis finds in the result: computed the first time, then remembered, as is a refusal."""
        key = (analysis, also, *options.items())
        if key not in self._asked:
            try:
                self._asked[key] = analysis(self.result, *also, **options)
            except IndexcalcError as refused:
                self._asked[key] = refused
        found = self._asked[key]
        if isinstance(found, IndexcalcError):
            raise type(found)(found.problems)
        made: Found = found
        return made

    @property
    def refused(self) -> tuple[Problem, ...]:
        """Why analyses that were wanted are missing, each reason once; everything that cannot be split in one
        sentence."""
        told: list[Problem] = []
        for found in self._asked.values():
            if isinstance(found, IndexcalcError):
                told += [problem for problem in found.problems if problem not in told]
        if not told:
            return ()
        from indexcalc.analysis.contributions import folded

        return tuple(folded(told, self.result))

    @property
    def drawn(self) -> UncertaintyResult | None:
        """The uncertainty analysis, if there were any draws."""
        return self.uncertainty if self.uncertainty is not None and self.uncertainty.draws else None

    # -- years and cities that have a score

    @cached_property
    def first(self) -> int:
        """Position of the first year in which any city has a score."""
        there = np.flatnonzero(~np.isnan(self.result.score()).all(axis=0))
        return int(there[0]) if there.size else 0

    @cached_property
    def last(self) -> int:
        """Position of the last year in which any city has a score."""
        there = np.flatnonzero(~np.isnan(self.result.score()).all(axis=0))
        return int(there[-1]) if there.size else len(self.result.years) - 1

    @property
    def year(self) -> int:
        """That year."""
        return self.result.years[self.last]

    @property
    def has_many_cities(self) -> bool:
        """Whether there are too many cities to list every pair."""
        return len(self.result.cities) > MOST_OVERTAKING

    @property
    def limits(self) -> tuple[Array, Array] | None:
        """Proven best and worst rank of each city in the last year (city,), NaN for those enclosed only; None where
        they were not asked for."""
        found = self.bounds
        if found is None or self.year not in found.years:
            return None
        t = found.years.index(self.year)
        best, worst = (np.where(found.unsettled[:, t], np.nan, ranks[:, t]) for ranks in (found.best, found.worst))
        return None if np.isnan(best).all() else (best, worst)

    @cached_property
    def order(self) -> list[int]:
        """Cities by rank in that year; those without a rank at the end."""
        rank = self.result.rank()[:, self.last]
        return [int(c) for c in np.argsort(np.where(np.isnan(rank), np.inf, rank), kind="stable")]

    @property
    def scored(self) -> list[str]:
        """The cities that have a score in any year, in that order."""
        score = self.result.score()
        return [self.result.cities[c] for c in self.order if not np.isnan(score[c]).all()]

    # -- claims

    @property
    def holdings(self) -> tuple[Holding, ...]:
        """The verdicts on the claims."""
        from indexcalc.analysis.claims import hold

        return self.ask(hold, self.specification.claims)

    @property
    def ends(self) -> tuple[Ends, ...]:
        """For each claim, in order, how much of its first and last year is carried, and its verdict without that."""
        from indexcalc.analysis.ends import ends

        return self.ask(ends, self.specification.claims)

    @property
    def real(self) -> tuple[Holding, ...]:
        """The claims about rising or falling, tested without the indicators in current prices; none where there are no
        such indicators, or the methodology cannot do without them."""
        try:
            return self.ask(_without_prices, self.specification.claims)
        except ChoiceError:
            return ()

    # -- figures, treatment, weights

    @property
    def suspicious(self) -> tuple[Suspicion, ...]:
        """The figures that look wrong and that the YAML does not confirm."""
        from indexcalc.analysis.suspicious import suspicious

        return self.ask(suspicious)

    @property
    def observed(self) -> Observed:
        """How many figures are observed, by column, city and year."""
        from indexcalc.analysis.observed import observed

        return self.ask(observed)

    @property
    def treated(self) -> tuple[TreatedIndicator, ...]:
        """The indicators that the treatment of outliers changed."""
        from indexcalc.analysis.treatment import treated_indicators

        return self.ask(treated_indicators)

    @property
    def regressions(self) -> tuple[Regression, ...]:
        """How well the regressions that imputed missing figures fit."""
        from indexcalc.analysis.regressions import regressions

        return self.ask(regressions)

    @property
    def untreated(self) -> IndexResult | None:
        """The index without the treatment of outliers, where there was any."""
        return self.ask(_untreated)

    @property
    def influence(self) -> Influence:
        """Correlations of each indicator with the index and with its dimension, with their sign."""
        from indexcalc.analysis.influence import influence

        return self.ask(influence)

    @property
    def budgets(self) -> tuple[Allocation, ...]:
        """What each expert gave, at every node weighed by budget allocation."""
        from indexcalc.analysis.weight_sets import budgets

        return self.ask(budgets)

    @property
    def consistency(self) -> tuple[Consistency, ...]:
        """For every node weighed by pairwise comparison: λ, CI and CR."""
        from indexcalc.analysis.weight_sets import consistency

        return self.ask(consistency)

    @property
    def weight_sets(self) -> Scenarios:
        """The index under the other weightings that need nothing but the figures."""
        from indexcalc.analysis.weight_sets import weight_sets

        return self.ask(weight_sets)

    @property
    def weighed(self) -> tuple[Weighed, ...]:
        """How the weights were computed, for every method in use that has workings."""
        from indexcalc.analysis.workings import weighed

        return self.ask(weighed)

    @property
    def closeness(self) -> tuple[Closeness, ...]:
        """For every node scored by TOPSIS: its distances and its closeness."""
        from indexcalc.analysis.workings import closeness

        return self.ask(closeness)

    # -- analyses that a methodology may refuse (ChoiceError)

    @property
    def structure(self) -> Structure:
        """Description, correlations, reliability and components."""
        from indexcalc.analysis.structure import structure

        return self.ask(structure)

    @property
    def contributions(self) -> Array:
        """Parts of the distance of each score from the mean city (city, year, node)."""
        from indexcalc.analysis.contributions import score_contributions

        return self.ask(score_contributions)

    @property
    def dimension_contributions(self) -> Array:
        """Parts of each score by child of the index (city, year, child)."""
        from indexcalc.analysis.contributions import dimension_contributions

        return self.ask(dimension_contributions)

    @property
    def entropy_weights(self) -> Array | None:
        """Entropy weights of all nodes, relative within the parent (node,); None where the figures allow none."""
        from indexcalc.analysis.weight_sets import entropy_weights

        return self.ask(entropy_weights)

    @property
    def change_contributions(self) -> Array:
        """Parts of the change from the first year to the last (city, node)."""
        from indexcalc.analysis.contributions import change_contributions

        return self.ask(change_contributions, self.result.years[self.first], self.result.years[self.last])

    @property
    def overtakings(self) -> tuple[tuple[Overtaking, ...], Array]:
        """Who moved past whom between the first year and the last, and what made the gap change (pair, node)."""
        from indexcalc.analysis.contributions import overtaking_contributions, overtakings

        years = self.result.years[self.first], self.result.years[self.last]
        found = self.ask(overtakings, *years)
        return found, self.ask(overtaking_contributions, *years, found)

    def lens(self, code: str) -> LensResult:
        """The indicators regrouped by a lens."""
        from indexcalc.analysis.lenses import lens

        return self.ask(lens, code)

    @property
    def integration(self) -> Integration:
        """Coupling coordination of the dimensions."""
        from indexcalc.analysis.integration import integration

        return self.ask(integration, self.specification.integration)

    @property
    def obstacles(self) -> Obstacles:
        """What holds each city back."""
        from indexcalc.analysis.obstacles import obstacles

        return self.ask(obstacles)

    @property
    def pairwise(self) -> Pairwise:
        """Who outranks whom, at the nodes that compare cities in pairs."""
        from indexcalc.analysis.outranking import pairwise

        return self.ask(pairwise)

    @property
    def reversals(self) -> Reversals:
        """What changes among the others when one city or one year is left out: one computation of the index for
        each."""
        from indexcalc.analysis.reversals import reversals

        return self.ask(reversals)

    @property
    def score_scale(self) -> tuple[float, float]:
        """The ends of the scale of the scores."""
        from indexcalc.analysis.integration import score_scale

        return self.ask(score_scale)

    @property
    def convergence(self) -> Convergence:
        """Whether the cities draw together."""
        from indexcalc.analysis.convergence import convergence

        if self.specification.convergence.ratio_measures:
            return self.ask(convergence, ratio_measures=True)
        return self.ask(convergence)

    @property
    def yardsticks(self) -> Yardsticks:
        """The index beside rankings by others."""
        return self.ask(self._yardsticks)

    @cached_property
    def _yardsticks(self) -> Callable[[IndexResult], Yardsticks]:
        from indexcalc.analysis.yardsticks import yardsticks

        return partial(yardsticks, declared=self.specification.yardsticks)

    @property
    def scenarios(self) -> Scenarios:
        """The index under the other sets of weights and methods that the YAML names."""
        return self.ask(self._scenarios)

    @cached_property
    def _scenarios(self) -> Callable[[IndexResult], Scenarios]:
        from indexcalc.analysis.scenarios import scenarios

        return partial(scenarios, declared=self.specification.scenarios, claims=self.specification.claims)

    # -- one city

    def story(self, city: str) -> CityStory:
        """Where a city's score, rank and change come from."""
        from indexcalc.analysis.explain import explain

        return self.ask(explain, city)

    def whole_story(self, city: str) -> CityStory:
        """The same, with what would gain the next place, which takes a hundred or more computations of the index."""
        return self.ask(_whole_story, city)

    def against(self, city: str, other: str) -> Comparison:
        """Two cities, indicator by indicator."""
        from indexcalc.analysis.against import against

        return self.ask(against, city, other)

    # -- what to know

    @property
    def notices(self) -> tuple[Problem, ...]:
        """Notices about the figures, the methodology and the draws."""
        from indexcalc.analysis.integration import mixed_scales
        from indexcalc.analysis.suspicious import suspicions_notice

        removed = self.uncertainty.removed if self.uncertainty is not None else ()
        refused = self.study.refused if self.study is not None else ()
        known = (
            *self.result.panel.notices,
            *self._unscored(),
            *self._uncounted(),
            *self.thin,
            *self.unlike,
            *self._assumed(),
        )
        known += (*suspicions_notice(self.suspicious, self.result.panel), *mixed_scales(self.result))
        known += (*self._weighed_within(), *unused_notices(self.result.nodes), *self._doubted(), *self._unreal())
        known += self.pairwise.notices
        return (*known, *removed, *refused)

    @property
    def analysis_notices(self) -> tuple[Problem, ...]:
        """Notices about the analyses that were wanted."""
        n, told = len(self.result.cities), list[Problem]()
        if self.has_many_cities and self.first < self.last:
            told.append(Problem("overtakings_many", {"n": n, "most": MOST_OVERTAKING}))
        for found in self._asked.values():
            told += [problem for problem in getattr(found, "notices", ()) if problem not in told]
        return tuple(told)

    def _unscored(self) -> Iterator[Problem]:
        """Notices of city-years of the panel without a score: because figures are missing and the missing rule gives
        none, or, where none is missing, because of a 0 that counts as missing."""
        result = self.result
        without = np.asarray(result.present & np.isnan(result.score()))
        zeros = any(node.zeros == "missing" for node in parents(result.nodes).values())
        zero = np.asarray(~np.isnan(result.normalised.values).any(axis=2) & zeros)
        for key, where in (("unscored_city_years", without & ~zero), ("unscored_zeros", without & zero)):
            if where.any():
                yield Problem(key, {"where": city_years(result.panel, where)})

    def _uncounted(self) -> Iterator[Problem]:
        """A notice of dimensions to which the missing rule never gives a score: the index does without them."""
        nodes, scores = self.result.nodes, self.result.scores
        none = [bool(np.isnan(scores[:, :, position]).all()) for position in range(len(nodes))]
        codes = [node.code for position, node in enumerate(nodes) if none[position] and not none[node.parent]]
        if codes and not none[0]:
            yield Problem("nodes_uncounted", {"nodes": Row(map(Node, codes))})

    @property
    def thin(self) -> tuple[Problem, ...]:
        """A notice of cities ranked in the last year of whose figures less than half were observed; none if none is."""
        observed = self.result.coverage_table(self.year)["observed"].to_numpy()
        ranked = ~np.isnan(self.result.rank()[:, self.last])
        thin = [c for c in self.order if ranked[c] and observed[c] < HALF]
        if not thin:
            return ()
        named = [Word("errors.share.city", city=City(self.result.cities[c]), share=observed[c]) for c in thin]
        facts = {"n": int(ranked.sum()), "k": len(thin), "share": float(observed[ranked].mean())}
        return (Problem("thin_year", {"year": self.year, "cities": Few(named, NAMED), **facts}),)

    @property
    def unlike(self) -> tuple[Problem, ...]:
        """A notice of neighbouring years of a city that use different indicators; none if all use the same."""
        return tuple(unlike_problems(self.result))

    def _assumed(self) -> Iterator[Problem]:
        """A notice of indicators in use without a direction in the YAML: the wrong one turns a ranking upside down."""
        declared = self.result.framework.all_indicators
        silent = [code for code in self.result.normalised.codes if "direction" not in declared[code].model_fields_set]
        if silent:
            yield Problem("direction_assumed", {"codes": Few(silent, NAMED)})

    def _weighed_within(self) -> Iterator[Problem]:
        """A notice of a data-driven weighting without a `scope` that leaves nodes above others as written, since it
        weighs indicators within their node only."""
        nodes = self.result.nodes
        above = [
            node
            for node in parents(nodes).values()
            if node.weighting.trait("objective")
            and "scope" not in node.weighting.common
            and not any(nodes[child].is_indicator for child in node.children)
            and len(node.children) > 1
        ]
        for name in dict.fromkeys(node.weighting.name for node in above):
            codes = [node.code for node in above if node.weighting.name == name]
            yield Problem("weighting_within", {"weighting": name, "codes": Row(codes)})

    def _doubted(self) -> Iterator[Problem]:
        """Notices of weightings whose formula leaves something out of what was solved."""
        for one in self.weighed:
            find = one.choice.method.traits.get("doubts")
            for key, facts in find(**one.workings.each) if find is not None else ():
                yield Problem(key, {"weighting": one.choice.name, "node": Node(one.node), **facts})

    def _unreal(self) -> Iterator[Problem]:
        """Why claims could not be tested without the indicators in current prices."""
        try:
            self.ask(_without_prices, self.specification.claims)
        except ChoiceError as error:
            yield Problem("real_terms_refused", {"reason": error.problems[0]})


def attempt(find: Callable[[Computed], Any], run: Computed) -> Any:
    """What an analysis finds; None where the methodology refuses it, for the reason in `run.refused`."""
    try:
        return find(run)
    except ChoiceError:
        return None


def _untreated(result: IndexResult) -> IndexResult | None:
    if not result.treatment:
        return None
    return build_index(result.panel, result.framework.untreated(), result.methodology.variant(treatment="none"))


def _whole_story(result: IndexResult, city: str) -> CityStory:
    from indexcalc.analysis.explain import explain

    return explain(result, city, rebuild=lambda panel: build_index(panel, result.framework, result.methodology))


def _without_prices(result: IndexResult, claims: tuple[Claim, ...]) -> tuple[Holding, ...]:
    """The claims about rising or falling, under the index without the indicators in current prices."""
    from indexcalc.analysis.claims import hold

    nominal = [code for code, own in result.framework.all_indicators.items() if own.tags.get("price") == "nominal"]
    moving = [claim for claim in claims if isinstance(claim, (Rising, Falling))]
    if not nominal or not moving or not set(result.normalised.codes) - set(nominal):
        return ()
    return hold(build_index(result.panel, result.framework.without(nominal), result.methodology), moving)
