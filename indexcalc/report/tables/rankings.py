"""The ranking, rank changes, dimensions and scores."""

from __future__ import annotations

import numpy as np

from indexcalc.computed import Computed
from indexcalc.report.picked import pick_out
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import (
    NAN,
    city_years,
    extent,
    gain_column,
    is_yearly,
    last_year_alone,
    node,
    note,
    over_years,
    rank_and_city,
    said,
    w,
)
from indexcalc.report.tables.robustness import tied_column
from indexcalc.report.tables.table import (
    PAGE,
    SCREEN,
    SHEET,
    Column,
    Excerpt,
    Lines,
    Sheet,
    Table,
    ranked_on,
    score_kind,
)
from indexcalc.steps.comparable import two_years
from indexcalc.voice import Group, Word

MOST_LINES = 33
"""Cities that are drawn without a colour in one chart of the workbook."""

INTERVAL = (0.05, 0.95)
"""The interval of ranks over the draws."""
MOST_ROWS, FIRST, LAST = 40, 20, 5
"""Cities up to which the screen shows all; if there are more, the first and the last."""


rankings = file("rankings")(lambda run: run.result.rankings())


scores = file("scores")(lambda run: run.result.score_table())


def ranking(run: Computed) -> Table:
    """The ranking of the last year: a column here is in the workbook, on the screen and on the page, as `on` says."""
    result, order, t = run.result, run.order, run.last
    first, years = result.years[run.first], result.years
    score, gains = result.score()[order], result.rank_gain()[order, t].tolist()
    since = result.rank_gain_since(run.first)[order, t].tolist()
    kind = score_kind(result.score(), ranked_on(result))
    return Table(
        (
            Column(w("rank_of", year=years[t]), result.rank()[order, t].tolist(), "place", key="rank", brief=w("rank")),
            rank_and_city(run)[1],
            Column(w("group"), [_group(run, c) for c in order], on=(SHEET,)),
            Column(w("score"), score[:, t].tolist(), kind, on=(SCREEN, PAGE)),
            *([gain_column(w("since", year=first), since, key="gain_total", on=(PAGE,))] if run.first < t else ()),
            *_certainty(run),
            *([Column(w("since", year=years[t - 1]), gains, "moved", on=(SCREEN,))] if t > 0 else ()),
            *([Column(w("since", year=first), since, "moved", on=(SCREEN,))] if run.first < t - 1 else ()),
            *_origins(run),
        ),
        excerpt=Excerpt(FIRST, "rankings.csv", last=LAST) if len(order) > MOST_ROWS else None,
    )


def _group(run: Computed, c: int) -> Group | str:
    declared = run.result.framework.cities.get(run.result.cities[c])
    return "" if declared is None or declared.group is None else Group(declared.group)


def _certainty(run: Computed) -> list[Column]:
    """The interval of each rank over the draws, the share of them that give it, and its proven limits."""
    found, columns = run.uncertainty, list[Column]()
    if found is not None and found.draws:
        at, t = [found.cities.index(run.result.cities[c]) for c in run.order], found.years.index(run.year)
        low, high = (found.rank_quantile(level)[at, t] for level in INTERVAL)
        columns.append(Column(w("interval"), _spans(low, high), "whole", on=(SCREEN, PAGE)))
        columns.append(Column(w("alike"), found.nominal_share[at, t].tolist(), "part", on=(SCREEN,)))
        columns += tied_column(found.nominal_tied[at, t], on=(SCREEN,))
    limits = run.limits
    if limits is not None:
        best, worst = (limit[run.order] for limit in limits)
        columns.append(Column(w("limits"), _spans(best, worst), "whole", on=(PAGE,)))
    return columns


def _spans(low: np.ndarray, high: np.ndarray) -> list[Word | float | int]:
    """Ranks from one to another, as `3–5`, or `3` where they agree; missing where there is no rank."""
    return [
        NAN if np.isnan(a) else int(a) if a == b else Word("sheets.span", low=int(a), high=int(b))
        for a, b in zip(low, high, strict=True)
    ]


def _origins(run: Computed) -> list[Column]:
    """Where the cells of each city come from in the year that is ranked [%]."""
    coverage = run.result.coverage_table(run.year).iloc[run.order]
    names = [name for name in coverage.columns.drop("city") if name == "observed" or (coverage[name] > 0).any()]
    shares, on = w("shares", year=run.year), (SHEET, SCREEN) if (coverage["observed"] < 100).any() else (SHEET,)
    width = 14.0 if len(names) == 1 else 0.0  # the title above has no other column to spread over
    of = [(w(f"cell_{name}"), coverage[name].tolist(), w(f"brief_{name}")) for name in names]
    return [
        *(Column(name, found, "percent", shares, on=on, brief=brief, width=width) for name, found, brief in of),
        Column(Word("page.observed"), coverage["observed"].tolist(), "percent", key="observed", on=(PAGE,)),
    ]


@sheet("ranking", place=10)
def ranking_sheet(run: Computed) -> Sheet:
    """City by year: ranks, places gained, scores, and where the figures come from; best of the last year first."""
    result, years, order = run.result, run.result.years, run.order
    ranks, score, kind = result.rank()[order], result.score()[order], score_kind(result.score(), ranked_on(result))
    lead, *more = ranking(run).filled().columns
    shares = [column for column in more if column.band is not None]
    yearly = is_yearly(result.methodology.reference)
    table = Table(
        (
            lead,
            *(column for column in more if column.band is None),
            *(Column(year, ranks[:, t].tolist(), "whole", band=w("rank")) for t, year in enumerate(years)),
            *([gain_column(w("gain_total", first=years[0]), _total(run))] if len(years) > 1 else []),
            *(
                Column(year, score[:, t].tolist(), kind, band=w("score"), scale="own" if yearly else "score")
                for t, year in enumerate(years)
            ),
            *shares,
        )
    )
    notes = said(note(result.framework), w("about_ranks"), w("about_panel", **extent(result)), *over_years(result))
    return Sheet("ranking", (table,), notes, labels=2, charts=_charts(run) if len(years) > 1 else ())


def _total(run: Computed) -> list[float]:
    gains: list[float] = run.result.rank_gain_total()[run.order, -1].tolist()
    return gains


def _charts(run: Computed) -> tuple[Lines, ...]:
    """The trend and the ranks, the same cities in the same colours as in the other charts; of more than MOST_LINES
    others as many, from the first to the last at equal distances."""
    picked = pick_out(run, run.result.cities)
    others = [c for c in run.order if not picked.picked[c]]
    drawn = {others[round(k)] for k in np.linspace(0, len(others) - 1, min(MOST_LINES, len(others))).tolist()}
    colours = tuple(picked.colours[c] if picked.picked[c] else "" if c in drawn else None for c in run.order)
    whole, years = len(drawn) == len(others), run.result.years
    facts = {"first": years[0], "last": years[-1], "shown": len(drawn), "n": len(others)}
    trend, ranks = ("trend_title", "ranks_title") if whole else ("trend_title_some", "ranks_title_some")
    return (
        Lines(w(trend, **facts), w("score"), "score", colours),
        Lines(w(ranks, **facts), w("rank"), "rank", colours, ranks=True, named=whole),
    )


@sheet("changes", place=20)
def changes(run: Computed) -> Sheet:
    """City by year: places gained on the year before, and since the first year."""
    years, gains = run.result.years, run.result.rank_gain()[run.order]
    columns = rank_and_city(run)
    columns += [gain_column(year, gains[:, t].tolist(), band=w("gain_yearly")) for t, year in enumerate(years) if t > 0]
    if len(years) > 1:
        columns.append(gain_column(w("gain_total", first=years[0]), _total(run)))
    note = w("about_changes") if len(years) > 1 else w("one_year")
    return Sheet("changes", (Table(tuple(columns)),), (note,), labels=2)


@sheet("dimensions", place=30)
def dimensions(run: Computed) -> Sheet | None:
    """City by dimension in the last year: score, rank, and the change of the score since the first."""
    result, years, children = run.result, run.result.years, run.result.nodes[0].children
    if len(children) < 2:
        return None
    columns, both = rank_and_city(run), two_years(result, 0, len(years) - 1)
    for position in (0, *children):
        band, scores = node(result.nodes[position].code), result.scores[run.order, :, position]
        columns.append(
            Column(w("score"), scores[:, -1].tolist(), score_kind(scores, ranked_on(result)), band=band, scale="own")
        )
        columns.append(Column(w("rank"), result.ranks[run.order, -1, position].tolist(), "whole", band=band))
        if len(years) > 1 and not is_yearly(result.methodology.reference):
            change = (both.after - both.before)[run.order, position].tolist()
            columns.append(Column(w("change_since", first=years[0]), change, "change", band=band))
    notes = said(w("about_dimensions", last=years[-1]), *over_years(result))
    return Sheet("dimensions", (Table(tuple(columns)),), notes, labels=2)


@sheet("scores", place=40)
def score_sheet(run: Computed) -> Sheet:
    """One row per city and year: score and rank of the index and of each node directly below it."""
    result = run.result
    c, t, labels, starts = city_years(result)
    columns = list(labels)
    for position in (0, *result.nodes[0].children):
        name, scores = node(result.nodes[position].code), result.scores[c, t, position]
        columns.append(
            Column(
                w("node_score", node=name),
                scores.tolist(),
                score_kind(scores, ranked_on(result)),
                width=11,
                scale="own",
            )
        )
        columns.append(Column(w("node_rank", node=name), result.ranks[c, t, position].tolist(), "whole", width=11))
    notes = said(w("about_scores"), last_year_alone(result), *over_years(result))
    return Sheet("scores", (Table(tuple(columns), starts=starts),), notes, labels=2, filtered=True)
