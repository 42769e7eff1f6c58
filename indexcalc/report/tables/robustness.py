"""How far ranks spread over the draws, what the draws are, and which cities cannot be told apart."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from indexcalc.report.numbers import share_text
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import gain_column, label, rank_and_city, starts, w, whole
from indexcalc.report.tables.table import Column, Fact, Sheet, Table
from indexcalc.report.text.findings import draws_in
from indexcalc.report.text.robustness import factor_name, option_name
from indexcalc.robustness.result import UncertaintyResult
from indexcalc.steps.ranks import shared_ranks
from indexcalc.voice import City, Clauses, Few, Row, Word

if TYPE_CHECKING:
    import pandas as pd

    from indexcalc.computed import Computed

LOW, HIGH = 0.05, 0.95
"""The interval of ranks that is shown."""
PAIRS = 100
"""Cities up to which every pair has a row of its own, and every year the shares of its ranks."""
NAMED = 3
"""Cities named of those that share a rank equally often."""
LISTED = 40
"""Cities up to which the groups that can be told apart are listed in a sentence."""
Rows = Iterator[dict[str, Any]]


@sheet("robustness", place=70)
def robustness(run: Computed) -> Sheet | None:
    """How far ranks spread over the draws, and what the draws are."""
    found = run.uncertainty
    if found is None:
        return None
    tables = [intervals(run, found)]
    if len(found.cities) <= PAIRS:
        tables.append(acceptability(run, found))
    if len(run.result.years) > 1:
        tables.append(_rank_changes(run, found))
    if found.factors:
        tables.append(design(found))
    return Sheet("robustness", tuple(tables), _draws(run, found), labels=2)


def _draws(run: Computed, found: UncertaintyResult) -> tuple[Fact, ...]:
    """How many draws, and which cities cannot be told apart in the last year."""
    year, groups = run.year, found.groups(run.year)
    notes: list[Fact] = [w("about_draws", draws=draws_in(found, year), seed=found.seed)]
    if len(groups) > 1 and len(found.cities) > LISTED:
        notes.append(w("apart_many", year=year, n=len(groups)))
    elif len(groups) > 1:
        notes.append(w("apart", year=year, groups=Clauses([Row(map(City, group)) for group in groups])))
    elif groups and len(run.result.cities) > 1:
        notes.append(w("not_apart", year=year))
    if found.joint.draws:
        shares = {name: share_text(getattr(found.joint, name) / found.joint.draws, 1) for name in ("exact", "near")}
        notes.append(Word("findings.joint", **shares, draws=f"{found.joint.draws:,}", year=year))
    return tuple(notes)


def _at(run: Computed, found: UncertaintyResult) -> list[int]:
    """Cities of the draws in the order of the last ranking."""
    return [found.cities.index(run.result.cities[c]) for c in run.order]


def intervals(run: Computed, found: UncertaintyResult) -> Table:
    """Quantiles of each rank of the last year over the draws, and how many of them give the chosen one."""
    at, t, band = _at(run, found), found.years.index(run.year), w("over_draws")
    columns = (
        *rank_and_city(run),
        Column(w("median"), found.rank_quantile(0.5)[at, t].tolist(), "place", band, width=8),
        Column(w("quantile", level=f"{LOW:.0%}"), found.rank_quantile(LOW)[at, t].tolist(), "whole", band, width=8),
        Column(w("quantile", level=f"{HIGH:.0%}"), found.rank_quantile(HIGH)[at, t].tolist(), "whole", band, width=8),
        Column(w("mean"), found.rank_mean[at, t].tolist(), "score", band),
        Column(w("same_rank"), found.nominal_share[at, t].tolist(), "part", band, width=10, scale="own"),
        *tied_column(found.nominal_tied[at, t], band=band),
        Column(w("within_one"), found.share_within(1)[at, t].tolist(), "part", band, width=10, scale="own"),
    )
    return Table(columns, w("interval_question", year=run.year), (w("about_intervals"),))


def tied_column(tied: np.ndarray, **more: Any) -> list[Column]:
    """The part of a share of ranks (city,) in which the rank is shared with another; no column where it never is."""
    if not (tied > 0).any():
        return []
    return [Column(w("tied_part"), [x if x > 0 else None for x in tied.tolist()], "part", width=10, **more)]


def acceptability(run: Computed, found: UncertaintyResult) -> Table:
    """Rank acceptability of the last year: the share of the draws that give each rank; a note where some are shared."""
    shares = found.acceptability_in(run.year)[_at(run, found)]
    seen = np.where(shares > 0, shares, np.nan)
    columns = rank_and_city(run)
    columns += [
        Column(r + 1, seen[:, r].tolist(), "odds", w("share_with_rank"), width=7, scale="share")
        for r in range(shares.shape[1])
    ]
    return Table(tuple(columns), w("acceptability_question", year=run.year), tuple(ties(run)))


def ties(run: Computed) -> Iterator[Fact]:
    """The cities that share their rank of the last year in the most draws; nothing where none ever does."""
    found = run.drawn
    tied = np.zeros(1) if found is None else found.tied[_at(run, found), found.years.index(run.year)]
    if np.nan_to_num(tied).any():
        most = np.flatnonzero(tied == np.nanmax(tied))
        named = [City(run.result.cities[run.order[row]]) for row in most]
        share = share_text(float(tied[most[0]]), 1)
        if len(named) == 1:
            yield w("shares_with_ties", city=named[0], share=share)
        else:
            yield w("shares_with_ties_alike", cities=Few(named, NAMED), share=share)


def _rank_changes(run: Computed, found: UncertaintyResult) -> Table:
    """Places gained between the first and the last year, over the draws."""
    result, at = run.result, _at(run, found)
    first, last = result.years[0], result.years[-1]
    shares, middle = found.gain_share[at], len(found.cities) - 1
    ends = ((w("median"), 0.5), *((w("quantile", level=f"{q:.0%}"), q) for q in (LOW, HIGH)))
    band = w("over_draws")
    columns = (
        *rank_and_city(run),
        gain_column(w("gain_total", first=first), result.rank_gain_total()[run.order, -1].tolist()),
        *(Column(head, found.gain_quantile(q)[at].tolist(), "gain", band, width=8) for head, q in ends),
        Column(w("rises_in"), shares[:, middle + 1 :].sum(axis=1).tolist(), "part", band, width=10, scale="moves"),
        Column(w("stays_in"), shares[:, middle].tolist(), "part", band, width=10, scale="moves"),
        Column(w("falls_in"), shares[:, :middle].sum(axis=1).tolist(), "part", band, width=10, scale="moves"),
    )
    return Table(columns, w("change_question", first=first, last=last))


def design(found: UncertaintyResult) -> Table:
    """What a draw may choose, and how many draws chose it."""
    rows = [
        (factor.code, option, n)
        for factor in found.factors
        for option, n in zip(factor.options, factor.draws, strict=True)
    ]
    names = [factor for factor, _, _ in rows]
    reach = [
        w("reach_of", n=factor.reach[0], of=factor.reach[1]) if factor.reach is not None and place == 0 else ""
        for factor in found.factors
        for place in range(len(factor.options))
    ]
    columns = (
        Column(w("factor"), [partial(factor_name, factor) for factor in names], "group", merged=True),
        Column(w("option"), [partial(option_name, factor, option) for factor, option, _ in rows], width=20),
        Column(w("draws"), [n for _, _, n in rows], "count", width=10),
        Column(w("draw_share"), [n / found.draws for _, _, n in rows], "part"),
        Column(w("reach"), reach, "small", width=12),
    )
    notes: list[Fact] = [w("about_reach")]
    if found.combinations is not None:
        notes.append(w("combinations", n=f"{found.combinations:,}"))
    return Table(columns, w("design_question"), tuple(notes), starts=starts(names))


# -- for programs


@file("robustness/ranks")
def ranks_file(run: Computed) -> Rows:
    """Per city and year: nominal rank, and how ranks spread over the draws; group: see UncertaintyResult.groups."""
    u = run.uncertainty
    if u is None:
        return
    quantiles = {f"q{round(100 * level):02}": u.rank_quantile(level) for level in (0.05, 0.25, 0.75, 0.95)}
    mean, median, same, near = u.rank_mean, u.rank_quantile(0.5), u.nominal_share, u.share_within(1)
    tied = u.nominal_tied
    for t, year in enumerate(u.years):
        groups = {city: i + 1 for i, group in enumerate(u.groups(year)) for city in group}
        for c, city in enumerate(u.cities):
            yield {
                **label(city, run.result.framework),
                "year": year,
                "rank": whole(u.nominal_rank[c, t]),
                "draws": int(u.ranked[c, t]),
                "mean": mean[c, t],
                "median": whole(median[c, t]),
                **{name: whole(found[c, t]) for name, found in quantiles.items()},
                "share_nominal": same[c, t],
                "share_nominal_tied": tied[c, t],
                "share_within_1": near[c, t],
                "group": groups.get(city),
            }


@file("robustness/acceptability")
def acceptability_file(run: Computed) -> pd.DataFrame:
    """Rank acceptability: share of the draws with each rank that occurs; where there are many cities, in the last year
    only."""
    import pandas as pd

    u = run.uncertainty
    if u is None:
        return pd.DataFrame()
    first = 0 if len(u.cities) <= PAIRS else len(u.years) - 1
    c, t, r = np.nonzero(u.rank_counts[:, first:])
    labels = pd.DataFrame([label(city, run.result.framework) for city in u.cities])
    shares = u.rank_counts[c, first + t, r] / u.ranked[c, first + t]
    return labels.iloc[c].assign(year=np.array(u.years)[first + t], rank=r + 1, share=shares)


@file("robustness/pairs", "draws")
def wins_file(run: Computed) -> Rows:
    """Pairwise winning index: share of the draws in which a city ranks above another, ties counting half."""
    u = run.uncertainty
    if u is None or len(u.cities) > PAIRS:
        return
    wins = u.winning_index
    for t, a, b in zip(*np.nonzero(~np.isnan(wins)), strict=True):
        yield {"year": u.years[t], "city": u.cities[a], "other": u.cities[b], "share": wins[t, a, b]}


@file("robustness/changes")
def changes_file(run: Computed) -> Rows:
    """Places gained from the first to the last year, positive is up."""
    u = run.uncertainty
    if u is None or len(u.years) < 2:
        return
    gains = np.arange(u.gain_counts.shape[1]) - (len(u.cities) - 1)
    before, after = shared_ranks(u.nominal_rank[:, 0], u.nominal_rank[:, -1])
    shares, nominal = u.gain_share, before - after
    quantile = {name: u.gain_quantile(level) for name, level in (("median", 0.5), ("q05", 0.05), ("q95", 0.95))}
    for c, city in enumerate(u.cities):
        yield {
            **label(city, run.result.framework),
            "from": u.years[0],
            "to": u.years[-1],
            "gain": whole(nominal[c]),
            "mean": float(shares[c] @ gains),
            **{name: whole(found[c]) for name, found in quantile.items()},
            "share_up": float(shares[c][gains > 0].sum()),
            "share_down": float(shares[c][gains < 0].sum()),
        }


@file("robustness/scores")
def scores_file(run: Computed) -> Rows:
    """Spread of the scores on each scale (a normalisation under a reference)."""
    u = run.uncertainty
    for spread in u.scores if u is not None else ():
        assert u is not None
        for c, city in enumerate(u.cities):
            for t, year in enumerate(u.years):
                yield {
                    "normalisation": spread.option,
                    **label(city, run.result.framework),
                    "year": year,
                    "draws": spread.draws,
                    "mean": spread.mean[c, t],
                    "deviation": spread.deviation[c, t],
                    **{
                        f"q{round(100 * level):02}": quantile[c, t]
                        for level, quantile in zip(spread.levels, spread.quantiles, strict=True)
                    },
                }


@file("robustness/design")
def design_file(run: Computed) -> Rows:
    """Each factor of the draws, its options, and how many draws took each."""
    for factor in run.uncertainty.factors if run.uncertainty is not None else ():
        for option, draws in zip(factor.options, factor.draws, strict=True):
            touched, of = factor.reach or (None, None)
            yield {"factor": factor.code, "option": option, "draws": draws, "nodes_touched": touched, "nodes": of}
