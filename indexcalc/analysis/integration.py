"""Integration: the coupling coordination (耦合协调度) of the dimensions of an index, and which of them lags.

The degrees are computed from scores in [0, 1]: with scores on [l, u], U = z/u. No sample enters that mapping, so adding
a city or a year moves nothing, and it is stated in the result. Degrees and grades depend on where the scale begins, and
where dimensions are alike D is little more than the root of their mean: the result says how far that is so, from its
own figures. Which dimension lags is decided by ranks, not by levels on unlike scales.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame
from indexcalc.analysis.tidy import rows_by_part
from indexcalc.brief import Frozen
from indexcalc.errors import ChoiceError, Problem, refuse_if
from indexcalc.figures.panel import city_years
from indexcalc.methods.coupling import DECIMALS, coordination, grade
from indexcalc.methods.statistics import pearson, spearman
from indexcalc.spec.analyses import IntegrationOptions
from indexcalc.spec.choice import Choice
from indexcalc.spec.framework import INDEX
from indexcalc.spec.hierarchy import Node, Parent, parents
from indexcalc.steps.result import IndexResult
from indexcalc.voice import Clauses, Few, Voice, Word, languages

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

# The scale that a normalisation keeps to, from its parameters; within the sample it was made for (WITHIN), or always.
_ALWAYS: dict[str, Callable[..., tuple[float, float] | None]] = {
    "percentile_rank": lambda lower=0.0, upper=1.0: (lower, upper),
    "goalposts": lambda lower=0.0, upper=1.0, cap=True, **posts: (lower, upper) if cap else None,
    "piecewise": lambda values, scores: (min(scores), max(scores)),
    "rank_share": lambda scale=100.0: (0.0, scale),
}
_WITHIN: dict[str, Callable[..., tuple[float, float] | None]] = {
    "min_max": lambda lower=0.0, upper=1.0: (lower, upper),
}

MEANS = (
    "arithmetic",
    "geometric",
    "harmonic",
    "generalised",
    "inverted_geometric",
    "minimum",
    "maximum",
    "median",
    "owa",
)
"""Aggregations whose score lies between the lowest and the highest of the children."""
_SIZELESS = ("geometric", "product", "copeland", "kemeny")
"""Aggregations that give the same ranks whatever the unit of a child."""
_UNDOING = ("pca_lpi", "benefit_of_the_doubt")
"""Weightings that divide by the spread or the size of a child."""


@dataclass(frozen=True, repr=False)
class Integration(Frozen):
    """Coupling coordination by city and year: data only; the methods give it as tidy tables.

    dimensions: the children of the index. scale: (l, u) of the scores; mapping: how they became `mapped`, U in [0, 1],
    [city, year, dimension]. weights: [city, year, dimension], those of T. coupling C, overall T, degree D, [city,
    year]; grade: position in `options.grades`, -1 where missing. places: rank of the city in each dimension, [city,
    year, dimension]; lagging: where that is the last of its ranks, counted from the highest score, a mask (several
    where they tie, none where all do). with_overall: Pearson correlation of D with √T over all city-years; with_index:
    (n_year,), Spearman correlation of D with the index in each year. Near 1, D says hardly more than the index does.
    """

    main = "table"

    options: IntegrationOptions
    cities: tuple[str, ...]
    years: tuple[int, ...]
    present: NDArray[np.bool_]
    dimensions: tuple[str, ...]
    scale: tuple[float, float]
    mapping: str
    mapped: Array
    weights: Array
    coupling: Array
    overall: Array
    degree: Array
    grade: Ints
    places: Array
    lagging: NDArray[np.bool_]
    with_overall: float
    with_index: Array
    notices: tuple[Problem, ...]

    def table(self) -> pd.DataFrame:
        """One row per city and year: city, year, coupling, overall, degree, grade, its names, lagging.

        grade: from 1, with grade_zh and grade_en. lagging: the dimensions in which the city ranks lowest, separated by
        commas.
        """
        import pandas as pd

        c, t = np.nonzero(self.present)
        grades = self.grade[c, t]
        names = [grade.name for grade in self.options.grades]
        said = {lang: [*map(Voice(lang).name, names), None] for lang in languages()}  # the last where there is none
        return pd.DataFrame(
            {
                "city": np.array(self.cities, object)[c],
                "year": np.array(self.years)[t],
                "coupling": self.coupling[c, t],
                "overall": self.overall[c, t],
                "degree": self.degree[c, t],
                "grade": pd.array(np.where(grades < 0, np.nan, grades + 1.0), dtype="Float64").astype("Int64"),
                **{f"grade_{lang}": [own[g] for g in grades] for lang, own in said.items()},
                "lagging": [self._codes(mask) for mask in self.lagging[c, t]],
            }
        )

    def dimension_table(self) -> pd.DataFrame:
        """One row per city, year and dimension: city, year, dimension, mapped, weight, rank, lagging."""
        found = rows_by_part(
            *(self.cities, self.years, self.present, "dimension", self.dimensions),
            mapped=self.mapped,
            weight=self.weights,
            rank=self.places,
            lagging=self.lagging,
        )
        return found.astype({"rank": "Int64"})

    def grade_table(self) -> pd.DataFrame:
        """One row per year and grade: year, grade (from 1), grade_zh, grade_en, above, up_to, cities (how many)."""
        import pandas as pd

        grades = self.options.grades
        lower = [0.0, *(one.upper for one in grades[:-1])]
        voices = [Voice(lang) for lang in languages()]
        rows = [
            (
                year,
                g + 1,
                *(voice.name(one.name) for voice in voices),
                lower[g],
                one.upper,
                int((self.grade[:, t] == g).sum()),
            )
            for t, year in enumerate(self.years)
            for g, one in enumerate(grades)
        ]
        names = [f"grade_{voice.lang}" for voice in voices]
        return pd.DataFrame(rows, columns=["year", "grade", *names, "above", "up_to", "cities"])

    def _codes(self, mask: NDArray[np.bool_]) -> str:
        return ", ".join(code for code, here in zip(self.dimensions, mask, strict=True) if here)


def integration(result: IndexResult, options: IntegrationOptions | None = None) -> Integration:
    """Coupling coordination of the dimensions in every city and year: C, T, D, the grade of D, which dimension lags.

    U = z/u, z the score of a dimension and u the upper end of the scale of scores; C and D as in
    `methods.coupling.coordination`, T with the weights of the index or equal ones. Two dimensions are enough. A missing
    dimension makes its city-year missing. A dimension at 0 makes C and D 0, and `notices` say so. Levels of different
    dimensions come from different indicators, so what lags is not the lowest U, as is usual, but the dimension in which
    the city ranks lowest among the cities of its year. Refused (ChoiceError): fewer than two dimensions; indicators
    without one common bounded scale (after z-scores, say) or on a scale that begins below 0; an aggregation below the
    index (TOPSIS, say) or a weighting (benefit of the doubt) that leaves that scale; an index of which rank 1 is the
    lowest score. Source: 王淑佳 (Wang Shujia) et al. (2021), 自然资源学报 36(3), 793-810.

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("ABC", [2020] * 3, {"x": [0, 4, 10], "y": [0, 8, 10]})
    >>> sides = {code: {"indicators": {code: {}}} for code in "xy"}
    >>> framework = ic.Framework.model_validate({"dimensions": {k + "_side": v for k, v in sides.items()}})
    >>> found = integration(ic.build_index(panel, framework, ic.Methodology()))
    >>> found.table()[["city", "coupling", "overall", "degree", "grade_en", "lagging"]].round(3).values.tolist()[1]
    ['B', 0.943, 0.6, 0.752, 'Intermediate coordination', '']
    """
    chosen = options or IntegrationOptions()
    children = result.nodes[0].children
    refuse_if(list(_dimension_problems(result)), ChoiceError)
    if result.methodology.rank_on.high_is_bad:
        raise ChoiceError(Problem("integration_high_is_bad"))
    lower, upper = score_scale(result)
    if lower < 0:
        raise ChoiceError(Problem("coupling_negative", {"lower": lower}))
    shape = (*result.present.shape, len(children))
    mapped = np.clip(result.scores[:, :, children] / upper, 0.0, 1.0)
    weights = _weights(result, chosen, shape)
    flat = (mapped.reshape(-1, shape[2]), weights.reshape(-1, shape[2]))
    found = [part.reshape(shape[:2]) for part in coordination(*flat, form=chosen.form)]
    degree, places = found[2], result.ranks[:, :, children]
    root = np.column_stack([degree.ravel(), np.sqrt(found[1]).ravel()])
    dimensions = tuple(result.nodes[child].code for child in children)
    return Integration(
        options=chosen,
        cities=result.cities,
        years=result.years,
        present=result.present,
        dimensions=dimensions,
        scale=(lower, upper),
        mapping=f"z/{upper:g}",
        mapped=mapped,
        weights=weights,
        coupling=found[0],
        overall=found[1],
        degree=degree,
        grade=grade(degree, [one.upper for one in chosen.grades], bounds=chosen.bounds),
        places=places,
        lagging=_last(np.where(np.isnan(mapped), np.nan, result.methodology.rank_on.sign * places)),
        with_overall=float(pearson(root)[0, 1]),
        with_index=np.array([_order(degree[:, t], result.score()[:, t]) for t in range(shape[1])]),
        notices=tuple(_notices(result, dimensions, mapped)),
    )


def _weights(result: IndexResult, options: IntegrationOptions, shape: tuple[int, int, int]) -> Array:
    """Weights of the dimensions in T, [city, year, dimension]."""
    children = list(result.nodes[0].children)
    if options.weights == "equal":
        return np.full(shape, 1.0 / len(children))
    own = result.weights_by_observation.get(0)
    return np.array(np.broadcast_to(result.weights[children], shape)) if own is None else own.reshape(shape).copy()


def _last(places: Array) -> NDArray[np.bool_]:
    """Where the lowest of a city's ranks is, [city, year, dimension]; nowhere if one is missing or all are the same."""
    last: NDArray[np.bool_] = places == places.max(axis=2, keepdims=True)
    return last & ~last.all(axis=2, keepdims=True)


def _order(degree: Array, score: Array) -> float:
    """Spearman correlation of two figures (n_city,) of one year; missing below three cities that have both."""
    both = np.column_stack([np.round(degree, DECIMALS), np.round(score, DECIMALS)])
    both = both[~np.isnan(both).any(axis=1)]
    return float(spearman(both)[0, 1]) if len(both) > 2 else float("nan")


def _dimension_problems(result: IndexResult) -> Iterator[Problem]:
    """Too few dimensions, or one whose aggregation leaves the scale of the indicators."""
    children = result.nodes[0].children
    if len(children) < 2:
        yield Problem("coupling_needs_two", {"n": len(children)})
    for node in parents(result.nodes).values():
        if node.code != INDEX and node.aggregation.name not in MEANS:
            yield Problem("aggregation_off_scale", {"aggregation": node.aggregated_by, "node": node.code})
        if node.weighting.trait("by_observation"):
            yield Problem("weighting_off_scale", {"weighting": node.weighting.name, "node": node.code})


def _notices(result: IndexResult, dimensions: tuple[str, ...], mapped: Array) -> Iterator[Problem]:
    for k, code in enumerate(dimensions):
        if (mapped[:, :, k] == 0).any():
            yield Problem("coupling_zero", {"node": code, "where": city_years(result.panel, mapped[:, :, k] == 0)})
    if not Frame.of(result).comparable:
        yield Problem("levels_incomparable", {"what": Word("errors.incomparable.integration")})


# --- the scale of the scores ------------------------------------------------------------------------------------------


def score_scale(result: IndexResult) -> tuple[float, float]:
    """The scale [l, u] that the normalised indicators in use share.

    min_max stays within its ends for observations of its reference, and so not against a base year; percentile ranks,
    rank shares, piecewise scores and capped goalposts always do. Refused (ChoiceError): indicators on different scales,
    or on none that is known (z_score, none, ratio, goalposts that are not capped, ...).

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("AB", [2020] * 2, {"x": [1, 2]})
    >>> framework = ic.Framework.model_validate({"indicators": {"x": {}}})
    >>> choices = {"normalisation": {"method": "min_max", "lower": 1, "upper": 100}}
    >>> score_scale(ic.build_index(panel, framework, ic.Methodology.model_validate(choices)))
    (1.0, 100.0)
    """
    scales: dict[tuple[float, float], list[str]] = {}
    unknown: dict[tuple[str, Word], list[str]] = {}
    for node in result.nodes:
        if node.is_indicator:
            scale, choice, why = _scale(result, node)
            if scale is None:
                unknown.setdefault((str(choice), why), []).append(node.code)
            else:
                scales.setdefault(scale, []).append(node.code)
    problems = [
        Problem("no_score_scale", {"normalisation": name, "why": why, "codes": _named(codes)})
        for (name, why), codes in unknown.items()
    ]
    if not problems and len(scales) > 1:
        said = Clauses(
            Word("errors.scales.one", scale=f"[{low:g}, {high:g}]", codes=_named(codes))
            for (low, high), codes in scales.items()
        )
        problems.append(Problem("score_scales_differ", {"scales": said}))
    refuse_if(problems, ChoiceError)
    return next(iter(scales))


def mixed_scales(result: IndexResult) -> list[Problem]:
    """Nodes that add up children on scales of different size, of which the largest decides: to be reported, not
    refused.

    The size of an indicator is the upper end of its scale where that is known, else its greatest score; that of a
    dimension is the size of its largest child where its aggregation stays within their scale, else its greatest score.
    Reported from a factor of 10 on, except where the size of a child cancels out (geometric, product, Copeland, Kemeny;
    weights that undo it).

    >>> import indexcalc as ic
    >>> panel = ic.Panel.from_columns("AB", [2020] * 2, {"x": [1, 2], "y": [1, 2]})
    >>> own = {"x": {}, "y": {"normalisation": {"method": "min_max", "upper": 100}}}
    >>> framework = ic.Framework.model_validate({"indicators": own})
    >>> [problem.facts["small"] for problem in mixed_scales(ic.build_index(panel, framework, ic.Methodology()))]
    ['x']
    """
    sizes = np.zeros(len(result.nodes))
    problems = []
    for position in range(len(result.nodes) - 1, -1, -1):
        node, scores = result.nodes[position], result.scores[:, :, position]
        sizes[position] = np.fmax.reduce(np.abs(scores), axis=None, initial=0.0)
        if not isinstance(node, Parent):
            declared = result.framework.all_indicators[node.code]
            choice = declared.normalisation or result.methodology.normalisation
            known = {**_ALWAYS, **_WITHIN}.get(choice.name)
            scale = None if known is None else _called(known, choice)
            sizes[position] = sizes[position] if scale is None else scale[1]
            continue
        children = list(node.children)
        small, large = children[sizes[children].argmin()], children[sizes[children].argmax()]
        adds = node.aggregation.name not in _SIZELESS and node.weighting.name not in _UNDOING
        if adds and 0 < 10 * sizes[small] <= sizes[large]:
            facts = {"node": node.code, "aggregation": node.aggregated_by, "small": result.nodes[small].code}
            facts |= {"least": f"{sizes[small]:.3g}", "large": result.nodes[large].code}
            problems.append(Problem("scales_mixed", {**facts, "most": f"{sizes[large]:.3g}"}))
        if node.aggregation.name in MEANS:
            sizes[position] = sizes[large]
    return problems[::-1]


def _scale(result: IndexResult, node: Node) -> tuple[tuple[float, float] | None, Choice, Word]:
    """The scale of an indicator, its normalisation, and why there is none where there is none."""
    declared = result.framework.all_indicators[node.code]
    choice = declared.normalisation or result.methodology.normalisation
    reference = declared.reference or result.methodology.reference
    known = {**_ALWAYS, **_WITHIN}.get(choice.name)
    if known is None:
        return None, choice, Word("errors.why.no_scale")
    if choice.name in _WITHIN and reference.kind == "base":
        return None, choice, Word("errors.why.leaves_scale", year=reference.base)
    return _called(known, choice), choice, Word("errors.why.not_capped")


def _called(known: Callable[..., tuple[float, float] | None], choice: Choice) -> tuple[float, float] | None:
    parameters: dict[str, Any] = dict(choice.parameters)
    return known(**parameters)


def _named(codes: list[str]) -> Few:
    """Codes in words, the first six of them."""
    return Few(codes)
