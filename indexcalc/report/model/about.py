"""The first sheet of the model: what it is, how it is used, how it computes, what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from indexcalc.report.model.formulas import MOST_FORMULAS, fixed, number_of_formulas
from indexcalc.report.model.layout import SHARES
from indexcalc.report.model.sheet import LINK, Model
from indexcalc.report.text.method_words import in_words, step_name
from indexcalc.report.workbook.sheets import HEAD as DARK
from indexcalc.report.workbook.sheets import LINE, text_width
from indexcalc.spec.hierarchy import parents

Entry = tuple[str, str]
"""What stands before a sentence, and the sentence."""
TEXT, LINE_OF_TEXT = 105, 122
"""Width of the sentences, and what of them goes on a line [characters]."""


def write_about(model: Model, sheet: Any, keys: Sequence[str]) -> None:
    """The sentences, section by section. keys: of the sheets that follow."""
    w = model.word
    sheet.set_column(0, 0, 22 if model.voice.grammar["unspaced"] else 30)
    sheet.set_column(1, 1, TEXT)
    sheet.set_row(0, 30)
    model.text(sheet, 1, 0, w("model_title", name=model.voice.name(model.result.framework.name)), "title")
    head = model.look(bold=True, font_size=12, font_color=DARK, bottom=1, bottom_color=LINE)
    name, link = model.look(bold=True, valign="top"), model.look(**LINK, valign="top")
    sentence = model.look(text_wrap=True, valign="top")
    row = 3
    for title, entries in _sections(model, keys):
        sheet.write_string(row - 1, 0, w(title), head)
        sheet.write_blank(row - 1, 1, None, head)
        for before, said in entries:
            row += 1
            sheet.set_row(row - 1, 16.5 * (1 + text_width(said) // LINE_OF_TEXT))
            if title == "sheets":
                sheet.write_url(row - 1, 0, f"internal:'{before}'!A1", link, before)
            else:
                sheet.write_string(row - 1, 0, before, name)
            sheet.write_string(row - 1, 1, said, sentence)
        row += 2
        if title == "what":
            model.text(sheet, row - 1, 0, w("now"), bold=True)
            status = model.look(bold=True, bg_color="#E8EDF2", indent=1)
            model.formula(sheet, row - 1, 1, f"={model.layout.names['weights']}$B$3", w("as_in_yaml"), status)
            row += 1


def _sections(model: Model, keys: Sequence[str]) -> Iterator[tuple[str, list[Entry]]]:
    w, note = model.word, model.result.framework.note
    yield "what", [("", w("what_text")), *([("", model.voice.name(note))] if note is not None else [])]
    how = [
        w("how_weights", sheet=w("weights"), zero=w(model.zero)),
        w("how_ranking", years=w("years")) if "years" in keys else w("how_ranking_one"),
        w("how_check"),
        w("how_yaml"),
        w("how_values", sheet=w("values")),
        w("how_size", count=f"{number_of_formulas(model.result):,}", most=f"{MOST_FORMULAS:,}"),
    ]
    yield "how", [("", said) for said in how]
    yield "sheets", [(w(key), w(f"holds_{key}", row=SHARES)) for key in keys]
    yield "methods", list(_methods(model))
    yield "leaves_out", [("", said) for said in _left_out(model)]


def _methods(model: Model) -> Iterator[Entry]:
    """The steps that the formulas take, in words; where a step differs between nodes, which they are."""
    result, voice, layout = model.result, model.voice, model.layout
    above = parents(result.nodes)
    columns = layout.columns
    chosen: dict[str, list[tuple[Any, str]]] = {
        "normalisation": [(column.normalisation, column.code) for column in columns],
        "reference": [(column.reference, column.code) for column in columns],
        "weighting": [(node.weighting, node.code) for node in above.values()],
        "aggregation": [(node.aggregation, node.code) for node in above.values()],
        "missing": [(node.missing, node.code) for p, node in above.items() if p in layout.gaps],
    }
    for step, pairs in chosen.items():
        groups: dict[str, tuple[Any, list[str]]] = {}
        for choice, code in pairs:
            groups.setdefault(str(choice), (choice, []))[1].append(code)
        for choice, codes in groups.values():
            names = voice.comma(voice.node(code) for code in codes)
            said = in_words(choice, voice)
            said = said if len(groups) == 1 else model.word("own_method", step=said, names=names)
            yield step_name(step, voice), said
    yield step_name("rank_on", voice), in_words(result.methodology.rank_on, voice)


def _left_out(model: Model) -> Iterator[str]:
    w, result, framework, voice = model.word, model.result, model.result.framework, model.voice
    comma = voice.mark("comma")
    yield w("out_imputation", sheet=w("values"))
    found = [voice.node(node.code) for node in parents(result.nodes).values() if not fixed(node.weighting)]
    if found:
        yield w("out_objective", names=comma.join(found))
    if result.treatment:
        yield w("out_treatment")
    before = [voice.node(column.code) for column in model.layout.columns if column.transformed]
    if before:
        yield w("out_transform", names=comma.join(before))
    active = {node.code for node in result.nodes}
    zero = [voice.node(code) for _, code, _ in framework.walk() if code not in active]
    if zero:
        yield w("out_zero", names=comma.join(zero))
    yield w("out_uncertainty")
    yield w("out_indicator_ranks")
    if result.methodology.rank_on.decimals < 9:
        yield w("out_ties", decimals=result.methodology.rank_on.decimals)
