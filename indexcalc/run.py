"""One YAML and one workbook to one folder of results: what the command line calls, and Python may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexcalc.analysis.claims import Holding, hold
from indexcalc.errors import InputError, Problem
from indexcalc.pipeline import build_index
from indexcalc.result import IndexResult
from indexcalc.specification import Specification, load_specification
from indexcalc.workbook import read_workbook

Progress = Callable[[str], None]


def _silent(stage: str) -> None:
    """No progress."""


@dataclass(frozen=True)
class Computed:
    """An index computed from files: the specification, the result, what becomes of the claims, the files that went in,
    and what to know of them."""

    specification: Specification
    result: IndexResult
    holdings: tuple[Holding, ...]
    inputs: tuple[Path, ...]
    notices: tuple[Problem, ...]


def compute(
    yaml: str | Path,
    *,
    workbook: str | Path | None = None,
    weights: Sequence[str] = (),
    settings: Sequence[str] = (),
    progress: Progress = _silent,
) -> Computed:
    """Read a YAML file and its workbook, and build the index. `workbook` replaces the one that the YAML names."""
    progress("reading")
    specification = load_specification(yaml, weights=weights, settings=settings)
    framework = specification.framework
    if workbook is None and framework.workbook is None:
        raise InputError(Problem("no_workbook", place=("in_file", {"file": str(yaml)})))
    path = Path(workbook) if workbook is not None else Path(yaml).parent / str(framework.workbook)
    panel = read_workbook(path, framework)
    progress("computing")
    result = build_index(panel, framework, specification.methodology)
    notices = list(panel.notices)
    if specification.uncertainty is not None:
        notices.append(Problem("uncertainty_not_run"))
    holdings = hold(result, specification.claims)
    return Computed(specification, result, holdings, (Path(yaml), path), tuple(notices))


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
    progress: Progress = _silent,
) -> Written:
    """Write tables, workbook, charts and the record of the run into a folder, all or none."""
    from indexcalc.report.charts import draw_charts
    from indexcalc.report.index_workbook import write_index_workbook
    from indexcalc.report.publish import listed_files, publish
    from indexcalc.report.record import run_record, write_record
    from indexcalc.report.tables import write_claims, write_tables

    def make(folder: Path) -> list[Problem]:
        progress("tables")
        write_tables(computed.result, folder)
        (folder / "analysis").mkdir()
        write_claims(computed.holdings, computed.result, folder / "analysis")
        write_index_workbook(computed.result, folder / "index.xlsx", lang)
        (folder / "charts").mkdir()
        _, notices = draw_charts(computed.result, folder / "charts", lang, lambda _: progress("drawing"))
        record = run_record(computed.result, computed.specification, computed.inputs, {"lang": [lang], **(edits or {})})
        write_record(record, folder)
        return notices

    notices = publish(Path(out), make)
    return Written(tuple(listed_files(Path(out))), tuple(notices))
