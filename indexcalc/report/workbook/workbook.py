"""The workbook for people (`index.xlsx`): a cover with the findings, then a sheet for every question, formatted.

Each sheet is a `Page`. Here are those of the result itself; `analysis_pages` and `robustness_pages` have the others.
Nothing is computed here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xlsxwriter
from numpy.typing import NDArray

from indexcalc import __version__
from indexcalc.analyses import Yardstick
from indexcalc.analysis.claims import Holding
from indexcalc.analysis.influence import influence
from indexcalc.choice import Choice
from indexcalc.errors import Problem
from indexcalc.framework import INDEX, Framework, Indicator
from indexcalc.methodology import Reference, Rounding, plain
from indexcalc.origin import Origin
from indexcalc.panel import Panel
from indexcalc.report.findings_text import Sentence, coverage_sentences, findings, headline, method_sentences
from indexcalc.report.method_words import in_words, step_name
from indexcalc.report.provenance import (
    columns_behind,
    declared_of,
    derivation_words,
    publisher_of,
    trust_of,
)
from indexcalc.report.units import unit_name
from indexcalc.report.workbook.analysis_pages import (
    Tables,
    contributions_page,
    convergence_page,
    correlations_page,
    integration_page,
    lenses_page,
    obstacles_page,
    structure_page,
    treatment_page,
    yardsticks_page,
)
from indexcalc.report.workbook.cover import write_cover
from indexcalc.report.workbook.parts import (
    filled,
    gain_column,
    last_order,
    names_of,
    rank_and_city,
    sentences,
)
from indexcalc.report.workbook.robustness_pages import claims_page, robustness_page
from indexcalc.report.workbook.sheets import (
    MARKS,
    Column,
    Lines,
    Page,
    number_format,
    one_table,
    said_of,
    score_kind,
    styles,
    text_width,
    write_page,
)
from indexcalc.report.workbook.study_page import alternatives_page, study_page
from indexcalc.result import IndexResult
from indexcalc.robustness.result import UncertaintyResult
from indexcalc.uncertainty import WeightSet
from indexcalc.voice import Voice

if TYPE_CHECKING:
    from indexcalc.robustness.study import Study  # which loads the solvers

WINSORISED = "winsorised"  # the treatment that leaves an indicator in its unit
CREATED = datetime(2000, 1, 1)  # fixed, so that the file does not carry the clock
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
AS_READ = {Origin.MISSING, Origin.OBSERVED}  # every other origin has a mark


def write_index_workbook(
    result: IndexResult,
    path: Path,
    voice: Voice,
    *,
    tables: Tables | None = None,
    holdings: Sequence[Holding] = (),
    real: Sequence[Holding] = (),
    yardsticks: Mapping[str, Yardstick] | None = None,
    uncertainty: UncertaintyResult | None = None,
    study: Study | None = None,
    weights: WeightSet | None = None,
    untreated: IndexResult | None = None,
    refused: Sequence[Problem] = (),
    highlight: Sequence[str] = (),
) -> None:
    """Write the workbook for people, in Chinese or English; the same results give the same bytes.

    tables: of `analysis_tables`. holdings: the claims; real: those about levels without the indicators in current
    prices. yardsticks: as the YAML declares them. study: the analyses of robustness made on demand, weights: the set
    that its bounds are over. untreated: the index without the treatment of outliers. refused: why analyses are missing.
    highlight: the cities that its charts pick out. Sheets of what is not given, or has nothing to show, are left out.
    """
    tables, declared, index = tables or {}, yardsticks or {}, voice.name(result.framework.name)
    made = (
        _ranking(result, voice, highlight),
        *(make(result, voice) for make in PAGES),
        claims_page(result, holdings, real, uncertainty, voice),
        robustness_page(result, uncertainty, voice),
        study_page(result, study, weights, voice),
        alternatives_page(result, study, voice),
        *(make(result, tables, voice) for make in ANALYSES),
        yardsticks_page(result, tables, declared, voice),
        treatment_page(result, untreated, voice),
        *(make(result, voice) for make in RECORDS),
    )
    pages = [page for page in made if page is not None]
    names = {code: voice.name(own.name) for code, own in declared.items()}
    about: dict[str, Any] = {"holdings": holdings, "real": real, "tables": tables, "names": names}
    about["changes"] = study.changes if study is not None else ()
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        book.set_properties({"title": index, "author": "indexcalc", "created": CREATED})
        style, home = styles(book, voice), voice.say("sheets.cover")
        write_cover(
            book.add_worksheet(home),
            pages,
            style,
            title=index,
            headline=headline(result, voice, uncertainty) + voice.say("sheets.stop"),
            findings=findings(result, voice, uncertainty=uncertainty, **about),
            method=(
                *method_sentences(result, voice, uncertainty),
                *coverage_sentences(result, voice),
                *(Sentence("refused", voice.problem(problem)) for problem in refused),
            ),
            voice=voice,
        )
        for page in pages:
            write_page(book, page, style, index, _title(result, page.name, voice), home, voice)
    path.write_bytes(stream.getvalue())


def _title(result: IndexResult, sheet: str, voice: Voice) -> str:
    years = result.years
    key = "title_year" if len(years) == 1 else "title_years"
    return voice.say(
        f"sheets.{key}", name=voice.name(result.framework.name), sheet=sheet, first=years[0], last=years[-1]
    )


# -- the pages


def _ranking(result: IndexResult, voice: Voice, highlight: Sequence[str] = ()) -> Page:
    """City by year: ranks, places gained, scores, and where the figures come from; best of the last year first."""
    w, years, framework = voice.words("sheets"), result.years, result.framework
    order = last_order(result)
    ranks, scores = result.rank()[order], result.score()[order]
    columns = rank_and_city(result, order, voice, 2)
    groups = [_group(framework, result.cities[c], voice) for c in order]
    if any(groups):
        columns.append(Column((w("group"),) * 2, groups))
    columns += [Column((w("rank"), year), ranks[:, t].tolist(), "whole") for t, year in enumerate(years)]
    first_rank = len(columns) - len(years)
    if len(years) > 1:
        gains = result.rank_gain_total()[order, -1].tolist()
        columns.append(gain_column((w("gain_total", first=years[0]),) * 2, gains))
    first = len(columns)
    kind = score_kind(result.score())
    columns += [Column((w("score"), year), scores[:, t].tolist(), kind) for t, year in enumerate(years)]
    last = len(columns) - 1
    coverage = result.coverage_table().iloc[order]
    for origin in (name for name in coverage.columns.drop("city") if name == "observed" or coverage[name].any()):
        columns.append(Column((w("shares"), said_of(origin, voice)), coverage[origin].tolist(), "percent"))
    about = w("about_panel", **_extent(result))
    return one_table(
        w("ranking"),
        w("answers_ranking"),
        sentences(_noted(framework, voice), w("about_ranks"), about, _comparable(result, voice)),
        tuple(columns),
        heads=("band", "head"),
        labels=2,
        scales=tuple((t, t) for t in range(first, last + 1)) if _yearly(result) else ((first, last),),
        charts=_charts(result, order, (first, first_rank), voice, highlight) if len(years) > 1 else (),
    )


def _charts(
    result: IndexResult, order: list[int], at: tuple[int, int], voice: Voice, highlight: Sequence[str]
) -> tuple[Lines, ...]:
    """The trend and the ranks, the same cities in the same colours as in the other charts.

    at: the first column of the scores, and of the ranks.
    """
    score, rank = at
    w, years = voice.words("sheets"), result.years
    colours, span = tuple(_colours(result, order, voice, highlight)), len(years) - 1
    facts: dict[str, Any] = {"first": years[0], "last": years[-1]}
    return (
        Lines(w("trend_title", **facts), w("score"), 1, score, score + span, colours),
        Lines(w("ranks_title", **facts), w("rank"), 1, rank, rank + span, colours, ranks=True),
    )


def _colours(result: IndexResult, order: list[int], voice: Voice, highlight: Sequence[str]) -> list[str]:
    """Colours of the cities that the charts pick out; nothing for the others."""
    from indexcalc.report.charts.subject import pick_out  # the drawing library is slow to load

    scored = np.flatnonzero((~np.isnan(result.score())).any(axis=0))
    if not scored.size:
        return [""] * len(order)
    picked = pick_out(result, result.cities, result.rank()[:, scored], result.years[scored[-1]], voice, highlight)
    return [picked.colours[c] if picked.picked[c] else "" for c in order]


def _dimensions(result: IndexResult, voice: Voice) -> Page | None:
    """City by dimension in the last year: score, rank, and the change of the score since the first."""
    w, years, order = voice.words("sheets"), result.years, last_order(result)
    children = result.nodes[0].children
    if len(children) < 2:
        return None
    columns, scales = rank_and_city(result, order, voice, 2), []
    for position in (0, *children):
        code = result.nodes[position].code
        name = w("index") if position == 0 else voice.node(code)
        scores = result.scores[order, :, position]
        scales.append((len(columns), len(columns)))
        columns.append(Column((name, w("score")), scores[:, -1].tolist(), score_kind(scores)))
        columns.append(Column((name, w("rank")), result.ranks[order, -1, position].tolist(), "whole"))
        if len(years) > 1 and not _yearly(result):
            change = (scores[:, -1] - scores[:, 0]).tolist()
            columns.append(Column((name, w("change_since", first=years[0])), change, "change"))
    return one_table(
        w("dimensions"),
        w("answers_dimensions"),
        sentences(w("about_dimensions", last=years[-1]), _comparable(result, voice)),
        columns,
        heads=("band", "head"),
        labels=2,
        scales=tuple(scales),
    )


def _scores(result: IndexResult, voice: Voice) -> Page:
    """One row per city and year: score and rank of the index and of each node directly below it."""
    w = voice.words("sheets")
    c, t, labels, starts = _city_years(result, voice, 1)
    columns = list(labels)
    for position in (0, *result.nodes[0].children):
        code = result.nodes[position].code
        name = w("index") if position == 0 else voice.node(code)
        scores = result.scores[c, t, position]
        columns.append(Column((w("node_score", node=name),), scores.tolist(), score_kind(scores), 11))
        columns.append(Column((w("node_rank", node=name),), result.ranks[c, t, position].tolist(), "whole", 11))
    return one_table(
        w("scores"),
        w("answers_scores"),
        sentences(w("about_scores"), _comparable(result, voice)),
        tuple(columns),
        labels=2,
        starts=starts,
        scales=tuple((k, k) for k in range(2, len(columns), 2)),
        filtered=True,
    )


def _normalised(result: IndexResult, voice: Voice) -> Page:
    """One row per city and year, one column per indicator: normalised values, those not as published marked."""
    values = result.normalised.values
    kinds = [score_kind(values)] * values.shape[2]
    return _indicator_page("normalised", result, voice, values, kinds, units=False)


def _raw(result: IndexResult, voice: Voice) -> Page:
    """One row per city and year, one column per indicator: values in their own unit, filled cells marked."""
    values = _shown(result)
    kinds = [number_format(values[:, :, k]) for k in range(values.shape[2])]
    return _indicator_page("raw", result, voice, values, kinds, units=True)


def _indicator_page(
    name: str, result: IndexResult, voice: Voice, values: NDArray[np.float64], kinds: list[str], *, units: bool
) -> Page:
    w, framework, codes = voice.words("sheets"), result.framework, result.normalised.codes
    declared, labels_of = framework.all_indicators, names_of(framework, voice)
    paths = _paths(result)
    rows = {
        "band": [labels_of[paths[code][0]] if paths[code] else "" for code in codes],
        "head": [labels_of[code] for code in codes],
        "code": list(codes),
        "unit": [unit_name(declared[code].unit, voice) if units else "" for code in codes],
    }
    if rows["code"] == rows["head"]:
        del rows["code"]
    heads = tuple(head for head, titles in rows.items() if any(titles))
    titles = list(zip(*(rows[head] for head in heads), strict=True))
    c, t, labels, starts = _city_years(result, voice, len(heads))
    marks = _marks(result)[c, t]
    columns = [
        Column(titles[k], values[c, t, k].tolist(), kinds[k], 0, marks[:, k].tolist()) for k in range(len(codes))
    ]
    legend = tuple(mark for mark in MARKS if mark and (marks == mark).any())
    transformed = [labels_of[code] for code in codes if units and _rescaled(result, code)]
    about = w("about_transformed", names=w("list_comma").join(transformed)) if transformed else ""
    return one_table(
        w(name),
        w(f"answers_{name}"),
        sentences(w(f"about_{name}"), about, w("about_marks" if legend else "all_observed")),
        (*labels, *columns),
        heads=heads,
        labels=2,
        starts=starts,
        legend=legend,
        filtered=True,
    )


def _weights(result: IndexResult, voice: Voice) -> Page:
    """Every node: the weight as given, its share within its parent, its effective weight; indicators sum to 1."""
    w, nodes = voice.words("sheets"), result.nodes
    names = names_of(result.framework, voice)
    below = [i for i, node in enumerate(nodes) if node.parent >= 0]
    depth = [len(_ancestors(result, i)) for i in below]
    indents = [f"below_{min(d - 1, 15)}" if d > 1 else "" for d in depth]
    indicators = [i for i in below if nodes[i].is_indicator]
    total = math.fsum(result.effective[indicators])
    effective = [float(result.effective[i]) for i in below]
    leaf = [nodes[i].is_indicator for i in below]
    carried = dict(zip(result.normalised.codes, influence(result).tolist(), strict=True))
    columns = (
        Column((w("node"),), [*(names[nodes[i].code] for i in below), ""], marks=[*indents, ""]),
        Column((w("code"),), [*(nodes[i].code for i in below), ""]),
        Column((w("parent"),), [*(names[nodes[nodes[i].parent].code] for i in below), w("weight_total")]),
        Column((w("given_weight"),), [*(nodes[i].weight for i in below), None], "given", 11),
        Column((w("share"),), [*(float(result.weights[i]) for i in below), None], "share", 13),
        Column((w("dimension_weight"),), [*_where(effective, [not x for x in leaf]), None], "share", 14),
        Column((w("indicator_weight"),), [*_where(effective, leaf), total], "share", 14),
        Column((w("influence"),), [*(carried.get(nodes[i].code) for i in below), None], "ratio", 14),
    )
    bold = {r for r, is_leaf in enumerate(leaf) if not is_leaf}
    return one_table(
        w("weights"),
        w("answers_weights"),
        sentences(
            w("about_weights"),
            w("about_influence"),
            w("about_mean_weights") if result.weights_by_observation else "",
        ),
        filled(columns),
        starts=frozenset({*(r for r, d in enumerate(depth) if d == 1 and not leaf[r]), len(below)}),
        strong=frozenset({*bold, len(below)}),
    )


def _changes(result: IndexResult, voice: Voice) -> Page:
    """City by year: places gained on the year before, and since the first year."""
    w, years = voice.words("sheets"), result.years
    order = last_order(result)
    columns = rank_and_city(result, order, voice, 2)
    gains = result.rank_gain()[order]
    columns += [gain_column((w("gain_yearly"), year), gains[:, t].tolist()) for t, year in enumerate(years) if t > 0]
    if len(years) > 1:
        total = result.rank_gain_total()[order, -1].tolist()
        columns.append(gain_column((w("gain_total", first=years[0]),) * 2, total))
    note = w("about_changes") if len(years) > 1 else w("one_year")
    return one_table(w("changes"), w("answers_changes"), (note,), tuple(columns), heads=("band", "head"), labels=2)


def _indicators(result: IndexResult, voice: Voice) -> Page:
    """The indicator table as journals print it, and how each indicator is obtained and classed."""
    w, framework = voice.words("sheets"), result.framework
    codes, names, paths = result.normalised.codes, names_of(framework, voice), _paths(result)
    behind = declared_of(framework)
    declared = [framework.all_indicators[code] for code in codes]
    depth = max((len(path) for path in paths.values()), default=0)
    columns = [Column((w("goal"),), [voice.name(framework.name)] * len(codes), "group", 12, merged=True)]
    for level in range(depth):
        title = w("criterion") if depth == 1 else w("criterion_of", level=level + 1)
        values = [names[path[level]] if level < len(path) else "" for path in (paths[code] for code in codes)]
        columns.append(Column((title,), values, "group", 14, merged=True))
    columns += [
        Column((w("indicator"),), [names[code] for code in codes], width=24),
        Column((w("unit"),), [unit_name(own.unit, voice) for own in declared], "word", 12),
        Column((w("direction"),), [in_words(own.direction, voice) for own in declared], "word", 8),
        Column((w("weight"),), [float(result.effective[result.position(code)]) for code in codes], "share", 8),
        Column((w("derivation"),), [derivation_words(own.derived, voice) for own in declared], width=32),
        *_lens_columns(framework, declared, voice),
        Column((w("publisher"),), [publisher_of(framework, behind, code, voice) for code in codes], width=20),
        Column((w("trust"),), [trust_of(behind, code) for code in codes], "word", 7),
        Column((w("code"),), list(codes), "small", 24),
    ]
    graded = any(trust_of(behind, code) for code in codes)
    return one_table(
        w("indicators"),
        w("answers_indicators"),
        sentences(_noted(framework, voice), w("about_indicators"), w("about_trust") if graded else ""),
        filled(columns),
        labels=depth + 2,
    )


def _coverage(result: IndexResult, voice: Voice) -> Page | None:
    """What of the theory behind the index is covered, and by what; none if the framework does not say."""
    w, entries = voice.words("sheets"), result.framework.coverage
    if not entries:
        return None
    names, active, comma = names_of(result.framework, voice), set(result.normalised.codes), voice.mark("comma")
    stand_in = [[names[code] for code in entry.indicators if code in active] for entry in entries]
    themes = [voice.name(entry.theme) for entry in entries]
    columns = (
        Column((w("theme"),), themes, "group", 18, merged=True),
        Column((w("phrase"),), [voice.name(entry.phrase) for entry in entries]),
        Column((w("stand_in"),), [comma.join(found) for found in stand_in]),
        Column((w("covered"),), [w("yes") if found else w("no") for found in stand_in], "word", 12),
        Column((w("awaits"),), [comma.join(names.get(code, code) for code in entry.awaits) for entry in entries]),
    )
    starts = frozenset(r for r in range(1, len(themes)) if themes[r] != themes[r - 1])
    return one_table(w("coverage"), w("answers_coverage"), (w("about_coverage"),), columns, labels=2, starts=starts)


def _imputed(result: IndexResult, voice: Voice) -> Page:
    """Every cell that is not as published: its value, how it came to be, and what was lacking."""
    w, framework, codes = voice.words("sheets"), result.framework, result.normalised.codes
    names, declared, shown, marks = names_of(framework, voice), framework.all_indicators, _shown(result), _marks(result)
    touched = (marks != "") & ~np.isnan(shown)
    at = [(c, t, k) for k, c, t in zip(*np.nonzero(touched.transpose(2, 0, 1)), strict=True)]
    columns_of = declared_of(framework)
    behind = [columns_behind(columns_of, code) for code in codes]
    lacking = [_lacking(result.panel, behind[k], c, t) for c, t, k in at]
    flags = [_flags(result, parts, c, t) for parts, (c, t, _) in zip(lacking, at, strict=True)]
    how = [marks[cell] for cell in at]
    before = _where([float(result.imputed.values[cell]) for cell in at], [mark == "treated" for mark in how])
    columns = [
        Column((w("name"),), [names[codes[k]] for _, _, k in at]),
        Column((w("code"),), [codes[k] for _, _, k in at]),
        Column((w("city"),), [voice.city(result.cities[c]) for c, _, _ in at]),
        Column((w("year"),), [result.years[t] for _, t, _ in at], "whole", 8),
        Column((w("value"),), [float(shown[cell]) for cell in at], "value", marks=how),
        Column((w("before"),), before, "value"),
        Column((w("unit"),), [unit_name(declared[codes[k]].unit, voice) for _, _, k in at], "word"),
        Column((w("how"),), [_how(result, cell, voice) for cell in at], "word"),
        Column((w("lacking"),), [w("list_comma").join(names[part] for part in parts) for parts in lacking], width=30),
        Column((w("why"),), flags, "small", 60),
    ]
    starts = frozenset(r for r in range(1, len(at)) if at[r][2] != at[r - 1][2])
    note = w("about_imputed", n=len(at)) if at else w("none_imputed")
    return one_table(
        w("imputed"), w("answers_imputed"), (note,), filled(columns), labels=4, starts=starts, filtered=True
    )


def _method(result: IndexResult, voice: Voice) -> Page:
    """The methodology in words and as written, the methods that nodes name for themselves, what went in."""
    w, methodology = voice.words("sheets"), result.methodology
    rows = [
        (step_name(step, voice), in_words(getattr(methodology, step), voice), f"{step}: {_yaml(written)}")
        for step, written in methodology.plain.items()
        if step != "levels"
    ]
    first_own = len(rows)
    for level, named in methodology.levels.items():
        rows += [
            (w("level_step", level=level, step=step), said, written)
            for step, said, written in _own_methods(named, voice)
        ]
    active, names = {node.code for node in result.nodes}, names_of(result.framework, voice)
    for code, node in ((INDEX, result.framework.root), *((code, node) for _, code, node in result.framework.walk())):
        if code in active:
            rows += [
                (w("own", node=names[code], step=step), said, written)
                for step, said, written in _own_methods(node, voice)
            ]
    for what in dict.fromkeys(result.treatment.values()):
        treated = (names[code] for code, done in result.treatment.items() if done == what)
        rows.append((w("step_done"), w("done", what=said_of(what, voice), names=w("list_comma").join(treated)), ""))
    first_fact = len(rows)
    rows.append((w("panel_fact"), w("panel_words", **_extent(result)), ""))
    if result.panel.file:
        rows.append((w("file_fact"), Path(result.panel.file).name, ""))
    rows.append((w("program_fact"), f"indexcalc {__version__}", ""))
    titles = {w("step"): 36, w("in_words"): 60, w("as_written"): 50}
    columns = (Column((title,), [row[k] for row in rows], width=titles[title]) for k, title in enumerate(titles))
    return one_table(
        w("method"),
        w("answers_method"),
        sentences(_noted(result.framework, voice), w("about_method")),
        tuple(columns),
        starts=frozenset({first_own, first_fact}),
    )


def _series(result: IndexResult, voice: Voice) -> Page:
    """The columns of the workbook behind the index: unit, publisher, trust, how many figures, which indicators."""
    w, panel, framework = voice.words("sheets"), result.panel, result.framework
    names, declared = names_of(framework, voice), declared_of(framework)
    behind = {code: columns_behind(declared, code) for code in result.normalised.codes}
    used = [code for code in panel.codes if any(code in columns for columns in behind.values())]
    uses = [[names[code] for code, columns in behind.items() if own in columns] for own in used]
    counts = [int((~np.isnan(panel.series(code))[result.present]).sum()) for code in used]
    cells = max(int(result.present.sum()), 1)
    columns = [
        Column((w("series"),), [names[code] for code in used], width=26),
        Column((w("code"),), used, "small", 26),
        Column((w("unit"),), [unit_name(declared[code].unit, voice) for code in used], "word", 12),
        Column((w("publisher"),), [publisher_of(framework, declared, code, voice) for code in used], width=28),
        Column((w("trust"),), [declared[code].trust or "" for code in used], "word", 8),
        Column((w("figures"),), counts, "whole", 9),
        Column((w("figures_share"),), [n / cells for n in counts], "part", 9),
        Column((w("used_for"),), [voice.comma(own) for own in uses], width=40),
    ]
    trust = w("about_trust") if any(declared[code].trust for code in used) else ""
    said = (w("series_sheet"), w("answers_series_sheet"), sentences(w("about_series"), trust))
    return one_table(*said, filled(columns), filtered=True)


def _sources(result: IndexResult, voice: Voice) -> Page | None:
    """One row per figure that was used: where it was read, by whom it was published; none if no source is given."""
    w, panel, framework = voice.words("sheets"), result.panel, result.framework
    names, declared = names_of(framework, voice), declared_of(framework)
    behind = {column for code in result.normalised.codes for column in columns_behind(declared, code)}
    at = [
        (k, c, t)
        for k, code in enumerate(panel.codes)
        if code in behind
        for c, t in zip(*np.nonzero(~np.isnan(panel.values[:, :, k])), strict=True)
    ]
    keys = [(panel.codes[k], panel.cities[c], panel.years[t]) for k, c, t in at]
    if not any(key in panel.sources for key in keys):
        return None
    found = [panel.sources.get(key) for key in keys]
    columns = [
        Column((w("series"),), [names[code] for code, _, _ in keys], width=22),
        Column((w("city"),), [voice.city(city) for _, city, _ in keys]),
        Column((w("year"),), [year for _, _, year in keys], "whole", 8),
        Column((w("value"),), [float(panel.values[c, t, k]) for k, c, t in at], "value"),
        Column((w("unit"),), [unit_name(declared[code].unit, voice) for code, _, _ in keys], "word"),
        Column((w("source"),), [row.source if row else "" for row in found], "small", 56),
        Column((w("note"),), [row.note if row else "" for row in found], "small", 44),
        Column((w("flag"),), [row.flag if row else "" for row in found], "small", 28),
        Column((w("cell"),), ["!".join(panel.cells.get(key, ())) for key in keys], "small", 12),
    ]
    starts = frozenset(r for r in range(1, len(at)) if at[r][0] != at[r - 1][0])
    return one_table(
        w("sources"),
        w("answers_sources"),
        (w("about_sources"),),
        filled(columns),
        labels=3,
        starts=starts,
        filtered=True,
    )


PAGES: tuple[Callable[[IndexResult, Voice], Page | None], ...] = (
    _changes,
    _dimensions,
    _scores,
)

ANALYSES: tuple[Callable[[IndexResult, Tables, Voice], Page | None], ...] = (
    contributions_page,
    lenses_page,
    integration_page,
    obstacles_page,
    convergence_page,
    structure_page,
    correlations_page,
)

RECORDS: tuple[Callable[[IndexResult, Voice], Page | None], ...] = (
    _indicators,
    _weights,
    _normalised,
    _raw,
    _coverage,
    _imputed,
    _method,
    _series,
    _sources,
)


# -- what the pages are made of


def _noted(framework: Framework, voice: Voice) -> str:
    return voice.name(framework.note) if framework.note is not None else ""


def _extent(result: IndexResult) -> dict[str, Any]:
    cities, years, indicators = result.normalised.values.shape
    return {"cities": cities, "years": years, "indicators": indicators}


def _group(framework: Framework, city: str, voice: Voice) -> str:
    declared = framework.cities.get(city)
    group = None if declared is None else declared.group
    return "" if group is None else voice.name(framework.groups[group]) if group in framework.groups else group


def _city_years(
    result: IndexResult, voice: Voice, heads: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], tuple[Column, Column], frozenset[int]]:
    """The city-years that are in the index: positions, the two label columns, the rows where a city begins."""
    c, t = np.nonzero(result.present)
    names = [voice.city(city) for city in result.cities]
    city = Column((voice.say("sheets.city"),) * heads, [names[i] for i in c])
    year = Column((voice.say("sheets.year"),) * heads, [result.years[i] for i in t], "whole", 8)
    return c, t, (city, year), frozenset((np.nonzero(np.diff(c))[0] + 1).tolist())


def _where(values: list[float], here: list[bool]) -> list[float | None]:
    return [value if x else None for value, x in zip(values, here, strict=True)]


def _yearly(result: IndexResult) -> bool:
    return result.methodology.reference.kind == "year"


def _comparable(result: IndexResult, voice: Voice) -> str:
    """Whether scores of different years may be compared; nothing where there is one year."""
    reference = result.methodology.reference
    key = {"pooled": "pooled", "year": "yearly", "base": "based"}[reference.kind]
    return voice.say(f"sheets.{key}", base=reference.base) if len(result.years) > 1 else ""


def _marks(result: IndexResult) -> NDArray[Any]:
    """Per cell [city, year, indicator] the mark of how its value came to be; "" as published, or missing."""
    names = np.full(max(Origin) + 1, "", object)
    for origin in set(Origin) - AS_READ:
        names[origin] = origin.name.lower()
    marks: NDArray[Any] = np.where(result.present[:, :, None], names[result.treated.origin], "")
    return marks


def _rescaled(result: IndexResult, code: str) -> bool:
    """Whether a declared transform, or the treatment, took the indicator to another scale than its unit."""
    transform = result.framework.all_indicators[code].transform
    return (transform is not None and transform.name != "none") or result.treatment.get(code, WINSORISED) != WINSORISED


def _shown(result: IndexResult) -> NDArray[np.float64]:
    """Values in the unit of each indicator: as treated, or as imputed where the treated ones are on another scale."""
    rescaled = np.array([_rescaled(result, code) for code in result.treated.codes], bool)
    return np.where(rescaled, result.imputed.values, result.treated.values)


def _how(result: IndexResult, cell: tuple[int, int, int], voice: Voice) -> str:
    imputed, treated = Origin(result.imputed.origin[cell]), Origin(result.treated.origin[cell])
    if treated is Origin.TREATED and imputed not in AS_READ:
        return voice.say("sheets.both", filled=said_of(imputed.name.lower(), voice))
    return said_of(treated.name.lower(), voice)


def _lacking(panel: Panel, columns: Iterable[str], c: int, t: int) -> list[str]:
    """Those of some columns that have no figure for a city and year."""
    return [code for code in columns if np.isnan(panel.values[c, t, panel.position(code)])]


def _flags(result: IndexResult, parts: Iterable[str], c: int, t: int) -> str:
    """What the sources say of figures that were left out."""
    city, year = result.cities[c], result.years[t]
    said = (result.panel.sources[part, city, year] for part in parts if (part, city, year) in result.panel.sources)
    return "; ".join(dict.fromkeys(row.flag or row.note for row in said))


def _ancestors(result: IndexResult, position: int) -> list[int]:
    """Positions of the nodes above one, the index first."""
    above: list[int] = []
    while (position := result.nodes[position].parent) >= 0:
        above.insert(0, position)
    return above


def _paths(result: IndexResult) -> dict[str, list[str]]:
    """Per indicator the dimensions above it, from the index down, without the index."""
    return {
        node.code: [result.nodes[i].code for i in _ancestors(result, position)[1:]]
        for position, node in enumerate(result.nodes)
        if node.is_indicator
    }


def _lens_columns(framework: Framework, declared: list[Indicator], voice: Voice) -> Iterator[Column]:
    for tag, lens in framework.lenses.items():
        groups = [own.tags.get(tag, "") for own in declared]
        values = [voice.name(lens.groups[group]) if group in lens.groups else group for group in groups]
        if any(values):
            width = min(max(9, *(text_width(value) + 2 for value in values)), 18)
            yield Column((voice.name(lens.name) if lens.name else tag,), values, "word", width)


def _own_methods(node: Any, voice: Voice) -> Iterator[tuple[str, str, str]]:
    """The methods that a node, or a level, names for itself: the step, in words, as written."""
    for step in type(node).model_fields:
        own = getattr(node, step)
        if isinstance(own, (Choice, Reference, Rounding)) and step != "direction":  # which the indicator table has
            yield step_name(step, voice), in_words(own, voice), f"{step}: {_yaml(plain(own))}"


def _yaml(written: Any) -> str:
    """A choice as it would be written in the YAML, on one line."""
    if isinstance(written, dict):
        inside = ", ".join(f"{key}: {_yaml(value)}" for key, value in written.items())
        return f"{{{inside}}}"
    if isinstance(written, (list, tuple)):
        return f"[{', '.join(_yaml(value) for value in written)}]"
    if isinstance(written, bool):
        return "true" if written else "false"
    return f"{written:.15g}" if isinstance(written, float) else str(written)
