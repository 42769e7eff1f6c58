"""One YAML and one workbook to one folder of results: what the command line calls, and Python may."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexcalc.analysis.claims import Holding, hold, unknown_names
from indexcalc.claims import Falling, Rising
from indexcalc.errors import ChoiceError, InputError, Problem, refuse_if, suggestion
from indexcalc.panel import Panel
from indexcalc.pipeline import build_index
from indexcalc.result import IndexResult
from indexcalc.specification import Specification, load_specification
from indexcalc.workbook import read_workbook

if TYPE_CHECKING:
    import pandas as pd

    from indexcalc.report.charts import Studies
    from indexcalc.report.page import Material
    from indexcalc.robustness.design import Design
    from indexcalc.robustness.result import UncertaintyResult
    from indexcalc.robustness.study import Study

Progress = Callable[..., None]
"""Told the stage that begins and, in a long one, the fraction of it that is done."""


def _silent(stage: str, fraction: float = 0.0) -> None:
    """No progress."""


NAMED = 10
"""Indicators that a notice names."""


@dataclass(frozen=True)
class Computed:
    """An index computed from files: the specification, the result (and the same without the methodology's treatment of
    outliers, where it treated any), what becomes of the claims (and of those about levels without the indicators in
    current prices), how sure it all is over other methodologies, and what is proven over weights (None if the YAML
    names none, or no draws are wanted), the files that went in, and what to know of them."""

    specification: Specification
    result: IndexResult
    untreated: IndexResult | None
    holdings: tuple[Holding, ...]
    real: tuple[Holding, ...]
    uncertainty: UncertaintyResult | None
    proven: Study | None
    inputs: tuple[Path, ...]
    notices: tuple[Problem, ...]


@np.errstate(over="ignore", invalid="ignore")  # what comes out infinite is refused by name
def compute(
    yaml: str | Path,
    *,
    workbook: str | Path | None = None,
    weights: Sequence[str] = (),
    settings: Sequence[str] = (),
    draws: int | None = None,
    seed: int | None = None,
    designed: Callable[[Design, int], None] = lambda design, draws: None,
    progress: Progress = _silent,
    reading: Callable[[Sequence[Path]], None] = lambda inputs: None,
) -> Computed:
    """Read a YAML file and its workbook, and build the index. `workbook` replaces the one that the YAML names.

    draws, seed: of the uncertainty analysis, instead of those of the YAML; 0 draws leave it out. designed: told the
    design and the number of draws before the first. reading: told the files that go in before anything is computed.
    """
    from indexcalc.analysis.integration import mixed_scales

    progress("reading")
    specification = load_specification(yaml, weights=weights, settings=settings)
    framework = specification.framework
    if workbook is None and framework.workbook is None:
        raise InputError(Problem("no_workbook", place=("in_file", {"file": str(yaml)})))
    path = Path(workbook) if workbook is not None else Path(yaml).parent / str(framework.workbook)
    inputs = (Path(yaml), path)
    reading(inputs)
    panel = read_workbook(path, framework)
    progress("computing")
    result = build_index(panel, framework, specification.methodology)
    refuse_if(list(_unknown_names(result, specification, str(yaml))))
    untreated = None
    if result.treatment:
        untreated = build_index(panel, framework.untreated(), specification.methodology.variant(treatment="none"))
    progress("analysing")
    uncertainty = _uncertainty(panel, result, specification, (draws, seed), designed, progress)
    proven = None
    if uncertainty is not None:
        progress("bounding")
        proven = _proven(result, specification)
    real, unreal = _in_real_terms(panel, result, specification)
    known = (*(uncertainty.removed if uncertainty else ()), *(proven.refused if proven else ()))
    return Computed(
        specification=specification,
        result=result,
        untreated=untreated,
        holdings=hold(result, specification.claims),
        real=real,
        uncertainty=uncertainty,
        proven=proven,
        inputs=inputs,
        notices=(*panel.notices, *_assumed(result), *mixed_scales(result), *unreal, *known),
    )


def _assumed(result: IndexResult) -> Iterator[Problem]:
    """That indicators in use have no direction written down: to be told, as the wrong one turns a ranking round."""
    declared = result.framework.all_indicators
    silent = [code for code in result.normalised.codes if "direction" not in declared[code].model_fields_set]
    if silent:
        more = f" ... (+{len(silent) - NAMED})" if len(silent) > NAMED else ""
        yield Problem("direction_assumed", {"codes": ", ".join(silent[:NAMED]) + more})


def _unknown_names(result: IndexResult, specification: Specification, yaml: str) -> Iterator[Problem]:
    """What claims and charts name that only the workbook could tell: a YAML need not list its cities and years."""
    for i, claim in enumerate(specification.claims):
        for problem in unknown_names(claim, result):
            yield replace(problem, place=("in_file", {"file": f"{yaml}, claims[{i}]"}))
    for i, city in enumerate(specification.charts.highlight):
        if city not in result.cities:
            place = ("in_file", {"file": f"{yaml}, charts.highlight[{i}]"})
            yield Problem("highlight_city", {"city": city, **suggestion(city, result.cities)}, place)


def _uncertainty(
    panel: Panel,
    result: IndexResult,
    specification: Specification,
    wanted: tuple[int | None, int | None],
    designed: Callable[[Design, int], None],
    progress: Progress,
) -> UncertaintyResult | None:
    """The index held against the methodologies of the uncertainty block; wanted: draws and seed instead of its own."""
    options, (draws, seed) = specification.uncertainty, wanted
    if options is None:
        if draws:
            raise InputError(Problem("no_uncertainty", place=("in_option", {"option": f"--draws {draws}"})))
        return None
    draws = options.draws if draws is None else draws
    if not draws:
        return None
    from indexcalc.robustness.design import design
    from indexcalc.robustness.monte_carlo import analyse

    progress("drawing_methods")
    made = design(panel, specification.framework, specification.methodology, options, seed=seed)
    designed(made, draws)
    return analyse(
        made, specification.claims, draws, nominal=result, progress=lambda part: progress("drawing_methods", part)
    )


def _proven(result: IndexResult, specification: Specification) -> Study | None:
    """What can be said of all weights that the uncertainty block allows, where it names a set of weights."""
    if specification.uncertainty is None or specification.uncertainty.weights is None:
        return None
    from indexcalc.robustness.study import proven

    return proven(result, specification.uncertainty)


def _in_real_terms(
    panel: Panel, result: IndexResult, specification: Specification
) -> tuple[tuple[Holding, ...], tuple[Problem, ...]]:
    """The claims about rising or falling, held against the index without the indicators in current prices; or why a
    methodology made for all indicators cannot do without them."""
    nominal = [code for code, tag in result.framework.all_indicators.items() if tag.tags.get("price") == "nominal"]
    claims = [claim for claim in specification.claims if isinstance(claim, (Rising, Falling))]
    rest = set(result.normalised.codes) - set(nominal)
    if not nominal or not claims or not rest:
        return (), ()
    try:
        return hold(build_index(panel, result.framework.without(nominal), result.methodology), claims), ()
    except ChoiceError as error:
        return (), (Problem("real_terms_refused", {"reason": error.problems[0]}),)


@dataclass(frozen=True)
class Written:
    """The files of a run, as relative paths, and what to know of them."""

    files: tuple[str, ...]
    notices: tuple[Problem, ...]


def write_results(
    computed: Computed,
    out: str | Path,
    *,
    lang: str = "zh",
    edits: dict[str, Sequence[str]] | None = None,
    formats: Sequence[str] = ("png",),
    progress: Progress = _silent,
) -> Written:
    """Write tables, workbook, charts and the record of the run into a folder, all or none. formats: of the charts."""
    from indexcalc.analysis.tables import analysis_tables
    from indexcalc.report.charts import draw_charts
    from indexcalc.report.model.workbook import write_model_workbook
    from indexcalc.report.page import write_page
    from indexcalc.report.publish import listed_files, publish
    from indexcalc.report.record import write_record
    from indexcalc.report.robustness_tables import write_uncertainty
    from indexcalc.report.tables import write_analyses, write_claims, write_tables, write_treatment, write_weights

    def make(folder: Path) -> list[Problem]:
        tables, told, refused = analysis_tables(computed.result, computed.specification)
        progress("tables")
        write_tables(computed.result, folder)
        (folder / "analysis").mkdir()
        write_claims(computed.holdings, computed.result, folder / "analysis")
        write_weights(computed.result, folder / "analysis")
        write_treatment(computed.result, computed.untreated, folder / "analysis")
        write_analyses(tables, folder / "analysis")
        if computed.uncertainty is not None:
            (folder / "robustness").mkdir()
            write_uncertainty(computed.uncertainty, computed.result.framework, folder / "robustness")
        if computed.proven is not None:
            _write_study(computed.proven, computed.result, folder / "robustness")
        _write_index_workbook(computed, folder, lang, tables, refused, computed.proven)
        unwritten = write_model_workbook(computed.result, folder / "model.xlsx", lang)
        (folder / "charts").mkdir()
        _, notices = draw_charts(
            computed.result,
            folder / "charts",
            lang,
            lambda _: progress("drawing"),
            studies=_studies(computed),
            formats=formats,
        )
        progress("page")
        write_page(_material(computed, tables, folder), folder / "report.html", lang)
        record = _record(computed, lang, edits)
        known = (*computed.notices, *told, *refused, *unwritten, *notices)
        record["notices"] = list(dict.fromkeys(problem.text(lang) for problem in known))
        write_record(record, folder)
        return [*refused, *unwritten, *notices]

    notices = publish(Path(out), make, inputs=computed.inputs)
    return Written(tuple(listed_files(Path(out))), tuple(notices))


def _write_index_workbook(
    computed: Computed,
    folder: Path,
    lang: str,
    tables: Mapping[str, pd.DataFrame],
    refused: Sequence[Problem],
    study: Study | None = None,
) -> None:
    """Write `index.xlsx` into a folder; study: the analyses of robustness made on demand, beside what a run proves."""
    from indexcalc.report.workbook.workbook import write_index_workbook

    specification, proven = computed.specification, computed.proven
    if study is not None and study.bounds is None and proven is not None and proven.year == study.year:
        study = replace(study, bounds=proven.bounds, changes=proven.changes)
    write_index_workbook(
        computed.result,
        folder / "index.xlsx",
        lang,
        tables=tables,
        holdings=computed.holdings,
        real=computed.real,
        yardsticks=specification.yardsticks,
        uncertainty=computed.uncertainty,
        study=study or proven,
        weights=None if specification.uncertainty is None else specification.uncertainty.weights,
        untreated=computed.untreated,
        refused=refused,
        highlight=specification.charts.highlight,
    )


def write_charts(
    computed: Computed,
    out: str | Path,
    *,
    lang: str = "zh",
    edits: dict[str, Sequence[str]] | None = None,
    only: Sequence[str] = (),
    formats: Sequence[str] = ("png",),
    study: Study | None = None,
    progress: Progress = _silent,
) -> Written:
    """Draw charts alone into a folder, beside whatever the last run wrote there. only, formats: see `report.charts`.

    study: what bounds, sensitivity and alternatives are drawn from, if they are asked for.
    The record of that run stays, and lists the charts too. A notice says if it is of other inputs or choices.
    """
    from indexcalc.report.charts import draw_charts
    from indexcalc.report.publish import publish
    from indexcalc.report.record import changes, read_record, write_record

    def make(folder: Path) -> tuple[list[str], list[Problem]]:
        (folder / "charts").mkdir()
        files, notices = draw_charts(
            computed.result,
            folder / "charts",
            lang,
            lambda _: progress("drawing"),
            studies=_studies(computed, study),
            only=only,
            formats=formats,
        )
        record = _record(computed, lang, edits)
        before = read_record(Path(out))
        if before is not None and changes(before, record):
            notices.append(Problem("charts_of_another_run", {"out": str(out)}))
        elif computed.uncertainty is not None and not _same_draws(before, record):
            notices.append(Problem("draws_of_another_run", {"out": str(out)}))
        write_record(before or record, folder, adding_to=Path(out))
        return [file.relative_to(folder).as_posix() for file in files], notices

    names, notices = publish(Path(out), make, adding=True, inputs=computed.inputs)
    return Written(tuple(names), tuple(notices))


def write_robustness(
    computed: Computed,
    study: Study,
    out: str | Path,
    *,
    lang: str = "zh",
    edits: dict[str, Sequence[str]] | None = None,
) -> Written:
    """Write the tables and charts of a study, and of the uncertainty analysis, beside what the last run wrote there,
    and `index.xlsx` with them.

    The record of that run stays, and lists these files too. A notice says if it is of other inputs or choices; then, or
    if its draws were others, its `index.xlsx` stays as it is.
    """
    from indexcalc.analysis.tables import analysis_tables
    from indexcalc.report.charts import draw_charts
    from indexcalc.report.charts.catalogue import OF_STUDIES
    from indexcalc.report.publish import listed_files, publish
    from indexcalc.report.record import changes, read_record, write_record
    from indexcalc.report.robustness_tables import write_uncertainty

    def make(folder: Path) -> tuple[list[str], list[Problem]]:
        (folder / "robustness").mkdir()
        if computed.uncertainty is not None:
            write_uncertainty(computed.uncertainty, computed.result.framework, folder / "robustness")
        _write_study(study, computed.result, folder / "robustness")
        (folder / "charts").mkdir()
        studies = _studies(computed, study)
        charts, told = draw_charts(computed.result, folder / "charts", lang, studies=studies, only=OF_STUDIES)
        files = [*sorted((folder / "robustness").iterdir()), *charts]
        record = _record(computed, lang, edits)
        before, notices = read_record(Path(out)), [*study.refused, *(one for one in told if one.key != "chart_needs")]
        if before is not None and changes(before, record):
            notices.append(Problem("robustness_of_another_run", {"out": str(out)}))
        elif computed.uncertainty is not None and not _same_draws(before, record):
            notices.append(Problem("draws_of_another_run", {"out": str(out)}))
        elif _same_draws(before, record):
            tables, _, refused = analysis_tables(computed.result, computed.specification)
            _write_index_workbook(computed, folder, lang, tables, refused, study)
            files.append(folder / "index.xlsx")
            notices += _left_behind(computed, study, listed_files(Path(out)))
        write_record(before or record, folder, adding_to=Path(out))
        return [file.relative_to(folder).as_posix() for file in files], notices

    names, notices = publish(Path(out), make, adding=True, inputs=computed.inputs)
    return Written(tuple(names), tuple(notices))


def _left_behind(computed: Computed, study: Study, listed: Sequence[str]) -> Iterator[Problem]:
    """That tables of an earlier command stay, but not in the workbook, which holds what this one has made."""
    proven = computed.proven is not None and computed.proven.year == study.year  # is shown beside the study
    there = {"bounds": study.bounds or proven, "sensitivity": study.sensitivity, "alternatives": study.alternatives}
    absent = [f"{part}.csv" for part, made in there.items() if not made and f"robustness/{part}.csv" in listed]
    if absent:
        yield Problem("workbook_parts", {"tables": ", ".join(absent)})


def _same_draws(before: dict[str, Any] | None, record: dict[str, Any]) -> bool:
    """Whether the run before, if there was one, drew what this one does."""
    return before is None or all(before.get(key) == record[key] for key in ("seed", "uncertainty"))


def _write_study(study: Study, result: IndexResult, folder: Path) -> None:
    from indexcalc.report.study_tables import study_tables
    from indexcalc.report.tables import write_table

    for name, frame in study_tables(study, result.framework, result.years).items():
        write_table(frame, folder / f"{name}.csv")


def _record(computed: Computed, lang: str, edits: dict[str, Sequence[str]] | None) -> dict[str, Any]:
    from indexcalc.report.record import run_record

    return run_record(
        computed.result,
        computed.specification,
        computed.inputs,
        {"lang": [lang], **(edits or {})},
        uncertainty=computed.uncertainty,
    )


def _studies(computed: Computed, study: Study | None = None) -> Studies:
    """What the charts show besides the index."""
    from indexcalc.report.charts import Studies

    specification, study = computed.specification, study or computed.proven
    made: dict[str, Any] = {}
    if study is not None:
        made = {"bounds": study.bounds, "sensitivity": study.sensitivity, "alternatives": study.alternatives}
    return Studies(
        **made,
        weight_set=specification.uncertainty.weights if specification.uncertainty is not None else None,
        integration=specification.integration,
        yardsticks=specification.yardsticks,
        highlight=specification.charts.highlight,
        uncertainty=computed.uncertainty,
    )


def _material(computed: Computed, tables: Mapping[str, pd.DataFrame], folder: Path) -> Material:
    """What the page is made of; it names the files made before it, and the record that follows."""
    from indexcalc.report.page import Material

    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return Material(
        result=computed.result,
        specification=computed.specification,
        holdings=computed.holdings,
        real=computed.real,
        uncertainty=computed.uncertainty,
        study=computed.proven,
        tables=tables,
        files=tuple(sorted([*files, "run.json"])),
    )
