"""The form that drafts a framework, as a page: every sentence from the words, every field by its position."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
from jinja2 import Template
from markupsafe import Markup

from indexcalc.errors import Problem
from indexcalc.figures.found import Found
from indexcalc.figures.panel import Panel, city_years
from indexcalc.figures.recognise import Recognised
from indexcalc.methods import METHODS, Method
from indexcalc.report.html import asset, environment
from indexcalc.report.start.draft import file_lines
from indexcalc.report.text.method_words import step_name
from indexcalc.serve.answers import (
    BEGINNINGS,
    MOST_COMPARED,
    OWN_STEPS,
    RATIOS,
    Checked,
    Compared,
    Fields,
    asked_groups,
    comparing,
    fingerprint,
    marked,
    size,
)
from indexcalc.serve.gaps import Way, missing_figures, moved, needs_figure, telling_year
from indexcalc.spec.choice import COMMON
from indexcalc.spec.hierarchy import build_nodes, unused_notices
from indexcalc.spec.methodology import REFERENCES
from indexcalc.voice import Node, Voice, Word, languages

CONSISTENT = 0.1
MOST_LISTED = 20
"""Indicators of which the missing figures are listed one by one."""


@dataclass(frozen=True)
class Shown:
    """What the form shows. yaml: the file that saving writes; problems: shown above the form, under the heading `told`;
    panel, ways: None and none as long as the file cannot be read, or has no ranking; offers: what may be done about a
    YAML that is there already (`open`, `replace`)."""

    source: Path
    yaml: Path
    found: Recognised | None
    fields: Fields
    checked: Checked | None = None
    told: str = ""
    problems: tuple[Problem, ...] = ()
    panel: Panel | None = None
    ways: tuple[Way, ...] = ()
    offers: tuple[str, ...] = ()
    notices: tuple[Problem, ...] = field(default=())


def render(shown: Shown, voice: Voice) -> str:
    """The form in the language of the voice."""
    found, checked = shown.found, shown.checked
    if checked is not None and checked.specification is not None:
        voice = voice.of(checked.specification.framework)
    elif found is not None and not found.problems:
        voice = voice.of(found.framework)

    def t(key: str, /, **facts: Any) -> str:
        return voice.say(f"form.{key}", **facts)

    return _template().render(
        t=t,
        lang=voice.lang,
        tag=voice.mark("tag"),
        between=voice.mark("between"),
        languages=[(lang, Voice(lang).say("form.language")) for lang in languages()],
        css=Markup(asset("indexcalc.report.page", "page.css") + asset(__package__, "form.css") + _revealed()),
        source=shown.source.name,
        yaml=str(shown.yaml),
        yaml_name=shown.yaml.name,
        fields=shown.fields,
        told=shown.told,
        offers=shown.offers,
        problems=_told(shown, voice),
        found=found is not None,
        **(_form(shown, found, voice) if found is not None else {}),
    )


def _form(shown: Shown, found: Recognised, voice: Voice) -> dict[str, Any]:
    """The parts of the form that need a file that was recognised."""
    named = replace(found, file=Path(found.file.name))
    checked = shown.checked
    answers = checked.answers if checked is not None else None
    marks = _marks(shown)
    dimensions = [] if answers is None else list(answers.dimensions)
    columns = {id(column): k for k, column in enumerate(found.columns)}
    entries = () if answers is None else answers.entries
    was_in = {columns[id(entry.column)]: dimensions.index(entry.dimension) for entry in entries}
    return {
        "lines": [line for line in file_lines(named, voice) if line != voice.say("draft.no_year")],
        "unused": [voice.say("draft.unused_one", name=name, why=why) for name, why in found.unused],
        "refused": list(map(voice.problem, found.problems)),
        "notices": list(map(voice.problem, shown.notices)),
        "fingerprint": fingerprint(found),
        "rows": [_row(k, column, shown, voice) | {"was_in": was_in.get(k)} for k, column in enumerate(found.columns)],
        "asks_year": found.year_from is not None,
        "directions": [
            _method(method, voice, f"form.direction.{name}") for name, method in METHODS["direction"].items()
        ],
        "marks": {name: [_here(problem, voice) for problem in of] for name, of in marks.items()},
        "open": sum(not shown.fields.get(f"direction.{k}") for k in range(len(found.columns)) if _is_in(shown, k)),
        "groups": [group for group in dimensions if group],
        "asked": dimensions,
        "weighed": _weighed(shown, dimensions, voice),
        "unused_weights": unused_weights(checked, voice),
        "beginnings": list(BEGINNINGS),
        "own_methods": any(shown.fields.get(f"step.{step}") for step in (*OWN_STEPS, "reference")),
        "steps": [_step(step, voice) for step in OWN_STEPS],
        "reference": step_name("reference", voice),
        "references": _references(found, voice),
        "compares": comparing(),
        "compared": [] if checked is None else [_node(node, voice) for node in checked.compared],
        "gaps": _gaps(shown, voice),
        "text": "" if checked is None else checked.text,
        "command": f"indexcalc run {shown.yaml.name}",
    }


def _weighed(shown: Shown, dimensions: Sequence[str], voice: Voice) -> list[tuple[str, str]]:
    """The dimensions, where there are several, and what was typed as the weight of each, wherever it stood before."""
    said = {group: shown.fields.get(f"group_weight.{i}", "1") for group, i in asked_groups(shown.fields).items()}
    named = [(group or voice.say("draft.other"), said.get(group, "1")) for group in dimensions]
    return named if len(named) > 1 else []


def unused_weights(checked: Checked | None, voice: Voice) -> list[str]:
    """What is to be said of weights that were typed and do not change the index."""
    if checked is None or checked.specification is None:
        return []
    specification, answers = checked.specification, checked.answers
    told = [
        _said(one, voice) for one in unused_notices(build_nodes(specification.framework, specification.methodology))
    ]
    return [*told, voice.say("form.rows.weights_flat")] if answers.flat and answers.weights else told


def _is_in(shown: Shown, k: int) -> bool:
    return f"include.{k}" in shown.fields


def _row(k: int, column: Found, shown: Shown, voice: Voice) -> dict[str, Any]:
    figures = column.figures
    cells = len(found.cities) * max(len(found.years), 1) if (found := shown.found) is not None else 0
    return {
        "k": k,
        "header": column.header,
        "range": voice.say("form.rows.figures", low=_number(min(figures)), high=_number(max(figures))),
        "missing": max(cells - len(figures), 0),
        "is_harm": column.is_harm,
    }


def _number(value: float) -> str:
    """A figure, shortened, as it is shown beside its header.

    >>> [_number(value) for value in (1234567.0, 12.345678, 0.5)]
    ['1,234,567', '12.35', '0.5']
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _marks(shown: Shown) -> dict[str, list[Problem]]:
    if shown.found is None or shown.checked is None:
        return {}
    return marked(shown.problems, shown.found, shown.checked.answers)


def _told(shown: Shown, voice: Voice) -> list[dict[str, str]]:
    """The problems as they are shown above the form: one that belongs to a field links to it and does not name the
    YAML."""
    fields = {id(problem): name for name, of in reversed(_marks(shown).items()) for problem in of}
    told = []
    for problem in shown.problems:
        name, own = fields.get(id(problem), ""), voice.knows(f"form.instead.{problem.key}")
        if name and not own and problem.place is not None and problem.place[0] == "in_yaml":
            after = voice.say("errors.after_place")
            told.append({"field": name, "text": _field(name, shown, voice) + after + _here(problem, voice)})
        else:
            told.append({"field": name, "text": _said(problem, voice)})
    return told


def _field(name: str, shown: Shown, voice: Voice) -> str:
    """What a field is called: the header of its column and the row of the form, or the step."""
    kind, _, of = name.partition(".")
    if kind == "step" or shown.found is None:
        return step_name(of, voice)
    if kind == "gaps":
        return step_name("imputation", voice)
    if kind == "group_weight" and shown.checked is not None:
        group = list(shown.checked.answers.dimensions)[int(of)]
        return voice.comma([group or voice.say("draft.other"), voice.say("form.rows.weight")])
    return voice.comma([shown.found.columns[int(of)].header, voice.say(f"form.rows.{kind}")])


def _said(problem: Problem, voice: Voice, room: str = "instead") -> str:
    """A problem in the words of the command line, unless those speak of the YAML."""
    key = f"form.{room}.{problem.key}"
    if not voice.knows(key):
        return voice.problem(problem)
    named: dict[str, Any] = {"code": Node(problem.facts["code"])} if "code" in problem.facts else {}
    named |= {"parameter": _label(problem.facts["parameter"], voice)} if "parameter" in problem.facts else {}
    return voice.say(key, **{**problem.facts, **named})


def _here(problem: Problem, voice: Voice) -> str:
    """A problem as it is shown beside what it is about."""
    return _said(replace(problem, place=None), voice, "here")


# -- methods


def _method(method: Method, voice: Voice, own: str = "") -> dict[str, Any]:
    """A method as it is chosen, and what may be given with it."""
    label = voice.say(own) if own and voice.knows(own) else voice.method(method.step, method.name)
    parameters = [_parameter(method, name, voice) for name in method.parameters if name not in ("matrix", "order")]
    if method.traits.get("objective"):
        parameters += [_listed(name, allowed, allowed[0], voice) for name, allowed in COMMON.items()]
    return {
        "name": method.name,
        "label": label,
        "said": voice.summary(method),
        "parameters": parameters,
        "compares": method.step == "weighting" and method.name in comparing(),
    }


def _parameter(method: Method, name: str, voice: Voice) -> dict[str, Any]:
    """What may be given with a method: its words where only some are allowed."""
    default = method.parameters[name].default
    words = method.words(name)
    if bool in (method.annotations[name], *get_args(method.annotations[name])):
        words = ("true", "false")
        default = str(default).lower()
    if words:
        return _listed(name, tuple(map(str, words)), default, voice)
    required = default is method.parameters[name].empty
    hint = voice.say("form.begin.required") if required else voice.say("form.begin.default", value=_plain(default))
    return {"name": name, "label": _label(name, voice), "hint": hint, "options": []}


def _listed(name: str, words: Sequence[str], default: object, voice: Voice) -> dict[str, Any]:
    hint = voice.say("form.begin.default", value=_plain(default))
    return {"name": name, "label": _label(name, voice), "hint": hint, "options": list(words)}


def _label(name: str, voice: Voice) -> str:
    key = f"form.parameter.{name}"
    return voice.say(key) if voice.knows(key) else name


def _plain(default: object) -> str:
    return "-" if default is None else f"{default:g}" if isinstance(default, float) else str(default)


def _step(step: str, voice: Voice) -> dict[str, Any]:
    methods = [_method(method, voice) for method in METHODS[step].values()]
    return {"name": step, "label": step_name(step, voice), "methods": methods}


def _references(found: Recognised, voice: Voice) -> list[tuple[str, str]]:
    """What a normalisation may look at: by its word, each base year by itself."""
    kinds = [kind for kind in REFERENCES if ":" not in kind]
    said = [(kind, voice.say(f"methods.reference.{kind}")) for kind in kinds]
    return [*said, *((str(year), voice.say("methods.reference.base", base=year)) for year in found.years)]


def _node(node: Compared, voice: Voice) -> dict[str, Any]:
    """The comparisons of a node, each with its choices in words."""
    n = size(node.pairs)
    heading = Word("form.pairs.of_index") if node.node is None else Word("form.pairs.of", name=node.node)
    ratio = node.consistency
    key = "" if ratio is None else "consistent" if ratio < CONSISTENT else "inconsistent"
    unnamed = voice.say("draft.other")
    return {
        "heading": voice.told(heading if node.node != "" else Word("form.pairs.of_all")),
        "pairs": [
            {"field": pair.field, "first": pair.first or unnamed, "second": pair.second or unnamed, "ratio": pair.ratio}
            for pair in node.pairs
        ],
        "too_many": {"n": n, "most": MOST_COMPARED} if n > MOST_COMPARED else None,
        "consistency": voice.say(f"form.pairs.{key}", ratio=f"{ratio:.3f}") if key else "",
        "consistent": key != "inconsistent",
    }


# -- missing figures


def _gaps(shown: Shown, voice: Voice) -> dict[str, Any]:
    """The missing figures, the ways to deal with them, and the ranks under each."""
    if shown.panel is None:
        return {"read": False}
    panel, ways = shown.panel, shown.ways
    missing = missing_figures(panel, panel.codes)
    listed = [
        voice.say("form.gaps.of_indicator", name=voice.node(code), where=city_years(panel, mask))
        for code, mask in list(missing.items())[:MOST_LISTED]
    ]
    present = int(panel.present.sum()) * len(panel.codes)
    found: dict[str, Any] = {
        "read": True,
        "n": int(sum(mask.sum() for mask in missing.values())),
        "of": present,
        "listed": [*listed, *(["…"] if len(missing) > MOST_LISTED else [])],
        "chosen": shown.fields.get("gaps", ""),
    }
    if found["n"]:
        found |= _ways(ways, panel, found["chosen"], voice)
    return found


def _ways(ways: Sequence[Way], panel: Panel, chosen: str, voice: Voice) -> dict[str, Any]:
    letters = {way.key: _letter(k) for k, way in enumerate(ways)}
    base = next((way.rank for way in ways if way.key == chosen), None)
    options = [
        {
            "key": way.key,
            "letter": letters[way.key],
            "label": _way(way, voice),
            "effect": _effect(way, chosen, base, voice),
            "figures": [
                {"field": f"gaps.with.{way.imputation}.{name}", "label": _label(name, voice)}
                for name in needs_figure(way.imputation)
            ],
        }
        for way in ways
    ]
    computed = [way for way in ways if way.rank is not None]
    if not computed:
        return {"ways": options, "table": None}
    t = telling_year([_rank(way) for way in computed])
    alike: dict[bytes, list[Way]] = {}
    for way in computed:
        alike.setdefault(_rank(way)[:, t].tobytes(), []).append(way)
    columns = list(alike.values())
    shown = base if base is not None else _rank(columns[0][0])
    order = sorted(range(len(panel.cities)), key=lambda c: (np.isnan(shown[c, t]), shown[c, t]))
    return {
        "ways": options,
        "table": {
            "year": panel.years[t],
            "heads": [voice.comma(letters[way.key] for way in column) for column in columns],
            "chosen": [any(way.key == chosen for way in column) for column in columns],
            "rows": [
                {
                    "city": voice.city(panel.cities[c]),
                    "cells": [
                        _cell(_rank(column[0])[c, t], None if base is None else base[c, t]) for column in columns
                    ],
                }
                for c in order
            ],
        },
    }


def _rank(way: Way) -> Any:
    assert way.rank is not None
    return way.rank


def _letter(k: int) -> str:
    """A letter for the k-th of a list.

    >>> _letter(0), _letter(25), _letter(26)
    ('A', 'Z', 'AA')
    """
    return ("" if k < 26 else _letter(k // 26 - 1)) + chr(ord("A") + k % 26)


def _way(way: Way, voice: Voice) -> str:
    """A way in words: what is filled in, and what is done about the rest where there is any."""
    steps = [("imputation", way.imputation), *([] if way.fills else [("missing", way.missing)])]
    return voice.semicolon(
        voice.say(f"form.gaps.{step}.{name}") if voice.knows(f"form.gaps.{step}.{name}") else voice.method(step, name)
        for step, name in steps
    )


def _effect(way: Way, chosen: str, base: Any, voice: Voice) -> str:
    if way.problems:
        return voice.say("form.gaps.refuses", why=_here(way.problems[0], voice))
    if way.rank is None or base is None:
        return ""
    if way.key == chosen:
        return voice.say("form.gaps.chosen")
    n, of = moved(way.rank, base)
    return voice.say("form.gaps.differ" if n else "form.gaps.same", n=n, of=of)


def _cell(rank: float, base: float | None) -> dict[str, Any]:
    """A rank, and how many places better (above 0) it is than under the chosen way."""
    gain = 0 if base is None or np.isnan(rank) or np.isnan(base) else int(base - rank)
    return {"rank": "–" if np.isnan(rank) else f"{rank:.0f}", "gain": gain}


# -- template and styles


@cache
def _template() -> Template:
    return environment({"form.html": asset(__package__, "form.html")}, ratios=RATIOS).get_template("form.html")


@cache
def _revealed() -> str:
    """What is given with a method is shown once that method is chosen."""
    names = {name for step in ("direction", *OWN_STEPS) for name in METHODS[step]}
    shown = (f'.choice:has(option[value="{name}"]:checked) .of-{name}' for name in sorted(names))
    return f"@supports selector(:has(a)) {{ .choice .of {{ display: none }} {_joined(shown)} {{ display: block }} }}\n"


def _joined(selectors: Iterable[str]) -> str:
    return ", ".join(selectors)
