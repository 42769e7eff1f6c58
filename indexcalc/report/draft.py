"""The draft of a framework from a person's own file: what was recognised, as an indicators.yaml to be confirmed."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from indexcalc.document import scalar
from indexcalc.errors import InputError, Problem
from indexcalc.framework import Workbook
from indexcalc.recognise import Found, Recognised, recognise, safe_code
from indexcalc.report.starter import SCHEMA, YAML, all_or_none, write_schema
from indexcalc.report.template import place_unwritable
from indexcalc.specification import workbook_of
from indexcalc.voice import Voice, Word
from indexcalc.workbook import layout_word

DECLARABLE = {"no_layout", "two_panels", "two_layouts", "city_candidates", "year_candidates", "total_row"}
"""What a declaration of the file answers."""
WIDTH = 100
"""Characters of a line with a list."""


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
        raise InputError(_nothing(found))
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


def _nothing(found: Recognised) -> Problem:
    """That no column can be an indicator, and why each cannot."""
    if not found.unused:
        return Problem("no_row", {}, ("in_file", {"file": str(found.file)}))
    said = [Word("draft.unused_one", name=name, why=why) for name, why in found.unused]
    return Problem("no_column", {"columns": said}, ("in_file", {"file": str(found.file)}))


# -- the YAML


def draft_text(found: Recognised, file: str, voice: Voice) -> str:
    """The indicators.yaml of a file that was recognised, in the language of the voice."""
    voice = voice.calling(found.units)
    lines = [f"# yaml-language-server: $schema={SCHEMA}", "#", *_comment(voice.say("draft.head", file=file)), ""]
    lines += [f"language: {voice.lang}", ""]
    lines += ["framework:", f"  name: {_quoted(voice.say('draft.name'))}", *_workbook(found, file, voice)]
    if found.units is not None:
        said = ", ".join(f"{lang}: {_flow(words)}" for lang, words in found.units)
        lines.append(f"  units: {{{said}}}   # {voice.say('draft.compared')}")
    if found.years:
        lines += _list("  years: ", map(str, found.years))
    lines += _cities(found)
    lines += ["", "  dimensions:"]
    groups = found.dimensions
    taken = {column.code.casefold() for column in found.columns}
    for k, (group, columns) in enumerate(groups.items(), start=1):
        code = safe_code(group) or (f"dimension_{k}" if len(groups) > 1 else "dimension")
        while code.casefold() in taken:
            code += "_"
        taken.add(code.casefold())
        name = group or voice.say("draft.other" if len(groups) > 1 else "draft.all")
        remark = "" if group else f"   # {voice.say('draft.divide')}"
        lines += [
            f"    {_quoted(code)}:{remark}",
            f"      name: {_quoted(name)}",
            "      weight: 1",
            "      indicators:",
        ]
        lines += [_indicator(column, voice) for column in columns]
    lines += ["", *_methodology(found, voice)]
    return "\n".join(lines) + "\n"


def _workbook(found: Recognised, file: str, voice: Voice) -> Iterator[str]:
    declared, yield_ = found.declared, []
    for key in ("sheet", "header", "city", "year", "layout", "orientation", "missing", "decimal"):
        value = getattr(declared, key)
        if key == "year" and found.year_from is not None:
            remark = "draft.year_from" if found.year_from else "draft.year_confirm"
            said = voice.say(remark, text=found.year_from) if found.year_from else voice.say(remark)
            yield_.append(f"    year: {value or 'confirm'}   # {said}")
        elif value not in (None, (), Workbook.model_fields[key].default):
            yield_.append(f"    {key}: {_flow(value)}")
    columns, rows = declared.ignore.columns, declared.ignore.rows
    if columns or rows:
        entries = [_quoted(name) for name in columns]
        entries += [f"{{rows: {_flow(rows)}}}"] if rows else []
        yield_.append(f"    ignore: [{', '.join(entries)}]")
    codes = {column.header: column.code for column in found.columns}
    aliases = {header: codes[name] for header, name in declared.aliases.items() if name in codes}
    if aliases:
        yield_.append("    aliases: {" + ", ".join(f"{_quoted(h)}: {_quoted(c)}" for h, c in aliases.items()) + "}")
    if declared.tidy:
        yield_.append(f"    tidy: true   # {voice.say('draft.tidy')}")
    if yield_:
        yield from ("  workbook:", f"    file: {_quoted(file)}", *yield_)
    else:
        yield f"  workbook: {_quoted(file)}"


def _cities(found: Recognised) -> Iterator[str]:
    if not found.spellings:
        yield from _list("  cities: ", map(_quoted, found.cities))
        return
    yield "  cities:"
    for city in found.cities:
        others = found.spellings.get(city, ())
        yield f"    {_quoted(city)}: " + (f"{{aliases: {_flow(others)}}}" if others else "{}")


def _indicator(column: Found, voice: Voice) -> str:
    unit = f", unit: {_quoted(column.unit)}" if column.unit else ""
    remark = f"   # {voice.say('draft.suggestion', direction='negative')}" if column.is_harm else ""
    return f"        {_quoted(column.code)}: {{name: {_quoted(column.name)}{unit}, direction: confirm}}{remark}"


def _methodology(found: Recognised, voice: Voice) -> Iterator[str]:
    yield "methodology:"
    yield f"  imputation: linear   # {voice.say('draft.imputation')}"
    yield "  normalisation: {method: min_max, lower: 1, upper: 100}"
    yield f"  reference: pooled   # {voice.say('draft.reference')}"
    yield f"  weighting: given   # {voice.say('draft.weighting')}"
    yield "  aggregation: arithmetic"
    if found.gaps:
        yield f"  missing: renormalise   # {voice.say('draft.missing', n=found.gaps)}"
    yield ""
    yield from _comment(voice.say("draft.uncertainty"))
    yield "uncertainty:"
    yield "  draws: 1000"
    yield "  weights: {spread: 0.25}"
    yield "  normalisation:"
    yield "    - {method: min_max, lower: 1, upper: 100}"
    yield "    - {method: percentile_rank, lower: 1, upper: 100}"
    yield "  aggregation: [arithmetic, geometric]"


def _comment(text: str) -> list[str]:
    return [f"# {line}".rstrip() for line in text.strip().splitlines()]


def _list(start: str, entries: Iterable[str]) -> list[str]:
    """A list in brackets, over as many lines as it needs; no entry is broken."""
    rows: list[list[str]] = [[]]
    for entry in entries:
        if rows[-1] and sum(len(one) + 2 for one in rows[-1]) + len(entry) > WIDTH:
            rows.append([])
        rows[-1].append(entry)
    indent = " " * (len(start) + 1)
    return (start + "[" + f",\n{indent}".join(", ".join(row) for row in rows) + "]").split("\n")


def _flow(value: object) -> str:
    if isinstance(value, tuple):
        entries = [_flow(entry) for entry in value]
        return entries[0] if len(entries) == 1 else f"[{', '.join(entries)}]"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    """A text as YAML writes it, in quotation marks where it would be read otherwise, alone or in brackets."""
    plain = yaml.safe_dump([text], allow_unicode=True, default_flow_style=True, width=10**6).strip()[1:-1]
    bare = not plain.startswith(("'", '"'))
    return f"'{text}'" if bare and not isinstance(scalar(text), str) else plain


# -- the screen


def recognised_lines(found: Recognised, voice: Voice) -> Iterator[str]:
    """What was recognised, in lines."""
    voice = voice.calling(found.units)
    layout = layout_word(found.layout, found.declared, found.sheets, undated=found.year_from == "")
    row = "" if found.header is None else Word("draft.row", row=found.header)
    turned = Word("draft.turned") if found.declared.orientation == "columns" else ""
    yield voice.say("draft.read", file=str(found.file), layout=layout, row=row, turned=turned)
    years = voice.comma(map(str, found.years[:10])) if len(found.years) < 4 else f"{found.years[0]}-{found.years[-1]}"
    yield voice.say("draft.places", n=len(found.cities), cities=_few(found.cities, voice))
    if found.units is not None:
        yield voice.say("draft.units_read")
    yield voice.say("draft.years", n=len(found.years), years=years) if found.years else voice.say("draft.no_year")
    if found.year_from:
        yield voice.say("draft.year_read", year=found.years[0], text=found.year_from)
    units = [column.unit for column in found.columns if column.unit]
    yield voice.say("draft.columns", n=len(found.columns), names=_few([c.name for c in found.columns], voice))
    if units:
        yield voice.say("draft.units", n=len(units), units=_few(list(dict.fromkeys(units)), voice))
    if len(found.dimensions) > 1:
        yield voice.say("draft.groups", n=len(found.dimensions), names=_few([g for g in found.dimensions if g], voice))
    if found.totals:
        yield voice.say("draft.totals", names=_few(found.totals, voice))
    if found.marks:
        yield voice.say("draft.marks", marks=voice.comma(f"'{mark}'" for mark in found.marks))
    if found.declared.decimal == ",":
        yield voice.say("draft.decimal")
    if found.declared.tidy:
        yield voice.say("draft.tidied")
    if found.spellings:
        pairs = [f"{other} = {city}" for city, others in found.spellings.items() for other in others]
        yield voice.say("draft.spellings", names=_few(pairs, voice))
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
        yield voice.say("draft.harms", names=_few(harms, voice))


def _few(names: Iterable[str], voice: Voice, most: int = 8) -> str:
    listed = list(names)
    join = voice.semicolon if any("," in name for name in listed) else voice.comma
    return join([*listed[:most], *(["..."] if len(listed) > most else [])])
