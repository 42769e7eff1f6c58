"""The values that draws are made of, up to normalisation: computed once for all draws that share them.

The steps before aggregation treat one indicator at a time, so the columns of all exchanged series and noisy copies go
through them together, equal ones once; a view is some of those columns under their own codes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexcalc.errors import IndexcalcError, Problem
from indexcalc.figures.panel import Panel
from indexcalc.robustness.design import ALTERNATIVE, Design, Integers
from indexcalc.robustness.imputed import Gaps, Memory, Scale, Varied, imputed_cells, on_scale
from indexcalc.spec.framework import Framework, Indicator
from indexcalc.spec.hierarchy import build_nodes
from indexcalc.spec.methodology import Methodology
from indexcalc.steps.comparable import Pair, SharedRows, shared_rows, year_by_year
from indexcalc.steps.indicators import (
    derive,
    impute,
    impute_parts,
    normalise,
    orient,
    regress,
    screen,
    transform,
    treat,
)
from indexcalc.steps.result import IndexResult

Array = NDArray[np.float64]
Key = tuple[int, ...]

Columns = tuple[tuple[int, slice], ...]
"""Columns of a view, and which of some cells are in each."""

STAGE = ("reference", "normalisation", "lower", "imputation", "impute", "treatment", "leave_out_city")
"""Factors of the steps that every column goes through."""
LEFT = ("leave_out_indicator", "leave_out_dimension")


@dataclass(frozen=True)
class View:
    """The values of one set of options up to normalisation: the columns `at` of the stages, under `codes`; gone: codes
    that screening left out; varied: the imputed cells of these columns, None where they do not vary."""

    stages: Mapping[str, Panel]
    at: tuple[int, ...]
    codes: tuple[str, ...]
    gone: frozenset[str] = frozenset()
    varied: Varied | None = None
    _cells: dict[tuple[Pair, ...], tuple[Integers, Integers, Columns, dict[Any, Any]]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _shared: dict[tuple[Pair, ...], SharedRows] = field(init=False, repr=False, compare=False, default_factory=dict)

    @property
    def bases(self) -> dict[str, Panel]:
        """The stages as `combine` takes them."""
        return {name: self._stage(name) for name in self.stages}

    def only(self, codes: tuple[str, ...]) -> View:
        """The same values under some of the codes alone."""
        at = tuple(self.at[self.codes.index(code)] for code in codes)
        return replace(self, at=at, codes=codes, varied=None)

    @property
    def normalised(self) -> Panel:
        return self._stage("normalised")

    @cached_property
    def z(self) -> Array:
        """The normalised values of the city-years that are there (n_obs, n_indicator), year by year."""
        values = self.stages["normalised"].values.transpose(1, 0, 2)[:, :, list(self.at)]
        z = np.ascontiguousarray(values).reshape(-1, len(self.at))
        return z if self.rows is None else z[self.rows]

    @cached_property
    def there(self) -> NDArray[np.bool_] | None:
        """Which indicators each city-year has [city, year, indicator]; None if every city-year that is there has
        all."""
        if not np.isnan(self.z).any():
            return None
        return ~np.isnan(self.stages["normalised"].values[:, :, list(self.at)])

    @cached_property
    def incomplete(self) -> NDArray[np.bool_]:
        """Which indicators are missing for some city-year that is there, (n_indicator,)."""
        return np.asarray(np.isnan(self.z).any(axis=0))

    def shared(self, pairs: tuple[Pair, ...]) -> SharedRows | None:
        """The rows over which two years of a city are judged; None if nothing is missing."""
        if self.there is None:
            return None
        if pairs not in self._shared:
            self._shared[pairs] = shared_rows(self.there, pairs)
        return self._shared[pairs]

    def over(self, rows: SharedRows) -> Array:
        """The normalised values of rows of `shared`, those that do not count as missing, (n_row, n_indicator)."""
        values = self.stages["normalised"].values[:, :, list(self.at)][rows.cities, rows.years]
        return np.where(rows.kept, values, np.nan)

    def cells(self, rows: SharedRows | None = None) -> tuple[Integers, Integers, Columns, dict[Any, Any]]:
        """Where the imputed cells are among the observations, or among rows of `shared`: their rows, which of the cells
        they are, their columns, one after the other, and a dict in which what follows from these can be kept."""
        key = () if rows is None else tuple(rows.ends)
        if key not in self._cells:
            self._cells[key] = (*self._placed(rows), {})
        return self._cells[key]

    def _placed(self, rows: SharedRows | None) -> tuple[Integers, Integers, Columns]:
        at = self.varied
        assert at is not None
        n_city, n_year = self.stages["normalised"].present.shape
        if rows is None:
            row, which = at.t * n_city + at.c, np.arange(len(at.c))
            row = row if self.rows is None else np.searchsorted(self.rows, row)
        else:
            cell = np.full((n_city, n_year, len(self.codes)), -1)
            cell[at.c, at.t, at.k] = np.arange(len(at.c))
            found = np.where(rows.kept, cell[rows.cities, rows.years], -1).T
            k, row = np.nonzero(found >= 0)
            which = found[k, row]
        starts = np.flatnonzero(np.diff(at.k[which], prepend=-1)).tolist()
        columns = tuple((int(at.k[which[a]]), slice(a, b)) for a, b in pairwise([*starts, len(which)]))
        return row, which, columns

    @cached_property
    def rows(self) -> NDArray[np.int64] | None:
        """The city-years that are there, on an axis (year, city); None for all of them."""
        present = self.stages["normalised"].present.T.ravel()
        return None if present.all() else np.flatnonzero(present)

    def _stage(self, name: str) -> Panel:
        return _columns(self.stages[name], self)


@dataclass(frozen=True)
class Forbidden:
    """Why the figures allow no view."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Source:
    """One set of figures: the indicators from observed parts, the panel as read, and the framework over them."""

    indicators: Panel
    figures: Panel
    framework: Framework
    made: dict[str, Panel] = field(default_factory=dict)
    gaps: dict[str, Gaps] = field(default_factory=dict)
    by_year: dict[str, NDArray[np.bool_]] = field(default_factory=dict)

    def with_parts(self, methodology: Methodology) -> Panel:
        """The indicators, completed from imputed parts, made once for each way to impute them."""
        key = f"{methodology.impute} {methodology.imputation.plain}"
        if key not in self.made:
            self.made[key] = impute_parts(self.indicators, self.figures, self.framework, methodology)
        return self.made[key]

    def yearly(self, methodology: Methodology) -> NDArray[np.bool_]:
        """Which indicators are normalised, or treated, year by year."""
        key = f"{methodology.reference.kind} {methodology.normalisation.name} {methodology.treatment.told('per')}"
        if key not in self.by_year:
            declared, codes = self.framework.all_indicators, self.indicators.codes
            treated = [(declared[code].treatment or methodology.treatment).told("per") == "year" for code in codes]
            measured = [year_by_year(declared[code], methodology) for code in codes]
            self.by_year[key] = np.array(treated, bool) | np.array(measured, bool)
        return self.by_year[key]

    def imputed_cells(
        self, methodology: Methodology, imputed: Panel, view: View, out: NDArray[np.bool_], memory: Memory
    ) -> Gaps:
        """The imputed cells, and the errors of their rules, likewise. imputed: the stage, of which the indicators are
        the columns of the view; out: cities that are left out."""
        key = f"{methodology.impute} {methodology.imputation.plain} {out.tobytes()!r}"
        if key not in self.gaps:
            parts, observed, figures = self.with_parts(methodology), self.indicators, self.figures
            if out.any():
                observed, parts, figures = (panel.without_cities(out) for panel in (observed, parts, figures))
            own = _columns(imputed, view)
            self.gaps[key] = imputed_cells(observed, parts, own, figures, self.framework, methodology, memory)
        return self.gaps[key]


@dataclass(frozen=True)
class Steps:
    """Indicators of several sources up to orientation, equal columns once: the stages and their framework, the columns
    of each source and their codes, the indicators that are logarithms now."""

    framework: Framework
    imputed: Panel
    treated: Panel
    oriented: Panel
    logarithms: Collection[str]
    at: list[tuple[int, ...]]
    codes: list[tuple[str, ...]]


class Views:
    """The views of a design, made when they are asked for: by the options of the steps, and by those of the figures
    (series exchanged, noise). In place of a view that the figures forbid is the reason."""

    def __init__(self, design: Design):
        self.design = design
        codes = [factor.code for factor in design.discrete]
        figures = [code for code in codes if code.startswith(ALTERNATIVE) or code == "noise"]
        if design.methodology.screening:  # what is screened out depends on which indicators there are
            figures += [code for code in codes if code in LEFT]
        self._stage = [codes.index(code) for code in STAGE if code in codes]
        self._figures = [codes.index(code) for code in figures]
        self._made: dict[tuple[Key, Key], View | Forbidden] = {}
        self._derived: dict[Key, Source | Forbidden] = {}
        self._cells: Memory = {}
        self._oriented: tuple[object, Steps] | None = None
        self._spared: dict[tuple[Key, Key, tuple[str, ...]], View | Forbidden] = {}

    def take(self, index: IndexResult) -> None:
        """Use the stages of an index already computed as the view of the methodology, where a view needs nothing else,
        and only the steps may differ."""
        made, methodology = self.design, self.design.methodology
        same = index.panel is made.panel and index.framework is made.framework and index.methodology == methodology
        if not same or self._figures or methodology.screening or made.options.imputed:
            return
        row = self._row((0,) * len(self._stage), ())
        if made.methods(row) == methodology and not made.city_out(row).any():
            stages = {"raw": index.treated, "oriented": index.oriented, "normalised": index.normalised}
            codes = index.normalised.codes
            self._made.setdefault(self._key(row), View(stages, tuple(range(len(codes))), codes))

    def prepare(self, rows: Iterable[Integers]) -> None:
        """Make the views that rows of choices need."""
        needed: dict[Key, dict[Key, None]] = {}
        for stage, figures in map(self._key, rows):
            if (stage, figures) not in self._made:
                needed.setdefault(stage, {})[figures] = None
        for stage in sorted(needed, key=self._unscaled):
            self._make(stage, sorted(needed[stage]))
        self._oriented = None

    def renumbered(self, design: Design, kept: Mapping[str, Sequence[int]]) -> Views:
        """The same views for a design that has only some options of some factors, by the code of the factor."""
        found = Views(design)
        now = [{k: i for i, k in enumerate(kept[one.code])} if one.code in kept else None for one in design.discrete]

        def moved(key: Key, at: list[int]) -> Key:
            return tuple(k if now[i] is None else now[i].get(k, -1) for k, i in zip(key, at, strict=True))  # type: ignore[union-attr]

        for (stage, figures), view in self._made.items():
            key = moved(stage, self._stage), moved(figures, self._figures)
            if -1 not in (*key[0], *key[1]):
                found._made[key] = view
        return found

    def _key(self, row: Integers) -> tuple[Key, Key]:
        return tuple(row[self._stage].tolist()), tuple(row[self._figures].tolist())

    def of(self, row: Integers) -> View | Forbidden:
        """The view of a row of choices. Where the figures forbid it, it is made again without what the row leaves out,
        which may be the cause."""
        found = self._made[self._key(row)]
        left = self.design.left_out(row)
        if not isinstance(found, Forbidden) or not left:
            return found
        spared = (*self._key(row), left)
        if spared not in self._spared:
            made = self._measured(row, left)
            if not isinstance(made, Forbidden):
                self._spared[spared] = self._alone(made, self.design.city_out(row), self.design.methods(row))
            else:
                self._spared[spared] = made
        return self._spared[spared]

    def forbids(self, row: Integers) -> bool:
        """Whether the figures forbid the view of a row of choices with nothing left out."""
        return isinstance(self._made[self._key(row)], Forbidden)

    def _unscaled(self, stage: Key) -> Key:
        """The options of the steps but for `lower`, which nothing before normalisation depends on."""
        factors = self.design.discrete
        return tuple(k for k, i in zip(stage, self._stage, strict=True) if factors[i].code != "lower")

    def _make(self, stage: Key, figures: list[Key]) -> None:
        """Make the views of one set of options of the steps: all columns through them together, or those of each set of
        figures by themselves where one of them is refused, or where screening looks at a whole set."""
        row = self._row(stage, figures[0])
        methodology, out = self.design.methods(row), self.design.city_out(row)
        live: dict[Key, Source] = {}
        for key in figures:
            source = self._source(key)
            if isinstance(source, Forbidden):
                self._made[stage, key] = source
            else:
                live[key] = source
        if not live:
            return
        if not methodology.screening:
            try:
                kept = self._unscaled(stage), tuple(live)
                if self._oriented is None or self._oriented[0] != kept:
                    self._oriented = None  # released before the next is made
                    self._oriented = kept, _steps(list(live.values()), out, methodology)
                made = self._scaled(self._oriented[1], list(live.values()), out, methodology)
            except IndexcalcError:
                pass
            else:
                self._made.update({(stage, key): view for key, view in zip(live, made, strict=True)})
                return
        for key, source in live.items():
            self._made[stage, key] = self._alone(source, out, methodology)

    def _row(self, stage: Key, figures: Key) -> Integers:
        """A row of choices with these options, and the first of every other factor."""
        row = np.zeros(len(self.design.discrete), np.int64)
        row[[*self._stage, *self._figures]] = (*stage, *figures)
        return row

    def _source(self, figures: Key) -> Source | Forbidden:
        """The indicators with series exchanged and noise on."""
        if figures not in self._derived:
            row = self._row((0,) * len(self._stage), figures)
            left = self.design.left_out(row) if self.design.methodology.screening else ()
            self._derived[figures] = self._measured(row, left)
        return self._derived[figures]

    def _measured(self, row: Integers, left: tuple[str, ...]) -> Source | Forbidden:
        """The indicators of a row of choices, without those left out."""
        try:
            panel, framework = self.design.measured(row)
            framework = framework.without(left)
            nodes = build_nodes(framework, self.design.methodology)
            panel = replace(panel, sources={}, cells={})
            return Source(derive(panel, framework, nodes), panel, framework)
        except IndexcalcError as error:
            return Forbidden(error.problems)

    def _alone(self, source: Source, out: NDArray[np.bool_], methodology: Methodology) -> View | Forbidden:
        """The view of one set of figures by itself, screened if the methodology screens."""
        panel, framework = source.indicators, source.framework
        try:
            if methodology.screening:
                here = panel.without_cities(out) if out.any() else panel
                screened = screen(here, framework, methodology, build_nodes(framework, methodology))
                (view,) = self._through([Source(screened, source.figures, framework)], out, methodology)
                return replace(view, gone=frozenset(panel.codes) - frozenset(screened.codes))
            return self._through([source], out, methodology)[0]
        except IndexcalcError as error:
            return Forbidden(error.problems)

    def _through(self, sources: list[Source], out: NDArray[np.bool_], methodology: Methodology) -> list[View]:
        """The views of one or several sources."""
        return self._scaled(_steps(sources, out, methodology), sources, out, methodology)

    def _scaled(
        self, steps: Steps, sources: list[Source], out: NDArray[np.bool_], methodology: Methodology
    ) -> list[View]:
        """The views of sources whose steps up to orientation are there."""
        normalised = normalise(steps.oriented, steps.framework, methodology, steps.logarithms)
        stages = {"raw": steps.treated, "oriented": steps.oriented, "normalised": normalised}
        views = [View(stages, at, codes) for at, codes in zip(steps.at, steps.codes, strict=True)]
        if not self.design.options.imputed:
            return views
        scale = Scale(steps.imputed.values, normalised.values)
        found = [
            on_scale(
                one.imputed_cells(methodology, steps.imputed, view, out, self._cells),
                scale,
                view.at,
                one.yearly(methodology),
            )
            for one, view in zip(sources, views, strict=True)
        ]
        return [replace(view, varied=varied) for view, varied in zip(views, found, strict=True)]


def _steps(sources: list[Source], out: NDArray[np.bool_], methodology: Methodology) -> Steps:
    """Indicators from one or several sources through imputation to orientation, equal columns once."""
    panels = [one.with_parts(methodology) for one in sources]
    panels = [panel.without_cities(out) if out.any() else panel for panel in panels]
    panels = [regress(panel, one.framework, methodology) for panel, one in zip(panels, sources, strict=True)]
    first, framework = panels[0], sources[0].framework
    columns: dict[tuple[str, bytes], int] = {}
    values: list[Array] = []
    origins: list[NDArray[np.uint8]] = []
    indicators: dict[str, Indicator] = {}
    at: list[tuple[int, ...]] = []
    for panel, one in zip(panels, sources, strict=True):
        declared = one.framework.all_indicators
        here = []
        for k, code in enumerate(panel.codes):
            key = code, panel.values[:, :, k].tobytes()
            if key not in columns:
                columns[key] = len(columns)
                values.append(panel.values[:, :, k])
                origins.append(panel.origin[:, :, k])
                indicators[f"{code}@{len(indicators)}" if len(sources) > 1 else code] = declared[code]
            here.append(columns[key])
        at.append(tuple(here))
    flat = framework.model_copy(update={"dimensions": {}, "indicators": indicators})
    wide = replace(first, codes=tuple(indicators), values=np.dstack(values), origin=np.dstack(origins))
    imputed = impute(wide, flat, methodology)
    treated, _, _, logarithms = treat(transform(imputed, flat, methodology), flat, methodology)
    oriented = orient(treated, flat, methodology, logarithms)
    return Steps(flat, imputed, treated, oriented, logarithms, at, [panel.codes for panel in panels])


def _columns(stage: Panel, view: View) -> Panel:
    """The columns of a view in a stage."""
    at = list(view.at)
    return replace(stage, codes=view.codes, values=stage.values[:, :, at], origin=stage.origin[:, :, at])
