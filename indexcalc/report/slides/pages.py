"""What is on the slides: the tables of the report and the titles of its charts, laid out on about ten pages."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Pt

from indexcalc.computed import Computed, attempt
from indexcalc.report.charts.catalogue import change, claims, dimensions, ranks, scenarios, trend, uncertainty
from indexcalc.report.charts.catalogue.contributions import gather
from indexcalc.report.charts.findings import extremes, held_claims
from indexcalc.report.charts.lettering import shorten, text_width, wrap
from indexcalc.report.charts.needs import PARTS, RIVALS, UNCERTAINTY, YEARS, Need
from indexcalc.report.charts.notes import publishers, steps
from indexcalc.report.charts.style import INK, OTHERS_STRONG, SOFT_INK
from indexcalc.report.charts.subject import Subject, subject_of
from indexcalc.report.numbers import decimals_of, percent
from indexcalc.report.slides import native
from indexcalc.report.slides.deck import (
    BODY,
    BODY_END,
    FOOT,
    INNER,
    MARGIN,
    SAFE,
    SUBTITLE,
    TEXT,
    Box,
    Deck,
    Page,
    Series,
    fitting,
)
from indexcalc.report.tables import claims as claim_tables
from indexcalc.report.tables import contributions, robustness
from indexcalc.report.tables import scenarios as scenario_tables
from indexcalc.report.tables.rankings import ranking
from indexcalc.report.tables.table import PAGE, SCREEN, Table, spoken
from indexcalc.report.text.findings import coverage_sentences, findings, headline, method_sentences
from indexcalc.voice import Voice

MOST_ROWS, MOST_CLAIMS, MOST_PARTS = 15, 8, 6
"""Places, claims and dimensions on a page; if there are more, some are shown, and the page says so."""
INDEX_WIDTH = 330.0
"""The widest that the name of the index may be below a title [pt]."""
MARKS = {"up": "#00649c", "down": "#b85100"}


def write_slides(run: Computed, path: Path, voice: Voice) -> None:
    """Write the slides of a run; the same results give the same bytes."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph ", UserWarning)  # not in our fonts, but in PowerPoint's
        shown = _Shown(subject_of(run, voice))
        deck = Deck(voice.name(run.result.framework.name), voice.mark("tag"), _foot(shown.subject))
        for needs, put in SLIDES:
            if all(need.met(shown.subject) for need in needs):
                put(deck, shown)
        deck.save(path)


@dataclass(frozen=True)
class _Shown:
    """A subject, and the places that are on the slides: positions by rank of the last year, those in colour and the
    first of the others, `MOST_ROWS` of them. named: places that a title names, which are shown as well."""

    subject: Subject
    named: tuple[int, ...] = ()

    @cached_property
    def order(self) -> NDArray[np.int64]:
        subject = self.subject
        order = np.argsort(subject.rank[:, -1], kind="stable")
        order = order[~np.isnan(subject.rank[order, -1])]
        others = order[~subject.cities.picked[order]]
        room = max(MOST_ROWS - int(subject.cities.picked[order].sum()), 0)
        wanted = np.isin(order, [*others[:room], *self.named])
        shown: NDArray[np.int64] = order[subject.cities.picked[order] | wanted]
        return shown

    @cached_property
    def names(self) -> list[str]:
        return [self.subject.cities.names[c] for c in self.order]

    @cached_property
    def looks(self) -> list[tuple[str, str, bool]]:
        """Colour, ink and whether it stands out, of each place shown."""
        cities = self.subject.cities
        return [(cities.colours[c], cities.inks[c], bool(cities.picked[c])) for c in self.order]

    @property
    def facts(self) -> dict[str, str | int]:
        """The facts named below the titles; a long name of the index is shortened."""
        return {**self.subject.facts, "index": shorten(self.subject.index, SUBTITLE, INDEX_WIDTH)}

    @property
    def colours(self) -> list[str]:
        return [line if strong else OTHERS_STRONG for line, _, strong in self.looks]

    def rows(self, table: Table) -> list[int]:
        """The rows of a table of places, which are in the order of the run, that are shown."""
        at = {int(self.subject.at[0][c]) for c in self.order}
        return [row for row, c in enumerate(self.subject.run.order[: table.rows]) if c in at]

    def figures(self, table: Table, name: str) -> list[float]:
        values = table.column(name).values
        return [float(values[row]) for row in self.rows(table)]

    def some(self) -> str:
        """That not all places are shown."""
        n = len(self.subject.cities.names)
        if len(self.order) == n:
            return ""
        key = "some" if self.subject.cities.picked.any() else "some_first"
        return self.subject.voice.say(f"slides.{key}", shown=len(self.order), n=n)

    def subtitle(self, key: str) -> str:
        """What the page shows, who is in colour, and whether some places are left out."""
        subject = self.subject
        told = subject.voice.say(key, **self.facts) + subject.cities.in_words(subject.voice)
        return told + self.some()

    def notes(self, sheet: str, file: str, *tables: Table | None) -> list[str]:
        """For the speaker: what the figures are, where they are in full, and how they were computed."""
        voice = self.subject.voice
        said = [voice.told(fact) for table in tables if table is not None for fact in (table.question, *table.notes)]
        where = voice.say("slides.figures_in", file=file, sheet=voice.say(f"sheets.{sheet}"))
        method = voice.say("charts.method", steps=voice.semicolon(steps(self.subject.result, voice)))
        return [text for text in (*said, where, method) if text]


def _foot(subject: Subject) -> list[str]:
    """The publishers, as many as fit on a line, and the note shown wherever the result is."""
    voice, found, note = subject.voice, publishers(subject.result, subject.voice), subject.result.framework.note
    lines = []
    if found:
        line, kept = voice.say("charts.source", publishers=voice.listed(found)), len(found)
        while text_width(line, FOOT) > INNER - 60.0 and kept > 1:
            kept -= 1
            told = {"publishers": voice.comma(found[:kept]), "n": len(found) - kept}
            line = voice.say("slides.source_some", **told)
        lines.append(line)
    if note is not None:
        lines.append(voice.say("charts.note", note=voice.name(note)))
    if subject.relative:
        lines.append(voice.say("charts.not_comparable"))
    return lines


# -- the pages


def _first(deck: Deck, shown: _Shown) -> None:
    subject, voice = shown.subject, shown.subject.voice
    said = headline(subject.run, voice) + voice.mark("stop").strip()
    notes = [one.text for one in findings(subject.run, voice)]
    page = deck.page(subject.index, notes=notes)
    head = page.slide.shapes.title
    size = fitting(subject.index, (44.0, 38.0, 32.0, 26.0), INNER, 2)
    head.left, head.top, head.width, head.height = Box(MARGIN, 60.0, INNER, 166.0).emu
    head.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    for run in head.text_frame.paragraphs[0].runs:
        run.font.size, run.font.bold = Pt(size), True
    page.text([said], Box(MARGIN, 244.0, INNER, 200.0), fitting(said, (24.0, 20.0, 18.0), INNER, 4), SOFT_INK)


def _ranking(deck: Deck, shown: _Shown) -> None:
    subject = shown.subject
    table = ranking(subject.run).on(PAGE)
    title = extremes(subject.score[:, -1], subject.cities.names, subject.facts, subject.voice)
    about = shown.subtitle("slides.sub_ranking")
    about += "".join(
        subject.voice.say(f"slides.about_{key}")
        for key in ("interval", "limits")
        if any(one.name == key for one in table.columns)
    )
    page = deck.page(title, about.strip(), shown.notes("ranking", "rankings.csv", table))
    _table(page, shown, table, title)


def _table(page: Page, shown: _Shown, table: Table, alt: str) -> None:
    """A table of the places shown; names in their colours, marked figures in those of the marks."""
    rows = shown.rows(table)
    part = Table(tuple(column.at(rows) for column in table.columns))
    told = spoken(part, shown.subject.voice)
    inks = [
        [
            look[1] if column.name == "city" else MARKS.get(column.marks[row] if column.marks else "", INK)
            for column in part.columns
        ]
        for row, look in enumerate(shown.looks)
    ]
    page.table(told.heads[-1][1], told.cells, told.aligns, alt, inks)


def _trend(deck: Deck, shown: _Shown) -> None:
    subject = shown.subject
    title, about = trend.title(subject), shown.subtitle("charts.sub_trend")
    page = deck.page(title, about.strip(), shown.notes("ranking", "rankings.csv"))
    figures = subject.score[shown.order]
    form = _form(subject.score)
    native.lines(page, BODY, shown.names, subject.years, figures, shown.looks, f"{title} {about}", form)


def _ranks(deck: Deck, shown: _Shown) -> None:
    subject = shown.subject
    title, about = ranks.title(subject), shown.subtitle("slides.sub_ranks")
    page = deck.page(title, about.strip(), shown.notes("changes", "rankings.csv"))
    figures, alt = subject.rank[shown.order], f"{title} {about}"
    native.lines(page, BODY, shown.names, subject.years, figures, shown.looks, alt, "0", ranks=True)


def _dimensions(deck: Deck, shown: _Shown) -> None:
    """A panel for each dimension, on one scale: those with the most weight, if they are many."""
    subject, voice = shown.subject, shown.subject.voice
    heaviest = np.argsort(-np.nan_to_num(subject.weights), kind="stable")[:MOST_PARTS]
    kept = sorted(heaviest.tolist())
    title, about = dimensions.title(subject), shown.subtitle("slides.sub_dimensions")
    if len(kept) < len(subject.parts):
        called = {form: subject.facts[form] for form in ("part", "parts")}
        about += voice.say("slides.some_parts", k=len(kept), n=len(subject.parts), **called)
    page = deck.page(title, about.strip(), shown.notes("dimensions", "scores.csv"))
    scores = subject.part_score[shown.order, -1]
    most, least = float(np.nanmax(subject.part_score[:, -1])), float(np.nanmin(subject.part_score[:, -1]))
    limits = (min(0.0, 1.25 * least), max(1.25 * most, 1e-9))
    named = native.room_for(shown.names)
    width, left, form = (INNER - named) / len(kept), MARGIN, _form(subject.part_score[:, -1])
    for k, j in enumerate(kept):
        lead = named if k == 0 else 0.0
        weight = "" if subject.unweighted else voice.say("charts.weight_of", weight=percent(float(subject.weights[j])))
        heading = f"{subject.parts[j]} {weight}".strip()
        at = Box(left + lead, BODY.top, width - 8.0, 34.0)
        page.text([heading], at, fitting(heading, (13.0, 12.0, 11.0, 10.0, 9.0), width - 8.0, 2), INK, bold=True)
        box = Box(left, BODY.top + 36.0, lead + width - 6.0, BODY.height - 36.0)
        series = Series(subject.parts[j], scores[:, j].tolist(), form)
        alt = f"{title} {subject.parts[j]}"
        native.bars(page, box, shown.names, series, shown.colours, alt, limits=limits, named=lead)
        left += lead + width


def _change(deck: Deck, shown: _Shown) -> None:
    """The change of the score by dimension; left out where the methodology does not allow it to be split."""
    subject, voice = shown.subject, shown.subject.voice
    table = attempt(contributions.change, subject.run)
    if table is None:
        return
    shown = replace(shown, named=tuple(change.named_by_title(subject)))
    codes = [subject.result.nodes[child].code for child in subject.result.nodes[0].children]
    parts = np.array([shown.figures(table, code) for code in codes]).T
    title, about = change.title(subject), shown.subtitle("slides.sub_change")
    page = deck.page(title, about.strip(), shown.notes("contributions", "analysis/contributions.csv", table))
    figures, names = gather(parts, subject.parts, voice)
    form = _form(subject.score, signed=True)
    series = [Series(name, values.tolist(), form) for name, values in zip(names, figures.T, strict=True)]
    native.stacked(page, BODY, shown.names, series, f"{title} {about}")


def _intervals(deck: Deck, shown: _Shown) -> None:
    subject, voice = shown.subject, shown.subject.voice
    found = subject.run.drawn
    assert found is not None
    table, over = robustness.intervals(subject.run, found), uncertainty.ranks_over_draws(subject)
    title, shown = uncertainty.title(subject, over), replace(shown, named=tuple(uncertainty.named_by_title(over)))
    about = voice.say("slides.sub_intervals", **{**uncertainty.draw_facts(subject), **shown.facts}) + shown.some()
    said = [uncertainty.draws_in_words(subject), *shown.notes("robustness", "robustness/ranks.csv", table)]
    page = deck.page(title, about.strip(), said)
    low, high = (voice.say("sheets.quantile", level=f"{level:.0%}") for level in (robustness.LOW, robustness.HIGH))
    rows, ends = shown.rows(table), [column for column in table.columns if column.name == "quantile"]
    series = [
        *(
            Series(name, [float(one.values[row]) for row in rows], "0")
            for name, one in zip((low, high), ends, strict=True)
        ),
        Series(voice.say("sheets.median"), shown.figures(table, "median"), "0.0"),
        Series(voice.say("slides.chosen"), shown.figures(table, "rank"), "0"),
    ]
    native.intervals(page, BODY, shown.names, series, f"{title} {about}")


def _claims(deck: Deck, shown: _Shown) -> None:
    """The claims: verdict under the chosen methodology, and in what share of the draws each holds."""
    subject, voice = shown.subject, shown.subject.voice
    table = claim_tables.claims(subject.run)
    assert table is not None
    drawn = claims.CLAIMS.met(subject)
    verdicts = [one.verdict for one in subject.run.holdings]
    title = claims.title(subject) if drawn else held_claims(verdicts, subject.facts, voice)
    about = voice.say("slides.sub_claims_draws" if drawn else "slides.sub_claims", **shown.facts)
    if table.rows > MOST_CLAIMS:
        about += voice.say("slides.some_claims", shown=MOST_CLAIMS, n=table.rows)
    page = deck.page(title, about.strip(), shown.notes("claims", "analysis/claims.csv", table))
    wanted = ("claim", "verdict", "in_real_terms", "holds_in", "tied_in")
    rows = range(min(table.rows, MOST_CLAIMS))
    columns = [column.at(rows) for name in wanted for column in table.columns if column.name == name]
    told = spoken(Table(tuple(columns)), voice)
    inks = [[MARKS.get(one.marks[row] if one.marks else "", INK) for one in columns] for row in rows]
    page.table(told.heads[-1][1], told.cells, told.aligns, title, inks)


def _scenarios(deck: Deck, shown: _Shown) -> None:
    subject = shown.subject
    sheet = scenario_tables.scenarios(subject.run)
    assert sheet is not None
    table = sheet.tables[0].on(SCREEN)
    title = scenarios.title(subject)
    about = shown.subtitle("slides.sub_scenarios")
    page = deck.page(title, about.strip(), shown.notes("scenarios", "analysis/scenarios.csv", table))
    _table(page, shown, table, title)


def _method(deck: Deck, shown: _Shown) -> None:
    """How the index is computed; beside it the weights of what is directly below it."""
    subject, voice = shown.subject, shown.subject.voice
    title, *said = (one.text for one in method_sentences(subject.run, voice))
    about = voice.say("slides.sub_method", **shown.facts)
    page = deck.page(voice.without_stop(title), about, shown.notes("method", "run.json"))
    weighted = not subject.unweighted and not np.isnan(subject.weights).any()
    _paragraphs(page, said, BODY._replace(width=0.56 * INNER if weighted else INNER))
    if not weighted:
        return
    kept = np.argsort(-subject.weights, kind="stable")[:MOST_ROWS]
    names, series = (
        [subject.parts[j] for j in kept],
        Series(voice.say("slides.weight"), subject.weights[kept].tolist(), "0.0%"),
    )
    left, height = MARGIN + 0.6 * INNER, min(BODY.height - 30.0, 40.0 * len(kept) + 10.0)
    page.text([voice.say("slides.weights", **subject.facts)], Box(left, BODY.top, 0.4 * INNER, 24.0), 13.0, bold=True)
    box, most = Box(left, BODY.top + 28.0, 0.4 * INNER, height), 1.3 * float(subject.weights.max())
    named = native.room_for(names)
    native.bars(page, box, names, series, [OTHERS_STRONG] * len(kept), about, limits=(0.0, most), named=named)


def _caveats(deck: Deck, shown: _Shown) -> None:
    """Where the figures come from, and what to bear in mind."""
    subject, voice = shown.subject, shown.subject.voice
    covered = [one.text for one in coverage_sentences(subject.run, voice)]
    cautions = [one.text for one in findings(subject.run, voice) if one.kind in ("note", "caution")]
    title, *more = covered or [voice.say("slides.sources")]
    method = voice.say("charts.method", steps=voice.semicolon(steps(subject.result, voice)))
    paragraphs = list(dict.fromkeys([*more, *cautions, *(text for text in subject.foot if text != method)]))
    note = subject.result.framework.note
    if note is not None:
        paragraphs.remove(voice.say("charts.note", note=voice.name(note)))
    if not paragraphs:
        return
    page = deck.page(voice.without_stop(title), voice.say("slides.sub_sources"), shown.notes("sources", "run.json"))
    _paragraphs(page, paragraphs, BODY)


def _paragraphs(page: Page, said: Sequence[str], box: Box) -> None:
    """Sentences below each other, as large as they fit."""
    sizes = (16.0, TEXT, 12.0, 11.0, 10.0, 9.0, 8.0)

    def height(size: float) -> float:
        lines = sum(len(wrap(text, size, SAFE * box.width)) for text in said)
        return 1.36 * size * lines + 0.6 * size * len(said)

    size = next((size for size in sizes if height(size) <= BODY_END - box.top), sizes[-1])
    shape = page.text(said, box, size)
    for paragraph in shape.text_frame.paragraphs:
        paragraph.space_after = Pt(0.6 * size)


def _form(values: NDArray[np.float64], *, signed: bool = False) -> str:
    """A format of Excel with the decimals of the charts."""
    digits = decimals_of(values)
    plain = f"0.{'0' * digits}" if digits else "0"
    return f'+{plain};"−"{plain};{plain}' if signed else f'{plain};"−"{plain}'


CLAIMS = Need("claims", lambda subject: bool(subject.run.holdings))
Put = Callable[[Deck, _Shown], None]
SLIDES: tuple[tuple[tuple[Need, ...], Put], ...] = (
    ((), _first),
    ((), _ranking),
    ((YEARS,), _trend),
    ((YEARS, RIVALS), _ranks),
    ((PARTS,), _dimensions),
    ((YEARS, PARTS), _change),
    ((UNCERTAINTY, RIVALS), _intervals),
    ((CLAIMS,), _claims),
    ((scenarios.SCENARIOS, RIVALS), _scenarios),
    ((), _method),
    ((), _caveats),
)
"""The slides in their order, and what each needs to have something to show."""
