"""The framework of an index from COINr or the JRC COIN Tool: its YAML, its workbook, and what was not carried over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from indexcalc.errors import InputError, Problem, suggestion
from indexcalc.figures.coin import Coin, CoinIndicator, Node, read_coin
from indexcalc.paths import place_unwritable, shown
from indexcalc.report.start.draft import UNCERTAINTY, bracketed, comment, few, flow, quoted
from indexcalc.report.start.starter import SCHEMA, WORKBOOK, YAML, all_or_none, write_schema
from indexcalc.report.xlsx import workbook
from indexcalc.spec.choice import CONFIRM
from indexcalc.spec.framework import Units
from indexcalc.voice import Voice

UNIT, TIME, SHEET = "uName", "Time", "iData"
"""Headers and sheet of the workbook, as COINr calls them."""


def write_imported(files: Sequence[Path], folder: Path, voice: Voice, grouping: str = "") -> tuple[Coin, list[Path]]:
    """Write YAML, workbook and schema of an index into a folder; all of them or none, and never over a file.

    grouping: the column whose groups are taken; without it the first.
    """
    coin = read_coin(files)
    known = [node.code for node in coin.groupings]
    if grouping and grouping not in known:
        facts = {"field": "Group", "found": grouping, **suggestion(grouping, known)}
        raise InputError(Problem("unknown_word", facts, ("in_option", {"option": "--group"})))
    paths = [folder / name for name in (YAML, WORKBOOK, SCHEMA)]
    try:
        there = [path for path in paths if path.exists()]
        if there:
            facts = {"files": ", ".join(map(shown, there))}
            raise InputError(Problem("would_overwrite", facts, ("in_option", {"option": "--out"})))
        text, book = imported_text(coin, voice, grouping), _workbook(coin)
        with all_or_none(folder, paths):
            paths[0].write_text(text, encoding="utf-8")
            paths[1].write_bytes(book)
            write_schema(paths[2])
    except OSError as error:
        raise place_unwritable(error, folder) from None
    return coin, paths


# -- the YAML


def imported_text(coin: Coin, voice: Voice, grouping: str = "") -> str:
    """The indicators.yaml of an index, in the language of the voice."""
    groups = coin.groups.get(_taken(coin, grouping), {})
    lines = [f"# yaml-language-server: $schema={SCHEMA}", "#", *comment(voice.say("coin.head", source=coin.source)), ""]
    lines += [f"language: {voice.lang}", "", "framework:", f"  name: {quoted(coin.top.name)}"]
    lines.append(f"  units: {flow(Units.of('coin.units').plain)}   # {voice.say('draft.compared')}")
    year: Any = TIME if coin.years else CONFIRM
    said = "" if coin.years else f"   # {voice.say('draft.year_confirm')}"
    lines.append(f"  workbook: {flow({'file': WORKBOOK, 'city': UNIT, 'year': year})}{said}")
    lines += bracketed("  years: ", map(str, coin.years)) if coin.years else []
    lines.append("  cities:")
    for code, name in _places(coin).items():
        own: dict[str, Any] = {"aliases": [code]} if code != name else {}
        own |= {"group": groups[code]} if code in groups else {}
        lines.append(f"    {quoted(name)}: {flow(own)}")
    if groups:
        lines += ["  groups:", *(f"    {quoted(one)}: {quoted(one)}" for one in dict.fromkeys(groups.values()))]
    lines += _below(coin, coin.top.code, "  ", voice)
    lines += _series(coin, voice)
    lines += ["", *_methodology(coin, voice)]
    return "\n".join(lines) + "\n"


def _taken(coin: Coin, grouping: str) -> str:
    return grouping or next((node.code for node in coin.groupings), "")


def _places(coin: Coin) -> dict[str, str]:
    """What each unit is called, by its code: its name, where no other has the same."""
    names = Counter(coin.units.values())
    return {code: name if names[name] == 1 else f"{name} ({code})" for code, name in coin.units.items()}


def _below(coin: Coin, code: str, indent: str, voice: Voice) -> Iterator[str]:
    aggregates, indicators = coin.below(code)
    if aggregates:
        yield f"{indent}dimensions:"
        for node in aggregates:
            yield f"{indent}  {quoted(node.code)}:"
            yield f"{indent}    name: {quoted(node.name)}"
            yield f"{indent}    weight: {_number(node.weight)}"
            yield from _below(coin, node.code, indent + "    ", voice)
    if indicators:
        yield f"{indent}indicators:"
        yield from (f"{indent}  {_indicator(coin, one, voice)}" for one in indicators)


def _indicator(coin: Coin, one: CoinIndicator, voice: Voice) -> str:
    denominators = {node.code: node for node in coin.denominators}
    unit = one.unit
    if one.denominator is not None and unit:
        unit = f"{unit} / {denominators[one.denominator].name}"
    own: dict[str, Any] = {"name": _names(coin)[one.code], **({"unit": unit} if unit else {})}
    own |= {"direction": "positive" if one.is_positive else "negative", "weight": _number(one.weight)}
    if one.denominator is not None:
        own["ratio"] = {"of": _raw(coin, one), "to": one.denominator}
    remarks = [voice.say("coin.target", target=repr(one.target))] if one.target is not None else []
    if one.goalposts is not None:
        remarks.append(voice.say("coin.goalposts", low=repr(one.goalposts[0]), high=repr(one.goalposts[1])))
    return f"{quoted(one.code)}: {flow(own)}" + "".join(f"   # {remark}" for remark in remarks)


def _names(coin: Coin) -> dict[str, str]:
    """The name of each indicator and denominator, with its code where another has the same name."""
    nodes: list[Node] = [*coin.indicators, *coin.denominators]
    names = Counter(node.name.casefold() for node in nodes)
    return {n.code: n.name if names[n.name.casefold()] == 1 else f"{n.name} ({n.code})" for n in nodes}


def _raw(coin: Coin, one: CoinIndicator) -> str:
    """The code of the figures of an indicator before they are divided."""
    taken = {node.code for node in (*coin.indicators, *coin.aggregates, *coin.denominators)}
    code = f"{one.code}_raw"
    while code in taken:
        code += "_"
    return code


def _number(value: float) -> Any:
    return int(value) if value.is_integer() else value


def _divided(coin: Coin) -> list[CoinIndicator]:
    return [one for one in coin.indicators if one.denominator is not None]


def _series(coin: Coin, voice: Voice) -> Iterator[str]:
    divided, names = _divided(coin), _names(coin)
    if not divided:
        return
    yield "  series:"
    for one in divided:
        own = {"name": voice.say("coin.raw", name=names[one.code]), **({"unit": one.unit} if one.unit else {})}
        yield f"    {quoted(_raw(coin, one))}: {flow(own)}"
    for node in coin.denominators:
        if any(one.denominator == node.code for one in divided):
            own = {"name": names[node.code], **({"unit": node.unit} if node.unit else {})}
            yield f"    {quoted(node.code)}: {flow(own)}"


def _methodology(coin: Coin, voice: Voice) -> Iterator[str]:
    yield from comment(voice.say("coin.steps"))
    yield "methodology:"
    yield "  imputation: none"
    yield "  treatment: none"
    yield "  normalisation: {method: min_max, lower: 0, upper: 100}"
    yield f"  reference: pooled   # {voice.say('draft.reference')}"
    yield "  weighting: given"
    yield "  aggregation: arithmetic"
    if coin.gaps:
        yield f"  missing: renormalise   # {voice.say('coin.missing', n=coin.gaps)}"
    yield from ("", *comment(voice.say("draft.uncertainty")), "uncertainty:")
    for key, value in UNCERTAINTY.items():
        yield f"  {key}: {flow(value)}"


# -- the workbook


def _workbook(coin: Coin) -> bytes:
    """A row per unit and year, a column per indicator or what it is divided from, and per denominator in use."""
    divided = _divided(coin)
    used = {one.denominator for one in divided}
    columns = {(_raw(coin, one) if one in divided else one.code): coin.figures[one.code] for one in coin.indicators}
    columns |= {node.code: coin.figures[node.code] for node in coin.denominators if node.code in used}
    places, stream, first = _places(coin), BytesIO(), 2 if coin.years else 1
    with workbook(stream, coin.top.name) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.write_row(0, 0, [UNIT, *([TIME] if coin.years else []), *columns])
        for r, (unit, year) in enumerate(coin.rows, start=1):
            sheet.write_string(r, 0, places[unit])
            if year is not None:
                sheet.write_number(r, 1, year)
            for c, figures in enumerate(columns.values(), start=first):
                if (figure := figures[r - 1]) is not None:
                    sheet.write_number(r, c, figure)
        sheet.freeze_panes(1, first)
    return stream.getvalue()


# -- the screen


def imported_lines(coin: Coin, grouping: str, voice: Voice) -> Iterator[str]:
    """What was carried over, what was not, and what is still to be declared."""

    def listed(key: str, found: Iterable[str]) -> Iterator[str]:
        names = list(found)
        if names:
            yield voice.say(f"coin.{key}", n=len(names), names=few(names, voice))

    nodes = {"indicators": len(coin.indicators), "aggregates": len(coin.aggregates), "units": len(coin.units)}
    yield voice.say("coin.read", source=coin.source, index=coin.top.name, **nodes)
    divided, taken = _divided(coin), _taken(coin, grouping)
    yield from listed("divided", (one.code for one in divided))
    if taken:
        yield voice.say("coin.grouped", group=taken)
    yield from listed("other_groups", (node.code for node in coin.groupings if node.code != taken))
    yield from listed("targets", (one.code for one in coin.indicators if one.target is not None))
    yield from listed("posts", (one.code for one in coin.indicators if one.goalposts is not None))
    used = {one.denominator for one in divided}
    yield from listed("unread", [*(n.code for n in coin.denominators if n.code not in used), *coin.unread])
    if coin.gaps:
        yield voice.say("coin.gaps", n=coin.gaps)
    yield voice.say("coin.unsaid")
    if not coin.years:
        yield voice.say("draft.no_year")
