"""One YAML and one workbook to one folder of results: what the command line calls, and Python may."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexcalc import __version__
from indexcalc.analysis.claims import unknown_names
from indexcalc.computed import Computed
from indexcalc.errors import IndexcalcError, InputError, Problem, calling, refuse_if, suggestion
from indexcalc.figures.panel import Panel, city_position
from indexcalc.figures.workbook import read_workbook
from indexcalc.load import load_draft
from indexcalc.paths import shown
from indexcalc.spec.document import read_document
from indexcalc.spec.specification import Specification
from indexcalc.steps.pipeline import build_index
from indexcalc.steps.result import IndexResult
from indexcalc.voice import Row, Voice, usual_language

if TYPE_CHECKING:
    from indexcalc.analysis.editions import Editions
    from indexcalc.report.charts.lines import Lines
    from indexcalc.report.folder.compare import Run
    from indexcalc.robustness.design import Design
    from indexcalc.robustness.result import UncertaintyResult
    from indexcalc.robustness.study import Study

Progress = Callable[..., None]
"""Called with the stage that begins and, in a long one, the share of it that is done."""


def _silent(stage: str, fraction: float = 0.0) -> None:
    """No progress."""


@np.errstate(over="ignore", invalid="ignore")  # infinite results are refused by name
def compute(
    yaml: str | Path,
    *,
    workbook: str | Path | None = None,
    weights: Sequence[str] = (),
    settings: Sequence[str] = (),
    tidy: bool = False,
    draws: int | None = None,
    seed: int | None = None,
    designed: Callable[[Design, int], None] = lambda design, draws: None,
    progress: Progress = _silent,
    reading: Callable[[Sequence[Path]], None] = lambda inputs: None,
    read: Callable[..., Panel] = read_workbook,
) -> Computed:
    """Read a YAML file and its workbook, and build the index. `workbook` replaces the one that the YAML names.

    tidy: numbers as text, merged cells, marks for missing values and their like are read, and each is reported.
    draws, seed: of the uncertainty analysis, instead of those of the YAML; 0 draws leave it out. designed: called with
    the design and the number of draws before the first draw. reading: called with the input files before anything is
    computed. read: the function that reads the workbook; one that remembers it saves time where the same file is
    computed again and again.

    Raises InputError for the YAML, the workbook, names in claims and charts, and what a draft leaves to confirm;
    ChoiceError for choices that cannot be computed.
    """
    progress("reading")
    document = read_document(yaml)
    specification, unconfirmed = load_draft(document, weights=weights, settings=settings, workbook=workbook)
    framework = specification.framework
    declared = framework.workbook.file if framework.workbook is not None else None
    if workbook is None and declared is None:
        raise InputError(Problem("no_workbook", place=("in_file", {"file": shown(yaml)})))
    path = Path(workbook) if workbook is not None else Path(yaml).parent / str(declared)
    inputs = tuple(dict.fromkeys((Path(yaml), path, *(table for table, _ in document.tables))))
    aside = tuple(sheet for table, sheet in document.tables if table == path)
    reading(inputs)
    refuse_if([problem for problem in unconfirmed if problem.key == "year_to_confirm"] and unconfirmed)
    with calling(framework):
        try:
            panel = read(path, framework, tidy=tidy, aside=aside)
        except InputError as error:
            raise InputError([*error.problems, *unconfirmed]) from None
    if unconfirmed:
        raise InputError(unconfirmed, panel.notices)
    progress("computing")
    result = build_index(panel, framework, specification.methodology)
    with calling(framework):
        refuse_if(list(_unknown_names(result, specification, shown(yaml))))
    progress("analysing")
    run = Computed(result, specification, inputs=inputs)
    return with_draws(run, draws=draws, seed=seed, designed=designed, progress=progress)


@np.errstate(over="ignore", invalid="ignore")
def with_draws(
    run: Computed,
    *,
    draws: int | None = None,
    seed: int | None = None,
    designed: Callable[[Design, int], None] = lambda design, draws: None,
    progress: Progress = _silent,
) -> Computed:
    """The same run with the draws that its YAML asks for and what is proven over weights; see `compute`. What
    `progress` raises ends it."""
    with calling(run.result.framework):
        uncertainty = _uncertainty(run, (draws, seed), designed, progress)
    if uncertainty is None:
        return run
    progress("bounding")
    return run.with_uncertainty(uncertainty, _proven(run))


def _unknown_names(result: IndexResult, specification: Specification, yaml: str) -> Iterator[Problem]:
    """Unknown names in claims and charts that only the workbook could show: a YAML need not list its cities and
    years."""
    for i, claim in enumerate(specification.claims):
        for problem in unknown_names(claim, result):
            yield replace(problem, place=("in_file", {"file": f"{yaml}, claims[{i}]"}))
    for i, city in enumerate(specification.charts.highlight):
        if city not in result.cities:
            place = ("in_file", {"file": f"{yaml}, charts.highlight[{i}]"})
            yield Problem("highlight_city", {"city": city, **suggestion(city, result.cities)}, place)
    if specification.charts.draw:
        from indexcalc.report.charts.selection import selected

        voice = Voice(specification.language or usual_language(), result.framework)
        try:
            selected(specification.charts.draw, result, voice, place=("in_file", {"file": f"{yaml}, charts.draw"}))
        except InputError as refused:
            yield from refused.problems


def _uncertainty(
    run: Computed,
    wanted: tuple[int | None, int | None],
    designed: Callable[[Design, int], None],
    progress: Progress,
) -> UncertaintyResult | None:
    """The index tested under the methodologies of the uncertainty block; wanted: draws and seed instead of its own."""
    specification, options, (draws, seed) = run.specification, run.specification.uncertainty, wanted
    if options is None:
        if draws:
            raise InputError(Problem("no_uncertainty", place=("in_option", {"option": f"--draws {draws}"})))
        return None
    draws = options.draws if draws is None else draws
    if not draws:
        return None
    from indexcalc.robustness.design import design
    from indexcalc.robustness.distinct import distinct, refuse_if_nothing_varies
    from indexcalc.robustness.monte_carlo import analyse

    progress("drawing_methods")
    about = run.result.panel, specification.framework, specification.methodology, options
    engine = distinct(design(*about, seed=seed))
    refuse_if_nothing_varies(engine.design)
    designed(engine.design, draws)
    return analyse(
        engine, specification.claims, draws, nominal=run.result, progress=lambda part: progress("drawing_methods", part)
    )


def _proven(run: Computed) -> Study | None:
    """What is proven over all weights that the uncertainty block allows, where it names a set of weights."""
    options = run.specification.uncertainty
    if options is None or options.weights is None:
        return None
    from indexcalc.robustness.study import proven

    return proven(run.result, options)


@dataclass(frozen=True)
class Written:
    """The files of a run, as relative paths, and what to know of them."""

    files: tuple[str, ...]
    notices: tuple[Problem, ...]


PARTS = ("tables", "workbook", "model", "charts", "page")
"""What a run writes. A selection of them, and `slides`, is added to what the last run wrote into the folder."""
CHECKED = ("tables", "checked")
"""What a check writes: its tables, and a workbook of these alone."""
CITIES = ("cities",)
"""The reports of single cities, which no run writes unasked."""

KNOWN_PARTS = (*PARTS, *CHECKED, *CITIES, "slides")


def write_results(
    run: Computed,
    out: str | Path,
    *,
    voice: Voice | None = None,
    edits: dict[str, Sequence[str]] | None = None,
    parts: Sequence[str] = PARTS,
    tables: Sequence[str] = (),
    charts: Sequence[str] = (),
    lines: Lines | None = None,
    formats: Sequence[str] = ("png",),
    cities: Sequence[str] = (),
    progress: Progress = _silent,
) -> Written:
    """Write tables, workbooks, charts, page and the record of the run into a folder, all or none.

    parts: of PARTS, or CHECKED, or CITIES, or `slides` (which needs python-pptx); where some are left out, those of the
    run before stay, and its record lists the new files too. A notice says if that run had other inputs, choices or
    draws; its `index.xlsx` then stays. tables: the tables that are wanted, or folders of them; charts, lines, formats:
    see `report.charts`. cities: those whose reports are wanted, by their keys. Raises InputError where the folder
    cannot be written, where an input, or a file that no run made, would be replaced, and for an unknown part or city.
    """
    from indexcalc.report.folder.manifest import listed_files, read_record
    from indexcalc.report.folder.publish import publish
    from indexcalc.report.folder.record import run_record, write_record

    unknown = [part for part in parts if part not in KNOWN_PARTS]
    refuse_if(
        [Problem("unknown_word", {"field": "part", "found": one, **suggestion(one, KNOWN_PARTS)}) for one in unknown]
    )
    for city in cities:
        city_position(run.result, city)
    voice = (voice or Voice(run.language)).of(run.result)
    adding, target = set(parts) != set(PARTS), Path(out)

    def make(folder: Path) -> tuple[list[str], list[Problem]]:
        record = run_record(run, {"lang": [voice.lang], **(edits or {})})
        before = read_record(target) if adding else None
        other = _another_run(before, record, parts, target)
        wanted = [part for part in parts if part != "workbook" or not (adding and other)]
        drawn, notices = _write_parts(run, folder, wanted, voice, tables, charts, lines, formats, cities, progress)
        if adding:
            notices += other if before is not None else []
            notices += _left_behind(run, listed_files(target)) if "workbook" in wanted else []
        else:
            known = (*run.notices, *run.analysis_notices, *run.refused, *notices)
            record["notices"] = list(dict.fromkeys(voice.problem(problem) for problem in known))
        others = sorted(path for path in folder.rglob("*") if path.is_file() and path not in drawn)
        write_record(before or record, folder, adding_to=target if adding else None)
        return [path.relative_to(folder).as_posix() for path in (*others, *drawn)], notices

    with calling(run.result.framework):
        names, notices = publish(target, make, adding=adding, inputs=run.inputs)
    left_out = (one for one in run.analysis_notices if one.key == "scenario_refused")
    return Written(tuple(names if adding else listed_files(target)), (*run.refused, *left_out, *notices))


def _write_parts(
    run: Computed,
    folder: Path,
    parts: Sequence[str],
    voice: Voice,
    tables: Sequence[str],
    charts: Sequence[str],
    lines: Lines | None,
    formats: Sequence[str],
    cities: Sequence[str],
    progress: Progress,
) -> tuple[list[Path], list[Problem]]:
    """Write parts of the results into an empty folder. Returns the charts in their order, and what to know."""
    drawn: list[Path] = []
    notices: list[Problem] = []
    if "tables" in parts:
        from indexcalc.report.csv import write_tables

        progress("tables")
        write_tables(run, folder, tables)
    if "workbook" in parts:
        from indexcalc.report.workbook.workbook import write_index_workbook

        write_index_workbook(run, folder / "index.xlsx", voice)
    if "checked" in parts:
        from indexcalc.report.workbook.workbook import write_checked_workbook

        write_checked_workbook(run, folder / "checked.xlsx", voice)
    if "model" in parts:
        from indexcalc.report.model.workbook import write_model_workbook

        notices += write_model_workbook(run.result, folder / "model.xlsx", voice)
    if "charts" in parts:
        from indexcalc.report.charts import draw_charts

        (folder / "charts").mkdir()
        drawn, told = draw_charts(
            run,
            folder / "charts",
            voice,
            lambda _, part: progress("drawing", part),
            only=charts,
            lines=lines,
            formats=formats,
        )
        notices += told
    if "cities" in parts:
        from indexcalc.report.city import write_cities

        (folder / "city").mkdir()
        drawn, told = write_cities(
            run, folder / "city", cities, voice, lambda part: progress("drawing", part), formats=formats
        )
        notices += told
    if "slides" in parts:
        from indexcalc.report.slides.pages import write_slides

        progress("laying_out")
        write_slides(run, folder / "slides.pptx", voice)
    if "page" in parts:
        from indexcalc.report.page import write_page

        progress("page")
        files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
        write_page(run, folder / "report.html", voice, sorted([*files, "run.json"]))
    return drawn, notices


OF_ANOTHER_RUN = {
    "tables": "robustness_of_another_run",
    "cities": "cities_of_another_run",
    "slides": "slides_of_another_run",
}
"""The notice where files of another run stay, by what is written beside them."""


def _another_run(
    before: dict[str, Any] | None, record: dict[str, Any], parts: Sequence[str], out: Path
) -> list[Problem]:
    """A notice that the run whose results stay had other inputs, choices or draws."""
    from indexcalc.report.folder.record import changes

    if before is None or "checked" in parts:
        return []
    if changes(before, record):
        key = next((key for part, key in OF_ANOTHER_RUN.items() if part in parts), "charts_of_another_run")
        return [Problem(key, {"out": shown(out)})]
    drawn = record["seed"] is not None
    if drawn and any(before.get(key) != record[key] for key in ("seed", "uncertainty")):
        return [Problem("draws_of_another_run", {"out": shown(out)})]
    return []


def _left_behind(run: Computed, listed: Sequence[str]) -> list[Problem]:
    """A notice that tables of an earlier command stay, but not in the workbook, which holds those of this command."""
    there = {"bounds": run.bounds, "sensitivity": run.sensitivity, "alternatives": run.alternatives}
    absent = [f"{part}.csv" for part, made in there.items() if not made and f"robustness/{part}.csv" in listed]
    return [Problem("workbook_parts", {"tables": Row(absent)})] if absent else []


# --- two editions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edition:
    """One side of a comparison: its record, and the index computed from its inputs, None where these are missing, for
    the reason in `lacking`."""

    run: Run
    computed: Computed | None
    lacking: tuple[Problem, ...] = ()


def read_edition(path: str | Path) -> Edition:
    """A YAML file, computed, or the folder of a run, computed again if the inputs of its record are still there."""
    from indexcalc.report.folder.compare import read_run, run_of
    from indexcalc.report.folder.record import changes, run_record
    from indexcalc.report.folder.repeat import recorded

    path = Path(path)
    if path.suffix.casefold() in (".yaml", ".yml") and not path.is_dir():
        computed = compute(path, draws=0)
        return Edition(run_of(computed, shown(path)), computed)
    run = read_run(path)
    try:
        made = recorded(path)
        about: dict[str, Any] = {"weights": made.weight, "settings": made.set, "tidy": made.tidy}
        computed = compute(made.yaml, workbook=made.workbook, draws=0, **about)
    except IndexcalcError as refused:
        keys = {"input_changed": "edition_changed", "input_gone": "edition_gone"}
        return Edition(run, None, tuple(replace(one, key=keys.get(one.key, one.key)) for one in refused.problems))
    differing = changes(dict(run.record), run_record(computed, {}))
    if differing.ranks or differing.added or differing.removed or differing.restated[0]:
        facts = {"version": run.record.get("version", ""), "now": __version__}
        return Edition(run, None, (Problem("edition_differs", facts, ("in_file", {"file": shown(path)})),))
    return Edition(run, computed)


@np.errstate(over="ignore", invalid="ignore")
def split_change(old: Edition, new: Edition) -> Editions | None:
    """The change between two editions, split by cause; None where one cannot be computed, or where they have no ranked
    city-year in common."""
    from indexcalc.analysis.editions import editions

    if old.computed is None or new.computed is None:
        return None
    found = editions(old.computed.result, new.computed.result)
    return None if np.isnan(found.scores).all() else found


def write_change(
    found: Editions, new: Computed, out: str | Path, voice: Voice, *, scores: bool, formats: Sequence[str] = ("png",)
) -> Written:
    """Write the split of a change into a folder: `analysis/editions.csv` and `charts/editions`, beside what a run has
    written there. scores: whether the scores of both editions are on one scale."""
    from indexcalc.report.charts import draw_editions
    from indexcalc.report.csv import write_table
    from indexcalc.report.folder.manifest import read_record
    from indexcalc.report.folder.publish import publish
    from indexcalc.report.folder.record import write_record
    from indexcalc.report.tables.editions import editions_file

    def make(folder: Path) -> tuple[list[str], list[Problem]]:
        for inside in ("analysis", "charts"):
            (folder / inside).mkdir()
        table = folder / "analysis" / "editions.csv"
        write_table(editions_file(found, new.result.framework), table)
        drawn, notices = draw_editions(found, new, folder / "charts", voice, scores=scores, formats=formats)
        record = read_record(Path(out)) or {"program": "indexcalc", "version": __version__}
        write_record(record, folder, adding_to=Path(out))
        return [path.relative_to(folder).as_posix() for path in (table, *drawn)], notices

    names, notices = publish(Path(out), make, adding=True, inputs=new.inputs)
    return Written(tuple(names), tuple(notices))
