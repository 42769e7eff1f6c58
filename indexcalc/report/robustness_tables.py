"""The tables of the uncertainty analysis as CSV: UTF-8 with a byte-order mark, full precision."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexcalc.analysis.claims import Verdict
from indexcalc.framework import Framework
from indexcalc.report.claims_text import claim_sentence
from indexcalc.report.tables import write_table
from indexcalc.robustness.result import UncertaintyResult
from indexcalc.voice import voices

if TYPE_CHECKING:
    import pandas as pd

PAIRS = 100
"""Cities up to which every pair has a row of its own."""


def write_uncertainty(uncertainty: UncertaintyResult, framework: Framework, folder: Path) -> None:
    """Write every table of the uncertainty analysis, `NAME.csv`; those without a row are left out."""
    for name, frame in uncertainty_tables(uncertainty, framework).items():
        if len(frame):
            write_table(frame, folder / f"{name}.csv")


def uncertainty_tables(uncertainty: UncertaintyResult, framework: Framework) -> dict[str, pd.DataFrame]:
    """The tables by name: ranks, acceptability, wins, changes, claims, scores, design.

    acceptability and wins hold the ranks and pairs that occur in some draw; wins only up to 100 cities.
    """
    makers = {
        "ranks": _ranks,
        "acceptability": _acceptability,
        "wins": _wins,
        "changes": _changes,
        "claims": _claims,
        "scores": _scores,
        "design": _design,
    }
    return {name: _frame(list(make(uncertainty, framework))) for name, make in makers.items()}


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a table; whole numbers stay whole where one is missing."""
    import pandas as pd

    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    for name, values in columns.items():
        if None in values and all(value is None or isinstance(value, int) for value in values):
            columns[name] = pd.array(values, dtype="Int64")
    return pd.DataFrame(columns)


def _ranks(u: UncertaintyResult, framework: Framework) -> Iterator[dict[str, Any]]:
    """Per city and year: nominal rank, and how ranks spread over the draws; group: see UncertaintyResult.groups."""
    quantiles = {f"q{round(100 * level):02}": u.rank_quantile(level) for level in (0.05, 0.25, 0.75, 0.95)}
    mean, median, same, near = u.rank_mean, u.rank_quantile(0.5), u.nominal_share, u.share_within(1)
    for t, year in enumerate(u.years):
        groups = {city: i + 1 for i, group in enumerate(u.groups(year)) for city in group}
        for c, city in enumerate(u.cities):
            yield {
                **_city(city, framework),
                "year": year,
                "rank": _whole(u.nominal_rank[c, t]),
                "draws": int(u.ranked[c, t]),
                "mean": mean[c, t],
                "median": _whole(median[c, t]),
                **{name: _whole(found[c, t]) for name, found in quantiles.items()},
                "share_nominal": same[c, t],
                "share_within_1": near[c, t],
                "group": groups.get(city),
            }


def _acceptability(u: UncertaintyResult, framework: Framework) -> Iterator[dict[str, Any]]:
    """Rank acceptability: share of the draws with each rank."""
    shares = u.acceptability
    for c, t, r in zip(*np.nonzero(u.rank_counts), strict=True):
        yield {**_city(u.cities[c], framework), "year": u.years[t], "rank": int(r) + 1, "share": shares[c, t, r]}


def _wins(u: UncertaintyResult, framework: Framework) -> Iterator[dict[str, Any]]:
    """Pairwise winning index: share of the draws in which a city stands above another, ties counting half."""
    if len(u.cities) > PAIRS:
        return
    wins = u.winning_index
    for t, a, b in zip(*np.nonzero(~np.isnan(wins)), strict=True):
        yield {"year": u.years[t], "city": u.cities[a], "other": u.cities[b], "share": wins[t, a, b]}


def _changes(u: UncertaintyResult, framework: Framework) -> Iterator[dict[str, Any]]:
    """Places gained from the first to the last year, positive is up."""
    if len(u.years) < 2:
        return
    gains = np.arange(u.gain_counts.shape[1]) - (len(u.cities) - 1)
    shares, nominal = u.gain_share, u.nominal_rank[:, 0] - u.nominal_rank[:, -1]
    quantile = {name: u.gain_quantile(level) for name, level in (("median", 0.5), ("q05", 0.05), ("q95", 0.95))}
    for c, city in enumerate(u.cities):
        yield {
            **_city(city, framework),
            "from": u.years[0],
            "to": u.years[-1],
            "gain": _whole(nominal[c]),
            "mean": float(shares[c] @ gains),
            **{name: _whole(found[c]) for name, found in quantile.items()},
            "share_up": float(shares[c][gains > 0].sum()),
            "share_down": float(shares[c][gains < 0].sum()),
        }


def _claims(u: UncertaintyResult, framework: Framework) -> Iterator[dict[str, Any]]:
    """Each claim: its nominal verdict, and in how many draws it comes out which way."""
    for i, claim in enumerate(u.claims):
        counts = u.claim_counts[i]
        yield {
            "kind": claim.kind,
            **{f"claim_{voice.lang}": claim_sentence(claim, u.years, voice) for voice in voices(framework)},
            "nominal": u.nominal_verdicts[i].name.lower(),
            "draws": int(counts.sum()),
            "defined": int(counts.sum() - counts[Verdict.UNDEFINED]),
            **{verdict.name.lower(): int(counts[verdict]) for verdict in (Verdict.HOLDS, Verdict.TIED, Verdict.FAILS)},
            "share": u.claim_share(i),
            "error": u.claim_error(i),
        }


def _scores(u: UncertaintyResult, framework: Framework) -> Iterator[dict[str, Any]]:
    """Spread of the scores on each scale (a normalisation under a reference)."""
    for spread in u.scores:
        for c, city in enumerate(u.cities):
            for t, year in enumerate(u.years):
                yield {
                    "normalisation": spread.option,
                    **_city(city, framework),
                    "year": year,
                    "draws": spread.draws,
                    "mean": spread.mean[c, t],
                    "deviation": spread.deviation[c, t],
                    **{
                        f"q{round(100 * level):02}": quantile[c, t]
                        for level, quantile in zip(spread.levels, spread.quantiles, strict=True)
                    },
                }


def _design(u: UncertaintyResult, framework: Framework) -> Iterator[dict[str, Any]]:
    """Each factor of the draws, its options, and how many draws took each."""
    for factor in u.factors:
        for option, draws in zip(factor.options, factor.draws, strict=True):
            yield {"factor": factor.code, "option": option, "draws": draws}


def _city(city: str, framework: Framework) -> dict[str, str]:
    return {"city": city, "city_en": framework.city_label(city, "en")}


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else int(value)
