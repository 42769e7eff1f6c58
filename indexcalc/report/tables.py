"""The CSV tables: UTF-8 with a byte-order mark, so that Excel opens Chinese correctly; full precision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from indexcalc.analysis.claims import Holding
from indexcalc.analysis.influence import influence
from indexcalc.analysis.treatment import treatment_table
from indexcalc.report.claims_text import claim_sentence, verdict_sentence
from indexcalc.result import IndexResult
from indexcalc.voice import voices

if TYPE_CHECKING:
    import pandas as pd


def write_tables(result: IndexResult, folder: Path) -> None:
    """Write `rankings.csv` and `scores.csv` into a folder."""
    write_table(result.rankings(), folder / "rankings.csv")
    write_table(result.score_table(), folder / "scores.csv")


def write_claims(holdings: Sequence[Holding], result: IndexResult, folder: Path) -> None:
    """Write `claims.csv` into a folder: each claim with its verdict and the figures that decide, in both languages."""
    import pandas as pd

    if not holdings:
        return
    years, n, spoken = result.years, len(result.cities), voices(result.framework)
    rows = [
        {
            "kind": holding.claim.kind,
            "verdict": holding.verdict.name.lower(),
            **{f"claim_{voice.lang}": claim_sentence(holding.claim, years, voice) for voice in spoken},
            **{f"evidence_{voice.lang}": verdict_sentence(holding, voice, limit=1000, cities=n) for voice in spoken},
        }
        for holding in holdings
    ]
    write_table(pd.DataFrame(rows), folder / "claims.csv")


def write_weights(result: IndexResult, folder: Path) -> None:
    """Write `weights.csv`: every node's weight as written, its share, its effective weight, its actual influence."""
    frame = result.weight_table()
    for i, voice in enumerate(voices(result.framework), 1):
        frame.insert(i, f"name_{voice.lang}", [voice.node(code) for code in frame["node"]])
    found = dict(zip(result.normalised.codes, influence(result), strict=True))
    frame["influence"] = [found.get(code) for code in frame["node"]]
    write_table(frame, folder / "weights.csv")


def write_treatment(result: IndexResult, untreated: IndexResult | None, folder: Path) -> None:
    """Write `treatment.csv` where outliers were treated; and `treatment_ranks.csv`, the ranks without treatment."""
    import pandas as pd

    found = treatment_table(result)
    if found.empty:
        return
    write_table(found, folder / "treatment.csv")
    if untreated is not None:
        columns = ["city", "city_en", "year", "rank"]
        ranks = result.rankings()[columns]
        ranks["rank_untreated"] = pd.merge(ranks, untreated.rankings()[columns], on=columns[:3])["rank_y"]
        write_table(ranks, folder / "treatment_ranks.csv")


def write_analyses(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write every table of the analyses, `NAME.csv`; those without a row are left out."""
    for name, frame in tables.items():
        if len(frame):
            write_table(frame, folder / f"{name}.csv")


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write one table."""
    frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
