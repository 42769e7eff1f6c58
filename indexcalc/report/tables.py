"""The CSV tables: UTF-8 with a byte-order mark, so that Excel opens Chinese correctly; full precision."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from indexcalc.analysis.claims import Holding
from indexcalc.report.claims_text import claim_sentence, verdict_sentence
from indexcalc.result import IndexResult

if TYPE_CHECKING:
    import pandas as pd


def write_tables(result: IndexResult, folder: Path) -> None:
    """Write `rankings.csv` and `scores.csv` into a folder."""
    _write(result.rankings(), folder / "rankings.csv")
    _write(result.score_table(), folder / "scores.csv")


def write_claims(holdings: Sequence[Holding], result: IndexResult, folder: Path) -> None:
    """Write `claims.csv` into a folder: each claim with its verdict and the figures that decide, in both languages."""
    import pandas as pd

    if not holdings:
        return
    framework, years = result.framework, result.years
    rows = [
        {
            "kind": holding.claim.kind,
            "verdict": holding.verdict.name.lower(),
            **{f"claim_{lang}": claim_sentence(holding.claim, framework, years, lang) for lang in ("zh", "en")},
            **{f"evidence_{lang}": verdict_sentence(holding, framework, lang, limit=1000) for lang in ("zh", "en")},
        }
        for holding in holdings
    ]
    _write(pd.DataFrame(rows), folder / "claims.csv")


def _write(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
