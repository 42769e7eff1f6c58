"""The command line: commands, progress, exit codes; no logic. Their arguments are in `arguments`. Imports of pandas,
matplotlib and the like are inside the commands that need them, so that --help is quick.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexcalc.arguments import in_order, language, make_parser
from indexcalc.errors import IndexcalcError, InputError, Problem, calling, refuse_if, suggestion
from indexcalc.interruption import at_once, unmistaken
from indexcalc.paths import exhausted, refuse_unreadable, shown
from indexcalc.voice import VARIABLE, City, Row, Voice, Word, languages

if TYPE_CHECKING:
    from indexcalc.computed import Computed
    from indexcalc.report.charts.lines import Lines
    from indexcalc.report.folder.repeat import Recorded
    from indexcalc.report.tables.table import Table


MOST_PORT = 65_535
"""The highest port number."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0 done, 1 the input is wrong, 2 the command is wrong."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    voice = Voice(language(arguments))
    try:
        _refuse_unknown_language()
        with unmistaken():
            return _main(arguments, voice)
    except IndexcalcError as error:
        _tell(error.notices, error.told_by(voice))
        print(error.said(voice), file=sys.stderr)
        return 2 if _from_options(error) else 1
    except KeyboardInterrupt:
        print(voice.say("cli.interrupted"), file=sys.stderr)
        return 130
    except BrokenPipeError:  # `indexcalc run | head`
        sys.stderr.close()
        return 0
    except (OSError, MemoryError) as error:
        problem = exhausted(error)
        if problem is None:
            raise
        print(voice.problem(problem), file=sys.stderr)
        return 1


def _from_options(error: IndexcalcError) -> bool:
    """Whether it is the command that has to be corrected, and no file."""
    return all(problem.place and problem.place[0] == "in_option" for problem in error.problems)


def _refuse_unknown_language() -> None:
    """Refuse a variable INDEXCALC_LANG that names no language."""
    named = os.environ.get(VARIABLE, "")
    if named and named not in languages():
        facts = {"field": VARIABLE, "found": named, **suggestion(named, languages())}
        raise InputError(Problem("unknown_word", facts, ("in_option", {"option": VARIABLE})))


def _main(arguments: list[str], voice: Voice) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console or a C locale must not break Chinese
            stream.reconfigure(encoding="utf-8", errors="replace")
    parser = make_parser(voice)
    try:
        parsed = parser.parse_args(in_order(arguments))
    except SystemExit as stop:  # argparse has printed its help, its version or its error
        return int(stop.code or 0)
    if parsed.command is None:
        parser.print_help()
        return 0
    if getattr(parsed, "out", None) == "":  # an unset variable of a shell would strew files over the present folder
        raise InputError(Problem("out_empty", {}, ("in_option", {"option": "--out"})))
    if not getattr(parsed, "quiet", False):
        return COMMANDS[parsed.command](parsed, voice)
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stderr(nowhere):  # `main` reports an error
        answered = parsed.command == "compare" or getattr(parsed, "json", False)
        with nullcontext() if answered else redirect_stdout(nowhere):
            return COMMANDS[parsed.command](parsed, voice)


def _run(parsed: argparse.Namespace, voice: Voice) -> int:
    if not parsed.watch:
        return _run_once(parsed, voice)
    _need("serve", "watchfiles")
    from indexcalc.serve.watching import stamp, wait_for_save

    refuse_unreadable(parsed.yaml)
    while True:
        seen = {Path(parsed.yaml): stamp(Path(parsed.yaml))}

        def reading(inputs: Sequence[Path], seen: dict[Path, Any] = seen) -> None:
            seen.update({path: stamp(path) for path in inputs if path not in seen})

        try:
            with unmistaken():
                _run_once(parsed, voice, reading)
        except IndexcalcError as error:
            if _from_options(error):
                raise
            _tell(error.notices, voice)
            print(error.said(voice), file=sys.stderr)
        try:
            print(voice.say("cli.watching", files=voice.listed([shown(path) for path in seen])), flush=True)
            with at_once():
                wait_for_save(seen)
        except KeyboardInterrupt:
            return 0


def _run_once(
    parsed: argparse.Namespace, voice: Voice, reading: Callable[[Sequence[Path]], None] = lambda inputs: None
) -> int:
    from indexcalc.report import screen
    from indexcalc.report.folder.manifest import read_record
    from indexcalc.report.folder.publish import recover
    from indexcalc.report.folder.record import changes
    from indexcalc.report.folder.repeat import repetition
    from indexcalc.run import compute, write_results

    console = _console(parsed)
    formats = _formats(parsed.format)
    recover(Path(parsed.out))
    repeated = None if parsed.source is None else _recorded(parsed)
    if repeated is not None and parsed.lang is None and repeated.lang in languages():
        voice = Voice(repeated.lang)
    before = read_record(Path(parsed.out))
    with _progress(voice) as progress:
        guarded = _guarded(
            parsed, "rankings.csv", "scores.csv", "index.xlsx", "model.xlsx", "report.html", also=reading
        )
        run = compute(parsed.yaml, **_inputs(parsed), **_drawn(parsed, voice), **guarded, progress=progress)
        voice = voice.of(run.result)
        written = write_results(run, parsed.out, voice=voice, edits=_edits(parsed), formats=formats, progress=progress)
    _tell((*run.notices, *written.notices), voice)
    screen.print_ranking(console, run, voice)
    screen.print_claims(console, run, voice, verbose=parsed.verbose)
    screen.print_headline(console, run, voice)
    screen.print_treatment(console, run, voice)
    screen.print_consistency(console, run, voice)
    if parsed.verbose:
        screen.print_answers(console, run, "run", voice)
        screen.print_weights(console, run, voice)
    else:
        screen.print_scenarios(console, run, voice)
        screen.print_against(console, run, voice)
    screen.print_shares(console, run, [edit.partition("=")[0].strip() for edit in parsed.weight], voice)
    now = read_record(Path(parsed.out))
    if repeated is not None:
        screen.print_repetition(console, repetition(repeated, Path(parsed.out)), parsed.source, voice)
    elif before is not None and now is not None:
        screen.print_changes(console, changes(before, now), voice, now)
    screen.print_files(console, parsed.out, list(written.files), voice)
    if parsed.json:
        from indexcalc.report.tables.claims import claims_sheet
        from indexcalc.report.tables.framework import weights
        from indexcalc.report.tables.rankings import ranking

        claims = claims_sheet(run)
        tables = {"ranking": [ranking(run)], "weights": [weights(run)], "claims": claims.tables if claims else ()}
        _print_json(parsed, {**tables, **_answers(run, "run")}, voice, out=parsed.out, files=written.files)
    return 0


def _answers(run: Computed, command: str) -> dict[str, Sequence[Table]]:
    """The tables that a command prints, by the keys of their sheets."""
    from indexcalc.report.tables import printed

    return {key: shown.tables for key, shown in printed(run, command).items()}


def _print_json(parsed: argparse.Namespace, tables: dict[str, Sequence[Table]], voice: Voice, **more: Any) -> None:
    from indexcalc.report.json import written

    print(written(parsed.command, tables, voice, language=voice.lang, **more))


def _recorded(parsed: argparse.Namespace) -> Recorded:
    """The run that `--from` names, whose inputs and choices then replace those of the command."""
    from indexcalc.arguments import ARGUMENTS
    from indexcalc.report.folder.repeat import recorded

    given = {"YAML": parsed.yaml != ARGUMENTS["yaml"][1]["default"]}
    options = ("workbook", "tidy", "weight", "set", "draws", "seed")
    given |= {f"--{name}": bool(getattr(parsed, name)) for name in options}
    refuse_if(
        [Problem("not_with_from", place=("in_option", {"option": one})) for one, is_there in given.items() if is_there]
    )
    found = recorded(Path(parsed.source))
    parsed.yaml, parsed.workbook, parsed.tidy = found.yaml, found.workbook, found.tidy
    parsed.weight, parsed.set, parsed.draws = list(found.weight), list(found.set), str(found.draws)
    parsed.seed = None if found.seed is None else str(found.seed)
    return found


def _charts(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.report import screen
    from indexcalc.report.charts.selection import needs_draws, study_parts
    from indexcalc.run import compute, write_results

    formats, named = _formats(parsed.format), [name for said in parsed.only for name in _names(said) or [said]]
    only = named or ["all"]
    drawn, lines = _drawn(parsed, voice), _lines(parsed)
    with _progress(voice) as progress:
        run = compute(
            parsed.yaml,
            **_inputs(parsed),
            **{**drawn, **({} if needs_draws(only) else {"draws": 0})},
            **_guarded(parsed),
            progress=progress,
        )
        parts = study_parts(named) if run.specification.uncertainty is not None else []
        notices = run.notices
        run = _studied(run, parts, drawn, progress) if parts else run
        voice = voice.of(run.result)
        about: dict[str, Any] = {"charts": only, "lines": lines, "formats": formats, "edits": _edits(parsed)}
        written = write_results(run, parsed.out, voice=voice, parts=("charts",), **about, progress=progress)
    _tell((*notices, *(run.study.refused if run.study is not None else ()), *written.notices), voice)
    screen.print_files(_console(), parsed.out, list(written.files), voice, each=True)
    return 0


def _slides(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.report import screen
    from indexcalc.run import compute, write_results

    _need("slides", "pptx")
    with _progress(voice) as progress:
        guarded = _guarded(parsed, "slides.pptx")
        run = compute(parsed.yaml, **_inputs(parsed), **_drawn(parsed, voice), **guarded, progress=progress)
        voice = voice.of(run.result)
        about: dict[str, Any] = {"parts": ("slides",), "edits": _edits(parsed)}
        written = write_results(run, parsed.out, voice=voice, **about, progress=progress)
    _tell((*run.notices, *written.notices), voice)
    screen.print_files(_console(), parsed.out, list(written.files), voice, each=True)
    return 0


def _lines(parsed: argparse.Namespace) -> Lines:
    """Which cities and years the charts of lines show, and in which shape."""
    from indexcalc.report.charts.lines import Lines

    lines = Lines([name for said in parsed.cities for name in _names(said)], parsed.years, parsed.shape)
    if lines.asked and not parsed.only:
        raise InputError([Problem("lines_without_only", place=("in_option", {"option": one})) for one in lines.asked])
    return lines


def _studied(
    run: Computed,
    parts: Sequence[str],
    drawn: dict[str, Any],
    progress: Callable[..., None],
    year: int | None = None,
) -> Computed:
    """The run with parts of a study of robustness, under the options of the YAML and of the command."""
    from indexcalc.robustness.study import study

    options = run.specification.uncertainty
    assert options is not None
    stages = {"bounds": "bounding", "sensitivity": "sobol", "alternatives": "listing"}
    with calling(run.result.framework):
        made = study(
            run.result,
            run.specification.claims,
            options,
            parts=parts,
            year=year,
            draws=drawn.get("draws"),
            seed=drawn.get("seed"),
            progress=lambda part, share: progress(stages[part], share),
        )
    return run.with_study(made)


def _robustness(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.analysis.named import find_year
    from indexcalc.report import screen
    from indexcalc.report.charts.selection import of_studies
    from indexcalc.robustness.study import PARTS
    from indexcalc.run import compute, write_results

    drawn = _drawn(parsed, voice)
    with _progress(voice) as progress:
        guarded = _guarded(parsed, "index.xlsx")
        run = compute(parsed.yaml, **_inputs(parsed), **drawn, **guarded, progress=progress)
        options = run.specification.uncertainty
        if options is None:
            raise InputError(Problem("robustness_no_block", place=("in_file", {"file": parsed.yaml})))
        year = None
        if parsed.year is not None:
            year = find_year(run.result, parsed.year, ("in_option", {"option": "--year"}))
        parts = [part for part in PARTS if getattr(parsed, part)]
        if not parts:  # without draws there is nothing to estimate an index from
            draws = drawn.get("draws", options.draws)
            parts = [part for part in PARTS if draws or part != "sensitivity"]
        notices, again = run.notices, run.study.refused if run.study is not None and "bounds" in parts else ()
        run = _studied(run, parts, drawn, progress, year)
        voice = voice.of(run.result)
        about: dict[str, Any] = {
            "tables": ("robustness", "analysis/claims"),
            "charts": of_studies(),
            "edits": _edits(parsed),
        }
        written = write_results(run, parsed.out, voice=voice, parts=("tables", "charts", "workbook"), **about)
    assert run.study is not None
    told = (one for one in written.notices if one.key != "chart_needs" and one not in run.refused)
    _tell((*(notice for notice in notices if notice not in again), *run.study.refused, *told), voice)
    console = _console()
    screen.print_ranking(console, run, voice)
    screen.print_claims(console, run, voice)
    screen.print_answers(console, run, "robustness", voice)
    screen.print_files(console, parsed.out, list(written.files), voice, each=True)
    return 0


def _edits(parsed: argparse.Namespace) -> dict[str, Sequence[str]]:
    """What the options change in the YAML."""
    return {"weight": parsed.weight, "set": parsed.set, **({"tidy": ["true"]} if parsed.tidy else {})}


def _inputs(parsed: argparse.Namespace) -> dict[str, Any]:
    """The workbook and the edits that options name."""
    return {"workbook": parsed.workbook, "tidy": parsed.tidy, "weights": parsed.weight, "settings": parsed.set}


def _guarded(
    parsed: argparse.Namespace, *files: str, also: Callable[[Sequence[Path]], None] = lambda inputs: None
) -> dict[str, Any]:
    """The options of `compute` that refuse, before anything is computed, to write these files, or into these folders,
    over what is not a run's own. also: called with the inputs first."""
    from indexcalc.report.folder.publish import refuse_losses

    inside = [f"{folder}/*" for folder in ("analysis", "charts", "checked", "robustness")]

    def reading(inputs: Sequence[Path]) -> None:
        also(inputs)
        refuse_losses(Path(parsed.out), (*files, *inside, "run.json"), inputs)

    return {"reading": reading}


def _drawn(parsed: argparse.Namespace, voice: Voice) -> dict[str, Any]:
    """Draws and seed of the uncertainty analysis from options, and a function that reports its design before it
    starts."""
    from indexcalc.spec.uncertainty import MOST_DRAWS

    found = _numbers(parsed, draws=MOST_DRAWS, seed=None)

    def designed(design: Any, draws: int) -> None:
        from indexcalc.report.text.robustness import design_sentence

        about = design.varying, draws, design.seed, voice.of(design.framework)
        sentence = design_sentence(*about, combinations=design.combinations)
        print(sentence, file=sys.stderr)

    return {**found, "designed": designed}


def _numbers(parsed: argparse.Namespace, **most: int | None) -> dict[str, int]:
    """The whole numbers that options name, each up to its most; those that are not given are left out."""
    found, problems = {}, []
    for name, limit in most.items():
        written = getattr(parsed, name)
        if written is None:
            continue
        number = int(written) if re.fullmatch(r"[0-9]{1,4000}", written) else -1
        if number < 0 or (limit is not None and number > limit):
            expected = Word("errors.expected.whole_number_from_0")
            if limit is not None:
                expected = Word("errors.expected.whole_number_to", most=limit)
            place = ("in_option", {"option": f"--{name} {written}"})
            problems.append(
                Problem("wrong_value", {"field": name, "found": repr(written), "expected": expected}, place)
            )
        else:
            found[name] = number
    refuse_if(problems)
    return found


def _names(written: str) -> list[str]:
    """The names that an option lists, separated by commas."""
    return [name for name in re.split(r"\s*[,，]\s*", written.strip()) if name]


def _formats(written: str, known: Sequence[str] | None = None) -> list[str]:
    """The formats that an option lists, each once, by default of charts; refused by name."""
    from indexcalc.spec.analyses import CHART_FORMATS

    known = CHART_FORMATS if known is None else known
    place, names = ("in_option", {"option": "--format"}), _names(written.casefold())
    unknown = [name for name in names if name not in known]
    facts = [{"found": name, **suggestion(name, known)} for name in unknown or ([] if names else [""])]
    refuse_if([Problem("chart_format_unknown", fact, place) for fact in facts])
    return list(dict.fromkeys(names))


def _serve(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.spec.uncertainty import MOST_DRAWS

    _need("serve", "starlette", "uvicorn", "watchfiles")
    from indexcalc.serve.command import serve

    numbers = _numbers(parsed, port=MOST_PORT, draws=MOST_DRAWS, seed=None)
    port = numbers.pop("port", 0)
    options: dict[str, Any] = {name: Path(value) for name in ("workbook", "out") if (value := getattr(parsed, name))}
    serve(Path(parsed.yaml), port=port, browser=not parsed.no_open, voice=voice, tidy=parsed.tidy, **options, **numbers)
    return 0


def _need(extra: str, *packages: str) -> None:
    """Refuse a command whose packages are not installed, and say what installs them."""
    from importlib.util import find_spec

    absent = [package for package in packages if find_spec(package.partition(".")[0]) is None]
    if absent:
        raise InputError(Problem("extra_missing", {"packages": Row(absent), "extra": extra}))


def _check(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.report import screen
    from indexcalc.run import CHECKED, compute, write_results

    guarded = _guarded(parsed, "checked.xlsx") if parsed.out is not None else {}
    run = compute(parsed.yaml, **_inputs(parsed), draws=0, **guarded)
    console, voice = _console(parsed), voice.of(run.result)
    _tell((notice for notice in run.notices if notice.key != "suspicious"), voice)  # the table below says it in full
    written: Sequence[str] = ()
    if parsed.out is not None:
        about: dict[str, Any] = {"tables": ("checked",), "edits": _edits(parsed)}
        written = write_results(run, parsed.out, voice=voice, parts=CHECKED, **about).files
    screen.print_answers(console, run, "check", voice, is_written=bool(written))
    screen.print_shares(console, run, [edit.partition("=")[0].strip() for edit in parsed.weight], voice)
    screen.print_checked(console, run.result, voice)
    if written:
        screen.print_files(console, parsed.out, list(written), voice, each=True)
    if parsed.json:
        _print_json(parsed, _answers(run, "check"), voice, out=parsed.out, files=written)
    return 0


def _weights(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.report import screen
    from indexcalc.run import compute

    if parsed.write is not None:
        return _write_weights(parsed, voice)
    show = [name for said in parsed.show for name in _names(said)]
    run = compute(parsed.yaml, **_inputs(parsed), draws=0)
    voice = voice.of(run.result)
    _refuse_unshown(show, run)
    screen.print_weight_sets(_console(), run, voice, show)
    return 0


def _refuse_unshown(show: Sequence[str], run: Computed) -> None:
    """Refuse a method without workings: it is unknown, needs more than the figures, or is forbidden by them."""
    from indexcalc.methods import METHODS

    known = dict.fromkeys(one.choice.name for one in run.weighed)
    known |= {name: None for name in run.weight_sets.codes if "workings" in METHODS["weighting"][name].traits}
    refused = {one.facts["code"]: one for one in run.weight_sets.notices}
    problems = []
    for name in show:
        place = ("in_option", {"option": f"--show {name}"})
        if name in refused:
            problems.append(Problem("weights_refused", {"reason": refused[name].facts["reason"]}, place))
        elif name not in known:
            facts = {"field": "method", "found": name, **suggestion(name, known)}
            problems.append(Problem("unknown_word", facts, place))
    refuse_if(problems)


def _write_weights(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.analysis.weight_sets import numbers
    from indexcalc.load import load_framework
    from indexcalc.report import screen
    from indexcalc.report.text.method_words import as_written
    from indexcalc.run import compute
    from indexcalc.spec.document import read_document
    from indexcalc.spec.edit import read_text, with_given_weights, with_weights, write_text

    if parsed.set:
        raise InputError(Problem("write_with_set", place=("in_option", {"option": "--set"})))
    old = {code: node.weight for _, code, node in load_framework(parsed.yaml).walk()}
    own = (read_document(parsed.yaml).data.get("methodology") or {}).get("weighting", "given")
    setting = f"methodology.weighting={parsed.write}"
    is_own = parsed.write == (own.get("method") if isinstance(own, dict) else own)
    try:
        result = compute(parsed.yaml, **{**_inputs(parsed), "settings": [] if is_own else [setting]}, draws=0).result
        found = numbers(result)
    except IndexcalcError as error:  # what is wrong with the method is reported at the option that names it
        told, option = {"option": f"--set {setting}"}, ("in_option", {"option": f"--write {parsed.write}"})
        at_option = (place is not None and place[1] == told for place in (one.place for one in error.problems))
        problems = [
            replace(one, place=option) if here else one for one, here in zip(error.problems, at_option, strict=True)
        ]
        raise type(error)(problems, error.notices) from None
    before = read_text(Path(parsed.yaml))
    wanted = {code: node.weight for _, code, node in result.framework.walk()} | found.weights
    weighed = with_weights(before, wanted, shown(parsed.yaml))
    after = with_given_weights(weighed, shown(parsed.yaml))
    if after != before:
        write_text(Path(parsed.yaml), after)
    replaced = as_written(own) if after != weighed else None
    n = sum(old[code] != weight for code, weight in wanted.items())
    screen.print_written(_console(), shown(parsed.yaml), found, replaced, n, voice.of(result))
    return 0


def _city(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.report import screen
    from indexcalc.report.city import FORMATS
    from indexcalc.run import CITIES, compute, write_results

    formats = _formats(parsed.format, FORMATS)
    files = [name for name in parsed.cities if Path(name).suffix.casefold() in (".yaml", ".yml")]
    names = [name for name in parsed.cities if name not in files]
    if parsed.every == bool(names) or len(files) > 1:
        key = "city_or_all" if parsed.every == bool(names) else "city_one_yaml"
        raise InputError(Problem(key, {"files": Row(files)}, ("in_option", {"option": "CITY"})))
    parsed.yaml = files[0] if files else parsed.yaml
    with _progress(voice) as progress:
        guarded = _guarded(parsed, "city/*")
        run = compute(parsed.yaml, **_inputs(parsed), **_drawn(parsed, voice), **guarded, progress=progress)
        with calling(run.result.framework):
            about: dict[str, Any] = {"cities": _cities(run, names), "formats": formats, "edits": _edits(parsed)}
        voice = voice.of(run.result)
        written = write_results(run, parsed.out, voice=voice, parts=CITIES, **about, progress=progress)
    _tell((*run.notices, *written.notices), voice)
    screen.print_files(_console(), parsed.out, list(written.files), voice, each=True)
    return 0


def _cities(run: Computed, names: Sequence[str]) -> list[str]:
    """The cities that are named, each once; all that have a score where none is. Refused by name, all at once."""
    from indexcalc.analysis.named import find_city, scored_years

    if not names:
        return run.scored
    found, problems = list[str](), list[Problem]()
    for name in names:
        try:
            found.append(find_city(run.result, name, ("in_option", {"option": "CITY"})))
            scored_years(run.result, found[-1])
        except InputError as error:
            problems += error.problems
    refuse_if(problems)
    return list(dict.fromkeys(found))


def _explain(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.analysis.against import against
    from indexcalc.analysis.named import find_city, find_indicator, find_year
    from indexcalc.analysis.trace import trace
    from indexcalc.report.json import explained
    from indexcalc.report.text.explain import print_against, print_story, print_trace
    from indexcalc.run import compute

    if parsed.trace is not None and parsed.against is not None:
        raise InputError(Problem("explain_one_of_two", place=("in_option", {"option": "--against"})))
    if Path(parsed.city).suffix.casefold() in (".yaml", ".yml"):
        raise InputError(Problem("explain_no_city", {"found": parsed.city}, ("in_option", {"option": "CITY"})))
    if parsed.trace is None and parsed.year is not None:
        raise InputError(Problem("explain_year_alone", place=("in_option", {"option": "--year"})))
    run = compute(parsed.yaml, **_inputs(parsed), draws=0)
    result = run.result
    console, voice = _console(parsed), voice.of(result)
    with calling(result.framework):
        city = find_city(result, parsed.city, ("in_option", {"option": "CITY"}))
        year = result.years[-1]
        if parsed.year is not None:
            year = find_year(result, parsed.year, ("in_option", {"option": "--year"}))
        answer: dict[str, Any]
        if parsed.trace is not None:
            code = find_indicator(result, parsed.trace, ("in_option", {"option": "--trace"}))
            traced = trace(result, city, year, code)
            print_trace(console, traced, result, voice)
            answer = {"trace": traced}
        elif parsed.against is not None:
            other = find_city(result, parsed.against, ("in_option", {"option": "--against"}))
            if other == city:
                raise InputError(
                    Problem("explain_itself", {"city": City(city)}, ("in_option", {"option": "--against"}))
                )
            compared = against(result, city, other)
            print_against(console, compared, result, voice)
            answer = {"against": compared}
        else:
            story = run.whole_story(city)
            print_story(console, story, result, voice)
            answer = {"story": story}
        if parsed.json:
            print(explained(answer, voice))
    return 0


def _methods(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.report.text.methods import print_methods

    print_methods(_console(), parsed.step, parsed.method, voice)
    return 0


def _init(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.report.start.starter import write_starter

    folder = Path(parsed.folder)
    if parsed.source is not None:
        from indexcalc.report.start.draft import recognised_lines, write_draft

        found, paths = write_draft(folder, Path(parsed.source), voice, parsed.set)
        print(*recognised_lines(found, voice), "", sep="\n")
        print(voice.say("cli.started"), *(f"  {shown(path)}" for path in paths), sep="\n")
        copy = folder / Path(parsed.source).name
        if found.problems and copy in paths:
            print(voice.say("cli.correct_copy", file=shown(copy)))
        print(voice.say("cli.next_draft", go=_go(folder)))
        return 0
    if parsed.set:
        raise InputError(Problem("set_without_from", place=("in_option", {"option": "--set"})))
    print(voice.say("cli.started"), *(f"  {shown(path)}" for path in write_starter(folder, voice)), sep="\n")
    print(voice.say("cli.next", go=_go(folder)))
    return 0


def _import_coin(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.report.start.imported import imported_lines, write_imported

    folder = Path(parsed.out)
    coin, paths = write_imported([Path(file) for file in parsed.files], folder, voice, parsed.group)
    print(*imported_lines(coin, parsed.group, voice), "", sep="\n")
    print(voice.say("cli.started"), *(f"  {shown(path)}" for path in paths), sep="\n")
    print(voice.say("cli.next_imported", go=_go(folder)))
    return 0


def _go(folder: Path) -> str:
    """The command that enters a folder."""
    return f'cd "{folder}"' if " " in str(folder) else f"cd {folder}"


def _template(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.load import load_framework
    from indexcalc.report.start.template import write_template

    write_template(load_framework(parsed.yaml), Path(parsed.out), voice, awaited=parsed.awaited)
    print(voice.say("cli.started"), f"  {shown(parsed.out)}", sep="\n")
    print(voice.say("cli.filled", yaml=parsed.yaml, out=parsed.out))
    return 0


def _compare(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.report.folder.compare import compare_runs, print_comparison
    from indexcalc.report.screen import print_files, say
    from indexcalc.report.text.editions import print_editions
    from indexcalc.run import read_edition, split_change, write_change

    formats = _formats(parsed.format)
    old, new = read_edition(parsed.before), read_edition(parsed.now)
    console, lacking = _console(parsed), (*old.lacking, *new.lacking)
    compared, found = compare_runs(old.run, new.run), split_change(old, new)
    if new.computed is not None:
        voice = voice.of(new.computed.result)
    print_comparison(console, compared, voice)
    if found is not None and new.computed is not None and old.computed is not None and found.telling():
        told = new.computed.specification.charts.highlight
        frameworks = old.computed.result.framework, new.computed.result.framework
        print_editions(console, found, frameworks, told, voice, scores=compared.one_scale)
    elif lacking and parsed.out is None and not compared.same:
        say(console, voice.say("compare.unsplit"), *(f"  {voice.problem(problem)}" for problem in lacking))
    if parsed.out is not None:
        if found is None or new.computed is None:
            raise InputError(lacking or Problem("editions_apart", place=("in_option", {"option": "--out"})))
        about: dict[str, Any] = {"scores": compared.one_scale, "formats": formats}
        written = write_change(found, new.computed, parsed.out, voice, **about)
        _tell(written.notices, voice)
        print_files(console, parsed.out, list(written.files), voice, each=True)
    if parsed.json:
        from indexcalc.report.folder.compare import as_data
        from indexcalc.report.json import text

        parts = None if found is None or new.computed is None else (found, new.computed.result.framework)
        print(text({**as_data(compared, parts), "lacking": [voice.problem(one) for one in lacking]}))
    return 0


def _doctor(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.report.doctor import WRONG, examine, report

    found = examine(Path(parsed.out))
    print(*report(found, voice), sep="\n")
    return 1 if any(one.state == WRONG for one in found) else 0


def _completion(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.completion import script

    print(script(parsed.shell, voice), end="")
    return 0


def _schema(parsed: argparse.Namespace, voice: Voice) -> int:
    from indexcalc.report.start.starter import schema_text

    print(schema_text(), end="")
    return 0


def _tell(notices: Iterable[Problem], voice: Voice) -> None:
    """Print notices on stderr; each sentence once, however many analyses and charts it concerns."""
    for text in dict.fromkeys(map(voice.problem, notices)):
        print(text, file=sys.stderr)


def _console(parsed: argparse.Namespace | None = None) -> Any:
    """The screen; where it is no terminal, wide enough for every table. Silent where the answer is JSON."""
    from rich.console import Console

    silent = bool(getattr(parsed, "json", False))
    return Console(highlight=False, width=None if sys.stdout.isatty() else 120, quiet=silent)


@contextmanager
def _progress(voice: Voice) -> Iterator[Callable[..., None]]:
    """A bar on stderr while a run works; nothing where stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda stage, fraction=0.0: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def advance(stage: str, fraction: float = 0.0) -> None:
            bar.update(task, description=voice.say(f"cli.{stage}"), completed=fraction)
            bar.refresh()

        yield advance


COMMANDS: dict[str, Callable[[argparse.Namespace, Voice], int]] = {
    "run": _run,
    "serve": _serve,
    "charts": _charts,
    "slides": _slides,
    "robustness": _robustness,
    "check": _check,
    "weights": _weights,
    "city": _city,
    "explain": _explain,
    "methods": _methods,
    "init": _init,
    "import-coin": _import_coin,
    "template": _template,
    "compare": _compare,
    "schema": _schema,
    "doctor": _doctor,
    "completion": _completion,
}
