"""The draft of a framework from a user's own file: what was recognised, as an indicators.yaml to be confirmed."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from indexcalc.errors import InputError, Problem
from indexcalc.figures.found import Found
from indexcalc.figures.headers import fold
from indexcalc.figures.layouts import layout_word
from indexcalc.figures.recognise import Recognised, recognise, safe_code
from indexcalc.load import workbook_of
from indexcalc.paths import place_unwritable
from indexcalc.report.start.starter import SCHEMA, YAML, all_or_none, write_schema
from indexcalc.spec.choice import CONFIRM
from indexcalc.spec.document import scalar
from indexcalc.spec.framework import INDEX, Workbook
from indexcalc.voice import Voice, Word

DECLARABLE = {
    "no_layout",
    "two_panels",
    "two_layouts",
    "city_candidates",
    "year_candidates",
    "total_row",
    "decimal_unclear",
}
"""Problems that a declaration about the file solves."""
WIDTH = 100
"""Characters of a line with a list."""
LENS = "dimension"
"""The lens that regroups indicators by dimension where the index has none."""
UNCERTAINTY: dict[str, Any] = {
    "draws": 1000,
    "weights": {"spread": 0.25},
    "normalisation": [
        {"method": "min_max", "lower": 1, "upper": 100},
        {"method": "percentile_rank", "lower": 1, "upper": 100},
    ],
    "aggregation": ["arithmetic", "geometric"],
}
"""The other methods that a draft tests its ranks under."""


@dataclass(frozen=True)
class Entry:
    """An indicator of the draft: its column, and what the draft says about it; direction and weight as in the YAML."""

    column: Found
    name: str
    unit: str
    dimension: str
    direction: Any = CONFIRM
    weight: Any = None


@dataclass(frozen=True)
class Answers:
    """What the draft says beyond the file itself, methods as the YAML has them.

    year: of all figures, where the file does not give it by itself. weights: of dimensions, by their names, where it is
    not 1. weightings: of a node alone, by the name of its dimension, None being the index. flat: the indicators stand
    directly below the index, and dimensions are a lens.
    """

    name: str
    entries: tuple[Entry, ...]
    methodology: Mapping[str, Any]
    uncertainty: Mapping[str, Any] = field(default_factory=dict)
    year: Any = None
    weights: Mapping[str, Any] = field(default_factory=dict)
    weightings: Mapping[str | None, Any] = field(default_factory=dict)
    flat: bool = False

    @property
    def dimensions(self) -> dict[str, list[Entry]]:
        """The entries by their dimension; all under "" where there is none."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.dimension, []).append(entry)
        return found


def recognised_answers(found: Recognised, voice: Voice) -> Answers:
    """The answers of a file that was recognised, before anybody has confirmed them."""
    methodology: dict[str, Any] = {
        "imputation": "linear",
        "normalisation": {"method": "min_max", "lower": 1, "upper": 100},
        "reference": "pooled",
        "weighting": "given",
        "aggregation": "arithmetic",
    }
    if found.gaps:
        methodology["missing"] = "renormalise"
    entries = tuple(Entry(column, column.name, column.unit, column.group or "") for column in found.columns)
    return Answers(voice.say("draft.name"), entries, methodology, UNCERTAINTY)


def write_draft(folder: Path, file: Path, voice: Voice, settings: Iterable[str] = ()) -> tuple[Recognised, list[Path]]:
    """Write the draft for a file, a copy of the file, and the schema into a folder; refuses to write over any of them.

    settings: what is known of the file beforehand, as `--set framework.workbook.KEY=VALUE`.
    """
    try:
        found = recognise(file, workbook_of(list(settings)))
    except InputError as error:
        known = {problem.key for problem in error.problems} & DECLARABLE
        raise InputError([*error.problems, *([Problem("declare_with_set")] if known else [])]) from None
    if not found.columns:
        raise InputError(nothing_found(found))
    text = draft_text(found, file.name, voice)
    copy = folder / file.name
    inside = copy.exists() and copy.samefile(file)
    paths = [folder / YAML, *([] if inside else [copy]), folder / SCHEMA]
    try:
        there = [path for path in paths if path.exists()]
        if there:
            facts = {"files": ", ".join(path.as_posix() for path in there)}
            raise InputError(Problem("would_overwrite", facts, ("in_option", {"option": "DIR"})))
        with all_or_none(folder, paths):
            if not inside:
                shutil.copyfile(file, copy)
            paths[0].write_text(text, encoding="utf-8")
            write_schema(folder / SCHEMA)
    except OSError as error:
        raise place_unwritable(error, folder) from None
    return found, paths


def nothing_found(found: Recognised) -> Problem:
    """The problem that no column can be an indicator, and why each cannot."""
    if not found.unused:
        return Problem("no_row", {}, ("in_file", {"file": str(found.file)}))
    said = [Word("draft.unused_one", name=name, why=why) for name, why in found.unused]
    return Problem("no_column", {"columns": said}, ("in_file", {"file": str(found.file)}))


# -- the YAML


def draft_text(found: Recognised, file: str, voice: Voice, answers: Answers | None = None) -> str:
    """The indicators.yaml of a file that was recognised, in the language of the voice, as far as it is confirmed.

    Without answers, it is one to be edited: it names the schema beside it.
    """
    voice = voice.calling(found.units)
    drafted = recognised_answers(found, voice)
    lines = [] if answers is not None else [f"# yaml-language-server: $schema={SCHEMA}", "#"]
    answers = answers or drafted
    is_open = any(entry.direction == CONFIRM for entry in answers.entries)
    lines += [*comment(voice.say("draft.head" if is_open else "draft.head_confirmed", file=file)), ""]
    lines += [f"language: {voice.lang}", ""]
    lines += ["framework:", f"  name: {quoted(answers.name)}", *_workbook(found, file, voice, answers)]
    if found.units is not None:
        said = ", ".join(f"{lang}: {flow(words)}" for lang, words in found.units)
        lines.append(f"  units: {{{said}}}   # {voice.say('draft.compared')}")
    if found.years:
        other = found.year_from is not None and answers.year not in (None, *found.years)
        lines += bracketed("  years: ", [flow(answers.year)] if other else map(str, found.years))
    lines += _cities(found)
    lines += _weighting(answers, None, "  ")
    lines += ["", *(_flat(answers, voice) if answers.flat else _dimensions(answers, voice))]
    lines += ["", *_methodology(found, answers, drafted, voice)]
    return "\n".join(lines) + "\n"


def dimension_codes(answers: Answers) -> dict[str, str]:
    """The code of each dimension, by what its entries call it."""
    groups = answers.dimensions
    taken = {entry.column.code.casefold() for entry in answers.entries} | {INDEX}
    found = {}
    for k, group in enumerate(groups, start=1):
        code = safe_code(group) or (f"dimension_{k}" if len(groups) > 1 else "dimension")
        while code.casefold() in taken:
            code += "_"
        taken.add(code.casefold())
        found[group] = code
    return found


def _dimensions_named(answers: Answers, voice: Voice) -> dict[str, tuple[str, str]]:
    """Code and name of each dimension."""
    codes = dimension_codes(answers)
    unnamed = voice.say("draft.other" if len(codes) > 1 else "draft.all")
    return {group: (code, group or unnamed) for group, code in codes.items()}


def _dimensions(answers: Answers, voice: Voice) -> Iterator[str]:
    yield "  dimensions:"
    codes = _dimensions_named(answers, voice)
    for group, entries in answers.dimensions.items():
        code, name = codes[group]
        remark = "" if group else f"   # {voice.say('draft.divide')}"
        yield from (f"    {quoted(code)}:{remark}", f"      name: {quoted(name)}")
        yield f"      weight: {flow(answers.weights.get(group, 1))}"
        yield from _weighting(answers, group, "      ")
        yield "      indicators:"
        yield from (f"        {_indicator(entry, voice)}" for entry in entries)


def _flat(answers: Answers, voice: Voice) -> Iterator[str]:
    """The indicators directly below the index; their dimensions, if there are several, as a lens."""
    codes = _dimensions_named(answers, voice)
    yield "  indicators:"
    for entry in answers.entries:
        tag = f"tags: {{{LENS}: {quoted(codes[entry.dimension][0])}}}" if len(codes) > 1 else ""
        yield f"    {_indicator(entry, voice, tag)}"
    if len(codes) > 1:
        yield from ("  lenses:", f"    {LENS}:", f"      name: {quoted(voice.say('draft.lens'))}", "      groups:")
        yield from (f"        {quoted(code)}: {quoted(name)}" for code, name in codes.values())


def _weighting(answers: Answers, node: str | None, indent: str) -> Iterator[str]:
    if node in answers.weightings:
        yield f"{indent}weighting: {flow(answers.weightings[node])}"


def _workbook(found: Recognised, file: str, voice: Voice, answers: Answers) -> Iterator[str]:
    declared, yield_ = found.declared, []
    for key in ("sheet", "header", "city", "year", "layout", "orientation", "missing", "decimal", "parentheses"):
        value = getattr(declared, key)
        if key == "year" and found.year_from is not None:
            remark = "draft.year_from" if found.year_from else "draft.year_confirm"
            said = f"   # {voice.say(remark, text=found.year_from) if found.year_from else voice.say(remark)}"
            given = answers.year not in (None, value)
            yield_.append(f"    year: {flow(answers.year) if given else value or CONFIRM}{'' if given else said}")
        elif value not in (None, (), Workbook.model_fields[key].default):
            yield_.append(f"    {key}: {flow(value)}")
    columns, rows = declared.ignore.columns, declared.ignore.rows
    if columns or rows:
        entries = [quoted(name) for name in columns]
        entries += [f"{{rows: {flow(rows)}}}"] if rows else []
        yield_.append(f"    ignore: [{', '.join(entries)}]")
    aliases = _aliases(found, answers)
    if aliases:
        yield_.append("    aliases: {" + ", ".join(f"{quoted(h)}: {quoted(c)}" for h, c in aliases.items()) + "}")
    if declared.tidy:
        yield_.append(f"    tidy: true   # {voice.say('draft.tidy')}")
    if yield_:
        yield from ("  workbook:", f"    file: {quoted(file)}", *yield_)
    else:
        yield f"  workbook: {quoted(file)}"


def _aliases(found: Recognised, answers: Answers) -> dict[str, str]:
    """The code of each column whose header in the file is neither its code nor its name."""
    codes = {entry.column.header: entry.column.code for entry in answers.entries}
    aliases = {header: codes[name] for header, name in found.declared.aliases.items() if name in codes}
    for entry in answers.entries:
        if fold(entry.column.header) not in (fold(entry.column.code), fold(entry.name)):
            aliases.setdefault(entry.column.header, entry.column.code)
    return aliases


def _cities(found: Recognised) -> Iterator[str]:
    if not found.spellings:
        yield from bracketed("  cities: ", map(quoted, found.cities))
        return
    yield "  cities:"
    for city in found.cities:
        others = found.spellings.get(city, ())
        yield f"    {quoted(city)}: " + (f"{{aliases: {flow(list(others))}}}" if others else "{}")


def _indicator(entry: Entry, voice: Voice, more: str = "") -> str:
    said = [f"name: {quoted(entry.name)}", *([f"unit: {quoted(entry.unit)}"] if entry.unit else [])]
    said.append(f"direction: {flow(entry.direction)}")
    said += [f"weight: {flow(entry.weight)}"] if entry.weight is not None else []
    said += [more] if more else []
    doubtful = entry.direction == CONFIRM and entry.column.is_harm
    remark = f"   # {voice.say('draft.suggestion', direction='negative')}" if doubtful else ""
    return f"{quoted(entry.column.code)}: {{{', '.join(said)}}}{remark}"


def _methodology(found: Recognised, answers: Answers, drafted: Answers, voice: Voice) -> Iterator[str]:
    """The methods; what the draft chose by itself says why."""
    yield "methodology:"
    for step, chosen in answers.methodology.items():
        own = chosen == drafted.methodology.get(step) and voice.knows(f"draft.{step}")
        yield f"  {step}: {flow(chosen)}" + (f"   # {voice.say(f'draft.{step}', n=found.gaps)}" if own else "")
    if not answers.uncertainty:
        return
    yield ""
    yield from comment(voice.say("draft.uncertainty"))
    yield "uncertainty:"
    for key, value in answers.uncertainty.items():
        if isinstance(value, list) and any(isinstance(option, Mapping) for option in value):
            yield f"  {key}:"
            yield from (f"    - {flow(option)}" for option in value)
        else:
            yield f"  {key}: {flow(value)}"


def comment(text: str) -> list[str]:
    """A text as lines of comment."""
    return [f"# {line}".rstrip() for line in text.strip().splitlines()]


def bracketed(start: str, entries: Iterable[str]) -> list[str]:
    """A list in brackets, over as many lines as it needs; no entry is broken."""
    rows: list[list[str]] = [[]]
    for entry in entries:
        if rows[-1] and sum(len(one) + 2 for one in rows[-1]) + len(entry) > WIDTH:
            rows.append([])
        rows[-1].append(entry)
    indent = " " * (len(start) + 1)
    return (start + "[" + f",\n{indent}".join(", ".join(row) for row in rows) + "]").split("\n")


def flow(value: object) -> str:
    """A value on one line; a tuple of one entry as the entry."""
    if isinstance(value, tuple) and len(value) == 1:
        return flow(value[0])
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{quoted(str(key))}: {flow(inside)}" for key, inside in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, bool) or value is None:
        return str(value).lower() if value is not None else "null"
    return quoted(value) if isinstance(value, str) else str(value)


def quoted(text: str) -> str:
    """A text as YAML writes it, in quotation marks where it would be read otherwise, alone or in brackets."""
    plain = yaml.safe_dump([text], allow_unicode=True, default_flow_style=True, width=10**6).strip()[1:-1]
    bare = not plain.startswith(("'", '"'))
    return f"'{text}'" if bare and not isinstance(scalar(text), str) else plain


# -- the screen


def recognised_lines(found: Recognised, voice: Voice) -> Iterator[str]:
    """What was recognised, in lines."""
    voice = voice.calling(found.units)
    yield from file_lines(found, voice)
    if found.gaps:
        yield voice.say("draft.gaps", n=found.gaps)
    if found.unused:
        yield voice.say("draft.unused", n=len(found.unused))
        for name, why in found.unused:
            yield "  - " + voice.say("draft.unused_one", name=name, why=why)
    if found.problems:
        yield voice.say("draft.problems")
        yield from textwrap.indent("\n".join(map(voice.problem, found.problems)), "  ").splitlines()
    harms = [column.name for column in found.columns if column.is_harm]
    yield voice.say("draft.directions", n=len(found.columns))
    if harms:
        yield voice.say("draft.harms", names=few(harms, voice))


def file_lines(found: Recognised, voice: Voice) -> Iterator[str]:
    """How a file was read, in lines."""
    voice = voice.calling(found.units)
    layout = layout_word(found.layout, found.declared, found.sheets, undated=found.year_from == "")
    row = "" if found.header is None else Word("draft.row", row=found.header)
    turned = Word("draft.turned") if found.declared.orientation == "columns" else ""
    yield voice.say("draft.read", file=str(found.file), layout=layout, row=row, turned=turned)
    yield from map(voice.problem, found.notices)
    years = voice.comma(map(str, found.years[:10])) if len(found.years) < 4 else f"{found.years[0]}-{found.years[-1]}"
    yield voice.say("draft.places", n=len(found.cities), cities=few(found.cities, voice))
    if found.units is not None:
        yield voice.say("draft.units_read")
    yield voice.say("draft.years", n=len(found.years), years=years) if found.years else voice.say("draft.no_year")
    if found.year_from:
        yield voice.say("draft.year_read", year=found.years[0], text=found.year_from)
    units = [column.unit for column in found.columns if column.unit]
    yield voice.say("draft.columns", n=len(found.columns), names=few([c.name for c in found.columns], voice))
    if units:
        yield voice.say("draft.units", n=len(units), units=few(list(dict.fromkeys(units)), voice))
    if len(found.dimensions) > 1:
        yield voice.say("draft.groups", n=len(found.dimensions), names=few([g for g in found.dimensions if g], voice))
    if found.totals:
        yield voice.say("draft.totals", names=few(found.totals, voice))
    if found.marks:
        yield voice.say("draft.marks", marks=voice.comma(f"'{mark}'" for mark in found.marks))
    if found.declared.decimal == ",":
        yield voice.say("draft.decimal")
    if found.declared.tidy:
        yield voice.say("draft.tidied")
    if found.spellings:
        pairs = [f"{other} = {city}" for city, others in found.spellings.items() for other in others]
        yield voice.say("draft.spellings", names=few(pairs, voice))


def few(names: Iterable[str], voice: Voice, most: int = 8) -> str:
    """The first of some names, and whether there are more."""
    listed = list(names)
    join = voice.semicolon if any("," in name for name in listed) else voice.comma
    return join([*listed[:most], *(["..."] if len(listed) > most else [])])
