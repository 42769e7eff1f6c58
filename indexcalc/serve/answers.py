"""The fields of the form that drafts a framework, turned into answers of the draft and checked.

Fields are texts by name, as a browser sends them: `direction.3` belongs to the fourth column that was recognised,
whatever its name. Nothing in them is trusted: the YAML made of them goes through the checks of every YAML.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isqrt
from typing import Any

from indexcalc.errors import IndexcalcError, InputError, Problem
from indexcalc.figures.headers import fold
from indexcalc.figures.recognise import Recognised
from indexcalc.load import load_draft
from indexcalc.methods import METHODS
from indexcalc.methods.weighting import RANDOM_INDEX, ahp_consistency
from indexcalc.report.start.draft import UNCERTAINTY, Answers, Entry, dimension_codes, draft_text
from indexcalc.report.text.methods import STEPS
from indexcalc.spec.choice import CONFIRM, choice
from indexcalc.spec.compatible import cross_problems
from indexcalc.spec.document import Document, parsed, set_values
from indexcalc.spec.framework import one_line
from indexcalc.spec.methodology import Methodology
from indexcalc.spec.specification import Specification
from indexcalc.spec.uncertainty import Uncertainty
from indexcalc.voice import Voice, languages

Fields = Mapping[str, str]
ENTROPY = {"method": "entropy", "scope": "indicators"}
SCALE = {"method": "min_max", "lower": 0, "upper": 100}
"""A scale from 0, on which entropy weights are those of the usual min-max from 0 to 1."""
BEGINNINGS: dict[str, dict[str, Any]] = {
    "equal": {"normalisation": {"method": "min_max", "lower": 1, "upper": 100}, "weighting": "given"},
    "entropy": {"normalisation": SCALE, "weighting": ENTROPY},
    "entropy_topsis": {"normalisation": SCALE, "weighting": ENTROPY, "aggregation": "topsis"},
    "ahp": {"normalisation": {"method": "min_max", "lower": 1, "upper": 100}, "weighting": "ahp"},
}
"""The methods that each starting point sets; the others are those of a draft."""
FLAT = ("entropy_topsis",)
"""Starting points that compare all indicators at once; dimensions become a lens."""
OWN_STEPS = tuple(step for step in STEPS if step in Methodology.model_fields and step not in ("imputation", "missing"))
"""Steps of which every method can be chosen by itself."""
ORDER = ("imputation", "treatment", "normalisation", "reference", "weighting", "aggregation", "missing")
MOST_COMPARED = len(RANDOM_INDEX["saaty"])
"""Children of a node that pairwise comparisons may weigh."""
RATIOS = (*(str(n) for n in range(9, 1, -1)), "1", *(f"1/{n}" for n in range(2, 10)))
"""What a comparison may be: how many times the first counts as much as the second."""

OF_DIMENSIONS = ("group.", "group_weight.", "between.")
"""Fields whose positions are those of dimensions, not of columns."""


@dataclass(frozen=True)
class Comparison:
    """Two children of a node to be compared, by the name of their field; ratio: what is chosen, "" where nothing is."""

    field: str
    first: str
    second: str
    ratio: str


@dataclass(frozen=True)
class Compared:
    """The comparisons of a node, by the name of its dimension (None: the index), and their consistency ratio, None as
    long as one is missing."""

    node: str | None
    pairs: tuple[Comparison, ...]
    consistency: float | None


@dataclass(frozen=True)
class Checked:
    """The YAML that a form makes. problems: why it is refused; open: what is still to be confirmed in it; compared: the
    comparisons of every node, which count where the weighting asks for them."""

    text: str
    answers: Answers
    specification: Specification | None
    problems: tuple[Problem, ...] = ()
    open: tuple[Problem, ...] = ()
    compared: tuple[Compared, ...] = ()


def first_fields(found: Recognised, voice: Voice) -> dict[str, str]:
    """The fields of a form not yet filled in: what was recognised, and no direction."""
    fields = {"name": voice.say("draft.name"), "begin": next(iter(BEGINNINGS)), "gaps": "none.refuse", "test": "yes"}
    if found.year_from is not None:
        fields["year"] = str(found.declared.year or "")
    for k, column in enumerate(found.columns):
        row = {"include": "yes", "name": column.name, "unit": column.unit, "dimension": column.group or ""}
        fields |= {f"{key}.{k}": said for key, said in (row | {"direction": "", "weight": "1"}).items()}
    return fields


def fingerprint(found: Recognised) -> str:
    """What the positions of a form depend on: the headers of the columns, in their order."""
    return hashlib.sha256("\n".join(column.header for column in found.columns).encode()).hexdigest()[:16]


def carried_over(fields: Fields, before: Recognised, now: Recognised, voice: Voice) -> dict[str, str]:
    """The fields of a file that has changed: the answers of a column stay where its place and its header both do."""
    same = {
        k
        for k, (old, new) in enumerate(zip(before.columns, now.columns, strict=False))
        if (old.header, old.unit) == (new.header, new.unit)
    }
    kept = {
        name: said
        for name, said in fields.items()
        if name.startswith(OF_DIMENSIONS) or {int(n) for n in re.findall(r"\.(\d+)", name)} <= same
    }
    fresh = first_fields(now, voice)
    unticked = {f"include.{k}" for k in same if f"include.{k}" not in fields}
    return {name: said for name, said in (fresh | kept).items() if name not in unticked}


def checked(found: Recognised, fields: Fields, file: str, yaml: str, voice: Voice) -> Checked:
    """The YAML of a form and what is wrong with it. file: the workbook as the YAML names it; yaml: the YAML itself, as
    messages name it."""
    answers, compared = answers_of(found, fields, voice)
    text = draft_text(found, file, voice, answers)
    if not answers.entries:
        return Checked(text, answers, None, (Problem("form_nothing_included"),))
    taken = tuple(_taken(found, answers))
    if taken:
        return Checked(text, answers, None, taken, (), compared)
    missing = sum(not pair.ratio for node in compared for pair in node.pairs)
    if missing and answers.weightings:
        return Checked(text, answers, None, (Problem("form_comparisons", {"n": missing}),), (), compared)
    try:
        specification, unconfirmed = load_draft(parsed(text, yaml))
        if fields.get("test"):
            answers = replace(answers, uncertainty=uncertainty(specification, answers.methodology))
            text = draft_text(found, file, voice, answers)
            specification, unconfirmed = load_draft(parsed(text, yaml))
    except IndexcalcError as error:
        return Checked(text, answers, None, error.problems, (), compared)
    return Checked(text, answers, specification, (), tuple(unconfirmed), compared)


def answers_of(found: Recognised, fields: Fields, voice: Voice) -> tuple[Answers, tuple[Compared, ...]]:
    """The answers of a form, and the comparisons of its nodes."""
    begin = fields.get("begin") if fields.get("begin") in BEGINNINGS else next(iter(BEGINNINGS))
    placed = [(k, _entry(found, fields, k)) for k in range(len(found.columns)) if fields.get(f"include.{k}")]
    methodology = _methodology(fields, BEGINNINGS[str(begin)])
    answers = Answers(
        name=_line(fields, "name") or voice.say("draft.name"),
        entries=tuple(entry for _, entry in placed),
        methodology=methodology,
        year=typed(fields["year"]) if fields.get("year") else None,
        weights=_weights(fields),
        flat=begin in FLAT and methodology["aggregation"] == BEGINNINGS[str(begin)]["aggregation"],
    )
    compared = tuple(_compared(answers, placed, fields))
    weighting = methodology["weighting"]
    own = weighting if isinstance(weighting, Mapping) else {"method": weighting}
    if own["method"] not in comparing():
        return answers, compared
    codes = dimension_codes(answers)
    weightings = {
        node.node: {**own, "order": _children(answers, node.node, codes), "matrix": _matrix(node.pairs)}
        for node in compared
    }
    return replace(answers, methodology={**methodology, "weighting": "given"}, weightings=weightings), compared


def asked_groups(fields: Fields) -> dict[str, int]:
    """The dimensions by their names now, with their positions among those that the form asked about. A dimension that
    has another name in all of its rows is the same one renamed, and divided where these names differ."""
    asked = dict[str, int]()
    while (name := fields.get(f"group.{len(asked)}")) is not None:
        asked[name] = len(asked)
    rows = [field.removeprefix("include.") for field in fields if field.startswith("include.")]
    came: dict[str, set[str]] = {}
    for k in rows:
        came.setdefault(_line(fields, f"dimension.{k}"), set()).add(fields.get(f"was_in.{k}", ""))
    gone = {str(i): name for name, i in asked.items() if name not in came}
    for name, origins in came.items():
        if name not in asked and len(origins) == 1 and (origin := next(iter(origins))) in gone:
            asked[name] = int(origin)
    return asked


def _weights(fields: Fields) -> dict[str, Any]:
    """The weights of dimensions, by their names; none of one that weighs 1 or about which nothing is said."""
    said = {group: typed(fields.get(f"group_weight.{i}", "")) for group, i in asked_groups(fields).items()}
    return {group: weight for group, weight in said.items() if weight is not None and weight != 1}


def _taken(found: Recognised, answers: Answers) -> Iterator[Problem]:
    """Names that are the header of another column of the file, whose figures would then be read as this one's."""
    headers = {fold(column.header): column.header for column in found.columns} | {
        fold(name): name for name, _ in found.unused
    }
    for entry in answers.entries:
        other = headers.get(fold(entry.name))
        if other is not None and fold(other) != fold(entry.column.header):
            yield Problem("form_name_taken", {"name": entry.name, "code": entry.column.code})


def comparing() -> list[str]:
    """The weightings that ask for comparisons in pairs."""
    return [name for name, method in METHODS["weighting"].items() if "matrix" in method.parameters]


def typed(text: str) -> Any:
    """What was typed, as the YAML would read it, full-width digits included; a text where it is nothing else.

    >>> typed("１．５"), typed("[1, 2]"), typed("1,5")
    (1.5, [1, 2], '1,5')
    """
    written = unicodedata.normalize("NFKC", text).strip()
    document = Document("", {})
    try:
        set_values(document, [f"value={written}"])
    except InputError:
        return written
    return document.data["value"]


def _line(fields: Fields, name: str) -> str:
    return one_line(fields.get(name, ""))


def _entry(found: Recognised, fields: Fields, k: int) -> Entry:
    column, weight = found.columns[k], typed(fields.get(f"weight.{k}", ""))
    return Entry(
        column,
        name=_line(fields, f"name.{k}") or column.name,
        unit=_line(fields, f"unit.{k}"),
        dimension=_line(fields, f"dimension.{k}"),
        direction=_method(fields, f"direction.{k}") or CONFIRM,
        weight=None if weight == 1 else weight,
    )


def _method(fields: Fields, field: str) -> Any:
    """A method and the parameters given with it; nothing where none is chosen."""
    name = fields.get(field, "")
    parameters = given_with(fields, field, name) if name else {}
    return {"method": name, **parameters} if parameters else name


def given_with(fields: Fields, field: str, name: str) -> dict[str, Any]:
    """The parameters that are given with a method."""
    start = f"{field}.{name}."
    given = {key.removeprefix(start): typed(said) for key, said in fields.items() if key.startswith(start)}
    return {key: said for key, said in given.items() if said is not None}


def _methodology(fields: Fields, beginning: Mapping[str, Any]) -> dict[str, Any]:
    """The methods of a form: those of its beginning, unless another is chosen for a step."""
    imputation, _, missing = fields.get("gaps", "").partition(".")
    chosen = {"reference": "pooled", "aggregation": "arithmetic", **beginning}
    chosen |= {step: method for step in OWN_STEPS if (method := _method(fields, f"step.{step}"))}
    reference = fields.get("step.reference", "")
    chosen |= {"reference": {"base": typed(reference)} if reference[:1].isdecimal() else reference} if reference else {}
    chosen["imputation"] = _method({**fields, "gaps.with": imputation}, "gaps.with") or "none"
    chosen["missing"] = missing or "refuse"
    return {step: chosen[step] for step in ORDER if step in chosen}


# -- comparisons in pairs


def _children(answers: Answers, node: str | None, codes: Mapping[str, str]) -> list[str]:
    """The codes of a node's children, in the order of its comparisons."""
    return list(codes.values()) if node is None else [entry.column.code for entry in answers.dimensions[node]]


def _compared(answers: Answers, placed: Sequence[tuple[int, Entry]], fields: Fields) -> Iterator[Compared]:
    """The comparisons of the index, then of each dimension; indicators by their positions, dimensions by the positions
    of their names among those that the form asked for."""
    groups, asked = list(answers.dimensions), asked_groups(fields)
    if len(groups) > 1:
        between = {}
        for i, first in enumerate(groups):
            for j, second in enumerate(groups[i + 1 :], start=i + 1):
                between[i, j] = _between(asked, first, second, fields)
        yield _node(None, [(f"between.{i}.{j}", groups[i], groups[j], said) for (i, j), said in between.items()])
    for group in groups:
        members = [(k, entry.name) for k, entry in placed if entry.dimension == group]
        pairs = [
            (f"compare.{k}.{other}", name, other_name, _ratio(fields.get(f"compare.{k}.{other}", "")))
            for at, (k, name) in enumerate(members)
            for other, other_name in members[at + 1 :]
        ]
        if pairs:
            yield _node(group, pairs)


def _between(asked: Mapping[str, int], first: str, second: str, fields: Fields) -> str:
    """What was chosen for two dimensions; nothing where one of them was not among those asked about."""
    if first not in asked or second not in asked:
        return ""
    i, j = asked[first], asked[second]
    said = _ratio(fields.get(f"between.{min(i, j)}.{max(i, j)}", ""))
    return said if i < j else _turned(said)


def _ratio(said: str) -> str:
    return said if said in RATIOS else ""


def _turned(ratio: str) -> str:
    """The other way round.

    >>> [_turned(ratio) for ratio in ("3", "1/3", "1", "")]
    ['1/3', '3', '1', '']
    """
    return RATIOS[len(RATIOS) - 1 - RATIOS.index(ratio)] if ratio else ""


def _node(node: str | None, pairs: Sequence[tuple[str, str, str, str]]) -> Compared:
    """The comparisons of a node; of too many children none is asked for (all are 1), as the checks refuse them."""
    found = tuple(Comparison(*pair) for pair in pairs)
    if size(found) > MOST_COMPARED:
        return Compared(node, tuple(replace(pair, ratio="1") for pair in found), None)
    whole = all(pair.ratio for pair in found)
    return Compared(node, found, ahp_consistency(_matrix(found))[2] if whole else None)


def size(pairs: Sequence[Comparison]) -> int:
    """The number of children that so many pairs compare: n (n - 1)/2."""
    return (1 + isqrt(1 + 8 * len(pairs))) // 2


def _matrix(pairs: Sequence[Comparison]) -> list[list[Any]]:
    """The matrix of comparisons, row over column; the pairs are those above its diagonal, row by row."""
    n = size(pairs)
    matrix: list[list[Any]] = [[1] * n for _ in range(n)]
    above = iter(pairs)
    for i in range(n):
        for j in range(i + 1, n):
            ratio = next(above).ratio
            matrix[i][j], matrix[j][i] = typed(ratio), typed(_turned(ratio))
    return matrix


# -- other methods


def uncertainty(specification: Specification, written: Mapping[str, Any]) -> dict[str, Any]:
    """The draft's other methods beside the chosen ones, as written, without those that can never go with them."""
    framework, methodology = specification.framework, specification.methodology
    block = dict(UNCERTAINTY)
    for step in ("normalisation", "aggregation"):
        chosen = getattr(methodology, step).name
        block[step] = [written[step], *(o for o in UNCERTAINTY[step] if choice(step, o).name != chosen)]
    while refused := [at for at, _ in cross_problems(framework, methodology, Uncertainty.model_validate(block))]:
        named = {(step, at) for step, at in refused if step in block and at}
        if named:
            block |= {step: [o for i, o in enumerate(block[step]) if (step, i) not in named] for step, _ in named}
        elif any(len(block[step]) > 1 for step in ("normalisation", "aggregation")):
            step = next(step for step in ("normalisation", "aggregation") if len(block[step]) > 1)
            block[step] = block[step][:-1]
        elif "weights" in block:
            del block["weights"]
        else:
            return {}
    block = {key: value for key, value in block.items() if not isinstance(value, list) or len(value) > 1}
    return {} if Uncertainty.model_validate(block).varies_nothing else block


# -- where a problem is


def marked(problems: Sequence[Problem], found: Recognised, answers: Answers) -> dict[str, list[Problem]]:
    """The problems that belong to a field, by its name; the others are shown above the form alone."""
    codes = {column.code: k for k, column in enumerate(found.columns)}
    marks: dict[str, list[Problem]] = {}
    for problem in problems:
        for field in _fields_of(problem, codes, answers):
            marks.setdefault(field, []).append(problem)
    return marks


def _fields_of(problem: Problem, codes: Mapping[str, int], answers: Answers) -> Iterator[str]:
    """The fields that a problem belongs to, by its place in the YAML or by the column that it names."""
    facts = (problem.place or ("", {}))[1]
    path = re.split(r"[.\[\]]+", str(facts.get("path", "")))
    if problem.key == "no_value":  # shown beside the ways to deal with it
        return
    if problem.key == "directions_to_confirm":
        yield from (f"direction.{codes[e.column.code]}" for e in answers.entries if e.direction == CONFIRM)
    elif problem.key == "year_to_confirm":
        yield "year"
    elif path[0] == "methodology" and len(path) > 1 and path[1] in (*OWN_STEPS, "reference"):
        yield f"step.{path[1]}"
    elif path[:2] == ["methodology", "imputation"]:
        yield "gaps.with.constant.value"  # nothing else can be said of an imputation
    elif path[:2] == ["framework", "dimensions"] and len(path) == 4 and path[3] == "weight":
        yield f"group_weight.{list(dimension_codes(answers).values()).index(path[2])}"
    else:
        code = next((str(one) for one in (facts.get("code"), problem.facts.get("code"), *path) if one in codes), None)
        if code is not None:
            field = next((key for key in ("direction", "weight", "unit") if key in path), "")
            yield f"{field or ('unit' if 'unit' in problem.key else 'name')}.{codes[code]}"


def in_language(fields: Fields, voice: Voice) -> dict[str, str]:
    """The fields with the name that a draft gives by itself in the language of the voice."""
    own = {Voice(lang).say("draft.name") for lang in languages()}
    return {**fields, "name": voice.say("draft.name")} if fields.get("name") in own else dict(fields)
