"""How far the first city is ahead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from indexcalc.analysis.lead import lead
from indexcalc.computed import Computed
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import w
from indexcalc.report.tables.table import Column, Sheet, Table


@sheet("lead", place=35, screen="run", page=True)
def lead_sheet(run: Computed) -> Sheet:
    """The lead by year."""
    found = run.ask(lead).tolist()
    columns = (Column(w("year"), run.result.years, "whole"), Column(w("points"), found, "score"))
    return Sheet("lead", (Table(columns),))


@file("analysis/lead")
def lead_file(run: Computed) -> Iterator[dict[str, Any]]:
    """The lead by year."""
    for year, points in zip(run.result.years, run.ask(lead).tolist(), strict=True):
        yield {"year": year, "points": points}
