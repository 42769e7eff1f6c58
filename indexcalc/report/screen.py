"""What a run shows on the screen: the last ranking, the state of the figures, what changed, where the files are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from indexcalc.analysis.claims import said
from indexcalc.analysis.weight_sets import Numbers
from indexcalc.analysis.workings import weighed
from indexcalc.computed import Computed, attempt
from indexcalc.report.folder.record import Changes
from indexcalc.report.folder.repeat import Repetition
from indexcalc.report.numbers import whole
from indexcalc.report.tables import printed
from indexcalc.report.tables.framework import weights
from indexcalc.report.tables.rankings import ranking
from indexcalc.report.tables.scenarios import named
from indexcalc.report.tables.table import SCREEN, spoken
from indexcalc.report.tables.table import Table as RunTable
from indexcalc.report.tables.weight_sets import weight_set_ranks, weight_sets
from indexcalc.report.tables.workings import sheet_of
from indexcalc.report.text.changes import change_lines
from indexcalc.report.text.claims import verdict_sentence, verdict_word
from indexcalc.report.text.findings import draws_in, headline, price_shares
from indexcalc.report.text.robustness import claim_share
from indexcalc.steps.result import IndexResult
from indexcalc.voice import City, Clauses, Few, Node, Row, Voice, Word

Array = NDArray[np.float64]
AGAINST = ("node", "runs_against")
"""The columns of the weights: what each row is, and whether it runs against the index."""
WIDEST = 20
"""Characters up to which a cell of a table is not folded on a narrow screen."""
MOST_AGAINST, MOST_SCENARIOS, MOST_MOVES, MOST_TREATED = 6, 6, 4, 20
"""Indicators, scenarios and cities of each that are named."""


def print_table(console: Console, table: RunTable, voice: Voice, *, title: str = "", is_written: bool = True) -> None:
    """A table of the run: the part that the screen shows, under its question and before its notes. is_written: whether
    a file has the rest."""
    excerpt = table.excerpt
    shown = (table.sorted_by(excerpt.by) if excerpt is not None and excerpt.by else table).on(SCREEN)
    rows = list(range(shown.rows))
    if excerpt is not None and excerpt.rows + excerpt.last < shown.rows:
        rows = [*rows[: excerpt.rows], *rows[shown.rows - excerpt.last :]]
    if not shown.columns:
        say(console, voice.told(shown.question), *(f"  {voice.told(note)}" for note in shown.notes))
        return
    named = title or voice.told(shown.question)
    say(console, *([named] if named else []))
    for drawn in _drawn(shown, rows, voice, console.width):
        console.print(drawn)
    if excerpt is not None and shown.rows > len(rows):
        keys = ("screen.shown", "screen.shown_ends") if is_written else ("screen.shown_here", "screen.shown_ends_here")
        facts = {"k": excerpt.rows, "last": excerpt.last, "n": shown.rows, "file": excerpt.file}
        say(console, voice.say(keys[excerpt.last > 0], **facts))
    notes = table.notes if excerpt is None or not excerpt.note else (excerpt.note,)
    say(console, *(voice.told(note) for note in notes))


def _drawn(shown: RunTable, rows: Sequence[int], voice: Voice, room: int) -> Iterator[Table]:
    """The rows as the screen draws them; where the columns do not fit side by side, below each other, each time with
    what names the row."""
    said = spoken(shown, voice)
    heads = dict(said.heads)
    marks = [column.marks or [""] * shown.rows for column in shown.columns]
    cells = [["  " * _depth(own[r]) + said.cells[r][k] for r in rows] for k, own in enumerate(marks)]
    titles = list(heads["head"])
    for k, column in enumerate(shown.columns):
        if column.band is not None and "band" in heads and heads["band"][k] != titles[k]:
            titles[k] = f"{heads['band'][k]}\n{titles[k]}"
    wide = [max(map(cell_len, [*title.split("\n"), *own])) for title, own in zip(titles, cells, strict=True)]
    words = [max(map(cell_len, [*title.split(), *own])) for title, own in zip(titles, cells, strict=True)]
    least = [min(width, WIDEST) for width in words]
    for part in _side_by_side(least, said.aligns, room):
        drawn = Table()
        spare = room - _width(least[k] for k in part)
        widths = {}
        for k in sorted(part, key=wide.__getitem__):  # narrow columns are not folded for the sake of long ones
            widths[k] = least[k] + min(wide[k] - least[k], max(spare, 0))
            spare -= widths[k] - least[k]
        for k in part:
            align: Any = "right" if said.aligns[k] == "right" else "left"
            drawn.add_column(Text(titles[k]), justify=align, overflow="fold", width=widths[k])
        for i, r in enumerate(rows):
            if i and r > rows[i - 1] + 1:
                drawn.add_section()
            drawn.add_row(*(Text(cells[k][i]) for k in part))
        yield drawn


def _width(columns: Iterable[int]) -> int:
    """How wide a table of such columns is, rules included."""
    return 1 + sum(column + 3 for column in columns)


def _side_by_side(widths: Sequence[int], aligns: Sequence[str], room: int) -> list[list[int]]:
    """Which columns are drawn together: as many as fit into the room, the first ones, to the first text, each time.

    >>> _side_by_side([4, 8, 9, 9, 9], ["right", "left", "right", "right", "right"], 42)
    [[0, 1, 2], [0, 1, 3], [0, 1, 4]]
    >>> _side_by_side([4, 8, 9, 9, 9], ["right", "left", "right", "right", "right"], 43)
    [[0, 1, 2, 3], [0, 1, 4]]
    """
    first = next((k for k, align in enumerate(aligns) if align != "right"), 0) + 1
    parts = [list(range(first))]
    for k in range(first, len(widths)):
        if len(parts[-1]) > first and _width(widths[j] for j in (*parts[-1], k)) > room:
            parts.append(list(range(first)))
        parts[-1].append(k)
    return parts


def _depth(mark: str) -> int:
    return int(mark.removeprefix("below_")) if mark.startswith("below_") else 0


def print_ranking(console: Console, run: Computed, voice: Voice) -> None:
    """The last year's ranking, how robust each rank is, places gained, and how much of each city was observed."""
    title = voice.say("screen.title", name=run.result.framework.name, year=run.year)
    table = ranking(run)
    captions = [voice.say("screen.caption_moved")] if run.first < run.last else []
    if run.drawn is not None:
        captions.insert(0, voice.say("screen.caption_draws", draws=draws_in(run.drawn, run.year)))
    print_table(console, table, voice, title=title)
    there = (column.name for column in table.on(SCREEN).columns if column.name.startswith("cell_"))
    kinds = Row(Word(f"screen.cell_{name.removeprefix('cell_')}") for name in there)
    captions += [voice.say("screen.caption", year=run.year, kinds=kinds)] if kinds else []
    say(console, *captions)


def print_headline(console: Console, run: Computed, voice: Voice) -> None:
    """One sentence to quote, with the share of the draws in which it holds."""
    if run.drawn is not None:
        say(console, voice.say("screen.headline", headline=headline(run, voice)))


def print_weights(console: Console, run: Computed, voice: Voice) -> None:
    """The effective weight of every node, and the actual influence of every indicator on the index."""
    print_table(console, weights(run), voice, title=voice.say("screen.weights"))
    say(console, voice.say("screen.influence_is"))


def print_weight_sets(console: Console, run: Computed, voice: Voice, show: Sequence[str]) -> None:
    """Weights as given and by other methods, the ranking under each, and how some methods compute theirs.

    show: those methods; by default the ones in use.
    """
    print_table(console, weight_sets(run), voice)
    console.print()
    print_table(console, weight_set_ranks(run), voice)
    of = {one.methodology.weighting.name: one for one in run.weight_sets.indices}
    if not show:
        print_answers(console, run, "weights", voice)
    for name in show:
        known = [one for one in run.weighed if one.choice.name == name]
        known = known or [one for one in weighed(of[name]) if one.choice.name == name]
        shown = sheet_of(tuple(known), (), run)
        for table in shown.tables if shown is not None else ():
            console.print()
            print_table(console, table, voice)


def print_against(console: Console, run: Computed, voice: Voice) -> None:
    """The indicators that run against the index or their dimension, where there are any."""
    table = weights(run)
    against = [name for name, told in zip(*(table.column(key).values for key in AGAINST), strict=True) if told]
    if against:
        more = len(against) - MOST_AGAINST
        facts = {"n": len(against), "indicators": Row(against[:MOST_AGAINST]), "sheet": Word("sheets.weights")}
        say(console, voice.say("screen.against_more" if more > 0 else "screen.against", **facts))


def print_consistency(console: Console, run: Computed, voice: Voice) -> None:
    """For every node weighed by pairwise comparison: λ, CI and CR."""
    for one in run.consistency:
        facts = {"largest": one.largest, "ci": one.ci, "cr": one.cr, "table": one.table}
        say(console, voice.say("screen.ahp", node=Node(one.node), **facts))


def print_written(console: Console, file: str, found: Numbers, before: str | None, n: int, voice: Voice) -> None:
    """How many weights were written into the YAML, and what they replace. before: the weighting it named."""
    if not n and before is None:
        say(console, voice.say("screen.written_nothing", file=file))
        return
    facts = {"n": n, "decimals": found.decimals, "moved": f"{found.moved:.2g}"}
    lines = [voice.say("screen.written_weights", file=file, **facts)]
    if before is not None:
        lines.append(voice.say("screen.written_given", before=before))
    say(console, *lines)


def print_treatment(console: Console, run: Computed, voice: Voice) -> None:
    """What was treated, whose newest figures were cut, and whose rank the treatment moves."""
    if not run.treated:
        return
    several = len(run.result.years) > 1  # the figures of one year are all the latest
    lines = [
        voice.say(
            "screen.treated" if one.year is None else "screen.treated_in",
            code=Node(one.code),
            year=one.year,
            what=Word(f"screen.treated_{one.what}", moved=one.moved),
        )
        + (voice.say("screen.latest", cities=Row(map(City, one.latest))) if one.latest and several else "")
        for one in run.treated
    ]
    if run.untreated is not None:
        before, after = run.untreated.rank()[:, -1], run.result.rank()[:, -1]
        moves = _moves(before, after, range(len(before)), run, voice)
        told = Few(moves, MOST_TREATED) if moves else Word("screen.nobody")
        lines.append(voice.say("screen.untreated", year=run.result.years[-1], moves=told))
    say(console, voice.say("screen.treatment"), *lines)


def _moves(before: Array, after: Array, cities: Iterable[int], run: Computed, voice: Voice) -> list[str]:
    """Cities whose rank differs, with both ranks (city,)."""
    return [
        f"{voice.city(run.result.cities[c])} {whole(before[c])}→{whole(after[c])}"
        for c in cities
        if before[c] != after[c] and not (np.isnan(before[c]) and np.isnan(after[c]))
    ]


def print_claims(console: Console, run: Computed, voice: Voice, *, verbose: bool = False) -> None:
    """Each claim of the YAML, its verdict, the figures that decide, and the share of the draws in which it holds; for
    those about levels also the verdict without the indicators in current prices, where it differs or with `verbose`."""
    if not run.holdings:
        return
    without, found = {id(holding.claim): holding for holding in run.real}, run.drawn
    lines, n = [], len(run.result.cities)
    for holding, ends in zip(run.holdings, run.ends, strict=True):
        verdict = verdict_sentence(holding, voice, cities=n)
        lines.append(voice.say("screen.claim", claim=said(holding.claim, run.result.years), verdict=verdict))
        if found is not None:
            lines.append(f"    {claim_share(found, found.claims.index(holding.claim), voice)}")
        real = without.get(id(holding.claim))
        if real is not None and (verbose or real.verdict != holding.verdict):
            verdict = verdict_sentence(real, voice, cities=n)
            lines.append(voice.say("screen.real", verdict=verdict))
        if ends.could_decide:
            lines.append(voice.say("screen.carried", verdict=verdict_word(ends.without, voice)))
    say(console, voice.say("screen.claims"), *lines)
    if run.real and verbose:
        say(console, *_price_share(run, voice))


def _price_share(run: Computed, voice: Voice) -> list[str]:
    """How much of the cities' growth comes from indicators in current prices."""
    found = attempt(lambda own: own.lens("price"), run) if "price" in run.result.framework.lenses else None
    if found is None or run.first == run.last:
        return []
    n, share = price_shares(found)
    if not share.size:
        return []
    ends = {"median": float(np.median(share)), "low": float(share.min()), "high": float(share.max())}
    ends["weight"] = float(found.weights[found.groups.index("nominal")])
    return [voice.say("screen.nominal", n=n, **ends)]


def print_scenarios(console: Console, run: Computed, voice: Voice) -> None:
    """What each scenario changes in the last year's ranking and in the claims, in a line."""
    if not run.specification.scenarios or not run.scenarios.codes:
        return
    found, t, lines = run.scenarios, run.last, []
    for k, code in enumerate(found.codes[:MOST_SCENARIOS]):
        rank, chosen = found.rank[k, :, t], run.result.rank()[:, t]
        moves = _moves(chosen, rank, run.order, run, voice)
        told = Clauses([*moves[:MOST_MOVES], *(["…"] if len(moves) > MOST_MOVES else [])])
        others = sum(one != holding.verdict for one, holding in zip(found.verdicts[k], run.holdings, strict=True))
        facts = {
            "name": named(run, code),
            "rho": found.agreement[k, t],
            "n": len(moves),
            "moves": told,
            "all": len(rank),
        }
        line = voice.say("screen.scenario" if moves else "screen.scenario_same", **facts)
        lines.append(line + (voice.say("screen.scenario_claims", n=others) if others else ""))
    if len(found.codes) > MOST_SCENARIOS:
        lines.append(f"  ... (+{len(found.codes) - MOST_SCENARIOS})")
    say(console, voice.say("screen.scenarios", sheet=Word("sheets.scenarios")), *lines)


def print_answers(console: Console, run: Computed, command: str, voice: Voice, *, is_written: bool = True) -> None:
    """The sheets that say they are for the screen of a command."""
    for key, shown in printed(run, command).items():
        for table in shown.tables:
            console.print()
            title = "" if table.question else voice.say(f"sheets.{key}")
            print_table(console, table, voice, title=title, is_written=is_written)
        say(console, *(voice.told(note) for note in shown.notes))


def print_shares(console: Console, run: Computed, codes: list[str], voice: Voice) -> None:
    """The share that each weight given on the command line results in; a node may be given by its name."""
    lines = []
    result = run.result
    names = {name.casefold(): node.code for node in result.nodes for name in _spellings(run, node.code)}
    known = {node.code for node in result.nodes}
    for code in dict.fromkeys(text if text in known else names.get(text.casefold(), text) for text in codes):
        position = result.position(code) if code in known else None
        share = 0.0 if position is None else float(result.shares[position])
        parent = "index" if position is None else result.nodes[result.nodes[position].parent].code
        key = "screen.share_unused" if math.isnan(share) else "screen.share_of"
        facts = {"node": voice.node(code), "parent": voice.node(parent)}
        lines.append(voice.say(key, share=f"{100 * share:.1f}%", **facts))
    if lines:
        say(console, voice.say("screen.shares"), *lines)


def _spellings(run: Computed, code: str) -> tuple[str, ...]:
    name = run.result.framework.named(code)
    return () if name is None else name.spellings


def print_changes(console: Console, found: Changes, voice: Voice, now: Mapping[str, Any] | None = None) -> None:
    """What differs from the run that was in the output folder before. now: the record of this run, for advice."""
    if not found:
        say(console, voice.say("screen.same"))
        return
    lines = change_lines(found, voice)
    if (
        found.added
        and found.year is not None
        and (now or {}).get("choices", {}).get("methodology.reference") == "pooled"
    ):
        lines.append(voice.say("screen.fixed_base", year=found.year))
    say(console, voice.say("screen.changed"), *(f"  {line}" for line in lines))


def print_repetition(console: Console, found: Repetition, record: str, voice: Voice) -> None:
    """Whether a repeated run gave the same results."""
    if not found:
        say(console, voice.say("screen.repeated", record=record, n=found.compared))
        return
    lines = [voice.say("screen.repeated_version", version=found.version)] if found.version is not None else []
    if found.entries:
        lines.append(voice.say("screen.repeated_entries", entries=voice.comma(found.entries)))
    if found.tables:
        tables = voice.comma(found.tables)
        lines.append(voice.say("screen.repeated_tables", k=len(found.tables), n=found.compared, tables=tables))
    say(console, voice.say("screen.repeated_not", record=record), *lines)
    if found.changes:
        print_changes(console, found.changes, voice)


def print_files(console: Console, out: str, files: Sequence[str], voice: Voice, *, each: bool = False) -> None:
    """Where the results are: each file, or the folder's own files by name and its subfolders with their number of
    files."""
    if each:
        say(console, voice.say("screen.files"), *(f"  {out}/{file}" for file in files))
        return
    folders = Counter(file.rpartition("/")[0] for file in files if "/" in file)
    own = [file for file in files if "/" not in file]
    inside = [f"{folder}/ ({n})" for folder, n in folders.items()]
    say(console, voice.say("screen.files_in", out=out), *(f"  {'  '.join(line)}" for line in (own, inside) if line))


def print_checked(console: Console, result: IndexResult, voice: Voice) -> None:
    """That the inputs can be computed."""
    indicators = sum(node.is_indicator for node in result.nodes)
    facts = {"cities": len(result.cities), "years": len(result.years), "indicators": indicators}
    say(console, voice.say("screen.check_ok", **facts))


def say(console: Console, *lines: str) -> None:
    """Print lines as they are; the terminal breaks them."""
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
