"""From a YAML file to Framework, Methodology and claims; every problem of the file is found at once, with its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from indexcalc.errors import ChoiceError, InputError, Problem, calling, refuse_if
from indexcalc.figures.experts import read_tables
from indexcalc.spec.choice import CONFIRM
from indexcalc.spec.cross_checks import cross_checks, incompatible
from indexcalc.spec.document import (
    Document,
    Keys,
    apply_weights_block,
    read_document,
    set_values,
    set_weights,
    weighted,
)
from indexcalc.spec.framework import Framework, Indicator, Units, Workbook
from indexcalc.spec.hierarchy import build_nodes, unused_weights, weight_unused
from indexcalc.spec.methodology import Methodology
from indexcalc.spec.specification import Specification
from indexcalc.spec.validation import translated
from indexcalc.voice import Row, Word


def load_specification(path: str | Path, *, weights: Sequence[str] = (), settings: Sequence[str] = ()) -> Specification:
    """Read and check a YAML file, after the edits of `--weight CODE=VALUE` and `--set PATH=VALUE`.

    Raises InputError with all problems of the file and all that a draft leaves to confirm, or ChoiceError for choices
    that can never go together.
    """
    specification, unconfirmed = load_draft(path, weights=weights, settings=settings)
    refuse_if(unconfirmed)
    return specification


def load_draft(
    source: str | Path | Document,
    *,
    weights: Sequence[str] = (),
    settings: Sequence[str] = (),
    workbook: str | Path | None = None,
) -> tuple[Specification, list[Problem]]:
    """As `load_specification`, with what a draft leaves to confirm as problems that are not raised. source: the file,
    or the document read from it. workbook: the one used in place of that in the YAML."""
    document = source if isinstance(source, Document) else read_document(source)
    set_values(document, list(settings))
    with calling(units=Units.written(document.data.get("framework"))):
        apply_weights_block(document)
        absent = _left_out(document) if weights else frozenset()
        assigned = set_weights(document, list(weights))
        unread = read_tables(document, workbook)
        try:
            specification = Specification.model_validate(document.data)
        except ValidationError as error:
            raise InputError([*unread, *translated(error, document)]) from None
        refuse_if(unread)
        refuse_if(list(cross_checks(specification, document)))
        refuse_if(list(incompatible(specification, document)), ChoiceError)
        refuse_if(list(_without_effect(specification, document, set(assigned) - absent)), ChoiceError)
    return specification, list(_unconfirmed(specification.framework, document))


def _left_out(document: Document) -> frozenset[str]:
    """The nodes of weight 0: any other weight lets them in."""
    found = ((code, _data_at(document.data, keys)) for code, keys, _ in weighted(document.data))
    return frozenset(code for code, node in found if isinstance(node, dict) and node.get("weight") == 0)


def _data_at(data: Any, keys: Keys) -> Any:
    for key in keys:
        data = data[key]
    return data


def _without_effect(specification: Specification, document: Document, assigned: set[str]) -> Iterator[Problem]:
    """Weights given as options where weights are computed or ignored, so that they would change nothing."""
    unused = unused_weights(build_nodes(specification.framework, specification.methodology)) if assigned else {}
    for keys, code, _ in specification.framework.walk():
        if code in assigned and code in unused:
            yield replace(weight_unused(code, unused[code]), place=document.place((*keys, "weight")))


def _unconfirmed(framework: Framework, document: Document) -> Iterator[Problem]:
    """What a draft leaves to a person: the directions, all in one message, and a year that the file does not give."""
    if framework.workbook is not None and framework.workbook.year == CONFIRM:
        yield Problem("year_to_confirm", {}, document.place(("framework", "workbook", "year")))
    open_ones = [
        (code, document.place((*keys, "direction"))[1].get("line", "-"))
        for keys, code, node in framework.walk()
        if isinstance(node, Indicator) and not node.direction.confirmed
    ]
    if open_ones:
        listed = Row(Word("errors.to_confirm.one", node=code, line=line) for code, line in open_ones)
        facts = {"n": len(open_ones), "listed": listed}
        yield Problem("directions_to_confirm", facts, ("in_file", {"file": document.file}))


def workbook_of(settings: Sequence[str]) -> Workbook:
    """What `--set framework.workbook.KEY=VALUE` declares about a file for which there is no YAML yet."""
    document = Document("", {"framework": {"workbook": {}}})
    strange = [setting for setting in settings if not setting.strip().startswith("framework.workbook.")]
    expected = Word("errors.expected.workbook_value")
    places = {setting: ("in_option", {"option": f"--set {setting}"}) for setting in strange}
    refuse_if([Problem("option_form", {"found": s, "expected": expected}, place) for s, place in places.items()])
    set_values(document, list(settings))
    try:
        found = Specification.model_validate(document.data).framework.workbook
    except ValidationError as error:
        raise InputError(list(translated(error, document))) from None
    return found or Workbook()


def load_framework(path: str | Path) -> Framework:
    """The framework of a YAML file: indicators, dimensions, cities, years, lenses; that of a draft too. Raises as
    `load_specification`, except for what a draft leaves to confirm."""
    return load_draft(path)[0].framework


def load_methodology(path: str | Path) -> Methodology:
    """The methodology of a YAML file, defaults filled in. Raises as `load_framework`."""
    return load_draft(path)[0].methodology
